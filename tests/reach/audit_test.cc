// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/audit.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/estate/estate_loader.h"
#include "rolecall/eval/policy_compare.h"

#include "reach/audit_case.h"
#include "support/paths.h"

namespace rolecall {
namespace {

std::string read_text(std::string_view name) {
  std::ifstream file(repository_path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <typename Use>
void each_case(Use use) {
  const std::string text = read_text("tests/reach/audit_cases.jsonl");
  ASSERT_FALSE(text.empty());
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    SourceTable sources;
    Diagnostics faults;
    const auto json = parse_json(sources, sources.add("case", std::string(line)), faults);
    ASSERT_TRUE(json) << line;
    AuditCase one;
    read_audit_case(json->root(), one);
    SCOPED_TRACE(one.rule + ": " + one.name);
    use(one);
  }
}

const AuditFinding* find_rule(const AuditAnswer& answer, std::string_view rule) {
  const auto found = std::find_if(answer.findings.begin(), answer.findings.end(),
                                  [&](const AuditFinding& each) { return each.rule->id == rule; });
  return found == answer.findings.end() ? nullptr : &*found;
}

// The remedy is what it says: the rule is silent on the edited document, and nobody gets in by it.
void expect_remedy_holds(const AuditFinding& finding) {
  SourceTable sources;
  Diagnostics faults;
  const auto edited = parse_policy(sources, sources.add({}, finding.remedy->document_after),
                                   PolicyKind::Trust, faults);
  ASSERT_TRUE(edited);
  EXPECT_FALSE(edited->faulty);
  EXPECT_TRUE(compare_policies(*finding.policy, *edited).opened.empty());
  EXPECT_FALSE(finding.remedy->edits.empty());
}

TEST(Audit, EveryCaseIsReportedAsExpected) {
  each_case([](AuditCase& one) {
    EXPECT_NE(find_audit_rule(one.rule), nullptr);
    const AuditAnswer answer = audit_estate(one.estate, one.options);
    const AuditFinding* const found = find_rule(answer, one.rule);
    ASSERT_EQ(found != nullptr, one.kind == "positive");
    if (found == nullptr) return;
    EXPECT_FALSE(found->message.empty());
    EXPECT_TRUE(found->at.known());
    if (!one.severity.empty()) {
      EXPECT_EQ(audit_severity_name(found->severity), one.severity);
    }
    EXPECT_EQ(!found->neutralized.empty(), one.neutralized.value_or(false));
    EXPECT_EQ(found->remedy.has_value(), one.remedy.value_or(found->remedy.has_value()));
    if (found->remedy) expect_remedy_holds(*found);
  });
}

TEST(Audit, EveryRuleHasAPositiveANegativeAndANearMiss) {
  std::map<std::string, std::set<std::string>> kinds;
  each_case([&](AuditCase& one) { kinds[one.rule].insert(one.kind); });
  const std::set<std::string> all = {"positive", "negative", "near-miss"};
  for (const AuditRule& rule : audit_rules())
    EXPECT_EQ(kinds[std::string(rule.id)], all) << rule.id;
}

TEST(Audit, RulesHaveIdsAndWordsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const AuditRule& rule : audit_rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(rule.title.empty());
    EXPECT_FALSE(rule.advice.empty());
    EXPECT_EQ(find_audit_rule(rule.id), &rule);
  }
}

TEST(Audit, EveryRuleStandsInTheDocument) {
  const std::string document = read_text("docs/audit.md");
  for (const AuditRule& rule : audit_rules()) {
    const std::string row = "| `" + std::string(rule.id) + "` | " +
                            std::string(audit_severity_name(rule.severity)) + " | " +
                            std::string(rule.title) + " | " + std::string(rule.equivalents) + " |";
    EXPECT_NE(document.find(row), std::string::npos) << row;
  }
}

std::string role_below(std::string_view path) {
  return R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [
        {"RoleName": "a", "Path": ")" +
         std::string(path) + R"(", "Arn": "arn:aws:iam::111122223333:role)" + std::string(path) +
         R"(a", "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17",
           "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}}],
         "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"},
           "Action": "sts:AssumeRole"}}}]})";
}

TEST(Audit, RolesOfAwsAreLeftAlone) {
  for (const auto& [path, silent] :
       {std::pair("/aws-reserved/sso.amazonaws.com/", true),
        std::pair("/aws-service-role/autoscaling.amazonaws.com/", true),
        std::pair("/aws-reserve/", false)}) {
    Estate estate;
    Diagnostics diagnostics;
    load_estate_text("111122223333.gaad.json", role_below(path), estate, diagnostics);
    EXPECT_EQ(audit_estate(estate, {}).findings.empty(), silent) << path;
  }
}

TEST(Audit, OfAnOrganizationLookedUpInPartNothingIsOutsideUnlessItIsSaid) {
  constexpr std::string_view kExport =
      R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [
        {"RoleName": "a", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/a",
         "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
           "Principal": {"AWS": ["777788889999", "777788880000"]}, "Action": "sts:AssumeRole"}}}]})";
  constexpr std::string_view kOrganization =
      R"({"Organization": {"Id": "o-own1234567", "MasterAccountId": "111122223333"},
          "Roots": [{"Id": "r-1a2b", "Name": "Root", "PolicyTypes": []}],
          "OrganizationalUnits": [], "Policies": [], "Targets": [],
          "Accounts": [{"Id": "111122223333", "Name": "own", "ParentId": "r-1a2b"}],
          "Partial": true, "OutsideAccounts": ["777788880000"]})";
  Estate estate;
  Diagnostics diagnostics;
  load_estate_text("111122223333.gaad.json", std::string(kExport), estate, diagnostics);
  load_estate_text("organization.json", std::string(kOrganization), estate, diagnostics);
  ASSERT_TRUE(estate.organization->partial);
  const AuditAnswer answer = audit_estate(estate, {});
  ASSERT_NE(find_rule(answer, "trust-third-party-no-external-id"), nullptr);
  EXPECT_EQ(find_rule(answer, "trust-third-party-no-external-id")->evidence, "777788880000");
  EXPECT_EQ(std::count_if(answer.findings.begin(), answer.findings.end(),
                          [](const AuditFinding& each) {
                            return each.rule->id == "trust-third-party-no-external-id";
                          }),
            1);
  EXPECT_EQ(find_rule(answer, "rcp-identity-perimeter-missing"), nullptr);
}

TEST(Audit, APrincipalThatStandsTwiceInAListIsReportedOnce) {
  Estate estate;
  Diagnostics diagnostics;
  load_estate_text("111122223333.gaad.json",
                   R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        "RoleDetailList": [{"RoleName": "a", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/a",
         "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
           "Principal": {"Service": ["scheduler.amazonaws.com", "scheduler.amazonaws.com"]},
           "Action": "sts:AssumeRole"}}}]})",
                   estate, diagnostics);
  const AuditAnswer answer = audit_estate(estate, {});
  ASSERT_NE(find_rule(answer, "trust-service-confused-deputy"), nullptr);
  std::set<std::string> fingerprints;
  for (const AuditFinding& each : answer.findings) {
    EXPECT_TRUE(fingerprints.insert(audit_fingerprint(each)).second) << each.rule->id;
  }
}

// ---- Suppressions -------------------------------------------------------------------------------

std::string open_role(std::string_view tags) {
  return R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [
        {"RoleName": "a", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/a", "Tags": [)" +
         std::string(tags) +
         R"(], "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement":
         {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}}]})";
}

AuditAnswer audit_text(std::string text, AuditOptions options) {
  static Estate estate;  // The answer borrows from it.
  estate = Estate();
  Diagnostics diagnostics;
  load_estate_text("111122223333.gaad.json", std::move(text), estate, diagnostics);
  return audit_estate(estate, options);
}

AuditOptions at(std::string_view date) {
  AuditOptions options;
  options.now = parse_time(date);
  return options;
}

constexpr std::string_view kAccepted =
    R"({"Key": "rolecall:accept:trust-public", "Value": "2027-01-31 a public data set"})";

TEST(AuditSuppression, ATagAcceptsAFindingUntilItsDate) {
  const AuditAnswer before = audit_text(open_role(kAccepted), at("2027-01-30"));
  ASSERT_TRUE(before.findings[0].suppression);
  EXPECT_EQ(before.findings[0].suppression->reason, "a public data set");
  EXPECT_TRUE(before.findings[0].suppression->is_inline);
  const AuditAnswer after = audit_text(open_role(kAccepted), at("2027-01-31"));
  EXPECT_FALSE(after.findings[0].suppression);
  EXPECT_EQ(after.expired.size(), 1U);
}

TEST(AuditSuppression, ATagNeedsDateAndReason) {
  for (const std::string_view value : {"2027-01-31", "2027-01-31 ", "a public data set", ""}) {
    const std::string tag =
        R"({"Key": "rolecall:accept:trust-public", "Value": ")" + std::string(value) + "\"}";
    EXPECT_FALSE(audit_text(open_role(tag), at("2026-01-01")).findings[0].suppression) << value;
  }
}

TEST(AuditSuppression, ATagOfAnotherRuleAcceptsNothing) {
  const std::string tag =
      R"({"Key": "rolecall:accept:trust-publi", "Value": "2027-01-31 a public data set"})";
  EXPECT_FALSE(audit_text(open_role(tag), at("2026-01-01")).findings[0].suppression);
}

AuditOptions with_baseline(std::string text, AuditOptions options, std::size_t errors = 0) {
  SourceTable sources;
  Diagnostics faults;
  const auto json = parse_json(sources, sources.add("baseline", std::move(text)), faults);
  read_baseline(json->root(), options, faults);
  EXPECT_EQ(faults.error_count(), errors);
  return options;
}

TEST(AuditSuppression, ABaselineAcceptsByRuleSubjectAndEvidence) {
  const std::string entry = R"({"Suppressions": [{"Rule": "trust-public",
      "Subject": "arn:aws:iam::111122223333:role/a", "Reason": "known"}]})";
  const AuditAnswer answer = audit_text(open_role(""), with_baseline(entry, at("2026-01-01")));
  ASSERT_TRUE(answer.findings[0].suppression);
  EXPECT_FALSE(answer.findings[0].suppression->is_inline);
  const std::string other = R"({"Suppressions": [{"Rule": "trust-public", "Evidence": "else",
      "Subject": "arn:aws:iam::111122223333:role/a", "Reason": "known"}]})";
  EXPECT_FALSE(
      audit_text(open_role(""), with_baseline(other, at("2026-01-01"))).findings[0].suppression);
}

TEST(AuditSuppression, WhatHoldsCountsBesideWhatHasExpired) {
  const std::string entries = R"({"Suppressions": [
      {"Rule": "trust-public", "Subject": "arn:aws:iam::111122223333:role/a", "Reason": "until then",
       "Expires": "2027-02-01"},
      {"Rule": "trust-public", "Subject": "arn:aws:iam::111122223333:role/a", "Reason": "known"}]})";
  const AuditAnswer answer =
      audit_text(open_role(kAccepted), with_baseline(entries, at("2027-03-01")));
  ASSERT_TRUE(answer.findings[0].suppression);
  EXPECT_EQ(answer.findings[0].suppression->reason, "known");
  EXPECT_EQ(answer.expired.size(), 2U);
}

TEST(AuditSuppression, AnEntryWithoutReasonOrWithAWrongDateIsAnError) {
  const AuditOptions options = with_baseline(R"({"Suppressions": [
      {"Rule": "trust-public", "Subject": "x"},
      {"Rule": "trust-public", "Subject": "x", "Reason": "y", "Expires": "soon"},
      7]})",
                                             {}, 3);
  EXPECT_TRUE(options.baseline.empty());
}

TEST(AuditSuppression, WithoutADateNothingThatExpiresHolds) {
  EXPECT_FALSE(audit_text(open_role(kAccepted), {}).findings[0].suppression);
}

TEST(KnownAccounts, BuiltInOnesAreReadAndNamed) {
  SourceTable sources;
  Diagnostics faults;
  const auto json =
      parse_json(sources, sources.add("known", std::string(built_in_known_accounts())), faults);
  AuditOptions options;
  read_known_accounts(json->root(), options, faults);
  EXPECT_EQ(faults.error_count(), 0U);
  EXPECT_EQ(options.known_accounts["464622532012"], "Datadog");
  const auto list = json->root().find("KnownAccounts");
  for (const JsonValue each : *list) {
    EXPECT_TRUE(each.string_at("Source").starts_with("https://"));
  }
}

TEST(AuditFingerprint, ChangesWithRuleSubjectAndEvidenceOnly) {
  AuditFinding one{.rule = &audit_rules()[0], .subject = "a", .message = "m", .evidence = "e"};
  AuditFinding other = one;
  other.message = "n";
  EXPECT_EQ(audit_fingerprint(one), audit_fingerprint(other));
  other.subject = "ae";
  other.evidence = "";
  EXPECT_NE(audit_fingerprint(one), audit_fingerprint(other));
  EXPECT_EQ(audit_fingerprint(one).size(), 16U);
}

}  // namespace
}  // namespace rolecall
