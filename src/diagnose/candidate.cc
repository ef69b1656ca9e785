// SPDX-License-Identifier: Apache-2.0
#include "diagnose/candidate.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "diagnose/principal_cause.h"
#include "eval/reserved_path.h"

namespace rolecall {

namespace {

constexpr std::string_view kInline = " (inline policy of ";

// The parts of a label `NAME (inline policy of [group ]ENTITY)`.
struct InlineLabel {
  std::string_view policy{};
  std::string_view entity{};
  bool group = false;
};
std::optional<InlineLabel> split_inline_label(std::string_view label) {
  const std::size_t at = label.rfind(kInline);
  if (at == std::string_view::npos || !label.ends_with(')')) return std::nullopt;
  InlineLabel parts{label.substr(0, at), label.substr(at + kInline.size()), false};
  parts.entity.remove_suffix(1);
  constexpr std::string_view kGroup = "group ";
  parts.group = parts.entity.starts_with(kGroup);
  if (parts.group) parts.entity.remove_prefix(kGroup.size());
  return parts;
}

// The label of a policy in the decision.
std::string label_of(const Finding& finding, const Policy& policy) {
  for (const GateInput& gate : finding.decision.policies.gates) {
    for (const PolicyLayer& layer : gate.layers) {
      for (const PolicyRef& ref : layer.policies) {
        if (ref.policy == &policy) return ref.label;
      }
    }
  }
  return finding.cause.policy;
}

bool describe_identity(const Finding& finding, FixChange& change) {
  const auto parts = split_inline_label(change.label);
  if (!parts) {
    const auto arn = Arn::split(change.label);
    if (!arn || !is_account_id(arn->account)) return false;  // AWS's own cannot be edited.
    change.target = FixTarget::ManagedPolicy;
    change.entity_arn = change.label;
    change.account = arn->account;
    return true;
  }
  const Caller& caller = finding.decision.caller;
  change.target = FixTarget::InlinePolicy;
  change.policy_name = parts->policy;
  change.account = caller.account;
  change.entity_arn = principal_arn(caller);
  if (!parts->group) return true;
  const Account* account = finding.estate.find_account(caller.account);
  const Group* group = account == nullptr ? nullptr : account->find_group(parts->entity);
  if (group == nullptr) return false;
  change.entity_arn = group->arn;
  return true;
}

bool describe_organization(const Finding& finding, FixChange& change) {
  const auto& organization = finding.estate.organization;
  if (!organization) return false;
  for (const OrganizationPolicy& each : organization->policies) {
    if (each.id != change.label) continue;
    change.target = FixTarget::OrganizationPolicy;
    change.entity_arn = each.id;
    change.account = organization->management_account;
    return !each.aws_managed;
  }
  return false;
}

bool describe_trust(const Finding& finding, FixChange& change) {
  const Role* role = finding.decision.role;
  if (role == nullptr || role->is_service_linked() || role->is_sso_reserved()) return false;
  change.target = FixTarget::TrustPolicy;
  change.entity_arn = role->arn;
  change.account = finding.decision.role_account;
  return true;
}

bool describe(const Finding& finding, PolicyKind kind, FixChange& change) {
  switch (kind) {
    case PolicyKind::Trust:
      return describe_trust(finding, change);
    case PolicyKind::Identity:
    case PolicyKind::Boundary:
      return describe_identity(finding, change);
    case PolicyKind::ServiceControl:
    case PolicyKind::ResourceControl:
      return describe_organization(finding, change);
    case PolicyKind::VpcEndpoint:
      change.target = FixTarget::VpcEndpointPolicy;
      change.entity_arn = change.label;
      for (const VpcEndpoint& each : finding.estate.vpc_endpoints) {
        if (each.id == change.label) change.account = each.owner_id;
      }
      return true;
    case PolicyKind::Session:
      change.kind = FixKind::Request;
      change.target = FixTarget::Request;
      change.account = finding.decision.caller.account;
      return true;
    case PolicyKind::Resource:
      return false;
  }
  return false;
}

// Whether the caller's account, such as a vendor's, is not exported: the call is then made by
// others, who have to change it.
bool is_outsider(const Finding& finding) {
  const Caller& caller = finding.decision.caller;
  const Account* own = finding.estate.find_account(caller.account);
  const Account* asked = finding.estate.find_account(finding.decision.role_account);
  return caller.is_signed() && (own == nullptr || !own->exported) && asked != nullptr &&
         asked->exported;
}

// The path goes on with a Region, or ends.
PrincipalName name_by_pattern(const Caller& caller) {
  const std::string path =
      fmt::format("arn:{}:iam::{}:role{}", caller.partition, caller.account, reserved_path(caller));
  return {"AWS", format_root_arn(caller.partition, caller.account),
          NewCondition{
              "ArnLike",
              "aws:PrincipalArn",
              {fmt::format("{}{}", path, caller.name), fmt::format("{}*/{}", path, caller.name)}}};
}

// The JSON pointer of a session policy of the caller in the request.
std::string session_policy_pointer(const Finding& finding, const Policy& policy) {
  const auto& all = finding.request.caller_session_policies;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (&all[i] != &policy) continue;
    const bool unlisted = finding.request.caller_session_policy_unlisted;
    return unlisted ? "/caller_session_policies" : fmt::format("/caller_session_policies/{}", i);
  }
  return {};
}

}  // namespace

Finding::Finding(const Estate& in_estate, const Trial& in_trial, const Cause& in_cause)
    : estate(in_estate),
      trial(in_trial),
      request(in_trial.request()),
      decision(in_trial.decision()),
      cause(in_cause),
      caller(&decision.caller),
      policy(in_cause.document) {
  for (const SubAction& each : decision.sub_actions) {
    if (equals_ignore_case(each.authorization.action, cause.action)) sub = &each;
  }
  if (decision.service_trust && cause.gate == Gate::Trust) {
    sub = &*decision.service_trust;
    caller = &decision.service_caller;
  }
  if (policy == nullptr || !cause.statement_index) return;
  for (const Statement& each : policy->statements) {
    if (each.index == *cause.statement_index) statement = &each;
  }
  if (statement == nullptr || cause.condition_key.empty()) return;
  for (const Condition& each : statement->conditions) {
    if (each.at == cause.at) condition = &each;
  }
}

std::optional<FixChange> change_of_policy(const Finding& finding, const Policy& policy) {
  FixChange change;
  change.gate = finding.cause.gate;
  change.label = label_of(finding, policy);
  if (!describe(finding, policy.kind, change)) return std::nullopt;
  if (change.target != FixTarget::Request) change.policy = &policy;
  return change;
}

PolicyEditor edit_policy(const Finding& finding, const Policy& policy) {
  return PolicyEditor(finding.trial.text(policy));
}

void add_candidate(Candidates& out, const Finding& finding, FixChange change,
                   const PolicyEditor& editor, std::string summary) {
  if (!editor.ok() || editor.edits().empty()) return;
  change.summary = std::move(summary);
  change.edits = editor.edits();
  if (change.target == FixTarget::Request) {
    const std::string at = session_policy_pointer(finding, *finding.policy);
    if (at.empty()) return;
    for (JsonEdit& each : change.edits) each.pointer = at + each.pointer;
  }
  out.push_back(std::move(change));
}

PrincipalName principal_name(const Caller& caller) {
  switch (caller.kind) {
    case CallerKind::User:
      return {"AWS", caller.arn};
    case CallerKind::RoleSession:
      if (!caller.path_known && !reserved_path(caller).empty()) return name_by_pattern(caller);
      return {"AWS", caller.role_arn};
    case CallerKind::Service:
      return {"Service", caller.services.empty() ? "" : caller.services[0]};
    case CallerKind::Oidc:
    case CallerKind::Saml:
      return {"Federated", caller.provider};
    default:
      return {};
  }
}

std::string principal_arn(const Caller& caller) {
  if (caller.kind == CallerKind::User) return caller.arn;
  return caller.kind == CallerKind::RoleSession ? caller.role_arn : "";
}

std::string short_caller(const Caller& caller) {
  switch (caller.kind) {
    case CallerKind::User:
      return fmt::format("user {} of {}", caller.name, caller.account);
    case CallerKind::RoleSession:
      return fmt::format("role {} of {}", caller.name, caller.account);
    default:
      return caller_name(caller);
  }
}

std::string statement_words(const Finding& finding) {
  const Statement& statement = *finding.statement;
  return statement.sid.value.empty()
             ? fmt::format("statement {}", statement.index)
             : fmt::format("statement {} ({})", statement.index, statement.sid.value);
}

std::string statement_place(const Finding& finding) {
  return fmt::format("{} of {}", statement_words(finding), finding.cause.policy);
}

std::string resource_of(const Finding& finding) {
  return finding.sub != nullptr ? finding.sub->authorization.resource : finding.request.role;
}

std::vector<std::string> refused_actions(const Finding& finding, Gate gate) {
  std::vector<std::string> actions;
  if (finding.decision.service_trust && gate == Gate::Trust) return {"sts:AssumeRole"};
  for (const SubAction& each : finding.decision.sub_actions) {
    if (denies(each.evaluation.at(gate).verdict)) actions.push_back(each.authorization.action);
  }
  return actions;
}

FixChange request_change(const Finding& finding, std::vector<JsonEdit> edits, std::string summary) {
  FixChange change;
  change.kind = FixKind::Request;
  change.target = FixTarget::Request;
  change.gate = finding.cause.gate;
  change.label = "request";
  change.account = finding.decision.caller.account;
  change.edits = std::move(edits);
  change.summary = std::move(summary);
  return change;
}

Candidates propose_changes(const Finding& finding) {
  Candidates all;
  for (const GeneratorRow& row : generator_table()) {
    const bool matches = row.code.ends_with('*')
                             ? std::string_view(finding.cause.code)
                                   .starts_with(row.code.substr(0, row.code.size() - 1))
                             : finding.cause.code == row.code;
    if (matches) row.generate(finding, all);
  }
  if (is_outsider(finding)) {
    std::stable_partition(all.begin(), all.end(),
                          [](const FixChange& each) { return each.kind == FixKind::Policy; });
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i].rank = static_cast<int>(i);
  return all;
}

}  // namespace rolecall
