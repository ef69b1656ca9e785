// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/json.h"

#include <algorithm>
#include <numeric>
#include <string>

#include <fmt/format.h>
#include <simdjson.h>

#include "rolecall/base/text.h"

#include "json_fault.h"

namespace rolecall {

namespace ondemand = simdjson::ondemand;

// Walks a simdjson On-Demand document once and writes down every value with its place.
class JsonTapeBuilder {
 public:
  JsonTapeBuilder(SourceTable& sources, JsonDocument& document, const JsonLimits& limits)
      : sources_(sources), document_(document), text_(document.text_), limits_(limits) {}

  // False when simdjson refuses something; find_json_fault then says what.
  bool build(ondemand::document& parsed, std::size_t skipped) {
    base_ = text_.data();
    // An export holds a value in about 20 bytes.
    constexpr std::size_t kBytesPerValue = 20;
    document_.nodes_.reserve(text_.size() / kBytesPerValue + 8);
    ondemand::value root;
    const char* const start = base_ + skipped;
    if (parsed.is_scalar().value_unsafe()) {
      return scalar_root(parsed, start);
    }
    if (parsed.get_value().get(root) != simdjson::SUCCESS) return false;
    if (!value(root, 0)) return false;
    auto& repeated = document_.repeated_keys_;
    std::sort(repeated.begin(), repeated.end(),
              [](const Span& a, const Span& b) { return a.begin < b.begin; });
    return rest_is_blank(document_.nodes_.empty() ? 0 : document_.nodes_[0].end);
  }

 private:
  using Node = JsonDocument::Node;

  std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - base_); }

  bool rest_is_blank(std::size_t from) const {
    return text_.find_first_not_of(" \t\r\n", from) == std::string_view::npos;
  }

  bool scalar_root(ondemand::document& parsed, const char* start) {
    const std::size_t begin = text_.find_first_not_of(" \t\r\n", offset(start));
    if (begin == std::string_view::npos || find_json_fault(text_.substr(begin), 1)) return false;
    const std::string_view token = trim(text_.substr(begin));
    Node node;
    node.begin = static_cast<std::uint32_t>(begin);
    node.end = static_cast<std::uint32_t>(begin + token.size());
    node.next = 1;
    node.kind = static_cast<std::uint32_t>(scalar_kind(token[0])) & 7U;
    document_.nodes_.push_back(node);
    if (token[0] == '"' && token.find('\\') != std::string_view::npos) {
      std::string_view plain;
      if (parsed.get_string().get(plain) != simdjson::SUCCESS) return false;
      note_unescaped(document_.nodes_.back(), plain);
    }
    return true;
  }

  static JsonKind scalar_kind(char first) {
    if (first == '"') return JsonKind::String;
    if (first == 't' || first == 'f') return JsonKind::Boolean;
    return first == 'n' ? JsonKind::Null : JsonKind::Number;
  }

  void note_unescaped(Node& node, std::string_view plain) {
    document_.unescaped_.push_back(sources_.keep(std::string(plain)));
    node.detail = static_cast<std::uint32_t>(document_.unescaped_.size()) & 0x1FFFFFFFU;
  }

  bool value(ondemand::value& in, std::size_t depth) {
    ondemand::json_type type{};
    if (in.type().get(type) != simdjson::SUCCESS) return false;
    if (document_.nodes_.size() >= limits_.max_values) return false;
    switch (type) {
      case ondemand::json_type::object:
        return object(in, depth + 1);
      case ondemand::json_type::array:
        return array(in, depth + 1);
      case ondemand::json_type::string:
        return string(in);
      case ondemand::json_type::number:
        return number(in);
      case ondemand::json_type::boolean: {
        const auto token = scalar_token(in);
        bool ignored = false;
        return in.get_bool().get(ignored) == simdjson::SUCCESS && push(JsonKind::Boolean, token);
      }
      case ondemand::json_type::null: {
        const auto token = scalar_token(in);
        bool is_null = false;
        return token == "null" && in.is_null().get(is_null) == simdjson::SUCCESS && is_null &&
               push(JsonKind::Null, token);
      }
    }
    return false;
  }

  std::string_view scalar_token(ondemand::value& in) const {
    std::string_view token = in.raw_json_token();
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
      token.remove_suffix(1);
    }
    return token;
  }

  bool push(JsonKind kind, std::string_view token) {
    Node node;
    node.begin = offset(token.data());
    node.end = node.begin + static_cast<std::uint32_t>(token.size());
    node.next = static_cast<std::uint32_t>(document_.nodes_.size()) + 1;
    node.kind = static_cast<std::uint32_t>(kind) & 7U;
    document_.nodes_.push_back(node);
    return true;
  }

  bool number(ondemand::value& in) {
    const auto token = scalar_token(in);
    double ignored = 0;
    const auto error = in.get_double().get(ignored);
    // Any length of number is kept as text; only its grammar counts.
    if (error != simdjson::SUCCESS && find_json_fault(token, 1)) return false;
    return push(JsonKind::Number, token);
  }

  bool string(ondemand::value& in) {
    const auto token = scalar_token(in);
    push(JsonKind::String, token);
    if (token.find('\\') == std::string_view::npos) {
      // Nothing to unescape: step over the token without copying it.
      return in.get_raw_json_string().error() == simdjson::SUCCESS;
    }
    const auto index = document_.nodes_.size() - 1;
    std::string_view plain;
    if (in.get_string().get(plain) != simdjson::SUCCESS) return false;
    note_unescaped(document_.nodes_[index], plain);
    return true;
  }

  // Finds the bracket that ends a container: only white space stands before it.
  std::uint32_t closing(std::size_t index) const {
    std::size_t from = document_.nodes_[index].begin + 1;
    if (document_.nodes_.size() > index + 1) from = last_end_;
    while (from < text_.size() && text_[from] != ']' && text_[from] != '}') ++from;
    return static_cast<std::uint32_t>(std::min(from, text_.size() - 1) + 1);
  }

  void finish(std::size_t index, std::size_t count) {
    Node& node = document_.nodes_[index];
    node.end = closing(index);
    node.next = static_cast<std::uint32_t>(document_.nodes_.size());
    node.detail = static_cast<std::uint32_t>(count) & 0x1FFFFFFFU;
    last_end_ = node.end;
  }

  bool array(ondemand::value& in, std::size_t depth) {
    if (depth > limits_.max_depth) return false;
    const std::size_t index = document_.nodes_.size();
    push(JsonKind::Array, in.raw_json_token().substr(0, 1));
    ondemand::array elements;
    if (in.get_array().get(elements) != simdjson::SUCCESS) return false;
    std::size_t count = 0;
    for (auto each : elements) {
      ondemand::value element;
      if (each.get(element) != simdjson::SUCCESS) return false;
      const std::size_t child = document_.nodes_.size();
      if (!value(element, depth)) return false;
      last_end_ = document_.nodes_[child].end;
      ++count;
    }
    finish(index, count);
    return true;
  }

  bool key(ondemand::field& member) {
    const char* const raw = member.key().raw();
    std::size_t length = 0;
    bool escaped = false;
    while (raw[length] != '"') {
      escaped = escaped || raw[length] == '\\';
      length += raw[length] == '\\' ? 2 : 1;
    }
    push(JsonKind::String, {raw - 1, length + 2});
    if (!escaped) return true;
    std::string_view plain;
    if (member.unescaped_key().get(plain) != simdjson::SUCCESS) return false;
    note_unescaped(document_.nodes_.back(), plain);
    return true;
  }

  bool object(ondemand::value& in, std::size_t depth) {
    if (depth > limits_.max_depth) return false;
    const std::size_t index = document_.nodes_.size();
    push(JsonKind::Object, in.raw_json_token().substr(0, 1));
    ondemand::object members;
    if (in.get_object().get(members) != simdjson::SUCCESS) return false;
    std::size_t count = 0;
    for (auto each : members) {
      ondemand::field member;
      if (std::move(each).get(member) != simdjson::SUCCESS || !key(member)) return false;
      const std::size_t child = document_.nodes_.size();
      if (!value(member.value(), depth)) return false;
      last_end_ = document_.nodes_[child].end;
      ++count;
    }
    finish(index, count);
    find_repeated_keys(index, count);
    return true;
  }

  std::string_view key_text(std::uint32_t node) const {
    return JsonValue(&document_, node).string();
  }

  void find_repeated_keys(std::size_t index, std::size_t count) {
    if (count < 2) return;
    keys_.clear();
    for (std::uint32_t at = static_cast<std::uint32_t>(index) + 1;
         at < document_.nodes_[index].next; at = document_.nodes_[at + 1].next) {
      keys_.push_back(at);
    }
    constexpr std::size_t kFew = 12;
    if (count <= kFew) {
      for (std::size_t i = 1; i < keys_.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (key_text(keys_[i]) != key_text(keys_[j])) continue;
          document_.repeated_keys_.push_back(JsonValue(&document_, keys_[i]).span());
          break;
        }
      }
      return;
    }
    std::stable_sort(keys_.begin(), keys_.end(), [this](std::uint32_t a, std::uint32_t b) {
      return key_text(a) < key_text(b);
    });
    for (std::size_t i = 1; i < keys_.size(); ++i) {
      if (key_text(keys_[i]) == key_text(keys_[i - 1])) {
        document_.repeated_keys_.push_back(JsonValue(&document_, keys_[i]).span());
      }
    }
  }

  SourceTable& sources_;
  JsonDocument& document_;
  std::string_view text_;
  JsonLimits limits_;
  const char* base_ = nullptr;
  std::uint32_t last_end_ = 0;
  std::vector<std::uint32_t> keys_;
};

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

JsonKind JsonValue::kind() const {
  return static_cast<JsonKind>(static_cast<unsigned>(document_->nodes_[index_].kind));
}

Span JsonValue::span() const {
  const auto& node = document_->nodes_[index_];
  return {document_->id_, node.begin, node.end};
}

std::string_view JsonValue::raw() const {
  const auto& node = document_->nodes_[index_];
  return document_->text_.substr(node.begin, node.end - node.begin);
}

std::string_view JsonValue::string() const {
  const auto& node = document_->nodes_[index_];
  if (node.detail != 0) return document_->unescaped_[node.detail - 1];
  return document_->text_.substr(node.begin + 1, node.end - node.begin - 2);
}

std::string_view JsonValue::scalar() const {
  return is(JsonKind::String) ? string() : raw();
}

std::size_t JsonValue::size() const {
  return is(JsonKind::Array) || is(JsonKind::Object) ? document_->nodes_[index_].detail : 0;
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

JsonValue::Iterator JsonValue::begin() const {
  return {document_, size() == 0 ? document_->nodes_[index_].next : index_ + 1,
          is(JsonKind::Object)};
}

JsonValue::Iterator JsonValue::end() const {
  return {document_, document_->nodes_[index_].next, is(JsonKind::Object)};
}

JsonValue::Iterator& JsonValue::Iterator::operator++() {
  index_ = document_->nodes_[in_object_ ? index_ + 1 : index_].next;
  return *this;
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

// Before any parsing: what is certainly no JSON document, named as what it is.
std::optional<Diagnostic> refuse_early(std::string_view text, DocumentId document,
                                       const JsonLimits& limits) {
  const auto refuse = [](DiagnosticCode code, std::string message, std::string help) {
    return Diagnostic{Severity::Error, code, std::move(message), {}, std::move(help), {}};
  };
  if (text.size() > std::min(limits.max_bytes, SourceTable::kMaxBytes)) {
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

Result<JsonDocument> parse_json(SourceTable& sources, DocumentId document, Diagnostics& diagnostics,
                                JsonLimits limits) {
  const std::string_view text = sources.text(document);
  if (auto refused = refuse_early(text, document, limits)) {
    if (!refused->where.known()) refused->file = std::string(sources.name(document));
    return tl::make_unexpected(*std::move(refused));
  }
  const std::size_t skipped = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  JsonDocument result(&sources, document);
  JsonTapeBuilder builder(sources, result, limits);
  ondemand::parser parser;
  ondemand::document parsed;
  const simdjson::padded_string_view padded(text.data() + skipped, text.size() - skipped,
                                            text.size() - skipped + SourceTable::kPadding);
  const bool built =
      parser.iterate(padded).get(parsed) == simdjson::SUCCESS && builder.build(parsed, skipped);
  if (built) {
    for (const Span& key : result.repeated_keys()) {
      diagnostics.error(DiagnosticCode::DuplicateKey,
                        fmt::format("key `{}` occurs twice in one object",
                                    sources.text({key.document, key.begin + 1, key.end - 1})),
                        key, "keep one of the two");
    }
    return result;
  }
  const auto fault = find_json_fault(text.substr(skipped), limits.max_depth);
  if (!fault) {
    return fail(DiagnosticCode::TooMany,
                fmt::format("the document holds more than {} values", limits.max_values),
                at_offset(document, 0, text.size()), "raise the limit with --max-values");
  }
  const bool deep = fault->message.starts_with("values are nested");
  return fail(deep ? DiagnosticCode::TooDeep : DiagnosticCode::InvalidJson, fault->message,
              at_offset(document, skipped + fault->offset, text.size()), fault->help);
}

}  // namespace rolecall
