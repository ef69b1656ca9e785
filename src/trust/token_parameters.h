// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rolecall/trust/assume_request.h"

namespace rolecall {

// Parameters of the new session that a token or assertion carries as claims or attributes.
struct TokenParameters {
  std::vector<NamedValue> tags{};
  std::vector<std::string> transitive_tag_keys{};
  std::optional<std::string> source_identity{};
  std::optional<std::string> session_name{};
  bool unreadable_tags = false;  // There is a tags claim in a form that AWS does not document.
};

// Reads the claims `https://aws.amazon.com/tags` (nested or flattened) and
// `https://aws.amazon.com/source_identity`, and the SAML attributes PrincipalTag:KEY,
// TransitiveTagKeys, SourceIdentity and RoleSessionName (docs/evaluation.md E3.7).
[[nodiscard]] TokenParameters read_token_parameters(const RequestPrincipal& principal);

}  // namespace rolecall
