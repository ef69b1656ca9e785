// SPDX-License-Identifier: Apache-2.0
#include "rolecall/diagnose/error_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "rolecall/base/text.h"

#include "diagnose/error_text_context.h"
#include "diagnose/error_text_match.h"
#include "diagnose/error_text_normalize.h"
#include "diagnose/error_text_prescan.h"
#include "diagnose/error_text_scan.h"
#include "diagnose/error_text_sentence.h"
#include "diagnose/error_text_table.h"

// The steps: find the parts worth reading (error_text_prescan.h); normalize them
// (error_text_normalize.h); find denials and marks of their context (error_text_scan.h); join a
// wrapper with the denial it wraps; read the context; count repetitions.

namespace rolecall {
namespace {

constexpr std::size_t kMaxWrapped = 900;   // Characters from the end of a wrapper to its denial.
constexpr std::size_t kMaxTrailing = 300;  // From a denial to a wrapper that is printed after it.
constexpr std::size_t kMaxPending = 8;     // Wrappers around one denial.

// Likely causes when a service, or a product outside AWS, could not assume the role it was given.
constexpr std::string_view kServiceCauses =
    "trust-service-principal-mismatch request-role-not-found trust-eventual-consistency";
constexpr std::string_view kVendorCauses =
    "trust-condition-external-id-mismatch trust-condition-external-id-missing "
    "trust-no-matching-principal request-role-not-found";

// A denial that is being assembled.
struct Draft {
  ErrorEvidence evidence{};
  const DenialText* text = nullptr;
  TextWindow window{};
  std::size_t sentence_begin = 0;
  bool is_generic = false;  // Its phrase names neither role nor service.
  bool keeps_tool = false;  // Its text tells which tool printed it, so the context need not.
  bool is_joined = false;   // A wrapper was joined to it.
  std::string own_facts{};  // describe() before the context was read; equal for repetitions.
};

void add_codes(std::string_view list, std::vector<std::string>& codes) {
  for (const std::string_view code : split(list, ' ')) {
    if (!code.empty() && std::find(codes.begin(), codes.end(), code) == codes.end()) {
      codes.emplace_back(code);
    }
  }
}

void fill(std::string& target, std::string_view value) {
  if (target.empty()) target = value;
}

bool is_arn(std::string_view text) {
  return starts_with_ignore_case(text, "arn:");
}

bool gives_credentials(std::string_view operation) {
  return operation.substr(0, 10) == "AssumeRole" || operation == "AssumeRoot";
}

bool is_compatible(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() || a == b;
}

// Whether the caller is a session of the very role it asks for.
bool is_same_role(std::string_view principal, std::string_view role) {
  constexpr std::string_view kSession = "assumed-role/";
  std::string_view session = arn_field(principal, 5);
  if (session.substr(0, kSession.size()) != kSession) return false;
  session.remove_prefix(kSession.size());
  const std::string_view name = role.substr(role.rfind('/') + 1);
  return session.substr(0, session.find('/')) == name &&
         arn_field(principal, 4) == arn_field(role, 4);
}

// Adds what the ARNs of the caller and the resource tell by themselves.
void judge_arns(ErrorEvidence& e) {
  if (e.action != "sts:AssumeRole") return;
  const std::string_view resource = arn_field(e.resource, 5);
  const std::string_view type = resource.substr(0, resource.find('/'));
  if (type == "user" || type == "group" || type == "instance-profile" || type == "assumed-role" ||
      type == "root") {
    e.cause_code = "request-target-not-a-role-arn";
  }
  const std::string_view caller = arn_field(e.principal, 5);
  if (is_same_role(e.principal, e.role)) {
    add_codes("trust-self-assume-not-allowed", e.likely_causes);
  }
  if (caller == "root") add_codes("credentials-root-user", e.likely_causes);
  if (caller.substr(0, 15) == "federated-user/") {
    add_codes("credentials-federation-token-session", e.likely_causes);
  }
}

// Adds the cause codes that the reason clause of the sentence, or its absence, makes likely.
void judge_sentence(const DenialSentence& sentence, ErrorEvidence& e) {
  const ActionText& action = *sentence.action;
  const bool on_pass_role = e.action == "iam:PassRole";
  if (sentence.explicit_deny && on_pass_role) add_codes("passrole-explicit-deny", e.likely_causes);
  if (sentence.policy_type == nullptr) {
    if (sentence.explicit_deny) return;
    add_codes(action.trust_causes, e.likely_causes);
    add_codes(action.identity_causes, e.likely_causes);
    return;
  }
  const PolicyTypeText& type = *sentence.policy_type;
  if (!on_pass_role || type.gate != Gate::Trust) e.named_gate = type.gate;
  if (sentence.explicit_deny) {
    add_codes(type.explicit_causes, e.likely_causes);
    if (sentence.transitive) add_codes("vpce-policy-explicit-deny", e.likely_causes);
    return;
  }
  if (type.gate == Gate::Trust) add_codes(action.trust_causes, e.likely_causes);
  if (type.gate == Gate::Identity) add_codes(action.identity_causes, e.likely_causes);
  if (type.gate != Gate::Identity || !on_pass_role) {
    add_codes(type.implicit_causes, e.likely_causes);
  }
}

// Adds to `into` what a wrapper, or the other half of a message, says beyond it.
void join(const Draft& from, Draft& into) {
  const ErrorEvidence& source = from.evidence;
  ErrorEvidence& e = into.evidence;
  fill(e.tool, source.tool);
  fill(e.operation, source.operation);
  fill(e.service, source.service);
  fill(e.role, source.role);
  fill(e.code, source.code);
  fill(e.action, source.action);
  const bool is_open = e.cause_code.empty() && !e.named_gate && e.likely_causes.empty();
  if (is_open && source.named_gate == std::nullopt) {
    e.cause_code = source.cause_code;
    e.likely_causes = source.likely_causes;
  }
  for (const auto& fact : source.facts) {
    if (e.fact(fact.first).empty()) e.facts.push_back(fact);
  }
  into.window.floor = std::min(into.window.floor, from.window.floor);
  into.is_joined = true;
}

// A text that is equal for two occurrences of the same denial.
std::string describe(const ErrorEvidence& e) {
  constexpr std::array<std::string_view, 5> kVarying = {"signed_at", "earliest", "latest", "now",
                                                        "expires"};
  std::string out;
  const auto append = [&](std::string_view part) { out.append(part).push_back('\n'); };
  for (const std::string_view part :
       {std::string_view(e.action), std::string_view(e.principal), std::string_view(e.service),
        std::string_view(e.resource), std::string_view(e.policy_arn),
        std::string_view(e.cause_code)}) {
    append(part);
  }
  append(e.named_gate ? std::to_string(static_cast<int>(*e.named_gate)) : "");
  append(e.explicit_deny ? "explicit" : "");
  for (const std::string& code : e.likely_causes) append(code);
  for (const auto& [name, value] : e.facts) {
    if (std::find(kVarying.begin(), kVarying.end(), name) == kVarying.end()) append(value);
  }
  return out;
}

void take_capture(Capture capture, ErrorEvidence& e) {
  const std::string_view name = capture.name;
  if (name == "role" && is_arn(capture.value)) {
    e.role = std::move(capture.value);
  } else if (name == "principal" && is_arn(capture.value)) {
    e.principal = std::move(capture.value);
  } else if (name == "service") {
    e.service = std::move(capture.value);
  } else if (name == "operation") {
    e.operation = std::move(capture.value);
  } else if (name == "code") {
    e.code = strip_exception(capture.value);
  } else {
    e.facts.emplace_back(name == "role" ? "role_name" : std::string(name),
                         std::move(capture.value));
  }
}

class Recognizer {
 public:
  Recognizer(const NormalText& normal, const ScannedText& scanned, std::size_t max_denials)
      : normal_(normal),
        text_(normal.text),
        scanned_(scanned),
        context_(text_, scanned),
        max_denials_(max_denials) {}

  std::vector<ErrorEvidence> run();

 private:
  [[nodiscard]] Draft draft(std::size_t index) const;
  void draft_sentence(const TextHit& hit, Draft& draft) const;
  void draft_violation(const TextHit& hit, Draft& draft) const;
  void widen_to_message(std::size_t index, Draft& draft) const;
  void draft_row(const TextHit& hit, Draft& draft) const;
  void draft_phrase(const TextHit& hit, std::size_t end, Draft& draft) const;
  [[nodiscard]] bool is_in_scope(const Draft& draft) const;
  void accept(Draft draft);
  void flush_wrappers();
  void finish(Draft draft);
  void read_context(Draft& draft) const;
  void read_operation(Draft& draft) const;
  [[nodiscard]] bool ends_line(std::string_view arn, const TextWindow& window) const;
  void add(Draft draft);
  [[nodiscard]] std::optional<std::size_t> find_equal(const Draft& draft) const;
  void repeat(std::size_t index, const Draft& draft);

  const NormalText& normal_;
  std::string_view text_;
  const ScannedText& scanned_;
  ErrorContext context_;
  std::size_t max_denials_;
  std::vector<ErrorEvidence> found_{};
  std::unordered_map<std::string, std::size_t> first_{};    // Index into `found_` by own_facts.
  std::unordered_map<std::string, std::size_t> by_role_{};  // By own_facts and role.
  std::vector<std::size_t> ends_{};                         // By index: end of the last occurrence.
  std::vector<Draft> pending_{};  // Wrappers whose denial was not seen yet.
  std::vector<Draft> weak_{};     // Denials that count only when there are no others.
  std::size_t last_end_ = 0;      // End of the last denial that was added; zero: none.
  std::string last_role_{};
};

void Recognizer::draft_sentence(const TextHit& hit, Draft& draft) const {
  std::vector<Capture> unused;
  const auto end = match_pattern(text_, hit.anchor, draft.text->pattern, unused);
  const auto sentence = read_denial_sentence(text_, hit.anchor, end.value_or(hit.end));
  if (!sentence || sentence->action == nullptr) return;
  ErrorEvidence& e = draft.evidence;
  e.action = sentence->action->action;
  if (hit.arn != hit.end) {
    if (auto arn = read_arn(text_, hit.arn)) e.principal = std::move(arn->value);
  } else {
    e.service = context_.find_subject(MarkKind::Service, hit.begin);
    e.tool = context_.find_subject(MarkKind::Vendor, hit.begin);
  }
  e.resource = sentence->resource;
  e.role = is_role_like_arn(e.resource) ? e.resource : sentence->role;
  e.explicit_deny = sentence->explicit_deny;
  if (sentence->explicit_deny) e.policy_arn = sentence->policy_arn;
  if (!sentence->account.empty()) e.facts.emplace_back("account", sentence->account);
  if (sentence->is_bare_name && !e.principal.empty() && e.resource.empty()) {
    e.tool = "codepipeline";  // Nobody else says "perform AssumeRole on role".
    draft.keeps_tool = true;
    add_codes("service-codepipeline-action-role", e.likely_causes);
  }
  if (!e.service.empty()) add_codes(kServiceCauses, e.likely_causes);
  if (!e.tool.empty() && !draft.keeps_tool) add_codes(kVendorCauses, e.likely_causes);
  judge_sentence(*sentence, e);
  judge_arns(e);
  e.sentence = quote_sentence(text_, draft.sentence_begin, hit.end);
}

void Recognizer::draft_violation(const TextHit& hit, Draft& draft) const {
  std::vector<Capture> unused;
  const auto end = match_pattern(text_, hit.anchor, draft.text->pattern, unused);
  const auto violation =
      read_violation(text_, draft.window.floor, hit.anchor, end.value_or(hit.anchor));
  if (!violation) return;
  ErrorEvidence& e = draft.evidence;
  e.facts.emplace_back("field", violation->field);
  e.facts.emplace_back("value", violation->value);
  e.facts.emplace_back("constraint", violation->constraint);
  e.cause_code = violation->parameter->cause;
  const bool too_long = violation->constraint.find("length less than") != std::string::npos;
  if (violation->field == "policy" && too_long) e.cause_code = "request-session-policy-too-large";
  e.sentence = quote_sentence(text_, hit.begin, hit.end);
}

// Violations in one message share its context.
void Recognizer::widen_to_message(std::size_t index, Draft& draft) const {
  constexpr std::size_t kMost = 32;  // Violations in one message.
  const std::vector<TextHit>& hits = scanned_.hits;
  const auto joins = [&](std::size_t i) {  // Whether `i` belongs to the message of `i - 1`.
    return hits[i].row == hits[index].row && hits[i - 1].row == hits[index].row &&
           hits[i].begin <= hits[i - 1].end + 4;
  };
  std::size_t first = index;
  while (first > 0 && index - first < kMost && joins(first)) --first;
  std::size_t last = index;
  while (last + 1 < hits.size() && last - index < kMost && joins(last + 1)) ++last;
  draft.window.floor = first > 0 ? hits[first - 1].end : 0U;
  draft.window.begin = hits[first].begin;
  draft.window.end = hits[last].end;
  draft.window.ceiling = last + 1 < hits.size() ? hits[last + 1].begin : text_.size();
}

// Reads the sentence around a phrase that any service or product may use.
void Recognizer::draft_phrase(const TextHit& hit, std::size_t end, Draft& draft) const {
  ErrorEvidence& e = draft.evidence;
  const std::size_t next_sentence = std::min(end + kMaxTrailing, draft.window.ceiling);
  fill(e.service, context_.find_named(MarkKind::ServicePrincipal, draft.sentence_begin,
                                      next_sentence, hit.anchor));
  fill(e.service, context_.find_named(MarkKind::Service, draft.sentence_begin, end, hit.anchor));
  fill(e.tool, context_.find_named(MarkKind::Vendor, draft.sentence_begin, end, hit.anchor));
  draft.is_generic = e.role.empty() && e.service.empty() && e.tool.empty();
  if (!e.service.empty() || !e.tool.empty()) fill(e.action, "sts:AssumeRole");
  if (!e.likely_causes.empty()) return;
  if (!e.service.empty()) {
    add_codes(kServiceCauses, e.likely_causes);
  } else if (!e.tool.empty()) {
    add_codes(kVendorCauses, e.likely_causes);
  }
}

void Recognizer::draft_row(const TextHit& hit, Draft& draft) const {
  ErrorEvidence& e = draft.evidence;
  for (Capture& capture : read_captures(text_, hit)) take_capture(std::move(capture), e);
  if (const std::string_view field = e.fact("field"); !field.empty()) {
    const ParameterText* parameter = find_parameter(field);
    e.cause_code = parameter == nullptr ? "" : parameter->cause;
  }
  const std::size_t end = find_sentence_end(text_, hit.end);
  e.sentence = quote_sentence(text_, draft.sentence_begin, end);
  if (draft.text->pattern.find("{~role}") != std::string_view::npos) draft_phrase(hit, end, draft);
}

Draft Recognizer::draft(std::size_t index) const {
  const std::vector<TextHit>& hits = scanned_.hits;
  const TextHit& hit = hits[index];
  const DenialText& row = denial_texts()[hit.row];
  Draft out;
  out.text = &row;
  out.window = {.floor = index > 0 ? hits[index - 1].end : 0U,
                .begin = hit.begin,
                .end = hit.end,
                .ceiling = index + 1 < hits.size() ? hits[index + 1].begin : text_.size()};
  const bool has_subject = row.kind == TextKind::Sentence && hit.arn != hit.end;
  out.sentence_begin = has_subject || row.kind == TextKind::Constraint
                           ? hit.begin
                           : find_sentence_begin(text_, hit.begin, out.window.floor);
  ErrorEvidence& e = out.evidence;
  e.tool = row.tool;
  e.operation = row.operation;
  e.action = row.action;
  e.service = row.service;
  e.code = row.code;
  e.cause_code = row.cause;
  add_codes(row.likely, e.likely_causes);
  e.line = normal_.line_at(hit.begin);
  if (row.kind == TextKind::Sentence) {
    draft_sentence(hit, out);
  } else if (row.kind == TextKind::Constraint) {
    draft_violation(hit, out);
    widen_to_message(index, out);
  } else {
    draft_row(hit, out);
  }
  return out;
}

bool Recognizer::is_in_scope(const Draft& draft) const {
  const std::string operation = context_.find(MarkKind::Operation, draft.window);
  if (const std::string_view field = draft.evidence.fact("field"); !field.empty()) {
    return find_parameter(field) != nullptr && (operation.empty() || gives_credentials(operation));
  }
  if (draft.text->scope == TextScope::Any) return true;
  if (draft.text->scope == TextScope::TrustWrite) {
    return operation.empty() || operation == "CreateRole" || operation == "UpdateAssumeRolePolicy";
  }
  const std::string api = context_.find(MarkKind::Api, draft.window);
  const bool is_sts = api.empty() || equals_ignore_case(api, "sts") ||
                      api.find("SecurityTokenService") != std::string::npos;
  if (!is_sts || !(operation.empty() || gives_credentials(operation))) return false;
  if (draft.text->scope == TextScope::NotOther || !operation.empty()) return true;
  return !pending_.empty() || !context_.find(MarkKind::Sts, draft.window).empty();
}

// Keeps a wrapper until its denial comes. Any other denial is joined with the wrappers before it.
void Recognizer::accept(Draft draft) {
  const bool is_far =
      !pending_.empty() && draft.window.begin > pending_.back().window.end + kMaxWrapped;
  if (is_far || pending_.size() >= kMaxPending) flush_wrappers();
  if (draft.text->kind == TextKind::Wrapper) {
    pending_.push_back(std::move(draft));
    return;
  }
  std::vector<Draft> unrelated;
  for (Draft& wrapper : pending_) {
    if (is_compatible(wrapper.evidence.role, draft.evidence.role)) {
      join(wrapper, draft);
    } else {
      unrelated.push_back(std::move(wrapper));
    }
  }
  pending_ = std::move(unrelated);
  flush_wrappers();
  finish(std::move(draft));
}

// Turns wrappers without a denial into denials, one for each role that they name.
void Recognizer::flush_wrappers() {
  std::vector<Draft> pending = std::move(pending_);
  pending_.clear();
  for (std::size_t i = 0; i < pending.size();) {
    Draft whole = std::move(pending[i++]);
    while (i < pending.size() && is_compatible(whole.evidence.role, pending[i].evidence.role)) {
      fill(whole.evidence.cause_code, pending[i].evidence.cause_code);
      join(pending[i], whole);
      whole.is_generic = whole.is_generic && pending[i].is_generic;
      whole.window.end = pending[i].window.end;
      whole.window.ceiling = pending[i++].window.ceiling;
    }
    const bool trails = last_end_ != 0 && whole.window.begin <= last_end_ + kMaxTrailing;
    const std::string& role = whole.evidence.role;
    if (trails && !role.empty() && role == last_role_) continue;
    if (whole.is_generic) {
      if (weak_.size() < kMaxPending) weak_.push_back(std::move(whole));
    } else {
      finish(std::move(whole));
    }
  }
}

void Recognizer::read_operation(Draft& draft) const {
  ErrorEvidence& e = draft.evidence;
  const std::string said = context_.find(MarkKind::Operation, draft.window);
  if (gives_credentials(said) || e.operation.empty()) e.operation = said;
  if (e.action.empty() && gives_credentials(e.operation)) e.action = "sts:" + e.operation;
  if (e.action.empty() && (draft.is_joined || draft.text->kind == TextKind::Wrapper))
    e.action = "sts:AssumeRole";
  const bool is_implied = e.action.substr(0, 10) == "sts:Assume" && e.service.empty();
  if (draft.text->kind == TextKind::Sentence && is_implied && !draft.keeps_tool) {
    fill(e.operation, std::string_view(e.action).substr(4));
  }
}

void Recognizer::read_context(Draft& draft) const {
  ErrorEvidence& e = draft.evidence;
  const TextWindow& window = draft.window;
  read_operation(draft);
  if (std::string tool = context_.find_tool(window); !tool.empty() && !draft.keeps_tool) {
    e.tool = std::move(tool);
  }
  fill(e.tool, std::string_view(e.service).substr(0, e.service.find('.')));
  std::string code = context_.find_adjacent_code(draft.sentence_begin);
  if (code.empty()) code = strip_exception(context_.find(MarkKind::Code, window));
  if (!code.empty()) e.code = std::move(code);
  e.request_id = context_.find_request_id(window);
  const bool wants_role = e.action.substr(0, 10) == "sts:Assume" && e.service.empty();
  if (wants_role && e.resource.empty()) fill(e.role, context_.find(MarkKind::AskedRole, window));
  if (const std::string region = context_.find(MarkKind::Region, window); !region.empty()) {
    e.facts.emplace_back("region", region);
  }
  const std::string account = context_.find(MarkKind::ServiceAccount, window);
  if (!account.empty()) e.facts.emplace_back("service_account", account);
}

// Whether the ARN ends its line at every place where the denial has it.
bool Recognizer::ends_line(std::string_view arn, const TextWindow& window) const {
  if (arn.empty()) return false;
  const std::string_view denial = text_.substr(0, std::min(window.end + 1, text_.size()));
  bool found = false;
  for (std::size_t at = denial.find(arn, window.begin); at != denial.npos;
       at = denial.find(arn, at + arn.size())) {
    const std::size_t end = at + arn.size();
    if (end < text_.size() && text_[end] != '\n') return false;
    found = true;
  }
  return found;
}

void Recognizer::finish(Draft draft) {
  draft.own_facts = describe(draft.evidence);
  read_context(draft);
  draft.evidence.role_may_be_cut = ends_line(draft.evidence.role, draft.window);
  if (!draft.evidence.cause_code.empty()) draft.evidence.likely_causes.clear();
  add(std::move(draft));
}

// A denial found before that is equal, except that one of the two may lack the role. At most one of
// several equal ones lacks it, and it is then the first.
std::optional<std::size_t> Recognizer::find_equal(const Draft& draft) const {
  const auto first = first_.find(draft.own_facts);
  if (first == first_.end()) return std::nullopt;
  if (is_compatible(found_[first->second].role, draft.evidence.role)) return first->second;
  const auto same = by_role_.find(draft.own_facts + draft.evidence.role);
  return same == by_role_.end() ? std::nullopt : std::optional(same->second);
}

// Counts a repetition of a denial, unless a tool printed the same answer twice.
void Recognizer::repeat(std::size_t index, const Draft& draft) {
  constexpr std::size_t kEcho = 250;
  const ErrorEvidence& e = draft.evidence;
  ErrorEvidence& found = found_[index];
  const std::size_t previous = std::exchange(ends_[index], draft.window.end);
  const std::size_t begin = std::max(previous, draft.window.begin);
  const std::string_view gap = text_.substr(previous, begin - previous);
  const bool same_answer = !e.request_id.empty() && e.request_id == found.request_id;
  const bool in_body = gap.size() > 9 && gap.substr(gap.size() - 9) == "<Message>";
  const bool echo = gap.size() < kEcho && (in_body || gap.find('\n') == std::string_view::npos);
  if (!same_answer && !echo) ++found.times;
  fill(found.role, e.role);
  fill(found.code, e.code);
  fill(found.operation, e.operation);
  fill(found.request_id, e.request_id);
}

void Recognizer::add(Draft draft) {
  last_end_ = draft.window.end;
  last_role_ = draft.evidence.role;
  if (const auto equal = find_equal(draft)) return repeat(*equal, draft);
  if (found_.size() >= max_denials_) return;
  by_role_.emplace(draft.own_facts + draft.evidence.role, found_.size());
  first_.emplace(std::move(draft.own_facts), found_.size());
  ends_.push_back(draft.window.end);
  found_.push_back(std::move(draft.evidence));
}

std::vector<ErrorEvidence> Recognizer::run() {
  for (std::size_t i = 0; i < scanned_.hits.size(); ++i) {
    const TextHit& hit = scanned_.hits[i];
    if (hit.is_foreign) {
      flush_wrappers();
    } else if (denial_texts()[hit.row].kind == TextKind::Weak) {
      if (weak_.size() < kMaxPending) weak_.push_back(draft(i));
    } else if (Draft next = draft(i); is_in_scope(next)) {
      accept(std::move(next));
    }
  }
  flush_wrappers();
  if (!found_.empty()) return std::move(found_);
  for (Draft& next : weak_) {
    const bool trails = last_end_ != 0 && next.window.begin <= last_end_ + kMaxTrailing;
    if (!trails) finish(std::move(next));
  }
  return std::move(found_);
}

}  // namespace

std::string_view ErrorEvidence::fact(std::string_view name) const {
  for (const auto& [key, value] : facts) {
    if (key == name) return value;
  }
  return {};
}

std::vector<ErrorEvidence> recognize_denials(std::string_view text, std::size_t max_denials) {
  return recognize_denials_in(text, find_denial_ranges(text), max_denials);
}

std::vector<ErrorEvidence> recognize_denials_in(std::string_view text,
                                                const std::vector<TextRange>& ranges,
                                                std::size_t max_denials) {
  const NormalText normal = normalize_error_text(text, ranges);
  const ScannedText scanned = scan_error_text(normal.text);
  return Recognizer(normal, scanned, max_denials).run();
}

}  // namespace rolecall
