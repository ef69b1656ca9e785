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

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/eval/policy_compare.h"

#include "report/fix_changes.h"
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
using testing::SizeIs;

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

FixChange change_of_max_session() {
  FixChange change =
      change_of(FixTarget::RoleSetting, "arn:aws:iam::444455556666:role/team/deploy", "7200");
  change.seconds = 7200;
  return change;
}

std::string terraform_of(const std::vector<FixChange>& changes) {
  std::vector<const FixChange*> all;
  for (const FixChange& each : changes) all.push_back(&each);
  return write_terraform(Estate(), all);
}

std::string cloudformation_of(const std::vector<FixChange>& changes) {
  std::vector<const FixChange*> all;
  for (const FixChange& each : changes) all.push_back(&each);
  return write_cloudformation(Estate(), all);
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

// ---- Hostile text.

// Policies with everything that a shell, HCL or YAML would take for its own.
const std::vector<std::string>& hostile_documents() {
  static const std::vector<std::string> kDocuments = {
      R"({"Version":"2012-10-17","Statement":[{"Sid":"it's $(id) `id` \\ \" # %{if}","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/ci","arn:aws:iam::111122223333:role/$${x}"]},"Action":["sts:AssumeRole"],"Condition":{"StringLike":{"aws:PrincipalTag/a b":["%{x}*","${aws:username}","a\nb\tc","yes","2012-10-17","- x: y","\u202e\ud83d\ude00\udb40\udc01","'"]}}}]})",
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":true},"NumericLessThan":{"sts:DurationSeconds":900}}},{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"NotAction":["sts:TagSession","sts:SetSourceIdentity"]}]})",
      R"({"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com","Federated":"arn:aws:iam::444455556666:saml-provider/corp"},"Action":"sts:*","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]})",
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"&{x}"}}}]})",
      R"({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"},{"Sid":"A","Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":[],"Condition":{}}]})",
  };
  return kDocuments;
}

// Keys that YAML would read as something else, were they not quoted.
const std::string kOddKeys =
    R"({"Null":{"a":"false"},"null":1,"~":2,"Yes":3,"on":4,"N":5,"True":6,"1":7,"1.5":8,"0x1f":9,"2012-10-17":10,"1:30":11,"a: b":12,"- a":13,"#":14,"":15,"<<":{"b":16},"=":17,"*a":18,"&a":19,"!a":20,"{":21,"? a":22," a ":23,"\u0085\u2028\ufeff\u202e":24,"list":[{"No":{"Off":[]}},[["y"]]]})";

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
    const std::string text = terraform_of({change_of_role(document)});
    SCOPED_TRACE(text);
    expect_same_policy(document, policy_of_terraform(text));
  }
}

// The data source fails with `duplicate Sid`.
TEST(FixForms, LeaveADataSourceAsideThatCannotRepeatAStatementId) {
  const auto with_sids = [](std::string_view second) {
    return fmt::format(
        R"({{"Version":"2012-10-17","Statement":[{{"Sid":"A","Effect":"Allow","Action":"sts:*","Resource":"*"}},{{"Sid":"{}","Effect":"Deny","Action":"s3:*","Resource":"*"}}]}})",
        second);
  };
  EXPECT_THAT(terraform_of({change_of_user_policy(with_sids("B"))}), HasSubstr("data \""));
  EXPECT_THAT(terraform_of({change_of_user_policy(with_sids("A"))}),
              testing::AllOf(HasSubstr("jsonencode("), Not(HasSubstr("data \""))));
}

TEST(FixForms, AreLaidOutAsTerraformDoes) {
  if (!runs("terraform version")) GTEST_SKIP() << "terraform is not installed";
  const TestFolder folder;
  for (const std::string& document : hostile_documents()) {
    const std::string file = folder.write("x.tf", terraform_of({change_of_role(document)}));
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
  std::vector<std::string> documents = hostile_documents();
  documents.push_back(kOddKeys);
  for (const std::string& document : documents) {
    const std::string text = cloudformation_of({change_of_role(document)});
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

TEST(FixForms, LetNoValueOfAPatchDriveATerminal) {
  Asking asking;
  asking.add("1.gaad.json", caller_export())
      .add("2.gaad.json", role_export(kDeploy,
                                      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"\u009b"
                                      "31m\",\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
                                      "\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}}"))
      .ask_for(kCiSession);
  const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
  const auto fixes = find_fixes(asking.estate, asking.request, diagnosis);
  ASSERT_FALSE(fixes.empty());
  const std::string patch = write_fix_form(
      {asking.estate, asking.request, diagnosis, asking.diagnostics}, {}, fixes[0], FixForm::Patch);
  EXPECT_THAT(patch, HasSubstr(R"("Sid": "\u009b31m")"));
  EXPECT_THAT(patch, Not(HasSubstr("\u009b")));
}

TEST(FixForms, LetNothingDriveATerminal) {
  FixChange change = change_of_role(hostile_documents()[0]);
  change.summary = "trust \x1b[2J\n--- a/x";
  const std::string texts[] = {comment(change.summary), readable_json(change.after),
                               aws_commands(Estate(), change).at(0), terraform_of({change}),
                               cloudformation_of({change})};
  for (const std::string& text : texts) {
    for (const std::string_view line : split(text, '\n')) {
      EXPECT_EQ(escape_for_terminal(line), line);
    }
  }
}

// ---- Several changes.

FixChange change_of_inline_policy(std::string name) {
  FixChange change = change_of(FixTarget::InlinePolicy, "arn:aws:iam::444455556666:role/ci");
  change.policy_name = std::move(name);
  return change;
}

std::size_t times(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(FixForms, WriteAResourceOfSeveralChangesOnce) {
  const std::vector<FixChange> changes = {change_of_max_session(), change_of_role()};
  const std::string yaml = cloudformation_of(changes);
  EXPECT_EQ(times(yaml, "AWS::IAM::Role"), 1U) << yaml;
  EXPECT_THAT(yaml, HasSubstr("      MaxSessionDuration: 7200\n      AssumeRolePolicyDocument:\n"));
  const std::string hcl = terraform_of(changes);
  const HclBlock file = HclReader(hcl).read();
  ASSERT_THAT(file.blocks, SizeIs(2)) << hcl;
  EXPECT_THAT(file.blocks[1].head, ElementsAre("resource", "aws_iam_role", "deploy"));
  EXPECT_EQ(file.blocks[1].attribute("max_session_duration"), "7200");
  EXPECT_EQ(file.blocks[1].attribute("assume_role_policy"),
            "data.aws_iam_policy_document.deploy_trust.json");
}

TEST(FixForms, TellResourcesApartWhoseNamesHaveTheSameLetters) {
  const std::vector<FixChange> changes = {
      change_of_inline_policy("a-b"), change_of_inline_policy("a_b"),
      change_of(FixTarget::ManagedPolicy, "arn:aws:iam::444455556666:policy/ci-a-b")};
  const std::string yaml = cloudformation_of(changes);
  for (const std::string_view id : {"\n  CiAB:\n", "\n  CiAB2:\n", "\n  CiAB3:\n"}) {
    EXPECT_EQ(times(yaml, id), 1U) << yaml;
  }
  const std::string hcl = terraform_of(changes);
  std::set<std::vector<std::string>> heads;
  for (const HclBlock& block : HclReader(hcl).read().blocks) {
    EXPECT_TRUE(heads.insert(block.head).second) << hcl;
  }
  EXPECT_EQ(heads.size(), 6U) << hcl;
  EXPECT_THAT(hcl, HasSubstr("data.aws_iam_policy_document.ci_a_b_2.json"));
}

TEST(FixForms, TellEndpointsApartThatHaveNoName) {
  const std::string yaml = cloudformation_of({change_of(FixTarget::VpcEndpointPolicy, "vpce-1"),
                                              change_of(FixTarget::VpcEndpointPolicy, "vpce-2")});
  EXPECT_EQ(times(yaml, "AWS::EC2::VPCEndpoint"), 2U) << yaml;
}

TEST(FixForms, SayWhichOfSeveralChangesTheyDoNotManage) {
  FixChange version = change_of(FixTarget::PolicyVersion, "arn:aws:iam::444455556666:policy/p", "");
  version.summary = "make v1 the default";
  EXPECT_THAT(terraform_of({version, change_of_role()}),
              HasSubstr("# nothing that Terraform manages: make v1 the default\n"));
  EXPECT_THAT(cloudformation_of({version, change_of_role()}),
              HasSubstr("# nothing that CloudFormation manages: make v1 the default\n"));
}

TEST(UniqueNames, NumberWhatIsTaken) {
  UniqueNames names("_");
  EXPECT_EQ(names.take("a"), "a");
  EXPECT_EQ(names.take("a_2"), "a_2");
  EXPECT_EQ(names.take("a"), "a_3");
  EXPECT_EQ(names.take("a"), "a_4");
}

// ---- The lines of a change.

struct LinesCase {
  std::string_view name{};
  std::string_view before{};
  std::string_view after{};
  std::string_view lines{};
};
void PrintTo(const LinesCase& test, std::ostream* out) {
  *out << test.name;
}

constexpr auto kLines = std::to_array<LinesCase>({
    {"last", "[\n  {\n    \"x\": 1\n  }\n]",
     "[\n  {\n    \"x\": 1\n  },\n  {\n    \"x\": 2\n  }\n]", "+ {\n+   \"x\": 2\n+ }\n"},
    {"first", "[\n  {\n    \"x\": 1\n  }\n]",
     "[\n  {\n    \"x\": 2\n  },\n  {\n    \"x\": 1\n  }\n]", "+ {\n+   \"x\": 2\n+ },\n"},
    {"removed_first", "[\n  {\n    \"x\": 1\n  },\n  {\n    \"x\": 2\n  }\n]",
     "[\n  {\n    \"x\": 2\n  }\n]", "- {\n-   \"x\": 1\n- },\n"},
    {"nested", "[\r\n  {\r\n    \"c\": {\r\n      \"x\": 1\r\n    }\r\n  }\r\n]",
     "[\r\n  {\r\n    \"c\": {\r\n      \"x\": 1\r\n    }\r\n  },\r\n"
     "  {\r\n    \"c\": {\r\n      \"x\": 2\r\n    }\r\n  }\r\n]",
     "+ {\n+   \"c\": {\n+     \"x\": 2\n+   }\n+ }\n"},
    {"value", "[\n  \"a\"\n]", "[\n  \"a\",\n  \"b\"\n]", "+ \"b\"\n"},
    {"replaced", "{\n  \"a\": 1,\n  \"b\": 1\n}", "{\n  \"a\": 2,\n  \"b\": 1\n}",
     "- \"a\": 1,\n+ \"a\": 2,\n"},
    {"new", "", "{\n  \"a\": 1\n}", "+ {\n+   \"a\": 1\n+ }\n"},
});

class ChangedLines : public testing::TestWithParam<LinesCase> {};

TEST_P(ChangedLines, AreWholeValues) {
  FixChange change = change_of_role(std::string(GetParam().after));
  change.before = GetParam().before;
  std::string text;
  for (const std::string& each : changed_lines(change)) text += each + "\n";
  EXPECT_EQ(text, GetParam().lines);
}
INSTANTIATE_TEST_SUITE_P(FixForms, ChangedLines, testing::ValuesIn(kLines),
                         [](const auto& test) { return std::string(test.param.name); });

// ---- Diffs that can be applied.

// The folder that holds the file, and what `--estate` makes of its name when it is run in `run`.
struct NameCase {
  std::string_view name{};
  std::string_view prefix{};  // `{}`: the test's own folder.
  std::string_view folder{};
  std::string_view tool{};
};
void PrintTo(const NameCase& test, std::ostream* out) {
  *out << test.name;
}

constexpr auto kNames = std::to_array<NameCase>({
    {"below", "./exports/", "run/exports/", "patch -p1"},
    {"beside", "../exports/", "exports/", "patch -d .. -p1"},
    {"back_again", "../run/../../", "../", "patch -d ../.. -p1"},
    {"absolute", "{}/exports/", "exports/", "patch -d / -p1"},
});

class DiffNames : public testing::TestWithParam<NameCase> {};

TEST_P(DiffNames, AreFoundByPatch) {
  if (!runs("patch --version")) GTEST_SKIP() << "patch is not installed";
  const TestFolder root;
  const auto folder = root.path() / "deeper";
  root.write("deeper/run/x", "");
  std::string prefix(GetParam().prefix);
  if (prefix.starts_with("{}")) prefix.replace(0, 2, folder.string());
  const std::string text =
      role_export(kDeploy, trust_document("{\n\"AWS\":\"arn:aws:iam::111122223333:user/ann\"\n}"));
  const std::string file =
      root.write("deeper/" + std::string(GetParam().folder) + "roles.gaad.json", text);
  Asking asking;
  asking.add("callers.gaad.json", caller_export()).add(prefix + "roles.gaad.json", text);
  asking.ask_for(kCiSession);
  const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
  const auto fixes = find_fixes(asking.estate, asking.request, diagnosis);
  ASSERT_FALSE(fixes.empty());
  const std::string diff = write_fix_form(
      {asking.estate, asking.request, diagnosis, asking.diagnostics}, {}, fixes[0], FixForm::Diff);
  const bool plain = GetParam().tool == "patch -p1";
  EXPECT_EQ(times(diff, "# apply with: " + std::string(GetParam().tool) + "\n"), plain ? 0U : 1U)
      << diff;
  root.write("deeper/run/x", diff);
  EXPECT_TRUE(
      runs("cd '" + (folder / "run").string() + "' && " + std::string(GetParam().tool) + " <x"))
      << diff;
  EXPECT_THAT(file_text(file), HasSubstr("role/team/ci")) << diff;
}
INSTANTIATE_TEST_SUITE_P(FixForms, DiffNames, testing::ValuesIn(kNames),
                         [](const auto& test) { return std::string(test.param.name); });

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
