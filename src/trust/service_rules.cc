// SPDX-License-Identifier: Apache-2.0
#include "trust/service_rules.h"

#include <algorithm>
#include <array>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/statement_match.h"

namespace rolecall {

namespace {

using enum ServiceOddity;
constexpr auto kRules = std::to_array<ServiceRule>({
    // KMS developer guide, key-policies: without the key policy nothing is allowed.
    {"kms:*", "arn:*:kms:*:*:key/*", NeedsResourcePolicy, ""},
    // ORG orgs_manage_policies_rcps.
    {"kms:RetireGrant", "*", NoRcp, ""},
    // STS API_AssumeRoot: the root user has no policy of its own.
    {"sts:AssumeRoot", "*", NoResourcePolicy, ""},
    {"sts:AssumeRoot", "*", RcpUndocumented,
     "whether RCPs apply to sts:AssumeRoot is not documented"},
    {"sts:AssumeRoot", "*", NotOnlyPolicies,
     "no policy tells whether centralized root access is on"},
    // STS API_GetCallerIdentity, API_GetSessionToken: no permission is needed.
    {"sts:GetCallerIdentity", "*", NotRefused,
     "AWS answers this call whatever identity-based policies say"},
    {"sts:GetSessionToken", "*", NotRefused,
     "AWS answers this call whatever identity-based policies say"},
    // S3 user guide, access-points-policies.
    {"s3:*", "arn:*:s3:*:*:accesspoint/*", NotOnlyPolicies,
     "a request through an access point is authorized by the policies of access point and bucket"},
    {"s3-object-lambda:*", "*", NotOnlyPolicies,
     "a request through an Object Lambda access point is authorized several times"},
    // VPC Lattice user guide, auth-policies.
    {"vpc-lattice-svcs:*", "*", NoPolicies,
     "VPC Lattice combines the auth policies of service and service network"},
});

// ORG orgs_manage_policies_rcps lists more every year; these are known.
constexpr auto kRcpServices =
    std::to_array<std::string_view>({"aoss", "dynamodb", "ecr", "kms", "logs", "rolesanywhere",
                                     "s3", "secretsmanager", "sqs", "sts"});

}  // namespace

std::span<const ServiceRule> service_rules() {
  return kRules;
}

const ServiceRule* find_service_rule(ServiceOddity oddity, std::string_view action,
                                     std::string_view resource) {
  const auto* const rule = std::find_if(kRules.begin(), kRules.end(), [&](const ServiceRule& each) {
    return each.oddity == oddity && action_matches(each.action, action) &&
           wildcard_match(each.resource, resource);
  });
  return rule == kRules.end() ? nullptr : rule;
}

bool supports_rcps(std::string_view action) {
  const std::string_view prefix = action.substr(0, action.find(':'));
  return std::any_of(kRcpServices.begin(), kRcpServices.end(),
                     [&](std::string_view each) { return equals_ignore_case(each, prefix); });
}

}  // namespace rolecall
