// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/who_report.h"

#include "report/json_parts.h"
#include "report/residual_report.h"

namespace rolecall {

namespace {

class WhoJson {
 public:
  WhoJson(JsonWriter& out, const WhoReport& report)
      : out_(out), answer_(report.answer), report_(report) {}

  void write() {
    out_.begin_object();
    out_.member("schema", "rolecall.who/1");
    out_.member("rolecall_version", rolecall_version());
    out_.member("role", answer_.role->arn);
    out_.member("decided", answer_.trust_known);
    out_.member("considered", static_cast<std::int64_t>(answer_.considered));
    out_.key("assumptions");
    out_.begin_array();
    for (const Assumption& each : answer_.assumptions) assumption(each);
    out_.end_array();
    gaps();
    out_.key("diagnostics");
    out_.begin_array();
    for (const Diagnostic& each : report_.diagnostics.all()) {
      write_diagnostic(out_, report_.estate.sources(), each);
    }
    out_.end_array();
    out_.end_object();
  }

 private:
  void assumption(const Assumption& each) {
    out_.begin_object();
    out_.member("kind", assumer_kind_name(each.kind));
    out_.member_or_null("account", each.account);
    out_.member_or_null("name", each.name);
    out_.key("principals");
    out_.begin_array();
    for (const IamEntity* member : each.members) out_.string(member->arn);
    out_.end_array();
    out_.member("action", each.action);
    const ResidualTable& residuals = answer_.residuals;
    out_.member("decision", residuals.has_unknown(each.condition)      ? "unknown"
                            : each.condition == ResidualTable::kAlways ? "allowed"
                                                                       : "conditional");
    out_.member("description", describe_residual(residuals, each.condition));
    out_.key("condition");
    write_residual_json(out_, residuals, each.condition);
    out_.key("statements");
    out_.begin_array();
    for (const Grant& grant : each.grants) statement(grant);
    out_.end_array();
    out_.key("not_checked");
    out_.begin_array();
    for (const Gate gate : each.not_checked) out_.string(gate_name(gate));
    out_.end_array();
    out_.end_object();
  }

  void statement(const Grant& grant) {
    out_.begin_object();
    out_.member("gate", gate_name(grant.gate));
    out_.member("policy", grant.label);
    out_.member("index", std::int64_t{grant.statement->index});
    out_.member_or_null("sid", grant.statement->sid.value);
    write_location(out_, "at", report_.estate.sources(), grant.statement->at);
    out_.end_object();
  }

  void gaps() {
    out_.key("gaps");
    out_.begin_array();
    for (const WhoGap& gap : answer_.gaps) {
      out_.begin_object();
      out_.member("what", gap.what);
      out_.member("why", gap.why);
      out_.member_or_null("obtain", gap.obtain);
      out_.member("dangling", gap.dangling);
      out_.end_object();
    }
    out_.end_array();
  }

  JsonWriter& out_;
  const WhoAnswer& answer_;
  const WhoReport& report_;
};

}  // namespace

void write_who_json(JsonWriter& out, const WhoReport& report) {
  WhoJson(out, report).write();
}

}  // namespace rolecall
