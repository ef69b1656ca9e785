// SPDX-License-Identifier: Apache-2.0
#include "support/fake_aws.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

struct Asked {
  std::string action{};
  std::string first{};
};

bool is_of_paging(std::string_view name) {
  return name == "MaxItems" || name == "MaxResults" || name == "Marker" || name == "NextToken";
}

Asked read_form(const std::string& body) {
  Asked asked;
  for (const std::string_view pair : split(body, '&')) {
    const std::size_t equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    const std::string value = percent_decode(pair.substr(equals + 1)).value_or("?");
    if (name == "Action") {
      asked.action = value;
    } else if (name != "Version" && asked.first.empty() && !is_of_paging(name)) {
      asked.first = value;
    }
  }
  return asked;
}

// The first string of an object such as {"TargetId": "ou-1", ...}.
Asked read_target(const std::string& target, const std::string& body) {
  Asked asked{target.substr(target.find('.') + 1), {}};
  const auto parts = split(body, '"');
  if (parts.size() > 3 && !is_of_paging(parts[1])) asked.first = parts[3];
  return asked;
}

}  // namespace

FakeAws::Answer FakeAws::answer(const std::string& target, const std::string& body,
                                const std::string& path) {
  const bool xml = target.empty() && path == "/";
  const Asked asked = path != "/" ? Asked{path, {}}
                      : xml       ? read_form(body)
                                  : read_target(target, body);
  const std::string key = asked.first.empty() ? asked.action : asked.action + " " + asked.first;
  const std::lock_guard lock(mutex_);
  asked_.push_back(key);
  auto found = answers_.find(key);
  if (found == answers_.end()) found = answers_.find(asked.action);
  const std::string value = found == answers_.end() ? "!AccessDenied" : found->second;
  if (value.starts_with('!')) {
    const std::string code = value.substr(1);
    const std::string text =
        xml ? "<ErrorResponse><Error><Code>{}</Code><Message>m</Message></Error>"
              "</ErrorResponse>"
            : R"({{"__type": "{}", "Message": "m"}})";
    return {400, fmt::format(fmt::runtime(text), code)};
  }
  if (!xml) return {200, value};
  return {200, fmt::format("<{0}Response><{0}Result>{1}</{0}Result></{0}Response>", asked.action,
                           value)};
}

void FakeAws::set(const std::string& key, const std::string& value) {
  const std::lock_guard lock(mutex_);
  answers_[key] = value;
}

std::vector<std::string> FakeAws::asked() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> sorted = asked_;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

std::map<std::string, std::string> two_accounts() {
  const auto document = [](std::string_view statement) {
    return percent_encode(
        fmt::format(R"({{"Version": "2012-10-17", "Statement": [{}]}})", statement));
  };
  const std::string nothing =
      document(R"({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})");
  const std::string allow = document(
      R"({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::444455556666:role/x/deploy"})");
  const std::string trust = document(
      R"({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "blue"}}})");
  const std::string scp =
      R"({"Policies": [{"Id": "p-1", "Arn": "arn:aws:organizations::aws:policy/p-1", "Name": "all", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": false}]})";
  return {
      {"GetCallerIdentity",
       "<Arn>arn:aws:iam::111122223333:user/ci</Arn><Account>111122223333</Account>"},
      {"GetUser ci",
       "<User><Path>/</Path><UserName>ci</UserName><UserId>AIDA1</UserId>"
       "<Arn>arn:aws:iam::111122223333:user/ci</Arn></User>"},
      {"ListUserPolicies ci", "<PolicyNames><member>own</member></PolicyNames>"},
      {"GetUserPolicy ci",
       fmt::format("<UserName>ci</UserName><PolicyName>own</PolicyName><PolicyDocument>{}"
                   "</PolicyDocument>",
                   nothing)},
      {"ListAttachedUserPolicies ci",
       "<AttachedPolicies><member><PolicyName>assume</PolicyName>"
       "<PolicyArn>arn:aws:iam::111122223333:policy/assume</PolicyArn></member></"
       "AttachedPolicies>"},
      {"GetPolicy arn:aws:iam::111122223333:policy/assume",
       "<Policy><PolicyName>assume</PolicyName><Arn>arn:aws:iam::111122223333:policy/assume</Arn>"
       "<DefaultVersionId>v3</DefaultVersionId></Policy>"},
      {"GetPolicyVersion arn:aws:iam::111122223333:policy/assume",
       fmt::format("<PolicyVersion><Document>{}</Document><VersionId>v3</VersionId>"
                   "<IsDefaultVersion>true</IsDefaultVersion></PolicyVersion>",
                   allow)},
      {"ListGroupsForUser ci",
       "<Groups><member><Path>/</Path><GroupName>dev</GroupName><GroupId>AGPA1</GroupId>"
       "<Arn>arn:aws:iam::111122223333:group/dev</Arn></member></Groups>"},
      {"GetAccountAuthorizationDetails Group",
       fmt::format("<UserDetailList/><RoleDetailList/><Policies/><GroupDetailList><member><Path>/"
                   "</Path><GroupName>dev</GroupName><GroupId>AGPA1</GroupId>"
                   "<Arn>arn:aws:iam::111122223333:group/dev</Arn><GroupPolicyList/>"
                   "<AttachedManagedPolicies/></member><member><Path>/</Path><GroupName>others"
                   "</GroupName><GroupId>AGPA2</GroupId><Arn>arn:aws:iam::111122223333:group/others"
                   "</Arn><GroupPolicyList><member><PolicyName>theirs</PolicyName><PolicyDocument>"
                   "{}</PolicyDocument></member></GroupPolicyList><AttachedManagedPolicies/>"
                   "</member></GroupDetailList><IsTruncated>false</IsTruncated>",
                   nothing)},
      {"ListGroupPolicies dev", "<PolicyNames/>"},
      {"ListAttachedGroupPolicies dev", "<AttachedPolicies/>"},
      {"GetRole deploy",
       fmt::format("<Role><Path>/x/</Path><RoleName>deploy</RoleName><RoleId>AROA1</RoleId>"
                   "<Arn>arn:aws:iam::444455556666:role/x/deploy</Arn>"
                   "<AssumeRolePolicyDocument>{}</AssumeRolePolicyDocument><RoleLastUsed/>"
                   "<MaxSessionDuration>7200</MaxSessionDuration></Role>",
                   trust)},
      {"DescribeOrganization",
       R"({"Organization": {"Id": "o-1", "MasterAccountId": "999988887777"}})"},
      {"ListRoots",
       R"({"Roots": [{"Id": "r-1", "Name": "Root", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}]})"},
      {"ListParents 111122223333",
       R"({"Parents": [{"Id": "ou-1", "Type": "ORGANIZATIONAL_UNIT"}]})"},
      {"ListParents 444455556666",
       R"({"Parents": [{"Id": "ou-1", "Type": "ORGANIZATIONAL_UNIT"}]})"},
      {"ListParents ou-1", R"({"Parents": [{"Id": "r-1", "Type": "ROOT"}]})"},
      {"ListPoliciesForTarget", scp},
      {"DescribePolicy p-1",
       R"({"Policy": {"PolicySummary": {"Id": "p-1", "Arn": "arn:aws:organizations::aws:policy/p-1", "Name": "all", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": false}, "Content": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}"}})"},
  };
}

}  // namespace rolecall
