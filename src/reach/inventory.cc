// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/inventory.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "reach/audit_run.h"

namespace rolecall {

namespace {

std::vector<std::string> condition_texts(const Statement& statement) {
  std::vector<std::string> texts;
  for (const Condition& each : statement.conditions) {
    std::vector<std::string_view> values;
    for (const Text& value : each.values) values.push_back(value.value);
    texts.push_back(fmt::format("{} {} {}", each.operator_text.value, each.key.value,
                                fmt::join(values, " or ")));
  }
  return texts;
}

std::string principal_texts(const PrincipalList& list) {
  std::vector<std::string> names;
  for (const PrincipalElement& each : list.items) names.emplace_back(each.value.value);
  return join_list(names);
}

// The organization id of an id or organization path; empty when that is a pattern.
std::string_view organization_of(const Condition& condition, std::string_view value) {
  const std::string_view id = value.substr(0, value.find('/'));
  return is_pattern(condition, id) ? std::string_view() : id;
}

class TrustLister {
 public:
  TrustLister(const Estate& estate, const AuditOptions& options,
              const std::vector<std::string>& owner_keys)
      : index_(estate), context_(index_, options), owner_keys_(owner_keys) {}

  std::vector<TrustEntry> list(std::size_t& unread) {
    for (const auto& [id, account] : context_.estate.accounts()) {
      const bool tells = tells_last_use(account);
      for (const Role& role : account.roles) {
        if (role.is_service_linked() || role.is_sso_reserved()) continue;
        if (role.trust == nullptr || role.trust.shared()->faulty) ++unread;
        if (role.trust == nullptr) continue;
        list_role(account, role, tells);
      }
    }
    return std::move(entries_);
  }

 private:
  std::optional<TrustReach> reach_of(const Account& account, const PrincipalElement& each) const {
    switch (each.form) {
      case PrincipalForm::Everyone:
        return TrustReach::Everyone;
      case PrincipalForm::OidcProvider:
      case PrincipalForm::WellKnownIssuer:
        return TrustReach::Oidc;
      case PrincipalForm::SamlProvider:
        return TrustReach::Saml;
      case PrincipalForm::Account:
      case PrincipalForm::User:
      case PrincipalForm::Role:
      case PrincipalForm::Session:
        if (each.account == account.id) return std::nullopt;
        return context_.zone.has(each.account) ? TrustReach::Organization : TrustReach::Outside;
      default:
        return std::nullopt;
    }
  }

  // How far a statement that names everyone reaches with its conditions; nothing: not beyond the
  // role's account.
  std::optional<TrustReach> reach_of_everyone(const Account& account,
                                              const Statement& statement) const {
    TrustReach reach = TrustReach::Everyone;
    for (const Condition& each : statement.conditions) {
      if (!demands(each) || each.values.empty()) continue;
      if (names_account(each, account.id)) return std::nullopt;
      if (names_own_organization(each) || names_own_accounts(each)) {
        reach = TrustReach::Organization;
      }
    }
    return reach;
  }
  static bool names_account(const Condition& condition, std::string_view account) {
    return is_key(condition, "aws:PrincipalAccount") &&
           std::all_of(condition.values.begin(), condition.values.end(),
                       [&](const Text& each) { return each.value == account; });
  }
  bool names_own_organization(const Condition& condition) const {
    const auto& organization = context_.estate.organization;
    return organization && !organization->id.empty() &&
           (is_key(condition, "aws:PrincipalOrgID") ||
            is_key(condition, "aws:PrincipalOrgPaths")) &&
           std::all_of(condition.values.begin(), condition.values.end(), [&](const Text& each) {
             return organization_of(condition, each.value) == organization->id;
           });
  }
  // Whether the account is certainly in the zone: when only part of the organization is known,
  // TrustZone also has accounts that may be outside.
  bool is_own(std::string_view account) const {
    const auto& organization = context_.estate.organization;
    return context_.zone.has(account) &&
           (!organization || !organization->partial || organization->has_account(account));
  }
  bool names_own_accounts(const Condition& condition) const {
    return is_key(condition, "aws:PrincipalAccount") &&
           std::all_of(condition.values.begin(), condition.values.end(), [&](const Text& each) {
             return is_account_id(each.value) && is_own(each.value);
           });
  }

  bool reaches(const Account& account, const Policy& trust) const {
    return std::any_of(
        trust.statements.begin(), trust.statements.end(), [&](const Statement& each) {
          if (each.effect != Effect::Allow) return false;
          return each.principal.negated ||
                 std::any_of(each.principal.items.begin(), each.principal.items.end(),
                             [&](const PrincipalElement& item) {
                               return reach_of(account, item).has_value();
                             });
        });
  }

  void list_role(const Account& account, const Role& role, bool tells) {
    // Places are worked out only for documents that are listed.
    if (!reaches(account, *role.trust.shared())) return;
    for (const Statement& statement : role.trust->statements) {
      if (statement.effect != Effect::Allow) continue;
      const auto add = [&](TrustReach reach, std::string principal, std::string owner, Span at) {
        entries_.push_back({&role, account.id, reach, std::move(principal), std::move(owner),
                            condition_texts(statement), owner_tags(role), role.last_used, tells,
                            at});
      };
      const auto everyone = reach_of_everyone(account, statement);
      if (statement.principal.negated) {
        if (everyone) {
          add(*everyone, "everyone but " + principal_texts(statement.principal), {},
              statement.principal.at);
        }
        continue;
      }
      for (const PrincipalElement& each : statement.principal.items) {
        const auto reach =
            each.form == PrincipalForm::Everyone ? everyone : reach_of(account, each);
        if (!reach) continue;
        add(*reach, std::string(each.value.value),
            each.account == account.id ? std::string() : owner(each.account), each.value.at);
      }
    }
  }

  std::string owner(std::string_view account) const {
    const auto known = context_.options.known_accounts.find(account);
    if (known != context_.options.known_accounts.end()) return known->second;
    if (!context_.estate.organization) return {};
    const OrganizationNode* const node = context_.estate.organization->find(account);
    return node == nullptr ? std::string() : std::string(node->name);
  }

  std::vector<std::string> owner_tags(const Role& role) const {
    std::vector<std::string> tags;
    for (const Tag& each : role.tags) {
      if (std::any_of(owner_keys_.begin(), owner_keys_.end(),
                      [&](const std::string& key) { return equals_ignore_case(key, each.key); })) {
        tags.push_back(fmt::format("{}={}", each.key, each.value));
      }
    }
    return tags;
  }

  WhoIndex index_;
  AuditContext context_;
  const std::vector<std::string>& owner_keys_;
  std::vector<TrustEntry> entries_;
};

}  // namespace

std::string_view trust_reach_name(TrustReach reach) {
  constexpr std::array<std::string_view, 5> kNames = {"everyone", "outside", "organization", "oidc",
                                                      "saml"};
  return kNames[static_cast<std::size_t>(reach)];
}

std::vector<TrustEntry> list_trust(const Estate& estate, const AuditOptions& options,
                                   const std::vector<std::string>& owner_keys,
                                   std::size_t& unread) {
  return TrustLister(estate, options, owner_keys).list(unread);
}

}  // namespace rolecall
