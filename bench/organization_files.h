// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rolecall {

// Writes an organization into a folder: an export of each account, as the AWS CLI prints it, and
// organization.json. The roles trust in the proportions that are usual: mostly services, then their
// own account, roles and accounts elsewhere, an issuer of tokens; one in a hundred the whole
// organization. The same numbers give the same files.
void write_organization(const std::string& folder, int accounts, int roles_per_account);

}  // namespace rolecall
