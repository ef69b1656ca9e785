// SPDX-License-Identifier: Apache-2.0
#include "trust/neutral_decision.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "trust/service_rules.h"

namespace rolecall {

namespace {

constexpr std::string_view kServiceLinked = ":role/aws-service-role/";

// The decision of all gates together.
struct Outcome {
  Evaluation evaluation{};
  NeutralDecision decision = NeutralDecision::Allowed;
  Gate gate = Gate::Request;  // The deciding gate; not used when allowed.
};

struct VerdictRow {
  Verdict verdict{};
  NeutralDecision decision{};
};
// The order in which verdicts decide: a Deny that applies comes first.
constexpr auto kVerdicts = std::to_array<VerdictRow>({
    {Verdict::DeniesExplicitly, NeutralDecision::ExplicitDeny},
    {Verdict::DeniesImplicitly, NeutralDecision::ImplicitDeny},
    {Verdict::Unknown, NeutralDecision::Unknown},
    {Verdict::Depends, NeutralDecision::Conditional},
});

Outcome outcome_of(const Evaluation& evaluation) {
  Outcome outcome{.evaluation = evaluation};
  const auto& gates = outcome.evaluation.gates;
  for (const VerdictRow& row : kVerdicts) {
    const auto* const first = std::find_if(gates.begin(), gates.end(), [&](const GateResult& each) {
      return each.verdict == row.verdict;
    });
    if (first == gates.end()) continue;
    outcome.decision = row.decision;
    outcome.gate = static_cast<Gate>(first - gates.begin());
    break;
  }
  return outcome;
}

// Whether the first of two outcomes is nearer to allowed.
bool better(NeutralDecision a, NeutralDecision b) {
  const auto rank = [](NeutralDecision decision) {
    switch (decision) {
      case NeutralDecision::Allowed:
        return 0;
      case NeutralDecision::Unknown:
        return 1;
      case NeutralDecision::Conditional:
        return 2;
      default:
        return 3;
    }
  };
  return rank(a) < rank(b);
}

class NeutralDecider {
 public:
  NeutralDecider(NeutralCase& in, bool trace, NeutralResult& result)
      : in_(in), caller_(in.caller), trace_(trace), result_(result) {}

  void run() {
    settle_gates();
    Outcome outcome = decide();
    apply_oddities(outcome);
    result_.decision = outcome.decision;
    if (outcome.decision != NeutralDecision::Allowed) {
      result_.deciding_gate = name_of(outcome.gate);
    }
    if (result_.reason.empty()) result_.reason = reason_of(outcome);
    if (trace_) keep_trace(outcome.evaluation);
  }

 private:
  const ServiceRule* rule(ServiceOddity oddity) const {
    return find_service_rule(oddity, in_.authorization.action, in_.authorization.resource);
  }

  std::string_view name_of(Gate gate) const {
    return gate == Gate::Trust && !in_.role_request ? "resource" : gate_name(gate);
  }

  void settle(Gate gate, GateState state, std::string_view why = {}) {
    GateInput& input = in_.policies.at(gate);
    input.state = state;
    input.why = why;
  }

  // Finds the gates that apply to this caller and resource (docs/evaluation.md E1.4).
  void settle_gates() {
    settle_resource();
    settle_caller_side();
    const bool linked = caller_.role_arn.find(kServiceLinked) != std::string::npos;
    const bool to_linked = caller_.kind == CallerKind::Service &&
                           in_.authorization.resource.find(kServiceLinked) != std::string::npos;
    if (given(Gate::Scp) && caller_.is_signed() && !linked) settle(Gate::Scp, GateState::Evaluate);
    if (given(Gate::Rcp) && !linked && !to_linked && rule(ServiceOddity::NoRcp) == nullptr) {
      settle(Gate::Rcp, GateState::Evaluate);
    }
    if (given(Gate::Vpce) && caller_.kind != CallerKind::Service) {
      settle(Gate::Vpce, GateState::Evaluate);
    }
  }

  bool given(Gate gate) const {
    const auto& layers = in_.policies.at(gate).layers;
    return std::any_of(layers.begin(), layers.end(),
                       [](const PolicyLayer& each) { return !each.policies.empty(); }) ||
           (gate == Gate::Scp && !layers.empty());
  }

  void settle_resource() {
    GateInput& input = in_.policies.at(Gate::Trust);
    if (in_.role_request && !in_.has_resource_policy) {
      settle(Gate::Trust, GateState::Unknown, "the role's trust policy is not in the case");
    } else if (rule(ServiceOddity::NoResourcePolicy) == nullptr) {
      if (input.layers.empty()) input.layers.emplace_back();
      settle(Gate::Trust, GateState::Evaluate);
    }
  }

  void settle_caller_side() {
    if (!caller_.is_signed()) return;
    // An account as principal, and its root user, have no identity-based policies.
    const bool whole = caller_.kind == CallerKind::Root || caller_.kind == CallerKind::Account;
    if (!whole || (caller_.kind == CallerKind::Account && given(Gate::Identity))) {
      settle(Gate::Identity, GateState::Evaluate);
    }
    if (given(Gate::Boundary) && caller_.kind != CallerKind::Root) {
      settle(Gate::Boundary, GateState::Evaluate);
      in_.caller.has_boundary = true;
    }
    // GetFederationToken without a session policy gives credentials without permissions.
    if (in_.has_session_policy || caller_.kind == CallerKind::FederatedUser) {
      settle(Gate::Session, GateState::Evaluate);
    }
  }

  Outcome evaluate_with(bool cross_account) {
    in_.policies.cross_account = cross_account;
    return outcome_of(checked(evaluate(caller_, in_.authorization, in_.policies)));
  }

  // Within one account, one Allow is enough, either of the resource policy or of the caller's own
  // policies, unless the other side denies.
  Outcome evaluate_either() {
    if (!in_.has_resource_policy) return evaluate_alone({});
    Outcome by_resource = evaluate_with(false);
    if (by_resource.decision == NeutralDecision::Allowed ||
        by_resource.decision == NeutralDecision::ExplicitDeny) {
      return by_resource;
    }
    Outcome by_identity = evaluate_alone(by_resource.evaluation.at(Gate::Trust).result);
    return better(by_resource.decision, by_identity.decision) ? by_resource : by_identity;
  }

  // The outcome by the caller's own policies, given the verdict of the resource policy.
  Outcome evaluate_alone(const LayerResult& said) {
    GateInput& resource = in_.policies.at(Gate::Trust);
    resource.state = GateState::NotApplicable;
    Evaluation alone = evaluate(caller_, in_.authorization, in_.policies);
    resource.state = GateState::Evaluate;
    alone.at(Gate::Trust) = {.verdict = verdict_without_allow(said), .result = said};
    return outcome_of(checked(alone));
  }

  static Verdict verdict_without_allow(const LayerResult& said) {
    if (said.missing) return Verdict::Unknown;
    if (said.denied == Tri::Open) {
      return said.undocumented_deny ? Verdict::Unknown : Verdict::Depends;
    }
    return said.allowed == Tri::Yes ? Verdict::Allows : Verdict::NotApplicable;
  }

  // If it is not known whether RCPs apply to the service, an RCP that denies makes the answer
  // unknown.
  Evaluation checked(Evaluation evaluation) {
    GateResult& rcp = evaluation.at(Gate::Rcp);
    if (!denies(rcp.verdict)) return evaluation;
    const std::string& action = in_.authorization.action;
    if (const ServiceRule* odd = rule(ServiceOddity::RcpUndocumented)) {
      rcp.verdict = Verdict::Unknown;
      rcp_reason_ = odd->reason;
    } else if (!supports_rcps(action)) {
      rcp.verdict = Verdict::Unknown;
      rcp_reason_ = fmt::format("whether RCPs apply to `{}` is not known to rolecall",
                                action.substr(0, action.find(':')));
    }
    return evaluation;
  }

  Outcome decide_in(bool cross_account) {
    const bool both =
        cross_account || in_.role_request || rule(ServiceOddity::NeedsResourcePolicy) != nullptr;
    return both ? evaluate_with(cross_account) : evaluate_either();
  }

  Outcome decide() {
    if (const auto refused = refuse_caller()) return *refused;
    if (!caller_.is_signed() || rule(ServiceOddity::NoResourcePolicy) != nullptr) {
      return evaluate_with(false);
    }
    if (!in_.resource_account.empty()) return decide_in(in_.resource_account != caller_.account);
    // A resource without an account is the caller's account as a whole, or belongs to AWS.
    const auto arn = Arn::split(in_.authorization.resource);
    if (!arn || arn->account == "aws") return decide_in(false);
    Outcome same = decide_in(false);
    const Outcome cross = decide_in(true);
    if (same.decision == cross.decision) return same;
    same.decision = NeutralDecision::Unknown;
    same.gate = Gate::Trust;
    result_.reason = "the resource's account is not known: give `resource_account`";
    return same;
  }

  // Callers for which STS refuses to assume a role (docs/evaluation.md E1.2).
  std::optional<Outcome> refuse_caller() const {
    const bool refused = caller_.kind == CallerKind::Root ||
                         caller_.kind == CallerKind::FederatedUser ||
                         caller_.kind == CallerKind::Anonymous;
    if (!in_.role_request || !refused) return std::nullopt;
    Outcome outcome;
    outcome.decision = NeutralDecision::ImplicitDeny;
    outcome.gate = Gate::Credentials;
    outcome.evaluation.at(Gate::Credentials).verdict = Verdict::DeniesImplicitly;
    return outcome;
  }

  void apply_oddities(Outcome& outcome) {
    const bool denied = outcome.decision == NeutralDecision::ImplicitDeny ||
                        outcome.decision == NeutralDecision::ExplicitDeny;
    const bool allowed = outcome.decision == NeutralDecision::Allowed ||
                         outcome.decision == NeutralDecision::Conditional;
    const ServiceRule* odd = nullptr;
    if (allowed) odd = rule(ServiceOddity::NotOnlyPolicies);
    if (denied) odd = rule(ServiceOddity::NotRefused);
    if (odd == nullptr && outcome.decision != NeutralDecision::ExplicitDeny) {
      odd = rule(ServiceOddity::NoPolicies);
    }
    if (odd == nullptr) return;
    if (outcome.decision == NeutralDecision::Allowed) outcome.gate = Gate::Trust;
    outcome.decision = NeutralDecision::Unknown;
    result_.reason = odd->reason;
  }

  std::string reason_of(const Outcome& outcome) const {
    const GateInput& input = in_.policies.at(outcome.gate);
    if (outcome.decision == NeutralDecision::Unknown) {
      if (!input.why.empty()) return input.why;
      if (outcome.evaluation.at(outcome.gate).result.missing) {
        return "a policy cannot be understood";
      }
      if (outcome.gate == Gate::Rcp && !rcp_reason_.empty()) return rcp_reason_;
      return "AWS does not document what decides here";
    }
    if (outcome.decision != NeutralDecision::Conditional) return {};
    const std::vector<std::string> keys = open_keys(input);
    return keys.empty() ? "which session of the role asks is not known"
                        : fmt::format("the value of {} is not known", join_list(keys));
  }

  // The context keys on which conditions of the gate depend, each once.
  std::vector<std::string> open_keys(const GateInput& input) const {
    std::vector<std::string> keys;
    for (const auto& entry : trace_gate(caller_, in_.authorization, input).statements) {
      const auto& conditions = entry.statement.conditions;
      for (std::size_t i = 0; i < conditions.size(); ++i) {
        if (conditions[i].value != Tri::Open) continue;
        const std::string_view key = entry.statement.statement->conditions[i].key.value;
        std::string quoted = fmt::format("`{}`", key);
        if (std::find(keys.begin(), keys.end(), quoted) == keys.end()) {
          keys.push_back(std::move(quoted));
        }
      }
    }
    return keys;
  }

  // Adds the gates that apply, and those that were evaluated but not needed.
  void keep_trace(const Evaluation& evaluation) {
    for (std::size_t i = 0; i < evaluation.gates.size(); ++i) {
      const auto gate = static_cast<Gate>(i);
      const GateInput& input = in_.policies.at(gate);
      NeutralGate kept{
          .name = name_of(gate), .verdict = evaluation.at(gate).verdict, .input = &input};
      if (input.state == GateState::Evaluate) {
        kept.trace = trace_gate(caller_, in_.authorization, input);
      }
      if (kept.verdict == Verdict::NotApplicable && kept.trace.statements.empty()) continue;
      result_.gates.push_back(std::move(kept));
    }
  }

  NeutralCase& in_;
  const Caller& caller_;
  bool trace_;
  NeutralResult& result_;
  std::string rcp_reason_;
};

}  // namespace

void decide_neutral_case(NeutralCase& in, bool trace, NeutralResult& result) {
  NeutralDecider(in, trace, result).run();
}

}  // namespace rolecall
