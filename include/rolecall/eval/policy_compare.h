// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/policy.h"

// What a change of one policy document changes: which requests it newly allows, and which it newly
// refuses. Only the document counts; whether a request is allowed in the end also depends on the
// other gates. docs/policy-comparison.md says for which requests and documents the answer is exact.
namespace rolecall {

enum class ComparisonOutcome : std::uint8_t {
  Equal,    // Both versions allow the same requests.
  Changed,  // `opened` and `closed` are all there is.
  Unknown,  // What is in `opened` and `closed` is certain; there may be more.
};
[[nodiscard]] std::string_view comparison_outcome_name(ComparisonOutcome outcome);

// The parts of a Change own their texts. With `holds` a request must match one of the values,
// without it none of them.

struct NamedPrincipal {
  PrincipalType type{};
  std::string value{};

  friend bool operator==(const NamedPrincipal&, const NamedPrincipal&) = default;
};
struct PrincipalSelection {
  bool holds = true;
  // The values are those of a NotPrincipal element with Deny: it holds for callers it does not
  // spare (docs/evaluation.md E4.3).
  bool not_principal = false;
  std::vector<NamedPrincipal> values{};

  friend bool operator==(const PrincipalSelection&, const PrincipalSelection&) = default;
};
struct PatternSelection {
  bool holds = true;
  std::vector<std::string> values{};
  bool variables = false;  // `${...}` in a resource is expanded.

  friend bool operator==(const PatternSelection&, const PatternSelection&) = default;
};
// A condition that must be true, or without `holds` false.
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

// A set of requests: those for which every selection of every list holds. An empty list does not
// restrict the request.
struct Change {
  std::vector<PrincipalSelection> principals{};
  std::vector<PatternSelection> actions{};
  std::vector<PatternSelection> resources{};
  std::vector<ConditionSelection> conditions{};
  ComparisonWitness witness{};  // One of them, confirmed by evaluating both versions.
};

struct PolicyComparison {
  PolicyKind kind{};
  ComparisonOutcome outcome = ComparisonOutcome::Unknown;
  std::vector<Change> opened{};  // Refused before, allowed after. Sets may overlap.
  std::vector<Change> closed{};  // Allowed before, refused after.
  // Unknown only: one clause per reason.
  std::vector<std::string> unknowns{};
  // The changes hold for requests AWS's documentation decides; on others the versions may differ
  // too (docs/evaluation.md E9.1).
  bool undocumented = false;
};

// How much work a comparison may be. Beyond it the outcome is Unknown.
struct ComparisonLimits {
  std::size_t regions = 4'000;        // Sets of requests looked at, per direction.
  std::size_t callers = 20'000;       // Kinds of callers told apart.
  std::size_t text_steps = 400'000;   // Steps per context key, action or resource.
  std::size_t tests = 20'000'000;     // Values of elements tried on samples.
  std::size_t comparisons = 400'000;  // Sets of requests compared with a statement.
};

// Compares two versions of one document. A pure function. Both policies' texts must outlive the
// call, not the result. REQUIRES: before.kind == after.kind.
[[nodiscard]] PolicyComparison compare_policies(const Policy& before, const Policy& after,
                                                const ComparisonLimits& limits = {});

// Whether the request belongs to the set, for certain.
[[nodiscard]] bool contains(const Change& change, PolicyKind kind, const Caller& caller,
                            const Authorization& authorization);

// The set in one line of text, without its witness:
// `arn:aws:iam::111122223333:role/ci; sts:AssumeRole; StringNotEquals sts:ExternalId blue-7`.
[[nodiscard]] std::string describe_change(const Change& change);

}  // namespace rolecall
