// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

#include "diagnose/candidate.h"

// Generators that register what a token needs with IAM.
namespace rolecall {

namespace {

// The audience STS looks at: the authorized party when the token has one (E3.6).
std::string audience_of(const RequestPrincipal& principal) {
  const auto* audience = principal.claim("azp");
  if (audience == nullptr) audience = principal.claim("aud");
  return audience == nullptr || audience->empty() ? "" : (*audience)[0];
}

FixChange provider_change(const Finding& finding, std::string_view arn) {
  FixChange change;
  change.target = FixTarget::OidcProvider;
  change.gate = finding.cause.gate;
  change.label = arn;
  change.entity_arn = arn;
  change.account = finding.decision.role_account;
  return change;
}

// Where the list stands in a file that can be edited, the change is one of files too.
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
    change.commands.push_back(
        fmt::format("aws iam add-client-id-to-open-id-connect-provider "
                    "--open-id-connect-provider-arn {} --client-id {}",
                    shell_quoted(provider.arn), shell_quoted(audience)));
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
  change.commands.push_back(
      fmt::format("aws iam create-open-id-connect-provider --url {} --client-id-list {}",
                  shell_quoted("https://" + caller.issuer), shell_quoted(audience)));
  change.summary = fmt::format("create the OIDC provider `{}` in account {}", caller.issuer,
                               finding.decision.role_account);
  out.push_back(std::move(change));
}

}  // namespace rolecall
