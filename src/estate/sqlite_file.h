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

// A row of a result; valid until the next one.
class SqliteRow {
 public:
  virtual ~SqliteRow() = default;
  // The column as text; nothing for NULL.
  [[nodiscard]] virtual std::optional<std::string_view> text(int column) const = 0;
};

// An SQLite database that is not trusted, opened for reading only: views, triggers and virtual
// tables are refused, and locks and journals are ignored. libsqlite3 is loaded when the first file
// is opened, so that it need not be installed otherwise.
class SqliteFile {
 public:
  // Whether the file begins with the header of SQLite databases.
  [[nodiscard]] static bool is_one(const std::filesystem::path& path);
  // Fails for files larger than `max_bytes`; reading fails for values that are longer.
  [[nodiscard]] static Result<SqliteFile> open(const std::filesystem::path& path,
                                               std::size_t max_bytes);
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;
  SqliteFile(SqliteFile&& other) noexcept;
  SqliteFile& operator=(SqliteFile&& other) noexcept;
  ~SqliteFile();

  // The column names of an ordinary table; none when there is no such table.
  [[nodiscard]] Result<std::vector<std::string>> columns(std::string_view table);
  // Calls `take` for every row of the query, until it returns false. Returns the fault, or nothing.
  [[nodiscard]] std::optional<Diagnostic> each_row(
      const std::string& query, const std::function<bool(const SqliteRow&)>& take);

 private:
  struct Connection;
  explicit SqliteFile(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace rolecall
