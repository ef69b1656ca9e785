// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trail/event.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect_diagnostic.h"

namespace rolecall {
namespace {

using Values = std::vector<std::string>;

struct Read {
  explicit Read(std::string text) {
    found = read_events(sources, sources.add("event.json", std::move(text)), diagnostics);
  }
  [[nodiscard]] const AssumeRequest& request() const { return found.at(0).request; }
  [[nodiscard]] Values context(std::string_view key) const {
    const auto* values = request().context_values(key);
    return values == nullptr ? Values{"(absent)"} : *values;
  }

  SourceTable sources{};
  Diagnostics diagnostics{};
  std::vector<TrailEvent> found{};
};

constexpr std::string_view kUserIdentity =
    R"({"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ann","accessKeyId":"AKIAEXAMPLE"})";
constexpr std::string_view kRefused =
    R"(,"requestParameters":null,"errorCode":"AccessDenied","errorMessage":"User: )"
    R"(arn:aws:iam::111122223333:user/ann is not authorized to perform: sts:AssumeRole on resource: )"
    R"(arn:aws:iam::444455556666:role/deploy")";

std::string event(std::string_view identity, std::string_view more,
                  std::string_view name = "AssumeRole") {
  return R"({"eventName":")" + std::string(name) +
         R"(","eventTime":"2026-01-01T00:00:00Z","awsRegion":"eu-west-1",)" +
         R"("sourceIPAddress":"198.51.100.7","userIdentity":)" + std::string(identity) +
         std::string(more) + "}";
}

std::string user_session(std::string_view key, std::string_view mfa) {
  return R"({"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ann","accessKeyId":")" +
         std::string(key) +
         R"(","sessionContext":{"attributes":{"creationDate":"2025-12-31T23:00:00Z",)" +
         R"("mfaAuthenticated":")" + std::string(mfa) + "\"}}}";
}

TEST(ReadEvents, TakesWhatTheParametersShow) {
  const Read read(event(kUserIdentity, R"(,"requestParameters":{
      "roleArn":"arn:aws:iam::444455556666:role/deploy","roleSessionName":"run-7",
      "externalId":"blue-7","durationSeconds":900,"sourceIdentity":"ann",
      "tags":[{"key":"team","value":"blue"}],"transitiveTagKeys":["team"],
      "incomingTransitiveTags":{"cost":"7"}})"));
  expect_none(read.diagnostics, read.sources);
  const AssumeRequest& request = read.request();
  EXPECT_FALSE(read.found[0].denied);
  EXPECT_EQ(request.action, "sts:AssumeRole");
  EXPECT_EQ(request.principal.name, "arn:aws:iam::111122223333:user/ann");
  EXPECT_EQ(request.role, "arn:aws:iam::444455556666:role/deploy");
  EXPECT_EQ(request.session_name, "run-7");
  EXPECT_EQ(request.duration_seconds, 900);
  EXPECT_EQ(request.source_identity, "ann");
  EXPECT_EQ(request.tags, (std::vector<NamedValue>{{"team", "blue"}}));
  EXPECT_EQ(request.transitive_tag_keys, Values{"team"});
  EXPECT_EQ(request.inherited_transitive_tags, (std::vector<NamedValue>{{"cost", "7"}}));
  EXPECT_EQ(request.region, "eu-west-1");
  EXPECT_EQ(read.context("sts:ExternalId"), Values{"blue-7"});
  EXPECT_EQ(read.context("aws:SourceIp"), Values{"198.51.100.7"});
  EXPECT_EQ(read.context("aws:CurrentTime"), Values{"2026-01-01T00:00:00Z"});
  EXPECT_FALSE(request.parameters_hidden);
}

TEST(ReadEvents, TakesTheRoleOfARefusedCallFromItsMessage) {
  const Read read(event(kUserIdentity, kRefused));
  ASSERT_EQ(read.found.size(), 1U);
  EXPECT_TRUE(read.found[0].denied);
  EXPECT_EQ(read.request().role, "arn:aws:iam::444455556666:role/deploy");
  EXPECT_EQ(read.found[0].evidence.code, "AccessDenied");
}

TEST(ReadEvents, KnowsThatAwsAllowedACallThatGaveCredentials) {
  const Read given(event(kUserIdentity, R"(,"responseElements":{"credentials":{}})"));
  EXPECT_TRUE(given.found.at(0).evidence.allowed);
  EXPECT_FALSE(Read(event(kUserIdentity, "")).found.at(0).evidence.allowed);
  EXPECT_FALSE(Read(event(kUserIdentity, kRefused)).found.at(0).evidence.allowed);
}

TEST(ReadEvents, MarksParametersThatAreNotShownAsHidden) {
  EXPECT_TRUE(Read(event(kUserIdentity, kRefused)).request().parameters_hidden);
  EXPECT_TRUE(Read(event(kUserIdentity, "")).request().parameters_hidden);
  EXPECT_FALSE(
      Read(event(kUserIdentity, R"(,"requestParameters":{})")).request().parameters_hidden);
}

TEST(ReadEvents, TakesMfaOfAUsersTemporaryCredentials) {
  const Read read(event(user_session("ASIAEXAMPLE", "true"), kRefused));
  EXPECT_EQ(read.context("aws:MultiFactorAuthPresent"), Values{"true"});
  EXPECT_EQ(read.context("aws:TokenIssueTime"), Values{"2025-12-31T23:00:00Z"});
}

TEST(ReadEvents, KnowsThatMfaIsMissingOnlyWhenTheParametersAreShown) {
  const std::string session = user_session("ASIAEXAMPLE", "false");
  EXPECT_EQ(Read(event(session, kRefused)).context("aws:MultiFactorAuthPresent"),
            Values{"(absent)"});
  EXPECT_EQ(
      Read(event(session, R"(,"requestParameters":{})")).context("aws:MultiFactorAuthPresent"),
      Values{"false"});
}

TEST(ReadEvents, IgnoresMfaOfRoleSessionsAndLongTermKeys) {
  const Read key(event(user_session("AKIAEXAMPLE", "true"), kRefused));
  EXPECT_EQ(key.context("aws:MultiFactorAuthPresent"), Values{"(absent)"});
  const Read role(
      event(R"({"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/ci/run-7",)"
            R"("sessionContext":{"attributes":{"creationDate":"2025-12-31T23:00:00Z",)"
            R"("mfaAuthenticated":"true"}}})",
            kRefused));
  EXPECT_EQ(role.context("aws:MultiFactorAuthPresent"), Values{"(absent)"});
  EXPECT_EQ(role.context("aws:TokenIssueTime"), Values{"(absent)"});
}

TEST(ReadEvents, TakesTheSourceIdentityOfASession) {
  const auto session = [](std::string_view context) {
    return Read(
        event(R"({"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/ci/run-7")" +
                  std::string(context) + "}",
              kRefused));
  };
  const Read with = session(R"(,"sessionContext":{"sourceIdentity":"bob"})");
  EXPECT_EQ(with.request().inherited_source_identity, "bob");
  EXPECT_TRUE(with.request().session_known);
  const Read without = session(R"(,"sessionContext":{"attributes":{}})");
  EXPECT_EQ(without.request().inherited_source_identity, std::nullopt);
  EXPECT_TRUE(without.request().session_known);
  EXPECT_FALSE(session("").request().session_known);
}

TEST(ReadEvents, TakesTheAddressThroughAnEndpointAsOneInsideTheVpc) {
  const Read read(event(kUserIdentity, std::string(kRefused) + R"(,"vpcEndpointId":"vpce-1")"));
  EXPECT_EQ(read.request().vpc_endpoint, "vpce-1");
  EXPECT_EQ(read.context("aws:VpcSourceIp"), Values{"198.51.100.7"});
  EXPECT_EQ(read.context("aws:SourceIp"), Values{"(absent)"});
}

TEST(ReadEvents, KnowsSomeClaimsOfAWebIdentity) {
  const std::string provider =
      "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com";
  const Read read(event(R"({"type":"WebIdentityUser","principalId":")" + provider +
                            R"(:sts.amazonaws.com:repo:o/r:ref:refs/heads/main",)"
                            R"("userName":"repo:o/r:ref:refs/heads/main","identityProvider":")" +
                            provider + "\"}",
                        "", "AssumeRoleWithWebIdentity"));
  const RequestPrincipal& principal = read.request().principal;
  EXPECT_EQ(principal.name, "token.actions.githubusercontent.com");
  EXPECT_TRUE(principal.claims_known);
  EXPECT_TRUE(principal.claims_partial);
  ASSERT_NE(principal.claim("sub"), nullptr);
  EXPECT_EQ(*principal.claim("sub"), Values{"repo:o/r:ref:refs/heads/main"});
  ASSERT_NE(principal.claim("aud"), nullptr);
  EXPECT_EQ(*principal.claim("aud"), Values{"sts.amazonaws.com"});
}

TEST(ReadEvents, TakesTheSamlProviderFromTheParameters) {
  const std::string arn = "arn:aws:iam::444455556666:saml-provider/corp";
  const Read read(event(
      R"({"type":"SAMLUser","userName":"ann","identityProvider":"bdGOnTesti4+ExamplexL/jEvs="})",
      R"(,"requestParameters":{"principalArn":")" + arn + "\"}", "AssumeRoleWithSAML"));
  EXPECT_EQ(read.request().principal.name, arn);
}

TEST(ReadEvents, ReadsEveryWrapper) {
  const std::string inner = event(kUserIdentity, "");
  std::string escaped;
  for (const char c : inner) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
  EXPECT_EQ(Read(R"({"Records":[)" + inner + "," + inner + "]}").found.size(), 2U);
  EXPECT_EQ(Read("[" + inner + "]").found.size(), 1U);
  EXPECT_EQ(Read(R"({"detail":)" + inner + "}").found.size(), 1U);
  EXPECT_EQ(Read(R"({"Events":[{"CloudTrailEvent":")" + escaped + "\"}]}").found.size(), 1U);
}

// What `aws logs filter-log-events` and `get-query-results` print of a trail's log group.
TEST(ReadEvents, ReadsEventsOutOfLogs) {
  std::string escaped;
  for (const char c : event(kUserIdentity, "")) {
    if (c == '"' || c == '\\') escaped += '\\';
    if (c != '\n') escaped += c;
  }
  const Read log(R"({"events":[{"timestamp":1,"eventId":"3","message":")" + escaped + "\"}]}");
  expect_none(log.diagnostics, log.sources);
  EXPECT_EQ(log.found.size(), 1U);
  const Read query(R"({"results":[[{"field":"@timestamp","value":"x"},)"
                   R"({"field":"@message","value":")" +
                   escaped + R"("},{"field":"@ptr"}],[]],"status":"Complete"})");
  expect_none(query.diagnostics, query.sources);
  EXPECT_EQ(query.found.size(), 1U);
  for (const std::string_view other :
       {R"({"events":[{"message":"REPORT Duration"}]})", R"({"events":7})", R"({"message":7})",
        R"({"results":[7]})"}) {
    const Read none{std::string(other)};
    EXPECT_TRUE(none.found.empty()) << other;
    EXPECT_FALSE(none.diagnostics.all().empty()) << other;
  }
}

TEST(ReadEvents, ReadsOneDocumentAfterAnother) {
  const std::string inner = event(kUserIdentity, "");
  const Read lines(inner + "\n" + inner + "\n");
  expect_none(lines.diagnostics, lines.sources);
  EXPECT_EQ(lines.found.size(), 2U);
  const Read broken(inner + "\n{,}\n" + inner);
  EXPECT_EQ(broken.found.size(), 2U);
  EXPECT_EQ(broken.diagnostics.error_count(), 1U);
}

TEST(ReadEvents, ReportsTheSameFaultOnce) {
  const Read read(R"([{"a":1},{"b":1},3])");
  expect_only(read.diagnostics, read.sources,
              {DiagnosticCode::InvalidEvent, "this is no CloudTrail event (3 times)", R"({"a":1})",
               "give the event with its `eventName`", Severity::Warning});
}

TEST(ReadEvents, PassesOverOtherCallsAndReportsWhatIsNoEvent) {
  EXPECT_TRUE(Read(event(kUserIdentity, "", "GetCallerIdentity")).found.empty());
  const Read other(R"({"eventVersion":"1.08"})");
  EXPECT_TRUE(other.found.empty());
  expect_only(
      other.diagnostics, other.sources,
      {DiagnosticCode::InvalidEvent, "this is no CloudTrail event", R"({"eventVersion":"1.08"})",
       "give the event with its `eventName`", Severity::Warning});
}

}  // namespace
}  // namespace rolecall
