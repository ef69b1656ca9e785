// SPDX-License-Identifier: Apache-2.0
#include "estate/collected_organization.h"

#include <ostream>
#include <string>

#include "collected.h"

namespace rolecall {
namespace {

class CollectedOrganizations : public CollectedFolderTest {};

TEST_F(CollectedOrganizations, AreReadWithUnitsAccountsAndPolicies) {
  write_whole_organization();
  write_organization("ous/ou-1/metadata.json", "broken");
  write_organization("structure.json", "broken");
  write_organization("scps/p-fullawsaccess/metadata.json", R"({"name":"FullAWSAccess"})");
  write_organization("scps/p-spare/policy.json", kAllowAll);
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  ASSERT_TRUE(loaded.estate.organization);
  const Organization& organization = *loaded.estate.organization;
  EXPECT_EQ(organization.id, "o-abc");
  EXPECT_EQ(organization.management_account, "999988887777");
  EXPECT_TRUE(organization.scp_enabled);
  EXPECT_TRUE(organization.rcp_enabled);
  EXPECT_EQ(organization.org_path("111122223333"), "o-abc/r-1/ou-1/");
  EXPECT_TRUE(organization.is_outside("444455556666"));
  ASSERT_EQ(organization.policies.size(), 2U);
  // The folder has the id in lower case, the ARN as it is.
  EXPECT_EQ(organization.policies[0].id, "p-FullAWSAccess");
  EXPECT_EQ(organization.policies[0].name, "FullAWSAccess");
  EXPECT_TRUE(organization.policies[0].aws_managed);
  ASSERT_NE(organization.policies[0].policy, nullptr);
  EXPECT_EQ(organization.find("r-1")->policies, std::vector<std::uint32_t>{0});
}

TEST_F(CollectedOrganizations, SayWhichPolicyIsAttachedAndNotThere) {
  write_whole_organization();
  write_organization("accounts.json",
                     R"({"111122223333":{"ou":"ou-1","scps":["arn:aws:organizations::1:policy/)"
                     R"(o-abc/service_control_policy/p-gone"],"rcps":["x/p-gone"]}})");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.count(DiagnosticCode::MissingDocument), 2U) << loaded.said();
  EXPECT_EQ(loaded.first(DiagnosticCode::MissingDocument).message,
            "policy `p-gone` is attached, and its document is not there");
  const Organization& organization = *loaded.estate.organization;
  EXPECT_EQ(organization.find("111122223333")->policies.size(), 2U);
}

TEST_F(CollectedOrganizations, AreInForceAsTheFeaturesSay) {
  write_whole_organization();
  write_organization("metadata.json", R"({"rootAccountId":"999988887777","features":)"
                                      R"({"SERVICE_CONTROL_POLICY":false}})");
  const Loaded loaded(Paths{folder()});
  EXPECT_FALSE(loaded.estate.organization->scp_enabled);
  // Not told: policies of the type are attached.
  EXPECT_TRUE(loaded.estate.organization->rcp_enabled);
}

// An account that such an organization seems not to list would count as outside.
TEST_F(CollectedOrganizations, AreNotUsedWhenTheirStructureCannotBeRead) {
  struct Case {
    std::string name;
    std::string text;
  };
  for (const Case& each : {
           Case{"accounts.json", "["},
           Case{"accounts.json", "[]"},
           Case{"accounts.json", "null"},
           Case{"accounts.json", R"({"prod":{"ou":"r-1"}})"},
           Case{"accounts.json", R"({"111122223333":7})"},
           Case{"accounts.json", R"({"111122223333":{"scps":"x"}})"},
           Case{"accounts.json", R"({"111122223333":{"scps":[7]}})"},
           Case{"accounts.json", R"({"111122223333":{"ou":"r-1","ou":"ou-1"}})"},
           Case{"ous.json", "7"},
           Case{"metadata.json", "7"},
       }) {
    write_whole_organization();
    write_organization(each.name, each.text);
    const Loaded loaded(Paths{folder()});
    EXPECT_FALSE(loaded.estate.organization) << each.text;
    EXPECT_GT(loaded.diagnostics.error_count(), 0U) << each.text;
  }
}

TEST_F(CollectedOrganizations, SayWhichDocumentIsNotThere) {
  write_whole_organization();
  std::filesystem::remove(folder() / kOrganizationFolder / "ous.json");
  const Loaded loaded(Paths{folder()});
  EXPECT_FALSE(loaded.estate.organization);
  EXPECT_EQ(loaded.first(DiagnosticCode::MissingMember).message,
            "organization `o-abc` has no `ous`");
}

TEST_F(CollectedOrganizations, AreOneWithAnOrganizationFileThatSaysTheSame) {
  write_whole_organization();
  const std::string same =
      R"({"Organization":{"Id":"o-abc","MasterAccountId":"999988887777"},"Roots":[{"Id":"r-1",)"
      R"("PolicyTypes":[{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"},)"
      R"({"Type":"RESOURCE_CONTROL_POLICY","Status":"ENABLED"}]}],"OrganizationalUnits":)"
      R"([{"Id":"ou-1","ParentId":"r-1"}],"Accounts":[{"Id":"111122223333","ParentId":"ou-1"},)"
      R"({"Id":"999988887777","ParentId":"r-1"}],"Policies":[{"PolicySummary":{"Id":)"
      R"("p-FullAWSAccess","Type":"SERVICE_CONTROL_POLICY"},"Content":)" +
      std::string(kAllowAll) + R"(}],"Targets":[{"PolicyId":"p-FullAWSAccess","TargetId":"r-1"}]})";
  write("organization.json", same);
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  write("organization.json", same.substr(0, same.rfind("{\"PolicyId")) + "]}");
  EXPECT_EQ(Loaded(Paths{folder()}).count(DiagnosticCode::Contradiction), 1U);
}

}  // namespace
}  // namespace rolecall
