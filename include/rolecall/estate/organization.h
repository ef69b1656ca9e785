// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/iam/policy.h"

namespace rolecall {

// A policy of AWS Organizations.
struct OrganizationPolicy {
  std::string_view id{};  // p-...
  std::string_view arn{};
  std::string_view name{};
  PolicyKind kind{};  // ServiceControl or ResourceControl; policies of other types are skipped.
  bool aws_managed = false;
  const Policy* policy = nullptr;  // Null when its content is missing or could not be read.
  Span at{};
};

// A root, organizational unit (OU) or account, to which policies are attached.
struct OrganizationNode {
  std::string_view id{};  // r-..., ou-..., or an account id.
  std::string_view name{};
  std::string_view parent{};              // Empty for the root.
  std::string_view status{};              // Of an account: ACTIVE, SUSPENDED, ...; may be empty.
  std::vector<std::uint32_t> policies{};  // Indexes into Organization::policies.
  Span at{};
};

// One organization. Unless `partial`, every account that is not listed is outside of it.
struct Organization {
  std::string_view id{};  // o-...
  std::string_view management_account{};
  std::vector<OrganizationNode> nodes{};
  std::vector<OrganizationPolicy> policies{};
  // Whether the root has the policy type enabled. Without an entry in PolicyTypes it counts as
  // enabled when policies of the type are attached.
  bool scp_enabled = false;
  bool rcp_enabled = false;
  // Only the accounts of a question were looked up. Nothing is known of one that is not listed,
  // unless it is in `outside_accounts`.
  bool partial = false;
  std::vector<std::string_view> outside_accounts{};
  std::vector<std::string_view> unread_accounts{};  // Their place in the tree could not be read.
  std::string file{};
  Span at{};
  std::unordered_map<std::string_view, std::size_t> nodes_by_id{};  // Maintained by add().

  // Adds a node, unless there is one with its id.
  void add(OrganizationNode node);

  [[nodiscard]] const OrganizationNode* find(std::string_view node_id) const;
  [[nodiscard]] bool has_account(std::string_view account) const;
  // Whether the account is known to belong to another organization, or to none.
  [[nodiscard]] bool is_outside(std::string_view account) const;
  [[nodiscard]] bool is_unread(std::string_view account) const;
  // The nodes from the root to the account, both included. Empty when the account is not listed,
  // or when its parents do not lead to a root (a cycle, or a missing OU).
  [[nodiscard]] std::vector<const OrganizationNode*> path_to(std::string_view account) const;
  // The value of aws:PrincipalOrgPaths, `o-a1/r-b2/ou-c3/`; empty when the path is not known.
  [[nodiscard]] std::string org_path(std::string_view account) const;
};

}  // namespace rolecall
