// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

using TextPair = std::pair<std::string, std::string>;

// One conformance case of tests/conformance: an estate, a request, and what follows from them.
struct CaseFile {
  std::string name{};
  std::vector<std::string> cites{};  // Steps of docs/evaluation.md, rules of docs/rules.md, pages
                                     // of AWS's documentation.
  std::vector<TextPair> estate{};    // File name and text.
  std::string request{};
  std::string decision{};
  std::vector<TextPair> gates{};  // Name and verdict.
  // Of the first cause, or of the trust policy's Allow that the answer rests on; none: null.
  std::optional<std::int64_t> statement{};
  std::vector<std::string> causes{};
  std::vector<std::string> notes{};  // Rules of docs/rules.md whose choice decided.
};
void PrintTo(const CaseFile& wanted, std::ostream* out);

struct CaseFiles {
  std::vector<CaseFile> cases{};      // In the order of their paths.
  std::vector<std::string> faults{};  // Unknown or missing fields, wrong types, wrong names.
};
[[nodiscard]] CaseFiles load_cases(const std::filesystem::path& folder);

// A case's estate and request in memory. Neither copied nor moved: the request borrows.
class LoadedCase {
 public:
  explicit LoadedCase(const CaseFile& wanted);
  LoadedCase(const LoadedCase&) = delete;
  LoadedCase& operator=(const LoadedCase&) = delete;

  Estate estate{};
  AssumeRequest request{};
};

}  // namespace rolecall
