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

// Everything in an Estate that is a string view or a policy lives as long as the Estate.

struct Tag {
  std::string_view key{};
  std::string_view value{};
};

// A policy as it is attached to something. `policy` is null when its document was not supplied.
struct AttachedPolicy {
  std::string name{};  // `ReadOnlyAccess`, or `vault (inline policy of ci)`.
  std::string arn{};   // Empty for inline policies.
  PlacedPolicy policy{};
  Span at{};  // The attachment, or the document.
};

// What users, groups and roles have in common.
struct IamEntity {
  std::string_view arn{};
  std::string_view name{};
  std::string_view path{"/"};
  std::string_view id{};  // AIDA..., AROA..., AGPA...; may be empty.
  std::optional<EpochSeconds> created{};
  std::vector<AttachedPolicy> inline_policies{};
  Span inline_policies_at{};  // Their list; not known when the export has none.
  std::vector<std::string_view> attached_arns{};
  // Empty: no permissions boundary. One that cannot be read stands here as it is written, so that
  // no document is found for it.
  std::string_view boundary_arn{};
  std::vector<Tag> tags{};
  Span at{};
};

struct User : IamEntity {
  std::vector<std::string_view> groups{};  // Names.
};
struct Group : IamEntity {};
struct Role : IamEntity {
  PlacedPolicy trust{};  // Null when its document is missing or could not be read.
  Span trust_at{};
  std::optional<std::int64_t> max_session_seconds{};  // Only get-role and list-roles have it.
  Span max_session_at{};
  std::optional<EpochSeconds> last_used{};
  bool complete = true;  // False when known from get-role or list-roles: its policies are not.
  bool has_tags = true;  // False when known from list-roles, which leaves them out.

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

// One account. `exported` tells whether get-account-authorization-details of it was supplied, so
// that what it does not list does not exist.
struct Account {
  std::string id{};
  std::string partition{"aws"};
  bool exported = false;
  // Whether the list was supplied in full: the export can leave lists out (--filter), lack its last
  // pages, or have entries that cannot be read.
  bool has_users = false;
  bool has_roles = false;
  // Whether a file says that it lists the identity providers of this kind in full.
  bool has_oidc_providers = false;
  bool has_saml_providers = false;
  // Of whom it is known that they could not be read: `user/ci`, `role/deploy`.
  std::vector<std::string_view> unread{};
  std::string file{};  // The first file it came from.
  std::deque<User> users{};
  std::deque<Group> groups{};
  std::deque<Role> roles{};
  std::unordered_map<std::string_view, ManagedPolicy> policies{};  // By ARN; AWS-managed too.
  // Indexes into the lists above, kept by `add`. Of two with one name the later one counts.
  std::unordered_map<std::string_view, std::size_t> users_by_arn{};
  std::unordered_map<std::string_view, std::size_t> users_by_name{};
  std::unordered_map<std::string_view, std::size_t> groups_by_name{};
  std::unordered_map<std::string_view, std::size_t> roles_by_arn{};
  std::unordered_map<std::string_view, std::size_t> roles_by_name{};

  // Adds an entity, or replaces the one of the same ARN (groups: of the same name).
  User& add(User user);
  Group& add(Group group);
  Role& add(Role role);

  [[nodiscard]] const User* find_user(std::string_view name) const;
  [[nodiscard]] const Group* find_group(std::string_view name) const;
  [[nodiscard]] const Role* find_role(std::string_view name) const;
};

struct OidcProvider {
  std::string_view arn{};
  std::string_view url{};  // Without scheme.
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
  const Policy* policy = nullptr;  // Null: AWS's default policy, which allows everything, applies.
  bool policy_missing = false;     // A document was named and could not be read.
  Span at{};
};

// A policy document supplied by itself.
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
  // The account, made when it is not there.
  Account& account(std::string_view id);
  [[nodiscard]] const std::map<std::string, Account, std::less<>>& accounts() const {
    return accounts_;
  }
  // Exact match of the whole ARN, path and letter case included.
  [[nodiscard]] const Role* find_role(std::string_view arn) const;
  // The role a session ARN or role ARN belongs to: by account and name, whatever the path.
  [[nodiscard]] const Role* find_role_by_name(std::string_view account,
                                              std::string_view name) const;
  [[nodiscard]] const User* find_user(std::string_view arn) const;
  // Searches the account's export first, then the AWS-managed policies of every export.
  [[nodiscard]] const ManagedPolicy* find_policy(std::string_view account,
                                                 std::string_view arn) const;
  // Identity-based policies of a user (groups included) or role, missing documents as null.
  [[nodiscard]] std::vector<AttachedPolicy> identity_policies(const Account& account,
                                                              const User& user) const;
  [[nodiscard]] std::vector<AttachedPolicy> identity_policies(const Account& account,
                                                              const Role& role) const;

  // Stores a parsed policy and returns its stable address.
  const Policy* keep(Policy policy);
  // Where the loaders keep policies.
  [[nodiscard]] PolicyStore& policies() { return *policies_; }
  // Makes the AWS-managed policies of every account known to find_policy. load_estate calls it.
  void index_aws_policies();

  // Filled by the loaders.
  std::optional<Organization> organization{};
  bool has_identity_providers = false;  // identity-providers.json was supplied, and read in full.
  // The files say which accounts they are complete for; else it is those that are exported.
  bool providers_by_account = false;
  std::vector<OidcProvider> oidc_providers{};
  Span oidc_providers_at{};  // The list of one of the files.
  std::vector<SamlProvider> saml_providers{};
  std::vector<VpcEndpoint> vpc_endpoints{};
  std::vector<BarePolicy> bare_policies{};
  // Some file could not be read, so that what it held is not known.
  bool incomplete = false;
  // When the newest file was written, as far as the file system tells; for "how old is this".
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
