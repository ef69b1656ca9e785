// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "rolecall/reach/who.h"

namespace rolecall {

// What reports call principals of a kind.
struct AssumerWords {
  AssumerKind kind{};
  std::string_view one{};
  std::string_view many{};  // Empty where there is no number of them.
};
// By AssumerKind.
[[nodiscard]] const std::array<AssumerWords, kAssumerKinds>& assumer_words();

// Somebody who is no user or role of the estate: `the service ...`. Not escaped.
[[nodiscard]] std::string describe_assumer(AssumerKind kind, std::string_view account,
                                           std::string_view name);

// `1,234`.
[[nodiscard]] std::string with_commas(std::size_t number);
// `1,234 roles`, `1 role`.
[[nodiscard]] std::string count_words(std::size_t number, std::string_view one,
                                      std::string_view many);
// `, 3 of them under conditions`; empty when none is.
[[nodiscard]] std::string under_conditions(std::size_t conditional, std::size_t of);

}  // namespace rolecall
