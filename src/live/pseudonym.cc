// SPDX-License-Identifier: Apache-2.0
#include "live/pseudonym.h"

#include <algorithm>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

constexpr int kDraws = 2000;
constexpr std::size_t kLongestName = 1024;  // Longer names are not split, as that takes time.
constexpr std::size_t kMostCompared = 10'000;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

// One edit on the way from one word to another.
enum class Step : std::uint8_t { Keep, Change, Drop, Add };

// A shortest sequence of edits, from the table of edit distances.
std::vector<Step> way_between(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> cost(from.size() + 1,
                                             std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) {
    for (std::size_t j = 0; j <= to.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
      } else {
        cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                               cost[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)});
      }
    }
  }
  std::vector<Step> way;
  std::size_t i = from.size();
  std::size_t j = to.size();
  while (i > 0 || j > 0) {
    const bool same = i > 0 && j > 0 && from[i - 1] == to[j - 1];
    if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + (same ? 0 : 1)) {
      way.push_back(same ? Step::Keep : Step::Change);
      --i;
      --j;
    } else if (i > 0 && cost[i][j] == cost[i - 1][j] + 1) {
      way.push_back(Step::Drop);
      --i;
    } else {
      way.push_back(Step::Add);
      --j;
    }
  }
  std::reverse(way.begin(), way.end());
  return way;
}

}  // namespace

void Pseudonyms::learn(std::string_view word, Edge wildcard) {
  std::string lower = ascii_lower(word);
  if (wildcard == Edge::After || wildcard == Edge::Both) beginnings_.insert(lower);
  if (wildcard == Edge::Before || wildcard == Edge::Both) endings_.insert(lower);
  words_.insert(std::move(lower));
}

// The offsets at which a piece beside a wildcard ends or begins within the word.
std::vector<std::size_t> Pseudonyms::cuts_of(std::string_view word) const {
  std::set<std::size_t> cuts;
  if (word.size() > kLongestName) return {word.size()};
  for (std::size_t at = 1; at < word.size(); ++at) {
    const bool begins = beginnings_.contains(word.substr(0, at));
    if (begins || endings_.contains(word.substr(at))) cuts.insert(at);
  }
  cuts.insert(word.size());
  return {cuts.begin(), cuts.end()};
}

std::string Pseudonyms::replace(std::string_view word) {
  const std::string lower = ascii_lower(word);
  std::string result;
  std::size_t begin = 0;
  for (const std::size_t end : cuts_of(lower)) {
    if (end == begin) continue;
    result += of_part(lower.substr(begin, end - begin));
    begin = end;
  }
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool letter = result[i] >= 'a' && result[i] <= 'z';
    if (is_upper(word[i]) && letter) result[i] = static_cast<char>(result[i] - 'a' + 'A');
  }
  return result;
}

// A Cyrillic letter, or a Chinese one.
std::string Pseudonyms::replace_letter(std::string_view letter) {
  constexpr std::uint64_t kCyrillic = 0x0430;
  constexpr std::uint64_t kChinese = 0x4E00;
  const auto known = parts_.find(letter);
  if (known != parts_.end()) return known->second;
  std::string made;
  for (int i = 0; i < kDraws && (made.empty() || used_.contains(made)); ++i) {
    const std::uint64_t bits = random_() >> 11;
    const std::uint64_t code =
        letter.size() == 2 ? kCyrillic + bits % 32 : kChinese + bits % 20'000;
    const auto last = static_cast<char>(0x80 | (code & 0x3F));
    const auto middle = static_cast<unsigned>(code >> 6);
    made = letter.size() == 2 ? std::string{static_cast<char>(0xC0 | middle), last}
                              : std::string{static_cast<char>(0xE0 | (middle >> 6)),
                                            static_cast<char>(0x80 | (middle & 0x3F)), last};
  }
  used_.insert(made);
  return parts_.emplace(letter, made).first->second;
}

std::string Pseudonyms::replace_account(std::string_view id) {
  return of_part(std::string(id));
}

const std::string& Pseudonyms::of_part(const std::string& part) {
  const auto known = parts_.find(part);
  if (known != parts_.end()) return known->second;
  std::string made = near_to(part);
  if (made.empty()) made = make(part);
  used_.insert(made);
  return parts_.emplace(part, std::move(made)).first->second;
}

// Uses the random bits directly, as distributions differ between standard libraries.
char Pseudonyms::draw(char like) {
  const std::uint64_t bits = random_() >> 11;
  return is_ascii_digit(like) ? static_cast<char>('0' + bits % 10)
                              : static_cast<char>('a' + bits % 26);
}

std::string Pseudonyms::make(const std::string& part) {
  std::string made = part;
  for (int i = 0; i < kDraws; ++i) {
    std::transform(part.begin(), part.end(), made.begin(), [&](char c) { return draw(c); });
    const bool taken = used_.contains(made) || words_.contains(made) || made == part;
    if (!taken) return made;
  }
  // Pseudonyms of one or two characters can run out. Then one of the words will do, but not a
  // pseudonym that is in use.
  for (int i = 0; i < kDraws && used_.contains(made); ++i) {
    std::transform(part.begin(), part.end(), made.begin(), [&](char c) { return draw(c); });
  }
  return made;
}

// Makes a pseudonym from that of a similar word, with the same edits. Empty: there is none.
std::string Pseudonyms::near_to(const std::string& part) {
  constexpr std::size_t kMost = 2;
  constexpr std::size_t kShortest = 5;
  constexpr std::size_t kLongest = 64;
  if (part.size() < kShortest || part.size() > kLongest || parts_.size() > kMostCompared) return {};
  for (const auto& [other, pseudonym] : parts_) {
    const std::size_t longer = std::max(other.size(), part.size());
    if (longer - std::min(other.size(), part.size()) > kMost) continue;
    if (other.size() < kShortest || edit_distance(other, part, kMost) > kMost) continue;
    std::string made;
    std::size_t from = 0;
    for (const Step step : way_between(other, part)) {
      if (step == Step::Keep) made += pseudonym[from];
      if (step == Step::Change || step == Step::Add) made += draw(part[made.size()]);
      if (step != Step::Add) ++from;
    }
    const bool taken = used_.contains(made) || words_.contains(made);
    if (!taken) return made;
  }
  return {};
}

}  // namespace rolecall
