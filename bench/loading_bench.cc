// SPDX-License-Identifier: Apache-2.0
// Reading `get-account-authorization-details` JSON as AWS CLI writes it (indented by four): the
// whole way from text to an Estate, and the JSON reader alone.
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "rolecall/estate/estate_loader.h"

namespace rolecall {
namespace {

std::string role(int index) {
  return fmt::format(R"(        {{
            "Path": "/",
            "RoleName": "service-{0}",
            "RoleId": "AROA{0:016}",
            "Arn": "arn:aws:iam::111122223333:role/service-{0}",
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
                     index);
}

const std::string& account_export() {
  static const std::string kText = [] {
    std::string text =
        "{\n    \"UserDetailList\": [],\n    \"GroupDetailList\": [],\n"
        "    \"RoleDetailList\": [\n";
    constexpr int kRoles = 4000;
    for (int i = 0; i < kRoles; ++i) text += role(i) + (i + 1 < kRoles ? ",\n" : "\n");
    return text + "    ],\n    \"Policies\": []\n}\n";
  }();
  return kText;
}

void parse_json_only(benchmark::State& state) {
  const std::string& text = account_export();
  for (auto _ : state) {
    SourceTable sources;
    Diagnostics diagnostics;
    const auto document = parse_json(sources, sources.add("bench", text), diagnostics);
    if (!document) state.SkipWithError("not parsed");
    benchmark::DoNotOptimize(document);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_json_only)->Unit(benchmark::kMillisecond);

void load_export(benchmark::State& state) {
  const std::string& text = account_export();
  for (auto _ : state) {
    Estate estate;
    Diagnostics diagnostics;
    load_estate_text("111122223333.gaad.json", text, estate, diagnostics);
    if (diagnostics.error_count() > 0) state.SkipWithError("not loaded");
    benchmark::DoNotOptimize(estate.find_account("111122223333"));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(load_export)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rolecall

BENCHMARK_MAIN();
