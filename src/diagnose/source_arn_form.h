// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rolecall {

// What AWS documents as aws:SourceArn of a service's own call to assume a role, with P, R and A for
// partition, Region and account; empty where it documents none.
[[nodiscard]] std::string_view source_arn_form(std::string_view service);

}  // namespace rolecall
