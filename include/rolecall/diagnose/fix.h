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

// Repairs of a denied request. A Fix is a proposal; a VerifiedFix is one that was tried out, and
// only those reach a report. docs/fixes.md has the generators and the order.
namespace rolecall {

enum class FixKind : std::uint8_t {
  Request,  // The call is made differently.
  Policy,   // A document of an account or of the organization is changed.
  Command,  // An act that no file shows: renew credentials, enable a Region.
};
// `request`, `policy`, `command`.
[[nodiscard]] std::string_view fix_kind_name(FixKind kind);

// What a change edits. It decides how the change is applied in AWS.
enum class FixTarget : std::uint8_t {
  Request,
  TrustPolicy,         // Of the role `entity_arn`.
  InlinePolicy,        // `policy_name` of the user, group or role `entity_arn`; may be new.
  ManagedPolicy,       // `entity_arn` is its ARN.
  OrganizationPolicy,  // `entity_arn` is its id.
  VpcEndpointPolicy,   // `entity_arn` is the endpoint's id.
  OidcProvider,        // `entity_arn` is its ARN; may be new.
  RoleSetting,         // MaxSessionDuration of the role `entity_arn`.
  PolicyVersion,       // Which version of the managed policy `entity_arn` is its default.
  World,               // Nothing that a file shows.
};

// One change of one document.
struct FixChange {
  FixKind kind = FixKind::Policy;
  FixTarget target = FixTarget::World;
  Gate gate{};                // Of the cause it removes; the first one's when there are several.
  std::string summary{};      // Imperative, one line: `trust role ci in statement 0 of ...`.
  std::string label{};        // The document, as `policy` of a cause names it.
  std::string account{};      // Whose owner acts; empty when not known.
  std::string entity_arn{};   // See FixTarget.
  std::string policy_name{};  // InlinePolicy: its name.
  std::string version_id{};   // PolicyVersion: the version that becomes the default.

  // The document of the estate that is edited. Null: a new one, or none.
  const Policy* policy = nullptr;
  // The JSON value that is edited; not known for requests. Of a new inline policy the list it
  // joins, or its entity where the export has no list.
  Span at{};
  std::vector<JsonEdit> edits{};  // Pointers are into that value, or into the request.
  std::string before{};           // Its text; empty for a new document.
  std::string after{};            // Its text with the edits applied.

  std::vector<std::string> commands{};  // Request and World: what helps to do it, to be typed.
  std::vector<std::string> warnings{};  // What it opens or gives up.
  // It allows more than the failed request needs, or takes from others: never proposed first.
  bool opens = false;
  bool alone = false;                     // Only worth proposing when nothing else has to change.
  int rank = 0;                           // Among the candidates of its cause; less is better.
  std::optional<std::int64_t> seconds{};  // RoleSetting: the new MaxSessionDuration.
  std::vector<std::string> client_ids{};  // OidcProvider: all audiences afterwards.
};

// What the change puts where in the documents of the estate, in parts that differ. Fails with
// CannotEdit when no document has a place for it. REQUIRES: `before` and `after` are filled in, as
// those of a VerifiedFix are.
[[nodiscard]] Result<std::vector<Replacement>> replacements_of(const FixChange& change,
                                                               const SourceTable& sources);

// One or several changes that together repair the request. Nothing is known of whether they do.
struct Fix {
  std::vector<FixChange> changes{};
};

// How many a LetIn stands for, fewest first.
enum class LetInScope : std::uint8_t { Principal, Federated, Account, Organization, Everyone };
// `principal`, `federated`, `account`, `organization`, `everyone`.
[[nodiscard]] std::string_view let_in_scope_name(LetInScope scope);

// Somebody who was refused before and is allowed afterwards, besides the caller; beyond the estate
// as far as the changed document and the trust policy say.
struct LetIn {
  std::string principal{};  // An ARN, or words: `any principal of account 111122223333`.
  std::vector<std::string> conditions{};  // Under which, all of them; empty: none.
  LetInScope scope = LetInScope::Principal;

  friend bool operator==(const LetIn&, const LetIn&) = default;
};

// A fix that was applied to a copy and evaluated.
class VerifiedFix {
 public:
  // Applies the edits to copies of the documents' text, reads them again, lays them over the
  // estate and decides the request. Nothing unless it is then allowed or, where something is not
  // known, no gate denies and no more is unknown than before. `before` is the failed decision.
  [[nodiscard]] static std::optional<VerifiedFix> try_out(const Estate& estate,
                                                          const AssumeRequest& request,
                                                          const AssumeDecision& before, Fix fix);

  [[nodiscard]] const std::vector<FixChange>& changes() const { return fix_.changes; }
  [[nodiscard]] Decision decision_after() const { return decision_after_; }
  // Users and roles of exported accounts by name, others as sets.
  [[nodiscard]] const std::vector<LetIn>& lets_in() const { return lets_in_; }
  // Why there may be more of them, one clause per reason; empty: there are not.
  [[nodiscard]] const std::vector<std::string>& lets_in_unknowns() const {
    return lets_in_unknowns_;
  }
  [[nodiscard]] std::vector<std::string> warnings() const;
  [[nodiscard]] std::string summary() const;
  [[nodiscard]] bool opens() const;
  // Whether changed files repair the call by themselves, without an act that no file shows.
  [[nodiscard]] bool writes_files() const;

 private:
  VerifiedFix() = default;

  Fix fix_{};
  Decision decision_after_ = Decision::Unknown;
  std::vector<LetIn> lets_in_{};
  std::vector<std::string> lets_in_unknowns_{};
};

// Edits of a Request change as those of the request file `text`, with the edits that make an object
// which a new member needs. Fails as apply_json_edits does.
[[nodiscard]] Result<std::vector<JsonEdit>> complete_request_edits(std::string_view text,
                                                                   std::span<const JsonEdit> edits);
// The request file `text` with these edits, completed.
[[nodiscard]] Result<std::string> edit_request_text(std::string_view text,
                                                    std::span<const JsonEdit> edits);

struct FixLimits {
  std::size_t fixes = 5;            // Most that are returned.
  std::size_t trials = 80;          // Most combinations that are decided.
  std::size_t principals = 20'000;  // Most whose access is looked at for one fix.
};

// The proven fixes of a denied request, best first: what lets nobody new in, then what lets in
// fewest. Empty when the request is not denied. REQUIRES: `diagnosis` is of this request.
[[nodiscard]] std::vector<VerifiedFix> find_fixes(const Estate& estate,
                                                  const AssumeRequest& request,
                                                  const Diagnosis& diagnosis,
                                                  const FixLimits& limits = {});

}  // namespace rolecall
