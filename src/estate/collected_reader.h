// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collected_plan.h"
#include "gaad_reader.h"
#include "load_context.h"

namespace rolecall {

// Adds a file to the SourceTable; nothing, and a diagnostic, when it cannot be read.
using OpenDocument = std::function<std::optional<DocumentId>(const std::string& path)>;

// Reads documents in turn, in the same memory.
class CollectedDocuments {
 public:
  CollectedDocuments(LoadContext& context, const OpenDocument& open)
      : context_(context), open_(open) {}

  // The value in the document, valid until the next call, or nothing when it cannot be read.
  // REQUIRES: there is a document.
  [[nodiscard]] std::optional<JsonValue> read(const CollectedDocument& document);
  [[nodiscard]] const JsonDocument& json() const { return json_; }

 private:
  LoadContext& context_;
  const OpenDocument& open_;
  JsonReader reader_{};
  JsonDocument json_{};
};

// What was read from a batch.
struct CollectedRead {
  GaadExport exported{};  // Users, groups, roles and policies.
  std::vector<OidcProvider> oidc_providers{};
  std::vector<SamlProvider> saml_providers{};
  std::vector<VpcEndpoint> vpc_endpoints{};
  // Whether the lists above are complete for the account.
  bool has_oidc_providers = false;
  bool has_saml_providers = false;
  std::string account{};  // Empty for an organization.
  std::optional<Organization> organization{};
};

// Reads one batch by itself. iam-collect writes no file for an empty value. Faults are reported as
// for exports.
[[nodiscard]] CollectedRead read_collected(LoadContext& context, const CollectedBatch& batch,
                                           const OpenDocument& open);

}  // namespace rolecall
