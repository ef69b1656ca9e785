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
  // Everything but --fail-on.
  void declare_inputs(CLI::App& app);
  // Whose accounts are one's own, and who the others are.
  void declare_zone(CLI::App& app);
  // Reads the files they name. False: it was said why that cannot be done.
  [[nodiscard]] bool read(AuditOptions& options, SourceTable& sources, Console& console) const;
  // Whether a finding is as severe as `fail_on`.
  [[nodiscard]] bool fails(const AuditAnswer& answer) const;
};

// Says so when more than one of `inputs` and the files of `options` is standard input.
[[nodiscard]] bool reads_stdin_twice(std::vector<NamedInput> inputs,
                                     const AuditCommandOptions& options, Console& console);

}  // namespace rolecall::cli
