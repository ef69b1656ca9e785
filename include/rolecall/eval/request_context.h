// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

enum class KeyState : std::uint8_t { Known, Absent, Unknown };
enum class KeyOrigin : std::uint8_t { Given, Derived, Absent, Unknown };
[[nodiscard]] std::string_view key_origin_name(KeyOrigin origin);

// The name of a context key, as it was spelled. Names of the table of iam/context_key.h are not
// copied, so that copying a context is cheap.
class KeyName {
 public:
  KeyName() = default;
  // `listed`: the name lasts forever.
  KeyName(std::string_view name, bool listed)
      : listed_(listed ? name : std::string_view()), other_(listed ? std::string_view() : name) {}
  // NOLINTNEXTLINE(google-explicit-constructor): it is its text.
  operator std::string_view() const { return other_.empty() ? listed_ : std::string_view(other_); }
  friend bool operator==(const KeyName& a, std::string_view b) { return std::string_view(a) == b; }

 private:
  std::string_view listed_{};
  std::string other_{};
};

// What is known of one context key.
struct ContextEntry {
  KeyName name{};
  KeyState state = KeyState::Absent;
  KeyOrigin origin = KeyOrigin::Absent;
  std::vector<std::string> values{};  // Known only; empty: present without values.
  // Unknown only. `never_absent`: there is a value, only not which one. `not_prefix`: no value
  // begins with it (an account outside this organization).
  // `undocumented`: nothing would settle it, as AWS does not say whether this request has the key.
  bool never_absent = false;
  bool undocumented = false;
  std::string not_prefix{};
  std::vector<std::string> candidates{};  // When not empty, the value is one of these.
};

// Keys that begin with `prefix`, none of which is known unless it is set.
struct UnknownFamily {
  std::string prefix{};
  bool undocumented = false;
};

// The request context: condition keys and what is known of each. A key that was never set has the
// state of its family (`aws:PrincipalTag/`), or is absent.
class RequestContext {
 public:
  void set(std::string_view name, std::vector<std::string> values, KeyOrigin origin);
  void set(std::string_view name, std::string value, KeyOrigin origin);
  // The same; the storage of its value before is used again.
  void set_text(std::string_view name, std::string_view value, KeyOrigin origin);
  void set_absent(std::string_view name);
  void set_unknown(std::string_view name, bool never_absent = false);
  void set_outside(std::string_view name, std::string not_prefix);
  // One of `candidates`, or absent.
  void set_candidates(std::string_view name, std::vector<std::string> candidates,
                      bool never_absent = false);
  // Every key that begins with `prefix` and is not set is unknown.
  void set_family_unknown(std::string_view prefix);
  // The same, because AWS does not document whether the request has them.
  void set_family_undocumented(std::string_view prefix);
  // What is not known of the key is so because AWS does not document it.
  void mark_undocumented(std::string_view name);
  // Every claim key (`HOST:claim`) that is not set is unknown.
  void set_issuer_keys_unknown() { issuer_keys_unknown_ = true; }
  // Forgets every key that begins with `prefix` and was set.
  void erase_family(std::string_view prefix);
  void clear();

  // Never null: keys that were not set share one entry per family, or an absent one.
  [[nodiscard]] const ContextEntry& find(std::string_view name, std::uint64_t hash) const;
  [[nodiscard]] const ContextEntry& find(std::string_view name) const;
  [[nodiscard]] bool is_set(std::string_view name) const;
  [[nodiscard]] const std::vector<ContextEntry>& entries() const { return entries_; }
  [[nodiscard]] const std::vector<UnknownFamily>& unknown_families() const {
    return unknown_families_;
  }
  [[nodiscard]] bool issuer_keys_unknown() const { return issuer_keys_unknown_; }

 private:
  ContextEntry& entry(std::string_view name);
  [[nodiscard]] std::size_t place_of(std::string_view name, std::uint64_t hash) const;

  std::vector<ContextEntry> entries_;
  std::vector<std::uint64_t> hashes_;  // hash_ignore_case of the name of each entry.
  std::vector<UnknownFamily> unknown_families_;
  bool issuer_keys_unknown_ = false;
};

}  // namespace rolecall
