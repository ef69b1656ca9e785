// SPDX-License-Identifier: Apache-2.0
// Every line has a result that can be written, whatever case came before it and whether it is
// traced or not; only the error of an invalid case is said about a place.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rolecall/report/simulate_report.h"

using namespace rolecall;

namespace {

std::string answer(NeutralEvaluator& evaluator, const std::string& text) {
  NeutralResult result = evaluator.decide(text);
  if ((result.decision == NeutralDecision::Invalid) == result.error.empty()) std::abort();
  JsonWriter whole(0);
  write_neutral_result(whole, result);
  result.gates.clear();
  JsonWriter out(0);
  write_neutral_result(out, result);
  return out.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static NeutralEvaluator used;
  std::string text(reinterpret_cast<const char*>(data), size);
  text.reserve(size + SourceTable::kPadding);
  NeutralEvaluator fresh;
  NeutralEvaluator tracing({.trace = true});
  NeutralEvaluator strict({.strict = true});
  const std::string expected = answer(fresh, text);
  if (answer(used, text) != expected || answer(tracing, text) != expected) std::abort();
  static_cast<void>(answer(strict, text));
  return 0;
}
