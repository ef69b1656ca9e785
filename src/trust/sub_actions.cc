// SPDX-License-Identifier: Apache-2.0
#include "trust/sub_actions.h"

#include <algorithm>

#include "rolecall/base/text.h"
#include "rolecall/iam/context_key.h"

namespace rolecall {

namespace {

bool is_service(const Caller& caller, std::string_view prefix) {
  return std::any_of(caller.services.begin(), caller.services.end(),
                     [&](const std::string& each) { return each.starts_with(prefix); });
}

// Session tags in a token: the nested claim, or its flattened form.
bool token_has(const RequestPrincipal& principal, std::string_view prefix) {
  return std::any_of(principal.claims.begin(), principal.claims.end(),
                     [&](const NamedValues& claim) { return claim.first.starts_with(prefix); });
}

bool assertion_has(const RequestPrincipal& principal, std::string_view attribute) {
  return std::any_of(
      principal.claims.begin(), principal.claims.end(),
      [&](const NamedValues& claim) { return claim.first.find(attribute) != std::string::npos; });
}

// Whether a context key is given that only a call or session with tags has.
template <typename IsKey>
bool is_given(const AssumeRequest& request, const IsKey& is_key) {
  return std::any_of(request.context.begin(), request.context.end(), [&](const NamedValues& each) {
    return !each.second.empty() && is_key(each.first);
  });
}

// Keys that only list tag keys do not count: tags that are passed are given themselves.
bool is_request_tag(std::string_view key) {
  return starts_with_ignore_case(key, "aws:RequestTag/");
}

bool is_of_identity(std::string_view key) {
  return equals_ignore_case(key, "sts:SourceIdentity") ||
         equals_ignore_case(key, "aws:SourceIdentity");
}

}  // namespace

bool is_of_session_tags(std::string_view key) {
  return starts_with_ignore_case(key, "aws:RequestTag/") ||
         equals_ignore_case(key, "aws:TagKeys") || equals_ignore_case(key, "sts:TransitiveTagKeys");
}

std::vector<std::string> sub_actions_of(const AssumeRequest& request, const Caller& caller) {
  std::vector<std::string> actions{request.action};
  const ActionSet main = action_bit(request.action);
  if ((main & actions::kAssume) == 0) return actions;
  const bool oidc = caller.kind == CallerKind::Oidc;
  const bool saml = caller.kind == CallerKind::Saml;
  const bool anywhere = is_service(caller, "rolesanywhere.");
  const bool tags = !request.tags.empty() || !request.inherited_transitive_tags.empty() ||
                    is_given(request, is_request_tag) || anywhere ||
                    is_service(caller, "pods.eks.") ||
                    (oidc && token_has(request.principal, "https://aws.amazon.com/tags")) ||
                    (saml && assertion_has(request.principal, "PrincipalTag:"));
  const bool source_identity =
      request.source_identity || request.inherited_source_identity ||
      is_given(request, is_of_identity) || anywhere ||
      (oidc && token_has(request.principal, "https://aws.amazon.com/source_identity")) ||
      (saml && assertion_has(request.principal, "SourceIdentity"));
  if (tags) actions.emplace_back("sts:TagSession");
  if (source_identity) actions.emplace_back("sts:SetSourceIdentity");
  const bool contexts = is_given(request, [](std::string_view key) {
    return starts_with_ignore_case(key, "sts:RequestContext");
  });
  if (contexts) actions.emplace_back("sts:SetContext");
  for (const std::string& observed : request.observed_sub_actions) {
    const bool listed = std::any_of(actions.begin(), actions.end(), [&](const std::string& each) {
      return equals_ignore_case(each, observed);
    });
    if (!listed) actions.push_back(observed);
  }
  return actions;
}

}  // namespace rolecall
