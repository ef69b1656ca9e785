// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/policy_compare.h"
#include "rolecall/iam/arn.h"

#include "diagnose/candidate.h"
#include "diagnose/principal_cause.h"

// Generators that add a missing Allow to the caller's policies, SCPs and endpoint policies.
namespace rolecall {

namespace {

bool is_assume_action(std::string_view action) {
  return (starts_with_ignore_case(action, "sts:") && !has_wildcard(action)) ||
         equals_ignore_case(action, "iam:PassRole");
}

bool lists_only_assume_actions(const Statement& statement) {
  return !statement.action.negated &&
         std::all_of(statement.action.items.begin(), statement.action.items.end(),
                     [](const Text& each) { return is_assume_action(each.value); });
}

// Whether the value is a misspelling of the role's ARN, and not the ARN of something else.
bool is_slip(std::string_view value, std::string_view role) {
  constexpr std::size_t kSlip = 3;
  const auto arn = IamArn::parse(value);
  const bool valid = arn && arn->form != ArnForm::Other;
  return !valid && !has_wildcard(value) && edit_distance(value, role, kSlip) <= kSlip;
}

// The gate whose policies have to allow. Gate::PassRole sums up several gates: the first of them
// that denies.
Gate gate_of(const Finding& finding) {
  if (finding.cause.gate != Gate::PassRole) return finding.cause.gate;
  if (finding.sub == nullptr) return Gate::Identity;
  for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Session, Gate::Scp}) {
    if (denies(finding.sub->evaluation.at(gate).verdict)) return gate;
  }
  return Gate::Identity;
}

bool is_about_sts(const Policy& policy) {
  return std::any_of(policy.statements.begin(), policy.statements.end(), [](const Statement& each) {
    return each.effect == Effect::Allow && lists_only_assume_actions(each);
  });
}

// Policies of the gate to which an Allow can be added, best first: the caller's own before shared
// ones, and those about assuming roles before others.
std::vector<const Policy*> policies_to_extend(const Finding& finding) {
  std::vector<const Policy*> own;
  std::vector<const Policy*> shared;
  for (const PolicyLayer& layer : finding.decision.policies.at(gate_of(finding)).layers) {
    for (const PolicyRef& ref : layer.policies) {
      if (ref.policy == nullptr || ref.policy->faulty) continue;
      if (gate_of(finding) == Gate::Scp && ref.label != finding.cause.policy) continue;
      const auto change = change_of_policy(finding, *ref.policy);
      if (!change) continue;
      const bool inlined = change->target == FixTarget::InlinePolicy &&
                           change->entity_arn == principal_arn(finding.decision.caller);
      (inlined ? own : shared).push_back(ref.policy);
    }
  }
  const auto first_sts = [](std::vector<const Policy*>& list) {
    std::stable_partition(list.begin(), list.end(),
                          [](const Policy* each) { return is_about_sts(*each); });
  };
  first_sts(own);
  first_sts(shared);
  own.insert(own.end(), shared.begin(), shared.end());
  constexpr std::size_t kMost = 3;
  if (own.size() > kMost) own.resize(kMost);
  return own;
}

NewStatement needed_statement(const Finding& finding, PolicyKind kind) {
  NewStatement statement;
  statement.actions = refused_actions(finding, gate_of(finding));
  if (statement.actions.empty()) statement.actions = {finding.cause.action};
  statement.resource = resource_of(finding);
  if (kind == PolicyKind::VpcEndpoint) {
    const PrincipalName name = principal_name(*finding.caller);
    const bool is_signed = name.type == "AWS";
    statement.principal_type = "AWS";
    statement.principal = is_signed ? name.value : "*";
    if (name.pattern) statement.conditions.push_back(*name.pattern);
  }
  const auto* services = finding.request.context_values("iam:PassedToService");
  if (equals_ignore_case(finding.cause.action, "iam:PassRole") && services != nullptr &&
      services->size() == 1) {
    statement.conditions.push_back({"StringEquals", "iam:PassedToService", *services});
  }
  return statement;
}

// An Allow statement for exactly this resource that only lacks the action.
const Statement* statement_for_resource(const Policy& policy, std::string_view resource) {
  for (const Statement& each : policy.statements) {
    const auto& items = each.resource.items;
    if (each.effect == Effect::Allow && each.conditions.empty() && !each.resource.negated &&
        items.size() == 1 && items[0].value == resource && lists_only_assume_actions(each) &&
        !each.principal.present) {
      return &each;
    }
  }
  return nullptr;
}

// `allow-deploy`; when the entity has that already, with the account and then a number added.
std::string new_policy_name(const Finding& finding, const IamEntity& entity) {
  const std::string resource = resource_of(finding);
  const auto arn = IamArn::parse(resource);
  const std::string role = arn ? std::string(arn->name) : resource;
  const auto is_free = [&](const std::string& name) {
    return std::none_of(entity.inline_policies.begin(), entity.inline_policies.end(),
                        [&](const AttachedPolicy& each) {
                          return starts_with_ignore_case(each.name, name + " (inline policy of ");
                        });
  };
  constexpr std::size_t kLongest = 120;
  std::string name = fmt::format("allow-{}", role).substr(0, kLongest);
  if (is_free(name)) return name;
  if (arn) name = fmt::format("allow-{}-{}", arn->account, role).substr(0, kLongest);
  std::string numbered = name;
  for (int i = 2; !is_free(numbered); ++i) numbered = fmt::format("{}-{}", name, i);
  return numbered;
}

// Changes of an identity-based policy, which names no principals, in words; a few are shown.
std::string describe_changes(const std::vector<Change>& changes) {
  constexpr std::size_t kMost = 3;
  constexpr std::string_view kNobodyNamed = "everyone; ";
  std::string text;
  for (std::size_t i = 0; i < std::min(changes.size(), kMost); ++i) {
    std::string words = describe_change(changes[i]);
    if (words.starts_with(kNobodyNamed)) words.erase(0, kNobodyNamed.size());
    text += fmt::format("{}{}", i == 0 ? "" : " | ", words);
  }
  if (changes.size() > kMost) text += fmt::format(" | and {} more", changes.size() - kMost);
  return text;
}

// Whether the set has only requests that the finding needs.
bool is_needed_only(const Change& opened, const Finding& finding) {
  const std::vector<std::string> actions = refused_actions(finding, gate_of(finding));
  const auto within = [](const std::vector<PatternSelection>& selections, const auto& is_needed) {
    return std::any_of(selections.begin(), selections.end(), [&](const PatternSelection& each) {
      return each.holds && std::all_of(each.values.begin(), each.values.end(), is_needed);
    });
  };
  return within(opened.actions,
                [&](const std::string& each) {
                  return std::any_of(actions.begin(), actions.end(), [&](const std::string& one) {
                    return equals_ignore_case(one, each);
                  });
                }) &&
         within(opened.resources,
                [&](const std::string& each) { return each == resource_of(finding); });
}

// Warns of what another version of a policy changes besides allowing this call.
void warn_of_version(const Finding& finding, const ManagedPolicy& managed,
                     const ManagedPolicyVersion& version, FixChange& change) {
  const PlacedPolicy now = managed.document();
  if (now == nullptr) return;
  const PolicyComparison compared = compare_policies(*now, *version.policy);
  std::vector<Change> more;
  std::copy_if(compared.opened.begin(), compared.opened.end(), std::back_inserter(more),
               [&](const Change& each) { return !is_needed_only(each, finding); });
  const auto warn = [&](std::string warning) {
    change.opens = true;
    change.warnings.push_back(std::move(warning));
  };
  if (!more.empty()) warn(fmt::format("{} also allows: {}", version.id, describe_changes(more)));
  if (!compared.closed.empty()) {
    warn(fmt::format("{} no longer allows: {}", version.id, describe_changes(compared.closed)));
  }
  if (compared.outcome == ComparisonOutcome::Unknown) {
    warn(fmt::format("not all of what {} changes could be told", version.id));
  }
}

}  // namespace

void allow_resource(const Finding& finding, Candidates& out) {
  if (finding.statement == nullptr || finding.statement->effect != Effect::Allow ||
      finding.statement->resource.negated || !finding.statement->resource.present ||
      !lists_only_assume_actions(*finding.statement) || finding.sub == nullptr ||
      !actions_match(finding.statement->action, finding.cause.action)) {
    return;
  }
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  const std::string role = resource_of(finding);
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  const std::string pointer = editor.statement(finding.statement->index) + "/Resource";
  std::string old;
  for (const Text& each : finding.statement->resource.items) {
    if (is_slip(each.value, role)) old = each.value;
  }
  if (old.empty()) {
    editor.add_value(pointer, role);
  } else {
    editor.replace_value(pointer, old, role);
  }
  add_candidate(out, finding, *std::move(change), editor,
                old.empty() ? fmt::format("add `{}` to the Resource of {} of {}", role,
                                          statement_words(finding), finding.cause.policy)
                            : fmt::format("write the Resource `{}` of {} of {} as `{}`", old,
                                          statement_words(finding), finding.cause.policy, role));
}

void allow_in_policy(const Finding& finding, Candidates& out) {
  for (const Policy* policy : policies_to_extend(finding)) {
    auto change = change_of_policy(finding, *policy);
    PolicyEditor editor = edit_policy(finding, *policy);
    const NewStatement statement = needed_statement(finding, policy->kind);
    if (statement.principal == "*") {
      change->opens = true;
      change->warnings.push_back(fmt::format(
          "everyone may call {} for this role through the endpoint", finding.cause.action));
    }
    const Statement* known = statement_for_resource(*policy, statement.resource);
    if (known != nullptr) {
      for (const std::string& each : statement.actions) {
        editor.add_value(editor.statement(known->index) + "/Action", each);
      }
    } else {
      editor.add_statement(format_statement(statement));
    }
    const std::string label = change->label;
    Finding in_policy = finding;
    in_policy.policy = policy;
    add_candidate(
        out, in_policy, *std::move(change), editor,
        fmt::format("allow {} on `{}` in {}", finding.cause.action, statement.resource, label));
  }
}

void allow_in_new_policy(const Finding& finding, Candidates& out) {
  const IamEntity* entity = finding.decision.caller_user;
  const Role* role = finding.decision.caller_role;
  if (gate_of(finding) != Gate::Identity) return;
  if (entity == nullptr) {
    if (role == nullptr || !role->complete || role->is_service_linked()) return;
    entity = role;
  }
  FixChange change;
  change.target = FixTarget::InlinePolicy;
  change.gate = finding.cause.gate;
  change.policy_name = new_policy_name(finding, *entity);
  change.label = fmt::format("{} (inline policy of {})", change.policy_name, entity->name);
  change.account = finding.decision.caller.account;
  change.entity_arn = entity->arn;
  const bool listed = entity->inline_policies_at.known();
  change.at = listed ? entity->inline_policies_at : entity->at;
  const NewStatement statement = needed_statement(finding, PolicyKind::Identity);
  const std::string document = fmt::format("{{\"Version\": \"2012-10-17\", \"Statement\": [{}]}}",
                                           format_statement(statement));
  change.after = format_json(document).value_or(document);
  change.summary = fmt::format("give {} a new inline policy that allows {} on `{}`",
                               short_caller(finding.decision.caller), join_list(statement.actions),
                               statement.resource);
  if (role != nullptr && role->is_sso_reserved()) {
    change.warnings.emplace_back(
        "this role belongs to Identity Center: add the policy to its permission set");
  }
  out.push_back(std::move(change));
}

void use_other_version(const Finding& finding, Candidates& out) {
  const ManagedPolicy* managed =
      finding.estate.find_policy(finding.decision.caller.account, finding.cause.policy);
  if (managed == nullptr) return;
  for (const ManagedPolicyVersion& each : managed->versions) {
    if (each.is_default || each.policy == nullptr) continue;
    FixChange change;
    change.kind = FixKind::Command;
    change.target = FixTarget::PolicyVersion;
    change.gate = finding.cause.gate;
    change.label = managed->arn;
    change.entity_arn = managed->arn;
    change.version_id = each.id;
    change.account = finding.decision.caller.account;
    warn_of_version(finding, *managed, each, change);
    change.summary = fmt::format("make {} the default version of `{}`", each.id, managed->name);
    out.push_back(std::move(change));
  }
}

}  // namespace rolecall
