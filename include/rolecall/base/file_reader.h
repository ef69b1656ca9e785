// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

// Reads a whole file or pipe; `-` is standard input. Fails for folders, for devices, and for files
// that cannot be read or are larger than `max_bytes`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t max_bytes);
// What was found below a folder.
struct FoundFiles {
  std::vector<std::string> files{};     // In the order of their paths, folder by folder.
  std::vector<std::string> links{};     // Symbolic links to folders; they are not followed.
  std::vector<std::string> unlisted{};  // Folders that could not be listed.
};
// Selects by path the files to return and the folders to descend into.
struct FileFilter {
  std::function<bool(std::string_view)> file{};
  std::function<bool(std::string_view)> folder{};
};
// Finds the regular files and the dangling symbolic links below `folder`. Fails when `folder`
// itself cannot be listed; a folder below it that cannot be listed is reported to `diagnostics` and
// skipped.
[[nodiscard]] Result<FoundFiles> find_files(const std::filesystem::path& folder,
                                            const FileFilter& wanted, Diagnostics& diagnostics);
// The part of a path after its last slash.
[[nodiscard]] std::string_view file_name(std::string_view path);

}  // namespace rolecall
