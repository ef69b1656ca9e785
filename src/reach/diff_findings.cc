// SPDX-License-Identifier: Apache-2.0
// Compares findings. One that only one state has appeared or vanished if the other state has the
// data to check it; otherwise it becomes a gap.
#include <algorithm>
#include <array>
#include <future>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

#include "estate/provider_lists.h"
#include "reach/audit_run.h"
#include "reach/diff_known.h"
#include "reach/diff_run.h"
#include "trust/missing_data.h"

namespace rolecall {

namespace {

// What a rule about a role needs besides its trust policy.
namespace needs {
constexpr unsigned kOrganization = 1;  // The zone of trust, SCPs and RCPs.
constexpr unsigned kOwnPolicies = 2;   // Those of the role.
constexpr unsigned kCallers = 4;       // The principals it admits, and their policies.
constexpr unsigned kProviders = 8;
constexpr unsigned kLastUse = 16;
constexpr unsigned kSession = 32;
}  // namespace needs

struct RuleNeeds {
  std::string_view rule{};
  unsigned needs = 0;
};

// Rules that are not here need the trust policy only, or are not about a role.
constexpr auto kRuleNeeds = std::to_array<RuleNeeds>({
    {"trust-public", needs::kOrganization},
    {"trust-public-weak-condition", needs::kOrganization},
    {"trust-third-party-no-external-id", needs::kOrganization},
    {"trust-cross-account-outside-org", needs::kOrganization},
    {"trust-admin-cross-account", needs::kOrganization | needs::kOwnPolicies | needs::kCallers},
    {"trust-readonly-cross-account", needs::kOrganization | needs::kOwnPolicies},
    {"trust-role-chain-escalation", needs::kOrganization | needs::kOwnPolicies | needs::kCallers},
    {"trust-human-no-mfa", needs::kOrganization | needs::kOwnPolicies | needs::kCallers},
    {"trust-account-root-broad", needs::kOrganization},
    {"trust-tagsession-unrestricted", needs::kOrganization | needs::kOwnPolicies},
    {"trust-sourceidentity-unrestricted", needs::kOrganization},
    {"trust-deleted-account", needs::kOrganization},
    {"trust-github-oidc-wildcard-ref", needs::kOwnPolicies},
    {"trust-cognito-no-aud-amr", needs::kOwnPolicies},
    {"trust-oidc-no-aud", needs::kProviders},
    {"trust-dangling-principal", needs::kCallers},
    {"trust-nonexistent-principal", needs::kCallers},
    {"role-max-session-long", needs::kOwnPolicies | needs::kSession},
    {"role-unused", needs::kLastUse},
});

unsigned needs_of(const AuditRule& rule) {
  const auto* const row = std::find_if(kRuleNeeds.begin(), kRuleNeeds.end(),
                                       [&](const RuleNeeds& each) { return each.rule == rule.id; });
  return row == kRuleNeeds.end() ? 0 : row->needs;
}

using Missing = std::optional<DiffReason>;

// Finds the data that one state lacks for checking findings of the other one.
class FindingJudge {
 public:
  FindingJudge(const DiffSide& here, const DiffSide& there)
      : here_(here), there_(there), organization_(organization_apart(here, there)) {}

  // Nothing when it has the data for the finding.
  [[nodiscard]] Missing lacks(const AuditFinding& finding) const {
    const auto arn = IamArn::parse(finding.subject);
    if (!arn) return of_organization();
    switch (arn->form) {
      case ArnForm::OidcProvider:
      case ArnForm::SamlProvider:
        return of_provider(finding, arn->account);
      case ArnForm::Role:
        return finding.rule->id.starts_with("identity-") ? of_entity(finding, arn->account)
                                                         : of_role(finding, arn->account);
      default:
        return of_entity(finding, arn->account);
    }
  }

  // Whether this state may lack the tag of the role by which the other suppresses the finding.
  [[nodiscard]] Missing lacks_tags(const AuditFinding& finding) const {
    const Role* const role = here_.estate.find_role(finding.subject);
    if (role == nullptr || role->has_tags) return {};
    return DiffReason{fmt::format("{}, the tags of `{}` are not known", here_.where(), role->arn),
                      export_command(finding.account)};
  }

 private:
  [[nodiscard]] Missing missing(std::string what, std::string obtain) const {
    return DiffReason{fmt::format("{}, {}", there_.where(), what), std::move(obtain)};
  }

  [[nodiscard]] Missing unlisted(std::string_view account) const {
    return missing(there_.is_exported(account)
                       ? fmt::format("not all of account {} is listed", account)
                       : fmt::format("there is no export of account {}", account),
                   export_command(account));
  }

  // Whether users, roles and policies of the account are all listed.
  [[nodiscard]] bool lists_all(std::string_view id) const {
    const Account* const account = there_.estate.find_account(id);
    return account != nullptr && account->exported && account->has_users && account->has_roles;
  }

  [[nodiscard]] Missing document(std::string_view label, std::string_view account) const {
    std::string obtain = document_command(label);
    if (obtain.empty()) obtain = export_command(account);
    return missing(
        fmt::format("the document of `{}` is not in the estate or could not be read", label),
        std::move(obtain));
  }

  // ---- The organization and providers -----------------------------------------------------------

  [[nodiscard]] Missing of_organization() const {
    const auto& organization = there_.estate.organization;
    if (!organization || organization_) return organization_;
    for (const OrganizationPolicy& each : organization->policies) {
      if (each.policy == nullptr) return document(each.id, {});
    }
    return {};
  }

  [[nodiscard]] Missing of_provider(const AuditFinding& finding, std::string_view id) const {
    const Account* const account = there_.estate.find_account(id);
    const auto names = [&](const auto& providers) {
      return std::any_of(providers.begin(), providers.end(),
                         [&](const auto& each) { return each.arn == finding.subject; });
    };
    const bool known = names(there_.estate.oidc_providers) || names(there_.estate.saml_providers) ||
                       (account != nullptr && lists_oidc_providers(there_.estate, *account) &&
                        lists_saml_providers(there_.estate, *account));
    if (!known) {
      return missing(fmt::format("the identity providers of account {} are not listed", id),
                     fmt::format("aws iam list-open-id-connect-providers  # in account {}", id));
    }
    if (finding.rule->id != "trust-oidc-provider-unused") return {};
    if (account == nullptr || !account->has_roles) return unlisted(id);
    for (const Role& role : account->roles) {
      if (auto reason = unknown_trust(there_.where(), &role)) return reason;
    }
    return {};
  }

  // ---- Identity-based policies ------------------------------------------------------------------

  [[nodiscard]] static bool attaches(const IamEntity& entity, std::string_view arn) {
    return entity.boundary_arn == arn ||
           std::find(entity.attached_arns.begin(), entity.attached_arns.end(), arn) !=
               entity.attached_arns.end();
  }

  [[nodiscard]] static bool is_attached(const Account& account, std::string_view arn) {
    const auto attaching = [&](const auto& entities) {
      return std::any_of(entities.begin(), entities.end(),
                         [&](const IamEntity& each) { return attaches(each, arn); });
    };
    return attaching(account.users) || attaching(account.groups) || attaching(account.roles);
  }

  // The subject is a managed policy, or a user, group or role with inline policies.
  [[nodiscard]] Missing of_entity(const AuditFinding& finding, std::string_view id) const {
    const Account* const account = there_.estate.find_account(id);
    if (account == nullptr) return unlisted(id);
    const std::string_view arn = finding.subject;
    if (const auto found = account->policies.find(arn); found != account->policies.end()) {
      return found->second.document() == nullptr ? document(arn, id) : Missing();
    }
    if (is_attached(*account, arn)) return document(arn, id);
    const IamEntity* entity = there_.estate.find_user(arn);
    if (const Role* const role = there_.estate.find_role(arn)) {
      if (!role->complete) return unlisted(id);
      entity = role;
    }
    for (const Group& each : account->groups) {
      if (each.arn == arn) entity = &each;
    }
    if (entity == nullptr) {
      return lists_all(id) || there_.lacks_principal(arn) ? Missing() : unlisted(id);
    }
    return attached_documents(*entity, id);
  }

  // The same access may be allowed by another policy now.
  [[nodiscard]] Missing attached_documents(const IamEntity& entity, std::string_view id) const {
    for (const AttachedPolicy& each : entity.inline_policies) {
      if (each.policy == nullptr) return document(each.name, id);
    }
    for (const std::string_view each : entity.attached_arns) {
      const ManagedPolicy* const managed = there_.estate.find_policy(id, each);
      if (managed == nullptr || managed->document() == nullptr) return document(each, id);
    }
    return {};
  }

  // ---- Roles ------------------------------------------------------------------------------------

  [[nodiscard]] Missing of_role(const AuditFinding& finding, std::string_view id) const {
    if (there_.lacks_principal(finding.subject)) return {};
    const Role* const role = there_.estate.find_role(finding.subject);
    if (role == nullptr) return unlisted(id);
    if (auto reason = unknown_trust(there_.where(), role)) return reason;
    const unsigned wanted = needs_of(*finding.rule);
    if ((wanted & needs::kOrganization) != 0) {
      if (organization_) return organization_;
      if (auto reason = accounts_apart(finding)) return reason;
    }
    if ((wanted & needs::kOwnPolicies) != 0) {
      if (auto reason = policies_of(there_, finding.subject)) return reason;
    }
    if ((wanted & needs::kCallers) != 0) {
      if (auto reason = callers(finding)) return reason;
    }
    const Account* const account = there_.estate.find_account(id);
    if ((wanted & needs::kProviders) != 0 && account != nullptr &&
        lists_oidc_providers(here_.estate, *here_.estate.find_account(id)) !=
            lists_oidc_providers(there_.estate, *account)) {
      return missing(fmt::format("the identity providers of account {} are known otherwise", id),
                     fmt::format("aws iam list-open-id-connect-providers  # in account {}", id));
    }
    if ((wanted & needs::kSession) != 0 && !role->max_session_seconds) {
      return missing(fmt::format("the session duration of `{}` is not known", role->arn),
                     document_command(role->arn));
    }
    if ((wanted & needs::kLastUse) != 0 &&
        (!role->complete || account == nullptr || !tells_last_use(*account))) {
      return missing(fmt::format("when roles of account {} were last used is not known", id),
                     export_command(id));
    }
    return {};
  }

  // An account whose export only one state has is in the zone of trust in that state only.
  [[nodiscard]] Missing accounts_apart(const AuditFinding& finding) const {
    const auto trusts = [&](std::string_view id) {
      if (finding.statement == nullptr) return false;
      const auto& items = finding.statement->principal.items;
      return std::any_of(items.begin(), items.end(),
                         [&](const PrincipalElement& each) { return each.account == id; });
    };
    const auto names = [&](std::string_view id) {
      return trusts(id) || finding.message.find(id) != std::string::npos ||
             finding.evidence.find(id) != std::string::npos ||
             std::any_of(
                 finding.principals.begin(), finding.principals.end(),
                 [&](const std::string& each) { return each.find(id) != std::string::npos; });
    };
    const auto look = [&](const DiffSide& one, const DiffSide& other) -> Missing {
      for (const auto& [id, account] : one.estate.accounts()) {
        if (!account.exported || other.is_exported(id) || !names(id)) continue;
        return DiffReason{fmt::format("{}, there is no export of account {}", other.where(), id),
                          export_command(id)};
      }
      return {};
    };
    Missing found = look(here_, there_);
    return found ? found : look(there_, here_);
  }

  // Why a state does not know all policies of a user or role, or not the user or role.
  [[nodiscard]] static Missing policies_of(const DiffSide& side, std::string_view arn) {
    const auto parts = IamArn::parse(arn);
    if (!parts || side.lacks_principal(arn)) return {};
    const Account* const account = side.estate.find_account(parts->account);
    const Role* const role = side.estate.find_role(arn);
    const User* const user = side.estate.find_user(arn);
    if (account == nullptr || (user == nullptr && (role == nullptr || !role->complete))) {
      return DiffReason{fmt::format("{}, the policies of `{}` are not known", side.where(), arn),
                        export_command(parts->account)};
    }
    const auto attached = user != nullptr ? side.estate.identity_policies(*account, *user)
                                          : side.estate.identity_policies(*account, *role);
    for (const AttachedPolicy& each : attached) {
      if (each.policy != nullptr) continue;
      const std::string_view label = each.arn.empty() ? each.name : each.arn;
      std::string obtain = document_command(label);
      if (obtain.empty()) obtain = export_command(parts->account);
      return DiffReason{
          fmt::format("{}, the document of `{}` is not in the estate or could not be read",
                      side.where(), label),
          std::move(obtain)};
    }
    return {};
  }

  [[nodiscard]] Missing callers(const AuditFinding& finding) const {
    const auto look = [&](std::string_view arn) -> Missing {
      for (const DiffSide* const side : {&here_, &there_}) {
        if (auto reason = policies_of(*side, arn)) return reason;
      }
      return {};
    };
    for (const std::string& each : finding.principals) {
      if (auto reason = look(each)) return reason;
    }
    if (finding.rule->id == "trust-dangling-principal") {
      // The principal may be of any account.
      for (const auto& [id, account] : there_.estate.accounts()) {
        if (account.exported && !here_.is_exported(id)) {
          return DiffReason{fmt::format("{}, there is no export of account {}", here_.where(), id),
                            export_command(id)};
        }
      }
    }
    const auto named = IamArn::parse(finding.evidence);
    if (!named || there_.lacks_principal(finding.evidence)) return {};
    const bool known = there_.estate.find_user(finding.evidence) != nullptr ||
                       there_.estate.find_role(finding.evidence) != nullptr ||
                       lists_all(named->account);
    return known ? Missing() : unlisted(named->account);
  }

  const DiffSide& here_;
  const DiffSide& there_;
  Missing organization_;
};

auto identity_of(const AuditFinding& each) {
  return std::tuple(each.rule, std::string_view(each.subject), std::string_view(each.evidence),
                    each.severity);
}

void only_in(const AuditAnswer& here, const AuditAnswer& there, const FindingJudge& judge,
             std::vector<const AuditFinding*>& found, DiffGaps& gaps) {
  std::set<decltype(identity_of(here.findings[0]))> known;
  decltype(known) accepted;  // By a tag of the role.
  for (const AuditFinding& each : there.findings) {
    if (!each.suppression) known.insert(identity_of(each));
    if (each.suppression && each.suppression->is_inline) accepted.insert(identity_of(each));
  }
  for (const AuditFinding& each : here.findings) {
    if (each.suppression || known.count(identity_of(each)) != 0) continue;
    Missing reason = judge.lacks(each);
    if (!reason && accepted.count(identity_of(each)) != 0) reason = judge.lacks_tags(each);
    if (reason) {
      gaps.add_finding(*reason, each);
    } else {
      found.push_back(&each);
    }
  }
}

}  // namespace

void diff_findings(const DiffSide& before, const DiffSide& after, const AuditOptions& options,
                   DiffAnswer& answer, DiffGaps& gaps) {
  auto later = std::async(std::launch::async | std::launch::deferred,
                          [&] { return audit_estate(after.who, options); });
  answer.audit_before = audit_estate(before.who, options);
  answer.audit_after = later.get();
  only_in(answer.audit_after, answer.audit_before, FindingJudge(after, before), answer.appeared,
          gaps);
  only_in(answer.audit_before, answer.audit_after, FindingJudge(before, after), answer.vanished,
          gaps);
}

}  // namespace rolecall
