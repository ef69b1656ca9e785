// SPDX-License-Identifier: Apache-2.0
#include "diagnose/blast_radius.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "trust/sub_actions.h"

namespace rolecall {

namespace {

bool is_principal_key(std::string_view key) {
  constexpr auto kOthers = std::to_array<std::string_view>(
      {"aws:userid", "aws:username", "aws:FederatedProvider", "aws:SourceIdentity",
       "aws:TokenIssueTime", "aws:AssumedRoot"});
  return starts_with_ignore_case(key, "aws:Principal") ||
         std::any_of(kOthers.begin(), kOthers.end(),
                     [&](std::string_view each) { return equals_ignore_case(each, key); });
}

bool is_source_identity_key(std::string_view key) {
  return equals_ignore_case(key, "sts:SourceIdentity");
}

bool is_mfa_key(std::string_view key) {
  return starts_with_ignore_case(key, "aws:MultiFactorAuth");
}

// The call without everything that comes with the caller's credentials.
AssumeRequest call_of_another(AssumeRequest request) {
  request.caller_session_policies.clear();
  request.caller_session_tags.clear();
  request.inherited_transitive_tags.clear();
  request.inherited_source_identity.reset();
  request.mfa_serial.clear();
  request.observations = {};
  std::erase_if(request.context,
                [](const NamedValues& each) { return is_principal_key(each.first); });
  return request;
}

// ---- Parameters that others need not pass. Each function returns whether there were any. --------

bool leave_out(AssumeRequest& request, bool (*is_key)(std::string_view), std::string_view action) {
  const auto is_of = [&](const NamedValues& each) { return is_key(each.first); };
  const std::size_t keys = std::erase_if(request.context, is_of);
  return keys + std::erase(request.observed_sub_actions, action) > 0;
}

bool leave_out_tags(AssumeRequest& request) {
  const bool passed = !request.tags.empty() || !request.transitive_tag_keys.empty();
  request.tags.clear();
  request.transitive_tag_keys.clear();
  return leave_out(request, is_of_session_tags, "sts:TagSession") || passed;
}

bool leave_out_identity(AssumeRequest& request) {
  const bool passed = request.source_identity.has_value();
  request.source_identity.reset();
  return leave_out(request, is_source_identity_key, "sts:SetSourceIdentity") || passed;
}

bool leave_out_duration(AssumeRequest& request) {
  return std::exchange(request.duration_seconds, std::nullopt).has_value();
}

bool leave_out_mfa(AssumeRequest& request) {
  const bool passed = request.mfa_serial_given || request.mfa_code_given;
  request.mfa_serial_given = request.mfa_code_given = false;
  return leave_out(request, is_mfa_key, {}) || passed;
}

// The ways in which others can make the call: with all its parameters, then with fewer.
std::vector<AssumeRequest> calls_of_others(const AssumeRequest& request) {
  std::vector<AssumeRequest> calls = {call_of_another(request)};
  for (const auto leave_out_some :
       {leave_out_tags, leave_out_identity, leave_out_duration, leave_out_mfa}) {
    const std::size_t so_far = calls.size();
    for (std::size_t i = 0; i < so_far; ++i) {
      AssumeRequest call = calls[i];
      if (leave_out_some(call)) calls.push_back(std::move(call));
    }
  }
  return calls;
}

// Checks the principals that a changed document can affect.
class Radius {
 public:
  Radius(const Estate& estate, const Trial& trial, std::size_t limit)
      : estate_(estate), trial_(trial), calls_(calls_of_others(trial.request())), limit_(limit) {
    own_arn_ = trial.decision().caller.kind == CallerKind::User ? trial.decision().caller.arn
                                                                : trial.decision().caller.role_arn;
  }

  BlastRadius find(const Fix& fix) {
    const bool touches_policies =
        std::any_of(fix.changes.begin(), fix.changes.end(), [](const FixChange& each) {
          return each.target != FixTarget::Request && each.target != FixTarget::World;
        });
    if (touches_policies) {
      for (const auto& [id, account] : estate_.accounts()) check_account(account);
    }
    OutsideRadius outside = find_outside_radius(estate_, fix, trial_);
    for (LetIn& each : outside.lets_in) result_.lets_in.push_back(std::move(each));
    for (std::string& each : outside.unknowns) result_.unknowns.push_back(std::move(each));
    result_.shuts_out = std::move(outside.shuts_out);
    return std::move(result_);
  }

 private:
  // Nobody is let in without an Allow of the trust policy that names them.
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

  void check_account(const Account& account) {
    Caller caller;
    caller.account = account.id;
    caller.partition = account.partition;
    for (const User& user : account.users) {
      caller.kind = CallerKind::User;
      caller.arn = user.arn;
      check_entity(user, caller);
    }
    for (const Role& role : account.roles) {
      caller.kind = CallerKind::RoleSession;
      caller.arn.clear();
      caller.role_arn = role.arn;
      check_entity(role, caller);
    }
  }

  void check_entity(const IamEntity& entity, Caller& caller) {
    caller.name = entity.name;
    caller.unique_id = entity.id;
    caller.has_boundary = !entity.boundary_arn.empty();
    if (entity.arn == own_arn_ || (decides_trust() && !is_named(caller))) return;
    if (checked_ == limit_) {
      result_.unknowns = {"the estate has too many principals to look at all"};
      return;
    }
    ++checked_;
    std::optional<LetIn> found;
    for (AssumeRequest& call : calls_) {
      call.principal = RequestPrincipal::arn(entity.arn);
      check_call(call, found);
      if (!call.session_name) continue;
      // Trust policies can demand that the session name is the caller's own name.
      AssumeRequest own = call;
      own.session_name = entity.name;
      check_call(own, found);
    }
    if (found) result_.lets_in.push_back(*std::move(found));
  }

  // Sets `found` when the call is refused before the fix and not after it. Stops at the first way
  // to make the call that needs no condition.
  void check_call(const AssumeRequest& call, std::optional<LetIn>& found) const {
    if (found && found->conditions.empty()) return;
    const Decision after = decide(estate_, call, &trial_.overlay()).decision;
    if (after == Decision::Denied || (found && after != Decision::Allowed)) return;
    const Decision before = decide(estate_, call).decision;
    if (before == Decision::Allowed || (before != Decision::Denied && after != Decision::Allowed)) {
      return;
    }
    found = LetIn{.principal = call.principal.name};
    if (after != Decision::Allowed) found->conditions = {"what is not known does not refuse it"};
  }

  const Estate& estate_;
  const Trial& trial_;
  std::vector<AssumeRequest> calls_;  // See calls_of_others().
  std::size_t limit_;
  std::size_t checked_ = 0;
  std::string own_arn_;
  BlastRadius result_;
};

}  // namespace

BlastRadius find_blast_radius(const Estate& estate, const Fix& fix, const Trial& trial,
                              std::size_t limit) {
  return Radius(estate, trial, limit).find(fix);
}

}  // namespace rolecall
