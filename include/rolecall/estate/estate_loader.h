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

// Texts to use instead of the contents of files, by the path at which each file is found.
using FileTexts = std::map<std::string, std::string>;

struct LoadLimits {
  JsonLimits json{};
  std::size_t max_file_bytes = std::size_t{1} << 30;
  std::size_t max_files = 1'000'000;
  std::size_t jobs = 0;  // Threads that read files; 0: one per processor when there is enough work.
  // The kind of bare policy documents; inferred from their elements when not given.
  std::optional<PolicyKind> bare_policy_kind{};
  // Called on the calling thread after each file, with the number of files read and of all files.
  std::function<void(std::size_t, std::size_t)> progress{};
};

// Reads the files and folders of `paths` and merges them into `estate`. Files are recognized by
// shape, not by name (docs/estate-format.md); twelve digits at the front of a name give the account
// of an export that does not show its own. Faults go to `diagnostics`; everything that can be read
// is kept. Files may be given in any order, repeatedly, and in several pages. They are read on
// several threads; the result and the order of the diagnostics do not depend on that.
void load_estate(const std::vector<std::filesystem::path>& paths, Estate& estate,
                 Diagnostics& diagnostics, const LoadLimits& limits = {},
                 const FileTexts& texts = {});

// The same for one document in memory; messages call it `name`.
void load_estate_text(std::string name, std::string text, Estate& estate, Diagnostics& diagnostics,
                      const LoadLimits& limits = {});

}  // namespace rolecall
