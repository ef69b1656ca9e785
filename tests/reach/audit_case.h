// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/reach/audit.h"

// The cases of audit_cases.jsonl. Each is one role `r` of account 111122223333 with what is around
// it:
//   trust         statements of its trust policy; `document` is the whole document instead
//   role          further members of its entry in the export
//   roles, users  further entries; `policies` the managed policies
//   organization  null: none; without it the one that audit_case.cc makes
//   scp, rcp      documents attached to the root
//   providers     identity-providers.json; `files` any other files
//   now, trusted_accounts   options
// and what is expected: `rule` is reported (`positive`) or not (`negative`, `near-miss`), with this
// `severity`, `neutralized` or not, with a `remedy` or not.
namespace rolecall {

struct AuditCase {
  std::string rule{};
  std::string kind{};
  std::string name{};
  std::string severity{};  // Empty: any.
  std::optional<bool> neutralized{};
  std::optional<bool> remedy{};
  Estate estate{};
  Diagnostics diagnostics{};
  AuditOptions options{};
};

// Unknown members are failures of the test.
void read_audit_case(const JsonValue& value, AuditCase& made);

}  // namespace rolecall
