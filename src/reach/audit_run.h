// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/base/json_edit.h"
#include "rolecall/estate/estate.h"
#include "rolecall/reach/audit.h"
#include "rolecall/reach/who.h"

namespace rolecall {

// What a check reports; becomes an AuditFinding. Places are in the policy that the check was given.
struct AuditHit {
  std::string_view rule{};
  std::string message{};
  std::string evidence{};
  Span at{};
  const Statement* statement = nullptr;
  std::vector<std::string> principals{};
  std::string neutralized{};
  std::optional<AuditSeverity> severity{};  // Nothing: that of the rule.
  std::string remedy{};                     // Summary of the remedy; empty: there is none.
  std::vector<JsonEdit> edits{};            // Of the remedy, not tried yet.
};

// The accounts that count as one's own (AuditOptions::trusted_accounts).
class TrustZone {
 public:
  TrustZone(const Estate& estate, const AuditOptions& options);
  // False only where it is known: when only part of the organization is known, any account may be
  // in it.
  [[nodiscard]] bool has(std::string_view account) const;

 private:
  const Organization* organization_ = nullptr;
  std::set<std::string, std::less<>> accounts_;
};

// What a role may do, as far as audit rules need it. Ignores Deny statements; a role with a
// permissions boundary does not count as administrator.
class Privileges {
 public:
  explicit Privileges(const Estate& estate) : estate_(estate) {}
  [[nodiscard]] bool is_admin(const Account& account, const IamEntity& entity);
  [[nodiscard]] bool is_read_only(const Role& role) const;

 private:
  [[nodiscard]] bool grants_all(const Policy* policy);
  [[nodiscard]] bool attached_grants_all(const Account& account, const IamEntity& entity);

  const Estate& estate_;
  std::unordered_map<const Policy*, bool> known_;
};

// What all checks of one audit share.
struct AuditContext {
  AuditContext(const WhoIndex& its_index, const AuditOptions& its_options);

  const WhoIndex& index;
  const Estate& estate;
  const AuditOptions& options;
  TrustZone zone;
  Privileges privileges;
  std::vector<AuditGap> gaps{};  // Those that checks found.
  // Whether a user or role of the estate has the unique id.
  [[nodiscard]] bool has_unique_id(std::string_view id);

  // `444455556666`, `464622532012 (Datadog)`.
  [[nodiscard]] std::string name_account(std::string_view account) const;

 private:
  std::set<std::string_view> ids_{};
  bool ids_known_ = false;
};

// The checks of one role. `trust` is its trust policy or, to try a remedy, an edited one.
class RoleAudit {
 public:
  RoleAudit(AuditContext& its_context, const Account& its_account, const Role& its_role,
            const Policy& its_trust, const SourceTable& its_sources)
      : context(its_context),
        account(its_account),
        role(its_role),
        trust(its_trust),
        sources(its_sources) {}

  AuditContext& context;
  const Account& account;
  const Role& role;
  const Policy& trust;
  const SourceTable& sources;  // Has the text of `trust`.

  // Ignores a report that equals an earlier one: a list can name a principal twice.
  void report(AuditHit report);
  std::vector<AuditHit> reports{};
};

// Checks of the trust policy, in the files audit_*.cc. They must not use `role.trust`.
void check_access(RoleAudit& audit);
void check_trust_form(RoleAudit& audit);
void check_trust_principals(RoleAudit& audit);
void check_trust_conditions(RoleAudit& audit);
void check_trust_sub_actions(RoleAudit& audit);
void check_trust_services(RoleAudit& audit);
void check_trust_oidc(RoleAudit& audit);
void check_trust_saml(RoleAudit& audit);
// Checks of the role itself.
void check_admin_access(RoleAudit& audit);
void check_role_settings(RoleAudit& audit);

// A report about something else than the trust policy of a role.
struct OtherHit {
  AuditHit report{};
  std::string account{};
  std::string subject{};
  const Policy* policy = nullptr;
};
void check_identity_policies(AuditContext& context, std::vector<OtherHit>& reports);
void check_organization(AuditContext& context, std::vector<OtherHit>& reports);
void check_providers(AuditContext& context, std::vector<OtherHit>& reports);

// What was not checked because data is missing, AuditContext::gaps included.
[[nodiscard]] std::vector<AuditGap> list_audit_gaps(AuditContext& context);
[[nodiscard]] bool is_attached(const Organization& organization, std::size_t policy);
// Whether the export says when roles were last used.
[[nodiscard]] bool tells_last_use(const Account& account);

// Every check of the trust policy.
void run_trust_checks(RoleAudit& audit);

// The remedy of a report; nothing when it has none, or trying it shows that it does not work.
[[nodiscard]] std::optional<AuditRemedy> try_remedy(const RoleAudit& audit, const AuditHit& report);

// ---- Conditions ---------------------------------------------------------------------------------

[[nodiscard]] bool is_key(const Condition& condition, std::string_view key);
// Whether the key, if present, must have one of the values: not negated, no test of existence.
[[nodiscard]] bool compares(const Condition& condition);
// The same, and an absent key fails it.
[[nodiscard]] bool demands(const Condition& condition);
// Whether the value can match more than itself under the condition's operator.
[[nodiscard]] bool is_pattern(const Condition& condition, std::string_view value);
// The first condition of the statement on the key for which `demands` is true; null: none.
[[nodiscard]] const Condition* find_demand(const Statement& statement, std::string_view key);
// `statement 0`, with its Sid where it has one.
[[nodiscard]] std::string statement_words(const Statement& statement);
// The Sid, or the index where there is none: identifies the statement in evidence.
[[nodiscard]] std::string statement_identity(const Statement& statement);

template <typename Use>
void each_allow(const RoleAudit& audit, Use use) {
  for (const Statement& statement : audit.trust.statements) {
    if (statement.effect == Effect::Allow) use(statement);
  }
}
// Calls `use` with each principal that an Allow statement names.
template <typename Use>
void each_trusted(const RoleAudit& audit, Use use) {
  each_allow(audit, [&](const Statement& statement) {
    if (statement.principal.negated) return;
    for (const PrincipalElement& each : statement.principal.items) use(statement, each);
  });
}

}  // namespace rolecall
