// SPDX-License-Identifier: Apache-2.0
// How long `find_reach` and `find_paths` take after loading: with an index made for the question
// alone, over one that is shared, and for principals that reach many roles. The argument is a
// folder with the exports of an organization, or that and the principals to ask about; without one
// an organization of 100,000 roles is made.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/walk.h"

#include "organization_files.h"

namespace rolecall {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

// Users and roles from all over the estate.
std::vector<std::string> some_principals(const Estate& estate) {
  constexpr std::size_t kEach = 97;
  std::vector<std::string> found;
  std::size_t at = 0;
  for (const auto& [id, account] : estate.accounts()) {
    for (const User& user : account.users) {
      if (at++ % kEach == 0) found.emplace_back(user.arn);
    }
    for (const Role& role : account.roles) {
      if (at++ % (kEach * 7) == 0) found.emplace_back(role.arn);
    }
  }
  return found;
}

// Reaches so few roles that the asker waits for the index alone.
bool is_ordinary(const ReachAnswer& answer) {
  constexpr std::size_t kFewSessions = 200;
  return answer.sessions.size() <= kFewSessions;
}

void measure(const Estate& estate, const std::vector<std::string>& principals) {
  constexpr std::size_t kMostBroad = 3;  // Each takes seconds.
  const WhoIndex shared(estate);
  (void)find_reach(shared, *WalkStart::parse(principals[0]));
  std::vector<double> ordinary;
  std::vector<double> alone;
  std::vector<double> broad;
  std::size_t most = 0;
  for (const std::string& each : principals) {
    const WalkStart start = *WalkStart::parse(each);
    auto begin = Clock::now();
    const ReachAnswer answer = find_reach(shared, start);
    const double taken = milliseconds_since(begin);
    (is_ordinary(answer) ? ordinary : broad).push_back(taken);
    most = std::max(most, answer.sessions.size());
    if (broad.size() == kMostBroad) break;
    if (!is_ordinary(answer)) continue;
    begin = Clock::now();
    (void)find_reach(estate, start);
    alone.push_back(milliseconds_since(begin));
  }
  fmt::print("reach, {} principals of few roles: median {:.2f} ms, with the index {:.1f} ms\n",
             ordinary.size(), median(ordinary), median(alone));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("reach, {} principals of up to {} sessions: median {:.0f} ms, {:.0f} MB in all\n",
             broad.size(), most, median(broad), static_cast<double>(usage.ru_maxrss) / 1024);
}

// The shortest way between principals and roles from all over the estate, most of which have none.
void measure_paths(const Estate& estate, const std::vector<std::string>& principals) {
  constexpr std::size_t kMostStarts = 20;
  constexpr std::size_t kEachRole = 8999;
  const WhoIndex shared(estate);
  std::vector<const Role*> roles;
  std::size_t at = 0;
  for (const auto& [id, account] : estate.accounts()) {
    for (const Role& role : account.roles) {
      if (at++ % kEachRole == 0) roles.push_back(&role);
    }
  }
  (void)find_paths(shared, *WalkStart::parse(principals[0]), *roles[0], false);
  std::vector<double> taken;
  std::size_t found = 0;
  for (std::size_t i = 0; i < std::min(principals.size(), kMostStarts); ++i) {
    const WalkStart start = *WalkStart::parse(principals[i]);
    for (const Role* const role : roles) {
      const auto begin = Clock::now();
      const PathAnswer answer = find_paths(shared, start, *role, false);
      taken.push_back(milliseconds_since(begin));
      if (!answer.paths.empty()) ++found;
    }
  }
  if (taken.empty()) return;
  fmt::print("path, {} pairs, {} with a way: median {:.1f} ms, slowest {:.0f} ms\n", taken.size(),
             found, median(taken), *std::max_element(taken.begin(), taken.end()));
}

int run(int argc, char** argv) {
  std::string made;
  if (argc < 2) {
    made = std::filesystem::temp_directory_path() / "rolecall-walk-XXXXXX";
    if (mkdtemp(made.data()) == nullptr) throw std::system_error(errno, std::generic_category());
    write_organization(made, /*accounts=*/500, /*roles_per_account=*/200);
  }
  Estate estate;
  Diagnostics diagnostics;
  load_estate({argc < 2 ? made : argv[1]}, estate, diagnostics);
  if (argc <= 2) {
    const std::vector<std::string> principals = some_principals(estate);
    measure(estate, principals);
    measure_paths(estate, principals);
  }
  if (!made.empty()) std::filesystem::remove_all(made);
  for (int i = 2; i < argc; ++i) {
    const auto begin = Clock::now();
    const ReachAnswer answer = find_reach(estate, *WalkStart::parse(argv[i]));
    fmt::print("{}: {:.1f} ms, {} sessions of {} roles\n", argv[i], milliseconds_since(begin),
               answer.sessions.size(), answer.roles.size());
  }
  return 0;
}

}  // namespace
}  // namespace rolecall

int main(int argc, char** argv) {
  return rolecall::run(argc, argv);
}
