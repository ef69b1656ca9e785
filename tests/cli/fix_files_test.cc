// SPDX-License-Identifier: Apache-2.0
#include "cli/fix_files.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"

#include "support/database.h"
#include "support/paths.h"
#include "support/program.h"

namespace rolecall::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class WriteFiles : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::temp_directory_path() / ("rolecall-write-" + name);
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  std::string read(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

  fs::path folder_;
};

TEST_F(WriteFiles, PutsEachBelowTheFolder) {
  const auto written =
      write_files({{"a.json", "a.json", "1"}, {"b.json", "sub/b.json", "2"}}, {}, folder_ / "out");
  ASSERT_TRUE(written.has_value());
  EXPECT_THAT(*written, ElementsAre((folder_ / "out/a.json").string(),
                                    (folder_ / "out/sub/b.json").string()));
  EXPECT_EQ(read("out/sub/b.json"), "2");
}

TEST_F(WriteFiles, RefusesTwoFilesOfOneName) {
  const auto written = write_files(
      {{"one/export.json", "export.json", "1"}, {"two/export.json", "./export.json", "2"}}, {},
      folder_);
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().message, HasSubstr("two changed files would both be"));
  EXPECT_FALSE(fs::exists(folder_ / "export.json"));
}

TEST_F(WriteFiles, RefusesToOverwriteAnotherInput) {
  const std::string input = write("b/x.json", "account b");
  const auto written = write_files({{"a/y.json", "y.json", "1"}, {"a/x.json", "x.json", "2"}},
                                   {input}, folder_ / "b");
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().message, HasSubstr("is a file that was read"));
  EXPECT_EQ(read("b/x.json"), "account b");
  EXPECT_FALSE(fs::exists(folder_ / "b/y.json"));
}

TEST_F(WriteFiles, FollowsNoLinkThatSomebodyPutThere) {
  const std::string other = write("other", "mine");
  const fs::path path = folder_ / "x.json";
  fs::create_symlink(other, path.string() + ".new-" + std::to_string(getpid()));
  EXPECT_FALSE(write_at_once(path, "new"));
  EXPECT_EQ(read("other"), "mine");
  EXPECT_EQ(read("x.json"), "new");
}

TEST_F(WriteFiles, KeepsWhatIsForItsOwnerToTheOwner) {
  ASSERT_FALSE(write_at_once(folder_ / "x.json", "external ID", Readers::Owner));
  EXPECT_EQ(fs::status(folder_ / "x.json").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

// A row is no file that could be changed; the new list of policies is in no row yet.
TEST_F(WriteFiles, WritesRowsOfADatabaseAsFiles) {
  Estate estate;
  Diagnostics said;
  load_estate({repository_path("examples/two-accounts/estate")}, estate, said);
  const std::string path = (folder_ / "estate.db").string();
  {
    Database database(path);
    make_collected_tables(database);
    const CollectedWriter writer(estate);
    for (const CollectedText& each : writer.texts()) {
      if (each.part != "inline-policies") insert_collected(database, each);
    }
  }
  struct Case {
    std::string choice;
    std::string file;
    std::string text;
  };
  for (const Case& each : {
           Case{"1", "arn:aws:iam::111122223333:policy%2fdeploy-to-harbor#current-policy",
                "role/delivery/app-deploy"},
           Case{"3", "arn:aws:iam::111122223333:role%2fpipeline-runner#inline-policies",
                "allow-app-deploy"},
       }) {
    const std::string out = (folder_ / ("out" + each.choice)).string();
    const TestFolder printed;
    const ProgramResult run =
        run_program({"fix", "--request", repository_path("examples/two-accounts/request.json"),
                     "--estate", path, "--output-dir", out, "--choose", each.choice},
                    printed);
    EXPECT_EQ(run.status, 0) << run.out << run.err;
    EXPECT_THAT(read("out" + each.choice + "/estate.db#" + each.file + ".json"),
                HasSubstr(each.text))
        << run.out << run.err;
  }
}

}  // namespace
}  // namespace rolecall::cli
