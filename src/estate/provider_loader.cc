// SPDX-License-Identifier: Apache-2.0
#include "provider_loader.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "collected_reader.h"
#include "embedded_policy.h"

namespace rolecall {

namespace {

constexpr std::string_view kOidcList = "OpenIDConnectProviders";
constexpr std::string_view kSamlList = "SAMLProviders";
// As the list commands of AWS call them.
constexpr std::string_view kOidcArns = "OpenIDConnectProviderList";
constexpr std::string_view kSamlArns = "SAMLProviderList";
constexpr std::string_view kEndpointList = "VpcEndpoints";

bool same_oidc(const OidcProvider& a, const OidcProvider& b) {
  const auto holds_all = [](const auto& all, const auto& some) {
    return std::all_of(some.begin(), some.end(), [&](std::string_view each) {
      return std::find(all.begin(), all.end(), each) != all.end();
    });
  };
  return a.url == b.url && holds_all(a.client_ids, b.client_ids) &&
         holds_all(b.client_ids, a.client_ids);
}

}  // namespace

ProviderLoader::ProviderLoader(LoadContext& context) : context_(context) {
  const Estate& estate = context.estate;
  for (const OidcProvider& each : estate.oidc_providers) oidc_.try_emplace(each.arn, oidc_.size());
  for (const SamlProvider& each : estate.saml_providers) saml_.try_emplace(each.arn, saml_.size());
  for (const VpcEndpoint& each : estate.vpc_endpoints) {
    endpoints_.try_emplace(each.id, endpoints_.size());
  }
}

bool ProviderLoader::is_identity_providers(const JsonValue& value) {
  return value.find(kOidcList) || value.find(kSamlList);
}

bool ProviderLoader::is_provider_list(const JsonValue& value) {
  return value.find(kOidcArns) || value.find(kSamlArns);
}

bool ProviderLoader::is_oidc_provider(const JsonValue& value) {
  return value.find("Url") && value.find("ClientIDList") && !value.find("Arn");
}

bool ProviderLoader::is_vpc_endpoints(const JsonValue& value) {
  return value.find(kEndpointList).has_value();
}

// Calls `load` for each object of a list. False when some entry is not an object.
template <typename Load>
bool ProviderLoader::each_of(const JsonValue& object, std::string_view key, Load load) {
  const auto list = object.find(key);
  if (!list) return true;
  if (!expect(context_, *list, JsonKind::Array, key)) return list->is(JsonKind::Null);
  bool whole = true;
  for (const JsonValue each : *list) {
    if (expect(context_, each, JsonKind::Object, fmt::format("an entry of {}", key))) {
      load(each);
    } else {
      whole = false;
    }
  }
  return whole;
}

// Adds an item, or merges it with the one of the same id. Of two that differ, the later counts.
template <typename Item, typename Same>
void ProviderLoader::merge(std::vector<Item>& items, Index& index, std::string_view id, Item item,
                           Same same) {
  const auto [place, is_new] = index.try_emplace(id, items.size());
  if (is_new) {
    items.push_back(std::move(item));
    return;
  }
  Item& known = items[place->second];
  if (same(known, item)) return;
  context_.diagnostics.warning(DiagnosticCode::Contradiction,
                               fmt::format("`{}` differs from {}; the later one counts", id,
                                           format_place(context_.estate.sources(), known.at)),
                               item.at, "remove the file that is out of date");
  known = std::move(item);
}

std::string_view ProviderLoader::read_arn(const JsonValue& value, bool oidc) {
  const auto member = value.find("Arn");
  if (!member) {
    context_.diagnostics.error(DiagnosticCode::MissingMember, "an identity provider has no `Arn`",
                               value.span());
    return {};
  }
  const std::string_view text = read_text(context_, *member, "Arn");
  const auto arn = IamArn::parse(text);
  if (arn && arn->form == (oidc ? ArnForm::OidcProvider : ArnForm::SamlProvider)) return text;
  if (!text.empty()) {
    context_.diagnostics.error(
        DiagnosticCode::WrongType,
        fmt::format("`{}` is not the ARN of {} provider", text, oidc ? "an OIDC" : "a SAML"),
        member->span());
  }
  return {};
}

// Reads the audiences. False when some could not be read.
bool ProviderLoader::read_client_ids(OidcProvider& provider, const JsonValue& list) {
  provider.client_ids_at = list.span();
  if (!expect(context_, list, JsonKind::Array, "ClientIDList")) return list.is(JsonKind::Null);
  bool whole = true;
  provider.client_ids.reserve(list.size());
  for (const JsonValue each : list) {
    if (expect(context_, each, JsonKind::String, "an entry of ClientIDList")) {
      provider.client_ids.push_back(each.string());
    } else {
      whole = false;
    }
  }
  return whole;
}

void ProviderLoader::load_oidc(const JsonValue& value) {
  // Without a ClientIDList, `client_ids_at` stays unknown, and so the audiences are.
  OidcProvider provider{.arn = read_arn(value, true), .at = value.span()};
  if (provider.arn.empty()) {
    providers_lost_ = true;
    return;
  }
  if (const auto url = value.find("Url")) {
    provider.url = without_scheme(read_text(context_, *url, "Url"));
  }
  if (provider.url.empty()) provider.url = IamArn::parse(provider.arn)->name;
  const auto ids = value.find("ClientIDList");
  if (ids && !read_client_ids(provider, *ids)) {
    // With some audiences lost, it would seem to refuse tokens that AWS accepts.
    providers_lost_ = true;
    return;
  }
  merge(std::move(provider));
}

void ProviderLoader::merge(OidcProvider provider) {
  const std::string_view arn = provider.arn;
  if (const auto place = oidc_.find(arn); place != oidc_.end()) {
    OidcProvider& known = context_.estate.oidc_providers[place->second];
    const bool same_url = known.url == provider.url;
    // What names a provider alone neither adds audiences nor takes them away.
    if (same_url && !provider.client_ids_at.known()) return;
    if (same_url && !known.client_ids_at.known()) {
      known = std::move(provider);
      return;
    }
  }
  merge(context_.estate.oidc_providers, oidc_, arn, std::move(provider), same_oidc);
}

void ProviderLoader::load_saml(const JsonValue& value) {
  SamlProvider provider{.arn = read_arn(value, false), .at = value.span()};
  if (provider.arn.empty()) {
    providers_lost_ = true;
    return;
  }
  if (const auto date = value.find("ValidUntil")) provider.valid_until = read_time(*date);
  merge(provider);
}

void ProviderLoader::merge(const SamlProvider& provider) {
  merge(
      context_.estate.saml_providers, saml_, provider.arn, provider,
      [](const SamlProvider& a, const SamlProvider& b) { return a.valid_until == b.valid_until; });
}

void ProviderLoader::load_identity_providers(const EstateDocument& document) {
  providers_seen_ = true;
  const auto list = document.value.find(kOidcList);
  if (list && list->is(JsonKind::Array)) context_.estate.oidc_providers_at = list->span();
  const bool all_oidc =
      each_of(document.value, kOidcList, [this](const JsonValue& each) { load_oidc(each); });
  const bool all_saml =
      each_of(document.value, kSamlList, [this](const JsonValue& each) { load_saml(each); });
  providers_lost_ = providers_lost_ || !all_oidc || !all_saml ||
                    document.json->has_repeated_key_in(document.value.span());
  const auto accounts = document.value.find("CompleteForAccounts");
  if (!accounts || !expect(context_, *accounts, JsonKind::Array, "CompleteForAccounts")) return;
  context_.estate.providers_by_account = true;
  for (const JsonValue each : *accounts) {
    if (!expect(context_, each, JsonKind::String, "an entry of CompleteForAccounts")) continue;
    if (!is_account_id(each.string())) continue;
    Account& account = context_.estate.account(each.string());
    account.has_oidc_providers = account.has_oidc_providers || document.value.find(kOidcList);
    account.has_saml_providers = account.has_saml_providers || document.value.find(kSamlList);
  }
}

// All of one kind in one account.
void ProviderLoader::load_list(const EstateDocument& document, std::string_view key, bool oidc) {
  if (!document.value.find(key)) return;
  std::set<std::string_view> accounts;
  if (!document.named_account.empty()) accounts.insert(document.named_account);
  const bool whole = each_of(document.value, key, [&](const JsonValue& each) {
    oidc ? load_oidc(each) : load_saml(each);
    const auto arn = IamArn::parse(each.string_at("Arn"));
    if (arn && is_account_id(arn->account)) accounts.insert(arn->account);
  });
  providers_lost_ =
      providers_lost_ || !whole || document.json->has_repeated_key_in(document.value.span());
  for (const std::string_view id : accounts) {
    Complete& complete = listed_.try_emplace(std::string(id), Complete{false, false}).first->second;
    (oidc ? complete.oidc : complete.saml) = true;
  }
}

void ProviderLoader::load_provider_list(const EstateDocument& document) {
  load_list(document, kOidcArns, /*oidc=*/true);
  load_list(document, kSamlArns, /*oidc=*/false);
}

void ProviderLoader::load_oidc_provider(const EstateDocument& document) {
  OidcProvider provider{.at = document.value.span()};
  provider.url = without_scheme(read_text(context_, *document.value.find("Url"), "Url"));
  if (provider.url.empty() || !read_client_ids(provider, *document.value.find("ClientIDList"))) {
    return;
  }
  unplaced_.push_back({std::move(provider), document.named_account});
}

// get-open-id-connect-provider prints no ARN: the name of the file tells the account, or the one
// provider of that URL.
void ProviderLoader::place(Unplaced unplaced) {
  Estate& estate = context_.estate;
  OidcProvider& provider = unplaced.provider;
  std::string_view account = unplaced.account;
  std::size_t listed = 0;
  for (const OidcProvider& each : estate.oidc_providers) {
    const auto arn = IamArn::parse(each.arn);
    if (each.url != provider.url || (!unplaced.account.empty() && arn->account != account))
      continue;
    ++listed;
    provider.arn = each.arn;
    account = arn->account;
  }
  if (listed != 1 && unplaced.account.empty()) {
    context_.diagnostics.warning(
        DiagnosticCode::NotUsed,
        fmt::format("of which account the provider `{}` is, is not known", provider.url),
        provider.at,
        "begin the file's name with the account's id, or add what `aws iam "
        "list-open-id-connect-providers` prints");
    return;
  }
  if (listed == 0) {
    const Account* const own = estate.find_account(account);
    provider.arn = estate.sources().keep(fmt::format(
        "arn:{}:iam::{}:oidc-provider/{}",
        own == nullptr || own->partition.empty() ? "aws" : own->partition, account, provider.url));
  }
  listed_.try_emplace(std::string(account), Complete{false, false});
  merge(std::move(provider));
}

void ProviderLoader::load_endpoint(const EstateDocument& document, const JsonValue& value) {
  VpcEndpoint endpoint{.at = value.span()};
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (it.key() == "VpcEndpointId") {
      endpoint.id = read_text(context_, *it, it.key());
    } else if (it.key() == "VpcId") {
      endpoint.vpc_id = read_text(context_, *it, it.key());
    } else if (it.key() == "ServiceName") {
      endpoint.service_name = read_text(context_, *it, it.key());
    } else if (it.key() == "OwnerId") {
      endpoint.owner_id = read_text(context_, *it, it.key());
    } else if (it.key() == "PolicyDocument") {
      endpoint.policy =
          load_policy_document(context_, *document.json, *it, PolicyKind::VpcEndpoint);
      endpoint.policy_missing = endpoint.policy == nullptr && !(*it).is(JsonKind::Null);
    }
  }
  if (repeats_own_key(*document.json, value)) {
    endpoint.policy = nullptr;
    endpoint.policy_missing = true;
  }
  if (endpoint.id.empty()) {
    context_.diagnostics.error(DiagnosticCode::MissingMember,
                               "a VPC endpoint has no `VpcEndpointId`", value.span());
    return;
  }
  merge(endpoint);
}

void ProviderLoader::merge(const VpcEndpoint& endpoint) {
  const SourceTable& sources = context_.estate.sources();
  merge(context_.estate.vpc_endpoints, endpoints_, endpoint.id, endpoint,
        [&](const VpcEndpoint& a, const VpcEndpoint& b) {
          return a.vpc_id == b.vpc_id && a.service_name == b.service_name &&
                 a.owner_id == b.owner_id && a.policy_missing == b.policy_missing &&
                 same_policy(sources, a.policy, b.policy);
        });
}

void ProviderLoader::load_vpc_endpoints(const EstateDocument& document) {
  static_cast<void>(each_of(document.value, kEndpointList,
                            [&](const JsonValue& each) { load_endpoint(document, each); }));
}

void ProviderLoader::merge(CollectedRead& read) {
  if (read.account.empty()) return;
  for (OidcProvider& each : read.oidc_providers) merge(std::move(each));
  for (const SamlProvider& each : read.saml_providers) merge(each);
  for (const VpcEndpoint& each : read.vpc_endpoints) merge(each);
  Complete& complete = accounts_[read.account];
  complete.oidc = complete.oidc && read.has_oidc_providers;
  complete.saml = complete.saml && read.has_saml_providers;
}

void ProviderLoader::finish() {
  for (Unplaced& each : unplaced_) place(std::move(each));
  const bool by_account = !accounts_.empty() || !listed_.empty();
  if (by_account) complete_accounts();
  if (providers_seen_ || by_account) {
    context_.estate.has_identity_providers = !providers_lost_;
  }
}

void ProviderLoader::complete_accounts() {
  Estate& estate = context_.estate;
  // A file that names no accounts is complete for all exported ones.
  if (providers_seen_ && !estate.providers_by_account) {
    for (const auto& [id, account] : estate.accounts()) {
      if (account.exported) accounts_.try_emplace(id);
    }
  }
  estate.providers_by_account = true;
  for (const auto& [id, complete] : accounts_) {
    Account& account = estate.account(id);
    account.has_oidc_providers = account.has_oidc_providers || complete.oidc;
    account.has_saml_providers = account.has_saml_providers || complete.saml;
  }
  for (const auto& [id, listed] : listed_) {
    Account& account = estate.account(id);
    account.has_oidc_providers = account.has_oidc_providers || listed.oidc;
    account.has_saml_providers = account.has_saml_providers || listed.saml;
  }
}

}  // namespace rolecall
