// SPDX-License-Identifier: Apache-2.0
// Any file loads or is refused with diagnostics whose places can be shown; every question about
// what was loaded gets an answer.
#include <cstdint>
#include <string>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/estate/estate_loader.h"

using namespace rolecall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Estate estate;
  Diagnostics diagnostics;
  load_estate_text("111122223333.gaad.json", std::string(reinterpret_cast<const char*>(data), size),
                   estate, diagnostics);
  for (const Diagnostic& each : diagnostics.all()) {
    static_cast<void>(render(each, estate.sources()));
  }
  int asked = 0;
  for (const auto& [id, account] : estate.accounts()) {
    for (const Role& role : account.roles) {
      if (++asked > 4) return 0;
      AssumeRequest request;
      request.action = "sts:AssumeRole";
      request.principal = RequestPrincipal::arn("arn:aws:iam::111122223333:user/a");
      request.role = role.arn;
      const Diagnosis diagnosis = diagnose(estate, request);
      for (const Cause& cause : diagnosis.causes) {
        static_cast<void>(estate.sources().locate(cause.at));
      }
    }
  }
  return 0;
}
