// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rolecall/reach/inventory.h"

namespace rolecall {

// The inventory of trust, with what its report shows. All borrowed.
struct InventoryReport {
  const Estate& estate;
  std::span<const TrustEntry> entries;
  std::size_t unread = 0;
};

// Counts, then a table for each kind of reach. What came from outside is written so that Markdown
// has no meaning in it.
[[nodiscard]] std::string write_inventory_markdown(const InventoryReport& report);

// What could not be read, each a sentence: part of the Markdown, which CSV has no place for.
[[nodiscard]] std::vector<std::string> describe_unread(const InventoryReport& report);

// One line per entry, as RFC 4180 says. A cell that a spreadsheet would compute begins with an
// apostrophe.
[[nodiscard]] std::string write_inventory_csv(const InventoryReport& report);

}  // namespace rolecall
