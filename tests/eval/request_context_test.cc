// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/request_context.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(RequestContext, AnswersAbsentForKeysNobodySet) {
  const RequestContext context;
  EXPECT_EQ(context.find("aws:SourceIp").state, KeyState::Absent);
  EXPECT_EQ(context.find("").state, KeyState::Absent);
  EXPECT_FALSE(context.is_set("aws:SourceIp"));
}

TEST(RequestContext, HasOneEntryPerKeyWhateverItsLetterCase) {
  RequestContext context;
  context.set("aws:PrincipalTag/Team", "blue", KeyOrigin::Derived);
  context.set("AWS:PRINCIPALTAG/team", "green", KeyOrigin::Given);
  ASSERT_EQ(context.entries().size(), 1U);
  EXPECT_EQ(context.find("aws:principaltag/TEAM").values, std::vector<std::string>{"green"});
  EXPECT_EQ(context.entries()[0].origin, KeyOrigin::Given);
  EXPECT_EQ(context.entries()[0].name, "aws:PrincipalTag/Team");
}

TEST(RequestContext, TellsPresentWithoutValuesFromAbsent) {
  RequestContext context;
  context.set("aws:TagKeys", std::vector<std::string>{}, KeyOrigin::Given);
  EXPECT_EQ(context.find("aws:TagKeys").state, KeyState::Known);
  EXPECT_TRUE(context.find("aws:TagKeys").values.empty());
  context.set_absent("aws:TagKeys");
  EXPECT_EQ(context.find("aws:TagKeys").state, KeyState::Absent);
  EXPECT_EQ(context.find("aws:TagKeys").origin, KeyOrigin::Absent);
}

TEST(RequestContext, GivesUnsetKeysTheStateOfTheirFamily) {
  RequestContext context;
  context.set_family_unknown("aws:PrincipalTag/");
  context.set("aws:PrincipalTag/team", "blue", KeyOrigin::Derived);
  context.set_absent("aws:PrincipalTag/none");
  EXPECT_EQ(context.find("aws:principaltag/other").state, KeyState::Unknown);
  EXPECT_EQ(context.find("aws:PrincipalTag/team").state, KeyState::Known);
  EXPECT_EQ(context.find("aws:PrincipalTag/none").state, KeyState::Absent);
  EXPECT_EQ(context.find("aws:PrincipalTags/x").state, KeyState::Absent);
}

TEST(RequestContext, ForgetsWhatWasUnknownOnceAValueIsSet) {
  RequestContext context;
  context.set_candidates("k", {"a", "b"});
  EXPECT_EQ(context.find("k").candidates.size(), 2U);
  context.set_outside("k", "o-1");
  EXPECT_EQ(context.find("k").not_prefix, "o-1");
  EXPECT_TRUE(context.find("k").candidates.empty());
  context.set_unknown("k", /*never_absent=*/true);
  EXPECT_TRUE(context.find("k").never_absent);
  EXPECT_EQ(context.find("k").not_prefix, "");
  context.set("k", "v", KeyOrigin::Given);
  EXPECT_FALSE(context.find("k").never_absent);
  EXPECT_EQ(context.find("k").state, KeyState::Known);
}

TEST(RequestContext, KnowsWhatAwsDoesNotDocument) {
  RequestContext context;
  context.set_family_undocumented("aws:PrincipalTag/");
  context.set_unknown("aws:userid");
  EXPECT_FALSE(context.find("aws:userid").undocumented);
  context.mark_undocumented("AWS:userid");
  EXPECT_TRUE(context.find("aws:userid").undocumented);
  EXPECT_TRUE(context.find("aws:principaltag/team").undocumented);
  context.set("aws:userid", "AIDA1", KeyOrigin::Given);
  EXPECT_FALSE(context.find("aws:userid").undocumented);
}

TEST(RequestContext, ForgetsAFamilyWithoutRegardToLetterCase) {
  RequestContext context;
  context.set("aws:PrincipalTag/team", "a", KeyOrigin::Derived);
  context.set("AWS:principaltag/level", "5", KeyOrigin::Derived);
  context.set("aws:PrincipalArn", "x", KeyOrigin::Derived);
  context.erase_family("aws:PrincipalTag/");
  EXPECT_EQ(context.entries().size(), 1U);
  EXPECT_FALSE(context.is_set("aws:PrincipalTag/team"));
}

TEST(KeyOrigin, IsNamedAsInTheReport) {
  EXPECT_EQ(key_origin_name(KeyOrigin::Given), "given");
  EXPECT_EQ(key_origin_name(KeyOrigin::Derived), "derived");
  EXPECT_EQ(key_origin_name(KeyOrigin::Absent), "absent");
  EXPECT_EQ(key_origin_name(KeyOrigin::Unknown), "unknown");
}

}  // namespace
}  // namespace rolecall
