// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/diff.h"

#include <algorithm>
#include <array>
#include <future>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

#include "base/ordered_work.h"
#include "reach/diff_run.h"
#include "reach/diff_ways.h"
#include "reach/diff_witness.h"
#include "reach/formula_difference.h"

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

namespace {

// A role of either state.
struct RolePair {
  std::string_view arn{};
  const Role* before = nullptr;
  const Role* after = nullptr;
};

// What one role adds to the answer.
struct RoleChanges {
  std::vector<std::unique_ptr<WhoAnswer>> answers{};
  std::vector<EdgeChange> edges{};
  std::vector<AuditGap> gaps{};
};

// Compares who can assume one role.
class RoleDiffer {
 public:
  RoleDiffer(DiffSide& before, DiffSide& after, const RolePair& roles)
      : before_(before), after_(after), roles_(roles) {}

  RoleChanges run() {
    if (is_missing(before_, roles_.before) || is_missing(after_, roles_.after) || is_equal()) {
      return {};
    }
    const WhoAnswer* const was = ask(before_, roles_.before);
    const WhoAnswer* const is = ask(after_, roles_.after);
    if (was != nullptr && is != nullptr && was->trust_known != is->trust_known) {
      changes_.gaps.push_back({fmt::format("who can assume `{}`", roles_.arn),
                               "its trust policy is known on one side only",
                               {}});
      return std::move(changes_);
    }
    compare(was, is);
    if (changes_.edges.empty()) return {};
    return std::move(changes_);
  }

 private:
  // It may be there: DiffAnswer::gaps has its account.
  bool is_missing(const DiffSide& side, const Role* role) const {
    return role == nullptr && !side.lacks_principal(roles_.arn);
  }

  bool is_equal() const {
    if (roles_.before == nullptr || roles_.after == nullptr) return false;
    const WhoAnswer was = find_who(before_.who, *roles_.before, WhoDetail::Classes);
    const WhoAnswer is = find_who(after_.who, *roles_.after, WhoDetail::Classes);
    return was.trust_known == is.trust_known && before_.ways.of(was) == after_.ways.of(is);
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
    // Principals whose ways were and are the same make one change.
    std::map<std::pair<const Assumption*, const Assumption*>, std::size_t> groups;
    for (const WaySubject& subject : subjects) {
      const Ways::Found old_way = before.find(subject);
      const Ways::Found new_way = after.find(subject);
      if (!old_way.comparable || !new_way.comparable) continue;
      if (old_way.way == nullptr && new_way.way == nullptr) continue;
      if (old_way.way != nullptr && new_way.way != nullptr &&
          before.text(old_way.way) == after.text(new_way.way)) {
        continue;
      }
      EdgeChange change{.role = roles_.arn,
                        .who = subject.kind,
                        .account = subject.account,
                        .name = subject.name,
                        .before = old_way.way,
                        .after = new_way.way,
                        .before_answer = was,
                        .after_answer = is};
      if (!is_member(subject)) {
        changes_.edges.push_back(finished(std::move(change)));
        continue;
      }
      const auto [group, added] =
          groups.try_emplace({old_way.way, new_way.way}, changes_.edges.size());
      if (added) {
        change.name = {};
        changes_.edges.push_back(finished(std::move(change)));
      }
      changes_.edges[group->second].principals.push_back(subject.name);
    }
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

  static EdgeChange finished(EdgeChange change) {
    change.kind = change.before == nullptr  ? ChangeKind::Appears
                  : change.after == nullptr ? ChangeKind::Vanishes
                                            : ChangeKind::Changes;
    change.opens = change.kind == ChangeKind::Appears;
    change.closes = change.kind == ChangeKind::Vanishes;
    for (std::size_t i = 0; i < kSubActions && change.kind == ChangeKind::Changes; ++i) {
      const FormulaDifference::Change part =
          FormulaDifference(change.before_answer->residuals, change.before->exact[i],
                            change.after_answer->residuals, change.after->exact[i])
              .compare();
      change.opens = change.opens || part.opens;
      change.closes = change.closes || part.closes;
    }
    return change;
  }

  DiffSide& before_;
  DiffSide& after_;
  const RolePair& roles_;
  RoleChanges changes_;
};

class Differ {
 public:
  Differ(const Estate& before, const Estate& after, const AuditOptions& options)
      : before_(before), after_(after), options_(options) {}

  DiffAnswer run() {
    compare_exports();
    compare_roles();
    sort_edges();
    diff_chains(before_, after_, answer_);
    compare_audits();
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
    std::move(changes.gaps.begin(), changes.gaps.end(), std::back_inserter(answer_.gaps));
  }

  // Searching is slow; after many changes another witness tells little.
  void find_witnesses(EdgeChange& change) {
    constexpr std::size_t kMostSearches = 1000;
    if (++searches_ > kMostSearches) {
      if (searches_ == kMostSearches + 1) {
        answer_.gaps.push_back(
            {"calls that show a change",
             fmt::format("only the first {} changes were searched", kMostSearches),
             {}});
      }
      return;
    }
    if (change.opens) change.opened = find_witness(before_.estate, after_.estate, change);
    if (change.closes) change.closed = find_witness(after_.estate, before_.estate, change);
  }

  // Roles that open first, and of a role what opens.
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

  static auto identity(const AuditFinding& each) {
    return std::tuple(each.rule, std::string_view(each.subject), std::string_view(each.evidence),
                      each.severity);
  }

  static void only_in(const AuditAnswer& here, const AuditAnswer& there,
                      std::vector<const AuditFinding*>& found) {
    std::set<decltype(identity(here.findings[0]))> known;
    for (const AuditFinding& each : there.findings) {
      if (!each.suppression) known.insert(identity(each));
    }
    for (const AuditFinding& each : here.findings) {
      if (!each.suppression && known.count(identity(each)) == 0) found.push_back(&each);
    }
  }

  void compare_audits() {
    auto after = std::async(std::launch::async | std::launch::deferred,
                            [&] { return audit_estate(after_.who, options_); });
    answer_.audit_before = audit_estate(before_.who, options_);
    answer_.audit_after = after.get();
    only_in(answer_.audit_after, answer_.audit_before, answer_.appeared);
    only_in(answer_.audit_before, answer_.audit_after, answer_.vanished);
  }

  // An export that is there on one side only makes differences that are none of AWS's.
  void compare_exports() {
    const auto missing = [&](const DiffSide& here, const DiffSide& there, std::string_view side) {
      for (const auto& [id, account] : here.estate.accounts()) {
        const Account* const other = there.estate.find_account(id);
        if (!account.exported || (other != nullptr && other->exported)) continue;
        answer_.gaps.push_back(
            {fmt::format("account {}", id), fmt::format("its export is {} only", side), {}});
      }
      if (here.estate.organization && !there.estate.organization) {
        answer_.gaps.push_back({"the organization", fmt::format("its file is {} only", side), {}});
      }
    };
    missing(before_, after_, "in the state before");
    missing(after_, before_, "in the state after");
  }

  DiffSide before_;
  DiffSide after_;
  const AuditOptions& options_;
  std::size_t searches_ = 0;
  DiffAnswer answer_;
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
