// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/residual.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/parsed_policy.h"

namespace rolecall {
namespace {

constexpr ResidualId kNever = ResidualTable::kNever;
constexpr ResidualId kAlways = ResidualTable::kAlways;

constexpr std::string_view kStatement = R"({"Effect":"Allow","Action":"*","Resource":"*",)"
                                        R"("Condition":{"StringEquals":{"a":"1","b":["1","2"]},)"
                                        R"("StringLike":{"c":"x*"},"Bool":{"d":"true"}}})";

// The conditions of one statement, by their place.
class ResidualTest : public testing::Test {
 protected:
  ResidualId at(std::size_t i) { return table_.condition(*policy_, statement().conditions[i]); }
  const Statement& statement() { return policy_.statement(); }

  ParsedPolicy policy_{policy_text(kStatement)};
  ResidualTable table_;
};

TEST_F(ResidualTest, EqualConditionsOfTwoDocumentsAreOne) {
  const ParsedPolicy other(policy_text(kStatement));
  EXPECT_EQ(table_.condition(*other, other.statement().conditions[2]), at(2));
  EXPECT_NE(at(1), at(2));
}

TEST_F(ResidualTest, SimplifiesWhatIsSettled) {
  EXPECT_EQ(table_.all(at(0), kAlways), at(0));
  EXPECT_EQ(table_.all(at(0), kNever), kNever);
  EXPECT_EQ(table_.any(at(0), kAlways), kAlways);
  EXPECT_EQ(table_.any(at(0), at(0)), at(0));
  EXPECT_EQ(table_.all({}), kAlways);
  EXPECT_EQ(table_.any({}), kNever);
  EXPECT_EQ(table_.all(at(0), table_.negate(at(0))), kNever);
  EXPECT_EQ(table_.any(at(0), table_.negate(at(0))), kAlways);
  EXPECT_EQ(table_.negate(table_.negate(at(0))), at(0));
  EXPECT_EQ(table_.any(at(0), table_.all(at(0), at(1))), at(0));
  EXPECT_EQ(table_.all(at(0), table_.any(at(0), at(1))), at(0));
}

TEST_F(ResidualTest, ReadsTheValuesOfStringEquals) {
  const std::vector<std::string_view> one = {"1"};
  const std::vector<std::string_view> both = {"1", "2"};
  const std::vector<std::string_view> three = {"3"};
  const ResidualId narrow = table_.one_of("k", one);
  const ResidualId wide = table_.one_of("K", both);
  const ResidualId other = table_.one_of("k", three);
  EXPECT_EQ(table_.all(narrow, wide), narrow);
  EXPECT_EQ(table_.any(narrow, wide), wide);
  EXPECT_EQ(table_.all(wide, other), kNever);
  EXPECT_NE(table_.all(wide, at(0)), kNever);
}

TEST_F(ResidualTest, KeepsWhatCannotBeToldApartFromItsNegation) {
  const ResidualId unknown = table_.unknown("the document is missing");
  EXPECT_NE(table_.all(unknown, table_.negate(unknown)), kNever);
  EXPECT_TRUE(table_.has_unknown(table_.any(at(0), unknown)));
  EXPECT_FALSE(table_.has_unknown(at(0)));
}

TEST_F(ResidualTest, SettlesTheGivenParts) {
  const ResidualId formula = table_.any(table_.all(at(0), at(1)), at(2));
  const auto settle = [&](ResidualId wanted, Tri value) {
    return table_.settle(formula, [&](ResidualId part) {
      if (part != wanted) return part;
      return value == Tri::Yes ? kAlways : kNever;
    });
  };
  EXPECT_EQ(settle(at(0), Tri::Yes), table_.any(at(1), at(2)));
  EXPECT_EQ(settle(at(0), Tri::No), at(2));
  EXPECT_EQ(settle(at(2), Tri::Yes), kAlways);
  EXPECT_EQ(table_.open_parts(formula).size(), 3U);
}

// A formula as it was asked for, without any simplification.
struct Plain {
  enum class Kind : std::uint8_t { Part, Not, All, Any };
  Kind kind{};
  std::size_t part = 0;
  std::vector<Plain> of{};

  [[nodiscard]] bool evaluate(unsigned truths) const {
    if (kind == Kind::Part) return ((truths >> part) & 1U) != 0;
    if (kind == Kind::Not) return !of[0].evaluate(truths);
    bool result = kind == Kind::All;
    for (const Plain& each : of) {
      const bool value = each.evaluate(truths);
      result = kind == Kind::All ? result && value : result || value;
    }
    return result;
  }
};

Plain make_plain(std::mt19937_64& random, int depth) {
  const std::uint64_t kind = depth == 0 ? 0 : random() % 4;
  if (kind == 0) return {Plain::Kind::Part, random() % 4, {}};
  Plain made{static_cast<Plain::Kind>(kind), 0, {}};
  for (std::uint64_t count = kind == 1 ? 1 : 1 + random() % 3; count > 0; --count) {
    made.of.push_back(make_plain(random, depth - 1));
  }
  return made;
}

TEST_F(ResidualTest, SimplifyingKeepsTheMeaning) {
  const auto build = [&](const auto& self, const Plain& plain) -> ResidualId {
    if (plain.kind == Plain::Kind::Part) return at(plain.part);
    std::vector<ResidualId> parts;
    for (const Plain& each : plain.of) parts.push_back(self(self, each));
    if (plain.kind == Plain::Kind::Not) return table_.negate(parts[0]);
    return plain.kind == Plain::Kind::All ? table_.all(parts) : table_.any(parts);
  };
  std::mt19937_64 random(7);
  const Caller caller = user_caller();
  for (int i = 0; i < 500; ++i) {
    const Plain plain = make_plain(random, 4);
    const ResidualId id = build(build, plain);
    for (unsigned truths = 0; truths < 16; ++truths) {
      Authorization authorization;
      const auto set = [&](std::string_view key, unsigned bit, std::string_view value) {
        const bool holds = ((truths >> bit) & 1U) != 0;
        authorization.context.set(key, std::string(holds ? value : "no"), KeyOrigin::Given);
      };
      set("a", 0, "1");
      set("b", 1, "2");
      set("c", 2, "xy");
      set("d", 3, "true");
      ASSERT_EQ(table_.evaluate(id, caller, authorization), tri(plain.evaluate(truths))) << i;
    }
  }
}

}  // namespace
}  // namespace rolecall
