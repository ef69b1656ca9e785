// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/diff.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "reach/diff_witness.h"

namespace rolecall {

namespace {

// Formulas of two tables are compared as text: equal texts mean equal formulas.
std::string leaf_text(const ResidualNode& node) {
  std::vector<std::string_view> values;
  std::string text = fmt::format("{}|", static_cast<int>(node.kind));
  switch (node.kind) {
    case ResidualKind::Condition:
      text += fmt::format("{}|{}|{}", ascii_lower(node.condition->key.value),
                          node.condition->operator_text.value, node.variables);
      for (const Text& each : node.condition->values) values.push_back(each.value);
      break;
    case ResidualKind::Principal:
      if (node.principal != nullptr) values.push_back(node.principal->value.value);
      if (node.principals != nullptr) {
        text += fmt::format("{}|{}", static_cast<int>(node.effect), node.principals->negated);
        for (const PrincipalElement& each : node.principals->items)
          values.push_back(each.value.value);
      }
      break;
    default:
      text += node.text;
      break;
  }
  std::sort(values.begin(), values.end());
  for (const std::string_view each : values) text += fmt::format("|{}:{}", each.size(), each);
  return text;
}

bool is_inner(ResidualKind kind) {
  return kind == ResidualKind::Not || kind == ResidualKind::All || kind == ResidualKind::Any;
}

std::string formula_text(const ResidualTable& table, ResidualId id) {
  const ResidualNode& node = table.node(id);
  if (!is_inner(node.kind)) return fmt::format("[{}]", leaf_text(node));
  std::vector<std::string> parts;
  for (const ResidualId part : node.parts) parts.push_back(formula_text(table, part));
  std::sort(parts.begin(), parts.end());
  return fmt::format("({}{})", static_cast<int>(node.kind), fmt::join(parts, ""));
}

// Truth tables over the open parts of two formulas.
class Implication {
 public:
  static constexpr std::size_t kMostLeaves = 12;

  Implication(const ResidualTable& before, ResidualId was, const ResidualTable& after,
              ResidualId is)
      : before_(before), was_(was), after_(after), is_(is) {
    collect(before, was);
    collect(after, is);
  }

  // Whether a call may be allowed after and not before; and the other way around. Parts are taken
  // for independent, so that some such call need not exist.
  std::pair<bool, bool> differences() const {
    if (leaves_.size() > kMostLeaves) return {true, true};
    std::pair<bool, bool> found{false, false};
    for (std::uint32_t values = 0; values < (1U << leaves_.size()); ++values) {
      const bool was = holds(before_, was_, values);
      const bool is = holds(after_, is_, values);
      found.first = found.first || (is && !was);
      found.second = found.second || (was && !is);
    }
    return found;
  }

 private:
  void collect(const ResidualTable& table, ResidualId id) {
    for (const ResidualId part : table.open_parts(id)) {
      leaves_.try_emplace(leaf_text(table.node(part)), static_cast<std::uint32_t>(leaves_.size()));
    }
  }

  bool holds(const ResidualTable& table, ResidualId id, std::uint32_t values) const {
    const ResidualNode& node = table.node(id);
    const auto part_holds = [&](ResidualId part) { return holds(table, part, values); };
    switch (node.kind) {
      case ResidualKind::Never:
        return false;
      case ResidualKind::Always:
        return true;
      case ResidualKind::Not:
        return !part_holds(node.parts[0]);
      case ResidualKind::All:
        return std::all_of(node.parts.begin(), node.parts.end(), part_holds);
      case ResidualKind::Any:
        return std::any_of(node.parts.begin(), node.parts.end(), part_holds);
      default:
        return ((values >> leaves_.at(leaf_text(node))) & 1U) != 0;
    }
  }

  const ResidualTable& before_;
  ResidualId was_;
  const ResidualTable& after_;
  ResidualId is_;
  std::map<std::string, std::uint32_t> leaves_;
};

// One principal's way into a role.
struct Way {
  const Assumption* assumption = nullptr;
  std::string text{};       // Of all its formulas.
  std::string principal{};  // ARN of a member; empty for others.
};
using Ways = std::map<std::string, Way>;  // By kind and name.

Ways collect_ways(const WhoAnswer& answer) {
  Ways ways;
  for (const Assumption& each : answer.assumptions) {
    std::string text = formula_text(answer.residuals, each.condition);
    for (const ResidualId part : each.exact) text += formula_text(answer.residuals, part);
    const std::string kind(assumer_kind_name(each.kind));
    for (const IamEntity* member : each.members) {
      ways[fmt::format("{} {}", kind, member->arn)] = {&each, text, std::string(member->arn)};
    }
    if (each.members.empty()) {
      ways[fmt::format("{} {} {}", kind, each.account, each.name)] = {&each, text, {}};
    }
  }
  return ways;
}

class Differ {
 public:
  Differ(const Estate& before, const Estate& after, const AuditOptions& options)
      : before_(before), after_(after), options_(options) {}

  DiffAnswer run() {
    std::map<std::string_view, std::pair<const Role*, const Role*>> roles;
    collect(before_, roles, [](auto& pair, const Role& role) { pair.first = &role; });
    collect(after_, roles, [](auto& pair, const Role& role) { pair.second = &role; });
    for (const auto& [arn, pair] : roles) compare(arn, pair.first, pair.second);
    answer_.roles = roles.size();
    sort_edges();
    compare_audits();
    compare_exports();
    return std::move(answer_);
  }

 private:
  template <typename Roles, typename Set>
  static void collect(const Estate& estate, Roles& roles, Set set) {
    for (const auto& [id, account] : estate.accounts()) {
      for (const Role& role : account.roles) set(roles[role.arn], role);
    }
  }

  // Roles that open first, and of a role what opens.
  void sort_edges() {
    std::set<std::string_view> opening;
    for (const EdgeChange& each : answer_.edges) {
      if (each.opens) opening.insert(each.role);
    }
    const auto order = [&](const EdgeChange& each) {
      return std::tuple(opening.count(each.role) == 0, std::string_view(each.role), !each.opens);
    };
    // `opening` borrows from the edges, which must not move while they are compared.
    std::vector<std::size_t> places(answer_.edges.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
      return order(answer_.edges[a]) < order(answer_.edges[b]);
    });
    std::vector<EdgeChange> sorted;
    sorted.reserve(places.size());
    for (const std::size_t place : places) sorted.push_back(std::move(answer_.edges[place]));
    answer_.edges = std::move(sorted);
  }

  void compare(std::string_view arn, const Role* was, const Role* is) {
    WhoAnswer before;
    WhoAnswer after;
    if (was != nullptr) before = find_who(before_, *was);
    if (is != nullptr) after = find_who(after_, *is);
    if (was != nullptr && is != nullptr && before.trust_known != after.trust_known) {
      answer_.gaps.push_back({fmt::format("who can assume `{}`", arn),
                              "its trust policy is known on one side only",
                              {}});
      return;
    }
    answer_.answers.push_back(std::move(before));
    answer_.answers.push_back(std::move(after));
    const WhoAnswer& kept_before = *(answer_.answers.end() - 2);
    const WhoAnswer& kept_after = answer_.answers.back();
    const std::size_t known = answer_.edges.size();
    compare(arn, kept_before, kept_after);
    if (answer_.edges.size() == known) answer_.answers.resize(answer_.answers.size() - 2);
  }

  void compare(std::string_view arn, const WhoAnswer& before, const WhoAnswer& after) {
    const Ways was = collect_ways(before);
    const Ways is = collect_ways(after);
    // Principals whose ways were and are the same make one change.
    std::map<std::tuple<const Assumption*, const Assumption*>, EdgeChange> changes;
    const auto add = [&](const Way* old_way, const Way* new_way) {
      const auto key = std::tuple(old_way == nullptr ? nullptr : old_way->assumption,
                                  new_way == nullptr ? nullptr : new_way->assumption);
      EdgeChange& change = changes[key];
      change.role = arn;
      std::tie(change.before, change.after) = key;
      change.before_answer = &before;
      change.after_answer = &after;
      const Way& way = new_way == nullptr ? *old_way : *new_way;
      if (!way.principal.empty()) change.principals.push_back(way.principal);
    };
    for (const auto& [name, way] : was) {
      const auto found = is.find(name);
      if (found == is.end()) {
        add(&way, nullptr);
      } else if (found->second.text != way.text) {
        add(&way, &found->second);
      }
    }
    for (const auto& [name, way] : is) {
      if (was.find(name) == was.end()) add(nullptr, &way);
    }
    std::vector<EdgeChange> made;
    made.reserve(changes.size());
    for (auto& [key, change] : changes) made.push_back(std::move(change));
    std::sort(made.begin(), made.end(), [](const EdgeChange& a, const EdgeChange& b) {
      const auto order = [](const EdgeChange& each) {
        return std::tuple(each.way().kind, each.way().account, each.way().name, each.principals);
      };
      return order(a) < order(b);
    });
    for (EdgeChange& each : made) {
      finish(each);
      answer_.edges.push_back(std::move(each));
    }
  }

  // Searching is slow; after many changes another witness tells little.
  void find_witnesses(EdgeChange& change) {
    constexpr std::size_t kMostSearches = 1000;
    if (++searches_ > kMostSearches) {
      if (searches_ == kMostSearches + 1) {
        answer_.gaps.push_back(
            {"calls that show a change",
             fmt::format("only the first {} changes were searched", kMostSearches),
             {}});
      }
      return;
    }
    if (change.opens) change.opened = find_witness(before_, after_, change);
    if (change.closes) change.closed = find_witness(after_, before_, change);
  }

  void finish(EdgeChange& change) {
    change.kind = change.before == nullptr  ? ChangeKind::Appears
                  : change.after == nullptr ? ChangeKind::Vanishes
                                            : ChangeKind::Changes;
    change.opens = change.kind == ChangeKind::Appears;
    change.closes = change.kind == ChangeKind::Vanishes;
    for (std::size_t i = 0; i < kSubActions && change.kind == ChangeKind::Changes; ++i) {
      const auto [opens, closes] =
          Implication(change.before_answer->residuals, change.before->exact[i],
                      change.after_answer->residuals, change.after->exact[i])
              .differences();
      change.opens = change.opens || opens;
      change.closes = change.closes || closes;
    }
    find_witnesses(change);
  }

  static auto identity(const AuditFinding& each) {
    return std::tuple(each.rule, std::string_view(each.subject), std::string_view(each.evidence),
                      each.severity);
  }

  static void only_in(const AuditAnswer& here, const AuditAnswer& there,
                      std::vector<const AuditFinding*>& found) {
    std::set<decltype(identity(here.findings[0]))> known;
    for (const AuditFinding& each : there.findings) {
      if (!each.suppression) known.insert(identity(each));
    }
    for (const AuditFinding& each : here.findings) {
      if (!each.suppression && known.count(identity(each)) == 0) found.push_back(&each);
    }
  }

  void compare_audits() {
    answer_.audit_before = audit_estate(before_, options_);
    answer_.audit_after = audit_estate(after_, options_);
    only_in(answer_.audit_after, answer_.audit_before, answer_.appeared);
    only_in(answer_.audit_before, answer_.audit_after, answer_.vanished);
  }

  // An export that is there on one side only makes differences that are none of AWS's.
  void compare_exports() {
    const auto missing = [&](const Estate& here, const Estate& there, std::string_view side) {
      for (const auto& [id, account] : here.accounts()) {
        const Account* const other = there.find_account(id);
        if (!account.exported || (other != nullptr && other->exported)) continue;
        answer_.gaps.push_back(
            {fmt::format("account {}", id), fmt::format("its export is {} only", side), {}});
      }
      if (here.organization && !there.organization) {
        answer_.gaps.push_back({"the organization", fmt::format("its file is {} only", side), {}});
      }
    };
    missing(before_, after_, "in the state before");
    missing(after_, before_, "in the state after");
  }

  const Estate& before_;
  const Estate& after_;
  const AuditOptions& options_;
  std::size_t searches_ = 0;
  DiffAnswer answer_;
};

}  // namespace

std::string_view change_kind_name(ChangeKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"appears", "vanishes", "changes"};
  return kNames[static_cast<std::size_t>(kind)];
}

DiffAnswer diff_estates(const Estate& before, const Estate& after, const AuditOptions& options) {
  return Differ(before, after, options).run();
}

}  // namespace rolecall
