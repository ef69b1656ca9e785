// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "reach/call_solver.h"
#include "reach/gate_residual.h"
#include "reach/member_split.h"
#include "reach/open_call.h"
#include "reach/principal_index.h"

namespace rolecall {

namespace {

// Each is matched against all of them. A trust policy of AWS's largest size has some hundreds.
constexpr std::size_t kMostNamed = 2000;

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
  WhoFinder(const PrincipalIndex& index, const Role& role, const Account& account, WhoDetail detail)
      : index_(index),
        estate_(index.estate()),
        role_(role),
        account_(account),
        detail_(detail),
        opener_(estate_, role, account) {
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
    answer_.gaps.push_back({fmt::format("the trust policy of `{}`", role_.arn),
                            role_.trust == nullptr
                                ? "its document is not in the estate"
                                : "the document has faults, so that part of it is not known",
                            fmt::format("aws iam get-role --role-name {}  # in account {}",
                                        shell_quoted(role_.name), account_.id)});
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

  SolvedCall solve(OpenCall& call) {
    SolvedCall solved = CallSolver(answer_.residuals).solve(opener_, call);
    role_tags_.insert(solved.role_tags.begin(), solved.role_tags.end());
    return solved;
  }

  void add(Assumption assumption, const OpenCall& call, const SolvedCall& solved) {
    if (solved.never()) return;
    const ResidualId some = CallSolver(answer_.residuals).some_call(solved.exact, call.mandatory);
    if (some != kNever) add(std::move(assumption), call, solved.grants, {solved.exact, some});
  }

  void add(Assumption assumption, const OpenCall& call, const std::vector<GrantStatement>& grants,
           const MemberOutcome& outcome) {
    assumption.action = call.parts[0].action;
    assumption.exact = outcome.exact;
    assumption.condition = outcome.condition;
    if (detail_ == WhoDetail::Grants) assumption.grants = opener_.place(call, grants);
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
    const IdentifiedPrincipal* const found = index_.find_by_id(id);
    if (found == nullptr) {
      return dangling(id, "a deleted principal, or one that is not in the estate");
    }
    one_of_estate(*found->entity, kind_of(found->kind), *found->account);
  }

  static AssumerKind kind_of(CallerKind kind) {
    return kind == CallerKind::User ? AssumerKind::User : AssumerKind::Role;
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
    if (!individuals_.emplace(&entity, &account).second) return;
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
    std::set<std::string_view> alone = named_.accounts;
    if (named_.everyone) {
      alone.insert(named_.denied_accounts.begin(), named_.denied_accounts.end());
      alone.insert(account_.id);
      add_accounts_without_export(alone);
    }
    for (const std::string_view id : alone) {
      const Account* account = estate_.find_account(id);
      if (account != nullptr) members_of(*account);
      if (account == nullptr || !account->exported) anybody(AssumerKind::Account, id);
      if (account != nullptr && account->exported) incomplete(*account);
    }
    if (!named_.everyone) return;
    all_but(alone);
    anybody(AssumerKind::Outside, {});
  }

  void add_accounts_without_export(std::set<std::string_view>& ids) const {
    for (const auto& [id, account] : estate_.accounts()) {
      if (!account.exported) ids.insert(id);
    }
    if (!estate_.organization) return;
    for (const OrganizationNode& node : estate_.organization->nodes) {
      if (is_account_id(node.id) && estate_.find_account(node.id) == nullptr) ids.insert(node.id);
    }
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
      std::vector<const IamEntity*> members = without_individuals(each.members);
      answer_.considered += members.size();
      const bool asks =
          &account == &account_ || !account.exported || PrincipalIndex::may_ask(each, role_.arn);
      if (asks && !members.empty()) class_of(account, each.kind, std::move(members));
    }
  }

  std::vector<const IamEntity*> without_individuals(
      const std::vector<const IamEntity*>& all) const {
    if (individuals_.empty()) return all;
    std::vector<const IamEntity*> members;
    std::copy_if(all.begin(), all.end(), std::back_inserter(members),
                 [&](const IamEntity* each) { return individuals_.count(each) == 0; });
    return members;
  }

  void class_of(const Account& account, CallerKind kind, std::vector<const IamEntity*> members) {
    OpenCall call;
    const RequestPrincipal principal = RequestPrincipal::arn(members[0]->arn);
    if (members.size() == 1) {
      opener_.open(principal, resolve(principal), "sts:AssumeRole", Opening::Nothing, call);
      return add({.kind = kind_of(kind), .account = account.id, .members = std::move(members)},
                 call, solve(call));
    }
    opener_.open(principal, resolve(principal), "sts:AssumeRole", Opening::Members, call);
    const SolvedCall solved = solve(call);
    if (solved.never()) return;
    MemberSplit split(answer_.residuals, opener_, call, solved);
    add_members(account, members, split, call, solved.grants);
  }

  void add_members(const Account& account, const std::vector<const IamEntity*>& members,
                   MemberSplit& split, OpenCall& call, const std::vector<GrantStatement>& grants) {
    const AssumerKind kind = kind_of(call.resolved.caller.kind);
    for (MemberGroup& each : split.split(members)) {
      Assumption one{.kind = kind, .account = account.id, .members = std::move(each.members)};
      if (detail_ == WhoDetail::Grants) {
        call.request.principal = RequestPrincipal::arn(one.members[0]->arn);
        call.resolved = resolve(call.request.principal);
      }
      add(std::move(one), call, grants, *each.outcome);
    }
  }

  // ---- Accounts that no policy of the role tells apart -----------------------------------------

  using Alone = std::set<std::string_view>;
  using Places = std::vector<SharedClass::Place>;
  using Candidates = std::vector<std::pair<const SharedClass*, const Places*>>;

  void all_but(const Alone& alone) {
    for (const auto& [id, account] : estate_.accounts()) {
      if (alone.count(id) != 0) continue;
      answer_.considered += account.users.size() + account.roles.size();
      incomplete(account);
    }
    for (const auto& [entity, account] : individuals_) {
      if (alone.count(account->id) == 0) --answer_.considered;
    }
    // What of a caller the role's side of a call is decided by, beside its account.
    std::map<std::tuple<std::uint32_t, CallerKind, bool, bool>, Candidates> calls;
    for (const SharedClass* const each : index_.asking(role_.arn)) {
      for (const auto& [group, places] : each->places) {
        calls[{group, each->kind, each->service_linked, each->has_boundary}].emplace_back(each,
                                                                                          &places);
      }
    }
    for (const auto& [likeness, candidates] : calls) classes_of(candidates, alone);
  }

  // One that stands for the others: no policy names it or its account.
  const IamEntity* find_example(const Candidates& candidates, const Alone& alone) const {
    for (const auto& [shared, places] : candidates) {
      for (const SharedClass::Place& place : *places) {
        if (alone.count(place.account->id) != 0) continue;
        for (const IamEntity* const member : place.members->members) {
          if (individuals_.count(member) == 0) return member;
        }
      }
    }
    return nullptr;
  }

  // Classes whose members are alike in the eyes of all but their own policies.
  void classes_of(const Candidates& candidates, const Alone& alone) {
    const IamEntity* const example = find_example(candidates, alone);
    if (example == nullptr) return;
    const RequestPrincipal principal = RequestPrincipal::arn(example->arn);
    OpenCall call;
    opener_.open(principal, resolve(principal), "sts:AssumeRole", Opening::Accounts, call);
    CallGates gates(answer_.residuals, opener_, call);
    for (const auto& [shared, places] : candidates) {
      const SolvedCall solved = gates.solve(shared->identity, shared->boundary);
      role_tags_.insert(solved.role_tags.begin(), solved.role_tags.end());
      if (solved.never()) continue;
      MemberSplit split(answer_.residuals, opener_, call, solved);
      const bool apart = tells_accounts_apart(solved);
      for (const SharedClass::Place& place : *places) {
        if (alone.count(place.account->id) != 0) continue;
        std::vector<const IamEntity*> members = without_individuals(place.members->members);
        if (members.empty()) continue;
        if (apart) {
          class_of(*place.account, shared->kind, std::move(members));
        } else {
          add_members(*place.account, members, split, call, solved.grants);
        }
      }
    }
  }

  bool tells_accounts_apart(const SolvedCall& solved) const {
    return std::any_of(solved.exact.begin(), solved.exact.end(), [&](ResidualId exact) {
      const std::vector<ResidualId> parts = answer_.residuals.open_parts(exact);
      return std::any_of(parts.begin(), parts.end(), [&](ResidualId part) {
        return rolecall::tells_accounts_apart(answer_.residuals.node(part));
      });
    });
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

  const PrincipalIndex& index_;
  const Estate& estate_;
  const Role& role_;
  const Account& account_;
  WhoDetail detail_;
  CallOpener opener_;
  std::string partition_{"aws"};
  Named named_;
  std::set<std::string, std::less<>> role_tags_;  // Principal tags that bear on roles.
  std::unordered_map<const IamEntity*, const Account*> individuals_;
  WhoAnswer answer_;
};

}  // namespace

std::string_view assumer_kind_name(AssumerKind kind) {
  constexpr std::array<std::string_view, 7> kNames = {"user",    "role", "account", "outside",
                                                      "service", "oidc", "saml"};
  return kNames[static_cast<std::size_t>(kind)];
}

WhoIndex::WhoIndex(const Estate& estate) : principals_(std::make_unique<PrincipalIndex>(estate)) {}
WhoIndex::~WhoIndex() = default;

WhoAnswer find_who(const WhoIndex& index, const Role& role, WhoDetail detail) {
  const PrincipalIndex& principals = index.principals();
  const auto arn = Arn::split(role.arn);
  const Account* const account = arn ? principals.estate().find_account(arn->account) : nullptr;
  if (account == nullptr) {
    WhoAnswer answer;
    answer.role = &role;
    answer.trust_known = false;
    return answer;
  }
  return WhoFinder(principals, role, *account, detail).find();
}

WhoAnswer find_who(const Estate& estate, const Role& role) {
  return find_who(WhoIndex(estate), role);
}

}  // namespace rolecall
