// SPDX-License-Identifier: Apache-2.0
#include "trust/sub_actions.h"

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

// A request of the usual role and the authorizations it needs beside its main action.
struct SubActionCase {
  std::string_view name{};
  std::string_view principal{};
  std::string_view more{};
  std::vector<std::string> expected{};
};

void PrintTo(const SubActionCase& test, std::ostream* out) {
  *out << test.principal << " " << test.more;
}

class SubActionTable : public testing::TestWithParam<SubActionCase> {};

TEST_P(SubActionTable, AreThoseOfTheCall) {
  Asking asking;
  asking.ask_for(GetParam().principal, GetParam().more);
  const AssumeDecision decision = asking.decide();
  const auto actions = sub_actions_of(asking.request, decision.caller);
  ASSERT_FALSE(actions.empty());
  EXPECT_EQ(actions[0], asking.request.action);
  EXPECT_EQ(std::vector<std::string>(actions.begin() + 1, actions.end()), GetParam().expected);
}

constexpr std::string_view kWeb = R"("action":"sts:AssumeRoleWithWebIdentity")";
const std::string kTag = "sts:TagSession";
const std::string kIdentity = "sts:SetSourceIdentity";

INSTANTIATE_TEST_SUITE_P(
    Table, SubActionTable,
    testing::Values(
        SubActionCase{"none", kUser}, SubActionCase{"tags", kUser, R"("tags":{"a":"b"})", {kTag}},
        SubActionCase{"inherited_tags", kCi, R"("inherited_transitive_tags":{"a":"b"})", {kTag}},
        SubActionCase{"plain_session_tags_are_not_passed_on", kCi,
                      R"("caller_session_tags":{"a":"b"})"},
        SubActionCase{"source_identity", kUser, R"("source_identity":"ann")", {kIdentity}},
        SubActionCase{
            "inherited_identity", kCi, R"("inherited_source_identity":"ann")", {kIdentity}},
        SubActionCase{
            "both", kUser, R"("tags":{"a":"b"},"source_identity":"ann")", {kTag, kIdentity}},
        SubActionCase{"contexts",
                      kUser,
                      R"("context":{"sts:RequestContextProviders":["arn"]})",
                      {"sts:SetContext"}},
        SubActionCase{"key_of_a_tag", kUser, R"("context":{"aws:RequestTag/a":["b"]})", {kTag}},
        SubActionCase{"list_of_keys_alone", kUser, R"("context":{"aws:TagKeys":["a"]})"},
        SubActionCase{"no_value_of_an_identity", kUser, R"("context":{"sts:SourceIdentity":[]})"},
        SubActionCase{
            "key_of_an_identity", kUser, R"("context":{"sts:SourceIdentity":["a"]})", {kIdentity}},
        SubActionCase{
            "identity_of_session", kCi, R"("context":{"aws:SourceIdentity":["a"]})", {kIdentity}},
        SubActionCase{"pod_identity", R"({"service":"pods.eks.amazonaws.com"})", "", {kTag}},
        SubActionCase{"roles_anywhere",
                      R"({"service":"rolesanywhere.amazonaws.com"})",
                      "",
                      {kTag, kIdentity}},
        SubActionCase{"other_service", R"({"service":"lambda.amazonaws.com"})"},
        SubActionCase{"token", R"({"federated":"gitlab.com","claims":{"sub":"x"}})", kWeb},
        SubActionCase{"token_with_tags",
                      R"({"federated":"gitlab.com","claims":{"https://aws.amazon.com/tags":
                         {"principal_tags":{"a":["b"]}}}})",
                      kWeb,
                      {kTag}},
        SubActionCase{"token_with_flat_tags",
                      R"({"federated":"gitlab.com","claims":
                         {"https://aws.amazon.com/tags/principal_tags/a":"b"}})",
                      kWeb,
                      {kTag}},
        SubActionCase{"token_with_identity",
                      R"({"federated":"gitlab.com","claims":
                         {"https://aws.amazon.com/source_identity":"ann"}})",
                      kWeb,
                      {kIdentity}},
        SubActionCase{"assertion_with_tags",
                      R"({"federated":"arn:aws:iam::444455556666:saml-provider/corp","claims":
                         {"https://aws.amazon.com/SAML/Attributes/PrincipalTag:team":"x",
                          "https://aws.amazon.com/SAML/Attributes/SourceIdentity":"ann"}})",
                      R"("action":"sts:AssumeRoleWithSAML")",
                      {kTag, kIdentity}},
        SubActionCase{"root", kUser, R"("action":"sts:AssumeRoot","tags":{"a":"b"})"},
        SubActionCase{"pass_role", kUser, R"("action":"iam:PassRole","tags":{"a":"b"})"}),
    case_name<SubActionCase>);

TEST(SubActions, IncludeWhatAnErrorTextProves) {
  Asking asking;
  asking.ask_for(kUser, R"("tags":{"a":"b"})");
  asking.request.observed_sub_actions = {"sts:TagSession", "sts:SetSourceIdentity"};
  EXPECT_EQ(sub_actions_of(asking.request, asking.decide().caller),
            (std::vector<std::string>{"sts:AssumeRole", kTag, kIdentity}));
}

}  // namespace
}  // namespace rolecall
