// SPDX-License-Identifier: Apache-2.0
// What an audit says that it did not check.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/base/time.h"
#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/audit.h"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kTrust =
    R"("AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
       "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}})";
constexpr std::string_view kUsed = R"("RoleLastUsed": {"LastUsedDate": "2026-11-20T00:00:00Z"})";
constexpr std::string_view kNoLists =
    R"("UserDetailList": [], "GroupDetailList": [], "Policies": [])";

std::string role_entry(std::string_view name, std::string_view members) {
  return fmt::format(
      R"({{"RoleName": "{0}", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/{0}",
           "CreateDate": "2024-01-01T00:00:00Z", {1}}})",
      name, members);
}

std::string good_role() {
  return role_entry("a", fmt::format("{}, {}", kTrust, kUsed));
}

std::string organization_with(std::string_view policies, std::string_view targets,
                              std::string_view accounts = "") {
  return fmt::format(
      R"({{"Organization": {{"Id": "o-own1234567", "MasterAccountId": "111122223333"}},
           "Roots": [{{"Id": "r-1a2b", "Name": "Root", "PolicyTypes": []}}],
           "OrganizationalUnits": [], "Policies": [{}], "Targets": [{}],
           "Accounts": [{{"Id": "111122223333", "Name": "own", "ParentId": "r-1a2b"}}{}]}})",
      policies, targets, accounts);
}

class AuditGaps : public ::testing::Test {
 protected:
  void load(std::string name, std::string text) {
    load_estate_text(std::move(name), std::move(text), estate_, diagnostics_);
  }
  void load_export(std::string_view roles, std::string_view lists = kNoLists) {
    load("111122223333.gaad.json",
         fmt::format(R"({{"RoleDetailList": [{}]{}{}}})", roles, lists.empty() ? "" : ", ", lists));
  }
  void load_rest(const std::string& organization = organization_with("", "")) {
    load("organization.json", organization);
    load("identity-providers.json", R"({"OpenIDConnectProviders": [], "SAMLProviders": []})");
  }
  const std::vector<AuditGap>& run() {
    AuditOptions options;
    options.now = parse_time("2026-11-24");
    gaps_ = audit_estate(estate_, options).gaps;
    return gaps_;
  }
  // The gap that begins so; a failure and an empty one when there is none.
  AuditGap gap(std::string_view what) {
    run();
    for (const AuditGap& each : gaps_) {
      if (each.what.starts_with(what)) return each;
    }
    ADD_FAILURE() << "no gap " << what;
    return {};
  }

  Estate estate_;
  Diagnostics diagnostics_;
  std::vector<AuditGap> gaps_;
};

TEST_F(AuditGaps, AWholeEstateHasNone) {
  load_export(good_role());
  load_rest();
  EXPECT_THAT(run(), IsEmpty());
}

TEST_F(AuditGaps, PoliciesAndBoundariesWithoutADocument) {
  load_export(role_entry("a", fmt::format(R"({}, {}, "AttachedManagedPolicies": [
      {{"PolicyName": "gone", "PolicyArn": "arn:aws:iam::111122223333:policy/gone"}}],
      "PermissionsBoundary": {{"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/b"}})",
                                          kTrust, kUsed)));
  load_rest();
  const AuditGap found = gap("what principals of account 111122223333 may do");
  EXPECT_THAT(found.why, HasSubstr("the documents of 2 policies are not in the estate"));
  EXPECT_THAT(found.why, HasSubstr("`arn:aws:iam::111122223333:policy/b`"));
  EXPECT_THAT(found.why, HasSubstr("`arn:aws:iam::111122223333:policy/gone`"));
  EXPECT_THAT(found.obtain, HasSubstr("> 111122223333.gaad.json  # in account 111122223333"));
  EXPECT_EQ(gaps_.size(), 1U);
}

constexpr std::string_view kGone =
    R"({"PolicySummary": {"Id": "p-gone", "Arn": "arn:aws:organizations::1:policy/p-gone",
        "Name": "gone", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": false}})";

TEST_F(AuditGaps, APolicyOfTheOrganizationWithoutContent) {
  load_export(good_role());
  load_rest(organization_with(kGone, R"({"PolicyId": "p-gone", "TargetId": "r-1a2b"})"));
  const AuditGap found = gap("service and resource control policies");
  EXPECT_THAT(found.why, HasSubstr("`p-gone`"));
  EXPECT_THAT(found.obtain, HasSubstr("aws organizations describe-policy --policy-id p-gone"));
}

TEST_F(AuditGaps, APolicyOfTheOrganizationThatIsNotAttachedIsNone) {
  load_export(good_role());
  load_rest(organization_with(kGone, ""));
  EXPECT_THAT(run(), IsEmpty());
}

TEST_F(AuditGaps, WhatAnScpSaysThatIsNotThereSilencesNoRuleAboutOthers) {
  load_export(good_role());
  load("organization.json",
       organization_with(kGone, R"({"PolicyId": "p-gone", "TargetId": "r-1a2b"})"));
  const AuditAnswer answer = audit_estate(estate_, {});
  ASSERT_EQ(answer.findings.size(), 1U);
  EXPECT_EQ(answer.findings[0].rule->id, "rcp-identity-perimeter-missing");
}

TEST_F(AuditGaps, ListsThatAreNotGiven) {
  load_export(good_role(), "");
  load_rest();
  EXPECT_THAT(gap("users of account 111122223333").what, HasSubstr("without MFA"));
  EXPECT_THAT(gap("users of account 111122223333").obtain, HasSubstr("111122223333.gaad.json"));
  EXPECT_EQ(gaps_.size(), 1U);
}

TEST_F(AuditGaps, ThatHideFindingsAreTold) {
  EXPECT_TRUE(hides_some(run()));  // The estate has no account.
  load_export(good_role());
  EXPECT_FALSE(hides_some(run()));  // Kinds of data that were not given.
  load("444455556666.gaad.json", R"({"UserDetailList": [], "RoleDetailList": null})");
  EXPECT_TRUE(gap("roles of account 444455556666").hides);
}

TEST_F(AuditGaps, ATrustPolicyWithFaultsHidesFindings) {
  load_export(role_entry("a", R"("AssumeRolePolicyDocument": {"statement": []})"));
  EXPECT_TRUE(gap("the trust policy of").hides);
}

TEST_F(AuditGaps, RolesThatGetRoleGaveHideNothing) {
  load("a.json", fmt::format(R"({{"Role": {}}})", good_role()));
  EXPECT_FALSE(gap("roles of account 111122223333").hides);
  EXPECT_FALSE(hides_some(gaps_));
}

TEST_F(AuditGaps, IdentityProvidersThatAreNotGiven) {
  load_export(good_role());
  load("organization.json", organization_with("", ""));
  EXPECT_EQ(gap("unused and expiring identity providers of account 111122223333").obtain,
            "rolecall collect DIR  # in account 111122223333");
}

TEST_F(AuditGaps, SamlProvidersWithoutTheirEnd) {
  load_export(good_role());
  load_rest();
  load("222233334444.identity-providers.json",
       R"({"SAMLProviders": [{"Arn": "arn:aws:iam::111122223333:saml-provider/s"}]})");
  EXPECT_EQ(gap("when SAML providers of account 111122223333 expire").obtain,
            "aws iam list-saml-providers  # in account 111122223333");
}

TEST_F(AuditGaps, LastUseThatIsNotTold) {
  load_export(role_entry("a", kTrust));
  load_rest();
  EXPECT_THAT(gap("unused roles of account 111122223333").obtain,
              HasSubstr("aws iam get-account-authorization-details"));
}

TEST_F(AuditGaps, SessionLengthOfAdministratorsThatIsNotTold) {
  const std::string admin = role_entry("a", fmt::format(R"({}, {}, "RolePolicyList": [
      {{"PolicyName": "all", "PolicyDocument": {{"Version": "2012-10-17", "Statement":
        {{"Effect": "Allow", "Action": "*", "Resource": "*"}}}}}}])",
                                                        kTrust, kUsed));
  load_export(admin);
  load_rest();
  EXPECT_EQ(gap("how long sessions of administrators of account 111122223333 last").obtain,
            "aws iam list-roles > 111122223333.roles.json  # in account 111122223333");
}

TEST_F(AuditGaps, AccountsOfTheOrganizationWithoutExport) {
  load_export(good_role());
  load_rest(organization_with("", "",
                              R"(, {"Id": "222233334444", "Name": "b", "ParentId": "r-1a2b"},
          {"Id": "333344445555", "Name": "c", "ParentId": "r-1a2b", "Status": "SUSPENDED"})"));
  const AuditGap found = gap("users and roles of account");
  EXPECT_EQ(found.what, "users and roles of account 222233334444");
  EXPECT_EQ(found.accounts, std::vector<std::string>{"222233334444"});
}

TEST_F(AuditGaps, AnAccountThatTheOrganizationDoesNotList) {
  load_export(good_role());
  load("222233334444.gaad.json",
       R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [
           {"RoleName": "b", "Path": "/", "Arn": "arn:aws:iam::222233334444:role/b",
            "RoleLastUsed": {"LastUsedDate": "2026-11-20T00:00:00Z"}, "AssumeRolePolicyDocument":
            {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
             "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}}]})");
  load_rest();
  EXPECT_EQ(gap("service and resource control policies of account 222233334444").why,
            "the organization file does not list it");
}

TEST_F(AuditGaps, NamesOfRolesAreQuotedInCommands) {
  load_export(role_entry("a;touch${IFS}x", kUsed));
  load_rest();
  const AuditGap found = gap("the trust policy of");
  EXPECT_EQ(found.why, "its document is not in the estate");
  EXPECT_EQ(found.obtain,
            "aws iam get-role --role-name 'a;touch${IFS}x'  # in account 111122223333");
}

TEST_F(AuditGaps, ATrustPolicyThatCannotBeReadIsNotCalledMissing) {
  load_export(
      role_entry("a", fmt::format(R"({}, "AssumeRolePolicyDocument": "{{not json")", kUsed)));
  load_rest();
  EXPECT_EQ(gap("the trust policy of").why, "its document could not be read");
}

TEST_F(AuditGaps, ATrustPolicyThatIsNullIsMissing) {
  load_export(role_entry("a", fmt::format(R"({}, "AssumeRolePolicyDocument": null)", kUsed)));
  load_rest();
  EXPECT_EQ(gap("the trust policy of").why, "its document is not in the estate");
}

TEST_F(AuditGaps, SeveralRolesWithoutTrustShareALine) {
  load_export(role_entry("a", kUsed) + ", " + role_entry("b", kUsed));
  load_rest();
  const AuditGap found = gap("the trust policies of");
  EXPECT_EQ(found.what, "the trust policies of roles `a` and `b` of account 111122223333");
  EXPECT_EQ(found.why, "their documents are not in the estate");
  EXPECT_EQ(gaps_.size(), 1U);
}

}  // namespace
}  // namespace rolecall
