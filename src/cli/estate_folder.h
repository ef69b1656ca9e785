// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rolecall/base/result.h"
#include "rolecall/base/time.h"

#include "live/account_collector.h"
#include "live/answer_store.h"

namespace rolecall::cli {

// A folder that account after account is collected into. Until everything is there the files stand
// in `.rolecall/part` below it, which no estate is read from, so that a run that breaks leaves what
// was there before; the next run goes on from there. `.rolecall/manifest.json` says what was read
// when.
class EstateFolder {
 public:
  // How accounts are read. What an earlier run left is of use only to one that reads them alike.
  struct Terms {
    std::string role{};
    std::string region{};
    std::string organization{};  // Id, where all accounts of one are read.
  };
  // What was read of an account, or of the organization.
  struct Part {
    std::map<std::string, std::string> files{};  // By name.
    CollectedCounts counts{};
    bool whole = true;  // Nothing is missing.
  };

  // Accounts that an earlier run left there less than a day before `now`, and whole, are kept.
  EstateFolder(std::filesystem::path folder, EpochSeconds now, Terms terms);

  // What an earlier run counted in the account, if that need not be read again.
  [[nodiscard]] std::optional<CollectedCounts> find(const std::string& account) const;
  // What a run that was killed had read of the account so far.
  [[nodiscard]] std::unique_ptr<AnswerStore> answers(const std::string& account) const;
  // Safe from several threads. Fails when a file cannot be written, or its name leads elsewhere.
  [[nodiscard]] std::optional<Diagnostic> add(const std::string& account, const Part& part);
  // Puts everything in its place. What earlier runs put there stays, unless it was read again, or
  // is an account of the same organization that is not among its accounts, `listed`, any more.
  [[nodiscard]] std::optional<Diagnostic> finish(const std::set<std::string>& listed = {});

 private:
  struct Entry {
    EpochSeconds collected = 0;
    std::vector<std::string> files{};
    CollectedCounts counts{};
    Terms terms{};
    bool whole = false;
  };
  using Entries = std::map<std::string, Entry>;  // By account.

  [[nodiscard]] static Entries read(const std::filesystem::path& manifest);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::filesystem::path part() const { return folder_ / ".rolecall" / "part"; }
  [[nodiscard]] bool is_kept(const Entry& before, const std::string& account,
                             const std::set<std::string>& listed) const;

  std::filesystem::path folder_;
  EpochSeconds now_;
  Terms terms_;
  mutable std::mutex mutex_;
  Entries entries_;
};

}  // namespace rolecall::cli
