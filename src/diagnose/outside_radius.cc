// SPDX-License-Identifier: Apache-2.0
#include "diagnose/outside_radius.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/policy_compare.h"
#include "rolecall/iam/context_key.h"

namespace rolecall {

namespace {

using Conditions = std::vector<ConditionSelection>;

std::string words_of(const ConditionSelection& condition) {
  std::string values;
  for (const std::string& each : condition.values) {
    values += fmt::format("{}\"{}\"", values.empty() ? "" : ", ", each);
  }
  return fmt::format("{}{} {} {}", condition.holds ? "" : "not ", condition.operation,
                     condition.key, values);
}

ConditionSelection selection_of(const Condition& condition, bool variables) {
  ConditionSelection selection{true,
                               std::string(condition.operator_text.value),
                               std::string(condition.key.value),
                               {},
                               variables};
  for (const Text& each : condition.values) selection.values.emplace_back(each.value);
  return selection;
}

// The values that a condition allows its key, if the condition lists all of them.
const std::vector<std::string>* listed_values(const ConditionSelection& condition) {
  Condition parsed;
  parse_operator_name(condition.operation, parsed);
  const ConditionOperator* const operation = parsed.operation;
  if (!condition.holds || operation == nullptr || operation->negated || parsed.if_exists ||
      parsed.qualifier != Qualifier::None || condition.values.empty() ||
      (operation->family != OperatorFamily::StringEquals &&
       operation->family != OperatorFamily::StringLike &&
       operation->family != OperatorFamily::Arn)) {
    return nullptr;
  }
  const bool open =
      std::any_of(condition.values.begin(), condition.values.end(), [&](const std::string& each) {
        return (operation->wildcards && has_wildcard(each)) ||
               (condition.variables && each.find("${") != each.npos);
      });
  return open ? nullptr : &condition.values;
}

const std::vector<std::string>* values_of(const Conditions& conditions, std::string_view key) {
  for (const ConditionSelection& each : conditions) {
    if (!equals_ignore_case(each.key, key)) continue;
    if (const auto* values = listed_values(each)) return values;
  }
  return nullptr;
}

bool are_all(const std::vector<std::string>* values, std::string_view wanted) {
  return values != nullptr && !wanted.empty() &&
         std::all_of(values->begin(), values->end(),
                     [&](const std::string& each) { return each == wanted; });
}

class Outside {
 public:
  Outside(const Estate& estate, const Trial& trial)
      : estate_(estate),
        trial_(trial),
        decision_(trial.decision()),
        caller_(decision_.service_trust ? decision_.service_caller : decision_.caller) {}

  OutsideRadius find(const Fix& fix) {
    for (std::size_t i = 0; i < fix.changes.size(); ++i) add_change(fix.changes[i], i);
    return std::move(result_);
  }

 private:
  void add_change(const FixChange& change, std::size_t index) {
    if (change.target == FixTarget::OidcProvider) add_admitted({}, PolicyKind::Trust, &change);
    if (change.target == FixTarget::RoleSetting) add_admitted({}, PolicyKind::Trust, nullptr);
    if (change.target == FixTarget::PolicyVersion) note_gap(change);
    const Policy* const after = trial_.version_of(index);
    if (change.policy == nullptr || after == nullptr) return;
    switch (after->kind) {
      case PolicyKind::Identity:
      case PolicyKind::Boundary:
      case PolicyKind::Session:
        // These apply only to principals of their own account, which is in the estate.
        return note_gap(change);
      default:
        compare(change, *after);
    }
  }

  // Without a complete export, it is not known to whom a shared policy is attached.
  void note_gap(const FixChange& change) {
    const bool shared = change.target == FixTarget::ManagedPolicy ||
                        change.target == FixTarget::PolicyVersion ||
                        change.entity_arn.find(":group/") != std::string::npos;
    if (shared && !is_exported(change.account)) {
      add_unknown(fmt::format("the export of account {} is not whole", change.account));
    }
  }

  // The policy without what it allows the caller by name.
  Policy without_caller(Policy policy) const {
    for (Statement& each : policy.statements) {
      if (each.effect == Effect::Deny || each.principal.negated) continue;
      std::erase_if(each.principal.items,
                    [&](const PrincipalElement& element) { return is_caller(element); });
    }
    std::erase_if(policy.statements, [](const Statement& each) {
      return each.effect == Effect::Allow && each.principal.present && !each.principal.negated &&
             each.principal.items.empty();
    });
    return policy;
  }

  void compare(const FixChange& change, const Policy& after) {
    constexpr ComparisonLimits kLimits{.regions = 1'000,
                                       .callers = 5'000,
                                       .text_steps = 100'000,
                                       .tests = 5'000'000,
                                       .comparisons = 100'000};
    const PolicyComparison compared =
        compare_policies(without_caller(*change.policy), without_caller(after), kLimits);
    for (const std::string& each : compared.unknowns) add_unknown(each);
    if (compared.undocumented) add_unknown("AWS does not document how some requests are matched");
    for (const Change& opened : compared.opened) {
      if (!concerns_call(opened)) continue;
      if (are_met_by_caller_only(opened.conditions)) continue;
      if (after.kind == PolicyKind::Trust) {
        add_opened(opened);
      } else {
        add_admitted(opened.conditions, after.kind, nullptr);
      }
    }
    if (after.kind != PolicyKind::Trust) return;
    for (const Change& closed : compared.closed) add_closed(closed);
  }

  void add_unknown(const std::string& why) {
    auto& all = result_.unknowns;
    if (std::find(all.begin(), all.end(), why) == all.end()) all.push_back(why);
  }

  // Adds a set that a trust policy newly refuses, unless it is of the caller's provider only: to
  // correct its claims is the purpose of the fix.
  void add_closed(const Change& closed) {
    if (!concerns_call(closed) || !can_have_members(closed)) return;
    bool others = closed.principals.empty();
    bool provider = false;
    for (const PrincipalSelection& each : closed.principals) {
      for (const NamedPrincipal& value : each.values) {
        const PrincipalElement element = classify_principal(value.type, {value.value, {}});
        const bool own_account =
            element.form == PrincipalForm::Account && element.account == caller_.account;
        const bool own_provider =
            value.type == PrincipalType::Federated && same_provider(value.value, caller_.provider);
        provider = provider || own_provider;
        others = others || (each.holds && !own_account && !own_provider);
      }
    }
    if (others || !provider) result_.shuts_out.push_back({describe_change(closed), others});
  }

  // Whether the set can have members: nobody has the unique id or the ARN of a deleted principal.
  bool can_have_members(const Change& change) const {
    const auto is_dead = [&](const NamedPrincipal& each) { return this->is_dead(each); };
    return std::none_of(change.principals.begin(), change.principals.end(),
                        [&](const PrincipalSelection& each) {
                          return each.holds && !each.values.empty() &&
                                 std::all_of(each.values.begin(), each.values.end(), is_dead);
                        });
  }
  bool is_dead(const NamedPrincipal& principal) const {
    const PrincipalElement element = classify_principal(principal.type, {principal.value, {}});
    switch (element.form) {
      case PrincipalForm::Role:
        return is_exported(element.account) && estate_.find_role(principal.value) == nullptr;
      case PrincipalForm::User:
        return is_exported(element.account) && estate_.find_user(principal.value) == nullptr;
      default:
        return element.form == PrincipalForm::UniqueId || element.form >= PrincipalForm::Wildcard;
    }
  }

  // Whether the set may have an authorization of the call, for any caller. Resources with policy
  // variables may match.
  bool concerns_call(const Change& opened) const {
    const auto any_of = [](const PatternSelection& selection, const auto& matches) {
      return selection.holds ==
             std::any_of(selection.values.begin(), selection.values.end(), matches);
    };
    const auto holds = [&](const SubAction& sub) {
      const Authorization& asked = sub.authorization;
      return std::all_of(opened.actions.begin(), opened.actions.end(),
                         [&](const PatternSelection& each) {
                           return any_of(each, [&](const std::string& pattern) {
                             return action_matches(pattern, asked.action);
                           });
                         }) &&
             std::all_of(opened.resources.begin(), opened.resources.end(),
                         [&](const PatternSelection& each) {
                           return each.variables || any_of(each, [&](const std::string& pattern) {
                                    return wildcard_match(pattern, asked.resource);
                                  });
                         });
    };
    return std::any_of(decision_.sub_actions.begin(), decision_.sub_actions.end(), holds) ||
           (decision_.service_trust && holds(*decision_.service_trust));
  }

  // ---- The caller.

  bool is_caller(const PrincipalElement& element) const {
    switch (element.form) {
      case PrincipalForm::User:
      case PrincipalForm::Session:
        return element.value.value == caller_.arn;
      case PrincipalForm::Role:
        return element.value.value == caller_.role_arn;
      case PrincipalForm::Service:
        return std::find(caller_.services.begin(), caller_.services.end(), element.value.value) !=
               caller_.services.end();
      default:
        return false;
    }
  }

  // Whether only the caller can satisfy the conditions.
  bool are_met_by_caller_only(const Conditions& conditions) const {
    const std::string_view arn =
        caller_.kind == CallerKind::User ? std::string_view(caller_.arn) : caller_.role_arn;
    if (are_all(values_of(conditions, "aws:PrincipalArn"), arn)) return true;
    if (caller_.services.size() == 1 &&
        are_all(values_of(conditions, "aws:PrincipalServiceName"), caller_.services[0])) {
      return true;
    }
    const auto* const subject = trial_.request().principal.claim("sub");
    return caller_.kind == CallerKind::Oidc && subject != nullptr && subject->size() == 1 &&
           are_all(values_of(conditions, caller_.issuer + ":sub"), (*subject)[0]);
  }

  // ---- Others.

  bool is_exported(std::string_view account) const {
    const Account* const known = estate_.find_account(account);
    return known != nullptr && known->exported && known->has_users && known->has_roles;
  }

  void add(std::string principal, LetInScope scope, std::vector<std::string> conditions) {
    LetIn let_in{std::move(principal), std::move(conditions), scope};
    auto& all = result_.lets_in;
    if (std::find(all.begin(), all.end(), let_in) == all.end()) all.push_back(std::move(let_in));
  }

  static std::vector<std::string> words_of_all(const Conditions& conditions) {
    std::vector<std::string> words;
    for (const ConditionSelection& each : conditions) words.push_back(words_of(each));
    return words;
  }

  // Adds everyone, or the narrower set that the conditions leave.
  void add_everyone(const Conditions& conditions, std::vector<std::string> words) {
    if (const auto* accounts = values_of(conditions, "aws:PrincipalAccount")) {
      for (const std::string& each : *accounts) {
        if (!is_exported(each)) add_account(each, words);
      }
      return;
    }
    if (const auto* organizations = values_of(conditions, "aws:PrincipalOrgID")) {
      for (const std::string& each : *organizations) {
        add(fmt::format("any principal of organization {}", each), LetInScope::Organization, words);
      }
      return;
    }
    add("any AWS principal of any account", LetInScope::Everyone, std::move(words));
  }

  void add_account(std::string_view account, std::vector<std::string> words) {
    add(fmt::format("any principal of account {}", account), LetInScope::Account, std::move(words));
  }

  void add(const PrincipalElement& element, const Conditions& conditions,
           std::vector<std::string> words) {
    if (is_caller(element)) return;
    switch (element.form) {
      case PrincipalForm::Everyone:
        return add_everyone(conditions, std::move(words));
      case PrincipalForm::Account:
        if (!is_exported(element.account)) add_account(element.account, std::move(words));
        return;
      case PrincipalForm::User:
      case PrincipalForm::Role:
      case PrincipalForm::Session:
        if (is_exported(element.account)) return;
        return add(std::string(element.value.value), LetInScope::Principal, std::move(words));
      case PrincipalForm::Service:
        return add(fmt::format("the service {}", element.value.value), LetInScope::Principal,
                   std::move(words));
      case PrincipalForm::OidcProvider:
      case PrincipalForm::WellKnownIssuer:
        return add(fmt::format("bearers of tokens of {}",
                               element.name.empty() ? element.value.value : element.name),
                   LetInScope::Federated, std::move(words));
      case PrincipalForm::SamlProvider:
        return add(fmt::format("whoever signs in through {}", element.value.value),
                   LetInScope::Federated, std::move(words));
      default:
        return;  // It matches nobody.
    }
  }

  // Adds a set that a trust policy newly allows.
  void add_opened(const Change& opened) {
    std::vector<std::string> words = words_of_all(opened.conditions);
    const PrincipalSelection* named = nullptr;
    for (const PrincipalSelection& each : opened.principals) {
      if (each.holds && !each.not_principal && !each.values.empty()) named = &each;
    }
    for (const PrincipalSelection& each : opened.principals) {
      if (each.holds && !each.not_principal) continue;
      for (const NamedPrincipal& value : each.values) {
        // An exclusion of another type of principal says nothing about those that are named.
        if (named != nullptr && value.type != named->values[0].type) continue;
        words.push_back(fmt::format("not {}", value.value));
      }
    }
    if (named == nullptr) return add_everyone(opened.conditions, std::move(words));
    for (const NamedPrincipal& each : named->values) {
      add(classify_principal(each.type, {each.value, {}}), opened.conditions, words);
    }
  }

  // Adds those whom the trust policy allows, as another policy refused them before. With
  // `provider`, only bearers of its tokens.
  void add_admitted(const Conditions& more, PolicyKind kind, const FixChange* provider) {
    const Role* const role = decision_.role;
    const Policy* const trust = role == nullptr ? nullptr : trial_.overlay().current(role->trust);
    if (trust == nullptr) return add_unknown("the role's trust policy is not in the files");
    for (const Statement& statement : trust->statements) {
      if (statement.effect == Effect::Deny) continue;
      Conditions conditions;
      for (const Condition& each : statement.conditions) {
        conditions.push_back(selection_of(each, trust->variables));
      }
      conditions.insert(conditions.end(), more.begin(), more.end());
      if (are_met_by_caller_only(conditions)) continue;
      if (statement.principal.negated) {
        add_everyone(conditions, words_of_all(conditions));
        continue;
      }
      for (const PrincipalElement& each : statement.principal.items) {
        if (!bears_on(each, kind)) continue;
        if (provider != nullptr && !same_provider(each.value.value, provider->entity_arn)) continue;
        add(each, conditions, words_of_all(conditions));
      }
    }
  }

  // Whether a policy of this kind applies to the principal: SCPs apply only to principals of the
  // organization.
  bool bears_on(const PrincipalElement& element, PolicyKind kind) const {
    if (kind != PolicyKind::ServiceControl) return true;
    return element.type == PrincipalType::Any ||
           (element.type == PrincipalType::Aws &&
            (element.account.empty() || !estate_.organization ||
             !estate_.organization->is_outside(element.account)));
  }

  const Estate& estate_;
  const Trial& trial_;
  const AssumeDecision& decision_;
  const Caller& caller_;
  OutsideRadius result_;
};

}  // namespace

OutsideRadius find_outside_radius(const Estate& estate, const Fix& fix, const Trial& trial) {
  return Outside(estate, trial).find(fix);
}

}  // namespace rolecall
