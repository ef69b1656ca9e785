// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_prescan.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "rolecall/base/text.h"

#include "diagnose/error_text_match.h"
#include "diagnose/error_text_table.h"

namespace rolecall {
namespace {

constexpr std::size_t kShortest = 5;  // Length of the shortest word that is searched for.
// How much text around a word recognition looks at, in letters and digits: the longest reach of a
// mark, and the longest ARN and value between the mark and the word.
constexpr std::size_t kBefore = 6'000;
constexpr std::size_t kAfter = 4'000;

// The literal text that every match of a pattern has.
std::string mandatory_text(std::string_view pattern) {
  std::string text;
  bool optional = false;
  bool placeholder = false;
  for (const char c : pattern) {
    if (c == '|') optional = !optional;
    if (c == '{') placeholder = true;
    const bool is_text = !optional && !placeholder && c != '|';
    text.push_back(is_text ? ascii_lower(c) : ' ');
    if (c == '}') placeholder = false;
  }
  return text;
}

std::vector<std::string> words_of(std::string_view pattern) {
  std::vector<std::string> words(1);
  for (const char c : mandatory_text(pattern)) {
    if (is_word_char(c)) {
      words.back().push_back(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  std::erase_if(words, [](const std::string& word) { return word.size() < kShortest; });
  return words;
}

std::vector<std::string> collect_anchor_words() {
  constexpr std::size_t kPerPattern = 2;
  std::vector<std::string> anchors;
  for (const DenialText& row : denial_texts()) {
    std::vector<std::string> words = words_of(row.pattern);
    std::stable_sort(words.begin(), words.end(), [](const std::string& a, const std::string& b) {
      return a.size() > b.size();
    });
    words.resize(std::min(words.size(), kPerPattern));
    anchors.insert(anchors.end(), words.begin(), words.end());
  }
  std::sort(anchors.begin(), anchors.end());
  anchors.erase(std::unique(anchors.begin(), anchors.end()), anchors.end());
  return anchors;
}

// Finds many words at once, by Wu and Manber's algorithm on pairs of characters.
class WordSearch {
 public:
  WordSearch() {
    shift_.fill(kShortest - 1);
    for (const std::string& word : anchor_words()) {
      for (std::size_t i = 1; i < kShortest; ++i) {
        const std::uint16_t pair = pair_at(word, i);
        const auto shift = static_cast<std::uint8_t>(kShortest - 1 - i);
        shift_[pair] = std::min(shift_[pair], shift);
      }
      words_[bucket(pair_at(word, kShortest - 1))].push_back(word);
    }
  }

  // Where the next word at or after `pos` begins, or npos.
  [[nodiscard]] std::size_t find(std::string_view text, std::size_t pos) const {
    std::size_t last = pos + kShortest - 1;  // Where the first characters of a word would end.
    while (last < text.size()) {
      const std::uint16_t pair = pair_at(text, last);
      if (const std::size_t shift = shift_[pair]; shift > 0) {
        last += shift;
        continue;
      }
      const std::string_view rest = text.substr(last + 1 - kShortest);
      for (const std::string_view word : words_[bucket(pair)]) {
        if (starts_with_ignore_case(rest, word)) return last + 1 - kShortest;
      }
      ++last;
    }
    return std::string_view::npos;
  }

 private:
  static constexpr std::size_t kBuckets = 1024;
  static std::size_t bucket(std::uint16_t pair) { return pair % kBuckets; }
  static std::uint16_t pair_at(std::string_view text, std::size_t last) {
    const auto byte = [&](std::size_t i) {
      return static_cast<unsigned char>(ascii_lower(text[i]));
    };
    return static_cast<std::uint16_t>(byte(last - 1) << 8U | byte(last));
  }

  std::array<std::uint8_t, 65'536> shift_{};
  std::array<std::vector<std::string_view>, kBuckets> words_{};
};

std::size_t reach_back(std::string_view text, std::size_t pos, std::size_t floor) {
  for (std::size_t seen = 0; pos > floor && seen < kBefore; --pos) {
    if (is_word_char(text[pos - 1])) ++seen;
  }
  // Extends to the beginning of the line, or of a word when the line is long.
  constexpr std::size_t kLine = 4'000;
  const std::size_t limit = pos - std::min(pos - floor, kLine);
  for (const char stop : {'\n', ' '}) {
    std::size_t at = pos;
    while (at > limit && text[at - 1] != stop) --at;
    if (at > limit || at == floor) return at;
  }
  return pos;
}

// Collects ranges around words, which come in ascending order. Looks at each character a bounded
// number of times.
class RangeCollector {
 public:
  explicit RangeCollector(std::string_view text) : text_(text) {}

  void add_word(std::size_t pos) {
    if (ranges_.empty() || pos >= ranges_.back().end) {
      const std::size_t done = ranges_.empty() ? 0 : close();
      const std::size_t begin = reach_back(text_, pos, std::min(pos, done));
      if (ranges_.empty() || begin > done) ranges_.push_back({begin, pos});
      word_ = std::max(pos, done);
      ranges_.back().end = word_;
      extend(kAfter);
    } else if (pos > word_) {
      const auto from = text_.begin() + static_cast<std::ptrdiff_t>(word_);
      const auto to = text_.begin() + static_cast<std::ptrdiff_t>(pos);
      word_ = pos;
      extend(static_cast<std::size_t>(std::count_if(from, to, is_word_char)));
    }
  }

  std::vector<TextRange> finish() {
    if (!ranges_.empty()) close();
    return std::move(ranges_);
  }

 private:
  // Moves the end forward by so many letters and digits.
  void extend(std::size_t count) {
    std::size_t& end = ranges_.back().end;
    for (; end < text_.size() && count > 0; ++end) {
      if (is_word_char(text_[end])) --count;
    }
  }

  // Extends to the end of a word.
  std::size_t close() {
    std::size_t& end = ranges_.back().end;
    end = std::min(text_.find_first_of(" \n", end), text_.size());
    return end;
  }

  std::string_view text_;
  std::size_t word_ = 0;  // The word for which the end of the last range was last moved.
  std::vector<TextRange> ranges_{};
};

// Whether the text may be UTF-16, as some shells write it, with a zero byte after each letter.
bool may_be_utf16(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

}  // namespace

const std::vector<std::string>& anchor_words() {
  static const std::vector<std::string> words = collect_anchor_words();
  return words;
}

std::vector<TextRange> find_denial_ranges(std::string_view text, std::size_t least) {
  if (text.size() < least || may_be_utf16(text)) return {{0, text.size()}};
  static const WordSearch search;
  RangeCollector collector(text);
  for (std::size_t pos = search.find(text, 0); pos != std::string_view::npos;
       pos = search.find(text, pos + 1)) {
    collector.add_word(pos);
  }
  return collector.finish();
}

}  // namespace rolecall
