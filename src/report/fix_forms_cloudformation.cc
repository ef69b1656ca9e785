// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "report/fix_forms_parts.h"

namespace rolecall {

namespace {

// Writes YAML in block style. Every string is quoted: a version that looks like a date and a value
// that looks like a boolean stay what they are.
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

  void member(std::string_view key, const JsonValue& value) {
    out_ += fmt::format("{}{}:", indent(), key_text(key));
    nested(value);
  }

  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  static std::string key_text(std::string_view key) {
    bool plain = !key.empty();
    for (const char c : key) {
      const char low = ascii_lower(c);
      plain = plain && low >= 'a' && low <= 'z';
    }
    return plain ? std::string(key) : yaml_quoted(key);
  }

  static std::string scalar(const JsonValue& value) {
    if (value.is(JsonKind::String)) return yaml_quoted(value.string());
    if (value.is(JsonKind::Array)) return "[]";
    return value.is(JsonKind::Object) ? "{}" : std::string(value.raw());
  }

  // What follows `key:`, or the dash of an element.
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
        member(it.key(), *it);
      } else {
        element(*it);
      }
    }
  }

  // The first member of an object stands behind the dash.
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

struct CloudFormationRow {
  FixTarget target{};
  std::string_view type{};
  std::string_view document{};       // Property that holds the policy.
  std::string_view name_property{};  // Empty: it has no name of its own.
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

// Letters and digits only, each word with a capital.
std::string logical_id(const FixChange& change) {
  const std::string name =
      change.target == FixTarget::InlinePolicy
          ? fmt::format("{}-{}", entity_name(change.entity_arn), change.policy_name)
          : std::string(entity_name(change.entity_arn));
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

// Properties that say which resource it is.
void write_names(YamlWriter& out, const Estate& estate, const FixChange& change,
                 std::string_view name_property) {
  const OrganizationPolicy* const policy = organization_policy(estate, change);
  if (policy != nullptr) {
    out.plain("Name", yaml_quoted(policy->name));
    out.plain("Type", policy->kind == PolicyKind::ResourceControl ? "RESOURCE_CONTROL_POLICY"
                                                                  : "SERVICE_CONTROL_POLICY");
  } else if (!name_property.empty()) {
    out.plain(name_property, yaml_quoted(entity_name(change.entity_arn)));
    const std::string_view path = entity_path(change.entity_arn);
    if (!path.empty()) out.plain("Path", yaml_quoted(path));
  }
}

void write_inline_policy(YamlWriter& out, const FixChange& change) {
  std::string kind(entity_word(change.entity_arn));
  kind[0] = ascii_upper(kind[0]);
  out.plain("Type", fmt::format("AWS::IAM::{}Policy", kind));
  out.open("Properties");
  out.plain("PolicyName", yaml_quoted(change.policy_name));
  out.plain(kind + "Name", yaml_quoted(entity_name(change.entity_arn)));
}

void write_provider(YamlWriter& out, const FixChange& change) {
  out.plain("Url", yaml_quoted(provider_url(change.entity_arn)));
  std::string ids;
  for (const std::string& each : change.client_ids) {
    ids += (ids.empty() ? "" : ", ") + yaml_quoted(each);
  }
  out.plain("ClientIdList", fmt::format("[{}]", ids));
}

bool is_setting(const FixChange& change) {
  return change.target == FixTarget::RoleSetting || change.target == FixTarget::OidcProvider;
}

const CloudFormationRow* find_row(const FixChange& change) {
  for (const CloudFormationRow& row : kCloudFormationResources) {
    if (row.target == change.target) return &row;
  }
  return nullptr;
}

bool write_resource(YamlWriter& out, const Estate& estate, const FixChange& change) {
  const CloudFormationRow* const row = find_row(change);
  const ParsedJson document(change.after);
  if (row == nullptr || (!is_setting(change) && document.root() == nullptr)) return false;
  out.open(logical_id(change));
  if (change.target == FixTarget::InlinePolicy) {
    write_inline_policy(out, change);
  } else {
    out.plain("Type", row->type);
    out.open("Properties");
    write_names(out, estate, change, row->name_property);
  }
  if (!row->document.empty()) out.member(row->document, *document.root());
  if (change.target == FixTarget::OidcProvider) write_provider(out, change);
  if (change.target == FixTarget::RoleSetting && change.seconds) {
    out.plain("MaxSessionDuration", std::to_string(*change.seconds));
  }
  out.close();
  out.close();
  return true;
}

}  // namespace

std::string write_cloudformation(const Estate& estate, std::span<const FixChange* const> changes) {
  YamlWriter out;
  out.open("Resources");
  bool any = false;
  for (const FixChange* each : changes) any = write_resource(out, estate, *each) || any;
  return any ? comment("properties that are not shown stay as they are") + out.text()
             : comment("nothing that CloudFormation manages");
}

}  // namespace rolecall
