// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/inventory_report.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/time.h"

#include "estate/entity_lists.h"
#include "report/audit_parts.h"
#include "report/who_words.h"

namespace rolecall {

namespace {

struct ReachTitle {
  TrustReach reach{};
  std::string_view title{};
};
constexpr auto kReachTitles = std::to_array<ReachTitle>({
    {TrustReach::Everyone, "Any AWS account"},
    {TrustReach::Outside, "Accounts outside"},
    {TrustReach::Organization, "One's own organization and accounts"},
    {TrustReach::Oidc, "OIDC providers"},
    {TrustReach::Saml, "SAML providers"},
});

std::string last_use(const TrustEntry& entry) {
  if (entry.last_used) return format_time(*entry.last_used).substr(0, 10);
  return entry.tells_use ? "never" : "not known";
}

std::string csv_cell(std::string_view text) {
  std::string cell = escape_for_terminal(text);
  if (!cell.empty() && std::string_view("=+-@").find(cell[0]) != std::string_view::npos) {
    cell.insert(0, 1, '\'');
  }
  if (cell.find_first_of("\",") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    quoted += c;
    if (c == '"') quoted += c;
  }
  return quoted + "\"";
}

std::string join_texts(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, "; "));
}

// Counts of what was read and what was not.
std::string reading(const InventoryReport& report) {
  const Estate& estate = report.estate;
  std::string out;
  if (!estate.accounts().empty()) {
    out += fmt::format("{} in {}.\n", count_words(report.entries.size(), "entry", "entries"),
                       count_words(estate.accounts().size(), "account", "accounts"));
  }
  for (const std::string& each : describe_unread(report)) {
    out += fmt::format("{}{}\n", out.empty() ? "" : "\n", each);
  }
  if (!estate.organization && !estate.accounts().empty()) {
    out +=
        "\nWhich accounts belong to the organization is not known: those with an export count as "
        "one's own. `rolecall collect DIR --organization --role ROLE` writes organization.json.\n";
  } else if (estate.organization && estate.organization->partial) {
    out +=
        "\nNot every account of the organization is known, and one that is not counts as one's "
        "own. `rolecall collect DIR --organization --role ROLE` writes organization.json.\n";
  }
  return out;
}

}  // namespace

std::vector<std::string> describe_unread(const InventoryReport& report) {
  const Estate& estate = report.estate;
  std::vector<std::string> lines;
  if (estate.accounts().empty()) {
    lines.emplace_back(estate.incomplete ? "Nothing was read: no account is known."
                                         : "Nothing was read: the estate has no account.");
  }
  if (estate.incomplete) lines.emplace_back("A file could not be read: there may be more.");
  if (report.unread > 0) {
    lines.push_back(fmt::format("Of {} the trust policy is missing or could not be read.",
                                count_words(report.unread, "role", "roles")));
  }
  std::vector<std::string> partial;
  for (const auto& [id, account] : estate.accounts()) {
    if (!lists_roles(account)) partial.push_back(id);
  }
  if (!partial.empty()) {
    lines.push_back(fmt::format(
        "Not all roles are known of {} {}: `aws iam get-account-authorization-details` lists them.",
        partial.size() == 1 ? "account" : "accounts", join_list(partial)));
  }
  return lines;
}

std::string write_inventory_markdown(const InventoryReport& report) {
  std::string out = "# Trust beyond the own account\n\n" + reading(report);
  for (const ReachTitle& row : kReachTitles) {
    const auto count =
        std::count_if(report.entries.begin(), report.entries.end(),
                      [&](const TrustEntry& each) { return each.reach == row.reach; });
    if (count == 0) continue;
    out += fmt::format("\n## {} ({})\n\n", row.title, with_commas(static_cast<std::size_t>(count)));
    out += "| role | of account | trusts | conditions | owner | last used |\n";
    out += "|---|---|---|---|---|---|\n";
    for (const TrustEntry& each : report.entries) {
      if (each.reach != row.reach) continue;
      std::string whom = markdown_text(fmt::format("`{}`", each.principal));
      if (!each.owner.empty()) whom += markdown_text(fmt::format(" ({})", each.owner));
      out += fmt::format(
          "| {} | {} | {} | {} | {} | {} |\n", markdown_text(each.role->name), each.account, whom,
          each.conditions.empty() ? "none" : markdown_text(join_texts(each.conditions)),
          markdown_text(join_texts(each.owner_tags)), last_use(each));
    }
  }
  return out;
}

std::string write_inventory_csv(const InventoryReport& report) {
  std::string out =
      "account,role,reach,principal,principal_owner,conditions,owner_tags,last_used,place\r\n";
  for (const TrustEntry& each : report.entries) {
    std::string place;
    if (each.at.known()) {
      const Location at = report.estate.sources().locate(each.at);
      place = fmt::format("{}:{}:{}", at.file, at.line, at.column);
    }
    const auto cells = std::to_array<std::string>(
        {each.account, std::string(each.role->arn), std::string(trust_reach_name(each.reach)),
         each.principal, each.owner, join_texts(each.conditions), join_texts(each.owner_tags),
         last_use(each), place});
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out += (i == 0 ? "" : ",") + csv_cell(cells[i]);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace rolecall
