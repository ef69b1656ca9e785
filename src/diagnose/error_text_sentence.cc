// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_sentence.h"

#include <algorithm>
#include <initializer_list>

#include "rolecall/base/text.h"

#include "diagnose/error_text_match.h"

namespace rolecall {
namespace {

constexpr std::size_t kMaxParameter = 2'048;  // Characters of a parameter's value.
constexpr std::size_t kMaxSentence = 1'000;   // Characters quoted.
constexpr std::size_t kReach = 300;           // How far a sentence is followed either way.

char char_at(std::string_view text, std::size_t pos) {
  return pos < text.size() ? text[pos] : ' ';
}

bool is_action_char(char c) {
  return is_word_char(c) || c == '-' || c == ':' || c == '*';
}

// Moves `pos` past `literal` if it is there, and returns whether it is.
bool take(std::string_view text, std::size_t& pos, std::string_view literal) {
  const auto end = match_literal(text, pos, literal);
  if (end) pos = *end;
  return end.has_value();
}

// Reads an action: `sts:AssumeRole`, also without the prefix, or wrapped after the colon.
std::string_view read_action(std::string_view text, std::size_t& pos, std::string& storage) {
  constexpr std::size_t kLongest = 128;
  if (take(text, pos, " action")) take(text, pos, ":");
  take(text, pos, " the ");
  pos = skip_opening(text, pos);
  const std::size_t start = pos;
  while (pos < text.size() && pos < start + kLongest && is_action_char(text[pos])) {
    storage.push_back(text[pos++]);
    const bool broken = storage.back() == ':' && char_at(text, pos) == '\n';
    if (broken && is_word_char(char_at(text, pos + 1))) ++pos;
  }
  while (!storage.empty() && storage.back() == ':') storage.pop_back();
  return storage;
}

const ActionText* find_action(std::string_view name) {
  for (const ActionText& row : action_texts()) {
    const std::string_view bare = row.action.substr(row.action.find(':') + 1);
    if (equals_ignore_case(name, row.action) || equals_ignore_case(name, bare)) return &row;
  }
  return nullptr;
}

// Reads the text after `on resource:`: an ARN, or any other word.
std::string read_resource(std::string_view text, std::size_t& pos) {
  pos = skip_opening(text, pos);
  if (auto arn = read_arn(text, pos)) {
    pos = arn->end;
    return std::move(arn->value);
  }
  constexpr std::string_view kStop = " \n\"'`<>),;";
  const std::size_t start = pos;
  while (pos < text.size() && pos < start + kReach &&
         kStop.find(text[pos]) == std::string_view::npos) {
    ++pos;
  }
  std::string_view word = text.substr(start, pos - start);
  while (!word.empty() && word.back() == '.') word.remove_suffix(1);
  if (word != "because" && word != "with") return std::string(word);
  pos = start;  // The resource is missing, the clause follows.
  return {};
}

// Reads an ARN, if there is one; otherwise `pos` stays.
std::string read_bare_arn(std::string_view text, std::size_t& pos) {
  const auto arn = read_arn(text, skip_opening(text, pos));
  if (!arn) return {};
  pos = arn->end;
  return arn->value;
}

void read_object(std::string_view text, std::size_t& pos, DenialSentence& out) {
  constexpr std::string_view kClosing = "'\"`])";
  while (pos < text.size() && kClosing.find(text[pos]) != std::string_view::npos) ++pos;
  const auto take_any = [&](std::initializer_list<std::string_view> literals) {
    return std::any_of(literals.begin(), literals.end(),
                       [&](std::string_view literal) { return take(text, pos, literal); });
  };
  if (take_any({" on resources:", " on resource", " on the resource"})) {
    out.resource = read_resource(text, pos);
  } else if (take_any({" on service role", " on the service role", " on role", " on the role",
                       " for role"})) {
    out.role = read_bare_arn(text, pos);
  } else {
    std::size_t after = pos;
    if (take(text, after, " on ") && !(out.role = read_bare_arn(text, after)).empty()) pos = after;
  }
  while (pos < text.size() && kClosing.find(text[pos]) != std::string_view::npos) ++pos;
}

const PolicyTypeText* read_policy_type(std::string_view text, std::size_t& pos) {
  for (const PolicyTypeText& row : policy_type_texts()) {
    if (!take(text, pos, row.phrase)) continue;
    if (!take(text, pos, "ies")) take(text, pos, "y");
    return &row;
  }
  return nullptr;
}

// Reads "because no ... allows the ... action"; some texts have lost the "no".
void read_implicit_clause(std::string_view text, std::size_t pos, DenialSentence& out) {
  if (!take(text, pos, " no ")) take(text, pos, " the ");
  out.policy_type = read_policy_type(text, pos);
  if (out.policy_type == nullptr) return;
  out.end = pos;
  if (!take(text, pos, " allows the ") && !take(text, pos, " allow the ")) return;
  while (pos < text.size() && is_action_char(text[pos])) ++pos;
  take(text, pos, " action");
  out.end = pos;
}

// Reads "with an explicit deny in a ...[: ARN]".
void read_explicit_clause(std::string_view text, std::size_t pos, DenialSentence& out) {
  out.transitive = take(text, pos, " transitively ");
  if (!take(text, pos, " in ")) take(text, pos, " through ");
  if (!take(text, pos, " an ") && !take(text, pos, " the ")) take(text, pos, " a ");
  const PolicyTypeText* type = read_policy_type(text, pos);
  out.explicit_deny = true;
  out.end = pos;
  out.policy_type = type;
  if (type == nullptr) return;
  if (take(text, pos, " :") || take(text, pos, " (")) {
    out.policy_arn = read_bare_arn(text, pos);
    if (!out.policy_arn.empty()) out.end = pos;
  }
}

void read_clause(std::string_view text, std::size_t pos, DenialSentence& out) {
  take(text, pos, " ,");
  if (take(text, pos, " with an explicit deny") ||
      take(text, pos, " because of an explicit deny")) {
    read_explicit_clause(text, pos, out);
  } else if (take(text, pos, " because ")) {
    read_implicit_clause(text, pos, out);
  }
}

// "Account affected:111122223333", "for account 111122223333".
void read_account(std::string_view text, std::size_t pos, DenialSentence& out) {
  constexpr std::size_t kDigits = 12;
  take(text, pos, " for");
  if (!take(text, pos, " account")) return;
  take(text, pos, " affected");
  pos = skip_opening(text, pos);
  const std::string_view digits = text.substr(std::min(pos, text.size()), kDigits);
  const bool all =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits.size() != kDigits || !all) return;
  out.account = digits;
  out.end = pos + kDigits;
}

// "Role with arn: arn:..." is one clause.
bool announces_arn(std::string_view before_colon) {
  constexpr std::string_view kWord = " arn";
  return before_colon.size() >= kWord.size() &&
         equals_ignore_case(before_colon.substr(before_colon.size() - kWord.size()), kWord);
}

// An unpaired quotation mark belongs to the text around the sentence.
std::string_view trim_quotes(std::string_view part) {
  while (!part.empty() && (part.front() == '"' || is_text_space(part.front()))) {
    part.remove_prefix(1);
  }
  while (!part.empty() && (part.back() == ',' || is_text_space(part.back()))) part.remove_suffix(1);
  while (!part.empty() && part.back() == '"' &&
         std::count(part.begin(), part.end(), '"') % 2 != 0) {
    part.remove_suffix(1);
  }
  return part;
}

// Whether the sentence may go on after the line break at `pos`, as text is wrapped there.
bool is_wrapped_at(std::string_view text, std::size_t pos) {
  const char next = char_at(text, pos + 1);
  return next >= 'a' && next <= 'z';
}

}  // namespace

std::optional<DenialSentence> read_denial_sentence(std::string_view text, std::size_t begin,
                                                   std::size_t end) {
  DenialSentence out;
  out.begin = begin;
  std::size_t pos = end;
  take(text, pos, " :");
  std::string storage;
  const std::string_view action = read_action(text, pos, storage);
  out.is_bare_name = action.find(':') == std::string_view::npos;
  out.action = find_action(action);
  if (action.empty() || (out.is_bare_name && out.action == nullptr)) return std::nullopt;
  read_object(text, pos, out);
  out.end = pos;
  read_account(text, pos, out);
  read_clause(text, pos, out);
  return out;
}

const ParameterText* find_parameter(std::string_view name) {
  name = name.substr(0, name.find('.'));
  for (const ParameterText& row : parameter_texts()) {
    if (equals_ignore_case(row.name, name)) return &row;
  }
  return nullptr;
}

std::optional<ConstraintViolation> read_violation(std::string_view text, std::size_t floor,
                                                  std::size_t begin, std::size_t end) {
  ConstraintViolation out;
  floor = std::max(floor, begin - std::min(begin, kMaxParameter));
  const std::string_view before = text.substr(floor, begin - floor);
  const std::size_t at = before.rfind(" at ");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view field = before.substr(at + 4);
  constexpr std::string_view kQuotes = "'\"` \n";
  while (!field.empty() && kQuotes.find(field.front()) != field.npos) field.remove_prefix(1);
  while (!field.empty() && kQuotes.find(field.back()) != field.npos) field.remove_suffix(1);
  out.parameter = find_parameter(field);
  if (out.parameter == nullptr) return std::nullopt;
  out.field = field;
  const std::size_t value = before.substr(0, at).rfind("Value ");
  out.begin = value == std::string_view::npos ? floor + at : floor + value;
  if (value != std::string_view::npos) {
    std::string_view quoted = before.substr(value + 6, at - value - 6);
    if (!quoted.empty() && quoted.front() == '\'') quoted.remove_prefix(1);
    if (!quoted.empty() && quoted.back() == '\'') quoted.remove_suffix(1);
    out.value = quoted;
  }
  const std::size_t start = skip_spaces(text, end);
  const auto ends_here = [&](std::size_t pos) {
    if (text[pos] == '\n') return !is_wrapped_at(text, pos);
    return text[pos] == '"' || text.substr(pos, 2) == "; " || text.substr(pos, 2) == " (";
  };
  out.end = start;
  while (out.end < text.size() && out.end < start + kReach && !ends_here(out.end)) ++out.end;
  out.constraint = quote_sentence(text, start, out.end);
  return out;
}

std::size_t find_sentence_begin(std::string_view text, std::size_t pos, std::size_t floor) {
  floor = std::max(floor, pos - std::min(pos, kReach));
  while (pos > floor) {
    const char c = text[pos - 1];
    if (c == '\n' && (!is_wrapped_at(text, pos - 1) || text.substr(pos, 1) == "\n")) break;
    const bool ends_clause =
        pos >= 2 && c == ' ' &&
        std::string_view(".;:!?").find(text[pos - 2]) != std::string_view::npos;
    if (c == '>' || (ends_clause && !announces_arn(text.substr(0, pos - 2)))) break;
    --pos;
  }
  return skip_spaces(text, pos);
}

std::size_t find_sentence_end(std::string_view text, std::size_t pos) {
  const std::size_t limit = std::min(text.size(), pos + kReach);
  for (; pos < limit; ++pos) {
    const char next = char_at(text, pos + 1);
    if (text[pos] == '.' && (is_text_space(next) || next == '"')) return pos;
    if (text[pos] == '\n' && !is_wrapped_at(text, pos)) return pos;
    if (text[pos] == '\n' && match_literal(text, pos, " status code:")) return pos;
    if (text[pos] == '(' && match_literal(text, pos, "(Service:")) break;
  }
  while (pos > 0 && is_text_space(char_at(text, pos - 1))) --pos;
  return pos;
}

std::string quote_sentence(std::string_view text, std::size_t begin, std::size_t end) {
  std::string_view part = trim_quotes(text.substr(begin, end - begin));
  if (part.size() > kMaxSentence) {
    std::size_t cut = kMaxSentence;
    while (cut > 0 && (static_cast<unsigned char>(part[cut]) & 0xC0U) == 0x80U) --cut;
    part = part.substr(0, cut);
  }
  std::string out;
  out.reserve(part.size());
  for (const char c : part) {
    const bool repeated = is_text_space(c) && !out.empty() && out.back() == ' ';
    if (!repeated) out.push_back(is_text_space(c) ? ' ' : c);
  }
  return out;
}

}  // namespace rolecall
