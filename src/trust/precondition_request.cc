// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "trust/precondition.h"

namespace rolecall {

namespace {

using Failures = std::vector<PreconditionFailure>;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kShortestSession = 900;
constexpr std::int64_t kLongestSession = 43200;

bool is_web_or_saml(const AssumeRequest& request) {
  return equals_ignore_case(request.action, "sts:AssumeRoleWithWebIdentity") ||
         equals_ignore_case(request.action, "sts:AssumeRoleWithSAML");
}

// Whether the text has only letters, digits, `_` and the given marks, as the patterns of the STS
// API demand.
bool has_only(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           marks.find(c) != std::string_view::npos;
  });
}

void fail_request(Failures& failures, std::string_view code, std::string subject,
                  std::string message) {
  PreconditionFailure failure;
  failure.gate = Gate::Request;
  failure.code = code;
  failure.subject = std::move(subject);
  failure.message = std::move(message);
  failures.push_back(std::move(failure));
}

void check_task_policy(std::string_view arn, Failures& failures) {
  constexpr std::string_view kPrefix = "arn:aws:iam::aws:policy/root-task/";
  constexpr std::array<std::string_view, 5> kPolicies = {
      "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials",
      "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy"};
  const bool known =
      arn.starts_with(kPrefix) &&
      std::find(kPolicies.begin(), kPolicies.end(), arn.substr(kPrefix.size())) != kPolicies.end();
  if (known) return;
  fail_request(failures, "assumeroot-task-policy-invalid", std::string(arn),
               fmt::format("`{}` is no root task policy of AWS", arn));
  failures.back().actual = std::string(arn);
}

// Checks the form of the role's ARN, and tells what else it is.
void check_arn(const PreconditionInput& in, Failures& failures) {
  const std::string& role = in.request.role;
  const auto arn = IamArn::parse(role);
  const bool other_thing = arn && arn->form != ArnForm::Role && arn->form != ArnForm::Other;
  if (other_thing) {
    const std::string_view what = arn->form == ArnForm::Session           ? "a role session"
                                  : arn->form == ArnForm::InstanceProfile ? "an instance profile"
                                  : arn->form == ArnForm::User            ? "a user"
                                                                          : "something else";
    fail_request(failures, "request-target-not-a-role-arn", role,
                 fmt::format("`{}` is the ARN of {}, not of a role", role, what));
  } else {
    fail_request(failures, "request-role-arn-malformed", role,
                 fmt::format("`{}` is not a role ARN", role));
  }
  failures.back().expected = {"arn:PARTITION:iam::ACCOUNT:role/PATH/NAME"};
  failures.back().actual = role;
  failures.back().no_role = true;
}

// Checks that caller and role are in the same partition.
bool check_partition(const PreconditionInput& in, Failures& failures) {
  if (in.role_account_id == kUnknownAccount) return true;  // Nor is its partition known.
  std::string_view wanted;
  if (in.caller.caller.is_signed()) wanted = in.caller.caller.partition;
  if (wanted.empty() && in.role_account != nullptr && in.role_account->exported) {
    wanted = in.role_account->partition;
  }
  if (wanted.empty() || wanted == in.role_partition) return true;
  const auto arn = IamArn::parse(in.request.role);
  const std::string right =
      fmt::format("arn:{}:iam::{}:role{}{}", wanted, arn->account, arn->path, arn->name);
  fail_request(failures, "request-role-arn-wrong-partition", right,
               fmt::format("the role's ARN is of partition `{}`, the caller is in `{}`: roles "
                           "cannot be assumed across partitions",
                           in.role_partition, wanted));
  failures.back().expected = {std::string(wanted)};
  failures.back().actual = std::string(in.role_partition);
  failures.back().no_role = true;
  return false;
}

const Role* find_like(const Account& account, std::string_view name, bool ignore_case) {
  for (const Role& role : account.roles) {
    if (role.name == name || (ignore_case && equals_ignore_case(role.name, name))) return &role;
  }
  return nullptr;
}

// A role of the same name in an account whose id differs by a typing error.
const Role* find_in_near_account(const PreconditionInput& in, const IamArn& arn) {
  constexpr std::size_t kSlip = 2;
  for (const auto& [id, account] : in.estate.accounts()) {
    if (id == arn.account || edit_distance(id, arn.account, kSlip) > kSlip) continue;
    const Role* role = find_like(account, arn.name, /*ignore_case=*/false);
    if (role != nullptr) return role;
  }
  return nullptr;
}

// A name is taken once in an account, whatever its path and letter case. So a role of the same name
// tells that there is no other, even where not all roles are known.
void check_role_exists(const PreconditionInput& in, Failures& failures) {
  if (in.role != nullptr || in.role_account == nullptr || find_longer_role(in) != nullptr) return;
  const auto arn = IamArn::parse(in.request.role);
  const Role* near = find_like(*in.role_account, arn->name, /*ignore_case=*/true);
  if (near == nullptr && !in.role_account->has_roles) return;
  std::string_view code = "request-role-not-found";
  std::string message = fmt::format("account {} has no role `{}`", arn->account, arn->name);
  if (near != nullptr && near->name == arn->name && near->path == arn->path) {
    code = "request-role-arn-wrong-partition";
    message = fmt::format("the role's ARN is `{}`", near->arn);
  } else if (near != nullptr && near->name == arn->name) {
    code = "request-role-arn-missing-path";
    message = fmt::format("the role's path differs: the account has `{}`", near->arn);
  } else if (near != nullptr) {
    code = "request-role-arn-wrong-case";
    message = fmt::format("the role is spelled `{}`: letter case counts", near->name);
  } else if ((near = find_in_near_account(in, *arn)) != nullptr) {
    code = "request-role-arn-wrong-account";
    message = fmt::format("account {} has no role `{}`, but `{}` exists", arn->account, arn->name,
                          near->arn);
  }
  fail_request(failures, code, near != nullptr ? std::string(near->arn) : in.request.role,
               std::move(message));
  failures.back().actual = in.request.role;
  failures.back().no_role = true;
  if (near == nullptr) return;
  failures.back().expected = {std::string(near->arn)};
  failures.back().at = near->at;
}

void check_session_name(const PreconditionInput& in, Failures& failures) {
  const auto& name = in.request.session_name;
  constexpr std::size_t kLongest = 64;
  if (!name || in.caller.caller.kind == CallerKind::Service) return;
  if (name->size() >= 2 && name->size() <= kLongest && has_only(*name, "+=,.@-")) return;
  const std::string why =
      name->size() > kLongest
          ? fmt::format("has {} characters, at most 64 are allowed", name->size())
      : name->size() < 2 ? "is shorter than 2 characters"
                         : "has a character other than letters, digits and _+=,.@-";
  fail_request(failures, "request-session-name-invalid", "RoleSessionName",
               fmt::format("the role session name `{}` {}", *name, why));
  failures.back().expected = {"[\\w+=,.@-]{2,64}"};
  failures.back().actual = *name;
}

void check_external_id(const PreconditionInput& in, Failures& failures) {
  const auto* values = in.request.context_values("sts:ExternalId");
  if (values == nullptr || values->empty()) return;
  const std::string& id = (*values)[0];
  constexpr std::size_t kLongest = 1224;
  if (id.size() >= 2 && id.size() <= kLongest && has_only(id, "+=,.@:/-")) return;
  fail_request(failures, "request-external-id-invalid-format", "ExternalId",
               fmt::format("the external ID `{}` is not 2 to 1224 characters of letters, digits "
                           "and _+=,.@:/-",
                           id));
  failures.back().actual = id;
}

void check_source_identity(const PreconditionInput& in, Failures& failures) {
  const auto& set = in.request.source_identity;
  if (!set) return;
  constexpr std::size_t kLongest = 64;
  if (set->size() < 2 || set->size() > kLongest || !has_only(*set, "+=,.@-") ||
      starts_with_ignore_case(*set, "aws:")) {
    fail_request(failures, "request-source-identity-invalid", "SourceIdentity",
                 fmt::format("the source identity `{}` is not 2 to 64 characters of letters, "
                             "digits and _+=,.@-",
                             *set));
    failures.back().actual = *set;
  }
  const auto& inherited = in.request.inherited_source_identity;
  if (inherited && *inherited != *set) {
    fail_request(failures, "request-source-identity-change", "SourceIdentity",
                 "the caller's session already has a source identity, which cannot change");
    failures.back().expected = {*inherited};
    failures.back().actual = *set;
  }
}

// Whether AWS may accept the text in a tag: letters, digits, spaces and `_.:/=+-@`. Of non-ASCII
// characters, only those of blocks without letters, digits and spaces are refused: control
// characters, punctuation, symbols, private use, emoji.
bool has_tag_characters(std::string_view text) {
  struct Block {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  constexpr auto kBlocks = std::to_array<Block>({{0x0080, 0x009F},
                                                 {0x00A1, 0x00A9},
                                                 {0x2010, 0x2027},
                                                 {0x2030, 0x205E},
                                                 {0x20A0, 0x20CF},
                                                 {0x2190, 0x245F},
                                                 {0x2500, 0x2775},
                                                 {0x2794, 0x2BFF},
                                                 {0xE000, 0xF8FF},
                                                 {0x1F300, 0x1FAFF}});
  if (!is_valid_utf8(text)) return false;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 1 && !has_only(text.substr(i, 1), " .:/=+-@")) return false;
    std::uint32_t point = lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    const bool symbol = std::any_of(kBlocks.begin(), kBlocks.end(), [&](const Block& block) {
      return point >= block.first && point <= block.last;
    });
    if (length > 1 && symbol) return false;
    i += length;
  }
  return true;
}

// What is wrong with one session tag; empty when it is valid (TAG-1).
std::string tag_fault(const NamedValue& tag) {
  constexpr std::size_t kLongestKey = 128;
  constexpr std::size_t kLongestValue = 256;
  const auto& [key, value] = tag;
  if (key.empty() || count_characters(key) > kLongestKey) {
    return fmt::format("the tag key `{}` is not 1 to 128 characters long", key);
  }
  if (count_characters(value) > kLongestValue) {
    return fmt::format("the value of tag `{}` is longer than 256 characters", key);
  }
  if (starts_with_ignore_case(key, "aws:")) {
    return fmt::format("the tag key `{}` begins with `aws:`", key);
  }
  if (!has_tag_characters(key) || !has_tag_characters(value)) {
    return fmt::format("tag `{}` has a character other than letters, digits, spaces and _.:/=+-@",
                       key);
  }
  return {};
}

void check_tags(const PreconditionInput& in, Failures& failures) {
  constexpr std::size_t kMost = 50;
  const auto& tags = in.request.tags;
  std::string fault;
  if (tags.size() > kMost)
    fault = fmt::format("{} session tags, at most 50 are allowed", tags.size());
  for (std::size_t i = 0; i < tags.size() && fault.empty(); ++i) {
    const std::string& key = tags[i].first;
    fault = tag_fault(tags[i]);
    for (std::size_t j = 0; j < i && fault.empty(); ++j) {
      if (equals_ignore_case(tags[j].first, key)) {
        fault = fmt::format("the tag keys `{}` and `{}` are the same but for letter case",
                            tags[j].first, key);
      }
    }
  }
  if (!fault.empty()) fail_request(failures, "request-session-tags-invalid", "Tags", fault);
  for (const auto& [key, value] : in.request.inherited_transitive_tags) {
    for (const auto& passed : tags) {
      if (!equals_ignore_case(passed.first, key)) continue;
      fail_request(failures, "request-transitive-tag-conflict", "Tags",
                   fmt::format("tag `{}` is inherited from the caller's session as a transitive "
                               "tag and cannot be passed again",
                               key));
      failures.back().actual = key;
    }
  }
}

// Checks for serial numbers that are invalid, or of devices that the API does not support (MFA-5,
// MFA-6).
std::string serial_fault(std::string_view serial) {
  constexpr std::size_t kShortest = 9;
  constexpr std::size_t kLongest = 256;
  if (serial.empty()) return {};
  if (serial.size() < kShortest || serial.size() > kLongest || !has_only(serial, "+=/:,.@-")) {
    return fmt::format("the MFA serial number `{}` is not 9 to 256 letters, digits and _+=/:,.@-",
                       serial);
  }
  const auto arn = Arn::split(serial);
  if (arn && arn->resource.starts_with("u2f/")) {
    return "a FIDO security key cannot be used with the API; only devices with codes can";
  }
  // `sms-mfa/` was that of telephones.
  const bool is_device =
      arn && (arn->resource.starts_with("mfa/") || arn->resource.starts_with("sms-mfa/"));
  if (arn && (arn->service != "iam" || !is_device)) {
    return fmt::format("`{}` is the ARN of no MFA device, which has `mfa/` before its name",
                       serial);
  }
  return {};
}

void check_mfa_parameters(const PreconditionInput& in, Failures& failures) {
  const AssumeRequest& request = in.request;
  if (request.mfa_serial_given != request.mfa_code_given) {
    fail_request(failures, "request-mfa-params-incomplete", "SerialNumber",
                 request.mfa_serial_given ? "an MFA serial number was given without a code"
                                          : "an MFA code was given without a serial number");
  }
  const auto serial = IamArn::parse(request.mfa_serial);
  const Caller& caller = in.caller.caller;
  if (request.mfa_serial_given && caller.kind == CallerKind::RoleSession) {
    fail_request(failures, "request-mfa-serial-invalid", "SerialNumber",
                 "a role session owns no MFA device; only a user can pass one");
  } else if (serial && serial->form == ArnForm::MfaDevice && !caller.account.empty() &&
             serial->account != caller.account) {
    fail_request(failures, "request-mfa-serial-invalid", "SerialNumber",
                 fmt::format("the MFA device belongs to account {}, the caller to {}",
                             serial->account, caller.account));
  } else if (std::string fault = serial_fault(request.mfa_serial); !fault.empty()) {
    fail_request(failures, "request-mfa-serial-invalid", "SerialNumber", std::move(fault));
    failures.back().actual = request.mfa_serial;
  }
}

// The number of characters of a JSON text without white space between tokens, the shortest form in
// which it can be sent.
std::size_t shortest_length(std::string_view json) {
  std::size_t bytes_between = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      ++bytes_between;
    }
  }
  return count_characters(json) - bytes_between;
}

// The first resource that is an incomplete ARN, or null. AWS refuses it in session policies, while
// it completes it in others (R-10).
const Text* find_short_arn(const Policy& policy) {
  constexpr int kColons = 5;
  for (const Statement& statement : policy.statements) {
    for (const Text& item : statement.resource.items) {
      const bool complete = std::count(item.value.begin(), item.value.end(), ':') >= kColons;
      if (item.value != "*" && !complete) return &item;
    }
  }
  return nullptr;
}

// Checks the session policies of the call, which AWS validates before it decides.
void check_session_policies(const PreconditionInput& in, Failures& failures) {
  constexpr std::size_t kLongest = 2048;
  for (const Policy& policy : in.request.session_policies) {
    const std::size_t length = shortest_length(in.estate.sources().text(policy.at));
    const Text* const short_arn = find_short_arn(policy);
    if (policy.faulty) {
      fail_request(failures, "request-session-policy-malformed", "Policy",
                   "the session policy passed in the call is not a valid policy");
    } else if (length > kLongest) {
      fail_request(failures, "request-session-policy-too-large", "Policy",
                   fmt::format("the session policy passed in the call has {} characters without "
                               "white space, at most 2048 are allowed",
                               length));
    } else if (short_arn != nullptr) {
      fail_request(failures, "request-session-policy-incomplete-arn", "Policy",
                   fmt::format("`{}` in the session policy passed in the call is no complete ARN",
                               short_arn->value));
      failures.back().actual = std::string(short_arn->value);
      failures.back().at = short_arn->at;
      continue;
    } else {
      continue;
    }
    failures.back().at = policy.at;
  }
}

std::optional<std::int64_t> max_session_seconds(const PreconditionInput& in) {
  const auto changed = in.overlay.max_session_seconds.find(in.role->arn);
  return changed == in.overlay.max_session_seconds.end() ? in.role->max_session_seconds
                                                         : changed->second;
}

void check_duration(const PreconditionInput& in, Failures& failures) {
  if (!in.request.duration_seconds) return;
  const std::int64_t asked = *in.request.duration_seconds;
  const auto fail_duration = [&](std::string_view code, std::string message, std::int64_t longest) {
    fail_request(failures, code, in.request.role, std::move(message));
    failures.back().expected = {fmt::format("at most {}", longest)};
    failures.back().actual = std::to_string(asked);
  };
  if (asked < kShortestSession || asked > kLongestSession) {
    fail_duration(
        "request-duration-out-of-range",
        fmt::format("a session of {} seconds was asked for; 900 to 43200 are allowed", asked),
        kLongestSession);
  } else if (!is_web_or_saml(in.request) && has_temporary_credentials(in) && asked > kHour) {
    fail_duration("request-duration-exceeds-chaining",
                  fmt::format("a session of {} seconds was asked for with temporary credentials; "
                              "role chaining allows 3600",
                              asked),
                  kHour);
  } else if (in.caller.caller.kind != CallerKind::Service && in.role != nullptr) {
    const auto longest = max_session_seconds(in);
    if (asked <= longest.value_or(kHour)) return;
    fail_duration(
        "request-duration-exceeds-role-max",
        fmt::format("a session of {} seconds was asked for; the role allows {}{}", asked,
                    longest.value_or(kHour),
                    longest ? "" : ", the default, as no get-role output tells otherwise"),
        longest.value_or(kHour));
  }
}

// Checks AssumeRoot, which needs a member account, at most 900 seconds, and one of AWS's own task
// policies (T7).
void check_root_target(const PreconditionInput& in, Failures& failures) {
  constexpr std::int64_t kLongestRootSession = 900;
  if (in.request.duration_seconds && *in.request.duration_seconds > kLongestRootSession) {
    fail_request(failures, "assumeroot-duration", in.request.role,
                 "a root session lasts at most 900 seconds");
    failures.back().expected = {"at most 900"};
    failures.back().actual = std::to_string(*in.request.duration_seconds);
  }
  const auto* policy = in.request.context_values("sts:TaskPolicyArn");
  if (policy != nullptr && !policy->empty()) check_task_policy((*policy)[0], failures);
  const auto& organization = in.estate.organization;
  if (!organization || in.role_account_id.empty() || in.role_account_id == kUnknownAccount) return;
  if (organization->is_outside(in.role_account_id)) {
    fail_request(
        failures, "assumeroot-target-not-in-org", in.request.role,
        fmt::format("account {} is not in organization {}", in.role_account_id, organization->id));
  } else if (in.role_account_id == organization->management_account) {
    fail_request(failures, "assumeroot-target-is-management", in.request.role,
                 "the management account's root cannot be assumed");
  }
}

// The Regions whose STS endpoints cannot be deactivated, like the global one (REG-2).
bool is_always_active(std::string_view region) {
  return region == "us-east-1" || region == "aws-global" || region == "cn-north-1";
}

void check_region(const PreconditionInput& in, Failures& failures) {
  if (!in.request.observations.sts_region_disabled || is_always_active(in.request.region)) return;
  fail_request(failures, "request-region-disabled", "account settings (STS endpoints)",
               fmt::format("STS is not active in Region `{}` for account {}",
                           in.request.region.empty() ? "(not given)" : in.request.region,
                           in.role_account_id));
}

}  // namespace

const Role* find_longer_role(const PreconditionInput& input) {
  if (!input.request.role_may_be_cut || input.role != nullptr || input.role_account == nullptr) {
    return nullptr;
  }
  for (const Role& role : input.role_account->roles) {
    if (role.arn.starts_with(input.request.role)) return &role;
  }
  return nullptr;
}

bool has_temporary_credentials(const PreconditionInput& in) {
  return in.caller.caller.kind == CallerKind::RoleSession ||
         (in.caller.caller.kind == CallerKind::User &&
          in.request.context_values("aws:TokenIssueTime") != nullptr);
}

void check_request(const PreconditionInput& input, std::vector<PreconditionFailure>& failures) {
  const bool root_target = equals_ignore_case(input.request.action, "sts:AssumeRoot");
  if (!input.request.role.empty() && !root_target) {
    if (!is_role_arn(input.request.role)) {
      check_arn(input, failures);
    } else if (check_partition(input, failures)) {
      check_role_exists(input, failures);
    }
  }
  check_session_name(input, failures);
  check_external_id(input, failures);
  check_source_identity(input, failures);
  check_tags(input, failures);
  check_mfa_parameters(input, failures);
  check_session_policies(input, failures);
  if (root_target) {
    check_root_target(input, failures);
  } else {
    check_duration(input, failures);
  }
  check_region(input, failures);
}

}  // namespace rolecall
