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

// What the trust policy lets in when it becomes `after`. Role `team/ci` asks, user `ann` does not.
BlastRadius radius_after(const std::string& before, const std::string& after,
                         std::size_t limit = 100) {
  Asking asking;
  asking.usual(before).ask_for(kCiSession, R"("open":["aws:SourceIp"])");
  FixChange change;
  change.target = FixTarget::TrustPolicy;
  change.policy = asking.estate.find_role(kDeploy)->trust;
  change.edits = {{JsonEdit::Op::Replace, "", after}};
  const Fix fix{{change}};
  const auto trial = Trial::run(asking.estate, asking.request, fix);
  EXPECT_NE(trial, nullptr);
  return trial == nullptr ? BlastRadius{} : find_blast_radius(asking.estate, fix, *trial, limit);
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
