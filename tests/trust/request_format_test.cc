// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "rolecall/trust/request_file.h"

#include "support/case_name.h"
#include "support/expect_diagnostic.h"

namespace rolecall {
namespace {

std::string written_again(const std::string& text) {
  SourceTable sources;
  Diagnostics diagnostics;
  const auto request = read_request(sources, sources.add("request.json", text), diagnostics);
  expect_none(diagnostics, sources);
  return request ? format_request(*request, sources) : std::string();
}

struct FormatCase {
  std::string_view name{};
  std::string_view members{};  // Of a request that has an action and a context.
};

void PrintTo(const FormatCase& test, std::ostream* out) {
  *out << test.members;
}

class RequestMembers : public testing::TestWithParam<FormatCase> {};

TEST_P(RequestMembers, AreWrittenAsTheyAreRead) {
  const std::string members(GetParam().members);
  const std::size_t context = members.find("\"context\"");
  const std::string text = "{\"action\":\"sts:AssumeRole\"," + members + "}";
  ASSERT_NE(context, std::string::npos);
  std::string plain;
  for (const char c : written_again(text)) {
    if (c != ' ' && c != '\n') plain += c;
  }
  EXPECT_EQ(plain, text);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RequestMembers,
    testing::Values(
        FormatCase{"nobody_asks_for_nothing", R"("context":{})"},
        FormatCase{"user", R"("principal":"arn:aws:iam::111122223333:user/ann","context":{})"},
        FormatCase{"service", R"("principal":{"service":"lambda.amazonaws.com"},"context":{})"},
        FormatCase{"token_that_is_not_known",
                   R"("principal":{"federated":"gitlab.com"},"context":{})"},
        FormatCase{"token_without_claims",
                   R"("principal":{"federated":"gitlab.com","claims":{}},"context":{})"},
        FormatCase{"token", R"("principal":{"federated":"gitlab.com","claims":{"sub":"x",)"
                            R"("aud":["a","b"],"amr":[]}},"context":{})"},
        FormatCase{"context", R"("context":{"sts:ExternalId":"blue-7","aws:TagKeys":["a","b"]},)"
                              R"("open":["aws:SourceIp","environment"])"},
        FormatCase{"tags", R"("context":{},"tags":{"team":"blue"},"transitive_tag_keys":["team"])"},
        FormatCase{"session", R"("context":{},"session_name":"s1","duration_seconds":900,)"
                              R"("source_identity":"ann","session_policies":[{"Statement":[]}],)"
                              R"("inherited_transitive_tags":{"a":"b"},)"
                              R"("inherited_source_identity":"bob",)"
                              R"("caller_session_tags":{"c":"d"},"region":"eu-west-1",)"
                              R"("vpc_endpoint":"vpce-1")"},
        FormatCase{"session_policies_of_the_caller",
                   R"("context":{},"caller_session_policies":[{"Statement":[]}])"},
        FormatCase{"session_policy_of_the_caller",
                   R"("context":{},"caller_session_policies":{"Statement":[]})"},
        FormatCase{"mfa", R"("context":{},"mfa":{"serial":"arn","code_given":false})"},
        FormatCase{"code_without_serial", R"("context":{},"mfa":{"code_given":true})"},
        FormatCase{"credentials", R"("context":{},"observations":{"credentials":"expired"})"},
        FormatCase{"region", R"("context":{},"observations":{"sts_region_disabled":true})"},
        FormatCase{"keys", R"("context":{},"observations":{"jwks_reachable":false})"}),
    case_name<FormatCase>);

}  // namespace
}  // namespace rolecall
