// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/text.h"

#include <array>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

TEST(LetterCase, IsFoldedForAsciiOnly) {
  EXPECT_EQ(ascii_lower("AbC-Ä"), "abc-Ä");
  EXPECT_TRUE(equals_ignore_case("AWS:SourceIp", "aws:sourceip"));
  EXPECT_FALSE(equals_ignore_case("abc", "abcd"));
  EXPECT_FALSE(equals_ignore_case("Ä", "ä"));
  EXPECT_FALSE(equals_ignore_case("@", "`"));
  EXPECT_TRUE(starts_with_ignore_case("AWS:x", "aws:"));
  EXPECT_FALSE(starts_with_ignore_case("aw", "aws"));
  EXPECT_EQ(hash_ignore_case("AWS:SourceIp"), hash_ignore_case("aws:SOURCEIP"));
  EXPECT_NE(hash_ignore_case("aws:SourceIp"), hash_ignore_case("aws:SourceVpc"));
}

TEST(Trim, RemovesWhiteSpaceAtBothEndsOnly) {
  EXPECT_EQ(trim(" \t\r\n a b \v\f"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(EditDistance, CountsSingleChangesUpToItsLimit) {
  EXPECT_EQ(edit_distance("kitten", "sitting", 5), 3U);
  EXPECT_EQ(edit_distance("same", "same", 5), 0U);
  EXPECT_EQ(edit_distance("", "abc", 5), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting", 1), 2U);
  EXPECT_EQ(edit_distance("a", "abcdefgh", 3), 4U);
  EXPECT_LE(edit_distance(std::string(100'000, 'a'), std::string(100'000, 'b'), 500), 200U);
}

TEST(Nearest, SuggestsOnlyWhatIsNear) {
  constexpr std::array<std::string_view, 3> kWords = {"Action", "Resource", "Principal"};
  EXPECT_EQ(nearest("Acton", kWords), "Action");
  EXPECT_EQ(nearest("RESOURCE", kWords), "Resource");
  EXPECT_EQ(nearest("Prinicpal", kWords), "Principal");
  EXPECT_EQ(nearest("Comment", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(JoinList, NamesAFewAndCountsTheRest) {
  const std::vector<std::string> items = {"a", "b", "c", "d"};
  const std::span<const std::string> all(items);
  EXPECT_EQ(join_list(all.first(0)), "");
  EXPECT_EQ(join_list(all.first(1)), "a");
  EXPECT_EQ(join_list(all.first(2)), "a and b");
  EXPECT_EQ(join_list(all.first(3)), "a, b and c");
  EXPECT_EQ(join_list(all, 2), "a, b and 2 more");
  EXPECT_EQ(join_list(all, 4), "a, b, c and d");
}

struct Utf8Case {
  std::string_view name{};
  std::string_view text{};
  bool valid = false;
  std::size_t characters = 0;
  std::string_view shown{};
};

void PrintTo(const Utf8Case& test, std::ostream* out) {
  *out << test.name;
}

class Utf8Table : public testing::TestWithParam<Utf8Case> {};

TEST_P(Utf8Table, IsCheckedCountedAndMadeSafe) {
  const Utf8Case& test = GetParam();
  EXPECT_EQ(is_valid_utf8(test.text), test.valid);
  EXPECT_EQ(count_characters(test.text), test.characters);
  const std::string shown = escape_for_terminal(test.text);
  EXPECT_EQ(shown, test.shown);
  EXPECT_TRUE(is_valid_utf8(shown));
  EXPECT_EQ(escape_for_terminal(shown), shown);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Utf8Table,
    testing::Values(
        Utf8Case{"ascii", "a b", true, 3, "a b"}, Utf8Case{"empty", "", true, 0, ""},
        Utf8Case{"two_bytes", "é", true, 1, "é"}, Utf8Case{"three_bytes", "→", true, 1, "→"},
        Utf8Case{"four_bytes", "\xF0\x9F\x98\x80", true, 1, "\xF0\x9F\x98\x80"},
        Utf8Case{"escape", "\x1b[31m", true, 5, "\\x1b[31m"},
        Utf8Case{"new_line", "a\nb\r", true, 4, "a\\x0ab\\x0d"},
        Utf8Case{"delete", "\x7F", true, 1, "\\x7f"}, Utf8Case{"zero", {"\0", 1}, true, 1, "\\x00"},
        Utf8Case{"c1_control", "\xC2\x9B", true, 1, "\\x9b"},
        Utf8Case{"right_to_left_override", "\xE2\x80\xAE", true, 1, "\\u202e"},
        Utf8Case{"isolate", "\xE2\x81\xA6", true, 1, "\\u2066"},
        Utf8Case{"zero_width_space", "a\xE2\x80\x8B", true, 2, "a\\u200b"},
        Utf8Case{"line_separator", "\xE2\x80\xA8", true, 1, "\\u2028"},
        Utf8Case{"byte_order_mark", "\xEF\xBB\xBF", true, 1, "\\ufeff"},
        Utf8Case{"tag_character", "\xF3\xA0\x80\x81", true, 1, "\\U000e0001"},
        Utf8Case{"lone_continuation", "a\x80", false, 2, "a\\x80"},
        Utf8Case{"cut_off", "\xE2\x86", false, 2, "\\xe2\\x86"},
        Utf8Case{"overlong", "\xC0\xAF", false, 2, "\\xc0\\xaf"},
        Utf8Case{"overlong_three", "\xE0\x80\xAF", false, 3, "\\xe0\\x80\\xaf"},
        Utf8Case{"surrogate", "\xED\xA0\x80", false, 3, "\\xed\\xa0\\x80"},
        Utf8Case{"beyond_unicode", "\xF4\x90\x80\x80", false, 4, "\\xf4\\x90\\x80\\x80"},
        Utf8Case{"latin_1", "caf\xE9!", false, 5, "caf\\xe9!"}),
    case_name<Utf8Case>);

TEST(PercentDecode, UndoesUrlEncodingOnce) {
  EXPECT_EQ(percent_decode("%7B%22a%22%3a1%7d"), "{\"a\":1}");
  EXPECT_EQ(percent_decode("a+b%20c"), "a+b c");
  EXPECT_EQ(percent_decode("%2541"), "%41");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode(""), "");
  EXPECT_FALSE(percent_decode("100%").has_value());
  EXPECT_FALSE(percent_decode("%4").has_value());
  EXPECT_FALSE(percent_decode("%4g").has_value());
  EXPECT_FALSE(percent_decode("%-1").has_value());
}

TEST(Base64Decode, ReadsBothAlphabetsWithAndWithoutPadding) {
  EXPECT_EQ(base64_decode("TWFu"), "Man");
  EXPECT_EQ(base64_decode("TWE="), "Ma");
  EXPECT_EQ(base64_decode("TWE"), "Ma");
  EXPECT_EQ(base64_decode("TQ=="), "M");
  EXPECT_EQ(base64_decode("-_8"), "\xFB\xFF");
  EXPECT_EQ(base64_decode("+/8"), "\xFB\xFF");
  EXPECT_EQ(base64_decode(""), "");
  EXPECT_FALSE(base64_decode("TWFuT").has_value());
  EXPECT_FALSE(base64_decode("TW Fu").has_value());
  EXPECT_FALSE(base64_decode("T===").has_value());
  EXPECT_FALSE(base64_decode("TWF\xC3").has_value());
}

TEST(CutLongQuotes, CutsEachPartAndKeepsWholeCharacters) {
  EXPECT_EQ(cut_long_quotes("`abc` is no value"), "`abc` is no value");
  EXPECT_EQ(cut_long_quotes("`" + std::string(30, 'x') + "` is no value", 10),
            "`xxxxxxxxxx...` is no val...");
  EXPECT_EQ(cut_long_quotes("`abc\xc3\xa9x`", 4), "`abc...`");
  EXPECT_EQ(cut_long_quotes("`abc\xc3\xa9x`", 5), "`abc\xc3\xa9...`");
  EXPECT_EQ(cut_long_quotes(std::string(3, '\x80') + "``", 1), "...``");
}

}  // namespace
}  // namespace rolecall
