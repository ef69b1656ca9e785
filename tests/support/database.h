// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collected_writer.h"

namespace rolecall {

// A SQLite database that a test writes. It is complete when this object is gone.
class Database {
 public:
  explicit Database(const std::filesystem::path& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(handle_); }

  void run(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle_) << "\n"
        << sql;
  }
  // `?` stands for the values, in their order.
  void insert(const std::string& sql, const std::vector<std::string>& values) {
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK);
    for (std::size_t i = 0; i < values.size(); ++i) {
      sqlite3_bind_text(statement, static_cast<int>(i + 1), values[i].data(),
                        static_cast<int>(values[i].size()), SQLITE_TRANSIENT);
    }
    EXPECT_EQ(sqlite3_step(statement), SQLITE_DONE) << sqlite3_errmsg(handle_);
    sqlite3_finalize(statement);
  }

 private:
  sqlite3* handle_ = nullptr;
};

// The tables of iam-collect's schema 2025-10-14 that matter here.
inline void make_collected_tables(Database& database) {
  database.run(R"(
    CREATE TABLE metadata (schema_version TEXT, "iam-collect_version" TEXT);
    INSERT INTO metadata VALUES ('2025-10-14', '0.1.150');
    CREATE TABLE resource_metadata (
      partition TEXT NOT NULL, account_id TEXT NOT NULL, arn TEXT NOT NULL,
      metadata_type TEXT NOT NULL, data TEXT, service TEXT, region TEXT, resource_type TEXT,
      arn_account TEXT, PRIMARY KEY (partition, account_id, arn, metadata_type));
    CREATE TABLE organization_metadata (
      partition TEXT, organization_id TEXT, metadata_type TEXT, data TEXT);
    CREATE TABLE organization_policy_metadata (
      partition TEXT, organization_id TEXT, policy_type TEXT, policy_id TEXT, metadata_type TEXT,
      data TEXT);
    CREATE TABLE indexes (partition TEXT, index_name TEXT, data TEXT, hash TEXT);)");
}

inline void insert_collected(Database& database, const CollectedText& text) {
  if (!text.arn.empty()) {
    database.insert(
        "INSERT INTO resource_metadata (partition, account_id, arn, metadata_type, data) "
        "VALUES ('aws', ?, ?, ?, ?)",
        {text.owner, text.arn, text.part, text.text});
  } else if (text.folder.empty()) {
    database.insert("INSERT INTO organization_metadata VALUES ('aws', ?, ?, ?)",
                    {text.owner, text.part, text.text});
  } else {
    const std::size_t slash = text.folder.find('/');
    database.insert("INSERT INTO organization_policy_metadata VALUES ('aws', ?, ?, ?, ?, ?)",
                    {text.owner, text.folder.substr(0, slash), text.folder.substr(slash + 1),
                     text.part, text.text});
  }
}

}  // namespace rolecall
