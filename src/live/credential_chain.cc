// SPDX-License-Identifier: Apache-2.0
#include "live/credential_chain.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"

#include "live/aws_client.h"
#include "live/metadata_service.h"
#include "live/process.h"

namespace rolecall {

namespace {

// No credentials here; the next source is tried.
using Found = Result<std::optional<Credentials>>;

constexpr std::size_t kMaxTokenBytes = 65536;
constexpr std::chrono::minutes kProcessTime{2};

tl::unexpected<Diagnostic> no_credentials(std::string message, std::string help = {}) {
  return fail(DiagnosticCode::NoCredentials, std::move(message), {}, std::move(help));
}

// One search through the chain.
class CredentialSearch {
 public:
  CredentialSearch(const AwsRuntime& runtime, HttpTransport& transport, std::string_view region)
      : runtime_(runtime), transport_(transport), region_(region) {}

  Result<Credentials> search(std::string_view named_profile) {
    const bool named = !named_profile.empty();
    if (!named) {
      Found found = from_environment();
      if (!is_open(found)) return settle(std::move(found), {});
    }
    std::string profile(named_profile);
    if (!named) {
      profile = runtime_.environment.first_of({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"});
    }
    const bool wanted = !profile.empty();
    if (!wanted) profile = "default";
    if (wanted && !runtime_.profiles.has(profile)) return no_profile(profile);
    Found found = from_role(profile);
    if (is_open(found)) found = from_web_identity(profile, !named);
    if (is_open(found)) found = from_profile(profile);
    if (is_open(found)) found = from_container(runtime_, transport_);
    if (is_open(found)) found = from_instance(runtime_, transport_);
    return settle(std::move(found), fmt::format("profile `{}` leads to no credentials", profile));
  }

 private:
  tl::unexpected<Diagnostic> no_profile(const std::string& profile) const {
    const std::vector<std::string>& unread = runtime_.profiles.unread();
    if (!unread.empty()) {
      return no_credentials(fmt::format("profile `{}` was not found, and {} could not be read",
                                        profile, join_list(unread)));
    }
    return no_credentials(fmt::format("there is no profile `{}`", profile),
                          runtime_.profiles.suggest(profile));
  }

  static bool is_open(const Found& found) { return found && !*found; }

  static Result<Credentials> settle(Found found, const std::string& otherwise) {
    if (!found) return tl::make_unexpected(std::move(found.error()));
    if (!*found) {
      return no_credentials(otherwise,
                            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run "
                            "`aws configure` or `aws sso login`");
    }
    return **std::move(found);
  }

  std::string_view key(std::string_view profile, std::string_view name) const {
    return runtime_.profiles.find(profile, name);
  }

  // Fails when `where` has an id without a secret, rather than use credentials that are not meant.
  static Found keys(const std::string& where, std::string_view id, std::string_view secret,
                    std::string_view token) {
    if (id.empty()) return std::nullopt;
    if (secret.empty()) return no_credentials(fmt::format("{} no secret access key", where));
    return Credentials{std::string(trim(id)), Secret(trim(secret)), Secret(trim(token)), {}};
  }

  Found from_environment() const {
    const Environment& environment = runtime_.environment;
    return keys("the environment has AWS_ACCESS_KEY_ID and", environment.find("AWS_ACCESS_KEY_ID"),
                environment.find("AWS_SECRET_ACCESS_KEY"),
                environment.first_of({"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"}));
  }

  // The credentials of a profile itself, without roles and metadata services.
  Found from_profile(const std::string& profile) {
    const bool sso = !key(profile, "sso_session").empty() ||
                     !key(profile, "sso_start_url").empty() ||
                     !key(profile, "login_session").empty();
    if (sso) return from_aws_cli(profile);
    const AwsProfiles& profiles = runtime_.profiles;
    const std::string where = fmt::format("profile `{}` has `aws_access_key_id` and", profile);
    Found found = keys(where, profiles.find_in_credentials(profile, "aws_access_key_id"),
                       profiles.find_in_credentials(profile, "aws_secret_access_key"),
                       profiles.find_in_credentials(profile, "aws_session_token"));
    if (!is_open(found)) return found;
    if (const std::string_view command = key(profile, "credential_process"); !command.empty()) {
      return from_process(split_command(command));
    }
    return keys(where, profiles.find_in_config(profile, "aws_access_key_id"),
                profiles.find_in_config(profile, "aws_secret_access_key"),
                profiles.find_in_config(profile, "aws_session_token"));
  }

  static Found from_process(std::vector<std::string> command) {
    if (command.empty()) return no_credentials("`credential_process` is no command");
    const std::string name = command[0];
    auto output = run_process(std::move(command), kProcessTime);
    if (!output) return tl::make_unexpected(std::move(output.error()));
    auto credentials = parse_credentials(*std::move(output));
    if (!credentials) return no_credentials(fmt::format("`{}` wrote no credentials", name));
    return credentials;
  }

  // Sources that need a browser, or a cache of the AWS CLI, are left to the AWS CLI.
  static Found from_aws_cli(const std::string& profile) {
    auto found = from_process(
        {"aws", "configure", "export-credentials", "--format", "process", "--profile", profile});
    if (!found) {
      found.error().help =
          fmt::format("install version 2 of the AWS CLI, and run `aws sso login --profile {}`",
                      shell_quoted(profile));
    }
    return found;
  }

  Found from_role(const std::string& profile) {
    const std::string_view role = key(profile, "role_arn");
    const bool by_token = !key(profile, "web_identity_token_file").empty();
    if (role.empty() || by_token) return std::nullopt;
    const std::string source(key(profile, "source_profile"));
    const std::string_view other = key(profile, "credential_source");
    if (source.empty() == other.empty()) {
      return no_credentials(
          fmt::format("profile `{}` has a `role_arn` and needs one of `source_profile` and "
                      "`credential_source`",
                      profile));
    }
    visited_.push_back(profile);
    auto base = source.empty() ? from_source(other) : from_source_profile(profile, source);
    if (!base) return tl::make_unexpected(std::move(base.error()));
    return assume(profile, *std::move(base));
  }

  Result<Credentials> from_source_profile(const std::string& profile, const std::string& source) {
    if (!runtime_.profiles.has(source)) {
      return no_credentials(
          fmt::format("profile `{}` names `{}` as its `source_profile`, which "
                      "is not there",
                      profile, source));
    }
    const std::string nothing = fmt::format(
        "profile `{}`, the `source_profile` of `{}`, has no credentials", source, profile);
    // A profile may name itself as source_profile, and then uses its own keys.
    if (source == profile) return settle(from_profile(source), nothing);
    if (std::find(visited_.begin(), visited_.end(), source) != visited_.end()) {
      return no_credentials(fmt::format("the `source_profile` of `{}` leads back to it", source));
    }
    Found found = from_role(source);
    if (is_open(found)) found = from_web_identity(source, /*environment_too=*/false);
    if (is_open(found)) found = from_profile(source);
    return settle(std::move(found), nothing);
  }

  Result<Credentials> from_source(std::string_view source) {
    const std::string nothing = fmt::format("`credential_source` `{}` has no credentials", source);
    if (source == "Environment") return settle(from_environment(), nothing);
    if (source == "EcsContainer") return settle(from_container(runtime_, transport_), nothing);
    if (source == "Ec2InstanceMetadata") {
      return settle(from_instance(runtime_, transport_), nothing);
    }
    return no_credentials(fmt::format("`{}` is no `credential_source`", source),
                          "write Environment, EcsContainer or Ec2InstanceMetadata");
  }

  std::string session_name(std::string_view profile) const {
    const std::string_view name = key(profile, "role_session_name");
    return name.empty() ? fmt::format("rolecall-{}", runtime_.now()) : std::string(name);
  }

  Found assume(const std::string& profile, Credentials base) {
    AwsParameters parameters = {{"RoleArn", std::string(key(profile, "role_arn"))},
                                {"RoleSessionName", session_name(profile)}};
    const auto add = [&](const char* name, std::string_view value) {
      if (!value.empty()) parameters.emplace_back(name, value);
    };
    add("ExternalId", key(profile, "external_id"));
    add("DurationSeconds", key(profile, "duration_seconds"));
    if (const std::string_view serial = key(profile, "mfa_serial"); !serial.empty()) {
      const auto code =
          runtime_.ask_mfa_code ? runtime_.ask_mfa_code(serial) : std::optional<std::string>();
      if (!code) {
        return no_credentials(
            fmt::format("profile `{}` needs a code of the MFA device `{}`, and there is no "
                        "terminal to ask for it",
                        profile, serial));
      }
      add("SerialNumber", serial);
      add("TokenCode", *code);
    }
    return ask_sts(profile, AwsCall::AssumeRole, parameters, std::move(base));
  }

  Found from_web_identity(const std::string& profile, bool environment_too) {
    const Environment& environment = runtime_.environment;
    std::string file(key(profile, "web_identity_token_file"));
    std::string role(key(profile, "role_arn"));
    std::string name = session_name(profile);
    if (environment_too && !environment.find("AWS_WEB_IDENTITY_TOKEN_FILE").empty()) {
      file = environment.find("AWS_WEB_IDENTITY_TOKEN_FILE");
      role = environment.find("AWS_ROLE_ARN");
      const std::string_view given = environment.find("AWS_ROLE_SESSION_NAME");
      if (!given.empty()) name = given;
    }
    if (file.empty()) return std::nullopt;
    if (role.empty()) {
      return no_credentials("a web identity token is given, and no role for it",
                            "set AWS_ROLE_ARN, or `role_arn` in the profile");
    }
    const auto token = read_file(file, kMaxTokenBytes);
    if (!token) return tl::make_unexpected(token.error());
    return ask_sts(profile, AwsCall::AssumeRoleWithWebIdentity,
                   {{"RoleArn", role},
                    {"RoleSessionName", name},
                    {"WebIdentityToken", std::string(trim(*token))}},
                   {});
  }

  Found ask_sts(const std::string& profile, AwsCall call, const AwsParameters& parameters,
                Credentials base) {
    Diagnostics ignored;
    AwsSettings settings =
        load_aws_settings(runtime_.environment, runtime_.profiles, profile, region_, ignored);
    AwsClient client(runtime_, transport_, std::move(settings),
                     [&base]() -> Result<Credentials> { return base; });
    const auto answer = client.call(call, parameters);
    const std::string_view role = parameters[0].second;
    if (!answer) {
      return no_credentials(fmt::format("role `{}` of profile `{}` cannot be assumed: {}", role,
                                        profile, answer.error().message));
    }
    const auto made = answer->root().find("Credentials");
    auto credentials = made ? parse_credentials(std::string(made->raw())) : std::nullopt;
    if (!credentials) return no_credentials(fmt::format("no credentials came for `{}`", role));
    return credentials;
  }

  const AwsRuntime& runtime_;
  HttpTransport& transport_;
  std::string_view region_;
  std::vector<std::string> visited_;
};

}  // namespace

std::optional<Credentials> parse_credentials(std::string text) {
  const auto json = AwsAnswer::parse(std::move(text));
  if (!json || !json->root().is(JsonKind::Object)) return std::nullopt;
  const JsonValue root = json->root();
  Credentials credentials;
  credentials.access_key_id = root.string_at("AccessKeyId");
  credentials.secret_access_key = Secret(root.string_at("SecretAccessKey"));
  const std::string_view token = root.string_at("SessionToken");
  credentials.session_token = Secret(token.empty() ? root.string_at("Token") : token);
  credentials.expires = parse_time(root.string_at("Expiration"));
  if (credentials.empty()) return std::nullopt;
  return credentials;
}

CredentialChain::CredentialChain(const AwsRuntime& runtime, HttpTransport& transport,
                                 std::string profile, std::string region)
    : runtime_(runtime),
      transport_(transport),
      profile_(std::move(profile)),
      region_(std::move(region)) {}

Result<Credentials> CredentialChain::get() {
  constexpr EpochSeconds kEarly = 300;
  constexpr EpochSeconds kBetween = 60;
  const std::lock_guard lock(mutex_);
  const EpochSeconds now = runtime_.now();
  const auto good_for = [&](EpochSeconds seconds) {
    return found_ && (!found_->expires || *found_->expires - seconds > now);
  };
  if (good_for(kEarly) || (good_for(0) && now < next_search_)) return *found_;
  auto found = CredentialSearch(runtime_, transport_, region_).search(profile_);
  // Credentials that are short-lived from the start, or cannot be renewed now, are used until they
  // expire.
  next_search_ = now + kBetween;
  if (!found && good_for(0)) return *found_;
  if (found) found_ = *found;
  return found;
}

}  // namespace rolecall
