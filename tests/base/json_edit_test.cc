// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/json_edit.h"

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/json_tree.h"

namespace rolecall {
namespace {

using Op = JsonEdit::Op;

std::string edited(std::string_view text, const std::vector<JsonEdit>& edits) {
  const auto result = apply_json_edits(text, edits);
  return result ? *result : "error: " + result.error().message;
}

std::string edited(std::string_view text, const JsonEdit& edit) {
  return edited(text, std::vector{edit});
}

// ---- Two hundred documents: every style with every shape.

struct DocumentShape {
  std::string_view name{};
  std::string_view text{};
  std::vector<std::vector<JsonEdit>> edits{};
};

constexpr std::string_view kStatement =
    R"({"Sid": "New", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/new"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {"sts:ExternalId": "blue-7"}}})";

std::vector<DocumentShape> document_shapes() {
  const std::string statement(kStatement);
  return {
      {"cross_account_trust",
       R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
           "Principal": {"AWS": "arn:aws:iam::111122223333:role/old"},
           "Action": ["sts:AssumeRole"],
           "Condition": {"StringEquals": {"sts:ExternalId": "harbor\u002dblue-7"}}}]})",
       {{{Op::Add, "/Statement/-", statement}},
        {{Op::Add, "/Statement/0", statement}},
        {{Op::Replace, "/Statement/0/Condition/StringEquals/sts:ExternalId", R"("x")"}},
        {{Op::Remove, "/Statement/0/Condition", ""}},
        {{Op::Add, "/Statement/0/Sid", R"("Deployers")"}},
        {{Op::Add, "/Statement/0/Action/-", R"("sts:TagSession")"}},
        {{Op::Add, "/Statement/0/Action/0", R"("sts:SetSourceIdentity")"},
         {Op::Add, "/Statement/0/Condition/Bool", R"({"aws:MultiFactorAuthPresent": "true"})"}}}},
      {"principal_string_and_action_list",
       R"({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"},
           "Action": ["sts:AssumeRole", "sts:TagSession"]}], "Version": "2012-10-17"})",
       {{{Op::Replace, "/Statement/0/Principal/AWS", R"("444455556666")"}},
        {{Op::Remove, "/Statement/0/Action/0", ""}},
        {{Op::Remove, "/Statement/0/Action/1", ""}},
        {{Op::Remove, "/Version", ""}},
        {{Op::Add, "/Id", R"("made by hand")"}}}},
      {"several_principals",
       R"({"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow",
           "Principal": {"AWS": ["arn:aws:iam::111122223333:user/a",
                                 "arn:aws:iam::111122223333:user/b"],
                         "Service": ["ec2.amazonaws.com"]},
           "Action": ["sts:AssumeRole"]}]})",
       {{{Op::Add, "/Statement/0/Principal/AWS/-", R"("arn:aws:iam::111122223333:user/c")"}},
        {{Op::Add, "/Statement/0/Principal/AWS/1", R"("arn:aws:iam::111122223333:user/c")"}},
        {{Op::Remove, "/Statement/0/Principal/AWS/0", ""}},
        {{Op::Remove, "/Statement/0/Principal/Service", ""}},
        {{Op::Replace, "/Statement/0/Principal/Service",
          R"(["a.amazonaws.com","b.amazonaws.com"])"}},
        {{Op::Replace, "/Statement/0/Principal/AWS/1", R"("*")"}}}},
      {"identity_policy",
       R"({"Version": "2012-10-17", "Statement": [
           {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": ["arn:aws:iam::1:role/a"]},
           {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]},
           {"Effect": "Deny", "Action": ["iam:*"], "Resource": ["*"],
            "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": ["blue", "green"]}}}]})",
       {{{Op::Add, "/Statement/-",
          R"({"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":["arn:aws:iam::2:role/b"]})"}},
        {{Op::Remove, "/Statement/1", ""}},
        {{Op::Remove, "/Statement/2", ""}},
        {{Op::Remove, "/Statement/0", ""}},
        {{Op::Add, "/Statement/0/Resource/-", R"("arn:aws:iam::2:role/b")"}},
        {{Op::Add, "/Statement/2/Condition/StringNotEquals/aws:PrincipalTag~1team/-", R"("red")"}},
        {{Op::Add, "/Statement/2/Condition/ArnNotLike",
          R"({"aws:PrincipalArn": ["arn:aws:iam::*:role/admin"]})"}},
        {{Op::Remove, "/Statement/2/Action", ""},
         {Op::Add, "/Statement/2/NotAction", R"(["iam:Get*", "iam:List*"])"}}}},
      {"oidc_trust",
       R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
           "Principal": {"Federated": "arn:aws:iam::1:oidc-provider/token.example.com"},
           "Action": ["sts:AssumeRoleWithWebIdentity"],
           "Condition": {"StringEquals": {"token.example.com:aud": "sts.amazonaws.com"},
                         "StringLike": {"token.example.com:sub": "repo:a/b:*"}}}]})",
       {{{Op::Replace, "/Statement/0/Condition/StringLike/token.example.com:sub",
          R"("repo:a/c:*")"}},
        {{Op::Add, "/Statement/0/Condition/StringEquals/token.example.com:ref", R"("main")"}},
        {{Op::Remove, "/Statement/0/Condition/StringLike", ""}},
        {{Op::Remove, "/Statement/0/Condition/StringEquals", ""}},
        {{Op::Replace, "/Statement/0/Principal/Federated",
          R"("cognito-identity.amazonaws.com")"}}}},
      {"statement_that_is_an_object",
       R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["sts:AssumeRole"],
           "Principal": {"AWS": "*"}}})",
       {{{Op::Add, "/Statement/Sid", R"("One")"}},
        {{Op::Replace, "/Statement/Effect", R"("Deny")"}},
        {{Op::Add, "/Statement/Action/-", R"("sts:TagSession")"}}}},
      {"odd_spellings",
       R"({"Version": "2012-10-17", "Statement": [{"Sid": "caf\u00e9", "Effect": "Allow",
           "Action": ["sts:\u0041ssumeRole", "sts\/x"], "Resource": ["*"],
           "Condition": {"NumericLessThan": {"sts:DurationSeconds": 3.60e3},
                         "Bool": {"aws:SecureTransport": true}}}]})",
       {{{Op::Add, "/Statement/0/Action/1", R"("\u0061")"}},
        {{Op::Replace, "/Statement/0/Condition/Bool/aws:SecureTransport", "false"}},
        {{Op::Remove, "/Statement/0/Resource", ""}},
        {{Op::Remove, "/Statement/0/Condition/NumericLessThan", ""}}}},
      {"request",
       R"({"action": "sts:AssumeRole", "principal": "arn:aws:iam::1:role/a",
           "role": "arn:aws:iam::2:role/b", "context": {"sts:ExternalId": "one"},
           "tags": {"team": "blue"}, "duration_seconds": 3600})",
       {{{Op::Replace, "/context/sts:ExternalId", R"("two")"}},
        {{Op::Replace, "/duration_seconds", "900"}},
        {{Op::Add, "/session_name", R"("build-1")"}},
        {{Op::Add, "/context/aws:SourceIp", R"("192.0.2.1")"}},
        {{Op::Remove, "/context", ""}}}},
      {"organization",
       R"({"Organization": {"Id": "o-1", "MasterAccountId": "1"},
           "Policies": [{"PolicySummary": {"Id": "p-1", "Type": "SERVICE_CONTROL_POLICY"},
                         "Content": {"Statement": [{"Effect": "Deny", "Action": ["sts:*"],
                                                    "Resource": ["*"]}]}},
                        {"PolicySummary": {"Id": "p-2", "Type": "SERVICE_CONTROL_POLICY"},
                         "Content": {"Statement": []}}],
           "Targets": [{"PolicyId": "p-1", "TargetId": "r-1"}, {"PolicyId": "p-2", "TargetId": "1"}]})",
       {{{Op::Add, "/Policies/0/Content/Statement/0/Condition",
          R"({"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/admin"]}})"}},
        {{Op::Remove, "/Policies/0/Content/Statement/0", ""}},
        {{Op::Add, "/Policies/1/Content/Statement/-",
          R"({"Effect":"Allow","Action":["*"],"Resource":["*"]})"}},
        {{Op::Add, "/Targets/1", R"({"PolicyId":"p-1","TargetId":"2"})"}},
        {{Op::Remove, "/Targets/1", ""}, {Op::Remove, "/Targets/0", ""}}}},
      {"providers",
       R"({"OpenIDConnectProviders": [{"Arn": "arn:aws:iam::1:oidc-provider/x", "Url": "x",
           "ClientIDList": ["a"], "ThumbprintList": []}],
           "SAMLProviders": []})",
       {{{Op::Add, "/OpenIDConnectProviders/0/ClientIDList/-", R"("sts.amazonaws.com")"}},
        {{Op::Add, "/OpenIDConnectProviders/0/ThumbprintList/-", R"("00ff")"}},
        {{Op::Remove, "/OpenIDConnectProviders/0/ClientIDList/0", ""}},
        {{Op::Replace, "/OpenIDConnectProviders/0/Url", R"("https://x")"}},
        {{Op::Remove, "/SAMLProviders", ""}}}},
  };
}

struct DocumentCase {
  std::string name{};
  tree::Style style{};
  DocumentShape shape{};
};
void PrintTo(const DocumentCase& test, std::ostream* out) {
  *out << test.name;
}

std::vector<DocumentCase> document_cases() {
  std::vector<DocumentCase> cases;
  for (const DocumentShape& shape : document_shapes()) {
    for (const tree::Style& style : tree::document_styles()) {
      cases.push_back({std::string(shape.name) + "_in_" + style.name, style, shape});
    }
  }
  return cases;
}

class EveryDocument : public testing::TestWithParam<DocumentCase> {};

// The strongest that can be asked: the edited text is what the same hand would have written.
TEST_P(EveryDocument, ReadsAfterAnEditAsIfWrittenThatWay) {
  const auto before = tree::parse(GetParam().shape.text);
  ASSERT_TRUE(before.has_value());
  const std::string text = tree::print(*before, GetParam().style);
  for (const auto& edits : GetParam().shape.edits) {
    tree::Tree after = *before;
    ASSERT_TRUE(tree::apply(after, edits)) << edits[0].pointer;
    EXPECT_EQ(edited(text, edits), tree::print(after, GetParam().style)) << edits[0].pointer;
  }
}

TEST_P(EveryDocument, ComesBackWithTheInverse) {
  const auto before = tree::parse(GetParam().shape.text);
  const std::string text = tree::print(*before, GetParam().style);
  for (const auto& edits : GetParam().shape.edits) {
    const auto inverse = inverse_json_edits(text, edits);
    ASSERT_TRUE(inverse.has_value());
    const auto back = tree::parse(edited(edited(text, edits), *inverse));
    ASSERT_TRUE(back.has_value());
    EXPECT_TRUE(*back == *before) << edits[0].pointer;
  }
}

INSTANTIATE_TEST_SUITE_P(JsonEdit, EveryDocument, testing::ValuesIn(document_cases()),
                         case_name<DocumentCase>);

TEST(JsonEdit, IsTriedOnTwoHundredDocuments) {
  EXPECT_EQ(document_cases().size(), 200U);
}

// ---- Documents that follow no one style.

struct TextCase {
  std::string_view name{};
  std::string_view before{};
  JsonEdit edit{};
  std::string_view after{};
};
void PrintTo(const TextCase& test, std::ostream* out) {
  *out << test.name;
}
class UnevenDocument : public testing::TestWithParam<TextCase> {};

TEST_P(UnevenDocument, KeepsItsUnevenness) {
  EXPECT_EQ(edited(GetParam().before, GetParam().edit), GetParam().after);
}

const TextCase kTextCases[] = {
    {"string_becomes_a_list_like_the_other_lists",
     "{\n  \"Principal\": {\n    \"AWS\": \"x\"\n  },\n  \"Action\": [\"a\", \"b\"]\n}\n",
     {Op::Replace, "/Principal/AWS", R"(["x","y"])"},
     "{\n  \"Principal\": {\n    \"AWS\": [\"x\", \"y\"]\n  },\n  \"Action\": [\"a\", \"b\"]\n}\n"},
    {"string_becomes_a_list_of_lines_where_no_list_says_otherwise",
     "{\n    \"Principal\": {\n        \"AWS\": \"x\"\n    }\n}\n",
     {Op::Replace, "/Principal/AWS", R"(["x","y"])"},
     "{\n    \"Principal\": {\n        \"AWS\": [\n            \"x\",\n            \"y\"\n        "
     "]\n"
     "    }\n}\n"},
    {"string_becomes_a_list_in_an_object_of_one_line",
     "{\n  \"Principal\": { \"AWS\": \"x\" }\n}",
     {Op::Replace, "/Principal/AWS", R"(["x","y"])"},
     "{\n  \"Principal\": { \"AWS\": [\"x\", \"y\"] }\n}"},
    {"list_of_one_line_beside_one_of_lines",
     "{\"a\": [\n  1,\n  2\n], \"b\": [1, 2]}",
     {Op::Add, "/b/-", "3"},
     "{\"a\": [\n  1,\n  2\n], \"b\": [1, 2, 3]}"},
    {"list_of_lines_beside_one_of_one_line",
     "{\"a\": [\n  1,\n  2\n], \"b\": [1, 2]}",
     {Op::Add, "/a/-", "3"},
     "{\"a\": [\n  1,\n  2,\n  3\n], \"b\": [1, 2]}"},
    {"aligned_list",
     "[ \"a\",\n  \"b\" ]",
     {Op::Add, "/-", "\"c\""},
     "[ \"a\",\n  \"b\",\n  \"c\" ]"},
    {"commas_first",
     "[ \"a\"\n, \"b\"\n]",
     {Op::Add, "/-", "\"c\""},
     "[ \"a\"\n, \"b\"\n, \"c\"\n]"},
    {"blank_lines_between_statements",
     "[\n  {\n    \"a\": 1\n  },\n\n  {\n    \"a\": 2\n  }\n]",
     {Op::Add, "/-", R"({"a":3})"},
     "[\n  {\n    \"a\": 1\n  },\n\n  {\n    \"a\": 2\n  },\n\n  {\n    \"a\": 3\n  }\n]"},
    {"statements_of_one_line_each",
     "[\n  {\"a\": [1], \"b\": 2},\n  {\"a\": [3], \"b\": 4}\n]",
     {Op::Add, "/1", R"({"a":[5,6],"b":7})"},
     "[\n  {\"a\": [1], \"b\": 2},\n  {\"a\": [5, 6], \"b\": 7},\n  {\"a\": [3], \"b\": 4}\n]"},
    {"bracket_on_its_own_line",
     "{\n  \"a\":\n  [\n    {\n      \"b\": 1\n    }\n  ]\n}",
     {Op::Add, "/a/-", R"({"b":2})"},
     "{\n  \"a\":\n  [\n    {\n      \"b\": 1\n    },\n    {\n      \"b\": 2\n    }\n  ]\n}"},
    {"no_indentation",
     "{\n\"a\": {\n\"b\": 1\n}\n}",
     {Op::Add, "/c", R"({"d":2})"},
     "{\n\"a\": {\n\"b\": 1\n},\n\"c\": {\n  \"d\": 2\n}\n}"},
    {"white_space_before_commas", "[1 , 2 ]", {Op::Add, "/-", "3"}, "[1 , 2 , 3 ]"},
    {"white_space_in_empty_object", "{ }\n", {Op::Add, "/a", "1"}, "{\"a\": 1}\n"},
    {"only_element", "{\"a\": [ 1 ]}", {Op::Remove, "/a/0", ""}, "{\"a\": []}"},
    {"only_member", "{\n  \"a\": 1\n}\n", {Op::Remove, "/a", ""}, "{}\n"},
    {"whole_document",
     "\xEF\xBB\xBF {\"a\": 1} \n",
     {Op::Replace, "", "[ 1,2 ]"},
     "\xEF\xBB\xBF [1, 2] \n"},
    {"empty_lines_in_an_empty_list", "[\n]\n", {Op::Add, "/-", "1"}, "[\n  1\n]\n"},
    {"key_that_needs_escapes",
     "{\"a\": 1}",
     {Op::Add, "/x~1y~0\"\n", "2"},
     "{\"a\": 1, \"x/y~\\\"\\n\": 2}"},
    {"key_written_with_escapes", "{\"\\u0061\": 1}", {Op::Add, "/a", "2"}, "{\"\\u0061\": 2}"},
    {"equal_string_keeps_its_spelling",
     "{\"a\": \"x\\/y\"}",
     {Op::Replace, "/a", R"(["x/y"])"},
     "{\"a\": [\"x\\/y\"]}"},
    {"empty_containers", "{\"a\": 1}", {Op::Replace, "/a", "[ { }, [ ] ]"}, "{\"a\": [{}, []]}"},
    {"tilde_and_digit", "{\"~1\": 0}", {Op::Replace, "/~01", "1"}, "{\"~1\": 1}"},
    {"empty_key", "{\"\": {\"\": 0}}", {Op::Replace, "//", "1"}, "{\"\": {\"\": 1}}"},
};
INSTANTIATE_TEST_SUITE_P(JsonEdit, UnevenDocument, testing::ValuesIn(kTextCases),
                         case_name<TextCase>);

// ---- What cannot be done.

struct RefusedCase {
  std::string_view name{};
  std::string_view document{};
  JsonEdit edit{};
  DiagnosticCode code{};
  std::string_view message{};
};
void PrintTo(const RefusedCase& test, std::ostream* out) {
  *out << test.name;
}
class RefusedEdit : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedEdit, SaysWhy) {
  const auto result = apply_json_edits(GetParam().document, {&GetParam().edit, 1});
  ASSERT_FALSE(result.has_value()) << *result;
  EXPECT_EQ(format_code(result.error().code), format_code(GetParam().code));
  EXPECT_EQ(result.error().message, GetParam().message);
  EXPECT_FALSE(result.error().where.known());
}

constexpr auto kCannot = DiagnosticCode::CannotEdit;
const RefusedCase kRefused[] = {
    {"missing_member", "{}", {Op::Remove, "/a", ""}, kCannot, "the document has nothing at `/a`"},
    {"missing_parent", "{}", {Op::Add, "/a/b", "1"}, kCannot, "the document has nothing at `/a/b`"},
    {"replaced_member_that_is_missing",
     "{}",
     {Op::Replace, "/a", "1"},
     kCannot,
     "the document has nothing at `/a`"},
    {"index_after_the_end",
     "[1]",
     {Op::Add, "/2", "1"},
     kCannot,
     "the document has nothing at `/2`"},
    {"index_with_leading_zero",
     "[1, 2]",
     {Op::Remove, "/01", ""},
     kCannot,
     "the document has nothing at `/01`"},
    {"index_with_sign",
     "[1, 2]",
     {Op::Remove, "/+1", ""},
     kCannot,
     "the document has nothing at `/+1`"},
    {"index_that_is_huge",
     "[1]",
     {Op::Remove, "/99999999999999999999", ""},
     kCannot,
     "the document has nothing at `/99999999999999999999`"},
    {"end_of_list_removed",
     "[1]",
     {Op::Remove, "/-", ""},
     kCannot,
     "the document has nothing at `/-`"},
    {"below_a_scalar",
     "{\"a\": 1}",
     {Op::Add, "/a/b", "1"},
     kCannot,
     "the document has nothing at `/a/b`"},
    {"no_pointer", "{}", {Op::Add, "a", "1"}, kCannot, "`a` is no JSON pointer"},
    {"lone_tilde", "{}", {Op::Add, "/a~", "1"}, kCannot, "`/a~` is no JSON pointer"},
    {"whole_document_removed",
     "{}",
     {Op::Remove, "", ""},
     kCannot,
     "the whole document cannot be removed"},
    {"repeated_key",
     "{\"a\": 1, \"a\": 2}",
     {Op::Remove, "/a", ""},
     kCannot,
     "key `a` occurs twice in the object to change"},
    {"document_that_is_no_json",
     "{",
     {Op::Add, "/a", "1"},
     DiagnosticCode::InvalidJson,
     "the document to change cannot be read: the document ends too early: it is cut off"},
    {"value_that_is_no_json",
     "{}",
     {Op::Add, "/a", "x"},
     DiagnosticCode::InvalidJson,
     "the new value cannot be read: `x` is no JSON value"},
    {"value_that_is_two",
     "{\"b\": 1}",
     {Op::Add, "/a", "1, \"c\": 2"},
     DiagnosticCode::InvalidJson,
     "the new value cannot be read: text after the end of the document"},
};
INSTANTIATE_TEST_SUITE_P(JsonEdit, RefusedEdit, testing::ValuesIn(kRefused),
                         case_name<RefusedCase>);

TEST(JsonEdit, RefusesAResultThatCannotBeReadAgain) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  std::string pointer;
  for (int i = 0; i < 99; ++i) pointer += "/0";
  const auto result =
      apply_json_edits(deep, std::vector<JsonEdit>{{Op::Add, pointer + "/0", deep}});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, DiagnosticCode::TooDeep);
}

TEST(JsonEdit, LeavesADocumentWithoutEditsAlone) {
  EXPECT_EQ(edited(" {\"a\" :1}\r\n", std::vector<JsonEdit>{}), " {\"a\" :1}\r\n");
}

TEST(JsonEdit, FormatsAPatchDocument) {
  const std::vector<JsonEdit> edits = {
      {Op::Add, "/Statement/-", R"({"Effect":"Allow"})"},
      {Op::Replace, "/a~1b", R"("\u202e")"},
      {Op::Remove, "/c\"", ""},
  };
  EXPECT_EQ(format_rfc6902(edits), R"([
  {
    "op": "add",
    "path": "/Statement/-",
    "value": {
      "Effect": "Allow"
    }
  },
  {
    "op": "replace",
    "path": "/a~1b",
    "value": "\u202e"
  },
  {
    "op": "remove",
    "path": "/c\""
  }
]
)");
  EXPECT_EQ(format_rfc6902({}), "[]\n");
}

TEST(JsonEdit, LaysADocumentOut) {
  EXPECT_EQ(format_json(R"( {"a":[1.0,"\/"],"b":{},"c":[]} )").value_or("none"),
            "{\n  \"a\": [\n    1.0,\n    \"\\/\"\n  ],\n  \"b\": {},\n  \"c\": []\n}");
  EXPECT_FALSE(format_json("{").has_value());
}

TEST(JsonEdit, EscapesPointerTokens) {
  EXPECT_EQ(escape_pointer_token("aws:PrincipalTag/team~1"), "aws:PrincipalTag~1team~01");
  EXPECT_EQ(unescape_pointer_token("aws:PrincipalTag~1team~01~"), "aws:PrincipalTag/team~1~");
}

}  // namespace
}  // namespace rolecall
