// SPDX-License-Identifier: Apache-2.0
#include "diagnose/trial.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proposing.h"

namespace rolecall {
namespace {

FixChange request_edit(JsonEdit::Op op, std::string pointer, std::string value) {
  FixChange change;
  change.kind = FixKind::Request;
  change.target = FixTarget::Request;
  change.edits = {{op, std::move(pointer), std::move(value)}};
  return change;
}

bool can_be_tried(const Asking& asking, const FixChange& change) {
  return Trial::run(asking.estate, asking.request, {{change}}) != nullptr;
}

TEST(Trial, IsOfEditsThatCanBeApplied) {
  Asking asking;
  asking.usual().ask_for(kUser);
  EXPECT_TRUE(can_be_tried(asking, request_edit(JsonEdit::Op::Add, "/session_name", "\"run\"")));
  EXPECT_FALSE(can_be_tried(asking, request_edit(JsonEdit::Op::Remove, "/session_name", "")));
  EXPECT_FALSE(can_be_tried(asking, request_edit(JsonEdit::Op::Add, "/duration_seconds", "\"x\"")));
  EXPECT_FALSE(can_be_tried(asking, request_edit(JsonEdit::Op::Replace, "", "[]")));
  FixChange trust;
  trust.target = FixTarget::TrustPolicy;
  trust.policy = asking.estate.find_role(kDeploy)->trust;
  trust.edits = {{JsonEdit::Op::Remove, "/Statement/7", ""}};
  EXPECT_FALSE(can_be_tried(asking, trust));
  trust.edits = {{JsonEdit::Op::Replace, "", "[]"}};
  EXPECT_FALSE(can_be_tried(asking, trust));
}

TEST(Trial, WantsThePolicyWhoseVersionChanges) {
  Asking asking;
  asking.usual()
      .add(
          "3.gaad.json",
          R"({"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],"Policies":[)"
          R"({"PolicyName":"p","Arn":"arn:aws:iam::777788889999:policy/p","DefaultVersionId":"v2",)"
          R"("PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":false,"Document":)"
          R"({"Version":"2012-10-17","Statement":[]}}]}]})")
      .ask_for(kUser);
  FixChange change;
  change.target = FixTarget::PolicyVersion;
  change.account = "777788889999";
  change.version_id = "v1";
  for (const std::string_view arn :
       {"arn:aws:iam::777788889999:policy/other", "arn:aws:iam::777788889999:policy/p"}) {
    change.entity_arn = arn;
    EXPECT_FALSE(can_be_tried(asking, change)) << arn;
  }
}

TEST(Trial, KeepsWhatNoRequestFileSays) {
  Asking asking;
  asking.usual().ask_for(kUser);
  asking.request.role_may_be_cut = true;
  asking.request.mfa_serial_given = true;
  asking.request.whole = false;
  const auto after = [&](const FixChange& change) {
    const auto trial = Trial::run(asking.estate, asking.request, {{change}});
    EXPECT_NE(trial, nullptr);
    return trial == nullptr ? AssumeRequest{} : trial->request();
  };
  const AssumeRequest named = after(request_edit(JsonEdit::Op::Add, "/session_name", "\"run\""));
  EXPECT_EQ(named.session_name, "run");
  EXPECT_TRUE(named.role_may_be_cut);
  EXPECT_TRUE(named.mfa_serial_given);
  EXPECT_FALSE(named.whole);
  const AssumeRequest other = after(
      request_edit(JsonEdit::Op::Replace, "/role", R"("arn:aws:iam::444455556666:role/deployer")"));
  EXPECT_FALSE(other.role_may_be_cut);
}

// ---- Proven fixes.

VerifiedFix proven(const Asking& asking, FixChange change) {
  auto fix = VerifiedFix::try_out(asking.estate, asking.request, asking.decide(), {{change}});
  if (!fix) throw std::runtime_error("not proven");
  return *fix;
}

FixChange new_trust(const Asking& asking, const std::string& document) {
  FixChange change;
  change.target = FixTarget::TrustPolicy;
  change.policy = asking.estate.find_role(kDeploy)->trust;
  change.edits = {{JsonEdit::Op::Replace, "", document}};
  return change;
}

TEST(VerifiedFixOfAnIncompleteEstate, MayStillBeRefused) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  const std::string trusting =
      trust_document(R"({"AWS":"arn:aws:iam::111122223333:role/team/ci"})");
  EXPECT_EQ(decision_name(proven(asking, new_trust(asking, trusting)).decision_after()), "allowed");
  asking.estate.incomplete = true;
  EXPECT_EQ(decision_name(proven(asking, new_trust(asking, trusting)).decision_after()), "unknown");
}

TEST(VerifiedFix, NamesAFewOfThoseItShutsOut) {
  std::string statements;
  for (int i = 1; i <= 5; ++i) {
    statements +=
        (i == 1 ? "" : ",") +
        (R"({"Effect":"Allow","Principal":{"AWS":"77778888999)" + std::to_string(i)) +
        R"("},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":")" +
        std::to_string(i) + "\"}}}";
  }
  Asking asking;
  asking.usual(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}").ask_for(kCiSession);
  const VerifiedFix fix = proven(
      asking,
      new_trust(asking, trust_document(R"({"AWS":"arn:aws:iam::111122223333:role/team/ci"})")));
  EXPECT_TRUE(fix.opens());
  EXPECT_THAT(fix.warnings(), testing::SizeIs(4));
  EXPECT_EQ(fix.warnings().back(), "2 more are no longer admitted");
}

TEST(ReplacementsOf, FailWhereNoFileHasThePlace) {
  Asking asking;
  asking.usual().ask_for(kUser);
  FixChange change;
  change.summary = "raise MaxSessionDuration of role deploy to 7200 seconds";
  const auto replacements = replacements_of(change, asking.estate.sources());
  ASSERT_FALSE(replacements.has_value());
  EXPECT_EQ(replacements.error().message,
            "no file that was given has a place for this: " + change.summary);
}

TEST(EditRequestText, FailsWhereAParentIsNoObject) {
  const JsonEdit edit{JsonEdit::Op::Add, "/tags/a/b", "1"};
  EXPECT_FALSE(edit_request_text(R"({"tags":"x"})", {&edit, 1}).has_value());
  const JsonEdit gone{JsonEdit::Op::Remove, "/tags", ""};
  EXPECT_FALSE(edit_request_text("{}", {&gone, 1}).has_value());
}

}  // namespace
}  // namespace rolecall
