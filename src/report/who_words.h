// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "rolecall/reach/who.h"

namespace rolecall {

// The words of reports for principals of a kind.
struct AssumerWords {
  AssumerKind kind{};
  std::string_view one{};
  std::string_view many{};  // Empty for kinds that cannot be counted.
};
// By AssumerKind.
[[nodiscard]] const std::array<AssumerWords, kAssumerKinds>& assumer_words();

// A principal that is not a user or role of the estate: `the service ...`. Not escaped.
[[nodiscard]] std::string describe_assumer(AssumerKind kind, std::string_view account,
                                           std::string_view name);

// `1,234`.
[[nodiscard]] std::string with_commas(std::size_t number);
// `1,234 roles`, `1 role`.
[[nodiscard]] std::string count_words(std::size_t number, std::string_view one,
                                      std::string_view many);
// `, 3 of them under conditions`; empty when there are none.
[[nodiscard]] std::string under_conditions(std::size_t conditional, std::size_t of);

}  // namespace rolecall
