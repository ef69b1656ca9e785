// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>

#include "rolecall/base/line_reader.h"
#include "rolecall/trust/neutral_case.h"

namespace rolecall::cli {

struct PipelineOptions {
  NeutralOptions cases{};
  std::size_t jobs = 1;  // Threads that decide; at least one.
  std::size_t max_line_bytes = 0;
  // Called on one thread, after results were written, with how many there are by now.
  std::function<void(std::size_t)> progress{};
};

// Decides the cases that `lines` holds and writes one result a line to `out`, in their order.
// Blocks of lines are decided by several threads; how many wait is bounded, so memory is too.
// Returns what kept the input from being read to its end, after everything before it was answered.
[[nodiscard]] std::optional<Diagnostic> run_case_pipeline(LineReader& lines, std::ostream& out,
                                                          const PipelineOptions& options);

}  // namespace rolecall::cli
