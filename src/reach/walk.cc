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

// A breadth-first search from the starts. Walks with an unknown call wait in a queue of their own,
// which is processed when the queue of known walks is empty.
class Search {
 public:
  // Whether to decide calls to a role after which at most `left` more calls may follow.
  using Wanted = std::function<bool(WalkIndex::RoleId, std::size_t left)>;
  static constexpr std::size_t kAll = static_cast<std::size_t>(-1);

  static bool is_any(WalkIndex::RoleId, std::size_t) { return true; }

  // `calls`: the most calls that are decided.
  Search(Walker& walker, std::size_t starts, const WalkLimits& limits, ReachAnswer& answer,
         std::size_t calls = kAll)
      : walker_(walker),
        starts_(starts),
        answer_(answer),
        most_hops_(limits.max_hops),
        max_hops_(limits.max_hops),
        calls_(calls) {}

  // Searches everything, or until `to` is reached; whether it was.
  bool run(const Role* to = nullptr) {
    to_ = to;
    walker_.start_over();
    begin_with_starts();
    return process_queues();
  }
  // Starts again, over walks of at most `hops` calls.
  bool run_again(const Role& to, std::size_t hops, bool follow_unknown, Wanted wanted,
                 std::size_t calls) {
    clear();
    calls_ = calls;
    max_hops_ = hops;
    follow_unknown_ = follow_unknown;
    wanted_ = std::move(wanted);
    return run(&to);
  }
  // Goes on from everything that was reached: decides at most `calls` more calls.
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
    (void)process_queues();
  }

  // Whether the limit of calls was met.
  [[nodiscard]] bool is_cut() const { return calls_ == 0; }
  // Whether nothing else can be reached, by walks of any length.
  [[nodiscard]] bool is_exhausted() const {
    return !left_out_calls_ && !walker_.is_full() && known_.empty() && unknown_.empty();
  }
  // Whether there may be walks of more calls than WalkLimits::max_hops.
  [[nodiscard]] bool is_too_far() const { return too_far_; }
  [[nodiscard]] SessionId id_of(std::size_t reached) const { return ids_[reached]; }

 private:
  // The session that makes a call: how it was reached (as Reached::before), and from which start.
  struct Origin {
    std::size_t before = kNoHop;
    std::size_t start = 0;
  };
  struct Pending {
    Origin from{};
    SessionId to = kStart;
    WalkIndex::RoleId role = 0;
    const Hop* hop = nullptr;  // Lasts as long as the walker.
  };
  // What is known of a session. `plain` and `at` are for several starts.
  struct State {
    bool visited = false;
    bool queued_known = false;  // It is or was in `known_`.
    bool discovered = false;    // It is or was in `known_` or `unknown_`.
    bool plain = false;         // The call that waits has no condition.
    std::size_t at = 0;         // The index in `known_` of that call.
  };
  State& state_of(SessionId id) {
    if (states_.size() <= id) states_.resize(id + 1);
    return states_[id];
  }

  void clear() {
    left_out_calls_ = too_far_ = false;
    answer_.sessions.clear();
    answer_.roles.clear();
    ids_.clear();
    roles_.clear();
    states_.clear();
    known_.clear();
    unknown_.clear();
  }

  bool process_queues() {
    while (calls_ > 0 && (!known_.empty() || (follow_unknown_ && !unknown_.empty()))) {
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

  // follow_starts for an empty search. When several starts make the same session, a call without a
  // condition is preferred.
  void begin_with_starts() {
    to_target_.reset();
    several_starts_ = starts_ > 1;
    follow_starts();
    several_starts_ = false;
    if (to_target_) known_.push_front(*to_target_);
  }

  void follow(Origin origin, SessionId from) {
    const std::size_t before = origin.before;
    const std::size_t made = before == kNoHop ? 0 : answer_.sessions[before].hops;
    if (made >= max_hops_) {
      left_out_calls_ = true;
      // With a target, find_paths checks afterwards whether longer walks may lead to it.
      too_far_ = too_far_ || (max_hops_ == most_hops_ && (to_ != nullptr || can_go_on(from)));
      return;
    }
    const std::size_t left = max_hops_ - made - 1;
    // After an unknown call the whole walk is unknown: it adds nothing to a session that was
    // discovered in any other way.
    const bool is_unknown = before != kNoHop && answer_.sessions[before].unknown;
    const auto known = [&](SessionId id) {
      const State& state = state_of(id);
      if (several_starts_ && state.queued_known && !state.plain && !state.visited) return false;
      return is_unknown ? state.discovered : state.visited || state.queued_known;
    };
    const auto wanted = [&](WalkIndex::RoleId role) {
      const bool is_wanted = wanted_(role, left);
      left_out_calls_ = left_out_calls_ || !is_wanted;
      return is_wanted;
    };
    const auto certainty = is_unknown ? Walker::Certainty::Unknown : Walker::Certainty::Known;
    for (const WalkStep* const step : walker_.new_steps(from, known, wanted, calls_, certainty)) {
      const Pending pending{origin, step->to, step->role, &step->hop};
      State& state = state_of(step->to);
      state.discovered = true;
      const bool plain = step->hop.condition == ResidualTable::kAlways;
      if (step->hop.unknown) {
        unknown_.push_back(pending);
      } else if (!is_unknown && step->hop.role == to_) {
        // No waiting call is nearer to the target.
        const bool better = !to_target_ || (plain && !state.plain);
        state.queued_known = true;
        if (!several_starts_) return known_.push_front(pending);
        if (better) to_target_ = pending;
        state.plain = state.plain || plain;
      } else if (several_starts_ && state.queued_known) {
        if (!plain) continue;
        known_[state.at] = pending;
        state.plain = true;
      } else {
        state.at = known_.size();
        state.plain = plain;
        (is_unknown ? unknown_ : known_).push_back(pending);
        if (!is_unknown) state.queued_known = true;
      }
    }
  }

  // Whether the session can make any call.
  bool can_go_on(SessionId from) {
    std::size_t calls = kAll;
    const auto nobody = [](SessionId) { return false; };
    const auto any = [](WalkIndex::RoleId) { return true; };
    walker_.start_over();
    return !walker_.new_steps(from, nobody, any, calls, Walker::Certainty::Unknown).empty();
  }

  void visit(const Pending& next) {
    if (std::exchange(state_of(next.to).visited, true)) return;
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
  bool several_starts_ = false;       // The first calls of several starts are being made.
  std::optional<Pending> to_target_;  // The best of these to the target.
  bool follow_unknown_ = true;
  bool left_out_calls_ = false;  // Some were not wanted or beyond max_hops_.
  bool too_far_ = false;
  Wanted wanted_ = is_any;
  std::deque<Pending> known_;
  std::deque<Pending> unknown_;
  std::vector<State> states_;  // By session.
  std::unordered_set<WalkIndex::RoleId> roles_;
  std::vector<SessionId> ids_;  // Of answer.sessions.
};

// 0: some call is unknown; 1: all are known; 2: all are allowed without a condition.
int walk_rank(const std::vector<const Hop*>& hops) {
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
    return answer_.paths.size() >= limits_.max_paths || steps_taken_ > kMostSteps;
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
      ++steps_taken_;
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

  // Walks over the same roles are one path: the one with the highest rank is kept.
  void add() {
    const int rank = walk_rank(hops_);
    const auto [known, added] = found_.try_emplace(roles_, Found{answer_.paths.size(), rank});
    auto& [at, best] = known->second;
    if (added) {
      answer_.paths.emplace_back();
      answer_.starts.emplace_back();
    } else if (rank <= best) {
      return;
    }
    best = rank;
    answer_.paths[at].clear();
    for (const Hop* hop : hops_) answer_.paths[at].push_back(*hop);
    answer_.starts[at] = start_;
  }

  static constexpr std::size_t kMostSteps = 1'000'000;

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
    int rank = 0;
  };
  std::map<std::vector<const Role*>, Found> found_;
  std::size_t steps_taken_ = 0;
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
  TooFar,  // There may be walks of more calls than max_hops.
};

// Searches from both ends, for longer walks once there are no shorter ones. The search from the
// start leaves out roles that by the search from the end (`callers`) cannot lead to the target in
// time. Where `callers` does not know that yet, the start may decide as many calls as there are
// roles to expand; with more, `callers` goes farther instead.
Outcome find_way(Search& search, ChainCallers& callers, const Role& to, const WalkLimits& limits) {
  // Each call may make a session that counts for max_sessions: those that lead away from the target
  // must not use them up.
  const std::size_t most_calls = limits.max_sessions / 4;
  const auto may_lead = [&](WalkIndex::RoleId role, std::size_t left) {
    return callers.may_lead(role, left);
  };
  std::size_t hops = 1;
  while (hops < limits.max_hops && !callers.complete()) {
    const bool is_known = callers.known_distance() + 1 >= hops;
    if (!is_known && callers.waiting() <= limits.few_roles) {
      callers.go_farther();
      continue;
    }
    const std::size_t calls = is_known ? Search::kAll : std::min(callers.waiting(), most_calls);
    if (search.run_again(to, hops, /*follow_unknown=*/false, may_lead, calls))
      return Outcome::Found;
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
  if (search.run_again(to, limits.max_hops, /*follow_unknown=*/true, leads, Search::kAll)) {
    return Outcome::Found;
  }
  return too_far ? Outcome::TooFar : Outcome::None;
}

// Without a path: reaches more sessions, one of which may make the nearest call; first those that
// the trust policy of the target names, whatever else refuses them.
void look_for_nearest(Search& search, const WhoIndex& index, const Role& to,
                      const WalkLimits& limits) {
  ChainCallers named(index, to, /*most_exact=*/0);
  named.go_farther();
  search.widen([&](WalkIndex::RoleId role, std::size_t) { return named.distance(role) <= 1; },
               limits.other_calls);
  search.widen(Search::is_any, limits.other_calls);
}

// A session or start for the nearest call; `before` and `start` are those of NearestCall.
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

// The call that the fewest gates refuse.
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

// Whether by ChainCallers some role that was reached may lead to the target.
bool may_go_on(const ReachAnswer& reach, const WhoIndex& index, ChainCallers& callers) {
  callers.go_all_the_way();
  return std::any_of(reach.sessions.begin(), reach.sessions.end(), [&](const Reached& each) {
    const Account* const account = index.principals().estate().find_account(each.hop.account);
    const auto role = index.walks().find(*each.hop.role, *account);
    return role && callers.distance(*role) != ChainCallers::kFar;
  });
}

// Whether the principal can have credentials.
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
  // Most principals can make few calls: deciding all of them is faster than find_way.
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
    if (cut) look_for_nearest(search, index, to, limits);
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
