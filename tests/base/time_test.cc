// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/time.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

struct TimeCase {
  std::string_view name{};
  std::string_view text{};
  EpochSeconds seconds = 0;
};

void PrintTo(const TimeCase& test, std::ostream* out) {
  *out << test.text;
}

class TimeTable : public testing::TestWithParam<TimeCase> {};

TEST_P(TimeTable, IsReadAsAnInstant) {
  EXPECT_EQ(parse_time(GetParam().text), GetParam().seconds);
}

INSTANTIATE_TEST_SUITE_P(
    Table, TimeTable,
    testing::Values(TimeCase{"epoch", "1970-01-01T00:00:00Z", 0},
                    TimeCase{"day", "2026-11-23", 1'795'392'000},
                    TimeCase{"month", "2026-11", 1'793'491'200},
                    TimeCase{"year", "2026", 1'767'225'600},
                    TimeCase{"minutes", "2026-11-23T10:00Z", 1'795'428'000},
                    TimeCase{"seconds", "2026-11-23T10:00:01Z", 1'795'428'001},
                    TimeCase{"lower_case", "2026-11-23t10:00:00z", 1'795'428'000},
                    TimeCase{"fraction", "2026-11-23T10:00:00.999999Z", 1'795'428'000},
                    TimeCase{"east", "2026-11-23T11:00:00+01:00", 1'795'428'000},
                    TimeCase{"west", "2026-11-23T04:30:00-05:30", 1'795'428'000},
                    TimeCase{"offset_without_colon", "2026-11-23T11:00:00+0100", 1'795'428'000},
                    TimeCase{"leap_day", "2024-02-29T00:00:00Z", 1'709'164'800},
                    TimeCase{"before_the_epoch", "1969-12-31T23:59:59Z", -1},
                    TimeCase{"epoch_seconds", "1795428000", 1'795'428'000},
                    TimeCase{"epoch_fraction", "1795428000.9", 1'795'428'000},
                    TimeCase{"epoch_zero", "0", 0}, TimeCase{"epoch_negative", "-5", -5},
                    TimeCase{"negative_fraction_goes_to_the_past", "-1.5", -2},
                    TimeCase{"midnight_at_the_end", "2026-11-22T24:00:00Z", 1'795'392'000}),
    case_name<TimeCase>);

TEST(Time, RefusesWhatIsNoInstant) {
  for (const std::string_view text : {"",
                                      "soon",
                                      "2026-13-01",
                                      "2026-02-29",
                                      "2026-11-31",
                                      "2026-1-1",
                                      "2026-11-23T",
                                      "2026-11-23T10",
                                      "2026-11-23T10:00",
                                      "2026-11-23T10:00:00",
                                      "2026-11-23T25:00:00Z",
                                      "2026-11-23T10:60:00Z",
                                      "2026-11-23T10:00:61Z",
                                      "2026-11-23 10:00:00Z",
                                      "2026-11-23T10:00:00Z ",
                                      " 2026-11-23",
                                      "2026-11-23T10:00:00+1",
                                      "2026-11-23T10:00:00GMT",
                                      "2026/11/23",
                                      "12345678901234",
                                      "1e9",
                                      "-",
                                      ".",
                                      "1.x",
                                      "2026-11-23T24:30:00Z",
                                      "2026-11-23T10:00:00+99:00",
                                      "2026-11-23T10:00:00+01:60"}) {
    EXPECT_FALSE(parse_time(text).has_value()) << text;
  }
}

TEST(Time, IsWrittenAsItIsRead) {
  EXPECT_EQ(format_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_time(1'795'428'061), "2026-11-23T10:01:01Z");
  for (const EpochSeconds time :
       {EpochSeconds{1'709'164'799}, EpochSeconds{4'102'444'800}, EpochSeconds{-2'208'988'800}}) {
    EXPECT_EQ(parse_time(format_time(time)), time);
  }
}

}  // namespace
}  // namespace rolecall
