// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/arn.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace rolecall {

namespace {

struct Partition {
  std::string_view name{};
  std::string_view suffix{};
};
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and botocore's list.
constexpr auto kPartitions = std::to_array<Partition>({
    {"aws", "amazonaws.com"},
    {"aws-cn", "amazonaws.com.cn"},
    {"aws-us-gov", "amazonaws.com"},
    {"aws-eusc", "amazonaws.eu"},
    {"aws-iso", "c2s.ic.gov"},
    {"aws-iso-b", "sc2s.sgov.gov"},
    {"aws-iso-e", "cloud.adc-e.uk"},
    {"aws-iso-f", "csp.hci.ic.gov"},
});

struct Form {
  std::string_view service{};
  std::string_view type{};
  ArnForm form{};
};
constexpr auto kForms = std::to_array<Form>({
    {"iam", "user", ArnForm::User},
    {"iam", "role", ArnForm::Role},
    {"iam", "group", ArnForm::Group},
    {"iam", "instance-profile", ArnForm::InstanceProfile},
    {"iam", "policy", ArnForm::Policy},
    {"iam", "oidc-provider", ArnForm::OidcProvider},
    {"iam", "saml-provider", ArnForm::SamlProvider},
    {"iam", "mfa", ArnForm::MfaDevice},
    {"sts", "assumed-role", ArnForm::Session},
    {"sts", "federated-user", ArnForm::FederatedUser},
});

bool is_name(std::string_view text) {
  constexpr std::string_view kMarks = "_+=,.@-";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<Arn> Arn::split(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  std::array<std::string_view, 4> fields{};
  std::size_t begin = 4;
  for (std::string_view& field : fields) {
    // A plain loop: fields are too short for find() to be faster.
    std::size_t colon = begin;
    while (colon < text.size() && text[colon] != ':') ++colon;
    if (colon == text.size()) return std::nullopt;
    field = text.substr(begin, colon - begin);
    begin = colon + 1;
  }
  return Arn{fields[0], fields[1], fields[2], fields[3], text.substr(begin)};
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_known_partition(std::string_view partition) {
  return std::any_of(kPartitions.begin(), kPartitions.end(),
                     [&](const Partition& each) { return each.name == partition; });
}

std::string_view dns_suffix(std::string_view partition) {
  for (const Partition& each : kPartitions) {
    if (each.name == partition) return each.suffix;
  }
  return kPartitions[0].suffix;
}

std::optional<IamArn> IamArn::parse(std::string_view text) {
  const auto arn = Arn::split(text);
  if (!arn) return std::nullopt;
  IamArn parsed;
  parsed.partition = arn->partition;
  parsed.account = arn->account;
  if (!arn->region.empty() || !is_account_id(arn->account)) return parsed;
  if (arn->service == "iam" && arn->resource == "root") {
    parsed.form = ArnForm::Root;
    return parsed;
  }
  const std::size_t slash = arn->resource.find('/');
  if (slash == std::string_view::npos) return parsed;
  const std::string_view type = arn->resource.substr(0, slash);
  const std::string_view rest = arn->resource.substr(slash);
  const auto* const row = std::find_if(kForms.begin(), kForms.end(), [&](const Form& each) {
    return each.service == arn->service && each.type == type;
  });
  if (row == kForms.end() || rest.size() < 2) return parsed;
  if (row->form == ArnForm::Session) {
    const std::size_t second = rest.find('/', 1);
    if (second == std::string_view::npos || second + 1 == rest.size()) return parsed;
    parsed.name = rest.substr(1, second - 1);
    parsed.session_name = rest.substr(second + 1);
  } else if (row->form == ArnForm::OidcProvider) {
    parsed.name = rest.substr(1);
  } else {
    const std::size_t last = rest.rfind('/');
    parsed.path = rest.substr(0, last + 1);
    parsed.name = rest.substr(last + 1);
  }
  if (!parsed.name.empty()) parsed.form = row->form;
  return parsed;
}

bool is_role_arn(std::string_view text) {
  constexpr std::size_t kShortest = 20;
  constexpr std::size_t kLongest = 2048;
  const auto arn = IamArn::parse(text);
  return arn && arn->form == ArnForm::Role && is_name(arn->name) &&
         arn->partition.starts_with("aws") && arn->path.find(':') == std::string_view::npos &&
         text.size() >= kShortest && text.size() <= kLongest;
}

std::string format_role_arn(std::string_view partition, std::string_view account,
                            std::string_view name) {
  return fmt::format("arn:{}:iam::{}:role/{}", partition, account, name);
}

std::string format_root_arn(std::string_view partition, std::string_view account) {
  return fmt::format("arn:{}:iam::{}:root", partition, account);
}

}  // namespace rolecall
