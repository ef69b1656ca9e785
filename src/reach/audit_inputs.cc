// SPDX-License-Identifier: Apache-2.0
// The files an audit reads beside the estate.
#include <fmt/format.h>

#include "rolecall/base/time.h"
#include "rolecall/iam/arn.h"
#include "rolecall/reach/audit.h"

namespace rolecall {

namespace {

// The string member, or a diagnostic when it must be there.
std::string_view text_of(const JsonValue& object, std::string_view key, bool needed,
                         Diagnostics& diagnostics) {
  const auto member = object.find(key);
  if (member && member->is(JsonKind::String) && (!needed || !member->string().empty())) {
    return member->string();
  }
  if (member) {
    diagnostics.error(DiagnosticCode::WrongType, fmt::format("`{}` is not a text", key),
                      member->span());
  } else if (needed) {
    diagnostics.error(DiagnosticCode::MissingMember, fmt::format("there is no `{}`", key),
                      object.span());
  }
  return {};
}

template <typename Use>
void each_entry(const JsonValue& document, std::string_view list, Diagnostics& diagnostics,
                Use use) {
  const auto entries = document.find(list);
  if (!entries || !entries->is(JsonKind::Array)) {
    diagnostics.error(DiagnosticCode::UnknownShape, fmt::format("there is no list `{}`", list),
                      document.span());
    return;
  }
  for (const JsonValue each : *entries) {
    if (each.is(JsonKind::Object)) {
      use(each);
    } else {
      diagnostics.error(DiagnosticCode::WrongType,
                        fmt::format("an entry of `{}` is {}", list, json_kind_name(each.kind())),
                        each.span());
    }
  }
}

}  // namespace

void read_known_accounts(const JsonValue& document, AuditOptions& options,
                         Diagnostics& diagnostics) {
  options.known_accounts.clear();
  each_entry(document, "KnownAccounts", diagnostics, [&](const JsonValue& entry) {
    const std::string_view account = text_of(entry, "Account", true, diagnostics);
    const std::string_view name = text_of(entry, "Name", true, diagnostics);
    if (account.empty() || name.empty()) return;
    if (!is_account_id(account)) {
      diagnostics.error(DiagnosticCode::WrongType, fmt::format("`{}` is no account id", account),
                        entry.span());
      return;
    }
    options.known_accounts.emplace(account, name);
  });
}

void read_baseline(const JsonValue& document, AuditOptions& options, Diagnostics& diagnostics) {
  each_entry(document, "Suppressions", diagnostics, [&](const JsonValue& entry) {
    Suppression one;
    one.rule = text_of(entry, "Rule", true, diagnostics);
    one.subject = text_of(entry, "Subject", true, diagnostics);
    one.reason = text_of(entry, "Reason", true, diagnostics);
    one.evidence = text_of(entry, "Evidence", false, diagnostics);
    one.at = entry.span();
    if (one.rule.empty() || one.subject.empty() || one.reason.empty()) return;
    if (find_audit_rule(one.rule) == nullptr) {
      diagnostics.warning(DiagnosticCode::NotUsed, fmt::format("there is no rule `{}`", one.rule),
                          entry.span());
    }
    const std::string_view expires = text_of(entry, "Expires", false, diagnostics);
    one.expires = parse_time(expires);
    if (!expires.empty() && !one.expires) {
      diagnostics.error(DiagnosticCode::WrongType, fmt::format("`{}` is no date", expires),
                        entry.span(), "write it as 2027-01-31");
      return;
    }
    options.baseline.push_back(std::move(one));
  });
}

}  // namespace rolecall
