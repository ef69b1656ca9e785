// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/graph_report.h"

namespace rolecall {

namespace {

// Escapes for a terminal, and drops U+FFFE and U+FFFF, which XML does not allow.
std::string shown(std::string_view text) {
  std::string escaped = escape_for_terminal(text);
  for (const auto& [character, name] :
       {std::pair<std::string_view, std::string_view>("\xEF\xBF\xBE", "\\ufffe"),
        {"\xEF\xBF\xBF", "\\uffff"}}) {
    for (std::size_t at = escaped.find(character); at != std::string::npos;
         at = escaped.find(character, at)) {
      escaped.replace(at, character.size(), name);
    }
  }
  return escaped;
}

// A quoted ID of DOT. Backslashes are doubled, as labels have escape sequences.
std::string dot_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : shown(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : shown(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

void add_data(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += fmt::format("      <data key=\"{}\">{}</data>\n", key, xml_escaped(value));
}

}  // namespace

std::string write_dot(const Graph& graph) {
  std::string out;
  for (const std::string& gap : graph.gaps) {
    out += fmt::format("// There may be more: {}\n", escape_for_terminal(gap));
  }
  out += "digraph rolecall {\n  rankdir=LR;\n  node [shape=box];\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    out += fmt::format("  n{} [label={}];\n", i, dot_quoted(graph.nodes[i].label));
  }
  for (const GraphEdge& each : graph.edges) {
    const std::string_view style = each.decision == "unknown" ? ", style=dashed" : "";
    out += fmt::format("  n{} -> n{} [label={}{}];\n", each.from, each.to,
                       dot_quoted(each.condition), style);
  }
  return out + "}\n";
}

std::string write_graphml(const Graph& graph) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  for (const std::string_view name : {"label", "kind", "account"}) {
    out += fmt::format("  <key id=\"{0}\" for=\"node\" attr.name=\"{0}\" attr.type=\"string\"/>\n",
                       name);
  }
  out += "  <key id=\"count\" for=\"node\" attr.name=\"count\" attr.type=\"int\"/>\n";
  for (const std::string_view name : {"action", "decision", "condition"}) {
    out += fmt::format("  <key id=\"{0}\" for=\"edge\" attr.name=\"{0}\" attr.type=\"string\"/>\n",
                       name);
  }
  out += "  <key id=\"gaps\" for=\"graph\" attr.name=\"gaps\" attr.type=\"string\"/>\n";
  out += "  <graph id=\"rolecall\" edgedefault=\"directed\">\n";
  add_data(out, "gaps", join_list(graph.gaps, graph.gaps.size()));
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    out += fmt::format("    <node id=\"n{}\">\n", i);
    add_data(out, "label", node.label);
    add_data(out, "kind", node.kind);
    add_data(out, "account", node.account);
    add_data(out, "count", std::to_string(node.count));
    out += "    </node>\n";
  }
  for (const GraphEdge& each : graph.edges) {
    out += fmt::format("    <edge source=\"n{}\" target=\"n{}\">\n", each.from, each.to);
    add_data(out, "action", each.action);
    add_data(out, "decision", each.decision);
    add_data(out, "condition", each.condition);
    out += "    </edge>\n";
  }
  return out + "  </graph>\n</graphml>\n";
}

}  // namespace rolecall
