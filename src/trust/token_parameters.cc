// SPDX-License-Identifier: Apache-2.0
#include "trust/token_parameters.h"

#include <string_view>

#include "rolecall/base/json.h"
#include "rolecall/trust/request_file.h"

namespace rolecall {

namespace {

constexpr std::string_view kTags = "https://aws.amazon.com/tags";
constexpr std::string_view kFlatTag = "https://aws.amazon.com/tags/principal_tags/";
constexpr std::string_view kFlatKeys = "https://aws.amazon.com/tags/transitive_tag_keys";
constexpr std::string_view kSourceIdentity = "https://aws.amazon.com/source_identity";
constexpr std::string_view kAttributes = "https://aws.amazon.com/SAML/Attributes/";
constexpr std::string_view kAttributeTag = "PrincipalTag:";

// {"principal_tags": {"key": ["value"]}, "transitive_tag_keys": ["key"]}
void read_nested(const std::string& text, TokenParameters& found) {
  SourceTable scratch;
  Diagnostics ignored;
  const auto json = parse_json(scratch, scratch.add("claim", text), ignored);
  const auto tags = json ? json->root().find("principal_tags") : std::nullopt;
  if (!tags || !tags->is(JsonKind::Object)) {
    found.unreadable_tags = true;
    return;
  }
  for (auto it = tags->begin(); it != tags->end(); ++it) {
    const auto values = value_list(*it);
    if (!values.empty()) found.tags.emplace_back(it.key(), values[0]);
  }
  if (const auto keys = json->root().find("transitive_tag_keys")) {
    found.transitive_tag_keys = value_list(*keys);
  }
}

}  // namespace

TokenParameters read_token_parameters(const RequestPrincipal& principal) {
  TokenParameters found;
  for (const auto& [claim, values] : principal.claims) {
    std::string_view name = claim;
    if (values.empty()) continue;
    if (name == kTags) {
      read_nested(values[0], found);
    } else if (name.starts_with(kFlatTag)) {
      found.tags.emplace_back(name.substr(kFlatTag.size()), values[0]);
    } else if (name == kFlatKeys) {
      found.transitive_tag_keys = values;
    } else if (name == kSourceIdentity) {
      found.source_identity = values[0];
    } else {
      if (name.starts_with(kAttributes)) name.remove_prefix(kAttributes.size());
      if (name.starts_with(kAttributeTag)) {
        found.tags.emplace_back(name.substr(kAttributeTag.size()), values[0]);
      } else if (name == "TransitiveTagKeys") {
        found.transitive_tag_keys = values;
      } else if (name == "SourceIdentity") {
        found.source_identity = values[0];
      } else if (name == "RoleSessionName") {
        found.session_name = values[0];
      }
    }
  }
  return found;
}

}  // namespace rolecall
