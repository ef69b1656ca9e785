// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/base/json_writer.h"

namespace rolecall {

// A block of Terraform configuration: `statement {`, `resource "aws_iam_role" "ci" {`.
struct HclBlock {
  std::vector<std::string> head{};
  std::vector<std::pair<std::string, std::string>> attributes{};  // Values as JSON; or as written.
  std::vector<HclBlock> blocks{};

  [[nodiscard]] std::string attribute(std::string_view name) const {
    for (const auto& [key, value] : attributes) {
      if (key == name) return value;
    }
    return {};
  }
};

// Reads what HclWriter writes. Throws std::runtime_error at anything else, and at a template.
class HclReader {
 public:
  explicit HclReader(std::string_view text) : text_(text) {}

  HclBlock read() {
    HclBlock file;
    read_body(file);
    if (!text_.empty()) fail("the end");
    return file;
  }

 private:
  [[noreturn]] void fail(std::string_view wanted) const {
    throw std::runtime_error(std::string(wanted) + " expected at: " + std::string(text_));
  }

  void skip() {
    while (!text_.empty()) {
      if (text_[0] == '#') {
        text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
      } else if (text_[0] == ' ' || text_[0] == '\n') {
        text_.remove_prefix(1);
      } else {
        return;
      }
    }
  }

  bool take(std::string_view token) {
    skip();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  std::string word() {
    skip();
    std::size_t size = 0;
    while (size < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[size])) != 0 || text_[size] == '_' ||
            text_[size] == '.' || text_[size] == '-')) {
      ++size;
    }
    if (size == 0) fail("a word");
    const std::string found(text_.substr(0, size));
    text_.remove_prefix(size);
    return found;
  }

  static void append_utf8(std::string& out, unsigned long point) {
    if (point < 0x80) {
      out += static_cast<char>(point);
      return;
    }
    const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
    out += static_cast<char>(kLead[more] | (point >> (6 * more)));
    for (int i = more; i-- > 0;) out += static_cast<char>(0x80 | ((point >> (6 * i)) & 0x3F));
  }

  std::string escape() {
    const char kind = text_.at(1);
    const std::size_t digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    std::string out;
    if (digits > 0) {
      append_utf8(out, std::stoul(std::string(text_.substr(2, digits)), nullptr, 16));
    } else if (kind == 'n' || kind == 't') {
      out = kind == 'n' ? "\n" : "\t";
    } else if (kind == '"' || kind == '\\') {
      out = kind;
    } else {
      fail("an escape");
    }
    text_.remove_prefix(2 + digits);
    return out;
  }

  std::string string() {
    if (!take("\"")) fail("a string");
    std::string out;
    while (!text_.starts_with('"')) {
      if (text_.empty() || text_[0] == '\n') fail("a quote");
      if (text_.starts_with("${") || text_.starts_with("%{")) fail("no template");
      if (text_[0] == '\\') {
        out += escape();
        continue;
      }
      const bool doubled = text_.starts_with("$${") || text_.starts_with("%%{");
      out += doubled ? text_.substr(1, 2) : text_.substr(0, 1);
      text_.remove_prefix(doubled ? 3 : 1);
    }
    text_.remove_prefix(1);
    return out;
  }

  std::string json_string() {
    JsonWriter writer(0);
    writer.string(string());
    return writer.text();
  }

  std::string list() {
    std::string out;
    while (!take("]")) {
      out += (out.empty() ? "" : ",") + value();
      if (!take(",") && !text_.starts_with(']')) fail("a comma");
    }
    return "[" + out + "]";
  }

  std::string object() {
    std::string out;
    while (!take("}")) {
      out += (out.empty() ? "" : ",") + json_string();
      if (!take("=")) fail("=");
      out += ":" + value();
    }
    return "{" + out + "}";
  }

  std::string value() {
    skip();
    if (text_.starts_with('"')) return json_string();
    if (take("[")) return list();
    if (take("{")) return object();
    if (take("jsonencode(")) {
      std::string inner = value();
      if (!take(")")) fail(")");
      return inner;
    }
    return word();
  }

  void read_body(HclBlock& block) {
    for (skip(); !text_.empty() && text_[0] != '}'; skip()) {
      const std::string name = word();
      if (take("=")) {
        block.attributes.emplace_back(name, value());
        continue;
      }
      HclBlock inner;
      inner.head.push_back(name);
      while (!take("{")) inner.head.push_back(string());
      read_body(inner);
      if (!take("}")) fail("}");
      block.blocks.push_back(std::move(inner));
    }
  }

  std::string_view text_;
};

// The policy that the data source aws_iam_policy_document makes of its arguments, or the one that
// stands in the resource itself.
inline std::string policy_of_terraform(std::string_view text) {
  const HclBlock file = HclReader(text).read();
  const HclBlock& first = file.blocks.at(0);
  if (first.head.at(0) == "resource") {
    for (const auto& [name, value] : first.attributes) {
      if (value.starts_with('{')) return value;
    }
    return {};
  }
  const std::string version = first.attribute("version");
  std::string statements;
  for (const HclBlock& statement : first.blocks) {
    std::string out = "\"Effect\":" + statement.attribute("effect");
    constexpr std::pair<std::string_view, std::string_view> kElements[] = {
        {"sid", "Sid"},
        {"actions", "Action"},
        {"not_actions", "NotAction"},
        {"resources", "Resource"},
        {"not_resources", "NotResource"}};
    for (const auto& [argument, element] : kElements) {
      const std::string value = statement.attribute(argument);
      if (!value.empty()) out += ",\"" + std::string(element) + "\":" + value;
    }
    // One member for each block; the tests' policies repeat neither operator nor kind.
    std::string principals;
    std::string negated;
    std::string conditions;
    for (const HclBlock& each : statement.blocks) {
      if (each.head[0] == "condition") {
        conditions += (conditions.empty() ? "" : ",") + each.attribute("test") + ":{" +
                      each.attribute("variable") + ":" + each.attribute("values") + "}";
        continue;
      }
      std::string& list = each.head[0] == "principals" ? principals : negated;
      list +=
          (list.empty() ? "" : ",") + each.attribute("type") + ":" + each.attribute("identifiers");
    }
    const auto add = [&out](std::string_view element, const std::string& members) {
      if (members.empty()) return;
      const bool everyone = members == R"("*":["*"])";
      out += ",\"" + std::string(element) + "\":" + (everyone ? R"("*")" : "{" + members + "}");
    };
    add("Principal", principals);
    add("NotPrincipal", negated);
    add("Condition", conditions);
    statements += (statements.empty() ? "{" : ",{") + out + "}";
  }
  return "{\"Version\":" + (version.empty() ? R"("2012-10-17")" : version) + ",\"Statement\":[" +
         statements + "]}";
}

}  // namespace rolecall
