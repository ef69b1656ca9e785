// SPDX-License-Identifier: Apache-2.0
#include "live/account_collector.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "live/account_draft.h"
#include "live/answer_text.h"

namespace rolecall {

namespace {

class AccountCollector {
 public:
  explicit AccountCollector(const Access& access) : access_(access) {}

  CollectedAccount collect() {
    export_account();
    if (!result_.exported) return std::move(result_);
    list_roles();
    list_providers();
    list_endpoints();
    return std::move(result_);
  }

 private:
  std::string of_account(std::string_view what) const {
    return fmt::format("{} of account {}", what, access_.account);
  }

  void keep(std::string_view name, const JsonWriter& out) {
    result_.files.emplace(fmt::format("{}.{}.json", access_.account, name),
                          indent_json(out.text()));
  }

  void export_account() {
    const auto pages = asker_.ask_pages(AwsCall::GetAccountAuthorizationDetails, {},
                                        of_account("users, groups, roles and policies"));
    if (!pages) return;
    const std::array<std::pair<std::string_view, std::size_t*>, 4> lists = {
        {{"UserDetailList", &result_.counts.users},
         {"GroupDetailList", &result_.counts.groups},
         {"RoleDetailList", &result_.counts.roles},
         {"Policies", &result_.counts.policies}}};
    for (const auto& [name, count] : lists) {
      if (has_list(*pages, name)) continue;
      return asker_.note({of_account(name), "no page of the answer has this list", {}});
    }
    JsonWriter out(0);
    out.begin_object();
    for (const auto& [name, count] : lists) {
      const std::vector<JsonValue> all = elements_of(*pages, name);
      out.key(name);
      out.begin_array();
      for (const JsonValue each : all) {
        copy_answer(out, each);
        note_policies(name, each);
      }
      if (name == "Policies") *count = all.size() + add_boundaries(out);
      if (name != "Policies") *count = all.size();
      out.end_array();
    }
    out.end_object();
    result_.exported = true;
    keep("gaad", out);
  }

  // A page leaves out the lists that ended on an earlier one.
  static bool has_list(const std::vector<AwsAnswer>& pages, std::string_view list) {
    return std::any_of(pages.begin(), pages.end(),
                       [&](const AwsAnswer& page) { return page.root().find(list).has_value(); });
  }

  void note_policies(std::string_view list, const JsonValue& entity) {
    if (list == "Policies") known_.emplace(entity.string_at("Arn"));
    const auto boundary = entity.find("PermissionsBoundary");
    const std::string_view arn =
        boundary ? boundary->string_at("PermissionsBoundaryArn") : std::string_view();
    if (!arn.empty()) boundaries_.emplace(arn);
  }

  // The export lacks AWS-managed policies that are only used as permissions boundaries.
  std::size_t add_boundaries(JsonWriter& out) {
    std::size_t added = 0;
    for (const std::string& arn : boundaries_) {
      if (known_.contains(arn)) continue;
      const std::string text = read_managed_policy(asker_, arn);
      if (text.empty()) continue;
      out.raw(text);
      ++added;
    }
    return added;
  }

  // Writes all pages as one list in one file.
  void list_one(AwsCall call, std::string_view list, std::string_view file, std::string_view what) {
    const auto pages = asker_.ask_pages(call, {}, of_account(what));
    if (!pages) return;
    JsonWriter out(0);
    out.begin_object();
    out.key(list);
    out.begin_array();
    for (const JsonValue each : elements_of(*pages, list)) copy_answer(out, each);
    out.end_array();
    out.end_object();
    keep(file, out);
  }

  void list_roles() {
    list_one(AwsCall::ListRoles, "Roles", "roles", "session durations of the roles");
  }

  void list_endpoints() {
    if (asker_.region().empty()) {
      asker_.note(
          {of_account("VPC endpoints"), "it is not known in which Region", "--region REGION"});
      return;
    }
    list_one(AwsCall::DescribeVpcEndpoints, "VpcEndpoints", "vpc-endpoints", "VPC endpoints");
  }

  void list_providers() {
    const std::string what = of_account("identity providers");
    const auto oidc = read_oidc_providers(what);
    const auto saml = asker_.ask_pages(AwsCall::ListSamlProviders, {}, what);
    if (!oidc && !saml) return;
    JsonWriter out(0);
    out.begin_object();
    if (oidc) {
      out.key("OpenIDConnectProviders");
      out.begin_array();
      for (const std::string& each : *oidc) out.raw(each);
      out.end_array();
    }
    if (saml) {
      out.key("SAMLProviders");
      out.begin_array();
      for (const JsonValue each : elements_of(*saml, "SAMLProviderList")) copy_answer(out, each);
      out.end_array();
    }
    out.member_strings("CompleteForAccounts", {access_.account});
    out.end_object();
    keep("identity-providers", out);
  }

  // All providers, or nothing when some could not be read.
  std::optional<std::vector<std::string>> read_oidc_providers(const std::string& what) {
    const auto list = asker_.ask_pages(AwsCall::ListOpenIdConnectProviders, {}, what);
    if (!list) return std::nullopt;
    std::vector<std::string> texts;
    for (const JsonValue each : elements_of(*list, "OpenIDConnectProviderList")) {
      const std::string arn(each.string_at("Arn"));
      const auto details =
          asker_.ask(AwsCall::GetOpenIdConnectProvider, {{"OpenIDConnectProviderArn", arn}},
                     fmt::format("identity provider {}", arn));
      if (!details) return std::nullopt;
      JsonWriter out(0);
      out.begin_object();
      out.member("Arn", arn);
      copy_members(out, details->root());
      out.end_object();
      texts.push_back(out.text());
    }
    return texts;
  }

  const Access& access_;
  CollectedAccount result_;
  Asker asker_{result_.not_read, {&access_}};
  std::set<std::string, std::less<>> known_;
  std::set<std::string, std::less<>> boundaries_;
};

}  // namespace

CollectedAccount collect_account(const Access& access) {
  return AccountCollector(access).collect();
}

}  // namespace rolecall
