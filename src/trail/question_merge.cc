// SPDX-License-Identifier: Apache-2.0
#include "trail/question_merge.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

using Kind = RequestPrincipal::Kind;

bool is_given(const std::string& value) {
  return !value.empty();
}
template <typename T>
bool is_given(const std::optional<T>& value) {
  return value.has_value();
}
template <typename T>
bool is_given(const std::vector<T>& values) {
  return !values.empty();
}

// An ARN that AWS itself found to be none is shown as it was asked for.
bool says_malformed(const ErrorEvidence& said) {
  constexpr std::string_view kMalformed = "request-role-arn-malformed";
  return said.code == "ValidationError" || said.cause_code == kMalformed ||
         std::find(said.likely_causes.begin(), said.likely_causes.end(), kMalformed) !=
             said.likely_causes.end();
}

class Filler {
 public:
  Filler(AssumeRequest& request, const AssumeRequest& lower, const SourceTable& sources,
         Diagnostics& diagnostics)
      : request_(request), lower_(lower), sources_(sources), diagnostics_(diagnostics) {}

  void run() {
    caller();
    if (request_.role.empty()) request_.role_may_be_cut = lower_.role_may_be_cut;
    fill("role", request_.role, lower_.role);
    action();
    context();
    fill("session name", request_.session_name, lower_.session_name);
    fill("duration", request_.duration_seconds, lower_.duration_seconds);
    fill("source identity", request_.source_identity, lower_.source_identity);
    fill("session tags", request_.tags, lower_.tags);
    fill("transitive tag keys", request_.transitive_tag_keys, lower_.transitive_tag_keys);
    fill("session policy", request_.session_policies, lower_.session_policies);
    fill("inherited tags", request_.inherited_transitive_tags, lower_.inherited_transitive_tags);
    fill("inherited source identity", request_.inherited_source_identity,
         lower_.inherited_source_identity);
    fill("tags of the caller's session", request_.caller_session_tags, lower_.caller_session_tags);
    if (request_.caller_session_policies.empty()) {
      request_.caller_session_policy_unlisted = lower_.caller_session_policy_unlisted;
    }
    fill("policies of the caller's session", request_.caller_session_policies,
         lower_.caller_session_policies);
    fill("Region", request_.region, lower_.region);
    fill("VPC endpoint", request_.vpc_endpoint, lower_.vpc_endpoint);
    mfa();
    facts();
  }

 private:
  static std::string describe(const std::string& value) { return value; }
  static std::string describe(const NamedValue& pair) { return pair.first + "=" + pair.second; }
  static std::string describe(std::int64_t seconds) { return fmt::format("{} seconds", seconds); }
  std::string describe(const Policy& policy) const {
    return std::string(sources_.name(policy.at.document));
  }
  template <typename T>
  std::string describe(const std::optional<T>& value) const {
    return describe(*value);
  }
  template <typename T>
  std::string describe(const std::vector<T>& values) const {
    std::vector<std::string> parts;
    parts.reserve(values.size());
    for (const T& each : values) parts.push_back(describe(each));
    return join_list(parts);
  }

  void differ(std::string_view what, const std::string& kept, const std::string& other) {
    if (kept == other) return;
    std::string message = fmt::format(
        "the inputs name two values for the {}: `{}` is used, `{}` is not", what, kept, other);
    const auto& all = diagnostics_.all();
    const bool said = std::any_of(all.begin(), all.end(), [&](const Diagnostic& each) {
      return each.code == DiagnosticCode::InputsDiffer && each.message == message;
    });
    if (!said) diagnostics_.warning(DiagnosticCode::InputsDiffer, std::move(message));
  }

  template <typename T>
  void fill(std::string_view what, T& target, const T& other) {
    if (!is_given(other)) return;
    if (is_given(target)) {
      differ(what, describe(target), describe(other));
    } else {
      target = other;
    }
  }

  void caller() {
    RequestPrincipal& caller = request_.principal;
    const RequestPrincipal& other = lower_.principal;
    if (other.kind == Kind::Unknown) return;
    if (caller.kind == Kind::Unknown) {
      caller = other;
    } else if (!is_same_caller(caller, other)) {
      return differ("caller", caller.name, other.name);
    } else {
      if (caller.name.empty()) caller.name = other.name;
      claims(caller, other);
    }
    request_.session_known = request_.session_known || lower_.session_known;
  }

  // Only a list that is known to be incomplete is filled up.
  void claims(RequestPrincipal& caller, const RequestPrincipal& other) {
    if (!other.claims_known) return;
    if (!caller.claims_known) {
      caller.claims = other.claims;
      caller.token = other.token;
      caller.claims_known = true;
      caller.claims_partial = other.claims_partial;
      return;
    }
    for (const NamedValues& each : other.claims) {
      if (const auto* values = caller.claim(each.first); values != nullptr) {
        differ("claim " + each.first, describe(*values), describe(each.second));
      } else if (caller.claims_partial) {
        caller.claims.push_back(each);
      }
    }
    caller.claims_partial = caller.claims_partial && other.claims_partial;
  }

  // A request file without an action means sts:AssumeRole, so this is no contradiction.
  void action() {
    if (lower_.action.empty() || equals_ignore_case(request_.action, lower_.action)) return;
    if (lower_.whole && !request_.action.empty() && lower_.action == "sts:AssumeRole") return;
    fill("action", request_.action, lower_.action);
  }

  void context() {
    for (const NamedValues& each : lower_.context) {
      if (const auto* values = request_.context_values(each.first); values != nullptr) {
        differ("context key " + each.first, describe(*values), describe(each.second));
      } else {
        request_.context.push_back(each);
      }
    }
    for (const std::string& key : lower_.open) {
      const bool known = request_.context_values(key) != nullptr || request_.is_open(key);
      if (!known) request_.open.push_back(key);
    }
    request_.open_environment = request_.open_environment || lower_.open_environment;
  }

  void mfa() {
    if (!request_.mfa_serial_given && !request_.mfa_code_given) {
      request_.mfa_serial_given = lower_.mfa_serial_given;
      request_.mfa_code_given = lower_.mfa_code_given;
    }
    fill("MFA serial number", request_.mfa_serial, lower_.mfa_serial);
  }

  void facts() {
    Observations& facts = request_.observations;
    fill("state of the credentials", facts.credentials, lower_.observations.credentials);
    facts.sts_region_disabled =
        facts.sts_region_disabled || lower_.observations.sts_region_disabled;
    if (!facts.jwks_reachable) facts.jwks_reachable = lower_.observations.jwks_reachable;
    request_.whole = request_.whole || lower_.whole;
    request_.parameters_hidden = request_.parameters_hidden || lower_.parameters_hidden;
    for (const std::string& action : lower_.observed_sub_actions) {
      auto& seen = request_.observed_sub_actions;
      const bool known =
          request_.whole || std::find(seen.begin(), seen.end(), action) != seen.end();
      if (!known) seen.push_back(action);
    }
  }

  AssumeRequest& request_;
  const AssumeRequest& lower_;
  const SourceTable& sources_;
  Diagnostics& diagnostics_;
};

}  // namespace

void fill_gaps(AssumeRequest& request, const AssumeRequest& lower, const SourceTable& sources,
               Diagnostics& diagnostics) {
  Filler(request, lower, sources, diagnostics).run();
}

bool hides_account(std::string_view text) {
  const auto arn = Arn::split(text);
  return arn && arn->account.find_first_not_of("0123456789") != std::string_view::npos;
}

AssumeRequest request_of(const ErrorEvidence& said) {
  AssumeRequest request;
  if (hides_account(said.principal)) {
    request.principal = {};
  } else if (!said.principal.empty()) {
    request.principal = RequestPrincipal::arn(said.principal);
  } else if (!said.service.empty()) {
    request.principal = RequestPrincipal::service(said.service);
  }
  if (!hides_account(said.role) || says_malformed(said)) request.role = said.role;
  request.role_may_be_cut = said.role_may_be_cut;
  const bool sub_action = said.action == "sts:TagSession" ||
                          said.action == "sts:SetSourceIdentity" || said.action == "sts:SetContext";
  if (said.operation.starts_with("AssumeRole") || said.operation == "AssumeRoot") {
    request.action = "sts:" + said.operation;
  } else if (!sub_action) {
    request.action = said.action;
  }
  if (sub_action) request.observed_sub_actions.push_back(said.action);
  return request;
}

bool may_be_same_call(const AssumeRequest& a, const AssumeRequest& b) {
  const bool callers = a.principal.kind == Kind::Unknown || b.principal.kind == Kind::Unknown ||
                       is_same_caller(a.principal, b.principal);
  return callers && (a.role.empty() || b.role.empty() || a.role == b.role);
}

}  // namespace rolecall
