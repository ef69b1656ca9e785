// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto kCases =
    std::to_array<FindingCase>({
        {"github_without_sub",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}}]})",
         {Code::MissingTenantClaim,
          "many customers share `token.actions.githubusercontent.com`, and nothing asks for "
          "`token.actions.githubusercontent.com:sub`",
          R"("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com")",
          "add a condition on `token.actions.githubusercontent.com:sub`"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:job_workflow_ref":"acme/site/.github/workflows/x.yml@refs/heads/main"}}}]})"},
        {"cognito_without_pool",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}}]})",
         {Code::MissingTenantClaim,
          "many customers share `cognito-identity.amazonaws.com`, and nothing asks for "
          "`cognito-identity.amazonaws.com:aud`",
          R"("cognito-identity.amazonaws.com")",
          "add a condition on `cognito-identity.amazonaws.com:aud`"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:00000000-0000-0000-0000-000000000000"}}}]})"},
        {"github_sub_of_anybody",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"*"}}}]})",
         {Code::OpenTenantClaim,
          "`*` lets in every customer of `token.actions.githubusercontent.com`", R"("*")",
          "name what is yours"},
         ""},
        {"github_sub_of_any_organization",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*/site:ref:refs/heads/main"}}}]})",
         {Code::OpenTenantClaim,
          "`repo:*/site:ref:refs/heads/main` matches repositories of every GitHub organization",
          R"("repo:*/site:ref:refs/heads/main")", "name the organization, as in `repo:ORG/REPO:*`",
          Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme*/site:*"}}}]})"},
        {"issuer_without_condition",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity"}]})",
         {Code::OpenIssuer,
          "the statement asks for no claim of `oidc.example.com/id/A1`, so any token of it will do",
          R"("arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1")",
          "add a condition on `oidc.example.com/id/A1:sub`", Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"}}}]})"},
        {"any_pool_of_cognito",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"cognito-identity.amazonaws.com:aud":"?*"}}}]})",
         {Code::OpenTenantClaim, "`?*` lets in every customer of `cognito-identity.amazonaws.com`",
          R"("?*")", "name what is yours", Severity::Warning},
         ""},
        {"github_enterprise_slug_is_private",
         PolicyKind::Trust,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com/acme"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com/acme:sub":"repo:*"}}}]})"},
        {"github_sub_denied",
         PolicyKind::Trust,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/site:*"}}},{"Effect":"Deny","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*:pull_request"}}}]})"},
        {"github_sub_that_begins_anywhere",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"*:ref:refs/heads/main"}}}]})",
         {Code::OpenTenantClaim,
          "`*:ref:refs/heads/main` matches repositories of every GitHub organization",
          R"("*:ref:refs/heads/main")", "name the organization, as in `repo:ORG/REPO:*`",
          Severity::Warning},
         ""},
        {"github_sub_not_like",
         PolicyKind::Trust,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringNotLike":{"token.actions.githubusercontent.com:sub":"*"}}}]})"},
    });

TEST(PolicyCheckIssuer, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

constexpr std::string_view kWithoutSubject =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":)"
    R"("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},)"
    R"("Action":"sts:AssumeRoleWithWebIdentity"}]})";

// Roles from before the rule go on working, so that an export may well hold one.
TEST(PolicyCheckIssuer, OnlyWarnsOfAStoredPolicy) {
  const ParsedPolicy policy(std::string(kWithoutSubject), PolicyKind::Trust);
  const Diagnostics findings = find_in(policy, PolicyOrigin::Stored);
  ASSERT_EQ(findings.all().size(), 1U);
  EXPECT_EQ(findings.all()[0].severity, Severity::Warning);
  EXPECT_EQ(find_in(policy).all()[0].severity, Severity::Error);
}

std::string trusting_issuer(std::string_view issuer, std::string_view condition) {
  return policy_text(R"({"Effect":"Allow","Principal":{"Federated":)"
                     R"("arn:aws:iam::111122223333:oidc-provider/)" +
                     std::string(issuer) +
                     R"("},"Action":"sts:AssumeRoleWithWebIdentity","Condition":)" +
                     std::string(condition) + "}");
}

TEST(PolicyCheckIssuer, FindsPatternsThatLetInEveryCustomer) {
  const auto open = [](std::string_view issuer, std::string_view op, std::string_view subject,
                       PolicyOrigin origin = PolicyOrigin::Draft) {
    const ParsedPolicy policy(
        trusting_issuer(issuer, R"({")" + std::string(op) + R"(":{")" + std::string(issuer) +
                                    R"(:sub":")" + std::string(subject) + R"("}})"),
        PolicyKind::Trust);
    return messages_of(policy, Code::OpenTenantClaim, origin);
  };
  constexpr std::string_view kGitHub = "token.actions.githubusercontent.com";
  const std::vector<std::string> none = {};
  EXPECT_EQ(open("gitlab.com", "StringLike", "*"),
            std::vector<std::string>{"`*` lets in every customer of `gitlab.com`"});
  EXPECT_EQ(open(kGitHub, "StringLike", "*?", PolicyOrigin::Stored),
            std::vector<std::string>{
                "`*?` lets in every customer of `token.actions.githubusercontent.com`"});
  EXPECT_EQ(open(kGitHub, "StringLike", "repo:*"),
            std::vector<std::string>{"`repo:*` matches repositories of every GitHub organization"});
  EXPECT_EQ(open(kGitHub, "StringLike", "re*"),
            std::vector<std::string>{"`re*` matches repositories of every GitHub organization"});
  // Those of another issuer, and those that name somebody.
  EXPECT_EQ(open("gitlab.com", "StringLike", "re*"), none);
  EXPECT_EQ(open(kGitHub, "StringLike", "repo:acme/*"), none);
  EXPECT_EQ(open(kGitHub, "StringLike", "repo:acme/app"), none);
  EXPECT_EQ(open(kGitHub, "StringLike", "org*"), none);
  EXPECT_EQ(open(kGitHub, "StringLike", ""), none);
  EXPECT_EQ(open(kGitHub, "StringEquals", "repo:*"), none);
  EXPECT_EQ(open(kGitHub, "StringLikeIfExists", "repo:*"), none);
  EXPECT_EQ(open(kGitHub, "StringMatches", "repo:*"), none);
}

TEST(PolicyCheckIssuer, RefusesAnOpenGitHubInDraftsOnly) {
  const ParsedPolicy policy(
      trusting_issuer("token.actions.githubusercontent.com",
                      R"({"StringLike":{"token.actions.githubusercontent.com:sub":"*"}})"),
      PolicyKind::Trust);
  EXPECT_EQ(find_in(policy, PolicyOrigin::Draft).error_count(), 1U);
  EXPECT_EQ(find_in(policy, PolicyOrigin::Stored).error_count(), 0U);
}

}  // namespace
}  // namespace rolecall
