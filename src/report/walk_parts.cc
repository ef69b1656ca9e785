// SPDX-License-Identifier: Apache-2.0
#include "report/walk_parts.h"

#include <string_view>

#include <fmt/format.h>

#include "rolecall/base/text.h"

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

// What the call has to pass: `with the session name `x``.
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

std::string_view decision_word(const Hop& hop) {
  return hop.unknown                               ? "unknown"
         : hop.condition == ResidualTable::kAlways ? "allowed"
                                                   : "conditional";
}

void write_call(JsonWriter& out, const ResidualTable& residuals, const Hop& hop) {
  out.begin_object();
  out.member("role", hop.role->arn);
  out.member("action", hop.action);
  out.member("decision", decision_word(hop));
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

void write_calls(JsonWriter& out, const ResidualTable& residuals,
                 const std::vector<const Hop*>& hops) {
  out.key("calls");
  out.begin_array();
  for (const Hop* hop : hops) write_call(out, residuals, *hop);
  out.end_array();
}

}  // namespace rolecall
