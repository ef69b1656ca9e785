// SPDX-License-Identifier: Apache-2.0
#include "estate/gaad_reader.h"

#include <ostream>
#include <string>

#include "loading.h"

namespace rolecall {
namespace {

struct PageShape {
  std::string name{};
  std::string text{};
  bool page = false;
};

std::ostream& operator<<(std::ostream& out, const PageShape& shape) {
  return out << shape.name;
}

class GaadShape : public testing::TestWithParam<PageShape> {};

TEST_P(GaadShape, IsToldFromOthers) {
  SourceTable sources;
  Diagnostics diagnostics;
  const auto json = parse_json(sources, sources.add("a", GetParam().text), diagnostics);
  ASSERT_TRUE(json);
  EXPECT_EQ(is_gaad_page(json->root()), GetParam().page);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, GaadShape,
    testing::Values(
        PageShape{"users", R"({"UserDetailList":[]})", true},
        PageShape{"groups", R"({"GroupDetailList":[]})", true},
        PageShape{"roles", R"({"RoleDetailList":5})", true},
        PageShape{"policies", R"({"Policies":[{"PolicyVersionList":[]}]})", true},
        PageShape{"last_page", R"({"Policies":[],"IsTruncated":false})", true},
        PageShape{"list_policies", R"({"Policies":[{"Arn":"x","DefaultVersionId":"v1"}]})", false},
        PageShape{"organization_policies", R"({"Policies":[{"PolicySummary":{}}]})", false},
        PageShape{"policies_of_numbers", R"({"Policies":[1]})", false},
        PageShape{"no_policies", R"({"Policies":[]})", false},
        PageShape{"array", R"([{"UserDetailList":[]}])", false}, PageShape{"empty", "{}", false}),
    [](const auto& row) { return row.param.name; });

TEST(ReadGaad, LeavesTheEstateAsItWas) {
  Estate estate;
  Diagnostics diagnostics;
  SourceTable& sources = estate.sources();
  const DocumentId file = sources.add("a", roles_page(role_json("a") + "," + role_json("b", "12")));
  const auto json = parse_json(sources, file, diagnostics);
  ASSERT_TRUE(json);
  LoadContext context{.estate = estate, .diagnostics = diagnostics};
  const EstateDocument page{.json = &*json, .value = json->root(), .file = "a"};
  const GaadExport read = read_gaad(context, {&page, 1}, true);
  ASSERT_EQ(read.pages.size(), 1U);
  EXPECT_EQ(read.pages[0].roles.size(), 2U);
  EXPECT_TRUE(read.pages[0].has_users);
  EXPECT_EQ(read.owners.size(), 1U);
  EXPECT_EQ(read.owners.begin()->first, "111122223333");
  EXPECT_EQ(diagnostics.error_count(), 1U);
  EXPECT_TRUE(estate.accounts().empty());
}

}  // namespace
}  // namespace rolecall
