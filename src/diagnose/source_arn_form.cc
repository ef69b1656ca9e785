// SPDX-License-Identifier: Apache-2.0
#include "diagnose/source_arn_form.h"

#include <algorithm>
#include <array>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

struct SourceArnForm {
  std::string_view service{};
  std::string_view form{};
};
// The pages of each service on the confused deputy, or on its role.
constexpr auto kForms = std::to_array<SourceArnForm>({
    // scheduler/latest/UserGuide/cross-service-confused-deputy-prevention
    {"scheduler.amazonaws.com", "arn:P:scheduler:R:A:schedule-group/NAME"},
    // eventbridge/latest/userguide/cross-service-confused-deputy-prevention
    {"events.amazonaws.com", "arn:P:events:R:A:rule/NAME"},
    {"pipes.amazonaws.com", "arn:P:pipes:R:A:pipe/NAME"},
    // codebuild/latest/userguide/cross-service-confused-deputy-prevention
    {"codebuild.amazonaws.com", "arn:P:codebuild:R:A:project/NAME"},
    // AmazonECS/latest/developerguide/task-iam-roles: no cluster can be named.
    {"ecs-tasks.amazonaws.com", "arn:P:ecs:R:A:*"},
    // step-functions/latest/dg/procedure-create-iam-role
    {"states.amazonaws.com", "arn:P:states:R:A:stateMachine:*"},
    // vpc/latest/userguide/flow-logs-iam-role
    {"vpc-flow-logs.amazonaws.com", "arn:P:ec2:R:A:vpc-flow-log/ID"},
    // AmazonCloudWatch/latest/logs/SubscriptionFilters
    {"logs.amazonaws.com", "arn:P:logs:R:A:*"},
    // AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling
    {"monitoring.rds.amazonaws.com", "arn:P:rds:R:A:db:NAME"},
    // systems-manager/latest/userguide/cross-service-confused-deputy-prevention
    {"ssm.amazonaws.com", "arn:P:ssm:R:A:*"},
    // bedrock/latest/userguide/agents-permissions
    {"bedrock.amazonaws.com", "arn:P:bedrock:R:A:agent/*"},
    // Roles Anywhere: rolesanywhere/latest/userguide/trust-model
    {"rolesanywhere.amazonaws.com", "arn:P:rolesanywhere:R:A:trust-anchor/ID"},
});

}  // namespace

std::string_view source_arn_form(std::string_view service) {
  const auto* const row = std::find_if(
      kForms.begin(), kForms.end(),
      [&](const SourceArnForm& each) { return equals_ignore_case(each.service, service); });
  return row == kForms.end() ? std::string_view() : row->form;
}

}  // namespace rolecall
