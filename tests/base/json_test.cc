// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/json.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect_diagnostic.h"

namespace rolecall {
namespace {

struct Parsed {
  explicit Parsed(std::string text, JsonLimits limits = {})
      : json(parse_json(sources, sources.add("x.json", std::move(text)), diagnostics, limits)) {}
  [[nodiscard]] JsonValue root() const { return json->root(); }

  SourceTable sources{};
  Diagnostics diagnostics{};
  Result<JsonDocument> json;
};

TEST(Json, ReadsEveryKindOfValue) {
  const Parsed parsed(R"({"n": null, "b": true, "i": -12, "s": "x", "a": [1, 2], "o": {"k": []}})");
  ASSERT_TRUE(parsed.json.has_value());
  const JsonValue root = parsed.root();
  EXPECT_TRUE(root.is(JsonKind::Object));
  EXPECT_EQ(root.size(), 6U);
  EXPECT_TRUE(root.find("n")->is(JsonKind::Null));
  EXPECT_TRUE(root.find("b")->boolean());
  EXPECT_EQ(root.find("i")->raw(), "-12");
  EXPECT_EQ(root.string_at("s"), "x");
  EXPECT_EQ(root.string_at("i"), "");
  EXPECT_EQ(root.find("a")->size(), 2U);
  EXPECT_EQ(root.find("o")->find("k")->size(), 0U);
  EXPECT_FALSE(root.find("x").has_value());
  EXPECT_FALSE(root.find("s")->find("x").has_value());
  EXPECT_EQ(json_kind_name(root.kind()), "an object");
}

TEST(Json, KnowsThePlaceOfEveryValue) {
  const std::string text = "\n{ \"a\" : [ 1 ,\t\"b\\n\" , { } ] ,\r\n\"c\": false }\n";
  const Parsed parsed(text);
  ASSERT_TRUE(parsed.json.has_value());
  std::vector<std::string> places;
  for (auto it = parsed.root().begin(); it != parsed.root().end(); ++it) {
    places.emplace_back(parsed.sources.text(it.key_span()));
    places.emplace_back(parsed.sources.text((*it).span()));
    for (const JsonValue each : *it) places.emplace_back(parsed.sources.text(each.span()));
  }
  EXPECT_EQ(places, (std::vector<std::string>{"\"a\"", "[ 1 ,\t\"b\\n\" , { } ]", "1", "\"b\\n\"",
                                              "{ }", "\"c\"", "false"}));
  EXPECT_EQ(parsed.sources.text(parsed.root().span()), text.substr(1, text.size() - 2));
}

TEST(Json, ReadsScalarsThatStandAlone) {
  EXPECT_EQ(Parsed(" 12 \n").root().raw(), "12");
  EXPECT_EQ(Parsed("\"a\\u0041\"").root().string(), "aA");
  EXPECT_TRUE(Parsed("null").root().is(JsonKind::Null));
  EXPECT_FALSE(Parsed("false").root().boolean());
  EXPECT_FALSE(Parsed("12 13").json.has_value());
  EXPECT_FALSE(Parsed("\"a\" x").json.has_value());
  EXPECT_FALSE(Parsed("tru").json.has_value());
}

TEST(Json, UndoesEscapesInStringsAndKeys) {
  const Parsed parsed(R"({"\u0061\"": "\\\/\b\f\n\r\t\ud83d\ude00\u0000"})");
  ASSERT_TRUE(parsed.json.has_value());
  EXPECT_EQ((*parsed.root().begin()).string(),
            std::string_view("\\/\b\f\n\r\t\xF0\x9F\x98\x80\0", 12));
  EXPECT_EQ(parsed.root().begin().key(), "a\"");
  EXPECT_TRUE(parsed.root().find("a\"").has_value());
}

TEST(Json, SkipsAByteOrderMark) {
  const Parsed parsed("\xEF\xBB\xBF{\"a\": 1}");
  ASSERT_TRUE(parsed.json.has_value());
  EXPECT_EQ(parsed.sources.text(parsed.root().find("a")->span()), "1");
  const Parsed broken("\xEF\xBB\xBF{\"a\": }");
  EXPECT_EQ(broken.sources.text(broken.json.error().where), "}");
}

TEST(Json, KeepsNumbersOfAnyLengthAsText) {
  const std::string digits(100'000, '7');
  const Parsed parsed("[" + digits + ",-0,1e400,0.1" + digits + ",123456789012345678901234567890]");
  ASSERT_TRUE(parsed.json.has_value()) << parsed.json.error().message;
  std::vector<std::string_view> numbers;
  for (const JsonValue each : parsed.root()) numbers.push_back(each.scalar());
  ASSERT_EQ(numbers.size(), 5U);
  EXPECT_EQ(numbers[0], digits);
  EXPECT_EQ(numbers[2], "1e400");
  EXPECT_EQ(numbers[3].size(), digits.size() + 3);
  EXPECT_EQ(numbers[4], "123456789012345678901234567890");
}

TEST(Json, ReportsEveryRepeatedKeyAndGoesOn) {
  const Parsed parsed(R"({"a": 1, "b": {"x": 1, "\u0078": 2}, "\u0061": 3, "A": 4})");
  ASSERT_TRUE(parsed.json.has_value());
  ASSERT_EQ(parsed.diagnostics.all().size(), 2U);
  expect_diagnostic(parsed.diagnostics.all()[0], parsed.sources,
                    {DiagnosticCode::DuplicateKey, R"(key `\u0078` occurs twice in one object)",
                     R"("\u0078")", "keep one of the two"});
  EXPECT_EQ(parsed.sources.text(parsed.diagnostics.all()[1].where), R"("\u0061")");
  EXPECT_EQ(parsed.root().find("a")->raw(), "1");
  EXPECT_EQ(parsed.root().size(), 4U);
  EXPECT_TRUE(parsed.json->has_repeated_key_in(parsed.root().find("b")->span()));
  EXPECT_FALSE(parsed.json->has_repeated_key_in(parsed.root().find("a")->span()));
}

TEST(Json, FindsRepeatedKeysInLargeObjects) {
  std::string text = "{";
  for (int i = 0; i < 50'000; ++i) text += "\"key" + std::to_string(i) + "\": 0, ";
  const Parsed parsed(text + "\"key7\": 1}");
  ASSERT_TRUE(parsed.json.has_value());
  ASSERT_EQ(parsed.json->repeated_keys().size(), 1U);
  EXPECT_EQ(parsed.json->repeated_keys()[0].begin, text.size());
}

TEST(Json, TakesNoKeysForRepeatedThatOnlyLookAlike) {
  std::string text = "{";
  for (const char c : std::string("abcdefgh")) {
    text += std::string("\"Key") + c + "Name\": 0, \"" + c + "\": 0, \"" + c + c + "\": 0, ";
  }
  const Parsed parsed(text + "\"\": 0}");
  ASSERT_TRUE(parsed.json.has_value());
  EXPECT_TRUE(parsed.json->repeated_keys().empty());
  EXPECT_TRUE(parsed.diagnostics.all().empty());
}

TEST(Json, ReadsLongStringsAndLargeArrays) {
  const std::string long_text(10'000'000, 'x');
  const Parsed one("[\"" + long_text + "\"]");
  ASSERT_TRUE(one.json.has_value());
  EXPECT_EQ((*one.root().begin()).string().size(), long_text.size());
  std::string many = "[0";
  for (int i = 1; i < 100'000; ++i) many += ",{}";
  const Parsed array(many + "]");
  ASSERT_TRUE(array.json.has_value());
  EXPECT_EQ(array.root().size(), 100'000U);
}

TEST(Json, KeepsToItsDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + "1" + std::string(depth, ']');
  };
  EXPECT_TRUE(Parsed(nested(128)).json.has_value());
  const Parsed deep(nested(129));
  ASSERT_FALSE(deep.json.has_value());
  expect_diagnostic(deep.json.error(), deep.sources,
                    {DiagnosticCode::TooDeep, "values are nested deeper than 128 levels", "[",
                     "raise the limit with --max-depth"});
  EXPECT_EQ(deep.json.error().where.begin, 128U);
  EXPECT_TRUE(Parsed(nested(1000), {.max_depth = 1000}).json.has_value());
  EXPECT_EQ(Parsed(nested(1'000'000)).json.error().code, DiagnosticCode::TooDeep);
}

TEST(Json, KeepsToItsNumberOfValues) {
  EXPECT_TRUE(Parsed("[1,2,3]", {.max_values = 10}).json.has_value());
  const Parsed many("[1,2,3,4,5,6,7,8,9,10,11]", {.max_values = 10});
  ASSERT_FALSE(many.json.has_value());
  EXPECT_EQ(many.json.error().code, DiagnosticCode::TooMany);
  EXPECT_EQ(many.json.error().message, "the document holds more than 10 values");
}

TEST(Json, KeepsToItsSize) {
  EXPECT_TRUE(Parsed("[1]", {.max_bytes = 3}).json.has_value());
  const Parsed large("[12]", {.max_bytes = 3});
  ASSERT_FALSE(large.json.has_value());
  expect_diagnostic(large.json.error(), large.sources,
                    {DiagnosticCode::TooLarge, "the document is larger than the limit of 3 bytes",
                     "", "raise the limit with --max-file-bytes"});
}

TEST(Json, SaysWhatAFileIsThatIsNoText) {
  const Parsed empty(" \r\n");
  EXPECT_EQ(empty.json.error().code, DiagnosticCode::EmptyFile);
  EXPECT_EQ(empty.json.error().file, "x.json");
  EXPECT_EQ(Parsed("").json.error().message, "the file is empty");
  const Parsed utf16(std::string("\xFF\xFE{\0}\0", 6));
  EXPECT_EQ(utf16.json.error().code, DiagnosticCode::NotText);
  EXPECT_EQ(utf16.json.error().message, "the file is UTF-16, not UTF-8");
  EXPECT_EQ(Parsed(std::string("\xFE\xFF\0{\0}", 6)).json.error().message,
            "the file is UTF-16, not UTF-8");
  const Parsed binary(std::string("PK\3\4\0\0", 6));
  EXPECT_EQ(binary.json.error().code, DiagnosticCode::NotText);
  EXPECT_EQ(binary.json.error().where.begin, 4U);
}

TEST(Json, NamesTheKindsOfValues) {
  EXPECT_EQ(json_kind_name(JsonKind::Null), "null");
  EXPECT_EQ(json_kind_name(JsonKind::Boolean), "a boolean");
  EXPECT_EQ(json_kind_name(JsonKind::Number), "a number");
  EXPECT_EQ(json_kind_name(JsonKind::String), "a string");
  EXPECT_EQ(json_kind_name(JsonKind::Array), "an array");
}

TEST(Json, HasItsPlacesInTheFileWhenEmbedded) {
  SourceTable sources;
  Diagnostics diagnostics;
  const std::string file = "[\n\"%7B%22a%22%3A%20tru%7D\"]";
  const DocumentId outer = sources.add("out.json", file);
  const DocumentId inner =
      sources.add_embedded({outer, 2, static_cast<std::uint32_t>(file.size() - 1)},
                           {Wrapping::JsonString, Wrapping::Percent}, "{\"a\": tru}");
  const auto json = parse_json(sources, inner, diagnostics);
  ASSERT_FALSE(json.has_value());
  expect_diagnostic(
      json.error(), sources,
      {DiagnosticCode::InvalidJson, "`tru` is no JSON value", "t", "put text in double quotes"});
  const Location place = sources.locate(json.error().where);
  EXPECT_EQ(place.file, "out.json");
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 18U);
}

}  // namespace
}  // namespace rolecall
