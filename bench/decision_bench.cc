// SPDX-License-Identifier: Apache-2.0
// One AssumeRole decision with policies already loaded: trust policy, two identity policies, a
// permissions boundary, three SCP levels. Counts heap allocations too.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include <benchmark/benchmark.h>

#include "rolecall/eval/evaluation.h"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// gcc takes the pair of a replaced new and free for a mistake.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace rolecall {
namespace {

constexpr const char* kTrust = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"},
   "Action": ["sts:AssumeRole", "sts:TagSession"],
   "Condition": {"StringEquals": {"sts:ExternalId": "harbor-7"},
                 "StringLike": {"sts:RoleSessionName": "build-*"}}}]})";
constexpr const char* kIdentity1 = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"},
  {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
   "Resource": "arn:aws:logs:*:111122223333:log-group:/ci/*"}]})";
constexpr const char* kIdentity2 = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "sts:AssumeRole",
   "Resource": ["arn:aws:iam::444455556666:role/deploy-*", "arn:aws:iam::*:role/audit"]},
  {"Effect": "Deny", "Action": "iam:*", "Resource": "*",
   "Condition": {"Bool": {"aws:ViaAWSService": "false"}}}]})";
constexpr const char* kBoundary = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}]})";
constexpr const char* kFull = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "*", "Resource": "*"}]})";
constexpr const char* kGuard = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Deny", "NotAction": ["sts:*", "iam:*", "support:*"], "Resource": "*",
   "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}},
  {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/break-glass",
   "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/security-*"}}}]})";

struct Scene {
  SourceTable sources{};
  std::deque<Policy> kept{};
  Caller caller{};
  Authorization authorization{};
  PolicySet policies{};

  const Policy* parse(const char* text, PolicyKind kind) {
    Diagnostics diagnostics;
    auto policy = parse_policy(sources, sources.add("bench", text), kind, diagnostics);
    kept.push_back(*std::move(policy));
    return &kept.back();
  }

  Scene() {
    caller.kind = CallerKind::RoleSession;
    caller.account = "111122223333";
    caller.name = "ci";
    caller.session_name = "build-1";
    caller.arn = "arn:aws:sts::111122223333:assumed-role/ci/build-1";
    caller.role_arn = "arn:aws:iam::111122223333:role/ci";
    authorization.action = "sts:AssumeRole";
    authorization.resource = "arn:aws:iam::444455556666:role/deploy-shop";
    RequestContext& context = authorization.context;
    context.set("aws:PrincipalArn", caller.role_arn, KeyOrigin::Derived);
    context.set("aws:PrincipalAccount", caller.account, KeyOrigin::Derived);
    context.set("aws:PrincipalOrgID", "o-a1b2c3d4e5", KeyOrigin::Derived);
    context.set("aws:ResourceAccount", "444455556666", KeyOrigin::Derived);
    context.set("aws:ViaAWSService", "false", KeyOrigin::Derived);
    context.set("aws:RequestedRegion", "eu-west-1", KeyOrigin::Given);
    context.set("sts:ExternalId", "harbor-7", KeyOrigin::Given);
    context.set("sts:RoleSessionName", "build-1", KeyOrigin::Given);
    policies.cross_account = true;
    const auto set = [&](Gate gate, std::vector<PolicyLayer> layers) {
      policies.at(gate) = {GateState::Evaluate, {}, std::move(layers)};
    };
    set(Gate::Trust, {{"", {{parse(kTrust, PolicyKind::Trust), "trust"}}}});
    set(Gate::Identity, {{"",
                          {{parse(kIdentity1, PolicyKind::Identity), "one"},
                           {parse(kIdentity2, PolicyKind::Identity), "two"}}}});
    set(Gate::Boundary, {{"", {{parse(kBoundary, PolicyKind::Boundary), "boundary"}}}});
    const Policy* full = parse(kFull, PolicyKind::ServiceControl);
    const Policy* guard = parse(kGuard, PolicyKind::ServiceControl);
    set(Gate::Scp, {{"r-1", {{full, "full"}}},
                    {"ou-1", {{full, "full"}, {guard, "guard"}}},
                    {"111122223333", {{full, "full"}}}});
  }
};

void decide_without_trace(benchmark::State& state) {
  const Scene scene;
  const std::size_t before = allocations.load();
  std::size_t runs = 0;
  for (auto _ : state) {
    const Evaluation evaluation = evaluate(scene.caller, scene.authorization, scene.policies);
    if (evaluation.decision != Decision::Allowed) state.SkipWithError("not allowed");
    benchmark::DoNotOptimize(evaluation);
    ++runs;
  }
  state.counters["allocations"] =
      static_cast<double>(allocations.load() - before) / static_cast<double>(runs);
}
BENCHMARK(decide_without_trace);

void decide_with_trace(benchmark::State& state) {
  const Scene scene;
  for (auto _ : state) {
    const Evaluation evaluation = evaluate(scene.caller, scene.authorization, scene.policies);
    benchmark::DoNotOptimize(evaluation);
    for (const GateInput& gate : scene.policies.gates) {
      if (gate.state != GateState::Evaluate) continue;
      const GateTrace trace = trace_gate(scene.caller, scene.authorization, gate);
      benchmark::DoNotOptimize(trace);
    }
  }
}
BENCHMARK(decide_with_trace);

}  // namespace
}  // namespace rolecall

BENCHMARK_MAIN();
