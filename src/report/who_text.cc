// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/who_report.h"

#include "report/residual_report.h"
#include "report/text_lines.h"
#include "report/walk_parts.h"
#include "report/who_words.h"
#include "trust/missing_data.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostNames = 5;
constexpr std::size_t kMostAccounts = 8;

// Users or roles of one account under one condition.
struct Members {
  std::string_view account{};
  std::vector<std::string_view> names{};
};
using ByAccount = std::map<std::string_view, std::vector<std::string_view>>;

// Everything under one condition.
struct Section {
  ResidualId condition = ResidualTable::kNever;
  bool unknown = false;
  std::size_t count = 0;
  std::array<ByAccount, 2> members{};  // Users, roles.
  std::vector<const Assumption*> others{};
};

class WhoText : private TextLines {
 public:
  WhoText(const WhoReport& report, TextStyle style)
      : TextLines(style), report_(report), answer_(report.answer) {}

  std::string write() {
    headline();
    if (quiet()) return take();
    for (const Section& section : sections()) write(section);
    settling();
    gaps();
    not_checked();
    return take();
  }

 private:
  void headline() {
    const std::string role =
        escape_for_terminal(fmt::format("role `{}` of {}", answer_.role->name, answer_.account));
    if (!answer_.trust_known) {
      return line(bold(fmt::format("Unknown: who can assume {} cannot be told", role)));
    }
    std::vector<std::string> parts;
    std::size_t known = 0;
    std::size_t conditional = 0;
    std::size_t unknown = 0;
    for (const AssumerWords& row : assumer_words()) {
      std::size_t count = 0;
      for (const Assumption& each : answer_.assumptions) {
        if (each.kind != row.kind) continue;
        const bool cannot = answer_.residuals.has_unknown(each.condition);
        (cannot ? unknown : count) += each.count();
        if (!cannot && each.condition != ResidualTable::kAlways) conditional += each.count();
      }
      if (count == 0) continue;
      known += count;
      parts.push_back(row.kind == AssumerKind::Outside ? "principals of any other account"
                                                       : count_words(count, row.one, row.many));
    }
    const bool certain =
        unknown == 0 && std::all_of(answer_.gaps.begin(), answer_.gaps.end(),
                                    [](const WhoGap& gap) { return gap.dangling; });
    const std::string who = !parts.empty() ? join_list(parts, kAssumerKinds) + " can"
                            : certain      ? "Nobody can"
                                           : "Nobody is known to be able to";
    std::string text = fmt::format("{} assume {}", who, role);
    text += under_conditions(conditional, known);
    if (unknown > 0) {
      text += fmt::format("; of {}{} it cannot be told", with_commas(unknown),
                          parts.empty() ? "" : " more");
    }
    text += unread_words(report_.estate);
    line(bold(text));
  }

  // The command for the first call that is unknown.
  void settling() {
    const auto unknown = [&](const Assumption& each) {
      return answer_.residuals.has_unknown(each.condition);
    };
    const auto first =
        std::find_if(answer_.assumptions.begin(), answer_.assumptions.end(), unknown);
    if (first == answer_.assumptions.end()) return;
    const std::string_view from =
        first->members.empty() ? std::string_view(first->name) : first->members[0]->arn;
    write_settling(*this, from, answer_.role->arn);
  }

  std::vector<Section> sections() const {
    std::map<ResidualId, Section> by_condition;
    for (const Assumption& each : answer_.assumptions) {
      Section& section = by_condition[each.condition];
      section.condition = each.condition;
      section.unknown = answer_.residuals.has_unknown(each.condition);
      section.count += each.count();
      if (each.members.empty()) {
        section.others.push_back(&each);
        continue;
      }
      auto& names = section.members[each.kind == AssumerKind::User ? 0 : 1][each.account];
      for (const IamEntity* member : each.members) names.push_back(member->name);
    }
    std::vector<Section> sorted;
    sorted.reserve(by_condition.size());
    for (auto& [condition, section] : by_condition) sorted.push_back(std::move(section));
    std::stable_sort(sorted.begin(), sorted.end(), [](const Section& a, const Section& b) {
      const auto rank = [](const Section& each) {
        return each.unknown ? 2 : each.condition == ResidualTable::kAlways ? 0 : 1;
      };
      return rank(a) != rank(b) ? rank(a) < rank(b) : a.count > b.count;
    });
    return sorted;
  }

  std::string condition_words(ResidualId condition) const {
    if (condition == ResidualTable::kAlways) return "Always:";
    const ResidualNode& node = answer_.residuals.node(condition);
    if (node.kind == ResidualKind::Unknown) {
      return fmt::format("Cannot be told, because {}:", node.text);
    }
    const std::string words = describe_residual(answer_.residuals, condition);
    return fmt::format("{} {}:", words.starts_with("with") ? "Only" : "If", words);
  }

  void write(const Section& section) {
    line("");
    heading(escape_for_terminal(condition_words(section.condition)));
    for (std::size_t kind = 0; kind < section.members.size(); ++kind) {
      write(section.members[kind], assumer_words()[kind]);
    }
    for (const Assumption* each : section.others) wrapped(other(*each), 2);
  }

  void write(const ByAccount& members, const AssumerWords& kind) {
    std::vector<Members> groups;
    for (const auto& [account, names] : members) groups.push_back({account, names});
    std::stable_sort(groups.begin(), groups.end(), [](const Members& a, const Members& b) {
      return a.names.size() > b.names.size();
    });
    const std::size_t shown =
        report_.all || groups.size() <= kMostAccounts ? groups.size() : kMostAccounts - 1;
    for (std::size_t i = 0; i < shown; ++i) write(groups[i], kind);
    if (shown == groups.size()) return;
    std::size_t left = 0;
    for (std::size_t i = shown; i < groups.size(); ++i) left += groups[i].names.size();
    line(fmt::format("  {} of {} more accounts", count_words(left, kind.one, kind.many),
                     groups.size() - shown));
  }

  void write(Members& group, const AssumerWords& kind) {
    std::sort(group.names.begin(), group.names.end());
    const std::string here = group.account == answer_.account ? " (the role's account)" : "";
    const std::string head = fmt::format(
        "{} of {}{}", count_words(group.names.size(), kind.one, kind.many), group.account, here);
    if (report_.all) {
      line("  " + head);
      for (const std::string_view name : group.names) {
        line("    " + escape_for_terminal(name));
      }
      return;
    }
    std::vector<std::string> names;
    for (const std::string_view name : group.names) names.push_back(escape_for_terminal(name));
    wrapped(fmt::format("{}: {}", head, join_list(names, kMostNames)), 2);
  }

  static std::string other(const Assumption& each) {
    return escape_for_terminal(describe_assumer(each.kind, each.account, each.name));
  }

  void gaps() {
    for (const bool dangling : {false, true}) {
      bool first = true;
      for (const WhoGap& gap : answer_.gaps) {
        if (gap.dangling != dangling) continue;
        if (first) line(dangling ? "\nNamed, and lets nobody in:" : "\nThere may be more:");
        first = false;
        wrapped(escape_for_terminal(fmt::format("- {}: {}", gap.what, gap.why)), 2);
        if (!gap.obtain.empty()) {
          line(fmt::format("      {}", escape_for_terminal(gap.obtain)));
        }
      }
    }
  }

  // The principals whose gates were not checked, by the gates.
  void not_checked() {
    std::map<std::vector<Gate>, std::set<std::string>> accounts;
    std::map<std::vector<Gate>, std::set<std::string>> others;
    for (const Assumption& each : answer_.assumptions) {
      if (each.not_checked.empty()) continue;
      if (each.account.empty()) {
        others[each.not_checked].insert(other(each));
      } else {
        accounts[each.not_checked].insert(each.account);
      }
    }
    if (accounts.empty() && others.empty()) return;
    line("\nNot checked:");
    for (const auto& [gates, names] : accounts) {
      wrapped(fmt::format("- of account{} {}: {}", names.size() == 1 ? "" : "s", join_set(names),
                          gate_titles(gates)),
              2);
      commands(gates, names.size() == 1 ? *names.begin() : "ACCOUNT");
    }
    for (const auto& [gates, names] : others) {
      wrapped(fmt::format("- of {}: {}", join_set(names), gate_titles(gates)), 2);
    }
  }

  static std::string join_set(const std::set<std::string>& names) {
    return join_list(std::vector<std::string>(names.begin(), names.end()));
  }

  static std::string gate_titles(const std::vector<Gate>& gates) {
    std::vector<std::string> titles;
    titles.reserve(gates.size());
    for (const Gate gate : gates) titles.emplace_back(gate_title(gate));
    return join_list(titles, kGateCount);
  }

  // The command that fetches the policies of an account.
  void commands(const std::vector<Gate>& gates, std::string_view account) {
    const auto has = [&](Gate gate) {
      return std::find(gates.begin(), gates.end(), gate) != gates.end();
    };
    if (has(Gate::Identity)) {
      line(fmt::format(
          "      aws iam get-account-authorization-details > {0}.gaad.json  # in account {0}",
          account));
    }
    if (report_.estate.organization) return;
    if (has(Gate::Scp) || has(Gate::Rcp)) line(fmt::format("      {}", kFetchOrganization));
  }

  const WhoReport& report_;
  const WhoAnswer& answer_;
};

}  // namespace

std::string write_who_text(const WhoReport& report, TextStyle style) {
  return WhoText(report, style).write();
}

}  // namespace rolecall
