// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json_writer.h"
#include "rolecall/estate/estate.h"
#include "rolecall/eval/gate.h"
#include "rolecall/reach/walk.h"

namespace rolecall {

// Gates that bear on the calls of an answer and could not be looked at, with what fetches their
// policies. Borrows the estate.
class Unchecked {
 public:
  explicit Unchecked(const Estate& estate) : estate_(estate) {}

  // One call. `caller` is the account of who makes it; empty: not known, or none.
  void add(const Hop& call, std::string_view caller);
  // The calls of a walk, the first by somebody of `caller`.
  void add(const std::vector<const Hop*>& walk, std::string_view caller);

  [[nodiscard]] bool empty() const { return accounts_.empty(); }
  // `identity provider and service control policies`
  [[nodiscard]] std::string titles() const;
  // What fetches them. Not escaped.
  [[nodiscard]] std::vector<std::string> commands() const;
  // The member `obtain`: the commands.
  void write(JsonWriter& out) const;

 private:
  using Accounts = std::set<std::string, std::less<>>;

  const Estate& estate_;
  std::map<Gate, Accounts> accounts_;
  Accounts tokens_;                            // Where OIDC providers were not looked at,
  Accounts assertions_;                        // and SAML providers.
  std::map<std::string, std::string> trusts_;  // Commands that fetch trust policies, by ARN.
};

// The account of a start; empty where it has none.
[[nodiscard]] std::string account_of(const WalkStart& start);

}  // namespace rolecall
