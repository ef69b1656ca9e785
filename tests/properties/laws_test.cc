// SPDX-License-Identifier: Apache-2.0
// What must hold for every policy and request, whatever they say.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "rolecall/base/wildcard.h"
#include "rolecall/eval/condition_eval.h"
#include "rolecall/eval/evaluation.h"
#include "rolecall/iam/policy.h"

#include "reference/reference_values.h"
#include "support/random_case.h"

namespace rolecall {
namespace {

using random::CaseGate;
using random::CaseKey;
using random::CasePolicy;
using random::RandomCase;

// Gates of a call that authorizes; every one can hold a policy.
constexpr std::array kPolicyGates = {Gate::Trust, Gate::Identity, Gate::Boundary, Gate::Session,
                                     Gate::Scp,   Gate::Rcp,      Gate::Vpce};

RandomCase any_case() {
  return random::make_case(*rc::gen::arbitrary<std::uint64_t>());
}

Evaluation outcome(const RandomCase& wanted) {
  const random::BuiltCase built(wanted);
  return evaluate(built.caller, built.authorization, built.policies);
}

// The first case from a random seed on that has what a law speaks of.
template <typename Wanted>
RandomCase case_where(Wanted wanted) {
  auto seed = *rc::gen::arbitrary<std::uint64_t>();
  while (true) {
    RandomCase made = random::make_case(seed++);
    if (wanted(made)) return made;
  }
}

// RapidCheck's hundred runs, of several cases each.
template <typename Property>
void check(const std::string& description, Property property) {
  constexpr int kCasesPerRun = 20;
  const bool holds = rc::check(description, [&] {
    for (int i = 0; i < kCasesPerRun; ++i) property();
  });
  EXPECT_TRUE(holds) << description;
}

// ---- Policies as text.

struct Parsed {
  SourceTable sources{};
  Policy policy{};
};

void parse_into(Parsed& parsed, const std::string& text, PolicyKind kind) {
  Diagnostics ignored;
  auto policy = parse_policy(parsed.sources, parsed.sources.add("policy", text), kind, ignored);
  RC_ASSERT(policy.has_value());
  parsed.policy = std::move(*policy);
}

std::vector<std::string> texts(const std::vector<Text>& items) {
  std::vector<std::string> all;
  for (const Text& each : items) all.emplace_back(each.value);
  return all;
}

void expect_same(const Statement& a, const Statement& b) {
  RC_ASSERT(a.effect == b.effect);
  RC_ASSERT(a.action.present == b.action.present && a.action.negated == b.action.negated);
  RC_ASSERT(texts(a.action.items) == texts(b.action.items));
  RC_ASSERT(a.resource.present == b.resource.present && a.resource.negated == b.resource.negated);
  RC_ASSERT(texts(a.resource.items) == texts(b.resource.items));
  RC_ASSERT(a.principal.present == b.principal.present);
  RC_ASSERT(a.principal.items.size() == b.principal.items.size());
  for (std::size_t i = 0; i < a.principal.items.size(); ++i) {
    RC_ASSERT(a.principal.items[i].form == b.principal.items[i].form);
    RC_ASSERT(a.principal.items[i].value.value == b.principal.items[i].value.value);
  }
  RC_ASSERT(a.conditions.size() == b.conditions.size());
  for (std::size_t i = 0; i < a.conditions.size(); ++i) {
    RC_ASSERT(a.conditions[i].operator_text.value == b.conditions[i].operator_text.value);
    RC_ASSERT(a.conditions[i].key.value == b.conditions[i].key.value);
    RC_ASSERT(texts(a.conditions[i].values) == texts(b.conditions[i].values));
  }
}

TEST(Laws, ParsingAFormattedPolicyGivesItBack) {
  check("parse after format is identity", [] {
    const PolicyKind kind = random::kind_of_gate(*rc::gen::elementOf(kPolicyGates));
    const CasePolicy wanted = random::make_policy(*rc::gen::arbitrary<std::uint64_t>(), kind);
    Parsed first;
    Parsed second;
    parse_into(first, random::policy_json(wanted), kind);
    parse_into(second, format_policy(first.policy), kind);
    RC_ASSERT(first.policy.variables == second.policy.variables);
    RC_ASSERT(first.policy.faulty == second.policy.faulty);
    RC_ASSERT(first.policy.statements.size() == second.policy.statements.size());
    for (std::size_t i = 0; i < first.policy.statements.size(); ++i) {
      expect_same(first.policy.statements[i], second.policy.statements[i]);
    }
  });
}

// ---- What a change of the policies does to the decision.

TEST(Laws, TheOrderOfStatementsDoesNotMatter) {
  check("statement order does not matter", [] {
    const RandomCase wanted = any_case();
    RandomCase reversed = wanted;
    for (CaseGate& gate : reversed.gates) {
      for (auto& layer : gate.layers) {
        std::reverse(layer.begin(), layer.end());
        for (CasePolicy& policy : layer) {
          std::reverse(policy.statements.begin(), policy.statements.end());
        }
      }
    }
    const Evaluation before = outcome(wanted);
    const Evaluation after = outcome(reversed);
    RC_ASSERT(before.decision == after.decision);
    for (const Gate gate : kPolicyGates) {
      RC_ASSERT(before.at(gate).verdict == after.at(gate).verdict);
    }
  });
}

CasePolicy* first_policy(CaseGate& gate) {
  if (gate.state != GateState::Evaluate || gate.layers.empty()) return nullptr;
  for (CasePolicy& policy : gate.layers.front()) {
    if (!policy.missing) return &policy;
  }
  return nullptr;
}

// Gates with a policy that a statement can be added to.
std::vector<Gate> open_gates(RandomCase wanted) {
  std::vector<Gate> gates;
  for (const Gate gate : kPolicyGates) {
    if (first_policy(wanted.gates[static_cast<std::size_t>(gate)]) != nullptr) {
      gates.push_back(gate);
    }
  }
  return gates;
}

// What another statement makes of a case that is decided so.
Decision with_another_statement(Decision decided, bool allow) {
  RandomCase wanted = case_where([&](const RandomCase& each) {
    return !open_gates(each).empty() && outcome(each).decision == decided;
  });
  const Gate gate = *rc::gen::elementOf(open_gates(wanted));
  CasePolicy* const policy = first_policy(wanted.gates[static_cast<std::size_t>(gate)]);
  policy->statements.push_back(
      random::make_statement(*rc::gen::arbitrary<std::uint64_t>(), random::kind_of_gate(gate)));
  policy->statements.back().allow = allow;
  return outcome(wanted).decision;
}

// No exception: a further Allow can only add a grant, and of several grants the best counts.
TEST(Laws, AnotherAllowNeverDenies) {
  check("adding an Allow never turns allowed into anything else", [] {
    RC_ASSERT(with_another_statement(Decision::Allowed, /*allow=*/true) == Decision::Allowed);
  });
}

// No exception either.
TEST(Laws, AnotherDenyNeverAllows) {
  check("adding a Deny never turns denied into anything else", [] {
    RC_ASSERT(with_another_statement(Decision::Denied, /*allow=*/false) == Decision::Denied);
  });
}

// ---- Unknown keys.

// Some value the unknown key may have, or its absence.
CaseKey some_value(const CaseKey& unknown) {
  CaseKey known{unknown.name, CaseKey::Kind::Known, {}};
  const bool may_be_absent = unknown.kind != CaseKey::Kind::NeverAbsent;
  if (may_be_absent && *rc::gen::inRange(0, 3) == 0) {
    known.kind = CaseKey::Kind::Absent;
    return known;
  }
  if (unknown.kind == CaseKey::Kind::Candidates) {
    known.values = {*rc::gen::elementOf(unknown.values)};
    return known;
  }
  static const std::vector<std::string> kValues = {"a",
                                                   "b",
                                                   "alice",
                                                   "o-abc",
                                                   "o-xyz",
                                                   "true",
                                                   "5",
                                                   "2026-11-23",
                                                   "10.1.2.3",
                                                   "YQ==",
                                                   "arn:aws:iam::111122223333:role/a/Runner",
                                                   "arn:aws:iam::111122223333:user/alice"};
  const std::string value = *rc::gen::elementOf(kValues);
  const bool excluded = unknown.kind == CaseKey::Kind::Outside && !unknown.values.empty() &&
                        value.starts_with(unknown.values[0]);
  known.values = {excluded ? "o-else" : value};
  return known;
}

// A definite answer with a key unknown is the answer for every value of it.
TEST(Laws, AnUnknownKeyLeavesOpenWhatItsValuesDecide) {
  check("with an unknown key the outcome covers those of its values", [] {
    const RandomCase wanted = case_where([](const RandomCase& each) {
      const Decision decision = outcome(each).decision;
      return decision == Decision::Allowed || decision == Decision::Denied;
    });
    RandomCase known = wanted;
    for (CaseKey& key : known.keys) {
      const bool family = key.name.ends_with('/') || key.name == ":";
      const bool unknown = key.kind != CaseKey::Kind::Known && key.kind != CaseKey::Kind::Absent;
      if (unknown && !family) key = some_value(key);
    }
    RC_ASSERT(outcome(known).decision == outcome(wanted).decision);
  });
}

// ---- One condition on an unknown key.

// Values that tell the outcomes of a condition apart, as far as single values can.
std::vector<std::string> telling_values(const Condition& condition) {
  std::vector<std::string> values = {"",
                                     "x",
                                     "0",
                                     "-99999999999",
                                     "99999999999",
                                     "true",
                                     "false",
                                     "10.1.2.3",
                                     "192.0.2.9",
                                     "2001:db8::1",
                                     "ff02::1",
                                     "::fffe:1:2",
                                     "YQ==",
                                     "/w==",
                                     "arn:aws:iam::111122223333:user/alice",
                                     "arn:aws:s3:::b/k:with:colons",
                                     "arn:x:x:x:x:x"};
  for (const Text& each : condition.values) {
    std::string literal;
    for (const char c : each.value) {
      if (c != '*') literal += c == '?' ? 'x' : c;
    }
    values.push_back(literal);
    values.push_back(literal + "y");
    values.emplace_back(each.value.substr(0, each.value.find('/')));
  }
  return values;
}

struct ConditionCase {
  Parsed parsed{};
  CaseKey key{};

  [[nodiscard]] const Condition& condition() const {
    return parsed.policy.statements[0].conditions[0];
  }
  [[nodiscard]] ConditionResult with(const CaseKey& known) const {
    RandomCase wanted;
    wanted.keys = {known};
    const random::BuiltCase built(wanted);
    return evaluate_condition(condition(), built.authorization.context, /*variables=*/true);
  }
};

// A statement with one condition, and what is known of its key.
void make_condition_case(ConditionCase& made) {
  auto seed = *rc::gen::arbitrary<std::uint64_t>();
  CasePolicy policy{false, "2012-10-17", {{}}};
  do {
    policy.statements[0] = random::make_statement(seed++, PolicyKind::Identity);
  } while (policy.statements[0].conditions.empty());
  policy.statements[0].conditions.resize(1);
  parse_into(made.parsed, random::policy_json(policy), PolicyKind::Identity);
  using Kind = CaseKey::Kind;
  made.key.name = policy.statements[0].conditions[0].key;
  made.key.kind = *rc::gen::elementOf(
      std::vector<Kind>{Kind::Unknown, Kind::NeverAbsent, Kind::Outside, Kind::Candidates});
  if (made.key.kind == Kind::Outside) made.key.values = {"o-abc"};
  if (made.key.kind == Kind::Candidates) made.key.values = {"a", "b"};
}

// What the condition says of every value that the key may have.
std::vector<Tri> outcomes_of_values(const ConditionCase& made) {
  using Kind = CaseKey::Kind;
  const CaseKey& key = made.key;
  std::vector<Tri> outcomes;
  if (key.kind != Kind::NeverAbsent) {
    outcomes.push_back(made.with({key.name, Kind::Absent, {}}).value);
  }
  const auto values = key.kind == Kind::Candidates ? key.values : telling_values(made.condition());
  for (const std::string& value : values) {
    if (key.kind == Kind::Outside && value.starts_with(key.values[0])) continue;
    outcomes.push_back(made.with({key.name, Kind::Known, {value}}).value);
  }
  return outcomes;
}

TEST(Laws, AConditionOnAnUnknownKeyIsTheJoinOfItsValues) {
  check("a condition that is decided is decided so by every value of its key", [] {
    ConditionCase made;
    make_condition_case(made);
    const Tri joined = made.with(made.key).value;
    const std::vector<Tri> outcomes = outcomes_of_values(made);
    RC_LOG() << made.condition().operator_text.value << ' ' << made.key.name << ' '
             << testing::PrintToString(texts(made.condition().values));
    const bool agree = std::all_of(outcomes.begin(), outcomes.end(),
                                   [&](Tri each) { return each == outcomes[0]; });
    if (joined != Tri::Open) RC_ASSERT(agree && outcomes[0] == joined);
  });
}

// ---- Wildcards.

std::string any_word(const char* letters) {
  const std::string alphabet = letters;
  return *rc::gen::container<std::string>(rc::gen::elementOf(alphabet));
}

void expect_whole(const StatementTrace& trace, const random::BuiltCase& built) {
  const Policy& policy = *trace.policy;
  const Statement& statement = *trace.statement;
  const StatementMatch match =
      match_statement(policy, statement, built.caller, built.authorization);
  RC_ASSERT(trace.match.applies == match.applies);
  RC_ASSERT(trace.match.outcome == match.outcome);
  RC_ASSERT(trace.match.grant == match.grant);
  RC_ASSERT(trace.action == actions_match(statement.action, built.authorization.action));
  if (names_principals(policy.kind)) {
    const PrincipalMatch principal =
        match_principals(statement.principal, statement.effect, policy.kind, built.caller);
    RC_ASSERT(trace.principal.match == principal.match);
    RC_ASSERT(trace.principal.grant == principal.grant);
  }
  RC_ASSERT(trace.conditions.size() == statement.conditions.size());
  for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
    const ConditionResult one =
        evaluate_condition(statement.conditions[i], built.authorization.context, policy.variables);
    RC_ASSERT(trace.conditions[i].value == one.value);
    RC_ASSERT(trace.conditions[i].detail == one.detail);
  }
}

TEST(Laws, ATraceHoldsWhatEachElementSays) {
  check("traces are whole", [] {
    const random::BuiltCase built(any_case());
    for (const Gate gate : kPolicyGates) {
      const GateInput& input = built.policies.at(gate);
      if (input.state != GateState::Evaluate) continue;
      for (const auto& each : trace_gate(built.caller, built.authorization, input).statements) {
        expect_whole(each.statement, built);
      }
    }
  });
}

TEST(Laws, WildcardsMatchAsTheNaiveMatcherSays) {
  check("wildcard_match equals a naive matcher", [] {
    const std::string pattern = any_word("ab*?").substr(0, 12);
    const std::string text = any_word("ab").substr(0, 12);
    RC_ASSERT(wildcard_match(pattern, text) ==
              reference::like(reference::with_wildcards(pattern), text));
  });
}

TEST(Laws, WildcardsWithoutRegardToCaseMatchLowerCasedText) {
  check("letter case is ignored where it should be", [] {
    const std::string pattern = any_word("aAbB*?").substr(0, 12);
    const std::string text = any_word("aAbB").substr(0, 12);
    RC_ASSERT(wildcard_match(pattern, text, Case::Insensitive) ==
              wildcard_match(reference::lower(pattern), reference::lower(text)));
  });
}

TEST(Laws, WhatWasSubstitutedIsLiteral) {
  check("a literal part matches only itself", [] {
    const std::string literal = any_word("ab*?").substr(0, 8);
    const std::string text = any_word("ab*?").substr(0, 8);
    WildcardPattern pattern;
    pattern.append_literal(literal);
    RC_ASSERT(wildcard_match(pattern.view(), text) == (literal == text));
  });
}

}  // namespace
}  // namespace rolecall
