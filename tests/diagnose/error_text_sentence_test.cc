// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_sentence.h"

#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

constexpr std::string_view kPhrase = "not authorized to perform";
constexpr std::string_view kRelease = "arn:aws:iam::210987654321:role/Release";

// What the text says from its `not authorized to perform` on.
std::optional<DenialSentence> sentence_in(std::string_view text) {
  const std::size_t begin = text.find(kPhrase);
  if (begin == std::string_view::npos) throw std::runtime_error("no sentence in the test's text");
  return read_denial_sentence(text, begin, begin + kPhrase.size());
}

DenialSentence denial_of(const std::string& rest) {
  const std::string text = std::string(kPhrase) + rest;
  const auto sentence = sentence_in(text);
  if (!sentence) throw std::runtime_error("not read: " + text);
  return *sentence;
}

std::string_view action_of(const std::string& rest) {
  const DenialSentence sentence = denial_of(rest);
  return sentence.action == nullptr ? "another" : sentence.action->action;
}

TEST(ReadDenialSentence, KnowsTheActionsThatAssumeOrPassARole) {
  EXPECT_EQ(action_of(": sts:AssumeRole"), "sts:AssumeRole");
  EXPECT_EQ(action_of(" action: sts:tagsession"), "sts:TagSession");
  EXPECT_EQ(action_of(": sts:\nAssumeRole"), "sts:AssumeRole");
  EXPECT_EQ(action_of(" the AssumeRole action"), "sts:AssumeRole");
  EXPECT_EQ(action_of(": sts:*"), "another");
  EXPECT_EQ(action_of(": s3:GetObject"), "another");
  EXPECT_EQ(action_of(": sts:" + std::string(200, 'a')), "another");
}

TEST(ReadDenialSentence, ReadsNothingWithoutAnAction) {
  EXPECT_FALSE(sentence_in("not authorized to perform"));
  EXPECT_FALSE(sentence_in("not authorized to perform this operation"));
  EXPECT_FALSE(sentence_in("not authorized to perform: sts:\n-"));
}

TEST(ReadDenialSentence, ReadsTheResourceAsPrinted) {
  const auto resource_of = [](const std::string& rest) {
    return denial_of(": sts:AssumeRole on resource: " + rest).resource;
  };
  EXPECT_EQ(resource_of(std::string(kRelease) + "."), kRelease);
  EXPECT_EQ(resource_of("Release."), "Release");
  EXPECT_EQ(resource_of("`Release`"), "Release");
  EXPECT_EQ(resource_of(std::string(400, 'a')), std::string(300, 'a'));
}

TEST(ReadDenialSentence, ReadsTheClauseWhereTheResourceIsMissing) {
  for (const std::string_view clause :
       {"because no identity-based policy allows the sts:AssumeRole action",
        "with an explicit deny in an identity-based policy"}) {
    const DenialSentence sentence =
        denial_of(": sts:AssumeRole on resource: " + std::string(clause));
    EXPECT_EQ(sentence.resource, "");
    ASSERT_NE(sentence.policy_type, nullptr) << clause;
    EXPECT_EQ(sentence.policy_type->gate, Gate::Identity) << clause;
  }
}

struct ClauseCase {
  std::string_view clause{};
  Gate gate{};
  bool explicit_deny = false;
  std::string_view policy_arn{};
};
void PrintTo(const ClauseCase& test, std::ostream* out) {
  *out << test.clause;
}

constexpr ClauseCase kClauses[] = {
    {" because no identity-based policy allows the sts:AssumeRole action", Gate::Identity},
    {" because no identity-based policies allow the sts:AssumeRole action", Gate::Identity},
    {" because no service control policy allows the sts:AssumeRole", Gate::Scp},
    {" because no permissions boundary grants it", Gate::Boundary},
    {" with an explicit deny in a resource-based policy", Gate::Trust, true},
    {" because of an explicit deny in the VPC endpoint policy", Gate::Vpce, true},
    {" with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p-1",
     Gate::Scp, true, "arn:aws:organizations::1:policy/p-1"},
    {" with an explicit deny in a service control policy (arn:aws:organizations::1:policy/p-1)",
     Gate::Scp, true, "arn:aws:organizations::1:policy/p-1"},
    {" with an explicit deny in a session policy: see above", Gate::Session, true},
};

class ReadClause : public testing::TestWithParam<ClauseCase> {};

TEST_P(ReadClause, NamesThePolicyType) {
  const ClauseCase& test = GetParam();
  const DenialSentence sentence = denial_of(
      ": sts:AssumeRole on resource: " + std::string(kRelease) + std::string(test.clause));
  ASSERT_NE(sentence.policy_type, nullptr);
  EXPECT_EQ(sentence.policy_type->gate, test.gate);
  EXPECT_EQ(sentence.explicit_deny, test.explicit_deny);
  EXPECT_EQ(sentence.policy_arn, test.policy_arn);
  EXPECT_EQ(sentence.resource, kRelease);
}
INSTANTIATE_TEST_SUITE_P(ReadDenialSentence, ReadClause, testing::ValuesIn(kClauses));

TEST(ReadDenialSentence, ReadsTheAccountOnlyWhereItIsOne) {
  const auto account_of = [](const std::string& rest) {
    return denial_of(": sts:AssumeRole on resource: " + std::string(kRelease) + rest).account;
  };
  EXPECT_EQ(account_of(" for account 444455556666"), "444455556666");
  EXPECT_EQ(account_of(" Account affected:444455556666"), "444455556666");
  EXPECT_EQ(account_of(" for account 4444"), "");
  EXPECT_EQ(account_of(" for account 4444-5555-6666"), "");
  EXPECT_EQ(account_of(" for account ProductionX1"), "");
}

// ---- Validation errors.

std::optional<ConstraintViolation> violation_in(std::string_view text) {
  constexpr std::string_view kConstraint = "failed to satisfy constraint:";
  const std::size_t begin = text.find(kConstraint);
  return read_violation(text, 0, begin, begin + kConstraint.size());
}

TEST(ReadViolation, ReadsValueParameterAndConstraint) {
  const auto violation = violation_in(
      "Value 'a b' at 'tags.1.member.key' failed to satisfy constraint: Member must have length "
      "less than or equal to 128 (Service: Sts)");
  ASSERT_TRUE(violation.has_value());
  EXPECT_EQ(violation->value, "a b");
  EXPECT_EQ(violation->field, "tags.1.member.key");
  EXPECT_EQ(violation->constraint, "Member must have length less than or equal to 128");
  EXPECT_EQ(violation->parameter, find_parameter("tags"));
}

TEST(ReadViolation, ReadsWhatIsThere) {
  const auto unquoted =
      violation_in("Value x at roleArn failed to satisfy constraint: Member must");
  ASSERT_TRUE(unquoted.has_value());
  EXPECT_EQ(unquoted->value, "x");
  const auto lone_quote = violation_in("Value ' at roleArn failed to satisfy constraint: Member");
  ASSERT_TRUE(lone_quote.has_value());
  EXPECT_EQ(lone_quote->value, "");
  const auto no_value = violation_in("error at 'roleArn' failed to satisfy constraint: \"Member");
  ASSERT_TRUE(no_value.has_value());
  EXPECT_EQ(no_value->value, "");
  EXPECT_EQ(no_value->field, "roleArn");
}

TEST(ReadViolation, IsOfAssumeRoleAndItsRelativesOnly) {
  EXPECT_FALSE(violation_in("Value 'x' at 'bucket' failed to satisfy constraint: Member must"));
  EXPECT_FALSE(violation_in("Value 'x' at '' failed to satisfy constraint: Member must"));
  EXPECT_FALSE(violation_in("Value 'x' failed to satisfy constraint: Member must"));
  EXPECT_EQ(find_parameter("bucket"), nullptr);
}

// ---- Where a sentence begins and ends.

TEST(FindSentenceBegin, StopsAtWhatEndsTheOneBefore) {
  const auto sentence_before = [](std::string_view text) {
    const std::size_t pos = text.find("cannot");
    return std::string(text.substr(find_sentence_begin(text, pos, 0)));
  };
  EXPECT_EQ(sentence_before("Stop. It cannot"), "It cannot");
  EXPECT_EQ(sentence_before("<p>It cannot"), "It cannot");
  EXPECT_EQ(sentence_before("Stop\nIt cannot"), "It cannot");
  EXPECT_EQ(sentence_before("The role\nin use cannot"), "The role\nin use cannot");
  EXPECT_EQ(sentence_before("Stop\n\nit cannot"), "it cannot");
  EXPECT_EQ(sentence_before("Role with arn: x cannot"), "Role with arn: x cannot");
  EXPECT_EQ(sentence_before("EKS: x cannot"), "x cannot");
}

TEST(FindSentenceEnd, StopsAtAFullStopOrABreak) {
  const auto sentence_of = [](std::string_view text) {
    return std::string(text.substr(0, find_sentence_end(text, 0)));
  };
  EXPECT_EQ(sentence_of("It cannot. More"), "It cannot");
  EXPECT_EQ(sentence_of("It cannot.\" More"), "It cannot");
  EXPECT_EQ(sentence_of("Version 1.2 cannot"), "Version 1.2 cannot");
  EXPECT_EQ(sentence_of("It cannot\nMore"), "It cannot");
  EXPECT_EQ(sentence_of("It cannot (Service: Sts)"), "It cannot");
  EXPECT_EQ(sentence_of(" "), "");
}

TEST(QuoteSentence, IsOneLineWithoutLoneQuotes) {
  const auto quote = [](std::string_view text) { return quote_sentence(text, 0, text.size()); };
  EXPECT_EQ(quote(" \"It cannot\n be,\n"), "It cannot be");
  EXPECT_EQ(quote("It is \"a\""), "It is \"a\"");
  EXPECT_EQ(quote("It is a\""), "It is a");
  EXPECT_EQ(quote("\"\" ,"), "");
}

TEST(QuoteSentence, CutsALongOneBetweenCharacters) {
  const std::string long_text = std::string(999, 'a') + "\u00e9\u00e9";
  EXPECT_EQ(quote_sentence(long_text, 0, long_text.size()), std::string(999, 'a'));
  const std::string plain(1'500, 'a');
  EXPECT_EQ(quote_sentence(plain, 0, plain.size()), std::string(1'000, 'a'));
}

}  // namespace
}  // namespace rolecall
