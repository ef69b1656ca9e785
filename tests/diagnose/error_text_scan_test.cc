// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_scan.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/diagnose/error_text.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Role, or the bare name in its place, of each denial.
std::vector<std::string> roles_in(std::string_view text) {
  std::vector<std::string> roles;
  for (const ErrorEvidence& each : recognize_denials(text)) {
    const std::string_view name = each.fact("role_name");
    roles.push_back(each.role.empty() ? std::string(name) : each.role);
  }
  return roles;
}

constexpr std::string_view kSnsRole = "arn:aws:iam::210987654321:role/Release";

TEST(ScanErrorText, ReadsARoleBeforeThePhraseByArnOrByName) {
  const std::string phrase = " is not a valid role to allow SNS to write";
  EXPECT_THAT(roles_in(std::string(kSnsRole) + phrase), ElementsAre(std::string(kSnsRole)));
  EXPECT_THAT(roles_in("Error: \"team_a+b.c@d-1\"" + phrase), ElementsAre("team_a+b.c@d-1"));
  EXPECT_THAT(roles_in("Release" + phrase), ElementsAre("Release"));
  EXPECT_THAT(roles_in("'Release'\n" + phrase), ElementsAre("Release"));
  EXPECT_THAT(roles_in("x " + std::string(200, 'a') + phrase), ElementsAre(std::string(128, 'a')));
}

TEST(ScanErrorText, WantsARoleBeforeAPhraseThatNamesOne) {
  EXPECT_THAT(roles_in("is not a valid role to allow SNS to write"), IsEmpty());
  EXPECT_THAT(roles_in("(!) is not a valid role to allow SNS to write"), IsEmpty());
}

TEST(ScanErrorText, TakesARoleFromTheSameSentenceOnly) {
  const std::string role(kSnsRole);
  EXPECT_THAT(roles_in(role + " cannot be assumed"), ElementsAre(role));
  EXPECT_THAT(roles_in(role + " given to the task cannot be assumed"), ElementsAre(role));
  EXPECT_THAT(roles_in(role + " was made. The value cannot be assumed"), ElementsAre(""));
  EXPECT_THAT(roles_in(role + " was made\n\nThe value cannot be assumed"), ElementsAre(""));
  EXPECT_THAT(roles_in(role + " " + std::string(80, 'x') + " cannot be assumed"), ElementsAre(""));
}

TEST(ScanErrorText, LeavesOutWhatIsNotAboutRoles) {
  EXPECT_THAT(roles_in("That this holds cannot be assumed."), IsEmpty());
  EXPECT_THAT(roles_in("The role in question cannot be assumed."), testing::SizeIs(1));
  EXPECT_THAT(roles_in("We are unable to assume liability."), IsEmpty());
}

TEST(ScanErrorText, GivesAnArnToTheDenialItBelongsTo) {
  const std::string sentence =
      "User: arn:aws:iam::123456789012:user/mona is not authorized to perform: sts:AssumeRole on "
      "resource: " +
      std::string(kSnsRole);
  const auto denials = recognize_denials(sentence + " cannot be assumed");
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].principal, "arn:aws:iam::123456789012:user/mona");
  EXPECT_EQ(denials[0].times, 1);
}

TEST(ScanErrorText, LooksAtWholeWordsForServices) {
  EXPECT_EQ(recognize_denials("Lambda could not assume the role").at(0).service,
            "lambda.amazonaws.com");
  EXPECT_EQ(recognize_denials("Lambdas could not assume the role").at(0).service, "");
}

}  // namespace
}  // namespace rolecall
