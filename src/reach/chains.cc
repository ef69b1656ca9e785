// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/chains.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

#include "reach/chain_callers.h"
#include "reach/walker.h"
#include "reach/who_gap.h"

namespace rolecall {

namespace {

constexpr std::uint32_t kFar = ChainCallers::kFar;

// Finds the number of calls from every start to the role, by iterative deepening over one graph of
// sessions that all starts share. ChainCallers gives the lower bounds from which it begins.
class ChainSearch {
 public:
  ChainSearch(const WhoIndex& index, const Role& role, const WalkLimits& limits,
              ChainsAnswer& answer)
      : role_(role),
        limits_(limits),
        answer_(answer),
        callers_(index, role, /*most_exact=*/0),
        walker_(index.principals().estate(), index.walks(), {&nobody_, 1}, limits,
                answer.residuals) {
    callers_.go_all_the_way();
    for (const ChainStart& each : callers_.starts()) {
      WalkStart& start = starts_.emplace_back();
      start.principal =
          each.entity != nullptr ? RequestPrincipal::arn(each.entity->arn) : each.principal;
      start.account = each.account;
      if (each.kind == AssumerKind::Account) start.kind = WalkStart::Kind::Account;
      if (each.kind == AssumerKind::Outside) start.kind = WalkStart::Kind::Outside;
      ids_.push_back(walker_.add_start(start));
      for (Distance& distance : node(ids_.back()).distances) distance.at_least = each.distance;
    }
  }

  void run() {
    for (const bool unknown : {false, true}) {
      unknown_ = unknown;
      find_distances();
    }
    group();
    if (too_far_) answer_.gaps.push_back(hops_gap(limits_.max_hops));
    walker_.add_gaps(answer_.gaps);
    if (callers_.everyone()) {
      answer_.gaps.push_back({"services, tokens and assertions that no policy names",
                              R"(AWS does not document whether {"AWS": "*"} names them)",
                              {}});
    }
  }

 private:
  // From a session to the role: by known calls only (index 0), or also by unknown ones (index 1).
  struct Distance {
    std::uint32_t calls = kFar;    // kFar: not known yet, or none.
    std::uint32_t at_least = 1;    // A lower bound while `calls` is kFar.
    const WalkStep* by = nullptr;  // The first call of a shortest walk.
  };
  struct Node {
    std::array<Distance, 2> distances{};
    std::vector<const WalkStep*> steps{};
    std::uint32_t looked = 0;  // `steps` has those to roles of a smaller ChainCallers::distance.
  };

  Node& node(SessionId id) {
    if (nodes_.size() <= id) nodes_.resize(id + 1);
    return nodes_[id];
  }

  void find_distances() {
    for (std::uint32_t calls = 1; calls <= limits_.max_hops; ++calls) {
      changed_ = false;
      for (const SessionId start : ids_) (void)is_within(start, calls);
      if (!changed_ && calls > callers_.farthest()) return;
    }
    too_far_ = true;
  }

  bool is_within(SessionId id, std::uint32_t calls) {
    while (true) {
      Distance& distance = node(id).distances[unknown_ ? 1 : 0];
      if (distance.calls <= calls) return true;
      if (distance.at_least > calls) return false;
      const WalkStep* const step = find_step(id, distance.at_least);
      // Not `distance`: find_step may have moved the nodes.
      Distance& now = node(id).distances[unknown_ ? 1 : 0];
      if (step != nullptr) {
        now.calls = now.at_least;
        now.by = step;
        changed_ = true;
      } else {
        ++now.at_least;
      }
    }
  }

  // The first call of a walk of `calls` calls; null: none. REQUIRES: there is no shorter walk.
  const WalkStep* find_step(SessionId id, std::uint32_t calls) {
    if (node(id).looked <= callers_.farthest() && node(id).looked < calls) look(id, calls);
    for (std::size_t i = 0; i < node(id).steps.size(); ++i) {
      const WalkStep* const step = node(id).steps[i];
      if (step->hop.unknown && !unknown_) continue;
      if (step->hop.role == &role_ || (calls > 1 && is_within(step->to, calls - 1))) return step;
    }
    return nullptr;
  }

  void look(SessionId id, std::uint32_t calls) {
    const std::uint32_t looked = std::exchange(node(id).looked, calls);
    const Walker::Steps steps = walker_.steps_to(id, [&](WalkIndex::RoleId role) {
      const std::uint32_t distance = callers_.distance(role);
      return distance >= looked && distance < calls;
    });
    node(id).steps.insert(node(id).steps.end(), steps.begin(), steps.end());
    changed_ = changed_ || !steps.empty();
  }

  std::vector<Hop> walk_of(SessionId id, bool unknown) {
    std::vector<Hop> calls;
    do {
      const WalkStep* const step = node(id).distances[unknown ? 1 : 0].by;
      calls.push_back(step->hop);
      id = step->to;
    } while (calls.back().role != &role_);
    return calls;
  }

  static std::string key_of(const ChainStart& start, const std::vector<Hop>& calls) {
    std::string key = fmt::format("{}\x1f{}", static_cast<int>(start.kind), start.account);
    if (start.entity == nullptr) key += "\x1f" + start.name;
    for (const Hop& hop : calls) {
      key +=
          fmt::format("\x1e{}\x1f{}\x1f{}\x1f{}\x1f{}", hop.role->arn, hop.condition,
                      hop.choice.session_name, hop.choice.source_identity, hop.choice.transitive);
      for (const NamedValue& tag : hop.choice.tags) key += tag.first + "\x1f" + tag.second;
      for (const Gate gate : hop.not_checked)
        key += static_cast<char>('A' + static_cast<int>(gate));
    }
    return key;
  }

  void group() {
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const std::array<Distance, 2> distances = node(ids_[i]).distances;
      const bool unknown = distances[0].calls == kFar;
      if (unknown && distances[1].calls == kFar) continue;
      const ChainStart& start = callers_.starts()[i];
      std::vector<Hop> calls = walk_of(ids_[i], unknown);
      const auto [at, added] = known.try_emplace(key_of(start, calls), answer_.assumers.size());
      if (added) {
        answer_.assumers.push_back(
            {start.kind, start.account, start.name, {}, std::move(calls), unknown});
      }
      if (start.entity != nullptr) {
        answer_.assumers[at->second].members.push_back(start.entity);
      }
    }
    std::stable_sort(answer_.assumers.begin(), answer_.assumers.end(),
                     [](const ChainAssumer& a, const ChainAssumer& b) {
                       return std::pair(a.unknown, a.calls.size()) <
                              std::pair(b.unknown, b.calls.size());
                     });
  }

  const Role& role_;
  const WalkLimits& limits_;
  ChainsAnswer& answer_;
  const WalkStart nobody_{};
  ChainCallers callers_;
  Walker walker_;
  std::deque<WalkStart> starts_;
  std::vector<SessionId> ids_;  // Of the starts.
  std::vector<Node> nodes_;     // By session.
  bool unknown_ = false;
  bool changed_ = false;
  bool too_far_ = false;  // There may be walks of more calls than max_hops.
};

}  // namespace

ChainsAnswer find_chains(const WhoIndex& index, const Role& role, const WalkLimits& limits) {
  ChainsAnswer answer;
  answer.role = &role;
  if (const auto arn = IamArn::parse(role.arn)) answer.account = arn->account;
  const Policy* const trust = role.trust.shared();
  answer.trust_known = trust != nullptr;
  if (trust_fault(role) != TrustFault::None) {
    answer.gaps.push_back(trust_gap(role, answer.account));
  }
  if (trust != nullptr) ChainSearch(index, role, limits, answer).run();
  return answer;
}

}  // namespace rolecall
