// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "rolecall/diagnose/fix.h"

#include "diagnose/trial.h"

namespace rolecall {

// The steps that lead to a fix.
struct FixPath {
  std::vector<FixChange> steps{};  // Each was proposed for a cause that the steps before it left.
  Fix fix{};                       // All steps, with those of one document merged.
};

// The path with one more step. `trial` is of its fix so far.
[[nodiscard]] FixPath extend(const FixPath& path, const Trial& trial, FixChange next);

// Whether `whole` has all steps of `part`. Edits are not compared: they depend on the steps before.
[[nodiscard]] bool has_steps_of(const FixPath& whole, const FixPath& part);

// Removes the steps of a proven path without which it is still proven. Each step removed a cause
// when it was proposed, but a later one may remove that cause as well.
class PathPruner {
 public:
  // All borrowed; `before` is the failed decision.
  PathPruner(const Estate& estate, const AssumeRequest& request, const AssumeDecision& before)
      : estate_(estate), request_(request), before_(before) {}

  // Tries the fix without each of its changes, and repeats the path without each step of a document
  // that several steps edit: with n steps, n * n trials for each step that is removed.
  [[nodiscard]] FixPath prune(FixPath path);
  // The number of trials so far.
  [[nodiscard]] std::size_t trials() const { return trials_; }

 private:
  // What may replace a step when a path is repeated.
  enum class Again : std::uint8_t { Same, SameOrSameDocument };
  using IsLeftOut = std::function<bool(const FixChange&)>;

  std::optional<FixPath> shortened(const FixPath& path);
  bool is_needless(const Fix& fix, const FixChange& change);
  std::optional<FixPath> walk_without(const FixPath& path, const IsLeftOut& is_left_out,
                                      Again again);
  std::optional<FixChange> propose_again(const Trial& trial, const FixChange& step,
                                         Again again) const;
  std::unique_ptr<Trial> try_out(const Fix& fix);

  const Estate& estate_;
  const AssumeRequest& request_;
  const AssumeDecision& before_;
  std::size_t trials_ = 0;
};

}  // namespace rolecall
