// SPDX-License-Identifier: Apache-2.0
#include "estate/provider_loader.h"

#include <ostream>
#include <string>
#include <utility>

#include "loading.h"
#include "support/test_folder.h"

namespace rolecall {
namespace {

std::string oidc(std::string_view more) {
  return R"({"OpenIDConnectProviders":[
      {"Arn":"arn:aws:iam::111122223333:oidc-provider/id.example.com/a/")" +
         std::string(more) + "}]}";
}

TEST(ProviderLoader, ReadsIdentityProviders) {
  const Loaded loaded(R"({"OpenIDConnectProviders":[
      {"Arn":"arn:aws:iam::111122223333:oidc-provider/id.example.com",
       "Url":"id.example.com","ClientIDList":["sts.amazonaws.com","x"],"ThumbprintList":[]}],
    "SAMLProviders":[{"Arn":"arn:aws:iam::111122223333:saml-provider/Corp",
       "ValidUntil":"2024-03-11T09:24:17+00:00"}]})",
                      "identity-providers.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_TRUE(loaded.estate.has_identity_providers);
  ASSERT_EQ(loaded.estate.oidc_providers.size(), 1U);
  const OidcProvider& provider = loaded.estate.oidc_providers[0];
  EXPECT_EQ(provider.url, "id.example.com");
  EXPECT_EQ(provider.client_ids, (std::vector<std::string_view>{"sts.amazonaws.com", "x"}));
  EXPECT_EQ(loaded.estate.sources().text(provider.client_ids_at), R"(["sts.amazonaws.com","x"])");
  ASSERT_EQ(loaded.estate.saml_providers.size(), 1U);
  EXPECT_EQ(loaded.estate.saml_providers[0].valid_until, 1710149057);
}

TEST(ProviderLoader, KnowsTheAccountsAFileIsCompleteFor) {
  const Loaded loaded(R"({"SAMLProviders":[],"CompleteForAccounts":["111122223333"]})");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_TRUE(loaded.estate.providers_by_account);
  EXPECT_TRUE(loaded.estate.find_account("111122223333")->has_saml_providers);
  // Of a list that is not there it says nothing.
  EXPECT_FALSE(loaded.estate.find_account("111122223333")->has_oidc_providers);
  EXPECT_FALSE(Loaded(R"({"SAMLProviders":[]})").estate.providers_by_account);
}

TEST(ProviderLoader, StoresTheUrlWithoutSchemeAndKeepsTheSlash) {
  for (const std::string more :
       {R"(,"Url":"https://id.example.com/a/")", R"(,"Url":"HTTPS://id.example.com/a/")",
        R"(,"Url":"id.example.com/a/")", R"(,"Url":null)", ""}) {
    const Loaded loaded(oidc(more));
    EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
    ASSERT_EQ(loaded.estate.oidc_providers.size(), 1U);
    EXPECT_EQ(loaded.estate.oidc_providers[0].url, "id.example.com/a/") << more;
  }
  EXPECT_EQ(Loaded(oidc(R"(,"Url":"id.example.com/a")")).estate.oidc_providers.at(0).url,
            "id.example.com/a");
}

// list-open-id-connect-providers prints the ARN alone.
TEST(ProviderLoader, WithoutAListTheAudiencesAreNotKnown) {
  EXPECT_FALSE(Loaded(oidc("")).estate.oidc_providers.at(0).client_ids_at.known());
  EXPECT_TRUE(
      Loaded(oidc(R"(,"ClientIDList":[])")).estate.oidc_providers.at(0).client_ids_at.known());
}

TEST(ProviderLoader, ReadsEmptyLists) {
  const Loaded loaded(R"({"OpenIDConnectProviders":[],"SAMLProviders":[]})");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_TRUE(loaded.estate.has_identity_providers);
  EXPECT_FALSE(Loaded(R"({"VpcEndpoints":[]})").estate.has_identity_providers);
}

TEST(ProviderLoader, TakesTheLaterOfTwoThatDiffer) {
  Loaded loaded(oidc(R"(,"ClientIDList":["a","b"])"), "one.json");
  loaded.add(oidc(R"(,"ClientIDList":["b","a"])"), "two.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  loaded.add(oidc(R"(,"ClientIDList":["c"])"), "three.json");
  const Diagnostic said = loaded.first(DiagnosticCode::Contradiction);
  EXPECT_EQ(said.severity, Severity::Warning);
  EXPECT_NE(said.message.find("one.json:2"), std::string::npos) << said.message;
  ASSERT_EQ(loaded.estate.oidc_providers.size(), 1U);
  EXPECT_EQ(loaded.estate.oidc_providers[0].client_ids, std::vector<std::string_view>{"c"});
}

TEST(ProviderLoader, MergesFilesOfSeveralAccounts) {
  Loaded loaded(oidc(""), "one.json");
  loaded.add(R"({"SAMLProviders":[{"Arn":"arn:aws:iam::444455556666:saml-provider/Corp"}]})");
  loaded.add(R"({"SAMLProviders":[{"Arn":"arn:aws:iam::444455556666:saml-provider/Corp"},
                                  {"Arn":"arn:aws:iam::444455556666:saml-provider/Old"}]})");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_EQ(loaded.estate.oidc_providers.size(), 1U);
  EXPECT_EQ(loaded.estate.saml_providers.size(), 2U);
}

struct LostProvider {
  std::string name{};
  std::string text{};
};

std::ostream& operator<<(std::ostream& out, const LostProvider& lost) {
  return out << lost.name;
}

class LostProviders : public testing::TestWithParam<LostProvider> {};

TEST_P(LostProviders, AreReportedAndTheListDoesNotCountAsFull) {
  const Loaded loaded(GetParam().text);
  EXPECT_EQ(loaded.diagnostics.error_count(), 1U) << loaded.said();
  EXPECT_FALSE(loaded.estate.has_identity_providers);
}

INSTANTIATE_TEST_SUITE_P(
    Entries, LostProviders,
    testing::Values(
        LostProvider{"list_is_text", R"({"OpenIDConnectProviders":"none"})"},
        LostProvider{"entry_is_text", R"({"SAMLProviders":["Corp"]})"},
        LostProvider{"no_arn", R"({"OpenIDConnectProviders":[{"Url":"id.example.com"}]})"},
        LostProvider{"arn_is_number", R"({"SAMLProviders":[{"Arn":1}]})"},
        LostProvider{"arn_of_a_role",
                     R"({"SAMLProviders":[{"Arn":"arn:aws:iam::111122223333:role/a"}]})"},
        LostProvider{"audiences_are_text", oidc(R"(,"ClientIDList":"sts.amazonaws.com")")},
        LostProvider{"audience_is_number", oidc(R"(,"ClientIDList":[5])")},
        LostProvider{"audiences_twice", oidc(R"(,"ClientIDList":[],"ClientIDList":["x"])")}),
    [](const auto& row) { return row.param.name; });

constexpr std::string_view kListed =
    R"({"OpenIDConnectProviderList":[{"Arn":"arn:aws:iam::111122223333:oidc-provider/id.example.com"}]})";
constexpr std::string_view kGotten =
    R"({"Url":"id.example.com","ClientIDList":["a"],"ThumbprintList":[],"Tags":[]})";

TEST(ProviderLoader, TakesAListForAllOfItsKindAndAccount) {
  const Loaded loaded{std::string(kListed), "list.json"};
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_TRUE(loaded.estate.has_identity_providers);
  ASSERT_EQ(loaded.estate.oidc_providers.size(), 1U);
  EXPECT_EQ(loaded.estate.oidc_providers[0].url, "id.example.com");
  EXPECT_FALSE(loaded.estate.oidc_providers[0].client_ids_at.known());
  const Account* const account = loaded.estate.find_account("111122223333");
  EXPECT_TRUE(account->has_oidc_providers);
  EXPECT_FALSE(account->has_saml_providers);
}

TEST(ProviderLoader, KnowsTheAccountOfAnEmptyListByItsFile) {
  const Loaded named(R"({"SAMLProviderList":[]})", "111122223333.saml.json");
  EXPECT_TRUE(named.estate.find_account("111122223333")->has_saml_providers);
  const Loaded unnamed(R"({"SAMLProviderList":[]})", "saml.json");
  EXPECT_FALSE(unnamed.estate.has_identity_providers);
  EXPECT_EQ(unnamed.diagnostics.all().size(), 0U) << unnamed.said();
}

TEST(ProviderLoader, DoesNotCountAListThatCannotBeReadAsFull) {
  EXPECT_FALSE(Loaded(R"({"OpenIDConnectProviderList":[7]})").estate.has_identity_providers);
  EXPECT_FALSE(
      Loaded(R"({"OpenIDConnectProviderList":[{"Arn":"arn:aws:iam::111122223333:role/a"}]})")
          .estate.has_identity_providers);
}

TEST(ProviderLoader, PutsOneProviderIntoTheAccountOfItsFile) {
  const Loaded loaded{std::string(kGotten), "111122223333.github.json"};
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  ASSERT_EQ(loaded.estate.oidc_providers.size(), 1U);
  EXPECT_EQ(loaded.estate.oidc_providers[0].arn,
            "arn:aws:iam::111122223333:oidc-provider/id.example.com");
  EXPECT_EQ(loaded.estate.oidc_providers[0].client_ids, std::vector<std::string_view>{"a"});
  // Others may exist.
  EXPECT_TRUE(loaded.estate.has_identity_providers);
  EXPECT_FALSE(loaded.estate.find_account("111122223333")->has_oidc_providers);
}

TEST(ProviderLoader, FindsOneProviderInTheListByItsUrl) {
  for (const bool list_first : {true, false}) {
    const TestFolder folder;
    Paths paths = {folder.write("list.json", std::string(kListed)),
                   folder.write("one.json", std::string(kGotten))};
    if (!list_first) std::swap(paths[0], paths[1]);
    const Loaded loaded(paths);
    EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
    ASSERT_EQ(loaded.estate.oidc_providers.size(), 1U);
    EXPECT_EQ(loaded.estate.oidc_providers[0].client_ids, std::vector<std::string_view>{"a"});
    EXPECT_TRUE(loaded.estate.find_account("111122223333")->has_oidc_providers);
  }
}

TEST(ProviderLoader, KeepsAFileCompleteBesideWhatWasPrinted) {
  const TestFolder folder;
  const Loaded loaded(
      Paths{folder.write(
                "111122223333.gaad.json",
                R"({"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]})"),
            folder.write("111122223333.one.json", std::string(kGotten)),
            folder.write("identity-providers.json",
                         R"({"OpenIDConnectProviders":[],"SAMLProviders":[]})")});
  EXPECT_TRUE(loaded.estate.find_account("111122223333")->has_oidc_providers) << loaded.said();
  EXPECT_TRUE(loaded.estate.find_account("111122223333")->has_saml_providers);
}

TEST(ProviderLoader, LeavesOutAProviderOfWhomNobodySaysWhoseItIs) {
  const Loaded loaded{std::string(kGotten), "one.json"};
  EXPECT_EQ(loaded.first(DiagnosticCode::NotUsed).severity, Severity::Warning);
  EXPECT_TRUE(loaded.estate.oidc_providers.empty());
  EXPECT_FALSE(loaded.estate.has_identity_providers);
}

TEST(ProviderLoader, ReadsVpcEndpoints) {
  const Loaded loaded(R"({"VpcEndpoints":[
      {"VpcEndpointId":"vpce-1","VpcId":"vpc-1","ServiceName":"com.amazonaws.us-east-1.sts",
       "OwnerId":"111122223333","PolicyDocument":{"Statement":[]}},
      {"VpcEndpointId":"vpce-2","PolicyDocument":"{\"Statement\":[]}"},
      {"VpcEndpointId":"vpce-3","ServiceName":"com.amazonaws.us-east-1.s3"},
      {"VpcEndpointId":"vpce-4","PolicyDocument":"broken"},
      {"VpcEndpointId":"vpce-5","PolicyDocument":{"Statement":[]},"PolicyDocument":{}}]})",
                      "vpc-endpoints.json");
  const auto& endpoints = loaded.estate.vpc_endpoints;
  ASSERT_EQ(endpoints.size(), 5U);
  EXPECT_EQ(endpoints[0].vpc_id, "vpc-1");
  EXPECT_EQ(endpoints[0].service_name, "com.amazonaws.us-east-1.sts");
  EXPECT_EQ(endpoints[0].owner_id, "111122223333");
  ASSERT_NE(endpoints[0].policy, nullptr);
  EXPECT_EQ(endpoints[0].policy->kind, PolicyKind::VpcEndpoint);
  EXPECT_NE(endpoints[1].policy, nullptr);
  EXPECT_EQ(endpoints[2].policy, nullptr);
  EXPECT_FALSE(endpoints[2].policy_missing);
  for (const std::size_t i : {3U, 4U}) {
    EXPECT_EQ(endpoints[i].policy, nullptr);
    EXPECT_TRUE(endpoints[i].policy_missing);
  }
  EXPECT_EQ(loaded.count(DiagnosticCode::InvalidJson), 1U) << loaded.said();
}

TEST(ProviderLoader, TakesTheLaterOfTwoEndpointsThatDiffer) {
  Loaded loaded(R"({"VpcEndpoints":[{"VpcEndpointId":"vpce-1","VpcId":"vpc-1"}]})", "one.json");
  loaded.add(R"({"VpcEndpoints":[{"VpcEndpointId":"vpce-1","VpcId":"vpc-1"}]})", "two.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  loaded.add(R"({"VpcEndpoints":[{"VpcEndpointId":"vpce-1","VpcId":"vpc-2"}]})", "three.json");
  EXPECT_EQ(loaded.count(DiagnosticCode::Contradiction), 1U);
  ASSERT_EQ(loaded.estate.vpc_endpoints.size(), 1U);
  EXPECT_EQ(loaded.estate.vpc_endpoints[0].vpc_id, "vpc-2");
}

TEST(ProviderLoader, ReportsEndpointsItCannotRead) {
  const Loaded loaded(R"({"VpcEndpoints":[5,{"VpcId":"vpc-1"},{"VpcEndpointId":7}]})");
  EXPECT_EQ(loaded.count(DiagnosticCode::WrongType), 2U) << loaded.said();
  EXPECT_EQ(loaded.count(DiagnosticCode::MissingMember), 2U);
  EXPECT_TRUE(loaded.estate.vpc_endpoints.empty());
  EXPECT_EQ(Loaded(R"({"VpcEndpoints":{}})").count(DiagnosticCode::WrongType), 1U);
}

}  // namespace
}  // namespace rolecall
