// SPDX-License-Identifier: Apache-2.0
#include "trail/trust_binding.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

constexpr std::string_view kVendor = R"({"AWS":"777788889999"})";

class Binding {
 public:
  Binding& ask(std::string_view role) {
    questions.emplace_back().request.role = role;
    return *this;
  }
  Binding& load(std::string name, std::string text) {
    load_estate_text(std::move(name), std::move(text), estate, diagnostics);
    return *this;
  }
  // Binds with the trust policy that was named, when there is one.
  Binding& bind(std::string text = "") {
    const Policy* given = nullptr;
    if (!text.empty()) {
      auto policy = parse_policy(estate.sources(), estate.sources().add("given.json", text),
                                 PolicyKind::Trust, diagnostics);
      given = estate.keep(*std::move(policy));
    }
    bind_trust_policies(given, questions, estate, diagnostics);
    return *this;
  }
  [[nodiscard]] std::string said() const {
    std::string text;
    for (const Diagnostic& each : diagnostics.all()) {
      text += std::string(severity_name(each.severity)) + " " + format_code(each.code) + " " +
              each.message + "\n";
    }
    return text;
  }
  // The account the role trusts, or what is missing.
  [[nodiscard]] std::string trusted(std::string_view role) const {
    const Role* found = estate.find_role(role);
    if (found == nullptr) return "no role";
    if (found->trust == nullptr) return "no policy";
    return std::string(found->trust->statements.at(0).principal.items.at(0).account);
  }

  Estate estate{};
  Diagnostics diagnostics{};
  std::vector<Question> questions{};
};

TEST(BindTrustPolicies, GivesTheNamedPolicyToTheRoleInQuestion) {
  Binding binding;
  binding.ask(kDeploy).bind(trust_document(kVendor));
  EXPECT_EQ(binding.said(), "");
  EXPECT_EQ(binding.trusted(kDeploy), "777788889999");
}

TEST(BindTrustPolicies, LetsTheNamedPolicyWinOverTheExport) {
  Binding binding;
  binding.load("444455556666.json", role_export(kDeploy, trust_document(kTrustAccount)));
  binding.ask(kDeploy).bind(trust_document(kVendor));
  EXPECT_EQ(binding.said(),
            "warning RC0302 the inputs hold two trust policies of "
            "`arn:aws:iam::444455556666:role/deploy`: that of --trust-policy is used, that of "
            "`444455556666.json` is not\n");
  EXPECT_EQ(binding.trusted(kDeploy), "777788889999");
}

TEST(BindTrustPolicies, SaysNothingWhenTheNamedPolicyIsTheExportsOwn) {
  Binding binding;
  binding.load("444455556666.json", role_export(kDeploy, trust_document(kTrustAccount)));
  binding.ask(kDeploy).bind(trust_document(kTrustAccount));
  EXPECT_EQ(binding.said(), "");
}

TEST(BindTrustPolicies, InventNoRoleThatAWholeExportLacks) {
  Binding binding;
  binding.load("444455556666.json",
               role_export("arn:aws:iam::444455556666:role/Deploy", trust_document(kTrustAccount)));
  binding.ask(kDeploy).bind(trust_document(kVendor));
  EXPECT_EQ(binding.said(),
            "warning RC0114 the trust policy is not used: the export of account 444455556666 has "
            "no role `arn:aws:iam::444455556666:role/deploy`\n");
  EXPECT_EQ(binding.trusted(kDeploy), "no role");
}

TEST(BindTrustPolicies, GivesTheNamedPolicyToNobodyWhenSeveralRolesAreInQuestion) {
  Binding binding;
  binding.ask(kDeploy).ask("arn:aws:iam::444455556666:role/other").bind(trust_document(kVendor));
  EXPECT_EQ(binding.said(),
            "warning RC0114 the trust policy is not used: it does not say which of the 2 roles in "
            "question is its own\n");
  EXPECT_EQ(binding.trusted(kDeploy), "no role");
}

TEST(BindTrustPolicies, TakeAPolicyOfTheEstateForARoleThatNobodyNamed) {
  Binding binding;
  binding.load("trust.json", trust_document(kVendor)).ask("").bind();
  EXPECT_EQ(binding.said(),
            "note RC0307 `trust.json` is taken for the trust policy of the role, which nobody "
            "named\n");
  EXPECT_EQ(binding.trusted(binding.questions[0].request.role), "777788889999");
}

TEST(BindTrustPolicies, LeaveAStrayPolicyOfTheEstateUnused) {
  Binding binding;
  binding.load("trust.json", trust_document(kVendor)).ask(kDeploy).bind();
  EXPECT_EQ(binding.said(),
            "warning RC0114 a trust policy that does not say which role's it is is recognized and "
            "not used: `trust.json`\n");
  EXPECT_EQ(binding.trusted(kDeploy), "no role");
}

TEST(BindTrustPolicies, UseNeitherOfTwoStrayPolicies) {
  Binding binding;
  binding.load("a.json", trust_document(kVendor)).load("b.json", trust_document(kTrustAccount));
  binding.ask("").bind();
  EXPECT_EQ(binding.said(),
            "warning RC0114 a trust policy that does not say which role's it is is recognized and "
            "not used: `a.json` and `b.json`\n");
  EXPECT_EQ(binding.questions[0].request.role, "");
}

TEST(BindTrustPolicies, SayWhichOtherPoliciesServeNoPurpose) {
  Binding binding;
  binding.load("s3.json",
               R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",)"
               R"("Resource":"*"}]})");
  binding.ask(kDeploy).bind();
  EXPECT_EQ(binding.said(),
            "warning RC0114 a policy that nothing refers to is recognized and not used: "
            "`s3.json`\n");
}

}  // namespace
}  // namespace rolecall
