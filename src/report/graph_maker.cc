// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/report/graph_report.h"

#include "report/residual_report.h"
#include "report/walk_parts.h"
#include "report/who_words.h"

namespace rolecall {

namespace {

class GraphMaker {
 public:
  std::size_t add_node(GraphNode node) {
    graph_.nodes.push_back(std::move(node));
    return graph_.nodes.size() - 1;
  }

  // The node of a role, which is added on first use.
  std::size_t add_role(const Role& role) {
    const auto [known, added] = roles_.try_emplace(&role, graph_.nodes.size());
    if (!added) return known->second;
    const auto arn = IamArn::parse(role.arn);
    return add_node({std::string(role.arn), "role", arn ? std::string(arn->account) : "", 1});
  }

  // The node of a start, which is added on first use.
  std::size_t add_start(std::string name) {
    const auto [known, added] = starts_.try_emplace(std::move(name), graph_.nodes.size());
    return added ? add_node({known->first, "start"}) : known->second;
  }

  std::size_t add_assumer(AssumerKind kind, const std::string& account, const std::string& name,
                          const std::vector<const IamEntity*>& members) {
    const std::string called(assumer_kind_name(kind));
    if (members.empty()) return add_node({describe_assumer(kind, account, name), called, account});
    if (members.size() == 1) {
      if (kind == AssumerKind::Role) return add_role(static_cast<const Role&>(*members[0]));
      return add_node({std::string(members[0]->arn), called, account, 1});
    }
    constexpr std::size_t kMostNames = 5;
    std::vector<std::string> names;
    names.reserve(members.size());
    for (const IamEntity* each : members) names.emplace_back(each->name);
    std::sort(names.begin(), names.end());
    const AssumerWords& words = assumer_words()[static_cast<std::size_t>(kind)];
    return add_node({fmt::format("{} of {}: {}", count_words(members.size(), words.one, words.many),
                                 account, join_list(names, kMostNames)),
                     called, account, members.size()});
  }

  void add_edge(GraphEdge edge) {
    if (edges_.emplace(edge.from, edge.to, edge.condition).second) {
      graph_.edges.push_back(std::move(edge));
    }
  }

  // Adds a call of a walk, and returns the node of the role that it assumes.
  std::size_t add_hop(std::size_t from, const ResidualTable& residuals, const Hop& hop) {
    const std::size_t to = add_role(*hop.role);
    add_edge({from, to, hop.action, std::string(hop_decision(hop)), call_terms(residuals, hop)});
    return to;
  }

  Graph finish(const std::vector<WhoGap>& gaps) {
    for (const WhoGap& each : gaps) {
      if (!each.dangling) graph_.gaps.push_back(fmt::format("{}: {}", each.what, each.why));
    }
    return std::move(graph_);
  }

 private:
  Graph graph_;
  std::map<const Role*, std::size_t> roles_;
  std::map<std::string, std::size_t> starts_;
  std::set<std::tuple<std::size_t, std::size_t, std::string>> edges_;
};

}  // namespace

Graph make_graph(const WhoReport& report) {
  const WhoAnswer& answer = report.answer;
  GraphMaker maker;
  const std::size_t role = maker.add_role(*answer.role);
  for (const Assumption& each : answer.assumptions) {
    const bool unknown = answer.residuals.has_unknown(each.condition);
    const bool always = each.condition == ResidualTable::kAlways;
    const std::size_t from = maker.add_assumer(each.kind, each.account, each.name, each.members);
    maker.add_edge({from, role, each.action,
                    unknown  ? "unknown"
                    : always ? "allowed"
                             : "conditional",
                    describe_residual(answer.residuals, each.condition)});
  }
  return maker.finish(answer.gaps);
}

Graph make_graph(const ChainsReport& report) {
  const ChainsAnswer& answer = report.answer;
  GraphMaker maker;
  (void)maker.add_role(*answer.role);
  for (const ChainAssumer& each : answer.assumers) {
    std::size_t at = maker.add_assumer(each.kind, each.account, each.name, each.members);
    for (const Hop& hop : each.calls) at = maker.add_hop(at, answer.residuals, hop);
  }
  return maker.finish(answer.gaps);
}

Graph make_graph(const ReachReport& report) {
  const ReachAnswer& answer = report.answer;
  GraphMaker maker;
  if (answer.roles.empty()) (void)maker.add_start(std::string(report.from));
  for (const std::size_t at : answer.roles) {
    std::size_t from =
        maker.add_start(start_text(report.starts, answer.sessions[at].start, report.from));
    for (const Hop* hop : walk_to(answer, at)) from = maker.add_hop(from, answer.residuals, *hop);
  }
  return maker.finish(answer.gaps);
}

Graph make_graph(const PathReport& report) {
  const PathAnswer& answer = report.answer;
  const auto name = [&](std::size_t path) {
    return start_text(report.starts, answer.starts[path], report.from);
  };
  GraphMaker maker;
  (void)maker.add_start(answer.paths.empty() ? std::string(report.from) : name(0));
  (void)maker.add_role(report.to);
  for (std::size_t i = 0; i < answer.paths.size(); ++i) {
    std::size_t from = maker.add_start(name(i));
    for (const Hop& hop : answer.paths[i]) from = maker.add_hop(from, answer.reach.residuals, hop);
  }
  return maker.finish(answer.reach.gaps);
}

}  // namespace rolecall
