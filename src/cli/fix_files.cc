// SPDX-License-Identifier: Apache-2.0
#include "cli/fix_files.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/trust/request_file.h"

namespace rolecall::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRequestName = "request.json";

tl::unexpected<Diagnostic> cannot(DiagnosticCode code, std::string message) {
  return fail(code, std::move(message));
}

// The entity's list of inline policies with one more; `text` is the list, or the entity without
// one.
Result<std::string> with_inline_policy(std::string_view text, const FixChange& change) {
  JsonWriter entry(0);
  entry.begin_object();
  entry.member("PolicyName", change.policy_name);
  entry.key("PolicyDocument");
  entry.raw(change.after);
  entry.end_object();
  const bool is_list = text.starts_with('[');
  const bool is_role = change.entity_arn.find(":role/") != std::string::npos;
  const JsonEdit add =
      is_list ? JsonEdit{JsonEdit::Op::Add, "/-", entry.text()}
              : JsonEdit{JsonEdit::Op::Add, is_role ? "/RolePolicyList" : "/UserPolicyList",
                         fmt::format("[{}]", entry.text())};
  return apply_json_edits(text, {&add, 1});
}

// The bytes that differ alone, so that changes within the same value do not meet.
Replacement narrowed(Span at, std::string_view before, std::string_view after) {
  const std::size_t most = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < most && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < most - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  at.begin += static_cast<std::uint32_t>(head);
  at.end -= static_cast<std::uint32_t>(tail);
  return {at, std::string(after.substr(head, after.size() - head - tail))};
}

Result<Replacement> replacement_of(const FixChange& change, const SourceTable& sources) {
  if (!change.at.known()) {
    return cannot(DiagnosticCode::CannotEdit,
                  fmt::format("no file that was given has a place for this: {}", change.summary));
  }
  if (change.policy != nullptr || change.target != FixTarget::InlinePolicy) {
    return Replacement{change.at, change.after};
  }
  const std::string_view before = sources.text(change.at);
  const auto edited = with_inline_policy(before, change);
  if (!edited) return tl::make_unexpected(edited.error());
  return narrowed(change.at, before, *edited);
}

bool overlaps(const SourceTable& sources, const std::vector<Replacement>& all, Span span) {
  const Span next = sources.in_file(span);
  return std::any_of(all.begin(), all.end(), [&](const Replacement& each) {
    const Span other = sources.in_file(each.at);
    return other.document == next.document && other.begin < next.end && next.begin < other.end;
  });
}

// Below the folder it was found in; a file that was named itself by its own name.
fs::path relative_path(const std::string& file, const QuestionInputs& in) {
  std::error_code error;
  for (const std::string& each : in.estate) {
    if (!fs::is_directory(each, error)) continue;
    const fs::path relative = fs::path(file).lexically_relative(each);
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

// The text of the request file, unless options or other inputs say more than it.
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

Result<FixedFile> fixed_request(const std::vector<JsonEdit>& edits, const Estate& estate,
                                const Question& question, const QuestionInputs& in) {
  FixedFile file;
  file.relative = kRequestName;
  const auto own = request_file_text(question, estate, in);
  if (own) file.path = in.request_file;
  AssumeRequest whole = question.request;
  // A request file is a whole request: what was not known has to be said.
  whole.open_environment = whole.open_environment || !whole.whole;
  auto text = edit_request_text(own ? *own : format_request(whole, estate.sources()), edits);
  if (!text) return tl::make_unexpected(std::move(text.error()));
  file.text = *std::move(text);
  return file;
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return !b.empty() && fs::equivalent(a, b, error) && !error;
}

// Through a file beside it, so that nobody ever reads half of one.
bool write_at_once(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const fs::path beside = path.string() + fmt::format(".new-{}", ::getpid());
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (out) fs::rename(beside, path, error);
  if (out && !error) return true;
  fs::remove(beside, error);
  return false;
}

}  // namespace

Result<std::vector<FixedFile>> fixed_files(const VerifiedFix& fix, const Estate& estate,
                                           const Question& question, const QuestionInputs& in) {
  const SourceTable& sources = estate.sources();
  std::vector<Replacement> replacements;
  for (const FixChange& change : fix.changes()) {
    if (change.kind == FixKind::Command || change.target == FixTarget::Request) continue;
    auto replacement = replacement_of(change, sources);
    if (!replacement) return tl::make_unexpected(std::move(replacement.error()));
    if (overlaps(sources, replacements, replacement->at)) {
      return cannot(DiagnosticCode::CannotEdit, "two changes of this fix are in one another");
    }
    replacements.push_back(*std::move(replacement));
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
  auto request = fixed_request(edits, estate, question, in);
  if (!request) return tl::make_unexpected(std::move(request.error()));
  files.push_back(*std::move(request));
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

Result<std::vector<std::string>> write_files(const std::vector<FixedFile>& files,
                                             const std::filesystem::path& folder) {
  std::vector<std::string> written;
  for (const FixedFile& file : files) {
    if (is_same_file(folder / file.relative, file.path)) {
      return cannot(DiagnosticCode::CannotWrite,
                    fmt::format("`{}` is the file that was read", file.path));
    }
  }
  for (const FixedFile& file : files) {
    const fs::path path = folder / file.relative;
    if (!write_at_once(path, file.text)) {
      return cannot(DiagnosticCode::CannotWrite, fmt::format("cannot write `{}`", path.string()));
    }
    written.push_back(path.string());
  }
  return written;
}

}  // namespace rolecall::cli
