// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "rolecall/base/json.h"
#include "rolecall/base/time.h"

namespace rolecall {

// Answers of AWS in a file, one a line, each written as soon as it came, so that a run that is
// killed does not lose what it read. Only calls that read are kept there. Safe from several
// threads.
class AnswerStore {
 public:
  // What `file` holds is of use only if it was begun less than a day before `now`, under the same
  // `terms`, any text.
  AnswerStore(std::filesystem::path file, std::string terms, EpochSeconds now);
  AnswerStore(const AnswerStore&) = delete;
  AnswerStore& operator=(const AnswerStore&) = delete;
  ~AnswerStore();

  // The answer of an earlier run, as JSON.
  [[nodiscard]] std::optional<std::string> find(const std::string& call) const;
  // `answer` is JSON. That it cannot be written is no fault: the next run asks again.
  void keep(const std::string& call, std::string_view answer);
  // Begins anew, where pages of an earlier run do not lead on. False when there is nothing of one.
  bool clear();

 private:
  void read();
  void open();
  void write(std::string_view line);
  [[nodiscard]] bool is_of_use(const JsonValue& head) const;

  std::filesystem::path path_;
  std::string terms_;
  EpochSeconds now_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> known_;  // Of an earlier run.
  int file_ = -1;
};

}  // namespace rolecall
