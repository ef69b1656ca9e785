// SPDX-License-Identifier: Apache-2.0
#include "collected_plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"

namespace rolecall {

namespace {

// Whether the folders are the same, or one is in the other.
bool overlap(std::string_view a, std::string_view b) {
  const auto is_in = [](std::string_view inner, std::string_view outer) {
    return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
  };
  return is_in(a, b) || is_in(b, a);
}

CollectedDocument& document_of(OrganizationFiles& organization, OrganizationPart part,
                               std::string_view policy) {
  const std::string id(policy);
  switch (part) {
    case OrganizationPart::Metadata:
      return organization.metadata;
    case OrganizationPart::Accounts:
      return organization.accounts;
    case OrganizationPart::Units:
      return organization.units;
    case OrganizationPart::ScpMetadata:
      return organization.scps[id].metadata;
    case OrganizationPart::ScpPolicy:
      return organization.scps[id].policy;
    case OrganizationPart::RcpMetadata:
      return organization.rcps[id].metadata;
    case OrganizationPart::RcpPolicy:
      break;
  }
  return organization.rcps[id].policy;
}

}  // namespace

CollectedDocument CollectedResource::document(CollectedPart part) const {
  if (!has(part)) return {};
  if (in_database) return {.row = rows.at(static_cast<std::size_t>(part))};
  return {.path = name_of(part)};
}

std::string CollectedResource::name_of(CollectedPart part) const {
  return in_database ? fmt::format("{}#{}", place, part_name(part))
                     : fmt::format("{}/{}.json", place, part_name(part));
}

std::size_t CollectedBatch::count_documents() const {
  if (organization) return 3 + organization->scps.size() + organization->rcps.size();
  std::size_t count = 0;
  for (const CollectedResource& each : resources) {
    for (unsigned parts = each.parts; parts != 0; parts &= parts - 1) ++count;
  }
  return count;
}

CollectedPlan::Owned& CollectedPlan::owner(std::string_view id, std::string_view place,
                                           std::string_view whole_path) {
  const std::string_view key = whole_path.empty() ? place : whole_path;
  if (last_ != nullptr && last_->batch.account == id && last_->whole_path == whole_path &&
      last_->batch.place == place) {
    return *last_;
  }
  const auto [found, is_new] = owners_.try_emplace(std::pair(std::string(key), std::string(id)));
  last_ = &found->second;
  if (is_new) {
    last_->batch.account = id;
    last_->batch.place = place;
    last_->batch.whole = true;
    last_->whole_path = whole_path;
  }
  return *last_;
}

OrganizationFiles& CollectedPlan::organization(std::string_view id, std::string_view place,
                                               std::string_view whole_path) {
  auto& organization = owner(id, place, whole_path).batch.organization;
  if (!organization) organization = {.id = std::string(id), .place = std::string(place)};
  return *organization;
}

void CollectedPlan::note(CollectedBatch& batch, CollectedResource& resource, CollectedPart part,
                         DocumentId row) {
  resource.parts |= 1U << static_cast<unsigned>(part);
  resource.rows.at(static_cast<std::size_t>(part)) = row;
  const bool is_role = resource.type == CollectedType::Role;
  batch.has_roles = batch.has_roles || is_role;
  batch.has_role_tags = batch.has_role_tags || (is_role && part == CollectedPart::Tags);
  batch.has_principals = batch.has_principals || is_role || resource.type == CollectedType::User ||
                         resource.type == CollectedType::Group;
}

bool CollectedPlan::add_file(std::string_view shown, std::string_view whole_path,
                             std::size_t given) {
  const auto path = CollectedPath::split(whole_path);
  if (!path || path->owner.empty()) return false;
  // The owner's folder is shown by its absolute path if it is above the folder the user named.
  const std::size_t below = whole_path.size() - path->owner_folder.size();
  const std::string_view place =
      below < shown.size() ? shown.substr(0, shown.size() - below) : path->owner_folder;
  if (!path->is_account()) return add_organization_file(*path, shown, place);
  const auto resource = ResourcePath::split(path->rest);
  if (!resource) return false;
  const auto part = find_part(resource->type, resource->name);
  if (!part) return false;
  Owned& owned = owner(path->owner, place, path->owner_folder);
  CollectedBatch& batch = owned.batch;
  if (batch.resources.empty()) roots_.emplace(path->root);
  // The user may have named the folder `iam` itself.
  batch.whole = batch.whole && path->owner_folder.size() + std::string_view("/iam").size() >= given;
  const std::string_view folder = shown.substr(0, shown.size() - file_name(shown).size() - 1);
  if (batch.resources.empty() || batch.resources.back().place != folder) {
    batch.resources.push_back({.type = resource->type, .place = std::string(folder)});
  }
  note(batch, batch.resources.back(), *part, kNoDocument);
  return true;
}

bool CollectedPlan::add_organization_file(const CollectedPath& path, std::string_view shown,
                                          std::string_view place) {
  std::string_view name = path.rest;
  if (!name.ends_with(".json")) return false;
  name.remove_suffix(std::string_view(".json").size());
  auto part = find_organization_part(name);
  std::string_view policy;
  if (const std::size_t slash = name.find('/'); slash != name.npos) {
    const std::size_t end = name.find('/', slash + 1);
    if (end == name.npos) return false;
    policy = name.substr(slash + 1, end - slash - 1);
    part = find_policy_part(name.substr(0, slash), name.substr(end + 1));
  }
  if (!part) return false;
  roots_.emplace(path.root);
  document_of(organization(path.owner, place, path.owner_folder), *part, policy).path = shown;
  return true;
}

bool CollectedPlan::covers(std::string_view whole_path) const {
  const auto path = CollectedPath::split(whole_path);
  return path && roots_.contains(std::string(path->root));
}

void CollectedPlan::add_row(const CollectedRow& row) {
  Owned& owned = owner(row.account, row.database, {});
  auto& resources = owned.batch.resources;
  const auto [found, is_new] = owned.by_place.try_emplace(std::string(row.place), resources.size());
  if (is_new) {
    resources.push_back({.type = row.type, .place = std::string(row.place), .in_database = true});
  }
  note(owned.batch, resources[found->second], row.part, row.text);
}

void CollectedPlan::add_row(std::string_view organization, std::string_view database,
                            OrganizationPart part, std::string_view policy, DocumentId text) {
  document_of(this->organization(organization, database, {}), part, policy).row = text;
}

void CollectedPlan::lose(std::string_view whole_path) {
  for (auto& [key, owned] : owners_) {
    if (!overlap(whole_path, owned.whole_path)) continue;
    owned.batch.whole = false;
    if (owned.batch.organization) owned.batch.organization->whole = false;
  }
}

void CollectedPlan::lose_all() {
  for (auto& [key, owned] : owners_) {
    owned.batch.whole = false;
    if (owned.batch.organization) owned.batch.organization->whole = false;
  }
}

std::vector<CollectedBatch> CollectedPlan::take() {
  // Large enough that threads rarely wait for each other, small enough that all of them get work.
  constexpr std::size_t kMostResources = 64;
  std::vector<CollectedBatch> batches;
  for (auto& [key, owned] : owners_) {
    CollectedBatch& all = owned.batch;
    std::vector<CollectedResource> resources = std::exchange(all.resources, {});
    if (all.organization) batches.push_back(all);
    std::sort(resources.begin(), resources.end(),
              [](const auto& a, const auto& b) { return a.place < b.place; });
    for (std::size_t begin = 0; begin < resources.size(); begin += kMostResources) {
      CollectedBatch& batch = batches.emplace_back(all);
      const std::size_t end = std::min(begin + kMostResources, resources.size());
      for (std::size_t i = begin; i < end; ++i) batch.resources.push_back(std::move(resources[i]));
    }
  }
  owners_.clear();
  last_ = nullptr;
  return batches;
}

}  // namespace rolecall
