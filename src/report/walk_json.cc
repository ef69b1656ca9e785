// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "rolecall/report/walk_report.h"

#include "report/json_parts.h"
#include "report/walk_parts.h"

namespace rolecall {

namespace {

class WalkJson {
 public:
  WalkJson(JsonWriter& out, const ResidualTable& residuals) : out_(out), residuals_(residuals) {}

  void begin(std::string_view schema, std::string_view from) {
    out_.begin_object();
    out_.member("schema", schema);
    out_.member("rolecall_version", rolecall_version());
    out_.member("from", from);
  }

  void end(const std::vector<WhoGap>& gaps, const Estate& estate, const Diagnostics& diagnostics) {
    out_.key("gaps");
    out_.begin_array();
    for (const WhoGap& gap : gaps) {
      out_.begin_object();
      out_.member("what", gap.what);
      out_.member("why", gap.why);
      out_.member_or_null("obtain", gap.obtain);
      out_.end_object();
    }
    out_.end_array();
    out_.key("diagnostics");
    out_.begin_array();
    for (const Diagnostic& each : diagnostics.all()) {
      write_diagnostic(out_, estate.sources(), each);
    }
    out_.end_array();
    out_.end_object();
  }

  void calls(const std::vector<const Hop*>& hops) { write_calls(out_, residuals_, hops); }

 private:
  JsonWriter& out_;
  const ResidualTable& residuals_;
};

std::vector<const Hop*> walk_to(const ReachAnswer& answer, std::size_t at) {
  std::vector<const Hop*> hops;
  for (; at != kNoHop; at = answer.sessions[at].before) hops.push_back(&answer.sessions[at].hop);
  std::reverse(hops.begin(), hops.end());
  return hops;
}

}  // namespace

void write_reach_json(JsonWriter& out, const ReachReport& report) {
  const ReachAnswer& answer = report.answer;
  WalkJson json(out, answer.residuals);
  json.begin("rolecall.reach/1", report.from);
  out.key("roles");
  out.begin_array();
  for (const std::size_t at : answer.roles) {
    out.begin_object();
    out.member("role", answer.sessions[at].hop.role->arn);
    json.calls(walk_to(answer, at));
    out.end_object();
  }
  out.end_array();
  json.end(answer.gaps, report.estate, report.diagnostics);
}

void write_path_json(JsonWriter& out, const PathReport& report) {
  const PathAnswer& answer = report.answer;
  WalkJson json(out, answer.reach.residuals);
  json.begin("rolecall.path/1", report.from);
  out.member("to", report.to.arn);
  out.key("paths");
  out.begin_array();
  for (const std::vector<Hop>& path : answer.paths) {
    std::vector<const Hop*> hops;
    hops.reserve(path.size());
    for (const Hop& hop : path) hops.push_back(&hop);
    out.begin_object();
    json.calls(hops);
    out.end_object();
  }
  out.end_array();
  out.member("more", answer.more);
  out.key("nearest");
  if (answer.nearest) {
    const NearestCall& call = *answer.nearest;
    out.begin_object();
    out.member("from", call.before == kNoHop ? report.from
                                             : answer.reach.sessions[call.before].hop.role->arn);
    out.key("refused_by");
    out.begin_array();
    for (const Gate gate : call.refuse) out.string(gate_name(gate));
    out.end_array();
    out.end_object();
  } else {
    out.null();
  }
  json.end(answer.reach.gaps, report.estate, report.diagnostics);
}

}  // namespace rolecall
