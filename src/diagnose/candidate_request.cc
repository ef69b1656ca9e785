// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/policy_variable.h"
#include "rolecall/iam/arn.h"

#include "diagnose/candidate.h"
#include "diagnose/principal_cause.h"

// Generators that change the call, or the credentials and settings it is made with.
namespace rolecall {

namespace {

JsonEdit set(std::string pointer, std::string json) {
  return {JsonEdit::Op::Add, std::move(pointer), std::move(json)};
}

JsonEdit unset(std::string pointer) {
  return {JsonEdit::Op::Remove, std::move(pointer), {}};
}

// The JSON pointer of a context key, as the request spells it, or else the policy.
std::string context_pointer(const Finding& finding, std::string_view key) {
  std::string name(key);
  for (const NamedValues& each : finding.request.context) {
    if (equals_ignore_case(each.first, key)) name = each.first;
  }
  return "/context/" + escape_pointer_token(name);
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_+=,.@-").find(c) != std::string_view::npos;
}

// The name, changed as little as RoleSessionName demands.
std::string as_session_name(std::string name) {
  constexpr std::size_t kLongest = 64;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_name_character(c); }, '-');
  if (name.size() > kLongest) name.resize(kLongest);
  while (name.size() > 2 && name.back() == '-') name.pop_back();
  return name.size() < 2 ? name + "-session" : name;
}

// A value that matches the pattern of a condition: each `*` is replaced by the present value.
std::string fill_pattern(std::string_view pattern, const std::string& now) {
  std::string filled;
  for (const char c : pattern) {
    if (c == '*') {
      filled += as_session_name(now);
    } else {
      filled += c == '?' ? 'x' : c;
    }
  }
  return filled;
}

// Whether sending one of the condition's values can help.
bool wants_listed_value(const Finding& finding) {
  const Condition* condition = finding.condition;
  if (condition == nullptr || condition->operation == nullptr || condition->values.empty() ||
      condition->operation->family == OperatorFamily::Null) {
    return false;
  }
  return (finding.statement->effect == Effect::Allow) != condition->operation->negated;
}

// The first value of the condition, its variables expanded, that can be sent as it stands; empty
// when there is none.
std::string wanted_value(const Finding& finding) {
  if (!wants_listed_value(finding)) return {};
  for (const Text& each : finding.condition->values) {
    WildcardPattern pattern;
    const bool expands = finding.policy->variables && has_variable(each.value);
    if (!expands) {
      pattern.append_pattern(each.value);
    } else if (finding.sub == nullptr ||
               expand_variables(each.value, finding.sub->authorization.context, pattern) !=
                   Expansion::Done) {
      continue;
    }
    const bool wild = finding.condition->operation->wildcards && has_wildcard(pattern.text());
    if (!wild) return pattern.text();
  }
  return {};
}

void send_external_id(const Finding& finding, Candidates& out) {
  const std::string value = wanted_value(finding);
  if (value.empty()) return;
  out.push_back(
      request_change(finding, {set(context_pointer(finding, "sts:ExternalId"), json_string(value))},
                     fmt::format("pass the external ID `{}`", value)));
}

void send_session_name(const Finding& finding, Candidates& out) {
  std::vector<std::string> names{wanted_value(finding)};
  if (wants_listed_value(finding) && names[0].empty()) {
    const std::string now = finding.request.session_name.value_or("session");
    const std::string& caller = finding.decision.caller.session_name;
    for (const Text& each : finding.condition->values) {
      if (!caller.empty() && wildcard_match(each.value, caller)) names.push_back(caller);
      if (!has_variable(each.value)) names.push_back(fill_pattern(each.value, now));
    }
  }
  for (const std::string& name : names) {
    if (name.empty()) continue;
    out.push_back(request_change(finding, {set("/session_name", json_string(name))},
                                 fmt::format("pass the role session name `{}`", name)));
  }
}

void send_source_identity(const Finding& finding, Candidates& out) {
  const std::string value = wanted_value(finding);
  // A source identity that the caller's session has cannot be changed.
  if (value.empty() || finding.request.inherited_source_identity) return;
  out.push_back(request_change(finding, {set("/source_identity", json_string(value))},
                               fmt::format("pass the source identity `{}`", value)));
}

void send_tag(const Finding& finding, Candidates& out) {
  if (!finding.caller->is_signed()) return change_token(finding, out);
  const std::string value = wanted_value(finding);
  const std::string key = finding.cause.condition_key.substr(
      std::min(finding.cause.condition_key.size(), std::string_view("aws:RequestTag/").size()));
  if (value.empty() || key.empty()) return;
  out.push_back(request_change(finding,
                               {set("/tags/" + escape_pointer_token(key), json_string(value))},
                               fmt::format("pass the session tag `{}` = `{}`", key, value)));
}

void send_region(const Finding& finding, Candidates& out) {
  const std::string value = wanted_value(finding);
  if (value.empty()) return;
  out.push_back(request_change(finding, {set("/region", json_string(value))},
                               fmt::format("call STS in Region `{}`", value)));
}

void send_endpoint(const Finding& finding, Candidates& out) {
  const std::string value = wanted_value(finding);
  if (value.empty()) return;
  out.push_back(request_change(finding, {set("/vpc_endpoint", json_string(value))},
                               fmt::format("call STS through VPC endpoint `{}`", value)));
}

void send_mfa(const Finding& finding, Candidates& out) {
  const Caller& caller = finding.decision.caller;
  if (caller.kind != CallerKind::User) return;
  const bool is_wrong = finding.cause.code == "request-mfa-serial-invalid";
  const std::string serial =
      finding.request.mfa_serial.empty() || is_wrong
          ? fmt::format("arn:{}:iam::{}:mfa/{}", caller.partition, caller.account, caller.name)
          : finding.request.mfa_serial;
  FixChange change = request_change(
      finding,
      {set("/mfa", fmt::format("{{\"serial\": {}, \"code_given\": true}}", json_string(serial)))},
      fmt::format("pass the serial number of user {}'s MFA device and a code", caller.name));
  change.commands.push_back(
      fmt::format("aws iam list-mfa-devices --user-name {}  # prints the serial number",
                  shell_quoted(caller.name)));
  out.push_back(std::move(change));
}

// How to send the value of a condition key. A name that ends in `/` stands for a family.
struct Parameter {
  std::string_view key{};
  Generator send = nullptr;
};
constexpr auto kParameters = std::to_array<Parameter>({
    {"sts:ExternalId", &send_external_id},
    {"sts:RoleSessionName", &send_session_name},
    {"sts:SourceIdentity", &send_source_identity},
    {"aws:SourceIdentity", &send_source_identity},
    {"aws:RequestTag/", &send_tag},
    {"aws:RequestedRegion", &send_region},
    {"aws:SourceVpce", &send_endpoint},
    {"aws:MultiFactorAuthPresent", &send_mfa},
    {"aws:MultiFactorAuthAge", &send_mfa},
});

// A role in the account of the requested one.
struct OtherRole {
  const Role* role = nullptr;
  std::size_t distance = 0;  // Edit distance of the names.
};

std::vector<OtherRole> roles_like(const Finding& finding, const IamArn& asked) {
  constexpr std::size_t kFar = 60;
  constexpr std::size_t kMost = 3;
  std::vector<OtherRole> all;
  const Account* account = finding.estate.find_account(asked.account);
  if (account == nullptr) return all;
  for (const Role& role : account->roles) {
    if (role.is_service_linked() || role.is_sso_reserved()) continue;
    all.push_back({&role, edit_distance(role.name, asked.name, kFar)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const OtherRole& a, const OtherRole& b) { return a.distance < b.distance; });
  if (all.size() > kMost) all.resize(kMost);
  return all;
}

// The role ARNs that may be meant by a text that is not a role ARN.
std::vector<std::string> arns_in(const Finding& finding, const std::string& text) {
  std::vector<std::string> all;
  std::string clean;
  for (const char c : trim(text)) {
    if (c != '"' && c != '\'' && c != ' ') clean += c;
  }
  const std::size_t last = clean.rfind("arn:");
  if (last != std::string::npos) all.push_back(clean.substr(last));
  const auto arn = IamArn::parse(clean);
  if (!arn) return all;
  const bool stands_for_role =
      arn->form == ArnForm::Session || arn->form == ArnForm::InstanceProfile;
  if (!stands_for_role) return all;
  const Role* role = finding.estate.find_role_by_name(arn->account, arn->name);
  all.push_back(role != nullptr ? std::string(role->arn)
                                : format_role_arn(arn->partition, arn->account, arn->name));
  return all;
}

FixChange role_change(const Finding& finding, const std::string& arn) {
  return request_change(finding, {set("/role", json_string(arn))},
                        fmt::format("ask for role `{}`", arn));
}

std::int64_t allowed_seconds(const Finding& finding) {
  constexpr std::int64_t kShortest = 900;
  constexpr std::string_view kAtMost = "at most ";
  std::int64_t longest = 0;
  for (const std::string& each : finding.cause.expected) {
    if (!each.starts_with(kAtMost)) continue;
    std::from_chars(each.data() + kAtMost.size(), each.data() + each.size(), longest);
  }
  return std::clamp(finding.request.duration_seconds.value_or(kShortest), kShortest,
                    std::max(longest, kShortest));
}

// A change outside of all files: its effect on the request is tried out, but nothing is written.
FixChange act(const Finding& finding, std::vector<JsonEdit> edits, std::string summary,
              std::vector<std::string> commands) {
  FixChange change = request_change(finding, std::move(edits), std::move(summary));
  change.kind = FixKind::Command;
  change.target = FixTarget::World;
  change.label = finding.cause.policy;
  change.commands = std::move(commands);
  return change;
}

constexpr std::string_view kTagsClaim = "https://aws.amazon.com/tags";

// The tags claim that would satisfy the statement's conditions on request tags.
std::string wanted_tags_claim(const Finding& finding) {
  constexpr std::string_view kFamily = "aws:RequestTag/";
  JsonWriter out(0);
  out.begin_object();
  out.key("principal_tags");
  out.begin_object();
  for (const Condition& each : finding.statement->conditions) {
    if (!starts_with_ignore_case(each.key.value, kFamily) || each.values.empty()) continue;
    out.key(each.key.value.substr(kFamily.size()));
    out.begin_array();
    out.string(each.values[0].value);
    out.end_array();
  }
  out.end_object();
  out.end_object();
  return out.text();
}

}  // namespace

void send_parameter(const Finding& finding, Candidates& out) {
  const std::string& key = finding.cause.condition_key;
  for (const Parameter& row : kParameters) {
    const bool family = row.key.ends_with('/') && starts_with_ignore_case(key, row.key);
    if (!family && !equals_ignore_case(key, row.key)) continue;
    row.send(finding, out);
    return;
  }
}

void correct_role_arn(const Finding& finding, Candidates& out) {
  const std::string& asked = finding.request.role;
  std::vector<std::string> arns;
  for (const std::string& each : finding.cause.expected) {
    if (is_role_arn(each)) arns.push_back(each);
  }
  if (is_role_arn(finding.cause.policy)) arns.push_back(finding.cause.policy);
  for (std::string& each : arns_in(finding, asked)) arns.push_back(std::move(each));
  std::vector<std::string> seen{asked};
  for (const std::string& each : arns) {
    if (!is_role_arn(each) || std::find(seen.begin(), seen.end(), each) != seen.end()) continue;
    seen.push_back(each);
    out.push_back(role_change(finding, each));
  }
  const auto arn = IamArn::parse(asked);
  if (!arn || finding.cause.code != "request-role-not-found") return;
  for (const OtherRole& each : roles_like(finding, *arn)) {
    FixChange change = role_change(finding, std::string(each.role->arn));
    change.alone = true;
    change.warnings.push_back(fmt::format(
        "`{}` is another role: make sure that it is the one that is meant", each.role->name));
    out.push_back(std::move(change));
  }
}

void correct_session_name(const Finding& finding, Candidates& out) {
  const std::string name = as_session_name(finding.request.session_name.value_or(""));
  out.push_back(request_change(finding, {set("/session_name", json_string(name))},
                               fmt::format("pass the role session name `{}`", name)));
}

void shorten_duration(const Finding& finding, Candidates& out) {
  const std::int64_t seconds = allowed_seconds(finding);
  out.push_back(request_change(finding, {set("/duration_seconds", std::to_string(seconds))},
                               fmt::format("ask for a session of {} seconds", seconds)));
}

void raise_max_duration(const Finding& finding, Candidates& out) {
  const Role* role = finding.decision.role;
  if (role == nullptr || !finding.request.duration_seconds) return;
  FixChange change;
  change.kind = role->max_session_at.known() ? FixKind::Policy : FixKind::Command;
  change.target = FixTarget::RoleSetting;
  change.gate = finding.cause.gate;
  change.label = role->arn;
  change.entity_arn = role->arn;
  change.account = finding.decision.role_account;
  change.seconds = finding.request.duration_seconds;
  change.at = role->max_session_at;
  change.before = finding.estate.sources().text(change.at);
  if (change.at.known()) {
    change.edits.push_back({JsonEdit::Op::Replace, "", std::to_string(*change.seconds)});
  }
  change.summary =
      fmt::format("raise MaxSessionDuration of role {} to {} seconds", role->name, *change.seconds);
  out.push_back(std::move(change));
}

void correct_source_identity(const Finding& finding, Candidates& out) {
  const auto& inherited = finding.request.inherited_source_identity;
  if (!inherited) return;
  out.push_back(
      request_change(finding, {unset("/source_identity")},
                     fmt::format("pass no source identity: the session keeps `{}`", *inherited)));
}

void drop_conflicting_tag(const Finding& finding, Candidates& out) {
  for (const NamedValue& each : finding.request.tags) {
    if (!finding.cause.actual || !equals_ignore_case(each.first, *finding.cause.actual)) continue;
    out.push_back(request_change(finding, {unset("/tags/" + escape_pointer_token(each.first))},
                                 fmt::format("do not pass the session tag `{}`, which the caller's "
                                             "session already carries",
                                             each.first)));
  }
}

void complete_mfa(const Finding& finding, Candidates& out) {
  send_mfa(finding, out);
}

void use_other_region(const Finding& finding, Candidates& out) {
  const std::string& partition = finding.decision.caller.partition;
  const std::string region = partition == "aws"      ? "us-east-1"
                             : partition == "aws-cn" ? "cn-north-1"
                                                     : "";
  if (region.empty() || finding.request.region.empty()) return;
  out.push_back(
      request_change(finding, {set("/region", json_string(region))},
                     fmt::format("call STS in Region `{}`, which is always active", region)));
}

void enable_region(const Finding& finding, Candidates& out) {
  const std::string& region = finding.request.region;
  FixChange change = act(
      finding, {unset("/observations/sts_region_disabled")},
      fmt::format("activate STS in Region `{}` for account {}", region,
                  finding.decision.role_account),
      {fmt::format("aws account enable-region --profile {} --region-name {}  # Regions that are "
                   "off by default; the others: IAM console, Account settings, STS endpoints",
                   shell_quoted(finding.decision.role_account), shell_quoted(region))});
  change.account = finding.decision.role_account;
  out.push_back(std::move(change));
}

void renew_credentials(const Finding& finding, Candidates& out) {
  const bool version = finding.cause.code == "credentials-token-v1-opt-in-region";
  out.push_back(
      act(finding, {unset("/observations/credentials")},
          version ? "get the caller's credentials from a Regional STS endpoint"
                  : "renew the caller's credentials",
          version ? std::vector<std::string>{"aws iam set-security-token-service-preferences "
                                             "--global-endpoint-token-version v2Token"}
                  : std::vector<std::string>{"unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY "
                                             "AWS_SESSION_TOKEN  # stale ones shadow the profile",
                                             "aws sts get-caller-identity"}));
}

// The Deny applies to sessions by their age: a new one is none of them.
void renew_session(const Finding& finding, Candidates& out) {
  const auto& context = finding.request.context;
  const auto issued = std::find_if(context.begin(), context.end(), [](const NamedValues& each) {
    return equals_ignore_case(each.first, "aws:TokenIssueTime");
  });
  if (issued == context.end() || finding.cause.expected.empty()) return;
  const std::string& revoked_until = finding.cause.expected[0];
  out.push_back(act(
      finding, {set("/context/" + escape_pointer_token(issued->first), json_string(revoked_until))},
      fmt::format("get a new session of the caller, issued at {} or later", revoked_until), {}));
}

void publish_keys(const Finding& finding, Candidates& out) {
  const std::string& issuer = finding.decision.caller.issuer;
  out.push_back(
      act(finding, {set("/observations/jwks_reachable", "true")},
          fmt::format("make the keys of `{}` reachable from the internet over TLS", issuer),
          {fmt::format(
              "curl -sS {}  # from the internet",
              shell_quoted(fmt::format("https://{}/.well-known/openid-configuration", issuer)))}));
}

// Tags the user or role itself. It is tried out as a session tag. Session tags override it, so
// nothing is proposed when the session has one with this key.
void tag_principal(const Finding& finding, Candidates& out) {
  constexpr std::string_view kFamily = "aws:PrincipalTag/";
  const User* const user = finding.decision.caller_user;
  const Role* const role = finding.decision.caller_role;
  const bool ours = user != nullptr || (role != nullptr && role->complete &&
                                        !role->is_service_linked() && !role->is_sso_reserved());
  const std::string value = wanted_value(finding);
  if (!ours || value.empty() || !starts_with_ignore_case(finding.cause.condition_key, kFamily)) {
    return;
  }
  const std::string key = finding.cause.condition_key.substr(kFamily.size());
  const auto has_key = [&](const NamedValue& each) { return equals_ignore_case(each.first, key); };
  for (const auto* tags :
       {&finding.request.caller_session_tags, &finding.request.inherited_transitive_tags}) {
    if (std::any_of(tags->begin(), tags->end(), has_key)) return;
  }
  const std::string tags =
      fmt::format("[{{\"Key\":{},\"Value\":{}}}]", json_string(key), json_string(value));
  const std::string_view kind = user != nullptr ? "user" : "role";
  const Caller& caller = finding.decision.caller;
  FixChange change =
      act(finding, {set("/caller_session_tags/" + escape_pointer_token(key), json_string(value))},
          fmt::format("tag {} with `{}` = `{}`", short_caller(caller), key, value),
          {fmt::format("aws iam tag-{} --profile {} --{}-name {} --tags {}", kind,
                       shell_quoted(caller.account), kind, shell_quoted(caller.name),
                       shell_quoted(tags))});
  change.label = principal_arn(caller);
  change.warnings.push_back(
      fmt::format("whatever other policies grant to `{}` = `{}` it then gets too", key, value));
  out.push_back(std::move(change));
}

void change_token(const Finding& finding, Candidates& out) {
  const std::string claims = "/principal/claims/";
  if (finding.caller->kind != CallerKind::Oidc) return;
  if (finding.cause.code == "trust-condition-request-tag" && finding.statement != nullptr) {
    const std::string claim = wanted_tags_claim(finding);
    out.push_back(act(finding, {set(claims + escape_pointer_token(kTagsClaim), json_string(claim))},
                      fmt::format("have the identity provider put the session tags into the token, "
                                  "as claim `{}` with the value {}",
                                  kTagsClaim, claim),
                      {}));
    return;
  }
  for (const OidcProvider& provider : finding.estate.oidc_providers) {
    if (!same_provider(provider.arn, finding.caller->provider)) continue;
    for (const std::string_view audience : provider.client_ids) {
      out.push_back(act(finding, {set(claims + "aud", json_string(audience))},
                        fmt::format("request the token for audience `{}`", audience), {}));
    }
  }
}

}  // namespace rolecall
