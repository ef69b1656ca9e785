// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

#include "diagnose/candidate.h"

// Generators that create a provider, or register an audience with it.
namespace rolecall {

namespace {

// The audience that STS checks: the authorized party `azp` when the token has one (E3.6).
std::string audience_of(const RequestPrincipal& principal) {
  const auto* audience = principal.claim("azp");
  if (audience == nullptr) audience = principal.claim("aud");
  return audience == nullptr || audience->empty() ? "" : (*audience)[0];
}

bool trusts_provider(const Policy& trust, std::string_view arn) {
  const auto names_it = [arn](const PrincipalElement& each) {
    return each.type == PrincipalType::Federated && each.value.value == arn;
  };
  return std::any_of(trust.statements.begin(), trust.statements.end(),
                     [&](const Statement& statement) {
                       const auto& principal = statement.principal;
                       return statement.effect == Effect::Allow && !principal.negated &&
                              std::any_of(principal.items.begin(), principal.items.end(), names_it);
                     });
}

// Warns that other roles of the account trust the provider too.
void warn_of_other_roles(const Finding& finding, FixChange& change) {
  const Account* const account = finding.estate.find_account(change.account);
  if (account == nullptr) return;
  const auto others =
      std::count_if(account->roles.begin(), account->roles.end(), [&](const Role& role) {
        return role.arn != finding.request.role && role.trust != nullptr &&
               trusts_provider(*role.trust.shared(), change.entity_arn);
      });
  if (others == 0) return;
  change.warnings.push_back(others == 1
                                ? "1 other role of the account trusts this provider: its tokens "
                                  "may then assume it too"
                                : fmt::format("{} other roles of the account trust this provider: "
                                              "its tokens may then assume them too",
                                              others));
}

FixChange provider_change(const Finding& finding, std::string_view arn) {
  FixChange change;
  change.target = FixTarget::OidcProvider;
  change.gate = finding.cause.gate;
  change.label = arn;
  change.entity_arn = arn;
  change.account = finding.decision.role_account;
  warn_of_other_roles(finding, change);
  return change;
}

// Makes the change an edit of the list at `at`, if a file has it; otherwise it is a command only.
void set_place(const Finding& finding, FixChange& change, Span at, std::string entry) {
  const std::string_view text = finding.estate.sources().text(at);
  if (!text.starts_with('[')) {
    change.kind = FixKind::Command;
    return;
  }
  change.at = at;
  change.before = text;
  change.edits.push_back({JsonEdit::Op::Add, "/-", std::move(entry)});
}

}  // namespace

void register_audience(const Finding& finding, Candidates& out) {
  const std::string audience = audience_of(finding.request.principal);
  for (const OidcProvider& provider : finding.estate.oidc_providers) {
    if (provider.arn != finding.cause.policy || audience.empty()) continue;
    FixChange change = provider_change(finding, provider.arn);
    change.client_ids.assign(provider.client_ids.begin(), provider.client_ids.end());
    change.client_ids.push_back(audience);
    set_place(finding, change, provider.client_ids_at, json_string(audience));
    change.summary =
        fmt::format("register the audience `{}` with the provider `{}`", audience, provider.url);
    out.push_back(std::move(change));
  }
}

void create_provider(const Finding& finding, Candidates& out) {
  const Caller& caller = finding.decision.caller;
  const std::string audience = audience_of(finding.request.principal);
  if (caller.kind != CallerKind::Oidc || audience.empty()) return;
  FixChange change = provider_change(finding, caller.provider);
  change.client_ids = {audience};
  JsonWriter entry(0);
  entry.begin_object();
  entry.member("Arn", caller.provider);
  entry.member("Url", caller.issuer);
  entry.key("ClientIDList");
  entry.begin_array();
  entry.string(audience);
  entry.end_array();
  entry.end_object();
  set_place(finding, change, finding.estate.oidc_providers_at, entry.text());
  change.summary = fmt::format("create the OIDC provider `{}` in account {}", caller.issuer,
                               finding.decision.role_account);
  out.push_back(std::move(change));
}

}  // namespace rolecall
