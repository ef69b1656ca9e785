// SPDX-License-Identifier: Apache-2.0
#include "estate/organization_loader.h"

#include <ostream>
#include <string>

#include "loading.h"

namespace rolecall {
namespace {

constexpr std::string_view kScp =
    R"({"PolicySummary":{"Id":"p-scp","Arn":"arn:x","Name":"Guard","Type":"SERVICE_CONTROL_POLICY",
        "AwsManaged":true},"Content":{"Statement":[]}})";
constexpr std::string_view kRcp =
    R"({"PolicySummary":{"Id":"p-rcp","Type":"RESOURCE_CONTROL_POLICY"},
        "Content":"{\"Statement\":[]}"})";

// The parts of an organization.json that the tests vary.
struct Parts {
  std::string types{};
  std::string policies{};
  std::string targets{};
  std::string accounts =
      R"({"Id":"111122223333","Name":"work","ParentId":"ou-1","Status":"SUSPENDED"})";
  std::string id = "o-a1";
};

std::string write(const Parts& parts) {
  return R"({"Organization":{"Id":")" + parts.id + R"(","MasterAccountId":"777788889999"},
    "Roots":[{"Id":"r-1","Name":"Root")" +
         (parts.types.empty() ? "" : R"(,"PolicyTypes":)" + parts.types) + R"(}],
    "OrganizationalUnits":[{"Id":"ou-1","Name":"Unit","ParentId":"r-1"}],
    "Accounts":[)" +
         parts.accounts + R"(],"Policies":[)" + parts.policies + R"(],"Targets":[)" +
         parts.targets + "]}";
}

TEST(OrganizationLoader, ReadsNodesPoliciesAndTargets) {
  const Loaded loaded(write({.policies = std::string(kScp) + "," + std::string(kRcp),
                             .targets = R"({"PolicyId":"p-scp","TargetId":"r-1"},
                                           {"PolicyId":"p-scp","TargetId":"111122223333"},
                                           {"PolicyId":"p-scp","TargetId":"111122223333"},
                                           {"PolicyId":"p-rcp","TargetId":"ou-1"})"}),
                      "organization.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  ASSERT_TRUE(loaded.estate.organization);
  const Organization& organization = *loaded.estate.organization;
  EXPECT_EQ(organization.id, "o-a1");
  EXPECT_EQ(organization.management_account, "777788889999");
  EXPECT_EQ(organization.file, "organization.json");
  EXPECT_EQ(organization.org_path("111122223333"), "o-a1/r-1/ou-1/");
  EXPECT_EQ(organization.find("111122223333")->status, "SUSPENDED");
  EXPECT_EQ(organization.find("111122223333")->name, "work");
  ASSERT_EQ(organization.policies.size(), 2U);
  EXPECT_EQ(organization.policies[0].kind, PolicyKind::ServiceControl);
  EXPECT_EQ(organization.policies[0].name, "Guard");
  EXPECT_EQ(organization.policies[0].arn, "arn:x");
  EXPECT_TRUE(organization.policies[0].aws_managed);
  ASSERT_NE(organization.policies[0].policy, nullptr);
  EXPECT_EQ(organization.policies[0].policy->kind, PolicyKind::ServiceControl);
  EXPECT_EQ(organization.policies[1].kind, PolicyKind::ResourceControl);
  EXPECT_FALSE(organization.policies[1].aws_managed);
  ASSERT_NE(organization.policies[1].policy, nullptr);
  EXPECT_EQ(organization.find("r-1")->policies, std::vector<std::uint32_t>{0});
  EXPECT_EQ(organization.find("ou-1")->policies, std::vector<std::uint32_t>{1});
  EXPECT_EQ(organization.find("111122223333")->policies, std::vector<std::uint32_t>{0});
}

struct PolicyTypes {
  std::string name{};
  std::string types{};
  bool attached = false;
  bool enabled = false;
};

std::ostream& operator<<(std::ostream& out, const PolicyTypes& types) {
  return out << types.name;
}

class OrganizationPolicyTypes : public testing::TestWithParam<PolicyTypes> {};

TEST_P(OrganizationPolicyTypes, SayWhetherScpsAreInForce) {
  const Loaded loaded(
      write({.types = GetParam().types,
             .policies = std::string(kScp),
             .targets = GetParam().attached ? R"({"PolicyId":"p-scp","TargetId":"r-1"})" : ""}));
  ASSERT_TRUE(loaded.estate.organization) << loaded.said();
  EXPECT_EQ(loaded.estate.organization->scp_enabled, GetParam().enabled);
  EXPECT_FALSE(loaded.estate.organization->rcp_enabled);
}

INSTANTIATE_TEST_SUITE_P(
    Entries, OrganizationPolicyTypes,
    testing::Values(PolicyTypes{"enabled",
                                R"([{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}])", false,
                                true},
                    PolicyTypes{"being_enabled",
                                R"([{"Type":"SERVICE_CONTROL_POLICY","Status":"PENDING_ENABLE"}])",
                                true, false},
                    PolicyTypes{"no_entry_and_attached", "[]", true, true},
                    PolicyTypes{"no_entry_and_not_attached", "[]", false, false},
                    PolicyTypes{"no_list_and_attached", "", true, true},
                    PolicyTypes{"unreadable_and_attached", "5", true, true},
                    PolicyTypes{"entry_of_another_type",
                                R"([{"Type":"TAG_POLICY","Status":"ENABLED"},5])", true, true}),
    [](const auto& row) { return row.param.name; });

TEST(OrganizationLoader, WarnsAboutATargetItDoesNotList) {
  const Loaded loaded(write(
      {.policies = std::string(kScp), .targets = R"({"PolicyId":"p-scp","TargetId":"ou-9"})"}));
  const Diagnostic said = loaded.first(DiagnosticCode::MissingMember);
  EXPECT_EQ(said.severity, Severity::Warning);
  EXPECT_EQ(said.message, "policy `p-scp` is attached to `ou-9`, which is not listed");
  EXPECT_TRUE(loaded.estate.organization);
}

TEST(OrganizationLoader, KeepsAnAttachedPolicyItDoesNotListAsUnknown) {
  const Loaded loaded(write({.targets = R"({"PolicyId":"p-gone","TargetId":"r-1"},
                                           {"PolicyId":"p-gone","TargetId":"ou-1"},
                                           {"PolicyId":"p-FullAWSAccess","TargetId":"ou-1"},
                                           {"PolicyId":"p-RCPFullAWSAccess","TargetId":"ou-1"})"}));
  EXPECT_EQ(loaded.count(DiagnosticCode::MissingDocument), 3U) << loaded.said();
  EXPECT_EQ(loaded.first(DiagnosticCode::MissingDocument).severity, Severity::Warning);
  ASSERT_TRUE(loaded.estate.organization);
  const Organization& organization = *loaded.estate.organization;
  // The type of `p-gone` is not known: it counts as both.
  ASSERT_EQ(organization.policies.size(), 4U);
  EXPECT_EQ(organization.policies[0].kind, PolicyKind::ServiceControl);
  EXPECT_EQ(organization.policies[1].kind, PolicyKind::ResourceControl);
  EXPECT_EQ(organization.policies[2].kind, PolicyKind::ServiceControl);
  EXPECT_EQ(organization.policies[3].kind, PolicyKind::ResourceControl);
  for (const OrganizationPolicy& each : organization.policies) EXPECT_EQ(each.policy, nullptr);
  EXPECT_EQ(organization.find("r-1")->policies.size(), 2U);
  EXPECT_EQ(organization.find("ou-1")->policies.size(), 4U);
  EXPECT_TRUE(organization.scp_enabled);
  EXPECT_TRUE(organization.rcp_enabled);
}

TEST(OrganizationLoader, IgnoresPoliciesOfOtherTypes) {
  const Loaded loaded(
      write({.policies = R"({"PolicySummary":{"Id":"p-tag","Type":"TAG_POLICY"},"Content":"x"})",
             .targets = R"({"PolicyId":"p-tag","TargetId":"r-1"})"}));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_TRUE(loaded.estate.organization->policies.empty());
  EXPECT_FALSE(loaded.estate.organization->scp_enabled);
}

TEST(OrganizationLoader, KeepsAPolicyWhoseContentItCannotRead) {
  for (const std::string content : {R"("Content":5)", R"("Content":"{")", R"("Other":1)",
                                    R"("Content":{"Statement":[]},"Content":{"Statement":[]})"}) {
    const Loaded loaded(
        write({.policies = R"({"PolicySummary":{"Id":"p-1","Type":"SERVICE_CONTROL_POLICY"},)" +
                           content + "}",
               .targets = R"({"PolicyId":"p-1","TargetId":"r-1"})"}));
    ASSERT_TRUE(loaded.estate.organization) << content;
    ASSERT_EQ(loaded.estate.organization->policies.size(), 1U) << content;
    EXPECT_EQ(loaded.estate.organization->policies[0].policy, nullptr) << content;
    EXPECT_TRUE(loaded.estate.organization->scp_enabled);
  }
}

TEST(OrganizationLoader, CountsAPolicyWithoutSummaryAsNotListed) {
  for (const std::string policy :
       {R"({"Content":{}})", R"({"PolicySummary":5})", R"({"PolicySummary":{"Id":"p-1"}})"}) {
    const Loaded loaded(
        write({.policies = policy, .targets = R"({"PolicyId":"p-1","TargetId":"r-1"})"}));
    EXPECT_EQ(loaded.count(DiagnosticCode::MissingMember), 1U) << loaded.said();
    EXPECT_EQ(loaded.count(DiagnosticCode::MissingDocument), 1U);
    EXPECT_EQ(loaded.estate.organization->policies.size(), 2U);
  }
}

TEST(OrganizationLoader, ReportsPlacesInPolicyText) {
  const Loaded loaded(
      write({.policies = "\n"
                         R"({"PolicySummary":{"Id":"p-1","Type":"SERVICE_CONTROL_POLICY"},
        "Content":"{\"Statement\":[{\"Effect\":\"Alow\"}]}"})"}));
  EXPECT_EQ(loaded.underlined(DiagnosticCode::InvalidEffect), R"(\"Alow\")");
  EXPECT_TRUE(loaded.estate.organization->policies.at(0).policy->faulty);
}

TEST(OrganizationLoader, ConcludesNothingFromWhatAPartialOneLacks) {
  std::string text = write({.accounts = R"({"Id":"111122223333","ParentId":"r-1"})"});
  const Loaded whole(text);
  EXPECT_TRUE(whole.estate.organization->is_outside("444455556666"));
  text.insert(1, R"("Partial":true,"OutsideAccounts":["555566667777"],
      "UnreadAccounts":["444455556666"],)");
  const Loaded partial(text);
  EXPECT_EQ(partial.diagnostics.all().size(), 0U) << partial.said();
  EXPECT_FALSE(partial.estate.organization->is_outside("111122223333"));
  EXPECT_FALSE(partial.estate.organization->is_outside("444455556666"));
  EXPECT_TRUE(partial.estate.organization->is_outside("555566667777"));
  EXPECT_TRUE(partial.estate.organization->is_unread("444455556666"));
  EXPECT_FALSE(partial.estate.organization->is_unread("555566667777"));
}

TEST(OrganizationLoader, ReadsTheStateOfAnAccountByItsNewName) {
  const Loaded loaded(write({.accounts = R"({"Id":"111122223333","ParentId":"r-1",
      "State":"CLOSED","Status":"SUSPENDED"},{"Id":"444455556666","ParentId":"r-1",
      "Status":"ACTIVE"})"}));
  EXPECT_EQ(loaded.estate.organization->find("111122223333")->status, "CLOSED");
  EXPECT_EQ(loaded.estate.organization->find("444455556666")->status, "ACTIVE");
}

TEST(OrganizationLoader, ReportsParentsThatDoNotLeadToARoot) {
  const Loaded loaded(write({.accounts = R"({"Id":"111122223333","ParentId":"ou-9"},
      {"Id":"444455556666","ParentId":"444455556666"},{"Id":"777788889999"},
      {"Id":"888899990000","ParentId":"r-1"})"}));
  EXPECT_EQ(loaded.count(DiagnosticCode::MissingMember), 1U) << loaded.said();
  EXPECT_EQ(loaded.first(DiagnosticCode::MissingMember).message,
            "the parents of `111122223333`, `444455556666` and `777788889999` do not lead to a "
            "root");
  ASSERT_TRUE(loaded.estate.organization);
  EXPECT_TRUE(loaded.estate.organization->has_account("111122223333"));
  EXPECT_EQ(loaded.estate.organization->org_path("888899990000"), "o-a1/r-1/");
}

TEST(OrganizationLoader, TakesTheFirstOfTwoEntriesWithOneId) {
  const Loaded loaded(write({.policies = std::string(kScp) + "," + std::string(kScp) +
                                         R"(,{"PolicySummary":{"Id":"p-scp",
                                             "Type":"RESOURCE_CONTROL_POLICY"}})",
                             .accounts = R"({"Id":"111122223333","ParentId":"r-1"},
      {"Id":"111122223333","ParentId":"r-1"},{"Id":"111122223333","ParentId":"ou-1"})"}));
  EXPECT_EQ(loaded.count(DiagnosticCode::Contradiction), 2U) << loaded.said();
  EXPECT_EQ(loaded.estate.organization->find("111122223333")->parent, "r-1");
  EXPECT_EQ(loaded.estate.organization->policies.size(), 1U);
}

TEST(OrganizationLoader, KeepsTheFirstOfTwoOrganizations) {
  Loaded loaded(write({}), "one.json");
  loaded.add(write({}), "two.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  loaded.add(write({.id = "o-b2"}), "three.json");
  EXPECT_EQ(loaded.first(DiagnosticCode::Contradiction).message,
            "a second organization, `o-b2`; `o-a1` of one.json:1 counts");
  EXPECT_EQ(loaded.first(DiagnosticCode::Contradiction).severity, Severity::Warning);
  // Says the same in other words: policies of the type are attached.
  loaded.add(write({.types = "[]"}), "four.json");
  EXPECT_EQ(loaded.count(DiagnosticCode::Contradiction), 1U);
  loaded.add(write({.accounts = R"({"Id":"111122223333","ParentId":"r-1"})"}), "five.json");
  EXPECT_EQ(loaded.count(DiagnosticCode::Contradiction), 2U);
  EXPECT_EQ(loaded.estate.organization->id, "o-a1");
}

struct Broken {
  std::string name{};
  std::string text{};
};

std::ostream& operator<<(std::ostream& out, const Broken& broken) {
  return out << broken.name;
}

class BrokenOrganization : public testing::TestWithParam<Broken> {};

TEST_P(BrokenOrganization, IsReportedAndNotUsed) {
  const Loaded loaded(GetParam().text, "organization.json");
  EXPECT_GE(loaded.diagnostics.error_count(), 1U) << loaded.said();
  EXPECT_FALSE(loaded.estate.organization);
  EXPECT_TRUE(loaded.estate.incomplete);
}

INSTANTIATE_TEST_SUITE_P(
    Structures, BrokenOrganization,
    testing::Values(
        Broken{"no_head", R"({"Roots":[],"Accounts":[]})"},
        Broken{"head_is_text", R"({"Organization":"o-1","Roots":[],"Accounts":[]})"},
        Broken{"head_is_null", R"({"Organization":null,"Roots":[],"Accounts":[]})"},
        Broken{"no_id", R"({"Organization":{},"Roots":[],"Accounts":[]})"},
        Broken{"id_is_number", R"({"Organization":{"Id":1},"Roots":[],"Accounts":[]})"},
        Broken{"no_roots", R"({"Organization":{"Id":"o-1"},"Accounts":[]})"},
        Broken{"no_accounts", R"({"Organization":{"Id":"o-1"},"Roots":[]})"},
        Broken{"accounts_are_null", R"({"Organization":{"Id":"o-1"},"Roots":[],"Accounts":null})"},
        Broken{"accounts_are_an_object",
               R"({"Organization":{"Id":"o-1"},"Roots":[],"Accounts":{"1":{}}})"},
        Broken{"account_is_text", write({.accounts = "\"111122223333\""})},
        Broken{"account_is_null", write({.accounts = "null"})},
        Broken{"account_id_is_number", write({.accounts = R"({"Id":111122223333})"})},
        Broken{"account_id_is_short", write({.accounts = R"({"Id":"1"})"})},
        Broken{"account_without_id", write({.accounts = R"({"Name":"x"})"})},
        Broken{"account_id_twice",
               write({.accounts = R"({"Id":"111122223333","Id":"111122223333"})"})},
        Broken{"unit_without_parent",
               R"({"Organization":{"Id":"o-1"},"Roots":[],"Accounts":[],
                   "OrganizationalUnits":[{"Id":"ou-1"}]})"},
        Broken{"policies_are_text",
               R"({"Organization":{"Id":"o-1"},"Roots":[],"Accounts":[],"Policies":"x"})"},
        Broken{"target_without_policy", write({.targets = R"({"TargetId":"r-1"})"})},
        Broken{"target_is_number", write({.targets = "1"})},
        Broken{"accounts_twice",
               R"({"Organization":{"Id":"o-1"},"Roots":[],"Accounts":[],"Accounts":[]})"}),
    [](const auto& row) { return row.param.name; });

TEST(OrganizationLoader, DoesNotTakeTheOutputOfOneCommandForAnOrganization) {
  for (const std::string text :
       {R"({"Organization":{"Id":"o-1"}})", R"({"Roots":[]})", R"({"Accounts":[]})"}) {
    const Loaded loaded(text);
    EXPECT_EQ(loaded.count(DiagnosticCode::UnknownShape), 1U) << text;
    EXPECT_FALSE(loaded.estate.organization);
  }
}

TEST(OrganizationLoader, ReadsAnOrganizationOfManyAccountsAndALongCycle) {
  std::string accounts = R"({"Id":"111122223333","ParentId":"ou-1"})";
  std::string units = R"({"Id":"ou-0","ParentId":"ou-1999"})";
  for (int i = 1; i < 2000; ++i) {
    accounts += R"(,{"Id":")" + std::to_string(200000000000 + i) + R"(","ParentId":"r-1"})";
    units += R"(,{"Id":"ou-)" + std::to_string(i) + R"(","ParentId":"ou-)" + std::to_string(i - 1) +
             R"("})";
  }
  const Loaded loaded(R"({"Organization":{"Id":"o-1","MasterAccountId":"200000000001"},)"
                      R"("Roots":[{"Id":"r-1"}],"Accounts":[)" +
                      accounts + R"(],"OrganizationalUnits":[)" + units + "]}");
  ASSERT_TRUE(loaded.estate.organization) << loaded.said();
  EXPECT_EQ(loaded.count(DiagnosticCode::MissingMember), 1U);
  EXPECT_EQ(loaded.estate.organization->path_to("200000001999").size(), 2U);
  EXPECT_TRUE(loaded.estate.organization->path_to("111122223333").empty());
}

TEST(OrganizationLoader, SaysThatTheManagementAccountIsMissing) {
  const Loaded loaded(R"({"Organization":{"Id":"o-1"},"Roots":[{"Id":"r-1"}],"Accounts":[]})");
  ASSERT_TRUE(loaded.estate.organization);
  EXPECT_EQ(loaded.count(DiagnosticCode::MissingMember), 1U) << loaded.said();
}

}  // namespace
}  // namespace rolecall
