// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "report/fix_forms_parts.h"

namespace rolecall {

namespace {

// Writes YAML in block style. All strings are quoted, keys included, so that YAML reads neither the
// Version as a date nor the operator `Null` as null.
class YamlWriter {
 public:
  void open(std::string_view key) {
    out_ += fmt::format("{}{}:\n", indent(), key);
    ++level_;
  }
  void close() { --level_; }
  void plain(std::string_view key, std::string_view value) {
    out_ += fmt::format("{}{}: {}\n", indent(), key, value);
  }

  void document(std::string_view key, const JsonValue& value) {
    out_ += fmt::format("{}{}:", indent(), key);
    nested(value);
  }

  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  static std::string scalar(const JsonValue& value) {
    if (value.is(JsonKind::String)) return yaml_quoted(value.string());
    if (value.is(JsonKind::Array)) return "[]";
    return value.is(JsonKind::Object) ? "{}" : std::string(value.raw());
  }

  // Writes a value after `key:` or after the dash of an element.
  void nested(const JsonValue& value) {
    if (value.size() == 0) {
      out_ += fmt::format(" {}\n", scalar(value));
      return;
    }
    out_ += '\n';
    ++level_;
    items(value);
    --level_;
  }

  void items(const JsonValue& value) {
    for (auto it = value.begin(); it != value.end(); ++it) {
      if (value.is(JsonKind::Object)) {
        out_ += fmt::format("{}{}:", indent(), yaml_quoted(it.key()));
        nested(*it);
      } else {
        element(*it);
      }
    }
  }

  // Writes an element; the first member of an object is on the line of the dash.
  void element(const JsonValue& value) {
    if (value.size() == 0) {
      out_ += fmt::format("{}- {}\n", indent(), scalar(value));
      return;
    }
    const std::size_t at = out_.size() + level_ * 2;
    ++level_;
    items(value);
    --level_;
    out_.replace(at, 2, "- ");
  }

  [[nodiscard]] std::string indent() const { return std::string(level_ * 2, ' '); }

  std::size_t level_ = 0;
  std::string out_;
};

// How a change is written into its resource.
struct CloudFormationRow {
  FixTarget target{};
  std::string_view type{};
  std::string_view document{};       // Property that holds the policy.
  std::string_view name_property{};  // Property that holds the name; empty: there is none.
};
constexpr auto kCloudFormationResources = std::to_array<CloudFormationRow>({
    {FixTarget::TrustPolicy, "AWS::IAM::Role", "AssumeRolePolicyDocument", "RoleName"},
    {FixTarget::InlinePolicy, "", "PolicyDocument", ""},
    {FixTarget::ManagedPolicy, "AWS::IAM::ManagedPolicy", "PolicyDocument", "ManagedPolicyName"},
    {FixTarget::OrganizationPolicy, "AWS::Organizations::Policy", "Content", ""},
    {FixTarget::VpcEndpointPolicy, "AWS::EC2::VPCEndpoint", "PolicyDocument", ""},
    {FixTarget::RoleSetting, "AWS::IAM::Role", "", "RoleName"},
    {FixTarget::OidcProvider, "AWS::IAM::OIDCProvider", "", ""},
});

const CloudFormationRow* cloudformation_row(FixTarget target) {
  for (const CloudFormationRow& row : kCloudFormationResources) {
    if (row.target == target) return &row;
  }
  return nullptr;
}

// A logical id: letters and digits only, each word with a capital letter.
std::string logical_id(std::string_view name) {
  std::string id;
  bool begins = true;
  for (const char c : name) {
    const char low = ascii_lower(c);
    if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9')) {
      begins = true;
      continue;
    }
    id += begins ? ascii_upper(c) : c;
    begins = false;
  }
  return id.empty() ? "Resource" : id;
}

TemplateResource cloudformation_inline_policy(const FixChange& change) {
  std::string kind(entity_word(change.entity_arn));
  kind[0] = ascii_upper(kind[0]);
  const std::string entity(entity_name(change.entity_arn));
  return {fmt::format("AWS::IAM::{}Policy", kind),
          fmt::format("{}-{}", entity, change.policy_name),
          {{"PolicyName", change.policy_name}, {kind + "Name", entity}},
          {&change}};
}

std::optional<TemplateResource> cloudformation_resource(const Estate& estate,
                                                        const FixChange& change) {
  const CloudFormationRow* const row = cloudformation_row(change.target);
  if (row == nullptr) return std::nullopt;
  if (!row->document.empty() && ParsedJson(change.after).root() == nullptr) return std::nullopt;
  if (change.target == FixTarget::InlinePolicy) return cloudformation_inline_policy(change);
  const std::string name(entity_name(change.entity_arn));
  TemplateResource resource{std::string(row->type), name, {}, {&change}};
  const OrganizationPolicy* const policy = organization_policy(estate, change);
  if (policy != nullptr) {
    resource.names.emplace_back("Name", policy->name);
    resource.names.emplace_back("Type", policy->kind == PolicyKind::ResourceControl
                                            ? "RESOURCE_CONTROL_POLICY"
                                            : "SERVICE_CONTROL_POLICY");
  } else if (change.target == FixTarget::OidcProvider) {
    resource.names.emplace_back("Url", provider_url(change.entity_arn));
  } else if (!row->name_property.empty()) {
    resource.names.emplace_back(row->name_property, name);
    const std::string_view path = entity_path(change.entity_arn);
    if (!path.empty()) resource.names.emplace_back("Path", path);
  }
  return resource;
}

void write_change(YamlWriter& out, const FixChange& change) {
  const CloudFormationRow& row = *cloudformation_row(change.target);
  if (!row.document.empty()) out.document(row.document, *ParsedJson(change.after).root());
  if (change.target == FixTarget::RoleSetting && change.seconds) {
    out.plain("MaxSessionDuration", std::to_string(*change.seconds));
  }
  if (change.target != FixTarget::OidcProvider) return;
  std::string ids;
  for (const std::string& each : change.client_ids) {
    ids += (ids.empty() ? "" : ", ") + yaml_quoted(each);
  }
  out.plain("ClientIdList", fmt::format("[{}]", ids));
}

void write_resource(YamlWriter& out, const std::string& id, const TemplateResource& resource) {
  out.open(id);
  out.plain("Type", resource.type);
  out.open("Properties");
  for (const auto& [name, value] : resource.names) out.plain(name, yaml_quoted(value));
  for (const FixChange* const each : resource.changes) write_change(out, *each);
  out.close();
  out.close();
}

}  // namespace

std::string write_cloudformation(const Estate& estate, std::span<const FixChange* const> changes) {
  std::vector<TemplateResource> all;
  for (const FixChange* const each : changes) {
    if (auto resource = cloudformation_resource(estate, *each))
      add_resource(all, *std::move(resource));
  }
  std::string unmanaged = unmanaged_changes(changes, all, "CloudFormation");
  if (all.empty()) return unmanaged;
  YamlWriter out;
  out.open("Resources");
  UniqueNames ids;
  for (const TemplateResource& each : all) {
    write_resource(out, ids.take(logical_id(each.label)), each);
  }
  // Begins a new YAML document, as each owner has a template.
  return unmanaged + comment("properties that are not shown stay as they are") + "---\n" +
         out.text();
}

}  // namespace rolecall
