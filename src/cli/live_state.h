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

// Whose credentials are used, and for what.
struct LiveOptions {
  bool live = false;           // The credentials that the AWS CLI would use by default.
  std::string profile{};       // The caller, and its account.
  std::string role_profile{};  // The role's account.
  std::string management{};    // The organization.
  std::string save{};          // New folder to write what was read to.
  bool redact = false;         // Without account ids, names and tags.
  // What is set up to use roles, `ecs-task`, and its name; empty without --service.
  std::vector<std::string> service{};

  // Whether who asks is known without being named.
  [[nodiscard]] bool has_caller() const { return live || !profile.empty(); }
  // Without any of them nothing is asked of AWS.
  [[nodiscard]] bool is_on() const {
    return live || !profile.empty() || !role_profile.empty() || !management.empty();
  }
};
void declare_live(CLI::App& app, LiveOptions& options);
// What is wrong with the options of `command`, which asks a question or lets AWS say which.
[[nodiscard]] std::optional<UsageFault> find_fault(const LiveOptions& options,
                                                   const QuestionInputs& in,
                                                   std::string_view command);
// What is wrong with the options as a whole.
[[nodiscard]] std::optional<UsageFault> find_live_fault(const LiveOptions& options,
                                                        const QuestionInputs& in);
// Every line of what could not be read, below its heading. Nothing when there is nothing.
void print_not_read(std::span<const Unknown> not_read, std::ostream& out);

// A session that was just made.
struct AssumedRole {
  Access access{};
  Credentials credentials{};
};

// Connections to AWS under the profiles that were named.
class LiveSession {
 public:
  LiveSession();
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;
  ~LiveSession();

  // Settings that cannot be understood go to `diagnostics`. From here on nothing else may look into
  // this process, and it leaves no core.
  void open(Console& console, Diagnostics& diagnostics);
  // Finds credentials. `profile` empty: the default ones. Fails without libcurl.
  [[nodiscard]] Result<Access> open_access(const std::string& profile, const std::string& region,
                                           Diagnostics& diagnostics);
  // The same, and asks AWS whose they are.
  [[nodiscard]] Result<Access> access(const std::string& profile, const std::string& region,
                                      Diagnostics& diagnostics);
  // The same where it is wanted anyway what a user is that they may belong to.
  [[nodiscard]] Result<Access> user_access(const std::string& profile, const std::string& region,
                                           Diagnostics& diagnostics);
  // Assumes a role with the credentials of `base`; the parameters are those of AssumeRole, RoleArn
  // first. Safe from several threads.
  [[nodiscard]] AwsResult<AssumedRole> assume(const Access& base, const AwsParameters& parameters);
  // Asked of a person; nothing when there is nobody to ask.
  [[nodiscard]] std::optional<std::string> mfa_code(std::string_view serial) const;
  // Every call that was made, one a line.
  [[nodiscard]] std::string list_calls() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Undoes what LiveSession::open did to the whole process, for a program that takes its place.
void reopen_memory();

// The same as read_live with `accesses` that are there already, the caller's first; the profiles of
// `options` are added to them.
[[nodiscard]] std::optional<std::vector<Unknown>> read_state(LiveSession& session,
                                                             std::vector<Access> accesses,
                                                             const LiveOptions& options,
                                                             QuestionInputs& in, Console& console);

// Reads from AWS what the questions of `in` need, and makes it part of `in`: a caller nobody named
// is the one whose credentials are used. With `save` the files are written there, otherwise they
// stay in memory. Nothing after a failure, which has been printed. What could not be read is
// returned.
[[nodiscard]] std::optional<std::vector<Unknown>> read_live(const LiveOptions& options,
                                                            QuestionInputs& in, bool verbose,
                                                            Console& console);

}  // namespace rolecall::cli
