// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/policy.h"

// Compares two versions of one policy document: which requests the new version allows and the old
// one does not, and the reverse. Only the document counts; whether a request is allowed in the end
// also depends on the other gates. docs/policy-comparison.md says for which requests and documents
// the answer is exact.
namespace rolecall {

enum class ComparisonOutcome : std::uint8_t {
  Equal,    // Both versions allow the same requests.
  Changed,  // `opened` and `closed` hold every difference.
  Unknown,  // The differences in `opened` and `closed` are certain; there may be more.
};
[[nodiscard]] std::string_view comparison_outcome_name(ComparisonOutcome outcome);

// The selections below restrict a set of requests. They own their texts. If `holds` is true, a
// request of the set matches one of the values; otherwise it matches none of them.

struct NamedPrincipal {
  PrincipalType type{};
  std::string value{};

  friend bool operator==(const NamedPrincipal&, const NamedPrincipal&) = default;
};
struct PrincipalSelection {
  bool holds = true;
  // The values are those of a NotPrincipal element with Deny, which matches the callers that it
  // does not exempt (docs/evaluation.md E4.3).
  bool not_principal = false;
  std::vector<NamedPrincipal> values{};

  friend bool operator==(const PrincipalSelection&, const PrincipalSelection&) = default;
};
struct PatternSelection {
  bool holds = true;
  std::vector<std::string> values{};
  bool variables = false;  // Policy variables in a resource are expanded.

  friend bool operator==(const PatternSelection&, const PatternSelection&) = default;
};
// A condition that is true for the set, or false if `holds` is false.
struct ConditionSelection {
  bool holds = true;
  std::string operation{};  // `ForAnyValue:StringLikeIfExists`
  std::string key{};
  std::vector<std::string> values{};
  bool variables = false;

  friend bool operator==(const ConditionSelection&, const ConditionSelection&) = default;
};

// A request on which the two versions differ.
struct ComparisonWitness {
  Caller caller{};
  Authorization authorization{};
};

// A set of requests: those that satisfy every selection of every list. An empty list does not
// restrict the set.
struct Change {
  std::vector<PrincipalSelection> principals{};
  std::vector<PatternSelection> actions{};
  std::vector<PatternSelection> resources{};
  std::vector<ConditionSelection> conditions{};
  ComparisonWitness witness{};  // One request of the set, confirmed by evaluating both versions.
};

struct PolicyComparison {
  PolicyKind kind{};
  ComparisonOutcome outcome = ComparisonOutcome::Unknown;
  std::vector<Change> opened{};  // Refused before, allowed after. The sets may overlap.
  std::vector<Change> closed{};  // Allowed before, refused after.
  // Why the outcome is Unknown, one clause per reason; empty otherwise.
  std::vector<std::string> unknowns{};
  // The versions may also differ on requests for which AWS does not document the outcome
  // (docs/evaluation.md E9.1); such requests are in no Change.
  bool undocumented = false;
};

// Bounds the work of a comparison. Beyond one of them the outcome is Unknown.
struct ComparisonLimits {
  std::size_t regions = 4'000;        // Sets of requests that are examined, per direction.
  std::size_t callers = 20'000;       // Sample callers.
  std::size_t text_steps = 400'000;   // Steps of the automaton, per context key, action, resource.
  std::size_t tests = 20'000'000;     // Tests of a value of an element against a sample.
  std::size_t comparisons = 400'000;  // Comparisons of a set of requests with a statement.
};

// Compares two versions of one document. A pure function. The texts of both policies must outlive
// the call, not the result. REQUIRES: before.kind == after.kind.
[[nodiscard]] PolicyComparison compare_policies(const Policy& before, const Policy& after,
                                                const ComparisonLimits& limits = {});

// Whether the request certainly belongs to the set.
[[nodiscard]] bool contains(const Change& change, PolicyKind kind, const Caller& caller,
                            const Authorization& authorization);

// The set on one line, without its witness:
// `arn:aws:iam::111122223333:role/ci; sts:AssumeRole; StringNotEquals sts:ExternalId blue-7`.
[[nodiscard]] std::string describe_change(const Change& change);

}  // namespace rolecall
