// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gaad_reader.h"
#include "load_context.h"

namespace rolecall {

// Merges the pages of `aws iam get-account-authorization-details` of any number of accounts, and
// the roles of `aws iam get-role` and `list-roles`, into the accounts of an estate.
class GaadLoader {
 public:
  explicit GaadLoader(LoadContext& context) : context_(context) {}

  void merge(GaadExport exported);
  // Adds a role object of get-role, which has its tags, or of list-roles, which does not.
  void load_role(const EstateDocument& role, bool has_tags);
  // Applies and reports what depends on all files. Called once, after the last of them.
  void finish();

 private:
  struct PageState {
    bool has_last = false;    // A page says that it is the last.
    Span truncated{};         // Where a page says that another one follows.
    bool lost_users = false;  // Some users could not be read.
    bool lost_roles = false;
  };
  struct LookedUpRole {
    Role role{};
    std::string account{};
    std::string file{};
  };

  void note_page(const GaadPage& page, std::string_view owner, bool whole);
  [[nodiscard]] bool same(const IamEntity& a, const IamEntity& b) const;
  void merge(User&& user);
  void merge(Group&& group);
  void merge(Role&& role);
  void merge(ManagedPolicy policy, const GaadExport::Owners& owners);
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
