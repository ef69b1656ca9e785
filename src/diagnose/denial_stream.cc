// SPDX-License-Identifier: Apache-2.0
#include "rolecall/diagnose/denial_stream.h"

#include <algorithm>
#include <utility>

namespace rolecall {

namespace {

constexpr std::size_t kNew = std::size_t{1} << 20;
// More than recognize_denials looks at around a denial.
constexpr std::size_t kOverlap = std::size_t{1} << 16;

std::size_t count_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Offset of the first line that begins after `pos`, or of a word when the line does not end.
std::size_t find_cut(std::string_view text, std::size_t pos) {
  const std::size_t end = text.find('\n', pos);
  const std::size_t at = end == std::string_view::npos ? text.find(' ', pos) : end;
  return at == std::string_view::npos ? pos : at + 1;
}

// Whether the denial names nothing. Such denials count only when there are no others.
bool is_vague(const ErrorEvidence& e) {
  return e.principal.empty() && e.role.empty() && e.service.empty() && e.cause_code.empty();
}

}  // namespace

void DenialStream::add(std::string_view text) {
  while (!text.empty()) {
    const std::size_t room = known_size_ + kNew + kOverlap - block_.size();
    const std::string_view part = text.substr(0, room);
    block_ += part;
    text.remove_prefix(part.size());
    if (part.size() == room) scan(/*last=*/false);
  }
}

// Leaves denials in the overlap at the end to the next block, which also has the text after them.
void DenialStream::scan(bool last) {
  const std::string_view text = block_;
  const std::size_t end = last ? text.size() : find_cut(text, text.size() - kOverlap);
  const std::size_t first_line = 1 + count_lines(text.substr(0, known_size_));
  const std::size_t end_line = 1 + count_lines(text.substr(0, end));
  const bool at_line = end > 0 && text[end - 1] == '\n';
  // Whether the denial is beyond `end`. Where no line ends there, its place in the text decides.
  const auto goes_on = [&](const ErrorEvidence& each) {
    if (at_line) return each.line >= end_line;
    const std::size_t at = each.sentence.empty() ? text.npos : text.rfind(each.sentence);
    return at != text.npos && at + each.sentence.size() > end;
  };
  for (ErrorEvidence& each : recognize_denials(text, max_denials_ + 1)) {
    if (each.line < first_line || (!last && goes_on(each))) continue;
    if (!known_.insert(each.sentence + '\n' + each.role).second) continue;
    cut_ = cut_ || found_.size() == max_denials_;
    if (!cut_) found_.push_back(std::move(each));
  }
  if (cut_) known_.clear();
  const std::size_t kept = find_cut(text, end - std::min(end, kOverlap));
  const std::size_t begin = std::min(kept, end);
  block_.erase(0, begin);
  known_size_ = end - begin;
}

std::vector<ErrorEvidence> DenialStream::finish() {
  scan(/*last=*/true);
  const bool all_vague = std::all_of(found_.begin(), found_.end(), is_vague);
  if (!all_vague) std::erase_if(found_, is_vague);
  return std::move(found_);
}

}  // namespace rolecall
