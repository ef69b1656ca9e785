// SPDX-License-Identifier: Apache-2.0
#include "trust/context_builder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/iam/arn.h"

#include "trust/token_parameters.h"

namespace rolecall {

namespace {

// Keys that every request has: not given means unknown.
constexpr auto kNeverAbsent = std::to_array<std::string_view>(
    {"aws:CurrentTime", "aws:EpochTime", "aws:RequestedRegion", "aws:UserAgent"});

class ContextBuilder {
 public:
  ContextBuilder(const ContextSources& sources, ActionSet action)
      : in_(sources),
        request_(sources.request),
        caller_(sources.caller.caller),
        action_(action),
        callers_(caller_.set()) {}

  RequestContext build() {
    open_keys();
    principal();
    principal_tags();
    organization();
    resource();
    parameters();
    mfa();
    if (caller_.kind == CallerKind::Oidc) oidc_claims();
    if (caller_.kind == CallerKind::Saml) saml_claims();
    given();
    return std::move(context_);
  }

  RequestContext build_on(RequestContext context) {
    context_ = std::move(context);
    for (const std::string_view family : kRoleTags) context_.erase_family(family);
    for (const std::string_view key : {"aws:ResourceOrgID", "aws:ResourceOrgPaths"}) {
      context_.erase_family(key);
    }
    role_organization();
    resource();
    return std::move(context_);
  }

 private:
  bool sees(std::string_view key) const {
    const ContextKey* row = find_context_key(key);
    return row == nullptr || (row->action_set & action_) != 0;
  }

  void derive(std::string_view key, std::string value) {
    if (!value.empty() && sees(key)) context_.set(key, std::move(value), KeyOrigin::Derived);
  }

  bool environment_open(std::string_view key) const {
    return !request_.whole || request_.open_environment || request_.is_open(key);
  }

  // Marks the keys of the call itself that are not known. If none is known, the result depends only
  // on the kinds of caller and action, and is made once for each of them.
  void open_keys() {
    const auto make = [&] {
      environment();
      if (hidden()) hidden_parameters();
    };
    const bool all_open = !request_.whole && request_.endpoint().empty() && request_.region.empty();
    if (!all_open || !std::has_single_bit(action_)) return make();
    constexpr std::size_t kActionKinds = std::bit_width(actions::kAll);
    constexpr std::size_t kCallers = callers::kAll + 1;
    struct Made {
      std::once_flag once{};
      RequestContext context{};
    };
    static std::array<Made, kActionKinds * kCallers * 2> all;
    const auto action = static_cast<std::size_t>(std::countr_zero(action_));
    Made& made = all[(action * kCallers + callers_) * 2 + (hidden() ? 1 : 0)];
    std::call_once(made.once, [&] {
      make();
      made.context = std::move(context_);
    });
    context_ = made.context;
  }

  void environment() {
    for (const ContextKey& row : context_keys()) {
      if (row.key_class != KeyClass::Environment || (row.caller_set & callers_) == 0) continue;
      if (environment_open(row.name)) context_.set_unknown(row.name);
    }
    for (const std::string_view key : kNeverAbsent) context_.set_unknown(key, true);
    network();
  }

  void network() {
    const bool service = caller_.kind == CallerKind::Service;
    if (request_.endpoint().empty()) {
      // A service calls from its own addresses, or without one.
      const bool endpoint_open = environment_open("aws:SourceVpce");
      context_.set_unknown("aws:SourceIp", /*never_absent=*/!service && !endpoint_open);
    } else {
      context_.set_absent("aws:SourceIp");
      context_.set("aws:SourceVpce", request_.endpoint(), KeyOrigin::Given);
      for (const VpcEndpoint& endpoint : in_.estate.vpc_endpoints) {
        if (endpoint.id == request_.endpoint())
          derive("aws:SourceVpc", std::string(endpoint.vpc_id));
      }
      if (!context_.is_set("aws:SourceVpc")) context_.set_unknown("aws:SourceVpc", true);
      context_.set_unknown("aws:VpcSourceIp", true);
      // AWS does not document whether STS sets these keys.
      for (const std::string_view key :
           {"aws:SourceVpcArn", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"}) {
        undocumented(key);
      }
    }
    if (!request_.region.empty()) {
      // SDKs call the global endpoint a Region; its calls are those of us-east-1 (REG-9).
      const bool global = request_.region == "aws-global";
      context_.set("aws:RequestedRegion", global ? "us-east-1" : request_.region, KeyOrigin::Given);
    }
    derive("aws:SecureTransport", "true");
    derive("aws:ViaAWSService", "false");
  }

  void principal() {
    switch (caller_.kind) {
      case CallerKind::User:
        derive("aws:PrincipalArn", caller_.arn);
        derive("aws:username", caller_.name);
        derive("aws:PrincipalType", "User");
        derive_or_unknown("aws:userid", caller_.unique_id);
        break;
      case CallerKind::RoleSession:
        role_session();
        break;
      case CallerKind::Root:
        derive("aws:PrincipalArn", caller_.arn);
        derive("aws:PrincipalType", "Account");
        derive("aws:userid", caller_.account);
        break;
      case CallerKind::Service:
        service();
        break;
      case CallerKind::Oidc:
      case CallerKind::Saml:
        federated();
        break;
      default:
        break;
    }
    if (caller_.is_signed()) {
      derive("aws:PrincipalAccount", caller_.account);
      derive("aws:PrincipalIsAWSService", "false");
    }
  }

  void derive_or_unknown(std::string_view key, const std::string& value) {
    if (value.empty()) {
      context_.set_unknown(key, true);
    } else {
      derive(key, value);
    }
  }

  void undocumented(std::string_view key) {
    context_.set_unknown(key);
    context_.mark_undocumented(key);
  }

  void role_session() {
    if (caller_.path_known) {
      derive("aws:PrincipalArn", caller_.role_arn);
    } else {
      context_.set_unknown("aws:PrincipalArn", true);  // The path is not known.
    }
    derive("aws:PrincipalType", "AssumedRole");
    if (caller_.unique_id.empty() || caller_.session_name.empty()) {
      context_.set_unknown("aws:userid", true);
    } else {
      derive("aws:userid", caller_.unique_id + ":" + caller_.session_name);
    }
    if (!request_.whole) {
      // A session that was made with a token or an assertion keeps some of its claims.
      context_.set_unknown("aws:FederatedProvider");
      context_.set_issuer_keys_unknown();
      context_.set_family_unknown("saml:");
    }
    // Temporary credentials always have an issue time.
    context_.set_unknown("aws:TokenIssueTime", true);
    if (request_.inherited_source_identity) {
      derive("aws:SourceIdentity", *request_.inherited_source_identity);
    }
  }

  void service() {
    derive("aws:PrincipalIsAWSService", "true");
    if (caller_.services.empty()) return;
    derive("aws:PrincipalServiceName", caller_.services[0]);
    context_.set("aws:PrincipalServiceNamesList", caller_.services, KeyOrigin::Derived);
  }

  // AWS does not document these keys for calls that are made with a token or an assertion.
  void federated() {
    context_.set_candidates("aws:PrincipalAccount", {"anonymous"});
    context_.mark_undocumented("aws:PrincipalAccount");
    undocumented("aws:PrincipalType");
    undocumented("aws:userid");
    context_.set_family_undocumented("aws:PrincipalTag/");
    if (caller_.kind == CallerKind::Oidc) derive("aws:FederatedProvider", caller_.provider);
  }

  void tag(const std::string& key, std::string value) {
    context_.set("aws:PrincipalTag/" + key, std::move(value), KeyOrigin::Derived);
  }

  // Tags of the user or role, overridden by those of the session (TAG-3).
  void principal_tags() {
    const ResolvedCaller& found = in_.caller;
    const IamEntity* entity = found.user;
    if (entity == nullptr) entity = found.role;
    if (found.role != nullptr && !found.role->has_tags) {
      context_.set_family_unknown("aws:PrincipalTag/");  // list-roles does not show tags.
    } else if (entity != nullptr) {
      for (const Tag& each : entity->tags) tag(std::string(each.key), std::string(each.value));
    } else if (caller_.is_signed()) {
      const bool hole = found.account != nullptr && found.account->exported;
      if (!request_.whole || hole) context_.set_family_unknown("aws:PrincipalTag/");
    }
    for (const NamedValue& each : request_.inherited_transitive_tags) tag(each.first, each.second);
    for (const NamedValue& each : request_.caller_session_tags) tag(each.first, each.second);
    // Certificate attributes are visible as principal tags while the role is assumed.
    if (!is_service("rolesanywhere.")) return;
    for (const NamedValue& each : request_.tags) tag(each.first, each.second);
    if (!request_.whole) context_.set_family_unknown("aws:PrincipalTag/x509");
  }

  void organization() {
    if (caller_.is_signed()) {
      organization_of(caller_.account, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths");
    }
    role_organization();
  }

  void role_organization() {
    organization_of(in_.role_account, "aws:ResourceOrgID", "aws:ResourceOrgPaths");
  }

  void organization_of(std::string_view account, std::string_view id_key,
                       std::string_view paths_key) {
    const auto& organization = in_.estate.organization;
    const bool known = organization && !account.empty() && account != kUnknownAccount &&
                       (organization->has_account(account) || organization->is_outside(account));
    if (!known) {
      context_.set_unknown(id_key);
      context_.set_unknown(paths_key);
      return;
    }
    const std::string id(organization->id);
    if (organization->is_outside(account)) {
      context_.set_outside(id_key, id);
      context_.set_outside(paths_key, id);
      return;
    }
    derive(id_key, id);
    derive_or_unknown(paths_key, organization->org_path(account));
  }

  void resource() {
    if (in_.role_account == kUnknownAccount) {
      context_.set_unknown("aws:ResourceAccount", true);
      for (const std::string_view family : kRoleTags) context_.set_family_unknown(family);
      return;
    }
    derive("aws:ResourceAccount", std::string(in_.role_account));
    if (in_.role == nullptr || !in_.role->has_tags) {
      for (const std::string_view family : kRoleTags) context_.set_family_unknown(family);
    }
    if (in_.role == nullptr) return;
    for (const Tag& each : in_.role->tags) {
      for (const std::string_view family : kRoleTags) {
        context_.set(fmt::format("{}{}", family, each.key), std::string(each.value),
                     KeyOrigin::Derived);
      }
    }
  }

  void parameter(std::string_view key, std::vector<std::string> values) {
    if (sees(key)) context_.set(key, std::move(values), KeyOrigin::Given);
  }

  bool hidden() const { return request_.parameters_hidden && !request_.whole; }

  // Parameters that the source of the request does not show may have been passed
  // (docs/adr/0005-hidden-parameters.md).
  void hidden_parameters() {
    for (const ContextKey& row : context_keys()) {
      if (row.key_class != KeyClass::Parameter || row.is_family() || !sees(row.name)) continue;
      if ((row.caller_set & callers_) != 0) context_.set_unknown(row.name);
    }
    unknown_tags();
  }

  void parameters() {
    if (request_.session_name) {
      parameter("sts:RoleSessionName", {*request_.session_name});
    } else if (!request_.whole && sees("sts:RoleSessionName")) {
      context_.set_unknown("sts:RoleSessionName", true);  // Every call has one.
    }
    if (request_.source_identity) {
      parameter("sts:SourceIdentity", {*request_.source_identity});
    } else if (request_.inherited_source_identity) {
      parameter("sts:SourceIdentity", {*request_.inherited_source_identity});
    } else if (!request_.whole && is_service("rolesanywhere.") && sees("sts:SourceIdentity")) {
      context_.set_unknown("sts:SourceIdentity", true);
    }
    // A service passes the role on, and a denial does not tell which.
    if (!request_.whole && sees("iam:PassedToService")) {
      context_.set_unknown("iam:PassedToService");
      context_.set_unknown("iam:AssociatedResourceArn");
    }
    // Cognito, Elastic Beanstalk and others pass one of their own.
    if (!request_.whole && caller_.kind == CallerKind::Service && sees("sts:ExternalId")) {
      context_.set_unknown("sts:ExternalId");
    }
    std::vector<std::string> keys;
    const auto add_tag = [&](const NamedValue& each) {
      parameter("aws:RequestTag/" + each.first, {each.second});
      keys.push_back(each.first);
    };
    for (const NamedValue& each : request_.tags) add_tag(each);
    if (!keys.empty()) parameter("aws:TagKeys", keys);
    if (keys.empty() && has_tags_nobody_named()) unknown_tags();
    if (!request_.transitive_tag_keys.empty()) {
      parameter("sts:TransitiveTagKeys", request_.transitive_tag_keys);
    }
  }

  bool is_service(std::string_view prefix) const {
    return caller_.kind == CallerKind::Service && !caller_.services.empty() &&
           caller_.services[0].starts_with(prefix);
  }

  // Whether unknown tags were passed: an error text proves it, or the service always passes some.
  bool has_tags_nobody_named() const {
    const auto& observed = request_.observed_sub_actions;
    const bool seen =
        std::find(observed.begin(), observed.end(), "sts:TagSession") != observed.end();
    return seen || (!request_.whole && (is_service("pods.eks.") || is_service("rolesanywhere.")));
  }

  void unknown_tags() {
    if (sees("aws:RequestTag/x")) context_.set_family_unknown("aws:RequestTag/");
    if (sees("aws:TagKeys")) context_.set_unknown("aws:TagKeys");
  }

  // Adds the tags, source identity and session name in a token or assertion.
  void carried(const TokenParameters& carried_parameters) {
    std::vector<std::string> keys;
    for (const NamedValue& each : carried_parameters.tags) {
      parameter("aws:RequestTag/" + each.first, {each.second});
      keys.push_back(each.first);
    }
    if (!keys.empty()) parameter("aws:TagKeys", keys);
    if (carried_parameters.unreadable_tags) unknown_tags();
    if (!carried_parameters.transitive_tag_keys.empty()) {
      parameter("sts:TransitiveTagKeys", carried_parameters.transitive_tag_keys);
    }
    if (carried_parameters.source_identity) {
      parameter("sts:SourceIdentity", {*carried_parameters.source_identity});
    }
    if (carried_parameters.session_name && !request_.session_name) {
      parameter("sts:RoleSessionName", {*carried_parameters.session_name});
    }
  }

  // Only users have this key: with a code in this call, or in a session that was made with one.
  // Sessions that AssumeRole created never have it (MFA-2).
  void mfa() {
    if (caller_.kind != CallerKind::User) return;
    if (request_.mfa_code_given) {
      derive("aws:MultiFactorAuthPresent", "true");
      derive("aws:MultiFactorAuthAge", "0");
    }
  }

  void claim_key(std::string_view claim, const std::vector<std::string>& values) {
    context_.set(fmt::format("{}:{}", caller_.issuer, claim), values, KeyOrigin::Given);
  }

  // If the token has an authorized party (`azp`), it becomes `aud`, and the audience becomes
  // `oaud`.
  void oidc_claims() {
    derive("sts:RoleAuthorizedByIdp", "false");
    const RequestPrincipal& principal = request_.principal;
    if (principal.claims_known) carried(read_token_parameters(principal));
    // AWS does not document which claims the sub-actions see.
    if (action_ != actions::kWithWebIdentity) {
      context_.set_family_undocumented(caller_.issuer + ":");
      return;
    }
    if (!principal.claims_known) {
      context_.set_family_unknown(caller_.issuer + ":");
      if (sees("sts:RoleAuthorizedByIdp")) {
        context_.set_unknown("sts:RoleAuthorizedByIdp", true);
      }
      return;
    }
    if (principal.claims_partial) {
      context_.set_family_unknown(caller_.issuer + ":");
      if (sees("sts:RoleAuthorizedByIdp")) context_.set_unknown("sts:RoleAuthorizedByIdp", true);
    }
    const auto* azp = principal.claim("azp");
    for (const NamedValues& each : principal.claims) {
      if (each.first == "https://aws.amazon.com/roles" && sees("sts:RoleAuthorizedByIdp")) {
        const bool listed =
            std::find(each.second.begin(), each.second.end(), in_.role_arn) != each.second.end();
        context_.set("sts:RoleAuthorizedByIdp", listed ? "true" : "false", KeyOrigin::Derived);
      }
      if (equals_ignore_case(each.first, "aud") && azp != nullptr) {
        claim_key("oaud", each.second);
      } else if (equals_ignore_case(each.first, "aud") && each.second.size() > 1) {
        // The key has one value. AWS does not document which of several audiences it is.
        context_.set_candidates(fmt::format("{}:aud", caller_.issuer), each.second,
                                /*never_absent=*/true);
      } else if (is_oidc_claim_key(caller_.issuer, each.first)) {
        claim_key(each.first, each.second);
      }
    }
    if (azp != nullptr) claim_key("aud", *azp);
  }

  void saml_claims() {
    if (!request_.principal.claims_known) {
      context_.set_family_unknown("saml:");
      return;
    }
    carried(read_token_parameters(request_.principal));
    constexpr std::string_view kPrefix = "saml:";
    const bool main = action_ == actions::kWithSaml;
    const auto provider = IamArn::parse(caller_.provider);
    if (main && provider) {
      derive("saml:doc", fmt::format("{}/{}", provider->account, provider->name));
    }
    for (const NamedValues& each : request_.principal.claims) {
      std::string_view name = each.first;
      if (starts_with_ignore_case(name, kPrefix)) name.remove_prefix(kPrefix.size());
      // sts:TagSession only sees the audience.
      const bool seen = main || (action_ == actions::kTagSession && name == "aud");
      if (!seen || !is_saml_key(name)) continue;
      context_.set(fmt::format("{}{}", kPrefix, name), each.second, KeyOrigin::Given);
    }
  }

  // Keys that were given replace derived ones, except those that this caller never has.
  void given() {
    for (const NamedValues& each : request_.context) {
      const ContextKey* row = find_context_key(each.first);
      const bool mfa = row != nullptr && row->name.starts_with("aws:MultiFactorAuth");
      if (mfa && (row->caller_set & callers_) == 0) continue;
      if (sees(each.first)) context_.set(each.first, each.second, KeyOrigin::Given);
    }
    mfa_age();
    time();
    for (const std::string& key : request_.open) {
      if (request_.context_values(key) == nullptr && sees(key)) context_.set_unknown(key);
    }
  }

  // Derives each of the two keys from the other.
  void time() {
    const auto* const date = request_.context_values("aws:CurrentTime");
    const auto* const epoch = request_.context_values("aws:EpochTime");
    if ((date == nullptr) == (epoch == nullptr)) return;
    const std::vector<std::string>& told = date != nullptr ? *date : *epoch;
    const auto seconds = told.size() == 1 ? parse_time(told[0]) : std::nullopt;
    if (!seconds) return;
    if (date != nullptr) {
      derive("aws:EpochTime", std::to_string(*seconds));
    } else {
      derive("aws:CurrentTime", format_time(*seconds));
    }
  }

  // The age of MFA that was given without one: zero when it belongs to this call, else unknown.
  void mfa_age() {
    const auto* present = request_.context_values("aws:MultiFactorAuthPresent");
    if (caller_.kind != CallerKind::User || present == nullptr || present->empty() ||
        !equals_ignore_case((*present)[0], "true") ||
        request_.context_values("aws:MultiFactorAuthAge") != nullptr) {
      return;
    }
    if (request_.context_values("aws:TokenIssueTime") == nullptr) {
      derive("aws:MultiFactorAuthAge", "0");
    } else {
      context_.set_unknown("aws:MultiFactorAuthAge", true);
    }
  }

  const ContextSources& in_;
  const AssumeRequest& request_;
  const Caller& caller_;
  ActionSet action_;
  CallerSet callers_;
  RequestContext context_;
};

}  // namespace

RequestContext build_context(const ContextSources& sources, ActionSet action) {
  return ContextBuilder(sources, action).build();
}

void replace_role(const ContextSources& sources, ActionSet action, RequestContext& context) {
  context = ContextBuilder(sources, action).build_on(std::move(context));
}

}  // namespace rolecall
