// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "rolecall/eval/evaluation.h"

namespace rolecall {

// Policies with their Allow statements alone. A gate that refuses then lacks an Allow, which no
// Deny hides. Holds the copies its policies point to.
class AllowsAlone {
 public:
  explicit AllowsAlone(const PolicySet& policies);
  ~AllowsAlone() = default;
  AllowsAlone(const AllowsAlone&) = delete;
  AllowsAlone& operator=(const AllowsAlone&) = delete;

  [[nodiscard]] const PolicySet& policies() const { return policies_; }

 private:
  std::deque<Policy> copies_;
  PolicySet policies_;
};

}  // namespace rolecall
