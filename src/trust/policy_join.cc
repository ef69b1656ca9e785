// SPDX-License-Identifier: Apache-2.0
#include "trust/policy_join.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "trust/missing_data.h"

namespace rolecall {

namespace {

GateInput gate_state(GateState state, std::string why) {
  return {state, std::move(why), {}};
}

GateInput evaluate_one(std::vector<PolicyRef> policies) {
  return {GateState::Evaluate, {}, {{{}, std::move(policies)}}};
}

// Whether some statement depends on which role is requested.
bool tells_roles_apart(const GateInput& gate) {
  const auto names_roles = [](const Statement& statement) {
    const auto& items = statement.resource.items;
    return statement.resource.negated ||
           std::any_of(items.begin(), items.end(),
                       [](const Text& each) { return each.value != "*"; });
  };
  for (const PolicyLayer& layer : gate.layers) {
    for (const PolicyRef& ref : layer.policies) {
      if (ref.policy == nullptr) continue;
      const auto& statements = ref.policy->statements;
      if (std::any_of(statements.begin(), statements.end(), names_roles)) return true;
    }
  }
  return false;
}

class PolicyJoin {
 public:
  explicit PolicyJoin(const JoinInput& input) : in_(input), caller_(input.caller.caller) {}

  PolicySet join() {
    PolicySet set;
    join_role(set);
    join_own(set);
    set.at(Gate::Session) = for_this_role(session());
    set.at(Gate::Scp) = for_this_role(scp());
    set.at(Gate::Vpce) = for_this_role(vpce());
    return set;
  }

  // Joins the policies that are attached to the caller itself.
  void join_own(PolicySet& set) {
    set.at(Gate::Identity) = for_this_role(identity());
    set.at(Gate::Boundary) = for_this_role(boundary());
  }

  // Joins the gates on the side of the role.
  void join_role(PolicySet& set) {
    // If the role's account is unknown, the call is not treated as cross-account.
    set.cross_account = caller_.is_signed() && caller_.account != in_.role_account_id &&
                        in_.role_account_id != kUnknownAccount;
    set.at(Gate::Trust) = trust();
    set.at(Gate::Rcp) = rcp();
  }

 private:
  const Policy* current(const PlacedPolicy& document) const {
    return in_.shared ? document.shared() : in_.overlay.current(document);
  }

  // Policies cannot be evaluated for an unknown role, unless they are the same for every role.
  GateInput for_this_role(GateInput gate) const {
    if (in_.role_account_id != kUnknownAccount || !tells_roles_apart(gate)) return gate;
    return gate_state(GateState::NotChecked, std::string(kWhichRole));
  }

  GateInput trust() const {
    if (equals_ignore_case(in_.request.action, "sts:AssumeRoot")) {
      return gate_state(GateState::NotApplicable, "root users have no trust policy");
    }
    if (in_.role == nullptr) {
      const bool exported = in_.role_account != nullptr && in_.role_account->exported;
      return gate_state(GateState::NotChecked,
                        exported
                            ? fmt::format("the export of account {} does not list all its roles",
                                          in_.role_account_id)
                            : fmt::format("no export of the role's account {} was supplied",
                                          in_.role_account_id));
    }
    if (in_.role->trust == nullptr) {
      return gate_state(GateState::Unknown, "the role's trust policy is not in the export");
    }
    return evaluate_one({{current(in_.role->trust), std::string(in_.role->arn)}});
  }

  bool is_unread(const Account& account) const {
    const std::string own =
        fmt::format("{}/{}", caller_.kind == CallerKind::User ? "user" : "role", caller_.name);
    return std::find(account.unread.begin(), account.unread.end(), own) != account.unread.end();
  }

  // The state of the gates of the caller's own policies; Evaluate when the caller is known.
  GateInput caller_side() const {
    if (!caller_.is_signed()) {
      return gate_state(GateState::NotApplicable, "the caller is no IAM user or role");
    }
    if (caller_.kind == CallerKind::Root) {
      return gate_state(GateState::NotApplicable, "the root user has no policies of its own");
    }
    const Account* account = in_.caller.account;
    const bool found =
        in_.caller.user != nullptr || (in_.caller.role != nullptr && in_.caller.role->complete);
    if (found) return gate_state(GateState::Evaluate, {});
    if (account != nullptr && is_unread(*account)) {
      return gate_state(GateState::Unknown, fmt::format("`{}` of account {} could not be read",
                                                        caller_.name, caller_.account));
    }
    if (account == nullptr || !account->exported) {
      return gate_state(
          GateState::NotChecked,
          fmt::format("no export of the caller's account {} was supplied", caller_.account));
    }
    return gate_state(GateState::Unknown, fmt::format("`{}` is not in the export of account {}",
                                                      caller_.name, caller_.account));
  }

  std::vector<PolicyRef> refs(const std::vector<AttachedPolicy>& attached) const {
    std::vector<PolicyRef> all;
    all.reserve(attached.size());
    for (const AttachedPolicy& each : attached) {
      all.push_back({current(each.policy), each.arn.empty() ? each.name : each.arn});
    }
    return all;
  }

  GateInput identity() const {
    GateInput gate = caller_side();
    if (gate.state != GateState::Evaluate) return gate;
    const Account& account = *in_.caller.account;
    std::vector<AttachedPolicy> attached =
        in_.caller.user != nullptr ? in_.estate.identity_policies(account, *in_.caller.user)
                                   : in_.estate.identity_policies(account, *in_.caller.role);
    const std::string_view arn =
        in_.caller.user != nullptr ? in_.caller.user->arn : in_.caller.role->arn;
    for (const EstateOverlay::InlinePolicy& each : in_.overlay.inline_policies) {
      if (each.entity_arn == arn) attached.push_back(each.policy);
    }
    return evaluate_one(refs(attached));
  }

  GateInput boundary() const {
    GateInput gate = caller_side();
    if (gate.state != GateState::Evaluate) return gate;
    const IamEntity* entity = in_.caller.user;
    if (entity == nullptr) entity = in_.caller.role;
    if (entity->boundary_arn.empty()) {
      return gate_state(GateState::NotApplicable, "no permissions boundary is set");
    }
    const ManagedPolicy* managed = in_.estate.find_policy(caller_.account, entity->boundary_arn);
    const PlacedPolicy document = managed == nullptr ? nullptr : managed->document();
    return evaluate_one({{current(document), std::string(entity->boundary_arn)}});
  }

  GateInput session() const {
    if (caller_.kind != CallerKind::RoleSession) {
      return gate_state(GateState::NotApplicable, "the caller is no role session");
    }
    if (!in_.request.caller_session_policies.empty()) {
      std::vector<PolicyRef> policies;
      for (const Policy& each : in_.request.caller_session_policies) {
        policies.push_back({&each, "session policy of the caller session"});
      }
      return evaluate_one(std::move(policies));
    }
    GateInput side = caller_side();
    if (side.state == GateState::NotChecked) return side;
    if (!in_.request.whole) {
      return gate_state(GateState::NotChecked,
                        "whether the session was made with a session policy is not known");
    }
    return gate_state(GateState::NotApplicable, "no session policy was given");
  }

  bool is_service_linked_caller() const {
    return caller_.role_arn.find(":role/aws-service-role/") != std::string::npos;
  }

  // A role is service-linked by its path, which a session ARN does not have.
  bool may_be_service_linked() const {
    return !caller_.path_known && caller_.name.starts_with("AWSServiceRoleFor");
  }

  // The policies of one type on the path to an account, or why there are none.
  GateInput organization_gate(std::string_view account, PolicyKind kind, bool enabled) const {
    const auto& organization = in_.estate.organization;
    if (!organization)
      return gate_state(GateState::NotChecked, "no organization file was supplied");
    if (account == kUnknownAccount) {
      return gate_state(GateState::NotChecked, "the role's account is not known");
    }
    if (organization->is_unread(account)) {
      return gate_state(GateState::Unknown,
                        fmt::format("where account {} is in organization {} could not be read",
                                    account, organization->id));
    }
    if (!organization->has_account(account)) {
      return gate_state(
          GateState::NotChecked,
          organization->is_outside(account)
              ? fmt::format("account {} is not in organization {}", account, organization->id)
              : fmt::format("where account {} is in organization {} was not looked up", account,
                            organization->id));
    }
    if (!enabled) {
      return gate_state(GateState::NotApplicable, "the policy type is not enabled");
    }
    if (may_be_service_linked()) {
      return gate_state(GateState::Unknown,
                        "whether the caller is a service-linked role, which is exempt, is not "
                        "known without its path");
    }
    if (organization->management_account.empty()) {
      return gate_state(GateState::Unknown,
                        "the organization file does not say which account is the management "
                        "account, and that one is exempt");
    }
    if (account == organization->management_account) {
      return gate_state(GateState::NotApplicable,
                        fmt::format("account {} is the management account", account));
    }
    const auto path = organization->path_to(account);
    if (path.empty()) {
      return gate_state(GateState::Unknown,
                        fmt::format("the units above account {} are not all listed", account));
    }
    GateInput gate{GateState::Evaluate, {}, {}};
    for (const OrganizationNode* node : path) {
      PolicyLayer layer{std::string(node->id), {}};
      for (const std::uint32_t index : node->policies) {
        const OrganizationPolicy& each = organization->policies[index];
        if (each.kind != kind) continue;
        layer.policies.push_back({in_.overlay.current(each.policy), std::string(each.id)});
      }
      // AWS keeps at least one attached at every level, so the files leave some out.
      if (kind == PolicyKind::ServiceControl && layer.policies.empty()) {
        layer.policies.push_back({nullptr, scps_label(node->id)});
      }
      gate.layers.push_back(std::move(layer));
    }
    return gate;
  }

  GateInput scp() const {
    if (!caller_.is_signed()) {
      return gate_state(GateState::NotApplicable, "the caller is no IAM user or role");
    }
    if (is_service_linked_caller()) {
      return gate_state(GateState::NotApplicable, "service-linked roles are exempt");
    }
    const auto& organization = in_.estate.organization;
    return organization_gate(caller_.account, PolicyKind::ServiceControl,
                             organization && organization->scp_enabled);
  }

  GateInput rcp() const {
    const bool to_service_linked =
        in_.role_arn.find(":role/aws-service-role/") != std::string_view::npos &&
        caller_.kind == CallerKind::Service;
    if (is_service_linked_caller() || to_service_linked) {
      return gate_state(GateState::NotApplicable, "service-linked roles are exempt");
    }
    const auto& organization = in_.estate.organization;
    return organization_gate(in_.role_account_id, PolicyKind::ResourceControl,
                             organization && organization->rcp_enabled);
  }

  // If the file has no service name, the endpoint is assumed to be the right one.
  static bool is_sts_endpoint(const VpcEndpoint& endpoint) {
    return endpoint.service_name.empty() || endpoint.service_name.ends_with(".sts");
  }

  GateInput vpce() const {
    if (caller_.kind == CallerKind::Service) {
      return gate_state(GateState::NotApplicable, "AWS services do not call through an endpoint");
    }
    const std::string id = in_.request.endpoint();
    if (id.empty()) {
      const bool open = !in_.request.whole || in_.request.open_environment ||
                        in_.request.is_open("aws:SourceVpce");
      if (open) {
        return gate_state(GateState::NotChecked,
                          "whether the call goes through a VPC endpoint is not known");
      }
      return gate_state(GateState::NotApplicable, "no VPC endpoint was given");
    }
    for (const VpcEndpoint& endpoint : in_.estate.vpc_endpoints) {
      if (endpoint.id != id) continue;
      if (!is_sts_endpoint(endpoint)) {
        return gate_state(
            GateState::NotChecked,
            fmt::format("VPC endpoint `{}` is one of `{}`, not of STS", id, endpoint.service_name));
      }
      if (endpoint.policy_missing) {
        return gate_state(GateState::Unknown, "the endpoint's policy could not be read");
      }
      if (endpoint.policy == nullptr) {
        return gate_state(GateState::NotApplicable, "the endpoint has AWS's default policy");
      }
      return evaluate_one({{in_.overlay.current(endpoint.policy), id}});
    }
    return gate_state(GateState::NotChecked,
                      fmt::format("the policy of VPC endpoint `{}` was not supplied", id));
  }

  const JoinInput& in_;
  const Caller& caller_;
};

}  // namespace

PolicySet join_policies(const JoinInput& input) {
  return PolicyJoin(input).join();
}

void replace_role(const JoinInput& input, PolicySet& policies) {
  PolicyJoin(input).join_role(policies);
}

void replace_own_policies(const JoinInput& input, PolicySet& policies) {
  PolicyJoin(input).join_own(policies);
}

}  // namespace rolecall
