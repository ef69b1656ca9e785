// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/call_note.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

bool is_long_source_identity(const AssumeRequest& request, const AssumeDecision& /*decision*/) {
  constexpr std::size_t kApi = 64;
  constexpr std::size_t kMessage = 256;
  return request.source_identity && request.source_identity->size() > kApi &&
         request.source_identity->size() <= kMessage;
}

bool has_underscore_in_external_id(const AssumeRequest& request,
                                   const AssumeDecision& /*decision*/) {
  const auto* given = request.context_values("sts:ExternalId");
  return given != nullptr && !given->empty() && (*given)[0].find('_') != std::string::npos;
}

// Whether the caller is a GetSessionToken session of a user, made without MFA.
bool is_session_without_mfa(const AssumeRequest& request, const AssumeDecision& decision) {
  if (decision.caller.kind != CallerKind::User ||
      request.context_values("aws:TokenIssueTime") == nullptr) {
    return false;
  }
  const auto* mfa = request.context_values("aws:MultiFactorAuthPresent");
  return mfa == nullptr || mfa->empty() || !equals_ignore_case((*mfa)[0], "true");
}

struct CallChoice {
  std::string_view rule{};
  Gate gate{};
  bool (*made)(const AssumeRequest& request, const AssumeDecision& decision) = nullptr;
  std::string_view message{};
};
constexpr auto kCallChoices = std::to_array<CallChoice>({
    {"SI-1", Gate::Request, is_long_source_identity,
     "a source identity has at most 64 characters by the API reference; a message of AWS says 256"},
    {"6.5 ExternalId", Gate::Request, has_underscore_in_external_id,
     "an external ID may hold `_` by the API reference; the IAM guide leaves it out"},
    {"6.6 GetSessionToken session", Gate::Credentials, is_session_without_mfa,
     "a GetSessionToken session without MFA may assume roles; one page of AWS demands MFA"},
});

// Shared issuers with the claim that a trust policy has to check. According to one page, AWS
// refuses to store a policy that does not; according to another, STS refuses the call.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
struct SharedIssuer {
  std::string_view issuer{};  // Host, or host and the start of a path.
  std::string_view claim{};
};
constexpr auto kSharedIssuers = std::to_array<SharedIssuer>({
    {"agent.buildkite.com", "sub"},
    {"oidc.codefresh.io", "sub"},
    {"studio.datachain.ai/api", "sub"},
    {"token.actions.githubusercontent.com", "sub"},
    {"gitlab.com", "sub"},
    {"app.terraform.io", "sub"},
    {"proidc.upbound.io", "sub"},
    {"cognito-identity.amazonaws.com", "aud"},
    {"api.pulumi.com/oidc", "aud"},
    {"oidc.vercel.com", "aud"},
});

void shared_issuer(const AssumeDecision& decision, std::vector<Note>& notes) {
  if (decision.caller.kind != CallerKind::Oidc || decision.sub_actions.empty()) return;
  const std::string& issuer = decision.caller.issuer;
  const auto* const row =
      std::find_if(kSharedIssuers.begin(), kSharedIssuers.end(), [&](const SharedIssuer& each) {
        return starts_with_ignore_case(issuer, each.issuer) &&
               (issuer.size() == each.issuer.size() || issuer[each.issuer.size()] == '/');
      });
  if (row == kSharedIssuers.end()) return;
  const std::string key = fmt::format("{}:{}", issuer, row->claim);
  const GateTrace trace = trace_gate(decision.caller, decision.sub_actions[0].authorization,
                                     decision.policies.at(Gate::Trust));
  for (const GateTrace::Entry& entry : trace.statements) {
    const Statement& statement = *entry.statement.statement;
    if (statement.effect != Effect::Allow || entry.statement.match.applies == Tri::No) continue;
    const bool checks =
        std::any_of(statement.conditions.begin(), statement.conditions.end(),
                    [&](const Condition& each) { return equals_ignore_case(each.key.value, key); });
    if (checks) continue;
    notes.push_back({"5.6 shared issuers",
                     fmt::format("AWS lets no trust policy be stored that does not check `{}`; "
                                 "whether STS refuses one stored earlier, its pages differ",
                                 key),
                     Gate::Trust, statement.at, true});
  }
}

}  // namespace

std::vector<Note> list_notes(const AssumeRequest& request, const AssumeDecision& decision) {
  std::vector<Note> notes;
  for (const CallChoice& row : kCallChoices) {
    if (!row.made(request, decision)) continue;
    notes.push_back({row.rule, std::string(row.message), row.gate, {}, /*decisive=*/true});
  }
  shared_issuer(decision, notes);
  for (const SubAction& sub : decision.sub_actions) {
    add_notes(list_notes(decision.caller, sub.authorization, decision.policies, sub.evaluation),
              notes);
  }
  // When the call is denied, a choice by which a gate allows was not decisive.
  for (Note& note : notes) {
    const bool refused = decision.decision == Decision::Denied;
    if (refused && !denies(decision.at(note.gate).verdict)) note.decisive = false;
  }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const Note& a, const Note& b) { return a.gate < b.gate; });
  return notes;
}

}  // namespace rolecall
