// SPDX-License-Identifier: Apache-2.0
#include "rolecall/estate/estate.h"

#include <string>

#include "loading.h"

namespace rolecall {
namespace {

const std::string kExport = R"({
  "UserDetailList": [{"UserName": "ann", "Path": "/people/", "GroupList": ["ops", "gone"],
    "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": {"Statement": []}}],
    "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::111122223333:policy/x/mine"},
                                {"PolicyArn": "arn:aws:iam::aws:policy/job/ReadOnlyAccess"}]}],
  "GroupDetailList": [{"GroupName": "ops",
    "GroupPolicyList": [{"PolicyName": "all", "PolicyDocument": {"Statement": []}}],
    "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/Missing"}]}],
  "RoleDetailList": [{"RoleName": "deploy", "Path": "/team/",
    "RolePolicyList": [{"PolicyName": "vault", "PolicyDocument": {"Statement": []}}]}],
  "Policies": [{"Arn": "arn:aws:iam::111122223333:policy/x/mine",
    "PolicyVersionList": [{"Document": {"Statement": []}}]}]})";

const std::string kOtherExport = R"({"UserDetailList": [], "Policies": [
  {"Arn": "arn:aws:iam::aws:policy/job/ReadOnlyAccess",
   "PolicyVersionList": [{"Document": {"Statement": []}}]},
  {"Arn": "arn:aws:iam::444455556666:policy/theirs",
   "PolicyVersionList": [{"Document": {"Statement": []}}]}]})";

TEST(Estate, FindsARoleByItsWholeArnOnly) {
  const Loaded loaded(kExport);
  EXPECT_NE(loaded.estate.find_role("arn:aws:iam::111122223333:role/team/deploy"), nullptr);
  for (const std::string_view arn :
       {"arn:aws:iam::111122223333:role/deploy", "arn:aws:iam::111122223333:role/team/Deploy",
        "arn:aws:iam::444455556666:role/team/deploy",
        "arn:aws-cn:iam::111122223333:role/team/deploy",
        "arn:aws:iam::111122223333:user/people/ann", "deploy", ""}) {
    EXPECT_EQ(loaded.estate.find_role(arn), nullptr) << arn;
  }
}

TEST(Estate, FindsARoleByNameWhateverItsPath) {
  const Loaded loaded(kExport);
  EXPECT_NE(loaded.estate.find_role_by_name("111122223333", "deploy"), nullptr);
  EXPECT_EQ(loaded.estate.find_role_by_name("111122223333", "Deploy"), nullptr);
  EXPECT_EQ(loaded.estate.find_role_by_name("444455556666", "deploy"), nullptr);
}

TEST(Estate, FindsAUserByItsWholeArnOnly) {
  const Loaded loaded(kExport);
  EXPECT_NE(loaded.estate.find_user("arn:aws:iam::111122223333:user/people/ann"), nullptr);
  EXPECT_EQ(loaded.estate.find_user("arn:aws:iam::111122223333:user/ann"), nullptr);
  EXPECT_EQ(loaded.estate.find_user("arn:aws:iam::444455556666:user/people/ann"), nullptr);
  EXPECT_EQ(loaded.estate.find_user("ann"), nullptr);
}

TEST(Estate, FindsEveryOneOfManyRoles) {
  std::string roles;
  for (int i = 0; i < 3000; ++i) {
    roles += (i == 0 ? "" : ",") + role_json("r" + std::to_string(i));
  }
  const Loaded loaded(roles_page(roles));
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "r" + std::to_string(i);
    const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/" + name);
    ASSERT_NE(role, nullptr) << name;
    EXPECT_EQ(role->name, name);
  }
}

TEST(Estate, TakesTheLaterOfTwoRolesOfOneName) {
  const Loaded loaded(roles_page(role_json("a/deploy") + "," + role_json("b/deploy")));
  EXPECT_NE(loaded.estate.find_role("arn:aws:iam::111122223333:role/a/deploy"), nullptr);
  EXPECT_EQ(loaded.estate.find_role_by_name("111122223333", "deploy")->path, "/b/");
}

TEST(Estate, FindsAnAwsManagedPolicyInAnyExport) {
  Loaded loaded(kExport);
  constexpr std::string_view kArn = "arn:aws:iam::aws:policy/job/ReadOnlyAccess";
  EXPECT_EQ(loaded.estate.find_policy("111122223333", kArn), nullptr);
  loaded.add(kOtherExport, "444455556666.gaad.json");
  ASSERT_NE(loaded.estate.find_policy("111122223333", kArn), nullptr);
  EXPECT_NE(loaded.estate.find_policy("111122223333", kArn)->document(), nullptr);
  EXPECT_NE(loaded.estate.find_policy("777788889999", kArn), nullptr);
}

TEST(Estate, FindsACustomerManagedPolicyInItsOwnExportOnly) {
  Loaded loaded(kExport);
  loaded.add(kOtherExport, "444455556666.gaad.json");
  constexpr std::string_view kArn = "arn:aws:iam::444455556666:policy/theirs";
  EXPECT_NE(loaded.estate.find_policy("444455556666", kArn), nullptr);
  EXPECT_EQ(loaded.estate.find_policy("111122223333", kArn), nullptr);
}

TEST(Estate, PrefersTheAwsManagedPolicyOfTheOwnExport) {
  const auto page = [](std::string_view document) {
    return R"({"UserDetailList":[],"Policies":[{"Arn":"arn:aws:iam::aws:policy/P",
        "PolicyVersionList":[)" +
           std::string(document) + "]}]}";
  };
  Loaded loaded(page(R"({"Document":{"Statement":[]}})"), "111122223333.json");
  loaded.add(page(std::string(R"({"Document":)") + std::string(kAllowAll) + "}"),
             "444455556666.json");
  loaded.add(page(""), "777788889999.json");
  const auto statements = [&](std::string_view account) {
    return loaded.estate.find_policy(account, "arn:aws:iam::aws:policy/P")
        ->document()
        ->statements.size();
  };
  EXPECT_EQ(statements("111122223333"), 0U);
  EXPECT_EQ(statements("444455556666"), 1U);
  EXPECT_EQ(statements("777788889999"), 0U);  // Its own has no document.
}

TEST(IdentityPolicies, OfAUserAreItsOwnAndThoseOfItsGroups) {
  Loaded loaded(kExport);
  loaded.add(kOtherExport, "444455556666.gaad.json");
  const Account* const account = loaded.estate.find_account("111122223333");
  ASSERT_NE(account, nullptr);
  const auto policies = loaded.estate.identity_policies(*account, *account->find_user("ann"));
  ASSERT_EQ(policies.size(), 6U);
  EXPECT_EQ(policies[0].name, "own (inline policy of ann)");
  EXPECT_EQ(policies[0].arn, "");
  EXPECT_NE(policies[0].policy, nullptr);
  EXPECT_EQ(policies[1].name, "mine");
  EXPECT_EQ(policies[1].arn, "arn:aws:iam::111122223333:policy/x/mine");
  EXPECT_EQ(policies[1].at, policies[1].policy->at);
  EXPECT_EQ(policies[2].name, "ReadOnlyAccess");
  EXPECT_NE(policies[2].policy, nullptr);
  EXPECT_EQ(policies[3].name, "all (inline policy of group ops)");
  EXPECT_EQ(policies[4].name, "Missing");
  EXPECT_EQ(policies[4].policy, nullptr);
  EXPECT_TRUE(policies[4].at.known());
  EXPECT_EQ(policies[5].name, "policies of group gone");
  EXPECT_EQ(policies[5].policy, nullptr);
}

TEST(IdentityPolicies, OfARoleAreItsInlineAndAttachedOnes) {
  const Loaded loaded(kExport);
  const Account* const account = loaded.estate.find_account("111122223333");
  const auto policies = loaded.estate.identity_policies(*account, *account->find_role("deploy"));
  ASSERT_EQ(policies.size(), 1U);
  EXPECT_EQ(policies[0].name, "vault (inline policy of deploy)");
}

TEST(IdentityPolicies, OfARoleKnownFromGetRoleAreNotKnown) {
  const Loaded loaded(R"({"Role":)" + role_json("a") + "}");
  const Account* const account = loaded.estate.find_account("111122223333");
  const auto policies = loaded.estate.identity_policies(*account, *account->find_role("a"));
  ASSERT_EQ(policies.size(), 1U);
  EXPECT_EQ(policies[0].name, "policies of role a");
  EXPECT_EQ(policies[0].policy, nullptr);
}

TEST(Account, ReplacesAnEntityOfTheSameArn) {
  Estate estate;
  Account& account = estate.account("111122223333");
  Role role;
  role.arn = "arn:aws:iam::111122223333:role/a";
  role.name = "a";
  role.id = "AROA1";
  account.add(role);
  role.id = "AROA2";
  account.add(role);
  EXPECT_EQ(account.roles.size(), 1U);
  EXPECT_EQ(account.find_role("a")->id, "AROA2");
  EXPECT_EQ(&estate.account("111122223333"), &account);
}

TEST(Role, KnowsWhoseItIsByItsPath) {
  Role role;
  EXPECT_FALSE(role.is_service_linked() || role.is_sso_reserved());
  role.path = "/aws-service-role/ecs.amazonaws.com/";
  EXPECT_TRUE(role.is_service_linked());
  role.path = "/aws-reserved/sso.amazonaws.com/";
  EXPECT_TRUE(role.is_sso_reserved());
}

TEST(Estate, KeepsItsContentsWhenMoved) {
  Loaded loaded(kExport);
  const Role* const role = loaded.estate.find_role_by_name("111122223333", "deploy");
  const Estate moved = std::move(loaded.estate);
  EXPECT_EQ(moved.find_role_by_name("111122223333", "deploy"), role);
  EXPECT_EQ(role->path, "/team/");
}

}  // namespace
}  // namespace rolecall
