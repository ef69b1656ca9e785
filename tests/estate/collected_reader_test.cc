// SPDX-License-Identifier: Apache-2.0
#include "estate/collected_reader.h"

#include <ostream>
#include <string>

#include "collected.h"
#include "estate/provider_lists.h"

namespace rolecall {
namespace {

class CollectedReader : public CollectedFolderTest {};

TEST_F(CollectedReader, ReadsEveryDocumentOfARole) {
  write_account("iam/role/team%2fdeploy/metadata.json",
                R"({"arn":"arn:aws:iam::111122223333:role/Team/Deploy","name":"Deploy",)"
                R"("id":"AROA1","path":"/Team/","created":"2024-03-11T09:24:17Z",)"
                R"("permissionBoundary":"arn:aws:iam::111122223333:policy/Edge"})");
  write_account("iam/role/team%2fdeploy/trust-policy.json", kTrust);
  write_account("iam/role/team%2fdeploy/inline-policies.json",
                R"([{"PolicyName":"logs","PolicyDocument":)" + std::string(kAllowAll) + "}]");
  write_account("iam/role/team%2fdeploy/managed-policies.json",
                R"(["arn:aws:iam::aws:policy/ReadOnlyAccess"])");
  write_account("iam/role/team%2fdeploy/tags.json", R"({"team":"red"})");
  write_account("iam/role/team%2fdeploy/instance-profiles.json", "[broken");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/Team/Deploy");
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->name, "Deploy");
  EXPECT_EQ(role->path, "/Team/");
  EXPECT_EQ(role->id, "AROA1");
  EXPECT_EQ(role->created, 1710149057);
  EXPECT_EQ(role->boundary_arn, "arn:aws:iam::111122223333:policy/Edge");
  ASSERT_EQ(role->inline_policies.size(), 1U);
  EXPECT_EQ(role->inline_policies[0].name, "logs (inline policy of Deploy)");
  EXPECT_EQ(role->attached_arns,
            std::vector<std::string_view>{"arn:aws:iam::aws:policy/ReadOnlyAccess"});
  ASSERT_EQ(role->tags.size(), 1U);
  EXPECT_EQ(role->tags[0].value, "red");
  EXPECT_TRUE(role->has_tags);
  EXPECT_TRUE(role->complete);
  ASSERT_NE(role->trust, nullptr);
  const Location place = loaded.estate.sources().locate(role->trust->at);
  EXPECT_TRUE(place.file.ends_with("111122223333/iam/role/team%2fdeploy/trust-policy.json"));
  EXPECT_EQ(place.line, 1U);
}

TEST_F(CollectedReader, ReadsUsersGroupsAndPolicies) {
  write_entity("user", "ann");
  write_account("iam/user/ann/groups.json", R"(["arn:aws:iam::111122223333:group/x/Dev","Ops"])");
  write_account("iam/user/ann/tags.json", R"([{"Key":"team","Value":"red"}])");
  write_account("iam/group/x%2fdev/metadata.json",
                R"({"arn":"arn:aws:iam::111122223333:group/x/Dev"})");
  write_account("iam/group/x%2fdev/inline-policies.json",
                R"([{"PolicyName":"p","PolicyDocument":)" + std::string(kAllowAll) + "}]");
  write_account("iam/policy/own/metadata.json",
                R"({"arn":"arn:aws:iam::111122223333:policy/Own","name":"Own"})");
  write_account("iam/policy/own/current-policy.json", kAllowAll);
  write_account("iam/aws/policy/all/metadata.json",
                R"({"arn":"arn:aws:iam::aws:policy/All","name":"All"})");
  write_account("iam/aws/policy/all/current-policy.json", kAllowAll);
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Account* const account = loaded.estate.find_account("111122223333");
  ASSERT_NE(account, nullptr);
  EXPECT_TRUE(account->exported);
  EXPECT_TRUE(account->has_users);
  // Every account has roles of AWS: without the folder they were not collected.
  EXPECT_FALSE(account->has_roles);
  const User* const user = account->find_user("ann");
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->groups, (std::vector<std::string_view>{"Dev", "Ops"}));
  ASSERT_EQ(user->tags.size(), 1U);
  const Group* const group = account->find_group("Dev");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->inline_policies.at(0).name, "p (inline policy of group Dev)");
  for (const std::string_view arn :
       {"arn:aws:iam::111122223333:policy/Own", "arn:aws:iam::aws:policy/All"}) {
    const ManagedPolicy* const policy = loaded.estate.find_policy("111122223333", arn);
    ASSERT_NE(policy, nullptr) << arn;
    EXPECT_NE(policy->document(), nullptr) << arn;
  }
}

TEST_F(CollectedReader, ReadsProvidersAndEndpoints) {
  write_role("ci");
  write_account("iam/oidc-provider/id.example.com/metadata.json",
                R"({"arn":"arn:aws:iam::111122223333:oidc-provider/id.example.com",)"
                R"("audiences":["app"],"thumbprints":[],"url":"https://id.example.com"})");
  write_account("iam/saml-provider/corp/metadata.json",
                R"({"arn":"arn:aws:iam::111122223333:saml-provider/Corp",)"
                R"("validUntil":"2024-03-11T09:24:17Z"})");
  write_account("ec2/eu-west-1/vpc-endpoint/vpce-1/metadata.json",
                R"({"id":"vpce-1","vpc":"arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",)"
                R"("type":"Interface","serviceName":"com.amazonaws.eu-west-1.sts",)"
                R"("arn":"arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1"})");
  write_account("ec2/eu-west-1/vpc-endpoint/vpce-1/endpoint-policy.json", "[]");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.count(DiagnosticCode::WrongType), 1U) << loaded.said();
  const Account& account = *loaded.estate.find_account("111122223333");
  EXPECT_TRUE(lists_oidc_providers(loaded.estate, account));
  EXPECT_TRUE(lists_saml_providers(loaded.estate, account));
  ASSERT_EQ(loaded.estate.oidc_providers.size(), 1U);
  EXPECT_EQ(loaded.estate.oidc_providers[0].url, "id.example.com");
  EXPECT_EQ(loaded.estate.oidc_providers[0].client_ids, std::vector<std::string_view>{"app"});
  ASSERT_EQ(loaded.estate.saml_providers.size(), 1U);
  EXPECT_EQ(loaded.estate.saml_providers[0].valid_until, 1710149057);
  ASSERT_EQ(loaded.estate.vpc_endpoints.size(), 1U);
  const VpcEndpoint& endpoint = loaded.estate.vpc_endpoints[0];
  EXPECT_EQ(endpoint.vpc_id, "vpc-1");
  EXPECT_EQ(endpoint.owner_id, "111122223333");
  EXPECT_TRUE(endpoint.policy_missing);
}

TEST_F(CollectedReader, ConcludesNothingFromWhatWasNotCollected) {
  write_account(
      "ec2/eu-west-1/vpc-endpoint/vpce-1/metadata.json",
      R"({"id":"vpce-1","arn":"arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1"})");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Account& account = *loaded.estate.find_account("111122223333");
  EXPECT_FALSE(account.exported);
  EXPECT_FALSE(account.has_users);
  EXPECT_FALSE(account.has_roles);
  EXPECT_FALSE(lists_oidc_providers(loaded.estate, account));
  EXPECT_FALSE(loaded.estate.organization);
  EXPECT_FALSE(loaded.estate.vpc_endpoints.at(0).policy_missing);
}

// The tags of roles can be left out by the configuration.
TEST_F(CollectedReader, TakesNoTagsForNoneWhenNoRoleHasAny) {
  write_role("a");
  write_role("b");
  const Loaded without(Paths{folder()});
  EXPECT_FALSE(without.estate.find_role("arn:aws:iam::111122223333:role/b")->has_tags);
  write_account("iam/role/a/tags.json", "{}");
  const Loaded with(Paths{folder()});
  EXPECT_TRUE(with.estate.find_role("arn:aws:iam::111122223333:role/b")->has_tags);
}

TEST_F(CollectedReader, KeepsAPlaceForWhatItCannotRead) {
  write_entity("role", "ci", R"(,"permissionBoundary":{})");
  write_account("iam/role/ci/trust-policy.json", "{");
  write_account("iam/role/ci/managed-policies.json", "{}");
  write_account("iam/role/ci/tags.json", "7");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.error_count(), 4U) << loaded.said();
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/ci");
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->trust, nullptr);
  EXPECT_TRUE(role->trust_at.known());
  EXPECT_EQ(role->boundary_arn, "{}");
  EXPECT_FALSE(role->has_tags);
  ASSERT_EQ(role->inline_policies.size(), 1U);
  EXPECT_EQ(role->inline_policies[0].name, "policies of role ci");
  EXPECT_EQ(role->inline_policies[0].policy, nullptr);
}

TEST_F(CollectedReader, ConcludesNothingFromListsOfWhichSomethingIsLost) {
  write_role("ci");
  write_role("lost");
  write_account("iam/role/lost/metadata.json", R"({"arn":"arn:aws:iam::111122223333:user/lost"})");
  write_account("iam/user/lost/groups.json", "[]");
  write_account("iam/user/null/metadata.json", "null");
  write_account("iam/oidc-provider/lost/metadata.json", "{}");
  const Loaded loaded(Paths{folder()});
  const Account& account = *loaded.estate.find_account("111122223333");
  EXPECT_TRUE(account.exported);
  EXPECT_FALSE(account.has_roles);
  EXPECT_FALSE(account.has_users);
  EXPECT_FALSE(lists_oidc_providers(loaded.estate, account));
  EXPECT_TRUE(lists_saml_providers(loaded.estate, account));
  EXPECT_EQ(loaded.count(DiagnosticCode::WrongType), 1U) << loaded.said();
  EXPECT_EQ(loaded.count(DiagnosticCode::MissingMember), 3U) << loaded.said();
  const std::string said = loaded.said();
  EXPECT_NE(said.find("iam/user/lost` has no metadata, which tells its ARN"), said.npos) << said;
  EXPECT_NE(said.find("iam/user/null` has no metadata, which tells its ARN"), said.npos) << said;
}

TEST_F(CollectedReader, RefusesMetadataOfAnotherAccountAndRepeatedKeys) {
  write_account("iam/role/a/metadata.json", R"({"arn":"arn:aws:iam::444455556666:role/a"})");
  write_account("iam/role/b/metadata.json",
                R"({"arn":"arn:aws:iam::111122223333:role/b",)"
                R"("permissionBoundary":null,"permissionBoundary":"x"})");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.error_count(), 2U) << loaded.said();
  EXPECT_EQ(loaded.estate.find_account("444455556666"), nullptr);
  EXPECT_TRUE(loaded.estate.find_account("111122223333")->roles.empty());
  EXPECT_FALSE(loaded.estate.find_account("111122223333")->has_roles);
}

TEST_F(CollectedReader, SharesPoliciesWithTheSameBytes) {
  write_role("a");
  write_role("b");
  const Loaded loaded(Paths{folder()});
  const Role* const a = loaded.estate.find_role("arn:aws:iam::111122223333:role/a");
  const Role* const b = loaded.estate.find_role("arn:aws:iam::111122223333:role/b");
  EXPECT_EQ(a->trust.shared(), b->trust.shared());
  EXPECT_NE(loaded.estate.sources().locate(a->trust->at).file,
            loaded.estate.sources().locate(b->trust->at).file);
}

TEST_F(CollectedReader, AddsToExportsOfOtherAccounts) {
  write_role("ci");
  write("444455556666.gaad.json", roles_page(role_json("x", kTrust, "444455556666")));
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  // No file lists the providers of the other account.
  EXPECT_FALSE(lists_oidc_providers(loaded.estate, *loaded.estate.find_account("444455556666")));
  EXPECT_TRUE(lists_oidc_providers(loaded.estate, *loaded.estate.find_account("111122223333")));
  write("identity-providers.json", R"({"OpenIDConnectProviders":[],"SAMLProviders":[]})");
  const Loaded listed(Paths{folder()});
  EXPECT_TRUE(lists_oidc_providers(listed.estate, *listed.estate.find_account("444455556666")));
}

TEST_F(CollectedReader, SaysWhenAnExportOfTheAccountDiffers) {
  write_role("ci");
  write("111122223333.gaad.json", roles_page(role_json("ci", kAllowAll)));
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.first(DiagnosticCode::Contradiction).severity, Severity::Warning);
}

}  // namespace
}  // namespace rolecall
