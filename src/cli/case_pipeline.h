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
  std::size_t jobs = 1;  // Threads that decide cases; at least one.
  std::size_t max_line_bytes = 0;
  // Called on one thread, after results were written, with the number of results so far.
  std::function<void(std::size_t)> progress{};
};

// Decides the cases in `lines` and writes one result per line to `out`, in their order. Several
// threads decide blocks of lines; the number of waiting blocks is bounded, and so memory is.
// Returns why the input could not be read to its end, after writing the results of everything
// before.
[[nodiscard]] std::optional<Diagnostic> run_case_pipeline(LineReader& lines, std::ostream& out,
                                                          const PipelineOptions& options);

}  // namespace rolecall::cli
