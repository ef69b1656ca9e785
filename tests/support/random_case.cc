// SPDX-License-Identifier: Apache-2.0
#include "support/random_case.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"

namespace rolecall::random {

namespace {

void write_texts(JsonWriter& out, const std::vector<std::string>& values) {
  out.begin_array();
  for (const std::string& each : values) out.string(each);
  out.end_array();
}

void write_list(JsonWriter& out, const CaseList& list) {
  if (list.element.empty()) return;
  out.key(list.element);
  write_texts(out, list.values);
}

void write_principals(JsonWriter& out, const CaseStatement& statement) {
  if (statement.principal_element.empty()) return;
  out.key(statement.principal_element);
  if (statement.principals.size() == 1 && statement.principals[0].first == "*") {
    out.string("*");
    return;
  }
  out.begin_object();
  for (const std::string_view type : {"AWS", "Service", "Federated", "CanonicalUser"}) {
    std::vector<std::string> values;
    for (const auto& [each, value] : statement.principals) {
      if (each == type) values.push_back(value);
    }
    if (values.empty()) continue;
    out.key(type);
    write_texts(out, values);
  }
  out.end_object();
}

// Keys of one operator stand in one object; a repeated pair of operator and key is left out.
void write_conditions(JsonWriter& out, const std::vector<CaseCondition>& conditions) {
  if (conditions.empty()) return;
  out.key("Condition");
  out.begin_object();
  std::vector<std::string> operators;
  for (const CaseCondition& first : conditions) {
    const auto written = std::find(operators.begin(), operators.end(), first.operation);
    if (written != operators.end()) continue;
    operators.push_back(first.operation);
    out.key(first.operation);
    out.begin_object();
    std::vector<std::string> keys;
    for (const CaseCondition& each : conditions) {
      if (each.operation != first.operation) continue;
      if (std::find(keys.begin(), keys.end(), each.key) != keys.end()) continue;
      keys.push_back(each.key);
      out.key(each.key);
      write_texts(out, each.values);
    }
    out.end_object();
  }
  out.end_object();
}

void write_policy(JsonWriter& out, const CasePolicy& policy) {
  if (policy.missing) {
    out.null();
    return;
  }
  out.begin_object();
  if (!policy.version.empty()) out.member("Version", policy.version);
  out.key("Statement");
  out.begin_array();
  for (const CaseStatement& statement : policy.statements) {
    out.begin_object();
    out.member("Effect", statement.allow ? "Allow" : "Deny");
    write_principals(out, statement);
    write_list(out, statement.action);
    write_list(out, statement.resource);
    write_conditions(out, statement.conditions);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

std::string_view caller_kind_name(CallerKind kind) {
  constexpr std::array<std::string_view, 9> kNames = {
      "user", "role-session",   "service", "oidc",     "saml",
      "root", "federated-user", "account", "anonymous"};
  return kNames[static_cast<std::size_t>(kind)];
}

void write_caller(JsonWriter& out, const Caller& caller) {
  out.key("caller");
  out.begin_object();
  out.member("kind", caller_kind_name(caller.kind));
  out.member("partition", caller.partition);
  out.member("account", caller.account);
  out.member("arn", caller.arn);
  out.member("role_arn", caller.role_arn);
  out.member("name", caller.name);
  out.member("session_name", caller.session_name);
  out.member("path_known", caller.path_known);
  out.member("unique_id", caller.unique_id);
  out.member_strings("services", caller.services);
  out.member("either_form", caller.either_form);
  out.member("provider", caller.provider);
  out.member("has_boundary", caller.has_boundary);
  out.end_object();
}

void write_keys(JsonWriter& out, const std::vector<CaseKey>& keys) {
  constexpr std::array<std::string_view, 6> kKinds = {"known",        "absent",  "unknown",
                                                      "never-absent", "outside", "candidates"};
  out.key("context");
  out.begin_object();
  for (const CaseKey& each : keys) {
    out.key(each.name);
    out.begin_object();
    out.member("state", kKinds[static_cast<std::size_t>(each.kind)]);
    out.key("values");
    write_texts(out, each.values);
    out.end_object();
  }
  out.end_object();
}

// Calls `visit` with every list of the case, always in the same order.
template <typename Visit>
void for_each_list(RandomCase& wanted, Visit visit) {
  visit(wanted.keys);
  for (CaseKey& key : wanted.keys) visit(key.values);
  for (CaseGate& gate : wanted.gates) {
    visit(gate.layers);
    for (auto& layer : gate.layers) {
      visit(layer);
      for (CasePolicy& policy : layer) {
        visit(policy.statements);
        for (CaseStatement& statement : policy.statements) {
          visit(statement.principals);
          visit(statement.action.values);
          visit(statement.resource.values);
          visit(statement.conditions);
          for (CaseCondition& condition : statement.conditions) visit(condition.values);
        }
      }
    }
  }
}

}  // namespace

std::string policy_json(const CasePolicy& policy) {
  JsonWriter out(0);
  write_policy(out, policy);
  return out.text();
}

std::string case_json(const RandomCase& wanted) {
  JsonWriter out;
  out.begin_object();
  out.member("action", wanted.action);
  out.member("resource", wanted.resource);
  out.member("cross_account", wanted.cross_account);
  write_caller(out, wanted.caller);
  write_keys(out, wanted.keys);
  out.key("gates");
  out.begin_object();
  for (int i = 0; i < kGateCount; ++i) {
    const CaseGate& gate = wanted.gates[static_cast<std::size_t>(i)];
    if (gate.state == GateState::NotApplicable) continue;
    out.key(gate_name(static_cast<Gate>(i)));
    if (gate.state != GateState::Evaluate) {
      out.string(gate.state == GateState::Unknown ? "unknown" : "not-checked");
      continue;
    }
    out.begin_array();
    for (const auto& layer : gate.layers) {
      out.begin_array();
      for (const CasePolicy& policy : layer) write_policy(out, policy);
      out.end_array();
    }
    out.end_array();
  }
  out.end_object();
  out.end_object();
  return out.text() + "\n";
}

std::vector<RandomCase> smaller_cases(const RandomCase& wanted) {
  std::vector<RandomCase> all;
  for (std::size_t i = 0; i < wanted.gates.size(); ++i) {
    if (wanted.gates[i].state == GateState::NotApplicable) continue;
    all.push_back(wanted);
    all.back().gates[i] = {};
  }
  std::vector<std::size_t> sizes;
  RandomCase original = wanted;
  for_each_list(original, [&](auto& list) { sizes.push_back(list.size()); });
  for (std::size_t list = 0; list < sizes.size(); ++list) {
    for (std::size_t item = 0; item < sizes[list]; ++item) {
      all.push_back(wanted);
      RandomCase& smaller = all.back();
      std::size_t index = 0;
      bool dropped = false;
      for_each_list(smaller, [&](auto& each) {
        if (!dropped && index == list) {
          each.erase(each.begin() + static_cast<std::ptrdiff_t>(item));
          dropped = true;
        }
        ++index;
      });
    }
  }
  return all;
}

PolicyKind kind_of_gate(Gate gate) {
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

const Policy* BuiltCase::parse(const CasePolicy& policy, PolicyKind kind) {
  if (policy.missing) return nullptr;
  Diagnostics ignored;
  auto parsed = parse_policy(sources_, sources_.add("policy", policy_json(policy)), kind, ignored);
  if (!parsed) return nullptr;
  parsed_.push_back(std::move(*parsed));
  return &parsed_.back();
}

BuiltCase::BuiltCase(const RandomCase& wanted) : caller(wanted.caller) {
  authorization.action = wanted.action;
  authorization.resource = wanted.resource;
  RequestContext& context = authorization.context;
  for (const CaseKey& key : wanted.keys) {
    switch (key.kind) {
      case CaseKey::Kind::Known:
        context.set(key.name, key.values, KeyOrigin::Given);
        break;
      case CaseKey::Kind::Absent:
        context.set_absent(key.name);
        break;
      case CaseKey::Kind::Unknown:
        if (key.name == ":") {
          context.set_issuer_keys_unknown();
        } else if (key.name.ends_with('/')) {
          context.set_family_unknown(key.name);
        } else {
          context.set_unknown(key.name);
        }
        break;
      case CaseKey::Kind::NeverAbsent:
        context.set_unknown(key.name, true);
        break;
      case CaseKey::Kind::Outside:
        context.set_outside(key.name, key.values.empty() ? "" : key.values[0]);
        break;
      case CaseKey::Kind::Candidates:
        context.set_candidates(key.name, key.values);
        break;
      case CaseKey::Kind::Undocumented:
        if (key.name.ends_with('/')) {
          context.set_family_undocumented(key.name);
        } else {
          context.set_unknown(key.name);
          context.mark_undocumented(key.name);
        }
        break;
    }
  }
  policies.cross_account = wanted.cross_account;
  for (int i = 0; i < kGateCount; ++i) {
    const auto gate = static_cast<Gate>(i);
    const CaseGate& from = wanted.gates[static_cast<std::size_t>(i)];
    GateInput& to = policies.at(gate);
    to.state = from.state;
    for (const auto& layer : from.layers) {
      to.layers.emplace_back();
      for (const CasePolicy& policy : layer) {
        to.layers.back().policies.push_back({parse(policy, kind_of_gate(gate)), "policy"});
      }
    }
  }
}

}  // namespace rolecall::random
