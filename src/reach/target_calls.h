// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <unordered_map>

#include "rolecall/estate/estate.h"
#include "rolecall/trust/assume_request.h"

#include "reach/call_solver.h"
#include "reach/open_call.h"
#include "reach/walk_index.h"
#include "trust/caller_builder.h"

namespace rolecall {

// Whether it can matter to a policy which role of an account is asked for. Remembers.
class RoleReading {
 public:
  [[nodiscard]] bool tells_roles_apart(const Policy& policy);

 private:
  std::unordered_map<const Policy*, bool> known_;
};

// Decides the calls of one caller to one role after the other. Roles of one account that nothing
// but their trust policies tell apart share all the rest, and those that have the same trust policy
// share the answer: roles are best asked for by accounts and trust policies.
class TargetCalls {
 public:
  // Who the caller is to a role of an account.
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

  // Decides the call to a role with this trust policy.
  void aim(const WalkIndex::Target& target, const Policy& trust);

  // ---- Of the role that was aimed at last ------------------------------------------------------

  [[nodiscard]] const OpenCall& call() const { return *call_; }
  [[nodiscard]] const CallOpener& opener() const { return *opener_; }
  [[nodiscard]] const SolvedCall& solved() const { return solved_; }
  // Another number when the answer is another one.
  [[nodiscard]] std::size_t answer() const { return answer_; }

 private:
  [[nodiscard]] bool shares(const WalkIndex::Target& target, const Policy& trust);
  void open(const WalkIndex::Target& target);
  void open_first(const WalkIndex::Target& target);
  [[nodiscard]] bool tells_no_roles_apart();
  // Leaves out the caller's policies that are about something else.
  void prune();
  void replace_trust(const WalkIndex::Target& target, const Policy& trust);

  const Estate& estate_;
  ResidualTable& table_;
  RoleReading& reading_;
  const AssumeRequest& request_;
  Resolve resolve_;
  Opening opening_;

  const Account* account_ = nullptr;
  const Policy* trust_ = nullptr;
  bool tags_known_ = false;
  bool shared_ = false;  // Nothing but trust policies tells roles of the account apart.
  std::optional<CallOpener> opener_;
  std::optional<OpenCall> call_;
  std::optional<CallGates> gates_;
  SolvedCall solved_{};
  std::size_t answer_ = 0;
};

}  // namespace rolecall
