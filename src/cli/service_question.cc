// SPDX-License-Identifier: Apache-2.0
#include "cli/service_question.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "live/service_setup.h"

namespace rolecall::cli {

namespace {

std::string list_setups() {
  std::vector<std::string> names;
  for (const ServiceSetup& each : service_setups()) names.emplace_back(each.name);
  return join_list(names);
}

AssumeRequest request_for(const ServiceRole& role, const std::string& caller) {
  AssumeRequest request;
  request.role = role.arn;
  if (!role.assumed_by.empty()) {
    request.action = "sts:AssumeRole";
    request.principal = RequestPrincipal::arn(role.assumed_by);
    return request;
  }
  request.action = "iam:PassRole";
  request.principal = RequestPrincipal::arn(caller);
  request.set_context("iam:PassedToService", {role.service});
  request.open = {"iam:AssociatedResourceArn"};
  return request;
}

}  // namespace

void declare_service(CLI::App& app, std::vector<std::string>& service) {
  app.add_option("--service", service,
                 fmt::format("What uses the roles, one of {}, and its name", list_setups()))
      ->expected(2)
      ->check(not_empty());
}

std::optional<UsageFault> find_service_fault(const LiveOptions& options, const QuestionInputs& in) {
  if (options.service.empty()) return std::nullopt;
  if (find_service_setup(options.service[0]) == nullptr) {
    return UsageFault{fmt::format("`{}` is nothing whose roles can be found", options.service[0]),
                      fmt::format("the first value of --service is one of {}", list_setups())};
  }
  if (!options.is_on()) {
    return UsageFault{"--service asks AWS which roles are used, and AWS is not asked",
                      "add --live, or a profile"};
  }
  const std::string* const others[] = {&in.to,         &in.action,     &in.request_file,
                                       &in.event_file, &in.token_file, &in.trust_policy_file};
  if (!std::all_of(std::begin(others), std::end(others),
                   [](const std::string* each) { return each->empty(); })) {
    return UsageFault{"--service finds the question by itself",
                      "leave out --to, --action, --request, --event, --token and --trust-policy"};
  }
  if (!options.has_caller() && in.from.empty()) {
    return UsageFault{"it is not known who passes the roles", "add --profile, --live or --from"};
  }
  return std::nullopt;
}

std::optional<std::vector<Unknown>> ask_for_service(const std::vector<const Access*>& accesses,
                                                    const std::vector<std::string>& service,
                                                    QuestionInputs& in, Console& console) {
  const ServiceRoles found =
      find_service_roles(accesses, *find_service_setup(service[0]), service[1]);
  if (found.roles.empty()) {
    console.err << fmt::format("error: {}\n", escape_for_terminal(found.fault));
    return std::nullopt;
  }
  std::string caller = std::exchange(in.from, {});
  for (const Access* each : accesses) {
    if (caller.empty()) caller = each->arn;
  }
  for (const ServiceRole& each : found.roles) in.asked.push_back(request_for(each, caller));
  std::vector<Unknown> not_read;
  for (const NotRead& each : found.not_read) not_read.push_back({each.what, each.why, each.obtain});
  return not_read;
}

}  // namespace rolecall::cli
