// SPDX-License-Identifier: Apache-2.0
// The choices of session name, tags and source identity that are tried for a call.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "rolecall/base/text.h"

#include "reach/walk_needs.h"
#include "reach/walker.h"

namespace rolecall {

namespace {

// The most choices that are tried for one call.
constexpr std::size_t kMostChoices = 512;

void add_name(std::string name, std::vector<std::string>& names) {
  constexpr std::size_t kShortest = 2;
  if (name.size() < kShortest) return;
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(std::move(name));
  }
}

}  // namespace

bool Walker::is_plain_only(const OpenCall& call, const SolvedCall& solved) const {
  if (!comes_with_parameters(call) && (solved.exact[1] != kNever || solved.exact[2] != kNever))
    return false;
  return session_names(call, solved).size() == 1;
}

std::vector<CallChoice> Walker::choices(const Asker& asker, RoleId role, const Calls& calls) {
  const OpenCall& call = calls.target.call();
  const SolvedCall& solved = calls.target.solved();
  std::vector<std::string> names = session_names(call, solved);
  for (const std::string_view name : index_.session_names(index_.target(role))) {
    add_name(std::string(name), names);
  }
  // Tags and source identity are only chosen where no token or service determines them.
  const bool free = !comes_with_parameters(call);
  const std::vector<CallChoice> bundles = free && asker.request.inherited_transitive_tags.empty()
                                              ? tag_choices(role, solved)
                                              : std::vector<CallChoice>(1);
  const std::vector<std::string> identities =
      free && !asker.request.inherited_source_identity
          ? identity_choices(sessions_.passing_to(role), solved)
          : std::vector<std::string>(1);
  std::vector<CallChoice> made;
  for (const std::string& identity : identities) {
    for (const CallChoice& bundle : bundles) {
      for (const std::string& name : names) {
        if (made.size() >= kMostChoices) {
          choices_cut_ = true;
          return made;
        }
        made.push_back(bundle);
        made.back().session_name = name;
        made.back().source_identity = identity;
      }
    }
  }
  return made;
}

bool Walker::comes_with_parameters(const OpenCall& call) {
  const CallerKind kind = call.resolved.caller.kind;
  return kind == CallerKind::Service || kind == CallerKind::Oidc || kind == CallerKind::Saml;
}

std::vector<std::string> Walker::session_names(const OpenCall& call,
                                               const SolvedCall& solved) const {
  std::vector<std::string> names = {std::string(kSessionName)};
  for (const ResidualId id : table_.open_parts(solved.exact[0])) {
    const ResidualNode& part = table_.node(id);
    if (part.kind != ResidualKind::Condition ||
        !equals_ignore_case(part.condition->key.value, "sts:RoleSessionName")) {
      continue;
    }
    for (const Text& value : part.condition->values) {
      if (!part.variables) {
        add_name(example_of(value.value), names);
      } else if (value.value == "${aws:username}" &&
                 call.resolved.caller.kind == CallerKind::User) {
        add_name(call.resolved.caller.name, names);
      }
    }
  }
  return names;
}

std::vector<std::string> Walker::identity_choices(const WalkSessions::Passing& passing,
                                                  const SolvedCall& solved) const {
  if (solved.exact[2] == kNever) return {""};
  std::set<std::string> found = passing.identities;
  for (const ResidualId formula : {solved.exact[0], solved.exact[2]}) {
    for (const ResidualId id : table_.open_parts(formula)) {
      const ResidualNode& part = table_.node(id);
      if (part.kind != ResidualKind::Condition ||
          !is_parameter_of(SubActionKind::SetSourceIdentity, part.condition->key.value)) {
        continue;
      }
      for (const Text& value : part.condition->values) found.insert(example_of(value.value));
    }
  }
  std::vector<std::string> made = {""};
  constexpr std::size_t kShortest = 2;
  std::copy_if(found.begin(), found.end(), std::back_inserter(made),
               [](const std::string& each) { return each.size() >= kShortest; });
  return made;
}

std::vector<CallChoice> Walker::tag_choices(RoleId role, const SolvedCall& solved) {
  std::vector<CallChoice> made(1);
  if (solved.exact[1] == kNever) return made;
  std::vector<NamedValue> own;
  for (const ResidualId id : table_.open_parts(solved.exact[0])) add_asked_tags(id, own);
  for (const ResidualId id : table_.open_parts(solved.exact[1])) add_asked_tags(id, own);
  std::vector<std::vector<NamedValue>> bundles;
  bundles.reserve(own.size() + 1);
  for (const NamedValue& each : own) bundles.push_back({each});
  if (own.size() > 1) bundles.push_back(one_value_each(own));
  const WalkSessions::Passing& passing = sessions_.passing_to(role);
  const bool transitive = asks_transitive(solved) || !passing.later_tags.empty();
  for (std::vector<NamedValue>& tags : bundles) {
    made.push_back({.tags = tags});
    if (transitive) made.push_back({.tags = std::move(tags), .transitive = true});
  }
  for (const NamedValue& each : passing.direct_tags) made.push_back({.tags = {each}});
  for (const NamedValue& each : passing.later_tags) {
    made.push_back({.tags = {each}, .transitive = true});
  }
  tags_tried_ = tags_tried_ || made.size() > 1;
  return made;
}

void Walker::add_asked_tags(ResidualId id, std::vector<NamedValue>& tags) const {
  constexpr std::string_view kFamily = "aws:RequestTag/";
  const ResidualNode& part = table_.node(id);
  if (part.kind != ResidualKind::Condition) return;
  const std::string_view key = part.condition->key.value;
  const bool keys =
      equals_ignore_case(key, "aws:TagKeys") || equals_ignore_case(key, "sts:TransitiveTagKeys");
  if (!keys && !starts_with_ignore_case(key, kFamily)) return;
  const auto add = [&](std::string example) {
    NamedValue tag = keys ? NamedValue{std::move(example), kOtherValue}
                          : NamedValue{key.substr(kFamily.size()), std::move(example)};
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
  };
  for (const Text& value : part.condition->values) add(example_of(value.value));
  add(std::string(kOtherValue));  // A Deny may spare whoever passes something else.
}

bool Walker::asks_transitive(const SolvedCall& solved) const {
  const auto asks = [&](ResidualId formula) {
    const std::vector<ResidualId> parts = table_.open_parts(formula);
    return std::any_of(parts.begin(), parts.end(), [&](ResidualId id) {
      const ResidualNode& part = table_.node(id);
      return part.kind == ResidualKind::Condition &&
             equals_ignore_case(part.condition->key.value, "sts:TransitiveTagKeys");
    });
  };
  return asks(solved.exact[0]) || asks(solved.exact[1]);
}

std::vector<NamedValue> Walker::one_value_each(const std::vector<NamedValue>& tags) {
  std::map<std::string, std::string> by_key;
  for (const NamedValue& each : tags) by_key.try_emplace(each.first, each.second);
  return {by_key.begin(), by_key.end()};
}

}  // namespace rolecall
