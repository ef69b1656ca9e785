// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "rolecall/diagnose/error_text.h"

namespace rolecall {

// recognize_denials for a stream of any length, while it is being written. The text is read in
// blocks that overlap, so that memory is bounded and no denial is cut. ErrorEvidence::times of a
// denial that occurs in several blocks counts only the first block.
class DenialStream {
 public:
  explicit DenialStream(std::size_t max_denials = 1'000) : max_denials_(max_denials) {}

  void add(std::string_view text);
  // The denials in the whole text, each once. REQUIRES: nothing is added afterwards.
  [[nodiscard]] std::vector<ErrorEvidence> finish();
  // Whether there were more than `max_denials`.
  [[nodiscard]] bool cut() const { return cut_; }

 private:
  void scan(bool last);

  std::size_t max_denials_;
  bool cut_ = false;
  std::string block_{};
  std::size_t known_size_ = 0;  // Size of the part of `block_` that the previous block had too.
  std::vector<ErrorEvidence> found_{};
  std::unordered_set<std::string> known_{};  // Sentence and role of each denial found.
};

}  // namespace rolecall
