// SPDX-License-Identifier: Apache-2.0
// Any files in the layout of iam-collect load or are refused with diagnostics whose places can be
// shown; every question about what was loaded gets an answer. `=== PATH` begins a file.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "rolecall/diagnose/diagnosis.h"

#include "estate/collected_reader.h"
#include "estate/gaad_loader.h"
#include "estate/organization_loader.h"
#include "estate/provider_loader.h"

using namespace rolecall;

namespace {

std::map<std::string, std::string, std::less<>> split_files(std::string_view input) {
  constexpr std::string_view kMark = "=== ";
  std::map<std::string, std::string, std::less<>> files;
  std::string* text = nullptr;
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    if (line.starts_with(kMark)) {
      text = &files["/" + std::string(line.substr(kMark.size()))];
    } else if (text != nullptr) {
      *text += std::string(line) + "\n";
    }
  }
  return files;
}

void load(const std::map<std::string, std::string, std::less<>>& files, LoadContext& context) {
  CollectedPlan plan;
  for (const auto& [path, text] : files) plan.add_file(path, path, 0);
  GaadLoader gaad(context);
  ProviderLoader providers(context);
  const OpenDocument open = [&](const std::string& path) -> std::optional<DocumentId> {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return context.estate.sources().add(path, found->second);
  };
  for (const CollectedBatch& batch : plan.take()) {
    CollectedRead read = read_collected(context, batch, open);
    gaad.merge(std::move(read.exported));
    providers.merge(read);
    if (read.organization) keep_organization(context, *std::move(read.organization));
  }
  gaad.finish();
  providers.finish();
  context.estate.index_aws_policies();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Estate estate;
  Diagnostics diagnostics;
  LoadContext context{.estate = estate, .diagnostics = diagnostics};
  load(split_files({reinterpret_cast<const char*>(data), size}), context);
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
