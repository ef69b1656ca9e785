// SPDX-License-Identifier: Apache-2.0
// Comparisons of random pairs of policies against random requests: what tells the versions apart
// lies in a returned set, and every returned set is part of the difference.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/eval/evaluation.h"
#include "rolecall/eval/policy_compare.h"

#include "compare/random_pair.h"
#include "support/parsed_policy.h"

namespace rolecall {
namespace {

constexpr int kRequests = 30;

int pair_count() {
  const char* wanted = std::getenv("ROLECALL_COMPARE_PAIRS");
  constexpr int kUsual = 10'000;
  return wanted == nullptr ? kUsual : std::atoi(wanted);
}

Verdict verdict_of(const Policy& policy, const random::Request& request) {
  const Gate gate = policy.kind == PolicyKind::Trust            ? Gate::Trust
                    : policy.kind == PolicyKind::VpcEndpoint    ? Gate::Vpce
                    : policy.kind == PolicyKind::ServiceControl ? Gate::Scp
                                                                : Gate::Identity;
  PolicySet policies;
  policies.at(gate) = {GateState::Evaluate, {}, {{"", {{&policy, "policy"}}}}};
  return evaluate(request.caller, request.authorization, policies).at(gate).verdict;
}

bool in_some(const std::vector<Change>& changes, PolicyKind kind, const random::Request& request) {
  return std::any_of(changes.begin(), changes.end(), [&](const Change& each) {
    return contains(each, kind, request.caller, request.authorization);
  });
}

struct Counts {
  int equal = 0;
  int changed = 0;
  int unknown = 0;
  int telling = 0;  // Requests that tell versions apart.
  std::size_t sets = 0;

  void add(const PolicyComparison& result) {
    equal += static_cast<int>(result.outcome == ComparisonOutcome::Equal);
    changed += static_cast<int>(result.outcome == ComparisonOutcome::Changed);
    unknown += static_cast<int>(result.outcome == ComparisonOutcome::Unknown);
    sets += result.opened.size() + result.closed.size();
  }
};

std::string describe(const PolicyComparison& result, const random::PolicyPair& pair) {
  std::string text = random::policy_json(pair.before) + "\n" + random::policy_json(pair.after);
  text += "\n" + std::string(comparison_outcome_name(result.outcome));
  for (const Change& each : result.opened) text += "\nopened: " + describe_change(each);
  for (const Change& each : result.closed) text += "\nclosed: " + describe_change(each);
  return text;
}

std::string describe(const random::Request& request) {
  std::string text = "\n" + request.authorization.action + " by " + request.caller.arn + " " +
                     request.caller.role_arn + " on " + request.authorization.resource;
  for (const ContextEntry& each : request.authorization.context.entries()) {
    text += "\n  ";
    text += each.name;
    text += each.state == KeyState::Known ? "" : " absent";
    for (const std::string& value : each.values) text += " `" + value + "`";
  }
  return text;
}

// The returned sets against one request, whatever else the outcome is.
void check_request(const PolicyComparison& result, const Policy& before, const Policy& after,
                   const random::Request& request, Counts& counts) {
  const Verdict old = verdict_of(before, request);
  const Verdict recent = verdict_of(after, request);
  const bool opens = denies(old) && recent == Verdict::Allows;
  const bool closes = old == Verdict::Allows && denies(recent);
  counts.telling += static_cast<int>(opens || closes);
  const bool in_opened = in_some(result.opened, before.kind, request);
  const bool in_closed = in_some(result.closed, before.kind, request);
  EXPECT_TRUE(opens || !in_opened) << "not opened";
  EXPECT_TRUE(closes || !in_closed) << "not closed";
  if (result.outcome == ComparisonOutcome::Unknown) return;
  EXPECT_TRUE(in_opened || !opens) << "missing from opened";
  EXPECT_TRUE(in_closed || !closes) << "missing from closed";
}

void check_witnesses(const PolicyComparison& result, const Policy& before, const Policy& after) {
  const auto check = [&](const std::vector<Change>& changes, const Policy& refuses,
                         const Policy& allows) {
    for (const Change& each : changes) {
      const random::Request request{each.witness.caller, each.witness.authorization};
      EXPECT_EQ(verdict_of(allows, request), Verdict::Allows) << describe(request);
      EXPECT_TRUE(denies(verdict_of(refuses, request))) << describe(request);
      EXPECT_TRUE(contains(each, before.kind, request.caller, request.authorization))
          << describe_change(each) << describe(request);
    }
  };
  check(result.opened, before, after);
  check(result.closed, after, before);
}

template <typename MakeRequest>
void check_pair(const random::PolicyPair& pair, PolicyKind kind, Counts& counts,
                MakeRequest make_request) {
  const ParsedPolicy before(random::policy_json(pair.before), kind);
  const ParsedPolicy after(random::policy_json(pair.after), kind);
  const PolicyComparison result = compare_policies(*before, *after);
  counts.add(result);
  check_witnesses(result, *before, *after);
  for (int i = 0; i < kRequests && !testing::Test::HasFailure(); ++i) {
    const random::Request request = make_request(i);
    check_request(result, *before, *after, request, counts);
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << describe(result, pair) << describe(request);
    }
  }
}

void report(const Counts& counts) {
  std::printf("%d equal, %d changed, %d unknown; %zu sets; %d requests tell versions apart\n",
              counts.equal, counts.changed, counts.unknown, counts.sets, counts.telling);
}

TEST(ComparisonProperty, OrdinaryTrustPoliciesDifferExactlyWhereItSays) {
  Counts counts;
  for (int seed = 0; seed < pair_count() && !HasFailure(); ++seed) {
    const auto base = static_cast<std::uint64_t>(seed) * 1000;
    check_pair(random::make_trust_pair(base), PolicyKind::Trust, counts, [&](int i) {
      return random::make_trust_request(base + static_cast<std::uint64_t>(i));
    });
  }
  report(counts);
  EXPECT_GT(counts.telling, pair_count() / 10);
  EXPECT_LT(counts.unknown, pair_count() / 50);
}

TEST(ComparisonProperty, OddPoliciesDifferWhereItSays) {
  for (const PolicyKind kind : {PolicyKind::Trust, PolicyKind::Identity, PolicyKind::ServiceControl,
                                PolicyKind::VpcEndpoint}) {
    Counts counts;
    for (int seed = 0; seed < pair_count() / 10 && !HasFailure(); ++seed) {
      const auto base = static_cast<std::uint64_t>(seed) * 1000;
      check_pair(random::make_odd_pair(base, kind), kind, counts, [&](int i) {
        return random::make_odd_request(base + static_cast<std::uint64_t>(i), kind);
      });
    }
    report(counts);
    EXPECT_GT(counts.telling, pair_count() / 100);
    EXPECT_GT(counts.equal + counts.changed, counts.unknown);
  }
}

}  // namespace
}  // namespace rolecall
