// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto kCases =
    std::to_array<FindingCase>({
        {"wildcard_in_role_principal",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/dev-*"},"Action":"sts:AssumeRole"}]})",
         {Code::PrincipalWildcard,
          "`arn:aws:iam::111122223333:role/dev-*`: in a principal, `*` can only stand alone",
          R"("arn:aws:iam::111122223333:role/dev-*")",
          "name the account and add `ArnLike` on `aws:PrincipalArn`"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/dev-*"}}}]})"},
        {"every_service_as_principal",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"*"},"Action":"sts:AssumeRole"}]})",
         {Code::PrincipalWildcard, "`*`: in a principal, `*` can only stand alone", R"("*")",
          "list the principals one by one"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})"},
        {"bare_star_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})",
         {Code::BarePrincipal, R"(a role trust policy cannot have "*" itself as principal)",
          R"("*")", R"(write { "AWS": "*" } with a condition, or name who may assume the role)"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})"},
        {"notprincipal_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})",
         {Code::NotPrincipal, "a role trust policy cannot have `NotPrincipal`",
          R"("NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/ci"})",
          R"(write { "AWS": "*" } and a condition on `aws:PrincipalArn`)"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})"},
        {"notprincipal_with_allow",
         PolicyKind::Resource,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"*"}]})",
         {Code::NotPrincipal,
          "`NotPrincipal` with Allow lets in everybody else, anonymous callers included",
          R"("NotPrincipal":{"AWS":"111122223333"})", "list who may in `Principal`",
          Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"*"}]})"},
        {"group_as_principal",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:group/devs"},"Action":"sts:AssumeRole"}]})",
         {Code::ImpossiblePrincipal,
          "`arn:aws:iam::111122223333:group/devs` is a group, and groups are no principals",
          R"("arn:aws:iam::111122223333:group/devs")", "name its users, or the account"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/devs"},"Action":"sts:AssumeRole"}]})"},
        {"instance_profile_as_principal",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:instance-profile/web"},"Action":"sts:AssumeRole"}]})",
         {Code::ImpossiblePrincipal,
          "`arn:aws:iam::111122223333:instance-profile/web` is an instance profile, and no "
          "principal",
          R"("arn:aws:iam::111122223333:instance-profile/web")", "name the role in the profile"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/web"},"Action":"sts:AssumeRole"}]})"},
        {"eleven_digits_as_principal",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"11112222333"},"Action":"sts:AssumeRole"}]})",
         {Code::ImpossiblePrincipal, "`11112222333` is no principal of type `AWS`",
          R"("11112222333")", "write an account id, or the ARN of a user, role or session"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]})"},
        {"malformed_service",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda"},"Action":"sts:AssumeRole"}]})",
         {Code::ImpossiblePrincipal, "`lambda` is no principal of type `Service`", R"("lambda")",
          "write the name of the service, as in `ec2.amazonaws.com`"},
         ""},
        {"malformed_provider",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"}]})",
         {Code::ImpossiblePrincipal,
          "`token.actions.githubusercontent.com` is no principal of type `Federated`",
          R"("token.actions.githubusercontent.com")", "write the ARN of an OIDC or SAML provider"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/site:*"}}}]})"},
        {"canonical_user_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},"Action":"sts:AssumeRole"}]})",
         {Code::ImpossiblePrincipal, "a role trust policy cannot name a canonical user",
          R"("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be")",
          R"(write { "AWS": ... })"},
         ""},
        {"federated_user_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::111122223333:federated-user/bob"},"Action":"sts:AssumeRole"}]})",
         {Code::ImpossiblePrincipal,
          "`arn:aws:sts::111122223333:federated-user/bob` is a GetFederationToken session, and "
          "those cannot assume roles",
          R"("arn:aws:sts::111122223333:federated-user/bob")", "name the user whose session it is",
          Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/ci/bob"},"Action":"sts:AssumeRole"}]})"},
        {"deleted_user",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"AIDAJQABLZS4A3QDU576Q"},"Action":"sts:AssumeRole"}]})",
         {Code::DeletedPrincipal,
          "`AIDAJQABLZS4A3QDU576Q` is what IAM shows for a user that was deleted: one made anew "
          "under its name does not match",
          R"("AIDAJQABLZS4A3QDU576Q")", "remove it, or write the ARN of the user again",
          Severity::Warning},
         ""},
        {"deleted_role",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"AROAJQABLZS4A3QDU576Q"},"Action":"sts:AssumeRole"}]})",
         {Code::DeletedPrincipal,
          "`AROAJQABLZS4A3QDU576Q` is what IAM shows for a role that was deleted: one made anew "
          "under its name does not match",
          R"("AROAJQABLZS4A3QDU576Q")", "remove it, or write the ARN of the role again",
          Severity::Warning},
         ""},
        {"canonical_user_in_a_bucket_policy",
         PolicyKind::Resource,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},"Action":"s3:GetObject","Resource":"*"}]})"},
        {"federated_user_in_a_bucket_policy", PolicyKind::Resource, "", {}, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::111122223333:federated-user/bob"},"Action":"s3:GetObject","Resource":"*"}]})"},
        {"bare_star_in_a_bucket_policy",
         PolicyKind::Resource,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]})"},
        {"every_provider_as_principal",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"*"},"Action":["sts:AssumeRole","sts:AssumeRoleWithSAML"]}]})",
         {Code::PrincipalWildcard, "`*`: in a principal, `*` can only stand alone", R"("*")",
          "list the principals one by one"},
         ""},
        {"role_that_is_its_arn_with_a_region",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam:eu-west-1:111122223333:role/ci"},"Action":"sts:AssumeRole"}]})",
         {Code::ImpossiblePrincipal,
          "`arn:aws:iam:eu-west-1:111122223333:role/ci` is no principal of type `AWS`",
          R"("arn:aws:iam:eu-west-1:111122223333:role/ci")",
          "write an account id, or the ARN of a user, role or session"},
         ""},
    });

TEST(PolicyCheckPrincipal, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

TEST(PolicyCheckPrincipal, LeavesVariablesToTheCheckOfVariables) {
  const ParsedPolicy policy(
      policy_text(R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/)"
                  R"(${aws:username}*"},"Action":"sts:AssumeRole"})"),
      PolicyKind::Trust);
  EXPECT_TRUE(messages_of(policy, Code::PrincipalWildcard).empty());
  EXPECT_TRUE(messages_of(policy, Code::ImpossiblePrincipal).empty());
  EXPECT_EQ(messages_of(policy, Code::MisplacedVariable).size(), 1U);
}

}  // namespace
}  // namespace rolecall
