// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "diagnose/error_text_scan.h"
#include "diagnose/error_text_table.h"

namespace rolecall {

// A denial and the text around it that belongs to no other one, as offsets:
// floor <= begin <= end <= ceiling.
struct TextWindow {
  std::size_t floor = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t ceiling = 0;
};

// Reads what wrappers say around a denial. Each look-up visits a bounded number of marks.
class ErrorContext {
 public:
  ErrorContext(std::string_view text, const ScannedText& scanned)
      : text_(text), marks_(scanned.marks) {}

  // The value of the nearest mark of this kind within its reach, or empty.
  [[nodiscard]] std::string find(MarkKind kind, const TextWindow& window) const;

  // The wrapper that printed the denial: the outermost, then the nearest.
  [[nodiscard]] std::string find_tool(const TextWindow& window) const;

  // Go prints the request id before its message, everything else after.
  [[nodiscard]] std::string find_request_id(const TextWindow& window) const;

  // The wire code in `AccessDenied: User: ...`, as printed right before `begin`, or empty.
  [[nodiscard]] std::string find_adjacent_code(std::size_t begin) const;

  // The service principal (or the product, for `Vendor`) that is named right before `pos`.
  [[nodiscard]] std::string find_subject(MarkKind kind, std::size_t pos) const;

  // The service principal (or the product, for `Vendor`) that the sentence [begin, end) names
  // nearest to `pos`.
  [[nodiscard]] std::string find_named(MarkKind kind, std::size_t begin, std::size_t end,
                                       std::size_t pos) const;

 private:
  struct Candidate {
    std::string value{};
    std::size_t distance = 0;
    int rank = -1;
  };
  [[nodiscard]] std::string value_of(const TextMark& mark) const;
  [[nodiscard]] std::string service_at(const TextMark& mark) const;
  [[nodiscard]] std::size_t first_mark_at(std::size_t offset) const;
  [[nodiscard]] Candidate best_before(MarkKind kind, const TextWindow& window) const;
  [[nodiscard]] Candidate best_after(MarkKind kind, const TextWindow& window) const;
  void consider(const TextMark& mark, std::size_t distance, Candidate& best) const;

  std::string_view text_;
  const std::vector<TextMark>& marks_;
};

// `AccessDeniedException` becomes `AccessDenied`.
[[nodiscard]] std::string strip_exception(std::string_view code);

}  // namespace rolecall
