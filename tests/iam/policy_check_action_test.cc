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
        {"action_without_service",
         PolicyKind::Identity,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})",
         {Code::InvalidAction, "`AssumeRole` names no service", R"("AssumeRole")",
          "write SERVICE:ACTION, as in `sts:AssumeRole`"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"},
        {"action_without_name",
         PolicyKind::Identity,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:","Resource":"*"}]})",
         {Code::InvalidAction, "`s3:` names no action and matches none", R"("s3:")",
          "write SERVICE:ACTION, or SERVICE:* for all of them", Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})"},
        {"two_actions_in_one_string",
         PolicyKind::Identity,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*, s3:Put*","Resource":"*"}]})",
         {Code::InvalidAction, "`s3:Get*, s3:Put*` matches no action: no name has spaces or commas",
          R"("s3:Get*, s3:Put*")", "write a list with one action in each string",
          Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":"*"}]})"},
        {"s3_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":["sts:AssumeRole","s3:GetObject"]}]})",
         {Code::TrustAction, "`s3:GetObject`: a role trust policy only has actions of STS",
          R"("s3:GetObject")", "move it to an identity-based policy of the role"},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity","sts:SetContext"]}]})"},
        {"star_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"*"}]})",
         {Code::TrustAction, "whether AWS accepts `*` in a role trust policy is not documented",
          R"("*")", "name the actions, as in `sts:AssumeRole`", Severity::Note},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:*"}]})"},
        {"assumeroot_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":["sts:AssumeRole","sts:AssumeRoot"]}]})",
         {Code::TrustAction, "no trust policy is asked about `sts:AssumeRoot`",
          R"("sts:AssumeRoot")", "remove it, or write an action such as `sts:AssumeRole`",
          Severity::Warning},
         ""},
        {"plain_assumerole_for_oidc",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRole"}]})",
         {Code::MismatchedAction,
          "`arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1` assumes roles with "
          "`sts:AssumeRoleWithWebIdentity`, which the statement does not name",
          R"("arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1")",
          "write `sts:AssumeRoleWithWebIdentity` in Action", Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"}}}]})"},
        {"web_identity_for_service",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}]})",
         {Code::MismatchedAction,
          "`lambda.amazonaws.com` assumes roles with `sts:AssumeRole`, which the statement does "
          "not name",
          R"("lambda.amazonaws.com")", "write `sts:AssumeRole` in Action", Severity::Warning},
         ""},
        {"web_identity_for_saml",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/corp"},"Action":"sts:AssumeRoleWithWebIdentity"}]})",
         {Code::MismatchedAction,
          "`arn:aws:iam::111122223333:saml-provider/corp` assumes roles with "
          "`sts:AssumeRoleWithSAML`, which the statement does not name",
          R"("arn:aws:iam::111122223333:saml-provider/corp")",
          "write `sts:AssumeRoleWithSAML` in Action", Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/corp"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Condition":{"StringEquals":{"saml:aud":"https://signin.aws.amazon.com/saml"}}}]})"},
        {"extra_assumerole_for_oidc",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":["sts:AssumeRole","sts:AssumeRoleWithWebIdentity"],"Condition":{"StringEquals":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"}}}]})",
         {Code::MismatchedAction, "no principal of the statement can call `sts:AssumeRole`",
          R"("sts:AssumeRole")", "remove it, or name the provider whose users call it",
          Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333","Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":["sts:AssumeRole","sts:AssumeRoleWithWebIdentity"],"Condition":{"StringEqualsIfExists":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"}}}]})"},
        {"pod_identity_without_tagsession",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}]})",
         {Code::MissingServiceAction,
          "`pods.eks.amazonaws.com` always calls `sts:TagSession` as well, which no statement "
          "allows it",
          R"("pods.eks.amazonaws.com")", "add `sts:TagSession` to Action", Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]})"},
        {"roles_anywhere_with_one_action",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":"sts:AssumeRole"}]})",
         {Code::MissingServiceAction,
          "`rolesanywhere.amazonaws.com` always calls `sts:SetSourceIdentity` and `sts:TagSession` "
          "as well, which no statement allows it",
          R"("rolesanywhere.amazonaws.com")",
          "add `sts:SetSourceIdentity` and `sts:TagSession` to Action", Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":["sts:TagSession","sts:SetSourceIdentity"]}]})"},
        {"misspelt_action",
         PolicyKind::Identity,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AsumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})",
         {Code::UnknownAction, "STS has no action `sts:AsumeRole`", R"("sts:AsumeRole")",
          "did you mean `sts:AssumeRole`?", Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"STS:assumerole","Resource":"arn:aws:iam::111122223333:role/x"}]})"},
        {"getcalleridentity_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":["sts:AssumeRole","sts:GetCallerIdentity"]}]})",
         {Code::TrustAction, "no trust policy is asked about `sts:GetCallerIdentity`",
          R"("sts:GetCallerIdentity")", "remove it, or write an action such as `sts:AssumeRole`",
          Severity::Warning},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":["sts:Assume*"]}]})"},
        {"unknown_family_of_actions_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":["sts:AssumeRole","sts:Zzz*"]}]})",
         {Code::TrustAction, "no trust policy is asked about `sts:Zzz*`", R"("sts:Zzz*")",
          "remove it, or write an action such as `sts:AssumeRole`", Severity::Warning},
         ""},
        {"misspelt_action_in_trust",
         PolicyKind::Trust,
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":["sts:AssumeRole","sts:TagSesion"]}]})",
         {Code::UnknownAction, "STS has no action `sts:TagSesion`", R"("sts:TagSesion")",
          "did you mean `sts:TagSession`?", Severity::Warning},
         ""},
        {"sub_actions_alone_for_oidc",
         PolicyKind::Trust,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:TagSession"}]})"},
        {"everyone_may_call_any_action",
         PolicyKind::Trust,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["sts:AssumeRole","sts:AssumeRoleWithSAML"]}]})"},
        {"all_but_one_action",
         PolicyKind::Trust,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"111122223333"},"NotAction":"sts:AssumeRole"}]})"},
        {"pod_identity_tags_allowed_to_everyone",
         PolicyKind::Trust,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:TagSession"}]})"},
        {"sts_action_newer_than_this_version",
         PolicyKind::Identity,
         "",
         {},
         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:ComputeSomethingElse","Resource":"*"}]})"},
    });

TEST(PolicyCheckAction, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

TEST(PolicyCheckAction, NeedsAServiceBeforeTheColon) {
  const auto invalid = [](std::string_view action) {
    return messages_of(ParsedPolicy(policy_text(R"({"Effect":"Allow","Action":")" +
                                                std::string(action) + R"(","Resource":"*"})")),
                       Code::InvalidAction);
  };
  EXPECT_EQ(invalid(":GetObject"), std::vector<std::string>{"`:GetObject` names no service"});
  EXPECT_EQ(invalid("GetObject"), std::vector<std::string>{"`GetObject` names no service"});
  EXPECT_EQ(invalid("s3:"), std::vector<std::string>{"`s3:` names no action and matches none"});
  EXPECT_TRUE(invalid("s3:GetObject").empty());
  EXPECT_TRUE(invalid("${aws:PrincipalTag/action}").empty());
}

TEST(PolicyCheckAction, LeavesVariablesInTrustPoliciesToTheCheckOfVariables) {
  const auto foreign = [](std::string_view action) {
    return messages_of(
        ParsedPolicy(policy_text(R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},)"
                                 R"("Action":")" +
                                 std::string(action) + "\"}"),
                     PolicyKind::Trust),
        Code::TrustAction);
  };
  EXPECT_TRUE(foreign("${aws:PrincipalTag/service}:AssumeRole").empty());
  EXPECT_TRUE(foreign("AssumeRole").empty());
  EXPECT_EQ(foreign("s3:GetObject").size(), 1U);
  EXPECT_EQ(foreign("*").size(), 1U);
}

TEST(PolicyCheckAction, DoesNotFollowWhatNotPrincipalLetsIn) {
  const auto lacking = [](std::string_view more) {
    return messages_of(
        ParsedPolicy(policy_text(R"({"Effect":"Allow","Principal":{"Service":)"
                                 R"("pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"})" +
                                 std::string(more)),
                     PolicyKind::Trust),
        Code::MissingServiceAction);
  };
  EXPECT_EQ(lacking("").size(), 1U);
  EXPECT_TRUE(lacking(R"(,{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},)"
                      R"("Action":"sts:TagSession"})")
                  .empty());
}

}  // namespace
}  // namespace rolecall
