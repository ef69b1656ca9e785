// SPDX-License-Identifier: Apache-2.0
#include "reach/walker.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

constexpr std::string_view kSessionName = "rolecall";  // For any.
bool is_federated(CallerKind kind) {
  return kind == CallerKind::Oidc || kind == CallerKind::Saml;
}

// So many choices are tried for one call.
constexpr std::size_t kMostChoices = 512;

AssumeRequest with_choice(AssumeRequest request, const CallChoice& choice) {
  request.session_name = choice.session_name;
  request.tags = choice.tags;
  if (choice.transitive) {
    for (const NamedValue& tag : choice.tags) request.transitive_tag_keys.push_back(tag.first);
  }
  if (!choice.source_identity.empty()) request.source_identity = choice.source_identity;
  return request;
}

}  // namespace

const std::vector<WalkStep>& Walker::steps(SessionId id) {
  const auto [found, added] = steps_.try_emplace(id);
  if (!added) return found->second;
  std::vector<WalkStep> made;
  for (const WalkIndex::Target& target : index_.targets(resolve(id, {}).second)) {
    add_steps(id, target, made);
  }
  return found->second = std::move(made);
}

const std::vector<WalkStep>& Walker::new_steps(SessionId id, const Known& known) {
  std::vector<WalkStep>& made = new_steps_.emplace_back();
  const ResolvedCaller caller = resolve(id, {}).second;
  const WalkSession& from = sessions_[id];
  const bool federated = is_federated(caller.caller.kind) || from.federated;
  const bool brings_nothing = from.inherited.empty() && !from.choice.transitive &&
                              from.source_identity.empty() &&
                              caller.caller.kind != CallerKind::Service;
  for (const WalkIndex::Target& target : index_.targets(caller)) {
    if (brings_nothing && target.plain) {
      WalkSession plain{.role = target.role, .federated = federated};
      plain.choice.session_name = kSessionName;
      const auto to = ids_.find(key_of(plain));
      if (to != ids_.end() && known(to->second)) continue;
    }
    add_steps(id, target, made);
  }
  return made;
}

AssumeRequest Walker::request(SessionId id, const Role& to, const Account& account) const {
  AssumeRequest made;
  made.role = to.arn;
  made.principal = principal(id);
  const WalkSession& session = sessions_[id];
  if (session.role != nullptr) {
    made.caller_session_tags = session.choice.tags;
    if (session.choice.transitive) made.inherited_transitive_tags = session.choice.tags;
    for (const NamedValue& each : session.inherited) {
      made.inherited_transitive_tags.push_back(each);
    }
    if (!session.source_identity.empty()) {
      made.inherited_source_identity = session.source_identity;
    }
  }
  const CallerKind kind = resolve(id, account.id).second.caller.kind;
  made.action = kind == CallerKind::Oidc   ? "sts:AssumeRoleWithWebIdentity"
                : kind == CallerKind::Saml ? "sts:AssumeRoleWithSAML"
                                           : "sts:AssumeRole";
  return made;
}

RequestPrincipal Walker::principal(SessionId id) const {
  const WalkSession& session = sessions_[id];
  if (session.role == nullptr) return start_.principal;
  const auto arn = IamArn::parse(session.role->arn);
  return RequestPrincipal::arn(fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", arn->partition,
                                           arn->account, arn->name, session.choice.session_name));
}

std::pair<RequestPrincipal, ResolvedCaller> Walker::resolve(SessionId id,
                                                            std::string_view to) const {
  const RequestPrincipal asked = principal(id);
  ResolvedCaller resolved = resolve_caller(estate_, asked, "aws", to);
  if (id == kStart && start_.kind != WalkStart::Kind::Principal) {
    resolved.caller.kind = CallerKind::Account;
    resolved.caller.account = start_.account;
  }
  // A name that nobody asks for may be any; what hangs on it stays open.
  const WalkSession& session = sessions_[id];
  if (session.role != nullptr && session.choice.session_name == kSessionName &&
      index_.session_names(*session.role).empty()) {
    resolved.caller.session_name.clear();
  }
  add_service_names(AssumeRequest(), resolved.caller);
  return {asked, std::move(resolved)};
}

void Walker::add_steps(SessionId from, const WalkIndex::Target& target,
                       std::vector<WalkStep>& made) {
  const CallOpener opener(estate_, *target.role, *target.account);
  OpenCall call;
  call.request = request(from, *target.role, *target.account);
  auto [asked, resolved] = resolve(from, target.account->id);
  const bool anybody = resolved.caller.kind == CallerKind::Account;
  const std::string action = call.request.action;
  opener.open(asked, std::move(resolved), action, anybody ? Opening::Anybody : Opening::Nothing,
              call);
  const SolvedCall solved = solver_.solve(opener, call);
  if (solved.never()) return;
  std::set<SessionId> reached;
  for (const CallChoice& choice : choices(from, target, call, solved)) {
    if (!opener.accepts(with_choice(call.request, choice), call)) continue;
    const ResidualId condition = chosen(from, choice, call, solved);
    if (condition == kNever) continue;
    const SessionId to = arrive(from, target, call, choice);
    if (to == kStart || !reached.insert(to).second) continue;
    Hop hop{target.role,     target.account->id, action,
            choice,          condition,          table_.has_unknown(condition),
            call.not_checked};
    if (hop.choice.session_name == kSessionName) hop.choice.session_name.clear();
    made.push_back({to, std::move(hop)});
  }
}

std::vector<CallChoice> Walker::choices(SessionId from, const WalkIndex::Target& target,
                                        const OpenCall& call, const SolvedCall& solved) {
  const std::vector<std::string> names = session_names(target, call, solved);
  // What a service or a token passes is not the walker's choice.
  const bool free = !is_given(call);
  const std::vector<CallChoice> bundles =
      free && !has_transitive(sessions_[from]) ? tag_choices(solved) : std::vector<CallChoice>(1);
  std::vector<std::string> identities = {""};
  if (free && solved.exact[2] != kNever && sessions_[from].source_identity.empty()) {
    identities.insert(identities.end(), index_.source_identities().begin(),
                      index_.source_identities().end());
  }
  std::vector<CallChoice> made;
  for (const std::string& identity : identities) {
    for (const CallChoice& bundle : bundles) {
      for (const std::string& name : names) {
        if (made.size() >= kMostChoices) return made;
        made.push_back(bundle);
        made.back().session_name = name;
        made.back().source_identity = identity;
      }
    }
  }
  return made;
}

bool Walker::is_given(const OpenCall& call) {
  const CallerKind kind = call.resolved.caller.kind;
  return kind == CallerKind::Service || kind == CallerKind::Oidc || kind == CallerKind::Saml;
}

bool Walker::has_transitive(const WalkSession& session) {
  return session.choice.transitive || !session.inherited.empty();
}

std::vector<std::string> Walker::session_names(const WalkIndex::Target& target,
                                               const OpenCall& call,
                                               const SolvedCall& solved) const {
  std::vector<std::string> names = {std::string(kSessionName)};
  const auto add = [&](std::string name) {
    constexpr std::size_t kShortest = 2;
    if (name.size() < kShortest) return;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  };
  for (const ResidualId id : table_.open_parts(solved.exact[0])) {
    const ResidualNode& part = table_.node(id);
    if (part.kind != ResidualKind::Condition ||
        !equals_ignore_case(part.condition->key.value, "sts:RoleSessionName")) {
      continue;
    }
    for (const Text& value : part.condition->values) {
      if (!part.variables) {
        add(example_of(value.value));
      } else if (value.value == "${aws:username}") {
        add(call.resolved.caller.name);
      }
    }
  }
  for (const std::string_view name : index_.session_names(*target.role)) add(std::string(name));
  return names;
}

std::vector<CallChoice> Walker::tag_choices(const SolvedCall& solved) {
  std::vector<CallChoice> made(1);
  if (solved.exact[1] == kNever) return made;
  std::vector<std::vector<NamedValue>> bundles;
  std::vector<NamedValue> own;
  for (const ResidualId id : table_.open_parts(solved.exact[0])) add_request_tag(id, own);
  for (const ResidualId id : table_.open_parts(solved.exact[1])) add_request_tag(id, own);
  bundles.reserve(own.size() + 1 + index_.tags().size());
  for (const NamedValue& each : own) bundles.push_back({each});
  if (own.size() > 1) bundles.push_back(one_value_each(own));
  for (const NamedValue& each : index_.tags()) bundles.push_back({each});
  tags_tried_ = tags_tried_ || !bundles.empty();
  for (std::vector<NamedValue>& tags : bundles) {
    made.push_back({.tags = tags});
    made.push_back({.tags = std::move(tags), .transitive = true});
  }
  return made;
}

void Walker::add_request_tag(ResidualId id, std::vector<NamedValue>& tags) const {
  constexpr std::string_view kFamily = "aws:RequestTag/";
  const ResidualNode& part = table_.node(id);
  if (part.kind != ResidualKind::Condition ||
      !starts_with_ignore_case(part.condition->key.value, kFamily)) {
    return;
  }
  const std::string key(part.condition->key.value.substr(kFamily.size()));
  for (const Text& value : part.condition->values) {
    NamedValue tag{key, example_of(value.value)};
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
  }
}

std::vector<NamedValue> Walker::one_value_each(const std::vector<NamedValue>& tags) {
  std::map<std::string, std::string> by_key;
  for (const NamedValue& each : tags) by_key.try_emplace(each.first, each.second);
  return {by_key.begin(), by_key.end()};
}

ResidualId Walker::chosen(SessionId from, const CallChoice& choice, const OpenCall& call,
                          const SolvedCall& solved) {
  const bool without_claims = sessions_[from].role != nullptr && !sessions_[from].federated;
  const auto settle = [&](ResidualId formula, std::size_t part) {
    RequestContext context = call.parts[part].context;
    if (part == 0) context.set("sts:RoleSessionName", choice.session_name, KeyOrigin::Given);
    if (!is_given(call)) set_choice(choice, call, context);
    return table_.settle(formula, [&](ResidualId id) {
      return settle_part(id, context, !is_given(call), without_claims);
    });
  };
  if (is_given(call)) return settle(solver_.some_call(solved.exact, call.mandatory), 0);
  const std::array<bool, kSubActions> passed = {true, !choice.tags.empty(),
                                                !choice.source_identity.empty(), false};
  ResidualId condition = ResidualTable::kAlways;
  for (std::size_t i = 0; i < kSubActions && condition != kNever; ++i) {
    if (!passed[i] && !call.mandatory[i]) continue;
    condition = table_.all(condition, settle(solved.exact[i], i));
  }
  return condition;
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

ResidualId Walker::settle_part(ResidualId id, RequestContext& context, bool chosen,
                               bool without_claims) {
  const ResidualNode& part = table_.node(id);
  if (part.kind != ResidualKind::Condition) return id;
  const std::string_view key = part.condition->key.value;
  const bool claim = is_issuer_key(key) || starts_with_ignore_case(key, "saml:") ||
                     equals_ignore_case(key, "aws:FederatedProvider");
  const bool parameter = is_parameter_of(SubActionKind::TagSession, key) ||
                         is_parameter_of(SubActionKind::SetContext, key);
  if ((claim && without_claims) || (parameter && chosen && !context.is_set(key))) {
    context.set_absent(key);
  }
  const bool open = !context.is_set(key) && find_context_key(key) == nullptr && !claim;
  if (open) return id;  // A key of nobody's: it may be there all the same.
  const auto known = settle_condition(table_, *part.condition, context, part.variables);
  return known ? *known : id;
}

// Sessions of equal keys can go on in the same ways.
std::string Walker::key_of(const WalkSession& session) const {
  const CallChoice& choice = session.choice;
  std::string key =
      fmt::format("{}\x1f{}\x1f{}", session.role->arn, session.source_identity, session.federated);
  if (choice.session_name != kSessionName) key += "\x1f@" + choice.session_name;
  for (const auto* tags : {&choice.tags, &session.inherited}) {
    key += choice.transitive ? '\x1d' : '\x1e';
    for (const NamedValue& each : *tags) key += each.first + '\x1f' + each.second + '\x1f';
  }
  return key;
}

SessionId Walker::arrive(SessionId from, const WalkIndex::Target& target, const OpenCall& call,
                         const CallChoice& choice) {
  WalkSession session{target.role, choice, call.request.inherited_transitive_tags,
                      choice.source_identity};
  if (session.source_identity.empty() && call.request.inherited_source_identity) {
    session.source_identity = *call.request.inherited_source_identity;
  }
  session.federated = is_federated(call.resolved.caller.kind) ||
                      (sessions_[from].role != nullptr && sessions_[from].federated);
  std::string key = key_of(session);
  const auto known = ids_.find(key);
  if (known != ids_.end()) return known->second;
  if (sessions_.size() > limits_.max_sessions) {
    full_ = true;
    return kStart;
  }
  const auto id = static_cast<SessionId>(sessions_.size());
  sessions_.push_back(std::move(session));
  ids_.emplace(std::move(key), id);
  return id;
}

}  // namespace rolecall
