// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/diagnose/fix.h"

#include "diagnose/proposing.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::ElementsAre;

// What every fix says and does of a call by user `ann`, who may read buckets and nothing else, for
// a role that trusts her account.
std::string fixes_for(std::string_view role) {
  Asking asking;
  asking.add("111122223333.gaad.json",
             R"({"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ann","UserName":"ann",)"
             R"("UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
             R"("Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}}]}],)"
             R"("GroupDetailList":[],"RoleDetailList":[],"Policies":[]})");
  asking.add("trust.roles.json", R"({"Roles":[{"RoleName":"r","Path":"/","Arn":")" +
                                     std::string(role) + R"(","AssumeRolePolicyDocument":)" +
                                     trust_document(kTrustAccount) + "}]}");
  asking.ask_for(kUser);
  asking.request.role = role;
  const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
  EXPECT_EQ(diagnosis.decision.at(Gate::Identity).verdict, Verdict::DeniesImplicitly);
  std::string text;
  for (const VerifiedFix& fix : find_fixes(asking.estate, asking.request, diagnosis)) {
    for (const FixChange& each : fix.changes()) {
      text += each.summary + "\n" + each.after + "\n";
      for (const JsonEdit& edit : each.edits) text += edit.value + "\n";
    }
  }
  return text;
}

TEST(FindFixes, NameTheRoleOnlyWhenSomebodyNamedIt) {
  const std::string named = fixes_for("arn:aws:iam::444455556666:role/deploy");
  EXPECT_NE(named.find("\"arn:aws:iam::444455556666:role/deploy\""), std::string::npos) << named;
  const std::string unnamed = fixes_for("arn:aws:iam::000000000000:role/unnamed");
  EXPECT_EQ(unnamed.find("000000000000"), std::string::npos) << unnamed;
}

// Of the issuers that many customers share AWS stores no trust without a claim that tells them
// apart.
TEST(FindFixes, WriteNoPolicyThatAwsWouldNotStore) {
  const auto summaries = [](std::string_view claims) {
    Asking asking;
    asking.usual().ask_for(
        R"({"federated":"cognito-identity.amazonaws.com")" + std::string(claims) + "}",
        R"("action":"sts:AssumeRoleWithWebIdentity")");
    std::size_t count = 0;
    const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
    EXPECT_EQ(diagnosis.decision.decision, Decision::Denied);
    for (const VerifiedFix& fix : find_fixes(asking.estate, asking.request, diagnosis)) {
      count += fix.changes().size();
    }
    return count;
  };
  EXPECT_EQ(summaries(""), 0U);
  EXPECT_EQ(summaries(R"(,"claims":{"aud":"eu-west-1:0a","sub":"eu-west-1:1b"})"), 1U);
}

// ---- No more than is needed.

std::vector<VerifiedFix> fixes_of_call(const Asking& asking) {
  return find_fixes(asking.estate, asking.request, diagnose(asking.estate, asking.request));
}

std::vector<std::string> summaries_of_call(const Asking& asking) {
  std::vector<std::string> all;
  for (const VerifiedFix& each : fixes_of_call(asking)) all.push_back(each.summary());
  return all;
}

// A statement of its own without the condition would be tried before the tag, and the tag then for
// the sub-action.
TEST(FindFixes, DoNotTrustTheCallerAnewWhenItsTagIsChanged) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"(["sts:AssumeRole","sts:TagSession"])",
                            R"({"StringEquals":{"aws:PrincipalTag/team":"red"}})"))
      .ask_for(kUser, R"("tags":{"k":"v"},"session_name":"ann")");
  const auto fixes = fixes_of_call(asking);
  std::size_t tagging = 0;
  for (const VerifiedFix& each : fixes) {
    if (each.summary().find("tag user ann") == std::string::npos) continue;
    ++tagging;
    EXPECT_EQ(each.changes().size(), 1U) << each.summary();
  }
  EXPECT_EQ(tagging, 1U);
}

// Both steps edit one document; the exemption was proposed for the sub-action.
TEST(FindFixes, DoNotTakeAnActionOutOfADenyThatTheCallerIsExemptedFrom) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount, R"("sts:*")"))
      .add("organization.json",
           organization_file("SERVICE_CONTROL_POLICY",
                             R"({"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny",)"
                             R"("Action":["sts:AssumeRole","sts:TagSession"],"Resource":"*"})"))
      .ask_for(kUser, R"("tags":{"k":"v"},"session_name":"ann")");
  EXPECT_THAT(
      summaries_of_call(asking),
      ElementsAre("exempt `arn:aws:iam::111122223333:user/ann` from statement 1 of p-own",
                  "exempt `arn:aws:iam::444455556666:role/deploy` from statement 1 of p-own"));
}

// A tag that the trust policy wants makes tagging necessary, which the boundary and the caller's
// policies then have to allow. Whoever is trusted anew needs none, and other actions.
TEST(FindFixes, AreNeededInEachOfTheirChanges) {
  Asking asking;
  add_bounded_ci(asking, R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})",
                 R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"})")
      .add("2.gaad.json",
           role_export(kDeploy,
                       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
                       R"({"AWS":"AIDAQABLZS4A3QDU576Q"},"Action":["sts:AssumeRole",)"
                       R"("sts:TagSession","sts:SetSourceIdentity"]},{"Effect":"Allow",)"
                       R"("Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole",)"
                       R"("sts:TagSession"],"Condition":{"StringEquals":)"
                       R"({"aws:RequestTag/team":"blue"}}}]})"))
      .ask_for(kCiSession, R"("inherited_source_identity":"bob","session_name":"run")");
  const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
  const auto fixes = find_fixes(asking.estate, asking.request, diagnosis);
  EXPECT_GT(fixes.size(), 1U);
  for (const VerifiedFix& each : fixes) {
    for (std::size_t i = 0; i < each.changes().size(); ++i) {
      Fix rest{each.changes()};
      rest.changes.erase(rest.changes.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_FALSE(VerifiedFix::try_out(asking.estate, asking.request, diagnosis.decision, rest))
          << each.summary() << "\nwithout " << each.changes()[i].summary;
    }
  }
}

// A session policy of the caller may be a document or a list of them, and is edited where it is.
TEST(FindFixes, EditASessionPolicyWhereTheRequestFileHasIt) {
  constexpr std::string_view kOther = R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})";
  constexpr std::string_view kDeny =
      R"({"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"})";
  const std::string document =
      R"({"Version":"2012-10-17","Statement":[)" + std::string(kOther) + ",";
  const std::string without_allow = document + std::string(kOther) + "]}";
  const std::string with_deny = document + std::string(kDeny) + "]}";
  for (const std::string& written :
       {without_allow, with_deny, "[" + without_allow + "]", "[" + with_deny + "]"}) {
    const std::string text = R"({"principal":")" + std::string(kCiSession) + R"(","role":")" +
                             std::string(kDeploy) + R"(","caller_session_policies":)" + written +
                             "}";
    Asking asking;
    asking.usual().ask(text);
    const auto fixes = fixes_of_call(asking);
    EXPECT_FALSE(fixes.empty()) << written;
    for (const VerifiedFix& each : fixes) {
      // The pointers are those of the file as it was written, not only of what rolecall writes.
      const auto edited = apply_json_edits(text, each.changes().at(0).edits);
      ASSERT_TRUE(edited.has_value()) << written << edits_of(each.changes()[0]);
      asking.ask(*edited);
      EXPECT_EQ(decision_name(asking.decide().decision), "allowed") << *edited;
    }
  }
}

}  // namespace
}  // namespace rolecall
