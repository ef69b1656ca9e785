// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "diagnose/error_text_scan.h"
#include "diagnose/error_text_table.h"

namespace rolecall {

// A denial [begin, end) and the text [floor, ceiling) around it that belongs to no other denial, as
// offsets: floor <= begin <= end <= ceiling.
struct TextWindow {
  std::size_t floor = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t ceiling = 0;
};

// Reads the context of denials: the marks around them. Each look-up visits a bounded number of
// marks.
class ErrorContext {
 public:
  ErrorContext(std::string_view text, const ScannedText& scanned)
      : text_(text), marks_(scanned.marks) {}

  // The value of the nearest mark of this kind that is within its reach; empty when there is none.
  [[nodiscard]] std::string find(MarkKind kind, const TextWindow& window) const;

  // The tool that printed the denial: the outermost one, and of several the nearest.
  [[nodiscard]] std::string find_tool(const TextWindow& window) const;

  // The request id; the AWS SDK for Go prints it before its message, other tools after it.
  [[nodiscard]] std::string find_request_id(const TextWindow& window) const;

  // The wire code right before `begin`, as in `AccessDenied: User: ...`, or empty.
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
