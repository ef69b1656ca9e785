// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/iam/arn.h"
#include "rolecall/reach/who.h"

namespace rolecall {

// Somebody whose way into a role is compared: a user or role by its ARN, or as in Assumption.
struct WaySubject {
  AssumerKind kind{};
  std::string_view account{};
  std::string_view name{};

  friend auto operator<=>(const WaySubject& a, const WaySubject& b) {
    return std::tie(a.kind, a.account, a.name) <=> std::tie(b.kind, b.account, b.name);
  }
  friend bool operator==(const WaySubject& a, const WaySubject& b) = default;
};

// The ways into one role of one state, by those who have them. Borrows everything.
class Ways {
 public:
  // `answer` is null when the role is known not to be there.
  Ways(const Estate& estate, const WhoAnswer* answer);

  // All that have a way, and all that were looked at by themselves.
  [[nodiscard]] std::vector<WaySubject> subjects() const;

  struct Found {
    const Assumption* way = nullptr;  // Null: there is none.
    bool comparable = true;           // False: this state knows others in place of the subject.
    bool unlisted = false;            // It may be there: the export does not list all.
    bool among_others = false;        // It is the way of others that the subject is among.
  };
  // Of the subject itself, or of the others that it is among.
  [[nodiscard]] Found find(const WaySubject& subject) const;
  // Of its formulas. Equal texts mean equal conditions.
  [[nodiscard]] const std::string& text(const Assumption* way) const { return texts_.at(way); }

 private:
  using Key = std::tuple<AssumerKind, std::string_view, std::string_view>;
  [[nodiscard]] bool is_apart(std::string_view name) const;
  [[nodiscard]] bool names_session_of(const IamArn& role) const;
  [[nodiscard]] Found find_principal(const WaySubject& subject) const;
  [[nodiscard]] const Assumption* find_other(const Key& key) const;

  const Estate& estate_;
  const WhoAnswer* answer_;
  std::unordered_map<std::string_view, const Assumption*> members_;
  std::map<Key, const Assumption*> others_;
  std::unordered_map<const Assumption*, std::string> texts_;
};

// What two answers are compared by first: equal ones have no change.
struct WaySummary {
  // Of each way: its formulas and whose it is, with a sum over its members.
  std::vector<std::pair<std::string, std::uint64_t>> ways{};
  std::vector<std::string> apart{};
  bool missing = false;  // A document or a list is, so that a way cannot be told.

  friend bool operator==(const WaySummary&, const WaySummary&) = default;
};

// Makes the summaries of one state. May be used by several threads.
class WaySummaries {
 public:
  // `answer` is by WhoDetail::Classes.
  [[nodiscard]] WaySummary of(const WhoAnswer& answer);

 private:
  // Of principals that the answers about many roles speak of.
  struct Shared {
    std::string formulas{};
    std::vector<std::uint64_t> parts{};  // The sum of each part.
    std::uint64_t all = 0;
    bool missing = false;
  };
  const Shared& shared(const WhoAnswer& answer, const Assumption& way);

  std::mutex mutex_{};
  std::unordered_map<const SharedMembers*, Shared> shared_;
};

}  // namespace rolecall
