// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/trust/request_file.h"

#include "report/fix_forms_parts.h"

// Changes, and what undoes them, as commands of the AWS CLI.
namespace rolecall {

namespace {

std::string note(std::string_view text) {
  return fmt::format("# {}", escape_for_terminal(text));
}

// One `aws` command, assembled option by option.
class AwsCommand {
 public:
  // The owner's profile is not known, so it is named like the account.
  AwsCommand(std::string_view command, std::string_view account) {
    text_ = fmt::format("aws {}", command);
    if (!account.empty()) option("--profile", account);
  }

  AwsCommand& option(std::string_view name, std::string_view value) {
    text_ += fmt::format(" {}{}{}", name, value.starts_with('-') ? "=" : " ", word(value));
    return *this;
  }
  AwsCommand& list(std::string_view name, const std::vector<std::string>& values) {
    text_ += fmt::format(" {}", name);
    for (const std::string& each : values) text_ += fmt::format(" {}", word(each));
    return *this;
  }
  AwsCommand& flag(std::string_view name) {
    text_ += fmt::format(" {}", name);
    return *this;
  }
  AwsCommand& document(std::string_view name, std::string_view readable) {
    text_ += fmt::format(" \\\n  {} {}", name, shell_quoted(readable));
    return *this;
  }
  [[nodiscard]] std::string text() const {
    if (from_file_.empty()) return text_;
    return note(fmt::format("the AWS CLI cannot pass `{}`: it would read a file", from_file_));
  }

 private:
  // https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-file.html: in place of
  // such a value the file is sent, whatever it holds.
  std::string word(std::string_view value) {
    if (value.starts_with("file://") || value.starts_with("fileb://")) from_file_ = value;
    return shell_quoted(escape_for_terminal(value));
  }

  std::string text_;
  std::string from_file_;  // A value that stands for a file.
};

using Lines = std::vector<std::string>;

// The document; without white space if it would exceed a limit that counts white space.
std::string within(std::string_view json, std::size_t most) {
  std::string readable = readable_json(json);
  if (readable.size() <= most) return readable;
  const ParsedJson parsed(json);
  return parsed.root() == nullptr ? readable : compact_json(*parsed.root());
}

const ManagedPolicy* managed_policy(const Estate& estate, const FixChange& change) {
  return estate.find_policy(change.account, change.entity_arn);
}

std::string_view default_version(const ManagedPolicy* policy) {
  if (policy == nullptr) return {};
  for (const ManagedPolicyVersion& each : policy->versions) {
    if (each.is_default) return each.id;
  }
  return {};
}

// Compares ids of versions, `v1`, `v2`, ..., `v10`, by age.
const ManagedPolicyVersion* oldest_version(const ManagedPolicy& policy) {
  const ManagedPolicyVersion* oldest = nullptr;
  for (const ManagedPolicyVersion& each : policy.versions) {
    if (each.is_default) continue;
    const auto age = [](const ManagedPolicyVersion& of) {
      return std::make_pair(of.id.size(), of.id);
    };
    if (oldest == nullptr || age(each) < age(*oldest)) oldest = &each;
  }
  return oldest;
}

const OidcProvider* find_provider(const Estate& estate, const FixChange& change) {
  for (const OidcProvider& each : estate.oidc_providers) {
    if (each.arn == change.entity_arn) return &each;
  }
  return nullptr;
}

// ---- One function per target: the change, or what undoes it.

struct Direction {
  const Estate& estate;
  const FixChange& change;
  bool undo = false;

  [[nodiscard]] const std::string& document() const { return undo ? change.before : change.after; }
};

Lines trust_policy(const Direction& of) {
  return {AwsCommand("iam update-assume-role-policy", of.change.account)
              .option("--role-name", entity_name(of.change.entity_arn))
              .document("--policy-document", readable_json(of.document()))
              .text()};
}

Lines inline_policy(const Direction& of) {
  const std::string_view word = entity_word(of.change.entity_arn);
  const bool removes = of.undo && of.change.before.empty();
  AwsCommand command(fmt::format("iam {}-{}-policy", removes ? "delete" : "put", word),
                     of.change.account);
  command.option(fmt::format("--{}-name", word), entity_name(of.change.entity_arn))
      .option("--policy-name", of.change.policy_name);
  if (!removes) command.document("--policy-document", readable_json(of.document()));
  return {command.text()};
}

Lines set_default_version(const FixChange& change, std::string_view version) {
  return {AwsCommand("iam set-default-policy-version", change.account)
              .option("--policy-arn", change.entity_arn)
              .option("--version-id", version)
              .text()};
}

std::string delete_version(const FixChange& change, std::string_view version) {
  return AwsCommand("iam delete-policy-version", change.account)
      .option("--policy-arn", change.entity_arn)
      .option("--version-id", version)
      .text();
}

// The version that must be deleted before a new one can be created; null when there is room.
const ManagedPolicyVersion* version_in_the_way(const ManagedPolicy* policy) {
  constexpr std::size_t kMostVersions = 5;
  const bool full = policy != nullptr && policy->versions.size() >= kMostVersions;
  return full ? oldest_version(*policy) : nullptr;
}

// The id of the next version: AWS never reuses the id of a deleted one.
Lines bring_back(const Direction& of, const ManagedPolicyVersion& version) {
  if (version.policy == nullptr) {
    return {
        note(fmt::format("{} made room and cannot be brought back: its document is not in the "
                         "export",
                         version.id))};
  }
  return {note(fmt::format("{} made room: its document comes back as a new version, once the fix's "
                           "(VERSION, see aws iam list-policy-versions) is deleted",
                           version.id)),
          delete_version(of.change, "VERSION"),
          AwsCommand("iam create-policy-version", of.change.account)
              .option("--policy-arn", of.change.entity_arn)
              .document("--policy-document",
                        readable_json(of.estate.sources().text(version.policy->at)))
              .text()};
}

Lines new_policy_version(const Direction& of) {
  const FixChange& change = of.change;
  const ManagedPolicy* const policy = managed_policy(of.estate, change);
  const ManagedPolicyVersion* const in_the_way = version_in_the_way(policy);
  const std::string_view before = default_version(policy);
  if (of.undo && !before.empty()) {
    Lines lines = set_default_version(change, before);
    const Lines more = in_the_way != nullptr
                           ? bring_back(of, *in_the_way)
                           : Lines{note("the version that the fix made stays, and can be deleted")};
    lines.insert(lines.end(), more.begin(), more.end());
    return lines;
  }
  Lines lines;
  if (!of.undo && in_the_way != nullptr) {
    lines.push_back(note("a managed policy keeps five versions: the oldest one makes room"));
    lines.push_back(delete_version(change, in_the_way->id));
  }
  lines.push_back(AwsCommand("iam create-policy-version", change.account)
                      .option("--policy-arn", change.entity_arn)
                      .flag("--set-as-default")
                      .document("--policy-document", readable_json(of.document()))
                      .text());
  return lines;
}

Lines policy_of_organization(const Direction& of) {
  constexpr std::size_t kMost = 5120;  // Characters of an SCP or RCP, white space included.
  return {AwsCommand("organizations update-policy", of.change.account)
              .option("--policy-id", of.change.entity_arn)
              .document("--content", within(of.document(), kMost))
              .text()};
}

Lines endpoint_policy(const Direction& of) {
  constexpr std::size_t kMost = 20480;
  AwsCommand command("ec2 modify-vpc-endpoint", of.change.account);
  command.option("--vpc-endpoint-id", of.change.entity_arn);
  if (of.document().empty()) return {command.flag("--reset-policy").text()};
  return {command.document("--policy-document", within(of.document(), kMost)).text()};
}

Lines oidc_provider(const Direction& of) {
  const FixChange& change = of.change;
  const OidcProvider* const known = find_provider(of.estate, change);
  if (known == nullptr && of.undo) {
    return {AwsCommand("iam delete-open-id-connect-provider", change.account)
                .option("--open-id-connect-provider-arn", change.entity_arn)
                .text()};
  }
  if (known == nullptr) {
    AwsCommand command("iam create-open-id-connect-provider", change.account);
    command.option("--url", provider_url(change.entity_arn))
        .list("--client-id-list", change.client_ids);
    return {command.text()};
  }
  Lines lines;
  for (const std::string& each : change.client_ids) {
    const auto& old = known->client_ids;
    if (std::find(old.begin(), old.end(), each) != old.end()) continue;
    lines.push_back(AwsCommand(of.undo ? "iam remove-client-id-from-open-id-connect-provider"
                                       : "iam add-client-id-to-open-id-connect-provider",
                               change.account)
                        .option("--open-id-connect-provider-arn", change.entity_arn)
                        .option("--client-id", each)
                        .text());
  }
  return lines;
}

Lines role_setting(const Direction& of) {
  constexpr std::int64_t kDefault = 3600;
  const Role* const role = of.estate.find_role(of.change.entity_arn);
  const auto before = role != nullptr ? role->max_session_seconds : std::nullopt;
  const auto seconds = of.undo ? before : of.change.seconds;
  Lines lines;
  if (!seconds) {
    lines.push_back(note("MaxSessionDuration is not in the export; AWS's default is 3600"));
  }
  lines.push_back(AwsCommand("iam update-role", of.change.account)
                      .option("--role-name", entity_name(of.change.entity_arn))
                      .option("--max-session-duration", std::to_string(seconds.value_or(kDefault)))
                      .text());
  return lines;
}

Lines policy_version(const Direction& of) {
  const std::string_view before = default_version(managed_policy(of.estate, of.change));
  if (of.undo && before.empty()) return {note("the version that was the default is not known")};
  return set_default_version(of.change, of.undo ? before : of.change.version_id);
}

// The AssumeRole command with all parameters of the request file.
std::string assume_role(const AssumeRequest& request, std::string_view external_id,
                        const SourceTable& sources) {
  AwsCommand command("sts assume-role", "");
  command.option("--role-arn", request.role)
      .option("--role-session-name", request.session_name.value_or("rolecall"));
  if (!external_id.empty()) command.option("--external-id", external_id);
  if (request.duration_seconds) {
    command.option("--duration-seconds", std::to_string(*request.duration_seconds));
  }
  if (request.source_identity) command.option("--source-identity", *request.source_identity);
  if (request.mfa_serial_given) {
    command.option("--serial-number", request.mfa_serial).option("--token-code", "CODE");
  }
  if (!request.region.empty()) command.option("--region", request.region);
  if (!request.tags.empty()) {
    std::string tags;
    for (const auto& [key, value] : request.tags) {
      tags += fmt::format("{}{{\"Key\":{},\"Value\":{}}}", tags.empty() ? "" : ",",
                          json_string(key), json_string(value));
    }
    command.flag(fmt::format("--tags {}", shell_quoted("[" + tags + "]")));
  }
  if (!request.transitive_tag_keys.empty()) {
    command.list("--transitive-tag-keys", request.transitive_tag_keys);
  }
  if (request.session_policies.size() == 1) {
    command.document("--policy", readable_json(sources.text(request.session_policies[0].at)));
  }
  return command.text();
}

bool changes_callers_session(const FixChange& change) {
  const auto& edits = change.edits;
  return std::any_of(edits.begin(), edits.end(), [](const JsonEdit& each) {
    return each.pointer.starts_with("/caller_session_policies");
  });
}

// A session keeps the policies that it was made with.
Lines new_session(const Estate& estate, const AssumeRequest& request, const SourceTable& sources) {
  Lines lines{note(
      "a session keeps its policies: the caller's is made anew with this one, before the call")};
  const auto session = IamArn::parse(request.principal.name);
  const Role* const role =
      session ? estate.find_role_by_name(session->account, session->name) : nullptr;
  if (role == nullptr || request.caller_session_policies.size() != 1) return lines;
  AwsCommand command("sts assume-role", "");
  command.option("--role-arn", role->arn)
      .option("--role-session-name",
              session->session_name.empty() ? "rolecall" : session->session_name)
      .document("--policy", readable_json(sources.text(request.caller_session_policies[0].at)));
  lines.push_back(command.text());
  return lines;
}

Lines call(const Direction& of) {
  if (of.undo) return {note("a call leaves nothing to take back")};
  SourceTable sources;
  Diagnostics ignored;
  const auto request = read_request(sources, sources.add({}, of.change.after), ignored);
  if (request && changes_callers_session(of.change)) {
    return new_session(of.estate, *request, sources);
  }
  const bool plain = request && request->principal.kind == RequestPrincipal::Kind::Arn &&
                     (request->action.empty() || request->action == "sts:AssumeRole") &&
                     request->session_policies.size() < 2 && request->vpc_endpoint.empty();
  if (!plain) return {note("no command of ours makes this call")};
  const auto* const external_id = request->context_values("sts:ExternalId");
  return {assume_role(
      *request, external_id == nullptr || external_id->empty() ? "" : (*external_id)[0], sources)};
}

using Writer = Lines (*)(const Direction&);
struct TargetRow {
  FixTarget target{};
  Writer write = nullptr;
  bool is_policy = false;
};
constexpr auto kTargets = std::to_array<TargetRow>({
    {FixTarget::Request, &call},
    {FixTarget::TrustPolicy, &trust_policy, true},
    {FixTarget::InlinePolicy, &inline_policy, true},
    {FixTarget::ManagedPolicy, &new_policy_version, true},
    {FixTarget::OrganizationPolicy, &policy_of_organization, true},
    {FixTarget::VpcEndpointPolicy, &endpoint_policy, true},
    {FixTarget::OidcProvider, &oidc_provider},
    {FixTarget::RoleSetting, &role_setting},
    {FixTarget::PolicyVersion, &policy_version},
});

const TargetRow* row_of(FixTarget target) {
  for (const TargetRow& row : kTargets) {
    if (row.target == target) return &row;
  }
  return nullptr;
}

Lines write(const Direction& of) {
  if (const TargetRow* const row = row_of(of.change.target)) return row->write(of);
  if (of.undo) return {note("no command takes this back")};
  Lines lines;
  for (const std::string& each : of.change.commands) lines.push_back(escape_for_terminal(each));
  return lines.empty() ? Lines{note("no aws command does this")} : lines;
}

}  // namespace

std::vector<std::string> aws_commands(const Estate& estate, const FixChange& change) {
  return write({estate, change, /*undo=*/false});
}

std::vector<std::string> undo_commands(const Estate& estate, const FixChange& change) {
  return write({estate, change, /*undo=*/true});
}

std::vector<std::string> short_commands(const Estate& estate, const FixChange& change) {
  const TargetRow* const row = row_of(change.target);
  if (row == nullptr || change.target == FixTarget::Request) return change.commands;
  if (row->is_policy) return {};
  Lines lines = aws_commands(estate, change);
  std::erase_if(lines, [](const std::string& each) { return each.starts_with('#'); });
  return lines;
}

}  // namespace rolecall
