// SPDX-License-Identifier: Apache-2.0
#include "reach/class_keys.h"

#include <algorithm>

#include "reach/open_call.h"

namespace rolecall {

namespace {

void add_address(std::string& key, const void* address) {
  key.append(reinterpret_cast<const char*>(&address), sizeof address);
}

}  // namespace

bool bears_on_assuming(const Statement& statement) {
  return is_about(statement, kAssuming);
}

bool bears_on_assuming(const Policy& policy) {
  return policy.faulty ||
         std::any_of(policy.statements.begin(), policy.statements.end(),
                     [](const Statement& each) { return bears_on_assuming(each); });
}

void ClassKeys::forget() {
  policies_.clear();
  missing_.clear();
}

ClassKeys::Document ClassKeys::document_of(const Policy* policy) {
  if (policy == nullptr) return {nullptr, true};
  const auto [known, added] = bears_.try_emplace(policy, false);
  if (added) known->second = bears_on_assuming(*policy);
  return {policy, known->second};
}

ClassKeys::Document ClassKeys::attached(std::string_view arn) {
  const auto [known, added] = attached_.try_emplace(arn);
  if (!added) return known->second;
  const ManagedPolicy* const managed = estate_.find_policy(account_.id, arn);
  return known->second = document_of(managed == nullptr ? nullptr : managed->document().shared());
}

void ClassKeys::add_document(const Document& document, std::string_view name) {
  if (!document.bears) return;
  if (document.policy != nullptr) {
    policies_.push_back(document.policy);
  } else {
    missing_ += name;
    missing_ += '\0';
  }
}

void ClassKeys::add_policies(const IamEntity& entity) {
  for (const AttachedPolicy& each : entity.inline_policies) {
    add_document(document_of(each.policy.shared()), each.name);
  }
  for (const std::string_view arn : entity.attached_arns) add_document(attached(arn), arn);
}

void ClassKeys::add_boundary(const IamEntity& entity) {
  key_ += entity.boundary_arn.empty() ? '-' : '+';
  boundary_ = nullptr;
  if (entity.boundary_arn.empty()) return;
  boundary_ = attached(entity.boundary_arn).policy;
  if (boundary_ != nullptr) {
    add_address(key_, boundary_);
  } else {
    key_ += entity.boundary_arn;
  }
}

void ClassKeys::finish() {
  std::sort(policies_.begin(), policies_.end());
  policies_.erase(std::unique(policies_.begin(), policies_.end()), policies_.end());
  key_ += '\0';
  for (const Policy* const policy : policies_) add_address(key_, policy);
  key_ += missing_;
}

void ClassKeys::read(const User& user) {
  forget();
  add_policies(user);
  for (const std::string_view name : user.groups) {
    if (const Group* const group = account_.find_group(name)) {
      add_policies(*group);
    } else {
      missing_ += name;
      missing_ += '\0';
    }
  }
  key_ = 'u';
  add_boundary(user);
  finish();
}

void ClassKeys::read(const Role& role) {
  forget();
  add_policies(role);
  key_ = role.is_service_linked() ? 's' : 'r';
  key_ += role.complete ? 'c' : 'i';
  if (!role.complete) missing_ = "roles";
  // Why it is unknown names the role.
  if (!role.complete && account_.exported) missing_ = role.arn;
  add_boundary(role);
  finish();
}

}  // namespace rolecall
