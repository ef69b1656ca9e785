// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "rolecall/diagnose/fix.h"
#include "rolecall/estate/estate.h"
#include "rolecall/trail/question.h"

namespace rolecall {

// An estate and a request as texts, and what was read from them.
struct WorldTexts {
  std::map<std::string, std::string> files{};
  std::string request{};
};
struct ReadWorld {
  explicit ReadWorld(const WorldTexts& texts);
  ReadWorld(const ReadWorld&) = delete;
  ReadWorld& operator=(const ReadWorld&) = delete;

  Estate estate{};
  Question question{};
};

// The texts with what the fix writes in their place.
[[nodiscard]] WorldTexts repaired(const WorldTexts& texts, const ReadWorld& read,
                                  const VerifiedFix& fix);

}  // namespace rolecall
