// SPDX-License-Identifier: Apache-2.0
#include "reach/diff_ways.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"
#include "rolecall/trust/assume_request.h"

#include "reach/formula_difference.h"

namespace rolecall {

namespace {

std::string way_text(const ResidualTable& table, const Assumption& way) {
  std::string text = formula_text(table, way.condition);
  for (const ResidualId part : way.exact) text += formula_text(table, part);
  return text;
}

bool lacks_data(const ResidualTable& table, const Assumption& way) {
  const auto is_missing = [&](ResidualId part) {
    const ResidualNode& node = table.node(part);
    return node.kind == ResidualKind::Unknown && !node.undocumented;
  };
  return std::any_of(way.exact.begin(), way.exact.end(), [&](ResidualId id) {
    if (!table.has_unknown(id)) return false;
    const std::vector<ResidualId> parts = table.open_parts(id);
    return std::any_of(parts.begin(), parts.end(), is_missing);
  });
}

std::uint64_t sum_of(const std::vector<const IamEntity*>& members) {
  std::uint64_t sum = 0;
  for (const IamEntity* const each : members) sum += std::hash<std::string_view>()(each->arn);
  return sum;
}

// The subject for a name of WhoAnswer::apart.
WaySubject subject_of(std::string_view name) {
  if (is_account_id(name)) return {AssumerKind::Account, name, {}};
  const auto principal = RequestPrincipal::parse(name);
  if (principal && principal->kind == RequestPrincipal::Kind::Service) {
    return {AssumerKind::Service, {}, name};
  }
  const auto arn = IamArn::parse(name);
  if (!arn) return {AssumerKind::Oidc, {}, name};
  switch (arn->form) {
    case ArnForm::OidcProvider:
      return {AssumerKind::Oidc, {}, name};
    case ArnForm::SamlProvider:
      return {AssumerKind::Saml, {}, name};
    case ArnForm::User:
      return {AssumerKind::User, arn->account, name};
    default:
      return {AssumerKind::Role, arn->account, name};
  }
}

}  // namespace

Ways::Ways(const Estate& estate, const WhoAnswer* answer) : estate_(estate), answer_(answer) {
  if (answer == nullptr) return;
  for (const Assumption& each : answer->assumptions) {
    texts_.emplace(&each, way_text(answer->residuals, each));
    for (const IamEntity* member : each.members) members_.emplace(member->arn, &each);
    if (each.members.empty()) others_.emplace(Key(each.kind, each.account, each.name), &each);
  }
}

std::vector<WaySubject> Ways::subjects() const {
  std::vector<WaySubject> found;
  for (const auto& [arn, way] : members_) {
    found.push_back({way->kind, way->account, arn});
  }
  for (const auto& [key, way] : others_) {
    found.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key)});
  }
  if (answer_ == nullptr) return found;
  for (const std::string& each : answer_->apart) found.push_back(subject_of(each));
  return found;
}

bool Ways::is_apart(std::string_view name) const {
  return std::binary_search(answer_->apart.begin(), answer_->apart.end(), name);
}

const Assumption* Ways::find_other(const Key& key) const {
  const auto found = others_.find(key);
  return found == others_.end() ? nullptr : found->second;
}

// Whether this state lists a session of the role instead of the role, which it does not know.
bool Ways::names_session_of(const IamArn& role) const {
  return std::any_of(answer_->apart.begin(), answer_->apart.end(), [&](const std::string& each) {
    const auto arn = IamArn::parse(each);
    return arn && arn->form == ArnForm::Session && role.form == ArnForm::Role &&
           arn->account == role.account && arn->name == role.name;
  });
}

// The way of a user or role, which may belong to the group of an account without an export.
Ways::Found Ways::find_principal(const WaySubject& subject) const {
  if (const auto found = members_.find(subject.name); found != members_.end()) {
    return {.way = found->second};
  }
  if (const Assumption* const named = find_other({subject.kind, subject.account, subject.name})) {
    return {.way = named};
  }
  if (is_apart(subject.name)) return {};
  const Account* const account = estate_.find_account(subject.account);
  const bool complete =
      account != nullptr && account->exported &&
      (subject.kind == AssumerKind::User ? account->has_users : account->has_roles);
  // This state lists the role of a session instead.
  const auto arn = IamArn::parse(subject.name);
  if (complete) return {nullptr, !arn || arn->form != ArnForm::Session};
  const bool exported = account != nullptr && account->exported;
  const bool known = subject.kind == AssumerKind::User ? estate_.find_user(subject.name) != nullptr
                                                       : estate_.find_role(subject.name) != nullptr;
  if (known) return {};
  if (exported || (arn && names_session_of(*arn))) {
    return {nullptr, /*comparable=*/false, /*unlisted=*/true};
  }
  Found found = find({AssumerKind::Account, subject.account, {}});
  found.among_others = true;
  return found;
}

Ways::Found Ways::find(const WaySubject& subject) const {
  if (answer_ == nullptr) return {};
  if (subject.kind == AssumerKind::User || subject.kind == AssumerKind::Role) {
    return find_principal(subject);
  }
  if (const Assumption* const own = find_other({subject.kind, subject.account, subject.name})) {
    return {.way = own};
  }
  if (subject.kind == AssumerKind::Outside) return {};
  if (subject.kind != AssumerKind::Account) {
    if (is_apart(subject.name)) return {};
    return {.way = find_other({subject.kind, {}, {}}), .among_others = true};
  }
  if (is_apart(subject.account)) return {};
  const Account* const account = estate_.find_account(subject.account);
  if (account != nullptr && account->exported) return {nullptr, /*comparable=*/false};
  return {.way = find_other({AssumerKind::Outside, {}, {}}), .among_others = true};
}

const WaySummaries::Shared& WaySummaries::shared(const WhoAnswer& answer, const Assumption& way) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = shared_.find(way.shared);
    if (known != shared_.end()) return known->second;
  }
  Shared made{way_text(answer.residuals, way), {}, 0, lacks_data(answer.residuals, way)};
  for (const SharedMembers::Part& part : way.shared->parts) {
    made.parts.push_back(sum_of(part.members));
    made.all += made.parts.back();
  }
  const std::lock_guard lock(mutex_);
  return shared_.try_emplace(way.shared, std::move(made)).first->second;
}

WaySummary WaySummaries::of(const WhoAnswer& answer) {
  WaySummary summary;
  std::map<std::string, std::uint64_t> sums;
  for (const Assumption& each : answer.assumptions) {
    if (each.shared != nullptr) {
      const Shared& known = shared(answer, each);
      summary.missing = summary.missing || known.missing;
      std::uint64_t& sum = sums[known.formulas];
      sum += known.all;
      for (const std::uint32_t part : each.left_out) sum -= known.parts[part];
      continue;
    }
    summary.missing = summary.missing || lacks_data(answer.residuals, each);
    const std::string formulas = way_text(answer.residuals, each);
    if (each.members.empty()) {
      sums[fmt::format("{}|{}|{}|{}", static_cast<int>(each.kind), each.account, each.name,
                       formulas)] = 1;
      continue;
    }
    sums[formulas] += sum_of(each.members);
  }
  summary.ways.assign(sums.begin(), sums.end());
  summary.apart = answer.apart;
  return summary;
}

}  // namespace rolecall
