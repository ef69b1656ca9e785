// SPDX-License-Identifier: Apache-2.0
#include "json_fault.h"

#include <array>

#include <fmt/format.h>

#include "rolecall/base/json.h"
#include "rolecall/base/text.h"

namespace rolecall {

namespace {

// A strict parser that stops at the first fault. One function per kind of token; open containers
// are a stack of brackets.
class FaultFinder {
 public:
  FaultFinder(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  std::optional<JsonFault> run() {
    bool want_value = true;
    while (!fault_) {
      skip_space();
      if (want_value) {
        want_value = !read_value();
      } else if (open_.empty()) {
        if (at_ < text_.size()) {
          fail("text after the end of the document",
               "keep one JSON document in a file; several pages go into several files");
        }
        return fault_;
      } else {
        want_value = read_after_value();
      }
    }
    return fault_;
  }

 private:
  void fail(std::string message, std::string help = {}) {
    fail_at(at_, std::move(message), std::move(help));
  }
  void fail_at(std::size_t offset, std::string message, std::string help = {}) {
    if (!fault_) fault_ = JsonFault{offset, std::move(message), std::move(help)};
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  void fail_end() {
    fail("the document ends too early: it is cut off",
         open_.empty() ? std::string("write the file again")
                       : fmt::format("a `{}` is not closed; write the file again", open_.back()));
  }

  // True when a whole value was read; false when a container was opened and its first value is
  // next.
  bool read_value() {
    if (at_ >= text_.size()) {
      fail_end();
      return true;
    }
    const char c = text_[at_];
    if (c == '{' || c == '[') return open_container(c);
    if (c == '"') {
      read_string();
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      read_number();
    } else {
      read_word();
    }
    return true;
  }

  bool open_container(char bracket) {
    if (open_.size() >= max_depth_) {
      fail(fmt::format("values are nested deeper than {} levels", max_depth_),
           max_depth_ < kMaxJsonDepth ? "raise the limit with --max-depth"
                                      : "check whether the file is what it should be");
      return true;
    }
    open_ += bracket;
    ++at_;
    skip_space();
    if (peek() == (bracket == '{' ? '}' : ']')) {
      open_.pop_back();
      ++at_;
      return true;
    }
    if (bracket == '{') read_key();
    return false;
  }

  void read_key() {
    skip_space();
    if (at_ >= text_.size()) return fail_end();
    if (peek() == '}') return fail("a comma stands before the closing `}`", "remove the comma");
    if (peek() != '"') {
      return fail("a key must be a string in double quotes",
                  peek() == '\'' ? "use double quotes" : "put the key in double quotes");
    }
    read_string();
    skip_space();
    if (fault_) return;
    if (at_ >= text_.size()) return fail_end();
    if (peek() != ':') return fail("a `:` is missing after the key", "write `\"key\": value`");
    ++at_;
  }

  // True when another value must follow.
  bool read_after_value() {
    if (at_ >= text_.size()) {
      fail_end();
      return false;
    }
    const bool in_object = open_.back() == '{';
    const char c = text_[at_];
    if (c == ',') {
      ++at_;
      skip_space();
      if (in_object) {
        read_key();
      } else if (peek() == ']') {
        fail("a comma stands before the closing `]`", "remove the comma");
      }
      return true;
    }
    if (c == (in_object ? '}' : ']')) {
      open_.pop_back();
      ++at_;
      return false;
    }
    if (c == '}' || c == ']') {
      fail(fmt::format("`{}` closes a `{}`", c, open_.back()), "match the brackets");
    } else {
      fail("a comma is missing between two values", "add a comma");
    }
    return false;
  }

  void read_string() {
    const std::size_t begin = at_++;
    while (at_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        ++at_;
        if (!is_valid_utf8(text_.substr(begin, at_ - begin))) fail_utf8(begin);
        return;
      }
      if (c < 0x20) {
        return fail("a control character stands in a string",
                    c == '\n' ? "close the string with a double quote, or write `\\n`"
                              : "escape it, as in `\\u0009`");
      }
      if (c == '\\') {
        if (!read_escape()) return;
      } else {
        ++at_;
      }
    }
    fail_at(begin, "a string is not closed: the document is cut off or a quote is missing",
            "close the string with a double quote");
  }

  void fail_utf8(std::size_t begin) {
    std::size_t offset = begin;
    while (offset < at_) {
      std::size_t bytes = 1;
      while (bytes <= 4 && !is_valid_utf8(text_.substr(offset, bytes))) ++bytes;
      if (bytes > 4) break;
      offset += bytes;
    }
    fail_at(offset, "the text is not valid UTF-8", "save the file as UTF-8");
  }

  bool read_escape() {
    constexpr std::string_view kSimple = "\"\\/bfnrt";
    const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (kind != '\0' && kSimple.find(kind) != std::string_view::npos) {
      at_ += 2;
      return true;
    }
    if (kind != 'u') {
      fail("an unknown escape in a string", "write `\\\\` for a backslash");
      return false;
    }
    const auto code = read_hex(at_ + 2);
    if (!code) {
      fail("`\\u` needs four hexadecimal digits");
      return false;
    }
    at_ += 6;
    const bool high = *code >= 0xD800 && *code < 0xDC00;
    const bool low = *code >= 0xDC00 && *code < 0xE000;
    if (low || (high && (text_.substr(at_, 2) != "\\u" ||
                         (read_hex(at_ + 2).value_or(0) & 0xFC00U) != 0xDC00U))) {
      at_ -= 6;
      fail("half of a surrogate pair stands alone");
      return false;
    }
    if (high) at_ += 6;
    return true;
  }

  [[nodiscard]] std::optional<unsigned> read_hex(std::size_t from) const {
    if (from + 4 > text_.size()) return std::nullopt;
    unsigned value = 0;
    for (const char c : text_.substr(from, 4)) {
      const char low = ascii_lower(c);
      if (low >= '0' && low <= '9') {
        value = value * 16 + static_cast<unsigned>(low - '0');
      } else if (low >= 'a' && low <= 'f') {
        value = value * 16 + static_cast<unsigned>(low - 'a' + 10);
      } else {
        return std::nullopt;
      }
    }
    return value;
  }

  std::size_t read_digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - begin;
  }

  void read_number() {
    const std::size_t begin = at_;
    if (peek() == '-') ++at_;
    const char first = peek();
    const std::size_t digits = read_digits();
    bool good = digits > 0 && (first != '0' || digits == 1);
    if (peek() == '.') {
      ++at_;
      good = read_digits() > 0 && good;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      good = read_digits() > 0 && good;
    }
    if (!good || is_word(peek())) fail_at(begin, "this is no number", "put it in double quotes");
  }

  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  void read_word() {
    const std::size_t begin = at_;
    while (is_word(peek())) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "true" || word == "false" || word == "null") return;
    const char c = text_[begin];
    if (!word.empty()) {
      fail_at(begin, fmt::format("`{}` is no JSON value", word), "put text in double quotes");
    } else if (c == '\'') {
      fail("strings need double quotes", "use double quotes");
    } else if (c == '/' || c == '#') {
      fail("JSON has no comments", "remove the comment");
    } else if (c == ']' || c == '}' || c == ',') {
      fail(fmt::format("a value is missing before `{}`", c), "add the value or remove the comma");
    } else {
      fail("this is no JSON value", "name a JSON file");
    }
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::string open_;
  std::optional<JsonFault> fault_;
};

}  // namespace

std::optional<JsonFault> find_json_fault(std::string_view text, std::size_t max_depth) {
  return FaultFinder(text, max_depth).run();
}

}  // namespace rolecall
