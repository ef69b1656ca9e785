// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/fix_forms.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/eval/policy_compare.h"

#include "report/fix_forms_parts.h"
#include "report/hcl_writer.h"
#include "support/hcl_reader.h"
#include "support/parsed_policy.h"
#include "support/test_folder.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTrust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})";

FixChange change_of(FixTarget target, std::string entity, std::string after = std::string(kTrust)) {
  FixChange change;
  change.target = target;
  change.summary = "repair it";
  change.label = entity;
  change.account = "444455556666";
  change.entity_arn = std::move(entity);
  change.before = R"({"Version":"2012-10-17","Statement":[]})";
  change.after = std::move(after);
  return change;
}

FixChange change_of_role(std::string after = std::string(kTrust)) {
  return change_of(FixTarget::TrustPolicy, "arn:aws:iam::444455556666:role/team/deploy",
                   std::move(after));
}

FixChange change_of_user_policy(std::string after = std::string(kTrust)) {
  FixChange change =
      change_of(FixTarget::InlinePolicy, "arn:aws:iam::444455556666:user/ann", std::move(after));
  change.policy_name = "allow deploy";
  return change;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool runs(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

// ---- The table.

TEST(FixForms, AreFoundByTheirNames) {
  std::set<std::string_view> names;
  for (const FixFormRow& row : fix_form_table()) {
    EXPECT_EQ(find_fix_form(row.name), row.form);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
  EXPECT_FALSE(find_fix_form("").has_value());
  EXPECT_FALSE(find_fix_form("pdf").has_value());
}

// ---- A fix with changes of both accounts.

class BothSides : public testing::Test {
 protected:
  BothSides() {
    asking_
        .add("callers.gaad.json",
             role_export(kCi, trust_document(kTrustAccount), ",\n\"RolePolicyList\":[]"))
        .add("roles.gaad.json",
             role_export(kDeploy,
                         trust_document("{\n\"AWS\":\"arn:aws:iam::111122223333:user/ann\"\n}")))
        .ask_for(kCiSession);
    diagnosis_ = diagnose(asking_.estate, asking_.request);
    fixes_ = find_fixes(asking_.estate, asking_.request, diagnosis_);
  }

  std::string form(FixForm form) const {
    const ExplainAnswer answer{asking_.estate, asking_.request, diagnosis_, asking_.diagnostics};
    const CallText call{"request.json", format_request(asking_.request, asking_.estate.sources())};
    return write_fix_form(answer, call, fixes_.at(0), form);
  }

  Asking asking_;
  Diagnosis diagnosis_;
  std::vector<VerifiedFix> fixes_;
};

TEST_F(BothSides, ArePartsWithTheirOwners) {
  for (const FixFormRow& row : fix_form_table()) {
    const std::string text = form(row.form);
    EXPECT_THAT(text, HasSubstr("owner of account 111122223333")) << row.name;
    EXPECT_THAT(text, HasSubstr("owner of account 444455556666")) << row.name;
    EXPECT_TRUE(text.ends_with('\n')) << row.name;
  }
}

TEST_F(BothSides, HaveADiffForEachFile) {
  const std::string diff = form(FixForm::Diff);
  EXPECT_THAT(diff, HasSubstr("--- a/roles.gaad.json\n+++ b/roles.gaad.json\n"));
  EXPECT_THAT(diff, HasSubstr("--- a/callers.gaad.json\n+++ b/callers.gaad.json\n"));
}

TEST_F(BothSides, ActUnderTheirOwnProfiles) {
  const std::string commands = form(FixForm::Aws);
  EXPECT_THAT(commands, HasSubstr("aws iam update-assume-role-policy --profile 444455556666 "
                                  "--role-name deploy"));
  EXPECT_THAT(commands, HasSubstr("aws iam put-role-policy --profile 111122223333 --role-name ci "
                                  "--policy-name allow-deploy"));
  const std::string undo = form(FixForm::Undo);
  EXPECT_THAT(undo, HasSubstr("111122223333:user/ann"));
  EXPECT_THAT(undo, Not(HasSubstr("\"arn:aws:iam::111122223333:role/team/ci")));
  EXPECT_THAT(undo, HasSubstr("aws iam delete-role-policy --profile 111122223333 --role-name ci "
                              "--policy-name allow-deploy\n"));
}

TEST_F(BothSides, AreToldWhatTheOtherDoes) {
  const std::string text = form(FixForm::Message);
  EXPECT_THAT(text, HasSubstr("To the owner of account 444455556666\n"));
  EXPECT_THAT(text, HasSubstr("To the owner of account 111122223333\n"));
  EXPECT_THAT(text, HasSubstr("Needed too, from the owner of account 111122223333: give role ci"));
}

TEST(FixForm, OfADocumentInsideAStringShowsTheDocument) {
  Asking asking;
  asking.add("1.gaad.json", caller_export())
      .add("2.gaad.json",
           role_export(kDeploy, "\"" +
                                    percent_encode(trust_document(
                                        R"({"AWS":"arn:aws:iam::111122223333:user/ann"})")) +
                                    "\""))
      .ask_for(kCiSession);
  const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
  const auto fixes = find_fixes(asking.estate, asking.request, diagnosis);
  ASSERT_FALSE(fixes.empty());
  const std::string diff = write_fix_form(
      {asking.estate, asking.request, diagnosis, asking.diagnostics}, {}, fixes[0], FixForm::Diff);
  EXPECT_THAT(diff, HasSubstr("# the document alone, as it is decoded; it stands in 2.gaad.json:1\n"
                              "--- a/arn:aws:iam::444455556666:role/deploy\n"));
  EXPECT_THAT(diff, HasSubstr("+          \"arn:aws:iam::111122223333:role/team/ci\"\n"));
  EXPECT_THAT(diff, Not(HasSubstr("%22")));
}

// ---- Commands.

struct CommandCase {
  std::string_view name{};
  FixTarget target{};
  std::string_view entity{};
  std::string_view does{};
  std::string_view undoes{};
};
void PrintTo(const CommandCase& test, std::ostream* out) {
  *out << test.name;
}

constexpr std::string_view kPolicyArn = "arn:aws:iam::444455556666:policy/edge";
constexpr std::string_view kProvider = "arn:aws:iam::444455556666:oidc-provider/ci.example.com";

constexpr auto kCommands = std::to_array<CommandCase>({
    {"trust", FixTarget::TrustPolicy, "arn:aws:iam::444455556666:role/x/deploy",
     "aws iam update-assume-role-policy --profile 444455556666 --role-name deploy \\",
     "aws iam update-assume-role-policy --profile 444455556666 --role-name deploy \\"},
    {"inline", FixTarget::InlinePolicy, "arn:aws:iam::444455556666:group/devs",
     "aws iam put-group-policy --profile 444455556666 --group-name devs --policy-name 'a b' \\",
     "aws iam put-group-policy --profile 444455556666 --group-name devs --policy-name 'a b' \\"},
    {"managed", FixTarget::ManagedPolicy, kPolicyArn,
     "aws iam create-policy-version --profile 444455556666 --policy-arn "
     "arn:aws:iam::444455556666:policy/edge --set-as-default \\",
     "aws iam create-policy-version --profile 444455556666 --policy-arn "
     "arn:aws:iam::444455556666:policy/edge --set-as-default \\"},
    {"organization", FixTarget::OrganizationPolicy, "p-ab12",
     "aws organizations update-policy --profile 444455556666 --policy-id p-ab12 \\",
     "aws organizations update-policy --profile 444455556666 --policy-id p-ab12 \\"},
    {"endpoint", FixTarget::VpcEndpointPolicy, "vpce-1",
     "aws ec2 modify-vpc-endpoint --profile 444455556666 --vpc-endpoint-id vpce-1 \\",
     "aws ec2 modify-vpc-endpoint --profile 444455556666 --vpc-endpoint-id vpce-1 \\"},
    {"provider", FixTarget::OidcProvider, kProvider,
     "aws iam create-open-id-connect-provider --profile 444455556666 --url "
     "https://ci.example.com --client-id-list 'a;b'",
     "aws iam delete-open-id-connect-provider --profile 444455556666 "
     "--open-id-connect-provider-arn arn:aws:iam::444455556666:oidc-provider/ci.example.com"},
    {"setting", FixTarget::RoleSetting, "arn:aws:iam::444455556666:role/deploy",
     "aws iam update-role --profile 444455556666 --role-name deploy --max-session-duration 7200",
     "# MaxSessionDuration is not in the export; AWS's default is 3600"},
    {"version", FixTarget::PolicyVersion, kPolicyArn,
     "aws iam set-default-policy-version --profile 444455556666 --policy-arn "
     "arn:aws:iam::444455556666:policy/edge --version-id 'a b'",
     "# the version that was the default is not known"},
    {"act", FixTarget::World, "", "aws sts get-caller-identity", "# no command takes this back"},
});

class FixCommands : public testing::TestWithParam<CommandCase> {};

TEST_P(FixCommands, MakeTheChangeAndTakeItBack) {
  const Estate estate;
  FixChange change = change_of(GetParam().target, std::string(GetParam().entity));
  change.policy_name = "a b";
  change.client_ids = {"a;b"};
  change.seconds = 7200;
  change.commands = {"aws sts get-caller-identity"};
  EXPECT_EQ(first_line(aws_commands(estate, change).at(0)), GetParam().does);
  EXPECT_EQ(first_line(undo_commands(estate, change).at(0)), GetParam().undoes);
}
INSTANTIATE_TEST_SUITE_P(FixForms, FixCommands, testing::ValuesIn(kCommands),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FixCommands, MakeRoomForASixthVersion) {
  Estate estate;
  ManagedPolicy policy{.arn = kPolicyArn, .name = "edge"};
  constexpr std::string_view kVersions[] = {"v9", "v12", "v11", "v10", "v2"};
  for (const std::string_view id : kVersions) policy.versions.push_back({id, id == "v2", nullptr});
  estate.account("444455556666").policies.emplace(kPolicyArn, policy);
  const auto commands =
      aws_commands(estate, change_of(FixTarget::ManagedPolicy, std::string(kPolicyArn)));
  EXPECT_THAT(commands,
              ElementsAre(HasSubstr("keeps five versions"),
                          "aws iam delete-policy-version --profile 444455556666 --policy-arn "
                          "arn:aws:iam::444455556666:policy/edge --version-id v9",
                          HasSubstr("create-policy-version")));
  const auto undo =
      undo_commands(estate, change_of(FixTarget::ManagedPolicy, std::string(kPolicyArn)));
  EXPECT_THAT(undo[0], HasSubstr("set-default-policy-version"));
  EXPECT_THAT(undo[0], HasSubstr("--version-id v2"));
}

TEST(FixCommands, CallWithEverythingTheRequestHolds) {
  FixChange change = change_of(FixTarget::Request, "");
  change.after =
      R"({"principal":"arn:aws:iam::111122223333:user/ann","role":"arn:aws:iam::444455556666:role/deploy",)"
      R"("session_name":"job","duration_seconds":900,"source_identity":"ann","region":"eu-west-1",)"
      R"("tags":{"team":"it's"},"transitive_tag_keys":["team"],"context":{"sts:ExternalId":"-x"},)"
      R"("mfa":{"serial":"arn:aws:iam::111122223333:mfa/ann","code_given":true}})";
  EXPECT_THAT(aws_commands(Estate(), change),
              ElementsAre("aws sts assume-role --role-arn arn:aws:iam::444455556666:role/deploy "
                          "--role-session-name job --external-id=-x --duration-seconds 900 "
                          "--source-identity ann --serial-number "
                          "arn:aws:iam::111122223333:mfa/ann --token-code CODE "
                          "--region eu-west-1 --tags "
                          R"('[{"Key":"team","Value":"it'\''s"}]' --transitive-tag-keys team)"));
}

TEST(FixCommands, CallWithoutAnExternalIdWhereTheListIsEmpty) {
  FixChange change = change_of(FixTarget::Request, "");
  change.after =
      R"({"principal":"arn:aws:iam::111122223333:user/ann","role":"arn:aws:iam::444455556666:role/deploy",)"
      R"("session_name":"job","context":{"sts:ExternalId":[]}})";
  EXPECT_THAT(aws_commands(Estate(), change),
              ElementsAre("aws sts assume-role --role-arn arn:aws:iam::444455556666:role/deploy "
                          "--role-session-name job"));
}

// ---- Hostile text.

// Policies with everything that a shell, HCL or YAML would take for its own.
const std::vector<std::string>& hostile_documents() {
  static const std::vector<std::string> kDocuments = {
      R"({"Version":"2012-10-17","Statement":[{"Sid":"it's $(id) `id` \\ \" # %{if}","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/ci","arn:aws:iam::111122223333:role/$${x}"]},"Action":["sts:AssumeRole"],"Condition":{"StringLike":{"aws:PrincipalTag/a b":["%{x}*","${aws:username}","a\nb\tc","yes","2012-10-17","- x: y","\u202e\ud83d\ude00\udb40\udc01","'"]}}}]})",
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":true},"NumericLessThan":{"sts:DurationSeconds":900}}},{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"NotAction":["sts:TagSession","sts:SetSourceIdentity"]}]})",
      R"({"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com","Federated":"arn:aws:iam::444455556666:saml-provider/corp"},"Action":"sts:*","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]})",
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"&{x}"}}}]})",
  };
  return kDocuments;
}

void expect_same_policy(const std::string& before, const std::string& after) {
  const ParsedPolicy one(before, PolicyKind::Trust);
  const ParsedPolicy other(after, PolicyKind::Trust);
  ASSERT_TRUE(one.policy && other.policy) << other.said() << after;
  const PolicyComparison compared = compare_policies(*one, *other);
  EXPECT_EQ(comparison_outcome_name(compared.outcome), "equal") << before << "\n" << after;
  for (std::size_t i = 0; i < one->statements.size(); ++i) {
    EXPECT_EQ(one->statements[i].sid.value, other->statements.at(i).sid.value);
  }
}

TEST(FixForms, SaysTheSamePolicyInTerraform) {
  for (const std::string& document : hostile_documents()) {
    const std::string text = write_terraform(Estate(), change_of_role(document));
    SCOPED_TRACE(text);
    expect_same_policy(document, policy_of_terraform(text));
  }
}

TEST(FixForms, AreLaidOutAsTerraformDoes) {
  if (!runs("terraform version")) GTEST_SKIP() << "terraform is not installed";
  const TestFolder folder;
  for (const std::string& document : hostile_documents()) {
    const std::string file =
        folder.write("x.tf", write_terraform(Estate(), change_of_role(document)));
    EXPECT_TRUE(runs("terraform fmt -check -diff '" + file + "'")) << file_text(file);
  }
}

TEST(FixForms, SaysTheSamePolicyInCloudFormation) {
  if (!runs("python3 -c 'import yaml'")) GTEST_SKIP() << "PyYAML is not installed";
  const TestFolder folder;
  folder.write(
      "check.py",
      "import json, sys, yaml\n"
      "read = yaml.safe_load(open(sys.argv[1], encoding='utf-8'))\n"
      "role = read['Resources']['Deploy']\n"
      "assert role['Type'] == 'AWS::IAM::Role' and role['Properties']['Path'] == '/team/'\n"
      "wanted = json.load(open(sys.argv[2], encoding='utf-8'))\n"
      "assert role['Properties']['AssumeRolePolicyDocument'] == wanted\n");
  for (const std::string& document : hostile_documents()) {
    const FixChange change = change_of_role(document);
    const FixChange* const changes[] = {&change};
    const std::string text = write_cloudformation(Estate(), changes);
    folder.write("x.yaml", text);
    folder.write("x.json", document);
    EXPECT_TRUE(runs("cd '" + folder.path().string() + "' && python3 check.py x.yaml x.json"))
        << text;
  }
}

TEST(FixForms, PassTheSamePolicyThroughAShell) {
  const TestFolder folder;
  for (const std::string& document : hostile_documents()) {
    FixChange change = change_of_user_policy(document);
    change.policy_name = "it's $(id)";
    const std::string script =
        folder.write("x.sh", "aws() { for each; do printf '%s\\0' \"$each\"; done; }\n" +
                                 aws_commands(Estate(), change).at(0) + "\n");
    ASSERT_TRUE(runs("sh '" + script + "'"));
    ASSERT_EQ(std::system(("sh '" + script + "' >'" + script + ".out'").c_str()), 0);
    const std::string out = file_text(script + ".out");
    const auto arguments = split(out, '\0');
    ASSERT_EQ(arguments.size(), 11U) << out;
    EXPECT_EQ(arguments[7], "it's $(id)");
    const ParsedPolicy one(document);
    const ParsedPolicy other{std::string(arguments[9])};
    ASSERT_TRUE(other.policy.has_value()) << other.said();
    EXPECT_EQ(format_policy(*one), format_policy(*other));
  }
}

TEST(FixForms, LetNothingDriveATerminal) {
  FixChange change = change_of_role(hostile_documents()[0]);
  change.summary = "trust \x1b[2J\n--- a/x";
  const FixChange* const changes[] = {&change};
  const std::string texts[] = {
      comment(change.summary), readable_json(change.after), aws_commands(Estate(), change).at(0),
      write_terraform(Estate(), change), write_cloudformation(Estate(), changes)};
  for (const std::string& text : texts) {
    for (const std::string_view line : split(text, '\n')) {
      EXPECT_EQ(escape_for_terminal(line), line);
    }
  }
}

TEST(HclString, EscapesTemplatesAndQuotes) {
  EXPECT_EQ(hcl_string(R"(a"\${b}%{c}$d)"), R"("a\"\\$${b}%%{c}$d")");
  EXPECT_EQ(hcl_string("\n\t\u202e\U000E0001"), R"("\n\t\u202e\U000e0001")");
}

TEST(HclLabel, IsAnIdentifier) {
  EXPECT_EQ(hcl_label("App-Deploy.v2"), "app_deploy_v2");
  EXPECT_EQ(hcl_label("2nd role"), "x_2nd_role");
  EXPECT_EQ(hcl_label("+"), "x_");
}

}  // namespace
}  // namespace rolecall
