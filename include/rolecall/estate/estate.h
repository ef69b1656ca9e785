// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/base/source.h"
#include "rolecall/base/time.h"
#include "rolecall/estate/organization.h"
#include "rolecall/estate/placed_policy.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

class PolicyStore;

// String views and policies in an Estate live as long as the Estate.

struct Tag {
  std::string_view key{};
  std::string_view value{};
};

// A policy as it is attached to something. `policy` is null when its document was not supplied.
struct AttachedPolicy {
  std::string name{};  // `ReadOnlyAccess`, or `vault (inline policy of ci)`.
  std::string arn{};   // Empty for inline policies.
  PlacedPolicy policy{};
  Span at{};  // Of the attachment, or of the inline document.
};

// What users, groups and roles have in common.
struct IamEntity {
  std::string_view arn{};
  std::string_view name{};
  std::string_view path{"/"};
  std::string_view id{};  // AIDA..., AROA... or AGPA...; empty when not known.
  std::optional<EpochSeconds> created{};
  std::vector<AttachedPolicy> inline_policies{};
  Span inline_policies_at{};  // Of their list; unknown when the export has none.
  std::vector<std::string_view> attached_arns{};  // Of attached managed policies.
  // Of the permissions boundary; empty: none. When it cannot be read, this is the text as it stands
  // in the file, for which no document is found.
  std::string_view boundary_arn{};
  std::vector<Tag> tags{};
  Span at{};
};

struct User : IamEntity {
  std::vector<std::string_view> groups{};  // Names of its groups.
};
struct Group : IamEntity {};
struct Role : IamEntity {
  PlacedPolicy trust{};  // Null when its document is missing or could not be read.
  Span trust_at{};
  std::optional<std::int64_t> max_session_seconds{};  // In get-role and list-roles only.
  Span max_session_at{};
  std::optional<EpochSeconds> last_used{};
  bool complete = true;  // False: from get-role or list-roles, which do not show its policies.
  bool has_tags = true;  // False: from list-roles, which does not show its tags.

  [[nodiscard]] bool is_service_linked() const { return path.starts_with("/aws-service-role/"); }
  [[nodiscard]] bool is_sso_reserved() const { return path.starts_with("/aws-reserved/"); }
};

struct ManagedPolicyVersion {
  std::string_view id{};
  bool is_default = false;
  PlacedPolicy policy{};
};
struct ManagedPolicy {
  std::string_view arn{};
  std::string_view name{};
  std::vector<ManagedPolicyVersion> versions{};
  Span at{};
  // The default version; null when the export does not hold its document.
  [[nodiscard]] PlacedPolicy document() const;
};

// One account.
struct Account {
  std::string id{};
  std::string partition{"aws"};
  // Whether its get-account-authorization-details was supplied. Entities that a complete export
  // does not list do not exist.
  bool exported = false;
  // Whether the list is complete. An export can leave lists out (--filter), lack its last pages, or
  // have entries that cannot be read.
  bool has_users = false;
  bool has_roles = false;
  // Whether a file says that its list of the account's providers of this kind is complete.
  bool has_oidc_providers = false;
  bool has_saml_providers = false;
  // Entities that exist but could not be read from AWS: `user/ci`, `role/deploy`.
  std::vector<std::string_view> unread{};
  std::string file{};  // The first file it was in.
  std::deque<User> users{};
  std::deque<Group> groups{};
  std::deque<Role> roles{};
  std::unordered_map<std::string_view, ManagedPolicy> policies{};  // By ARN, AWS-managed included.
  // Indexes into the lists above, maintained by add(). Of two entities with one name, the later.
  std::unordered_map<std::string_view, std::size_t> users_by_arn{};
  std::unordered_map<std::string_view, std::size_t> users_by_name{};
  std::unordered_map<std::string_view, std::size_t> groups_by_name{};
  std::unordered_map<std::string_view, std::size_t> roles_by_arn{};
  std::unordered_map<std::string_view, std::size_t> roles_by_name{};

  // Adds an entity, or replaces the one with the same ARN (for groups, the same name).
  User& add(User user);
  Group& add(Group group);
  Role& add(Role role);

  [[nodiscard]] const User* find_user(std::string_view name) const;
  [[nodiscard]] const Group* find_group(std::string_view name) const;
  [[nodiscard]] const Role* find_role(std::string_view name) const;
};

struct OidcProvider {
  std::string_view arn{};
  std::string_view url{};  // Without the scheme.
  std::vector<std::string_view> client_ids{};
  Span at{};
  Span client_ids_at{};
};
struct SamlProvider {
  std::string_view arn{};
  std::optional<EpochSeconds> valid_until{};
  Span at{};
};
struct VpcEndpoint {
  std::string_view id{};
  std::string_view vpc_id{};
  std::string_view service_name{};
  std::string_view owner_id{};
  const Policy* policy = nullptr;  // Null: AWS's default policy applies, which allows everything.
  bool policy_missing = false;     // It has a document that could not be read.
  Span at{};
};

// A policy document in a file of its own.
struct BarePolicy {
  std::string file{};
  const Policy* policy = nullptr;
};

// Everything known about accounts, principals, policies and the organization. Filled by
// load_estate; immutable afterwards, and then safe to read from many threads.
class Estate {
 public:
  Estate();
  Estate(const Estate&) = delete;
  Estate& operator=(const Estate&) = delete;
  Estate(Estate&& other) noexcept;
  Estate& operator=(Estate&& other) noexcept;
  ~Estate();

  [[nodiscard]] SourceTable& sources() { return *sources_; }
  [[nodiscard]] const SourceTable& sources() const { return *sources_; }

  [[nodiscard]] const Account* find_account(std::string_view id) const;
  // The account; adds an empty one when there is none.
  Account& account(std::string_view id);
  [[nodiscard]] const std::map<std::string, Account, std::less<>>& accounts() const {
    return accounts_;
  }
  // By the whole ARN, path and letter case included.
  [[nodiscard]] const Role* find_role(std::string_view arn) const;
  // By name, whatever the path, as session ARNs do not show it.
  [[nodiscard]] const Role* find_role_by_name(std::string_view account,
                                              std::string_view name) const;
  [[nodiscard]] const User* find_user(std::string_view arn) const;
  // Searches the account's export first, then the AWS-managed policies of every export.
  [[nodiscard]] const ManagedPolicy* find_policy(std::string_view account,
                                                 std::string_view arn) const;
  // Identity-based policies of a user (those of its groups included) or role. `policy` is null for
  // one whose document is missing.
  [[nodiscard]] std::vector<AttachedPolicy> identity_policies(const Account& account,
                                                              const User& user) const;
  [[nodiscard]] std::vector<AttachedPolicy> identity_policies(const Account& account,
                                                              const Role& role) const;

  // Stores a policy; the address stays valid as long as the estate.
  const Policy* keep(Policy policy);
  // The policies that loaders store.
  [[nodiscard]] PolicyStore& policies() { return *policies_; }
  // Makes the AWS-managed policies of every account known to find_policy. load_estate calls it.
  void index_aws_policies();

  // Filled by the loaders.
  std::optional<Organization> organization{};
  bool has_identity_providers = false;  // identity-providers.json was supplied and read in full.
  // True: its files say for which accounts they are complete (Account::has_oidc_providers).
  // False: they are complete for every exported account.
  bool providers_by_account = false;
  std::vector<OidcProvider> oidc_providers{};
  Span oidc_providers_at{};  // Of the list in one of the files, where a new provider can be added.
  std::vector<SamlProvider> saml_providers{};
  std::vector<VpcEndpoint> vpc_endpoints{};
  std::vector<BarePolicy> bare_policies{};
  // Some file could not be read, so anything may be missing.
  bool incomplete = false;
  // When the newest file was last written, to judge the age of the data.
  std::optional<EpochSeconds> newest_file{};

 private:
  void add_attached(const Account& account, const IamEntity& entity,
                    std::vector<AttachedPolicy>& policies) const;

  std::unique_ptr<SourceTable> sources_;
  std::map<std::string, Account, std::less<>> accounts_;
  std::unique_ptr<PolicyStore> policies_;
  std::unordered_map<std::string_view, const ManagedPolicy*> aws_policies_;
};

}  // namespace rolecall
