// SPDX-License-Identifier: Apache-2.0
#include "reach/target_calls.h"

#include <algorithm>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/eval/policy_variable.h"
#include "rolecall/iam/arn.h"

#include "reach/class_keys.h"
#include "reach/role_keys.h"

namespace rolecall {

namespace {

// How many open calls are kept for other roles.
constexpr std::size_t kMostOpened = 16;
// Every pattern is matched with every role; with more than these it is faster not to share calls.
constexpr std::size_t kMostPatterns = 64;

bool names_roles(PolicyKind kind, const PatternList& resource) {
  if (kind == PolicyKind::Trust) return resource.present;
  return resource.negated || std::any_of(resource.items.begin(), resource.items.end(),
                                         [](const Text& each) { return each.value != "*"; });
}

}  // namespace

const RoleReading::Reads& RoleReading::of(const Policy& policy) {
  const auto [known, added] = known_.try_emplace(&policy);
  Reads& reads = known->second;
  if (!added) return reads;
  RoleKeys keys;
  keys.read(policy);
  reads.tags = !keys.tags.empty();
  reads.account = keys.organization || keys.paths || keys.account;
  // Messages about a faulty trust policy name the role.
  reads.role =
      reads.tags || (policy.faulty && policy.kind == PolicyKind::Trust) ||
      std::any_of(policy.statements.begin(), policy.statements.end(), [&](const Statement& each) {
        return bears_on_assuming(each) && names_roles(policy.kind, each.resource);
      });
  return reads;
}

std::size_t RoleReading::rcps_of(const Account& account) {
  const auto [known, added] = rcps_.try_emplace(&account);
  if (added) {
    known->second =
        rcp_numbers_.try_emplace(rcp_key(estate_, account), rcp_numbers_.size()).first->second;
  }
  return known->second;
}

void TargetCalls::change_caller(Own policies) {
  ++caller_;
  if (policies == Own::Same) return;
  ++own_;
  own_policies_ = {};
}

void TargetCalls::decide(const WalkIndex::Target& target, const Policy& trust) {
  Opened* const shared = find_shared(target, trust);
  current_ = shared != nullptr ? shared : &open(target, trust);
  if (shared != nullptr) {
    follow_caller(*current_);
    current_->call->request.role = target.role->arn;
    std::string matches = matches_of(own_policies_, target.role->arn);
    if (current_->matches_own != matches) {
      current_->matches_own = std::move(matches);
      current_->gates->forget_own_policies();
    } else if (current_->trust == &trust) {
      return;
    }
    replace_trust(target, trust, *current_);
  }
  current_->trust = &trust;
  current_->answer = ++answers_;
}

// An open call that can serve this role; null: none.
TargetCalls::Opened* TargetCalls::find_shared(const WalkIndex::Target& target,
                                              const Policy& trust) {
  if (!limits_.known || limits_.tells_roles_apart || !read_own_policies() ||
      own_policies_.tells_roles_apart || !is_role_arn(target.role->arn)) {
    return nullptr;
  }
  const RoleReading::Reads& reads = reading_.of(trust);
  if (reads.role) return nullptr;
  const bool reads_account = reads.account || own_policies_.tells_accounts_apart;
  const std::size_t rcps = reading_.rcps_of(*target.account);
  const std::string_view partition = Arn::split(target.role->arn)->partition;
  std::optional<std::string> matches;
  for (const std::unique_ptr<Opened>& each : opened_) {
    if (!each->shared || each->rcps != rcps || each->partition != partition) continue;
    // A call that serves other accounts too may have context keys of any of them.
    const bool here = each->account == target.account && !(reads_account && each->other_accounts);
    const bool elsewhere = each->other_accounts && !reads_account &&
                           each->call->policies.cross_account &&
                           target.account->id != each->call->resolved.caller.account;
    if (!here && !elsewhere) continue;
    if (!matches) matches = matches_of(limits_, target.role->arn);
    if (each->matches_limits == *matches) return each.get();
  }
  return nullptr;
}

// Reads the own policies of the current caller, if that was not done. False: it cannot be.
bool TargetCalls::read_own_policies() {
  if (own_policies_.known) return true;
  Opened& last = *opened_.back();
  if (last.call->refused) return false;
  follow_caller(last);
  read(*last.call, {Gate::Identity, Gate::Boundary}, own_policies_);
  return true;
}

std::string TargetCalls::matches_of(const Reading& reading, std::string_view role) {
  const RequestContext nothing;
  std::string matches;
  for (const Pattern& each : reading.patterns) {
    const Tri match = resource_matches(each.text, role, nothing, *each.policy);
    matches += static_cast<char>('0' + static_cast<int>(match));
  }
  return matches;
}

bool TargetCalls::can_reopen(const WalkIndex::Target& target) const {
  if (opened_.empty()) return false;
  const Opened& last = *opened_.back();
  // Calls with a token or assertion depend on providers of the role's account, and calls of
  // services on the role.
  return !last.call->refused && last.call->resolved.caller.is_signed() &&
         is_role_arn(target.role->arn) && last.tags_known && target.role->has_tags;
}

void TargetCalls::follow_caller(Opened& opened) const {
  if (opened.caller == caller_) return;
  opened.caller = caller_;
  opened.trust = nullptr;
  OpenCall& call = *opened.call;
  call.request.principal = request_.principal;
  call.resolved = resolve_(*opened.account);
  for (Authorization& part : call.parts) {
    if (!part.action.empty()) set_session_role(part.context, *call.resolved.role);
  }
  if (opened.own == own_) return;
  opened.own = own_;
  opened.opener->replace_own_policies(call);
  prune(call);
  if (opened.gates) opened.gates->forget_own_policies();
}

TargetCalls::Opened& TargetCalls::open(const WalkIndex::Target& target, const Policy& trust) {
  const bool again = can_reopen(target);
  if (again) follow_caller(*opened_.back());
  const bool kept = !opened_.empty() && opened_.back()->shared && opened_.size() < kMostOpened;
  if (opened_.empty() || kept) opened_.push_back(std::make_unique<Opened>());
  Opened& opened = *opened_.back();
  opened.gates.reset();
  opened.account = target.account;
  opened.caller = caller_;
  opened.own = own_;
  opened.tags_known = target.role->has_tags;
  opened.opener.emplace(estate_, *target.role, *target.account);
  if (again && kept) {
    opened.call.emplace();
    opened.call->take_caller(*opened_[opened_.size() - 2]->call);
  }
  if (again) {
    opened.opener->reopen(*opened.call);
  } else {
    open_first(target, opened);
  }
  share(target, trust, opened);
  opened.gates.emplace(table_, *opened.opener, *opened.call);
  opened.solved = opened.gates->solve();
  return opened;
}

void TargetCalls::open_first(const WalkIndex::Target& target, Opened& opened) {
  OpenCall& call = opened.call.emplace();
  call.request = request_;
  call.request.role = target.role->arn;
  opened.opener->open(request_.principal, resolve_(*target.account), request_.action, opening_,
                      call);
  if (!call.refused) prune(call);
}

void TargetCalls::prune(OpenCall& call) {
  for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Scp}) {
    for (PolicyLayer& layer : call.policies.at(gate).layers) {
      std::erase_if(layer.policies, [](const PolicyRef& ref) {
        return ref.policy != nullptr && !bears_on_assuming(*ref.policy);
      });
    }
  }
}

void TargetCalls::read(const OpenCall& call, std::initializer_list<Gate> gates, Reading& reading) {
  reading.known = true;
  for (const Gate gate : gates) {
    for (const PolicyLayer& layer : call.policies.at(gate).layers) {
      for (const PolicyRef& ref : layer.policies) {
        if (ref.policy != nullptr) read(*ref.policy, reading);
      }
    }
  }
  reading.tells_roles_apart = reading.tells_roles_apart || reading.patterns.size() > kMostPatterns;
}

void TargetCalls::read(const Policy& policy, Reading& reading) {
  const RoleReading::Reads& reads = reading_.of(policy);
  reading.tells_roles_apart = reading.tells_roles_apart || reads.tags;
  reading.tells_accounts_apart = reading.tells_accounts_apart || reads.account;
  if (!reads.role) return;
  for (const Statement& statement : policy.statements) {
    if (!bears_on_assuming(statement)) continue;
    for (const Text& each : statement.resource.items) {
      const bool varies = policy.variables && has_variable(each.value);
      reading.tells_roles_apart = reading.tells_roles_apart || varies;
      if (each.value != "*") reading.patterns.push_back({each.value, &policy});
    }
  }
}

// Works out which other roles the call can serve.
void TargetCalls::share(const WalkIndex::Target& target, const Policy& trust, Opened& opened) {
  opened.shared = false;
  const OpenCall& call = *opened.call;
  if (call.refused || !call.resolved.caller.is_signed() || !is_role_arn(target.role->arn)) return;
  if (!limits_.known) read(call, {Gate::Session, Gate::Scp, Gate::Vpce}, limits_);
  if (!own_policies_.known) read(call, {Gate::Identity, Gate::Boundary}, own_policies_);
  if (limits_.tells_roles_apart || own_policies_.tells_roles_apart) return;
  opened.shared = true;
  opened.other_accounts = call.policies.cross_account && !limits_.tells_accounts_apart &&
                          !own_policies_.tells_accounts_apart;
  const auto narrow = [&](const Policy& policy) {
    const RoleReading::Reads& reads = reading_.of(policy);
    opened.shared = opened.shared && !reads.role;
    opened.other_accounts = opened.other_accounts && !reads.account;
  };
  narrow(trust);
  for (const PolicyLayer& layer : call.policies.at(Gate::Rcp).layers) {
    for (const PolicyRef& ref : layer.policies) {
      if (ref.policy != nullptr) narrow(*ref.policy);
    }
  }
  if (!opened.shared) return;
  opened.rcps = reading_.rcps_of(*target.account);
  opened.partition = Arn::split(target.role->arn)->partition;
  opened.matches_limits = matches_of(limits_, target.role->arn);
  opened.matches_own = matches_of(own_policies_, target.role->arn);
}

void TargetCalls::replace_trust(const WalkIndex::Target& target, const Policy& trust,
                                Opened& opened) {
  opened.opener.emplace(estate_, *target.role, *target.account);
  opened.call->policies.at(Gate::Trust).layers[0].policies[0] = {&trust,
                                                                 std::string(target.role->arn)};
  for (Authorization& each : opened.call->parts) each.resource = target.role->arn;
  opened.solved = opened.gates->solve_for_trust();
}

}  // namespace rolecall
