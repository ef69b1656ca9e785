// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "collected_reader.h"

namespace rolecall {

// Reads an organization that iam-collect wrote. One whose structure cannot be read in full is
// reported and not returned, since an account it seems not to list would count as outside.
[[nodiscard]] std::optional<Organization> read_collected_organization(
    LoadContext& context, const OrganizationFiles& files, const OpenDocument& open);

}  // namespace rolecall
