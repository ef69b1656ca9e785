// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/gate.h"
#include "rolecall/reach/residual.h"

// Who can assume a role: principals of the estate, and others that only policies name, each with
// the condition under which the call is allowed. What the caller chooses (external ID, session
// name, tags, source identity, MFA) and what only the call shows (address, time, claims of a token)
// is left open and becomes the condition.

namespace rolecall {

enum class AssumerKind : std::uint8_t {
  User,
  Role,
  Account,  // Any principal of an account whose export is not in the estate.
  Outside,  // Any principal of any other account.
  Service,
  Oidc,
  Saml,
};
inline constexpr std::size_t kAssumerKinds = 7;
// `user`, `role`, `account`, `outside`, `service`, `oidc`, `saml`.
[[nodiscard]] std::string_view assumer_kind_name(AssumerKind kind);

// The actions that one call can need: the main one, then those that parameters need.
inline constexpr int kSubActions = 4;
enum class SubActionKind : std::uint8_t { Assume, TagSession, SetSourceIdentity, SetContext };

// An Allow statement by which a principal can assume a role.
struct Grant {
  Gate gate{};  // Trust or Identity.
  const Policy* policy = nullptr;
  const Statement* statement = nullptr;
  std::string label{};  // The name of the policy in reports.
};

// Principals of several accounts, in parts of one account each. Owned by a WhoIndex, since answers
// about many roles share them.
struct SharedMembers {
  struct Part {
    const Account* account = nullptr;
    std::vector<const IamEntity*> members{};
  };
  std::vector<Part> parts{};
};

// Principals that can assume the role by the same action under the same condition. Pointers are
// borrowed from the estate.
struct Assumption {
  AssumerKind kind{};
  std::string account{};  // Of users, roles and accounts.
  // Service principal, issuer, provider ARN; ARN of a user, role or session that is not in the
  // estate. Empty for users and roles of the estate and for accounts; else: all services, issuers
  // or providers that no policy names.
  std::string name{};
  std::vector<const IamEntity*> members{};  // Users or roles of the estate.
  std::string action{};                     // `sts:AssumeRole`, ...
  // When some call is allowed, whatever parameters it passes.
  ResidualId condition = ResidualTable::kNever;
  // By SubActionKind: when that sub-action is allowed. A call is allowed when all it needs are.
  std::array<ResidualId, kSubActions> exact{};
  // WhoDetail::Grants: the statements that let the first of the members in.
  std::vector<Grant> grants{};
  // Gates that apply but were not checked, because no data of that kind was supplied.
  std::vector<Gate> not_checked{};
  // WhoDetail::Classes only. Set when the principals are of several accounts; `account` and
  // `members` are empty then. `left_out` has the indices of excluded parts, sorted.
  const SharedMembers* shared = nullptr;
  std::vector<std::uint32_t> left_out{};
  std::size_t shared_count = 0;  // Principals of the parts that are not left out.

  [[nodiscard]] std::size_t count() const {
    if (shared != nullptr) return shared_count;
    return members.empty() ? 1 : members.size();
  }
};

// Why an answer may be incomplete, or a name in a policy that matches no principal.
struct WhoGap {
  std::string what{};
  std::string why{};
  std::string obtain{};   // A command that gets the missing data; may be empty.
  bool dangling = false;  // `what` is a name that matches no principal; nothing is missing.
  // Data was supplied but could not be read in full, so that principals may be missing.
  bool hides = false;
};
// Whether any gap has `hides` set.
[[nodiscard]] bool hides_some(const std::vector<WhoGap>& gaps);

struct WhoAnswer {
  const Role* role = nullptr;  // Never null.
  std::string account{};
  ResidualTable residuals{};
  std::vector<Assumption> assumptions{};  // Those whose condition is not Never.
  std::vector<WhoGap> gaps{};
  // The accounts, ARNs, services and providers outside the estate that were decided by themselves,
  // sorted. Assumptions of the kinds Account and Outside, and those of services and providers
  // without a name, are about all others.
  std::vector<std::string> apart{};
  std::size_t considered = 0;  // Principals of the estate that were considered.
  bool trust_known = true;     // False: the trust policy is not in the estate.
  // The answer depends on tags of role sessions, which are not considered: a gap says which.
  bool session_tags = false;
};

class PrincipalIndex;
class WalkIndex;

// What questions about one estate share: its principals in classes (those with the same policies
// about assuming roles), and its roles by trust policy. Each part is made when it is first needed.
// Borrows the estate. May be used by several threads.
class WhoIndex {
 public:
  explicit WhoIndex(const Estate& estate);
  WhoIndex(const WhoIndex&) = delete;
  WhoIndex& operator=(const WhoIndex&) = delete;
  ~WhoIndex();

  [[nodiscard]] const PrincipalIndex& principals() const { return *principals_; }
  // For questions over chains: the roles by trust policy.
  [[nodiscard]] const WalkIndex& walks() const;

 private:
  std::unique_ptr<PrincipalIndex> principals_;
  mutable std::once_flag walks_once_{};
  mutable std::unique_ptr<WalkIndex> walks_;
};

// How much of an answer is worked out; less is faster.
enum class WhoDetail : std::uint8_t {
  Classes,     // No grants, and one assumption may be about principals of several accounts.
  Conditions,  // No grants.
  Grants,      // Everything.
};

// Who can assume the role. The answer borrows from the estate and, for WhoDetail::Classes, from the
// index. Pure and thread-safe.
[[nodiscard]] WhoAnswer find_who(const WhoIndex& index, const Role& role,
                                 WhoDetail detail = WhoDetail::Grants);
// The same without an index, for a single question.
[[nodiscard]] WhoAnswer find_who(const Estate& estate, const Role& role);

}  // namespace rolecall
