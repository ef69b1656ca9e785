// SPDX-License-Identifier: Apache-2.0
// Checks of trust in tokens and assertions.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/caller.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/context_key.h"
#include "rolecall/iam/policy_check.h"

#include "iam/policy_check_run.h"
#include "reach/audit_editor.h"
#include "reach/audit_run.h"

namespace rolecall {

namespace {

// A statement that trusts tokens of one issuer.
struct TokenTrust {
  RoleAudit& audit;
  const Statement& statement;
  const PrincipalElement& element;
  std::string_view issuer{};

  [[nodiscard]] bool is_claim(const Condition& condition, std::string_view claim) const {
    const IssuerKey key = split_issuer_key(condition.key.value);
    return equals_ignore_case(key.issuer, issuer) && equals_ignore_case(key.claim, claim);
  }
  // The first condition that compares the claim; null: none.
  [[nodiscard]] const Condition* find(std::string_view claim) const {
    for (const Condition& each : statement.conditions) {
      if (is_claim(each, claim) && compares(each)) return &each;
    }
    return nullptr;
  }
  void report(std::string_view rule, std::string message, Span at) const {
    audit.report({.rule = rule,
                  .message = std::move(message),
                  .evidence = std::string(issuer),
                  .at = at,
                  .statement = &statement,
                  .principals = {fmt::format("tokens of {}", issuer)}});
  }
};

// The part of a pattern before its first wildcard, and whether it has one.
std::string_view literal_part(const Condition& condition, std::string_view value) {
  return is_pattern(condition, value) ? value.substr(0, value.find_first_of("*?")) : value;
}

// ---- GitHub -------------------------------------------------------------------------------------

bool is_github(std::string_view issuer) {
  return starts_with_ignore_case(issuer, "token.actions.");
}

// What a subject pattern fixes of the tokens it matches.
struct Bounds {
  bool owner = false;  // One organization or user.
  bool ref = false;    // One branch, environment, workflow, ...
};

// `OWNER/...` with a literal OWNER.
bool has_literal_owner(std::string_view literal) {
  const std::size_t slash = literal.find('/');
  return slash != std::string_view::npos && slash > 0;
}

Bounds bounds_of_subject(const Condition& condition, std::string_view value) {
  constexpr std::string_view kRepository = "repo:";
  const std::string_view literal = literal_part(condition, value);
  if (!literal.starts_with(kRepository)) return {};
  const std::string_view repository = literal.substr(kRepository.size());
  if (!has_literal_owner(repository)) return {};
  const std::size_t colon = repository.find(':');
  const bool ref = colon != std::string_view::npos && colon + 1 < repository.size();
  return {.owner = true, .ref = ref};
}

Bounds bounds_of_repository(const Condition& condition, std::string_view value) {
  return {.owner = has_literal_owner(literal_part(condition, value)), .ref = false};
}
Bounds bounds_of_workflow(const Condition& condition, std::string_view value) {
  const bool owner = has_literal_owner(literal_part(condition, value));
  return {.owner = owner, .ref = owner};
}
Bounds bounds_of_id(const Condition& condition, std::string_view value) {
  return {.owner = !is_pattern(condition, value), .ref = false};
}
Bounds bounds_of_ref(const Condition& condition, std::string_view value) {
  return {.owner = false, .ref = demands(condition) && !literal_part(condition, value).empty()};
}

struct ClaimBounds {
  std::string_view claim{};
  Bounds (*bounds)(const Condition& condition, std::string_view value) = nullptr;
};
constexpr auto kGithubClaims = std::to_array<ClaimBounds>({
    {"sub", bounds_of_subject},
    {"job_workflow_ref", bounds_of_workflow},
    {"repository", bounds_of_repository},
    {"repository_id", bounds_of_id},
    {"repository_owner_id", bounds_of_id},
    {"environment", bounds_of_ref},
    {"ref", bounds_of_ref},
    {"workflow", bounds_of_ref},
});

bool is_attacker_chosen(std::string_view subject) {
  constexpr auto kFirst = std::to_array<std::string_view>(
      {"workflow:", "environment:", "ref:", "context:", "head_ref:", "base_ref:"});
  return std::any_of(kFirst.begin(), kFirst.end(),
                     [&](std::string_view each) { return subject.starts_with(each); });
}

// What every value of the condition fixes.
Bounds bounds_of(const Condition& condition, const ClaimBounds& row) {
  Bounds all{.owner = !condition.values.empty(), .ref = !condition.values.empty()};
  for (const Text& each : condition.values) {
    const Bounds one = row.bounds(condition, each.value);
    all.owner = all.owner && one.owner;
    all.ref = all.ref && one.ref;
  }
  return all;
}

void check_github(const TokenTrust& trust) {
  Bounds bounds;
  const Condition* first = nullptr;
  for (const Condition& each : trust.statement.conditions) {
    for (const ClaimBounds& row : kGithubClaims) {
      if (!trust.is_claim(each, row.claim) || !compares(each)) continue;
      const Bounds one = bounds_of(each, row);
      bounds.owner = bounds.owner || one.owner;
      bounds.ref = bounds.ref || one.ref;
      if (first == nullptr) first = &each;
    }
  }
  if (first == nullptr) {
    return trust.report("trust-github-oidc-no-sub",
                        "a workflow of any GitHub repository can assume the role",
                        trust.element.value.at);
  }
  const Condition* const subject = trust.find("sub");
  const Condition& shown = subject == nullptr ? *first : *subject;
  const std::string_view value = shown.values.empty() ? "" : shown.values[0].value;
  if (!bounds.owner) {
    const bool chosen = subject != nullptr && is_attacker_chosen(value);
    return trust.report(
        chosen ? "trust-github-sub-unsafe-first-claim" : "trust-github-oidc-wildcard-org",
        chosen ? fmt::format("`{}` begins with what the author of any repository chooses", value)
               : fmt::format("`{}` matches repositories of other GitHub organizations", value),
        shown.at);
  }
  if (bounds.ref ||
      !trust.audit.context.privileges.is_admin(trust.audit.account, trust.audit.role)) {
    return;
  }
  trust.report("trust-github-oidc-wildcard-ref",
               fmt::format("`{}` admits every branch and pull request to an administrator", value),
               shown.at);
}

void check_set_operators(const TokenTrust& trust) {
  for (const Condition& each : trust.statement.conditions) {
    const IssuerKey key = split_issuer_key(each.key.value);
    if (each.qualifier != Qualifier::ForAllValues || each.multi_valued_key ||
        !equals_ignore_case(key.issuer, trust.issuer)) {
      continue;
    }
    const std::string_view plain =
        each.operator_text.value.substr(std::string_view("ForAllValues:").size());
    AuditEditor editor(trust.audit);
    editor.change_operator(trust.statement, each, plain);
    trust.audit.report({.rule = "trust-github-forallvalues",
                        .message = fmt::format("`{}` is true of a token without `{}`",
                                               each.operator_text.value, key.claim),
                        .evidence = std::string(each.key.value),
                        .at = each.at,
                        .statement = &trust.statement,
                        .remedy = fmt::format("use {}", plain),
                        .edits = editor.edits()});
  }
}

// ---- Other issuers ------------------------------------------------------------------------------

void check_gitlab(const TokenTrust& trust) {
  const Condition* const subject = trust.find("sub");
  if (subject == nullptr) return;
  for (const std::string_view claim : {"namespace_id", "project_id"}) {
    if (trust.find(claim) != nullptr) return;
  }
  trust.report("trust-gitlab-path-reuse",
               "only the path of the project is asked for, and paths can be registered again",
               subject->at);
}

void check_cognito(const TokenTrust& trust) {
  const Condition* const audience = trust.find("aud");
  if (audience == nullptr) {
    return trust.report("trust-cognito-no-aud-amr",
                        "identities of any Cognito identity pool can assume the role",
                        trust.element.value.at);
  }
  if (!trust.audit.context.privileges.is_admin(trust.audit.account, trust.audit.role)) return;
  const Condition* const method = trust.find("amr");
  const bool guests =
      method == nullptr ||
      std::any_of(method->values.begin(), method->values.end(), [&](const Text& each) {
        return each.value == "unauthenticated" || is_pattern(*method, each.value);
      });
  if (!guests) return;
  trust.report("trust-cognito-no-aud-amr", "guests of the identity pool become an administrator",
               method == nullptr ? audience->at : method->at);
}

void check_eks(const TokenTrust& trust) {
  constexpr std::string_view kAccount = "system:serviceaccount:";
  const Condition* const subject = trust.find("sub");
  if (subject == nullptr) {
    return trust.report("trust-eks-irsa-wildcard",
                        "every service account of the cluster can assume the role",
                        trust.element.value.at);
  }
  for (const Text& each : subject->values) {
    if (!is_pattern(*subject, each.value)) continue;
    const std::string_view literal = literal_part(*subject, each.value);
    const bool in_namespace = literal.starts_with(kAccount) &&
                              literal.substr(kAccount.size()).find(':') != std::string_view::npos;
    if (in_namespace) continue;
    return trust.report(
        "trust-eks-irsa-wildcard",
        fmt::format("`{}` matches service accounts of several namespaces", each.value), each.at);
  }
}

void check_audience(const TokenTrust& trust) {
  if (trust.find("aud") != nullptr || trust.find("oaud") != nullptr) return;
  const OidcProvider* provider = nullptr;
  for (const OidcProvider& each : trust.audit.context.estate.oidc_providers) {
    if (same_provider(each.arn, trust.element.value.value)) provider = &each;
  }
  // The provider accepts one audience only, so the policy need not check it.
  if (provider != nullptr && provider->client_ids.size() == 1) return;
  AuditHit report{.rule = "trust-oidc-no-aud",
                  .message = fmt::format("tokens of `{}` for any audience of the provider will do",
                                         trust.issuer),
                  .evidence = std::string(trust.issuer),
                  .at = trust.element.value.at,
                  .statement = &trust.statement,
                  .principals = {fmt::format("tokens of {}", trust.issuer)}};
  if (provider != nullptr && !provider->client_ids.empty()) {
    AuditEditor editor(trust.audit);
    editor.add_condition(trust.statement, fmt::format("{}:aud", trust.issuer),
                         {provider->client_ids.begin(), provider->client_ids.end()});
    report.remedy = "name the audiences of the provider";
    report.edits = editor.edits();
  }
  trust.audit.report(std::move(report));
}

void check_token(RoleAudit& audit, const Statement& statement, const PrincipalElement& element) {
  const TokenTrust trust{audit, statement, element, element.name};
  check_set_operators(trust);
  if (equals_ignore_case(trust.issuer, "cognito-identity.amazonaws.com"))
    return check_cognito(trust);
  if (is_github(trust.issuer)) check_github(trust);
  if (equals_ignore_case(trust.issuer, "gitlab.com")) check_gitlab(trust);
  if (starts_with_ignore_case(trust.issuer, "oidc.eks.")) check_eks(trust);
  check_audience(trust);
}

void check_tenants(RoleAudit& audit) {
  Diagnostics found;
  PolicyCheckRun run(audit.trust, audit.sources, PolicyOrigin::Stored, found);
  check_tenant_claims(run);
  for (const Diagnostic& each : found.all()) {
    each_trusted(audit, [&](const Statement& statement, const PrincipalElement& element) {
      if (element.value.at != each.where || is_github(element.name) ||
          equals_ignore_case(element.name, "cognito-identity.amazonaws.com")) {
        return;
      }
      audit.report(
          {.rule = "trust-oidc-shared-issuer-no-tenant",
           .message = fmt::format("every customer of `{}` can assume the role", element.name),
           .evidence = std::string(element.name),
           .at = each.where,
           .statement = &statement,
           .principals = {fmt::format("tokens of {}", element.name)}});
    });
  }
}

}  // namespace

void check_trust_oidc(RoleAudit& audit) {
  bool tokens = false;
  each_trusted(audit, [&](const Statement& statement, const PrincipalElement& each) {
    const bool oidc =
        each.form == PrincipalForm::OidcProvider || each.form == PrincipalForm::WellKnownIssuer;
    if (!oidc || !is_about(statement, actions::kWithWebIdentity)) return;
    tokens = true;
    check_token(audit, statement, each);
  });
  if (tokens) check_tenants(audit);
}

void check_trust_saml(RoleAudit& audit) {
  each_trusted(audit, [&](const Statement& statement, const PrincipalElement& each) {
    if (each.form != PrincipalForm::SamlProvider || !is_about(statement, actions::kWithSaml) ||
        find_demand(statement, "SAML:aud") != nullptr) {
      return;
    }
    audit.report(
        {.rule = "trust-saml-no-aud",
         .message = fmt::format("assertions of `{}` for any recipient will do", each.value.value),
         .evidence = std::string(each.value.value),
         .at = each.value.at,
         .statement = &statement,
         .principals = {std::string(each.value.value)}});
  });
}

}  // namespace rolecall
