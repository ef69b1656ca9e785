// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>
#include <z3++.h>

#include "rolecall/eval/policy_compare.h"
#include "rolecall/iam/policy.h"

// Role trust policies and sets of requests as formulas over one request that is not known. Written
// from AWS's documentation: it shares the policy model with the comparison and nothing else.
namespace rolecall::smt {

// Where something is certainly true, and where AWS's documentation does not exclude it.
struct Formula {
  z3::expr sure;
  z3::expr possible;
};

class Encoder {
 public:
  explicit Encoder(z3::context& context);

  // What can be a request: to be asserted once all formulas are made.
  [[nodiscard]] z3::expr request();
  [[nodiscard]] z3::expr allowed(const Policy& policy);  // For certain.
  [[nodiscard]] z3::expr refused(const Policy& policy);
  [[nodiscard]] z3::expr inside(const Change& change);

 private:
  struct Key {
    std::string name{};
    z3::expr present;
    z3::expr text;
    z3::expr flag;
    z3::expr number;
    z3::expr seconds;  // Dates.
    z3::expr is_v6;
    z3::expr v4;
    z3::expr v6;
    z3::expr count;  // Of a list.
    std::vector<z3::expr> items{};
  };

  [[nodiscard]] Formula both(const z3::expr& value) const { return {value, value}; }
  Key& key(std::string_view name);
  Formula statement(const Statement& statement);
  Formula principal(const PrincipalElement& element);
  z3::expr action(std::string_view pattern);
  z3::expr condition(const Condition& condition);
  z3::expr value_matches(const Condition& condition, const Key& key, const z3::expr& text);
  z3::expr one_matches(OperatorFamily family, std::string_view value, const Key& key,
                       const z3::expr& text);
  z3::expr ordered(OperatorFamily family, const z3::expr& actual, const z3::expr& wanted);
  z3::expr in_block(std::string_view block, const Key& key);

  z3::expr character();
  z3::expr not_colon();
  z3::expr regex(std::string_view pattern, const z3::expr& wildcard, bool ignore_case = false);
  z3::expr is_entity(int kind, const PrincipalElement& element);
  z3::expr principal_arn_matches(std::string_view pattern, bool wildcards);
  z3::expr text_equals(const z3::expr& text, std::string_view wanted);
  z3::expr text_is(const z3::expr& text, std::string_view pattern);
  z3::expr no() { return context_.bool_val(false); }
  z3::expr yes() { return context_.bool_val(true); }

  z3::context& context_;
  z3::expr kind_;  // 0 user, 1 role session, 2 service, 3 OIDC, 4 SAML.
  z3::expr account_;
  z3::expr tail_;  // Path and name of the user or role, without the first slash.
  z3::expr session_;
  z3::expr unique_id_;
  z3::expr name_;  // Of the service or provider.
  z3::expr action_;
  std::map<std::string, Key> keys_;
};

}  // namespace rolecall::smt
