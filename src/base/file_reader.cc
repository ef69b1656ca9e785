// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/file_reader.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace rolecall {

namespace {

Diagnostic about(const std::filesystem::path& path, DiagnosticCode code, std::string message,
                 std::string help = {}) {
  return {Severity::Error, code, std::move(message), {}, std::move(help), path.string()};
}

class OpenFile {
 public:
  explicit OpenFile(int file) : file_(file) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (file_ > STDIN_FILENO) static_cast<void>(::close(file_));
  }
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

// Reads into `to`. Returns the number of bytes; 0 at the end, negative on error.
ssize_t read_some(int file, char* to, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(file, to, size);
    if (got >= 0 || errno != EINTR) return got;
  }
}

// Devices may never end. A terminal does: a person can end its input.
bool is_device(int file, const struct stat& status) {
  return S_ISBLK(status.st_mode) || (S_ISCHR(status.st_mode) && ::isatty(file) == 0);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const bool standard_input = path == "-";
  const OpenFile file(standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return tl::make_unexpected(about(path, DiagnosticCode::CannotRead,
                                     fmt::format("cannot read `{}`: {}", path.string(),
                                                 std::generic_category().message(errno))));
  }
  if (S_ISDIR(status.st_mode)) {
    return tl::make_unexpected(about(path, DiagnosticCode::CannotRead,
                                     fmt::format("`{}` is a folder", path.string()),
                                     "name a file"));
  }
  if (is_device(file.get(), status) && !standard_input) {
    return tl::make_unexpected(about(path, DiagnosticCode::CannotRead,
                                     fmt::format("`{}` is a device", path.string()),
                                     "name a file"));
  }
  constexpr std::size_t kBlock = 65536;
  constexpr std::size_t kPadding = 64;
  const auto known = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  const bool told = known > 0 && known <= max_bytes;
  std::string text;
  if (told) text.reserve(known + kPadding);
  text.resize(told ? known + 1 : kBlock);  // One more byte, to notice the end.
  for (std::size_t got = 0;;) {
    if (got == text.size()) text.resize(got + kBlock);
    const std::size_t wanted = text.size() - got;
    const ssize_t count = read_some(file.get(), text.data() + got, wanted);
    if (count < 0) {
      return tl::make_unexpected(about(path, DiagnosticCode::CannotRead,
                                       fmt::format("cannot read `{}` to its end", path.string())));
    }
    got += static_cast<std::size_t>(count);
    if (got > max_bytes) {
      return tl::make_unexpected(
          about(path, DiagnosticCode::TooLarge,
                fmt::format("`{}` is larger than the limit of {} bytes", path.string(), max_bytes),
                "raise the limit with --max-file-bytes"));
    }
    // A regular file gives fewer bytes than asked for only at its end.
    if (count == 0 || (told && static_cast<std::size_t>(count) < wanted)) {
      text.resize(got);
      return text;
    }
  }
}

namespace {

struct Entry {
  std::string name{};
  bool is_folder = false;
};

// A folder whose entries are being visited.
struct OpenFolder {
  std::string path{};  // Ends in a slash.
  std::vector<Entry> entries{};
  std::size_t next = 0;
};

struct CloseFolder {
  void operator()(DIR* folder) const { static_cast<void>(::closedir(folder)); }
};

class FileFinder {
 public:
  explicit FileFinder(const FileFilter& wanted) : wanted_(wanted) {}

  // Lists a folder, so that its files and folders are visited next. Returns errno, or 0.
  int enter(std::string path) {
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
    if (folder == nullptr) return errno;
    if (!path.ends_with('/')) path += '/';
    OpenFolder opened{.path = std::move(path)};
    while (true) {
      errno = 0;
      const dirent* const entry = ::readdir(folder.get());
      if (entry == nullptr) break;
      note(opened, *entry);
    }
    const int error = errno;
    std::sort(opened.entries.begin(), opened.entries.end(),
              [](const Entry& a, const Entry& b) { return a.name < b.name; });
    open_.push_back(std::move(opened));
    return error;
  }

  void visit_all(Diagnostics& diagnostics) {
    while (!open_.empty()) {
      OpenFolder& folder = open_.back();
      if (folder.next == folder.entries.size()) {
        open_.pop_back();
        continue;
      }
      const Entry& entry = folder.entries[folder.next++];
      std::string path = folder.path + entry.name;
      if (!entry.is_folder) {
        found_.files.push_back(std::move(path));
      } else if (const int error = enter(path)) {
        diagnostics.add(cannot_list(path, error));
        found_.unlisted.push_back(std::move(path));
      }
    }
  }

  static Diagnostic cannot_list(const std::filesystem::path& folder, int error) {
    return about(folder, DiagnosticCode::CannotRead,
                 fmt::format("cannot list `{}`: {}", folder.string(),
                             std::generic_category().message(error)));
  }

  FoundFiles take() { return std::move(found_); }

 private:
  void note(OpenFolder& folder, const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name == "." || name == "..") return;
    std::string path = folder.path + entry.d_name;
    // Some file systems do not report the type.
    unsigned char type = entry.d_type == DT_UNKNOWN ? look_at(path, ::lstat) : entry.d_type;
    const bool is_link = type == DT_LNK;
    if (is_link) type = look_at(path, ::stat);
    // A dangling link is returned as a file; reading it then reports the fault.
    if (is_link && type == DT_UNKNOWN) type = DT_REG;
    if (type == DT_DIR && wanted_.folder(path)) {
      if (is_link) {
        found_.links.push_back(std::move(path));
      } else {
        folder.entries.push_back({std::string(name), true});
      }
    } else if (type == DT_REG && wanted_.file(path)) {
      folder.entries.push_back({std::string(name), false});
    }
  }

  // An entry whose status cannot be read is neither file nor folder.
  static unsigned char look_at(const std::string& path, int (*look)(const char*, struct stat*)) {
    struct stat status {};
    if (look(path.c_str(), &status) != 0) return DT_UNKNOWN;
    return static_cast<unsigned char>(IFTODT(status.st_mode));
  }

  const FileFilter& wanted_;
  std::vector<OpenFolder> open_{};
  FoundFiles found_{};
};

}  // namespace

Result<FoundFiles> find_files(const std::filesystem::path& folder, const FileFilter& wanted,
                              Diagnostics& diagnostics) {
  FileFinder finder(wanted);
  if (const int error = finder.enter(folder.string())) {
    return tl::make_unexpected(FileFinder::cannot_list(folder, error));
  }
  finder.visit_all(diagnostics);
  return finder.take();
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace rolecall
