// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "load_context.h"

namespace rolecall {

// Whether the file is named as a configuration of iam-collect: `.jsonc`, JSON with comments.
[[nodiscard]] bool is_collect_config(const std::filesystem::path& path);
// Where it says that the collected data is; a relative path counts from its own folder. Nothing,
// and a diagnostic, when it does not say so or the data is not in files.
[[nodiscard]] std::optional<std::filesystem::path> find_storage(LoadContext& context,
                                                                const std::filesystem::path& path);

}  // namespace rolecall
