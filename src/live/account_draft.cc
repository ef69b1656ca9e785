// SPDX-License-Identifier: Apache-2.0
#include "live/account_draft.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "live/answer_text.h"

namespace rolecall {

// The calls and names of one kind of entity.
struct AccountDraft::Kind {
  std::string_view noun{};
  std::string_view name_key{};
  std::string_view member{};  // The member of the answer of `get` that holds the entity.
  std::string_view inline_key{};
  std::optional<AwsCall> get{};
  AwsCall list_inline{};
  AwsCall get_inline{};
  AwsCall list_attached{};
};

const AccountDraft::Kind AccountDraft::kUser = {"user",
                                                "UserName",
                                                "User",
                                                "UserPolicyList",
                                                AwsCall::GetUser,
                                                AwsCall::ListUserPolicies,
                                                AwsCall::GetUserPolicy,
                                                AwsCall::ListAttachedUserPolicies};
const AccountDraft::Kind AccountDraft::kGroup = {"group",
                                                 "GroupName",
                                                 "",
                                                 "GroupPolicyList",
                                                 std::nullopt,
                                                 AwsCall::ListGroupPolicies,
                                                 AwsCall::GetGroupPolicy,
                                                 AwsCall::ListAttachedGroupPolicies};
const AccountDraft::Kind AccountDraft::kRole = {"role",
                                                "RoleName",
                                                "Role",
                                                "RolePolicyList",
                                                AwsCall::GetRole,
                                                AwsCall::ListRolePolicies,
                                                AwsCall::GetRolePolicy,
                                                AwsCall::ListAttachedRolePolicies};

namespace {

void write_list(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
  out.key(name);
  out.begin_array();
  for (const std::string& each : texts) out.raw(each);
  out.end_array();
}

// A policy without a document, for policies that exist but could not be read: it makes the verdict
// unknown.
void write_hole(JsonWriter& out, std::string_view name) {
  out.begin_object();
  out.member("PolicyName", name);
  out.member_null("PolicyDocument");
  out.end_object();
}

// The element with this ARN of a list in an answer.
std::optional<JsonValue> find_by_arn(const KnownAnswer& answer, std::string_view list,
                                     std::string_view arn) {
  const auto all = *answer ? (*answer)->root().find(list) : std::nullopt;
  if (!all || !all->is(JsonKind::Array)) return std::nullopt;
  for (const JsonValue each : *all) {
    if (each.string_at("Arn") == arn) return each;
  }
  return std::nullopt;
}

bool has_list(const JsonValue& object, std::string_view name) {
  const auto found = object.find(name);
  return found && found->is(JsonKind::Array);
}

}  // namespace

std::string AccountDraft::of_account(std::string_view what) const {
  return fmt::format("{} of account {}", what, account_);
}

void AccountDraft::read_user(Asker& asker, std::string_view name) {
  read(asker, kUser, name);
}

void AccountDraft::read_role(Asker& asker, std::string_view name) {
  read(asker, kRole, name);
}

void AccountDraft::read(Asker& asker, const Kind& kind, std::string_view name) {
  if (!seen_.insert(fmt::format("{} {}", kind.noun, name)).second) return;
  const CallResult<AwsAnswer>& answer = get_entity(asker, kind, name);
  if (answer) {
    write_entity(asker, kind, name, *answer->root().find(kind.member));
    return read_managed(asker);
  }
  unread_.push_back(fmt::format("{}/{}", kind.noun, name));
  asker.note(answer.error(), of_account(fmt::format("{} `{}`", kind.noun, name)));
}

// The caller can be the role that is to be assumed, so it may have been read already.
const CallResult<AwsAnswer>& AccountDraft::get_entity(Asker& asker, const Kind& kind,
                                                      std::string_view name) {
  const std::string key = fmt::format("{} {}", kind.noun, name);
  KnownAnswer& known = entities_[key];
  if (known == nullptr) {
    known = std::make_shared<CallResult<AwsAnswer>>(
        asker.call(*kind.get, {{std::string(kind.name_key), std::string(name)}}));
  }
  return *known;
}

void AccountDraft::write_entity(Asker& asker, const Kind& kind, std::string_view name,
                                const JsonValue& entity) {
  JsonWriter out(0);
  out.begin_object();
  copy_members(out, entity);
  if (&kind == &kUser) write_groups(asker, name, out);
  write_policies(asker, kind, name, out);
  out.end_object();
  std::vector<std::string>& texts = &kind == &kUser    ? users_
                                    : &kind == &kGroup ? groups_
                                                       : details_;
  texts.push_back(out.text());
  const auto boundary = entity.find("PermissionsBoundary");
  if (boundary) want_managed(boundary->string_at("PermissionsBoundaryArn"));
}

void AccountDraft::write_policies(Asker& asker, const Kind& kind, std::string_view name,
                                  JsonWriter& out) {
  const AwsParameters who = {{std::string(kind.name_key), std::string(name)}};
  const std::string whose = of_account(fmt::format("{} `{}`", kind.noun, name));
  const auto inlined =
      asker.ask_pages(kind.list_inline, who, fmt::format("inline policies of {}", whose));
  const auto attached =
      asker.ask_pages(kind.list_attached, who, fmt::format("managed policies of {}", whose));
  out.key(kind.inline_key);
  out.begin_array();
  if (!inlined) write_hole(out, "inline policies that were not read");
  if (!attached) write_hole(out, "managed policies that were not read");
  for (const JsonValue each :
       inlined ? elements_of(*inlined, "PolicyNames") : std::vector<JsonValue>()) {
    if (!each.is(JsonKind::String)) continue;
    AwsParameters which = who;
    which.emplace_back("PolicyName", each.string());
    const auto document = asker.ask(kind.get_inline, which,
                                    fmt::format("inline policy `{}` of {}", each.string(), whose));
    if (!document) {
      write_hole(out, each.string());
      continue;
    }
    out.begin_object();
    copy_members(out, document->root());
    out.end_object();
  }
  out.end_array();
  const auto managed =
      attached ? elements_of(*attached, "AttachedPolicies") : std::vector<JsonValue>();
  out.key("AttachedManagedPolicies");
  out.begin_array();
  for (const JsonValue each : managed) copy_answer(out, each);
  out.end_array();
  for (const JsonValue each : managed) want_managed(each.string_at("PolicyArn"));
}

void AccountDraft::write_groups(Asker& asker, std::string_view user, JsonWriter& out) {
  const auto pages = asker.ask_pages(AwsCall::ListGroupsForUser, {{"UserName", std::string(user)}},
                                     of_account(fmt::format("groups of user `{}`", user)));
  out.key("GroupList");
  out.begin_array();
  if (!pages) out.string("groups that were not read");
  for (const JsonValue group : pages ? elements_of(*pages, "Groups") : std::vector<JsonValue>()) {
    const std::string_view name = group.string_at("GroupName");
    out.string(name);
    if (seen_.insert(fmt::format("group {}", name)).second) read_group(asker, group);
  }
  out.end_array();
}

// One call returns all groups with their policies, if it is permitted. Only the caller's groups are
// kept.
void AccountDraft::read_group(Asker& asker, const JsonValue& group) {
  const auto whole = find_group(asker, group.string_at("Arn"));
  if (!whole) return write_entity(asker, kGroup, group.string_at("GroupName"), group);
  JsonWriter out(0);
  copy_answer(out, *whole);
  groups_.push_back(out.text());
  const JsonValue managed = *whole->find("AttachedManagedPolicies");
  for (const JsonValue each : managed) want_managed(each.string_at("PolicyArn"));
}

std::optional<JsonValue> AccountDraft::find_group(Asker& asker, std::string_view arn) {
  if (all_groups_ == nullptr) {
    all_groups_ = std::make_shared<CallResult<AwsAnswer>>(
        asker.call(AwsCall::GetAccountAuthorizationDetails,
                   {{"Filter.member.1", "Group"}, {"MaxItems", "1000"}}));
  }
  auto group = find_by_arn(all_groups_, "GroupDetailList", arn);
  const bool whole =
      group && has_list(*group, kGroup.inline_key) && has_list(*group, "AttachedManagedPolicies");
  return whole ? group : std::nullopt;
}

void AccountDraft::want_managed(std::string_view arn) {
  if (!arn.empty() && seen_.emplace(arn).second) wanted_.emplace_back(arn);
}

// Finds the default version of each policy with one call for all, or else with one call for each.
// Only the first page of the former is read.
void AccountDraft::read_managed(Asker& asker) {
  if (wanted_.size() > 1 && all_managed_ == nullptr) {
    all_managed_ = std::make_shared<CallResult<AwsAnswer>>(
        asker.call(AwsCall::ListManagedPolicies,
                   {{"Scope", "All"}, {"OnlyAttached", "true"}, {"MaxItems", "1000"}}));
  }
  for (const std::string& arn : std::exchange(wanted_, {})) {
    const auto head =
        all_managed_ != nullptr ? find_by_arn(all_managed_, "Policies", arn) : std::nullopt;
    std::string text =
        head ? read_policy_version(asker, arn, *head) : read_managed_policy(asker, arn);
    if (!text.empty()) policies_.push_back(std::move(text));
  }
}

void AccountDraft::know_user(std::string_view name, KnownAnswer answer) {
  entities_.emplace(fmt::format("{} {}", kUser.noun, name), std::move(answer));
}

void AccountDraft::know_role(std::string_view name, AwsAnswer answer) {
  entities_.emplace(fmt::format("{} {}", kRole.noun, name),
                    std::make_shared<CallResult<AwsAnswer>>(std::move(answer)));
}

void AccountDraft::read_target(Asker& asker, std::string_view name, std::string_view arn) {
  if (!seen_.insert(fmt::format("target {}", arn)).second) return;
  const CallResult<AwsAnswer>& answer = get_entity(asker, kRole, name);
  if (!answer) {
    const std::string what = of_account(fmt::format("role `{}`", name));
    if (answer.error().kind != AwsFailure::Kind::Missing) return asker.note(answer.error(), what);
    if (!list_roles(asker)) asker.note({what, "AWS knows no role of this name", {}});
    return;
  }
  const JsonValue role = *answer->root().find("Role");
  if (role.string_at("Arn") != arn) static_cast<void>(list_roles(asker));
  JsonWriter out(0);
  out.begin_object();
  out.key("Role");
  out.begin_object();
  copy_members(out, role);
  out.end_object();
  out.end_object();
  targets_.push_back(out.text());
}

bool AccountDraft::list_roles(Asker& asker) {
  if (listed_all_) return *listed_all_;
  const auto pages = asker.ask_pages(AwsCall::ListRoles, {}, of_account("the roles"));
  listed_all_ = false;
  if (pages) know_roles(*pages);
  return *listed_all_;
}

void AccountDraft::know_roles(const std::vector<AwsAnswer>& pages) {
  listed_all_ = true;
  for (const JsonValue role : elements_of(pages, "Roles")) {
    JsonWriter out(0);
    out.begin_object();
    copy_members(out, role);
    out.end_object();
    listed_.push_back(out.text());
  }
}

std::string AccountDraft::gaad() const {
  if (users_.empty() && details_.empty() && unread_.empty()) return {};
  JsonWriter out(0);
  out.begin_object();
  write_list(out, "UserDetailList", users_);
  write_list(out, "GroupDetailList", groups_);
  write_list(out, "RoleDetailList", details_);
  write_list(out, "Policies", policies_);
  out.member_strings("PartialLists",
                     {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"});
  if (!unread_.empty()) out.member_strings("UnreadEntities", unread_);
  out.end_object();
  return indent_json(out.text());
}

std::string AccountDraft::roles() const {
  if (targets_.empty()) return {};
  JsonWriter out(0);
  out.begin_array();
  for (const std::string& each : targets_) out.raw(each);
  out.end_array();
  return indent_json(out.text());
}

std::string AccountDraft::role_list() const {
  if (!listed_all_.value_or(false)) return {};
  JsonWriter out(0);
  out.begin_object();
  write_list(out, "RoleDetailList", listed_);
  out.member_strings("PartialLists", {"RolePolicyList"});
  out.end_object();
  return indent_json(out.text());
}

std::string read_managed_policy(Asker& asker, const std::string& arn) {
  const auto policy =
      asker.ask(AwsCall::GetPolicy, {{"PolicyArn", arn}}, fmt::format("policy {}", arn));
  return policy ? read_policy_version(asker, arn, *policy->root().find("Policy")) : std::string();
}

std::string read_policy_version(Asker& asker, const std::string& arn, const JsonValue& head) {
  const std::string id(head.string_at("DefaultVersionId"));
  const auto version = asker.ask(AwsCall::GetPolicyVersion, {{"PolicyArn", arn}, {"VersionId", id}},
                                 fmt::format("policy {}", arn));
  if (!version) return {};
  JsonWriter out(0);
  out.begin_object();
  copy_members(out, head);
  out.key("PolicyVersionList");
  out.begin_array();
  out.begin_object();
  copy_members(out, *version->root().find("PolicyVersion"));
  out.end_object();
  out.end_array();
  out.end_object();
  return out.text();
}

}  // namespace rolecall
