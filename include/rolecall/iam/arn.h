// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rolecall {

// The six fields of an ARN, not interpreted. Views of the text it was split from.
struct Arn {
  std::string_view partition{};
  std::string_view service{};
  std::string_view region{};
  std::string_view account{};
  std::string_view resource{};  // Everything after the fifth colon.

  // Nothing when there are fewer than five colons, or `arn` is not before the first.
  [[nodiscard]] static std::optional<Arn> split(std::string_view text);
};

// Exactly twelve ASCII digits.
[[nodiscard]] bool is_account_id(std::string_view text);
// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc` and the isolated partitions.
[[nodiscard]] bool is_known_partition(std::string_view partition);
// The suffix of service host names: `amazonaws.com`, `amazonaws.com.cn`, ...; that of `aws` when
// the partition is not known.
[[nodiscard]] std::string_view dns_suffix(std::string_view partition);

// What an ARN of IAM or STS names. In the forms, P is the partition and A the account.
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
  std::string_view name{};          // Of the user, role, ...; for a session, of its role.
  std::string_view session_name{};  // Sessions only.

  // Nothing when the text is not an ARN. A malformed IAM or STS ARN (without a name, or with an
  // account that is not twelve digits) has the form Other.
  [[nodiscard]] static std::optional<IamArn> parse(std::string_view text);
};

// Whether AssumeRole accepts the text as the ARN of a role.
[[nodiscard]] bool is_role_arn(std::string_view text);
[[nodiscard]] std::string format_role_arn(std::string_view partition, std::string_view account,
                                          std::string_view name);
[[nodiscard]] std::string format_root_arn(std::string_view partition, std::string_view account);

}  // namespace rolecall
