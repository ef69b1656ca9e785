// SPDX-License-Identifier: Apache-2.0
#include "eval/policy_compare_space.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/eval/condition_eval.h"
#include "rolecall/eval/policy_variable.h"
#include "rolecall/iam/context_key.h"

namespace rolecall::compare {

namespace {

// The actions a role trust policy is asked about (docs/evaluation.md E1.5).
constexpr auto kTrustActions = std::to_array<std::string_view>(
    {"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:TagSession",
     "sts:SetSourceIdentity", "sts:SetContext"});

constexpr char kSeparator = '\n';

std::string sorted_texts(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  std::string all;
  for (const std::string& each : texts)
    all += kSeparator + std::to_string(each.size()) + ' ' + each;
  return all;
}

// Index of the first sample of a key with one value; the absent and the empty key come before it.
std::size_t first_single(const Dimension& dimension) {
  return dimension.list ? 2 : 1;
}

// A key that is not in context_keys() may hold a list when some condition treats it as one.
bool may_be_list(std::string_view key, const std::vector<ConditionRef>& conditions) {
  if (is_multi_valued_key(key)) return true;
  if (find_context_key(key) != nullptr || is_issuer_key(key) ||
      starts_with_ignore_case(key, "saml:")) {
    return false;
  }
  return std::any_of(conditions.begin(), conditions.end(), [](const ConditionRef& ref) {
    return ref.condition->qualifier != Qualifier::None;
  });
}

// Whether a literal about a list of two or more values holds regardless of them, or requires
// something of every value, or of some value.
enum class Scope : std::uint8_t { Whole, Every, Some };

Scope scope_of(const Element& element, bool negated) {
  if (element.condition.operation->family == OperatorFamily::Null) return Scope::Whole;
  switch (element.condition.qualifier) {
    case Qualifier::None:
      return Scope::Whole;
    case Qualifier::ForAllValues:
      return negated ? Scope::Some : Scope::Every;
    case Qualifier::ForAnyValue:
      return negated ? Scope::Every : Scope::Some;
  }
  return Scope::Whole;
}

}  // namespace

Bits::Bits(std::size_t size, bool value)
    : size_(size), words_((size + 63) / 64, value ? ~std::uint64_t{0} : 0) {
  if (value && size % 64 != 0) words_.back() = (std::uint64_t{1} << (size % 64)) - 1;
}

bool Bits::any() const {
  return std::any_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word != 0; });
}

bool Bits::within(const Bits& other) const {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if ((words_[i] & ~other.words_[i]) != 0) return false;
  }
  return true;
}

Bits Bits::complement() const {
  Bits all(size_, true);
  for (std::size_t i = 0; i < words_.size(); ++i) all.words_[i] &= ~words_[i];
  return all;
}

Bits& Bits::operator&=(const Bits& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  return *this;
}

Truth& Truth::operator&=(const Truth& other) {
  sure &= other.sure;
  possible &= other.possible;
  return *this;
}

std::size_t Element::value_count() const {
  switch (kind) {
    case ElementKind::Principals:
    case ElementKind::NotPrincipal:
      return principals.items.size();
    case ElementKind::Actions:
    case ElementKind::Resources:
      return patterns.size();
    case ElementKind::Condition:
      return condition.values.size();
  }
  return 0;
}

Element Element::reduced(const std::vector<bool>& keep) const {
  Element smaller = *this;
  const auto reduce = [&](auto& values) {
    std::size_t i = 0;
    std::erase_if(values, [&](const auto&) { return !keep[i++]; });
  };
  reduce(smaller.principals.items);
  reduce(smaller.patterns);
  reduce(smaller.condition.values);
  return smaller;
}

// ---- Reading statements ----

std::uint32_t Space::intern(const std::string& signature, Element element) {
  const auto [it, is_new] = known_.emplace(signature, static_cast<std::uint32_t>(elements_.size()));
  if (is_new) elements_.push_back(std::move(element));
  return it->second * 2;
}

void Space::add_principals(const Policy& policy, const Statement& statement, Terms& terms) {
  const PrincipalList& list = statement.principal;
  const bool spares =
      list.negated && statement.effect == Effect::Deny && policy.kind != PolicyKind::Trust;
  Element element{.kind = spares ? ElementKind::NotPrincipal : ElementKind::Principals,
                  .dimension = kCallerDimension,
                  .principals = list,
                  .policy = &policy};
  element.principals.negated = spares;
  std::vector<std::string> texts;
  for (const PrincipalElement& each : list.items) {
    // In a trust policy a bare "*" is read as {"AWS": "*"}.
    const bool any = each.type == PrincipalType::Any && policy.kind == PolicyKind::Trust;
    texts.push_back(std::string(principal_type_name(any ? PrincipalType::Aws : each.type)) + ' ' +
                    std::string(each.value.value));
  }
  const Literal literal = intern(
      (spares ? "NotPrincipal" : "Principal") + sorted_texts(std::move(texts)), std::move(element));
  terms.literals.push_back(list.negated && !spares ? negate_literal(literal) : literal);
}

void Space::add_patterns(const Policy& policy, const PatternList& list, ElementKind kind,
                         Terms& terms) {
  const bool actions = kind == ElementKind::Actions;
  Element element{.kind = kind,
                  .dimension = actions ? kActionDimension : kResourceDimension,
                  .patterns = list.items,
                  .policy = &policy};
  std::vector<std::string> texts;
  for (const Text& each : list.items) {
    texts.push_back(actions ? ascii_lower(each.value) : std::string(each.value));
    if (!actions && policy.variables && has_open_variable(each.value)) element.open_variable = true;
  }
  std::string signature = actions ? "Action" : policy.variables ? "Resource" : "Resource 2008";
  signature += sorted_texts(std::move(texts));
  const Literal literal = intern(signature, std::move(element));
  terms.literals.push_back(list.negated ? negate_literal(literal) : literal);
}

void Space::add_condition(const Policy& policy, const Condition& condition, Terms& terms) {
  Element element{.kind = ElementKind::Condition, .condition = condition, .policy = &policy};
  element.open_variable = has_open_variable(element.ref());
  const std::string key = ascii_lower(condition.key.value);
  if (!follows_from_caller(key)) {
    const auto [it, is_new] = keys_.emplace(key, static_cast<std::uint32_t>(dimensions_.size()));
    if (is_new) dimensions_.push_back({.key = std::string(condition.key.value)});
    element.dimension = it->second;
  }
  const ConditionOperator& operation = *condition.operation;
  std::string signature = key + kSeparator + std::to_string(static_cast<int>(operation.family)) +
                          (operation.negated ? '-' : '+') + (condition.if_exists ? '?' : '!') +
                          std::to_string(static_cast<int>(condition.qualifier));
  std::vector<std::string> texts;
  bool escapes = false;
  for (const Text& each : condition.values) {
    texts.emplace_back(each.value);
    escapes = escapes || has_variable(each.value);
  }
  if (escapes && policy.variables) signature += '$';
  terms.literals.push_back(intern(signature + sorted_texts(std::move(texts)), std::move(element)));
}

std::vector<Terms> Space::add(const Policy& policy) {
  std::vector<Terms> all;
  const bool denies_only = policy.kind == PolicyKind::ResourceControl;
  if (denies_only) all.push_back({Effect::Allow, {}});
  const bool needs_resource =
      policy.kind != PolicyKind::Trust && policy.kind != PolicyKind::Resource;
  for (const Statement& statement : policy.statements) {
    if (denies_only && statement.effect == Effect::Allow) continue;
    const bool no_operator =
        std::any_of(statement.conditions.begin(), statement.conditions.end(),
                    [](const Condition& each) { return each.operation == nullptr; });
    const bool names_nobody = names_principals(policy.kind) &&
                              (!statement.principal.present ||
                               (statement.principal.negated && statement.effect == Effect::Allow &&
                                policy.kind == PolicyKind::Trust));
    if (no_operator || names_nobody || !statement.action.present ||
        (needs_resource && !statement.resource.present)) {
      continue;  // Applies to no request.
    }
    Terms terms{statement.effect, {}};
    if (names_principals(policy.kind)) add_principals(policy, statement, terms);
    add_patterns(policy, statement.action, ElementKind::Actions, terms);
    if (statement.resource.present) {
      add_patterns(policy, statement.resource, ElementKind::Resources, terms);
    }
    for (const Condition& each : statement.conditions) add_condition(policy, each, terms);
    std::sort(terms.literals.begin(), terms.literals.end());
    terms.literals.erase(std::unique(terms.literals.begin(), terms.literals.end()),
                         terms.literals.end());
    all.push_back(std::move(terms));
  }
  return all;
}

// ---- Choosing samples ----

void Space::fill_callers() {
  CallerDistinctions distinctions{.kind = kind_};
  for (const Element& element : elements_) {
    if (element.dimension != kCallerDimension) continue;
    if (element.kind == ElementKind::Condition) {
      distinctions.conditions.push_back(element.ref());
      continue;
    }
    distinctions.boundary = distinctions.boundary || element.kind == ElementKind::NotPrincipal;
    for (const PrincipalElement& each : element.principals.items) {
      distinctions.elements.push_back(&each);
    }
  }
  CallerSamples made = caller_samples(distinctions, limits_);
  Dimension& dimension = dimensions_[kCallerDimension];
  dimension.callers = std::move(made.samples);
  dimension.complete = made.complete;
  dimension.size = dimension.callers.size();
}

void Space::fill_actions() {
  Dimension& dimension = dimensions_[kActionDimension];
  if (kind_ == PolicyKind::Trust) {
    dimension.texts.assign(kTrustActions.begin(), kTrustActions.end());
    dimension.size = dimension.texts.size();
    return;
  }
  std::vector<TextPattern> patterns;
  std::vector<std::string> seeds;
  for (const Element& element : elements_) {
    if (element.kind != ElementKind::Actions) continue;
    for (const Text& each : element.patterns) {
      if (auto pattern = action_pattern(each.value)) patterns.push_back(*std::move(pattern));
      seeds.push_back(ascii_lower(filled_in(each.value)));
    }
  }
  const TextPattern shape = action_shape();
  TextCells cells = text_cells(patterns, &shape, seeds, limits_.text_steps);
  dimension.texts = std::move(cells.samples);
  dimension.complete = cells.complete;
  dimension.size = dimension.texts.size();
}

void Space::fill_resources() {
  Dimension& dimension = dimensions_[kResourceDimension];
  std::vector<TextPattern> patterns;
  std::vector<std::string> seeds;
  for (const Element& element : elements_) {
    if (element.kind != ElementKind::Resources || !element.policy->variables) continue;
    for (const Text& each : element.patterns) {
      open_variables(each.value, {}, dimension.resource_context);
    }
  }
  for (const Element& element : elements_) {
    if (element.kind != ElementKind::Resources) continue;
    for (const Text& each : element.patterns) {
      WildcardPattern expanded;
      if (!element.policy->variables) {
        expanded.append_pattern(each.value);
      } else if (expand_variables(each.value, dimension.resource_context, expanded) ==
                 Expansion::Unresolved) {
        continue;
      }
      auto pattern = resource_pattern(expanded.view(), kind_);
      if (pattern) patterns.push_back(*std::move(pattern));
      seeds.push_back(filled_in(each.value));
    }
  }
  seeds.emplace_back("arn:aws:iam::999999999999:role/example");
  const TextPattern shape = arn_shape();
  TextCells cells = patterns.empty() ? TextCells{{seeds.back()}, true}
                                     : text_cells(patterns, &shape, seeds, limits_.text_steps);
  dimension.texts = std::move(cells.samples);
  if (kind_ != PolicyKind::Trust) dimension.texts.emplace_back("*");
  dimension.complete = cells.complete;
  dimension.size = dimension.texts.size();
}

void Space::fill_key(std::uint32_t index) {
  Dimension& dimension = dimensions_[index];
  std::vector<ConditionRef> conditions;
  for (const Element& element : elements_) {
    if (element.dimension == index) conditions.push_back(element.ref());
  }
  dimension.list = may_be_list(dimension.key, conditions);
  const TextCells values = key_samples(dimension.key, conditions, limits_.text_steps);
  dimension.complete = values.complete;
  RequestContext absent;
  for (const ConditionRef& ref : conditions) {
    if (!has_open_variable(ref)) continue;
    for (const Text& value : ref.condition->values) {
      open_variables(value.value, dimension.key, absent);
    }
  }
  dimension.contexts.push_back(absent);
  if (dimension.list) {
    dimension.contexts.push_back(absent);
    dimension.contexts.back().set(dimension.key, std::vector<std::string>(), KeyOrigin::Given);
  }
  for (const std::string& value : values.samples) {
    dimension.contexts.push_back(absent);
    dimension.contexts.back().set(dimension.key, value, KeyOrigin::Given);
  }
  dimension.size = dimension.contexts.size();
}

bool Space::fill() {
  fill_callers();
  fill_actions();
  fill_resources();
  for (std::uint32_t i = kResourceDimension + 1; i < dimensions_.size(); ++i) fill_key(i);
  std::size_t tests = 0;
  for (const Element& element : elements_) {
    tests += (element.value_count() + 1) * dimensions_[element.dimension].size;
  }
  if (tests > limits_.tests) return false;
  for (Element& element : elements_) element.truth = truth_of(element);
  return true;
}

// ---- Truth ----

Tri Space::test(const Element& element, std::size_t sample) const {
  const Dimension& dimension = dimensions_[element.dimension];
  switch (element.kind) {
    case ElementKind::Principals:
      return match_principals(element.principals, Effect::Allow, kind_,
                              dimension.callers[sample].caller)
          .match;
    case ElementKind::NotPrincipal:
      return match_principals(element.principals, Effect::Deny, kind_,
                              dimension.callers[sample].caller)
          .match;
    case ElementKind::Actions:
      return tri(std::any_of(
          element.patterns.begin(), element.patterns.end(),
          [&](const Text& each) { return action_matches(each.value, dimension.texts[sample]); }));
    case ElementKind::Resources: {
      Tri any = Tri::No;
      for (const Text& each : element.patterns) {
        any = either(any, resource_matches(each.value, dimension.texts[sample],
                                           dimension.resource_context, *element.policy));
      }
      return any;
    }
    case ElementKind::Condition: {
      const RequestContext& context = element.dimension == kCallerDimension
                                          ? dimension.callers[sample].context
                                          : dimension.contexts[sample];
      return evaluate_condition(element.condition, context, element.policy->variables).value;
    }
  }
  return Tri::Open;
}

Truth Space::truth_of(const Element& element) const {
  const std::size_t size = dimensions_[element.dimension].size;
  // The samples do not cover callers that only a policy variable distinguishes.
  if (element.dimension == kCallerDimension && element.open_variable) {
    return {Bits(size, false), Bits(size, true)};
  }
  Truth truth{Bits(size, false), Bits(size, false)};
  for (std::size_t i = 0; i < size; ++i) {
    const Tri value = test(element, i);
    if (value == Tri::Yes) truth.sure.set(i);
    if (value != Tri::No) truth.possible.set(i);
  }
  return truth;
}

Truth Space::truth(Literal literal) const {
  const Truth& plain = element(literal).truth;
  return (literal & 1U) != 0 ? plain.negated() : plain;
}

Truth Space::truth(const std::vector<Literal>& literals, std::uint32_t dimension) const {
  const std::size_t size = dimensions_[dimension].size;
  Truth all{Bits(size, true), Bits(size, true)};
  for (const Literal each : literals) {
    if (element(each).dimension == dimension) all &= truth(each);
  }
  return all;
}

// For lists of two or more values. Each literal about some value must be satisfied by one of them,
// and the literals about every value by all of them.
Status Space::list_status(const std::vector<Literal>& literals, std::uint32_t index) const {
  const Dimension& dimension = dimensions_[index];
  const std::size_t first = first_single(dimension);
  if (dimension.size == first) return Status::Never;
  Truth every{Bits(dimension.size, true), Bits(dimension.size, true)};
  Bits singles(dimension.size, false);
  for (std::size_t i = first; i < dimension.size; ++i) singles.set(i);
  every.sure &= singles;
  every.possible &= singles;
  RequestContext several = dimension.contexts[0];
  const std::string& value = dimension.contexts[first].find(dimension.key).values[0];
  several.set(dimension.key, {value, value}, KeyOrigin::Given);
  Status status = Status::Sure;
  const auto meet = [&](const Truth& truth) {
    if (!truth.possible.any()) status = Status::Never;
    if (!truth.sure.any()) status = std::min(status, Status::Undocumented);
  };
  for (const Literal each : literals) {
    if (element(each).dimension != index) continue;
    const bool negated = (each & 1U) != 0;
    const Scope scope = scope_of(element(each), negated);
    if (scope == Scope::Every) every &= truth(each);
    if (scope != Scope::Whole) continue;
    const Tri holds =
        evaluate_condition(element(each).condition, several, element(each).policy->variables).value;
    const Tri wanted = negated ? negate(holds) : holds;
    if (wanted == Tri::No) return Status::Never;
    if (wanted == Tri::Open) status = std::min(status, Status::Undocumented);
  }
  meet(every);
  for (const Literal each : literals) {
    if (element(each).dimension != index) continue;
    if (scope_of(element(each), (each & 1U) != 0) != Scope::Some) continue;
    Truth some = truth(each);
    some &= every;
    meet(some);
  }
  return status;
}

Status Space::status_in(const std::vector<Literal>& literals, std::uint32_t index) const {
  const Dimension& dimension = dimensions_[index];
  const Truth all = truth(literals, index);
  if (all.sure.any()) return Status::Sure;
  Status status = all.possible.any() ? Status::Undocumented : Status::Never;
  if (dimension.list) status = std::max(status, list_status(literals, index));
  if (status == Status::Sure) return status;
  const bool undecided = !dimension.complete ||
                         (status == Status::Undocumented && depends_on_variable(literals, index));
  return undecided ? Status::Undecided : status;
}

Status Space::status(const std::vector<Literal>& literals) const {
  Status worst = Status::Sure;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (i > 0 && literals[i] == negate_literal(literals[i - 1])) return Status::Never;
  }
  std::vector<bool> seen(dimensions_.size(), false);
  for (const Literal each : literals) {
    const std::uint32_t dimension = element(each).dimension;
    if (seen[dimension]) continue;
    seen[dimension] = true;
    worst = std::min(worst, status_in(literals, dimension));
    if (worst == Status::Never) return worst;
  }
  return worst;
}

bool Space::depends_on_variable(const std::vector<Literal>& literals,
                                std::uint32_t dimension) const {
  return std::any_of(literals.begin(), literals.end(), [&](Literal each) {
    return element(each).dimension == dimension && element(each).open_variable;
  });
}

bool Space::documented(const std::vector<Literal>& literals) const {
  return std::all_of(literals.begin(), literals.end(), [&](Literal each) {
    const std::uint32_t dimension = element(each).dimension;
    const Truth all = truth(literals, dimension);
    return all.sure == all.possible || depends_on_variable(literals, dimension);
  });
}

bool Space::within(const std::vector<Literal>& inner, const std::vector<Literal>& outer) const {
  return std::all_of(outer.begin(), outer.end(), [&](Literal each) {
    if (std::binary_search(inner.begin(), inner.end(), each)) return true;
    const std::uint32_t dimension = element(each).dimension;
    if (!is_exact(dimension) || element(each).open_variable) return false;
    const Truth in = truth(inner, dimension);
    const Truth out = truth(each);
    if (depends_on_variable(inner, dimension)) return in.possible.within(out.sure);
    return in.sure.within(out.sure) && in.possible.within(out.possible);
  });
}

std::vector<std::string> Space::list_values(const std::vector<Literal>& literals,
                                            std::uint32_t index) const {
  const Dimension& dimension = dimensions_[index];
  Bits every(dimension.size, true);
  for (const Literal each : literals) {
    if (element(each).dimension != index) continue;
    if (scope_of(element(each), (each & 1U) != 0) == Scope::Every) every &= truth(each).sure;
  }
  std::vector<std::string> values;
  const auto take = [&](const Bits& bits) {
    for (std::size_t i = first_single(dimension); i < dimension.size; ++i) {
      if (!bits.test(i)) continue;
      const std::string& value = dimension.contexts[i].find(dimension.key).values[0];
      if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
      return;
    }
  };
  for (const Literal each : literals) {
    if (element(each).dimension != index) continue;
    if (scope_of(element(each), (each & 1U) != 0) != Scope::Some) continue;
    Bits some = truth(each).sure;
    some &= every;
    take(some);
  }
  if (values.empty()) take(every);
  if (values.size() == 1) values.push_back(values[0]);
  return values;
}

}  // namespace rolecall::compare
