// SPDX-License-Identifier: Apache-2.0
#include "diagnose/trial.h"

#include <algorithm>
#include <utility>

#include "rolecall/iam/arn.h"
#include "rolecall/trust/request_file.h"

namespace rolecall {

namespace {

PolicyKind kind_of(const FixChange& change) {
  return change.policy != nullptr ? change.policy->kind : PolicyKind::Identity;
}

bool is_open(Verdict verdict) {
  return verdict == Verdict::Depends || verdict == Verdict::Unknown ||
         verdict == Verdict::NotChecked;
}

// Whether no gate that allowed before is open now. A gate that denied before, or that did not apply
// without a role, may be open now.
bool knows_as_much(const AssumeDecision& before, const AssumeDecision& after) {
  for (int i = 0; i < kGateCount; ++i) {
    const Verdict was = before.at(static_cast<Gate>(i)).verdict;
    const Verdict is = after.at(static_cast<Gate>(i)).verdict;
    if (is_open(is) && was == Verdict::Allows) return false;
  }
  return true;
}

}  // namespace

std::unique_ptr<Trial> Trial::run(const Estate& estate, const AssumeRequest& request,
                                  const Fix& fix) {
  std::unique_ptr<Trial> trial(new Trial(estate, request));
  if (!trial->lay_over(fix)) return nullptr;
  trial->decision_ = decide(estate, trial->request_, &trial->overlay_);
  return trial;
}

std::string_view Trial::text(const Policy& policy) const {
  const bool own =
      change_of(policy).has_value() || (request_edited_ && policy.kind == PolicyKind::Session);
  return own ? sources_.text(policy.at) : estate_.sources().text(policy.at);
}

const Policy* Trial::version_of(std::size_t change) const {
  for (const Version& each : versions_) {
    if (each.change == change) return &each.policy;
  }
  return nullptr;
}

std::optional<std::size_t> Trial::change_of(const Policy& policy) const {
  for (const Version& each : versions_) {
    if (&each.policy == &policy) return each.change;
  }
  return std::nullopt;
}

bool Trial::lay_over(const Fix& fix) {
  for (std::size_t i = 0; i < fix.changes.size(); ++i) {
    if (!lay_over(fix.changes[i], i)) return false;
  }
  return edit_request(fix);
}

bool Trial::lay_over(const FixChange& change, std::size_t index) {
  switch (change.target) {
    case FixTarget::Request:
    case FixTarget::World:
      return true;  // All edits of the request are applied together.
    case FixTarget::RoleSetting:
      overlay_.max_session_seconds[change.entity_arn] = change.seconds.value_or(0);
      return true;
    case FixTarget::OidcProvider: {
      OidcProvider provider{.arn = sources_.keep(change.entity_arn)};
      provider.url = IamArn::parse(provider.arn)->name;
      for (const std::string& each : change.client_ids) {
        provider.client_ids.push_back(sources_.keep(each));
      }
      overlay_.oidc_providers.push_back(std::move(provider));
      return true;
    }
    case FixTarget::PolicyVersion: {
      const ManagedPolicy* managed = estate_.find_policy(change.account, change.entity_arn);
      if (managed == nullptr || managed->document() == nullptr) return false;
      for (const ManagedPolicyVersion& each : managed->versions) {
        if (each.id == change.version_id) {
          overlay_.policies[managed->document()] = each.policy;
        }
      }
      return true;
    }
    default:
      return replace_policy(change, index);
  }
}

bool Trial::replace_policy(const FixChange& change, std::size_t index) {
  std::string text = change.after;
  if (change.policy != nullptr) {
    auto edited = apply_json_edits(estate_.sources().text(change.policy->at), change.edits);
    if (!edited) return false;
    text = *std::move(edited);
  }
  Diagnostics faults;
  auto policy = parse_policy(sources_, sources_.add({}, std::move(text)), kind_of(change), faults);
  if (!policy || policy->faulty) return false;
  versions_.push_back({*std::move(policy), index});
  const Policy* version = &versions_.back().policy;
  if (change.policy != nullptr) {
    overlay_.policies[change.policy] = version;
  } else {
    AttachedPolicy attached{.name = change.label, .policy = version};
    overlay_.inline_policies.push_back({change.entity_arn, std::move(attached)});
  }
  return true;
}

bool Trial::edit_request(const Fix& fix) {
  std::vector<JsonEdit> edits;
  for (const FixChange& change : fix.changes) {
    if (change.target != FixTarget::Request && change.target != FixTarget::World) continue;
    edits.insert(edits.end(), change.edits.begin(), change.edits.end());
  }
  if (edits.empty()) return true;
  auto edited = edit_request_text(format_request(request_, estate_.sources()), edits);
  if (!edited) return false;
  Diagnostics faults;
  auto parsed = read_request(sources_, sources_.add({}, *std::move(edited)), faults);
  if (!parsed || faults.error_count() > 0) return false;
  // Members that a request file does not have stay as they are.
  parsed->whole = request_.whole;
  parsed->observed_sub_actions = request_.observed_sub_actions;
  parsed->parameters_hidden = request_.parameters_hidden;
  parsed->role_may_be_cut = request_.role_may_be_cut && parsed->role == request_.role;
  parsed->principal.token = request_.principal.token;
  parsed->principal.claims_partial = request_.principal.claims_partial;
  parsed->mfa_serial_given = parsed->mfa_serial_given || request_.mfa_serial_given;
  request_ = *std::move(parsed);
  request_edited_ = true;
  return true;
}

bool proves(const AssumeDecision& before, const AssumeDecision& after) {
  return after.decision != Decision::Denied && knows_as_much(before, after);
}

}  // namespace rolecall
