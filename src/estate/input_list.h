// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate_loader.h"

#include "collected_plan.h"
#include "load_context.h"

namespace rolecall {

// A unit of work: a file, or documents of iam-collect that belong together.
struct Input {
  std::string path{};
  bool named = false;  // The user named the file; otherwise it was found in a folder.
  std::unique_ptr<CollectedBatch> collected{};

  [[nodiscard]] std::size_t count_files() const;
};

// The inputs at the paths that the user named, in order, each once.
class InputList {
 public:
  InputList(LoadContext& context, const FileTexts& texts) : context_(context), texts_(texts) {}

  // Adds a folder, a file, or `-` for standard input.
  void add(const std::filesystem::path& path);
  // Drops the inputs beyond the first `max_files` files.
  void limit(std::size_t max_files);

  [[nodiscard]] const std::vector<Input>& inputs() const { return inputs_; }
  [[nodiscard]] std::size_t file_count() const;
  // Reports folders and databases with no recognized input. `recognized` is by input.
  void report_unrecognized(const std::vector<bool>& recognized) const;

 private:
  // A folder or database that the user named.
  struct Holder {
    std::string path{};
    std::size_t files = 0;
    std::vector<std::size_t> inputs{};
  };

  void add_config(const std::filesystem::path& path);
  void add_folder(const std::filesystem::path& path);
  void add_database(const std::filesystem::path& path, bool named, std::vector<std::size_t>& added);
  void report_link(const std::string& path);
  static void add_text(const std::string& name, std::vector<std::string>& files);
  std::size_t add_file(const std::filesystem::path& path, bool named);
  void add_collected(CollectedPlan& plan, std::vector<std::size_t>& added);

  LoadContext& context_;
  const FileTexts& texts_;
  std::vector<Input> inputs_{};
  std::vector<Holder> holders_{};
  // By absolute path: inputs that are files, folders (ending in a slash), and inputs of databases.
  std::unordered_map<std::string, std::size_t> known_{};
  std::unordered_map<std::string, std::vector<std::size_t>> databases_{};
};

}  // namespace rolecall
