// SPDX-License-Identifier: Apache-2.0
#include "rolecall/diagnose/error_text.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/error_text_match.h"
#include "diagnose/error_text_normalize.h"
#include "diagnose/error_text_table.h"
#include "support/paths.h"

// Each tests/diagnose/error_texts/NAME.txt is what somebody pasted, and NAME.expect beside it says
// what it means: lines `field: value`, a line `---` between denials, or the single word `none`.
// A field that is not mentioned must be empty (`line` and `times`: 1); `sentence` is compared only
// when it is mentioned. Unknown fields are errors.

namespace rolecall {
namespace {

namespace fs = std::filesystem;

// Field name to value, as in a `.expect` file.
using Fields = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 16> kFieldNames = {
    "tool",       "operation",     "action",     "principal",  "service",       "role",
    "resource",   "code",          "request_id", "named_gate", "explicit_deny", "policy_arn",
    "cause_code", "likely_causes", "line",       "times"};

// Spelled out so that the test does not depend on what it helps to test.
constexpr std::array<std::string_view, kGateCount> kGateNames = {
    "request", "credentials", "idp", "trust", "identity", "boundary",
    "session", "scp",         "rcp", "vpce",  "pass-role"};

fs::path sample_folder() {
  return repository_path("tests/diagnose/error_texts");
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> sample_names() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(sample_folder())) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_field(const std::string& name) {
  const bool fact = name.substr(0, 5) == "fact." && name.size() > 5;
  return fact || name == "sentence" ||
         std::find(kFieldNames.begin(), kFieldNames.end(), name) != kFieldNames.end();
}

std::vector<Fields> load_expectation(const fs::path& path) {
  std::vector<Fields> blocks(1);
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (line == "none") return {};
    if (line == "---") {
      blocks.emplace_back();
      continue;
    }
    const std::size_t colon = line.find(": ");
    const std::string name = line.substr(0, colon);
    if (colon == std::string::npos || !is_field(name)) {
      throw std::runtime_error(path.string() + ": no such field: " + line);
    }
    if (!blocks.back().emplace(name, line.substr(colon + 2)).second) {
      throw std::runtime_error(path.string() + ": field given twice: " + name);
    }
  }
  if (blocks.back().empty()) throw std::runtime_error(path.string() + ": empty block");
  return blocks;
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Only what is not empty, in the form of a `.expect` file.
Fields describe(const ErrorEvidence& e) {
  Fields fields = {
      {"tool", e.tool},
      {"operation", e.operation},
      {"action", e.action},
      {"principal", e.principal},
      {"service", e.service},
      {"role", e.role},
      {"resource", e.resource},
      {"code", e.code},
      {"request_id", e.request_id},
      {"named_gate",
       e.named_gate ? std::string(kGateNames[static_cast<std::size_t>(*e.named_gate)]) : ""},
      {"explicit_deny", e.explicit_deny ? "true" : ""},
      {"policy_arn", e.policy_arn},
      {"cause_code", e.cause_code},
      {"likely_causes", join(e.likely_causes)},
      {"line", e.line == 1 ? "" : std::to_string(e.line)},
      {"times", e.times == 1 ? "" : std::to_string(e.times)},
  };
  for (const auto& [name, value] : e.facts) fields.emplace("fact." + name, value);
  for (auto it = fields.begin(); it != fields.end();) {
    it = it->second.empty() ? fields.erase(it) : std::next(it);
  }
  return fields;
}

class RecognizeDenials : public testing::TestWithParam<std::string> {};

TEST_P(RecognizeDenials, ReadsTheSampleAsExpected) {
  const fs::path base = sample_folder() / GetParam();
  const std::vector<Fields> expected = load_expectation(base.string() + ".expect");
  const auto denials = recognize_denials(read_file(base.string() + ".txt"));
  ASSERT_EQ(denials.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    Fields found = describe(denials[i]);
    if (expected[i].count("sentence") > 0) found["sentence"] = denials[i].sentence;
    EXPECT_EQ(found, expected[i]) << "denial " << i + 1 << ": " << denials[i].sentence;
    EXPECT_FALSE(denials[i].sentence.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, RecognizeDenials, testing::ValuesIn(sample_names()),
                         [](const auto& sample) { return sample.param; });

constexpr std::string_view kSentence =
    "User: arn:aws:iam::123456789012:user/mona is not authorized to perform: sts:AssumeRole on "
    "resource: arn:aws:iam::210987654321:role/Release";

TEST(RecognizeDenialsCorpus, HoldsNinetySamplesAndNoStrayExpectations) {
  const std::vector<std::string> names = sample_names();
  EXPECT_GE(names.size(), 90U);
  for (const fs::directory_entry& entry : fs::directory_iterator(sample_folder())) {
    if (entry.path().extension() != ".expect") continue;
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), entry.path().stem().string()))
        << entry.path();
  }
}

TEST(RecognizeDenialsLimits, ReturnsAtMostAsManyAsAskedFor) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += std::string(kSentence) + std::to_string(i) + "\n";
  EXPECT_EQ(recognize_denials(text).size(), 20U);
  EXPECT_EQ(recognize_denials(text, 7).size(), 7U);
  EXPECT_TRUE(recognize_denials(text, 0).empty());
}

TEST(RecognizeDenialsLimits, CountsRepetitionsBeyondTheLimit) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += std::string(kSentence) + std::to_string(i % 2) + "\n";
  const auto denials = recognize_denials(text, 1);
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].times, 5);
}

// Whatever the input, the fields are valid UTF-8 and the line exists.
TEST(RecognizeDenialsLimits, SurvivesEveryPrefixAndEveryChangedByte) {
  const std::string text =
      "\x1b[31mAn error occurred (AccessDenied) when calling the AssumeRole "
      "operation: " +
      std::string(kSentence) +
      " with an explicit deny in a service control policy: "
      "arn:aws:organizations::1:policy/o-1/service_control_policy/p-1\n";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    EXPECT_LE(recognize_denials(text.substr(0, length)).size(), 1U);
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'\0', '\n', '"', '\\', '&', '\x1b', '\xff'}) {
      std::string changed = text;
      changed[i] = c;
      EXPECT_LE(recognize_denials(changed).size(), 1U);
    }
  }
}

// Repeated beginnings of patterns, the worst a scanner like this can be given.
TEST(RecognizeDenialsLimits, StaysLinearOnRepeatedBeginnings) {
  constexpr std::size_t kBytes = 100'000;
  for (const std::string_view piece :
       {"\\", "&amp;", "\x1b]", "[1;", "arn:", "arn:aws:iam::1:role/", "Value ' at '",
        "failed to satisfy constraint: ", "not authorized to perform ", "Packed size of ",
        "operation error a ", "(Service: ", "unable to assume role ", "IAM Role (",
        "request id request id ", "User: ", "AWS_ROLE_ARN=", "\n", "a | "}) {
    std::string text;
    while (text.size() < kBytes) text += piece;
    EXPECT_LE(recognize_denials(text).size(), 100U) << piece;
  }
}

std::string denials_of_roles(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text +=
        "User: arn:aws:iam::123456789012:user/mona is not authorized to perform: "
        "sts:AssumeRole on resource: arn:aws:iam::210987654321:role/r" +
        std::to_string(i) + "\n";
  }
  return text;
}

TEST(RecognizeDenialsLimits, FindsEveryDenialOfALog) {
  const auto all = recognize_denials(denials_of_roles(250) + denials_of_roles(250));
  ASSERT_EQ(all.size(), 250U);
  EXPECT_EQ(all[249].role, "arn:aws:iam::210987654321:role/r249");
  EXPECT_EQ(all[249].times, 2);
  EXPECT_EQ(recognize_denials(denials_of_roles(250), 20).size(), 20U);
}

TEST(RecognizeDenialsInBoxes, JoinAnArnThatTheSideOfTheBoxCut) {
  const std::string head = "│ Error: AccessDenied: User: arn:aws:iam::123456789012:user/mona\n";
  const std::string cut =
      "│ is not authorized to perform: sts:AssumeRole on resource: "
      "arn:aws:iam::210987654321:role/Rel\n";
  const auto role_of = [](const std::string& text) {
    const auto denials = recognize_denials(text);
    return denials.empty() ? "" : denials[0].role;
  };
  EXPECT_EQ(role_of(head + cut + "│ ease\n"), "arn:aws:iam::210987654321:role/Release");
  EXPECT_EQ(role_of(head + cut + "│ ease because no policy allows it\n"),
            "arn:aws:iam::210987654321:role/Release");
  // A word of the sentence, a label, a paragraph, or a longer line: nothing was cut.
  const std::string whole = "arn:aws:iam::210987654321:role/Rel";
  EXPECT_EQ(role_of(head + cut + "│ because no policy allows it\n"), whole);
  EXPECT_EQ(role_of(head + cut + "│ Details: none\n"), whole);
  EXPECT_EQ(role_of(head + cut + "│\n│ ease\n"), whole);
  EXPECT_EQ(role_of(head + cut + "│ ease\n│ " + std::string(120, 'x') + "\n"), whole);
}

TEST(RecognizeDenialsInBoxes, SeeThroughColors) {
  const auto denials = recognize_denials(
      "\x1b[31m│\x1b[0m User: arn:aws:iam::123456789012:user/mona is not authorized to perform: "
      "sts:AssumeRole on resource: arn:aws:iam::210987654321:role/Rel\n"
      "\x1b[31m│\x1b[0m ease\n");
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].role, "arn:aws:iam::210987654321:role/Release");
}

// ---- What the text makes of it.

std::string causes_of(const std::string& text) {
  const auto denials = recognize_denials(text);
  if (denials.size() != 1) return std::to_string(denials.size()) + " denials";
  return denials[0].cause_code.empty() ? join(denials[0].likely_causes) : denials[0].cause_code;
}

std::string refused(const std::string& principal, const std::string& resource) {
  return "User: " + principal +
         " is not authorized to perform: sts:AssumeRole on resource: " + resource;
}

TEST(RecognizeDenials, SeeWhatIsNoRole) {
  for (const std::string resource :
       {"arn:aws:iam::210987654321:user/mona", "arn:aws:iam::210987654321:group/staff",
        "arn:aws:iam::210987654321:instance-profile/web", "arn:aws:iam::210987654321:root",
        "arn:aws:sts::210987654321:assumed-role/Release/s"}) {
    EXPECT_EQ(causes_of(refused("arn:aws:iam::123456789012:user/mona", resource)),
              "request-target-not-a-role-arn")
        << resource;
  }
}

TEST(RecognizeDenials, SeeCallersThatCannotAssumeThisRole) {
  const std::string role = "arn:aws:iam::210987654321:role/Release";
  EXPECT_EQ(causes_of(refused("arn:aws:iam::123456789012:root", role)), "credentials-root-user");
  EXPECT_EQ(causes_of(refused("arn:aws:sts::123456789012:federated-user/bob", role)),
            "credentials-federation-token-session");
  EXPECT_EQ(causes_of(refused("arn:aws:sts::210987654321:assumed-role/Release/s", role)),
            "trust-self-assume-not-allowed");
  EXPECT_EQ(causes_of(refused("arn:aws:sts::123456789012:assumed-role/Release/s", role)), "");
}

TEST(RecognizeDenials, NameEachLikelyCauseOnce) {
  EXPECT_EQ(causes_of("Datadog is not authorized to perform: sts:AssumeRole on resource: "
                      "arn:aws:iam::210987654321:role/Release because no resource-based policy "
                      "allows the sts:AssumeRole action"),
            "trust-condition-external-id-mismatch trust-condition-external-id-missing "
            "trust-no-matching-principal request-role-not-found trust-action-missing "
            "trust-self-assume-not-allowed");
}

TEST(RecognizeDenials, KnowNoTrustPolicyThatRefusesToPassARole) {
  const auto denials = recognize_denials(
      "User: arn:aws:iam::123456789012:user/mona is not authorized to perform: iam:PassRole on "
      "resource: arn:aws:iam::123456789012:role/a because no resource-based policy allows the "
      "iam:PassRole action");
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].named_gate, std::nullopt);
}

TEST(RecognizeDenials, TellCodePipelineByItsBareActionWithoutResource) {
  const std::string user = "User: arn:aws:iam::123456789012:user/mona is not authorized to perform";
  EXPECT_EQ(recognize_denials(user + " AssumeRole on role arn:aws:iam::1:role/a").at(0).tool,
            "codepipeline");
  EXPECT_EQ(recognize_denials(user + ": AssumeRole on resource: arn:aws:iam::1:role/a").at(0).tool,
            "");
}

TEST(RecognizeDenials, TellProductsAndServicesApart) {
  const auto denial = [](const std::string& text) { return recognize_denials(text).at(0); };
  EXPECT_EQ(denial("Lambda could not assume the role").service, "lambda.amazonaws.com");
  EXPECT_EQ(denial("Datadog could not assume the role").tool, "datadog");
  EXPECT_EQ(denial("Datadog could not assume the role").service, "");
  EXPECT_EQ(denial("Could not assume the role").action, "sts:AssumeRole");
  EXPECT_THAT(causes_of("Datadog could not assume the role"),
              testing::StartsWith("trust-condition-external-id-mismatch"));
}

// ---- Other calls fail in the same words.

TEST(RecognizeDenialsOfOtherCalls, LeaveParametersOfOtherServicesOut) {
  const std::string failed = "Parameter validation failed:\nInvalid length for parameter ";
  EXPECT_EQ(causes_of(failed + "RoleArn, value: 1, valid min length: 20"),
            "request-role-arn-malformed");
  EXPECT_EQ(causes_of(failed + "Bucket, value: 1, valid min length: 3"), "0 denials");
}

TEST(RecognizeDenialsOfOtherCalls, ReadAPolicyThatIsEmptyOrTooLong) {
  const std::string value = "1 validation error detected: Value '' at 'policy' failed to satisfy ";
  EXPECT_EQ(causes_of(value + "constraint: Member must have length less than or equal to 2048"),
            "request-session-policy-too-large");
  EXPECT_EQ(causes_of(value + "constraint: Member must have length greater than or equal to 1"),
            "request-session-policy-malformed");
}

TEST(RecognizeDenialsOfOtherCalls, NameTrustPoliciesWhereOneIsWritten) {
  const auto when = [](const std::string& operation) {
    return causes_of("An error occurred (MalformedPolicyDocument) when calling the " + operation +
                     " operation: Invalid principal in policy: \"AWS\":\"arn:aws:iam::1:role/a\"");
  };
  const std::string likely =
      "trust-principal-malformed trust-principal-dangling-id trust-service-principal-mismatch";
  EXPECT_EQ(when("CreateRole"), likely);
  EXPECT_EQ(when("UpdateAssumeRolePolicy"), likely);
  EXPECT_EQ(when("PutBucketPolicy"), "0 denials");
}

TEST(RecognizeDenialsOfOtherCalls, CountThrottlingOfStsOnly) {
  EXPECT_EQ(causes_of("Rate exceeded"), "0 denials");
  EXPECT_EQ(causes_of("Rate exceeded (Service: AWSSecurityTokenService; Status Code: 400)"),
            "request-throttled");
  EXPECT_EQ(causes_of("Rate exceeded (Service: Lambda, Status Code: 429)"), "0 denials");
  EXPECT_EQ(causes_of("Cannot assume IAM Role: Rate exceeded"), "request-throttled");
}

TEST(RecognizeDenialsOfOtherCalls, KnowStsByEachOfItsNames) {
  const std::string expired = "The security token included in the request is expired ";
  EXPECT_EQ(causes_of(expired + "(Service: Sts, Status Code: 403, Request ID: 1)"),
            "credentials-session-expired");
  EXPECT_EQ(causes_of(expired + "(Service: AWSSecurityTokenService; Status Code: 403;)"),
            "credentials-session-expired");
  EXPECT_EQ(causes_of(expired + "(Service: Amazon S3; Status Code: 403;)"), "0 denials");
}

// ---- Wrappers and what they wrap.

TEST(RecognizeDenialsInWrappers, KeepTheGateThatTheSentenceNames) {
  const auto denials =
      recognize_denials("Error: Cannot assume IAM Role\n\nAccessDenied: " + std::string(kSentence) +
                        " because no identity-based policy allows the sts:AssumeRole action");
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].tool, "terraform");
  EXPECT_EQ(denials[0].named_gate, Gate::Identity);
  EXPECT_THAT(join(denials[0].likely_causes), testing::StartsWith("identity-no-allow"));
}

TEST(RecognizeDenialsInWrappers, KeepWhatTheSentenceSaysItself) {
  const auto denials = recognize_denials(
      "Need to perform AWS calls for account 111122223333, but the current credentials are for "
      "another: " +
      std::string(kSentence) + " for account 444455556666");
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].fact("account"), "444455556666");
}

TEST(RecognizeDenialsInWrappers, AnswerAnotherRoleByItself) {
  const auto denials = recognize_denials(
      "IAM Role (arn:aws:iam::210987654321:role/Other) cannot "
      "be assumed.\n" +
      std::string(kSentence));
  ASSERT_EQ(denials.size(), 2U);
  EXPECT_EQ(denials[0].role, "arn:aws:iam::210987654321:role/Other");
  EXPECT_EQ(denials[1].role, "arn:aws:iam::210987654321:role/Release");
}

TEST(RecognizeDenialsInWrappers, JoinPhrasesAboutOneRole) {
  const auto denials = recognize_denials(
      "Failed to assume the role: could not assume role arn:aws:iam::210987654321:role/Release");
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].role, "arn:aws:iam::210987654321:role/Release");
}

TEST(RecognizeDenialsInWrappers, PassOverTheSummaryBehindTheSentence) {
  const std::string sentence(kSentence);
  const std::string role = "arn:aws:iam::210987654321:role/Release";
  EXPECT_EQ(recognize_denials(sentence + "\nCould not assume role " + role).size(), 1U);
  const auto other = recognize_denials(sentence + "\nCould not assume role " + role + "2");
  ASSERT_EQ(other.size(), 2U);
  EXPECT_EQ(other[1].role, role + "2");
  const auto service = recognize_denials(sentence + "\nLambda could not assume the role");
  ASSERT_EQ(service.size(), 2U);
  EXPECT_EQ(service[1].service, "lambda.amazonaws.com");
}

TEST(RecognizeDenialsLimits, CountRetriesOnLinesOfTheirOwn) {
  const std::string line = std::string(kSentence) + "\n";
  const auto denials = recognize_denials(line + line + line);
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].times, 3);
}

TEST(RecognizeDenialsLimits, AnswerManyWeakTextsOnce) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "Unable to locate credentials\nINFO trying again\n";
  EXPECT_EQ(causes_of(text), "credentials-missing");
}

TEST(RecognizeDenialsLimits, AnswerEachOfManyViolations) {
  std::string text = "An error occurred (ValidationError) when calling the AssumeRole operation: ";
  for (int i = 0; i < 80; ++i) {
    text += (i == 0 ? "Value 'k" : "; Value 'k") + std::to_string(i) + "' at 'tags." +
            std::to_string(i) + ".member.key' failed to satisfy constraint: Member must be shorter";
  }
  const auto denials = recognize_denials(text);
  ASSERT_EQ(denials.size(), 80U);
  EXPECT_EQ(denials[0].operation, "AssumeRole");
  EXPECT_EQ(denials[79].fact("value"), "k79");
  EXPECT_EQ(denials[79].cause_code, "request-session-tags-invalid");
}

TEST(ErrorEvidence, TellsWhetherTheRoleMayBeCut) {
  const std::string sentence(kSentence);
  const auto may_be_cut = [](const std::string& text) {
    return recognize_denials(text).at(0).role_may_be_cut;
  };
  EXPECT_TRUE(may_be_cut(sentence));
  EXPECT_TRUE(may_be_cut(sentence + "\nmore"));
  EXPECT_FALSE(may_be_cut(sentence + " because no identity-based policy allows it"));
  EXPECT_FALSE(may_be_cut("\"" + sentence + "\""));
}

TEST(ErrorEvidence, GivesTheFirstFactOfThatName) {
  ErrorEvidence e;
  e.facts = {{"field", "roleArn"}, {"field", "policy"}};
  EXPECT_EQ(e.fact("field"), "roleArn");
  EXPECT_EQ(e.fact("value"), "");
}

TEST(NormalizeErrorText, RemembersTheLineOfEachCharacter) {
  const NormalText normal = normalize_error_text("\n\x1b[1mone\x1b[0m\n\n| two\r\n> three");
  EXPECT_EQ(normal.text, "one\n\ntwo\nthree");
  EXPECT_EQ(normal.line_at(normal.text.find("one")), 2U);
  EXPECT_EQ(normal.line_at(normal.text.find("two")), 4U);
  EXPECT_EQ(normal.line_at(normal.text.find("three")), 5U);
}

TEST(NormalizeErrorText, KeepsEscapesOfRegularExpressions) {
  EXPECT_EQ(normalize_error_text(R"([\w+=,.@-]* [\u0009-\u00FF]+)").text,
            R"([\w+=,.@-]* [\u0009-\u00FF]+)");
  EXPECT_EQ(normalize_error_text(R"(\u0027a\u0027 \"b\" c\/d \\\"e\\\")").text,
            R"('a' "b" c/d "e")");
}

TEST(NormalizeErrorText, ReplacesInvalidUtf8AndDropsInvisibleCharacters) {
  EXPECT_EQ(normalize_error_text("a\xff"
                                 "b\xc3\x28 \xe2\x80\x8bz\xe2\x80\xaey\xc3\xa9")
                .text,
            "a?b?( zy\xc3\xa9");
}

TEST(ReadArn, EndsAtTheFirstForeignCharacter) {
  const auto value_of = [](std::string_view text) {
    const auto arn = read_arn(text, 0);
    return arn ? arn->value : "";
  };
  EXPECT_EQ(value_of("arn:aws:iam::1:role/a).\""), "arn:aws:iam::1:role/a");
  EXPECT_EQ(value_of("arn:aws:iam::1:role/a."), "arn:aws:iam::1:role/a");
  EXPECT_EQ(value_of("arn:aws:iam::1:role/a,arn:aws:iam::1:saml-provider/b"),
            "arn:aws:iam::1:role/a");
  EXPECT_EQ(value_of("arn:aws:iam::${AWS::AccountId}:role/a}"),
            "arn:aws:iam::${AWS::AccountId}:role/a");
  EXPECT_EQ(value_of("arn:aws:iam::1:role/my-\nrole now"), "arn:aws:iam::1:role/my-role");
  EXPECT_EQ(value_of("arn:aws:iam::1:role/mine\nis"), "arn:aws:iam::1:role/mine");
  EXPECT_EQ(value_of("arn:"), "");
  EXPECT_EQ(value_of("barn:aws:iam"), "");
}

// A pattern whose braces do not pair, or that starts with a placeholder it cannot start with,
// would never match.
TEST(ErrorTextTables, HoldWellFormedPatterns) {
  const auto check = [](std::string_view pattern) {
    const SplitPattern split = split_pattern(pattern);
    ASSERT_FALSE(split.rest.empty()) << pattern;
    EXPECT_EQ(split.rest.find_first_of("{| '"), split.rest.find_first_of("{| '", 1)) << pattern;
    EXPECT_EQ(std::count(pattern.begin(), pattern.end(), '{'),
              std::count(pattern.begin(), pattern.end(), '}'))
        << pattern;
    EXPECT_EQ(std::count(pattern.begin(), pattern.end(), '|') % 2, 0) << pattern;
    EXPECT_TRUE(split.lead.empty() || split.lead == "role" || split.lead == "~role") << pattern;
  };
  for (const DenialText& row : denial_texts()) check(row.pattern);
  for (const ContextMark& row : context_marks()) check(row.pattern);
}

TEST(ErrorTextTables, SayWhatEachMessageMeans) {
  std::set<std::string_view> patterns;
  for (const DenialText& row : denial_texts()) {
    EXPECT_TRUE(patterns.insert(row.pattern).second) << "twice: " << row.pattern;
    const bool is_settled = !row.cause.empty();
    EXPECT_FALSE(is_settled && !row.likely.empty()) << row.pattern;
    const bool must_say = row.kind == TextKind::Message || row.kind == TextKind::Weak;
    const bool by_parameter = row.pattern.find("{field}") != std::string_view::npos;
    const bool says_nothing = row.pattern.find("operation: Access denied") != row.pattern.npos;
    EXPECT_TRUE(!must_say || by_parameter || says_nothing || is_settled || !row.likely.empty())
        << row.pattern;
  }
}

TEST(RecognizeDenials, EndATextAtAZeroByte) {
  const std::string first = denials_of_roles(1);
  const auto two = recognize_denials(first.substr(0, first.size() - 1) + '\0' + first);
  ASSERT_EQ(two.size(), 1U);
  EXPECT_EQ(two[0].role, "arn:aws:iam::210987654321:role/r0");
  EXPECT_EQ(two[0].times, 2);
  std::string wide;
  for (const char c : first) wide += {c, '\0'};
  EXPECT_EQ(recognize_denials(wide).at(0).role, "arn:aws:iam::210987654321:role/r0");
}

}  // namespace
}  // namespace rolecall
