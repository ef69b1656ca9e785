// SPDX-License-Identifier: Apache-2.0
// Comparisons of random pairs of role trust policies against an SMT solver: it must find no request
// in the difference that no returned set holds, and none in a returned set outside the difference.
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/eval/policy_compare.h"

#include "compare/random_pair.h"
#include "compare/smt_encoding.h"
#include "support/parsed_policy.h"

namespace rolecall {
namespace {

constexpr unsigned kMillisecondsPerQuestion = 1000;

int number_from(const char* variable, int usual) {
  const char* wanted = std::getenv(variable);
  return wanted == nullptr ? usual : std::atoi(wanted);
}

struct Tally {
  int agreed = 0;
  int gave_up = 0;  // The solver did.
  int unknown = 0;  // The comparison was.
};

class Question {
 public:
  Question(z3::context& context, smt::Encoder& encoder) : context_(context), encoder_(encoder) {}

  // Whether no request satisfies the formula.
  z3::check_result ask(const z3::expr& formula) {
    z3::solver solver(context_);
    z3::params params(context_);
    params.set("timeout", kMillisecondsPerQuestion);
    solver.set(params);
    solver.add(encoder_.request());
    solver.add(formula);
    const z3::check_result result = solver.check();
    gave_up_ = gave_up_ || result == z3::unknown;
    if (result == z3::sat) {
      std::ostringstream text;
      text << solver.get_model();
      model_ = text.str();
    }
    return result;
  }
  [[nodiscard]] bool gave_up() const { return gave_up_; }
  [[nodiscard]] const std::string& model() const { return model_; }

 private:
  z3::context& context_;
  smt::Encoder& encoder_;
  bool gave_up_ = false;
  std::string model_;
};

// One direction: `changes` is the part that `refuses` refuses and `allows` allows.
void check_direction(Question& question, smt::Encoder& encoder, z3::context& context,
                     const std::vector<Change>& changes, const Policy& refuses,
                     const Policy& allows) {
  const z3::expr difference = encoder.refused(refuses) && encoder.allowed(allows);
  z3::expr covered = context.bool_val(false);
  std::string sets;
  for (const Change& each : changes) {
    covered = covered || encoder.inside(each);
    sets += describe_change(each) + "\n";
  }
  EXPECT_NE(question.ask(covered && !difference), z3::sat) << "too much:\n"
                                                           << sets << question.model();
  EXPECT_NE(question.ask(difference && !covered), z3::sat) << "missing:\n"
                                                           << sets << question.model();
}

void check_pair(const random::PolicyPair& pair, Tally& tally) {
  const ParsedPolicy before(random::policy_json(pair.before), PolicyKind::Trust);
  const ParsedPolicy after(random::policy_json(pair.after), PolicyKind::Trust);
  const PolicyComparison result = compare_policies(*before, *after);
  const std::vector<std::string> undocumented_only = {
      "they differ only where AWS's documentation does not decide"};
  if (!result.unknowns.empty() && result.unknowns != undocumented_only) {
    ++tally.unknown;
    return;
  }
  z3::context context;
  smt::Encoder encoder(context);
  Question question(context, encoder);
  check_direction(question, encoder, context, result.opened, *before, *after);
  check_direction(question, encoder, context, result.closed, *after, *before);
  ++(question.gave_up() ? tally.gave_up : tally.agreed);
}

TEST(SmtAgreement, TheSolverFindsNoOtherDifferences) {
  constexpr int kUsual = 300;
  constexpr std::uint64_t kSeedStep = 7919;
  const int pairs = number_from("ROLECALL_SMT_PAIRS", kUsual);
  const int first = number_from("ROLECALL_SMT_FIRST", 0);
  Tally tally;
  for (int i = first; i < first + pairs && !HasFailure(); ++i) {
    const random::PolicyPair pair =
        random::make_trust_pair(static_cast<std::uint64_t>(i) * kSeedStep);
    check_pair(pair, tally);
    if (HasFailure()) {
      ADD_FAILURE() << i << "\n"
                    << random::policy_json(pair.before) << "\n"
                    << random::policy_json(pair.after);
    }
  }
  std::printf("%d pairs agree; the solver gave up on %d, the comparison on %d\n", tally.agreed,
              tally.gave_up, tally.unknown);
  EXPECT_GT(tally.agreed, pairs * 8 / 10);
}

}  // namespace
}  // namespace rolecall
