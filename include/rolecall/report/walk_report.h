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

// The input of the reports on the roles a principal can reach. All borrowed.
struct ReachReport {
  const Estate& estate;
  const ReachAnswer& answer;
  const Diagnostics& diagnostics;
  std::string_view from{};  // The principal, as the user wrote it.
  std::span<const WalkStart> starts{};
  bool all = false;  // Text: list every role, not only the first ones of each number of calls.
};
// The input of the reports on the paths to one role. All borrowed.
struct PathReport {
  const Estate& estate;
  const PathAnswer& answer;
  const Diagnostics& diagnostics;
  std::string_view from{};
  const Role& to;
  std::span<const WalkStart> starts{};
};

// The answers as text.
[[nodiscard]] std::string write_reach_text(const ReachReport& report, TextStyle style);
[[nodiscard]] std::string write_path_text(const PathReport& report, TextStyle style);

// The answers as the objects of docs/schema/reach-1.json and docs/schema/path-1.json.
void write_reach_json(JsonWriter& out, const ReachReport& report);
void write_path_json(JsonWriter& out, const PathReport& report);

}  // namespace rolecall
