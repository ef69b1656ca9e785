// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/context_key.h"

#include <ostream>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "rolecall/base/text.h"

namespace rolecall {
namespace {

TEST(ContextKeys, AreNamedOnceWithTheirPrefix) {
  std::set<std::string> names;
  for (const ContextKey& row : context_keys()) {
    EXPECT_TRUE(names.insert(ascii_lower(row.name)).second) << row.name << " stands twice";
    EXPECT_NE(row.name.find(':'), std::string_view::npos) << row.name;
    EXPECT_NE(row.action_set, 0) << row.name;
    EXPECT_NE(row.caller_set, 0) << row.name;
    EXPECT_EQ(row.action_set & ~unsigned{actions::kAll}, 0U) << row.name;
  }
}

TEST(ContextKeys, AreFoundInAnyLetterCase) {
  for (const ContextKey& row : context_keys()) {
    std::string name = ascii_lower(row.name);
    if (row.name.ends_with('/')) {
      EXPECT_EQ(find_context_key(name), nullptr) << name << " without a tag key";
      name += "Any/thing";
    }
    EXPECT_EQ(find_context_key(name), &row) << name;
    EXPECT_EQ(is_multi_valued_key(name), row.multi_valued) << name;
  }
  EXPECT_EQ(find_context_key("aws:Nothing"), nullptr);
  EXPECT_EQ(find_context_key("aws:PrincipalTag"), nullptr);
  EXPECT_EQ(find_context_key(""), nullptr);
}

TEST(ContextKeys, HoldListsWhereTheDocumentationSaysSo) {
  const std::set<std::string_view> lists = {
      "aws:TagKeys",        "aws:PrincipalOrgPaths", "aws:ResourceOrgPaths",
      "aws:SourceOrgPaths", "aws:CalledVia",         "aws:PrincipalServiceNamesList",
      "aws:VpceOrgPaths",   "sts:TransitiveTagKeys", "sts:RequestContextProviders"};
  for (const std::string_view key : lists) EXPECT_TRUE(is_multi_valued_key(key)) << key;
  for (const ContextKey& row : context_keys()) {
    if (!row.multi_valued || row.name == "sts:IdentityTokenAudience") continue;
    EXPECT_TRUE(lists.contains(row.name)) << row.name;
  }
  EXPECT_TRUE(is_multi_valued_key("token.actions.githubusercontent.com:amr"));
  EXPECT_TRUE(is_multi_valued_key("saml:eduPersonAffiliation"));
  EXPECT_FALSE(is_multi_valued_key("token.actions.githubusercontent.com:sub"));
  EXPECT_FALSE(is_multi_valued_key("saml:aud"));
  EXPECT_FALSE(is_multi_valued_key("custom:amr"));
}

// One row of the matrix of keys and sub-actions (section 1.3 of the rules).
struct MatrixRow {
  std::string_view key{};
  unsigned seen_by = 0;
};

TEST(ContextKeys, AreSeenByTheSubActionsOfTheMatrix) {
  constexpr unsigned kAssume = actions::kAssume;
  constexpr unsigned kTagged = kAssume | actions::kTagSession;
  constexpr unsigned kFamily = kTagged | actions::kSetSourceIdentity | actions::kSetContext;
  for (const MatrixRow& row :
       {MatrixRow{"sts:ExternalId", actions::kAssumeRole},
        MatrixRow{"sts:RoleSessionName", kAssume},
        MatrixRow{"sts:SourceIdentity", kAssume | actions::kSetSourceIdentity},
        MatrixRow{"sts:TransitiveTagKeys", kTagged}, MatrixRow{"aws:RequestTag/x", kTagged},
        MatrixRow{"aws:TagKeys", kTagged}, MatrixRow{"aws:ResourceTag/x", kFamily},
        MatrixRow{"iam:ResourceTag/x", kFamily},
        MatrixRow{"sts:RequestContext/x", actions::kSetContext},
        MatrixRow{"sts:RequestContextProviders", actions::kSetContext},
        MatrixRow{"sts:RoleAuthorizedByIdp", actions::kWithWebIdentity},
        MatrixRow{"aws:PrincipalArn", kFamily}, MatrixRow{"aws:SourceIp", kFamily},
        MatrixRow{"aws:MultiFactorAuthPresent", kFamily}, MatrixRow{"sts:DurationSeconds", 0},
        MatrixRow{"sts:AWSServiceName", 0}}) {
    const ContextKey* found = find_context_key(row.key);
    ASSERT_NE(found, nullptr) << row.key;
    EXPECT_EQ(found->action_set & kFamily, row.seen_by) << row.key;
  }
}

TEST(ContextKeys, BelongToTheCallersThatCanHaveThem) {
  const auto callers_of = [](std::string_view key) {
    const ContextKey* found = find_context_key(key);
    return found == nullptr ? CallerSet{0} : found->caller_set;
  };
  EXPECT_EQ(callers_of("aws:MultiFactorAuthPresent"), callers::kUser);
  EXPECT_EQ(callers_of("aws:MultiFactorAuthAge"), callers::kUser);
  EXPECT_EQ(callers_of("aws:username"), callers::kUser);
  EXPECT_EQ(callers_of("aws:SourceIdentity"), callers::kRole);
  EXPECT_EQ(callers_of("aws:SourceArn"), callers::kService);
  EXPECT_EQ(callers_of("aws:SourceAccount"), callers::kService);
  EXPECT_EQ(callers_of("sts:RoleAuthorizedByIdp"), callers::kOidc);
  EXPECT_EQ(callers_of("aws:PrincipalArn"), callers::kSigned);
  EXPECT_EQ(callers_of("aws:PrincipalOrgID"), callers::kSigned);
  EXPECT_EQ(callers_of("aws:FederatedProvider"), callers::kRole | callers::kOidc);
  EXPECT_EQ(callers_of("aws:TokenIssueTime"), callers::kUser | callers::kRole);
}

TEST(ContextKeys, AreAbsentUnknownOrDerivedByTheirClass) {
  const auto class_of = [](std::string_view key) { return find_context_key(key)->key_class; };
  for (const std::string_view key : {"sts:ExternalId", "sts:RoleSessionName", "aws:RequestTag/a",
                                     "sts:SourceIdentity", "aws:MultiFactorAuthPresent"}) {
    EXPECT_EQ(class_of(key), KeyClass::Parameter) << key;
  }
  for (const std::string_view key : {"aws:PrincipalArn", "aws:PrincipalOrgID", "aws:userid",
                                     "aws:ResourceTag/a", "aws:SecureTransport"}) {
    EXPECT_EQ(class_of(key), KeyClass::Derived) << key;
  }
  for (const std::string_view key : {"aws:SourceIp", "aws:SourceVpce", "aws:CurrentTime",
                                     "aws:RequestedRegion", "aws:SourceArn", "aws:UserAgent"}) {
    EXPECT_EQ(class_of(key), KeyClass::Environment) << key;
  }
}

TEST(IssuerKey, IsSplitAtItsFirstColon) {
  const IssuerKey plain = split_issuer_key("oidc.circleci.com/org/1:oidc.circleci.com/project-id");
  EXPECT_EQ(plain.issuer, "oidc.circleci.com/org/1");
  EXPECT_EQ(plain.claim, "oidc.circleci.com/project-id");
  EXPECT_EQ(split_issuer_key("none").claim, "");
  EXPECT_TRUE(is_issuer_key("gitlab.com:sub"));
  EXPECT_FALSE(is_issuer_key("aws:PrincipalArn"));
  EXPECT_FALSE(is_issuer_key("gitlab.com"));
  EXPECT_FALSE(is_issuer_key("gitlab.com:"));
}

TEST(OidcClaim, IsAKeyForItsIssuerOnly) {
  for (const std::string_view claim : {"aud", "oaud", "sub", "amr", "email"}) {
    EXPECT_TRUE(is_oidc_claim_key("issuer.example.com", claim)) << claim;
  }
  const std::string_view github = "token.actions.githubusercontent.com";
  EXPECT_TRUE(is_oidc_claim_key(github, "repository"));
  EXPECT_TRUE(is_oidc_claim_key("token.actions.githubusercontent.com/acme", "job_workflow_ref"));
  EXPECT_TRUE(is_oidc_claim_key("token.actions.acme.ghe.com", "environment"));
  EXPECT_TRUE(is_oidc_claim_key("gitlab.com", "namespace_id"));
  EXPECT_TRUE(is_oidc_claim_key("agent.buildkite.com", "pipeline_slug"));
  EXPECT_TRUE(is_oidc_claim_key("oidc.circleci.com/org/1", "oidc.circleci.com/project-id"));
  EXPECT_FALSE(is_oidc_claim_key(github, "runner_os"));
  EXPECT_FALSE(is_oidc_claim_key("gitlab.com", "repository"));
  EXPECT_FALSE(is_oidc_claim_key("issuer.example.com", "repository"));
}

TEST(OidcClaim, IsListedForItsIssuer) {
  EXPECT_EQ(oidc_claims("issuer.example.com").size(), 5U);
  const auto google = oidc_claims("accounts.google.com");
  EXPECT_EQ(google.back(), "google/organization_number");
}

TEST(ContextKeys, KnowTheIdsThatConditionsNameWhole) {
  std::set<std::string_view> exact;
  for (const ContextKey& row : context_keys()) {
    if (row.exact_id) exact.insert(row.name);
  }
  EXPECT_EQ(exact, (std::set<std::string_view>{
                       "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:ResourceAccount",
                       "aws:ResourceOrgID", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceVpc",
                       "aws:SourceVpce", "aws:VpceAccount", "aws:VpceOrgID"}));
}

TEST(SamlKey, IsOneOfTheDocumentedAttributes) {
  for (const std::string_view key :
       {"aud", "iss", "doc", "sub", "sub_type", "namequalifier", "commonName",
        "eduPersonAffiliation", "eduOrgHomePageURI", "x500UniqueIdentifier"}) {
    EXPECT_TRUE(is_saml_key(key)) << key;
  }
  EXPECT_FALSE(is_saml_key("role"));
  EXPECT_FALSE(is_saml_key("saml:aud"));
}

}  // namespace
}  // namespace rolecall
