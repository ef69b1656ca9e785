// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rolecall/iam/arn.h"

#include "live/access.h"
#include "live/account_draft.h"
#include "live/organization_draft.h"

namespace rolecall {

// The subjects of a question. Empty: the question has none.
struct WantedFacts {
  std::string caller{};        // ARN of a user, role or role session.
  std::string role{};          // ARN of the role to be assumed.
  std::string provider{};      // Issuer or ARN of the caller's identity provider.
  std::string vpc_endpoint{};  // Id of the endpoint the call goes through.
  bool rcps = true;            // Whether RCPs apply to the call.
};

// Reads from AWS only the data that questions need, and nothing twice: the role, the caller's
// policies, the SCPs on the path to the caller's account, the RCPs on the path to the role's.
class QuestionReader {
 public:
  // Indexes of accesses that were named for a purpose; all others are for the caller.
  struct Named {
    std::optional<std::size_t> role{};          // Preferred for the role's account.
    std::optional<std::size_t> organization{};  // For reading the organization.
  };
  // REQUIRES: at least one access.
  QuestionReader(std::vector<Access> accesses, Named named);

  void read(const WantedFacts& wanted);
  // The data as files of an estate (docs/estate-format.md), by name.
  [[nodiscard]] std::map<std::string, std::string> files() const;
  [[nodiscard]] const std::vector<NotRead>& not_read() const { return not_read_; }

 private:
  // Providers of one kind, as JSON texts, and the accounts whose list is complete.
  struct Providers {
    std::vector<std::string> texts{};
    std::vector<std::string> accounts{};
  };

  // Finds the account of the access that was named for the role's account.
  void place_role_access(std::string_view role, std::string_view account);
  [[nodiscard]] std::vector<const Access*> of_account(std::string_view account,
                                                      std::optional<std::size_t> preferred);
  [[nodiscard]] std::vector<const Access*> accesses_to(std::string_view account,
                                                       std::optional<std::size_t> preferred,
                                                       std::string_view what,
                                                       std::string_view option);
  AccountDraft& draft(const std::string& account);
  // Uses the answer about a user that identify_user() got.
  void know_user(const std::vector<const Access*>& accesses, const IamArn& user,
                 std::string_view arn);
  void read_caller(const WantedFacts& wanted);
  void read_role(const WantedFacts& wanted);
  void read_providers(Asker& asker, const std::string& account, const std::string& provider);
  [[nodiscard]] bool read_oidc(Asker& asker, const std::string& what, const std::string& provider);
  [[nodiscard]] bool read_saml(Asker& asker, const std::string& what);
  void read_endpoint(Asker& asker, const std::string& id);

  std::vector<Access> accesses_;
  Named named_;
  std::vector<NotRead> not_read_;
  std::map<std::string, AccountDraft, std::less<>> drafts_;  // By account.
  OrganizationDraft organization_{not_read_};
  bool organization_open_ = false;
  std::set<std::string> providers_asked_;
  Providers oidc_;
  Providers saml_;
  std::map<std::string, std::string> endpoints_;  // JSON texts by id.
  std::set<std::string> endpoints_asked_;
};

}  // namespace rolecall
