// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/assume_request.h"

#include <algorithm>

#include "rolecall/base/text.h"
#include "rolecall/eval/caller.h"
#include "rolecall/iam/arn.h"

#include "trust/caller_builder.h"

namespace rolecall {

namespace {

const std::vector<std::string>* find_values(const std::vector<NamedValues>& all,
                                            std::string_view name) {
  const auto it = std::find_if(all.begin(), all.end(), [&](const NamedValues& each) {
    return equals_ignore_case(each.first, name);
  });
  return it == all.end() ? nullptr : &it->second;
}

bool is_session_of(const IamArn& session, const IamArn& role) {
  return session.form == ArnForm::Session && role.form == ArnForm::Role &&
         session.account == role.account && session.name == role.name;
}

std::string_view issuer_of(std::string_view name) {
  const auto arn = IamArn::parse(name);
  return arn && arn->form == ArnForm::OidcProvider ? arn->name : without_scheme(name);
}

std::string_view host_of(std::string_view text) {
  const std::string_view bare = without_scheme(text);
  return bare.substr(0, bare.find('/'));
}

bool is_dotted(std::string_view text) {
  const std::string_view host = host_of(text);
  return host.find('.') != std::string_view::npos && !host.starts_with('.') &&
         text.find_first_of(" \t\n") == std::string_view::npos;
}

// Parses `ISSUER` or `ISSUER:SUB`.
std::optional<RequestPrincipal> token_of(std::string_view text) {
  text = without_scheme(text);
  const std::size_t colon = std::min(text.find(':'), text.size());
  if (!is_dotted(text.substr(0, colon))) return std::nullopt;
  RequestPrincipal made = RequestPrincipal::federated(text.substr(0, colon));
  const std::string_view subject = text.substr(std::min(colon + 1, text.size()));
  if (subject.empty() || subject.find('*') != std::string_view::npos) return made;
  made.claims = {{"sub", {std::string(subject)}}};
  made.claims_known = made.claims_partial = true;
  return made;
}

}  // namespace

bool is_same_caller(const RequestPrincipal& a, const RequestPrincipal& b) {
  if (a.kind != b.kind) return false;
  if (a.name.empty() || b.name.empty() || a.name == b.name) return true;
  if (a.kind == RequestPrincipal::Kind::Federated) {
    return same_provider(issuer_of(a.name), issuer_of(b.name));
  }
  const auto left = IamArn::parse(a.name);
  const auto right = IamArn::parse(b.name);
  return left && right && (is_session_of(*left, *right) || is_session_of(*right, *left));
}

std::optional<RequestPrincipal> RequestPrincipal::parse(std::string_view text) {
  constexpr std::string_view kService = "service:";
  constexpr std::string_view kToken = "oidc:";
  if (text.starts_with(kService)) {
    text.remove_prefix(kService.size());
    return is_dotted(text) ? std::optional(service(text)) : std::nullopt;
  }
  if (text.starts_with(kToken)) return token_of(text.substr(kToken.size()));
  if (text.starts_with("arn:")) {
    const auto arn = IamArn::parse(text);
    const bool provider =
        arn && (arn->form == ArnForm::OidcProvider || arn->form == ArnForm::SamlProvider);
    return provider ? federated(text) : RequestPrincipal::arn(text);
  }
  const std::string_view host = host_of(text);
  if (!is_dotted(text)) return std::nullopt;
  const bool is_service = text.find(".amazonaws.") != std::string_view::npos &&
                          !host.starts_with("oidc.eks.") && !is_well_known_issuer(host);
  return is_service ? service(text) : federated(text);
}

RequestPrincipal RequestPrincipal::arn(std::string_view arn) {
  return {Kind::Arn, std::string(arn), false, {}, {}, false};
}

RequestPrincipal RequestPrincipal::service(std::string_view name) {
  return {Kind::Service, std::string(name), false, {}, {}, false};
}

RequestPrincipal RequestPrincipal::federated(std::string_view issuer_or_provider) {
  return {Kind::Federated, std::string(issuer_or_provider), false, {}, {}, false};
}

const std::vector<std::string>* RequestPrincipal::claim(std::string_view wanted) const {
  return find_values(claims, wanted);
}

const std::vector<std::string>* AssumeRequest::context_values(std::string_view key) const {
  return find_values(context, key);
}

void AssumeRequest::set_context(std::string_view key, std::vector<std::string> values) {
  for (NamedValues& each : context) {
    if (!equals_ignore_case(each.first, key)) continue;
    each.second = std::move(values);
    return;
  }
  context.emplace_back(key, std::move(values));
}

std::string AssumeRequest::endpoint() const {
  const auto* given = context_values("aws:SourceVpce");
  if (!vpc_endpoint.empty() || given == nullptr || given->size() != 1) return vpc_endpoint;
  return (*given)[0];
}

bool AssumeRequest::is_open(std::string_view key) const {
  return std::any_of(open.begin(), open.end(),
                     [&](const std::string& each) { return equals_ignore_case(each, key); });
}

}  // namespace rolecall
