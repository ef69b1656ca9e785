// SPDX-License-Identifier: Apache-2.0
#include "json_tape.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// Reads the four hexadecimal digits that the text begins with.
std::optional<std::uint32_t> read_hex(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const auto digit = static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    if (!is_ascii_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f')) return std::nullopt;
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6));
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3F));
    byte(0x80 | ((code >> 6) & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

// Reads the `\uXXXX`, or the surrogate pair of two, that the text begins with. Returns the number
// of bytes read; 0 when malformed.
std::size_t unescape_code(std::string_view text, std::string& out) {
  const auto first = read_hex(text.substr(2));
  if (!first) return 0;
  if (*first < 0xD800 || *first >= 0xE000) {
    append_utf8(out, *first);
    return 6;
  }
  const bool pair = *first < 0xDC00 && text.substr(6, 2) == "\\u";
  const auto second = pair ? read_hex(text.substr(8)) : std::nullopt;
  if (!second || *second < 0xDC00 || *second >= 0xE000) return 0;
  append_utf8(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
  return 12;
}

// False when an escape is malformed.
bool unescape(std::string_view text, std::string& out) {
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  out.clear();
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('\\'), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.size() < 2) return text.empty();
    std::size_t read = 2;
    if (text[1] == 'u') {
      read = unescape_code(text, out);
    } else if (const std::size_t which = kEscapes.find(text[1]); which < kEscapes.size()) {
      out += kMeanings[which];
    } else {
      read = 0;
    }
    if (read == 0) return false;
    text.remove_prefix(read);
  }
  return true;
}

// A value that is equal for equal keys and differs for most others, so that few texts are compared.
std::uint32_t mark_of(std::string_view key) {
  const auto byte = [&](std::size_t at) {
    return key.empty() ? 0U : static_cast<std::uint32_t>(static_cast<unsigned char>(key[at]));
  };
  return static_cast<std::uint32_t>(key.size()) ^ (byte(0) << 8U) ^ (byte(key.size() / 2) << 16U) ^
         (byte(key.empty() ? 0 : key.size() - 1) << 24U);
}

}  // namespace

JsonTapeBuilder::JsonTapeBuilder(SourceTable& sources, JsonDocument& document,
                                 const JsonLimits& limits, JsonTapeBuffers& buffers)
    : sources_(sources),
      document_(document),
      buffers_(buffers),
      text_(document.text_),
      max_depth_(limits.max_depth),
      // Node::link() has 29 bits.
      max_values_(std::min(limits.max_values, (std::size_t{1} << 29) - 1)) {}

bool JsonTapeBuilder::find_tokens(std::size_t skipped) {
  auto& parser = buffers_.parser;
  const std::size_t size = text_.size() - skipped;
  if (parser == nullptr) {
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            size, simdjson::DEFAULT_MAX_DEPTH, parser) != simdjson::SUCCESS) {
      return false;
    }
  } else if (parser->capacity() < size && parser->set_capacity(size * 2) != simdjson::SUCCESS) {
    return false;
  }
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text_.data() + skipped);
  if (parser->stage1(bytes, size, simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
    return false;
  }
  skipped_ = skipped;
  at_ = parser->structural_indexes.get();
  last_ = at_ + parser->n_structural_indexes;
  return true;
}

bool JsonTapeBuilder::build(std::size_t skipped) {
  if (!find_tokens(skipped)) return false;
  reserve(static_cast<std::size_t>(last_ - at_));
  buffers_.keys.clear();
  if (!value(0) || at_ != last_) return false;
  auto& repeated = document_.repeated_keys_;
  std::sort(repeated.begin(), repeated.end(),
            [](const Span& a, const Span& b) { return a.begin < b.begin; });
  return true;
}

// Every value begins with a token of its own, and a separator stands between two of them.
void JsonTapeBuilder::reserve(std::size_t tokens) {
  max_values_ = std::min(tokens / 2 + 1, max_values_);
  if (document_.node_capacity_ >= max_values_) return;
  document_.nodes_ = std::make_unique_for_overwrite<Node[]>(max_values_);
  document_.node_capacity_ = max_values_;
}

bool JsonTapeBuilder::take(char wanted) {
  if (token() != wanted) return false;
  ++at_;
  return true;
}

// Whether only white space stands between `at`, where the token ended, and the next token.
bool JsonTapeBuilder::ends_token(std::size_t at) const {
  return at == next_token() || (at < next_token() && is_space(text_[at]));
}

bool JsonTapeBuilder::value(std::size_t depth) {
  if (at_ == last_) return false;
  const std::size_t begin = skipped_ + *at_++;
  switch (text_[begin]) {
    case '{':
      return object(begin, depth + 1);
    case '[':
      return array(begin, depth + 1);
    case '"':
      return string(begin);
    case 't':
      return word(JsonKind::Boolean, begin, "true");
    case 'f':
      return word(JsonKind::Boolean, begin, "false");
    case 'n':
      return word(JsonKind::Null, begin, "null");
    default:
      return number(begin);
  }
}

// REQUIRES: the last token taken is the closing bracket.
void JsonTapeBuilder::close(std::size_t index) {
  Node& node = document_.nodes_[index];
  node.end = static_cast<std::uint32_t>(skipped_ + at_[-1] + 1);
  node.set_link(document_.node_count_);
}

bool JsonTapeBuilder::array(std::size_t begin, std::size_t depth) {
  const std::size_t index = document_.node_count_;
  if (depth > max_depth_ || !push(JsonKind::Array, begin, begin)) return false;
  if (!take(']')) {
    do {
      if (!value(depth)) return false;
    } while (take(','));
    if (!take(']')) return false;
  }
  close(index);
  return true;
}

bool JsonTapeBuilder::object(std::size_t begin, std::size_t depth) {
  const std::size_t index = document_.node_count_;
  const std::size_t first_key = buffers_.keys.size();
  if (depth > max_depth_ || !push(JsonKind::Object, begin, begin)) return false;
  if (!take('}')) {
    do {
      if (!member(depth)) return false;
    } while (take(','));
    if (!take('}')) return false;
  }
  close(index);
  find_repeated_keys(first_key);
  buffers_.keys.resize(first_key);
  return true;
}

bool JsonTapeBuilder::member(std::size_t depth) {
  const auto node = static_cast<std::uint32_t>(document_.node_count_);
  if (token() != '"') return false;
  if (!string(skipped_ + *at_++) || !take(':')) return false;
  buffers_.keys.push_back({mark_of(key_text(node)), node});
  return value(depth);
}

bool JsonTapeBuilder::string(std::size_t begin) {
  // Only white space stands between the closing quote and the next token.
  std::size_t quote = next_token() - 1;
  while (quote > begin + 8 && std::memcmp(&text_[quote - 7], "        ", 8) == 0) quote -= 8;
  while (quote > begin && is_space(text_[quote])) --quote;
  if (quote == begin || text_[quote] != '"') return false;
  if (!push(JsonKind::String, begin, quote + 1)) return false;
  const std::string_view content = text_.substr(begin + 1, quote - begin - 1);
  if (!has_escape(begin, quote)) return true;
  if (!unescape(content, buffers_.unescaped)) return false;
  document_.unescaped_.push_back(sources_.keep(buffers_.unescaped));
  document_.nodes_[document_.node_count_ - 1].set_link(document_.unescaped_.size());
  return true;
}

// Whether there is a backslash in [begin, end). Searches beyond `end`, as most documents have none.
bool JsonTapeBuilder::has_escape(std::size_t begin, std::size_t end) {
  constexpr std::size_t kAhead = 4096;
  while (plain_ <= end) {
    plain_ = std::max(plain_, begin);
    const std::string_view ahead = text_.substr(0, std::max(plain_ + kAhead, end + 1));
    plain_ = std::min(ahead.find('\\', plain_), ahead.size());
    if (plain_ < end) return true;
  }
  return false;
}

// A number as RFC 8259 has it, of any length: numbers are kept as text.
bool JsonTapeBuilder::number(std::size_t begin) {
  std::size_t at = begin;
  const auto peek = [&] { return at < text_.size() ? text_[at] : '\0'; };
  const auto digits = [&] {
    const std::size_t from = at;
    while (is_ascii_digit(peek())) ++at;
    return at - from;
  };
  if (peek() == '-') ++at;
  const bool zero = peek() == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (peek() == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if ((peek() | 0x20) == 'e') {
    ++at;
    if (peek() == '+' || peek() == '-') ++at;
    if (digits() == 0) return false;
  }
  return ends_token(at) && push(JsonKind::Number, begin, at);
}

bool JsonTapeBuilder::word(JsonKind kind, std::size_t begin, std::string_view wanted) {
  const std::size_t end = begin + wanted.size();
  return text_.substr(begin, wanted.size()) == wanted && ends_token(end) && push(kind, begin, end);
}

// Compares the keys from `first` on, which are those of the object just closed.
void JsonTapeBuilder::find_repeated_keys(std::size_t first) {
  using Key = JsonTapeBuffers::Key;
  const auto report = [&](const Key& key) {
    document_.repeated_keys_.push_back(JsonValue(&document_, key.node).span());
  };
  const auto same = [&](const Key& a, const Key& b) {
    return a.mark == b.mark && key_text(a.node) == key_text(b.node);
  };
  auto& keys = buffers_.keys;
  constexpr std::size_t kFew = 12;
  if (keys.size() - first <= kFew) {
    for (std::size_t i = first + 1; i < keys.size(); ++i) {
      const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = keys.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::any_of(begin, end, [&](const Key& each) { return same(each, keys[i]); })) {
        report(keys[i]);
      }
    }
    return;
  }
  std::stable_sort(keys.begin() + static_cast<std::ptrdiff_t>(first), keys.end(),
                   [&](const Key& a, const Key& b) {
                     return a.mark != b.mark ? a.mark < b.mark
                                             : key_text(a.node) < key_text(b.node);
                   });
  for (std::size_t i = first + 1; i < keys.size(); ++i) {
    if (same(keys[i], keys[i - 1])) report(keys[i]);
  }
}

}  // namespace rolecall
