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

// The way to a fix.
struct FixPath {
  std::vector<FixChange> steps{};  // Each as it was proposed for what those before it left.
  Fix fix{};                       // With the steps of one document merged.
};

// The path with one more step; `trial` is of its fix.
[[nodiscard]] FixPath extend(const FixPath& path, const Trial& trial, FixChange next);

// Whether `whole` has all steps of `part`. Edits do not count: the same step edits a document
// otherwise when others were before it.
[[nodiscard]] bool has_steps_of(const FixPath& whole, const FixPath& part);

// Takes out of a proven path what it proves without. Each step was needed for the cause it was
// proposed for, but a later one may do its work as well.
class PathPruner {
 public:
  // All borrowed; `before` is the failed decision.
  PathPruner(const Estate& estate, const AssumeRequest& request, const AssumeDecision& before)
      : estate_(estate), request_(request), before_(before) {}

  // Tries the fix without each of its changes, and goes the path anew without each step of a
  // document that several edit: with n steps, n * n trials for each that is taken out.
  [[nodiscard]] FixPath prune(FixPath path);
  // So far.
  [[nodiscard]] std::size_t trials() const { return trials_; }

 private:
  // What takes the place of a step when the path is gone anew.
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
