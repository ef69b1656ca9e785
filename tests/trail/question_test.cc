// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trail/question.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/test_folder.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

constexpr std::string_view kOther = "arn:aws:iam::444455556666:role/other";

std::string denial(std::string_view caller, std::string_view role) {
  return "User: " + std::string(caller) + " is not authorized to perform: sts:AssumeRole on " +
         "resource: " + std::string(role) + "\n";
}

class Gathering {
 public:
  Gathering& gather() {
    questions = gather_questions(in, estate, diagnostics);
    return *this;
  }
  // Code and message of what was said, one line each.
  [[nodiscard]] std::string said() const {
    std::string text;
    for (const Diagnostic& each : diagnostics.all()) {
      text += std::string(severity_name(each.severity)) + " " + format_code(each.code) + " " +
              each.message + "\n";
    }
    return text;
  }
  [[nodiscard]] std::vector<std::string> roles() const {
    std::vector<std::string> all;
    if (!questions) return all;
    for (const Question& each : *questions) all.push_back(each.request.role);
    return all;
  }
  [[nodiscard]] const AssumeRequest& request() const { return questions->at(0).request; }

  TestFolder folder{};
  QuestionInputs in{};
  Estate estate{};
  Diagnostics diagnostics{};
  std::optional<std::vector<Question>> questions{};
};

TEST(GatherQuestions, AsksAboutEachDenialOfALog) {
  Gathering asked;
  asked.in.pasted = denial(kCiSession, kDeploy) + denial(kCiSession, kOther);
  EXPECT_EQ(asked.gather().said(), "");
  EXPECT_EQ(asked.roles(), (std::vector<std::string>{std::string(kDeploy), std::string(kOther)}));
}

TEST(GatherQuestions, FindsTheCallBehindManyOthers) {
  Gathering asked;
  for (int i = 0; i < 150; ++i) {
    asked.in.pasted += denial(kCiSession, std::string(kOther) + std::to_string(i));
  }
  asked.in.pasted += denial(kCiSession, kDeploy);
  asked.in.from = kCiSession;
  asked.in.to = kDeploy;
  EXPECT_EQ(asked.gather().said(),
            "warning RC0402 150 of 151 denials in the error text are left out: they are not about "
            "the call in question, or repeat it\n");
  EXPECT_TRUE(asked.questions->at(0).evidence);
}

TEST(GatherQuestions, ReadsPastedTextAndFileAsOneLog) {
  Gathering asked;
  asked.in.pasted = denial(kCiSession, kDeploy);
  asked.in.error_file =
      asked.folder.write("log.txt", denial(kCiSession, kOther) + denial(kCiSession, kDeploy));
  EXPECT_EQ(asked.gather().said(), "");
  EXPECT_EQ(asked.roles(), (std::vector<std::string>{std::string(kDeploy), std::string(kOther)}));
}

TEST(GatherQuestions, TakesTheDenialThatIsAboutTheCallInQuestion) {
  Gathering asked;
  asked.in.from = kCi;
  asked.in.to = kDeploy;
  asked.in.pasted =
      denial(kUser, kDeploy) + denial(kCiSession, kOther) + denial(kCiSession, kDeploy);
  EXPECT_EQ(asked.gather().said(),
            "warning RC0402 2 of 3 denials in the error text are left out: they are not about the "
            "call in question, or repeat it\n");
  ASSERT_EQ(asked.questions->size(), 1U);
  ASSERT_TRUE(asked.questions->at(0).evidence.has_value());
  EXPECT_EQ(asked.questions->at(0).evidence->principal, kCiSession);
  EXPECT_EQ(asked.questions->at(0).evidence->role, kDeploy);
}

TEST(GatherQuestions, TakesNoDenialWhenSeveralAreAboutOtherCalls) {
  Gathering asked;
  asked.in.from = kUser;
  asked.in.to = kDeploy;
  asked.in.pasted = denial(kCiSession, kDeploy) + denial(kCiSession, kOther);
  asked.gather();
  EXPECT_EQ(asked.said().substr(0, 27), "warning RC0402 2 of 2 denia");
  EXPECT_FALSE(asked.questions->at(0).evidence.has_value());
}

TEST(GatherQuestions, KeepsASingleDenialAndSaysWhereItDiffers) {
  Gathering asked;
  asked.in.from = kUser;
  asked.in.to = kDeploy;
  asked.in.pasted = denial(kCiSession, kDeploy);
  asked.gather();
  EXPECT_EQ(asked.said().substr(0, 15), "warning RC0302 ");
  EXPECT_TRUE(asked.questions->at(0).evidence.has_value());
  EXPECT_EQ(asked.request().principal.name, kUser);
}

TEST(GatherQuestions, KeepsTheDenialsOfTheRoleThatIsNamed) {
  Gathering asked;
  asked.in.to = kDeploy;
  asked.in.pasted = denial(kUser, kDeploy) + denial(kCiSession, kDeploy) + denial(kUser, kOther);
  asked.gather();
  EXPECT_EQ(asked.said().substr(0, 23), "warning RC0402 1 of 3 d");
  EXPECT_EQ(asked.questions->size(), 2U);
}

TEST(GatherQuestions, GivesEachDenialToItsEvent) {
  const auto event = [](std::string_view role) {
    return R"({"eventName":"AssumeRole","userIdentity":{"type":"IAMUser","arn":")" +
           std::string(kUser) + R"("},"requestParameters":{"roleArn":")" + std::string(role) +
           "\"}}";
  };
  Gathering asked;
  asked.in.event_file =
      asked.folder.write("events.json", "[" + event(kDeploy) + "," + event(kOther) + "]");
  asked.in.pasted = denial(kUser, kOther) + denial(kCiSession, kDeploy);
  asked.gather();
  EXPECT_EQ(asked.said().substr(0, 23), "warning RC0402 1 of 2 d");
  ASSERT_EQ(asked.questions->size(), 2U);
  EXPECT_FALSE(asked.questions->at(0).evidence.has_value());
  ASSERT_TRUE(asked.questions->at(1).evidence.has_value());
  EXPECT_EQ(asked.questions->at(1).evidence->role, kOther);
}

TEST(GatherQuestions, DropsThePublicAddressOfACallThroughAnEndpoint) {
  Gathering asked;
  asked.in.from = kUser;
  asked.in.to = kDeploy;
  asked.in.vpc_endpoint = "vpce-1";
  asked.in.context = {"aws:SourceIp=198.51.100.7"};
  EXPECT_EQ(asked.gather().said(),
            "warning RC0303 `aws:SourceIp` is left out: a call through VPC endpoint `vpce-1` has "
            "none\n");
  EXPECT_EQ(asked.request().context_values("aws:SourceIp"), nullptr);
}

TEST(GatherQuestions, JoinsRepeatedContextKeys) {
  Gathering asked;
  asked.in.from = kUser;
  asked.in.to = kDeploy;
  asked.in.context = {"aws:CalledVia=a", "AWS:calledvia=b"};
  EXPECT_EQ(asked.gather().said(), "");
  EXPECT_EQ(*asked.request().context_values("aws:CalledVia"), (std::vector<std::string>{"a", "b"}));
}

TEST(GatherQuestions, TakesTheCallerFromTheToken) {
  Gathering asked;
  asked.in.to = kDeploy;
  asked.in.token_file =
      asked.folder.write("token.json", R"({"iss":"https://example.com","sub":"a"})");
  EXPECT_EQ(asked.gather().said(), "");
  EXPECT_EQ(asked.request().principal.kind, RequestPrincipal::Kind::Federated);
  EXPECT_EQ(asked.request().action, "sts:AssumeRoleWithWebIdentity");
}

TEST(GatherQuestions, FindsTheRoleThatATextTellsByNameAlone) {
  const auto found = [](std::string_view other) {
    Gathering asked;
    asked.in.pasted = "EC2 cannot assume the role deploy.  Please see documentation.";
    asked.in.estate = {
        asked.folder.write("1.gaad.json", role_export(kDeploy, trust_document(kTrustAccount))),
        asked.folder.write("2.gaad.json", role_export(other, trust_document(kTrustAccount)))};
    asked.gather();
    return std::pair(asked.roles().at(0), asked.said());
  };
  EXPECT_EQ(
      found("arn:aws:iam::777788889999:role/else"),
      std::pair(std::string(kDeploy), "note RC0307 the role is taken to be `" +
                                          std::string(kDeploy) + "`, the only one of this name\n"));
  EXPECT_EQ(found("arn:aws:iam::777788889999:role/deploy"),
            std::pair(std::string(), std::string()));
}

// Logs of GitHub Actions mask the account, and people hide it in what they paste.
TEST(GatherQuestions, TakesAHiddenAccountForNoFault) {
  const std::string_view session = "arn:aws:sts::***:assumed-role/ci/run-7";
  const std::string_view role = "arn:aws:iam::<account>:role/deploy";
  Gathering alone;
  alone.in.pasted = denial(session, role);
  EXPECT_EQ(alone.gather().said(), "");
  EXPECT_EQ(alone.request().role, "");
  EXPECT_EQ(alone.request().principal.kind, RequestPrincipal::Kind::Unknown);
  Gathering told;
  told.in.pasted = denial(session, role);
  told.in.from = kCiSession;
  told.in.to = kDeploy;
  EXPECT_EQ(told.gather().said(), "");
  EXPECT_EQ(told.request().principal.name, kCiSession);
  EXPECT_TRUE(told.questions->at(0).evidence);
  Gathering found;
  found.in.pasted = denial(session, role);
  found.in.estate = {
      found.folder.write("1.gaad.json", role_export(kDeploy, trust_document(kTrustAccount))),
      found.folder.write("2.gaad.json", caller_export())};
  EXPECT_EQ(found.gather().said(), "note RC0307 the role is taken to be `" + std::string(kDeploy) +
                                       "`, the only one of this name\n"
                                       "note RC0307 the caller is taken to be `" +
                                       std::string(kCiSession) + "`, the only one of this name\n");
  EXPECT_EQ(found.request().principal.name, kCiSession);
  found.in.pasted = denial("arn:aws:iam::XXXX:user/ann", role);
  EXPECT_EQ(found.gather().request().principal.name, kUser);
  found.in.pasted = denial("arn:aws:iam::XXXX:user/bob", role);
  EXPECT_EQ(found.gather().request().principal.kind, RequestPrincipal::Kind::Unknown);
}

TEST(GatherQuestions, KeepsAnArnThatAwsFoundToBeNone) {
  Gathering asked;
  asked.in.pasted =
      "An error occurred (ValidationError) when calling the AssumeRole operation: 1 validation "
      "error detected: Value 'arn:aws:iam::${ACCOUNT}:role/x' at 'roleArn' failed to satisfy "
      "constraint: Member must satisfy regular expression pattern: .*";
  asked.in.to = "arn:aws:iam::${ACCOUNT}:role/x";
  EXPECT_EQ(asked.gather().request().role, "arn:aws:iam::${ACCOUNT}:role/x");
}

TEST(GatherQuestions, RefusesWhatIsNoPrincipal) {
  for (const std::string_view text : {"111122223333", "ci", "user ann", ".com"}) {
    Gathering asked;
    asked.in.from = text;
    asked.in.to = kDeploy;
    EXPECT_FALSE(asked.gather().questions.has_value()) << text;
    EXPECT_EQ(asked.said(), "error RC0301 `" + std::string(text) + "` is no principal\n");
  }
}

TEST(GatherQuestions, FailsOnAnInputThatCannotBeRead) {
  Gathering asked;
  asked.in.from = kUser;
  asked.in.to = kDeploy;
  asked.in.trust_policy_file = (asked.folder.path() / "none.json").string();
  EXPECT_FALSE(asked.gather().questions.has_value());
  EXPECT_EQ(asked.said().substr(0, 12), "error RC0101");
}

}  // namespace
}  // namespace rolecall
