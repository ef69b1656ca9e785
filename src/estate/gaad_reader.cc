// SPDX-License-Identifier: Apache-2.0
#include "gaad_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

constexpr std::array<std::string_view, 4> kLists = {"UserDetailList", "GroupDetailList",
                                                    "RoleDetailList", "Policies"};

bool is_list(const JsonValue& page, std::string_view key) {
  const auto list = page.find(key);
  return list && list->is(JsonKind::Array);
}

// Where the page says that another one follows. The AWS CLI writes `NextToken` when it was told to
// stop early (--max-items).
std::optional<JsonValue> find_truncation(const JsonValue& page) {
  const auto truncated = page.find("IsTruncated");
  if (truncated && truncated->is(JsonKind::Boolean) && truncated->boolean()) return truncated;
  const auto token = page.find("NextToken");
  return token && token->is(JsonKind::String) ? token : std::nullopt;
}

GaadExport::Owners find_owners(std::span<const EstateDocument> pages) {
  GaadExport::Owners owners;
  std::string_view last;  // `arn:aws:iam::111122223333:`
  for (const EstateDocument& page : pages) {
    for (const std::string_view key : kLists) {
      const auto list = page.value.find(key);
      if (!list || !list->is(JsonKind::Array)) continue;
      for (const JsonValue entity : *list) {
        const std::string_view text = entity.string_at("Arn");
        if (!last.empty() && text.starts_with(last)) continue;
        const auto arn = Arn::split(text);
        if (!arn || !is_account_id(arn->account)) continue;
        last = text.substr(0, text.size() - arn->resource.size());
        owners.try_emplace(arn->account, arn->partition);
      }
    }
  }
  return owners;
}

EntityScope settle_scope(LoadContext& context, const EstateDocument& first,
                         GaadExport::Owners& owners) {
  const std::string_view named = first.named_account;
  if (owners.empty()) {
    if (named.empty()) {
      context.diagnostics.error(
          DiagnosticCode::MissingMember,
          "no ARN in this export tells which account it is of, nor does the name of the file",
          first.value.span(),
          "begin the file name with the account id, as in `111122223333.gaad.json`");
      return {};
    }
    owners.try_emplace(named, "");  // The partition is not known.
    return {.account = named};
  }
  const auto own = owners.find(named);
  if (!named.empty() && own == owners.end()) {
    context.diagnostics.warning(
        DiagnosticCode::Contradiction,
        fmt::format("the file name says account {}, the ARNs in it say {}; the ARNs count", named,
                    owners.begin()->first),
        first.value.span(), "rename the file");
  }
  if (own != owners.end()) return {own->first, own->second};
  return owners.size() == 1 ? EntityScope{owners.begin()->first, owners.begin()->second}
                            : EntityScope{};
}

// Reads a list of entities. False when some entry could not be read.
template <typename Entity, typename Read>
bool read_list(LoadContext& context, const JsonValue& page, std::string_view key,
               std::vector<Entity>& entities, Read read) {
  const auto list = page.find(key);
  if (!list) return true;
  if (!expect(context, *list, JsonKind::Array, key)) return list->is(JsonKind::Null);
  bool whole = true;
  entities.reserve(list->size());
  for (const JsonValue each : *list) {
    if (auto entity = read(each)) {
      entities.push_back(*std::move(entity));
      continue;
    }
    whole = false;
    if (each.is(JsonKind::Null)) report_null_entry(context, each, key);
  }
  return whole;
}

// Whether `PartialLists` names the list, which then has only the entities that were looked up.
bool is_partial(const JsonValue& page, std::string_view list) {
  const auto names = page.find("PartialLists");
  if (!names) return false;
  for (const JsonValue each : *names) {
    if (each.is(JsonKind::String) && each.string() == list) return true;
  }
  return false;
}

std::vector<std::string_view> read_unread(LoadContext& context, const JsonValue& page) {
  std::vector<std::string_view> unread;
  const auto list = page.find("UnreadEntities");
  if (!list || !expect(context, *list, JsonKind::Array, "UnreadEntities")) return unread;
  for (const JsonValue each : *list) {
    if (expect(context, each, JsonKind::String, "an entry of UnreadEntities")) {
      unread.push_back(each.string());
    }
  }
  return unread;
}

GaadPage read_page(LoadContext& context, const EstateDocument& document, EntityScope scope) {
  EntityReader reader(context, *document.json, scope);
  const JsonValue& value = document.value;
  GaadPage page{
      .has_users = is_list(value, "UserDetailList") && !is_partial(value, "UserDetailList"),
      .has_roles = is_list(value, "RoleDetailList") && !is_partial(value, "RoleDetailList"),
      .partial = value.find("PartialLists").has_value()};
  page.unread = read_unread(context, value);
  if (const auto truncation = find_truncation(value)) page.truncated = truncation->span();
  page.lost_users = !read_list(context, value, "UserDetailList", page.users,
                               [&](const JsonValue& each) { return reader.read_user(each); });
  // A group that is lost here is reported as missing for each user in it.
  static_cast<void>(read_list(context, value, "GroupDetailList", page.groups,
                              [&](const JsonValue& each) { return reader.read_group(each); }));
  page.lost_roles = !read_list(context, value, "RoleDetailList", page.roles,
                               [&](const JsonValue& each) { return reader.read_role(each); });
  if (is_partial(value, "RolePolicyList")) {
    for (Role& each : page.roles) each.complete = each.has_tags = false;
  }
  // A policy that is lost here is reported as missing where it is attached.
  static_cast<void>(
      read_list(context, value, "Policies", page.policies,
                [&](const JsonValue& each) { return reader.read_managed_policy(each); }));
  page.repeats = repeats_own_key(*document.json, value);
  return page;
}

}  // namespace

bool is_gaad_page(const JsonValue& value) {
  for (auto it = value.begin(); it != value.end() && value.is(JsonKind::Object); ++it) {
    if (std::find(kLists.begin(), kLists.end() - 1, it.key()) != kLists.end() - 1) return true;
  }
  // `Policies` alone does not suffice: `aws iam list-policies` and `aws organizations
  // list-policies` write it too, without the documents.
  const auto policies = value.find("Policies");
  if (!policies || !policies->is(JsonKind::Array)) return false;
  if (policies->size() == 0) return value.find("IsTruncated").has_value();
  return (*policies->begin()).find("PolicyVersionList").has_value();
}

GaadExport read_gaad(LoadContext& context, std::span<const EstateDocument> pages, bool whole) {
  GaadExport result;
  if (pages.empty()) return result;
  result.owners = find_owners(pages);
  result.file = pages.front().file;
  result.whole = whole;
  const EntityScope scope = settle_scope(context, pages.front(), result.owners);
  for (const EstateDocument& page : pages) result.pages.push_back(read_page(context, page, scope));
  return result;
}

}  // namespace rolecall
