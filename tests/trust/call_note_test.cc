// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/call_note.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> noted_rules(const Asking& asking) {
  std::vector<std::string> rules;
  const AssumeDecision decision = asking.decide();
  for (const Note& each : list_notes(asking.request, decision)) rules.emplace_back(each.rule);
  return rules;
}

std::vector<std::string> rules_of_call(std::string_view more) {
  Asking asking;
  asking.usual().ask_for(kUser, more);
  return noted_rules(asking);
}

std::string identity_of(std::size_t length) {
  return R"("source_identity":")" + std::string(length, 'a') + "\"";
}

TEST(CallNotes, TellOfASourceIdentityThatOnlyOnePageAllows) {
  EXPECT_THAT(rules_of_call(identity_of(64)), Not(Contains("SI-1")));
  EXPECT_THAT(rules_of_call(identity_of(65)), Contains("SI-1"));
  EXPECT_THAT(rules_of_call(identity_of(256)), Contains("SI-1"));
  EXPECT_THAT(rules_of_call(identity_of(257)), Not(Contains("SI-1")));
}

TEST(CallNotes, TellOfAnUnderscoreInTheExternalId) {
  constexpr const char* kRule = "6.5 ExternalId";
  EXPECT_THAT(rules_of_call(R"("context":{"sts:ExternalId":"blue_7"})"), Contains(kRule));
  EXPECT_THAT(rules_of_call(R"("context":{"sts:ExternalId":"blue-7"})"), Not(Contains(kRule)));
  EXPECT_THAT(rules_of_call(R"("context":{"sts:ExternalId":[]})"), Not(Contains(kRule)));
}

TEST(CallNotes, TellOfASessionTokenThatWasMadeWithoutMfa) {
  constexpr const char* kRule = "6.6 GetSessionToken session";
  const auto rules = [](std::string_view mfa) {
    return rules_of_call(R"("context":{"aws:TokenIssueTime":"2026-11-23T10:00:00Z")" +
                         std::string(mfa) + "}");
  };
  EXPECT_THAT(rules(""), Contains(kRule));
  EXPECT_THAT(rules(R"(,"aws:MultiFactorAuthPresent":[])"), Contains(kRule));
  EXPECT_THAT(rules(R"(,"aws:MultiFactorAuthPresent":"false")"), Contains(kRule));
  EXPECT_THAT(rules(R"(,"aws:MultiFactorAuthPresent":"True")"), Not(Contains(kRule)));
  EXPECT_THAT(rules_of_call(""), Not(Contains(kRule)));
}

// A call with a token of an issuer, for the usual role with these statements.
Asking call_with_token(const std::string& issuer, std::string_view condition,
                       std::string_view more_statements = "") {
  const std::string provider =
      R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/)" + issuer + "\"}";
  std::string trust = trust_document(provider, R"("sts:AssumeRoleWithWebIdentity")", condition);
  trust.insert(trust.size() - 2, more_statements);
  Asking asking;
  asking.usual(trust);
  asking.ask_for(R"({"federated":")" + issuer + R"(","claims":{"sub":"x","aud":"a"}})",
                 R"("action":"sts:AssumeRoleWithWebIdentity")");
  return asking;
}

TEST(SharedIssuerNotes, TellOfAnAllowThatDoesNotCheckWhoseTokenItIs) {
  const Asking asking = call_with_token("gitlab.com", "{}");
  const AssumeDecision decision = asking.decide();
  const auto notes = list_notes(asking.request, decision);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].rule, "5.6 shared issuers");
  EXPECT_EQ(notes[0].message,
            "AWS lets no trust policy be stored that does not check `gitlab.com:sub`; whether STS "
            "refuses one stored earlier, its pages differ");
  EXPECT_EQ(notes[0].gate, Gate::Trust);
}

TEST(SharedIssuerNotes, AreNotMadeWhereNothingIsShared) {
  EXPECT_THAT(
      noted_rules(call_with_token("gitlab.com", R"({"StringEquals":{"GitLab.com:SUB":"x"}})")),
      IsEmpty());
  EXPECT_THAT(noted_rules(call_with_token("gitlab.com.example.org", "{}")), IsEmpty());
  EXPECT_THAT(noted_rules(call_with_token("api.pulumi.com", "{}")), IsEmpty());
  EXPECT_THAT(noted_rules(call_with_token("api.pulumi.com/oidc", "{}")),
              ElementsAre("5.6 shared issuers"));
}

TEST(SharedIssuerNotes, PassOverDenyAndOtherCallers) {
  const auto rules = noted_rules(
      call_with_token("gitlab.com", R"({"StringEquals":{"gitlab.com:sub":"x"}})",
                      R"(,{"Effect":"Deny","Principal":{"Federated":)"
                      R"("arn:aws:iam::444455556666:oidc-provider/gitlab.com"},)"
                      R"("Action":"sts:AssumeRoleWithWebIdentity",)"
                      R"("Condition":{"StringEquals":{"gitlab.com:aud":"b"}}},)"
                      R"({"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},)"
                      R"("Action":"sts:AssumeRole"})"));
  EXPECT_THAT(rules, IsEmpty());
}

TEST(SharedIssuerNotes, NeedARole) {
  Asking asking = call_with_token("gitlab.com", "{}");
  asking.request.role = "arn:aws:iam::444455556666:role/nothing";
  EXPECT_EQ(failure_codes(asking.decide()), std::vector<std::string>{"request-role-not-found"});
  EXPECT_THAT(noted_rules(asking), IsEmpty());
}

}  // namespace
}  // namespace rolecall
