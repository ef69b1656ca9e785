// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rolecall {

namespace {

constexpr std::size_t kPadding = 64;

struct Descriptor {
  explicit Descriptor(const char* path) : value(::open(path, O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (value >= 0) static_cast<void>(::close(value));
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int value;
};

}  // namespace

std::optional<MappedFile> MappedFile::open(const std::filesystem::path& path, std::size_t min_bytes,
                                           std::size_t max_bytes) {
  const Descriptor file(path.c_str());
  struct stat status {};
  if (file.value < 0 || ::fstat(file.value, &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0 || size < min_bytes || size > max_bytes) return std::nullopt;
  // The file is mapped over empty pages, so that there is padding even when it fills its last page.
  void* const pages =
      ::mmap(nullptr, size + kPadding, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return std::nullopt;
  MappedFile mapped(static_cast<const char*>(pages), size);
  if (::mmap(pages, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, file.value, 0) == MAP_FAILED) {
    return std::nullopt;
  }
  return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) static_cast<void>(::munmap(const_cast<char*>(data_), size_ + kPadding));
}

}  // namespace rolecall
