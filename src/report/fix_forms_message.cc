// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "report/caller_words.h"
#include "report/fix_forms_parts.h"

// Messages that tell each owner what to do, to be sent as they are.
namespace rolecall {

namespace {

void add_line(std::string& text, std::string_view line) {
  text += escape_for_terminal(line);
  text += '\n';
}

void add_task(std::string& text, std::size_t number, const Estate& estate,
              const FixChange& change) {
  constexpr std::size_t kMost = 40;
  add_line(text, fmt::format("{}. {}", number, change.summary));
  std::vector<std::string> lines = short_commands(estate, change);
  if (lines.empty() && change.kind == FixKind::Policy) lines = changed_lines(change);
  for (std::size_t i = 0; i < std::min(lines.size(), kMost); ++i) {
    add_line(text, fmt::format("     {}", lines[i]));
  }
  if (lines.size() > kMost) {
    add_line(text, fmt::format("     and {} more lines", lines.size() - kMost));
  }
}

}  // namespace

std::string write_message(const ExplainAnswer& answer, const VerifiedFix& fix,
                          std::span<const FixChange* const> own,
                          std::span<const FixChange* const> others) {
  const AssumeRequest& request = answer.request;
  std::string text;
  add_line(text, fmt::format("To {}", actor_of(*own[0])));
  text += '\n';
  add_line(text, fmt::format("{} cannot assume {}{}. Please:",
                             short_name(answer.diagnosis.decision, request.principal),
                             short_role(request.role),
                             request.action.empty() ? "" : fmt::format(" ({})", request.action)));
  text += '\n';
  for (std::size_t i = 0; i < own.size(); ++i) add_task(text, i + 1, answer.estate, *own[i]);
  text += '\n';
  for (const FixChange* each : others) {
    add_line(text, fmt::format("Needed too, from {}: {}.", actor_of(*each), each->summary));
  }
  add_line(text, fix.decision_after() == Decision::Allowed
                     ? "With this the call is allowed, by the exports it was tried on."
                     : "With this nothing that the exports show refuses the call any more.");
  for (std::string each : let_in_lines(fix)) {
    each[0] = ascii_upper(each[0]);
    text += each + ".\n";
  }
  for (const std::string& each : fix.warnings()) add_line(text, fmt::format("Mind: {}.", each));
  return text;
}

}  // namespace rolecall
