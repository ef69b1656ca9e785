// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "rolecall/base/json_writer.h"
#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/walk.h"
#include "rolecall/reach/who.h"
#include "rolecall/report/explain_report.h"
#include "rolecall/report/graph_report.h"

#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/question_options.h"

namespace rolecall::cli {

// The options of commands that ask about a whole estate: which, and how the answer is written.
struct EstateOptions {
  std::vector<std::string> paths{};
  std::string format{"text"};
  std::string color{"auto"};
  bool quiet = false;
  LoadLimits limits{};

  void declare(CLI::App& app, const std::vector<std::string>& formats = {"text", "json"});
  // The estate, the format and the limits: of an answer that has no first line.
  void declare_plain(CLI::App& app, const std::vector<std::string>& formats);
  void declare_format(CLI::App& app, const std::vector<std::string>& formats);
  // Everything but --estate.
  void declare_output(CLI::App& app, const std::vector<std::string>& formats);
  [[nodiscard]] std::vector<NamedInput> inputs() const;
  // Reads the estate, tells on a terminal how far that is, and prints what was found amiss.
  void load(Estate& estate, Diagnostics& diagnostics, Console& console) const;
  [[nodiscard]] TextStyle style(const Console& console) const;
  // Prints the answer in the format that was asked for: by one of the two.
  template <typename Report>
  void print(const Report& report, void (*write_json)(JsonWriter&, const Report&),
             std::string (*write_text)(const Report&, TextStyle), Console& console) const {
    if (format == "json") {
      JsonWriter out;
      write_json(out, report);
      console.out << out.text() << '\n';
    } else {
      console.out << write_text(report, style(console));
    }
  }
  // Whether a graph was asked for.
  [[nodiscard]] bool draws() const { return format == "dot" || format == "graphml"; }
  // The same, or as a graph.
  template <typename Report>
  void print_or_draw(const Report& report, void (*write_json)(JsonWriter&, const Report&),
                     std::string (*write_text)(const Report&, TextStyle), Console& console) const {
    if (format == "dot") {
      console.out << write_dot(make_graph(report));
    } else if (format == "graphml") {
      console.out << write_graphml(make_graph(report));
    } else {
      print(report, write_json, write_text, console);
    }
  }
};
// The formats of `print_or_draw`.
inline const std::vector<std::string> kDrawnFormats = {"text", "json", "dot", "graphml"};

// An estate that is never taken apart: the process ends with the answer, and for a large
// organization that would be a tenth of its time.
[[nodiscard]] Estate& lasting_estate();
// The same of an index over it.
[[nodiscard]] const WhoIndex& lasting_index(const Estate& estate);

// What was asked about, or why it may be there all the same: then `gaps` is not empty, and the
// answer is that nothing can be told. Without both it was said why not, and the command fails.
struct NamedRole {
  const Role* role = nullptr;
  std::vector<WhoGap> gaps{};
  // What answers name in its place, with the gaps.
  Role stand_in{};
  std::string account{};
};
// The role of an ARN, or of a name that one role alone has.
[[nodiscard]] NamedRole find_named_role(const Estate& estate, std::string_view asked,
                                        Console& console);

// What is wrong with the principal a walk begins with; empty when nothing is.
[[nodiscard]] std::string find_walk_fault(std::string& value);
// Where a walk begins.
struct NamedStart {
  std::optional<WalkStart> start{};
  std::vector<WhoGap> gaps{};
};
[[nodiscard]] NamedStart find_start(const Estate& estate, std::string_view asked, Console& console);

// Adds gaps to those of an answer.
void append(std::vector<WhoGap>& gaps, std::vector<WhoGap> more);

}  // namespace rolecall::cli
