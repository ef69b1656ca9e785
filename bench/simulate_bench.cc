// SPDX-License-Identifier: Apache-2.0
// `rolecall simulate` from end to end: 100,000 cases with policies of their own, in the sizes of
// real ones (two identity policies, a boundary, three SCP levels, every fifth with a resource
// policy). Then one case alone, on one thread, to see what the program adds.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "rolecall/trust/neutral_case.h"

namespace rolecall {
namespace {

constexpr int kCases = 100'000;

std::string resource_policy(int index) {
  if (index % 5 != 0) return "null";
  return fmt::format(
      R"({{"Version": "2012-10-17", "Statement": [{{"Sid": "Partners", "Effect": "Allow", )"
      R"("Principal": {{"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::4444{0:08}:root"]}}, )"
      R"("Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket-{0}/*", )"
      R"("Condition": {{"StringEquals": {{"aws:PrincipalOrgID": "o-{0}"}}}}}}]}})",
      index);
}

std::string neutral_case(int index) {
  return fmt::format(
      R"({{"id": "case-{0}", "request": {{"action": "s3:GetObject", )"
      R"("principal": "arn:aws:sts::111122223333:assumed-role/service-{0}/run-{0}", )"
      R"("resource": "arn:aws:s3:::bucket-{0}/reports/2026/{0}.csv", )"
      R"("resource_account": "111122223333", "context": {{"aws:PrincipalTag/team": ["team-{0}"], )"
      R"("aws:PrincipalOrgID": "o-{0}", "aws:RequestedRegion": "eu-west-1", )"
      R"("aws:SourceIp": "198.51.100.7"}}}}, "identity_policies": [)"
      R"({{"name": "read", "policy": {{"Version": "2012-10-17", "Statement": [)"
      R"({{"Sid": "List", "Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], )"
      R"("Resource": "arn:aws:s3:::bucket-{0}"}}, )"
      R"({{"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], )"
      R"("Resource": ["arn:aws:s3:::bucket-{0}/reports/*", "arn:aws:s3:::shared-{0}/*"], )"
      R"("Condition": {{"StringEquals": {{"aws:PrincipalTag/team": "team-{0}"}}}}}}]}}}}, )"
      R"({{"name": "logs", "policy": {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", )"
      R"("Action": ["logs:CreateLogStream", "logs:PutLogEvents"], )"
      R"("Resource": "arn:aws:logs:eu-west-1:111122223333:log-group:/service-{0}:*"}}]}}}}], )"
      R"("boundary": [{{"name": "limit", "policy": {{"Version": "2012-10-17", "Statement": [)"
      R"({{"Effect": "Allow", "Action": ["s3:*", "logs:*", "sqs:*"], "Resource": "*"}}, )"
      R"({{"Effect": "Deny", "Action": "s3:Delete*", "Resource": "arn:aws:s3:::bucket-{0}/*"}}]}}}}], )"
      R"("scps": [{{"level": "r-1", "policies": [{{"name": "full", "policy": {{"Version": )"
      R"("2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*"}}]}}}}]}}, )"
      R"({{"level": "ou-{0}", "policies": [{{"name": "guard", "policy": {{"Version": "2012-10-17", )"
      R"("Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*"}}, {{"Effect": "Deny", )"
      R"("NotAction": ["iam:*", "sts:*"], "Resource": "*", "Condition": {{"StringNotEquals": )"
      R"({{"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}}}}}]}}}}]}}], )"
      R"("resource_policy": {1}}})",
      index, resource_policy(index));
}

const std::string& case_file() {
  static const std::string kPath = [] {
    std::string path = (std::filesystem::temp_directory_path() /
                        fmt::format("rolecall-simulate-bench-{}.jsonl", std::random_device()()))
                           .string();
    std::ofstream out(path, std::ios::binary);
    for (int i = 0; i < kCases; ++i) out << neutral_case(i) << '\n';
    return path;
  }();
  return kPath;
}

void simulate_file(benchmark::State& state) {
  const std::string command = fmt::format("{} simulate --jobs {} --cases {} > /dev/null",
                                          ROLECALL_PROGRAM, state.range(0), case_file());
  for (auto _ : state) {
    if (std::system(command.c_str()) != 0) state.SkipWithError("the program failed");
  }
  state.SetItemsProcessed(state.iterations() * kCases);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(std::filesystem::file_size(case_file())));
}
BENCHMARK(simulate_file)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void decide_one_case(benchmark::State& state) {
  std::string text = neutral_case(0);
  text.reserve(text.size() + SourceTable::kPadding);
  NeutralEvaluator evaluator;
  for (auto _ : state) {
    const NeutralResult& result = evaluator.decide(text);
    if (result.decision != NeutralDecision::Allowed) state.SkipWithError("not allowed");
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decide_one_case);

}  // namespace
}  // namespace rolecall

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  std::filesystem::remove(rolecall::case_file());
  return 0;
}
