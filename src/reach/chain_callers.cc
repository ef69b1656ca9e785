// SPDX-License-Identifier: Apache-2.0
#include "reach/chain_callers.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "estate/entity_lists.h"

namespace rolecall {

ChainCallers::ChainCallers(const WhoIndex& index, const Role& role, std::size_t most_exact)
    : index_(index),
      estate_(index.principals().estate()),
      principals_(index.principals()),
      roles_(index.walks()),
      most_exact_(most_exact),
      distances_(roles_.size(), kFar) {
  const auto arn = IamArn::parse(role.arn);
  const Account* const account = arn ? estate_.find_account(arn->account) : nullptr;
  const auto asked = account == nullptr ? std::nullopt : roles_.find(role, *account);
  if (!asked) return;
  distances_[*asked] = 0;
  leading_.push_back(*asked);
}

void ChainCallers::go_farther() {
  const std::size_t end = leading_.size();
  const bool exact = waiting() <= most_exact_;
  for (; expanded_ < end; ++expanded_) add_callers(leading_[expanded_], exact);
  ++known_distance_;
}

void ChainCallers::go_all_the_way() {
  while (!complete()) go_farther();
}

void ChainCallers::add_callers(RoleId role, bool exact) {
  const WalkIndex::Target& target = roles_.target(role);
  const Policy& trust = *roles_.trust(target.trust).policy;
  if (trust.faulty) return add_everyone(target, Members::Named);
  const Members members = exact && add_allowed(*target.role) ? Members::Added : Members::Named;
  for (const Statement& statement : trust.statements) {
    if (statement.effect != Effect::Allow || statement.principal.negated) continue;
    for (const PrincipalElement& each : statement.principal.items) {
      add_element(each, target, members);
    }
  }
}

bool ChainCallers::add_allowed(const Role& role) {
  const WhoAnswer answer = find_who(index_, role, WhoDetail::Conditions);
  // Sessions in a chain may have tags that their roles have not.
  if (!answer.trust_known || answer.session_tags) return false;
  for (const Assumption& each : answer.assumptions) {
    const CallerKind kind =
        each.kind == AssumerKind::User ? CallerKind::User : CallerKind::RoleSession;
    for (const IamEntity* const member : each.members) {
      add_entity(*member, kind, *estate_.find_account(each.account));
    }
  }
  return true;
}

void ChainCallers::add_element(const PrincipalElement& element, const WalkIndex::Target& target,
                               Members members) {
  switch (element.form) {
    case PrincipalForm::Everyone:
      everyone_ = true;
      return add_everyone(target, members);
    case PrincipalForm::Account:
      return add_account(element.account, target, members);
    case PrincipalForm::User:
    case PrincipalForm::Role:
    case PrincipalForm::Session:
    case PrincipalForm::UniqueId:
      return add_named(element, members);
    case PrincipalForm::Service: {
      const std::string name = ascii_lower(element.value.value);
      return add_start({.kind = AssumerKind::Service,
                        .name = name,
                        .principal = RequestPrincipal::service(name)});
    }
    case PrincipalForm::OidcProvider:
    case PrincipalForm::SamlProvider:
    case PrincipalForm::WellKnownIssuer:
      return add_provider(element.value.value);
    default:
      return;
  }
}

void ChainCallers::add_named(const PrincipalElement& element, Members members) {
  const std::string_view name = element.value.value;
  if (element.form == PrincipalForm::UniqueId) {
    if (members == Members::Added) return;
    const IdentifiedPrincipal* const found = principals_.find_by_id(name);
    if (found != nullptr) add_entity(*found->entity, found->kind, *found->account);
    return;
  }
  const bool user = element.form == PrincipalForm::User;
  const Account* const account = estate_.find_account(element.account);
  if (account != nullptr) {
    const IamEntity* entity = nullptr;
    if (user) {
      entity = estate_.find_user(name);
    } else {
      entity = element.form == PrincipalForm::Session
                   ? estate_.find_role_by_name(element.account, element.name)
                   : estate_.find_role(name);
    }
    if (entity != nullptr) {
      if (members == Members::Added) return;
      return add_entity(*entity, user ? CallerKind::User : CallerKind::RoleSession, *account);
    }
    if (account->exported && (user ? lists_users(*account) : lists_roles(*account))) return;
  }
  add_start({.kind = user ? AssumerKind::User : AssumerKind::Role,
             .account = std::string(element.account),
             .name = std::string(name),
             .principal = RequestPrincipal::arn(name)});
}

void ChainCallers::add_everyone(const WalkIndex::Target& target, Members members) {
  if (members == Members::Named) add_askers(target);
  if (std::exchange(outside_, true)) return;
  add_start({.kind = AssumerKind::Outside});
  for (const auto& [id, account] : estate_.accounts()) {
    if (!account.exported) add_any_of(id);
  }
  if (!estate_.organization) return;
  for (const OrganizationNode& node : estate_.organization->nodes) {
    if (is_account_id(node.id) && estate_.find_account(node.id) == nullptr) add_any_of(node.id);
  }
}

// In the role's account the trust policy is enough; callers elsewhere also need an Allow of their
// own, which is not known in accounts without an export.
void ChainCallers::add_askers(const WalkIndex::Target& target) {
  for (const PrincipalClass& each : principals_.classes(*target.account)) {
    add_class(each, *target.account);
  }
  for (const SharedClass* const shared : principals_.asking(target.role->arn)) {
    for (const auto& [group, places] : shared->places) {
      for (const SharedClass::Place& place : places) add_class(*place.members, *place.account);
    }
  }
  if (std::exchange(unexported_, true)) return;
  for (const auto& [id, account] : estate_.accounts()) {
    if (account.exported) continue;
    for (const PrincipalClass& each : principals_.classes(account)) add_class(each, account);
  }
}

void ChainCallers::add_account(std::string_view id, const WalkIndex::Target& target,
                               Members members) {
  const Account* const account = estate_.find_account(id);
  if (account == nullptr || !account->exported) add_any_of(id);
  if (account == nullptr || members == Members::Added) return;
  const AskedRole asked(target.role->arn);
  for (const PrincipalClass& each : principals_.classes(*account)) {
    if (!account->exported || PrincipalIndex::may_ask(each, asked)) {
      add_class(each, *account);
    }
  }
}

void ChainCallers::add_any_of(std::string_view account) {
  add_start({.kind = AssumerKind::Account, .account = std::string(account)});
}

void ChainCallers::add_class(const PrincipalClass& members, const Account& account) {
  if (!seen_.insert(&members).second) return;
  for (const IamEntity* const each : members.members) add_entity(*each, members.kind, account);
}

void ChainCallers::add_entity(const IamEntity& entity, CallerKind kind, const Account& account) {
  if (!seen_.insert(&entity).second) return;
  const bool role = kind == CallerKind::RoleSession;
  const std::uint32_t distance = known_distance_ + 1;
  const auto id = role ? roles_.find(static_cast<const Role&>(entity), account) : std::nullopt;
  if (id && distances_[*id] == kFar) {
    distances_[*id] = distance;
    leading_.push_back(*id);
  }
  ChainStart& start = starts_.emplace_back();
  start.kind = role ? AssumerKind::Role : AssumerKind::User;
  start.account = account.id;
  start.entity = &entity;
  start.distance = distance;
}

// All OIDC providers of one issuer make one start.
void ChainCallers::add_provider(std::string_view name) {
  const auto arn = IamArn::parse(name);
  ChainStart start{.kind = AssumerKind::Oidc,
                   .name = std::string(name),
                   .principal = RequestPrincipal::federated(name)};
  if (arn && arn->form == ArnForm::SamlProvider) start.kind = AssumerKind::Saml;
  if (arn && arn->form == ArnForm::OidcProvider) start.name = arn->name;
  add_start(std::move(start));
}

void ChainCallers::add_start(ChainStart start) {
  const auto kind = static_cast<char>('0' + static_cast<int>(start.kind));
  const std::string& called = start.name.empty() ? start.account : start.name;
  // No greater bound is safe: a nearer role may let them in by their account, or with everyone.
  start.distance = 1;
  if (names_.insert(kind + called).second) starts_.push_back(std::move(start));
}

}  // namespace rolecall
