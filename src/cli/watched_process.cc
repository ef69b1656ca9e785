// SPDX-License-Identifier: Apache-2.0
#include "cli/watched_process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace rolecall::cli {

namespace {

constexpr int kNotFound = 127;  // As in a shell.
constexpr int kNotStarted = 126;
constexpr int kSignaled = 128;

// The process that the signal handler passes signals on to.
volatile std::sig_atomic_t watched_process = 0;

void pass_on(int signal) {
  if (watched_process > 0) kill(static_cast<pid_t>(watched_process), signal);
}

// Installs the signal handlers for as long as the process runs.
class Signals {
 public:
  Signals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      struct sigaction action {};
      action.sa_handler = i < 2 ? SIG_IGN : &pass_on;
      action.sa_flags = SA_RESTART;
      sigaction(kSignals[i], &action, &before_[i]);
      // A signal that is ignored, as by nohup, stays so, also in the program.
      if (before_[i].sa_handler == SIG_IGN) sigaction(kSignals[i], &before_[i], nullptr);
    }
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }

  // The signals whose default handling the program starts with.
  [[nodiscard]] sigset_t inherited() const {
    sigset_t set;
    sigemptyset(&set);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      if (before_[i].sa_handler != SIG_IGN) sigaddset(&set, kSignals[i]);
    }
    return set;
  }

 private:
  static constexpr std::array<int, 4> kSignals = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  std::array<struct sigaction, 4> before_{};
};

void pass_to_stderr(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDERR_FILENO, text.data(), text.size());
    if (count < 0 && errno != EINTR) return;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
}

// Reads the stream until all writers have closed it, or until the process has ended (`ended` is
// closed) and no more data comes.
void pass_through(int stream, int ended, const std::function<void(std::string_view)>& look) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kQuiet{100};
  constexpr std::chrono::milliseconds kMost{2'000};  // For a child left behind that keeps writing.
  std::array<char, 16'384> block{};
  std::optional<Clock::time_point> end;
  while (!end || Clock::now() < *end) {
    std::array<pollfd, 2> wanted = {{{stream, POLLIN, 0}, {end ? -1 : ended, POLLIN, 0}}};
    const int ready = poll(wanted.data(), wanted.size(), end ? int{kQuiet.count()} : -1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return;
    if (wanted[1].revents != 0) end = Clock::now() + kMost;
    if (wanted[0].revents == 0) continue;
    const ssize_t count = read(stream, block.data(), block.size());
    if (count == 0 || (count < 0 && errno != EINTR)) return;
    if (count < 0) continue;
    const std::string_view text(block.data(), static_cast<std::size_t>(count));
    pass_to_stderr(text);
    look(text);
  }
}

// Waits for the process, and then closes `ended`.
int wait_for(pid_t process, int ended) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  watched_process = 0;
  close(ended);
  return status;
}

int start(std::vector<std::string>& arguments, const Signals& signals, int stream, pid_t& process) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& each : arguments) argv.push_back(each.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, stream, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  const sigset_t inherited = signals.inherited();
  posix_spawnattr_setsigdefault(&attributes, &inherited);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int error = posix_spawnp(&process, argv[0], &files, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

WatchedProcess run_watched(std::vector<std::string> arguments,
                           const std::function<void(std::string_view)>& look) {
  WatchedProcess done;
  std::array<int, 2> errors{};
  std::array<int, 2> ended{};
  pid_t process = 0;
  const Signals signals;
  const bool piped = pipe2(errors.data(), O_CLOEXEC) == 0 && pipe2(ended.data(), O_CLOEXEC) == 0;
  int error = piped ? 0 : errno;
  if (error == 0) {
    error = start(arguments, signals, errors[1], process);
    close(errors[1]);
  }
  if (error != 0) {
    done.status = error == ENOENT ? kNotFound : kNotStarted;
    done.fault = std::generic_category().message(error);
    return done;
  }
  watched_process = process;
  int status = 0;
  std::thread waiter([&] { status = wait_for(process, ended[1]); });
  pass_through(errors[0], ended[0], look);
  waiter.join();
  close(errors[0]);
  close(ended[0]);
  done.status = WIFEXITED(status) ? WEXITSTATUS(status) : kSignaled + WTERMSIG(status);
  return done;
}

}  // namespace rolecall::cli
