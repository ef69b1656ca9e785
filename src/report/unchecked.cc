// SPDX-License-Identifier: Apache-2.0
#include "report/unchecked.h"

#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "trust/missing_data.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostAccountsNamed = 3;
constexpr std::size_t kMostTrustsFetched = 5;

// The account, or a placeholder for several.
struct Words {
  explicit Words(const std::set<std::string, std::less<>>& accounts) {
    const std::vector<std::string> names(accounts.begin(), accounts.end());
    const bool one = names.size() == 1;
    account = one ? shell_quoted(names[0]) : "ACCOUNT";
    each = one ? "account " + names[0] : "each of " + join_list(names, kMostAccountsNamed);
  }
  std::string account{};
  std::string each{};
};

bool is_of_the_role(Gate gate) {
  return gate == Gate::Trust || gate == Gate::Rcp || gate == Gate::Idp;
}

}  // namespace

void Unchecked::add(const Hop& call, std::string_view caller) {
  if (call.role->trust == nullptr) {
    accounts_[Gate::Trust].emplace(call.account);
    trusts_.try_emplace(std::string(call.role->arn), document_command(call.role->arn));
  }
  for (const Gate gate : call.not_checked) {
    if (gate == Gate::Idp) {
      (call.action == "sts:AssumeRoleWithSAML" ? assertions_ : tokens_).emplace(call.account);
    }
    Accounts& accounts = accounts_[gate];
    const std::string_view account = is_of_the_role(gate) ? call.account : caller;
    if (!account.empty()) accounts.emplace(account);
  }
}

void Unchecked::add(const std::vector<const Hop*>& walk, std::string_view caller) {
  for (const Hop* const call : walk) {
    add(*call, caller);
    caller = call->account;
  }
}

std::string Unchecked::titles() const {
  std::vector<std::string> titles;
  for (const auto& [gate, accounts] : accounts_) titles.emplace_back(gate_title(gate));
  return join_list(titles, kGateCount);
}

void Unchecked::write(JsonWriter& out) const {
  out.key("obtain");
  out.begin_array();
  for (const std::string& each : commands()) out.string(each);
  out.end_array();
}

std::vector<std::string> Unchecked::commands() const {
  const auto of = [&](Gate gate) {
    const auto found = accounts_.find(gate);
    return found == accounts_.end() ? Accounts() : found->second;
  };
  std::vector<std::string> commands;
  Accounts exports = of(Gate::Identity);
  exports.merge(of(Gate::Boundary));
  if (!exports.empty()) {
    const Words words(exports);
    commands.push_back(
        fmt::format("aws iam get-account-authorization-details > {}.gaad.json  # in {}",
                    words.account, words.each));
  }
  if (trusts_.size() > kMostTrustsFetched) {
    const Words words(of(Gate::Trust));
    commands.push_back(
        fmt::format("aws iam list-roles > {}.roles.json  # in {}", words.account, words.each));
  } else {
    for (const auto& [role, command] : trusts_) commands.push_back(command);
  }
  if (!tokens_.empty()) {
    commands.push_back(fmt::format(
        "aws iam list-open-id-connect-providers  # in {}; then get-open-id-connect-provider for "
        "each",
        Words(tokens_).each));
  }
  if (!assertions_.empty()) {
    commands.push_back(
        fmt::format("aws iam list-saml-providers  # in {}", Words(assertions_).each));
  }
  if (estate_.organization) return commands;
  if (!of(Gate::Scp).empty() || !of(Gate::Rcp).empty()) {
    commands.emplace_back(kFetchOrganization);
  }
  return commands;
}

std::string account_of(const WalkStart& start) {
  if (start.kind == WalkStart::Kind::Account) return start.account;
  const auto arn = IamArn::parse(start.principal.name);
  const bool is_arn = start.principal.kind == RequestPrincipal::Kind::Arn;
  return is_arn && arn ? std::string(arn->account) : std::string();
}

}  // namespace rolecall
