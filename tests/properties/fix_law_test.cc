// SPDX-License-Identifier: Apache-2.0
// What must hold for every fix, whatever the estate and the request.
#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "rolecall/diagnose/fix.h"

#include "support/repaired_world.h"

namespace rolecall {
namespace {

constexpr std::string_view kTarget = "arn:aws:iam::444455556666:role/deploy";
constexpr auto kPrincipals = std::to_array<std::string_view>({
    "arn:aws:iam::111122223333:user/ann",
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:role/ci",
    "arn:aws:iam::111122223333:role/team/build",
    "arn:aws:iam::444455556666:role/deploy",
    "arn:aws:iam::444455556666:user/eve",
});

// Of an account that is in no estate.
constexpr auto kOutsiders = std::to_array<std::string_view>({
    "arn:aws:iam::777788889999:role/scan",
    "arn:aws:iam::777788889999:user/vendor",
});

// Texts of a small organization, full of slips that people make.
class World {
 public:
  explicit World(std::uint64_t seed) : engine_(seed) {
    texts.files["111122223333.gaad.json"] = account("111122223333");
    texts.files["444455556666.gaad.json"] = account("444455556666");
    if (one_in(3)) texts.files["organization.json"] = organization();
    texts.request = make_request();
  }

  WorldTexts texts{};

 private:
  std::size_t below(std::size_t count) { return engine_() % count; }
  bool one_in(std::size_t count) { return below(count) == 0; }

  template <std::size_t N>
  std::string_view any(const std::array<std::string_view, N>& list) {
    return list[below(N)];
  }

  std::string principal() {
    static constexpr auto kValues = std::to_array<std::string_view>({
        R"({"AWS":"arn:aws:iam::111122223333:root"})",
        R"({"AWS":"111122223333"})",
        R"({"AWS":"arn:aws:iam::111122223333:user/ann"})",
        R"({"AWS":["arn:aws:iam::111122223333:role/ci","arn:aws:iam::111122223333:user/bob"]})",
        R"({"AWS":"arn:aws:iam::111122223333:role/build"})",
        R"({"AWS":"AROAQABLZS4A3QDUDEAD"})",
        R"({"AWS":"arn:aws:iam::444455556666:root"})",
        R"({"AWS":"arn:aws:iam::111122223333:role/*"})",
        R"({"Service":"ec2.amazonaws.com"})",
        R"({"AWS":["arn:aws:iam::777788889999:root","arn:aws:iam::111122223333:user/ann"]})",
        R"({"AWS":"arn:aws:iam::777788889999:role/scan"})",
        R"("*")",
    });
    return std::string(any(kValues));
  }

  std::string condition() {
    static constexpr auto kValues = std::to_array<std::string_view>({
        "{}",
        "{}",
        R"({"StringEquals":{"sts:ExternalId":"blue-7"}})",
        R"({"StringLike":{"sts:RoleSessionName":"run-*"}})",
        R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})",
        R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}})",
        R"({"StringEquals":{"aws:PrincipalTag/team":"Blue"}})",
        R"({"StringEquals":{"aws:RequestTag/team":"blue"}})",
    });
    return std::string(any(kValues));
  }

  std::string trust() {
    static constexpr auto kActions = std::to_array<std::string_view>(
        {R"("sts:AssumeRole")", R"(["sts:AssumeRole","sts:TagSession"])", R"("sts:TagSession")"});
    std::string statements;
    for (std::size_t count = 1 + below(2); count > 0; --count) {
      statements += fmt::format(R"({}{{"Effect":"{}","Principal":{},"Action":{},"Condition":{}}})",
                                statements.empty() ? "" : ",", one_in(6) ? "Deny" : "Allow",
                                principal(), any(kActions), condition());
    }
    return fmt::format(R"({{"Version":"2012-10-17","Statement":[{}]}})", statements);
  }

  std::string permissions() {
    static constexpr auto kStatements = std::to_array<std::string_view>({
        R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::444455556666:role/deploy"})",
        R"({"Effect":"Allow","Action":"sts:*","Resource":"*"})",
        R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::444455556666:role/deplo"})",
        R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})",
        R"({"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"})",
        R"({"Effect":"Deny","NotAction":"s3:*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}},{"Effect":"Allow","Action":"*","Resource":"*"})",
    });
    return fmt::format(R"({{"Version":"2012-10-17","Statement":[{}]}})", any(kStatements));
  }

  std::string entity(std::string_view arn, bool role) {
    std::string text =
        fmt::format(R"({{"Arn":"{}","Tags":[{{"Key":"team","Value":"{}"}}],"{}PolicyList":[)", arn,
                    one_in(2) ? "blue" : "Blue", role ? "Role" : "User");
    if (!one_in(4)) {
      text += fmt::format(R"({{"PolicyName":"p","PolicyDocument":{}}})", permissions());
    }
    text += fmt::format(
        "]{}", role ? fmt::format(R"(,"AssumeRolePolicyDocument":{})", trust()) : std::string());
    const std::string account(arn.substr(13, 12));
    if (one_in(5)) {
      text += fmt::format(
          R"(,"PermissionsBoundary":{{"PermissionsBoundaryArn":"arn:aws:iam::{}:policy/edge"}})",
          account);
    }
    return text + "}";
  }

  std::string account(std::string_view id) {
    std::string users;
    std::string roles;
    for (const std::string_view arn : kPrincipals) {
      if (arn.substr(13, 12) != id) continue;
      const bool role = arn.find(":role/") != std::string_view::npos;
      std::string& list = role ? roles : users;
      list += fmt::format("{}{}", list.empty() ? "" : ",", entity(arn, role));
    }
    return fmt::format(
        R"({{"UserDetailList":[{}],"GroupDetailList":[],"RoleDetailList":[{}],"Policies":[{{"Arn":"arn:aws:iam::{}:policy/edge","PolicyName":"edge","DefaultVersionId":"v1","PolicyVersionList":[{{"VersionId":"v1","IsDefaultVersion":true,"Document":{}}}]}}]}})",
        users, roles, id, permissions());
  }

  std::string organization() {
    return fmt::format(
        R"({{"Organization":{{"Id":"o-a1b2c3d4e5","MasterAccountId":"999999999999"}},"Roots":[{{"Id":"r-ab12","Name":"Root","PolicyTypes":[{{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}}]}}],"OrganizationalUnits":[],"Accounts":[{{"Id":"999999999999","ParentId":"r-ab12"}},{{"Id":"111122223333","ParentId":"r-ab12"}},{{"Id":"444455556666","ParentId":"r-ab12"}}],"Policies":[{{"PolicySummary":{{"Id":"p-own","Type":"SERVICE_CONTROL_POLICY","AwsManaged":false}},"Content":{}}}],"Targets":[{{"PolicyId":"p-own","TargetId":"r-ab12"}},{{"PolicyId":"p-own","TargetId":"111122223333"}},{{"PolicyId":"p-own","TargetId":"444455556666"}}]}})",
        permissions());
  }

  std::string make_request() {
    std::string text =
        fmt::format(R"({{"principal":"{}","role":"{}","context":{{{}}})", any(kPrincipals), kTarget,
                    one_in(2) ? R"("sts:ExternalId":"red-1")" : "");
    if (one_in(3)) text += R"(,"tags":{"team":"green"})";
    if (one_in(2)) text += R"(,"session_name":"job")";
    if (one_in(6)) text += R"(,"duration_seconds":7200)";
    return text + "}";
  }

  std::mt19937_64 engine_;
};

template <std::size_t N>
std::set<std::string> allowed_principals(const std::array<std::string_view, N>& principals,
                                         const ReadWorld& read, const AssumeRequest& asked) {
  std::set<std::string> allowed;
  for (const std::string_view each : principals) {
    AssumeRequest request = asked;
    request.principal = RequestPrincipal::arn(each);
    if (decide(read.estate, request).decision == Decision::Allowed) allowed.emplace(each);
  }
  return allowed;
}

// Whether somebody of no exported account is told of, himself or in a set.
bool is_told(const VerifiedFix& fix, std::string_view outsider) {
  return !fix.lets_in_unknowns().empty() ||
         std::any_of(fix.lets_in().begin(), fix.lets_in().end(), [&](const LetIn& each) {
           return each.principal == outsider || each.scope == LetInScope::Everyone ||
                  each.principal == "any principal of account 777788889999";
         });
}

// The files a fix writes, read again from their text alone.
void expect_repaired(const WorldTexts& texts, const ReadWorld& before, const VerifiedFix& fix) {
  const ReadWorld after(repaired(texts, before, fix));
  const AssumeRequest& request = after.question.request;
  const AssumeDecision now = decide(after.estate, request);
  if (now.decision != fix.decision_after()) {
    RC_FAIL(fmt::format("{} instead of {} after: {}", decision_name(now.decision),
                        decision_name(fix.decision_after()), fix.summary()));
  }
  std::set<std::string> told{before.question.request.principal.name};
  for (const LetIn& each : fix.lets_in()) told.insert(each.principal);
  const std::set<std::string> were = allowed_principals(kPrincipals, before, request);
  for (const std::string& each : allowed_principals(kPrincipals, after, request)) {
    if (!were.contains(each) && !told.contains(each)) {
      RC_FAIL(fmt::format("{} is let in by: {}", each, fix.summary()));
    }
  }
  const std::set<std::string> outside = allowed_principals(kOutsiders, before, request);
  for (const std::string& each : allowed_principals(kOutsiders, after, request)) {
    if (!outside.contains(each) && !is_told(fix, each)) {
      RC_FAIL(fmt::format("{} is let in by: {}", each, fix.summary()));
    }
  }
}

// What opens more than it needs comes last, and says what.
void expect_honest_order(const std::vector<VerifiedFix>& fixes) {
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    if (fixes[i].opens() && fixes[i].warnings().empty()) {
      RC_FAIL("no warning: " + fixes[i].summary());
    }
    if (i > 0 && fixes[i - 1].opens() && !fixes[i].opens()) {
      RC_FAIL("comes too late: " + fixes[i].summary());
    }
  }
}

TEST(Fixes, RepairWhatTheyAreForAndTellWhomElseTheyLetIn) {
  constexpr int kWorldsPerRun = 3;
  std::size_t proven = 0;
  const bool holds = rc::check("every printed fix repairs the call", [&] {
    for (int i = 0; i < kWorldsPerRun; ++i) {
      const World world(*rc::gen::arbitrary<std::uint64_t>());
      const ReadWorld read(world.texts);
      const Diagnosis diagnosis = diagnose(read.estate, read.question.request);
      const auto fixes = find_fixes(read.estate, read.question.request, diagnosis);
      expect_honest_order(fixes);
      for (const VerifiedFix& fix : fixes) {
        if (!fix.writes_files()) continue;
        ++proven;
        expect_repaired(world.texts, read, fix);
      }
    }
  });
  EXPECT_TRUE(holds);
  EXPECT_GT(proven, 100U);
}

}  // namespace
}  // namespace rolecall
