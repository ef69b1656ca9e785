// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "rolecall/eval/evaluation.h"

namespace rolecall {

// A copy of policies without their Deny statements. A gate that still refuses lacks an Allow.
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
