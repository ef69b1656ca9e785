// SPDX-License-Identifier: Apache-2.0
#include "report/residual_report.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

struct NounRow {
  std::string_view key{};
  std::string_view noun{};
};
// Common words for keys; other keys are shown by their name.
constexpr auto kNouns = std::to_array<NounRow>({
    {"aws:CurrentTime", "the time"},
    {"aws:PrincipalArn", "its ARN"},
    {"aws:SourceIp", "the source address"},
    {"sts:ExternalId", "the external ID"},
    {"sts:RoleSessionName", "the session name"},
    {"sts:SourceIdentity", "the source identity"},
});

struct VerbRow {
  OperatorFamily family{};
  std::string_view holds{};
  std::string_view fails{};
};
constexpr auto kVerbs = std::to_array<VerbRow>({
    {OperatorFamily::StringEquals, "is", "is not"},
    {OperatorFamily::StringEqualsIgnoreCase, "is, in any letter case,",
     "is not, in any letter case,"},
    {OperatorFamily::StringLike, "is like", "is not like"},
    {OperatorFamily::NumericEquals, "is", "is not"},
    {OperatorFamily::NumericLessThan, "is less than", "is not less than"},
    {OperatorFamily::NumericLessThanEquals, "is at most", "is not at most"},
    {OperatorFamily::NumericGreaterThan, "is more than", "is not more than"},
    {OperatorFamily::NumericGreaterThanEquals, "is at least", "is not at least"},
    {OperatorFamily::DateEquals, "is", "is not"},
    {OperatorFamily::DateLessThan, "is before", "is not before"},
    {OperatorFamily::DateLessThanEquals, "is at or before", "is not at or before"},
    {OperatorFamily::DateGreaterThan, "is after", "is not after"},
    {OperatorFamily::DateGreaterThanEquals, "is at or after", "is not at or after"},
    {OperatorFamily::Bool, "is", "is not"},
    {OperatorFamily::Binary, "is", "is not"},
    {OperatorFamily::IpAddress, "is in", "is not in"},
    {OperatorFamily::Arn, "is like", "is not like"},
});

std::string noun_of(const Condition& condition) {
  for (const NounRow& row : kNouns) {
    if (equals_ignore_case(row.key, condition.key.value)) return std::string(row.noun);
  }
  return fmt::format("`{}`", condition.key.value);
}

std::string values_of(const Condition& condition) {
  constexpr std::size_t kShown = 5;
  std::string text;
  const std::size_t count = condition.values.size();
  for (std::size_t i = 0; i < std::min(count, kShown); ++i) {
    if (i > 0) text += i + 1 == count ? " or " : ", ";
    text += fmt::format("`{}`", condition.values[i].value);
  }
  if (count > kShown) text += fmt::format(" or {} more", count - kShown);
  return count == 0 ? "one of no values" : text;
}

bool has_value(const Condition& condition, std::string_view wanted) {
  return std::any_of(condition.values.begin(), condition.values.end(),
                     [&](const Text& value) { return equals_ignore_case(value.value, wanted); });
}

// `with MFA`, if the condition is no more than that.
std::string mfa_words(const Condition& condition, bool negated) {
  if (!equals_ignore_case(condition.key.value, "aws:MultiFactorAuthPresent") ||
      condition.operation->family != OperatorFamily::Bool || condition.values.size() != 1 ||
      condition.qualifier != Qualifier::None) {
    return {};
  }
  const bool wants_true = equals_ignore_case(condition.values[0].value, "true");
  const bool wants_false = equals_ignore_case(condition.values[0].value, "false");
  if (wants_true && !negated && !condition.if_exists) return "with MFA";
  if (wants_false && negated && condition.if_exists) return "with MFA";
  if (wants_true && negated && !condition.if_exists) return "without MFA";
  return wants_false && !negated && condition.if_exists ? "without MFA" : "";
}

std::string describe_condition(const Condition& condition, bool negated) {
  if (std::string words = mfa_words(condition, negated); !words.empty()) return words;
  const std::string noun = noun_of(condition);
  if (condition.operation->family == OperatorFamily::Null) {
    const bool absent = has_value(condition, "true") != negated;
    return fmt::format("{} is {}", noun, absent ? "absent" : "present");
  }
  const auto* const row = std::find_if(kVerbs.begin(), kVerbs.end(), [&](const VerbRow& each) {
    return each.family == condition.operation->family;
  });
  const bool plain = condition.qualifier == Qualifier::None && !condition.if_exists;
  const bool fails = condition.operation->negated != (negated && plain);
  std::string text = condition.qualifier == Qualifier::ForAllValues  ? "every value of "
                     : condition.qualifier == Qualifier::ForAnyValue ? "some value of "
                                                                     : "";
  text += fmt::format("{} {} {}", noun, fails ? row->fails : row->holds, values_of(condition));
  if (condition.if_exists && !condition.operation->negated) text += ", or absent";
  return negated && !plain ? fmt::format("it is not so that {}", text) : text;
}

std::string describe_part(const ResidualNode& node, bool negated) {
  switch (node.kind) {
    case ResidualKind::Condition:
      return describe_condition(*node.condition, negated);
    case ResidualKind::Resource:
      return fmt::format("its policy's resource `{}` {} the role", node.text,
                         negated ? "is not" : "is");
    case ResidualKind::Principal:
      if (node.principal != nullptr) {
        return fmt::format("it {} `{}`", negated ? "is not" : "is", node.principal->value.value);
      }
      return fmt::format("it is {}among the principals of a statement", negated ? "not " : "");
    case ResidualKind::Unknown:
      return fmt::format("something that cannot be told ({})", node.text);
    case ResidualKind::Never:
      return "never";
    default:
      return "";
  }
}

class Describer {
 public:
  explicit Describer(const ResidualTable& table) : table_(table) {}

  std::string describe(ResidualId id, bool inside = false) const {
    const ResidualNode& node = table_.node(id);
    if (node.kind == ResidualKind::Not) {
      const ResidualNode& inner = table_.node(node.parts[0]);
      return describe_part(inner, /*negated=*/true);
    }
    if (node.kind != ResidualKind::All && node.kind != ResidualKind::Any) {
      return describe_part(node, /*negated=*/false);
    }
    std::string text;
    const std::string_view word = node.kind == ResidualKind::All ? " and " : " or ";
    std::set<std::string> known;  // The same data may be missing in several places.
    for (const ResidualId part : node.parts) {
      const auto [each, added] = known.insert(describe(part, /*inside=*/true));
      if (!added) continue;
      if (!text.empty()) text += word;
      text += *each;
    }
    return inside ? fmt::format("({})", text) : text;
  }

 private:
  const ResidualTable& table_;
};

void write_condition(JsonWriter& out, const Condition& condition) {
  out.member("operator", condition.operator_text.value);
  out.member("key", condition.key.value);
  out.key("values");
  out.begin_array();
  for (const Text& value : condition.values) out.string(value.value);
  out.end_array();
}

std::string_view kind_name(ResidualKind kind) {
  constexpr std::array<std::string_view, 9> kNames = {
      "never", "always", "condition", "resource", "principal", "unknown", "not", "all", "any"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string describe_residual(const ResidualTable& table, ResidualId id) {
  return Describer(table).describe(id);
}

void write_residual_json(JsonWriter& out, const ResidualTable& table, ResidualId id) {
  const ResidualNode& node = table.node(id);
  out.begin_object();
  out.member("kind", kind_name(node.kind));
  if (node.kind == ResidualKind::Condition) write_condition(out, *node.condition);
  if (node.kind == ResidualKind::Resource) out.member("pattern", node.text);
  if (node.kind == ResidualKind::Unknown) out.member("why", node.text);
  if (node.kind == ResidualKind::Principal) {
    out.key("values");
    out.begin_array();
    if (node.principal != nullptr) {
      out.string(node.principal->value.value);
    } else {
      for (const PrincipalElement& each : node.principals->items) out.string(each.value.value);
    }
    out.end_array();
  }
  if (!node.parts.empty()) {
    out.key("of");
    out.begin_array();
    for (const ResidualId part : node.parts) write_residual_json(out, table, part);
    out.end_array();
  }
  out.end_object();
}

}  // namespace rolecall
