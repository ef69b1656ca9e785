// SPDX-License-Identifier: Apache-2.0
#include "diagnose/condition_cause.h"

#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/parsed_policy.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using ContextValues = std::vector<std::pair<std::string, std::vector<std::string>>>;

// A condition that fails, and what for.
struct FailedCondition {
  std::string condition{};  // As in a policy.
  ContextValues context{};
  Caller caller = session_caller();
  std::string action = "sts:AssumeRole";
  std::string main_action = "sts:AssumeRole";
  std::string principal = R"({"AWS":"*"})";
  std::string version = "2012-10-17";
};

std::vector<ConditionDefect> defects_of(const FailedCondition& failed) {
  const ParsedPolicy policy(
      R"({"Version":")" + failed.version + R"(","Statement":{"Effect":"Allow","Principal":)" +
          failed.principal + R"(,"Action":"sts:*","Condition":)" + failed.condition + "}}",
      PolicyKind::Trust);
  Authorization authorization{failed.action, "arn:aws:iam::444455556666:role/deploy", {}};
  for (const auto& [key, values] : failed.context) {
    authorization.context.set(key, values, KeyOrigin::Given);
  }
  const Statement& statement = policy.statement();
  const Condition& condition = statement.conditions.at(0);
  const ConditionResult result =
      evaluate_condition(condition, authorization.context, policy->variables);
  if (result.value != Tri::No) throw std::runtime_error("it does not fail: " + failed.condition);
  return explain_condition(
      {condition, result, *policy, statement, authorization, failed.caller, failed.main_action});
}

std::string codes_of(const FailedCondition& failed) {
  std::string codes;
  for (const ConditionDefect& each : defects_of(failed)) {
    codes += (codes.empty() ? "" : " ") + std::string(each.code);
  }
  return codes;
}

std::string message_of(const FailedCondition& failed) {
  return defects_of(failed).at(0).message;
}

// ---- The key is absent.

TEST(ExplainAbsentKey, SaysWhichValueIsWanted) {
  EXPECT_EQ(message_of({R"({"StringEquals":{"sts:ExternalId":"blue-7"}})"}),
            "the request has no `sts:ExternalId`, and the policy wants `blue-7`");
  EXPECT_EQ(message_of({R"({"StringEquals":{"sts:ExternalId":["a","b"]}})"}),
            "the request has no `sts:ExternalId`");
  EXPECT_EQ(message_of({R"({"Null":{"sts:ExternalId":"false"}})"}),
            "the request has no `sts:ExternalId`");
}

TEST(ExplainAbsentKey, SaysHowNumbersAndTimesAreToLie) {
  const auto wanted = [](const std::string& condition) {
    const std::string message = message_of({"{" + condition + "}", {}, user_caller()});
    return message.substr(message.find("the policy wants"));
  };
  EXPECT_EQ(wanted(R"("NumericLessThan":{"aws:MultiFactorAuthAge":"300"})"),
            "the policy wants less than `300`");
  EXPECT_EQ(wanted(R"("NumericGreaterThanEquals":{"aws:MultiFactorAuthAge":"3"})"),
            "the policy wants at least `3`");
  EXPECT_EQ(wanted(R"("DateGreaterThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"})"),
            "the policy wants a time after `2026-01-01T00:00:00Z`");
}

TEST(OpenConditionCodes, AreThoseOfTheKey) {
  using Codes = std::vector<std::string_view>;
  EXPECT_EQ(open_condition_codes("aws:SourceArn"), Codes{"trust-condition-source-arn"});
  EXPECT_EQ(open_condition_codes("sts:ExternalId"),
            (Codes{"trust-condition-external-id-missing", "trust-condition-external-id-mismatch"}));
  EXPECT_EQ(open_condition_codes("ci.example.com:sub"), Codes{"trust-oidc-sub-mismatch"});
  EXPECT_EQ(open_condition_codes("nothing"), Codes{});
}

TEST(ExplainAbsentKey, TellsKeysThatThisCallerNeverHas) {
  const auto source = [](std::string_view key, const Caller& caller) {
    return codes_of({R"({"StringEquals":{")" + std::string(key) + R"(":"x"}})", {}, caller});
  };
  EXPECT_EQ(source("aws:SourceAccount", session_caller()),
            "trust-condition-source-key-on-chained-call");
  EXPECT_EQ(source("aws:SourceAccount", oidc_caller()), "trust-condition-key-never-present");
  EXPECT_EQ(source("aws:MultiFactorAuthPresent", session_caller()), "trust-condition-mfa-chained");
  EXPECT_EQ(source("aws:SourceIdentity", service_caller()), "trust-condition-key-never-present");
}

TEST(ExplainAbsentKey, TellsKeysOfAnotherSubAction) {
  EXPECT_EQ(
      codes_of(
          {R"({"StringEquals":{"sts:ExternalId":"x"}})", {}, session_caller(), "sts:TagSession"}),
      "trust-condition-external-id-on-subaction");
  EXPECT_EQ(codes_of({R"({"StringEquals":{"saml:aud":"x"}})",
                      {},
                      saml_caller(),
                      "sts:TagSession",
                      "sts:AssumeRoleWithSAML"}),
            "trust-condition-key-wrong-subaction");
}

TEST(ExplainAbsentKey, KnowsTheKeysOfAnAssertion) {
  const auto saml = [](std::string_view key, const Caller& caller) {
    return codes_of({R"({"StringEquals":{")" + std::string(key) + R"(":"x"}})",
                     {},
                     caller,
                     "sts:AssumeRoleWithSAML",
                     "sts:AssumeRoleWithSAML"});
  };
  EXPECT_EQ(saml("SAML:aud", saml_caller()), "trust-saml-condition-mismatch");
  EXPECT_EQ(saml("saml:department", saml_caller()), "trust-condition-key-never-present");
  EXPECT_EQ(saml("SAML:aud", session_caller()), "trust-saml-condition-mismatch");
}

FailedCondition token_condition(const std::string& key, const std::string& value = "x",
                                const std::string& principal = R"({"AWS":"*"})") {
  FailedCondition failed{R"({"StringEquals":{")" + key + R"(":")" + value + R"("}})"};
  failed.caller = oidc_caller();
  failed.action = failed.main_action = "sts:AssumeRoleWithWebIdentity";
  failed.principal = principal;
  return failed;
}

TEST(ExplainAbsentKey, KnowsTheClaimsOfAToken) {
  const std::string issuer = "token.actions.githubusercontent.com";
  EXPECT_EQ(codes_of(token_condition(issuer + ":sub")), "trust-oidc-sub-mismatch");
  EXPECT_EQ(codes_of(token_condition(issuer + ":aud")), "trust-oidc-aud-mismatch");
  EXPECT_EQ(codes_of(token_condition(issuer + ":no_such_claim")),
            "trust-condition-key-never-present");
  FailedCondition google = token_condition("accounts.google.com:oaud");
  google.caller = oidc_caller("accounts.google.com");
  EXPECT_EQ(codes_of(google), "trust-oidc-aud-mismatch");
  FailedCondition eks = token_condition("oidc.eks.eu-west-1.amazonaws.com/id/A:sub");
  eks.caller = oidc_caller("oidc.eks.eu-west-1.amazonaws.com/id/A");
  EXPECT_EQ(codes_of(eks), "trust-irsa-namespace-sa-mismatch");
}

TEST(ExplainAbsentKey, SeesASlipInTheIssuerOfAKey) {
  for (const std::string key :
       {"https://token.actions.githubusercontent.com:sub",
        "tokens.actions.githubusercontent.com:sub",
        "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com:sub",
        "token.actions.githubusercontent.com/org:sub"}) {
    EXPECT_EQ(codes_of(token_condition(key)), "trust-condition-key-typo") << key;
    EXPECT_THAT(message_of(token_condition(key)),
                HasSubstr("keys of this provider begin with `token.actions"));
  }
}

TEST(ExplainAbsentKey, TellsKeysOfAnotherProvider) {
  EXPECT_EQ(codes_of(token_condition("gitlab.com:sub")), "trust-condition-key-never-present");
  EXPECT_EQ(codes_of(token_condition("//gitlab.com:sub")), "trust-condition-key-never-present");
  const std::string both =
      R"({"Federated":["arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com",)"
      R"("arn:aws:iam::444455556666:oidc-provider/gitlab.com"],"AWS":"777788889999"})";
  EXPECT_EQ(codes_of(token_condition("gitlab.com:sub", "x", both)),
            "trust-condition-anded-alternatives");
}

TEST(ExplainAbsentKey, SuggestsAKeyThatIsNear) {
  EXPECT_EQ(message_of({R"({"StringEquals":{"sts:ExternalID2":"x"}})"}),
            "`sts:ExternalID2` is no condition key; did you mean `sts:ExternalId`?");
  EXPECT_EQ(codes_of({R"({"StringEquals":{"example:quite-another-thing":"x"}})"}),
            "trust-condition-key-never-present");
  EXPECT_EQ(codes_of(token_condition("example:quite-another-thing")),
            "trust-condition-key-never-present");
}

// ---- The key has another value.

TEST(ExplainDifference, ComparesArnsOneByOne) {
  EXPECT_EQ(codes_of({R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/a"}})",
                      {{"aws:PrincipalArn", {"ci"}}}}),
            "trust-condition-type-mismatch");
  EXPECT_EQ(codes_of({R"({"ForAllValues:ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/a"}})",
                      {{"aws:PrincipalArn", {"arn:aws:iam::1:role/b", "arn:aws:iam::1:role/c"}}}}),
            "trust-condition-principal-arn");
}

TEST(ExplainDifference, SeesVariablesThatAreNotExpanded) {
  FailedCondition old{R"({"StringEquals":{"sts:RoleSessionName":"${aws:username}"}})",
                      {{"sts:RoleSessionName", {"ann"}}}};
  old.version = "2008-10-17";
  EXPECT_EQ(codes_of(old), "trust-condition-variable-unresolved");
  old.condition = R"({"StringEquals":{"sts:RoleSessionName":"bob"}})";
  EXPECT_EQ(codes_of(old), "trust-condition-session-name");
}

TEST(ExplainDifference, KnowsThatForAllValuesAsksForAll) {
  const auto all = [](const std::string& key) {
    return codes_of(
        {R"({"ForAllValues:StringEquals":{")" + key + R"(":"a"}})", {{key, {"a", "b"}}}});
  };
  EXPECT_EQ(all("sts:TransitiveTagKeys"), "trust-condition-request-tag");
  EXPECT_EQ(all("aws:TagKeys"), "trust-condition-request-tag");
  EXPECT_EQ(all("aws:PrincipalOrgPaths"), "trust-condition-forallvalues-forany-misuse");
}

TEST(ExplainDifference, NamesWildcardAndLetterCaseEachByItself) {
  const std::string sub = "token.actions.githubusercontent.com:sub";
  const auto differing = [&](const std::string& wanted, const std::string& actual) {
    FailedCondition failed = token_condition(sub, wanted);
    failed.context = {{sub, {actual}}};
    return codes_of(failed);
  };
  EXPECT_EQ(differing("repo:o/*", "repo:o/r:ref:x"), "trust-condition-literal-wildcard");
  EXPECT_EQ(differing("repo:O/r", "repo:o/r"), "trust-condition-case-mismatch");
  EXPECT_EQ(differing("repo:O/*", "repo:o/*"), "trust-condition-case-mismatch");
  EXPECT_EQ(differing("repo:O/*", "repo:o/r"),
            "trust-condition-literal-wildcard trust-condition-case-mismatch");
}

TEST(ExplainDifference, KnowsThatTheSchedulerNamesTheGroup) {
  const auto source = [](const std::string& service, const std::string& wanted) {
    return codes_of({R"({"ArnEquals":{"aws:SourceArn":")" + wanted + R"("}})",
                     {{"aws:SourceArn", {"arn:aws:scheduler:eu-west-1:1:schedule-group/g"}}},
                     service_caller(service)});
  };
  const std::string schedule = "arn:aws:scheduler:eu-west-1:1:schedule/g/s";
  EXPECT_EQ(source("scheduler.amazonaws.com", schedule), "service-scheduler-sourcearn-level");
  EXPECT_EQ(source("scheduler.amazonaws.com", "arn:aws:scheduler:eu-west-1:1:schedule-group/h"),
            "trust-condition-source-arn");
  EXPECT_EQ(source("events.amazonaws.com", schedule), "trust-condition-source-arn");
}

struct SubjectHint {
  std::string_view name{};
  std::string wanted{};
  std::string actual{};
  std::string_view hint{};
};
void PrintTo(const SubjectHint& test, std::ostream* out) {
  *out << test.name;
}

const std::vector<SubjectHint>& subject_hints() {
  static const std::vector<SubjectHint> kHints = {
      {"immutable_ids", "repo:o/r:ref:refs/heads/main", "repo:o@1/r@2:ref:refs/heads/main",
       "the token uses immutable ids"},
      {"immutable_ids_on_both_sides", "repo:o@1/r@3:ref:refs/heads/main",
       "repo:o@1/r@2:ref:refs/heads/main", ""},
      {"pull_request", "repo:o/r:ref:refs/heads/main", "repo:o/r:pull_request",
       "the workflow runs for a pull request"},
      {"pull_request_of_another", "repo:o/x:pull_request", "repo:o/r:pull_request", ""},
      {"environment", "repo:o/r:ref:refs/heads/main", "repo:o/r:environment:prod",
       "the job runs in an environment, which takes the place of the branch"},
      {"another_environment", "repo:o/r:environment:test", "repo:o/r:environment:prod", ""},
      {"no_environment", "repo:o/r:environment:prod", "repo:o/r:ref:refs/heads/main",
       "the job runs in no environment"},
      {"tag", "repo:o/r:ref:refs/heads/main", "repo:o/r:ref:refs/tags/v1",
       "the workflow runs for a tag"},
      {"another_tag", "repo:o/r:ref:refs/tags/v2", "repo:o/r:ref:refs/tags/v1", ""},
      {"another_branch", "repo:o/r:ref:refs/heads/main", "repo:o/r:ref:refs/heads/dev", ""},
      {"no_repository", "repo:o/r:ref:refs/heads/main", "anything", ""},
  };
  return kHints;
}

class GithubSubject : public testing::TestWithParam<SubjectHint> {};

TEST_P(GithubSubject, IsExplainedInWords) {
  const SubjectHint& test = GetParam();
  const std::string sub = "token.actions.githubusercontent.com:sub";
  FailedCondition failed = token_condition(sub, test.wanted);
  failed.context = {{sub, {test.actual}}};
  const std::string plain =
      "`" + sub + "` is `" + test.actual + "`, and the policy wants `" + test.wanted + "`";
  const std::string message = message_of(failed);
  EXPECT_TRUE(message.starts_with(plain)) << message;
  if (test.hint.empty()) {
    EXPECT_EQ(message, plain);
  } else {
    EXPECT_THAT(message, HasSubstr(std::string(test.hint)));
  }
}
INSTANTIATE_TEST_SUITE_P(ExplainDifference, GithubSubject, testing::ValuesIn(subject_hints()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ExplainDifference, TellsWhatIsEasilyOverlooked) {
  EXPECT_THAT(message_of({R"({"StringEquals":{"sts:ExternalId":"blue-7 "}})",
                          {{"sts:ExternalId", {"blue-7"}}}}),
              HasSubstr("and the policy wants `blue-7 `: they differ only in white space"));
  EXPECT_THAT(message_of({R"({"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"o-1/r-1"}})",
                          {{"aws:PrincipalOrgPaths", {"o-1/r-1/"}}}}),
              HasSubstr("a path ends with a slash"));
}

TEST(ExplainDifference, KnowsThatTheAuthorizedPartyIsTheAudience) {
  FailedCondition failed = token_condition("ci.example.com:aud", "app");
  failed.caller = oidc_caller("ci.example.com");
  failed.context = {{"ci.example.com:aud", {"client-4"}}, {"ci.example.com:oaud", {"app"}}};
  EXPECT_EQ(message_of(failed),
            "`ci.example.com:aud` is `client-4`, and the policy wants `app`: AWS takes the token's "
            "`azp` for its audience, and its `aud` for `ci.example.com:oaud`");
  failed.context.pop_back();
  EXPECT_EQ(message_of(failed), "`ci.example.com:aud` is `client-4`, and the policy wants `app`");
}

TEST(ExplainDifference, NamesSetOperatorAndValueEachByItself) {
  const auto codes = [](const std::string& path) {
    return codes_of({R"({"StringEquals":{"aws:PrincipalOrgPaths":")" + path + "\"}}",
                     {{"aws:PrincipalOrgPaths", {"o-1/r-1/"}}}});
  };
  EXPECT_EQ(codes("o-1/r-1/"), "trust-condition-set-operator-missing");
  EXPECT_EQ(codes("o-1/r-1"), "trust-condition-set-operator-missing trust-condition-org-id");
}

TEST(ExplainDifference, ShowsEveryValueThatThereIs) {
  const std::string sub = "token.actions.githubusercontent.com:sub";
  FailedCondition failed = token_condition(sub, "c");
  failed.condition = R"({"ForAnyValue:StringEquals":{")" + sub + R"(":"c"}})";
  failed.context = {{sub, {"a", "b"}}};
  EXPECT_EQ(message_of(failed), "`" + sub + "` is `a`, `b`, and the policy wants `c`");
  failed.context = {{sub, {}}};
  EXPECT_EQ(message_of(failed), "`" + sub + "` is empty, and the policy wants `c`");
}

}  // namespace
}  // namespace rolecall
