// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/note.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

// A condition of a statement whose action and principal match.
struct ConditionView {
  const Condition& condition;
  const ContextEntry& entry;
  const ConditionResult& result;
  const Policy& policy;
  const Caller& caller;
  const Authorization& authorization;
};

bool is_family(const ConditionView& view, OperatorFamily family, bool negated) {
  return view.condition.operation != nullptr && view.condition.operation->family == family &&
         view.condition.operation->negated == negated;
}

bool is_absent(const ConditionView& view) {
  return view.entry.state == KeyState::Absent;
}

bool is_non_arn(const std::string& text) {
  constexpr int kColons = 5;
  return std::count(text.begin(), text.end(), ':') < kColons;
}

bool negates_a_non_arn(const ConditionView& view) {
  return is_family(view, OperatorFamily::Arn, true) && view.result.value == Tri::Yes &&
         std::any_of(view.entry.values.begin(), view.entry.values.end(), is_non_arn);
}

bool negates_an_unresolved_variable(const ConditionView& view) {
  const ConditionOperator* operation = view.condition.operation;
  if (operation == nullptr || !operation->negated || view.entry.values.empty()) return false;
  return std::any_of(view.condition.values.begin(), view.condition.values.end(),
                     [&](const Text& value) {
                       return match_value(*operation, value.value, view.entry.values[0],
                                          view.authorization.context,
                                          view.policy.variables) == ValueMatch::Unresolved;
                     });
}

bool has_bool_variable(const ConditionView& view) {
  return is_family(view, OperatorFamily::Bool, false) && view.policy.variables &&
         std::any_of(
             view.condition.values.begin(), view.condition.values.end(),
             [](const Text& value) { return value.value.find("${") != std::string_view::npos; });
}

bool is_any_value_if_exists(const ConditionView& view) {
  return view.condition.qualifier == Qualifier::ForAnyValue && view.condition.if_exists &&
         is_absent(view);
}

bool is_all_values_not_like(const ConditionView& view) {
  return is_family(view, OperatorFamily::StringLike, true) &&
         view.condition.qualifier == Qualifier::ForAllValues;
}

bool wants_external_id_of_sub_action(const ConditionView& view) {
  return is_absent(view) && equals_ignore_case(view.condition.key.value, "sts:ExternalId") &&
         (action_bit(view.authorization.action) &
          (actions::kTagSession | actions::kSetSourceIdentity)) != 0;
}

bool wants_mfa_of_a_role_session(const ConditionView& view) {
  return is_absent(view) && view.caller.kind == CallerKind::RoleSession &&
         starts_with_ignore_case(view.condition.key.value, "aws:MultiFactorAuth");
}

struct ConditionChoice {
  std::string_view rule{};
  bool (*made)(const ConditionView& view) = nullptr;
  std::string_view message{};
};
constexpr auto kConditionChoices = std::to_array<ConditionChoice>({
    {"1.3 sts:ExternalId", wants_external_id_of_sub_action,
     "AWS lists no external ID for this action, although many published policies ask for one"},
    {"V-6", negates_an_unresolved_variable,
     "a policy variable without a value makes a negated operator true, as an absent key does"},
    {"V-8", has_bool_variable,
     "policy variables are taken to work under Bool: one of AWS's pages says so, another does not"},
    {"C-3", negates_a_non_arn,
     "a value that is no ARN is taken to differ from every ARN; AWS does not say"},
    {"4.4 K missing, IfExists", is_any_value_if_exists,
     "IfExists is taken to hold for an absent key under ForAnyValue too"},
    {"C-20", is_all_values_not_like,
     "ForAllValues with StringNotLike follows its definition; an example table of AWS differs"},
    {"MFA-2", wants_mfa_of_a_role_session,
     "role sessions carry no MFA keys; one example of AWS shows some that do"},
});

class NoteList {
 public:
  NoteList(const Caller& caller, const Authorization& authorization, const PolicySet& policies,
           const Evaluation& evaluation)
      : caller_(caller),
        authorization_(authorization),
        policies_(policies),
        evaluation_(evaluation) {}

  std::vector<Note> run() {
    for (int i = 0; i < kGateCount; ++i) {
      const auto gate = static_cast<Gate>(i);
      if (policies_.at(gate).state == GateState::Evaluate) statements(gate);
    }
    grants();
    return std::move(notes_);
  }

 private:
  void statements(Gate gate) {
    const GateTrace trace = trace_gate(caller_, authorization_, policies_.at(gate));
    const auto allows = std::count_if(trace.statements.begin(), trace.statements.end(),
                                      [](const GateTrace::Entry& each) {
                                        return each.statement.statement->effect == Effect::Allow &&
                                               each.statement.match.applies == Tri::Yes;
                                      });
    for (const GateTrace::Entry& entry : trace.statements) {
      const StatementTrace& each = entry.statement;
      const bool concerns = each.action && each.principal.match != Tri::No;
      if (!concerns) continue;
      control_policy_resource(gate, each);
      if (each.resource != Tri::No) conditions(gate, each, allows == 1);
    }
  }

  void conditions(Gate gate, const StatementTrace& trace, bool only_allow) {
    for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
      const Condition& condition = trace.statement->conditions[i];
      const ContextEntry& entry =
          authorization_.context.find(condition.key.value, condition.key_hash);
      const ConditionView view{condition,     entry,   trace.conditions[i],
                               *trace.policy, caller_, authorization_};
      for (const ConditionChoice& row : kConditionChoices) {
        if (!row.made(view)) continue;
        add(row.rule, gate, row.message, condition.at,
            others_hold(trace, i) && turns(gate, trace, only_allow));
      }
    }
  }

  static bool others_hold(const StatementTrace& trace, std::size_t but) {
    for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
      if (i != but && trace.conditions[i].value == Tri::No) return false;
    }
    return true;
  }

  // Whether the gate's verdict would change if the statement's outcome did.
  bool turns(Gate gate, const StatementTrace& trace, bool only_allow) const {
    const Verdict verdict = evaluation_.at(gate).verdict;
    const bool applies = trace.match.applies == Tri::Yes;
    if (trace.statement->effect == Effect::Deny) return applies || !denies(verdict);
    return applies ? only_allow && !denies(verdict) : verdict == Verdict::DeniesImplicitly;
  }

  // One page of AWS says that Resource in an Allow of an SCP must be `*`, its table that any value
  // is allowed.
  void control_policy_resource(Gate gate, const StatementTrace& trace) {
    const PatternList& list = trace.statement->resource;
    const bool all = !list.negated && list.items.size() == 1 && list.items[0].value == "*";
    if (gate != Gate::Scp || trace.statement->effect != Effect::Allow || all) return;
    add("SCP-7", gate,
        "the Resource of an Allow in a service control policy counts as written; one of AWS's "
        "pages wants `*` there",
        list.at, trace.resource == Tri::No && turns(gate, trace, false));
  }

  // Notes on policies that need not allow because of how the trust policy names the caller (E6.2).
  void grants() {
    if (policies_.cross_account || policies_.at(Gate::Trust).state != GateState::Evaluate ||
        denies(evaluation_.at(Gate::Trust).verdict)) {
      return;
    }
    switch (evaluation_.grant) {
      case GrantClass::Role:
        spared("T1 role", Gate::Identity,
               "the trust policy names the role, so that no identity-based policy needs to allow "
               "the call; not every source agrees");
        break;
      case GrantClass::Session:
        spared("T1 session", Gate::Session,
               "the trust policy names the very session, so that its session policy need not "
               "allow the call; not every source agrees");
        break;
      case GrantClass::Any:
        spared("T1 any", Gate::Session,
               "the trust policy names everyone, so that a session policy need not allow the "
               "call; not every source agrees");
        narrowed_by_arn();
        break;
      default:
        break;
    }
  }

  // Whether the gate has no Allow and the grant makes it unnecessary.
  bool lacks_allow(Gate gate) const {
    const GateResult& result = evaluation_.at(gate);
    return policies_.at(gate).state == GateState::Evaluate && !denies(result.verdict) &&
           result.result.allowed == Tri::No;
  }

  void spared(std::string_view rule, Gate gate, std::string_view message) {
    if (lacks_allow(gate)) add(rule, gate, message, {}, true);
  }

  // {"AWS": "*"} with a condition on aws:PrincipalArn: one page treats it like naming the role.
  void narrowed_by_arn() {
    const Gate gate = lacks_allow(Gate::Boundary) ? Gate::Boundary : Gate::Session;
    if (!lacks_allow(gate)) return;
    for (const PolicyRef& ref : policies_.at(Gate::Trust).layers[0].policies) {
      if (ref.policy == nullptr) continue;
      for (const Statement& statement : ref.policy->statements) {
        for (const Condition& condition : statement.conditions) {
          if (statement.effect != Effect::Allow ||
              !equals_ignore_case(condition.key.value, "aws:PrincipalArn")) {
            continue;
          }
          add("T1 any with aws:PrincipalArn", gate,
              "everyone, narrowed by aws:PrincipalArn, is still a grant to everyone; one sentence "
              "of AWS treats it like naming the role",
              condition.at, true);
        }
      }
    }
  }

  void add(std::string_view rule, Gate gate, std::string_view message, Span at, bool decisive) {
    notes_.push_back({rule, std::string(message), gate, at, decisive});
  }

  const Caller& caller_;
  const Authorization& authorization_;
  const PolicySet& policies_;
  const Evaluation& evaluation_;
  std::vector<Note> notes_;
};

}  // namespace

std::vector<Note> list_notes(const Caller& caller, const Authorization& authorization,
                             const PolicySet& policies, const Evaluation& evaluation) {
  return NoteList(caller, authorization, policies, evaluation).run();
}

void add_notes(std::vector<Note> notes, std::vector<Note>& all) {
  for (Note& note : notes) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const Note& each) {
      return each.rule == note.rule && each.gate == note.gate && each.at == note.at;
    });
    if (same == all.end()) {
      all.push_back(std::move(note));
    } else {
      same->decisive = same->decisive || note.decisive;
    }
  }
}

}  // namespace rolecall
