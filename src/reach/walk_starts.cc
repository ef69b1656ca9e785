// SPDX-License-Identifier: Apache-2.0
// stands_for and WalkStart::text.
#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"
#include "rolecall/reach/walk.h"

#include "estate/entity_lists.h"
#include "reach/principal_index.h"
#include "reach/target_finder.h"
#include "reach/walk_index.h"

namespace rolecall {

namespace {

// Makes starts of principals that trust policies name and that are not in the estate.
class NamedStarts {
 public:
  // Those of `account`; if it is empty, those outside the estate and its organization.
  NamedStarts(const Estate& estate, std::string_view account, std::vector<WalkStart>& found)
      : estate_(estate), account_(account), found_(found) {}

  void read(const Policy& trust) {
    for (const Statement& statement : trust.statements) {
      if (statement.effect != Effect::Allow || statement.principal.negated) continue;
      for (const PrincipalElement& each : statement.principal.items) add(each);
    }
  }

 private:
  bool is_wanted(std::string_view account) const {
    if (!account_.empty()) return account == account_;
    const auto& organization = estate_.organization;
    return estate_.find_account(account) == nullptr &&
           !(organization && organization->has_account(account));
  }

  void add(const PrincipalElement& element) {
    const std::string_view name = element.value.value;
    switch (element.form) {
      case PrincipalForm::Account:
        if (!account_.empty() || !is_wanted(element.account)) return;
        return add({.kind = WalkStart::Kind::Account, .account = std::string(element.account)},
                   std::string(element.account));
      case PrincipalForm::User:
      case PrincipalForm::Role:
      case PrincipalForm::Session:
        if (!is_wanted(element.account) || estate_.find_user(name) != nullptr ||
            estate_.find_role(name) != nullptr) {
          return;
        }
        return add({.principal = RequestPrincipal::arn(name)}, std::string(name));
      case PrincipalForm::OidcProvider:
      case PrincipalForm::SamlProvider:
      case PrincipalForm::WellKnownIssuer:
        if (!account_.empty()) return;
        return add({.principal = RequestPrincipal::federated(name)}, provider_key(name));
      default:
        return;
    }
  }

  void add(WalkStart start, std::string key) {
    if (known_.insert(std::move(key)).second) found_.push_back(std::move(start));
  }

  const Estate& estate_;
  std::string_view account_;
  std::vector<WalkStart>& found_;
  std::set<std::string> known_;
};

void add_named(const WhoIndex& index, std::string_view account, std::vector<WalkStart>& found) {
  const WalkIndex& roles = index.walks();
  NamedStarts named(index.principals().estate(), account, found);
  std::unordered_set<const Policy*> known;
  for (WalkIndex::TrustId id = 0; id < roles.trusts(); ++id) {
    const Policy* const trust = roles.trust(id).policy;
    if (known.insert(trust).second) named.read(*trust);
  }
}

// Tokens and assertions come last: most estates trust many of them on purpose.
int rank_of(const WalkStart& start) {
  if (start.kind != WalkStart::Kind::Principal) return 0;
  if (start.principal.kind != RequestPrincipal::Kind::Federated) return 1;
  const auto arn = IamArn::parse(start.principal.name);
  return arn && arn->form == ArnForm::SamlProvider ? 3 : 2;
}

}  // namespace

std::string WalkStart::text() const {
  if (kind == Kind::Outside) return "external";
  if (kind == Kind::Account) return "account:" + account;
  if (principal.kind == RequestPrincipal::Kind::Service) return "service:" + principal.name;
  const auto arn = IamArn::parse(principal.name);
  if (principal.kind != RequestPrincipal::Kind::Federated ||
      (arn && arn->form != ArnForm::OidcProvider)) {
    return principal.name;
  }
  std::string text = fmt::format("oidc:{}", arn ? arn->name : std::string_view(principal.name));
  const std::vector<std::string>* const subject = principal.claim("sub");
  if (subject != nullptr && !subject->empty()) text += ":" + subject->front();
  return text;
}

std::vector<WalkStart> stands_for(const WhoIndex& index, const WalkStart& start) {
  if (start.kind == WalkStart::Kind::Principal) return {start};
  const Account* const account = index.principals().estate().find_account(start.account);
  const bool exported = account != nullptr && account->exported;
  std::vector<WalkStart> found;
  const bool whole = exported && lists_users(*account) && lists_roles(*account);
  if (!whole) found.push_back(start);
  if (account != nullptr) {
    for (const User& user : account->users) {
      found.push_back({.principal = RequestPrincipal::arn(user.arn)});
    }
    for (const Role& role : account->roles) {
      found.push_back({.principal = RequestPrincipal::arn(role.arn)});
    }
  }
  if (!whole) add_named(index, start.account, found);
  std::stable_sort(found.begin(), found.end(),
                   [](const WalkStart& a, const WalkStart& b) { return rank_of(a) < rank_of(b); });
  return found;
}

}  // namespace rolecall
