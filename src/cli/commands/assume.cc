// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "cli/command.h"
#include "cli/explain_output.h"
#include "cli/live_state.h"
#include "cli/question_options.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kAssumeExamples = R"~(Examples:
  rolecall assume arn:aws:iam::444455556666:role/deploy --profile ci
  rolecall assume arn:aws:iam::444455556666:role/deploy --exec terraform plan
  eval "$(rolecall assume arn:aws:iam::444455556666:role/deploy --export)"
  rolecall assume ROLE_IN_BETWEEN ROLE --external-id blue-7 --export

In ~/.aws/config:
  credential_process = rolecall assume ROLE --profile ci --credential-process

Several roles are assumed one from the other. Source identity and MFA go with the first call, the
rest with the last one. Where AWS refuses, why is told on stderr, from what the profiles may read.)~";

constexpr std::size_t kMaxPolicy = 65'536;

class Assume : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kAssumeExamples));
    app.add_option("role", roles_, "ARN of the role; of several, each is assumed from the last")
        ->required()
        ->check(CLI::Validator(&find_bad_role, ""));
    declare_access(app);
    declare_call(app);
    app.add_flag("--export", export_, "Print commands for a shell");
    app.add_flag("--credential-process", process_,
                 "Print what credential_process of the AWS CLI reads");
    app.add_flag("--exec", exec_, "Run the command that follows, to the end of the line");
  }

  [[nodiscard]] std::string_view tail_option() const override { return "--exec"; }
  void take_tail(const std::vector<std::string>& tail) override {
    command_ = tail;
    if (!tail.empty() && tail[0] == "--") command_.erase(command_.begin());
  }

  ExitStatus run(Console& console) override {
    if (static_cast<int>(exec_) + static_cast<int>(export_) + static_cast<int>(process_) > 1) {
      return usage(console, "--exec, --export and --credential-process exclude each other");
    }
    if (exec_ && command_.empty()) return usage(console, "--exec has no command to run");
    if (!mfa_code_file_.empty() && mfa_serial_.empty()) {
      return usage(console, "--mfa-code needs --mfa-serial");
    }
    if (!read_policy(console)) return ExitStatus::Failed;
    Diagnostics diagnostics;
    LiveSession session;
    session.open(console, diagnostics);
    Result<Access> caller = session.access(live_.profile, in_.region, diagnostics);
    if (!caller) diagnostics.add(caller.error());
    for (const Diagnostic& each : diagnostics.all()) console.err << render(each, SourceTable());
    return caller ? assume(session, *std::move(caller), console) : ExitStatus::Failed;
  }

 private:
  static std::string find_bad_role(std::string& value) {
    const auto arn = IamArn::parse(value);
    if (arn && arn->form == ArnForm::Role) return "";
    return fmt::format("`{}` is no ARN of a role\nwrite arn:aws:iam::ACCOUNT:role/NAME", value);
  }

  void declare_access(CLI::App& app) {
    app.add_option("--profile", live_.profile,
                   "Profile; the credentials of the AWS CLI when not given")
        ->check(not_empty());
    app.add_option("--role-account-profile", live_.role_profile,
                   "Profile that can read the role's account, for the explanation")
        ->check(not_empty());
    app.add_option("--management-profile", live_.management,
                   "Profile that can read the organization, for the explanation")
        ->check(not_empty());
    app.add_option("--region", in_.region, "Region of the STS endpoint")->check(not_empty());
  }

  void declare_call(CLI::App& app) {
    declare_call_parameters(app, in_);
    app.add_option("--mfa-serial", mfa_serial_, "ARN of the MFA device; its code is asked for")
        ->check(not_empty());
    app.add_option("--mfa-code", mfa_code_file_, "File with the code; - is stdin")
        ->check(not_empty());
  }

  static ExitStatus usage(Console& console, std::string_view message) {
    console.err << "error: " << message << "\n  = help: rolecall assume --help shows examples\n";
    return ExitStatus::Usage;
  }

  static ExitStatus failed(const Diagnostic& diagnostic, Console& console) {
    console.err << render(diagnostic, SourceTable());
    return ExitStatus::Failed;
  }

  bool read_policy(Console& console) {
    if (in_.session_policy_file.empty()) return true;
    auto text = read_file(in_.session_policy_file, kMaxPolicy);
    if (!text) {
      failed(text.error(), console);
      return false;
    }
    policy_ = *text;
    in_.texts[in_.session_policy_file] = *std::move(text);
    return true;
  }

  // The MFA code; nothing when there is none, which has been printed.
  std::optional<std::string> mfa_code(LiveSession& session, Console& console) {
    if (mfa_code_file_.empty()) {
      auto code = session.mfa_code(mfa_serial_);
      if (!code) console.err << "error: there is no terminal to ask for the MFA code\n";
      return code;
    }
    const auto text = read_file(mfa_code_file_, kMaxPolicy);
    if (!text) {
      failed(text.error(), console);
      return std::nullopt;
    }
    return std::string(trim(*text));
  }

  AwsParameters parameters_of(std::size_t index) const {
    AwsParameters all = {
        {"RoleArn", roles_[index]},
        {"RoleSessionName", in_.session_name.empty() ? "rolecall" : in_.session_name}};
    const auto add = [&](std::string name, std::string value) {
      if (!value.empty()) all.emplace_back(std::move(name), std::move(value));
    };
    if (index == 0) add("SourceIdentity", in_.source_identity);
    if (index + 1 < roles_.size()) return all;
    add("ExternalId", in_.external_id);
    add("Policy", policy_);
    if (in_.duration) add("DurationSeconds", fmt::format("{}", *in_.duration));
    for (std::size_t i = 0; i < in_.tags.size(); ++i) {
      const std::size_t equals = in_.tags[i].find('=');
      all.emplace_back(fmt::format("Tags.member.{}.Key", i + 1), in_.tags[i].substr(0, equals));
      all.emplace_back(fmt::format("Tags.member.{}.Value", i + 1), in_.tags[i].substr(equals + 1));
    }
    for (std::size_t i = 0; i < in_.transitive_tags.size(); ++i) {
      add(fmt::format("TransitiveTagKeys.member.{}", i + 1), in_.transitive_tags[i]);
    }
    return all;
  }

  ExitStatus assume(LiveSession& session, Access caller, Console& console) {
    std::vector<Access> accesses = {std::move(caller)};
    std::optional<AssumedRole> last;
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      AwsParameters parameters = parameters_of(i);
      if (i == 0 && !mfa_serial_.empty()) {
        auto code = mfa_code(session, console);
        if (!code) return ExitStatus::Failed;
        parameters.emplace_back("SerialNumber", mfa_serial_);
        parameters.emplace_back("TokenCode", *std::move(code));
      }
      AwsResult<AssumedRole> made = session.assume(accesses.back(), parameters);
      if (!made) return explain(session, std::move(accesses), i, made.error(), console);
      last = *std::move(made);
      accesses.push_back(last->access);
    }
    return give(*last, console);
  }

  // Explains why AWS refused to let the last access assume this role.
  ExitStatus explain(LiveSession& session, std::vector<Access> accesses, std::size_t index,
                     const AwsFailure& failure, Console& console) {
    const Access& caller = accesses.back();
    console.err << fmt::format(
        "error: `{}` cannot be assumed: {}\n", roles_[index],
        escape_for_terminal(describe_failure(caller, AwsCall::AssumeRole, failure)));
    if (failure.kind != AwsFailure::Kind::Refused) return ExitStatus::Failed;
    QuestionInputs in = index + 1 < roles_.size() ? QuestionInputs{} : in_;
    if (index > 0) in.source_identity.clear();
    in.mfa = index == 0 && !mfa_serial_.empty();
    in.from = caller.arn;
    in.to = roles_[index];
    in.pasted = fmt::format("An error occurred ({}) when calling the AssumeRole operation: {}",
                            failure.code, failure.message);
    const auto not_read = read_state(session, std::move(accesses), live_, in, console);
    if (!not_read) return ExitStatus::Failed;
    Estate estate;
    Diagnostics diagnostics;
    const auto questions = read_questions(in, estate, diagnostics, /*quiet=*/false, console);
    if (!questions) return ExitStatus::Failed;
    write_text_answers({*questions, estate, diagnostics, *not_read}, {}, console.err);
    return ExitStatus::Denied;
  }

  ExitStatus give(const AssumedRole& made, Console& console) {
    if (exec_) return run_command(made, console);
    if (export_) {
      for (const auto& [name, value] : variables(made)) {
        console.out << "export " << name << '=' << shell_quoted(value) << '\n';
      }
    } else if (process_) {
      JsonWriter out;
      out.begin_object();
      out.member("Version", std::int64_t{1});
      out.member("AccessKeyId", made.credentials.access_key_id);
      out.member("SecretAccessKey", made.credentials.secret_access_key.reveal());
      out.member("SessionToken", made.credentials.session_token.reveal());
      if (made.credentials.expires)
        out.member("Expiration", format_time(*made.credentials.expires));
      out.end_object();
      console.out << out.text() << '\n';
    } else {
      console.out << fmt::format(
          "Assumed: {}{}\n", escape_for_terminal(made.access.arn),
          made.credentials.expires ? ", until " + format_time(*made.credentials.expires) : "");
      console.err << "note: --exec, --export or --credential-process hands the credentials out\n";
    }
    return ExitStatus::Allowed;
  }

  static std::vector<std::pair<const char*, std::string>> variables(const AssumedRole& made) {
    std::vector<std::pair<const char*, std::string>> all = {
        {"AWS_ACCESS_KEY_ID", made.credentials.access_key_id},
        {"AWS_SECRET_ACCESS_KEY", made.credentials.secret_access_key.reveal()},
        {"AWS_SESSION_TOKEN", made.credentials.session_token.reveal()}};
    if (made.credentials.expires) {
      all.emplace_back("AWS_CREDENTIAL_EXPIRATION", format_time(*made.credentials.expires));
    }
    const std::string& region = made.access.client->settings().region;
    if (!region.empty()) all.emplace_back("AWS_REGION", region);
    return all;
  }

  // Replaces this process with the program, which so has its own output, signals and exit status.
  ExitStatus run_command(const AssumedRole& made, Console& console) {
    // These variables would select other credentials.
    for (const char* name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN"}) {
      unsetenv(name);
    }
    for (const auto& [name, value] : variables(made)) setenv(name, value.c_str(), 1);
    std::vector<char*> argv;
    for (std::string& each : command_) argv.push_back(each.data());
    argv.push_back(nullptr);
    console.out.flush();
    reopen_memory();
    execvp(argv[0], argv.data());
    console.err << fmt::format("error: `{}` cannot be started: {}\n",
                               escape_for_terminal(command_[0]),
                               std::generic_category().message(errno));
    return ExitStatus::Failed;
  }

  std::vector<std::string> roles_;
  std::vector<std::string> command_;
  QuestionInputs in_;
  LiveOptions live_;
  std::string policy_;
  std::string mfa_serial_;
  std::string mfa_code_file_;
  bool exec_ = false;
  bool export_ = false;
  bool process_ = false;
};

}  // namespace

std::unique_ptr<Command> make_assume() {
  return std::make_unique<Assume>();
}

}  // namespace rolecall::cli
