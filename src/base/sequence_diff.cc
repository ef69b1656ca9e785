// SPDX-License-Identifier: Apache-2.0
#include "sequence_diff.h"

#include <algorithm>
#include <optional>

namespace rolecall {

namespace {

using Items = std::span<const std::string_view>;

// Most removed and added items. The furthest points of every step are kept, which takes 4 bytes
// times the square of it.
constexpr int kMaxLength = 2000;

// One removed or added item of a shortest edit script.
struct EditStep {
  std::size_t x = 0;  // Position in `before`.
  std::size_t y = 0;  // Position in `after`.
  bool removes = false;
};

// The furthest x on the diagonals -d, -d+2, ..., d after d steps.
class Furthest {
 public:
  explicit Furthest(int d) : d_(d), x_(static_cast<std::size_t>(d) + 1) {}
  [[nodiscard]] int at(int k) const { return x_[index(k)]; }
  void set(int k, int x) { x_[index(k)] = x; }

 private:
  [[nodiscard]] std::size_t index(int k) const { return static_cast<std::size_t>((k + d_) / 2); }
  int d_;
  std::vector<int> x_;
};

// Whether diagonal k is reached by adding an item (from k + 1), not by removing one (from k - 1).
bool comes_down(const Furthest& last, int k, int d) {
  return k == -d || (k != d && last.at(k - 1) < last.at(k + 1));
}

std::vector<EditStep> walk_back(const std::vector<Furthest>& all, int k) {
  std::vector<EditStep> steps;
  for (int d = static_cast<int>(all.size()) - 1; d > 0; --d) {
    const Furthest& last = all[static_cast<std::size_t>(d) - 1];
    const bool down = comes_down(last, k, d);
    k += down ? 1 : -1;
    const int x = last.at(k);
    steps.push_back({static_cast<std::size_t>(x), static_cast<std::size_t>(x - k), !down});
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

// Nothing when more than kMaxLength steps are needed.
std::optional<std::vector<EditStep>> shortest_script(Items before, Items after) {
  const int n = static_cast<int>(before.size());
  const int m = static_cast<int>(after.size());
  std::vector<Furthest> all;
  for (int d = 0; d <= kMaxLength; ++d) {
    Furthest now(d);
    for (int k = -d; k <= d; k += 2) {
      int x = 0;
      if (d > 0) {
        const Furthest& last = all.back();
        x = comes_down(last, k, d) ? last.at(k + 1) : last.at(k - 1) + 1;
      }
      while (x < n && x - k < m &&
             before[static_cast<std::size_t>(x)] == after[static_cast<std::size_t>(x - k)]) {
        ++x;
      }
      now.set(k, x);
      if (x >= n && x - k >= m) {
        all.push_back(std::move(now));
        return walk_back(all, k);
      }
    }
    all.push_back(std::move(now));
  }
  return std::nullopt;
}

}  // namespace

std::vector<SequenceChange> find_changes(Items before, Items after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  before = before.subspan(head, before.size() - head - tail);
  after = after.subspan(head, after.size() - head - tail);
  if (before.empty() && after.empty()) return {};
  const auto steps = shortest_script(before, after);
  if (!steps) return {{head, head + before.size(), head, head + after.size()}};
  std::vector<SequenceChange> changes;
  for (const EditStep& step : *steps) {
    const std::size_t x = head + step.x;
    const std::size_t y = head + step.y;
    if (changes.empty() || changes.back().old_end != x || changes.back().new_end != y) {
      changes.push_back({x, x, y, y});
    }
    ++(step.removes ? changes.back().old_end : changes.back().new_end);
  }
  return changes;
}

}  // namespace rolecall
