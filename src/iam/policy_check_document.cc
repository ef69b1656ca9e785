// SPDX-License-Identifier: Apache-2.0
// Checks of the document as a whole: its size, characters, version and labels.
#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

// The size limit of one kind of policy, in characters.
struct SizeLimit {
  PolicyKind kind{};
  std::size_t usual = 0;
  std::size_t raised = 0;  // The highest limit that can be had.
  bool counts_white_space = false;
  std::string_view unless{};  // The case in which the raised limit applies.
};
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html,
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
constexpr auto kSizeLimits = std::to_array<SizeLimit>({
    {PolicyKind::Identity, 6144, 10240, false, "it is an inline policy of a role"},
    {PolicyKind::Trust, 2048, 8192, false, "the quota of the account was raised"},
    {PolicyKind::Boundary, 6144, 6144, false, ""},
    {PolicyKind::Session, 2048, 2048, false, ""},
    {PolicyKind::ServiceControl, 10240, 10240, true, ""},
    {PolicyKind::ResourceControl, 5120, 5120, true, ""},
    {PolicyKind::VpcEndpoint, 20480, 20480, true, ""},
});

bool is_white_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t count_characters(std::string_view text, bool white_space) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [&](char c) {
    const bool first_byte = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return first_byte && (white_space || !is_white_space(c));
  }));
}

// Whether the text has a variable that Version 2012-10-17 would expand.
bool looks_like_variable(std::string_view text) {
  const std::size_t begin = text.find("${");
  if (begin == std::string_view::npos) return false;
  const std::size_t end = text.find('}', begin);
  return end != std::string_view::npos && end > begin + 2;
}

// Calls `use` for each resource and condition value, which are where variables are expanded.
template <typename Use>
void each_expandable(const Policy& policy, Use use) {
  for (const Statement& statement : policy.statements) {
    for (const Text& each : statement.resource.items) use(each);
    for (const Condition& condition : statement.conditions) {
      if (condition.operation == nullptr || !condition.operation->variables) continue;
      for (const Text& each : condition.values) use(each);
    }
  }
}

bool uses_variables(const Policy& policy) {
  bool found = false;
  each_expandable(policy,
                  [&](const Text& each) { found = found || looks_like_variable(each.value); });
  return found;
}

Span first_character(Span at) {
  return {at.document, at.begin, std::min(at.end, at.begin + 1)};
}

}  // namespace

std::optional<PolicySizeFault> find_size_fault(PolicyKind kind, std::string_view text) {
  const auto* const limit = std::find_if(kSizeLimits.begin(), kSizeLimits.end(),
                                         [&](const SizeLimit& each) { return each.kind == kind; });
  if (limit == kSizeLimits.end()) return std::nullopt;
  const std::size_t size = count_characters(text, limit->counts_white_space);
  const std::string_view counted =
      limit->counts_white_space ? "characters" : "characters without white space";
  if (size > limit->raised) {
    return PolicySizeFault{true, fmt::format("the policy has {} {}, and a {} has at most {}", size,
                                             counted, policy_kind_title(kind), limit->raised)};
  }
  if (size <= limit->usual) return std::nullopt;
  return PolicySizeFault{
      false, fmt::format("the policy has {} {}: more than the {} that AWS takes, unless {}", size,
                         counted, limit->usual, limit->unless)};
}

void check_size(PolicyCheckRun& run) {
  if (run.origin == PolicyOrigin::Stored) return;
  auto fault = find_size_fault(run.policy.kind, run.sources.text(run.policy.at));
  if (!fault) return;
  const Span at = first_character(run.policy.at);
  constexpr std::string_view kHelp = "split it, or shorten it with wildcards";
  if (fault->certain) {
    run.error(std::move(fault->message), at, std::string(kHelp));
  } else {
    run.warning(std::move(fault->message), at, std::string(kHelp));
  }
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: tab, line ends and
// U+0020 to U+00FF.
void check_characters(PolicyCheckRun& run) {
  if (run.origin == PolicyOrigin::Stored) return;
  const std::string_view text = run.sources.text(run.policy.at);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // In UTF-8, U+0080 to U+00FF begin with C2 or C3; other sequences are of higher characters.
    if (byte < 0xC4) continue;
    const std::size_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    const auto begin = run.policy.at.begin + static_cast<std::uint32_t>(i);
    const Span at{run.policy.at.document, begin, begin + static_cast<std::uint32_t>(length)};
    run.error(
        fmt::format("`{}` is a character that IAM refuses in a policy", text.substr(i, length)), at,
        "write a plain character in its place");
    return;
  }
}

void check_version(PolicyCheckRun& run) {
  const Text& version = run.policy.version;
  if (run.policy.variables || (!version.value.empty() && version.value != "2008-10-17")) return;
  if (uses_variables(run.policy)) return;
  run.note(version.value.empty() ? "the policy has no Version, which means 2008-10-17"
                                 : "the policy is of Version 2008-10-17, which has no variables",
           version.value.empty() ? first_character(run.policy.at) : version.at,
           "write \"Version\": \"2012-10-17\"");
}

void check_inactive_variables(PolicyCheckRun& run) {
  if (run.policy.variables) return;
  each_expandable(run.policy, [&](const Text& each) {
    if (!looks_like_variable(each.value)) return;
    run.warning(
        fmt::format("`{}` is plain text: {}", each.value,
                    run.policy.version.value.empty() ? "without Version the policy has no variables"
                                                     : "Version 2008-10-17 has no variables"),
        each.at, "write \"Version\": \"2012-10-17\"");
  });
}

void check_repeated_sids(PolicyCheckRun& run) {
  std::unordered_map<std::string_view, std::uint32_t> seen;
  for (const Statement& statement : run.policy.statements) {
    if (statement.sid.value.empty()) continue;
    const auto [place, is_new] = seen.try_emplace(statement.sid.value, statement.index);
    if (is_new) continue;
    run.error(
        fmt::format("Sid `{}` is that of statement {} too", statement.sid.value, place->second),
        statement.sid.at, "give every statement a Sid of its own, or none");
  }
}

void check_sid_characters(PolicyCheckRun& run) {
  for (const Statement& statement : run.policy.statements) {
    const std::string_view sid = statement.sid.value;
    const bool good = std::all_of(sid.begin(), sid.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
    if (good) continue;
    run.error(fmt::format("Sid `{}` has characters other than letters A to Z and digits", sid),
              statement.sid.at, "leave them out");
  }
}

void check_id(PolicyCheckRun& run) {
  if (run.policy.id.value.empty()) return;
  run.note("`Id` is an element of resource-based policies only", run.policy.id.at, "remove it");
}

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
void check_resource_control_form(PolicyCheckRun& run) {
  const Policy& policy = run.policy;
  if (policy.version.value != "2012-10-17") {
    const bool none = policy.version.value.empty();
    run.error("a resource control policy must be of Version 2012-10-17",
              none ? first_character(policy.at) : policy.version.at,
              "write \"Version\": \"2012-10-17\"");
  }
  for (const Statement& statement : policy.statements) {
    if (statement.effect == Effect::Allow) {
      run.error(
          "a resource control policy can only deny; RCPFullAWSAccess, which AWS attaches, "
          "allows",
          first_character(statement.at), "write \"Effect\": \"Deny\" or remove the statement");
    }
    if (statement.principal.negated) {
      run.error("a resource control policy has no `NotPrincipal`", statement.principal.at,
                "write \"Principal\": \"*\" and a condition on `aws:PrincipalArn`");
    } else if (statement.principal.present) {
      for (const PrincipalElement& each : statement.principal.items) {
        if (each.value.value == "*") continue;
        run.error(fmt::format("the principal of a resource control policy is \"*\", not `{}`",
                              each.value.value),
                  each.value.at,
                  "write \"Principal\": \"*\" and a condition on `aws:PrincipalArn`");
      }
    }
    if (statement.action.negated) {
      run.error("a resource control policy has no `NotAction`", statement.action.at,
                "list the actions in `Action`");
    }
    for (const Text& each : statement.action.items) {
      if (statement.action.negated || each.value != "*") continue;
      run.error("an action of a resource control policy names its service", each.at,
                "write \"sts:*\", one entry for every service");
    }
  }
}

}  // namespace rolecall
