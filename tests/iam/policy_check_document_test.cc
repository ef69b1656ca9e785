// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto kCases = std::to_array<FindingCase>({
    {"smart_quote",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/c–i"},"Action":"sts:AssumeRole"}]})",
     {Code::PolicyCharacter, "`–` is a character that IAM refuses in a policy", "–",
      "write a plain character in its place"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})"},
    {"no_version",
     PolicyKind::Trust,
     R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})",
     {Code::OldVersion, "the policy has no Version, which means 2008-10-17", "{",
      R"(write "Version": "2012-10-17")", Severity::Note},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})"},
    {"old_version",
     PolicyKind::Identity,
     R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})",
     {Code::OldVersion, "the policy is of Version 2008-10-17, which has no variables",
      R"("2008-10-17")", R"(write "Version": "2012-10-17")", Severity::Note},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})"},
    {"variable_without_version",
     PolicyKind::Identity,
     R"({"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}"}]})",
     {Code::InactiveVariable,
      "`arn:aws:s3:::home/${aws:username}` is plain text: without Version the policy has no "
      "variables",
      R"("arn:aws:s3:::home/${aws:username}")", R"(write "Version": "2012-10-17")",
      Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}"}]})"},
    {"variable_in_old_version",
     PolicyKind::Identity,
     R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringLike":{"s3:prefix":"${aws:username}/*"}}}]})",
     {Code::InactiveVariable,
      "`${aws:username}/*` is plain text: Version 2008-10-17 has no variables",
      R"("${aws:username}/*")", R"(write "Version": "2012-10-17")", Severity::Warning},
     ""},
    {"sid_twice",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"},{"Sid":"A","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole"}]})",
     {Code::RepeatedSid, "Sid `A` is that of statement 0 too", R"("A")",
      "give every statement a Sid of its own, or none"},
     R"({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"},{"Sid":"B","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole"}]})"},
    {"sid_with_space",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Sid":"Let me","Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})",
     {Code::InvalidSid, "Sid `Let me` has characters other than letters A to Z and digits",
      R"("Let me")", "leave them out"},
     R"({"Version":"2012-10-17","Statement":[{"Sid":"LetMe2","Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})"},
    {"id_of_an_identity_policy",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Id":"a","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})",
     {Code::PolicyId, "`Id` is an element of resource-based policies only", R"("a")", "remove it",
      Severity::Note},
     ""},
    {"rcp_allows",
     PolicyKind::ResourceControl,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"Null":{"aws:SourceAccount":"false"}}}]})",
     {Code::ResourceControlForm,
      "a resource control policy can only deny; RCPFullAWSAccess, which AWS attaches, allows", "{",
      R"(write "Effect": "Deny" or remove the statement)"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"Null":{"aws:SourceAccount":"false"}}}]})"},
    {"rcp_of_old_version",
     PolicyKind::ResourceControl,
     R"({"Version":"2008-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"}]})",
     {Code::ResourceControlForm, "a resource control policy must be of Version 2012-10-17",
      R"("2008-10-17")", R"(write "Version": "2012-10-17")"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"}]})"},
    {"rcp_without_version",
     PolicyKind::ResourceControl,
     R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"}]})",
     {Code::ResourceControlForm, "a resource control policy must be of Version 2012-10-17", "{",
      R"(write "Version": "2012-10-17")"},
     ""},
    {"rcp_names_a_principal",
     PolicyKind::ResourceControl,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:*","Resource":"*"}]})",
     {Code::ResourceControlForm,
      R"(the principal of a resource control policy is "*", not `arn:aws:iam::111122223333:role/ci`)",
      R"("arn:aws:iam::111122223333:role/ci")",
      R"(write "Principal": "*" and a condition on `aws:PrincipalArn`)"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:*","Resource":"*"}]})"},
    {"rcp_with_notprincipal",
     PolicyKind::ResourceControl,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":"*","Action":"sts:*","Resource":"*"}]})",
     {Code::ResourceControlForm, "a resource control policy has no `NotPrincipal`",
      R"("NotPrincipal":"*")", R"(write "Principal": "*" and a condition on `aws:PrincipalArn`)"},
     ""},
    {"rcp_with_notaction",
     PolicyKind::ResourceControl,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"}]})",
     {Code::ResourceControlForm, "a resource control policy has no `NotAction`",
      R"("NotAction":"s3:*")", "list the actions in `Action`"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]})"},
    {"rcp_on_all_actions",
     PolicyKind::ResourceControl,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]})",
     {Code::ResourceControlForm, "an action of a resource control policy names its service",
      R"("*")", R"(write "sts:*", one entry for every service)"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*"}]})"},
});

TEST(PolicyCheckDocument, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

std::string policy_of_size(std::size_t size) {
  std::string text =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/"}]})";
  text.insert(text.size() - 4, size - text.size(), 'x');
  return text;
}

// What is said of an identity policy of that many characters, measured as this kind.
std::string said_of_size(std::size_t size, PolicyKind kind, std::string_view padding = "") {
  std::string text = policy_of_size(size);
  text.insert(1, padding);
  const ParsedPolicy policy(std::move(text), kind);
  std::string said;
  const Diagnostics findings = find_in(policy);
  for (const Diagnostic& each : findings.all()) {
    said += std::string(severity_name(each.severity)) + " " + format_code(each.code) + " " +
            each.message + "\n";
  }
  return said;
}

TEST(PolicyCheckDocument, MeasuresByTheQuotaOfTheKind) {
  EXPECT_EQ(said_of_size(2048, PolicyKind::Session), "");
  EXPECT_EQ(said_of_size(2049, PolicyKind::Session),
            "error RC0501 the policy has 2049 characters without white space, and a session "
            "policy has at most 2048\n");
  EXPECT_EQ(said_of_size(6144, PolicyKind::Boundary), "");
  EXPECT_EQ(said_of_size(6145, PolicyKind::Boundary),
            "error RC0501 the policy has 6145 characters without white space, and a permissions "
            "boundary has at most 6144\n");
  EXPECT_EQ(said_of_size(10240, PolicyKind::ServiceControl), "");
  EXPECT_EQ(said_of_size(10241, PolicyKind::ServiceControl),
            "error RC0501 the policy has 10241 characters, and a service control policy has at "
            "most 10240\n");
}

TEST(PolicyCheckDocument, WarnsOfAQuotaThatCanBeRaised) {
  EXPECT_EQ(said_of_size(6144, PolicyKind::Identity), "");
  EXPECT_EQ(said_of_size(6145, PolicyKind::Identity),
            "warning RC0501 the policy has 6145 characters without white space: more than the 6144 "
            "that AWS takes, unless it is an inline policy of a role\n");
  EXPECT_EQ(said_of_size(10241, PolicyKind::Identity),
            "error RC0501 the policy has 10241 characters without white space, and a "
            "identity-based policy has at most 10240\n");
}

TEST(PolicyCheckDocument, CountsWhiteSpaceForTheOrganizationOnly) {
  const std::string padding(100, ' ');
  EXPECT_EQ(said_of_size(2048, PolicyKind::Session, padding), "");
  EXPECT_NE(said_of_size(10200, PolicyKind::ServiceControl, padding), "");
}

TEST(PolicyCheckDocument, DoesNotMeasureWhatAwsHasStored) {
  ParsedPolicy policy(policy_of_size(3000), PolicyKind::Session);
  expect_none(find_in(policy, PolicyOrigin::Stored), policy.sources);
  ParsedPolicy quoted(R"({"Version":"2012-10-17","Statement":[{"Sid":"a–b","Effect":"Allow",)"
                      R"("Action":"s3:GetObject","Resource":"*"}]})");
  EXPECT_EQ(find_in(quoted).all().size(), 2U);
  EXPECT_EQ(find_in(quoted, PolicyOrigin::Stored).all().size(), 1U);
}

TEST(PolicyCheckDocument, OnlyMeasuresWhatIsTooLongForAnyUse) {
  std::string text = policy_of_size(2000);
  text.insert(1, 300'000, ' ');
  const ParsedPolicy policy(std::move(text), PolicyKind::Resource);
  expect_only(
      find_in(policy), policy.sources,
      {Code::PolicySize, "the policy is too long for any use, and nothing else in it was checked",
       "{", "split it"});
}

TEST(PolicyCheckDocument, CutsMessagesAtAReadableLength) {
  const ParsedPolicy policy(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":")" +
                            std::string(3000, 'a') + R"(ä","Resource":"*"}]})");
  const Diagnostics findings = find_in(policy);
  ASSERT_EQ(findings.all().size(), 1U);
  EXPECT_LT(findings.all()[0].message.size(), 500U);
  EXPECT_TRUE(findings.all()[0].message.ends_with("..."));
}

TEST(PolicyCheckDocument, TakesLatinLetters) {
  const ParsedPolicy policy(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":)"
                            R"("s3:GetObject","Resource":"arn:aws:s3:::b/ÿé"}]})");
  expect_none(find_in(policy), policy.sources);
}

TEST(PolicyCheckDocument, FindsTheFirstCharacterThatIamRefusesWhateverItsLength) {
  const auto refused = [](std::string_view character) {
    const ParsedPolicy policy(
        policy_text(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::)" +
                    std::string(character) + R"(/–"})"));
    return messages_of(policy, Code::PolicyCharacter);
  };
  for (const std::string character : {"ł", "–", "😀"}) {
    EXPECT_EQ(refused(character),
              std::vector<std::string>{"`" + character +
                                       "` is a character that IAM refuses in a policy"});
  }
  // Latin-1 is accepted.
  EXPECT_EQ(refused("é"),
            std::vector<std::string>{"`–` is a character that IAM refuses in a policy"});
}

TEST(PolicyCheckDocument, LimitsNoPolicyOfAResource) {
  const std::string long_list(30'000, 'x');
  const auto too_long = [&](PolicyKind kind) {
    const ParsedPolicy policy(
        policy_text(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)"
                    R"("Resource":"arn:aws:s3:::)" +
                    long_list + "\"}"),
        kind);
    return !messages_of(policy, Code::PolicySize).empty();
  };
  EXPECT_TRUE(too_long(PolicyKind::VpcEndpoint));
  EXPECT_FALSE(too_long(PolicyKind::Resource));
}

TEST(PolicyCheckDocument, NamesEveryVariableThatTheVersionLeavesAsText) {
  const std::vector<CodeCase> cases = {
      {"two_of_an_old_version",
       PolicyKind::Identity,
       R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",
           "Resource":["arn:aws:s3:::${aws:username}","arn:aws:s3:::x/${aws:userid}",
                       "arn:aws:s3:::${}","arn:aws:s3:::${open"]}]})",
       {"`arn:aws:s3:::${aws:username}` is plain text: Version 2008-10-17 has no variables",
        "`arn:aws:s3:::x/${aws:userid}` is plain text: Version 2008-10-17 has no variables"}},
      {"of_a_version_that_expands_them",
       PolicyKind::Identity,
       policy_text(R"({"Effect":"Allow","Action":"s3:GetObject",
                       "Resource":"arn:aws:s3:::${aws:username}"})"),
       {}},
  };
  expect_messages(Code::InactiveVariable, cases);
  const ParsedPolicy old(cases[0].text);
  EXPECT_TRUE(messages_of(old, Code::OldVersion).empty());
}

TEST(PolicyCheckDocument, AllowsLettersAndDigitsInASid) {
  const auto accepted = [](std::string_view sid) {
    const ParsedPolicy policy(policy_text(R"({"Sid":")" + std::string(sid) +
                                          R"(","Effect":"Allow","Action":"s3:Get*",)"
                                          R"("Resource":"*"})"));
    return messages_of(policy, Code::InvalidSid).empty();
  };
  for (const std::string_view good : {"A", "z9", "Let2", ""}) EXPECT_TRUE(accepted(good)) << good;
  for (const std::string_view bad : {"a-b", "a_b", "a[b", "a{b", "a:b", "é"}) {
    EXPECT_FALSE(accepted(bad)) << bad;
  }
}

TEST(PolicyCheckDocument, SaysNothingOfAPrincipalThatAnRcpLacks) {
  const ParsedPolicy policy(policy_text(R"({"Effect":"Deny","Action":"sts:*","Resource":"*"})"),
                            PolicyKind::ResourceControl);
  EXPECT_EQ(policy.diagnostics.all().at(0).code, Code::MissingElement);
  EXPECT_TRUE(messages_of(policy, Code::ResourceControlForm).empty());
}

}  // namespace
}  // namespace rolecall
