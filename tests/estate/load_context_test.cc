// SPDX-License-Identifier: Apache-2.0
#include "estate/load_context.h"

#include "loading.h"

namespace rolecall {
namespace {

class LoadContextTest : public testing::Test {
 protected:
  JsonDocument parse(std::string text) {
    const DocumentId id = loaded_.estate.sources().add("a.json", std::move(text));
    return *parse_json(loaded_.estate.sources(), id, loaded_.diagnostics);
  }
  Loaded loaded_{};
  LoadContext context_{.estate = loaded_.estate, .diagnostics = loaded_.diagnostics};
};

TEST_F(LoadContextTest, ExpectNamesWhatIsThereInstead) {
  const JsonDocument json = parse("{\"Roles\": \"none\"}");
  EXPECT_FALSE(expect(context_, *json.root().find("Roles"), JsonKind::Array, "Roles"));
  const Diagnostic said = loaded_.first(DiagnosticCode::WrongType);
  EXPECT_EQ(said.message, "`Roles` must be an array, not a string");
  EXPECT_EQ(loaded_.underlined(DiagnosticCode::WrongType), "\"none\"");
}

TEST_F(LoadContextTest, ExpectTakesNullAsAbsent) {
  const JsonDocument json = parse("[null, \"a\"]");
  EXPECT_FALSE(expect(context_, *json.root().begin(), JsonKind::Array, "Roles"));
  EXPECT_EQ(read_text(context_, *json.root().begin(), "Name"), "");
  EXPECT_EQ(read_text(context_, *++json.root().begin(), "Name"), "a");
  EXPECT_EQ(loaded_.diagnostics.all().size(), 0U);
}

TEST_F(LoadContextTest, ReadTimeTakesTheFormsOfAllClients) {
  const JsonDocument json = parse(
      R"(["2024-03-11T09:24:17+00:00", "2024-03-11T09:24:17Z", "2024-03-11T10:24:17.123+01:00",
          1710149057, 1710149057.5, "1710149057", "yesterday", true, {}])");
  int at = 0;
  for (const JsonValue each : json.root()) {
    if (at++ < 6) {
      EXPECT_EQ(read_time(each), 1710149057) << each.raw();
    } else {
      EXPECT_EQ(read_time(each), std::nullopt) << each.raw();
    }
  }
}

TEST_F(LoadContextTest, RepeatsOwnKeyLooksAtOneLevelOnly) {
  const JsonDocument own = parse("{\"a\":1,\"b\":{},\"a\":2}");
  EXPECT_TRUE(repeats_own_key(own, own.root()));
  const JsonDocument inner = parse("{\"a\":{\"b\":1,\"b\":2}}");
  EXPECT_FALSE(repeats_own_key(inner, inner.root()));
  EXPECT_TRUE(repeats_own_key(inner, *inner.root().find("a")));
  const JsonDocument list = parse("[{\"b\":1,\"b\":2}]");
  EXPECT_FALSE(repeats_own_key(list, list.root()));
}

TEST_F(LoadContextTest, FormatPlaceNamesFileAndLine) {
  const JsonDocument json = parse("{\n\"a\": 1}");
  EXPECT_EQ(format_place(loaded_.estate.sources(), json.root().find("a")->span()), "a.json:2");
}

}  // namespace
}  // namespace rolecall
