// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/audit_report.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/base/time.h"
#include "rolecall/estate/estate_loader.h"
#include "rolecall/report/inventory_report.h"

#include "report/audit_parts.h"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// An estate with one open role and findings of it, whatever its trust policy names.
class AuditReportTest : public ::testing::Test {
 protected:
  void load(std::string file, std::string_view principal, std::string_view tags = "") {
    const std::string text =
        R"({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [
            {"RoleName": "a", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/a",
             "Tags": [)" +
        std::string(tags) +
        R"(], "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
             "Principal": )" +
        std::string(principal) + R"(, "Action": "sts:AssumeRole"}}}]})";
    load_estate_text(std::move(file), text, estate_, diagnostics_);
    options_.now = parse_time("2026-11-24");
    answer_ = audit_estate(estate_, options_);
  }

  std::string json(void (*write)(JsonWriter&, const AuditReport&)) const {
    JsonWriter out;
    write(out, {estate_, answer_, diagnostics_, false});
    return out.text();
  }

  Estate estate_;
  Diagnostics diagnostics_;
  AuditOptions options_;
  AuditAnswer answer_;
};

constexpr std::string_view kHostile =
    R"({"AWS": ["arn:aws:iam::777788889999:role/<img>|`x`[a](http://b)@c\u001b[31m", "*"]})";

TEST_F(AuditReportTest, MarkdownShowsTextFromOutsideAndObeysNoneOfIt) {
  load("111122223333.gaad.json", kHostile);
  const std::string text = write_audit_markdown({estate_, answer_, diagnostics_, false});
  EXPECT_THAT(text, Not(HasSubstr("<img>")));
  EXPECT_THAT(text, Not(HasSubstr("](")));
  EXPECT_THAT(text, Not(HasSubstr("://")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(AuditReportTest, TextShowsNoControlCharacters) {
  load("111122223333.gaad.json", kHostile);
  const std::string text = write_audit_text({estate_, answer_, diagnostics_, true}, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(AuditReportTest, SarifMakesNoLinksOfText) {
  load("111122223333.gaad.json", kHostile);
  const std::string text = json(write_audit_sarif);
  EXPECT_THAT(text, Not(HasSubstr("`[a]")));
  EXPECT_THAT(text, HasSubstr("\\\\[a\\\\]"));
}

TEST_F(AuditReportTest, SarifAndMarkdownTellWhatWasNotChecked) {
  load("111122223333.gaad.json", R"({"Service": "ec2.amazonaws.com"})");
  answer_.gaps = {
      {"the trust policy of `[a]`", "it is not there", "aws iam get-role --role-name '<a>'"}};
  const std::string sarif = json(write_audit_sarif);
  EXPECT_THAT(sarif, HasSubstr("\"executionSuccessful\": true"));
  EXPECT_THAT(sarif, HasSubstr("\"toolExecutionNotifications\""));
  EXPECT_THAT(sarif,
              HasSubstr("not checked: the trust policy of `\\\\[a\\\\]`: it is not there; to "
                        "know it: aws iam get-role --role-name '<a>'"));
  const std::string markdown = write_audit_markdown({estate_, answer_, diagnostics_, false});
  EXPECT_THAT(markdown, HasSubstr("**Not checked**"));
  EXPECT_THAT(markdown, HasSubstr("<br><code>aws iam get-role --role-name '&#60;a&#62;'</code>"));
}

TEST_F(AuditReportTest, WithoutGapsSarifAndMarkdownTellOfNone) {
  load("111122223333.gaad.json", R"({"Service": "ec2.amazonaws.com"})");
  answer_.gaps.clear();
  EXPECT_THAT(json(write_audit_sarif), Not(HasSubstr("toolExecutionNotifications")));
  EXPECT_THAT(write_audit_markdown({estate_, answer_, diagnostics_, false}),
              Not(HasSubstr("Not checked")));
}

TEST_F(AuditReportTest, SarifOfAnEstateWithoutAccountsIsNoSuccess) {
  options_.now = parse_time("2026-11-24");
  answer_ = audit_estate(estate_, options_);
  EXPECT_THAT(json(write_audit_sarif), HasSubstr("\"executionSuccessful\": false"));
}

TEST_F(AuditReportTest, SarifShowsNoControlCharacters) {
  load("111122223333.gaad.json", R"({"AWS": "arn:aws:iam::777788889999:role/a\u202eb\u001b[31m"})");
  const std::string text = json(write_audit_sarif);
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  EXPECT_THAT(text, Not(HasSubstr("\\u001b")));
  EXPECT_THAT(text, HasSubstr("a\\\\\\\\u202eb"));
}

TEST_F(AuditReportTest, SarifNamesChecksOfOtherTools) {
  load("111122223333.gaad.json", R"({"AWS": "*"})");
  EXPECT_THAT(json(write_audit_sarif), HasSubstr("\"equivalents\": [\n"));
  EXPECT_THAT(json(write_audit_sarif), HasSubstr("\"Access Analyzer: external access\"\n"));
}

TEST_F(AuditReportTest, SarifNamesFilesByUri) {
  load("/a b/111122223333.gaad.json", R"({"AWS": "*"})");
  EXPECT_THAT(json(write_audit_sarif), HasSubstr("\"file:///a%20b/111122223333.gaad.json\""));
}

TEST_F(AuditReportTest, SarifTellsWhichFindingsAreAccepted) {
  load("111122223333.gaad.json", R"({"AWS": "*"})",
       R"({"Key": "rolecall:accept:trust-public", "Value": "2027-01-01 open data"})");
  const std::string text = json(write_audit_sarif);
  EXPECT_THAT(text, HasSubstr("\"kind\": \"inSource\""));
  EXPECT_THAT(text, HasSubstr("\"justification\": \"open data\""));
}

TEST_F(AuditReportTest, ABaselineCoversEverythingAndReadsBack) {
  load("111122223333.gaad.json", R"({"AWS": ["*", "777788889999"]})");
  ASSERT_FALSE(answer_.findings.empty());
  SourceTable sources;
  Diagnostics faults;
  const auto read =
      parse_json(sources, sources.add("baseline", json(write_audit_baseline)), faults);
  read_baseline(read->root(), options_, faults);
  EXPECT_EQ(faults.error_count(), 0U);
  const AuditAnswer again = audit_estate(estate_, options_);
  EXPECT_EQ(count_findings(again).suppressed, again.findings.size());
}

TEST(AuditWords, CountsAreGroupedAndTellWhatWasLookedAt) {
  AuditAnswer answer;
  answer.roles = 8800;
  answer.accounts = 20;
  EXPECT_EQ(describe_counts(answer), "nothing to report; 8,800 roles of 20 accounts looked at");
  answer.findings.resize(13083, {.rule = &audit_rules()[0], .severity = AuditSeverity::High});
  answer.gaps.resize(2);
  EXPECT_EQ(describe_counts(answer),
            "13,083 findings: 13,083 high; 8,800 roles of 20 accounts looked at; 2 things not "
            "checked");
  answer.gaps[1].hides = true;
  EXPECT_TRUE(describe_counts(answer).starts_with("13,083 findings: 13,083 high; "));
  answer.findings.clear();
  EXPECT_TRUE(describe_counts(answer).starts_with("nothing to report in what could be read; "));
  answer.roles = answer.accounts = 0;
  EXPECT_EQ(describe_counts(answer, /*unread=*/true),
            "nothing was looked at: the estate could not be read");
  answer.roles = answer.accounts = 1;
  answer.findings.resize(2, {.rule = &audit_rules()[0], .severity = AuditSeverity::High});
  answer.findings[1].suppression = Suppression{};
  answer.gaps.resize(1);
  EXPECT_EQ(describe_counts(answer),
            "1 finding: 1 high; 1 more suppressed; 1 role of 1 account looked at; 1 thing not "
            "checked");
}

TEST(AuditWords, MarkdownKeepsPlainTextAndCode) {
  EXPECT_EQ(markdown_text("role `deploy` of 4"), "role <code>deploy</code> of 4");
  EXPECT_EQ(markdown_text("a_b*c"), "a&#95;b&#42;c");
}

TEST_F(AuditReportTest, CsvQuotesCellsAndDisarmsFormulas) {
  load("111122223333.gaad.json", R"({"AWS": "777788889999"})",
       R"({"Key": "owner", "Value": "a, \"b\""})");
  std::size_t unread = 0;
  const auto entries = list_trust(estate_, options_, {"owner"}, unread);
  const std::string text = write_inventory_csv({estate_, entries, unread});
  EXPECT_THAT(text, HasSubstr("\"owner=a, \"\"b\"\"\""));
  TrustEntry entry = entries[0];
  entry.owner_tags = {};
  entry.principal = "=1+1";
  EXPECT_THAT(write_inventory_csv({estate_, {&entry, 1}, 0}), HasSubstr(",'=1+1,"));
}

}  // namespace
}  // namespace rolecall
