// SPDX-License-Identifier: Apache-2.0
#include "reach/walker.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

constexpr auto kIdentity = static_cast<std::size_t>(SubActionKind::SetSourceIdentity);

// Whether the session has transitive tags or a source identity.
bool passes_something_on(const WalkSession& session) {
  return !session.source_identity.empty() || !session.inherited.empty() ||
         (session.choice.transitive && !session.choice.tags.empty());
}

bool is_federated(CallerKind kind) {
  return kind == CallerKind::Oidc || kind == CallerKind::Saml;
}

std::string_view action_of(CallerKind kind) {
  return kind == CallerKind::Oidc   ? "sts:AssumeRoleWithWebIdentity"
         : kind == CallerKind::Saml ? "sts:AssumeRoleWithSAML"
                                    : "sts:AssumeRole";
}

AssumeRequest with_choice(AssumeRequest request, const CallChoice& choice) {
  request.session_name = choice.session_name;
  request.tags = choice.tags;
  if (choice.transitive) {
    for (const NamedValue& tag : choice.tags) request.transitive_tag_keys.push_back(tag.first);
  }
  if (!choice.source_identity.empty()) request.source_identity = choice.source_identity;
  return request;
}

bool is_of_identity(const ResidualNode& part) {
  return part.kind == ResidualKind::Condition &&
         equals_ignore_case(part.condition->key.value, "aws:SourceIdentity");
}

bool asks_for_identity(const ResidualTable& table, ResidualId condition) {
  const std::vector<ResidualId> parts = table.open_parts(condition);
  return std::any_of(parts.begin(), parts.end(),
                     [&](ResidualId id) { return is_of_identity(table.node(id)); });
}

// The condition for a caller without a source identity.
ResidualId without_identity(ResidualTable& table, ResidualId condition) {
  return table.settle(condition, [&](ResidualId id) {
    const ResidualNode& part = table.node(id);
    if (!is_of_identity(part)) return id;
    return settle_condition(table, *part.condition, RequestContext(), part.variables).value_or(id);
  });
}

// Whether a step to the role leads to the session. REQUIRES: steps to the role are the last ones.
bool leads_to(const std::vector<WalkStep>& steps, WalkIndex::RoleId role, SessionId to) {
  for (auto step = steps.rbegin(); step != steps.rend() && step->role == role; ++step) {
    if (step->to == to) return true;
  }
  return false;
}

}  // namespace

Walker::Steps Walker::steps_to(SessionId id, const Wanted& wanted) {
  std::size_t calls = static_cast<std::size_t>(-1);
  start_over();
  return make_steps(id, {[](SessionId) { return false; }, wanted, calls});
}

Walker::Steps Walker::new_steps(SessionId id, const Known& known, const Wanted& wanted,
                                std::size_t& calls, Certainty certainty) {
  return make_steps(id, {known, wanted, calls, certainty});
}

Walker::Steps Walker::make_steps(SessionId id, const Question& question) {
  Steps made;
  Class* const of = limits_.by_class ? class_of(id) : nullptr;
  if (of != nullptr) {
    ask_for_class(*of, question, made);
    ask_for_member(id, *of, question, made);
  } else {
    Asker asker = asker_of(id);
    const auto roles = finder_.find(asker.request, asker.resolved, skip_for(asker, question));
    ask(asker, roles, question, made);
  }
  std::stable_sort(made.begin(), made.end(), [](const WalkStep* a, const WalkStep* b) {
    return a->hop.role->arn < b->hop.role->arn;
  });
  return made;
}

bool Walker::leads_to_known(RoleId role, bool federated, const Known& known) const {
  const SessionId only = sessions_.only_session(role, federated);
  return only != kStart && known(only);
}

Walker::Skip Walker::skip_for(const Asker& asker, const Question& question) const {
  Skip skip;
  skip.role = [&](RoleId role) {
    return (!asker.passes_on && leads_to_known(role, asker.federated, question.known)) ||
           !question.wanted(role);
  };
  skip.trust = [&](TrustId trust) {
    return !asker.passes_on && is_exhausted(trust, asker.federated, question.certainty);
  };
  return skip;
}

void Walker::ask(Asker& asker, const std::vector<RoleId>& roles, const Question& question,
                 Steps& made) {
  std::vector<WalkStep> own;
  for (const RoleId role : roles) {
    if (question.calls == 0) break;
    --question.calls;
    add_steps(asker, role, question.known, own);
  }
  if (own.empty()) return;
  for (const WalkStep& step : steps_.emplace_back(std::move(own))) made.push_back(&step);
}

void Walker::add_gaps(std::vector<WhoGap>& gaps) const {
  if (tags_tried_) {
    gaps.push_back({"sessions with session tags",
                    "tags were tried one at a time, with the values that policies name",
                    {}});
  }
  if (choices_cut_) {
    gaps.push_back({"more choices of a call",
                    "not every session name with every tag and source identity is tried",
                    {}});
  }
  if (sessions_.is_full()) {
    gaps.push_back(
        {"more sessions", fmt::format("more than {} are not looked at", limits_.max_sessions), {}});
  }
}

AssumeRequest Walker::request(SessionId id, const Role& to, const Account& account) const {
  AssumeRequest made = request_without_role(id);
  made.role = to.arn;
  made.action = action_of(resolve(id, made.principal, account).caller.kind);
  return made;
}

AssumeRequest Walker::request_without_role(SessionId id) const {
  AssumeRequest made;
  made.principal = principal(id);
  const WalkSession& session = sessions_[id];
  if (session.role == nullptr) return made;
  made.session_known = true;
  made.caller_session_tags = session.choice.tags;
  if (session.choice.transitive) made.inherited_transitive_tags = session.choice.tags;
  made.inherited_transitive_tags.insert(made.inherited_transitive_tags.end(),
                                        session.inherited.begin(), session.inherited.end());
  if (!session.source_identity.empty()) made.inherited_source_identity = session.source_identity;
  return made;
}

Walker::Asker Walker::asker_of(SessionId id) const {
  const WalkSession& session = sessions_[id];
  Asker asker;
  asker.id = id;
  asker.request = request_without_role(id);
  asker.resolved = resolve(id, asker.request.principal, Account());
  asker.request.action = action_of(asker.resolved.caller.kind);
  asker.passes_on = passes_something_on(session);
  asker.federated = is_federated(asker.resolved.caller.kind) || session.federated;
  return asker;
}

RequestPrincipal Walker::principal(SessionId id) const {
  const WalkSession& session = sessions_[id];
  if (session.role == nullptr) return session.start->principal;
  const auto arn = IamArn::parse(session.role->arn);
  return RequestPrincipal::arn(fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", arn->partition,
                                           arn->account, arn->name, session.choice.session_name));
}

ResolvedCaller Walker::resolve(SessionId id, const RequestPrincipal& asked,
                               const Account& to) const {
  ResolvedCaller resolved = resolve_caller(estate_, asked, to.partition, to.id);
  const WalkSession& session = sessions_[id];
  if (session.role == nullptr && session.start->kind != WalkStart::Kind::Principal) {
    resolved.caller.kind = CallerKind::Account;
    resolved.caller.account = session.start->account;
  }
  // No principal element names a session of the role: the name is any, and what depends on it open.
  if (session.role != nullptr && session.choice.session_name == kSessionName &&
      index_.session_names(index_.target(session.id)).empty()) {
    resolved.caller.session_name.clear();
  }
  add_service_names(AssumeRequest(), resolved.caller);
  return resolved;
}

void Walker::add_steps(Asker& asker, RoleId role, const Known& known, std::vector<WalkStep>& made) {
  const Calls& calls = decide_call(asker, role);
  if (calls.target.solved().is_never_allowed()) return;
  if (calls.plain_only) return add_step(asker, role, plain_choice(), known, made);
  for (const CallChoice& choice : choices(asker, role, calls)) {
    add_step(asker, role, choice, known, made);
  }
}

void Walker::add_step(const Asker& asker, RoleId role, const CallChoice& choice, const Known& known,
                      std::vector<WalkStep>& made) {
  const Calls& calls = *asker.calls;
  const OpenCall& call = calls.target.call();
  const WalkIndex::Target& target = index_.target(role);
  WalkSession session = session_after(asker, role, choice);
  SessionId& to = sessions_.slot_for(session);
  if (to != kStart && (known(to) || leads_to(made, role, to))) return;
  const bool plain = calls.plain_only;
  if (!plain && !calls.target.opener().accepts(with_choice(call.request, choice), call)) return;
  const ResidualId condition = plain ? calls.when_plain() : condition_with(asker.id, choice, calls);
  if (condition == kNever) return;
  if (to == kStart) to = sessions_.add_session(std::move(session));
  if (to == kStart) return;
  Hop hop{target.role,     target.account->id, asker.request.action,
          choice,          condition,          table_.has_unknown(condition),
          call.not_checked};
  if (hop.choice.session_name == kSessionName) hop.choice.session_name.clear();
  made.push_back({to, role, std::move(hop)});
}

const Walker::Calls& Walker::decide_call(Asker& asker, RoleId role) {
  std::unique_ptr<Calls>& calls = asker.calls;
  if (calls == nullptr) {
    const CallerKind kind = asker.resolved.caller.kind;
    const auto resolved = [this, &asker, kind](const Account& account) {
      return is_federated(kind) ? resolve(asker.id, asker.request.principal, account)
                                : asker.resolved;
    };
    const Opening opening = kind == CallerKind::Account ? Opening::Anybody : Opening::Nothing;
    calls.reset(new Calls{{estate_, table_, reading_, asker.request, resolved, opening}});
  }
  const WalkIndex::Target& target = index_.target(role);
  calls->target.decide(target, *index_.trust(target.trust).policy);
  const std::size_t answer = calls->target.answer();
  if (calls->plain.size() <= answer) {
    calls->plain.resize(answer);
    calls->plain.push_back(when_plain(asker, *calls));
  }
  // Session names of the role that policies name are tried too.
  calls->plain_only = calls->plain[answer] && index_.session_names(target).empty();
  return *calls;
}

std::optional<ResidualId> Walker::when_plain(const Asker& asker, const Calls& calls) {
  const SolvedCall& solved = calls.target.solved();
  if (solved.is_never_allowed() || !is_plain_only(calls.target.call(), solved)) return std::nullopt;
  return condition_with(asker.id, plain_choice(), calls);
}

ResidualId Walker::condition_with(SessionId from, const CallChoice& choice, const Calls& calls) {
  const OpenCall& call = calls.target.call();
  const SolvedCall& solved = calls.target.solved();
  const bool without_claims = sessions_[from].role != nullptr && !sessions_[from].federated;
  const auto settle = [&](ResidualId formula, std::size_t part) {
    if (formula == ResidualTable::kNever || formula == ResidualTable::kAlways) return formula;
    RequestContext context = call.parts[part].context;
    if (part == 0) context.set("sts:RoleSessionName", choice.session_name, KeyOrigin::Given);
    if (!comes_with_parameters(call)) set_choice(choice, call, context);
    return table_.settle(formula, [&](ResidualId id) {
      return settle_part(id, context, !comes_with_parameters(call), without_claims);
    });
  };
  if (comes_with_parameters(call))
    return settle(solver_.some_call(solved.exact, call.mandatory), 0);
  const std::array<bool, kSubActions> passed = {true, !choice.tags.empty(),
                                                !choice.source_identity.empty(), false};
  ResidualId condition = ResidualTable::kAlways;
  for (std::size_t i = 0; i < kSubActions && condition != kNever; ++i) {
    if (!passed[i] && !call.mandatory[i]) continue;
    condition = table_.all(condition, settle(solved.exact[i], i));
  }
  // It may be open whether a start has a source identity. If it has one, it also needs to be
  // allowed to pass it on.
  if (!asks_for_identity(table_, condition)) return condition;
  return table_.any(without_identity(table_, condition),
                    table_.all(condition, settle(solved.exact[kIdentity], kIdentity)));
}

void Walker::set_choice(const CallChoice& choice, const OpenCall& call, RequestContext& context) {
  std::vector<std::string> keys;
  for (const NamedValue& each : choice.tags) {
    context.set("aws:RequestTag/" + each.first, each.second, KeyOrigin::Given);
    keys.push_back(each.first);
  }
  context.set_absent("sts:TransitiveTagKeys");
  context.set_absent("aws:TagKeys");
  if (choice.transitive) context.set("sts:TransitiveTagKeys", keys, KeyOrigin::Given);
  if (!keys.empty()) context.set("aws:TagKeys", std::move(keys), KeyOrigin::Given);
  const auto& inherited = call.request.inherited_source_identity;
  if (inherited) return;
  if (choice.source_identity.empty()) {
    context.set_absent("sts:SourceIdentity");
  } else {
    context.set("sts:SourceIdentity", choice.source_identity, KeyOrigin::Given);
  }
}

ResidualId Walker::settle_part(ResidualId id, RequestContext& context, bool chooses_tags,
                               bool without_claims) {
  const ResidualNode& part = table_.node(id);
  if (part.kind != ResidualKind::Condition) return id;
  const std::string_view key = part.condition->key.value;
  const bool claim = is_issuer_key(key) || starts_with_ignore_case(key, "saml:") ||
                     equals_ignore_case(key, "aws:FederatedProvider");
  const bool parameter = is_parameter_of(SubActionKind::TagSession, key) ||
                         is_parameter_of(SubActionKind::SetContext, key);
  if ((claim && without_claims) || (parameter && chooses_tags && !context.is_set(key))) {
    context.set_absent(key);
  }
  const auto known = settle_condition(table_, *part.condition, context, part.variables);
  return known ? *known : id;
}

WalkSession Walker::session_after(const Asker& asker, RoleId role, const CallChoice& choice) const {
  WalkSession session{.role = index_.target(role).role,
                      .id = role,
                      .choice = choice,
                      .inherited = asker.request.inherited_transitive_tags,
                      .source_identity = choice.source_identity,
                      .federated = asker.federated};
  if (session.source_identity.empty() && asker.request.inherited_source_identity) {
    session.source_identity = *asker.request.inherited_source_identity;
  }
  return session;
}

}  // namespace rolecall
