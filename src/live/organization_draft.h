// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json_writer.h"

#include "live/access.h"

namespace rolecall {

// Reads the paths to some accounts of an organization, and the policies on them, and writes them as
// organization.json. No call is made twice.
class OrganizationDraft {
 public:
  static constexpr std::string_view kServiceControl = "SERVICE_CONTROL_POLICY";
  static constexpr std::string_view kResourceControl = "RESOURCE_CONTROL_POLICY";

  explicit OrganizationDraft(std::vector<NotRead>& not_read) : not_read_(not_read) {}

  // Reads which organization it is. Further calls use `management`, or the one of `accesses` that
  // is of the management account.
  void open(const std::vector<Access>& accesses, const Access* management);

  // Reads the place of an account in the tree, and the policies of one type on the path to it.
  void read_path(const std::string& account, std::string_view policy_type);

  // The text of organization.json; empty when no organization could be read.
  [[nodiscard]] std::string text() const;

 private:
  struct Node {
    std::string parent{};
    bool is_account = false;
  };

  bool read_roots();
  bool climb(const std::string& account);
  bool read_parents(const std::string& account, std::vector<std::pair<std::string, Node>>& path);
  void read_policies(const std::string& target, std::string_view type);
  void read_policy(const JsonValue& summary);
  [[nodiscard]] bool is_enabled(std::string_view type) const;
  void write_nodes(JsonWriter& out, bool accounts) const;

  std::vector<NotRead>& not_read_;
  std::optional<Asker> asker_;  // With permission to read the organization.
  std::string head_;            // The `Organization` object.
  std::string management_account_;
  std::string roots_;  // The `Roots` array; empty when it could not be read.
  std::set<std::string, std::less<>> root_ids_;
  std::map<std::string, Node, std::less<>> nodes_;  // Units and accounts.
  std::set<std::string> outside_;
  std::set<std::string> unread_;  // Accounts whose place could not be read.
  std::set<std::string, std::less<>> enabled_;
  std::map<std::string, std::string, std::less<>> policies_;  // By id.
  std::set<std::pair<std::string, std::string>> targets_;     // Policy and target.
  std::set<std::pair<std::string, std::string_view>> asked_;  // Target and type.
};

// The error code for accounts that belong to no organization.
inline constexpr std::string_view kNoOrganization = "AWSOrganizationsNotInUseException";

// Whether a root has the list of enabled policy types, as every complete answer of AWS does.
[[nodiscard]] bool is_whole_root(const JsonValue& root);

}  // namespace rolecall
