// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <ostream>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "base/ordered_work.h"
#include "cli/command.h"
#include "cli/estate_folder.h"
#include "cli/live_state.h"
#include "cli/progress.h"
#include "cli/question_options.h"
#include "live/account_collector.h"
#include "live/aws_settings.h"
#include "live/organization_collector.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kCollectExamples = R"(Examples:
  rolecall collect exports/ --profile audit
  rolecall collect exports/ --profile management --organization --role audit
  rolecall collect --permissions
  rolecall collect --permissions --organization --role audit

The files are those that --estate reads. A run that breaks leaves what was there before, and the
next one goes on where it stopped.)";

// Accounts that are read at the same time: AWS limits the rate of calls per account.
constexpr std::size_t kWorkers = 4;

// The options of the command.
constexpr auto kCollected = std::to_array<AwsCall>(
    {AwsCall::GetAccountAuthorizationDetails, AwsCall::ListRoles, AwsCall::GetPolicy,
     AwsCall::GetPolicyVersion, AwsCall::ListOpenIdConnectProviders,
     AwsCall::GetOpenIdConnectProvider, AwsCall::ListSamlProviders, AwsCall::DescribeOrganization,
     AwsCall::ListRoots, AwsCall::ListOrganizationalUnitsForParent, AwsCall::ListAccountsForParent,
     AwsCall::ListPolicies, AwsCall::ListTargetsForPolicy, AwsCall::DescribePolicy,
     AwsCall::DescribeVpcEndpoints});

EpochSeconds time_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(since).count();
}

// Checks that the folder can be written, before everything is read. Empty when it can.
std::string find_folder_fault(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::path at = std::filesystem::absolute(folder, error);
  while (at.has_relative_path() && !std::filesystem::exists(at, error)) at = at.parent_path();
  if (!std::filesystem::is_directory(at, error)) {
    return fmt::format("`{}` is no folder", at.string());
  }
  if (access(at.c_str(), W_OK | X_OK) == 0) return {};
  return fmt::format("cannot write to `{}`: {}", at.string(),
                     std::generic_category().message(errno));
}

// A role name, perhaps with a path. An ARN is refused, as the role is assumed in several accounts.
std::string find_bad_role_name(std::string& value) {
  constexpr std::size_t kLongest = 512 + 64;
  const auto fits = [](char c) {
    const char lower = ascii_lower(c);
    const bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
    return plain || std::string_view("+=,.@_-/").find(c) != std::string_view::npos;
  };
  const bool good = !value.empty() && value.size() <= kLongest && value.front() != '/' &&
                    value.back() != '/' && std::all_of(value.begin(), value.end(), fits);
  if (good) return "";
  return fmt::format("`{}` is no role name\ngive the name alone, as it is in every account", value);
}

class Collect : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kCollectExamples));
    app.add_option("dir", folder_, "Folder to write the files to");
    app.add_option("--profile", profile_, "Profile; the credentials of the AWS CLI when not given")
        ->check(not_empty());
    app.add_option("--region", region_, "Region whose VPC endpoints are read")->check(not_empty());
    auto* const all = app.add_flag("--organization", organization_, "Every account, not only one");
    auto* const role =
        app.add_option("--role", role_, "Name of the role to assume in every other account")
            ->check(CLI::Validator(find_bad_role_name, ""));
    app.add_option("--external-id", external_id_, "External ID for that role")->needs(role);
    role->needs(all);
    app.add_flag("--permissions", permissions_, "Print the policy that collecting needs");
    app.add_flag("--quiet", quiet_, "No summary");
  }

  ExitStatus run(Console& console) override {
    if (organization_ && role_.empty()) {
      return usage(console, "--organization needs --role, the role to assume in each account");
    }
    if (permissions_) return print_permissions(console);
    if (folder_.empty()) return usage(console, "there is no folder to write to");
    if (const std::string fault = find_folder_fault(folder_); !fault.empty()) {
      console.err << "error: " << escape_for_terminal(fault)
                  << "\n  = help: name a new folder, or one that was collected before\n";
      return ExitStatus::Failed;
    }
    Diagnostics diagnostics;
    LiveSession session;
    session.open(console, diagnostics);
    Result<Access> base = session.access(profile_, region_, diagnostics);
    if (!base) diagnostics.add(base.error());
    for (const Diagnostic& each : diagnostics.all()) console.err << render(each, SourceTable());
    if (!base) return ExitStatus::Failed;
    return collect(session, *base, console);
  }

 private:
  static ExitStatus usage(Console& console, std::string_view message) {
    console.err << "error: " << message << "\n  = help: rolecall collect --help shows examples\n";
    return ExitStatus::Usage;
  }

  // One set of credentials assumes the role of each account.
  void write_assume(JsonWriter& out) const {
    out.begin_object();
    out.member("Sid", "RolecallAssume");
    out.member("Effect", "Allow");
    out.member("Action", call_row(AwsCall::AssumeRole).permission());
    out.member("Resource", format_role_arn(partition_of(region_), "*", role_));
    out.end_object();
  }

  ExitStatus print_permissions(Console& console) const {
    JsonWriter out;
    out.begin_object();
    out.member("Version", "2012-10-17");
    out.key("Statement");
    out.begin_array();
    out.begin_object();
    out.member("Sid", "RolecallCollect");
    out.member("Effect", "Allow");
    std::vector<std::string> actions;
    actions.reserve(kCollected.size());
    for (const AwsCall call : kCollected) actions.push_back(call_row(call).permission());
    std::sort(actions.begin(), actions.end());
    out.member_strings("Action", actions);
    out.member("Resource", "*");
    out.end_object();
    if (!role_.empty()) write_assume(out);
    out.end_array();
    out.end_object();
    console.out << out.text() << '\n';
    return ExitStatus::Allowed;
  }

  ExitStatus collect(LiveSession& session, const Access& base, Console& console) {
    const CollectedOrganization organization = collect_organization(base);
    std::vector<std::string> accounts = {base.account};
    if (organization_) {
      accounts = organization.accounts;
      if (!tell_accounts(organization, console)) return ExitStatus::Failed;
    }
    EstateFolder folder(
        folder_, time_now(),
        {role_, base.client->settings().region, organization_ ? organization.id : std::string()});
    keep(organization, folder, console);
    collect_all(session, base, accounts, folder, console);
    const bool any = accounts_read_ > 0;
    if (any) note(folder.finish(organization.listed));
    for (const Diagnostic& each : faults_) console.err << render(each, SourceTable());
    print_summary(accounts.size(), console);
    return any && faults_.empty() && not_read_.empty() ? ExitStatus::Allowed : ExitStatus::Failed;
  }

  // False when there are no accounts to read.
  bool tell_accounts(const CollectedOrganization& organization, Console& console) {
    if (!organization.left_out.empty()) {
      console.err << fmt::format("note: {} left out\n",
                                 escape_for_terminal(join_list(organization.left_out)));
    }
    if (!organization.text.empty() && !organization.accounts.empty()) return true;
    note(organization.not_read);
    print_not_read(not_read_, console.err);
    console.err << (organization.text.empty()
                        ? "error: which accounts there are cannot be told; nothing was written\n"
                        : "error: the organization has no account to read; nothing was written\n");
    return false;
  }

  // To read one account, neither an organization nor the permission to read it is needed.
  void keep(const CollectedOrganization& organization, EstateFolder& folder, Console& console) {
    if (!organization.text.empty()) {
      const bool whole = organization.not_read.empty();
      note(folder.add("organization", {{{"organization.json", organization.text}}, {}, whole}));
    } else if (organization.none) {
      return;
    } else if (const NotRead& why = organization.not_read.front(); why.refused) {
      console.err << fmt::format(
          "note: {} was not read: {}\n"
          "  = help: a profile of its management account or of a delegated administrator may\n",
          why.what, escape_for_terminal(why.why));
      return;
    }
    note(organization.not_read);
  }

  void note(const std::optional<Diagnostic>& fault) {
    if (fault) faults_.push_back(*fault);
  }

  void note(const std::vector<NotRead>& all) {
    for (const NotRead& each : all) not_read_.push_back({each.what, each.why, each.obtain});
  }

  // Reports the result of one account.
  struct Outcome {
    bool read = false;
    CollectedCounts counts{};
    std::vector<NotRead> not_read{};
    std::optional<Diagnostic> fault{};
  };

  void collect_all(LiveSession& session, const Access& base,
                   const std::vector<std::string>& accounts, EstateFolder& folder,
                   Console& console) {
    Progress progress(console, "accounts collected");
    std::vector<Outcome> outcomes(accounts.size());
    run_in_order(
        accounts.size(), std::min(kWorkers, accounts.size()),
        [&](std::size_t i) { outcomes[i] = collect_one(session, base, accounts[i], folder); },
        [&](std::size_t i) {
          take(std::exchange(outcomes[i], {}));
          progress.show(i + 1, accounts.size());
        });
    progress.clear();
  }

  void take(const Outcome& outcome) {
    note(outcome.fault);
    note(outcome.not_read);
    counts_.users += outcome.counts.users;
    counts_.groups += outcome.counts.groups;
    counts_.roles += outcome.counts.roles;
    counts_.policies += outcome.counts.policies;
    accounts_read_ += outcome.read ? 1 : 0;
  }

  // Called on several threads.
  Outcome collect_one(LiveSession& session, const Access& base, const std::string& account,
                      EstateFolder& folder) const {
    if (const auto known = folder.find(account)) return {true, *known, {}, {}};
    Access access = base;
    if (account != base.account) {
      const auto own = IamArn::parse(base.arn);
      AwsParameters parameters = {
          {"RoleArn",
           fmt::format("arn:{}:iam::{}:role/{}", own ? own->partition : "aws", account, role_)},
          {"RoleSessionName", "rolecall"}};
      if (!external_id_.empty()) parameters.emplace_back("ExternalId", external_id_);
      auto made = session.assume(base, parameters);
      if (!made) {
        const std::string why =
            fmt::format("role `{}` cannot be assumed: {}", parameters[0].second,
                        describe_failure(base, AwsCall::AssumeRole, made.error()));
        return {false, {}, {{fmt::format("account {}", account), why, {}}}, {}};
      }
      access = made->access;
    }
    const auto answers = folder.answers(account);
    access.store = answers.get();
    CollectedAccount read = collect_account(access);
    if (!read.exported) return {false, {}, std::move(read.not_read), {}};
    auto fault = folder.add(account, {read.files, read.counts, read.not_read.empty()});
    return {true, read.counts, std::move(read.not_read), std::move(fault)};
  }

  void print_summary(std::size_t accounts, Console& console) const {
    if (!quiet_) {
      console.out << fmt::format("{} of {} accounts: {} users, {} groups, {} roles, {} policies\n",
                                 accounts_read_, accounts, counts_.users, counts_.groups,
                                 counts_.roles, counts_.policies);
    }
    print_not_read(not_read_, console.err);
  }

  std::string folder_;
  std::string profile_;
  std::string region_;
  std::string role_;
  std::string external_id_;
  bool organization_ = false;
  bool permissions_ = false;
  bool quiet_ = false;
  CollectedCounts counts_{};
  std::size_t accounts_read_ = 0;
  std::vector<Unknown> not_read_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

std::unique_ptr<Command> make_collect() {
  return std::make_unique<Collect>();
}

}  // namespace rolecall::cli
