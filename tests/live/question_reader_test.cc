// SPDX-License-Identifier: Apache-2.0
#include "live/question_reader.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/estate/estate_loader.h"

#include "live/fake_transport.h"
#include "support/fake_aws.h"

namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

using Answers = std::map<std::string, std::string>;

constexpr const char* kCi = "arn:aws:iam::111122223333:user/ci";
constexpr const char* kDeploy = "arn:aws:iam::444455556666:role/x/deploy";

constexpr const char* kAllGroups = "GetAccountAuthorizationDetails Group";

class FakeAwsTransport : public HttpTransport {
 public:
  explicit FakeAwsTransport(Answers answers) : aws(std::move(answers)) {}

  HttpOutcome send(const HttpRequest& request) override {
    std::string target;
    for (const auto& [name, value] : request.headers) {
      if (name == "X-Amz-Target") target = value;
    }
    FakeAws::Answer answer = aws.answer(target, request.body, request.path);
    return HttpResponse{answer.status, std::move(answer.body)};
  }

  FakeAws aws;
};

// Profiles of the caller's, the role's and the management account, all answered by one table.
struct World {
  explicit World(Answers answers, WantedFacts wanted = {kCi, kDeploy, {}, {}})
      : transport(std::move(answers)) {
    QuestionReader reader({{"ci", "111122223333", kCi, &client},
                           {"ops", "444455556666", "", &client},
                           {"org", "999988887777", "", &client}},
                          {1, 2});
    reader.read(wanted);
    reader.read(wanted);
    files = reader.files();
    for (const NotRead& each : reader.not_read()) not_read.push_back(each.what + ": " + each.why);
    for (const auto& [name, text] : files) load_estate_text(name, text, estate, diagnostics);
    request.action = "sts:AssumeRole";
    request.principal = RequestPrincipal::arn(wanted.caller);
    request.role = wanted.role;
  }

  // Causes and verdict of one gate.
  std::string verdict(Gate gate) {
    const Diagnosis diagnosis = diagnose(estate, request, nullptr);
    return std::string(verdict_name(diagnosis.decision.at(gate).verdict));
  }
  std::vector<std::string> causes() {
    std::vector<std::string> codes;
    for (const Cause& each : diagnose(estate, request, nullptr).causes) {
      codes.emplace_back(each.code);
    }
    return codes;
  }

  FakeRuntime fake{};
  FakeAwsTransport transport;
  AwsClient client{fake.runtime, transport, AwsSettings{.profile = "default", .max_attempts = 1},
                   [] { return Result<Credentials>(example_credentials()); }};
  std::map<std::string, std::string> files{};
  std::vector<std::string> not_read{};
  Estate estate{};
  Diagnostics diagnostics{};
  AssumeRequest request{};
};

TEST(QuestionReader, ReadsWhatTheQuestionNeedsAndNothingTwice) {
  World world(two_accounts());
  EXPECT_THAT(world.not_read, IsEmpty());
  EXPECT_THAT(
      world.transport.aws.asked(),
      ElementsAre(
          "DescribeOrganization", "DescribePolicy p-1", "GetAccountAuthorizationDetails Group",
          "GetPolicy arn:aws:iam::111122223333:policy/assume",
          "GetPolicyVersion arn:aws:iam::111122223333:policy/assume", "GetRole deploy",
          "GetUser ci", "GetUserPolicy ci", "ListAttachedUserPolicies ci", "ListGroupsForUser ci",
          "ListParents 111122223333", "ListParents 444455556666", "ListParents ou-1",
          "ListPoliciesForTarget 111122223333", "ListPoliciesForTarget ou-1",
          "ListPoliciesForTarget r-1", "ListRoots", "ListUserPolicies ci"));
  EXPECT_THAT(world.diagnostics.all(), IsEmpty());
  EXPECT_THAT(world.causes(), ElementsAre("trust-condition-external-id-missing"));
  EXPECT_EQ(world.verdict(Gate::Identity), "allows");
  EXPECT_EQ(world.verdict(Gate::Scp), "allows");
  EXPECT_EQ(world.verdict(Gate::Rcp), "not-applicable");
}

TEST(QuestionReader, WritesDocumentsAsTheAwsCliDoes) {
  const World world(two_accounts());
  EXPECT_NE(world.files.at("444455556666.roles.json").find(R"(
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "AWS": "111122223333")"),
            std::string::npos)
      << world.files.at("444455556666.roles.json");
}

struct Refused {
  std::string key{};
  std::string not_read{};
  Gate gate{};
  std::string verdict{};
};

TEST(QuestionReader, NamesThePermissionOfWhatIsRefused) {
  const Refused all[] = {
      {"GetRole deploy",
       "role `deploy` of account 444455556666: AWS refused `iam:GetRole` to profile `ops`",
       Gate::Trust, "not-checked"},
      {"GetUser ci", "user `ci` of account 111122223333: AWS refused `iam:GetUser` to profile `ci`",
       Gate::Identity, "unknown"},
      {"GetUser ci", "user `ci` of account 111122223333: AWS refused `iam:GetUser` to profile `ci`",
       Gate::Boundary, "unknown"},
      {"ListUserPolicies ci",
       "inline policies of user `ci` of account 111122223333: AWS refused `iam:ListUserPolicies` "
       "to "
       "profile `ci`",
       Gate::Identity, "unknown"},
      {"ListAttachedUserPolicies ci",
       "managed policies of user `ci` of account 111122223333: AWS refused "
       "`iam:ListAttachedUserPolicies` to profile `ci`",
       Gate::Identity, "unknown"},
      {"GetUserPolicy ci",
       "inline policy `own` of user `ci` of account 111122223333: AWS refused `iam:GetUserPolicy` "
       "to "
       "profile `ci`",
       Gate::Identity, "unknown"},
      {"GetPolicyVersion arn:aws:iam::111122223333:policy/assume",
       "policy arn:aws:iam::111122223333:policy/assume: AWS refused `iam:GetPolicyVersion` to "
       "profile `ci`",
       Gate::Identity, "unknown"},
      {"ListGroupsForUser ci",
       "groups of user `ci` of account 111122223333: AWS refused `iam:ListGroupsForUser` to "
       "profile "
       "`ci`",
       Gate::Identity, "unknown"},
      {"ListGroupPolicies dev",
       "inline policies of group `dev` of account 111122223333: AWS refused "
       "`iam:ListGroupPolicies` "
       "to profile `ci`",
       Gate::Identity, "unknown"},
      {"ListRoots",
       "the organization with its SCPs and RCPs: AWS refused `organizations:ListRoots` to profile "
       "`org`",
       Gate::Scp, "unknown"},
      {"DescribeOrganization",
       "the organization with its SCPs and RCPs: AWS refused `organizations:DescribeOrganization` "
       "to profile `org`",
       Gate::Scp, "not-checked"},
      {"ListPoliciesForTarget",
       "the policies of `111122223333`: AWS refused `organizations:ListPoliciesForTarget` to "
       "profile "
       "`org`",
       Gate::Scp, "unknown"},
      {"DescribePolicy p-1",
       "the document of policy `p-1`: AWS refused `organizations:DescribePolicy` to profile `org`",
       Gate::Scp, "unknown"},
      {"ListParents 111122223333",
       "the path to account 111122223333 in the organization: AWS refused "
       "`organizations:ListParents` to profile `org`",
       Gate::Scp, "unknown"}};
  for (const Refused& each : all) {
    Answers answers = two_accounts();
    answers[each.key] = "!AccessDenied";
    // Where that is told, groups are not asked for one by one.
    if (each.key == "ListGroupPolicies dev") answers.erase(kAllGroups);
    World world(answers);
    EXPECT_THAT(world.not_read, Contains(each.not_read));
    EXPECT_EQ(world.verdict(each.gate), each.verdict) << each.key;
    EXPECT_EQ(world.diagnostics.error_count(), 0U) << each.key;
  }
}

TEST(QuestionReader, KeepsNothingOfGroupsThatAreNotTheCallers) {
  const World world(two_accounts());
  const std::string& gaad = world.files.at("111122223333.gaad.json");
  EXPECT_NE(gaad.find("group/dev"), std::string::npos);
  EXPECT_EQ(gaad.find("others"), std::string::npos) << gaad;
  EXPECT_EQ(gaad.find("theirs"), std::string::npos) << gaad;
}

// A group that forbids what the question is about, told in one answer and in several.
TEST(QuestionReader, ReadsAGroupAlikeHoweverItIsTold) {
  const std::string deny =
      "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22"
      "sts%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
  const std::string named =
      "<PolicyName>no</PolicyName><PolicyDocument>" + deny + "</PolicyDocument>";
  const std::string group =
      "<GroupName>dev</GroupName><GroupId>AGPA1</GroupId><Path>/</Path>"
      "<Arn>arn:aws:iam::111122223333:group/dev</Arn>";
  const std::string attached =
      "<member><PolicyName>assume</PolicyName>"
      "<PolicyArn>arn:aws:iam::111122223333:policy/assume</PolicyArn></member>";
  const auto list = [](const std::string& groups) {
    return "<GroupDetailList>" + groups + "</GroupDetailList><IsTruncated>false</IsTruncated>";
  };
  Answers answers = two_accounts();
  answers["ListAttachedUserPolicies ci"] = "<AttachedPolicies/>";
  answers["ListGroupPolicies dev"] = "<PolicyNames><member>no</member></PolicyNames>";
  answers["GetGroupPolicy dev"] = named;
  answers["ListAttachedGroupPolicies dev"] =
      "<AttachedPolicies>" + attached + "</AttachedPolicies>";
  const std::string answers_of_all[] = {
      list("<member>" + group + "<GroupPolicyList><member>" + named +
           "</member></GroupPolicyList><AttachedManagedPolicies>" + attached +
           "</AttachedManagedPolicies></member>"),
      "!AccessDenied",
      // Of another account, not whole, and not there.
      list("<member><Arn>arn:aws:iam::444455556666:group/dev</Arn></member>"),
      list("<member>" + group + "<GroupPolicyList/></member>"), list("")};
  for (const std::string& each : answers_of_all) {
    answers[kAllGroups] = each;
    World world(answers);
    EXPECT_THAT(world.not_read, IsEmpty()) << each;
    EXPECT_EQ(world.verdict(Gate::Identity), "denies") << each;
    EXPECT_THAT(world.causes(), Contains("identity-explicit-deny")) << each;
    EXPECT_THAT(world.transport.aws.asked(),
                Contains("GetPolicyVersion arn:aws:iam::111122223333:policy/assume"));
  }
}

TEST(QuestionReader, ListsTheRolesWhenThereIsNoneOfTheName) {
  Answers answers = two_accounts();
  answers["GetRole"] = "!NoSuchEntity";
  answers.erase("GetRole deploy");
  answers["ListRoles"] =
      "<Roles><member><Path>/</Path><RoleName>Deploy</RoleName><RoleId>AROA2</RoleId>"
      "<Arn>arn:aws:iam::444455556666:role/Deploy</Arn></member></Roles>"
      "<IsTruncated>false</IsTruncated>";
  World world(answers);
  EXPECT_THAT(world.causes(), Contains("request-role-arn-wrong-case"));
  answers["ListRoles"] = "<Roles/><IsTruncated>false</IsTruncated>";
  EXPECT_THAT(World(answers).causes(), Contains("request-role-not-found"));
  answers.erase("ListRoles");
  World refused(answers);
  EXPECT_THAT(refused.not_read, Contains("the roles of account 444455556666: AWS refused "
                                         "`iam:ListRoles` to profile `ops`"));
  EXPECT_THAT(refused.not_read,
              Contains("role `deploy` of account 444455556666: AWS knows no role of this name"));
  EXPECT_EQ(refused.verdict(Gate::Trust), "not-checked");
}

TEST(QuestionReader, ListsTheRolesOfAnAccountOnceEvenIfItMayNot) {
  Answers answers = two_accounts();
  answers["GetRole"] = "!NoSuchEntity";
  answers.erase("GetRole deploy");
  FakeRuntime fake;
  FakeAwsTransport transport(answers);
  AwsClient client(fake.runtime, transport, {},
                   [] { return Result<Credentials>(example_credentials()); });
  QuestionReader reader({{"ops", "444455556666", "", &client}}, {});
  reader.read({"", kDeploy, {}, {}});
  reader.read({"", "arn:aws:iam::444455556666:role/other", {}, {}});
  const std::vector<std::string> asked = transport.aws.asked();
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "ListRoles"), 1);
}

// Two profiles of one account, each with answers of its own.
struct TwoProfiles {
  TwoProfiles(Answers first, Answers second) : ci(std::move(first)), ops(std::move(second)) {
    QuestionReader reader(
        {{"ci", "444455556666", "", &ci_client}, {"ops", "444455556666", "", &ops_client}},
        {1, std::nullopt});
    reader.read({"arn:aws:iam::444455556666:user/ci", kDeploy, {}, {}});
    files = reader.files();
    for (const NotRead& each : reader.not_read()) not_read.push_back(each.what + ": " + each.why);
  }

  FakeRuntime fake{};
  FakeAwsTransport ci;
  FakeAwsTransport ops;
  AwsClient ci_client{fake.runtime, ci, AwsSettings{.max_attempts = 1},
                      [] { return Result<Credentials>(example_credentials()); }};
  AwsClient ops_client{fake.runtime, ops, AwsSettings{.max_attempts = 1},
                       [] { return Result<Credentials>(example_credentials()); }};
  std::map<std::string, std::string> files{};
  std::vector<std::string> not_read{};
};

TEST(QuestionReader, AsksForTheRoleByTheProfileThatWasNamedForIt) {
  const TwoProfiles both(two_accounts(), two_accounts());
  EXPECT_THAT(both.ops.aws.asked(), ElementsAre("GetRole deploy"));
  EXPECT_THAT(both.ci.aws.asked(), testing::Not(Contains("GetRole deploy")));
}

// The account of the profile that was named for the role is not known.
TEST(QuestionReader, KnowsAnAccountByTheRolesThatAreThere) {
  Answers answers = two_accounts();
  answers["GetRole"] = "!NoSuchEntity";
  answers.erase("GetRole deploy");
  answers["GetCallerIdentity"] =
      "<Arn>arn:aws:iam::444455556666:user/ops</Arn>"
      "<Account>444455556666</Account>";
  const std::string empty = "<Roles/><IsTruncated>false</IsTruncated>";
  const std::string one =
      "<Roles><member><Path>/</Path><RoleName>Deploy</RoleName><RoleId>AROA2</RoleId>"
      "<Arn>arn:aws:iam::444455556666:role/Deploy</Arn></member></Roles>"
      "<IsTruncated>false</IsTruncated>";
  const auto asked = [&](const std::string& roles) {
    answers["ListRoles"] = roles;
    FakeRuntime fake;
    FakeAwsTransport transport(answers);
    AwsClient client(fake.runtime, transport, {},
                     [] { return Result<Credentials>(example_credentials()); });
    QuestionReader reader({{"ops", "", "", &client}}, {0, std::nullopt});
    reader.read({"", kDeploy, {}, {}});
    EXPECT_TRUE(reader.files().contains("444455556666.role-list.json")) << roles;
    return transport.aws.asked();
  };
  EXPECT_THAT(asked(one), ElementsAre("DescribeOrganization", "GetRole deploy", "ListRoles"));
  EXPECT_THAT(asked(empty), ElementsAre("DescribeOrganization", "GetCallerIdentity",
                                        "GetRole deploy", "ListRoles"));
}

TEST(QuestionReader, TriesTheOtherProfileOfTheAccountWhereOneIsRefused) {
  Answers first = two_accounts();
  first.erase("GetUser ci");
  first.erase("ListUserPolicies ci");
  Answers second = two_accounts();
  second.erase("GetRole deploy");
  const TwoProfiles both(first, second);
  EXPECT_TRUE(both.files.contains("444455556666.roles.json"));
  EXPECT_EQ(both.files.at("444455556666.gaad.json").find("not read"), std::string::npos);
  EXPECT_THAT(both.not_read, testing::Each(testing::HasSubstr("the organization")));
  first.erase("GetRole deploy");
  EXPECT_THAT(TwoProfiles(first, second).not_read,
              Contains("role `deploy` of account 444455556666: AWS refused `iam:GetRole` to "
                       "profile `ops`; AWS refused `iam:GetRole` to profile `ci`"));
}

TEST(QuestionReader, BelievesNoOrganizationThatIsNotWhole) {
  struct Odd {
    std::string key{};
    std::string answer{};
    std::string not_read{};
  };
  const Odd all[] = {
      {"ListRoots", R"({"Roots": [{"Id": "r-1", "Name": "Root"}]})",
       "the organization with its SCPs and RCPs: the answer of `organizations:ListRoots` is not "
       "whole"},
      {"ListRoots", R"({"Roots": []})",
       "the organization with its SCPs and RCPs: the answer of `organizations:ListRoots` is not "
       "whole"},
      {"ListParents 111122223333", R"({"Parents": []})",
       "the path to account 111122223333 in the organization: what AWS says is above "
       "`111122223333` leads to no root"},
      {"ListParents ou-1", R"({"Parents": [{"Id": "ou-1"}]})",
       "the path to account 111122223333 in the organization: what AWS says is above `ou-1` leads "
       "to no root"},
      {"ListPoliciesForTarget", "{}",
       "the policies of `ou-1`: `organizations:ListPoliciesForTarget` failed: the answer is cut "
       "off or cannot be read"}};
  for (const Odd& each : all) {
    Answers answers = two_accounts();
    answers[each.key] = each.answer;
    World world(answers);
    EXPECT_THAT(world.not_read, Contains(each.not_read));
    EXPECT_EQ(world.verdict(Gate::Scp), "unknown") << each.key;
  }
}

TEST(QuestionReader, NotesAVpcEndpointThatIsNotThere) {
  Answers answers = two_accounts();
  answers["DescribeVpcEndpoints vpce-1"] = "<vpcEndpointSet/>";
  FakeRuntime fake;
  FakeAwsTransport transport(answers);
  AwsClient client(fake.runtime, transport, AwsSettings{.region = "eu-west-1"},
                   [] { return Result<Credentials>(example_credentials()); });
  QuestionReader reader({{"ci", "111122223333", "", &client}}, {});
  reader.read({kCi, "", {}, "vpce-1"});
  ASSERT_FALSE(reader.not_read().empty());
  EXPECT_EQ(reader.not_read().front().what, "VPC endpoint `vpce-1`");
  EXPECT_EQ(reader.not_read().front().why, "there is none in eu-west-1");
}

TEST(QuestionReader, SeesThatTheRoleHasAnotherPath) {
  Answers answers = two_accounts();
  answers["ListRoles"] =
      "<Roles><member><Path>/x/</Path><RoleName>deploy</RoleName><RoleId>AROA1</RoleId>"
      "<Arn>arn:aws:iam::444455556666:role/x/deploy</Arn></member></Roles>";
  World world(answers, {kCi, "arn:aws:iam::444455556666:role/deploy", {}, {}});
  EXPECT_THAT(world.causes(), Contains("request-role-arn-missing-path"));
}

TEST(QuestionReader, KnowsThatAnAccountIsOutside) {
  Answers answers = two_accounts();
  answers["ListParents 444455556666"] = "!ChildNotFoundException";
  World world(answers);
  ASSERT_TRUE(world.estate.organization);
  EXPECT_TRUE(world.estate.organization->is_outside("444455556666"));
  EXPECT_FALSE(world.estate.organization->is_outside("123412341234"));
  EXPECT_EQ(world.verdict(Gate::Scp), "allows");
}

TEST(QuestionReader, ReadsTheProvidersThatVouchForACaller) {
  Answers answers = two_accounts();
  answers["ListOpenIDConnectProviders"] =
      "<OpenIDConnectProviderList><member><Arn>arn:aws:iam::444455556666:oidc-provider/id.example"
      "</Arn></member><member><Arn>arn:aws:iam::444455556666:oidc-provider/other.example</Arn>"
      "</member></OpenIDConnectProviderList>";
  answers["GetOpenIDConnectProvider arn:aws:iam::444455556666:oidc-provider/id.example"] =
      "<Url>id.example</Url><ClientIDList><member>sts.amazonaws.com</member></ClientIDList>";
  const World world(answers, {"", kDeploy, "id.example", {}});
  EXPECT_TRUE(world.estate.has_identity_providers);
  EXPECT_TRUE(world.estate.find_account("444455556666")->has_oidc_providers);
  ASSERT_EQ(world.estate.oidc_providers.size(), 2U);
  EXPECT_THAT(world.estate.oidc_providers[0].client_ids, ElementsAre("sts.amazonaws.com"));
  // The other kind is not asked for.
  EXPECT_THAT(world.transport.aws.asked(), testing::Not(Contains("ListSAMLProviders")));
  EXPECT_FALSE(world.estate.find_account("444455556666")->has_saml_providers);
  const std::string saml = "arn:aws:iam::444455556666:saml-provider/corp";
  answers["ListSAMLProviders"] =
      "<SAMLProviderList><member><Arn>" + saml + "</Arn></member></SAMLProviderList>";
  const World other(answers, {"", kDeploy, saml, {}});
  EXPECT_TRUE(other.estate.find_account("444455556666")->has_saml_providers);
  EXPECT_THAT(other.transport.aws.asked(), testing::Not(Contains("ListOpenIDConnectProviders")));
  answers["GetOpenIDConnectProvider"] = "!AccessDenied";
  answers.erase("GetOpenIDConnectProvider arn:aws:iam::444455556666:oidc-provider/id.example");
  EXPECT_FALSE(
      World(answers, {"", kDeploy, "id.example", {}}).files.contains("oidc-providers.json"));
}

}  // namespace
}  // namespace rolecall
