// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "rolecall/estate/estate_loader.h"

#include "collected_plan.h"
#include "load_context.h"

namespace rolecall {

// Notes what is in a database that iam-collect wrote (schema 2025-10-14). Rows become documents
// named `estate.db#arn:aws:iam::111122223333:role/ci#trust-policy`, and are replaced by those of
// `texts`. `named`: by the user, so that a database of anything else is an error.
void add_database(LoadContext& context, const std::filesystem::path& path, bool named,
                  const FileTexts& texts, CollectedPlan& plan);

}  // namespace rolecall
