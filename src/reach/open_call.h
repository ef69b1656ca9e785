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

// By SubActionKind. In calls with a token or an assertion the main action is a different one.
inline constexpr std::array<std::string_view, kSubActions> kAssumeActions = {
    "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"};

// The same as bits (iam/action.h).
inline constexpr std::array<ActionSet, kSubActions> kAssumeBits = {
    actions::kAssumeRole, actions::kTagSession, actions::kSetSourceIdentity, actions::kSetContext};
inline constexpr ActionSet kAssuming = actions::kAssumeRole | actions::kTagSession |
                                       actions::kSetSourceIdentity | actions::kSetContext;

// How much of the caller is left open.
enum class Opening : std::uint8_t {
  Nothing,   // The caller is one principal.
  Members,   // It is any principal of a PrincipalClass: its name, id and tags are open.
  Accounts,  // It is any principal of a SharedClass: its account is open too.
  Anybody,   // It is any principal of an account.
};

// Where the caller is.
enum class Asking : std::uint8_t {
  FromAnywhere,   // In its own account.
  FromElsewhere,  // Taken to be in another account than the role, whatever its own.
};

// A call that assumes a role, in which everything is open that the caller chooses or that only the
// call itself shows. Neither copied nor moved.
struct OpenCall {
  OpenCall() = default;
  // Copies what depends on the caller; then CallOpener::reopen opens it for another role.
  void take_caller(const OpenCall& other);
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;
  ~OpenCall() = default;

  AssumeRequest request{};
  ResolvedCaller resolved{};
  Opening opening{};
  // By SubActionKind. `open` makes the first; open_part makes the others when they are needed.
  std::array<Authorization, kSubActions> parts{};
  std::array<bool, kSubActions> mandatory{};  // Needed whatever parameters the call passes.
  PolicySet policies{};
  bool refused = false;  // A precondition fails whatever the call passes.
  std::vector<std::string> unknowns{};
  // OIDC: the provider whose audiences the token must have one of; null when they do not matter.
  const OidcProvider* provider = nullptr;
  std::vector<Gate> not_checked{};
};

// Opens calls that assume one role.
class CallOpener {
 public:
  CallOpener(const Estate& estate, const Role& role, const Account& account)
      : estate_(estate), role_(role), account_(account), arn_(role.arn) {}
  // For a role that stands for others (RoleLikeness), as if its ARN were `stand_in`.
  CallOpener(const Estate& estate, const Role& role, const Account& account,
             std::string_view stand_in, Asking asking)
      : estate_(estate), role_(role), account_(account), arn_(stand_in), asking_(asking) {}

  // Fills in the call and the authorization of its main action. REQUIRES: `call` is new.
  void open(const RequestPrincipal& principal, ResolvedCaller resolved, std::string_view action,
            Opening opening, OpenCall& call) const;
  // Changes a call of the same caller to another role into one to this role. REQUIRES: the caller
  // signs with IAM credentials, the other call was not refused, the tags of both roles are known,
  // and this is Asking::FromAnywhere. Sub-actions have to be opened again.
  void reopen(OpenCall& call) const;
  // Replaces the own policies of the call by those of `call.resolved`. REQUIRES: all else in the
  // call is already that of this caller.
  void replace_own_policies(OpenCall& call) const;
  // Makes the authorization of one more sub-action.
  void open_part(SubActionKind kind, OpenCall& call) const;
  [[nodiscard]] Authorization make_part(SubActionKind kind, const OpenCall& call,
                                        Opening opening) const;
  // Whether STS takes the call with these parameters, before any policy.
  [[nodiscard]] bool accepts(const AssumeRequest& request, const OpenCall& call) const;
  // The statements with the labels of their policies, for the caller of the call.
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

// Leaves open what a role session may have inherited, where that is not known.
void open_session(AssumeRequest& request, const Caller& caller);

// Leaves open the context keys that differ between members of a class: name, id and tags.
void open_members(RequestContext& context, CallerKind kind);
// Whether an open part depends on which member of a class calls.
[[nodiscard]] bool tells_members_apart(const ResidualNode& part);
// Whether it depends on the caller's account.
[[nodiscard]] bool tells_accounts_apart(const ResidualNode& part);
// Calls `look` with the context key of each policy variable in the text.
template <typename Look>
void for_each_variable(std::string_view text, const Look& look) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    at += 2;
    const std::string_view inside = text.substr(at, text.find('}', at) - at);
    look(trim(inside.substr(0, inside.find(','))));
  }
}

// Which properties of a member open parts depend on.
struct MemberKeys {
  bool arn = false;
  bool name_and_id = false;
  std::vector<std::string> tags{};  // `aws:PrincipalTag/team`.

  void add(const ResidualNode& part);

 private:
  void add_key(std::string_view key);
  void add_variables(std::string_view text);
};
// The tag for a context key such as `aws:PrincipalTag/team`; null when it has none, or its tags are
// not known.
[[nodiscard]] const Tag* find_tag(const IamEntity& entity, std::string_view key);
// Changes the context of another member of the class into that of this member, as far as `keys` go.
void set_member(RequestContext& context, CallerKind kind, const IamEntity& entity,
                const MemberKeys& keys);

// Changes the context of a session of another role into that of a session of this role without a
// known name. REQUIRES: the tags of both roles are known, or of neither.
void set_session_role(RequestContext& context, const Role& role);

// Whether the context key is about the parameter that needs the sub-action.
[[nodiscard]] bool is_parameter_of(SubActionKind kind, std::string_view key);

}  // namespace rolecall
