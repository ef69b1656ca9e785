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

// What it can matter to policies of the role that is asked for. Remembers.
class RoleReading {
 public:
  explicit RoleReading(const Estate& estate) : estate_(estate) {}

  struct Reads {
    bool role = false;     // Its ARN, or its tags.
    bool account = false;  // Its account, or where that is in the organization.
    bool tags = false;
  };
  [[nodiscard]] const Reads& of(const Policy& policy);
  // Accounts of one number have the same RCPs, or none for the same reason.
  [[nodiscard]] std::size_t rcps_of(const Account& account);

 private:
  const Estate& estate_;
  std::unordered_map<const Policy*, Reads> known_;
  std::unordered_map<const Account*, std::size_t> rcps_;
  std::unordered_map<std::string, std::size_t> rcp_numbers_;
};

// Decides the calls of one caller to one role after the other. Roles that nothing but their trust
// policies tell apart share all the rest, and those of them that have the same trust policy share
// the answer: roles are best asked for by accounts and trust policies.
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

  // `request` and what `resolve` tells are of another session of a role from now on. Nothing tells
  // its role apart from the one before but its own policies, unless they are the `same`, and trust
  // policies. REQUIRES: the tags of both roles are known, or those of none; nobody named the
  // sessions.
  enum class Own : std::uint8_t { Same, Other };
  void change_caller(Own policies);
  // Decides the call to a role with this trust policy.
  void aim(const WalkIndex::Target& target, const Policy& trust);

  // ---- Of the role that was aimed at last ------------------------------------------------------

  [[nodiscard]] const OpenCall& call() const { return *current_->call; }
  [[nodiscard]] const CallOpener& opener() const { return *current_->opener; }
  [[nodiscard]] const SolvedCall& solved() const { return current_->solved; }
  // Counts from 1; another number when the answer is another one.
  [[nodiscard]] std::size_t answer() const { return current_->answer; }

 private:
  // A call, and the roles that it can serve.
  struct Opened {
    const Account* account = nullptr;
    const Policy* trust = nullptr;  // Null: it has to be asked again.
    std::size_t caller = 0;
    std::size_t own = 0;  // Whose own policies it has.
    bool tags_known = false;
    // Other roles, and those of other accounts: where nothing but the trust policy tells them from
    // the role that it was opened for.
    bool shared = false;
    bool other_accounts = false;
    std::size_t rcps = 0;
    std::string partition{};
    // Which patterns match the role that it was opened for, and the one that was aimed at last.
    std::string matches_above{};
    std::string matches_own{};
    std::optional<CallOpener> opener{};
    std::optional<OpenCall> call{};
    std::optional<CallGates> gates{};
    SolvedCall solved{};
    std::size_t answer = 0;
  };
  // A pattern of roles in a policy.
  struct Pattern {
    std::string_view text{};
    const Policy* policy = nullptr;
  };
  // What some of the caller's policies ask of the role.
  struct Reading {
    bool known = false;
    bool tells_roles_apart = false;  // By what is not in the patterns.
    bool tells_accounts_apart = false;
    std::vector<Pattern> patterns{};
  };

  [[nodiscard]] Opened* find_shared(const WalkIndex::Target& target, const Policy& trust);
  [[nodiscard]] bool know_own_policies();
  [[nodiscard]] static std::string matches_of(const Reading& reading, std::string_view role);
  [[nodiscard]] Opened& open(const WalkIndex::Target& target, const Policy& trust);
  void open_first(const WalkIndex::Target& target, Opened& opened);
  // Makes the call one of whoever is the caller now.
  void follow_caller(Opened& opened) const;
  // Whether it is for one caller who is always the same, and roles of which everything is known.
  [[nodiscard]] bool can_reopen(const WalkIndex::Target& target) const;
  // Leaves out the caller's policies that are about something else.
  static void prune(OpenCall& call);
  void look_at(const OpenCall& call, std::initializer_list<Gate> gates, Reading& reading);
  void look_at(const Policy& policy, Reading& reading);
  void share(const WalkIndex::Target& target, const Policy& trust, Opened& opened);
  void replace_trust(const WalkIndex::Target& target, const Policy& trust, Opened& opened);

  const Estate& estate_;
  ResidualTable& table_;
  RoleReading& reading_;
  const AssumeRequest& request_;
  Resolve resolve_;
  Opening opening_;

  std::size_t caller_ = 0;
  std::size_t own_ = 0;
  Reading above_;         // Of SCPs, session policies and policies of VPC endpoints.
  Reading own_policies_;  // Permissions boundary included.

  std::vector<std::unique_ptr<Opened>> opened_;
  Opened* current_ = nullptr;
  std::size_t answers_ = 0;
};

}  // namespace rolecall
