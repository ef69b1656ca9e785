// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/estate/estate.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

// A document of the layout of iam-collect. Of an account it has an ARN, of an organization none.
struct CollectedText {
  std::string owner{};   // Account or organization.
  std::string folder{};  // Below that of the owner: `iam/role/ci`; may be empty.
  std::string arn{};
  std::string part{};  // `trust-policy`.
  std::string text{};
};

// Writes an estate the way iam-collect writes what it collects, from the description of its layout.
class CollectedWriter {
 public:
  explicit CollectedWriter(const Estate& estate) : estate_(estate) {
    for (const auto& [id, account] : estate.accounts()) {
      if (account.exported) write(account);
    }
    for (const OidcProvider& each : estate.oidc_providers) write(each);
    for (const SamlProvider& each : estate.saml_providers) {
      begin(each.arn, "iam/saml-provider");
      part("metadata", object({{"arn", each.arn}}));
    }
    for (const VpcEndpoint& each : estate.vpc_endpoints) write(each);
    if (estate.organization) write(*estate.organization);
  }

  [[nodiscard]] const std::vector<CollectedText>& texts() const { return texts_; }

  void write_folder(const std::filesystem::path& folder) const {
    for (const CollectedText& each : texts_) {
      const auto path = folder / "aws/aws" / (each.arn.empty() ? "organizations" : "accounts") /
                        each.owner / each.folder / (each.part + ".json");
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << each.text;
    }
  }

 private:
  using Members = std::vector<std::pair<std::string_view, std::string_view>>;

  static std::string object(const Members& members) {
    JsonWriter out(2);
    out.begin_object();
    for (const auto& [key, value] : members) {
      if (!value.empty()) out.member(key, value);
    }
    out.end_object();
    return out.text();
  }

  static std::string list(const std::vector<std::string_view>& items) {
    JsonWriter out(2);
    out.begin_array();
    for (const std::string_view each : items) out.string(each);
    out.end_array();
    return out.text();
  }

  void begin(std::string_view arn, std::string_view type, std::string_view account = {}) {
    const auto split = Arn::split(arn);
    std::string id = ascii_lower(split->resource.substr(split->resource.find('/') + 1));
    for (std::size_t at = id.find('/'); at != id.npos; at = id.find('/', at)) {
      id.replace(at, 1, "%2f");
    }
    now_ = {.owner = std::string(account.empty() ? split->account : account),
            .folder = fmt::format("{}/{}", type, id),
            .arn = ascii_lower(arn)};
  }

  void part(std::string_view name, std::string text) {
    now_.part = name;
    now_.text = std::move(text);
    texts_.push_back(now_);
  }

  void policy(std::string_view name, const Policy* document) {
    if (document != nullptr) part(name, std::string(estate_.sources().text(document->at)));
  }

  void write(const Account& account) {
    bool tagged = false;
    for (const Role& each : account.roles) tagged = tagged || !each.tags.empty();
    for (const Role& each : account.roles) {
      begin(each.arn, "iam/role");
      write(each, "");
      policy("trust-policy", each.trust);
      // Without the tags of any role it would not be known whether they were collected.
      if (!tagged && each.tags.empty()) part("tags", "{}");
      tagged = true;
    }
    for (const User& each : account.users) {
      begin(each.arn, "iam/user");
      write(each, "");
      if (!each.groups.empty()) part("groups", list(each.groups));
    }
    for (const Group& each : account.groups) {
      begin(each.arn, "iam/group");
      write(each, "group ");
    }
    for (const auto& [arn, each] : account.policies) {
      const bool aws = Arn::split(arn)->account == "aws";
      begin(arn, aws ? "iam/aws/policy" : "iam/policy", account.id);
      part("metadata", object({{"arn", arn}, {"name", each.name}}));
      policy("current-policy", each.document());
    }
  }

  void write(const IamEntity& entity, std::string_view kind) {
    part("metadata", object({{"arn", entity.arn},
                             {"name", entity.name},
                             {"id", entity.id},
                             {"path", entity.path},
                             {"permissionBoundary", entity.boundary_arn}}));
    if (!entity.inline_policies.empty()) write_inline(entity, kind);
    if (!entity.attached_arns.empty()) part("managed-policies", list(entity.attached_arns));
    if (entity.tags.empty()) return;
    JsonWriter out(2);
    out.begin_object();
    for (const Tag& each : entity.tags) out.member(each.key, each.value);
    out.end_object();
    part("tags", out.text());
  }

  void write_inline(const IamEntity& entity, std::string_view kind) {
    const std::string end = fmt::format(" (inline policy of {}{})", kind, entity.name);
    JsonWriter out(2);
    out.begin_array();
    for (const AttachedPolicy& each : entity.inline_policies) {
      out.begin_object();
      out.member("PolicyName", each.name.substr(0, each.name.size() - end.size()));
      out.key("PolicyDocument");
      out.raw(each.policy == nullptr ? "null"
                                     : std::string(estate_.sources().text(each.policy->at)));
      out.end_object();
    }
    out.end_array();
    part("inline-policies", out.text());
  }

  void write(const OidcProvider& provider) {
    begin(provider.arn, "iam/oidc-provider");
    JsonWriter out(2);
    out.begin_object();
    out.member("arn", provider.arn);
    out.key("audiences");
    out.begin_array();
    for (const std::string_view each : provider.client_ids) out.string(each);
    out.end_array();
    out.member("url", provider.url);
    out.end_object();
    part("metadata", out.text());
  }

  void write(const VpcEndpoint& endpoint) {
    const std::string owner(endpoint.owner_id.empty() ? "111122223333" : endpoint.owner_id);
    const std::string arn =
        fmt::format("arn:aws:ec2:eu-west-1:{}:vpc-endpoint/{}", owner, endpoint.id);
    begin(arn, "ec2/eu-west-1/vpc-endpoint");
    const std::string vpc = fmt::format("arn:aws:ec2:eu-west-1:{}:vpc/{}", owner, endpoint.vpc_id);
    part("metadata", object({{"id", endpoint.id},
                             {"vpc", vpc},
                             {"type", "Interface"},
                             {"serviceName", endpoint.service_name},
                             {"arn", arn}}));
    policy("endpoint-policy", endpoint.policy);
  }

  void write(const Organization& organization) {
    now_ = {.owner = std::string(organization.id)};
    JsonWriter head(2);
    head.begin_object();
    head.member("id", organization.id);
    head.member("rootAccountId", organization.management_account);
    head.key("features");
    head.begin_object();
    head.member("SERVICE_CONTROL_POLICY", organization.scp_enabled);
    head.member("RESOURCE_CONTROL_POLICY", organization.rcp_enabled);
    head.end_object();
    head.end_object();
    part("metadata", head.text());
    write_nodes(organization, true);
    write_nodes(organization, false);
    for (const OrganizationPolicy& each : organization.policies) {
      const bool scp = each.kind == PolicyKind::ServiceControl;
      now_.folder = fmt::format("{}/{}", scp ? "scps" : "rcps", ascii_lower(each.id));
      part("metadata", object({{"arn", policy_arn(each)}, {"name", each.name}}));
      policy("policy", each.policy);
    }
  }

  static std::string policy_arn(const OrganizationPolicy& policy) {
    return fmt::format("arn:aws:organizations::{}:policy/{}",
                       policy.aws_managed ? "aws" : "777788889999", policy.id);
  }

  void write_nodes(const Organization& organization, bool accounts) {
    JsonWriter out(2);
    out.begin_object();
    for (const OrganizationNode& node : organization.nodes) {
      if (is_account_id(node.id) != accounts) continue;
      out.key(node.id);
      out.begin_object();
      if (!node.parent.empty()) out.member(accounts ? "ou" : "parent", node.parent);
      write_attached(out, organization, node, "scps", PolicyKind::ServiceControl);
      write_attached(out, organization, node, "rcps", PolicyKind::ResourceControl);
      out.end_object();
    }
    out.end_object();
    part(accounts ? "accounts" : "ous", out.text());
  }

  static void write_attached(JsonWriter& out, const Organization& organization,
                             const OrganizationNode& node, std::string_view key, PolicyKind kind) {
    out.key(key);
    out.begin_array();
    for (const std::uint32_t index : node.policies) {
      const OrganizationPolicy& each = organization.policies[index];
      if (each.kind == kind) out.string(policy_arn(each));
    }
    out.end_array();
  }

  const Estate& estate_;
  CollectedText now_{};
  std::vector<CollectedText> texts_{};
};

}  // namespace rolecall
