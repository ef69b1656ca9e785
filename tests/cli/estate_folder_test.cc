// SPDX-License-Identifier: Apache-2.0
#include "cli/estate_folder.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "support/test_folder.h"

namespace rolecall::cli {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

EstateFolder::Part part(const std::string& name, const std::string& text) {
  return {{{name, text}}, {}, true};
}

TEST(EstateFolder, LeavesWhatWasThereUntilEverythingIs) {
  const TestFolder test;
  test.write("1.json", "old");
  EstateFolder folder(test.path(), 1000, {});
  EXPECT_FALSE(folder.add("111122223333", part("1.json", "new")));
  EXPECT_EQ(text_of(test.path() / "1.json"), "old");
  EXPECT_FALSE(folder.finish());
  EXPECT_EQ(text_of(test.path() / "1.json"), "new");
  EXPECT_FALSE(std::filesystem::exists(test.path() / ".rolecall" / "part"));
}

TEST(EstateFolder, GoesOnWhereARunBrokeForADay) {
  const TestFolder test;
  EXPECT_FALSE(EstateFolder(test.path(), 1000, {})
                   .add("111122223333", {{{"1.json", "a"}}, {1, 2, 3, 4}, true}));
  EXPECT_FALSE(EstateFolder(test.path(), 100'000, {}).find("111122223333"));
  EstateFolder next(test.path(), 2000, {});
  const auto counts = next.find("111122223333");
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->users, 1U);
  EXPECT_EQ(counts->groups, 2U);
  EXPECT_EQ(counts->roles, 3U);
  EXPECT_EQ(counts->policies, 4U);
  EXPECT_FALSE(next.find("444455556666"));
  EXPECT_FALSE(next.add("444455556666", part("2.json", "b")));
  EXPECT_FALSE(next.finish());
  EXPECT_EQ(text_of(test.path() / "1.json") + text_of(test.path() / "2.json"), "ab");
  // What is finished is collected anew.
  EXPECT_FALSE(EstateFolder(test.path(), 2000, {}).find("111122223333"));
}

TEST(EstateFolder, GoesOnOnlyWithWhatIsWholeAndWasReadAlike) {
  const TestFolder test;
  EstateFolder first(test.path(), 1000, {"audit", "eu-west-1", ""});
  EXPECT_FALSE(first.add("111122223333", part("1.json", "a")));
  EXPECT_FALSE(first.add("444455556666", {{{"2.json", "b"}}, {}, false}));
  EXPECT_TRUE(EstateFolder(test.path(), 2000, {"audit", "eu-west-1", ""}).find("111122223333"));
  EXPECT_FALSE(EstateFolder(test.path(), 2000, {"audit", "eu-west-1", ""}).find("444455556666"));
  EXPECT_FALSE(EstateFolder(test.path(), 2000, {"other", "eu-west-1", ""}).find("111122223333"));
  EXPECT_FALSE(EstateFolder(test.path(), 2000, {"audit", "eu-west-2", ""}).find("111122223333"));
}

TEST(EstateFolder, DoesNotGoOnWhereAFileIsGone) {
  const TestFolder test;
  EXPECT_FALSE(EstateFolder(test.path(), 1000, {}).add("111122223333", part("1.json", "a")));
  std::filesystem::remove(test.path() / ".rolecall" / "part" / "1.json");
  EXPECT_FALSE(EstateFolder(test.path(), 1000, {}).find("111122223333"));
}

TEST(EstateFolder, KeepsWhatOtherRunsRead) {
  const TestFolder test;
  EstateFolder first(test.path(), 1000, {});
  EXPECT_FALSE(first.add("111122223333", part("1.json", "a")));
  EXPECT_FALSE(first.add("organization", part("organization.json", "o")));
  EXPECT_FALSE(first.finish());
  for (const EpochSeconds now : {2000, 3000}) {
    EstateFolder next(test.path(), now, {});
    EXPECT_FALSE(next.add("444455556666", part("2.json", "b")));
    EXPECT_FALSE(next.finish());
    EXPECT_EQ(text_of(test.path() / "1.json") + text_of(test.path() / "organization.json"), "ao");
  }
}

TEST(EstateFolder, TakesAwayOldFilesOfWhatItReadAgain) {
  const TestFolder test;
  test.write("mine.json", "mine");
  EstateFolder first(test.path(), 1000, {});
  EXPECT_FALSE(first.add("111122223333", {{{"1.json", "a"}, {"more.json", "m"}}, {}, true}));
  EXPECT_FALSE(first.finish());
  EstateFolder second(test.path(), 2000, {});
  EXPECT_FALSE(second.add("111122223333", part("1.json", "d")));
  EXPECT_FALSE(second.finish());
  EXPECT_EQ(text_of(test.path() / "1.json"), "d");
  EXPECT_FALSE(std::filesystem::exists(test.path() / "more.json"));
  EXPECT_EQ(text_of(test.path() / "mine.json"), "mine");
}

TEST(EstateFolder, TakesAwayAccountsThatTheirOrganizationNoLongerLists) {
  const TestFolder test;
  EXPECT_FALSE(EstateFolder(test.path(), 500, {}).add("121212121212", part("0.json", "vendor")));
  EstateFolder alone(test.path(), 500, {});
  EXPECT_FALSE(alone.finish());
  EstateFolder first(test.path(), 1000, {"audit", "", "o-1"});
  EXPECT_FALSE(first.add("111122223333", part("1.json", "a")));
  EXPECT_FALSE(first.add("444455556666", part("2.json", "b")));
  EXPECT_FALSE(first.add("777788889999", part("3.json", "c")));
  EXPECT_FALSE(first.finish({"111122223333", "444455556666", "777788889999"}));
  // A run for one account takes nothing away, nor does one for another organization.
  for (const char* organization : {"", "o-2"}) {
    EstateFolder other(test.path(), 2000, {"audit", "", organization});
    EXPECT_FALSE(other.finish({"111122223333"}));
    EXPECT_EQ(text_of(test.path() / "3.json"), "c");
  }
  // One that could not be read stays; one that is not listed any more goes.
  EstateFolder second(test.path(), 3000, {"audit", "", "o-1"});
  EXPECT_FALSE(second.add("111122223333", part("1.json", "d")));
  EXPECT_FALSE(second.finish({"111122223333", "444455556666"}));
  EXPECT_EQ(text_of(test.path() / "1.json") + text_of(test.path() / "2.json"), "db");
  EXPECT_FALSE(std::filesystem::exists(test.path() / "3.json"));
  EXPECT_EQ(text_of(test.path() / "0.json"), "vendor");
}

TEST(EstateFolder, KeepsToItsFolder) {
  const TestFolder test;
  test.write("outside.json", "x");
  test.write("estate/.rolecall/manifest.json",
             R"({"accounts":[{"id":"1","collected":"1970-01-01T00:00:01Z","organization":"o-1",
                 "files":["../outside.json",".hidden"]}]})");
  EstateFolder folder(test.path() / "estate", 1000, {"", "", "o-1"});
  EXPECT_FALSE(folder.finish());
  EXPECT_EQ(text_of(test.path() / "outside.json"), "x");
}

TEST(EstateFolder, WritesNowhereElse) {
  const TestFolder test;
  EstateFolder folder(test.path() / "estate", 1000, {});
  for (const char* name : {"../../../x.json", "/tmp/x.json", ".hidden", "", "a/b.json"}) {
    EXPECT_TRUE(folder.add("1", part(name, "x"))) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(test.path() / "x.json"));
}

TEST(EstateFolder, WritesForItsOwnerAlone) {
  const TestFolder test;
  EstateFolder folder(test.path(), 1000, {});
  EXPECT_FALSE(folder.add("1", part("1.json", "x")));
  EXPECT_FALSE(folder.finish());
  using std::filesystem::perms;
  for (const char* name : {"1.json", ".rolecall/manifest.json"}) {
    EXPECT_EQ(std::filesystem::status(test.path() / name).permissions(),
              perms::owner_read | perms::owner_write)
        << name;
  }
}

}  // namespace
}  // namespace rolecall::cli
