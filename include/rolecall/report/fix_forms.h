// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rolecall/report/explain_report.h"

namespace rolecall {

// A form in which a fix is written, to be applied elsewhere. docs/fixes.md shows each.
enum class FixForm : std::uint8_t {
  Diff,
  Document,
  Patch,
  Aws,
  Terraform,
  CloudFormation,
  Undo,
  Message,
};

struct FixFormRow {
  FixForm form{};
  std::string_view name{};  // As on the command line.
};
// Every form, in order; a meta-test walks it.
[[nodiscard]] std::span<const FixFormRow> fix_form_table();
[[nodiscard]] std::optional<FixForm> find_fix_form(std::string_view name);

// The call as the text of a request file, which changes of the call edit.
struct CallText {
  std::string name{};
  std::string text{};
  bool is_file = false;  // There is such a file; otherwise the text was made from other inputs.
};

// Writes a fix of `answer` in one form. There is one part for everybody who has to act, and each
// change has a comment above it that says who has to do what. Comments begin with `# `, which
// `patch`, shells, Terraform and YAML accept; a Document or Patch of a single change is JSON
// without comments. What a form cannot express becomes a comment. Safe to print on a terminal.
[[nodiscard]] std::string write_fix_form(const ExplainAnswer& answer, const CallText& call,
                                         const VerifiedFix& fix, FixForm form);

}  // namespace rolecall
