// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/neutral_case.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/policy_check.h"

#include "trust/neutral_decision.h"
#include "trust/neutral_reader.h"

namespace rolecall {

namespace {

constexpr auto kDecisionNames = std::to_array<std::string_view>(
    {"allowed", "implicit-deny", "explicit-deny", "conditional", "unknown", "invalid"});

// Faults in a policy that make the case invalid even without `strict`.
bool breaks_case(const Diagnostic& each) {
  switch (each.code) {
    case DiagnosticCode::WrongType:
    case DiagnosticCode::MissingMember:
    case DiagnosticCode::InvalidRequest:
    case DiagnosticCode::DuplicateKey:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string_view neutral_decision_name(NeutralDecision decision) {
  return kDecisionNames[static_cast<std::size_t>(decision)];
}

struct NeutralEvaluator::State {
  NeutralOptions options{};
  SourceTable sources{};
  JsonReader reader{};
  JsonDocument json{};
  NeutralCase read{};
  NeutralResult result{};

  // Clears everything of the last case.
  void reset() {
    result = {};
    read.reset();
    sources.clear();
  }

  void refuse(const Diagnostic& fault, std::uint64_t line) {
    const std::string message = cut_long_quotes(fault.message);
    result.decision = NeutralDecision::Invalid;
    result.error = fault.where.known() ? fmt::format("line {}, column {}: {}", line,
                                                     sources.locate(fault.where).column, message)
                                       : fmt::format("line {}: {}", line, message);
  }

  void decide(std::string_view text, std::uint64_t line) {
    reset();
    Diagnostics faults;
    const DocumentId id = sources.add_borrowed({}, text);
    if (const auto refused = reader.read(sources, id, faults, options.limits, json)) {
      refuse(*refused, line);
      return;
    }
    read_neutral_case(json.root(), options.trace, read, faults);
    if (read.has_id) {
      result.id = read.id;
      result.has_id = true;
    }
    if (options.strict) {
      for (const Policy& each : read.kept) check_policy(each, sources, PolicyOrigin::Draft, faults);
    }
    const auto& all = faults.all();
    const auto first = std::find_if(all.begin(), all.end(), [&](const Diagnostic& each) {
      return breaks_case(each) || (options.strict && each.severity == Severity::Error);
    });
    if (first != all.end()) return refuse(*first, line);
    if (!read_neutral_caller(read, faults)) return refuse(faults.all().back(), line);
    derive_neutral_context(read);
    decide_neutral_case(read, options.trace, result);
  }
};

NeutralEvaluator::NeutralEvaluator(NeutralOptions options) : state_(std::make_unique<State>()) {
  state_->options = options;
}
NeutralEvaluator::NeutralEvaluator(NeutralEvaluator&& other) noexcept = default;
NeutralEvaluator& NeutralEvaluator::operator=(NeutralEvaluator&& other) noexcept = default;
NeutralEvaluator::~NeutralEvaluator() = default;

const NeutralResult& NeutralEvaluator::decide(std::string_view text, std::uint64_t line) {
  state_->decide(text, line);
  return state_->result;
}

}  // namespace rolecall
