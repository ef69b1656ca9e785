// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rolecall/diagnose/fix.h"

#include "diagnose/candidate.h"
#include "diagnose/gate_cause.h"
#include "diagnose/trial.h"

namespace rolecall {

namespace {

bool same_cause(const Cause& a, const Cause& b) {
  return a.gate == b.gate && a.code == b.code && a.action == b.action && a.policy == b.policy &&
         a.statement_index == b.statement_index && a.condition_key == b.condition_key &&
         a.expected == b.expected && a.actual == b.actual;
}

void append(std::string& text, std::string_view more) {
  if (text.find(more) == std::string::npos) text += fmt::format("; {}", more);
}

// Adds the edits of a change to those of the same document.
void merge(FixChange& change, FixChange more) {
  append(change.summary, more.summary);
  change.edits.insert(change.edits.end(), more.edits.begin(), more.edits.end());
  change.commands.insert(change.commands.end(), more.commands.begin(), more.commands.end());
  change.warnings.insert(change.warnings.end(), more.warnings.begin(), more.warnings.end());
  change.opens = change.opens || more.opens;
  change.rank += more.rank;
  // A new document has no edits: it is written anew.
  if (change.policy == nullptr && change.target == FixTarget::InlinePolicy) {
    if (auto after = apply_json_edits(change.after, more.edits)) change.after = *std::move(after);
    change.edits.clear();
  }
}

// The fix with one more change; `trial` is of the fix so far, and the change edits what it left.
Fix extend(const Fix& fix, const Trial& trial, FixChange next) {
  Fix more = fix;
  if (next.policy != nullptr) {
    if (const auto index = trial.change_of(*next.policy)) {
      merge(more.changes[*index], std::move(next));
      return more;
    }
  }
  for (FixChange& change : more.changes) {
    const bool request = change.target == FixTarget::Request && next.target == FixTarget::Request;
    if (!request) continue;
    merge(change, std::move(next));
    return more;
  }
  more.changes.push_back(std::move(next));
  return more;
}

// Whether a policy would get the ARN that stands for a role nobody named.
bool names_the_unnamed(const AssumeDecision& decision, const FixChange& change) {
  if (decision.role_account != kUnknownAccount) return false;
  const auto names = [](std::string_view text) {
    return text.find(kUnknownAccount) != std::string_view::npos;
  };
  return names(change.after) ||
         std::any_of(change.edits.begin(), change.edits.end(),
                     [&](const JsonEdit& each) { return names(each.value); });
}

// Depth first: takes the first cause that is left, tries what may remove it, and goes on with the
// causes that are then left. Candidates come best first, so that the first proofs are good ones.
class FixSearch {
 public:
  FixSearch(const Estate& estate, const AssumeRequest& request, const AssumeDecision& before,
            const FixLimits& limits)
      : estate_(estate), request_(request), before_(before), limits_(limits) {}

  std::vector<VerifiedFix> run() {
    const auto start = Trial::run(estate_, request_, {});
    if (start != nullptr) search({}, *start, find_causes(estate_, request_, start->decision()));
    sort();
    return std::move(found_);
  }

 private:
  static constexpr std::size_t kMostChanges = 8;
  static constexpr std::size_t kMostProofs = 12;

  bool is_spent() const { return trials_ >= limits_.trials || found_.size() >= kMostProofs; }

  void search(const Fix& fix, const Trial& trial, const std::vector<Cause>& causes) {
    if (causes.empty() || fix.changes.size() > kMostChanges) return;
    for (FixChange& candidate : propose_changes(Finding(estate_, trial, causes[0]))) {
      if (is_spent()) return;
      if (names_the_unnamed(trial.decision(), candidate)) continue;
      try_candidate(extend(fix, trial, std::move(candidate)), causes[0]);
    }
  }

  void try_candidate(const Fix& fix, const Cause& removed) {
    ++trials_;
    const auto trial = Trial::run(estate_, request_, fix);
    if (trial == nullptr) return;
    if (trial->decision().decision != Decision::Denied) {
      prove(fix);
      return;
    }
    if (fix.changes.back().alone) return;
    const auto left = find_causes(estate_, trial->request(), trial->decision());
    const bool stays = std::any_of(left.begin(), left.end(),
                                   [&](const Cause& each) { return same_cause(each, removed); });
    if (!stays) search(fix, *trial, left);
  }

  void prove(const Fix& fix) {
    auto proven = VerifiedFix::try_out(estate_, request_, before_, fix);
    if (!proven) return;
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const VerifiedFix& other) {
      return is_same(other, *proven);
    });
    if (!known) found_.push_back(*std::move(proven));
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

  // Of the widest that is let in.
  static LetInScope scope_of(const VerifiedFix& fix) {
    LetInScope widest = LetInScope::Principal;
    for (const LetIn& each : fix.lets_in()) widest = std::max(widest, each.scope);
    return widest;
  }

  // What lets nobody new in comes first; then what lets in fewest; then the smaller change.
  void sort() {
    const auto key = [](const VerifiedFix& fix) {
      return std::make_tuple(fix.opens(), fix.decision_after() != Decision::Allowed,
                             !fix.lets_in_unknowns().empty(), scope_of(fix), fix.lets_in().size(),
                             rank_of(fix), fix.changes().size());
    };
    std::stable_sort(found_.begin(), found_.end(),
                     [&](const VerifiedFix& a, const VerifiedFix& b) { return key(a) < key(b); });
    keep_one_of_a_kind();
    if (found_.size() > limits_.fixes) found_.resize(limits_.fixes, found_[0]);
  }

  // Of fixes that change the same documents and open as much, the best is enough.
  void keep_one_of_a_kind() {
    std::vector<std::string> kinds;
    std::vector<VerifiedFix> kept;
    for (VerifiedFix& each : found_) {
      std::string kind = kind_of(each);
      if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
      kinds.push_back(std::move(kind));
      kept.push_back(std::move(each));
    }
    found_ = std::move(kept);
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
  std::size_t trials_ = 0;
  std::vector<VerifiedFix> found_;
};

}  // namespace

std::vector<VerifiedFix> find_fixes(const Estate& estate, const AssumeRequest& request,
                                    const Diagnosis& diagnosis, const FixLimits& limits) {
  if (diagnosis.decision.decision != Decision::Denied) return {};
  return FixSearch(estate, request, diagnosis.decision, limits).run();
}

}  // namespace rolecall
