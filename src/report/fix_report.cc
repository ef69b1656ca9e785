// SPDX-License-Identifier: Apache-2.0
#include "report/fix_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "report/fix_forms_parts.h"
#include "report/json_parts.h"
#include "report/terminal_color.h"

namespace rolecall {

namespace {

std::string_view op_name(JsonEdit::Op op) {
  constexpr std::array<std::string_view, 3> kNames = {"add", "remove", "replace"};
  return kNames.at(static_cast<std::size_t>(op));
}

void write_patch(JsonWriter& out, const std::vector<JsonEdit>& edits) {
  out.key("patch");
  out.begin_array();
  for (const JsonEdit& each : edits) {
    out.begin_object();
    out.member("op", op_name(each.op));
    out.member("path", each.pointer);
    if (each.op != JsonEdit::Op::Remove) {
      out.key("value");
      write_json_text(out, each.value);
    }
    out.end_object();
  }
  out.end_array();
}

// How the change is made, with the document if there is one.
std::vector<std::string> commands_of(const Estate& estate, const FixChange& change) {
  if (change.kind != FixKind::Policy) return short_commands(estate, change);
  std::vector<std::string> commands = aws_commands(estate, change);
  std::erase_if(commands, [](const std::string& each) { return each.starts_with('#'); });
  return commands;
}

void write_change(JsonWriter& out, const FixChange& change, const Estate& estate) {
  out.member("kind", fix_kind_name(change.kind));
  out.member("gate", gate_name(change.gate));
  out.member("summary", change.summary);
  out.member("target", change.label);
  out.member_or_null("account", change.account);
  // The edits of a change outside of all files only served to try it out.
  write_patch(out, change.target == FixTarget::World ? std::vector<JsonEdit>{} : change.edits);
  out.key("document_after");
  if (change.after.empty()) {
    out.null();
  } else {
    write_json_text(out, change.after);
  }
  out.member_strings("commands", commands_of(estate, change));
  write_location(out, "at", estate.sources(), change.at);
}

void write_fix(JsonWriter& out, const VerifiedFix& fix, std::size_t id, const Estate& estate) {
  const FixChange& first = fix.changes()[0];
  FixChange whole = first;
  whole.summary = fix.summary();
  out.begin_object();
  out.member("id", static_cast<std::int64_t>(id));
  write_change(out, whole, estate);
  out.key("changes");
  out.begin_array();
  for (const FixChange& each : fix.changes()) {
    out.begin_object();
    write_change(out, each, estate);
    out.end_object();
  }
  out.end_array();
  out.member("verified", true);
  out.member("decision_after", decision_name(fix.decision_after()));
  out.key("lets_in");
  out.begin_array();
  for (const LetIn& each : fix.lets_in()) {
    out.begin_object();
    out.member("principal", each.principal);
    out.member_strings("conditions", each.conditions);
    out.member("scope", let_in_scope_name(each.scope));
    out.end_object();
  }
  out.end_array();
  out.member("lets_in_complete", fix.lets_in_unknowns().empty());
  out.member_strings("lets_in_unknowns", fix.lets_in_unknowns());
  out.member_strings("warnings", fix.warnings());
  out.end_object();
}

class FixText {
 public:
  FixText(const ExplainAnswer& answer, TextStyle style) : answer_(answer), style_(style) {}

  std::string write() {
    for (std::size_t i = 0; i < answer_.fixes.size(); ++i) write_fix(i);
    return out_;
  }

 private:
  std::string paint(std::string_view color, std::string_view text) const {
    return style_.color ? fmt::format("{}{}{}", color, text, kPlain) : std::string(text);
  }

  void line(std::string_view text) { out_ += fmt::format("{}\n", text); }

  void write_fix(std::size_t index) {
    const VerifiedFix& fix = answer_.fixes[index];
    const std::string number =
        answer_.fixes.size() > 1 ? fmt::format(" {} of {}", index + 1, answer_.fixes.size()) : "";
    const std::string title = paint(kBold, fmt::format("Fix{}:", number));
    const std::size_t count = fix.changes().size();
    if (index > 0) line("");
    if (count == 1) {
      line(fmt::format("{} {}", title, escape_for_terminal(fix.summary())));
      change(fix.changes()[0], "  ");
    } else {
      line(fmt::format("{} {} changes, all of them needed", title, count));
      for (std::size_t i = 0; i < count; ++i) {
        line(fmt::format("  {}. {}", i + 1, escape_for_terminal(fix.changes()[i].summary)));
        // Indented below the summary, unlike the lines about the whole fix.
        change(fix.changes()[i], "     ");
      }
    }
    if (fix.decision_after() != Decision::Allowed) {
      line("  then nothing that is known refuses the call; what is not known may");
    }
    for (const std::string& each : let_in_lines(fix)) line(fmt::format("  {}", each));
    for (const std::string& each : fix.warnings()) {
      line(fmt::format("  {} {}", paint(kYellow, "warning:"), escape_for_terminal(each)));
    }
  }

  void change(const FixChange& change, std::string_view indent) {
    line(fmt::format("{}by {}{}", indent, escape_for_terminal(actor_of(change)), where(change)));
    if (change.kind == FixKind::Policy) show_lines(change, indent);
    for (const std::string& each : short_commands(answer_.estate, change)) {
      line(fmt::format("{}  $ {}", indent, escape_for_terminal(each)));
    }
  }

  std::string where(const FixChange& change) const {
    if (change.target == FixTarget::Request || change.target == FixTarget::World) return "";
    std::string text = fmt::format(", in {}", escape_for_terminal(change.label));
    if (!change.at.known()) return text;
    const Location place = answer_.estate.sources().locate(change.at);
    return text + fmt::format(" ({}:{})", escape_for_terminal(place.file), place.line);
  }

  void show_lines(const FixChange& change, std::string_view indent) {
    constexpr std::size_t kMost = 24;
    const std::vector<std::string> lines = changed_lines(change);
    for (std::size_t i = 0; i < std::min(lines.size(), kMost); ++i) {
      line(fmt::format("{}  {}", indent, paint(lines[i][0] == '+' ? kGreen : kRed, lines[i])));
    }
    if (lines.size() > kMost) {
      line(fmt::format("{}  and {} more lines", indent, lines.size() - kMost));
    }
  }

  const ExplainAnswer& answer_;
  TextStyle style_;
  std::string out_;
};

}  // namespace

void write_fixes_json(JsonWriter& out, const ExplainAnswer& answer) {
  out.key("fixes");
  out.begin_array();
  for (std::size_t i = 0; i < answer.fixes.size(); ++i) {
    write_fix(out, answer.fixes[i], i + 1, answer.estate);
  }
  out.end_array();
}

std::string write_fixes(const ExplainAnswer& answer, TextStyle style) {
  return FixText(answer, style).write();
}

}  // namespace rolecall
