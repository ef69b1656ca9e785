// SPDX-License-Identifier: Apache-2.0
#include "live/answer_store.h"

#include <algorithm>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

#include "live/aws_answer.h"

namespace rolecall {

namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 30;

// The answer on one line.
std::string line_of(const std::string& call, std::string_view answer) {
  std::string plain(answer);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  JsonWriter out(0);
  out.begin_object();
  out.member("call", call);
  out.key("answer");
  out.raw(plain);
  out.end_object();
  return out.text() + "\n";
}

}  // namespace

AnswerStore::AnswerStore(std::filesystem::path file, std::string terms, EpochSeconds now)
    : path_(std::move(file)), terms_(std::move(terms)), now_(now) {
  read();
  open();
}

AnswerStore::~AnswerStore() {
  if (file_ >= 0) ::close(file_);
}

bool AnswerStore::is_of_use(const JsonValue& head) const {
  constexpr EpochSeconds kDay = 86'400;
  const EpochSeconds began = parse_time(head.string_at("began")).value_or(0);
  return head.string_at("terms") == terms_ && began <= now_ && began > now_ - kDay;
}

// The first line has the terms and the time. A line that was cut off is skipped.
void AnswerStore::read() {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_, error)) return;
  const auto text = read_file(path_.string(), kMaxBytes);
  if (!text) return;
  bool first = true;
  for (const std::string_view line : split(*text, '\n')) {
    if (line.empty()) continue;
    const auto entry = AwsAnswer::parse(std::string(line));
    const std::string_view call = entry ? entry->root().string_at("call") : std::string_view();
    const auto answer = entry ? entry->root().find("answer") : std::nullopt;
    if (std::exchange(first, false)) {
      if (!answer || !is_of_use(*answer)) return;
    } else if (answer && !call.empty()) {
      known_.insert_or_assign(std::string(call), std::string(answer->raw()));
    }
  }
}

void AnswerStore::open() {
  std::error_code error;
  std::filesystem::create_directories(path_.parent_path(), error);
  if (known_.empty()) std::filesystem::remove(path_, error);
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (!known_.empty()) return write("\n");  // The last line may have been cut off.
  JsonWriter head(0);
  head.begin_object();
  head.member("terms", terms_);
  head.member("began", format_time(now_));
  head.end_object();
  write(line_of("began", head.text()));
}

std::optional<std::string> AnswerStore::find(const std::string& call) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(call);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void AnswerStore::keep(const std::string& call, std::string_view answer) {
  const std::string line = line_of(call, answer);
  const std::lock_guard lock(mutex_);
  write(line);
}

// A line that could only be written in part is skipped when the file is read.
void AnswerStore::write(std::string_view line) {
  if (file_ >= 0 && ::write(file_, line.data(), line.size()) < 0) ::close(std::exchange(file_, -1));
}

bool AnswerStore::clear() {
  const std::lock_guard lock(mutex_);
  if (known_.empty()) return false;
  known_.clear();
  if (file_ >= 0) ::close(std::exchange(file_, -1));
  open();
  return true;
}

}  // namespace rolecall
