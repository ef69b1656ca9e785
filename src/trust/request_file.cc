// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/request_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

class RequestReader {
 public:
  explicit RequestReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  AssumeRequest read(const JsonValue& root) {
    request_.whole = true;
    request_.action = "sts:AssumeRole";
    for (auto it = root.begin(); it != root.end(); ++it) read_field(it);
    return std::move(request_);
  }

 private:
  struct Field {
    std::string_view name{};
    void (RequestReader::*read)(const JsonValue&) = nullptr;
  };
  static constexpr std::size_t kFieldCount = 19;
  static const std::array<Field, kFieldCount>& fields();

  void read_field(const JsonValue::Iterator& it) {
    for (const Field& field : fields()) {
      if (field.name != it.key()) continue;
      name_ = it.key();
      if (!(*it).is(JsonKind::Null)) (this->*field.read)(*it);
      return;
    }
    std::vector<std::string_view> names;
    for (const Field& field : fields()) names.push_back(field.name);
    const std::string_view near = nearest(it.key(), names);
    diagnostics_.warning(DiagnosticCode::UnknownField,
                         fmt::format("a request has no field `{}`", it.key()), it.key_span(),
                         near.empty() ? "" : fmt::format("did you mean `{}`?", near));
  }

  void wrong(const JsonValue& value, std::string_view wanted) {
    diagnostics_.error(
        DiagnosticCode::InvalidRequest,
        fmt::format("`{}` must be {}, not {}", name_, wanted, json_kind_name(value.kind())),
        value.span());
  }

  // Reads a string. Any other value is reported, and `target` stays as it is.
  template <typename Target>
  void text(const JsonValue& value, Target& target) {
    if (!value.is(JsonKind::String)) return wrong(value, "a string");
    target = std::string(value.string());
  }

  std::vector<NamedValue> pairs(const JsonValue& value) {
    std::vector<NamedValue> all;
    if (!value.is(JsonKind::Object)) {
      wrong(value, "an object");
      return all;
    }
    for (auto it = value.begin(); it != value.end(); ++it) {
      if ((*it).is(JsonKind::Object) || (*it).is(JsonKind::Array) || (*it).is(JsonKind::Null)) {
        wrong(*it, "a string");
      } else {
        all.emplace_back(it.key(), (*it).scalar());
      }
    }
    return all;
  }

  std::vector<NamedValues> value_map(const JsonValue& value) {
    std::vector<NamedValues> all;
    if (!value.is(JsonKind::Object)) {
      wrong(value, "an object");
      return all;
    }
    for (auto it = value.begin(); it != value.end(); ++it) {
      if (!(*it).is(JsonKind::Null)) all.emplace_back(it.key(), value_list(*it));
    }
    return all;
  }

  std::vector<Policy> policies(const JsonValue& value) {
    std::vector<Policy> all;
    const auto add = [&](const JsonValue& each) {
      all.push_back(read_policy(each, PolicyKind::Session, diagnostics_));
    };
    if (value.is(JsonKind::Object)) {
      add(value);
    } else if (value.is(JsonKind::Array)) {
      for (const JsonValue each : value) add(each);
    } else {
      wrong(value, "a list of policy documents");
    }
    return all;
  }

  void action(const JsonValue& value) { text(value, request_.action); }
  void role(const JsonValue& value) { text(value, request_.role); }
  void region(const JsonValue& value) { text(value, request_.region); }
  void vpc_endpoint(const JsonValue& value) { text(value, request_.vpc_endpoint); }
  void session_name(const JsonValue& value) { text(value, request_.session_name); }
  void source_identity(const JsonValue& value) { text(value, request_.source_identity); }
  void inherited_source_identity(const JsonValue& value) {
    text(value, request_.inherited_source_identity);
  }
  void context(const JsonValue& value) { request_.context = value_map(value); }
  void tags(const JsonValue& value) { request_.tags = pairs(value); }
  void inherited_tags(const JsonValue& value) { request_.inherited_transitive_tags = pairs(value); }
  void caller_tags(const JsonValue& value) { request_.caller_session_tags = pairs(value); }
  void transitive_tag_keys(const JsonValue& value) {
    request_.transitive_tag_keys = value_list(value);
  }
  void session_policies(const JsonValue& value) { request_.session_policies = policies(value); }
  void caller_session_policies(const JsonValue& value) {
    request_.caller_session_policies = policies(value);
    request_.caller_session_policy_unlisted = value.is(JsonKind::Object);
  }

  void duration(const JsonValue& value) {
    if (value.is(JsonKind::Number) || value.is(JsonKind::String)) {
      const std::string_view digits = value.scalar();
      std::int64_t seconds = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
      if (error == std::errc() && end == digits.data() + digits.size()) {
        request_.duration_seconds = seconds;
        return;
      }
    }
    wrong(value, "a whole number of seconds");
  }

  void open(const JsonValue& value) {
    for (std::string& key : value_list(value)) {
      if (key == "environment") {
        request_.open_environment = true;
      } else {
        request_.open.push_back(std::move(key));
      }
    }
  }

  void mfa(const JsonValue& value) {
    if (!value.is(JsonKind::Object)) return wrong(value, "an object");
    request_.mfa_serial = value.string_at("serial");
    request_.mfa_serial_given = !request_.mfa_serial.empty();
    const auto code = value.find("code_given");
    request_.mfa_code_given = code && code->raw() == "true";
  }

  void principal(const JsonValue& value) {
    if (value.is(JsonKind::String)) {
      request_.principal = RequestPrincipal::arn(value.string());
      return;
    }
    const std::string_view service = value.string_at("service");
    const std::string_view federated = value.string_at("federated");
    if (!service.empty()) {
      request_.principal = RequestPrincipal::service(service);
    } else if (!federated.empty()) {
      request_.principal = RequestPrincipal::federated(federated);
      if (const auto claims = value.find("claims")) {
        request_.principal.claims_known = true;
        request_.principal.claims = value_map(*claims);
      }
    } else {
      diagnostics_.error(DiagnosticCode::InvalidRequest,
                         "`principal` must be an ARN, {\"service\": ...} or {\"federated\": ...}",
                         value.span());
    }
  }

  void observations(const JsonValue& value) {
    if (!value.is(JsonKind::Object)) return wrong(value, "an object");
    for (auto it = value.begin(); it != value.end(); ++it) {
      name_ = it.key();
      if ((*it).is(JsonKind::Null)) continue;
      if (it.key() == "credentials") {
        text(*it, request_.observations.credentials);
      } else if (it.key() == "sts_region_disabled") {
        flag(*it, request_.observations.sts_region_disabled);
      } else if (it.key() == "jwks_reachable") {
        flag(*it, request_.observations.jwks_reachable);
      } else {
        diagnostics_.warning(DiagnosticCode::UnknownField,
                             fmt::format("`observations` has no field `{}`", it.key()),
                             it.key_span());
      }
    }
  }

  template <typename Target>
  void flag(const JsonValue& value, Target& target) {
    if (!value.is(JsonKind::Boolean)) return wrong(value, "true or false");
    target = value.boolean();
  }

  Diagnostics& diagnostics_;
  AssumeRequest request_;
  std::string_view name_;
};

const std::array<RequestReader::Field, RequestReader::kFieldCount>& RequestReader::fields() {
  using Reader = RequestReader;
  static constexpr std::array<Field, kFieldCount> kFields = {{
      {"action", &Reader::action},
      {"principal", &Reader::principal},
      {"role", &Reader::role},
      {"context", &Reader::context},
      {"open", &Reader::open},
      {"session_name", &Reader::session_name},
      {"duration_seconds", &Reader::duration},
      {"source_identity", &Reader::source_identity},
      {"tags", &Reader::tags},
      {"transitive_tag_keys", &Reader::transitive_tag_keys},
      {"session_policies", &Reader::session_policies},
      {"mfa", &Reader::mfa},
      {"inherited_transitive_tags", &Reader::inherited_tags},
      {"inherited_source_identity", &Reader::inherited_source_identity},
      {"caller_session_tags", &Reader::caller_tags},
      {"caller_session_policies", &Reader::caller_session_policies},
      {"region", &Reader::region},
      {"vpc_endpoint", &Reader::vpc_endpoint},
      {"observations", &Reader::observations},
  }};
  return kFields;
}

}  // namespace

std::vector<std::string> value_list(const JsonValue& value) {
  std::vector<std::string> values;
  if (value.is(JsonKind::Array)) {
    for (const JsonValue each : value) {
      const bool nested = each.is(JsonKind::Array) || each.is(JsonKind::Object);
      values.emplace_back(nested ? each.raw() : each.scalar());
    }
  } else if (value.is(JsonKind::Object)) {
    values.emplace_back(value.raw());
  } else {
    values.emplace_back(value.scalar());
  }
  return values;
}

std::optional<AssumeRequest> read_request(SourceTable& sources, DocumentId document,
                                          Diagnostics& diagnostics, JsonLimits limits) {
  auto json = parse_json(sources, document, diagnostics, limits);
  if (!json) {
    diagnostics.add(std::move(json.error()));
    return std::nullopt;
  }
  if (!json->root().is(JsonKind::Object)) {
    diagnostics.error(
        DiagnosticCode::InvalidRequest,
        fmt::format("a request must be an object, not {}", json_kind_name(json->root().kind())),
        json->root().span());
    return std::nullopt;
  }
  return RequestReader(diagnostics).read(json->root());
}

namespace {

// `alg` of a token's header; empty when the header cannot be read.
std::string algorithm_of(std::string_view header) {
  auto decoded = base64_decode(header);
  if (!decoded) return {};
  SourceTable scratch;
  Diagnostics ignored;
  const auto json = parse_json(scratch, scratch.add("header", *std::move(decoded)), ignored);
  return json ? std::string(json->root().string_at("alg")) : std::string();
}

}  // namespace

std::optional<Token> read_token(std::string_view text, std::string name, Diagnostics& diagnostics) {
  const auto refuse = [&](std::string message) {
    diagnostics.add({Severity::Error,
                     DiagnosticCode::InvalidToken,
                     std::move(message),
                     {},
                     "give the token as header.payload.signature, or its payload as JSON",
                     name});
    return std::nullopt;
  };
  text = trim(text);
  constexpr std::size_t kLongest = 100'000;
  if (text.empty()) return refuse("the token file is empty");
  if (text.size() > kLongest) return refuse("the token is longer than 100000 characters");
  Token token;
  std::string payload(text);
  if (!text.starts_with('{')) {
    const auto parts = split(text, '.');
    constexpr std::size_t kParts = 3;
    if (parts.size() != kParts) return refuse("this is no JSON Web Token: it has no three parts");
    const auto decoded = base64_decode(parts[1]);
    if (!decoded) return refuse("the token's payload is not base64url");
    payload = *decoded;
    token.form = TokenForm{algorithm_of(parts[0]), text.size()};
  }
  // Parsed in a separate table, so that no message can quote the token.
  SourceTable scratch;
  Diagnostics faults;
  const auto json = parse_json(scratch, scratch.add(name, std::move(payload)), faults);
  if (!json || !json->root().is(JsonKind::Object)) {
    return refuse("the token's payload is no JSON object");
  }
  const JsonValue root = json->root();
  if (!root.find("sub") && !root.find("aud") && !root.find("iss")) {
    return refuse("this is no token: it has none of the claims `iss`, `sub` and `aud`");
  }
  for (auto it = root.begin(); it != root.end(); ++it) {
    token.claims.emplace_back(it.key(), value_list(*it));
  }
  return token;
}

}  // namespace rolecall
