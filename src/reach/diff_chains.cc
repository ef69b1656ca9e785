// SPDX-License-Identifier: Apache-2.0
// Compares chains of calls. A chain differs only if one of its calls does, so the walks that are
// compared are those of every principal that can end up making such a call.
#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"
#include "rolecall/reach/walk.h"

#include "reach/diff_known.h"
#include "reach/diff_run.h"
#include "reach/formula_difference.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostStarts = 300;
constexpr std::size_t kMostCallers = 1'000;  // Most roles for which find_who is called.
constexpr WalkLimits kLimits{.max_hops = 16, .max_sessions = 20'000, .max_paths = 0};
constexpr std::size_t kMostSessions = 400'000;  // Most sessions, over all walks.

// In the form that WalkStart::parse reads; empty for what cannot be a start.
std::string start_of(AssumerKind who, std::string_view account, std::string_view name) {
  switch (who) {
    case AssumerKind::Account:
      return fmt::format("account:{}", account);
    case AssumerKind::Outside:
      return "external";
    case AssumerKind::Service:
      return name.empty() ? "" : fmt::format("service:{}", name);
    case AssumerKind::Oidc:
      return name.empty() || name.starts_with("arn:") ? std::string(name)
                                                      : fmt::format("oidc:{}", name);
    default:
      return std::string(name);
  }
}

// The shortest walk to one role.
struct Walk {
  std::vector<Hop> hops{};
  std::string roles{};  // The ARNs on the walk.
  std::string terms{};  // What its calls pass, and their conditions.
};

Walk walk_to(const ReachAnswer& reach, std::size_t at) {
  Walk walk;
  for (; at != kNoHop; at = reach.sessions[at].before) {
    walk.hops.push_back(reach.sessions[at].hop);
  }
  std::reverse(walk.hops.begin(), walk.hops.end());
  for (const Hop& hop : walk.hops) {
    walk.roles += fmt::format("{} ", hop.role->arn);
    walk.terms += fmt::format("{}|{}|{}|{}|{}", hop.unknown, hop.choice.session_name,
                              hop.choice.source_identity, hop.choice.transitive,
                              formula_text(reach.residuals, hop.condition));
    for (const NamedValue& tag : hop.choice.tags) {
      walk.terms += fmt::format("|{}={}", tag.first, tag.second);
    }
    walk.terms += '\n';
  }
  return walk;
}

class ChainDiffer {
 public:
  ChainDiffer(const DiffSide& before, const DiffSide& after, DiffAnswer& answer, DiffGaps& gaps)
      : before_(before), after_(after), answer_(answer), gaps_(gaps) {}

  void run() {
    collect_starts();
    if (starts_.empty()) return;
    std::size_t walked = 0;
    for (; walked < starts_.size() && sessions_ < kMostSessions; ++walked) walk(starts_[walked]);
    if (walked < starts_.size() || more_) {
      answer_.gaps.push_back(
          {.what = "chains",
           .why = fmt::format("only those of the first {} principals were compared", walked)});
    }
    drop_rests();
    std::stable_sort(answer_.chains.begin(), answer_.chains.end(),
                     [](const ChainChange& a, const ChainChange& b) {
                       const auto order = [](const ChainChange& each) {
                         return std::tuple(place_of(each.kind), each.walk().size(), each.starts[0],
                                           each.role);
                       };
                       return order(a) < order(b);
                     });
  }

 private:
  static int place_of(ChangeKind kind) {
    return kind == ChangeKind::Appears ? 0 : kind == ChangeKind::Changes ? 1 : 2;
  }

  // ---- Who may come to make a call that differs -------------------------------------------------

  void add_start(std::string start) {
    if (start.empty() || !known_starts_.insert(start).second) return;
    if (starts_.size() < kMostStarts) {
      starts_.push_back(std::move(start));
    } else {
      more_ = true;
    }
  }

  void add_caller(std::string_view role) {
    if (!known_callers_.insert(role).second) return;
    if (known_callers_.size() <= kMostCallers) {
      callers_.push_back(role);
    } else {
      more_ = true;
    }
  }

  void collect_starts() {
    for (const EdgeChange& each : answer_.edges) {
      if (each.principals.empty()) add_start(start_of(each.who, each.account, each.name));
      for (const std::string_view principal : each.principals) {
        add_start(std::string(principal));
        if (each.who == AssumerKind::Role) add_caller(principal);
      }
    }
    while (!callers_.empty()) {
      const std::string_view role = callers_.front();
      callers_.pop_front();
      for (const DiffSide* side : {&before_, &after_}) {
        if (const Role* found = side->estate.find_role(role)) add_assumers(*side, *found);
      }
    }
  }

  // A service assumes a role on behalf of whoever set it up, so chains begin with the role instead.
  void add_assumers(const DiffSide& side, const Role& role) {
    const WhoAnswer who = find_who(side.who, role, WhoDetail::Conditions);
    for (const Assumption& each : who.assumptions) {
      if (each.kind == AssumerKind::Service) continue;
      if (each.members.empty()) add_start(start_of(each.kind, each.account, each.name));
      for (const IamEntity* member : each.members) {
        add_start(std::string(member->arn));
        if (each.kind == AssumerKind::Role) add_caller(member->arn);
      }
    }
  }

  // ---- Walks ------------------------------------------------------------------------------------

  using Walks = std::map<std::string_view, Walk>;  // By the ARN of the role.

  Walks walk_in(const DiffSide& side, const WalkStart& start, ResidualTable& table) {
    Walks walks;
    const bool is_arn = start.principal.kind == RequestPrincipal::Kind::Arn;
    if (is_arn && side.lacks_principal(start.principal.name)) return walks;
    ReachAnswer reach = find_reach(side.who, start, kLimits);
    sessions_ += reach.sessions.size() + 1;
    for (const std::size_t at : reach.roles) {
      walks.emplace(reach.sessions[at].hop.role->arn, walk_to(reach, at));
    }
    for (const WhoGap& each : reach.gaps) add_gap(each);
    table = std::move(reach.residuals);
    return walks;
  }

  void add_gap(const WhoGap& gap) {
    const std::string what = "chains over " + gap.what;
    const bool known = std::any_of(answer_.gaps.begin(), answer_.gaps.end(),
                                   [&](const DiffGap& each) { return each.what == what; });
    if (!known) answer_.gaps.push_back({.what = what, .why = gap.why, .obtain = gap.obtain});
  }

  void walk(const std::string& name) {
    const auto start = WalkStart::parse(name);
    if (!start) return;
    ResidualTable& old_table = answer_.walked.emplace_back();
    ResidualTable& new_table = answer_.walked.emplace_back();
    Walks before = walk_in(before_, *start, old_table);
    Walks after = walk_in(after_, *start, new_table);
    const std::size_t known = answer_.chains.size();
    for (auto& [role, was] : before) {
      const auto found = after.find(role);
      Walk none;
      compare({name, *start, old_table, new_table}, role, was,
              found == after.end() ? none : found->second);
    }
    for (auto& [role, is] : after) {
      Walk none;
      if (before.find(role) == before.end()) {
        compare({name, *start, old_table, new_table}, role, none, is);
      }
    }
    for (std::size_t i = known; i < answer_.chains.size(); ++i) {
      answer_.chains[i].before_residuals = &old_table;
      answer_.chains[i].after_residuals = &new_table;
    }
    if (known == answer_.chains.size()) answer_.walked.resize(answer_.walked.size() - 2);
  }

  // The walks of one principal.
  struct Start {
    const std::string& name;
    const WalkStart& from;
    const ResidualTable& before;
    const ResidualTable& after;
  };

  // Whether the other state knows the roles on the walk, or knows that they do not exist. What is
  // missing with an export is no change.
  static bool is_comparable(const Walk& walk, const DiffSide& other) {
    return std::all_of(walk.hops.begin(), walk.hops.end(), [&](const Hop& hop) {
      return other.estate.find_role(hop.role->arn) != nullptr ||
             other.lacks_principal(hop.role->arn);
    });
  }

  // Who makes the call with this index on the walk.
  static DiffCall call_of(const WalkStart& from, const std::vector<Hop>& hops, std::size_t place) {
    DiffCall call{.role = hops[place].role->arn};
    if (place > 0) {
      call.kind = AssumerKind::Role;
      call.account = hops[place - 1].account;
      call.caller = hops[place - 1].role->arn;
      return call;
    }
    const auto arn = IamArn::parse(from.principal.name);
    const bool saml = arn && arn->form == ArnForm::SamlProvider;
    call.kind = saml ? AssumerKind::Saml : AssumerKind::Outside;
    if (from.kind == WalkStart::Kind::Account) call.account = from.account;
    if (from.principal.kind != RequestPrincipal::Kind::Arn || !arn) return call;
    call.kind = arn->form == ArnForm::User ? AssumerKind::User : AssumerKind::Role;
    call.account = arn->account;
    call.caller = from.principal.name;
    return call;
  }

  // Whether every call of the walk is allowed by data that both states have; adds reasons if not.
  bool is_certain(const Start& start, const Walk& walk, bool before,
                  std::vector<DiffReason>& reasons) const {
    const DiffSide& there = before ? after_ : before_;
    const ResidualTable& table = before ? start.before : start.after;
    bool certain = true;
    for (std::size_t i = 0; i < walk.hops.size(); ++i) {
      const Hop& hop = walk.hops[i];
      if (auto unknown = unknown_trust(there.where(), there.estate.find_role(hop.role->arn))) {
        reasons.push_back(*std::move(unknown));
        certain = false;
      }
      const SaidOfCall said{&table, hop.condition, &hop.not_checked};
      const CallKnowledge call(before_, after_, call_of(start.from, walk.hops, i));
      const auto change =
          before ? call.compare(said, {}, reasons) : call.compare({}, said, reasons);
      certain = certain && (before ? change.closes : change.opens);
    }
    return certain;
  }

  // Which of several shortest walks was found first is arbitrary.
  static bool differs(const Walk& was, const Walk& is) {
    if (std::max(was.hops.size(), is.hops.size()) < 2) return false;
    if (was.hops.size() != is.hops.size()) return true;
    return was.roles == is.roles && was.terms != is.terms;
  }

  void compare(const Start& start, std::string_view role, Walk& was, Walk& is) {
    if (!differs(was, is) || !is_comparable(was, after_) || !is_comparable(is, before_)) return;
    std::vector<DiffReason> reasons;
    const bool old_certain = is_certain(start, was, /*before=*/true, reasons);
    const bool new_certain = is_certain(start, is, /*before=*/false, reasons);
    if (!old_certain || !new_certain) {
      for (const DiffReason& each : reasons) gaps_.add_chain(each, role, !is.hops.empty());
      return;
    }
    // Principals with the same walks make one change.
    const auto key = std::tuple(role, was.roles + was.terms, is.roles + is.terms);
    const auto [found, added] = groups_.try_emplace(key, answer_.chains.size());
    if (!added) {
      answer_.chains[found->second].starts.push_back(start.name);
      return;
    }
    ChainChange& change = answer_.chains.emplace_back();
    change.kind = was.hops.empty()  ? ChangeKind::Appears
                  : is.hops.empty() ? ChangeKind::Vanishes
                                    : ChangeKind::Changes;
    change.role = role;
    change.starts = {start.name};
    change.before = std::move(was.hops);
    change.after = std::move(is.hops);
  }

  // A chain that begins at a role of a longer chain is part of that.
  void drop_rests() {
    using Part = std::tuple<ChangeKind, std::string_view, std::string_view>;
    std::map<Part, std::size_t> parts;  // With the length of the longest chain.
    for (const ChainChange& each : answer_.chains) {
      const std::vector<Hop>& walk = each.walk();
      for (std::size_t i = 0; i + 1 < walk.size(); ++i) {
        std::size_t& longest = parts[{each.kind, each.role, walk[i].role->arn}];
        longest = std::max(longest, walk.size());
      }
    }
    for (ChainChange& each : answer_.chains) {
      const auto is_part = [&](const std::string& start) {
        const auto found = parts.find({each.kind, each.role, start});
        return found != parts.end() && found->second > each.walk().size();
      };
      each.starts.erase(std::remove_if(each.starts.begin(), each.starts.end(), is_part),
                        each.starts.end());
    }
    answer_.chains.erase(
        std::remove_if(answer_.chains.begin(), answer_.chains.end(),
                       [](const ChainChange& each) { return each.starts.empty(); }),
        answer_.chains.end());
  }

  const DiffSide& before_;
  const DiffSide& after_;
  DiffAnswer& answer_;
  DiffGaps& gaps_;
  std::vector<std::string> starts_;
  std::unordered_set<std::string> known_starts_;
  std::deque<std::string_view> callers_;
  std::unordered_set<std::string_view> known_callers_;
  bool more_ = false;
  std::size_t sessions_ = 0;
  std::map<std::tuple<std::string_view, std::string, std::string>, std::size_t> groups_;
};

}  // namespace

void diff_chains(const DiffSide& before, const DiffSide& after, DiffAnswer& answer,
                 DiffGaps& gaps) {
  ChainDiffer(before, after, answer, gaps).run();
}

}  // namespace rolecall
