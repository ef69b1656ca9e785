// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// Answers calls from a table. A key is the action and the value of its first parameter, `GetRole
// deploy`, or the action alone; a value is what stands inside the result, or `!CODE` for an error.
// What is not in the table is refused.
class FakeAws {
 public:
  struct Answer {
    int status = 200;
    std::string body{};
  };

  FakeAws() = default;
  explicit FakeAws(std::map<std::string, std::string> answers) : answers_(std::move(answers)) {}

  // `target` is the header X-Amz-Target; empty for Query calls, and for those that are a path,
  // whose key is the path.
  [[nodiscard]] Answer answer(const std::string& target, const std::string& body,
                              const std::string& path = "/");
  // Changes what is answered from now on.
  void set(const std::string& key, const std::string& value);
  // The keys that were asked for, sorted.
  [[nodiscard]] std::vector<std::string> asked() const;

 private:
  std::map<std::string, std::string> answers_;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
};

// Two accounts: user `ci` of 111122223333, with one inline and one managed policy and the policies
// of group `dev`, which is there beside group `others`, and role `/x/deploy` of 444455556666, below
// unit `ou-1` of one organization with management account 999988887777.
[[nodiscard]] std::map<std::string, std::string> two_accounts();

}  // namespace rolecall
