// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rolecall/iam/action.h"

namespace rolecall {

enum class KeyType : std::uint8_t { String, Arn, Bool, Number, Date, Ip, Binary };

// Where a key's value comes from, which decides what it means when none was given
// (docs/evaluation.md E3.2).
enum class KeyClass : std::uint8_t {
  Parameter,    // A parameter of the call. Not given means absent.
  Derived,      // Follows from the principal, the role and the organization.
  Environment,  // Network, time, Region, or what a service passes along. Not given means unknown.
};

// A set of kinds of callers, one bit each.
using CallerSet = std::uint8_t;
namespace callers {
inline constexpr CallerSet kUser = 1;
inline constexpr CallerSet kRole = 2;
inline constexpr CallerSet kService = 4;
inline constexpr CallerSet kOidc = 8;
inline constexpr CallerSet kSaml = 16;
inline constexpr CallerSet kRoot = 32;
inline constexpr CallerSet kSigned = kUser | kRole | kRoot;
inline constexpr CallerSet kFederated = kOidc | kSaml;
inline constexpr CallerSet kAll = 63;
}  // namespace callers

// One condition key, or a family of them when the name ends in `/`.
struct ContextKey {
  std::string_view name{};
  KeyType type{};
  bool multi_valued = false;
  KeyClass key_class{};
  ActionSet action_set = actions::kAll;  // Actions whose request context can hold the key.
  CallerSet caller_set = callers::kAll;  // Callers whose request context can hold it.
  bool exact_id = false;  // An id that AWS assigned; a wildcard in a condition on it is a mistake.

  [[nodiscard]] constexpr bool is_family() const { return name.ends_with('/'); }
};

// The global, IAM and STS keys, in the order of AWS's pages; a meta-test walks it. Sources: the IAM
// pages reference_policies_condition-keys and reference_policies_iam-condition-keys, and the
// Service Authorization Reference of STS.
[[nodiscard]] std::span<const ContextKey> context_keys();
// The row of a key or of its family, letter case ignored; null when the table has neither. `hash`
// is hash_ignore_case(name).
[[nodiscard]] const ContextKey* find_context_key(std::string_view name);
[[nodiscard]] const ContextKey* find_context_key(std::string_view name, std::uint64_t hash);

// Whether STS turns this claim of the issuer's tokens into a condition key `ISSUER:CLAIM`. `issuer`
// is the issuer's host and path, `claim` the part of the key after the colon.
[[nodiscard]] bool is_oidc_claim_key(std::string_view issuer, std::string_view claim);
// The claims for which is_oidc_claim_key is true.
[[nodiscard]] std::vector<std::string_view> oidc_claims(std::string_view issuer);
// Whether the key holds a list, so that a condition on it needs a set operator: keys that the table
// marks, the OIDC claim `amr`, and the SAML attributes `eduPerson*`.
[[nodiscard]] bool is_multi_valued_key(std::string_view name);
// Whether `saml:NAME` is a condition key; `name` is without the prefix.
[[nodiscard]] bool is_saml_key(std::string_view name);
// The parts of a claim key `HOST/PATH:claim`.
struct IssuerKey {
  std::string_view issuer{};
  std::string_view claim{};
};
// Splits a key at its first colon; the claim is empty when there is none.
[[nodiscard]] IssuerKey split_issuer_key(std::string_view key);
// Whether the key can be a claim key: the text before its colon has a dot, as a host name has.
[[nodiscard]] bool is_issuer_key(std::string_view key);

}  // namespace rolecall
