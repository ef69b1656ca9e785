// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/residual.h"

#include <algorithm>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/eval/policy_variable.h"

namespace rolecall {

namespace {

// Formulas with more parts are not searched for needless ones, which is quadratic.
constexpr std::size_t kMostSimplified = 64;

ResidualKind dual_of(ResidualKind kind) {
  return kind == ResidualKind::All ? ResidualKind::Any : ResidualKind::All;
}

void add_text(std::string& signature, std::string_view text) {
  signature += text;
  signature += '\0';
}

// Whether it is `StringEquals` without variables: the values of two of these say whether one
// excludes or includes the other.
bool is_plain_equals(const ResidualNode& node) {
  if (node.kind != ResidualKind::Condition) return false;
  const Condition& condition = *node.condition;
  if (condition.operation == nullptr || condition.operation->negated || condition.if_exists ||
      condition.operation->family != OperatorFamily::StringEquals ||
      condition.qualifier != Qualifier::None || condition.multi_valued_key) {
    return false;
  }
  return !node.variables;
}

bool same_key(const Condition& a, const Condition& b) {
  return a.key_hash == b.key_hash && equals_ignore_case(a.key.value, b.key.value);
}

bool lists(const Condition& condition, std::string_view value) {
  return std::any_of(condition.values.begin(), condition.values.end(),
                     [&](const Text& each) { return each.value == value; });
}

Tri combine_tri(ResidualKind kind, Tri a, Tri b) {
  return kind == ResidualKind::All ? both(a, b) : either(a, b);
}

}  // namespace

ResidualTable::ResidualTable() {
  nodes_.push_back({.kind = ResidualKind::Never});
  nodes_.push_back({.kind = ResidualKind::Always});
}

// Equal for nodes with the same meaning, in whatever document they are written.
std::string ResidualTable::signature_of(const ResidualNode& node) const {
  std::string signature(1, static_cast<char>('a' + static_cast<int>(node.kind)));
  signature += node.variables ? 'v' : '-';
  signature += node.effect == Effect::Allow ? '+' : '-';
  if (node.condition != nullptr) {
    add_text(signature, node.condition->operator_text.value);
    add_text(signature, ascii_lower(node.condition->key.value));
    for (const Text& value : node.condition->values) add_text(signature, value.value);
  }
  if (node.principal != nullptr) add_text(signature, node.principal->value.value);
  if (node.principals != nullptr) {
    signature += node.principals->negated ? '!' : '=';
    for (const PrincipalElement& each : node.principals->items) {
      add_text(signature, each.value.value);
    }
  }
  if (node.kind == ResidualKind::Resource || node.kind == ResidualKind::Principal) {
    signature += static_cast<char>('0' + static_cast<int>(node.policy->kind));
  }
  signature += node.text;
  for (const ResidualId part : node.parts) {
    signature.append(reinterpret_cast<const char*>(&part), sizeof part);
  }
  return signature;
}

ResidualId ResidualTable::intern(ResidualNode node) {
  const auto [found, added] =
      ids_.try_emplace(signature_of(node), static_cast<ResidualId>(nodes_.size()));
  if (added) nodes_.push_back(std::move(node));
  return found->second;
}

ResidualId ResidualTable::condition(const Policy& policy, const Condition& condition) {
  const auto known = by_address_.find(&condition);
  if (known != by_address_.end()) return known->second;
  const bool variables =
      policy.variables && std::any_of(condition.values.begin(), condition.values.end(),
                                      [](const Text& value) { return has_variable(value.value); });
  const ResidualId id = intern({.kind = ResidualKind::Condition,
                                .policy = &policy,
                                .condition = &condition,
                                .variables = variables});
  by_address_.emplace(&condition, id);
  return id;
}

ResidualId ResidualTable::resource(const Policy& policy, std::string_view pattern) {
  return intern({.kind = ResidualKind::Resource,
                 .policy = &policy,
                 .variables = policy.variables,
                 .text = pattern});
}

ResidualId ResidualTable::principal(const Policy& policy, const PrincipalElement& element) {
  return intern({.kind = ResidualKind::Principal, .policy = &policy, .principal = &element});
}

ResidualId ResidualTable::principals(const Policy& policy, const Statement& statement) {
  return intern({.kind = ResidualKind::Principal,
                 .policy = &policy,
                 .principals = &statement.principal,
                 .effect = statement.effect});
}

ResidualId ResidualTable::unknown(std::string_view why, std::string_view document) {
  return intern_unknown({.kind = ResidualKind::Unknown, .text = why, .document = document});
}

ResidualId ResidualTable::undocumented(std::string_view why, const Condition* condition) {
  return intern_unknown(
      {.kind = ResidualKind::Unknown, .condition = condition, .text = why, .undocumented = true});
}

// Copies the texts of the node.
ResidualId ResidualTable::intern_unknown(ResidualNode node) {
  const auto known = ids_.find(signature_of(node));
  if (known != ids_.end()) return known->second;
  node.text = texts_.emplace_front(node.text);
  if (!node.document.empty()) node.document = texts_.emplace_front(node.document);
  return intern(std::move(node));
}

ResidualId ResidualTable::one_of(std::string_view key, std::span<const std::string_view> values) {
  Condition condition;
  condition.operator_text.value = "StringEquals";
  parse_operator_name(condition.operator_text.value, condition);
  condition.key.value = texts_.emplace_front(key);
  condition.key_hash = hash_ignore_case(key);
  for (const std::string_view value : values) condition.values.push_back({value, {}});
  conditions_.push_front(std::move(condition));
  return intern({.kind = ResidualKind::Condition, .condition = &conditions_.front()});
}

ResidualId ResidualTable::negate(ResidualId id) {
  const ResidualNode& node = nodes_[id];
  if (id == kNever) return kAlways;
  if (id == kAlways) return kNever;
  if (node.kind == ResidualKind::Not) return node.parts[0];
  if (node.kind == ResidualKind::All || node.kind == ResidualKind::Any) {
    std::vector<ResidualId> parts = node.parts;
    const ResidualKind dual = dual_of(node.kind);
    for (ResidualId& part : parts) part = negate(part);
    return combine(dual, parts);
  }
  return intern({.kind = ResidualKind::Not, .parts = {id}});
}

ResidualId ResidualTable::all(const std::vector<ResidualId>& parts) {
  return combine(ResidualKind::All, parts);
}

ResidualId ResidualTable::any(const std::vector<ResidualId>& parts) {
  return combine(ResidualKind::Any, parts);
}

ResidualId ResidualTable::combine(ResidualKind kind, const std::vector<ResidualId>& parts) {
  const ResidualId neutral = kind == ResidualKind::All ? kAlways : kNever;
  const ResidualId decides = kind == ResidualKind::All ? kNever : kAlways;
  std::vector<ResidualId> flat;
  for (const ResidualId part : parts) {
    if (part == decides) return decides;
    if (part == neutral) continue;
    const ResidualNode& node = nodes_[part];
    if (node.kind == kind) {
      flat.insert(flat.end(), node.parts.begin(), node.parts.end());
    } else {
      flat.push_back(part);
    }
  }
  std::sort(flat.begin(), flat.end());
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  if (flat.size() > 1 && flat.size() <= kMostSimplified) {
    for (std::size_t i = 0; i < flat.size(); ++i) {
      for (std::size_t k = i + 1; k < flat.size(); ++k) {
        const bool opposite = kind == ResidualKind::All
                                  ? contradict(flat[i], flat[k])
                                  : nodes_[flat[k]].kind == ResidualKind::Not &&
                                        nodes_[flat[k]].parts[0] == flat[i] &&
                                        !has_unknown(flat[i]);
        if (opposite) return decides;
      }
    }
    drop_needless(kind, flat);
  }
  if (flat.empty()) return neutral;
  if (flat.size() == 1) return flat[0];
  return intern({.kind = kind, .parts = std::move(flat)});
}

// REQUIRES: a < b. So only b can be the negation: it is made after its part.
bool ResidualTable::contradict(ResidualId a, ResidualId b) const {
  const ResidualNode& left = nodes_[a];
  const ResidualNode& right = nodes_[b];
  if (right.kind == ResidualKind::Not) return right.parts[0] == a && !has_unknown(a);
  if (!is_plain_equals(left) || !is_plain_equals(right) ||
      !same_key(*left.condition, *right.condition)) {
    return false;
  }
  const auto& values = left.condition->values;
  return std::none_of(values.begin(), values.end(),
                      [&](const Text& value) { return lists(*right.condition, value.value); });
}

bool ResidualTable::implies(ResidualId a, ResidualId b) const {
  if (a == b) return true;
  const ResidualNode& left = nodes_[a];
  const ResidualNode& right = nodes_[b];
  if (!is_plain_equals(left) || !is_plain_equals(right) ||
      !same_key(*left.condition, *right.condition)) {
    return false;
  }
  const auto& values = left.condition->values;
  return std::all_of(values.begin(), values.end(),
                     [&](const Text& value) { return lists(*right.condition, value.value); });
}

// Whether `other` can be dropped: in Any when it implies `kept`, in All when `kept` implies it.
bool ResidualTable::makes_needless(ResidualKind kind, ResidualId kept, ResidualId other) const {
  const ResidualKind dual = dual_of(kind);
  const auto parts_of = [&](const ResidualId& id) {
    const ResidualNode& node = nodes_[id];
    return node.kind == dual ? std::span<const ResidualId>(node.parts)
                             : std::span<const ResidualId>(&id, 1);
  };
  const auto own = parts_of(kept);
  const auto others = parts_of(other);
  if (own.size() * others.size() > kMostSimplified * kMostSimplified) return kept == other;
  return std::all_of(own.begin(), own.end(), [&](ResidualId each) {
    return std::any_of(others.begin(), others.end(), [&](ResidualId part) {
      return kind == ResidualKind::Any ? implies(part, each) : implies(each, part);
    });
  });
}

void ResidualTable::drop_needless(ResidualKind kind, std::vector<ResidualId>& parts) const {
  for (std::size_t i = 0; i < parts.size();) {
    bool needless = false;
    for (std::size_t k = 0; k < parts.size() && !needless; ++k) {
      needless = k != i && makes_needless(kind, parts[k], parts[i]);
    }
    if (needless) {
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
}

Tri ResidualTable::evaluate_part(const ResidualNode& part, const Caller& caller,
                                 const Authorization& authorization) {
  switch (part.kind) {
    case ResidualKind::Never:
      return Tri::No;
    case ResidualKind::Always:
      return Tri::Yes;
    case ResidualKind::Condition:
      return evaluate_condition(*part.condition, authorization.context, part.variables).value;
    case ResidualKind::Resource:
      return resource_matches(part.text, authorization.resource, authorization.context,
                              *part.policy);
    case ResidualKind::Principal:
      if (part.principal != nullptr) return match_principal(*part.principal, caller).match;
      return match_principals(*part.principals, part.effect, part.policy->kind, caller).match;
    default:
      return Tri::Open;
  }
}

Tri ResidualTable::evaluate(ResidualId id, const Caller& caller,
                            const Authorization& authorization) const {
  const ResidualNode& node = nodes_[id];
  if (node.kind == ResidualKind::Not) {
    return rolecall::negate(evaluate(node.parts[0], caller, authorization));
  }
  if (node.kind != ResidualKind::All && node.kind != ResidualKind::Any) {
    return evaluate_part(node, caller, authorization);
  }
  Tri result = tri(node.kind == ResidualKind::All);
  for (const ResidualId part : node.parts) {
    result = combine_tri(node.kind, result, evaluate(part, caller, authorization));
  }
  return result;
}

ResidualId ResidualTable::settle(ResidualId id, const Settle& settle_part) {
  const ResidualNode& node = nodes_[id];
  if (id == kNever || id == kAlways) return id;
  if (node.kind == ResidualKind::Not) return negate(settle(node.parts[0], settle_part));
  if (node.kind != ResidualKind::All && node.kind != ResidualKind::Any) {
    return settle_part(id);
  }
  std::vector<ResidualId> parts = node.parts;
  const ResidualKind kind = node.kind;
  for (ResidualId& part : parts) part = settle(part, settle_part);
  return combine(kind, parts);
}

ResidualId ResidualTable::adopt(const ResidualTable& other, ResidualId id) {
  const ResidualNode& node = other.nodes_[id];
  if (id == kNever || id == kAlways) return id;
  if (node.kind == ResidualKind::Unknown) return intern_unknown(node);
  if (node.parts.empty()) return intern(node);
  std::vector<ResidualId> parts;
  for (const ResidualId part : node.parts) parts.push_back(adopt(other, part));
  return node.kind == ResidualKind::Not ? negate(parts[0]) : combine(node.kind, parts);
}

std::vector<ResidualId> ResidualTable::open_parts(ResidualId id) const {
  const ResidualNode& node = nodes_[id];
  if (id == kNever || id == kAlways) return {};
  if (node.parts.empty()) return {id};
  std::vector<ResidualId> found;
  for (const ResidualId part : node.parts) {
    const std::vector<ResidualId> inner = open_parts(part);
    found.insert(found.end(), inner.begin(), inner.end());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool ResidualTable::has_unknown(ResidualId id) const {
  const ResidualNode& node = nodes_[id];
  return node.kind == ResidualKind::Unknown ||
         std::any_of(node.parts.begin(), node.parts.end(),
                     [&](ResidualId part) { return has_unknown(part); });
}

}  // namespace rolecall
