// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "reach/call_solver.h"
#include "reach/open_call.h"

namespace rolecall {

struct PrincipalClass;

// What a call comes to for some members of a class.
struct MemberOutcome {
  ExactResiduals exact{};
  ResidualId condition = ResidualTable::kNever;
};
struct MemberGroup {
  const MemberOutcome* outcome = nullptr;  // Lasts as long as the split.
  std::vector<const IamEntity*> members{};
};

// What the sub-actions of a call are decided by, for a member that is set. Shared by the classes
// that the call stands for; all borrowed.
class MemberContexts {
 public:
  explicit MemberContexts(const OpenCall& call) : call_(call) {}

  // Of whatever member was set last.
  [[nodiscard]] Authorization& at(std::size_t kind);

 private:
  const OpenCall& call_;
  std::array<std::optional<Authorization>, kSubActions> made_{};
};

// How the members of classes differ under conditions on their names, ids and tags, found once for
// all questions. May be used by several threads.
class MemberPartitions {
 public:
  enum class Value : std::uint8_t { Never, Always, Open };
  struct Group {
    std::vector<Value> values{};
    std::vector<const IamEntity*> members{};
  };
  using Groups = std::vector<Group>;

  // `make` is called when the key is new. Lasts as long as this.
  const Groups& get(const std::string& key, const std::function<Groups()>& make);

 private:
  struct Shard {
    std::mutex mutex{};
    std::unordered_map<std::string, std::unique_ptr<const Groups>> groups{};
  };
  std::array<Shard, 16> shards_{};
};

// Tells the members of a class apart: what a solved call leaves open on the name, id and tags of
// who asks is settled for each of them.
class MemberSplit {
 public:
  // All borrowed. `call` was opened for one of the class, and is what `solved` came from.
  MemberSplit(ResidualTable& table, MemberContexts& contexts, const OpenCall& call,
              const SolvedCall& solved);

  [[nodiscard]] std::vector<MemberGroup> split(const std::vector<const IamEntity*>& members);
  // The same for all members of a class of the estate.
  [[nodiscard]] std::vector<MemberGroup> split(const PrincipalClass& of,
                                               MemberPartitions& partitions);

 private:
  using Values = std::vector<ResidualId>;
  [[nodiscard]] std::map<Values, std::vector<const IamEntity*>> group(
      const std::vector<const IamEntity*>& members);
  void fetch(const std::vector<const IamEntity*>& members, std::size_t at) const;
  // Until the next call.
  [[nodiscard]] const Values& values_of(const IamEntity& member);
  [[nodiscard]] std::string partition_key(const PrincipalClass& of) const;
  [[nodiscard]] MemberPartitions::Groups partition(const PrincipalClass& of);
  [[nodiscard]] Values from_partition(const std::vector<MemberPartitions::Value>& values) const;
  [[nodiscard]] ResidualId value_of(ResidualId id, const Authorization& authorization);
  [[nodiscard]] const MemberOutcome& outcome_of(const Values& values);

  ResidualTable& table_;
  MemberContexts& contexts_;
  const OpenCall& call_;
  const SolvedCall& solved_;
  std::array<std::vector<ResidualId>, kSubActions> parts_{};  // That tell members apart.
  MemberKeys keys_{};
  Values values_{};
  std::map<Values, MemberOutcome> outcomes_;
};

}  // namespace rolecall
