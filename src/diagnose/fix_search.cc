// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rolecall/diagnose/fix.h"
#include "rolecall/iam/policy_check.h"

#include "diagnose/candidate.h"
#include "diagnose/fix_path.h"
#include "diagnose/gate_cause.h"
#include "diagnose/trial.h"

namespace rolecall {

namespace {

bool same_cause(const Cause& a, const Cause& b) {
  return a.gate == b.gate && a.code == b.code && a.action == b.action && a.policy == b.policy &&
         a.statement_index == b.statement_index && a.condition_key == b.condition_key &&
         a.expected == b.expected && a.actual == b.actual;
}

// Whether the change would write the placeholder of an unknown role's account into a document.
bool writes_unknown_account(const AssumeDecision& decision, const FixChange& change) {
  if (decision.role_account != kUnknownAccount) return false;
  const auto names = [](std::string_view text) {  // As the account of an ARN.
    return text.find(fmt::format(":{}:", kUnknownAccount)) != std::string_view::npos;
  };
  return names(change.after) ||
         std::any_of(change.edits.begin(), change.edits.end(),
                     [&](const JsonEdit& each) { return names(each.value); });
}

std::size_t count_errors(const Policy& policy, const SourceTable& sources) {
  Diagnostics findings;
  check_policy(policy, sources, PolicyOrigin::Draft, findings);
  return findings.error_count();
}

// Whether AWS would not store a document, for a reason that it did not have before.
bool cannot_be_stored(const Estate& estate, const Trial& trial, const Fix& fix) {
  for (std::size_t i = 0; i < fix.changes.size(); ++i) {
    const Policy* const after = trial.version_of(i);
    if (after == nullptr) continue;
    const Policy* const before = fix.changes[i].policy;
    const std::size_t had = before == nullptr ? 0 : count_errors(*before, estate.sources());
    if (count_errors(*after, trial.sources()) > had) return true;
  }
  return false;
}

// A depth-first search: takes the first cause that is left, tries the candidates for it, and goes
// on with the causes that are then left. Candidates come best first, so good fixes are found early.
class FixSearch {
 public:
  FixSearch(const Estate& estate, const AssumeRequest& request, const AssumeDecision& before,
            const FixLimits& limits)
      : estate_(estate),
        request_(request),
        before_(before),
        limits_(limits),
        pruner_(estate, request, before) {}

  std::vector<VerifiedFix> run() {
    const auto start = Trial::run(estate_, request_, {});
    if (start != nullptr) search({}, *start, find_causes(estate_, request_, start->decision()));
    prove_pruned();
    return best();
  }

 private:
  // A verified fix with its pruned path.
  struct Proven {
    FixPath path;
    VerifiedFix fix;
  };

  static constexpr std::size_t kMostChanges = 8;
  static constexpr std::size_t kMostProofs = 12;
  static constexpr std::size_t kPruning = 4;  // Trials for pruning, per trial of FixLimits.

  // Pruning of a path that was begun is finished even when the trials are used up.
  bool is_spent() const {
    return trials_ >= limits_.trials || pruner_.trials() >= kPruning * limits_.trials ||
           found_.size() >= kMostProofs;
  }

  void search(const FixPath& path, const Trial& trial, const std::vector<Cause>& causes) {
    if (causes.empty() || path.fix.changes.size() > kMostChanges) return;
    for (FixChange& candidate : propose_changes(Finding(estate_, trial, causes[0]))) {
      if (is_spent()) return;
      if (writes_unknown_account(trial.decision(), candidate)) continue;
      try_candidate(extend(path, trial, std::move(candidate)), causes[0]);
    }
  }

  void try_candidate(const FixPath& path, const Cause& removed) {
    if (is_proven_without_all(path)) return;
    ++trials_;
    const auto trial = Trial::run(estate_, request_, path.fix);
    if (trial == nullptr) return;
    if (trial->decision().decision != Decision::Denied) {
      const bool proven = proves(before_, trial->decision());
      if (proven && !cannot_be_stored(estate_, *trial, path.fix)) prove_needed(path);
      return;
    }
    if (path.steps.back().alone) return;
    const auto left = find_causes(estate_, trial->request(), trial->decision());
    const bool stays = std::any_of(left.begin(), left.end(),
                                   [&](const Cause& each) { return same_cause(each, removed); });
    if (!stays) search(path, *trial, left);
  }

  // Whether some of the path's steps are a known fix.
  bool is_proven_without_all(const FixPath& path) const {
    const auto is_part = [&](const FixPath& part) { return has_steps_of(path, part); };
    return std::any_of(pruned_.begin(), pruned_.end(), is_part) ||
           std::any_of(found_.begin(), found_.end(),
                       [&](const Proven& each) { return is_part(each.path); });
  }

  // A path that lost steps is kept for the end: the search may still find the same fix by itself,
  // with summaries that fit better.
  void prove_needed(const FixPath& path) {
    FixPath needed = pruner_.prune(path);
    if (needed.steps.size() == path.steps.size()) {
      prove(std::move(needed));
    } else {
      pruned_.push_back(std::move(needed));
    }
  }

  void prove_pruned() {
    for (FixPath& each : pruned_) {
      if (found_.size() >= kMostProofs) return;
      const bool known = std::any_of(found_.begin(), found_.end(), [&](const Proven& other) {
        return has_steps_of(each, other.path);
      });
      if (!known) prove(std::move(each));
    }
  }

  void prove(FixPath path) {
    auto fix = VerifiedFix::try_out(estate_, request_, before_, path.fix);
    if (!fix) return;
    const bool known = std::any_of(found_.begin(), found_.end(),
                                   [&](const Proven& other) { return is_same(other.fix, *fix); });
    if (!known) found_.push_back({std::move(path), *std::move(fix)});
  }

  static bool is_same(const VerifiedFix& a, const VerifiedFix& b) {
    return std::equal(a.changes().begin(), a.changes().end(), b.changes().begin(),
                      b.changes().end(), [](const FixChange& x, const FixChange& y) {
                        return x.label == y.label && x.kind == y.kind && x.after == y.after &&
                               x.edits == y.edits && x.commands == y.commands &&
                               x.version_id == y.version_id && x.client_ids == y.client_ids;
                      });
  }

  static int rank_of(const VerifiedFix& fix) {
    int rank = 0;
    for (const FixChange& each : fix.changes()) rank += each.rank;
    return rank;
  }

  // The widest scope of those whom the fix lets in.
  static LetInScope scope_of(const VerifiedFix& fix) {
    LetInScope widest = LetInScope::Principal;
    for (const LetIn& each : fix.lets_in()) widest = std::max(widest, each.scope);
    return widest;
  }

  // Fixes that let nobody else in come first, then those that let in fewest, then smaller changes.
  std::vector<VerifiedFix> best() {
    const auto key = [](const VerifiedFix& fix) {
      return std::make_tuple(fix.opens(), fix.decision_after() != Decision::Allowed,
                             !fix.lets_in_unknowns().empty(), scope_of(fix), fix.lets_in().size(),
                             rank_of(fix), fix.changes().size());
    };
    std::stable_sort(found_.begin(), found_.end(),
                     [&](const Proven& a, const Proven& b) { return key(a.fix) < key(b.fix); });
    std::vector<std::string> kinds;
    std::vector<VerifiedFix> best;
    for (const Proven& each : found_) {
      if (best.size() == limits_.fixes) break;
      if (has_a_part(each)) continue;
      // Of fixes that change the same documents and open as much, only the best is kept.
      std::string kind = kind_of(each.fix);
      if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
      kinds.push_back(std::move(kind));
      best.push_back(each.fix);
    }
    return best;
  }

  // Whether another fix needs only some of its steps.
  bool has_a_part(const Proven& fix) const {
    return std::any_of(found_.begin(), found_.end(), [&](const Proven& other) {
      return other.path.steps.size() < fix.path.steps.size() && has_steps_of(fix.path, other.path);
    });
  }

  static std::string kind_of(const VerifiedFix& fix) {
    std::vector<std::string> labels;
    for (const FixChange& each : fix.changes()) {
      labels.push_back(fmt::format("{} {}", fix_kind_name(each.kind), each.label));
    }
    std::sort(labels.begin(), labels.end());
    return fmt::format("{} {} {}", fix.opens(), fix.lets_in().empty(), fmt::join(labels, ", "));
  }

  const Estate& estate_;
  const AssumeRequest& request_;
  const AssumeDecision& before_;
  FixLimits limits_;
  PathPruner pruner_;
  std::size_t trials_ = 0;
  std::vector<Proven> found_;
  std::vector<FixPath> pruned_;
};

}  // namespace

std::vector<VerifiedFix> find_fixes(const Estate& estate, const AssumeRequest& request,
                                    const Diagnosis& diagnosis, const FixLimits& limits) {
  const bool contradicted = !diagnosis.contradiction.empty();  // AWS allowed the call.
  if (diagnosis.decision.decision != Decision::Denied || contradicted) return {};
  return FixSearch(estate, request, diagnosis.decision, limits).run();
}

}  // namespace rolecall
