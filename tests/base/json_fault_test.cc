// SPDX-License-Identifier: Apache-2.0
#include "base/json_fault.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "rolecall/base/json.h"

#include "support/case_name.h"

namespace rolecall {
namespace {

// A text that is no JSON: where its first fault stands, and what is said.
struct FaultCase {
  std::string_view name{};
  std::string_view text{};
  std::size_t offset = 0;
  std::string_view message{};
};

void PrintTo(const FaultCase& test, std::ostream* out) {
  *out << test.text;
}

class JsonFaultTable : public testing::TestWithParam<FaultCase> {};

TEST_P(JsonFaultTable, IsFoundAtItsPlace) {
  const FaultCase& test = GetParam();
  const auto fault = find_json_fault(test.text, 128);
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->offset, test.offset);
  EXPECT_EQ(fault->message, test.message);
}

// Both readers agree that the text is refused, and where.
TEST_P(JsonFaultTable, IsRefusedByTheFastReaderToo) {
  const FaultCase& test = GetParam();
  SourceTable sources;
  Diagnostics diagnostics;
  const auto json = parse_json(sources, sources.add("x.json", std::string(test.text)), diagnostics);
  ASSERT_FALSE(json.has_value());
  EXPECT_EQ(json.error().message, test.message);
  EXPECT_EQ(json.error().where.begin, test.offset);
}

constexpr std::string_view kCutOff = "the document ends too early: it is cut off";
constexpr std::string_view kOpenString =
    "a string is not closed: the document is cut off or a quote is missing";
constexpr std::string_view kNoNumber = "this is no number";
constexpr std::string_view kAfter = "text after the end of the document";

INSTANTIATE_TEST_SUITE_P(
    Structure, JsonFaultTable,
    testing::Values(
        FaultCase{"open_object", "{", 1, kCutOff}, FaultCase{"open_array", "[1, ", 4, kCutOff},
        FaultCase{"after_key", "{\"a\"", 4, kCutOff},
        FaultCase{"after_colon", "{\"a\":", 5, kCutOff},
        FaultCase{"after_value", "{\"a\":1", 6, kCutOff},
        FaultCase{"missing_colon", "{\"a\" 1}", 5, "a `:` is missing after the key"},
        FaultCase{"missing_comma", "{\"a\":1 \"b\":2}", 7, "a comma is missing between two values"},
        FaultCase{"missing_comma_in_list", "[1 2]", 3, "a comma is missing between two values"},
        FaultCase{"comma_before_brace", "{\"a\":1, }", 8, "a comma stands before the closing `}`"},
        FaultCase{"comma_before_bracket", "[1,]", 3, "a comma stands before the closing `]`"},
        FaultCase{"leading_comma", "[,1]", 1, "a value is missing before `,`"},
        FaultCase{"two_commas", "[1,,2]", 3, "a value is missing before `,`"},
        FaultCase{"missing_value", "{\"a\": }", 6, "a value is missing before `}`"},
        FaultCase{"wrong_bracket", "[1}", 2, "`}` closes a `[`"},
        FaultCase{"wrong_brace", "{\"a\":[1]]", 8, "`]` closes a `{`"},
        FaultCase{"unquoted_key", "{a:1}", 1, "a key must be a string in double quotes"},
        FaultCase{"number_as_key", "{1:1}", 1, "a key must be a string in double quotes"},
        FaultCase{"quoted_once_key", "{'a':1}", 1, "a key must be a string in double quotes"},
        FaultCase{"two_documents", "{} {}", 3, kAfter}, FaultCase{"closed_twice", "{}}", 2, kAfter},
        FaultCase{"text_after", "[1] x", 4, kAfter},
        FaultCase{"comment", "{// x\n}", 1, "a key must be a string in double quotes"},
        FaultCase{"comment_in_list", "[1, # x\n2]", 4, "JSON has no comments"}),
    case_name<FaultCase>);

INSTANTIATE_TEST_SUITE_P(
    Scalar, JsonFaultTable,
    testing::Values(FaultCase{"python_word", "[True]", 1, "`True` is no JSON value"},
                    FaultCase{"cut_off_word", "[tru]", 1, "`tru` is no JSON value"},
                    FaultCase{"word_and_more", "[nullx]", 1, "`nullx` is no JSON value"},
                    FaultCase{"nan", "{\"a\":NaN}", 5, "`NaN` is no JSON value"},
                    FaultCase{"single_quotes", "['a']", 1, "strings need double quotes"},
                    FaultCase{"smart_quotes", "[\xE2\x80\x9C]", 1, "this is no JSON value"},
                    FaultCase{"leading_zero", "[01]", 1, kNoNumber},
                    FaultCase{"lone_minus", "[-]", 1, kNoNumber},
                    FaultCase{"plus", "[+1]", 1, "this is no JSON value"},
                    FaultCase{"no_fraction", "[1.]", 1, kNoNumber},
                    FaultCase{"no_exponent", "[1e]", 1, kNoNumber},
                    FaultCase{"no_whole_part", "[.5]", 1, "this is no JSON value"},
                    FaultCase{"hexadecimal", "[0x1F]", 1, kNoNumber},
                    FaultCase{"number_and_word", "{\"a\": 12abc}", 6, kNoNumber},
                    FaultCase{"bare_word", "hello", 0, "`hello` is no JSON value"}),
    case_name<FaultCase>);

INSTANTIATE_TEST_SUITE_P(
    String, JsonFaultTable,
    testing::Values(
        FaultCase{"not_closed", "{\"a\": \"b}", 6, kOpenString},
        FaultCase{"key_not_closed", "{\"a: 1}", 1, kOpenString},
        FaultCase{"quote_escaped_away", "[\"a\\\"]", 1, kOpenString},
        FaultCase{"line_break", "[\"a\nb\"]", 3, "a control character stands in a string"},
        FaultCase{"tab", "[\"a\tb\"]", 3, "a control character stands in a string"},
        FaultCase{"unknown_escape", "[\"a\\qb\"]", 3, "an unknown escape in a string"},
        FaultCase{"windows_path", "[\"C:\\dir\"]", 4, "an unknown escape in a string"},
        FaultCase{"short_unicode", "[\"\\u12\"]", 2, "`\\u` needs four hexadecimal digits"},
        FaultCase{"no_hex", "[\"\\u12xy\"]", 2, "`\\u` needs four hexadecimal digits"},
        FaultCase{"lone_high", "[\"a\\ud83d\"]", 3, "half of a surrogate pair stands alone"},
        FaultCase{"lone_low", "[\"\\ude00\"]", 2, "half of a surrogate pair stands alone"},
        FaultCase{"two_high", "[\"\\ud83d\\ud83d\"]", 2, "half of a surrogate pair stands alone"},
        FaultCase{"in_a_key", "{\"\\ud83d\": 1}", 2, "half of a surrogate pair stands alone"},
        FaultCase{"not_utf8", "[\"aé\xFF\"]", 5, "the text is not valid UTF-8"},
        FaultCase{"cut_off_character", "[\"a\xE2\x86\"]", 3, "the text is not valid UTF-8"},
        FaultCase{"surrogate_in_utf8", "[\"\xED\xA0\x80\"]", 2, "the text is not valid UTF-8"}),
    case_name<FaultCase>);

TEST(JsonFault, IsNoneInValidText) {
  for (const std::string_view text :
       {"{}", " [ ] ", "null", "-0", "-0.0e+10", "\"\\ud83d\\ude00\\/\\b\"", "[[],{}]",
        "{\"\":[1,true,null,\"\"]}\n", "1E400"}) {
    EXPECT_FALSE(find_json_fault(text, 128).has_value()) << text;
  }
}

TEST(JsonFault, CountsDepthInContainers) {
  EXPECT_FALSE(find_json_fault("[[[1]]]", 3).has_value());
  const auto deep = find_json_fault("[[[[1]]]]", 3);
  ASSERT_TRUE(deep.has_value());
  EXPECT_EQ(deep->offset, 3U);
  EXPECT_EQ(deep->message, "values are nested deeper than 3 levels");
}

TEST(JsonFault, NamesWhatIsNotClosed) {
  EXPECT_EQ(find_json_fault("{\"a\": [1", 9)->help, "a `[` is not closed; write the file again");
  EXPECT_EQ(find_json_fault("[{\"a\"", 9)->help, "a `{` is not closed; write the file again");
}

TEST(JsonFault, NeedsNoStackForDepth) {
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(find_json_fault(deep, 2'000'000)->offset, deep.size());
}

}  // namespace
}  // namespace rolecall
