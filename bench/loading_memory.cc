// SPDX-License-Identifier: Apache-2.0
// Peak anonymous memory of loading an organization of many files, one whose accounts have the same
// policy documents, and one large file, compared with the bytes of the files. With arguments: of
// loading those paths instead.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "rolecall/estate/estate_loader.h"

#include "account_export.h"

namespace rolecall {
namespace {

// Memory of this process that no file backs, in bytes; shown in kilobytes.
std::size_t anonymous_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kilobytes = 0;
    if (word == "RssAnon:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

std::size_t total_size(const std::vector<std::filesystem::path>& paths) {
  std::size_t total = 0;
  for (const auto& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      total += std::filesystem::file_size(path);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) total += entry.file_size();
    }
  }
  return total;
}

void measure(const char* name, const std::vector<std::filesystem::path>& paths) {
  const std::size_t before = anonymous_bytes();
  std::atomic<std::size_t> peak = 0;
  std::atomic<bool> loaded = false;
  std::thread watcher([&] {
    while (!loaded) {
      peak = std::max(peak.load(), anonymous_bytes());
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
  });
  Estate estate;
  Diagnostics diagnostics;
  const auto begin = std::chrono::steady_clock::now();
  load_estate(paths, estate, diagnostics);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  const std::size_t kept = anonymous_bytes() - before;
  loaded = true;
  watcher.join();
  const auto size = static_cast<double>(total_size(paths));
  constexpr double kMega = 1e6;
  std::printf(
      "%-12s %8.1f MB in %.2f s (%.0f MB/s), anonymous: peak %.2f, kept %.2f of the files\n", name,
      size / kMega, seconds.count(), size / kMega / seconds.count(),
      static_cast<double>(peak - before) / size, static_cast<double>(kept) / size);
}

// Each in a process of its own: memory that was freed is not given back.
void measure_apart(const char* name, const std::vector<std::filesystem::path>& paths) {
  const pid_t child = fork();
  if (child == 0) {
    measure(name, paths);
    std::fflush(stdout);
    _exit(0);
  }
  int status = 0;
  static_cast<void>(waitpid(child, &status, 0));
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace
}  // namespace rolecall

int main(int argc, char** argv) {
  using namespace rolecall;
  if (argc > 1) {
    measure_apart("given", {argv + 1, argv + argc});
    return 0;
  }
  const auto folder = std::filesystem::temp_directory_path() /
                      ("rolecall-loading-memory-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "many");
  std::filesystem::create_directories(folder / "equal");
  constexpr int kFiles = 100;
  constexpr int kRoles = 500;
  for (int i = 0; i < kFiles; ++i) {
    const std::string account = std::to_string(111122220000 + i);
    const std::string name = account + ".gaad.json";
    write_file(folder / "many" / name, account_export(account, kRoles, i * kRoles));
    write_file(folder / "equal" / name, account_export(account, kRoles));
  }
  write_file(folder / "one.gaad.json", account_export("111122223333", kFiles * kRoles));
  measure_apart("many files", {folder / "many"});
  measure_apart("equal", {folder / "equal"});
  measure_apart("one file", {folder / "one.gaad.json"});
  std::filesystem::remove_all(folder);
  return 0;
}
