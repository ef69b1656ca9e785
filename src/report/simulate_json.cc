// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/simulate_report.h"

namespace rolecall {

namespace {

std::string_view simulated_outcome(Tri value) {
  return value == Tri::Yes ? "matched" : value == Tri::No ? "failed" : "open";
}

void write_statement(JsonWriter& out, const NeutralGate& gate, const GateTrace::Entry& entry) {
  const PolicyLayer& layer = gate.input->layers[entry.layer];
  const Statement& statement = *entry.statement.statement;
  out.begin_object();
  if (!layer.level.empty()) out.member("level", layer.level);
  out.member_or_null("policy", layer.policies[entry.policy].label);
  out.member("index", std::int64_t{statement.index});
  out.member_or_null("sid", statement.sid.value);
  out.member("effect", statement.effect == Effect::Allow ? "Allow" : "Deny");
  out.member("outcome", statement_outcome_name(entry.statement.match.outcome));
  out.key("conditions");
  out.begin_array();
  for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
    out.begin_object();
    out.member("operator", statement.conditions[i].operator_text.value);
    out.member("key", statement.conditions[i].key.value);
    out.member("outcome", simulated_outcome(entry.statement.conditions[i].value));
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void write_gate(JsonWriter& out, const NeutralGate& gate) {
  out.begin_object();
  out.member("gate", gate.name);
  out.member("verdict", verdict_name(gate.verdict));
  if (denies(gate.verdict)) {
    out.member("kind", gate.verdict == Verdict::DeniesExplicitly ? "explicit" : "implicit");
  }
  out.key("statements");
  out.begin_array();
  for (const GateTrace::Entry& entry : gate.trace.statements) write_statement(out, gate, entry);
  out.end_array();
  out.end_object();
}

}  // namespace

void write_neutral_result(JsonWriter& out, const NeutralResult& result) {
  out.begin_object();
  if (result.has_id) {
    out.member("id", result.id);
  } else {
    out.member_null("id");
  }
  out.member("decision", neutral_decision_name(result.decision));
  out.member_or_null("deciding_gate", result.deciding_gate);
  out.member_or_null("error", result.error);
  if (!result.reason.empty()) out.member("reason", result.reason);
  if (!result.gates.empty()) {
    out.key("gates");
    out.begin_array();
    for (const NeutralGate& gate : result.gates) write_gate(out, gate);
    out.end_array();
  }
  out.end_object();
}

}  // namespace rolecall
