// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "load_context.h"

namespace rolecall {

// Whether the name is that of an iam-collect configuration: it ends in `.jsonc` (JSON with
// comments).
[[nodiscard]] bool is_collect_config(const std::filesystem::path& path);
// The folder or database with the collected data, as the configuration names it; a relative path is
// relative to the configuration's folder. Nothing, and a diagnostic, when it names none or the data
// is not in files.
[[nodiscard]] std::optional<std::filesystem::path> find_storage(LoadContext& context,
                                                                const std::filesystem::path& path);

}  // namespace rolecall
