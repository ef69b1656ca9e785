// SPDX-License-Identifier: Apache-2.0
// Checks of identity-based policies, the organization and providers.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "rolecall/base/wildcard.h"
#include "rolecall/eval/caller.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/policy_check.h"

#include "estate/entity_lists.h"
#include "iam/policy_check_run.h"
#include "reach/audit_run.h"

namespace rolecall {

namespace {

// The pattern that allows the action; null also if the statement allows (nearly) everything.
const Text* find_grant(const Statement& statement, std::string_view action) {
  if (statement.effect != Effect::Allow || statement.action.negated) return nullptr;
  const Text* found = nullptr;
  for (const Text& each : statement.action.items) {
    if (action_matches(each.value, "s3:GetObject")) return nullptr;
    if (found == nullptr && action_matches(each.value, action)) found = &each;
  }
  return found;
}

// `*`, or every role of some or all accounts.
const Text* find_any_role(const Statement& statement) {
  if (statement.resource.negated) return nullptr;
  for (const Text& each : statement.resource.items) {
    if (each.value == "*") return &each;
    const auto arn = Arn::split(each.value);
    if (arn && arn->service == "iam" && (arn->resource == "*" || arn->resource == "role/*") &&
        !is_account_id(arn->account)) {
      return &each;
    }
  }
  return nullptr;
}

class IdentityCheck {
 public:
  explicit IdentityCheck(std::vector<OtherHit>& reports) : reports_(reports) {}

  void check(const Account& account, std::string_view subject, std::string_view name,
             const PlacedPolicy& policy) {
    if (policy == nullptr || !finds(*policy.shared())) return;
    const Policy& placed = *policy;
    for (const Statement& each : placed.statements) {
      look(each, [&](std::string_view rule, std::string message, Span at) {
        OtherHit report{.account = account.id, .subject = std::string(subject), .policy = &placed};
        report.report = {.rule = rule,
                         .message = std::move(message),
                         .evidence = fmt::format("{}, {}", name, statement_identity(each)),
                         .at = at,
                         .statement = &each};
        reports_.push_back(std::move(report));
      });
    }
  }

 private:
  template <typename Use>
  static void look(const Statement& statement, Use use) {
    const Text* const resource = find_any_role(statement);
    if (resource == nullptr) return;
    const Text* const assume = find_grant(statement, "sts:AssumeRole");
    if (assume != nullptr && statement.conditions.empty()) {
      use("identity-assume-any",
          fmt::format("it allows `{}` on `{}`", assume->value, resource->value), assume->at);
    }
    const Text* const pass = find_grant(statement, "iam:PassRole");
    if (pass != nullptr && find_demand(statement, "iam:PassedToService") == nullptr) {
      use("identity-passrole-any",
          fmt::format("it allows `{}` on `{}`, to any service", pass->value, resource->value),
          pass->at);
    }
  }

  static bool finds(const Policy& policy) {
    bool found = false;
    for (const Statement& each : policy.statements) {
      look(each, [&](std::string_view, const std::string&, Span) { found = true; });
    }
    return found;
  }

  std::vector<OtherHit>& reports_;
};

bool is_reserved(const IamEntity& entity) {
  return entity.path.starts_with("/aws-service-role/") || entity.path.starts_with("/aws-reserved/");
}

void check_account(const Account& account, IdentityCheck& check) {
  const auto inline_policies = [&](const IamEntity& entity) {
    if (is_reserved(entity)) return;
    for (const AttachedPolicy& each : entity.inline_policies) {
      check.check(account, entity.arn, each.name, each.policy);
    }
  };
  for (const User& each : account.users) inline_policies(each);
  for (const Group& each : account.groups) inline_policies(each);
  for (const Role& each : account.roles) inline_policies(each);
  // Sorted, since the map is not.
  std::map<std::string_view, const ManagedPolicy*> managed;
  for (const auto& [arn, policy] : account.policies) managed.emplace(arn, &policy);
  for (const auto& [arn, policy] : managed) {
    const auto parts = Arn::split(arn);
    if (parts && parts->account == account.id) {
      check.check(account, arn, policy->name, policy->document());
    }
  }
}

// ---- The organization ---------------------------------------------------------------------------

bool denies_action(const Policy& policy, std::string_view action) {
  return std::any_of(policy.statements.begin(), policy.statements.end(),
                     [&](const Statement& each) {
                       return each.effect == Effect::Deny && actions_match(each.action, action);
                     });
}

bool denies_with_key(const Policy& policy, std::string_view key, std::string_view action) {
  return std::any_of(
      policy.statements.begin(), policy.statements.end(), [&](const Statement& each) {
        return each.effect == Effect::Deny &&
               (action.empty() || actions_match(each.action, action)) &&
               std::any_of(each.conditions.begin(), each.conditions.end(),
                           [&](const Condition& condition) { return is_key(condition, key); });
      });
}

class OrganizationCheck {
 public:
  OrganizationCheck(const Estate& estate, std::vector<OtherHit>& reports)
      : estate_(estate), organization_(*estate.organization), reports_(reports) {}

  void run() {
    bool guarded = false;
    bool perimeter = false;
    for (std::size_t i = 0; i < organization_.policies.size(); ++i) {
      const OrganizationPolicy& each = organization_.policies[i];
      if (!is_attached(organization_, i)) continue;
      // A policy that is not known may be the one that the rule looks for.
      const bool known = each.policy != nullptr && !each.policy->faulty;
      if (each.kind == PolicyKind::ServiceControl) {
        guarded = guarded || !known || denies_with_key(*each.policy, "aws:RequestedRegion", {}) ||
                  denies_action(*each.policy, "sts:AssumeRole");
      } else {
        perimeter = perimeter || !known ||
                    denies_with_key(*each.policy, "aws:PrincipalOrgID", "sts:AssumeRole");
        if (known) lockout(each);
      }
    }
    if (!guarded) {
      add("scp-no-region-or-assume-guard",
          "no service control policy denies by Region or guards sts:AssumeRole");
    }
    if (!perimeter) {
      add("rcp-identity-perimeter-missing",
          "no resource control policy keeps other organizations from assuming roles");
    }
  }

 private:
  void add(std::string_view rule, std::string message) {
    OtherHit report{.subject = std::string(organization_.id)};
    report.report = {.rule = rule, .message = std::move(message), .at = organization_.at};
    reports_.push_back(std::move(report));
  }

  void lockout(const OrganizationPolicy& each) {
    Diagnostics found;
    PolicyCheckRun run(*each.policy, estate_.sources(), PolicyOrigin::Stored, found);
    check_federation_lockout(run);
    for (const Diagnostic& fault : found.all()) {
      OtherHit report{.subject = std::string(each.id), .policy = each.policy};
      report.report = {.rule = "rcp-federation-lockout-risk",
                       .message = fault.message,
                       .evidence = std::string(each.name),
                       .at = fault.where};
      reports_.push_back(std::move(report));
    }
  }

  const Estate& estate_;
  const Organization& organization_;
  std::vector<OtherHit>& reports_;
};

// ---- Providers ----------------------------------------------------------------------------------

// Nothing when some role of the account, or its trust policy, is not known.
std::optional<bool> is_trusted(const Account& account, std::string_view provider) {
  if (!lists_roles(account)) return std::nullopt;
  bool trusted = false;
  for (const Role& role : account.roles) {
    const Policy* const trust = role.trust.shared();
    if (trust == nullptr || trust->faulty) return std::nullopt;
    for (const Statement& statement : trust->statements) {
      for (const PrincipalElement& each : statement.principal.items) {
        trusted = trusted || same_provider(each.value.value, provider);
      }
    }
  }
  return trusted;
}

OtherHit provider_report(std::string_view arn, std::string_view rule, std::string message,
                         Span at) {
  OtherHit report{.account = std::string(IamArn::parse(arn)->account), .subject = std::string(arn)};
  report.report = {.rule = rule, .message = std::move(message), .at = at};
  return report;
}

}  // namespace

void check_identity_policies(AuditContext& context, std::vector<OtherHit>& reports) {
  IdentityCheck check(reports);
  for (const auto& [id, account] : context.estate.accounts()) check_account(account, check);
}

void check_organization(AuditContext& context, std::vector<OtherHit>& reports) {
  const auto& organization = context.estate.organization;
  if (organization && !organization->partial) OrganizationCheck(context.estate, reports).run();
}

void check_providers(AuditContext& context, std::vector<OtherHit>& reports) {
  for (const OidcProvider& each : context.estate.oidc_providers) {
    const auto arn = IamArn::parse(each.arn);
    const Account* const account = arn ? context.estate.find_account(arn->account) : nullptr;
    if (account == nullptr || is_trusted(*account, each.arn).value_or(true)) continue;
    reports.push_back(provider_report(each.arn, "trust-oidc-provider-unused",
                                      "no role of the account trusts this provider", each.at));
  }
  constexpr EpochSeconds kSoon = EpochSeconds{30} * 86400;
  for (const SamlProvider& each : context.estate.saml_providers) {
    if (!context.options.now || !each.valid_until || !IamArn::parse(each.arn)) continue;
    if (*each.valid_until > *context.options.now + kSoon) continue;
    reports.push_back(provider_report(
        each.arn, "trust-saml-provider-expired",
        fmt::format("its metadata {} on {}",
                    *each.valid_until < *context.options.now ? "expired" : "expires",
                    format_time(*each.valid_until).substr(0, 10)),
        each.at));
  }
}

}  // namespace rolecall
