// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/base/json_writer.h"

#include "live/access.h"

namespace rolecall {

// Reads single entities of one account from AWS and writes them as files of an estate. No call is
// made twice.
class AccountDraft {
 public:
  explicit AccountDraft(std::string account) : account_(std::move(account)) {}

  // Reads a user or role with all its policies: a user's include those of its groups, and both
  // include the permissions boundary.
  void read_user(Asker& asker, std::string_view name);
  void read_role(Asker& asker, std::string_view name);
  // Reads the role to be assumed: trust policy, boundary, tags and session duration. When AWS has
  // no role with this ARN, lists all roles, which proves it and shows similar ones.
  void read_target(Asker& asker, std::string_view name, std::string_view arn);
  // Answers that are already known, of GetUser and GetRole for this name and of ListRoles.
  void know_user(std::string_view name, KnownAnswer answer);
  void know_role(std::string_view name, AwsAnswer answer);
  void know_roles(const std::vector<AwsAnswer>& pages);

  // The files' texts; empty when there is nothing to write.
  [[nodiscard]] std::string gaad() const;
  [[nodiscard]] std::string roles() const;
  [[nodiscard]] std::string role_list() const;

 private:
  struct Kind;
  static const Kind kUser;
  static const Kind kGroup;
  static const Kind kRole;

  void read(Asker& asker, const Kind& kind, std::string_view name);
  const CallResult<AwsAnswer>& get_entity(Asker& asker, const Kind& kind, std::string_view name);
  void write_policies(Asker& asker, const Kind& kind, std::string_view name, JsonWriter& out);
  void write_groups(Asker& asker, std::string_view user, JsonWriter& out);
  void read_group(Asker& asker, const JsonValue& group);
  [[nodiscard]] std::optional<JsonValue> find_group(Asker& asker, std::string_view arn);
  void write_entity(Asker& asker, const Kind& kind, std::string_view name, const JsonValue& entity);
  void want_managed(std::string_view arn);
  void read_managed(Asker& asker);
  bool list_roles(Asker& asker);
  [[nodiscard]] std::string of_account(std::string_view what) const;

  std::string account_;
  std::set<std::string, std::less<>> seen_;  // ARNs of policies, and names with their kind.
  std::map<std::string, KnownAnswer, std::less<>> entities_;  // By kind and name.
  std::vector<std::string> unread_;                           // Entities that could not be read.
  std::vector<std::string> wanted_;  // ARNs of managed policies to be read.
  KnownAnswer all_groups_;           // The account's groups; null: not asked.
  KnownAnswer all_managed_;          // Its attached managed policies; null: not asked.
  // JSON texts, one per entity.
  std::vector<std::string> users_;
  std::vector<std::string> groups_;
  std::vector<std::string> details_;
  std::vector<std::string> policies_;
  std::vector<std::string> targets_;
  std::vector<std::string> listed_;
  std::optional<bool> listed_all_;  // Whether all roles were listed; nothing: not tried.
};

// Reads a managed policy with its default version, as JSON like that of an account export. Empty
// after a failure, which is recorded.
[[nodiscard]] std::string read_managed_policy(Asker& asker, const std::string& arn);
// The same when `head`, the answer of GetPolicy, is known.
[[nodiscard]] std::string read_policy_version(Asker& asker, const std::string& arn,
                                              const JsonValue& head);

}  // namespace rolecall
