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

// Finds the calls that a session can make. A WalkSession is a start, or a role with the name, tags
// and source identity of its session; a WalkStep is one call with one CallChoice, to a session.
//
// So that a call need not be decided for every session, sessions that carry nothing are put into a
// Class: the roles are of one account, equal policies apply to them, and only trust policies may
// distinguish them. Classes that differ only in the roles' own policies are a Family. A class keeps
// its possible targets in Groups, one trust policy each; the Admission of the trust policy, kept by
// family, says whether the group's steps are made once for the class or for each member. A member
// also calls the roles whose trust policies name it. Sessions without a class call by themselves.
//
// Borrows everything. For one thread.
class Walker {
 public:
  // The first session ids are those of `starts`, in their order.
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

  // Adds a start, which is borrowed.
  [[nodiscard]] SessionId add_start(const WalkStart& start) { return sessions_.add_start(start); }

  // All calls that a session can make to `wanted` roles, by the ARN of the role. Steps last as long
  // as the walker.
  using Wanted = std::function<bool(WalkIndex::RoleId)>;
  using Steps = std::vector<const WalkStep*>;
  [[nodiscard]] Steps steps_to(SessionId id, const Wanted& wanted);
  // The same for a search that visits each session once: without steps to sessions that are
  // `known`, and, until `start_over`, without steps that were returned for another session of its
  // class. Decides at most `calls` calls and subtracts their number. `certainty` is that of the
  // walk so far: steps returned for Known are left out for Unknown, but not the other way around.
  using Known = std::function<bool(SessionId)>;
  enum class Certainty : std::uint8_t { Known, Unknown };
  [[nodiscard]] Steps new_steps(SessionId id, const Known& known, const Wanted& wanted,
                                std::size_t& calls, Certainty certainty);
  void start_over() { ++run_; }

  // Whether WalkLimits::max_sessions was met, so that steps are missing.
  [[nodiscard]] bool is_full() const { return sessions_.is_full(); }
  // Adds what the steps so far left out.
  void add_gaps(std::vector<WhoGap>& gaps) const;

  // The call of a session to a role, for decide().
  AssumeRequest request(SessionId id, const Role& to, const Account& account) const;

 private:
  using RoleId = WalkIndex::RoleId;
  using TrustId = WalkIndex::TrustId;
  using Skip = TargetFinder::Skip;

  // The calls of an asker.
  struct Calls {
    TargetCalls target;
    // By TargetCalls::answer: when a call that passes nothing is allowed. Nothing: there is more to
    // try than that.
    std::vector<std::optional<ResidualId>> plain{};
    bool plain_only = false;  // Only that call has to be tried for the role that was decided last.

    [[nodiscard]] ResidualId when_plain() const { return *plain[target.answer()]; }
  };
  struct Class;
  // The session that calls. Must not be moved once `calls` is set, which borrows the others.
  struct Asker {
    SessionId id = kStart;
    ResolvedCaller resolved{};
    AssumeRequest request{};    // Without a role.
    bool passes_on = false;     // It has transitive tags or a source identity.
    bool federated = false;     // The sessions it makes derive from a token or an assertion.
    const Class* of = nullptr;  // The class of `id`; null: none.
    std::unique_ptr<Calls> calls{};
  };
  // Which sessions of a family a trust policy may let in. PerMember: it may distinguish them.
  enum class Admission : std::uint8_t { NotAsked, None, PerMember, All };
  struct Family {
    // The member that called last. Dropped when too many other families called since.
    std::optional<Asker> asker{};
    RequestContext context{};  // Some member's, with which trust policies are asked.
    std::unordered_map<const Policy*, Admission> admissions{};
    std::unordered_map<const Policy*, MayLet> may_let{};  // For Admission::PerMember.
  };
  struct Class {
    struct Group {
      TargetFinder::Group targets{};
      Admission admission{};
    };
    SessionId representative = kStart;  // The member by which the rest was worked out.
    std::optional<ResolvedCaller> caller{};
    Family* family = nullptr;
    CallerRights rights{};
    std::vector<Group> groups{};
    std::vector<std::size_t> per_member{};  // Indices of groups with Admission::PerMember.
    std::unordered_map<RoleId, std::vector<WalkStep>> steps{};  // Those made so far, by target.
    std::array<std::uint32_t, 2> followed{};  // By Certainty: the last run that returned all steps.
  };
  // The parameters of new_steps.
  struct Question {
    const Known& known;
    const Wanted& wanted;
    std::size_t& calls;
    Certainty certainty{};
  };

  RequestPrincipal principal(SessionId id) const;
  // The caller that the estate has for the principal of a session, in calls to roles of `to`.
  ResolvedCaller resolve(SessionId id, const RequestPrincipal& asked, const Account& to) const;
  // Its request, with what the session passes on.
  AssumeRequest request_without_role(SessionId id) const;
  Asker asker_of(SessionId id) const;

  [[nodiscard]] Steps make_steps(SessionId id, const Question& question);
  // Whether an asker that passes nothing on can make one session of the role only, which is known.
  [[nodiscard]] bool leads_to_known(RoleId role, bool federated, const Known& known) const;
  [[nodiscard]] Skip skip_for(const Asker& asker, const Question& question) const;
  void ask(Asker& asker, const std::vector<RoleId>& roles, const Question& question, Steps& made);
  void add_steps(Asker& asker, RoleId role, const Known& known, std::vector<WalkStep>& made);
  // Adds the step with this choice, unless it leads to the session of another step in `made`.
  void add_step(const Asker& asker, RoleId role, const CallChoice& choice, const Known& known,
                std::vector<WalkStep>& made);
  const Calls& decide_call(Asker& asker, RoleId role);
  // An element of Calls::plain.
  [[nodiscard]] std::optional<ResidualId> when_plain(const Asker& asker, const Calls& calls);

  // ---- Classes of sessions ---------------------------------------------------------------------

  // Null: the session has no class.
  [[nodiscard]] Class* class_of(SessionId id);
  void ask_for_class(Class& of, const Question& question, Steps& made);
  // Whether in this run every session that an asker which passes nothing on can make of the roles
  // with the trust policy is known.
  [[nodiscard]] bool is_exhausted(TrustId trust, bool federated, Certainty certainty) const;
  void mark_exhausted(const TargetFinder::Group& group, bool federated, Certainty certainty);
  [[nodiscard]] Admission admission_of(Class& of, TrustId trust);
  // The representative's calls to a role. They serve every member: RoleClasses makes no class of
  // roles whose names could appear in conditions or in messages about missing data.
  [[nodiscard]] const std::vector<WalkStep>& steps_of(Class& of, RoleId role);
  void ask_for_member(SessionId id, Class& of, const Question& question, Steps& made);
  // Whether the trust policy may let this member of the class in.
  [[nodiscard]] bool may_let_member(Class& of, const Role& member, const Policy& trust);
  // Adds the roles of a group that this member may be able to assume and that are not known yet.
  void add_per_member(Class& of, Class::Group& group, const Role& member, const Question& question,
                      std::vector<RoleId>& roles);
  // The asker of the family, as this member of the class.
  [[nodiscard]] Asker& asker_for(Class& of, SessionId id);

  // ---- What a call can pass --------------------------------------------------------------------

  // Whether passing anything else than plain_choice() makes no difference.
  bool is_plain_only(const OpenCall& call, const SolvedCall& solved) const;
  static CallChoice plain_choice() { return {.session_name = std::string(kSessionName)}; }
  std::vector<CallChoice> choices(const Asker& asker, RoleId role, const Calls& calls);
  // Whether a token or a service determines tags and source identity, so that they are no choice.
  static bool comes_with_parameters(const OpenCall& call);
  // Session names worth trying: kSessionName, and those that conditions of this call name.
  std::vector<std::string> session_names(const OpenCall& call, const SolvedCall& solved) const;
  // Source identities worth trying: none, those that conditions of this call name, and those that
  // policies compare in later calls.
  std::vector<std::string> identity_choices(const WalkSessions::Passing& passing,
                                            const SolvedCall& solved) const;
  std::vector<CallChoice> tag_choices(RoleId role, const SolvedCall& solved);
  // Adds tags that may satisfy one open part of the call.
  void add_asked_tags(ResidualId id, std::vector<NamedValue>& tags) const;
  // Whether some condition of the call is about transitive tag keys.
  bool asks_transitive(const SolvedCall& solved) const;
  static std::vector<NamedValue> one_value_each(const std::vector<NamedValue>& tags);
  // When the call of this session is allowed, given the choice.
  ResidualId condition_with(SessionId from, const CallChoice& choice, const Calls& calls);
  static void set_choice(const CallChoice& choice, const OpenCall& call, RequestContext& context);
  // What the context says of an open part. `chooses_tags`: tags that are not passed are absent.
  // `without_claims`: the caller has no claims of a token or assertion.
  ResidualId settle_part(ResidualId id, RequestContext& context, bool chooses_tags,
                         bool without_claims);
  // The session that the call creates.
  [[nodiscard]] WalkSession session_after(const Asker& asker, RoleId role,
                                          const CallChoice& choice) const;

  const Estate& estate_;
  const WalkIndex& index_;
  const WalkLimits& limits_;
  ResidualTable& table_;
  CallSolver solver_;
  WalkSessions sessions_;
  TargetFinder finder_;
  RoleReading reading_;
  std::deque<std::vector<WalkStep>> steps_;  // Those that belong to no class.
  // By RoleClass::id and RoleClass::family, each with whether the sessions are federated.
  std::unordered_map<std::uint64_t, Class> classes_;
  std::unordered_map<std::uint64_t, Family> families_;
  struct ClassOf {
    bool known = false;
    Class* found = nullptr;
  };
  std::vector<ClassOf> class_of_;      // By session.
  std::deque<Family*> kept_families_;  // Those with an asker, oldest first.
  // By role: the last turn (of ask_for_class or ask_for_member) in which it was decided.
  std::vector<std::uint32_t> asked_;
  std::uint32_t turn_ = 0;
  // By trust policy and whether the asker is federated, then by Certainty: the last run in which
  // is_exhausted became true.
  std::vector<std::array<std::uint32_t, 2>> exhausted_;
  std::uint32_t run_ = 1;     // Counts calls of start_over.
  bool tags_tried_ = false;   // Some calls pass tags, of which only some values were tried.
  bool choices_cut_ = false;  // Some call had more choices than are tried.
};

}  // namespace rolecall
