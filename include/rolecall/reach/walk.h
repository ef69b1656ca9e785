// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/gate.h"
#include "rolecall/reach/residual.h"
#include "rolecall/reach/who.h"
#include "rolecall/trust/assume_request.h"

// Which roles a principal can end up in over chains of calls ("walks"). Every call of a walk is
// decided by all gates for the role session that the call before it made: without MFA, with its
// session name, tags and source identity, within its role's permissions boundary. What is free in
// each call (external ID, address, time) becomes the condition of that call.

namespace rolecall {

// Where a walk begins.
struct WalkStart {
  enum class Kind : std::uint8_t {
    Principal,
    Account,  // Any principal of an account that no policy names.
    Outside,  // Any such principal of any account outside the estate and its organization.
  };
  Kind kind = Kind::Principal;
  RequestPrincipal principal{};
  std::string account{};  // Account only.

  // Whatever RequestPrincipal::parse reads, if it can have credentials, and `account:ID` and
  // `external`. Nothing for any other text.
  [[nodiscard]] static std::optional<WalkStart> parse(std::string_view text);
  // The form that `parse` reads.
  [[nodiscard]] std::string text() const;
};
inline constexpr std::string_view kWalkStartForms =
    "give the ARN of a user, role or role session, `service:NAME`, `account:ID`, `oidc:ISSUER`, "
    "`oidc:ISSUER:SUB` or `external`";

// The starts that people mean by one. For an account: its users and roles if it was exported, else
// any unnamed principal of it and the principals of it that trust policies name. For Outside: any
// unnamed principal outside, and the accounts and principals outside and the OIDC and SAML
// providers that trust policies name. For a principal: itself.
[[nodiscard]] std::vector<WalkStart> stands_for(const WhoIndex& index, const WalkStart& start);

// What a call has to pass so that it, or a later call, is allowed.
struct CallChoice {
  std::string session_name{};  // Empty: any.
  std::vector<NamedValue> tags{};
  bool transitive = false;  // Whether all of the tags are.
  std::string source_identity{};
};

// One call of a walk.
struct Hop {
  const Role* role = nullptr;  // The role that is assumed. Never null in an answer.
  std::string_view account{};
  std::string action{};
  CallChoice choice{};
  ResidualId condition = ResidualTable::kNever;  // When the call is allowed, given `choice`.
  bool unknown = false;                          // `condition` has a part of the kind Unknown.
  std::vector<Gate> not_checked{};
};

inline constexpr std::size_t kNoHop = static_cast<std::size_t>(-1);

// The last call of a walk, linked to the call before it.
struct Reached {
  std::size_t before = kNoHop;  // Index in ReachAnswer::sessions; kNoHop: the start itself calls.
  std::size_t start = 0;        // Index of the walk's start among the starts.
  std::size_t hops = 0;         // Number of calls of the walk.
  bool unknown = false;         // Some call of the walk has Hop::unknown set.
  Hop hop{};
};

// Bounds of a search. What max_hops and max_sessions cut off becomes a gap. few_calls, other_calls,
// few_roles and exact_roles only steer find_paths.
struct WalkLimits {
  std::size_t max_hops = 16;           // Calls of one walk.
  std::size_t max_sessions = 200'000;  // Sessions that the search makes.
  std::size_t max_paths = 100;         // PathAnswer::paths.
  // Calls that find_paths decides before it works out which roles can lead to the target and
  // ignores all others.
  std::size_t few_calls = 200;
  // When there is no path after that: further calls that it decides for PathAnswer::nearest, first
  // to roles that the target's trust policy names, then to any role, so many each.
  std::size_t other_calls = 500;
  // The search backward from the target goes one call farther without waiting for the search from
  // the start as long as no more roles than this have to be expanded; their callers are found
  // through all gates when there are no more than exact_roles, else by trust policies.
  std::size_t few_roles = 1000;
  std::size_t exact_roles = 100;
  // Decides calls once for all sessions of roles that no policy distinguishes. Without it the
  // answer is the same, except for what a limit cuts off, but takes longer.
  bool by_class = true;
};

struct ReachAnswer {
  ResidualTable residuals{};
  // Every session that was reached: walks without unknown calls first, each part nearest first.
  // Sessions of a role that no later call distinguishes are one.
  std::vector<Reached> sessions{};
  std::vector<std::size_t> roles{};  // Of each role, the index of its first session.
  std::vector<WhoGap> gaps{};
};

// Every role that one of the starts can end up in. A pure function; the answer borrows from the
// estate. REQUIRES: ARNs in `starts` are those of users, roles or role sessions.
[[nodiscard]] ReachAnswer find_reach(const WhoIndex& index, std::span<const WalkStart> starts,
                                     const WalkLimits& limits = {});
// The same for one start, which is not replaced by those it `stands_for`.
[[nodiscard]] ReachAnswer find_reach(const WhoIndex& index, const WalkStart& start,
                                     const WalkLimits& limits = {});
[[nodiscard]] ReachAnswer find_reach(const Estate& estate, const WalkStart& start,
                                     const WalkLimits& limits = {});

// A call to the target by a session that was reached, or by a start, that is refused.
struct NearestCall {
  std::size_t before = kNoHop;  // As in Reached.
  std::size_t start = 0;        // As in Reached.
  std::vector<Gate> refuse{};   // The gates that deny it; not empty.
};

struct PathAnswer {
  ReachAnswer reach{};
  std::vector<std::vector<Hop>> paths{};  // Shortest first.
  std::vector<std::size_t> starts{};      // Of each path, the index of its start.
  bool more = false;                      // A limit was met: there may be other, longer paths.
  std::optional<NearestCall> nearest{};   // Without a path: the call that the fewest gates refuse.
};

// The walks from the starts to a role: one shortest, or with `all` every one that visits no role
// twice. The answer borrows from the estate; `reach` is what was searched, not everything that can
// be reached.
[[nodiscard]] PathAnswer find_paths(const WhoIndex& index, std::span<const WalkStart> starts,
                                    const Role& to, bool all, const WalkLimits& limits = {});
[[nodiscard]] PathAnswer find_paths(const WhoIndex& index, const WalkStart& start, const Role& to,
                                    bool all, const WalkLimits& limits = {});
[[nodiscard]] PathAnswer find_paths(const Estate& estate, const WalkStart& start, const Role& to,
                                    bool all, const WalkLimits& limits = {});

}  // namespace rolecall
