// SPDX-License-Identifier: Apache-2.0
#include "diagnose/source_arn_form.h"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(SourceArnForm, IsThatOfTheService) {
  EXPECT_EQ(source_arn_form("ecs-tasks.amazonaws.com"), "arn:P:ecs:R:A:*");
  EXPECT_EQ(source_arn_form("Scheduler.amazonaws.com"), "arn:P:scheduler:R:A:schedule-group/NAME");
}

TEST(SourceArnForm, IsNotGuessed) {
  EXPECT_EQ(source_arn_form("lambda.amazonaws.com"), "");
  EXPECT_EQ(source_arn_form("ecs.amazonaws.com"), "");
  EXPECT_EQ(source_arn_form(""), "");
}

}  // namespace
}  // namespace rolecall
