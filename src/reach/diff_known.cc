// SPDX-License-Identifier: Apache-2.0
#include "reach/diff_known.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

#include "estate/provider_lists.h"
#include "reach/audit_run.h"
#include "reach/gate_residual.h"
#include "reach/open_call.h"
#include "reach/who_gap.h"
#include "trust/missing_data.h"

namespace rolecall {

namespace {

bool names_gate(const std::vector<Gate>* gates, Gate gate) {
  return gates != nullptr && std::find(gates->begin(), gates->end(), gate) != gates->end();
}

std::string_view account_of_arn(std::string_view arn) {
  const auto parts = Arn::split(arn);
  return parts ? parts->account : std::string_view();
}

// Whether the account's place in the organization is known, or that it is outside.
bool knows_place(const Estate& estate, std::string_view account) {
  if (!estate.organization) return false;
  return account.empty() ||
         (!estate.organization->is_unread(account) &&
          (estate.organization->has_account(account) || estate.organization->is_outside(account)));
}

DiffReason not_told_apart(const DiffSide& side) {
  return {fmt::format("{}, it is said only of all callers that are not told apart", side.where()),
          {}};
}

DiffReason only_there(std::string_view what, const DiffSide& there, std::string obtain) {
  return {fmt::format("{} only in the state {}", what, there.name), std::move(obtain)};
}

}  // namespace

// ---- Gates --------------------------------------------------------------------------------------

bool CallKnowledge::has_data(const DiffSide& side, Gate gate) const {
  const auto& organization = side.estate.organization;
  const std::string_view role_account = account_of_arn(call_.role);
  switch (gate) {
    case Gate::Identity:
    case Gate::Boundary: {
      const Role* const role = side.estate.find_role(call_.caller);
      return side.is_exported(call_.account) || side.estate.find_user(call_.caller) != nullptr ||
             (role != nullptr && role->complete);
    }
    case Gate::Scp:
      return organization && organization->has_account(call_.account);
    case Gate::Rcp:
      return organization && organization->has_account(role_account);
    case Gate::Idp: {
      const Account* const account = side.estate.find_account(role_account);
      return account != nullptr &&
             (call_.kind == AssumerKind::Saml ? lists_saml_providers(side.estate, *account)
                                              : lists_oidc_providers(side.estate, *account));
    }
    default:
      return false;
  }
}

DiffReason CallKnowledge::reason_of(const DiffSide& here, const DiffSide& there, Gate gate) const {
  switch (gate) {
    case Gate::Identity:
    case Gate::Boundary:
      return only_there(
          fmt::format("the policies of principals of account {} are known", call_.account), there,
          export_command(call_.account));
    case Gate::Scp:
    case Gate::Rcp: {
      const std::string_view account =
          gate == Gate::Scp ? call_.account : account_of_arn(call_.role);
      if (!here.estate.organization) {
        return only_there("the organization is known", there, std::string(kFetchOrganization));
      }
      return only_there(
          fmt::format("the control policies that hold for account {} are known", account), there,
          std::string(kFetchOrganization));
    }
    default:
      return only_there("the identity providers are listed", there,
                        fmt::format("aws iam list-open-id-connect-providers  # in account {}; then "
                                    "get-open-id-connect-provider for each",
                                    account_of_arn(call_.role)));
  }
}

std::vector<DiffReason> CallKnowledge::skipped(const DiffSide& here, const SaidOfCall& said,
                                               const DiffSide& there,
                                               const SaidOfCall& other) const {
  std::vector<DiffReason> reasons;
  if (said.not_checked == nullptr) return reasons;
  for (const Gate gate : *said.not_checked) {
    const bool there_too =
        other.not_checked != nullptr ? names_gate(other.not_checked, gate) : !has_data(there, gate);
    if (!there_too) reasons.push_back(reason_of(here, there, gate));
  }
  return reasons;
}

// ---- Open parts of formulas ---------------------------------------------------------------------

std::optional<DiffReason> CallKnowledge::lacks(const DiffSide& here, const DiffSide& there,
                                               std::string_view key) const {
  const auto of_organization = [&](std::string_view account) -> std::optional<DiffReason> {
    if (knows_place(here.estate, account) || !knows_place(there.estate, account)) return {};
    return only_there("the organization is known", there, std::string(kFetchOrganization));
  };
  if (starts_with_ignore_case(key, "aws:PrincipalOrg")) return of_organization(call_.account);
  if (starts_with_ignore_case(key, "aws:ResourceOrg")) {
    return of_organization(account_of_arn(call_.role));
  }
  const bool of_role = starts_with_ignore_case(key, "aws:ResourceTag/") ||
                       starts_with_ignore_case(key, "iam:ResourceTag/");
  if (!of_role && !starts_with_ignore_case(key, kPrincipalTags)) return {};
  const std::string_view arn = of_role ? call_.role : call_.caller;
  const auto knows_tags = [&](const Estate& estate) {
    const Role* const role = estate.find_role(arn);
    return estate.find_user(arn) != nullptr || (role != nullptr && role->has_tags);
  };
  if (arn.empty() || knows_tags(here.estate) || !knows_tags(there.estate)) return {};
  return only_there(fmt::format("the tags of `{}` are known", arn), there,
                    export_command(account_of_arn(arn)));
}

// Whether the key may differ between callers of a group, so that it is open for the group only.
bool CallKnowledge::tells_callers_apart(std::string_view key) const {
  const ContextKey* const row = find_context_key(key);
  const bool named = call_.kind == AssumerKind::User || call_.kind == AssumerKind::Role;
  const CallerSet own = call_.kind == AssumerKind::User ? callers::kUser : callers::kRole;
  return row == nullptr || row->key_class == KeyClass::Derived ||
         (named && (row->caller_set & own) == 0);
}

std::optional<DiffReason> CallKnowledge::lacks(const DiffSide& here, const DiffSide& there,
                                               const ResidualNode& part, bool among_others) const {
  std::optional<DiffReason> found;
  const auto look = [&](std::string_view key) {
    if (!found) found = lacks(here, there, key);
    if (!found && among_others && tells_callers_apart(key)) {
      found = not_told_apart(here);
    }
  };
  if (part.kind == ResidualKind::Resource) for_each_variable(part.text, look);
  if (part.kind != ResidualKind::Condition) return found;
  look(part.condition->key.value);
  if (!part.variables) return found;
  for (const Text& each : part.condition->values) for_each_variable(each.value, look);
  return found;
}

void CallKnowledge::explain(std::string_view where, const SaidOfCall& said,
                            std::vector<DiffReason>& reasons) const {
  if (said.table == nullptr) return;
  for (const ResidualId part : said.table->open_parts(said.when)) {
    const ResidualNode& node = said.table->node(part);
    if (node.kind != ResidualKind::Unknown || node.undocumented) continue;
    std::string obtain = document_command(node.document);
    if (obtain.empty() && !call_.account.empty()) obtain = export_command(call_.account);
    reasons.push_back({fmt::format("{}, {}", where, node.text), std::move(obtain)});
  }
}

FormulaDifference::Change CallKnowledge::compare(const SaidOfCall& was, const SaidOfCall& is,
                                                 std::vector<DiffReason>& reasons) const {
  static const ResidualTable empty;
  // Service-linked roles are exempt from control policies; the group that one belongs to is not.
  if (is_service_linked(call_.caller) && was.among_others != is.among_others) {
    reasons.push_back(not_told_apart(was.among_others ? before_ : after_));
    return {.may_open = true, .may_close = true, .missing = true};
  }
  const std::vector<DiffReason> old_skipped = skipped(before_, was, after_, is);
  const std::vector<DiffReason> new_skipped = skipped(after_, is, before_, was);
  std::vector<DiffReason> found = old_skipped;
  found.insert(found.end(), new_skipped.begin(), new_skipped.end());
  const auto test = [&](const DiffSide& here, const DiffSide& there, bool among_others) {
    return [&here, &there, &found, among_others, this](const ResidualNode& part) {
      auto reason = lacks(here, there, part, among_others);
      if (!reason) return false;
      found.push_back(*std::move(reason));
      return true;
    };
  };
  const std::function<bool(const ResidualNode&)> old_lacks =
      test(before_, after_, was.among_others && !is.among_others);
  const std::function<bool(const ResidualNode&)> new_lacks =
      test(after_, before_, is.among_others && !was.among_others);
  const auto change =
      FormulaDifference(
          {was.table != nullptr ? *was.table : empty, was.when, &old_lacks, !old_skipped.empty()},
          {is.table != nullptr ? *is.table : empty, is.when, &new_lacks, !new_skipped.empty()})
          .compare();
  if (!change.may_open && !change.may_close) return change;
  explain(before_.where(), was, found);
  explain(after_.where(), is, found);
  const auto undocumented = [&](const SaidOfCall& said) {
    if (said.table == nullptr) return;
    for (const ResidualId part : said.table->open_parts(said.when)) {
      const ResidualNode& node = said.table->node(part);
      if (node.undocumented) found.push_back({std::string(node.text), {}});
    }
  };
  undocumented(was);
  undocumented(is);
  reasons.insert(reasons.end(), std::make_move_iterator(found.begin()),
                 std::make_move_iterator(found.end()));
  return change;
}

// ---- States -------------------------------------------------------------------------------------

bool is_service_linked(std::string_view arn) {
  return arn.find(":role/aws-service-role/") != std::string_view::npos;
}

std::optional<DiffReason> organization_apart(const DiffSide& before, const DiffSide& after) {
  // Whether it is known not at all, in part (some accounts or documents), or completely.
  const auto extent = [](const DiffSide& side) {
    if (!side.estate.organization) return 0;
    const Organization& known = *side.estate.organization;
    bool whole = !known.partial;
    for (std::size_t i = 0; i < known.policies.size() && whole; ++i) {
      whole = known.policies[i].policy != nullptr || !is_attached(known, i);
    }
    return whole ? 2 : 1;
  };
  const int was = extent(before);
  const int is = extent(after);
  if (was == is) return {};
  const DiffSide& there = was > is ? before : after;
  return only_there(std::max(was, is) == 2 && std::min(was, is) == 1
                        ? "all of the organization is known"
                        : "the organization is known",
                    there, std::string(kFetchOrganization));
}

std::optional<DiffReason> unknown_trust(std::string_view where, const Role* role) {
  const Policy* const trust = role == nullptr ? nullptr : role->trust.shared();
  if (role == nullptr || (trust != nullptr && !trust->faulty)) return {};
  const WhoGap gap = trust_gap(*role, account_of_arn(role->arn));
  return DiffReason{fmt::format("{}, its trust policy is not known: {}", where, gap.why),
                    gap.obtain};
}

}  // namespace rolecall
