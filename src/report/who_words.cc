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
  if (conditional < of) return fmt::format(", {} of them under conditions", conditional);
  return of == 1 ? ", under conditions" : ", all of them under conditions";
}

}  // namespace rolecall
