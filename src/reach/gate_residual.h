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

// What keys of the principal's tags begin with.
inline constexpr std::string_view kPrincipalTags = "aws:PrincipalTag/";

// A statement of a policy set that lets somebody in.
struct GrantStatement {
  Gate gate{};  // Trust or Identity.
  const Policy* policy = nullptr;
  std::size_t statement = 0;  // Its place in the policy.
};

// What a condition says in a context. Nothing: it hangs on what is open of the call.
[[nodiscard]] std::optional<ResidualId> settle_condition(ResidualTable& table,
                                                         const Condition& condition,
                                                         const RequestContext& context,
                                                         bool variables);

// When one authorization is allowed by the policies of a set: `evaluate` of eval/evaluation.h with
// the parts that are open kept instead of counted. All borrowed.
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
  // The same for a caller of other policies that is otherwise like the one before. What does not
  // hang on those is not worked out again. Borrows them.
  [[nodiscard]] ResidualId allowed(const GateInput& identity, const GateInput& boundary);
  // The trust policy of the set is another one now: what does not hang on it is kept.
  void forget_trust();
  // The caller's own policies are others now, or bear on another role: the rest is kept.
  void forget_own_policies();
  // The statements that let the caller in, known after `allowed`.
  [[nodiscard]] std::vector<GrantStatement> take_grants() { return std::move(grants_); }
  // The keys of principal tags that were asked for, known after `allowed`.
  [[nodiscard]] const std::set<std::string, std::less<>>& principal_tags() const { return tags_; }

 private:
  struct Layer {
    ResidualId denied = ResidualTable::kNever;
    ResidualId allowed = ResidualTable::kNever;
  };
  struct TrustGrant {
    GrantClass grant{};
    ResidualId when = ResidualTable::kNever;
  };
  // Keeps a key, or the policy variables of a text, that is a tag of the principal.
  void note_tag(std::string_view key);
  void note_tags(std::string_view text);
  void note_tags_of(const Policy& policy, std::string_view pattern);
  [[nodiscard]] ResidualId resource(const Policy& policy, const PatternList& list);
  [[nodiscard]] ResidualId condition(const Policy& policy, const Condition& condition);
  [[nodiscard]] ResidualId principals(const Policy& policy, const Statement& statement);
  [[nodiscard]] bool has_action(const Statement& statement) const;
  // Everything of a statement but its principals.
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
  void look_at_trust();
  [[nodiscard]] const GateInput& input(Gate gate) const;
  static void add_grant(Gate gate, const Policy& policy, const Statement& statement,
                        std::vector<GrantStatement>& grants);
  void add_identity_grants();

  ResidualTable& table_;
  const Caller& caller_;
  const Authorization& authorization_;
  const PolicySet& policies_;
  ActionSet action_;
  // The caller's own, when they are not those of the set.
  const GateInput* identity_ = nullptr;
  const GateInput* boundary_ = nullptr;
  std::array<std::vector<Layer>, kGateCount> layers_{};
  // Of the role's side, worked out once.
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
