// SPDX-License-Identifier: Apache-2.0
#include "reach/target_calls.h"

#include <algorithm>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "reach/principal_index.h"
#include "trust/context_builder.h"

namespace rolecall {

namespace {

bool is_role_tag(std::string_view key) {
  return std::any_of(kRoleTags.begin(), kRoleTags.end(),
                     [&](std::string_view family) { return starts_with_ignore_case(key, family); });
}

bool has_role_tag(std::string_view text) {
  bool found = false;
  for_each_variable(text, [&](std::string_view key) { found = found || is_role_tag(key); });
  return found;
}

bool names_roles(PolicyKind kind, const PatternList& resource) {
  if (kind == PolicyKind::Trust) return resource.present;
  return resource.negated || std::any_of(resource.items.begin(), resource.items.end(),
                                         [](const Text& each) { return each.value != "*"; });
}

bool looks_at_tags(const Condition& condition) {
  return is_role_tag(condition.key.value) ||
         std::any_of(condition.values.begin(), condition.values.end(),
                     [](const Text& each) { return has_role_tag(each.value); });
}

// What is not known of a trust policy is said of its role.
bool depends_on_role(const Policy& policy) {
  if (policy.faulty && policy.kind == PolicyKind::Trust) return true;
  return std::any_of(
      policy.statements.begin(), policy.statements.end(), [&](const Statement& each) {
        return bears_on_assuming(each) &&
               (names_roles(policy.kind, each.resource) ||
                std::any_of(each.conditions.begin(), each.conditions.end(), looks_at_tags));
      });
}

}  // namespace

bool RoleReading::tells_roles_apart(const Policy& policy) {
  const auto [known, added] = known_.try_emplace(&policy, false);
  if (added) known->second = depends_on_role(policy);
  return known->second;
}

void TargetCalls::aim(const WalkIndex::Target& target, const Policy& trust) {
  if (!shares(target, trust)) {
    open(target);
  } else if (trust_ != &trust) {
    replace_trust(target, trust);
  } else {
    call_->request.role = target.role->arn;
    return;
  }
  trust_ = &trust;
  ++answer_;
}

// Whether the call to the role before can serve.
bool TargetCalls::shares(const WalkIndex::Target& target, const Policy& trust) {
  if (!shared_ || target.account != account_ || !is_role_arn(target.role->arn)) return false;
  if (Arn::split(target.role->arn)->partition != Arn::split(call_->request.role)->partition) {
    return false;
  }
  return !reading_.tells_roles_apart(trust) && !reading_.tells_roles_apart(*trust_);
}

void TargetCalls::open(const WalkIndex::Target& target) {
  account_ = target.account;
  gates_.reset();
  opener_.emplace(estate_, *target.role, *target.account);
  // Providers are those of the role's account, and what services may do hangs on the role.
  const bool again = call_ && !call_->refused && call_->resolved.caller.is_signed() &&
                     is_role_arn(target.role->arn) && tags_known_ && target.role->has_tags;
  tags_known_ = target.role->has_tags;
  if (again) {
    opener_->reopen(*call_);
  } else {
    open_first(target);
  }
  shared_ = call_->resolved.caller.is_signed() && !call_->refused && tells_no_roles_apart();
  gates_.emplace(table_, *opener_, *call_);
  solved_ = gates_->solve();
}

void TargetCalls::open_first(const WalkIndex::Target& target) {
  call_.emplace();
  call_->request = request_;
  call_->request.role = target.role->arn;
  opener_->open(request_.principal, resolve_(*target.account), request_.action, opening_, *call_);
  if (!call_->refused) prune();
}

void TargetCalls::prune() {
  for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Scp}) {
    for (PolicyLayer& layer : call_->policies.at(gate).layers) {
      std::erase_if(layer.policies, [](const PolicyRef& ref) {
        return ref.policy != nullptr && !bears_on_assuming(*ref.policy);
      });
    }
  }
}

// Whether nothing but their trust policies tells the roles of the account apart.
bool TargetCalls::tells_no_roles_apart() {
  for (std::size_t i = 0; i < kGateCount; ++i) {
    if (static_cast<Gate>(i) == Gate::Trust) continue;
    for (const PolicyLayer& layer : call_->policies.gates[i].layers) {
      for (const PolicyRef& ref : layer.policies) {
        if (ref.policy != nullptr && reading_.tells_roles_apart(*ref.policy)) return false;
      }
    }
  }
  return true;
}

void TargetCalls::replace_trust(const WalkIndex::Target& target, const Policy& trust) {
  opener_.emplace(estate_, *target.role, *target.account);
  call_->request.role = target.role->arn;
  call_->policies.at(Gate::Trust).layers[0].policies[0] = {&trust, std::string(target.role->arn)};
  for (Authorization& each : call_->parts) each.resource = target.role->arn;
  solved_ = gates_->solve_for_trust();
}

}  // namespace rolecall
