// SPDX-License-Identifier: Apache-2.0
#include "rolecall/diagnose/diagnosis.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/trust/call_note.h"

#include "diagnose/condition_cause.h"
#include "diagnose/gate_cause.h"
#include "diagnose/gate_codes.h"
#include "diagnose/source_arn_form.h"

namespace rolecall {

namespace {

// The options that supply context keys; `--context KEY=VALUE` supplies all others.
struct KeyOption {
  std::string_view key{};
  std::string_view option{};
};
constexpr auto kKeyOptions = std::to_array<KeyOption>({
    {"aws:SourceIp", "--source-ip ADDRESS"},
    {"aws:RequestedRegion", "--region REGION"},
    {"aws:SourceVpce", "--vpc-endpoint ID"},
    {"aws:SourceVpc", "--vpc-endpoint ID"},
    {"sts:RoleSessionName", "--session-name NAME"},
    {"sts:ExternalId", "--external-id ID"},
});

// The usual causes of a denial that names no reason, most frequent first.
struct UsualCauses {
  std::string_view action{};
  std::array<std::string_view, 5> codes{};
};
constexpr auto kUsualCauses = std::to_array<UsualCauses>({
    {"sts:AssumeRole",
     {"trust-no-matching-principal", "identity-no-allow", "trust-condition-external-id-missing",
      "request-role-not-found", "scp-explicit-deny"}},
    {"sts:AssumeRoleWithWebIdentity",
     {"trust-oidc-sub-mismatch", "trust-oidc-aud-mismatch", "trust-federated-provider-mismatch",
      "request-role-not-found", "rcp-federation-lockout"}},
    {"sts:AssumeRoleWithSAML",
     {"trust-federated-provider-mismatch", "trust-saml-condition-mismatch",
      "request-role-not-found", "trust-tagsession-missing", "rcp-federation-lockout"}},
    {"iam:PassRole",
     {"passrole-no-allow", "passrole-passed-to-service-mismatch", "passrole-explicit-deny",
      "passrole-cross-account", "request-role-not-found"}},
});

std::string option_for(std::string_view key) {
  for (const KeyOption& row : kKeyOptions) {
    if (equals_ignore_case(row.key, key)) return std::string(row.option);
  }
  const bool claim = key.find(':') != std::string_view::npos && key.find('.') < key.find(':');
  return claim ? "--token FILE" : fmt::format("--context {}=VALUE", key);
}

class Diagnoser {
 public:
  Diagnoser(const Estate& estate, const AssumeRequest& request, const ErrorEvidence* evidence)
      : estate_(estate), request_(request), evidence_(evidence) {}

  Diagnosis run() {
    result_.decision = decide(estate_, request_);
    if (result_.decision.decision == Decision::Denied) {
      result_.causes = find_causes(estate_, request_, result_.decision);
    }
    result_.notes = list_notes(request_, result_.decision);
    unread_files();
    missing_data();
    open_conditions();
    if (evidence_ != nullptr) weigh_evidence();
    return std::move(result_);
  }

 private:
  Gate named() const { return evidence_->named_gate.value_or(Gate::Request); }

  // A file that could not be read may hold a policy that denies.
  void unread_files() {
    Decision& decision = result_.decision.decision;
    if (!estate_.incomplete || decision == Decision::Denied) return;
    decision = Decision::Unknown;
    result_.unknowns.push_back({"files that could not be read",
                                "what they hold may refuse the call", "see the errors above"});
  }

  void missing_data() {
    for (const MissingDatum& datum : result_.decision.missing) {
      result_.unknowns.push_back({datum.what, datum.why, datum.obtain});
    }
  }

  // Lists the context keys on which conditions are open.
  void open_conditions() {
    for (const SubAction& sub : result_.decision.sub_actions) {
      for (int i = 0; i < kGateCount; ++i) {
        const auto gate = static_cast<Gate>(i);
        const Verdict verdict = sub.evaluation.at(gate).verdict;
        if (verdict != Verdict::Depends && verdict != Verdict::Unknown) continue;
        const GateTrace trace = trace_gate(result_.decision.caller, sub.authorization,
                                           result_.decision.policies.at(gate));
        for (const GateTrace::Entry& entry : trace.statements) open_statement(gate, entry);
      }
    }
  }

  const std::string& label_of(Gate gate, const GateTrace::Entry& entry) const {
    return result_.decision.policies.at(gate).layers[entry.layer].policies[entry.policy].label;
  }

  // `statement 0 of service control policy p-guard`: a gate has several policies.
  std::string place_of(Gate gate, const GateTrace::Entry& entry) const {
    const std::uint32_t index = entry.statement.statement->index;
    switch (gate) {
      case Gate::Scp:
        return fmt::format("statement {} of service control policy {}", index,
                           label_of(gate, entry));
      case Gate::Rcp:
        return fmt::format("statement {} of resource control policy {}", index,
                           label_of(gate, entry));
      case Gate::Identity:
      case Gate::Boundary:
        return fmt::format("statement {} of {}", index, label_of(gate, entry));
      default:
        return fmt::format("statement {} of the {}", index, gate_title(gate));
    }
  }

  void open_statement(Gate gate, const GateTrace::Entry& entry) {
    const StatementTrace& trace = entry.statement;
    if (trace.match.applies != Tri::Open) return;
    const bool open_name = trace.principal.match == Tri::Open && !trace.principal.undocumented;
    if (open_name && result_.decision.caller.kind == CallerKind::Service) {
      add_unknown({"the Region the service calls from",
                   place_of(gate, entry) + " names the service in one Region", "--region REGION"});
    } else if (open_name) {
      add_unknown({"the session name of the caller",
                   place_of(gate, entry) + " names one session of the caller's role",
                   "--from with the session's ARN (aws sts get-caller-identity)"});
    }
    if (trace.principal.undocumented) {
      add_unknown({"Principal of " + place_of(gate, entry),
                   "AWS does not document whether {\"AWS\": \"*\"} covers this kind of caller",
                   ""});
    }
    for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
      if (trace.conditions[i].value != Tri::Open) continue;
      const Condition& condition = trace.statement->conditions[i];
      const bool undocumented = trace.conditions[i].undocumented();
      add_unknown({std::string(condition.key.value),
                   fmt::format("{} {} only if {}{}{}", place_of(gate, entry),
                               trace.statement->effect == Effect::Allow ? "allows" : "denies",
                               describe_condition(condition),
                               undocumented ? ", and AWS does not document the outcome here" : "",
                               documented_form(condition.key.value)),
                   undocumented ? "" : option_for(condition.key.value)});
    }
  }

  // Services differ in what they send as source; a value of another form never fits.
  std::string documented_form(std::string_view key) const {
    const std::vector<std::string>& services = result_.decision.caller.services;
    const std::string_view form = services.empty() || !equals_ignore_case(key, "aws:SourceArn")
                                      ? std::string_view()
                                      : source_arn_form(services[0]);
    return form.empty() ? "" : fmt::format("; AWS documents `{}` for `{}`", form, services[0]);
  }

  void add_unknown(Unknown unknown) {
    const bool known =
        std::any_of(result_.unknowns.begin(), result_.unknowns.end(), [&](const Unknown& other) {
          return other.what == unknown.what && other.why == unknown.why;
        });
    if (!known) result_.unknowns.push_back(std::move(unknown));
  }

  // What AWS said is evidence. When it names a gate that was not checked, the decision cannot be
  // that the call is allowed (E8.4).
  void weigh_evidence() {
    AssumeDecision& decision = result_.decision;
    if (evidence_->allowed) return explain_success();
    if (decision.decision == Decision::Denied || settled_by_text()) return;
    if (!evidence_->cause_code.empty()) {
      result_.likely_causes.push_back(evidence_->cause_code);
    }
    for (const std::string& code : evidence_->likely_causes) result_.likely_causes.push_back(code);
    if (result_.likely_causes.empty()) usual_causes();
    std::erase_if(result_.likely_causes,
                  [&](const std::string& code) { return is_excluded(code); });
    prefer_open_denies();
    prefer_open_conditions();
    const bool gate_named = evidence_->named_gate.has_value();
    const Verdict verdict = gate_named ? decision.at(named()).verdict : Verdict::Allows;
    const bool unseen = verdict == Verdict::NotChecked || verdict == Verdict::NotApplicable;
    if (gate_named && unseen) {
      if (decision.decision == Decision::Allowed) decision.decision = Decision::Unknown;
      add_contradiction(
          {std::string(gate_title(named())),
           fmt::format(
               "AWS names it{}, and it was not checked",
               evidence_->policy_arn.empty() ? "" : fmt::format(" (`{}`)", evidence_->policy_arn)),
           obtain_of(named())});
    }
    if (decision.decision != Decision::Allowed && !unseen) return;
    explain_refusal();
  }

  // AWS named a gate whose Deny applied: one of those that may apply here, for all that is known.
  void prefer_open_denies() {
    const AssumeDecision& decision = result_.decision;
    if (!evidence_->explicit_deny || !evidence_->named_gate ||
        decision.at(named()).verdict != Verdict::Depends) {
      return;
    }
    std::vector<std::string>& codes = result_.likely_causes;
    for (const SubAction& sub : decision.sub_actions) {
      const GateTrace trace =
          trace_gate(decision.caller, sub.authorization, decision.policies.at(named()));
      for (const GateTrace::Entry& entry : trace.statements) {
        const Statement& statement = *entry.statement.statement;
        if (statement.effect != Effect::Deny || entry.statement.match.applies != Tri::Open ||
            !may_be_named(label_of(named(), entry))) {
          continue;
        }
        const std::string code(deny_code(named(), statement, decision.caller));
        std::erase(codes, code);
        codes.insert(codes.begin(), code);
      }
    }
  }

  // The trust policy names the caller, under conditions that are open: they are what may fail, and
  // not the principal.
  void prefer_open_conditions() {
    const AssumeDecision& decision = result_.decision;
    if (decision.at(Gate::Trust).verdict != Verdict::Depends || decision.sub_actions.empty() ||
        evidence_->named_gate || !evidence_->cause_code.empty()) {
      return;
    }
    std::vector<std::string> open;
    const GateTrace trace = trace_gate(decision.caller, decision.sub_actions[0].authorization,
                                       decision.policies.at(Gate::Trust));
    for (const GateTrace::Entry& entry : trace.statements) {
      const StatementTrace& statement = entry.statement;
      if (statement.statement->effect != Effect::Allow || statement.match.applies != Tri::Open ||
          statement.principal.match != Tri::Yes) {
        continue;
      }
      for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
        if (statement.conditions[i].value != Tri::Open) continue;
        for (const std::string_view code :
             open_condition_codes(statement.statement->conditions[i].key.value)) {
          if (std::find(open.begin(), open.end(), code) == open.end()) open.emplace_back(code);
        }
      }
    }
    if (open.empty()) return;
    std::vector<std::string>& codes = result_.likely_causes;
    std::erase_if(codes, [&](const std::string& code) {
      return is_about_the_principal(code) ||
             std::find(open.begin(), open.end(), code) != open.end();
    });
    codes.insert(codes.begin(), open.begin(), open.end());
  }

  // The provider of a token may be a guess.
  static bool is_about_the_principal(std::string_view code) {
    return code == "trust-no-matching-principal" || code.starts_with("trust-principal-") ||
           code.starts_with("trust-service-principal-");
  }

  // Whether the ARN that AWS printed, if any, can be that of the policy.
  bool may_be_named(std::string_view label) const {
    const std::string_view arn = evidence_->policy_arn;
    return arn.empty() || arn == label || arn.ends_with(fmt::format("/{}", label));
  }

  void usual_causes() {
    if (result_.decision.decision != Decision::Unknown) return;
    for (const UsualCauses& row : kUsualCauses) {
      if (!equals_ignore_case(row.action, request_.action)) continue;
      result_.likely_causes.assign(row.codes.begin(), row.codes.end());
    }
  }

  // Whether the supplied data rules the cause out. It cannot rule out preconditions, except that
  // the role does not exist.
  bool is_excluded(std::string_view code) const {
    const AssumeDecision& decision = result_.decision;
    if (code == "request-role-not-found" || code == "service-cdk-bootstrap-missing") {
      // A role without an id may only have been made up for a bare trust policy.
      const Account* account = estate_.find_account(decision.role_account);
      const bool exported = account != nullptr && account->exported;
      const bool exists = decision.role != nullptr && (exported || !decision.role->id.empty());
      return exists || decision.at(Gate::Request).verdict == Verdict::Unknown;
    }
    const CauseRow* row = find_cause(code);
    if (row == nullptr || row->gate < Gate::Trust) return false;
    const Verdict verdict = decision.at(row->gate).verdict;
    const bool named = evidence_->named_gate == row->gate;
    return verdict == Verdict::Allows || (verdict == Verdict::NotApplicable && !named);
  }

  // A failed precondition that AWS states is a fact, unless a request file describes the call: an
  // expired token, a Region that is off, a duration that is too long.
  bool settled_by_text() {
    const CauseRow* row = find_cause(evidence_->cause_code);
    if (row == nullptr || request_.whole) return false;
    if (row->gate > Gate::Idp && row->code != "passrole-cross-account") return false;
    result_.decision.decision = Decision::Denied;
    result_.decision.at(row->gate) = {Verdict::DeniesExplicitly, "AWS said so"};
    Cause cause;
    cause.gate = row->gate;
    cause.code = row->code;
    cause.message = row->summary;
    cause.action = request_.action;
    cause.policy = request_.role;
    for (const auto& [name, value] : evidence_->facts) {
      cause.message += fmt::format("{}{} `{}`", &value == &evidence_->facts[0].second ? ": " : ", ",
                                   name, value);
    }
    result_.causes.push_back(std::move(cause));
    return true;
  }

  std::string obtain_of(Gate gate) const {
    for (const MissingDatum& datum : result_.decision.missing) {
      if (datum.gate == gate) return datum.obtain;
    }
    if (gate == Gate::Session) return "--context and the policy passed when the session was made";
    return "";
  }

  void add_contradiction(Unknown entry) { result_.contradiction.push_back(std::move(entry)); }

  // Why AWS may have refused although every gate that was checked allows; likeliest first.
  void explain_refusal() {
    const AssumeDecision& decision = result_.decision;
    if (!evidence_->principal.empty() &&
        !is_same_caller(request_.principal, RequestPrincipal::arn(evidence_->principal))) {
      add_contradiction({"the caller",
                         fmt::format("the error names `{}`, the question `{}`",
                                     evidence_->principal, request_.principal.name),
                         "aws sts get-caller-identity"});
    }
    recent_change();
    for (const MissingDatum& datum : decision.missing) {
      if (evidence_->named_gate && datum.gate == named()) continue;
      add_contradiction({datum.what, "it was not checked: " + datum.why, datum.obtain});
    }
    if (decision.caller.kind == CallerKind::RoleSession &&
        request_.caller_session_policies.empty() &&
        decision.at(Gate::Session).verdict != Verdict::NotChecked) {
      add_contradiction(
          {"a session policy", "one may have been passed when the caller's session was made", ""});
    }
    std::string age = "the files may be older than the last change";
    if (estate_.newest_file) {
      age = fmt::format("the newest file is of {}; what was changed since is not seen",
                        format_time(*estate_.newest_file));
    }
    add_contradiction({"the age of the data", age, ""});
  }

  // Why AWS may have allowed a call that is denied here; likeliest first. The data and the call
  // then differ in time or in parameters, and there is nothing to fix.
  void explain_success() {
    if (result_.decision.decision != Decision::Denied) return;
    std::string age = "what was changed between the call and the export is not seen";
    if (estate_.newest_file) {
      age += fmt::format("; the newest file is of {}", format_time(*estate_.newest_file));
    }
    if (const auto* when = request_.context_values("aws:CurrentTime"); when && !when->empty()) {
      age += fmt::format(", the call of {}", (*when)[0]);
    }
    add_contradiction({"the age of the data", age, ""});
    add_contradiction({"the parameters of the call",
                       "the record may not show all that a condition asks for", "--request FILE"});
    add_contradiction({"the caller's session", "its tags and policies are not in the record", ""});
  }

  // IAM is eventually consistent: AWS may still refuse what a recent change allows.
  void recent_change() {
    const Role* role = result_.decision.role;
    std::string when;
    if (role != nullptr && role->created) {
      when = fmt::format(" (the role was created {})", format_time(*role->created));
    }
    add_contradiction({"a change that has not spread yet",
                       "a role, trust policy or caller made or changed within the last minutes "
                       "can still be refused" +
                           when,
                       "try again"});
  }

  const Estate& estate_;
  const AssumeRequest& request_;
  const ErrorEvidence* evidence_;
  Diagnosis result_;
};

}  // namespace

Diagnosis diagnose(const Estate& estate, const AssumeRequest& request,
                   const ErrorEvidence* evidence) {
  return Diagnoser(estate, request, evidence).run();
}

}  // namespace rolecall
