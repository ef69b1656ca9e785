// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/gate.h"

#include <array>

namespace rolecall {

namespace {

struct GateRow {
  Gate gate{};
  std::string_view name{};
  std::string_view title{};
};
constexpr auto kGates = std::to_array<GateRow>({
    {Gate::Request, "request", "request"},
    {Gate::Credentials, "credentials", "credentials"},
    {Gate::Idp, "idp", "identity provider"},
    {Gate::Trust, "trust", "role trust policy"},
    {Gate::Identity, "identity", "identity-based policies"},
    {Gate::Boundary, "boundary", "permissions boundary"},
    {Gate::Session, "session", "session policy"},
    {Gate::Scp, "scp", "service control policies"},
    {Gate::Rcp, "rcp", "resource control policies"},
    {Gate::Vpce, "vpce", "VPC endpoint policy"},
    {Gate::PassRole, "passrole", "iam:PassRole"},
});
static_assert(kGates.size() == kGateCount);

}  // namespace

std::string_view gate_name(Gate gate) {
  return kGates[static_cast<std::size_t>(gate)].name;
}

std::string_view gate_title(Gate gate) {
  return kGates[static_cast<std::size_t>(gate)].title;
}

std::optional<Gate> find_gate(std::string_view name) {
  for (const GateRow& row : kGates) {
    if (row.name == name) return row.gate;
  }
  return std::nullopt;
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Allows:
      return "allows";
    case Verdict::DeniesImplicitly:
    case Verdict::DeniesExplicitly:
      return "denies";
    case Verdict::Depends:
      return "depends";
    case Verdict::Unknown:
      return "unknown";
    case Verdict::NotChecked:
      return "not-checked";
    case Verdict::NotApplicable:
      return "not-applicable";
  }
  return "unknown";
}

Decision decision_of(Verdict heaviest) {
  if (denies(heaviest)) return Decision::Denied;
  if (heaviest == Verdict::Unknown) return Decision::Unknown;
  return heaviest == Verdict::Depends ? Decision::Conditional : Decision::Allowed;
}

std::string_view decision_name(Decision decision) {
  switch (decision) {
    case Decision::Allowed:
      return "allowed";
    case Decision::Denied:
      return "denied";
    case Decision::Conditional:
      return "conditional";
    case Decision::Unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace rolecall
