// SPDX-License-Identifier: Apache-2.0
#include "diagnose/blast_radius.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

bool is_of_principal(std::string_view key) {
  constexpr auto kOthers = std::to_array<std::string_view>(
      {"aws:userid", "aws:username", "aws:FederatedProvider", "aws:SourceIdentity",
       "aws:TokenIssueTime", "aws:AssumedRoot"});
  return starts_with_ignore_case(key, "aws:Principal") ||
         std::any_of(kOthers.begin(), kOthers.end(),
                     [&](std::string_view each) { return equals_ignore_case(each, key); });
}

// The call without what belongs to the caller's credentials.
AssumeRequest call_of_another(AssumeRequest request) {
  request.caller_session_policies.clear();
  request.caller_session_tags.clear();
  request.inherited_transitive_tags.clear();
  request.inherited_source_identity.reset();
  request.mfa_serial.clear();
  request.observations = {};
  std::erase_if(request.context,
                [](const NamedValues& each) { return is_of_principal(each.first); });
  return request;
}

// Looks at the principals that a changed document can affect, and at no others.
class Radius {
 public:
  Radius(const Estate& estate, const Trial& trial, std::size_t limit)
      : estate_(estate), trial_(trial), call_(call_of_another(trial.request())), limit_(limit) {
    own_arn_ = trial.decision().caller.kind == CallerKind::User ? trial.decision().caller.arn
                                                                : trial.decision().caller.role_arn;
  }

  BlastRadius find(const Fix& fix) {
    const bool touches_policies =
        std::any_of(fix.changes.begin(), fix.changes.end(), [](const FixChange& each) {
          return each.target != FixTarget::Request && each.target != FixTarget::World;
        });
    if (touches_policies) {
      for (const auto& [id, account] : estate_.accounts()) look_at(account);
    }
    OutsideRadius outside = find_outside_radius(estate_, fix, trial_);
    for (LetIn& each : outside.lets_in) result_.lets_in.push_back(std::move(each));
    for (std::string& each : outside.unknowns) result_.unknowns.push_back(std::move(each));
    result_.shuts_out = std::move(outside.shuts_out);
    return std::move(result_);
  }

 private:
  // Without an Allow of the trust policy that names them, nothing can let somebody in.
  bool is_named(const Caller& caller) const {
    const GateInput& trust = trial_.decision().policies.at(Gate::Trust);
    if (trust.state != GateState::Evaluate) return true;
    for (const PolicyRef& ref : trust.layers[0].policies) {
      if (ref.policy == nullptr) return true;
      for (const Statement& each : ref.policy->statements) {
        if (each.effect == Effect::Allow &&
            match_principals(each.principal, each.effect, PolicyKind::Trust, caller).match !=
                Tri::No) {
          return true;
        }
      }
    }
    return false;
  }

  bool decides_trust() const {
    return !equals_ignore_case(trial_.request().action, "iam:PassRole");
  }

  void look_at(const Account& account) {
    Caller caller;
    caller.account = account.id;
    caller.partition = account.partition;
    for (const User& user : account.users) {
      caller.kind = CallerKind::User;
      caller.arn = user.arn;
      look_at(user, caller);
    }
    for (const Role& role : account.roles) {
      caller.kind = CallerKind::RoleSession;
      caller.arn.clear();
      caller.role_arn = role.arn;
      look_at(role, caller);
    }
  }

  void look_at(const IamEntity& entity, Caller& caller) {
    caller.name = entity.name;
    caller.unique_id = entity.id;
    caller.has_boundary = !entity.boundary_arn.empty();
    if (entity.arn == own_arn_ || (decides_trust() && !is_named(caller))) return;
    if (looked_at_ == limit_) {
      result_.unknowns = {"the estate has too many principals to look at all"};
      return;
    }
    ++looked_at_;
    call_.principal = RequestPrincipal::arn(entity.arn);
    const Decision after = decide(estate_, call_, &trial_.overlay()).decision;
    if (after == Decision::Denied) return;
    const Decision before = decide(estate_, call_).decision;
    if (before == Decision::Allowed || (before != Decision::Denied && after != Decision::Allowed)) {
      return;
    }
    LetIn let_in{.principal = std::string(entity.arn)};
    if (after != Decision::Allowed) let_in.conditions = {"what is not known does not refuse it"};
    result_.lets_in.push_back(std::move(let_in));
  }

  const Estate& estate_;
  const Trial& trial_;
  AssumeRequest call_;  // As each of the others makes it.
  std::size_t limit_;
  std::size_t looked_at_ = 0;
  std::string own_arn_;
  BlastRadius result_;
};

}  // namespace

BlastRadius find_blast_radius(const Estate& estate, const Fix& fix, const Trial& trial,
                              std::size_t limit) {
  return Radius(estate, trial, limit).find(fix);
}

}  // namespace rolecall
