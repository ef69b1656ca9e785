// SPDX-License-Identifier: Apache-2.0
#include "compare/random_pair.h"

#include <algorithm>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/cidr.h"
#include "rolecall/base/decimal.h"
#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

namespace rolecall::random {

namespace {

using Texts = std::vector<std::string_view>;

constexpr std::string_view kGithub = "token.actions.githubusercontent.com";

// Operators that fit a key, the values of policies, and those of requests.
struct KeyAlphabet {
  std::string_view key{};
  Texts operators{};
  Texts values{};
  Texts actual{};
};

const std::vector<KeyAlphabet>& key_alphabets() {
  static const Texts kText = {"StringEquals",         "StringEquals",
                              "StringNotEquals",      "StringLike",
                              "StringNotLike",        "StringEqualsIgnoreCase",
                              "StringEqualsIfExists", "StringNotEqualsIfExists",
                              "StringLikeIfExists",   "StringNotEqualsIgnoreCase"};
  static const Texts kArn = {"ArnEquals",  "ArnLike",      "ArnNotLike",   "ArnLikeIfExists",
                             "StringLike", "StringEquals", "StringNotLike"};
  static const std::vector<KeyAlphabet> kAll = {
      {"sts:ExternalId", kText, {"a1", "b2", "a*", "A1", "?1", "*"}, {"a1", "b2", "A1", "a", "c9"}},
      {"aws:PrincipalOrgID", kText, {"o-abc", "o-xyz"}, {"o-abc", "o-xyz", "o-q"}},
      {"sts:RoleSessionName",
       kText,
       {"ci-*", "*-prod", "ci-prod", "c?-*"},
       {"ci-prod", "ci-1", "x-prod", "co-2", "other"}},
      {"aws:RequestTag/team", kText, {"red", "blue", "r*"}, {"red", "blue", "rex", "Red"}},
      {"aws:PrincipalArn",
       kArn,
       {"arn:aws:iam::111122223333:role/ci", "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::*:role/ops/*", "arn:aws:iam::111122223333:user/ann", "arn:aws:iam::*:user/*",
        "arn:aws:iam::*:role/*i"},
       {}},
      {"aws:PrincipalAccount", kText, {"111122223333", "444455556666", "1*"}, {}},
      {"token.actions.githubusercontent.com:sub",
       kText,
       {"repo:acme/app:*", "repo:acme/*", "repo:acme/app:ref:main", "repo:*:ref:main"},
       {"repo:acme/app:ref:main", "repo:acme/app:pull", "repo:acme/x:ref:main",
        "repo:z/z:ref:main"}},
      {"token.actions.githubusercontent.com:aud",
       kText,
       {"sts.amazonaws.com"},
       {"sts.amazonaws.com", "other"}},
      {"aws:SourceIp",
       {"IpAddress", "NotIpAddress", "IpAddressIfExists"},
       {"10.0.0.0/8", "10.1.0.0/16", "192.0.2.7", "0.0.0.0/1", "128.0.0.0/1", "2001:db8::/32"},
       {"10.1.2.3", "10.2.0.0", "192.0.2.7", "192.0.2.8", "2001:db8::1", "2001:db9::1"}},
      {"aws:MultiFactorAuthPresent",
       {"Bool", "BoolIfExists"},
       {"true", "false"},
       {"true", "false"}},
      {"aws:MultiFactorAuthAge",
       {"NumericLessThan", "NumericGreaterThanEquals", "NumericEquals", "NumericNotEquals",
        "NumericLessThanEqualsIfExists", "NumericGreaterThan"},
       {"300", "3600", "0", "300.5"},
       {"299", "300", "3600", "3601", "0", "300.5", "-1"}},
      {"aws:CurrentTime",
       {"DateLessThan", "DateGreaterThan", "DateEquals", "DateLessThanEquals"},
       {"2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z", "2026-01-01"},
       {"2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "2027-01-01"}},
      {"aws:TagKeys",
       {"ForAllValues:StringEquals", "ForAnyValue:StringEquals", "ForAllValues:StringNotEquals",
        "ForAnyValue:StringLike", "ForAllValues:StringLike", "ForAnyValue:StringNotEquals",
        "ForAnyValue:StringEqualsIfExists", "StringEquals"},
       {"team", "cost", "t*"},
       {"team", "cost", "tier", "z"}},
  };
  return kAll;
}

const Texts& aws_names() {
  static const Texts kAll = {"111122223333",
                             "arn:aws:iam::111122223333:root",
                             "arn:aws:iam::444455556666:root",
                             "arn:aws:iam::111122223333:role/ci",
                             "arn:aws:iam::111122223333:role/ops/ci",
                             "arn:aws:iam::444455556666:role/ops/deploy",
                             "arn:aws:iam::111122223333:user/ann",
                             "arn:aws:iam::444455556666:user/team/bo",
                             "arn:aws:sts::111122223333:assumed-role/ci/run-1",
                             "arn:aws:sts::444455556666:assumed-role/deploy/run-2",
                             "AROAQABLZS4A3QDU576Q",
                             "AIDAQABLZS4A3QDU576Q",
                             "*"};
  return kAll;
}

const Texts& assuming_actions() {
  static const Texts kAll = {
      "sts:AssumeRole",         "sts:TagSession",        "sts:AssumeRoleWithWebIdentity",
      "sts:AssumeRoleWithSAML", "sts:SetSourceIdentity", "sts:SetContext"};
  return kAll;
}

constexpr std::string_view kProvider =
    "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
constexpr std::string_view kSamlProvider = "arn:aws:iam::111122223333:saml-provider/corp";

class PairMaker {
 public:
  explicit PairMaker(std::uint64_t seed) : random_(seed) {}

  std::uint64_t number(std::uint64_t below) { return random_() % below; }
  bool chance(std::uint64_t percent) { return number(100) < percent; }
  std::string pick(const Texts& from) { return std::string(from[number(from.size())]); }

  CasePolicy trust_policy() {
    CasePolicy policy{false, "2012-10-17", {}};
    for (std::uint64_t count = 1 + number(3); count > 0; --count) {
      policy.statements.push_back(trust_statement());
    }
    return policy;
  }

  CaseStatement trust_statement() {
    CaseStatement made;
    made.allow = chance(80);
    made.principal_element = "Principal";
    for (std::uint64_t count = 1 + number(2); count > 0; --count) {
      made.principals.push_back(principal());
    }
    made.action = {chance(95) ? "Action" : "NotAction", {"sts:AssumeRole"}};
    if (chance(40)) made.action.values = {pick({"sts:*", "sts:AssumeRole*", "sts:TagSession"})};
    if (chance(15)) made.action.values.emplace_back("sts:TagSession");
    for (std::uint64_t count = number(3); count > 0; --count)
      made.conditions.push_back(condition());
    return made;
  }

  // One or two small edits, as a change under review has them.
  CasePolicy edited(const CasePolicy& from, const CaseStatement& fresh) {
    CasePolicy policy = from;
    auto& statements = policy.statements;
    if (statements.empty() || chance(20)) {
      statements.push_back(fresh);
      return policy;
    }
    CaseStatement& one = statements[number(statements.size())];
    switch (number(7)) {
      case 0:
        one.principals = fresh.principals;
        one.principal_element = fresh.principal_element;
        break;
      case 1:
        one.action = fresh.action;
        break;
      case 2:
        one.conditions = fresh.conditions;
        break;
      case 3:
        one.conditions.insert(one.conditions.end(), fresh.conditions.begin(),
                              fresh.conditions.end());
        break;
      case 4:
        if (!one.conditions.empty()) one.conditions.pop_back();
        break;
      case 5:
        one.allow = !one.allow;
        break;
      default:
        statements.erase(statements.begin() +
                         static_cast<std::ptrdiff_t>(number(statements.size())));
    }
    return policy;
  }

 private:
  std::pair<std::string, std::string> principal() {
    const std::uint64_t kind = number(10);
    if (kind == 0) return {"Service", pick({"ec2.amazonaws.com", "lambda.amazonaws.com"})};
    if (kind == 1) return {"Federated", pick({kProvider, kSamlProvider})};
    return {"AWS", pick(aws_names())};
  }

  CaseCondition condition() {
    const KeyAlphabet& alphabet = key_alphabets()[number(key_alphabets().size())];
    CaseCondition made{"", std::string(alphabet.key), {}};
    made.operation = chance(8) ? "Null" : pick(alphabet.operators);
    for (std::uint64_t count = 1 + number(2); count > 0; --count) {
      made.values.push_back(made.operation == "Null" ? pick({"true", "false"})
                                                     : pick(alphabet.values));
    }
    return made;
  }

  std::mt19937_64 random_;
};

void derive_principal_keys(Request& request) {
  RequestContext& context = request.authorization.context;
  context.set_absent("aws:PrincipalArn");
  context.set_absent("aws:PrincipalAccount");
  const Caller& caller = request.caller;
  if (!caller.is_signed()) return;
  context.set("aws:PrincipalArn",
              caller.kind == CallerKind::RoleSession ? caller.role_arn : caller.arn,
              KeyOrigin::Derived);
  context.set("aws:PrincipalAccount", caller.account, KeyOrigin::Derived);
}

void name_caller(Caller& caller, std::string_view account, std::string_view path,
                 std::string_view name, std::string_view session) {
  caller.account = account;
  caller.name = name;
  const std::string rest = std::string(account) + ":";
  const std::string tail = std::string(path) + std::string(name);
  if (caller.kind == CallerKind::User) {
    caller.arn = "arn:aws:iam::" + rest + "user" + tail;
    return;
  }
  caller.session_name = session;
  caller.role_arn = "arn:aws:iam::" + rest + "role" + tail;
  caller.arn = "arn:aws:sts::" + rest + "assumed-role/" + caller.name + "/" + caller.session_name;
}

bool fits(std::string_view key, const std::string& value) {
  const ContextKey* row = find_context_key(key);
  if (row == nullptr) return true;
  switch (row->type) {
    case KeyType::Arn:
      return Arn::split(value).has_value() && value.back() != ':';
    case KeyType::Bool:
      return value == "true" || value == "false";
    case KeyType::Number:
      return is_decimal(value);
    case KeyType::Date:
      return parse_time(value).has_value();
    case KeyType::Ip:
      return Cidr::parse(value).has_value() && value.find('/') == std::string::npos;
    default:
      return true;
  }
}

}  // namespace

PolicyPair make_trust_pair(std::uint64_t seed) {
  PairMaker maker(seed);
  PolicyPair pair;
  pair.before = maker.trust_policy();
  pair.after =
      maker.chance(10) ? maker.trust_policy() : maker.edited(pair.before, maker.trust_statement());
  if (maker.chance(40)) pair.after = maker.edited(pair.after, maker.trust_statement());
  if (maker.chance(50)) std::swap(pair.before, pair.after);
  return pair;
}

PolicyPair make_odd_pair(std::uint64_t seed, PolicyKind kind) {
  PairMaker maker(seed);
  PolicyPair pair;
  pair.before = make_policy(seed, kind);
  pair.after = maker.edited(pair.before, make_statement(seed + 1, kind));
  if (maker.chance(50)) std::swap(pair.before, pair.after);
  // One partition per account.
  for (CasePolicy* policy : {&pair.before, &pair.after}) {
    for (CaseStatement& statement : policy->statements) {
      for (auto& [type, value] : statement.principals) {
        if (value.starts_with("arn:aws-cn:")) value.replace(4, 6, "aws");
      }
    }
  }
  return pair;
}

Request make_trust_request(std::uint64_t seed) {
  PairMaker maker(seed);
  Request request;
  Caller& caller = request.caller;
  const std::uint64_t kind = maker.number(12);
  caller.kind = kind < 3   ? CallerKind::User
                : kind < 8 ? CallerKind::RoleSession
                           : static_cast<CallerKind>(2 + maker.number(3));
  const std::string account = maker.pick({"111122223333", "444455556666", "777788889999"});
  if (caller.kind == CallerKind::User) {
    name_caller(caller, account, maker.pick({"/", "/team/"}), maker.pick({"ann", "bo"}), "");
    if (maker.chance(10)) caller.unique_id = "AIDAQABLZS4A3QDU576Q";
  } else if (caller.kind == CallerKind::RoleSession) {
    name_caller(caller, account, maker.pick({"/", "/ops/"}), maker.pick({"ci", "deploy", "x"}),
                maker.pick({"run-1", "run-2", "s"}));
    if (maker.chance(10)) caller.unique_id = "AROAQABLZS4A3QDU576Q";
  } else if (caller.kind == CallerKind::Service) {
    caller.services = {
        maker.pick({"ec2.amazonaws.com", "lambda.amazonaws.com", "glue.amazonaws.com"})};
  } else if (caller.kind == CallerKind::Oidc) {
    caller.provider = kProvider;
    caller.issuer = kGithub;
  } else {
    caller.provider = kSamlProvider;
  }
  request.authorization.action =
      maker.chance(60) ? "sts:AssumeRole" : maker.pick(assuming_actions());
  request.authorization.resource = "arn:aws:iam::777788889999:role/target";
  for (const KeyAlphabet& alphabet : key_alphabets()) {
    if (alphabet.actual.empty() || maker.chance(35)) continue;
    std::vector<std::string> values;
    std::uint64_t count = alphabet.key == "aws:TagKeys" ? maker.number(4) : 1;
    for (; count > 0; --count) values.push_back(maker.pick(alphabet.actual));
    request.authorization.context.set(alphabet.key, std::move(values), KeyOrigin::Given);
  }
  derive_principal_keys(request);
  return request;
}

Request make_odd_request(std::uint64_t seed, PolicyKind kind) {
  const bool trust = kind == PolicyKind::Trust;
  for (;; seed += 1'000'003) {
    PairMaker maker(seed);
    const RandomCase made = make_case(seed);
    Request request{made.caller, {made.action, made.resource, {}}};
    const Caller& caller = request.caller;
    const bool assumes = caller.kind <= CallerKind::Saml;
    const bool wanted = names_principals(kind)
                            ? (trust ? assumes : caller.kind != CallerKind::Account)
                            : caller.is_signed() && caller.kind != CallerKind::Account;
    if (!wanted || caller.partition != "aws" || caller.services.size() > 1 ||
        (caller.kind == CallerKind::RoleSession &&
         (!caller.path_known || caller.session_name.empty()))) {
      continue;
    }
    request.authorization.action = trust && !maker.chance(70) ? maker.pick(assuming_actions())
                                   : trust                    ? "sts:AssumeRole"
                                                              : made.action;
    if (trust) request.authorization.resource = "arn:aws:iam::111122223333:role/a/Deploy";
    for (const CaseKey& key : made.keys) {
      const bool list = is_multi_valued_key(key.name);
      if (key.kind != CaseKey::Kind::Known || (key.values.size() != 1 && !list)) continue;
      if (!std::all_of(key.values.begin(), key.values.end(),
                       [&](const std::string& each) { return fits(key.name, each); })) {
        continue;
      }
      request.authorization.context.set(key.name, key.values, KeyOrigin::Given);
    }
    derive_principal_keys(request);
    return request;
  }
}

}  // namespace rolecall::random
