// SPDX-License-Identifier: Apache-2.0
#include "support/json_tree.h"

#include <algorithm>

#include "rolecall/base/text.h"

namespace rolecall::tree {

namespace {

Tree copy(const JsonValue& value) {
  Tree made{.kind = value.kind()};
  const bool object = value.is(JsonKind::Object);
  if (!object && !value.is(JsonKind::Array)) {
    made.raw = value.raw();
    made.scalar = value.scalar();
  }
  for (auto it = value.begin(); it != value.end(); ++it) {
    made.children.emplace_back(object ? std::string(it.key()) : std::string(), copy(*it));
  }
  return made;
}

bool is_container(const Tree& tree) {
  return tree.kind == JsonKind::Array || tree.kind == JsonKind::Object;
}

std::string print_at(const Tree& tree, const Style& style, const std::string& indent, bool lines) {
  if (!is_container(tree)) return tree.raw;
  const bool array = tree.kind == JsonKind::Array;
  const std::string open = array ? "[" : "{";
  const std::string close = array ? "]" : "}";
  if (tree.children.empty()) return open + close;
  const bool flat = std::none_of(tree.children.begin(), tree.children.end(),
                                 [](const auto& each) { return is_container(each.second); });
  const bool one_line = !lines || (flat && (array ? style.short_arrays : style.short_objects));
  const bool hugged = !one_line && array && !flat && style.hugs_arrays;
  const std::string inner = one_line || hugged ? indent : indent + style.unit;
  std::string out = open;
  const std::string line = style.new_line + inner;
  out += one_line ? style.padding : hugged ? "" : line;
  bool first = true;
  for (const auto& [key, child] : tree.children) {
    if (!first) out += one_line || hugged ? style.comma : "," + line;
    first = false;
    if (!array) out += '"' + key + '"' + style.colon;
    out += print_at(child, style, inner, !one_line);
  }
  return out + (one_line ? style.padding : hugged ? "" : style.new_line + indent) + close;
}

std::string unescape(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token.substr(i, 2) == "~0" || token.substr(i, 2) == "~1") {
      out += token[i + 1] == '0' ? '~' : '/';
      ++i;
    } else {
      out += token[i];
    }
  }
  return out;
}

using Position = std::vector<std::pair<std::string, Tree>>::iterator;

Position find_child(Tree& parent, const std::string& token) {
  auto& all = parent.children;
  if (parent.kind == JsonKind::Object) {
    return std::find_if(all.begin(), all.end(),
                        [&](const auto& each) { return each.first == token; });
  }
  if (token == "-") return all.end();
  return all.begin() + std::min<std::ptrdiff_t>(std::stoi(token), std::ssize(all));
}

bool is_index(const std::string& token) {
  return !token.empty() && token.size() < 6 && (token == "0" || token[0] != '0') &&
         token.find_first_not_of("0123456789") == std::string::npos;
}

bool apply_to_child(Tree& parent, const std::string& token, const JsonEdit& edit) {
  auto& all = parent.children;
  const bool object = parent.kind == JsonKind::Object;
  const Position at = find_child(parent, token);
  if (!object && token != "-" && std::stoi(token) > std::ssize(all)) return false;
  const bool there = at != all.end();
  if (edit.op != JsonEdit::Op::Add && !there) return false;
  if (edit.op == JsonEdit::Op::Remove) {
    all.erase(at);
    return true;
  }
  auto value = parse(edit.value);
  if (!value) return false;
  if (there && (object || edit.op == JsonEdit::Op::Replace)) {
    at->second = *std::move(value);
  } else {
    all.insert(at, {object ? token : "", *std::move(value)});
  }
  return true;
}

bool apply_one(Tree& tree, const JsonEdit& edit) {
  if (edit.pointer.empty()) {
    auto value = parse(edit.value);
    if (edit.op == JsonEdit::Op::Remove || !value) return false;
    tree = *std::move(value);
    return true;
  }
  const auto tokens = split(std::string_view(edit.pointer).substr(1), '/');
  Tree* at = &tree;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string token = unescape(tokens[i]);
    if (!is_container(*at)) return false;
    if (at->kind == JsonKind::Array && token != "-" && !is_index(token)) return false;
    if (i + 1 == tokens.size()) return apply_to_child(*at, token, edit);
    const Position next = find_child(*at, token);
    if (next == at->children.end()) return false;
    at = &next->second;
  }
  return false;
}

}  // namespace

bool operator==(const Tree& a, const Tree& b) {
  if (a.kind != b.kind || a.scalar != b.scalar || a.children.size() != b.children.size()) {
    return false;
  }
  if (a.kind != JsonKind::Object) return a.children == b.children;
  return std::all_of(a.children.begin(), a.children.end(), [&](const auto& member) {
    return std::find(b.children.begin(), b.children.end(), member) != b.children.end();
  });
}

std::optional<Tree> parse(std::string_view text) {
  SourceTable sources;
  Diagnostics ignored;
  const auto document = parse_json(sources, sources.add("tree", std::string(text)), ignored);
  if (!document) return std::nullopt;
  return copy(document->root());
}

std::string print(const Tree& tree, const Style& style) {
  return style.before + print_at(tree, style, style.base, !style.new_line.empty()) + style.after;
}

bool apply(Tree& tree, std::span<const JsonEdit> edits) {
  return std::all_of(edits.begin(), edits.end(),
                     [&](const JsonEdit& edit) { return apply_one(tree, edit); });
}

std::vector<Style> document_styles() {
  return {
      {.name = "two_spaces", .after = "\n"},
      {.name = "four_spaces", .unit = "    ", .after = "\n"},
      {.name = "three_spaces_and_no_last_line_end", .unit = "   "},
      {.name = "tabs", .unit = "\t", .after = "\n"},
      {.name = "one_space", .unit = " ", .after = "\n\n"},
      {.name = "short_arrays", .short_arrays = true, .after = "\n"},
      {.name = "short_arrays_and_objects",
       .short_arrays = true,
       .short_objects = true,
       .after = "\n"},
      {.name = "padded", .padding = " ", .short_arrays = true, .short_objects = true},
      {.name = "hugged", .short_arrays = true, .hugs_arrays = true, .after = "\n"},
      {.name = "hugged_tabs", .unit = "\t", .hugs_arrays = true},
      {.name = "carriage_returns", .new_line = "\r\n", .after = "\r\n"},
      {.name = "carriage_returns_and_tabs",
       .unit = "\t",
       .new_line = "\r\n",
       .short_arrays = true,
       .after = "\r\n"},
      {.name = "byte_order_mark", .unit = "    ", .new_line = "\r\n", .before = "\xEF\xBB\xBF"},
      {.name = "spaces_around_colons", .colon = " : ", .after = "\n"},
      {.name = "tight_colons", .colon = ":", .comma = ",", .short_arrays = true, .after = "\n"},
      {.name = "one_line", .new_line = "", .after = "\n"},
      {.name = "one_tight_line", .new_line = "", .colon = ":", .comma = ","},
      {.name = "one_padded_line", .new_line = "", .padding = " "},
      {.name = "part_of_a_file", .base = "        "},
      {.name = "part_of_a_tabbed_file", .unit = "\t", .short_arrays = true, .base = "\t\t\t"},
  };
}

}  // namespace rolecall::tree
