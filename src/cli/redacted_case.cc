// SPDX-License-Identifier: Apache-2.0
#include "cli/redacted_case.h"

#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/trust/request_file.h"

#include "live/estate_redactor.h"

namespace rolecall::cli {

namespace {

using Files = std::map<std::string, std::string>;

constexpr std::string_view kFolder = "estate/";

// An answer without the names in it.
struct Answer {
  Decision decision{};
  std::vector<Verdict> verdicts{};
  std::vector<std::pair<Gate, std::string>> causes{};

  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer answer_of(const Estate& estate, const AssumeRequest& request) {
  const Diagnosis diagnosis = diagnose(estate, request);
  Answer answer{diagnosis.decision.decision, {}, {}};
  for (int i = 0; i < kGateCount; ++i) {
    answer.verdicts.push_back(diagnosis.decision.at(static_cast<Gate>(i)).verdict);
  }
  for (const Cause& each : diagnosis.causes) answer.causes.emplace_back(each.gate, each.code);
  return answer;
}

// Decides the question of a request file for an estate, both in memory.
std::optional<Answer> ask(const Files& files, const std::string& request,
                          const LoadLimits& limits) {
  constexpr const char* kRequest = "request.json";
  QuestionInputs in;
  in.limits = limits;
  in.request_file = kRequest;
  in.texts[in.request_file] = request;
  for (const auto& [name, text] : files) {
    in.estate.push_back(name);
    in.texts[name] = text;
  }
  Estate estate;
  Diagnostics diagnostics;
  const auto questions = gather_questions(in, estate, diagnostics);
  if (!questions || questions->size() != 1) return std::nullopt;
  return answer_of(estate, (*questions)[0].request);
}

struct Asked {
  std::string request{};  // As a request file.
  Answer answer{};
};

std::vector<Asked> asked_questions(const QuestionInputs& in) {
  Estate estate;
  Diagnostics diagnostics;
  std::vector<Asked> all;
  const auto questions = gather_questions(in, estate, diagnostics);
  for (const Question& each : questions ? *questions : std::vector<Question>()) {
    AssumeRequest whole = each.request;
    whole.open_environment = whole.open_environment || !whole.whole;
    all.push_back({format_request(whole, estate.sources()), answer_of(estate, each.request)});
  }
  return all;
}

// Nothing when the answer to a question changed.
std::optional<Files> redact(const Files& files, const std::vector<Asked>& asked,
                            const LoadLimits& limits, std::uint64_t seed) {
  EstateRedactor redactor(seed);
  for (const auto& [name, text] : files) redactor.learn(text);
  for (const Asked& each : asked) redactor.learn(each.request);
  Files estate;
  for (const auto& [name, text] : files) {
    auto redacted = redactor.redact(text);
    if (!redacted) return std::nullopt;
    estate.emplace(redactor.redact_file_name(name), *std::move(redacted));
  }
  Files all;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    auto request = redactor.redact(asked[i].request);
    if (!request || ask(estate, *request, limits) != asked[i].answer) return std::nullopt;
    all.emplace(i == 0 ? "request.json" : fmt::format("request-{}.json", i + 1),
                *std::move(request));
  }
  for (auto& [name, text] : estate)
    all.emplace(fmt::format("{}{}", kFolder, name), std::move(text));
  return all;
}

}  // namespace

Result<Files> redact_case(const Files& files, const QuestionInputs& in) {
  constexpr int kAttempts = 4;  // A pattern can match a pseudonym by chance.
  const std::vector<Asked> asked = asked_questions(in);
  std::random_device random;
  for (int i = 0; i < kAttempts; ++i) {
    const std::uint64_t seed = (std::uint64_t{random()} << 32) | random();
    if (auto redacted = redact(files, asked, in.limits, seed)) return *std::move(redacted);
  }
  return fail(DiagnosticCode::CannotWrite,
              "the case cannot be redacted: it would be answered in another way; nothing was saved",
              {}, "save it without --redact, and look at what you send");
}

}  // namespace rolecall::cli
