// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/json_edit.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/json.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

#include "json_edit_layout.h"

namespace rolecall {

namespace {

using Op = JsonEdit::Op;

tl::unexpected<Diagnostic> cannot_edit(std::string message) {
  return fail(DiagnosticCode::CannotEdit, std::move(message));
}

tl::unexpected<Diagnostic> nothing_at(std::string_view pointer) {
  return cannot_edit(fmt::format("the document has nothing at `{}`", pointer));
}

// Parses a temporary copy. Faults carry no place, as it would mean nothing to the caller.
Result<JsonDocument> parse(SourceTable& sources, std::string_view text, std::string_view what) {
  if (text.size() > SourceTable::kMaxBytes) {
    return fail(DiagnosticCode::TooLarge, fmt::format("{} is too large", what));
  }
  Diagnostics repeated_keys;
  auto parsed = parse_json(sources, sources.add({}, std::string(text)), repeated_keys);
  if (parsed) return parsed;
  const Diagnostic& fault = parsed.error();
  return fail(fault.code, fmt::format("{} cannot be read: {}", what, fault.message), {},
              fault.help);
}

// ---- Pointers.

bool is_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return is_valid_utf8(text);
}

// Parses an array index; RFC 6901 forbids leading zeros.
std::optional<std::size_t> array_index(std::string_view token) {
  std::size_t index = 0;
  const char* const end = token.data() + token.size();
  const auto [stopped, error] = std::from_chars(token.data(), end, index);
  if (token.empty() || error != std::errc() || stopped != end) return std::nullopt;
  if (token.size() > 1 && token[0] == '0') return std::nullopt;
  return index;
}

// Where a pointer leads: to a child of `parent`, or to the whole document.
struct Target {
  std::optional<JsonValue> parent{};
  std::optional<JsonValue> grandparent{};
  std::vector<JsonChild> children{};  // The parent's.
  std::size_t index = 0;              // Into `children`; their count when the child is missing.
  std::optional<JsonValue> value{};
  std::string name{};      // The last token, unescaped.
  std::string_view key{};  // Key of the nearest member that holds the parent.
};

// Position of the child that `token` names; the count of children when it is missing but could be
// added.
Result<std::size_t> child_index(const JsonValue& parent, const std::vector<JsonChild>& children,
                                std::string_view token, std::string_view pointer) {
  if (parent.is(JsonKind::Array)) {
    if (token == "-") return children.size();
    const auto index = array_index(token);
    if (!index || *index > children.size()) return nothing_at(pointer);
    return *index;
  }
  if (!parent.is(JsonKind::Object)) return nothing_at(pointer);
  const auto named = [token](const JsonChild& each) { return each.key == token; };
  if (std::count_if(children.begin(), children.end(), named) > 1) {
    return cannot_edit(fmt::format("key `{}` occurs twice in the object to change", token));
  }
  return static_cast<std::size_t>(std::find_if(children.begin(), children.end(), named) -
                                  children.begin());
}

Result<Target> find_target(const JsonDocument& document, std::string_view pointer) {
  if (!is_pointer(pointer)) {
    return cannot_edit(fmt::format("`{}` is no JSON pointer", pointer));
  }
  const std::string_view text = document.sources().text(document.id());
  Target target{.value = document.root()};
  std::string_view member;
  for (std::string_view rest = pointer; !rest.empty();) {
    if (!target.value) return nothing_at(pointer);
    const std::string_view token = rest.substr(1, rest.find('/', 1) - 1);
    rest.remove_prefix(token.size() + 1);
    target.grandparent = target.parent;
    target.parent = target.value;
    target.key = member;
    target.name = unescape_pointer_token(token);
    target.children = json_children(text, *target.parent);
    const auto index = child_index(*target.parent, target.children, target.name, pointer);
    if (!index) return tl::make_unexpected(index.error());
    target.index = *index;
    target.value.reset();
    if (*index == target.children.size()) continue;
    target.value = target.children[*index].value;
    if (target.parent->is(JsonKind::Object)) member = target.children[*index].key;
  }
  return target;
}

// ---- Changes of the text.

struct Splice {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text{};
};

// One edit of one document.
class Editor {
 public:
  Editor(SourceTable& sources, const JsonDocument& document, const JsonEdit& edit)
      : sources_(sources), text_(sources.text(document.id())), layout_(document), edit_(edit) {}

  [[nodiscard]] Result<Splice> splice(const Target& target) {
    if (edit_.op == Op::Remove) return removal(target);
    auto value = parse(sources_, edit_.value, "the new value");
    if (!value) return tl::make_unexpected(std::move(value.error()));
    const bool element = target.parent && target.parent->is(JsonKind::Array);
    if (target.value && (edit_.op == Op::Replace || !element)) {
      return replacement(target, value->root());
    }
    if (edit_.op == Op::Replace) return nothing_at(edit_.pointer);
    if (target.children.empty()) return first_child(target);
    return insertion(target, value->root());
  }

 private:
  Result<Splice> removal(const Target& target) const {
    if (!target.value) return nothing_at(edit_.pointer);
    if (!target.parent) return cannot_edit("the whole document cannot be removed");
    const auto& all = target.children;
    const std::size_t i = target.index;
    if (all.size() == 1) {
      const Span inside = target.parent->span();
      return Splice{inside.begin + 1U, inside.end - 1U, {}};
    }
    if (i + 1 < all.size()) return Splice{all[i].begin, all[i + 1].begin, {}};
    return Splice{all[i - 1].end, all[i].end, {}};
  }

  Splice replacement(const Target& target, const JsonValue& fresh) const {
    const Span span = target.value->span();
    const bool in_object = target.parent && target.parent->is(JsonKind::Object);
    const JsonSite site{
        .at = span.begin,
        .indent = layout_.indent_at(span.begin),
        .lines = layout_.has_lines(target.parent ? target.parent->span() : span),
        .key = in_object ? std::string_view(target.name) : target.key,
        .old = target.value,
    };
    return {span.begin, span.end, layout_.render(fresh, site)};
  }

  // Writes the empty container again, now with the value in it.
  Result<Splice> first_child(const Target& target) {
    const Span span = target.parent->span();
    const bool array = target.parent->is(JsonKind::Array);
    const auto whole =
        parse(sources_,
              array ? fmt::format("[{}]", edit_.value)
                    : fmt::format("{{{}:{}}}", json_string(target.name), edit_.value),
              "the new value");
    if (!whole) return tl::make_unexpected(whole.error());
    const Span around = target.grandparent ? target.grandparent->span() : span;
    const JsonSite site{
        .at = span.begin,
        .indent = layout_.indent_at(span.begin),
        .lines = layout_.has_lines(around),
        .key = target.key,
    };
    return Splice{span.begin, span.end, layout_.render(whole->root(), site)};
  }

  // The text that separates the new value from its neighbor: comma, line end and indentation.
  std::string gap(const Target& target) const {
    const auto& all = target.children;
    if (all.size() > 1) {
      const std::size_t next = std::clamp<std::size_t>(target.index, 1, all.size() - 1);
      return std::string(text_.substr(all[next - 1].end, all[next].begin - all[next - 1].end));
    }
    const std::size_t inside = target.parent->span().begin + 1;
    const std::string_view before = text_.substr(inside, all[0].begin - inside);
    if (before.find('\n') != std::string_view::npos) return "," + std::string(before);
    return std::string(layout_.comma_near(all[0].begin));
  }

  Splice insertion(const Target& target, const JsonValue& fresh) const {
    const auto& all = target.children;
    const bool last = target.index == all.size();
    const JsonChild& neighbor = all[last ? target.index - 1 : target.index];
    const std::uint32_t at = last ? neighbor.end : neighbor.begin;
    const std::string gap = this->gap(target);
    const std::size_t line = gap.rfind('\n');
    std::string_view indent = layout_.indent_at(at);
    if (line != std::string::npos) {
      const std::size_t end = std::min(gap.find_first_not_of(" \t", line + 1), gap.size());
      indent = std::string_view(gap).substr(line + 1, end - line - 1);
    }
    const bool in_object = target.parent->is(JsonKind::Object);
    const JsonSite site{
        .at = at,
        .indent = indent,
        .lines = layout_.has_lines(target.parent->span()),
        .key = in_object ? std::string_view(target.name) : target.key,
    };
    std::string value = layout_.render(fresh, site);
    if (in_object) value = json_string(target.name) + std::string(layout_.colon_near(at)) + value;
    return {at, at, last ? gap + value : value + gap};
  }

  SourceTable& sources_;
  std::string_view text_;
  JsonLayout layout_;
  const JsonEdit& edit_;
};

// The edit that undoes `edit`.
JsonEdit inverse_of(const JsonEdit& edit, const Target& target) {
  const bool element = target.parent && target.parent->is(JsonKind::Array);
  const bool inserts = edit.op == Op::Add && (element || !target.value);
  std::string pointer = edit.pointer;
  if (inserts) {
    if (pointer.ends_with("/-") && element) {
      pointer.pop_back();
      pointer += std::to_string(target.index);
    }
    return {Op::Remove, std::move(pointer), {}};
  }
  const Op op = edit.op == Op::Remove ? Op::Add : Op::Replace;
  return {op, std::move(pointer), std::string(target.value->raw())};
}

struct Edited {
  std::string text{};
  std::vector<JsonEdit> inverse{};  // One per edit, in their order: to be applied last to first.
};

Result<Edited> apply_all(std::string_view text, std::span<const JsonEdit> edits) {
  Edited edited{.text = std::string(text)};
  for (const JsonEdit& edit : edits) {
    SourceTable sources;
    const auto document = parse(sources, edited.text, "the document to change");
    if (!document) return tl::make_unexpected(document.error());
    const auto target = find_target(*document, edit.pointer);
    if (!target) return tl::make_unexpected(target.error());
    const auto splice = Editor(sources, *document, edit).splice(*target);
    if (!splice) return tl::make_unexpected(splice.error());
    edited.inverse.push_back(inverse_of(edit, *target));
    edited.text.replace(splice->begin, splice->end - splice->begin, splice->text);
  }
  SourceTable sources;
  const auto result = parse(sources, edited.text, "the changed document");
  if (!result) return tl::make_unexpected(result.error());
  return edited;
}

}  // namespace

Result<std::string> apply_json_edits(std::string_view text, std::span<const JsonEdit> edits) {
  return apply_all(text, edits).map([](Edited&& edited) { return std::move(edited.text); });
}

Result<std::vector<JsonEdit>> inverse_json_edits(std::string_view text,
                                                 std::span<const JsonEdit> edits) {
  return apply_all(text, edits).map([](Edited&& edited) {
    std::reverse(edited.inverse.begin(), edited.inverse.end());
    return std::move(edited.inverse);
  });
}

std::string format_rfc6902(std::span<const JsonEdit> edits) {
  std::string compact = "[";
  for (const JsonEdit& edit : edits) {
    const std::string_view name = edit.op == Op::Add      ? "add"
                                  : edit.op == Op::Remove ? "remove"
                                                          : "replace";
    if (compact.size() > 1) compact += ',';
    compact += fmt::format(R"({{"op":"{}","path":{})", name, json_string(edit.pointer));
    if (edit.op != Op::Remove) compact += R"(,"value":)" + edit.value;
    compact += '}';
  }
  return format_json(compact + "]").value_or("[]") + "\n";
}

Result<std::string> format_json(std::string_view text) {
  // An empty document has no style to imitate, so the value gets the default layout.
  const JsonEdit whole{Op::Replace, "", std::string(text)};
  return apply_json_edits("[\n]", {&whole, 1});
}

std::string escape_pointer_token(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~' || c == '/') {
      out += c == '~' ? "~0" : "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescape_pointer_token(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    if (!escape) {
      out += token[i];
      continue;
    }
    ++i;
    out += token[i] == '1' ? '/' : '~';
  }
  return out;
}

}  // namespace rolecall
