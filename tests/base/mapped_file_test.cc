// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/mapped_file.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/test_folder.h"

namespace rolecall {
namespace {

TEST(MappedFile, ShowsTheBytesOfTheFile) {
  const TestFolder folder;
  const auto file = MappedFile::open(folder.write("a", "hello"), 0, 100);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->text(), "hello");
}

TEST(MappedFile, IsPaddedWhenItFillsItsLastPage) {
  const TestFolder folder;
  const std::string page(4096, 'x');
  const auto file = MappedFile::open(folder.write("a", page), 0, 5000);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->text(), page);
  EXPECT_EQ(file->text().data()[4096 + 63], '\0');
}

TEST(MappedFile, LeavesWhatItDoesNotMapToOthers) {
  const TestFolder folder;
  const std::string path = folder.write("a", "hello");
  EXPECT_FALSE(MappedFile::open(path, 6, 100).has_value());
  EXPECT_FALSE(MappedFile::open(path, 0, 4).has_value());
  EXPECT_FALSE(MappedFile::open(folder.write("empty", ""), 0, 100).has_value());
  EXPECT_FALSE(MappedFile::open(folder.path(), 0, 1 << 20).has_value());
  EXPECT_FALSE(MappedFile::open(folder.path() / "nothing", 0, 100).has_value());
}

TEST(MappedFile, StaysWhereItIsWhenMoved) {
  const TestFolder folder;
  auto first = MappedFile::open(folder.write("a", "hello"), 0, 100);
  ASSERT_TRUE(first.has_value());
  const char* const data = first->text().data();
  MappedFile second = *std::move(first);
  EXPECT_EQ(second.text().data(), data);
  MappedFile third;
  EXPECT_FALSE(third.is_open());
  third = std::move(second);
  EXPECT_EQ(third.text().data(), data);
}

}  // namespace
}  // namespace rolecall
