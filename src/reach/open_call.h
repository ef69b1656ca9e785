// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/estate/estate_overlay.h"
#include "rolecall/eval/evaluation.h"
#include "rolecall/reach/who.h"
#include "rolecall/trust/assume_request.h"

#include "reach/gate_residual.h"
#include "trust/caller_builder.h"

namespace rolecall {

// How much of the caller is left open.
enum class Opening : std::uint8_t {
  Nothing,   // One principal.
  Members,   // Any principal of a class: its name, id and tags are not known.
  Accounts,  // The same of a class that several accounts have: nor is the account.
  Anybody,   // Any principal of an account.
};

// A call that assumes a role, with everything open that the caller chooses or that only the call
// shows. Neither copied nor moved.
struct OpenCall {
  OpenCall() = default;
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;
  ~OpenCall() = default;

  AssumeRequest request{};
  ResolvedCaller resolved{};
  Opening opening{};
  std::array<Authorization, kSubActions> parts{};  // By SubActionKind; the others by open_part.
  std::array<bool, kSubActions> mandatory{};       // Others go with parameters of the call.
  PolicySet policies{};
  bool refused = false;  // A precondition fails whatever is passed.
  std::vector<std::string> unknowns{};
  // OIDC: the audiences of the provider; null when they do not matter.
  const OidcProvider* provider = nullptr;
  std::vector<Gate> not_checked{};
};

// Opens calls that assume one role.
class CallOpener {
 public:
  CallOpener(const Estate& estate, const Role& role, const Account& account)
      : estate_(estate), role_(role), account_(account) {}

  // The call, and what its main action is decided by. REQUIRES: `call` is new.
  void open(const RequestPrincipal& principal, ResolvedCaller resolved, std::string_view action,
            Opening opening, OpenCall& call) const;
  // What one more of its sub-actions is decided by.
  void open_part(SubActionKind kind, OpenCall& call) const;
  [[nodiscard]] Authorization make_part(SubActionKind kind, const OpenCall& call,
                                        Opening opening) const;
  // Whether STS takes the call with these parameters, before any policy.
  [[nodiscard]] bool accepts(const AssumeRequest& request, const OpenCall& call) const;
  // The statements where they stand for the caller of the call.
  [[nodiscard]] std::vector<Grant> place(const OpenCall& call,
                                         const std::vector<GrantStatement>& grants) const;

 private:
  [[nodiscard]] PolicySet join(const OpenCall& call, bool shared) const;
  void check(OpenCall& call) const;
  void find_audiences(OpenCall& call) const;

  const Estate& estate_;
  const Role& role_;
  const Account& account_;
  EstateOverlay none_{};
};

// Whether an open part hangs on which member of a class asks.
[[nodiscard]] bool tells_members_apart(const ResidualNode& part);
// Whether it hangs on the account of who asks.
[[nodiscard]] bool tells_accounts_apart(const ResidualNode& part);
// Puts a member's name, id and tags into the context of another member of its class.
void set_member(RequestContext& context, CallerKind kind, const IamEntity& entity);

// The parameter of the call that a sub-action goes with: whether this key belongs to it.
[[nodiscard]] bool is_parameter_of(SubActionKind kind, std::string_view key);

}  // namespace rolecall
