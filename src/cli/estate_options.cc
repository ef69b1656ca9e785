// SPDX-License-Identifier: Apache-2.0
#include "cli/estate_options.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <ostream>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/reach/estate_gaps.h"

#include "cli/progress.h"
#include "estate/entity_lists.h"

namespace rolecall::cli {

namespace {

// Warns that bare policy documents, which do not say whose they are, are not used.
void report_unused(const Estate& estate, Diagnostics& diagnostics) {
  std::vector<std::string> files;
  for (const BarePolicy& each : estate.bare_policies) {
    if (each.policy != nullptr) files.push_back(fmt::format("`{}`", each.file));
  }
  if (files.empty()) return;
  diagnostics.warning(
      DiagnosticCode::NotUsed,
      fmt::format("a policy that does not say whose it is is recognized and not used: {}",
                  join_list(files)),
      {}, "give exports: aws iam get-account-authorization-details > ACCOUNT.gaad.json");
}

// Reports that a role or principal is not in the estate: as an error, unless the answer says that
// it may exist all the same; then only together with a similar name.
void say_missing(std::string_view error, std::string_view asked, bool may_be,
                 const std::vector<std::string_view>& known, Console& console) {
  const std::string_view near = nearest(asked, known);
  if (may_be && near.empty()) return;
  console.err << (may_be ? fmt::format("note: no `{}` is known\n", escape_for_terminal(asked))
                         : fmt::format("error: {}\n", error));
  if (near.empty()) return;
  console.err << fmt::format("  = help: did you mean `{}`?\n", escape_for_terminal(near));
}

}  // namespace

void EstateOptions::declare(CLI::App& app, const std::vector<std::string>& formats) {
  app.add_option("--estate", paths, "Folder or file with exports; repeatable")->required();
  declare_output(app, formats);
}

void EstateOptions::declare_plain(CLI::App& app, const std::vector<std::string>& formats) {
  app.add_option("--estate", paths, "Folder or file with exports; repeatable")->required();
  declare_format(app, formats);
  declare_limits(app, limits);
}

void EstateOptions::declare_format(CLI::App& app, const std::vector<std::string>& formats) {
  std::string listed = formats[0];
  for (std::size_t i = 1; i < formats.size(); ++i) {
    listed += (i + 1 < formats.size() ? ", " : " or ") + formats[i];
  }
  app.add_option("--format", format, listed)->check(CLI::IsMember(formats))->capture_default_str();
}

void EstateOptions::declare_output(CLI::App& app, const std::vector<std::string>& formats) {
  declare_format(app, formats);
  app.add_option("--color", color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app.add_flag("--quiet", quiet, "Only the answer's first line");
  declare_limits(app, limits);
}

void EstateOptions::load(Estate& estate, Diagnostics& diagnostics, Console& console) const {
  Progress progress(console, "files read");
  LoadLimits shown = limits;
  shown.progress = [&](std::size_t read, std::size_t of) { progress.show(read, of); };
  load_estate({paths.begin(), paths.end()}, estate, diagnostics, shown);
  progress.clear();
  // A wrong folder must not pass for an estate without roles.
  const bool empty =
      std::any_of(diagnostics.all().begin(), diagnostics.all().end(),
                  [](const auto& each) { return each.code == DiagnosticCode::NothingFound; });
  estate.incomplete = estate.incomplete || empty;
  report_unused(estate, diagnostics);
  if (quiet) return;
  for (const Diagnostic& each : diagnostics.all()) console.err << render(each, estate.sources());
}

std::vector<NamedInput> EstateOptions::inputs() const {
  std::vector<NamedInput> named;
  for (const std::string& each : paths) named.push_back({"--estate", each});
  return named;
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

NamedRole find_named_role(const Estate& estate, std::string_view asked, Console& console) {
  if (const Role* found = estate.find_role(asked)) return {.role = found};
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
  if (named.size() == 1) return {.role = named[0]};
  const std::string shown = escape_for_terminal(asked);
  if (named.size() > 1) {
    console.err << fmt::format("error: {} roles are called `{}`\n", named.size(), shown)
                << fmt::format("  = help: give the ARN, such as {}\n",
                               escape_for_terminal(named[0]->arn));
    return {};
  }
  NamedRole none{.gaps = list_unlisted_roles(estate, arn ? arn->account : "")};
  say_missing(fmt::format("the estate has no role `{}`", shown), asked, !none.gaps.empty(), known,
              console);
  none.stand_in.arn = asked;
  none.stand_in.name = arn ? arn->resource.substr(arn->resource.rfind('/') + 1) : asked;
  none.account = arn ? arn->account : "the estate";
  return none;
}

std::string find_walk_fault(std::string& value) {
  if (WalkStart::parse(value)) return {};
  return fmt::format("`{}` is no principal\n{}", value, kWalkStartForms);
}

NamedStart find_start(const Estate& estate, std::string_view asked, Console& console) {
  auto start = WalkStart::parse(asked);
  const auto arn = IamArn::parse(asked);
  const Account* const account = arn ? estate.find_account(arn->account) : nullptr;
  if (!start || account == nullptr || !account->exported) return {.start = std::move(start)};
  const bool user = arn->form == ArnForm::User;
  const bool role = arn->form == ArnForm::Role;
  const bool session = arn->form == ArnForm::Session;
  const bool known = user      ? !lists_users(*account) || estate.find_user(asked) != nullptr
                     : role    ? !lists_roles(*account) || estate.find_role(asked) != nullptr
                     : session ? !lists_roles(*account) ||
                                     estate.find_role_by_name(arn->account, arn->name) != nullptr
                               : true;
  if (known) return {.start = std::move(start)};
  std::vector<std::string_view> names;
  for (const User& each : account->users) names.push_back(each.arn);
  for (const Role& each : account->roles) names.push_back(each.arn);
  say_missing(fmt::format("account {} has no `{}`", arn->account, escape_for_terminal(asked)),
              asked, estate.incomplete, names, console);
  return {.gaps = list_file_gaps(estate)};
}

void append(std::vector<WhoGap>& gaps, std::vector<WhoGap> more) {
  std::move(more.begin(), more.end(), std::back_inserter(gaps));
}

}  // namespace rolecall::cli
