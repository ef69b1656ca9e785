// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "rolecall/base/json.h"

namespace rolecall {

struct JsonTapeBuffers {
  struct Key {
    std::uint32_t mark = 0;  // Equal keys have equal marks.
    std::uint32_t node = 0;
  };
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser{};
  std::vector<Key> keys{};  // Of the open objects, outermost first.
  std::string unescaped{};
};

// Lists every value of a document with its place. simdjson's first stage validates UTF-8 and finds
// where tokens begin; the grammar is checked here, token by token, because simdjson's own second
// stage does not keep places (docs/adr/0004-json-tape-over-simdjson.md).
class JsonTapeBuilder {
 public:
  JsonTapeBuilder(SourceTable& sources, JsonDocument& document, const JsonLimits& limits,
                  JsonTapeBuffers& buffers);

  // Reads the text after its first `skipped` bytes. False when it is not valid JSON, or exceeds the
  // limits of depth or number of values; find_json_fault then tells the fault.
  bool build(std::size_t skipped);

 private:
  using Node = JsonDocument::Node;

  bool find_tokens(std::size_t skipped);
  [[nodiscard]] char token() const { return at_ == last_ ? '\0' : text_[skipped_ + *at_]; }
  // Where the next token begins, or the end of the text.
  [[nodiscard]] std::size_t next_token() const {
    return at_ == last_ ? text_.size() : skipped_ + *at_;
  }
  bool take(char wanted);
  [[nodiscard]] bool ends_token(std::size_t at) const;
  bool push(JsonKind kind, std::size_t begin, std::size_t end) {
    if (document_.node_count_ == max_values_) return false;
    document_.nodes_[document_.node_count_++] = {static_cast<std::uint32_t>(begin),
                                                 static_cast<std::uint32_t>(end),
                                                 static_cast<std::uint32_t>(kind)};
    return true;
  }
  void reserve(std::size_t tokens);
  void close(std::size_t index);

  bool value(std::size_t depth);
  bool array(std::size_t begin, std::size_t depth);
  bool object(std::size_t begin, std::size_t depth);
  bool member(std::size_t depth);
  bool string(std::size_t begin);
  bool has_escape(std::size_t begin, std::size_t end);
  bool number(std::size_t begin);
  bool word(JsonKind kind, std::size_t begin, std::string_view wanted);
  [[nodiscard]] std::string_view key_text(std::uint32_t node) const {
    return JsonValue(&document_, node).string();
  }
  void find_repeated_keys(std::size_t first);

  SourceTable& sources_;
  JsonDocument& document_;
  JsonTapeBuffers& buffers_;
  std::string_view text_;
  std::size_t max_depth_;
  std::size_t max_values_;
  std::size_t skipped_ = 0;
  std::size_t plain_ = 0;  // There is no backslash between the current token and this offset.
  const std::uint32_t* at_ = nullptr;
  const std::uint32_t* last_ = nullptr;
};

}  // namespace rolecall
