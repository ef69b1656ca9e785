// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "rolecall/estate/estate_loader.h"

#include "collected_plan.h"
#include "load_context.h"

namespace rolecall {

// Adds the rows of a database that iam-collect wrote (schema 2025-10-14) to `plan`. Each becomes a
// document named like `estate.db#arn:aws:iam::111122223333:role/ci#trust-policy`; its text is that
// of `texts` if there is one of that name. `named`: the user named the file, so it is an error when
// it is another kind of database.
void add_database(LoadContext& context, const std::filesystem::path& path, bool named,
                  const FileTexts& texts, CollectedPlan& plan);

}  // namespace rolecall
