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

// Whose way (Assumption) into a role is compared: a user or role, with its ARN as `name`; or else
// the fields are those of Assumption.
struct WaySubject {
  AssumerKind kind{};
  std::string_view account{};
  std::string_view name{};

  friend auto operator<=>(const WaySubject& a, const WaySubject& b) {
    return std::tie(a.kind, a.account, a.name) <=> std::tie(b.kind, b.account, b.name);
  }
  friend bool operator==(const WaySubject& a, const WaySubject& b) = default;
};

// The ways into one role in one state, by subject. Borrows everything.
class Ways {
 public:
  // `answer` is null when the role is known not to be there.
  Ways(const Estate& estate, const WhoAnswer* answer);

  // Everyone that has a way, and everything in WhoAnswer::apart.
  [[nodiscard]] std::vector<WaySubject> subjects() const;

  struct Found {
    const Assumption* way = nullptr;  // Null: there is none.
    bool comparable = true;           // False: this state lists others in place of the subject.
    bool unlisted = false;            // It may exist: the export does not list all of its kind.
    bool among_others = false;        // `way` is that of a group which the subject belongs to.
  };
  // The way of the subject itself, or of the group that it belongs to.
  [[nodiscard]] Found find(const WaySubject& subject) const;
  // The formulas of a way as text. Equal texts mean equal conditions.
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

// A short form of an answer: when those of two answers are equal, nothing has changed.
struct WaySummary {
  // Of each way: a text with its formulas and who has it, and a hash sum over the members.
  std::vector<std::pair<std::string, std::uint64_t>> ways{};
  std::vector<std::string> apart{};
  bool missing = false;  // A document or a list is missing, so that some way is not known.

  friend bool operator==(const WaySummary&, const WaySummary&) = default;
};

// Makes the summaries of answers about one state. May be used by several threads.
class WaySummaries {
 public:
  // REQUIRES: the answer was made with WhoDetail::Classes.
  [[nodiscard]] WaySummary of(const WhoAnswer& answer);

 private:
  // What is kept for SharedMembers, which are in the answers about many roles.
  struct Shared {
    std::string formulas{};
    std::vector<std::uint64_t> parts{};  // The hash sum of each part.
    std::uint64_t all = 0;               // The sum of these.
    bool missing = false;
  };
  const Shared& shared(const WhoAnswer& answer, const Assumption& way);

  std::mutex mutex_{};
  std::unordered_map<const SharedMembers*, Shared> shared_;
};

}  // namespace rolecall
