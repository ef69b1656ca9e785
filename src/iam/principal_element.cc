// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/principal_element.h"

#include <algorithm>
#include <array>

#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

PrincipalForm form_of(const IamArn& arn) {
  switch (arn.form) {
    case ArnForm::Root:
      return PrincipalForm::Account;
    case ArnForm::User:
      return PrincipalForm::User;
    case ArnForm::Role:
      return PrincipalForm::Role;
    case ArnForm::Session:
      return PrincipalForm::Session;
    case ArnForm::FederatedUser:
      return PrincipalForm::FederatedUser;
    case ArnForm::Group:
      return PrincipalForm::Group;
    case ArnForm::InstanceProfile:
      return PrincipalForm::InstanceProfile;
    case ArnForm::OidcProvider:
      return PrincipalForm::OidcProvider;
    case ArnForm::SamlProvider:
      return PrincipalForm::SamlProvider;
    case ArnForm::Policy:
    case ArnForm::MfaDevice:
    case ArnForm::Other:
      return PrincipalForm::Malformed;
  }
  return PrincipalForm::Malformed;
}

bool is_provider(PrincipalForm form) {
  return form == PrincipalForm::OidcProvider || form == PrincipalForm::SamlProvider;
}

void classify_arn(PrincipalElement& element) {
  const auto arn = IamArn::parse(element.value.value);
  if (!arn) {
    element.form = PrincipalForm::Malformed;
    return;
  }
  element.partition = arn->partition;
  element.account = arn->account;
  element.path = arn->path;
  element.name = arn->name;
  element.session_name = arn->session_name;
  element.form = form_of(*arn);
}

void classify_aws(PrincipalElement& element) {
  const std::string_view value = element.value.value;
  if (value == "*") {
    element.form = PrincipalForm::Everyone;
  } else if (is_account_id(value)) {
    element.form = PrincipalForm::Account;
    element.account = value;
  } else if (has_wildcard(value)) {
    element.form = PrincipalForm::Wildcard;
  } else if (is_unique_id(value)) {
    element.form = PrincipalForm::UniqueId;
  } else {
    classify_arn(element);
    if (is_provider(element.form)) element.form = PrincipalForm::Malformed;
  }
}

void classify_service(PrincipalElement& element) {
  const std::string_view value = element.value.value;
  const bool plausible = value.find('.') != std::string_view::npos &&
                         std::none_of(value.begin(), value.end(),
                                      [](char c) { return c == ' ' || c == ':' || c == '/'; });
  element.name = value;
  element.form = has_wildcard(value) ? PrincipalForm::Wildcard
                 : plausible         ? PrincipalForm::Service
                                     : PrincipalForm::Malformed;
}

void classify_federated(PrincipalElement& element) {
  const std::string_view value = element.value.value;
  element.name = value;
  if (is_well_known_issuer(value)) {
    element.form = PrincipalForm::WellKnownIssuer;
  } else if (has_wildcard(value)) {
    element.form = PrincipalForm::Wildcard;
  } else {
    classify_arn(element);
    if (!is_provider(element.form)) element.form = PrincipalForm::Malformed;
  }
}

}  // namespace

PrincipalElement classify_principal(PrincipalType type, Text value) {
  PrincipalElement element;
  element.type = type;
  element.value = value;
  switch (type) {
    case PrincipalType::Any:
      element.form = PrincipalForm::Everyone;
      break;
    case PrincipalType::Aws:
      classify_aws(element);
      break;
    case PrincipalType::Service:
      classify_service(element);
      break;
    case PrincipalType::Federated:
      classify_federated(element);
      break;
    case PrincipalType::CanonicalUser:
      element.form = PrincipalForm::Canonical;
      break;
  }
  return element;
}

std::string_view principal_type_name(PrincipalType type) {
  switch (type) {
    case PrincipalType::Any:
      return "*";
    case PrincipalType::Aws:
      return "AWS";
    case PrincipalType::Service:
      return "Service";
    case PrincipalType::Federated:
      return "Federated";
    case PrincipalType::CanonicalUser:
      return "CanonicalUser";
  }
  return "AWS";
}

bool is_well_known_issuer(std::string_view host) {
  constexpr std::array<std::string_view, 4> kIssuers = {"accounts.google.com", "www.amazon.com",
                                                        "graph.facebook.com",
                                                        "cognito-identity.amazonaws.com"};
  return std::find(kIssuers.begin(), kIssuers.end(), host) != kIssuers.end();
}

bool is_unique_id(std::string_view text) {
  constexpr std::size_t kShortest = 16;
  return text.size() >= kShortest && (text.starts_with("AIDA") || text.starts_with("AROA")) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

}  // namespace rolecall
