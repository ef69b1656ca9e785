// SPDX-License-Identifier: Apache-2.0
#include "report/caller_words.h"

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

namespace rolecall {

std::string short_name(const AssumeDecision& decision, const RequestPrincipal& principal) {
  const Caller& caller = decision.caller;
  switch (caller.kind) {
    case CallerKind::User:
      return fmt::format("user `{}` of {}", caller.name, caller.account);
    case CallerKind::RoleSession:
      return caller.session_name.empty()
                 ? fmt::format("role `{}` of {}", caller.name, caller.account)
                 : fmt::format("role session `{}/{}` of {}", caller.name, caller.session_name,
                               caller.account);
    case CallerKind::Root:
      return fmt::format("the root user of {}", caller.account);
    case CallerKind::Oidc:
      return fmt::format("a token of `{}`", caller.issuer);
    case CallerKind::Saml:
      return fmt::format("an assertion of `{}`", caller.provider);
    default:
      return principal.name.empty() ? "the caller" : fmt::format("`{}`", principal.name);
  }
}

std::string short_role(std::string_view role) {
  const auto arn = IamArn::parse(role);
  if (role.empty() || (arn && arn->account == kUnknownAccount)) return "the role";
  if (!arn || arn->form != ArnForm::Role) return fmt::format("`{}`", role);
  return fmt::format("role `{}` of {}", arn->name, arn->account);
}

}  // namespace rolecall
