// SPDX-License-Identifier: Apache-2.0
#include "live/secret.h"

#include <ostream>
#include <type_traits>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rolecall {
namespace {

template <typename T, typename = void>
struct IsStreamed : std::false_type {};
template <typename T>
struct IsStreamed<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<T>())>>
    : std::true_type {};

static_assert(IsStreamed<std::string>::value);
static_assert(!IsStreamed<Secret>::value);
static_assert(fmt::is_formattable<std::string>::value);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST(Secret, IsOverwrittenWhereItWasMovedFrom) {
  Secret first("wJalrXUtnFEMI");
  const char* const bytes = first.reveal().data();
  const Secret second(std::move(first));
  EXPECT_EQ(second.reveal(), "wJalrXUtnFEMI");
  // Short text stands in the object itself, which is still there.
  for (std::size_t i = 0; i < second.reveal().size(); ++i) EXPECT_EQ(bytes[i], '\0');
}

}  // namespace
}  // namespace rolecall
