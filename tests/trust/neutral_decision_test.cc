// SPDX-License-Identifier: Apache-2.0
#include "trust/neutral_decision.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "trust/neutral.h"

namespace rolecall {
namespace {

struct NeutralAnswer {
  std::string_view name{};
  NeutralParts parts{};
  std::string_view decision{};
  std::string_view gate{};
  std::string_view reason{};
};

void PrintTo(const NeutralAnswer& test, std::ostream* out) {
  *out << test.parts.principal << " " << test.parts.policies;
}

class NeutralDecisions : public testing::TestWithParam<NeutralAnswer> {};

TEST_P(NeutralDecisions, NameTheGateAndTheReason) {
  const NeutralResult result = decide_neutral(GetParam().parts);
  EXPECT_EQ(neutral_decision_name(result.decision), GetParam().decision);
  EXPECT_EQ(result.deciding_gate, GetParam().gate);
  EXPECT_EQ(result.reason, GetParam().reason);
}

std::string scps(std::string_view policies) {
  return R"("scps":[{"level":"r-1","policies":[)" + std::string(policies) + "]}]";
}
std::string rcps(std::string_view statements) {
  return R"("rcps":[{"level":"r-1","policies":[{"name":"g","policy":)" +
         neutral_policy(statements) + "}]}]";
}
std::string condition_on(std::string_view effect, std::string_view condition,
                         std::string_view principal = "") {
  return R"({"Effect":")" + std::string(effect) + R"(","Action":"*","Resource":"*")" +
         (principal.empty() ? "" : R"(,"Principal":)" + std::string(principal)) +
         R"(,"Condition":)" + std::string(condition) + "}";
}

constexpr std::string_view kAnn = R"({"AWS":"arn:aws:iam::111122223333:user/ann"})";
constexpr std::string_view kById = R"({"StringLike":{"aws:userid":"AIDAQ*"}})";
constexpr std::string_view kIdNotKnown = "the value of `aws:userid` is not known";
constexpr std::string_view kDenyEveryone =
    R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})";
constexpr std::string_view kHalfRead = R"({"Effect":"Allow","Principal":"*","Resource":"*"})";
constexpr std::string_view kNotUnderstood = "a policy cannot be understood";
constexpr std::string_view kLinked =
    "arn:aws:iam::111122223333:role/aws-service-role/ops.amazonaws.com/AWSServiceRoleForOps";
constexpr std::string_view kRootOf6666 = "arn:aws:iam::444455556666:root";

INSTANTIATE_TEST_SUITE_P(
    SameAccount, NeutralDecisions,
    testing::Values(
        // The resource's policy may allow it; the caller's own certainly do not.
        NeutralAnswer{"resource_policy_hangs_on_a_key",
                      {.policies = resource_policy(condition_on("Allow", kById, kAnn))},
                      "conditional",
                      "resource",
                      kIdNotKnown},
        NeutralAnswer{"resource_policy_is_half_read",
                      {.policies = resource_policy(kHalfRead)},
                      "unknown",
                      "resource",
                      kNotUnderstood},
        // The caller's own policies allow it, unless that of the resource denies.
        NeutralAnswer{"resource_policy_may_hold_a_deny",
                      {.policies = identity_policy(kAllowAll) + "," + resource_policy(kHalfRead)},
                      "unknown",
                      "resource",
                      kNotUnderstood},
        NeutralAnswer{"deny_hangs_on_a_key",
                      {.policies = identity_policy(kAllowAll) + "," +
                                   resource_policy(condition_on("Deny", kById, R"("*")"))},
                      "conditional",
                      "resource",
                      kIdNotKnown},
        NeutralAnswer{"both_hang_on_keys",
                      {.policies = identity_policy(condition_on(
                                       "Allow", R"({"StringLike":{"aws:userid":"AIDA?*"}})")) +
                                   "," + resource_policy(condition_on("Allow", kById, kAnn))},
                      "conditional",
                      "identity",
                      kIdNotKnown},
        NeutralAnswer{
            "keys_are_named_once_and_settled_ones_not",
            {.context = R"({"aws:PrincipalTag/team":"blue"})",
             .policies = identity_policy(condition_on(
                 "Allow", R"({"StringLike":{"aws:userid":"AIDA*","aws:PrincipalTag/team":"blue"},)"
                          R"("StringNotLike":{"aws:userid":"AIDAZ*"}})"))},
            "conditional",
            "identity",
            kIdNotKnown}),
    case_name<NeutralAnswer>);

INSTANTIATE_TEST_SUITE_P(
    Callers, NeutralDecisions,
    testing::Values(
        NeutralAnswer{"session_of_a_role_is_not_named",
                      {.principal = "arn:aws:iam::111122223333:role/ci",
                       .policies = resource_policy(
                           R"({"Effect":"Allow","Action":"*","Resource":"*","Principal":)"
                           R"({"AWS":"arn:aws:sts::111122223333:assumed-role/ci/run-7"}})")},
                      "conditional",
                      "resource",
                      "which session of the role asks is not known"},
        NeutralAnswer{"account_needs_no_policy_of_its_own",
                      {.principal = "111122223333", .policies = resource_policy(kAllowEveryone)},
                      "allowed",
                      ""},
        NeutralAnswer{
            "account_with_policies_is_bound_by_them",
            {.principal = "111122223333",
             .policies = identity_policy(kDenyAll) + "," + resource_policy(kAllowEveryone)},
            "explicit-deny",
            "identity"},
        NeutralAnswer{"boundary_does_not_bear_on_the_root_user",
                      {.principal = "arn:aws:iam::111122223333:root",
                       .policies = R"("boundary":[)" + neutral_policy(kDenyAll) + "]," +
                                   resource_policy(kAllowEveryone)},
                      "allowed",
                      ""},
        NeutralAnswer{"boundary_bears_on_a_user",
                      {.policies = R"("boundary":[)" + neutral_policy(kDenyAll) + "]," +
                                   resource_policy(kAllowEveryone)},
                      "explicit-deny",
                      "boundary"}),
    case_name<NeutralAnswer>);

INSTANTIATE_TEST_SUITE_P(
    Organization, NeutralDecisions,
    testing::Values(
        NeutralAnswer{"level_without_scps_allows_nothing",
                      {.policies = identity_policy(kAllowAll) + "," + scps("")},
                      "implicit-deny",
                      "scp"},
        NeutralAnswer{
            "levels_without_rcps_deny_nothing",
            {.policies = identity_policy(kAllowAll) + R"(,"rcps":[{"level":"r-1","policies":[]}])"},
            "allowed",
            ""},
        NeutralAnswer{"rcp_denies",
                      {.policies = identity_policy(kAllowAll) + "," + rcps(kDenyEveryone)},
                      "explicit-deny",
                      "rcp"},
        NeutralAnswer{"rcps_do_not_bear_on_service_linked_roles",
                      {.principal = kLinked,
                       .policies = identity_policy(kAllowAll) + "," + rcps(kDenyEveryone)},
                      "allowed",
                      ""},
        NeutralAnswer{
            "rcps_do_not_bear_on_a_service_that_takes_its_linked_role",
            {.principal = "ops.amazonaws.com",
             .action = "sts:AssumeRole",
             .resource = kLinked,
             .policies = resource_policy(R"({"Effect":"Allow","Action":"sts:AssumeRole",)"
                                         R"("Principal":{"Service":"ops.amazonaws.com"}})") +
                         "," + rcps(kDenyEveryone)},
            "allowed",
            ""},
        NeutralAnswer{"rcp_of_an_unknown_service_may_bear",
                      {.action = "sqsx:SendMessage",
                       .resource = "arn:aws:sqsx:eu-west-1:111122223333:jobs",
                       .policies = identity_policy(kAllowAll) + "," + rcps(kDenyEveryone)},
                      "unknown",
                      "rcp",
                      "whether RCPs apply to `sqsx` is not known to rolecall"},
        NeutralAnswer{"half_read_rcp",
                      {.policies = identity_policy(kAllowAll) + "," + rcps(kHalfRead)},
                      "unknown",
                      "rcp",
                      kNotUnderstood}),
    case_name<NeutralAnswer>);

INSTANTIATE_TEST_SUITE_P(
    Services, NeutralDecisions,
    testing::Values(
        NeutralAnswer{"assume_root_may_be_off",
                      {.action = "sts:AssumeRoot",
                       .resource = kRootOf6666,
                       .account = "",
                       .policies = identity_policy(kAllowAll)},
                      "unknown",
                      "resource",
                      "no policy tells whether centralized root access is on"},
        NeutralAnswer{"assume_root_needs_an_allow",
                      {.action = "sts:AssumeRoot", .resource = kRootOf6666, .account = ""},
                      "implicit-deny",
                      "identity"},
        NeutralAnswer{"rcp_that_denies_assume_root",
                      {.action = "sts:AssumeRoot",
                       .resource = kRootOf6666,
                       .account = "",
                       .policies = identity_policy(kAllowAll) + "," + rcps(kDenyEveryone)},
                      "unknown",
                      "rcp",
                      "whether RCPs apply to sts:AssumeRoot is not documented"},
        NeutralAnswer{"policy_of_aws_belongs_to_no_other_account",
                      {.action = "iam:GetPolicy",
                       .resource = "arn:aws:iam::aws:policy/ReadOnlyAccess",
                       .account = "",
                       .policies = identity_policy(kAllowAll)},
                      "allowed",
                      ""},
        NeutralAnswer{"owner_of_a_bucket_is_not_known",
                      {.account = "", .policies = identity_policy(kAllowAll)},
                      "unknown",
                      "resource",
                      "the resource's account is not known: give `resource_account`"},
        NeutralAnswer{"role_without_trust_policy_in_the_case",
                      {.action = "sts:AssumeRole",
                       .resource = "arn:aws:iam::444455556666:role/deploy",
                       .account = "",
                       .policies = identity_policy(kAllowAll)},
                      "unknown",
                      "trust",
                      "the role's trust policy is not in the case"},
        NeutralAnswer{"undocumented_allow",
                      {.principal = "arn:aws:iam::444455556666:oidc-provider/gitlab.com",
                       .policies = resource_policy(
                           R"({"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*",)"
                           R"("Resource":"*"})")},
                      "unknown",
                      "resource",
                      "AWS does not document what decides here"}),
    case_name<NeutralAnswer>);

}  // namespace
}  // namespace rolecall
