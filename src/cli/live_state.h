// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/trail/question.h"

#include "cli/console.h"
#include "cli/question_options.h"
#include "live/access.h"
#include "live/credentials.h"

namespace rolecall::cli {

// The options for reading data from AWS: which credentials to use for what.
struct LiveOptions {
  bool live = false;           // Use the credentials that the AWS CLI would use by default.
  std::string profile{};       // For the caller and its account.
  std::string role_profile{};  // For the role's account.
  std::string management{};    // For the organization.
  std::string save{};          // New folder for the files that were read.
  bool redact = false;         // Replace account ids, names and tags in these files.
  // A kind of resource that uses roles, such as `ecs-task`, and its name; empty without --service.
  std::vector<std::string> service{};

  // Whether the caller is known from the credentials.
  [[nodiscard]] bool has_caller() const { return live || !profile.empty(); }
  // Whether to read from AWS at all.
  [[nodiscard]] bool is_on() const {
    return live || !profile.empty() || !role_profile.empty() || !management.empty();
  }
};
void declare_live(CLI::App& app, LiveOptions& options);
// What is wrong with the options of `command`, which asks a question that options or AWS provide.
[[nodiscard]] std::optional<UsageFault> find_fault(const LiveOptions& options,
                                                   const QuestionInputs& in,
                                                   std::string_view command);
// What is wrong with the combination of options.
[[nodiscard]] std::optional<UsageFault> find_live_fault(const LiveOptions& options,
                                                        const QuestionInputs& in);
// Prints what could not be read, with a heading; nothing when all was read.
void print_not_read(std::span<const Unknown> not_read, std::ostream& out);

// A role session that was just created.
struct AssumedRole {
  Access access{};
  Credentials credentials{};
};

// The connections to AWS, one for each profile.
class LiveSession {
 public:
  LiveSession();
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;
  ~LiveSession();

  // Reads the settings; invalid ones go to `diagnostics`. From here on, other processes cannot read
  // the memory of this one, and it leaves no core dump.
  void open(Console& console, Diagnostics& diagnostics);
  // Finds credentials. `profile` empty: the default ones. Fails without libcurl.
  [[nodiscard]] Result<Access> open_access(const std::string& profile, const std::string& region,
                                           Diagnostics& diagnostics);
  // Finds credentials and asks AWS whose they are.
  [[nodiscard]] Result<Access> access(const std::string& profile, const std::string& region,
                                      Diagnostics& diagnostics);
  // The same by identify_user(), for questions that need to know the user anyway.
  [[nodiscard]] Result<Access> user_access(const std::string& profile, const std::string& region,
                                           Diagnostics& diagnostics);
  // Assumes a role with the credentials of `base`. `parameters` are those of AssumeRole, RoleArn
  // first. Safe from several threads.
  [[nodiscard]] AwsResult<AssumedRole> assume(const Access& base, const AwsParameters& parameters);
  // Asks the user for the code of an MFA device; nothing when there is nobody to ask.
  [[nodiscard]] std::optional<std::string> mfa_code(std::string_view serial) const;
  // Every call that was made, one per line.
  [[nodiscard]] std::string list_calls() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Undoes the protection of memory by LiveSession::open, before another program is executed.
void reopen_memory();

// Like read_live(), but with accesses that are open already, the caller's first; those of the
// profiles in `options` are added.
[[nodiscard]] std::optional<std::vector<Unknown>> read_state(LiveSession& session,
                                                             std::vector<Access> accesses,
                                                             const LiveOptions& options,
                                                             QuestionInputs& in, Console& console);

// Reads from AWS the data that the questions of `in` need, and adds it to `in` as an estate. If the
// user named no caller, it is the principal of the credentials. The files stay in memory unless
// `save` names a folder. Returns what could not be read; nothing after a failure, which has been
// printed.
[[nodiscard]] std::optional<std::vector<Unknown>> read_live(const LiveOptions& options,
                                                            QuestionInputs& in, bool verbose,
                                                            Console& console);

}  // namespace rolecall::cli
