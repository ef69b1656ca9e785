// SPDX-License-Identifier: Apache-2.0
#include "cli/fix_files.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/trust/request_file.h"

#include "estate/sqlite_file.h"

namespace rolecall::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRequestName = "request.json";

tl::unexpected<Diagnostic> cannot(DiagnosticCode code, std::string message) {
  return fail(code, std::move(message));
}

bool overlaps(const SourceTable& sources, const std::vector<Replacement>& all, Span span) {
  const Span next = sources.in_file(span);
  return std::any_of(all.begin(), all.end(), [&](const Replacement& each) {
    const Span other = sources.in_file(each.at);
    return other.document == next.document && other.begin < next.end && next.begin < other.end;
  });
}

// Where the name of a row begins in that of its document, `estate.db#arn:...#trust-policy`.
std::size_t find_row(const std::string& file) {
  std::size_t at = file.find('#');
  while (at != file.npos && !SqliteFile::is_one(file.substr(0, at))) at = file.find('#', at + 1);
  return at;
}

// The path of a file below the folder it was found in; of a file that the user named, its name. A
// row of a database becomes a file of its own.
fs::path relative_path(const std::string& file, const QuestionInputs& in) {
  if (const std::size_t row = find_row(file); row != file.npos) {
    std::string name = file.substr(row);
    for (std::size_t at = name.find('/'); at != name.npos; at = name.find('/', at)) {
      name.replace(at, 1, "%2f");
    }
    return relative_path(file.substr(0, row), in).string() + name + ".json";
  }
  std::error_code error;
  for (const std::string& each : in.estate) {
    if (!fs::is_directory(each, error)) continue;
    fs::path relative = fs::path(file).lexically_relative(each);
    if (!relative.empty() && *relative.begin() != "..") return relative;
  }
  return fs::path(file).filename();
}

std::vector<JsonEdit> request_edits(const VerifiedFix& fix) {
  std::vector<JsonEdit> edits;
  for (const FixChange& each : fix.changes()) {
    if (each.target == FixTarget::Request) {
      edits.insert(edits.end(), each.edits.begin(), each.edits.end());
    }
  }
  return edits;
}

// The text of the request file, unless options or other inputs add to it.
std::optional<std::string> request_file_text(const Question& question, const Estate& estate,
                                             const QuestionInputs& in) {
  if (in.request_file.empty()) return std::nullopt;
  auto text = read_file(in.request_file, in.limits.max_file_bytes);
  if (!text) return std::nullopt;
  SourceTable sources;
  Diagnostics ignored;
  const auto alone = read_request(sources, sources.add({}, *text), ignored, in.limits.json);
  if (!alone) return std::nullopt;
  const bool whole =
      format_request(*alone, sources) == format_request(question.request, estate.sources());
  return whole ? std::optional(*std::move(text)) : std::nullopt;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return !b.empty() && fs::equivalent(a, b, error) && !error;
}

}  // namespace

CallText call_text(const Question& question, const Estate& estate, const QuestionInputs& in) {
  if (auto own = request_file_text(question, estate, in)) {
    return {in.request_file, *std::move(own), /*is_file=*/true};
  }
  AssumeRequest whole = question.request;
  // A request file is a whole request, so keys that are not known are listed as open.
  whole.open_environment = whole.open_environment || !whole.whole;
  return {std::string(kRequestName), format_request(whole, estate.sources()), /*is_file=*/false};
}

Result<std::vector<FixedFile>> fixed_files(const VerifiedFix& fix, const Estate& estate,
                                           const Question& question, const QuestionInputs& in) {
  const SourceTable& sources = estate.sources();
  std::vector<Replacement> replacements;
  for (const FixChange& change : fix.changes()) {
    if (change.kind == FixKind::Command || change.target == FixTarget::Request) continue;
    const auto parts = replacements_of(change, sources);
    if (!parts) return tl::make_unexpected(parts.error());
    for (const Replacement& part : *parts) {
      if (overlaps(sources, replacements, part.at)) {
        return cannot(DiagnosticCode::CannotEdit, "two changes of this fix are in one another");
      }
    }
    replacements.insert(replacements.end(), parts->begin(), parts->end());
  }
  std::vector<FixedFile> files;
  for (const Replacement& each : replacements) {
    const DocumentId document = sources.in_file(each.at).document;
    const std::string path(sources.name(document));
    const bool known = std::any_of(files.begin(), files.end(),
                                   [&](const FixedFile& file) { return file.path == path; });
    if (known) continue;
    files.push_back({path, relative_path(path, in), sources.replaced(document, replacements)});
  }
  const std::vector<JsonEdit> edits = request_edits(fix);
  if (edits.empty()) return files;
  const CallText call = call_text(question, estate, in);
  auto request = edit_request_text(call.text, edits);
  if (!request) return tl::make_unexpected(std::move(request.error()));
  files.push_back({call.is_file ? call.name : "", kRequestName, *std::move(request)});
  return files;
}

std::vector<std::string> input_files(const Estate& estate, const QuestionInputs& in) {
  std::vector<std::string> files{in.error_file,        in.event_file,          in.request_file,
                                 in.trust_policy_file, in.session_policy_file, in.token_file};
  const SourceTable& sources = estate.sources();
  for (DocumentId id = 0; id < sources.size(); ++id) {
    if (!sources.origin(id).known()) files.emplace_back(sources.name(id));
  }
  return files;
}

bool proves_again(const std::vector<FixedFile>& files, const VerifiedFix& fix,
                  const QuestionInputs& in) {
  QuestionInputs again = in;
  for (const FixedFile& file : files) {
    if (!file.path.empty()) {
      again.texts[file.path] = file.text;
      continue;
    }
    QuestionInputs alone;
    alone.estate = in.estate;
    alone.trust_policy_file = in.trust_policy_file;
    alone.limits = in.limits;
    alone.texts = again.texts;
    alone.request_file = kRequestName;
    alone.texts[alone.request_file] = file.text;
    again = std::move(alone);
  }
  Estate estate;
  Diagnostics diagnostics;
  const auto questions = gather_questions(again, estate, diagnostics);
  if (!questions || questions->empty()) return false;
  const Decision decision = decide(estate, (*questions)[0].request).decision;
  return decision == Decision::Allowed || decision == fix.decision_after();
}

std::error_code write_at_once(const fs::path& path, const std::string& text, Readers readers) {
  std::error_code ignored;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return error;
  const fs::path beside = path.string() + fmt::format(".new-{}", ::getpid());
  // Creates a new file under a name that does not exist: never an existing one, or a link's target.
  fs::remove(beside, ignored);
  const mode_t mode = readers == Readers::Owner ? 0600 : 0666;
  const int file =
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (file < 0) return last_error();
  if (!write_all(file, text)) error = last_error();
  if (::close(file) != 0 && !error) error = last_error();
  if (!error) fs::rename(beside, path, error);
  if (error) fs::remove(beside, ignored);
  return error;
}

Diagnostic cannot_write(const fs::path& path, std::error_code why) {
  return {Severity::Error,
          DiagnosticCode::CannotWrite,
          fmt::format("cannot write `{}`: {}", path.string(), why.message()),
          {},
          "choose a folder that you may write to, with room in it",
          path.string()};
}

Result<std::vector<std::string>> write_files(const std::vector<FixedFile>& files,
                                             const std::vector<std::string>& inputs,
                                             const std::filesystem::path& folder) {
  std::vector<fs::path> targets;
  for (const FixedFile& file : files) {
    const fs::path target = (folder / file.relative).lexically_normal();
    for (const std::string& each : inputs) {
      if (is_same_file(target, each)) {
        return fail(DiagnosticCode::CannotWrite, fmt::format("`{}` is a file that was read", each),
                    {}, "give another folder as --output-dir");
      }
    }
    if (std::find(targets.begin(), targets.end(), target) != targets.end()) {
      return fail(DiagnosticCode::CannotWrite,
                  fmt::format("two changed files would both be `{}`", target.string()), {},
                  "give the folder above them as --estate, or rename one");
    }
    targets.push_back(target);
  }
  std::vector<std::string> written;
  for (const FixedFile& file : files) {
    const fs::path path = folder / file.relative;
    if (const auto error = write_at_once(path, file.text)) {
      return tl::make_unexpected(cannot_write(path, error));
    }
    written.push_back(path.string());
  }
  return written;
}

}  // namespace rolecall::cli
