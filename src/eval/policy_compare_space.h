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

// The truth of an element over the samples of its dimension.
struct Truth {
  Bits sure{};      // Samples for which it is certainly true.
  Bits possible{};  // Samples for which it may be true.

  [[nodiscard]] Truth negated() const { return {possible.complement(), sure.complement()}; }
  Truth& operator&=(const Truth& other);
  friend bool operator==(const Truth&, const Truth&) = default;
};

enum class ElementKind : std::uint8_t { Principals, NotPrincipal, Actions, Resources, Condition };

// One element of a statement, without the negation of NotAction, NotResource and NotPrincipal.
// Equal elements are stored once for both versions.
struct Element {
  ElementKind kind{};
  std::uint32_t dimension = 0;
  PrincipalList principals{};
  std::vector<Text> patterns{};
  Condition condition{};
  const Policy* policy = nullptr;  // A policy that has the element.
  bool open_variable = false;      // A policy variable makes it depend on another dimension.
  Truth truth{};

  [[nodiscard]] ConditionRef ref() const { return {&condition, policy->variables}; }
  [[nodiscard]] std::size_t value_count() const;
  // The same element with only those of its values for which `keep` is set.
  [[nodiscard]] Element reduced(const std::vector<bool>& keep) const;
};

// An element that must be true, or must be false: its index times two, plus one when negated.
using Literal = std::uint32_t;
[[nodiscard]] constexpr Literal negate_literal(Literal literal) {
  return literal ^ 1U;
}

// A statement as a conjunction: it applies to the requests that satisfy every literal.
struct Terms {
  Effect effect{};
  std::vector<Literal> literals{};  // Sorted, without repetition.

  // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the operator for a null pointer.
  friend auto operator<=>(const Terms&, const Terms&) = default;
};

// One part of a request: the caller, the action, the resource, or a context key. A few samples
// stand for all its values.
struct Dimension {
  std::string key{};     // Of a context key.
  bool list = false;     // The context key can hold several values.
  bool complete = true;  // Every other value is treated like one of the samples.
  std::size_t size = 0;  // Number of samples.
  std::vector<CallerSample> callers{};
  std::vector<std::string> texts{};   // Samples of the action or resource.
  RequestContext resource_context{};  // For resources: variables in patterns are unknown.
  // Samples of a context key: absent, then for a list empty, then single values.
  std::vector<RequestContext> contexts{};
};
// Indexes of dimensions; those of the context keys follow.
inline constexpr std::uint32_t kCallerDimension = 0;
inline constexpr std::uint32_t kActionDimension = 1;
inline constexpr std::uint32_t kResourceDimension = 2;

// Whether some request satisfies a set of literals.
enum class Status : std::uint8_t {
  Never,
  Undecided,     // The limits were reached, or it depends on policy variables.
  Undocumented,  // AWS does not document the case.
  Sure,
};

// The space in which both versions of a document are compared.
class Space {
 public:
  Space(PolicyKind kind, const ComparisonLimits& limits) : kind_(kind), limits_(limits) {}

  // The statements of the policy that can apply to some request; of an RCP only the Deny
  // statements, as AWS's own policy allows everything (docs/evaluation.md E6.5).
  [[nodiscard]] std::vector<Terms> add(const Policy& policy);
  // Chooses the samples and evaluates every element for them. Called once, after the last add().
  // False when that is too much work.
  [[nodiscard]] bool fill();

  [[nodiscard]] const Element& element(Literal literal) const { return elements_[literal / 2]; }
  [[nodiscard]] const std::vector<Dimension>& dimensions() const { return dimensions_; }
  [[nodiscard]] PolicyKind kind() const { return kind_; }
  [[nodiscard]] Truth truth(Literal literal) const;
  [[nodiscard]] Truth truth_of(const Element& element) const;
  // The conjunction of those literals that are of one dimension. REQUIRES: they are sorted.
  [[nodiscard]] Truth truth(const std::vector<Literal>& literals, std::uint32_t dimension) const;
  [[nodiscard]] Status status(const std::vector<Literal>& literals) const;
  // Whether two sets are equal when they hold the same samples of the dimension.
  [[nodiscard]] bool is_exact(std::uint32_t dimension) const {
    return dimensions_[dimension].complete && !dimensions_[dimension].list;
  }
  // Whether a literal of the dimension depends on a policy variable.
  [[nodiscard]] bool depends_on_variable(const std::vector<Literal>& literals,
                                         std::uint32_t dimension) const;
  // Whether AWS documents for every request if the literals hold.
  [[nodiscard]] bool documented(const std::vector<Literal>& literals) const;
  // Whether the requests of the first set are among those of the second. A cheap test: false does
  // not mean that they are not.
  [[nodiscard]] bool within(const std::vector<Literal>& inner,
                            const std::vector<Literal>& outer) const;
  // A list of values of the key for which the literals hold. REQUIRES: there is one.
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
