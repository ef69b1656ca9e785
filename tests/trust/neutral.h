// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/trust/neutral_case.h"

namespace rolecall {

// The members of a neutral case. An empty one is left out.
struct NeutralParts {
  std::string_view principal = "arn:aws:iam::111122223333:user/ann";
  std::string_view kind{};
  std::string_view action = "s3:GetObject";
  std::string_view resource = "arn:aws:s3:::ledger/a";
  std::string_view account = "111122223333";
  std::string context{};
  std::string policies{};  // Members beside `id` and `request`.
};

inline std::string neutral_text(const NeutralParts& parts) {
  std::string request = R"("action":")" + std::string(parts.action) + "\"";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      request += ",\"" + std::string(name) + "\":\"" + std::string(value) + "\"";
    }
  };
  add("principal", parts.principal);
  add("principal_kind", parts.kind);
  add("resource", parts.resource);
  add("resource_account", parts.account);
  if (!parts.context.empty()) request += ",\"context\":" + parts.context;
  return R"({"id":"x","request":{)" + request + "}" + (parts.policies.empty() ? "" : ",") +
         parts.policies + "}";
}

// The result without its gates, which end with the evaluator.
inline NeutralResult decide_neutral(std::string text, const NeutralOptions& options = {}) {
  text.reserve(text.size() + SourceTable::kPadding);
  NeutralEvaluator evaluator(options);
  NeutralResult result = evaluator.decide(text);
  result.gates.clear();
  return result;
}
inline NeutralResult decide_neutral(const NeutralParts& parts) {
  return decide_neutral(neutral_text(parts));
}

inline std::string decision_of(const NeutralParts& parts) {
  return std::string(neutral_decision_name(decide_neutral(parts).decision));
}

// A document with these statements.
inline std::string neutral_policy(std::string_view statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + std::string(statements) + "]}";
}
inline std::string identity_policy(std::string_view statements) {
  return R"("identity_policies":[{"name":"p","policy":)" + neutral_policy(statements) + "}]";
}
inline std::string resource_policy(std::string_view statements) {
  return R"("resource_policy":)" + neutral_policy(statements);
}

inline constexpr std::string_view kAllowAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
inline constexpr std::string_view kDenyAll = R"({"Effect":"Deny","Action":"*","Resource":"*"})";
inline constexpr std::string_view kAllowEveryone =
    R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"})";

}  // namespace rolecall
