// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/fix_forms.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/json_edit.h"
#include "rolecall/base/text.h"
#include "rolecall/base/text_diff.h"

#include "report/fix_forms_parts.h"

namespace rolecall {

namespace {

constexpr auto kForms = std::to_array<FixFormRow>({
    {FixForm::Diff, "diff"},
    {FixForm::Document, "document"},
    {FixForm::Patch, "patch"},
    {FixForm::Aws, "aws"},
    {FixForm::Terraform, "terraform"},
    {FixForm::CloudFormation, "cloudformation"},
    {FixForm::Undo, "undo"},
    {FixForm::Message, "message"},
});

using Changes = std::vector<const FixChange*>;

// The changes of a fix; those of the call get the text of the request file, which a fix lacks.
std::vector<FixChange> with_call(const VerifiedFix& fix, const CallText& call) {
  std::vector<FixChange> changes = fix.changes();
  for (FixChange& each : changes) {
    if (each.target != FixTarget::Request) continue;
    auto edits = complete_request_edits(call.text, each.edits);
    if (!edits) continue;
    auto after = apply_json_edits(call.text, *edits);
    if (!after) continue;
    each.before = call.text;
    each.after = *std::move(after);
    each.edits = *std::move(edits);
  }
  return changes;
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& each : lines) text += each + "\n";
  return text;
}

std::string nothing_to_show(const Estate& estate, const FixChange& change) {
  std::string text = comment("no document is changed");
  for (const std::string& each : short_commands(estate, change)) text += comment("$ " + each);
  return text;
}

std::string write_document(const Estate& estate, const FixChange& change) {
  return change.after.empty() ? nothing_to_show(estate, change)
                              : readable_json(change.after) + "\n";
}

std::string write_patch(const Estate& estate, const FixChange& change) {
  if (change.after.empty()) return nothing_to_show(estate, change);
  const JsonEdit whole{JsonEdit::Op::Add, "", change.after};
  const bool is_new = change.before.empty() || change.edits.empty();
  return readable_json(is_new ? format_rfc6902({&whole, 1}) : format_rfc6902(change.edits)) + "\n";
}

// ---- Diffs.

// The name of a file in a diff. `patch` and `git apply` refuse absolute names and names that lead
// up, so such files are named from a folder further up.
struct PatchName {
  std::filesystem::path folder{};  // Empty: the current folder.
  std::filesystem::path name{};
};

PatchName patch_name(std::string_view file) {
  PatchName result;
  for (const std::filesystem::path& part : std::filesystem::path(file).lexically_normal()) {
    const bool above = part.has_root_directory() || part == "..";
    (above ? result.folder : result.name) /= part;
  }
  return result;
}

std::string diff_of(std::string_view file, std::string_view before, std::string_view after) {
  const PatchName at = patch_name(file);
  std::string diff = unified_diff(fmt::format("a/{}", at.name.generic_string()), before,
                                  fmt::format("b/{}", at.name.generic_string()), after);
  if (diff.empty() || at.folder.empty()) return diff;
  return comment(fmt::format("apply with: patch -d {} -p1", at.folder.generic_string())) + diff;
}

// Whether a person can read the diff: it has no control characters and no very long lines.
bool is_readable(std::string_view diff) {
  constexpr std::size_t kLongest = 4'000;
  for (std::string_view line : split(diff, '\n')) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string plain(line);
    if (line.substr(std::min<std::size_t>(line.size(), 1)).starts_with(kMark)) {
      plain.erase(1, kMark.size());
    }
    std::replace(plain.begin(), plain.end(), '\t', ' ');
    if (line.size() > kLongest || escape_for_terminal(plain) != plain) return false;
  }
  return true;
}

// A diff of a document that is in no file as it stands, so that `patch` cannot apply it.
std::string document_diff(const FixChange& change) {
  const auto is_laid_out = [](std::string_view text) { return trim(text).find('\n') != text.npos; };
  const bool own = change.before.empty() || is_laid_out(change.before);
  const auto laid_out = [own](const std::string& document) {
    if (document.empty()) return std::string();
    return (own ? readable_json(document)
                : readable_json(format_json(document).value_or(document))) +
           "\n";
  };
  const std::string name = patch_name(change.label).name.generic_string();
  return unified_diff(change.before.empty() ? "/dev/null" : "a/" + name, laid_out(change.before),
                      "b/" + name, laid_out(change.after));
}

// The change as a replacement in a file; nothing when the document is encoded in a string, or is in
// no file.
std::vector<Replacement> parts_in_file(const SourceTable& sources, const FixChange& change) {
  const auto parts = replacements_of(change, sources);
  if (!parts || sources.text(sources.in_file(change.at)) != sources.text(change.at)) return {};
  return *parts;
}

class Diffs {
 public:
  Diffs(const Estate& estate, const CallText& call)
      : estate_(estate), sources_(estate.sources()), call_(call) {}

  // Changes of one file make one diff.
  std::string write(const Changes& changes) {
    for (const FixChange* each : changes) add(*each);
    std::string text;
    for (const File& file : files_) text += write(file);
    return text + others_;
  }

 private:
  struct File {
    DocumentId id = kNoDocument;
    std::vector<Replacement> parts{};
    Changes changes{};
  };

  void add(const FixChange& change) {
    if (change.after.empty()) {
      others_ += nothing_to_show(estate_, change);
      return;
    }
    if (change.target == FixTarget::Request) {
      others_ += diff_of(call_.name, change.before, change.after);
      return;
    }
    const auto parts = parts_in_file(sources_, change);
    if (parts.empty()) {
      others_ += wrapped(change);
      return;
    }
    const DocumentId id = sources_.in_file(change.at).document;
    auto file = std::find_if(files_.begin(), files_.end(),
                             [id](const File& each) { return each.id == id; });
    if (file == files_.end()) file = files_.insert(files_.end(), File{id, {}, {}});
    file->parts.insert(file->parts.end(), parts.begin(), parts.end());
    file->changes.push_back(&change);
  }

  std::string wrapped(const FixChange& change) const {
    std::string text;
    if (change.at.known()) {
      const Location place = sources_.locate(change.at);
      text = comment(fmt::format("the document alone, as it is decoded; it stands in {}:{}",
                                 place.file, place.line));
    }
    return text + document_diff(change);
  }

  [[nodiscard]] std::string write(const File& file) const {
    const std::string_view name = sources_.name(file.id);
    std::string diff =
        diff_of(name, sources_.text(file.id), sources_.replaced(file.id, file.parts));
    if (is_readable(diff)) return diff;
    std::string text = comment(fmt::format(
        "{} has lines that cannot be shown; `--output-dir` writes it. The documents:", name));
    for (const FixChange* each : file.changes) text += document_diff(*each);
    return text;
  }

  const Estate& estate_;
  const SourceTable& sources_;
  const CallText& call_;
  std::vector<File> files_;
  std::string others_;
};

// ---- Who does what.

struct Part {
  std::string actor{};
  Changes changes{};
};

std::vector<Part> parts_of(const std::vector<FixChange>& changes) {
  std::vector<Part> parts;
  for (const FixChange& change : changes) {
    const std::string actor = actor_of(change);
    auto known = std::find_if(parts.begin(), parts.end(),
                              [&](const Part& each) { return each.actor == actor; });
    if (known == parts.end()) known = parts.insert(parts.end(), Part{actor, {}});
    known->changes.push_back(&change);
  }
  return parts;
}

std::string write_change(const Estate& estate, const FixChange& change, FixForm form) {
  switch (form) {
    case FixForm::Document:
      return write_document(estate, change);
    case FixForm::Patch:
      return write_patch(estate, change);
    case FixForm::Aws:
      return lines_of(aws_commands(estate, change));
    case FixForm::Undo:
      return lines_of(undo_commands(estate, change));
    case FixForm::Diff:
    case FixForm::Terraform:
    case FixForm::CloudFormation:
    case FixForm::Message:
      break;  // These forms are written for all changes of an owner together.
  }
  return {};
}

std::string heading(const Part& part, const FixChange& change, FixForm form) {
  return comment(fmt::format("{}{}: {}", part.actor,
                             form == FixForm::Undo ? ", to take this back" : "", change.summary));
}

}  // namespace

std::span<const FixFormRow> fix_form_table() {
  return kForms;
}

std::optional<FixForm> find_fix_form(std::string_view name) {
  for (const FixFormRow& row : kForms) {
    if (row.name == name) return row.form;
  }
  return std::nullopt;
}

std::string write_fix_form(const ExplainAnswer& answer, const CallText& call,
                           const VerifiedFix& fix, FixForm form) {
  const std::vector<FixChange> changes = with_call(fix, call);
  const bool is_json = form == FixForm::Document || form == FixForm::Patch;
  if (is_json && changes.size() == 1) return write_change(answer.estate, changes[0], form);
  const bool together =
      form == FixForm::Diff || form == FixForm::Terraform || form == FixForm::CloudFormation;
  std::string out;
  const std::vector<Part> parts = parts_of(changes);
  for (const Part& part : parts) {
    if (!out.empty()) out += '\n';
    if (form == FixForm::Message) {
      Changes others;
      for (const Part& each : parts) {
        if (&each != &part) others.insert(others.end(), each.changes.begin(), each.changes.end());
      }
      out += write_message(answer, fix, part.changes, others);
      continue;
    }
    for (const FixChange* each : part.changes) {
      if (!together && each != part.changes[0]) out += '\n';
      out += heading(part, *each, form);
      if (!together) out += write_change(answer.estate, *each, form);
    }
    if (form == FixForm::Diff) out += Diffs(answer.estate, call).write(part.changes);
    if (form == FixForm::Terraform) out += write_terraform(answer.estate, part.changes);
    if (form == FixForm::CloudFormation) out += write_cloudformation(answer.estate, part.changes);
  }
  return out;
}

}  // namespace rolecall
