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

// The gates of an answer's calls that were not checked, with the commands that fetch their
// policies. Borrows the estate.
class Unchecked {
 public:
  explicit Unchecked(const Estate& estate) : estate_(estate) {}

  // Adds one call. `caller` is the caller's account; empty when there is none or it is unknown.
  void add(const Hop& call, std::string_view caller);
  // Adds the calls of a walk, the first one made from account `caller`.
  void add(const std::vector<const Hop*>& walk, std::string_view caller);

  [[nodiscard]] bool empty() const { return accounts_.empty(); }
  // The gates in words: `identity provider and service control policies`.
  [[nodiscard]] std::string titles() const;
  // The commands that fetch their policies. Not escaped.
  [[nodiscard]] std::vector<std::string> commands() const;
  // Writes the member `obtain`, which has the commands.
  void write(JsonWriter& out) const;

 private:
  using Accounts = std::set<std::string, std::less<>>;

  const Estate& estate_;
  std::map<Gate, Accounts> accounts_;
  Accounts tokens_;                            // Accounts whose OIDC providers were not checked.
  Accounts assertions_;                        // Accounts whose SAML providers were not checked.
  std::map<std::string, std::string> trusts_;  // Commands that fetch trust policies, by ARN.
};

// The account of a start; empty when it has none.
[[nodiscard]] std::string account_of(const WalkStart& start);

}  // namespace rolecall
