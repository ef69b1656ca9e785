// SPDX-License-Identifier: Apache-2.0
#include "estate/collected_plan.h"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

constexpr std::string_view kAccount = "/d/accounts/111122223333";

bool add(CollectedPlan& plan, const std::string& below) {
  const std::string path = std::string(kAccount) + below;
  return plan.add_file(path.substr(3), path, 2);
}

TEST(CollectedPlan, PutsTheFilesOfAResourceTogether) {
  CollectedPlan plan;
  EXPECT_TRUE(add(plan, "/iam/role/a/metadata.json"));
  EXPECT_TRUE(add(plan, "/iam/role/a/trust-policy.json"));
  EXPECT_TRUE(add(plan, "/iam/user/b/metadata.json"));
  EXPECT_FALSE(add(plan, "/iam/role/a/instance-profiles.json"));
  EXPECT_TRUE(plan.covers("/d/accounts/111122223333/s3/x.json"));
  EXPECT_TRUE(plan.covers("/d/indexes/x.json"));
  EXPECT_FALSE(plan.covers("/other/accounts/111122223333/s3/x.json"));
  const auto batches = plan.take();
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].account, "111122223333");
  EXPECT_EQ(batches[0].place, "accounts/111122223333");
  EXPECT_TRUE(batches[0].whole);
  EXPECT_TRUE(batches[0].has_roles);
  ASSERT_EQ(batches[0].resources.size(), 2U);
  EXPECT_EQ(batches[0].count_documents(), 3U);
  const CollectedResource& role = batches[0].resources[0];
  EXPECT_EQ(role.document(CollectedPart::TrustPolicy).path,
            "accounts/111122223333/iam/role/a/trust-policy.json");
  EXPECT_FALSE(role.document(CollectedPart::Tags).exists());
}

TEST(CollectedPlan, SplitsLargeAccountsAndKeepsWhatHoldsForAllOfIt) {
  CollectedPlan plan;
  for (int i = 1000; i < 1200; ++i) {
    add(plan, "/iam/role/r" + std::to_string(i) + "/metadata.json");
  }
  add(plan, "/iam/role/r999/tags.json");
  const auto batches = plan.take();
  ASSERT_GT(batches.size(), 2U);
  std::size_t count = 0;
  for (const CollectedBatch& each : batches) {
    count += each.resources.size();
    EXPECT_TRUE(each.has_role_tags);
  }
  EXPECT_EQ(count, 201U);
}

TEST(CollectedPlan, KnowsWhatOfItIsLost) {
  for (const std::string_view lost :
       {"/d", "/d/accounts/111122223333", "/d/accounts/111122223333/iam/role/x"}) {
    CollectedPlan plan;
    add(plan, "/iam/role/a/metadata.json");
    plan.lose(lost);
    EXPECT_FALSE(plan.take().at(0).whole) << lost;
  }
  for (const std::string_view lost : {"/d/accounts/444455556666", "/d/acc", "/e"}) {
    CollectedPlan plan;
    add(plan, "/iam/role/a/metadata.json");
    plan.lose(lost);
    EXPECT_TRUE(plan.take().at(0).whole) << lost;
  }
}

TEST(CollectedPlan, PutsRowsInAnyOrderTogether) {
  CollectedPlan plan;
  plan.add_row({"111122223333", "e.db", "e.db#b", CollectedType::Role, CollectedPart::Metadata, 1});
  plan.add_row({"111122223333", "e.db", "e.db#a", CollectedType::Role, CollectedPart::Metadata, 2});
  plan.add_row({"111122223333", "e.db", "e.db#b", CollectedType::Role, CollectedPart::Tags, 3});
  const auto batches = plan.take();
  ASSERT_EQ(batches.size(), 1U);
  ASSERT_EQ(batches[0].resources.size(), 2U);
  EXPECT_EQ(batches[0].resources[0].place, "e.db#a");
  EXPECT_EQ(batches[0].resources[1].document(CollectedPart::Tags).row, 3U);
  EXPECT_EQ(batches[0].resources[1].name_of(CollectedPart::Tags), "e.db#b#tags");
}

}  // namespace
}  // namespace rolecall
