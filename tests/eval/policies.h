// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/eval/evaluation.h"

#include "support/parsed_policy.h"

namespace rolecall {

inline constexpr std::string_view kRole = "arn:aws:iam::444455556666:role/deploy";
inline constexpr std::string_view kAllowAssume =
    R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"})";
inline constexpr std::string_view kAllowNothing =
    R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})";
inline constexpr std::string_view kDenyAssume =
    R"({"Effect":"Allow","Action":"*","Resource":"*"},
       {"Effect":"Deny","Action":"sts:*","Resource":"*"})";

// Policies put together for one evaluation, and the texts they came from.
class Policies {
 public:
  Policies& cross_account() {
    set_.cross_account = true;
    return *this;
  }
  // One more policy of a gate; `level` opens a new layer.
  Policies& add(Gate gate, std::string_view statements, bool level = false) {
    PolicyLayer& layer = layer_of(gate, level);
    parsed_.push_back(std::make_unique<ParsedPolicy>(policy_text(statements), kind_of(gate)));
    EXPECT_TRUE(parsed_.back()->policy.has_value()) << parsed_.back()->said();
    layer.policies.push_back({&**parsed_.back(), "policy"});
    return *this;
  }
  Policies& level(Gate gate, std::string_view statements) { return add(gate, statements, true); }
  // A policy that is attached and whose document is not there.
  Policies& missing(Gate gate, bool level = false) {
    layer_of(gate, level).policies.push_back({nullptr, "missing"});
    return *this;
  }
  // A gate that holds no policy at all.
  Policies& empty(Gate gate) {
    static_cast<void>(layer_of(gate, false));
    return *this;
  }
  Policies& state(Gate gate, GateState state) {
    set_.at(gate).state = state;
    return *this;
  }
  Policies& trust(std::string_view principal, std::string_view effect = "Allow",
                  std::string_view condition = "{}") {
    return add(Gate::Trust, R"({"Effect":")" + std::string(effect) +
                                R"(","Action":"sts:AssumeRole","Principal":)" +
                                std::string(principal) + R"(,"Condition":)" +
                                std::string(condition) + "}");
  }
  [[nodiscard]] const PolicySet& set() const { return set_; }

  [[nodiscard]] Evaluation evaluate(const Caller& caller, RequestContext context = {},
                                    std::string action = "sts:AssumeRole") const {
    const Authorization authorization{std::move(action), std::string(kRole), std::move(context)};
    return rolecall::evaluate(caller, authorization, set_);
  }

 private:
  PolicyLayer& layer_of(Gate gate, bool level) {
    GateInput& input = set_.at(gate);
    input.state = GateState::Evaluate;
    if (level || input.layers.empty()) input.layers.emplace_back();
    return input.layers.back();
  }
  static PolicyKind kind_of(Gate gate) {
    switch (gate) {
      case Gate::Trust:
        return PolicyKind::Trust;
      case Gate::Boundary:
        return PolicyKind::Boundary;
      case Gate::Session:
        return PolicyKind::Session;
      case Gate::Scp:
        return PolicyKind::ServiceControl;
      case Gate::Rcp:
        return PolicyKind::ResourceControl;
      case Gate::Vpce:
        return PolicyKind::VpcEndpoint;
      default:
        return PolicyKind::Identity;
    }
  }

  std::vector<std::unique_ptr<ParsedPolicy>> parsed_;
  PolicySet set_;
};

}  // namespace rolecall
