// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/source.h"

#include <algorithm>
#include <utility>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

#include "sequence_diff.h"

namespace rolecall {

namespace {

constexpr std::size_t kMaxLineText = 160;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::uint32_t hex_value(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const char low = ascii_lower(c);
    value = value * 16 + static_cast<std::uint32_t>(low <= '9' ? low - '0' : low - 'a' + 10);
  }
  return value;
}

struct Step {
  std::size_t raw = 1;      // Bytes consumed of the wrapped text.
  std::size_t decoded = 1;  // Bytes they became.
};

Step json_step(std::string_view raw) {
  if (raw.size() < 2 || raw[0] != '\\') return {};
  if (raw[1] != 'u' || raw.size() < 6) return {2, 1};
  const std::uint32_t code = hex_value(raw.substr(2, 4));
  if (code >= 0xD800 && code < 0xDC00 && raw.size() >= 12) return {12, 4};
  if (code < 0x80) return {6, 1};
  return {6, code < 0x800 ? std::size_t{2} : std::size_t{3}};
}

Step percent_step(std::string_view raw) {
  return raw.size() >= 3 && raw[0] == '%' && is_hex(raw[1]) && is_hex(raw[2]) ? Step{3, 1} : Step{};
}

// Offset in `wrapped` of the byte that decodes to the one at `decoded_offset`.
std::size_t wrapped_offset(std::string_view wrapped, Wrapping wrapping,
                           std::size_t decoded_offset) {
  std::size_t raw = 0;
  std::size_t decoded = 0;
  while (raw < wrapped.size() && decoded < decoded_offset) {
    const Step step = wrapping == Wrapping::JsonString ? json_step(wrapped.substr(raw))
                                                       : percent_step(wrapped.substr(raw));
    raw += step.raw;
    decoded += step.decoded;
  }
  return std::min(raw, wrapped.size());
}

std::string percent_unwrap(std::string_view text) {
  return percent_decode(text).value_or(std::string(text));
}

// A text as long as the decoded one. Only what a further wrapping looks at is exact: quotes,
// backslashes, and other ASCII written as \u.
std::string json_unwrap(std::string_view raw) {
  std::string out;
  while (!raw.empty()) {
    const Step step = json_step(raw);
    char c = raw[0];
    if (step.raw == 2 && raw.size() >= 2) c = raw[1] == '"' || raw[1] == '\\' ? raw[1] : '?';
    if (step.raw > 2) c = step.decoded == 1 ? static_cast<char>(hex_value(raw.substr(2, 4))) : '?';
    out.append(step.decoded, c);
    raw.remove_prefix(std::min(step.raw, raw.size()));
  }
  return out;
}

// Tokens that no escape sequence crosses: JSON strings, white space, and single other bytes.
std::vector<std::string_view> tokens_of(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  std::vector<std::string_view> tokens;
  while (!text.empty()) {
    std::size_t size = 1;
    if (text[0] == '"') {
      while (size < text.size() && text[size] != '"') size += text[size] == '\\' ? 2U : 1U;
      size = std::min(size + 1, text.size());
    } else if (kBlank.find(text[0]) != kBlank.npos) {
      size = std::min(text.find_first_not_of(kBlank), text.size());
    }
    tokens.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return tokens;
}

// The parts of `replacement` that differ from what stands there now.
std::vector<Replacement> differing_parts(std::string_view before, const Replacement& replacement) {
  const auto old_tokens = tokens_of(before);
  const auto new_tokens = tokens_of(replacement.text);
  const auto offset = [](std::string_view text, const auto& tokens, std::size_t index) {
    return index == tokens.size() ? text.size()
                                  : static_cast<std::size_t>(tokens[index].data() - text.data());
  };
  std::vector<Replacement> parts;
  for (const SequenceChange& change : find_changes(old_tokens, new_tokens)) {
    Replacement part{.at = replacement.at};
    part.at.begin += static_cast<std::uint32_t>(offset(before, old_tokens, change.old_begin));
    part.at.end = replacement.at.begin +
                  static_cast<std::uint32_t>(offset(before, old_tokens, change.old_end));
    const std::size_t begin = offset(replacement.text, new_tokens, change.new_begin);
    const std::size_t end = offset(replacement.text, new_tokens, change.new_end);
    part.text = replacement.text.substr(begin, end - begin);
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace

std::string rewrap(std::string_view text, std::span<const Wrapping> wrappings) {
  std::string wrapped(text);
  for (std::size_t i = wrappings.size(); i-- > 0;) {
    if (wrappings[i] == Wrapping::Percent) {
      wrapped = percent_encode(wrapped);
      continue;
    }
    JsonWriter writer(0);
    writer.string(wrapped);
    wrapped = writer.text().substr(1, writer.text().size() - 2);
  }
  return wrapped;
}

DocumentId SourceTable::add(Source source) {
  const std::lock_guard lock(mutex_);
  Source& added = sources_.emplace_back(std::move(source));
  if (added.mapped.is_open()) {
    added.text = added.mapped.text();
  } else if (added.text.data() == nullptr) {
    added.owned.reserve(added.owned.size() + kPadding);
    added.text = added.owned;
  }
  return static_cast<DocumentId>(sources_.size() - 1);
}

DocumentId SourceTable::add(std::string name, std::string text) {
  return add(Source{.name = std::move(name), .owned = std::move(text)});
}

DocumentId SourceTable::add(std::string name, MappedFile file) {
  return add(Source{.name = std::move(name), .mapped = std::move(file)});
}

DocumentId SourceTable::add_borrowed(std::string name, std::string_view text) {
  return add(Source{.name = std::move(name), .text = text});
}

DocumentId SourceTable::add_embedded(Span origin, std::vector<Wrapping> wrappings,
                                     std::string text) {
  return add(Source{.owned = std::move(text), .origin = origin, .wrappings = std::move(wrappings)});
}

DocumentId SourceTable::add_copy(DocumentId document, Span origin) {
  const Source& embedded = source(document);
  return add(Source{.text = embedded.text, .origin = origin, .wrappings = embedded.wrappings});
}

void SourceTable::clear() {
  const std::lock_guard lock(mutex_);
  sources_.clear();
  kept_.clear();
}

const SourceTable::Source& SourceTable::source(DocumentId document) const {
  const std::lock_guard lock(mutex_);
  return sources_.at(document);
}

std::string_view SourceTable::name(DocumentId document) const {
  const Source& found = source(document);
  return found.origin.known() ? name(found.origin.document) : std::string_view(found.name);
}

Span SourceTable::origin(DocumentId document) const {
  return source(document).origin;
}

std::string_view SourceTable::text(DocumentId document) const {
  return source(document).text;
}

std::string_view SourceTable::text(Span span) const {
  if (!span.known()) return {};
  return text(span.document).substr(span.begin, span.end - span.begin);
}

std::size_t SourceTable::size() const {
  const std::lock_guard lock(mutex_);
  return sources_.size();
}

Span SourceTable::in_file(Span span) const {
  while (span.known()) {
    const Source& embedded = source(span.document);
    if (!embedded.origin.known()) return span;
    if (embedded.wrappings.empty()) {  // A plain part of the document.
      span = {embedded.origin.document, embedded.origin.begin + span.begin,
              embedded.origin.begin + span.end};
      continue;
    }
    // Unwrap step by step to learn the intermediate texts, then walk back through them.
    std::string_view quoted = text(embedded.origin);
    if (quoted.size() >= 2) quoted = quoted.substr(1, quoted.size() - 2);
    std::vector<std::string> layers{std::string(quoted)};
    for (const Wrapping wrapping : embedded.wrappings) {
      layers.push_back(wrapping == Wrapping::JsonString ? json_unwrap(layers.back())
                                                        : percent_unwrap(layers.back()));
    }
    std::size_t begin = span.begin;
    std::size_t end = span.end;
    for (std::size_t i = embedded.wrappings.size(); i-- > 0;) {
      begin = wrapped_offset(layers[i], embedded.wrappings[i], begin);
      end = wrapped_offset(layers[i], embedded.wrappings[i], end);
    }
    span = {embedded.origin.document, static_cast<std::uint32_t>(embedded.origin.begin + 1 + begin),
            static_cast<std::uint32_t>(embedded.origin.begin + 1 + end)};
  }
  return span;
}

std::string SourceTable::wrapped_for_file(DocumentId document, std::string text) const {
  while (true) {
    const Source& embedded = source(document);
    if (!embedded.origin.known()) return text;
    text = rewrap(text, embedded.wrappings);
    document = embedded.origin.document;
  }
}

std::vector<Replacement> SourceTable::narrowed(const Replacement& replacement) const {
  return differing_parts(text(replacement.at), replacement);
}

std::string SourceTable::replaced(DocumentId file,
                                  std::span<const Replacement> replacements) const {
  std::vector<Replacement> in_file;
  for (const Replacement& each : replacements) {
    for (Replacement& part : narrowed(each)) {
      const Span at = this->in_file(part.at);
      if (at.document != file) continue;
      in_file.push_back({at, wrapped_for_file(part.at.document, std::move(part.text))});
    }
  }
  std::sort(in_file.begin(), in_file.end(),
            [](const Replacement& a, const Replacement& b) { return a.at.begin < b.at.begin; });
  const std::string_view before = text(file);
  std::string out;
  std::size_t copied = 0;
  for (const Replacement& each : in_file) {
    out += before.substr(copied, each.at.begin - copied);
    out += each.text;
    copied = each.at.end;
  }
  return out += before.substr(copied);
}

SourceTable::LineMark SourceTable::mark_at(const Source& source, std::size_t at) const {
  constexpr std::size_t kBlock = 16384;
  const auto count = [&](LineMark mark, std::size_t from, std::size_t to) {
    const std::string_view part = source.text.substr(from, to - from);
    mark.lines += static_cast<std::uint32_t>(std::count(part.begin(), part.end(), '\n'));
    // Counts the bytes that begin a character, as a block may end within one.
    mark.characters += static_cast<std::uint32_t>(
        std::count_if(part.begin(), part.end(), [](char c) { return (c & 0xC0) != 0x80; }));
    const std::size_t end = part.rfind('\n');
    if (end != part.npos) mark.line_begin = static_cast<std::uint32_t>(from + end + 1);
    return mark;
  };
  const std::lock_guard lock(mutex_);
  auto& marks = source.marks;
  if (marks.empty()) {
    marks.push_back({});
    for (std::size_t end = kBlock; end <= source.text.size(); end += kBlock) {
      marks.push_back(count(marks.back(), end - kBlock, end));
    }
  }
  return count(marks[at / kBlock], at / kBlock * kBlock, at);
}

Location SourceTable::locate(Span span) const {
  if (!span.known()) return {};
  span = in_file(span);
  const Source& file = source(span.document);
  const std::string_view all = file.text;
  const std::size_t begin = std::min<std::size_t>(span.begin, all.size());
  const LineMark mark = mark_at(file, begin);
  const std::size_t line_begin = mark.line_begin;
  const std::size_t searched = std::min(all.size(), begin + kMaxLineText);
  const std::size_t line_end = std::min(all.substr(0, searched).find('\n', begin), searched);
  Location location;
  location.file = file.name;
  location.line = 1 + mark.lines;
  location.column = 1 + mark.characters - mark_at(file, line_begin).characters;
  // Long lines (minified documents) are cut around the marked part.
  std::size_t cut_begin = line_begin;
  if (begin - line_begin > kMaxLineText / 2) cut_begin = begin - kMaxLineText / 4;
  while (cut_begin > line_begin && cut_begin < begin &&
         (static_cast<unsigned char>(all[cut_begin]) & 0xC0) == 0x80) {
    ++cut_begin;
  }
  std::size_t cut_end = std::min(line_end, cut_begin + kMaxLineText);
  while (cut_end > begin && cut_end < line_end &&
         (static_cast<unsigned char>(all[cut_end]) & 0xC0) == 0x80) {
    --cut_end;
  }
  location.line_text = std::string(all.substr(cut_begin, cut_end - cut_begin));
  if (location.line_text.ends_with('\r')) location.line_text.pop_back();
  // A carriage return that was cut off may have been part of the marked text.
  const std::size_t shown = location.line_text.size();
  const std::size_t end = std::min(std::max<std::size_t>(span.end, begin), cut_end);
  location.marked_begin = static_cast<std::uint32_t>(std::min(begin - cut_begin, shown));
  location.marked_end = static_cast<std::uint32_t>(std::min(end - cut_begin, shown));
  return location;
}

std::string_view SourceTable::keep(std::string text) {
  const std::lock_guard lock(mutex_);
  kept_.push_back(std::move(text));
  return kept_.back();
}

}  // namespace rolecall
