// SPDX-License-Identifier: Apache-2.0
// How long `rolecall who` takes from start to end, and how much memory, for a role that names
// principals and for one that the whole organization may assume; then every role's answer in this
// process. The argument is a folder with the exports of an organization; without it one of 50
// accounts with 200 roles each is made.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/who.h"

#include "account_export.h"
#include "program_run.h"

namespace rolecall {
namespace {

constexpr int kAccounts = 50;
constexpr int kRoles = 200;

std::string make_organization() {
  std::string folder = std::filesystem::temp_directory_path() / "rolecall-who-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return {};
  for (int i = 0; i < kAccounts; ++i) {
    const std::string account = fmt::format("{:012}", 111'100'000'000 + i);
    std::ofstream(folder + "/" + account + ".json") << account_export(account, kRoles);
  }
  std::ofstream(folder + "/999900001111.json")
      << R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{)"
         R"("RoleName":"shared","RoleId":"AROA1","Arn":"arn:aws:iam::999900001111:role/shared",)"
         R"("AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
         R"("Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}}]})";
  return folder;
}

// The first role whose trust policy names everyone, or the first that names a role.
const Role* find_role_trusting(const Estate& estate, PrincipalForm form) {
  for (const auto& [id, account] : estate.accounts()) {
    for (const Role& role : account.roles) {
      const Policy* const trust = role.trust.shared();
      if (trust == nullptr) continue;
      for (const Statement& statement : trust->statements) {
        const auto& items = statement.principal.items;
        const bool found =
            std::any_of(items.begin(), items.end(),
                        [&](const PrincipalElement& each) { return each.form == form; });
        if (found && statement.effect == Effect::Allow) return &role;
      }
    }
  }
  return nullptr;
}

void measure_program(const std::string& folder, std::string_view name, const Role* role) {
  if (role == nullptr) return;
  constexpr std::size_t kRuns = 11;
  std::vector<Run> runs;
  for (std::size_t i = 0; i < kRuns; ++i) {
    runs.push_back(run_once({ROLECALL_PROGRAM, "who", std::string(role->arn), "--estate", folder}));
  }
  std::sort(runs.begin(), runs.end(),
            [](const Run& a, const Run& b) { return a.milliseconds < b.milliseconds; });
  fmt::print("who, whole process, {}: median {:.0f} ms, {:.0f} MB\n", name,
             runs[kRuns / 2].milliseconds, static_cast<double>(runs[0].kilobytes) / 1024);
}

// On two threads, over one index.
void measure_every_role(const Estate& estate) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<const Role*> roles;
  for (const auto& [id, account] : estate.accounts()) {
    for (const Role& role : account.roles) roles.push_back(&role);
  }
  const WhoIndex index(estate);
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> edges = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < roles.size(); i = next++) {
      const WhoAnswer answer = find_who(index, *roles[i], WhoDetail::Conditions);
      for (const Assumption& each : answer.assumptions) edges += each.count();
    }
  };
  std::thread other(work);
  work();
  other.join();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("every role's who, two threads: {} roles, {} edges, {:.2f} s, {:.0f} MB in all\n",
             roles.size(), edges.load(), taken.count(),
             static_cast<double>(usage.ru_maxrss) / 1024);
}

int run(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : make_organization();
  Estate estate;
  Diagnostics diagnostics;
  const auto begin = std::chrono::steady_clock::now();
  load_estate({folder}, estate, diagnostics);
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
  fmt::print("loading: {:.0f} ms\n", taken.count());
  measure_program(folder, "names a role", find_role_trusting(estate, PrincipalForm::Role));
  measure_program(folder, "the whole organization",
                  find_role_trusting(estate, PrincipalForm::Everyone));
  measure_every_role(estate);
  if (argc <= 1) std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace rolecall

int main(int argc, char** argv) {
  return rolecall::run(argc, argv);
}
