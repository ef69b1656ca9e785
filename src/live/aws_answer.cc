// SPDX-License-Identifier: Apache-2.0
#include "live/aws_answer.h"

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

namespace rolecall {

namespace {

constexpr int kMaxDepth = 64;

// XML has no types. These are the elements that are not text; a list is also recognized by its
// members, if it has any.
constexpr auto kLists = std::to_array<std::string_view>({"AttachedManagedPolicies",
                                                         "AttachedPolicies",
                                                         "ClientIDList",
                                                         "GroupDetailList",
                                                         "GroupList",
                                                         "GroupPolicyList",
                                                         "Groups",
                                                         "InstanceProfileList",
                                                         "OpenIDConnectProviderList",
                                                         "Policies",
                                                         "PolicyNames",
                                                         "PolicyVersionList",
                                                         "Reservations",
                                                         "RoleDetailList",
                                                         "RolePolicyList",
                                                         "Roles",
                                                         "SAMLProviderList",
                                                         "Tags",
                                                         "ThumbprintList",
                                                         "UserDetailList",
                                                         "UserPolicyList",
                                                         "VpcEndpoints"});
constexpr auto kStructures =
    std::to_array<std::string_view>({"PermissionsBoundary", "RoleLastUsed"});
constexpr auto kNumbers = std::to_array<std::string_view>(
    {"AttachmentCount", "MaxSessionDuration", "PermissionsBoundaryUsageCount"});
constexpr auto kBooleans =
    std::to_array<std::string_view>({"IsAttachable", "IsDefaultVersion", "IsTruncated"});
// Lists of EC2 with another name in the AWS CLI.
constexpr auto kRenamed = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"vpcEndpointSet", "VpcEndpoints"},
     {"tagSet", "Tags"},
     {"reservationSet", "Reservations"},
     {"instancesSet", "Instances"}});

template <typename Table>
bool contains(const Table& table, std::string_view name) {
  return std::find(table.begin(), table.end(), name) != table.end();
}

// EC2 writes names with a lower-case first letter.
std::string member_name(std::string_view name) {
  for (const auto& [theirs, ours] : kRenamed) {
    if (name == theirs) return std::string(ours);
  }
  std::string result(name);
  if (result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result;
}

bool is_list_member(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name == "member" || name == "item";
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 16 && std::all_of(text.begin(), text.end(), is_ascii_digit);
}

// False when the elements are nested too deeply.
bool write_element(JsonWriter& out, const pugi::xml_node& node, std::string_view name, int depth) {
  if (depth > kMaxDepth) return false;
  const pugi::xml_node first = node.find_child(
      [](const pugi::xml_node& child) { return child.type() == pugi::node_element; });
  bool good = true;
  if (first && is_list_member(first)) {
    out.begin_array();
    for (const pugi::xml_node child : node.children()) {
      if (is_list_member(child)) good = write_element(out, child, "", depth + 1) && good;
    }
    out.end_array();
  } else if (first) {
    out.begin_object();
    for (const pugi::xml_node child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      const std::string key = member_name(child.name());
      out.key(key);
      good = write_element(out, child, key, depth + 1) && good;
    }
    out.end_object();
  } else {
    const std::string_view text = node.child_value();
    const bool number = contains(kNumbers, name) && is_number(text);
    const bool boolean = contains(kBooleans, name) && (text == "true" || text == "false");
    if (text.empty() && contains(kLists, name)) {
      out.raw("[]");
    } else if (text.empty() && contains(kStructures, name)) {
      out.raw("{}");
    } else if (number || boolean) {
      out.raw(text);
    } else {
      out.string(text);
    }
  }
  return good;
}

std::optional<pugi::xml_document> parse_xml(std::string_view text) {
  pugi::xml_document xml;
  const auto parsed =
      xml.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed || !xml.document_element()) return std::nullopt;
  return xml;
}

std::string_view after(std::string_view text, char separator) {
  const std::size_t at = text.rfind(separator);
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

}  // namespace

std::optional<AwsAnswer> AwsAnswer::parse(std::string json) {
  AwsAnswer answer;
  answer.sources_ = std::make_unique<SourceTable>();
  answer.json_ = std::make_unique<JsonDocument>();
  const DocumentId id = answer.sources_->add("answer", std::move(json));
  Diagnostics ignored;
  auto parsed = parse_json(*answer.sources_, id, ignored);
  if (!parsed) return std::nullopt;
  *answer.json_ = *std::move(parsed);
  return answer;
}

std::optional<std::string> xml_to_json(std::string_view xml, std::string_view action) {
  const auto document = parse_xml(xml);
  if (!document) return std::nullopt;
  // GetRoleResponse holds GetRoleResult and ResponseMetadata; those of EC2 hold the members.
  const pugi::xml_node response = document->document_element();
  if (response.name() != fmt::format("{}Response", action)) return std::nullopt;
  pugi::xml_node result = response.child(fmt::format("{}Result", action).c_str());
  if (!result) result = response;
  JsonWriter out(0);
  const bool empty = !result.first_child();
  if (empty) return "{}";
  if (!write_element(out, result, "", 0)) return std::nullopt;
  return out.text();
}

AwsErrorText read_aws_error(std::string_view body, std::string_view type) {
  AwsErrorText error;
  if (const auto xml = trim(body).starts_with('<') ? parse_xml(body) : std::nullopt) {
    // <ErrorResponse><Error>, or <Response><Errors><Error>.
    pugi::xml_node at = xml->document_element();
    if (const pugi::xml_node errors = at.child("Errors")) at = errors;
    at = at.child("Error");
    error = {at.child_value("Code"), at.child_value("Message")};
  } else if (const auto json = AwsAnswer::parse(std::string(body))) {
    const JsonValue root = json->root();
    // `com.amazonaws.organizations#AccessDeniedException`, sometimes with `:http://...`.
    if (const std::string_view own = root.string_at("__type"); !own.empty()) type = own;
    type = type.substr(0, type.find(':'));
    error.code = after(type, '#');
    error.message = root.string_at(root.find("message") ? "message" : "Message");
  }
  return error;
}

}  // namespace rolecall
