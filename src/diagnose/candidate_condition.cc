// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/cidr.h"
#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/context_key.h"

#include "diagnose/candidate.h"

// Generators that correct one condition of an Allow statement.
namespace rolecall {

namespace {

bool is_text(OperatorFamily family) {
  return family == OperatorFamily::StringEquals ||
         family == OperatorFamily::StringEqualsIgnoreCase || family == OperatorFamily::StringLike ||
         family == OperatorFamily::Arn;
}

const ContextEntry* known_entry(const Finding& finding) {
  if (finding.condition == nullptr || finding.condition->operation == nullptr ||
      finding.statement->effect != Effect::Allow || finding.sub == nullptr) {
    return nullptr;
  }
  const ContextEntry& entry = finding.sub->authorization.context.find(finding.condition->key.value,
                                                                      finding.condition->key_hash);
  return entry.state == KeyState::Known && !entry.values.empty() ? &entry : nullptr;
}

std::string values_pointer(const PolicyEditor& editor, const Finding& finding) {
  return editor.condition(finding.statement->index, finding.condition->operator_text.value,
                          finding.condition->key.value);
}

// Whether a value can be replaced because no real value equals it: it has wildcards under an exact
// operator.
bool is_useless(const Condition& condition, std::string_view value) {
  const bool exact = condition.operation->family == OperatorFamily::StringEquals;
  return exact && has_wildcard(value);
}

// Whether the old value is to be replaced. An external ID is: adding one would leave the old valid.
bool is_replaced(const Finding& finding, std::string_view value) {
  return equals_ignore_case(finding.condition->key.value, "sts:ExternalId") ||
         is_useless(*finding.condition, value);
}

// A single address as a CIDR block.
std::string as_block(const std::string& address) {
  const auto cidr = Cidr::parse(address);
  if (!cidr || address.find('/') != std::string::npos) return address;
  return address + (cidr->v6 ? "/128" : "/32");
}

// Whether the value means itself under the operator: it has no `*` or `?` that would be a wildcard.
bool is_exact_under(const Condition& condition, std::string_view value) {
  return !condition.operation->wildcards || !has_wildcard(value);
}

// The pattern in the letter case of the actual value, before its first and after its last wildcard.
std::string with_case_of(std::string_view pattern, std::string_view actual) {
  const std::size_t first = pattern.find_first_of("*?");
  if (first == std::string_view::npos) return std::string(actual);
  const std::size_t last = pattern.size() - pattern.find_last_of("*?") - 1;
  if (first + last > actual.size()) return std::string(pattern);
  return fmt::format("{}{}{}", actual.substr(0, first),
                     pattern.substr(first, pattern.size() - first - last),
                     actual.substr(actual.size() - last));
}

std::string_view nearest_pattern(const Finding& finding, std::string_view actual) {
  for (const Text& each : finding.condition->values) {
    if (wildcard_match(each.value, actual, Case::Insensitive)) return each.value;
  }
  return {};
}

FixChange pattern_change(FixChange change, std::string_view key, std::string_view pattern) {
  if (has_wildcard(pattern)) {
    change.opens = true;
    change.warnings.push_back(fmt::format("every `{}` that matches `{}` is let in", key, pattern));
  }
  return change;
}

}  // namespace

void correct_values(const Finding& finding, Candidates& out) {
  const ContextEntry* entry = known_entry(finding);
  if (entry == nullptr || finding.condition->operation->negated) return;
  const Condition& condition = *finding.condition;
  const bool address = condition.operation->family == OperatorFamily::IpAddress;
  if (!address && !is_text(condition.operation->family)) return;
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  const std::string pointer = values_pointer(editor, finding);
  std::vector<std::string> added;
  for (const std::string& actual : entry->values) {
    const std::string value = address ? as_block(actual) : actual;
    if (!is_exact_under(condition, value)) return;
    const bool listed = std::any_of(condition.values.begin(), condition.values.end(),
                                    [&](const Text& each) { return each.value == value; });
    if (listed) continue;
    const std::string_view near = nearest_pattern(finding, actual);
    const std::string_view old = !near.empty()              ? near
                                 : condition.values.empty() ? ""
                                                            : condition.values[0].value;
    if (added.empty() && !old.empty() && is_replaced(finding, old)) {
      editor.replace_value(pointer, old, value);
    } else {
      editor.add_value(pointer, value);
    }
    added.push_back(value);
  }
  add_candidate(out, finding, *std::move(change), editor,
                fmt::format("let `{}` be `{}` in {}", condition.key.value, join_list(added),
                            statement_place(finding)));
}

void use_patterns(const Finding& finding, Candidates& out) {
  const ContextEntry* entry = known_entry(finding);
  if (entry == nullptr || finding.condition->operation->family != OperatorFamily::StringEquals ||
      finding.condition->operation->negated) {
    return;
  }
  const std::string_view pattern = nearest_pattern(finding, entry->values[0]);
  auto change = change_of_policy(finding, *finding.policy);
  // `*` alone would let everybody in.
  if (!change || pattern.empty() || pattern == "*") return;
  const std::string written(finding.condition->operator_text.value);
  std::string operation = written;
  const std::size_t at = operation.find("Equals");
  if (at == std::string::npos) return;
  operation.replace(at, std::string_view("Equals").size(), "Like");
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.move_condition(finding.statement->index, written, finding.condition->key.value, operation,
                        finding.condition->key.value);
  add_candidate(
      out, finding, pattern_change(*std::move(change), finding.condition->key.value, pattern),
      editor,
      fmt::format("compare `{}` with {} instead of {} in {}", finding.condition->key.value,
                  operation, written, statement_place(finding)));
}

void correct_case(const Finding& finding, Candidates& out) {
  const ContextEntry* entry = known_entry(finding);
  if (entry == nullptr || finding.condition->operation->negated) return;
  const std::string& actual = entry->values[0];
  const std::string_view pattern = nearest_pattern(finding, actual);
  auto change = change_of_policy(finding, *finding.policy);
  if (!change || pattern.empty()) return;
  const auto replace = [&](const std::string& value, FixChange made) {
    PolicyEditor editor = edit_policy(finding, *finding.policy);
    editor.replace_value(values_pointer(editor, finding), pattern, value);
    add_candidate(
        out, finding, std::move(made), editor,
        fmt::format("write `{}` as `{}` in {}", pattern, value, statement_place(finding)));
  };
  if (is_exact_under(*finding.condition, actual)) replace(actual, *change);
  const std::string corrected = with_case_of(pattern, actual);
  if (corrected != actual && corrected != pattern) {
    replace(corrected, pattern_change(*std::move(change), finding.condition->key.value, corrected));
  }
}

void add_set_operator(const Finding& finding, Candidates& out) {
  if (finding.condition == nullptr || finding.condition->qualifier != Qualifier::None) return;
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  const std::string_view written = finding.condition->operator_text.value;
  const std::string operation = fmt::format("ForAnyValue:{}", written);
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.move_condition(finding.statement->index, written, finding.condition->key.value, operation,
                        finding.condition->key.value);
  add_candidate(out, finding, *std::move(change), editor,
                fmt::format("compare `{}`, which holds a list, with {} in {}",
                            finding.condition->key.value, operation, statement_place(finding)));
}

void ask_for_any_value(const Finding& finding, Candidates& out) {
  if (finding.condition == nullptr || finding.condition->qualifier != Qualifier::ForAllValues) {
    return;
  }
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  const std::string written(finding.condition->operator_text.value);
  const std::string operation = "ForAnyValue" + written.substr(written.find(':'));
  change->opens = true;
  change->warnings.push_back(
      fmt::format("one value of `{}` that fits is enough; the others are not looked at",
                  finding.condition->key.value));
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.move_condition(finding.statement->index, written, finding.condition->key.value, operation,
                        finding.condition->key.value);
  add_candidate(
      out, finding, *std::move(change), editor,
      fmt::format("ask with {} whether any value fits in {}", operation, statement_place(finding)));
}

void rename_key(const Finding& finding, Candidates& out) {
  if (finding.condition == nullptr) return;
  const std::string_view key = finding.condition->key.value;
  std::string right;
  const std::size_t colon = key.rfind(':');
  if (finding.caller->kind == CallerKind::Oidc && colon != std::string_view::npos &&
      is_oidc_claim_key(finding.caller->issuer, key.substr(colon + 1))) {
    right = fmt::format("{}:{}", finding.caller->issuer, key.substr(colon + 1));
  } else {
    std::vector<std::string_view> names;
    for (const ContextKey& row : context_keys()) names.push_back(row.name);
    right = nearest(key, names);
  }
  auto change = change_of_policy(finding, *finding.policy);
  if (right.empty() || right == key || !change) return;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.move_condition(finding.statement->index, finding.condition->operator_text.value, key,
                        finding.condition->operator_text.value, right);
  add_candidate(
      out, finding, *std::move(change), editor,
      fmt::format("write the key `{}` as `{}` in {}", key, right, statement_place(finding)));
}

void update_version(const Finding& finding, Candidates& out) {
  if (finding.policy == nullptr || finding.policy->variables) return;
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.add("/Version", "\"2012-10-17\"");
  add_candidate(out, finding, *std::move(change), editor,
                fmt::format("set Version 2012-10-17 in {}, so that its policy variables are "
                            "expanded",
                            finding.cause.policy));
}

}  // namespace rolecall
