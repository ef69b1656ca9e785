// SPDX-License-Identifier: Apache-2.0
// An estate answers the same in the layout of iam-collect as it does as exports.
#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/who.h"

#include "random_estate.h"
#include "report/residual_report.h"
#include "support/collected_writer.h"
#include "support/test_folder.h"

namespace rolecall {
namespace {

// By principal: under which condition and by which policies it is let in. The order of files, and
// so that of principals, differs.
std::vector<std::string> who(const Estate& estate, const Role& role) {
  const WhoAnswer answer = find_who(estate, role);
  std::vector<std::string> lines = {fmt::format("considered {}", answer.considered)};
  for (const Assumption& each : answer.assumptions) {
    std::string way =
        fmt::format("{} {}", each.action, describe_residual(answer.residuals, each.condition));
    for (const ResidualId part : each.exact) way += " " + describe_residual(answer.residuals, part);
    for (const Gate gate : each.not_checked) way += fmt::format(" not {}", gate_name(gate));
    const std::string kind(assumer_kind_name(each.kind));
    for (const IamEntity* const member : each.members) {
      lines.push_back(fmt::format("{} {} {}", kind, member->arn, way));
    }
    if (each.members.empty()) {
      lines.push_back(fmt::format("{} {} {} {}", kind, each.account, each.name, way));
    }
  }
  for (const WhoGap& gap : answer.gaps) lines.push_back("gap " + gap.what + " " + gap.why);
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string explain(const Estate& estate, const AssumeRequest& request) {
  const Diagnosis diagnosis = diagnose(estate, request);
  std::string text = fmt::format("{}", static_cast<int>(diagnosis.decision.decision));
  for (const GateAnswer& each : diagnosis.decision.gates) {
    text += fmt::format(" {}", static_cast<int>(each.verdict));
  }
  for (const Cause& each : diagnosis.causes) {
    text += fmt::format("\n{} {} {}", each.code, each.message, each.policy);
  }
  for (const Unknown& each : diagnosis.unknowns) text += fmt::format("\nunknown {}", each.what);
  return text;
}

// The files of a random estate; providers are always listed, for the layout always lists them.
Estate load_export(std::uint64_t seed, Diagnostics& said) {
  Estate estate;
  auto files = random::make_estate(seed).files;
  files.try_emplace("identity-providers.json",
                    R"({"OpenIDConnectProviders":[],"SAMLProviders":[]})");
  for (auto& [name, text] : files) load_estate_text(name, std::move(text), estate, said);
  return estate;
}

TEST(CollectedEstate, AnswersAsTheExportDoes) {
  constexpr std::uint64_t kEstates = 60;
  std::size_t asked = 0;
  for (std::uint64_t seed = 1; seed <= kEstates; ++seed) {
    Diagnostics said;
    const Estate exported = load_export(seed, said);
    const TestFolder folder;
    CollectedWriter(exported).write_folder(folder.path());
    Estate collected;
    Diagnostics of_collected;
    load_estate({folder.path()}, collected, of_collected);
    ASSERT_EQ(of_collected.error_count(), said.error_count())
        << render(of_collected.all().at(0), collected.sources());
    for (const auto& [id, account] : exported.accounts()) {
      ASSERT_NE(collected.find_account(id), nullptr) << id;
      for (const Role& role : account.roles) {
        const Role* const same = collected.find_role(role.arn);
        ASSERT_NE(same, nullptr) << role.arn;
        EXPECT_EQ(who(collected, *same), who(exported, role)) << "seed " << seed;
        ++asked;
      }
    }
    for (const RequestPrincipal& principal : random::make_principals()) {
      for (const std::string& role : random::target_roles()) {
        const AssumeRequest request = random::make_request(seed, principal, role);
        EXPECT_EQ(explain(collected, request), explain(exported, request)) << "seed " << seed;
      }
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(asked, kEstates);
}

}  // namespace
}  // namespace rolecall
