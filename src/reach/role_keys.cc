// SPDX-License-Identifier: Apache-2.0
#include "reach/role_keys.h"

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "reach/class_keys.h"
#include "reach/open_call.h"
#include "trust/context_builder.h"

namespace rolecall {

void RoleKeys::add(std::string_view key) {
  for (const std::string_view family : kRoleTags) {
    if (starts_with_ignore_case(key, family)) tags.insert(ascii_lower(key.substr(family.size())));
  }
  organization = organization || equals_ignore_case(key, "aws:ResourceOrgID");
  paths = paths || equals_ignore_case(key, "aws:ResourceOrgPaths");
  account = account || equals_ignore_case(key, "aws:ResourceAccount");
}

void RoleKeys::read(std::string_view text, bool variables) {
  if (variables) for_each_variable(text, [&](std::string_view key) { add(key); });
}

void RoleKeys::read(const Policy& policy) {
  for (const Statement& statement : policy.statements) {
    if (policy.kind != PolicyKind::Trust && !bears_on_assuming(statement)) continue;
    for (const Text& each : statement.resource.items) read(each.value, policy.variables);
    for (const Condition& condition : statement.conditions) {
      add(condition.key.value);
      for (const Text& value : condition.values) read(value.value, policy.variables);
    }
  }
}

std::string rcp_key(const Estate& estate, const Account& account) {
  const auto& organization = estate.organization;
  if (!organization) return "-";
  if (organization->is_unread(account.id)) return account.id;
  if (!organization->has_account(account.id)) {
    return organization->is_outside(account.id) ? "outside" : "?";
  }
  if (account.id == organization->management_account) return "management";
  const auto path = organization->path_to(account.id);
  if (path.empty()) return account.id;
  std::string key;
  for (const OrganizationNode* const node : path) {
    key += '/';
    for (const std::uint32_t policy : node->policies) {
      const bool counts = organization->policies[policy].kind == PolicyKind::ResourceControl;
      if (counts) key += fmt::format("{},", policy);
    }
  }
  return key;
}

}  // namespace rolecall
