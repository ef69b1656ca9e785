// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/estate/estate.h"

namespace rolecall {

// Whether all identity providers of the account are known: one that is not listed does not exist.
[[nodiscard]] inline bool lists_oidc_providers(const Estate& estate, const Account& account) {
  return estate.has_identity_providers &&
         (estate.providers_by_account ? account.has_oidc_providers : account.exported);
}
[[nodiscard]] inline bool lists_saml_providers(const Estate& estate, const Account& account) {
  return estate.has_identity_providers &&
         (estate.providers_by_account ? account.has_saml_providers : account.exported);
}

}  // namespace rolecall
