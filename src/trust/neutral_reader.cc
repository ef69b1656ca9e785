// SPDX-License-Identifier: Apache-2.0
#include "trust/neutral_reader.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

namespace rolecall {

namespace {

// Far more than any request of AWS has. Bounded, as look-up is linear.
constexpr std::size_t kMostContextKeys = 4096;

class NeutralReader {
 public:
  NeutralReader(bool labels, NeutralCase& result, Diagnostics& diagnostics)
      : labels_(labels), out_(result), diagnostics_(diagnostics) {}

  void read(const JsonValue& root) {
    if (!need(root, JsonKind::Object, "a case")) return;
    if (const auto id = root.find("id"); !id) {
      missing(root, "id");
    } else if (need(*id, JsonKind::String, "id")) {
      out_.id = id->string();
      out_.has_id = true;
    }
    // The request is read first, as it tells the kind of the resource policy.
    if (const auto request = root.find("request"); !request) {
      missing(root, "request");
    } else if (need(*request, JsonKind::Object, "request")) {
      read_request(*request);
    }
    for (auto it = root.begin(); it != root.end(); ++it) read_policies(it.key(), *it);
  }

 private:
  struct PolicyField {
    std::string_view name{};
    Gate gate{};
    PolicyKind kind{};
    void (NeutralReader::*read)(const PolicyField& field, const JsonValue& value) = nullptr;
  };
  static const std::array<PolicyField, 7> kFields;

  bool need(const JsonValue& value, JsonKind kind, std::string_view what) {
    if (value.is(kind)) return true;
    diagnostics_.error(DiagnosticCode::WrongType,
                       fmt::format("`{}` must be {}, not {}", what, json_kind_name(kind),
                                   json_kind_name(value.kind())),
                       value.span());
    return false;
  }

  void missing(const JsonValue& where, std::string_view name) {
    diagnostics_.error(DiagnosticCode::MissingMember, fmt::format("`{}` is missing", name),
                       where.span());
  }

  void refuse(std::string message, Span at) {
    diagnostics_.error(DiagnosticCode::InvalidRequest, std::move(message), at);
  }

  // An optional member, which may also be null.
  std::string_view text(const JsonValue& object, std::string_view name) {
    const auto value = object.find(name);
    if (!value || value->is(JsonKind::Null) || !need(*value, JsonKind::String, name)) return {};
    return value->string();
  }

  void read_request(const JsonValue& request) {
    Authorization& authorization = out_.authorization;
    authorization.action = text(request, "action");
    if (!is_action(authorization.action)) {
      const auto at = request.find("action").value_or(request);
      refuse("`action` must name one action, as in `s3:GetObject`", at.span());
    }
    const std::string_view resource = text(request, "resource");
    authorization.resource = resource.empty() ? "*" : resource;
    const auto arn = Arn::split(authorization.resource);
    if (!arn && authorization.resource != "*") {
      refuse("`resource` must be an ARN or `*`", request.find("resource")->span());
    }
    out_.principal = text(request, "principal");
    out_.principal_kind = text(request, "principal_kind");
    out_.principal_at = request.find("principal").value_or(request).span();
    out_.kind_at = request.find("principal_kind").value_or(request).span();
    out_.resource_account = text(request, "resource_account");
    if (!out_.resource_account.empty() && !is_account_id(out_.resource_account)) {
      refuse("`resource_account` must be twelve digits", request.find("resource_account")->span());
    }
    if (out_.resource_account.empty() && arn && is_account_id(arn->account)) {
      out_.resource_account = arn->account;
    }
    out_.role_request = is_role_request(authorization);
    const auto context = request.find("context");
    if (context && !context->is(JsonKind::Null) && need(*context, JsonKind::Object, "context")) {
      read_context(*context);
    }
  }

  static bool is_action(std::string_view action) {
    const std::size_t colon = action.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < action.size() &&
           !has_wildcard(action) && action.find(' ') == std::string_view::npos;
  }

  // Whether a role's trust policy authorizes the action.
  static bool is_role_request(const Authorization& authorization) {
    constexpr ActionSet kTrusted = actions::kAssume | actions::kTagSession |
                                   actions::kSetSourceIdentity | actions::kSetContext;
    const auto arn = IamArn::parse(authorization.resource);
    return arn && arn->form == ArnForm::Role && (action_bit(authorization.action) & kTrusted) != 0;
  }

  void read_context(const JsonValue& context) {
    std::size_t count = 0;
    for (auto it = context.begin(); it != context.end(); ++it) {
      if (++count > kMostContextKeys) {
        refuse(fmt::format("`context` has more than {} keys", kMostContextKeys), it.key_span());
        return;
      }
      read_context_key(it.key(), it.key_span(), *it);
    }
  }

  void read_context_key(std::string_view key, Span at, const JsonValue& value) {
    RequestContext& context = out_.authorization.context;
    if (context.is_set(key)) {
      refuse(fmt::format("context key `{}` is given twice, letter case aside", key), at);
    } else if (value.is(JsonKind::Null)) {
      context.set_absent(key);
    } else if (value.is(JsonKind::Array)) {
      std::vector<std::string> values;
      for (const JsonValue each : value) read_context_value(key, each, values);
      context.set(key, std::move(values), KeyOrigin::Given);
    } else {
      std::vector<std::string> values;
      read_context_value(key, value, values);
      context.set(key, std::move(values), KeyOrigin::Given);
    }
  }

  void read_context_value(std::string_view key, const JsonValue& value,
                          std::vector<std::string>& values) {
    if (value.is(JsonKind::String) || value.is(JsonKind::Number) || value.is(JsonKind::Boolean)) {
      values.emplace_back(value.scalar());
      return;
    }
    diagnostics_.error(DiagnosticCode::WrongType,
                       fmt::format("a value of `{}` must be a string, number or boolean, not {}",
                                   key, json_kind_name(value.kind())),
                       value.span());
  }

  void read_policies(std::string_view name, const JsonValue& value) {
    const auto* const field = std::find_if(
        kFields.begin(), kFields.end(), [&](const PolicyField& each) { return each.name == name; });
    if (field == kFields.end() || value.is(JsonKind::Null)) return;
    (this->*field->read)(*field, value);
  }

  // Null when there is no policy: an empty object counts as none.
  const Policy* policy(PolicyKind kind, const JsonValue& value, std::string_view what) {
    if (!need(value, JsonKind::Object, what) || value.begin() == value.end()) return nullptr;
    out_.kept.push_back(read_policy(value, kind, diagnostics_));
    return &out_.kept.back();
  }

  void add(PolicyLayer& layer, const Policy* read, std::string_view label) {
    if (read == nullptr) return;
    layer.policies.emplace_back();
    layer.policies.back().policy = read;
    if (labels_) layer.policies.back().label = label;
  }

  // [{"name": ..., "policy": {...}}], or the documents themselves.
  void read_list(PolicyLayer& layer, PolicyKind kind, const JsonValue& list,
                 std::string_view what) {
    if (!need(list, JsonKind::Array, what)) return;
    for (const JsonValue each : list) {
      if (!need(each, JsonKind::Object, what)) continue;
      const auto document = each.find("policy");
      if (!document && each.find("Statement")) {
        add(layer, policy(kind, each, "policy"), {});
      } else if (!document) {
        missing(each, "policy");
      } else if (!document->is(JsonKind::Null)) {
        add(layer, policy(kind, *document, "policy"), text(each, "name"));
      }
    }
  }

  void read_single(const PolicyField& field, const JsonValue& value) {
    const bool trust = field.gate == Gate::Trust && out_.role_request;
    const Policy* read = policy(trust ? PolicyKind::Trust : field.kind, value, field.name);
    if (read == nullptr) return;
    (field.gate == Gate::Trust ? out_.has_resource_policy : out_.has_session_policy) = true;
    add(layer(field.gate), read, field.name);
  }

  void read_policy_list(const PolicyField& field, const JsonValue& value) {
    read_list(layer(field.gate), field.kind, value, field.name);
  }

  void read_levels(const PolicyField& field, const JsonValue& value) {
    if (!need(value, JsonKind::Array, field.name)) return;
    for (const JsonValue each : value) {
      if (!need(each, JsonKind::Object, "level")) continue;
      auto& layers = out_.policies.at(field.gate).layers;
      layers.emplace_back();
      const std::string_view level = text(each, "level");
      if (labels_) layers.back().level = level;
      const auto list = each.find("policies");
      if (list && !list->is(JsonKind::Null)) {
        read_list(layers.back(), field.kind, *list, "policies");
      }
    }
  }

  // The one layer of a gate without levels.
  PolicyLayer& layer(Gate gate) {
    auto& layers = out_.policies.at(gate).layers;
    if (layers.empty()) layers.emplace_back();
    return layers.front();
  }

  bool labels_;
  NeutralCase& out_;
  Diagnostics& diagnostics_;
};

const std::array<NeutralReader::PolicyField, 7> NeutralReader::kFields = {{
    {"identity_policies", Gate::Identity, PolicyKind::Identity, &NeutralReader::read_policy_list},
    {"resource_policy", Gate::Trust, PolicyKind::Resource, &NeutralReader::read_single},
    {"boundary", Gate::Boundary, PolicyKind::Boundary, &NeutralReader::read_policy_list},
    {"session_policy", Gate::Session, PolicyKind::Session, &NeutralReader::read_single},
    {"scps", Gate::Scp, PolicyKind::ServiceControl, &NeutralReader::read_levels},
    {"rcps", Gate::Rcp, PolicyKind::ResourceControl, &NeutralReader::read_levels},
    {"vpce_policies", Gate::Vpce, PolicyKind::VpcEndpoint, &NeutralReader::read_policy_list},
}};

}  // namespace

void NeutralCase::reset() {
  static_cast<NeutralFacts&>(*this) = {};
  authorization.action.clear();
  authorization.resource.clear();
  authorization.context.clear();
  policies.cross_account = false;
  for (GateInput& gate : policies.gates) {
    gate.state = GateState::NotApplicable;
    gate.why.clear();
    gate.layers.clear();
  }
  kept.clear();
}

void read_neutral_case(const JsonValue& root, bool labels, NeutralCase& result,
                       Diagnostics& diagnostics) {
  NeutralReader(labels, result, diagnostics).read(root);
}

}  // namespace rolecall
