// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/assume_request.h"

#include <algorithm>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

const std::vector<std::string>* find_values(const std::vector<NamedValues>& all,
                                            std::string_view name) {
  const auto it = std::find_if(all.begin(), all.end(), [&](const NamedValues& each) {
    return equals_ignore_case(each.first, name);
  });
  return it == all.end() ? nullptr : &it->second;
}

}  // namespace

RequestPrincipal RequestPrincipal::arn(std::string_view arn) {
  return {Kind::Arn, std::string(arn), false, {}, {}};
}

RequestPrincipal RequestPrincipal::service(std::string_view name) {
  return {Kind::Service, std::string(name), false, {}, {}};
}

RequestPrincipal RequestPrincipal::federated(std::string_view issuer_or_provider) {
  return {Kind::Federated, std::string(issuer_or_provider), false, {}, {}};
}

const std::vector<std::string>* RequestPrincipal::claim(std::string_view wanted) const {
  return find_values(claims, wanted);
}

const std::vector<std::string>* AssumeRequest::context_values(std::string_view key) const {
  return find_values(context, key);
}

void AssumeRequest::set_context(std::string_view key, std::vector<std::string> values) {
  for (NamedValues& each : context) {
    if (!equals_ignore_case(each.first, key)) continue;
    each.second = std::move(values);
    return;
  }
  context.emplace_back(key, std::move(values));
}

std::string AssumeRequest::endpoint() const {
  const auto* given = context_values("aws:SourceVpce");
  if (!vpc_endpoint.empty() || given == nullptr || given->size() != 1) return vpc_endpoint;
  return (*given)[0];
}

bool AssumeRequest::is_open(std::string_view key) const {
  return std::any_of(open.begin(), open.end(),
                     [&](const std::string& each) { return equals_ignore_case(each, key); });
}

}  // namespace rolecall
