// SPDX-License-Identifier: Apache-2.0
#include "diagnose/candidate.h"

#include <algorithm>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proposing.h"

namespace rolecall {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// ---- Whatever a generator is asked, it proposes what can be done.

struct ProposalWorld {
  std::string_view name{};
  std::function<void(Asking&)> make{};
};
void PrintTo(const ProposalWorld& test, std::ostream* out) {
  *out << test.name;
}

constexpr std::string_view kConditionalTrust =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"Ci","Effect":"Allow","Principal":{"AWS":)"
    R"(["arn:aws:iam::111122223333:role/team/cd","AROAQABLZS4A3QDUDEAD"],"Service":"ec2.amazonaws.com"},)"
    R"("Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"sts:ExternalId":)"
    R"("blue-7","sts:RoleSessionName":"run"},"ForAllValues:StringLike":{"aws:TagKeys":["t*"]},)"
    R"("NotIpAddress":{"aws:SourceIp":"198.51.100.0/24"},"Nonsense":{"aws:userid":"x"}}},)"
    R"({"Effect":"Allow","NotPrincipal":{"AWS":"777788889999"},"NotAction":"sts:TagSession"},)"
    R"({"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"StringNotEquals":)"
    R"({"aws:PrincipalTag/team":"red"},"Nonsense":{"aws:PrincipalArn":"x"}}}]})";
constexpr std::string_view kCallerStatements =
    R"({"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":"arn:aws:iam::444455556666:role/x",)"
    R"("Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}},)"
    R"({"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:iam::1:role/a"},)"
    R"({"Effect":"Deny","Action":["sts:AssumeRole","iam:PassRole"],"Resource":"*"},)"
    R"({"Effect":"Deny","NotAction":"s3:*","Resource":"*","Condition":{"Bool":)"
    R"({"aws:MultiFactorAuthPresent":"false"}}})";

std::string managed_policies() {
  const auto policy = [](std::string_view arn, std::string_view statement) {
    return R"({"PolicyName":"m","Arn":")" + std::string(arn) +
           R"(","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":)"
           R"(true,"Document":{"Version":"2008-10-17","Statement":)" +
           std::string(statement) + "}}]}";
  };
  return R"({"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],"Policies":[)" +
         policy("arn:aws:iam::aws:policy/Awss",
                R"({"Effect":"Allow","Action":"sts:*","Resource":"arn:aws:iam::1:role/a"})") +
         "," +
         policy("arn:aws:iam::111122223333:policy/own",
                R"([{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},)"
                R"({"Effect":"Deny","Action":"*","Resource":"arn:aws:iam::*:role/*"}])") +
         "]}";
}

void make_signed_world(Asking& asking) {
  asking
      .add("1.gaad.json",
           ci_export(kCallerStatements,
                     R"(,"AttachedManagedPolicies":[{"PolicyName":"m","PolicyArn":)"
                     R"("arn:aws:iam::aws:policy/Awss"},{"PolicyName":"m","PolicyArn":)"
                     R"("arn:aws:iam::111122223333:policy/own"}],"PermissionsBoundary":)"
                     R"({"PermissionsBoundaryType":"Policy","PermissionsBoundaryArn":)"
                     R"("arn:aws:iam::111122223333:policy/own"})"))
      .add("111122223333.managed.gaad.json", managed_policies())
      .add("2.gaad.json", role_export(kDeploy, kConditionalTrust))
      .add("organization.json",
           organization_file("SERVICE_CONTROL_POLICY",
                             R"({"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"})"))
      .add("vpc-endpoints.json",
           R"({"VpcEndpoints":[{"VpcEndpointId":"vpce-0a1","VpcId":"vpc-0b2","ServiceName":)"
           R"("com.amazonaws.eu-west-1.sts","OwnerId":"111122223333","PolicyDocument":{"Version":)"
           R"("2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":)"
           R"("*","Principal":{"AWS":"777788889999"}}]}}]})")
      .ask_for(kCiSession,
               R"("vpc_endpoint":"vpce-0a1","region":"eu-west-1","duration_seconds":7200,"tags":)"
               R"({"team":"blue"},"context":{"sts:ExternalId":"red","aws:SourceIp":"203.0.113.7"},)"
               R"("session_name":"build","caller_session_policies":[{"Version":"2012-10-17",)"
               R"("Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}])");
}

void make_service_world(Asking& asking) {
  asking.usual(std::string(kConditionalTrust))
      .add("organization.json",
           organization_file("RESOURCE_CONTROL_POLICY",
                             R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole",)"
                             R"("Resource":"*"})"))
      .ask_for(R"({"service":"lambda.amazonaws.com"})",
               R"("context":{"aws:SourceAccount":"111122223333"})");
}

void make_token_world(Asking& asking) {
  asking
      .usual(trust_document(R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/gitlab.com"})",
                            R"("sts:AssumeRoleWithWebIdentity")",
                            R"({"StringEquals":{"gitlab.com:sub":"a"}})"))
      .add("identity-providers.json",
           R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::444455556666:oidc-provider/)"
           R"(token.actions.githubusercontent.com","Url":"token.actions.githubusercontent.com",)"
           R"("ClientIDList":["other"]}],"SAMLProviders":[]})")
      .ask_for(R"({"federated":"token.actions.githubusercontent.com","claims":{"sub":"repo:o/r",)"
               R"("aud":"sts.amazonaws.com"}})",
               R"("action":"sts:AssumeRoleWithWebIdentity")");
}

void make_assertion_world(Asking& asking) {
  asking
      .usual(trust_document(R"({"Federated":"arn:aws:iam::444455556666:saml-provider/other"})",
                            R"("sts:AssumeRoleWithSAML")"))
      .ask_for(
          R"({"federated":"arn:aws:iam::444455556666:saml-provider/corp","claims":{"SAML:aud":)"
          R"("https://signin.aws.amazon.com/saml"}})",
          R"("action":"sts:AssumeRoleWithSAML")");
}

void make_passing_world(Asking& asking) {
  asking.add("1.gaad.json", ci_export(kCallerStatements))
      .ask(R"({"action":"iam:PassRole","principal":"arn:aws:sts::111122223333:assumed-role/ci/r",)"
           R"("role":"arn:aws:iam::111122223333:role/team/ci","context":{"iam:PassedToService":)"
           R"("lambda.amazonaws.com"}})");
}

void make_nameless_world(Asking& asking) {
  asking.usual().ask_for(kUser, R"("mfa":{"serial":"x"})");
  asking.ask(R"({"principal":"arn:aws:iam::111122223333:user/ann","role":"deploy"})");
}

const std::vector<ProposalWorld>& proposal_worlds() {
  static const std::vector<ProposalWorld> kWorlds = {
      {"role_session", &make_signed_world},    {"service", &make_service_world},
      {"web_identity", &make_token_world},     {"assertion", &make_assertion_world},
      {"passing_a_role", &make_passing_world}, {"no_role", &make_nameless_world}};
  return kWorlds;
}

// Every cause that could stand anywhere in the policies of the world, right or wrong.
std::vector<Cause> imaginable_causes(const Trial& trial) {
  const AssumeDecision& decision = trial.decision();
  std::vector<Cause> all;
  for (int i = 0; i < kGateCount; ++i) {
    Cause cause;
    cause.gate = static_cast<Gate>(i);
    cause.action = trial.request().action;
    cause.expected = {"at most 3600", "arn:aws:iam::444455556666:role/deploy"};
    all.push_back(cause);
    for (const PolicyLayer& layer : decision.policies.at(cause.gate).layers) {
      for (const PolicyRef& ref : layer.policies) {
        cause.policy = ref.label;
        cause.document = ref.policy;
        cause.statement_index.reset();
        cause.condition_key.clear();
        all.push_back(cause);
        if (ref.policy == nullptr) continue;
        for (const Statement& statement : ref.policy->statements) {
          cause.statement_index = statement.index;
          cause.condition_key.clear();
          cause.at = statement.at;
          if (!statement.principal.items.empty()) {
            cause.expected = {std::string(statement.principal.items[0].value.value)};
          }
          all.push_back(cause);
          for (const Condition& condition : statement.conditions) {
            cause.condition_key = condition.key.value;
            cause.at = condition.at;
            all.push_back(cause);
          }
        }
      }
    }
  }
  // The same of an action that is no part of the call.
  const std::size_t known = all.size();
  for (std::size_t i = 0; i < known; ++i) {
    all.push_back(all[i]);
    all.back().action = "s3:GetObject";
  }
  return all;
}

// One row of each generator is enough, and those that look at the code.
std::vector<GeneratorRow> telling_rows() {
  std::vector<GeneratorRow> rows;
  std::set<Generator> seen;
  for (const GeneratorRow& row : generator_table()) {
    const bool looks_at_code =
        row.code == "request-role-not-found" || row.code == "credentials-token-v1-opt-in-region";
    if (seen.insert(row.generate).second || looks_at_code) rows.push_back(row);
  }
  rows.push_back({"trust-condition-request-tag", &change_token});
  return rows;
}

class AnyCause : public testing::TestWithParam<ProposalWorld> {};

TEST_P(AnyCause, IsGivenProposalsThatSayWhatTheyChangeAndCanBeDone) {
  Asking asking;
  GetParam().make(asking);
  const Proposing proposing(asking);
  std::size_t proposed = 0;
  for (const GeneratorRow& row : telling_rows()) {
    for (Cause cause : imaginable_causes(proposing.trial())) {
      cause.code = row.code;
      for (FixChange& each : proposing.changes(row.generate, cause)) {
        ++proposed;
        EXPECT_NE(each.summary, "") << row.code;
        EXPECT_EQ(each.gate, cause.gate) << each.summary;
        EXPECT_FALSE(each.edits.empty() && each.commands.empty() && each.after.empty() &&
                     each.version_id.empty() && each.client_ids.empty() && !each.seconds)
            << each.summary;
        EXPECT_THAT(each.entity_arn, testing::Not(HasSubstr(":iam::aws:"))) << each.summary;
        const bool rewrites = each.policy != nullptr;
        if (rewrites) {
          EXPECT_NE(Trial::run(asking.estate, asking.request, {{each}}), nullptr)
              << each.summary << edits_of(each);
        }
      }
    }
  }
  EXPECT_GT(proposed, 10U);
}
INSTANTIATE_TEST_SUITE_P(Generators, AnyCause, testing::ValuesIn(proposal_worlds()),
                         [](const auto& test) { return std::string(test.param.name); });

// ---- Documents that nobody can edit.

TEST(ProposeChanges, LeaveTheTrustPoliciesOfProtectedRolesAlone) {
  for (const std::string_view role :
       {"arn:aws:iam::444455556666:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "arn:aws:iam::444455556666:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_01"}) {
    Asking asking;
    asking.add("1.gaad.json", caller_export())
        .add("2.gaad.json", role_export(role, kConditionalTrust))
        .ask(R"({"principal":"arn:aws:iam::111122223333:user/ann","tags":{"team":"blue"},)"
             R"("session_name":"run","context":{"sts:ExternalId":"red"},"role":")" +
             std::string(role) + "\"}");
    const Proposing proposing(asking);
    ASSERT_FALSE(proposing.causes().empty());
    for (const GeneratorRow& row : telling_rows()) {
      for (Cause cause : imaginable_causes(proposing.trial())) {
        cause.code = row.code;
        for (const FixChange& each : proposing.changes(row.generate, cause)) {
          EXPECT_NE(each.target, FixTarget::TrustPolicy) << each.summary;
        }
      }
    }
  }
}

TEST(ProposeChanges, LeavePoliciesOfAwsAlone) {
  Asking asking;
  asking.usual()
      .add("organization.json",
           organization_file("SERVICE_CONTROL_POLICY",
                             R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})", true))
      .ask_for(kCiSession);
  const Proposing proposing(asking);
  EXPECT_THAT(summaries_of(proposing.changes("scp-no-allow-at-level")), IsEmpty());
}

TEST(ChangeOfPolicy, CallsAPolicyThatBearsOnNothingAsTheCauseDoes) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  const Proposing proposing(asking);
  const Cause cause = proposing.cause("trust-no-matching-principal");
  const Finding finding(asking.estate, proposing.trial(), cause);
  const PlacedPolicy other = asking.estate.find_role(kCi)->trust;
  const auto change = change_of_policy(finding, *other);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->label, cause.policy);
}

// ---- Callers and outsiders.

TEST(PrincipalName, IsTheNarrowestThatATrustPolicyTakes) {
  const auto name_of = [](const Caller& caller) {
    const PrincipalName name = principal_name(caller);
    return name.type + " " + name.value;
  };
  Caller caller;
  caller.kind = CallerKind::User;
  caller.arn = kUser;
  EXPECT_EQ(name_of(caller), "AWS " + std::string(kUser));
  caller.kind = CallerKind::RoleSession;
  caller.role_arn = kCi;
  EXPECT_EQ(name_of(caller), "AWS " + std::string(kCi));
  caller.kind = CallerKind::Service;
  EXPECT_EQ(name_of(caller), "Service ");
  caller.services = {"ec2.amazonaws.com"};
  EXPECT_EQ(name_of(caller), "Service ec2.amazonaws.com");
  caller.kind = CallerKind::Saml;
  caller.provider = "arn:aws:iam::444455556666:saml-provider/corp";
  EXPECT_EQ(name_of(caller), "Federated " + caller.provider);
  for (const CallerKind nameless : {CallerKind::Root, CallerKind::Anonymous}) {
    caller.kind = nameless;
    EXPECT_EQ(name_of(caller), " ");
  }
}

TEST(ProposeChanges, PutPoliciesFirstWhereTheCallIsNotOurs) {
  const std::string trust = trust_document(kTrustAccount, R"("sts:AssumeRole")",
                                           R"({"StringEquals":{"sts:ExternalId":"blue-7"}})");
  const auto kinds = [](const Asking& asking) {
    std::string text;
    for (const FixChange& each :
         Proposing(asking).changes("trust-condition-external-id-mismatch")) {
      text += std::string(fix_kind_name(each.kind)) + " ";
    }
    return text;
  };
  constexpr std::string_view kOther = R"("context":{"sts:ExternalId":"red"})";
  Asking both;
  EXPECT_EQ(kinds(both.usual(trust).ask_for(kCiSession, kOther)), "request policy ");
  Asking vendor;
  vendor.add("444455556666.gaad.json", role_export(kDeploy, trust)).ask_for(kCiSession, kOther);
  EXPECT_EQ(kinds(vendor), "policy request ");
}

}  // namespace
}  // namespace rolecall
