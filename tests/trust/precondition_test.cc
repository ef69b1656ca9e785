// SPDX-License-Identifier: Apache-2.0
#include "trust/precondition.h"

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

using Codes = std::vector<std::string>;

// A request of a caller for the usual role, and the preconditions that fail.
struct FailureCase {
  std::string_view name{};
  std::string_view principal{};
  std::string more{};
  Codes codes{};
};

void PrintTo(const FailureCase& test, std::ostream* out) {
  *out << test.principal << " " << test.more.substr(0, 80);
}

class PreconditionTable : public testing::TestWithParam<FailureCase> {};

TEST_P(PreconditionTable, FailsAsDocumented) {
  Asking asking;
  asking.usual().ask_for(GetParam().principal, GetParam().more);
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(failure_codes(decision), GetParam().codes);
  if (!GetParam().codes.empty()) {
    EXPECT_EQ(decision.decision, Decision::Denied);
  }
}

std::string session_name(const std::string& name) {
  return R"("session_name":")" + name + "\"";
}
std::string external_id(const std::string& id) {
  return R"("context":{"sts:ExternalId":")" + id + "\"}";
}
std::string tags(int count) {
  std::string text = R"("tags":{"k":"v")";
  for (int i = 1; i < count; ++i) text += ",\"k" + std::to_string(i) + "\":\"v\"";
  return text + "}";
}

const Codes kName = {"request-session-name-invalid"};
const Codes kExternalId = {"request-external-id-invalid-format"};
const Codes kTags = {"request-session-tags-invalid"};
const Codes kIdentity = {"request-source-identity-invalid"};
const Codes kRange = {"request-duration-out-of-range"};
const Codes kChain = {"request-duration-exceeds-chaining"};
const Codes kMax = {"request-duration-exceeds-role-max"};

INSTANTIATE_TEST_SUITE_P(
    Names, PreconditionTable,
    testing::Values(
        FailureCase{"two_characters", kUser, session_name("ab")},
        FailureCase{"every_mark", kUser, session_name("a_+=,.@-9")},
        FailureCase{"one_character", kUser, session_name("a"), kName},
        FailureCase{"sixty_four", kUser, session_name(std::string(64, 'a'))},
        FailureCase{"sixty_five", kUser, session_name(std::string(65, 'a')), kName},
        FailureCase{"space", kUser, session_name("a b"), kName},
        FailureCase{"slash", kUser, session_name("a/b"), kName},
        FailureCase{"letter_with_accent", kUser, session_name("é-run"), kName},
        FailureCase{"tilde", kUser, session_name("a~run"), kName},
        FailureCase{"name_that_a_service_gives", R"({"service":"lambda.amazonaws.com"})",
                    session_name("a b")},
        FailureCase{"no_external_id", kUser, R"("context":{"sts:ExternalId":[]})"},
        FailureCase{"identity_with_a_space", kUser, R"("source_identity":"a b")", kIdentity},
        FailureCase{"external_id", kUser, external_id("a:/=,.@-_+b")},
        FailureCase{"short_external_id", kUser, external_id("a"), kExternalId},
        FailureCase{"long_external_id", kUser, external_id(std::string(1224, 'x'))},
        FailureCase{"longer_external_id", kUser, external_id(std::string(1225, 'x')), kExternalId},
        FailureCase{"external_id_with_space", kUser, external_id("a b"), kExternalId},
        FailureCase{"source_identity", kUser, R"("source_identity":"ann")"},
        FailureCase{"short_identity", kUser, R"("source_identity":"a")", kIdentity},
        FailureCase{"reserved_identity", kUser, R"("source_identity":"aws:x")", kIdentity},
        FailureCase{"same_identity_again", kCi,
                    R"("source_identity":"ann","inherited_source_identity":"ann")"},
        FailureCase{"other_identity",
                    kCi,
                    R"("source_identity":"ann","inherited_source_identity":"bob")",
                    {"request-source-identity-change"}}),
    case_name<FailureCase>);

INSTANTIATE_TEST_SUITE_P(
    Tags, PreconditionTable,
    testing::Values(
        FailureCase{"fifty", kUser, tags(50)}, FailureCase{"fifty_one", kUser, tags(51), kTags},
        FailureCase{"empty_key", kUser, R"("tags":{"":"v"})", kTags},
        FailureCase{"long_key", kUser, R"("tags":{")" + std::string(129, 'k') + "\":\"v\"}", kTags},
        FailureCase{"long_value", kUser, R"("tags":{"k":")" + std::string(257, 'v') + "\"}", kTags},
        FailureCase{
            "longest", kUser,
            R"("tags":{")" + std::string(128, 'k') + "\":\"" + std::string(256, 'v') + "\"}"},
        FailureCase{"reserved_key", kUser, R"("tags":{"AWS:x":"v"})", kTags},
        FailureCase{"same_key_but_for_case", kUser, R"("tags":{"Team":"a","team":"b"})", kTags},
        FailureCase{"same_key_and_more", kUser, R"("tags":{"Team":"a","x":"y","team":"b","z":""})",
                    kTags},
        FailureCase{"inherited_key",
                    kCi,
                    R"("tags":{"TEAM":"a"},"inherited_transitive_tags":{"team":"a"})",
                    {"request-transitive-tag-conflict"}},
        FailureCase{"inherited_other_key", kCi,
                    R"("tags":{"a":"a"},"inherited_transitive_tags":{"b":"a"})"}),
    case_name<FailureCase>);

INSTANTIATE_TEST_SUITE_P(
    Durations, PreconditionTable,
    testing::Values(FailureCase{"shortest", kUser, R"("duration_seconds":900)"},
                    FailureCase{"too_short", kUser, R"("duration_seconds":899)", kRange},
                    FailureCase{"too_long", kUser, R"("duration_seconds":43201)", kRange},
                    FailureCase{"role_default", kUser, R"("duration_seconds":3600)"},
                    FailureCase{"over_the_default", kUser, R"("duration_seconds":3601)", kMax},
                    FailureCase{"chained", kCi, R"("duration_seconds":3601)", kChain},
                    FailureCase{"chained_hour", kCi, R"("duration_seconds":3600)"},
                    FailureCase{"session_token", kUser,
                                R"("duration_seconds":7200,
                       "context":{"aws:TokenIssueTime":"2026-11-23T10:00:00Z"})",
                                kChain}),
    case_name<FailureCase>);

INSTANTIATE_TEST_SUITE_P(
    Callers, PreconditionTable,
    testing::Values(
        FailureCase{"mfa", kUser,
                    R"("mfa":{"serial":"arn:aws:iam::111122223333:mfa/ann","code_given":true})"},
        FailureCase{"mfa_without_code",
                    kUser,
                    R"("mfa":{"serial":"arn:aws:iam::111122223333:mfa/ann"})",
                    {"request-mfa-params-incomplete"}},
        FailureCase{"mfa_without_serial",
                    kUser,
                    R"("mfa":{"code_given":true})",
                    {"request-mfa-params-incomplete"}},
        FailureCase{"mfa_of_another_account",
                    kUser,
                    R"("mfa":{"serial":"arn:aws:iam::444455556666:mfa/ann","code_given":true})",
                    {"request-mfa-serial-invalid"}},
        FailureCase{"mfa_serial_of_a_user",
                    kUser,
                    R"("mfa":{"serial":"arn:aws:iam::111122223333:user/ann","code_given":true})",
                    {"request-mfa-serial-invalid"}},
        FailureCase{
            "mfa_of_a_telephone", kUser,
            R"("mfa":{"serial":"arn:aws:iam::111122223333:sms-mfa/ann","code_given":true})"},
        FailureCase{"mfa_of_a_role",
                    kCi,
                    R"("mfa":{"serial":"arn:aws:iam::111122223333:mfa/ann","code_given":true})",
                    {"request-mfa-serial-invalid"}},
        FailureCase{"short_serial",
                    kUser,
                    R"("mfa":{"serial":"GA-12345","code_given":true})",
                    {"request-mfa-serial-invalid"}},
        FailureCase{"shortest_serial", kUser, R"("mfa":{"serial":"GAHT12345","code_given":true})"},
        FailureCase{"long_serial",
                    kUser,
                    R"("mfa":{"serial":")" + std::string(257, '7') + R"(","code_given":true})",
                    {"request-mfa-serial-invalid"}},
        FailureCase{"serial_with_a_space",
                    kUser,
                    R"("mfa":{"serial":"GAHT 12345","code_given":true})",
                    {"request-mfa-serial-invalid"}},
        FailureCase{"security_key",
                    kUser,
                    R"("mfa":{"serial":"arn:aws:iam::111122223333:u2f/user/ann/k",)"
                    R"("code_given":true})",
                    {"request-mfa-serial-invalid"}},
        FailureCase{"mfa_of_nobody_in_an_account", R"({"service":"lambda.amazonaws.com"})",
                    R"("mfa":{"serial":"arn:aws:iam::111122223333:mfa/ann","code_given":true})"},
        FailureCase{"root", "arn:aws:iam::111122223333:root", "", {"credentials-root-user"}},
        FailureCase{"root_that_passes_a_role", "arn:aws:iam::444455556666:root",
                    R"("action":"iam:PassRole")"},
        FailureCase{"federated_user",
                    "arn:aws:sts::111122223333:federated-user/bob",
                    "",
                    {"credentials-federation-token-session"}},
        FailureCase{"expired",
                    kUser,
                    R"("observations":{"credentials":"expired"})",
                    {"credentials-session-expired"}},
        FailureCase{"old_token",
                    kUser,
                    R"("observations":{"credentials":"invalid-in-region"})",
                    {"credentials-token-v1-opt-in-region"}},
        FailureCase{"sts_not_active",
                    kUser,
                    R"("observations":{"sts_region_disabled":true})",
                    {"request-region-disabled"}},
        FailureCase{"sts_is_always_active_in_virginia", kUser,
                    R"("observations":{"sts_region_disabled":true},"region":"us-east-1")"},
        FailureCase{"sts_is_always_active_in_beijing", kUser,
                    R"("observations":{"sts_region_disabled":true},"region":"cn-north-1")"},
        FailureCase{"sts_not_active_in_milan",
                    kUser,
                    R"("observations":{"sts_region_disabled":true},"region":"eu-south-1")",
                    {"request-region-disabled"}},
        FailureCase{"duration_of_a_service", R"({"service":"lambda.amazonaws.com"})",
                    R"("duration_seconds":43200)"},
        FailureCase{"other_partition",
                    "arn:aws-cn:iam::111122223333:user/ann",
                    "",
                    {"request-role-arn-wrong-partition"}},
        FailureCase{"broken_session_policy",
                    kUser,
                    R"("session_policies":[{"Statement":{"Effect":"allow"}}])",
                    {"request-session-policy-malformed"}}),
    case_name<FailureCase>);

// The role as it was asked, and what is wrong with its name.
struct RoleCase {
  std::string_view name{};
  std::string_view role{};
  std::string_view code{};
  bool nearest = false;  // The role that is there is named.
};

void PrintTo(const RoleCase& test, std::ostream* out) {
  *out << test.role;
}

class RoleTable : public testing::TestWithParam<RoleCase> {};

TEST_P(RoleTable, IsNotThere) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount)).ask_for(kUser);
  asking.add("444455556677.json",
             role_export("arn:aws:iam::444455556677:role/x/Build", trust_document(kTrustAccount)));
  asking.request.role = GetParam().role;
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(failure_codes(decision), Codes{std::string(GetParam().code)});
  EXPECT_EQ(decision.at(Gate::Request).verdict, Verdict::DeniesExplicitly);
  EXPECT_EQ(decision.at(Gate::Trust).verdict, Verdict::NotApplicable);
  EXPECT_EQ(decision.at(Gate::Scp).verdict, Verdict::NotApplicable);
  EXPECT_EQ(decision.failures.at(0).at.known(), GetParam().nearest);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RoleTable,
    testing::Values(
        RoleCase{"not_found", "arn:aws:iam::444455556666:role/nothing", "request-role-not-found"},
        RoleCase{"letter_case", "arn:aws:iam::444455556666:role/Deploy",
                 "request-role-arn-wrong-case", true},
        RoleCase{"path_left_out", "arn:aws:iam::444455556677:role/Build",
                 "request-role-arn-missing-path", true},
        RoleCase{"near_account", "arn:aws:iam::444455556666:role/Build",
                 "request-role-arn-wrong-account", true},
        RoleCase{"session", "arn:aws:sts::444455556666:assumed-role/deploy/x",
                 "request-target-not-a-role-arn"},
        RoleCase{"instance_profile", "arn:aws:iam::444455556666:instance-profile/deploy",
                 "request-target-not-a-role-arn"},
        RoleCase{"user", "arn:aws:iam::444455556666:user/deploy", "request-target-not-a-role-arn"},
        RoleCase{"bare_name", "deploy", "request-role-arn-malformed"},
        RoleCase{"short_account", "arn:aws:iam::44445555666:role/deploy",
                 "request-role-arn-malformed"},
        RoleCase{"trailing_space", "arn:aws:iam::444455556666:role/deploy ",
                 "request-role-arn-malformed"}),
    case_name<RoleCase>);

TEST(RoleExistence, IsNotDeniedByAnAccountThatIsNotExported) {
  Asking asking;
  asking.usual().ask_for(kUser, R"("duration_seconds":43200)");
  asking.add("777788889999.roles.json",
             R"({"Roles":[{"RoleName":"a","Arn":"arn:aws:iam::777788889999:role/a"}]})");
  for (const std::string_view account : {"222233334444", "777788889999"}) {
    asking.request.role = "arn:aws:iam::" + std::string(account) + ":role/nothing";
    EXPECT_EQ(failure_codes(asking.decide()), Codes{}) << account;
  }
}

// list-roles of one page, or get-role: not all roles, but a name is taken once in an account.
TEST(RoleExistence, IsDeniedByARoleOfTheSameName) {
  Asking asking;
  asking.usual().ask_for(kUser);
  asking.add("777788889999.roles.json", R"({"Roles":[{"RoleName":"build","Path":"/ci/",)"
                                        R"("Arn":"arn:aws:iam::777788889999:role/ci/build"}]})");
  const auto codes = [&](std::string_view role) {
    asking.request.role = role;
    return failure_codes(asking.decide());
  };
  EXPECT_EQ(codes("arn:aws:iam::777788889999:role/build"), Codes{"request-role-arn-missing-path"});
  EXPECT_EQ(codes("arn:aws:iam::777788889999:role/ci/Build"), Codes{"request-role-arn-wrong-case"});
  EXPECT_EQ(codes("arn:aws:iam::777788889999:role/ci/build"), Codes{});
}

TEST(SessionTags, MustBeUnicodeText) {
  Asking asking;
  asking.usual().ask_for(kUser);
  asking.request.tags = {{"team", "gr\xC3\xBCn"}};
  EXPECT_EQ(failure_codes(asking.decide()), Codes{});
  asking.request.tags = {{"team",
                          "gr\xFC"
                          "n"}};
  EXPECT_EQ(failure_codes(asking.decide()), kTags);
}

// A session policy of 2048 characters that count, however it is laid out.
TEST(SessionPolicy, IsMeasuredWithoutTheSpaceBetweenItsTokens) {
  const auto codes = [](std::size_t filler, std::string_view space) {
    const std::string gap(space);
    std::string policy = "{" + gap + R"("Version":"2012-10-17",)" + gap + R"("Statement":)" + gap +
                         R"([{"Sid":"a","Effect":"Allow","Action":"s3:*",)" + gap +
                         R"("Resource":"arn:aws:s3:::a \"b/)";
    const std::string end = R"("}]})";
    const std::size_t gaps = 4 * gap.size();
    policy += std::string(filler - (policy.size() - gaps) - end.size(), 'x') + end;
    Asking asking;
    asking.usual().ask_for(kUser, R"("session_policies":[)" + policy + "]");
    return failure_codes(asking.decide());
  };
  const Codes too_large = {"request-session-policy-too-large"};
  for (const std::string_view space : {"", " ", "\t", "\r\n", "  \n\t "}) {
    EXPECT_EQ(codes(2048, space), Codes{});
    EXPECT_EQ(codes(2049, space), too_large);
  }
}

// Assuming the root of account 444455556666.
Codes root_failures(std::string_view more) {
  Asking asking;
  asking.usual().ask_for(kUser, R"("action":"sts:AssumeRoot",)" + std::string(more));
  asking.request.role = "arn:aws:iam::444455556666:root";
  return failure_codes(asking.decide());
}

TEST(RootTask, IsOneOfThoseOfAws) {
  const auto with_task = [](std::string_view policy) {
    return root_failures(R"("context":{"sts:TaskPolicyArn":)" + std::string(policy) + "}");
  };
  const Codes invalid = {"assumeroot-task-policy-invalid"};
  EXPECT_EQ(with_task(R"("arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy")"), Codes{});
  EXPECT_EQ(with_task(R"("arn:aws:iam::aws:policy/root-task/Everything")"), invalid);
  EXPECT_EQ(with_task(R"("arn:aws:iam::aws:policy/AdministratorAccess")"), invalid);
  EXPECT_EQ(with_task("[]"), Codes{});
}

TEST(RootTask, IsOfAnAccountThatIsLookedUpInTheOrganization) {
  Asking asking;
  asking.usual().ask_for(kUser, R"("action":"sts:AssumeRoot")");
  asking.add("organization.json", R"({"Organization":{"Id":"o-a1"},"Roots":[{"Id":"r-1"}],
      "Accounts":[{"Id":"111122223333","ParentId":"r-1"}]})");
  asking.request.role = "arn:aws:iam::444455556666:root";
  EXPECT_EQ(failure_codes(asking.decide()), Codes{"assumeroot-target-not-in-org"});
  asking.request.role.clear();
  EXPECT_EQ(failure_codes(asking.decide()), Codes{});
}

TEST(RoleMaximum, IsKnownFromGetRole) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount), R"(,"MaxSessionDuration":7200)");
  asking.ask_for(kUser, R"("duration_seconds":7200)");
  EXPECT_EQ(failure_codes(asking.decide()), Codes{});
  asking.request.duration_seconds = 7201;
  EXPECT_EQ(failure_codes(asking.decide()), kMax);
}

}  // namespace
}  // namespace rolecall
