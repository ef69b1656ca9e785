// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "diagnose/candidate.h"
#include "diagnose/gate_cause.h"
#include "diagnose/trial.h"
#include "trust/asking.h"

namespace rolecall {

// The world as it is, its causes, and what is proposed for them: nothing is proven.
class Proposing {
 public:
  explicit Proposing(const Asking& asking)
      : estate_(asking.estate), trial_(Trial::run(asking.estate, asking.request, {})) {
    causes_ = find_causes(estate_, trial_->request(), trial_->decision());
  }

  [[nodiscard]] const std::vector<Cause>& causes() const { return causes_; }
  [[nodiscard]] std::string codes() const {
    std::string text;
    for (const Cause& each : causes_) text += (text.empty() ? "" : " ") + each.code;
    return text;
  }
  // The first cause of this code; the test fails when there is none.
  [[nodiscard]] Cause cause(std::string_view code) const {
    for (const Cause& each : causes_) {
      if (each.code == code) return each;
    }
    ADD_FAILURE() << code << " is none of: " << codes();
    return {};
  }
  [[nodiscard]] Candidates changes(std::string_view code) const {
    return propose_changes(Finding(estate_, *trial_, cause(code)));
  }
  // What one generator makes of a cause, which may be made up.
  [[nodiscard]] Candidates changes(Generator generate, const Cause& of) const {
    Candidates out;
    generate(Finding(estate_, *trial_, of), out);
    return out;
  }
  [[nodiscard]] const Trial& trial() const { return *trial_; }

 private:
  const Estate& estate_;
  std::unique_ptr<Trial> trial_;
  std::vector<Cause> causes_;
};

// `POINTER VALUE` of each edit, joined by `; `. What is removed has no value.
inline std::string edits_of(const FixChange& change) {
  std::string text;
  for (const JsonEdit& each : change.edits) {
    text += (text.empty() ? "" : "; ") + each.pointer + " " + each.value;
  }
  return text;
}

inline std::vector<std::string> edits_of(const Candidates& changes) {
  std::vector<std::string> all;
  for (const FixChange& each : changes) all.push_back(edits_of(each));
  return all;
}

inline std::vector<std::string> summaries_of(const Candidates& changes) {
  std::vector<std::string> all;
  for (const FixChange& each : changes) all.push_back(each.summary);
  return all;
}

// An export of the caller's account: role `team/ci` with these statements in an inline policy `p`.
inline std::string ci_export(std::string_view statements, std::string_view more = "") {
  return role_export(kCi, trust_document(kTrustAccount),
                     R"(,"RolePolicyList":[{"PolicyName":"p","PolicyDocument":)"
                     R"({"Version":"2012-10-17","Statement":[)" +
                         std::string(statements) + "]}}]" + std::string(more));
}

// The export of ci_export(), with a managed policy `b` of this version and these statements as the
// role's permissions boundary.
inline Asking& add_bounded_ci(Asking& asking, std::string_view statements,
                              std::string_view boundary,
                              std::string_view boundary_version = "2012-10-17") {
  return asking
      .add("1.gaad.json",
           ci_export(statements,
                     R"(,"PermissionsBoundary":{"PermissionsBoundaryType":"Policy",)"
                     R"("PermissionsBoundaryArn":"arn:aws:iam::111122223333:policy/b"})"))
      .add("1b.gaad.json",
           R"({"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],"Policies":[)"
           R"({"PolicyName":"b","Arn":"arn:aws:iam::111122223333:policy/b","DefaultVersionId":)"
           R"("v1","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,"Document":)"
           R"({"Version":")" +
               std::string(boundary_version) + R"(","Statement":[)" + std::string(boundary) +
               "]}}]}]}");
}

// An organization of both accounts whose root has these policies: `[{...}, ...]` of statements.
inline std::string organization_file(std::string_view type, std::string_view statements,
                                     bool aws_managed = false) {
  const std::string kind(type);
  return R"({"Organization":{"Id":"o-a1b2c3d4e5","MasterAccountId":"999999999999"},)"
         R"("Roots":[{"Id":"r-ab12","Name":"Root","PolicyTypes":[{"Type":")" +
         kind +
         R"(","Status":"ENABLED"}]}],"OrganizationalUnits":[],)"
         R"("Accounts":[{"Id":"999999999999","ParentId":"r-ab12"},)"
         R"({"Id":"111122223333","ParentId":"r-ab12"},{"Id":"444455556666","ParentId":"r-ab12"}],)"
         R"("Policies":[{"PolicySummary":{"Id":"p-own","Type":")" +
         kind + R"(","AwsManaged":)" + (aws_managed ? "true" : "false") +
         R"(},"Content":{"Version":"2012-10-17","Statement":[)" + std::string(statements) +
         R"(]}},{"PolicySummary":{"Id":"p-FullAWSAccess","Type":")" + kind +
         R"(","AwsManaged":true},"Content":{"Version":"2012-10-17","Statement":[{"Effect":)"
         R"("Allow",)" +
         (kind.starts_with('R') ? R"("Principal":"*",)" : "") +
         R"("Action":"*","Resource":"*"}]}}],"Targets":[{"PolicyId":)"
         R"("p-own","TargetId":"r-ab12"},{"PolicyId":"p-FullAWSAccess","TargetId":"111122223333"},)"
         R"({"PolicyId":"p-FullAWSAccess","TargetId":"444455556666"}]})";
}

}  // namespace rolecall
