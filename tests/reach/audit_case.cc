// SPDX-License-Identifier: Apache-2.0
#include "reach/audit_case.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/time.h"
#include "rolecall/estate/estate_loader.h"

namespace rolecall {
namespace {

constexpr std::string_view kAccount = "111122223333";

constexpr std::string_view kTrustsEc2 =
    R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}})";

std::string member_or(const JsonValue& object, std::string_view key, std::string_view otherwise) {
  const auto found = object.find(key);
  return found ? std::string(found->string()) : std::string(otherwise);
}

// The members of `entry`, and those every entry needs.
std::string entity(const JsonValue& entry, std::string_view kind, std::string_view name,
                   std::string_view trust) {
  const std::string path = member_or(entry, "Path", "/");
  JsonWriter out(0);
  out.begin_object();
  out.member("Arn", fmt::format("arn:aws:iam::{}:{}{}{}", kAccount, kind, path, name));
  if (!entry.find("Path")) out.member("Path", path);
  const bool is_role = kind == "role";
  const std::string_view name_key = is_role ? "RoleName" : "UserName";
  if (!entry.find(name_key)) out.member(name_key, name);
  if (is_role && !entry.find("AssumeRolePolicyDocument")) {
    out.key("AssumeRolePolicyDocument");
    out.raw(trust);
  }
  for (auto it = entry.begin(); it != entry.end(); ++it) {
    out.key(it.key());
    out.raw((*it).raw());
  }
  out.end_object();
  return out.text();
}

std::string trust_document(const JsonValue& value) {
  if (const auto document = value.find("document")) return std::string(document->raw());
  return fmt::format(R"({{"Version": "2012-10-17", "Statement": {}}})", value.find("trust")->raw());
}

std::string export_text(const JsonValue& value, const JsonValue& empty) {
  std::string roles =
      entity(value.find("role").value_or(empty), "role", "r", trust_document(value));
  if (const auto list = value.find("roles")) {
    for (const JsonValue each : *list) {
      roles += ", " + entity(each, "role", each.string_at("RoleName"), kTrustsEc2);
    }
  }
  std::string users;
  if (const auto list = value.find("users")) {
    for (const JsonValue each : *list) {
      users += (users.empty() ? "" : ", ") + entity(each, "user", each.string_at("UserName"), {});
    }
  }
  std::string policies;
  if (const auto list = value.find("policies")) {
    for (const JsonValue each : *list) {
      policies += fmt::format(
          R"({}{{"PolicyName": "p", "Arn": "{}", "DefaultVersionId": "v1", "PolicyVersionList":
             [{{"VersionId": "v1", "IsDefaultVersion": true, "Document": {}}}]}})",
          policies.empty() ? "" : ", ", each.string_at("Arn"), each.find("Document")->raw());
    }
  }
  return fmt::format(
      R"({{"UserDetailList": [{}], "GroupDetailList": [], "RoleDetailList": [{}], "Policies": [{}]}})",
      users, roles, policies);
}

void add_policies(const JsonValue& value, std::string_view key, std::string_view type,
                  std::string& policies, std::string& targets) {
  const auto list = value.find(key);
  if (!list) return;
  int number = 0;
  for (const JsonValue each : *list) {
    const std::string id = fmt::format("p-{}{}", key, number++);
    policies += fmt::format(
        R"(, {{"PolicySummary": {{"Id": "{0}", "Arn": "arn:aws:organizations::999988887777:policy/{0}",
            "Name": "{0}", "Type": "{1}", "AwsManaged": false}}, "Content": {2}}})",
        id, type, each.raw());
    targets += fmt::format(R"(, {{"PolicyId": "{}", "TargetId": "r-1a2b"}})", id);
  }
}

std::string organization_text(const JsonValue& value) {
  std::string policies = R"({"PolicySummary": {"Id": "p-FullAWSAccess",
      "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
      "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": true},
      "Content": {"Version": "2012-10-17",
                  "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}})";
  std::string targets = R"({"PolicyId": "p-FullAWSAccess", "TargetId": "r-1a2b"},
      {"PolicyId": "p-FullAWSAccess", "TargetId": "111122223333"},
      {"PolicyId": "p-FullAWSAccess", "TargetId": "222233334444"})";
  add_policies(value, "scp", "SERVICE_CONTROL_POLICY", policies, targets);
  add_policies(value, "rcp", "RESOURCE_CONTROL_POLICY", policies, targets);
  return fmt::format(
      R"({{"Organization": {{"Id": "o-own1234567", "MasterAccountId": "999988887777"}},
      "Roots": [{{"Id": "r-1a2b", "Name": "Root", "PolicyTypes": []}}], "OrganizationalUnits": [],
      "Accounts": [{{"Id": "999988887777", "Name": "management", "ParentId": "r-1a2b"}},
                   {{"Id": "111122223333", "Name": "own", "ParentId": "r-1a2b", "Status": "ACTIVE"}},
                   {{"Id": "222233334444", "Name": "other", "ParentId": "r-1a2b"}},
                   {{"Id": "333344445555", "Name": "gone", "ParentId": "r-1a2b",
                     "Status": "SUSPENDED"}}],
      "Policies": [{}], "Targets": [{}]}})",
      policies, targets);
}

bool is_known_member(std::string_view key) {
  constexpr auto kKnown = std::to_array<std::string_view>(
      {"rule", "kind", "name", "severity", "neutralized", "remedy", "trust", "document", "role",
       "roles", "users", "policies", "organization", "scp", "rcp", "providers", "files", "now",
       "trusted_accounts"});
  return std::find(kKnown.begin(), kKnown.end(), key) != kKnown.end();
}

}  // namespace

void read_audit_case(const JsonValue& value, AuditCase& made) {
  for (auto it = value.begin(); it != value.end(); ++it) {
    EXPECT_TRUE(is_known_member(it.key())) << it.key();
  }
  made.rule = value.string_at("rule");
  made.kind = value.string_at("kind");
  made.name = value.string_at("name");
  made.severity = value.string_at("severity");
  if (const auto flag = value.find("neutralized")) made.neutralized = flag->boolean();
  if (const auto flag = value.find("remedy")) made.remedy = flag->boolean();
  made.options.now = parse_time(value.string_at("now"));
  if (const auto list = value.find("trusted_accounts")) {
    for (const JsonValue each : *list) made.options.trusted_accounts.emplace_back(each.string());
  }
  SourceTable scratch;
  Diagnostics ignored;
  const auto empty = parse_json(scratch, scratch.add({}, "{}"), ignored);
  const auto load = [&](std::string name, std::string text) {
    load_estate_text(std::move(name), std::move(text), made.estate, made.diagnostics);
  };
  load(fmt::format("{}.gaad.json", kAccount), export_text(value, empty->root()));
  if (!value.find("organization")) load("organization.json", organization_text(value));
  if (const auto providers = value.find("providers")) {
    load("identity-providers.json", std::string(providers->raw()));
  }
  if (const auto files = value.find("files")) {
    for (auto it = files->begin(); it != files->end(); ++it) {
      load(std::string(it.key()), std::string((*it).raw()));
    }
  }
}

}  // namespace rolecall
