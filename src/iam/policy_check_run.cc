// SPDX-License-Identifier: Apache-2.0
#include "iam/policy_check_run.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"

namespace rolecall {

namespace {

// The actions that have a bit of their own.
constexpr auto kNamed = std::to_array<std::string_view>(
    {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:TagSession",
     "sts:SetSourceIdentity", "sts:SetContext", "sts:AssumeRoot", "iam:PassRole"});

bool matches_any(const PatternList& actions, std::string_view name) {
  return std::any_of(actions.items.begin(), actions.items.end(), [&](const Text& each) {
    return wildcard_match(each.value, name, Case::Insensitive);
  });
}

// Whether the pattern may match an action without a bit of its own. STS actions that begin with
// `AssumeRole` all have one.
bool may_match_other(const Text& pattern) {
  if (has_wildcard(pattern.value)) {
    return !starts_with_ignore_case(pattern.value, "sts:AssumeRole");
  }
  return action_bit(pattern.value) == actions::kOther;
}

}  // namespace

void PolicyCheckRun::report(Severity severity, std::string message, Span at, std::string help) {
  constexpr std::size_t kLongest = 400;
  for (std::string* text : {&message, &help}) {
    if (text->size() <= kLongest) continue;
    std::size_t end = kLongest;
    while ((static_cast<unsigned char>((*text)[end]) & 0xC0) == 0x80) --end;
    text->replace(end, std::string::npos, "...");
  }
  findings_.add({severity, code_, std::move(message), at, std::move(help), {}});
}

std::string suggest(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format("did you mean `{}`?", near);
}

bool has_prefix(std::string_view key, std::string_view prefix) {
  return starts_with_ignore_case(key, prefix);
}

bool has_open_wildcard(std::string_view text, std::string_view wildcards) {
  const auto holds = [&](std::string_view part) {
    return part.find_first_of(wildcards) != std::string_view::npos;
  };
  while (true) {
    const std::size_t begin = text.find("${");
    if (holds(text.substr(0, begin))) return true;
    if (begin == std::string_view::npos) return false;
    const std::size_t end = text.find('}', begin);
    if (end == std::string_view::npos) return holds(text.substr(begin));
    text.remove_prefix(end + 1);
  }
}

ActionSet matched_actions(const PatternList& actions) {
  ActionSet matched = 0;
  for (const std::string_view name : kNamed) {
    if (matches_any(actions, name) != actions.negated) matched |= action_bit(name);
  }
  const bool other =
      actions.negated || std::any_of(actions.items.begin(), actions.items.end(), &may_match_other);
  return other ? static_cast<ActionSet>(matched | actions::kOther) : matched;
}

CallerSet callers_of(const PrincipalElement& principal) {
  switch (principal.form) {
    case PrincipalForm::Account:
      return callers::kUser | callers::kRole | callers::kRoot;
    case PrincipalForm::User:
      return callers::kUser;
    case PrincipalForm::Role:
    case PrincipalForm::Session:
      return callers::kRole;
    case PrincipalForm::UniqueId:
      return principal.value.value.starts_with("AIDA") ? callers::kUser : callers::kRole;
    case PrincipalForm::Service:
      return callers::kService;
    case PrincipalForm::OidcProvider:
    case PrincipalForm::WellKnownIssuer:
      return callers::kOidc;
    case PrincipalForm::SamlProvider:
      return callers::kSaml;
    case PrincipalForm::Everyone:
    case PrincipalForm::FederatedUser:
    case PrincipalForm::Wildcard:
    case PrincipalForm::Group:
    case PrincipalForm::InstanceProfile:
    case PrincipalForm::Canonical:
    case PrincipalForm::Malformed:
      return callers::kAll;
  }
  return callers::kAll;
}

CallerSet callers_with(std::string_view key) {
  if (const ContextKey* row = find_context_key(key)) return row->caller_set;
  // A role session keeps some keys of the assertion or token it was made with.
  if (has_prefix(key, "saml:")) return callers::kSaml | callers::kRole;
  if (is_issuer_key(key)) return callers::kOidc | callers::kRole;
  return callers::kAll;
}

bool true_when_absent(const Condition& condition) {
  if (condition.operation == nullptr) return false;
  if (condition.operation->family == OperatorFamily::Null) {
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [](const Text& each) { return equals_ignore_case(each.value, "true"); });
  }
  if (condition.if_exists || condition.qualifier == Qualifier::ForAllValues) return true;
  return condition.qualifier == Qualifier::None && condition.operation->negated;
}

std::span<const PrincipalElement> principals_of(const Statement& statement) {
  if (statement.principal.negated) return {};
  return statement.principal.items;
}

ArnFields split_arn_pattern(std::string_view text) {
  ArnFields fields;
  std::size_t begin = 0;
  bool in_variable = false;
  for (std::size_t i = 0; i < text.size() && fields.count < 5; ++i) {
    if (text.substr(i).starts_with("${")) in_variable = true;
    if (text[i] == '}') in_variable = false;
    if (text[i] != ':' || in_variable) continue;
    fields.field[fields.count++] = text.substr(begin, i - begin);
    begin = i + 1;
  }
  fields.field[fields.count++] = text.substr(begin);
  return fields;
}

}  // namespace rolecall
