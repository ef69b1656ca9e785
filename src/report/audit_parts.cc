// SPDX-License-Identifier: Apache-2.0
#include "report/audit_parts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "report/who_words.h"

namespace rolecall {

namespace {

std::string_view form_word(ArnForm form) {
  switch (form) {
    case ArnForm::Role:
      return "role";
    case ArnForm::User:
      return "user";
    case ArnForm::Group:
      return "group";
    case ArnForm::Policy:
      return "policy";
    case ArnForm::OidcProvider:
      return "OIDC provider";
    case ArnForm::SamlProvider:
      return "SAML provider";
    default:
      return "";
  }
}

bool is_plain(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || is_ascii_digit(c) ||
         std::string_view(" -.,;:/'?=+%").find(c) != std::string_view::npos ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

AuditCounts count_findings(const AuditAnswer& answer) {
  AuditCounts counts;
  for (const AuditFinding& each : answer.findings) {
    if (each.suppression) {
      ++counts.suppressed;
    } else {
      ++counts.by_severity[static_cast<std::size_t>(each.severity)];
    }
  }
  return counts;
}

std::string describe_counts(const AuditAnswer& answer, bool unread) {
  const AuditCounts counts = count_findings(answer);
  std::vector<std::string> parts;
  std::size_t total = 0;
  for (std::size_t i = counts.by_severity.size(); i-- > 0;) {
    const std::size_t number = counts.by_severity[i];
    total += number;
    if (number > 0) {
      parts.push_back(fmt::format("{} {}", with_commas(number),
                                  audit_severity_name(static_cast<AuditSeverity>(i))));
    }
  }
  const bool hides = hides_some(answer.gaps);
  if (answer.accounts == 0) {
    return unread ? "nothing was looked at: the estate could not be read"
                  : "nothing was looked at: the estate has no account";
  }
  std::string text =
      total == 0
          ? (hides ? "nothing to report in what could be read" : "nothing to report")
          : fmt::format("{}: {}", count_words(total, "finding", "findings"), join_list(parts));
  if (counts.suppressed > 0) {
    text +=
        fmt::format("; {}{} suppressed", with_commas(counts.suppressed), total > 0 ? " more" : "");
  }
  text += fmt::format("; {} of {} looked at", count_words(answer.roles, "role", "roles"),
                      count_words(answer.accounts, "account", "accounts"));
  const std::size_t gaps = answer.gaps.size();
  if (gaps > 0) text += fmt::format("; {} not checked", count_words(gaps, "thing", "things"));
  return text;
}

std::vector<AuditGroup> group_findings(const AuditAnswer& answer) {
  std::vector<AuditGroup> groups;
  for (const AuditFinding& each : answer.findings) {
    if (each.suppression) continue;
    if (groups.empty() || groups.back().rule != each.rule ||
        groups.back().severity != each.severity) {
      groups.push_back({each.rule, each.severity, {}});
    }
    groups.back().findings.push_back(&each);
  }
  return groups;
}

std::string subject_words(const AuditFinding& finding, std::string_view quote) {
  const auto arn = IamArn::parse(finding.subject);
  const std::string_view word = arn ? form_word(arn->form) : "";
  if (!word.empty()) {
    return fmt::format("{} {}{}{} of {}", word, quote, arn->name, quote, arn->account);
  }
  const std::string_view kind = finding.subject.starts_with("o-") ? "organization" : "policy";
  return fmt::format("{} {}{}{}", kind, quote, finding.subject, quote);
}

std::string finding_words(const AuditFinding& finding) {
  return finding.neutralized.empty()
             ? finding.message
             : fmt::format("{}; {} refuses it", finding.message, finding.neutralized);
}

std::string markdown_text(std::string_view text) {
  std::string out;
  bool code = false;
  const std::string shown = escape_for_terminal(text);
  for (const char c : shown) {
    if (c == '`') {
      code = !code;
      out += code ? "<code>" : "</code>";
    } else if (is_plain(c)) {
      out += c;
    } else {
      out += fmt::format("&#{};", static_cast<int>(c));
    }
  }
  if (code) out += "</code>";
  // Breaks URLs, so that a name cannot become a link.
  for (std::size_t at = 0; (at = out.find("://", at)) != std::string::npos;) {
    out.replace(at, 1, "&#58;");
  }
  for (std::size_t at = 0; (at = out.find("www.", at)) != std::string::npos;) {
    out.replace(at + 3, 1, "&#46;");
  }
  return out;
}

}  // namespace rolecall
