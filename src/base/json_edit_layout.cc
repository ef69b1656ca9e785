// SPDX-License-Identifier: Apache-2.0
#include "json_edit_layout.h"

#include <algorithm>
#include <limits>

namespace rolecall {

namespace {

constexpr std::string_view kBlank = " \t";

bool is_container(const JsonValue& value) {
  return value.is(JsonKind::Array) || value.is(JsonKind::Object);
}

bool holds_container(const JsonValue& value) {
  for (const JsonValue each : value) {
    if (is_container(each)) return true;
  }
  return false;
}

std::string_view between(std::string_view text, std::size_t begin, std::size_t end) {
  return text.substr(begin, end - begin);
}

bool has_line(std::string_view text) {
  return text.find('\n') != std::string_view::npos;
}

// The item nearest to `at` that fits, or null. Of two equally near, the earlier.
template <typename Item, typename Fits>
const Item* nearest_item(const std::vector<Item>& items, std::uint32_t at, Fits fits) {
  const Item* best = nullptr;
  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  for (const Item& each : items) {
    const std::uint32_t distance = each.at > at ? each.at - at : at - each.at;
    if (distance >= least || !fits(each)) continue;
    best = &each;
    least = distance;
  }
  return best;
}

}  // namespace

std::vector<JsonChild> json_children(std::string_view text, const JsonValue& value) {
  std::vector<JsonChild> children;
  children.reserve(value.size());
  for (auto it = value.begin(); it != value.end(); ++it) {
    const JsonValue each = *it;
    JsonChild child{.begin = each.span().begin, .end = each.span().end, .value = each};
    if (value.is(JsonKind::Object)) {
      child.begin = it.key_span().begin;
      child.key = it.key();
      child.colon = between(text, it.key_span().end, each.span().begin);
    }
    children.push_back(child);
  }
  return children;
}

JsonLayout::JsonLayout(const JsonDocument& document)
    : sources_(document.sources()),
      text_(sources_.text(document.id())),
      root_(document.root().span()) {
  const std::size_t line_end = text_.find('\n');
  if (line_end != std::string_view::npos && line_end > 0 && text_[line_end - 1] == '\r') {
    new_line_ = "\r\n";
  }
  learn(document.root(), {});
}

bool JsonLayout::has_lines(Span span) const {
  return has_line(between(text_, span.begin, span.end));
}

void JsonLayout::learn(const JsonValue& value, std::string_view key) {
  if (value.size() == 0) return;
  const auto children = json_children(text_, value);
  learn_container(value, key, children);
  std::uint32_t last = 0;
  for (const JsonChild& child : children) {
    const bool member = value.is(JsonKind::Object);
    if (member && !has_line(child.colon)) colons_.push_back({child.begin, child.colon});
    const std::string_view comma = between(text_, last, child.begin);
    if (last != 0 && !has_line(comma)) commas_.push_back({last, comma});
    last = child.end;
    learn(child.value, member ? child.key : key);
  }
}

void JsonLayout::learn_container(const JsonValue& value, std::string_view key,
                                 const std::vector<JsonChild>& children) {
  const Span span = value.span();
  Precedent seen{
      .at = span.begin, .kind = value.kind(), .nested = holds_container(value), .key = key};
  const std::string_view behind_bracket = between(text_, span.begin + 1, children[0].begin);
  if (has_line(behind_bracket)) {
    seen.shape = Shape::Expanded;
    const std::string_view inner = indent_at(children[0].begin);
    const std::string_view outer = indent_at(span.end - 1);
    if (inner.starts_with(outer)) seen.unit = inner.substr(outer.size());
  } else if (has_lines(span)) {
    seen.shape = Shape::Hugged;
  } else {
    seen.padding = behind_bracket;
  }
  precedents_.push_back(seen);
}

std::string_view JsonLayout::indent_at(std::uint32_t offset) const {
  const auto indent = [this](std::size_t line) {
    const std::size_t end = std::min(text_.find_first_not_of(kBlank, line), text_.size());
    return between(text_, line, end);
  };
  const std::size_t before = text_.substr(0, offset).rfind('\n');
  if (before != std::string_view::npos) return indent(before + 1);
  // The first line of an excerpt of a file lacks its indentation, but the line of the closing
  // bracket has it.
  const std::size_t last = text_.substr(0, root_.end).rfind('\n');
  if (last != std::string_view::npos && last + indent(last + 1).size() + 2 == root_.end) {
    return indent(last + 1);
  }
  return indent(std::min(text_.find_first_not_of("\xEF\xBB\xBF"), text_.size()));
}

std::string_view JsonLayout::colon_near(std::uint32_t at) const {
  const Gap* const found = nearest_item(colons_, at, [](const Gap&) { return true; });
  return found != nullptr ? found->text : ": ";
}

std::string_view JsonLayout::comma_near(std::uint32_t at) const {
  const Gap* const found = nearest_item(commas_, at, [](const Gap&) { return true; });
  if (found != nullptr) return found->text;
  return colon_near(at).ends_with(':') ? "," : ", ";
}

std::string_view JsonLayout::unit_near(std::uint32_t at) const {
  const Precedent* const found =
      nearest_item(precedents_, at, [](const Precedent& each) { return !each.unit.empty(); });
  return found != nullptr ? found->unit : "  ";
}

std::string_view JsonLayout::padding_near(std::uint32_t at, JsonKind kind) const {
  const Precedent* const found = nearest_item(precedents_, at, [kind](const Precedent& each) {
    return each.kind == kind && each.shape == Shape::OneLine;
  });
  return found != nullptr ? found->padding : std::string_view();
}

// The nearest container under the same key that nests like `fresh`; else one under the same key;
// else one that nests like it.
const JsonLayout::Precedent* JsonLayout::precedent(const JsonValue& fresh,
                                                   const JsonSite& site) const {
  const bool nested = holds_container(fresh);
  const auto find = [&](bool by_key, bool by_nesting) {
    return nearest_item(precedents_, site.at, [&](const Precedent& each) {
      return each.kind == fresh.kind() && (!by_key || each.key == site.key) &&
             (!by_nesting || each.nested == nested);
    });
  };
  if (const Precedent* const found = find(true, true)) return found;
  if (const Precedent* const found = find(true, false)) return found;
  return find(false, true);
}

std::string JsonLayout::join(const JsonValue& fresh, const JsonSite& inner,
                             std::string_view separator) const {
  std::string out;
  JsonSite site = inner;
  for (auto it = fresh.begin(); it != fresh.end(); ++it) {
    if (!out.empty()) out += separator;
    if (fresh.is(JsonKind::Object)) {
      site.key = it.key();
      out += sources_.text(it.key_span());
      out += colon_near(site.at);
    }
    out += render(*it, site);
  }
  return out;
}

std::string JsonLayout::render(const JsonValue& fresh, const JsonSite& site) const {
  if (!is_container(fresh)) {
    const bool same = fresh.is(JsonKind::String) && site.old && site.old->is(JsonKind::String) &&
                      site.old->string() == fresh.string();
    return std::string(same ? site.old->raw() : fresh.raw());
  }
  const bool array = fresh.is(JsonKind::Array);
  const std::string open = array ? "[" : "{";
  const std::string close = array ? "]" : "}";
  if (fresh.size() == 0) return open + close;
  const Precedent* const like = precedent(fresh, site);
  JsonSite inner = site;
  if (!site.lines || (like != nullptr && like->shape == Shape::OneLine)) {
    inner.lines = false;
    const std::string padding(padding_near(site.at, fresh.kind()));
    return open + padding + join(fresh, inner, comma_near(site.at)) + padding + close;
  }
  if (like != nullptr && like->shape == Shape::Hugged) {
    return open + join(fresh, inner, comma_near(site.at)) + close;
  }
  const std::string unit(like != nullptr && !like->unit.empty() ? like->unit : unit_near(site.at));
  const std::string outer(site.indent);
  const std::string indent = outer + unit;
  const std::string line(new_line_);
  inner.indent = indent;
  return open + line + indent + join(fresh, inner, "," + line + indent) + line + outer + close;
}

}  // namespace rolecall
