// SPDX-License-Identifier: Apache-2.0
#include "cli/lint_inputs.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/policy_check.h"

namespace rolecall::cli {

namespace {

class Linter {
 public:
  explicit Linter(const Estate& estate) : estate_(estate) {}

  void collect() {
    for (const BarePolicy& each : estate_.bare_policies) {
      if (each.policy == nullptr) continue;
      add(std::string(policy_kind_title(each.policy->kind)), each.policy, PolicyOrigin::Draft);
    }
    for (const auto& [id, account] : estate_.accounts()) collect(account);
    if (estate_.organization) {
      for (const OrganizationPolicy& each : estate_.organization->policies) {
        if (each.aws_managed || each.id == "p-FullAWSAccess" || each.id == "p-RCPFullAWSAccess") {
          continue;
        }
        add(fmt::format("{} {} ({})", policy_kind_title(each.kind), each.name, each.id),
            each.policy, PolicyOrigin::Stored);
      }
    }
    for (const VpcEndpoint& each : estate_.vpc_endpoints) {
      add(fmt::format("VPC endpoint policy of {}", each.id), each.policy, PolicyOrigin::Stored);
    }
  }

  // Assigns diagnostics of loading the estate to the policies they are about.
  void sort(const Diagnostics& read, Diagnostics& others) {
    std::map<std::pair<DocumentId, std::uint32_t>, std::size_t> begins;
    for (std::size_t i = 0; i < checked_.size(); ++i) {
      const Span at = checked_[i].at;
      begins.emplace(std::pair(at.document, at.begin), i);
    }
    for (const Diagnostic& each : read.all()) {
      auto after = begins.upper_bound({each.where.document, each.where.begin});
      LintedPolicy* owner = nullptr;
      if (after != begins.begin()) {
        LintedPolicy& before = checked_[std::prev(after)->second];
        const bool inside = each.where.known() && before.at.document == each.where.document &&
                            each.where.end <= before.at.end;
        if (inside) owner = &before;
      }
      if (owner != nullptr) {
        owner->findings.push_back(each);
      } else {
        others.add(each);
      }
    }
  }

  std::vector<LintedPolicy> merge() {
    std::map<std::tuple<PolicyKind, PolicyOrigin, std::string_view>, std::size_t> known;
    std::vector<LintedPolicy> merged;
    for (std::size_t i = 0; i < checked_.size(); ++i) {
      const std::string_view text = estate_.sources().text(checked_[i].at);
      const auto [place, is_new] =
          known.try_emplace({checked_[i].kind, origins_[i], text}, merged.size());
      if (is_new) {
        check(checked_[i], *policies_[i], origins_[i]);
        merged.push_back(std::move(checked_[i]));
      } else {
        merged[place->second].also_at.push_back(places_[i]);
      }
    }
    return merged;
  }

 private:
  void collect(const Account& account) {
    for (const Role& role : account.roles) {
      if (!role.is_service_linked() && !role.is_sso_reserved()) {
        add(fmt::format("role trust policy of {}", role.arn), role.trust, PolicyOrigin::Stored,
            role.trust_at);
      }
      collect(role);
    }
    for (const User& user : account.users) collect(user);
    for (const Group& group : account.groups) collect(group);
    // Sorted, as the map has no order.
    std::map<std::string_view, const ManagedPolicy*> managed;
    for (const auto& [arn, policy] : account.policies) managed.emplace(arn, &policy);
    for (const auto& [arn, policy] : managed) {
      if (arn.find(":iam::aws:policy/") != std::string_view::npos) continue;
      add(fmt::format("managed policy {}", arn), policy->document(), PolicyOrigin::Stored);
    }
  }

  void collect(const IamEntity& entity) {
    for (const AttachedPolicy& each : entity.inline_policies) {
      add(fmt::format("policy {}", each.name), each.policy, PolicyOrigin::Stored, each.at);
    }
  }

  // `place` is the place of the document, which may share its text with another place.
  void add(std::string title, const Policy* policy, PolicyOrigin origin, Span place = {}) {
    if (policy == nullptr) return;
    checked_.push_back({.title = std::move(title), .kind = policy->kind, .at = policy->at});
    policies_.push_back(policy);
    origins_.push_back(origin);
    places_.push_back(place.known() ? place : policy->at);
  }

  void check(LintedPolicy& linted, const Policy& policy, PolicyOrigin origin) const {
    Diagnostics found;
    check_policy(policy, estate_.sources(), origin, found);
    linted.findings.insert(linted.findings.end(), found.all().begin(), found.all().end());
    std::stable_sort(
        linted.findings.begin(), linted.findings.end(),
        [](const Diagnostic& a, const Diagnostic& b) { return a.where.begin < b.where.begin; });
  }

  const Estate& estate_;
  std::vector<LintedPolicy> checked_;
  std::vector<const Policy*> policies_;
  std::vector<PolicyOrigin> origins_;
  std::vector<Span> places_;
};

}  // namespace

std::vector<LintedPolicy> lint_estate(const Estate& estate, const Diagnostics& read,
                                      Diagnostics& others) {
  Linter linter(estate);
  linter.collect();
  linter.sort(read, others);
  return linter.merge();
}

}  // namespace rolecall::cli
