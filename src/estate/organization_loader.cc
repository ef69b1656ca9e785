// SPDX-License-Identifier: Apache-2.0
#include "organization_loader.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "embedded_policy.h"

namespace rolecall {

namespace {

constexpr std::array<std::string_view, 5> kMembers = {"Organization", "Roots",
                                                      "OrganizationalUnits", "Accounts", "Targets"};
constexpr std::string_view kServiceControl = "SERVICE_CONTROL_POLICY";
constexpr std::string_view kResourceControl = "RESOURCE_CONTROL_POLICY";

class OrganizationReader {
 public:
  OrganizationReader(LoadContext& context, const EstateDocument& document)
      : context_(context), json_(*document.json), root_(document.value) {
    organization_.file = document.file;
    organization_.at = document.value.span();
  }

  // Nothing when the structure could not be read in full.
  std::optional<Organization> read() {
    read_head();
    read_roots();
    each_of("OrganizationalUnits", false, [this](const JsonValue& unit) { read_node(unit, true); });
    each_of("Accounts", true, [this](const JsonValue& account) { read_account(account); });
    each_of("Policies", false, [this](const JsonValue& policy) { read_policy_entry(policy); });
    read_partial();
    each_of("Targets", false, [this](const JsonValue& target) { read_target(target); });
    settle_policy_types();
    if (json_.has_repeated_key_in(root_.span()) && repeats_outside_policies()) broken_ = true;
    if (broken_) {
      context_.estate.incomplete = true;
      return std::nullopt;
    }
    report_unrooted(context_, organization_);
    return std::move(organization_);
  }

 private:
  template <typename Read>
  void each_of(std::string_view key, bool needed, Read read) {
    const auto list = root_.find(key);
    if (!list || list->is(JsonKind::Null)) {
      if (needed) missing(fmt::format("the organization has no `{}`", key), root_.span());
      return;
    }
    if (!need(*list, JsonKind::Array, key)) return;
    for (const JsonValue each : *list) {
      if (need(each, JsonKind::Object, fmt::format("an entry of {}", key))) read(each);
    }
  }

  bool need(const JsonValue& value, JsonKind kind, std::string_view what) {
    if (expect(context_, value, kind, what)) return true;
    if (value.is(JsonKind::Null)) missing(fmt::format("`{}` is null", what), value.span());
    broken_ = true;
    return false;
  }

  void missing(std::string message, Span at) {
    context_.diagnostics.error(DiagnosticCode::MissingMember, std::move(message), at);
    broken_ = true;
  }

  // A required string.
  std::string_view id_of(const JsonValue& object, std::string_view key, std::string_view what) {
    const auto value = object.find(key);
    if (!value) {
      missing(fmt::format("{} has no `{}`", what, key), object.span());
      return {};
    }
    return need(*value, JsonKind::String, key) ? value->string() : std::string_view();
  }

  std::string_view optional_text(const JsonValue& object, std::string_view key) {
    const auto value = object.find(key);
    return value ? read_text(context_, *value, key) : std::string_view();
  }

  void read_head() {
    const auto head = root_.find("Organization");
    if (!head) {
      missing("the file has no `Organization`", root_.span());
    } else if (need(*head, JsonKind::Object, "Organization")) {
      organization_.id = id_of(*head, "Id", "the organization");
      organization_.management_account = optional_text(*head, "MasterAccountId");
      if (organization_.management_account.empty()) {
        organization_.management_account = optional_text(*head, "ManagementAccountId");
      }
      if (organization_.management_account.empty()) {
        report_no_management_account(context_, "MasterAccountId", head->span());
      }
    }
  }

  void read_roots() {
    each_of("Roots", true, [this](const JsonValue& root) {
      read_node(root, false);
      const auto types = root.find("PolicyTypes");
      if (!types || !expect(context_, *types, JsonKind::Array, "PolicyTypes")) return;
      for (const JsonValue type : *types) {
        if (!expect(context_, type, JsonKind::Object, "a policy type")) continue;
        const bool enabled = type.string_at("Status") == "ENABLED";
        const std::string_view name = type.string_at("Type");
        if (name == kServiceControl) scp_entry_ = scp_entry_.value_or(false) || enabled;
        if (name == kResourceControl) rcp_entry_ = rcp_entry_.value_or(false) || enabled;
      }
    });
  }

  // Reads the members that mark an organization of which only some accounts were looked up.
  void read_partial() {
    const auto partial = root_.find("Partial");
    if (!partial || !need(*partial, JsonKind::Boolean, "Partial")) return;
    organization_.partial = partial->boolean();
    read_accounts("OutsideAccounts", organization_.outside_accounts);
    read_accounts("UnreadAccounts", organization_.unread_accounts);
  }

  void read_accounts(std::string_view key, std::vector<std::string_view>& accounts) {
    const auto list = root_.find(key);
    if (!list || !need(*list, JsonKind::Array, key)) return;
    for (const JsonValue each : *list) {
      if (need(each, JsonKind::String, fmt::format("an entry of {}", key))) {
        accounts.push_back(each.string());
      }
    }
  }

  OrganizationNode read_common(const JsonValue& value) {
    OrganizationNode node{.id = id_of(value, "Id", "an entry"), .at = value.span()};
    node.name = optional_text(value, "Name");
    return node;
  }

  void read_node(const JsonValue& value, bool has_parent) {
    OrganizationNode node = read_common(value);
    if (has_parent) node.parent = id_of(value, "ParentId", "an organizational unit");
    add(std::move(node));
  }

  void read_account(const JsonValue& value) {
    OrganizationNode node = read_common(value);
    node.parent = optional_text(value, "ParentId");
    // AWS is replacing `Status` by `State`.
    node.status = optional_text(value, value.find("State") ? "State" : "Status");
    if (!node.id.empty() && !is_account_id(node.id)) {
      context_.diagnostics.error(DiagnosticCode::WrongType,
                                 fmt::format("`{}` is no account id", node.id), node.at);
      broken_ = true;
    }
    add(std::move(node));
  }

  void add(OrganizationNode node) {
    if (node.id.empty()) return;
    const OrganizationNode* const first = organization_.find(node.id);
    if (first == nullptr) {
      organization_.add(std::move(node));
      return;
    }
    const SourceTable& sources = context_.estate.sources();
    if (sources.text(first->at) == sources.text(node.at)) return;
    context_.diagnostics.warning(
        DiagnosticCode::Contradiction,
        fmt::format("`{}` is listed twice, first in {}; the first entry counts", node.id,
                    format_place(sources, first->at)),
        node.at);
  }

  void read_policy_entry(const JsonValue& value) {
    const auto summary = value.find("PolicySummary");
    if (!summary || !summary->is(JsonKind::Object)) {
      // For its targets, policies_of() then adds a policy without a document.
      context_.diagnostics.error(DiagnosticCode::MissingMember, "a policy has no `PolicySummary`",
                                 value.span());
      return;
    }
    OrganizationPolicy policy{.id = optional_text(*summary, "Id"), .at = value.span()};
    const std::string_view type = optional_text(*summary, "Type");
    if (policy.id.empty() || type.empty()) {
      context_.diagnostics.error(DiagnosticCode::MissingMember, "a policy has no `Id` or no `Type`",
                                 summary->span());
      return;
    }
    if (type != kServiceControl && type != kResourceControl) {
      other_types_.insert(policy.id);
      return;
    }
    if (const auto first = policies_.find(policy.id); first != policies_.end()) {
      repeated_policy(policy, organization_.policies[first->second[0]]);
      return;
    }
    policy.kind =
        type == kServiceControl ? PolicyKind::ServiceControl : PolicyKind::ResourceControl;
    policy.arn = optional_text(*summary, "Arn");
    policy.name = optional_text(*summary, "Name");
    const auto managed = summary->find("AwsManaged");
    policy.aws_managed = managed && managed->is(JsonKind::Boolean) && managed->boolean();
    if (const auto content = value.find("Content")) {
      policy.policy = load_policy_document(context_, json_, *content, policy.kind);
    }
    if (repeats_own_key(json_, value) || json_.has_repeated_key_in(summary->span())) {
      policy.policy = nullptr;
    }
    keep(policy);
  }

  void repeated_policy(const OrganizationPolicy& later, OrganizationPolicy& first) {
    const SourceTable& sources = context_.estate.sources();
    if (sources.text(later.at) == sources.text(first.at)) return;
    context_.diagnostics.warning(
        DiagnosticCode::Contradiction,
        fmt::format("policy `{}` is listed twice, first in {}; the first entry counts", later.id,
                    format_place(sources, first.at)),
        later.at);
  }

  std::vector<std::uint32_t>& keep(const OrganizationPolicy& policy) {
    auto& indexes = policies_[policy.id];
    indexes.push_back(static_cast<std::uint32_t>(organization_.policies.size()));
    organization_.policies.push_back(policy);
    return indexes;
  }

  void read_target(const JsonValue& value) {
    const std::string_view policy = id_of(value, "PolicyId", "a target");
    const std::string_view target = id_of(value, "TargetId", "a target");
    if (policy.empty() || target.empty() || other_types_.contains(policy)) return;
    const auto node = organization_.nodes_by_id.find(target);
    if (node == organization_.nodes_by_id.end()) {
      context_.diagnostics.warning(
          DiagnosticCode::MissingMember,
          fmt::format("policy `{}` is attached to `{}`, which is not listed", policy, target),
          value.span());
      return;
    }
    auto& attached = organization_.nodes[node->second].policies;
    for (const std::uint32_t index : policies_of(policy, value.span())) {
      if (attachments_.emplace(node->second, index).second) attached.push_back(index);
    }
  }

  // For a policy that is attached but not listed, adds one without a document. As its type is not
  // known, it is added as SCP and as RCP, unless it is one of the two that AWS itself attaches.
  const std::vector<std::uint32_t>& policies_of(std::string_view id, Span at) {
    const auto known = policies_.find(id);
    if (known != policies_.end()) return known->second;
    context_.diagnostics.warning(
        DiagnosticCode::MissingDocument,
        fmt::format("policy `{}` is attached, and `Policies` does not have it", id), at,
        "add the output of `aws organizations describe-policy`");
    OrganizationPolicy policy{.id = id, .kind = PolicyKind::ServiceControl, .at = at};
    if (id != "p-RCPFullAWSAccess") keep(policy);
    policy.kind = PolicyKind::ResourceControl;
    if (id != "p-FullAWSAccess") keep(policy);
    return policies_[id];
  }

  void settle_policy_types() {
    bool scp_attached = false;
    bool rcp_attached = false;
    for (const auto& [node, index] : attachments_) {
      const bool scp = organization_.policies[index].kind == PolicyKind::ServiceControl;
      scp_attached = scp_attached || scp;
      rcp_attached = rcp_attached || !scp;
    }
    organization_.scp_enabled = scp_entry_.value_or(scp_attached);
    organization_.rcp_enabled = rcp_entry_.value_or(rcp_attached);
  }

  // Whether a repeated key is part of the structure. Within a policy it only affects that policy.
  bool repeats_outside_policies() {
    if (repeats_own_key(json_, root_)) return true;
    for (auto it = root_.begin(); it != root_.end(); ++it) {
      if (it.key() != "Policies" && json_.has_repeated_key_in((*it).span())) return true;
    }
    return false;
  }

  LoadContext& context_;
  const JsonDocument& json_;
  JsonValue root_;
  Organization organization_{};
  std::optional<bool> scp_entry_{};
  std::optional<bool> rcp_entry_{};
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> policies_{};
  std::set<std::string_view> other_types_{};
  std::set<std::pair<std::size_t, std::uint32_t>> attachments_{};
  bool broken_ = false;
};

}  // namespace

bool is_organization(const JsonValue& value) {
  return std::count_if(kMembers.begin(), kMembers.end(),
                       [&](std::string_view key) { return value.find(key).has_value(); }) >= 2;
}

void load_organization(LoadContext& context, const EstateDocument& document) {
  auto read = OrganizationReader(context, document).read();
  if (read) keep_organization(context, *std::move(read));
}

void report_unrooted(LoadContext& context, const Organization& organization) {
  std::vector<std::string> names;
  Span at;
  for (const OrganizationNode& node : organization.nodes) {
    if (!organization.path_to(node.id).empty()) continue;
    if (names.empty()) at = node.at;
    names.push_back(fmt::format("`{}`", node.id));
  }
  if (names.empty()) return;
  context.diagnostics.warning(
      DiagnosticCode::MissingMember,
      fmt::format("the parents of {} do not lead to a root", join_list(names)), at,
      "give every unit and account its parent, and list that unit");
}

void report_no_management_account(LoadContext& context, std::string_view member, Span at) {
  context.diagnostics.warning(
      DiagnosticCode::MissingMember,
      fmt::format("the organization has no `{}`, so its policies decide nothing", member), at,
      "copy it from `aws organizations describe-organization`");
}

namespace {

bool same_policies(const SourceTable& sources, const Organization& a, const OrganizationNode& x,
                   const Organization& b, const OrganizationNode& y) {
  const auto holds = [&](const Organization& all, const OrganizationNode& node,
                         const OrganizationPolicy& policy) {
    return std::any_of(node.policies.begin(), node.policies.end(), [&](std::uint32_t index) {
      const OrganizationPolicy& each = all.policies[index];
      return each.id == policy.id && each.kind == policy.kind &&
             same_policy(sources, each.policy, policy.policy);
    });
  };
  return x.policies.size() == y.policies.size() &&
         std::all_of(x.policies.begin(), x.policies.end(),
                     [&](std::uint32_t index) { return holds(b, y, a.policies[index]); });
}

// A missing status means an active account.
bool same_status(std::string_view a, std::string_view b) {
  const auto is_plain = [](std::string_view each) { return each.empty() || each == "ACTIVE"; };
  return a == b || (is_plain(a) && is_plain(b));
}

// Whether the two are equal in all that affects a decision.
bool same_organization(const SourceTable& sources, const Organization& a, const Organization& b) {
  const auto same_node = [&](const OrganizationNode& node) {
    const OrganizationNode* const other = b.find(node.id);
    return other != nullptr && other->parent == node.parent &&
           same_status(other->status, node.status) && same_policies(sources, a, node, b, *other);
  };
  return a.id == b.id && a.management_account == b.management_account &&
         a.scp_enabled == b.scp_enabled && a.rcp_enabled == b.rcp_enabled &&
         a.partial == b.partial && a.outside_accounts == b.outside_accounts &&
         a.unread_accounts == b.unread_accounts && a.nodes.size() == b.nodes.size() &&
         std::all_of(a.nodes.begin(), a.nodes.end(), same_node);
}

}  // namespace

void keep_organization(LoadContext& context, Organization organization) {
  auto& known = context.estate.organization;
  if (!known) {
    known = std::move(organization);
    return;
  }
  const SourceTable& sources = context.estate.sources();
  if (same_organization(sources, *known, organization)) return;
  const std::string place = format_place(sources, known->at);
  context.diagnostics.warning(
      DiagnosticCode::Contradiction,
      known->id == organization.id
          ? fmt::format("organization `{}` is described differently in {}, which counts",
                        organization.id, place)
          : fmt::format("a second organization, `{}`; `{}` of {} counts", organization.id,
                        known->id, place),
      organization.at, "give one organization");
}

}  // namespace rolecall
