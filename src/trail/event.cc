// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trail/event.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/trust/request_file.h"

#include "estate/json_splitter.h"

namespace rolecall {

namespace {

std::string text_of(const JsonValue& object, std::string_view key) {
  return std::string(object.string_at(key));
}

class EventReader {
 public:
  EventReader(SourceTable& sources, Diagnostics& diagnostics, JsonLimits limits)
      : sources_(sources), diagnostics_(diagnostics), limits_(limits) {}

  void read(const JsonValue& root) {
    if (root.is(JsonKind::Array)) {
      for (const JsonValue each : root) read(each);
    } else if (const auto records = root.find("Records"); records) {
      read(*records);
    } else if (const auto events = root.find("Events"); events) {
      read(*events);
    } else if (const auto inner = root.find("CloudTrailEvent"); inner) {
      embedded(*inner);
    } else if (const auto detail = root.find("detail"); detail) {
      read(*detail);
    } else if (root.find("eventName")) {
      event(root);
    } else if (const auto logged = root.find("events"); logged) {
      read(*logged);
    } else if (const auto message = root.find("message"); message) {
      embedded(*message);
    } else if (const auto results = root.find("results"); results) {
      if (!results->is(JsonKind::Array)) return read(*results);
      for (const JsonValue row : *results) query_result(row);
    } else {
      fault({Severity::Warning,
             DiagnosticCode::InvalidEvent,
             "this is no CloudTrail event",
             root.span(),
             "give the event with its `eventName`",
             {}});
    }
  }

  // A row of CloudWatch Logs Insights: `[{"field": "@message", "value": "{...}"}, ...]`.
  void query_result(const JsonValue& row) {
    if (!row.is(JsonKind::Array)) return read(row);
    for (const JsonValue cell : row) {
      if (!cell.is(JsonKind::Object)) continue;
      const auto value = cell.find("value");
      if (cell.string_at("field") == "@message" && value) embedded(*value);
    }
  }

  // The last row counts the faults of all further kinds.
  void fault(Diagnostic diagnostic) {
    constexpr std::size_t kMostKinds = 20;
    const auto same = [&](const Fault& each) {
      return each.first.code == diagnostic.code && each.first.message == diagnostic.message;
    };
    auto known = std::find_if(faults_.begin(), faults_.end(), same);
    if (known == faults_.end() && faults_.size() == kMostKinds) {
      diagnostic.message = "an event cannot be read, as others before it";
      known = std::find_if(faults_.begin(), faults_.end(), same);
    }
    if (known == faults_.end()) {
      faults_.push_back({std::move(diagnostic)});
    } else {
      ++known->times;
    }
  }

  // Reports the faults, the same fault once with its count.
  void report() {
    for (Fault& each : faults_) {
      if (each.times > 1) each.first.message += fmt::format(" ({} times)", each.times);
      diagnostics_.add(std::move(each.first));
    }
  }

  std::vector<TrailEvent> found;

 private:
  struct Fault {
    Diagnostic first{};
    std::size_t times = 1;
  };

  // lookup-events puts the event into a string.
  void embedded(const JsonValue& inner) {
    if (!inner.is(JsonKind::String)) return read(inner);
    const DocumentId document =
        sources_.add_embedded(inner.span(), {Wrapping::JsonString}, std::string(inner.string()));
    auto json = parse_json(sources_, document, diagnostics_, limits_);
    if (!json) {
      fault(std::move(json.error()));
    } else {
      read(json->root());
    }
  }

  void event(const JsonValue& root) {
    const std::string name = text_of(root, "eventName");
    if (!name.starts_with("AssumeRole") && name != "AssumeRoot") return;
    TrailEvent event;
    event.event_time = text_of(root, "eventTime");
    event.request.action = "sts:" + name;
    read_caller(root, event.request);
    if (const auto parameters = root.find("requestParameters");
        parameters && parameters->is(JsonKind::Object)) {
      read_parameters(*parameters, event.request);
    } else {
      event.request.parameters_hidden = true;
    }
    read_session(root, event.request);
    event.request.vpc_endpoint = text_of(root, "vpcEndpointId");
    // For a call through an endpoint, the address is one inside the VPC, not aws:SourceIp.
    const std::string address = text_of(root, "sourceIPAddress");
    if (!address.empty() && address.find("amazonaws") == std::string::npos) {
      event.request.set_context(
          event.request.vpc_endpoint.empty() ? "aws:SourceIp" : "aws:VpcSourceIp", {address});
    }
    event.request.region = text_of(root, "awsRegion");
    if (!event.event_time.empty()) {
      event.request.set_context("aws:CurrentTime", {event.event_time});
    }
    read_error(root, event);
    found.push_back(std::move(event));
  }

  static void read_caller(const JsonValue& root, AssumeRequest& request) {
    const auto identity = root.find("userIdentity");
    if (!identity) return;
    const std::string type = text_of(*identity, "type");
    const std::string arn = text_of(*identity, "arn");
    if (type == "AWSService") {
      request.principal = RequestPrincipal::service(identity->string_at("invokedBy"));
    } else if (type == "WebIdentityUser") {
      web_identity(*identity, request);
    } else if (type == "SAMLUser") {
      saml(root, *identity, request);
    } else if (!arn.empty()) {
      request.principal = RequestPrincipal::arn(arn);
    }
  }

  // The ARN of the provider is in the parameters; `identityProvider` is often only the name
  // qualifier of the subject.
  static void saml(const JsonValue& root, const JsonValue& identity, AssumeRequest& request) {
    const auto parameters = root.find("requestParameters");
    std::string provider = parameters ? text_of(*parameters, "principalArn") : "";
    if (provider.empty()) provider = text_of(identity, "identityProvider");
    if (provider.starts_with("arn:")) request.principal = RequestPrincipal::federated(provider);
  }

  static void read_session(const JsonValue& root, AssumeRequest& request) {
    const auto identity = root.find("userIdentity");
    const auto session = identity ? identity->find("sessionContext") : std::nullopt;
    if (!session || !session->is(JsonKind::Object)) return;
    const std::string_view type = identity->string_at("type");
    if (type == "IAMUser") user_session(*identity, *session, request);
    if (type != "AssumedRole") return;
    // Every event of a session shows its source identity.
    request.session_known = true;
    const std::string source_identity = text_of(*session, "sourceIdentity");
    if (!source_identity.empty()) request.inherited_source_identity = source_identity;
  }

  // A user with temporary credentials (GetSessionToken) may have passed MFA when they were created.
  // Role sessions never have MFA keys, whatever the event shows (docs/evaluation.md E3.5).
  static void user_session(const JsonValue& identity, const JsonValue& session,
                           AssumeRequest& request) {
    const auto attributes = session.find("attributes");
    const bool long_term = identity.string_at("accessKeyId").starts_with("AKIA");
    if (!attributes || long_term) return;
    const std::string created = text_of(*attributes, "creationDate");
    if (!created.empty()) request.set_context("aws:TokenIssueTime", {created});
    const auto mfa = attributes->find("mfaAuthenticated");
    const bool passed = mfa && mfa->scalar() == "true";
    // Without MFA in the session, a code may still have been a parameter, which is not shown.
    if (passed || !(request.parameters_hidden || request.mfa_code_given)) {
      request.set_context("aws:MultiFactorAuthPresent", {passed ? "true" : "false"});
    }
  }

  // Splits `PROVIDER:AUDIENCE:SUBJECT`; the subject may have further colons.
  static void web_identity(const JsonValue& identity, AssumeRequest& request) {
    std::string_view provider = identity.string_at("identityProvider");
    const std::size_t marker = provider.find("oidc-provider/");
    const std::string_view issuer =
        marker == std::string_view::npos ? provider : provider.substr(marker + 14);
    request.principal = RequestPrincipal::federated(issuer);
    const std::string_view subject = identity.string_at("userName");
    if (subject.empty()) return;
    request.principal.claims.emplace_back("sub", std::vector<std::string>{std::string(subject)});
    std::string_view id = identity.string_at("principalId");
    if (id.starts_with(provider) && id.ends_with(subject) &&
        id.size() > provider.size() + subject.size() + 2) {
      id = id.substr(provider.size() + 1, id.size() - provider.size() - subject.size() - 2);
      request.principal.claims.emplace_back("aud", std::vector<std::string>{std::string(id)});
    }
    request.principal.claims_known = true;
    request.principal.claims_partial = true;
  }

  static void read_parameters(const JsonValue& parameters, AssumeRequest& request) {
    request.role = text_of(parameters, "roleArn");
    const auto optional_text = [&](std::string_view key, std::optional<std::string>& target) {
      const auto value = parameters.find(key);
      if (value && value->is(JsonKind::String)) target = std::string(value->string());
    };
    optional_text("roleSessionName", request.session_name);
    optional_text("sourceIdentity", request.source_identity);
    const std::string external_id = text_of(parameters, "externalId");
    if (!external_id.empty()) request.set_context("sts:ExternalId", {external_id});
    request.mfa_serial = text_of(parameters, "serialNumber");
    request.mfa_serial_given = request.mfa_code_given = !request.mfa_serial.empty();
    if (const auto duration = parameters.find("durationSeconds"); duration) {
      const std::string_view digits = duration->scalar();
      std::int64_t seconds = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
      if (error == std::errc() && end != digits.data()) request.duration_seconds = seconds;
    }
    read_tags(parameters, request);
    if (const auto keys = parameters.find("transitiveTagKeys"); keys) {
      request.transitive_tag_keys = value_list(*keys);
    }
  }

  static void read_tags(const JsonValue& parameters, AssumeRequest& request) {
    if (const auto tags = parameters.find("tags"); tags && tags->is(JsonKind::Array)) {
      for (const JsonValue tag : *tags) {
        request.tags.emplace_back(tag.string_at("key"), tag.string_at("value"));
      }
    }
    const auto incoming = parameters.find("incomingTransitiveTags");
    if (!incoming || !incoming->is(JsonKind::Object)) return;
    for (auto it = incoming->begin(); it != incoming->end(); ++it) {
      if ((*it).is(JsonKind::String)) {
        request.inherited_transitive_tags.emplace_back(it.key(), (*it).string());
      }
    }
  }

  // For a denied call, only the message has the role.
  static void read_error(const JsonValue& root, TrailEvent& event) {
    const std::string code = text_of(root, "errorCode");
    event.denied = !code.empty();
    const auto response = root.find("responseElements");
    event.evidence.allowed = !event.denied && response && response->find("credentials");
    if (event.evidence.allowed) return;
    const auto denials = recognize_denials(root.string_at("errorMessage"));
    if (!denials.empty()) event.evidence = denials[0];
    if (event.evidence.code.empty()) event.evidence.code = code;
    if (event.request.role.empty()) event.request.role = event.evidence.role;
  }

  SourceTable& sources_;
  Diagnostics& diagnostics_;
  JsonLimits limits_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<TrailEvent> read_events(SourceTable& sources, DocumentId document,
                                    Diagnostics& diagnostics, JsonLimits limits) {
  EventReader reader(sources, diagnostics, limits);
  Diagnostics faults;
  for (const auto& json : parse_json_documents(sources, document, faults, limits).documents) {
    reader.read(json->root());
  }
  for (const Diagnostic& each : faults.all()) reader.fault(each);
  reader.report();
  return std::move(reader.found);
}

}  // namespace rolecall
