// SPDX-License-Identifier: Apache-2.0
// `find_who` against brute force: every principal of random estates, asking every role with random
// calls, decided by the evaluator that `explain` uses. ROLECALL_REACH_ESTATES sets how many
// estates, ROLECALL_REACH_SEED where to begin.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/who.h"
#include "rolecall/trust/assume_decision.h"
#include "rolecall/trust/request_file.h"

#include "reach/random_estate.h"

namespace rolecall {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The assumption that speaks of the caller: by name before by account before by neither.
const Assumption* find_assumption(const WhoAnswer& answer, const AssumeDecision& decision,
                                  const RequestPrincipal& principal) {
  const Caller& caller = decision.caller;
  const IamEntity* entity = decision.caller_user;
  if (entity == nullptr) entity = decision.caller_role;
  const auto find = [&](auto holds) -> const Assumption* {
    const auto found = std::find_if(answer.assumptions.begin(), answer.assumptions.end(), holds);
    return found == answer.assumptions.end() ? nullptr : &*found;
  };
  if (entity != nullptr) {
    return find([&](const Assumption& each) {
      return std::find(each.members.begin(), each.members.end(), entity) != each.members.end();
    });
  }
  const auto apart = [&](const std::string& name) {
    return std::binary_search(answer.apart.begin(), answer.apart.end(), name);
  };
  if (!caller.is_signed()) {
    const AssumerKind kind = caller.kind == CallerKind::Service ? AssumerKind::Service
                             : caller.kind == CallerKind::Oidc  ? AssumerKind::Oidc
                                                                : AssumerKind::Saml;
    const std::string& name = kind == AssumerKind::Service ? caller.services[0]
                              : kind == AssumerKind::Oidc  ? caller.issuer
                                                           : caller.provider;
    const Assumption* named = find([&](const Assumption& each) {
      return each.kind == kind && !each.name.empty() && same_provider(each.name, name);
    });
    if (named != nullptr || apart(name)) return named;
    return find([&](const Assumption& each) { return each.kind == kind && each.name.empty(); });
  }
  const Assumption* named = find(
      [&](const Assumption& each) { return each.members.empty() && each.name == principal.name; });
  if (named != nullptr || apart(principal.name)) return named;
  const Assumption* account = find([&](const Assumption& each) {
    return each.kind == AssumerKind::Account && each.account == caller.account;
  });
  if (account != nullptr || apart(caller.account)) return account;
  return find([&](const Assumption& each) { return each.kind == AssumerKind::Outside; });
}

Tri evaluate_call(const WhoAnswer& answer, const Assumption& assumption,
                  const AssumeDecision& decision) {
  Tri allowed = Tri::Yes;
  for (const SubAction& sub : decision.sub_actions) {
    const std::string& action = sub.authorization.action;
    const std::size_t kind = action == "sts:TagSession"          ? 1
                             : action == "sts:SetSourceIdentity" ? 2
                             : action == "sts:SetContext"        ? 3
                                                                 : 0;
    allowed = both(allowed, answer.residuals.evaluate(assumption.exact[kind], decision.caller,
                                                      sub.authorization));
  }
  return allowed;
}

struct Counts {
  std::array<std::uint64_t, 4> decisions{};
  std::uint64_t more_precise = 0;
  std::uint64_t conditional = 0;
};

// Empty when the answer says what the decision says.
std::string compare(const WhoAnswer& answer, const Estate& estate, const AssumeRequest& request,
                    Counts& counts) {
  const AssumeDecision decision = decide(estate, request);
  if (decision.decision == Decision::Denied && !decision.failures.empty() &&
      request.principal.kind != RequestPrincipal::Kind::Federated) {
    return fmt::format("{} is no fair question: {}", request.principal.name,
                       decision.failures[0].message);
  }
  ++counts.decisions[static_cast<std::size_t>(decision.decision)];
  const Assumption* found = find_assumption(answer, decision, request.principal);
  Tri said = found == nullptr ? Tri::No : evaluate_call(answer, *found, decision);
  // An audience that the provider does not have is refused before any policy is read, and so is a
  // provider of another account.
  if (found != nullptr && decision.sub_actions.empty()) said = Tri::No;
  if (found != nullptr && found->name.empty() && !decision.failures.empty()) said = Tri::No;
  if (found != nullptr && !answer.residuals.open_parts(found->condition).empty()) {
    ++counts.conditional;
  }
  const bool open =
      decision.decision == Decision::Conditional || decision.decision == Decision::Unknown;
  if (open) {
    counts.more_precise += said == Tri::Open ? 0 : 1;
    return {};
  }
  const bool allowed = decision.decision == Decision::Allowed;
  if (said != tri(allowed)) {
    return fmt::format("{} -> {}: decided {}, said {}", request.principal.name, request.role,
                       decision_name(decision.decision), static_cast<int>(said));
  }
  if (!allowed) return {};
  const Tri some = answer.residuals.evaluate(found->condition, decision.caller,
                                             decision.sub_actions[0].authorization);
  return some != Tri::No ? ""
                         : fmt::format("{} -> {}: allowed, and the condition says never",
                                       request.principal.name, request.role);
}

void load(const random::EstateFiles& files, Estate& estate) {
  Diagnostics ignored;
  for (const auto& [name, text] : files.files) load_estate_text(name, text, estate, ignored);
}

TEST(WhoAgreement, EveryPairIsDecidedAlike) {
  const std::uint64_t count = setting("ROLECALL_REACH_ESTATES", 200);
  const std::uint64_t first = setting("ROLECALL_REACH_SEED", 0);
  constexpr std::uint64_t kCalls = 2;
  Counts counts;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Estate estate;
    const random::EstateFiles files = random::make_estate(seed);
    load(files, estate);
    for (const std::string& target : random::target_roles()) {
      const Role* role = estate.find_role(target);
      ASSERT_NE(role, nullptr);
      const WhoAnswer answer = find_who(estate, *role);
      std::uint64_t call = 0;
      for (const RequestPrincipal& principal : random::make_principals()) {
        for (std::uint64_t i = 0; i < kCalls; ++i) {
          const std::uint64_t call_seed = seed * 1'000'003 + ++call;
          const AssumeRequest request = random::make_request(call_seed, principal, target);
          const std::string difference = compare(answer, estate, request, counts);
          if (difference.empty()) continue;
          std::string world = format_request(request, estate.sources()) + "\n";
          for (const auto& [name, text] : files.files) world += name + "\n" + text + "\n";
          FAIL() << "estate " << seed << ", " << difference << "\n" << world;
        }
      }
    }
  }
  // The calls are worth asking: both answers are common, and conditions are.
  const auto seen = [&](Decision decision) {
    return counts.decisions[static_cast<std::size_t>(decision)];
  };
  RecordProperty("allowed", std::to_string(seen(Decision::Allowed)));
  RecordProperty("denied", std::to_string(seen(Decision::Denied)));
  EXPECT_GT(seen(Decision::Allowed) * 20, seen(Decision::Denied));
  EXPECT_GT(counts.conditional * 20, seen(Decision::Denied));
  EXPECT_LT(counts.more_precise * 10, seen(Decision::Conditional) + seen(Decision::Unknown) + 10);
}

}  // namespace
}  // namespace rolecall
