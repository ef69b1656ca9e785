// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rolecall {

// How iam-collect lays out what it collected: one folder per resource, and in it one file for each
// kind of what is known about it. Paths are in lower case, and so are the ARNs of its databases.

enum class CollectedType : std::uint8_t {
  Role,
  User,
  Group,
  ManagedPolicy,
  OidcProvider,
  SamlProvider,
  VpcEndpoint,
};

// What a file or row holds about its resource.
enum class CollectedPart : std::uint8_t {
  Metadata,
  TrustPolicy,
  InlinePolicies,
  ManagedPolicies,
  Groups,
  Tags,
  CurrentPolicy,
  EndpointPolicy,
};
inline constexpr std::size_t kCollectedParts = 8;

// `trust-policy`.
[[nodiscard]] std::string_view part_name(CollectedPart part);
// The part of this name, when it is one of the type and anything is read from it.
[[nodiscard]] std::optional<CollectedPart> find_part(CollectedType type, std::string_view name);
// The type of resource a lower-case ARN names, when anything is read of it.
[[nodiscard]] std::optional<CollectedType> type_of_arn(std::string_view arn);

// Documents about an organization.
enum class OrganizationPart : std::uint8_t {
  Metadata,
  Accounts,
  Units,
  ScpMetadata,
  ScpPolicy,
  RcpMetadata,
  RcpPolicy,
};
// The part that a document named `metadata`, `accounts` or `ous` is.
[[nodiscard]] std::optional<OrganizationPart> find_organization_part(std::string_view name);
// The same for a document of a policy: `folder` is `scps` or `rcps`.
[[nodiscard]] std::optional<OrganizationPart> find_policy_part(std::string_view folder,
                                                               std::string_view name);

// A path below `accounts/<account>/`, `organizations/<organization>/` or `indexes/`.
struct CollectedPath {
  std::string_view root{};          // What comes before, with its slash.
  std::string_view owner{};         // The account or organization; empty below `indexes`.
  std::string_view owner_folder{};  // With all before it, and without a slash at its end.
  std::string_view rest{};          // `iam/role/ci/metadata.json`.

  [[nodiscard]] bool is_account() const;
  // Nothing for any other path.
  [[nodiscard]] static std::optional<CollectedPath> split(std::string_view path);
};

// The resource that `rest` of a path is about.
struct ResourcePath {
  CollectedType type{};
  std::string_view folder{};  // `iam/role/ci`.
  std::string_view name{};    // Of the file, without `.json`.

  [[nodiscard]] static std::optional<ResourcePath> split(std::string_view rest);
};

}  // namespace rolecall
