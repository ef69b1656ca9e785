// SPDX-License-Identifier: Apache-2.0
#include "reach/random_estate.h"

#include <random>
#include <string_view>
#include <utility>

#include "rolecall/base/json_writer.h"

#include "support/random_case.h"

namespace rolecall::random {

namespace {

using Texts = std::vector<std::string_view>;

constexpr std::string_view kHere = "111122223333";
constexpr std::string_view kThere = "444455556666";
constexpr std::string_view kBeside =
    "555566667777";  // Like kThere in the eyes of the organization.
constexpr std::string_view kIssuer = "id.example.com/Pool";

const Texts& trust_principals() {
  static const Texts kAll = {
      R"({"AWS":"111122223333"})",
      R"({"AWS":"arn:aws:iam::444455556666:root"})",
      R"({"AWS":["777788889999","111122223333"]})",
      R"({"AWS":"999900001111"})",
      R"({"AWS":"*"})",
      R"({"AWS":"*"})",
      R"("*")",
      R"({"AWS":"arn:aws:iam::111122223333:user/alice"})",
      R"({"AWS":["arn:aws:iam::444455556666:role/a/Runner","arn:aws:iam::111122223333:root"]})",
      R"({"AWS":"arn:aws:iam::111122223333:role/a/Runner"})",
      R"({"AWS":["arn:aws:sts::111122223333:assumed-role/Runner/s1","111122223333"]})",
      R"({"AWS":"arn:aws:sts::444455556666:assumed-role/Runner/s2"})",
      R"({"AWS":"arn:aws:iam::777788889999:role/x"})",
      R"({"AWS":["AROA4444RUNNER","AIDA1111BOB"]})",
      R"({"Service":"lambda.amazonaws.com"})",
      R"({"Service":["states.amazonaws.com","pods.eks.amazonaws.com"],"AWS":"444455556666"})",
      R"({"Federated":"arn:aws:iam::111122223333:oidc-provider/id.example.com/Pool"})",
      R"({"Federated":"arn:aws:iam::111122223333:saml-provider/Corp"})",
      R"({"Federated":"accounts.google.com"})"};
  return kAll;
}

const Texts& trust_actions() {
  static const Texts kAll = {
      R"("sts:AssumeRole")",
      R"("sts:AssumeRole")",
      R"(["sts:AssumeRole","sts:TagSession"])",
      R"(["sts:AssumeRole","sts:SetSourceIdentity"])",
      R"(["sts:AssumeRoleWithWebIdentity","sts:AssumeRoleWithSAML","sts:AssumeRole"])",
      R"("sts:*")",
      R"(["sts:TagSession","sts:SetSourceIdentity"])"};
  return kAll;
}

const Texts& identity_actions() {
  static const Texts kAll = {
      R"("sts:AssumeRole")", R"(["sts:AssumeRole","sts:TagSession"])",       R"("*")", R"("sts:*")",
      R"("s3:GetObject")",   R"(["sts:TagSession","sts:SetSourceIdentity"])"};
  return kAll;
}

const Texts& resources() {
  static const Texts kAll = {R"("*")",
                             R"("*")",
                             R"("arn:aws:iam::111122223333:role/*")",
                             R"("arn:aws:iam::*:role/a/Deploy")",
                             R"("arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}/Deploy")",
                             R"("arn:aws:iam::111122223333:role/${aws:username}")",
                             R"("arn:aws:iam::444455556666:role/a/*")"};
  return kAll;
}

const Texts& conditions() {
  static const Texts kAll = {
      R"({"StringEquals":{"sts:ExternalId":"blue"}})",
      R"({"StringEquals":{"sts:ExternalId":["blue","green"]}})",
      R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})",
      R"({"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}})",
      R"({"StringEquals":{"aws:PrincipalOrgID":"o-abc"}})",
      R"({"StringNotEquals":{"aws:PrincipalOrgID":"o-abc"}})",
      R"({"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-abc/r-1/ou-1/*"}})",
      R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a/*"}})",
      R"({"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/al*"}})",
      R"({"StringEquals":{"aws:PrincipalTag/team":"a"}})",
      R"({"StringEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}})",
      R"({"StringNotEqualsIfExists":{"aws:PrincipalTag/team":"b"}})",
      R"({"StringEquals":{"aws:RequestTag/team":"a"}})",
      R"({"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}})",
      R"({"StringLike":{"sts:RoleSessionName":"${aws:username}"}})",
      R"({"StringLike":{"sts:RoleSessionName":"s?"}})",
      R"({"StringEquals":{"sts:SourceIdentity":"ann"}})",
      R"({"StringEquals":{"aws:SourceIdentity":"ann"}})",
      R"({"Null":{"aws:SourceIdentity":"true"}})",
      R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})",
      R"({"NotIpAddressIfExists":{"aws:SourceIp":"10.1.0.0/16"}})",
      R"({"DateLessThan":{"aws:CurrentTime":"2026-11-23T00:00:00Z"}})",
      R"({"StringEquals":{"aws:PrincipalAccount":["444455556666","999900001111"]}})",
      R"({"StringEquals":{"aws:SourceAccount":"111122223333"}})",
      R"({"StringEquals":{"aws:ResourceAccount":"444455556666"}})",
      R"({"StringNotEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}})",
      R"({"StringEquals":{"id.example.com/Pool:aud":"app"}})",
      R"({"StringLike":{"id.example.com/Pool:sub":"repo:acme/*"},)"
      R"("StringEquals":{"id.example.com/Pool:aud":"app"}})",
      R"({"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}})",
      R"({"Null":{"aws:RequestTag/team":"false"}})",
      R"({"StringEquals":{"sts:ExternalId":"green","aws:PrincipalTag/team":["a","b"]}})",
      R"({"StringLike":{"aws:userid":"AIDA*"}})",
      R"({"StringEquals":{"aws:PrincipalType":"AssumedRole"}})",
      R"({"StringEquals":{"custom:Level":"5"}})"};
  return kAll;
}

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  EstateFiles estate() {
    EstateFiles made;
    made.files["111122223333.gaad.json"] = account(kHere);
    made.files["444455556666.gaad.json"] = account(kThere);
    if (chance(80)) made.files["organization.json"] = organization();
    if (chance(60)) {
      made.files["identity-providers.json"] =
          R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::111122223333:oidc-provider/)"
          R"(id.example.com/Pool","Url":"id.example.com/Pool","ClientIDList":["app","web"]}],)"
          R"("SAMLProviders":[{"Arn":"arn:aws:iam::111122223333:saml-provider/Corp"}]})";
    }
    if (chance(60)) made.files["555566667777.gaad.json"] = account(kBeside);
    return made;
  }

  AssumeRequest request(const RequestPrincipal& principal, const std::string& role) {
    AssumeRequest made;
    made.whole = true;
    made.principal = principal;
    made.role = role;
    const bool federated = principal.kind == RequestPrincipal::Kind::Federated;
    const bool saml = principal.name.find("saml-provider") != std::string::npos;
    const bool service = principal.kind == RequestPrincipal::Kind::Service;
    made.action = !federated ? "sts:AssumeRole"
                  : saml     ? "sts:AssumeRoleWithSAML"
                             : "sts:AssumeRoleWithWebIdentity";
    if (federated) claims(made, saml);
    made.session_name = pick({"s1", "s2", "alice", "x9"});
    made.region = "eu-west-1";
    if (!federated && !service) {
      if (chance(50)) made.set_context("sts:ExternalId", {pick({"blue", "green", "red"})});
      if (chance(25)) made.tags = {{"team", pick({"a", "b"})}};
      if (chance(10)) made.tags.emplace_back("other", "x");
      if (chance(25)) made.source_identity = pick({"ann", "bob"});
      made.mfa_code_given = made.mfa_serial_given =
          principal.name.find(":user/") != std::string::npos && chance(50);
    }
    if (service && chance(70)) {
      made.set_context("aws:SourceAccount", {pick({"111122223333", "444455556666"})});
    }
    made.set_context("aws:CurrentTime", {pick({"2026-11-22T10:00:00Z", "2026-11-24T10:00:00Z"})});
    made.set_context("aws:SourceIp", {pick({"10.1.2.3", "10.9.2.3", "192.0.2.1"})});
    if (chance(30)) made.set_context("custom:Level", {pick({"5", "6"})});
    return made;
  }

 private:
  std::uint64_t number(std::uint64_t below) { return random_() % below; }
  bool chance(std::uint64_t percent) { return number(100) < percent; }
  std::string pick(const Texts& from) { return std::string(from[number(from.size())]); }

  void claims(AssumeRequest& made, bool saml) {
    made.principal.claims_known = true;
    if (saml) {
      made.principal.claims = {
          {"SAML:aud", {pick({"https://signin.aws.amazon.com/saml", "https://other"})}}};
    } else {
      made.principal.claims = {{"sub", {pick({"repo:acme/shop", "repo:evil/shop"})}},
                               {"aud", {pick({"app", "web", "none"})}}};
    }
  }

  // One in eight documents is drawn from the wild alphabets of the evaluator's own tests.
  std::string policy(PolicyKind kind, int most) {
    if (chance(12)) return policy_json(make_policy(random_(), kind));
    std::string text = chance(90) ? R"({"Version":"2012-10-17","Statement":[)"
                                  : R"({"Version":"2008-10-17","Statement":[)";
    const std::uint64_t count = 1 + number(static_cast<std::uint64_t>(most));
    for (std::uint64_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + statement(kind);
    return text + "]}";
  }

  std::string statement(PolicyKind kind) {
    const bool denies_only = kind == PolicyKind::ResourceControl;
    const bool allow = !denies_only && chance(82);
    std::string text = allow ? R"({"Effect":"Allow")" : R"({"Effect":"Deny")";
    if (kind == PolicyKind::Trust) text += R"(,"Principal":)" + pick(trust_principals());
    if (denies_only) text += R"(,"Principal":"*")";
    text +=
        R"(,"Action":)" + pick(kind == PolicyKind::Trust ? trust_actions() : identity_actions());
    if (kind != PolicyKind::Trust) text += R"(,"Resource":)" + pick(resources());
    // A Deny without a condition leaves little to ask about.
    if (chance(allow ? 60 : 97)) text += R"(,"Condition":)" + pick(conditions());
    return text + "}";
  }

  std::string policies(std::string_view list, std::string_view name) {
    std::string text = ",\"" + std::string(list) + "\":[";
    for (std::uint64_t i = 0, count = number(3); i < count; ++i) {
      text += (i == 0 ? "" : ",") + (R"({"PolicyName":")" + std::string(name)) + std::to_string(i) +
              R"(","PolicyDocument":)" + policy(PolicyKind::Identity, 2) + "}";
    }
    return text + "]";
  }

  std::string common(std::string_view account) {
    const std::string arn = "arn:aws:iam::" + std::string(account) + ":policy/";
    std::string text = R"(,"AttachedManagedPolicies":[)";
    if (chance(60)) text += R"({"PolicyName":"all","PolicyArn":")" + arn + R"(all"})";
    if (chance(3)) {
      text += (text.back() == '[' ? "" : ",") + (R"({"PolicyName":"gone","PolicyArn":")" + arn) +
              R"(gone"})";
    }
    text += "]";
    if (chance(20)) {
      text += R"(,"PermissionsBoundary":{"PermissionsBoundaryArn":")" + arn +
              (chance(95) ? "limit" : "gone") + R"("})";
    }
    return text;
  }

  std::string tags() {
    return chance(60) ? R"(,"Tags":[{"Key":"team","Value":")" + pick({"a", "b"}) + R"("}])"
                      : R"(,"Tags":[])";
  }

  std::string user(std::string_view account, std::string_view name, std::string_view id) {
    return R"({"UserName":")" + std::string(name) + R"(","UserId":")" + std::string(id) +
           R"(","Arn":"arn:aws:iam::)" + std::string(account) + ":user/" + std::string(name) +
           R"(","GroupList":[)" + (chance(40) ? "\"g\"" : "") + "]" +
           policies("UserPolicyList", "own") + common(account) + tags() + "}";
  }

  std::string role(std::string_view account, std::string_view path, std::string_view name,
                   std::string_view id) {
    return R"({"RoleName":")" + std::string(name) + R"(","Path":")" + std::string(path) +
           R"(","RoleId":")" + std::string(id) + R"(","Arn":"arn:aws:iam::)" +
           std::string(account) + ":role" + std::string(path) + std::string(name) +
           R"(","AssumeRolePolicyDocument":)" + trust_of_role() + policies_of_role(account) +
           tags() + "}";
  }

  // Some roles differ from the one before them in their names and tags alone.
  std::string trust_of_role() {
    if (last_trust_.empty() || chance(60)) last_trust_ = policy(PolicyKind::Trust, 3);
    return last_trust_;
  }

  std::string policies_of_role(std::string_view account) {
    if (last_policies_.empty() || chance(60)) {
      last_policies_ = policies("RolePolicyList", "own") + common(account);
    }
    return last_policies_;
  }

  std::string account(std::string_view id) {
    const std::string prefix(id.substr(0, 4));
    last_policies_.clear();
    std::string text = R"({"UserDetailList":[)" + user(id, "alice", "AIDA" + prefix + "ALICE") +
                       "," + user(id, "bob", "AIDA" + prefix + "BOB") + "," +
                       user(id, "carol", "AIDA" + prefix + "CAROL") + R"(],"RoleDetailList":[)" +
                       role(id, "/a/", "Runner", "AROA" + prefix + "RUNNER") + "," +
                       role(id, "/a/", "Deploy", "AROA" + prefix + "DEPLOY") + "," +
                       role(id, "/", "Plain", "AROA" + prefix + "PLAIN") + "," +
                       role(id, "/", "Other", "AROA" + prefix + "OTHER") + "," +
                       role(id, "/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX",
                            "AROA" + prefix + "SLR") +
                       R"(],"GroupDetailList":[{"GroupName":"g","GroupId":"AGPA1","Arn":)" +
                       R"("arn:aws:iam::)" + std::string(id) + R"(:group/g")" +
                       policies("GroupPolicyList", "group") +
                       R"(,"AttachedManagedPolicies":[]}],"Policies":[)";
    text += managed(id, "all",
                    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
                    R"("Action":"*","Resource":"*"}]})") +
            "," + managed(id, "limit", policy(PolicyKind::Identity, 3)) + "]}";
    return text;
  }

  static std::string managed(std::string_view account, std::string_view name,
                             const std::string& document) {
    return R"({"PolicyName":")" + std::string(name) + R"(","Arn":"arn:aws:iam::)" +
           std::string(account) + ":policy/" + std::string(name) +
           R"(","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1",)"
           R"("IsDefaultVersion":true,"Document":)" +
           document + "}]}";
  }

  std::string organization() {
    const std::string full =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
    const std::string_view management = chance(30) ? kHere : std::string_view("222233334444");
    std::string text =
        R"({"Organization":{"Id":"o-abc","MasterAccountId":")" + std::string(management) +
        R"("},"Roots":[{"Id":"r-1","Name":"Root","PolicyTypes":[{"Type":"SERVICE_CONTROL_POLICY",)"
        R"("Status":"ENABLED"},{"Type":"RESOURCE_CONTROL_POLICY","Status":"ENABLED"}]}],)"
        R"("OrganizationalUnits":[{"Id":"ou-1","Name":"one","ParentId":"r-1"}],"Accounts":[)"
        R"({"Id":"222233334444","Name":"m","ParentId":"r-1"},)"
        R"({"Id":"111122223333","Name":"a","ParentId":"ou-1"},)"
        R"({"Id":"444455556666","Name":"b","ParentId":"r-1"},)"
        R"({"Id":"555566667777","Name":"d","ParentId":"r-1"},)"
        R"({"Id":"777788889999","Name":"c","ParentId":"ou-1"}],"Policies":[)";
    const auto add = [&](std::string_view id, std::string_view type, const std::string& document) {
      text += R"({"PolicySummary":{"Id":")" + std::string(id) + R"(","Name":"p","Type":")" +
              std::string(type) + R"("},"Content":)" + document + "}";
    };
    add("p-full", "SERVICE_CONTROL_POLICY", full);
    text += ",";
    add("p-scp", "SERVICE_CONTROL_POLICY", policy(PolicyKind::ServiceControl, 2));
    text += ",";
    add("p-rcp", "RESOURCE_CONTROL_POLICY", policy(PolicyKind::ResourceControl, 2));
    text += R"(],"Targets":[{"PolicyId":"p-full","TargetId":"r-1"},)"
            R"({"PolicyId":"p-full","TargetId":"ou-1"},)"
            R"({"PolicyId":"p-full","TargetId":"111122223333"},)"
            R"({"PolicyId":"p-full","TargetId":"444455556666"},)"
            R"({"PolicyId":"p-full","TargetId":"555566667777"},)"
            R"({"PolicyId":"p-full","TargetId":"777788889999"})";
    if (chance(50)) text += R"(,{"PolicyId":"p-scp","TargetId":"ou-1"})";
    if (chance(50)) text += R"(,{"PolicyId":"p-rcp","TargetId":"r-1"})";
    return text + "]}";
  }

  std::mt19937_64 random_;
  std::string last_trust_;     // Of the role before.
  std::string last_policies_;  // The same, within the account.
};

}  // namespace

EstateFiles make_estate(std::uint64_t seed) {
  return Maker(seed).estate();
}

std::vector<RequestPrincipal> make_principals() {
  std::vector<RequestPrincipal> made;
  for (const std::string_view account : {kHere, kThere, kBeside}) {
    const std::string iam = "arn:aws:iam::" + std::string(account) + ":";
    const std::string sts = "arn:aws:sts::" + std::string(account) + ":assumed-role/";
    for (const std::string_view name : {"alice", "bob", "carol"}) {
      made.push_back(RequestPrincipal::arn(iam + "user/" + std::string(name)));
    }
    for (const std::string_view session :
         {"Runner/s1", "Runner/s2", "Deploy/s1", "Plain/s1", "Other/s2", "AWSServiceRoleForX/s1"}) {
      made.push_back(RequestPrincipal::arn(sts + std::string(session)));
    }
  }
  for (const std::string_view arn :
       {"arn:aws:iam::777788889999:user/alice", "arn:aws:iam::777788889999:user/zoe",
        "arn:aws:iam::777788889999:role/x", "arn:aws:iam::777788889999:role/a/y",
        "arn:aws:iam::999900001111:user/alice", "arn:aws:iam::999900001111:role/a/y",
        "arn:aws:iam::123412341234:user/alice", "arn:aws:iam::123412341234:role/a/y"}) {
    made.push_back(RequestPrincipal::arn(arn));
  }
  for (const std::string_view name : {"lambda.amazonaws.com", "states.amazonaws.com",
                                      "pods.eks.amazonaws.com", "ec2.amazonaws.com"}) {
    made.push_back(RequestPrincipal::service(name));
  }
  for (const std::string_view name :
       {kIssuer, std::string_view("accounts.google.com"),
        std::string_view("arn:aws:iam::111122223333:saml-provider/Corp")}) {
    made.push_back(RequestPrincipal::federated(name));
  }
  return made;
}

std::vector<std::string> target_roles() {
  return {"arn:aws:iam::111122223333:role/a/Deploy", "arn:aws:iam::111122223333:role/Plain",
          "arn:aws:iam::111122223333:role/a/Runner", "arn:aws:iam::444455556666:role/a/Deploy",
          "arn:aws:iam::444455556666:role/Other"};
}

AssumeRequest make_request(std::uint64_t seed, const RequestPrincipal& principal,
                           const std::string& role) {
  return Maker(seed).request(principal, role);
}

}  // namespace rolecall::random
