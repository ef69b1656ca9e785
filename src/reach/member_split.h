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

// The answer to a call for some members of a class.
struct MemberOutcome {
  ExactResiduals exact{};
  ResidualId condition = ResidualTable::kNever;
};
struct MemberGroup {
  const MemberOutcome* outcome = nullptr;  // Lasts as long as the split.
  std::vector<const IamEntity*> members{};
};

// The authorizations of a call, in which set_member puts one member after the other. Shared by the
// classes that the call was opened for. Borrows the call.
class MemberContexts {
 public:
  explicit MemberContexts(const OpenCall& call) : call_(call) {}

  // Of sub-action `kind`, made when first needed.
  [[nodiscard]] Authorization& at(std::size_t kind);

 private:
  const OpenCall& call_;
  std::array<std::optional<Authorization>, kSubActions> made_{};
};

// Results of splitting classes by conditions on names, ids and tags, kept for all questions. May be
// used by several threads.
class MemberPartitions {
 public:
  enum class Value : std::uint8_t { Never, Always, Open };
  struct Group {
    std::vector<Value> values{};
    std::vector<const IamEntity*> members{};
  };
  using Groups = std::vector<Group>;

  // Calls `make` when the key is new. The result lasts as long as this.
  const Groups& get(const std::string& key, const std::function<Groups()>& make);

 private:
  struct Shard {
    std::mutex mutex{};
    std::unordered_map<std::string, std::unique_ptr<const Groups>> groups{};
  };
  std::array<Shard, 16> shards_{};
};

// Splits the members of a class by the answer that each gets: decides the open parts of a solved
// call that depend on the caller's name, id and tags.
class MemberSplit {
 public:
  // All borrowed. `solved` is the answer to `call`, which was opened for a member of the class.
  MemberSplit(ResidualTable& table, MemberContexts& contexts, const OpenCall& call,
              const SolvedCall& solved);

  // Leaves out members for which the call is never allowed.
  [[nodiscard]] std::vector<MemberGroup> split(const std::vector<const IamEntity*>& members);
  // The same for all members of a class; results are kept in `partitions`.
  [[nodiscard]] std::vector<MemberGroup> split(const PrincipalClass& of,
                                               MemberPartitions& partitions);

 private:
  using Values = std::vector<ResidualId>;  // Of `parts_`, one after the other, for a member.
  [[nodiscard]] std::map<Values, std::vector<const IamEntity*>> group(
      const std::vector<const IamEntity*>& members);
  void fetch(const std::vector<const IamEntity*>& members, std::size_t at) const;
  // Valid until the next call.
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
  // By sub-action: the open parts that depend on the member.
  std::array<std::vector<ResidualId>, kSubActions> parts_{};
  MemberKeys keys_{};
  Values values_{};
  std::map<Values, MemberOutcome> outcomes_;
};

}  // namespace rolecall
