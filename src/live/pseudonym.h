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

// Replaces the words of names by pseudonyms: equal words by equal ones, different words by
// different ones. A pseudonym keeps the length, the letter case, and which characters are digits.
// Wildcards still match what they matched, as words are split where a learned pattern splits them:
// with `dep*`, `deploy` is the words `dep` and `loy`. A word that is a typing error away from
// another one is so afterwards too.
class Pseudonyms {
 public:
  // The same seed gives the same pseudonyms.
  explicit Pseudonyms(std::uint64_t seed) : random_(seed) {}

  // On which side of a word a wildcard stands.
  enum class Edge : std::uint8_t { None, Before, After, Both };
  // Learns a word, which then becomes no other word's pseudonym. REQUIRES: all words are learned
  // before the first is replaced.
  void learn(std::string_view word, Edge wildcard);
  // REQUIRES: ASCII letters and digits only.
  [[nodiscard]] std::string replace(std::string_view word);
  // REQUIRES: one non-ASCII letter of two or three bytes.
  [[nodiscard]] std::string replace_letter(std::string_view letter);
  // REQUIRES: an account id, of twelve digits.
  [[nodiscard]] std::string replace_account(std::string_view id);

 private:
  [[nodiscard]] std::vector<std::size_t> cuts_of(std::string_view word) const;
  [[nodiscard]] const std::string& of_part(const std::string& part);
  [[nodiscard]] std::string make(const std::string& part);
  [[nodiscard]] std::string near_to(const std::string& part);
  [[nodiscard]] char draw(char like);

  std::mt19937_64 random_;
  std::set<std::string, std::less<>> words_;               // All words that were learned.
  std::set<std::string, std::less<>> beginnings_;          // Those before a wildcard.
  std::set<std::string, std::less<>> endings_;             // Those after a wildcard.
  std::map<std::string, std::string, std::less<>> parts_;  // Pseudonyms by part, in lower case.
  std::set<std::string, std::less<>> used_;                // Pseudonyms.
};

}  // namespace rolecall
