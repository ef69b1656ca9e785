// SPDX-License-Identifier: Apache-2.0
#include "input_list.h"

#include <algorithm>
#include <array>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"

#include "collected_config.h"
#include "collected_database.h"
#include "sqlite_file.h"

namespace rolecall {

namespace {

constexpr std::array<std::string_view, 3> kDatabaseExtensions = {".db", ".sqlite", ".sqlite3"};

std::string whole_path(const std::filesystem::path& path) {
  std::error_code error;
  std::string whole = std::filesystem::absolute(path, error).lexically_normal().string();
  while (whole.size() > 1 && whole.ends_with('/')) whole.pop_back();
  return whole;
}

bool is_database_name(std::string_view name) {
  return std::any_of(kDatabaseExtensions.begin(), kDatabaseExtensions.end(),
                     [&](std::string_view each) { return name.ends_with(each); });
}

// Converts paths of a folder's files, as the user named it, to absolute paths.
struct FolderPaths {
  explicit FolderPaths(const std::filesystem::path& folder)
      : given(folder.string()), whole(whole_path(folder)) {
    if (!given.ends_with('/')) given += '/';
  }
  [[nodiscard]] std::string of(std::string_view path) const {
    return fmt::format("{}/{}", whole, path.substr(given.size()));
  }

  std::string given;  // Ends in a slash.
  std::string whole;
};

// Whether to look into a folder. Skips hidden folders, unless one belongs to a role or user whose
// name begins with a dot. In data of iam-collect, skips folders of services other than IAM and EC2.
bool is_wanted(std::string_view folder, const FolderPaths& paths) {
  const std::string whole = paths.of(folder);
  const std::string inside = whole + "/metadata.json";
  const auto path = CollectedPath::split(inside);
  const bool of_account = path && path->is_account();
  if (file_name(folder).starts_with('.')) {
    return of_account && ResourcePath::split(path->rest).has_value();
  }
  if (!of_account || path->owner_folder.size() + 1 + file_name(whole).size() != whole.size()) {
    return true;
  }
  const std::string_view name = file_name(whole);
  std::error_code error;
  return name == "iam" || name == "ec2" ||
         !std::filesystem::exists(std::string(path->owner_folder) + "/iam/role", error);
}

FileFilter folder_filter(const FolderPaths& paths) {
  const auto file = [](std::string_view path) {
    const std::string_view name = file_name(path);
    return !name.starts_with('.') && (name.ends_with(".json") || is_database_name(name));
  };
  return {file, [&paths](std::string_view folder) { return is_wanted(folder, paths); }};
}

}  // namespace

std::size_t Input::count_files() const {
  return collected == nullptr ? 1 : collected->count_documents();
}

void InputList::add(const std::filesystem::path& path) {
  std::error_code error;
  const bool standard_input = path == "-";
  if (!standard_input && is_collect_config(path)) return add_config(path);
  if (!standard_input && std::filesystem::is_directory(path, error)) return add_folder(path);
  if (standard_input || !SqliteFile::is_one(path)) {
    add_file(path, true);
    return;
  }
  Holder holder{.path = path.string(), .files = 1};
  const std::size_t faults = context_.diagnostics.error_count();
  add_database(path, true, holder.inputs);
  // Otherwise the database was reported already.
  if (context_.diagnostics.error_count() == faults) holders_.push_back(std::move(holder));
}

void InputList::add_config(const std::filesystem::path& path) {
  const auto storage = find_storage(context_, path);
  if (!storage) return;
  std::error_code error;
  if (std::filesystem::is_directory(*storage, error) || SqliteFile::is_one(*storage)) {
    add(*storage);
    return;
  }
  context_.diagnostics.add(
      {.severity = Severity::Error,
       .code = DiagnosticCode::CannotRead,
       .message = fmt::format("`{}` says that the data is in `{}`, which is neither a folder nor a "
                              "SQLite database",
                              path.string(), storage->string()),
       .help = "give the folder or the database itself",
       .file = path.string()});
}

std::size_t InputList::add_file(const std::filesystem::path& path, bool named) {
  const auto [place, is_new] = known_.try_emplace(whole_path(path), inputs_.size());
  if (is_new) inputs_.push_back({.path = path.string()});
  Input& input = inputs_[place->second];
  input.named = input.named || named;
  return place->second;
}

void InputList::add_folder(const std::filesystem::path& path) {
  const FolderPaths paths(path);
  if (!known_.try_emplace(paths.whole + "/", 0).second) return;
  auto listed = find_files(path, folder_filter(paths), context_.diagnostics);
  if (!listed) {
    context_.diagnostics.add(std::move(listed.error()));
    return;
  }
  for (const auto& [name, text] : texts_) add_text(name, listed->files);
  CollectedPlan plan;
  std::vector<std::string> others;
  for (std::string& each : listed->files) {
    if (!plan.add_file(each, paths.of(each), paths.whole.size())) others.push_back(std::move(each));
  }
  for (const std::string& each : listed->unlisted) plan.lose(paths.of(each));
  for (const std::string& each : listed->links) {
    const std::string whole = paths.of(each);
    if (!plan.covers(whole + "/metadata.json")) continue;
    plan.lose(whole);
    report_link(each);
  }
  std::erase_if(others, [&](const std::string& each) { return plan.covers(paths.of(each)); });
  const auto databases = std::stable_partition(
      others.begin(), others.end(), [](const auto& each) { return !is_database_name(each); });
  Holder holder{.path = path.string(), .files = listed->files.size()};
  add_collected(plan, holder.inputs);
  std::for_each(others.begin(), databases,
                [&](const auto& each) { holder.inputs.push_back(add_file(each, false)); });
  std::for_each(databases, others.end(), [&](const auto& each) {
    std::error_code error;
    if (SqliteFile::is_one(each)) {
      add_database(each, false, holder.inputs);
    } else if (!std::filesystem::exists(each, error)) {
      holder.inputs.push_back(add_file(each, false));  // A dangling link; reading it reports it.
    }
  });
  holders_.push_back(std::move(holder));
}

void InputList::report_link(const std::string& path) {
  context_.diagnostics.add(
      {.severity = Severity::Error,
       .code = DiagnosticCode::CannotRead,
       .message = fmt::format("`{}` is a link to a folder, and not followed", path),
       .help = "give the folder it leads to with `--estate` too",
       .file = path});
}

// Adds a file that exists only as a text, if there are files of its folder, beside them.
void InputList::add_text(const std::string& name, std::vector<std::string>& files) {
  const std::string_view folder(name.data(), name.size() - file_name(name).size());
  const auto beside = std::find_if(files.begin(), files.end(), [&](const std::string& each) {
    return each.size() - file_name(each).size() == folder.size() && each.starts_with(folder);
  });
  const bool there = std::find(beside, files.end(), name) != files.end();
  if (beside != files.end() && !there) files.insert(beside, name);
}

void InputList::add_database(const std::filesystem::path& path, bool named,
                             std::vector<std::size_t>& added) {
  const auto [known, is_new] = databases_.try_emplace(whole_path(path));
  if (is_new) {
    CollectedPlan plan;
    rolecall::add_database(context_, path, named, texts_, plan);
    add_collected(plan, known->second);
  }
  added.insert(added.end(), known->second.begin(), known->second.end());
}

void InputList::add_collected(CollectedPlan& plan, std::vector<std::size_t>& added) {
  for (CollectedBatch& each : plan.take()) {
    added.push_back(inputs_.size());
    Input input{.path = each.place};
    input.collected = std::make_unique<CollectedBatch>(std::move(each));
    inputs_.push_back(std::move(input));
  }
}

std::size_t InputList::file_count() const {
  std::size_t count = 0;
  for (const Input& each : inputs_) count += each.count_files();
  return count;
}

void InputList::limit(std::size_t max_files) {
  const std::size_t all = file_count();
  if (all <= max_files) return;
  context_.diagnostics.error(
      DiagnosticCode::TooMany,
      fmt::format("{} files are more than the limit of {}; the rest is left out", all, max_files));
  std::size_t kept = 0;
  std::size_t end = 0;
  while (end < inputs_.size() && kept + inputs_[end].count_files() <= max_files) {
    kept += inputs_[end++].count_files();
  }
  std::set<std::string> cut;
  for (std::size_t i = end; i < inputs_.size(); ++i) {
    if (inputs_[i].collected != nullptr) cut.insert(inputs_[i].collected->account);
  }
  inputs_.resize(end);
  for (Input& each : inputs_) {
    if (each.collected != nullptr && cut.contains(each.collected->account)) {
      each.collected->whole = false;
    }
  }
}

void InputList::report_unrecognized(const std::vector<bool>& recognized) const {
  for (const Holder& holder : holders_) {
    const bool any = std::any_of(holder.inputs.begin(), holder.inputs.end(), [&](std::size_t at) {
      return at < recognized.size() && recognized[at];
    });
    if (any) continue;
    const bool database = holder.inputs.empty() && SqliteFile::is_one(holder.path);
    context_.diagnostics.add(
        {.severity = Severity::Error,
         .code = DiagnosticCode::NothingFound,
         .message = database ? fmt::format("the database `{}` holds nothing of IAM", holder.path)
                             : fmt::format("`{}` holds no file that is recognized ({} JSON files)",
                                           holder.path, holder.files),
         .help =
             "write one with `aws iam get-account-authorization-details > ACCOUNT_ID.gaad.json`",
         .file = holder.path});
  }
}

}  // namespace rolecall
