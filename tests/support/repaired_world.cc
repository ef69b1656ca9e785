// SPDX-License-Identifier: Apache-2.0
#include "support/repaired_world.h"

#include <stdexcept>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/trust/request_file.h"

#include "cli/fix_files.h"

namespace rolecall {

ReadWorld::ReadWorld(const WorldTexts& texts) {
  Diagnostics diagnostics;
  for (const auto& [name, text] : texts.files) {
    load_estate_text(name, text, estate, diagnostics);
  }
  auto parsed = read_request(estate.sources(), estate.sources().add("request.json", texts.request),
                             diagnostics);
  if (!parsed) throw std::runtime_error("no request: " + texts.request);
  question.request = *std::move(parsed);
}

WorldTexts repaired(const WorldTexts& texts, const ReadWorld& read, const VerifiedFix& fix) {
  const auto files = cli::fixed_files(fix, read.estate, read.question, {});
  if (!files) throw std::runtime_error("cannot be written: " + fix.summary());
  WorldTexts after = texts;
  for (const cli::FixedFile& each : *files) {
    if (!each.path.empty()) after.files[each.path] = each.text;
  }
  for (const FixChange& each : fix.changes()) {
    if (each.target != FixTarget::Request) continue;
    auto request = edit_request_text(after.request, each.edits);
    if (!request) throw std::runtime_error("cannot be written: " + each.summary);
    after.request = *std::move(request);
  }
  return after;
}

}  // namespace rolecall
