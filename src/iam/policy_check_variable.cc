// SPDX-License-Identifier: Apache-2.0
// Policy variables: whether they are expanded where they stand, and whether they have a value.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/variable.h"

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

bool holds_variable(std::string_view text) {
  bool found = false;
  visit_variables(text, [&](std::string_view body, std::size_t) {
    found = found || !is_variable_escape(body);
  });
  return found;
}

// Offset of the last field of an ARN.
std::size_t last_field(std::string_view text) {
  const ArnFields arn = split_arn_pattern(text);
  if (arn.count < 6) return std::string_view::npos;
  return static_cast<std::size_t>(arn.field[5].data() - text.data());
}

std::string_view key_of(std::string_view body) {
  return trim(body.substr(0, body.find(',')));
}

// Calls `use` for each text in which variables are expanded.
template <typename Use>
void each_expanded(const Policy& policy, Use use) {
  for (const Statement& statement : policy.statements) {
    for (const Text& each : statement.resource.items) use(each);
    for (const Condition& condition : statement.conditions) {
      if (condition.operation == nullptr || !condition.operation->variables) continue;
      for (const Text& each : condition.values) use(each);
    }
  }
}

void warn_not_expanded(PolicyCheckRun& run, const Text& text, std::string_view place) {
  if (!holds_variable(text.value)) return;
  run.warning(fmt::format("`{}`: variables are not expanded in {}", text.value, place), text.at);
}

void check_resource_variables(PolicyCheckRun& run, const Text& resource) {
  const std::size_t last = last_field(resource.value);
  bool early = false;
  visit_variables(resource.value, [&](std::string_view body, std::size_t at) {
    early = early || (!is_variable_escape(body) && at < last);
  });
  if (!early) return;
  run.warning(fmt::format("`{}`: in a resource, variables are expanded after the fifth colon only",
                          resource.value),
              resource.at);
}

void check_nested_variables(PolicyCheckRun& run, const Text& text) {
  visit_variables(text.value, [&](std::string_view body, std::size_t) {
    if (body.find("${") != std::string_view::npos) {
      run.warning(fmt::format("`{}`: a variable inside a variable is not expanded", text.value),
                  text.at);
    } else if (is_multi_valued_key(key_of(body))) {
      run.warning(fmt::format("`${{{}}}` holds a list, so the variable has no value", key_of(body)),
                  text.at, "compare the key itself in a condition");
    }
  });
}

// Why the variable never has a value, or empty.
std::string_view unknown_reason(std::string_view body) {
  const std::string_view key = key_of(body);
  if (is_variable_escape(body) || body.find("${") != std::string_view::npos) return {};
  if (key.find(':') == std::string_view::npos) return "it names no condition key";
  const bool listed = find_context_key(key) != nullptr;
  const bool ours = has_prefix(key, "aws:") || has_prefix(key, "sts:");
  return ours && !listed ? "AWS documents no such condition key" : std::string_view();
}

}  // namespace

void check_misplaced_variables(PolicyCheckRun& run) {
  if (!run.policy.variables) return;
  for (const Statement& statement : run.policy.statements) {
    warn_not_expanded(run, statement.sid, "a Sid");
    for (const Text& each : statement.action.items) warn_not_expanded(run, each, "an action");
    for (const PrincipalElement& each : statement.principal.items) {
      if (!holds_variable(each.value.value)) continue;
      run.error(fmt::format("`{}`: a principal cannot have variables", each.value.value),
                each.value.at, "name the principal, or put the variable into a condition");
    }
    for (const Text& each : statement.resource.items) check_resource_variables(run, each);
    for (const Condition& condition : statement.conditions) {
      warn_not_expanded(run, condition.key, "a condition key");
      if (condition.operation == nullptr || condition.operation->variables) continue;
      for (const Text& each : condition.values) {
        warn_not_expanded(run, each, fmt::format("values of `{}`", condition.operator_text.value));
      }
    }
  }
  each_expanded(run.policy, [&](const Text& each) { check_nested_variables(run, each); });
}

void check_unknown_variables(PolicyCheckRun& run) {
  if (!run.policy.variables) return;
  each_expanded(run.policy, [&](const Text& text) {
    visit_variables(text.value, [&](std::string_view body, std::size_t) {
      const std::string_view reason = unknown_reason(body);
      if (reason.empty()) return;
      // What a template tool should have replaced: AWS::AccountId, a parameter name.
      const bool of_template =
          body.find("::") != std::string_view::npos || body.find(':') == std::string_view::npos;
      std::vector<std::string_view> names;
      for (const ContextKey& row : context_keys()) names.push_back(row.name);
      run.warning(fmt::format("`${{{}}}` never has a value: {}", body, reason), text.at,
                  of_template ? "let the template tool replace it before the policy is stored"
                              : suggest(key_of(body), names));
    });
  });
}

}  // namespace rolecall
