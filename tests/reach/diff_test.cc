// SPDX-License-Identifier: Apache-2.0
// `diff_estates` on random estates: what it says of calls is what the evaluator decides.
// ROLECALL_REACH_ESTATES sets how many pairs.
#include "rolecall/reach/diff.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/inventory.h"
#include "rolecall/reach/walk.h"
#include "rolecall/trust/assume_decision.h"

#include "reach/random_estate.h"

namespace rolecall {
namespace {

void load_seed(std::uint64_t seed, Estate& estate) {
  Diagnostics ignored;
  for (const auto& [name, text] : random::make_estate(seed).files) {
    load_estate_text(name, text, estate, ignored);
  }
}

std::uint64_t pairs() {
  const char* const text = std::getenv("ROLECALL_REACH_ESTATES");
  return text == nullptr ? 8 : std::strtoull(text, nullptr, 10);
}

Decision decide_in(const Estate& estate, const AssumeRequest& request) {
  return decide(estate, request).decision;
}

// Every witness evaluates as claimed; counts them.
std::size_t expect_witnesses(const DiffAnswer& answer, const Estate& before, const Estate& after) {
  std::size_t found = 0;
  for (const EdgeChange& each : answer.edges) {
    if (each.opened) {
      EXPECT_TRUE(each.opens);
      EXPECT_EQ(decide_in(before, *each.opened), Decision::Denied) << each.role;
      EXPECT_EQ(decide_in(after, *each.opened), Decision::Allowed) << each.role;
    }
    if (each.closed) {
      EXPECT_TRUE(each.closes);
      EXPECT_EQ(decide_in(before, *each.closed), Decision::Allowed) << each.role;
      EXPECT_EQ(decide_in(after, *each.closed), Decision::Denied) << each.role;
    }
    found += (each.opened ? 1U : 0U) + (each.closed ? 1U : 0U);
  }
  return found;
}

bool tells(const DiffAnswer& answer, std::string_view role, bool opened) {
  return std::any_of(answer.edges.begin(), answer.edges.end(), [&](const EdgeChange& each) {
    return each.role == role && (opened ? each.opens : each.closes);
  });
}

// Roles that the user can end up in, and how many calls that takes.
std::map<std::string_view, std::size_t> calls_to_roles(const Estate& estate,
                                                       std::string_view user) {
  const ReachAnswer reach = find_reach(estate, {.principal = RequestPrincipal::arn(user)});
  std::map<std::string_view, std::size_t> calls;
  for (const std::size_t at : reach.roles) {
    calls.emplace(reach.sessions[at].hop.role->arn, reach.sessions[at].hops);
  }
  return calls;
}

bool is_exported(const Estate& estate, std::string_view id) {
  const Account* const account = estate.find_account(id);
  return account != nullptr && account->exported;
}

// Whether the answer says that changes of the role could not be told.
bool hides(const DiffAnswer& answer, std::string_view role) {
  return std::any_of(answer.gaps.begin(), answer.gaps.end(), [&](const DiffGap& each) {
    return each.hides && std::find(each.roles.begin(), each.roles.end(), role) != each.roles.end();
  });
}

bool hides_any(const DiffAnswer& answer) {
  return std::any_of(answer.gaps.begin(), answer.gaps.end(),
                     [](const DiffGap& each) { return each.hides; });
}

bool tells_chain(const DiffAnswer& answer, ChangeKind kind, std::string_view start,
                 std::string_view role) {
  return std::any_of(answer.chains.begin(), answer.chains.end(), [&](const ChainChange& each) {
    return each.kind == kind && each.role == role &&
           std::find(each.starts.begin(), each.starts.end(), start) != each.starts.end();
  });
}

TEST(Diff, OfAnEstateWithItselfIsEmpty) {
  for (std::uint64_t seed = 0; seed < pairs(); ++seed) {
    Estate before;
    Estate after;
    load_seed(seed, before);
    load_seed(seed, after);
    const DiffAnswer answer = diff_estates(before, after, {});
    EXPECT_TRUE(answer.edges.empty());
    EXPECT_TRUE(answer.chains.empty());
    EXPECT_TRUE(answer.appeared.empty());
    EXPECT_TRUE(answer.vanished.empty());
    // What both lack is said all the same.
    for (const DiffGap& each : answer.gaps) {
      EXPECT_TRUE(each.why.starts_with("in both states")) << each.what << each.why;
    }
  }
}

TEST(Diff, WitnessesHoldAndNoCallThatIsDecidedOtherwiseIsMissed) {
  std::size_t witnesses = 0;
  std::size_t differing = 0;
  for (std::uint64_t seed = 0; seed < pairs(); ++seed) {
    Estate before;
    Estate after;
    load_seed(seed, before);
    load_seed(seed + 1'000, after);
    const DiffAnswer answer = diff_estates(before, after, {});
    witnesses += expect_witnesses(answer, before, after);
    std::uint64_t call = 0;
    for (const std::string& role : random::target_roles()) {
      for (const RequestPrincipal& principal : random::make_principals()) {
        const AssumeRequest request =
            random::make_request(seed * 1'000'003 + ++call, principal, role);
        const Decision was = decide_in(before, request);
        const Decision is = decide_in(after, request);
        const bool opened = was == Decision::Denied && is == Decision::Allowed;
        const bool closed = was == Decision::Allowed && is == Decision::Denied;
        if (!opened && !closed) continue;
        if (hides(answer, role)) continue;
        ++differing;
        EXPECT_TRUE(tells(answer, role, opened)) << seed << ' ' << principal.name << ' ' << role;
      }
    }
  }
  EXPECT_GT(witnesses, pairs());
  EXPECT_GT(differing, 0U);
}

// Whom users reach over several calls on one side only.
TEST(Diff, EveryChainThatAppearsOrVanishesIsTold) {
  constexpr std::string_view kUsers[] = {"arn:aws:iam::111122223333:user/alice",
                                         "arn:aws:iam::444455556666:user/bob"};
  std::size_t told = 0;
  for (std::uint64_t seed = 0; seed < pairs(); ++seed) {
    Estate before;
    Estate after;
    load_seed(seed, before);
    load_seed(seed + 1'000, after);
    // What has no export on one side is not compared.
    if (is_exported(before, "555566667777") != is_exported(after, "555566667777")) continue;
    const DiffAnswer answer = diff_estates(before, after, {});
    for (const std::string_view user : kUsers) {
      if (before.find_user(user) == nullptr || after.find_user(user) == nullptr) continue;
      const auto was = calls_to_roles(before, user);
      const auto is = calls_to_roles(after, user);
      const auto expect = [&](const auto& here, const auto& there, ChangeKind kind) {
        for (const auto& [role, calls] : here) {
          const bool differs = calls > 1 && there.find(role) == there.end();
          const bool tells = tells_chain(answer, kind, user, role);
          if (tells || !hides_any(answer)) {
            EXPECT_EQ(tells, differs) << seed << user << role;
          }
          told += tells ? 1U : 0U;
        }
      };
      expect(is, was, ChangeKind::Appears);
      expect(was, is, ChangeKind::Vanishes);
    }
  }
  EXPECT_GT(told, 0U);
}

// ---- Small estates ------------------------------------------------------------------------------

std::string one_role(std::string_view statement) {
  return R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [
        {"RoleName": "a", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/a",
         "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": )" +
         std::string(statement) + "}}]}";
}

struct Pair {
  Estate before{};
  Estate after{};
  DiffAnswer answer{};
};

void compare_roles(std::string_view was, std::string_view is, Pair& pair) {
  Diagnostics ignored;
  load_estate_text("111122223333.gaad.json", one_role(was), pair.before, ignored);
  load_estate_text("111122223333.gaad.json", one_role(is), pair.after, ignored);
  pair.answer = diff_estates(pair.before, pair.after, {});
}

constexpr std::string_view kVendor =
    R"({"Effect": "Allow", "Principal": {"AWS": "777788889999"}, "Action": "sts:AssumeRole"})";
constexpr std::string_view kVendorWithId =
    R"({"Effect": "Allow", "Principal": {"AWS": "777788889999"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "blue-7"}}})";

TEST(Diff, AConditionThatIsDroppedOpens) {
  Pair pair;
  compare_roles(kVendorWithId, kVendor, pair);
  ASSERT_EQ(pair.answer.edges.size(), 1U);
  const EdgeChange& edge = pair.answer.edges[0];
  EXPECT_EQ(edge.kind, ChangeKind::Changes);
  EXPECT_TRUE(edge.opens);
  EXPECT_FALSE(edge.closes);
  ASSERT_TRUE(edge.opened);
  EXPECT_EQ(edge.opened->context_values("sts:ExternalId"), nullptr);
  ASSERT_EQ(pair.answer.appeared.size(), 1U);
  EXPECT_EQ(pair.answer.appeared[0]->rule->id, "trust-third-party-no-external-id");
  ASSERT_EQ(pair.answer.vanished.size(), 1U);
}

TEST(Diff, AConditionThatIsAddedCloses) {
  Pair pair;
  compare_roles(kVendor, kVendorWithId, pair);
  ASSERT_EQ(pair.answer.edges.size(), 1U);
  EXPECT_FALSE(pair.answer.edges[0].opens);
  EXPECT_TRUE(pair.answer.edges[0].closes);
  EXPECT_TRUE(pair.answer.edges[0].closed);
}

TEST(Diff, AnotherValueOpensAndCloses) {
  std::string other(kVendorWithId);
  other.replace(other.find("blue-7"), 6, "blue-8");
  Pair pair;
  compare_roles(kVendorWithId, other, pair);
  ASSERT_EQ(pair.answer.edges.size(), 1U);
  const EdgeChange& edge = pair.answer.edges[0];
  ASSERT_TRUE(edge.opened && edge.closed);
  EXPECT_EQ(edge.opened->context_values("sts:ExternalId")->at(0), "blue-8");
  EXPECT_EQ(edge.closed->context_values("sts:ExternalId")->at(0), "blue-7");
}

TEST(Diff, TheOrderOfValuesAndStatementsIsNoChange) {
  Pair pair;
  compare_roles(R"([{"Effect": "Allow", "Principal": {"AWS": ["777788889999", "111122224444"]},
                     "Action": "sts:AssumeRole",
                     "Condition": {"StringEquals": {"sts:ExternalId": ["a", "b"]}}}])",
                R"([{"Effect": "Allow", "Principal": {"AWS": "111122224444"},
                     "Action": ["sts:AssumeRole"],
                     "Condition": {"StringEquals": {"sts:ExternalId": ["b", "a"]}}},
                    {"Effect": "Allow", "Principal": {"AWS": "777788889999"},
                     "Action": "sts:AssumeRole",
                     "Condition": {"StringEquals": {"sts:ExternalId": ["b", "a"]}}}])",
                pair);
  EXPECT_TRUE(pair.answer.edges.empty());
  EXPECT_TRUE(pair.answer.appeared.empty());
}

TEST(Diff, ARoleThatIsGoneClosesEveryWay) {
  Pair pair;
  Diagnostics ignored;
  load_estate_text("111122223333.gaad.json", one_role(kVendor), pair.before, ignored);
  load_estate_text("111122223333.gaad.json",
                   R"({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [],
                       "Policies": []})",
                   pair.after, ignored);
  pair.answer = diff_estates(pair.before, pair.after, {});
  ASSERT_EQ(pair.answer.edges.size(), 1U);
  EXPECT_EQ(pair.answer.edges[0].kind, ChangeKind::Vanishes);
  EXPECT_TRUE(pair.answer.edges[0].closed);
}

TEST(Diff, AnExportOnOneSideOnlyIsSaid) {
  Pair pair;
  Diagnostics ignored;
  load_estate_text("111122223333.gaad.json", one_role(kVendor), pair.before, ignored);
  pair.answer = diff_estates(pair.before, pair.after, {});
  ASSERT_FALSE(pair.answer.gaps.empty());
  EXPECT_EQ(pair.answer.gaps[0].what, "account 111122223333");
  EXPECT_TRUE(pair.answer.gaps[0].hides);
  EXPECT_TRUE(pair.answer.edges.empty());
  EXPECT_TRUE(pair.answer.vanished.empty());
}

TEST(Diff, WhoIsAmongAllOthersAfterwardsCanStillAssumeTheRole) {
  constexpr std::string_view kEveryone =
      R"({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})";
  Pair pair;
  compare_roles(kVendor, kEveryone, pair);
  const auto outside = [](const EdgeChange& each) { return each.who == AssumerKind::Outside; };
  EXPECT_EQ(std::count_if(pair.answer.edges.begin(), pair.answer.edges.end(), outside), 1);
  for (const EdgeChange& each : pair.answer.edges) {
    EXPECT_NE(each.account, "777788889999");
    EXPECT_FALSE(each.closes);
  }
}

TEST(Diff, WhoIsRefusedByNameLosesWhatAllOthersHave) {
  constexpr std::string_view kEveryone =
      R"({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})";
  constexpr std::string_view kOthers =
      R"([{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
          {"Effect": "Deny", "Principal": {"AWS": "777788889999"}, "Action": "sts:AssumeRole"}])";
  Pair pair;
  compare_roles(kEveryone, kOthers, pair);
  const auto found =
      std::find_if(pair.answer.edges.begin(), pair.answer.edges.end(),
                   [](const EdgeChange& each) { return each.account == "777788889999"; });
  ASSERT_NE(found, pair.answer.edges.end());
  EXPECT_EQ(found->kind, ChangeKind::Vanishes);
  EXPECT_TRUE(found->closed);
}

// Roles `a` to `c`, each of which only the one before it can assume; who assumes `a` is given.
std::string row_of_roles(std::string_view first) {
  std::string roles;
  std::string trusted(first);
  for (const std::string name : {"a", "b", "c"}) {
    roles +=
        (roles.empty() ? "" : ", ") +
        (R"({"RoleName": ")" + name + R"(", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/)" +
         name + R"(", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": )" +
         R"({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": )" + trusted + "}}}");
    trusted = R"({"AWS": "arn:aws:iam::111122223333:role/)" + name + "\"}";
  }
  return R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [)" +
         roles + "]}";
}

TEST(Diff, AWayIntoTheFirstOfARowOpensEveryChain) {
  Pair pair;
  Diagnostics ignored;
  load_estate_text("111122223333.gaad.json", row_of_roles(R"({"Service": "ec2.amazonaws.com"})"),
                   pair.before, ignored);
  load_estate_text("111122223333.gaad.json",
                   row_of_roles(R"({"Service": "ec2.amazonaws.com", "AWS": "777788889999"})"),
                   pair.after, ignored);
  pair.answer = diff_estates(pair.before, pair.after, {});
  ASSERT_EQ(pair.answer.edges.size(), 1U);
  ASSERT_EQ(pair.answer.chains.size(), 2U);
  EXPECT_EQ(pair.answer.chains[0].role, "arn:aws:iam::111122223333:role/b");
  const ChainChange& chain = pair.answer.chains[1];
  EXPECT_EQ(chain.kind, ChangeKind::Appears);
  EXPECT_EQ(chain.role, "arn:aws:iam::111122223333:role/c");
  EXPECT_EQ(chain.starts, std::vector<std::string>{"account:777788889999"});
  EXPECT_EQ(chain.after.size(), 3U);
  EXPECT_TRUE(chain.before.empty());
}

// ---- Inventory ----------------------------------------------------------------------------------

TEST(Inventory, ListsWhatReachesBeyondTheAccount) {
  Estate estate;
  Diagnostics ignored;
  load_estate_text("111122223333.gaad.json",
                   one_role(R"([{"Effect": "Allow", "Principal": {"AWS": ["777788889999",
                       "111122223333"], "Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
                      {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole",
                       "Condition": {"Bool": {"aws:SecureTransport": "false"}}}])"),
                   estate, ignored);
  std::size_t unread = 0;
  AuditOptions options;
  auto entries = list_trust(estate, options, {"owner"}, unread);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].principal, "777788889999");
  EXPECT_EQ(entries[0].reach, TrustReach::Outside);
  EXPECT_FALSE(entries[0].tells_use);
  options.trusted_accounts = {"777788889999"};
  entries = list_trust(estate, options, {"owner"}, unread);
  EXPECT_EQ(entries[0].reach, TrustReach::Organization);
  EXPECT_EQ(unread, 0U);
}

}  // namespace
}  // namespace rolecall
