// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "entity_reader.h"
#include "load_context.h"

namespace rolecall {

// One page of `aws iam get-account-authorization-details`.
struct GaadPage {
  std::vector<User> users{};
  std::vector<Group> groups{};
  std::vector<Role> roles{};
  std::vector<ManagedPolicy> policies{};
  bool has_users = false;  // It has a list of users.
  bool has_roles = false;
  bool lost_users = false;  // Some users could not be read.
  bool lost_roles = false;
  bool repeats = false;  // It repeats a key, so that the first value is lost.
  Span truncated{};      // Where it says that another page follows.
  bool partial = false;  // It has PartialLists: `rolecall` wrote what it looked up for a question.
  std::vector<std::string_view> unread{};  // As Account::unread.
};

// The pages of one file.
struct GaadExport {
  // The accounts in its ARNs, with their partitions.
  using Owners = std::map<std::string_view, std::string_view>;

  Owners owners{};
  std::string_view file{};
  bool whole = true;  // False when another part of the file could not be read.
  std::vector<GaadPage> pages{};
};

// Whether the object is a page of get-account-authorization-details.
[[nodiscard]] bool is_gaad_page(const JsonValue& value);

// Reads all pages of one file by itself. An entity without an ARN belongs to the account that the
// others of the file name. The result does not refer to the JSON documents.
[[nodiscard]] GaadExport read_gaad(LoadContext& context, std::span<const EstateDocument> pages,
                                   bool whole);

}  // namespace rolecall
