// SPDX-License-Identifier: Apache-2.0
#include "rolecall/diagnose/fix.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/diagnose/diagnosis.h"

#include "diagnose/candidate.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<VerifiedFix> fixes_of(const Asking& asking) {
  return find_fixes(asking.estate, asking.request, diagnose(asking.estate, asking.request));
}

// The best fix, which must be there.
VerifiedFix best(const Asking& asking) {
  auto fixes = fixes_of(asking);
  if (fixes.empty()) throw std::runtime_error("no fix was proven\n" + asking.said());
  EXPECT_EQ(decision_name(fixes[0].decision_after()), "allowed");
  return fixes[0];
}

std::vector<std::string> names_of(const std::vector<LetIn>& lets_in) {
  std::vector<std::string> names;
  for (const LetIn& each : lets_in) names.push_back(each.principal);
  return names;
}

std::string edit_words(const FixChange& change) {
  std::string text;
  for (const JsonEdit& each : change.edits) text += each.pointer + " " + each.value + "\n";
  return text;
}

// ---- What AWS would not store.

TEST(FindFixes, WarnOfADocumentThatGrowsBeyondItsQuota) {
  const auto trusting = [](std::size_t accounts) {
    std::string list;
    for (std::size_t i = 0; i < accounts; ++i) {
      list += fmt::format("{}\"arn:aws:iam::{:012}:root\"", i == 0 ? "" : ",", i + 1);
    }
    Asking asking;
    asking.usual(trust_document("{\"AWS\":[" + list + "]}")).ask_for(kCiSession);
    return best(asking).warnings();
  };
  EXPECT_THAT(trusting(10), IsEmpty());
  EXPECT_THAT(trusting(58), Contains(HasSubstr("with this the policy has")));
  EXPECT_THAT(trusting(80), IsEmpty());  // The quota of the account was raised.
}

// ---- Whom the trust policy admits.

TEST(FindFixes, AddTheRoleWithItsPathBesideTheTrustedOne) {
  Asking asking;
  asking.usual(trust_document(R"({"AWS":"arn:aws:iam::111122223333:user/ann"})"))
      .ask_for(kCiSession);
  const VerifiedFix fix = best(asking);
  ASSERT_THAT(fix.changes(), SizeIs(1));
  EXPECT_EQ(edit_words(fix.changes()[0]),
            "/Statement/0/Principal/AWS [\"arn:aws:iam::111122223333:user/ann\", "
            "\"arn:aws:iam::111122223333:role/team/ci\"]\n");
  EXPECT_EQ(fix.changes()[0].account, "444455556666");
  EXPECT_THAT(fix.lets_in(), IsEmpty());
}

TEST(FindFixes, ReplaceAPrincipalThatWasDeleted) {
  Asking asking;
  asking.usual(trust_document(R"({"AWS":"AROAQABLZS4A3QDUDEAD"})")).ask_for(kCiSession);
  EXPECT_EQ(edit_words(best(asking).changes()[0]),
            "/Statement/0/Principal/AWS \"arn:aws:iam::111122223333:role/team/ci\"\n");
}

TEST(FindFixes, ReplaceARoleArnWithoutItsPath) {
  Asking asking;
  asking.usual(trust_document(R"({"AWS":"arn:aws:iam::111122223333:role/ci"})"))
      .ask_for(kCiSession);
  EXPECT_EQ(edit_words(best(asking).changes()[0]),
            "/Statement/0/Principal/AWS \"arn:aws:iam::111122223333:role/team/ci\"\n");
}

TEST(FindFixes, KeepAPrincipalThatStillExists) {
  Asking asking;
  asking.usual(trust_document(R"({"AWS":"arn:aws:iam::777788889999:root"})")).ask_for(kCiSession);
  EXPECT_THAT(edit_words(best(asking).changes()[0]), HasSubstr("777788889999"));
}

TEST(FindFixes, TrustTheServiceThatCalls) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})"))
      .ask_for(R"({"service":"lambda.amazonaws.com"})");
  EXPECT_EQ(edit_words(best(asking).changes()[0]),
            "/Statement/0/Principal/Service [\"ec2.amazonaws.com\", \"lambda.amazonaws.com\"]\n");
}

TEST(FindFixes, GiveATokenAStatementWithItsAudienceAndSubject) {
  Asking asking;
  asking.usual().ask_for(
      R"({"federated":"token.actions.githubusercontent.com",)"
      R"("claims":{"sub":"repo:o/r:ref:refs/heads/main","aud":"sts.amazonaws.com"}})",
      R"("action":"sts:AssumeRoleWithWebIdentity")");
  const VerifiedFix fix = best(asking);
  EXPECT_THAT(fix.changes()[0].after, HasSubstr("repo:o/r:ref:refs/heads/main"));
  EXPECT_THAT(fix.changes()[0].after, HasSubstr("token.actions.githubusercontent.com:aud"));
  EXPECT_FALSE(fix.opens());
}

TEST(FindFixes, NeverNameEveryone) {
  for (const std::string_view principal :
       {R"({"AWS":"arn:aws:iam::777788889999:root"})", R"({"Service":"ec2.amazonaws.com"})",
        R"({"AWS":"arn:aws:iam::111122223333:role/*"})"}) {
    Asking asking;
    asking.usual(trust_document(principal)).ask_for(kCiSession);
    for (const VerifiedFix& fix : fixes_of(asking)) {
      for (const FixChange& change : fix.changes()) {
        EXPECT_THAT(edit_words(change), Not(HasSubstr("\"*\""))) << principal;
        EXPECT_THAT(edit_words(change), Not(HasSubstr("111122223333:root"))) << principal;
      }
    }
  }
}

// ---- What it allows.

TEST(FindFixes, AddTheMissingSubActionForTheCallerAlone) {
  Asking asking;
  asking.usual().ask_for(kCiSession, R"("tags":{"team":"blue"})");
  const VerifiedFix fix = best(asking);
  EXPECT_THAT(fix.changes()[0].after, HasSubstr("sts:TagSession"));
  EXPECT_THAT(fix.lets_in(), IsEmpty());
  EXPECT_THAT(fix.changes()[0].after, HasSubstr("role/team/ci"));
}

TEST(FindFixes, ListWhoElseTheMissingSubActionLetsIn) {
  Asking asking;
  asking.usual().ask_for(kCiSession, R"("tags":{"team":"blue"})");
  const auto fixes = fixes_of(asking);
  const auto shared = std::find_if(fixes.begin(), fixes.end(),
                                   [](const VerifiedFix& each) { return !each.lets_in().empty(); });
  ASSERT_NE(shared, fixes.end());
  EXPECT_THAT(names_of(shared->lets_in()), ElementsAre(std::string(kUser)));
  EXPECT_NE(shared, fixes.begin());
}

TEST(FindFixes, SplitTheStatementWhoseConditionASubActionCannotMeet) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"(["sts:AssumeRole","sts:TagSession"])",
                            R"({"StringEquals":{"sts:ExternalId":"blue-7"}})"))
      .ask_for(kCiSession, R"("tags":{"team":"blue"},"context":{"sts:ExternalId":"blue-7"})");
  const VerifiedFix fix = best(asking);
  EXPECT_THAT(edit_words(fix.changes()[0]), HasSubstr("/Statement/- "));
  EXPECT_THAT(edit_words(fix.changes()[0]), Not(HasSubstr("ExternalId")));
}

// ---- Conditions.

TEST(FindFixes, PassTheExternalIdThatThePolicyShows) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                            R"({"StringEquals":{"sts:ExternalId":"blue-7"}})"))
      .ask_for(kCiSession);
  const VerifiedFix fix = best(asking);
  EXPECT_EQ(fix_kind_name(fix.changes()[0].kind), "request");
  EXPECT_EQ(edit_words(fix.changes()[0]), "/context/sts:ExternalId \"blue-7\"\n");
}

TEST(FindFixes, ReplaceAnExternalIdInsteadOfAddingOne) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                            R"({"StringEquals":{"sts:ExternalId":"old-id"}})"))
      .ask_for(kCiSession, R"("context":{"sts:ExternalId":"new-id"})");
  const auto fixes = fixes_of(asking);
  const auto policy = std::find_if(fixes.begin(), fixes.end(), [](const VerifiedFix& each) {
    return each.changes()[0].kind == FixKind::Policy;
  });
  ASSERT_NE(policy, fixes.end());
  EXPECT_EQ(edit_words(policy->changes()[0]),
            "/Statement/0/Condition/StringEquals/sts:ExternalId \"new-id\"\n");
}

TEST(FindFixes, SayWhichConditionTheyGiveUp) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                            R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})"))
      .ask_for(kCiSession);
  const VerifiedFix fix = best(asking);
  EXPECT_THAT(fix.warnings(), ElementsAre(HasSubstr("aws:MultiFactorAuthPresent")));
  EXPECT_THAT(fix.lets_in(), IsEmpty());
}

TEST(FindFixes, PreferTheExactSubjectToAPattern) {
  Asking asking;
  asking
      .usual(trust_document(
          R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"})",
          R"("sts:AssumeRoleWithWebIdentity")",
          R"({"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:o/*"}})"))
      .ask_for(R"({"federated":"token.actions.githubusercontent.com",)"
               R"("claims":{"sub":"repo:o/r:ref:refs/heads/main","aud":"sts.amazonaws.com"}})",
               R"("action":"sts:AssumeRoleWithWebIdentity")");
  const auto fixes = fixes_of(asking);
  ASSERT_GE(fixes.size(), 2U);
  EXPECT_THAT(edit_words(fixes[0].changes()[0]), HasSubstr("repo:o/r:ref:refs/heads/main"));
  const auto pattern = std::find_if(fixes.begin(), fixes.end(), [](const VerifiedFix& each) {
    return each.changes()[0].after.find("StringLike") != std::string::npos;
  });
  ASSERT_NE(pattern, fixes.end());
  EXPECT_TRUE(pattern->opens());
  EXPECT_THAT(pattern->warnings(), Not(IsEmpty()));
}

TEST(FindFixes, SendTheSessionNameOfTheCallerWhereItFitsThePattern) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                            R"({"StringLike":{"sts:RoleSessionName":"run-*"}})"))
      .ask_for(kCiSession, R"("session_name":"build")");
  EXPECT_EQ(edit_words(best(asking).changes()[0]), "/session_name \"run-7\"\n");
}

// ---- The call.

TEST(FindFixes, ShortenTheSessionBeforeRaisingTheMaximum) {
  Asking asking;
  asking.usual().ask_for(kUser, R"("duration_seconds":7200)");
  const auto fixes = fixes_of(asking);
  ASSERT_THAT(fixes, SizeIs(2));
  EXPECT_EQ(edit_words(fixes[0].changes()[0]), "/duration_seconds 3600\n");
  // No file shows MaxSessionDuration, so there is nothing to write.
  EXPECT_FALSE(fixes[1].writes_files());
  EXPECT_EQ(fixes[1].changes()[0].seconds, 7200);
}

TEST(FindFixes, AskForTheRoleWithItsPath) {
  Asking asking;
  asking.usual();
  asking.ask(R"({"principal":"arn:aws:iam::111122223333:user/ann",)"
             R"("role":"arn:aws:iam::111122223333:role/ci"})");
  EXPECT_EQ(edit_words(best(asking).changes()[0]),
            "/role \"arn:aws:iam::111122223333:role/team/ci\"\n");
}

TEST(FindFixes, TagTheCallerWhereTheTrustPolicyWantsATag) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                            R"({"StringEquals":{"aws:PrincipalTag/cost center":"it's 7"}})"))
      .ask_for(kCiSession);
  const auto fixes = fixes_of(asking);
  const auto tag = std::find_if(fixes.begin(), fixes.end(), [](const VerifiedFix& each) {
    return each.changes()[0].kind == FixKind::Command;
  });
  ASSERT_NE(tag, fixes.end());
  EXPECT_THAT(tag->changes()[0].commands,
              ElementsAre("aws iam tag-role --profile 111122223333 --role-name ci --tags "
                          R"('[{"Key":"cost center","Value":"it'\''s 7"}]')"));
  EXPECT_EQ(tag->changes()[0].account, "111122223333");
  EXPECT_FALSE(tag->opens());
}

TEST(FindFixes, DoNotTagARoleWhoseSessionHasTheTag) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                            R"({"StringEquals":{"aws:PrincipalTag/team":"red"}})"))
      .ask_for(kCiSession, R"("caller_session_tags":{"team":"blue"})");
  for (const VerifiedFix& each : fixes_of(asking)) {
    EXPECT_NE(each.changes()[0].kind, FixKind::Command) << each.summary();
  }
}

TEST(FindFixes, RenewExpiredCredentialsByACommandOnly) {
  Asking asking;
  asking.usual().ask_for(kCiSession, R"("observations":{"credentials":"expired"})");
  const auto fixes = fixes_of(asking);
  ASSERT_THAT(fixes, SizeIs(1));
  EXPECT_EQ(fix_kind_name(fixes[0].changes()[0].kind), "command");
  EXPECT_FALSE(fixes[0].writes_files());
}

// ---- The caller's policies.

std::string weak_caller(std::string_view policies) {
  return role_export(kCi, trust_document(kTrustAccount),
                     R"(,"RolePolicyList":)" + std::string(policies));
}

TEST(FindFixes, AllowExactlyTheRoleInTheCallersOwnPolicy) {
  Asking asking;
  asking
      .add("1.gaad.json",
           weak_caller(R"([{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
                       R"("Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}])"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession);
  const VerifiedFix fix = best(asking);
  EXPECT_EQ(edit_words(fix.changes()[0]),
            "/Statement/- {\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": "
            "\"arn:aws:iam::444455556666:role/deploy\"}\n");
  EXPECT_EQ(fix.changes()[0].account, "111122223333");
}

TEST(FindFixes, MakeANewPolicyWhereTheCallerHasNone) {
  Asking asking;
  asking.add("1.gaad.json", weak_caller("[]"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession);
  const VerifiedFix fix = best(asking);
  EXPECT_EQ(fix.changes()[0].policy_name, "allow-deploy");
  EXPECT_EQ(fix.changes()[0].policy, nullptr);
  EXPECT_TRUE(fix.writes_files());
}

TEST(FindFixes, RepairBothSidesAtOnce) {
  Asking asking;
  asking.add("1.gaad.json", weak_caller("[]"))
      .add("2.gaad.json",
           role_export(kDeploy, trust_document(R"({"AWS":"arn:aws:iam::111122223333:user/ann"})")))
      .ask_for(kCiSession);
  const VerifiedFix fix = best(asking);
  ASSERT_THAT(fix.changes(), SizeIs(2));
  EXPECT_EQ(fix.changes()[0].account, "444455556666");
  EXPECT_EQ(fix.changes()[1].account, "111122223333");
}

TEST(FindFixes, ExemptTheRoleFromADenyOfEverything) {
  Asking asking;
  asking
      .add("1.gaad.json",
           weak_caller(R"([{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
                       R"("Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},)"
                       R"({"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}]}}])"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession);
  EXPECT_EQ(edit_words(best(asking).changes()[0]),
            "/Statement/1/NotResource \"arn:aws:iam::444455556666:role/deploy\"\n"
            "/Statement/1/Resource \n");
}

// The caller may do anything but what the Deny statement says.
Asking& deny_own(Asking& asking, const std::string& deny) {
  return asking
      .add("1.gaad.json",
           weak_caller(R"([{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
                       R"("Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},)"
                       R"({"Effect":"Deny",)" +
                       deny + R"(,"Resource":"*"}]}}])"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession);
}

TEST(FindFixes, KeepDenyingOtherActionsOnTheRole) {
  const std::pair<std::string, std::string> cases[] = {
      {R"("Action":["iam:*","STS:assumerole"])", "/Statement/1/Action/1 \n"},
      {R"("Action":"*")", "/Statement/1/NotAction \"sts:AssumeRole\"\n/Statement/1/Action \n"},
      {R"("NotAction":"s3:*")", "/Statement/1/NotAction [\"s3:*\", \"sts:AssumeRole\"]\n"}};
  for (const auto& [deny, edits] : cases) {
    Asking asking;
    const VerifiedFix fix = best(deny_own(asking, deny));
    EXPECT_FALSE(fix.opens()) << deny;
    EXPECT_THAT(edit_words(fix.changes()[0]), testing::StartsWith(edits)) << deny;
    EXPECT_THAT(edit_words(fix.changes()[0]), HasSubstr("NotResource")) << deny;
  }
}

TEST(FindFixes, SayThatAPatternOfActionsIsGivenUpOnTheRole) {
  Asking asking;
  const auto fixes = fixes_of(deny_own(asking, R"("Action":["s3:*","*:AssumeRole","iam:*"])"));
  ASSERT_FALSE(fixes.empty());
  for (const VerifiedFix& each : fixes) {
    EXPECT_TRUE(each.opens()) << each.summary();
    EXPECT_THAT(each.warnings(), Not(IsEmpty()));
  }
}

std::string versions_export(const std::string& now, const std::string& before) {
  const auto document = [](const std::string& statement) {
    return R"({"Version":"2012-10-17","Statement":[)" + statement + "]}";
  };
  return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[{"PolicyName":"p","Arn":)"
         R"("arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v2","PolicyVersionList":[)"
         R"({"VersionId":"v2","IsDefaultVersion":true,"Document":)" +
         document(now) + R"(},{"VersionId":"v1","IsDefaultVersion":false,"Document":)" +
         document(before) + R"(}]}],"RoleDetailList":[{"Arn":")" + std::string(kCi) +
         R"(","RoleId":"AROAQABLZS4A3QDU576Q","AssumeRolePolicyDocument":)" +
         trust_document(kTrustAccount) +
         R"(,"AttachedManagedPolicies":[{"PolicyName":"p",)"
         R"("PolicyArn":"arn:aws:iam::111122223333:policy/p"}]}]})";
}

const VerifiedFix* version_fix(const std::vector<VerifiedFix>& fixes) {
  for (const VerifiedFix& each : fixes) {
    if (each.changes()[0].target == FixTarget::PolicyVersion) return &each;
  }
  return nullptr;
}

constexpr std::string_view kAllowS3 = R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})";
constexpr std::string_view kAllowRole = R"({"Effect":"Allow","Action":"sts:AssumeRole",)"
                                        R"("Resource":"arn:aws:iam::444455556666:role/deploy"})";

TEST(FindFixes, SayWhatAnotherPolicyVersionGivesAndTakes) {
  const std::string s3(kAllowS3);
  const std::string role(kAllowRole);
  const auto fixes_with = [&](const std::string& before) {
    Asking asking;
    asking.add("1.gaad.json", versions_export(s3, before))
        .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
        .ask_for(kCiSession);
    return fixes_of(asking);
  };
  const auto exact = fixes_with(s3 + "," + role);
  ASSERT_NE(version_fix(exact), nullptr);
  EXPECT_FALSE(version_fix(exact)->opens());
  for (const std::string& before :
       {std::string(R"({"Effect":"Allow","Action":"*","Resource":"*"})"), role}) {
    const auto fixes = fixes_with(before);
    EXPECT_FALSE(fixes[0].opens());
    ASSERT_NE(version_fix(fixes), nullptr);
    EXPECT_TRUE(version_fix(fixes)->opens());
    EXPECT_THAT(
        version_fix(fixes)->warnings(),
        ElementsAre(HasSubstr(before == role ? "v1 no longer allows: s3:*" : "v1 also allows: ")));
  }
}

TEST(FindFixes, GiveANewPolicyANameThatIsFree) {
  Asking asking;
  asking
      .add("1.gaad.json",
           weak_caller(R"([{"PolicyName":"Allow-deploy","PolicyDocument":{"Version":"2012-10-17",)"
                       R"("Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}])"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession);
  std::vector<std::string> names;
  for (const VerifiedFix& each : fixes_of(asking)) {
    const FixChange& change = each.changes()[0];
    if (change.policy == nullptr) names.push_back(change.policy_name);
  }
  EXPECT_THAT(names, ElementsAre("allow-444455556666-deploy"));
}

TEST(FindFixes, SayWhomTheyShutOut) {
  Asking asking;
  asking
      .usual(trust_document(R"({"AWS":["arn:aws:iam::111122223333:role/team/ci",)"
                            R"("arn:aws:iam::111122223333:user/ann"]})",
                            R"("sts:AssumeRole")",
                            R"({"StringEquals":{"sts:ExternalId":"old-id"}})"))
      .ask_for(kCiSession, R"("context":{"sts:ExternalId":"new-id"})");
  std::size_t looked_at = 0;
  for (const VerifiedFix& each : fixes_of(asking)) {
    if (edit_words(each.changes()[0]).find("new-id") == std::string::npos) continue;
    ++looked_at;
    EXPECT_TRUE(each.opens());
    EXPECT_THAT(each.warnings(),
                testing::Contains(HasSubstr("no longer admitted: "
                                            "arn:aws:iam::111122223333:user/ann")));
  }
  EXPECT_GT(looked_at, 0U);
}

TEST(FindFixes, JudgeOthersByTheirOwnCredentials) {
  const std::string id = R"("context":{"sts:ExternalId":"new-id"})";
  for (const std::string& credentials :
       {id + R"(,"caller_session_tags":{"team":"red"})",
        id + R"(,"caller_session_policies":[{"Version":"2012-10-17","Statement":[{"Effect":)"
             R"("Allow","Action":"*","Resource":"*","Condition":{"ArnLike":)"
             R"({"aws:PrincipalArn":"*/ci"}}}]}])",
        std::string(R"("context":{"sts:ExternalId":"new-id","aws:PrincipalTag/team":"red"})")}) {
    Asking asking;
    asking
        .usual(
            R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":)"
            R"(["arn:aws:iam::111122223333:role/team/ci","arn:aws:iam::111122223333:user/ann"]},)"
            R"("Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":)"
            R"("old-id"}}},{"Effect":"Deny","Principal":{"AWS":)"
            R"("arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole",)"
            R"("Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}]})")
        .ask_for(kCiSession, credentials);
    std::size_t looked_at = 0;
    for (const VerifiedFix& each : fixes_of(asking)) {
      if (edit_words(each.changes()[0]).find("new-id") == std::string::npos) continue;
      ++looked_at;
      EXPECT_THAT(names_of(each.lets_in()), ElementsAre("arn:aws:iam::111122223333:user/ann"))
          << credentials << each.summary();
    }
    EXPECT_GT(looked_at, 0U) << credentials << asking.said();
  }
}

// ---- Proof.

TEST(VerifiedFix, IsNotMadeOfAFixThatDoesNotRepair) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  FixChange change;
  change.target = FixTarget::TrustPolicy;
  change.policy = asking.estate.find_role(kDeploy)->trust;
  change.edits = {{JsonEdit::Op::Add, "/Statement/0/Sid", "\"Named\""}};
  EXPECT_FALSE(
      VerifiedFix::try_out(asking.estate, asking.request, asking.decide(), {{change}}).has_value());
}

TEST(VerifiedFix, IsNotMadeOfADocumentThatIsNoPolicyAfterwards) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  FixChange change;
  change.target = FixTarget::TrustPolicy;
  change.policy = asking.estate.find_role(kDeploy)->trust;
  change.edits = {{JsonEdit::Op::Replace, "/Statement/0/Principal", "\"everybody\""}};
  EXPECT_FALSE(
      VerifiedFix::try_out(asking.estate, asking.request, asking.decide(), {{change}}).has_value());
}

TEST(FindFixes, HaveNothingToSayAboutAnAllowedCall) {
  Asking asking;
  asking.usual().ask_for(kCiSession);
  EXPECT_THAT(fixes_of(asking), IsEmpty());
}

// ---- The table.

TEST(GeneratorTable, HasCodesOfTheCatalogueOnly) {
  for (const GeneratorRow& row : generator_table()) {
    const std::string_view prefix = row.code.substr(0, row.code.find('*'));
    const bool known =
        row.code.ends_with('*')
            ? std::any_of(cause_table().begin(), cause_table().end(),
                          [&](const CauseRow& each) { return each.code.starts_with(prefix); })
            : find_cause(row.code) != nullptr;
    EXPECT_TRUE(known) << row.code;
    EXPECT_NE(row.generate, nullptr) << row.code;
  }
}

TEST(GeneratorTable, NamesNoGeneratorTwiceForOneCode) {
  std::set<std::pair<std::string_view, Generator>> seen;
  for (const GeneratorRow& row : generator_table()) {
    EXPECT_TRUE(seen.emplace(row.code, row.generate).second) << row.code;
  }
}

// ---- The request as text.

TEST(EditRequestText, MakesTheObjectAMemberNeeds) {
  const JsonEdit edit{JsonEdit::Op::Add, "/tags/team", "\"blue\""};
  const auto text = edit_request_text(R"({"role": "x"})", {&edit, 1});
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(*text, R"({"role": "x", "tags": {"team": "blue"}})");
}

TEST(EditRequestText, TakesNullForNoObject) {
  const JsonEdit edit{JsonEdit::Op::Add, "/tags/team", "\"blue\""};
  const auto text = edit_request_text(R"({"tags": null})", {&edit, 1});
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(*text, R"({"tags": {"team": "blue"}})");
}

TEST(CompleteRequestEdits, AreAPatchOfTheFile) {
  const std::vector<JsonEdit> edits{{JsonEdit::Op::Add, "/context/a", "1"},
                                    {JsonEdit::Op::Add, "/context/b", "2"}};
  const auto complete = complete_request_edits("{}", edits);
  ASSERT_TRUE(complete.has_value());
  EXPECT_THAT(*complete,
              ElementsAre(JsonEdit{JsonEdit::Op::Add, "/context", "{}"}, edits[0], edits[1]));
}

}  // namespace
}  // namespace rolecall
