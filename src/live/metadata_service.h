// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "rolecall/base/result.h"

#include "live/aws_runtime.h"
#include "live/credentials.h"
#include "live/http.h"

namespace rolecall {

// Credentials of the container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI. Nothing when
// neither is set; fails when one is set and does not lead to credentials.
[[nodiscard]] Result<std::optional<Credentials>> from_container(const AwsRuntime& runtime,
                                                                HttpTransport& transport);

// Credentials of the EC2 instance, by version 2 of its metadata service. Nothing when it is turned
// off, does not answer, or has none.
[[nodiscard]] Result<std::optional<Credentials>> from_instance(const AwsRuntime& runtime,
                                                               HttpTransport& transport);

}  // namespace rolecall
