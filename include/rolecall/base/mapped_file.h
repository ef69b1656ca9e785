// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

namespace rolecall {

// A regular file mapped into memory, read-only. The kernel can drop its pages and read them again,
// so that a large file does not count against the program's own memory. Changes of the file while
// it is mapped show in text(), and a file that is truncated meanwhile ends the program (SIGBUS).
class MappedFile {
 public:
  MappedFile() = default;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  // Nothing when the file is not regular, is smaller than `min_bytes` or larger than `max_bytes`,
  // or cannot be mapped. The caller then falls back to read_file, which reports what is wrong.
  [[nodiscard]] static std::optional<MappedFile> open(const std::filesystem::path& path,
                                                      std::size_t min_bytes, std::size_t max_bytes);
  [[nodiscard]] bool is_open() const { return data_ != nullptr; }
  // Followed by at least 64 readable bytes.
  [[nodiscard]] std::string_view text() const { return {data_, size_}; }

 private:
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}

  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rolecall
