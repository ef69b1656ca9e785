// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/report/explain_report.h"
#include "rolecall/report/fix_forms.h"

#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::HasSubstr;
using testing::Not;

// What a person and a program are told.
struct Told {
  std::string text{};
  std::string json{};
  std::string message{};  // To the owners, of the best fix.
};

Told told(const Asking& asking) {
  const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
  const auto fixes = find_fixes(asking.estate, asking.request, diagnosis);
  const ExplainAnswer answer{.estate = asking.estate,
                             .request = asking.request,
                             .diagnosis = diagnosis,
                             .diagnostics = asking.diagnostics,
                             .fixes = fixes};
  JsonWriter json(0);
  write_explain_json(json, answer);
  Told all{write_explain_text(answer, {}), json.text(), {}};
  if (!fixes.empty()) all.message = write_fix_form(answer, {}, fixes[0], FixForm::Message);
  return all;
}

// The callers' export with managed policies.
std::string export_with_policy(std::string_view members, std::string_view versions) {
  return R"({"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[{)"
         R"("Arn":"arn:aws:iam::111122223333:role/team/ci","RoleId":"AROAQABLZS4A3QDU576Q",)"
         R"("AssumeRolePolicyDocument":)" +
         trust_document(kTrustAccount) + "," + std::string(members) +
         R"(}],"Policies":[{"Arn":"arn:aws:iam::111122223333:policy/p","PolicyName":"p",)"
         R"("PolicyVersionList":[)" +
         std::string(versions) + "]}]}";
}

std::string version(std::string_view id, bool is_default, std::string_view statement) {
  return R"({"VersionId":")" + std::string(id) + R"(","IsDefaultVersion":)" +
         (is_default ? "true" : "false") + R"(,"Document":{"Version":"2012-10-17","Statement":[)" +
         std::string(statement) + "]}}";
}

constexpr std::string_view kAllow = R"({"Effect":"Allow","Action":"sts:*","Resource":"*"})";
constexpr std::string_view kDeny = R"({"Effect":"Deny","Action":"sts:*","Resource":"*"})";
constexpr std::string_view kOther = R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})";
constexpr std::string_view kAttached =
    R"("AttachedManagedPolicies":[{"PolicyName":"p","PolicyArn":"arn:aws:iam::111122223333:policy/p"}])";

TEST(ExplainText, SaysThatAPermissionsBoundaryDenies) {
  const std::string members =
      R"("PermissionsBoundary":{"PermissionsBoundaryType":"Policy",)"
      R"("PermissionsBoundaryArn":"arn:aws:iam::111122223333:policy/p"},"RolePolicyList":[)"
      R"({"PolicyName":"sts","PolicyDocument":{"Version":"2012-10-17","Statement":[)" +
      std::string(kAllow) + "]}}]";
  Asking asking;
  asking.add("1.gaad.json",
             export_with_policy(
                 members, version("v1", true, std::string(kAllow) + "," + std::string(kDeny))));
  asking.add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)));
  asking.ask_for(kCiSession);
  EXPECT_THAT(told(asking).text,
              testing::StartsWith("Denied: a Deny statement of the permissions boundary applies to "
                                  "sts:AssumeRole\n"));
}

constexpr std::string_view kProvider = "arn:aws:iam::444455556666:oidc-provider/ci.example.com";

Asking ask_with_token(std::string_view providers) {
  const std::string trust = trust_document("{\"Federated\":\"" + std::string(kProvider) + "\"}",
                                           R"("sts:AssumeRoleWithWebIdentity")",
                                           R"({"StringEquals":{"ci.example.com:sub":"job"}})");
  const std::string other =
      R"({"Arn":"arn:aws:iam::444455556666:role/other","RoleId":"AROAQABLZS4A3QDU576R",)"
      R"("AssumeRolePolicyDocument":)" +
      trust + "},";
  std::string roles = role_export(kDeploy, trust);
  const std::string_view list = R"("RoleDetailList":[)";
  roles.insert(roles.find(list) + list.size(), other);
  Asking asking;
  asking.add("444455556666.gaad.json", roles)
      .add("identity-providers.json",
           R"({"OpenIDConnectProviders":[)" + std::string(providers) + R"(],"SAMLProviders":[]})");
  asking.ask_for(
      R"({"federated":"ci.example.com","claims":{"sub":"job","aud":"sts.amazonaws.com"}})",
      R"("action":"sts:AssumeRoleWithWebIdentity")");
  return asking;
}

TEST(ExplainText, AsksWhetherARoleMayBePassed) {
  Asking asking;
  asking.usual().ask_for("arn:aws:iam::444455556666:user/bob", R"("action":"iam:PassRole")");
  EXPECT_THAT(told(asking).text, HasSubstr("444455556666 may pass role `deploy`"));
}

TEST(ExplainText, SaysThatTheAccountLacksTheProvider) {
  const Told all = told(ask_with_token(""));
  EXPECT_THAT(all.text, HasSubstr("expected  arn:aws:iam::444455556666:oidc-provider/ci.example."
                                  "com\n  actual    (absent from the account)\n"));
}

TEST(ExplainText, SaysWhomElseAProviderServes) {
  const Told all = told(ask_with_token(""));
  const std::string_view others =
      "1 other role of the account trusts this provider: its tokens may then assume it too";
  EXPECT_THAT(all.text, HasSubstr("  lets in nobody else to this role\n"));
  EXPECT_THAT(all.text, HasSubstr(others));
  EXPECT_THAT(all.json, HasSubstr(others));
  EXPECT_THAT(all.message, HasSubstr("Lets in nobody else to this role.\n"));
}

void expect_everywhere(const Told& all, const std::string& command) {
  EXPECT_THAT(all.text, HasSubstr("\n    $ " + command + "\n"));
  EXPECT_THAT(all.json, HasSubstr(command));
  EXPECT_THAT(all.message, HasSubstr("\n     " + command + "\n"));
}

TEST(ExplainText, NamesTheAccountInCommandsForAProvider) {
  expect_everywhere(told(ask_with_token("")),
                    "aws iam create-open-id-connect-provider --profile 444455556666 --url "
                    "https://ci.example.com --client-id-list sts.amazonaws.com");
  const std::string known = "{\"Arn\":\"" + std::string(kProvider) +
                            R"(","Url":"ci.example.com","ClientIDList":["other"]})";
  expect_everywhere(told(ask_with_token(known)),
                    "aws iam add-client-id-to-open-id-connect-provider --profile 444455556666 "
                    "--open-id-connect-provider-arn "
                    "arn:aws:iam::444455556666:oidc-provider/ci.example.com --client-id "
                    "sts.amazonaws.com");
}

TEST(ExplainText, NamesTheAccountInCommandsForAVersion) {
  Asking asking;
  asking.add("1.gaad.json", export_with_policy(kAttached, version("v1", false, kAllow) + "," +
                                                              version("v2", true, kOther)));
  asking.add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)));
  asking.ask_for(kCiSession);
  const Told all = told(asking);
  const std::string_view command =
      "aws iam set-default-policy-version --profile 111122223333 --policy-arn "
      "arn:aws:iam::111122223333:policy/p --version-id v1";
  EXPECT_THAT(all.text, HasSubstr("    $ " + std::string(command) + "\n"));
  EXPECT_THAT(all.json, HasSubstr(command));
  EXPECT_THAT(all.text, HasSubstr("to this role\n"));
}

TEST(ExplainText, NamesTheAccountInTheCommandForALongerSession) {
  Asking asking;
  asking.usual().ask_for(kUser, R"("duration_seconds":7200)");
  EXPECT_THAT(told(asking).text,
              HasSubstr("    $ aws iam update-role --profile 444455556666 --role-name deploy "
                        "--max-session-duration 7200\n"));
}

TEST(ExplainText, ShowsWhichLinesBelongToWhichChange) {
  Asking asking;
  asking.add("1.gaad.json",
             role_export(kCi, trust_document(kTrustAccount), ",\n\"RolePolicyList\":[]"));
  asking.add(
      "2.gaad.json",
      role_export(kDeploy, trust_document("{\n\"AWS\":\"arn:aws:iam::111122223333:user/ann\"\n}")));
  asking.ask_for(kCiSession);
  const std::string text = told(asking).text;
  EXPECT_THAT(text, HasSubstr("\n  2. give role ci"));
  EXPECT_THAT(text, HasSubstr("\n     by the owner of account 111122223333, in "));
  EXPECT_THAT(text, HasSubstr("\n       + {\n"));
  EXPECT_THAT(text, HasSubstr("\n  lets in nobody else\n"));
  EXPECT_THAT(text, Not(HasSubstr("\n  by the owner")));
}

}  // namespace
}  // namespace rolecall
