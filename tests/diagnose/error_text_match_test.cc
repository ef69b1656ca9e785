// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_match.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string arn_at_start(std::string_view text) {
  const auto arn = read_arn(text, 0);
  return arn ? arn->value : "";
}

// ---- ARNs as people paste them.

TEST(ReadArnWithPlaceholders, KeepsThemWhereAFieldIsMissing) {
  for (const std::string_view whole :
       {"arn:aws:iam::<account>:role/a", "arn:aws:iam::<my account>:role/a",
        "arn:aws:iam::[account_id]:role/a", "arn:aws:iam::{a.b}:role/a",
        "arn:aws:iam::${AWS::AccountId}:role/a-<env>"}) {
    EXPECT_EQ(arn_at_start(whole), whole);
  }
}

TEST(ReadArnWithPlaceholders, EndsBeforeWhatIsNone) {
  const std::string longer(70, 'x');
  for (const std::string& rest :
       {std::string("{}"), std::string("<a/b>"), std::string("<account"), "<" + longer + ">"}) {
    EXPECT_EQ(arn_at_start("arn:aws:iam::1:role/" + rest), "arn:aws:iam::1:role/") << rest;
  }
  EXPECT_EQ(arn_at_start("arn:aws:iam::1:role/a<b>"), "arn:aws:iam::1:role/a");
}

TEST(ReadArn, GoesOnInTheNextLineWhereItMust) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"arn:aws:iam::1:\nrole/a", "arn:aws:iam::1:role/a"},
      {"arn:aws:iam::1:role/\na b", "arn:aws:iam::1:role/a"},
      {"arn:aws:iam::1:role\n/a", "arn:aws:iam::1:role/a"},
      {"arn:aws:iam::1:user\n/a", "arn:aws:iam::1:user/a"},
      {"arn:aws:sts::1:assumed-role\n/a/b", "arn:aws:sts::1:assumed-role/a/b"},
      {"arn:aws:sts::1:assumed-role/a\n/b", "arn:aws:sts::1:assumed-role/a/b"},
      {"arn:aws:iam::1:policy:\na", "arn:aws:iam::1:policy:a"},
      // Here it may have ended.
      {"arn:aws:iam::1:role\nis", "arn:aws:iam::1:role"},
      {"arn:aws:sts::1:assumed-role\nis", "arn:aws:sts::1:assumed-role"},
      {"arn:aws:sts::1:assumed-role/a\nis", "arn:aws:sts::1:assumed-role/a"},
      {"arn:aws:sts::1:assumed-role/a/b\n/c", "arn:aws:sts::1:assumed-role/a/b"},
      {"arn:aws:iam::1:role/\n(", "arn:aws:iam::1:role/"},
      {"arn:aws:iam::1:role/\n", "arn:aws:iam::1:role/"},
  };
  for (const auto& [text, arn] : cases) EXPECT_EQ(arn_at_start(text), arn) << text;
}

TEST(ReadArn, LosesWhatEndsASentenceOrAMark) {
  EXPECT_EQ(arn_at_start("arn:aws:iam::1:role/a** and"), "arn:aws:iam::1:role/a");
  EXPECT_EQ(arn_at_start("arn:aws:iam::1:role/a?!;"), "arn:aws:iam::1:role/a");
  EXPECT_EQ(arn_at_start("arn:::"), "");
}

TEST(ReadArn, StopsAtALengthThatNoArnHas) {
  const std::string arn = "arn:aws:iam::1:role/" + std::string(4'000, 'a');
  EXPECT_EQ(arn_at_start(arn), arn.substr(0, 2'500));
}

// ---- The pattern language.

// `name=value` of each capture when the pattern matches at the start, else `no match`.
std::vector<std::string> captures_of(std::string_view pattern, std::string_view text) {
  std::vector<Capture> captures;
  if (!match_pattern(text, 0, pattern, captures)) return {"no match"};
  std::vector<std::string> words;
  for (const Capture& each : captures) words.push_back(std::string(each.name) + "=" + each.value);
  return words;
}

TEST(MatchPattern, CapturesARoleAfterFillerWordsOnly) {
  constexpr std::string_view kPattern = "assume{~role}";
  const std::string arn = "arn:aws:iam::1:role/a";
  EXPECT_THAT(captures_of(kPattern, "assume " + arn), ElementsAre("role=" + arn));
  EXPECT_THAT(captures_of(kPattern, "assume the cross-account role '" + arn + "'"),
              ElementsAre("role=" + arn));
  for (const std::string& text :
       {std::string("assume"), std::string("assume the role"), std::string("assume the role "),
        std::string("assume !"), "assume anything like " + arn,
        std::string("assume role arn:aws:iam::1:user/ann"), "assume ((((((((((" + arn,
        "assume " + std::string(30, 'a') + " " + arn,
        "assume the the the the the the the the the the the " + arn}) {
    EXPECT_THAT(captures_of(kPattern, text), IsEmpty()) << text;
  }
}

TEST(MatchPattern, CapturesANameWhereThereIsNoArn) {
  EXPECT_THAT(captures_of("Role {role} is", "Role team/a+b=c,d.e@f_g-h is"),
              ElementsAre("role=team/a+b=c,d.e@f_g-h"));
  EXPECT_THAT(captures_of("Role {role}", "Role a.,"), ElementsAre("role=a"));
  EXPECT_THAT(captures_of("Role {role}", "Role !"), ElementsAre("no match"));
  EXPECT_THAT(captures_of("Role {role}", "Role " + std::string(400, 'a')),
              ElementsAre("role=" + std::string(300, 'a')));
}

TEST(MatchPattern, CapturesAWordOfTheKindThatIsNamed) {
  EXPECT_THAT(captures_of("code {code}", "code Aws.Some_Error-1."),
              ElementsAre("code=Aws.Some_Error-1"));
  EXPECT_THAT(captures_of("code {code}", "code ..."), ElementsAre("no match"));
  EXPECT_THAT(captures_of("by {operation}", "by Assume-Role"), ElementsAre("operation=Assume"));
  EXPECT_THAT(captures_of("by {operation}", "by " + std::string(200, 'a')),
              ElementsAre("operation=" + std::string(128, 'a')));
  EXPECT_THAT(captures_of("of {service}", "of lambda.amazonaws.com."),
              ElementsAre("service=lambda.amazonaws.com"));
  EXPECT_THAT(captures_of("of {service}", "of lambda"), ElementsAre("no match"));
  EXPECT_THAT(captures_of("sa {service_account}", "sa ns:name"),
              ElementsAre("service_account=ns:name"));
  EXPECT_THAT(captures_of("id{request_id}", "id: (1-2"), ElementsAre("request_id=1-2"));
  EXPECT_THAT(captures_of("id{request_id}", "id: ((((((1"), ElementsAre("no match"));
}

TEST(MatchPattern, CapturesWhatStandsBeforeTheNextLiteral) {
  EXPECT_THAT(captures_of("value: {value}, valid", "value: '\"x y\"', valid"),
              ElementsAre("value=x y"));
  EXPECT_THAT(captures_of("value: {value}, valid", "value: '', valid"), IsEmpty());
  EXPECT_THAT(captures_of("value: {value}, valid", "value: , valid"), IsEmpty());
  EXPECT_THAT(captures_of("value: {*}, valid", "value: x, valid"), IsEmpty());
  EXPECT_THAT(captures_of("value: {value}, valid", "value: x\n\ny, valid"),
              ElementsAre("no match"));
  EXPECT_THAT(captures_of("value: {value}, valid", "value: " + std::string(400, 'x') + ", valid"),
              ElementsAre("no match"));
}

TEST(MatchPattern, CapturesOneWordAtItsEnd) {
  EXPECT_THAT(captures_of("profile: {name}", "profile: web, or"), ElementsAre("name=web"));
  EXPECT_THAT(captures_of("profile: {name}", "profile:"), IsEmpty());
  EXPECT_THAT(captures_of("profile: {name}", "profile: " + std::string(400, 'x')),
              ElementsAre("name=" + std::string(300, 'x')));
}

TEST(MatchLiteral, TakesAnyQuotationMarkOrNone) {
  EXPECT_EQ(match_literal("at 'x'", 0, "at 'x'"), 6U);
  EXPECT_EQ(match_literal("at \"x`", 0, "at 'x'"), 6U);
  EXPECT_EQ(match_literal("at x", 0, "at 'x'"), 4U);
  EXPECT_EQ(match_literal("at y", 0, "at 'x'"), std::nullopt);
}

TEST(SplitPattern, SetsTheLeadApart) {
  const auto parts = [](std::string_view pattern) {
    const SplitPattern split = split_pattern(pattern);
    return std::string(split.lead) + "|" + std::string(split.rest);
  };
  EXPECT_EQ(parts("{~role} cannot be assumed"), "~role|cannot be assumed");
  EXPECT_EQ(parts("{role}' is invalid"), "role|is invalid");
  EXPECT_EQ(parts("Rate exceeded"), "|Rate exceeded");
  EXPECT_EQ(parts("{role}"), "role|");
}

}  // namespace
}  // namespace rolecall
