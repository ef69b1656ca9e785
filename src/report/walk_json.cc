// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "rolecall/report/walk_report.h"

#include "report/walk_parts.h"

namespace rolecall {

namespace {

void begin(JsonWriter& out, std::string_view schema, std::string_view from) {
  out.begin_object();
  out.member("schema", schema);
  out.member("rolecall_version", rolecall_version());
  out.member("from", from);
}

}  // namespace

void write_reach_json(JsonWriter& out, const ReachReport& report) {
  const ReachAnswer& answer = report.answer;
  begin(out, "rolecall.reach/1", report.from);
  out.key("roles");
  out.begin_array();
  for (const std::size_t at : answer.roles) {
    out.begin_object();
    out.member("role", answer.sessions[at].hop.role->arn);
    out.member("start", start_text(report.starts, answer.sessions[at].start, report.from));
    write_calls(out, answer.residuals, walk_to(answer, at));
    out.end_object();
  }
  out.end_array();
  write_end(out, answer.gaps, unchecked_of(report), report.estate, report.diagnostics);
}

void write_path_json(JsonWriter& out, const PathReport& report) {
  const PathAnswer& answer = report.answer;
  begin(out, "rolecall.path/1", report.from);
  out.member("to", report.to.arn);
  out.key("paths");
  out.begin_array();
  for (std::size_t i = 0; i < answer.paths.size(); ++i) {
    out.begin_object();
    out.member("start", start_text(report.starts, answer.starts[i], report.from));
    write_calls(out, answer.reach.residuals, calls_of(answer.paths[i]));
    out.end_object();
  }
  out.end_array();
  out.member("more", answer.more);
  out.key("nearest");
  if (answer.nearest) {
    const NearestCall& call = *answer.nearest;
    out.begin_object();
    out.member("from", call.before == kNoHop
                           ? start_text(report.starts, call.start, report.from)
                           : std::string(answer.reach.sessions[call.before].hop.role->arn));
    out.key("refused_by");
    out.begin_array();
    for (const Gate gate : call.refuse) out.string(gate_name(gate));
    out.end_array();
    out.end_object();
  } else {
    out.null();
  }
  write_end(out, answer.reach.gaps, unchecked_of(report), report.estate, report.diagnostics);
}

}  // namespace rolecall
