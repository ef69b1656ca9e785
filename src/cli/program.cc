// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "rolecall/base/text.h"
#include "rolecall/report/explain_report.h"

#include "cli/command.h"

namespace rolecall::cli {

namespace {

constexpr auto kCommands = std::to_array<CommandRow>({
    {"explain", "Say why a role assumption is denied", &make_explain},
    {"lint", "Say what AWS would refuse in policies, or never apply", &make_lint},
});

constexpr std::string_view kFooter = R"(Exit status:
  0 allowed, or nothing to report    3 denied
  1 could not do it                  4 findings
  2 wrong usage                      5 undecided

Nothing leaves this machine. Try: rolecall explain --help)";

// The command or option that was probably meant, for a line under the error.
std::string suggest(const CLI::App& app, std::string_view word) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands({})) {
    names.push_back(sub->get_name());
    for (const CLI::Option* option : sub->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = nearest(word, views);
  return near.empty() ? "" : "  = help: did you mean `" + std::string(near) + "`?\n";
}

ExitStatus usage_error(const CLI::App& app, const CLI::ParseError& error,
                       std::string_view first_word, Console& console) {
  const bool command = std::any_of(kCommands.begin(), kCommands.end(),
                                   [&](const CommandRow& row) { return row.name == first_word; });
  std::string message = error.what();
  std::string_view word = first_word;
  if (command) {
    word = std::string_view(message).substr(message.find_last_of(' ') + 1);
  } else if (!first_word.empty()) {
    message = "unknown command `" + std::string(first_word) + "`";
  }
  console.err << "error: " << escape_for_terminal(message) << "\n"
              << suggest(app, word) << "  = help: rolecall --help lists the commands\n";
  return ExitStatus::Usage;
}

}  // namespace

std::span<const CommandRow> command_table() {
  return kCommands;
}

ExitStatus run_program(int argc, const char* const* argv, Console& console) {
  CLI::App app("Why can this principal not assume this AWS role, and what exactly fixes it?",
               "rolecall");
  app.set_version_flag("--version", "rolecall " + std::string(rolecall_version()));
  app.require_subcommand(1);
  app.footer(std::string(kFooter));
  std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> commands;
  for (const CommandRow& row : kCommands) {
    CLI::App* sub = app.add_subcommand(std::string(row.name), std::string(row.summary));
    commands.emplace_back(sub, row.make());
    commands.back().second->declare(*sub);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are answers; everything else is a usage error.
    if (error.get_exit_code() == 0) {
      static_cast<void>(app.exit(error, console.out, console.err));
      return ExitStatus::Allowed;
    }
    return usage_error(app, error, argc > 1 ? argv[1] : "", console);
  }
  for (const auto& [sub, command] : commands) {
    if (sub->parsed()) return command->run(console);
  }
  return ExitStatus::Usage;
}

}  // namespace rolecall::cli
