// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/explain_report.h"

#include "cli/command.h"

namespace rolecall::cli {

namespace {

constexpr auto kCommands = std::to_array<CommandRow>({
    {"explain", "Say why a role assumption is denied, and what fixes it", &make_explain},
    {"fix", "Write the files of a proven fix", &make_fix},
    {"collect", "Read accounts from AWS into a folder of exports", &make_collect},
    {"assume", "Assume a role, or say why it cannot be", &make_assume},
    {"run", "Run a command, and explain denials that it meets", &make_run},
    {"lint", "Say what AWS would refuse in policies, or never apply", &make_lint},
    {"simulate", "Decide many requests for any action, one a line", &make_simulate},
    {"who", "Say who can assume a role, and under which conditions", &make_who},
    {"reach", "Say what a principal can become over chains of calls", &make_reach},
    {"path", "Say how a principal can come to be a role", &make_path},
    {"audit", "Say what is wrong with the trust in roles", &make_audit},
    {"diff", "Say what differs between two states: who can assume what, and findings", &make_diff},
    {"report", "Write the inventory of trust beyond the own account", &make_report},
});

constexpr std::string_view kFooter = R"(Exit status:
  0 allowed, or nothing to report    3 denied
  1 could not do it                  4 findings
  2 wrong usage                      5 undecided

AWS is asked only with --live or a profile, and by collect and assume. Try: rolecall explain --help)";

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// Advice about a misspelt option or command, for a line under the error.
std::string suggest(const std::vector<std::string>& names, std::string_view word) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = nearest(word, views);
  return near.empty() ? "" : "  = help: did you mean `" + std::string(near) + "`?\n";
}

// Formats the message of a validator, which may have its help after a line break.
std::string format_fault(std::string_view what) {
  const std::size_t end = what.find('\n');
  std::string text = "error: " + escape_for_terminal(what.substr(0, end)) + "\n";
  if (end != std::string_view::npos) {
    text += "  = help: " + escape_for_terminal(what.substr(end + 1)) + "\n";
  }
  return text;
}

using Commands = std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>>;

// Advice for words that no option takes: they may be a command line without `--` before it.
std::string explain_extras(const Commands& commands, const CLI::App& sub, std::string_view what) {
  const std::vector<std::string> extras = sub.remaining();
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const auto& each) { return each.first == &sub; });
  const bool takes_tail = command != commands.end() && command->second->tail_option() == "--";
  if (takes_tail && !extras.empty() && !extras[0].starts_with('-')) {
    return fmt::format("  = help: write it behind --, as in rolecall {} -- {}\n", sub.get_name(),
                       escape_for_terminal(extras[0]));
  }
  return suggest(option_names(sub), what.substr(what.find_last_of(' ') + 1));
}

ExitStatus usage_error(const CLI::App& app, const Commands& commands, const CLI::ParseError& error,
                       std::string_view first_word, Console& console) {
  const bool command = std::any_of(kCommands.begin(), kCommands.end(),
                                   [&](const CommandRow& row) { return row.name == first_word; });
  if (command) {
    const std::string name(first_word);
    const std::string_view what = error.what();
    const bool unknown = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
    std::string text = format_fault(what);
    if (unknown) text += explain_extras(commands, *app.get_subcommand(name), what);
    const bool helped = text.find("= help:") != std::string::npos;
    console.err << text;
    if (!helped) console.err << "  = help: rolecall " << name << " --help lists its options\n";
    return ExitStatus::Usage;
  }
  std::vector<std::string> names = option_names(app);
  if (!first_word.starts_with('-')) {
    names.clear();
    for (const CommandRow& row : kCommands) names.emplace_back(row.name);
  }
  const std::string what = first_word.starts_with('-') ? "option" : "command";
  console.err << (first_word.empty()
                      ? format_fault("no command is given")
                      : format_fault("unknown " + what + " `" + std::string(first_word) + "`") +
                            suggest(names, first_word))
              << "  = help: rolecall --help lists the commands\n";
  return ExitStatus::Usage;
}

// Removes the command line of another program from the end of the arguments, and gives it to the
// command. Returns how many arguments are left.
int split_tail(const Commands& commands, int argc, const char* const* argv) {
  for (const auto& [sub, command] : commands) {
    const std::string_view option = command->tail_option();
    if (argc < 2 || option.empty() || sub->get_name() != argv[1]) continue;
    for (int i = 2; i < argc; ++i) {
      if (option != argv[i]) continue;
      command->take_tail({argv + i + 1, argv + argc});
      return option == "--" ? i : i + 1;
    }
  }
  return argc;
}

// Fails when the answer could not be written.
ExitStatus finish(ExitStatus status, Console& console) {
  if (console.out.flush()) return status;
  console.err << "error: the answer could not be written to standard output\n";
  return ExitStatus::Failed;
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
  Commands commands;
  for (const CommandRow& row : kCommands) {
    CLI::App* sub = app.add_subcommand(std::string(row.name), std::string(row.summary));
    commands.emplace_back(sub, row.make());
    commands.back().second->declare(*sub);
  }
  try {
    app.parse(split_tail(commands, argc, argv), argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 throws for --help and --version too; everything else is a usage error.
    if (error.get_exit_code() == 0) {
      static_cast<void>(app.exit(error, console.out, console.err));
      return finish(ExitStatus::Allowed, console);
    }
    return usage_error(app, commands, error, argc > 1 ? argv[1] : "", console);
  }
  for (const auto& [sub, command] : commands) {
    if (sub->parsed()) return finish(command->run(console), console);
  }
  return ExitStatus::Usage;
}

}  // namespace rolecall::cli
