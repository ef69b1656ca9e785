// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json_edit.h"

#include "reach/audit_run.h"

namespace rolecall {

// Builds the edits of a remedy step by step. When one step cannot be done, `edits` is empty.
class AuditEditor {
 public:
  explicit AuditEditor(const RoleAudit& audit);

  // Adds StringEquals on the key.
  void add_condition(const Statement& statement, std::string_view key,
                     const std::vector<std::string>& values);
  // Moves the condition to another operator.
  void change_operator(const Statement& statement, const Condition& condition,
                       std::string_view operation);
  void replace_action(const Statement& statement, const std::vector<std::string>& actions);
  void remove_principal(const Statement& statement, const PrincipalElement& element);
  void add_version();

  [[nodiscard]] std::vector<JsonEdit> edits() const {
    return failed_ ? std::vector<JsonEdit>() : edits_;
  }

 private:
  [[nodiscard]] std::string statement_pointer(const Statement& statement) const;

  const Policy& trust_;
  bool statements_listed_ = false;
  bool failed_ = false;
  std::vector<JsonEdit> edits_;
};

}  // namespace rolecall
