// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// Stands in for the words of names: the same word always for the same, other words for others. A
// pseudonym has the length of its word, letters for letters and digits for digits, and its letter
// case. Wildcards go on matching what they matched, because words are cut where a pattern that was
// learned cuts them: `dep*` makes `deploy` the words `dep` and `loy`. A word that is a typing error
// away from another one stays that.
class Pseudonyms {
 public:
  // The same seed gives the same pseudonyms.
  explicit Pseudonyms(std::uint64_t seed) : random_(seed) {}

  // Where words stand next to a wildcard. All of them are learned before the first word is
  // replaced.
  enum class Edge : std::uint8_t { None, Before, After, Both };
  // `word` is taken: it is nobody's pseudonym. A wildcard may stand before it or after it.
  void learn(std::string_view word, Edge wildcard);
  // Letters and digits of ASCII only.
  [[nodiscard]] std::string replace(std::string_view word);
  // For one letter beyond ASCII, of two or three bytes.
  [[nodiscard]] std::string replace_letter(std::string_view letter);
  // For twelve digits, an account.
  [[nodiscard]] std::string replace_account(std::string_view id);

 private:
  [[nodiscard]] std::vector<std::size_t> cuts_of(std::string_view word) const;
  [[nodiscard]] const std::string& of_part(const std::string& part);
  [[nodiscard]] std::string make(const std::string& part);
  [[nodiscard]] std::string near_to(const std::string& part);
  [[nodiscard]] char draw(char like);

  std::mt19937_64 random_;
  std::set<std::string, std::less<>> words_;       // All that were learned.
  std::set<std::string, std::less<>> beginnings_;  // A wildcard goes on after them.
  std::set<std::string, std::less<>> endings_;
  std::map<std::string, std::string, std::less<>> parts_;  // In lower case.
  std::set<std::string, std::less<>> used_;                // Pseudonyms.
};

}  // namespace rolecall
