// SPDX-License-Identifier: Apache-2.0
#include "rolecall/estate/organization.h"

#include <string>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

Organization sample() {
  Organization organization;
  organization.id = "o-a1";
  organization.add({.id = "r-b2"});
  organization.add({.id = "ou-b2-outer", .parent = "r-b2"});
  organization.add({.id = "ou-b2-inner", .parent = "ou-b2-outer"});
  organization.add({.id = "111122223333", .parent = "ou-b2-inner"});
  organization.add({.id = "444455556666", .parent = "r-b2"});
  return organization;
}

TEST(Organization, ListsThePathFromTheRootToTheAccount) {
  const Organization organization = sample();
  std::string path;
  for (const OrganizationNode* node : organization.path_to("111122223333")) {
    path += std::string(node->id) + " ";
  }
  EXPECT_EQ(path, "r-b2 ou-b2-outer ou-b2-inner 111122223333 ");
  EXPECT_EQ(organization.path_to("444455556666").size(), 2U);
  EXPECT_TRUE(organization.path_to("777788889999").empty());
  EXPECT_TRUE(organization.path_to("").empty());
}

TEST(Organization, WritesTheOrgPathAsTheContextKeyHasIt) {
  const Organization organization = sample();
  EXPECT_EQ(organization.org_path("111122223333"), "o-a1/r-b2/ou-b2-outer/ou-b2-inner/");
  EXPECT_EQ(organization.org_path("444455556666"), "o-a1/r-b2/");
  EXPECT_EQ(organization.org_path("777788889999"), "");
}

TEST(Organization, HasAccountsNotUnits) {
  const Organization organization = sample();
  EXPECT_TRUE(organization.has_account("111122223333"));
  EXPECT_FALSE(organization.has_account("777788889999"));
  EXPECT_FALSE(organization.has_account("r-b2"));
  EXPECT_NE(organization.find("r-b2"), nullptr);
  EXPECT_EQ(organization.find("r-c3"), nullptr);
}

TEST(Organization, GivesNoPathThatDoesNotBeginAtARoot) {
  Organization organization = sample();
  organization.add({.id = "ou-b2-one", .parent = "ou-b2-two"});
  organization.add({.id = "ou-b2-two", .parent = "ou-b2-one"});
  organization.add({.id = "111111111111", .parent = "ou-b2-one"});
  organization.add({.id = "222222222222", .parent = "ou-b2-gone"});
  organization.add({.id = "333333333333"});
  organization.add({.id = "444444444444", .parent = "444444444444"});
  for (const std::string_view account :
       {"111111111111", "222222222222", "333333333333", "444444444444"}) {
    EXPECT_TRUE(organization.path_to(account).empty()) << account;
    EXPECT_EQ(organization.org_path(account), "") << account;
    EXPECT_TRUE(organization.has_account(account));
  }
}

TEST(Organization, AddsEveryIdOnce) {
  Organization organization = sample();
  organization.add({.id = "111122223333", .parent = "r-b2"});
  EXPECT_EQ(organization.nodes.size(), 5U);
  EXPECT_EQ(organization.find("111122223333")->parent, "ou-b2-inner");
}

}  // namespace
}  // namespace rolecall
