// SPDX-License-Identifier: Apache-2.0
// Any request file is read or refused, and what was read can be decided and reported.
#include <cstdint>
#include <string>

#include "rolecall/report/explain_report.h"
#include "rolecall/trust/request_file.h"

using namespace rolecall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Estate estate;
  Diagnostics diagnostics;
  const DocumentId id =
      estate.sources().add("input", std::string(reinterpret_cast<const char*>(data), size));
  const auto request = read_request(estate.sources(), id, diagnostics);
  if (!request) return 0;
  const Diagnosis diagnosis = diagnose(estate, *request);
  const ExplainAnswer answer{estate, *request, diagnosis, diagnostics, nullptr};
  static_cast<void>(write_explain_text(answer, {}));
  JsonWriter out;
  write_explain_json(out, answer);
  return 0;
}
