// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "load_context.h"

namespace rolecall {

// Completes an entity that has no ARN.
struct EntityScope {
  std::string_view account{};  // Empty when not known.
  std::string_view partition{"aws"};
};

// Reads a list of inline policies as `aws iam` prints it. False when an entry that may be a policy
// could not be read.
bool read_inline_policies(LoadContext& context, const JsonDocument& json, const JsonValue& list,
                          IamEntity& entity);
// Reads a list of tags. False when some could not be read.
bool read_tag_list(LoadContext& context, const JsonValue& list, std::vector<Tag>& tags);
// Gives inline policies their full names. `lost`: some policy could not be read; one without a
// document is added for it.
void finish_policies(std::string_view noun, bool lost, IamEntity& entity);

// Reads the objects that `aws iam` prints for users, groups, roles and managed policies. Members
// may be missing. Faults are reported. When one may hide a policy (a list that cannot be read, a
// repeated key), a policy without a document is added, which makes the verdict unknown. Nothing is
// returned when it is not clear which entity is described.
class EntityReader {
 public:
  EntityReader(LoadContext& context, const JsonDocument& json, EntityScope scope)
      : context_(context), json_(json), scope_(scope) {}

  [[nodiscard]] std::optional<User> read_user(const JsonValue& value);
  [[nodiscard]] std::optional<Group> read_group(const JsonValue& value);
  [[nodiscard]] std::optional<Role> read_role(const JsonValue& value);
  [[nodiscard]] std::optional<ManagedPolicy> read_managed_policy(const JsonValue& value);

 private:
  struct Names;
  static const Names kUserNames;
  static const Names kGroupNames;
  static const Names kRoleNames;

  bool read_common(const Names& names, IamEntity& entity, const JsonValue::Iterator& member);
  bool begin(IamEntity& entity, const JsonValue& value, std::string_view what);
  bool identify(const Names& names, IamEntity& entity);
  void finish(const Names& names, IamEntity& entity, const JsonValue& value) const;
  void read_role_member(Role& role, const JsonValue::Iterator& member);
  void read_inline(IamEntity& entity, const JsonValue& list);
  void read_attached(IamEntity& entity, const JsonValue& list);
  void read_boundary(IamEntity& entity, const JsonValue& value);
  void read_groups(User& user, const JsonValue& list);
  void read_versions(ManagedPolicy& policy, const JsonValue& list, std::string_view default_id);
  // expect() for a value that may hold policies: sets `lost_` when it is of another kind.
  bool need(const JsonValue& value, JsonKind kind, std::string_view what);

  LoadContext& context_;
  const JsonDocument& json_;
  EntityScope scope_;
  // Of the entity being read:
  std::string_view given_path_{};
  bool lost_ = false;  // Some of its policies could not be read.
  bool repeated_trust_ = false;
};

}  // namespace rolecall
