// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "rolecall/reach/audit.h"
#include "rolecall/reach/diff.h"

namespace rolecall {

// Why something could not be compared, and what would help.
struct DiffReason {
  std::string why{};
  std::string obtain{};  // A command; may be empty.

  friend bool operator==(const DiffReason&, const DiffReason&) = default;
  friend bool operator<(const DiffReason& a, const DiffReason& b) {
    return std::tie(a.why, a.obtain) < std::tie(b.why, b.obtain);
  }
};

// Collects what could not be compared, by reason: one reason often holds for many roles.
class DiffGaps {
 public:
  // The edges into the role were not compared. `hides`: as DiffGap::hides.
  void add_role(const DiffReason& reason, std::string_view role, bool hides);
  void add_chain(const DiffReason& reason, std::string_view role, bool hides);
  void add_finding(const DiffReason& reason, const AuditFinding& finding);
  // One gap per reason, in the order in which the reasons were first added.
  [[nodiscard]] std::vector<DiffGap> take() const;

 private:
  // Each name once, in the order of adding.
  struct Names {
    void add(std::string_view name);

    std::vector<std::string> list{};
    std::unordered_set<std::string> known{};
  };
  struct Entry {
    Names roles{};
    Names chains{};
    Names findings{};
    bool hides = false;
  };
  Entry& entry(const DiffReason& reason);

  std::map<DiffReason, std::size_t> places_;
  std::vector<DiffReason> reasons_;
  std::vector<Entry> entries_;
};

}  // namespace rolecall
