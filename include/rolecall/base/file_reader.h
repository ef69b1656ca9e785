// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

// Reads a whole file, `-` being standard input; a pipe will do. Refuses folders and
// devices, what cannot be read, and what is larger than `max_bytes`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t max_bytes);
// What was found below a folder.
struct FoundFiles {
  std::vector<std::string> files{};     // In the order of their paths, folder by folder.
  std::vector<std::string> links{};     // To folders: they are not followed.
  std::vector<std::string> unlisted{};  // Folders that could not be listed.
};
// Which files and folders are wanted, by their paths.
struct FileFilter {
  std::function<bool(std::string_view)> file{};
  std::function<bool(std::string_view)> folder{};
};
// Regular files below `folder`, and links that lead nowhere. Fails when it cannot be listed; a
// folder below it that cannot be listed is reported in `diagnostics`, and the others are read all
// the same.
[[nodiscard]] Result<FoundFiles> find_files(const std::filesystem::path& folder,
                                            const FileFilter& wanted, Diagnostics& diagnostics);
// The part of a path after its last slash.
[[nodiscard]] std::string_view file_name(std::string_view path);

}  // namespace rolecall
