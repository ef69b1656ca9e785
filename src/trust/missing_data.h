// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rolecall/trust/assume_decision.h"

namespace rolecall {

// The command that writes organization.json, with all policies of the organization.
inline constexpr std::string_view kFetchOrganization =
    "rolecall collect DIR --organization --role ROLE  # with a profile of the management account";
// The command that fetches the export of an account.
[[nodiscard]] std::string export_command(std::string_view account);
// The PolicyRef::label of the service control policies that the files lack at a level of the
// organization.
[[nodiscard]] std::string scps_label(std::string_view level);
// The command that fetches the document with this PolicyRef::label; empty when there is none.
[[nodiscard]] std::string document_command(std::string_view label);

// All data that the gates lacked, of kinds that were not supplied and of those that were, with the
// commands that fetch it.
[[nodiscard]] std::vector<MissingDatum> list_missing_data(const AssumeRequest& request,
                                                          const AssumeDecision& decision);

}  // namespace rolecall
