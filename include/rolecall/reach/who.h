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

// Who can assume a role: every principal of the estate, and those that are only known by what
// policies say of them, each with the condition under which the call is allowed. What the caller
// chooses (external ID, session name, tags, source identity, MFA) and what only the call shows
// (address, time, claims of a token) is left open and becomes the condition.

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

// The sub-actions one call can be: the action itself, then those that go with parameters.
inline constexpr int kSubActions = 4;
enum class SubActionKind : std::uint8_t { Assume, TagSession, SetSourceIdentity, SetContext };

// A statement that lets somebody in.
struct Grant {
  Gate gate{};  // Trust or Identity.
  const Policy* policy = nullptr;
  const Statement* statement = nullptr;
  std::string label{};  // What reports call the policy.
};

// Principals of several accounts, in parts that each are of one account. Part of a WhoIndex.
struct SharedMembers {
  struct Part {
    const Account* account = nullptr;
    std::vector<const IamEntity*> members{};
  };
  std::vector<Part> parts{};
};

// Principals that can assume the role in one and the same way. All borrowed from the estate.
struct Assumption {
  AssumerKind kind{};
  std::string account{};  // Of users, roles and accounts.
  // Service principal, issuer, provider ARN; ARN of a user, role or session that is not in the
  // estate. Empty: all services, issuers or providers that no policy names.
  std::string name{};
  std::vector<const IamEntity*> members{};  // Users or roles of the estate.
  std::string action{};                     // `sts:AssumeRole`, ...
  // When some call of it is allowed.
  ResidualId condition = ResidualTable::kNever;
  // When exactly a call is allowed: every sub-action it is made of must be.
  std::array<ResidualId, kSubActions> exact{};
  // The statements that let the first of them in.
  std::vector<Grant> grants{};
  // Gates that bear on it and could not be looked at, for want of that kind of data.
  std::vector<Gate> not_checked{};
  // WhoDetail::Classes: the principals, when they are of several accounts; `account` and `members`
  // are empty then. Those of some parts (by index, sorted) are left out.
  const SharedMembers* shared = nullptr;
  std::vector<std::uint32_t> left_out{};
  std::size_t shared_count = 0;  // Without those that are left out.

  [[nodiscard]] std::size_t count() const {
    if (shared != nullptr) return shared_count;
    return members.empty() ? 1 : members.size();
  }
};

// Something that may let in more principals than are listed, or a name that lets in nobody.
struct WhoGap {
  std::string what{};
  std::string why{};
  std::string obtain{};  // A command; may be empty.
  bool dangling = false;
  // It was supplied and could not be read in full, so that the answer is not the whole one.
  bool hides = false;
};
// Whether some of the gaps are such.
[[nodiscard]] bool hides_some(const std::vector<WhoGap>& gaps);

struct WhoAnswer {
  const Role* role = nullptr;  // Never null.
  std::string account{};
  ResidualTable residuals{};
  std::vector<Assumption> assumptions{};  // Those whose condition is not Never.
  std::vector<WhoGap> gaps{};
  // Accounts and ARNs that are not in the estate, services and providers that were looked at by
  // themselves: assumptions of the kinds Account and Outside and those without a name speak of all
  // others. Sorted.
  std::vector<std::string> apart{};
  std::size_t considered = 0;  // Principals of the estate that were looked at.
  bool trust_known = true;     // False: the trust policy is not in the estate.
  // Whether tags of role sessions bear on it, which were not looked at: a gap says which.
  bool session_tags = false;
};

class PrincipalIndex;
class WalkIndex;

// What questions about the roles of one estate share: its principals by classes, those whose
// policies that bear on assuming roles are the same. Made as far as questions need it; borrows the
// estate. May be used by several threads.
class WhoIndex {
 public:
  explicit WhoIndex(const Estate& estate);
  WhoIndex(const WhoIndex&) = delete;
  WhoIndex& operator=(const WhoIndex&) = delete;
  ~WhoIndex();

  [[nodiscard]] const PrincipalIndex& principals() const { return *principals_; }
  // For questions over chains: the roles by their trust policies.
  [[nodiscard]] const WalkIndex& walks() const;

 private:
  std::unique_ptr<PrincipalIndex> principals_;
  mutable std::once_flag walks_once_{};
  mutable std::unique_ptr<WalkIndex> walks_;
};

enum class WhoDetail : std::uint8_t {
  Classes,     // Without the grants, and principals of several accounts may be one assumption.
  Conditions,  // Without the grants.
  Grants,
};

// Who can assume the role. The answer borrows from the estate; that of `Classes` also from the
// index.
[[nodiscard]] WhoAnswer find_who(const WhoIndex& index, const Role& role,
                                 WhoDetail detail = WhoDetail::Grants);
// The same for one role only.
[[nodiscard]] WhoAnswer find_who(const Estate& estate, const Role& role);

}  // namespace rolecall
