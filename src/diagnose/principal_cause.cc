// SPDX-License-Identifier: Apache-2.0
#include "diagnose/principal_cause.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

#include "eval/reserved_path.h"

namespace rolecall {

namespace {

// How near one value of a Principal element is to the caller, nearest first.
struct Near {
  std::string_view code{};
  std::string_view why{};
  int distance = 0;
};

constexpr int kFar = 90;
constexpr Near kNothing{"trust-no-matching-principal", "", kFar};

// `AWSReservedSSO_Name` of `AWSReservedSSO_Name_0123456789abcdef`.
std::string_view permission_set(std::string_view role) {
  constexpr std::string_view kPrefix = "AWSReservedSSO_";
  const std::size_t suffix = role.rfind('_');
  if (!role.starts_with(kPrefix) || suffix < kPrefix.size()) return {};
  return role.substr(0, suffix);
}

Near near_role(const PrincipalElement& element, const Caller& caller) {
  const bool same_account = element.account == caller.account;
  const bool same_name = element.name == caller.name;
  if (same_account && same_name && caller.kind == CallerKind::User) {
    return {"trust-principal-user-vs-role", "the trust policy names a role, the caller is a user",
            5};
  }
  if (same_account && same_name && !element.path.starts_with(reserved_path(caller))) {
    return {"trust-principal-role-path-missing",
            "roles of IAM Identity Center have a path that begins with "
            "`/aws-reserved/sso.amazonaws.com/`",
            5};
  }
  if (same_account && same_name) {
    return {"trust-principal-role-path-missing", "the role's path differs", 5};
  }
  if (same_account && equals_ignore_case(element.name, caller.name)) {
    return {"trust-no-matching-principal", "the names differ in letter case", 8};
  }
  const std::string_view set = permission_set(element.name);
  if (same_account && !set.empty() && set == permission_set(caller.name)) {
    return {"trust-principal-sso-suffix-changed",
            "the permission set's role was made anew and its suffix changed", 5};
  }
  if (same_name) return {"trust-principal-other-account", "the account differs", 12};
  return {kNothing.code, "", same_account ? 60 : 80};
}

Near near_user(const PrincipalElement& element, const Caller& caller) {
  const bool same_account = element.account == caller.account;
  const bool same_name = element.name == caller.name;
  if (same_account && same_name && caller.kind == CallerKind::RoleSession) {
    return {"trust-principal-user-vs-role", "the trust policy names a user, the caller is a role",
            5};
  }
  if (same_account && same_name) return {kNothing.code, "the user's path differs", 6};
  if (same_account && equals_ignore_case(element.name, caller.name)) {
    return {kNothing.code, "the names differ in letter case", 8};
  }
  if (same_name) return {"trust-principal-other-account", "the account differs", 12};
  return {kNothing.code, "", same_account ? 60 : 80};
}

Near near_session(const PrincipalElement& element, const Caller& caller) {
  if (element.account == caller.account && element.name == caller.name) {
    return {"trust-principal-session-name-mismatch",
            "the trust policy names one session of the role, the caller is another", 4};
  }
  return {kNothing.code, "", element.account == caller.account ? 62 : 80};
}

Near near_unique_id(const PrincipalElement& element, const Caller& caller) {
  const std::string_view prefix = caller.kind == CallerKind::User ? "AIDA" : "AROA";
  if (!element.value.value.starts_with(prefix)) return kNothing;
  return {"trust-principal-dangling-id",
          "this is the unique id of a principal that was deleted; a new one of the same name has "
          "another id",
          20};
}

Near near_malformed(const PrincipalElement& element, const Caller& caller) {
  const std::string_view value = element.value.value;
  constexpr std::size_t kSlip = 6;
  for (const std::string& own : {caller.arn, caller.role_arn}) {
    if (!own.empty() && edit_distance(trim(value), own, kSlip) <= kSlip) {
      return {"trust-principal-malformed", "the value is no ARN of a principal", 10};
    }
  }
  return {"trust-principal-malformed", "the value is no ARN of a principal", 70};
}

Near near_aws(const PrincipalElement& element, const Caller& caller) {
  if (!element.partition.empty() && element.partition != caller.partition &&
      !element.account.empty()) {
    return {kNothing.code, "the partition differs", 7};
  }
  switch (element.form) {
    case PrincipalForm::Account:
      return {"trust-principal-other-account", "the trust policy names another account", 50};
    case PrincipalForm::Role:
      return near_role(element, caller);
    case PrincipalForm::User:
      return near_user(element, caller);
    case PrincipalForm::Session:
      return near_session(element, caller);
    case PrincipalForm::UniqueId:
      return near_unique_id(element, caller);
    case PrincipalForm::Wildcard: {
      const bool meant = wildcard_match(element.value.value, caller.arn) ||
                         wildcard_match(element.value.value, caller.role_arn);
      return {"trust-principal-wildcard-in-arn", "a wildcard inside a principal matches nothing",
              meant ? 3 : 65};
    }
    case PrincipalForm::InstanceProfile:
      return {"trust-principal-instance-profile", "an instance profile is no principal",
              element.name == caller.name ? 5 : 55};
    case PrincipalForm::Group:
      return {"trust-principal-group", "a group is no principal", 55};
    case PrincipalForm::Malformed:
      return near_malformed(element, caller);
    default:
      return kNothing;
  }
}

// The parts of a service principal: `dms` of `dms.us-east-1.amazonaws.com`, and the rest.
struct ServiceName {
  std::string_view service{};
  std::string_view rest{};
};
ServiceName split_service(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return {name, {}};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

Near near_service(const PrincipalElement& element, const Caller& caller) {
  if (caller.services.empty()) return kNothing;
  const ServiceName wanted = split_service(caller.services[0]);
  const ServiceName named = split_service(element.value.value);
  if (!equals_ignore_case(wanted.service, named.service)) {
    return {"trust-service-principal-mismatch", "another service is trusted", 40};
  }
  const auto is_china = [](std::string_view rest) { return rest.ends_with(".com.cn"); };
  if (is_china(wanted.rest) != is_china(named.rest)) {
    return {"trust-service-principal-partition", "the suffix of the service principal differs", 5};
  }
  if (wanted.rest.size() != named.rest.size()) {
    return {"trust-service-principal-regional",
            "one is the global, the other the Regional service principal", 5};
  }
  return {"trust-service-principal-mismatch", "another service principal is trusted", 20};
}

Near near_federated(const PrincipalElement& element, const Caller& caller) {
  const bool same_type =
      (caller.kind == CallerKind::Saml) == (element.form == PrincipalForm::SamlProvider);
  const auto own = IamArn::parse(caller.provider);
  if (same_type && own && own->name == element.name && own->account != element.account) {
    return {"trust-federated-provider-mismatch", "the provider's account differs", 8};
  }
  return {"trust-federated-provider-mismatch", "another identity provider is trusted",
          same_type ? 30 : 45};
}

PrincipalType type_of(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::Aws:
      return PrincipalType::Aws;
    case PrincipalKind::Service:
      return PrincipalType::Service;
    case PrincipalKind::Federated:
      return PrincipalType::Federated;
  }
  return PrincipalType::Aws;
}

std::string_view kind_words(const PrincipalList& list) {
  if (list.items.empty()) return "nobody";
  switch (list.items[0].type) {
    case PrincipalType::Service:
      return "an AWS service";
    case PrincipalType::Federated:
      return "an identity provider";
    default:
      return "an AWS account, user or role";
  }
}

// EC2 names the sessions of instance profiles after the instance: `i-0123456789abcdef0`.
bool is_instance_session(const Caller& caller) {
  constexpr std::size_t kShort = 10;
  constexpr std::size_t kLong = 19;
  const std::string_view name = caller.session_name;
  return caller.kind == CallerKind::RoleSession && name.starts_with("i-") &&
         (name.size() == kShort || name.size() == kLong) &&
         name.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

// For a statement that names another kind of principal: a federated caller makes the wrong call;
// any other caller is not trusted.
PrincipalMiss other_kind(const Statement& statement, const Caller& caller,
                         std::string_view action) {
  PrincipalMiss miss;
  miss.distance = 200;
  miss.at = statement.principal.at;
  miss.actual = caller_name(caller);
  if (!statement.principal.items.empty()) {
    miss.expected = statement.principal.items[0].value.value;
  }
  const bool lists_action = actions_match(statement.action, action);
  if (kind_of(caller) == PrincipalKind::Federated) {
    miss.code = lists_action ? "trust-action-principal-mismatch" : "request-wrong-api";
    miss.message = lists_action ? fmt::format(
                                      "the statement allows {} but trusts {}, which cannot make "
                                      "that call",
                                      action, kind_words(statement.principal))
                                : fmt::format(
                                      "the role trusts {}, so that it is assumed with "
                                      "sts:AssumeRole, not with {}",
                                      kind_words(statement.principal), action);
    return miss;
  }
  miss.code = kind_of(caller) == PrincipalKind::Service ? "trust-service-principal-mismatch"
                                                        : "trust-no-matching-principal";
  const bool lacks_token = names_kind(statement.principal, PrincipalKind::Federated) &&
                           kind_of(caller) == PrincipalKind::Aws && is_instance_session(caller);
  miss.message = fmt::format(
      "the trust policy names {}, not `{}`{}", kind_words(statement.principal), miss.actual,
      lacks_token ? ": the call came with an EC2 instance's credentials, not with a token" : "");
  return miss;
}

bool is_self(const Caller& caller, std::string_view role_arn) {
  return caller.kind == CallerKind::RoleSession && caller.role_arn == role_arn;
}

}  // namespace

PrincipalKind kind_of(const Caller& caller) {
  if (caller.kind == CallerKind::Service) return PrincipalKind::Service;
  const bool federated = caller.kind == CallerKind::Oidc || caller.kind == CallerKind::Saml;
  return federated ? PrincipalKind::Federated : PrincipalKind::Aws;
}

bool names_kind(const PrincipalList& list, PrincipalKind kind) {
  return std::any_of(list.items.begin(), list.items.end(), [&](const PrincipalElement& each) {
    return each.type == PrincipalType::Any || each.type == type_of(kind);
  });
}

std::string caller_name(const Caller& caller) {
  if (!caller.arn.empty()) return caller.arn;
  if (!caller.role_arn.empty()) return caller.role_arn;
  if (!caller.services.empty()) return caller.services[0];
  return caller.provider;
}

PrincipalMiss explain_principal_miss(const Statement& statement, const Caller& caller,
                                     std::string_view action, std::string_view role_arn) {
  if (!names_kind(statement.principal, kind_of(caller))) {
    if (is_self(caller, role_arn)) {
      PrincipalMiss miss = other_kind(statement, caller, action);
      miss.code = "trust-self-assume-not-allowed";
      miss.message =
          "the role's trust policy does not name the role itself, and a role may not "
          "assume itself without that";
      return miss;
    }
    return other_kind(statement, caller, action);
  }
  Near best = kNothing;
  const PrincipalElement* nearest_element = nullptr;
  for (const PrincipalElement& element : statement.principal.items) {
    if (element.type != type_of(kind_of(caller))) continue;
    const Near near = element.type == PrincipalType::Service     ? near_service(element, caller)
                      : element.type == PrincipalType::Federated ? near_federated(element, caller)
                                                                 : near_aws(element, caller);
    if (nearest_element == nullptr || near.distance < best.distance) {
      best = near;
      nearest_element = &element;
    }
  }
  PrincipalMiss miss;
  miss.distance = best.distance;
  miss.code = best.code;
  miss.actual = caller_name(caller);
  miss.at = statement.principal.at;
  if (nearest_element != nullptr) {
    miss.expected = nearest_element->value.value;
    miss.at = nearest_element->value.at;
  }
  if (is_self(caller, role_arn)) {
    miss.code = "trust-self-assume-not-allowed";
    miss.message =
        "the role's trust policy does not name the role itself, and a role may not "
        "assume itself without that";
  } else {
    miss.message = fmt::format("the trust policy does not name `{}`{}{}", miss.actual,
                               best.why.empty() ? "" : ": ", best.why);
  }
  return miss;
}

}  // namespace rolecall
