// SPDX-License-Identifier: Apache-2.0
#include "cli/estate_folder.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/json.h"
#include "rolecall/base/json_writer.h"

#include "cli/fix_files.h"

namespace rolecall::cli {

namespace {

namespace fs = std::filesystem;

constexpr EpochSeconds kDay = 86'400;
constexpr std::size_t kMaxManifest = std::size_t{64} << 20;
constexpr std::string_view kManifest = "manifest.json";

constexpr std::array<std::pair<std::string_view, std::size_t CollectedCounts::*>, 4> kCounts = {
    {{"users", &CollectedCounts::users},
     {"groups", &CollectedCounts::groups},
     {"roles", &CollectedCounts::roles},
     {"policies", &CollectedCounts::policies}}};

// Whether a name, which comes from a manifest or from AWS, stays inside the folder.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.find('/') == std::string_view::npos && name[0] != '.';
}

void read_names(const JsonValue& list, std::vector<std::string>& names) {
  for (const JsonValue each : list) {
    if (each.is(JsonKind::String) && is_plain_name(each.string())) {
      names.emplace_back(each.string());
    }
  }
}

std::size_t read_count(const JsonValue& entry, std::string_view name) {
  const auto found = entry.find(name);
  const std::string_view digits =
      found && found->is(JsonKind::Number) ? found->raw() : std::string_view();
  std::size_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

}  // namespace

EstateFolder::EstateFolder(fs::path folder, EpochSeconds now, Terms terms)
    : folder_(std::move(folder)),
      now_(now),
      terms_(std::move(terms)),
      entries_(read(part() / kManifest)) {
  std::erase_if(entries_, [&](const auto& entry) {
    const auto& [account, what] = entry;
    bool good = what.whole && what.collected <= now_ && what.collected > now_ - kDay &&
                what.terms.role == terms_.role && what.terms.region == terms_.region;
    std::error_code error;
    for (const std::string& name : what.files) good = good && fs::exists(part() / name, error);
    return !good;
  });
  // This run may read them as accounts of an organization, and the earlier one singly.
  for (auto& [account, entry] : entries_) entry.terms = terms_;
}

EstateFolder::Entries EstateFolder::read(const fs::path& manifest) {
  Entries entries;
  std::error_code error;
  if (!fs::exists(manifest, error)) return entries;
  auto text = read_file(manifest, kMaxManifest);
  if (!text) return entries;
  SourceTable sources;
  Diagnostics ignored;
  const auto json = parse_json(sources, sources.add("manifest", *std::move(text)), ignored);
  const auto accounts = json ? json->root().find("accounts") : std::nullopt;
  if (!accounts) return entries;
  for (const JsonValue each : *accounts) {
    Entry entry{.collected = parse_time(each.string_at("collected")).value_or(0)};
    entry.terms = {std::string(each.string_at("role")), std::string(each.string_at("region")),
                   std::string(each.string_at("organization"))};
    const auto whole = each.find("whole");
    entry.whole = whole && whole->is(JsonKind::Boolean) && whole->boolean();
    for (const auto& [name, count] : kCounts) entry.counts.*count = read_count(each, name);
    if (const auto files = each.find("files")) read_names(*files, entry.files);
    entries.insert_or_assign(std::string(each.string_at("id")), std::move(entry));
  }
  return entries;
}

std::optional<CollectedCounts> EstateFolder::find(const std::string& account) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(account);
  return found == entries_.end() ? std::nullopt : std::optional(found->second.counts);
}

std::string EstateFolder::text() const {
  JsonWriter out;
  out.begin_object();
  out.member("schema", "rolecall.collect/1");
  out.key("accounts");
  out.begin_array();
  for (const auto& [account, entry] : entries_) {
    out.begin_object();
    out.member("id", account);
    out.member("collected", format_time(entry.collected));
    out.member("whole", entry.whole);
    out.member("role", entry.terms.role);
    out.member("region", entry.terms.region);
    out.member("organization", entry.terms.organization);
    for (const auto& [name, count] : kCounts) {
      out.member(name, static_cast<std::int64_t>(entry.counts.*count));
    }
    out.member_strings("files", entry.files);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.text() + "\n";
}

std::unique_ptr<AnswerStore> EstateFolder::answers(const std::string& account) const {
  return std::make_unique<AnswerStore>(part() / fmt::format("{}.answers", account),
                                       fmt::format("{} {}", terms_.role, terms_.region), now_);
}

std::optional<Diagnostic> EstateFolder::add(const std::string& account, const Part& part) {
  Entry entry{now_, {}, part.counts, terms_, part.whole};
  for (const auto& [name, text] : part.files) {
    const fs::path path = this->part() / name;
    const auto error = is_plain_name(name) ? write_at_once(path, text, Readers::Owner)
                                           : std::make_error_code(std::errc::invalid_argument);
    if (error) return cannot_write(path, error);
    entry.files.push_back(name);
  }
  const std::lock_guard lock(mutex_);
  entries_.insert_or_assign(account, std::move(entry));
  const fs::path manifest = this->part() / kManifest;
  const auto error = write_at_once(manifest, text(), Readers::Owner);
  return error ? std::optional(cannot_write(manifest, error)) : std::nullopt;
}

bool EstateFolder::is_kept(const Entry& before, const std::string& account,
                           const std::set<std::string>& listed) const {
  const std::string& organization = before.terms.organization;
  return organization.empty() || organization != terms_.organization || listed.contains(account);
}

std::optional<Diagnostic> EstateFolder::finish(const std::set<std::string>& listed) {
  const fs::path manifest = folder_ / ".rolecall" / kManifest;
  const Entries before = read(manifest);
  std::set<std::string> names;
  std::error_code error;
  for (const auto& [account, entry] : entries_) {
    for (const std::string& name : entry.files) {
      fs::rename(part() / name, folder_ / name, error);
      if (error) return cannot_write(folder_ / name, error);
      names.insert(name);
    }
  }
  for (const auto& [account, entry] : before) {
    if (entries_.contains(account) || !is_kept(entry, account, listed)) {
      for (const std::string& name : entry.files) {
        if (!names.contains(name)) fs::remove(folder_ / name, error);
      }
    } else {
      entries_.emplace(account, entry);
    }
  }
  error = write_at_once(manifest, text(), Readers::Owner);
  if (error) return cannot_write(manifest, error);
  fs::remove_all(part(), error);
  return std::nullopt;
}

}  // namespace rolecall::cli
