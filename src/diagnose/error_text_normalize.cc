// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_normalize.h"

#include <algorithm>
#include <array>
#include <limits>

#include "rolecall/base/text.h"

namespace rolecall {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct Entity {
  std::string_view name{};  // Between `&` and `;`.
  char meaning = ' ';
};

constexpr std::array<Entity, 14> kEntities = {{
    {"quot", '"'},
    {"apos", '\''},
    {"lt", '<'},
    {"gt", '>'},
    {"nbsp", ' '},
    {"#34", '"'},
    {"#39", '\''},
    {"#039", '\''},
    {"#x22", '"'},
    {"#x27", '\''},
    {"#43", '+'},
    {"#x2F", '/'},
    {"#47", '/'},
    {"#61", '='},
}};

// A decoded character of more than one byte: its length and what it stands for.
struct Wide {
  std::size_t length = 1;
  std::uint32_t code_point = 0xFFFD;  // U+FFFD: not valid UTF-8.
};

Wide decode_wide(std::string_view text, std::size_t pos) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(pos);
  std::size_t length = 0;
  std::uint32_t value = 0;
  std::uint32_t least = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2, value = first & 0x1FU, least = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3, value = first & 0x0FU, least = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4, value = first & 0x07U, least = 0x10000;
  }
  if (length == 0 || pos + length > text.size()) return {};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(pos + i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(pos + i) & 0x3FU);
  }
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {length, value};
}

// Boxes, as Terraform draws them: lines that begin with `│`.
struct BoxLine {
  std::size_t content = 0;  // Offset of the text in the box; zero: the line is in no box.
  std::size_t end = 0;      // Offset of the line break, or of the end of the text.
  std::size_t width = 0;    // Number of visible characters.
};
struct Box {
  std::size_t end = 0;  // Offset after its last line.
  std::size_t width = 0;
};

// The length of a color sequence at `pos`, ESC included, or zero.
std::size_t measure_color(std::string_view text, std::size_t pos) {
  constexpr std::size_t kLongest = 32;
  if (text.substr(pos, 2) != "\x1b[") return 0;
  std::size_t end = pos + 2;
  while (end < text.size() && end < pos + kLongest && text[end] >= 0x20 && text[end] <= 0x3F) ++end;
  return end < text.size() && text[end] >= 0x40 ? end + 1 - pos : 0;
}

BoxLine read_box_line(std::string_view text, std::size_t begin) {
  constexpr std::string_view kSide = "│";
  BoxLine line;
  bool sided = false;
  std::size_t pos = begin;
  for (; pos < text.size() && text[pos] != '\n'; ++pos) {
    if (const std::size_t color = measure_color(text, pos); color > 0) {
      pos += color - 1;
    } else if (!sided && text.substr(pos, kSide.size()) == kSide) {
      sided = true;
      ++line.width;
      pos += kSide.size() - 1;
    } else if (text[pos] != ' ' && !sided) {
      break;
    } else if (text[pos] != '\r' && (static_cast<unsigned char>(text[pos]) & 0xC0U) != 0x80U) {
      if (line.content == 0 && sided && text[pos] != ' ') line.content = pos;
      ++line.width;
    }
  }
  line.end = pos;
  if (!sided) line = {};
  return line;
}

// Whether the word can follow an ARN in a sentence, so that it does not continue the ARN.
bool follows_arn(std::string_view word) {
  constexpr std::array<std::string_view, 24> kWords = {
      "is",  "because", "with", "status", "on",     "and", "to",    "for",
      "in",  "as",      "at",   "or",     "of",     "the", "may",   "cannot",
      "not", "does",    "has",  "was",    "please", "by",  "error", "user"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view each) { return equals_ignore_case(each, word); });
}

// Writes the normalized text. `step` consumes at least one byte of the input, so the loop ends;
// every look-ahead is bounded, so it is linear.
class Normalizer {
 public:
  explicit Normalizer(std::string_view input) : input_(input) {}

  NormalText run(const std::vector<TextRange>& ranges) {
    std::size_t kept = 0;
    for (const TextRange& range : ranges) kept += range.end - range.begin;
    out_.text.reserve(kept);
    for (const TextRange& range : ranges) {
      skip_to(range.begin);
      while (pos_ < range.end) step();
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead) const {
    return pos_ + ahead < input_.size() ? input_[pos_ + ahead] : '\0';
  }
  [[nodiscard]] std::size_t measure_csi(std::size_t ahead) const;
  [[nodiscard]] std::size_t measure_timestamp() const;
  [[nodiscard]] std::size_t measure_service_prefix() const;

  void step();
  void skip_to(std::size_t begin);
  [[nodiscard]] std::size_t find_wrapped_arn();
  void measure_box(std::size_t begin);
  void take_escape_sequence();
  void take_line_start();
  void take_entity();
  void take_backslash();
  void take_unicode_escape();
  void take_wide();
  void break_line();
  void emit(char c) { emit(std::string_view(&c, 1)); }
  void emit(std::string_view bytes);

  std::string_view input_;
  std::size_t pos_ = 0;
  Box box_{};
  NormalText out_{};
  std::uint32_t line_ = 1;
  int breaks_ = 0;             // Line breaks since the last character written.
  bool space_ = false;         // White space since the last character written.
  bool at_line_start_ = true;  // The line has only white space and prefixes so far.
};

void Normalizer::emit(std::string_view bytes) {
  if (!out_.text.empty()) {
    if (breaks_ > 0) {
      out_.text.append(breaks_ > 1 ? "\n\n" : "\n");
    } else if (space_) {
      out_.text.push_back(' ');
    }
  }
  if (out_.lines.empty() || out_.lines.back().line != line_) {
    out_.lines.push_back({static_cast<std::uint32_t>(out_.text.size()), line_});
  }
  out_.text.append(bytes);
  breaks_ = 0;
  space_ = false;
  at_line_start_ = false;
}

void Normalizer::break_line() {
  ++breaks_;
  at_line_start_ = true;
}

// The length of `[31;1m` or the like at `pos_ + ahead`, or zero.
std::size_t Normalizer::measure_csi(std::size_t ahead) const {
  constexpr std::size_t kLongest = 32;
  if (peek(ahead) != '[') return 0;
  std::size_t i = ahead + 1;
  while (i < ahead + kLongest && peek(i) >= 0x20 && peek(i) <= 0x3F) ++i;
  return peek(i) >= 0x40 && peek(i) <= 0x7E ? i + 1 - ahead : 0;
}

// At ESC: a CSI sequence, an OSC sequence (to BEL or ESC backslash), or two characters.
void Normalizer::take_escape_sequence() {
  constexpr std::size_t kLongestOsc = 512;
  if (const std::size_t length = measure_csi(1); length > 0) {
    pos_ += 1 + length;
    return;
  }
  if (peek(1) == ']') {
    for (std::size_t i = 2; i < kLongestOsc && pos_ + i < input_.size() && peek(i) != '\n'; ++i) {
      const bool string_end = peek(i) == '\x1b' && peek(i + 1) == '\\';
      if (peek(i) == '\a' || string_end) {
        pos_ += i + (string_end ? 2 : 1);
        return;
      }
    }
  }
  pos_ += 1 + (pos_ + 1 < input_.size() && peek(1) != '\n' ? 1U : 0U);
}

// `2024-05-01T10:00:00.123Z ` at the start of a line, as CI systems put it, or zero.
std::size_t Normalizer::measure_timestamp() const {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const char c = peek(i);
    const bool fits = kShape[i] == 'd'   ? is_digit(c)
                      : kShape[i] == 'T' ? c == 'T' || c == ' '
                                         : c == kShape[i];
    if (!fits) return 0;
  }
  constexpr std::size_t kLongest = 40;
  std::size_t i = kShape.size();
  while (i < kLongest && (is_digit(peek(i)) || peek(i) == '.' || peek(i) == ',' || peek(i) == '+' ||
                          peek(i) == ':' || peek(i) == 'Z')) {
    ++i;
  }
  return peek(i) == ' ' || peek(i) == '\t' ? i : 0;
}

// `web_1  | ` at the start of a line, as docker compose puts it, or zero.
std::size_t Normalizer::measure_service_prefix() const {
  constexpr std::size_t kLongest = 64;
  std::size_t i = 0;
  while (i < kLongest &&
         (is_alnum(peek(i)) || peek(i) == '_' || peek(i) == '-' || peek(i) == '.')) {
    ++i;
  }
  const std::size_t name = i;
  while (i < kLongest && peek(i) == ' ') ++i;
  return name > 0 && i > name && peek(i) == '|' && peek(i + 1) == ' ' ? i + 1 : 0;
}

// Drops what quotes, boxes and log collectors put before a line.
void Normalizer::take_line_start() {
  const char c = peek(0);
  if (c == '|' || c == '>') {
    ++pos_;
    space_ = true;
  } else if (const std::size_t stamp = measure_timestamp(); stamp > 0) {
    pos_ += stamp;
  } else if (const std::size_t prefix = measure_service_prefix(); prefix > 0) {
    pos_ += prefix;
  } else {
    at_line_start_ = false;
  }
}

// `&quot;`, also when escaped several times over: `&amp;quot;`.
void Normalizer::take_entity() {
  ++pos_;
  while (input_.substr(pos_, 4) == "amp;") pos_ += 4;
  for (const Entity& entity : kEntities) {
    if (input_.substr(pos_, entity.name.size()) == entity.name && peek(entity.name.size()) == ';') {
      pos_ += entity.name.size() + 1;
      if (entity.meaning == ' ') {
        space_ = true;
      } else {
        emit(entity.meaning);
      }
      return;
    }
  }
  emit('&');
}

// At the `u` of `\u0027`. Only printable ASCII is decoded: regular expressions in AWS's messages
// hold `\u0009-\u00FF` and must stay as they are.
void Normalizer::take_unicode_escape() {
  int value = 0;
  bool valid = true;
  for (std::size_t i = 1; i <= 4; ++i) {
    const int digit = hex_value(peek(i));
    valid = valid && digit >= 0;
    value = value * 16 + std::max(digit, 0);
  }
  if (valid && value == 0x1B) {
    pos_ += 5 + measure_csi(5);
  } else if (valid && value > 0x20 && value < 0x7F) {
    pos_ += 5;
    emit(static_cast<char>(value));
  } else {
    emit('\\');
  }
}

// A run of backslashes counts as one: JSON inside JSON escapes them again.
void Normalizer::take_backslash() {
  while (peek(0) == '\\') ++pos_;
  switch (peek(0)) {
    case 'n':
      ++pos_;
      break_line();
      break;
    case 'r':
    case 't':
      ++pos_;
      space_ = true;
      break;
    case '"':
    case '\'':
    case '/':
      emit(peek(0));
      ++pos_;
      break;
    case 'u':
      take_unicode_escape();
      break;
    case '\n':  // A continued line of a shell command.
      space_ = true;
      break;
    default:
      emit('\\');
  }
}

void Normalizer::take_wide() {
  const Wide wide = decode_wide(input_, pos_);
  const std::string_view bytes = input_.substr(pos_, wide.length);
  pos_ += wide.length;
  const std::uint32_t c = wide.code_point;
  if ((c >= 0x2500 && c <= 0x257F) || c == 0xA0 || c == 0x2028 || c == 0x2029 || c == 0x3000) {
    space_ = true;  // Box drawing and unusual spaces.
  } else if (c == 0x2018 || c == 0x2019) {
    emit('\'');
  } else if (c == 0x201C || c == 0x201D) {
    emit('"');
  } else if (c == 0xFFFD) {
    emit('?');
  } else if (c < 0xA0 || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
             (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF) {
    return;  // Control characters, zero-width characters and bidirectional overrides.
  } else {
    emit(bytes);
  }
}

void Normalizer::skip_to(std::size_t begin) {
  if (begin <= pos_) return;
  const std::string_view skipped = input_.substr(pos_, begin - pos_);
  const auto lines = std::count(skipped.begin(), skipped.end(), '\n');
  line_ += static_cast<std::uint32_t>(lines);
  if (lines > 0 || skipped.find("\\n") != std::string_view::npos) breaks_ = 2;
  space_ = true;
  pos_ = begin;
  at_line_start_ = input_[begin - 1] == '\n';
}

// At a line break inside a box, where a terminal cuts words: the offset at which an ARN continues
// after the break, or zero. An ARN that is complete is followed by a word of the sentence, and its
// line is rarely as long as the longest.
std::size_t Normalizer::find_wrapped_arn() {
  constexpr std::size_t kNarrowest = 60;
  constexpr std::string_view kArn = "arn:";
  std::size_t begin = pos_;
  constexpr std::size_t kLongestLine = 4'000;
  while (begin > 0 && pos_ - begin < kLongestLine && input_[begin - 1] != '\n') --begin;
  const BoxLine line = read_box_line(input_, begin);
  if (line.content == 0 || line.width < kNarrowest) return 0;
  std::string_view content = input_.substr(line.content, pos_ - line.content);
  if (content.back() == '\r') content.remove_suffix(1);
  const std::size_t last_word = content.find_last_of(" '\"(") + 1;
  if (content.substr(last_word, kArn.size()) != kArn || !is_alnum(content.back())) return 0;
  const BoxLine next = read_box_line(input_, pos_ + 1);
  if (next.content == 0) return 0;
  std::size_t end = next.content;
  while (end < next.end && is_alnum(input_[end])) ++end;
  const std::string_view word = input_.substr(next.content, end - next.content);
  const bool is_label = end < next.end && input_[end] == ':' && input_.substr(end + 1, 1) == " ";
  if (word.empty() || is_label || follows_arn(word)) return 0;
  if (pos_ >= box_.end) measure_box(begin);
  return line.width == box_.width ? next.content : 0;
}

// The rest of the box, from the line that begins at `begin`.
void Normalizer::measure_box(std::size_t begin) {
  box_ = {};
  for (BoxLine line = read_box_line(input_, begin); line.width > 0;
       line = read_box_line(input_, line.end + 1)) {
    box_ = {line.end, std::max(box_.width, line.width)};
    if (line.end >= input_.size()) break;
  }
}

void Normalizer::step() {
  const char c = peek(0);
  if (c == '\n') {
    if (const std::size_t on = find_wrapped_arn(); on > 0) {
      pos_ = on;
      ++line_;
      space_ = false;  // The space that a carriage return left.
      return;
    }
    ++pos_;
    ++line_;
    break_line();
  } else if (c == '\x1b') {
    take_escape_sequence();
  } else if (c == '\0') {
    // In UTF-16, as some shells write it, the other bytes are ASCII. Elsewhere it separates texts.
    const bool wide = peek(1) != '\0' && ((pos_ >= 2 && input_[pos_ - 2] == '\0') ||
                                          (pos_ + 2 < input_.size() && peek(2) == '\0'));
    ++pos_;
    if (!wide) break_line();
  } else if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) {
    ++pos_;
    space_ = true;
  } else if (static_cast<unsigned char>(c) >= 0x80) {
    take_wide();
  } else if (c == '^' && peek(1) == '[' && measure_csi(2) > 0) {
    pos_ += 2 + measure_csi(2);
  } else if (c == '[' && (is_digit(peek(1)) || peek(1) == 'm') && measure_csi(0) > 0 &&
             peek(measure_csi(0) - 1) == 'm') {
    pos_ += measure_csi(0);  // A color sequence whose ESC was lost.
  } else if (at_line_start_) {
    take_line_start();
  } else if (c == '&') {
    take_entity();
  } else if (c == '\\') {
    take_backslash();
  } else if (c == '=' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
    pos_ += peek(1) == '\n' ? 2U : 3U;  // The soft line break of a quoted-printable mail.
    ++line_;
  } else {
    ++pos_;
    emit(c);
  }
}

}  // namespace

std::size_t NormalText::line_at(std::size_t offset) const {
  const auto after = std::upper_bound(
      lines.begin(), lines.end(), offset,
      [](std::size_t value, const LineStart& start) { return value < start.offset; });
  return after == lines.begin() ? 1 : std::prev(after)->line;
}

NormalText normalize_error_text(std::string_view input) {
  return normalize_error_text(input, {{0, input.size()}});
}

NormalText normalize_error_text(std::string_view input, const std::vector<TextRange>& ranges) {
  constexpr std::size_t kMaxBytes = std::numeric_limits<std::uint32_t>::max() - 1;
  input = input.substr(0, kMaxBytes);
  std::vector<TextRange> within = ranges;
  for (TextRange& each : within)
    each = {std::min(each.begin, kMaxBytes), std::min(each.end, kMaxBytes)};
  return Normalizer(input).run(within);
}

}  // namespace rolecall
