// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "rolecall/report/explain_report.h"

#include "report/fix_report.h"
#include "report/json_parts.h"

namespace rolecall {

namespace {

std::string_view condition_outcome(Tri value) {
  return value == Tri::Yes ? "met" : value == Tri::No ? "failed" : "open";
}

class ExplainJson {
 public:
  ExplainJson(JsonWriter& out, const ExplainAnswer& answer)
      : out_(out),
        answer_(answer),
        decision_(answer.diagnosis.decision),
        sources_(answer.estate.sources()) {}

  void write() {
    out_.begin_object();
    out_.member("schema", "rolecall.explain/1");
    out_.member("rolecall_version", rolecall_version());
    out_.member("decision", decision_name(decision_.decision));
    request();
    gates();
    causes();
    write_fixes_json(out_, answer_);
    not_checked();
    std::vector<Unknown> all = answer_.diagnosis.unknowns;
    all.insert(all.end(), answer_.not_read.begin(), answer_.not_read.end());
    unknowns("unknowns", all);
    unknowns("contradiction", answer_.diagnosis.contradiction);
    notes();
    out_.member_strings("likely_causes", answer_.diagnosis.likely_causes);
    evidence();
    diagnostics();
    out_.end_object();
  }

 private:
  void request() {
    const AssumeRequest& request = answer_.request;
    out_.key("request");
    out_.begin_object();
    out_.member_or_null("action", request.action);
    out_.member_or_null("principal", request.principal.name);
    out_.member_or_null("role", request.role);
    out_.key("context");
    out_.begin_object();
    if (!decision_.sub_actions.empty()) {
      const RequestContext& context = decision_.sub_actions[0].authorization.context;
      for (const ContextEntry& entry : context.entries()) {
        out_.key(entry.name);
        out_.begin_object();
        out_.member_strings("values", entry.values);
        out_.member("origin", key_origin_name(entry.origin));
        out_.end_object();
      }
    }
    out_.end_object();
    out_.end_object();
  }

  void gates() {
    out_.key("gates");
    out_.begin_array();
    for (int i = 0; i < kGateCount; ++i) {
      const auto gate = static_cast<Gate>(i);
      const GateAnswer& answer = decision_.at(gate);
      out_.begin_object();
      out_.member("gate", gate_name(gate));
      out_.member("verdict", verdict_name(answer.verdict));
      if (denies(answer.verdict)) {
        out_.member("kind", answer.verdict == Verdict::DeniesExplicitly ? "explicit" : "implicit");
      } else {
        out_.member_null("kind");
      }
      out_.member_or_null("why", answer.why);
      statements(gate);
      out_.end_object();
    }
    out_.end_array();
  }

  // Statements about other actions are left out, except in a trust policy.
  void statements(Gate gate) {
    out_.key("statements");
    out_.begin_array();
    const GateInput& input = decision_.policies.at(gate);
    for (const SubAction& sub : decision_.sub_actions) {
      const GateTrace trace = trace_gate(decision_.caller, sub.authorization, input);
      for (const GateTrace::Entry& entry : trace.statements) {
        const bool other = entry.statement.match.outcome == StatementOutcome::ActionMismatch;
        if (other && gate != Gate::Trust) continue;
        statement(sub, input.layers[entry.layer], entry);
      }
    }
    out_.end_array();
  }

  void statement(const SubAction& sub, const PolicyLayer& layer, const GateTrace::Entry& entry) {
    const StatementTrace& trace = entry.statement;
    out_.begin_object();
    out_.member("action", sub.authorization.action);
    out_.member("policy", layer.policies[entry.policy].label);
    out_.member_or_null("level", layer.level);
    out_.member("index", std::int64_t{trace.statement->index});
    out_.member_or_null("sid", trace.statement->sid.value);
    out_.member("effect", trace.statement->effect == Effect::Allow ? "Allow" : "Deny");
    out_.member("outcome", statement_outcome_name(trace.match.outcome));
    write_location(out_, "at", sources_, trace.statement->at);
    out_.key("conditions");
    out_.begin_array();
    for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
      condition(trace.statement->conditions[i], trace.conditions[i], sub);
    }
    out_.end_array();
    out_.end_object();
  }

  void condition(const Condition& condition, const ConditionResult& result, const SubAction& sub) {
    out_.begin_object();
    out_.member("operator", condition.operator_text.value);
    out_.member("key", condition.key.value);
    out_.member("outcome", condition_outcome(result.value));
    out_.key("expected");
    out_.begin_array();
    for (const Text& value : condition.values) out_.string(value.value);
    out_.end_array();
    const ContextEntry& entry =
        sub.authorization.context.find(condition.key.value, condition.key_hash);
    if (entry.state == KeyState::Known) {
      out_.member("actual", fmt::format("{}", fmt::join(entry.values, ", ")));
    } else {
      out_.member_null("actual");
    }
    out_.end_object();
  }

  void causes() {
    out_.key("causes");
    out_.begin_array();
    for (const Cause& cause : answer_.diagnosis.causes) {
      out_.begin_object();
      out_.member("gate", gate_name(cause.gate));
      out_.member("code", cause.code);
      out_.member("message", cause.message);
      out_.member_or_null("action", cause.action);
      out_.member_or_null("policy", cause.policy);
      if (cause.statement_index) {
        out_.member("statement_index", std::int64_t{*cause.statement_index});
      } else {
        out_.member_null("statement_index");
      }
      out_.member_or_null("condition_key", cause.condition_key);
      out_.member_strings("other_condition_keys", cause.other_condition_keys);
      out_.member_strings("expected", cause.expected);
      if (cause.actual) {
        out_.member("actual", *cause.actual);
      } else {
        out_.member_null("actual");
      }
      write_location(out_, "at", sources_, cause.at);
      out_.end_object();
    }
    out_.end_array();
  }

  void not_checked() {
    std::vector<std::string> gates;
    for (int i = 0; i < kGateCount; ++i) {
      const auto gate = static_cast<Gate>(i);
      if (decision_.is_not_checked(gate)) gates.emplace_back(gate_name(gate));
    }
    out_.member_strings("not_checked", gates);
  }

  void unknowns(std::string_view name, const std::vector<Unknown>& all) {
    out_.key(name);
    out_.begin_array();
    for (const Unknown& each : all) {
      out_.begin_object();
      out_.member("what", each.what);
      out_.member("why", each.why);
      out_.member_or_null("obtain", each.obtain);
      out_.end_object();
    }
    out_.end_array();
  }

  void notes() {
    out_.key("notes");
    out_.begin_array();
    for (const Note& note : answer_.diagnosis.notes) {
      out_.begin_object();
      out_.member("rule", note.rule);
      out_.member("message", note.message);
      out_.member("gate", gate_name(note.gate));
      out_.member("decisive", note.decisive);
      write_location(out_, "at", sources_, note.at);
      out_.end_object();
    }
    out_.end_array();
  }

  void evidence() {
    if (answer_.evidence == nullptr) {
      out_.member_null("evidence");
      return;
    }
    const ErrorEvidence& said = *answer_.evidence;
    out_.key("evidence");
    out_.begin_object();
    out_.member_or_null("tool", said.tool);
    out_.member_or_null("sentence", said.sentence);
    out_.member_or_null("code", said.code);
    out_.member_or_null("action", said.action);
    out_.member_or_null("principal", said.principal);
    out_.member_or_null("service", said.service);
    out_.member_or_null("role", said.role);
    out_.member_or_null("named_gate", said.named_gate ? gate_name(*said.named_gate) : "");
    out_.member("explicit_deny", said.explicit_deny);
    out_.member_or_null("policy_arn", said.policy_arn);
    out_.member("times", std::int64_t{said.times});
    out_.member("allowed", said.allowed);
    out_.end_object();
  }

  void diagnostics() {
    out_.key("diagnostics");
    out_.begin_array();
    for (const Diagnostic& each : answer_.diagnostics.all()) {
      write_diagnostic(out_, sources_, each);
    }
    out_.end_array();
  }

  JsonWriter& out_;
  const ExplainAnswer& answer_;
  const AssumeDecision& decision_;
  const SourceTable& sources_;
};

}  // namespace

void write_explain_json(JsonWriter& out, const ExplainAnswer& answer) {
  ExplainJson(out, answer).write();
}

}  // namespace rolecall
