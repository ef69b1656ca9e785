// SPDX-License-Identifier: Apache-2.0
#include "rolecall/diagnose/fix.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/iam/policy_check.h"

#include "diagnose/blast_radius.h"
#include "diagnose/over_grant.h"
#include "diagnose/policy_editor.h"
#include "diagnose/trial.h"

namespace rolecall {

namespace {

// Edits that create the objects which a new member is to be in, outermost first. Null counts as
// missing.
std::vector<std::string> missing_parents(const JsonEditor& document, const std::string& pointer) {
  std::vector<std::string> missing;
  for (std::size_t end = pointer.find('/', 1); end != std::string::npos;
       end = pointer.find('/', end + 1)) {
    std::string parent = pointer.substr(0, end);
    const auto there = document.find(parent);
    if (!there || there->is(JsonKind::Null)) missing.push_back(std::move(parent));
  }
  return missing;
}

void fill_texts(const Estate& estate, Fix& fix) {
  for (FixChange& change : fix.changes) {
    if (change.policy != nullptr) {
      change.at = change.policy->at;
      change.before = estate.sources().text(change.at);
    }
    if (change.before.empty()) continue;
    if (auto after = apply_json_edits(change.before, change.edits))
      change.after = *std::move(after);
  }
}

// Warns of callers that the fix refuses. If others are refused, it is never proposed first.
void warn_of_losers(const std::vector<ShutOut>& shuts_out, Fix& fix) {
  constexpr std::size_t kMost = 3;
  if (shuts_out.empty()) return;
  const auto change =
      std::find_if(fix.changes.begin(), fix.changes.end(),
                   [](const FixChange& each) { return each.target == FixTarget::TrustPolicy; });
  if (change == fix.changes.end()) return;
  for (std::size_t i = 0; i < shuts_out.size(); ++i) {
    change->opens = change->opens || shuts_out[i].is_of_others;
    if (i >= kMost) continue;
    change->warnings.push_back(fmt::format("no longer admitted: {}", shuts_out[i].call));
  }
  if (shuts_out.size() > kMost) {
    change->warnings.push_back(
        fmt::format("{} more are no longer admitted", shuts_out.size() - kMost));
  }
}

// Warns of what a change allows beyond need, unless its generator did.
void warn_of_over_grants(const Trial& trial, Fix& fix) {
  for (std::size_t i = 0; i < fix.changes.size(); ++i) {
    FixChange& change = fix.changes[i];
    const Policy* const after = trial.version_of(i);
    if (change.opens || after == nullptr) continue;
    Policy nothing;
    nothing.kind = after->kind;
    const Policy& before = change.policy == nullptr ? nothing : *change.policy;
    for (std::string& each : find_over_grants(before, *after)) {
      change.opens = true;
      change.warnings.push_back(std::move(each));
    }
  }
}

// A document that AWS does not store repairs nothing. One that was beyond a quota before shows that
// the quota was raised.
void warn_of_size(const Trial& trial, Fix& fix) {
  for (std::size_t i = 0; i < fix.changes.size(); ++i) {
    FixChange& change = fix.changes[i];
    const Policy* const after = trial.version_of(i);
    if (after == nullptr) continue;
    const auto fault = find_size_fault(after->kind, change.after);
    if (!fault || (!fault->certain && find_size_fault(after->kind, change.before))) continue;
    change.warnings.push_back(fmt::format("with this {}", fault->message));
  }
}

// The entity's list of inline policies with one added. `text` is the list; the entity, when it has
// no list; or empty, when the list is a file of its own.
Result<std::string> with_inline_policy(std::string_view text, const FixChange& change) {
  JsonWriter entry(0);
  entry.begin_object();
  entry.member("PolicyName", change.policy_name);
  entry.key("PolicyDocument");
  entry.raw(change.after);
  entry.end_object();
  if (text.empty()) return format_json(fmt::format("[{}]", entry.text()));
  const bool is_list = text.starts_with('[');
  const bool is_role = change.entity_arn.find(":role/") != std::string::npos;
  const JsonEdit add =
      is_list ? JsonEdit{JsonEdit::Op::Add, "/-", entry.text()}
              : JsonEdit{JsonEdit::Op::Add, is_role ? "/RolePolicyList" : "/UserPolicyList",
                         fmt::format("[{}]", entry.text())};
  return apply_json_edits(text, {&add, 1});
}

}  // namespace

std::string_view let_in_scope_name(LetInScope scope) {
  constexpr std::array<std::string_view, 5> kNames = {"principal", "federated", "account",
                                                      "organization", "everyone"};
  return kNames.at(static_cast<std::size_t>(scope));
}

std::string_view fix_kind_name(FixKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"request", "policy", "command"};
  return kNames.at(static_cast<std::size_t>(kind));
}

Result<std::vector<Replacement>> replacements_of(const FixChange& change,
                                                 const SourceTable& sources) {
  if (!change.at.known()) {
    return fail(DiagnosticCode::CannotEdit,
                fmt::format("no file that was given has a place for this: {}", change.summary));
  }
  Replacement whole{change.at, change.after};
  if (change.policy == nullptr && change.target == FixTarget::InlinePolicy) {
    auto edited = with_inline_policy(sources.text(change.at), change);
    if (!edited) return tl::make_unexpected(std::move(edited.error()));
    whole.text = *std::move(edited);
  }
  return sources.narrowed(whole);
}

Result<std::vector<JsonEdit>> complete_request_edits(std::string_view text,
                                                     std::span<const JsonEdit> edits) {
  std::vector<JsonEdit> complete;
  std::string edited(text);
  for (const JsonEdit& each : edits) {
    const std::size_t done = complete.size();
    if (each.op == JsonEdit::Op::Add) {
      for (std::string& parent : missing_parents(JsonEditor(edited), each.pointer)) {
        complete.push_back({JsonEdit::Op::Add, std::move(parent), "{}"});
      }
    }
    complete.push_back(each);
    auto next = apply_json_edits(edited, std::span(complete).subspan(done));
    if (!next) return tl::make_unexpected(std::move(next.error()));
    edited = *std::move(next);
  }
  return complete;
}

Result<std::string> edit_request_text(std::string_view text, std::span<const JsonEdit> edits) {
  const auto complete = complete_request_edits(text, edits);
  if (!complete) return tl::make_unexpected(complete.error());
  return apply_json_edits(text, *complete);
}

std::optional<VerifiedFix> VerifiedFix::try_out(const Estate& estate, const AssumeRequest& request,
                                                const AssumeDecision& before, Fix fix) {
  const auto trial = Trial::run(estate, request, fix);
  if (trial == nullptr || !proves(before, trial->decision())) return std::nullopt;
  VerifiedFix verified;
  verified.decision_after_ = trial->decision().decision;
  // A file that could not be read may hold a policy that still denies.
  if (estate.incomplete) verified.decision_after_ = Decision::Unknown;
  BlastRadius radius = find_blast_radius(estate, fix, *trial, FixLimits{}.principals);
  verified.lets_in_ = std::move(radius.lets_in);
  verified.lets_in_unknowns_ = std::move(radius.unknowns);
  warn_of_over_grants(*trial, fix);
  warn_of_losers(radius.shuts_out, fix);
  fill_texts(estate, fix);
  warn_of_size(*trial, fix);
  verified.fix_ = std::move(fix);
  return verified;
}

std::vector<std::string> VerifiedFix::warnings() const {
  std::vector<std::string> all;
  for (const FixChange& change : fix_.changes) {
    for (const std::string& each : change.warnings) {
      if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
    }
  }
  return all;
}

std::string VerifiedFix::summary() const {
  std::string text;
  for (const FixChange& change : fix_.changes) {
    text += fmt::format("{}{}", text.empty() ? "" : "; ", change.summary);
  }
  return text;
}

bool VerifiedFix::opens() const {
  return std::any_of(fix_.changes.begin(), fix_.changes.end(),
                     [](const FixChange& each) { return each.opens; });
}

bool VerifiedFix::writes_files() const {
  return std::none_of(fix_.changes.begin(), fix_.changes.end(),
                      [](const FixChange& each) { return each.kind == FixKind::Command; });
}

}  // namespace rolecall
