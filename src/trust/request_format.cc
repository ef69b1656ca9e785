// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/json_writer.h"
#include "rolecall/trust/request_file.h"

namespace rolecall {

namespace {

// Writes the members that are not empty, in the order of docs/request-format.md.
class RequestWriter {
 public:
  RequestWriter(const AssumeRequest& request, const SourceTable& sources)
      : request_(request), sources_(sources) {}

  std::string write() {
    out_.begin_object();
    text("action", request_.action);
    principal();
    text("role", request_.role);
    value_map("context", request_.context, /*always=*/true);
    open();
    optional_text("session_name", request_.session_name);
    if (request_.duration_seconds) out_.member("duration_seconds", *request_.duration_seconds);
    optional_text("source_identity", request_.source_identity);
    pairs("tags", request_.tags);
    if (!request_.transitive_tag_keys.empty()) {
      out_.member_strings("transitive_tag_keys", request_.transitive_tag_keys);
    }
    policies("session_policies", request_.session_policies);
    mfa();
    pairs("inherited_transitive_tags", request_.inherited_transitive_tags);
    optional_text("inherited_source_identity", request_.inherited_source_identity);
    pairs("caller_session_tags", request_.caller_session_tags);
    policies("caller_session_policies", request_.caller_session_policies,
             request_.caller_session_policy_unlisted);
    text("region", request_.region);
    text("vpc_endpoint", request_.vpc_endpoint);
    observations();
    out_.end_object();
    return out_.text() + "\n";
  }

 private:
  void text(std::string_view name, const std::string& value) {
    if (!value.empty()) out_.member(name, value);
  }

  void optional_text(std::string_view name, const std::optional<std::string>& value) {
    if (value) out_.member(name, *value);
  }

  void principal() {
    using Kind = RequestPrincipal::Kind;
    const RequestPrincipal& principal = request_.principal;
    if (principal.kind == Kind::Unknown) return;
    if (principal.kind == Kind::Arn) {
      out_.member("principal", principal.name);
      return;
    }
    out_.key("principal");
    out_.begin_object();
    out_.member(principal.kind == Kind::Service ? "service" : "federated", principal.name);
    if (principal.claims_known) value_map("claims", principal.claims, /*always=*/true);
    out_.end_object();
  }

  void value_map(std::string_view name, const std::vector<NamedValues>& values,
                 bool always = false) {
    if (values.empty() && !always) return;
    out_.key(name);
    out_.begin_object();
    for (const auto& [key, list] : values) {
      if (list.size() == 1) {
        out_.member(key, list[0]);
      } else {
        out_.member_strings(key, list);
      }
    }
    out_.end_object();
  }

  void pairs(std::string_view name, const std::vector<NamedValue>& values) {
    if (values.empty()) return;
    out_.key(name);
    out_.begin_object();
    for (const auto& [key, value] : values) out_.member(key, value);
    out_.end_object();
  }

  void open() {
    std::vector<std::string> keys = request_.open;
    if (request_.open_environment) keys.emplace_back("environment");
    if (!keys.empty()) out_.member_strings("open", keys);
  }

  void policies(std::string_view name, const std::vector<Policy>& all, bool unlisted = false) {
    if (all.empty()) return;
    out_.key(name);
    if (unlisted && all.size() == 1) {
      out_.raw(sources_.text(all[0].at));
      return;
    }
    out_.begin_array();
    for (const Policy& each : all) out_.raw(sources_.text(each.at));
    out_.end_array();
  }

  void mfa() {
    if (!request_.mfa_serial_given && !request_.mfa_code_given) return;
    out_.key("mfa");
    out_.begin_object();
    text("serial", request_.mfa_serial);
    out_.member("code_given", request_.mfa_code_given);
    out_.end_object();
  }

  void observations() {
    const Observations& seen = request_.observations;
    if (seen.credentials.empty() && !seen.sts_region_disabled && !seen.jwks_reachable) return;
    out_.key("observations");
    out_.begin_object();
    text("credentials", seen.credentials);
    if (seen.sts_region_disabled) out_.member("sts_region_disabled", true);
    if (seen.jwks_reachable) out_.member("jwks_reachable", *seen.jwks_reachable);
    out_.end_object();
  }

  const AssumeRequest& request_;
  const SourceTable& sources_;
  JsonWriter out_;
};

}  // namespace

std::string format_request(const AssumeRequest& request, const SourceTable& sources) {
  return RequestWriter(request, sources).write();
}

}  // namespace rolecall
