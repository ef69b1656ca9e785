// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_match.h"

#include <algorithm>
#include <array>

#include "rolecall/base/text.h"

namespace rolecall {
namespace {

constexpr std::size_t kMaxValue = 300;   // Characters of a captured value.
constexpr std::size_t kMaxArn = 2'500;   // Longest role ARN by IAM's limits is about 640.
constexpr std::size_t kMaxFillers = 10;  // Words between `assume` and the ARN.

constexpr std::array<std::string_view, 38> kFillerWords = {
    "the",      "provided",  "given",       "role",      "iam",      "service",   "execution",
    "arn",      "specified", "configured",  "following", "this",     "your",      "an",
    "a",        "access",    "instance",    "task",      "logging",  "launch",    "aws",
    "rolearn",  "with",      "name",        "ecs",       "customer", "cross",     "account",
    "source",   "target",    "destination", "named",     "passed",   "requested", "infrastructure",
    "supplied", "delivery",  "assumed"};

bool is_quote(char c) {
  return c == '\'' || c == '"' || c == '`';
}

bool is_arn_char(char c) {
  constexpr std::string_view kPunctuation = ":/_+=,.@-*?$%~#!";
  return is_word_char(c) || kPunctuation.find(c) != std::string_view::npos;
}

// Reads a redaction or an unexpanded placeholder inside an ARN: `<account>`, `${AWS::AccountId}`.
std::size_t measure_placeholder(std::string_view text, std::size_t pos) {
  constexpr std::size_t kLongest = 64;
  const std::size_t close = std::string_view("}>]").find(text[pos] == '{'   ? '}'
                                                         : text[pos] == '<' ? '>'
                                                         : text[pos] == '[' ? ']'
                                                                            : '\0');
  if (close == std::string_view::npos || pos == 0) return 0;
  if (std::string_view(":$/-").find(text[pos - 1]) == std::string_view::npos) return 0;
  for (std::size_t i = pos + 1; i < text.size() && i < pos + kLongest; ++i) {
    if (text[i] == "}>]"[close]) return i > pos + 1 ? i + 1 - pos : 0;
    const bool inner = is_word_char(text[i]) || text[i] == ' ' || text[i] == '_' ||
                       text[i] == '-' || text[i] == '.' || text[i] == ':';
    if (!inner) return 0;
  }
  return 0;
}

// Whether an ARN that stops at a line break must go on in the next line, which starts with `next`.
bool is_cut_short(std::string_view arn, char next) {
  if (!is_arn_char(next)) return false;
  const std::string_view resource = arn_field(arn, 5);
  if (resource.empty()) return true;
  if (resource.back() == '/' || resource.back() == '-' || resource.back() == ':') return true;
  if (resource == "role" || resource == "user" || resource == "assumed-role") return next == '/';
  const bool session = resource.substr(0, 13) == "assumed-role/";
  return session && resource.find('/', 13) == std::string_view::npos && next == '/';
}

void trim_arn(std::string& arn) {
  constexpr std::string_view kTrailing = ".,:;?!=#";
  while (!arn.empty() && kTrailing.find(arn.back()) != std::string_view::npos) arn.pop_back();
  if (arn.size() > 2 && arn.substr(arn.size() - 2) == "**")
    arn.resize(arn.size() - 2);  // Markdown.
}

bool is_filler(std::string_view word) {
  return std::any_of(kFillerWords.begin(), kFillerWords.end(),
                     [&](std::string_view filler) { return equals_ignore_case(filler, word); });
}

// Reads `{~role}`. Returns the offset after the ARN, or `pos` itself when there is none.
std::size_t capture_distant_role(std::string_view text, std::size_t pos,
                                 std::vector<Capture>& captures) {
  constexpr std::string_view kBetween = " \n'\"`([=:,<";
  std::size_t at = pos;
  for (std::size_t words = 0; words < kMaxFillers && at < text.size(); ++words) {
    std::size_t skipped = 0;
    while (at < text.size() && kBetween.find(text[at]) != std::string_view::npos && skipped < 8) {
      ++at, ++skipped;
    }
    if (auto arn = read_arn(text, at)) {
      if (!is_role_like_arn(arn->value)) return pos;
      captures.push_back({"role", std::move(arn->value)});
      return arn->end;
    }
    std::size_t end = at;
    while (end < text.size() && (is_word_char(text[end]) || text[end] == '-') && end < at + 24) {
      ++end;
    }
    std::string_view word = text.substr(at, end - at);
    word = word.substr(0, word.find('-'));  // `cross-account`
    if (word.empty() || !is_filler(word)) return pos;
    at = end;
  }
  return pos;
}

bool is_name_char(char c) {
  return is_word_char(c) || c == '_' || c == '+' || c == '=' || c == ',' || c == '.' || c == '@' ||
         c == '-' || c == '/';
}

// Reads `{role}` or `{principal}`: an ARN, or else a name that is not a word of the sentence.
std::optional<std::size_t> capture_arn(std::string_view text, std::size_t pos,
                                       std::string_view name, std::vector<Capture>& captures) {
  const std::size_t start = skip_opening(text, pos);
  if (auto arn = read_arn(text, start)) {
    captures.push_back({name, std::move(arn->value)});
    return arn->end;
  }
  std::size_t end = start;
  while (end < text.size() && is_name_char(text[end]) && end < start + kMaxValue) ++end;
  while (end > start && (text[end - 1] == '.' || text[end - 1] == ',')) --end;
  if (end == start) return std::nullopt;
  captures.push_back({name, std::string(text.substr(start, end - start))});
  return end;
}

// Reads `{operation}`, `{code}`, `{region}`, `{service}` or `{request_id}`: one word.
std::optional<std::size_t> capture_word(std::string_view text, std::size_t pos,
                                        std::string_view name, std::vector<Capture>& captures) {
  constexpr std::size_t kLongest = 128;
  const bool dotted = name == "service" || name == "code" || name == "service_account";
  const bool dashed = name != "operation";
  const bool with_colons = name == "service_account";
  const std::size_t start = name == "request_id" ? skip_opening(text, pos) : pos;
  std::size_t end = start;
  while (end < text.size() && end < start + kLongest &&
         (is_word_char(text[end]) || (dashed && text[end] == '-') ||
          (with_colons && text[end] == ':') ||
          (dotted && (text[end] == '.' || text[end] == '_')))) {
    ++end;
  }
  while (end > start && text[end - 1] == '.') --end;
  const std::string_view value = text.substr(start, end - start);
  if (value.empty()) return std::nullopt;
  if (name == "service" && value.find(".amazonaws.com") == std::string_view::npos) {
    return std::nullopt;
  }
  captures.push_back({name, std::string(value)});
  return end;
}

std::string_view trim_value(std::string_view value) {
  constexpr std::string_view kLeading = " \n'\"`([=:<";
  constexpr std::string_view kTrailing = " \n'\"`)].,;:>";
  while (!value.empty() && kLeading.find(value.front()) != std::string_view::npos) {
    value.remove_prefix(1);
  }
  while (!value.empty() && kTrailing.find(value.back()) != std::string_view::npos) {
    value.remove_suffix(1);
  }
  return value;
}

// Does not use find_first_of, which is slow on short strings, as it is called for every word.
std::string_view leading_literal(std::string_view pattern) {
  std::size_t end = 0;
  while (end < pattern.size() && pattern[end] != '{' && pattern[end] != '|') ++end;
  return pattern.substr(0, end);
}

// Reads any other placeholder: up to the literal `next`, or one word when there is none.
std::optional<std::size_t> capture_value(std::string_view text, std::size_t pos, Capture capture,
                                         std::string_view next, std::vector<Capture>& captures) {
  std::size_t end = pos;
  if (next.empty()) {
    end = skip_opening(text, pos);
    while (end < text.size() && !is_text_space(text[end]) && end < pos + kMaxValue) ++end;
  } else {
    while (!match_literal(text, end, next)) {
      const bool paragraph = text.substr(end, 2) == "\n\n";
      if (++end >= text.size() || end > pos + kMaxValue || paragraph) return std::nullopt;
    }
  }
  capture.value = trim_value(text.substr(pos, end - pos));
  if (capture.name != "*" && !capture.value.empty()) captures.push_back(std::move(capture));
  return end;
}

std::optional<std::size_t> match_placeholder(std::string_view text, std::size_t pos,
                                             std::string_view name, std::string_view next,
                                             std::vector<Capture>& captures) {
  if (name == "~role") return capture_distant_role(text, pos, captures);
  if (name == "role" || name == "principal") return capture_arn(text, pos, name, captures);
  if (name == "operation" || name == "code" || name == "region" || name == "service" ||
      name == "request_id" || name == "service_account") {
    return capture_word(text, pos, name, captures);
  }
  return capture_value(text, pos, Capture{.name = name}, next, captures);
}

}  // namespace

bool is_text_space(char c) {
  return c == ' ' || c == '\n';
}

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::size_t skip_spaces(std::string_view text, std::size_t pos) {
  while (pos < text.size() && is_text_space(text[pos])) ++pos;
  return pos;
}

std::size_t skip_opening(std::string_view text, std::size_t pos) {
  constexpr std::string_view kOpening = " \n'\"`=:([{<>";
  const std::size_t limit = pos + 6;
  while (pos < text.size() && pos < limit && kOpening.find(text[pos]) != std::string_view::npos) {
    ++pos;
  }
  if (text.substr(std::min(pos, text.size()), 2) == "**") pos += 2;  // Bold in Markdown.
  return pos;
}

std::string_view arn_field(std::string_view arn, std::size_t index) {
  for (std::size_t i = 0; i < index; ++i) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return index >= 5 ? arn : arn.substr(0, arn.find(':'));
}

bool is_role_like_arn(std::string_view arn) {
  return arn.find(":role/") != std::string_view::npos;
}

std::optional<ArnToken> read_arn(std::string_view text, std::size_t pos) {
  const auto start = match_literal(text, pos, "arn:");
  if (!start) return {};
  ArnToken token{.end = 0, .value = "arn:"};
  std::size_t i = *start;
  while (i < text.size() && token.value.size() < kMaxArn) {
    const char c = text[i];
    if (c == ',' && starts_with_ignore_case(text.substr(i + 1), "arn:")) break;
    if (is_arn_char(c)) {
      token.value.push_back(c);
      ++i;
    } else if (const std::size_t length = measure_placeholder(text, i); length > 0) {
      token.value.append(text.substr(i, length));
      i += length;
    } else if (c == '\n' && i + 1 < text.size() && is_cut_short(token.value, text[i + 1])) {
      ++i;
    } else {
      break;
    }
  }
  const std::size_t whole = token.value.size();
  trim_arn(token.value);
  token.end = i - (whole - token.value.size());
  if (std::count(token.value.begin(), token.value.end(), ':') < 2) return {};
  return token;
}

std::optional<std::size_t> match_literal(std::string_view text, std::size_t pos,
                                         std::string_view literal) {
  const std::size_t start = pos;
  for (const char c : literal) {
    if (c == ' ') {
      pos = skip_spaces(text, pos);
      continue;
    }
    if (c == '\'') {
      if (pos < text.size() && is_quote(text[pos])) ++pos;
      continue;
    }
    if (pos < text.size() && pos > start && text[pos] == '\n') ++pos;
    if (pos >= text.size() || ascii_lower(text[pos]) != ascii_lower(c)) return std::nullopt;
    ++pos;
  }
  return pos;
}

SplitPattern split_pattern(std::string_view pattern) {
  if (pattern.empty() || pattern.front() != '{') return {.lead = {}, .rest = pattern};
  const std::size_t close = pattern.find('}');
  std::string_view rest = pattern.substr(close + 1);
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\'')) rest.remove_prefix(1);
  return {.lead = pattern.substr(1, close - 1), .rest = rest};
}

std::optional<std::size_t> match_pattern(std::string_view text, std::size_t pos,
                                         std::string_view pattern, std::vector<Capture>& captures) {
  std::size_t at = pos;
  while (!pattern.empty()) {
    if (pattern.front() == '|') {
      const std::size_t close = pattern.find('|', 1);
      at = match_literal(text, at, pattern.substr(1, close - 1)).value_or(at);
      pattern.remove_prefix(close + 1);
    } else if (pattern.front() == '{') {
      const std::size_t close = pattern.find('}');
      const std::string_view name = pattern.substr(1, close - 1);
      pattern.remove_prefix(close + 1);
      const auto end = match_placeholder(text, at, name, leading_literal(pattern), captures);
      if (!end) return std::nullopt;
      at = *end;
    } else {
      const std::string_view literal = leading_literal(pattern);
      const auto end = match_literal(text, at, literal);
      if (!end) return std::nullopt;
      at = *end;
      pattern.remove_prefix(literal.size());
    }
  }
  return at;
}

}  // namespace rolecall
