// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rolecall/report/explain_report.h"

namespace rolecall {

// A form in which a fix can be taken to where it is applied. docs/fixes.md shows each.
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
  std::string_view name{};  // On the command line.
};
// Every form, in order; a meta-test walks it.
[[nodiscard]] std::span<const FixFormRow> fix_form_table();
[[nodiscard]] std::optional<FixForm> find_fix_form(std::string_view name);

// The call as a request file, for changes of the call.
struct CallText {
  std::string name{};
  std::string text{};
  bool is_file = false;  // It was read like this; otherwise it is put together from other inputs.
};

// A fix of `answer` in one form, one part for everybody who has to act, each change below a comment
// that says who and what. Comments begin with `# ` and are understood by `patch`, a shell,
// Terraform and YAML; a Document or Patch of a single change is JSON without them. What a form
// cannot express is said in a comment. Safe to print on a terminal.
[[nodiscard]] std::string write_fix_form(const ExplainAnswer& answer, const CallText& call,
                                         const VerifiedFix& fix, FixForm form);

}  // namespace rolecall
