// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/policy_variable.h"

#include "rolecall/base/text.h"
#include "rolecall/iam/context_key.h"

namespace rolecall {

namespace {

// The text between `${` and `}`: a key, and a default in single quotes when there is one.
struct Variable {
  std::string_view key{};
  std::string_view fallback{};
  bool has_fallback = false;
};

Variable parse_variable(std::string_view body) {
  Variable variable;
  const std::size_t comma = body.find(',');
  variable.key = trim(body.substr(0, comma));
  if (comma == std::string_view::npos) return variable;
  const std::string_view rest = trim(body.substr(comma + 1));
  if (rest.size() >= 2 && rest.front() == '\'' && rest.back() == '\'') {
    variable.has_fallback = true;
    variable.fallback = rest.substr(1, rest.size() - 2);
  }
  return variable;
}

Expansion substitute(std::string_view body, const RequestContext& context,
                     WildcardPattern& pattern) {
  if (body == "*" || body == "?" || body == "$") {
    pattern.append_literal(body);
    return Expansion::Done;
  }
  const Variable variable = parse_variable(body);
  // Only single-valued keys may be variables.
  if (is_multi_valued_key(variable.key)) return Expansion::Unresolved;
  const ContextEntry& entry = context.find(variable.key);
  if (entry.state == KeyState::Unknown) {
    pattern.append_pattern("*");
    return Expansion::Unknown;
  }
  if (entry.state == KeyState::Absent) {
    if (!variable.has_fallback) return Expansion::Unresolved;
    pattern.append_literal(variable.fallback);
    return Expansion::Done;
  }
  if (entry.values.size() != 1) return Expansion::Unresolved;
  pattern.append_literal(entry.values[0]);
  return Expansion::Done;
}

}  // namespace

Expansion expand_variables(std::string_view text, const RequestContext& context,
                           WildcardPattern& pattern) {
  Expansion result = Expansion::Done;
  while (!text.empty()) {
    const std::size_t begin = text.find("${");
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin + 2);
    if (end == std::string_view::npos) break;
    pattern.append_pattern(text.substr(0, begin));
    const Expansion one = substitute(text.substr(begin + 2, end - begin - 2), context, pattern);
    // One variable without a value is enough for no match.
    if (one == Expansion::Unresolved) return one;
    if (one == Expansion::Unknown) result = one;
    text.remove_prefix(end + 1);
  }
  pattern.append_pattern(text);
  return result;
}

}  // namespace rolecall
