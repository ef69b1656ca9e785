// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/file_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace rolecall {

namespace {

Diagnostic about(const std::filesystem::path& path, DiagnosticCode code, std::string message,
                 std::string help = {}) {
  return {Severity::Error, code, std::move(message), {}, std::move(help), path.string()};
}

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) static_cast<void>(std::fclose(file));
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const bool standard_input = path == "-";
  std::error_code error;
  if (!standard_input && std::filesystem::is_directory(path, error)) {
    return tl::make_unexpected(about(path, DiagnosticCode::CannotRead,
                                     fmt::format("`{}` is a folder", path.string()),
                                     "name a file"));
  }
  const File file(standard_input ? stdin : std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return tl::make_unexpected(about(path, DiagnosticCode::CannotRead,
                                     fmt::format("cannot read `{}`: {}", path.string(),
                                                 std::generic_category().message(errno))));
  }
  std::string text;
  const auto known = standard_input ? 0 : std::filesystem::file_size(path, error);
  if (!standard_input && !error && known <= max_bytes) text.reserve(known + 64);
  std::array<char, 65536> block{};
  while (true) {
    const std::size_t got = std::fread(block.data(), 1, block.size(), file.get());
    if (got == 0) break;
    if (text.size() + got > max_bytes) {
      return tl::make_unexpected(
          about(path, DiagnosticCode::TooLarge,
                fmt::format("`{}` is larger than the limit of {} bytes", path.string(), max_bytes),
                "raise the limit with --max-file-bytes"));
    }
    text.append(block.data(), got);
  }
  if (std::ferror(file.get()) != 0) {
    return tl::make_unexpected(about(path, DiagnosticCode::CannotRead,
                                     fmt::format("cannot read `{}` to its end", path.string())));
  }
  return text;
}

namespace {

Diagnostic cannot_list(const std::filesystem::path& folder, const std::error_code& error) {
  return about(folder, DiagnosticCode::CannotRead,
               fmt::format("cannot list `{}`: {}", folder.string(), error.message()));
}

// The entries of one folder: its JSON files go to `files`, its folders to `folders`.
std::error_code list_folder(const std::filesystem::path& folder,
                            std::vector<std::filesystem::path>& files,
                            std::vector<std::filesystem::path>& folders) {
  std::error_code error;
  std::filesystem::directory_iterator it(folder, error);
  while (!error && it != std::filesystem::directory_iterator()) {
    std::error_code unknown;  // What cannot be looked at is neither file nor folder.
    const bool hidden = it->path().filename().string().starts_with('.');
    const bool link = it->is_symlink(unknown);
    if (!hidden && !link && it->is_directory(unknown)) folders.push_back(it->path());
    if (!hidden && it->path().extension() == ".json" && it->is_regular_file(unknown)) {
      files.push_back(it->path());
    }
    it.increment(error);
  }
  return error;
}

}  // namespace

Result<std::vector<std::filesystem::path>> list_json_files(const std::filesystem::path& folder,
                                                           Diagnostics& diagnostics) {
  std::vector<std::filesystem::path> files;
  std::vector<std::filesystem::path> folders;
  if (const auto error = list_folder(folder, files, folders)) {
    return tl::make_unexpected(cannot_list(folder, error));
  }
  while (!folders.empty()) {
    const std::filesystem::path next = std::move(folders.back());
    folders.pop_back();
    if (const auto error = list_folder(next, files, folders)) {
      diagnostics.add(cannot_list(next, error));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace rolecall
