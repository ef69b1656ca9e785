// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/reach/walk.h"
#include "rolecall/trust/assume_request.h"

#include "reach/call_solver.h"
#include "reach/role_classes.h"
#include "reach/target_calls.h"
#include "reach/target_finder.h"
#include "reach/walk_index.h"
#include "reach/walk_session.h"
#include "reach/walk_sessions.h"

namespace rolecall {

// Makes the calls of walks. Borrows everything.
class Walker {
 public:
  // The first sessions are those of `starts`, in their order.
  Walker(const Estate& estate, const WalkIndex& index, std::span<const WalkStart> starts,
         const WalkLimits& limits, ResidualTable& table)
      : estate_(estate),
        index_(index),
        limits_(limits),
        table_(table),
        solver_(table),
        sessions_(estate, index, limits),
        finder_(estate, index),
        reading_(estate),
        asked_(index.size(), 0),
        exhausted_(2 * index.trusts()) {
    for (const WalkStart& each : starts) (void)sessions_.add_start(each);
  }

  // Another start. Borrows it.
  [[nodiscard]] SessionId add_start(const WalkStart& start) { return sessions_.add_start(start); }

  // Calls that a session can make, each to another session, which last as long as the walker: those
  // to roles that are `wanted`...
  using Wanted = std::function<bool(WalkIndex::RoleId)>;
  using Steps = std::vector<const WalkStep*>;
  [[nodiscard]] Steps steps_to(SessionId id, const Wanted& wanted);
  // ...and of those the ones that do not lead to a session that `known` tells of. At most `calls`
  // are looked at, and taken off. What sessions that are alike can do is made for the first of them
  // alone, until `start_over`: whoever asks knows it then. `way` tells those apart who know more.
  using Known = std::function<bool(SessionId)>;
  enum class Way : std::uint8_t { Told, Untold };
  [[nodiscard]] Steps new_steps(SessionId id, const Known& known, const Wanted& wanted,
                                std::size_t& calls, Way way);
  void start_over() { ++run_; }

  // Whether no more sessions are made.
  [[nodiscard]] bool is_full() const { return sessions_.is_full(); }
  // Says what was left out.
  void add_gaps(std::vector<WhoGap>& gaps) const;

  // The call of a session to a role, as somebody would ask for it.
  AssumeRequest request(SessionId id, const Role& to, const Account& account) const;

 private:
  using RoleId = WalkIndex::RoleId;
  using TrustId = WalkIndex::TrustId;
  using Skip = TargetFinder::Skip;

  // The calls of a caller.
  struct Calls {
    TargetCalls target;
    // When a call that passes nothing is allowed, if nothing else is there to pass, whatever the
    // role: by the numbers of answers.
    std::vector<std::optional<ResidualId>> plain{};
    bool plain_only = false;  // Whether that holds for the role that was aimed at last.

    [[nodiscard]] ResidualId when_plain() const { return *plain[target.answer()]; }
  };
  struct Class;
  // The session that calls. Not moved once its calls are made.
  struct Asker {
    SessionId id = kStart;
    ResolvedCaller resolved{};
    AssumeRequest request{};    // Without a role.
    bool brings = false;        // Transitive tags or a source identity.
    bool federated = false;     // So are the sessions that it makes.
    const Class* of = nullptr;  // Whose calls they are; null: of no class.
    std::unique_ptr<Calls> calls{};
  };
  // What a trust policy says to sessions. Apart: it may tell them from each other.
  enum class Verdict : std::uint8_t { NotAsked, Never, Apart, Same };
  // Sessions of an account's roles that nothing but their own policies and trust policies tell
  // apart.
  struct Kin {
    std::optional<Asker> asker{};  // Whichever of them asked last; given up in between.
    RequestContext context{};      // What trust policies are asked with; some member's.
    std::unordered_map<const Policy*, Verdict> verdicts{};
    std::unordered_map<const Policy*, MayLet> lets{};  // Where that is Apart.
  };
  // Sessions of roles that are alike.
  struct Class {
    struct Group {
      TargetFinder::Group targets{};
      Verdict verdict{};
    };
    SessionId one = kStart;  // Stands for all.
    std::optional<ResolvedCaller> caller{};
    Kin* kin = nullptr;
    CallerRights rights{};
    std::vector<Group> groups{};
    std::vector<std::size_t> apart{};                           // Those whose verdict that is.
    std::unordered_map<RoleId, std::vector<WalkStep>> steps{};  // To roles that were asked for.
    std::array<std::uint32_t, 2> followed{};                    // In which run, by way.
  };
  // What somebody wants to know of calls.
  struct Question {
    const Known& known;
    const Wanted& wanted;
    std::size_t& calls;
    Way way{};
  };

  RequestPrincipal principal(SessionId id) const;
  // Whom the estate knows by the principal of a session.
  ResolvedCaller resolve(SessionId id, const RequestPrincipal& asked, const Account& to) const;
  AssumeRequest bring_along(SessionId id) const;
  Asker asker_of(SessionId id) const;

  [[nodiscard]] Steps make_steps(SessionId id, const Question& question);
  // Whether all sessions of the role that somebody who brings nothing along can make are known.
  [[nodiscard]] bool leads_to_known(RoleId role, bool federated, const Known& known) const;
  [[nodiscard]] Skip skip_for(const Asker& asker, const Question& question) const;
  void ask(Asker& asker, const std::vector<RoleId>& roles, const Question& question, Steps& made);
  void add_steps(Asker& asker, RoleId role, const Known& known, std::vector<WalkStep>& made);
  // The same with what is passed, unless it leads where one of the steps to the role leads already.
  void add_step(const Asker& asker, RoleId role, const CallChoice& choice, const Known& known,
                std::vector<WalkStep>& made);
  const Calls& aim(Asker& asker, RoleId role);
  // Nothing: there is something else to pass.
  [[nodiscard]] std::optional<ResidualId> when_plain(const Asker& asker, const Calls& calls);

  // ---- Sessions that are alike -----------------------------------------------------------------

  // Null: it is like no other.
  [[nodiscard]] Class* class_of(SessionId id);
  void ask_for_class(Class& of, const Question& question, Steps& made);
  // Whether all that somebody who brings nothing along can make of its roles is known.
  [[nodiscard]] bool is_exhausted(TrustId trust, bool federated, Way way) const;
  void exhaust(const TargetFinder::Group& group, bool federated, Way way);
  [[nodiscard]] Verdict verdict_of(Class& of, TrustId trust);
  // Whichever of the class the calls are those of: RoleClasses sees to it that nothing that is said
  // of them names it.
  [[nodiscard]] const std::vector<WalkStep>& steps_of(Class& of, RoleId role);
  void ask_for_member(SessionId id, Class& of, const Question& question, Steps& made);
  // Whether the trust policy may let this one of the class in.
  [[nodiscard]] bool may_let_member(Class& of, const Role& member, const Policy& trust);
  // Adds the roles of a group that this one may assume and asks for.
  void add_apart(Class& of, Class::Group& group, const Role& member, const Question& question,
                 std::vector<RoleId>& roles);
  // Ready to ask for one of the class.
  [[nodiscard]] Asker& asker_for(Class& of, SessionId id);

  // ---- What a call can pass --------------------------------------------------------------------

  // Whether nothing can be passed but a name that nobody asks for, whatever the role.
  bool is_plain_only(const OpenCall& call, const SolvedCall& solved) const;
  static CallChoice plain_choice() { return {.session_name = std::string(kSessionName)}; }
  std::vector<CallChoice> choices(const Asker& asker, RoleId role, const Calls& calls);

  // Whether tags and source identity come with the token, or from the service.
  static bool is_given(const OpenCall& call);

  // Names that some policy asks for, in this call or of the session that it makes.
  std::vector<std::string> session_names(const OpenCall& call, const SolvedCall& solved) const;

  // None, those that this call asks for, and those that later calls ask for.
  std::vector<std::string> identity_choices(const WalkSessions::Passing& passing,
                                            const SolvedCall& solved) const;
  std::vector<CallChoice> tag_choices(RoleId role, const SolvedCall& solved);

  // Tags that the call itself asks for, by one of its open parts.
  void add_asked_tags(ResidualId id, std::vector<NamedValue>& tags) const;
  // Whether it hangs on which of its tags are transitive.
  bool asks_transitive(const SolvedCall& solved) const;

  static std::vector<NamedValue> one_value_each(const std::vector<NamedValue>& tags);

  // When the call is allowed with this choice, from this very session.
  ResidualId chosen(SessionId from, const CallChoice& choice, const Calls& calls);

  static void set_choice(const CallChoice& choice, const OpenCall& call, RequestContext& context);

  // `chosen`: tags that are not passed are absent.
  ResidualId settle_part(ResidualId id, RequestContext& context, bool chosen, bool without_claims);

  // The session that the call makes.
  [[nodiscard]] WalkSession arrive(const Asker& asker, RoleId role, const CallChoice& choice) const;

  const Estate& estate_;
  const WalkIndex& index_;
  const WalkLimits& limits_;
  ResidualTable& table_;
  CallSolver solver_;
  WalkSessions sessions_;
  TargetFinder finder_;
  RoleReading reading_;
  std::deque<std::vector<WalkStep>> steps_;  // Of one session alone.
  // By RoleClass and its kin, and whether they came with a token or an assertion.
  std::unordered_map<std::uint64_t, Class> classes_;
  std::unordered_map<std::uint64_t, Kin> kin_;
  struct ClassOf {
    bool known = false;
    Class* found = nullptr;
  };
  std::vector<ClassOf> class_of_;  // By session.
  std::deque<Kin*> asking_;        // Those whose calls are kept, until newer ones are.
  // Of roles, the last turn of a class or of its member in which they were asked for.
  std::vector<std::uint32_t> asked_;
  std::uint32_t turn_ = 0;
  // Of trust policies, by whether those who ask came with a token or an assertion: in which run all
  // of their roles were known, by way.
  std::vector<std::array<std::uint32_t, 2>> exhausted_;
  std::uint32_t run_ = 1;
  bool tags_tried_ = false;   // There were calls that can pass tags: not all tags can be tried.
  bool choices_cut_ = false;  // A call had more choices than are tried.
};

}  // namespace rolecall
