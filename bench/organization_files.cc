// SPDX-License-Identifier: Apache-2.0
#include "organization_files.h"

#include <array>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

namespace rolecall {

namespace {

constexpr int kUnits = 12;
constexpr int kTeams = 25;
constexpr std::string_view kOrganization = "o-bench12345";

std::string account_id(int account) {
  return fmt::format("{:012}", 210'000'000'000 + account);
}

std::string unit_of(int account) {
  return fmt::format("ou-benc-{:08}", account % kUnits);
}

// Numbers without a pattern that matters.
int scatter(int a, int b, int below) {
  const auto mixed = static_cast<unsigned>(a) * 2654435761U ^ static_cast<unsigned>(b) * 40503U;
  return static_cast<int>((mixed >> 7) % static_cast<unsigned>(below));
}

std::string allow(std::string_view principal, std::string_view action, std::string_view condition) {
  return fmt::format(R"({{
                "Version": "2012-10-17",
                "Statement": [
                    {{
                        "Effect": "Allow",
                        "Principal": {{
                            {}
                        }},
                        "Action": "{}"{}
                    }}
                ]
            }})",
                     principal, action, condition);
}

std::string condition(std::string_view operation, std::string_view key, std::string_view value) {
  return fmt::format(R"(,
                        "Condition": {{
                            "{}": {{
                                "{}": "{}"
                            }}
                        }})",
                     operation, key, value);
}

std::string service(std::string_view name) {
  return fmt::format(R"("Service": "{}.amazonaws.com")", name);
}

std::string aws(std::string_view principal) {
  return fmt::format(R"("AWS": "{}")", principal);
}

class AccountFile {
 public:
  AccountFile(int account, int accounts, int roles)
      : account_(account), accounts_(accounts), roles_(roles), id_(account_id(account)) {}

  std::string write() {
    std::string text =
        "{\n    \"UserDetailList\": [],\n    \"GroupDetailList\": [],\n    \"RoleDetailList\": [\n";
    for (int i = 0; i < roles_; ++i) text += role(i) + (i + 1 < roles_ ? ",\n" : "\n");
    return text + fmt::format(R"(    ],
    "Policies": [
        {{
            "PolicyName": "reader",
            "Arn": "arn:aws:iam::{}:policy/reader",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [
                {{
                    "Document": {{
                        "Version": "2012-10-17",
                        "Statement": [
                            {{
                                "Effect": "Allow",
                                "Action": [
                                    "s3:Get*",
                                    "s3:List*",
                                    "logs:Get*"
                                ],
                                "Resource": "*"
                            }}
                        ]
                    }},
                    "VersionId": "v1",
                    "IsDefaultVersion": true
                }}
            ]
        }}
    ]
}}
)",
                              id_);
  }

 private:
  std::string name_of(int account, int role) const {
    const int kind = role % 100;
    const std::string_view stem = kind < 1    ? "shared"
                                  : kind < 16 ? "team"
                                  : kind < 22 ? "partner"
                                  : kind < 34 ? "target"
                                  : kind < 36 ? "pipeline"
                                              : "task";
    return fmt::format("{}-{}-{}", stem, scatter(account, role, kTeams), role);
  }

  std::string arn_of(int account, int role) const {
    return fmt::format("arn:aws:iam::{}:role/{}", account_id(account), name_of(account, role));
  }

  std::string trust(int role) const {
    constexpr std::array<std::string_view, 6> kServices = {"lambda", "ec2",       "ecs-tasks",
                                                           "states", "codebuild", "glue"};
    const int kind = role % 100;
    const int other = (account_ + 1 + scatter(account_, role, accounts_)) % accounts_;
    const std::string mfa = condition("Bool", "aws:MultiFactorAuthPresent", "true");
    if (kind < 1) {
      return allow(aws("*"), "sts:AssumeRole",
                   condition("StringEquals", "aws:PrincipalOrgID", kOrganization));
    }
    if (kind < 16) {
      return allow(aws(fmt::format("arn:aws:iam::{}:root", id_)), "sts:AssumeRole",
                   kind < 4 ? mfa : "");
    }
    if (kind < 22) {
      return allow(aws(fmt::format("arn:aws:iam::{}:root", account_id(other))), "sts:AssumeRole",
                   condition("StringEquals", "sts:ExternalId", fmt::format("x-{}", kind)));
    }
    if (kind < 34) {
      return allow(aws(arn_of(other, scatter(role, account_, roles_))), "sts:AssumeRole", "");
    }
    if (kind < 36) {
      return allow(
          fmt::format(
              R"("Federated": "arn:aws:iam::{}:oidc-provider/token.actions.githubusercontent.com")",
              id_),
          "sts:AssumeRoleWithWebIdentity",
          condition("StringLike", "token.actions.githubusercontent.com:sub",
                    fmt::format("repo:acme/app-{}:*", role)));
    }
    return allow(service(kServices[static_cast<std::size_t>(kind) % kServices.size()]),
                 "sts:AssumeRole", "");
  }

  // What the role's own policy lets it ask for.
  std::string resource(int role) const {
    const int kind = scatter(role, account_, 100);
    if (kind < 1) return "*";
    if (kind < 4) return "arn:aws:iam::*:role/shared-*";
    if (kind < 10) return fmt::format("arn:aws:iam::{}:role/team-{}-*", id_, kind);
    if (kind < 24) return arn_of((account_ + kind) % accounts_, scatter(account_, kind, roles_));
    return {};
  }

  std::string role(int index) const {
    const std::string asked = resource(index);
    return fmt::format(R"(        {{
            "Path": "/",
            "RoleName": "{0}",
            "RoleId": "AROA{1:06}{2:010}",
            "Arn": "{3}",
            "CreateDate": "2025-03-11T09:24:17+00:00",
            "AssumeRolePolicyDocument": {4},
            "InstanceProfileList": [],
            "RolePolicyList": [
                {{
                    "PolicyName": "own",
                    "PolicyDocument": {{
                        "Version": "2012-10-17",
                        "Statement": [
                            {{
                                "Effect": "Allow",
                                "Action": [
                                    "{5}",
                                    "kms:Decrypt",
                                    "sqs:SendMessage"
                                ],
                                "Resource": "{6}"
                            }}
                        ]
                    }}
                }}
            ],
            "AttachedManagedPolicies": [
                {{
                    "PolicyName": "reader",
                    "PolicyArn": "arn:aws:iam::{7}:policy/reader"
                }}
            ],
            "Tags": [
                {{
                    "Key": "team",
                    "Value": "team-{8}"
                }},
                {{
                    "Key": "cost-center",
                    "Value": "{1}"
                }}
            ],
            "RoleLastUsed": {{
                "LastUsedDate": "2026-10-01T08:00:00+00:00",
                "Region": "eu-west-1"
            }}
        }})",
                       name_of(account_, index), account_, index, arn_of(account_, index),
                       trust(index), asked.empty() ? "s3:PutObject" : "sts:AssumeRole",
                       asked.empty() ? fmt::format("arn:aws:s3:::bucket-{}/*", index) : asked, id_,
                       scatter(account_, index, kTeams));
  }

  int account_;
  int accounts_;
  int roles_;
  std::string id_;
};

std::string policy_of_organization(std::string_view id, std::string_view type,
                                   std::string_view document) {
  return fmt::format(
      R"({{"PolicySummary": {{"Id": "{0}", "Arn": "arn:aws:organizations::210000000000:policy/{1}/x/{0}", "Name": "{0}", "Type": "{2}", "AwsManaged": false}}, "Content": {3}}})",
      id, kOrganization, type, document);
}

std::string organization_file(int accounts) {
  std::string list;
  std::string units;
  std::string targets;
  const auto add = [](std::string& to, const std::string& item) {
    if (!to.empty()) to += ",\n";
    to += item;
  };
  for (int unit = 0; unit < kUnits; ++unit) {
    add(units, fmt::format(R"({{"Id": "{}", "Name": "unit-{}", "ParentId": "r-benc"}})",
                           unit_of(unit), unit));
  }
  for (int account = 0; account < accounts; ++account) {
    add(list, fmt::format(R"({{"Id": "{}", "Name": "a{}", "Status": "ACTIVE", "ParentId": "{}"}})",
                          account_id(account), account, unit_of(account)));
  }
  const auto attach = [&](std::string_view policy, std::string_view target) {
    add(targets, fmt::format(R"({{"PolicyId": "{}", "TargetId": "{}"}})", policy, target));
  };
  for (const std::string_view policy : {"p-full", "p-root", "p-rcpfull"}) attach(policy, "r-benc");
  for (int unit = 0; unit < kUnits; ++unit) {
    attach("p-full", unit_of(unit));
    if (unit % 3 == 0) attach("p-fence", unit_of(unit));
  }
  for (int account = 0; account < accounts; ++account) attach("p-full", account_id(account));
  constexpr std::string_view kAll =
      R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})";
  constexpr std::string_view kAllOfAnybody =
      R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})";
  constexpr std::string_view kNoRoot =
      R"({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}}]})";
  constexpr std::string_view kFence =
      R"({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/partner-*"}]})";
  std::string policies;
  add(policies, policy_of_organization("p-full", "SERVICE_CONTROL_POLICY", kAll));
  add(policies, policy_of_organization("p-root", "SERVICE_CONTROL_POLICY", kNoRoot));
  add(policies, policy_of_organization("p-fence", "SERVICE_CONTROL_POLICY", kFence));
  add(policies, policy_of_organization("p-rcpfull", "RESOURCE_CONTROL_POLICY", kAllOfAnybody));
  return fmt::format(
      R"({{"Organization": {{"Id": "{}", "MasterAccountId": "{}"}},
"Roots": [{{"Id": "r-benc", "PolicyTypes": [{{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}},
{{"Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED"}}]}}],
"OrganizationalUnits": [{}],
"Accounts": [{}],
"Policies": [{}],
"Targets": [{}]}}
)",
      kOrganization, account_id(0), units, list, policies, targets);
}

}  // namespace

void write_organization(const std::string& folder, int accounts, int roles_per_account) {
  for (int account = 0; account < accounts; ++account) {
    std::ofstream(fmt::format("{}/{}.gaad.json", folder, account_id(account)))
        << AccountFile(account, accounts, roles_per_account).write();
  }
  std::ofstream(folder + "/organization.json") << organization_file(accounts);
}

}  // namespace rolecall
