// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/gate.h"

#include <array>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/eval/tri.h"

namespace rolecall {
namespace {

TEST(Gate, HasANameAndATitleOfItsOwnAndIsFoundByItsName) {
  std::set<std::string_view> names;
  std::set<std::string_view> titles;
  for (int i = 0; i < kGateCount; ++i) {
    const auto gate = static_cast<Gate>(i);
    names.insert(gate_name(gate));
    titles.insert(gate_title(gate));
    EXPECT_EQ(find_gate(gate_name(gate)), gate) << i;
  }
  EXPECT_EQ(names.size(), std::size_t{kGateCount});
  EXPECT_EQ(titles.size(), std::size_t{kGateCount});
}

TEST(Gate, StandsInTheOrderOfReports) {
  constexpr std::array<std::string_view, kGateCount> kOrder = {
      "request", "credentials", "idp", "trust", "identity", "boundary",
      "session", "scp",         "rcp", "vpce",  "passrole"};
  for (int i = 0; i < kGateCount; ++i) {
    EXPECT_EQ(gate_name(static_cast<Gate>(i)), kOrder[static_cast<std::size_t>(i)]);
  }
}

TEST(Gate, IsFoundByItsExactNameOnly) {
  EXPECT_FALSE(find_gate("Trust").has_value());
  EXPECT_FALSE(find_gate("").has_value());
  EXPECT_FALSE(find_gate("trus").has_value());
}

TEST(Verdict, IsNamedAsInTheReport) {
  EXPECT_EQ(verdict_name(Verdict::Allows), "allows");
  EXPECT_EQ(verdict_name(Verdict::DeniesImplicitly), "denies");
  EXPECT_EQ(verdict_name(Verdict::DeniesExplicitly), "denies");
  EXPECT_EQ(verdict_name(Verdict::Depends), "depends");
  EXPECT_EQ(verdict_name(Verdict::Unknown), "unknown");
  EXPECT_EQ(verdict_name(Verdict::NotChecked), "not-checked");
  EXPECT_EQ(verdict_name(Verdict::NotApplicable), "not-applicable");
}

TEST(Decision, IsNamedAsInTheReport) {
  EXPECT_EQ(decision_name(Decision::Allowed), "allowed");
  EXPECT_EQ(decision_name(Decision::Denied), "denied");
  EXPECT_EQ(decision_name(Decision::Conditional), "conditional");
  EXPECT_EQ(decision_name(Decision::Unknown), "unknown");
}

TEST(Tri, FollowsKleene) {
  constexpr std::array<Tri, 3> kAll = {Tri::No, Tri::Open, Tri::Yes};
  for (const Tri each : kAll) {
    EXPECT_EQ(both(each, Tri::Yes), each);
    EXPECT_EQ(both(each, Tri::No), Tri::No);
    EXPECT_EQ(either(each, Tri::No), each);
    EXPECT_EQ(either(each, Tri::Yes), Tri::Yes);
    EXPECT_EQ(negate(negate(each)), each);
    for (const Tri other : kAll) {
      EXPECT_EQ(negate(both(each, other)), either(negate(each), negate(other)));
    }
  }
}

}  // namespace
}  // namespace rolecall
