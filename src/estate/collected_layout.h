// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rolecall {

// The layout of data that iam-collect wrote: one folder per resource, and in it one file per kind
// of data about the resource. Its paths, and the ARNs in its databases, are in lower case.

enum class CollectedType : std::uint8_t {
  Role,
  User,
  Group,
  ManagedPolicy,
  OidcProvider,
  SamlProvider,
  VpcEndpoint,
};

// The kind of data about a resource that a file or row holds.
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

// Its file name without `.json`: `trust-policy`.
[[nodiscard]] std::string_view part_name(CollectedPart part);
// The part of this name, if resources of the type have it and rolecall reads it.
[[nodiscard]] std::optional<CollectedPart> find_part(CollectedType type, std::string_view name);
// The type of the resource with a lower-case ARN, if rolecall reads resources of it.
[[nodiscard]] std::optional<CollectedType> type_of_arn(std::string_view arn);

// The kinds of documents about an organization.
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
// The same for the document `name` of a policy below the folder `scps` or `rcps`.
[[nodiscard]] std::optional<OrganizationPart> find_policy_part(std::string_view folder,
                                                               std::string_view name);

// A path below `accounts/<account>/`, `organizations/<organization>/` or `indexes/`.
struct CollectedPath {
  std::string_view root{};          // The path before that, with its slash.
  std::string_view owner{};         // The account or organization id; empty below `indexes`.
  std::string_view owner_folder{};  // The path up to and with the owner, without a final slash.
  std::string_view rest{};          // `iam/role/ci/metadata.json`.

  [[nodiscard]] bool is_account() const;
  // Nothing for any other path.
  [[nodiscard]] static std::optional<CollectedPath> split(std::string_view path);
};

// A file of a resource, from CollectedPath::rest.
struct ResourcePath {
  CollectedType type{};
  std::string_view folder{};  // `iam/role/ci`.
  std::string_view name{};    // Of the file, without `.json`.

  [[nodiscard]] static std::optional<ResourcePath> split(std::string_view rest);
};

}  // namespace rolecall
