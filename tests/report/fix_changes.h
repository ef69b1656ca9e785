// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "rolecall/diagnose/fix.h"

namespace rolecall {

inline constexpr std::string_view kTrust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})";

// A change of one document, as a fix has it.
inline FixChange change_of(FixTarget target, std::string entity,
                           std::string after = std::string(kTrust)) {
  FixChange change;
  change.target = target;
  change.summary = "repair it";
  change.label = entity;
  change.account = "444455556666";
  change.entity_arn = std::move(entity);
  change.before = R"({"Version":"2012-10-17","Statement":[]})";
  change.after = std::move(after);
  return change;
}

}  // namespace rolecall
