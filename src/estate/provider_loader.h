// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "load_context.h"

namespace rolecall {

struct CollectedRead;

// Reads identity-providers.json, what AWS prints of identity providers, and the output of
// `aws ec2 describe-vpc-endpoints` into the estate.
class ProviderLoader {
 public:
  explicit ProviderLoader(LoadContext& context);

  [[nodiscard]] static bool is_identity_providers(const JsonValue& value);
  // The output of list-open-id-connect-providers or list-saml-providers.
  [[nodiscard]] static bool is_provider_list(const JsonValue& value);
  // The output of get-open-id-connect-provider.
  [[nodiscard]] static bool is_oidc_provider(const JsonValue& value);
  [[nodiscard]] static bool is_vpc_endpoints(const JsonValue& value);
  void load_identity_providers(const EstateDocument& document);
  void load_provider_list(const EstateDocument& document);
  void load_oidc_provider(const EstateDocument& document);
  void load_vpc_endpoints(const EstateDocument& document);
  // Adds the providers and endpoints of a batch.
  void merge(CollectedRead& read);
  // Applies what depends on all files. Called once, after the last of them.
  void finish();

 private:
  // Indexes into a list of the estate.
  using Index = std::unordered_map<std::string_view, std::size_t>;

  // A provider of the account that is named, or of one to be found.
  struct Unplaced {
    OidcProvider provider{};
    std::string_view account{};
  };
  void load_list(const EstateDocument& document, std::string_view key, bool oidc);
  void place(Unplaced unplaced);
  void load_oidc(const JsonValue& value);
  void load_saml(const JsonValue& value);
  void load_endpoint(const EstateDocument& document, const JsonValue& value);
  [[nodiscard]] std::string_view read_arn(const JsonValue& value, bool oidc);
  bool read_client_ids(OidcProvider& provider, const JsonValue& list);
  template <typename Load>
  bool each_of(const JsonValue& object, std::string_view key, Load load);
  template <typename Item, typename Same>
  void merge(std::vector<Item>& items, Index& index, std::string_view id, Item item, Same same);

  void merge(OidcProvider provider);
  void merge(const SamlProvider& provider);
  void merge(const VpcEndpoint& endpoint);
  void complete_accounts();

  LoadContext& context_;
  Index oidc_;
  Index saml_;
  Index endpoints_;
  // Whether the lists of an account's providers are complete.
  struct Complete {
    bool oidc = true;
    bool saml = true;
  };
  std::map<std::string, Complete> accounts_;  // Of accounts whose files tell it.
  std::map<std::string, Complete> listed_;    // What the list commands printed.
  std::vector<Unplaced> unplaced_;
  bool providers_seen_ = false;
  bool providers_lost_ = false;  // An entry could not be read, so the list is not complete.
};

}  // namespace rolecall
