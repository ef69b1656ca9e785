// SPDX-License-Identifier: Apache-2.0
#include "rolecall/estate/organization.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

// Organizational units nest at most five deep
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html). A longer
// way up is a cycle.
constexpr std::size_t kMaxLevels = 32;

bool is_root(const OrganizationNode& node) {
  return node.parent.empty() && !node.id.starts_with("ou-") && !is_account_id(node.id);
}

}  // namespace

void Organization::add(OrganizationNode node) {
  if (nodes_by_id.try_emplace(node.id, nodes.size()).second) nodes.push_back(std::move(node));
}

const OrganizationNode* Organization::find(std::string_view node_id) const {
  const auto found = nodes_by_id.find(node_id);
  return found == nodes_by_id.end() ? nullptr : &nodes[found->second];
}

bool Organization::has_account(std::string_view account) const {
  return is_account_id(account) && find(account) != nullptr;
}

bool Organization::is_outside(std::string_view account) const {
  if (!partial) return !has_account(account);
  return std::find(outside_accounts.begin(), outside_accounts.end(), account) !=
         outside_accounts.end();
}

bool Organization::is_unread(std::string_view account) const {
  return std::find(unread_accounts.begin(), unread_accounts.end(), account) !=
         unread_accounts.end();
}

std::vector<const OrganizationNode*> Organization::path_to(std::string_view account) const {
  std::vector<const OrganizationNode*> path;
  const OrganizationNode* node = find(account);
  while (node != nullptr && path.size() < kMaxLevels) {
    path.push_back(node);
    if (is_root(*node)) {
      std::reverse(path.begin(), path.end());
      return path;
    }
    node = find(node->parent);
  }
  return {};
}

std::string Organization::org_path(std::string_view account) const {
  const auto path = path_to(account);
  if (path.empty()) return {};
  std::string text = fmt::format("{}/", id);
  for (const OrganizationNode* node : path) {
    if (node->id != account) text += fmt::format("{}/", node->id);
  }
  return text;
}

}  // namespace rolecall
