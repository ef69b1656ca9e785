// SPDX-License-Identifier: Apache-2.0
#include "trust/caller_builder.h"

#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_name.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::ElementsAre;

Caller resolve(const RequestPrincipal& principal) {
  Asking asking;
  asking.add("111122223333.gaad.json", caller_export());
  return resolve_caller(asking.estate, principal, "aws", "444455556666").caller;
}

struct NobodyCase {
  std::string_view name{};
  RequestPrincipal principal{};
};

void PrintTo(const NobodyCase& test, std::ostream* out) {
  *out << test.principal.name;
}

class NobodyTable : public testing::TestWithParam<NobodyCase> {};

TEST_P(NobodyTable, IsNoCaller) {
  EXPECT_EQ(resolve(GetParam().principal).kind, CallerKind::Anonymous);
}

INSTANTIATE_TEST_SUITE_P(
    Table, NobodyTable,
    testing::Values(NobodyCase{"nobody_named", {}},
                    NobodyCase{"no_arn", RequestPrincipal::arn("ann")},
                    NobodyCase{"group",
                               RequestPrincipal::arn("arn:aws:iam::111122223333:group/ops")},
                    NobodyCase{"bucket", RequestPrincipal::arn("arn:aws:s3:::ledger")}),
    case_name<NobodyCase>);

struct ProviderCase {
  std::string_view name{};
  std::string_view given{};
  CallerKind kind{};
  std::string_view provider{};
  std::string_view issuer{};
};

void PrintTo(const ProviderCase& test, std::ostream* out) {
  *out << test.given;
}

class ProviderTable : public testing::TestWithParam<ProviderCase> {};

TEST_P(ProviderTable, IsOfTheRolesAccount) {
  const Caller caller = resolve(RequestPrincipal::federated(GetParam().given));
  EXPECT_EQ(caller.kind, GetParam().kind);
  EXPECT_EQ(caller.provider, GetParam().provider);
  EXPECT_EQ(caller.issuer, GetParam().issuer);
  EXPECT_EQ(caller.account, "");
}

INSTANTIATE_TEST_SUITE_P(
    Table, ProviderTable,
    testing::Values(
        ProviderCase{"issuer", "gitlab.com", CallerKind::Oidc,
                     "arn:aws:iam::444455556666:oidc-provider/gitlab.com", "gitlab.com"},
        ProviderCase{"url", "https://gitlab.com", CallerKind::Oidc,
                     "arn:aws:iam::444455556666:oidc-provider/gitlab.com", "gitlab.com"},
        ProviderCase{"arn_of_another_account", "arn:aws:iam::111122223333:oidc-provider/gitlab.com",
                     CallerKind::Oidc, "arn:aws:iam::444455556666:oidc-provider/gitlab.com",
                     "gitlab.com"},
        ProviderCase{"well_known", "accounts.google.com", CallerKind::Oidc, "accounts.google.com",
                     "accounts.google.com"},
        ProviderCase{"saml", "arn:aws:iam::111122223333:saml-provider/corp", CallerKind::Saml,
                     "arn:aws:iam::111122223333:saml-provider/corp", ""}),
    case_name<ProviderCase>);

TEST(ServiceNames, AreThoseOfTheContextToo) {
  AssumeRequest request;
  request.set_context("aws:PrincipalServiceNamesList",
                      {"lambda.amazonaws.com", "lambda.eu-west-1.amazonaws.com"});
  Caller caller = resolve(RequestPrincipal::service("lambda.amazonaws.com"));
  add_service_names(request, caller);
  EXPECT_THAT(caller.services,
              ElementsAre("lambda.amazonaws.com", "lambda.eu-west-1.amazonaws.com"));
}

}  // namespace
}  // namespace rolecall
