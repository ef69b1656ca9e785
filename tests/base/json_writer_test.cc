// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/json_writer.h"

#include <limits>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "rolecall/base/json.h"

#include "support/case_name.h"

namespace rolecall {
namespace {

TEST(JsonWriter, IndentsMembersAndElements) {
  JsonWriter out;
  out.begin_object();
  out.member("a", "x");
  out.key("b");
  out.begin_array();
  out.number(-1);
  out.boolean(true);
  out.null();
  out.end_array();
  out.key("c");
  out.begin_object();
  out.end_object();
  out.member_strings("d", {});
  out.member_or_null("e", "");
  out.member_or_null("f", "y");
  out.member("g", false);
  out.end_object();
  EXPECT_EQ(out.text(),
            "{\n  \"a\": \"x\",\n  \"b\": [\n    -1,\n    true,\n    null\n  ],\n  \"c\": {},\n"
            "  \"d\": [],\n  \"e\": null,\n  \"f\": \"y\",\n  \"g\": false\n}");
}

TEST(JsonWriter, KeepsToOneLineWithoutIndent) {
  JsonWriter out(0);
  out.begin_object();
  out.member("id", "1");
  out.member_strings("list", {"a", "b"});
  out.end_object();
  EXPECT_EQ(out.text(), R"({"id": "1", "list": ["a", "b"]})");
}

TEST(JsonWriter, WritesTheWholeRangeOfIntegers) {
  JsonWriter out(0);
  out.begin_array();
  out.number(std::numeric_limits<std::int64_t>::min());
  out.number(std::numeric_limits<std::int64_t>::max());
  out.end_array();
  EXPECT_EQ(out.text(), "[-9223372036854775808, 9223372036854775807]");
}

struct TextCase {
  std::string_view name{};
  std::string_view text{};
  std::string_view written{};
};

void PrintTo(const TextCase& test, std::ostream* out) {
  *out << test.name;
}

class JsonText : public testing::TestWithParam<TextCase> {};

TEST_P(JsonText, IsSafeToPrintAndReadsBackAsWritten) {
  JsonWriter out;
  out.string(GetParam().text);
  EXPECT_EQ(out.text(), "\"" + std::string(GetParam().written) + "\"");
  EXPECT_EQ(json_string(GetParam().text), out.text());
  SourceTable sources;
  Diagnostics diagnostics;
  const auto json = parse_json(sources, sources.add("x", out.text()), diagnostics);
  ASSERT_TRUE(json.has_value());
  if (GetParam().written.find("\\ufffd") == std::string_view::npos) {
    EXPECT_EQ(json->root().string(), GetParam().text);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, JsonText,
    testing::Values(TextCase{"plain", "é→ x", "é→ x"},
                    TextCase{"quote_and_backslash", "a\"b\\c/", "a\\\"b\\\\c/"},
                    TextCase{"new_line_and_tab", "a\nb\tc\r", "a\\nb\\tc\\u000d"},
                    TextCase{"escape", "\x1b[2J", "\\u001b[2J"},
                    TextCase{"zero", {"a\0b", 3}, "a\\u0000b"},
                    TextCase{"delete", "\x7F", "\\u007f"},
                    TextCase{"c1_control", "\xC2\x9B", "\\u009b"},
                    TextCase{"right_to_left", "a\xE2\x80\xAE", "a\\u202e"},
                    TextCase{"zero_width", "\xEF\xBB\xBF", "\\ufeff"},
                    TextCase{"tag_character", "\xF3\xA0\x80\x81", "\\udb40\\udc01"},
                    TextCase{"emoji", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
                    TextCase{"not_utf8", "a\xFF\xC3z", "a\\ufffd\\ufffdz"},
                    TextCase{"surrogate", "\xED\xA0\x80", "\\ufffd\\ufffd\\ufffd"},
                    TextCase{"cut_off", "\xE2\x86", "\\ufffd\\ufffd"}),
    case_name<TextCase>);

TEST(JsonWriter, EscapesKeysLikeText) {
  JsonWriter out(0);
  out.begin_object();
  out.member("a\"\x1b", true);
  out.end_object();
  EXPECT_EQ(out.text(), "{\"a\\\"\\u001b\": true}");
}

}  // namespace
}  // namespace rolecall
