// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/context_key.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

namespace {

constexpr std::array<std::string_view, 3> kPolicyElements = {"Version", "Id", "Statement"};
constexpr std::array<std::string_view, 9> kStatementElements = {
    "Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
    "NotAction", "Resource", "NotResource", "Condition"};
constexpr std::array<std::string_view, 4> kPrincipalTypes = {"AWS", "Service", "Federated",
                                                             "CanonicalUser"};
constexpr std::array<std::string_view, 2> kEffects = {"Allow", "Deny"};

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format("did you mean `{}`?", near);
}

// Reads one document, with one function per element of the grammar
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
class PolicyReader {
 public:
  PolicyReader(PolicyKind kind, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    policy_.kind = kind;
  }

  Policy read(const JsonValue& document) {
    policy_.at = document.span();
    if (!document.is(JsonKind::Object)) {
      fault(DiagnosticCode::WrongType,
            fmt::format("a policy must be an object, not {}", json_kind_name(document.kind())),
            document.span());
      return std::move(policy_);
    }
    std::optional<JsonValue> statements;
    for (auto it = document.begin(); it != document.end(); ++it) {
      if (it.key() == "Version") {
        read_version(*it);
      } else if (it.key() == "Statement") {
        statements = *it;
      } else if (it.key() == "Id") {
        if (const auto id = text(*it, "Id")) policy_.id = *id;
      } else {
        unknown_element(it.key(), it.key_span(), kPolicyElements);
      }
    }
    policy_.variables = policy_.version.value == "2012-10-17";
    if (!statements) {
      fault(DiagnosticCode::MissingElement, "the policy has no `Statement`", document.span(),
            "add a `Statement` list");
    } else if (statements->is(JsonKind::Array)) {
      policy_.statements.reserve(statements->size());
      for (const JsonValue each : *statements) read_statement(each);
    } else {
      read_statement(*statements);
    }
    return std::move(policy_);
  }

 private:
  void fault(DiagnosticCode code, std::string message, Span at, std::string help = {}) {
    policy_.faulty = true;
    diagnostics_.error(code, std::move(message), at, std::move(help));
  }

  void unknown_element(std::string_view name, Span at,
                       std::span<const std::string_view> candidates) {
    fault(DiagnosticCode::UnknownElement, fmt::format("unknown policy element `{}`", name), at,
          did_you_mean(name, candidates));
  }

  // The text of a string; anything else is reported as a fault.
  std::optional<Text> text(const JsonValue& value, std::string_view element) {
    if (value.is(JsonKind::String)) return Text{value.string(), value.span()};
    fault(DiagnosticCode::WrongType,
          fmt::format("`{}` must be a string, not {}", element, json_kind_name(value.kind())),
          value.span());
    return std::nullopt;
  }

  void read_version(const JsonValue& value) {
    const auto version = text(value, "Version");
    if (!version) return;
    policy_.version = *version;
    if (version->value != "2012-10-17" && version->value != "2008-10-17") {
      fault(DiagnosticCode::InvalidVersion,
            fmt::format("unknown policy version `{}`", version->value), value.span(),
            "write \"2012-10-17\"");
    }
  }

  void read_statement(const JsonValue& value) {
    const std::uint32_t index = next_index_++;
    if (!value.is(JsonKind::Object)) {
      fault(DiagnosticCode::WrongType,
            fmt::format("a statement must be an object, not {}", json_kind_name(value.kind())),
            value.span());
      return;
    }
    Statement& statement = policy_.statements.emplace_back();
    statement.index = index;
    statement.at = value.span();
    bool has_effect = false;
    effect_known_ = false;
    for (auto it = value.begin(); it != value.end(); ++it) {
      has_effect = it.key() == "Effect" || has_effect;
      read_element(statement, it);
    }
    if (!has_effect) {
      fault(DiagnosticCode::MissingElement, "the statement has no `Effect`", value.span(),
            "add \"Effect\": \"Allow\" or \"Deny\"");
    }
    read_actions(statement);
    check_elements(statement);
    // A statement that is neither Allow nor Deny is dropped. The policy is marked faulty already.
    if (!effect_known_) policy_.statements.pop_back();
  }

  void read_element(Statement& statement, const JsonValue::Iterator& it) {
    const std::string_view name = it.key();
    const JsonValue value = *it;
    const Span at{it.key_span().document, it.key_span().begin, value.span().end};
    if (name == "Sid") {
      if (const auto sid = text(value, name)) statement.sid = *sid;
    } else if (name == "Effect") {
      read_effect(statement, value);
    } else if (name == "Action" || name == "NotAction") {
      read_patterns(statement.action, name == "NotAction", name, value, at);
    } else if (name == "Resource" || name == "NotResource") {
      read_patterns(statement.resource, name == "NotResource", name, value, at);
    } else if (name == "Principal" || name == "NotPrincipal") {
      read_principal(statement.principal, name == "NotPrincipal", value, at);
    } else if (name == "Condition") {
      read_conditions(statement, value);
    } else {
      unknown_element(name, it.key_span(), kStatementElements);
    }
  }

  void read_effect(Statement& statement, const JsonValue& value) {
    const auto effect = text(value, "Effect");
    if (!effect) return;
    effect_known_ = effect->value == "Allow" || effect->value == "Deny";
    if (effect->value == "Allow") {
      statement.effect = Effect::Allow;
    } else if (!effect_known_) {
      fault(DiagnosticCode::InvalidEffect,
            fmt::format("`Effect` is `{}`, not `Allow` or `Deny`", effect->value), value.span(),
            did_you_mean(effect->value, kEffects));
    }
  }

  static void read_actions(Statement& statement) {
    if (!statement.action.present) return;
    for (const Text& each : statement.action.items) statement.actions |= matched_bits(each.value);
    if (statement.action.negated) statement.actions ^= actions::kAll & ~actions::kOther;
  }

  void exclusive(bool present, std::string_view name, Span at) {
    if (!present) return;
    const std::string_view plain = name.starts_with("Not") ? name.substr(3) : name;
    fault(DiagnosticCode::ExclusiveElements,
          fmt::format("a statement has `{0}` or `Not{0}`, not both", plain), at,
          "split the statement into two");
  }

  void read_patterns(PatternList& list, bool negated, std::string_view name, const JsonValue& value,
                     Span at) {
    exclusive(list.present, name, at);
    list.present = true;
    list.negated = negated;
    list.at = at;
    list.items.reserve(count_texts(value));
    each_text(value, name, [&](const Text& item) { list.items.push_back(item); });
  }

  static std::size_t count_texts(const JsonValue& value) {
    return value.is(JsonKind::Array) ? value.size() : 1;
  }

  // Calls `take` with the string, or with each string of a list.
  template <typename Take>
  void each_text(const JsonValue& value, std::string_view name, Take take) {
    if (!value.is(JsonKind::Array)) {
      if (const auto item = text(value, name)) take(*item);
      return;
    }
    for (const JsonValue each : value) {
      if (const auto item = text(each, name)) take(*item);
    }
    if (value.begin() == value.end()) {
      diagnostics_.warning(DiagnosticCode::EmptyList,
                           fmt::format("`{}` is an empty list and matches nothing", name),
                           value.span(), "add a value or remove the statement");
    }
  }

  void read_principal(PrincipalList& list, bool negated, const JsonValue& value, Span at) {
    exclusive(list.present, negated ? "NotPrincipal" : "Principal", at);
    list.present = true;
    list.negated = negated;
    list.at = at;
    if (value.is(JsonKind::String)) {
      if (value.string() == "*") {
        list.items.push_back(
            classify_principal(PrincipalType::Any, {value.string(), value.span()}));
      } else {
        fault(DiagnosticCode::InvalidPrincipal,
              fmt::format("`Principal` is the string `{}`; only \"*\" may stand alone",
                          value.string()),
              value.span(),
              "write { \"AWS\": ... }, { \"Service\": ... } or { \"Federated\": ... }");
      }
      return;
    }
    if (!value.is(JsonKind::Object)) {
      fault(DiagnosticCode::WrongType,
            fmt::format("`Principal` must be an object or \"*\", not {}",
                        json_kind_name(value.kind())),
            value.span());
      return;
    }
    if (value.size() == 0) {
      diagnostics_.warning(DiagnosticCode::EmptyList, "`Principal` is empty and matches nobody",
                           value.span(), "name who is meant or remove the statement");
    }
    for (auto it = value.begin(); it != value.end(); ++it) {
      read_principal_values(list, it.key(), it.key_span(), *it);
    }
  }

  void read_principal_values(PrincipalList& list, std::string_view name, Span key,
                             const JsonValue& value) {
    constexpr std::array<PrincipalType, 4> kTypes = {PrincipalType::Aws, PrincipalType::Service,
                                                     PrincipalType::Federated,
                                                     PrincipalType::CanonicalUser};
    for (std::size_t i = 0; i < kTypes.size(); ++i) {
      if (name != kPrincipalTypes[i]) continue;
      if (list.items.empty()) list.items.reserve(count_texts(value));
      each_text(value, name, [&](const Text& item) {
        list.items.push_back(classify_principal(kTypes[i], item));
      });
      return;
    }
    fault(DiagnosticCode::InvalidPrincipal, fmt::format("unknown principal type `{}`", name), key,
          did_you_mean(name, kPrincipalTypes));
  }

  void read_conditions(Statement& statement, const JsonValue& value) {
    if (!value.is(JsonKind::Object)) {
      fault(DiagnosticCode::WrongType,
            fmt::format("`Condition` must be an object, not {}", json_kind_name(value.kind())),
            value.span(), "write { \"StringEquals\": { \"key\": \"value\" } }");
      return;
    }
    for (auto it = value.begin(); it != value.end(); ++it) {
      Condition condition;
      condition.operator_text = {it.key(), it.key_span()};
      parse_operator_name(it.key(), condition);
      if (condition.operation == nullptr) unknown_operator(it.key(), it.key_span());
      if (!(*it).is(JsonKind::Object)) {
        fault(DiagnosticCode::WrongType,
              fmt::format("`{}` must hold an object of keys and values, not {}", it.key(),
                          json_kind_name((*it).kind())),
              (*it).span());
        continue;
      }
      const JsonValue keys = *it;
      if (statement.conditions.empty()) statement.conditions.reserve(keys.size());
      for (auto key = keys.begin(); key != keys.end(); ++key) {
        read_condition_key(statement, condition, key);
      }
    }
  }

  // AWS refuses such a document. In a file, the condition is false (C-12).
  void unknown_operator(std::string_view name, Span at) {
    std::vector<std::string_view> names;
    for (const ConditionOperator& row : condition_operators()) names.push_back(row.name);
    diagnostics_.error(DiagnosticCode::UnknownOperator,
                       fmt::format("unknown condition operator `{}`", name), at,
                       did_you_mean(name, names));
  }

  void read_condition_key(Statement& statement, const Condition& outer,
                          const JsonValue::Iterator& key) {
    Condition& condition = statement.conditions.emplace_back(outer);
    const JsonValue values = *key;
    condition.key = {key.key(), key.key_span()};
    condition.key_hash = hash_ignore_case(key.key());
    condition.multi_valued_key = is_multi_valued_key(key.key());
    condition.at = {key.key_span().document, key.key_span().begin, values.span().end};
    if (values.is(JsonKind::Array)) {
      condition.values.reserve(values.size());
      for (const JsonValue each : values) read_condition_value(condition, each);
    } else {
      read_condition_value(condition, values);
    }
  }

  void read_condition_value(Condition& condition, const JsonValue& value) {
    if (value.is(JsonKind::String) || value.is(JsonKind::Number) || value.is(JsonKind::Boolean)) {
      condition.values.push_back({value.scalar(), value.span()});
      return;
    }
    fault(DiagnosticCode::WrongType,
          fmt::format("a condition value must be a string, number or boolean, not {}",
                      json_kind_name(value.kind())),
          value.span());
  }

  // Reports missing elements, and those that this kind of policy must not have.
  void check_elements(const Statement& statement) {
    const bool principals = names_principals(policy_.kind);
    if (!statement.action.present) {
      fault(DiagnosticCode::MissingElement, "the statement has no `Action`", statement.at,
            "add \"Action\"");
    }
    if (principals && !statement.principal.present) {
      diagnostics_.error(DiagnosticCode::MissingElement,
                         "the statement has no `Principal` and matches nobody", statement.at,
                         "add \"Principal\"");
    }
    if (!principals && statement.principal.present) {
      diagnostics_.error(
          DiagnosticCode::ElementNotAllowed,
          fmt::format("`Principal` does not belong into a {}", policy_kind_title(policy_.kind)),
          statement.principal.at, "remove it");
    }
    if (policy_.kind == PolicyKind::Trust && statement.resource.present) {
      diagnostics_.error(DiagnosticCode::ElementNotAllowed,
                         "`Resource` does not belong into a role trust policy",
                         statement.resource.at, "remove it");
    }
    if (!statement.resource.present && policy_.kind != PolicyKind::Trust &&
        policy_.kind != PolicyKind::Resource) {
      diagnostics_.error(DiagnosticCode::MissingElement,
                         "the statement has no `Resource` and matches nothing", statement.at,
                         "add \"Resource\"");
    }
  }

  Policy policy_;
  Diagnostics& diagnostics_;
  std::uint32_t next_index_ = 0;
  bool effect_known_ = false;  // Of the statement being read.
};

}  // namespace

Policy read_policy(const JsonValue& document, PolicyKind kind, Diagnostics& diagnostics) {
  return PolicyReader(kind, diagnostics).read(document);
}

std::optional<Policy> parse_policy(SourceTable& sources, DocumentId document, PolicyKind kind,
                                   Diagnostics& diagnostics, JsonLimits limits) {
  auto json = parse_json(sources, document, diagnostics, limits);
  if (!json) {
    diagnostics.add(std::move(json.error()));
    return std::nullopt;
  }
  if (!json->root().is(JsonKind::Object)) {
    diagnostics.error(DiagnosticCode::WrongType, "a policy must be an object", json->root().span());
    return std::nullopt;
  }
  Policy policy = read_policy(json->root(), kind, diagnostics);
  policy.faulty = policy.faulty || !json->repeated_keys().empty();
  return policy;
}

}  // namespace rolecall
