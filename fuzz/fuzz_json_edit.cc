// SPDX-License-Identifier: Apache-2.0
// An edit is refused or made: the new value stands where the pointer leads, the bytes outside stay,
// and the inverse gives the document's meaning back. Input: operation, then pointer, value and
// document, divided by NUL bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/base/json_edit.h"
#include "rolecall/base/source.h"

using namespace rolecall;

namespace {

// The meaning of a value: no white space, members sorted, strings unescaped. Nothing with a
// repeated key, whose meaning is open.
std::string meaning(const JsonValue& value) {
  std::vector<std::string> parts;
  for (auto it = value.begin(); it != value.end(); ++it) {
    std::string part = meaning(*it);
    if (value.is(JsonKind::Object)) part = std::string(it.key()) + '\x01' + part;
    parts.push_back(std::move(part));
  }
  if (value.is(JsonKind::Object)) std::sort(parts.begin(), parts.end());
  std::string out(json_kind_name(value.kind()));
  if (!value.is(JsonKind::Object) && !value.is(JsonKind::Array)) out += value.scalar();
  for (const std::string& part : parts) out += '\x02' + part;
  return out + '\x03';
}

std::optional<std::string> meaning_of(std::string_view text) {
  SourceTable sources;
  Diagnostics faults;
  const auto json = parse_json(sources, sources.add("text", std::string(text)), faults);
  if (!json || !faults.all().empty()) return std::nullopt;
  return meaning(json->root());
}

std::string take_part(std::string_view& input) {
  const std::string_view part = input.substr(0, input.find('\0'));
  input.remove_prefix(std::min(part.size() + 1, input.size()));
  return std::string(part);
}

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  JsonEdit edit{.op = static_cast<JsonEdit::Op>(data[0] % 3)};
  edit.pointer = take_part(input);
  edit.value = take_part(input);
  const auto edited = apply_json_edits(input, {&edit, 1});
  const auto inverse = inverse_json_edits(input, {&edit, 1});
  check(edited.has_value() == inverse.has_value());
  if (!edited) return 0;
  const auto before = meaning_of(input);
  const auto after = meaning_of(*edited);
  const bool removes = edit.op == JsonEdit::Op::Remove;
  if (before && after) {
    const auto back = apply_json_edits(*edited, *inverse);
    check(back && meaning_of(*back) == before);
    // Replacing the new value by itself changes nothing.
    if (!removes && !edit.pointer.ends_with("/-")) {
      const JsonEdit again{JsonEdit::Op::Replace, edit.pointer, edit.value};
      const auto same = apply_json_edits(*edited, {&again, 1});
      check(same && meaning_of(*same) == after);
    }
  }
  const std::size_t shorter = std::min(input.size(), edited->size());
  std::size_t head = 0;
  while (head < shorter && input[head] == (*edited)[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head &&
         input[input.size() - 1 - tail] == (*edited)[edited->size() - 1 - tail]) {
    ++tail;
  }
  if (removes) check(head + tail == edited->size());
  return 0;
}
