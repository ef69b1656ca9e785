// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "trust/neutral.h"
#include "trust/neutral_reader.h"

namespace rolecall {
namespace {

// A resource policy that allows everyone, and denies those for whom the condition holds.
std::string deny_where(std::string_view condition) {
  return resource_policy(std::string(kAllowEveryone) +
                         R"(,{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*",)"
                         R"("Condition":)" +
                         std::string(condition) + "}");
}

struct DerivedCase {
  std::string_view name{};
  NeutralParts parts{};
  std::string_view condition{};
  std::string_view decision{"explicit-deny"};  // That of a condition that holds.
};

void PrintTo(const DerivedCase& test, std::ostream* out) {
  *out << test.parts.principal << " " << test.condition;
}

class DerivedKeys : public testing::TestWithParam<DerivedCase> {};

TEST_P(DerivedKeys, FollowFromWhoAsksForWhat) {
  NeutralParts parts = GetParam().parts;
  parts.policies = deny_where(GetParam().condition);
  EXPECT_EQ(decision_of(parts), GetParam().decision);
}

constexpr std::string_view kRootUser = "arn:aws:iam::111122223333:root";
constexpr std::string_view kFederated = "arn:aws:sts::111122223333:federated-user/bob";
constexpr std::string_view kAccount = "111122223333";
constexpr std::string_view kLambda = "lambda.amazonaws.com";
constexpr std::string_view kIssuer = "arn:aws:iam::111122223333:oidc-provider/gitlab.com";
constexpr std::string_view kCorp = "arn:aws:iam::111122223333:saml-provider/corp";
constexpr std::string_view kKey = "arn:aws:kms:eu-west-1:111122223333:key/k";

INSTANTIATE_TEST_SUITE_P(
    Table, DerivedKeys,
    testing::Values(
        DerivedCase{"arn_of_root",
                    {.principal = kRootUser},
                    R"({"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:root"}})"},
        DerivedCase{"type_of_root",
                    {.principal = kRootUser},
                    R"({"StringEquals":{"aws:PrincipalType":"Account"}})"},
        DerivedCase{"id_of_root",
                    {.principal = kRootUser},
                    R"({"StringEquals":{"aws:userid":"111122223333"}})"},
        DerivedCase{"arn_of_federated_user",
                    {.principal = kFederated},
                    R"({"ArnEquals":{"aws:PrincipalArn":
                        "arn:aws:sts::111122223333:federated-user/bob"}})"},
        DerivedCase{"type_of_federated_user",
                    {.principal = kFederated},
                    R"({"StringEquals":{"aws:PrincipalType":"FederatedUser"}})"},
        DerivedCase{"id_of_federated_user",
                    {.principal = kFederated},
                    R"({"StringEquals":{"aws:userid":"111122223333:bob"}})"},
        // Somebody of the account asks: who it is, the case does not say.
        DerivedCase{"arn_of_an_account",
                    {.principal = kAccount},
                    R"({"StringLike":{"aws:PrincipalArn":"*:user/*"}})",
                    "conditional"},
        DerivedCase{"type_of_an_account",
                    {.principal = kAccount},
                    R"({"StringEquals":{"aws:PrincipalType":"User"}})",
                    "conditional"},
        DerivedCase{"type_of_an_account_is_there",
                    {.principal = kAccount},
                    R"({"Null":{"aws:PrincipalType":"true"}})",
                    "allowed"},
        DerivedCase{"type_of_nobody",
                    {.principal = "anonymous"},
                    R"({"StringEquals":{"aws:PrincipalType":"Anonymous"}})"},
        DerivedCase{
            "id_of_nobody", {.principal = "anonymous"}, R"({"Null":{"aws:userid":"true"}})"},
        DerivedCase{
            "arn_of_nobody", {.principal = "anonymous"}, R"({"Null":{"aws:PrincipalArn":"true"}})"},
        DerivedCase{"type_of_a_service",
                    {.principal = kLambda},
                    R"({"Null":{"aws:PrincipalType":"true"}})"},
        DerivedCase{"service_is_one",
                    {.principal = kLambda},
                    R"({"Bool":{"aws:PrincipalIsAWSService":"true"}})"},
        DerivedCase{"name_of_a_service",
                    {.principal = kLambda},
                    R"({"StringEquals":{"aws:PrincipalServiceName":"lambda.amazonaws.com"}})"},
        DerivedCase{"kms_caller_of_a_service",
                    {.principal = kLambda, .action = "kms:Decrypt", .resource = kKey},
                    R"({"Null":{"kms:CallerAccount":"true"}})"},
        DerivedCase{"kms_caller_of_a_user",
                    {.action = "kms:Decrypt", .resource = kKey},
                    R"({"StringEquals":{"kms:CallerAccount":"111122223333"}})"},
        DerivedCase{"kms_caller_elsewhere", {}, R"({"Null":{"kms:CallerAccount":"true"}})"},
        DerivedCase{
            "account_of_a_bucket", {}, R"({"StringEquals":{"s3:ResourceAccount":"111122223333"}})"},
        DerivedCase{"account_of_a_bucket_not_given",
                    {.principal = kLambda, .account = ""},
                    R"({"Null":{"s3:ResourceAccount":"true"}})"},
        DerivedCase{
            "account_of_a_queue_is_no_key_of_s3",
            {.action = "sqs:SendMessage", .resource = "arn:aws:sqs:eu-west-1:111122223333:jobs"},
            R"({"Null":{"s3:ResourceAccount":"true"}})"},
        DerivedCase{"account_of_a_token",
                    {.principal = kIssuer},
                    R"({"StringEquals":{"aws:PrincipalAccount":"444455556666"}})",
                    "allowed"},
        DerivedCase{"given_account_of_a_token",
                    {.principal = kIssuer, .context = R"({"aws:PrincipalAccount":"444455556666"})"},
                    R"({"StringEquals":{"aws:PrincipalAccount":"444455556666"}})"},
        DerivedCase{"given_type_of_a_token",
                    {.principal = kIssuer, .context = R"({"aws:PrincipalType":"AssumedRole"})"},
                    R"({"StringEquals":{"aws:PrincipalType":"AssumedRole"}})"},
        DerivedCase{"type_of_an_assertion",
                    {.principal = kCorp},
                    R"({"StringEquals":{"aws:PrincipalType":"AssumedRole"}})",
                    "conditional"},
        DerivedCase{"given_id_of_an_assertion",
                    {.principal = kCorp, .context = R"({"aws:userid":"AROA:ann"})"},
                    R"({"StringEquals":{"aws:userid":"AROA:ann"}})"}),
    case_name<DerivedCase>);

TEST(NeutralVariables, SeeEveryDerivedKeyWhereverTheyStand) {
  EXPECT_EQ(
      decision_of(
          {.resource = "arn:aws:s3:::111122223333/a",
           .policies = identity_policy(
               R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}/*"},)"
               R"({"Effect":"Allow","Action":"*",)"
               R"("Resource":"arn:aws:s3:::${aws:PrincipalAccount}/*"})")}),
      "allowed");
  EXPECT_EQ(decision_of(
                {.context = R"({"aws:PrincipalTag/a":"ann","aws:PrincipalTag/b":"111122223333"})",
                 .policies = identity_policy(
                     R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":)"
                     R"({"aws:PrincipalTag/a":"${aws:username}",)"
                     R"("aws:PrincipalTag/b":"${aws:PrincipalAccount}"}}})")}),
            "allowed");
}

}  // namespace
}  // namespace rolecall
