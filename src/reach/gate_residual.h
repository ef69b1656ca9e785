// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/eval/evaluation.h"
#include "rolecall/reach/residual.h"
#include "rolecall/reach/who.h"

namespace rolecall {

inline constexpr ResidualId kNever = ResidualTable::kNever;
inline constexpr ResidualId kAlways = ResidualTable::kAlways;

// The prefix of context keys for tags of the principal.
inline constexpr std::string_view kPrincipalTags = "aws:PrincipalTag/";

// An Allow statement of a policy set that the answer rests on.
struct GrantStatement {
  Gate gate{};  // Trust or Identity.
  const Policy* policy = nullptr;
  std::size_t statement = 0;  // Index in the policy.
};

// Whether the condition is open because a request may have its key although neither a table of keys
// nor the context has it. A condition with an unknown operator is never true, so it is not.
[[nodiscard]] bool is_on_unlisted_key(const Condition& condition, const RequestContext& context);

// The value of a condition in a context: never, always, or Unknown where AWS does not document it.
// Nothing: it depends on what is open in the call.
[[nodiscard]] std::optional<ResidualId> settle_condition(ResidualTable& table,
                                                         const Condition& condition,
                                                         const RequestContext& context,
                                                         bool variables);

// When one authorization is allowed by a set of policies. The same steps as `evaluate` of
// eval/evaluation.h, but open parts are kept as a formula instead of making the decision open.
// Borrows all its inputs.
class GateResidual {
 public:
  GateResidual(ResidualTable& table, const Caller& caller, const Authorization& authorization,
               const PolicySet& policies)
      : table_(table),
        caller_(caller),
        authorization_(authorization),
        policies_(policies),
        action_(action_bit(authorization.action)) {}

  [[nodiscard]] ResidualId allowed();
  // The same for a caller that differs from the one before only in these policies, which are
  // borrowed. Only what depends on them is worked out again.
  [[nodiscard]] ResidualId allowed(const GateInput& identity, const GateInput& boundary);
  // To be called after the trust policy of the set was replaced.
  void forget_trust();
  // To be called after the caller's own policies were replaced, or the role that they are for.
  void forget_own_policies();
  // The statements that let the caller in; after `allowed`.
  [[nodiscard]] std::vector<GrantStatement> take_grants() { return std::move(grants_); }
  // The context keys of principal tags that policies used; after `allowed`.
  [[nodiscard]] const std::set<std::string, std::less<>>& principal_tags() const { return tags_; }

 private:
  // When a Deny, and when an Allow statement of a policy layer applies.
  struct Layer {
    ResidualId denied = ResidualTable::kNever;
    ResidualId allowed = ResidualTable::kNever;
  };
  // When a principal element of an Allow statement lets the caller in, and how it names it.
  struct TrustGrant {
    GrantClass grant{};
    ResidualId when = ResidualTable::kNever;
  };
  // Adds a key, or the policy variables of a text, to `tags_` if it is a tag of the principal.
  void note_tag(std::string_view key);
  void note_tags(std::string_view text);
  void note_tags_of(const Policy& policy, std::string_view pattern);
  [[nodiscard]] ResidualId resource(const Policy& policy, const PatternList& list);
  [[nodiscard]] ResidualId condition(const Policy& policy, const Condition& condition);
  [[nodiscard]] ResidualId principals(const Policy& policy, const Statement& statement);
  [[nodiscard]] bool has_action(const Statement& statement) const;
  // When everything of a statement but its principals and actions matches.
  [[nodiscard]] ResidualId rest(const Policy& policy, const Statement& statement);
  [[nodiscard]] ResidualId applies(const Policy& policy, const Statement& statement);
  [[nodiscard]] Layer layer(const PolicyLayer& layer);
  [[nodiscard]] ResidualId missing(const PolicyRef& ref);
  [[nodiscard]] ResidualId state_unknown(const GateInput& gate);
  [[nodiscard]] ResidualId own_gate(Gate gate, bool needed);
  [[nodiscard]] ResidualId levels(Gate gate, bool denies_only);
  [[nodiscard]] ResidualId caller_side(GrantClass grant);
  void add_trust_grants(const PolicyRef& ref, const Statement& statement);
  [[nodiscard]] ResidualId trust();
  void read_trust();
  [[nodiscard]] const GateInput& input(Gate gate) const;
  static void add_grant(Gate gate, const Policy& policy, const Statement& statement,
                        std::vector<GrantStatement>& grants);
  void add_identity_grants();

  ResidualTable& table_;
  const Caller& caller_;
  const Authorization& authorization_;
  const PolicySet& policies_;
  ActionSet action_;
  // The caller's own policies, when they are not those of the set.
  const GateInput* identity_ = nullptr;
  const GateInput* boundary_ = nullptr;
  std::array<std::vector<Layer>, kGateCount> layers_{};
  // The role's side, worked out once.
  bool trust_known_ = false;
  ResidualId not_denied_ = ResidualTable::kAlways;
  std::vector<TrustGrant> trust_grants_;
  std::vector<GrantStatement> trusted_by_;
  std::optional<ResidualId> limits_;
  std::vector<GrantStatement> grants_;
  std::set<std::string, std::less<>> tags_;
  bool identity_counts_ = false;
};

}  // namespace rolecall
