// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/iam/arn.h"

#include "estate/provider_lists.h"
#include "trust/precondition.h"

namespace rolecall {

namespace {

using Failures = std::vector<PreconditionFailure>;

PreconditionFailure& fail_at_gate(Failures& failures, Gate gate, std::string_view code,
                                  std::string subject, std::string message) {
  PreconditionFailure failure;
  failure.gate = gate;
  failure.code = code;
  failure.subject = std::move(subject);
  failure.message = std::move(message);
  failures.push_back(std::move(failure));
  return failures.back();
}

const OidcProvider* find_oidc(const PreconditionInput& in, std::string_view arn) {
  for (const auto* list : {&in.overlay.oidc_providers, &in.estate.oidc_providers}) {
    for (const OidcProvider& each : *list) {
      if (same_provider(each.arn, arn)) return &each;
    }
  }
  return nullptr;
}

std::string_view account_of(std::string_view arn) {
  const auto parsed = IamArn::parse(arn);
  return parsed ? parsed->account : std::string_view();
}

// Whether two issuers differ by a misspelling, or one continues the path of the other. Different
// paths of one host are different issuers, as with the clusters of EKS.
bool is_near_url(std::string_view a, std::string_view b) {
  constexpr std::size_t kSlip = 3;
  const auto strip = [](std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return ascii_lower(url);
  };
  const std::string left = strip(a);
  const std::string right = strip(b);
  return edit_distance(left, right, kSlip) <= kSlip || left.starts_with(right + "/") ||
         right.starts_with(left + "/");
}

void fail_provider(const PreconditionInput& in, Failures& failures) {
  const Caller& caller = in.caller.caller;
  const OidcProvider* elsewhere = nullptr;
  const OidcProvider* near = nullptr;
  for (const OidcProvider& each : in.estate.oidc_providers) {
    const bool here = account_of(each.arn) == in.role_account_id;
    if (!here && each.url == caller.issuer) elsewhere = &each;
    if (here && is_near_url(each.url, caller.issuer)) near = &each;
  }
  if (near != nullptr) {
    auto& failure =
        fail_at_gate(failures, Gate::Idp, "idp-oidc-issuer-url-mismatch", std::string(near->arn),
                     fmt::format("the token's issuer is `{}`, the provider's URL `{}`",
                                 caller.issuer, near->url));
    failure.expected = {std::string(near->url)};
    failure.actual = caller.issuer;
    failure.at = near->at;
    return;
  }
  if (elsewhere != nullptr) {
    auto& failure = fail_at_gate(
        failures, Gate::Idp, "idp-oidc-provider-wrong-account", in.request.role,
        fmt::format("the provider for `{}` exists in account {}, not in the role's account {}",
                    caller.issuer, account_of(elsewhere->arn), in.role_account_id));
    failure.expected = {caller.provider};
    failure.actual = std::string(elsewhere->arn);
    failure.at = elsewhere->at;
    return;
  }
  auto& failure = fail_at_gate(
      failures, Gate::Idp, "idp-oidc-provider-missing", in.request.role,
      fmt::format("account {} has no OIDC provider for `{}`", in.role_account_id, caller.issuer));
  failure.expected = {caller.provider};
}

// Compares the audience, which is `azp` if the token has one (E3.6). AWS does not document which of
// several audiences counts, so the outcome is only certain when it is the same for all.
GateAnswer check_audience(const PreconditionInput& in, const OidcProvider& provider,
                          Failures& failures) {
  const RequestPrincipal& principal = in.request.principal;
  if (!principal.claims_known) return {Verdict::Allows, ""};
  const auto* audience = principal.claim("azp");
  const std::string_view kind = audience == nullptr ? "" : ", its `azp`,";
  if (audience == nullptr) audience = principal.claim("aud");
  if (audience == nullptr && principal.claims_partial) {
    return {Verdict::Unknown, "the token's audience is not known"};
  }
  if (audience == nullptr || audience->empty()) {
    fail_at_gate(failures, Gate::Idp, "idp-oidc-token-invalid", std::string(provider.arn),
                 "the token has no `aud` claim")
        .at = provider.at;
    return {Verdict::Allows, ""};
  }
  const auto registered =
      std::count_if(audience->begin(), audience->end(), [&](const std::string& each) {
        return std::find(provider.client_ids.begin(), provider.client_ids.end(), each) !=
               provider.client_ids.end();
      });
  if (registered == std::ssize(*audience)) return {Verdict::Allows, ""};
  if (registered > 0) {
    return {Verdict::Unknown, "AWS does not document which of the token's audiences counts"};
  }
  auto& failure = fail_at_gate(
      failures, Gate::Idp, "idp-oidc-audience-not-registered", std::string(provider.arn),
      fmt::format("the token's audience `{}`{} is not among the provider's audiences",
                  (*audience)[0], kind));
  failure.expected.assign(provider.client_ids.begin(), provider.client_ids.end());
  failure.actual = (*audience)[0];
  failure.at = provider.client_ids_at.known() ? provider.client_ids_at : provider.at;
  return {Verdict::Allows, ""};
}

// When the call was made, if that is known.
std::optional<EpochSeconds> time_of_call(const AssumeRequest& request) {
  for (const std::string_view key : {"aws:CurrentTime", "aws:EpochTime"}) {
    const auto* given = request.context_values(key);
    if (given == nullptr || given->empty()) continue;
    if (const auto time = parse_time((*given)[0])) return time;
  }
  return std::nullopt;
}

void check_times(const PreconditionInput& in, Failures& failures) {
  const auto now = time_of_call(in.request);
  if (!now) return;
  const std::string& subject = in.caller.caller.provider;
  const auto at = [&](std::string_view claim) -> std::optional<EpochSeconds> {
    const auto* values = in.request.principal.claim(claim);
    return values == nullptr || values->empty() ? std::nullopt : parse_time((*values)[0]);
  };
  if (const auto expires = at("exp"); expires && *expires <= *now) {
    fail_at_gate(failures, Gate::Idp, "idp-oidc-token-expired", subject,
                 fmt::format("the token expired at {}", format_time(*expires)));
  }
  struct Start {
    std::string_view claim{};
    std::string_view words{};
  };
  constexpr auto kStarts = std::to_array<Start>(
      {{"nbf", "the token is valid only from"}, {"iat", "the token says it was issued at"}});
  for (const Start& row : kStarts) {
    const auto start = at(row.claim);
    if (!start || *start <= *now) continue;
    fail_at_gate(failures, Gate::Idp, "idp-oidc-token-not-yet-valid", subject,
                 fmt::format("{} {}", row.words, format_time(*start)));
    return;
  }
}

bool is_whole_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Checks what STS demands of an encoded token: signature algorithm, length, claims and their form.
std::string form_fault(const RequestPrincipal& principal) {
  constexpr auto kAlgorithms =
      std::to_array<std::string_view>({"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"});
  constexpr std::size_t kLongest = 20'000;
  const TokenForm& form = *principal.token;
  if (form.characters > kLongest) {
    return fmt::format("the token has {} characters, at most 20000 are allowed", form.characters);
  }
  const auto known = std::find(kAlgorithms.begin(), kAlgorithms.end(), form.algorithm);
  if (known == kAlgorithms.end()) {
    return fmt::format("the token is signed with `{}`; RS and ES with 256, 384 or 512 are accepted",
                       form.algorithm);
  }
  for (const std::string_view claim : {"iat", "exp"}) {
    if (principal.claim(claim) == nullptr) return fmt::format("the token has no `{}` claim", claim);
  }
  for (const std::string_view claim : {"iat", "exp", "nbf"}) {
    const auto* values = principal.claim(claim);
    if (values == nullptr) continue;
    if (values->size() != 1 || !is_whole_number((*values)[0])) {
      return fmt::format("the token's `{}` claim is no whole number of seconds", claim);
    }
  }
  return {};
}

void check_token(const PreconditionInput& in, Failures& failures) {
  const RequestPrincipal& principal = in.request.principal;
  const std::string& subject = in.caller.caller.provider;
  const auto invalid = [&](std::string message) {
    fail_at_gate(failures, Gate::Idp, "idp-oidc-token-invalid", subject, std::move(message));
  };
  if (in.request.observations.jwks_reachable == false) {
    fail_at_gate(failures, Gate::Idp, "idp-oidc-keys-unreachable", subject,
                 fmt::format("AWS cannot fetch the keys of `{}`", in.caller.caller.issuer));
  }
  if (!principal.claims_known) return;
  if (principal.claim("sub") == nullptr && !principal.claims_partial) {
    invalid("the token has no `sub` claim");
  }
  if (principal.token) {
    if (std::string fault = form_fault(principal); !fault.empty()) invalid(std::move(fault));
  }
  const auto* roles = principal.claim("https://aws.amazon.com/roles");
  if (roles != nullptr &&
      std::find(roles->begin(), roles->end(), in.request.role) == roles->end()) {
    auto& failure = fail_at_gate(failures, Gate::Idp, "idp-oidc-role-not-in-roles-claim", subject,
                                 "the token's claim https://aws.amazon.com/roles does not list "
                                 "the role");
    failure.expected = *roles;
    failure.actual = in.request.role;
  }
  check_times(in, failures);
}

constexpr std::string_view kNoList = "the role's account has no identity-providers.json";

// `whole`: what is not listed does not exist.
GateAnswer check_oidc(const PreconditionInput& in, bool whole, Failures& failures) {
  const Caller& caller = in.caller.caller;
  check_token(in, failures);
  if (is_well_known_issuer(caller.issuer)) {
    return {Verdict::Allows, "a provider built into AWS needs no registration"};
  }
  const OidcProvider* provider = find_oidc(in, caller.provider);
  if (provider == nullptr && !whole) return {Verdict::NotChecked, std::string(kNoList)};
  if (provider == nullptr) {
    fail_provider(in, failures);
  } else if (!same_provider(provider->url, caller.issuer)) {
    auto& failure = fail_at_gate(failures, Gate::Idp, "idp-oidc-issuer-url-mismatch",
                                 std::string(provider->arn),
                                 fmt::format("the token's issuer is `{}`, the provider's URL `{}`",
                                             caller.issuer, provider->url));
    failure.expected = {std::string(provider->url)};
    failure.actual = caller.issuer;
    failure.at = provider->at;
  } else {
    if (provider->client_ids.empty() && !provider->client_ids_at.known()) {
      return {Verdict::Unknown, "the provider's audiences are not in the file"};
    }
    return check_audience(in, *provider, failures);
  }
  return {Verdict::Allows, ""};
}

GateAnswer check_saml(const PreconditionInput& in, bool whole, Failures& failures) {
  const std::string& wanted = in.caller.caller.provider;
  if (account_of(wanted) != in.role_account_id && in.role_account_id != kUnknownAccount) {
    auto& failure = fail_at_gate(
        failures, Gate::Idp, "idp-saml-provider-missing", in.request.role,
        fmt::format("the SAML provider is of account {}, the role of {}: a role trusts providers "
                    "of its own account only",
                    account_of(wanted), in.role_account_id));
    failure.expected = {std::string(in.role_account_id)};
    failure.actual = std::string(account_of(wanted));
    return {Verdict::Allows, ""};
  }
  const auto same = [&](const SamlProvider& each) { return each.arn == wanted; };
  const auto found =
      std::find_if(in.estate.saml_providers.begin(), in.estate.saml_providers.end(), same);
  if (found != in.estate.saml_providers.end()) return {Verdict::Allows, ""};
  if (!whole) return {Verdict::NotChecked, std::string(kNoList)};
  fail_at_gate(failures, Gate::Idp, "idp-saml-provider-missing", in.request.role,
               fmt::format("account {} has no SAML provider `{}`", account_of(wanted), wanted))
      .expected = {wanted};
  return {Verdict::Allows, ""};
}

}  // namespace

GateAnswer check_idp(const PreconditionInput& input, std::vector<PreconditionFailure>& failures) {
  const CallerKind kind = input.caller.caller.kind;
  if (kind != CallerKind::Oidc && kind != CallerKind::Saml) {
    return {Verdict::NotApplicable, "the caller presents no token"};
  }
  const Account* const account = input.role_account;
  const bool whole = account != nullptr &&
                     (kind == CallerKind::Oidc ? lists_oidc_providers(input.estate, *account)
                                               : lists_saml_providers(input.estate, *account));
  return kind == CallerKind::Oidc ? check_oidc(input, whole, failures)
                                  : check_saml(input, whole, failures);
}

void check_credentials(const PreconditionInput& input, std::vector<PreconditionFailure>& failures) {
  const Caller& caller = input.caller.caller;
  const std::string& state = input.request.observations.credentials;
  const bool assume_root = equals_ignore_case(input.request.action, "sts:AssumeRoot");
  if (caller.kind == CallerKind::Root &&
      !equals_ignore_case(input.request.action, "iam:PassRole")) {
    fail_at_gate(failures, Gate::Credentials, "credentials-root-user", caller.arn,
                 assume_root ? "the root user may not assume another root"
                             : "roles may not be assumed by root accounts");
  }
  if (caller.kind == CallerKind::FederatedUser) {
    fail_at_gate(failures, Gate::Credentials, "credentials-federation-token-session", caller.arn,
                 "a GetFederationToken session may not assume roles");
  }
  if (state == "expired") {
    fail_at_gate(failures, Gate::Credentials, "credentials-session-expired", "caller credentials",
                 "the caller's session credentials have expired");
  } else if (state == "invalid-in-region") {
    fail_at_gate(failures, Gate::Credentials, "credentials-token-v1-opt-in-region",
                 "caller credentials",
                 fmt::format("the caller's token is not valid in Region `{}`: the global endpoint "
                             "issued it as version 1",
                             input.request.region));
  }
  const auto& organization = input.estate.organization;
  if (!organization || caller.account.empty()) return;
  const OrganizationNode* node = organization->find(caller.account);
  if (node != nullptr && (node->status == "SUSPENDED" || node->status == "PENDING_CLOSURE")) {
    fail_at_gate(failures, Gate::Credentials, "credentials-account-suspended", caller.account,
                 fmt::format("the caller's account is {}", node->status))
        .at = node->at;
  }
}

}  // namespace rolecall
