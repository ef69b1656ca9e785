// SPDX-License-Identifier: Apache-2.0
#include "collected_layout.h"

#include <algorithm>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

constexpr std::string_view kExtension = ".json";

constexpr std::array<std::string_view, kCollectedParts> kPartNames = {
    "metadata", "trust-policy", "inline-policies", "managed-policies",
    "groups",   "tags",         "current-policy",  "endpoint-policy"};

constexpr unsigned bits() {
  return 0;
}
template <typename... Parts>
constexpr unsigned bits(CollectedPart part, Parts... more) {
  return (1U << static_cast<unsigned>(part)) | bits(more...);
}

struct TypeRow {
  CollectedType type{};
  std::string_view folder{};  // Below the account's folder; `*` is a Region.
  std::string_view service{};
  std::string_view resource{};  // The beginning of its ARN's last field.
  unsigned parts = 0;
};

using enum CollectedPart;
constexpr std::array<TypeRow, 8> kTypes = {{
    {CollectedType::Role, "iam/role/", "iam", "role/",
     bits(Metadata, TrustPolicy, InlinePolicies, ManagedPolicies, Tags)},
    {CollectedType::User, "iam/user/", "iam", "user/",
     bits(Metadata, InlinePolicies, ManagedPolicies, Groups, Tags)},
    {CollectedType::Group, "iam/group/", "iam", "group/",
     bits(Metadata, InlinePolicies, ManagedPolicies)},
    {CollectedType::ManagedPolicy, "iam/policy/", "iam", "policy/", bits(Metadata, CurrentPolicy)},
    // AWS-managed policies, which iam-collect stores with every account.
    {CollectedType::ManagedPolicy, "iam/aws/policy/", "iam", "policy/",
     bits(Metadata, CurrentPolicy)},
    {CollectedType::OidcProvider, "iam/oidc-provider/", "iam", "oidc-provider/", bits(Metadata)},
    {CollectedType::SamlProvider, "iam/saml-provider/", "iam", "saml-provider/", bits(Metadata)},
    {CollectedType::VpcEndpoint, "ec2/*/vpc-endpoint/", "ec2", "vpc-endpoint/",
     bits(Metadata, EndpointPolicy)},
}};

// The length of the part of `path` that the pattern matches at its front; 0 when it does not match.
// `*` matches one name.
std::size_t match_prefix(std::string_view path, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (!path.starts_with(pattern.substr(0, star))) return 0;
  if (star == pattern.npos) return pattern.size();
  const std::size_t slash = path.find('/', star);
  const std::string_view after = pattern.substr(star + 1);
  if (slash == path.npos || !path.substr(slash).starts_with(after)) return 0;
  return slash + after.size();
}

bool is_organization_id(std::string_view text) {
  return text.starts_with("o-") && text.size() > 2 &&
         std::all_of(text.begin() + 2, text.end(),
                     [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'z'); });
}

// Offset of the last folder of this name that is followed by the name of an owner.
std::size_t find_folder(std::string_view path, std::string_view name,
                        bool (*is_owner)(std::string_view)) {
  for (std::size_t at = path.rfind(name); at != path.npos && at > 0;
       at = path.rfind(name, at - 1)) {
    const std::size_t owner = at + name.size();
    const std::size_t end = path.find('/', owner);
    if (path[at - 1] == '/' && end != path.npos && is_owner(path.substr(owner, end - owner))) {
      return at;
    }
  }
  return path.npos;
}

}  // namespace

std::string_view part_name(CollectedPart part) {
  return kPartNames.at(static_cast<std::size_t>(part));
}

std::optional<CollectedPart> find_part(CollectedType type, std::string_view name) {
  const auto* const found = std::find(kPartNames.begin(), kPartNames.end(), name);
  const auto* const row = std::find_if(kTypes.begin(), kTypes.end(),
                                       [&](const TypeRow& each) { return each.type == type; });
  if (found == kPartNames.end()) return std::nullopt;
  const auto part = static_cast<CollectedPart>(found - kPartNames.begin());
  return (row->parts & bits(part)) != 0 ? std::optional(part) : std::nullopt;
}

std::optional<CollectedType> type_of_arn(std::string_view arn) {
  const auto split = Arn::split(arn);
  for (const TypeRow& row : kTypes) {
    const bool same =
        split && split->service == row.service && split->resource.starts_with(row.resource);
    if (same) return row.type;
  }
  return std::nullopt;
}

std::optional<OrganizationPart> find_organization_part(std::string_view name) {
  if (name == "metadata") return OrganizationPart::Metadata;
  if (name == "accounts") return OrganizationPart::Accounts;
  if (name == "ous") return OrganizationPart::Units;
  return std::nullopt;
}

std::optional<OrganizationPart> find_policy_part(std::string_view folder, std::string_view name) {
  const bool scp = folder == "scps";
  if (!scp && folder != "rcps") return std::nullopt;
  if (name == "metadata") {
    return scp ? OrganizationPart::ScpMetadata : OrganizationPart::RcpMetadata;
  }
  if (name != "policy") return std::nullopt;
  return scp ? OrganizationPart::ScpPolicy : OrganizationPart::RcpPolicy;
}

bool CollectedPath::is_account() const {
  return is_account_id(owner);
}

std::optional<CollectedPath> CollectedPath::split(std::string_view path) {
  constexpr std::string_view kAccounts = "accounts/";
  constexpr std::string_view kOrganizations = "organizations/";
  constexpr std::string_view kIndexes = "indexes/";
  const std::size_t account = find_folder(path, kAccounts, &is_account_id);
  const std::size_t organization = find_folder(path, kOrganizations, &is_organization_id);
  if (account != organization) {
    // When there are both, the later one.
    const bool is_account =
        organization == path.npos || (account != path.npos && account > organization);
    const std::size_t at = is_account ? account : organization;
    const std::size_t owner = at + (is_account ? kAccounts : kOrganizations).size();
    const std::size_t end = path.find('/', owner);
    return CollectedPath{.root = path.substr(0, at),
                         .owner = path.substr(owner, end - owner),
                         .owner_folder = path.substr(0, end),
                         .rest = path.substr(end + 1)};
  }
  const std::string_view folder = path.substr(0, path.size() - file_name(path).size());
  if (!folder.ends_with("/indexes/")) return std::nullopt;
  return CollectedPath{.root = folder.substr(0, folder.size() - kIndexes.size()),
                       .rest = path.substr(folder.size())};
}

std::optional<ResourcePath> ResourcePath::split(std::string_view rest) {
  if (!rest.ends_with(kExtension)) return std::nullopt;
  for (const TypeRow& row : kTypes) {
    const std::size_t prefix = match_prefix(rest, row.folder);
    if (prefix == 0) continue;
    const std::size_t slash = rest.find('/', prefix);
    if (slash == rest.npos || rest.find('/', slash + 1) != rest.npos) return std::nullopt;
    std::string_view name = rest.substr(slash + 1);
    name.remove_suffix(kExtension.size());
    return ResourcePath{.type = row.type, .folder = rest.substr(0, slash), .name = name};
  }
  return std::nullopt;
}

}  // namespace rolecall
