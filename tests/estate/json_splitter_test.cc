// SPDX-License-Identifier: Apache-2.0
#include "estate/json_splitter.h"

#include <string>

#include "loading.h"

namespace rolecall {
namespace {

struct Parsed {
  explicit Parsed(std::string text, JsonLimits limits = {}) {
    const DocumentId id = sources.add("pages.json", std::move(text));
    result = parse_json_documents(sources, id, diagnostics, limits);
  }
  SourceTable sources{};
  Diagnostics diagnostics{};
  JsonDocuments result{};
};

TEST(JsonSplitter, ReadsOneDocumentAsItStands) {
  const Parsed parsed("{\"a\": 1}\n");
  ASSERT_EQ(parsed.result.documents.size(), 1U);
  EXPECT_TRUE(parsed.result.whole);
  EXPECT_EQ(parsed.result.documents[0]->id(), 0U);
}

TEST(JsonSplitter, ReadsOneDocumentPerLine) {
  const Parsed parsed("{\"a\": 1}\n{\"a\": 2}\n\n[3]\n");
  ASSERT_EQ(parsed.result.documents.size(), 3U);
  EXPECT_TRUE(parsed.result.whole);
  EXPECT_EQ(parsed.diagnostics.all().size(), 0U);
  const JsonValue second = *parsed.result.documents[1]->root().find("a");
  EXPECT_EQ(second.raw(), "2");
  const Location place = parsed.sources.locate(second.span());
  EXPECT_EQ(place.file, "pages.json");
  EXPECT_EQ(place.line, 2U);
  EXPECT_EQ(place.column, 7U);
  EXPECT_EQ(place.line_text, "{\"a\": 2}");
}

TEST(JsonSplitter, ReadsDocumentsWithoutAnythingBetweenThem) {
  const Parsed parsed("\xEF\xBB\xBF{\"a\":\"}\\\"{\"}{\"a\":[{}]}[{\"b\":\"]\"}]");
  ASSERT_EQ(parsed.result.documents.size(), 3U);
  EXPECT_EQ(parsed.result.documents[0]->root().string_at("a"), "}\"{");
  EXPECT_TRUE(parsed.result.documents[2]->root().is(JsonKind::Array));
}

TEST(JsonSplitter, KeepsWhatStandsBeforeAFault) {
  const Parsed parsed("{\"a\": 1}\n{\"a\": }\n{\"a\": 3}\nand so on {\"a\": 4}");
  ASSERT_EQ(parsed.result.documents.size(), 2U);
  EXPECT_FALSE(parsed.result.whole);
  ASSERT_EQ(parsed.diagnostics.all().size(), 2U);
  EXPECT_EQ(parsed.sources.locate(parsed.diagnostics.all()[0].where).line, 2U);
  EXPECT_EQ(parsed.sources.locate(parsed.diagnostics.all()[0].where).column, 7U);
  EXPECT_EQ(parsed.sources.locate(parsed.diagnostics.all()[1].where).line, 4U);
}

TEST(JsonSplitter, ReportsAFileThatIsCutOffOnce) {
  for (const std::string text : {"{\"a\": [1, 2", "{\"a\": \"b", "[", "{\"a\\", "nonsense", "}{"}) {
    const Parsed parsed(text);
    EXPECT_EQ(parsed.result.documents.size(), 0U) << text;
    EXPECT_FALSE(parsed.result.whole) << text;
    EXPECT_EQ(parsed.diagnostics.all().size(), 1U) << text;
  }
}

TEST(JsonSplitter, LeavesTextThatIsNoTextAlone) {
  EXPECT_EQ(Parsed("").diagnostics.all().at(0).code, DiagnosticCode::EmptyFile);
  EXPECT_EQ(Parsed(" \n").diagnostics.all().at(0).code, DiagnosticCode::EmptyFile);
  EXPECT_EQ(Parsed(std::string("{}\0{}", 5)).diagnostics.all().at(0).code, DiagnosticCode::NotText);
}

TEST(JsonSplitter, KeepsToTheDepthLimitInEveryDocument) {
  const Parsed parsed("{}\n[[[[1]]]]\n{}", {.max_depth = 3});
  EXPECT_EQ(parsed.result.documents.size(), 2U) << parsed.diagnostics.all().at(0).message;
  ASSERT_EQ(parsed.diagnostics.all().size(), 1U);
  EXPECT_EQ(parsed.diagnostics.all()[0].code, DiagnosticCode::TooDeep);
  EXPECT_EQ(parsed.sources.locate(parsed.diagnostics.all()[0].where).line, 2U);
}

TEST(JsonSplitter, ReadsManySmallDocumentsInLinearTime) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "{\"a\": 1}\n";
  EXPECT_EQ(Parsed(text).result.documents.size(), 20'000U);
}

}  // namespace
}  // namespace rolecall
