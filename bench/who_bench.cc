// SPDX-License-Identifier: Apache-2.0
// `rolecall who` from start to end, and how much memory it takes: for a role that names a
// principal, for one that the whole organization may assume, and for every role. By itself it makes
// organizations of 1,000 to 100,000 roles. The argument is another number of roles, or a folder
// with the exports of an organization.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include "rolecall/estate/estate_loader.h"

#include "organization_files.h"
#include "program_run.h"

namespace rolecall {
namespace {

// The first role whose trust policy names everyone, or the first that names a role.
std::string find_role_trusting(const Estate& estate, PrincipalForm form) {
  for (const auto& [id, account] : estate.accounts()) {
    for (const Role& role : account.roles) {
      const Policy* const trust = role.trust.shared();
      if (trust == nullptr) continue;
      for (const Statement& statement : trust->statements) {
        const auto& items = statement.principal.items;
        const bool found =
            std::any_of(items.begin(), items.end(),
                        [&](const PrincipalElement& each) { return each.form == form; });
        if (found && statement.effect == Effect::Allow) return std::string(role.arn);
      }
    }
  }
  return {};
}

void measure(const std::string& folder, std::string_view what, const std::string& asked,
             std::size_t runs) {
  if (asked.empty()) return;
  std::vector<Run> made;
  for (std::size_t i = 0; i < runs; ++i) {
    made.push_back(run_once({ROLECALL_PROGRAM, "who", asked, "--quiet", "--estate", folder}));
  }
  std::sort(made.begin(), made.end(),
            [](const Run& a, const Run& b) { return a.milliseconds < b.milliseconds; });
  const Run& median = made[runs / 2];
  fmt::print("  {:<28} {:9.0f} ms {:9.0f} ms of processors {:7.0f} MB\n", what, median.milliseconds,
             median.processor_milliseconds, static_cast<double>(median.kilobytes) / 1024);
}

void measure_all(const std::string& folder) {
  std::string named;
  std::string open;
  std::size_t roles = 0;
  {
    Estate estate;
    Diagnostics diagnostics;
    load_estate({folder}, estate, diagnostics);
    for (const auto& [id, account] : estate.accounts()) roles += account.roles.size();
    named = find_role_trusting(estate, PrincipalForm::Role);
    open = find_role_trusting(estate, PrincipalForm::Everyone);
  }
  fmt::print("who, whole process, {} roles:\n", roles);
  constexpr std::size_t kRuns = 7;
  measure(folder, "a role that names a role", named, kRuns);
  measure(folder, "one of the organization's", open, kRuns);
  measure(folder, "every role", "--every", 3);
}

void measure_made(int roles) {
  constexpr int kRolesOfAccount = 200;
  std::string folder = std::filesystem::temp_directory_path() / "rolecall-who-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) throw std::system_error(errno, std::generic_category());
  write_organization(folder, roles / kRolesOfAccount, kRolesOfAccount);
  measure_all(folder);
  std::filesystem::remove_all(folder);
}

std::optional<int> read_number(std::string_view text) {
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = fault == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace
}  // namespace rolecall

int main(int argc, char** argv) {
  using namespace rolecall;
  if (argc <= 1) {
    for (const int roles : {1'000, 10'000, 100'000}) measure_made(roles);
  } else if (const auto roles = read_number(argv[1])) {
    measure_made(*roles);
  } else {
    measure_all(argv[1]);
  }
}
