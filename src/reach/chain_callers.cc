// SPDX-License-Identifier: Apache-2.0
#include "reach/chain_callers.h"

#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

ChainCallers::ChainCallers(const WhoIndex& index, const Role& role)
    : estate_(index.principals().estate()),
      principals_(index.principals()),
      roles_(index.walks()),
      distances_(roles_.size(), kFar) {
  for (RoleId id = 0; id < roles_.size(); ++id) ids_.emplace(roles_.target(id).role, id);
  const auto asked = ids_.find(&role);
  if (asked == ids_.end()) return;
  distances_[asked->second] = 0;
  open_.push_back(asked->second);
  for (std::size_t i = 0; i < open_.size(); ++i) {
    farthest_ = distances_[open_[i]];
    next_ = farthest_ + 1;
    add_callers(open_[i]);
  }
}

void ChainCallers::add_callers(RoleId role) {
  const WalkIndex::Target& target = roles_.target(role);
  const Policy& trust = *roles_.trust(target.trust).policy;
  if (trust.faulty) return add_everyone(target);
  for (const Statement& statement : trust.statements) {
    if (statement.effect != Effect::Allow || statement.principal.negated) continue;
    for (const PrincipalElement& each : statement.principal.items) add_element(each, target);
  }
}

void ChainCallers::add_element(const PrincipalElement& element, const WalkIndex::Target& target) {
  switch (element.form) {
    case PrincipalForm::Everyone:
      return add_everyone(target);
    case PrincipalForm::Account:
      return add_account(element.account, target);
    case PrincipalForm::User:
    case PrincipalForm::Role:
    case PrincipalForm::Session:
    case PrincipalForm::UniqueId:
      return add_named(element);
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

void ChainCallers::add_named(const PrincipalElement& element) {
  const std::string_view name = element.value.value;
  if (element.form == PrincipalForm::UniqueId) {
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
      return add_entity(*entity, user ? CallerKind::User : CallerKind::RoleSession, *account);
    }
    if (account->exported && (user ? account->has_users : account->has_roles)) return;
  }
  add_start({.kind = user ? AssumerKind::User : AssumerKind::Role,
             .account = std::string(element.account),
             .name = std::string(name),
             .principal = RequestPrincipal::arn(name)});
}

// In its own account it is enough to be named; elsewhere one must be allowed to ask.
void ChainCallers::add_everyone(const WalkIndex::Target& target) {
  for (const PrincipalClass& each : principals_.classes(*target.account)) {
    add_class(each, *target.account);
  }
  for (const SharedClass* const shared : principals_.asking(target.role->arn)) {
    for (const auto& [group, places] : shared->places) {
      for (const SharedClass::Place& place : places) add_class(*place.members, *place.account);
    }
  }
  if (std::exchange(outside_, true)) return;
  add_start({.kind = AssumerKind::Outside});
  for (const auto& [id, account] : estate_.accounts()) {
    if (account.exported) continue;
    add_any_of(id);
    for (const PrincipalClass& each : principals_.classes(account)) add_class(each, account);
  }
  if (!estate_.organization) return;
  for (const OrganizationNode& node : estate_.organization->nodes) {
    if (is_account_id(node.id) && estate_.find_account(node.id) == nullptr) add_any_of(node.id);
  }
}

void ChainCallers::add_account(std::string_view id, const WalkIndex::Target& target) {
  const Account* const account = estate_.find_account(id);
  if (account == nullptr || !account->exported) add_any_of(id);
  if (account == nullptr) return;
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
  const auto known = role ? ids_.find(static_cast<const Role*>(&entity)) : ids_.end();
  if (known != ids_.end() && distances_[known->second] == kFar) {
    distances_[known->second] = next_;
    open_.push_back(known->second);
  }
  ChainStart& start = starts_.emplace_back();
  start.kind = role ? AssumerKind::Role : AssumerKind::User;
  start.account = account.id;
  start.entity = &entity;
  start.distance = next_;
}

// The accounts of an organization have providers for one issuer each.
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
  // Nearer roles may let them in by their account, or with everyone.
  start.distance = 1;
  if (names_.insert(kind + called).second) starts_.push_back(std::move(start));
}

}  // namespace rolecall
