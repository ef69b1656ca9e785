// SPDX-License-Identifier: Apache-2.0
// The matcher agrees with the textbook one, which fills a table.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "rolecall/base/wildcard.h"

namespace {

bool textbook(std::string_view pattern, std::string_view text) {
  std::vector<bool> row(text.size() + 1, false);
  row[0] = true;
  for (const char p : pattern) {
    bool diagonal = row[0];
    row[0] = row[0] && p == '*';
    for (std::size_t i = 1; i <= text.size(); ++i) {
      const bool above = row[i];
      row[i] = p == '*' ? above || row[i - 1] : diagonal && (p == '?' || p == text[i - 1]);
      diagonal = above;
    }
  }
  return row[text.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMost = 600;
  if (size < 2 || size > kMost) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t cut = data[0] % all.size();
  const std::string_view pattern = all.substr(0, cut);
  const std::string_view text = all.substr(cut);
  if (rolecall::wildcard_match(pattern, text) != textbook(pattern, text)) std::abort();
  return 0;
}
