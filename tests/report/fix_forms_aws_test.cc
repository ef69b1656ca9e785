// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/fix_changes.h"
#include "report/fix_forms_parts.h"
#include "support/parsed_policy.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

struct CommandCase {
  std::string_view name{};
  FixTarget target{};
  std::string_view entity{};
  std::string_view does{};
  std::string_view undoes{};
};
void PrintTo(const CommandCase& test, std::ostream* out) {
  *out << test.name;
}

constexpr std::string_view kPolicyArn = "arn:aws:iam::444455556666:policy/edge";
constexpr std::string_view kProvider = "arn:aws:iam::444455556666:oidc-provider/ci.example.com";

constexpr auto kCommands = std::to_array<CommandCase>({
    {"trust", FixTarget::TrustPolicy, "arn:aws:iam::444455556666:role/x/deploy",
     "aws iam update-assume-role-policy --profile 444455556666 --role-name deploy \\",
     "aws iam update-assume-role-policy --profile 444455556666 --role-name deploy \\"},
    {"inline", FixTarget::InlinePolicy, "arn:aws:iam::444455556666:group/devs",
     "aws iam put-group-policy --profile 444455556666 --group-name devs --policy-name 'a b' \\",
     "aws iam put-group-policy --profile 444455556666 --group-name devs --policy-name 'a b' \\"},
    {"managed", FixTarget::ManagedPolicy, kPolicyArn,
     "aws iam create-policy-version --profile 444455556666 --policy-arn "
     "arn:aws:iam::444455556666:policy/edge --set-as-default \\",
     "aws iam create-policy-version --profile 444455556666 --policy-arn "
     "arn:aws:iam::444455556666:policy/edge --set-as-default \\"},
    {"organization", FixTarget::OrganizationPolicy, "p-ab12",
     "aws organizations update-policy --profile 444455556666 --policy-id p-ab12 \\",
     "aws organizations update-policy --profile 444455556666 --policy-id p-ab12 \\"},
    {"endpoint", FixTarget::VpcEndpointPolicy, "vpce-1",
     "aws ec2 modify-vpc-endpoint --profile 444455556666 --vpc-endpoint-id vpce-1 \\",
     "aws ec2 modify-vpc-endpoint --profile 444455556666 --vpc-endpoint-id vpce-1 \\"},
    {"provider", FixTarget::OidcProvider, kProvider,
     "aws iam create-open-id-connect-provider --profile 444455556666 --url "
     "https://ci.example.com --client-id-list 'a;b'",
     "aws iam delete-open-id-connect-provider --profile 444455556666 "
     "--open-id-connect-provider-arn arn:aws:iam::444455556666:oidc-provider/ci.example.com"},
    {"setting", FixTarget::RoleSetting, "arn:aws:iam::444455556666:role/deploy",
     "aws iam update-role --profile 444455556666 --role-name deploy --max-session-duration 7200",
     "# MaxSessionDuration is not in the export; AWS's default is 3600"},
    {"version", FixTarget::PolicyVersion, kPolicyArn,
     "aws iam set-default-policy-version --profile 444455556666 --policy-arn "
     "arn:aws:iam::444455556666:policy/edge --version-id 'a b'",
     "# the version that was the default is not known"},
    {"act", FixTarget::World, "", "aws sts get-caller-identity", "# no command takes this back"},
});

class FixCommands : public testing::TestWithParam<CommandCase> {};

TEST_P(FixCommands, MakeTheChangeAndTakeItBack) {
  const Estate estate;
  FixChange change = change_of(GetParam().target, std::string(GetParam().entity));
  change.policy_name = "a b";
  change.version_id = "a b";
  change.client_ids = {"a;b"};
  change.seconds = 7200;
  change.commands = {"aws sts get-caller-identity"};
  EXPECT_EQ(first_line(aws_commands(estate, change).at(0)), GetParam().does);
  EXPECT_EQ(first_line(undo_commands(estate, change).at(0)), GetParam().undoes);
}
INSTANTIATE_TEST_SUITE_P(FixForms, FixCommands, testing::ValuesIn(kCommands),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FixCommands, MakeRoomForASixthVersion) {
  Estate estate;
  ManagedPolicy policy{.arn = kPolicyArn, .name = "edge"};
  constexpr std::string_view kVersions[] = {"v9", "v12", "v11", "v10", "v2"};
  for (const std::string_view id : kVersions) policy.versions.push_back({id, id == "v2", nullptr});
  estate.account("444455556666").policies.emplace(kPolicyArn, policy);
  const auto commands =
      aws_commands(estate, change_of(FixTarget::ManagedPolicy, std::string(kPolicyArn)));
  EXPECT_THAT(commands,
              ElementsAre(HasSubstr("keeps five versions"),
                          "aws iam delete-policy-version --profile 444455556666 --policy-arn "
                          "arn:aws:iam::444455556666:policy/edge --version-id v9",
                          HasSubstr("create-policy-version")));
  const auto undo =
      undo_commands(estate, change_of(FixTarget::ManagedPolicy, std::string(kPolicyArn)));
  EXPECT_THAT(undo[0], HasSubstr("set-default-policy-version"));
  EXPECT_THAT(undo[0], HasSubstr("--version-id v2"));
  EXPECT_THAT(undo.at(1), HasSubstr("v9 made room and cannot be brought back"));
}

TEST(FixCommands, BringBackTheVersionThatMadeRoom) {
  Estate estate;
  const ParsedPolicy old(std::string(kTrust), PolicyKind::Trust);
  ASSERT_TRUE(old.policy) << old.said();
  Policy placed = *old;
  placed.at = {estate.sources().add("old.json", std::string(kTrust)), 0,
               static_cast<std::uint32_t>(kTrust.size())};
  ManagedPolicy policy{.arn = kPolicyArn, .name = "edge"};
  for (const std::string_view id : {"v1", "v2", "v3", "v4", "v5"}) {
    policy.versions.push_back({id, id == "v5", id == "v1" ? &placed : nullptr});
  }
  estate.account("444455556666").policies.emplace(kPolicyArn, policy);
  EXPECT_THAT(
      undo_commands(estate, change_of(FixTarget::ManagedPolicy, std::string(kPolicyArn))),
      ElementsAre(HasSubstr("--version-id v5"), HasSubstr("v1 made room"),
                  "aws iam delete-policy-version --profile 444455556666 --policy-arn "
                  "arn:aws:iam::444455556666:policy/edge --version-id VERSION",
                  testing::AllOf(HasSubstr("aws iam create-policy-version --profile 444455556666"),
                                 HasSubstr("arn:aws:iam::111122223333:role/ci"),
                                 Not(HasSubstr("--set-as-default")))));
}

TEST(FixCommands, CallWithEverythingTheRequestHolds) {
  FixChange change = change_of(FixTarget::Request, "");
  change.after =
      R"({"principal":"arn:aws:iam::111122223333:user/ann","role":"arn:aws:iam::444455556666:role/deploy",)"
      R"("session_name":"job","duration_seconds":900,"source_identity":"ann","region":"eu-west-1",)"
      R"("tags":{"team":"it's"},"transitive_tag_keys":["team"],"context":{"sts:ExternalId":"-x"},)"
      R"("mfa":{"serial":"arn:aws:iam::111122223333:mfa/ann","code_given":true}})";
  EXPECT_THAT(aws_commands(Estate(), change),
              ElementsAre("aws sts assume-role --role-arn arn:aws:iam::444455556666:role/deploy "
                          "--role-session-name job --external-id=-x --duration-seconds 900 "
                          "--source-identity ann --serial-number "
                          "arn:aws:iam::111122223333:mfa/ann --token-code CODE "
                          "--region eu-west-1 --tags "
                          R"('[{"Key":"team","Value":"it'\''s"}]' --transitive-tag-keys team)"));
}

TEST(FixCommands, PassNoValueThatTheCliReadsAFileFor) {
  FixChange call = change_of(FixTarget::Request, "");
  call.after =
      R"({"principal":"arn:aws:iam::111122223333:user/ann","role":"arn:aws:iam::444455556666:role/deploy",)"
      R"("context":{"sts:ExternalId":"file:///home/ann/.aws/credentials"}})";
  EXPECT_THAT(aws_commands(Estate(), call),
              ElementsAre("# the AWS CLI cannot pass `file:///home/ann/.aws/credentials`: it would "
                          "read a file"));
  FixChange provider = change_of(FixTarget::OidcProvider, std::string(kProvider));
  provider.client_ids = {"a", "fileb://x"};
  EXPECT_THAT(aws_commands(Estate(), provider), ElementsAre(HasSubstr("# the AWS CLI cannot")));
}

TEST(FixCommands, MakeTheSessionAnewWhosePolicyIsChanged) {
  Asking asking;
  asking.add("1.gaad.json", caller_export());
  FixChange change = change_of(FixTarget::Request, "");
  change.edits = {
      {JsonEdit::Op::Replace, "/caller_session_policies/0/Statement/0/Resource", "\"*\""}};
  change.after =
      R"({"principal":"arn:aws:sts::111122223333:assumed-role/ci/job","role":"arn:aws:iam::444455556666:role/deploy",)"
      R"("caller_session_policies":[{"Statement":[]}]})";
  EXPECT_THAT(aws_commands(asking.estate, change),
              ElementsAre(HasSubstr("# a session keeps its policies"),
                          testing::AllOf(HasSubstr("aws sts assume-role --role-arn "
                                                   "arn:aws:iam::111122223333:role/team/ci "
                                                   "--role-session-name job \\\n  --policy '"),
                                         HasSubstr("\"Statement\": []"))));
  EXPECT_THAT(aws_commands(Estate(), change), ElementsAre(HasSubstr("made anew")));
}

TEST(FixCommands, CallWithoutAnExternalIdWhereTheListIsEmpty) {
  FixChange change = change_of(FixTarget::Request, "");
  change.after =
      R"({"principal":"arn:aws:iam::111122223333:user/ann","role":"arn:aws:iam::444455556666:role/deploy",)"
      R"("session_name":"job","context":{"sts:ExternalId":[]}})";
  EXPECT_THAT(aws_commands(Estate(), change),
              ElementsAre("aws sts assume-role --role-arn arn:aws:iam::444455556666:role/deploy "
                          "--role-session-name job"));
}

}  // namespace
}  // namespace rolecall
