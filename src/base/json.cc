// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/json.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "json_fault.h"
#include "json_tape.h"

namespace rolecall {

std::string_view json_kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::Null:
      return "null";
    case JsonKind::Boolean:
      return "a boolean";
    case JsonKind::Number:
      return "a number";
    case JsonKind::String:
      return "a string";
    case JsonKind::Array:
      return "an array";
    case JsonKind::Object:
      return "an object";
  }
  return "a value";
}

std::size_t JsonValue::size() const {
  std::size_t count = 0;
  for (auto it = begin(); it != end(); ++it) ++count;
  return count;
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const {
  if (!is(JsonKind::Object)) return std::nullopt;
  for (auto it = begin(); it != end(); ++it) {
    if (it.key() == key) return *it;
  }
  return std::nullopt;
}

std::string_view JsonValue::string_at(std::string_view key) const {
  const auto found = find(key);
  return found && found->is(JsonKind::String) ? found->string() : std::string_view();
}

void JsonDocument::reset(const SourceTable* sources, DocumentId document) {
  sources_ = sources;
  text_ = sources->text(document);
  id_ = document;
  node_count_ = 0;
  unescaped_.clear();
  repeated_keys_.clear();
}

bool JsonDocument::has_repeated_key_in(Span span) const {
  const auto first =
      std::lower_bound(repeated_keys_.begin(), repeated_keys_.end(), span.begin,
                       [](const Span& key, std::uint32_t begin) { return key.begin < begin; });
  return first != repeated_keys_.end() && first->end <= span.end;
}

namespace {

Span at_offset(DocumentId document, std::size_t offset, std::size_t size) {
  const std::size_t begin = std::min(offset, size);
  return {document, static_cast<std::uint32_t>(begin),
          static_cast<std::uint32_t>(std::min(begin + 1, size))};
}

bool is_too_large(std::string_view text, const JsonLimits& limits) {
  return text.size() > std::min(limits.max_bytes, SourceTable::kMaxBytes);
}

// The fault of a document that is too large, is empty, or is evidently not JSON text.
std::optional<Diagnostic> refuse_as_other(std::string_view text, DocumentId document,
                                          const JsonLimits& limits) {
  const auto refuse = [](DiagnosticCode code, std::string message, std::string help) {
    return Diagnostic{Severity::Error, code, std::move(message), {}, std::move(help), {}};
  };
  if (is_too_large(text, limits)) {
    return refuse(
        DiagnosticCode::TooLarge,
        fmt::format("the document is larger than the limit of {} bytes", limits.max_bytes),
        "raise the limit with --max-file-bytes");
  }
  if (trim(text).empty()) {
    return refuse(DiagnosticCode::EmptyFile, "the file is empty",
                  "write it again with the aws command that makes it");
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return refuse(DiagnosticCode::NotText, "the file is UTF-16, not UTF-8",
                  "save it as UTF-8; in PowerShell: `| Out-File -Encoding utf8`");
  }
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) {
    Diagnostic binary = refuse(DiagnosticCode::NotText, "the file is binary, not JSON text",
                               "name the JSON file, unpacked if it was compressed");
    binary.where = at_offset(document, zero, text.size());
    return binary;
  }
  return std::nullopt;
}

}  // namespace

struct JsonReader::Buffers {
  JsonTapeBuffers tape{};
};

JsonReader::JsonReader() : buffers_(std::make_unique<Buffers>()) {}
JsonReader::JsonReader(JsonReader&& other) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&& other) noexcept = default;
JsonReader::~JsonReader() = default;

std::optional<Diagnostic> JsonReader::read(SourceTable& sources, DocumentId document,
                                           Diagnostics& diagnostics, const JsonLimits& wanted,
                                           JsonDocument& result) {
  // Both passes are limited in depth: the first one recurses on the thread's own stack.
  JsonLimits limits = wanted;
  limits.max_depth = std::min(limits.max_depth, kMaxJsonDepth);
  result.reset(&sources, document);
  const std::string_view text = sources.text(document);
  const std::size_t skipped = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  if (!is_too_large(text, limits) &&
      JsonTapeBuilder(sources, result, limits, buffers_->tape).build(skipped)) {
    for (const Span& key : result.repeated_keys()) {
      diagnostics.error(DiagnosticCode::DuplicateKey,
                        fmt::format("key `{}` occurs twice in one object",
                                    sources.text({key.document, key.begin + 1, key.end - 1})),
                        key, "keep one of the two");
    }
    return std::nullopt;
  }
  if (auto refused = refuse_as_other(text, document, limits)) {
    if (!refused->where.known()) refused->file = std::string(sources.name(document));
    return refused;
  }
  const auto fault = find_json_fault(text.substr(skipped), limits.max_depth);
  if (!fault) {
    return Diagnostic{
        .code = DiagnosticCode::TooMany,
        .message = fmt::format("the document holds more than {} values", limits.max_values),
        .where = at_offset(document, 0, text.size()),
        .help = "raise the limit with --max-values"};
  }
  const bool deep = fault->message.starts_with("values are nested");
  return Diagnostic{.code = deep ? DiagnosticCode::TooDeep : DiagnosticCode::InvalidJson,
                    .message = fault->message,
                    .where = at_offset(document, skipped + fault->offset, text.size()),
                    .help = fault->help};
}

Result<JsonDocument> parse_json(SourceTable& sources, DocumentId document, Diagnostics& diagnostics,
                                JsonLimits limits) {
  JsonDocument result;
  if (auto refused = JsonReader().read(sources, document, diagnostics, limits, result)) {
    return tl::make_unexpected(*std::move(refused));
  }
  return result;
}

}  // namespace rolecall
