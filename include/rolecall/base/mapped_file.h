// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>

namespace rolecall {

// A regular file whose bytes are memory: the kernel can drop and read them again, so that they cost
// no memory of the program's own. What changes in the file while it is open changes in memory too,
// and a file that is cut off meanwhile ends the program.
class MappedFile {
 public:
  MappedFile() = default;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  // Nothing when the file is not regular, is smaller than `min_bytes` or larger than `max_bytes`,
  // or cannot be mapped; read_file then says why, or reads it.
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
