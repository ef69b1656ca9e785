// SPDX-License-Identifier: Apache-2.0
#include "live/service_setup.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

constexpr auto kSetups = std::to_array<ServiceSetup>({
    {"ecs-task", "task definition", "ecs-tasks.amazonaws.com", AwsCall::DescribeTaskDefinition,
     "taskDefinition"},
    {"codepipeline", "pipeline", "codepipeline.amazonaws.com", AwsCall::GetPipeline, "name"},
    {"ec2", "instance", "ec2.amazonaws.com", AwsCall::DescribeInstances, "InstanceId.1"},
    {"lambda", "function", "lambda.amazonaws.com", AwsCall::GetFunctionConfiguration,
     "FunctionName"},
});

std::optional<JsonValue> first_of(const std::optional<JsonValue>& list) {
  if (!list || !list->is(JsonKind::Array) || list->size() == 0) return std::nullopt;
  return *list->begin();
}

class SetupReader {
 public:
  SetupReader(std::vector<const Access*> accesses, const ServiceSetup& setup,
              const std::string& subject)
      : setup_(setup),
        what_(fmt::format("{} `{}`", setup.noun, subject)),
        asker_(result_.not_read, std::move(accesses)) {}

  ServiceRoles find(const std::string& subject) {
    if (asker_.region().empty()) {
      asker_.note({what_, "it is not known in which Region it is", "--region REGION"});
      add({});
    } else if (const auto answer =
                   ask(setup_.call, std::string(setup_.parameter), subject, what_)) {
      read(answer->root());
    }
    if (result_.roles.empty() && result_.fault.empty()) {
      result_.fault = fmt::format("{} uses no role", what_);
    }
    return std::move(result_);
  }

 private:
  // A resource that does not exist has no role; one that could not be read has an unknown one.
  std::optional<AwsAnswer> ask(AwsCall call, std::string parameter, const std::string& subject,
                               const std::string& what) {
    auto answer = asker_.call(call, {{std::move(parameter), subject}});
    if (answer) return *std::move(answer);
    if (answer.error().kind == AwsFailure::Kind::Missing) {
      result_.fault = fmt::format("there is no {}: {}", what, answer.error().why);
    } else {
      asker_.note(answer.error(), what);
      add({});
    }
    return std::nullopt;
  }

  void add(ServiceRole role) {
    const bool known =
        std::any_of(result_.roles.begin(), result_.roles.end(), [&](const ServiceRole& each) {
          return each.arn == role.arn && each.assumed_by == role.assumed_by;
        });
    if (known) return;
    const bool china = role.arn.starts_with("arn:aws-cn:") && setup_.name == "ec2";
    if (role.assumed_by.empty()) {
      role.service = fmt::format("{}{}", setup_.principal, china ? ".cn" : "");
    }
    result_.roles.push_back(std::move(role));
  }

  void add_arn(std::string_view arn) {
    if (!arn.empty()) add({std::string(arn), {}, {}});
  }

  void read(const JsonValue& answer) {
    switch (setup_.call) {
      case AwsCall::DescribeTaskDefinition:
        return read_task(*answer.find("taskDefinition"));
      case AwsCall::GetPipeline:
        return read_pipeline(*answer.find("pipeline"));
      case AwsCall::DescribeInstances:
        return read_instance(*answer.find("Reservations"));
      default:
        return add_arn(answer.string_at("Role"));
    }
  }

  // ECS accepts the name of a role instead of its ARN.
  void read_task(const JsonValue& task) {
    const auto own = Arn::split(task.string_at("taskDefinitionArn"));
    for (const char* member : {"taskRoleArn", "executionRoleArn"}) {
      const std::string_view role = task.string_at(member);
      if (own && !role.empty() && !role.starts_with("arn:")) {
        add_arn(format_role_arn(own->partition, own->account, role));
      } else {
        add_arn(role);
      }
    }
  }

  // The pipeline's role assumes the roles of its actions (CodePipeline API, ActionDeclaration).
  void read_pipeline(const JsonValue& pipeline) {
    const std::string own(pipeline.string_at("roleArn"));
    add_arn(own);
    for (const JsonValue stage : list_at(pipeline, "stages")) {
      for (const JsonValue action : list_at(stage, "actions")) {
        const std::string role(action.string_at("roleArn"));
        if (!role.empty() && role != own) add({role, {}, own});
      }
    }
  }

  static std::vector<JsonValue> list_at(const JsonValue& value, std::string_view member) {
    std::vector<JsonValue> all;
    const auto list = value.find(member);
    if (!list || !list->is(JsonKind::Array)) return all;
    for (const JsonValue each : *list) all.push_back(each);
    return all;
  }

  void read_instance(const JsonValue& reservations) {
    const auto reservation = first_of(reservations);
    const auto instance = reservation ? first_of(reservation->find("Instances")) : std::nullopt;
    if (!instance) {
      result_.fault = fmt::format("there is no {}", what_);
      return;
    }
    const auto used = instance->find("IamInstanceProfile");
    const auto arn = Arn::split(used ? used->string_at("Arn") : std::string_view());
    if (!arn) return;
    const std::string name(arn->resource.substr(arn->resource.rfind('/') + 1));
    const std::string what = fmt::format("instance profile `{}`", name);
    const auto answer = ask(AwsCall::GetInstanceProfile, "InstanceProfileName", name, what);
    if (!answer) return;
    const auto role = first_of(answer->root().find("InstanceProfile")->find("Roles"));
    if (role) return add_arn(role->string_at("Arn"));
    result_.fault = fmt::format("{} of {} holds no role", what, what_);
  }

  const ServiceSetup& setup_;
  std::string what_;
  ServiceRoles result_;
  Asker asker_;
};

}  // namespace

std::span<const ServiceSetup> service_setups() {
  return kSetups;
}

const ServiceSetup* find_service_setup(std::string_view name) {
  const auto* const found = std::find_if(
      kSetups.begin(), kSetups.end(), [&](const ServiceSetup& each) { return each.name == name; });
  return found == kSetups.end() ? nullptr : found;
}

ServiceRoles find_service_roles(std::vector<const Access*> accesses, const ServiceSetup& setup,
                                const std::string& subject) {
  return SetupReader(std::move(accesses), setup, subject).find(subject);
}

}  // namespace rolecall
