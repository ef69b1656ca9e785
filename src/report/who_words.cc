// SPDX-License-Identifier: Apache-2.0
#include "report/who_words.h"

#include <fmt/format.h>

namespace rolecall {

const std::array<AssumerWords, kAssumerKinds>& assumer_words() {
  static constexpr std::array<AssumerWords, kAssumerKinds> kWords = {{
      {AssumerKind::User, "user", "users"},
      {AssumerKind::Role, "role", "roles"},
      {AssumerKind::Account, "whole account", "whole accounts"},
      {AssumerKind::Outside, "", ""},
      {AssumerKind::Service, "service", "services"},
      {AssumerKind::Oidc, "OIDC issuer", "OIDC issuers"},
      {AssumerKind::Saml, "SAML provider", "SAML providers"},
  }};
  return kWords;
}

std::string describe_assumer(AssumerKind kind, std::string_view account, std::string_view name) {
  switch (kind) {
    case AssumerKind::User:
    case AssumerKind::Role:
      return fmt::format("{}, which is not in the estate", name);
    case AssumerKind::Account:
      return fmt::format("any principal of account {}, whose export is not in the estate", account);
    case AssumerKind::Outside:
      return "any principal of any other account";
    case AssumerKind::Service:
      return name.empty() ? "any other AWS service" : fmt::format("the service {}", name);
    case AssumerKind::Oidc:
      return fmt::format("any token of {}", name.empty() ? "any other OIDC issuer" : name);
    case AssumerKind::Saml:
      return fmt::format("any assertion of {}", name.empty() ? "any other SAML provider" : name);
  }
  return std::string(name);
}

std::string with_commas(std::size_t number) {
  constexpr std::size_t kGroup = 3;
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > kGroup; at -= kGroup) digits.insert(at - kGroup, ",");
  return digits;
}

std::string count_words(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", with_commas(number), number == 1 ? one : many);
}

std::string under_conditions(std::size_t conditional, std::size_t of) {
  if (conditional == 0) return "";
  if (conditional < of)
    return fmt::format(", {} of them under conditions", with_commas(conditional));
  return of == 1 ? ", under conditions" : ", all of them under conditions";
}

}  // namespace rolecall
