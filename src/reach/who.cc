// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "reach/gate_residual.h"
#include "reach/open_call.h"
#include "reach/principal_index.h"

namespace rolecall {

namespace {

// Each is matched against all of them. A trust policy of AWS's largest size has some hundreds.
constexpr std::size_t kMostNamed = 2000;

using Exact = std::array<ResidualId, kSubActions>;

// Whom the statements that bear on a role name.
struct Named {
  std::set<std::string_view> principals{};  // ARNs and unique ids, of Allow and Deny statements.
  std::set<std::string_view> granted{};     // Those of Allow statements.
  std::set<std::string> sessions{};         // Roles of sessions among those: `ACCOUNT/NAME`.
  std::set<std::string_view> accounts{};    // Of Allow statements.
  std::set<std::string_view> denied_accounts{};
  std::map<std::string, bool> services{};  // Whether an Allow statement names it.
  std::map<std::string_view, bool> providers{};
  bool everyone = false;
};

class WhoFinder {
 public:
  WhoFinder(const Estate& estate, const Role& role, const Account& account)
      : estate_(estate),
        role_(role),
        account_(account),
        opener_(estate, role, account),
        index_(estate) {
    answer_.role = &role;
    answer_.account = account.id;
    if (const auto arn = Arn::split(role.arn)) partition_ = arn->partition;
  }

  WhoAnswer find() {
    const Policy* const trust = role_.trust.shared();
    if (trust == nullptr || trust->faulty) add_trust_gap();
    if (trust == nullptr) return std::move(answer_);
    collect(*trust);
    collect_rcps();
    if (named_.principals.size() > kMostNamed) {
      add_names_gap();
      return std::move(answer_);
    }
    named_principals();
    accounts();
    services();
    providers();
    if (named_.everyone) unnamed_providers();
    add_tags_gap();
    std::sort(answer_.apart.begin(), answer_.apart.end());
    return std::move(answer_);
  }

 private:
  void add_trust_gap() {
    answer_.trust_known = role_.trust != nullptr;
    answer_.gaps.push_back(
        {fmt::format("the trust policy of `{}`", role_.arn),
         role_.trust == nullptr ? "its document is not in the estate"
                                : "the document has faults, so that part of it is not known",
         fmt::format("aws iam get-role --role-name {}  # in account {}", role_.name, account_.id)});
  }

  void add_names_gap() {
    answer_.trust_known = false;
    answer_.gaps.push_back({fmt::format("the principals that policies name for `{}`", role_.arn),
                            fmt::format("there are {}, and more than {} are not looked at",
                                        named_.principals.size(), kMostNamed),
                            {}});
  }

  void add_tags_gap() {
    for (const std::string& key : role_tags_) {
      answer_.gaps.push_back(
          {"role sessions with session tags",
           fmt::format("`{}` was looked up among the tags of the role only", key),
           {}});
    }
  }

  // ---- Whom the policies name ------------------------------------------------------------------

  void collect(const Policy& policy) {
    for (const Statement& statement : policy.statements) {
      const bool allows = statement.effect == Effect::Allow && policy.kind == PolicyKind::Trust;
      for (const PrincipalElement& element : statement.principal.items) {
        collect(element, allows && !statement.principal.negated);
      }
    }
  }

  void collect(const PrincipalElement& element, bool allows) {
    const std::string_view value = element.value.value;
    switch (element.form) {
      case PrincipalForm::Everyone:
        named_.everyone = named_.everyone || allows;
        break;
      case PrincipalForm::Account:
        (allows ? named_.accounts : named_.denied_accounts).insert(element.account);
        break;
      case PrincipalForm::User:
      case PrincipalForm::Role:
      case PrincipalForm::Session:
      case PrincipalForm::UniqueId:
        named_.principals.insert(value);
        if (!allows) break;
        named_.granted.insert(value);
        if (element.form == PrincipalForm::Session) {
          named_.sessions.insert(fmt::format("{}/{}", element.account, element.name));
        }
        break;
      case PrincipalForm::Service:
        named_.services[ascii_lower(value)] |= allows;
        break;
      case PrincipalForm::OidcProvider:
      case PrincipalForm::SamlProvider:
      case PrincipalForm::WellKnownIssuer:
        add_provider(value, allows);
        break;
      default:
        break;
    }
  }

  void add_provider(std::string_view name, bool allows) {
    const auto known =
        std::find_if(named_.providers.begin(), named_.providers.end(),
                     [&](const auto& each) { return same_provider(each.first, name); });
    if (known == named_.providers.end()) {
      named_.providers.emplace(name, allows);
    } else {
      known->second |= allows;
    }
  }

  void collect_rcps() {
    if (!estate_.organization) return;
    for (const OrganizationPolicy& each : estate_.organization->policies) {
      if (each.kind == PolicyKind::ResourceControl && each.policy != nullptr) collect(*each.policy);
    }
  }

  // ---- One caller ------------------------------------------------------------------------------

  struct Solved {
    Exact exact{};
    std::vector<GrantStatement> grants{};
  };

  Solved solve(OpenCall& call) {
    Solved solved;
    if (call.refused) return solved;
    for (std::size_t i = 0; i < kSubActions; ++i) {
      if (i > 0) opener_.open_part(static_cast<SubActionKind>(i), call);
      GateResidual gates(answer_.residuals, call.resolved.caller, call.parts[i], call.policies);
      solved.exact[i] = gates.allowed();
      if (call.resolved.role != nullptr) {
        role_tags_.insert(gates.principal_tags().begin(), gates.principal_tags().end());
      }
      if (i == 0) {
        solved.grants = gates.take_grants();
        solved.exact[0] = answer_.residuals.all(solved.exact[0], preconditions(call));
        if (solved.exact[0] == kNever) break;
      }
    }
    return solved;
  }

  ResidualId preconditions(const OpenCall& call) {
    std::vector<ResidualId> parts;
    for (const std::string& why : call.unknowns) parts.push_back(answer_.residuals.unknown(why));
    if (call.provider != nullptr && call.unknowns.empty()) {
      const auto& audiences = call.provider->client_ids;
      parts.push_back(audiences.empty() ? kNever
                                        : answer_.residuals.one_of(
                                              call.resolved.caller.issuer + ":aud", audiences));
    }
    return answer_.residuals.all(std::move(parts));
  }

  // What an action needs when the parameters of some sub-actions are not passed.
  ResidualId without(ResidualId id, const std::array<bool, kSubActions>& passed) {
    return answer_.residuals.settle(id, [&](ResidualId part_id) {
      const ResidualNode& part = answer_.residuals.node(part_id);
      if (part.kind != ResidualKind::Condition) return part_id;
      for (std::size_t i = 1; i < kSubActions; ++i) {
        if (passed[i] ||
            !is_parameter_of(static_cast<SubActionKind>(i), part.condition->key.value)) {
          continue;
        }
        const auto absent =
            settle_condition(answer_.residuals, *part.condition, RequestContext(), part.variables);
        return absent ? *absent : part_id;
      }
      return part_id;
    });
  }

  // When some call is allowed, whichever parameters it passes.
  ResidualId some_call(const Exact& exact, const std::array<bool, kSubActions>& mandatory) {
    std::array<bool, kSubActions> optional{};
    for (const ResidualId id : answer_.residuals.open_parts(exact[0])) {
      const ResidualNode& part = answer_.residuals.node(id);
      for (std::size_t i = 1; i < kSubActions && part.kind == ResidualKind::Condition; ++i) {
        const auto kind = static_cast<SubActionKind>(i);
        if (!mandatory[i] && is_parameter_of(kind, part.condition->key.value)) optional[i] = true;
      }
    }
    std::vector<ResidualId> ways;
    for (unsigned set = 0; set < (1U << kSubActions); set += 2) {
      std::array<bool, kSubActions> passed = mandatory;
      bool possible = true;
      for (std::size_t i = 1; i < kSubActions; ++i) {
        const bool chosen = ((set >> i) & 1U) != 0;
        possible = possible && (!chosen || optional[i]);
        passed[i] = passed[i] || chosen;
      }
      if (!possible) continue;
      std::vector<ResidualId> parts = {without(exact[0], passed)};
      for (std::size_t i = 1; i < kSubActions; ++i) {
        if (passed[i]) parts.push_back(without(exact[i], passed));
      }
      ways.push_back(answer_.residuals.all(std::move(parts)));
    }
    return answer_.residuals.any(std::move(ways));
  }

  void add(Assumption assumption, const OpenCall& call, const Solved& solved) {
    if (solved.exact[0] == kNever) return;
    assumption.action = call.parts[0].action;
    assumption.exact = solved.exact;
    assumption.condition = some_call(solved.exact, call.mandatory);
    if (assumption.condition == kNever) return;
    assumption.grants = opener_.place(call, solved.grants);
    assumption.not_checked = call.not_checked;
    answer_.assumptions.push_back(std::move(assumption));
  }

  // ---- Principals that are named ---------------------------------------------------------------

  bool in_scope(std::string_view account) const {
    return named_.everyone || named_.accounts.find(account) != named_.accounts.end();
  }

  void named_principals() {
    for (const std::string_view name : named_.principals) {
      if (is_unique_id(name)) {
        named_by_id(name);
      } else {
        named_by_arn(name);
      }
    }
  }

  void named_by_id(std::string_view id) {
    if (by_id_.empty()) index_ids();
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) {
      return dangling(id, "a deleted principal, or one that is not in the estate");
    }
    const auto& [entity, kind, account] = found->second;
    one_of_estate(*entity, kind, *account);
  }

  void index_ids() {
    for (const auto& [account_id, account] : estate_.accounts()) {
      for (const User& user : account.users) {
        by_id_.try_emplace(user.id, &user, AssumerKind::User, &account);
      }
      for (const Role& role : account.roles) {
        by_id_.try_emplace(role.id, &role, AssumerKind::Role, &account);
      }
    }
    by_id_.erase(std::string_view());  // Not every export has ids.
  }

  void dangling(std::string_view name, std::string why) {
    if (named_.granted.count(name) == 0) return;
    answer_.gaps.push_back({std::string(name), std::move(why), {}, /*dangling=*/true});
  }

  void named_by_arn(std::string_view name) {
    const auto arn = IamArn::parse(name);
    if (!arn) return;
    const Account* account = estate_.find_account(arn->account);
    const bool user = arn->form == ArnForm::User;
    if (account != nullptr) {
      if (const User* found = user ? estate_.find_user(name) : nullptr) {
        return one_of_estate(*found, AssumerKind::User, *account);
      }
      const Role* role = arn->form == ArnForm::Session
                             ? estate_.find_role_by_name(arn->account, arn->name)
                             : estate_.find_role(name);
      if (role != nullptr) return one_of_estate(*role, AssumerKind::Role, *account);
      if (account->exported && (user ? account->has_users : account->has_roles)) {
        return dangling(
            name, fmt::format("account {} has no such {}", arn->account, user ? "user" : "role"));
      }
    }
    if (named_.granted.count(name) == 0 && !in_scope(arn->account)) return;
    answer_.apart.emplace_back(name);
    Assumption assumption;
    assumption.kind = user ? AssumerKind::User : AssumerKind::Role;
    assumption.account = arn->account;
    assumption.name = name;
    const RequestPrincipal principal = RequestPrincipal::arn(name);
    OpenCall call;
    opener_.open(principal, resolve(principal), "sts:AssumeRole", Opening::Nothing, call);
    add(std::move(assumption), call, solve(call));
  }

  ResolvedCaller resolve(const RequestPrincipal& principal) const {
    return resolve_caller(estate_, principal, partition_, account_.id);
  }

  void one_of_estate(const IamEntity& entity, AssumerKind kind, const Account& account) {
    if (!individuals_.insert(&entity).second) return;
    const std::string session = fmt::format("{}/{}", account.id, entity.name);
    const bool granted = named_.granted.count(entity.arn) != 0 ||
                         named_.granted.count(entity.id) != 0 ||
                         named_.sessions.count(session) != 0;
    if (!granted && !in_scope(account.id)) return;
    ++answer_.considered;
    Assumption assumption{.kind = kind, .account = account.id, .members = {&entity}};
    const RequestPrincipal principal = RequestPrincipal::arn(entity.arn);
    OpenCall call;
    opener_.open(principal, resolve(principal), "sts:AssumeRole", Opening::Nothing, call);
    add(std::move(assumption), call, solve(call));
  }

  // ---- Accounts --------------------------------------------------------------------------------

  void accounts() {
    std::set<std::string_view> scope = named_.accounts;
    if (named_.everyone) {
      scope.insert(named_.denied_accounts.begin(), named_.denied_accounts.end());
      for (const auto& [id, account] : estate_.accounts()) scope.insert(id);
      if (estate_.organization) {
        for (const OrganizationNode& node : estate_.organization->nodes) {
          if (is_account_id(node.id)) scope.insert(node.id);
        }
      }
    }
    for (const std::string_view id : scope) {
      const Account* account = estate_.find_account(id);
      if (account != nullptr) members_of(*account);
      if (account == nullptr || !account->exported) anybody(AssumerKind::Account, id);
      if (account != nullptr && account->exported) incomplete(*account);
    }
    if (named_.everyone) anybody(AssumerKind::Outside, {});
  }

  void incomplete(const Account& account) {
    for (const auto& [complete, what] :
         {std::pair(account.has_users, "users"), std::pair(account.has_roles, "roles")}) {
      if (complete) continue;
      answer_.gaps.push_back(
          {fmt::format("{} of account {}", what, account.id), "the export does not list them all",
           fmt::format("aws iam get-account-authorization-details > {0}.gaad.json  # in account "
                       "{0}",
                       account.id)});
    }
  }

  void anybody(AssumerKind kind, std::string_view account) {
    if (kind == AssumerKind::Account) answer_.apart.emplace_back(account);
    ResolvedCaller resolved;
    resolved.caller.kind = CallerKind::Account;
    resolved.caller.partition = partition_;
    resolved.caller.account = account;
    resolved.account = estate_.find_account(account);
    OpenCall call;
    opener_.open({}, resolved, "sts:AssumeRole", Opening::Anybody, call);
    add({.kind = kind, .account = std::string(account)}, call, solve(call));
  }

  void members_of(const Account& account) {
    for (const PrincipalClass& each : index_.classes(account)) {
      std::vector<const IamEntity*> members;
      for (const IamEntity* member : each.members) {
        if (individuals_.count(member) == 0) members.push_back(member);
      }
      if (members.empty()) continue;
      answer_.considered += members.size();
      class_of(account, each.kind, std::move(members));
    }
  }

  void class_of(const Account& account, CallerKind kind, std::vector<const IamEntity*> members) {
    const RequestPrincipal principal = RequestPrincipal::arn(members[0]->arn);
    const ResolvedCaller resolved = resolve(principal);
    const bool one = members.size() == 1;
    OpenCall call;
    opener_.open(principal, resolved, "sts:AssumeRole", one ? Opening::Nothing : Opening::Members,
                 call);
    const Solved solved = solve(call);
    if (solved.exact[0] == kNever) return;
    Assumption assumption{.kind = kind == CallerKind::User ? AssumerKind::User : AssumerKind::Role,
                          .account = account.id,
                          .members = std::move(members)};
    if (!one) return tell_apart(std::move(assumption), call, solved);
    add(std::move(assumption), call, solved);
  }

  // What an open part comes to for one member.
  ResidualId of_member(ResidualId id, const Caller& caller, const Authorization& authorization) {
    const ResidualNode& part = answer_.residuals.node(id);
    if (part.kind == ResidualKind::Condition) {
      const auto known = settle_condition(answer_.residuals, *part.condition, authorization.context,
                                          part.variables);
      return known ? *known : id;
    }
    const Tri value = ResidualTable::evaluate_part(part, caller, authorization);
    return value == Tri::Open ? id : value == Tri::Yes ? kAlways : kNever;
  }

  // Settles what hangs on the member, and makes one assumption of the members with one condition.
  void tell_apart(Assumption assumption, OpenCall& call, const Solved& solved) {
    std::array<std::vector<ResidualId>, kSubActions> parts;
    bool any = false;
    call.opening = Opening::Nothing;
    for (std::size_t i = 0; i < kSubActions; ++i) {
      for (const ResidualId id : answer_.residuals.open_parts(solved.exact[i])) {
        if (tells_members_apart(answer_.residuals.node(id))) parts[i].push_back(id);
      }
      if (parts[i].empty()) continue;
      any = true;
      opener_.open_part(static_cast<SubActionKind>(i), call);
    }
    if (!any) return add(std::move(assumption), call, solved);
    std::map<std::vector<ResidualId>, std::vector<const IamEntity*>> groups;
    const Caller& caller = call.resolved.caller;
    for (const IamEntity* member : assumption.members) {
      std::vector<ResidualId> values;
      for (std::size_t i = 0; i < kSubActions; ++i) {
        if (parts[i].empty()) continue;
        RequestContext& context = call.parts[i].context;
        set_member(context, caller.kind, *member);
        for (const ResidualId id : parts[i]) {
          values.push_back(of_member(id, caller, call.parts[i]));
        }
      }
      groups[values].push_back(member);
    }
    for (auto& [values, members] : groups) {
      Solved of_group = solved;
      std::size_t next = 0;
      for (std::size_t i = 0; i < kSubActions; ++i) {
        std::map<ResidualId, ResidualId> known;
        for (const ResidualId id : parts[i]) known[id] = values[next++];
        of_group.exact[i] = answer_.residuals.settle(solved.exact[i], [&](ResidualId part) {
          const auto found = known.find(part);
          return found == known.end() ? part : found->second;
        });
      }
      Assumption one = assumption;
      one.members = std::move(members);
      call.request.principal = RequestPrincipal::arn(one.members[0]->arn);
      call.resolved = resolve(call.request.principal);
      add(std::move(one), call, of_group);
    }
  }

  // ---- Services and providers ------------------------------------------------------------------

  void services() {
    for (const auto& [name, granted] : named_.services) {
      if (!granted && !named_.everyone) continue;
      answer_.apart.push_back(name);
      const RequestPrincipal principal = RequestPrincipal::service(name);
      ResolvedCaller resolved = resolve(principal);
      add_service_names(AssumeRequest(), resolved.caller);
      without_account(AssumerKind::Service, name, principal, resolved, "sts:AssumeRole");
    }
    if (!named_.everyone) return;
    // AWS does not say whether {"AWS": "*"} names services; one that no policy names stands for
    // all.
    ResolvedCaller resolved;
    resolved.caller.kind = CallerKind::Service;
    resolved.caller.partition = partition_;
    without_account(AssumerKind::Service, "", {}, resolved, "sts:AssumeRole");
  }

  void providers() {
    for (const auto& [name, granted] : named_.providers) {
      if (!granted && !named_.everyone) continue;
      const RequestPrincipal principal = RequestPrincipal::federated(name);
      const ResolvedCaller resolved = resolve(principal);
      const bool oidc = resolved.caller.kind == CallerKind::Oidc;
      const std::string called = oidc ? resolved.caller.issuer : std::string(name);
      answer_.apart.push_back(called);
      without_account(oidc ? AssumerKind::Oidc : AssumerKind::Saml, called, principal, resolved,
                      oidc ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRoleWithSAML");
    }
  }

  // AWS does not say whether {"AWS": "*"} names callers with a token or an assertion either.
  void unnamed_providers() {
    ResolvedCaller resolved;
    resolved.caller.partition = partition_;
    resolved.caller.kind = CallerKind::Oidc;
    without_account(AssumerKind::Oidc, "", {}, resolved, "sts:AssumeRoleWithWebIdentity");
    resolved.caller.kind = CallerKind::Saml;
    without_account(AssumerKind::Saml, "", {}, resolved, "sts:AssumeRoleWithSAML");
  }

  void without_account(AssumerKind kind, std::string name, const RequestPrincipal& principal,
                       const ResolvedCaller& resolved, std::string_view action) {
    OpenCall call;
    opener_.open(principal, resolved, action, Opening::Nothing, call);
    add({.kind = kind, .name = std::move(name)}, call, solve(call));
  }

  const Estate& estate_;
  const Role& role_;
  const Account& account_;
  CallOpener opener_;
  PrincipalIndex index_;
  std::string partition_{"aws"};
  Named named_;
  std::set<std::string, std::less<>> role_tags_;  // Principal tags that bear on roles.
  std::unordered_set<const IamEntity*> individuals_;
  std::unordered_map<std::string_view, std::tuple<const IamEntity*, AssumerKind, const Account*>>
      by_id_;
  WhoAnswer answer_;
};

}  // namespace

std::string_view assumer_kind_name(AssumerKind kind) {
  constexpr std::array<std::string_view, 7> kNames = {"user",    "role", "account", "outside",
                                                      "service", "oidc", "saml"};
  return kNames[static_cast<std::size_t>(kind)];
}

WhoAnswer find_who(const Estate& estate, const Role& role) {
  const auto arn = Arn::split(role.arn);
  const Account* const account = arn ? estate.find_account(arn->account) : nullptr;
  if (account == nullptr) {
    WhoAnswer answer;
    answer.role = &role;
    answer.trust_known = false;
    return answer;
  }
  return WhoFinder(estate, role, *account).find();
}

}  // namespace rolecall
