// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/result.h"
#include "rolecall/base/source.h"

namespace rolecall {

enum class JsonKind : std::uint8_t { Null, Boolean, Number, String, Array, Object };
// `null`, `a boolean`, `a number`, `a string`, `an array`, `an object`.
[[nodiscard]] std::string_view json_kind_name(JsonKind kind);

constexpr std::size_t kMaxJsonDepth = 4096;

struct JsonLimits {
  std::size_t max_depth = 128;  // Values above kMaxJsonDepth have no further effect.
  std::size_t max_bytes = std::size_t{1} << 30;
  std::size_t max_values = 200'000'000;
};

class JsonDocument;

// A value of a JsonDocument, which knows where it stands. Cheap to copy; valid as long as its
// document.
class JsonValue {
 public:
  JsonValue(const JsonDocument* document, std::uint32_t index)
      : document_(document), index_(index) {}

  [[nodiscard]] JsonKind kind() const;
  [[nodiscard]] bool is(JsonKind kind) const { return this->kind() == kind; }
  // The value's bytes, quotes and brackets included.
  [[nodiscard]] Span span() const;
  // The bytes as written: `12`, `true`, `"a"`.
  [[nodiscard]] std::string_view raw() const;
  // The unescaped text; lives as long as the SourceTable. REQUIRES: a string.
  [[nodiscard]] std::string_view string() const;
  // The text of a string, number or boolean, for readers that accept values with and without
  // quotes. REQUIRES: one of these kinds.
  [[nodiscard]] std::string_view scalar() const { return is(JsonKind::String) ? string() : raw(); }
  // REQUIRES: a boolean.
  [[nodiscard]] bool boolean() const { return raw() == "true"; }
  // Number of elements or members; zero for scalars. Linear: they are counted at each call.
  [[nodiscard]] std::size_t size() const;
  // The first member named exactly `key`; nothing when there is none or this is not an object.
  [[nodiscard]] std::optional<JsonValue> find(std::string_view key) const;
  // The text of the member `find` returns; empty when there is none or it is not a string.
  [[nodiscard]] std::string_view string_at(std::string_view key) const;

  class Iterator;
  // Elements of an array, or member values of an object; empty for scalars.
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  friend class Iterator;
  const JsonDocument* document_;
  std::uint32_t index_;
};

class JsonValue::Iterator {
 public:
  Iterator(const JsonDocument* document, std::uint32_t index, bool in_object)
      : document_(document), index_(index), in_object_(in_object) {}
  [[nodiscard]] JsonValue operator*() const {
    return {document_, in_object_ ? index_ + 1 : index_};
  }
  // REQUIRES: iterating over an object.
  [[nodiscard]] std::string_view key() const { return JsonValue(document_, index_).string(); }
  [[nodiscard]] Span key_span() const { return JsonValue(document_, index_).span(); }
  Iterator& operator++();
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

 private:
  const JsonDocument* document_;
  std::uint32_t index_;
  bool in_object_;
};

// A parsed document: a flat list of values, each with its place. Strings without escapes are views
// of the source; the others are kept by the SourceTable, so text outlives the JsonDocument.
class JsonDocument {
 public:
  JsonDocument() = default;
  JsonDocument(const SourceTable* sources, DocumentId document) { reset(sources, document); }
  // Empties the document and keeps its memory for the next one.
  void reset(const SourceTable* sources, DocumentId document);

  [[nodiscard]] JsonValue root() const { return {this, 0}; }
  [[nodiscard]] DocumentId id() const { return id_; }
  [[nodiscard]] const SourceTable& sources() const { return *sources_; }
  // Keys that repeat an earlier key of the same object. parse_json has reported each as an error;
  // readers treat the nearest enclosing unit they know, such as a policy, as faulty.
  [[nodiscard]] const std::vector<Span>& repeated_keys() const { return repeated_keys_; }
  [[nodiscard]] bool has_repeated_key_in(Span span) const;

 private:
  friend class JsonValue;
  friend class JsonValue::Iterator;
  friend class JsonTapeBuilder;
  struct Node {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t kind_and_link;  // JsonKind in three bits, `link` in the others.

    [[nodiscard]] JsonKind kind() const { return static_cast<JsonKind>(kind_and_link & 7U); }
    // Containers: the index after everything in it. Strings: 1 + index into `unescaped_`, or 0.
    [[nodiscard]] std::uint32_t link() const { return kind_and_link >> 3U; }
    void set_link(std::size_t link) {
      kind_and_link = (kind_and_link & 7U) | (static_cast<std::uint32_t>(link) << 3U);
    }
  };
  [[nodiscard]] const Node& node(std::uint32_t index) const { return nodes_[index]; }
  [[nodiscard]] std::uint32_t next(std::uint32_t index) const {
    return node(index).kind() >= JsonKind::Array ? node(index).link() : index + 1;
  }

  const SourceTable* sources_ = nullptr;
  std::string_view text_{};
  DocumentId id_ = kNoDocument;
  std::unique_ptr<Node[]> nodes_;  // Uninitialized, so that unused pages take no memory.
  std::size_t node_count_ = 0;
  std::size_t node_capacity_ = 0;
  std::vector<std::string_view> unescaped_;
  std::vector<Span> repeated_keys_;
};

// Parses one JSON document. A byte order mark is skipped. Repeated keys are reported to
// `diagnostics` as errors, and parsing goes on. An invalid document costs a second, slower pass
// that locates the first fault.
[[nodiscard]] Result<JsonDocument> parse_json(SourceTable& sources, DocumentId document,
                                              Diagnostics& diagnostics, JsonLimits limits = {});

// parse_json for many documents in turn, which share its memory.
class JsonReader {
 public:
  JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;
  JsonReader(JsonReader&& other) noexcept;
  JsonReader& operator=(JsonReader&& other) noexcept;
  ~JsonReader();

  // Reads `document` into `result`. Returns the fault, or nothing on success.
  [[nodiscard]] std::optional<Diagnostic> read(SourceTable& sources, DocumentId document,
                                               Diagnostics& diagnostics, const JsonLimits& wanted,
                                               JsonDocument& result);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

inline JsonKind JsonValue::kind() const {
  return document_->node(index_).kind();
}

inline Span JsonValue::span() const {
  const auto& node = document_->node(index_);
  return {document_->id_, node.begin, node.end};
}

inline std::string_view JsonValue::raw() const {
  const auto& node = document_->node(index_);
  return document_->text_.substr(node.begin, node.end - node.begin);
}

inline std::string_view JsonValue::string() const {
  const auto& node = document_->node(index_);
  if (node.link() != 0) return document_->unescaped_[node.link() - 1];
  return document_->text_.substr(node.begin + 1, node.end - node.begin - 2);
}

inline JsonValue::Iterator JsonValue::begin() const {
  return {document_, index_ + 1, is(JsonKind::Object)};
}

inline JsonValue::Iterator JsonValue::end() const {
  return {document_, document_->next(index_), is(JsonKind::Object)};
}

inline JsonValue::Iterator& JsonValue::Iterator::operator++() {
  index_ = document_->next(in_object_ ? index_ + 1 : index_);
  return *this;
}

}  // namespace rolecall
