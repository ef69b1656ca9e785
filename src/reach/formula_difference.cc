// SPDX-License-Identifier: Apache-2.0
#include "reach/formula_difference.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

std::string part_text(const ResidualNode& node) {
  std::vector<std::string_view> values;
  std::string text = fmt::format("{}|", static_cast<int>(node.kind));
  switch (node.kind) {
    case ResidualKind::Condition:
      text += fmt::format("{}:{}|{}|{}", node.condition->key.value.size(),
                          ascii_lower(node.condition->key.value),
                          node.condition->operator_text.value, node.variables);
      for (const Text& each : node.condition->values) values.push_back(each.value);
      break;
    case ResidualKind::Principal:
      if (node.principal != nullptr) values.push_back(node.principal->value.value);
      if (node.principals != nullptr) {
        text += fmt::format("{}|{}", static_cast<int>(node.effect), node.principals->negated);
        for (const PrincipalElement& each : node.principals->items) {
          values.push_back(each.value.value);
        }
      }
      break;
    default:
      values.push_back(node.text);
      break;
  }
  std::sort(values.begin(), values.end());
  for (const std::string_view each : values) text += fmt::format("|{}:{}", each.size(), each);
  return text;
}

bool is_inner(ResidualKind kind) {
  return kind == ResidualKind::Not || kind == ResidualKind::All || kind == ResidualKind::Any;
}

}  // namespace

std::string formula_text(const ResidualTable& table, ResidualId id) {
  const ResidualNode& node = table.node(id);
  if (!is_inner(node.kind)) return fmt::format("[{}]", part_text(node));
  std::vector<std::string> parts;
  parts.reserve(node.parts.size());
  for (const ResidualId part : node.parts) parts.push_back(formula_text(table, part));
  std::sort(parts.begin(), parts.end());
  return fmt::format("({}{})", static_cast<int>(node.kind), fmt::join(parts, ""));
}

FormulaDifference::FormulaDifference(const ResidualTable& before, ResidualId was,
                                     const ResidualTable& after, ResidualId is)
    : before_(before), was_(was), after_(after), is_(is) {
  collect(before, was);
  collect(after, is);
}

FormulaDifference::Change FormulaDifference::compare() const {
  if (parts_.size() > kMostParts) return {true, true};
  Change found;
  for (std::uint32_t values = 0; values < (1U << parts_.size()); ++values) {
    const bool was = holds(before_, was_, values);
    const bool is = holds(after_, is_, values);
    found.opens = found.opens || (is && !was);
    found.closes = found.closes || (was && !is);
  }
  return found;
}

void FormulaDifference::collect(const ResidualTable& table, ResidualId id) {
  for (const ResidualId part : table.open_parts(id)) {
    parts_.try_emplace(part_text(table.node(part)), static_cast<std::uint32_t>(parts_.size()));
  }
}

bool FormulaDifference::holds(const ResidualTable& table, ResidualId id,
                              std::uint32_t values) const {
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
      return ((values >> parts_.at(part_text(node))) & 1U) != 0;
  }
}

}  // namespace rolecall
