// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/console.h"
#include "cli/exit_status.h"

namespace rolecall::cli {

// A command with its options: `declare` is called once before the command line is parsed, `run`
// afterwards when this command was chosen.
class Command {
 public:
  virtual ~Command() = default;
  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  virtual void declare(CLI::App& app) = 0;
  virtual ExitStatus run(Console& console) = 0;

  // The option after which the command line of another program follows; empty: there is none. That
  // command line is passed to take_tail().
  [[nodiscard]] virtual std::string_view tail_option() const { return {}; }
  virtual void take_tail(const std::vector<std::string>& /*tail*/) {}
};

struct CommandRow {
  std::string_view name{};
  std::string_view summary{};
  std::unique_ptr<Command> (*make)() = nullptr;
};
// Every command, in the order of the help text; a meta-test walks it.
[[nodiscard]] std::span<const CommandRow> command_table();

// Parses the command line and runs the command.
[[nodiscard]] ExitStatus run_program(int argc, const char* const* argv, Console& console);

std::unique_ptr<Command> make_assume();
std::unique_ptr<Command> make_audit();
std::unique_ptr<Command> make_collect();
std::unique_ptr<Command> make_diff();
std::unique_ptr<Command> make_explain();
std::unique_ptr<Command> make_fix();
std::unique_ptr<Command> make_lint();
std::unique_ptr<Command> make_report();
std::unique_ptr<Command> make_run();
std::unique_ptr<Command> make_simulate();
std::unique_ptr<Command> make_who();
std::unique_ptr<Command> make_reach();
std::unique_ptr<Command> make_path();

}  // namespace rolecall::cli
