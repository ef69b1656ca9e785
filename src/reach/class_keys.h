// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"

namespace rolecall {

// Whether the statement is about assuming roles, or about what goes with it.
[[nodiscard]] bool bears_on_assuming(const Statement& statement);
// Whether some statement is, or the document was not read in full.
[[nodiscard]] bool bears_on_assuming(const Policy& policy);

// Which principals of an account no policy about assuming roles tells apart, but by their own
// names, ids and tags. Borrows estate and account.
class ClassKeys {
 public:
  ClassKeys(const Estate& estate, const Account& account) : estate_(estate), account_(account) {}

  void look_at(const User& user);
  void look_at(const Role& role);

  // ---- Of the principal that was looked at last ------------------------------------------------

  // Equal for those that are alike, of other accounts as well.
  [[nodiscard]] const std::string& key() const { return key_; }
  // The documents that bear on it, boundaries left out. Sorted.
  [[nodiscard]] const std::vector<const Policy*>& policies() const { return policies_; }
  // That of its permissions boundary; null when there is none, or it is not in the estate.
  [[nodiscard]] const Policy* boundary() const { return boundary_; }
  // Some document is not in the estate, or all of them.
  [[nodiscard]] bool is_missing() const { return !missing_.empty(); }

 private:
  struct Document {
    const Policy* policy = nullptr;
    bool bears = false;
  };

  void forget();
  [[nodiscard]] Document look_at(const Policy* policy);
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
  std::string missing_;  // Names of what is.
  std::string key_;
};

}  // namespace rolecall
