// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/audit.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/eval/policy_compare.h"
#include "rolecall/iam/arn.h"

#include "reach/audit_run.h"
#include "reach/principal_index.h"

namespace rolecall {

TrustZone::TrustZone(const Estate& estate, const AuditOptions& options)
    : accounts_(options.trusted_accounts.begin(), options.trusted_accounts.end()) {
  if (estate.organization) {
    organization_ = &*estate.organization;
    return;
  }
  for (const auto& [id, account] : estate.accounts()) {
    if (account.exported) accounts_.insert(id);
  }
}

bool TrustZone::has(std::string_view account) const {
  return accounts_.find(account) != accounts_.end() ||
         (organization_ != nullptr && !organization_->is_outside(account));
}

AuditContext::AuditContext(const WhoIndex& its_index, const AuditOptions& its_options)
    : index(its_index),
      estate(its_index.principals().estate()),
      options(its_options),
      zone(estate, its_options),
      privileges(estate) {}

bool AuditContext::has_unique_id(std::string_view id) {
  if (!ids_known_) {
    for (const auto& [account_id, account] : estate.accounts()) {
      for (const User& each : account.users) ids_.insert(each.id);
      for (const Role& each : account.roles) ids_.insert(each.id);
    }
    ids_known_ = true;
  }
  return ids_.find(id) != ids_.end();
}

std::string AuditContext::name_account(std::string_view account) const {
  const auto known = options.known_accounts.find(account);
  return known == options.known_accounts.end() ? std::string(account)
                                               : fmt::format("{} ({})", account, known->second);
}

namespace {

bool is_same(const AuditHit& a, const AuditHit& b) {
  return a.rule == b.rule && a.evidence == b.evidence;
}

}  // namespace

void RoleAudit::report(AuditHit report) {
  const bool known = std::any_of(reports.begin(), reports.end(), [&](const AuditHit& each) {
    return is_same(each, report) && each.statement == report.statement &&
           each.message == report.message;
  });
  if (!known) reports.push_back(std::move(report));
}

void run_trust_checks(RoleAudit& audit) {
  constexpr auto kChecks = std::to_array<void (*)(RoleAudit&)>(
      {check_access, check_trust_form, check_trust_principals, check_trust_conditions,
       check_trust_sub_actions, check_trust_services, check_trust_oidc, check_trust_saml});
  for (const auto check : kChecks) check(audit);
}

std::optional<AuditRemedy> try_remedy(const RoleAudit& audit, const AuditHit& report) {
  if (report.remedy.empty() || report.edits.empty()) return std::nullopt;
  auto after = apply_json_edits(audit.sources.text(audit.trust.at), report.edits);
  if (!after) return std::nullopt;
  SourceTable sources;
  Diagnostics faults;
  const auto edited = parse_policy(sources, sources.add({}, *after), PolicyKind::Trust, faults);
  if (!edited || edited->faulty) return std::nullopt;
  const std::size_t gaps = audit.context.gaps.size();
  RoleAudit repaired(audit.context, audit.account, audit.role, *edited, sources);
  run_trust_checks(repaired);
  audit.context.gaps.resize(gaps);
  const bool fires = std::any_of(repaired.reports.begin(), repaired.reports.end(),
                                 [&](const AuditHit& each) { return is_same(each, report); });
  if (fires) return std::nullopt;
  const PolicyComparison change = compare_policies(audit.trust, *edited);
  if (!change.opened.empty() || change.outcome == ComparisonOutcome::Unknown) return std::nullopt;
  return AuditRemedy{report.remedy, report.edits, *std::move(after)};
}

namespace {

constexpr std::string_view kInlineTag = "rolecall:accept:";

// A suppression of `rule` on the entity itself: the tag `rolecall:accept:RULE` with the value
// `YYYY-MM-DD REASON`.
std::optional<Suppression> find_inline(const IamEntity& entity, std::string_view rule) {
  for (const Tag& each : entity.tags) {
    if (!each.key.starts_with(kInlineTag) || each.key.substr(kInlineTag.size()) != rule) continue;
    constexpr std::size_t kDateSize = 10;
    const auto expires = parse_time(each.value.substr(0, kDateSize));
    const std::string_view reason =
        each.value.size() > kDateSize ? trim(each.value.substr(kDateSize)) : "";
    if (!expires || reason.empty()) return std::nullopt;
    return Suppression{.rule = std::string(rule),
                       .subject = std::string(entity.arn),
                       .reason = std::string(reason),
                       .expires = expires,
                       .is_inline = true,
                       .at = entity.at};
  }
  return std::nullopt;
}

class Auditor {
 public:
  Auditor(const WhoIndex& index, const AuditOptions& options)
      : estate_(index.principals().estate()), options_(options), context_(index, options) {
    for (const Suppression& each : options.baseline) {
      baseline_[std::pair(std::string_view(each.rule), std::string_view(each.subject))].push_back(
          &each);
    }
  }

  AuditAnswer run() {
    for (const auto& [id, account] : estate_.accounts()) {
      ++answer_.accounts;
      for (const Role& role : account.roles) {
        if (!role.is_service_linked() && !role.is_sso_reserved()) audit_role(account, role);
      }
    }
    std::vector<OtherHit> others;
    check_identity_policies(context_, others);
    check_organization(context_, others);
    check_providers(context_, others);
    for (OtherHit& each : others) add(std::move(each));
    finish();
    return std::move(answer_);
  }

 private:
  void audit_role(const Account& account, const Role& role) {
    const Policy* const trust = role.trust.shared();
    if (trust == nullptr) return;
    ++answer_.roles;
    // Equal documents are shared, and places in this role's own copy take time: they are worked out
    // only if the shared document has findings. Administrators are few, and slow to check twice.
    if (!context_.privileges.is_admin(account, role) && !finds(account, role, *trust)) return;
    RoleAudit audit(context_, account, role, *role.trust, estate_.sources());
    run(audit);
    for (AuditHit& each : audit.reports) add(audit, std::move(each));
  }

  static void run(RoleAudit& audit) {
    run_trust_checks(audit);
    check_admin_access(audit);
    check_role_settings(audit);
  }

  bool finds(const Account& account, const Role& role, const Policy& shared) {
    const std::size_t gaps = context_.gaps.size();
    RoleAudit audit(context_, account, role, shared, estate_.sources());
    run(audit);
    if (!audit.reports.empty()) context_.gaps.resize(gaps);
    return !audit.reports.empty();
  }

  void add(const RoleAudit& audit, AuditHit report) {
    AuditFinding finding{.account = audit.account.id,
                         .subject = std::string(audit.role.arn),
                         .policy = &audit.trust};
    if (options_.remedies) finding.remedy = try_remedy(audit, report);
    finding.suppression = find_inline(audit.role, report.rule);
    fill(finding, std::move(report));
  }

  void add(OtherHit other) {
    AuditFinding finding{.account = std::move(other.account),
                         .subject = std::move(other.subject),
                         .policy = other.policy};
    fill(finding, std::move(other.report));
  }

  void fill(AuditFinding& finding, AuditHit report) {
    finding.rule = find_audit_rule(report.rule);
    finding.severity = report.severity.value_or(finding.rule->severity);
    finding.message = std::move(report.message);
    finding.evidence = std::move(report.evidence);
    finding.principals = std::move(report.principals);
    finding.statement = report.statement;
    finding.at = report.at;
    finding.neutralized = std::move(report.neutralized);
    if (!finding.neutralized.empty()) finding.severity = AuditSeverity::Info;
    finding.suppression = current(std::move(finding.suppression));
    if (!finding.suppression) finding.suppression = find_baseline(finding);
    answer_.findings.push_back(std::move(finding));
  }

  std::optional<Suppression> find_baseline(const AuditFinding& finding) {
    const auto found = baseline_.find({finding.rule->id, finding.subject});
    if (found == baseline_.end()) return std::nullopt;
    for (const Suppression* each : found->second) {
      if (!each->evidence.empty() && each->evidence != finding.evidence) continue;
      if (auto holds = current(*each)) return holds;
    }
    return std::nullopt;
  }

  // The suppression if it holds, else nothing. Without a date, one that can expire does not hold.
  std::optional<Suppression> current(std::optional<Suppression> given) {
    if (!given || !given->expires) return given;
    if (options_.now && *given->expires > *options_.now) return given;
    const bool known = std::any_of(
        answer_.expired.begin(), answer_.expired.end(),
        [&](const Suppression& each) { return each.at == given->at && each.rule == given->rule; });
    if (!known) answer_.expired.push_back(*std::move(given));
    return std::nullopt;
  }

  void finish() {
    std::stable_sort(answer_.findings.begin(), answer_.findings.end(),
                     [](const AuditFinding& a, const AuditFinding& b) {
                       return std::tuple(b.severity, a.rule, std::string_view(a.subject)) <
                              std::tuple(a.severity, b.rule, std::string_view(b.subject));
                     });
    answer_.gaps = list_audit_gaps(context_);
  }

  const Estate& estate_;
  const AuditOptions& options_;
  AuditContext context_;
  // By rule and subject.
  std::map<std::pair<std::string_view, std::string_view>, std::vector<const Suppression*>>
      baseline_;
  AuditAnswer answer_;
};

// FNV-1a, over the text and a zero byte.
std::uint64_t hash_bytes(std::string_view text, std::uint64_t hash) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash * 1099511628211ULL;
}

}  // namespace

AuditAnswer audit_estate(const WhoIndex& index, const AuditOptions& options) {
  return Auditor(index, options).run();
}

AuditAnswer audit_estate(const Estate& estate, const AuditOptions& options) {
  return audit_estate(WhoIndex(estate), options);
}

std::string audit_fingerprint(std::string_view rule, std::string_view subject,
                              std::string_view evidence) {
  std::uint64_t hash = hash_bytes(rule, 14695981039346656037ULL);
  hash = hash_bytes(evidence, hash_bytes(subject, hash));
  return fmt::format("{:016x}", hash);
}

std::string audit_fingerprint(const AuditFinding& finding) {
  return audit_fingerprint(finding.rule->id, finding.subject, finding.evidence);
}

}  // namespace rolecall
