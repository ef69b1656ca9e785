// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trust/asking.h"
#include "trust/precondition.h"

namespace rolecall {
namespace {

using FailureCodes = std::vector<std::string>;

// A token with these claims, for the usual role, which trusts its issuer.
Asking token_for(std::string_view claims, std::string_view issuer, std::string_view more = "") {
  Asking asking;
  asking.usual(trust_document(
      R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/)" + std::string(issuer) + "\"}",
      R"("sts:AssumeRoleWithWebIdentity")"));
  asking.ask_for(
      R"({"federated":")" + std::string(issuer) + R"(","claims":)" + std::string(claims) + "}",
      R"("action":"sts:AssumeRoleWithWebIdentity")" + std::string(more));
  return asking;
}

// identity-providers.json with one provider of the role's account.
std::string one_provider(std::string_view url, std::string_view audiences) {
  return R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::444455556666:oidc-provider/)" +
         std::string(url) + R"(","Url":")" + std::string(url) + R"(","ClientIDList":)" +
         std::string(audiences) + "}]}";
}

// Providers of the role's account and a token.
FailureCodes token_failures(std::string_view url, std::string_view claims,
                            std::string_view more = "") {
  Asking asking = token_for(claims, kGithub, R"(,"session_name":"run")" + std::string(more));
  asking.add("identity-providers.json", one_provider(url, R"(["sts.amazonaws.com"])"));
  return failure_codes(asking.decide());
}

TEST(IdentityProvider, MustBeThereAndKnowTheAudience) {
  const std::string_view good = R"({"sub":"x","aud":"sts.amazonaws.com"})";
  EXPECT_EQ(token_failures(kGithub, good), FailureCodes{});
  EXPECT_EQ(token_failures("gitlab.com", good), FailureCodes{"idp-oidc-provider-missing"});
  EXPECT_EQ(token_failures("token.actions.githubusercontent.com/acme", good),
            FailureCodes{"idp-oidc-issuer-url-mismatch"});
  EXPECT_EQ(token_failures(kGithub, R"({"sub":"x","aud":"other"})"),
            FailureCodes{"idp-oidc-audience-not-registered"});
  EXPECT_EQ(token_failures(kGithub, R"({"sub":"x","aud":"other","azp":"sts.amazonaws.com"})"),
            FailureCodes{});
  EXPECT_EQ(token_failures(kGithub, R"({"aud":"sts.amazonaws.com"})"),
            FailureCodes{"idp-oidc-token-invalid"});
}

TEST(IdentityProvider, RefusesATokenOutsideItsTime) {
  const std::string_view claims =
      R"({"sub":"x","aud":"sts.amazonaws.com","nbf":1795428000,"exp":1795428600})";
  const auto at = [&](std::string_view time) {
    return token_failures(kGithub, claims,
                          R"(,"context":{"aws:CurrentTime":")" + std::string(time) + "\"}");
  };
  EXPECT_EQ(at("2026-11-23T10:05:00Z"), FailureCodes{});
  EXPECT_EQ(at("2026-11-23T10:10:00Z"), FailureCodes{"idp-oidc-token-expired"});
  EXPECT_EQ(at("2026-11-23T09:59:59Z"), FailureCodes{"idp-oidc-token-not-yet-valid"});
  EXPECT_EQ(token_failures(kGithub, claims, R"(,"observations":{"jwks_reachable":false})"),
            FailureCodes{"idp-oidc-keys-unreachable"});
}

FailureCodes form_failures(std::string_view algorithm, std::size_t characters,
                           std::string_view claims) {
  Asking asking = token_for(claims, kGithub);
  asking.request.principal.token = TokenForm{std::string(algorithm), characters};
  return failure_codes(asking.decide());
}

TEST(IdentityProvider, EncodedTokensMustHaveTheFormStsDemands) {
  const FailureCodes invalid{"idp-oidc-token-invalid"};
  const std::string_view good = R"({"sub":"x","aud":"a","iat":1795428000,"exp":1795428600})";
  EXPECT_EQ(form_failures("RS256", 20'000, good), FailureCodes{});
  EXPECT_EQ(form_failures("ES512", 500, good), FailureCodes{});
  EXPECT_EQ(form_failures("HS256", 500, good), invalid);
  EXPECT_EQ(form_failures("none", 500, good), invalid);
  EXPECT_EQ(form_failures("RS256", 20'001, good), invalid);
  EXPECT_EQ(form_failures("RS256", 500, R"({"sub":"x","aud":"a","exp":1795428600})"), invalid);
  EXPECT_EQ(form_failures("RS256", 500, R"({"sub":"x","aud":"a","iat":1795428000})"), invalid);
  EXPECT_EQ(form_failures("RS256", 500, R"({"sub":"x","aud":"a","iat":1.5,"exp":1795428600})"),
            invalid);
  EXPECT_EQ(
      form_failures("RS256", 500, R"({"sub":"x","aud":"a","iat":1,"exp":2,"nbf":"2026-11-23"})"),
      invalid);
}

TEST(IdentityProvider, WithoutThePathOfTheIssuerIsAnother) {
  const std::string_view good = R"({"sub":"x","aud":"sts.amazonaws.com"})";
  Asking asking = token_for(good, "id.example.com/realms/acme");
  asking.add("identity-providers.json", one_provider("id.example.com", R"(["a"])"));
  EXPECT_EQ(failure_codes(asking.decide()), FailureCodes{"idp-oidc-issuer-url-mismatch"});
  EXPECT_EQ(asking.decide().failures.at(0).message,
            "the token's issuer is `id.example.com/realms/acme`, the provider's URL "
            "`id.example.com`");
}

TEST(IdentityProvider, OfAnotherAccountIsNamed) {
  Asking asking = token_for(R"({"sub":"x","aud":"a"})", "id.example.com");
  asking.add("identity-providers.json", R"({"OpenIDConnectProviders":[
      {"Arn":"arn:aws:iam::111122223333:oidc-provider/id.example.com","Url":"id.example.com"},
      {"Arn":"arn:aws:iam::111122223333:oidc-provider/gitlab.com","Url":"gitlab.com"}]})");
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(failure_codes(decision), FailureCodes{"idp-oidc-provider-wrong-account"});
  EXPECT_EQ(decision.failures.at(0).actual,
            "arn:aws:iam::111122223333:oidc-provider/id.example.com");
}

TEST(IdentityProvider, WhoseUrlIsNotThatOfItsArnIsAMismatch) {
  Asking asking = token_for(R"({"sub":"x","aud":"a"})", "id.example.com");
  asking.add("identity-providers.json", R"({"OpenIDConnectProviders":[
      {"Arn":"arn:aws:iam::444455556666:oidc-provider/id.example.com","Url":"gitlab.com",
       "ClientIDList":["a"]}]})");
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(failure_codes(decision), FailureCodes{"idp-oidc-issuer-url-mismatch"});
  EXPECT_EQ(decision.failures.at(0).expected, FailureCodes{"gitlab.com"});
}

TEST(IdentityProvider, IsNotCheckedWithoutTheWholeAccount) {
  const auto idp_of = [](Asking asking) { return asking.decide().at(Gate::Idp); };
  const std::string_view why = "the role's account has no identity-providers.json";
  Asking asking = token_for(R"({"sub":"x","aud":"a"})", "id.example.com");
  EXPECT_EQ(idp_of(std::move(asking)).why, why);
  for (const std::string_view account : {"777788889999", "222233334444"}) {
    Asking other = token_for(R"({"sub":"x","aud":"a"})", "id.example.com");
    other.add("identity-providers.json", one_provider("id.example.com", R"(["a"])"));
    other.add("777788889999.roles.json",
              R"({"Roles":[{"RoleName":"a","Arn":"arn:aws:iam::777788889999:role/a"}]})");
    other.request.role = "arn:aws:iam::" + std::string(account) + ":role/a";
    const GateAnswer answer = idp_of(std::move(other));
    EXPECT_EQ(answer.verdict, Verdict::NotChecked) << account;
    EXPECT_EQ(answer.why, why) << account;
  }
}

// Of get-open-id-connect-provider and get-role: what exists is known, what does not is not.
TEST(IdentityProvider, IsCheckedWhereItIsKnownByItself) {
  const auto decide = [](std::string_view issuer) {
    Asking asking;
    asking.add("trust.json", R"({"Role":{"Arn":")" + std::string(kDeploy) +
                                 R"(","AssumeRolePolicyDocument":)" +
                                 trust_document(kTrustAccount) + "}}");
    asking.add("444455556666.ci.json", R"({"Url":"ci.example.com","ClientIDList":["a"]})");
    asking.ask_for(
        R"({"federated":")" + std::string(issuer) + R"(","claims":{"sub":"x","aud":"other"}})",
        R"("action":"sts:AssumeRoleWithWebIdentity")");
    return asking.decide();
  };
  EXPECT_EQ(failure_codes(decide("ci.example.com")),
            FailureCodes{"idp-oidc-audience-not-registered"});
  EXPECT_EQ(failure_codes(decide("cd.example.com")), FailureCodes{});
  EXPECT_EQ(decide("cd.example.com").at(Gate::Idp).verdict, Verdict::NotChecked);
}

TEST(Audience, MustBeAmongThoseOfTheProvider) {
  const auto codes = [](std::string_view claims) {
    Asking asking = token_for(claims, "id.example.com");
    asking.add("identity-providers.json", one_provider("id.example.com", R"(["a"])"));
    return failure_codes(asking.decide());
  };
  EXPECT_EQ(codes(R"({"sub":"x","aud":"a"})"), FailureCodes{});
  EXPECT_EQ(codes(R"({"sub":"x","aud":"b"})"), FailureCodes{"idp-oidc-audience-not-registered"});
  EXPECT_EQ(codes(R"({"sub":"x"})"), FailureCodes{"idp-oidc-token-invalid"});
  EXPECT_EQ(codes(R"({"sub":"x","aud":[]})"), FailureCodes{"idp-oidc-token-invalid"});
}

TEST(Audience, IsNotKnownWhereTheFileOrTheEventLeavesItOut) {
  Asking silent = token_for(R"({"sub":"x","aud":"a"})", "id.example.com");
  silent.add("identity-providers.json",
             R"({"OpenIDConnectProviders":[{"Arn":)"
             R"("arn:aws:iam::444455556666:oidc-provider/id.example.com"}]})");
  EXPECT_EQ(failure_codes(silent.decide()), FailureCodes{});
  EXPECT_EQ(silent.decide().at(Gate::Idp).verdict, Verdict::Unknown);
  EXPECT_EQ(silent.decide().at(Gate::Idp).why, "the provider's audiences are not in the file");
  Asking partial = token_for(R"({"sub":"x"})", "id.example.com");
  partial.add("identity-providers.json", one_provider("id.example.com", R"(["a"])"));
  partial.request.principal.claims_partial = true;
  EXPECT_EQ(partial.decide().at(Gate::Idp).verdict, Verdict::Unknown);
  EXPECT_EQ(partial.decide().at(Gate::Idp).why, "the token's audience is not known");
  // A few claims of a token: the subject may be among the others.
  partial.request.principal.claims = {{"aud", {"a"}}};
  EXPECT_EQ(failure_codes(partial.decide()), FailureCodes{});
  EXPECT_EQ(partial.decide().at(Gate::Idp).verdict, Verdict::Allows);
}

TEST(Audience, MayBeThatOfAProviderThatAFixAdds) {
  Asking asking = token_for(R"({"sub":"x","aud":"a"})", "id.example.com");
  asking.add("identity-providers.json", R"({"OpenIDConnectProviders":[]})");
  EXPECT_EQ(failure_codes(asking.decide()), FailureCodes{"idp-oidc-provider-missing"});
  EstateOverlay overlay;
  OidcProvider added;
  added.arn = "arn:aws:iam::444455556666:oidc-provider/id.example.com";
  added.url = "id.example.com";
  overlay.oidc_providers = {added};
  const auto with_audience = [&](std::vector<std::string_view> audiences) {
    overlay.oidc_providers[0].client_ids = std::move(audiences);
    return decide(asking.estate, asking.request, &overlay);
  };
  EXPECT_EQ(failure_codes(with_audience({"a"})), FailureCodes{});
  const AssumeDecision other = with_audience({"b"});
  EXPECT_EQ(failure_codes(other), FailureCodes{"idp-oidc-audience-not-registered"});
  EXPECT_FALSE(other.failures.at(0).at.known());
  EXPECT_EQ(with_audience({}).at(Gate::Idp).why, "the provider's audiences are not in the file");
}

TEST(TokenTimes, CountFromTheTimeOfTheCallThatCanBeRead) {
  const auto codes = [](std::string_view expires, std::string_view context) {
    return failure_codes(token_for(R"({"sub":"x","aud":"a","exp":)" + std::string(expires) + "}",
                                   "id.example.com", R"(,"context":)" + std::string(context))
                             .decide());
  };
  const FailureCodes expired = {"idp-oidc-token-expired"};
  EXPECT_EQ(codes("1795428600", R"({"aws:CurrentTime":"2026-11-23T10:10:00Z"})"), expired);
  EXPECT_EQ(codes("1795428600", R"({"aws:EpochTime":"1795428600"})"), expired);
  EXPECT_EQ(codes("1795428600", R"({"aws:CurrentTime":[],"aws:EpochTime":"1795428600"})"), expired);
  EXPECT_EQ(codes("1795428600", R"({"aws:CurrentTime":"soon","aws:EpochTime":"1795428600"})"),
            expired);
  EXPECT_EQ(codes("1795428600", R"({"aws:CurrentTime":"soon"})"), FailureCodes{});
  EXPECT_EQ(codes("[]", R"({"aws:EpochTime":"1795428600"})"), FailureCodes{});
}

TEST(EncodedToken, HasTimesThatAreOneWholeNumber) {
  const auto codes = [](std::string_view issued) {
    return form_failures(
        "RS256", 500,
        R"({"sub":"x","aud":"a","exp":1795428600,"iat":)" + std::string(issued) + "}");
  };
  const FailureCodes invalid = {"idp-oidc-token-invalid"};
  EXPECT_EQ(codes("1795428000"), FailureCodes{});
  for (const std::string_view other : {"[1,2]", "[]", R"("")", "-1", R"("1e9")"}) {
    EXPECT_EQ(codes(other), invalid) << other;
  }
}

// An assertion of a provider, for the usual role.
Asking assertion_for(std::string_view provider) {
  const std::string federated = R"({"Federated":")" + std::string(provider) + "\"}";
  Asking asking;
  asking.usual(trust_document(federated, R"("sts:AssumeRoleWithSAML")"));
  asking.ask_for(R"({"federated":")" + std::string(provider) + R"(","claims":{}})",
                 R"("action":"sts:AssumeRoleWithSAML")");
  return asking;
}

TEST(SamlProvider, MustBeOfTheRolesAccount) {
  constexpr std::string_view kOther = "arn:aws:iam::111122223333:saml-provider/corp";
  Asking asking = assertion_for(kOther);
  EXPECT_EQ(failure_codes(asking.decide()), FailureCodes{"idp-saml-provider-missing"});
  EXPECT_EQ(asking.decide().failures.at(0).actual, "111122223333");
  // Whose role it is nobody said.
  asking.request.role = "arn:aws:iam::000000000000:role/unnamed";
  EXPECT_EQ(failure_codes(asking.decide()), FailureCodes{});
}

TEST(SamlProvider, MustBeListed) {
  Asking asking = assertion_for("arn:aws:iam::444455556666:saml-provider/corp");
  EXPECT_EQ(asking.decide().at(Gate::Idp).verdict, Verdict::NotChecked);
  asking.add("identity-providers.json",
             R"({"SAMLProviders":[{"Arn":"arn:aws:iam::444455556666:saml-provider/other"}]})");
  EXPECT_EQ(failure_codes(asking.decide()), FailureCodes{"idp-saml-provider-missing"});
  asking.add("more-identity-providers.json",
             R"({"SAMLProviders":[{"Arn":"arn:aws:iam::444455556666:saml-provider/corp"}]})");
  EXPECT_EQ(failure_codes(asking.decide()), FailureCodes{});
}

}  // namespace
}  // namespace rolecall
