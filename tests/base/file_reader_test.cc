// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/file_reader.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/test_folder.h"

namespace rolecall {
namespace {

TEST(ReadFile, ReturnsEveryByte) {
  const TestFolder folder;
  const std::string bytes("a\0\r\n\xFF", 5);
  EXPECT_EQ(*read_file(folder.write("a.bin", bytes), 100), bytes);
  EXPECT_EQ(*read_file(folder.write("empty", ""), 100), "");
  const std::string large(200'000, 'x');
  EXPECT_EQ(*read_file(folder.write("large", large), large.size()), large);
}

TEST(ReadFile, RefusesWhatIsLargerThanTheLimit) {
  const TestFolder folder;
  const std::string path = folder.write("a", "12345");
  EXPECT_TRUE(read_file(path, 5).has_value());
  const auto refused = read_file(path, 4);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, DiagnosticCode::TooLarge);
  EXPECT_EQ(refused.error().message, "`" + path + "` is larger than the limit of 4 bytes");
  EXPECT_EQ(refused.error().help, "raise the limit with --max-file-bytes");
  EXPECT_EQ(refused.error().file, path);
}

TEST(ReadFile, RefusesWhatIsNotThereAndFolders) {
  const TestFolder folder;
  const std::string missing = (folder.path() / "none").string();
  const auto none = read_file(missing, 10);
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, DiagnosticCode::CannotRead);
  EXPECT_EQ(none.error().message, "cannot read `" + missing + "`: No such file or directory");
  const auto directory = read_file(folder.path(), 10);
  ASSERT_FALSE(directory.has_value());
  EXPECT_EQ(directory.error().message, "`" + folder.path().string() + "` is a folder");
  EXPECT_EQ(directory.error().help, "name a file");
}

TEST(ReadFile, RefusesDevices) {
  const auto device = read_file("/dev/zero", 10);
  ASSERT_FALSE(device.has_value());
  EXPECT_EQ(device.error().code, DiagnosticCode::CannotRead);
  EXPECT_EQ(device.error().message, "`/dev/zero` is a device");
}

// What ends in `.json`, but nothing hidden.
FileFilter json_files() {
  const auto shown = [](std::string_view path) { return !file_name(path).starts_with('.'); };
  return {[=](std::string_view path) { return path.ends_with(".json") && shown(path); }, shown};
}

TEST(FindFiles, FindsThemBelowAFolderInOrder) {
  const TestFolder folder;
  const std::string b = folder.write("b.json", "{}");
  const std::string a = folder.write("x/y/a.json", "{}");
  const std::string c = folder.write("x/c.json", "{}");
  folder.write("notes.txt", "");
  folder.write("json", "");
  folder.write(".hidden.json", "{}");
  folder.write(".git/config.json", "{}");
  std::filesystem::create_directories(folder.path() / "folder.json");
  std::filesystem::create_symlink("nowhere", folder.path() / "broken.json");
  std::filesystem::create_symlink(b, folder.path() / "x/link.json");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "x/loop");
  Diagnostics said;
  const auto found = find_files(folder.path(), json_files(), said);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  const std::string link = (folder.path() / "x/link.json").string();
  const std::string broken = (folder.path() / "broken.json").string();
  EXPECT_EQ(found->files, (std::vector<std::string>{b, broken, c, link, a}));
  EXPECT_EQ(found->links, std::vector<std::string>{(folder.path() / "x/loop").string()});
  EXPECT_TRUE(found->unlisted.empty());
  EXPECT_TRUE(said.all().empty());
}

// Folders so deep that no path can name the innermost.
class DeepFolder {
 public:
  explicit DeepFolder(const std::filesystem::path& top) : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(top);
    const std::string name(200, 'd');
    constexpr int kDepth = 25;  // Beyond PATH_MAX, which is 4096.
    for (int i = 0; i < kDepth; ++i) {
      std::filesystem::create_directory(name);
      std::filesystem::current_path(name);
    }
  }
  DeepFolder(const DeepFolder&) = delete;
  DeepFolder& operator=(const DeepFolder&) = delete;
  ~DeepFolder() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_;
};

TEST(FindFiles, ReadsOnWhereAFolderBelowCannotBeListed) {
  const TestFolder folder;
  const std::string a = folder.write("a.json", "{}");
  const std::string z = folder.write("z/z.json", "{}");
  std::filesystem::create_directory(folder.path() / "deep");
  const DeepFolder deep(folder.path() / "deep");
  Diagnostics said;
  const auto found = find_files(folder.path(), json_files(), said);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->files, (std::vector<std::string>{a, z}));
  EXPECT_EQ(found->unlisted.size(), 1U);
  ASSERT_EQ(said.all().size(), 1U);
  EXPECT_EQ(said.all()[0].code, DiagnosticCode::CannotRead);
  EXPECT_TRUE(said.all()[0].message.starts_with("cannot list `")) << said.all()[0].message;
}

TEST(FindFiles, RefusesWhatCannotBeListed) {
  const TestFolder folder;
  Diagnostics said;
  const auto found = find_files(folder.path() / "none", json_files(), said);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, DiagnosticCode::CannotRead);
  EXPECT_EQ(found.error().file, (folder.path() / "none").string());
}

}  // namespace
}  // namespace rolecall
