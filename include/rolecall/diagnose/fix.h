// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json_edit.h"
#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/estate/estate.h"
#include "rolecall/eval/gate.h"
#include "rolecall/trust/assume_request.h"

// Fixes of a denied request. A Fix is a proposal; a VerifiedFix was tried out and proven, and only
// verified fixes reach a report. docs/fixes.md describes how they are generated and ordered.
namespace rolecall {

enum class FixKind : std::uint8_t {
  Request,  // Make the call differently.
  Policy,   // Change a document of an account or of the organization.
  Command,  // Do something that no file shows, such as renewing credentials or enabling a Region.
};
// `request`, `policy`, `command`.
[[nodiscard]] std::string_view fix_kind_name(FixKind kind);

// What a change edits, which decides how it is applied in AWS. Named by FixChange::entity_arn.
enum class FixTarget : std::uint8_t {
  Request,
  TrustPolicy,         // Of the role `entity_arn`.
  InlinePolicy,        // `policy_name` of the user, group or role `entity_arn`; may be new.
  ManagedPolicy,       // `entity_arn` is its ARN.
  OrganizationPolicy,  // `entity_arn` is its id.
  VpcEndpointPolicy,   // `entity_arn` is the endpoint's id.
  OidcProvider,        // `entity_arn` is its ARN; may be new.
  RoleSetting,         // MaxSessionDuration of the role `entity_arn`.
  PolicyVersion,       // The default version of the managed policy `entity_arn`.
  World,               // Something that no file shows.
};

// One change of one document.
struct FixChange {
  FixKind kind = FixKind::Policy;
  FixTarget target = FixTarget::World;
  Gate gate{};                // Of the first cause it removes.
  std::string summary{};      // Imperative, one line: `trust role ci in statement 0 of ...`.
  std::string label{};        // The document's name, as in Cause::policy.
  std::string account{};      // The account whose owner has to make it; empty when not known.
  std::string entity_arn{};   // See FixTarget.
  std::string policy_name{};  // InlinePolicy: its name.
  std::string version_id{};   // PolicyVersion: the version that becomes the default.

  // The document of the estate that is edited. Null: a new document, or none.
  const Policy* policy = nullptr;
  // The JSON value that is edited; unknown for requests. For a new inline policy, the list it is
  // added to, or its entity when the export has no list.
  Span at{};
  std::vector<JsonEdit> edits{};  // Of that value, or of the request.
  std::string before{};           // The value's text; empty for a new document.
  std::string after{};            // Its text with the edits applied.

  std::vector<std::string> commands{};  // Request and World: commands that help to do it.
  std::vector<std::string> warnings{};  // What else it allows, or no longer allows.
  // It allows more than the failed request needs, or refuses others: never proposed first.
  bool opens = false;
  bool alone = false;                     // Only worth proposing when nothing else has to change.
  int rank = 0;                           // Among the candidates for its cause; lower is better.
  std::optional<std::int64_t> seconds{};  // RoleSetting: the new MaxSessionDuration.
  std::vector<std::string> client_ids{};  // OidcProvider: all audiences afterwards.
};

// The change as replacements in the documents of the estate, only where these differ. Fails with
// CannotEdit when no document has a place for it. REQUIRES: `before` and `after` are set, as in a
// VerifiedFix.
[[nodiscard]] Result<std::vector<Replacement>> replacements_of(const FixChange& change,
                                                               const SourceTable& sources);

// Changes that are meant to make the request succeed together. Not proven.
struct Fix {
  std::vector<FixChange> changes{};
};

// How wide the set of principals of a LetIn is, narrowest first.
enum class LetInScope : std::uint8_t { Principal, Federated, Account, Organization, Everyone };
// `principal`, `federated`, `account`, `organization`, `everyone`.
[[nodiscard]] std::string_view let_in_scope_name(LetInScope scope);

// Principals other than the caller that are refused before a fix and allowed after it. Principals
// that are not in the estate are judged by the changed document and the trust policy alone.
struct LetIn {
  std::string principal{};  // An ARN, or a set in words: `any principal of account 111122223333`.
  std::vector<std::string> conditions{};  // All of which must be met.
  LetInScope scope = LetInScope::Principal;

  friend bool operator==(const LetIn&, const LetIn&) = default;
};

// A fix that was applied to copies of the documents, evaluated and found to work.
class VerifiedFix {
 public:
  // Applies the edits to copies of the documents, reads these, lays them over the estate, and
  // decides the request. Nothing unless the request is then allowed, or at least no gate denies and
  // no gate that allowed before depends on something unknown. `before` is the failed decision.
  [[nodiscard]] static std::optional<VerifiedFix> try_out(const Estate& estate,
                                                          const AssumeRequest& request,
                                                          const AssumeDecision& before, Fix fix);

  [[nodiscard]] const std::vector<FixChange>& changes() const { return fix_.changes; }
  [[nodiscard]] Decision decision_after() const { return decision_after_; }
  // Who else is let in: users and roles of exported accounts by name, others as sets.
  [[nodiscard]] const std::vector<LetIn>& lets_in() const { return lets_in_; }
  // Why `lets_in` may be incomplete, one clause per reason; empty: it is complete.
  [[nodiscard]] const std::vector<std::string>& lets_in_unknowns() const {
    return lets_in_unknowns_;
  }
  [[nodiscard]] std::vector<std::string> warnings() const;
  [[nodiscard]] std::string summary() const;
  [[nodiscard]] bool opens() const;
  // Whether changed files alone are enough, without a change of FixKind::Command.
  [[nodiscard]] bool writes_files() const;

 private:
  VerifiedFix() = default;

  Fix fix_{};
  Decision decision_after_ = Decision::Unknown;
  std::vector<LetIn> lets_in_{};
  std::vector<std::string> lets_in_unknowns_{};
};

// The edits of a Request change for the request file `text`: adds edits that create the objects
// which a new member is to be in. Fails as apply_json_edits does.
[[nodiscard]] Result<std::vector<JsonEdit>> complete_request_edits(std::string_view text,
                                                                   std::span<const JsonEdit> edits);
// The request file `text` after these edits, completed as above.
[[nodiscard]] Result<std::string> edit_request_text(std::string_view text,
                                                    std::span<const JsonEdit> edits);

struct FixLimits {
  std::size_t fixes = 5;            // Most fixes that are returned.
  std::size_t trials = 80;          // Most combinations of changes that are tried out.
  std::size_t principals = 20'000;  // Most principals whose access is checked for one fix.
};

// Finds verified fixes of a denied request, best first: those that let nobody else in, then those
// that let in fewest. Empty when the request is not denied. REQUIRES: `diagnosis` is of this
// request.
[[nodiscard]] std::vector<VerifiedFix> find_fixes(const Estate& estate,
                                                  const AssumeRequest& request,
                                                  const Diagnosis& diagnosis,
                                                  const FixLimits& limits = {});

}  // namespace rolecall
