// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/walk.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/trust/assume_decision.h"

#include "reach/chain_callers.h"
#include "reach/principal_index.h"
#include "reach/walker.h"
#include "reach/who_gap.h"

namespace rolecall {

namespace {

// Nearest first; calls that cannot be told are followed when nothing else is left.
class Search {
 public:
  // Calls to a role are looked at when it is `wanted`; `left` are those that may follow.
  using Wanted = std::function<bool(WalkIndex::RoleId, std::size_t left)>;
  static constexpr std::size_t kAll = static_cast<std::size_t>(-1);

  static bool is_any(WalkIndex::RoleId, std::size_t) { return true; }

  // `calls`: so many are looked at.
  Search(Walker& walker, std::size_t starts, const WalkLimits& limits, ReachAnswer& answer,
         std::size_t calls = kAll)
      : walker_(walker),
        starts_(starts),
        answer_(answer),
        most_hops_(limits.max_hops),
        max_hops_(limits.max_hops),
        calls_(calls) {}

  // Ends at a role when one is given; whether it was reached.
  bool run(const Role* to = nullptr) {
    to_ = to;
    walker_.start_over();
    begin();
    return go_on();
  }
  // The same anew, over ways of so many calls at most; those that cannot be told only if `untold`.
  bool run_again(const Role& to, std::size_t hops, bool untold, Wanted wanted, std::size_t calls) {
    forget();
    calls_ = calls;
    max_hops_ = hops;
    untold_ = untold;
    wanted_ = std::move(wanted);
    return run(&to);
  }
  // Looks at so many other calls of those who were reached.
  void widen(Wanted wanted, std::size_t calls) {
    calls_ = calls;
    wanted_ = std::move(wanted);
    const std::size_t reached = ids_.size();
    walker_.start_over();
    follow_starts();
    for (std::size_t i = 0; i < reached && calls_ > 0; ++i) {
      follow({i, answer_.sessions[i].start}, ids_[i]);
    }
    to_ = nullptr;
    (void)go_on();
  }

  // Whether there were more calls than were looked at.
  [[nodiscard]] bool is_cut() const { return calls_ == 0; }
  // Whether nobody else can be reached, with whatever calls.
  [[nodiscard]] bool is_exhausted() const {
    return !left_out_ && !walker_.is_full() && known_.empty() && unknown_.empty();
  }
  // Whether there may be ways of more calls than are allowed.
  [[nodiscard]] bool is_too_far() const { return too_far_; }
  [[nodiscard]] SessionId id_of(std::size_t reached) const { return ids_[reached]; }

 private:
  // Where somebody is before a call: how it was reached, and from which start.
  struct Place {
    std::size_t before = kNoHop;
    std::size_t start = 0;
  };
  struct Pending {
    Place from{};
    SessionId to = kStart;
    WalkIndex::RoleId role = 0;
    const Hop* hop = nullptr;  // Lasts as long as the walker.
  };
  // Of a session.
  struct State {
    bool seen = false;
    bool told = false;   // It waits in `known_`, or did.
    bool found = false;  // It waits, or was seen.
    bool plain = false;  // Who waits needs nothing.
    std::size_t at = 0;  // Of a start's: where in `known_`, while starts are followed.
  };
  State& state_of(SessionId id) {
    if (states_.size() <= id) states_.resize(id + 1);
    return states_[id];
  }

  void forget() {
    left_out_ = too_far_ = false;
    answer_.sessions.clear();
    answer_.roles.clear();
    ids_.clear();
    roles_.clear();
    states_.clear();
    known_.clear();
    unknown_.clear();
  }

  bool go_on() {
    while (calls_ > 0 && (!known_.empty() || (untold_ && !unknown_.empty()))) {
      std::deque<Pending>& queue = known_.empty() ? unknown_ : known_;
      const Pending next = queue.front();
      queue.pop_front();
      visit(next);
      if (to_ != nullptr && next.hop->role == to_) return true;
    }
    return false;
  }

  void follow_starts() {
    for (std::size_t i = 0; i < starts_; ++i) follow({kNoHop, i}, static_cast<SessionId>(i));
  }

  // The same before anything else: of those that make one and the same session, one that needs
  // nothing for it is kept.
  void begin() {
    last_.reset();
    several_ = starts_ > 1;
    follow_starts();
    several_ = false;
    if (last_) known_.push_front(*last_);
  }

  void follow(Place place, SessionId from) {
    const std::size_t before = place.before;
    const std::size_t made = before == kNoHop ? 0 : answer_.sessions[before].hops;
    if (made >= max_hops_) {
      left_out_ = true;
      // Of a role it is found out afterwards who may end up in it.
      too_far_ = too_far_ || (max_hops_ == most_hops_ && (to_ != nullptr || goes_on(from)));
      return;
    }
    const std::size_t left = max_hops_ - made - 1;
    // Beyond a call that cannot be told nothing is told, and everything that was seen will do.
    const bool untold = before != kNoHop && answer_.sessions[before].unknown;
    const auto known = [&](SessionId id) {
      const State& state = state_of(id);
      if (several_ && state.told && !state.plain && !state.seen) return false;
      return untold ? state.found : state.seen || state.told;
    };
    const auto wanted = [&](WalkIndex::RoleId role) {
      const bool is_wanted = wanted_(role, left);
      left_out_ = left_out_ || !is_wanted;
      return is_wanted;
    };
    const auto way = untold ? Walker::Way::Untold : Walker::Way::Told;
    for (const WalkStep* const step : walker_.new_steps(from, known, wanted, calls_, way)) {
      const Pending pending{place, step->to, step->role, &step->hop};
      State& state = state_of(step->to);
      state.found = true;
      const bool plain = step->hop.condition == ResidualTable::kAlways;
      if (step->hop.unknown) {
        unknown_.push_back(pending);
      } else if (!untold && step->hop.role == to_) {
        // Nobody who waits is nearer.
        const bool better = !last_ || (plain && !state.plain);
        state.told = true;
        if (!several_) return known_.push_front(pending);
        if (better) last_ = pending;
        state.plain = state.plain || plain;
      } else if (several_ && state.told) {
        if (!plain) continue;
        known_[state.at] = pending;
        state.plain = true;
      } else {
        state.at = known_.size();
        state.plain = plain;
        (untold ? unknown_ : known_).push_back(pending);
        if (!untold) state.told = true;
      }
    }
  }

  // Whether the session can make any call.
  bool goes_on(SessionId from) {
    std::size_t calls = kAll;
    const auto nobody = [](SessionId) { return false; };
    const auto any = [](WalkIndex::RoleId) { return true; };
    walker_.start_over();
    return !walker_.new_steps(from, nobody, any, calls, Walker::Way::Untold).empty();
  }

  void visit(const Pending& next) {
    if (std::exchange(state_of(next.to).seen, true)) return;
    const auto [before, start] = next.from;
    Reached reached{before, start, 1, next.hop->unknown, *next.hop};
    if (before != kNoHop) {
      reached.hops += answer_.sessions[before].hops;
      reached.unknown = reached.unknown || answer_.sessions[before].unknown;
    }
    const std::size_t at = answer_.sessions.size();
    answer_.sessions.push_back(std::move(reached));
    ids_.push_back(next.to);
    if (roles_.insert(next.role).second) answer_.roles.push_back(at);
    if (to_ == nullptr || next.hop->role != to_) follow({at, start}, next.to);
  }

  Walker& walker_;
  std::size_t starts_;
  ReachAnswer& answer_;
  std::size_t most_hops_;
  std::size_t max_hops_;
  std::size_t calls_;
  const Role* to_ = nullptr;
  bool several_ = false;         // Starts are being followed, of which there are several.
  std::optional<Pending> last_;  // Of those, a call to that role.
  bool untold_ = true;
  bool left_out_ = false;  // Calls that are not wanted, or one too many.
  bool too_far_ = false;   // The latter.
  Wanted wanted_ = is_any;
  std::deque<Pending> known_;
  std::deque<Pending> unknown_;
  std::vector<State> states_;  // By session.
  std::unordered_set<WalkIndex::RoleId> roles_;
  std::vector<SessionId> ids_;  // Of answer.sessions.
};

// Whether a walk can be told, and needs nothing.
int certainty_of(const std::vector<const Hop*>& hops) {
  const auto unknown = [](const Hop* hop) { return hop->unknown; };
  const auto always = [](const Hop* hop) { return hop->condition == ResidualTable::kAlways; };
  if (std::any_of(hops.begin(), hops.end(), unknown)) return 0;
  return std::all_of(hops.begin(), hops.end(), always) ? 2 : 1;
}

// Every walk to a role that visits no role twice, shortest first.
class PathSearch {
 public:
  PathSearch(Walker& walker, std::size_t starts, const ChainCallers& callers, const Role& to,
             const WalkLimits& limits, PathAnswer& answer)
      : walker_(walker),
        starts_(starts),
        callers_(callers),
        to_(to),
        limits_(limits),
        answer_(answer) {}

  void run() {
    for (std::size_t length = 1; length <= limits_.max_hops && !done(); ++length) {
      longer_ = false;
      for (start_ = 0; start_ < starts_; ++start_) {
        extend(static_cast<SessionId>(start_), length);
      }
      if (!longer_) return;
    }
    answer_.more = true;
  }

 private:
  [[nodiscard]] bool done() const {
    return answer_.paths.size() >= limits_.max_paths || looked_at_ > kMostLookedAt;
  }

  const Walker::Steps& steps(SessionId from) {
    const auto [known, added] = steps_.try_emplace(from);
    if (added) {
      known->second = walker_.steps_to(from, [&](WalkIndex::RoleId role) {
        return callers_.distance(role) != ChainCallers::kFar;
      });
    }
    return known->second;
  }

  void extend(SessionId from, std::size_t left) {
    for (const WalkStep* const step : steps(from)) {
      if (done()) return;
      ++looked_at_;
      const Role* const role = step->hop.role;
      if (std::find(roles_.begin(), roles_.end(), role) != roles_.end()) continue;
      if (callers_.distance(step->role) >= left) {
        longer_ = true;
        continue;
      }
      hops_.push_back(&step->hop);
      roles_.push_back(role);
      if (role == &to_) {
        if (left == 1) add();
      } else {
        extend(step->to, left - 1);
      }
      roles_.pop_back();
      hops_.pop_back();
    }
  }

  // Sessions of one role that differ in what they bring along make one path, and so do starts: the
  // one that needs least.
  void add() {
    const int certainty = certainty_of(hops_);
    const auto [known, added] = found_.try_emplace(roles_, Found{answer_.paths.size(), certainty});
    auto& [at, best] = known->second;
    if (added) {
      answer_.paths.emplace_back();
      answer_.starts.emplace_back();
    } else if (certainty <= best) {
      return;
    }
    best = certainty;
    answer_.paths[at].clear();
    for (const Hop* hop : hops_) answer_.paths[at].push_back(*hop);
    answer_.starts[at] = start_;
  }

  static constexpr std::size_t kMostLookedAt = 1'000'000;

  Walker& walker_;
  std::size_t starts_;
  const ChainCallers& callers_;
  const Role& to_;
  const WalkLimits& limits_;
  PathAnswer& answer_;
  std::unordered_map<SessionId, Walker::Steps> steps_;
  std::vector<const Hop*> hops_;
  std::vector<const Role*> roles_;
  struct Found {
    std::size_t at = 0;  // Of answer.paths.
    int certainty = 0;
  };
  std::map<std::vector<const Role*>, Found> found_;
  std::size_t looked_at_ = 0;
  std::size_t start_ = 0;
  bool longer_ = false;
};

std::vector<Hop> path_to(const ReachAnswer& reach, std::size_t at) {
  std::vector<Hop> hops;
  for (; at != kNoHop; at = reach.sessions[at].before) hops.push_back(reach.sessions[at].hop);
  std::reverse(hops.begin(), hops.end());
  return hops;
}

std::vector<Gate> refusing_gates(const AssumeDecision& decision) {
  std::vector<Gate> refusing;
  for (std::size_t i = 0; i < kGateCount; ++i) {
    const auto gate = static_cast<Gate>(i);
    if (denies(decision.at(gate).verdict)) refusing.push_back(gate);
  }
  return refusing;
}

enum class Outcome : std::uint8_t {
  Found,
  None,
  TooFar,  // There may be ways of more calls than are allowed.
};

// From both ends: longer ways are looked for once there are no shorter ones, and what cannot lead
// on to the role is left out, as far as it is known who may end up in it. When the search from the
// start would look at more calls than there are roles to look at, the one from the end goes on.
Outcome find_way(Search& search, ChainCallers& callers, const Role& to, const WalkLimits& limits) {
  // Sessions that were made are kept: what leads away must not use them up.
  const std::size_t most_calls = limits.max_sessions / 4;
  const auto may_lead = [&](WalkIndex::RoleId role, std::size_t left) {
    return callers.may_lead(role, left);
  };
  std::size_t hops = 1;
  while (hops < limits.max_hops && !callers.complete()) {
    const bool is_known = callers.known() + 1 >= hops;
    if (!is_known && callers.waiting() <= limits.few_roles) {
      callers.go_farther();
      continue;
    }
    const std::size_t calls = is_known ? Search::kAll : std::min(callers.waiting(), most_calls);
    if (search.run_again(to, hops, /*untold=*/false, may_lead, calls)) return Outcome::Found;
    if (search.is_cut()) {
      callers.go_farther();
    } else if (search.is_exhausted()) {
      return Outcome::None;
    } else {
      ++hops;
    }
  }
  callers.go_all_the_way();
  bool too_far = false;
  const auto leads = [&](WalkIndex::RoleId role, std::size_t left) {
    const bool may = may_lead(role, left);
    too_far = too_far || (!may && callers.distance(role) != ChainCallers::kFar);
    return may;
  };
  if (search.run_again(to, limits.max_hops, /*untold=*/true, leads, Search::kAll)) {
    return Outcome::Found;
  }
  return too_far ? Outcome::TooFar : Outcome::None;
}

// Where there is no way: others who are reached, of whom some call may come nearest. First those
// whom the trust policy of the role names, whatever else refuses them.
void look_around(Search& search, const WhoIndex& index, const Role& to, const WalkLimits& limits) {
  ChainCallers named(index, to, /*most_exact=*/0);
  named.go_farther();
  search.widen([&](WalkIndex::RoleId role, std::size_t) { return named.distance(role) <= 1; },
               limits.other_calls);
  search.widen(Search::is_any, limits.other_calls);
}

// Somebody who may ask: where it was reached, or nowhere, from which start and as which session.
struct Asker {
  std::size_t before = kNoHop;
  std::size_t start = 0;
  SessionId id = kStart;
};

std::vector<Asker> askers_of(std::span<const WalkStart> starts, const Search& search,
                             const ReachAnswer& reach) {
  constexpr std::size_t kMostAsked = 200;
  std::vector<Asker> askers;
  for (std::size_t i = 0; i < starts.size() && i < kMostAsked; ++i) {
    if (starts[i].kind != WalkStart::Kind::Principal) continue;
    askers.push_back({kNoHop, i, static_cast<SessionId>(i)});
  }
  for (std::size_t i = 0; i < reach.roles.size() && i < kMostAsked; ++i) {
    const std::size_t at = reach.roles[i];
    askers.push_back({at, reach.sessions[at].start, search.id_of(at)});
  }
  return askers;
}

// The one whom the fewest gates refuse.
std::optional<NearestCall> find_nearest(const Estate& estate, const Walker& walker,
                                        const std::vector<Asker>& askers, const Role& to) {
  const auto arn = IamArn::parse(to.arn);
  const Account* const account = arn ? estate.find_account(arn->account) : nullptr;
  if (account == nullptr) return std::nullopt;
  std::optional<NearestCall> nearest;
  for (const Asker& each : askers) {
    AssumeRequest request = walker.request(each.id, to, *account);
    request.parameters_hidden = true;
    NearestCall call{each.before, each.start, refusing_gates(decide(estate, request))};
    if (call.refuse.empty()) continue;
    if (!nearest || call.refuse.size() < nearest->refuse.size()) nearest = std::move(call);
  }
  return nearest;
}

// Whether somebody who was reached may end up in the role, by whom trust policies name.
bool may_go_on(const ReachAnswer& reach, const WhoIndex& index, ChainCallers& callers) {
  callers.go_all_the_way();
  return std::any_of(reach.sessions.begin(), reach.sessions.end(), [&](const Reached& each) {
    const Account* const account = index.principals().estate().find_account(each.hop.account);
    const auto role = index.walks().find(*each.hop.role, *account);
    return role && callers.distance(*role) != ChainCallers::kFar;
  });
}

// An ARN is that of somebody who has credentials.
bool can_ask(const RequestPrincipal& principal) {
  if (principal.kind != RequestPrincipal::Kind::Arn) return true;
  const auto arn = IamArn::parse(principal.name);
  return arn && (arn->form == ArnForm::User || arn->form == ArnForm::Role ||
                 arn->form == ArnForm::Session || arn->form == ArnForm::Root ||
                 arn->form == ArnForm::FederatedUser);
}

}  // namespace

std::optional<WalkStart> WalkStart::parse(std::string_view text) {
  WalkStart start;
  const auto behind = [&](std::string_view prefix) {
    return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
  };
  if (text == "external") {
    start.kind = Kind::Outside;
    return start;
  }
  if (const std::string_view id = behind("account:"); !id.empty()) {
    if (!is_account_id(id)) return std::nullopt;
    start.kind = Kind::Account;
    start.account = id;
    return start;
  }
  auto principal = RequestPrincipal::parse(text);
  if (!principal || !can_ask(*principal)) return std::nullopt;
  start.principal = *std::move(principal);
  return start;
}

ReachAnswer find_reach(const WhoIndex& index, const WalkStart& start, const WalkLimits& limits) {
  return find_reach(index, {&start, 1}, limits);
}

ReachAnswer find_reach(const WhoIndex& index, std::span<const WalkStart> starts,
                       const WalkLimits& limits) {
  ReachAnswer answer;
  Walker walker(index.principals().estate(), index.walks(), starts, limits, answer.residuals);
  Search search(walker, starts.size(), limits, answer);
  (void)search.run();
  if (search.is_too_far()) answer.gaps.push_back(hops_gap(limits.max_hops));
  walker.add_gaps(answer.gaps);
  return answer;
}

ReachAnswer find_reach(const Estate& estate, const WalkStart& start, const WalkLimits& limits) {
  return find_reach(WhoIndex(estate), start, limits);
}

PathAnswer find_paths(const Estate& estate, const WalkStart& start, const Role& to, bool all,
                      const WalkLimits& limits) {
  return find_paths(WhoIndex(estate), start, to, all, limits);
}

PathAnswer find_paths(const WhoIndex& index, const WalkStart& start, const Role& to, bool all,
                      const WalkLimits& limits) {
  return find_paths(index, {&start, 1}, to, all, limits);
}

PathAnswer find_paths(const WhoIndex& index, std::span<const WalkStart> starts, const Role& to,
                      bool all, const WalkLimits& limits) {
  PathAnswer answer;
  ReachAnswer& reach = answer.reach;
  const Estate& estate = index.principals().estate();
  Walker walker(estate, index.walks(), starts, limits, reach.residuals);
  // Most principals can make few calls, and all of them are looked at.
  Search search(walker, starts.size(), limits, reach, limits.few_calls);
  Outcome outcome = search.run(&to)       ? Outcome::Found
                    : search.is_too_far() ? Outcome::TooFar
                                          : Outcome::None;
  const bool cut = search.is_cut();
  std::optional<ChainCallers> callers;
  const bool too_far = outcome == Outcome::TooFar;
  if (cut || too_far || (outcome == Outcome::Found && all))
    callers.emplace(index, to, limits.exact_roles);
  if (cut) {
    outcome = find_way(search, *callers, to, limits);
  } else if (too_far && !may_go_on(reach, index, *callers)) {
    outcome = Outcome::None;
  }
  if (outcome != Outcome::Found) {
    if (outcome == Outcome::TooFar) reach.gaps.push_back(hops_gap(limits.max_hops));
    if (cut) look_around(search, index, to, limits);
    walker.add_gaps(reach.gaps);
    answer.nearest = find_nearest(estate, walker, askers_of(starts, search, reach), to);
    return answer;
  }
  if (all) {
    callers->go_all_the_way();
    PathSearch(walker, starts.size(), *callers, to, limits, answer).run();
  }
  if (answer.paths.empty()) {
    answer.paths.push_back(path_to(reach, reach.roles.back()));
    answer.starts.push_back(reach.sessions[reach.roles.back()].start);
  }
  return answer;
}

}  // namespace rolecall
