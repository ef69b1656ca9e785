// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/evaluation.h"

#include <algorithm>

#include "eval/caller_needs.h"

namespace rolecall {

namespace {

constexpr std::size_t kGrantClasses = static_cast<std::size_t>(GrantClass::Any) + 1;

// What a trust policy says, also by how its statements name the caller.
struct TrustResult {
  LayerResult layer{};
  std::array<Tri, kGrantClasses> allowed{};        // By GrantClass.
  std::array<bool, kGrantClasses> undocumented{};  // `allowed` is Open as AWS does not say.
  GrantClass near_grant = GrantClass::None;  // Of Allow statements with only a condition failing.
};

// Combines the statements of a layer.
class LayerSum {
 public:
  explicit LayerSum(const PolicyLayer& layer) {
    // Missing policies count even when a Deny ends the loop over the statements.
    for (const PolicyRef& ref : layer.policies) {
      sum_.missing = sum_.missing || ref.policy == nullptr || ref.policy->faulty;
    }
  }

  void add(Effect effect, const StatementMatch& match) {
    const bool undocumented = match.outcome == StatementOutcome::Undocumented;
    if (effect == Effect::Deny) {
      sum_.denied = either(sum_.denied, match.applies);
      sum_.undocumented_deny = sum_.undocumented_deny || undocumented;
    } else {
      sum_.allowed = either(sum_.allowed, match.applies);
      undocumented_allow_ = undocumented_allow_ || undocumented;
    }
  }
  [[nodiscard]] bool denied() const { return sum_.denied == Tri::Yes; }

  [[nodiscard]] LayerResult result() const {
    LayerResult result = sum_;
    result.undocumented_deny = sum_.undocumented_deny && !denied();
    result.undocumented =
        result.undocumented_deny || (undocumented_allow_ && !denied() && sum_.allowed != Tri::Yes);
    return result;
  }

 private:
  LayerResult sum_{};
  bool undocumented_allow_ = false;
};

LayerResult evaluate_layer(const PolicyLayer& layer, const Caller& caller,
                           const Authorization& authorization) {
  LayerSum sum(layer);
  for (const PolicyRef& ref : layer.policies) {
    if (ref.policy == nullptr) continue;
    for (const Statement& statement : ref.policy->statements) {
      sum.add(statement.effect, match_statement(*ref.policy, statement, caller, authorization));
      if (sum.denied()) return sum.result();
    }
  }
  return sum.result();
}

void add_grant(const StatementMatch& match, TrustResult& result) {
  const auto grant = static_cast<std::size_t>(match.grant);
  result.allowed[grant] = either(result.allowed[grant], match.applies);
  const bool undocumented = match.outcome == StatementOutcome::Undocumented;
  result.undocumented[grant] = result.undocumented[grant] || undocumented;
  if (match.outcome == StatementOutcome::ConditionFailed) {
    result.near_grant = std::max(result.near_grant, match.grant);
  }
}

// Evaluates every Allow, even after a Deny: the grants decide which of the caller's own policies
// must allow.
TrustResult evaluate_trust(const GateInput& gate, const Caller& caller,
                           const Authorization& authorization) {
  TrustResult result;
  if (gate.layers.empty()) return result;
  LayerSum sum(gate.layers[0]);
  for (const PolicyRef& ref : gate.layers[0].policies) {
    if (ref.policy == nullptr) continue;
    for (const Statement& statement : ref.policy->statements) {
      const bool allow = statement.effect == Effect::Allow;
      if (!allow && sum.denied()) continue;
      const StatementMatch match = match_statement(*ref.policy, statement, caller, authorization);
      if (!sum.denied()) sum.add(statement.effect, match);
      if (allow) add_grant(match, result);
    }
  }
  result.layer = sum.result();
  return result;
}

Verdict open_verdict(bool undocumented) {
  return undocumented ? Verdict::Unknown : Verdict::Depends;
}

// For a gate that must allow and must not deny (E6.1).
Verdict verdict_of(const LayerResult& result) {
  if (result.denied == Tri::Yes) return Verdict::DeniesExplicitly;
  if (result.missing) return Verdict::Unknown;
  if (result.allowed == Tri::No) return Verdict::DeniesImplicitly;
  if (result.denied == Tri::Open || result.allowed == Tri::Open) {
    return open_verdict(result.undocumented);
  }
  return Verdict::Allows;
}

// For a gate that need not allow: only a Deny counts.
Verdict verdict_of_denies(const LayerResult& result, Verdict otherwise) {
  if (result.denied == Tri::Yes) return Verdict::DeniesExplicitly;
  if (result.missing) return Verdict::Unknown;
  if (result.denied == Tri::Open) return open_verdict(result.undocumented_deny);
  return result.allowed == Tri::Yes ? Verdict::Allows : otherwise;
}

GateResult state_result(const GateInput& gate) {
  GateResult result;
  result.verdict = gate.state == GateState::NotChecked ? Verdict::NotChecked
                   : gate.state == GateState::Unknown  ? Verdict::Unknown
                                                       : Verdict::NotApplicable;
  return result;
}

// SCPs: every level must allow. RCPs: AWS's own policy allows at every level and cannot be
// detached, so that only a Deny counts (E6.4, E6.5).
GateResult evaluate_levels(const GateInput& gate, const Caller& caller,
                           const Authorization& authorization, bool denies_only) {
  if (gate.state != GateState::Evaluate) return state_result(gate);
  GateResult worst;
  worst.verdict = Verdict::Allows;
  for (std::size_t i = 0; i < gate.layers.size(); ++i) {
    GateResult level;
    level.result = evaluate_layer(gate.layers[i], caller, authorization);
    level.verdict =
        denies_only ? verdict_of_denies(level.result, Verdict::Allows) : verdict_of(level.result);
    level.layer = static_cast<std::uint32_t>(i);
    if (weight(level.verdict) > weight(worst.verdict)) worst = level;
  }
  return worst;
}

GateResult evaluate_single(const GateInput& gate, const Caller& caller,
                           const Authorization& authorization) {
  if (gate.state != GateState::Evaluate) return state_result(gate);
  GateResult result;
  if (!gate.layers.empty()) {
    result.result = evaluate_layer(gate.layers[0], caller, authorization);
  }
  result.verdict = verdict_of(result.result);
  return result;
}

Verdict judge(const GateResult& gate, const GateInput& input, bool needed) {
  if (input.state != GateState::Evaluate || needed) return gate.verdict;
  return verdict_of_denies(gate.result, Verdict::NotApplicable);
}

struct CallerSide {
  Verdict identity{};
  Verdict boundary{};
  Verdict session{};

  [[nodiscard]] int worst() const {
    return std::max({weight(identity), weight(boundary), weight(session)});
  }
};

CallerSide judge_caller_side(const Evaluation& evaluation, const PolicySet& policies,
                             GrantClass grant) {
  const CallerNeeds needs = caller_needs(grant, policies.cross_account);
  return {judge(evaluation.at(Gate::Identity), policies.at(Gate::Identity), needs.identity),
          judge(evaluation.at(Gate::Boundary), policies.at(Gate::Boundary), needs.limits),
          judge(evaluation.at(Gate::Session), policies.at(Gate::Session), needs.limits)};
}

// A trust policy that was not read may name the caller itself, and within one account that makes up
// for a missing Allow in the caller's own policies (E6.2).
void spare_unseen_grants(Evaluation& evaluation, const PolicySet& policies) {
  const GateState trust = policies.at(Gate::Trust).state;
  const bool unseen = trust == GateState::NotChecked || trust == GateState::Unknown ||
                      evaluation.at(Gate::Trust).result.missing;
  if (!unseen || policies.cross_account) return;
  for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Session}) {
    Verdict& verdict = evaluation.at(gate).verdict;
    if (verdict == Verdict::DeniesImplicitly) verdict = Verdict::Unknown;
  }
}

// The grant that judges the caller's policies: the one with the best outcome, of equals the most
// permissive. Without a grant, the class of the statement that fails only by a condition, or else
// as if the caller itself were named.
GrantClass choose_grant(const TrustResult& trust, const Caller& caller,
                        const Evaluation& evaluation, const PolicySet& policies) {
  GrantClass best = GrantClass::None;
  int best_weight = weight(Verdict::DeniesExplicitly) + 1;
  for (std::size_t i = kGrantClasses; i-- > 1;) {
    if (trust.allowed[i] == Tri::No) continue;
    const auto grant = static_cast<GrantClass>(i);
    const int open =
        trust.allowed[i] == Tri::Open ? weight(open_verdict(trust.undocumented[i])) : 0;
    const int outcome = std::max(open, judge_caller_side(evaluation, policies, grant).worst());
    if (outcome < best_weight) {
      best_weight = outcome;
      best = grant;
    }
  }
  if (best != GrantClass::None) return best;
  if (trust.near_grant != GrantClass::None) return trust.near_grant;
  return caller.kind == CallerKind::RoleSession ? GrantClass::Role : GrantClass::User;
}

}  // namespace

Decision decide_gates(const std::array<GateResult, kGateCount>& gates) {
  Verdict heaviest = Verdict::NotApplicable;
  for (const GateResult& gate : gates) {
    if (weight(gate.verdict) > weight(heaviest)) heaviest = gate.verdict;
  }
  return decision_of(heaviest);
}

Evaluation evaluate(const Caller& caller, const Authorization& authorization,
                    const PolicySet& policies) {
  Evaluation evaluation;
  const auto single = [&](Gate gate) {
    evaluation.at(gate) = evaluate_single(policies.at(gate), caller, authorization);
  };
  single(Gate::Identity);
  single(Gate::Boundary);
  single(Gate::Session);
  single(Gate::Vpce);
  evaluation.at(Gate::Scp) =
      evaluate_levels(policies.at(Gate::Scp), caller, authorization, /*denies_only=*/false);
  evaluation.at(Gate::Rcp) =
      evaluate_levels(policies.at(Gate::Rcp), caller, authorization, /*denies_only=*/true);

  const GateInput& trust = policies.at(Gate::Trust);
  GateResult& trust_gate = evaluation.at(Gate::Trust);
  trust_gate = state_result(trust);
  if (trust.state == GateState::Evaluate) {
    const TrustResult result = evaluate_trust(trust, caller, authorization);
    trust_gate.result = result.layer;
    trust_gate.verdict = verdict_of(result.layer);
    evaluation.grant = choose_grant(result, caller, evaluation, policies);
    const CallerSide side = judge_caller_side(evaluation, policies, evaluation.grant);
    evaluation.at(Gate::Identity).verdict = side.identity;
    evaluation.at(Gate::Boundary).verdict = side.boundary;
    evaluation.at(Gate::Session).verdict = side.session;
    // When the chosen grant is open, the trust gate is open too.
    const auto grant = static_cast<std::size_t>(evaluation.grant);
    if (trust_gate.verdict == Verdict::Allows && result.allowed[grant] == Tri::Open) {
      trust_gate.verdict = open_verdict(result.undocumented[grant]);
    }
  }
  spare_unseen_grants(evaluation, policies);
  evaluation.decision = decide_gates(evaluation.gates);
  return evaluation;
}

namespace {

std::size_t count_statements(const GateInput& gate) {
  std::size_t count = 0;
  for (const PolicyLayer& layer : gate.layers) {
    for (const PolicyRef& ref : layer.policies) {
      if (ref.policy != nullptr) count += ref.policy->statements.size();
    }
  }
  return count;
}

}  // namespace

GateTrace trace_gate(const Caller& caller, const Authorization& authorization,
                     const GateInput& gate) {
  GateTrace trace;
  trace.statements.reserve(count_statements(gate));
  for (std::size_t layer = 0; layer < gate.layers.size(); ++layer) {
    const std::vector<PolicyRef>& policies = gate.layers[layer].policies;
    for (std::size_t i = 0; i < policies.size(); ++i) {
      if (policies[i].policy == nullptr) continue;
      for (const Statement& statement : policies[i].policy->statements) {
        trace.statements.push_back(
            {static_cast<std::uint32_t>(layer), static_cast<std::uint32_t>(i),
             trace_statement(*policies[i].policy, statement, caller, authorization)});
      }
    }
  }
  return trace;
}

}  // namespace rolecall
