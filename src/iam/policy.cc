// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/policy.h"

#include "rolecall/base/json_writer.h"

namespace rolecall {

namespace {

void write_texts(JsonWriter& out, const std::vector<Text>& items) {
  if (items.size() == 1) {
    out.string(items[0].value);
    return;
  }
  out.begin_array();
  for (const Text& item : items) out.string(item.value);
  out.end_array();
}

void write_patterns(JsonWriter& out, const PatternList& list, std::string_view name) {
  if (!list.present) return;
  out.key((list.negated ? "Not" : "") + std::string(name));
  write_texts(out, list.items);
}

void write_principal(JsonWriter& out, const PrincipalList& list) {
  if (!list.present) return;
  out.key(list.negated ? "NotPrincipal" : "Principal");
  if (list.items.size() == 1 && list.items[0].type == PrincipalType::Any) {
    out.string("*");
    return;
  }
  out.begin_object();
  for (const PrincipalType type : {PrincipalType::Aws, PrincipalType::Service,
                                   PrincipalType::Federated, PrincipalType::CanonicalUser}) {
    std::vector<Text> values;
    for (const PrincipalElement& each : list.items) {
      if (each.type == type) values.push_back(each.value);
    }
    if (values.empty()) continue;
    out.key(principal_type_name(type));
    write_texts(out, values);
  }
  out.end_object();
}

// Groups conditions by operator. REQUIRES: those of one operator are adjacent, as read_policy
// leaves them.
void write_conditions(JsonWriter& out, const std::vector<Condition>& conditions) {
  if (conditions.empty()) return;
  out.key("Condition");
  out.begin_object();
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const std::string_view name = conditions[i].operator_text.value;
    if (i == 0 || conditions[i - 1].operator_text.value != name) {
      if (i > 0) out.end_object();
      out.key(name);
      out.begin_object();
    }
    out.key(conditions[i].key.value);
    write_texts(out, conditions[i].values);
  }
  out.end_object();
  out.end_object();
}

class Mover {
 public:
  Mover(Span from, Span to) : document_(to.document), shift_(to.begin - from.begin) {}

  void move(Policy& policy) const {
    move(policy.at);
    move(policy.version);
    move(policy.id);
    for (Statement& each : policy.statements) move(each);
  }

 private:
  void move(Span& span) const {
    if (span.known()) span = {document_, span.begin + shift_, span.end + shift_};
  }
  void move(Text& text) const { move(text.at); }
  void move(PrincipalElement& element) const { move(element.value); }
  void move(Condition& condition) const {
    move(condition.at);
    move(condition.operator_text);
    move(condition.key);
    for (Text& each : condition.values) move(each);
  }
  template <typename List>
  void move_list(List& list) const {
    move(list.at);
    for (auto& each : list.items) move(each);
  }
  void move(Statement& statement) const {
    move(statement.at);
    move(statement.sid);
    move_list(statement.principal);
    move_list(statement.action);
    move_list(statement.resource);
    for (Condition& each : statement.conditions) move(each);
  }

  DocumentId document_;
  std::uint32_t shift_;  // Added modulo 2^32, so that it can also move backward.
};

}  // namespace

Policy moved_policy(const Policy& policy, Span at) {
  Policy moved = policy;
  Mover(policy.at, at).move(moved);
  return moved;
}

std::string_view policy_kind_title(PolicyKind kind) {
  switch (kind) {
    case PolicyKind::Identity:
      return "identity-based policy";
    case PolicyKind::Trust:
      return "role trust policy";
    case PolicyKind::Boundary:
      return "permissions boundary";
    case PolicyKind::Session:
      return "session policy";
    case PolicyKind::ServiceControl:
      return "service control policy";
    case PolicyKind::ResourceControl:
      return "resource control policy";
    case PolicyKind::VpcEndpoint:
      return "VPC endpoint policy";
    case PolicyKind::Resource:
      return "resource-based policy";
  }
  return "policy";
}

std::string format_policy(const Policy& policy) {
  JsonWriter out;
  out.begin_object();
  if (!policy.version.value.empty()) out.member("Version", policy.version.value);
  if (!policy.id.value.empty()) out.member("Id", policy.id.value);
  out.key("Statement");
  out.begin_array();
  for (const Statement& statement : policy.statements) {
    out.begin_object();
    if (!statement.sid.value.empty()) out.member("Sid", statement.sid.value);
    out.member("Effect", statement.effect == Effect::Allow ? "Allow" : "Deny");
    write_principal(out, statement.principal);
    write_patterns(out, statement.action, "Action");
    write_patterns(out, statement.resource, "Resource");
    write_conditions(out, statement.conditions);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.text() + "\n";
}

}  // namespace rolecall
