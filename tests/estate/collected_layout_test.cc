// SPDX-License-Identifier: Apache-2.0
#include "estate/collected_layout.h"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(CollectedPath, KnowsTheAccountOfAPath) {
  const auto path = CollectedPath::split("/d/aws/aws/accounts/111122223333/iam/role/ci/x.json");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->root, "/d/aws/aws/");
  EXPECT_EQ(path->owner, "111122223333");
  EXPECT_TRUE(path->is_account());
  EXPECT_EQ(path->owner_folder, "/d/aws/aws/accounts/111122223333");
  EXPECT_EQ(path->rest, "iam/role/ci/x.json");
}

TEST(CollectedPath, KnowsTheOrganizationOfAPathAndTheIndexes) {
  const auto path = CollectedPath::split("/d/organizations/o-abc/accounts.json");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->owner, "o-abc");
  EXPECT_FALSE(path->is_account());
  EXPECT_EQ(path->rest, "accounts.json");
  const auto index = CollectedPath::split("/d/indexes/vpcs.json");
  ASSERT_TRUE(index);
  EXPECT_EQ(index->root, "/d/");
  EXPECT_EQ(index->owner, "");
}

TEST(CollectedPath, TakesTheInnermostOwner) {
  EXPECT_EQ(CollectedPath::split("/accounts/111122223333/organizations/o-abc/ous.json")->owner,
            "o-abc");
  EXPECT_EQ(CollectedPath::split("/organizations/o-abc/accounts/111122223333/x.json")->owner,
            "111122223333");
  EXPECT_EQ(CollectedPath::split("/accounts/111122223333/iam/role/accounts/x.json")->owner,
            "111122223333");
}

TEST(CollectedPath, IsNoOtherPath) {
  for (const std::string_view path :
       {"", "/", "accounts", "accounts/111122223333", "/accounts/11112222333/x", "/accounts/prod/x",
        "/my-accounts/111122223333/x", "/organizations/abc/x", "/organizations/o-/x",
        "/organizations/o-A.b/x", "/organizations/o-abc", "/indexes/deep/x.json",
        "/my-indexes/x.json", "accounts/111122223333/iam/role/ci/metadata.json"}) {
    EXPECT_FALSE(CollectedPath::split(path)) << path;
  }
}

TEST(ResourcePath, KnowsEveryFolderThatIsRead) {
  struct Case {
    std::string_view rest;
    CollectedType type;
    std::string_view folder;
    std::string_view name;
  };
  for (const Case& each : {
           Case{"iam/role/a%2fci/trust-policy.json", CollectedType::Role, "iam/role/a%2fci",
                "trust-policy"},
           Case{"iam/user/ann/tags.json", CollectedType::User, "iam/user/ann", "tags"},
           Case{"iam/group/g/metadata.json", CollectedType::Group, "iam/group/g", "metadata"},
           Case{"iam/policy/p/x.json", CollectedType::ManagedPolicy, "iam/policy/p", "x"},
           Case{"iam/aws/policy/p/x.json", CollectedType::ManagedPolicy, "iam/aws/policy/p", "x"},
           Case{"iam/oidc-provider/i/x.json", CollectedType::OidcProvider, "iam/oidc-provider/i",
                "x"},
           Case{"iam/saml-provider/s/x.json", CollectedType::SamlProvider, "iam/saml-provider/s",
                "x"},
           Case{"ec2/eu-west-1/vpc-endpoint/vpce-1/x.json", CollectedType::VpcEndpoint,
                "ec2/eu-west-1/vpc-endpoint/vpce-1", "x"},
       }) {
    const auto path = ResourcePath::split(each.rest);
    ASSERT_TRUE(path) << each.rest;
    EXPECT_EQ(path->type, each.type) << each.rest;
    EXPECT_EQ(path->folder, each.folder);
    EXPECT_EQ(path->name, each.name);
  }
}

TEST(ResourcePath, IsNoOtherPath) {
  for (const std::string_view rest :
       {"", "iam/role/ci", "iam/role/metadata.json", "iam/role/ci/x/metadata.json",
        "iam/role/ci/metadata.txt", "s3/bucket/b/metadata.json", "organization.json",
        "ec2/vpc-endpoint/vpce-1/metadata.json", "ec2/eu-west-1/vpc/v/metadata.json", "ec2/"}) {
    EXPECT_FALSE(ResourcePath::split(rest)) << rest;
  }
}

TEST(CollectedLayout, KnowsThePartsOfEachType) {
  EXPECT_EQ(find_part(CollectedType::Role, "trust-policy"), CollectedPart::TrustPolicy);
  EXPECT_EQ(find_part(CollectedType::Role, "instance-profiles"), std::nullopt);
  EXPECT_EQ(find_part(CollectedType::Role, "groups"), std::nullopt);
  EXPECT_EQ(find_part(CollectedType::User, "groups"), CollectedPart::Groups);
  EXPECT_EQ(find_part(CollectedType::VpcEndpoint, "endpoint-policy"),
            CollectedPart::EndpointPolicy);
  EXPECT_EQ(part_name(CollectedPart::EndpointPolicy), "endpoint-policy");
}

TEST(CollectedLayout, KnowsTypesByArn) {
  EXPECT_EQ(type_of_arn("arn:aws:iam::111122223333:role/a/ci"), CollectedType::Role);
  EXPECT_EQ(type_of_arn("arn:aws:iam::aws:policy/readonlyaccess"), CollectedType::ManagedPolicy);
  EXPECT_EQ(type_of_arn("arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1"),
            CollectedType::VpcEndpoint);
  for (const std::string_view arn : {"", "x", "arn:aws:iam::1:rolex", "arn:aws:s3:::role/x",
                                     "arn:aws:iam::111122223333:instance-profile/x"}) {
    EXPECT_FALSE(type_of_arn(arn)) << arn;
  }
}

TEST(CollectedLayout, KnowsTheDocumentsOfAnOrganization) {
  EXPECT_EQ(find_organization_part("ous"), OrganizationPart::Units);
  EXPECT_EQ(find_organization_part("structure"), std::nullopt);
  EXPECT_EQ(find_policy_part("rcps", "policy"), OrganizationPart::RcpPolicy);
  EXPECT_EQ(find_policy_part("scps", "metadata"), OrganizationPart::ScpMetadata);
  EXPECT_EQ(find_policy_part("scps", "tags"), std::nullopt);
  EXPECT_EQ(find_policy_part("s3-policies", "policy"), std::nullopt);
}

}  // namespace
}  // namespace rolecall
