// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/diagnostic.h"

#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "support/paths.h"

namespace rolecall {
namespace {

TEST(DiagnosticTable, HasUniqueAscendingCodesAndTitles) {
  unsigned last = 0;
  std::set<std::string_view> titles;
  for (const DiagnosticRow& row : diagnostic_table()) {
    EXPECT_GT(static_cast<unsigned>(row.code), last) << row.title;
    last = static_cast<unsigned>(row.code);
    EXPECT_FALSE(row.title.empty()) << format_code(row.code);
    EXPECT_TRUE(titles.insert(row.title).second) << row.title;
  }
}

// The header is read as text: an enumerator without a row would not be noticed otherwise.
TEST(DiagnosticTable, HasARowForEveryEnumerator) {
  std::ifstream header(repository_path("include/rolecall/base/diagnostic.h"));
  ASSERT_TRUE(header.is_open());
  std::set<unsigned> declared;
  for (std::string line; std::getline(header, line);) {
    // `  CannotRead = 101,`
    const std::size_t equals = line.find(" = ");
    const bool enumerator = line.starts_with("  ") && line.size() > 2 && line[2] >= 'A' &&
                            line[2] <= 'Z' && line.ends_with(',') && equals != std::string::npos;
    if (enumerator) declared.insert(static_cast<unsigned>(std::stoul(line.substr(equals + 3))));
  }
  std::set<unsigned> rows;
  for (const DiagnosticRow& row : diagnostic_table()) rows.insert(static_cast<unsigned>(row.code));
  EXPECT_GE(declared.size(), 20U);
  EXPECT_EQ(rows, declared);
}

TEST(DiagnosticCode, IsPrintedWithFourDigits) {
  EXPECT_EQ(format_code(DiagnosticCode::CannotRead), "RC0101");
  EXPECT_EQ(format_code(DiagnosticCode::UnrecognizedError), "RC0401");
}

TEST(Diagnostics, CountsErrorsOnlyAndKeepsTheOrder) {
  Diagnostics first;
  first.warning(DiagnosticCode::EmptyList, "w");
  first.error(DiagnosticCode::InvalidJson, "e");
  Diagnostics second;
  second.add({.severity = Severity::Note, .message = "n"});
  first.append(second);
  EXPECT_EQ(first.error_count(), 1U);
  ASSERT_EQ(first.all().size(), 3U);
  EXPECT_EQ(first.all()[2].message, "n");
}

TEST(Render, ShowsMessagePlaceLineCaretAndHelp) {
  SourceTable sources;
  const DocumentId id = sources.add("dir/a.json", "{\n\t\"é\": tru\n}");
  const Diagnostic diagnostic{
      Severity::Error, DiagnosticCode::InvalidJson, "`tru` is no JSON value",
      {id, 9, 12},     "put text in double quotes", {}};
  EXPECT_EQ(render(diagnostic, sources),
            "error[RC0200]: `tru` is no JSON value\n"
            "  --> dir/a.json:2:7\n"
            "  |\n"
            "2 | \t\"é\": tru\n"
            "  | \t     ^^^\n"
            "  = help: put text in double quotes\n");
}

TEST(Render, NamesTheFileWhenThereIsNoPlace) {
  const Diagnostic diagnostic{
      Severity::Warning, DiagnosticCode::CannotRead, "cannot read `x`", {}, {}, "dir/x"};
  EXPECT_EQ(render(diagnostic, SourceTable{}), "warning[RC0101]: cannot read `x`\n  --> dir/x\n");
}

TEST(Render, EscapesWhatCameFromOutside) {
  SourceTable sources;
  const DocumentId id = sources.add("a\x1b.json", "\x1b[2Jx \xE2\x80\xAE y\xFF");
  const std::string text =
      render({Severity::Note, DiagnosticCode::InvalidJson, "bad \x1b[31m", {id, 4, 5}, "h\x07", {}},
             sources);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(text.find('\xFF'), std::string::npos);
  EXPECT_NE(text.find("\\x1b[2Jx \\u202e y\\xff"), std::string::npos) << text;
  EXPECT_NE(text.find("\n  |        ^\n"), std::string::npos) << text;
}

TEST(Render, UnderlinesAPlaceWithoutExtent) {
  SourceTable sources;
  const DocumentId id = sources.add("a", "{");
  const std::string text =
      render({Severity::Error, DiagnosticCode::InvalidJson, "m", {id, 1, 1}, {}, {}}, sources);
  EXPECT_NE(text.find("1 | {\n  |  ^\n"), std::string::npos) << text;
}

TEST(Diagnostics, QuoteInputOfAnyLengthReadably) {
  Diagnostics diagnostics;
  diagnostics.error(DiagnosticCode::InvalidJson,
                    "`" + std::string(1'000'000, 'x') + "` is no JSON value");
  EXPECT_LT(diagnostics.all()[0].message.size(), 1'000U);
  EXPECT_TRUE(diagnostics.all()[0].message.ends_with("...` is no JSON value"));
}

}  // namespace
}  // namespace rolecall
