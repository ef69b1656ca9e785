// SPDX-License-Identifier: Apache-2.0
#include "report/fix_forms_parts.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "rolecall/base/json_edit.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "base/sequence_diff.h"

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

// Writes characters that would control a terminal as JSON escapes. In JSON, they can only be inside
// strings.
std::string escape_hazards(std::string_view json) {
  std::string out;
  while (!json.empty()) {
    const std::string_view point = json.substr(0, point_size(json[0]));
    json.remove_prefix(point.size());
    const bool blank = point == "\n" || point == "\t";
    if (blank || escape_for_terminal(point) == point) {
      out += point;
    } else if (point != "\r") {
      const std::string quoted = json_string(point);
      out += quoted.substr(1, quoted.size() - 2);
    }
  }
  return out;
}

// Removes the indentation of the last line from every line but the first.
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

// The edits themselves, for a document on one line, which would have to be shown twice as a whole.
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

// Lines [begin, end) of one version.
struct LineRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.empty()) return {};
  std::vector<std::string_view> lines = split(text, '\n');
  for (std::string_view& each : lines) {
    if (each.ends_with('\r')) each.remove_suffix(1);
  }
  return lines;
}

// The lines without their final commas, which are not part of the values.
std::vector<std::string_view> without_commas(std::vector<std::string_view> lines) {
  for (std::string_view& each : lines) {
    if (each.ends_with(',')) each.remove_suffix(1);
  }
  return lines;
}

// Whether all brackets in the lines are balanced.
bool is_whole(std::span<const std::string_view> lines) {
  std::size_t open = 0;
  for (const std::string_view each : lines) {
    const std::string_view line = trim(each);
    if (line.starts_with('}') || line.starts_with(']')) {
      if (open == 0) return false;
      --open;
    }
    if (line.ends_with('{') || line.ends_with('[')) ++open;
  }
  return open == 0;
}

// Moves a change up or down over equal lines until its lines are whole values: for an added
// statement, a diff may as well be `}, { ...` as `{ ... },`.
LineRange whole_values(std::span<const std::string_view> lines, LineRange at) {
  constexpr int kMostMoves = 8;
  LineRange moved = at;
  for (int i = 0; i < kMostMoves && moved.begin > 0; ++i) {
    if (lines[moved.begin - 1] != lines[moved.end - 1]) break;
    moved = {moved.begin - 1, moved.end - 1};
  }
  for (int i = 0; i <= 2 * kMostMoves; ++i) {
    if (is_whole(lines.subspan(moved.begin, moved.end - moved.begin))) return moved;
    if (moved.end == lines.size() || lines[moved.begin] != lines[moved.end]) break;
    moved = {moved.begin + 1, moved.end + 1};
  }
  return at;
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
  // A provider or another version of a policy also affects other roles.
  const bool shared =
      std::any_of(fix.changes().begin(), fix.changes().end(), [](const FixChange& each) {
        return each.target == FixTarget::OidcProvider || each.target == FixTarget::PolicyVersion;
      });
  if (lines.empty()) {
    lines.emplace_back(shared ? "lets in nobody else to this role" : "lets in nobody else");
  }
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

void add_resource(std::vector<TemplateResource>& all, TemplateResource resource) {
  const auto known = std::find_if(all.begin(), all.end(), [&](const TemplateResource& each) {
    return each.type == resource.type && each.label == resource.label &&
           each.names == resource.names;
  });
  if (known == all.end()) {
    all.push_back(std::move(resource));
  } else {
    known->changes.push_back(resource.changes[0]);
  }
}

std::string unmanaged_changes(std::span<const FixChange* const> changes,
                              std::span<const TemplateResource> resources, std::string_view tool) {
  if (resources.empty()) return comment(fmt::format("nothing that {} manages", tool));
  std::string text;
  for (const FixChange* const change : changes) {
    const bool managed =
        std::any_of(resources.begin(), resources.end(), [change](const TemplateResource& each) {
          return std::find(each.changes.begin(), each.changes.end(), change) != each.changes.end();
        });
    if (managed) continue;
    text += comment(fmt::format("nothing that {} manages: {}", tool, change->summary));
  }
  return text;
}

std::string UniqueNames::take(const std::string& name) {
  std::string free = name;
  for (std::size_t i = 2; !taken_.insert(free).second; ++i) {
    free = fmt::format("{}{}{}", name, separator_, i);
  }
  return free;
}

std::vector<std::string> changed_lines(const FixChange& change) {
  if (!change.before.empty() && !is_laid_out(change.before)) return edit_lines(change);
  const std::vector<std::string_view> before = lines_of(change.before);
  const std::vector<std::string_view> after = lines_of(change.after);
  const auto old_values = without_commas(before);
  const auto new_values = without_commas(after);
  std::vector<std::pair<char, std::string_view>> found;
  const auto take = [&found](char sign, std::span<const std::string_view> lines, LineRange range) {
    for (std::size_t i = range.begin; i < range.end; ++i) found.emplace_back(sign, lines[i]);
  };
  for (const SequenceChange& each : find_changes(old_values, new_values)) {
    LineRange removed{each.old_begin, each.old_end};
    LineRange added{each.new_begin, each.new_end};
    if (added.begin == added.end) removed = whole_values(old_values, removed);
    if (removed.begin == removed.end) added = whole_values(new_values, added);
    take('-', before, removed);
    take('+', after, added);
  }
  std::size_t indent = std::string_view::npos;
  for (const auto& [sign, line] : found) {
    indent = std::min(indent, line.find_first_not_of(" \t"));
  }
  std::vector<std::string> lines;
  for (auto [sign, line] : found) {
    line.remove_prefix(std::min(indent, line.size()));
    lines.push_back(fmt::format("{} {}", sign, escape_for_terminal(line)));
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
    return value.is(JsonKind::String) ? json_string(value.string()) : std::string(value.raw());
  }
  std::string out;
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (!out.empty()) out += ',';
    if (object) out += json_string(it.key()) + ':';
    out += compact_json(*it);
  }
  return object ? "{" + out + "}" : "[" + out + "]";
}

std::string yaml_quoted(std::string_view text) {
  constexpr std::size_t kEscape = 6;  // `\ud83d`
  const std::string quoted = json_string(text);
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
