// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/diagnose/cause.h"
#include "rolecall/diagnose/fix.h"

#include "diagnose/policy_editor.h"
#include "diagnose/trial.h"

namespace rolecall {

// The input of a generator: one cause of the denial that is left after a trial. All borrowed.
struct Finding {
  Finding(const Estate& estate, const Trial& trial, const Cause& cause);

  const Estate& estate;
  const Trial& trial;
  const AssumeRequest& request;
  const AssumeDecision& decision;
  const Cause& cause;
  const SubAction* sub = nullptr;  // The authorization that is refused; null for preconditions.
  const Caller* caller = nullptr;  // The caller of that authorization.
  const Policy* policy = nullptr;  // The document the cause is in.
  const Statement* statement = nullptr;  // Its statement.
  const Condition* condition = nullptr;  // Its condition.
};

using Candidates = std::vector<FixChange>;
// Adds changes that may remove the cause, best first. Whether they do is tried out later.
using Generator = void (*)(const Finding& finding, Candidates& out);

struct GeneratorRow {
  std::string_view code{};  // A cause code, or the beginning of several and `*`.
  Generator generate = nullptr;
};
// The generators of a code run in the order of the rows; a meta-test walks it.
[[nodiscard]] std::span<const GeneratorRow> generator_table();
// The candidates for the cause, ranked.
[[nodiscard]] Candidates propose_changes(const Finding& finding);

// --- Shared by generators ---

// A change of `policy` that has no edits yet. Nothing when nobody can edit the policy, as with
// AWS's own policies and protected roles.
[[nodiscard]] std::optional<FixChange> change_of_policy(const Finding& finding,
                                                        const Policy& policy);
// Adds the change with the editor's edits, unless a step of the editing failed.
void add_candidate(Candidates& out, const Finding& finding, FixChange change,
                   const PolicyEditor& editor, std::string summary);
[[nodiscard]] PolicyEditor edit_policy(const Finding& finding, const Policy& policy);

// The narrowest value by which a Principal element can name the caller.
struct PrincipalName {
  std::string type{};  // `AWS`, `Service`, `Federated`; empty: no trust policy can name it.
  std::string value{};
  // What narrows an account to the caller, where the path of its role is not known but is sure to
  // be there: patterns of aws:PrincipalArn.
  std::optional<NewCondition> pattern{};
};
[[nodiscard]] PrincipalName principal_name(const Caller& caller);
// The value of aws:PrincipalArn; empty for callers without the key.
[[nodiscard]] std::string principal_arn(const Caller& caller);
// The caller in summaries: `role ci`, `user jane`, a service, a provider.
[[nodiscard]] std::string short_caller(const Caller& caller);
// The statement in summaries.
[[nodiscard]] std::string statement_words(const Finding& finding);
// The same with its policy.
[[nodiscard]] std::string statement_place(const Finding& finding);
// The role's ARN, or the resource of the refused authorization.
[[nodiscard]] std::string resource_of(const Finding& finding);

// The actions of the call that a gate refuses, the main one first.
[[nodiscard]] std::vector<std::string> refused_actions(const Finding& finding, Gate gate);

// A change of the request.
[[nodiscard]] FixChange request_change(const Finding& finding, std::vector<JsonEdit> edits,
                                       std::string summary);

// --- Generators ---

void admit_in_place_of_dead(const Finding& finding, Candidates& out);
void admit_beside(const Finding& finding, Candidates& out);
void admit_by_own_statement(const Finding& finding, Candidates& out);
void rename_provider(const Finding& finding, Candidates& out);
void add_action(const Finding& finding, Candidates& out);
void correct_action(const Finding& finding, Candidates& out);
void own_statement_without_condition(const Finding& finding, Candidates& out);

void correct_values(const Finding& finding, Candidates& out);
void use_patterns(const Finding& finding, Candidates& out);
void correct_case(const Finding& finding, Candidates& out);
void add_set_operator(const Finding& finding, Candidates& out);
void ask_for_any_value(const Finding& finding, Candidates& out);
void rename_key(const Finding& finding, Candidates& out);
void update_version(const Finding& finding, Candidates& out);

void send_parameter(const Finding& finding, Candidates& out);
void correct_role_arn(const Finding& finding, Candidates& out);
void correct_session_name(const Finding& finding, Candidates& out);
void shorten_duration(const Finding& finding, Candidates& out);
void raise_max_duration(const Finding& finding, Candidates& out);
void correct_source_identity(const Finding& finding, Candidates& out);
void drop_conflicting_tag(const Finding& finding, Candidates& out);
void complete_mfa(const Finding& finding, Candidates& out);
void use_other_region(const Finding& finding, Candidates& out);
void enable_region(const Finding& finding, Candidates& out);
void renew_credentials(const Finding& finding, Candidates& out);
void renew_session(const Finding& finding, Candidates& out);
void tag_principal(const Finding& finding, Candidates& out);
void publish_keys(const Finding& finding, Candidates& out);
void change_token(const Finding& finding, Candidates& out);

void allow_resource(const Finding& finding, Candidates& out);
void allow_in_policy(const Finding& finding, Candidates& out);
void allow_in_new_policy(const Finding& finding, Candidates& out);
void use_other_version(const Finding& finding, Candidates& out);

void exempt_from_deny(const Finding& finding, Candidates& out);

void register_audience(const Finding& finding, Candidates& out);
void create_provider(const Finding& finding, Candidates& out);

}  // namespace rolecall
