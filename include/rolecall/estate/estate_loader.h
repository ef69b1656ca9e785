// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/estate/estate.h"

namespace rolecall {

// Texts to be read in place of those of some files, by the path under which the file is found.
using FileTexts = std::map<std::string, std::string>;

struct LoadLimits {
  JsonLimits json{};
  std::size_t max_file_bytes = std::size_t{1} << 30;
  std::size_t max_files = 1'000'000;
  std::size_t jobs = 0;  // Threads that read files; 0: one per processor, as far as it pays.
  // What bare policy documents are; told from their elements when not given.
  std::optional<PolicyKind> bare_policy_kind{};
  // Called on the caller's thread after each file with how many were read, and how many there are.
  std::function<void(std::size_t, std::size_t)> progress{};
};

// Reads the files and folders of `paths` and merges them. Files are recognized by shape, not by
// name (docs/estate-format.md); a name that begins with twelve digits names the account of an
// export that does not tell its own. Faults go to `diagnostics`; everything that can be read is
// kept. Files may be given in any order, several times, and in several pages. Several are read at
// once; the result, and the order of the diagnostics, do not depend on it.
void load_estate(const std::vector<std::filesystem::path>& paths, Estate& estate,
                 Diagnostics& diagnostics, const LoadLimits& limits = {},
                 const FileTexts& texts = {});

// The same for one document that is already in memory, under a name used in messages.
void load_estate_text(std::string name, std::string text, Estate& estate, Diagnostics& diagnostics,
                      const LoadLimits& limits = {});

}  // namespace rolecall
