// SPDX-License-Identifier: Apache-2.0
#include "json_splitter.h"

#include <string>
#include <string_view>
#include <utility>

namespace rolecall {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

// The end of the object or array that begins at `begin`, found by counting brackets outside of
// strings; the end of the text when it is not closed.
std::size_t find_end(std::string_view text, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return at + 1;
    }
  }
  return text.size();
}

std::vector<Span> find_documents(std::string_view text, DocumentId file) {
  std::vector<Span> found;
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while ((at = text.find_first_not_of(kSpace, at)) != std::string_view::npos) {
    const bool opens = text[at] == '{' || text[at] == '[';
    // Anything but an object or array is not a page; the rest of the text is one faulty document.
    const std::size_t end = opens ? find_end(text, at) : text.size();
    found.push_back({file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
    at = end;
  }
  return found;
}

}  // namespace

JsonDocuments parse_json_documents(SourceTable& sources, DocumentId file, Diagnostics& diagnostics,
                                   JsonLimits limits) {
  JsonDocuments result;
  const auto take = [&](Result<JsonDocument> parsed) {
    if (parsed) {
      result.documents.push_back(std::make_unique<JsonDocument>(*std::move(parsed)));
    } else {
      diagnostics.add(std::move(parsed.error()));
      result.whole = false;
    }
  };
  auto whole = parse_json(sources, file, diagnostics, limits);
  if (whole || whole.error().code != DiagnosticCode::InvalidJson) {
    take(std::move(whole));
    return result;
  }
  const std::vector<Span> parts = find_documents(sources.text(file), file);
  if (parts.size() < 2) {
    take(std::move(whole));
    return result;
  }
  for (const Span& part : parts) {
    const DocumentId id = sources.add_embedded(part, {}, std::string(sources.text(part)));
    take(parse_json(sources, id, diagnostics, limits));
  }
  return result;
}

}  // namespace rolecall
