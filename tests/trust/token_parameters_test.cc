// SPDX-License-Identifier: Apache-2.0
#include "trust/token_parameters.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TokenParameters read_claims(std::vector<NamedValues> claims) {
  RequestPrincipal principal = RequestPrincipal::federated("gitlab.com");
  principal.claims = std::move(claims);
  return read_token_parameters(principal);
}

TokenParameters read_tags(std::string text) {
  return read_claims({{"https://aws.amazon.com/tags", {std::move(text)}}});
}

TEST(TokenTags, AreReadFromOneClaim) {
  const TokenParameters found = read_tags(
      R"({"principal_tags":{"team":["blue","red"],"cost":"7"},"transitive_tag_keys":["team"]})");
  EXPECT_THAT(found.tags, ElementsAre(Pair("team", "blue"), Pair("cost", "7")));
  EXPECT_THAT(found.transitive_tag_keys, ElementsAre("team"));
  EXPECT_FALSE(found.unreadable_tags);
}

TEST(TokenTags, WithoutAValueAreNone) {
  const TokenParameters found = read_tags(R"({"principal_tags":{"team":[],"cost":["7"]}})");
  EXPECT_THAT(found.tags, ElementsAre(Pair("cost", "7")));
  EXPECT_THAT(found.transitive_tag_keys, IsEmpty());
  EXPECT_FALSE(found.unreadable_tags);
}

TEST(TokenTags, InAnotherFormAreNotKnownRatherThanNone) {
  for (const char* text : {"team=blue", "{}", R"({"principal_tags":["team"]})",
                           R"({"principal_tags":null})", R"({"tags":{"team":["blue"]}})"}) {
    const TokenParameters found = read_tags(text);
    EXPECT_TRUE(found.unreadable_tags) << text;
    EXPECT_THAT(found.tags, IsEmpty()) << text;
  }
}

TEST(TokenTags, AreReadFromClaimsOfTheirOwn) {
  const TokenParameters found =
      read_claims({{"https://aws.amazon.com/tags/principal_tags/team", {"blue"}},
                   {"https://aws.amazon.com/tags/transitive_tag_keys", {"team", "cost"}},
                   {"https://aws.amazon.com/source_identity", {"ann"}},
                   {"https://aws.amazon.com/tags/other", {"x"}},
                   {"https://aws.amazon.com/tags/principal_tags/none", {}}});
  EXPECT_THAT(found.tags, ElementsAre(Pair("team", "blue")));
  EXPECT_THAT(found.transitive_tag_keys, ElementsAre("team", "cost"));
  EXPECT_EQ(found.source_identity, "ann");
  EXPECT_FALSE(found.session_name.has_value());
}

TEST(AssertionAttributes, AreReadUnderTheirLongAndTheirShortNames) {
  const std::string prefix = "https://aws.amazon.com/SAML/Attributes/";
  for (const std::string& each : {prefix, std::string()}) {
    const TokenParameters found = read_claims({{each + "PrincipalTag:team", {"blue"}},
                                               {each + "TransitiveTagKeys", {"team"}},
                                               {each + "SourceIdentity", {"ann"}},
                                               {each + "RoleSessionName", {"run"}},
                                               {each + "Role", {"x"}}});
    EXPECT_THAT(found.tags, ElementsAre(Pair("team", "blue")));
    EXPECT_THAT(found.transitive_tag_keys, ElementsAre("team"));
    EXPECT_EQ(found.source_identity, "ann");
    EXPECT_EQ(found.session_name, "run");
  }
}

}  // namespace
}  // namespace rolecall
