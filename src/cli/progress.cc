// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace rolecall::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto kFirst = 500ms;
constexpr auto kBetween = 200ms;
constexpr std::string_view kTakeAway = "\r\x1b[K";

}  // namespace

Progress::Progress(Console& console, std::string what, Clock clock)
    : console_(console),
      what_(std::move(what)),
      clock_(std::move(clock)),
      next_(clock_() + kFirst) {}

void Progress::show(std::size_t done, std::size_t of) {
  if (!console_.err_is_terminal) return;
  const auto now = clock_();
  if (now < next_) return;
  next_ = now + kBetween;
  shown_ = true;
  console_.err << kTakeAway
               << (of == 0 ? fmt::format("{} {}", done, what_)
                           : fmt::format("{} of {} {}", done, of, what_))
               << std::flush;
}

void Progress::clear() {
  if (shown_) console_.err << kTakeAway << std::flush;
  shown_ = false;
}

}  // namespace rolecall::cli
