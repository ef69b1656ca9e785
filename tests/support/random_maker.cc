// SPDX-License-Identifier: Apache-2.0
// Makes random cases: the alphabets, and how often each letter is drawn.
#include <random>
#include <string_view>

#include "support/random_case.h"

namespace rolecall::random {

namespace {

using Texts = std::vector<std::string_view>;

// Names, session and id of the callers, so that patterns below hit them.
constexpr std::string_view kHere = "111122223333";
constexpr std::string_view kThere = "444455556666";
constexpr std::string_view kProvider =
    "arn:aws:iam::111122223333:oidc-provider/id.example.com/Pool";
constexpr std::string_view kSaml = "arn:aws:iam::111122223333:saml-provider/Corp";

const Texts& actions() {
  static const Texts kAll = {"sts:AssumeRole",
                             "sts:AssumeRole",
                             "sts:AssumeRole",
                             "sts:*",
                             "*",
                             "STS:assumerole",
                             "sts:AssumeRole*",
                             "sts:Assume?ole",
                             "*:AssumeRole",
                             "s?s:AssumeRole",
                             "sts:TagSession",
                             "sts:Tag*",
                             "sts:",
                             "sts: AssumeRole",
                             "iam:PassRole",
                             "AssumeRole",
                             "sts:AssumeRoleWithWebIdentity"};
  return kAll;
}

const Texts& resources() {
  static const Texts kAll = {"*",
                             "*",
                             "arn:aws:iam::111122223333:role/a/Deploy",
                             "arn:aws:iam::111122223333:role/a/Deploy",
                             "arn:aws:iam::111122223333:role/*",
                             "arn:aws:iam::*:role/a/Deploy",
                             "arn:aws:iam::111122223333:role/Deploy",
                             "arn:aws:iam::111122223333:role/a/deploy",
                             "arn:aws:iam::444455556666:role/*",
                             "arn:*:iam::111122223333:role/?/Deploy",
                             "arn:aws:iam::*",
                             "arn:aws:iam",
                             "arn:aws:*",
                             "arn:aws:i*m::111122223333:role/a/Deploy",
                             "arn:aws:sts",
                             "arn:aws:iam::111122223333",
                             "arn:aws:iam::11112222333*",
                             "arn*",
                             "a?n:aws:iam::*:*",
                             "arn:aws:iam::111122223333:role/a/${aws:username}",
                             "arn:aws:iam::111122223333:role/${*}",
                             "arn:aws:iam::${aws:PrincipalAccount}:role/a/Deploy",
                             "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team, 'a'}/Dep*",
                             "arn:aws:iam::*:role/${aws:missing}",
                             "${aws:PrincipalArn}",
                             "arn:aws:iam::*:role/${aws:TagKeys}/*",
                             "arn:aws:iam::111122223333:role*Deploy",
                             "",
                             "**"};
  return kAll;
}

const Texts& aws_principals() {
  static const Texts kAll = {"*",
                             "111122223333",
                             "444455556666",
                             "arn:aws:iam::111122223333:root",
                             "arn:aws-cn:iam::111122223333:root",
                             "arn:aws:iam::444455556666:root",
                             "arn:aws:iam::111122223333:user/alice",
                             "arn:aws:iam::111122223333:user/Alice",
                             "arn:aws:iam::444455556666:user/alice",
                             "arn:aws:iam::111122223333:role/a/Runner",
                             "arn:aws:iam::111122223333:role/Runner",
                             "arn:aws:iam::444455556666:role/a/Runner",
                             "arn:aws:iam::111122223333:role/a/runner",
                             "arn:aws:sts::111122223333:assumed-role/Runner/s1",
                             "arn:aws:sts::111122223333:assumed-role/Runner/s2",
                             "arn:aws:sts::444455556666:assumed-role/Runner/s1",
                             "arn:aws:sts::111122223333:assumed-role/Runner/*",
                             "arn:aws:sts::111122223333:federated-user/bob",
                             "AIDAAAAAAAAAAAAAAAAAA",
                             "AROAAAAAAAAAAAAAAAAAA",
                             "arn:aws:iam::111122223333:role/*",
                             "arn:aws:iam::111122223333:group/g",
                             "arn:aws:iam::111122223333:instance-profile/Runner",
                             "arn:aws:iam::1111:root",
                             "nonsense"};
  return kAll;
}

const Texts& service_principals() {
  static const Texts kAll = {"ec2.amazonaws.com",
                             "EC2.amazonaws.com",
                             "ec2.eu-west-1.amazonaws.com",
                             "EC2.us-east-1.amazonaws.com",
                             "ec2.a.b.amazonaws.com",
                             "lambda.amazonaws.com",
                             "*",
                             "ec2"};
  return kAll;
}

const Texts& federated_principals() {
  static const Texts kAll = {kProvider,
                             kSaml,
                             "arn:aws:iam::111122223333:oidc-provider/ID.example.com/Pool",
                             "arn:aws:iam::111122223333:oidc-provider/id.example.com/pool",
                             "arn:aws:iam::444455556666:oidc-provider/id.example.com/Pool",
                             "accounts.google.com",
                             "id.example.com/Pool",
                             "*"};
  return kAll;
}

const Texts& keys() {
  static const Texts kAll = {
      "aws:PrincipalArn",        "aws:username",          "sts:ExternalId",
      "STS:externalid",          "aws:SourceIp",          "aws:CurrentTime",
      "aws:EpochTime",           "aws:TagKeys",           "aws:MultiFactorAuthPresent",
      "aws:PrincipalOrgID",      "aws:PrincipalOrgPaths", "aws:PrincipalTag/team",
      "aws:principaltag/Team",   "custom:Level",          "id.example.com/Pool:sub",
      "id.example.com/Pool:amr", "aws:PrincipalAccount"};
  return kAll;
}

const Texts& text_values() {
  static const Texts kAll = {"a",
                             "a",
                             "A",
                             "b",
                             "ab",
                             "a*",
                             "*",
                             "?",
                             "a?b",
                             "",
                             "alice",
                             "Alice",
                             "true",
                             "o-abc",
                             "o-abc/r-1/*",
                             "O-ABC",
                             "o-xyz",
                             "${aws:username}",
                             "${aws:UserName}",
                             "x${*}",
                             "${?}",
                             "a${$}",
                             "${aws:missing}",
                             "${aws:missing, 'a'}",
                             "${aws:PrincipalTag/team, 'b*'}",
                             "${aws:TagKeys}",
                             "${sts:ExternalId}*",
                             "${open",
                             "o-abc${custom:Level}"};
  return kAll;
}

const Texts& arn_values() {
  static const Texts kAll = {"*",
                             "arn:aws:iam::111122223333:user/alice",
                             "arn:aws:iam::111122223333:role/a/Runner",
                             "arn:aws:iam::111122223333:role/*",
                             "arn:aws:iam::*:role/a/*",
                             "arn:*:*:*:*:*",
                             "arn:aws:iam::*",
                             "arn:aws:sts::111122223333:assumed-role/Runner/s1",
                             "arn:aws:iam::1111*:*",
                             "arn:aws:iam::${aws:PrincipalAccount}:role/a/Runner",
                             "${aws:PrincipalArn}",
                             "a",
                             "o-abc",
                             "arn:aws:iam::111122223333:user/${aws:username}",
                             "${*}",
                             "arn:aws:s3:::b/k:with:colons",
                             "arn:aws:s3:::b/*:colons"};
  return kAll;
}

const Texts& ip_values() {
  static const Texts kAll = {"10.1.2.3",
                             "10.0.0.0/8",
                             "10.1.2.0/23",
                             "0.0.0.0/0",
                             "10.1.2.3/32",
                             "10.1.2.3/33",
                             "::/0",
                             "2001:db8::/32",
                             "2001:DB8::1",
                             "2001:db8:0:0:0:0:0:1",
                             "2001:db8::1/127",
                             "10.1.2",
                             "10.01.2.3",
                             "192.0.2.1",
                             "abc",
                             "10.1.2.3/",
                             "2001:db8::1::2",
                             "10.1.2.3/08",
                             "::ffff:10.1.2.3",
                             "::ffff:a01:203",
                             "::ffff:10.0.0.0/104",
                             "::ffff:0:0/96",
                             "::ffff:0:0/95",
                             "::10.1.2.3"};
  return kAll;
}

const Texts& date_values() {
  static const Texts kAll = {"2026-11-23",
                             "2026-11-23T00:00:00Z",
                             "2026-11-23T01:00:00+01:00",
                             "1795392000",
                             "2026-11-23T10:00Z",
                             "2026-11",
                             "2026",
                             "0",
                             "2026-02-30",
                             "2024-02-29",
                             "2026-11-22T23:59:59.9Z",
                             "yesterday",
                             "2026-11-23T10:00",
                             "-1",
                             "1795392001",
                             "2026-11-23T00:00:00-00:30",
                             "2026-11-22T24:00:00Z",
                             "2026-11-22T24:00:01Z",
                             "2026-11-22T23:59:60Z",
                             "2026-11-23T25:00:00Z",
                             "2026-11-23t00:00:00z",
                             "2026-11-23T01:00:00+0100",
                             "2026-11-23T01:00:00+01:60",
                             "1795392000.9",
                             "-0.5"};
  return kAll;
}

const Texts& number_values() {
  static const Texts kAll = {"0",   "-0", "5",  "5.0", "05", "+5",         "-1",    "10", "1e1",
                             "0.5", ".5", "5.", "abc", "",   "1795392000", "4.999", "5 ", "."};
  return kAll;
}

const Texts& bool_values() {
  static const Texts kAll = {
      "true", "false", "True", "FALSE", "1", "", "${aws:username}", "${aws:missing, 'true'}"};
  return kAll;
}

const Texts& base64_values() {
  static const Texts kAll = {"YQ==", "YQ", "YWI=", "YWJj", "-_8=", "+/8=", "!!", "YQ="};
  return kAll;
}

const Texts& operators() {
  static const Texts kAll = {"StringEquals",
                             "StringNotEquals",
                             "StringEqualsIgnoreCase",
                             "StringNotEqualsIgnoreCase",
                             "StringLike",
                             "StringNotLike",
                             "NumericEquals",
                             "NumericNotEquals",
                             "NumericLessThan",
                             "NumericLessThanEquals",
                             "NumericGreaterThan",
                             "NumericGreaterThanEquals",
                             "DateEquals",
                             "DateNotEquals",
                             "DateLessThan",
                             "DateLessThanEquals",
                             "DateGreaterThan",
                             "DateGreaterThanEquals",
                             "Bool",
                             "BinaryEquals",
                             "IpAddress",
                             "NotIpAddress",
                             "ArnEquals",
                             "ArnLike",
                             "ArnNotEquals",
                             "ArnNotLike",
                             "Null",
                             "StringMatches"};
  return kAll;
}

const Texts& values_for(std::string_view operation) {
  if (operation.starts_with("Numeric")) return number_values();
  if (operation.starts_with("Date")) return date_values();
  if (operation == "Bool" || operation == "Null") return bool_values();
  if (operation == "BinaryEquals") return base64_values();
  if (operation.ends_with("IpAddress")) return ip_values();
  return operation.starts_with("Arn") ? arn_values() : text_values();
}

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  RandomCase make() {
    open_ = chance(40);
    RandomCase made;
    made.caller = caller();
    made.action = chance(80) ? "sts:AssumeRole"
                             : pick({"sts:TagSession", "sts:AssumeRoleWithWebIdentity", "s3:Get"});
    made.resource = chance(95) ? "arn:aws:iam::111122223333:role/a/Deploy"
                               : pick({"*", "arn:aws:iam::444455556666:role/Deploy"});
    made.cross_account = chance(90) ? made.caller.account == kThere : chance(50);
    for (const std::string_view name : keys()) {
      if (chance(60) && name != "STS:externalid") made.keys.push_back(key(name));
    }
    if (chance(15)) made.keys.push_back({"aws:PrincipalTag/", CaseKey::Kind::Unknown, {}});
    if (chance(5)) made.keys.push_back({"aws:PrincipalTag/", CaseKey::Kind::Undocumented, {}});
    if (chance(10)) made.keys.push_back({":", CaseKey::Kind::Unknown, {}});
    fill_gates(made);
    return made;
  }

  CasePolicy policy(PolicyKind kind, int most = 3) {
    CasePolicy made;
    made.version = chance(85) ? "2012-10-17" : chance(50) ? "2008-10-17" : "";
    for (std::uint64_t count = number(static_cast<std::uint64_t>(most) + 1); count > 0; --count) {
      made.statements.push_back(statement(kind));
    }
    return made;
  }

  CaseStatement statement(PolicyKind kind) {
    CaseStatement made;
    made.allow = chance(kind == PolicyKind::ResourceControl ? 50 : 80);
    if (names_principals(kind) && chance(97)) principals(made);
    // Half of the elements match for sure, or hardly a statement would ever apply.
    made.action = {"Action", {"sts:*"}};
    if (chance(50)) made.action = {chance(85) ? "Action" : "NotAction", some(actions(), 3)};
    const bool resource = kind == PolicyKind::Trust ? chance(3) : chance(97);
    if (resource) made.resource = {"Resource", {"*"}};
    if (resource && chance(50)) {
      made.resource = {chance(85) ? "Resource" : "NotResource", some(resources(), 2)};
    }
    for (int i = 0; i < 2; ++i) {
      if (chance(open_ ? 50 : 35)) made.conditions.push_back(condition());
    }
    return made;
  }

 private:
  std::uint64_t number(std::uint64_t below) { return random_() % below; }
  bool chance(std::uint64_t percent) { return number(100) < percent; }
  std::string pick(const Texts& from) { return std::string(from[number(from.size())]); }

  std::vector<std::string> some(const Texts& from, std::uint64_t most) {
    std::vector<std::string> values;
    if (chance(2)) return values;
    for (std::uint64_t count = 1 + number(most); count > 0; --count) values.push_back(pick(from));
    return values;
  }

  void principals(CaseStatement& made) {
    made.principal_element = chance(93) ? "Principal" : "NotPrincipal";
    if (made.principal_element == "NotPrincipal" && chance(30)) {
      for (const std::string_view each :
           {"arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/a/Runner",
            "arn:aws:sts::111122223333:assumed-role/Runner/s1",
            "arn:aws:iam::111122223333:user/alice"}) {
        if (chance(90)) made.principals.emplace_back("AWS", each);
      }
      return;
    }
    if (chance(15)) {
      made.principals.emplace_back("*", "*");
      return;
    }
    for (std::uint64_t count = 1 + number(3); count > 0; --count) {
      const std::uint64_t kind = number(10);
      if (kind < 7) made.principals.emplace_back("AWS", pick(aws_principals()));
      if (kind == 7) made.principals.emplace_back("Service", pick(service_principals()));
      if (kind == 8) made.principals.emplace_back("Federated", pick(federated_principals()));
      if (kind == 9 && chance(20)) made.principals.emplace_back("CanonicalUser", "*");
    }
  }

  CaseCondition condition() {
    const std::string operation = pick(operators());
    CaseCondition made;
    made.operation = pick({"", "", "", "ForAllValues:", "ForAnyValue:"}) + operation;
    if (chance(20)) made.operation += "IfExists";
    made.key = pick(keys());
    made.values = some(chance(90) ? values_for(operation) : text_values(), 3);
    return made;
  }

  // Values that can meet those of conditions: any alphabet but variables, which mean nothing here.
  std::string actual(std::string_view name) {
    if (name == "aws:PrincipalArn") return pick(arn_values());
    if (name == "aws:SourceIp") return pick(ip_values());
    if (name == "aws:CurrentTime" || name == "aws:EpochTime") return pick(date_values());
    if (name == "aws:MultiFactorAuthPresent") return pick(bool_values());
    if (name == "custom:Level") return pick(chance(50) ? number_values() : base64_values());
    if (name == "aws:PrincipalAccount") return pick({kHere, kThere});
    return pick(text_values());
  }

  CaseKey key(std::string_view name) {
    CaseKey made{std::string(name), CaseKey::Kind::Known, {}};
    const std::uint64_t kind = number(24);
    if (open_ && kind < 12) {
      made.kind = kind < 8 ? CaseKey::Kind::Unknown : CaseKey::Kind::NeverAbsent;
    } else if (kind < 12) {
      const bool list = name == "aws:TagKeys" || name == "aws:PrincipalOrgPaths";
      std::uint64_t count = list ? number(4) : chance(95) ? 1 : number(3);
      for (; count > 0; --count) made.values.push_back(actual(name));
    } else if (kind < 14) {
      made.kind = CaseKey::Kind::Absent;
    } else if (kind < 16) {
      made.kind = CaseKey::Kind::Unknown;
    } else if (kind < 17) {
      made.kind = chance(50) ? CaseKey::Kind::NeverAbsent : CaseKey::Kind::Undocumented;
    } else if (kind < 18) {
      made.kind = CaseKey::Kind::Outside;
      made.values = {"o-abc"};
    } else {
      made.kind = CaseKey::Kind::Candidates;
      for (std::uint64_t count = 1 + number(2); count > 0; --count) {
        made.values.push_back(actual(name));
      }
    }
    return made;
  }

  Caller caller() {
    Caller made;
    made.account = chance(60) ? kHere : kThere;
    made.partition = chance(97) ? "aws" : "aws-cn";
    made.has_boundary = chance(20);
    const std::uint64_t kind = number(20);
    made.kind = kind < 6    ? CallerKind::User
                : kind < 12 ? CallerKind::RoleSession
                            : static_cast<CallerKind>(2 + number(7));
    fill_caller(made);
    return made;
  }

  void fill_caller(Caller& made) {
    const std::string iam = "arn:" + made.partition + ":iam::" + made.account + ":";
    const std::string sts = "arn:" + made.partition + ":sts::" + made.account + ":";
    switch (made.kind) {
      case CallerKind::User:
        made.name = "alice";
        made.arn = iam + "user/alice";
        made.unique_id = chance(70) ? "AIDAAAAAAAAAAAAAAAAAA" : "";
        break;
      case CallerKind::RoleSession:
        made.name = "Runner";
        made.session_name = chance(80) ? pick({"s1", "s2"}) : "";
        made.path_known = chance(75);
        made.role_arn = iam + (chance(70) && made.path_known ? "role/a/Runner" : "role/Runner");
        if (!made.session_name.empty()) {
          made.arn = sts + "assumed-role/Runner/" + made.session_name;
        }
        made.unique_id = chance(70) ? "AROAAAAAAAAAAAAAAAAAA" : "";
        break;
      case CallerKind::Service:
        made.account.clear();
        made.services = {"ec2.amazonaws.com"};
        if (chance(30)) made.services.emplace_back("ec2.eu-west-1.amazonaws.com");
        if (chance(30)) made.either_form = "ec2";
        break;
      case CallerKind::Oidc:
        made.account.clear();
        made.provider = chance(70) ? std::string(kProvider) : "accounts.google.com";
        break;
      case CallerKind::Saml:
        made.account.clear();
        made.provider = kSaml;
        break;
      case CallerKind::Root:
        made.arn = iam + "root";
        break;
      case CallerKind::FederatedUser:
        made.name = "bob";
        made.arn = sts + "federated-user/bob";
        break;
      case CallerKind::Account:
        break;
      case CallerKind::Anonymous:
        made.account.clear();
        break;
    }
  }

  CaseGate gate(PolicyKind kind, std::uint64_t evaluated, std::uint64_t layers) {
    CaseGate made;
    if (!chance(evaluated)) {
      made.state = chance(80)   ? GateState::NotApplicable
                   : chance(70) ? GateState::NotChecked
                                : GateState::Unknown;
      return made;
    }
    made.state = GateState::Evaluate;
    for (; layers > 0; --layers) {
      made.layers.emplace_back();
      for (std::uint64_t count = 1 + number(2); count > 0; --count) {
        made.layers.back().push_back(chance(99) ? policy(kind) : CasePolicy{true, "", {}});
      }
    }
    // Mostly something broad beside it, or everything would end in an implicit denial.
    if (chance(kind == PolicyKind::Trust ? 15 : 70)) {
      for (auto& layer : made.layers) layer.push_back(allow_all(kind));
    }
    return made;
  }

  static CasePolicy allow_all(PolicyKind kind) {
    CaseStatement statement;
    statement.action = {"Action", {"*"}};
    statement.resource = {"Resource", {"*"}};
    if (names_principals(kind)) {
      statement.principal_element = "Principal";
      statement.principals = {{"*", "*"}};
    }
    return {false, "2012-10-17", {statement}};
  }

  void fill_gates(RandomCase& made) {
    const auto fill = [&](Gate which, std::uint64_t evaluated, std::uint64_t layers) {
      made.gates[static_cast<std::size_t>(which)] = gate(kind_of_gate(which), evaluated, layers);
    };
    fill(Gate::Trust, 85, 1);
    fill(Gate::Identity, 60, 1);
    fill(Gate::Boundary, 25, 1);
    fill(Gate::Session, 25, 1);
    fill(Gate::Scp, 15, 1 + number(3));
    fill(Gate::Rcp, 15, 1 + number(3));
    fill(Gate::Vpce, 10, 1);
  }

  std::mt19937_64 random_;
  bool open_ = false;  // Most keys are unknown.
};

}  // namespace

RandomCase make_case(std::uint64_t seed) {
  return Maker(seed).make();
}

CaseStatement make_statement(std::uint64_t seed, PolicyKind kind) {
  return Maker(seed).statement(kind);
}

CasePolicy make_policy(std::uint64_t seed, PolicyKind kind) {
  return Maker(seed).policy(kind);
}

}  // namespace rolecall::random
