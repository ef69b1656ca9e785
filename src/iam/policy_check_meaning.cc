// SPDX-License-Identifier: Apache-2.0
// Checks for condition values that their key never has.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

// The characters of names in the STS API, besides letters and digits.
constexpr std::string_view kNameMarks = "_+=,.@-";
constexpr std::string_view kExternalIdMarks = "_+=,.@:/-";

bool has_form(std::string_view text, std::string_view marks, std::size_t longest) {
  return text.size() >= 2 && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  marks.find(c) != std::string_view::npos;
         });
}

bool is_account(std::string_view text) {
  return is_account_id(text);
}
bool is_caller_account(std::string_view text) {
  return is_account_id(text) || text == "anonymous";
}
bool is_organization(std::string_view text) {
  return text.starts_with("o-");
}
bool is_organization_path(std::string_view text) {
  return text.starts_with("o-") && text.ends_with('/');
}
bool is_vpc(std::string_view text) {
  return text.starts_with("vpc-");
}
bool is_endpoint(std::string_view text) {
  return text.starts_with("vpce-");
}
bool is_principal_type(std::string_view text) {
  constexpr std::array<std::string_view, 5> kTypes = {"Account", "User", "FederatedUser",
                                                      "AssumedRole", "Anonymous"};
  return std::find(kTypes.begin(), kTypes.end(), text) != kTypes.end();
}
bool is_user_id(std::string_view text) {
  return !text.starts_with("AROA") || text.find(':') != std::string_view::npos;
}
bool is_no_session(std::string_view text) {
  const auto arn = IamArn::parse(text);
  return !arn || arn->form != ArnForm::Session;
}
bool is_external_id(std::string_view text) {
  return has_form(text, kExternalIdMarks, 1224);
}
bool is_session_name(std::string_view text) {
  return has_form(text, kNameMarks, 64);
}

// Sources: the IAM page reference_policies_condition-keys and the STS API Reference.
struct Meaning {
  std::string_view key{};
  bool (*possible)(std::string_view value) = nullptr;
  std::string_view what{};  // The possible values, in words.
};
constexpr std::string_view kAccountText = "an account id of twelve digits";
constexpr std::string_view kOrganizationText = "an id that begins with `o-`";
constexpr std::string_view kPathText = "a path that begins with `o-` and ends with `/`";
constexpr std::string_view kNameText = "2 to 64 letters, digits and `_+=,.@-`";
constexpr auto kMeanings = std::to_array<Meaning>({
    {"aws:PrincipalAccount", &is_caller_account, kAccountText},
    {"aws:ResourceAccount", &is_account, kAccountText},
    {"aws:SourceAccount", &is_account, kAccountText},
    {"aws:VpceAccount", &is_account, kAccountText},
    {"aws:PrincipalOrgID", &is_organization, kOrganizationText},
    {"aws:ResourceOrgID", &is_organization, kOrganizationText},
    {"aws:SourceOrgID", &is_organization, kOrganizationText},
    {"aws:VpceOrgID", &is_organization, kOrganizationText},
    {"aws:PrincipalOrgPaths", &is_organization_path, kPathText},
    {"aws:ResourceOrgPaths", &is_organization_path, kPathText},
    {"aws:SourceOrgPaths", &is_organization_path, kPathText},
    {"aws:VpceOrgPaths", &is_organization_path, kPathText},
    {"aws:SourceVpc", &is_vpc, "an id that begins with `vpc-`"},
    {"aws:SourceVpce", &is_endpoint, "an id that begins with `vpce-`"},
    {"aws:PrincipalType", &is_principal_type, "`User`, `AssumedRole` and the like"},
    {"aws:PrincipalArn", &is_no_session, "the role's ARN, not that of its session"},
    {"aws:userid", &is_user_id, "`ROLE_ID:SESSION_NAME` for a role"},
    {"sts:ExternalId", &is_external_id, "2 to 1224 letters, digits and `_+=,.@:/-`"},
    {"sts:RoleSessionName", &is_session_name, kNameText},
    {"sts:SourceIdentity", &is_session_name, kNameText},
});

// Whether the value has no wildcards or variables under the operator, so that only it matches.
bool is_whole(const Condition& condition, const Text& value) {
  if (condition.operation == nullptr || has_variable(value.value)) return false;
  switch (condition.operation->family) {
    case OperatorFamily::StringEquals:
      return value.value.find('*') == std::string_view::npos;
    case OperatorFamily::StringLike:
      return !has_wildcard(value.value);
    case OperatorFamily::Arn:  // On other keys the operator itself is wrong, and reported.
      return equals_ignore_case(condition.key.value, "aws:PrincipalArn") &&
             !has_wildcard(value.value);
    default:
      return false;
  }
}

}  // namespace

void check_impossible_values(PolicyCheckRun& run) {
  for (const Statement& statement : run.policy.statements) {
    for (const Condition& condition : statement.conditions) {
      const auto* const row = std::find_if(
          kMeanings.begin(), kMeanings.end(),
          [&](const Meaning& each) { return equals_ignore_case(each.key, condition.key.value); });
      if (row == kMeanings.end()) continue;
      for (const Text& each : condition.values) {
        // Surrounding white space is reported by check_surrounding_space.
        if (!is_whole(condition, each) || each.value != trim(each.value)) continue;
        if (row->possible(each.value)) continue;
        run.warning(fmt::format("`{}` is never `{}`: it holds {}", condition.key.value, each.value,
                                row->what),
                    each.at);
      }
    }
  }
}

}  // namespace rolecall
