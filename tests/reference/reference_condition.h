// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/eval/request_context.h"
#include "rolecall/iam/condition.h"

namespace rolecall::reference {

// Whether something holds. Open: it depends on a context key that is not known. Unclear: AWS does
// not document it. What is made of an open and an unclear part is unclear, as no key settles it.
enum class Truth { No, Open, Unclear, Yes };

inline Truth truth(bool holds) {
  return holds ? Truth::Yes : Truth::No;
}
inline Truth negation(Truth a) {
  return a == Truth::Yes ? Truth::No : a == Truth::No ? Truth::Yes : a;
}
inline Truth either(Truth a, Truth b) {
  for (const Truth wanted : {Truth::Yes, Truth::Unclear, Truth::Open}) {
    if (a == wanted || b == wanted) return wanted;
  }
  return Truth::No;
}
inline Truth both(Truth a, Truth b) {
  return negation(either(negation(a), negation(b)));
}
// What is known when it is one of the two.
inline Truth one_of(Truth a, Truth b) {
  return a == b ? a : a == Truth::Unclear || b == Truth::Unclear ? Truth::Unclear : Truth::Open;
}
inline bool is_open(Truth a) {
  return a == Truth::Open || a == Truth::Unclear;
}

struct Expanded {
  Truth usable = Truth::Yes;  // No: a variable has no value, so that the text matches nothing.
  std::string pattern{};      // Marked as with_wildcards does.
};
// Policy variables and escapes.
[[nodiscard]] Expanded expand(std::string_view text, const RequestContext& context, bool variables);

[[nodiscard]] Truth holds(const Condition& condition, const RequestContext& context,
                          bool variables);

}  // namespace rolecall::reference
