// SPDX-License-Identifier: Apache-2.0
#include "report/fix_forms_parts.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "rolecall/base/json_edit.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/base/text_diff.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

// Bytes of the code point that begins with `first`. REQUIRES: valid UTF-8.
std::size_t point_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
}

unsigned hex(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// Spells what would drive a terminal as JSON escapes. It can stand only inside strings.
std::string escape_hazards(std::string_view json) {
  std::string out;
  while (!json.empty()) {
    const std::string_view point = json.substr(0, point_size(json[0]));
    json.remove_prefix(point.size());
    const bool blank = point == "\n" || point == "\t";
    if (blank || escape_for_terminal(point) == point) {
      out += point;
    } else if (point != "\r") {
      const std::string quoted = json_quoted(point);
      out += quoted.substr(1, quoted.size() - 2);
    }
  }
  return out;
}

// Takes the indentation of the last line off every line but the first.
std::string without_base(std::string_view json) {
  const std::size_t last = json.rfind('\n') + 1;
  const std::size_t size = std::min(json.find_first_not_of(" \t", last), json.size()) - last;
  const std::string_view base = json.substr(last, size);
  std::string out;
  for (const std::string_view line : split(json, '\n')) {
    if (!out.empty()) out += '\n';
    out += line.starts_with(base) ? line.substr(base.size()) : line;
  }
  return out;
}

bool is_laid_out(std::string_view json) {
  return json.find('\n') != std::string_view::npos;
}

// A document on one line would be shown twice as a whole: its edits say more.
std::vector<std::string> edit_lines(const FixChange& change) {
  std::vector<std::string> lines;
  for (const JsonEdit& each : change.edits) {
    const bool removes = each.op == JsonEdit::Op::Remove;
    lines.push_back(fmt::format("{} at {}{}", removes ? "-" : "+",
                                escape_for_terminal(each.pointer),
                                removes ? "" : ": " + escape_for_terminal(each.value)));
  }
  return lines;
}

}  // namespace

std::string actor_of(const FixChange& change) {
  if (change.target == FixTarget::Request) return "whoever makes the call";
  if (change.account.empty()) {
    return change.target == FixTarget::World ? "whoever runs it" : "whoever owns it";
  }
  if (change.target == FixTarget::OrganizationPolicy) {
    return fmt::format("the administrator of the organization (account {})", change.account);
  }
  return fmt::format("the owner of account {}", change.account);
}

std::vector<std::string> let_in_lines(const VerifiedFix& fix) {
  const bool lets_in =
      std::any_of(fix.changes().begin(), fix.changes().end(), [](const FixChange& each) {
        return each.target != FixTarget::Request && each.target != FixTarget::World;
      });
  if (!lets_in) return {};
  std::vector<std::string> lines;
  std::vector<LetIn> left = fix.lets_in();
  while (!left.empty()) {
    const std::vector<std::string> conditions = left[0].conditions;
    std::vector<std::string> names;
    for (const LetIn& each : left) {
      if (each.conditions == conditions) names.push_back(each.principal);
    }
    std::erase_if(left, [&](const LetIn& each) { return each.conditions == conditions; });
    lines.push_back(fmt::format(
        "also lets in {}{}", join_list(names),
        conditions.empty() ? "" : fmt::format(", if {}", fmt::join(conditions, " and "))));
  }
  if (!fix.lets_in_unknowns().empty()) {
    lines.push_back(fmt::format("who else it lets in is not known: {}",
                                fmt::join(fix.lets_in_unknowns(), "; ")));
  }
  if (lines.empty()) lines.emplace_back("lets in nobody else");
  for (std::string& each : lines) each = escape_for_terminal(each);
  return lines;
}

std::string comment(std::string_view text) {
  return fmt::format("# {}\n", escape_for_terminal(text));
}

std::string_view entity_name(std::string_view arn) {
  const auto parsed = IamArn::parse(arn);
  return parsed && !parsed->name.empty() ? parsed->name : arn;
}

std::string_view entity_path(std::string_view arn) {
  const auto parsed = IamArn::parse(arn);
  return parsed && parsed->path != "/" ? parsed->path : std::string_view();
}

std::string_view entity_word(std::string_view arn) {
  const auto parsed = IamArn::parse(arn);
  if (parsed && parsed->form == ArnForm::User) return "user";
  return parsed && parsed->form == ArnForm::Group ? "group" : "role";
}

std::string provider_url(std::string_view arn) {
  return fmt::format("https://{}", entity_name(arn));
}

const OrganizationPolicy* organization_policy(const Estate& estate, const FixChange& change) {
  if (!estate.organization) return nullptr;
  for (const OrganizationPolicy& each : estate.organization->policies) {
    if (each.id == change.entity_arn) return &each;
  }
  return nullptr;
}

std::vector<std::string> changed_lines(const FixChange& change) {
  if (!change.before.empty() && !is_laid_out(change.before)) return edit_lines(change);
  const std::string diff = unified_diff("before", change.before, "after", change.after, 0);
  std::vector<std::string_view> found;
  std::size_t indent = std::string_view::npos;
  for (const std::string_view each : split(diff, '\n')) {
    const bool header = each.starts_with("---") || each.starts_with("+++");
    if (header || (!each.starts_with('+') && !each.starts_with('-'))) continue;
    found.push_back(each);
    indent = std::min(indent, each.find_first_not_of(" \t", 1));
  }
  std::vector<std::string> lines;
  for (std::string_view each : found) {
    const char sign = each[0];
    each.remove_prefix(std::min(indent, each.size()));
    if (each.ends_with('\r')) each.remove_suffix(1);
    lines.push_back(fmt::format("{} {}", sign, escape_for_terminal(each)));
  }
  return lines;
}

std::string readable_json(std::string_view json) {
  json = trim(json.starts_with("\xEF\xBB\xBF") ? json.substr(3) : json);
  return escape_hazards(is_laid_out(json) ? without_base(json)
                                          : format_json(json).value_or(std::string(json)));
}

std::string compact_json(const JsonValue& value) {
  const bool object = value.is(JsonKind::Object);
  if (!object && !value.is(JsonKind::Array)) {
    return value.is(JsonKind::String) ? json_quoted(value.string()) : std::string(value.raw());
  }
  std::string out;
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (!out.empty()) out += ',';
    if (object) out += json_quoted(it.key()) + ':';
    out += compact_json(*it);
  }
  return object ? "{" + out + "}" : "[" + out + "]";
}

std::string json_quoted(std::string_view text) {
  JsonWriter writer(0);
  writer.string(text);
  return writer.text();
}

std::string yaml_quoted(std::string_view text) {
  constexpr std::size_t kEscape = 6;  // `\ud83d`
  const std::string quoted = json_quoted(text);
  std::string_view json = quoted;
  std::string out;
  while (!json.empty()) {
    std::size_t taken = json[0] == '\\' ? 2 : 1;
    const unsigned high = json.starts_with("\\u") ? hex(json.substr(2, 4)) : 0;
    if (high >= 0xD800 && high < 0xDC00) {
      taken = 2 * kEscape;
      const unsigned low = hex(json.substr(kEscape + 2, 4));
      out += fmt::format("\\U{:08x}", 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
    } else {
      out += json.substr(0, taken);
    }
    json.remove_prefix(taken);
  }
  return out;
}

ParsedJson::ParsedJson(std::string_view text) {
  Diagnostics ignored;
  auto parsed = parse_json(sources_, sources_.add({}, std::string(text)), ignored);
  if (!parsed) return;
  document_ = *std::move(parsed);
  root_.emplace(document_->root());
}

}  // namespace rolecall
