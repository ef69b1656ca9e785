// SPDX-License-Identifier: Apache-2.0
// Checks of Resource and NotResource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

// Indexes of an ARN's fields.
constexpr std::size_t kArn = 0;
constexpr std::size_t kPartition = 1;
constexpr std::size_t kService = 2;
constexpr std::size_t kRegion = 3;
constexpr std::size_t kAccount = 4;
constexpr std::size_t kName = 5;
constexpr std::size_t kFieldCount = 6;

bool is_literal(std::string_view text) {
  return !text.empty() && !has_wildcard(text) && !has_variable(text);
}

template <typename Use>
void each_resource(const Policy& policy, Use use) {
  for (const Statement& statement : policy.statements) {
    for (const Text& each : statement.resource.items) use(statement, each);
  }
}

// Whether the pattern may match a text that begins with `begin`.
bool may_begin_with(std::string_view pattern, std::string_view begin) {
  for (std::size_t i = 0; i < begin.size(); ++i) {
    if (i >= pattern.size()) return false;
    if (pattern[i] == '*' || pattern[i] == '$') return true;
    if (pattern[i] != '?' && pattern[i] != begin[i]) return false;
  }
  return true;
}

// Whether the pattern may match the ARN of a role.
bool may_be_role(const ArnFields& arn) {
  const auto may_be = [](std::string_view pattern, std::string_view value) {
    return has_variable(pattern) || wildcard_match(pattern, value);
  };
  return may_be(arn.field[kService], "iam") && may_begin_with(arn.field[kName], "role/");
}

void check_form(PolicyCheckRun& run, const Text& resource) {
  const std::string_view text = trim(resource.value);  // check_surrounding_space reports the rest.
  if (text == "*" || text.starts_with('$')) return;
  const ArnFields arn = split_arn_pattern(text);
  if (arn.field[kArn] != "arn" || arn.count < 2) {
    if (has_wildcard(arn.field[kArn])) return;
    run.error(fmt::format("`{}` is neither an ARN nor \"*\"", text), resource.at,
              "write an ARN, as in `arn:aws:iam::111122223333:role/deploy`");
    return;
  }
  if (run.policy.kind == PolicyKind::Session && arn.count < kFieldCount) {
    run.error(fmt::format("`{}` is not a whole ARN, which a session policy needs", text),
              resource.at, "write all six fields, with `*` for those that do not matter");
    return;
  }
  if (arn.count > kService && has_wildcard(arn.field[kService]) && arn.count == kFieldCount) {
    run.error(fmt::format("`{}` has a wildcard in place of the service", text), resource.at,
              "name the service");
  } else if (arn.count == kFieldCount && arn.field[kService] == "iam" &&
             is_literal(arn.field[kRegion])) {
    run.error(fmt::format("`{}` has a Region, and resources of IAM have none", text), resource.at,
              "leave the field between the colons empty");
  }
}

// Why the pattern can match no resource of these actions; empty when it can.
std::string unmatched_reason(const Text& resource, ActionSet actions) {
  const ArnFields arn = split_arn_pattern(resource.value);
  if (arn.field[kArn] != "arn" || arn.count < kFieldCount) return {};
  const std::string_view partition = arn.field[kPartition];
  if (is_literal(partition) && !is_known_partition(partition)) {
    return fmt::format("`{}` is no partition of AWS", partition);
  }
  const bool of_iam = arn.field[kService] == "iam" || arn.field[kService] == "sts";
  const std::string_view account = arn.field[kAccount];
  if (of_iam && is_literal(account) && !is_account_id(account) && account != "aws") {
    return fmt::format("`{}` is no account id, which has twelve digits", account);
  }
  // The resource of AssumeRoot is not a role but the root user of an account.
  constexpr ActionSet kOfRoles =
      actions::kAll & ~unsigned{actions::kOther} & ~unsigned{actions::kAssumeRoot};
  if (actions == 0 || (actions & ~unsigned{kOfRoles}) != 0 || may_be_role(arn)) return {};
  const auto parsed = IamArn::parse(resource.value);
  if (parsed && parsed->form == ArnForm::Session) {
    return "it is the ARN of a session, and these actions are asked about the role";
  }
  return "these actions are asked about roles, and it is no role's ARN";
}

}  // namespace

// IAM refuses these with `must be in ARN format or "*"`, `Resource vendor must be fully qualified
// and cannot contain regexes`, or `IAM resource ... cannot contain region information`.
void check_resource_form(PolicyCheckRun& run) {
  each_resource(run.policy, [&](const Statement&, const Text& each) { check_form(run, each); });
}

void check_unmatched_resources(PolicyCheckRun& run) {
  each_resource(run.policy, [&](const Statement& statement, const Text& each) {
    const ActionSet actions =
        statement.action.negated ? actions::kAll : matched_actions(statement.action);
    const std::string reason = unmatched_reason(each, actions);
    if (reason.empty()) return;
    const auto session = IamArn::parse(each.value);
    const bool is_session = session && session->form == ArnForm::Session;
    run.warning(fmt::format("`{}` matches nothing: {}", each.value, reason), each.at,
                is_session ? fmt::format("write the role's ARN with its path, as in `{}`",
                                         format_role_arn(session->partition, session->account,
                                                         session->name))
                           : std::string());
  });
}

// A policy belongs to one partition, so a resource of another one is a mistake.
void check_partitions(PolicyCheckRun& run) {
  std::string_view first;
  each_resource(run.policy, [&](const Statement&, const Text& each) {
    const ArnFields arn = split_arn_pattern(each.value);
    const std::string_view partition = arn.field[kPartition];
    if (arn.field[kArn] != "arn" || arn.count < kFieldCount || !is_known_partition(partition)) {
      return;
    }
    if (first.empty()) first = partition;
    if (partition == first) return;
    run.note(fmt::format("`{}` is of partition `{}` and others are of `{}`; a policy only reaches "
                         "its own",
                         each.value, partition, first),
             each.at, "write one policy for each partition");
  });
}

}  // namespace rolecall
