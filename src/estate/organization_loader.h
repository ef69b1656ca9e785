// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "load_context.h"

namespace rolecall {

// Whether the object is an organization.json (docs/estate-format.md): one `aws organizations`
// command alone does not write enough of it.
[[nodiscard]] bool is_organization(const JsonValue& value);

// Reads organization.json into the estate. One whose structure cannot be read in full is reported
// and not kept, since an account it seems not to list would count as outside.
void load_organization(LoadContext& context, const EstateDocument& document);

// Makes it the organization of the estate, unless there is one already.
void keep_organization(LoadContext& context, Organization organization);
// Names the units and accounts whose parents do not lead to a root.
void report_unrooted(LoadContext& context, const Organization& organization);
// The organization does not tell its management account by this member.
void report_no_management_account(LoadContext& context, std::string_view member, Span at);

}  // namespace rolecall
