// SPDX-License-Identifier: Apache-2.0
#include "collected_config.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"

namespace rolecall {

namespace {

// Overwrites a part of the text with spaces, except for line ends.
void blank(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
  }
}

std::size_t end_of_string(std::string_view text, std::size_t begin) {
  std::size_t at = begin + 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2U : 1U;
  return std::min(at + 1, text.size());
}

// Turns JSON with comments and trailing commas into JSON, leaving every value at its offset.
std::string without_comments(std::string text) {
  std::size_t comma = text.npos;  // The last comma, when only white space has followed it.
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = std::string_view(text).substr(at);
    if (rest.starts_with("//") || rest.starts_with("/*")) {
      const bool line = rest[1] == '/';
      const std::size_t end = text.find(line ? "\n" : "*/", at + 2);
      const std::size_t after = end == text.npos ? text.size() : end + (line ? 0U : 2U);
      blank(text, at, after);
      at = after;
      continue;
    }
    const char c = text[at];
    if ((c == '}' || c == ']') && comma != text.npos) text[comma] = ' ';
    if (c == ',') {
      comma = at;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      comma = text.npos;
    }
    at = c == '"' ? end_of_string(text, at) : at + 1;
  }
  return text;
}

}  // namespace

bool is_collect_config(const std::filesystem::path& path) {
  return path.extension() == ".jsonc";
}

std::optional<std::filesystem::path> find_storage(LoadContext& context,
                                                  const std::filesystem::path& path) {
  auto text = read_file(path, context.limits.max_bytes);
  if (!text) {
    context.diagnostics.add(std::move(text.error()));
    return std::nullopt;
  }
  SourceTable& sources = context.estate.sources();
  const DocumentId id = sources.add(path.string(), without_comments(*std::move(text)));
  const auto json = parse_json(sources, id, context.diagnostics, context.limits);
  if (!json) {
    context.diagnostics.add(json.error());
    return std::nullopt;
  }
  const auto storage = json->root().find("storage");
  if (!storage || !storage->is(JsonKind::Object)) {
    context.diagnostics.error(DiagnosticCode::UnknownShape,
                              "this file is not recognized: a configuration of iam-collect has "
                              "`storage`",
                              json->root().span());
    return std::nullopt;
  }
  const std::string_view type = storage->string_at("type");
  const std::string_view where = storage->string_at("path");
  if (type == "s3") {
    context.diagnostics.error(
        DiagnosticCode::CannotRead, "what is collected is in S3, and rolecall reads files only",
        storage->span(), "copy it with `aws s3 sync s3://BUCKET/PREFIX DIR`, and give DIR");
    return std::nullopt;
  }
  if (where.empty()) {
    context.diagnostics.error(DiagnosticCode::MissingMember, "`storage` has no `path`",
                              storage->span());
    return std::nullopt;
  }
  return path.parent_path() / where;
}

}  // namespace rolecall
