// SPDX-License-Identifier: Apache-2.0
#include "estate/sqlite_file.h"

#include <ostream>
#include <string>
#include <vector>

#include "loading.h"
#include "support/database.h"

namespace rolecall {
namespace {

constexpr std::size_t kMax = 1 << 20;

class SqliteFiles : public FolderTest {
 protected:
  std::filesystem::path write_songs(const std::string& name = "songs.db") const {
    const auto path = folder() / name;
    Database database(path);
    database.run("CREATE TABLE songs (name TEXT, year INTEGER)");
    database.run("INSERT INTO songs VALUES ('a', 1), (NULL, 2), ('', 3)");
    return path;
  }
};

TEST_F(SqliteFiles, AreKnownByHowTheyBegin) {
  EXPECT_TRUE(SqliteFile::is_one(write_songs()));
  EXPECT_FALSE(SqliteFile::is_one(write("short.db", "SQLite format 3")));
  EXPECT_FALSE(SqliteFile::is_one(write("x.json", "{}")));
  EXPECT_FALSE(SqliteFile::is_one(folder()));
  EXPECT_FALSE(SqliteFile::is_one(folder() / "none"));
}

TEST_F(SqliteFiles, AreReadRowByRow) {
  for (const std::string name : {"songs.db", "odd ?#%.db"}) {
    auto file = SqliteFile::open(write_songs(name), kMax);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(*file->columns("songs"), (std::vector<std::string>{"name", "year"}));
    EXPECT_EQ(*file->columns("none"), std::vector<std::string>{});
    std::string all;
    const auto fault = file->each_row("SELECT name, year FROM songs", [&](const SqliteRow& row) {
      all += std::string(row.text(0).value_or("NULL")) + std::string(*row.text(1)) + " ";
      return true;
    });
    EXPECT_FALSE(fault);
    EXPECT_EQ(all, "a1 NULL2 3 ");
  }
}

TEST_F(SqliteFiles, AreReadAsFarAsIsWanted) {
  auto file = SqliteFile::open(write_songs(), kMax);
  int rows = 0;
  EXPECT_FALSE(file->each_row("SELECT * FROM songs", [&](const SqliteRow&) { return ++rows < 2; }));
  EXPECT_EQ(rows, 2);
}

TEST_F(SqliteFiles, AreNeverWritten) {
  auto file = SqliteFile::open(write_songs(), kMax);
  const auto none = [](const SqliteRow&) { return true; };
  for (const char* const sql :
       {"DELETE FROM songs", "CREATE TABLE x (y)", "SELECT load_extension('x')", "nonsense"}) {
    EXPECT_TRUE(file->each_row(sql, none)) << sql;
  }
}

TEST_F(SqliteFiles, AreRefusedAboveTheLimit) {
  const auto path = write_songs();
  const auto refused = SqliteFile::open(path, 100);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, DiagnosticCode::TooLarge);
  EXPECT_EQ(refused.error().file, path.string());
}

TEST_F(SqliteFiles, ThatAreCutOffSaySo) {
  const auto path = write_songs();
  std::filesystem::resize_file(path, 4096);
  auto file = SqliteFile::open(path, kMax);
  ASSERT_TRUE(file);
  const auto fault = file->each_row("SELECT * FROM songs", [](const SqliteRow&) { return true; });
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code, DiagnosticCode::CannotRead);
  EXPECT_EQ(fault->file, path.string());
}

}  // namespace
}  // namespace rolecall
