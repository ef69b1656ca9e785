// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

// Reads a whole file, `-` being standard input; a pipe will do. Refuses folders, what cannot be
// read, and what is larger than `max_bytes`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t max_bytes);
// Regular files below `folder` whose name ends in `.json`, sorted by path; hidden folders are
// passed over. Fails when the folder cannot be listed; a folder below it that cannot be listed is
// reported in `diagnostics`, and the others are read all the same.
[[nodiscard]] Result<std::vector<std::filesystem::path>> list_json_files(
    const std::filesystem::path& folder, Diagnostics& diagnostics);

}  // namespace rolecall
