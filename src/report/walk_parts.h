// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/estate/estate.h"
#include "rolecall/reach/walk.h"
#include "rolecall/report/walk_report.h"

#include "report/text_lines.h"
#include "report/unchecked.h"

namespace rolecall {

// The parameters that a call has to pass and its condition: `with the session tag `a=b`, if the
// external ID is `x``. Empty when there are none. Not escaped.
[[nodiscard]] std::string call_terms(const ResidualTable& residuals, const Hop& hop);

// One of the starts in words; if it is the only one, as the user wrote it.
[[nodiscard]] std::string start_text(std::span<const WalkStart> starts, std::size_t start,
                                     std::string_view from);

// `allowed`, `conditional`, `unknown`.
[[nodiscard]] std::string_view hop_decision(const Hop& hop);
// The calls of the walk that ends with this one.
[[nodiscard]] std::vector<const Hop*> walk_to(const ReachAnswer& answer, std::size_t at);

[[nodiscard]] std::vector<const Hop*> calls_of(const std::vector<Hop>& path);

// The member `calls` of docs/schema/path-1.json.
void write_calls(JsonWriter& out, const ResidualTable& residuals,
                 const std::vector<const Hop*>& hops);
// The member `gaps`.
void write_gaps(JsonWriter& out, const std::vector<WhoGap>& gaps);
// The members `gaps`, `obtain` and `diagnostics`, and the end of the object.
void write_end(JsonWriter& out, const std::vector<WhoGap>& gaps, const Unchecked& unchecked,
               const Estate& estate, const Diagnostics& diagnostics);

// The end of an answer's first line: `; not all of the estate could be read`, or nothing.
[[nodiscard]] std::string_view unread_words(const Estate& estate);
// What may be missing from an answer, and the commands that fetch it, as text.
void write_gaps(TextLines& out, const std::vector<WhoGap>& gaps);
void write_unchecked(TextLines& out, const Unchecked& unchecked);

// Writes the command that shows which data would decide a call; nothing when no command can name
// the caller.
void write_settling(TextLines& out, std::string_view from, std::string_view role);
// The same for the first call of a walk that is unknown.
void write_settling(TextLines& out, std::string from, const std::vector<const Hop*>& walk);
// Writes the command `rolecall explain ...` for a call.
void write_explain(TextLines& out, std::string_view from, std::string_view role);

// The gates that the calls of an answer leave unchecked.
[[nodiscard]] Unchecked unchecked_of(const ReachReport& report);
[[nodiscard]] Unchecked unchecked_of(const PathReport& report);

}  // namespace rolecall
