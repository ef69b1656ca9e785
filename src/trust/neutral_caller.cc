// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

#include "trust/neutral_reader.h"

namespace rolecall {

namespace {

// The values of `principal_kind` that fit a principal by its form, and the kind it then is.
struct KindRow {
  std::string_view name{};
  CallerKind read_as{};
  CallerKind kind{};
};
constexpr auto kKinds = std::to_array<KindRow>({
    {"user", CallerKind::User, CallerKind::User},
    {"role", CallerKind::RoleSession, CallerKind::RoleSession},
    {"assumed-role", CallerKind::RoleSession, CallerKind::RoleSession},
    {"service", CallerKind::Service, CallerKind::Service},
    {"service", CallerKind::Oidc, CallerKind::Service},
    {"account", CallerKind::Account, CallerKind::Account},
    {"account", CallerKind::Root, CallerKind::Account},
    {"anonymous", CallerKind::Anonymous, CallerKind::Anonymous},
});

struct FormRow {
  ArnForm form{};
  CallerKind kind{};
};
constexpr auto kForms = std::to_array<FormRow>({
    {ArnForm::User, CallerKind::User},
    {ArnForm::Role, CallerKind::RoleSession},
    {ArnForm::Session, CallerKind::RoleSession},
    {ArnForm::Root, CallerKind::Root},
    {ArnForm::FederatedUser, CallerKind::FederatedUser},
    {ArnForm::OidcProvider, CallerKind::Oidc},
    {ArnForm::SamlProvider, CallerKind::Saml},
});

// The value of a key with exactly one value, or empty.
std::string_view given(const NeutralCase& in, std::string_view key) {
  const ContextEntry& entry = in.authorization.context.find(key);
  return entry.values.size() == 1 ? std::string_view(entry.values[0]) : std::string_view();
}

bool read_arn(NeutralCase& in) {
  const auto arn = IamArn::parse(in.principal);
  if (!arn) return false;
  const auto* const row = std::find_if(kForms.begin(), kForms.end(),
                                       [&](const FormRow& each) { return each.form == arn->form; });
  if (row == kForms.end()) return false;
  Caller& caller = in.caller;
  caller.kind = row->kind;
  caller.partition = arn->partition;
  caller.account = arn->account;
  caller.name = arn->name;
  caller.session_name = arn->session_name;
  if (arn->form == ArnForm::Role) {
    caller.role_arn = in.principal;
  } else if (row->kind == CallerKind::Oidc || row->kind == CallerKind::Saml) {
    caller.provider = in.principal;
    caller.issuer = row->kind == CallerKind::Oidc ? arn->name : std::string_view();
  } else {
    caller.arn = in.principal;
  }
  return true;
}

// The ARN of a session does not have the path of its role, but the context may.
void find_role(NeutralCase& in) {
  Caller& caller = in.caller;
  if (!caller.role_arn.empty()) return;
  const std::string_view told = given(in, "aws:PrincipalArn");
  const auto role = IamArn::parse(told);
  caller.path_known = role && role->form == ArnForm::Role && role->account == caller.account &&
                      role->name == caller.name;
  if (caller.path_known) caller.role_arn = told;
}

bool is_service_name(std::string_view text) {
  return text.find('.') != std::string_view::npos &&
         text.find_first_of(" :/*?") == std::string_view::npos;
}

bool read_name(NeutralCase& in) {
  Caller& caller = in.caller;
  const auto arn = Arn::split(in.authorization.resource);
  if (arn && is_known_partition(arn->partition)) caller.partition = arn->partition;
  if (in.principal == "anonymous") {
    caller.kind = CallerKind::Anonymous;
  } else if (is_account_id(in.principal)) {
    caller.kind = CallerKind::Account;
    caller.account = in.principal;
    caller.arn = format_root_arn(caller.partition, caller.account);
  } else if (is_well_known_issuer(in.principal) &&
             action_bit(in.authorization.action) == actions::kWithWebIdentity) {
    caller.kind = CallerKind::Oidc;
    caller.provider = in.principal;
    caller.issuer = in.principal;
  } else if (is_service_name(in.principal)) {
    caller.kind = CallerKind::Service;
    caller.services.assign(1, std::string(in.principal));
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool read_neutral_caller(NeutralCase& result, Diagnostics& diagnostics) {
  const bool arn = result.principal.starts_with("arn:");
  if (arn ? !read_arn(result) : !read_name(result)) {
    diagnostics.error(DiagnosticCode::InvalidRequest,
                      "`principal` must be the ARN of a user, role, session, root user or "
                      "provider, an account id, a service principal, or `anonymous`",
                      result.principal_at);
    return false;
  }
  Caller& caller = result.caller;
  if (!result.principal_kind.empty()) {
    const auto* const row = std::find_if(kKinds.begin(), kKinds.end(), [&](const KindRow& each) {
      return each.name == result.principal_kind && each.read_as == caller.kind;
    });
    if (row == kKinds.end()) {
      diagnostics.error(
          DiagnosticCode::InvalidRequest,
          fmt::format("`principal_kind` is `{}`, which `principal` is not", result.principal_kind),
          result.kind_at);
      return false;
    }
    if (row->kind == CallerKind::Service) caller.services.assign(1, std::string(result.principal));
    caller.kind = row->kind;
  }
  if (caller.kind == CallerKind::RoleSession) find_role(result);
  const std::string_view id = given(result, "aws:userid");
  const std::string_view unique = id.substr(0, id.find(':'));
  if (is_unique_id(unique)) caller.unique_id = unique;
  return true;
}

}  // namespace rolecall
