// SPDX-License-Identifier: Apache-2.0
#include "live/organization_draft.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "live/answer_text.h"

namespace rolecall {

namespace {

// More levels than AWS allows, which are a root, five levels of OUs and an account.
constexpr std::size_t kMaxLevels = 10;

constexpr std::string_view kOrganization = "the organization with its SCPs and RCPs";
constexpr std::string_view kNoRoots = "the answer of `organizations:ListRoots` is not whole";

const Access* of_account(const std::vector<Access>& all, std::string_view account) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Access& each) { return each.account == account; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

bool is_whole_root(const JsonValue& root) {
  const auto types = root.find("PolicyTypes");
  return !root.string_at("Id").empty() && types && types->is(JsonKind::Array);
}

void OrganizationDraft::open(const std::vector<Access>& accesses, const Access* management) {
  std::vector<const Access*> any;
  any.reserve(accesses.size());
  for (const Access& each : accesses) any.push_back(&each);
  if (management != nullptr) any = {management};
  Asker first(not_read_, any);
  const auto answer = first.call(AwsCall::DescribeOrganization);
  if (!answer && answer.error().code == kNoOrganization) {
    const Access& who = *any.front();
    return first.note({std::string(kOrganization),
                       who.account.empty()
                           ? fmt::format("the account of profile `{}` belongs to none", who.profile)
                           : fmt::format("account {} belongs to none", who.account),
                       {}});
  }
  if (!answer) return first.note(answer.error(), std::string(kOrganization));
  const JsonValue head = *answer->root().find("Organization");
  management_account_ = head.string_at("MasterAccountId");
  const Access* const owner =
      management != nullptr ? management : of_account(accesses, management_account_);
  if (owner == nullptr) {
    return first.note({std::string(kOrganization),
                       fmt::format("only its management account {} and delegated administrators "
                                   "may read it",
                                   management_account_),
                       "--management-profile PROFILE"});
  }
  JsonWriter out(0);
  out.begin_object();
  copy_members(out, head);
  out.end_object();
  head_ = out.text();
  asker_.emplace(not_read_, std::vector<const Access*>{owner});
  if (!read_roots()) roots_.clear();
}

bool OrganizationDraft::read_roots() {
  const auto pages = asker_->ask_pages(AwsCall::ListRoots, {}, std::string(kOrganization));
  if (!pages) return false;
  const std::vector<JsonValue> roots = elements_of(*pages, "Roots");
  if (roots.empty() || !std::all_of(roots.begin(), roots.end(), is_whole_root)) {
    asker_->note({std::string(kOrganization), std::string(kNoRoots), {}});
    return false;
  }
  JsonWriter out(0);
  out.begin_array();
  for (const JsonValue root : roots) {
    copy_answer(out, root);
    root_ids_.emplace(root.string_at("Id"));
    const JsonValue types = *root.find("PolicyTypes");
    for (const JsonValue type : types) {
      if (type.string_at("Status") == "ENABLED") enabled_.emplace(type.string_at("Type"));
    }
  }
  out.end_array();
  roots_ = out.text();
  return true;
}

bool OrganizationDraft::is_enabled(std::string_view type) const {
  return enabled_.find(type) != enabled_.end();
}

void OrganizationDraft::read_path(const std::string& account, std::string_view policy_type) {
  if (head_.empty() || !climb(account)) return;
  // SCPs and RCPs do not apply to the management account.
  if (!is_enabled(policy_type) || account == management_account_) return;
  std::string at = account;
  for (std::size_t level = 0; level < kMaxLevels && !at.empty(); ++level) {
    read_policies(at, policy_type);
    const auto node = nodes_.find(at);
    at = node == nodes_.end() ? "" : node->second.parent;
  }
}

// Reads the parents of an account. False when it is outside, or its place could not be read.
bool OrganizationDraft::climb(const std::string& account) {
  if (nodes_.contains(account)) return true;
  if (outside_.contains(account) || unread_.contains(account)) return false;
  std::vector<std::pair<std::string, Node>> path;
  if (!roots_.empty() && read_parents(account, path)) {
    nodes_.insert(path.begin(), path.end());
    return true;
  }
  if (!outside_.contains(account)) unread_.insert(account);
  return false;
}

bool OrganizationDraft::read_parents(const std::string& account,
                                     std::vector<std::pair<std::string, Node>>& path) {
  const std::string what = fmt::format("the path to account {} in the organization", account);
  std::string at = account;
  while (!root_ids_.contains(at) && !nodes_.contains(at)) {
    const auto answer = asker_->call(AwsCall::ListParents, {{"ChildId", at}});
    if (!answer && answer.error().kind == AwsFailure::Kind::Missing && at == account) {
      outside_.insert(account);
      return false;
    }
    if (!answer) {
      asker_->note(answer.error(), what);
      return false;
    }
    const JsonValue parents = *answer->root().find("Parents");
    std::string parent(parents.size() == 0 ? "" : (*parents.begin()).string_at("Id"));
    if (parent.empty() || path.size() == kMaxLevels) {
      asker_->note({what, fmt::format("what AWS says is above `{}` leads to no root", at), {}});
      return false;
    }
    path.emplace_back(std::exchange(at, std::move(parent)), Node{{}, path.empty()});
    path.back().second.parent = at;
  }
  return true;
}

void OrganizationDraft::read_policies(const std::string& target, std::string_view type) {
  if (!asked_.emplace(target, type).second) return;
  const auto pages = asker_->ask_pages(AwsCall::ListPoliciesForTarget,
                                       {{"TargetId", target}, {"Filter", std::string(type)}},
                                       fmt::format("the policies of `{}`", target));
  if (!pages) {
    // Stands for the policies that are attached there.
    const std::string id = fmt::format("p-not-read-{}", type);
    JsonWriter out(0);
    out.begin_object();
    out.key("PolicySummary");
    out.begin_object();
    out.member("Id", id);
    out.member("Type", type);
    out.end_object();
    out.end_object();
    policies_.try_emplace(id, out.text());
    targets_.emplace(id, target);
    return;
  }
  for (const JsonValue summary : elements_of(*pages, "Policies")) {
    targets_.emplace(summary.string_at("Id"), target);
    read_policy(summary);
  }
}

void OrganizationDraft::read_policy(const JsonValue& summary) {
  const std::string id(summary.string_at("Id"));
  if (policies_.contains(id)) return;
  const auto answer = asker_->ask(AwsCall::DescribePolicy, {{"PolicyId", id}},
                                  fmt::format("the document of policy `{}`", id));
  const auto policy = answer ? answer->root().find("Policy") : std::nullopt;
  JsonWriter out(0);
  out.begin_object();
  if (policy) {
    copy_members(out, *policy);
  } else {
    out.key("PolicySummary");
    copy_answer(out, summary);
  }
  out.end_object();
  policies_.emplace(id, out.text());
}

void OrganizationDraft::write_nodes(JsonWriter& out, bool accounts) const {
  out.begin_array();
  for (const auto& [id, node] : nodes_) {
    if (node.is_account != accounts) continue;
    out.begin_object();
    out.member("Id", id);
    out.member("ParentId", node.parent);
    out.end_object();
  }
  out.end_array();
}

std::string OrganizationDraft::text() const {
  if (head_.empty()) return {};
  JsonWriter out(0);
  out.begin_object();
  out.key("Organization");
  out.raw(head_);
  out.key("Roots");
  out.raw(roots_.empty() ? "[]" : roots_);
  out.key("OrganizationalUnits");
  write_nodes(out, false);
  out.key("Accounts");
  write_nodes(out, true);
  out.key("Policies");
  out.begin_array();
  for (const auto& [id, policy] : policies_) out.raw(policy);
  out.end_array();
  out.key("Targets");
  out.begin_array();
  for (const auto& [policy, target] : targets_) {
    out.begin_object();
    out.member("PolicyId", policy);
    out.member("TargetId", target);
    out.end_object();
  }
  out.end_array();
  out.member("Partial", true);
  out.member_strings("OutsideAccounts", {outside_.begin(), outside_.end()});
  if (!unread_.empty()) {
    out.member_strings("UnreadAccounts", {unread_.begin(), unread_.end()});
  }
  out.end_object();
  return indent_json(out.text());
}

}  // namespace rolecall
