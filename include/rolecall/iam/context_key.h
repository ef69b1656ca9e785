// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rolecall/iam/action.h"

namespace rolecall {

enum class KeyType : std::uint8_t { String, Arn, Bool, Number, Date, Ip, Binary };

// Where a key's value comes from, and so what it means that it was not given
// (docs/evaluation.md E3.2).
enum class KeyClass : std::uint8_t {
  Parameter,    // A parameter of the call: not given means absent.
  Derived,      // Follows from principal, role and organization.
  Environment,  // Network, time, region, what a service sends along: not given means not known.
};

// Sets of callers, one bit each.
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
  ActionSet action_set = actions::kAll;  // Sub-actions whose request context can hold the key.
  CallerSet caller_set = callers::kAll;  // Callers that can have it.
  bool exact_id = false;  // An id of AWS's: conditions on it must name it whole, without wildcards.

  [[nodiscard]] constexpr bool is_family() const { return name.ends_with('/'); }
};

// Global and STS keys, sorted as documented; a meta-test walks it. Sources: the IAM pages
// reference_policies_condition-keys and reference_policies_iam-condition-keys, and the service
// authorization reference of STS.
[[nodiscard]] std::span<const ContextKey> context_keys();
// Row of a key or of its family, letter case ignored; null when the table does not have it.
// `hash` is hash_ignore_case(name).
[[nodiscard]] const ContextKey* find_context_key(std::string_view name);
[[nodiscard]] const ContextKey* find_context_key(std::string_view name, std::uint64_t hash);

// A claim that STS turns into a condition key for tokens of an issuer.
// `issuer` is the host and path; `claim` is the part of the key behind the colon.
[[nodiscard]] bool is_oidc_claim_key(std::string_view issuer, std::string_view claim);
// Those claims, of every issuer and of this one.
[[nodiscard]] std::vector<std::string_view> oidc_claims(std::string_view issuer);
// Whether the key holds a list, so that a condition needs a set operator: keys of the table, the
// OIDC claim `amr`, the SAML attributes `eduPerson*`.
[[nodiscard]] bool is_multi_valued_key(std::string_view name);
// `saml:aud` and its relatives, without the prefix.
[[nodiscard]] bool is_saml_key(std::string_view name);
// Splits `HOST/PATH:claim` at its first colon; the claim is empty when there is none.
struct IssuerKey {
  std::string_view issuer{};
  std::string_view claim{};
};
[[nodiscard]] IssuerKey split_issuer_key(std::string_view key);
// Whether the text before the colon looks like the host of an issuer (has a dot).
[[nodiscard]] bool is_issuer_key(std::string_view key);

}  // namespace rolecall
