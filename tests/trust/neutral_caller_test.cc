// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "trust/neutral.h"
#include "trust/neutral_reader.h"

namespace rolecall {
namespace {

// A policy of the resource that names one principal and nobody else.
std::string allow_only(std::string_view principal) {
  return resource_policy(R"({"Effect":"Allow","Action":"*","Resource":"*","Principal":)" +
                         std::string(principal) + "}");
}

struct CallerCase {
  std::string_view name{};
  NeutralParts parts{};
  std::string_view trusted{};
  std::string_view decision{"allowed"};
};

void PrintTo(const CallerCase& test, std::ostream* out) {
  *out << test.parts.principal << " for " << test.trusted;
}

class NeutralCallers : public testing::TestWithParam<CallerCase> {};

TEST_P(NeutralCallers, AreWhoTheyAreNamedAs) {
  NeutralParts parts = GetParam().parts;
  parts.policies = allow_only(GetParam().trusted);
  EXPECT_EQ(decision_of(parts), GetParam().decision);
}

constexpr std::string_view kSession = "arn:aws:sts::111122223333:assumed-role/ci/run-7";
constexpr std::string_view kTeamRole = R"({"AWS":"arn:aws:iam::111122223333:role/team/ci"})";
constexpr std::string_view kDeployRole = "arn:aws:iam::444455556666:role/deploy";
constexpr std::string_view kGoogle = R"({"Federated":"accounts.google.com"})";
constexpr std::string_view kGoogleService = R"({"Service":"accounts.google.com"})";

std::string principal_arn(std::string_view value) {
  return R"({"aws:PrincipalArn":")" + std::string(value) + "\"}";
}

INSTANTIATE_TEST_SUITE_P(
    Table, NeutralCallers,
    testing::Values(
        CallerCase{"assertion",
                   {.principal = "arn:aws:iam::444455556666:saml-provider/corp",
                    .action = "sts:AssumeRoleWithSAML",
                    .resource = kDeployRole,
                    .account = ""},
                   R"({"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})"},
        CallerCase{"assertion_of_another_provider",
                   {.principal = "arn:aws:iam::444455556666:saml-provider/other",
                    .action = "sts:AssumeRoleWithSAML",
                    .resource = kDeployRole,
                    .account = ""},
                   R"({"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})",
                   "implicit-deny"},
        CallerCase{"token_of_a_well_known_issuer",
                   {.principal = "accounts.google.com",
                    .action = "sts:AssumeRoleWithWebIdentity",
                    .resource = kDeployRole,
                    .account = ""},
                   kGoogle},
        // Tokens are presented with one action only; a service that calls has such a name too.
        CallerCase{"issuer_as_a_service",
                   {.principal = "accounts.google.com",
                    .action = "sts:AssumeRole",
                    .resource = kDeployRole,
                    .account = ""},
                   kGoogleService},
        CallerCase{"issuer_that_is_said_to_be_a_service",
                   {.principal = "accounts.google.com",
                    .kind = "service",
                    .action = "sts:AssumeRoleWithWebIdentity",
                    .resource = kDeployRole,
                    .account = ""},
                   kGoogleService},
        CallerCase{"role_told_by_the_context",
                   {.principal = kSession,
                    .context = principal_arn("arn:aws:iam::111122223333:role/team/ci")},
                   kTeamRole},
        CallerCase{"unique_id_told_by_the_context",
                   {.context = R"({"aws:userid":"AIDAQABLZS4A3QDU576Q"})"},
                   R"({"AWS":"AIDAQABLZS4A3QDU576Q"})"},
        CallerCase{"unique_id_of_somebody_else",
                   {.context = R"({"aws:userid":"AIDAQABLZS4A3QDU576Z"})"},
                   R"({"AWS":"AIDAQABLZS4A3QDU576Q"})",
                   "implicit-deny"},
        CallerCase{
            "session_of_a_role_by_its_unique_id",
            {.principal = kSession, .context = R"({"aws:userid":"AROAQABLZS4A3QDU576Q:run-7"})"},
            R"({"AWS":"AROAQABLZS4A3QDU576Q"})"}),
    case_name<CallerCase>);

// Only the role of the session itself tells its path: a policy of the role without the path names
// it, where the given ARN is that of anything else.
TEST(NeutralCallers, TakeNoPathFromAnArnThatIsNotOfTheirRole) {
  const auto bare_role = [](std::string_view told) {
    return decision_of({.principal = kSession,
                        .context = principal_arn(told),
                        .policies = allow_only(R"({"AWS":"arn:aws:iam::111122223333:role/ci"})")});
  };
  EXPECT_EQ(bare_role("arn:aws:iam::111122223333:role/team/ci"), "implicit-deny");
  for (const std::string_view other :
       {"ci", "arn:aws:iam::111122223333:user/ci", "arn:aws:iam::444455556666:role/team/ci",
        "arn:aws:iam::111122223333:role/team/other"}) {
    EXPECT_EQ(bare_role(other), "allowed") << other;
  }
}

TEST(NeutralCallers, AreRefusedWhenNothingOfTheirKindHasSuchAName) {
  constexpr std::string_view kForms =
      "line 1, column 58: `principal` must be the ARN of a user, role, session, root user or "
      "provider, an account id, a service principal, or `anonymous`";
  for (const std::string_view principal : {"arn:aws", "arn:aws:iam::111122223333:group/ops", "ann",
                                           "lambda amazonaws.com", "user/a.b", "*.amazonaws.com"}) {
    const NeutralResult result = decide_neutral({.principal = principal});
    EXPECT_EQ(neutral_decision_name(result.decision), "invalid") << principal;
    EXPECT_EQ(result.error, kForms) << principal;
  }
}

TEST(NeutralCallers, BelongToThePartitionOfTheResource) {
  constexpr std::string_view kChina = R"({"AWS":"arn:aws-cn:iam::111122223333:root"})";
  const auto somebody = [&](std::string_view resource) {
    return decision_of({.principal = "111122223333",
                        .resource = resource,
                        .account = "444455556666",
                        .policies = allow_only(kChina)});
  };
  EXPECT_EQ(somebody("arn:aws-cn:s3:::ledger/a"), "allowed");
  // Without a partition, or with one that is not known, the account is one of `aws`.
  EXPECT_EQ(somebody("*"), "implicit-deny");
  EXPECT_EQ(somebody("arn:elsewhere:s3:::ledger/a"), "implicit-deny");
}

}  // namespace
}  // namespace rolecall
