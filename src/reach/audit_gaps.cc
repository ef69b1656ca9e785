// SPDX-License-Identifier: Apache-2.0
// Data that rules need and the estate lacks. Accounts that lack the same data make one gap.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/reach/estate_gaps.h"

#include "estate/entity_lists.h"
#include "estate/provider_lists.h"
#include "reach/audit_run.h"
#include "reach/who_gap.h"

namespace rolecall {

namespace {

bool is_audited(const Role& role) {
  return !role.is_service_linked() && !role.is_sso_reserved();
}

std::string in_backticks(std::string_view name) {
  return fmt::format("`{}`", name);
}

// `the document of a is ...`, `the documents of 2 policies are ...: a and b`.
std::string lost_documents(const std::set<std::string>& names) {
  constexpr std::string_view kLost = "not in the estate or could not be read";
  const std::vector<std::string> list(names.begin(), names.end());
  return list.size() == 1 ? fmt::format("the document of {} is {}", list[0], kLost)
                          : fmt::format("the documents of {} policies are {}: {}", list.size(),
                                        kLost, join_list(list));
}

class GapLister {
 public:
  GapLister(AuditContext& context, std::vector<AuditGap>& gaps)
      : context_(context), estate_(context.estate), gaps_(gaps) {}

  void run() {
    for (const auto& [id, account] : estate_.accounts()) trust_policies(account);
    lists();
    documents();
    if (estate_.organization) {
      organization(*estate_.organization);
    } else {
      add("service and resource control policies, and whose accounts are one's own",
          "no organization file was supplied, so the exported accounts count as one's own",
          "put organization.json into the estate, which rolecall collect --organization writes, or "
          "name accounts with --trusted-accounts");
    }
    role_rights();
    providers();
    sessions();
    if (context_.options.now) {
      last_use();
    } else {
      add("unused roles, expiring providers, and suppressions with an expiry", "no date was given",
          {});
    }
  }

 private:
  template <typename Lacks>
  [[nodiscard]] AccountIds accounts_that(Lacks lacks) const {
    AccountIds ids;
    for (const auto& [id, account] : estate_.accounts()) {
      if (lacks(account)) ids.push_back(id);
    }
    return ids;
  }

  void add(std::string what, std::string why, std::string obtain, AccountIds accounts = {}) {
    gaps_.push_back({std::move(what), std::move(why), std::move(obtain), std::move(accounts)});
  }

  void trust_policies(const Account& account) {
    std::map<TrustFault, std::vector<const Role*>> faults;
    for (const Role& each : account.roles) {
      const TrustFault fault = trust_fault(each);
      if (fault != TrustFault::None && is_audited(each)) faults[fault].push_back(&each);
    }
    for (const auto& [fault, roles] : faults) {
      if (roles.size() == 1) {
        WhoGap gap = trust_gap(*roles[0], account.id);
        add(std::move(gap.what), std::move(gap.why), std::move(gap.obtain), {account.id});
        gaps_.back().hides = true;
        continue;
      }
      std::vector<std::string> names;
      names.reserve(roles.size());
      for (const Role* each : roles) names.push_back(in_backticks(each->name));
      add(fmt::format("the trust policies of roles {} of account {}", join_list(names), account.id),
          std::string(trust_fault_words(fault, /*several=*/true)), export_from({account.id}),
          {account.id});
      gaps_.back().hides = true;
    }
  }

  // Accounts of which the estate does not list all users or roles.
  void lists() {
    constexpr std::string_view kUsers = "gets in without MFA or becomes an administrator";
    const AccountIds users = accounts_that([](const Account& each) { return !lists_users(each); });
    const AccountIds roles = accounts_that([](const Account& each) { return !lists_roles(each); });
    if (!users.empty()) {
      add(fmt::format("users of {}, and who of them {}", account_words(users), kUsers),
          "the estate does not list them all", export_from(users), users);
      gaps_.back().hides = some_lost(users, lost_users);
    }
    if (!roles.empty()) {
      add(fmt::format("roles of {}, and whom they trust", account_words(roles)),
          "the estate does not list them all", export_from(roles), roles);
      gaps_.back().hides = some_lost(roles, lost_roles);
    }
  }

  bool some_lost(const AccountIds& ids, bool (*is_lost)(const Account&)) const {
    return std::any_of(ids.begin(), ids.end(), [&](const std::string& each) {
      return is_lost(*estate_.find_account(each));
    });
  }

  void documents() {
    std::set<std::string> lost;
    AccountIds ids;
    for (const auto& [id, account] : estate_.accounts()) {
      bool here = false;
      for (const User& each : account.users) here = lost_of(account, each, lost) || here;
      for (const Group& each : account.groups) here = lost_of(account, each, lost) || here;
      for (const Role& each : account.roles) {
        if (each.complete && !each.is_service_linked()) {
          here = lost_of(account, each, lost) || here;
        }
      }
      if (here) ids.push_back(id);
    }
    if (ids.empty()) return;
    add(fmt::format("what principals of {} may do", account_words(ids)), lost_documents(lost),
        export_from(ids), ids);
  }

  // Adds policies of the entity whose documents are not known; false when there are none.
  bool lost_of(const Account& account, const IamEntity& entity, std::set<std::string>& lost) const {
    bool found = false;
    const auto look = [&](std::string_view name, const Policy* policy) {
      if (policy != nullptr && !policy->faulty) return;
      lost.insert(in_backticks(name));
      found = true;
    };
    const auto look_up = [&](std::string_view arn) {
      const ManagedPolicy* const managed = estate_.find_policy(account.id, arn);
      look(arn, managed == nullptr ? nullptr : managed->document().shared());
    };
    for (const AttachedPolicy& each : entity.inline_policies) look(each.name, each.policy.shared());
    for (const std::string_view each : entity.attached_arns) look_up(each);
    if (!entity.boundary_arn.empty()) look_up(entity.boundary_arn);
    return found;
  }

  void organization(const Organization& organization) {
    std::set<std::string> lost;
    std::string_view one;
    for (std::size_t i = 0; i < organization.policies.size(); ++i) {
      const OrganizationPolicy& each = organization.policies[i];
      if (!is_attached(organization, i)) continue;
      if (each.policy != nullptr && !each.policy->faulty) continue;
      one = each.id;
      lost.insert(in_backticks(each.id));
    }
    if (!lost.empty()) {
      add("service and resource control policies", lost_documents(lost),
          lost.size() == 1
              ? fmt::format("aws organizations describe-policy --policy-id {}  # in the management "
                            "account",
                            shell_quoted(one))
              : "aws organizations describe-policy --policy-id POLICY  # each, in the management "
                "account");
    }
    if (organization.partial) {
      add("the organization, and accounts that it may have",
          "its file holds only what was looked up for a question",
          "rolecall collect DIR --organization --role ROLE");
      return;
    }
    places(organization);
    exports(organization);
  }

  void places(const Organization& organization) {
    const AccountIds outside = accounts_that([&](const Account& each) {
      return !each.roles.empty() && organization.is_outside(each.id);
    });
    if (!outside.empty()) {
      add("service and resource control policies of " + account_words(outside),
          "the organization file does not list it",
          command_in("aws organizations describe-organization", outside), outside);
      if (outside.size() > 1) gaps_.back().why = "the organization file does not list them";
    }
    const AccountIds unread =
        accounts_that([&](const Account& each) { return organization.is_unread(each.id); });
    if (unread.empty()) return;
    add("service and resource control policies of " + account_words(unread),
        "the place in the organization could not be read",
        fmt::format("aws organizations list-parents --child-id {}  # in the management account",
                    unread.size() == 1 ? std::string_view(unread[0]) : "ACCOUNT"),
        unread);
  }

  // Accounts of the organization without an export. Closed accounts have nothing to export.
  void exports(const Organization& organization) {
    AccountIds ids;
    for (const OrganizationNode& each : organization.nodes) {
      if (!is_account_id(each.id) || estate_.find_account(each.id) != nullptr) continue;
      if (each.status.empty() || each.status == "ACTIVE") ids.emplace_back(each.id);
    }
    if (ids.empty()) return;
    std::sort(ids.begin(), ids.end());
    add("users and roles of " + account_words(ids),
        fmt::format("no export of {} is in the estate", ids.size() == 1 ? "it" : "them"),
        export_from(ids), ids);
  }

  void role_rights() {
    std::size_t incomplete = 0;
    AccountIds ids;
    for (const auto& [id, account] : estate_.accounts()) {
      const auto here =
          std::count_if(account.roles.begin(), account.roles.end(), [](const Role& each) {
            return !each.complete && is_audited(each) && each.trust.shared() != nullptr;
          });
      if (here == 0) continue;
      incomplete += static_cast<std::size_t>(here);
      ids.push_back(id);
    }
    if (ids.empty()) return;
    add(fmt::format("what {} {} of {} may do", incomplete, incomplete == 1 ? "role" : "roles",
                    account_words(ids)),
        "their policies are not in the estate", export_from(ids), ids);
  }

  void providers() {
    const AccountIds ids = accounts_that([&](const Account& each) {
      return !lists_oidc_providers(estate_, each) || !lists_saml_providers(estate_, each);
    });
    if (!ids.empty()) {
      add("unused and expiring identity providers of " + account_words(ids),
          "no identity-providers.json lists them all", command_in("rolecall collect DIR", ids),
          ids);
    }
    AccountIds undated;
    for (const SamlProvider& each : estate_.saml_providers) {
      const auto arn = IamArn::parse(each.arn);
      if (arn && !each.valid_until) undated.emplace_back(arn->account);
    }
    std::sort(undated.begin(), undated.end());
    undated.erase(std::unique(undated.begin(), undated.end()), undated.end());
    if (undated.empty()) return;
    add("when SAML providers of " + account_words(undated) + " expire",
        "the estate has no `ValidUntil` of them",
        command_in("aws iam list-saml-providers", undated), undated);
  }

  // Only get-role and list-roles have the maximum session duration.
  void sessions() {
    const AccountIds ids = accounts_that([&](const Account& account) {
      return std::any_of(account.roles.begin(), account.roles.end(), [&](const Role& each) {
        return is_audited(each) && !each.max_session_seconds &&
               context_.privileges.is_admin(account, each);
      });
    });
    if (ids.empty()) return;
    const std::string_view file = ids.size() == 1 ? std::string_view(ids[0]) : "ACCOUNT";
    add("how long sessions of administrators of " + account_words(ids) + " last",
        "exports do not tell",
        command_in(fmt::format("aws iam list-roles > {}.roles.json", file), ids), ids);
  }

  void last_use() {
    const AccountIds ids = accounts_that([&](const Account& account) {
      return std::any_of(account.roles.begin(), account.roles.end(), is_audited) &&
             !tells_last_use(account);
    });
    if (ids.empty()) return;
    add("unused roles of " + account_words(ids),
        "nothing in the estate tells when roles were last used", export_from(ids), ids);
  }

  AuditContext& context_;
  const Estate& estate_;
  std::vector<AuditGap>& gaps_;
};

}  // namespace

bool is_attached(const Organization& organization, std::size_t policy) {
  return std::any_of(
      organization.nodes.begin(), organization.nodes.end(), [&](const OrganizationNode& node) {
        return std::find(node.policies.begin(), node.policies.end(), policy) != node.policies.end();
      });
}

bool tells_last_use(const Account& account) {
  return std::any_of(account.roles.begin(), account.roles.end(),
                     [](const Role& each) { return each.last_used.has_value(); });
}

bool hides_some(const std::vector<AuditGap>& gaps) {
  return std::any_of(gaps.begin(), gaps.end(), [](const AuditGap& each) { return each.hides; });
}

std::vector<AuditGap> list_audit_gaps(AuditContext& context) {
  std::vector<AuditGap> gaps;
  GapLister(context, gaps).run();
  std::move(context.gaps.begin(), context.gaps.end(), std::back_inserter(gaps));
  for (WhoGap& each : list_file_gaps(context.estate)) {
    gaps.push_back({std::move(each.what), std::move(each.why), std::move(each.obtain), {}, true});
  }
  return gaps;
}

}  // namespace rolecall
