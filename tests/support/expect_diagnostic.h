// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/base/diagnostic.h"

namespace rolecall {

// What a diagnostic must say: all of it, so that a test fails when any part changes.
struct ExpectedDiagnostic {
  DiagnosticCode code{};
  std::string_view message{};
  std::string_view underlined{};  // The text in the file, as written; empty for no place.
  std::string_view help{};
  Severity severity = Severity::Error;
};

inline void expect_diagnostic(const Diagnostic& said, const SourceTable& sources,
                              const ExpectedDiagnostic& expected) {
  EXPECT_EQ(format_code(said.code), format_code(expected.code));
  EXPECT_EQ(said.message, expected.message);
  EXPECT_EQ(sources.text(sources.in_file(said.where)), expected.underlined);
  EXPECT_EQ(said.help, expected.help);
  EXPECT_EQ(severity_name(said.severity), severity_name(expected.severity));
}

// Exactly one diagnostic was said, and it is this one.
inline void expect_only(const Diagnostics& diagnostics, const SourceTable& sources,
                        const ExpectedDiagnostic& expected) {
  std::string all;
  for (const Diagnostic& each : diagnostics.all()) all += render(each, sources);
  ASSERT_EQ(diagnostics.all().size(), 1U) << all;
  expect_diagnostic(diagnostics.all()[0], sources, expected);
}

// Nothing was said.
inline void expect_none(const Diagnostics& diagnostics, const SourceTable& sources) {
  std::string all;
  for (const Diagnostic& each : diagnostics.all()) all += render(each, sources);
  EXPECT_EQ(all, "");
}

}  // namespace rolecall
