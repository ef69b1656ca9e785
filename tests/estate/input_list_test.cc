// SPDX-License-Identifier: Apache-2.0
#include "estate/input_list.h"

#include <ostream>
#include <string>

#include "collected.h"

namespace rolecall {
namespace {

constexpr std::string_view kCi = "arn:aws:iam::111122223333:role/ci";

class Inputs : public CollectedFolderTest {};

TEST_F(Inputs, OfALayoutAreFoundWhereverTheFolderBegins) {
  write_role("ci");
  write_whole_organization();
  struct Case {
    std::string below;
    bool whole;
    bool organization;
  };
  for (const Case& each :
       {Case{"", true, true}, Case{"aws", true, true}, Case{"aws/aws/", true, true},
        Case{"aws/aws/accounts", true, false}, Case{std::string(kAccountFolder), true, false},
        Case{std::string(kAccountFolder) + "iam", true, false},
        Case{std::string(kAccountFolder) + "iam/role", false, false},
        Case{std::string(kAccountFolder) + "iam/role/ci/", false, false}}) {
    const Loaded loaded(Paths{folder() / each.below});
    EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << each.below << loaded.said();
    const Role* const role = loaded.estate.find_role(kCi);
    ASSERT_NE(role, nullptr) << each.below;
    // A part of an account does not say what the account lacks.
    EXPECT_EQ(loaded.estate.find_account("111122223333")->has_roles, each.whole) << each.below;
    EXPECT_EQ(loaded.estate.find_account("111122223333")->exported, each.whole) << each.below;
    EXPECT_EQ(loaded.estate.organization.has_value(), each.organization) << each.below;
    EXPECT_TRUE(
        loaded.estate.sources().locate(role->trust->at).file.starts_with(folder().string()));
  }
}

TEST_F(Inputs, OfOtherServicesArePassedOver) {
  write_role("ci");
  write_account("s3/bucket/logs/metadata.json", "broken");
  write_account("s3-bpa.json", R"({"a":1})");
  write_account("ec2/eu-west-1/vpc/vpc-1/metadata.json", "broken");
  write_account("iam/instance-profile/x/metadata.json", "broken");
  write("aws/aws/accounts/444455556666/s3/bucket/x/metadata.json", "broken");
  write("aws/aws/indexes/vpcs.json", "broken");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_EQ(loaded.estate.find_account("444455556666"), nullptr);
}

// Folders may be called as those of iam-collect by chance.
TEST_F(Inputs, OfFoldersThatAreNoLayoutAreRecognizedByShape) {
  write("accounts/111122223333/all.json", roles_page(role_json("ci")));
  write("accounts/111122223333/more/s3.json", roles_page(role_json("more")));
  write("organizations/o-abc/org.json", R"({"Organization":{"Id":"o-abc","MasterAccountId":)"
                                        R"("999988887777"},"Roots":[],"Accounts":[]})");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_NE(loaded.estate.find_role(kCi), nullptr);
  EXPECT_NE(loaded.estate.find_role("arn:aws:iam::111122223333:role/more"), nullptr);
  EXPECT_TRUE(loaded.estate.organization);
}

TEST_F(Inputs, OfAFolderWithNothingOfIamAreNotRecognized) {
  write("aws/aws/accounts/444455556666/s3/bucket/x/metadata.json", "{}");
  EXPECT_EQ(Loaded(Paths{folder()}).count(DiagnosticCode::NothingFound), 1U);
}

TEST_F(Inputs, IncludeRolesWhoseNamesBeginWithADot) {
  write_role(".hidden");
  write_account("iam/.git/x/metadata.json", "broken");
  write(".git/accounts/111122223333/iam/role/x/metadata.json", "broken");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_NE(loaded.estate.find_role("arn:aws:iam::111122223333:role/.hidden"), nullptr);
}

TEST_F(Inputs, DoNotFollowLinksToFoldersAndSaySo) {
  write_role("ci");
  const auto roles = folder() / kAccountFolder / "iam/role";
  std::filesystem::create_directory_symlink(roles, roles / "loop");
  std::filesystem::create_directory_symlink(folder(), folder() / "elsewhere");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 1U) << loaded.said();
  EXPECT_EQ(loaded.first(DiagnosticCode::CannotRead).file, (roles / "loop").string());
  // It might be another role.
  EXPECT_FALSE(loaded.estate.find_account("111122223333")->has_roles);
}

TEST_F(Inputs, AreReadOnceWhenNamedTwice) {
  write_role("ci", R"({"Version":"2012-10-17","Statement":[{"Effect":"Alow"}]})");
  const Loaded once(Paths{folder()});
  const Loaded twice(Paths{folder(), folder() / "." / ""});
  EXPECT_EQ(twice.diagnostics.all().size(), once.diagnostics.all().size()) << twice.said();
}

TEST_F(Inputs, BeyondTheLimitMakeTheirAccountIncomplete) {
  for (int i = 0; i < 100; ++i) write_role("ci" + std::to_string(i));
  const Loaded all(Paths{folder()});
  EXPECT_EQ(all.estate.find_account("111122223333")->roles.size(), 100U);
  EXPECT_TRUE(all.estate.find_account("111122223333")->has_roles);
  const Loaded some({folder()}, {.max_files = 150});
  EXPECT_EQ(some.count(DiagnosticCode::TooMany), 1U) << some.said();
  EXPECT_FALSE(some.estate.find_account("111122223333")->has_roles);
  EXPECT_FALSE(some.estate.find_account("111122223333")->roles.empty());
}

TEST_F(Inputs, AreReadTheSameWayByOneThreadAndByMany) {
  for (int i = 0; i < 300; ++i) {
    write_role("ci" + std::to_string(i), i % 7 == 0 ? "{" : kTrust);
  }
  const Loaded one({folder()}, {.jobs = 1});
  const Loaded many({folder()}, {.jobs = 4});
  EXPECT_GT(one.diagnostics.all().size(), 40U);
  EXPECT_EQ(many.said(), one.said());
  EXPECT_EQ(many.estate.find_account("111122223333")->roles.size(), 300U);
}

TEST_F(Inputs, ThatAreTextsBelongToTheFoldersBesideThem) {
  write_role("ci");
  const std::string place = (folder() / kAccountFolder / "iam/role/ci").string();
  Estate estate;
  Diagnostics said;
  load_estate({folder()}, estate, said, {},
              {{place + "/managed-policies.json", R"(["arn:aws:iam::aws:policy/All"])"},
               {place + "/trust-policy.json", " " + std::string(kTrust)},
               {"elsewhere/trust-policy.json", "broken"}});
  EXPECT_EQ(said.all().size(), 0U);
  const Role* const role = estate.find_role(kCi);
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->attached_arns.size(), 1U);
  EXPECT_EQ(role->trust->at.begin, 1U);
}

}  // namespace
}  // namespace rolecall
