// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

// The columns of a row, as text; nothing for NULL. Valid until the next row.
class SqliteRow {
 public:
  virtual ~SqliteRow() = default;
  [[nodiscard]] virtual std::optional<std::string_view> text(int column) const = 0;
};

// A database of SQLite that somebody else wrote, read without trust and without writing: views,
// triggers and virtual tables are refused, and locks and journals are passed over. The library is
// loaded with the first file and not before, so that a program that opens none pays nothing.
class SqliteFile {
 public:
  // Whether the file begins as every SQLite database does.
  [[nodiscard]] static bool is_one(const std::filesystem::path& path);
  // Values longer than `max_bytes` are refused, and so are larger files.
  [[nodiscard]] static Result<SqliteFile> open(const std::filesystem::path& path,
                                               std::size_t max_bytes);
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;
  SqliteFile(SqliteFile&& other) noexcept;
  SqliteFile& operator=(SqliteFile&& other) noexcept;
  ~SqliteFile();

  // The columns of an ordinary table; none when there is no such table.
  [[nodiscard]] Result<std::vector<std::string>> columns(std::string_view table);
  // Calls `take` for every row of the query, until it returns false. Returns why reading ended
  // early.
  [[nodiscard]] std::optional<Diagnostic> each_row(
      const std::string& query, const std::function<bool(const SqliteRow&)>& take);

 private:
  struct Connection;
  explicit SqliteFile(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace rolecall
