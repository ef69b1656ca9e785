// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "report/fix_forms_parts.h"
#include "report/hcl_writer.h"

namespace rolecall {

namespace {

// ---- Policies as aws_iam_policy_document, as far as that can express them.

// Elements of a statement that are text or lists of text.
struct ElementRow {
  std::string_view element{};
  std::string_view argument{};
};
constexpr auto kLists = std::to_array<ElementRow>({
    {"Action", "actions"},
    {"NotAction", "not_actions"},
    {"Resource", "resources"},
    {"NotResource", "not_resources"},
});
constexpr auto kPrincipals = std::to_array<ElementRow>({
    {"Principal", "principals"},
    {"NotPrincipal", "not_principals"},
});

template <typename Rows>
std::string_view argument_of(const Rows& rows, std::string_view element) {
  for (const ElementRow& row : rows) {
    if (row.element == element) return row.argument;
  }
  return {};
}

// Whether the data source can express the value: one string or a list of strings. It has no null,
// and no `&{`, which it reads as `${`.
std::optional<std::vector<std::string>> texts(const JsonValue& value) {
  std::vector<std::string> all;
  const auto take = [&all](const JsonValue& each) {
    if (each.is(JsonKind::Array) || each.is(JsonKind::Object) || each.is(JsonKind::Null)) {
      return false;
    }
    all.emplace_back(each.scalar());
    return all.back().find("&{") == std::string::npos;
  };
  if (!value.is(JsonKind::Array)) return take(value) ? std::optional(all) : std::nullopt;
  for (const JsonValue each : value) {
    if (!take(each)) return std::nullopt;
  }
  return all;
}

class PolicyDocument {
 public:
  explicit PolicyDocument(HclWriter& out) : out_(out) {}

  // False when the data source cannot express the policy; the output must then be discarded.
  [[nodiscard]] bool write(const JsonValue& policy, std::string_view label) {
    out_.open(fmt::format("data \"aws_iam_policy_document\" \"{}\" {{", label));
    const bool good = policy.is(JsonKind::Object) && head(policy) && statements(policy);
    out_.close("}");
    return good;
  }

 private:
  bool head(const JsonValue& policy) {
    constexpr std::string_view kFirst = "2008-10-17";
    const std::string_view version = policy.string_at("Version");
    const bool known = version.empty() || version == kFirst || version == "2012-10-17";
    if (version.empty() || version == kFirst) out_.attribute("version", hcl_string(kFirst));
    for (auto it = policy.begin(); it != policy.end(); ++it) {
      if (it.key() == "Id" && !(*it).is(JsonKind::String)) return false;
      if (it.key() == "Id") out_.attribute("policy_id", hcl_string((*it).scalar()));
      if (it.key() != "Id" && it.key() != "Version" && it.key() != "Statement") return false;
    }
    first_ = !version.empty() && version != kFirst && !policy.find("Id");
    return known;
  }

  bool statements(const JsonValue& policy) {
    const auto found = policy.find("Statement");
    if (!found) return false;
    if (!found->is(JsonKind::Array)) return statement(*found);
    for (const JsonValue each : *found) {
      if (!statement(each)) return false;
    }
    return found->size() > 0;
  }

  bool statement(const JsonValue& value) {
    if (!value.is(JsonKind::Object)) return false;
    if (!first_) out_.blank();
    first_ = false;
    out_.open("statement {");
    const std::string_view sid = value.string_at("Sid");
    const std::string_view effect = value.string_at("Effect");
    if (!sid.empty()) out_.attribute("sid", hcl_string(sid));
    out_.attribute("effect", hcl_string(effect));
    // The data source refuses a `sid` that repeats.
    bool good = (effect == "Allow" || effect == "Deny") &&
                (sid.empty() || sids_.insert(std::string(sid)).second);
    // Arguments come before blocks, as is usual in Terraform.
    for (auto it = value.begin(); it != value.end(); ++it) good = list(it.key(), *it) && good;
    for (auto it = value.begin(); it != value.end(); ++it) good = blocks(it.key(), *it) && good;
    out_.close("}");
    return good;
  }

  bool list(std::string_view name, const JsonValue& value) {
    if (name == "Sid" || name == "Effect") return value.is(JsonKind::String);
    if (name == "Condition" || !argument_of(kPrincipals, name).empty()) return true;
    const auto argument = argument_of(kLists, name);
    const auto items = texts(value);
    if (argument.empty() || !items || items->empty()) return false;
    out_.strings(argument, *items);
    return true;
  }

  bool blocks(std::string_view name, const JsonValue& value) {
    if (name == "Condition") return conditions(value);
    const auto argument = argument_of(kPrincipals, name);
    return argument.empty() || principals(argument, value);
  }

  bool principals(std::string_view block, const JsonValue& value) {
    if (!value.is(JsonKind::Object)) {
      return value.is(JsonKind::String) && value.string() == "*" && principal(block, "*", {"*"});
    }
    for (auto it = value.begin(); it != value.end(); ++it) {
      const auto items = texts(*it);
      if (!items || items->empty() || !principal(block, it.key(), *items)) return false;
    }
    return value.size() > 0;
  }

  bool principal(std::string_view block, std::string_view type,
                 const std::vector<std::string>& identifiers) {
    out_.blank();
    out_.open(fmt::format("{} {{", block));
    out_.attribute("type", hcl_string(type));
    out_.strings("identifiers", identifiers);
    out_.close("}");
    return true;
  }

  bool conditions(const JsonValue& value) {
    if (!value.is(JsonKind::Object)) return false;
    for (auto of = value.begin(); of != value.end(); ++of) {
      const JsonValue keys = *of;
      if (!keys.is(JsonKind::Object)) return false;
      for (auto key = keys.begin(); key != keys.end(); ++key) {
        const auto values = texts(*key);
        if (!values || values->empty()) return false;
        out_.blank();
        out_.open("condition {");
        out_.attribute("test", hcl_string(of.key()));
        out_.attribute("variable", hcl_string(key.key()));
        out_.strings("values", *values);
        out_.close("}");
      }
    }
    return true;
  }

  HclWriter& out_;
  std::set<std::string> sids_;
  bool first_ = false;  // Whether nothing comes before the next statement.
};

// ---- Any other JSON.

// REQUIRES: nothing stands in the value.
std::string inline_value(const JsonValue& value) {
  if (value.is(JsonKind::Object)) return "{}";
  if (value.is(JsonKind::Array)) return "[]";
  return value.is(JsonKind::String) ? hcl_string(value.string()) : std::string(value.raw());
}

void write_value(HclWriter& out, std::string_view before, const JsonValue& value,
                 std::string_view after) {
  const bool object = value.is(JsonKind::Object);
  if (value.size() == 0) {
    out.line(fmt::format("{}{}{}", before, inline_value(value), after));
    return;
  }
  out.open(fmt::format("{}{}", before, object ? "{" : "["));
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (object && (*it).size() == 0) {
      out.attribute(hcl_string(it.key()), inline_value(*it));
    } else {
      write_value(out, object ? fmt::format("{} = ", hcl_string(it.key())) : std::string(), *it,
                  object ? "" : ",");
    }
  }
  out.close(fmt::format("{}{}", object ? "}" : "]", after));
}

// ---- Resources.

// How a change is written into its resource.
struct TerraformRow {
  FixTarget target{};
  std::string_view type{};
  std::string_view argument{};  // Takes the policy; empty: the change is not of a policy.
  std::string_view suffix{};    // Ends the data source's label.
};
constexpr auto kTerraformResources = std::to_array<TerraformRow>({
    {FixTarget::TrustPolicy, "aws_iam_role", "assume_role_policy", "_trust"},
    {FixTarget::InlinePolicy, "", "policy", ""},
    {FixTarget::ManagedPolicy, "aws_iam_policy", "policy", ""},
    {FixTarget::OrganizationPolicy, "aws_organizations_policy", "content", ""},
    {FixTarget::VpcEndpointPolicy, "aws_vpc_endpoint_policy", "policy", ""},
    {FixTarget::RoleSetting, "aws_iam_role", "", ""},
    {FixTarget::OidcProvider, "aws_iam_openid_connect_provider", "", ""},
});

const TerraformRow* terraform_row(FixTarget target) {
  for (const TerraformRow& row : kTerraformResources) {
    if (row.target == target) return &row;
  }
  return nullptr;
}

TemplateResource terraform_inline_policy(const FixChange& change) {
  const std::string kind(entity_word(change.entity_arn));
  const std::string entity(entity_name(change.entity_arn));
  return {fmt::format("aws_iam_{}_policy", kind),
          fmt::format("{}_{}", entity, change.policy_name),
          {{"name", change.policy_name}, {kind, entity}},
          {&change}};
}

std::optional<TemplateResource> terraform_resource(const Estate& estate, const FixChange& change) {
  const TerraformRow* const row = terraform_row(change.target);
  if (row == nullptr) return std::nullopt;
  if (!row->argument.empty() && ParsedJson(change.after).root() == nullptr) return std::nullopt;
  if (change.target == FixTarget::InlinePolicy) return terraform_inline_policy(change);
  const OrganizationPolicy* const policy = organization_policy(estate, change);
  const std::string name(policy != nullptr ? policy->name : entity_name(change.entity_arn));
  TemplateResource resource{std::string(row->type), name, {}, {&change}};
  if (change.target == FixTarget::VpcEndpointPolicy) {
    resource.names.emplace_back("vpc_endpoint_id", change.entity_arn);
    return resource;
  }
  if (change.target == FixTarget::OidcProvider) {
    resource.names.emplace_back("url", provider_url(change.entity_arn));
    return resource;
  }
  resource.names.emplace_back("name", name);
  if (policy != nullptr) {
    resource.names.emplace_back("type", policy->kind == PolicyKind::ResourceControl
                                            ? "RESOURCE_CONTROL_POLICY"
                                            : "SERVICE_CONTROL_POLICY");
    return resource;
  }
  // The path is given, as another path would replace the resource.
  const std::string_view path = entity_path(change.entity_arn);
  if (!path.empty()) resource.names.emplace_back("path", path);
  return resource;
}

class Resources {
 public:
  std::string write(const TemplateResource& resource) {
    const std::string label = unique(resource.type, hcl_label(resource.label));
    std::string data;
    HclWriter out;
    out.open(fmt::format("resource \"{}\" \"{}\" {{", resource.type, label));
    for (const auto& [name, value] : resource.names) out.attribute(name, hcl_string(value));
    for (const FixChange* const change : resource.changes) {
      const TerraformRow& row = *terraform_row(change->target);
      if (!row.argument.empty()) data += write_policy(out, resource, row, *change);
      if (change->target == FixTarget::RoleSetting && change->seconds) {
        out.attribute("max_session_duration", std::to_string(*change->seconds));
      }
      if (change->target == FixTarget::OidcProvider) {
        out.strings("client_id_list", change->client_ids);
      }
    }
    out.close("}");
    return data + out.text();
  }

 private:
  // Writes the argument, and returns the data source it refers to; empty when there is none.
  std::string write_policy(HclWriter& out, const TemplateResource& resource,
                           const TerraformRow& row, const FixChange& change) {
    constexpr std::string_view kSource = "aws_iam_policy_document";
    const ParsedJson parsed(change.after);
    const std::string label =
        unique(kSource, hcl_label(fmt::format("{}{}", resource.label, row.suffix)));
    HclWriter data;
    if (!PolicyDocument(data).write(*parsed.root(), label)) {
      write_value(out, fmt::format("{} = jsonencode(", row.argument), *parsed.root(), ")");
      return {};
    }
    out.attribute(row.argument, fmt::format("data.{}.{}.json", kSource, label));
    return data.text() + "\n";
  }

  std::string unique(std::string_view type, const std::string& label) {
    return labels_.try_emplace(std::string(type), "_").first->second.take(label);
  }

  std::map<std::string, UniqueNames> labels_;  // By type, as labels are unique within one.
};

}  // namespace

std::string write_terraform(const Estate& estate, std::span<const FixChange* const> changes) {
  std::vector<TemplateResource> all;
  for (const FixChange* const each : changes) {
    if (auto resource = terraform_resource(estate, *each)) add_resource(all, *std::move(resource));
  }
  std::string out = unmanaged_changes(changes, all, "Terraform");
  if (!all.empty()) out += comment("arguments that are not shown stay as they are");
  Resources resources;
  for (const TemplateResource& each : all) {
    if (&each != all.data()) out += '\n';
    out += resources.write(each);
  }
  return out;
}

}  // namespace rolecall
