// SPDX-License-Identifier: Apache-2.0
#include "trail/question_merge.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

constexpr std::string_view kRole = "arn:aws:iam::444455556666:role/deploy";
constexpr std::string_view kCi = "arn:aws:iam::111122223333:role/team/ci";
constexpr std::string_view kCiSession = "arn:aws:sts::111122223333:assumed-role/ci/run-7";

struct Merge {
  Merge& fill() {
    fill_gaps(request, lower, sources, diagnostics);
    return *this;
  }
  [[nodiscard]] std::string said() const {
    std::string text;
    for (const Diagnostic& each : diagnostics.all()) {
      text += format_code(each.code) + " " + each.message + "\n";
    }
    return text;
  }

  AssumeRequest request{};
  AssumeRequest lower{};
  SourceTable sources{};
  Diagnostics diagnostics{};
};

TEST(FillGaps, TakesWhatIsMissing) {
  Merge merge;
  merge.lower.principal = RequestPrincipal::arn(kCi);
  merge.lower.role = kRole;
  merge.lower.action = "sts:AssumeRole";
  merge.lower.session_name = "run-7";
  merge.lower.duration_seconds = 900;
  merge.lower.tags = {{"team", "blue"}};
  merge.lower.set_context("sts:ExternalId", {"blue-7"});
  merge.lower.open = {"aws:SourceIp"};
  merge.lower.parameters_hidden = true;
  merge.fill();
  EXPECT_EQ(merge.said(), "");
  EXPECT_EQ(merge.request.principal.name, kCi);
  EXPECT_EQ(merge.request.role, kRole);
  EXPECT_EQ(merge.request.action, "sts:AssumeRole");
  EXPECT_EQ(merge.request.session_name, "run-7");
  EXPECT_EQ(merge.request.duration_seconds, 900);
  EXPECT_EQ(merge.request.tags.size(), 1U);
  EXPECT_NE(merge.request.context_values("sts:ExternalId"), nullptr);
  EXPECT_TRUE(merge.request.is_open("aws:SourceIp"));
  EXPECT_TRUE(merge.request.parameters_hidden);
}

struct Difference {
  std::string what{};
  void (*set)(AssumeRequest&, std::string value) = nullptr;
};

class FillGapsDifferences : public testing::TestWithParam<Difference> {};

TEST_P(FillGapsDifferences, KeepTheFirstValueAndNameBothOnce) {
  Merge merge;
  GetParam().set(merge.request, "aaa");
  GetParam().set(merge.lower, "bbb");
  merge.fill().fill();
  EXPECT_EQ(merge.said(), "RC0302 the inputs name two values for the " + GetParam().what + "\n");
}

TEST_P(FillGapsDifferences, AreNoneBetweenEqualValues) {
  Merge merge;
  GetParam().set(merge.request, "aaa");
  GetParam().set(merge.lower, "aaa");
  EXPECT_EQ(merge.fill().said(), "");
}

std::string pair_of(std::string what) {
  return what + ": `aaa` is used, `bbb` is not";
}

INSTANTIATE_TEST_SUITE_P(
    Fields, FillGapsDifferences,
    testing::Values(
        Difference{"caller: `arn:aws:iam::1:user/aaa` is used, `arn:aws:iam::1:user/bbb` is not",
                   [](AssumeRequest& request, std::string value) {
                     request.principal = RequestPrincipal::arn("arn:aws:iam::1:user/" + value);
                   }},
        Difference{pair_of("role"),
                   [](AssumeRequest& request, std::string value) { request.role = value; }},
        Difference{pair_of("action"),
                   [](AssumeRequest& request, std::string value) { request.action = value; }},
        Difference{pair_of("context key sts:ExternalId"),
                   [](AssumeRequest& request, std::string value) {
                     request.set_context("sts:ExternalId", {value});
                   }},
        Difference{pair_of("session name"),
                   [](AssumeRequest& request, std::string value) { request.session_name = value; }},
        Difference{
            pair_of("source identity"),
            [](AssumeRequest& request, std::string value) { request.source_identity = value; }},
        Difference{"session tags: `team=aaa` is used, `team=bbb` is not",
                   [](AssumeRequest& request, std::string value) {
                     request.tags = {{"team", value}};
                   }},
        Difference{pair_of("transitive tag keys"),
                   [](AssumeRequest& request, std::string value) {
                     request.transitive_tag_keys = {value};
                   }},
        Difference{"inherited tags: `team=aaa` is used, `team=bbb` is not",
                   [](AssumeRequest& request, std::string value) {
                     request.inherited_transitive_tags = {{"team", value}};
                   }},
        Difference{pair_of("Region"),
                   [](AssumeRequest& request, std::string value) { request.region = value; }},
        Difference{pair_of("VPC endpoint"),
                   [](AssumeRequest& request, std::string value) { request.vpc_endpoint = value; }},
        Difference{pair_of("MFA serial number"),
                   [](AssumeRequest& request, std::string value) { request.mfa_serial = value; }},
        Difference{pair_of("claim sub"), [](AssumeRequest& request, std::string value) {
                     request.principal = RequestPrincipal::federated("example.com");
                     request.principal.claims = {{"sub", {value}}};
                     request.principal.claims_known = true;
                   }}));

TEST(FillGaps, NamesTwoDurations) {
  Merge merge;
  merge.request.duration_seconds = 900;
  merge.lower.duration_seconds = 3600;
  EXPECT_EQ(merge.fill().said(),
            "RC0302 the inputs name two values for the duration: `900 seconds` is used, `3600 "
            "seconds` is not\n");
}

TEST(FillGaps, TakesARoleAndItsSessionForOneCaller) {
  Merge merge;
  merge.request.principal = RequestPrincipal::arn(kCi);
  merge.lower.principal = RequestPrincipal::arn(kCiSession);
  EXPECT_EQ(merge.fill().said(), "");
  EXPECT_EQ(merge.request.principal.name, kCi);
}

TEST(FillGaps, FillsUpAListOfClaimsThatIsNotWhole) {
  Merge merge;
  merge.request.principal = RequestPrincipal::federated("example.com");
  merge.request.principal.claims = {{"sub", {"a"}}};
  merge.request.principal.claims_known = true;
  merge.lower.principal = merge.request.principal;
  merge.lower.principal.name = "arn:aws:iam::444455556666:oidc-provider/example.com";
  merge.request.principal.name = "https://example.com";
  merge.lower.principal.claims.push_back({"aud", {"b"}});
  merge.fill();
  EXPECT_EQ(merge.request.principal.claim("aud"), nullptr);
  merge.request.principal.claims_partial = true;
  merge.fill();
  EXPECT_NE(merge.request.principal.claim("aud"), nullptr);
  EXPECT_FALSE(merge.request.principal.claims_partial);
}

TEST(FillGaps, LeavesTheActionOfARequestFileThatNamesNoneUnsaid) {
  Merge merge;
  merge.request.action = "sts:AssumeRoleWithWebIdentity";
  merge.lower.action = "sts:AssumeRole";
  merge.lower.whole = true;
  EXPECT_EQ(merge.fill().said(), "");
  EXPECT_EQ(merge.request.action, "sts:AssumeRoleWithWebIdentity");
}

TEST(RequestOf, KeepsASubActionApartFromTheAction) {
  ErrorEvidence said;
  said.operation = "AssumeRole";
  said.action = "sts:TagSession";
  const AssumeRequest request = request_of(said);
  EXPECT_EQ(request.action, "sts:AssumeRole");
  EXPECT_EQ(request.observed_sub_actions, std::vector<std::string>{"sts:TagSession"});
}

TEST(MayBeSameCall, ComparesCallerAndRoleWhereBothAreNamed) {
  AssumeRequest call;
  call.principal = RequestPrincipal::arn(kCi);
  call.role = kRole;
  AssumeRequest other;
  EXPECT_TRUE(may_be_same_call(call, other));
  other.principal = RequestPrincipal::arn(kCiSession);
  EXPECT_TRUE(may_be_same_call(call, other));
  other.role = std::string(kRole) + "-2";
  EXPECT_FALSE(may_be_same_call(call, other));
  other.role = kRole;
  other.principal = RequestPrincipal::arn("arn:aws:sts::111122223333:assumed-role/other/run-7");
  EXPECT_FALSE(may_be_same_call(call, other));
}

}  // namespace
}  // namespace rolecall
