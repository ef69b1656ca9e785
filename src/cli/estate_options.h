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

// The options of commands about a whole estate: its files, and the format of the answer.
struct EstateOptions {
  std::vector<std::string> paths{};
  std::string format{"text"};
  std::string color{"auto"};
  bool quiet = false;
  LoadLimits limits{};

  void declare(CLI::App& app, const std::vector<std::string>& formats = {"text", "json"});
  // Only --estate, --format and the limits, for answers without color or a first line to keep.
  void declare_plain(CLI::App& app, const std::vector<std::string>& formats);
  void declare_format(CLI::App& app, const std::vector<std::string>& formats);
  // The options except --estate.
  void declare_output(CLI::App& app, const std::vector<std::string>& formats);
  [[nodiscard]] std::vector<NamedInput> inputs() const;
  // Reads the estate, shows the progress on a terminal, and prints the diagnostics.
  void load(Estate& estate, Diagnostics& diagnostics, Console& console) const;
  [[nodiscard]] TextStyle style(const Console& console) const;
  // Prints the answer as JSON or text, by --format.
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
  // Whether --format names a graph.
  [[nodiscard]] bool draws() const { return format == "dot" || format == "graphml"; }
  // Prints the answer as JSON, text or a graph, by --format.
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

// An estate that is never destroyed: the process ends with the answer, and for a large organization
// destroying it would take a tenth of the time.
[[nodiscard]] Estate& lasting_estate();
// An index over it that is never destroyed.
[[nodiscard]] const WhoIndex& lasting_index(const Estate& estate);

// The role of a question. When it is not in the estate, there are two cases: `gaps` tells why it
// may exist all the same, and then the answer is unknown; or `gaps` is empty, an error has been
// printed, and the command fails.
struct NamedRole {
  const Role* role = nullptr;
  std::vector<WhoGap> gaps{};
  Role stand_in{};  // Takes the role's place in answers with gaps.
  std::string account{};
};
// Finds a role by its ARN, or by a name that only one role has.
[[nodiscard]] NamedRole find_named_role(const Estate& estate, std::string_view asked,
                                        Console& console);

// What is wrong with the principal at which a walk starts; empty when nothing is.
[[nodiscard]] std::string find_walk_fault(std::string& value);
// The start of a walk; without it, as in NamedRole.
struct NamedStart {
  std::optional<WalkStart> start{};
  std::vector<WhoGap> gaps{};
};
[[nodiscard]] NamedStart find_start(const Estate& estate, std::string_view asked, Console& console);

// Adds gaps to those of an answer.
void append(std::vector<WhoGap>& gaps, std::vector<WhoGap> more);

}  // namespace rolecall::cli
