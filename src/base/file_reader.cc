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

Result<std::vector<std::filesystem::path>> list_json_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::recursive_directory_iterator it(folder, error);
  while (!error && it != std::filesystem::recursive_directory_iterator()) {
    const bool hidden = it->path().filename().string().starts_with('.');
    if (hidden && it->is_directory(error)) it.disable_recursion_pending();
    if (!hidden && it->path().extension() == ".json" && it->is_regular_file(error)) {
      files.push_back(it->path());
    }
    it.increment(error);
  }
  if (error) {
    return tl::make_unexpected(
        about(folder, DiagnosticCode::CannotRead,
              fmt::format("cannot list `{}`: {}", folder.string(), error.message())));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace rolecall
