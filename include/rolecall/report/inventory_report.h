// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rolecall/reach/inventory.h"

namespace rolecall {

// The input of the reports on the inventory of trust. All borrowed.
struct InventoryReport {
  const Estate& estate;
  std::span<const TrustEntry> entries;
  std::size_t unread = 0;  // Roles whose trust policy could not be read.
};

// Counts, then a table for each kind of reach. Text from files is escaped.
[[nodiscard]] std::string write_inventory_markdown(const InventoryReport& report);

// What could not be read, one sentence each. The Markdown has it; CSV has no place for it.
[[nodiscard]] std::vector<std::string> describe_unread(const InventoryReport& report);

// CSV (RFC 4180), one line per entry. A cell that a spreadsheet would take for a formula gets an
// apostrophe in front.
[[nodiscard]] std::string write_inventory_csv(const InventoryReport& report);

}  // namespace rolecall
