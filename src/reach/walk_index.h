// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/trust/assume_request.h"

#include "trust/caller_builder.h"

namespace rolecall {

// Which roles may trust a caller, and what policies ask of sessions: made once for an estate.
class WalkIndex {
 public:
  explicit WalkIndex(const Estate& estate);

  struct Target {
    const Role* role = nullptr;
    const Account* account = nullptr;
    // Its sessions cannot be told apart: no tags or source identity can be passed, and no policy
    // asks for their names.
    bool plain = false;
  };
  // Roles whose trust policy names the caller in some way, and that its own policies do not keep
  // from it by their resources: a superset of those it can assume.
  [[nodiscard]] std::vector<Target> targets(const ResolvedCaller& resolved) const;
  // Names of sessions of a role that some policy speaks of.
  [[nodiscard]] const std::set<std::string_view>& session_names(const Role& role) const;
  // Session tags and source identities that some policy speaks of.
  [[nodiscard]] const std::vector<NamedValue>& tags() const { return tags_; }
  [[nodiscard]] const std::vector<std::string>& source_identities() const { return identities_; }

 private:
  struct Allowed {
    bool all = false;
    std::vector<std::pair<const Policy*, std::string_view>> patterns{};
  };

  void mark_plain();
  void add_target(const Role& role, const Account& account);
  void add_documents(const Account& account, const IamEntity& entity);
  void look_at(const Policy* policy);
  void look_at(const Policy& policy, const Condition& condition);
  void add_tag_keys(std::string_view text);
  void add_tags_of(const IamEntity& entity);
  void finish();
  [[nodiscard]] Allowed allowed(const ResolvedCaller& caller) const;

  const Estate& estate_;
  // By account, ARN, unique id, `ACCOUNT/NAME` of a session, service, provider; `*` is everyone.
  std::unordered_map<std::string, std::vector<Target>> by_name_;
  std::unordered_map<std::string, std::set<std::string_view>> session_names_;
  std::unordered_set<const Policy*> seen_;
  std::set<std::string> tag_keys_;
  std::set<NamedValue> tag_values_;
  std::set<std::string> identity_values_;
  std::vector<NamedValue> tags_;
  std::vector<std::string> identities_;
};

// A text that the pattern matches: `*` is left out, `?` is an `x`.
[[nodiscard]] std::string example_of(std::string_view pattern);

}  // namespace rolecall
