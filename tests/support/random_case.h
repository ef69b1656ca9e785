// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "rolecall/base/source.h"
#include "rolecall/eval/evaluation.h"

// Authorizations made of small alphabets, so that names, patterns and values collide often.
namespace rolecall::random {

struct CaseCondition {
  std::string operation{};  // As written, with qualifier and IfExists.
  std::string key{};
  std::vector<std::string> values{};
};

struct CaseList {
  std::string element{};  // `Action`, `NotAction`, ...; empty: the statement has no such element.
  std::vector<std::string> values{};
};

struct CaseStatement {
  bool allow = true;
  std::string principal_element{};  // `Principal`, `NotPrincipal` or empty.
  // Type and value; the type `*` makes the element the bare string.
  std::vector<std::pair<std::string, std::string>> principals{};
  CaseList action{};
  CaseList resource{};
  std::vector<CaseCondition> conditions{};
};

struct CasePolicy {
  bool missing = false;  // Attached, but its document was not supplied.
  std::string version{};
  std::vector<CaseStatement> statements{};
};

struct CaseGate {
  GateState state = GateState::NotApplicable;
  std::vector<std::vector<CasePolicy>> layers{};
};

struct CaseKey {
  enum class Kind : std::uint8_t {
    Known,
    Absent,
    Unknown,
    NeverAbsent,
    Outside,
    Candidates,
    Undocumented
  };
  std::string name{};  // Unknown families end in `/`; `:` stands for all claims.
  Kind kind = Kind::Known;
  std::vector<std::string> values{};  // Values; candidates; the prefix the value does not have.
};

struct RandomCase {
  Caller caller{};
  std::string action{};
  std::string resource{};
  bool cross_account = false;
  std::vector<CaseKey> keys{};
  std::array<CaseGate, kGateCount> gates{};
};

// The same seed gives the same case on every machine.
[[nodiscard]] RandomCase make_case(std::uint64_t seed);
// A statement that could stand in a policy of this kind, and a policy of such statements.
[[nodiscard]] CaseStatement make_statement(std::uint64_t seed, PolicyKind kind);
[[nodiscard]] CasePolicy make_policy(std::uint64_t seed, PolicyKind kind);

[[nodiscard]] std::string policy_json(const CasePolicy& policy);
// For people: the case as indented JSON.
[[nodiscard]] std::string case_json(const RandomCase& wanted);
// Every case that is one list element or one gate smaller.
[[nodiscard]] std::vector<RandomCase> smaller_cases(const RandomCase& wanted);

[[nodiscard]] PolicyKind kind_of_gate(Gate gate);

// A case in the form evaluators take. Neither copied nor moved: the policies are borrowed.
class BuiltCase {
 public:
  explicit BuiltCase(const RandomCase& wanted);
  BuiltCase(const BuiltCase&) = delete;
  BuiltCase& operator=(const BuiltCase&) = delete;

  Caller caller{};
  Authorization authorization{};
  PolicySet policies{};

 private:
  const Policy* parse(const CasePolicy& policy, PolicyKind kind);

  SourceTable sources_;
  std::deque<Policy> parsed_;
};

}  // namespace rolecall::random
