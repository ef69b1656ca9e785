// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entity_reader.h"
#include "load_context.h"

namespace rolecall {

// Merges the pages of `aws iam get-account-authorization-details` of any number of accounts, and
// the roles of `aws iam get-role` and `list-roles`, into the accounts of an estate.
class GaadLoader {
 public:
  explicit GaadLoader(LoadContext& context) : context_(context) {}

  // Whether the object is a page of get-account-authorization-details.
  [[nodiscard]] static bool is_page(const JsonValue& value);

  // All pages of one file: what has no ARN belongs to the account the others name. `whole` is
  // false when another part of the file could not be read.
  void load(std::span<const EstateDocument> pages, bool whole);
  // A role object of get-role or list-roles.
  void load_role(const EstateDocument& role);
  // Once, after all files: what could not be said before everything was known.
  void finish();

 private:
  // The accounts that the ARNs of a file name, with their partitions.
  using Owners = std::map<std::string_view, std::string_view>;

  struct PageState {
    bool has_last = false;    // A page that says no other follows.
    Span truncated{};         // Where a page says that another one follows.
    bool lost_users = false;  // Some of the list could not be read.
    bool lost_roles = false;
  };
  struct LookedUpRole {
    Role role{};
    std::string account{};
    std::string file{};
  };

  [[nodiscard]] Owners find_owners(std::span<const EstateDocument> pages);
  [[nodiscard]] EntityScope settle_scope(const EstateDocument& first, Owners& owners);
  void load_page(const EstateDocument& page, const Owners& owners, EntityReader& reader);
  void note_page(const EstateDocument& page, const Owners& owners);
  void load_policies(const JsonValue& list, const Owners& owners, EntityReader& reader);
  template <typename Read>
  bool load_list(const JsonValue& page, std::string_view key, Read read);

  [[nodiscard]] bool same(const IamEntity& a, const IamEntity& b) const;
  void merge(User user);
  void merge(Group group);
  void merge(Role role);
  void merge(Account& account, ManagedPolicy policy);
  void apply(Role& known, const Role& looked_up);
  void contradict(std::string_view what, std::string_view arn, Span later, Span earlier,
                  std::string_view winner);
  [[nodiscard]] bool is_filtered(const Account& account) const;
  void finish_pages();

  LoadContext& context_;
  std::map<std::string, PageState, std::less<>> pages_;
  std::vector<LookedUpRole> looked_up_;
};

}  // namespace rolecall
