// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"

namespace rolecall {

// Whether the statement is about assuming roles, or about a sub-action of it.
[[nodiscard]] bool bears_on_assuming(const Statement& statement);
// Whether some statement is, or the document has faults and so may have one.
[[nodiscard]] bool bears_on_assuming(const Policy& policy);

// Finds which principals of an account form a class: policies about assuming roles distinguish them
// only by their names, ids and tags. Borrows estate and account.
class ClassKeys {
 public:
  ClassKeys(const Estate& estate, const Account& account) : estate_(estate), account_(account) {}

  void read(const User& user);
  void read(const Role& role);

  // ---- The principal that was read last --------------------------------------------------------

  // Equal for principals of one class, also for those of other accounts.
  [[nodiscard]] const std::string& key() const { return key_; }
  // The identity-based policies about assuming roles. Sorted.
  [[nodiscard]] const std::vector<const Policy*>& policies() const { return policies_; }
  // Its permissions boundary; null when it has none, or the document is not in the estate.
  [[nodiscard]] const Policy* boundary() const { return boundary_; }
  // Whether some document is not in the estate, or none is known.
  [[nodiscard]] bool is_missing() const { return !missing_.empty(); }

 private:
  struct Document {
    const Policy* policy = nullptr;
    bool bears = false;
  };

  void forget();
  [[nodiscard]] Document document_of(const Policy* policy);
  [[nodiscard]] Document attached(std::string_view arn);
  void add_document(const Document& document, std::string_view name);
  void add_policies(const IamEntity& entity);
  void add_boundary(const IamEntity& entity);
  void finish();

  const Estate& estate_;
  const Account& account_;
  std::unordered_map<const Policy*, bool> bears_;
  std::unordered_map<std::string_view, Document> attached_;
  std::vector<const Policy*> policies_;
  const Policy* boundary_ = nullptr;
  std::string missing_;  // Names of the missing documents.
  std::string key_;
};

}  // namespace rolecall
