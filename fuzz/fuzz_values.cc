// SPDX-License-Identifier: Apache-2.0
// ARNs, CIDR blocks, dates, numbers, variables and base64: total, and consistent with themselves.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rolecall/base/cidr.h"
#include "rolecall/base/decimal.h"
#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/eval/policy_variable.h"
#include "rolecall/iam/arn.h"

using namespace rolecall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t half = size / 2;
  const std::string_view a = text.substr(0, half);
  const std::string_view b = text.substr(half);
  const auto forward = compare_decimals(a, b);
  const auto backward = compare_decimals(b, a);
  if (forward.has_value() != backward.has_value()) std::abort();
  if (forward && *forward != -*backward) std::abort();
  if (const auto cidr = Cidr::parse(text); cidr && !cidr->contains(*cidr)) std::abort();
  constexpr EpochSeconds kYear9999 = 253402300799;
  if (const auto time = parse_time(text); time && *time >= 0 && *time <= kYear9999) {
    if (parse_time(format_time(*time)) != time) std::abort();
  }
  static_cast<void>(IamArn::parse(text));
  static_cast<void>(is_role_arn(text));
  if (!is_valid_utf8(escape_for_terminal(text))) std::abort();
  static_cast<void>(base64_decode(text));
  static_cast<void>(percent_decode(text));
  RequestContext context;
  context.set("aws:username", std::string("a*b"), KeyOrigin::Given);
  WildcardPattern pattern;
  static_cast<void>(expand_variables(text, context, pattern));
  return 0;
}
