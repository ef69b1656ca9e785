// SPDX-License-Identifier: Apache-2.0
#include "report/diff_parts.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "report/residual_report.h"
#include "report/walk_parts.h"
#include "report/who_words.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostListed = 3;

std::string counted_words(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", with_commas(number), noun, number == 1 ? "" : "s");
}

// The first item, and how many more there are.
std::string short_list(std::vector<std::string> names) {
  const std::size_t left = names.size() > kMostListed ? names.size() - kMostListed : 0;
  names.resize(names.size() - left);
  return left == 0 ? join_list(names) : fmt::format("{} and {} more", fmt::join(names, ", "), left);
}

std::string name_of(std::string_view arn) {
  const auto parts = IamArn::parse(arn);
  return fmt::format("`{}`", parts && !parts->name.empty() ? parts->name : arn);
}

std::string condition_words(const WhoAnswer& answer, const Assumption& way) {
  const std::string words = describe_residual(answer.residuals, way.condition);
  if (words.empty()) return "always";
  return words.starts_with("with") ? words : fmt::format("if {}", words);
}

}  // namespace

std::string diff_headline(const DiffAnswer& answer) {
  std::array<std::size_t, 3> ways{};    // Opened, closed, both.
  std::array<std::size_t, 3> chains{};  // By ChangeKind.
  for (const EdgeChange& each : answer.edges) {
    ++ways[each.opens && each.closes ? 2 : each.opens ? 0 : 1];
  }
  for (const ChainChange& each : answer.chains) ++chains[static_cast<std::size_t>(each.kind)];
  std::vector<std::string> parts;
  const auto add = [&](std::size_t number, std::string_view noun, std::string_view what) {
    if (number > 0) parts.push_back(fmt::format("{} {}", counted_words(number, noun), what));
  };
  add(ways[0], "way", "opened");
  add(ways[1], "way", "closed");
  add(ways[2], "way", "changed");
  add(chains[0], "chain", "opened");
  add(chains[1], "chain", "closed");
  add(chains[2], "chain", "changed");
  add(answer.appeared.size(), "finding", "appeared");
  add(answer.vanished.size(), "finding", "vanished");
  if (parts.empty() && answer.nothing_compared) {
    return "nothing was compared: no account, role or organization is known in both states";
  }
  const std::string where = counted_words(answer.roles, "role");
  const bool hides = std::any_of(answer.gaps.begin(), answer.gaps.end(),
                                 [](const DiffGap& each) { return each.hides; });
  std::string what = hides ? "no difference is known" : "nothing differs";
  if (!parts.empty()) what = join_list(parts, parts.size());
  std::string line = fmt::format("{} in {}", what, where);
  if (!answer.gaps.empty()) {
    line += fmt::format("; {} could not be compared", counted_words(answer.gaps.size(), "part"));
  }
  return line;
}

std::string_view diff_extent(const DiffAnswer& answer) {
  return answer.nothing_compared ? "nothing" : answer.gaps.empty() ? "all" : "part";
}

std::string gap_words(const DiffGap& gap) {
  return gap.obtain.empty() ? fmt::format("{}: {}", gap.what, gap.why)
                            : fmt::format("{}: {}; `{}`", gap.what, gap.why, gap.obtain);
}

std::string role_words(std::string_view arn) {
  const auto parts = IamArn::parse(arn);
  return parts && !parts->name.empty() ? fmt::format("role `{}` of {}", parts->name, parts->account)
                                       : fmt::format("`{}`", arn);
}

// ---- Ways ---------------------------------------------------------------------------------------

std::string who_words(const EdgeChange& change) {
  if (!change.principals.empty()) {
    const std::string_view kind = change.who == AssumerKind::User ? "user" : "role";
    std::vector<std::string> names;
    names.reserve(change.principals.size());
    for (const std::string_view each : change.principals) names.push_back(name_of(each));
    return fmt::format("{}{} {} of {}", kind, names.size() == 1 ? "" : "s", short_list(names),
                       change.account);
  }
  switch (change.who) {
    case AssumerKind::User:
    case AssumerKind::Role:
      return fmt::format("`{}`", change.name);
    case AssumerKind::Account:
      return fmt::format("any principal of account {}", change.account);
    case AssumerKind::Outside:
      return "any principal of any other account";
    case AssumerKind::Service:
      return change.name.empty() ? "any other AWS service" : fmt::format("`{}`", change.name);
    case AssumerKind::Oidc:
      return change.name.empty() ? "tokens of any other issuer"
                                 : fmt::format("tokens of `{}`", change.name);
    case AssumerKind::Saml:
      return change.name.empty() ? "assertions of any other provider"
                                 : fmt::format("assertions of `{}`", change.name);
  }
  return {};
}

std::string_view verb_of(const EdgeChange& change) {
  return change.kind == ChangeKind::Appears    ? "can newly assume it"
         : change.kind == ChangeKind::Vanishes ? "can no longer assume it"
         : !change.closes                      ? "can assume it more freely"
         : !change.opens                       ? "can assume it less freely"
                                               : "can assume it under other conditions";
}

std::string edge_condition(const EdgeChange& change) {
  if (change.kind != ChangeKind::Changes) {
    const WhoAnswer& answer =
        change.after != nullptr ? *change.after_answer : *change.before_answer;
    return condition_words(answer, change.way());
  }
  const std::string was = condition_words(*change.before_answer, *change.before);
  const std::string is = condition_words(*change.after_answer, *change.after);
  if (was == is) return fmt::format("{}; session tags or a source identity differ", is);
  return fmt::format("was: {}; is: {}", was, is);
}

std::string call_words(const AssumeRequest& request) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view key, std::string_view value) {
    parts.push_back(fmt::format("`{}` `{}`", key, value));
  };
  for (const auto& [key, values] : request.context) add(key, values.empty() ? "" : values[0]);
  for (const auto& [key, values] : request.principal.claims) {
    add(key, values.empty() ? "" : values[0]);
  }
  for (const auto& [key, value] : request.tags) add("tag " + key, value);
  if (request.session_name) add("session name", *request.session_name);
  if (request.source_identity) add("source identity", *request.source_identity);
  return parts.empty() ? "for example without parameters"
                       : fmt::format("for example with {}", join_list(parts, parts.size()));
}

// ---- Chains -------------------------------------------------------------------------------------

namespace {

// `user `ann` of 111122223333`, `any principal of account 777788889999`.
std::string start_words(std::string_view start) {
  const auto behind = [&](std::string_view prefix) { return start.substr(prefix.size()); };
  if (start == "external") return "any principal of any other account";
  if (start.starts_with("account:")) {
    return fmt::format("any principal of account {}", behind("account:"));
  }
  if (start.starts_with("oidc:")) return fmt::format("tokens of `{}`", behind("oidc:"));
  if (start.starts_with("service:")) return fmt::format("`{}`", behind("service:"));
  const auto arn = IamArn::parse(start);
  if (!arn) return fmt::format("`{}`", start);
  switch (arn->form) {
    case ArnForm::User:
      return fmt::format("user `{}` of {}", arn->name, arn->account);
    case ArnForm::Role:
      return role_words(start);
    case ArnForm::SamlProvider:
      return fmt::format("assertions of `{}`", start);
    case ArnForm::OidcProvider:
      return fmt::format("tokens of `{}`", start);
    default:
      return fmt::format("`{}`", start);
  }
}

std::string start_words(const std::vector<std::string>& starts) {
  std::vector<std::string> words;
  words.reserve(starts.size());
  for (const std::string& each : starts) words.push_back(start_words(each));
  return short_list(std::move(words));
}

// The parameters and the condition of each call. The last role is not named, as there may be
// several.
std::string walk_condition(const std::vector<Hop>& walk, const ResidualTable* residuals) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < walk.size(); ++i) {
    const std::string terms = walk[i].unknown ? "cannot be told" : call_terms(*residuals, walk[i]);
    if (terms.empty()) continue;
    parts.push_back(i + 1 == walk.size()
                        ? fmt::format("last call: {}", terms)
                        : fmt::format("to {}: {}", name_of(walk[i].role->arn), terms));
  }
  return parts.empty() ? "always" : fmt::format("{}", fmt::join(parts, "; "));
}

// The roles on the way: `-> `a` -> `b``.
std::string way_words(const std::vector<Hop>& walk) {
  std::string words;
  for (std::size_t i = 0; i + 1 < walk.size(); ++i) {
    words += fmt::format(" -> {}", name_of(walk[i].role->arn));
  }
  return words;
}

std::string chain_condition(const ChainChange& chain) {
  if (chain.kind == ChangeKind::Appears) return walk_condition(chain.after, chain.after_residuals);
  std::string was = walk_condition(chain.before, chain.before_residuals);
  if (chain.kind == ChangeKind::Vanishes) return was;
  const std::string is = walk_condition(chain.after, chain.after_residuals);
  if (chain.before.size() == chain.after.size()) return fmt::format("was: {}; is: {}", was, is);
  const std::string way = way_words(chain.before);
  return fmt::format("was {}{}: {}; is: {}", chain.before.size() == 1 ? "by one call" : "over",
                     way.empty() ? way : way.substr(way.find(" `")), was, is);
}

}  // namespace

std::vector<ChainGroup> group_chains(const DiffAnswer& answer) {
  std::vector<ChainGroup> groups;
  std::map<std::tuple<ChangeKind, std::string, std::string, std::string>, std::size_t> known;
  for (const ChainChange& each : answer.chains) {
    const auto [found, added] =
        known.try_emplace({each.kind, fmt::format("{}", fmt::join(each.starts, " ")),
                           way_words(each.walk()), chain_condition(each)},
                          groups.size());
    if (added) groups.push_back({each.kind, {}});
    groups[found->second].chains.push_back(&each);
  }
  return groups;
}

std::string chain_words(const ChainGroup& group) {
  const ChainChange& first = *group.chains[0];
  std::vector<std::string> roles;
  roles.reserve(group.chains.size());
  for (const ChainChange* each : group.chains) roles.push_back(name_of(each->role));
  const std::string last = roles.size() == 1
                               ? role_words(first.role)
                               : fmt::format("{} roles: {}", roles.size(), short_list(roles));
  return fmt::format("{}{} -> {}", start_words(first.starts), way_words(first.walk()), last);
}

std::string_view chain_verb(const ChainGroup& group) {
  return group.kind == ChangeKind::Appears    ? "newly"
         : group.kind == ChangeKind::Vanishes ? "no longer"
                                              : "under other conditions";
}

std::string chain_condition(const ChainGroup& group) {
  return chain_condition(*group.chains[0]);
}

}  // namespace rolecall
