// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/trust/assume_request.h"

#include "reach/call_solver.h"
#include "reach/open_call.h"
#include "reach/walk_index.h"
#include "trust/caller_builder.h"

namespace rolecall {

// Which properties of the target role policies depend on. Reads each policy once; for one thread.
class RoleReading {
 public:
  explicit RoleReading(const Estate& estate) : estate_(estate) {}

  struct Reads {
    bool role = false;     // Its ARN, or its tags.
    bool account = false;  // Its account, or the account's place in the organization.
    bool tags = false;
  };
  [[nodiscard]] const Reads& of(const Policy& policy);
  // A number that is equal for accounts with the same RCPs, or with none for the same reason.
  [[nodiscard]] std::size_t rcps_of(const Account& account);

 private:
  const Estate& estate_;
  std::unordered_map<const Policy*, Reads> known_;
  std::unordered_map<const Account*, std::size_t> rcps_;
  std::unordered_map<std::string, std::size_t> rcp_numbers_;
};

// Decides the calls of one caller to many roles. Roles that only their trust policies distinguish
// share an opened call, and those with the same trust policy also the answer. So it is fastest when
// roles of an account and of a trust policy are decided one after the other. For one thread.
class TargetCalls {
 public:
  // The caller of a call to a role of the account.
  using Resolve = std::function<ResolvedCaller(const Account&)>;

  // All borrowed. `request` is that of the caller, without a role.
  TargetCalls(const Estate& estate, ResidualTable& table, RoleReading& reading,
              const AssumeRequest& request, Resolve resolve, Opening opening)
      : estate_(estate),
        table_(table),
        reading_(reading),
        request_(request),
        resolve_(std::move(resolve)),
        opening_(opening) {}

  // To be called after `request` and what `resolve` returns have changed to a session of another
  // role. REQUIRES: only trust policies and, for Own::Other, the roles' own policies can
  // distinguish the two roles (RoleClass); the tags of both are known, or of neither; the sessions
  // have no known names.
  enum class Own : std::uint8_t { Same, Other };
  void change_caller(Own policies);
  // Decides the call to a role with this trust policy.
  void decide(const WalkIndex::Target& target, const Policy& trust);

  // ---- The role that was decided last ----------------------------------------------------------

  [[nodiscard]] const OpenCall& call() const { return *current_->call; }
  [[nodiscard]] const CallOpener& opener() const { return *current_->opener; }
  [[nodiscard]] const SolvedCall& solved() const { return current_->solved; }
  // Numbers the answers from 1. Unchanged when the answer for the role before was used again.
  [[nodiscard]] std::size_t answer() const { return current_->answer; }

 private:
  // An open call, which can be used for other roles than the one it was opened for.
  struct Opened {
    const Account* account = nullptr;
    const Policy* trust = nullptr;  // That of `solved`; null: it has to be decided again.
    std::size_t caller = 0;         // The values of caller_ and own_ that it is up to date with.
    std::size_t own = 0;
    bool tags_known = false;
    // Whether it serves roles of this and of other accounts that only the trust policy
    // distinguishes from the role it was opened for.
    bool shared = false;
    bool other_accounts = false;
    std::size_t rcps = 0;
    std::string partition{};
    // Which patterns match the role that it was opened for, and the one that was decided last.
    std::string matches_limits{};
    std::string matches_own{};
    std::optional<CallOpener> opener{};
    std::optional<OpenCall> call{};
    std::optional<CallGates> gates{};
    SolvedCall solved{};
    std::size_t answer = 0;
  };
  // A resource pattern of a policy.
  struct Pattern {
    std::string_view text{};
    const Policy* policy = nullptr;
  };
  // By what some of the caller's policies can distinguish roles.
  struct Reading {
    bool known = false;
    bool tells_roles_apart = false;  // By more than `patterns`.
    bool tells_accounts_apart = false;
    std::vector<Pattern> patterns{};
  };

  [[nodiscard]] Opened* find_shared(const WalkIndex::Target& target, const Policy& trust);
  [[nodiscard]] bool read_own_policies();
  [[nodiscard]] static std::string matches_of(const Reading& reading, std::string_view role);
  [[nodiscard]] Opened& open(const WalkIndex::Target& target, const Policy& trust);
  void open_first(const WalkIndex::Target& target, Opened& opened);
  // Brings the call up to date with the last change_caller.
  void follow_caller(Opened& opened) const;
  // Whether the last call can be reopened for the role: CallOpener::reopen has the requirements.
  [[nodiscard]] bool can_reopen(const WalkIndex::Target& target) const;
  // Removes policies of the caller's side that have no statement about assuming roles.
  static void prune(OpenCall& call);
  void read(const OpenCall& call, std::initializer_list<Gate> gates, Reading& reading);
  void read(const Policy& policy, Reading& reading);
  void share(const WalkIndex::Target& target, const Policy& trust, Opened& opened);
  void replace_trust(const WalkIndex::Target& target, const Policy& trust, Opened& opened);

  const Estate& estate_;
  ResidualTable& table_;
  RoleReading& reading_;
  const AssumeRequest& request_;
  Resolve resolve_;
  Opening opening_;

  std::size_t caller_ = 0;  // Counts changes of the caller.
  std::size_t own_ = 0;     // Counts changes of its own policies.
  Reading limits_;          // Of SCPs, session policies and VPC endpoint policies.
  Reading own_policies_;    // Of identity-based policies and the permissions boundary.

  std::vector<std::unique_ptr<Opened>> opened_;
  Opened* current_ = nullptr;
  std::size_t answers_ = 0;
};

}  // namespace rolecall
