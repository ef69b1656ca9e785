// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/diagnose/cause.h"

#include "support/paths.h"

namespace rolecall {
namespace {

namespace fs = std::filesystem;

// Only an error text can give these: no exported file shows what they are about.
constexpr auto kTextOnly = std::to_array<std::string_view>({
    "assumeroot-feature-disabled",
    "assumeroot-not-management-or-delegated",
    "credentials-access-key-inactive",
    "credentials-access-key-unknown",
    "credentials-clock-skew",
    "credentials-missing",
    "credentials-role-session-cannot-call-op",
    "credentials-secret-mismatch",
    "credentials-session-token-missing",
    "credentials-wrong-identity",
    "idp-cognito-role-mapping",
    "idp-github-fork-or-reusable",
    "idp-github-no-id-token-permission",
    "idp-oidc-communication-error",
    "idp-oidc-thumbprint-mismatch",
    "idp-rejected-claim",
    "idp-rolesanywhere-untrusted-cert",
    "idp-saml-assertion-expired",
    "idp-saml-audience",
    "idp-saml-issuer-mismatch",
    "idp-saml-role-attribute",
    "idp-saml-session-name",
    "idp-saml-signature-invalid",
    "idp-saml-token-invalid",
    "request-endpoint-unreachable",
    "request-global-endpoint-unsupported",
    "request-managed-session-policy-invalid",
    "request-mfa-code-invalid",
    "request-packed-policy-too-large",
    "request-provider-id-given",
    "request-throttled",
    "scp-protected-role",
    "service-cdk-bootstrap-missing",
    "service-cdk-bootstrap-trust",
    "service-codepipeline-action-role",
    "service-ecs-role-arn-wrong",
    "service-eks-pod-identity-trust",
    "service-eventbridge-vs-scheduler",
    "service-instance-profile-empty",
    "service-instance-profile-missing",
    "service-instance-profile-recreated",
    "service-lambda-role-propagation",
    "service-slr-missing",
    "service-stacksets-regional-principal",
    "service-stacksets-role-name",
    "trust-eventual-consistency",
});

// Known causes that nothing decides yet: docs/causes.md describes them for people.
constexpr auto kNotDecided = std::to_array<std::string_view>({
    "boundary-missing-document",
    "credentials-deleted-principal-session",
    "identity-policy-not-attached",
    "identity-wrong-principal-holds-policy",
    "idp-irsa-annotation-mismatch",
    "idp-irsa-not-injected",
    "idp-pod-identity-association-missing",
    "idp-rolesanywhere-account-mismatch",
    "idp-rolesanywhere-profile",
    "idp-saml-decryption",
    "idp-saml-nameid-missing",
    "idp-saml-provider-cert-expired",
    "passrole-service-linked",
    "scp-quarantine-ou",
    "scp-root-deny",
    "service-codebuild-role-name-case",
    "service-codepipeline-cross-account-kms-s3",
    "service-credentials-wrong-role-cached",
    "service-ecs-task-vs-execution-role",
    "service-eks-node-vs-pod-role",
    "service-imds-unreachable",
    "service-pod-identity-cache",
    "service-terraform-provider-chain",
    "session-policy-arn-no-allow",
    "trust-federated-provider-missing-object",
    "trust-oidc-required-claim-missing",
    "trust-principal-recreated",
    "trust-principal-role-in-chain",
    "vpce-private-dns-off",
});

// Every word of the files below a folder whose name ends like this.
std::set<std::string> words_below(std::string_view folder, std::string_view extension) {
  std::set<std::string> words;
  for (const auto& entry : fs::recursive_directory_iterator(repository_path(folder))) {
    if (entry.path().extension() != extension) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string word;
    for (std::istreambuf_iterator<char> it(file), end; it != end; ++it) {
      const bool inside = (*it >= 'a' && *it <= 'z') || (*it >= '0' && *it <= '9') || *it == '-';
      if (inside) {
        word.push_back(*it);
      } else {
        words.insert(std::move(word));
        word.clear();
      }
    }
    words.insert(std::move(word));
  }
  return words;
}

const std::set<std::string>& decided() {
  static const std::set<std::string> words = words_below("tests/conformance", ".json");
  return words;
}

template <typename List>
bool lists(const List& list, std::string_view code) {
  return std::find(list.begin(), list.end(), code) != list.end();
}

TEST(CauseTable, HasATestForEveryCode) {
  const std::set<std::string> said = words_below("tests/diagnose/error_texts", ".expect");
  for (const CauseRow& row : cause_table()) {
    const std::string code(row.code);
    const bool by_text = lists(kTextOnly, code) && said.count(code) > 0;
    EXPECT_TRUE(decided().count(code) > 0 || by_text || lists(kNotDecided, code))
        << code << " occurs in no conformance case and no error text";
  }
}

TEST(CauseTable, DecidesNothingThatOnlyATextCanGive) {
  for (const std::string_view code : kTextOnly) {
    EXPECT_EQ(decided().count(std::string(code)), 0U) << code << " is decided after all";
  }
}

TEST(CauseTable, HasEveryCodeThatIsListedHere) {
  for (const std::string_view code : kTextOnly) EXPECT_NE(find_cause(code), nullptr) << code;
  for (const std::string_view code : kNotDecided) EXPECT_NE(find_cause(code), nullptr) << code;
}

}  // namespace
}  // namespace rolecall
