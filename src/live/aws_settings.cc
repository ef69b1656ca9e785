// SPDX-License-Identifier: Apache-2.0
#include "live/aws_settings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "live/redact.h"

namespace rolecall {

namespace {

// The endpoints of services without Regions, as in the AWS SDKs.
struct PartitionRow {
  std::string_view name{};
  std::string_view region_prefix{};
  std::string_view suffix{};
  std::string_view dualstack_suffix{};  // Empty: there are no such endpoints.
  std::string_view iam_region{};        // In signatures.
  std::string_view iam_host{};
  std::string_view iam_fips_host{};
  std::string_view iam_dualstack_host{};
  std::string_view organizations_region{};
};

// The first row whose prefix matches; `aws` is last and always matches.
constexpr auto kPartitions = std::to_array<PartitionRow>({
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-north-1",
     "iam.cn-north-1.amazonaws.com.cn", "iam-fips.amazonaws.com.cn",
     "iam.global.api.amazonwebservices.com.cn", "cn-northwest-1"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws", "us-gov-west-1",
     "iam.us-gov.amazonaws.com", "iam.us-gov.amazonaws.com", "iam.us-gov.api.aws", "us-gov-west-1"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1",
     "iam.us-iso-east-1.c2s.ic.gov", "iam-fips.us-iso-east-1.c2s.ic.gov", "iam.api.aws.ic.gov",
     "us-iso-east-1"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1",
     "iam.us-isob-east-1.sc2s.sgov.gov", "iam-fips.us-isob-east-1.sc2s.sgov.gov",
     "iam.api.aws.scloud", "us-isob-east-1"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "", "eu-isoe-west-1",
     "iam.eu-isoe-west-1.cloud.adc-e.uk", "iam-fips.cloud.adc-e.uk", "", "eu-isoe-west-1"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "", "us-isof-south-1",
     "iam.us-isof-south-1.csp.hci.ic.gov", "iam-fips.csp.hci.ic.gov", "", "us-isof-south-1"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1",
     "iam.eusc-de-east-1.amazonaws.eu", "iam-fips.amazonaws.eu", "iam.api.amazonwebservices.eu",
     "eusc-de-east-1"},
    {"aws", "", "amazonaws.com", "api.aws", "us-east-1", "iam.amazonaws.com",
     "iam-fips.amazonaws.com", "iam.global.api.aws", "us-east-1"},
});

const PartitionRow& partition_row(std::string_view region) {
  return *std::find_if(kPartitions.begin(), kPartitions.end(), [&](const PartitionRow& row) {
    return region.starts_with(row.region_prefix);
  });
}

// Whether the text can be a Region: it becomes part of a host name.
bool is_region(std::string_view text) {
  return !text.empty() && text.size() < 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '-';
  });
}

std::string_view configured_endpoint(const AwsServiceRow& service, const AwsSettings& settings,
                                     const Environment& environment, const AwsProfiles& profiles) {
  if (environment.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") ||
      equals_ignore_case(profiles.find(settings.profile, "ignore_configured_endpoint_urls"),
                         "true")) {
    return {};
  }
  const std::string own = fmt::format("AWS_ENDPOINT_URL_{}", service.config_id);
  std::string_view url = environment.first_of({own, "AWS_ENDPOINT_URL"});
  if (url.empty()) url = profiles.find_endpoint(settings.profile, service.config_id);
  if (url.empty()) url = profiles.find(settings.profile, "endpoint_url");
  return url;
}

std::string default_host(const AwsServiceRow& service, const PartitionRow& partition,
                         const AwsSettings& settings, std::string_view region) {
  if (service.service == AwsService::Iam) {
    if (settings.use_dualstack) return std::string(partition.iam_dualstack_host);
    return std::string(settings.use_fips ? partition.iam_fips_host : partition.iam_host);
  }
  // The usual endpoints of GovCloud are those with FIPS.
  const bool is_usual = partition.name == "aws-us-gov" && !settings.use_dualstack;
  const bool fips = settings.use_fips && !is_usual;
  return fmt::format("{}{}.{}.{}", service.name, fips ? "-fips" : "", region,
                     settings.use_dualstack ? partition.dualstack_suffix : partition.suffix);
}

}  // namespace

std::string_view partition_of(std::string_view region) {
  return partition_row(region).name;
}

bool is_endpoint(std::string_view url) {
  std::string_view host = without_scheme(url);
  if (host.size() == url.size()) return false;
  const std::size_t end = host.starts_with('[') ? host.find(']') : host.find(':');
  const std::string_view port =
      end == std::string_view::npos ? std::string_view() : host.substr(end);
  host = host.substr(0, end);
  return !host.empty() && host.find_first_of("/?#@ \t\r\n\\") == std::string_view::npos &&
         port.find_first_not_of("]:0123456789") == std::string_view::npos &&
         port.find(']', 1) == std::string_view::npos && !port.ends_with(':');
}

AwsSettings load_aws_settings(const Environment& environment, const AwsProfiles& profiles,
                              std::string_view profile, std::string_view region,
                              Diagnostics& diagnostics) {
  AwsSettings settings;
  if (profile.empty()) profile = environment.first_of({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"});
  settings.profile = profile.empty() ? "default" : profile;
  if (region.empty()) region = environment.first_of({"AWS_REGION", "AWS_DEFAULT_REGION"});
  if (region.empty()) region = profiles.find(settings.profile, "region");
  if (region.empty() || is_region(region)) {
    settings.region = region;
  } else {
    diagnostics.warning(DiagnosticCode::InvalidSettings,
                        fmt::format("`{}` is no Region; it is left out", region));
  }
  const auto either = [&](std::string_view variable, std::string_view key) {
    const std::string_view value = environment.find(variable);
    return value.empty() ? profiles.find(settings.profile, key) : value;
  };
  settings.use_fips =
      equals_ignore_case(either("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"), "true");
  settings.use_dualstack =
      equals_ignore_case(either("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"), "true");
  if (const std::string_view text = either("AWS_MAX_ATTEMPTS", "max_attempts"); !text.empty()) {
    int attempts = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, attempts);
    if (error == std::errc() && stop == end && attempts > 0 && attempts <= 100) {
      settings.max_attempts = attempts;
    } else {
      diagnostics.warning(
          DiagnosticCode::InvalidSettings,
          fmt::format("`{}` is no number of attempts; {} are made", text, settings.max_attempts));
    }
  }
  return settings;
}

CurlSettings load_curl_settings(const Environment& environment, const AwsProfiles& profiles,
                                std::string_view profile) {
  CurlSettings settings;
  if (profile.empty()) profile = environment.first_of({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"});
  if (profile.empty()) profile = "default";
  settings.ca_bundle = environment.find("AWS_CA_BUNDLE");
  if (settings.ca_bundle.empty()) settings.ca_bundle = profiles.find(profile, "ca_bundle");
  settings.http_proxy = environment.first_of({"http_proxy", "HTTP_PROXY"});
  settings.https_proxy = environment.first_of({"https_proxy", "HTTPS_PROXY"});
  settings.no_proxy = environment.first_of({"no_proxy", "NO_PROXY"});
  return settings;
}

Result<AwsEndpoint> find_endpoint(AwsService service, const AwsSettings& settings,
                                  const Environment& environment, const AwsProfiles& profiles) {
  const AwsServiceRow& row = service_row(service);
  const PartitionRow& partition = partition_row(settings.region);
  AwsEndpoint endpoint;
  std::string_view region = settings.region.empty() ? partition.iam_region : settings.region;
  if (service == AwsService::Iam) region = partition.iam_region;
  if (service == AwsService::Organizations) region = partition.organizations_region;
  endpoint.scope = {std::string(region), std::string(row.name)};
  std::string_view url = configured_endpoint(row, settings, environment, profiles);
  while (url.ends_with('/')) url.remove_suffix(1);
  if (!url.empty() && !is_endpoint(url)) {
    return fail(DiagnosticCode::InvalidSettings,
                fmt::format("`{}` is no endpoint for {}",
                            redact(std::string(url), {user_info(url)}), row.name),
                {}, "write it as https://HOST or http://HOST:PORT");
  }
  if (!url.empty()) {
    endpoint.url = url;
    return endpoint;
  }
  if (settings.use_dualstack && partition.dualstack_suffix.empty()) {
    return fail(DiagnosticCode::InvalidSettings,
                fmt::format("partition {} has no dual-stack endpoints", partition.name), {},
                "unset AWS_USE_DUALSTACK_ENDPOINT");
  }
  endpoint.url = "https://" + default_host(row, partition, settings, region);
  return endpoint;
}

}  // namespace rolecall
