// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/caller.h"

#include <algorithm>
#include <vector>

#include "rolecall/base/text.h"

#include "eval/reserved_path.h"

namespace rolecall {

namespace {

PrincipalMatch matched(GrantClass grant) {
  return {Tri::Yes, grant, false};
}
PrincipalMatch matched_if(bool matches, GrantClass grant) {
  return matches ? matched(grant) : PrincipalMatch{};
}

// AWS does not document whether {"AWS": "*"} covers callers that are not AWS principals (E4.2).
PrincipalMatch match_everyone(const PrincipalElement& element, const Caller& caller) {
  if (element.type == PrincipalType::Any || caller.is_signed() ||
      caller.kind == CallerKind::Anonymous) {
    return matched(GrantClass::Any);
  }
  return {Tri::Open, GrantClass::Any, true};
}

bool in_account(const PrincipalElement& element, const Caller& caller) {
  return !caller.account.empty() && element.account == caller.account &&
         (element.partition.empty() || element.partition == caller.partition);
}

// Role names are unique in an account whatever the path, so a role known only by a session ARN is
// found by its name.
bool is_role(const PrincipalElement& element, const Caller& caller) {
  if (caller.kind != CallerKind::RoleSession || !in_account(element, caller)) return false;
  if (caller.path_known) return element.value.value == caller.role_arn;
  return element.name == caller.name && element.path.starts_with(reserved_path(caller));
}

// `AWSReservedSSO_NAME_` and sixteen hexadecimal digits.
bool is_permission_set_role(std::string_view name) {
  constexpr std::string_view kPrefix = "AWSReservedSSO_";
  constexpr std::size_t kDigits = 16;
  if (!name.starts_with(kPrefix) || name.size() < kPrefix.size() + 1 + kDigits) return false;
  const std::string_view digits = name.substr(name.size() - kDigits);
  return name[name.size() - kDigits - 1] == '_' &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A caller given by its role's ARN is some session of the role; which one is not known.
PrincipalMatch match_session(const PrincipalElement& element, const Caller& caller) {
  if (caller.kind != CallerKind::RoleSession || !in_account(element, caller) ||
      element.name != caller.name) {
    return {};
  }
  if (caller.session_name.empty()) return {Tri::Open, GrantClass::Session, false};
  return matched_if(element.session_name == caller.session_name, GrantClass::Session);
}

// Whether `name` is a Regional name of `service`: `states.eu-west-1.amazonaws.com` of `states`.
bool is_regional_form(std::string_view name, std::string_view service) {
  constexpr std::string_view kSuffix = ".amazonaws.com";
  if (service.empty() || name.size() <= service.size() + 1 + kSuffix.size() ||
      !starts_with_ignore_case(name, service) || name[service.size()] != '.' ||
      !equals_ignore_case(name.substr(name.size() - kSuffix.size()), kSuffix)) {
    return false;
  }
  name.remove_suffix(kSuffix.size());
  return name.find('.', service.size() + 1) == std::string_view::npos;
}

PrincipalMatch match_service(const PrincipalElement& element, const Caller& caller) {
  const std::string_view name = element.value.value;
  const bool presented =
      std::any_of(caller.services.begin(), caller.services.end(),
                  [&](const std::string& each) { return equals_ignore_case(each, name); });
  if (presented) return matched(GrantClass::Service);
  if (is_regional_form(name, caller.either_form)) return {Tri::Open, GrantClass::Service, false};
  return {};
}

}  // namespace

bool same_provider(std::string_view a, std::string_view b) {
  const auto host_end = [](std::string_view text) {
    const std::size_t provider = text.find("oidc-provider/");
    const std::size_t host = provider == std::string_view::npos ? 0 : provider + 14;
    return std::min(text.find('/', host), text.size());
  };
  const std::size_t cut = host_end(a);
  return cut == host_end(b) && equals_ignore_case(a.substr(0, cut), b.substr(0, cut)) &&
         a.substr(cut) == b.substr(cut);
}

CallerSet Caller::set() const {
  switch (kind) {
    case CallerKind::User:
      return callers::kUser;
    case CallerKind::RoleSession:
      return callers::kRole;
    case CallerKind::Service:
      return callers::kService;
    case CallerKind::Oidc:
      return callers::kOidc;
    case CallerKind::Saml:
      return callers::kSaml;
    case CallerKind::Root:
      return callers::kRoot;
    case CallerKind::FederatedUser:
    case CallerKind::Account:
      return callers::kUser;
    case CallerKind::Anonymous:
      return 0;
  }
  return 0;
}

std::string_view reserved_path(const Caller& caller) {
  const bool made_by_identity_center =
      caller.kind == CallerKind::RoleSession && is_permission_set_role(caller.name);
  return made_by_identity_center ? "/aws-reserved/sso.amazonaws.com/" : "";
}

std::string_view grant_class_name(GrantClass grant) {
  switch (grant) {
    case GrantClass::None:
      return "none";
    case GrantClass::Account:
      return "account";
    case GrantClass::Role:
      return "role";
    case GrantClass::Federated:
      return "federated";
    case GrantClass::Service:
      return "service";
    case GrantClass::User:
      return "user";
    case GrantClass::Session:
      return "session";
    case GrantClass::Any:
      return "any";
  }
  return "none";
}

PrincipalMatch match_principal(const PrincipalElement& element, const Caller& caller) {
  switch (element.form) {
    case PrincipalForm::Everyone:
      return match_everyone(element, caller);
    case PrincipalForm::Account:
      return matched_if(caller.is_signed() && in_account(element, caller), GrantClass::Account);
    case PrincipalForm::User:
      return matched_if(caller.kind == CallerKind::User && element.value.value == caller.arn,
                        GrantClass::User);
    case PrincipalForm::Role:
      return matched_if(is_role(element, caller), GrantClass::Role);
    case PrincipalForm::Session:
      return match_session(element, caller);
    case PrincipalForm::FederatedUser:
      return matched_if(
          caller.kind == CallerKind::FederatedUser && element.value.value == caller.arn,
          GrantClass::Session);
    case PrincipalForm::UniqueId:
      return matched_if(!caller.unique_id.empty() && element.value.value == caller.unique_id,
                        caller.kind == CallerKind::User ? GrantClass::User : GrantClass::Role);
    case PrincipalForm::Service:
      return match_service(element, caller);
    case PrincipalForm::OidcProvider:
    case PrincipalForm::WellKnownIssuer:
      return matched_if(
          caller.kind == CallerKind::Oidc && same_provider(element.value.value, caller.provider),
          GrantClass::Federated);
    case PrincipalForm::SamlProvider:
      return matched_if(caller.kind == CallerKind::Saml && element.value.value == caller.provider,
                        GrantClass::Federated);
    case PrincipalForm::Wildcard:
    case PrincipalForm::Group:
    case PrincipalForm::InstanceProfile:
    case PrincipalForm::Canonical:
    case PrincipalForm::Malformed:
      return {};
  }
  return {};
}

namespace {

// AWS refuses a bare "*" in a trust policy. In a file it is read as {"AWS": "*"}.
PrincipalMatch match_in(PolicyKind kind, const PrincipalElement& element, const Caller& caller) {
  if (kind != PolicyKind::Trust || element.type != PrincipalType::Any) {
    return match_principal(element, caller);
  }
  PrincipalElement aws = element;
  aws.type = PrincipalType::Aws;
  return match_principal(aws, caller);
}

PrincipalMatch match_any_of(const PrincipalList& list, PolicyKind kind, const Caller& caller) {
  PrincipalMatch best;
  for (const PrincipalElement& element : list.items) {
    const PrincipalMatch each = match_in(kind, element, caller);
    if (each.match > best.match || (each.match == best.match && each.grant > best.grant)) {
      best = each;
    }
  }
  return best;
}

// Matches everyone whom the list does not name.
PrincipalMatch outside(const PrincipalMatch& listed) {
  return {negate(listed.match), GrantClass::Any, listed.undocumented};
}

// The names of a caller that NotPrincipal must list, besides its account, to exempt it.
std::vector<GrantClass> own_names(const Caller& caller) {
  switch (caller.kind) {
    case CallerKind::User:
      return {GrantClass::User};
    case CallerKind::RoleSession:
      return {GrantClass::Role, GrantClass::Session};
    case CallerKind::FederatedUser:
      return {GrantClass::Session};
    case CallerKind::Service:
      return {GrantClass::Service};
    case CallerKind::Oidc:
    case CallerKind::Saml:
      return {GrantClass::Federated};
    case CallerKind::Anonymous:
      return {GrantClass::Any};
    case CallerKind::Root:
    case CallerKind::Account:
      return {};
  }
  return {};
}

// NotPrincipal with Deny matches unless every name of the caller is listed: its account as well,
// and for a session also its role. A caller with a permissions boundary is always matched.
PrincipalMatch outside_not_principal(const PrincipalList& list, const Caller& caller) {
  if (caller.has_boundary) return matched(GrantClass::Any);
  bool undocumented = false;
  const auto listed = [&](GrantClass wanted) {
    Tri any = Tri::No;
    for (const PrincipalElement& element : list.items) {
      const PrincipalMatch each = match_principal(element, caller);
      if (each.grant != wanted) continue;
      any = either(any, each.match);
      undocumented = undocumented || each.undocumented;
    }
    return any;
  };
  Tri spared = caller.is_signed() ? listed(GrantClass::Account) : Tri::Yes;
  for (const GrantClass each : own_names(caller)) spared = both(spared, listed(each));
  spared = either(spared, listed(GrantClass::Any));
  return {negate(spared), GrantClass::Any, spared == Tri::Open && undocumented};
}

}  // namespace

PrincipalMatch match_principals(const PrincipalList& list, Effect effect, PolicyKind kind,
                                const Caller& caller) {
  if (!list.present) return {};
  if (!list.negated) return match_any_of(list, kind, caller);
  // Trust policies do not support NotPrincipal. In a file, an Allow grants nothing and a Deny
  // matches everyone who is not listed (docs/evaluation.md E4.3).
  if (kind == PolicyKind::Trust) {
    if (effect == Effect::Allow) return {};
    return outside(match_any_of(list, kind, caller));
  }
  if (effect == Effect::Allow) return outside(match_any_of(list, kind, caller));
  return outside_not_principal(list, caller);
}

}  // namespace rolecall
