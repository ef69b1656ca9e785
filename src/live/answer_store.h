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

// Stores answers of AWS in a file, one per line, as soon as they come, so that a run that is killed
// does not lose them. Only answers of reading calls are stored. Safe from several threads.
class AnswerStore {
 public:
  // Answers in `file` are only used if it was begun less than a day before `now` and with the same
  // `terms`, which is any text.
  AnswerStore(std::filesystem::path file, std::string terms, EpochSeconds now);
  AnswerStore(const AnswerStore&) = delete;
  AnswerStore& operator=(const AnswerStore&) = delete;
  ~AnswerStore();

  // The answer of an earlier run, as JSON.
  [[nodiscard]] std::optional<std::string> find(const std::string& call) const;
  // Stores an answer, which is JSON. Failing to write it is ignored: the next run asks AWS again.
  void keep(const std::string& call, std::string_view answer);
  // Drops the answers of an earlier run, when AWS no longer accepts its page tokens. False when
  // there are none.
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
  std::map<std::string, std::string> known_;  // Answers of an earlier run, by call.
  int file_ = -1;
};

}  // namespace rolecall
