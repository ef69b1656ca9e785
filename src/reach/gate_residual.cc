// SPDX-License-Identifier: Apache-2.0
#include "reach/gate_residual.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/context_key.h"

#include "eval/caller_needs.h"
#include "reach/open_call.h"

namespace rolecall {

namespace {

ResidualId settled(Tri value) {
  return value == Tri::Yes ? kAlways : kNever;
}

}  // namespace

bool is_on_unlisted_key(const Condition& condition, const RequestContext& context) {
  const std::string_view key = condition.key.value;
  return condition.operation != nullptr && find_context_key(key, condition.key_hash) == nullptr &&
         !is_issuer_key(key) && !starts_with_ignore_case(key, "saml:") && !context.is_set(key);
}

std::optional<ResidualId> settle_condition(ResidualTable& table, const Condition& condition,
                                           const RequestContext& context, bool variables) {
  if (is_on_unlisted_key(condition, context)) return std::nullopt;
  const ConditionResult result = evaluate_condition(condition, context, variables);
  if (result.value != Tri::Open) return settled(result.value);
  if (!result.undocumented()) return std::nullopt;
  return table.undocumented(fmt::format("AWS does not document what `{}` on `{}` says here",
                                        condition.operator_text.value, condition.key.value),
                            &condition);
}

void GateResidual::note_tag(std::string_view key) {
  if (starts_with_ignore_case(key, kPrincipalTags)) tags_.emplace(key);
}

void GateResidual::note_tags(std::string_view text) {
  for_each_variable(text, [&](std::string_view key) { note_tag(key); });
}

// A pattern that cannot match the role, whatever the tags, does not depend on them.
void GateResidual::note_tags_of(const Policy& policy, std::string_view pattern) {
  if (pattern.find("${") == std::string_view::npos) return;
  RequestContext open = authorization_.context;
  open.erase_family(kPrincipalTags);
  open.set_family_unknown(kPrincipalTags);
  if (resource_matches(pattern, authorization_.resource, open, policy) != Tri::No) {
    note_tags(pattern);
  }
}

ResidualId GateResidual::resource(const Policy& policy, const PatternList& list) {
  if (!list.present) {
    return policy.kind == PolicyKind::Trust || policy.kind == PolicyKind::Resource ? kAlways
                                                                                   : kNever;
  }
  std::vector<ResidualId> parts;
  for (const Text& pattern : list.items) {
    if (policy.variables) note_tags_of(policy, pattern.value);
    const Tri value =
        resource_matches(pattern.value, authorization_.resource, authorization_.context, policy);
    parts.push_back(value == Tri::Open ? table_.resource(policy, pattern.value) : settled(value));
    if (value == Tri::Yes) break;
  }
  const ResidualId any = table_.any(parts);
  return list.negated ? table_.negate(any) : any;
}

ResidualId GateResidual::condition(const Policy& policy, const Condition& condition) {
  const std::string_view key = condition.key.value;
  note_tag(key);
  if (policy.variables) {
    for (const Text& each : condition.values) note_tags(each.value);
  }
  const auto known = settle_condition(table_, condition, authorization_.context, policy.variables);
  return known ? *known : table_.condition(policy, condition);
}

ResidualId GateResidual::principals(const Policy& policy, const Statement& statement) {
  if (!names_principals(policy.kind)) return kAlways;
  const PrincipalMatch match =
      match_principals(statement.principal, statement.effect, policy.kind, caller_);
  if (match.match != Tri::Open) return settled(match.match);
  if (!match.undocumented) return table_.principals(policy, statement);
  return table_.undocumented(
      R"(AWS does not document whether {"AWS": "*"} names callers that are no AWS principals)");
}

ResidualId GateResidual::rest(const Policy& policy, const Statement& statement) {
  ResidualId when = resource(policy, statement.resource);
  for (const Condition& each : statement.conditions) {
    if (when == kNever) break;
    when = table_.all(when, condition(policy, each));
  }
  return when;
}

bool GateResidual::has_action(const Statement& statement) const {
  return action_ == actions::kOther ? actions_match(statement.action, authorization_.action)
                                    : is_about(statement, action_);
}

ResidualId GateResidual::applies(const Policy& policy, const Statement& statement) {
  if (!has_action(statement)) return kNever;
  const ResidualId named = principals(policy, statement);
  return named == kNever ? kNever : table_.all(named, rest(policy, statement));
}

// Unknown, if the document is missing or has faults and so may have any statement.
ResidualId GateResidual::missing(const PolicyRef& ref) {
  if (ref.policy == nullptr) {
    return table_.unknown(
        fmt::format("the document of `{}` is not in the estate or could not be read", ref.label),
        ref.label);
  }
  return ref.policy->faulty
             ? table_.unknown(fmt::format("the document of `{}` has faults", ref.label), ref.label)
             : kNever;
}

GateResidual::Layer GateResidual::layer(const PolicyLayer& layer) {
  std::vector<ResidualId> denied;
  std::vector<ResidualId> allowed;
  for (const PolicyRef& ref : layer.policies) {
    const ResidualId unread = missing(ref);
    denied.push_back(unread);
    allowed.push_back(unread);
    if (ref.policy == nullptr) continue;
    for (const Statement& statement : ref.policy->statements) {
      (statement.effect == Effect::Deny ? denied : allowed)
          .push_back(applies(*ref.policy, statement));
    }
  }
  return {table_.any(denied), table_.any(allowed)};
}

ResidualId GateResidual::state_unknown(const GateInput& gate) {
  return gate.state == GateState::Unknown ? table_.unknown(gate.why) : kAlways;
}

const GateInput& GateResidual::input(Gate gate) const {
  if (gate == Gate::Identity && identity_ != nullptr) return *identity_;
  if (gate == Gate::Boundary && boundary_ != nullptr) return *boundary_;
  return policies_.at(gate);
}

// A gate of the caller's own policies. Its Deny counts even where its Allow is not `needed`.
ResidualId GateResidual::own_gate(Gate gate, bool needed) {
  const GateInput& own = input(gate);
  if (own.state != GateState::Evaluate) return state_unknown(own);
  std::vector<Layer>& known = layers_[static_cast<std::size_t>(gate)];
  if (known.empty()) known.push_back(own.layers.empty() ? Layer{} : layer(own.layers[0]));
  const ResidualId spared = table_.negate(known[0].denied);
  return needed ? table_.all(spared, known[0].allowed) : spared;
}

ResidualId GateResidual::levels(Gate gate, bool denies_only) {
  const GateInput& input = policies_.at(gate);
  if (input.state != GateState::Evaluate) return state_unknown(input);
  ResidualId passes = kAlways;
  for (const PolicyLayer& each : input.layers) {
    const Layer level = layer(each);
    passes = table_.all(passes, table_.negate(level.denied));
    if (!denies_only) passes = table_.all(passes, level.allowed);
    if (passes == kNever) break;
  }
  return passes;
}

ResidualId GateResidual::caller_side(GrantClass grant) {
  const CallerNeeds needs = caller_needs(grant, policies_.cross_account);
  identity_counts_ = identity_counts_ || needs.identity;
  const ResidualId identity = own_gate(Gate::Identity, needs.identity);
  if (identity == kNever) return kNever;
  return table_.all(
      {identity, own_gate(Gate::Boundary, needs.limits), own_gate(Gate::Session, needs.limits)});
}

// Elements that match in any case make one grant. Each element that names a session of the caller's
// role makes another, since the session name is open.
void GateResidual::add_trust_grants(const PolicyRef& ref, const Statement& statement) {
  if (!has_action(statement)) return;
  const Policy& policy = *ref.policy;
  const PrincipalMatch match =
      match_principals(statement.principal, statement.effect, policy.kind, caller_);
  if (match.match == Tri::No) return;
  const ResidualId when = rest(policy, statement);
  if (when == kNever) return;
  add_grant(Gate::Trust, policy, statement, trusted_by_);
  if (match.match == Tri::Yes || match.undocumented || statement.principal.negated) {
    trust_grants_.push_back({match.grant, table_.all(when, principals(policy, statement))});
  }
  if (statement.principal.negated) return;
  for (const PrincipalElement& element : statement.principal.items) {
    const PrincipalMatch one = match_principal(element, caller_);
    if (one.match != Tri::Open || one.undocumented) continue;
    trust_grants_.push_back({one.grant, table_.all(when, table_.principal(policy, element))});
  }
}

void GateResidual::read_trust() {
  trust_known_ = true;
  std::vector<ResidualId> denied;
  for (const PolicyRef& ref : policies_.at(Gate::Trust).layers[0].policies) {
    const ResidualId unread = missing(ref);
    denied.push_back(unread);
    if (unread != kNever) trust_grants_.push_back({GrantClass::Any, unread});
    if (ref.policy == nullptr) continue;
    for (const Statement& statement : ref.policy->statements) {
      if (statement.effect == Effect::Deny) {
        denied.push_back(applies(*ref.policy, statement));
      } else {
        add_trust_grants(ref, statement);
      }
    }
  }
  not_denied_ = table_.negate(table_.any(denied));
}

ResidualId GateResidual::trust() {
  const GateInput& trust = policies_.at(Gate::Trust);
  if (trust.state == GateState::NotApplicable) return kAlways;
  if (trust.state != GateState::Evaluate) {
    return table_.all(table_.unknown(trust.why), caller_side(GrantClass::Any));
  }
  if (!trust_known_) read_trust();
  if (not_denied_ == kNever) return kNever;
  std::vector<ResidualId> ways;
  for (const TrustGrant& each : trust_grants_) {
    ways.push_back(table_.all(each.when, caller_side(each.grant)));
  }
  return table_.all(not_denied_, table_.any(ways));
}

void GateResidual::add_grant(Gate gate, const Policy& policy, const Statement& statement,
                             std::vector<GrantStatement>& grants) {
  grants.push_back({gate, &policy, static_cast<std::size_t>(&statement - &policy.statements[0])});
}

void GateResidual::add_identity_grants() {
  const GateInput& identity = input(Gate::Identity);
  if (identity.state != GateState::Evaluate || identity.layers.empty()) return;
  for (const PolicyRef& ref : identity.layers[0].policies) {
    if (ref.policy == nullptr) continue;
    for (const Statement& statement : ref.policy->statements) {
      if (statement.effect == Effect::Allow && applies(*ref.policy, statement) != kNever) {
        add_grant(Gate::Identity, *ref.policy, statement, grants_);
      }
    }
  }
}

ResidualId GateResidual::allowed() {
  grants_.clear();
  ResidualId passes = trust();
  if (passes == kNever) return kNever;
  if (!limits_) {
    limits_ = levels(Gate::Scp, /*denies_only=*/false);
    if (*limits_ != kNever) limits_ = table_.all(*limits_, levels(Gate::Rcp, /*denies_only=*/true));
  }
  passes = table_.all(passes, *limits_);
  if (passes == kNever) return kNever;
  grants_ = trusted_by_;
  if (identity_counts_) add_identity_grants();
  return passes;
}

void GateResidual::forget_trust() {
  trust_known_ = false;
  not_denied_ = kAlways;
  trust_grants_.clear();
  trusted_by_.clear();
  identity_counts_ = false;
}

ResidualId GateResidual::allowed(const GateInput& identity, const GateInput& boundary) {
  identity_ = &identity;
  boundary_ = &boundary;
  forget_own_policies();
  return allowed();
}

void GateResidual::forget_own_policies() {
  layers_[static_cast<std::size_t>(Gate::Identity)].clear();
  layers_[static_cast<std::size_t>(Gate::Boundary)].clear();
  identity_counts_ = false;
}

}  // namespace rolecall
