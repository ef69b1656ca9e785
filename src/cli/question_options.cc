// SPDX-License-Identifier: Apache-2.0
#include "cli/question_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/cidr.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "cli/progress.h"

namespace rolecall::cli {

namespace {

// A value that AWS would refuse is a valid question; only a text that cannot be a value at all is a
// usage error. A fault is a message, then a line break and its help.
CLI::Validator check(std::string (*find_fault)(std::string&)) {
  return CLI::Validator(find_fault, "");
}

std::string find_empty(std::string& value) {
  return value.empty() ? "the value is empty" : "";
}

std::string find_bad_pair(std::string& value) {
  const std::size_t equals = value.find('=');
  if (equals != std::string::npos && equals > 0) return "";
  return fmt::format("`{}` is not KEY=VALUE", value);
}

std::string find_bad_seconds(std::string& value) {
  std::int64_t seconds = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, seconds);
  if (error == std::errc() && stop == end) return "";
  return fmt::format("`{}` is not a whole number of seconds", value);
}

std::string find_bad_address(std::string& value) {
  const bool block = value.find('/') != std::string::npos;
  if (!block && Cidr::parse(value)) return "";
  return fmt::format("`{}` is not an IP address", value);
}

std::string find_bad_principal(std::string& value) {
  if (RequestPrincipal::parse(value)) return "";
  return fmt::format("`{}` is no principal\n{}", value, kPrincipalForms);
}

std::string find_bad_action(std::string& value) {
  constexpr auto kActions =
      std::to_array<std::string_view>({"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity",
                                       "sts:AssumeRoleWithSAML", "sts:AssumeRoot", "iam:PassRole"});
  const bool known = std::any_of(kActions.begin(), kActions.end(), [&](std::string_view action) {
    return equals_ignore_case(action, value);
  });
  if (known) return "";
  const std::string_view near = nearest(value, kActions);
  const std::vector<std::string> all(kActions.begin(), kActions.end());
  return fmt::format("`{}` assumes no role\n{}", value,
                     near.empty() ? fmt::format("the actions are {}", join_list(all))
                                  : fmt::format("did you mean `{}`?", near));
}

void declare_parameters(CLI::App& app, QuestionInputs& in) {
  const auto text = [&](const char* name, std::string& value, const char* what) {
    return app.add_option(name, value, what)->check(check(find_empty));
  };
  declare_call_parameters(app, in);
  app.add_flag("--mfa", in.mfa, "The call passes an MFA serial number and code");
  text("--token", in.token_file, "JSON Web Token; only its claims are read");
  app.add_option("--source-ip", in.source_ip, "Public address the call comes from")
      ->check(check(find_bad_address));
  text("--vpc-endpoint", in.vpc_endpoint, "VPC endpoint the call goes through");
  text("--region", in.region, "Region of the STS endpoint");
  app.add_option("--context", in.context, "Condition key KEY=VALUE; repeatable")
      ->take_all()
      ->check(check(find_bad_pair));
}

std::vector<NamedInput> list_inputs(const QuestionInputs& in) {
  std::vector<NamedInput> inputs = {{"--error", in.error_file},
                                    {"--event", in.event_file},
                                    {"--request", in.request_file},
                                    {"--trust-policy", in.trust_policy_file},
                                    {"--session-policy", in.session_policy_file},
                                    {"--token", in.token_file}};
  for (const std::string& each : in.estate) inputs.push_back({"--estate", each});
  return inputs;
}

bool has_question(const QuestionInputs& in, bool caller_known) {
  const bool caller = caller_known || !in.from.empty() || !in.token_file.empty();
  const bool role = !in.to.empty() || !in.trust_policy_file.empty();
  return !in.pasted.empty() || !in.error_file.empty() || !in.event_file.empty() ||
         !in.request_file.empty() || (caller && role);
}

// The documents of the questions' callers and roles, and of the organization.
class QuestionDocuments {
 public:
  explicit QuestionDocuments(const Estate& estate) : estate_(estate) {
    if (!estate.organization) return;
    for (const OrganizationPolicy& each : estate.organization->policies) add(each.at);
  }

  void add(const AssumeRequest& request) {
    if (const Role* const role = estate_.find_role(request.role)) add(*role);
    const auto arn = IamArn::parse(request.principal.name);
    if (!arn) return;
    if (const User* const user = estate_.find_user(request.principal.name)) return add(*user);
    const Role* role = estate_.find_role(request.principal.name);
    if (role == nullptr) role = estate_.find_role_by_name(arn->account, arn->name);
    if (role != nullptr) add(*role);
  }

  bool hold(Span at) const {
    const Span place = estate_.sources().in_file(at);
    return std::any_of(spans_.begin(), spans_.end(), [&](const Span& each) {
      return each.document == place.document && each.begin <= place.begin && place.begin < each.end;
    });
  }

 private:
  void add(const IamEntity& entity) {
    add(entity.at);
    const auto arn = IamArn::parse(entity.arn);
    std::vector<std::string_view> policies(entity.attached_arns);
    policies.push_back(entity.boundary_arn);
    for (const std::string_view each : policies) {
      const ManagedPolicy* const policy = estate_.find_policy(arn ? arn->account : "", each);
      if (policy != nullptr) add(policy->at);
    }
  }
  void add(Span at) {
    if (at.known()) spans_.push_back(estate_.sources().in_file(at));
  }

  const Estate& estate_;
  std::vector<Span> spans_;
};

void show_diagnostics(const Diagnostics& diagnostics, const Estate& estate,
                      const std::vector<Question>& questions, Console& console) {
  constexpr std::size_t kMostOfOthers = 10;
  QuestionDocuments own(estate);
  for (const Question& each : questions) own.add(each.request);
  std::size_t others = 0;
  for (const Diagnostic& each : diagnostics.all()) {
    if (each.where.known() && !own.hold(each.where) && ++others > kMostOfOthers) continue;
    console.err << render(each, estate.sources());
  }
  if (others > kMostOfOthers) {
    console.err << fmt::format(
        "note: {} more faults are in documents of others\n"
        "  = help: rolecall lint prints them all\n",
        others - kMostOfOthers);
  }
}

}  // namespace

void declare_question(CLI::App& app, QuestionInputs& in) {
  const auto text = [&](const char* name, std::string& value, const char* what) {
    return app.add_option(name, value, what)->check(check(find_empty));
  };
  app.add_option("text", in.pasted, "Error text, pasted in quotes");
  text("--error", in.error_file, "File with the error text of any tool; - is stdin");
  text("--event", in.event_file, "CloudTrail event or events");
  text("--request", in.request_file, "Request file");
  app.add_option("--from", in.from, "Caller: ARN, service principal or issuer")
      ->check(check(find_bad_principal));
  text("--to", in.to, "ARN of the role");
  app.add_option("--action", in.action, "Action, when it is not plain from the caller")
      ->check(check(find_bad_action));
  text("--trust-policy", in.trust_policy_file, "The role's trust policy alone");
  app.add_option("--estate", in.estate, "Folder or file of exports; repeatable")
      ->take_all()
      ->check(check(find_empty));
  declare_parameters(app, in);
}

void declare_call_parameters(CLI::App& app, QuestionInputs& in) {
  const auto text = [&](const char* name, std::string& value, const char* what) {
    return app.add_option(name, value, what)->check(check(find_empty));
  };
  text("--external-id", in.external_id, "External ID passed in the call");
  text("--session-name", in.session_name, "Role session name");
  app.add_option("--duration", in.duration, "Session duration in seconds")
      ->check(check(find_bad_seconds));
  app.add_option("--tag", in.tags, "Session tag KEY=VALUE; repeatable")
      ->take_all()
      ->check(check(find_bad_pair));
  app.add_option("--transitive-tag", in.transitive_tags, "Transitive tag key; repeatable")
      ->take_all()
      ->check(check(find_empty));
  text("--source-identity", in.source_identity, "Source identity");
  text("--session-policy", in.session_policy_file, "Session policy of the call");
}

std::optional<UsageFault> find_stdin_fault(std::span<const NamedInput> inputs) {
  std::vector<std::string> readers;
  for (const NamedInput& each : inputs) {
    if (each.file == "-") readers.emplace_back(each.option);
  }
  if (readers.size() < 2) return std::nullopt;
  return UsageFault{fmt::format("{} cannot both be read from standard input", join_list(readers)),
                    "save all but one to files"};
}

CLI::Validator not_empty() {
  return check(find_empty);
}

CLI::Validator whole_number(std::size_t most) {
  return CLI::Validator(
      [most](std::string& value) -> std::string {
        std::size_t number = 0;
        const char* const end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data(), end, number);
        const bool whole = error == std::errc() && stop == end && number > 0;
        if (whole && number <= most) return "";
        if (most == kUnbounded) return fmt::format("`{}` is not a whole number above 0", value);
        return fmt::format("`{}` is not a whole number from 1 to {}", value, most);
      },
      "");
}

void declare_json_limits(CLI::App& app, JsonLimits& limits, const std::string& document) {
  app.add_option("--max-depth", limits.max_depth, "Deepest nesting of JSON values")
      ->check(whole_number(kMaxJsonDepth))
      ->capture_default_str();
  app.add_option("--max-values", limits.max_values, "Most JSON values of a " + document)
      ->check(whole_number(kUnbounded))
      ->capture_default_str();
}

void declare_limits(CLI::App& app, LoadLimits& limits) {
  app.add_option("--max-file-bytes", limits.max_file_bytes, "Largest file that is read")
      ->check(whole_number(kUnbounded))
      ->capture_default_str();
  declare_json_limits(app, limits.json);
}

std::optional<UsageFault> find_usage_fault(const QuestionInputs& in, std::string_view command,
                                           bool caller_known, bool found_out) {
  if (!found_out && !has_question(in, caller_known)) {
    if (caller_known) {
      return UsageFault{
          fmt::format("nothing to {}: who asks is known, and which role is not", command),
          "add --to ROLE, --service KIND NAME, or the error text"};
    }
    return UsageFault{
        fmt::format("nothing to {}: give an error text, --error, --event, --request, --from and "
                    "--to, or --profile and --to",
                    command),
        fmt::format("rolecall {} --help shows examples", command)};
  }
  if (auto fault = find_stdin_fault(list_inputs(in))) return fault;
  if (!in.source_ip.empty() && !in.vpc_endpoint.empty()) {
    return UsageFault{
        "--source-ip and --vpc-endpoint exclude each other: a call through an "
        "endpoint has no public address",
        "give the address inside the VPC as --context aws:VpcSourceIp=ADDRESS"};
  }
  return std::nullopt;
}

std::optional<std::vector<Question>> read_questions(const QuestionInputs& in, Estate& estate,
                                                    Diagnostics& diagnostics, bool quiet,
                                                    Console& console) {
  Progress progress(console, "files read");
  QuestionInputs shown = in;
  shown.limits.progress = [&](std::size_t read, std::size_t of) { progress.show(read, of); };
  auto questions = gather_questions(shown, estate, diagnostics);
  progress.clear();
  if (!questions) {
    for (const Diagnostic& each : diagnostics.all()) console.err << render(each, estate.sources());
  } else if (!quiet) {
    show_diagnostics(diagnostics, estate, *questions, console);
  }
  return questions;
}

}  // namespace rolecall::cli
