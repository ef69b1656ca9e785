// SPDX-License-Identifier: Apache-2.0
// The evaluator and the naive one of tests/reference agree on random requests.
// ROLECALL_AGREEMENT_COUNT sets how many, ROLECALL_AGREEMENT_SEED where to begin.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/eval/evaluation.h"

#include "reference/reference_evaluator.h"
#include "support/random_case.h"

namespace rolecall {
namespace {

struct Compared {
  Decision decision{};       // What `evaluate` says.
  std::string difference{};  // Empty when the reference says the same.
};

Compared compare(const random::RandomCase& wanted) {
  const random::BuiltCase built(wanted);
  const Evaluation actual = evaluate(built.caller, built.authorization, built.policies);
  const reference::Outcome expected =
      reference::evaluate(built.caller, built.authorization, built.policies);
  std::string text;
  for (int i = 0; i < kGateCount; ++i) {
    const auto index = static_cast<std::size_t>(i);
    if (actual.gates[index].verdict == expected.gates[index]) continue;
    text += fmt::format(
        "{}: evaluate says {} ({}), the reference {} ({})\n", gate_name(static_cast<Gate>(i)),
        verdict_name(actual.gates[index].verdict), static_cast<int>(actual.gates[index].verdict),
        verdict_name(expected.gates[index]), static_cast<int>(expected.gates[index]));
  }
  if (actual.decision != expected.decision) {
    text += fmt::format("decision: evaluate says {}, the reference {}\n",
                        decision_name(actual.decision), decision_name(expected.decision));
  }
  if (actual.grant != expected.grant) {
    text += fmt::format("grant: evaluate says {}, the reference {}\n",
                        grant_class_name(actual.grant), grant_class_name(expected.grant));
  }
  return {actual.decision, text};
}

// Drops what can be dropped while the two still disagree.
random::RandomCase shrink(random::RandomCase wanted) {
  bool shrunk = true;
  while (shrunk) {
    shrunk = false;
    for (random::RandomCase& smaller : random::smaller_cases(wanted)) {
      if (compare(smaller).difference.empty()) continue;
      wanted = std::move(smaller);
      shrunk = true;
      break;
    }
  }
  return wanted;
}

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Agreement, EvaluateAndTheReferenceDecideAlike) {
  const std::uint64_t count = setting("ROLECALL_AGREEMENT_COUNT", 20'000);
  const std::uint64_t first = setting("ROLECALL_AGREEMENT_SEED", 0);
  std::array<std::uint64_t, 4> decisions{};
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const random::RandomCase wanted = random::make_case(seed);
    const Compared compared = compare(wanted);
    if (compared.difference.empty()) {
      ++decisions[static_cast<std::size_t>(compared.decision)];
      continue;
    }
    const random::RandomCase small = shrink(wanted);
    FAIL() << "seed " << seed << "\n" << compare(small).difference << random::case_json(small);
  }
  for (const Decision each :
       {Decision::Allowed, Decision::Denied, Decision::Conditional, Decision::Unknown}) {
    const std::uint64_t seen = decisions[static_cast<std::size_t>(each)];
    RecordProperty(std::string(decision_name(each)), std::to_string(seen));
    EXPECT_GT(seen * 40, count) << "too few cases are " << decision_name(each);
  }
}

}  // namespace
}  // namespace rolecall
