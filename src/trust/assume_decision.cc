// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/assume_decision.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

#include "trust/asked_key.h"
#include "trust/caller_builder.h"
#include "trust/context_builder.h"
#include "trust/missing_data.h"
#include "trust/policy_join.h"
#include "trust/precondition.h"
#include "trust/sub_actions.h"

namespace rolecall {

namespace {

// `needed` is the gate that has to be checked for any decision: trust, or the caller's own policies
// for calls that no trust policy decides.
Decision decide_answers(const std::array<GateAnswer, kGateCount>& gates, Gate needed) {
  Verdict heaviest = Verdict::NotApplicable;
  for (const GateAnswer& each : gates) {
    if (weight(each.verdict) > weight(heaviest)) heaviest = each.verdict;
  }
  const bool no_data = gates[static_cast<std::size_t>(needed)].verdict == Verdict::NotChecked;
  return no_data && !denies(heaviest) ? Decision::Unknown : decision_of(heaviest);
}

constexpr std::string_view kSessionIdentity = "aws:SourceIdentity";
constexpr std::string_view kPassedIdentity = "sts:SourceIdentity";
constexpr std::string_view kPassOn = "sts:SetSourceIdentity";
constexpr auto kPolicyGates = std::to_array<Gate>(
    {Gate::Trust, Gate::Identity, Gate::Boundary, Gate::Session, Gate::Scp, Gate::Rcp, Gate::Vpce});

bool refuses(const Evaluation& evaluation) {
  return std::any_of(kPolicyGates.begin(), kPolicyGates.end(),
                     [&](Gate gate) { return denies(evaluation.at(gate).verdict); });
}

// Whether the caller's session may have a source identity that is not known, and it matters.
bool may_bring_identity(const AssumeRequest& request, const AssumeDecision& decision) {
  if (decision.caller.kind != CallerKind::RoleSession || request.session_known ||
      request.inherited_source_identity || request.context_values(kSessionIdentity) != nullptr ||
      (request.whole && !request.is_open(kSessionIdentity))) {
    return false;
  }
  return !find_asked_key(decision.policies, kSessionIdentity).empty();
}

class Decider {
 public:
  Decider(const Estate& estate, const AssumeRequest& request, const EstateOverlay& overlay)
      : estate_(estate), request_(request), overlay_(overlay) {
    if (const auto arn = Arn::split(request.role)) {
      role_partition_ = arn->partition;
      answer_.role_account = arn->account;
    }
    resolved_ = resolve_caller(estate, request.principal, role_partition_, answer_.role_account);
    add_service_names(request, resolved_.caller);
    answer_.caller = resolved_.caller;
    answer_.caller_role = resolved_.role;
    answer_.caller_user = resolved_.user;
    answer_.role = estate.find_role(request.role);
    role_account_ = estate.find_account(answer_.role_account);
  }

  AssumeDecision run() {
    preconditions();
    const bool no_role = std::any_of(answer_.failures.begin(), answer_.failures.end(),
                                     [](const PreconditionFailure& each) { return each.no_role; });
    const bool anonymous = answer_.caller.kind == CallerKind::Anonymous;
    if (no_role || answer_.at(Gate::Request).verdict == Verdict::Unknown) {
      no_role_to_ask();
    } else if (anonymous || request_.role.empty() || request_.action.empty()) {
      nobody_to_ask();
    } else if (equals_ignore_case(request_.action, "iam:PassRole")) {
      pass_role();
    } else {
      policy_gates();
    }
    const bool root = is_assume_root();
    const Gate needed = equals_ignore_case(request_.action, "iam:PassRole") ? Gate::PassRole
                        : root                                              ? Gate::Identity
                                                                            : Gate::Trust;
    answer_.decision = decide_answers(answer_.gates, needed);
    // No file shows whether the organization has centralized root access.
    if (root && answer_.decision == Decision::Allowed) answer_.decision = Decision::Unknown;
    const bool unnamed = answer_.role_account == kUnknownAccount || request_.role.empty();
    if (unnamed && answer_.decision == Decision::Allowed) answer_.decision = Decision::Unknown;
    answer_.missing = list_missing_data(request_, answer_);
    return std::move(answer_);
  }

 private:
  void preconditions() {
    const PreconditionInput input{
        estate_,      overlay_,      request_,        resolved_,
        answer_.role, role_account_, role_partition_, answer_.role_account};
    check_request(input, answer_.failures);
    check_credentials(input, answer_.failures);
    answer_.at(Gate::Request).verdict = Verdict::Allows;
    answer_.at(Gate::Credentials).verdict = Verdict::Allows;
    answer_.at(Gate::Idp) = check_idp(input, answer_.failures);
    const bool known = role_account_ != nullptr && role_account_->exported;
    if (!known && answer_.role == nullptr) {
      answer_.at(Gate::Request).why = "whether the role exists was not checked";
    }
    if (const Role* longer = find_longer_role(input)) {
      answer_.at(Gate::Request) = {
          Verdict::Unknown, fmt::format("`{}` ends its line and may be cut: the account has `{}`",
                                        request_.role, longer->arn)};
    }
    for (const PreconditionFailure& failure : answer_.failures) {
      answer_.at(failure.gate) = {Verdict::DeniesExplicitly, failure.message};
    }
  }

  bool is_assume_root() const { return equals_ignore_case(request_.action, "sts:AssumeRoot"); }

  // Without a role, the gates after `request` do not apply.
  void no_role_to_ask() {
    // Which kinds of data were supplied is still recorded.
    answer_.policies = join_policies(join_input(resolved_));
    answer_.policies.at(Gate::Trust) = {};
    for (int i = static_cast<int>(Gate::Trust); i < kGateCount; ++i) {
      answer_.at(static_cast<Gate>(i)) = {Verdict::NotApplicable, "there is no role to ask"};
    }
    if (answer_.at(Gate::Idp).verdict == Verdict::NotChecked) {
      answer_.at(Gate::Idp) = {Verdict::NotApplicable, "there is no role to ask"};
    }
  }

  void nobody_to_ask() {
    const std::string why = request_.role.empty()     ? "the role is not known"
                            : request_.action.empty() ? "the action is not known"
                                                      : "the caller is not known";
    for (const Gate gate : {Gate::Trust, Gate::Identity, Gate::Boundary, Gate::Session, Gate::Scp,
                            Gate::Rcp, Gate::Vpce}) {
      answer_.at(gate) = {Verdict::NotChecked, why};
    }
  }

  JoinInput join_input(const ResolvedCaller& caller) const {
    return {estate_,      overlay_,      request_,      caller,
            answer_.role, role_account_, request_.role, answer_.role_account};
  }

  SubAction authorize(const AssumeRequest& request, const ResolvedCaller& caller,
                      std::string action, const PolicySet& policies) const {
    SubAction sub;
    sub.authorization.action = std::move(action);
    sub.authorization.resource = request_.role;
    const ContextSources sources{estate_,      request,       caller,
                                 answer_.role, request_.role, answer_.role_account};
    sub.authorization.context = build_context(sources, action_bit(sub.authorization.action));
    sub.evaluation = evaluate(caller.caller, sub.authorization, policies);
    return sub;
  }

  void add_verdict(Gate gate, Verdict verdict) {
    GateAnswer& answer = answer_.at(gate);
    if (weight(verdict) > weight(answer.verdict)) answer.verdict = verdict;
  }

  void policy_gates() {
    answer_.policies = join_policies(join_input(resolved_));
    authorize_all(request_);
    if (may_bring_identity(request_, answer_)) bring_identity();
    explain_unseen_grants();
    if (is_assume_root()) assume_root();
  }

  void authorize_all(const AssumeRequest& request) {
    answer_.sub_actions.clear();
    for (std::string& action : sub_actions_of(request, answer_.caller)) {
      answer_.sub_actions.push_back(
          authorize(request, resolved_, std::move(action), answer_.policies));
    }
    for (const Gate gate : kPolicyGates) {
      answer_.at(gate) = {Verdict::NotApplicable, answer_.policies.at(gate).why};
      for (const SubAction& sub : answer_.sub_actions) {
        add_verdict(gate, sub.evaluation.at(gate).verdict);
      }
    }
  }

  // The session may have a source identity, which some policy asks for (E3.3). With one, it also
  // has to be allowed to pass it on; if that is denied, the answer is that of a session without
  // one.
  void bring_identity() {
    const auto gates = answer_.gates;
    std::vector<SubAction> without = std::move(answer_.sub_actions);
    AssumeRequest with = request_;
    for (const std::string_view key : {kSessionIdentity, kPassedIdentity}) {
      if (!with.is_open(key)) with.open.emplace_back(key);
    }
    with.observed_sub_actions.emplace_back(kPassOn);
    authorize_all(with);
    const bool possible = std::none_of(
        answer_.sub_actions.begin(), answer_.sub_actions.end(), [](const SubAction& sub) {
          return sub.authorization.action == kPassOn && refuses(sub.evaluation);
        });
    if (possible) return;
    answer_.gates = gates;
    answer_.sub_actions = std::move(without);
  }

  // The caller's own policies lack an Allow, for which a trust policy that was not read may make up
  // (E6.2).
  void explain_unseen_grants() {
    for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Session}) {
      const auto lacks_allow = [&](const SubAction& sub) {
        const GateResult& result = sub.evaluation.at(gate);
        return result.verdict == Verdict::Unknown && result.result.allowed == Tri::No &&
               !result.result.missing;
      };
      if (answer_.policies.at(gate).state == GateState::Evaluate &&
          std::any_of(answer_.sub_actions.begin(), answer_.sub_actions.end(), lacks_allow)) {
        answer_.at(gate).why =
            "nothing allows it, which the role's trust policy would make up for by naming the "
            "caller itself";
      }
    }
  }

  // Centralized root access is a feature of the organization that no file shows, and whether RCPs
  // apply is not documented (E6.7).
  void assume_root() {
    const Verdict rcp = answer_.at(Gate::Rcp).verdict;
    if (denies(rcp) || rcp == Verdict::Depends) {
      answer_.at(Gate::Rcp) = {Verdict::Unknown,
                               "AWS does not document whether RCPs apply to AssumeRoot"};
    }
  }

  // Decides iam:PassRole: the caller's gates taken together, and whether the service can assume the
  // role (E6.6).
  void pass_role() {
    answer_.policies = join_policies(join_input(resolved_));
    answer_.policies.at(Gate::Trust) = {GateState::NotApplicable, "", {}};
    answer_.policies.at(Gate::Rcp) = {GateState::NotApplicable, "", {}};
    answer_.policies.at(Gate::Vpce) = {GateState::NotApplicable, "", {}};
    answer_.policies.cross_account = true;  // No trust policy makes an Allow unnecessary.
    answer_.sub_actions.push_back(authorize(request_, resolved_, "iam:PassRole", answer_.policies));
    const Evaluation& evaluation = answer_.sub_actions[0].evaluation;
    for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Session, Gate::Scp}) {
      const Verdict verdict = evaluation.at(gate).verdict;
      if (verdict == Verdict::NotChecked || verdict == Verdict::Unknown) {
        answer_.at(gate) = {verdict, answer_.policies.at(gate).why};
      }
      // The caller's own policies decide even without data of the organization.
      if (gate != Gate::Scp || verdict != Verdict::NotChecked) add_verdict(Gate::PassRole, verdict);
    }
    // The reason is that of a gate with the verdict of the whole.
    GateAnswer& whole = answer_.at(Gate::PassRole);
    for (const Gate gate : {Gate::Scp, Gate::Session, Gate::Boundary, Gate::Identity}) {
      const GateAnswer& part = answer_.at(gate);
      if (part.verdict == whole.verdict && !part.why.empty()) whole.why = part.why;
    }
    const bool accounts_known =
        !answer_.caller.account.empty() && answer_.role_account != kUnknownAccount;
    if (accounts_known && answer_.caller.account != answer_.role_account) {
      PreconditionFailure failure;
      failure.gate = Gate::PassRole;
      failure.code = "passrole-cross-account";
      failure.subject = request_.role;
      failure.message = fmt::format("a role of account {} cannot be passed from account {}",
                                    answer_.role_account, answer_.caller.account);
      failure.expected = {answer_.caller.account};
      failure.actual = answer_.role_account;
      answer_.failures.push_back(failure);
      answer_.at(Gate::PassRole) = {Verdict::DeniesExplicitly, failure.message};
    }
    passed_to_service();
  }

  void passed_to_service() {
    const auto* services = request_.context_values("iam:PassedToService");
    if (services == nullptr || services->empty()) {
      answer_.at(Gate::Trust) = {Verdict::NotApplicable, "the service is not known"};
      return;
    }
    const ResolvedCaller service = resolve_caller(
        estate_, RequestPrincipal::service((*services)[0]), role_partition_, answer_.role_account);
    PolicySet policies;
    policies.at(Gate::Trust) = join_policies(join_input(service)).at(Gate::Trust);
    answer_.service_caller = service.caller;
    answer_.service_trust = authorize(request_, service, "sts:AssumeRole", policies);
    answer_.policies.at(Gate::Trust) = policies.at(Gate::Trust);
    answer_.at(Gate::Trust) = {answer_.service_trust->evaluation.at(Gate::Trust).verdict,
                               policies.at(Gate::Trust).why};
  }

  const Estate& estate_;
  const AssumeRequest& request_;
  const EstateOverlay& overlay_;
  AssumeDecision answer_;
  ResolvedCaller resolved_;
  const Account* role_account_ = nullptr;
  std::string_view role_partition_{"aws"};
};

}  // namespace

AssumeDecision decide(const Estate& estate, const AssumeRequest& request,
                      const EstateOverlay* overlay) {
  const EstateOverlay none;
  return Decider(estate, request, overlay == nullptr ? none : *overlay).run();
}

}  // namespace rolecall
