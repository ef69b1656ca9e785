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

FormulaDifference::FormulaDifference(const StateFormula& before, const StateFormula& after)
    : before_(collect(before)), after_(collect(after)) {}

FormulaDifference::Change FormulaDifference::compare() const {
  const bool missing = before_.missing || after_.missing;
  if (parts_.size() > kMostParts) return {!missing, !missing, missing, missing, missing};
  Change found;
  found.missing = missing;
  for (std::uint32_t values = 0; values < (1U << parts_.size()); ++values) {
    const Tri was = evaluate(before_, values);
    const Tri is = evaluate(after_, values);
    const bool known = was != Tri::Open && is != Tri::Open;
    found.opens = found.opens || (was == Tri::No && is == Tri::Yes);
    found.closes = found.closes || (was == Tri::Yes && is == Tri::No);
    found.may_open = found.may_open || (!known && was != Tri::Yes && is != Tri::No);
    found.may_close = found.may_close || (!known && was != Tri::No && is != Tri::Yes);
  }
  return found;
}

FormulaDifference::Side FormulaDifference::collect(const StateFormula& formula) {
  Side side{formula, {}, formula.in_part};
  for (const ResidualId part : formula.table.open_parts(formula.id)) {
    const ResidualNode& node = formula.table.node(part);
    if (node.kind == ResidualKind::Unknown ||
        (formula.lacks != nullptr && (*formula.lacks)(node))) {
      side.bits.emplace(part, kMissing);
      side.missing = true;
      continue;
    }
    const auto next = static_cast<std::uint32_t>(parts_.size());
    side.bits.emplace(part, parts_.try_emplace(part_text(node), next).first->second);
  }
  return side;
}

Tri FormulaDifference::evaluate(const Side& side, ResidualId id, std::uint32_t values) {
  const ResidualNode& node = side.formula.table.node(id);
  switch (node.kind) {
    case ResidualKind::Never:
      return Tri::No;
    case ResidualKind::Always:
      return Tri::Yes;
    case ResidualKind::Not:
      return negate(evaluate(side, node.parts[0], values));
    case ResidualKind::All:
    case ResidualKind::Any: {
      const bool all = node.kind == ResidualKind::All;
      Tri result = tri(all);
      for (const ResidualId part : node.parts) {
        const Tri one = evaluate(side, part, values);
        result = all ? both(result, one) : either(result, one);
      }
      return result;
    }
    default: {
      const std::uint32_t bit = side.bits.at(id);
      return bit == kMissing ? Tri::Open : tri(((values >> bit) & 1U) != 0);
    }
  }
}

Tri FormulaDifference::evaluate(const Side& side, std::uint32_t values) {
  const Tri allowed = evaluate(side, side.formula.id, values);
  return side.formula.in_part && allowed == Tri::Yes ? Tri::Open : allowed;
}

}  // namespace rolecall
