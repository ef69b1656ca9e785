// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_normalize.h"

#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

using namespace std::string_literals;

// What somebody pasted, and what is left of it.
struct NormalCase {
  std::string name{};
  std::string pasted{};
  std::string normal{};
};
void PrintTo(const NormalCase& test, std::ostream* out) {
  *out << test.name;
}

std::vector<NormalCase> cases_of_escapes() {
  const std::string zeros(40, '0');
  return {
      {"color", "\x1b[31mred\x1b[0m", "red"},
      {"color_without_escape", "[31mred[m and [1;4mbold[0m", "red and bold"},
      {"color_in_caret_notation", "^[[31mred^[[0m", "red"},
      {"caret_of_a_regular_expression", "^[a-z]+$ ^x", "^[a-z]+$ ^x"},
      {"caret_without_a_sequence", "^[[", "^[["},
      {"bracket_that_is_no_color", "[1\n[12:30] [1K", "[1\n[12:30] [1K"},
      {"color_with_too_many_digits", "a \x1b[" + zeros + "m", "a " + zeros + "m"},
      {"color_with_a_control_character", "a \x1b[31\x7f"s + "b", "a 31 b"},
      {"hyperlink_ended_by_escape", "\x1b]8;;https://a.b\x1b\\link\x1b]8;;\x1b\\", "link"},
      {"title_ended_by_bell", "\x1b]0;title\atext", "text"},
      {"title_with_an_escape_inside", "\x1b]0;a\x1b[31mb\atext", "text"},
      {"title_without_end", "\x1b]0;title", "0;title"},
      {"title_broken_by_a_line", "\x1b]0;title\ntext\a", "0;title\ntext"},
      {"title_longer_than_any", "\x1b]" + std::string(600, 't') + "\a", std::string(600, 't')},
      {"escape_at_the_end", "text\x1b", "text"},
      {"escape_before_a_line_break", "one\x1b\ntwo", "one\ntwo"},
  };
}

std::vector<NormalCase> cases_of_encodings() {
  return {
      {"entities", "&quot;a&quot; &lt;b&gt; c&nbsp;d &#x2F;", "\"a\" <b> c d /"},
      {"entity_escaped_twice", "a&amp;amp;quot;b", "a\"b"},
      {"entity_without_semicolon", "a &ltb", "a &ltb"},
      {"escaped_quotes", R"(\'a\' \"b\")", R"('a' "b")"},
      {"escape_as_unicode", R"(\u001b[31mred\u001b[0m)", "red"},
      {"quoted_printable_unix", "role=\n/Release", "role/Release"},
      {"quoted_printable_windows", "role=\r\n/Release", "role/Release"},
      {"equals_sign_before_a_lone_return", "a=\rb", "a= b"},
      {"curly_quotes", "\u2018a\u2019 \u201cb\u201d", "'a' \"b\""},
      {"unusual_spaces", "a\u00a0b\u2028c\u2029d\u3000e", "a b c d e"},
      {"invisible_characters", "\ufeffa\u0085b\u2066c\u2060d\u202ae", "abcde"},
      {"letters_of_other_scripts", "\u540d\ue000\U0001f600", "\u540d\ue000\U0001f600"},
      {"overlong_utf8", "a\xe0\x80\x80z", "a???z"},
      {"surrogate_in_utf8", "a\xed\xa0\x80z", "a???z"},
      {"beyond_unicode", "a\xf4\x90\x80\x80z", "a????z"},
      {"utf8_cut_short", "a\xe2\x80", "a??"},
  };
}

std::vector<NormalCase> cases_of_line_starts() {
  const std::string digits(30, '0');
  return {
      {"timestamp_with_offset", "2024-05-01T10:00:00+00:00 denied", "denied"},
      {"timestamp_with_fraction", "2024-05-01 10:00:00,123 denied", "denied"},
      {"timestamp_before_a_tab", "2024-05-01T10:00:00.1Z\tdenied", "denied"},
      {"timestamp_with_another_letter", "2024-05-01x10:00:00 denied", "2024-05-01x10:00:00 denied"},
      {"timestamp_glued_to_a_word", "2024-05-01T10:00:00Zulu", "2024-05-01T10:00:00Zulu"},
      {"timestamp_that_never_ends", "2024-05-01T10:00:00." + digits + " a",
       "2024-05-01T10:00:00." + digits + " a"},
      {"docker_compose", "web_1  | denied", "denied"},
      {"bar_glued_to_a_word", "a |b", "a |b"},
      {"quoted_mail", "> > denied", "denied"},
      {"long_line", std::string(5'000, 'x') + "\ny", std::string(5'000, 'x') + "\ny"},
  };
}

std::vector<NormalCase> all_normal_cases() {
  std::vector<NormalCase> all = cases_of_escapes();
  for (const auto& more : {cases_of_encodings(), cases_of_line_starts()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

class NormalizedText : public testing::TestWithParam<NormalCase> {};

TEST_P(NormalizedText, KeepsWhatCanBeRead) {
  EXPECT_EQ(normalize_error_text(GetParam().pasted).text, GetParam().normal);
}
INSTANTIATE_TEST_SUITE_P(NormalizeErrorText, NormalizedText, testing::ValuesIn(all_normal_cases()),
                         [](const auto& test) { return test.param.name; });

TEST(NormalizeErrorText, HasALineForEveryOffset) {
  EXPECT_EQ(NormalText{}.line_at(0), 1U);
  const NormalText normal = normalize_error_text("one\n\ntwo");
  EXPECT_EQ(normal.line_at(0), 1U);
  EXPECT_EQ(normal.line_at(normal.text.size()), 3U);
}

TEST(NormalizeErrorText, SeparatesRangesByWhatStoodBetweenThem) {
  const std::string_view text = "one skipped two";
  EXPECT_EQ(normalize_error_text(text, {{0, 3}, {12, 15}}).text, "one two");
  const std::string_view lines = "one\nskipped\ntwo";
  const NormalText normal = normalize_error_text(lines, {{0, 3}, {12, 15}});
  EXPECT_EQ(normal.text, "one\n\ntwo");
  EXPECT_EQ(normal.line_at(normal.text.find("two")), 3U);
  const std::string_view escaped = R"(one\nskipped\ntwo)";
  EXPECT_EQ(normalize_error_text(escaped, {{0, 3}, {14, 17}}).text, "one\n\ntwo");
}

// ---- Boxes, whose side cuts an ARN.

constexpr std::string_view kBoxHead =
    "│ User: arn:aws:iam::123456789012:user/mona is not authorized to assume arn:aws:iam::21";

std::string boxed(std::string_view end_of_line, std::string_view next) {
  return std::string(kBoxHead) + std::string(end_of_line) + std::string(next);
}

std::string without_side(std::string_view line) {
  return std::string(line.substr(std::string_view("│ ").size()));
}

TEST(NormalizeErrorTextInBoxes, JoinsAnArnCutInsideItsAccount) {
  EXPECT_EQ(normalize_error_text(boxed("\n", "│ 0987654321:role/Release")).text,
            without_side(kBoxHead) + "0987654321:role/Release");
}

TEST(NormalizeErrorTextInBoxes, JoinsAcrossWindowsLineEnds) {
  EXPECT_EQ(normalize_error_text(boxed("\r\n", "│ 0987654321:role/Release\r\n")).text,
            without_side(kBoxHead) + "0987654321:role/Release");
}

TEST(NormalizeErrorTextInBoxes, JoinsEveryCutArnOfABox) {
  const NormalText normal =
      normalize_error_text(boxed("\n", "│ 0:role/a\n") + boxed("\n", "│ 0:role/b\n") + "│ é\n");
  EXPECT_NE(normal.text.find("iam::210:role/a"), std::string::npos) << normal.text;
  EXPECT_NE(normal.text.find("iam::210:role/b"), std::string::npos) << normal.text;
  EXPECT_EQ(normal.line_at(normal.text.find("role/b")), 4U);
}

TEST(NormalizeErrorTextInBoxes, LeavesAnArnThatEnded) {
  const std::string head = without_side(kBoxHead);
  for (const std::string_view next :
       {"│ (no more)", "│ and so on", "│ Details: none", "│", "outside", "\x1b[31",
        "│ \x1b[0000000000000000000000000000000000000000m x", "│ \x1b[31\x01 x"}) {
    const std::string text = normalize_error_text(boxed("\n", next)).text;
    EXPECT_TRUE(text == head || text.substr(0, head.size() + 1) == head + "\n") << text;
  }
  const std::string stopped = normalize_error_text(boxed(".\n", "│ ease")).text;
  EXPECT_EQ(stopped, head + ".\nease");
}

}  // namespace
}  // namespace rolecall
