// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proposing.h"

// What corrects one condition of an Allow statement.
namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A session asks, and the trust policy has this condition.
Candidates of_session(Generator generate, std::string_view condition,
                      std::string_view request = "") {
  Asking asking;
  asking.usual(trust_document(kTrustAccount, R"("sts:AssumeRole")", condition))
      .ask_for(kCiSession, request);
  const Proposing proposing(asking);
  if (proposing.causes().empty()) {
    ADD_FAILURE() << "allowed: " << condition;
    return {};
  }
  return proposing.changes(generate, proposing.causes()[0]);
}

// A token with this subject asks.
Candidates of_token(Generator generate, std::string_view condition, std::string_view subject) {
  Asking asking;
  asking
      .usual(trust_document(
          R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})",
          R"("sts:AssumeRoleWithWebIdentity")", condition))
      .ask_for(R"({"federated":"ci.example.com","claims":{"sub":)" + std::string(subject) +
                   R"(,"aud":"a"}})",
               R"("action":"sts:AssumeRoleWithWebIdentity")");
  const Proposing proposing(asking);
  return proposing.changes(generate, proposing.causes().at(0));
}

TEST(CorrectValues, AddsTheValueThatIsSent) {
  EXPECT_THAT(
      edits_of(of_session(&correct_values, R"({"StringEquals":{"aws:RequestedRegion":"x"}})",
                          R"("region":"eu-west-1")")),
      ElementsAre(R"(/Statement/0/Condition/StringEquals/aws:RequestedRegion )"
                  R"(["x", "eu-west-1"])"));
  EXPECT_THAT(edits_of(of_session(&correct_values, R"({"StringEquals":{"sts:ExternalId":[]}})",
                                  R"("context":{"sts:ExternalId":"red"})")),
              ElementsAre(R"(/Statement/0/Condition/StringEquals/sts:ExternalId/- "red")"));
}

TEST(CorrectValues, WritesAnAddressAsABlock) {
  const auto block = [](const std::string& address) {
    return edits_of(of_session(&correct_values,
                               R"({"IpAddress":{"aws:SourceIp":["198.51.100.0/24"]}})",
                               R"("context":{"aws:SourceIp":")" + address + R"("})"));
  };
  EXPECT_THAT(block("203.0.113.7"), ElementsAre(HasSubstr(R"("203.0.113.7/32")")));
  EXPECT_THAT(block("2001:db8::7"), ElementsAre(HasSubstr(R"("2001:db8::7/128")")));
}

TEST(CorrectValues, LeavesWhatIsNoListOfValues) {
  EXPECT_THAT(
      of_session(&correct_values, R"({"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}})",
                 R"("region":"eu-west-1")"),
      IsEmpty());
  EXPECT_THAT(of_session(&correct_values, R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})"),
              IsEmpty());
  EXPECT_THAT(of_session(&correct_values, R"({"StringEquals":{"sts:ExternalId":"a"}})"), IsEmpty());
  EXPECT_THAT(of_session(&correct_values, R"({"Nonsense":{"sts:ExternalId":"a"}})"), IsEmpty());
}

TEST(CorrectValues, WritesNoValueThatWouldBeAPattern) {
  EXPECT_THAT(of_session(&correct_values, R"({"StringLike":{"sts:ExternalId":"blue"}})",
                         R"("context":{"sts:ExternalId":"r*d"})"),
              IsEmpty());
}

TEST(UsePatterns, ComparesAPatternAsOne) {
  EXPECT_THAT(edits_of(of_token(&use_patterns,
                                R"({"ForAnyValue:StringEquals":{"ci.example.com:sub":"repo:o/*"}})",
                                R"("repo:o/r")")),
              ElementsAre(HasSubstr("ForAnyValue:StringLike")));
}

TEST(UsePatterns, LeavesWhatLetsInEverybodyOrNobody) {
  const auto patterns = [](std::string_view condition) {
    return of_token(&use_patterns, condition, R"("repo:o/r")");
  };
  EXPECT_THAT(patterns(R"({"StringEquals":{"ci.example.com:sub":"*"}})"), IsEmpty());
  EXPECT_THAT(patterns(R"({"StringEquals":{"ci.example.com:sub":"repo:x/*"}})"), IsEmpty());
  EXPECT_THAT(patterns(R"({"StringLike":{"ci.example.com:sub":"repo:x/*"}})"), IsEmpty());
  EXPECT_THAT(patterns(R"({"StringNotEquals":{"ci.example.com:sub":"repo:o/r"}})"), IsEmpty());
  EXPECT_THAT(of_session(&use_patterns, R"({"StringEquals":{"sts:ExternalId":"a*"}})"), IsEmpty());
}

TEST(CorrectCase, WritesTheValueAndThePatternAsTheCallerDoes) {
  EXPECT_THAT(
      edits_of(of_token(&correct_case, R"({"StringEquals":{"ci.example.com:sub":"Repo:O"}})",
                        R"("repo:o")")),
      ElementsAre(R"(/Statement/0/Condition/StringEquals/ci.example.com:sub "repo:o")"));
  EXPECT_THAT(
      edits_of(of_token(&correct_case, R"({"StringLike":{"ci.example.com:sub":"Repo:O/*:Main"}})",
                        R"("repo:o/r:main")")),
      ElementsAre(R"(/Statement/0/Condition/StringLike/ci.example.com:sub "repo:o/r:main")",
                  R"(/Statement/0/Condition/StringLike/ci.example.com:sub "repo:o/*:main")"));
}

TEST(CorrectCase, WritesNoExactValueThatWouldBeAPattern) {
  EXPECT_THAT(edits_of(of_token(&correct_case, R"({"StringLike":{"ci.example.com:sub":"Repo:*"}})",
                                R"("repo:*")")),
              IsEmpty());
}

TEST(CorrectCase, LeavesWhatDiffersOtherwise) {
  EXPECT_THAT(
      of_token(&correct_case, R"({"StringEquals":{"ci.example.com:sub":"other"}})", R"("repo:o")"),
      IsEmpty());
  EXPECT_THAT(of_token(&correct_case, R"({"StringNotLike":{"ci.example.com:sub":"repo:*"}})",
                       R"("repo:o")"),
              IsEmpty());
  EXPECT_THAT(of_session(&correct_case, R"({"StringEquals":{"sts:ExternalId":"a"}})"), IsEmpty());
  // The middle of the pattern is longer than the value's, so that only the value is written.
  EXPECT_THAT(edits_of(of_token(&correct_case, R"({"StringLike":{"ci.example.com:sub":"Ab*bA"}})",
                                R"("abba")")),
              Contains(HasSubstr(R"("abba")")));
}

TEST(SetOperators, AreGivenOrRelaxedOnce) {
  constexpr std::string_view kTags = R"("tags":{"team":"blue","stage":"x"})";
  const auto with = [&](Generator generate, std::string_view condition) {
    return edits_of(of_session(generate, condition, kTags));
  };
  EXPECT_THAT(with(&add_set_operator, R"({"StringEquals":{"aws:TagKeys":"team"}})"),
              ElementsAre(HasSubstr("ForAnyValue:StringEquals")));
  EXPECT_THAT(with(&add_set_operator, R"({"ForAllValues:StringEquals":{"aws:TagKeys":"team"}})"),
              IsEmpty());
  EXPECT_THAT(with(&ask_for_any_value, R"({"ForAllValues:StringEquals":{"aws:TagKeys":"team"}})"),
              ElementsAre(HasSubstr("ForAnyValue:StringEquals")));
  EXPECT_THAT(with(&ask_for_any_value, R"({"StringEquals":{"aws:TagKeys":"team"}})"), IsEmpty());
}

TEST(RenameKey, WritesTheKeyAsAwsDoes) {
  EXPECT_THAT(edits_of(of_session(&rename_key, R"({"StringEquals":{"sts:ExternalIdd":"a"}})")),
              ElementsAre(HasSubstr(R"(/sts:ExternalId "a")")));
  EXPECT_THAT(edits_of(of_token(
                  &rename_key, R"({"StringEquals":{"https://ci.example.com:sub":"a"}})", R"("a")")),
              ElementsAre(HasSubstr(R"(/ci.example.com:sub "a")")));
  EXPECT_THAT(
      edits_of(of_token(&rename_key, R"({"StringEquals":{"sts:RoleSessionNam":"a"}})", R"("a")")),
      ElementsAre(HasSubstr(R"(/sts:RoleSessionName "a")")));
  EXPECT_THAT(of_session(&rename_key, R"({"StringEquals":{"sts:ExternalId":"a"}})"), IsEmpty());
  EXPECT_THAT(of_session(&rename_key, R"({"StringEquals":{"nothing-like-it":"a"}})"), IsEmpty());
  EXPECT_THAT(of_token(&rename_key, R"({"StringEquals":{"nothing-like-it":"a"}})", R"("a")"),
              IsEmpty());
}

TEST(UpdateVersion, IsOfOldPoliciesOnly) {
  const auto versions = [](std::string_view version) {
    Asking asking;
    asking
        .usual(R"({"Version":")" + std::string(version) +
               R"(","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":)"
               R"("sts:AssumeRole","Condition":{"StringEquals":{"sts:RoleSessionName":)"
               R"("${aws:userid}"}}}]})")
        .ask_for(kCiSession, R"("session_name":"run")");
    const Proposing proposing(asking);
    return edits_of(proposing.changes(&update_version, proposing.causes().at(0)));
  };
  EXPECT_THAT(versions("2008-10-17"), ElementsAre(R"(/Version "2012-10-17")"));
  EXPECT_THAT(versions("2012-10-17"), IsEmpty());
}

}  // namespace
}  // namespace rolecall
