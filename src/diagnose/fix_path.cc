// SPDX-License-Identifier: Apache-2.0
#include "diagnose/fix_path.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "diagnose/candidate.h"
#include "diagnose/gate_cause.h"

namespace rolecall {

namespace {

void append(std::string& text, std::string_view more) {
  if (text.find(more) == std::string::npos) text += fmt::format("; {}", more);
}

// Appends the edits of a change to an earlier change of the same document.
void merge(FixChange& change, FixChange more) {
  append(change.summary, more.summary);
  change.edits.insert(change.edits.end(), more.edits.begin(), more.edits.end());
  change.commands.insert(change.commands.end(), more.commands.begin(), more.commands.end());
  change.warnings.insert(change.warnings.end(), more.warnings.begin(), more.warnings.end());
  change.opens = change.opens || more.opens;
  change.rank += more.rank;
  // A new document has no edits; its text is replaced.
  if (change.policy == nullptr && change.target == FixTarget::InlinePolicy) {
    if (auto after = apply_json_edits(change.after, more.edits)) change.after = *std::move(after);
    change.edits.clear();
  }
}

// The fix with one more change, which edits the documents as `trial`, of the fix so far, left them.
Fix with_change(const Fix& fix, const Trial& trial, FixChange next) {
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

// Whether two changes edit the same document. All changes of the request do.
bool is_same_document(const FixChange& a, const FixChange& b) {
  if (a.target != b.target) return false;
  return a.target == FixTarget::Request || (a.label == b.label && a.account == b.account);
}

bool is_same_step(const FixChange& a, const FixChange& b) {
  return is_same_document(a, b) && a.summary == b.summary;
}

// Whether no other step edits the document of this one.
bool is_alone(const FixPath& path, const FixChange& step) {
  return std::count_if(path.steps.begin(), path.steps.end(),
                       [&](const FixChange& each) { return is_same_document(each, step); }) == 1;
}

}  // namespace

FixPath extend(const FixPath& path, const Trial& trial, FixChange next) {
  FixPath longer{path.steps, with_change(path.fix, trial, next)};
  longer.steps.push_back(std::move(next));
  return longer;
}

bool has_steps_of(const FixPath& whole, const FixPath& part) {
  return std::all_of(part.steps.begin(), part.steps.end(), [&](const FixChange& step) {
    return std::any_of(whole.steps.begin(), whole.steps.end(),
                       [&](const FixChange& other) { return is_same_step(step, other); });
  });
}

FixPath PathPruner::prune(FixPath path) {
  while (auto shorter = shortened(path)) path = *std::move(shorter);
  return path;
}

// The path without one of its changes or steps, preferably one that `opens`; nothing when all are
// needed.
std::optional<FixPath> PathPruner::shortened(const FixPath& path) {
  for (const bool opens : {true, false}) {
    for (const FixChange& change : path.fix.changes) {
      if (change.opens != opens || !is_needless(path.fix, change)) continue;
      const auto is_of_change = [&](const FixChange& step) {
        return is_same_document(step, change);
      };
      auto shorter = walk_without(path, is_of_change, Again::SameOrSameDocument);
      if (shorter) return shorter;
    }
    for (const FixChange& step : path.steps) {
      if (step.opens != opens || is_alone(path, step)) continue;
      const auto is_step = [&](const FixChange& each) { return &each == &step; };
      if (auto shorter = walk_without(path, is_step, Again::Same)) return shorter;
    }
  }
  return std::nullopt;
}

// Whether the fix is proven without one of its changes.
bool PathPruner::is_needless(const Fix& fix, const FixChange& change) {
  if (fix.changes.size() < 2) return false;
  Fix rest;
  for (const FixChange& each : fix.changes) {
    if (&each != &change) rest.changes.push_back(each);
  }
  const auto trial = try_out(rest);
  return trial != nullptr && proves(before_, trial->decision());
}

// Repeats the path without some of its steps. The others are proposed again, as their edits depend
// on the steps before them; those whose cause is gone are dropped. Nothing unless it is proven.
std::optional<FixPath> PathPruner::walk_without(const FixPath& path, const IsLeftOut& is_left_out,
                                                Again again) {
  FixPath walked;
  auto trial = try_out(walked.fix);
  for (const FixChange& step : path.steps) {
    if (is_left_out(step)) continue;
    if (trial == nullptr || trial->decision().decision != Decision::Denied) break;
    auto change = propose_again(*trial, step, again);
    if (!change) continue;
    walked = extend(walked, *trial, *std::move(change));
    trial = try_out(walked.fix);
  }
  if (trial == nullptr || !proves(before_, trial->decision())) return std::nullopt;
  return walked;
}

// The same step, or else the first one of the same document, which may have to allow other actions.
std::optional<FixChange> PathPruner::propose_again(const Trial& trial, const FixChange& step,
                                                   Again again) const {
  std::optional<FixChange> similar;
  for (const Cause& cause : find_causes(estate_, trial.request(), trial.decision())) {
    if (cause.gate != step.gate) continue;
    for (FixChange& candidate : propose_changes(Finding(estate_, trial, cause))) {
      if (is_same_step(candidate, step)) return std::move(candidate);
      const bool fits = again == Again::SameOrSameDocument && is_same_document(candidate, step);
      if (fits && !similar) similar = std::move(candidate);
    }
  }
  return similar;
}

std::unique_ptr<Trial> PathPruner::try_out(const Fix& fix) {
  ++trials_;
  return Trial::run(estate_, request_, fix);
}

}  // namespace rolecall
