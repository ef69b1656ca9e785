// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "rolecall/base/diagnostic.h"

namespace rolecall {

// A value, or the diagnostic that says why there is none.
template <typename T>
using Result = tl::expected<T, Diagnostic>;

[[nodiscard]] inline tl::unexpected<Diagnostic> fail(DiagnosticCode code, std::string message,
                                                     Span where = {}, std::string help = {}) {
  return tl::make_unexpected(Diagnostic{.severity = Severity::Error,
                                        .code = code,
                                        .message = std::move(message),
                                        .where = where,
                                        .help = std::move(help)});
}

}  // namespace rolecall
