// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "entity_reader.h"
#include "load_context.h"

namespace rolecall {

// What a page of `aws iam get-account-authorization-details` holds.
struct GaadPage {
  std::vector<User> users{};
  std::vector<Group> groups{};
  std::vector<Role> roles{};
  std::vector<ManagedPolicy> policies{};
  bool has_users = false;  // Whether the list is there.
  bool has_roles = false;
  bool lost_users = false;  // Some of the list could not be read.
  bool lost_roles = false;
  bool repeats = false;  // A key of the page: what stood under it is lost.
  Span truncated{};      // Where the page says that another one follows.
  bool partial = false;  // Has PartialLists: it holds what somebody looked up.
  std::vector<std::string_view> unread{};
};

// The pages of one file.
struct GaadExport {
  // The accounts that its ARNs name, with their partitions.
  using Owners = std::map<std::string_view, std::string_view>;

  Owners owners{};
  std::string_view file{};
  bool whole = true;  // False when another part of the file could not be read.
  std::vector<GaadPage> pages{};
};

// Whether the object is a page of get-account-authorization-details.
[[nodiscard]] bool is_gaad_page(const JsonValue& value);

// Reads all pages of one file, without a look at other files: what has no ARN belongs to the
// account the others name. The result needs the JSON no longer.
[[nodiscard]] GaadExport read_gaad(LoadContext& context, std::span<const EstateDocument> pages,
                                   bool whole);

}  // namespace rolecall
