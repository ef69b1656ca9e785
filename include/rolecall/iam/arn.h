// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rolecall {

// An ARN split at its first five colons, not interpreted. Views of the text it was split from.
struct Arn {
  std::string_view partition{};
  std::string_view service{};
  std::string_view region{};
  std::string_view account{};
  std::string_view resource{};  // Keeps further colons.

  // Nothing when there are fewer than five colons or the first field is not `arn`.
  [[nodiscard]] static std::optional<Arn> split(std::string_view text);
};

// Exactly twelve ASCII digits.
[[nodiscard]] bool is_account_id(std::string_view text);
// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc` and the isolated partitions.
[[nodiscard]] bool is_known_partition(std::string_view partition);
// `amazonaws.com`, `amazonaws.com.cn`, ...; that of `aws` for a partition that is not known.
[[nodiscard]] std::string_view dns_suffix(std::string_view partition);

enum class ArnForm : std::uint8_t {
  Root,             // arn:P:iam::A:root
  User,             // arn:P:iam::A:user/PATH/NAME
  Role,             // arn:P:iam::A:role/PATH/NAME
  Group,            // arn:P:iam::A:group/PATH/NAME
  InstanceProfile,  // arn:P:iam::A:instance-profile/NAME
  Policy,           // arn:P:iam::A:policy/PATH/NAME
  OidcProvider,     // arn:P:iam::A:oidc-provider/HOST/PATH
  SamlProvider,     // arn:P:iam::A:saml-provider/NAME
  MfaDevice,        // arn:P:iam::A:mfa/NAME
  Session,          // arn:P:sts::A:assumed-role/ROLE/SESSION
  FederatedUser,    // arn:P:sts::A:federated-user/NAME
  Other,
};

// An ARN of IAM or STS, interpreted. Views of the text it was read from.
struct IamArn {
  ArnForm form = ArnForm::Other;
  std::string_view partition{};
  std::string_view account{};
  std::string_view path{"/"};       // `/`, or `/team/x/`.
  std::string_view name{};          // Role, user, ... name; of a session the role's.
  std::string_view session_name{};  // Sessions only.

  // Nothing when the text is no ARN. A malformed one (no name, wrong account) has form Other.
  [[nodiscard]] static std::optional<IamArn> parse(std::string_view text);
};

// Whether the text is a role ARN as AssumeRole accepts it.
[[nodiscard]] bool is_role_arn(std::string_view text);
[[nodiscard]] std::string format_role_arn(std::string_view partition, std::string_view account,
                                          std::string_view name);
[[nodiscard]] std::string format_root_arn(std::string_view partition, std::string_view account);

}  // namespace rolecall
