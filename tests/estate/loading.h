// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"

namespace rolecall {

using Paths = std::vector<std::filesystem::path>;

// An estate that is filled from texts, and what was said while loading them.
struct Loaded {
  Estate estate{};
  Diagnostics diagnostics{};

  Loaded() = default;
  explicit Loaded(std::string text, std::string name = "111122223333.gaad.json") {
    add(std::move(text), std::move(name));
  }
  explicit Loaded(const Paths& paths, const LoadLimits& limits = {}) {
    load_estate(paths, estate, diagnostics, limits);
  }
  void add(std::string text, std::string name = "111122223333.gaad.json") {
    load_estate_text(std::move(name), std::move(text), estate, diagnostics);
  }

  [[nodiscard]] std::size_t count(DiagnosticCode code) const {
    return static_cast<std::size_t>(
        std::count_if(diagnostics.all().begin(), diagnostics.all().end(),
                      [&](const Diagnostic& each) { return each.code == code; }));
  }
  // The first diagnostic of this code; an empty one, and a failure, when there is none.
  [[nodiscard]] Diagnostic first(DiagnosticCode code) const {
    for (const Diagnostic& each : diagnostics.all()) {
      if (each.code == code) return each;
    }
    ADD_FAILURE() << "nothing says " << format_code(code) << "\n" << said();
    return {};
  }
  [[nodiscard]] std::string said() const {
    std::string text;
    for (const Diagnostic& each : diagnostics.all()) text += render(each, estate.sources());
    return text;
  }
  // The text in the file that the first diagnostic of this code underlines.
  [[nodiscard]] std::string_view underlined(DiagnosticCode code) const {
    return estate.sources().text(estate.sources().in_file(first(code).where));
  }
};

// A folder of its own for each test.
class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string name = testing::TempDir() + "/rolecall-estate-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~FolderTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path write(const std::string& name, std::string_view text) const {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

inline constexpr std::string_view kTrust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
    R"("Principal":{"AWS":"111122223333"}}]})";
inline constexpr std::string_view kAllowAll =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";

// A page of get-account-authorization-details with these role objects.
inline std::string roles_page(std::string_view roles, std::string_view more = "") {
  return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[)" +
         std::string(roles) + "]" + std::string(more) + "}";
}
inline std::string role_json(std::string_view name, std::string_view trust = kTrust,
                             std::string_view account = "111122223333") {
  return R"({"Arn":"arn:aws:iam::)" + std::string(account) + ":role/" + std::string(name) +
         R"(","AssumeRolePolicyDocument":)" + std::string(trust) + "}";
}

// Text as the contents of a JSON string, with its quotes.
inline std::string json_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}
// Every byte but letters and digits as `%XX`.
inline std::string percent_encode_all(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[byte / 16], kHex[byte % 16]};
    }
  }
  return out;
}

}  // namespace rolecall
