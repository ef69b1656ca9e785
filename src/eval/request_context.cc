// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/request_context.h"

#include <algorithm>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/iam/context_key.h"

namespace rolecall {

namespace {

// A request has about so many keys.
constexpr std::size_t kUsualKeys = 64;

void forget(ContextEntry& entry) {
  entry = {.name = std::move(entry.name), .hash = entry.hash};
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

ContextEntry& RequestContext::entry(std::string_view name) {
  const std::uint64_t hash = hash_ignore_case(name);
  for (ContextEntry& each : entries_) {
    if (each.hash == hash && equals_ignore_case(each.name, name)) return each;
  }
  if (entries_.size() == entries_.capacity()) entries_.reserve(entries_.size() + kUsualKeys);
  entries_.emplace_back();
  entries_.back().name = name;
  entries_.back().hash = hash;
  return entries_.back();
}

void RequestContext::set(std::string_view name, std::vector<std::string> values, KeyOrigin origin) {
  ContextEntry& target = entry(name);
  target.state = KeyState::Known;
  target.origin = origin;
  target.multi_valued = values.size() > 1;
  target.values = std::move(values);
  target.never_absent = false;
  target.undocumented = false;
  target.not_prefix.clear();
  target.candidates.clear();
}

void RequestContext::set(std::string_view name, std::string value, KeyOrigin origin) {
  std::vector<std::string> values = std::move(entry(name).values);
  values.resize(1);
  values[0] = std::move(value);
  set(name, std::move(values), origin);
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
  std::erase_if(entries_, [&](const ContextEntry& each) {
    return starts_with_ignore_case(each.name, prefix);
  });
}

void RequestContext::clear() {
  entries_.clear();
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
  for (const ContextEntry& each : entries_) {
    if (each.hash == hash && equals_ignore_case(each.name, name)) return each;
  }
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
  const std::uint64_t hash = hash_ignore_case(name);
  return std::any_of(entries_.begin(), entries_.end(), [&](const ContextEntry& each) {
    return each.hash == hash && equals_ignore_case(each.name, name);
  });
}

}  // namespace rolecall
