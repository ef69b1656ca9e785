// SPDX-License-Identifier: Apache-2.0
#include "reach/open_call.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

#include "estate/provider_lists.h"
#include "trust/context_builder.h"
#include "trust/precondition.h"
#include "trust/sub_actions.h"

namespace rolecall {

namespace {

constexpr std::string_view kAccount = "aws:PrincipalAccount";

bool mentions_account(std::string_view text) {
  return ascii_lower(text).find(ascii_lower(kAccount)) != std::string::npos;
}

// A user, or a role session of any origin.
void open_anybody(RequestContext& context, const Caller& caller, const Estate& estate) {
  open_members(context, CallerKind::Account);
  context.set_unknown("aws:username");
  context.set_unknown("aws:PrincipalType", /*never_absent=*/true);
  for (const std::string_view key :
       {"aws:FederatedProvider", "aws:SourceIdentity", "aws:TokenIssueTime", "aws:AssumedRoot"}) {
    context.set_unknown(key);
  }
  for (const ContextKey& row : context_keys()) {
    const bool session = (row.caller_set & callers::kRole) != 0;
    if (row.key_class == KeyClass::Environment && session && !context.is_set(row.name)) {
      context.set_unknown(row.name);
    }
  }
  context.set_issuer_keys_unknown();
  context.set_family_unknown("saml:");
  if (!caller.account.empty()) return;
  context.set_unknown("aws:PrincipalAccount", /*never_absent=*/true);
  if (!estate.organization) return;
  context.set_outside("aws:PrincipalOrgID", std::string(estate.organization->id));
  context.set_outside("aws:PrincipalOrgPaths", std::string(estate.organization->id));
}

// Whether the audience of the token is open, so that the provider's audiences become a condition.
bool is_audience_open(const OpenCall& call) {
  const RequestPrincipal& principal = call.request.principal;
  return call.provider != nullptr && principal.claims_partial &&
         principal.claim("aud") == nullptr && principal.claim("azp") == nullptr &&
         (!call.provider->client_ids.empty() || call.provider->client_ids_at.known());
}

}  // namespace

void open_members(RequestContext& context, CallerKind kind) {
  context.set_unknown("aws:PrincipalArn", /*never_absent=*/true);
  context.set_unknown("aws:userid", /*never_absent=*/true);
  if (kind == CallerKind::User) context.set_unknown("aws:username", /*never_absent=*/true);
  context.erase_family(kPrincipalTags);
  context.set_family_unknown(kPrincipalTags);
}

void OpenCall::take_caller(const OpenCall& other) {
  request = other.request;
  resolved = other.resolved;
  opening = other.opening;
  parts[0] = other.parts[0];
  mandatory = other.mandatory;
  policies = other.policies;
}

void CallOpener::check(OpenCall& call) const {
  const auto arn = Arn::split(call.request.role);
  const PreconditionInput input{estate_, none_,     call.request,   call.resolved,
                                &role_,  &account_, arn->partition, account_.id};
  std::vector<PreconditionFailure> failures;
  check_request(input, failures);
  check_credentials(input, failures);
  const bool named = call.request.principal.kind != RequestPrincipal::Kind::Unknown;
  const GateAnswer idp = named ? check_idp(input, failures) : GateAnswer();
  call.refused = !failures.empty();
  if (idp.verdict == Verdict::Unknown && !is_audience_open(call)) {
    call.unknowns.push_back(idp.why);
  }
  if (idp.verdict == Verdict::NotChecked) call.not_checked.push_back(Gate::Idp);
}

bool CallOpener::accepts(const AssumeRequest& request, const OpenCall& call) const {
  const auto arn = Arn::split(request.role);
  const PreconditionInput input{estate_, none_,     request,        call.resolved,
                                &role_,  &account_, arn->partition, account_.id};
  std::vector<PreconditionFailure> failures;
  check_request(input, failures);
  return failures.empty();
}

void CallOpener::find_audiences(OpenCall& call) const {
  const Caller& caller = call.resolved.caller;
  if (caller.kind != CallerKind::Oidc || is_well_known_issuer(caller.issuer) ||
      !lists_oidc_providers(estate_, account_)) {
    return;
  }
  for (const OidcProvider& each : estate_.oidc_providers) {
    if (call.provider == nullptr && same_provider(each.arn, caller.provider)) {
      call.provider = &each;
    }
  }
}

JoinInput CallOpener::input(const OpenCall& call, bool shared) const {
  return {estate_,   none_, call.request, call.resolved, &role_,
          &account_, arn_,  account_.id,  shared};
}

PolicySet CallOpener::join(const OpenCall& call, bool shared) const {
  PolicySet policies = join_policies(input(call, shared));
  if (asking_ == Asking::FromElsewhere) policies.cross_account = call.resolved.caller.is_signed();
  return policies;
}

std::vector<Grant> CallOpener::place(const OpenCall& call,
                                     const std::vector<GrantStatement>& grants) const {
  const PolicySet shared = join(call, /*shared=*/true);
  const PolicySet placed = join(call, /*shared=*/false);
  std::vector<Grant> found;
  for (const GrantStatement& grant : grants) {
    const std::vector<PolicyRef>& policies = shared.at(grant.gate).layers[0].policies;
    const auto at = std::find_if(policies.begin(), policies.end(), [&](const PolicyRef& each) {
      return each.policy == grant.policy;
    });
    if (at == policies.end()) continue;
    const PolicyRef& ref =
        placed.at(grant.gate).layers[0].policies[static_cast<std::size_t>(at - policies.begin())];
    found.push_back({grant.gate, ref.policy, &ref.policy->statements[grant.statement], ref.label});
  }
  return found;
}

void CallOpener::open(const RequestPrincipal& principal, ResolvedCaller resolved,
                      std::string_view action, Opening opening, OpenCall& call) const {
  call.request.action = action;
  call.request.principal = principal;
  call.request.role = arn_;
  call.request.parameters_hidden = true;
  call.resolved = std::move(resolved);
  call.opening = opening;
  open_session(call.request, call.resolved.caller);
  find_audiences(call);
  check(call);
  if (call.refused) return;
  call.policies = join(call, /*shared=*/true);
  list_not_checked(call);
  const auto needed = sub_actions_of(call.request, call.resolved.caller);
  for (std::size_t i = 0; i < kSubActions; ++i) {
    const std::string_view name = i == 0 ? action : kAssumeActions[i];
    call.mandatory[i] = std::find(needed.begin(), needed.end(), name) != needed.end();
  }
  open_part(SubActionKind::Assume, call);
}

void CallOpener::list_not_checked(OpenCall& call) {
  for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Scp, Gate::Rcp}) {
    if (call.policies.at(gate).state == GateState::NotChecked) call.not_checked.push_back(gate);
  }
}

void CallOpener::reopen(OpenCall& call) const {
  call.request.role = arn_;
  call.unknowns.clear();
  call.not_checked.clear();
  check(call);
  if (call.refused) return;
  replace_role(input(call, /*shared=*/true), call.policies);
  list_not_checked(call);
  Authorization& part = call.parts[0];
  part.resource = call.request.role;
  replace_role({estate_, call.request, call.resolved, &role_, arn_, account_.id},
               action_bit(part.action), part.context);
}

void CallOpener::replace_own_policies(OpenCall& call) const {
  rolecall::replace_own_policies(input(call, /*shared=*/true), call.policies);
}

void CallOpener::open_part(SubActionKind kind, OpenCall& call) const {
  call.parts[static_cast<std::size_t>(kind)] = make_part(kind, call, call.opening);
}

Authorization CallOpener::make_part(SubActionKind kind, const OpenCall& call,
                                    Opening opening) const {
  const auto index = static_cast<std::size_t>(kind);
  const Caller& caller = call.resolved.caller;
  Authorization part;
  part.action = index == 0 ? call.request.action : std::string(kAssumeActions[index]);
  part.resource = call.request.role;
  part.context = build_context({estate_, call.request, call.resolved, &role_, arn_, account_.id},
                               action_bit(part.action));
  if (opening == Opening::Members || opening == Opening::Accounts) {
    open_members(part.context, caller.kind);
  }
  if (opening == Opening::Accounts) part.context.set_unknown(kAccount, /*never_absent=*/true);
  if (opening == Opening::Anybody) open_anybody(part.context, caller, estate_);
  if (caller.kind == CallerKind::Service && caller.services.empty()) {
    part.context.set_unknown("aws:PrincipalServiceName", /*never_absent=*/true);
    part.context.set_unknown("aws:PrincipalServiceNamesList", /*never_absent=*/true);
  }
  if ((caller.kind == CallerKind::Oidc || caller.kind == CallerKind::Saml) &&
      caller.provider.empty()) {
    part.context.set_unknown("aws:FederatedProvider", /*never_absent=*/true);
    part.context.set_issuer_keys_unknown();
  }
  if (kind == SubActionKind::SetContext) part.context.set_family_unknown("sts:RequestContext/");
  return part;
}

void open_session(AssumeRequest& request, const Caller& caller) {
  constexpr std::string_view kSourceIdentity = "aws:SourceIdentity";
  const bool known = request.session_known || request.inherited_source_identity.has_value();
  if (caller.kind != CallerKind::RoleSession || known) return;
  if (!request.is_open(kSourceIdentity)) request.open.emplace_back(kSourceIdentity);
}

bool tells_accounts_apart(const ResidualNode& part) {
  if (part.kind == ResidualKind::Resource) return mentions_account(part.text);
  if (part.kind != ResidualKind::Condition) return false;
  const auto& values = part.condition->values;
  return equals_ignore_case(part.condition->key.value, kAccount) ||
         (part.variables && std::any_of(values.begin(), values.end(), [](const Text& each) {
            return mentions_account(each.value);
          }));
}

bool tells_members_apart(const ResidualNode& part) {
  if (part.kind == ResidualKind::Resource) return true;
  if (part.kind != ResidualKind::Condition) return false;
  const std::string_view key = part.condition->key.value;
  return part.variables || starts_with_ignore_case(key, kPrincipalTags) ||
         equals_ignore_case(key, "aws:PrincipalArn") || equals_ignore_case(key, "aws:userid") ||
         equals_ignore_case(key, "aws:username");
}

void MemberKeys::add_key(std::string_view key) {
  arn = arn || equals_ignore_case(key, "aws:PrincipalArn");
  name_and_id = name_and_id || equals_ignore_case(key, "aws:userid") ||
                equals_ignore_case(key, "aws:username");
  const bool listed = std::any_of(tags.begin(), tags.end(), [&](const std::string& each) {
    return equals_ignore_case(each, key);
  });
  if (!listed && starts_with_ignore_case(key, kPrincipalTags)) tags.emplace_back(key);
}

void MemberKeys::add_variables(std::string_view text) {
  for_each_variable(text, [&](std::string_view key) { add_key(key); });
}

void MemberKeys::add(const ResidualNode& part) {
  if (part.kind == ResidualKind::Resource) add_variables(part.text);
  if (part.kind != ResidualKind::Condition) return;
  add_key(part.condition->key.value);
  if (!part.variables) return;
  for (const Text& each : part.condition->values) add_variables(each.value);
}

const Tag* find_tag(const IamEntity& entity, std::string_view key) {
  const std::string_view name = key.substr(kPrincipalTags.size());
  const auto tag = std::find_if(entity.tags.rbegin(), entity.tags.rend(), [&](const Tag& each) {
    return equals_ignore_case(each.key, name);
  });
  return tag == entity.tags.rend() ? nullptr : &*tag;
}

void set_member(RequestContext& context, CallerKind kind, const IamEntity& entity,
                const MemberKeys& keys) {
  if (keys.arn) context.set_text("aws:PrincipalArn", entity.arn, KeyOrigin::Derived);
  if (keys.name_and_id && kind == CallerKind::User) {
    context.set_text("aws:username", entity.name, KeyOrigin::Derived);
    if (entity.id.empty()) {
      context.set_unknown("aws:userid", /*never_absent=*/true);
    } else {
      context.set_text("aws:userid", entity.id, KeyOrigin::Derived);
    }
  }
  // The output of list-roles has no tags.
  const bool untold = kind == CallerKind::RoleSession && !static_cast<const Role&>(entity).has_tags;
  for (const std::string& key : keys.tags) {
    if (const Tag* const tag = find_tag(entity, key)) {
      context.set_text(key, tag->value, KeyOrigin::Derived);
    } else if (untold) {
      context.set_unknown(key);
    } else {
      context.set_absent(key);
    }
  }
}

void set_session_role(RequestContext& context, const Role& role) {
  context.set_text("aws:PrincipalArn", role.arn, KeyOrigin::Derived);
  context.erase_family(kPrincipalTags);
  for (const Tag& tag : role.tags) {
    context.set_text(fmt::format("{}{}", kPrincipalTags, tag.key), tag.value, KeyOrigin::Derived);
  }
}

bool is_parameter_of(SubActionKind kind, std::string_view key) {
  switch (kind) {
    case SubActionKind::Assume:
      return false;
    case SubActionKind::TagSession:
      return is_of_session_tags(key);
    case SubActionKind::SetSourceIdentity:
      return equals_ignore_case(key, "sts:SourceIdentity");
    case SubActionKind::SetContext:
      return starts_with_ignore_case(key, "sts:RequestContext");
  }
  return false;
}

}  // namespace rolecall
