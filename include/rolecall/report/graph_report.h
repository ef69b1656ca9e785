// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rolecall/report/chains_report.h"
#include "rolecall/report/walk_report.h"
#include "rolecall/report/who_report.h"

// Answers as graphs, for programs that draw them. Text from files is escaped for a terminal, and
// then as the format demands.

namespace rolecall {

// A principal, or a group of similar ones.
struct GraphNode {
  std::string label{};
  std::string kind{};     // As assumer_kind_name(), or `start`.
  std::string account{};  // May be empty.
  std::size_t count = 1;  // Number of principals.
};

// A call that assumes a role.
struct GraphEdge {
  std::size_t from = 0;  // Indexes into Graph::nodes.
  std::size_t to = 0;
  std::string action{};
  std::string decision{};   // `allowed`, `conditional`, `unknown`.
  std::string condition{};  // In words; empty when there is none.
};

struct Graph {
  std::vector<GraphNode> nodes{};
  std::vector<GraphEdge> edges{};
  std::vector<std::string> gaps{};  // Why parts may be missing.
};

[[nodiscard]] Graph make_graph(const WhoReport& report);
[[nodiscard]] Graph make_graph(const ChainsReport& report);
[[nodiscard]] Graph make_graph(const ReachReport& report);
[[nodiscard]] Graph make_graph(const PathReport& report);

// The DOT language of Graphviz. https://graphviz.org/doc/info/lang.html
[[nodiscard]] std::string write_dot(const Graph& graph);
// GraphML. http://graphml.graphdrawing.org/specification.html
[[nodiscard]] std::string write_graphml(const Graph& graph);

}  // namespace rolecall
