// SPDX-License-Identifier: Apache-2.0
// A document allows the requests that some Allow statement covers and no Deny statement does. A
// statement is a conjunction of literals (policy_compare_space.h). The difference of two documents
// is found by subtracting statements from one statement's set of requests: a region minus a
// statement is, for each literal of the statement, the region with that literal negated.
#include "rolecall/eval/policy_compare.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/eval/evaluation.h"

#include "eval/policy_compare_change.h"
#include "eval/policy_compare_space.h"

namespace rolecall {

namespace {

using compare::Literal;
using compare::Space;
using compare::Status;
using compare::Terms;
using Region = std::vector<Literal>;

// One version of the document.
struct Version {
  std::vector<Terms> terms{};  // One per statement.
  std::vector<bool> own{};     // By statement: the other version does not have it.

  // Calls `visit` with the literals of every statement of the effect.
  template <typename Visit>
  void for_each(Effect effect, bool own_only, Visit visit) const {
    for (std::size_t i = 0; i < terms.size(); ++i) {
      if (terms[i].effect == effect && (own[i] || !own_only)) visit(terms[i].literals);
    }
  }
};

void mark_own(Version& version, const Version& other) {
  const std::set<Terms> others(other.terms.begin(), other.terms.end());
  version.own.clear();
  for (const Terms& each : version.terms) version.own.push_back(!others.contains(each));
}

bool all_shared(const Version& version) {
  return std::find(version.own.begin(), version.own.end(), true) == version.own.end();
}

// Drops literals that hold for every request, and statements that apply to none.
void simplify(const Space& space, Version& version) {
  for (Terms& terms : version.terms) {
    std::erase_if(terms.literals, [&](Literal each) {
      const std::uint32_t dimension = space.element(each).dimension;
      return space.is_exact(dimension) &&
             space.truth(each).sure == compare::Bits(space.dimensions()[dimension].size, true);
    });
  }
  std::erase_if(version.terms,
                [&](const Terms& each) { return space.status(each.literals) == Status::Never; });
}

Region joined(const Region& a, const Region& b) {
  Region both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

void add_unknown(PolicyComparison& result, std::string_view why) {
  if (std::find(result.unknowns.begin(), result.unknowns.end(), why) == result.unknowns.end()) {
    result.unknowns.emplace_back(why);
  }
}

// The requests one version allows and the other does not.
class Difference {
 public:
  Difference(const Space& space, const ComparisonLimits& limits, PolicyComparison& result)
      : space_(space), limits_(limits), result_(result) {}

  std::vector<Region> find(const Version& from, const Version& to) {
    std::vector<Region> found;
    const auto keep = [&](const std::vector<Region>& regions) {
      found.insert(found.end(), regions.begin(), regions.end());
    };
    // Allowed by a new statement and by none of the old ones.
    to.for_each(Effect::Allow, true, [&](const Region& allow) {
      std::vector<Region> regions = start(allow);
      to.for_each(Effect::Deny, false, [&](const Region& deny) { subtract(regions, deny); });
      from.for_each(Effect::Allow, false, [&](const Region& old) { subtract(regions, old); });
      keep(regions);
    });
    // Allowed because a Deny statement is gone.
    from.for_each(Effect::Deny, true, [&](const Region& gone) {
      to.for_each(Effect::Allow, false, [&](const Region& allow) {
        std::vector<Region> regions = start(joined(allow, gone));
        to.for_each(Effect::Deny, false, [&](const Region& deny) { subtract(regions, deny); });
        keep(regions);
      });
    });
    drop_covered(found);
    return found;
  }

 private:
  [[nodiscard]] std::vector<Region> start(const Region& region) const {
    if (space_.status(region) == Status::Never) return {};
    return {region};
  }

  void subtract(std::vector<Region>& regions, const Region& statement) {
    std::vector<Region> left;
    for (const Region& region : regions) {
      if (++compared_ > limits_.comparisons || examined_ > limits_.regions) {
        add_unknown(result_, "the versions differ in too many ways to look at all");
        left.clear();
        break;
      }
      if (space_.status(joined(region, statement)) == Status::Never) {
        left.push_back(region);
        continue;
      }
      for (const Literal literal : statement) {
        Region part = joined(region, {compare::negate_literal(literal)});
        ++examined_;
        if (space_.status(part) != Status::Never) left.push_back(std::move(part));
      }
    }
    drop_covered(left);
    regions = std::move(left);
  }

  // Drops regions that lie within another one.
  void drop_covered(std::vector<Region>& regions) const {
    constexpr std::size_t kMost = 200;
    if (regions.size() > kMost) return;
    for (std::size_t i = 0; i < regions.size();) {
      bool covered = false;
      for (std::size_t j = 0; j < regions.size() && !covered; ++j) {
        covered = i != j && space_.within(regions[i], regions[j]);
      }
      if (covered) {
        regions.erase(regions.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  const Space& space_;
  const ComparisonLimits& limits_;
  PolicyComparison& result_;
  std::size_t examined_ = 0;
  std::size_t compared_ = 0;
};

Gate gate_of(PolicyKind kind) {
  switch (kind) {
    case PolicyKind::Identity:
      return Gate::Identity;
    case PolicyKind::Boundary:
      return Gate::Boundary;
    case PolicyKind::Session:
      return Gate::Session;
    case PolicyKind::ServiceControl:
      return Gate::Scp;
    case PolicyKind::ResourceControl:
      return Gate::Rcp;
    case PolicyKind::VpcEndpoint:
      return Gate::Vpce;
    case PolicyKind::Trust:
    case PolicyKind::Resource:
      return Gate::Trust;
  }
  return Gate::Trust;
}

// What the document alone says about a request.
Verdict verdict_of(const Policy& policy, const ComparisonWitness& witness) {
  PolicySet policies;
  const Gate gate = gate_of(policy.kind);
  policies.at(gate) = {GateState::Evaluate, {}, {{"", {{&policy, {}}}}}};
  return evaluate(witness.caller, witness.authorization, policies).at(gate).verdict;
}

// Turns each region that certainly holds a request into a Change, after evaluating both versions
// for its witness. Why others stay unknown is added to `result`.
std::vector<Change> confirm(const Space& space, const std::vector<Region>& regions,
                            const Policy& refuses, const Policy& allows, PolicyComparison& result) {
  std::vector<Change> changes;
  for (const Region& region : regions) {
    const Status status = space.status(region);
    if (status == Status::Undocumented || !space.documented(region)) result.undocumented = true;
    if (status == Status::Undecided) {
      add_unknown(result,
                  "a difference hangs on a policy variable, or on more patterns than can be "
                  "told apart");
    }
    if (status != Status::Sure) continue;
    Change change = compare::make_change(space, region);
    if (verdict_of(allows, change.witness) == Verdict::Allows &&
        denies(verdict_of(refuses, change.witness))) {
      changes.push_back(std::move(change));
    } else {
      add_unknown(result, "a difference could not be confirmed");
    }
  }
  compare::merge_changes(changes);
  return changes;
}

ComparisonOutcome outcome_of(PolicyComparison& result) {
  const bool changed = !result.opened.empty() || !result.closed.empty();
  if (!changed && result.undocumented) {
    add_unknown(result, "they differ only where AWS's documentation does not decide");
  }
  if (!result.unknowns.empty()) return ComparisonOutcome::Unknown;
  return changed ? ComparisonOutcome::Changed : ComparisonOutcome::Equal;
}

PrincipalList as_list(const PrincipalSelection& selection) {
  PrincipalList list;
  list.present = true;
  list.negated = selection.not_principal;
  for (const NamedPrincipal& each : selection.values) {
    list.items.push_back(classify_principal(each.type, {each.value, {}}));
  }
  return list;
}

Condition as_condition(const ConditionSelection& selection) {
  Condition condition;
  condition.operator_text.value = selection.operation;
  parse_operator_name(selection.operation, condition);
  condition.key.value = selection.key;
  condition.key_hash = hash_ignore_case(selection.key);
  condition.multi_valued_key = is_multi_valued_key(selection.key);
  for (const std::string& each : selection.values) condition.values.push_back({each, {}});
  return condition;
}

bool is_held(bool holds, Tri value) {
  return (holds ? value : negate(value)) == Tri::Yes;
}

// ---- Text ----

std::string listed(bool holds, const std::vector<std::string>& values, std::string_view otherwise) {
  constexpr std::size_t kMost = 5;
  return (holds ? "" : std::string(otherwise)) + join_list(values, kMost);
}

template <typename Part>
void add_part(std::string& text, std::string_view separator, const Part& part) {
  if (!text.empty()) text += separator;
  text += part;
}

std::string describe(const PrincipalSelection& selection) {
  std::vector<std::string> names;
  for (const NamedPrincipal& each : selection.values) {
    const bool everyone = each.value == "*";
    names.push_back(everyone ? "every AWS principal" : each.value);
  }
  const bool spared = selection.not_principal;
  return listed(selection.holds != spared, names, "all but ");
}

}  // namespace

std::string_view comparison_outcome_name(ComparisonOutcome outcome) {
  switch (outcome) {
    case ComparisonOutcome::Equal:
      return "equal";
    case ComparisonOutcome::Changed:
      return "changed";
    case ComparisonOutcome::Unknown:
      return "unknown";
  }
  return "unknown";
}

PolicyComparison compare_policies(const Policy& before, const Policy& after,
                                  const ComparisonLimits& limits) {
  PolicyComparison result;
  result.kind = before.kind;
  if (before.faulty || after.faulty) {
    add_unknown(result, "a version could not be read completely");
    return result;
  }
  Space space(before.kind, limits);
  Version old{space.add(before), {}};
  Version recent{space.add(after), {}};
  mark_own(old, recent);
  mark_own(recent, old);
  if (all_shared(old) && all_shared(recent)) {
    result.outcome = ComparisonOutcome::Equal;
    return result;
  }
  if (!space.fill()) {
    add_unknown(result, "the versions are too large to compare");
    return result;
  }
  simplify(space, old);
  simplify(space, recent);
  mark_own(old, recent);
  mark_own(recent, old);
  Difference difference(space, limits, result);
  const std::vector<Region> opened = difference.find(old, recent);
  const std::vector<Region> closed = difference.find(recent, old);
  result.opened = confirm(space, opened, before, after, result);
  result.closed = confirm(space, closed, after, before, result);
  result.outcome = outcome_of(result);
  return result;
}

bool contains(const Change& change, PolicyKind kind, const Caller& caller,
              const Authorization& authorization) {
  Policy policy;
  policy.kind = kind;
  const auto all = [](const auto& selections, auto test) {
    return std::all_of(selections.begin(), selections.end(),
                       [&](const auto& each) { return is_held(each.holds, test(each)); });
  };
  return all(change.principals,
             [&](const PrincipalSelection& each) {
               return match_principals(as_list(each), Effect::Deny, kind, caller).match;
             }) &&
         all(change.actions,
             [&](const PatternSelection& each) {
               return tri(std::any_of(each.values.begin(), each.values.end(),
                                      [&](const std::string& pattern) {
                                        return action_matches(pattern, authorization.action);
                                      }));
             }) &&
         all(change.resources,
             [&](const PatternSelection& each) {
               policy.variables = each.variables;
               Tri any = Tri::No;
               for (const std::string& pattern : each.values) {
                 any = either(any, resource_matches(pattern, authorization.resource,
                                                    authorization.context, policy));
               }
               return any;
             }) &&
         all(change.conditions, [&](const ConditionSelection& each) {
           return evaluate_condition(as_condition(each), authorization.context, each.variables)
               .value;
         });
}

std::string describe_change(const Change& change) {
  std::string who;
  for (const PrincipalSelection& each : change.principals) add_part(who, ", ", describe(each));
  std::string text = who.empty() ? "everyone" : who;
  const auto add_patterns = [&](const std::vector<PatternSelection>& selections) {
    std::string part;
    for (const PatternSelection& each : selections) {
      add_part(part, ", ", listed(each.holds, each.values, "all but "));
    }
    if (!part.empty()) add_part(text, "; ", part);
  };
  add_patterns(change.actions);
  add_patterns(change.resources);
  for (const ConditionSelection& each : change.conditions) {
    add_part(text, "; ",
             fmt::format("{}{} {} {}", each.holds ? "" : "not ", each.operation, each.key,
                         listed(true, each.values, "")));
  }
  return text;
}

}  // namespace rolecall
