// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_scan.h"

#include <algorithm>
#include <array>
#include <string>

#include "rolecall/base/text.h"

#include "diagnose/error_text_sentence.h"
#include "diagnose/error_text_table.h"

namespace rolecall {
namespace {

// The rows of a table by the first character of their pattern, in the order of the table.
class RowIndex {
 public:
  struct Entry {
    SplitPattern pattern{};
    std::uint16_t row = 0;
    std::string
        prefix{};  // The letters that every match begins with, at most eight, in lower case.
  };

  template <typename Rows>
  explicit RowIndex(const Rows& rows) {
    std::uint16_t number = 0;
    for (const auto& row : rows) {
      const SplitPattern split = split_pattern(row.pattern);
      entries_[slot(split.rest.front())].push_back({split, number++, prefix_of(split.rest)});
    }
  }

  [[nodiscard]] const std::vector<Entry>& starting_with(char c) const { return entries_[slot(c)]; }

 private:
  static std::string prefix_of(std::string_view pattern) {
    constexpr std::size_t kLongest = 8;
    pattern = pattern.substr(0, std::min(kLongest, pattern.find_first_of("'{| ")));
    return ascii_lower(pattern);
  }
  static std::size_t slot(char c) { return static_cast<unsigned char>(ascii_lower(c)) & 0x7FU; }

  std::array<std::vector<Entry>, 128> entries_{};
};

const RowIndex& denial_index() {
  static const RowIndex index(denial_texts());
  return index;
}

const RowIndex& mark_index() {
  static const RowIndex index(context_marks());
  return index;
}

bool is_holder_char(char c) {
  return is_word_char(c) || c == '_' || c == '+' || c == '.' || c == '@' || c == '-';
}

// The name that ends right before `pos`, or before white space and quotes there.
std::string_view name_before(std::string_view text, std::size_t pos) {
  constexpr std::size_t kLongest = 128;
  while (pos > 0 &&
         (is_text_space(text[pos - 1]) || text[pos - 1] == '\'' || text[pos - 1] == '"')) {
    --pos;
  }
  std::size_t begin = pos;
  while (begin > 0 && begin + kLongest > pos && is_holder_char(text[begin - 1])) --begin;
  return text.substr(begin, pos - begin);
}

bool mentions_role(std::string_view text, std::size_t begin, std::size_t end) {
  end = std::min(end, text.size());
  for (std::size_t i = begin; i < end; ++i) {
    if (starts_with_ignore_case(text.substr(i, 4), "role")) return true;
  }
  return false;
}

// A cheap test that rules out most rows. Ignores a line break inside a word.
bool may_match(std::string_view text, std::size_t pos, const RowIndex::Entry& entry) {
  const std::size_t length = std::min(entry.prefix.size(), text.size() - pos);
  for (std::size_t i = 1; i < length; ++i) {
    const char c = text[pos + i];
    if (c == '\n') return true;
    if (ascii_lower(c) != entry.prefix[i]) return false;
  }
  return true;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  ScannedText run() {
    std::size_t pos = 0;
    while (pos < text_.size()) {
      const bool inside_word = pos > 0 && is_word_char(text_[pos]) && is_word_char(text_[pos - 1]);
      if (inside_word) {
        ++pos;
      } else if (const auto arn = read_arn(text_, pos)) {
        arn_begin_ = pos;
        arn_end_ = std::max(arn->end, pos + 1);
        pos = arn_end_;
      } else {
        if (pos >= free_) find_denial(pos);
        find_marks(pos);
        ++pos;
      }
    }
    return std::move(out_);
  }

 private:
  void find_denial(std::size_t pos);
  void find_marks(std::size_t pos);
  bool place_lead(std::string_view lead, TextHit& hit) const;
  bool place_sentence(TextHit& hit) const;
  [[nodiscard]] bool is_about_roles(const DenialText& row, const TextHit& hit) const;
  [[nodiscard]] bool place(const DenialText& row, std::string_view lead, TextHit& hit) const;
  [[nodiscard]] bool has_arn_before(std::size_t pos, std::size_t reach) const;

  std::string_view text_;
  const RowIndex& denials_ = denial_index();
  const RowIndex& marks_ = mark_index();
  ScannedText out_{};
  std::vector<Capture> captures_{};
  std::size_t free_ = 0;  // The text before this offset belongs to the hits so far.
  std::size_t arn_begin_ = 0;
  std::size_t arn_end_ = 0;  // End of the last ARN; zero: none so far.
};

// Whether the last ARN ends at most `reach` characters before `pos`, in the same sentence.
bool Scanner::has_arn_before(std::size_t pos, std::size_t reach) const {
  if (arn_end_ == 0 || arn_end_ > pos || arn_end_ + reach < pos || arn_begin_ < free_) return false;
  const std::string_view between = text_.substr(arn_end_, pos - arn_end_);
  return between.find(". ") == between.npos && between.find("\n\n") == between.npos;
}

// Finds the lead of a pattern, which stands before its first literal.
bool Scanner::place_lead(std::string_view lead, TextHit& hit) const {
  constexpr std::size_t kAdjacent = 4;
  constexpr std::size_t kDistant = 60;
  const bool optional = lead == "~role";
  if (has_arn_before(hit.anchor, optional ? kDistant : kAdjacent)) {
    hit.arn = static_cast<std::uint32_t>(arn_begin_);
    hit.begin = hit.arn;
    return true;
  }
  if (optional) return true;
  const std::string_view name = name_before(text_, hit.anchor);
  if (name.empty()) return false;
  hit.begin = static_cast<std::uint32_t>(name.data() - text_.data());
  return hit.begin >= free_;
}

// In `User: ARN is not authorized to perform ...` the subject stands before the anchor.
bool Scanner::place_sentence(TextHit& hit) const {
  const auto sentence = read_denial_sentence(text_, hit.anchor, hit.end);
  if (!sentence) return false;
  hit.end = static_cast<std::uint32_t>(sentence->end);
  hit.is_foreign = sentence->action == nullptr;
  hit.arn = hit.end;
  const auto back_over = [&](std::string_view word) {
    std::size_t pos = hit.begin;
    while (pos > free_ && is_text_space(text_[pos - 1])) --pos;
    if (pos < free_ + word.size()) return;
    if (equals_ignore_case(text_.substr(pos - word.size(), word.size()), word)) {
      hit.begin = static_cast<std::uint32_t>(pos - word.size());
    }
  };
  back_over("is");
  if (has_arn_before(hit.begin, 4)) {
    hit.arn = static_cast<std::uint32_t>(arn_begin_);
    hit.begin = hit.arn;
  }
  back_over("User:");
  return true;
}

// Whether the row is for any product, and so may match a text about something else.
bool Scanner::is_about_roles(const DenialText& row, const TextHit& hit) const {
  constexpr std::size_t kAhead = 48;
  constexpr std::size_t kBack = 160;
  if (row.pattern.find("{~role}") == std::string_view::npos) return true;
  if (row.pattern.front() != '{') return mentions_role(text_, hit.anchor, hit.end + kAhead);
  return hit.arn != hit.end ||
         mentions_role(text_,
                       std::max(free_, hit.anchor - std::min<std::size_t>(hit.anchor, kBack)),
                       hit.anchor);
}

bool Scanner::place(const DenialText& row, std::string_view lead, TextHit& hit) const {
  if (row.kind == TextKind::Sentence) return place_sentence(hit);
  if (row.kind == TextKind::Constraint) {
    const auto violation = read_violation(text_, free_, hit.anchor, hit.end);
    if (!violation) return false;
    hit.begin = static_cast<std::uint32_t>(violation->begin);
    hit.end = static_cast<std::uint32_t>(violation->end);
    return true;
  }
  if (!lead.empty() && !place_lead(lead, hit)) return false;
  return is_about_roles(row, hit);
}

void Scanner::find_denial(std::size_t pos) {
  for (const RowIndex::Entry& entry : denials_.starting_with(text_[pos])) {
    if (!may_match(text_, pos, entry)) continue;
    captures_.clear();
    const auto end = match_pattern(text_, pos, entry.pattern.rest, captures_);
    if (!end) continue;
    const auto at = static_cast<std::uint32_t>(pos);
    const auto stop = static_cast<std::uint32_t>(*end);
    TextHit hit{.begin = at, .anchor = at, .end = stop, .arn = stop, .row = entry.row};
    if (!place(denial_texts()[entry.row], entry.pattern.lead, hit)) continue;
    free_ = std::max<std::size_t>(hit.end, pos + 1);
    out_.hits.push_back(hit);
    return;
  }
}

void Scanner::find_marks(std::size_t pos) {
  for (const RowIndex::Entry& entry : marks_.starting_with(text_[pos])) {
    if (!may_match(text_, pos, entry)) continue;
    captures_.clear();
    const auto end = match_pattern(text_, pos, entry.pattern.rest, captures_);
    if (!end) continue;
    const MarkKind kind = context_marks()[entry.row].kind;
    const bool whole_word = kind == MarkKind::Service || kind == MarkKind::Vendor;
    const bool goes_on = *end < text_.size() && is_word_char(text_[*end]);
    if (whole_word && goes_on && is_word_char(text_[*end - 1])) continue;
    out_.marks.push_back(
        {static_cast<std::uint32_t>(pos), static_cast<std::uint32_t>(*end), entry.row});
  }
}

}  // namespace

ScannedText scan_error_text(std::string_view text) {
  return Scanner(text).run();
}

std::vector<Capture> read_captures(std::string_view text, const TextHit& hit) {
  const SplitPattern split = split_pattern(denial_texts()[hit.row].pattern);
  std::vector<Capture> captures;
  if (hit.arn != hit.end) {
    if (auto arn = read_arn(text, hit.arn)) {
      const std::string_view name = split.lead == "~role" ? "role" : split.lead;
      captures.push_back({name, std::move(arn->value)});
    }
  } else if (!split.lead.empty() && split.lead != "~role") {
    captures.push_back({split.lead, std::string(name_before(text, hit.anchor))});
  }
  static_cast<void>(match_pattern(text, hit.anchor, split.rest, captures));
  return captures;
}

}  // namespace rolecall
