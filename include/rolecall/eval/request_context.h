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

// The name of a context key, as it was spelled. Names that are in context_keys() are not copied, so
// that copying a context is cheap.
class KeyName {
 public:
  KeyName() = default;
  // `listed`: the name is one of context_keys(), whose text is static.
  KeyName(std::string_view name, bool listed)
      : listed_(listed ? name : std::string_view()), other_(listed ? std::string_view() : name) {}
  // NOLINTNEXTLINE(google-explicit-constructor): it is a string in another form.
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
  // The others are for Unknown only.
  bool never_absent = false;  // The key has a value, but it is not known which.
  bool undocumented = false;  // AWS does not document whether such a request has the key.
  std::string not_prefix{};   // Values begin otherwise, as with accounts outside the organization.
  std::vector<std::string> candidates{};  // The value is one of these; empty: it can be any.
};

// Keys that begin with `prefix` are unknown unless they are set.
struct UnknownFamily {
  std::string prefix{};
  bool undocumented = false;
};

// The request context: condition keys and what is known of each. A key that was never set is
// unknown when its family (`aws:PrincipalTag/`) is, and absent otherwise. Letter case of names is
// ignored.
class RequestContext {
 public:
  // Each call replaces what was set for the key before.
  void set(std::string_view name, std::vector<std::string> values, KeyOrigin origin);
  void set(std::string_view name, std::string value, KeyOrigin origin);
  // Like set() with one value, but reuses the memory of the previous one.
  void set_text(std::string_view name, std::string_view value, KeyOrigin origin);
  void set_absent(std::string_view name);
  void set_unknown(std::string_view name, bool never_absent = false);
  // Unknown, or absent, but no value begins with `not_prefix`.
  void set_outside(std::string_view name, std::string not_prefix);
  // Unknown, but one of `candidates`, or absent.
  void set_candidates(std::string_view name, std::vector<std::string> candidates,
                      bool never_absent = false);
  // Keys that begin with `prefix` and are not set are unknown.
  void set_family_unknown(std::string_view prefix);
  // The same, because AWS does not document whether the request has them.
  void set_family_undocumented(std::string_view prefix);
  // Marks the key as unknown because AWS does not document it. REQUIRES: it is set as unknown.
  void mark_undocumented(std::string_view name);
  // Claim keys (`HOST:claim`) that are not set are unknown.
  void set_issuer_keys_unknown() { issuer_keys_unknown_ = true; }
  // Removes the keys that begin with `prefix` and were set.
  void erase_family(std::string_view prefix);
  void clear();

  // The entry of a key; for one that was not set, a shared entry that is unknown or absent. `hash`
  // is hash_ignore_case(name).
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
