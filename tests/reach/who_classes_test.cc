// SPDX-License-Identifier: Apache-2.0
// The answer by classes, which roles that are alike share, against the answer for one role.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/who.h"

#include "reach/random_estate.h"

namespace rolecall {
namespace {

std::string formula_text(const ResidualTable& table, ResidualId id) {
  const ResidualNode& node = table.node(id);
  std::string text = fmt::format("{}{}", static_cast<int>(node.kind), node.text);
  if (node.condition != nullptr) {
    text += fmt::format("{} {}", node.condition->operator_text.value, node.condition->key.value);
    for (const Text& value : node.condition->values) text += fmt::format(" {}", value.value);
  }
  if (node.principal != nullptr) text += node.principal->value.value;
  std::vector<std::string> parts;
  for (const ResidualId part : node.parts) parts.push_back(formula_text(table, part));
  std::sort(parts.begin(), parts.end());
  return fmt::format("({} {})", text, fmt::join(parts, " "));
}

// By principal: under which condition it is let in, and what was not looked at.
std::map<std::string, std::string> ways_of(const WhoAnswer& answer) {
  std::map<std::string, std::string> ways;
  for (const Assumption& each : answer.assumptions) {
    std::string way = each.action + formula_text(answer.residuals, each.condition);
    for (const ResidualId part : each.exact) way += formula_text(answer.residuals, part);
    for (const Gate gate : each.not_checked) way += gate_name(gate);
    std::size_t count = 0;
    const auto add = [&](const std::string& name) {
      ++count;
      EXPECT_TRUE(ways.emplace(name, way).second) << name << " is there twice";
    };
    for (const IamEntity* const member : each.members) add(std::string(member->arn));
    for (std::size_t i = 0; each.shared != nullptr && i < each.shared->parts.size(); ++i) {
      if (std::binary_search(each.left_out.begin(), each.left_out.end(), i)) continue;
      for (const IamEntity* const member : each.shared->parts[i].members) {
        add(std::string(member->arn));
      }
    }
    if (each.members.empty() && each.shared == nullptr) {
      add(fmt::format("{} {} {}", assumer_kind_name(each.kind), each.account, each.name));
    }
    EXPECT_EQ(each.count(), count);
  }
  return ways;
}

std::vector<std::string> gaps_of(const WhoAnswer& answer) {
  std::vector<std::string> gaps;
  for (const WhoGap& each : answer.gaps) gaps.push_back(each.what + each.why + each.obtain);
  std::sort(gaps.begin(), gaps.end());
  return gaps;
}

TEST(WhoClasses, SayWhatTheAnswerForOneRoleSays) {
  constexpr std::uint64_t kEstates = 200;
  std::size_t shared = 0;
  for (std::uint64_t seed = 0; seed < kEstates; ++seed) {
    Estate estate;
    Diagnostics ignored;
    for (const auto& [name, text] : random::make_estate(seed).files) {
      load_estate_text(name, text, estate, ignored);
    }
    const WhoIndex index(estate);
    for (const auto& [id, account] : estate.accounts()) {
      for (const Role& role : account.roles) {
        const WhoAnswer classes = find_who(index, role, WhoDetail::Classes);
        const WhoAnswer one = find_who(index, role, WhoDetail::Conditions);
        SCOPED_TRACE(fmt::format("estate {}, {}", seed, role.arn));
        ASSERT_EQ(ways_of(classes), ways_of(one));
        ASSERT_EQ(gaps_of(classes), gaps_of(one));
        ASSERT_EQ(classes.apart, one.apart);
        ASSERT_EQ(classes.considered, one.considered);
        shared += static_cast<std::size_t>(
            std::count_if(classes.assumptions.begin(), classes.assumptions.end(),
                          [](const Assumption& each) { return each.shared != nullptr; }));
      }
    }
  }
  EXPECT_GT(shared, kEstates);
}

}  // namespace
}  // namespace rolecall
