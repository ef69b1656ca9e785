// SPDX-License-Identifier: Apache-2.0
// `find_reach` against brute force: random calls, each from the session that the call before it
// made, decided by the evaluator that `explain` uses. Who is reached that way must be in the
// answer, and every walk of the answer is walked; asked for all that are alike at once, it is the
// same as asked for each. ROLECALL_REACH_ESTATES sets how many estates,
// ROLECALL_REACH_SEED where to begin.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/iam/arn.h"
#include "rolecall/reach/walk.h"
#include "rolecall/trust/assume_decision.h"
#include "rolecall/trust/request_file.h"

#include "reach/formula_difference.h"
#include "reach/random_estate.h"

namespace rolecall {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A session, as the call that made it left it.
struct Session {
  RequestPrincipal principal{};
  std::vector<NamedValue> tags{};
  std::vector<NamedValue> transitive{};
  std::optional<std::string> source_identity{};
};

void bring_along(const Session& session, AssumeRequest& request) {
  request.caller_session_tags = session.tags;
  request.inherited_transitive_tags = session.transitive;
  request.inherited_source_identity = session.source_identity;
}

Session session_of(const AssumeRequest& request) {
  const auto arn = IamArn::parse(request.role);
  Session made;
  made.principal = RequestPrincipal::arn(fmt::format(
      "arn:aws:sts::{}:assumed-role/{}/{}", arn->account, arn->name, *request.session_name));
  made.tags = request.tags;
  made.transitive = request.inherited_transitive_tags;
  for (const NamedValue& tag : request.tags) {
    const auto& keys = request.transitive_tag_keys;
    if (std::find(keys.begin(), keys.end(), tag.first) != keys.end()) {
      made.transitive.push_back(tag);
    }
  }
  made.source_identity = request.source_identity;
  if (!made.source_identity) made.source_identity = request.inherited_source_identity;
  return made;
}

// ---- Random walks ---------------------------------------------------------------------------

struct Walk {
  std::string role{};
  std::string story{};
};

std::vector<Walk> walk_randomly(const Estate& estate, const RequestPrincipal& start,
                                std::mt19937_64& generator) {
  constexpr int kCalls = 10;
  constexpr std::size_t kMostSessions = 12;
  std::vector<Session> sessions = {{.principal = start}};
  std::vector<std::string> stories = {""};
  std::vector<Walk> reached;
  for (std::size_t at = 0; at < sessions.size() && at < kMostSessions; ++at) {
    for (const std::string& target : random::target_roles()) {
      for (int i = 0; i < kCalls; ++i) {
        AssumeRequest request = random::make_request(generator(), sessions[at].principal, target);
        bring_along(sessions[at], request);
        if (!request.tags.empty() && generator() % 2 == 0) {
          request.transitive_tag_keys = {request.tags[0].first};
        }
        if (decide(estate, request).decision != Decision::Allowed) continue;
        const std::string story = stories[at] + format_request(request, estate.sources()) + "\n";
        reached.push_back({target, story});
        sessions.push_back(session_of(request));
        stories.push_back(story);
        break;
      }
    }
  }
  return reached;
}

// ---- Walking what the answer says ---------------------------------------------------------------

// The requests that make a call of a walk, with everything that is open tried out.
std::vector<AssumeRequest> requests_of(const Hop& hop, const Session& from) {
  AssumeRequest base;
  base.whole = true;
  base.principal = from.principal;
  base.action = hop.action;
  base.role = hop.role->arn;
  base.region = "eu-west-1";
  base.session_name = hop.choice.session_name.empty() ? "rolecall" : hop.choice.session_name;
  base.tags = hop.choice.tags;
  if (hop.choice.transitive) {
    for (const NamedValue& tag : base.tags) base.transitive_tag_keys.push_back(tag.first);
  }
  if (!hop.choice.source_identity.empty()) base.source_identity = hop.choice.source_identity;
  bring_along(from, base);
  std::vector<AssumeRequest> made = {base};
  const auto vary = [&](std::string_view key, std::vector<std::string> values, bool absent) {
    std::vector<AssumeRequest> all;
    for (const AssumeRequest& each : made) {
      if (absent) all.push_back(each);
      for (const std::string& value : values) {
        all.push_back(each);
        all.back().set_context(key, {value});
      }
    }
    made = std::move(all);
  };
  const bool service = from.principal.kind == RequestPrincipal::Kind::Service;
  const bool user = from.principal.name.find(":user/") != std::string::npos;
  if (!service) vary("sts:ExternalId", {"blue", "green"}, true);
  if (service) vary("aws:SourceAccount", {"111122223333", "444455556666"}, true);
  vary("aws:SourceIp", {"10.1.2.3", "10.9.2.3", "192.0.2.1"}, false);
  vary("aws:CurrentTime", {"2026-11-22T10:00:00Z", "2026-11-24T10:00:00Z"}, false);
  vary("custom:Level", {"5", "6"}, true);
  for (std::size_t i = 0, count = user ? made.size() : 0; i < count; ++i) {
    made.push_back(made[i]);
    made.back().mfa_code_given = made.back().mfa_serial_given = true;
  }
  return made;
}

enum class Walked : std::uint8_t { Yes, No, NotTried };

// Whether the answer says that this very call is allowed.
bool says_allowed(const ReachAnswer& answer, const Hop& hop, const AssumeDecision& decision) {
  return !decision.sub_actions.empty() &&
         answer.residuals.evaluate(hop.condition, decision.caller,
                                   decision.sub_actions[0].authorization) == Tri::Yes;
}

Walked walk_as_said(const Estate& estate, const RequestPrincipal& start, const ReachAnswer& answer,
                    std::size_t at, std::string& story) {
  std::vector<const Hop*> hops;
  for (; at != kNoHop; at = answer.sessions[at].before) hops.push_back(&answer.sessions[at].hop);
  std::reverse(hops.begin(), hops.end());
  Session session{.principal = start};
  for (const Hop* hop : hops) {
    const AssumeRequest* walked = nullptr;
    const std::vector<AssumeRequest> requests = requests_of(*hop, session);
    for (const AssumeRequest& each : requests) {
      const AssumeDecision decision = decide(estate, each);
      const bool allowed = decision.decision == Decision::Allowed;
      if (allowed) walked = &each;
      if (allowed || !says_allowed(answer, *hop, decision)) continue;
      story += format_request(each, estate.sources());
      return Walked::No;
    }
    if (walked == nullptr) return Walked::NotTried;
    story += format_request(*walked, estate.sources());
    session = session_of(*walked);
  }
  return Walked::Yes;
}

std::string world_of(const random::EstateFiles& files) {
  std::string world;
  for (const auto& [name, text] : files.files) world += name + "\n" + text + "\n";
  return world;
}

TEST(WalkAgreement, WalksAreFoundAndCanBeWalked) {
  const std::uint64_t count = setting("ROLECALL_REACH_ESTATES", 200);
  const std::uint64_t first = setting("ROLECALL_REACH_SEED", 0);
  const std::vector<RequestPrincipal> starts = {
      RequestPrincipal::arn("arn:aws:iam::111122223333:user/alice"),
      RequestPrincipal::arn("arn:aws:iam::444455556666:user/bob"),
      RequestPrincipal::arn("arn:aws:sts::111122223333:assumed-role/Runner/s1"),
      RequestPrincipal::service("lambda.amazonaws.com"),
      RequestPrincipal::federated("id.example.com/Pool"),
      RequestPrincipal::federated("accounts.google.com"),
      RequestPrincipal::federated("arn:aws:iam::111122223333:saml-provider/Corp")};
  std::uint64_t reached = 0;
  std::uint64_t walked = 0;
  std::uint64_t not_tried = 0;
  std::uint64_t chains = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Estate estate;
    Diagnostics ignored;
    const random::EstateFiles files = random::make_estate(seed);
    for (const auto& [name, text] : files.files) load_estate_text(name, text, estate, ignored);
    std::mt19937_64 generator(seed);
    const RequestPrincipal& start = starts[seed % starts.size()];
    const ReachAnswer answer = find_reach(estate, {.principal = start});
    std::set<std::string_view> said;
    for (const std::size_t at : answer.roles) said.insert(answer.sessions[at].hop.role->arn);
    for (const Walk& walk : walk_randomly(estate, start, generator)) {
      ++reached;
      ASSERT_TRUE(said.count(walk.role) != 0)
          << "estate " << seed << ": " << walk.role << " is reached\n"
          << walk.story << world_of(files);
    }
    // Near ones and far ones.
    constexpr std::size_t kMostWalked = 8;
    const std::size_t step = 1 + answer.sessions.size() / kMostWalked;
    for (std::size_t at = 0; at < answer.sessions.size(); at += step) {
      if (answer.sessions[at].unknown) continue;
      std::string story;
      const Walked result = walk_as_said(estate, start, answer, at, story);
      ++(result == Walked::NotTried ? not_tried : walked);
      chains += result == Walked::Yes && answer.sessions[at].hops > 1 ? 1U : 0U;
      ASSERT_NE(result, Walked::No)
          << "estate " << seed << ", session " << at << " cannot be reached\n"
          << story << world_of(files);
    }
  }
  RecordProperty("walked", std::to_string(walked));
  RecordProperty("chains", std::to_string(chains));
  RecordProperty("not_tried", std::to_string(not_tried));
  EXPECT_GT(reached, count);
  EXPECT_GT(walked, not_tried * 2);
  EXPECT_GT(chains * 4, walked);
}

std::string told(const ReachAnswer& answer, const Hop& hop) {
  std::string text = fmt::format("{} {} {} {}{} unknown={}", hop.role->arn, hop.action,
                                 hop.choice.session_name, hop.choice.source_identity,
                                 hop.choice.transitive ? " transitive" : "", hop.unknown);
  for (const NamedValue& tag : hop.choice.tags) text += " " + tag.first + "=" + tag.second;
  for (const Gate gate : hop.not_checked) text += fmt::format(" {}", gate_name(gate));
  return text + " " + formula_text(answer.residuals, hop.condition);
}

std::vector<std::string> told(const ReachAnswer& answer) {
  std::vector<std::string> all;
  for (const Reached& each : answer.sessions) {
    all.push_back(fmt::format("{} {} {} {}", static_cast<std::ptrdiff_t>(each.before), each.hops,
                              each.unknown, told(answer, each.hop)));
  }
  return all;
}

TEST(WalkAgreement, SessionsThatAreAlikeReachWhatEachReachesByItself) {
  const std::uint64_t count = setting("ROLECALL_REACH_ESTATES", 200);
  const std::uint64_t first = setting("ROLECALL_REACH_SEED", 0);
  std::vector<WalkStart> starts = {*WalkStart::parse("account:111122223333"),
                                   *WalkStart::parse("service:lambda.amazonaws.com")};
  for (const std::string_view account : {"111122223333", "444455556666", "555566667777"}) {
    for (const std::string_view name :
         {"user/alice", "user/carol", "role/a/Runner", "role/Other"}) {
      starts.push_back(*WalkStart::parse(fmt::format("arn:aws:iam::{}:{}", account, name)));
    }
  }
  std::uint64_t sessions = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Estate estate;
    Diagnostics ignored;
    const random::EstateFiles files = random::make_estate(seed);
    for (const auto& [name, text] : files.files) load_estate_text(name, text, estate, ignored);
    const WhoIndex index(estate);
    for (const WalkStart& start : starts) {
      WalkLimits limits;
      const ReachAnswer shared = find_reach(index, start, limits);
      limits.by_class = false;
      const ReachAnswer alone = find_reach(index, start, limits);
      ASSERT_EQ(told(shared), told(alone)) << "estate " << seed << "\n" << world_of(files);
      sessions += shared.sessions.size();
    }
  }
  EXPECT_GT(sessions, count * starts.size());
}

}  // namespace
}  // namespace rolecall
