// SPDX-License-Identifier: Apache-2.0
#include "embedded_policy.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "policy_store.h"

namespace rolecall {

namespace {

// Most strings within strings that a document is looked for in; no client writes as many.
constexpr int kMaxLayers = 4;

struct Unwrapped {
  std::string text{};
  std::vector<Wrapping> wrappings{Wrapping::JsonString};
};

std::nullopt_t refuse(LoadContext& context, std::string message, Span at) {
  context.diagnostics.error(DiagnosticCode::InvalidJson, std::move(message), at,
                            "write the file again with the aws command that makes it");
  return std::nullopt;
}

// Decodes URL-encoding (RFC 3986, so a plus sign stays) for as long as the text begins with an
// escape, which JSON never does. Nothing when an escape is malformed.
std::optional<Unwrapped> unwrap(std::string_view text) {
  Unwrapped result{.text = std::string(text)};
  for (int layer = 0; layer < kMaxLayers && trim(result.text).starts_with('%'); ++layer) {
    auto decoded = percent_decode(result.text);
    if (!decoded) return std::nullopt;
    result.text = *std::move(decoded);
    result.wrappings.push_back(Wrapping::Percent);
  }
  return result;
}

std::optional<Policy> read_text(LoadContext& context, std::string_view text, Span origin,
                                PolicyKind kind, int layer) {
  auto unwrapped = unwrap(text);
  if (!unwrapped) {
    return refuse(context, "the policy document is URL-encoded with a malformed `%` escape",
                  origin);
  }
  const std::string_view content = trim(unwrapped->text);
  if (content.empty()) return refuse(context, "the policy document is an empty text", origin);
  const bool is_string = content.starts_with('"');
  SourceTable& sources = context.estate.sources();
  const DocumentId id =
      sources.add_embedded(origin, std::move(unwrapped->wrappings), std::move(unwrapped->text));
  if (!is_string) {
    return parse_policy(sources, id, kind, context.diagnostics, context.limits);
  }
  auto json = parse_json(sources, id, context.diagnostics, context.limits);
  if (!json) {
    context.diagnostics.add(std::move(json.error()));
    return std::nullopt;
  }
  if (layer >= kMaxLayers) {
    return refuse(context, "the policy document is wrapped in too many strings", origin);
  }
  return read_text(context, json->root().string(), json->root().span(), kind, layer + 1);
}

std::optional<Policy> read_document(LoadContext& context, const JsonDocument& json,
                                    const JsonValue& value, PolicyKind kind) {
  if (value.is(JsonKind::String)) {
    return read_text(context, value.string(), value.span(), kind, 1);
  }
  Policy policy = read_policy(value, kind, context.diagnostics);
  policy.faulty = policy.faulty || json.has_repeated_key_in(value.span());
  return policy;
}

// Whether reading the same bytes elsewhere would give a policy that differs only in its place.
bool may_be_shared(const SourceTable& sources, const Policy& policy, const JsonValue& value) {
  const Span at = policy.at;
  return !policy.faulty && (at == value.span() || sources.origin(at.document) == value.span());
}

}  // namespace

PlacedPolicy load_policy_document(LoadContext& context, const JsonDocument& json,
                                  const JsonValue& value, PolicyKind kind) {
  if (value.is(JsonKind::Null)) return nullptr;
  if (!value.is(JsonKind::String) && !value.is(JsonKind::Object)) {
    context.diagnostics.error(DiagnosticCode::WrongType,
                              fmt::format("a policy document must be an object or text, not {}",
                                          json_kind_name(value.kind())),
                              value.span());
    return nullptr;
  }
  PolicyStore& policies = context.estate.policies();
  const DocumentBytes document(value.raw(), kind);
  const PlacedPolicy known = policies.find(document, value.span());
  if (known != nullptr) return known;
  const std::size_t faults = context.diagnostics.all().size();
  auto policy = read_document(context, json, value, kind);
  if (!policy) return nullptr;
  // A document with diagnostics is not shared, so that they are reported for each of its places.
  const bool shared = context.diagnostics.all().size() == faults &&
                      may_be_shared(context.estate.sources(), *policy, value);
  return shared ? policies.keep(*std::move(policy), document) : policies.keep(*std::move(policy));
}

bool same_policy(const SourceTable& sources, PlacedPolicy a, PlacedPolicy b) {
  const Policy* const one = a.shared();
  const Policy* const other = b.shared();
  if (one == other || one == nullptr || other == nullptr) return one == other;
  if (sources.text(one->at) == sources.text(other->at)) return true;
  return !one->faulty && !other->faulty && format_policy(*one) == format_policy(*other);
}

}  // namespace rolecall
