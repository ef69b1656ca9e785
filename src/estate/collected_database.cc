// SPDX-License-Identifier: Apache-2.0
#include "collected_database.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "sqlite_file.h"

namespace rolecall {

namespace {

constexpr std::string_view kSchema = "2025-10-14";

class CollectedDatabase {
 public:
  CollectedDatabase(LoadContext& context, const std::filesystem::path& path, bool named,
                    const FileTexts& texts, CollectedPlan& plan)
      : context_(context),
        path_(path),
        name_(path.string()),
        named_(named),
        texts_(texts),
        plan_(plan) {}

  void read() {
    report_journal();
    auto opened = SqliteFile::open(path_, context_.limits.max_bytes);
    if (!opened) {
      context_.diagnostics.add(std::move(opened.error()));
      return;
    }
    SqliteFile file = *std::move(opened);
    check_version(file);
    bool whole = true;
    for (const Table& table : kTables) whole = read_table(file, table) && whole;
    add_new_rows();
    if (!whole) plan_.lose_all();
  }

 private:
  struct Table {
    std::string_view name{};
    std::span<const std::string_view> columns{};
    void (CollectedDatabase::*take)(const SqliteRow& row) = nullptr;
    bool needed = false;
  };
  static constexpr std::array<std::string_view, 4> kResourceColumns = {"account_id", "arn",
                                                                       "metadata_type", "data"};
  static constexpr std::array<std::string_view, 3> kOrganizationColumns = {"organization_id",
                                                                           "metadata_type", "data"};
  static constexpr std::array<std::string_view, 5> kPolicyColumns = {
      "organization_id", "policy_type", "policy_id", "metadata_type", "data"};
  static const std::array<Table, 3> kTables;

  // The last writes may still be in a journal beside the file, which only SQLite can merge.
  void report_journal() {
    for (const std::string_view suffix : {"-wal", "-journal"}) {
      const std::string journal = name_ + std::string(suffix);
      std::error_code error;
      const auto size = std::filesystem::file_size(journal, error);
      if (error || size == 0) continue;
      context_.diagnostics.add(
          {.severity = Severity::Error,
           .code = DiagnosticCode::CannotRead,
           .message =
               fmt::format("changes to `{}` that stand in `{}` are not read", name_, journal),
           .help = fmt::format("end what writes it, or run `sqlite3 {} 'PRAGMA "
                               "wal_checkpoint(TRUNCATE)'`",
                               shell_quoted(name_)),
           .file = name_});
    }
  }

  void check_version(SqliteFile& file) {
    const auto columns = file.columns("metadata");
    if (!columns || columns->empty()) return;  // Reading the tables reports what is wrong.
    const bool own =
        std::find(columns->begin(), columns->end(), "schema_version") != columns->end();
    std::string version;
    const auto fault =
        file.each_row(own ? "SELECT schema_version FROM metadata" : "SELECT * FROM metadata",
                      [&](const SqliteRow& row) {
                        if (own || row.text(0) == "schema_version") {
                          version = row.text(own ? 0 : 1).value_or("");
                        }
                        return version.empty();
                      });
    if (fault || version.empty() || version == kSchema) return;
    context_.diagnostics.add(
        {.severity = Severity::Warning,
         .code = DiagnosticCode::UnknownShape,
         .message = fmt::format("`{}` has the schema `{}`, and is read as one of {}", name_,
                                version, kSchema),
         .help = "collect again with a version of iam-collect that writes that schema",
         .file = name_});
  }

  // False when some of it could not be read.
  bool read_table(SqliteFile& file, const Table& table) {
    const auto columns = file.columns(table.name);
    if (!columns) {
      context_.diagnostics.add(columns.error());
      return false;
    }
    if (columns->empty() && !table.needed) return true;
    for (const std::string_view each : table.columns) {
      if (std::find(columns->begin(), columns->end(), each) != columns->end()) continue;
      report_unknown(table, each, columns->empty());
      return false;
    }
    auto fault =
        file.each_row(fmt::format("SELECT {} FROM {}", fmt::join(table.columns, ", "), table.name),
                      [&](const SqliteRow& row) {
                        (this->*table.take)(row);
                        return true;
                      });
    if (!fault) return true;
    context_.diagnostics.add(*std::move(fault));
    return false;
  }

  void report_unknown(const Table& table, std::string_view column, bool no_table) {
    context_.diagnostics.add(
        {.severity = named_ ? Severity::Error : Severity::Warning,
         .code = DiagnosticCode::UnknownShape,
         .message = no_table ? fmt::format("the database `{}` is not recognized: it has no table "
                                           "`{}`",
                                           name_, table.name)
                             : fmt::format("the table `{}` of `{}` has no column `{}`", table.name,
                                           name_, column),
         .help = fmt::format("give a database that iam-collect wrote with schema {}", kSchema),
         .file = name_});
  }

  void take_resource(const SqliteRow& row) {
    const std::string arn = ascii_lower(row.text(1).value_or(""));
    const auto type = type_of_arn(arn);
    const auto part = type ? find_part(*type, row.text(2).value_or("")) : std::nullopt;
    const std::string account(row.text(0).value_or(""));
    if (!part) return;
    if (!is_account_id(account)) {
      context_.diagnostics.add(
          {.severity = Severity::Error,
           .code = DiagnosticCode::WrongType,
           .message = fmt::format("`{}` of `{}` is no account id", account, arn),
           .file = name_});
      return;
    }
    const std::string place = fmt::format("{}#{}", name_, arn);
    const auto text = add(fmt::format("{}#{}", place, part_name(*part)), row.text(3));
    if (text) plan_.add_row({account, name_, place, *type, *part, *text});
  }

  void take_organization(const SqliteRow& row) {
    const auto part = find_organization_part(row.text(1).value_or(""));
    const std::string id(row.text(0).value_or(""));
    if (!part || id.empty()) return;
    const auto text = add(fmt::format("{}#{}#{}", name_, id, *row.text(1)), row.text(2));
    if (text) plan_.add_row(id, name_, *part, {}, *text);
  }

  void take_policy(const SqliteRow& row) {
    const std::string type(row.text(1).value_or(""));
    const auto part = find_policy_part(type, row.text(3).value_or(""));
    const std::string id(row.text(0).value_or(""));
    if (!part || id.empty()) return;
    const std::string policy = ascii_lower(row.text(2).value_or(""));
    const auto text =
        add(fmt::format("{}#{}#{}#{}#{}", name_, id, type, policy, *row.text(3)), row.text(4));
    if (text) plan_.add_row(id, name_, *part, policy, *text);
  }

  // Adds the texts named for this database that replace no row.
  void add_new_rows() {
    const std::string begin = name_ + "#arn:";
    for (auto it = texts_.lower_bound(begin); it != texts_.end() && it->first.starts_with(begin);
         ++it) {
      const std::size_t end = it->first.rfind('#');
      const std::string place = it->first.substr(0, end);
      const std::string_view arn = std::string_view(place).substr(name_.size() + 1);
      const auto type = type_of_arn(arn);
      const auto part = type ? find_part(*type, it->first.substr(end + 1)) : std::nullopt;
      if (!part || replaced_.contains(it->first)) continue;
      const DocumentId text = context_.estate.sources().add(it->first, it->second);
      plan_.add_row({Arn::split(arn)->account, name_, place, *type, *part, text});
    }
  }

  // Nothing when there is no value.
  std::optional<DocumentId> add(std::string name, std::optional<std::string_view> text) {
    if (const auto known = texts_.find(name); known != texts_.end()) {
      text = known->second;
      replaced_.insert(name);
    }
    if (!text) return std::nullopt;
    return context_.estate.sources().add(std::move(name), std::string(*text));
  }

  LoadContext& context_;
  const std::filesystem::path& path_;
  std::string name_;
  bool named_;
  const FileTexts& texts_;
  CollectedPlan& plan_;
  std::set<std::string> replaced_{};  // Names of rows whose text was replaced.
};

const std::array<CollectedDatabase::Table, 3> CollectedDatabase::kTables = {{
    {"resource_metadata", kResourceColumns, &CollectedDatabase::take_resource, true},
    {"organization_metadata", kOrganizationColumns, &CollectedDatabase::take_organization, false},
    {"organization_policy_metadata", kPolicyColumns, &CollectedDatabase::take_policy, false},
}};

}  // namespace

void add_database(LoadContext& context, const std::filesystem::path& path, bool named,
                  const FileTexts& texts, CollectedPlan& plan) {
  CollectedDatabase(context, path, named, texts, plan).read();
}

}  // namespace rolecall
