// SPDX-License-Identifier: Apache-2.0
#include "diagnose/policy_editor.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

constexpr std::string_view kListed =
    R"({"Statement":[{"Effect":"Allow","Action":["a:b","c:d"],"Resource":"*"},{"Effect":"Deny"}]})";
constexpr std::string_view kSingle = R"({"Statement":{"Effect":"Allow","Action":"a:b"}})";
constexpr std::string_view kConditional =
    R"({"Statement":[{"Condition":{"StringEquals":{"a":"1","b":"2"},"Bool":{"c":"true"}}},)"
    R"({"Condition":{"StringEquals":{"a":"1"}}},{}]})";

// The text after one step, or `failed`.
template <typename Step>
std::string edited(std::string_view text, const Step& step) {
  PolicyEditor editor(text);
  step(editor);
  return editor.ok() ? editor.text() : "failed";
}

TEST(JsonEditor, FindsValuesByPointer) {
  const JsonEditor editor(kListed);
  EXPECT_TRUE(editor.find("/Statement/1/Effect").has_value());
  EXPECT_EQ(editor.find("/Statement/0/Action/1")->string(), "c:d");
  for (const std::string_view nowhere :
       {"/Statement/2", "/Statement/-", "/Statement/1x", "/Statement/x", "/Version"}) {
    EXPECT_FALSE(editor.find(nowhere).has_value()) << nowhere;
  }
}

TEST(JsonEditor, DoesNothingToTextThatIsNoJson) {
  JsonEditor editor("{");
  EXPECT_FALSE(editor.ok());
  EXPECT_FALSE(editor.find("/a").has_value());
  editor.add("/a", "1");
  EXPECT_TRUE(editor.edits().empty());
  EXPECT_EQ(editor.text(), "{");
}

TEST(JsonEditor, GivesUpAtTheFirstStepThatFails) {
  JsonEditor editor(R"({"a":1})");
  editor.add("/b/c", "2");
  EXPECT_FALSE(editor.ok());
  editor.add("/b", "2");
  EXPECT_TRUE(editor.edits().empty());
  EXPECT_EQ(editor.text(), R"({"a":1})");
}

TEST(JsonEditor, AddsAValueWhateverIsThere) {
  const auto add = [](std::string_view text) {
    return edited(text, [](JsonEditor& editor) { editor.add_value("/a", "y"); });
  };
  EXPECT_EQ(add(R"({})"), R"({"a": "y"})");
  EXPECT_EQ(add(R"({"a": "x"})"), R"({"a": ["x", "y"]})");
  EXPECT_EQ(add(R"({"a": ["x"]})"), R"({"a": ["x", "y"]})");
}

TEST(JsonEditor, ReplacesAValueThatIsThere) {
  const auto replace = [](std::string_view text) {
    return edited(text, [](JsonEditor& editor) { editor.replace_value("/a", "x", "y"); });
  };
  EXPECT_EQ(replace(R"({"a": "x"})"), R"({"a": "y"})");
  EXPECT_EQ(replace(R"({"a": ["w", 1, "x", "x"]})"), R"({"a": ["w", 1, "y", "x"]})");
  for (const std::string_view without :
       {R"({})", R"({"a": "z"})", R"({"a": 1})", R"({"a": ["z"]})"}) {
    EXPECT_EQ(replace(without), "failed") << without;
  }
}

TEST(PolicyEditor, NamesStatementsByTheirPlace) {
  EXPECT_EQ(PolicyEditor(kListed).statement(1), "/Statement/1");
  EXPECT_EQ(PolicyEditor(kSingle).statement(0), "/Statement");
  EXPECT_EQ(PolicyEditor("{}").statement(0), "/Statement/0");
}

TEST(PolicyEditor, AddsAStatementToAListOrMakesOne) {
  const auto add = [](std::string_view text) {
    return edited(text, [](PolicyEditor& editor) { editor.add_statement("{}"); });
  };
  EXPECT_EQ(add(R"({"Statement": []})"), R"({"Statement": [{}]})");
  EXPECT_EQ(add(R"({"Statement": {"Sid": "a"}})"), R"({"Statement": [{"Sid": "a"}, {}]})");
  EXPECT_EQ(add(R"({})"), "failed");
}

// The text of /Statement/INDEX/Condition after one step.
template <typename Step>
std::string condition_after(std::uint32_t index, const Step& step) {
  PolicyEditor editor(kConditional);
  step(editor);
  if (!editor.ok()) return "failed";
  const auto block = editor.find(editor.statement(index) + "/Condition");
  return block ? std::string(block->raw()) : "none";
}

TEST(PolicyEditor, AddsAConditionWhereItBelongs) {
  const auto add = [](std::uint32_t index, const std::string& operation, const std::string& key) {
    return condition_after(index, [&](PolicyEditor& editor) {
      editor.add_condition(index, {operation, key, {"x", "y"}});
    });
  };
  EXPECT_EQ(add(1, "StringEquals", "a"), R"({"StringEquals":{"a":["1","x","y"]}})");
  EXPECT_EQ(add(1, "StringEquals", "b"), R"({"StringEquals":{"a":"1","b":["x","y"]}})");
  EXPECT_EQ(add(1, "Bool", "b"), R"({"StringEquals":{"a":"1"},"Bool":{"b":["x","y"]}})");
  EXPECT_EQ(add(2, "Bool", "b"), R"({"Bool":{"b":["x","y"]}})");
}

TEST(PolicyEditor, RemovesAConditionAndWhatItLeavesEmpty) {
  const auto remove = [](std::uint32_t index, const std::string& operation,
                         const std::string& key) {
    return condition_after(
        index, [&](PolicyEditor& editor) { editor.remove_condition(index, operation, key); });
  };
  EXPECT_EQ(remove(0, "StringEquals", "a"), R"({"StringEquals":{"b":"2"},"Bool":{"c":"true"}})");
  EXPECT_EQ(remove(0, "Bool", "c"), R"({"StringEquals":{"a":"1","b":"2"}})");
  EXPECT_EQ(remove(1, "StringEquals", "a"), "none");
  EXPECT_EQ(remove(1, "Bool", "a"), "failed");
  EXPECT_EQ(remove(2, "Bool", "a"), "failed");
}

TEST(PolicyEditor, MovesAConditionToAFreePlaceOnly) {
  const auto move = [](const std::string& operation, const std::string& key,
                       const std::string& new_operation, const std::string& new_key) {
    return condition_after(0, [&](PolicyEditor& editor) {
      editor.move_condition(0, operation, key, new_operation, new_key);
    });
  };
  EXPECT_EQ(move("StringEquals", "a", "StringLike", "a"),
            R"({"StringEquals":{"b":"2"},"Bool":{"c":"true"},"StringLike":{"a":"1"}})");
  EXPECT_EQ(move("StringEquals", "a", "Bool", "a"),
            R"({"StringEquals":{"b":"2"},"Bool":{"c":"true","a":"1"}})");
  EXPECT_EQ(move("StringEquals", "a", "StringEquals", "b"), "failed");
  EXPECT_EQ(move("StringEquals", "x", "StringEquals", "y"), "failed");
}

TEST(FormatStatement, GroupsConditionsByOperator) {
  const NewStatement statement{
      "AWS",
      "arn:aws:iam::111122223333:role/ci",
      {"sts:AssumeRole", "sts:TagSession"},
      "",
      {{"StringEquals", "a", {"1"}}, {"ArnLike", "b", {"2"}}, {"StringEquals", "c", {"3", "4"}}}};
  EXPECT_EQ(format_statement(statement),
            R"({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, )"
            R"("Action": ["sts:AssumeRole", "sts:TagSession"], "Condition": {"StringEquals": )"
            R"({"a": "1", "c": ["3", "4"]}, "ArnLike": {"b": "2"}}})");
}

}  // namespace
}  // namespace rolecall
