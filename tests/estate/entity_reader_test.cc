// SPDX-License-Identifier: Apache-2.0
#include "estate/entity_reader.h"

#include <ostream>
#include <string>

#include "loading.h"

namespace rolecall {
namespace {

constexpr std::string_view kAccount = "111122223333";

const Role& role_of(const Loaded& loaded, std::string_view name) {
  static const Role none{};
  const Role* const role = loaded.estate.find_role_by_name(kAccount, name);
  EXPECT_NE(role, nullptr) << name << "\n" << loaded.said();
  return role == nullptr ? none : *role;
}

bool has_unknown_policy(const IamEntity& entity, std::string_view name) {
  return std::any_of(
      entity.inline_policies.begin(), entity.inline_policies.end(),
      [&](const AttachedPolicy& each) { return each.policy == nullptr && each.name == name; });
}

TEST(EntityReader, ReadsEveryMemberOfARole) {
  const Loaded loaded(roles_page(R"({
    "Path": "/team/x/", "RoleName": "deploy", "RoleId": "AROA1",
    "Arn": "arn:aws:iam::111122223333:role/team/x/deploy",
    "CreateDate": "2024-03-11T09:24:17+00:00",
    "AssumeRolePolicyDocument": )" +
                                 std::string(kTrust) +
                                 R"(,
    "InstanceProfileList": [],
    "RolePolicyList": [{"PolicyName": "vault", "PolicyDocument": )" +
                                 std::string(kAllowAll) + R"(}],
    "AttachedManagedPolicies": [{"PolicyName": "P", "PolicyArn": "arn:aws:iam::aws:policy/P"}],
    "PermissionsBoundary": {"PermissionsBoundaryType": "PermissionsBoundaryPolicy",
                            "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/b"},
    "Tags": [{"Key": "team", "Value": "x"}, {"Key": "empty"}],
    "RoleLastUsed": {"LastUsedDate": "2024-03-12T09:24:17Z", "Region": "eu-west-1"},
    "MaxSessionDuration": 7200})"));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Role& role = role_of(loaded, "deploy");
  EXPECT_EQ(role.arn, "arn:aws:iam::111122223333:role/team/x/deploy");
  EXPECT_EQ(role.path, "/team/x/");
  EXPECT_EQ(role.id, "AROA1");
  EXPECT_EQ(role.created, 1710149057);
  EXPECT_EQ(role.last_used, 1710149057 + 86400);
  EXPECT_EQ(role.max_session_seconds, 7200);
  EXPECT_EQ(role.boundary_arn, "arn:aws:iam::111122223333:policy/b");
  EXPECT_TRUE(role.complete);
  ASSERT_NE(role.trust, nullptr);
  EXPECT_EQ(role.trust->kind, PolicyKind::Trust);
  EXPECT_EQ(loaded.estate.sources().text(role.trust_at), kTrust);
  ASSERT_EQ(role.inline_policies.size(), 1U);
  EXPECT_EQ(role.inline_policies[0].name, "vault (inline policy of deploy)");
  EXPECT_EQ(role.inline_policies[0].policy->kind, PolicyKind::Identity);
  EXPECT_EQ(role.attached_arns, std::vector<std::string_view>{"arn:aws:iam::aws:policy/P"});
  ASSERT_EQ(role.tags.size(), 2U);
  EXPECT_EQ(role.tags[0].value, "x");
  EXPECT_EQ(role.tags[1].value, "");
}

TEST(EntityReader, ReadsUsersAndGroups) {
  const Loaded loaded(R"({"UserDetailList": [{"Path": "/", "UserName": "ann", "UserId": "AIDA1",
      "Arn": "arn:aws:iam::111122223333:user/ann", "GroupList": ["ops"],
      "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": )" +
                      std::string(kAllowAll) + R"(}]}],
    "GroupDetailList": [{"GroupName": "ops", "GroupId": "AGPA1", "Path": "/",
      "Arn": "arn:aws:iam::111122223333:group/ops",
      "GroupPolicyList": [{"PolicyName": "all", "PolicyDocument": )" +
                      std::string(kAllowAll) + R"(}]}]})");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const User* const user = loaded.estate.find_user("arn:aws:iam::111122223333:user/ann");
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->id, "AIDA1");
  EXPECT_EQ(user->groups, std::vector<std::string_view>{"ops"});
  EXPECT_EQ(user->inline_policies.at(0).name, "own (inline policy of ann)");
  const Group* const group = loaded.estate.find_account(kAccount)->find_group("ops");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->inline_policies.at(0).name, "all (inline policy of group ops)");
}

TEST(EntityReader, DerivesNameAndPathFromTheArn) {
  const Loaded loaded(roles_page(R"({"Arn": "arn:aws:iam::111122223333:role/a/b/deploy"})"));
  EXPECT_EQ(role_of(loaded, "deploy").path, "/a/b/");
  EXPECT_EQ(role_of(loaded, "deploy").trust, nullptr);
  EXPECT_FALSE(role_of(loaded, "deploy").trust_at.known());
}

TEST(EntityReader, DerivesTheArnFromNameAndPath) {
  const Loaded loaded(roles_page(R"({"RoleName": "deploy", "Path": "/a/"}, {"RoleName": "b"},
      {"Arn": "arn:aws-cn:iam::444455556666:role/c"})"),
                      "export.json");
  EXPECT_NE(loaded.estate.find_role("arn:aws-cn:iam::444455556666:role/a/deploy"), nullptr);
  EXPECT_NE(loaded.estate.find_role("arn:aws-cn:iam::444455556666:role/b"), nullptr);
}

TEST(EntityReader, LetsTheArnWinOverNameAndPath) {
  const Loaded loaded(
      roles_page(R"({"RoleName": "other", "Arn": "arn:aws:iam::111122223333:role/deploy"})"));
  EXPECT_EQ(loaded.first(DiagnosticCode::Contradiction).severity, Severity::Warning);
  EXPECT_EQ(role_of(loaded, "deploy").name, "deploy");
}

TEST(EntityReader, RefusesWhatIsNotTheArnOfThisKind) {
  const Loaded loaded(roles_page(R"({"Arn": "arn:aws:iam::111122223333:user/deploy"},
      {"Arn": "deploy"}, {"Arn": "arn:aws:iam::111122223333:role/"})"));
  EXPECT_EQ(loaded.count(DiagnosticCode::WrongType), 3U) << loaded.said();
  EXPECT_TRUE(loaded.estate.find_account(kAccount)->roles.empty());
}

TEST(EntityReader, SaysWhenNoAccountIsKnownForARole) {
  const Loaded loaded(roles_page(R"({"RoleName": "a"}, {"Path": "/"},
      {"Arn": "arn:aws:iam::111122223333:role/b"}, {"Arn": "arn:aws:iam::444455556666:role/c"})"),
                      "export.json");
  EXPECT_EQ(loaded.count(DiagnosticCode::MissingMember), 2U) << loaded.said();
  EXPECT_NE(loaded.first(DiagnosticCode::MissingMember).message.find("`a` has no `Arn`"),
            std::string::npos);
  EXPECT_NE(loaded.estate.find_role("arn:aws:iam::444455556666:role/c"), nullptr);
}

TEST(EntityReader, IgnoresADateItCannotRead) {
  const Loaded loaded(roles_page(R"({"RoleName": "a", "CreateDate": "soon", "RoleLastUsed": {}},
                    {"RoleName": "b", "CreateDate": 1710149057})"));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_EQ(role_of(loaded, "a").created, std::nullopt);
  EXPECT_EQ(role_of(loaded, "b").created, 1710149057);
}

struct Lost {
  std::string name{};
  std::string member{};
};

std::ostream& operator<<(std::ostream& out, const Lost& lost) {
  return out << lost.name;
}

class LostPolicies : public testing::TestWithParam<Lost> {};

TEST_P(LostPolicies, LeaveAPolicyOfUnknownContent) {
  const Loaded loaded(
      roles_page(R"({"RoleName": "a", )" + GetParam().member + "}, " + R"({"RoleName": "b"})"));
  EXPECT_GE(loaded.diagnostics.error_count(), 1U);
  EXPECT_TRUE(has_unknown_policy(role_of(loaded, "a"), "policies of role a")) << loaded.said();
  EXPECT_TRUE(role_of(loaded, "b").inline_policies.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Members, LostPolicies,
    testing::Values(
        Lost{"inline_list_is_text", R"("RolePolicyList": "none")"},
        Lost{"inline_entry_is_number", R"("RolePolicyList": [1])"},
        Lost{"attached_list_is_object", R"("AttachedManagedPolicies": {})"},
        Lost{"attached_entry_is_text", R"("AttachedManagedPolicies": ["ReadOnly"])"},
        Lost{"attached_without_arn", R"("AttachedManagedPolicies": [{"PolicyName": "P"}])"},
        Lost{"attached_arn_is_number", R"("AttachedManagedPolicies": [{"PolicyArn": 1}])"},
        Lost{"attached_arn_twice",
             R"("AttachedManagedPolicies": [{"PolicyArn": "x", "PolicyArn": "y"}])"},
        Lost{"inline_list_twice", R"("RolePolicyList": [], "RolePolicyList": [])"},
        Lost{"boundary_twice", R"("PermissionsBoundary": {}, "PermissionsBoundary": {})"}),
    [](const auto& row) { return row.param.name; });

TEST(EntityReader, KeepsAnInlinePolicyWithoutDocument) {
  const Loaded loaded(roles_page(R"({"RoleName": "a", "RolePolicyList": [
      {"PolicyName": "x"}, {"PolicyName": "y", "PolicyDocument": 3},
      {"PolicyName": "z", "PolicyDocument": {"Statement": []}, "PolicyDocument": {}}]})"));
  const Role& role = role_of(loaded, "a");
  ASSERT_EQ(role.inline_policies.size(), 3U);
  EXPECT_TRUE(has_unknown_policy(role, "x (inline policy of a)"));
  EXPECT_TRUE(has_unknown_policy(role, "y (inline policy of a)"));
  EXPECT_TRUE(has_unknown_policy(role, "z (inline policy of a)"));
}

TEST(EntityReader, KeepsABoundaryItCannotReadAsOneWithoutDocument) {
  for (const std::string written :
       {"5", "{}", "\"arn:aws:iam::111122223333:policy/b\"", R"({"PermissionsBoundaryArn": []})"}) {
    const Loaded loaded(roles_page(R"({"RoleName": "a", "PermissionsBoundary": )" + written + "}"));
    EXPECT_EQ(loaded.diagnostics.error_count(), 1U) << written;
    const Role& role = role_of(loaded, "a");
    EXPECT_FALSE(role.boundary_arn.empty()) << written;
    EXPECT_EQ(loaded.estate.find_policy(kAccount, role.boundary_arn), nullptr) << written;
  }
}

TEST(EntityReader, GivesNoTrustWhenItStandsThereTwice) {
  const Loaded loaded(roles_page(R"({"RoleName": "a", "AssumeRolePolicyDocument": )" +
                                 std::string(kTrust) + R"(, "AssumeRolePolicyDocument": )" +
                                 std::string(kTrust) + "}"));
  EXPECT_EQ(role_of(loaded, "a").trust, nullptr);
}

TEST(EntityReader, ReportsEveryMemberOfAWrongType) {
  const Loaded loaded(R"({"UserDetailList": [{"UserName": "u", "UserId": 1, "Path": [],
      "GroupList": "ops", "Tags": [1, {"Key": 2}], "UserPolicyList": {}}, 7, null, "x"],
    "GroupDetailList": 5, "RoleDetailList": {"RoleName": "a"},
    "Policies": [1, {"Arn": 2}, {"Arn": "arn:aws:iam::aws:policy/P", "PolicyVersionList": 3},
      {"Arn": "arn:aws:iam::aws:policy/Q", "PolicyVersionList": [4, {"IsDefaultVersion": "yes"}]}]})");
  EXPECT_EQ(loaded.count(DiagnosticCode::WrongType), 15U) << loaded.said();
  const Account* const account = loaded.estate.find_account(kAccount);
  ASSERT_NE(account, nullptr);
  EXPECT_FALSE(account->has_users);
  EXPECT_FALSE(account->has_roles);
  ASSERT_NE(account->find_user("u"), nullptr);
  EXPECT_TRUE(has_unknown_policy(*account->find_user("u"), "policies of user u"));
}

TEST(EntityReader, ReportsASessionDurationThatIsNoWholeNumber) {
  const Loaded loaded(roles_page(R"({"RoleName": "a", "MaxSessionDuration": 1.5},
      {"RoleName": "b", "MaxSessionDuration": "3600"},
      {"RoleName": "c", "MaxSessionDuration": 99999999999999999999}, {"RoleName": "d",
      "MaxSessionDuration": 43200})"));
  EXPECT_EQ(loaded.count(DiagnosticCode::WrongType), 3U) << loaded.said();
  EXPECT_EQ(role_of(loaded, "a").max_session_seconds, std::nullopt);
  EXPECT_EQ(role_of(loaded, "d").max_session_seconds, 43200);
}

std::string policies_page(std::string_view policies) {
  return R"({"UserDetailList": [], "Policies": [)" + std::string(policies) + "]}";
}

const ManagedPolicy& policy_of(const Loaded& loaded, std::string_view arn) {
  static const ManagedPolicy none{};
  const ManagedPolicy* const policy = loaded.estate.find_policy(kAccount, arn);
  EXPECT_NE(policy, nullptr) << arn << "\n" << loaded.said();
  return policy == nullptr ? none : *policy;
}

TEST(ManagedPolicyReader, KeepsAllVersionsAndKnowsTheDefault) {
  const Loaded loaded(policies_page(R"({"Arn": "arn:aws:iam::111122223333:policy/x/p",
      "DefaultVersionId": "v2", "PolicyVersionList": [
      {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Statement": []}},
      {"VersionId": "v2", "IsDefaultVersion": true, "Document": )" +
                                    std::string(kAllowAll) + "}]}"));
  const ManagedPolicy& policy = policy_of(loaded, "arn:aws:iam::111122223333:policy/x/p");
  EXPECT_EQ(policy.name, "p");
  EXPECT_EQ(policy.versions.size(), 2U);
  ASSERT_NE(policy.document(), nullptr);
  EXPECT_EQ(policy.document()->statements.size(), 1U);
}

TEST(ManagedPolicyReader, TakesTheDefaultFromEitherMember) {
  const Loaded loaded(policies_page(R"(
      {"Arn": "arn:aws:iam::aws:policy/A", "DefaultVersionId": "v2", "PolicyVersionList": [
        {"VersionId": "v1", "Document": {"Statement": []}},
        {"VersionId": "v2", "Document": {"Statement": []}}]},
      {"Arn": "arn:aws:iam::aws:policy/B", "PolicyVersionList": [
        {"VersionId": "v1", "Document": {"Statement": []}},
        {"IsDefaultVersion": true, "Document": {"Statement": []}}]},
      {"Arn": "arn:aws:iam::aws:policy/C", "PolicyVersionList": [
        {"Document": {"Statement": []}}]})"));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  for (const std::string_view name : {"A", "B"}) {
    const ManagedPolicy& policy = policy_of(loaded, "arn:aws:iam::aws:policy/" + std::string(name));
    ASSERT_EQ(policy.versions.size(), 2U);
    EXPECT_EQ(policy.document(), policy.versions[1].policy) << name;
  }
  EXPECT_NE(policy_of(loaded, "arn:aws:iam::aws:policy/C").document(), nullptr);
}

TEST(ManagedPolicyReader, HasNoDocumentWhenTheDefaultIsNotClear) {
  const Loaded loaded(policies_page(R"(
      {"Arn": "arn:aws:iam::111122223333:policy/a", "PolicyVersionList": [
        {"IsDefaultVersion": true, "Document": {"Statement": []}},
        {"IsDefaultVersion": true, "Document": {"Statement": []}}]},
      {"Arn": "arn:aws:iam::111122223333:policy/b", "DefaultVersionId": "v9",
       "PolicyVersionList": [{"VersionId": "v1", "Document": {"Statement": []}}]},
      {"Arn": "arn:aws:iam::111122223333:policy/c"},
      {"Arn": "arn:aws:iam::111122223333:policy/d", "PolicyVersionList": [
        {"IsDefaultVersion": true, "Document": {"Statement": []}, "Document": {}}]},
      {"Arn": "arn:aws:iam::111122223333:policy/e", "PolicyVersionList": [],
       "PolicyVersionList": [{"IsDefaultVersion": true, "Document": {"Statement": []}}]})"));
  for (const std::string_view name : {"a", "b", "c", "d", "e"}) {
    const ManagedPolicy& policy =
        policy_of(loaded, "arn:aws:iam::111122223333:policy/" + std::string(name));
    EXPECT_EQ(policy.document(), nullptr) << name;
  }
}

TEST(ManagedPolicyReader, KeepsAFaultyDocument) {
  const Loaded loaded(policies_page(R"({"Arn": "arn:aws:iam::111122223333:policy/a",
      "PolicyVersionList": [{"Document": {"Statement": [{"Efect": "Allow"}]}}]})"));
  const ManagedPolicy& policy = policy_of(loaded, "arn:aws:iam::111122223333:policy/a");
  ASSERT_NE(policy.document(), nullptr);
  EXPECT_TRUE(policy.document()->faulty);
}

}  // namespace
}  // namespace rolecall
