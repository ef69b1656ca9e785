// SPDX-License-Identifier: Apache-2.0
#include "cli/estate_options.h"

#include <algorithm>
#include <deque>
#include <ostream>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "cli/progress.h"

namespace rolecall::cli {

void EstateOptions::declare(CLI::App& app, const std::vector<std::string>& formats) {
  app.add_option("--estate", paths, "Folder or file with exports; repeatable")->required();
  declare_output(app, formats);
}

void EstateOptions::declare_output(CLI::App& app, const std::vector<std::string>& formats) {
  std::string listed = formats[0];
  for (std::size_t i = 1; i < formats.size(); ++i) {
    listed += (i + 1 < formats.size() ? ", " : " or ") + formats[i];
  }
  app.add_option("--format", format, listed)->check(CLI::IsMember(formats))->capture_default_str();
  app.add_option("--color", color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app.add_flag("--quiet", quiet, "Only the answer's first line");
  app.add_option("--max-file-bytes", limits.max_file_bytes, "Largest file that is read")
      ->capture_default_str();
  app.add_option("--max-depth", limits.json.max_depth, "Deepest nesting of JSON values")
      ->capture_default_str();
  app.add_option("--max-values", limits.json.max_values, "Most JSON values of a file")
      ->capture_default_str();
}

void EstateOptions::load(Estate& estate, Diagnostics& diagnostics, Console& console) const {
  Progress progress(console, "files read");
  LoadLimits shown = limits;
  shown.progress = [&](std::size_t read, std::size_t of) { progress.show(read, of); };
  load_estate({paths.begin(), paths.end()}, estate, diagnostics, shown);
  progress.clear();
  // A wrong folder is no estate without roles.
  const bool empty =
      std::any_of(diagnostics.all().begin(), diagnostics.all().end(),
                  [](const auto& each) { return each.code == DiagnosticCode::NothingFound; });
  estate.incomplete = estate.incomplete || empty;
  if (quiet) return;
  for (const Diagnostic& each : diagnostics.all()) console.err << render(each, estate.sources());
}

TextStyle EstateOptions::style(const Console& console) const {
  const bool terminal = console.out_is_terminal && !console.no_color;
  return {.color = color == "always" || (color == "auto" && terminal), .quiet = quiet};
}

Estate& lasting_estate() {
  static auto& all = *new std::deque<Estate>;
  return all.emplace_back();
}

const WhoIndex& lasting_index(const Estate& estate) {
  static auto& all = *new std::deque<WhoIndex>;
  return all.emplace_back(estate);
}

void add_file_gap(const Estate& estate, std::vector<WhoGap>& gaps) {
  if (estate.incomplete) gaps.push_back({"the estate", "not all of it could be read", {}, false});
}

ExitStatus lacking(const Estate& estate) {
  return estate.incomplete ? ExitStatus::Undecided : ExitStatus::Failed;
}

namespace {

void suggest(std::string_view asked, const std::vector<std::string_view>& known, Console& console) {
  const std::string_view near = nearest(asked, known);
  if (near.empty()) return;
  console.err << fmt::format("  = help: did you mean `{}`?\n", escape_for_terminal(near));
}

}  // namespace

const Role* find_named_role(const Estate& estate, std::string_view asked, Console& console) {
  if (const Role* found = estate.find_role(asked)) return found;
  const auto arn = Arn::split(asked);
  std::vector<const Role*> named;
  std::vector<std::string_view> known;
  for (const auto& [id, account] : estate.accounts()) {
    if (arn && arn->account != id) continue;
    for (const Role& role : account.roles) {
      known.push_back(arn ? role.arn : role.name);
      if (role.name == asked) named.push_back(&role);
    }
  }
  if (named.size() == 1) return named[0];
  const std::string shown = escape_for_terminal(asked);
  if (named.size() > 1) {
    console.err << fmt::format("error: {} roles are called `{}`\n", named.size(), shown)
                << fmt::format("  = help: give the ARN, such as {}\n",
                               escape_for_terminal(named[0]->arn));
    return nullptr;
  }
  console.err << fmt::format("error: the estate has no role `{}`\n", shown);
  suggest(asked, known, console);
  return nullptr;
}

std::string find_walk_fault(std::string& value) {
  if (WalkStart::parse(value)) return {};
  return fmt::format("`{}` is no principal\n{}", value, kWalkStartForms);
}

std::optional<WalkStart> find_start(const Estate& estate, std::string_view asked,
                                    Console& console) {
  auto start = WalkStart::parse(asked);
  const auto arn = IamArn::parse(asked);
  const Account* const account = arn ? estate.find_account(arn->account) : nullptr;
  if (!start || account == nullptr || !account->exported) return start;
  const bool user = arn->form == ArnForm::User;
  const bool role = arn->form == ArnForm::Role;
  const bool session = arn->form == ArnForm::Session;
  const bool known = user      ? !account->has_users || estate.find_user(asked) != nullptr
                     : role    ? !account->has_roles || estate.find_role(asked) != nullptr
                     : session ? !account->has_roles ||
                                     estate.find_role_by_name(arn->account, arn->name) != nullptr
                               : true;
  if (known) return start;
  std::vector<std::string_view> names;
  for (const User& each : account->users) names.push_back(each.arn);
  for (const Role& each : account->roles) names.push_back(each.arn);
  console.err << fmt::format("error: account {} has no `{}`\n", arn->account,
                             escape_for_terminal(asked));
  suggest(asked, names, console);
  return std::nullopt;
}

}  // namespace rolecall::cli
