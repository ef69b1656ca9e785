// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/text.h"
#include "rolecall/estate/estate.h"
#include "rolecall/estate/estate_overlay.h"
#include "rolecall/eval/evaluation.h"
#include "rolecall/reach/who.h"
#include "rolecall/trust/assume_request.h"

#include "reach/gate_residual.h"
#include "trust/caller_builder.h"
#include "trust/policy_join.h"

namespace rolecall {

// By SubActionKind. The main action of a call with a token or an assertion is another.
inline constexpr std::array<std::string_view, kSubActions> kAssumeActions = {
    "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"};

// Their bits (iam/action.h).
inline constexpr std::array<ActionSet, kSubActions> kAssumeBits = {
    actions::kAssumeRole, actions::kTagSession, actions::kSetSourceIdentity, actions::kSetContext};
inline constexpr ActionSet kAssuming = actions::kAssumeRole | actions::kTagSession |
                                       actions::kSetSourceIdentity | actions::kSetContext;

// How much of the caller is left open.
enum class Opening : std::uint8_t {
  Nothing,   // One principal.
  Members,   // Any principal of a class: its name, id and tags are not known.
  Accounts,  // The same of a class that several accounts have: nor is the account.
  Anybody,   // Any principal of an account.
};

// Where callers are, as far as that is known beforehand.
enum class Asking : std::uint8_t {
  FromAnywhere,
  FromElsewhere,  // In another account than the role, even where its account is that of the role.
};

// A call that assumes a role, with everything open that the caller chooses or that only the call
// shows. Neither copied nor moved.
struct OpenCall {
  OpenCall() = default;
  // Of the same caller, to be opened for another role by CallOpener::reopen.
  void take_caller(const OpenCall& other);
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
      : estate_(estate), role_(role), account_(account), arn_(role.arn) {}
  // Of a role that stands for those like it, whose ARN is `stand_in`.
  CallOpener(const Estate& estate, const Role& role, const Account& account,
             std::string_view stand_in, Asking asking)
      : estate_(estate), role_(role), account_(account), arn_(stand_in), asking_(asking) {}

  // The call, and what its main action is decided by. REQUIRES: `call` is new.
  void open(const RequestPrincipal& principal, ResolvedCaller resolved, std::string_view action,
            Opening opening, OpenCall& call) const;
  // A call of the same caller that was opened for another role. REQUIRES: the caller is one of IAM,
  // the other call was not refused, the tags of both roles are known, and it asks from anywhere.
  // Sub-actions are to be opened anew.
  void reopen(OpenCall& call) const;
  // A call that was opened for another caller, of whom nothing differs but its own policies.
  // REQUIRES: the call is that of the new caller in all other respects.
  void replace_own_policies(OpenCall& call) const;
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
  [[nodiscard]] JoinInput input(const OpenCall& call, bool shared) const;
  [[nodiscard]] PolicySet join(const OpenCall& call, bool shared) const;
  void check(OpenCall& call) const;
  static void list_not_checked(OpenCall& call);
  void find_audiences(OpenCall& call) const;

  const Estate& estate_;
  const Role& role_;
  const Account& account_;
  std::string_view arn_;
  Asking asking_ = Asking::FromAnywhere;
  EstateOverlay none_{};
};

// Leaves open what a session of a role may have brought along, where that is not known.
void open_session(AssumeRequest& request, const Caller& caller);

// Leaves open what of a caller follows from which member of its class it is.
void open_members(RequestContext& context, CallerKind kind);
// Whether an open part hangs on which member of a class asks.
[[nodiscard]] bool tells_members_apart(const ResidualNode& part);
// Whether it hangs on the account of who asks.
[[nodiscard]] bool tells_accounts_apart(const ResidualNode& part);
// Calls `look` with the key of each policy variable in the text.
template <typename Look>
void for_each_variable(std::string_view text, const Look& look) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    at += 2;
    const std::string_view inside = text.substr(at, text.find('}', at) - at);
    look(trim(inside.substr(0, inside.find(','))));
  }
}

// What of a member some part hangs on.
struct MemberKeys {
  bool arn = false;
  bool name_and_id = false;
  std::vector<std::string> tags{};  // `aws:PrincipalTag/team`.

  void add(const ResidualNode& part);

 private:
  void add_key(std::string_view key);
  void add_variables(std::string_view text);
};
// Its tag by the key `aws:PrincipalTag/team`; null when it has none, or none are known.
[[nodiscard]] const Tag* find_tag(const IamEntity& entity, std::string_view key);
// Puts those of a member into the context of another member of its class.
void set_member(RequestContext& context, CallerKind kind, const IamEntity& entity,
                const MemberKeys& keys);

// The same of a session without a known name, in the context of a session of another role.
// REQUIRES: the tags of both roles are known, or those of none.
void set_session_role(RequestContext& context, const Role& role);

// The parameter of the call that a sub-action goes with: whether this key belongs to it.
[[nodiscard]] bool is_parameter_of(SubActionKind kind, std::string_view key);

}  // namespace rolecall
