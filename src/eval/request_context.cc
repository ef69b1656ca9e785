// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/request_context.h"

#include <algorithm>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/iam/context_key.h"

namespace rolecall {

namespace {

// A request has about this many keys.
constexpr std::size_t kUsualKeys = 64;

void forget(ContextEntry& entry) {
  entry = {.name = std::move(entry.name)};
}

// Sets all members but the values, whose memory is reused.
ContextEntry& set_known(ContextEntry& entry, KeyOrigin origin) {
  entry.state = KeyState::Known;
  entry.origin = origin;
  entry.never_absent = false;
  entry.undocumented = false;
  entry.not_prefix.clear();
  entry.candidates.clear();
  return entry;
}

}  // namespace

std::string_view key_origin_name(KeyOrigin origin) {
  switch (origin) {
    case KeyOrigin::Given:
      return "given";
    case KeyOrigin::Derived:
      return "derived";
    case KeyOrigin::Absent:
      return "absent";
    case KeyOrigin::Unknown:
      return "unknown";
  }
  return "absent";
}

// Index of the key's entry; the number of entries when it is not set.
std::size_t RequestContext::place_of(std::string_view name, std::uint64_t hash) const {
  for (std::size_t i = 0; i < hashes_.size(); ++i) {
    if (hashes_[i] == hash && equals_ignore_case(entries_[i].name, name)) return i;
  }
  return hashes_.size();
}

ContextEntry& RequestContext::entry(std::string_view name) {
  const std::uint64_t hash = hash_ignore_case(name);
  const std::size_t place = place_of(name, hash);
  if (place < entries_.size()) return entries_[place];
  if (entries_.size() == entries_.capacity()) {
    entries_.reserve(entries_.size() + kUsualKeys);
    hashes_.reserve(entries_.size() + kUsualKeys);
  }
  const ContextKey* const row = find_context_key(name, hash);
  const bool listed = row != nullptr && row->name == name;
  entries_.push_back({.name = KeyName(listed ? row->name : name, listed)});
  hashes_.push_back(hash);
  return entries_.back();
}

void RequestContext::set(std::string_view name, std::vector<std::string> values, KeyOrigin origin) {
  set_known(entry(name), origin).values = std::move(values);
}

void RequestContext::set(std::string_view name, std::string value, KeyOrigin origin) {
  std::vector<std::string>& values = set_known(entry(name), origin).values;
  values.resize(1);
  values[0] = std::move(value);
}

void RequestContext::set_text(std::string_view name, std::string_view value, KeyOrigin origin) {
  std::vector<std::string>& values = set_known(entry(name), origin).values;
  values.resize(1);
  values[0] = value;
}

void RequestContext::set_absent(std::string_view name) {
  forget(entry(name));
}

void RequestContext::set_unknown(std::string_view name, bool never_absent) {
  ContextEntry& target = entry(name);
  forget(target);
  target.state = KeyState::Unknown;
  target.origin = KeyOrigin::Unknown;
  target.never_absent = never_absent;
}

void RequestContext::set_outside(std::string_view name, std::string not_prefix) {
  set_unknown(name);
  entry(name).not_prefix = std::move(not_prefix);
}

void RequestContext::set_candidates(std::string_view name, std::vector<std::string> candidates,
                                    bool never_absent) {
  set_unknown(name, never_absent);
  entry(name).candidates = std::move(candidates);
}

void RequestContext::set_family_unknown(std::string_view prefix) {
  unknown_families_.push_back({std::string(prefix), /*undocumented=*/false});
}

void RequestContext::set_family_undocumented(std::string_view prefix) {
  unknown_families_.push_back({std::string(prefix), /*undocumented=*/true});
}

void RequestContext::mark_undocumented(std::string_view name) {
  entry(name).undocumented = true;
}

void RequestContext::erase_family(std::string_view prefix) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (starts_with_ignore_case(entries_[i].name, prefix)) continue;
    if (kept != i) entries_[kept] = std::move(entries_[i]);
    hashes_[kept++] = hashes_[i];
  }
  entries_.resize(kept);
  hashes_.resize(kept);
}

void RequestContext::clear() {
  entries_.clear();
  hashes_.clear();
  unknown_families_.clear();
  issuer_keys_unknown_ = false;
}

const ContextEntry& RequestContext::find(std::string_view name, std::uint64_t hash) const {
  static const ContextEntry absent;
  const auto unknown = [](bool undocumented) {
    ContextEntry entry;
    entry.state = KeyState::Unknown;
    entry.origin = KeyOrigin::Unknown;
    entry.undocumented = undocumented;
    return entry;
  };
  static const ContextEntry unknown_entry = unknown(false);
  static const ContextEntry undocumented_entry = unknown(true);
  const std::size_t place = place_of(name, hash);
  if (place < entries_.size()) return entries_[place];
  for (const UnknownFamily& family : unknown_families_) {
    if (!starts_with_ignore_case(name, family.prefix)) continue;
    return family.undocumented ? undocumented_entry : unknown_entry;
  }
  if (issuer_keys_unknown_ && is_issuer_key(name)) return unknown_entry;
  return absent;
}

const ContextEntry& RequestContext::find(std::string_view name) const {
  return find(name, hash_ignore_case(name));
}

bool RequestContext::is_set(std::string_view name) const {
  return place_of(name, hash_ignore_case(name)) < entries_.size();
}

}  // namespace rolecall
