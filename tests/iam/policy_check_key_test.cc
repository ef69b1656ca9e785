// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto
    kCases =
        std::to_array<FindingCase>(
            {
                {"scheme_in_key",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"},"StringLike":{"https://oidc.example.com/id/A1:aud":"x"}}}]})",
                 {Code::InvalidKey,
                  "`https://oidc.example.com/id/A1:aud` is never in a request: the issuer stands "
                  "without "
                  "scheme",
                  R"("https://oidc.example.com/id/A1:aud")", "write `oidc.example.com/id/A1:aud`",
                  Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"},"StringLike":{"oidc.example.com/id/A1:aud":"x"}}}]})"},
                {"arn_in_key",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1:sub":"x"}}}]})",
                 {Code::InvalidKey,
                  "`arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1:sub` is never "
                  "in a request: the issuer stands without ARN",
                  R"("arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1:sub")",
                  "write `oidc.example.com/id/A1:sub`", Severity::Warning},
                 ""},
                {"scheme_in_the_key_of_a_shared_issuer",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/gitlab.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"https://gitlab.com:sub":"x"}}}]})",
                 {Code::InvalidKey,
                  "`https://gitlab.com:sub` is never in a request: the issuer stands without "
                  "scheme",
                  R"("https://gitlab.com:sub")", "write `gitlab.com:sub`", Severity::Warning},
                 ""},
                {"key_without_service",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"PrincipalOrgID":"o-abc1234567"}}}]})",
                 {Code::InvalidKey,
                  "`PrincipalOrgID` is no condition key: it names no service or issuer",
                  R"("PrincipalOrgID")", "write `aws:PrincipalOrgID`"},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:principalorgid":"o-abc1234567"}}}]})"},
                {"space_in_key",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID ":"o-abc1234567"}}}]})",
                 {Code::InvalidKey,
                  "`aws:PrincipalOrgID ` is never in a request: it has white space at an end",
                  R"("aws:PrincipalOrgID ")", "remove the white space", Severity::Warning},
                 ""},
                {"misspelt_global_key",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-abc1234567"}}}]})",
                 {Code::UnknownKey, "AWS documents no condition key `aws:PrincipleOrgID`",
                  R"("aws:PrincipleOrgID")", "did you mean `aws:PrincipalOrgID`?",
                  Severity::Warning},
                 ""},
                {"tag_key_missing",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag":"blue"}}}]})",
                 {Code::UnknownKey,
                  "`aws:PrincipalTag` lacks the key of a tag and is never in a request",
                  R"("aws:PrincipalTag")", "write `aws:PrincipalTag/KEY`", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}}]})"},
                {"unknown_saml_key",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/corp"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"saml:role":"x"}}}]})",
                 {Code::UnknownKey, "AWS documents no condition key `saml:role`", R"("saml:role")",
                  "", Severity::Warning},
                 ""},
                {"source_owner_outside_sns",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceOwner":"111122223333"}}}]})",
                 {Code::UnknownKey, "AWS documents no condition key `aws:SourceOwner`",
                  R"("aws:SourceOwner")", "did you mean `aws:SourceVpce`?", Severity::Warning},
                 ""},
                {"external_id_for_tagsession",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"sts:ExternalId":"blue-7"}}}]})",
                 {Code::KeyNotOfAction,
                  "AWS lists no `sts:ExternalId` for `sts:TagSession`, so the statement never "
                  "applies to "
                  "it",
                  R"("sts:ExternalId")", "give `sts:TagSession` a statement without it",
                  Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:*","Condition":{"StringEquals":{"sts:ExternalId":"blue-7"}}}]})"},
                {"session_name_for_two_sub_actions",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"],"Condition":{"StringLike":{"sts:RoleSessionName":"ann-*"}}}]})",
                 {Code::KeyNotOfAction,
                  "AWS lists no `sts:RoleSessionName` for `sts:TagSession` and "
                  "`sts:SetSourceIdentity`, so "
                  "the statement never applies to them",
                  R"("sts:RoleSessionName")",
                  "give `sts:TagSession` and `sts:SetSourceIdentity` a statement without it",
                  Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringLikeIfExists":{"sts:RoleSessionName":"ann-*"}}}]})"},
                {"request_tag_for_setsourceidentity",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:SetSourceIdentity"],"Resource":"arn:aws:iam::111122223333:role/x","Condition":{"StringEquals":{"aws:RequestTag/team":"blue"}}}]})",
                 {Code::KeyNotOfAction,
                  "AWS lists no `aws:RequestTag/team` for `sts:SetSourceIdentity`, so the "
                  "statement never "
                  "applies to it",
                  R"("aws:RequestTag/team")", "give `sts:SetSourceIdentity` a statement without it",
                  Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":"arn:aws:iam::111122223333:role/x","Condition":{"StringEquals":{"aws:RequestTag/team":"blue"}}}]})"},
                {"duration_condition",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"NumericLessThan":{"sts:DurationSeconds":"3601"}}}]})",
                 {Code::KeyNotOfAction,
                  "AWS lists no `sts:DurationSeconds` for `sts:AssumeRole`, so the statement never "
                  "applies "
                  "to it",
                  R"("sts:DurationSeconds")", "remove the condition", Severity::Warning},
                 ""},
                {"negated_key_of_another_action",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringNotEquals":{"sts:ExternalId":"blue-7"}}}]})",
                 {Code::KeyNotOfAction,
                  "AWS lists no `sts:ExternalId` for `sts:TagSession`, so the condition is always "
                  "true for "
                  "it",
                  R"("sts:ExternalId")", "give `sts:TagSession` a statement without it",
                  Severity::Warning},
                 ""},
                {"passed_to_service_for_other_actions",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}]})",
                 {Code::KeyNotOfAction,
                  "AWS lists no `iam:PassedToService` for the actions of the statement, so the "
                  "statement "
                  "never applies to them",
                  R"("iam:PassedToService")", "remove the condition", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}]})"},
                {"mfa_for_service",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]})",
                 {Code::KeyNotOfCaller,
                  "`aws:MultiFactorAuthPresent` is never in the request of `lambda.amazonaws.com`, "
                  "so the "
                  "statement never applies to it",
                  R"("aws:MultiFactorAuthPresent")", "remove the condition", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]})"},
                {"mfa_for_role_beside_user",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:user/ann","arn:aws:iam::111122223333:role/ci"]},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]})",
                 {Code::KeyNotOfCaller,
                  "`aws:MultiFactorAuthPresent` is never in the request of "
                  "`arn:aws:iam::111122223333:role/ci`, so the statement never applies to it",
                  R"("aws:MultiFactorAuthPresent")",
                  "give these principals a statement of their own", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]})"},
                {"organization_of_a_token",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"},"StringLike":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})",
                 {Code::KeyNotOfCaller,
                  "`aws:PrincipalOrgID` is never in the request of "
                  "`arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1`, so the "
                  "statement "
                  "never applies to it",
                  R"("aws:PrincipalOrgID")", "remove the condition", Severity::Warning},
                 ""},
                {"source_arn_for_user",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:eu-west-1:111122223333:function:f"}}}]})",
                 {Code::KeyNotOfCaller,
                  "`aws:SourceArn` is never in the request of "
                  "`arn:aws:iam::111122223333:user/ann`, so the "
                  "statement never applies to it",
                  R"("aws:SourceArn")", "remove the condition", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:eu-west-1:111122223333:function:f"}}}]})"},
                {"negated_organization_of_a_service",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})",
                 {Code::KeyNotOfCaller,
                  "`aws:PrincipalOrgID` is never in the request of `lambda.amazonaws.com`, so the "
                  "condition is always true for it",
                  R"("aws:PrincipalOrgID")", "remove the condition", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringNotEquals":{"aws:SourceOrgID":"o-abc1234567"}}}]})"},
                {"source_account_in_identity_policy",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}]})",
                 {Code::KeyNotOfCaller,
                  "`aws:SourceAccount` is never in the request of a user or role, so the statement "
                  "never "
                  "applies to it",
                  R"("aws:SourceAccount")", "remove the condition", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}]})"},
                {"custom_claim",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/site:*"},"StringEquals":{"token.actions.githubusercontent.com:runner_os":"Linux"}}}]})",
                 {Code::UnknownClaim,
                  "STS makes no condition key of the claim `runner_os` of "
                  "`token.actions.githubusercontent.com`",
                  R"("token.actions.githubusercontent.com:runner_os")",
                  "write a condition on `token.actions.githubusercontent.com:sub`",
                  Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/site:*"},"StringEquals":{"token.actions.githubusercontent.com:repository_owner_id":"7"}}}]})"},
                {"misspelt_claim",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/site:*"},"StringEquals":{"token.actions.githubusercontent.com:repositry":"acme/site"}}}]})",
                 {Code::UnknownClaim,
                  "STS makes no condition key of the claim `repositry` of "
                  "`token.actions.githubusercontent.com`",
                  R"("token.actions.githubusercontent.com:repositry")",
                  "did you mean `repository`?", Severity::Warning},
                 ""},
                {"claim_of_another_issuer",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"},"StringLike":{"oidc.example.com/id/B2:aud":"x"}}}]})",
                 {Code::OtherIssuer,
                  "`oidc.example.com/id/B2:aud` is never in a token of `oidc.example.com/id/A1`",
                  R"("oidc.example.com/id/B2:aud")", "write `oidc.example.com/id/A1:aud`",
                  Severity::Warning},
                 ""},
                {"deny_without_mfa_by_bool",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]})",
                 {Code::MfaMayBeAbsent,
                  "this Deny spares long-term access keys and roles: their requests lack the key",
                  R"("Bool")", "write `BoolIfExists`", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]})"},
                {"allow_with_mfa_if_exists",
                 PolicyKind::Identity,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}}]})",
                 {Code::MfaMayBeAbsent,
                  "this Allow lets long-term access keys through: their requests lack the key",
                  R"("BoolIfExists")", "write `Bool`", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]})"},
                {"rcp_locks_out_federation",
                 PolicyKind::ResourceControl,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})",
                 {Code::FederationLockout,
                  "requests with a token or SAML assertion never have `aws:PrincipalOrgID`, so the "
                  "condition is true for them: for IAM Identity Center too",
                  R"("aws:PrincipalOrgID")",
                  "list `sts:AssumeRole` alone, and deny federation by issuer in another statement",
                  Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})"},
                {"rcp_spares_federation",
                 PolicyKind::ResourceControl,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abc1234567"},"Null":{"aws:PrincipalArn":"false"}}}]})"},
                {"scheme_without_slashes",
                 PolicyKind::Trust,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A1"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.example.com/id/A1:sub":"system:serviceaccount:a:b"},"StringLike":{"http:aud":"x"}}}]})"},
                {"unknown_key_without_a_near_one",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:Zzzzzzzzzzzzzzzzzzz":"x"}}}]})",
                 {Code::UnknownKey, "AWS documents no condition key `aws:Zzzzzzzzzzzzzzzzzzz`",
                  R"("aws:Zzzzzzzzzzzzzzzzzzz")", "", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"s3:anything":"x"}}}]})"},
                {"key_without_service_or_namesake",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"blue":"x"}}}]})",
                 {Code::InvalidKey, "`blue` is no condition key: it names no service or issuer",
                  R"("blue")", ""},
                 ""},
                {"null_guards_on_absent_keys",
                 PolicyKind::Trust,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:SourceArn":"true"}}}]})"},
                {"saml_key_for_service",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"saml:aud":"x"}}}]})",
                 {Code::KeyNotOfCaller,
                  "`saml:aud` is never in the request of `lambda.amazonaws.com`, so the statement "
                  "never "
                  "applies to it",
                  R"("saml:aud")", "remove the condition", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"saml:sub":"x"}}}]})"},
                {"claim_for_user",
                 PolicyKind::Trust,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"oidc.example.com/id/A1:aud":"x"}}}]})",
                 {Code::KeyNotOfCaller,
                  "`oidc.example.com/id/A1:aud` is never in the request of "
                  "`arn:aws:iam::111122223333:user/ann`, so the statement never applies to it",
                  R"("oidc.example.com/id/A1:aud")", "remove the condition", Severity::Warning},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"oidc.example.com/id/A1:aud":"x"}}}]})"},
                {"oracle_claim",
                 PolicyKind::Trust,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/identity.oraclecloud.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"identity.oraclecloud.com:rpst_id":"x"}}}]})"},
                {"mfa_denied_in_trust_for_role",
                 PolicyKind::Trust,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]})"},
                {"mfa_in_two_values",
                 PolicyKind::Identity,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":["true","false"]}}}]})"},
                {"rcp_denies_federation_by_complement",
                 PolicyKind::ResourceControl,
                 "",
                 {},
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})"},
                {"rcp_by_organization_path",
                 PolicyKind::ResourceControl,
                 R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRoleWith*","Resource":"*","Condition":{"ForAllValues:StringNotLike":{"aws:PrincipalOrgPaths":"o-abc1234567/*"}}}]})",
                 {Code::FederationLockout,
                  "requests with a token or SAML assertion never have `aws:PrincipalOrgPaths`, so "
                  "the "
                  "condition is true for them: for IAM Identity Center too",
                  R"("aws:PrincipalOrgPaths")",
                  "list `sts:AssumeRole` alone, and deny federation by issuer in another statement",
                  Severity::Warning},
                 ""},
            });

TEST(PolicyCheckKey, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

// A role trust policy of one issuer, with this condition.
std::string trusting_tokens(
    std::string_view condition,
    std::string_view issuers = R"("arn:aws:iam::111122223333:oidc-provider/gitlab.com")") {
  return policy_text(R"({"Effect":"Allow","Principal":{"Federated":)" + std::string(issuers) +
                     R"(},"Action":"sts:AssumeRoleWithWebIdentity","Condition":)" +
                     std::string(condition) + "}");
}

const std::vector<std::string> kNone = {};

TEST(PolicyCheckKey, FindsASchemeBeforeAnIssuer) {
  const std::vector<CodeCase> cases = {
      {"http",
       PolicyKind::Trust,
       trusting_tokens(R"({"StringEquals":{"http://gitlab.com:sub":"x"}})"),
       {"`http://gitlab.com:sub` is never in a request: the issuer stands without scheme"}},
      {"https",
       PolicyKind::Trust,
       trusting_tokens(R"({"StringEquals":{"HTTPS://gitlab.com:sub":"x"}})"),
       {"`HTTPS://gitlab.com:sub` is never in a request: the issuer stands without scheme"}},
  };
  expect_messages(Code::InvalidKey, cases);
  // Its claim is looked at no further.
  const ParsedPolicy odd(trusting_tokens(R"({"StringEquals":{"http://gitlab.com:flavor":"x"}})"),
                         PolicyKind::Trust);
  EXPECT_EQ(messages_of(odd, Code::UnknownClaim), kNone);
  EXPECT_EQ(messages_of(odd, Code::OtherIssuer), kNone);
}

TEST(PolicyCheckKey, KnowsTheKeysOfItsOwnServices) {
  const auto with_key = [](std::string_view key, PolicyKind kind = PolicyKind::Identity) {
    const std::string condition = R"({"StringLike":{")" + std::string(key) + R"(":"x"}})";
    const std::string principal = kind == PolicyKind::Resource ? R"("Principal":"*",)" : "";
    const ParsedPolicy policy(
        policy_text(R"({"Effect":"Allow",)" + principal +
                    R"("Action":"sns:Publish","Resource":"*","Condition":)" + condition + "}"),
        kind);
    return messages_of(policy, Code::UnknownKey);
  };
  EXPECT_EQ(with_key("s3:prefix"), kNone);
  EXPECT_EQ(with_key("saml:sub"), kNone);
  EXPECT_EQ(with_key("aws:SourceOwner", PolicyKind::Resource), kNone);
  for (const std::string_view key :
       {"saml:subject", "aws:PrincipleArn", "sts:ExternalID2", "aws:SourceOwner"}) {
    const auto messages = with_key(key);
    ASSERT_EQ(messages.size(), 1U) << key;
    EXPECT_NE(messages[0].find("`" + std::string(key) + "`"), std::string::npos) << messages[0];
  }
  EXPECT_EQ(with_key("aws:SourceOwned", PolicyKind::Resource).size(), 1U);
}

TEST(PolicyCheckKey, LooksNoFurtherAtAnUnknownOperator) {
  const ParsedPolicy policy(
      policy_text(
          R"({"Effect":"Deny","Principal":{"AWS":"111122223333"},)"
          R"("Action":"sts:TagSession","Condition":{"StringMatches":)"
          R"({"sts:ExternalId":"x","saml:sub":"x","aws:MultiFactorAuthPresent":"false"}}})"),
      PolicyKind::Trust);
  EXPECT_EQ(messages_of(policy, Code::KeyNotOfAction), kNone);
  EXPECT_EQ(messages_of(policy, Code::KeyNotOfCaller), kNone);
  EXPECT_EQ(messages_of(policy, Code::MfaMayBeAbsent), kNone);
}

TEST(PolicyCheckKey, SaysNothingOfActionsThatTheKindIsNotAskedAbout) {
  const auto external_id = [](std::string_view action) {
    const ParsedPolicy policy(
        policy_text(R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":")" +
                    std::string(action) +
                    R"(","Condition":{"StringEquals":{"sts:ExternalId":"blue-7"}}})"),
        PolicyKind::Trust);
    return messages_of(policy, Code::KeyNotOfAction).size();
  };
  EXPECT_EQ(external_id("sts:AssumeRole"), 0U);
  EXPECT_EQ(external_id("sts:TagSession"), 1U);
  EXPECT_EQ(external_id("s3:GetObject"), 0U);
}

TEST(PolicyCheckKey, KnowsWhichKeysNoUserOrRoleHas) {
  const auto service_key = [](std::string_view action) {
    const ParsedPolicy policy(policy_text(R"({"Effect":"Allow","Action":[)" + std::string(action) +
                                          R"(],"Resource":"*","Condition":{"StringEquals":)"
                                          R"({"aws:PrincipalServiceName":"ec2.amazonaws.com"}}})"),
                              PolicyKind::Identity);
    return messages_of(policy, Code::KeyNotOfCaller);
  };
  EXPECT_EQ(service_key(R"("sts:AssumeRole")"),
            std::vector<std::string>{
                "`aws:PrincipalServiceName` is never in the request of a user or role, so the "
                "statement never applies to it"});
  EXPECT_EQ(service_key(R"("sts:AssumeRole","s3:*")"), kNone);
  EXPECT_EQ(service_key(""), kNone);
}

TEST(PolicyCheckKey, ComparesIssuersWithThoseThatAreTrusted) {
  const auto other_issuer = [](std::string_view condition, std::string_view issuers) {
    return messages_of(ParsedPolicy(trusting_tokens(condition, issuers), PolicyKind::Trust),
                       Code::OtherIssuer);
  };
  constexpr std::string_view kCondition = R"({"StringEquals":{"gitlab.example.com:sub":"x"}})";
  constexpr std::string_view kProvider = "\"arn:aws:iam::111122223333:oidc-provider/";
  const std::string gitlab = std::string(kProvider) + "gitlab.com\"";
  EXPECT_EQ(
      other_issuer(kCondition, gitlab),
      std::vector<std::string>{"`gitlab.example.com:sub` is never in a token of `gitlab.com`"});
  EXPECT_EQ(other_issuer(R"({"StringEquals":{"GitLab.com:sub":"x"}})", gitlab), kNone);
  EXPECT_EQ(other_issuer(R"({"StringEqualsIfExists":{"gitlab.example.com:sub":"x"}})", gitlab),
            kNone);
  EXPECT_EQ(other_issuer(kCondition,
                         "[" + gitlab + "," + std::string(kProvider) + "gitlab.example.com\"]"),
            kNone);
  EXPECT_EQ(other_issuer(kCondition, "[]"), kNone);
  EXPECT_EQ(other_issuer(kCondition, R"("arn:aws:iam::111122223333:saml-provider/corp")"), kNone);
}

TEST(PolicyCheckKey, FindsWhereMfaIsAskedForInVain) {
  const auto mfa = [](std::string_view effect, std::string_view op, std::string_view value) {
    const ParsedPolicy policy(
        policy_text(R"({"Effect":")" + std::string(effect) +
                    R"(","Action":"s3:*","Resource":"*","Condition":{")" + std::string(op) +
                    R"(":{"aws:MultiFactorAuthPresent":")" + std::string(value) + R"("}}})"),
        PolicyKind::Identity);
    return messages_of(policy, Code::MfaMayBeAbsent);
  };
  const std::vector<std::string> spares = {
      "this Deny spares long-term access keys and roles: their requests lack the key"};
  const std::vector<std::string> lets_through = {
      "this Allow lets long-term access keys through: their requests lack the key"};
  EXPECT_EQ(mfa("Deny", "Bool", "false"), spares);
  EXPECT_EQ(mfa("Deny", "BoolIfExists", "false"), kNone);
  EXPECT_EQ(mfa("Deny", "Bool", "true"), kNone);
  EXPECT_EQ(mfa("Allow", "BoolIfExists", "true"), lets_through);
  EXPECT_EQ(mfa("Allow", "BoolIfExists", "false"), kNone);
  EXPECT_EQ(mfa("Allow", "Bool", "true"), kNone);
  EXPECT_EQ(mfa("Allow", "Null", "false"), kNone);
}

TEST(PolicyCheckKey, FindsAnRcpThatLocksFederationOut) {
  const auto locks_out = [](std::string_view conditions) {
    const ParsedPolicy policy(
        policy_text(R"({"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*",)"
                    R"("Condition":)" +
                    std::string(conditions) + "}"),
        PolicyKind::ResourceControl);
    return messages_of(policy, Code::FederationLockout).size();
  };
  EXPECT_EQ(locks_out(R"({"StringNotEquals":{"aws:PrincipalOrgID":"o-abc1234567"}})"), 1U);
  EXPECT_EQ(locks_out(R"({"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abc1234567"},
                  "ForAllValues:StringNotLike":{"aws:PrincipalOrgPaths":"o-abc1234567/*"}})"),
            1U);
  EXPECT_EQ(locks_out(R"({"StringNotEquals":{"aws:PrincipalOrgID":"o-abc1234567"},
                  "Null":{"aws:PrincipalArn":"false"}})"),
            0U);
  // A key that those requests have spares nobody.
  EXPECT_EQ(locks_out(R"({"StringNotEquals":{"aws:PrincipalOrgID":"o-abc1234567"},
                  "Bool":{"aws:SecureTransport":"true"}})"),
            1U);
  EXPECT_EQ(locks_out(R"({"StringNotEquals":{"aws:PrincipalArn":"x"}})"), 0U);
}

}  // namespace
}  // namespace rolecall
