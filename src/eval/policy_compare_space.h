// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/eval/policy_compare.h"

#include "eval/policy_compare_callers.h"
#include "eval/policy_compare_values.h"

namespace rolecall::compare {

// A set of samples of one dimension.
class Bits {
 public:
  Bits() = default;
  Bits(std::size_t size, bool value);

  void set(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
  [[nodiscard]] bool test(std::size_t i) const { return ((words_[i / 64] >> (i % 64)) & 1U) != 0; }
  [[nodiscard]] bool any() const;
  [[nodiscard]] bool within(const Bits& other) const;  // Every sample is in the other set.
  [[nodiscard]] Bits complement() const;
  Bits& operator&=(const Bits& other);
  [[nodiscard]] std::size_t size() const { return size_; }
  friend bool operator==(const Bits&, const Bits&) = default;

 private:
  std::size_t size_ = 0;
  std::vector<std::uint64_t> words_;
};

// Where an element is true for certain, and where it may be.
struct Truth {
  Bits sure{};
  Bits possible{};

  [[nodiscard]] Truth negated() const { return {possible.complement(), sure.complement()}; }
  Truth& operator&=(const Truth& other);
  friend bool operator==(const Truth&, const Truth&) = default;
};

enum class ElementKind : std::uint8_t { Principals, NotPrincipal, Actions, Resources, Condition };

// One element of a statement, without the negation of NotAction and its relatives. Elements of
// both versions that say the same are one.
struct Element {
  ElementKind kind{};
  std::uint32_t dimension = 0;
  PrincipalList principals{};
  std::vector<Text> patterns{};
  Condition condition{};
  const Policy* policy = nullptr;  // One that has the element.
  bool open_variable = false;      // Hangs on a key of another dimension.
  Truth truth{};

  [[nodiscard]] ConditionRef ref() const { return {&condition, policy->variables}; }
  [[nodiscard]] std::size_t value_count() const;
  // The same element with only those of its values for which `keep` is set.
  [[nodiscard]] Element reduced(const std::vector<bool>& keep) const;
};

// An element that must be true or, odd, must not be: element times two, plus one when negated.
using Literal = std::uint32_t;
[[nodiscard]] constexpr Literal negate_literal(Literal literal) {
  return literal ^ 1U;
}

// What a statement asks of a request: every literal.
struct Terms {
  Effect effect{};
  std::vector<Literal> literals{};  // Sorted, without repetition.

  // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the operator for a null pointer.
  friend auto operator<=>(const Terms&, const Terms&) = default;
};

// The part of a request some elements look at. Samples stand for all its values: 0 caller,
// 1 action, 2 resource, then the context keys.
struct Dimension {
  std::string key{};     // Context keys.
  bool list = false;     // The key can hold several values.
  bool complete = true;  // The samples are all there is to tell apart.
  std::size_t size = 0;  // Number of samples.
  std::vector<CallerSample> callers{};
  std::vector<std::string> texts{};        // Actions, resources.
  RequestContext resource_context{};       // Variables of resource patterns are unknown.
  std::vector<RequestContext> contexts{};  // Keys: absent, for lists empty, then single values.
};
inline constexpr std::uint32_t kCallerDimension = 0;
inline constexpr std::uint32_t kActionDimension = 1;
inline constexpr std::uint32_t kResourceDimension = 2;

// How sure it is that some request satisfies a set of literals.
enum class Status : std::uint8_t {
  Never,
  Undecided,     // For want of steps, or because of policy variables.
  Undocumented,  // AWS does not say.
  Sure,
};

// The space in which both versions of a document are compared.
class Space {
 public:
  Space(PolicyKind kind, const ComparisonLimits& limits) : kind_(kind), limits_(limits) {}

  // Statements that can apply to some request. RCPs: only their Deny statements, since AWS's own
  // policy allows (docs/evaluation.md E6.5).
  [[nodiscard]] std::vector<Terms> add(const Policy& policy);
  // Chooses the samples and tries every element on them. To be called after the last `add`. False
  // when that is too much work.
  [[nodiscard]] bool fill();

  [[nodiscard]] const Element& element(Literal literal) const { return elements_[literal / 2]; }
  [[nodiscard]] const std::vector<Dimension>& dimensions() const { return dimensions_; }
  [[nodiscard]] PolicyKind kind() const { return kind_; }
  [[nodiscard]] Truth truth(Literal literal) const;
  [[nodiscard]] Truth truth_of(const Element& element) const;
  // Literals of one dimension together. REQUIRES: sorted.
  [[nodiscard]] Truth truth(const std::vector<Literal>& literals, std::uint32_t dimension) const;
  [[nodiscard]] Status status(const std::vector<Literal>& literals) const;
  // Single-valued, and the samples are all there is: samples say which sets are equal.
  [[nodiscard]] bool is_exact(std::uint32_t dimension) const {
    return dimensions_[dimension].complete && !dimensions_[dimension].list;
  }
  // Whether a literal about the dimension hangs on a policy variable.
  [[nodiscard]] bool hangs_on_variable(const std::vector<Literal>& literals,
                                       std::uint32_t dimension) const;
  // AWS's documentation settles for every request whether the literals hold.
  [[nodiscard]] bool documented(const std::vector<Literal>& literals) const;
  // The requests of the first set are among those of the second, as far as can be seen at once.
  [[nodiscard]] bool within(const std::vector<Literal>& inner,
                            const std::vector<Literal>& outer) const;
  // Values of a list key for which the literals hold. REQUIRES: they hold for some.
  [[nodiscard]] std::vector<std::string> list_values(const std::vector<Literal>& literals,
                                                     std::uint32_t index) const;

 private:
  std::uint32_t intern(const std::string& signature, Element element);
  void add_principals(const Policy& policy, const Statement& statement, Terms& terms);
  void add_patterns(const Policy& policy, const PatternList& list, ElementKind kind, Terms& terms);
  void add_condition(const Policy& policy, const Condition& condition, Terms& terms);
  void fill_callers();
  void fill_actions();
  void fill_resources();
  void fill_key(std::uint32_t index);
  [[nodiscard]] Tri test(const Element& element, std::size_t sample) const;
  [[nodiscard]] Status list_status(const std::vector<Literal>& literals, std::uint32_t index) const;
  [[nodiscard]] Status status_in(const std::vector<Literal>& literals, std::uint32_t index) const;

  PolicyKind kind_;
  ComparisonLimits limits_;
  std::vector<Element> elements_;
  std::vector<Dimension> dimensions_ = std::vector<Dimension>(3);
  std::unordered_map<std::string, std::uint32_t> known_;
  std::unordered_map<std::string, std::uint32_t> keys_;
};

}  // namespace rolecall::compare
