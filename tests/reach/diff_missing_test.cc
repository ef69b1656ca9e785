// SPDX-License-Identifier: Apache-2.0
// `diff_estates` where a state lacks data that the other has: no change is claimed of it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/diff.h"

#include "reach/random_estate.h"

namespace rolecall {
namespace {

constexpr std::string_view kExport = "111122223333.gaad.json";
constexpr std::string_view kRoot = R"({"AWS": "arn:aws:iam::111122223333:root"})";
constexpr std::string_view kBuild = R"({"AWS": "arn:aws:iam::111122223333:role/build"})";
constexpr std::string_view kAssume =
    R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Resource": "*"}]})";

std::string trust_of(std::string_view principal, std::string_view condition = "") {
  return R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": )" +
         std::string(principal) + R"(, "Action": "sts:AssumeRole")" + std::string(condition) +
         "}]}";
}

// `more` begins with a comma.
std::string role_of(std::string_view name, std::string_view trust, std::string_view more = "") {
  std::string role = R"({"RoleName": ")" + std::string(name) +
                     R"(", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/)" +
                     std::string(name) + "\"" + std::string(more);
  if (!trust.empty()) role += R"(, "AssumeRolePolicyDocument": )" + std::string(trust);
  return role + "}";
}

std::string ana(std::string_view more) {
  return R"({"UserName": "ana", "Path": "/", "Arn": "arn:aws:iam::111122223333:user/ana")" +
         std::string(more) + "}";
}

std::string ana_with_policy() {
  return ana(R"(, "UserPolicyList": [{"PolicyName": "assume", "PolicyDocument": )" +
             std::string(kAssume) + "}]");
}

std::string export_of(std::string_view users, std::string_view roles) {
  return R"({"GroupDetailList": [], "Policies": [], "UserDetailList": [)" + std::string(users) +
         R"(], "RoleDetailList": [)" + std::string(roles) + "]}";
}

// ana may become `build`, and `build` may become `release`.
std::string whole() {
  return export_of(ana_with_policy(),
                   role_of("build", trust_of(kRoot)) + ", " + role_of("release", trust_of(kBuild)));
}

std::string organization(std::string_view effect) {
  return R"({"Organization": {"Id": "o-a1b2c3d4e5", "MasterAccountId": "444455556666"},
      "Roots": [{"Id": "r-ab12", "Name": "Root",
                 "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}],
      "OrganizationalUnits": [],
      "Accounts": [{"Id": "111122223333", "Name": "build", "ParentId": "r-ab12"}],
      "Policies": [{"PolicySummary": {"Id": "p-a", "Name": "a", "Type": "SERVICE_CONTROL_POLICY"},
                    "Content": {"Version": "2012-10-17", "Statement": [{"Effect": ")" +
         std::string(effect) + R"(", "Action": "*", "Resource": "*"}]}}],
      "Targets": [{"PolicyId": "p-a", "TargetId": "r-ab12"},
                  {"PolicyId": "p-a", "TargetId": "111122223333"}]})";
}

class MissingDiff : public testing::Test {
 protected:
  void add(Estate& estate, std::string_view name, std::string_view text) {
    load_estate_text(std::string(name), std::string(text), estate, ignored_);
  }
  const DiffAnswer& compare() {
    answer_ = diff_estates(before_, after_, {});
    return answer_;
  }
  void expect_no_change() const {
    EXPECT_TRUE(answer_.edges.empty());
    EXPECT_TRUE(answer_.chains.empty());
    EXPECT_TRUE(answer_.appeared.empty());
    EXPECT_TRUE(answer_.vanished.empty());
  }
  // Whether a gap says so, and with which command.
  [[nodiscard]] bool tells(std::string_view what, std::string_view why,
                           std::string_view obtain) const {
    return std::any_of(answer_.gaps.begin(), answer_.gaps.end(), [&](const DiffGap& each) {
      return each.hides && each.what.find(what) != std::string::npos &&
             each.why.find(why) != std::string::npos &&
             each.obtain.find(obtain) != std::string::npos;
    });
  }

  Estate before_;
  Estate after_;
  Diagnostics ignored_;
  DiffAnswer answer_;
};

TEST_F(MissingDiff, PoliciesOfCallersOnOneSideOnlyAreNoOpening) {
  const std::string listed = R"({"Roles": [)" + role_of("build", trust_of(kRoot)) + ", " +
                             role_of("release", trust_of(kBuild)) + "]}";
  add(before_, kExport, whole());
  add(after_, "111122223333.roles.json", listed);
  compare();
  expect_no_change();
  EXPECT_TRUE(tells("account 111122223333", "in the state before only", "aws iam"));
}

TEST_F(MissingDiff, AnOrganizationOnOneSideOnlyIsNoOpening) {
  add(before_, kExport, whole());
  add(before_, "organization.json", organization("Deny"));
  add(after_, kExport, whole());
  compare();
  expect_no_change();
  EXPECT_TRUE(tells("role/build", "the organization is known only in the state before", "collect"));
}

TEST_F(MissingDiff, AnOrganizationOnOneSideOnlyIsNoClosing) {
  add(before_, kExport, whole());
  add(after_, kExport, whole());
  add(after_, "organization.json", organization("Allow"));
  compare();
  expect_no_change();
  EXPECT_TRUE(tells("the organization", "only in the state after", "collect"));
}

// A service control policy cannot allow what is refused in both, nor hide that a way closed.
TEST_F(MissingDiff, WhatIsRefusedBySomethingElseIsToldAllTheSame) {
  add(before_, kExport, whole());
  add(before_, "organization.json", organization("Allow"));
  add(after_, kExport,
      export_of(ana(""),
                role_of("build", trust_of(kRoot)) + ", " + role_of("release", trust_of(kBuild))));
  compare();
  ASSERT_EQ(answer_.edges.size(), 1U);
  EXPECT_EQ(answer_.edges[0].kind, ChangeKind::Vanishes);
  EXPECT_EQ(answer_.edges[0].role, "arn:aws:iam::111122223333:role/build");
}

TEST_F(MissingDiff, WithoutAnOrganizationOnBothSidesChangesAreTold) {
  add(before_, kExport,
      export_of(ana(""),
                role_of("build", trust_of(kRoot)) + ", " + role_of("release", trust_of(kBuild))));
  add(after_, kExport, whole());
  compare();
  ASSERT_FALSE(answer_.edges.empty());
  EXPECT_TRUE(answer_.edges[0].opens);
  EXPECT_EQ(answer_.chains.size(), 1U);
  EXPECT_EQ(answer_.appeared.size(), 1U);
  EXPECT_TRUE(answer_.gaps.empty());
}

TEST_F(MissingDiff, OrganizationKeysThatAreUnknownAreNoNewCondition) {
  constexpr std::string_view kCondition =
      R"(, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})";
  const std::string roles =
      export_of(ana_with_policy(), role_of("build", trust_of(kRoot, kCondition)));
  add(before_, kExport, roles);
  add(before_, "organization.json", organization("Allow"));
  add(after_, kExport, roles);
  compare();
  expect_no_change();
  EXPECT_TRUE(tells("role/build", "the organization is known only in the state before", "collect"));
}

TEST_F(MissingDiff, ADocumentThatIsGoneFromTheExportHidesWaysAndFindings) {
  add(before_, kExport, whole());
  add(after_, kExport,
      export_of(ana(R"(, "AttachedManagedPolicies": [{"PolicyName": "assume",
                        "PolicyArn": "arn:aws:iam::111122223333:policy/assume"}])"),
                role_of("build", trust_of(kRoot)) + ", " + role_of("release", trust_of(kBuild))));
  compare();
  expect_no_change();
  EXPECT_TRUE(tells("role/build", "`arn:aws:iam::111122223333:policy/assume` is not in the estate",
                    "get-policy-version"));
  EXPECT_TRUE(tells("identity-assume-any", "policy/assume", "get-policy-version"));
}

TEST_F(MissingDiff, WhatBothStatesLackIsSaid) {
  const std::string roles = export_of(
      ana_with_policy(), role_of("build", "") + ", " + role_of("release", trust_of(kBuild)));
  add(before_, kExport, roles);
  add(after_, kExport, roles);
  compare();
  expect_no_change();
  ASSERT_EQ(answer_.gaps.size(), 1U);
  EXPECT_TRUE(tells("role/build", "in both states, its trust policy", "aws iam get-role"));
  EXPECT_FALSE(answer_.nothing_compared);
}

TEST_F(MissingDiff, ATrustPolicyOnOneSideOnlyIsNoChange) {
  add(before_, kExport, whole());
  add(after_, kExport,
      export_of(ana_with_policy(),
                role_of("build", "") + ", " + role_of("release", trust_of(kBuild))));
  compare();
  expect_no_change();
  EXPECT_TRUE(tells("role/build", "in the state after, its trust policy", "aws iam get-role"));
  EXPECT_TRUE(tells("trust-account-root-broad", "in the state after", "aws iam get-role"));
}

TEST_F(MissingDiff, FindingsOfAnAccountWithoutExportDoNotVanish) {
  add(before_, kExport, whole());
  add(after_, "444455556666.gaad.json", export_of("", ""));
  compare();
  expect_no_change();
  EXPECT_TRUE(tells("identity-assume-any", "in the state after, there is no export", "aws iam"));
  EXPECT_TRUE(answer_.nothing_compared);
}

TEST_F(MissingDiff, FindingsOfARoleThatWasDeletedVanish) {
  add(before_, kExport, whole());
  add(after_, kExport, export_of("", ""));
  compare();
  EXPECT_EQ(answer_.vanished.size(), answer_.audit_before.findings.size());
  EXPECT_FALSE(answer_.vanished.empty());
  EXPECT_TRUE(answer_.gaps.empty());
}

// The list of roles goes on in a page that is not there.
TEST_F(MissingDiff, RolesThatMayBeOnAnotherPageAreNotGone) {
  add(before_, kExport, whole());
  add(after_, kExport,
      R"({"IsTruncated": true, "Marker": "m", "UserDetailList": [)" + ana_with_policy() +
          R"(], "GroupDetailList": [], "Policies": [], "RoleDetailList": [)" +
          role_of("build", trust_of(kRoot)) + "]}");
  compare();
  EXPECT_TRUE(answer_.edges.empty());
  EXPECT_TRUE(answer_.chains.empty());
  EXPECT_TRUE(answer_.vanished.empty());
  EXPECT_TRUE(tells("role/release", "not all roles of account 111122223333 are listed", "aws iam"));
}

std::uint64_t pairs() {
  const char* const text = std::getenv("ROLECALL_REACH_ESTATES");
  return text == nullptr ? 10 : std::strtoull(text, nullptr, 10);
}

// Whatever file is left out, nothing that was there is said to have changed.
TEST(MissingDiffOfRandomEstates, AFileThatIsLeftOutIsNoChange) {
  for (std::uint64_t seed = 0; seed < pairs(); ++seed) {
    const auto files = random::make_estate(seed).files;
    for (const auto& [left_out, unused] : files) {
      Estate whole;
      Estate part;
      Diagnostics ignored;
      for (const auto& [name, text] : files) {
        load_estate_text(name, text, whole, ignored);
        if (name != left_out) load_estate_text(name, text, part, ignored);
      }
      const std::string where = std::to_string(seed) + " without " + left_out + ": ";
      for (const bool before : {true, false}) {
        const DiffAnswer answer =
            before ? diff_estates(part, whole, {}) : diff_estates(whole, part, {});
        for (const EdgeChange& each : answer.edges) {
          ADD_FAILURE() << where << each.role << ' ' << assumer_kind_name(each.who) << ' '
                        << each.account << ' ' << each.name << ' ' << change_kind_name(each.kind);
        }
        for (const ChainChange& each : answer.chains) {
          ADD_FAILURE() << where << each.role << ' ' << each.starts[0];
        }
        for (const auto* const findings : {&answer.appeared, &answer.vanished}) {
          for (const AuditFinding* each : *findings) {
            ADD_FAILURE() << where << each->rule->id << ' ' << each->subject;
          }
        }
      }
    }
  }
}

// Of an account that no policy names nothing is said by itself without the organization.
TEST_F(MissingDiff, WhoIsOnlyAmongAllOthersInOneStateIsNotCompared) {
  const std::string anybody = export_of(
      "", role_of("build",
                  trust_of(R"({"AWS": "*"})",
                           R"(, "Condition": {"StringLike": {"aws:PrincipalAccount": "4*"}})")));
  add(before_, kExport, export_of("", role_of("build", trust_of(R"({"AWS": "444455556666"})"))));
  add(after_, kExport, anybody);
  compare();
  EXPECT_TRUE(std::none_of(answer_.edges.begin(), answer_.edges.end(),
                           [](const EdgeChange& each) { return each.account == "444455556666"; }));
}

TEST_F(MissingDiff, TwoEmptyStatesAreNotCompared) {
  compare();
  expect_no_change();
  EXPECT_TRUE(answer_.nothing_compared);
}

}  // namespace
}  // namespace rolecall
