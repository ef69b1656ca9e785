// SPDX-License-Identifier: Apache-2.0
#include "reference/reference_evaluator.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "reference/reference_condition.h"
#include "reference/reference_values.h"

namespace rolecall::reference {

namespace {

bool action_is(std::string_view pattern, std::string_view action) {
  if (pattern == "*") return true;
  const auto wanted = cut(lower(pattern), ':', 2);
  const auto actual = cut(lower(action), ':', 2);
  return wanted.size() == 2 && actual.size() == 2 && (wanted[0] == "*" || wanted[0] == actual[0]) &&
         like(with_wildcards(wanted[1]), actual[1]);
}

bool names_action(const Statement& statement, std::string_view action) {
  bool any = false;
  for (const Text& item : statement.action.items) any = any || action_is(item.value, action);
  return statement.action.present && any != statement.action.negated;
}

Truth resource_is(std::string_view pattern, const Authorization& authorization,
                  const Policy& policy) {
  if (pattern == "*") return Truth::Yes;
  const std::string& resource = authorization.resource;
  auto wanted = cut(pattern, ':', 6);
  const auto actual = cut(resource, ':', 6);
  if (actual.size() < 6) return truth(like(with_wildcards(pattern), resource));
  Truth usable = Truth::Yes;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    // Variables stand only after the fifth colon.
    const bool variables = i == 5 && policy.variables;
    const Expanded expanded = expand(wanted[i], authorization.context, variables);
    usable = both(usable, expanded.usable);
    wanted[i] = expanded.pattern;
  }
  if (usable == Truth::No) return Truth::No;
  std::string rest = resource;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool last = i + 1 == wanted.size();
    if (last && wanted[i].ends_with(kAnyRun)) return both(usable, truth(like(wanted[i], rest)));
    if (i == 2 && wanted[i] != actual[i]) return Truth::No;
    if (!like(wanted[i], actual[i])) return Truth::No;
    rest = rest.substr(std::min(rest.size(), actual[i].size() + 1));
  }
  const bool padded = policy.kind == PolicyKind::Identity || policy.kind == PolicyKind::Boundary;
  return wanted.size() == 6 || padded ? usable : Truth::No;
}

Truth names_resource(const Statement& statement, const Authorization& authorization,
                     const Policy& policy) {
  if (!statement.resource.present) {
    return truth(policy.kind == PolicyKind::Trust || policy.kind == PolicyKind::Resource);
  }
  Truth any = Truth::No;
  for (const Text& item : statement.resource.items) {
    any = either(any, resource_is(item.value, authorization, policy));
  }
  return statement.resource.negated ? negation(any) : any;
}

// ---- Principals.

struct Named {
  Truth match = Truth::No;
  GrantClass grant = GrantClass::None;
};

bool has_aws_account(const Caller& caller) {
  return caller.kind == CallerKind::User || caller.kind == CallerKind::RoleSession ||
         caller.kind == CallerKind::Root || caller.kind == CallerKind::FederatedUser ||
         caller.kind == CallerKind::Account;
}

// The last colon field of an ARN, cut at slashes: type, path, name.
std::string last_segment(std::string_view arn) {
  return cut(arn, '/', 100).back();
}

std::string session_arn(const Caller& caller) {
  return "arn:" + caller.partition + ":sts::" + caller.account + ":assumed-role/" + caller.name +
         "/" + caller.session_name;
}

bool is_provider(std::string_view wanted, const Caller& caller) {
  // The host ignores letter case, the rest does not.
  const auto fold = [](std::string_view text) {
    const std::size_t marker = text.find("oidc-provider/");
    const std::size_t host = marker == std::string_view::npos ? 0 : marker + 14;
    const std::size_t end = std::min(text.size(), text.find('/', host));
    return lower(text.substr(0, end)) + std::string(text.substr(end));
  };
  return fold(wanted) == fold(caller.provider);
}

// How the path and name of a role go on after `role/`, as far as its name tells: Identity Center
// puts `AWSReservedSSO_Viewer_0123456789abcdef` below a path of its own.
std::string may_begin_with(const std::string& name) {
  if (!name.starts_with("AWSReservedSSO_")) return "";
  const auto parts = cut(name, '_', 100);
  const std::string& last = parts.back();
  const bool hexadecimal =
      last.size() == 16 && last.find_first_not_of("0123456789abcdef") == std::string::npos;
  return parts.size() >= 3 && hexadecimal ? "aws-reserved/sso.amazonaws.com/" : "";
}

Named named_as_aws(const PrincipalElement& element, const Caller& caller) {
  const std::string value(element.value.value);
  const std::string root = "arn:" + caller.partition + ":iam::" + caller.account + ":root";
  const bool role = caller.kind == CallerKind::RoleSession;
  if (has_aws_account(caller) && (value == caller.account || value == root)) {
    return {Truth::Yes, GrantClass::Account};
  }
  if (caller.kind == CallerKind::User && value == caller.arn) return {Truth::Yes, GrantClass::User};
  if (caller.kind == CallerKind::FederatedUser && value == caller.arn) {
    return {Truth::Yes, GrantClass::Session};
  }
  const std::string roles = "arn:" + caller.partition + ":iam::" + caller.account + ":role/";
  const bool same_role = caller.path_known
                             ? value == caller.role_arn
                             : value.starts_with(roles + may_begin_with(caller.name)) &&
                                   last_segment(value) == caller.name;
  if (role && same_role && element.form == PrincipalForm::Role) {
    return {Truth::Yes, GrantClass::Role};
  }
  if (role && !caller.session_name.empty() && value == session_arn(caller)) {
    return {Truth::Yes, GrantClass::Session};
  }
  // A role ARN as caller is some session of the role: which one is open.
  const bool some_session =
      role && caller.session_name.empty() && element.form == PrincipalForm::Session &&
      value.starts_with(session_arn(caller)) && element.partition == caller.partition;
  if (some_session) return {Truth::Open, GrantClass::Session};
  if (element.form == PrincipalForm::UniqueId && value == caller.unique_id) {
    return {Truth::Yes, role ? GrantClass::Role : GrantClass::User};
  }
  return {};
}

// `states.REGION.amazonaws.com`, where the Region is not known.
bool is_in_some_region(std::string_view name, const Caller& caller) {
  const auto labels = cut(lower(name), '.', 100);
  return labels.size() == 4 && labels[0] == caller.either_form && !labels[1].empty() &&
         labels[2] == "amazonaws" && labels[3] == "com";
}

Named named_by(const PrincipalElement& element, const Caller& caller) {
  const std::string_view value = element.value.value;
  switch (element.type) {
    case PrincipalType::Any:
      return {Truth::Yes, GrantClass::Any};
    case PrincipalType::Aws: {
      if (value != "*") return named_as_aws(element, caller);
      const bool documented = has_aws_account(caller) || caller.kind == CallerKind::Anonymous;
      return {documented ? Truth::Yes : Truth::Unclear, GrantClass::Any};
    }
    case PrincipalType::Service:
      for (const std::string& each : caller.services) {
        if (element.form == PrincipalForm::Service && same_name(each, value)) {
          return {Truth::Yes, GrantClass::Service};
        }
      }
      return is_in_some_region(value, caller) ? Named{Truth::Open, GrantClass::Service} : Named{};
    case PrincipalType::Federated: {
      const bool saml = caller.kind == CallerKind::Saml && value == caller.provider;
      const bool oidc = caller.kind == CallerKind::Oidc && is_provider(value, caller);
      return saml || oidc ? Named{Truth::Yes, GrantClass::Federated} : Named{};
    }
    case PrincipalType::CanonicalUser:
      return {};
  }
  return {};
}

// The values of the element that name the caller in the wanted way.
Truth listed(const PrincipalList& list, const Caller& caller, std::vector<GrantClass> wanted) {
  Truth any = Truth::No;
  for (const PrincipalElement& element : list.items) {
    const Named one = named_by(element, caller);
    if (std::find(wanted.begin(), wanted.end(), one.grant) != wanted.end()) {
      any = either(any, one.match);
    }
  }
  return any;
}

// Deny with NotPrincipal outside of trust policies: every name of the caller must be listed.
Truth spared(const PrincipalList& list, const Caller& caller) {
  if (caller.has_boundary) return Truth::No;
  using enum GrantClass;
  Truth names = Truth::Yes;
  const auto demand = [&](GrantClass each) { names = both(names, listed(list, caller, {each})); };
  if (has_aws_account(caller)) demand(Account);
  switch (caller.kind) {
    case CallerKind::User:
      demand(User);
      break;
    case CallerKind::RoleSession:
      demand(Role);
      demand(Session);
      break;
    case CallerKind::FederatedUser:
      demand(Session);
      break;
    case CallerKind::Service:
      demand(Service);
      break;
    case CallerKind::Oidc:
    case CallerKind::Saml:
      demand(Federated);
      break;
    case CallerKind::Anonymous:
      demand(Any);
      break;
    case CallerKind::Root:
    case CallerKind::Account:
      break;
  }
  return either(names, listed(list, caller, {Any}));
}

Named named(const Statement& statement, const Caller& caller, PolicyKind kind) {
  const PrincipalList& list = statement.principal;
  if (!list.present) return {};
  Named best;
  for (const PrincipalElement& element : list.items) {
    Named one = named_by(element, caller);
    // In a trust policy a bare "*" is no more than {"AWS": "*"}.
    const bool aws = has_aws_account(caller) || caller.kind == CallerKind::Anonymous;
    if (kind == PolicyKind::Trust && element.type == PrincipalType::Any && !aws) {
      one.match = Truth::Unclear;
    }
    const bool better = one.match == best.match ? one.grant > best.grant : one.match > best.match;
    if (better) best = one;
  }
  if (!list.negated) return best;
  if (kind == PolicyKind::Trust) {
    if (statement.effect == Effect::Allow) return {};
    return {negation(best.match), GrantClass::Any};
  }
  if (statement.effect == Effect::Allow) return {negation(best.match), GrantClass::Any};
  return {negation(spared(list, caller)), GrantClass::Any};
}

// ---- Statements, layers, gates.

struct Applied {
  Truth applies = Truth::No;
  GrantClass grant = GrantClass::None;
  bool near = false;  // Only its conditions keep it from applying.
};

Applied apply(const Policy& policy, const Statement& statement, const Caller& caller,
              const Authorization& authorization) {
  if (!names_action(statement, authorization.action)) return {};
  Truth names = names_resource(statement, authorization, policy);
  Applied result;
  if (names_principals(policy.kind)) {
    const Named principal = named(statement, caller, policy.kind);
    names = both(names, principal.match);
    result.grant = principal.grant;
  }
  Truth conditions = Truth::Yes;
  for (const Condition& each : statement.conditions) {
    conditions = both(conditions, holds(each, authorization.context, policy.variables));
  }
  result.applies = both(names, conditions);
  result.near = names != Truth::No && conditions == Truth::No;
  return result;
}

constexpr std::size_t kClasses = static_cast<std::size_t>(GrantClass::Any) + 1;

struct Layer {
  Truth denied = Truth::No;
  Truth allowed = Truth::No;
  bool missing = false;
  std::array<Truth, kClasses> grants{};  // `allowed` by class of grant.
  GrantClass near = GrantClass::None;
};

Layer apply_layer(const PolicyLayer& layer, const Caller& caller,
                  const Authorization& authorization) {
  Layer result;
  for (const PolicyRef& ref : layer.policies) {
    result.missing = result.missing || ref.policy == nullptr || ref.policy->faulty;
    if (ref.policy == nullptr) continue;
    for (const Statement& statement : ref.policy->statements) {
      const Applied one = apply(*ref.policy, statement, caller, authorization);
      if (statement.effect == Effect::Deny) {
        result.denied = either(result.denied, one.applies);
        continue;
      }
      result.allowed = either(result.allowed, one.applies);
      Truth& grant = result.grants[static_cast<std::size_t>(one.grant)];
      grant = either(grant, one.applies);
      if (one.near) result.near = std::max(result.near, one.grant);
    }
  }
  return result;
}

// `needed`: whether an Allow must be there, or only no Deny.
Verdict judge(const Layer& layer, bool needed, Verdict otherwise) {
  if (layer.denied == Truth::Yes) return Verdict::DeniesExplicitly;
  if (layer.missing) return Verdict::Unknown;
  if (needed && layer.allowed == Truth::No) return Verdict::DeniesImplicitly;
  const Truth passes =
      needed ? both(layer.allowed, negation(layer.denied)) : negation(layer.denied);
  if (passes == Truth::Unclear) return Verdict::Unknown;
  if (passes == Truth::Open) return Verdict::Depends;
  return layer.allowed == Truth::Yes ? Verdict::Allows : otherwise;
}

constexpr std::array kBestToWorst = {Verdict::NotApplicable,    Verdict::Allows,
                                     Verdict::Depends,          Verdict::Unknown,
                                     Verdict::DeniesImplicitly, Verdict::DeniesExplicitly};

long badness(Verdict verdict) {
  if (verdict == Verdict::NotChecked) verdict = Verdict::Allows;
  return std::find(kBestToWorst.begin(), kBestToWorst.end(), verdict) - kBestToWorst.begin();
}

class Evaluator {
 public:
  Evaluator(const Caller& caller, const Authorization& authorization, const PolicySet& policies)
      : caller_(caller), authorization_(authorization), policies_(policies) {}

  Outcome run() {
    outcome_.gates.fill(Verdict::NotApplicable);
    at(Gate::Scp) = levels(Gate::Scp, true);
    at(Gate::Rcp) = levels(Gate::Rcp, false);
    at(Gate::Vpce) = single(Gate::Vpce, true);
    caller_side(GrantClass::Account);
    at(Gate::Trust) = single(Gate::Trust, true);
    if (policies_.at(Gate::Trust).state == GateState::Evaluate) trust();
    if (!policies_.cross_account && trust_has_holes()) forgive_missing_allows();
    outcome_.decision = decide();
    return outcome_;
  }

 private:
  Verdict& at(Gate gate) { return outcome_.gates[static_cast<std::size_t>(gate)]; }

  Layer layer_of(Gate gate) const {
    const GateInput& input = policies_.at(gate);
    return input.layers.empty() ? Layer{} : apply_layer(input.layers[0], caller_, authorization_);
  }

  Verdict single(Gate gate, bool needed) const {
    switch (policies_.at(gate).state) {
      case GateState::NotChecked:
        return Verdict::NotChecked;
      case GateState::NotApplicable:
        return Verdict::NotApplicable;
      case GateState::Unknown:
        return Verdict::Unknown;
      case GateState::Evaluate:
        break;
    }
    return judge(layer_of(gate), needed, Verdict::NotApplicable);
  }

  // SCPs must allow at every level; RCPs always do, so that only their Deny counts.
  Verdict levels(Gate gate, bool needed) const {
    if (policies_.at(gate).state != GateState::Evaluate) return single(gate, needed);
    Verdict worst = Verdict::Allows;
    for (const PolicyLayer& level : policies_.at(gate).layers) {
      const Verdict one =
          judge(apply_layer(level, caller_, authorization_), needed, Verdict::Allows);
      if (badness(one) > badness(worst)) worst = one;
    }
    return worst;
  }

  // Whether the trust policy may hold a grant that was not seen.
  bool trust_has_holes() const {
    const GateState state = policies_.at(Gate::Trust).state;
    if (state == GateState::Evaluate) return layer_of(Gate::Trust).missing;
    return state != GateState::NotApplicable;
  }

  void forgive_missing_allows() {
    for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Session}) {
      if (at(gate) == Verdict::DeniesImplicitly) at(gate) = Verdict::Unknown;
    }
  }

  // In the same account a grant to the role replaces the identity policy's Allow, and one to the
  // user or session itself, or to everyone, those of boundary and session policy as well. Returns
  // how bad the worst of the three gates is.
  long caller_side(GrantClass grant) {
    const bool cross = policies_.cross_account;
    const bool to_account = grant == GrantClass::Account;
    at(Gate::Identity) = single(Gate::Identity, cross || to_account);
    const bool limits = cross || to_account || grant == GrantClass::Role;
    at(Gate::Boundary) = single(Gate::Boundary, limits);
    at(Gate::Session) = single(Gate::Session, limits);
    return std::max(
        {badness(at(Gate::Identity)), badness(at(Gate::Boundary)), badness(at(Gate::Session))});
  }

  void trust() {
    const Layer layer = layer_of(Gate::Trust);
    long best = badness(Verdict::DeniesExplicitly) + 1;
    for (std::size_t i = kClasses; i-- > 1;) {
      if (layer.grants[i] == Truth::No) continue;
      const long open = layer.grants[i] == Truth::Unclear ? badness(Verdict::Unknown)
                        : layer.grants[i] == Truth::Open  ? badness(Verdict::Depends)
                                                          : 0;
      const long bad = std::max(open, caller_side(static_cast<GrantClass>(i)));
      if (bad >= best) continue;
      best = bad;
      outcome_.grant = static_cast<GrantClass>(i);
    }
    if (outcome_.grant == GrantClass::None) outcome_.grant = layer.near;
    if (outcome_.grant == GrantClass::None) {
      const bool session = caller_.kind == CallerKind::RoleSession;
      outcome_.grant = session ? GrantClass::Role : GrantClass::User;
    }
    static_cast<void>(caller_side(outcome_.grant));
    const Truth grant = layer.grants[static_cast<std::size_t>(outcome_.grant)];
    if (at(Gate::Trust) == Verdict::Allows && is_open(grant)) {
      at(Gate::Trust) = grant == Truth::Unclear ? Verdict::Unknown : Verdict::Depends;
    }
  }

  Decision decide() const {
    Decision decision = Decision::Allowed;
    for (const Verdict each : outcome_.gates) {
      if (badness(each) >= badness(Verdict::DeniesImplicitly)) return Decision::Denied;
      if (each == Verdict::Unknown) decision = Decision::Unknown;
      if (each == Verdict::Depends && decision == Decision::Allowed) {
        decision = Decision::Conditional;
      }
    }
    return decision;
  }

  const Caller& caller_;
  const Authorization& authorization_;
  const PolicySet& policies_;
  Outcome outcome_;
};

}  // namespace

Outcome evaluate(const Caller& caller, const Authorization& authorization,
                 const PolicySet& policies) {
  return Evaluator(caller, authorization, policies).run();
}

}  // namespace rolecall::reference
