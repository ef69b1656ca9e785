// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/decimal.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

struct DecimalCase {
  std::string_view name{};
  std::string_view smaller{};
  std::string_view larger{};
};

void PrintTo(const DecimalCase& test, std::ostream* out) {
  *out << test.smaller << " and " << test.larger;
}

class DecimalOrder : public testing::TestWithParam<DecimalCase> {};

TEST_P(DecimalOrder, IsThatOfTheValues) {
  EXPECT_EQ(compare_decimals(GetParam().smaller, GetParam().larger), -1);
  EXPECT_EQ(compare_decimals(GetParam().larger, GetParam().smaller), 1);
  EXPECT_EQ(compare_decimals(GetParam().smaller, GetParam().smaller), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Table, DecimalOrder,
    testing::Values(DecimalCase{"not_as_text", "9", "10"}, DecimalCase{"negative", "-10", "-9"},
                    DecimalCase{"signs", "-1", "+1"}, DecimalCase{"zero", "-0.1", "0"},
                    DecimalCase{"fraction", "1.05", "1.5"},
                    DecimalCase{"beyond_double", "9007199254740992", "9007199254740993"},
                    DecimalCase{"long_fraction", "0.1", "0.10000000000000000000000001"},
                    DecimalCase{"exponent", "9.9e2", "1e3"},
                    DecimalCase{"small_exponent", "1e-9999", "0.000001"},
                    DecimalCase{"beyond_infinity", "1e308", "1e9999"},
                    DecimalCase{"huge_and_negative", "-1e9999", "-1e308"}),
    case_name<DecimalCase>);

TEST(Decimal, IsEqualHoweverItIsWritten) {
  for (const std::string_view text :
       {"10", "10.", "010", "+10", "10.000", "1e1", "1E+1", "100e-1", "0.1e2", "0010.0e0"}) {
    EXPECT_EQ(compare_decimals(text, "10"), 0) << text;
  }
  EXPECT_EQ(compare_decimals("-0", "0.000"), 0);
  EXPECT_EQ(compare_decimals("0e99", "-0e-99"), 0);
  EXPECT_EQ(compare_decimals(".5", "0.5"), 0);
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const std::string_view text : {"", " ", "-", ".", "1 ", " 1", "1,5", "1.2.3", "0x10", "1e",
                                      "1e+", "e5", "1e10000", "--1", "inf", "NaN", "ten"}) {
    EXPECT_FALSE(is_decimal(text)) << text;
    EXPECT_FALSE(compare_decimals(text, "1").has_value()) << text;
    EXPECT_FALSE(compare_decimals("1", text).has_value()) << text;
  }
}

TEST(Decimal, ComparesNumbersOfAnyLength) {
  const std::string nines(200'000, '9');
  EXPECT_EQ(compare_decimals(nines + "8", nines + "9"), -1);
  EXPECT_EQ(compare_decimals("0." + nines, "1"), -1);
  EXPECT_EQ(compare_decimals(std::string(200'000, '0') + "1", "1.0"), 0);
}

}  // namespace
}  // namespace rolecall
