// SPDX-License-Identifier: Apache-2.0
// Reads the files that an audit needs besides the estate.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/iam/arn.h"
#include "rolecall/reach/audit.h"

namespace rolecall {

namespace {

// The string member. Adds a diagnostic when it is required and missing.
std::string_view text_of(const JsonValue& object, std::string_view key, bool needed,
                         Diagnostics& diagnostics) {
  const auto member = object.find(key);
  if (member && member->is(JsonKind::String) && (!needed || !member->string().empty())) {
    return member->string();
  }
  if (member) {
    const bool empty = member->is(JsonKind::String);
    diagnostics.error(
        DiagnosticCode::WrongType, fmt::format("`{}` is {}", key, empty ? "empty" : "not a text"),
        member->span(), empty && key == "Reason" ? "write why the finding is accepted" : "");
  } else if (needed) {
    diagnostics.error(DiagnosticCode::MissingMember, fmt::format("there is no `{}`", key),
                      object.span());
  }
  return {};
}

// Refuses unknown members: with a misspelt `Expires` the entry would hold for ever.
void refuse_unknown(const JsonValue& entry, Diagnostics& diagnostics) {
  constexpr auto kMembers =
      std::to_array<std::string_view>({"Rule", "Subject", "Evidence", "Reason", "Expires"});
  for (auto it = entry.begin(); it != entry.end(); ++it) {
    if (std::find(kMembers.begin(), kMembers.end(), it.key()) != kMembers.end()) continue;
    const std::string_view near = nearest(it.key(), kMembers);
    diagnostics.error(DiagnosticCode::UnknownField,
                      fmt::format("an entry of `Suppressions` has no member `{}`", it.key()),
                      it.key_span(),
                      near.empty() ? "remove it; what it is for goes into `Reason`"
                                   : fmt::format("did you mean `{}`?", near));
  }
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
    refuse_unknown(entry, diagnostics);
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
