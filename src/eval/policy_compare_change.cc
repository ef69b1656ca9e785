// SPDX-License-Identifier: Apache-2.0
#include "eval/policy_compare_change.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rolecall/base/text.h"

namespace rolecall::compare {

namespace {

// A literal being shortened.
struct Term {
  Element element{};
  bool negated = false;
};

Truth truth_of(const Space& space, const Term& term) {
  const Truth plain = space.truth_of(term.element);
  return term.negated ? plain.negated() : plain;
}

// Shortens the literals of one dimension as long as they hold for the same samples. Work is
// bounded: lists that are too long stay as they are.
class Shortener {
 public:
  Shortener(const Space& space, const std::vector<Literal>& literals, std::uint32_t dimension)
      : space_(space), target_(space.truth(literals, dimension)) {
    for (const Literal each : literals) {
      if (space.element(each).dimension != dimension) continue;
      terms_.push_back({space.element(each), (each & 1U) != 0});
      truths_.push_back(space.truth(each));
    }
    samples_ = space.dimensions()[dimension].size;
    exact_ = space.is_exact(dimension) && !space.depends_on_variable(literals, dimension);
  }

  std::vector<Term> shorten() {
    if (exact_) {
      drop_terms();
      for (std::size_t i = 0; i < terms_.size(); ++i) drop_values(i);
      drop_terms();
    }
    std::stable_partition(terms_.begin(), terms_.end(),
                          [](const Term& term) { return !term.negated; });
    return std::move(terms_);
  }
  // Whether the terms amount to "the key is absent".
  [[nodiscard]] bool only_absent() const {
    Bits absent(samples_, false);
    absent.set(0);
    return exact_ && target_.sure == absent && target_.possible == absent;
  }

 private:
  [[nodiscard]] bool holds_without(std::size_t skipped) const {
    Truth all{Bits(samples_, true), Bits(samples_, true)};
    for (std::size_t i = 0; i < truths_.size(); ++i) {
      if (i != skipped) all &= truths_[i];
    }
    return all == target_;
  }

  // Terms with a lower worth are dropped first.
  [[nodiscard]] int worth(std::size_t i) const {
    const bool condition = terms_[i].element.kind == ElementKind::Condition;
    return (terms_[i].negated ? 0 : 2) + (condition ? 0 : 1);
  }
  // The only term that names principals is kept even when a condition implies it.
  [[nodiscard]] bool is_last_name(std::size_t i) const {
    const auto names = [](const Term& term) {
      return term.element.kind == ElementKind::Principals && !term.negated;
    };
    return names(terms_[i]) && std::count_if(terms_.begin(), terms_.end(), names) == 1;
  }

  void drop_terms() {
    for (int worth_now = 0; worth_now < 4; ++worth_now) {
      for (std::size_t i = terms_.size(); i-- > 0;) {
        if (worth(i) != worth_now || is_last_name(i) || !holds_without(i)) continue;
        terms_.erase(terms_.begin() + static_cast<std::ptrdiff_t>(i));
        truths_.erase(truths_.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }

  void drop_values(std::size_t i) {
    constexpr std::size_t kMostWork = 20'000;
    const std::size_t values = terms_[i].element.value_count();
    if (values < 2 || values * values * samples_ > kMostWork) return;
    std::vector<bool> keep(values, true);
    const Term original = terms_[i];
    const Truth before = truths_[i];
    for (std::size_t value = 0; value < values; ++value) {
      keep[value] = false;
      const Term shorter{original.element.reduced(keep), original.negated};
      const bool empty = shorter.element.value_count() == 0;
      const Truth kept = truths_[i];
      if (!empty) truths_[i] = truth_of(space_, shorter);
      if (empty || !holds_without(truths_.size())) {
        keep[value] = true;
        truths_[i] = kept;
      } else {
        terms_[i] = shorter;
      }
    }
  }

  const Space& space_;
  Truth target_;
  std::vector<Term> terms_;
  std::vector<Truth> truths_;
  std::size_t samples_ = 0;
  bool exact_ = false;
};

struct Complement {
  std::string_view name{};
  std::string_view other{};
};
constexpr auto kComplements = std::to_array<Complement>({
    {"StringEquals", "StringNotEquals"},
    {"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"},
    {"StringLike", "StringNotLike"},
    {"NumericEquals", "NumericNotEquals"},
    {"DateEquals", "DateNotEquals"},
    {"IpAddress", "NotIpAddress"},
    {"ArnEquals", "ArnNotEquals"},
    {"ArnLike", "ArnNotLike"},
});

std::string_view complement_of(std::string_view name) {
  for (const Complement& row : kComplements) {
    if (row.name == name) return row.other;
    if (row.other == name) return row.name;
  }
  return {};
}

// The condition that is true where this one is false, when there is one.
std::optional<Element> complement(const Space& space, const Element& element) {
  Element other = element;
  Condition& condition = other.condition;
  if (condition.operation->family == OperatorFamily::Null) {
    if (condition.values.size() != 1) return std::nullopt;
    const bool absent = equals_ignore_case(condition.values[0].value, "true");
    if (!absent && !equals_ignore_case(condition.values[0].value, "false")) return std::nullopt;
    condition.values[0].value = absent ? "false" : "true";
  } else {
    const std::string_view name = complement_of(condition.operator_text.value);
    if (name.empty()) return std::nullopt;
    condition = element.condition;
    condition.operator_text.value = name;
    parse_operator_name(name, condition);
  }
  const bool same = space.is_exact(element.dimension) &&
                    space.truth_of(other) == space.truth_of(element).negated();
  return same ? std::optional(other) : std::nullopt;
}

ConditionSelection selection_of(const Space& space, const Term& term) {
  ConditionSelection selection;
  const auto other = term.negated ? complement(space, term.element) : std::nullopt;
  const Condition& condition = other ? other->condition : term.element.condition;
  selection.holds = !term.negated || other.has_value();
  selection.operation = condition.operator_text.value;
  selection.key = condition.key.value;
  selection.variables = term.element.policy->variables;
  for (const Text& each : condition.values) selection.values.emplace_back(each.value);
  return selection;
}

PrincipalSelection principals_of(const Space& space, const Term& term) {
  PrincipalSelection selection;
  selection.holds = !term.negated;
  selection.not_principal = term.element.kind == ElementKind::NotPrincipal;
  for (const PrincipalElement& each : term.element.principals.items) {
    const bool any = each.type == PrincipalType::Any && space.kind() == PolicyKind::Trust;
    selection.values.push_back(
        {any ? PrincipalType::Aws : each.type, std::string(each.value.value)});
  }
  return selection;
}

PatternSelection patterns_of(const Term& term) {
  PatternSelection selection;
  selection.holds = !term.negated;
  selection.variables =
      term.element.kind == ElementKind::Resources && term.element.policy->variables;
  for (const Text& each : term.element.patterns) selection.values.emplace_back(each.value);
  return selection;
}

// Lists the matching actions by name, as a role trust policy is only asked about a few.
void name_actions(const Space& space, const std::vector<Literal>& literals, Change& change) {
  const Dimension& dimension = space.dimensions()[kActionDimension];
  const Bits sure = space.truth(literals, kActionDimension).sure;
  PatternSelection selection;
  for (std::size_t i = 0; i < dimension.size; ++i) {
    if (sure.test(i)) selection.values.push_back(dimension.texts[i]);
  }
  if (selection.values.size() < dimension.size) change.actions.push_back(std::move(selection));
}

// Whether the action is the call that a caller of this kind makes (docs/evaluation.md E1.4).
bool calls(CallerKind kind, std::string_view action) {
  switch (kind) {
    case CallerKind::Oidc:
      return action == "sts:AssumeRoleWithWebIdentity";
    case CallerKind::Saml:
      return action == "sts:AssumeRoleWithSAML";
    default:
      return action == "sts:AssumeRole";
  }
}

std::vector<std::size_t> samples_in(const Bits& bits) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (bits.test(i)) all.push_back(i);
  }
  return all;
}

void add_key(const Space& space, const std::vector<Literal>& literals, std::uint32_t index,
             RequestContext& context) {
  const Dimension& dimension = space.dimensions()[index];
  const auto sure = samples_in(space.truth(literals, index).sure);
  if (sure.empty()) {
    context.set(dimension.key, space.list_values(literals, index), KeyOrigin::Given);
    return;
  }
  const ContextEntry& entry = dimension.contexts[sure[0]].find(dimension.key);
  if (entry.state == KeyState::Known) context.set(dimension.key, entry.values, KeyOrigin::Given);
}

void merge_texts(std::vector<std::string>& to, const std::vector<std::string>& from) {
  for (const std::string& each : from) {
    if (std::find(to.begin(), to.end(), each) == to.end()) to.push_back(each);
  }
}

bool merge_patterns(std::vector<PatternSelection>& to, const std::vector<PatternSelection>& from) {
  if (to.size() != 1 || from.size() != 1 || !to[0].holds || !from[0].holds ||
      to[0].variables != from[0].variables) {
    return false;
  }
  merge_texts(to[0].values, from[0].values);
  return true;
}

bool merge_principals(std::vector<PrincipalSelection>& to,
                      const std::vector<PrincipalSelection>& from) {
  const auto simple = [](const std::vector<PrincipalSelection>& list) {
    return list.size() == 1 && list[0].holds && !list[0].not_principal;
  };
  if (!simple(to) || !simple(from)) return false;
  for (const NamedPrincipal& each : from[0].values) {
    auto& values = to[0].values;
    if (std::find(values.begin(), values.end(), each) == values.end()) values.push_back(each);
  }
  return true;
}

// Merges condition lists that differ only in the values of one condition, which holds when any of
// its values matches.
bool merge_conditions(std::vector<ConditionSelection>& to,
                      const std::vector<ConditionSelection>& from) {
  if (to.size() != from.size()) return false;
  std::size_t differing = to.size();
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] == from[i]) continue;
    if (differing != to.size()) return false;
    differing = i;
  }
  if (differing == to.size()) return true;
  ConditionSelection& one = to[differing];
  const ConditionSelection& other = from[differing];
  const ConditionOperator* operation = find_condition_operator(one.operation);
  if (!one.holds || !other.holds || one.operation != other.operation || one.key != other.key ||
      one.variables != other.variables || operation == nullptr || operation->negated) {
    return false;
  }
  merge_texts(one.values, other.values);
  return true;
}

// Merges `from` into `to`. False when they cannot be merged.
bool merge(Change& to, const Change& from) {
  const bool principals = to.principals == from.principals;
  const bool actions = to.actions == from.actions;
  const bool resources = to.resources == from.resources;
  const bool conditions = to.conditions == from.conditions;
  if (actions && resources && conditions) {
    return principals || merge_principals(to.principals, from.principals);
  }
  if (principals && resources && conditions) return merge_patterns(to.actions, from.actions);
  if (principals && actions && conditions) return merge_patterns(to.resources, from.resources);
  if (principals && actions && resources) return merge_conditions(to.conditions, from.conditions);
  return false;
}

}  // namespace

ComparisonWitness make_witness(const Space& space, const std::vector<Literal>& literals) {
  ComparisonWitness witness;
  const Dimension& callers = space.dimensions()[kCallerDimension];
  const Dimension& actions = space.dimensions()[kActionDimension];
  const auto caller_samples = samples_in(space.truth(literals, kCallerDimension).sure);
  const auto action_samples = samples_in(space.truth(literals, kActionDimension).sure);
  std::size_t caller = caller_samples[0];
  std::size_t action = action_samples[0];
  for (std::size_t i = caller_samples.size(); i-- > 0;) {
    for (const std::size_t each : action_samples) {
      if (!calls(callers.callers[caller_samples[i]].caller.kind, actions.texts[each])) continue;
      caller = caller_samples[i];
      action = each;
    }
  }
  witness.caller = callers.callers[caller].caller;
  witness.authorization.action = actions.texts[action];
  const auto resources = samples_in(space.truth(literals, kResourceDimension).sure);
  witness.authorization.resource = space.dimensions()[kResourceDimension].texts[resources[0]];
  witness.authorization.context = callers.callers[caller].context;
  for (std::uint32_t i = kResourceDimension + 1; i < space.dimensions().size(); ++i) {
    const bool used = std::any_of(literals.begin(), literals.end(),
                                  [&](Literal each) { return space.element(each).dimension == i; });
    if (used) add_key(space, literals, i, witness.authorization.context);
  }
  return witness;
}

Change make_change(const Space& space, const std::vector<Literal>& literals) {
  Change change;
  for (std::uint32_t i = 0; i < space.dimensions().size(); ++i) {
    if (i == kActionDimension && space.kind() == PolicyKind::Trust) {
      name_actions(space, literals, change);
      continue;
    }
    Shortener shortener(space, literals, i);
    if (i > kResourceDimension && shortener.only_absent()) {
      change.conditions.push_back({true, "Null", space.dimensions()[i].key, {"true"}, false});
      continue;
    }
    for (const Term& term : shortener.shorten()) {
      switch (term.element.kind) {
        case ElementKind::Principals:
        case ElementKind::NotPrincipal:
          change.principals.push_back(principals_of(space, term));
          break;
        case ElementKind::Actions:
          change.actions.push_back(patterns_of(term));
          break;
        case ElementKind::Resources:
          change.resources.push_back(patterns_of(term));
          break;
        case ElementKind::Condition:
          change.conditions.push_back(selection_of(space, term));
          break;
      }
    }
  }
  change.witness = make_witness(space, literals);
  return change;
}

void merge_changes(std::vector<Change>& changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (std::size_t j = i + 1; j < changes.size();) {
      if (merge(changes[i], changes[j])) {
        changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(j));
        j = i + 1;
      } else {
        ++j;
      }
    }
  }
}

}  // namespace rolecall::compare
