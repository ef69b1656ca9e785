// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/request_file.h"

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/expect_diagnostic.h"

namespace rolecall {
namespace {

using Values = std::vector<std::string>;

struct Read {
  explicit Read(std::string text)
      : request(read_request(sources, sources.add("request.json", std::move(text)), diagnostics)) {}
  const AssumeRequest* operator->() const { return &*request; }

  SourceTable sources{};
  Diagnostics diagnostics{};
  std::optional<AssumeRequest> request;
};

TEST(RequestFile, ReadsEveryField) {
  const Read read(R"({
    "action": "sts:AssumeRoleWithSAML", "principal": "arn:aws:iam::111122223333:user/ann",
    "role": "arn:aws:iam::444455556666:role/deploy",
    "context": {"sts:ExternalId": "blue-7", "aws:TagKeys": ["a", 1, true], "aws:none": null},
    "open": ["aws:SourceIp", "aws:UserAgent"], "session_name": "s1", "duration_seconds": 900,
    "source_identity": "ann", "tags": {"team": "blue", "n": 5}, "transitive_tag_keys": ["team"],
    "session_policies": [{"Statement": []}], "mfa": {"serial": "arn", "code_given": true},
    "inherited_transitive_tags": {"a": "b"}, "inherited_source_identity": "bob",
    "caller_session_tags": {"c": "d"}, "caller_session_policies": {"Statement": []},
    "region": "eu-west-1", "vpc_endpoint": "vpce-1",
    "observations": {"credentials": "expired", "sts_region_disabled": true,
                     "jwks_reachable": false}})");
  expect_none(read.diagnostics, read.sources);
  ASSERT_TRUE(read.request.has_value());
  EXPECT_TRUE(read->whole);
  EXPECT_EQ(read->action, "sts:AssumeRoleWithSAML");
  EXPECT_EQ(read->principal.kind, RequestPrincipal::Kind::Arn);
  EXPECT_EQ(read->principal.name, "arn:aws:iam::111122223333:user/ann");
  EXPECT_EQ(read->role, "arn:aws:iam::444455556666:role/deploy");
  EXPECT_EQ(*read->context_values("STS:externalid"), Values{"blue-7"});
  EXPECT_EQ(*read->context_values("aws:TagKeys"), (Values{"a", "1", "true"}));
  EXPECT_EQ(read->context_values("aws:none"), nullptr);
  EXPECT_TRUE(read->is_open("AWS:SOURCEIP"));
  EXPECT_FALSE(read->open_environment);
  EXPECT_EQ(read->session_name, "s1");
  EXPECT_EQ(read->duration_seconds, 900);
  EXPECT_EQ(read->source_identity, "ann");
  EXPECT_EQ(read->tags, (std::vector<NamedValue>{{"team", "blue"}, {"n", "5"}}));
  EXPECT_EQ(read->transitive_tag_keys, Values{"team"});
  EXPECT_EQ(read->session_policies.size(), 1U);
  EXPECT_EQ(read->session_policies[0].kind, PolicyKind::Session);
  EXPECT_TRUE(read->mfa_serial_given && read->mfa_code_given);
  EXPECT_EQ(read->inherited_transitive_tags.size(), 1U);
  EXPECT_EQ(read->inherited_source_identity, "bob");
  EXPECT_EQ(read->caller_session_tags.size(), 1U);
  EXPECT_EQ(read->caller_session_policies.size(), 1U);
  EXPECT_EQ(read->region, "eu-west-1");
  EXPECT_EQ(read->vpc_endpoint, "vpce-1");
  EXPECT_EQ(read->observations.credentials, "expired");
  EXPECT_TRUE(read->observations.sts_region_disabled);
  EXPECT_EQ(read->observations.jwks_reachable, false);
}

TEST(RequestFile, NeedsNoField) {
  const Read read("{}");
  expect_none(read.diagnostics, read.sources);
  EXPECT_EQ(read->action, "sts:AssumeRole");
  EXPECT_EQ(read->principal.kind, RequestPrincipal::Kind::Unknown);
  EXPECT_FALSE(read->session_name.has_value());
  EXPECT_FALSE(read->observations.jwks_reachable.has_value());
}

TEST(RequestFile, TakesNullForNotGiven) {
  const Read read(R"({"action": null, "principal": null, "session_name": null, "mfa": null,
                      "duration_seconds": null, "observations": {"jwks_reachable": null}})");
  expect_none(read.diagnostics, read.sources);
  EXPECT_EQ(read->action, "sts:AssumeRole");
  EXPECT_FALSE(read->session_name.has_value());
  EXPECT_FALSE(read->observations.jwks_reachable.has_value());
}

TEST(RequestFile, KnowsServicesAndTokens) {
  const Read service(R"({"principal": {"service": "lambda.amazonaws.com"}})");
  EXPECT_EQ(service->principal.kind, RequestPrincipal::Kind::Service);
  const Read token(R"({"principal": {"federated": "gitlab.com", "claims": {"sub": "x", "aud":
                       ["a", "b"], "exp": 12, "deep": {"k": [1]}}}})");
  EXPECT_EQ(token->principal.kind, RequestPrincipal::Kind::Federated);
  EXPECT_TRUE(token->principal.claims_known);
  EXPECT_EQ(*token->principal.claim("aud"), (Values{"a", "b"}));
  EXPECT_EQ(*token->principal.claim("exp"), Values{"12"});
  EXPECT_EQ(token->principal.claim("nothing"), nullptr);
  const Read bare(R"({"principal": {"federated": "gitlab.com"}})");
  EXPECT_FALSE(bare->principal.claims_known);
}

TEST(RequestFile, TakesAWholeNumberInQuotes) {
  const Read read(R"({"duration_seconds": "900"})");
  expect_none(read.diagnostics, read.sources);
  EXPECT_EQ(read->duration_seconds, 900);
}

TEST(RequestFile, TakesAnMfaSerialWithoutCode) {
  const Read read(R"({"mfa": {"serial": "arn:aws:iam::111122223333:mfa/ann"}})");
  expect_none(read.diagnostics, read.sources);
  EXPECT_TRUE(read->mfa_serial_given);
  EXPECT_FALSE(read->mfa_code_given);
}

TEST(RequestFile, KeepsNestedValuesAsTheyAreWritten) {
  const Read read(R"({"context": {"a:list": [["x", 1], {"k": null}, "plain"]}})");
  expect_none(read.diagnostics, read.sources);
  EXPECT_EQ(*read->context_values("a:list"), (Values{R"(["x", 1])", R"({"k": null})", "plain"}));
}

TEST(RequestFile, OpensTheWholeEnvironmentByOneWord) {
  const Read read(R"({"open": "environment"})");
  EXPECT_TRUE(read->open_environment);
  EXPECT_TRUE(read->open.empty());
}

struct WrongCase {
  std::string_view name{};
  std::string_view text{};
  ExpectedDiagnostic expected{};
};

void PrintTo(const WrongCase& test, std::ostream* out) {
  *out << test.text;
}

class RequestFault : public testing::TestWithParam<WrongCase> {};

TEST_P(RequestFault, IsReportedAndLeftOut) {
  const Read read(std::string(GetParam().text));
  ASSERT_TRUE(read.request.has_value());
  expect_only(read.diagnostics, read.sources, GetParam().expected);
  EXPECT_EQ(read->action, "sts:AssumeRole");
  EXPECT_EQ(read->role, "");
  EXPECT_FALSE(read->session_name.has_value());
  EXPECT_FALSE(read->source_identity.has_value());
  EXPECT_FALSE(read->duration_seconds.has_value());
  EXPECT_TRUE(read->tags.empty());
  EXPECT_TRUE(read->context.empty());
  EXPECT_FALSE(read->observations.jwks_reachable.has_value());
}

constexpr auto kInvalid = DiagnosticCode::InvalidRequest;
constexpr auto kUnknownField = DiagnosticCode::UnknownField;
constexpr std::string_view kPrincipal =
    "`principal` must be an ARN, {\"service\": ...} or {\"federated\": ...}";

INSTANTIATE_TEST_SUITE_P(
    Table, RequestFault,
    testing::Values(
        WrongCase{"action_is_a_number",
                  R"({"action": 5})",
                  {kInvalid, "`action` must be a string, not a number", "5"}},
        WrongCase{"role_is_a_list",
                  R"({"role": ["x"]})",
                  {kInvalid, "`role` must be a string, not an array", "[\"x\"]"}},
        WrongCase{"session_name_is_a_number",
                  R"({"session_name": 5})",
                  {kInvalid, "`session_name` must be a string, not a number", "5"}},
        WrongCase{"source_identity_is_an_object",
                  R"({"source_identity": {}})",
                  {kInvalid, "`source_identity` must be a string, not an object", "{}"}},
        WrongCase{"duration_is_a_fraction",
                  R"({"duration_seconds": 900.5})",
                  {kInvalid, "`duration_seconds` must be a whole number of seconds, not a number",
                   "900.5"}},
        WrongCase{"duration_is_too_large",
                  R"({"duration_seconds": 99999999999999999999})",
                  {kInvalid, "`duration_seconds` must be a whole number of seconds, not a number",
                   "99999999999999999999"}},
        WrongCase{"duration_is_a_boolean",
                  R"({"duration_seconds": true})",
                  {kInvalid, "`duration_seconds` must be a whole number of seconds, not a boolean",
                   "true"}},
        WrongCase{"duration_is_text",
                  R"({"duration_seconds": "an hour"})",
                  {kInvalid, "`duration_seconds` must be a whole number of seconds, not a string",
                   "\"an hour\""}},
        WrongCase{"tag_is_an_object",
                  R"({"tags": {"a": {}}})",
                  {kInvalid, "`tags` must be a string, not an object", "{}"}},
        WrongCase{"tag_is_a_list",
                  R"({"tags": {"a": ["b"]}})",
                  {kInvalid, "`tags` must be a string, not an array", "[\"b\"]"}},
        WrongCase{"observations_are_text",
                  R"({"observations": "expired"})",
                  {kInvalid, "`observations` must be an object, not a string", "\"expired\""}},
        WrongCase{
            "region_flag_is_text",
            R"({"observations": {"sts_region_disabled": "yes"}})",
            {kInvalid, "`sts_region_disabled` must be true or false, not a string", "\"yes\""}},
        WrongCase{"field_like_no_other",
                  R"({"weather_forecast": 1})",
                  {kUnknownField, "a request has no field `weather_forecast`",
                   "\"weather_forecast\"", "", Severity::Warning}},
        WrongCase{"tags_are_a_list",
                  R"({"tags": [1]})",
                  {kInvalid, "`tags` must be an object, not an array", "[1]"}},
        WrongCase{"tag_without_value",
                  R"({"tags": {"a": null}})",
                  {kInvalid, "`tags` must be a string, not null", "null"}},
        WrongCase{"context_is_text",
                  R"({"context": "x"})",
                  {kInvalid, "`context` must be an object, not a string", "\"x\""}},
        WrongCase{"mfa_is_a_boolean",
                  R"({"mfa": true})",
                  {kInvalid, "`mfa` must be an object, not a boolean", "true"}},
        WrongCase{"principal_of_no_kind",
                  R"({"principal": {"user": "x"}})",
                  {kInvalid, kPrincipal, R"({"user": "x"})"}},
        WrongCase{"policies_are_text",
                  R"({"session_policies": "x"})",
                  {kInvalid, "`session_policies` must be a list of policy documents, not a string",
                   "\"x\""}},
        WrongCase{"observation_is_text",
                  R"({"observations": {"jwks_reachable": "no"}})",
                  {kInvalid, "`jwks_reachable` must be true or false, not a string", "\"no\""}},
        WrongCase{"credentials_are_a_boolean",
                  R"({"observations": {"credentials": true}})",
                  {kInvalid, "`credentials` must be a string, not a boolean", "true"}},
        WrongCase{"misspelt_field",
                  R"({"sesion_name": "x"})",
                  {kUnknownField, "a request has no field `sesion_name`", "\"sesion_name\"",
                   "did you mean `session_name`?", Severity::Warning}},
        WrongCase{"unknown_observation",
                  R"({"observations": {"weather": true}})",
                  {kUnknownField, "`observations` has no field `weather`", "\"weather\"", "",
                   Severity::Warning}}),
    case_name<WrongCase>);

TEST(RequestFile, IsRefusedWhenItIsNoObject) {
  const Read list("[]");
  EXPECT_FALSE(list.request.has_value());
  expect_only(list.diagnostics, list.sources,
              {kInvalid, "a request must be an object, not an array", "[]"});
  const Read broken("{\"action\": }");
  EXPECT_FALSE(broken.request.has_value());
  EXPECT_EQ(broken.diagnostics.all().at(0).code, DiagnosticCode::InvalidJson);
}

struct ReadToken {
  explicit ReadToken(std::string_view text) : token(read_token(text, "token.jwt", diagnostics)) {}
  Diagnostics diagnostics{};
  std::optional<Token> token;
};

TEST(Token, IsReadAsAJsonWebTokenOrAsItsPayload) {
  // {"sub":"repo:o/r","aud":["a","b"]}
  const ReadToken encoded(
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyZXBvOm8vciIsImF1ZCI6WyJhIiwiYiJdfQ.c2ln\n");
  ASSERT_TRUE(encoded.token.has_value());
  ASSERT_EQ(encoded.token->claims.size(), 2U);
  EXPECT_EQ(encoded.token->claims.at(0).first, "sub");
  EXPECT_EQ(encoded.token->claims.at(0).second, Values{"repo:o/r"});
  EXPECT_EQ(encoded.token->claims.at(1).second, (Values{"a", "b"}));
  EXPECT_EQ(encoded.token->form->algorithm, "none");
  EXPECT_EQ(encoded.token->form->characters, 71U);
  const ReadToken plain(R"( {"sub": "x", "https://aws.amazon.com/tags": {"principal_tags": {}}} )");
  ASSERT_TRUE(plain.token.has_value());
  EXPECT_EQ(plain.token->claims.at(1).second, Values{R"({"principal_tags": {}})"});
  EXPECT_FALSE(plain.token->form.has_value());
}

TEST(Token, WithAHeaderThatCannotBeReadHasNoAlgorithm) {
  for (const std::string_view header : {"!!!", "bm8ganNvbg", "e30"}) {
    // {"sub":"x"}
    const ReadToken read(std::string(header) + ".eyJzdWIiOiJ4In0.c2ln");
    ASSERT_TRUE(read.token.has_value()) << header;
    EXPECT_EQ(read.token->claims.at(0).second, Values{"x"});
    EXPECT_EQ(read.token->form->algorithm, "") << header;
  }
}

TEST(Token, IsRefusedWithoutAWordOfIt) {
  for (const std::string_view text :
       {"", " \n", "secret", "secret.secret", "secret.se!cret.secret", "secret.c2VjcmV0.secret",
        "secret.W10.secret", "{\"secret\": }", "secret.a.b.c", "{\"secret\": \"\xFF\"}"}) {
    const ReadToken token(text);
    EXPECT_FALSE(token.token.has_value()) << text;
    ASSERT_EQ(token.diagnostics.all().size(), 1U) << text;
    const Diagnostic& said = token.diagnostics.all()[0];
    EXPECT_EQ(said.code, DiagnosticCode::InvalidToken);
    EXPECT_EQ(said.file, "token.jwt");
    EXPECT_EQ((said.message + said.help).find("secret"), std::string::npos) << said.message;
    EXPECT_FALSE(said.where.known());
  }
  EXPECT_FALSE(ReadToken(std::string(200'000, 'a')).token.has_value());
}

TEST(Token, IsRefusedWithoutAClaimThatTokensHave) {
  for (const char* text : {"{}", R"({"Version": "2012-10-17", "Statement": []})", "e30.e30.x"}) {
    const ReadToken read(text);
    EXPECT_FALSE(read.token.has_value()) << text;
    ASSERT_EQ(read.diagnostics.all().size(), 1U);
    EXPECT_EQ(read.diagnostics.all()[0].code, DiagnosticCode::InvalidToken);
  }
}

}  // namespace
}  // namespace rolecall
