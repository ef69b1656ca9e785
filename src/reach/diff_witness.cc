// SPDX-License-Identifier: Apache-2.0
#include "reach/diff_witness.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/context_key.h"
#include "rolecall/trust/assume_decision.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostCalls = 600;
constexpr std::string_view kOther = "rolecall-witness";

using Choice = std::optional<std::string>;  // Nothing: the key is absent.

// Some text that the pattern matches.
std::string matching(std::string_view pattern) {
  std::string text(pattern);
  std::replace(text.begin(), text.end(), '?', 'x');
  std::replace(text.begin(), text.end(), '*', 'x');
  return text;
}

// Values to try for a condition: the one it names and some others.
std::vector<std::string> near_values(const Condition& condition, std::string_view value) {
  switch (condition.operation->family) {
    case OperatorFamily::Bool:
      return {"true", "false"};
    case OperatorFamily::Null:
      return {std::string(kOther)};
    case OperatorFamily::IpAddress:
      return {std::string(value.substr(0, value.find('/'))), "192.0.2.77"};
    case OperatorFamily::NumericEquals:
    case OperatorFamily::NumericLessThan:
    case OperatorFamily::NumericLessThanEquals:
    case OperatorFamily::NumericGreaterThan:
    case OperatorFamily::NumericGreaterThanEquals:
      return {std::string(value), "0", "999999999"};
    case OperatorFamily::DateEquals:
    case OperatorFamily::DateLessThan:
    case OperatorFamily::DateLessThanEquals:
    case OperatorFamily::DateGreaterThan:
    case OperatorFamily::DateGreaterThanEquals:
      return {std::string(value), "1990-01-01T00:00:00Z", "2099-01-01T00:00:00Z"};
    default:
      return {condition.operation->wildcards ? matching(value) : std::string(value),
              std::string(kOther)};
  }
}

bool is_in(const Estate& estate, std::string_view account) {
  return estate.find_account(account) != nullptr ||
         (estate.organization && estate.organization->has_account(account));
}

class WitnessSearch {
 public:
  WitnessSearch(const Estate& refusing, const Estate& allowing, const EdgeChange& change)
      : refusing_(refusing), allowing_(allowing), change_(change) {}

  std::optional<AssumeRequest> find() {
    const auto principal = make_principal();
    if (!principal) return std::nullopt;
    collect(change_.before, change_.before_answer);
    collect(change_.after, change_.after_answer);
    std::size_t calls = 1;
    for (const auto& [key, choices] : choices_)
      calls = std::min(kMostCalls, calls * choices.size());
    for (std::size_t i = 0; i < calls; ++i) {
      AssumeRequest request = make_request(*principal, i);
      if (decide(allowing_, request).decision == Decision::Allowed &&
          decide(refusing_, request).decision == Decision::Denied) {
        return request;
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<RequestPrincipal> make_principal() const {
    if (!change_.principals.empty()) return RequestPrincipal::arn(change_.principals[0]);
    switch (change_.who) {
      case AssumerKind::User:
      case AssumerKind::Role:
        return RequestPrincipal::arn(change_.name);
      case AssumerKind::Account:
        return stranger(change_.account);
      case AssumerKind::Outside:
        return stranger(unknown_account());
      case AssumerKind::Service:
        if (change_.name.empty()) return std::nullopt;
        return RequestPrincipal::service(change_.name);
      case AssumerKind::Oidc:
      case AssumerKind::Saml: {
        if (change_.name.empty()) return std::nullopt;
        RequestPrincipal principal = RequestPrincipal::federated(change_.name);
        principal.claims_known = true;
        return principal;
      }
    }
    return std::nullopt;
  }

  static RequestPrincipal stranger(std::string_view account) {
    return RequestPrincipal::arn(fmt::format("arn:aws:iam::{}:user/{}", account, kOther));
  }

  std::string unknown_account() const {
    for (std::uint64_t id = 210'000'000'000;; ++id) {
      std::string text = std::to_string(id);
      if (!is_in(refusing_, text) && !is_in(allowing_, text)) return text;
    }
  }

  void collect(const Assumption* way, const WhoAnswer* answer) {
    if (way == nullptr) return;
    for (const ResidualId formula : way->exact) {
      for (const ResidualId part : answer->residuals.open_parts(formula)) {
        const ResidualNode& node = answer->residuals.node(part);
        if (node.kind == ResidualKind::Condition && node.condition->operation != nullptr) {
          add(*node.condition);
        }
      }
    }
    // The difference may be in sts:TagSession or sts:SetSourceIdentity.
    if (way->exact[1] != way->exact[0]) add_choice("aws:RequestTag/rolecall", std::string(kOther));
    if (way->exact[2] != way->exact[0]) add_choice("sts:SourceIdentity", std::string(kOther));
  }

  void add_choice(std::string_view key, std::string value) {
    std::vector<Choice>& choices = choices_[ascii_lower(key)];
    if (choices.empty()) choices.emplace_back();
    names_.try_emplace(ascii_lower(key), key);
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      choices.emplace_back(std::move(value));
    }
  }

  void add(const Condition& condition) {
    for (const Text& each : condition.values) {
      for (std::string& value : near_values(condition, each.value)) {
        add_choice(condition.key.value, std::move(value));
      }
    }
  }

  // The call for combination number `number` of all choices.
  AssumeRequest make_request(const RequestPrincipal& principal, std::size_t number) const {
    AssumeRequest request;
    request.action = change_.way().action;
    request.principal = principal;
    request.role = change_.role;
    request.whole = true;
    for (const auto& [key, choices] : choices_) {
      const Choice& choice = choices[number % choices.size()];
      number /= choices.size();
      if (choice) set(request, names_.at(key), *choice);
    }
    return request;
  }

  static void set(AssumeRequest& request, const std::string& key, const std::string& value) {
    constexpr std::string_view kTag = "aws:RequestTag/";
    if (starts_with_ignore_case(key, kTag)) {
      request.tags.emplace_back(key.substr(kTag.size()), value);
    } else if (equals_ignore_case(key, "sts:SourceIdentity")) {
      request.source_identity = value;
    } else if (equals_ignore_case(key, "sts:RoleSessionName")) {
      request.session_name = value;
    } else if (is_issuer_key(key)) {
      request.principal.claims.emplace_back(split_issuer_key(key).claim,
                                            std::vector<std::string>{value});
    } else if (starts_with_ignore_case(key, "saml:")) {
      request.principal.claims.emplace_back("SAML:" + key.substr(5),
                                            std::vector<std::string>{value});
    } else {
      request.set_context(key, {value});
    }
  }

  const Estate& refusing_;
  const Estate& allowing_;
  const EdgeChange& change_;
  std::map<std::string, std::vector<Choice>> choices_;
  std::map<std::string, std::string> names_;  // By lower-case key: as a policy spells it.
};

}  // namespace

std::optional<AssumeRequest> find_witness(const Estate& refusing, const Estate& allowing,
                                          const EdgeChange& change) {
  return WitnessSearch(refusing, allowing, change).find();
}

}  // namespace rolecall
