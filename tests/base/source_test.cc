// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/source.h"

#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

// The span of the first occurrence of `part` in a document.
Span find(const SourceTable& sources, DocumentId document, std::string_view part) {
  const std::size_t at = sources.text(document).find(part);
  EXPECT_NE(at, std::string_view::npos) << part;
  return {document, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + part.size())};
}

std::string_view marked(const Location& place) {
  return std::string_view(place.line_text)
      .substr(place.marked_begin, place.marked_end - place.marked_begin);
}

TEST(SourceTable, KeepsTextsApartByTheirIds) {
  SourceTable sources;
  const DocumentId first = sources.add("a.json", "one");
  const DocumentId second = sources.add("b.json", "two");
  EXPECT_NE(first, second);
  EXPECT_EQ(sources.name(second), "b.json");
  EXPECT_EQ(sources.text(first), "one");
  EXPECT_EQ(sources.text(Span{second, 1, 3}), "wo");
  EXPECT_EQ(sources.text(Span{}), "");
  EXPECT_EQ(sources.size(), 2U);
}

TEST(SourceTable, KeepsWhatItHandedOutWhileItGrows) {
  SourceTable sources;
  const std::string_view text = sources.text(sources.add("a", "short"));
  const std::string_view kept = sources.keep("k");
  for (int i = 0; i < 1000; ++i) {
    static_cast<void>(sources.add("x", std::string(100, 'x')));
    static_cast<void>(sources.keep(std::to_string(i)));
  }
  EXPECT_EQ(text, "short");
  EXPECT_EQ(kept, "k");
}

TEST(SourceTable, AddsACopyOfAnEmbeddedDocumentAtItsOwnPlace) {
  SourceTable sources;
  const DocumentId file = sources.add("a.json", "[\"%7B%7D\",\n \"%7B%7D\"]");
  const DocumentId first =
      sources.add_embedded({file, 1, 9}, {Wrapping::JsonString, Wrapping::Percent}, "{}");
  const DocumentId second = sources.add_copy(first, {file, 12, 20});
  EXPECT_EQ(sources.text(second), "{}");
  EXPECT_EQ(sources.origin(second), (Span{file, 12, 20}));
  EXPECT_FALSE(sources.origin(file).known());
  const Location place = sources.locate({second, 1, 2});
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 6U);
  EXPECT_EQ(sources.locate({first, 1, 2}).line, 1U);
}

// Places as a reader finds them who counts from the beginning.
void expect_places(const std::string& text) {
  SourceTable sources;
  const DocumentId id = sources.add("a.json", text);
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    if (!continues && (i % 97 == 0 || i % 16384 < 3)) {
      const Location place = sources.locate({id, i, i + 1});
      ASSERT_EQ(place.line, line) << i;
      ASSERT_EQ(place.column, column) << i;
    }
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(text[i + 1]) & 0xC0) != 0x80) {
      ++column;
    }
  }
}

TEST(SourceTable, FindsPlacesInLargeTexts) {
  std::string lines;
  std::string one_line = "a";  // So that characters lie across the ends of blocks.
  for (int i = 0; i < 20'000; ++i) {
    lines += std::string(static_cast<std::size_t>(i % 7), 'x') + "é\n";
    one_line += "é";
  }
  expect_places(lines);
  expect_places(one_line);
  expect_places(one_line + "\n" + one_line + "\n");
}

TEST(SourceTable, MayBeFilledFromSeveralThreads) {
  SourceTable sources;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&sources, i] {
      for (int j = 0; j < 200; ++j) {
        const DocumentId id = sources.add(std::to_string(i), std::to_string(j));
        EXPECT_EQ(sources.name(id), std::to_string(i));
        EXPECT_EQ(sources.text(id), std::to_string(j));
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(sources.size(), 800U);
}

TEST(Location, CountsLinesFromOneAndColumnsInCharacters) {
  SourceTable sources;
  const DocumentId id = sources.add("a.json", "{\n  \"é→\": \"x\"\r\n}");
  const Location place = sources.locate(find(sources, id, "\"x\""));
  EXPECT_EQ(place.file, "a.json");
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 9U);
  EXPECT_EQ(place.line_text, "  \"é→\": \"x\"");
  EXPECT_EQ(marked(place), "\"x\"");
  EXPECT_EQ(sources.locate({id, 0, 1}).column, 1U);
  EXPECT_EQ(sources.locate({id, 0, 1}).line_text, "{");
}

TEST(Location, StaysInsideTheDocument) {
  SourceTable sources;
  const DocumentId id = sources.add("a.json", "one\ntwo");
  const Location end = sources.locate({id, 7, 7});
  EXPECT_EQ(end.line, 2U);
  EXPECT_EQ(end.column, 4U);
  EXPECT_EQ(marked(end), "");
  const Location beyond = sources.locate({id, 100, 200});
  EXPECT_EQ(beyond.line, 2U);
  EXPECT_EQ(beyond.line_text, "two");
  EXPECT_EQ(sources.locate(Span{}).line, 0U);
  const DocumentId nothing = sources.add("empty", "");
  EXPECT_EQ(sources.locate({nothing, 0, 0}).line, 1U);
}

TEST(Location, MarksOnlyTheFirstLineOfALongSpan) {
  SourceTable sources;
  const DocumentId id = sources.add("a", "ab\ncd\nef");
  EXPECT_EQ(marked(sources.locate({id, 1, 7})), "b");
}

TEST(Location, CutsLongLinesAroundTheMarkedPart) {
  SourceTable sources;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "é";
  text += "HERE" + text;
  const DocumentId id = sources.add("a", text);
  const Location place = sources.locate(find(sources, id, "HERE"));
  EXPECT_EQ(place.line, 1U);
  EXPECT_EQ(place.column, 20'001U);
  EXPECT_EQ(marked(place), "HERE");
  EXPECT_LE(place.line_text.size(), 200U);
  EXPECT_EQ(place.line_text.substr(0, 2), "é") << "cut inside a character";
}

// A document in a string of another: how it is wrapped, and what stands in the file for `part`.
struct WrappedCase {
  std::string_view name{};
  std::string_view file{};  // The string is the first thing in quotes.
  std::vector<Wrapping> wrappings{};
  std::string_view unwrapped{};
  std::string_view part{};
  std::string_view written{};
};

void PrintTo(const WrappedCase& test, std::ostream* out) {
  *out << test.file;
}

class EmbeddedDocumentTable : public testing::TestWithParam<WrappedCase> {};

TEST_P(EmbeddedDocumentTable, HasItsPlacesInTheFile) {
  const WrappedCase& test = GetParam();
  SourceTable sources;
  const DocumentId file = sources.add("out.json", std::string(test.file));
  const auto begin = static_cast<std::uint32_t>(test.file.find('"'));
  const auto end = static_cast<std::uint32_t>(test.file.rfind('"') + 1);
  const DocumentId inner =
      sources.add_embedded({file, begin, end}, test.wrappings, std::string(test.unwrapped));
  const Span place = sources.in_file(find(sources, inner, test.part));
  EXPECT_EQ(place.document, file);
  EXPECT_EQ(sources.text(place), test.written);
  EXPECT_EQ(sources.name(inner), "out.json");
}

TEST_P(EmbeddedDocumentTable, IsReplacedInTheFile) {
  const WrappedCase& test = GetParam();
  SourceTable sources;
  const DocumentId file = sources.add("out.json", std::string(test.file));
  const auto begin = static_cast<std::uint32_t>(test.file.find('"'));
  const auto end = static_cast<std::uint32_t>(test.file.rfind('"') + 1);
  const DocumentId inner =
      sources.add_embedded({file, begin, end}, test.wrappings, std::string(test.unwrapped));
  const std::string added = "\"\\n%\u00e9\"\n";
  const Span part = find(sources, inner, test.part);
  const std::string replaced = sources.replaced(file, std::vector<Replacement>{{part, added}});
  const std::size_t at = test.file.find(test.written);
  EXPECT_EQ(replaced,
            std::string(test.file).replace(at, test.written.size(), rewrap(added, test.wrappings)));
}

constexpr auto kJson = Wrapping::JsonString;
constexpr auto kPercent = Wrapping::Percent;

INSTANTIATE_TEST_SUITE_P(
    Wrappings, EmbeddedDocumentTable,
    testing::Values(
        WrappedCase{"plain", R"(["{1,2}"])", {kJson}, "{1,2}", "2", "2"},
        WrappedCase{"escaped_quotes",
                    R"(["{\"a\": \"b\"}"])",
                    {kJson},
                    R"({"a": "b"})",
                    "\"b\"",
                    R"(\"b\")"},
        WrappedCase{
            "escaped_new_lines", R"(["{\n\t\"a\": 7}"])", {kJson}, "{\n\t\"a\": 7}", "7", "7"},
        WrappedCase{"unicode_escapes",
                    R"(["\u00e9\u2192\ud83d\ude00 \u003cX"])",
                    {kJson},
                    "é→\xF0\x9F\x98\x80 <X",
                    "<X",
                    R"(\u003cX)"},
        WrappedCase{"raw_characters", "[\"é→ X\"]", {kJson}, "é→ X", "X", "X"},
        WrappedCase{"percent",
                    R"(["%7B%22a%22%3A%20%22b%22%7D"])",
                    {kJson, kPercent},
                    R"({"a": "b"})",
                    "\"b\"",
                    "%22b%22"},
        WrappedCase{
            "percent_lower_case", R"(["%7b%c3%a9X%7d"])", {kJson, kPercent}, "{éX}", "é", "%c3%a9"},
        WrappedCase{"percent_keeps_plus", R"(["%7B+X%7D"])", {kJson, kPercent}, "{+X}", "X", "X"},
        WrappedCase{"percent_twice",
                    R"(["%257B%2522X%257D"])",
                    {kJson, kPercent, kPercent},
                    "{\"X}",
                    "\"X",
                    "%2522X"},
        WrappedCase{"escaped_percent",
                    R"(["\u00257B\u002522X%7D"])",
                    {kJson, kPercent},
                    "{\"X}",
                    "\"X",
                    R"(\u002522X)"},
        WrappedCase{"json_in_json_in_json",
                    R"(["{\\\"a\\\": \\\"\\u00e9X\\\"}"])",
                    {kJson, kJson},
                    R"({"a": "éX"})",
                    "X",
                    "X"},
        WrappedCase{"json_in_json_quotes",
                    R"(["{\\\"a\\\": 7}"])",
                    {kJson, kJson},
                    R"({"a": 7})",
                    "\"a\"",
                    R"(\\\"a\\\")"}),
    case_name<WrappedCase>);

TEST(EmbeddedDocument, MayStandInAnotherEmbeddedOne) {
  SourceTable sources;
  const DocumentId file = sources.add("out.json", "x \n \"{\\\"d\\\": \\\"%7BX%7D\\\"}\"");
  const DocumentId outer = sources.add_embedded(
      find(sources, file, "\"{\\\"d\\\": \\\"%7BX%7D\\\"}\""), {kJson}, R"({"d": "%7BX%7D"})");
  const DocumentId inner =
      sources.add_embedded(find(sources, outer, "\"%7BX%7D\""), {kJson, kPercent}, "{X}");
  const Span place = sources.in_file(find(sources, inner, "X}"));
  EXPECT_EQ(sources.text(place), "X%7D");
  EXPECT_EQ(sources.locate(find(sources, inner, "X")).line, 2U);
  EXPECT_EQ(sources.name(inner), "out.json");
}

TEST(EmbeddedDocument, WithoutWrappingIsThePartAsItStands) {
  SourceTable sources;
  const DocumentId file = sources.add("two.json", "{}\n{\"a\": 1}");
  const DocumentId part = sources.add_embedded(find(sources, file, "{\"a\": 1}"), {}, "{\"a\": 1}");
  const Location place = sources.locate(find(sources, part, "1"));
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 7U);
}

struct RewrapCase {
  std::string_view name{};
  std::string_view text{};
  std::vector<Wrapping> wrappings{};
  std::string_view wrapped{};
};
void PrintTo(const RewrapCase& test, std::ostream* out) {
  *out << test.name;
}
class RewrapTable : public testing::TestWithParam<RewrapCase> {};

TEST_P(RewrapTable, WrapsFromTheInside) {
  EXPECT_EQ(rewrap(GetParam().text, GetParam().wrappings), GetParam().wrapped);
}

INSTANTIATE_TEST_SUITE_P(
    Wrappings, RewrapTable,
    testing::Values(
        RewrapCase{"nothing", "{\"a\"}", {}, "{\"a\"}"},
        RewrapCase{"json_string", "\"a\\\t\r\n\xC3\xA9", {kJson}, R"(\"a\\\t\u000d\né)"},
        RewrapCase{"percent", "{\"a-_.~/+ é%", {kJson, kPercent}, "%7B%22a-_.~%2F%2B%20%C3%A9%25"},
        RewrapCase{"percent_twice", "{", {kJson, kPercent, kPercent}, "%257B"},
        RewrapCase{"json_in_json", "\"", {kJson, kJson}, R"(\\\")"}),
    case_name<RewrapCase>);

TEST(SourceTable, ReplacesSeveralPlacesOfAFile) {
  SourceTable sources;
  const DocumentId file = sources.add("out.json", R"({"p": {"a": 1}, "q": "%7B%22b%22%3A2%7d"})");
  const DocumentId other = sources.add("other.json", "{}");
  const DocumentId inner = sources.add_embedded(find(sources, file, R"("%7B%22b%22%3A2%7d")"),
                                                {kJson, kPercent}, R"({"b":2})");
  const std::vector<Replacement> changes = {
      {{inner, 0, 7}, R"({"b":2,"c":"x"})"},
      {find(sources, file, R"({"a": 1})"), R"({"a": 7})"},
      {{other, 0, 2}, "[]"},
  };
  EXPECT_EQ(sources.replaced(file, changes),
            R"({"p": {"a": 7}, "q": "%7B%22b%22%3A2%2C%22c%22%3A%22x%22%7d"})");
  EXPECT_EQ(sources.replaced(other, changes), "[]");
}

TEST(SourceTable, ReplacesInADocumentWithinADocument) {
  SourceTable sources;
  const std::string outer_text = R"({"d": "{\"e\": 1}"})";
  const DocumentId file =
      sources.add("out.json", '"' + rewrap(outer_text, std::vector{kJson}) + '"');
  const auto size = static_cast<std::uint32_t>(sources.text(file).size());
  const DocumentId outer = sources.add_embedded({file, 0, size}, {kJson}, outer_text);
  const DocumentId inner =
      sources.add_embedded(find(sources, outer, R"("{\"e\": 1}")"), {kJson}, R"({"e": 1})");
  EXPECT_EQ(sources.replaced(file, std::vector<Replacement>{{{inner, 0, 8}, R"({"e": "2"})"}}),
            R"("{\"d\": \"{\\\"e\\\": \\\"2\\\"}\"}")");
}

}  // namespace
}  // namespace rolecall
