// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/walk.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// Whom a principal can become, with what its report shows. All borrowed.
struct ReachReport {
  const Estate& estate;
  const ReachAnswer& answer;
  const Diagnostics& diagnostics;
  std::string_view from{};  // As it was asked.
  std::span<const WalkStart> starts{};
  bool all = false;  // Text: every role is listed, not the first of each number of calls.
};
struct PathReport {
  const Estate& estate;
  const PathAnswer& answer;
  const Diagnostics& diagnostics;
  std::string_view from{};
  const Role& to;
  std::span<const WalkStart> starts{};
};

// The answers for a person.
[[nodiscard]] std::string write_reach_text(const ReachReport& report, TextStyle style);
[[nodiscard]] std::string write_path_text(const PathReport& report, TextStyle style);

// The objects of docs/schema/reach-1.json and docs/schema/path-1.json.
void write_reach_json(JsonWriter& out, const ReachReport& report);
void write_path_json(JsonWriter& out, const PathReport& report);

}  // namespace rolecall
