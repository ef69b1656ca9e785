// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "loading.h"

namespace rolecall {

inline constexpr std::string_view kAccountFolder = "aws/aws/accounts/111122223333/";
inline constexpr std::string_view kOrganizationFolder = "aws/aws/organizations/o-abc/";

// A folder in the layout of iam-collect.
class CollectedFolderTest : public FolderTest {
 protected:
  std::filesystem::path write_account(const std::string& name, std::string_view text) const {
    return write(std::string(kAccountFolder) + name, text);
  }
  // `role` or `user`, ... with its ARN and no more.
  void write_entity(const std::string& type, const std::string& name,
                    std::string_view more = "") const {
    const std::string arn = "arn:aws:iam::111122223333:" + type + "/" + name;
    write_account("iam/" + type + "/" + name + "/metadata.json",
                  R"({"arn":")" + arn + "\"" + std::string(more) + "}");
  }
  void write_role(const std::string& name, std::string_view trust = kTrust) const {
    write_entity("role", name);
    write_account("iam/role/" + name + "/trust-policy.json", trust);
  }
  std::filesystem::path write_organization(const std::string& name, std::string_view text) const {
    return write(std::string(kOrganizationFolder) + name, text);
  }
  void write_whole_organization() const {
    write_organization("metadata.json",
                       R"({"id":"o-abc","rootAccountId":"999988887777","features":)"
                       R"({"SERVICE_CONTROL_POLICY":true,"RESOURCE_CONTROL_POLICY":true}})");
    write_organization("ous.json", R"({"r-1":{"scps":["arn:aws:organizations::aws:policy/)"
                                   R"(service_control_policy/p-FullAWSAccess"],"rcps":)"
                                   R"(["arn:aws:organizations::aws:policy/p-RCPFullAWSAccess"]},)"
                                   R"("ou-1":{"parent":"r-1"}})");
    write_organization("accounts.json",
                       R"({"111122223333":{"ou":"ou-1"},"999988887777":{"ou":"r-1"}})");
    write_organization("scps/p-fullawsaccess/policy.json", kAllowAll);
  }
};

}  // namespace rolecall
