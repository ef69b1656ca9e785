// SPDX-License-Identifier: Apache-2.0
#include "trust/caller_builder.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

void resolve_user(const Estate& estate, std::string_view arn, ResolvedCaller& resolved) {
  resolved.caller.kind = CallerKind::User;
  resolved.caller.arn = arn;
  resolved.user = estate.find_user(arn);
  if (resolved.user == nullptr) return;
  resolved.caller.unique_id = resolved.user->id;
  resolved.caller.has_boundary = !resolved.user->boundary_arn.empty();
}

void resolve_session(const Estate& estate, const IamArn& arn, std::string_view text,
                     ResolvedCaller& resolved) {
  Caller& caller = resolved.caller;
  caller.kind = CallerKind::RoleSession;
  caller.session_name = arn.session_name;
  const bool is_session = arn.form == ArnForm::Session;
  resolved.role =
      is_session ? estate.find_role_by_name(arn.account, arn.name) : estate.find_role(text);
  if (is_session) {
    caller.arn = text;
    caller.path_known = resolved.role != nullptr;
    caller.role_arn = resolved.role != nullptr
                          ? std::string(resolved.role->arn)
                          : format_role_arn(arn.partition, arn.account, arn.name);
  } else {
    caller.role_arn = text;
  }
  if (resolved.role == nullptr) return;
  caller.unique_id = resolved.role->id;
  caller.has_boundary = !resolved.role->boundary_arn.empty();
}

void resolve_arn(const Estate& estate, std::string_view text, ResolvedCaller& resolved) {
  const auto arn = IamArn::parse(text);
  if (!arn) return;
  Caller& caller = resolved.caller;
  caller.partition = arn->partition;
  caller.account = arn->account;
  caller.name = arn->name;
  resolved.account = estate.find_account(arn->account);
  switch (arn->form) {
    case ArnForm::User:
      resolve_user(estate, text, resolved);
      break;
    case ArnForm::Role:
    case ArnForm::Session:
      resolve_session(estate, *arn, text, resolved);
      break;
    case ArnForm::Root:
      caller.kind = CallerKind::Root;
      caller.arn = text;
      break;
    case ArnForm::FederatedUser:
      caller.kind = CallerKind::FederatedUser;
      caller.arn = text;
      break;
    default:
      break;
  }
}

void resolve_federated(const RequestPrincipal& principal, std::string_view role_partition,
                       std::string_view role_account, Caller& caller) {
  const auto arn = IamArn::parse(principal.name);
  caller.partition = role_partition;
  if (arn && arn->form == ArnForm::SamlProvider) {
    caller.kind = CallerKind::Saml;
    caller.provider = principal.name;
    return;
  }
  caller.kind = CallerKind::Oidc;
  caller.issuer =
      arn && arn->form == ArnForm::OidcProvider ? arn->name : without_scheme(principal.name);
  caller.provider = is_well_known_issuer(caller.issuer)
                        ? caller.issuer
                        : fmt::format("arn:{}:iam::{}:oidc-provider/{}", role_partition,
                                      role_account, caller.issuer);
}

}  // namespace

void add_service_names(const AssumeRequest& request, Caller& caller) {
  if (caller.kind != CallerKind::Service) return;
  const auto add = [&](std::string name) {
    if (std::find(caller.services.begin(), caller.services.end(), name) == caller.services.end()) {
      caller.services.push_back(std::move(name));
    }
  };
  if (const auto* given = request.context_values("aws:PrincipalServiceNamesList")) {
    for (const std::string& each : *given) add(each);
  }
  constexpr auto kEitherForm = std::to_array<std::string_view>({"states"});
  const std::string name = ascii_lower(caller.services[0]);
  const auto labels = split(name, '.');
  constexpr std::size_t kGlobal = 3;  // SERVICE.amazonaws.com
  if (std::find(kEitherForm.begin(), kEitherForm.end(), labels[0]) == kEitherForm.end()) return;
  if (labels.size() > kGlobal) {
    add(fmt::format("{}.amazonaws.com", labels[0]));
  } else if (!request.region.empty()) {
    add(fmt::format("{}.{}.amazonaws.com", labels[0], request.region));
  } else {
    caller.either_form = labels[0];
  }
}

ResolvedCaller resolve_caller(const Estate& estate, const RequestPrincipal& principal,
                              std::string_view role_partition, std::string_view role_account) {
  ResolvedCaller resolved;
  switch (principal.kind) {
    case RequestPrincipal::Kind::Unknown:
      break;
    case RequestPrincipal::Kind::Arn:
      resolve_arn(estate, principal.name, resolved);
      break;
    case RequestPrincipal::Kind::Service:
      resolved.caller.kind = CallerKind::Service;
      resolved.caller.partition = role_partition;
      resolved.caller.services.push_back(principal.name);
      break;
    case RequestPrincipal::Kind::Federated:
      resolve_federated(principal, role_partition, role_account, resolved.caller);
      break;
  }
  return resolved;
}

}  // namespace rolecall
