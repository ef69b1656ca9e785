// SPDX-License-Identifier: Apache-2.0
#include "gaad_loader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

#include "embedded_policy.h"

namespace rolecall {

namespace {

// Whether the lists have the same items, in any order.
template <typename Item>
bool same_items(std::vector<Item> a, std::vector<Item> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

std::vector<std::pair<std::string_view, std::string_view>> pairs(const std::vector<Tag>& tags) {
  std::vector<std::pair<std::string_view, std::string_view>> result;
  result.reserve(tags.size());
  for (const Tag& each : tags) result.emplace_back(each.key, each.value);
  return result;
}

}  // namespace

void GaadLoader::merge(GaadExport exported) {
  const bool partial = std::all_of(exported.pages.begin(), exported.pages.end(),
                                   [](const GaadPage& page) { return page.partial; });
  for (const auto& [id, partition] : exported.owners) {
    Account& account = context_.estate.account(id);
    account.exported = account.exported || !partial;
    if (!partition.empty()) account.partition = partition;
    if (account.file.empty()) account.file = exported.file;
  }
  for (GaadPage& page : exported.pages) {
    context_.estate.incomplete = context_.estate.incomplete || page.repeats;
    if (exported.owners.size() == 1) {
      Account& account = context_.estate.account(exported.owners.begin()->first);
      account.roles_by_arn.reserve(account.roles.size() + page.roles.size());
      account.roles_by_name.reserve(account.roles.size() + page.roles.size());
    }
    for (const auto& owner : exported.owners) note_page(page, owner.first, exported.whole);
    for (User& each : page.users) merge(std::move(each));
    for (Group& each : page.groups) merge(std::move(each));
    for (Role& each : page.roles) merge(std::move(each));
    for (ManagedPolicy& each : page.policies) merge(std::move(each), exported.owners);
  }
}

void GaadLoader::note_page(const GaadPage& page, std::string_view owner, bool whole) {
  Account& account = context_.estate.account(owner);
  account.has_users = account.has_users || page.has_users;
  account.has_roles = account.has_roles || page.has_roles;
  account.unread.insert(account.unread.end(), page.unread.begin(), page.unread.end());
  PageState& state = pages_[account.id];
  state.lost_users = state.lost_users || page.lost_users || page.repeats || !whole;
  state.lost_roles = state.lost_roles || page.lost_roles || page.repeats || !whole;
  if (page.truncated.known()) {
    state.truncated = page.truncated;
  } else {
    state.has_last = true;
  }
}

bool GaadLoader::same(const IamEntity& a, const IamEntity& b) const {
  const SourceTable& sources = context_.estate.sources();
  const auto same_inline = [&](const AttachedPolicy& x, const AttachedPolicy& y) {
    return x.name == y.name && same_policy(sources, x.policy, y.policy);
  };
  return a.id == b.id && a.boundary_arn == b.boundary_arn &&
         std::equal(a.inline_policies.begin(), a.inline_policies.end(), b.inline_policies.begin(),
                    b.inline_policies.end(), same_inline) &&
         same_items(a.attached_arns, b.attached_arns) && same_items(pairs(a.tags), pairs(b.tags));
}

void GaadLoader::contradict(std::string_view what, std::string_view arn, Span later, Span earlier,
                            std::string_view winner) {
  context_.diagnostics.warning(
      DiagnosticCode::Contradiction,
      fmt::format("{} `{}` differs from {}; {} counts", what, arn,
                  format_place(context_.estate.sources(), earlier), winner),
      later, "remove the file that is out of date");
}

void GaadLoader::merge(User&& user) {
  Account& account = context_.estate.account(Arn::split(user.arn)->account);
  const User* const known = context_.estate.find_user(user.arn);
  if (known != nullptr) {
    if (same(*known, user) && same_items(known->groups, user.groups)) return;
    contradict("user", user.arn, user.at, known->at, "the later one");
  }
  account.add(std::move(user));
}

void GaadLoader::merge(Group&& group) {
  Account& account = context_.estate.account(Arn::split(group.arn)->account);
  const Group* const known = account.find_group(group.name);
  if (known != nullptr) {
    if (same(*known, group)) return;
    contradict("group", group.arn, group.at, known->at, "the later one");
  }
  account.add(std::move(group));
}

void GaadLoader::merge(Role&& role) {
  Account& account = context_.estate.account(Arn::split(role.arn)->account);
  const auto place = account.roles_by_arn.find(role.arn);
  if (place == account.roles_by_arn.end()) {
    account.add(std::move(role));
    return;
  }
  const Role* const known = &account.roles[place->second];
  const bool same_trust = same_policy(context_.estate.sources(), known->trust, role.trust);
  if (!known->complete) {
    const Role looked_up = *known;
    apply(account.add(std::move(role)), looked_up);
    return;
  }
  if (!role.complete) {
    apply(account.roles[place->second], role);
    return;
  }
  if (same_trust && same(*known, role)) return;
  contradict("role", role.arn, same_trust ? role.at : role.trust_at,
             same_trust ? known->at : known->trust_at, "the later one");
  if (!role.max_session_seconds) {
    role.max_session_seconds = known->max_session_seconds;
    role.max_session_at = known->max_session_at;
  }
  account.add(std::move(role));
}

// A customer managed policy is added to the account of its ARN, an AWS-managed one to the first
// account of the file: Estate::find_policy finds it for every account.
void GaadLoader::merge(ManagedPolicy policy, const GaadExport::Owners& owners) {
  const auto arn = Arn::split(policy.arn);
  const bool own = arn && is_account_id(arn->account);
  if (!own && owners.empty()) return;
  Account& account = context_.estate.account(own ? arn->account : owners.begin()->first);
  const auto [place, is_new] = account.policies.try_emplace(policy.arn, policy);
  if (is_new) return;
  ManagedPolicy& known = place->second;
  const PlacedPolicy before = known.document();
  const PlacedPolicy after = policy.document();
  if (after == nullptr) return;
  if (before != nullptr) {
    if (same_policy(context_.estate.sources(), before, after)) return;
    contradict("policy", policy.arn, policy.at, known.at, "the later one");
  }
  known = std::move(policy);
}

void GaadLoader::load_role(const EstateDocument& role, bool has_tags) {
  const auto named = Arn::split(role.value.string_at("Arn"));
  EntityScope scope{.account = role.named_account};
  if (named && is_account_id(named->account)) scope = {named->account, named->partition};
  auto read = EntityReader(context_, *role.json, scope).read_role(role.value);
  if (!read) return;
  read->complete = false;
  read->has_tags = has_tags;
  const std::string account(Arn::split(read->arn)->account);
  looked_up_.push_back({*std::move(read), account, std::string(role.file)});
}

// Completes a role of the export with what get-role or list-roles show beyond it.
void GaadLoader::apply(Role& known, const Role& looked_up) {
  if (looked_up.max_session_seconds) {
    known.max_session_seconds = looked_up.max_session_seconds;
    known.max_session_at = looked_up.max_session_at;
  }
  if (!known.last_used) known.last_used = looked_up.last_used;
  if (!known.has_tags && looked_up.has_tags) {
    known.tags = looked_up.tags;
    known.has_tags = true;
  }
  if (looked_up.trust == nullptr) return;
  if (known.trust == nullptr) {
    if (known.trust_at.known()) return;  // It has one that was reported as unreadable.
    known.trust = looked_up.trust;
    known.trust_at = looked_up.trust_at;
  } else if (!same_policy(context_.estate.sources(), known.trust, looked_up.trust)) {
    contradict("the trust policy of role", known.arn, looked_up.trust_at, known.trust_at,
               known.complete ? "the export" : "the earlier one");
  }
}

// Whether a user or group names a group or policy that the export does not have. That happens only
// when it was made with `--filter`.
bool GaadLoader::is_filtered(const Account& account) const {
  const auto lacks_policy = [&](const IamEntity& entity) {
    return std::any_of(entity.attached_arns.begin(), entity.attached_arns.end(),
                       [&](std::string_view arn) {
                         return context_.estate.find_policy(account.id, arn) == nullptr;
                       });
  };
  const auto lacks_group = [&](const User& user) {
    return std::any_of(user.groups.begin(), user.groups.end(),
                       [&](std::string_view name) { return account.find_group(name) == nullptr; });
  };
  return std::any_of(account.users.begin(), account.users.end(),
                     [&](const User& user) { return lacks_policy(user) || lacks_group(user); }) ||
         std::any_of(account.groups.begin(), account.groups.end(), lacks_policy);
}

void GaadLoader::finish_pages() {
  for (const auto& [id, state] : pages_) {
    Account& account = context_.estate.account(id);
    const bool cut = state.truncated.known() && !state.has_last;
    if (cut) {
      context_.diagnostics.warning(
          DiagnosticCode::MorePages,
          fmt::format("the export of account {} goes on in another page, which is not here", id),
          state.truncated,
          fmt::format("run `aws iam get-account-authorization-details > {}.gaad.json`, which "
                      "fetches all pages",
                      id));
    }
    account.has_users = account.has_users && !cut && !state.lost_users;
    account.has_roles = account.has_roles && !cut && !state.lost_roles;
    // With --filter, a list that is left out is written as an empty one.
    if (account.roles.empty() && is_filtered(account)) account.has_roles = false;
  }
  pages_.clear();
}

void GaadLoader::finish() {
  finish_pages();
  for (LookedUpRole& each : looked_up_) {
    Account& account = context_.estate.account(each.account);
    if (account.file.empty()) {
      account.file = each.file;
      account.partition = Arn::split(each.role.arn)->partition;
    }
    const auto known = account.roles_by_arn.find(each.role.arn);
    if (known != account.roles_by_arn.end()) {
      apply(account.roles[known->second], each.role);
      continue;
    }
    if (account.exported && account.has_roles) {
      context_.diagnostics.warning(
          DiagnosticCode::Contradiction,
          fmt::format("role `{}` is not in the export of its account", each.role.arn), each.role.at,
          "export the account again");
    }
    account.add(std::move(each.role));
  }
  looked_up_.clear();
}

}  // namespace rolecall
