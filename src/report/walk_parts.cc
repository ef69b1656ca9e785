// SPDX-License-Identifier: Apache-2.0
#include "report/walk_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "report/json_parts.h"
#include "report/residual_report.h"

namespace rolecall {

namespace {

std::string tag_words(const std::vector<NamedValue>& tags) {
  std::vector<std::string> words;
  words.reserve(tags.size());
  for (const NamedValue& each : tags)
    words.push_back(fmt::format("`{}={}`", each.first, each.second));
  return join_list(words);
}

// The parameters that the call has to pass: `with the session name `x``.
std::string choice_words(const CallChoice& choice) {
  std::vector<std::string> words;
  if (!choice.session_name.empty()) {
    words.push_back(fmt::format("the session name `{}`", choice.session_name));
  }
  if (!choice.tags.empty()) {
    words.push_back(fmt::format("the {}session tag{} {}", choice.transitive ? "transitive " : "",
                                choice.tags.size() == 1 ? "" : "s", tag_words(choice.tags)));
  }
  if (!choice.source_identity.empty()) {
    words.push_back(fmt::format("the source identity `{}`", choice.source_identity));
  }
  return words.empty() ? "" : "with " + join_list(words);
}

void write_call(JsonWriter& out, const ResidualTable& residuals, const Hop& hop) {
  out.begin_object();
  out.member("role", hop.role->arn);
  out.member("action", hop.action);
  out.member("decision", hop_decision(hop));
  out.member_or_null("session_name", hop.choice.session_name);
  out.key("tags");
  out.begin_object();
  for (const NamedValue& tag : hop.choice.tags) out.member(tag.first, tag.second);
  out.end_object();
  out.member("transitive", hop.choice.transitive);
  out.member_or_null("source_identity", hop.choice.source_identity);
  out.member("description", describe_residual(residuals, hop.condition));
  out.key("condition");
  write_residual_json(out, residuals, hop.condition);
  out.key("not_checked");
  out.begin_array();
  for (const Gate gate : hop.not_checked) out.string(gate_name(gate));
  out.end_array();
  out.end_object();
}

}  // namespace

std::string call_terms(const ResidualTable& residuals, const Hop& hop) {
  std::string text = choice_words(hop.choice);
  if (hop.condition != ResidualTable::kAlways) {
    const std::string words = describe_residual(residuals, hop.condition);
    const bool bare = words.starts_with("with");
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", bare ? "" : "if ", words);
  }
  return text;
}

std::string start_text(std::span<const WalkStart> starts, std::size_t start,
                       std::string_view from) {
  const auto asked = WalkStart::parse(from);
  const bool itself = starts.size() == 1 && asked && asked->kind == starts[0].kind;
  return itself ? std::string(from) : starts[start].text();
}

std::string_view hop_decision(const Hop& hop) {
  return hop.unknown                               ? "unknown"
         : hop.condition == ResidualTable::kAlways ? "allowed"
                                                   : "conditional";
}

std::vector<const Hop*> walk_to(const ReachAnswer& answer, std::size_t at) {
  std::vector<const Hop*> hops;
  for (; at != kNoHop; at = answer.sessions[at].before) hops.push_back(&answer.sessions[at].hop);
  std::reverse(hops.begin(), hops.end());
  return hops;
}

void write_calls(JsonWriter& out, const ResidualTable& residuals,
                 const std::vector<const Hop*>& hops) {
  out.key("calls");
  out.begin_array();
  for (const Hop* hop : hops) write_call(out, residuals, *hop);
  out.end_array();
}

std::string_view unread_words(const Estate& estate) {
  return estate.incomplete ? "; not all of the estate could be read" : "";
}

void write_gaps(TextLines& out, const std::vector<WhoGap>& gaps) {
  if (gaps.empty()) return;
  out.line("\nThere may be more:");
  for (const WhoGap& gap : gaps) {
    out.wrapped(escape_for_terminal(fmt::format("- {}: {}", gap.what, gap.why)), 2);
    if (!gap.obtain.empty()) out.line("      " + escape_for_terminal(gap.obtain));
  }
}

void write_unchecked(TextLines& out, const Unchecked& unchecked) {
  if (unchecked.empty()) return;
  out.line("");
  out.wrapped(fmt::format("Not checked: {}", unchecked.titles()), 0, /*hang=*/4);
  for (const std::string& each : unchecked.commands()) {
    out.line("  " + escape_for_terminal(each));
  }
}

void write_explain(TextLines& out, std::string_view from, std::string_view role) {
  out.line(fmt::format("  rolecall explain --from {} --to {} --estate ...",
                       escape_for_terminal(shell_quoted(from)),
                       escape_for_terminal(shell_quoted(role))));
}

void write_settling(TextLines& out, std::string_view from, std::string_view role) {
  const auto start = WalkStart::parse(from);
  if (!start || start->kind != WalkStart::Kind::Principal) return;
  out.line("\nWhat would settle it:");
  write_explain(out, from, role);
}

void write_settling(TextLines& out, std::string from, const std::vector<const Hop*>& walk) {
  for (const Hop* const each : walk) {
    if (each->unknown) return write_settling(out, from, each->role->arn);
    from = each->role->arn;
  }
}

Unchecked unchecked_of(const ReachReport& report) {
  const ReachAnswer& answer = report.answer;
  Unchecked unchecked(report.estate);
  for (const std::size_t at : answer.roles) {
    const Reached& each = answer.sessions[at];
    const bool direct = each.before == kNoHop;
    unchecked.add(each.hop, direct ? account_of(report.starts[each.start])
                                   : std::string(answer.sessions[each.before].hop.account));
  }
  return unchecked;
}

Unchecked unchecked_of(const PathReport& report) {
  Unchecked unchecked(report.estate);
  for (std::size_t i = 0; i < report.answer.paths.size(); ++i) {
    unchecked.add(calls_of(report.answer.paths[i]),
                  account_of(report.starts[report.answer.starts[i]]));
  }
  return unchecked;
}

std::vector<const Hop*> calls_of(const std::vector<Hop>& path) {
  std::vector<const Hop*> calls;
  calls.reserve(path.size());
  for (const Hop& each : path) calls.push_back(&each);
  return calls;
}

void write_gaps(JsonWriter& out, const std::vector<WhoGap>& gaps) {
  out.key("gaps");
  out.begin_array();
  for (const WhoGap& gap : gaps) {
    out.begin_object();
    out.member("what", gap.what);
    out.member("why", gap.why);
    out.member_or_null("obtain", gap.obtain);
    out.end_object();
  }
  out.end_array();
}

void write_end(JsonWriter& out, const std::vector<WhoGap>& gaps, const Unchecked& unchecked,
               const Estate& estate, const Diagnostics& diagnostics) {
  write_gaps(out, gaps);
  unchecked.write(out);
  out.key("diagnostics");
  out.begin_array();
  for (const Diagnostic& each : diagnostics.all()) {
    write_diagnostic(out, estate.sources(), each);
  }
  out.end_array();
  out.end_object();
}

}  // namespace rolecall
