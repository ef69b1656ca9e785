// SPDX-License-Identifier: Apache-2.0
// Reading and checking never fail to end, and every finding has a place; a policy without faults
// survives being written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rolecall/iam/policy_check.h"

using namespace rolecall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto kind = static_cast<PolicyKind>(data[0] % 8);
  SourceTable sources;
  Diagnostics diagnostics;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto policy = parse_policy(sources, sources.add("input", text), kind, diagnostics);
  for (const Diagnostic& each : diagnostics.all()) static_cast<void>(render(each, sources));
  if (!policy) return 0;
  Diagnostics findings;
  check_policy(*policy, sources, PolicyOrigin::Draft, findings);
  check_policy(*policy, sources, PolicyOrigin::Stored, findings);
  for (const Diagnostic& each : findings.all()) {
    if (!each.where.known() || each.message.empty()) std::abort();
    static_cast<void>(render(each, sources));
  }
  if (policy->faulty) return 0;
  const std::string written = format_policy(*policy);
  Diagnostics again;
  const auto second = parse_policy(sources, sources.add("written", written), kind, again);
  if (!second || format_policy(*second) != written) std::abort();
  return 0;
}
