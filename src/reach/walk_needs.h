// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"

#include "reach/caller_rights.h"
#include "reach/walk_index.h"

namespace rolecall {

// The key or value of a tag that stands for all that no policy has.
inline constexpr std::string_view kOtherValue = "other";

struct LessIgnoreCase {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

// Which properties of a caller's session are used in conditions, with values that meet these.
struct SessionAsks {
  struct Values {
    std::set<std::string> examples{};
    bool others = false;  // Also compared with values that the policy does not spell out.
  };
  std::map<std::string_view, Values, LessIgnoreCase> tags{};  // By key.
  bool identity = false;                                      // The source identity.
  std::set<std::string> identities{};
  bool name = false;  // The session name, by conditions on aws:userid, which ends in it.

  void add(const SessionAsks& other);
};

// Which properties of the sessions of a role matter in later calls. Sessions that differ in none of
// them need not be distinguished.
struct SessionNeeds {
  SessionAsks direct{};     // In calls of the session itself.
  SessionAsks later{};      // In calls of sessions that inherit from it.
  bool everything = false;  // Not all can be listed: every property may matter.
};

// The needs of roles, worked out when first used. Borrows estate and index. For one thread.
class WalkNeeds {
 public:
  WalkNeeds(const Estate& estate, const WalkIndex& index) : estate_(estate), index_(index) {}

  [[nodiscard]] const SessionNeeds& of(WalkIndex::RoleId role);
  // Trust policies that name the role itself.
  [[nodiscard]] std::vector<WalkIndex::TrustId> named(const WalkIndex::Target& target) const;
  // Whether calls of the role's sessions themselves depend on the session name (aws:userid): by
  // these trust policies, and by any other policy. The latter is the same for all of a RoleClass.
  [[nodiscard]] bool ask_name(const std::vector<WalkIndex::TrustId>& named);
  [[nodiscard]] bool asks_name(WalkIndex::RoleId role);
  // Values to try for a tag.
  [[nodiscard]] std::vector<std::string> values(std::string_view key,
                                                const SessionAsks::Values& asked);

 private:
  using RoleId = WalkIndex::RoleId;
  using TrustId = WalkIndex::TrustId;

  [[nodiscard]] SessionNeeds make(RoleId role);
  using Visit = std::function<void(const SessionAsks&)>;
  void visit_own(RoleId role, const Visit& visit);
  void visit_named(RoleId role, const Visit& visit);
  void visit_others(RoleId role, const CallerRights& rights, const Visit& visit);
  [[nodiscard]] CallerRights rights(const WalkIndex::Target& target) const;
  // Roles that the role may call and whose trust policies allow tags or a source identity.
  [[nodiscard]] std::vector<RoleId> taking(RoleId role, const CallerRights& rights);
  const SessionAsks& asks_of(const Policy& policy);
  const SessionAsks& asks_of_account(const Account& account);
  const SessionAsks& asks_of_organization(const Account& account);
  const SessionAsks& asks_of_everyone();
  const SessionAsks& asks_of_everyone(const Account& account);

  const Estate& estate_;
  const WalkIndex& index_;
  std::unordered_map<RoleId, SessionNeeds> needs_;
  std::unordered_map<const Policy*, SessionAsks> by_policy_;
  std::unordered_map<const Account*, SessionAsks> by_account_;
  std::unordered_map<const Account*, SessionAsks> by_organization_;
  std::unordered_map<const Account*, SessionAsks> everyone_here_;
  std::unordered_map<const Account*, std::vector<TrustId>> taking_by_account_;
  bool everyone_known_ = false;
  SessionAsks everyone_;
  std::vector<TrustId> everyone_trusts_;
  std::vector<TrustId> everyone_taking_;
  std::map<std::string, std::set<std::string>, LessIgnoreCase> estate_tags_;
  bool estate_tags_known_ = false;
};

// A text that the pattern matches: `*` stands for nothing, `?` for an `x`.
[[nodiscard]] std::string example_of(std::string_view pattern);

}  // namespace rolecall
