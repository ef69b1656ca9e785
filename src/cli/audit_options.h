// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "rolecall/reach/audit.h"

#include "cli/console.h"
#include "cli/question_options.h"

namespace rolecall::cli {

// The options of commands that audit.
struct AuditCommandOptions {
  std::vector<std::string> trusted_accounts{};
  std::string known_accounts{};
  std::string baseline{};
  std::string as_of{};
  std::string fail_on{"low"};
  int unused_days = 90;

  void declare(CLI::App& app);
  // The options except --fail-on.
  void declare_inputs(CLI::App& app);
  // The options that say which accounts belong to the zone of trust, or to known third parties.
  void declare_zone(CLI::App& app);
  // Reads the files that the options name. False after a failure, which has been printed.
  [[nodiscard]] bool read(AuditOptions& options, SourceTable& sources, Console& console) const;
  // Whether some finding is at least as severe as `fail_on`.
  [[nodiscard]] bool fails(const AuditAnswer& answer) const;
};

// Whether more than one of `inputs` and the files of `options` is standard input, which is printed
// as an error.
[[nodiscard]] bool reads_stdin_twice(std::vector<NamedInput> inputs,
                                     const AuditCommandOptions& options, Console& console);

}  // namespace rolecall::cli
