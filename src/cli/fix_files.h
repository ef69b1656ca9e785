// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "rolecall/report/fix_forms.h"
#include "rolecall/trail/question.h"

namespace rolecall::cli {

// A file that a fix changes, with its whole new text.
struct FixedFile {
  std::string path{};                // Where it was read from; empty for a request made of options.
  std::filesystem::path relative{};  // Below the folder that was given as --estate.
  std::string text{};
};

// The call as a request file: the one that was given, unless other inputs say more than it.
[[nodiscard]] CallText call_text(const Question& question, const Estate& estate,
                                 const QuestionInputs& in);

// The files a fix changes; a changed request is `request.json`. What is not touched keeps its
// bytes. Fails with CannotEdit when the estate has no place to write a change to.
[[nodiscard]] Result<std::vector<FixedFile>> fixed_files(const VerifiedFix& fix,
                                                         const Estate& estate,
                                                         const Question& question,
                                                         const QuestionInputs& in);

// Reads everything again with the new texts and decides: whether the files say what was proven.
[[nodiscard]] bool proves_again(const std::vector<FixedFile>& files, const VerifiedFix& fix,
                                const QuestionInputs& in);

// The files that were read, some perhaps empty names or no files.
[[nodiscard]] std::vector<std::string> input_files(const Estate& estate, const QuestionInputs& in);

// Whom a file is for: whoever the umask lets, or its owner alone.
enum class Readers : std::uint8_t { Usual, Owner };

// Writes a file through another one beside it, so that nobody ever reads half of it. Makes its
// folders. Returns why it cannot be written, or no error.
[[nodiscard]] std::error_code write_at_once(const std::filesystem::path& path,
                                            const std::string& text,
                                            Readers readers = Readers::Usual);
[[nodiscard]] Diagnostic cannot_write(const std::filesystem::path& path, std::error_code why);

// Writes the files below `folder`, each at once or not at all. Fails when a file is one of the
// inputs, or cannot be written, or when two would be one.
[[nodiscard]] Result<std::vector<std::string>> write_files(const std::vector<FixedFile>& files,
                                                           const std::vector<std::string>& inputs,
                                                           const std::filesystem::path& folder);

}  // namespace rolecall::cli
