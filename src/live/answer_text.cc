// SPDX-License-Identifier: Apache-2.0
#include "live/answer_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rolecall/base/text.h"

#include "live/aws_answer.h"

namespace rolecall {

namespace {

constexpr auto kDocuments = std::to_array<std::string_view>(
    {"AssumeRolePolicyDocument", "Content", "Document", "PolicyDocument"});

bool is_document(std::string_view key) {
  return std::find(kDocuments.begin(), kDocuments.end(), key) != kDocuments.end();
}

void copy_value(JsonWriter& out, const JsonValue& value) {
  switch (value.kind()) {
    case JsonKind::Object:
      out.begin_object();
      copy_members(out, value);
      out.end_object();
      break;
    case JsonKind::Array:
      out.begin_array();
      for (const JsonValue each : value) copy_value(out, each);
      out.end_array();
      break;
    case JsonKind::String:
      out.string(value.string());
      break;
    default:
      out.raw(value.raw());
  }
}

void copy_document(JsonWriter& out, std::string_view text) {
  const bool encoded = trim(text).starts_with('%');
  const auto plain = encoded ? percent_decode(text) : std::optional<std::string>(text);
  const auto document = plain ? AwsAnswer::parse(*plain) : std::nullopt;
  if (document && document->root().is(JsonKind::Object)) {
    copy_value(out, document->root());
  } else {
    out.string(text);
  }
}

}  // namespace

void copy_answer(JsonWriter& out, const JsonValue& value) {
  copy_value(out, value);
}

void copy_members(JsonWriter& out, const JsonValue& object) {
  for (auto it = object.begin(); it != object.end(); ++it) {
    const JsonValue value = *it;
    out.key(it.key());
    if (is_document(it.key()) && value.is(JsonKind::String)) {
      copy_document(out, value.string());
    } else {
      copy_value(out, value);
    }
  }
}

std::string indent_json(const std::string& json) {
  const auto parsed = AwsAnswer::parse(json);
  if (!parsed) return json + "\n";  // Beyond the limits of the parser, so it is written as it is.
  JsonWriter out;
  copy_value(out, parsed->root());
  return out.text() + "\n";
}

}  // namespace rolecall
