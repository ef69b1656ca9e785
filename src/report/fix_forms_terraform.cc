// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "report/fix_forms_parts.h"
#include "report/hcl_writer.h"

namespace rolecall {

namespace {

// ---- A policy as an aws_iam_policy_document, where it can be one.

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

// One string or a list of them. The data source reads `&{` as `${`, so it cannot say `&{`; and it
// has no null.
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

  // False when the data source cannot express the policy; what was written is then of no use.
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
    // Arguments first, then blocks, whatever the order of the elements.
    bool good = effect == "Allow" || effect == "Deny";
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
  bool first_ = false;  // Whether the next statement is the first thing in the document.
};

// ---- Any other JSON.

std::string inline_value(const JsonValue& value) {
  return value.is(JsonKind::String) ? hcl_string(value.string()) : std::string(value.raw());
}

void write_value(HclWriter& out, std::string_view before, const JsonValue& value,
                 std::string_view after) {
  const bool object = value.is(JsonKind::Object);
  if (value.size() == 0) {
    const std::string empty = object                      ? "{}"
                              : value.is(JsonKind::Array) ? "[]"
                                                          : inline_value(value);
    out.line(fmt::format("{}{}{}", before, empty, after));
    return;
  }
  out.open(fmt::format("{}{}", before, object ? "{" : "["));
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (object && (*it).size() == 0 && !(*it).is(JsonKind::Array) && !(*it).is(JsonKind::Object)) {
      out.attribute(hcl_string(it.key()), inline_value(*it));
    } else {
      write_value(out, object ? fmt::format("{} = ", hcl_string(it.key())) : std::string(), *it,
                  object ? "" : ",");
    }
  }
  out.close(fmt::format("{}{}", object ? "}" : "]", after));
}

// ---- Resources.

// Where a policy document goes.
struct TerraformRow {
  FixTarget target{};
  std::string_view type{};
  std::string_view argument{};
  std::string_view suffix{};  // Of the data source's label.
};
constexpr auto kTerraformResources = std::to_array<TerraformRow>({
    {FixTarget::TrustPolicy, "aws_iam_role", "assume_role_policy", "_trust"},
    {FixTarget::ManagedPolicy, "aws_iam_policy", "policy", ""},
    {FixTarget::OrganizationPolicy, "aws_organizations_policy", "content", ""},
    {FixTarget::VpcEndpointPolicy, "aws_vpc_endpoint_policy", "policy", ""},
});

struct Resource {
  std::string type{};
  std::string label{};
  std::string argument{};
  std::string data_label{};
  std::vector<std::pair<std::string, std::string>> names{};
};

Resource inline_policy(const FixChange& change) {
  const std::string kind(entity_word(change.entity_arn));
  const std::string label =
      hcl_label(fmt::format("{}_{}", entity_name(change.entity_arn), change.policy_name));
  return {fmt::format("aws_iam_{}_policy", kind),
          label,
          "policy",
          label,
          {{"name", change.policy_name}, {kind, std::string(entity_name(change.entity_arn))}}};
}

// Name and path: another path would be another resource.
void add_names(Resource& resource, std::string_view arn) {
  resource.names.emplace_back("name", entity_name(arn));
  const std::string_view path = entity_path(arn);
  if (!path.empty()) resource.names.emplace_back("path", path);
}

std::optional<Resource> resource_of(const Estate& estate, const FixChange& change) {
  if (change.target == FixTarget::InlinePolicy) return inline_policy(change);
  const OrganizationPolicy* const policy = organization_policy(estate, change);
  for (const TerraformRow& row : kTerraformResources) {
    if (row.target != change.target) continue;
    const std::string name(policy != nullptr ? policy->name : entity_name(change.entity_arn));
    Resource resource{std::string(row.type),
                      hcl_label(name),
                      std::string(row.argument),
                      hcl_label(name + std::string(row.suffix)),
                      {}};
    if (change.target == FixTarget::VpcEndpointPolicy) {
      resource.names.emplace_back("vpc_endpoint_id", change.entity_arn);
    } else if (policy != nullptr) {
      resource.names.emplace_back("name", name);
      resource.names.emplace_back("type", policy->kind == PolicyKind::ResourceControl
                                              ? "RESOURCE_CONTROL_POLICY"
                                              : "SERVICE_CONTROL_POLICY");
    } else {
      add_names(resource, change.entity_arn);
    }
    return resource;
  }
  return std::nullopt;
}

void open_resource(HclWriter& out, const Resource& resource) {
  out.open(fmt::format("resource \"{}\" \"{}\" {{", resource.type, resource.label));
  for (const auto& [name, value] : resource.names) out.attribute(name, hcl_string(value));
}

std::string write_policy(const Resource& resource, const JsonValue& policy) {
  HclWriter data;
  if (PolicyDocument(data).write(policy, resource.data_label)) {
    data.blank();
    open_resource(data, resource);
    data.attribute(resource.argument,
                   fmt::format("data.aws_iam_policy_document.{}.json", resource.data_label));
    data.close("}");
    return data.text();
  }
  HclWriter out;
  open_resource(out, resource);
  write_value(out, fmt::format("{} = jsonencode(", resource.argument), policy, ")");
  out.close("}");
  return out.text();
}

std::string write_settings(const FixChange& change) {
  HclWriter out;
  const std::string name(entity_name(change.entity_arn));
  if (change.target == FixTarget::RoleSetting && change.seconds) {
    Resource role{"aws_iam_role", hcl_label(name), {}, {}, {}};
    add_names(role, change.entity_arn);
    open_resource(out, role);
    out.attribute("max_session_duration", std::to_string(*change.seconds));
  } else {
    open_resource(out, {"aws_iam_openid_connect_provider",
                        hcl_label(name),
                        {},
                        {},
                        {{"url", provider_url(change.entity_arn)}}});
    out.strings("client_id_list", change.client_ids);
  }
  out.close("}");
  return out.text();
}

}  // namespace

std::string write_terraform(const Estate& estate, const FixChange& change) {
  const std::string rest = comment("arguments that are not shown stay as they are");
  if (change.target == FixTarget::OidcProvider || change.target == FixTarget::RoleSetting) {
    return rest + write_settings(change);
  }
  const auto resource = resource_of(estate, change);
  const ParsedJson parsed(change.after);
  if (!resource || parsed.root() == nullptr) return comment("nothing that Terraform manages");
  return rest + write_policy(*resource, *parsed.root());
}

}  // namespace rolecall
