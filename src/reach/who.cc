// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
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
#include "reach/named_principals.h"
#include "reach/open_call.h"
#include "reach/principal_index.h"
#include "reach/role_likeness.h"
#include "reach/shared_ways.h"
#include "reach/walk_index.h"
#include "reach/who_gap.h"

namespace rolecall {

namespace {

// The work is quadratic in these. A trust policy of AWS's largest size names some hundreds.
constexpr std::size_t kMostNamed = 2000;

class WhoFinder {
 public:
  WhoFinder(const PrincipalIndex& index, const Role& role, const Account& account, WhoDetail detail)
      : index_(index),
        estate_(index.estate()),
        role_(role),
        account_(account),
        detail_(detail),
        opener_(estate_, role, account),
        asked_(role.arn) {
    answer_.role = &role;
    answer_.account = account.id;
    if (const auto arn = Arn::split(role.arn)) partition_ = arn->partition;
  }
  // For a role that stands for all roles like it (RoleLikeness).
  WhoFinder(const WhoFinder& like, std::string_view stand_in, Asking asking)
      : index_(like.index_),
        estate_(like.estate_),
        role_(like.role_),
        account_(like.account_),
        detail_(WhoDetail::Conditions),
        opener_(estate_, role_, account_, stand_in, asking),
        asked_(stand_in),
        partition_(like.partition_),
        named_(like.named_),
        faulty_trust_(like.faulty_trust_),
        shares_(true),
        individuals_(like.individuals_) {}

  WhoAnswer find() {
    const Policy* const trust = role_.trust.shared();
    faulty_trust_ = trust == nullptr || trust->faulty;
    answer_.trust_known = trust != nullptr;
    if (faulty_trust_) answer_.gaps.push_back(trust_gap(role_, account_.id));
    if (trust == nullptr) return std::move(answer_);
    named_ = collect_named(estate_, *trust);
    if (named_.principals.size() > kMostNamed) {
      answer_.trust_known = false;
      answer_.gaps.push_back(names_gap(role_, named_.principals.size(), kMostNamed));
      return std::move(answer_);
    }
    named_principals();
    if (detail_ == WhoDetail::Classes) find_likeness();
    accounts();
    services();
    providers();
    if (named_.everyone) unnamed_providers();
    answer_.session_tags = !role_tags_.empty();
    for (const std::string& key : role_tags_) answer_.gaps.push_back(session_tags_gap(key));
    std::sort(answer_.apart.begin(), answer_.apart.end());
    return std::move(answer_);
  }

 private:
  // ---- One caller ------------------------------------------------------------------------------

  SolvedCall solve(OpenCall& call) {
    SolvedCall solved = CallSolver(answer_.residuals).solve(opener_, call);
    role_tags_.insert(solved.role_tags.begin(), solved.role_tags.end());
    return solved;
  }

  SolvedCall solve(CallGates& gates, const OwnPolicies& own) {
    SolvedCall solved = gates.solve(own.identity, own.boundary);
    role_tags_.insert(solved.role_tags.begin(), solved.role_tags.end());
    return solved;
  }

  void add(Assumption assumption, const OpenCall& call, const SolvedCall& solved) {
    if (solved.is_never_allowed()) return;
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
    origins_.push_back(origin_);
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

  using IdSet = std::set<std::string_view>;  // `separate`: accounts decided one by one.

  void accounts() {
    IdSet separate = named_.accounts;
    if (named_.everyone) {
      separate.insert(named_.denied_accounts.begin(), named_.denied_accounts.end());
      separate.insert(index_.not_exported().begin(), index_.not_exported().end());
    }
    const IdSet everywhere = separate;
    if (named_.everyone) separate.insert(account_.id);
    count(separate);
    for (const std::string_view id : separate) {
      const Account* account = estate_.find_account(id);
      const bool exported = account != nullptr && account->exported;
      if (account != nullptr && (!likeness_ || !exported)) members_of(*account);
      if (!exported) anybody(AssumerKind::Account, id);
    }
    if (named_.everyone && !likeness_) classes_of(index_.asking(asked_.arn), separate);
    if (named_.everyone) anybody(AssumerKind::Outside, {});
    if (likeness_) shared_ways(separate, everywhere);
  }

  void count(const IdSet& separate) {
    const auto size = [](const Account& account) {
      return account.users.size() + account.roles.size();
    };
    for (const std::string_view id : separate) {
      const Account* const account = estate_.find_account(id);
      if (account == nullptr) continue;
      if (!named_.everyone) answer_.considered += size(*account);
      if (account->exported) add_incomplete(*account, answer_.gaps);
    }
    for (const auto& [entity, account] : individuals_) {
      if (named_.everyone || separate.count(account->id) != 0) --answer_.considered;
    }
    if (!named_.everyone) return;
    answer_.considered += index_.principals();
    for (const Account* const account : index_.incomplete()) {
      if (separate.count(account->id) == 0) add_incomplete(*account, answer_.gaps);
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

  // A class of one account; `members` are those that no policy names.
  struct AccountClass {
    const PrincipalClass* of = nullptr;
    const OwnPolicies* own = nullptr;
    bool asks = false;  // PrincipalIndex::may_ask.
    std::vector<const IamEntity*> members{};
  };

  void members_of(const Account& account) {
    members_of(account, [](const SharedClass*) { return true; });
  }

  template <typename Wanted>
  void members_of(const Account& account, const Wanted& wanted) {
    const std::vector<PrincipalClass>& classes = index_.classes(account);
    // Within the role's account the trust policy is enough to let somebody in.
    const bool all_ask =
        !account.exported || (&account == &account_ && (named_.everyone || faulty_trust_));
    // Candidates by all that policies other than their own can depend on.
    std::map<std::tuple<CallerKind, bool, bool>, std::vector<AccountClass>> calls;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const PrincipalClass& each = classes[i];
      const bool asks = PrincipalIndex::may_ask(each, asked_);
      if (!all_ask && !asks) continue;
      const SharedClass* const shared = shares_ ? each.shared : nullptr;
      if (!wanted(shared)) continue;
      std::vector<const IamEntity*> members = without_individuals(each.members);
      if (members.empty()) continue;
      const bool has_boundary = !members[0]->boundary_arn.empty();
      calls[{each.kind, each.service_linked, has_boundary}].push_back(
          {&each, &index_.own_policies(account)[i], asks, std::move(members)});
    }
    for (const auto& [likeness, candidates] : calls) classes_of(account, candidates);
  }

  void classes_of(const Account& account, const std::vector<AccountClass>& candidates) {
    const RequestPrincipal principal = RequestPrincipal::arn(candidates[0].members[0]->arn);
    OpenCall call;
    opener_.open(principal, resolve(principal), "sts:AssumeRole", Opening::Members, call);
    CallGates gates(answer_.residuals, opener_, call);
    MemberContexts contexts(call);
    std::optional<SolvedCall> passive;
    for (const AccountClass& each : candidates) {
      // All classes whose own policies say nothing about the role get the same answer.
      const bool is_passive = !each.of->limited && !each.of->passes_along && !each.asks;
      const SolvedCall solved = is_passive && passive ? *passive : solve(gates, *each.own);
      if (is_passive && !passive) passive = solved;
      if (solved.is_never_allowed()) continue;
      origin_ = shares_ ? each.of->shared : nullptr;
      MemberSplit split(answer_.residuals, contexts, call, solved);
      add_members(account, split_class(split, *each.of, each.members), call, solved.grants);
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
    if (solved.is_never_allowed()) return;
    MemberContexts contexts(call);
    MemberSplit split(answer_.residuals, contexts, call, solved);
    add_members(account, split.split(members), call, solved.grants);
  }

  // `members` are all or some of the class.
  std::vector<MemberGroup> split_class(MemberSplit& split, const PrincipalClass& of,
                                       const std::vector<const IamEntity*>& members) const {
    const bool whole = members.size() == of.members.size();
    return whole ? split.split(of, index_.partitions()) : split.split(members);
  }

  void add_members(const Account& account, std::vector<MemberGroup> groups, OpenCall& call,
                   const std::vector<GrantStatement>& grants) {
    const AssumerKind kind = kind_of(call.resolved.caller.kind);
    for (MemberGroup& each : groups) {
      Assumption one{.kind = kind, .account = account.id, .members = std::move(each.members)};
      if (detail_ == WhoDetail::Grants) {
        call.request.principal = RequestPrincipal::arn(one.members[0]->arn);
        call.resolved = resolve(call.request.principal);
      }
      add(std::move(one), call, grants, *each.outcome);
    }
  }

  // ---- Accounts that only policies of their own distinguish ------------------------------------

  using Places = std::vector<SharedClass::Place>;
  using Candidates = std::vector<std::pair<const SharedClass*, const Places*>>;

  void classes_of(const std::vector<const SharedClass*>& classes, const IdSet& separate) {
    // As in members_of, with the group of accounts.
    std::map<std::tuple<std::uint32_t, CallerKind, bool, bool>, Candidates> calls;
    for (const SharedClass* const each : classes) {
      for (const auto& [group, places] : each->places) {
        calls[{group, each->kind, each->service_linked, each->has_boundary}].emplace_back(each,
                                                                                          &places);
      }
    }
    for (const auto& [likeness, candidates] : calls) classes_of(candidates, separate);
  }

  // A member that stands for the others: no policy names it or its account.
  const IamEntity* find_example(const Candidates& candidates, const IdSet& separate) const {
    for (const auto& [shared, places] : candidates) {
      for (const SharedClass::Place& place : *places) {
        if (separate.count(place.account->id) != 0) continue;
        for (const IamEntity* const member : place.members->members) {
          if (individuals_.count(member) == 0) return member;
        }
      }
    }
    return nullptr;
  }

  // REQUIRES: only their own policies can distinguish the candidates.
  void classes_of(const Candidates& candidates, const IdSet& separate) {
    const IamEntity* const example = find_example(candidates, separate);
    if (example == nullptr) return;
    const RequestPrincipal principal = RequestPrincipal::arn(example->arn);
    OpenCall call;
    opener_.open(principal, resolve(principal), "sts:AssumeRole", Opening::Accounts, call);
    CallGates gates(answer_.residuals, opener_, call);
    MemberContexts contexts(call);
    for (const auto& [shared, places] : candidates) {
      const SolvedCall solved = solve(gates, index_.own_policies(*shared));
      if (solved.is_never_allowed()) continue;
      origin_ = shared;
      MemberSplit split(answer_.residuals, contexts, call, solved);
      const bool apart = tells_accounts_apart(solved);
      for (const SharedClass::Place& place : *places) {
        if (separate.count(place.account->id) != 0) continue;
        std::vector<const IamEntity*> members = without_individuals(place.members->members);
        if (members.empty()) continue;
        if (apart) {
          class_of(*place.account, shared->kind, std::move(members));
        } else {
          add_members(*place.account, split_class(split, *place.members, members), call,
                      solved.grants);
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

  // ---- Roles that are alike --------------------------------------------------------------------

  void find_likeness() {
    const bool shares = named_.everyone || !named_.accounts.empty() || !named_.services.empty();
    if (!shares) return;
    likeness_ = index_.likeness().of(role_, account_);
    shares_ = true;
    if (likeness_->unique) likeness_.reset();
  }

  // Adds what is worked out once for all roles that are alike: exported accounts, and services.
  // `everywhere` are the accounts that are separate for each of these roles.
  void shared_ways(const IdSet& separate, const IdSet& everywhere) {
    // When the trust policy names the role's account, only roles of that account are alike.
    const bool names_own = everywhere.count(account_.id) != 0;
    const std::string key = likeness_->key + (names_own ? account_.id : "");
    add_shared(key, Asking::FromElsewhere, [&](WhoFinder& finder) {
      finder.members_of_others(everywhere);
      if (named_.everyone) finder.classes_of(index_.asking(likeness_->stand_in), everywhere);
      finder.service_calls();
    });
    const bool own = account_.exported && separate.count(account_.id) != 0;
    if (own) {
      add_shared(likeness_->key + account_.id + "own", Asking::FromAnywhere,
                 [&](WhoFinder& finder) { finder.members_of(account_); });
    }
    // Classes whose policies name the role are decided for this role alone.
    const std::vector<const SharedClass*>& apart = likeness_->apart;
    if (apart.empty()) return;
    const auto is_apart = [&](const SharedClass* each) {
      return std::binary_search(apart.begin(), apart.end(), each);
    };
    for (const std::string_view id : separate) {
      const Account* const account = estate_.find_account(id);
      if (account != nullptr && account->exported) members_of(*account, is_apart);
    }
    if (named_.everyone) classes_of(apart, separate);
  }

  void members_of_others(const IdSet& accounts) {
    for (const std::string_view id : accounts) {
      const Account* const account = estate_.find_account(id);
      if (account != nullptr && account->exported && account != &account_) members_of(*account);
    }
  }

  template <typename Find>
  void add_shared(const std::string& key, Asking asking, const Find& find) {
    const SharedWays& shared = index_.shared_ways(key, [&] {
      WhoFinder finder(*this, likeness_->stand_in, asking);
      find(finder);
      SharedWays ways = share_ways(estate_, std::move(finder.answer_), finder.origins_);
      ways.role_tags = std::move(finder.role_tags_);
      return ways;
    });
    role_tags_.insert(shared.role_tags.begin(), shared.role_tags.end());
    const Account* const without = asking == Asking::FromElsewhere ? &account_ : nullptr;
    for (const SharedWays::Way& each : shared.ways) {
      auto made = adopt_way(shared, each, without, likeness_->apart, answer_.residuals);
      if (made) answer_.assumptions.push_back(*std::move(made));
    }
  }

  // ---- Services and providers ------------------------------------------------------------------

  void services() {
    for (const auto& [name, granted] : named_.services) {
      if (granted || named_.everyone) answer_.apart.push_back(name);
    }
    if (!likeness_) service_calls();
  }

  void service_calls() {
    for (const auto& [name, granted] : named_.services) {
      if (!granted && !named_.everyone) continue;
      const RequestPrincipal principal = RequestPrincipal::service(name);
      ResolvedCaller resolved = resolve(principal);
      add_service_names(AssumeRequest(), resolved.caller);
      without_account(AssumerKind::Service, name, principal, resolved, "sts:AssumeRole");
    }
    if (!named_.everyone) return;
    // AWS does not document whether {"AWS": "*"} names services. This stands for all unnamed ones.
    ResolvedCaller resolved;
    resolved.caller.kind = CallerKind::Service;
    resolved.caller.partition = partition_;
    without_account(AssumerKind::Service, "", {}, resolved, "sts:AssumeRole");
  }

  // A provider ARN of another account stands for the same issuer in the role's account.
  void providers() {
    for (const auto& [name, granted] : named_.providers) {
      if (!granted && !named_.everyone) continue;
      const RequestPrincipal principal = RequestPrincipal::federated(name);
      const ResolvedCaller resolved = resolve(principal);
      const bool oidc = resolved.caller.kind == CallerKind::Oidc;
      const std::string called = oidc ? resolved.caller.issuer : std::string(name);
      if (std::count(answer_.apart.begin(), answer_.apart.end(), called) != 0) continue;
      answer_.apart.push_back(called);
      without_account(oidc ? AssumerKind::Oidc : AssumerKind::Saml, called, principal, resolved,
                      oidc ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRoleWithSAML");
    }
  }

  // AWS does not document whether {"AWS": "*"} names callers with a token or an assertion.
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
  AskedRole asked_;
  std::string partition_{"aws"};
  NamedPrincipals named_;
  bool faulty_trust_ = false;
  bool shares_ = false;                           // PrincipalClass::shared is set.
  std::optional<RoleLikeness> likeness_;          // Set for WhoDetail::Classes, if useful.
  std::set<std::string, std::less<>> role_tags_;  // As SolvedCall::role_tags.
  std::unordered_map<const IamEntity*, const Account*> individuals_;
  const SharedClass* origin_ = nullptr;  // The class of assumptions that are added.
  std::vector<const SharedClass*> origins_;
  WhoAnswer answer_;
};

}  // namespace

std::string_view assumer_kind_name(AssumerKind kind) {
  constexpr std::array<std::string_view, kAssumerKinds> kNames = {
      "user", "role", "account", "outside", "service", "oidc", "saml"};
  return kNames[static_cast<std::size_t>(kind)];
}

WhoIndex::WhoIndex(const Estate& estate) : principals_(std::make_unique<PrincipalIndex>(estate)) {}
WhoIndex::~WhoIndex() = default;

const WalkIndex& WhoIndex::walks() const {
  std::call_once(walks_once_, [&] { walks_ = std::make_unique<WalkIndex>(principals_->estate()); });
  return *walks_;
}

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
