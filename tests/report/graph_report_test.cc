// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/graph_report.h"

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

// What somebody might put into a name to break out of it.
constexpr std::string_view kHostile = "\"];x[label=\\\"</data>&amp;<!--]]>\n\x1b[31m\u202e\uffff\\";
constexpr std::string_view kShown =
    "\"];x[label=\\\"</data>&amp;<!--]]>\\x0a\\x1b[31m\\u202e\\uffff\\";

Graph hostile_graph() {
  Graph graph;
  graph.nodes = {{std::string(kHostile), "user", "111122223333", 1}, {"b", "role", "", 2}};
  graph.edges = {{0, 1, "sts:AssumeRole", "conditional", std::string(kHostile)}};
  graph.gaps = {std::string(kHostile)};
  return graph;
}

std::string_view data(const pugi::xml_node& node, const char* key) {
  return node.find_child_by_attribute("data", "key", key).child_value();
}

// The text of the quoted string that begins at `at`, and where it ends.
std::string read_quoted(std::string_view text, std::size_t& at) {
  std::string value;
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
    value += text[at];
  }
  ++at;
  return value;
}

TEST(GraphReport, GraphmlHoldsHostileTextAsText) {
  pugi::xml_document document;
  const std::string text = write_graphml(hostile_graph());
  ASSERT_TRUE(document.load_buffer(text.data(), text.size(), pugi::parse_full)) << text;
  const pugi::xml_node graph = document.child("graphml").child("graph");
  EXPECT_EQ(data(graph, "gaps"), kShown);
  const pugi::xml_node node = graph.child("node");
  EXPECT_EQ(data(node, "label"), kShown);
  EXPECT_EQ(data(node, "kind"), "user");
  EXPECT_EQ(data(node.next_sibling("node"), "count"), "2");
  const pugi::xml_node edge = graph.child("edge");
  EXPECT_EQ(std::string_view(edge.attribute("source").value()), "n0");
  EXPECT_EQ(std::string_view(edge.attribute("target").value()), "n1");
  EXPECT_EQ(data(edge, "condition"), kShown);
  EXPECT_FALSE(edge.next_sibling("edge"));
}

TEST(GraphReport, EveryKeyOfGraphmlIsDeclared) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(write_graphml(hostile_graph()).c_str()));
  const pugi::xml_node root = document.child("graphml");
  for (const pugi::xpath_node& each : document.select_nodes("//data")) {
    const char* const key = each.node().attribute("key").value();
    EXPECT_TRUE(root.find_child_by_attribute("key", "id", key)) << key;
  }
}

TEST(GraphReport, DotHoldsHostileTextAsText) {
  const std::string text = write_dot(hostile_graph());
  std::size_t at = text.find("n0 [label=") + std::string_view("n0 [label=").size();
  EXPECT_EQ(read_quoted(text, at), kShown);
  EXPECT_TRUE(text.substr(at).starts_with("];\n")) << text;
  at = text.find("n0 -> n1 [label=") + std::string_view("n0 -> n1 [label=").size();
  EXPECT_EQ(read_quoted(text, at), kShown);
  EXPECT_TRUE(text.substr(at).starts_with("];\n}\n")) << text;
  // A gap is a comment of one line.
  EXPECT_EQ(text.find("\ndigraph"), text.find('\n'));
}

TEST(GraphReport, CallsThatCannotBeToldAreDashed) {
  Graph graph = hostile_graph();
  graph.edges[0].decision = "unknown";
  EXPECT_NE(write_dot(graph).find(", style=dashed];"), std::string::npos);
}

}  // namespace
}  // namespace rolecall
