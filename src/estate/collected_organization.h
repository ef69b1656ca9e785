// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "collected_reader.h"

namespace rolecall {

// Reads an organization that iam-collect wrote. When its structure cannot be read in full, this is
// reported and nothing returned: an account that is missing would count as outside.
[[nodiscard]] std::optional<Organization> read_collected_organization(
    LoadContext& context, const OrganizationFiles& files, const OpenDocument& open);

}  // namespace rolecall
