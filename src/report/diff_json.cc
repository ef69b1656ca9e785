// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rolecall/report/diff_report.h"
#include "rolecall/trust/request_file.h"

#include "report/diff_parts.h"
#include "report/json_parts.h"
#include "report/residual_report.h"
#include "report/sarif_parts.h"
#include "report/walk_parts.h"

namespace rolecall {

namespace {

class DiffJson {
 public:
  DiffJson(JsonWriter& out, const DiffReport& report) : out_(out), report_(report) {}

  void write() {
    out_.begin_object();
    out_.member("schema", "rolecall.diff/1");
    out_.member("rolecall_version", rolecall_version());
    out_.member("roles", static_cast<std::int64_t>(report_.answer.roles));
    out_.member("compared", diff_extent(report_.answer));
    out_.key("edges");
    out_.begin_array();
    for (const EdgeChange& each : report_.answer.edges) edge(each);
    out_.end_array();
    out_.key("chains");
    out_.begin_array();
    for (const ChainChange& each : report_.answer.chains) chain(each);
    out_.end_array();
    findings("findings_appeared", report_.answer.appeared, report_.after);
    findings("findings_vanished", report_.answer.vanished, report_.before);
    out_.key("gaps");
    out_.begin_array();
    for (const DiffGap& each : report_.answer.gaps) {
      out_.begin_object();
      out_.member("what", each.what);
      out_.member("why", each.why);
      out_.member_or_null("obtain", each.obtain);
      out_.member_strings("roles", each.roles);
      out_.member("hides", each.hides);
      out_.end_object();
    }
    out_.end_array();
    diagnostics("diagnostics_before", report_.diagnostics_before, report_.before);
    diagnostics("diagnostics_after", report_.diagnostics_after, report_.after);
    out_.end_object();
  }

 private:
  void edge(const EdgeChange& each) {
    out_.begin_object();
    out_.member("change", change_kind_name(each.kind));
    out_.member("role", each.role);
    out_.member("kind", assumer_kind_name(each.who));
    out_.member_or_null("account", each.account);
    out_.member_or_null("name", each.name);
    out_.key("principals");
    out_.begin_array();
    for (const std::string_view principal : each.principals) out_.string(principal);
    out_.end_array();
    out_.member("action", each.way().action);
    out_.member("opens", each.opens);
    out_.member("closes", each.closes);
    side("before", each.before, each.before_answer);
    side("after", each.after, each.after_answer);
    call("opened_by", each.opened);
    call("closed_by", each.closed);
    out_.end_object();
  }

  void side(std::string_view name, const Assumption* way, const WhoAnswer* answer) {
    out_.key(name);
    if (way == nullptr) return out_.null();
    out_.begin_object();
    out_.member("description", describe_residual(answer->residuals, way->condition));
    out_.key("condition");
    write_residual_json(out_, answer->residuals, way->condition);
    out_.end_object();
  }

  void chain(const ChainChange& each) {
    out_.begin_object();
    out_.member("change", change_kind_name(each.kind));
    out_.member("role", each.role);
    out_.member_strings("starts", each.starts);
    walk("before", each.before, each.before_residuals);
    walk("after", each.after, each.after_residuals);
    out_.end_object();
  }

  void walk(std::string_view name, const std::vector<Hop>& walk, const ResidualTable* residuals) {
    out_.key(name);
    if (walk.empty()) return out_.null();
    std::vector<const Hop*> hops;
    hops.reserve(walk.size());
    for (const Hop& hop : walk) hops.push_back(&hop);
    out_.begin_object();
    write_calls(out_, *residuals, hops);
    out_.end_object();
  }

  void call(std::string_view name, const std::optional<AssumeRequest>& call) {
    out_.key(name);
    if (!call) return out_.null();
    write_json_text(out_, format_request(*call, report_.after.sources()));
  }

  void findings(std::string_view name, const std::vector<const AuditFinding*>& findings,
                const Estate& estate) {
    out_.key(name);
    out_.begin_array();
    for (const AuditFinding* each : findings) {
      out_.begin_object();
      out_.member("rule", each->rule->id);
      out_.member("severity", audit_severity_name(each->severity));
      out_.member("subject", each->subject);
      out_.member("message", each->message);
      write_location(out_, "at", estate.sources(), each->at);
      out_.member("fingerprint", audit_fingerprint(*each));
      out_.end_object();
    }
    out_.end_array();
  }

  void diagnostics(std::string_view name, const Diagnostics& diagnostics, const Estate& estate) {
    out_.key(name);
    out_.begin_array();
    for (const Diagnostic& each : diagnostics.all()) {
      write_diagnostic(out_, estate.sources(), each);
    }
    out_.end_array();
  }

  JsonWriter& out_;
  const DiffReport& report_;
};

// ---- SARIF --------------------------------------------------------------------------------------

constexpr std::array<SarifRule, 2> kRules = {
    SarifRule{"way-opened", AuditSeverity::Medium, "principals can assume a role more freely",
              "narrow the trust policy, or accept the change"},
    SarifRule{"chain-opened", AuditSeverity::Medium,
              "principals can newly end up in a role over other roles",
              "narrow the trust policy of a role on the way, or accept the change"}};

// The statement that lets them in, or the trust policy.
Span place_of(const EdgeChange& edge) {
  const std::vector<Grant>& grants = edge.way().grants;
  const auto trust = std::find_if(grants.begin(), grants.end(),
                                  [](const Grant& each) { return each.gate == Gate::Trust; });
  if (trust != grants.end() && trust->statement != nullptr) return trust->statement->at;
  return edge.after_answer->role->at;
}

// Only what opened, as code scanning is about risks.
class DiffSarif {
 public:
  explicit DiffSarif(const DiffReport& report) : report_(report) {}

  void write(JsonWriter& out) {
    for (const EdgeChange& each : report_.answer.edges) {
      if (each.opens && each.after != nullptr) edge(each);
    }
    for (const ChainChange& each : report_.answer.chains) {
      if (each.kind == ChangeKind::Appears) chain(each);
    }
    for (const AuditFinding* each : report_.answer.appeared) {
      results_.push_back(sarif_result(*each));
      results_.back().baseline_state = "new";
    }
    std::vector<SarifRule> rules = sarif_audit_rules();
    rules.insert(rules.end(), kRules.begin(), kRules.end());
    SarifRun run{.rules = rules, .results = results_, .sources = report_.after.sources()};
    run.successful = !report_.answer.nothing_compared;
    if (!run.successful) run.notifications.push_back(diff_headline(report_.answer));
    for (const DiffGap& each : report_.answer.gaps) {
      run.notifications.push_back("not compared: " + gap_words(each));
    }
    write_sarif(out, run);
  }

 private:
  void edge(const EdgeChange& each) {
    results_.push_back(
        {.rule = kRules[0].id,
         .severity = kRules[0].severity,
         .message = fmt::format("{}: {} {}; {}", role_words(each.role), who_words(each),
                                verb_of(each), edge_condition(each)),
         .subject = each.role,
         .at = place_of(each),
         .fingerprint = audit_fingerprint(
             kRules[0].id, each.role,
             fmt::format("{} {} {} {} {}", assumer_kind_name(each.who), each.account, each.name,
                         fmt::join(each.principals, " "), edge_condition(each))),
         .baseline_state = each.kind == ChangeKind::Appears ? "new" : "updated"});
  }

  // Placed at the first call that opened, which is where the change can be undone.
  Span place_of_chain(const ChainChange& chain) const {
    for (const Hop& hop : chain.after) {
      for (const EdgeChange& each : report_.answer.edges) {
        if (each.opens && each.after != nullptr && each.role == hop.role->arn) {
          return place_of(each);
        }
      }
    }
    return chain.after.back().role->at;
  }

  void chain(const ChainChange& each) {
    const ChainGroup alone{each.kind, {&each}};
    const std::string words = chain_words(alone);
    results_.push_back({.rule = kRules[1].id,
                        .severity = kRules[1].severity,
                        .message = fmt::format("{}; {}", words, chain_condition(alone)),
                        .subject = each.role,
                        .at = place_of_chain(each),
                        .fingerprint = audit_fingerprint(kRules[1].id, each.role, words),
                        .baseline_state = "new"});
  }

  const DiffReport& report_;
  std::vector<SarifResult> results_;
};

}  // namespace

void write_diff_json(JsonWriter& out, const DiffReport& report) {
  DiffJson(out, report).write();
}

void write_diff_sarif(JsonWriter& out, const DiffReport& report) {
  DiffSarif(report).write(out);
}

}  // namespace rolecall
