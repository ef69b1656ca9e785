// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/estate/estate_loader.h"

int main(int argc, char** argv) {
  rolecall::Estate estate;
  rolecall::Diagnostics diagnostics;
  for (int i = 1; i < argc; ++i) rolecall::load_estate({argv[i]}, estate, diagnostics);
  rolecall::AssumeRequest request;
  request.action = "sts:AssumeRole";
  request.principal =
      rolecall::RequestPrincipal::arn("arn:aws:sts::111122223333:assumed-role/pipeline-runner/x");
  request.role = "arn:aws:iam::444455556666:role/delivery/app-deploy";
  const rolecall::Diagnosis diagnosis = rolecall::diagnose(estate, request);
  for (const rolecall::Cause& cause : diagnosis.causes) std::puts(cause.code.c_str());
  return diagnosis.causes.empty() ? 1 : 0;
}
