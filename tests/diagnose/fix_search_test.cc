// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/diagnose/fix.h"

#include "trust/asking.h"

namespace rolecall {
namespace {

// What every fix says and does of a call by user `ann`, who may read buckets and nothing else, for
// a role that trusts her account.
std::string fixes_for(std::string_view role) {
  Asking asking;
  asking.add("111122223333.gaad.json",
             R"({"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ann","UserName":"ann",)"
             R"("UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
             R"("Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}}]}],)"
             R"("GroupDetailList":[],"RoleDetailList":[],"Policies":[]})");
  asking.add("trust.roles.json", R"({"Roles":[{"RoleName":"r","Path":"/","Arn":")" +
                                     std::string(role) + R"(","AssumeRolePolicyDocument":)" +
                                     trust_document(kTrustAccount) + "}]}");
  asking.ask_for(kUser);
  asking.request.role = role;
  const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
  EXPECT_EQ(diagnosis.decision.at(Gate::Identity).verdict, Verdict::DeniesImplicitly);
  std::string text;
  for (const VerifiedFix& fix : find_fixes(asking.estate, asking.request, diagnosis)) {
    for (const FixChange& each : fix.changes()) {
      text += each.summary + "\n" + each.after + "\n";
      for (const JsonEdit& edit : each.edits) text += edit.value + "\n";
    }
  }
  return text;
}

TEST(FindFixes, NameTheRoleOnlyWhenSomebodyNamedIt) {
  const std::string named = fixes_for("arn:aws:iam::444455556666:role/deploy");
  EXPECT_NE(named.find("\"arn:aws:iam::444455556666:role/deploy\""), std::string::npos) << named;
  const std::string unnamed = fixes_for("arn:aws:iam::000000000000:role/unnamed");
  EXPECT_EQ(unnamed.find("000000000000"), std::string::npos) << unnamed;
}

}  // namespace
}  // namespace rolecall
