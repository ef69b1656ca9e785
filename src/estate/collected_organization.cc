// SPDX-License-Identifier: Apache-2.0
#include "collected_organization.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "embedded_policy.h"
#include "organization_loader.h"

namespace rolecall {

namespace {

class CollectedOrganizationReader {
 public:
  CollectedOrganizationReader(LoadContext& context, const OrganizationFiles& files,
                              const OpenDocument& open)
      : context_(context), files_(files), documents_(context, open) {}

  std::optional<Organization> read() {
    if (!files_.whole) return std::nullopt;
    organization_.file = files_.place;
    organization_.id = context_.estate.sources().keep(files_.id);
    read_metadata();
    read_policies(files_.scps, PolicyKind::ServiceControl);
    read_policies(files_.rcps, PolicyKind::ResourceControl);
    each_of(files_.units, "ous", [this](auto& it) { read_unit(it); });
    each_of(files_.accounts, "accounts", [this](auto& it) { read_account(it); });
    if (broken_) return std::nullopt;
    settle_policy_types();
    report_unrooted(context_, organization_);
    return std::move(organization_);
  }

 private:
  // The object in a required document.
  std::optional<JsonValue> object(const CollectedDocument& document, std::string_view name) {
    if (!document.exists()) {
      context_.diagnostics.add(
          {.severity = Severity::Error,
           .code = DiagnosticCode::MissingMember,
           .message = fmt::format("organization `{}` has no `{}`", files_.id, name),
           .help = "collect the organization again",
           .file = files_.place});
      broken_ = true;
      return std::nullopt;
    }
    const auto value = documents_.read(document);
    if (!value || !need(*value, JsonKind::Object, name)) {
      broken_ = true;
      return std::nullopt;
    }
    broken_ = broken_ || !documents_.json().repeated_keys().empty();
    return value;
  }

  template <typename Read>
  void each_of(const CollectedDocument& document, std::string_view name, Read read) {
    const auto value = object(document, name);
    if (!value) return;
    for (auto it = value->begin(); it != value->end(); ++it) {
      if (need(*it, JsonKind::Object, it.key())) read(it);
    }
  }

  bool need(const JsonValue& value, JsonKind kind, std::string_view what) {
    if (expect(context_, value, kind, what)) return true;
    if (value.is(JsonKind::Null)) {
      context_.diagnostics.error(DiagnosticCode::MissingMember, fmt::format("`{}` is null", what),
                                 value.span());
    }
    broken_ = true;
    return false;
  }

  std::string_view text(const JsonValue& object, std::string_view key) {
    const auto value = object.find(key);
    return value ? read_text(context_, *value, key) : std::string_view();
  }

  void read_metadata() {
    const auto value = object(files_.metadata, "metadata");
    if (!value) return;
    organization_.at = value->span();
    organization_.management_account = text(*value, "rootAccountId");
    if (organization_.management_account.empty()) {
      report_no_management_account(context_, "rootAccountId", value->span());
    }
    const auto features = value->find("features");
    if (!features || !expect(context_, *features, JsonKind::Object, "features")) return;
    const auto enabled = [&](std::string_view type) -> std::optional<bool> {
      const auto feature = features->find(type);
      if (!feature || !expect(context_, *feature, JsonKind::Boolean, type)) return std::nullopt;
      return feature->boolean();
    };
    scp_entry_ = enabled("SERVICE_CONTROL_POLICY");
    rcp_entry_ = enabled("RESOURCE_CONTROL_POLICY");
  }

  void read_policies(const std::map<std::string, CollectedPolicy>& policies, PolicyKind kind) {
    for (const auto& [id, each] : policies) {
      OrganizationPolicy policy{.id = context_.estate.sources().keep(id), .kind = kind};
      if (each.metadata.exists()) {
        if (const auto value = documents_.read(each.metadata);
            value && expect(context_, *value, JsonKind::Object, "metadata")) {
          policy.arn = text(*value, "arn");
          policy.name = text(*value, "name");
          policy.at = value->span();
        }
      }
      if (each.policy.exists()) {
        if (const auto value = documents_.read(each.policy)) {
          policy.policy = load_policy_document(context_, documents_.json(), *value, kind);
          policy.at = value->span();
        }
      }
      name_by_arn(policy, policy.arn);
      keep(policy, id);
    }
  }

  // Takes the id from the policy's ARN, as the folder has it in lower case.
  static void name_by_arn(OrganizationPolicy& policy, std::string_view arn) {
    const std::string_view id = arn.substr(arn.rfind('/') + 1);
    const auto split = Arn::split(arn);
    if (!split || !equals_ignore_case(id, policy.id)) return;
    policy.arn = arn;
    policy.id = id;
    policy.aws_managed = split->account == "aws";
  }

  std::uint32_t keep(OrganizationPolicy policy, std::string id) {
    const auto index = static_cast<std::uint32_t>(organization_.policies.size());
    by_id_[policy.kind].emplace(std::move(id), index);
    organization_.policies.push_back(policy);
    return index;
  }

  void read_unit(const JsonValue::Iterator& entry) {
    const JsonValue value = *entry;
    OrganizationNode node{.id = entry.key(), .parent = text(value, "parent"), .at = value.span()};
    attach_all(node, value);
    organization_.add(std::move(node));
  }

  void read_account(const JsonValue::Iterator& entry) {
    const JsonValue value = *entry;
    OrganizationNode node{.id = entry.key(), .parent = text(value, "ou"), .at = value.span()};
    if (!is_account_id(node.id)) {
      context_.diagnostics.error(DiagnosticCode::WrongType,
                                 fmt::format("`{}` is no account id", node.id), entry.key_span());
      broken_ = true;
    }
    attach_all(node, value);
    organization_.add(std::move(node));
  }

  void attach_all(OrganizationNode& node, const JsonValue& value) {
    attach(node, value, "scps", PolicyKind::ServiceControl);
    attach(node, value, "rcps", PolicyKind::ResourceControl);
  }

  void attach(OrganizationNode& node, const JsonValue& value, std::string_view key,
              PolicyKind kind) {
    const auto list = value.find(key);
    if (!list || list->is(JsonKind::Null) || !need(*list, JsonKind::Array, key)) return;
    for (const JsonValue each : *list) {
      if (!need(each, JsonKind::String, "the ARN of a policy")) continue;
      const auto index = policy_of(each, kind);
      const bool known = !index || std::find(node.policies.begin(), node.policies.end(), *index) !=
                                       node.policies.end();
      if (!known) node.policies.push_back(*index);
    }
  }

  std::optional<std::uint32_t> policy_of(const JsonValue& reference, PolicyKind kind) {
    const std::string_view arn = reference.string();
    const std::string_view id = arn.substr(arn.rfind('/') + 1);
    const std::string folder = ascii_lower(id);
    const auto known = by_id_[kind].find(folder);
    if (known != by_id_[kind].end()) {
      name_by_arn(organization_.policies[known->second], arn);
      return known->second;
    }
    // It allows everything and cannot be detached, so it is not stored.
    if (id == "p-RCPFullAWSAccess" && kind == PolicyKind::ResourceControl) {
      rcp_attached_ = true;
      return std::nullopt;
    }
    context_.diagnostics.warning(
        DiagnosticCode::MissingDocument,
        fmt::format("policy `{}` is attached, and its document is not there", id), reference.span(),
        "collect the organization again");
    OrganizationPolicy policy{.id = id, .arn = arn, .kind = kind, .at = reference.span()};
    return keep(policy, folder);
  }

  void settle_policy_types() {
    const auto attached = [&](PolicyKind kind) {
      const auto is_of_kind = [&](std::uint32_t i) {
        return organization_.policies[i].kind == kind;
      };
      return std::any_of(organization_.nodes.begin(), organization_.nodes.end(),
                         [&](const OrganizationNode& node) {
                           return std::any_of(node.policies.begin(), node.policies.end(),
                                              is_of_kind);
                         });
    };
    organization_.scp_enabled = scp_entry_.value_or(attached(PolicyKind::ServiceControl));
    organization_.rcp_enabled =
        rcp_entry_.value_or(rcp_attached_ || attached(PolicyKind::ResourceControl));
  }

  LoadContext& context_;
  const OrganizationFiles& files_;
  CollectedDocuments documents_;
  Organization organization_{};
  std::optional<bool> scp_entry_{};
  std::optional<bool> rcp_entry_{};
  std::map<PolicyKind, std::unordered_map<std::string, std::uint32_t>> by_id_{};
  bool rcp_attached_ = false;  // AWS's own RCP is attached somewhere.
  bool broken_ = false;
};

}  // namespace

std::optional<Organization> read_collected_organization(LoadContext& context,
                                                        const OrganizationFiles& files,
                                                        const OpenDocument& open) {
  return CollectedOrganizationReader(context, files, open).read();
}

}  // namespace rolecall
