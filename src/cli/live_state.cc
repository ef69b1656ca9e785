// SPDX-License-Identifier: Apache-2.0
#include "cli/live_state.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <ostream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "cli/fix_files.h"
#include "cli/redacted_case.h"
#include "cli/service_question.h"
#include "live/aws_settings.h"
#include "live/credential_chain.h"
#include "live/curl_transport.h"
#include "live/question_reader.h"

namespace rolecall::cli {

namespace {

// The name in messages of the folder of files that are only in memory.
constexpr std::string_view kInMemory = "aws:";
constexpr std::string_view kPassRole = "iam:PassRole";

void print(const Diagnostics& diagnostics, Console& console) {
  for (const Diagnostic& each : diagnostics.all()) console.err << render(each, SourceTable());
}

// Reads a line from the terminal, even when standard input is a file.
std::optional<std::string> ask_mfa_code(std::string_view serial, std::ostream& err) {
  std::ifstream terminal("/dev/tty");
  if (!terminal) return std::nullopt;
  err << "MFA code for " << escape_for_terminal(serial) << ": " << std::flush;
  std::string line;
  if (!std::getline(terminal, line) || trim(line).empty()) return std::nullopt;
  return std::string(trim(line));
}

// Keeps the text of standard input, as the questions are read twice: before AWS is asked and after.
void keep_standard_input(QuestionInputs& in) {
  std::vector<std::string> files = {in.error_file, in.event_file,        in.request_file,
                                    in.token_file, in.trust_policy_file, in.session_policy_file};
  if (std::find(files.begin(), files.end(), "-") == files.end()) return;
  if (auto text = read_file("-", in.limits.max_file_bytes)) in.texts["-"] = *std::move(text);
}

std::vector<AssumeRequest> read_requests(const QuestionInputs& in) {
  QuestionInputs alone = in;
  alone.estate.clear();
  Estate estate;
  Diagnostics ignored;
  std::vector<AssumeRequest> requests;
  if (const auto questions = gather_questions(alone, estate, ignored)) {
    for (const Question& each : *questions) requests.push_back(each.request);
  }
  return requests;
}

// Whether the caller is a user, or not named.
bool may_be_of_user(const QuestionInputs& in) {
  using Kind = RequestPrincipal::Kind;
  const auto is_user = [](std::string_view arn) {
    const auto parsed = IamArn::parse(arn);
    return parsed && parsed->form == ArnForm::User;
  };
  if (!in.from.empty()) return is_user(in.from);
  const std::vector<AssumeRequest> requests = read_requests(in);
  return std::all_of(requests.begin(), requests.end(), [&](const AssumeRequest& each) {
    const RequestPrincipal& who = each.principal;
    return who.kind == Kind::Unknown || (who.kind == Kind::Arn && is_user(who.name));
  });
}

WantedFacts wanted_of(const AssumeRequest& request) {
  using Kind = RequestPrincipal::Kind;
  WantedFacts wanted;
  wanted.role = request.role;
  if (request.principal.kind == Kind::Arn) wanted.caller = request.principal.name;
  if (request.principal.kind == Kind::Federated) wanted.provider = request.principal.name;
  wanted.vpc_endpoint = request.endpoint();
  wanted.rcps = !equals_ignore_case(request.action, kPassRole);
  return wanted;
}

Diagnostic cannot_save(std::string message, std::string help = {}) {
  return {
      Severity::Error, DiagnosticCode::CannotWrite, std::move(message), {}, std::move(help), {}};
}

// Refuses a folder that is not empty: its files would become part of the case, or be lost.
std::optional<Diagnostic> find_save_fault(const std::string& folder) {
  std::error_code error;
  if (folder.empty() || !std::filesystem::exists(folder, error)) return std::nullopt;
  const bool empty = std::filesystem::is_empty(folder, error);
  if (empty && !error) return std::nullopt;
  return cannot_save(fmt::format("`{}` is not an empty folder", folder),
                     "give a new folder as --save");
}

std::optional<Diagnostic> save(const std::map<std::string, std::string>& files,
                               const std::string& folder) {
  for (const auto& [name, text] : files) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    if (const auto error = write_at_once(path, text, Readers::Owner)) {
      return cannot_write(path, error);
    }
  }
  return std::nullopt;
}

// The limit of core dumps before it was lowered.
std::optional<rlim_t>& usual_core_size() {
  static std::optional<rlim_t> size;
  return size;
}

// Secrets will be in memory: turns off core dumps, and reading of this process by others.
void close_memory() {
  rlimit core{};
  if (getrlimit(RLIMIT_CORE, &core) == 0) {
    if (!usual_core_size()) usual_core_size() = core.rlim_cur;
    core.rlim_cur = 0;
    static_cast<void>(setrlimit(RLIMIT_CORE, &core));
  }
#ifndef __SANITIZE_ADDRESS__                     // Which looks for leaks from another process.
  static_cast<void>(prctl(PR_SET_DUMPABLE, 0));  // That limit is none for a core that is piped.
#endif
}

// Advice for when AWS does not tell whose the credentials are.
std::string_view help_with(AwsFailure::Kind kind) {
  switch (kind) {
    case AwsFailure::Kind::Unreached:
      return "look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL";
    case AwsFailure::Kind::Other:
      return "look at AWS_ENDPOINT_URL and the Region";
    default:
      return "log in again, or name another profile";
  }
}

Result<Access> identified_access(Access access, const AwsResult<void>& identified) {
  if (!identified) {
    return fail(DiagnosticCode::NoCredentials,
                describe_failure(access, AwsCall::GetCallerIdentity, identified.error()), {},
                std::string(help_with(identified.error().kind)));
  }
  // Checked, as the account becomes part of file names.
  if (!is_account_id(access.account)) {
    return fail(DiagnosticCode::NoCredentials,
                fmt::format("AWS says that the credentials are of account `{}`, which is no "
                            "account id",
                            access.account),
                {}, "look at what AWS_ENDPOINT_URL names");
  }
  return access;
}

}  // namespace

void reopen_memory() {
  rlimit core{};
  if (!usual_core_size() || getrlimit(RLIMIT_CORE, &core) != 0) return;
  core.rlim_cur = *usual_core_size();
  static_cast<void>(setrlimit(RLIMIT_CORE, &core));
}

void declare_live(CLI::App& app, LiveOptions& options) {
  const auto text = [&](const char* name, std::string& value, const char* what) {
    app.add_option(name, value, what)->check(not_empty());
  };
  app.add_flag("--live", options.live, "Ask AWS, with the credentials the AWS CLI would use");
  text("--profile", options.profile,
       "Ask AWS under this profile; it is the caller unless one is given");
  text("--role-account-profile", options.role_profile, "Profile that can read the role's account");
  text("--management-profile", options.management, "Profile that can read the organization");
  text("--save", options.save, "New folder to write what was read from AWS to");
  app.add_flag("--redact", options.redact,
               "Replace account ids, names and tags in what --save writes");
}

std::optional<UsageFault> find_fault(const LiveOptions& options, const QuestionInputs& in,
                                     std::string_view command) {
  const bool found_out = !options.service.empty();
  if (auto fault = find_usage_fault(in, command, options.has_caller(), found_out)) return fault;
  if (auto fault = find_service_fault(options, in)) return fault;
  return find_live_fault(options, in);
}

std::optional<UsageFault> find_live_fault(const LiveOptions& options, const QuestionInputs& in) {
  if (!options.is_on() && !options.save.empty()) {
    return UsageFault{"--save keeps what was read from AWS, and AWS is not asked",
                      "add --live, or a profile"};
  }
  if (options.redact && options.save.empty()) {
    return UsageFault{"--redact is about what --save writes, and nothing is saved",
                      "add --save DIR"};
  }
  if (options.redact && !in.trust_policy_file.empty()) {
    return UsageFault{"--redact and --trust-policy exclude each other",
                      "what is saved is what AWS says, and that has the role's own policy"};
  }
  if (options.is_on() && !in.estate.empty()) {
    return UsageFault{"--estate is not mixed with what AWS says now: it may be out of date",
                      "keep what is read with --save DIR, and then ask offline with both as "
                      "--estate"};
  }
  return std::nullopt;
}

void print_not_read(std::span<const Unknown> not_read, std::ostream& out) {
  if (not_read.empty()) return;
  out << "Not read:\n";
  for (const Unknown& each : not_read) {
    out << "  - " << escape_for_terminal(each.what) << ": " << escape_for_terminal(each.why)
        << '\n';
    if (!each.obtain.empty()) out << "      " << each.obtain << '\n';
  }
}

struct LiveSession::Parts {
  struct Client {
    std::shared_ptr<HttpTransport> transport{};
    std::unique_ptr<CredentialChain> chain{};
    std::unique_ptr<AwsClient> client{};
    std::string name{};
  };
  AwsRuntime runtime{};
  std::mutex mutex{};
  std::deque<Client> clients{};

  std::shared_ptr<HttpTransport> transport_of(const AwsClient* client) const {
    for (const Client& each : clients) {
      if (each.client.get() == client) return each.transport;
    }
    return nullptr;
  }
};

LiveSession::LiveSession() : parts_(std::make_unique<Parts>()) {}
LiveSession::~LiveSession() = default;

void LiveSession::open(Console& console, Diagnostics& diagnostics) {
  close_memory();
  AwsRuntime& runtime = parts_->runtime;
  runtime = make_aws_runtime(Environment::of(environ), diagnostics);
  runtime.ask_mfa_code = [&console](std::string_view serial) {
    return ask_mfa_code(serial, console.err);
  };
}

Result<Access> LiveSession::open_access(const std::string& profile, const std::string& region,
                                        Diagnostics& diagnostics) {
  const AwsRuntime& runtime = parts_->runtime;
  auto transport =
      make_curl_transport(load_curl_settings(runtime.environment, runtime.profiles, profile));
  if (!transport) return tl::make_unexpected(std::move(transport.error()));
  Parts::Client& made = parts_->clients.emplace_back();
  made.name = profile;
  made.transport = *std::move(transport);
  made.chain = std::make_unique<CredentialChain>(runtime, *made.transport, profile, region);
  made.client = std::make_unique<AwsClient>(
      runtime, *made.transport,
      load_aws_settings(runtime.environment, runtime.profiles, profile, region, diagnostics),
      [chain = made.chain.get()] { return chain->get(); });
  if (auto found = made.chain->get(); !found) return tl::make_unexpected(std::move(found.error()));
  return Access{profile, {}, {}, made.client.get()};
}

Result<Access> LiveSession::access(const std::string& profile, const std::string& region,
                                   Diagnostics& diagnostics) {
  auto opened = open_access(profile, region, diagnostics);
  if (!opened) return opened;
  const auto identified = identify(*opened);
  return identified_access(*std::move(opened), identified);
}

Result<Access> LiveSession::user_access(const std::string& profile, const std::string& region,
                                        Diagnostics& diagnostics) {
  // Long-term access keys of users begin so.
  constexpr std::string_view kLongTerm = "AKIA";
  auto opened = open_access(profile, region, diagnostics);
  if (!opened) return opened;
  const auto credentials = parts_->clients.back().chain->get();
  const bool own = credentials && credentials->access_key_id.starts_with(kLongTerm);
  const auto identified = own ? identify_user(*opened) : identify(*opened);
  return identified_access(*std::move(opened), identified);
}

AwsResult<AssumedRole> LiveSession::assume(const Access& base, const AwsParameters& parameters) {
  const auto answer = base.client->call(AwsCall::AssumeRole, parameters);
  if (!answer) return tl::make_unexpected(answer.error());
  auto credentials = parse_credentials(std::string(answer->root().find("Credentials")->raw()));
  if (!credentials) {
    return tl::make_unexpected(
        AwsFailure{AwsFailure::Kind::Unreached, "", "the answer holds no credentials"});
  }
  const auto role = IamArn::parse(parameters[0].second);
  const auto user = answer->root().find("AssumedRoleUser");
  const std::string arn(user ? user->string_at("Arn") : std::string_view());
  const std::lock_guard lock(parts_->mutex);
  auto transport = parts_->transport_of(base.client);
  Parts::Client& client = parts_->clients.emplace_back();
  client.name = role ? std::string(role->account) : std::string();
  client.transport = std::move(transport);
  client.client = std::make_unique<AwsClient>(
      parts_->runtime, *client.transport, base.client->settings(),
      [credentials = *credentials] { return Result<Credentials>(credentials); });
  return AssumedRole{
      {{}, client.name, arn.empty() ? parameters[0].second : arn, client.client.get()},
      *std::move(credentials)};
}

std::optional<std::string> LiveSession::mfa_code(std::string_view serial) const {
  return parts_->runtime.ask_mfa_code ? parts_->runtime.ask_mfa_code(serial) : std::nullopt;
}

std::string LiveSession::list_calls() const {
  std::string text;
  for (const Parts::Client& each : parts_->clients) {
    for (const MadeCall& call : each.client->made_calls()) {
      text += escape_for_terminal(fmt::format(
          "{}{}{}{}: {}{}", each.name.empty() ? "" : each.name + ": ",
          call_row(call.call).permission(), call.subject.empty() ? "" : " ", call.subject,
          call.outcome, call.attempts > 1 ? fmt::format(", {} attempts", call.attempts) : ""));
      text += '\n';
    }
  }
  return text;
}

namespace {

// The accesses of the named profiles, each once. The first one has to work.
class AccessList {
 public:
  AccessList(LiveSession& session, const std::string& region, Console& console)
      : session_(session), region_(region), console_(console) {}

  // Opens the caller's access and finds out whose it is. False when there are no credentials, which
  // has been printed. `user`: the question may be about the user of the credentials.
  bool add_caller(const std::string& profile, bool user) {
    return add(profile, user ? &LiveSession::user_access : &LiveSession::access).has_value();
  }

  // Opens the accesses for the role's account and the organization. False when one does not work.
  bool add_others(const LiveOptions& options) {
    const auto other = [&](const std::string& profile) {
      return add(profile, &LiveSession::open_access);
    };
    if (!options.role_profile.empty()) named.role = other(options.role_profile);
    if (!options.management.empty()) named.organization = other(options.management);
    return named.role.has_value() == !options.role_profile.empty() &&
           named.organization.has_value() == !options.management.empty();
  }

  // The access for the role's account comes before the others.
  [[nodiscard]] std::vector<const Access*> role_first() const {
    std::vector<const Access*> ordered;
    for (const Access& each : all) {
      const bool first = named.role && &each == &all[*named.role];
      ordered.insert(first ? ordered.begin() : ordered.end(), &each);
    }
    return ordered;
  }

  std::vector<Access> all{};
  QuestionReader::Named named{};

 private:
  // Opens an access, unless it is open, and returns its index.
  std::optional<std::size_t> add(const std::string& profile,
                                 Result<Access> (LiveSession::*make)(const std::string&,
                                                                     const std::string&,
                                                                     Diagnostics&)) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].profile == profile) return i;
    }
    Diagnostics diagnostics;
    auto access = (session_.*make)(profile, region_, diagnostics);
    print(diagnostics, console_);
    if (!access) {
      console_.err << render(access.error(), SourceTable());
      return std::nullopt;
    }
    all.push_back(*std::move(access));
    return all.size() - 1;
  }

  LiveSession& session_;
  const std::string& region_;
  Console& console_;
};

void name_caller(const std::vector<AssumeRequest>& requests, const std::string& arn,
                 QuestionInputs& in) {
  const bool named = std::any_of(requests.begin(), requests.end(), [](const AssumeRequest& each) {
    return each.principal.kind != RequestPrincipal::Kind::Unknown;
  });
  if (!named && in.from.empty() && in.token_file.empty()) in.from = arn;
}

std::optional<std::vector<Unknown>> read_facts(AccessList accesses, const LiveOptions& options,
                                               QuestionInputs& in, Console& console) {
  QuestionReader reader(std::move(accesses.all), accesses.named);
  for (const AssumeRequest& each : read_requests(in)) reader.read(wanted_of(each));
  const std::map<std::string, std::string> files = reader.files();
  // The answer shows the real names, so it is given for the texts in memory.
  const bool in_memory = options.save.empty() || options.redact;
  const std::string folder = in_memory ? std::string(kInMemory) : options.save;
  for (const auto& [name, text] : files) {
    const std::string path = fmt::format("{}/{}", folder, name);
    in.estate.push_back(path);
    in.texts[path] = text;
  }
  if (!options.save.empty()) {
    std::optional<Diagnostic> fault;
    if (options.redact) {
      const auto redacted = redact_case(files, in);
      fault = redacted ? save(*redacted, options.save) : redacted.error();
    } else {
      fault = save(files, options.save);
    }
    if (fault) {
      console.err << render(*fault, SourceTable());
      return std::nullopt;
    }
  }
  std::vector<Unknown> not_read;
  for (const NotRead& each : reader.not_read()) {
    not_read.push_back({each.what, each.why, each.obtain});
  }
  return not_read;
}

}  // namespace

std::optional<std::vector<Unknown>> read_state(LiveSession& session, std::vector<Access> accesses,
                                               const LiveOptions& options, QuestionInputs& in,
                                               Console& console) {
  AccessList list(session, in.region, console);
  list.all = std::move(accesses);
  if (!list.add_others(options)) return std::nullopt;
  return read_facts(std::move(list), options, in, console);
}

std::optional<std::vector<Unknown>> read_live(const LiveOptions& options, QuestionInputs& in,
                                              bool verbose, Console& console) {
  if (const auto fault = find_save_fault(options.save)) {
    console.err << render(*fault, SourceTable());
    return std::nullopt;
  }
  Diagnostics diagnostics;
  LiveSession session;
  session.open(console, diagnostics);
  print(diagnostics, console);
  keep_standard_input(in);
  AccessList accesses(session, in.region, console);
  const bool user = may_be_of_user(in);
  if (options.has_caller() && !accesses.add_caller(options.profile, user)) return std::nullopt;
  if (!accesses.add_others(options)) return std::nullopt;
  std::vector<Unknown> not_read;
  if (!options.service.empty()) {
    auto unknown = ask_for_service(accesses.role_first(), options.service, in, console);
    if (!unknown) return std::nullopt;
    not_read = *std::move(unknown);
  }
  if (options.has_caller()) name_caller(read_requests(in), accesses.all[0].arn, in);
  const auto facts = read_facts(std::move(accesses), options, in, console);
  if (verbose) console.err << session.list_calls();
  if (!facts) return std::nullopt;
  not_read.insert(not_read.end(), facts->begin(), facts->end());
  return not_read;
}

}  // namespace rolecall::cli
