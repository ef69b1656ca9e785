// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/base/text.h"
#include "rolecall/eval/caller.h"
#include "rolecall/eval/request_context.h"
#include "rolecall/iam/context_key.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

// A policy that was read from text, with the table its text lives in.
struct ParsedPolicy {
  explicit ParsedPolicy(std::string text, PolicyKind kind = PolicyKind::Identity) {
    policy = parse_policy(sources, sources.add("policy.json", std::move(text)), kind, diagnostics);
  }
  // REQUIRES: the text was a JSON object.
  [[nodiscard]] const Policy& operator*() const { return *policy; }
  [[nodiscard]] const Policy* operator->() const { return &*policy; }
  [[nodiscard]] const Statement& statement(std::size_t index = 0) const {
    return policy->statements.at(index);
  }
  [[nodiscard]] std::string said() const {
    std::string text;
    for (const Diagnostic& each : diagnostics.all()) text += render(each, sources);
    return text;
  }

  SourceTable sources{};
  Diagnostics diagnostics{};
  std::optional<Policy> policy{};
};

// `{"Version": "2012-10-17", "Statement": [...]}` around statements.
inline std::string policy_text(std::string_view statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + std::string(statements) + "]}";
}

// A condition as the reader would leave it. The texts must outlive it.
inline Condition make_condition(std::string_view operator_name, std::string_view key,
                                const std::vector<std::string_view>& values) {
  Condition condition;
  condition.operator_text.value = operator_name;
  parse_operator_name(operator_name, condition);
  condition.key.value = key;
  condition.key_hash = hash_ignore_case(key);
  condition.multi_valued_key = is_multi_valued_key(key);
  for (const std::string_view value : values) condition.values.push_back({value, {}});
  return condition;
}

inline Caller user_caller(std::string account = "111122223333", std::string name = "ann") {
  Caller caller;
  caller.kind = CallerKind::User;
  caller.arn = "arn:aws:iam::" + account + ":user/" + name;
  caller.account = std::move(account);
  caller.name = std::move(name);
  caller.unique_id = "AIDAQABLZS4A3QDU576Q";
  return caller;
}

inline Caller session_caller(std::string account = "111122223333", std::string name = "ci",
                             std::string session = "run-7", std::string path = "/") {
  Caller caller;
  caller.kind = CallerKind::RoleSession;
  caller.arn = "arn:aws:sts::" + account + ":assumed-role/" + name + "/" + session;
  caller.role_arn = "arn:aws:iam::" + account + ":role" + path + name;
  caller.account = std::move(account);
  caller.name = std::move(name);
  caller.session_name = std::move(session);
  caller.unique_id = "AROAQABLZS4A3QDU576Q";
  return caller;
}

inline Caller service_caller(std::string name = "lambda.amazonaws.com") {
  Caller caller;
  caller.kind = CallerKind::Service;
  caller.services = {std::move(name)};
  return caller;
}

inline Caller oidc_caller(std::string issuer = "token.actions.githubusercontent.com") {
  Caller caller;
  caller.kind = CallerKind::Oidc;
  caller.provider = "arn:aws:iam::444455556666:oidc-provider/" + issuer;
  caller.issuer = std::move(issuer);
  return caller;
}

inline Caller saml_caller() {
  Caller caller;
  caller.kind = CallerKind::Saml;
  caller.provider = "arn:aws:iam::444455556666:saml-provider/corp";
  return caller;
}

}  // namespace rolecall
