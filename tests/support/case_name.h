// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gtest/gtest.h>

namespace rolecall {

// The `name` of a row of a table, for INSTANTIATE_TEST_SUITE_P.
template <typename Case>
std::string case_name(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.name);
}

}  // namespace rolecall
