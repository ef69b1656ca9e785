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

// Whom a principal can become over chains of calls. Every call of a walk is decided by all gates,
// for the very session that the call before it made: without MFA, with its name, tags and source
// identity, within the boundary of its role. What of a call can be chosen anew (external ID,
// address, time) is its condition.

namespace rolecall {

// Where a walk begins.
struct WalkStart {
  enum class Kind : std::uint8_t {
    Principal,
    Account,  // Any principal of an account, whom no policy names.
    Outside,  // The same of accounts that are neither in the estate nor in its organization.
  };
  Kind kind = Kind::Principal;
  RequestPrincipal principal{};
  std::string account{};  // Account only.

  // An ARN, a service or an issuer as RequestPrincipal::parse reads it, or `service:NAME`,
  // `account:ID`, `oidc:ISSUER`, `oidc:ISSUER:SUB`, `external`. Nothing for anything else. A
  // subject with `*` leaves the subject open.
  [[nodiscard]] static std::optional<WalkStart> parse(std::string_view text);
  // As `parse` reads it.
  [[nodiscard]] std::string text() const;
};
inline constexpr std::string_view kWalkStartForms =
    "give the ARN of a user, role or role session, `service:NAME`, `account:ID`, `oidc:ISSUER`, "
    "`oidc:ISSUER:SUB` or `external`";

// Whom people mean by a start. An account: its users and roles, if it was exported; else whoever of
// it no policy names, and those whom trust policies name. Outside: whom no policy names, and the
// accounts and principals outside and the providers of tokens and assertions that trust policies
// name. Others mean themselves.
[[nodiscard]] std::vector<WalkStart> stands_for(const WhoIndex& index, const WalkStart& start);

// What a call has to pass, for its own sake or for that of a later call.
struct CallChoice {
  std::string session_name{};  // Empty: any.
  std::vector<NamedValue> tags{};
  bool transitive = false;  // All of the tags.
  std::string source_identity{};
};

// One call of a walk.
struct Hop {
  const Role* role = nullptr;  // Whom the caller becomes. Never null in an answer.
  std::string_view account{};
  std::string action{};
  CallChoice choice{};
  ResidualId condition = ResidualTable::kNever;  // Of the call with that choice.
  bool unknown = false;                          // Whether it is allowed cannot be told.
  std::vector<Gate> not_checked{};
};

inline constexpr std::size_t kNoHop = static_cast<std::size_t>(-1);

// The last call of a walk, and what is before it.
struct Reached {
  std::size_t before = kNoHop;  // Index of the call before; none: the principal itself calls.
  std::size_t start = 0;        // Index of that principal among the starts.
  std::size_t hops = 0;         // Calls of the walk.
  bool unknown = false;         // Some call of the walk cannot be told.
  Hop hop{};
};

struct WalkLimits {
  std::size_t max_hops = 16;
  std::size_t max_sessions = 200'000;  // Sessions that are looked at.
  std::size_t max_paths = 100;
  // Calls that `find_paths` looks at before it leaves out those that lead away from the role. For
  // the nearest call it looks at so many others then to whom the role's trust policy names, and at
  // so many whomever they lead to.
  std::size_t few_calls = 200;
  std::size_t other_calls = 500;
  // Roles that its search from the end looks at for one more call, whatever the search from the
  // start has to look at; and so many of them through all gates.
  std::size_t few_roles = 1000;
  std::size_t exact_roles = 100;
  // Sessions of roles that no policy tells apart ask once for all of them. But for what a limit
  // leaves out, the answers are the same when each asks for itself.
  bool by_class = true;
};

struct ReachAnswer {
  ResidualTable residuals{};
  // Every session that was reached, nearest first; walks that are known come before those of which
  // a call cannot be told. Sessions of a role that no later call tells apart are one.
  std::vector<Reached> sessions{};
  std::vector<std::size_t> roles{};  // The first session of each role.
  std::vector<WhoGap> gaps{};
};

// Every role that one of the principals can end up in. A pure function; the answer borrows from the
// estate. REQUIRES: ARNs in `starts` are those of users, roles or role sessions.
[[nodiscard]] ReachAnswer find_reach(const WhoIndex& index, std::span<const WalkStart> starts,
                                     const WalkLimits& limits = {});
// The same for one of them, and nobody else for whom it stands.
[[nodiscard]] ReachAnswer find_reach(const WhoIndex& index, const WalkStart& start,
                                     const WalkLimits& limits = {});
[[nodiscard]] ReachAnswer find_reach(const Estate& estate, const WalkStart& start,
                                     const WalkLimits& limits = {});

// A call that would end a walk, and what refuses it.
struct NearestCall {
  std::size_t before = kNoHop;  // As in Reached.
  std::size_t start = 0;        // The same.
  std::vector<Gate> refuse{};   // Gates that deny.
};

struct PathAnswer {
  ReachAnswer reach{};
  std::vector<std::vector<Hop>> paths{};  // Shortest first.
  std::vector<std::size_t> starts{};      // Where each begins: an index among the starts.
  bool more = false;                      // There may be more, or longer ones.
  std::optional<NearestCall> nearest{};   // Where there is no path.
};

// The walks from one of the principals to a role: the shortest, or all that visit no role twice.
[[nodiscard]] PathAnswer find_paths(const WhoIndex& index, std::span<const WalkStart> starts,
                                    const Role& to, bool all, const WalkLimits& limits = {});
[[nodiscard]] PathAnswer find_paths(const WhoIndex& index, const WalkStart& start, const Role& to,
                                    bool all, const WalkLimits& limits = {});
[[nodiscard]] PathAnswer find_paths(const Estate& estate, const WalkStart& start, const Role& to,
                                    bool all, const WalkLimits& limits = {});

}  // namespace rolecall
