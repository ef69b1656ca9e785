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

// A file that a fix changes.
struct FixedFile {
  std::string path{};                // Of the original; empty for a request made of options.
  std::filesystem::path relative{};  // Its path below the folder given as --estate.
  std::string text{};                // The whole new text.
};

// The call as a request file: the given file, unless other inputs add to it.
[[nodiscard]] CallText call_text(const Question& question, const Estate& estate,
                                 const QuestionInputs& in);

// The files a fix changes; a changed request is `request.json`. Bytes that are not edited stay.
// Fails with CannotEdit when no file of the estate has a place for a change.
[[nodiscard]] Result<std::vector<FixedFile>> fixed_files(const VerifiedFix& fix,
                                                         const Estate& estate,
                                                         const Question& question,
                                                         const QuestionInputs& in);

// Reads all inputs again with the new texts and decides the question: whether the fix still holds.
[[nodiscard]] bool proves_again(const std::vector<FixedFile>& files, const VerifiedFix& fix,
                                const QuestionInputs& in);

// The names of all inputs; some may be empty, or not those of files.
[[nodiscard]] std::vector<std::string> input_files(const Estate& estate, const QuestionInputs& in);

// Who may read a new file: as the umask says, or only its owner.
enum class Readers : std::uint8_t { Usual, Owner };

// Writes a file under another name beside it and renames it, so that nobody reads a partial file.
// Makes its folders. Returns why it cannot be written, or no error.
[[nodiscard]] std::error_code write_at_once(const std::filesystem::path& path,
                                            const std::string& text,
                                            Readers readers = Readers::Usual);
[[nodiscard]] Diagnostic cannot_write(const std::filesystem::path& path, std::error_code why);

// Writes the files below `folder` with write_at_once(), and returns their paths. Fails when a file
// is one of the inputs, when two have the same path, or when one cannot be written.
[[nodiscard]] Result<std::vector<std::string>> write_files(const std::vector<FixedFile>& files,
                                                           const std::vector<std::string>& inputs,
                                                           const std::filesystem::path& folder);

}  // namespace rolecall::cli
