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

// What a check reports. Places are those of the policy it was given.
struct AuditHit {
  std::string_view rule{};
  std::string message{};
  std::string evidence{};
  Span at{};
  const Statement* statement = nullptr;
  std::vector<std::string> principals{};
  std::string neutralized{};
  std::optional<AuditSeverity> severity{};  // Where it is not that of the rule.
  std::string remedy{};                     // Its summary; empty: none.
  std::vector<JsonEdit> edits{};            // Of the document, tried out later.
};

// Whose accounts are one's own.
class TrustZone {
 public:
  TrustZone(const Estate& estate, const AuditOptions& options);
  // False only where it is known: in an organization that was looked up in part, others may be too.
  [[nodiscard]] bool has(std::string_view account) const;

 private:
  const Organization* organization_ = nullptr;
  std::set<std::string, std::less<>> accounts_;
};

// What a role may do, as far as audit rules ask. Deny statements are not counted, and a role with
// a permissions boundary is no administrator.
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

// What all checks share.
struct AuditWorld {
  AuditWorld(const WhoIndex& its_index, const AuditOptions& its_options);

  const WhoIndex& index;
  const Estate& estate;
  const AuditOptions& options;
  TrustZone zone;
  Privileges privileges;
  std::vector<AuditGap> gaps{};
  // Entities by their unique ids, made when they are asked for.
  [[nodiscard]] bool has_unique_id(std::string_view id);

  // `444455556666`, `464622532012 (Datadog)`.
  [[nodiscard]] std::string name_account(std::string_view account) const;

 private:
  std::set<std::string_view> ids_{};
  bool ids_known_ = false;
};

// One role and its trust policy, or an edited version of it.
class RoleAudit {
 public:
  RoleAudit(AuditWorld& its_world, const Account& its_account, const Role& its_role,
            const Policy& its_trust, const SourceTable& its_sources)
      : world(its_world),
        account(its_account),
        role(its_role),
        trust(its_trust),
        sources(its_sources) {}

  AuditWorld& world;
  const Account& account;
  const Role& role;
  const Policy& trust;
  const SourceTable& sources;  // Of the text of `trust`.

  // Nothing happens when the same was reported: a principal can stand twice in one list.
  void report(AuditHit report);
  std::vector<AuditHit> reports{};
};

// Checks of the trust policy, in the files audit_*.cc. They read nothing of the role's policy but
// `trust`.
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

// A finding about something else than a role's trust policy.
struct OtherHit {
  AuditHit report{};
  std::string account{};
  std::string subject{};
  const Policy* policy = nullptr;
};
void check_identity_policies(AuditWorld& world, std::vector<OtherHit>& reports);
void check_organization(AuditWorld& world, std::vector<OtherHit>& reports);
void check_providers(AuditWorld& world, std::vector<OtherHit>& reports);

// What was not looked at for want of data, beside what the checks found themselves.
[[nodiscard]] std::vector<AuditGap> list_audit_gaps(AuditWorld& world);
[[nodiscard]] bool is_attached(const Organization& organization, std::size_t policy);
// Whether the export tells when roles were last used.
[[nodiscard]] bool tells_last_use(const Account& account);

// Every check of the trust policy.
void run_trust_checks(RoleAudit& audit);

// The remedy of a report, when it holds.
[[nodiscard]] std::optional<AuditRemedy> try_remedy(const RoleAudit& audit, const AuditHit& report);

// ---- Conditions ---------------------------------------------------------------------------------

[[nodiscard]] bool is_key(const Condition& condition, std::string_view key);
// Whether the key must have one of the values: neither negated nor a test of existence.
[[nodiscard]] bool compares(const Condition& condition);
// `compares`, and an absent key fails it.
[[nodiscard]] bool demands(const Condition& condition);
// Whether the value can match more than itself under the condition's operator.
[[nodiscard]] bool is_pattern(const Condition& condition, std::string_view value);
// The first condition of the statement on the key that `demands` it; null: none.
[[nodiscard]] const Condition* find_demand(const Statement& statement, std::string_view key);
// `statement 0`, with its Sid where it has one.
[[nodiscard]] std::string statement_words(const Statement& statement);
// The Sid, or the index where there is none: what tells statements apart in evidence.
[[nodiscard]] std::string statement_identity(const Statement& statement);

template <typename Use>
void each_allow(const RoleAudit& audit, Use use) {
  for (const Statement& statement : audit.trust.statements) {
    if (statement.effect == Effect::Allow) use(statement);
  }
}
// Principals that Allow statements name.
template <typename Use>
void each_trusted(const RoleAudit& audit, Use use) {
  each_allow(audit, [&](const Statement& statement) {
    if (statement.principal.negated) return;
    for (const PrincipalElement& each : statement.principal.items) use(statement, each);
  });
}

}  // namespace rolecall
