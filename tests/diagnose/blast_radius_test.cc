// SPDX-License-Identifier: Apache-2.0
#include "diagnose/blast_radius.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kKnownAddress = R"({"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})";

// What the trust policy lets in when it becomes `after`, for the call of `principal`.
BlastRadius radius_of(std::string_view principal, std::string_view call, const std::string& before,
                      const std::string& after, std::size_t limit = 100) {
  Asking asking;
  asking.usual(before, R"(,"MaxSessionDuration":7200)").ask_for(principal, call);
  FixChange change;
  change.target = FixTarget::TrustPolicy;
  change.policy = asking.estate.find_role(kDeploy)->trust;
  change.edits = {{JsonEdit::Op::Replace, "", after}};
  const Fix fix{{change}};
  const auto trial = Trial::run(asking.estate, asking.request, fix);
  EXPECT_NE(trial, nullptr);
  return trial == nullptr ? BlastRadius{} : find_blast_radius(asking.estate, fix, *trial, limit);
}

// The same where role `team/ci` asks, and user `ann` does not.
BlastRadius radius_after(const std::string& before, const std::string& after,
                         std::size_t limit = 100) {
  return radius_of(kCiSession, R"("open":["aws:SourceIp"])", before, after, limit);
}

std::vector<std::string> let_in(const BlastRadius& radius) {
  std::vector<std::string> all;
  for (const LetIn& each : radius.lets_in) {
    std::string text = each.principal;
    for (const std::string& condition : each.conditions) text += " if " + condition;
    all.push_back(text);
  }
  return all;
}

std::string trusting_nobody() {
  return trust_document(R"({"Service":"ec2.amazonaws.com"})");
}

TEST(BlastRadius, NamesTheOthersOfTheAccount) {
  const BlastRadius radius = radius_after(trusting_nobody(), trust_document(kTrustAccount));
  EXPECT_THAT(let_in(radius), ElementsAre(std::string(kUser)));
  EXPECT_THAT(radius.unknowns, IsEmpty());
}

TEST(BlastRadius, SaysWhenThereAreTooManyToLookAt) {
  const BlastRadius radius = radius_after(trusting_nobody(), trust_document(kTrustAccount), 0);
  EXPECT_THAT(let_in(radius), IsEmpty());
  EXPECT_THAT(radius.unknowns, ElementsAre("the estate has too many principals to look at all"));
}

TEST(BlastRadius, NamesThoseWhomWhatIsNotKnownMayRefuse) {
  const std::string open = trust_document(kTrustAccount, R"("sts:AssumeRole")", kKnownAddress);
  EXPECT_THAT(let_in(radius_after(trusting_nobody(), open)),
              ElementsAre(std::string(kUser) + " if what is not known does not refuse it"));
  EXPECT_THAT(let_in(radius_after(open, trust_document(kTrustAccount))),
              ElementsAre(std::string(kUser)));
}

TEST(BlastRadius, SaysNothingOfThoseWhoWereLetInBefore) {
  const std::string open = trust_document(kTrustAccount, R"("sts:AssumeRole")", kKnownAddress);
  const std::string any = trust_document(kTrustAccount);
  EXPECT_THAT(let_in(radius_after(any, trust_document(kTrustAccount, R"("sts:*")"))), IsEmpty());
  EXPECT_THAT(let_in(radius_after(
                  open, trust_document(kTrustAccount, R"(["sts:AssumeRole","sts:TagSession"])",
                                       kKnownAddress))),
              IsEmpty());
}

// Two statements of a trust policy: what the caller's account may, and what the caller alone may.
std::string also_trusting(std::string_view principal, std::string_view action) {
  std::string text = trust_document(kTrustAccount);
  text.resize(text.size() - 2);
  return text + R"(,{"Effect":"Allow","Principal":{"AWS":")" + std::string(principal) +
         R"("},"Action":")" + std::string(action) + R"("}]})";
}

TEST(BlastRadius, NamesThoseWhoCanCallWithLess) {
  const auto of_ci = [](std::string_view call, std::string_view action) {
    return let_in(radius_of(kCiSession, call, trusting_nobody(), also_trusting(kCi, action)));
  };
  EXPECT_THAT(of_ci(R"("tags":{"k":"v"})", "sts:TagSession"), ElementsAre(std::string(kUser)));
  EXPECT_THAT(of_ci(R"("source_identity":"bob")", "sts:SetSourceIdentity"),
              ElementsAre(std::string(kUser)));
  // Sessions of roles last an hour at most, and have no MFA.
  for (const std::string_view call :
       {R"("duration_seconds":7200)",
        R"("mfa":{"serial":"arn:aws:iam::111122223333:mfa/ann","code_given":true})"}) {
    EXPECT_THAT(let_in(radius_of(kUser, call, trusting_nobody(), trust_document(kTrustAccount))),
                ElementsAre(std::string(kCi)));
  }
}

TEST(BlastRadius, EverybodyCallsUnderTheirOwnName) {
  constexpr std::string_view kUserName =
      R"({"StringEquals":{"sts:RoleSessionName":"${aws:username}"}})";
  const std::string after = trust_document(kTrustAccount, R"("sts:AssumeRole")", kUserName);
  const auto radius = radius_of(kCiSession, R"("session_name":"x")", trusting_nobody(), after);
  EXPECT_THAT(let_in(radius), ElementsAre(std::string(kUser)));
}

TEST(BlastRadius, IsNobodyWhereTheTrustPolicyIsNotKnown) {
  Asking asking;
  asking.add("1.gaad.json", caller_export()).ask_for(kCiSession);
  FixChange change;
  change.target = FixTarget::InlinePolicy;
  change.account = "111122223333";
  change.entity_arn = kCi;
  change.policy = asking.estate.find_role(kCi)->inline_policies.at(0).policy;
  change.edits = {{JsonEdit::Op::Add, "/Id", "\"x\""}};
  const Fix fix{{change}};
  const auto trial = Trial::run(asking.estate, asking.request, fix);
  ASSERT_NE(trial, nullptr);
  EXPECT_THAT(let_in(find_blast_radius(asking.estate, fix, *trial, 100)), IsEmpty());
}

}  // namespace
}  // namespace rolecall
