// SPDX-License-Identifier: Apache-2.0
#include "diagnose/gate_cause.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/context_key.h"

#include "diagnose/allows_alone.h"
#include "diagnose/condition_cause.h"
#include "diagnose/gate_codes.h"
#include "diagnose/nearest_statement.h"
#include "diagnose/principal_cause.h"

namespace rolecall {

namespace {

// The condition to show for a Deny that applies: the first negated one, as it expresses an
// exception, or else the first. REQUIRES: the conditions hold, so their operators are known.
const Condition* telling_condition(const Statement& statement) {
  const auto negated = std::find_if(statement.conditions.begin(), statement.conditions.end(),
                                    [](const Condition& each) { return each.operation->negated; });
  if (negated != statement.conditions.end()) return &*negated;
  return statement.conditions.empty() ? nullptr : &statement.conditions[0];
}

std::vector<std::string> texts(const std::vector<Text>& items) {
  std::vector<std::string> all;
  all.reserve(items.size());
  for (const Text& item : items) all.emplace_back(item.value);
  return all;
}

class CauseFinder {
 public:
  CauseFinder(const Estate& estate, const AssumeRequest& request, const AssumeDecision& decision)
      : estate_(estate), request_(request), decision_(decision) {}

  std::vector<Cause> find() {
    find_by_gate();
    for (Cause& cause : causes_) {
      const bool root = equals_ignore_case(cause.action, "sts:AssumeRoot");
      const bool missing = cause.code == "identity-no-allow" ||
                           cause.code == "identity-resource-mismatch" ||
                           cause.code == "identity-action-mismatch";
      if (root && missing) cause.code = "identity-assumeroot-missing";
    }
    return std::move(causes_);
  }

 private:
  void find_by_gate() {
    for (int i = 0; i < kGateCount; ++i) {
      const auto gate = static_cast<Gate>(i);
      failures(gate);
      if (gate == Gate::PassRole) {
        pass_role();
      } else if (gate == Gate::Trust && decision_.service_trust) {
        if (denies(decision_.at(gate).verdict)) {
          authorization_causes(gate, decision_.service_caller, *decision_.service_trust);
        }
      } else if (decision_.at(Gate::PassRole).verdict == Verdict::NotApplicable) {
        policy_gate(gate);
      }
    }
  }

  void failures(Gate gate) {
    for (const PreconditionFailure& failure : decision_.failures) {
      if (failure.gate != gate) continue;
      Cause cause;
      cause.gate = gate;
      cause.code = failure.code;
      cause.message = failure.message;
      cause.action = request_.action;
      cause.policy = failure.subject;
      cause.expected = failure.expected;
      cause.actual = failure.actual;
      cause.at = failure.at;
      causes_.push_back(std::move(cause));
    }
  }

  void policy_gate(Gate gate) {
    if (!denies(decision_.at(gate).verdict)) return;
    for (const SubAction& sub : decision_.sub_actions) {
      if (&sub != &decision_.sub_actions[0] && principal_refused_) continue;
      if (denies(sub.evaluation.at(gate).verdict)) {
        authorization_causes(gate, decision_.caller, sub);
      }
    }
  }

  void authorization_causes(Gate gate, const Caller& caller, const SubAction& sub) {
    explicit_denies(gate, caller, sub);
    if (gate == Gate::Scp) {
      scp_levels(caller, sub);
    } else if (lacks_allow(gate, caller, sub)) {
      if (gate == Gate::Trust) {
        trust_allow(caller, sub);
      } else {
        missing_allow(gate, caller, sub, std::nullopt);
      }
    }
  }

  // Whether the gate would refuse if no statement denied (E8.1).
  bool lacks_allow(Gate gate, const Caller& caller, const SubAction& sub) {
    Verdict verdict = sub.evaluation.at(gate).verdict;
    if (verdict == Verdict::DeniesExplicitly) {
      if (!allows_alone_) allows_alone_.emplace(decision_.policies);
      verdict = evaluate(caller, sub.authorization, allows_alone_->policies()).at(gate).verdict;
    }
    return verdict == Verdict::DeniesImplicitly;
  }

  Cause at_statement(Gate gate, const SubAction& sub, const StatementTrace& trace,
                     std::string_view label) const {
    Cause cause;
    cause.gate = gate;
    cause.action = sub.authorization.action;
    cause.policy = label;
    cause.document = trace.policy;
    cause.statement_index = trace.statement->index;
    cause.at = trace.statement->at;
    return cause;
  }

  void set_condition(Cause& cause, const Condition& condition, const SubAction& sub) const {
    cause.condition_key = condition.key.value;
    cause.expected = texts(condition.values);
    cause.actual = actual_value(condition, sub.authorization.context);
    cause.at = condition.at;
  }

  // Adds a cause, unless it is known. Conditions on keys of one family, as on tags, share a cause.
  void add(Cause cause) {
    for (Cause& other : causes_) {
      if (other.gate != cause.gate || other.code != cause.code || other.policy != cause.policy ||
          other.statement_index != cause.statement_index) {
        continue;
      }
      if (other.condition_key == cause.condition_key) return;
      const auto slash = cause.condition_key.find('/');
      if (slash != std::string::npos &&
          starts_with_ignore_case(other.condition_key, cause.condition_key.substr(0, slash + 1))) {
        other.other_condition_keys.push_back(cause.condition_key);
        return;
      }
    }
    causes_.push_back(std::move(cause));
  }

  // --- explicit denies ---

  void explicit_denies(Gate gate, const Caller& caller, const SubAction& sub) {
    const GateInput& input = decision_.policies.at(gate);
    const GateTrace trace = trace_gate(caller, sub.authorization, input);
    for (const GateTrace::Entry& entry : trace.statements) {
      const StatementTrace& statement = entry.statement;
      if (statement.statement->effect != Effect::Deny || statement.match.applies != Tri::Yes) {
        continue;
      }
      const std::string& label = input.layers[entry.layer].policies[entry.policy].label;
      Cause cause = at_statement(gate, sub, statement, label);
      cause.code = deny_code(gate, *statement.statement, caller);
      if (gate == Gate::Trust && statement.statement->principal.negated) {
        cause.code = "trust-notprincipal-unsupported";
      }
      cause.message =
          fmt::format("a Deny statement{} of the {} applies to {}", sid_words(*statement.statement),
                      gate_title(gate), sub.authorization.action);
      if (const Condition* condition = telling_condition(*statement.statement)) {
        set_condition(cause, *condition, sub);
        cause.message += fmt::format(": {} with `{}` {}", condition->operator_text.value,
                                     cause.condition_key, actual_words(cause));
      }
      // A Deny that was reported for the main action is not reported again for a sub-action.
      if (!is_repeated_deny(cause)) causes_.push_back(std::move(cause));
    }
  }

  bool is_repeated_deny(const Cause& cause) const {
    return std::any_of(causes_.begin(), causes_.end(), [&](const Cause& other) {
      return other.gate == cause.gate && other.code == cause.code && other.policy == cause.policy &&
             other.statement_index == cause.statement_index;
    });
  }

  static std::string sid_words(const Statement& statement) {
    return statement.sid.value.empty() ? "" : fmt::format(" `{}`", statement.sid.value);
  }

  static std::string actual_words(const Cause& cause) {
    if (!cause.actual) return "absent from the request";
    return cause.actual->starts_with('(') ? *cause.actual : fmt::format("`{}`", *cause.actual);
  }

  // --- the trust policy allows nothing ---

  void trust_allow(const Caller& caller, const SubAction& sub) {
    const GateInput& input = decision_.policies.at(Gate::Trust);
    const auto near =
        find_nearest_allow(caller, sub.authorization, input, std::nullopt, request_.role);
    const std::string label = input.layers[0].policies[0].label;
    const bool main = &sub == decision_.sub_actions.data() || decision_.service_trust;
    if (!near) {
      Cause cause;
      cause.gate = Gate::Trust;
      cause.code = "trust-no-matching-principal";
      cause.action = sub.authorization.action;
      cause.policy = label;
      cause.message = "the role's trust policy has no Allow statement";
      cause.document = input.layers[0].policies[0].policy;
      cause.at = cause.document->at;
      causes_.push_back(std::move(cause));
      principal_refused_ = main;
      return;
    }
    const StatementTrace& trace = near->entry.statement;
    if (near->action_differs && !near->kind_differs) {
      trust_action(*near, caller, sub, label, main);
      if (main || !near->principal_differs) return;
    }
    if (near->principal_differs) {
      const PrincipalMiss miss =
          explain_principal_miss(*trace.statement, caller, sub.authorization.action, request_.role);
      Cause cause = at_statement(Gate::Trust, sub, trace, label);
      cause.code = miss.code;
      cause.message = miss.message;
      if (trace.statement->principal.negated) {
        cause.code = "trust-notprincipal-unsupported";
        cause.message =
            "NotPrincipal does not work in a trust policy: such an Allow grants nothing";
      }
      protected_role(cause);
      if (!miss.expected.empty()) cause.expected = {miss.expected};
      cause.actual = miss.actual;
      cause.at = miss.at;
      add(std::move(cause));
      if (main) principal_refused_ = true;
    }
    if (!near->kind_differs) trust_conditions(*near, caller, sub, label);
  }

  // Sets the code of roles whose trust policy nobody can edit.
  void protected_role(Cause& cause) const {
    if (decision_.role == nullptr) return;
    if (decision_.role->is_service_linked()) {
      cause.code = "trust-slr-only";
      cause.message = "only the linked service may assume a service-linked role";
    } else if (decision_.role->is_sso_reserved()) {
      cause.code = "trust-sso-reserved-role";
      cause.message = "an Identity Center role can only be assumed through Identity Center";
    }
  }

  // Whether the key belongs to a provider that the statement names. If that is not the caller's,
  // the condition fails only because the provider differs.
  static bool belongs_to_named_provider(const Condition& condition, const Statement& statement) {
    const IssuerKey key = split_issuer_key(condition.key.value);
    return std::any_of(statement.principal.items.begin(), statement.principal.items.end(),
                       [&](const PrincipalElement& each) {
                         return each.type == PrincipalType::Federated &&
                                equals_ignore_case(each.name, key.issuer);
                       });
  }

  // The statement's action belongs to another API, or a sub-action is not listed.
  void trust_action(const NearestStatement& near, const Caller& caller, const SubAction& sub,
                    std::string_view label, bool main) {
    const StatementTrace& trace = near.entry.statement;
    const std::string& action = sub.authorization.action;
    Cause cause = at_statement(Gate::Trust, sub, trace, label);
    cause.at = trace.statement->action.at;
    cause.expected = texts(trace.statement->action.items);
    cause.actual = action;
    cause.message = fmt::format("no Allow statement that names the caller lists {}", action);
    if (equals_ignore_case(action, "sts:TagSession")) {
      cause.code = "trust-tagsession-missing";
    } else if (equals_ignore_case(action, "sts:SetSourceIdentity")) {
      cause.code = "trust-setsourceidentity-missing";
    } else if (equals_ignore_case(action, "sts:SetContext")) {
      cause.code = "trust-setcontext-missing";
    } else {
      cause.code = mispaired(*trace.statement, caller) ? "trust-action-principal-mismatch"
                                                       : "trust-action-missing";
      if (main && near.principal_differs) principal_refused_ = true;
    }
    add(std::move(cause));
  }

  // Whether action and principals never go together, as AssumeRole and a provider, or
  // AssumeRoleWithWebIdentity and an account (A-11).
  static bool mispaired(const Statement& statement, const Caller& caller) {
    const bool federated = kind_of(caller) == PrincipalKind::Federated;
    const bool plain = actions_match(statement.action, "sts:AssumeRole");
    const bool token = actions_match(statement.action, "sts:AssumeRoleWithWebIdentity") ||
                       actions_match(statement.action, "sts:AssumeRoleWithSAML");
    return federated ? plain || token : token;
  }

  void trust_conditions(const NearestStatement& near, const Caller& caller, const SubAction& sub,
                        std::string_view label) {
    const StatementTrace& trace = near.entry.statement;
    for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
      if (trace.conditions[i].value != Tri::No) continue;
      const Condition& condition = trace.statement->conditions[i];
      if (near.principal_differs && belongs_to_named_provider(condition, *trace.statement)) {
        continue;
      }
      const ConditionCase failed{condition,        trace.conditions[i], *trace.policy,
                                 *trace.statement, sub.authorization,   caller,
                                 request_.action};
      for (const ConditionDefect& defect : explain_condition(failed)) {
        Cause cause = at_statement(Gate::Trust, sub, trace, label);
        cause.code = defect.code;
        cause.message = defect.message;
        set_condition(cause, condition, sub);
        add(std::move(cause));
      }
    }
  }

  // --- SCPs: every level must allow ---

  void scp_levels(const Caller& caller, const SubAction& sub) {
    const GateInput& input = decision_.policies.at(Gate::Scp);
    for (std::uint32_t level = 0; level < input.layers.size(); ++level) {
      const GateTrace trace = trace_gate(caller, sub.authorization, input);
      bool allowed = std::any_of(
          input.layers[level].policies.begin(), input.layers[level].policies.end(),
          [](const PolicyRef& ref) { return ref.policy == nullptr || ref.policy->faulty; });
      for (const GateTrace::Entry& entry : trace.statements) {
        allowed = allowed ||
                  (entry.layer == level && entry.statement.statement->effect == Effect::Allow &&
                   entry.statement.match.applies != Tri::No);
      }
      if (!allowed) missing_allow(Gate::Scp, caller, sub, level);
    }
  }

  // --- gates where some Allow is missing ---

  void missing_allow(Gate gate, const Caller& caller, const SubAction& sub,
                     std::optional<std::uint32_t> level) {
    const GateInput& input = decision_.policies.at(gate);
    const AllowCodes& codes = allow_codes(gate);
    const auto near = find_nearest_allow(caller, sub.authorization, input, level, request_.role);
    const std::string& action = sub.authorization.action;
    Cause cause;
    cause.gate = gate;
    cause.action = action;
    cause.code = codes.none;
    cause.policy = no_allow_label(gate, input, level);
    cause.message = no_allow_message(gate, input, level, action);
    cause.actual = request_.role;
    if (equals_ignore_case(action, "sts:TagSession")) cause.code = codes.tag_session;
    if (equals_ignore_case(action, "sts:SetSourceIdentity")) cause.code = codes.source_identity;
    if (!near || near->action_differs) {
      if (near) nearest_place(gate, *near, input, cause);
      if (!cause.at.known()) cause.at = place_of(cause.policy, input);
      if (near && lists_other_assume_action(*near)) other_action(codes, *near, input, cause);
      if (gate == Gate::Identity) stale_version(caller, sub, cause);
      add(std::move(cause));
      return;
    }
    missing_allow_near({gate, codes, caller, sub}, *near, std::move(cause));
  }

  // A gate that has no Allow for one authorization.
  struct Lack {
    Gate gate{};
    const AllowCodes& codes;
    const Caller& caller;
    const SubAction& sub;
  };

  // The nearest statement lists the action, but resource, principal or a condition does not match.
  void missing_allow_near(const Lack& lack, const NearestStatement& near, Cause cause) {
    const auto& [gate, codes, caller, sub] = lack;
    const StatementTrace& trace = near.entry.statement;
    const std::size_t before = causes_.size();
    const std::string label =
        decision_.policies.at(gate).layers[near.entry.layer].policies[near.entry.policy].label;
    if (near.resource_differs) {
      Cause resource = at_statement(gate, sub, trace, label);
      resource.code = codes.resource;
      resource.message =
          fmt::format("the statement's Resource does not match `{}`", sub.authorization.resource);
      resource.expected = texts(trace.statement->resource.items);
      resource.actual = sub.authorization.resource;
      resource.at =
          trace.statement->resource.present ? trace.statement->resource.at : trace.statement->at;
      if (gate == Gate::Identity && has_dead_variable(trace)) {
        resource.code = "identity-version-2008-variable";
      }
      add(std::move(resource));
    }
    if (near.principal_differs) {
      Cause principal = at_statement(gate, sub, trace, label);
      const bool anonymous = kind_of(caller) == PrincipalKind::Federated;
      principal.code = anonymous ? "vpce-policy-anonymous-missing" : codes.none;
      principal.message =
          fmt::format("the statement's Principal does not match `{}`", caller_name(caller));
      principal.at = trace.statement->principal.at;
      principal.actual = caller_name(caller);
      add(std::move(principal));
    }
    unmet_conditions(lack, trace, label);
    if (causes_.size() == before) causes_.push_back(std::move(cause));
  }

  void unmet_conditions(const Lack& lack, const StatementTrace& trace, const std::string& label) {
    for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
      if (trace.conditions[i].value != Tri::No) continue;
      const Condition& condition = trace.statement->conditions[i];
      Cause unmet = at_statement(lack.gate, lack.sub, trace, label);
      unmet.code = lack.codes.condition;
      set_condition(unmet, condition, lack.sub);
      unmet.message = fmt::format("{} is not met: `{}` is {}", describe_condition(condition),
                                  condition.key.value, actual_words(unmet));
      add(std::move(unmet));
    }
  }

  // Whether the statement is for this role and has another action that begins with `sts:Assume`,
  // which may be misspelt.
  static bool lists_other_assume_action(const NearestStatement& near) {
    const auto& actions = near.entry.statement.statement->action;
    return !near.resource_differs && !actions.negated &&
           std::any_of(actions.items.begin(), actions.items.end(), [](const Text& each) {
             return starts_with_ignore_case(each.value, "sts:Assume");
           });
  }

  static void other_action(const AllowCodes& codes, const NearestStatement& near,
                           const GateInput& input, Cause& cause) {
    const Statement& statement = *near.entry.statement.statement;
    if (cause.code == codes.none) cause.code = codes.action;
    cause.statement_index = statement.index;
    cause.document = near.entry.statement.policy;
    cause.at = statement.action.at;
    cause.policy = input.layers[near.entry.layer].policies[near.entry.policy].label;
    cause.expected = texts(statement.action.items);
    cause.actual = cause.action;
  }

  static bool has_dead_variable(const StatementTrace& trace) {
    if (trace.policy->variables) return false;
    return std::any_of(
        trace.statement->resource.items.begin(), trace.statement->resource.items.end(),
        [](const Text& each) { return each.value.find("${") != std::string_view::npos; });
  }

  // For session and endpoint policies, which are a single document, points to the nearest
  // statement.
  static void nearest_place(Gate gate, const NearestStatement& near, const GateInput& input,
                            Cause& cause) {
    if (gate != Gate::Session && gate != Gate::Vpce) return;
    cause.statement_index = near.entry.statement.statement->index;
    cause.document = near.entry.statement.policy;
    cause.at = near.entry.statement.statement->at;
    cause.policy = input.layers[near.entry.layer].policies[near.entry.policy].label;
  }

  // Where the document of this name begins.
  static Span place_of(std::string_view label, const GateInput& input) {
    for (const PolicyLayer& layer : input.layers) {
      for (const PolicyRef& each : layer.policies) {
        if (each.label == label && each.policy != nullptr) return each.policy->at;
      }
    }
    return {};
  }

  std::string no_allow_label(Gate gate, const GateInput& input,
                             std::optional<std::uint32_t> level) const {
    if (gate == Gate::Identity) {
      return decision_.caller.role_arn.empty() ? decision_.caller.arn : decision_.caller.role_arn;
    }
    if (input.layers.empty()) return "";
    const auto& policies = input.layers[level.value_or(0)].policies;
    // Prefers a policy that allows something.
    for (const PolicyRef& ref : policies) {
      const bool allows =
          ref.policy != nullptr &&
          std::any_of(ref.policy->statements.begin(), ref.policy->statements.end(),
                      [](const Statement& each) { return each.effect == Effect::Allow; });
      if (allows) return ref.label;
    }
    return policies.empty() ? input.layers[level.value_or(0)].level : policies[0].label;
  }

  std::string no_allow_message(Gate gate, const GateInput& input,
                               std::optional<std::uint32_t> level, std::string_view action) const {
    switch (gate) {
      case Gate::Identity:
        return fmt::format("no identity-based policy of `{}` allows {} on `{}`",
                           decision_.caller.name, action, request_.role);
      case Gate::Boundary:
        return fmt::format("the permissions boundary does not allow {}", action);
      case Gate::Session:
        return fmt::format("the session policy of the caller's session does not allow {} on `{}`",
                           action, request_.role);
      case Gate::Scp:
        return fmt::format("no service control policy attached to `{}` allows {}",
                           input.layers[level.value_or(0)].level, action);
      default:
        return fmt::format("the VPC endpoint policy does not allow {} on `{}`", action,
                           request_.role);
    }
  }

  // Sets the code when a version of a managed policy that is not the default would allow the call.
  void stale_version(const Caller& caller, const SubAction& sub, Cause& cause) const {
    const IamEntity* entity = decision_.caller_user;
    if (entity == nullptr) entity = decision_.caller_role;
    if (entity == nullptr) return;
    for (const std::string_view arn : entity->attached_arns) {
      const ManagedPolicy* managed = estate_.find_policy(caller.account, arn);
      if (managed == nullptr) continue;
      for (const ManagedPolicyVersion& version : managed->versions) {
        if (version.is_default || version.policy == nullptr) continue;
        const auto& statements = version.policy->statements;
        const bool would_allow =
            std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
              return statement.effect == Effect::Allow &&
                     match_statement(*version.policy, statement, caller, sub.authorization)
                             .applies == Tri::Yes;
            });
        if (!would_allow) continue;
        cause.code = "identity-stale-default-version";
        cause.policy = arn;
        cause.message = fmt::format("version {} of `{}` allows it, but is not the default version",
                                    version.id, managed->name);
        return;
      }
    }
  }

  // --- iam:PassRole ---

  void pass_role() {
    if (!denies(decision_.at(Gate::PassRole).verdict) || decision_.sub_actions.empty()) return;
    const std::size_t before = causes_.size();
    for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Session, Gate::Scp}) {
      if (denies(decision_.sub_actions[0].evaluation.at(gate).verdict)) {
        authorization_causes(gate, decision_.caller, decision_.sub_actions[0]);
      }
    }
    for (std::size_t i = before; i < causes_.size(); ++i) {
      Cause& cause = causes_[i];
      const bool deny = cause.code.find("deny") != std::string::npos;
      if (deny) {
        cause.code = "passrole-explicit-deny";
      } else if (equals_ignore_case(cause.condition_key, "iam:PassedToService")) {
        cause.code = "passrole-passed-to-service-mismatch";
      } else if (equals_ignore_case(cause.condition_key, "iam:AssociatedResourceArn")) {
        cause.code = "passrole-associated-resource-mismatch";
      } else if (cause.gate == Gate::Identity) {
        cause.code = "passrole-no-allow";
      }
      cause.gate = Gate::PassRole;
    }
  }

  const Estate& estate_;
  const AssumeRequest& request_;
  const AssumeDecision& decision_;
  std::vector<Cause> causes_;
  std::optional<AllowsAlone> allows_alone_;  // Of the policies of `decision_`; made on first use.
  bool principal_refused_ = false;  // The main action was refused because of the principal.
};

}  // namespace

std::vector<Cause> find_causes(const Estate& estate, const AssumeRequest& request,
                               const AssumeDecision& decision) {
  return CauseFinder(estate, request, decision).find();
}

}  // namespace rolecall
