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

// A folder into which accounts are collected. New files are first written to `.rolecall/part` below
// it, which no estate is read from, and moved when all are complete: a run that breaks leaves the
// folder as it was, and the next run resumes it. `.rolecall/manifest.json` records what was read
// and when.
class EstateFolder {
 public:
  // How accounts are read. Only a run with the same terms resumes an earlier one.
  struct Terms {
    std::string role{};
    std::string region{};
    std::string organization{};  // Its id, if all accounts of an organization are read.
  };
  // The data of one account, or of the organization.
  struct Part {
    std::map<std::string, std::string> files{};  // Texts by file name.
    CollectedCounts counts{};
    bool whole = true;  // Nothing is missing.
  };

  // Complete accounts that an earlier run left less than a day before `now` are not read again.
  EstateFolder(std::filesystem::path folder, EpochSeconds now, Terms terms);

  // The counts of an account that need not be read again; nothing for others.
  [[nodiscard]] std::optional<CollectedCounts> find(const std::string& account) const;
  // The answers about the account that a killed run had received.
  [[nodiscard]] std::unique_ptr<AnswerStore> answers(const std::string& account) const;
  // Safe from several threads. Fails when a file cannot be written, or its name leads out of the
  // folder.
  [[nodiscard]] std::optional<Diagnostic> add(const std::string& account, const Part& part);
  // Moves all files to their places. Files of earlier runs stay, unless they were read again, or
  // belong to an account that has left the organization: it is not in `listed`, its accounts.
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
