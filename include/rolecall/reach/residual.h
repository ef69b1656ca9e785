// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <forward_list>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/eval/statement_match.h"

namespace rolecall {

// The residual condition of an answer: what must hold of a call, beyond what the estate shows, so
// that it is allowed. A formula whose leaves are the open parts of statements: conditions and
// patterns that the estate alone does not decide. An id is valid in the table that made it.
using ResidualId = std::uint32_t;

enum class ResidualKind : std::uint8_t {
  Never,
  Always,
  Condition,  // One context key under one operator is true.
  Resource,   // A resource pattern with policy variables matches the role.
  Principal,  // A principal element names the caller, whose session name is left open.
  Unknown,    // Data is missing, or AWS does not document it: true or false whatever the call.
  Not,
  All,
  Any,
};

struct ResidualNode {
  ResidualKind kind = ResidualKind::Never;
  // Where the open part is written. Borrowed; null where the kind has none.
  const Policy* policy = nullptr;
  const Condition* condition = nullptr;         // Condition; also Unknown where undocumented.
  const PrincipalElement* principal = nullptr;  // Principal.
  const PrincipalList* principals = nullptr;    // Principal: instead, the whole list (negated).
  Effect effect = Effect::Allow;                // Principal: of the statement.
  bool variables = false;                       // Condition: its values have policy variables.
  std::string_view text{};                      // Resource: the pattern. Unknown: why.
  // Unknown: the PolicyRef::label of the missing document; empty when other data is missing.
  std::string_view document{};
  bool undocumented = false;        // Unknown: AWS does not document it.
  std::vector<ResidualId> parts{};  // Not: one. All, Any: sorted, two or more.
};

// Formulas, each stored once: equal formulas have equal ids, and conditions with the same operator,
// key and values are one part wherever they are written. Formulas are simplified as they are made,
// but not fully: unequal ids may still be equivalent. Borrows the policies. Not for use by several
// threads while formulas are made.
class ResidualTable {
 public:
  static constexpr ResidualId kNever = 0;
  static constexpr ResidualId kAlways = 1;

  ResidualTable();
  ResidualTable(const ResidualTable&) = delete;
  ResidualTable& operator=(const ResidualTable&) = delete;
  ResidualTable(ResidualTable&&) noexcept = default;
  ResidualTable& operator=(ResidualTable&&) noexcept = default;
  ~ResidualTable() = default;

  // Lasts as long as the table.
  [[nodiscard]] const ResidualNode& node(ResidualId id) const { return nodes_[id]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

  [[nodiscard]] ResidualId condition(const Policy& policy, const Condition& condition);
  [[nodiscard]] ResidualId resource(const Policy& policy, std::string_view pattern);
  [[nodiscard]] ResidualId principal(const Policy& policy, const PrincipalElement& element);
  [[nodiscard]] ResidualId principals(const Policy& policy, const Statement& statement);
  // Data is missing: `document`, or other data when it is empty.
  [[nodiscard]] ResidualId unknown(std::string_view why, std::string_view document = {});
  // AWS does not document it.
  [[nodiscard]] ResidualId undocumented(std::string_view why, const Condition* condition = nullptr);
  // A condition that no policy has: `key` is one of `values`, which must outlive the table.
  [[nodiscard]] ResidualId one_of(std::string_view key, std::span<const std::string_view> values);

  [[nodiscard]] ResidualId negate(ResidualId id);
  [[nodiscard]] ResidualId all(const std::vector<ResidualId>& parts);
  [[nodiscard]] ResidualId any(const std::vector<ResidualId>& parts);
  [[nodiscard]] ResidualId all(ResidualId a, ResidualId b) { return all({a, b}); }
  [[nodiscard]] ResidualId any(ResidualId a, ResidualId b) { return any({a, b}); }

  // Copies a formula of another table, which must outlive this one.
  [[nodiscard]] ResidualId adopt(const ResidualTable& other, ResidualId id);

  // The value of the formula for a call. Open: something of the call that it depends on is not
  // known. REQUIRES: the authorization is for the action the formula was made for.
  [[nodiscard]] Tri evaluate(ResidualId id, const Caller& caller,
                             const Authorization& authorization) const;
  // The formula with each open part replaced by what `settle` returns for it.
  using Settle = std::function<ResidualId(ResidualId)>;
  [[nodiscard]] ResidualId settle(ResidualId id, const Settle& settle);
  // The same as `evaluate` for one open part. REQUIRES: the kind is none of Not, All, Any.
  [[nodiscard]] static Tri evaluate_part(const ResidualNode& part, const Caller& caller,
                                         const Authorization& authorization);
  // Every open part of the formula, each once.
  [[nodiscard]] std::vector<ResidualId> open_parts(ResidualId id) const;
  [[nodiscard]] bool has_unknown(ResidualId id) const;

 private:
  [[nodiscard]] ResidualId intern(ResidualNode node);
  [[nodiscard]] ResidualId intern_unknown(ResidualNode node);
  [[nodiscard]] ResidualId combine(ResidualKind kind, const std::vector<ResidualId>& parts);
  [[nodiscard]] std::string signature_of(const ResidualNode& node) const;
  [[nodiscard]] bool contradict(ResidualId a, ResidualId b) const;
  [[nodiscard]] bool implies(ResidualId a, ResidualId b) const;
  [[nodiscard]] bool makes_needless(ResidualKind kind, ResidualId kept, ResidualId other) const;
  void drop_needless(ResidualKind kind, std::vector<ResidualId>& parts) const;

  std::deque<ResidualNode> nodes_;
  std::unordered_map<std::string, ResidualId> ids_;
  std::unordered_map<const void*, ResidualId> by_address_;
  // Owned for `unknown`, `undocumented` and `one_of`; most tables have none.
  std::forward_list<std::string> texts_;
  std::forward_list<Condition> conditions_;
};

}  // namespace rolecall
