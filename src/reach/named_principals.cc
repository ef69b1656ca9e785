// SPDX-License-Identifier: Apache-2.0
#include "reach/named_principals.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/eval/caller.h"

namespace rolecall {

void NamedPrincipals::add(const Policy& policy) {
  for (const Statement& statement : policy.statements) {
    const bool allows = statement.effect == Effect::Allow && policy.kind == PolicyKind::Trust;
    for (const PrincipalElement& element : statement.principal.items) {
      add(element, allows && !statement.principal.negated);
    }
  }
}

void NamedPrincipals::add(const PrincipalElement& element, bool allows) {
  const std::string_view value = element.value.value;
  switch (element.form) {
    case PrincipalForm::Everyone:
      everyone = everyone || allows;
      break;
    case PrincipalForm::Account:
      (allows ? accounts : denied_accounts).insert(element.account);
      break;
    case PrincipalForm::User:
    case PrincipalForm::Role:
    case PrincipalForm::Session:
    case PrincipalForm::UniqueId:
      principals.insert(value);
      if (!allows) break;
      granted.insert(value);
      if (element.form == PrincipalForm::Session) {
        sessions.insert(fmt::format("{}/{}", element.account, element.name));
      }
      break;
    case PrincipalForm::Service:
      services[ascii_lower(value)] |= allows;
      break;
    case PrincipalForm::OidcProvider:
    case PrincipalForm::SamlProvider:
    case PrincipalForm::WellKnownIssuer:
      add_provider(value, allows);
      break;
    default:
      break;
  }
}

void NamedPrincipals::add_provider(std::string_view name, bool allows) {
  const auto known = std::find_if(providers.begin(), providers.end(), [&](const auto& each) {
    return same_provider(each.first, name);
  });
  if (known == providers.end()) {
    providers.emplace(name, allows);
  } else {
    known->second |= allows;
  }
}

NamedPrincipals collect_named(const Estate& estate, const Policy& trust) {
  NamedPrincipals named;
  named.add(trust);
  if (!estate.organization) return named;
  for (const OrganizationPolicy& each : estate.organization->policies) {
    const bool bears = each.kind == PolicyKind::ResourceControl && each.policy != nullptr;
    if (bears) named.add(*each.policy);
  }
  return named;
}

}  // namespace rolecall
