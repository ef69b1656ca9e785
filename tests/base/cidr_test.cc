// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/cidr.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

struct CidrCase {
  std::string_view name{};
  std::string_view range{};
  std::string_view address{};
  bool contains = false;
};

void PrintTo(const CidrCase& test, std::ostream* out) {
  *out << test.range << " and " << test.address;
}

class CidrTable : public testing::TestWithParam<CidrCase> {};

TEST_P(CidrTable, Contains) {
  const auto range = Cidr::parse(GetParam().range);
  const auto address = Cidr::parse(GetParam().address);
  ASSERT_TRUE(range && address);
  EXPECT_EQ(range->contains(*address), GetParam().contains);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CidrTable,
    testing::Values(CidrCase{"first", "192.0.2.0/24", "192.0.2.0", true},
                    CidrCase{"last", "192.0.2.0/24", "192.0.2.255", true},
                    CidrCase{"next", "192.0.2.0/24", "192.0.3.0", false},
                    CidrCase{"odd_prefix", "10.1.2.128/25", "10.1.2.200", true},
                    CidrCase{"odd_prefix_below", "10.1.2.128/25", "10.1.2.127", false},
                    CidrCase{"host_bits_do_not_count", "10.1.2.3/8", "10.200.0.1", true},
                    CidrCase{"everything", "0.0.0.0/0", "255.255.255.255", true},
                    CidrCase{"thirty_one", "10.0.0.0/31", "10.0.0.2", false},
                    CidrCase{"single", "10.0.0.1", "10.0.0.1", true},
                    CidrCase{"smaller_block", "10.0.0.0/8", "10.9.0.0/16", true},
                    CidrCase{"larger_block", "10.0.0.0/16", "10.0.0.0/8", false},
                    CidrCase{"v6", "2001:db8::/33", "2001:db8:7fff::1", true},
                    CidrCase{"v6_outside", "2001:db8::/33", "2001:db8:8000::1", false},
                    CidrCase{"v6_everything", "::/0", "2001:db8::1", true},
                    CidrCase{"v6_single", "2001:db8::1", "2001:db8:0:0::1", true},
                    CidrCase{"v6_any_and_v4", "::/0", "192.0.2.1", false},
                    CidrCase{"v4_any_and_v6", "0.0.0.0/0", "::1", false}),
    case_name<CidrCase>);

TEST(Cidr, RefusesWhatIsNoBlock) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv,
                                      "/"sv,
                                      "10.0.0"sv,
                                      "10.0.0.256"sv,
                                      "10.0.0.01"sv,
                                      "10.0.0.1/33"sv,
                                      "10.0.0.1/"sv,
                                      "10.0.0.1/-1"sv,
                                      "10.0.0.1/08"sv,
                                      "10.0.0.1/8/8"sv,
                                      " 10.0.0.1"sv,
                                      "10.0.0.1 "sv,
                                      "10.0.0.*"sv,
                                      "2001:db8::/129"sv,
                                      "2001:db8"sv,
                                      "1::2::3"sv,
                                      "fe80::1%eth0"sv,
                                      "0x0a000001"sv,
                                      "10.0.0.1\0"sv,
                                      "10.0.0.1\0/8"sv,
                                      "10.0.0.1/+8"sv}) {
    EXPECT_FALSE(Cidr::parse(text).has_value()) << text;
  }
  EXPECT_FALSE(Cidr::parse(std::string(100'000, '1')).has_value());
}

TEST(Cidr, UnmapsWhatIsAnIPv4BlockInIPv6Notation) {
  const Cidr mapped = Cidr::parse("::ffff:203.0.113.0/120")->unmapped();
  EXPECT_FALSE(mapped.v6);
  EXPECT_EQ(mapped.prefix, 24);
  EXPECT_TRUE(mapped.contains(*Cidr::parse("203.0.113.7")));
  EXPECT_EQ(Cidr::parse("::ffff:0:0/96")->unmapped().prefix, 0);
  for (const std::string_view text : {"::ffff:0:0/95", "::203.0.113.7", "::/0", "2001:db8::1"}) {
    EXPECT_TRUE(Cidr::parse(text)->unmapped().v6) << text;
  }
  EXPECT_FALSE(Cidr::parse("203.0.113.7")->unmapped().v6);
}

TEST(Cidr, KnowsPrivateAddresses) {
  for (const std::string_view text : {"10.1.2.3", "172.16.0.0/12", "172.31.255.255", "192.168.1.1",
                                      "127.0.0.1", "169.254.1.1", "fd00::1", "fe80::1", "::1"}) {
    EXPECT_TRUE(Cidr::parse(text)->is_private()) << text;
  }
  for (const std::string_view text : {"11.0.0.0", "172.32.0.0", "172.15.255.255", "192.0.2.1",
                                      "0.0.0.0/0", "2001:db8::1", "::2"}) {
    EXPECT_FALSE(Cidr::parse(text)->is_private()) << text;
  }
}

}  // namespace
}  // namespace rolecall
