// SPDX-License-Identifier: Apache-2.0
#include "estate/policy_store.h"

#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "loading.h"

namespace rolecall {
namespace {

// With every element that has a place.
constexpr std::string_view kDocument = R"({"Version":"2012-10-17","Id":"shared",
  "Statement":[{"Sid":"One","Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],
    "Principal":{"AWS":["arn:aws:iam::444455556666:root","444455556667"],"Service":"ec2.amazonaws.com"},
    "Condition":{"StringEquals":{"sts:ExternalId":["blue+7 Ü","b"]},"Bool":{"aws:SecureTransport":true}}},
   {"Effect":"Deny","NotPrincipal":{"AWS":"*"},"NotAction":"sts:*"}]})";

std::vector<Span> places_of(const Policy& policy) {
  std::vector<Span> places = {policy.at, policy.version.at, policy.id.at};
  const auto add_list = [&](const auto& list, auto at) {
    places.push_back(list.at);
    for (const auto& each : list.items) places.push_back(at(each));
  };
  const auto at_of = [](const Text& text) { return text.at; };
  for (const Statement& statement : policy.statements) {
    places.insert(places.end(), {statement.at, statement.sid.at});
    add_list(statement.principal, [](const PrincipalElement& each) { return each.value.at; });
    add_list(statement.action, at_of);
    add_list(statement.resource, at_of);
    for (const Condition& each : statement.conditions) {
      places.insert(places.end(), {each.at, each.operator_text.at, each.key.at});
      for (const Text& value : each.values) places.push_back(value.at);
    }
  }
  return places;
}

// As a reader sees them.
std::vector<std::string> shown_places(const Estate& estate, const Policy& policy) {
  std::vector<std::string> shown;
  for (const Span& each : places_of(policy)) {
    const Location place = estate.sources().locate(each);
    shown.push_back(place.file + ":" + std::to_string(place.line) + ":" +
                    std::to_string(place.column) + " " +
                    std::string(estate.sources().text(estate.sources().in_file(each))));
  }
  return shown;
}

struct Form {
  std::string name{};
  std::string written{};
  bool shared = true;
};

std::ostream& operator<<(std::ostream& out, const Form& form) {
  return out << form.name;
}

class RepeatedPolicy : public testing::TestWithParam<Form> {
 protected:
  static constexpr std::string_view kFirst = "arn:aws:iam::111122223333:role/a";
  static constexpr std::string_view kSecond = "arn:aws:iam::444455556666:role/b";

  [[nodiscard]] static std::string second_file() {
    return "\n\n  " + roles_page("\n " + role_json("b", GetParam().written, "444455556666"));
  }
};

TEST_P(RepeatedPolicy, StandsInTheFileOfEachCopy) {
  Loaded loaded(roles_page(role_json("a", GetParam().written)));
  loaded.add(second_file(), "444455556666.gaad.json");
  const Loaded alone(second_file(), "444455556666.gaad.json");
  const PlacedPolicy first = loaded.estate.find_role(kFirst)->trust;
  const PlacedPolicy second = loaded.estate.find_role(kSecond)->trust;
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(first.shared() == second.shared(), GetParam().shared);
  EXPECT_NE(first.get(), second.get());
  EXPECT_EQ(second.get(), second.get());
  EXPECT_EQ(format_policy(*second.get()), format_policy(*first.get()));
  EXPECT_EQ(shown_places(loaded.estate, *second.get()),
            shown_places(alone.estate, *alone.estate.find_role(kSecond)->trust.get()));
  EXPECT_EQ(loaded.estate.sources().locate(first->at).file, "111122223333.gaad.json");
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RepeatedPolicy,
    testing::Values(Form{"object", std::string(kDocument)},
                    Form{"json_text", json_quote(kDocument)},
                    Form{"json_text_after_space", json_quote(" \n" + std::string(kDocument))},
                    Form{"url_encoded", json_quote(percent_encode_all(kDocument))},
                    Form{"double_encoded",
                         json_quote(percent_encode_all(percent_encode_all(kDocument)))},
                    Form{"json_text_in_json_text", json_quote(json_quote(kDocument)), false}),
    [](const auto& row) { return row.param.name; });

TEST(PolicyStore, KeepsTheDifferentFormsOfOneDocumentApart) {
  const Loaded loaded(roles_page(role_json("a", kDocument) + "," +
                                 role_json("b", json_quote(kDocument)) + "," +
                                 role_json("c", json_quote(percent_encode_all(kDocument)))));
  const Account* const account = loaded.estate.find_account("111122223333");
  const std::string_view value = "blue+7 Ü";
  for (const char* const name : {"a", "b", "c"}) {
    const Policy* const trust = account->find_role(name)->trust;
    const Text text = trust->statements.at(0).conditions.at(0).values.at(0);
    EXPECT_EQ(text.value, value);
    EXPECT_GT(loaded.estate.sources().locate(text.at).column, 1U);
  }
  EXPECT_NE(account->find_role("a")->trust.shared(), account->find_role("b")->trust.shared());
  EXPECT_NE(account->find_role("b")->trust.shared(), account->find_role("c")->trust.shared());
}

TEST(PolicyStore, SharesNothingBetweenKindsOfPolicies) {
  const Loaded loaded(roles_page(
      R"({"Arn":"arn:aws:iam::111122223333:role/a","AssumeRolePolicyDocument":)" +
      std::string(kAllowAll) + R"(,"RolePolicyList":[{"PolicyName":"x","PolicyDocument":)" +
      std::string(kAllowAll) + "}]}"));
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/a");
  EXPECT_EQ(role->trust->kind, PolicyKind::Trust);
  EXPECT_EQ(role->inline_policies.at(0).policy->kind, PolicyKind::Identity);
}

TEST(PolicyStore, ReportsAFaultyDocumentAtEachPlace) {
  const std::string faulty = R"({"Statement":[{"Effect":"Alow","Action":"*","Principal":"*"}]})";
  for (const std::string& written :
       {faulty, json_quote(faulty), json_quote(percent_encode_all(faulty))}) {
    const Loaded loaded(roles_page(role_json("a", written) + ",\n" + role_json("b", written)));
    std::vector<std::uint32_t> lines;
    for (const Diagnostic& each : loaded.diagnostics.all()) {
      EXPECT_EQ(each.code, DiagnosticCode::InvalidEffect);
      lines.push_back(loaded.estate.sources().locate(each.where).line);
    }
    EXPECT_EQ(lines, (std::vector<std::uint32_t>{1, 2}));
    EXPECT_TRUE(loaded.estate.find_role("arn:aws:iam::111122223333:role/b")->trust->faulty);
  }
}

// Warnings too.
TEST(PolicyStore, ReportsAnEmptyListAtEachPlace) {
  const std::string_view empty =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":[],"Principal":"*"}})";
  const Loaded loaded(roles_page(role_json("a", empty) + "," + role_json("b", empty)));
  EXPECT_EQ(loaded.count(DiagnosticCode::EmptyList), 2U) << loaded.said();
}

TEST(PolicyStore, TellsDocumentsApartThatDifferInOneByte) {
  std::string roles;
  constexpr int kCount = 2000;
  const auto document = [](int i) {
    std::string text(kTrust);
    return text.replace(text.find("111122223333"), 12, std::to_string(200000000000 + i));
  };
  for (int i = 0; i < 2 * kCount; ++i) {
    roles += (i == 0 ? "" : ",") + role_json(std::to_string(i), document(i % kCount));
  }
  const Loaded loaded(roles_page(roles));
  const Account* const account = loaded.estate.find_account("111122223333");
  for (int i = 0; i < 2 * kCount; ++i) {
    const PlacedPolicy trust = account->find_role(std::to_string(i))->trust;
    EXPECT_EQ(trust.shared()->statements.at(0).principal.items.at(0).account,
              std::to_string(200000000000 + i % kCount));
    EXPECT_EQ(loaded.estate.sources().text(trust->at), document(i % kCount));
  }
}

TEST(PlacedPolicy, IsMadeOnceHoweverManyThreadsAsk) {
  const Loaded loaded(roles_page(role_json("a") + "," + role_json("b", kTrust)));
  const PlacedPolicy trust = loaded.estate.find_role("arn:aws:iam::111122223333:role/b")->trust;
  std::vector<const Policy*> seen(4);
  std::vector<std::thread> threads;
  for (const Policy*& each : seen) threads.emplace_back([&each, trust] { each = trust.get(); });
  for (std::thread& each : threads) each.join();
  EXPECT_NE(seen[0], trust.shared());
  EXPECT_EQ(seen, std::vector<const Policy*>(4, seen[0]));
}

TEST(PlacedPolicy, OfOneDocumentNeedsNoPlace) {
  const Policy policy;
  EXPECT_EQ(PlacedPolicy(&policy).get(), &policy);
  EXPECT_EQ(PlacedPolicy(&policy).shared(), &policy);
  EXPECT_EQ(PlacedPolicy(), nullptr);
  EXPECT_EQ(PlacedPolicy().get(), nullptr);
}

}  // namespace
}  // namespace rolecall
