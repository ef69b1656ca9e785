// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/assume_request.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

using Kind = RequestPrincipal::Kind;

Kind kind_of(std::string_view text) {
  const auto principal = RequestPrincipal::parse(text);
  return principal ? principal->kind : Kind::Unknown;
}

TEST(RequestPrincipal, IsReadInEveryForm) {
  EXPECT_EQ(kind_of("arn:aws:iam::111122223333:user/ann"), Kind::Arn);
  EXPECT_EQ(kind_of("arn:aws:iam::111122223333:saml-provider/corp"), Kind::Federated);
  EXPECT_EQ(kind_of("arn:aws:iam::111122223333:oidc-provider/example.com"), Kind::Federated);
  EXPECT_EQ(kind_of("ecs-tasks.amazonaws.com"), Kind::Service);
  EXPECT_EQ(kind_of("token.actions.githubusercontent.com"), Kind::Federated);
  EXPECT_EQ(kind_of("https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"), Kind::Federated);
  EXPECT_EQ(kind_of("cognito-identity.amazonaws.com"), Kind::Federated);
}

TEST(RequestPrincipal, IsReadBehindItsKind) {
  EXPECT_EQ(RequestPrincipal::parse("service:lambda.amazonaws.com")->name, "lambda.amazonaws.com");
  EXPECT_EQ(kind_of("service:id.example.com"), Kind::Service);
  EXPECT_EQ(kind_of("service:lambda"), Kind::Unknown);
  EXPECT_EQ(kind_of("oidc:"), Kind::Unknown);
  EXPECT_EQ(kind_of("oidc:example"), Kind::Unknown);
  EXPECT_FALSE(RequestPrincipal::parse("oidc:id.example.com/a")->claims_known);
  const auto token = RequestPrincipal::parse("oidc:https://id.example.com/a:repo:b/c");
  EXPECT_EQ(token->kind, Kind::Federated);
  EXPECT_EQ(token->name, "id.example.com/a");
  ASSERT_NE(token->claim("sub"), nullptr);
  EXPECT_EQ(token->claim("sub")->front(), "repo:b/c");
  EXPECT_TRUE(token->claims_partial);
}

TEST(RequestPrincipal, IsNoAccountIdNameOrSentence) {
  for (const std::string_view text : {"", "111122223333", "ci", ".com", "user a.b", "role/a.b"}) {
    EXPECT_EQ(kind_of(text), Kind::Unknown) << text;
  }
}

TEST(IsSameCaller, TakesARoleAndItsSessionForOne) {
  const auto role = RequestPrincipal::arn("arn:aws:iam::111122223333:role/team/ci");
  const auto session = RequestPrincipal::arn("arn:aws:sts::111122223333:assumed-role/ci/run-7");
  EXPECT_TRUE(is_same_caller(role, session));
  EXPECT_TRUE(is_same_caller(session, role));
  EXPECT_FALSE(is_same_caller(
      session, RequestPrincipal::arn("arn:aws:sts::111122223333:assumed-role/ci/run-8")));
  EXPECT_FALSE(
      is_same_caller(role, RequestPrincipal::arn("arn:aws:sts::444455556666:assumed-role/ci/a")));
}

TEST(IsSameCaller, TakesEveryFormOfAnIssuerForOne) {
  const auto host = RequestPrincipal::federated("example.com/id/7");
  EXPECT_TRUE(is_same_caller(host, RequestPrincipal::federated("https://example.com/id/7")));
  EXPECT_TRUE(is_same_caller(
      host,
      RequestPrincipal::federated("arn:aws:iam::111122223333:oidc-provider/example.com/id/7")));
  EXPECT_FALSE(is_same_caller(host, RequestPrincipal::federated("example.com/id/8")));
  EXPECT_FALSE(is_same_caller(host, RequestPrincipal::service("example.com/id/7")));
}

TEST(RequestPrincipal, IsReadAsAnArnOfWhateverFormByItsBeginning) {
  EXPECT_EQ(kind_of("arn:aws"), Kind::Arn);
  EXPECT_EQ(kind_of("arn:aws:s3:::ledger"), Kind::Arn);
}

TEST(IsSameCaller, TakesANameThatIsNotKnownForEvery) {
  const auto somebody = RequestPrincipal::arn("");
  const auto ann = RequestPrincipal::arn("arn:aws:iam::111122223333:user/ann");
  EXPECT_TRUE(is_same_caller(somebody, ann));
  EXPECT_TRUE(is_same_caller(ann, somebody));
  EXPECT_TRUE(is_same_caller(ann, ann));
  EXPECT_FALSE(is_same_caller(ann, RequestPrincipal::service("")));
}

TEST(IsSameCaller, ComparesNamesThatAreNoArnsAsText) {
  const auto ann = RequestPrincipal::arn("arn:aws:iam::111122223333:user/ann");
  EXPECT_FALSE(is_same_caller(ann, RequestPrincipal::arn("ann")));
  EXPECT_FALSE(is_same_caller(RequestPrincipal::arn("ann"), ann));
  EXPECT_FALSE(is_same_caller(
      RequestPrincipal::federated("gitlab.com"),
      RequestPrincipal::federated("arn:aws:iam::111122223333:saml-provider/gitlab.com")));
}

TEST(IsSameCaller, TellsRolesOfOneAccountApart) {
  const auto session = RequestPrincipal::arn("arn:aws:sts::111122223333:assumed-role/ci/run-7");
  EXPECT_FALSE(
      is_same_caller(session, RequestPrincipal::arn("arn:aws:iam::111122223333:role/build")));
  EXPECT_FALSE(is_same_caller(RequestPrincipal::arn("arn:aws:iam::111122223333:user/ci"), session));
}

TEST(RequestContextValues, AreReplacedWhateverTheLetterCaseOfTheirKey) {
  AssumeRequest request;
  request.set_context("aws:SourceIp", {"203.0.113.7"});
  request.set_context("sts:ExternalId", {"red"});
  request.set_context("STS:EXTERNALID", {"blue"});
  ASSERT_EQ(request.context.size(), 2U);
  EXPECT_EQ(*request.context_values("sts:externalid"), std::vector<std::string>{"blue"});
  EXPECT_EQ(*request.context_values("aws:sourceip"), std::vector<std::string>{"203.0.113.7"});
}

TEST(RequestEndpoint, IsThatOfTheContextWhereItIsOne) {
  AssumeRequest request;
  EXPECT_EQ(request.endpoint(), "");
  request.set_context("aws:SourceVpce", {"vpce-1", "vpce-2"});
  EXPECT_EQ(request.endpoint(), "");
  request.set_context("aws:SourceVpce", {"vpce-1"});
  EXPECT_EQ(request.endpoint(), "vpce-1");
  request.vpc_endpoint = "vpce-3";
  EXPECT_EQ(request.endpoint(), "vpce-3");
}

}  // namespace
}  // namespace rolecall
