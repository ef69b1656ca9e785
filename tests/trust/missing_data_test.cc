// SPDX-License-Identifier: Apache-2.0
#include "trust/missing_data.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> missing_at(const AssumeDecision& decision, Gate gate) {
  std::vector<std::string> all;
  for (const MissingDatum& each : decision.missing) {
    if (each.gate == gate) all.push_back(each.what + "; " + each.why + "; " + each.obtain);
  }
  return all;
}

TEST(MissingData, BeginWithTheQuestionItself) {
  Asking asking;
  asking.usual().ask(R"({"principal":"arn:aws:iam::111122223333:user/ann"})");
  EXPECT_THAT(missing_at(asking.decide(), Gate::Trust),
              ElementsAre("the role; its ARN was not given; --to ROLE"));
  EXPECT_EQ(asking.decide().missing.size(), 1U);
  asking.ask(R"({"role":"arn:aws:iam::444455556666:role/deploy"})");
  EXPECT_THAT(missing_at(asking.decide(), Gate::Trust),
              ElementsAre("the caller; it was not given; "
                          "aws sts get-caller-identity  # then --from PRINCIPAL"));
  asking.ask("{}");
  EXPECT_EQ(asking.decide().missing.size(), 2U);
}

// AWS keeps at least one attached to each.
TEST(MissingData, IncludeTheScpsOfLevelsForWhichTheFileListsNone) {
  Asking asking;
  asking.usual().ask_for(kUser);
  asking.add("organization.json", organization_with(kCallerAccount));
  std::vector<std::string> expected;
  for (const std::string_view level : {"r-1", "111122223333"}) {
    expected.push_back(
        fmt::format("service control policies of {0}; the organization file lists "
                    "none, and AWS keeps at least one attached; {1}",
                    level, kFetchOrganization));
  }
  EXPECT_EQ(missing_at(asking.decide(), Gate::Scp), expected);
}

TEST(MissingData, IncludeTheTagsOfASessionThatAPolicyAsksFor) {
  const auto missing = [](std::string_view condition, bool whole) {
    Asking asking;
    asking.usual(trust_document(kTrustAccount, R"("sts:AssumeRole")", condition))
        .ask_for(kCiSession);
    asking.request.whole = whole;
    std::vector<std::string> all = missing_at(asking.decide(), Gate::Session);
    std::erase_if(all, [](const std::string& each) { return !each.starts_with("tags"); });
    return all;
  };
  for (const std::string_view condition :
       {R"({"StringEquals":{"aws:PrincipalTag/team":"red"}})",
        R"({"StringEquals":{"sts:ExternalId":"${aws:PrincipalTag/team}"}})"}) {
    EXPECT_THAT(missing(condition, false),
                ElementsAre("tags of the caller's session; `aws:PrincipalTag/team` was looked up "
                            "among the tags of the role only; --context KEY=VALUE"));
    EXPECT_THAT(missing(condition, true), IsEmpty());
  }
  EXPECT_THAT(missing("{}", false), IsEmpty());
}

TEST(MissingData, AreTheProvidersOfTheCallersKind) {
  const auto obtain = [](std::string_view caller, std::string_view action) {
    Asking asking;
    asking.usual().ask_for(caller, R"("action":")" + std::string(action) + "\"");
    return missing_at(asking.decide(), Gate::Idp);
  };
  EXPECT_THAT(obtain(R"({"federated":"ci.example.com","claims":{"sub":"a","aud":"b"}})",
                     "sts:AssumeRoleWithWebIdentity"),
              ElementsAre(testing::HasSubstr("aws iam list-open-id-connect-providers  # in")));
  EXPECT_THAT(obtain(R"({"federated":"arn:aws:iam::444455556666:saml-provider/corp"})",
                     "sts:AssumeRoleWithSAML"),
              ElementsAre(testing::HasSubstr("aws iam list-saml-providers  # in account 4444")));
}

TEST(MissingData, NameTheCommandForEachDocument) {
  Asking asking;
  asking.add("111122223333.gaad.json",
             R"({"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ann","UserName":"ann",)"
             R"("AttachedManagedPolicies":[{"PolicyName":"far",)"
             R"("PolicyArn":"arn:aws:iam::111122223333:policy/far"}]}],)"
             R"("GroupDetailList":[],"RoleDetailList":[],"Policies":[]})");
  // The root of AssumeRoot is no role; with a text that is no ARN either, no role is looked for.
  asking.ask(R"({"action":"sts:AssumeRoot","role":"444455556666",)"
             R"("principal":"arn:aws:iam::111122223333:user/ann"})");
  EXPECT_THAT(
      missing_at(asking.decide(), Gate::Identity),
      ElementsAre(
          "arn:aws:iam::111122223333:policy/far; the document is not in the estate or could not be "
          "read; "
          "aws iam get-policy-version --policy-arn arn:aws:iam::111122223333:policy/far "
          "--version-id $(aws iam get-policy --policy-arn arn:aws:iam::111122223333:policy/far "
          "--query Policy.DefaultVersionId --output text)"));
}

TEST(MissingData, NamesNoAccountThatIsNone) {
  Asking asking;
  asking.ask(R"({"role":"arn:aws:iam::444455556666:role/deploy",)"
             R"("principal":"arn:aws:iam::1;touch x:user/ann"})");
  for (const MissingDatum& each : asking.decide().missing) {
    EXPECT_THAT(each.obtain, testing::Not(testing::HasSubstr("touch")));
  }
  EXPECT_THAT(missing_at(asking.decide(), Gate::Identity),
              ElementsAre(testing::HasSubstr("> ACCOUNT.gaad.json  # in account ACCOUNT")));
}

TEST(MissingData, QuotesNamesInItsCommands) {
  Asking asking;
  asking.add("111122223333.gaad.json",
             R"({"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ann","UserName":"ann",)"
             R"("AttachedManagedPolicies":[{"PolicyName":"far",)"
             R"("PolicyArn":"arn:aws:iam::111122223333:policy/far;id"}]}],)"
             R"("GroupDetailList":[],"RoleDetailList":[],"Policies":[]})");
  asking.ask(R"({"action":"sts:AssumeRoot","role":"444455556666",)"
             R"("principal":"arn:aws:iam::111122223333:user/ann"})");
  EXPECT_THAT(missing_at(asking.decide(), Gate::Identity),
              ElementsAre(testing::HasSubstr(
                  "--policy-arn 'arn:aws:iam::111122223333:policy/far;id' --version-id")));
}

TEST(MissingData, OfPassingARoleAreThoseOfTheCaller) {
  Asking asking;
  asking.add("444455556666.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)));
  asking.ask_for("arn:aws:iam::444455556666:user/bob", R"("action":"iam:PassRole")");
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(decision.decision, Decision::Unknown);
  EXPECT_THAT(missing_at(decision, Gate::Identity),
              ElementsAre("identity-based policies; `bob` is not in the export of account "
                          "444455556666; aws iam get-account-authorization-details > "
                          "444455556666.gaad.json  # in account 444455556666"));
  EXPECT_THAT(missing_at(decision, Gate::PassRole),
              ElementsAre("iam:PassRole; `bob` is not in the export of account 444455556666; "));
  EXPECT_THAT(missing_at(decision, Gate::Trust), IsEmpty());
}

}  // namespace
}  // namespace rolecall
