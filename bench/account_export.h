// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <fmt/format.h>

namespace rolecall {

// A role as `get-account-authorization-details` prints it, indented by four.
inline std::string role_export(const std::string& account, int index) {
  return fmt::format(R"(        {{
            "Path": "/",
            "RoleName": "service-{0}",
            "RoleId": "AROA{0:016}",
            "Arn": "arn:aws:iam::{1}:role/service-{0}",
            "CreateDate": "2025-03-11T09:24:17+00:00",
            "AssumeRolePolicyDocument": {{
                "Version": "2012-10-17",
                "Statement": [
                    {{
                        "Effect": "Allow",
                        "Principal": {{
                            "AWS": "arn:aws:iam::444455556666:role/caller-{0}"
                        }},
                        "Action": "sts:AssumeRole",
                        "Condition": {{
                            "StringEquals": {{
                                "sts:ExternalId": "id-{0}"
                            }}
                        }}
                    }}
                ]
            }},
            "InstanceProfileList": [],
            "RolePolicyList": [
                {{
                    "PolicyName": "inline",
                    "PolicyDocument": {{
                        "Version": "2012-10-17",
                        "Statement": [
                            {{
                                "Effect": "Allow",
                                "Action": [
                                    "s3:GetObject",
                                    "s3:PutObject"
                                ],
                                "Resource": "arn:aws:s3:::bucket-{0}/*"
                            }}
                        ]
                    }}
                }}
            ],
            "AttachedManagedPolicies": [
                {{
                    "PolicyName": "ReadOnlyAccess",
                    "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"
                }}
            ],
            "Tags": [
                {{
                    "Key": "team",
                    "Value": "team-{0}"
                }}
            ],
            "RoleLastUsed": {{}}
        }})",
                     index, account);
}

// The export of an account with so many roles, numbered from `first`. Roles of one number have the
// same policy documents in every account.
inline std::string account_export(const std::string& account, int roles, int first = 0) {
  std::string text =
      "{\n    \"UserDetailList\": [],\n    \"GroupDetailList\": [],\n"
      "    \"RoleDetailList\": [\n";
  for (int i = 0; i < roles; ++i) {
    text += role_export(account, first + i) + (i + 1 < roles ? ",\n" : "\n");
  }
  return text + "    ],\n    \"Policies\": []\n}\n";
}

}  // namespace rolecall
