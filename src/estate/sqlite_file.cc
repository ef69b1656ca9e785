// SPDX-License-Identifier: Apache-2.0
#include "sqlite_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <dlfcn.h>
#include <fstream>
#include <sqlite3.h>
#include <system_error>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

// The functions of libsqlite3 that rolecall uses.
struct SqliteLibrary {
  decltype(&::sqlite3_open_v2) open = nullptr;
  decltype(&::sqlite3_close) close = nullptr;
  decltype(&::sqlite3_db_config) db_config = nullptr;
  decltype(&::sqlite3_limit) limit = nullptr;
  decltype(&::sqlite3_errmsg) errmsg = nullptr;
  decltype(&::sqlite3_prepare_v2) prepare = nullptr;
  decltype(&::sqlite3_step) step = nullptr;
  decltype(&::sqlite3_finalize) finalize = nullptr;
  decltype(&::sqlite3_column_type) column_type = nullptr;
  decltype(&::sqlite3_column_blob) column_blob = nullptr;
  decltype(&::sqlite3_column_bytes) column_bytes = nullptr;

  [[nodiscard]] static const SqliteLibrary* load();

 private:
  [[nodiscard]] bool bind(void* library) {
    const auto find = [&](auto& function, const char* name) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(dlsym(library, name));
      return function != nullptr;
    };
    return find(open, "sqlite3_open_v2") && find(close, "sqlite3_close") &&
           find(db_config, "sqlite3_db_config") && find(limit, "sqlite3_limit") &&
           find(errmsg, "sqlite3_errmsg") && find(prepare, "sqlite3_prepare_v2") &&
           find(step, "sqlite3_step") && find(finalize, "sqlite3_finalize") &&
           find(column_type, "sqlite3_column_type") && find(column_blob, "sqlite3_column_blob") &&
           find(column_bytes, "sqlite3_column_bytes");
  }
};

// Loads the library for the rest of the process; null when it cannot be loaded.
const SqliteLibrary* SqliteLibrary::load() {
  static const SqliteLibrary* const loaded = [] {
    static SqliteLibrary functions;
    void* const library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
    return library != nullptr && functions.bind(library) ? &functions : nullptr;
  }();
  return loaded;
}

// Only a URI can say that the file is immutable, so that SQLite takes no lock and reads no journal.
std::string read_only_uri(const std::filesystem::path& path) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).string();
  std::string uri = "file:";
  for (const std::string_view part : split(absolute, '/')) {
    if (!part.empty()) uri += "/" + percent_encode(part);
  }
  return uri + "?mode=ro&immutable=1";
}

Diagnostic about(const std::filesystem::path& path, DiagnosticCode code, std::string message,
                 std::string help = {}) {
  return {Severity::Error, code, std::move(message), {}, std::move(help), path.string()};
}

}  // namespace

struct SqliteFile::Connection {
  Connection(const SqliteLibrary& its_library, std::filesystem::path its_path, std::uintmax_t size)
      : library(its_library), path(std::move(its_path)), bytes(size) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { library.close(handle); }

  [[nodiscard]] bool open() {
    constexpr int kFlags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    return library.open(read_only_uri(path).c_str(), &handle, kFlags, nullptr) == SQLITE_OK;
  }

  // Turns on the protections. False when the library is too old for one of them.
  [[nodiscard]] bool guard(std::size_t max_bytes) const {
    struct Setting {
      int option;
      int value;
    };
    constexpr std::array<Setting, 5> kSettings = {{{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                                   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                                   {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                                   {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                                   {SQLITE_DBCONFIG_ENABLE_VIEW, 0}}};
    constexpr std::size_t kMostBytes = 1'000'000'000;  // SQLite's own limit.
    library.limit(handle, SQLITE_LIMIT_LENGTH, static_cast<int>(std::min(max_bytes, kMostBytes)));
    return std::all_of(kSettings.begin(), kSettings.end(), [&](const Setting& each) {
      int now = -1;
      return library.db_config(handle, each.option, each.value, &now) == SQLITE_OK &&
             now == each.value;
    });
  }

  [[nodiscard]] Diagnostic fault() const {
    return about(
        path, DiagnosticCode::CannotRead,
        fmt::format("cannot read the database `{}`: {}", path.string(), library.errmsg(handle)),
        "collect again, or copy it again while nothing writes to it");
  }

  const SqliteLibrary& library;
  std::filesystem::path path;
  std::uintmax_t bytes;
  sqlite3* handle = nullptr;
};

namespace {

class Row : public SqliteRow {
 public:
  Row(const SqliteLibrary& library, sqlite3_stmt* statement)
      : library_(library), statement_(statement) {}

  [[nodiscard]] std::optional<std::string_view> text(int column) const override {
    if (library_.column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    const void* const bytes = library_.column_blob(statement_, column);
    const int size = library_.column_bytes(statement_, column);
    if (bytes == nullptr) return std::string_view();
    return std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }

 private:
  const SqliteLibrary& library_;
  sqlite3_stmt* statement_;
};

}  // namespace

SqliteFile::SqliteFile(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
SqliteFile::SqliteFile(SqliteFile&& other) noexcept = default;
SqliteFile& SqliteFile::operator=(SqliteFile&& other) noexcept = default;
SqliteFile::~SqliteFile() = default;

bool SqliteFile::is_one(const std::filesystem::path& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::array<char, kMagic.size()> begin{};
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  return file.gcount() == static_cast<std::streamsize>(kMagic.size()) &&
         std::string_view(begin.data(), begin.size()) == kMagic;
}

Result<SqliteFile> SqliteFile::open(const std::filesystem::path& path, std::size_t max_bytes) {
  const SqliteLibrary* const library = SqliteLibrary::load();
  if (library == nullptr) {
    return tl::make_unexpected(about(
        path, DiagnosticCode::CannotRead,
        fmt::format("`{}` is a SQLite database, and libsqlite3 is not installed", path.string()),
        "install the package `libsqlite3-0`, or let iam-collect write files"));
  }
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (!error && bytes > max_bytes) {
    return tl::make_unexpected(
        about(path, DiagnosticCode::TooLarge,
              fmt::format("`{}` is larger than the limit of {} bytes", path.string(), max_bytes),
              "raise the limit with --max-file-bytes"));
  }
  auto connection = std::make_unique<Connection>(*library, path, bytes);
  if (!connection->open()) return tl::make_unexpected(connection->fault());
  if (!connection->guard(max_bytes)) {
    return tl::make_unexpected(
        about(path, DiagnosticCode::CannotRead,
              fmt::format("libsqlite3 is too old to read `{}` without trusting it", path.string()),
              "install version 3.31 or later, or let iam-collect write files"));
  }
  return SqliteFile(std::move(connection));
}

std::optional<Diagnostic> SqliteFile::each_row(const std::string& query,
                                               const std::function<bool(const SqliteRow&)>& take) {
  const SqliteLibrary& library = connection_->library;
  sqlite3_stmt* made = nullptr;
  const int prepared = library.prepare(connection_->handle, query.c_str(), -1, &made, nullptr);
  const std::unique_ptr<sqlite3_stmt, decltype(library.finalize)> statement(made, library.finalize);
  if (prepared != SQLITE_OK) return connection_->fault();
  const Row row(library, made);
  // The least bytes of a row. Bounds the rows of a corrupt file whose pages form a cycle.
  constexpr std::uintmax_t kLeastRow = 4;
  for (std::uintmax_t rows = 0; rows <= connection_->bytes / kLeastRow; ++rows) {
    const int step = library.step(made);
    if (step == SQLITE_DONE) return std::nullopt;
    if (step != SQLITE_ROW) return connection_->fault();
    if (!take(row)) return std::nullopt;
  }
  return about(connection_->path, DiagnosticCode::CannotRead,
               fmt::format("the database `{}` has more rows than there is room for",
                           connection_->path.string()));
}

Result<std::vector<std::string>> SqliteFile::columns(std::string_view table) {
  std::vector<std::string> names;
  bool ordinary = false;
  // `table` needs no quoting: it is a constant, not read from the file.
  auto fault = each_row(
      fmt::format("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{}'", table),
      [&](const SqliteRow& row) {
        ordinary = starts_with_ignore_case(row.text(0).value_or(""), "CREATE TABLE");
        return false;
      });
  if (!fault && ordinary) {
    fault = each_row(fmt::format("PRAGMA table_info({})", table), [&](const SqliteRow& row) {
      names.emplace_back(row.text(1).value_or(""));
      return true;
    });
  }
  if (fault) return tl::make_unexpected(*std::move(fault));
  return names;
}

}  // namespace rolecall
