// SPDX-License-Identifier: Apache-2.0
#include "estate/embedded_policy.h"

#include <ostream>
#include <string>

#include "loading.h"

namespace rolecall {
namespace {

constexpr std::string_view kDocument =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
"Principal":{"AWS":"arn:aws:iam::444455556666:root"},
"Condition":{"StringEquals":{"sts:ExternalId":"blue+7 Ü"}}}]})";

struct Form {
  std::string name{};
  std::string written{};  // The JSON value that holds kDocument.
  std::string marked{};   // How the condition value's text is written in the file.
};

std::ostream& operator<<(std::ostream& out, const Form& form) {
  return out << form.name;
}

class EmbeddedPolicyForm : public testing::TestWithParam<Form> {};

// The value stands in the third line of the file when the document is an object, else in the
// second.
TEST_P(EmbeddedPolicyForm, IsReadAndKeepsItsPlaceInTheFile) {
  const std::string text =
      "{\"RoleDetailList\":[{\"RoleName\":\"a\",\n  \"AssumeRolePolicyDocument\": " +
      GetParam().written + "}]}";
  const Loaded loaded(text);
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/a");
  ASSERT_NE(role, nullptr);
  ASSERT_NE(role->trust, nullptr);
  EXPECT_FALSE(role->trust->faulty);
  const Text value = role->trust->statements.at(0).conditions.at(0).values.at(0);
  EXPECT_EQ(value.value, "blue+7 Ü");

  const SourceTable& sources = loaded.estate.sources();
  EXPECT_EQ(sources.text(sources.in_file(value.at)), GetParam().marked);
  const std::size_t offset = text.find(GetParam().marked);
  const std::string before = text.substr(0, offset);
  const Location place = sources.locate(value.at);
  EXPECT_EQ(place.file, "111122223333.gaad.json");
  EXPECT_EQ(place.line, 1 + std::count(before.begin(), before.end(), '\n'));
  EXPECT_EQ(place.column, before.size() - before.rfind('\n'));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, EmbeddedPolicyForm,
    testing::Values(
        Form{"object", std::string(kDocument), "\"blue+7 Ü\""},
        Form{"json_text", json_quote(kDocument), "\\\"blue+7 Ü\\\""},
        Form{"json_text_after_space", json_quote(" \n" + std::string(kDocument)),
             "\\\"blue+7 Ü\\\""},
        Form{"url_encoded", json_quote(percent_encode_all(kDocument)), "%22blue%2B7%20%C3%9C%22"},
        Form{"url_encoded_after_space", json_quote(" " + percent_encode_all(kDocument)),
             "%22blue%2B7%20%C3%9C%22"},
        Form{"double_encoded", json_quote(percent_encode_all(percent_encode_all(kDocument))),
             "%2522blue%252B7%2520%25C3%259C%2522"},
        Form{"json_text_in_json_text", json_quote(json_quote(kDocument)), R"(\\\"blue+7 Ü\\\")"}),
    [](const auto& row) { return row.param.name; });

TEST(EmbeddedPolicy, KeepsAPlusSignThatIsNotEncoded) {
  std::string encoded = percent_encode_all(kDocument);
  encoded.replace(encoded.find("%2B"), 3, "+");
  const Loaded plus(roles_page(role_json("a", json_quote(encoded))));
  const Role* const role = plus.estate.find_role("arn:aws:iam::111122223333:role/a");
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->trust->statements.at(0).conditions.at(0).values.at(0).value, "blue+7 Ü");
}

TEST(EmbeddedPolicy, ReadsLowerCaseEscapes) {
  const Loaded loaded(roles_page(
      role_json("a", R"("%7b%22Statement%22%3a%5b%7b%22Effect%22%3a%22Deny%22%7d%5d%7d")")));
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/a");
  ASSERT_NE(role, nullptr);
  ASSERT_NE(role->trust, nullptr);
  EXPECT_EQ(role->trust->statements.size(), 1U);
}

TEST(EmbeddedPolicy, ReportsFaultsInEncodedTextAtTheirPlace) {
  const Loaded loaded(roles_page(
      role_json("a", json_quote(percent_encode_all(R"({"Statement":[{"Effect":"Alow"}]})")))));
  EXPECT_EQ(loaded.underlined(DiagnosticCode::InvalidEffect), "%22Alow%22");
}

struct Unreadable {
  std::string name{};
  std::string written{};
  DiagnosticCode code{};
};

std::ostream& operator<<(std::ostream& out, const Unreadable& form) {
  return out << form.name;
}

class UnreadablePolicy : public testing::TestWithParam<Unreadable> {};

TEST_P(UnreadablePolicy, IsReportedAndLeavesNoDocument) {
  const Loaded loaded(roles_page(role_json("a", GetParam().written)));
  EXPECT_EQ(loaded.count(GetParam().code), 1U) << loaded.said();
  EXPECT_EQ(loaded.first(GetParam().code).severity, Severity::Error);
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/a");
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->trust, nullptr);
  EXPECT_TRUE(role->trust_at.known());
}

INSTANTIATE_TEST_SUITE_P(
    Forms, UnreadablePolicy,
    testing::Values(Unreadable{"number", "12", DiagnosticCode::WrongType},
                    Unreadable{"list", "[]", DiagnosticCode::WrongType},
                    Unreadable{"empty_text", "\"\"", DiagnosticCode::InvalidJson},
                    Unreadable{"blank_text", "\" \\n\"", DiagnosticCode::InvalidJson},
                    Unreadable{"words", "\"see the wiki\"", DiagnosticCode::InvalidJson},
                    Unreadable{"cut_off", "\"{\\\"Statement\\\":[\"", DiagnosticCode::InvalidJson},
                    Unreadable{"list_in_text", "\"[1]\"", DiagnosticCode::WrongType},
                    Unreadable{"bad_escape", "\"%7B%2\"", DiagnosticCode::InvalidJson},
                    Unreadable{"escape_all_the_way",
                               json_quote(percent_encode_all(percent_encode_all(percent_encode_all(
                                   percent_encode_all(percent_encode_all("{}")))))),
                               DiagnosticCode::InvalidJson},
                    Unreadable{"text_all_the_way",
                               json_quote(json_quote(json_quote(json_quote(json_quote("{}"))))),
                               DiagnosticCode::InvalidJson},
                    Unreadable{"zero_byte", "\"%7B%00%7D\"", DiagnosticCode::NotText}),
    [](const auto& row) { return row.param.name; });

TEST(EmbeddedPolicy, WithARepeatedKeyIsFaulty) {
  const std::string repeated =
      R"({"Statement":[{"Effect":"Allow","Effect":"Deny","Action":"*","Principal":"*"}]})";
  for (const std::string& written : {repeated, json_quote(repeated)}) {
    const Loaded loaded(roles_page(role_json("a", written) + "," + role_json("b")));
    EXPECT_EQ(loaded.count(DiagnosticCode::DuplicateKey), 1U);
    const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/a");
    ASSERT_NE(role, nullptr);
    ASSERT_NE(role->trust, nullptr);
    EXPECT_TRUE(role->trust->faulty);
    EXPECT_FALSE(loaded.estate.find_role("arn:aws:iam::111122223333:role/b")->trust->faulty);
  }
}

TEST(EmbeddedPolicy, OfNullCountsAsAbsent) {
  const Loaded loaded(roles_page(role_json("a", "null")));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U);
}

TEST(SamePolicy, LooksAtTheMeaningNotTheForm) {
  const Loaded loaded(roles_page(role_json("a") + "," +
                                 role_json("b", json_quote(percent_encode_all(kTrust))) + "," +
                                 role_json("c", kAllowAll)));
  const auto trust = [&](std::string_view name) {
    return loaded.estate.find_account("111122223333")->find_role(name)->trust;
  };
  const SourceTable& sources = loaded.estate.sources();
  EXPECT_TRUE(same_policy(sources, trust("a"), trust("a")));
  EXPECT_TRUE(same_policy(sources, trust("a"), trust("b")));
  EXPECT_FALSE(same_policy(sources, trust("a"), trust("c")));
  EXPECT_FALSE(same_policy(sources, trust("a"), nullptr));
  EXPECT_TRUE(same_policy(sources, nullptr, nullptr));
}

}  // namespace
}  // namespace rolecall
