// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "load_context.h"

namespace rolecall {

// Whether the object is an organization.json (docs/estate-format.md). No single `aws organizations`
// command writes all of its members.
[[nodiscard]] bool is_organization(const JsonValue& value);

// Reads organization.json into the estate. When its structure cannot be read in full, this is
// reported and the file ignored: an account that is missing would count as outside.
void load_organization(LoadContext& context, const EstateDocument& document);

// Makes it the organization of the estate. If there is one already that differs, the first counts
// and the contradiction is reported.
void keep_organization(LoadContext& context, Organization organization);
// Reports the OUs and accounts whose parents do not lead to a root.
void report_unrooted(LoadContext& context, const Organization& organization);
// Reports that `member`, which would tell the management account, is missing.
void report_no_management_account(LoadContext& context, std::string_view member, Span at);

}  // namespace rolecall
