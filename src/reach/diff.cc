// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/diff.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

#include "base/ordered_work.h"
#include "reach/diff_gaps.h"
#include "reach/diff_known.h"
#include "reach/diff_run.h"
#include "reach/diff_ways.h"
#include "reach/diff_witness.h"
#include "reach/formula_difference.h"
#include "trust/missing_data.h"

namespace rolecall {

bool DiffSide::lacks_principal(std::string_view arn) const {
  const auto parts = IamArn::parse(arn);
  if (!parts) return false;
  const Account* const account = estate.find_account(parts->account);
  if (account == nullptr || !account->exported) return false;
  switch (parts->form) {
    case ArnForm::User:
      return account->has_users && estate.find_user(arn) == nullptr;
    case ArnForm::Role:
      return account->has_roles && estate.find_role(arn) == nullptr;
    default:
      return false;
  }
}

bool DiffSide::is_exported(std::string_view account) const {
  const Account* const found = estate.find_account(account);
  return found != nullptr && found->exported;
}

namespace {

// A role; null in a state that does not have it.
struct RolePair {
  std::string_view arn{};
  const Role* before = nullptr;
  const Role* after = nullptr;
};

// What one role adds to the answer.
struct RoleChanges {
  struct Gap {
    DiffReason reason{};
    bool hides = false;
  };
  std::vector<std::unique_ptr<WhoAnswer>> answers{};
  std::vector<EdgeChange> edges{};
  std::vector<Gap> gaps{};
  std::string_view role{};
};

// Compares who can assume one role.
class RoleDiffer {
 public:
  RoleDiffer(DiffSide& before, DiffSide& after, const RolePair& roles)
      : before_(before), after_(after), roles_(roles) {}

  RoleChanges run() {
    changes_.role = roles_.arn;
    const bool known = are_trusts_known() && is_known(before_, roles_.before, after_) &&
                       is_known(after_, roles_.after, before_);
    if (!known || is_equal()) return std::move(changes_);
    const WhoAnswer* const was = ask(before_, roles_.before);
    const WhoAnswer* const is = ask(after_, roles_.after);
    // Too many names; other reasons were added above.
    if ((was != nullptr && !was->trust_known) || (is != nullptr && !is->trust_known)) {
      add_gap({(was != nullptr && !was->trust_known ? was : is)->gaps[0].why, {}}, true);
      return std::move(changes_);
    }
    compare(was, is);
    if (changes_.edges.empty()) changes_.answers.clear();
    return std::move(changes_);
  }

 private:
  void add_gap(DiffReason reason, bool hides) {
    changes_.gaps.push_back({std::move(reason), hides});
  }

  bool are_trusts_known() {
    auto both = unknown_trust(kInBoth, roles_.before);
    if (both && roles_.after != nullptr && unknown_trust(kInBoth, roles_.after) == both) {
      add_gap(*std::move(both), true);
      return false;
    }
    auto was = unknown_trust(before_.where(), roles_.before);
    auto is = unknown_trust(after_.where(), roles_.after);
    const bool known = !was && !is;
    for (auto* const each : {&was, &is}) {
      if (*each) add_gap(**each, true);
    }
    return known;
  }

  // Whether the state knows the role, or knows that it does not exist so that nobody can assume it.
  bool is_known(const DiffSide& side, const Role* role, const DiffSide& other) {
    if (role != nullptr) return true;
    if (side.lacks_principal(roles_.arn)) return true;
    const auto arn = Arn::split(roles_.arn);
    const std::string_view account = arn ? arn->account : std::string_view();
    // The gap for the account's export says so.
    if (side.is_exported(account) != other.is_exported(account)) return false;
    add_gap(
        {fmt::format("not all roles of account {} are listed in the state {}", account, side.name),
         export_command(account)},
        true);
    return false;
  }

  bool is_equal() {
    if (roles_.before == nullptr || roles_.after == nullptr) return false;
    const WhoAnswer was = find_who(before_.who, *roles_.before, WhoDetail::Classes);
    const WhoAnswer is = find_who(after_.who, *roles_.after, WhoDetail::Classes);
    const WaySummary old_ways = before_.ways.of(was);
    if (was.trust_known != is.trust_known || old_ways != after_.ways.of(is)) return false;
    if (!was.trust_known) add_gap({was.gaps[0].why, {}}, true);
    if (!old_ways.missing) return true;
    for (const Assumption& each : is.assumptions) explain_equal(is, each);
    return true;
  }

  // Adds gaps for what is missing in a way that has the same formulas in both states.
  void explain_equal(const WhoAnswer& answer, const Assumption& way) {
    std::vector<DiffReason> reasons;
    const CallKnowledge call(before_, after_, {way.kind, way.account, {}, roles_.arn});
    call.explain(kInBoth, {&answer.residuals, way.condition, nullptr}, reasons);
    for (DiffReason& each : reasons) add_gap(std::move(each), true);
  }

  const WhoAnswer* ask(const DiffSide& side, const Role* role) {
    if (role == nullptr) return nullptr;
    changes_.answers.push_back(std::make_unique<WhoAnswer>(find_who(side.who, *role)));
    return changes_.answers.back().get();
  }

  void compare(const WhoAnswer* was, const WhoAnswer* is) {
    const Ways before(before_.estate, was);
    const Ways after(after_.estate, is);
    std::vector<WaySubject> subjects = before.subjects();
    const std::vector<WaySubject> others = after.subjects();
    subjects.insert(subjects.end(), others.begin(), others.end());
    std::sort(subjects.begin(), subjects.end());
    subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
    // Principals with the same way before and the same way after make one change.
    // Service-linked roles are kept apart: control policies and more do not apply to them.
    std::map<std::tuple<const Assumption*, const Assumption*, bool>, std::optional<std::size_t>>
        groups;
    for (const WaySubject& subject : subjects) {
      const Ways::Found old_way = before.find(subject);
      const Ways::Found new_way = after.find(subject);
      if (old_way.unlisted) add_unlisted(before_, subject);
      if (new_way.unlisted) add_unlisted(after_, subject);
      if (!old_way.comparable || !new_way.comparable) continue;
      if (old_way.way == nullptr && new_way.way == nullptr) continue;
      const auto ways = std::tuple(old_way.way, new_way.way, is_service_linked(subject.name));
      const bool member = is_member(subject);
      const auto known = groups.find(ways);
      if (member && known != groups.end()) {
        if (known->second) changes_.edges[*known->second].principals.push_back(subject.name);
        continue;
      }
      std::optional<std::size_t> place;
      const bool equal = old_way.way != nullptr && new_way.way != nullptr &&
                         before.text(old_way.way) == after.text(new_way.way);
      if (equal) {
        explain_equal(*is, *new_way.way);
      } else {
        EdgeChange change{.role = roles_.arn,
                          .who = subject.kind,
                          .account = subject.account,
                          .name = member ? std::string_view() : subject.name,
                          .before = old_way.way,
                          .after = new_way.way,
                          .before_answer = was,
                          .after_answer = is};
        if (differs(change, subject, {old_way, new_way})) {
          if (member) change.principals.push_back(subject.name);
          place = changes_.edges.size();
          changes_.edges.push_back(std::move(change));
        }
      }
      if (member) groups.emplace(ways, place);
    }
  }

  void add_unlisted(const DiffSide& side, const WaySubject& subject) {
    add_gap({fmt::format("not all {} of account {} are listed in the state {}",
                         subject.kind == AssumerKind::User ? "users" : "roles", subject.account,
                         side.name),
             export_command(subject.account)},
            true);
  }

  bool is_member(const WaySubject& subject) const {
    switch (subject.kind) {
      case AssumerKind::User:
        return before_.estate.find_user(subject.name) != nullptr ||
               after_.estate.find_user(subject.name) != nullptr;
      case AssumerKind::Role:
        return before_.estate.find_role(subject.name) != nullptr ||
               after_.estate.find_role(subject.name) != nullptr;
      default:
        return false;
    }
  }

  // The ways of a subject in both states.
  struct FoundWays {
    Ways::Found before{};
    Ways::Found after{};
  };

  static SaidOfCall said(const WhoAnswer* answer, const Ways::Found& found, ResidualId when) {
    SaidOfCall one{.among_others = found.among_others};
    if (found.way == nullptr) return one;
    one.table = &answer->residuals;
    one.when = when;
    one.not_checked = &found.way->not_checked;
    return one;
  }

  // Whether something is known to have opened or closed; adds gaps for what is not known.
  bool differs(EdgeChange& change, const WaySubject& subject, const FoundWays& ways) {
    change.kind = change.before == nullptr  ? ChangeKind::Appears
                  : change.after == nullptr ? ChangeKind::Vanishes
                                            : ChangeKind::Changes;
    const bool is_arn = subject.kind == AssumerKind::User || subject.kind == AssumerKind::Role;
    const CallKnowledge call(
        before_, after_,
        {subject.kind, subject.account, is_arn ? subject.name : std::string_view(), change.role});
    std::vector<DiffReason> reasons;
    FormulaDifference::Change found;
    if (change.kind != ChangeKind::Changes) {
      const auto some = [](const Assumption* way) {
        return way == nullptr ? ResidualTable::kNever : way->condition;
      };
      found = call.compare(said(change.before_answer, ways.before, some(change.before)),
                           said(change.after_answer, ways.after, some(change.after)), reasons);
    } else {
      found = compare_parts(call, change, ways, reasons);
    }
    change.opens = found.opens && change.after != nullptr;
    change.closes = found.closes && change.before != nullptr;
    for (DiffReason& each : reasons) add_gap(std::move(each), found.may_open);
    return change.opens || change.closes;
  }

  static FormulaDifference::Change compare_parts(const CallKnowledge& call,
                                                 const EdgeChange& change, const FoundWays& ways,
                                                 std::vector<DiffReason>& reasons) {
    FormulaDifference::Change found;
    bool main_known = true;  // Whether the main action, which every call needs, can be compared.
    for (std::size_t i = 0; i < kSubActions; ++i) {
      const auto part =
          call.compare(said(change.before_answer, ways.before, change.before->exact[i]),
                       said(change.after_answer, ways.after, change.after->exact[i]), reasons);
      found.opens = found.opens || (main_known && part.opens);
      found.closes = found.closes || (main_known && part.closes);
      found.may_open = found.may_open || part.may_open || (!main_known && part.opens);
      found.may_close = found.may_close || part.may_close || (!main_known && part.closes);
      if (i == 0) main_known = !part.missing;
    }
    return found;
  }

  DiffSide& before_;
  DiffSide& after_;
  const RolePair& roles_;
  RoleChanges changes_;
};

class Differ {
 public:
  Differ(const Estate& before, const Estate& after, const AuditOptions& options)
      : before_(before, "before"), after_(after, "after"), options_(options) {}

  DiffAnswer run() {
    compare_exports();
    compare_roles();
    sort_edges();
    diff_chains(before_, after_, answer_, gaps_);
    diff_findings(before_, after_, options_, answer_, gaps_);
    for (DiffGap& each : gaps_.take()) answer_.gaps.push_back(std::move(each));
    answer_.nothing_compared = !compares_anything();
    return std::move(answer_);
  }

 private:
  std::vector<RolePair> collect_roles() const {
    std::map<std::string_view, RolePair> roles;
    const auto collect = [&](const Estate& estate, const Role* RolePair::*side) {
      for (const auto& [id, account] : estate.accounts()) {
        for (const Role& role : account.roles) roles[role.arn].*side = &role;
      }
    };
    collect(before_.estate, &RolePair::before);
    collect(after_.estate, &RolePair::after);
    std::vector<RolePair> pairs;
    pairs.reserve(roles.size());
    for (auto& [arn, pair] : roles) {
      pair.arn = arn;
      pairs.push_back(pair);
    }
    return pairs;
  }

  void compare_roles() {
    constexpr std::size_t kAtOnce = 64;
    const std::vector<RolePair> roles = collect_roles();
    answer_.roles = roles.size();
    const std::size_t pieces = (roles.size() + kAtOnce - 1) / kAtOnce;
    std::vector<std::vector<RoleChanges>> found(pieces);
    const auto make = [&](std::size_t piece) {
      const std::size_t end = std::min(roles.size(), (piece + 1) * kAtOnce);
      for (std::size_t i = piece * kAtOnce; i < end; ++i) {
        RoleChanges changes = RoleDiffer(before_, after_, roles[i]).run();
        if (!changes.edges.empty() || !changes.gaps.empty()) {
          found[piece].push_back(std::move(changes));
        }
      }
    };
    const auto take = [&](std::size_t piece) {
      for (RoleChanges& each : found[piece]) add(std::move(each));
      std::vector<RoleChanges>().swap(found[piece]);
    };
    run_in_order(pieces, std::max(std::thread::hardware_concurrency(), 1U), make, take);
  }

  void add(RoleChanges changes) {
    for (EdgeChange& each : changes.edges) {
      find_witnesses(each);
      answer_.edges.push_back(std::move(each));
    }
    std::move(changes.answers.begin(), changes.answers.end(), std::back_inserter(answer_.answers));
    for (const RoleChanges::Gap& each : changes.gaps) {
      gaps_.add_role(each.reason, changes.role, each.hides);
    }
  }

  // The search is slow, and after many changes another witness adds little.
  void find_witnesses(EdgeChange& change) {
    constexpr std::size_t kMostSearches = 1000;
    if (++searches_ > kMostSearches) {
      if (searches_ == kMostSearches + 1) {
        answer_.gaps.push_back(
            {.what = "calls that show a change",
             .why = fmt::format("only the first {} changes were searched", kMostSearches)});
      }
      return;
    }
    if (change.opens) change.opened = find_witness(before_.estate, after_.estate, change);
    if (change.closes) change.closed = find_witness(after_.estate, before_.estate, change);
  }

  // Roles into which something opens come first, and for each role what opens.
  void sort_edges() {
    std::set<std::string_view> opening;
    for (const EdgeChange& each : answer_.edges) {
      if (each.opens) opening.insert(each.role);
    }
    std::stable_sort(answer_.edges.begin(), answer_.edges.end(),
                     [&](const EdgeChange& a, const EdgeChange& b) {
                       const auto order = [&](const EdgeChange& each) {
                         return std::tuple(opening.count(each.role) == 0, each.role, !each.opens);
                       };
                       return order(a) < order(b);
                     });
  }

  // An export that only one state has makes differences that did not happen in AWS.
  void compare_exports() {
    const auto missing = [&](const DiffSide& here, const DiffSide& there) {
      for (const auto& [id, account] : here.estate.accounts()) {
        if (!account.exported || there.is_exported(id)) continue;
        answer_.gaps.push_back({.what = fmt::format("account {}", id),
                                .why = fmt::format("its export is in the state {} only", here.name),
                                .obtain = export_command(id),
                                .hides = true});
      }
    };
    missing(before_, after_);
    missing(after_, before_);
    for (const auto& [id, was] : before_.estate.accounts()) {
      if (!was.exported || !after_.is_exported(id)) continue;
      const Account& is = *after_.estate.find_account(id);
      compare_lists("users", id, was.has_users, is.has_users);
      compare_lists("roles", id, was.has_roles, is.has_roles);
    }
    if (auto apart = organization_apart(before_, after_)) {
      answer_.gaps.push_back({.what = "the organization and its control policies",
                              .why = std::move(apart->why),
                              .obtain = std::move(apart->obtain),
                              .hides = true});
    }
  }

  // A list that is missing in both exports is not compared.
  void compare_lists(std::string_view what, std::string_view account, bool was, bool is) {
    if (was && is) return;
    const std::string where = was == is ? std::string(kInBoth) : (was ? after_ : before_).where();
    answer_.gaps.push_back({.what = fmt::format("{} of account {}", what, account),
                            .why = fmt::format("{}, the export does not list them all", where),
                            .obtain = export_command(account),
                            .hides = was != is});
  }

  bool compares_anything() const {
    if (before_.estate.organization && after_.estate.organization) return true;
    for (const auto& [id, account] : before_.estate.accounts()) {
      if (account.exported && after_.is_exported(id)) return true;
      for (const Role& role : account.roles) {
        if (after_.estate.find_role(role.arn) != nullptr) return true;
      }
    }
    return false;
  }

  DiffSide before_;
  DiffSide after_;
  const AuditOptions& options_;
  std::size_t searches_ = 0;
  DiffAnswer answer_;
  DiffGaps gaps_;
};

}  // namespace

std::string_view change_kind_name(ChangeKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"appears", "vanishes", "changes"};
  return kNames[static_cast<std::size_t>(kind)];
}

DiffAnswer diff_estates(const Estate& before, const Estate& after, const AuditOptions& options) {
  return Differ(before, after, options).run();
}

}  // namespace rolecall
