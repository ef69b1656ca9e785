// SPDX-License-Identifier: Apache-2.0
// Editing the text of a JSON document does to its tree what RFC 6902 says, and to its other bytes
// nothing.
#include "rolecall/base/json_edit.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "support/json_tree.h"

namespace rolecall {
namespace {

using tree::Style;
using tree::Tree;
using Op = JsonEdit::Op;

int below(int limit) {
  return *rc::gen::inRange(0, limit);
}

template <typename Item>
Item one_of(std::vector<Item> items) {
  return items[static_cast<std::size_t>(below(static_cast<int>(items.size())))];
}

Tree random_scalar() {
  const auto raw = one_of<std::string>({R"("a")", R"("sts:AssumeRole")", R"("\u0041\n\/")", "\"é\"",
                                        "1", "-0.5e3", "true", "null", R"("")"});
  return *tree::parse(raw);
}

Tree random_tree(int depth) {
  const int choice = below(depth <= 0 ? 1 : 3);
  if (choice == 0) return random_scalar();
  Tree made{.kind = choice == 1 ? JsonKind::Array : JsonKind::Object};
  const int count = below(4);
  for (int i = 0; i < count; ++i) {
    const std::string key =
        one_of<std::string>({"AWS", "Action", "a/b", "c~d", "", "é"}) + std::to_string(i);
    made.children.emplace_back(choice == 1 ? "" : key, random_tree(depth - 1));
  }
  return made;
}

Style random_style() {
  Style style;
  style.unit = one_of<std::string>({"  ", "    ", "\t", " ", ""});
  style.new_line = one_of<std::string>({"\n", "\r\n", "\n\n", ""});
  style.colon = one_of<std::string>({": ", ":", " : ", ":\n"});
  style.comma = one_of<std::string>({", ", ",", " ,\t"});
  style.padding = one_of<std::string>({"", " "});
  style.short_arrays = below(2) == 0;
  style.short_objects = below(2) == 0;
  style.hugs_arrays = below(2) == 0;
  style.before = one_of<std::string>({"", "\xEF\xBB\xBF", " \n"});
  style.base = one_of<std::string>({"", "      "});
  style.after = one_of<std::string>({"", "\n", " \r\n\r\n"});
  return style;
}

// A pointer to some place, or to one that a value can be added at; sometimes to none.
std::string random_pointer(const Tree& from) {
  std::string pointer;
  const Tree* at = &from;
  while (below(8) != 0) {
    const auto& all = at->children;
    if (at->kind != JsonKind::Array && at->kind != JsonKind::Object) break;
    const int i = below(static_cast<int>(all.size()) + 1);
    const bool there = i < static_cast<int>(all.size());
    pointer += '/';
    if (at->kind == JsonKind::Array) {
      pointer += there ? std::to_string(i) : one_of<std::string>({"-", std::to_string(i), "77"});
    } else {
      pointer += there ? escape_pointer_token(all[static_cast<std::size_t>(i)].first) : "new";
    }
    if (!there) break;
    at = &all[static_cast<std::size_t>(i)].second;
  }
  return pointer;
}

JsonEdit random_edit(const Tree& from) {
  return {one_of<Op>({Op::Add, Op::Add, Op::Remove, Op::Replace}), random_pointer(from),
          tree::print(random_tree(2), {.new_line = ""})};
}

// RapidCheck's hundred runs, of several cases each.
template <typename Property>
void check(const std::string& description, Property property) {
  constexpr int kCasesPerRun = 20;
  const bool holds = rc::check(description, [&] {
    for (int i = 0; i < kCasesPerRun; ++i) property();
  });
  EXPECT_TRUE(holds) << description;
}

TEST(JsonEditLaws, TextAndTreeAreEditedAlike) {
  check("parse after edit is edit after parse", [] {
    Tree wanted = random_tree(4);
    const std::string text = tree::print(wanted, random_style());
    std::vector<JsonEdit> edits;
    for (int i = below(4); i > 0; --i) edits.push_back(random_edit(wanted));
    const bool fits = tree::apply(wanted, edits);
    const auto edited = apply_json_edits(text, edits);
    RC_ASSERT(edited.has_value() == fits);
    if (fits) RC_ASSERT(*tree::parse(*edited) == wanted);
  });
}

TEST(JsonEditLaws, TheInverseGivesTheDocumentBack) {
  check("inverse after edit is nothing", [] {
    const Tree wanted = random_tree(4);
    Tree changed = wanted;
    const std::string text = tree::print(wanted, random_style());
    std::vector<JsonEdit> edits;
    for (int i = 0; i < 3; ++i) {
      const JsonEdit edit = random_edit(changed);
      if (Tree next = changed; tree::apply(next, {&edit, 1})) {
        changed = std::move(next);
        edits.push_back(edit);
      }
    }
    const auto inverse = inverse_json_edits(text, edits);
    RC_ASSERT(inverse.has_value());
    const auto edited = apply_json_edits(text, edits);
    const auto back = apply_json_edits(*edited, *inverse);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*tree::parse(*back) == wanted);
  });
}

struct Bounds {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Where the value that `pointer` leads to stands, or the last one there is on the way.
Bounds place_of(const JsonValue& root, std::string_view pointer) {
  JsonValue at = root;
  while (!pointer.empty()) {
    const std::string_view token = pointer.substr(1, pointer.find('/', 1) - 1);
    pointer.remove_prefix(token.size() + 1);
    std::optional<JsonValue> next;
    int index = 0;
    for (auto it = at.begin(); it != at.end(); ++it, ++index) {
      const bool named = at.is(JsonKind::Object) ? escape_pointer_token(it.key()) == token
                                                 : std::to_string(index) == token;
      if (named) next = *it;
    }
    if (!next) break;
    at = *next;
  }
  return {at.span().begin, at.span().end};
}

// How many bytes two texts share at both ends, without overlap in the shorter.
std::pair<std::size_t, std::size_t> shared_ends(const std::string& a, const std::string& b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t head = 0;
  while (head < shorter && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  return {head, tail};
}

TEST(JsonEditLaws, OtherBytesStay) {
  check("an edit inserts, removes or replaces one stretch of bytes", [] {
    const Tree wanted = random_tree(4);
    const std::string text = tree::print(wanted, random_style());
    const JsonEdit edit = random_edit(wanted);
    const auto edited = apply_json_edits(text, {&edit, 1});
    if (!edited) return;
    SourceTable sources;
    Diagnostics ignored;
    const auto document = parse_json(sources, sources.add("x", text), ignored);
    const auto [head, tail] = shared_ends(text, *edited);
    // A new value: everything that was there is still there, unless its container was empty.
    if (edit.op == Op::Add && edited->size() > text.size() && head + tail == text.size()) return;
    // A value is gone: everything that is there was there.
    if (edit.op == Op::Remove) {
      RC_ASSERT(head + tail == edited->size());
      return;
    }
    const Bounds changed = place_of(document->root(), edit.pointer);
    RC_ASSERT(text.substr(0, changed.begin) == edited->substr(0, changed.begin));
    const std::size_t after = text.size() - changed.end;
    RC_ASSERT(text.substr(changed.end) == edited->substr(edited->size() - after));
  });
}

}  // namespace
}  // namespace rolecall
