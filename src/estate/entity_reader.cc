// SPDX-License-Identifier: Apache-2.0
#include "entity_reader.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

#include "embedded_policy.h"

namespace rolecall {

struct EntityReader::Names {
  std::string_view noun{};
  ArnForm form{};
  std::string_view name_key{};
  std::string_view id_key{};
  std::string_view inline_key{};
};
const EntityReader::Names EntityReader::kUserNames = {"user", ArnForm::User, "UserName", "UserId",
                                                      "UserPolicyList"};
const EntityReader::Names EntityReader::kGroupNames = {"group", ArnForm::Group, "GroupName",
                                                       "GroupId", "GroupPolicyList"};
const EntityReader::Names EntityReader::kRoleNames = {"role", ArnForm::Role, "RoleName", "RoleId",
                                                      "RolePolicyList"};

bool EntityReader::need(const JsonValue& value, JsonKind kind, std::string_view what) {
  if (expect(context_, value, kind, what)) return true;
  lost_ = lost_ || !value.is(JsonKind::Null);
  return false;
}

bool read_inline_policies(LoadContext& context, const JsonDocument& json, const JsonValue& list,
                          IamEntity& entity) {
  bool whole = true;
  entity.inline_policies_at = list.span();
  entity.inline_policies.reserve(list.size());
  for (const JsonValue each : list) {
    if (!expect(context, each, JsonKind::Object, "an inline policy")) {
      whole = whole && each.is(JsonKind::Null);
      continue;
    }
    AttachedPolicy inlined{.at = each.span()};
    for (auto it = each.begin(); it != each.end(); ++it) {
      if (it.key() == "PolicyName") {
        inlined.name = read_text(context, *it, "PolicyName");
      } else if (it.key() == "PolicyDocument") {
        inlined.policy = load_policy_document(context, json, *it, PolicyKind::Identity);
        inlined.at = (*it).span();
      }
    }
    if (repeats_own_key(json, each)) inlined.policy = nullptr;
    entity.inline_policies.push_back(std::move(inlined));
  }
  return whole;
}

void EntityReader::read_inline(IamEntity& entity, const JsonValue& list) {
  if (!need(list, JsonKind::Array, "the list of inline policies")) return;
  if (!read_inline_policies(context_, json_, list, entity)) lost_ = true;
}

void EntityReader::read_attached(IamEntity& entity, const JsonValue& list) {
  if (!need(list, JsonKind::Array, "AttachedManagedPolicies")) return;
  lost_ = lost_ || json_.has_repeated_key_in(list.span());
  entity.attached_arns.reserve(list.size());
  for (const JsonValue each : list) {
    if (!need(each, JsonKind::Object, "an attached policy")) continue;
    const auto arn = each.find("PolicyArn");
    if (arn && need(*arn, JsonKind::String, "PolicyArn")) {
      entity.attached_arns.push_back(arn->string());
    } else if (!arn) {
      lost_ = true;
      context_.diagnostics.error(DiagnosticCode::MissingMember,
                                 "an attached policy has no `PolicyArn`", each.span());
    }
  }
}

void EntityReader::read_boundary(IamEntity& entity, const JsonValue& value) {
  if (value.is(JsonKind::Null)) return;
  entity.boundary_arn = value.raw();
  if (!expect(context_, value, JsonKind::Object, "PermissionsBoundary")) return;
  const auto arn = value.find("PermissionsBoundaryArn");
  if (!arn) {
    context_.diagnostics.error(DiagnosticCode::MissingMember,
                               "the permissions boundary has no `PermissionsBoundaryArn`",
                               value.span());
  } else if (expect(context_, *arn, JsonKind::String, "PermissionsBoundaryArn") &&
             !json_.has_repeated_key_in(value.span())) {
    entity.boundary_arn = arn->string();
  }
}

bool read_tag_list(LoadContext& context, const JsonValue& list, std::vector<Tag>& tags) {
  if (!expect(context, list, JsonKind::Array, "Tags")) return list.is(JsonKind::Null);
  bool whole = true;
  tags.reserve(list.size());
  for (const JsonValue each : list) {
    if (!expect(context, each, JsonKind::Object, "a tag")) {
      whole = false;
      continue;
    }
    const auto key = each.find("Key");
    const auto value = each.find("Value");
    if (!key || !expect(context, *key, JsonKind::String, "Key")) {
      whole = false;
      continue;
    }
    tags.push_back(
        {key->string(), value ? read_text(context, *value, "Value") : std::string_view()});
  }
  return whole;
}

void EntityReader::read_groups(User& user, const JsonValue& list) {
  if (!need(list, JsonKind::Array, "GroupList")) return;
  user.groups.reserve(list.size());
  for (const JsonValue each : list) {
    if (need(each, JsonKind::String, "a group name")) user.groups.push_back(each.string());
  }
}

// Reads a member that users, groups and roles have in common. False when this is not one.
bool EntityReader::read_common(const Names& names, IamEntity& entity,
                               const JsonValue::Iterator& member) {
  const std::string_view key = member.key();
  const JsonValue value = *member;
  if (key == "Arn") {
    entity.arn = read_text(context_, value, key);
  } else if (key == names.name_key) {
    entity.name = read_text(context_, value, key);
  } else if (key == names.id_key) {
    entity.id = read_text(context_, value, key);
  } else if (key == "Path") {
    given_path_ = read_text(context_, value, key);
  } else if (key == "CreateDate") {
    entity.created = read_time(value);
  } else if (key == names.inline_key) {
    read_inline(entity, value);
  } else if (key == "AttachedManagedPolicies") {
    read_attached(entity, value);
  } else if (key == "PermissionsBoundary") {
    read_boundary(entity, value);
  } else if (key == "Tags") {
    static_cast<void>(read_tag_list(context_, value, entity.tags));
  } else {
    return false;
  }
  return true;
}

// Completes ARN, name and path from each other.
bool EntityReader::identify(const Names& names, IamEntity& entity) {
  SourceTable& sources = context_.estate.sources();
  if (entity.arn.empty() && !entity.name.empty() && !scope_.account.empty()) {
    const std::string_view path = given_path_.empty() ? "/" : given_path_;
    entity.arn = sources.keep(fmt::format("arn:{}:iam::{}:{}{}{}", scope_.partition, scope_.account,
                                          names.noun, path, entity.name));
  }
  if (entity.arn.empty()) {
    const std::string_view lacking = entity.name.empty() ? names.name_key : "account";
    context_.diagnostics.error(
        DiagnosticCode::MissingMember,
        lacking == "account"
            ? fmt::format("{} `{}` has no `Arn`, and the file does not tell its account",
                          names.noun, entity.name)
            : fmt::format("a {} has neither `Arn` nor `{}`", names.noun, lacking),
        entity.at, "begin the file name with the account id, as in `111122223333.gaad.json`");
    return false;
  }
  const auto arn = IamArn::parse(entity.arn);
  if (!arn || arn->form != names.form) {
    context_.diagnostics.error(DiagnosticCode::WrongType,
                               fmt::format("`{}` is not the ARN of a {}", entity.arn, names.noun),
                               entity.at);
    return false;
  }
  const bool differs = (!entity.name.empty() && entity.name != arn->name) ||
                       (!given_path_.empty() && given_path_ != arn->path);
  if (differs) {
    context_.diagnostics.warning(
        DiagnosticCode::Contradiction,
        fmt::format("name or path of {} `{}` differ from its ARN, which counts", names.noun,
                    entity.arn),
        entity.at);
  }
  entity.name = arn->name;
  entity.path = arn->path;
  return true;
}

void finish_policies(std::string_view noun, bool lost, IamEntity& entity) {
  const std::string_view what = noun == "group" ? "group " : "";
  for (AttachedPolicy& each : entity.inline_policies) {
    each.name = fmt::format("{} (inline policy of {}{})", each.name, what, entity.name);
  }
  if (lost) {
    entity.inline_policies.push_back(
        {.name = fmt::format("policies of {} {}", noun, entity.name), .at = entity.at});
  }
}

void EntityReader::finish(const Names& names, IamEntity& entity, const JsonValue& value) const {
  finish_policies(names.noun, lost_ || repeats_own_key(json_, value), entity);
}

std::optional<User> EntityReader::read_user(const JsonValue& value) {
  User user;
  if (!begin(user, value, "a user")) return std::nullopt;
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (!read_common(kUserNames, user, it) && it.key() == "GroupList") read_groups(user, *it);
  }
  if (!identify(kUserNames, user)) return std::nullopt;
  finish(kUserNames, user, value);
  return user;
}

std::optional<Group> EntityReader::read_group(const JsonValue& value) {
  Group group;
  if (!begin(group, value, "a group")) return std::nullopt;
  for (auto it = value.begin(); it != value.end(); ++it) read_common(kGroupNames, group, it);
  if (!identify(kGroupNames, group)) return std::nullopt;
  finish(kGroupNames, group, value);
  return group;
}

void EntityReader::read_role_member(Role& role, const JsonValue::Iterator& member) {
  const std::string_view key = member.key();
  const JsonValue value = *member;
  if (key == "AssumeRolePolicyDocument") {
    if (!value.is(JsonKind::Null)) role.trust_at = value.span();
    role.trust = load_policy_document(context_, json_, value, PolicyKind::Trust);
    if (json_.has_repeated_key_in(member.key_span())) repeated_trust_ = true;
  } else if (key == "MaxSessionDuration") {
    if (!expect(context_, value, JsonKind::Number, key)) return;
    const std::string_view digits = value.raw();
    std::int64_t seconds = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (read.ec == std::errc() && read.ptr == digits.data() + digits.size()) {
      role.max_session_seconds = seconds;
      role.max_session_at = value.span();
    } else {
      context_.diagnostics.error(DiagnosticCode::WrongType,
                                 fmt::format("`{}` is `{}`, not a whole number", key, digits),
                                 value.span());
    }
  } else if (key == "RoleLastUsed" && expect(context_, value, JsonKind::Object, key)) {
    if (const auto date = value.find("LastUsedDate")) role.last_used = read_time(*date);
  }
}

std::optional<Role> EntityReader::read_role(const JsonValue& value) {
  Role role;
  if (!begin(role, value, "a role")) return std::nullopt;
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (!read_common(kRoleNames, role, it)) read_role_member(role, it);
  }
  if (repeated_trust_) role.trust = nullptr;
  if (!identify(kRoleNames, role)) return std::nullopt;
  finish(kRoleNames, role, value);
  return role;
}

bool EntityReader::begin(IamEntity& entity, const JsonValue& value, std::string_view what) {
  lost_ = false;
  repeated_trust_ = false;
  given_path_ = {};
  entity.at = value.span();
  return expect(context_, value, JsonKind::Object, what);
}

void EntityReader::read_versions(ManagedPolicy& policy, const JsonValue& list,
                                 std::string_view default_id) {
  if (!expect(context_, list, JsonKind::Array, "PolicyVersionList")) return;
  bool told = !default_id.empty();
  for (const JsonValue each : list) {
    if (!expect(context_, each, JsonKind::Object, "a policy version")) continue;
    ManagedPolicyVersion version;
    for (auto it = each.begin(); it != each.end(); ++it) {
      if (it.key() == "VersionId") {
        version.id = read_text(context_, *it, it.key());
      } else if (it.key() == "IsDefaultVersion") {
        told = true;
        version.is_default = expect(context_, *it, JsonKind::Boolean, it.key()) && (*it).boolean();
      } else if (it.key() == "Document") {
        version.policy = load_policy_document(context_, json_, *it, PolicyKind::Identity);
      }
    }
    if (repeats_own_key(json_, each)) version.policy = nullptr;
    if (!default_id.empty() && !version.id.empty()) version.is_default = version.id == default_id;
    policy.versions.push_back(version);
  }
  // A shortened export has a single version and does not mark it as the default one.
  if (!told && policy.versions.size() == 1) policy.versions[0].is_default = true;
}

std::optional<ManagedPolicy> EntityReader::read_managed_policy(const JsonValue& value) {
  if (!expect(context_, value, JsonKind::Object, "a managed policy")) return std::nullopt;
  ManagedPolicy policy{.at = value.span()};
  if (const auto arn = value.find("Arn")) policy.arn = read_text(context_, *arn, "Arn");
  if (const auto name = value.find("PolicyName")) {
    policy.name = read_text(context_, *name, "PolicyName");
  }
  if (policy.arn.empty()) {
    context_.diagnostics.error(DiagnosticCode::MissingMember, "a managed policy has no `Arn`",
                               value.span());
    return std::nullopt;
  }
  if (policy.name.empty()) policy.name = policy.arn.substr(policy.arn.rfind('/') + 1);
  const auto default_id = value.find("DefaultVersionId");
  if (const auto versions = value.find("PolicyVersionList")) {
    read_versions(
        policy, *versions,
        default_id ? read_text(context_, *default_id, "DefaultVersionId") : std::string_view());
  }
  const auto defaults = std::count_if(policy.versions.begin(), policy.versions.end(),
                                      [](const auto& each) { return each.is_default; });
  if (repeats_own_key(json_, value) || defaults > 1) {
    for (ManagedPolicyVersion& each : policy.versions) each.is_default = false;
  }
  if (defaults > 1) {
    context_.diagnostics.warning(
        DiagnosticCode::Contradiction,
        fmt::format("policy `{}` has several default versions", policy.arn), value.span());
  }
  return policy;
}

}  // namespace rolecall
