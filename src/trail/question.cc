// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trail/question.h"

#include <algorithm>
#include <filesystem>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/trail/event.h"
#include "rolecall/trust/request_file.h"

#include "trail/question_merge.h"
#include "trail/trust_binding.h"

namespace rolecall {

namespace {

// Reports how many denials of a log are not used because the question is about one call.
void report_left_out(std::string_view what, std::size_t left_out, std::size_t all,
                     const std::string& file, Diagnostics& diagnostics) {
  if (left_out == 0) return;
  diagnostics.add({Severity::Warning,
                   DiagnosticCode::LeftOut,
                   fmt::format("{} of {} {} are left out: they are not about the call in question, "
                               "or repeat it",
                               left_out, all, what),
                   {},
                   "ask without naming caller, role or request to have each answered",
                   file});
}

class Gatherer {
 public:
  Gatherer(const QuestionInputs& inputs, Estate& estate, Diagnostics& diagnostics)
      : in_(inputs), estate_(estate), diagnostics_(diagnostics) {}

  std::optional<std::vector<Question>> gather() {
    load();
    for (const AssumeRequest& each : in_.asked) questions_.push_back({each, std::nullopt});
    if (!options() || !request_file() || !events() || !errors()) return std::nullopt;
    match_events();
    match_denials();
    if (questions_.empty()) questions_.emplace_back();
    for (Question& question : questions_) {
      AssumeRequest merged = base_;
      fill(merged, question.request);
      if (question.evidence) fill(merged, request_of(*question.evidence));
      if (question.evidence) find_by_name(*question.evidence, merged);
      drop_source_address(merged);
      question.request = std::move(merged);
    }
    std::optional<Policy> trust;
    if (!in_.trust_policy_file.empty()) {
      trust = policy(in_.trust_policy_file, PolicyKind::Trust);
      if (!trust) return std::nullopt;
    }
    bind_trust_policies(trust ? estate_.keep(*std::move(trust)) : nullptr, questions_, estate_,
                        diagnostics_);
    for (Question& question : questions_) complete(question.request);
    return std::move(questions_);
  }

 private:
  void load() {
    std::vector<std::filesystem::path> paths(in_.estate.begin(), in_.estate.end());
    if (!paths.empty()) load_estate(paths, estate_, diagnostics_, in_.limits, in_.texts);
  }

  std::optional<std::string> read(const std::string& path) {
    if (const auto known = in_.texts.find(path); known != in_.texts.end()) return known->second;
    auto text = read_file(path, in_.limits.max_file_bytes);
    if (!text) {
      diagnostics_.add(std::move(text.error()));
      return std::nullopt;
    }
    return *std::move(text);
  }

  std::optional<DocumentId> document(const std::string& path) {
    auto text = read(path);
    if (!text) return std::nullopt;
    return estate_.sources().add(path, *std::move(text));
  }

  std::optional<Policy> policy(const std::string& path, PolicyKind kind) {
    const auto id = document(path);
    if (!id) return std::nullopt;
    return parse_policy(estate_.sources(), *id, kind, diagnostics_, in_.limits.json);
  }

  void fill(AssumeRequest& request, const AssumeRequest& lower) {
    fill_gaps(request, lower, estate_.sources(), diagnostics_);
  }

  bool request_file() {
    if (in_.request_file.empty()) return true;
    const auto id = document(in_.request_file);
    if (!id) return false;
    const auto parsed = read_request(estate_.sources(), *id, diagnostics_, in_.limits.json);
    if (parsed) fill(base_, *parsed);
    return parsed.has_value();
  }

  bool events() {
    if (in_.event_file.empty()) return true;
    const auto id = document(in_.event_file);
    if (!id) return false;
    const std::size_t before = diagnostics_.error_count();
    for (TrailEvent& event : read_events(estate_.sources(), *id, diagnostics_, in_.limits.json)) {
      Question question;
      question.request = std::move(event.request);
      if (event.denied || event.evidence.allowed) question.evidence = std::move(event.evidence);
      questions_.push_back(std::move(question));
    }
    if (!questions_.empty()) return true;
    if (diagnostics_.error_count() == before) {
      diagnostics_.add({Severity::Error,
                        DiagnosticCode::InvalidEvent,
                        "the file holds no event of an AssumeRole call",
                        {},
                        "give a CloudTrail event whose eventName begins with AssumeRole",
                        in_.event_file});
    }
    return false;
  }

  // A pasted text and a file are read as one log.
  bool errors() {
    for (const ErrorEvidence& each : in_.denials) take(each);
    if (!in_.pasted.empty() && !recognize(in_.pasted, "")) return false;
    if (in_.error_file.empty()) return true;
    const auto text = read(in_.error_file);
    return text && recognize(*text, in_.error_file);
  }

  bool recognize(std::string_view text, const std::string& file) {
    auto found = recognize_denials(text, kMostDenials + 1);
    if (found.empty()) return unrecognized(file);
    if (found.size() > kMostDenials) {
      found.pop_back();
      diagnostics_.add({Severity::Error,
                        DiagnosticCode::TooMany,
                        fmt::format("the error text holds more than {} different denials; those "
                                    "that follow are left out",
                                    kMostDenials),
                        {},
                        "give the log in parts",
                        file});
    }
    for (ErrorEvidence& each : found) take(std::move(each));
    return true;
  }

  void take(ErrorEvidence denial) {
    const bool is_new = known_.insert(denial.sentence + '\n' + denial.role).second;
    if (is_new) denials_.push_back(std::move(denial));
  }

  // Only a warning when other inputs describe the question.
  bool unrecognized(const std::string& file) {
    const bool enough = !questions_.empty() || !denials_.empty() || !in_.request_file.empty() ||
                        !in_.from.empty() || !in_.to.empty() || !in_.trust_policy_file.empty() ||
                        (file.empty() && !in_.error_file.empty());
    std::error_code ignored;
    const bool is_file = file.empty() && std::filesystem::exists(in_.pasted, ignored);
    diagnostics_.add({enough ? Severity::Warning : Severity::Error,
                      DiagnosticCode::UnrecognizedError,
                      "no denial of a role assumption is recognized in the error text",
                      {},
                      is_file ? "this is the name of a file: use --error FILE"
                              : "paste the whole message, or say --from PRINCIPAL --to ROLE",
                      file});
    return enough;
  }

  // Splits KEY=VALUE, and reports a fault.
  std::optional<NamedValue> pair(const std::string& text, std::string_view option) {
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos && equals > 0) {
      return NamedValue{text.substr(0, equals), text.substr(equals + 1)};
    }
    diagnostics_.error(DiagnosticCode::InvalidRequest,
                       fmt::format("{} needs KEY=VALUE, not `{}`", option, text));
    return std::nullopt;
  }

  // The options as a request, which has the highest precedence.
  bool options() {
    base_.role = in_.to;
    base_.action = in_.action;
    if (!in_.session_name.empty()) base_.session_name = in_.session_name;
    if (!in_.source_identity.empty()) base_.source_identity = in_.source_identity;
    base_.duration_seconds = in_.duration;
    base_.transitive_tag_keys = in_.transitive_tags;
    base_.mfa_serial_given = base_.mfa_code_given = in_.mfa;
    base_.region = in_.region;
    base_.vpc_endpoint = in_.vpc_endpoint;
    if (!in_.external_id.empty()) base_.set_context("sts:ExternalId", {in_.external_id});
    if (!in_.source_ip.empty()) base_.set_context("aws:SourceIp", {in_.source_ip});
    return caller_option() && token_option() && session_policy_option() && pair_options();
  }

  bool caller_option() {
    if (in_.from.empty()) return true;
    const auto caller = RequestPrincipal::parse(in_.from);
    if (caller) {
      base_.principal = *caller;
    } else {
      diagnostics_.error(DiagnosticCode::InvalidRequest,
                         fmt::format("`{}` is no principal", in_.from), {},
                         std::string(kPrincipalForms));
    }
    return caller.has_value();
  }

  bool token_option() {
    if (in_.token_file.empty()) return true;
    const auto text = read(in_.token_file);
    if (!text) return false;
    auto token = read_token(*text, in_.token_file, diagnostics_);
    if (!token) return false;
    AssumeRequest bearer;
    RequestPrincipal& caller = bearer.principal;
    caller.kind = RequestPrincipal::Kind::Federated;
    caller.claims = std::move(token->claims);
    caller.token = std::move(token->form);
    caller.claims_known = true;
    const auto* issuer = caller.claim("iss");
    if (issuer != nullptr && !issuer->empty()) caller.name = (*issuer)[0];
    fill(base_, bearer);
    return true;
  }

  bool session_policy_option() {
    if (in_.session_policy_file.empty()) return true;
    auto session = policy(in_.session_policy_file, PolicyKind::Session);
    if (!session) return false;
    base_.session_policies.push_back(*std::move(session));
    return true;
  }

  bool pair_options() {
    for (const std::string& each : in_.tags) {
      const auto tag = pair(each, "--tag");
      if (!tag) return false;
      base_.tags.push_back(*tag);
    }
    std::vector<NamedValues> listed;
    for (const std::string& each : in_.context) {
      const auto entry = pair(each, "--context");
      if (!entry) return false;
      // Several values of one key become a list.
      const auto same = [&](const NamedValues& other) {
        return equals_ignore_case(other.first, entry->first);
      };
      auto found = std::find_if(listed.begin(), listed.end(), same);
      if (found == listed.end()) found = listed.insert(found, {entry->first, {}});
      found->second.push_back(entry->second);
    }
    AssumeRequest more;
    more.context = std::move(listed);
    fill(base_, more);
    return true;
  }

  // Whether other inputs give a whole question, to which a log only adds what AWS said about it.
  bool asked() const {
    const bool caller = !in_.from.empty() || !in_.token_file.empty();
    const bool role = !in_.to.empty() || !in_.trust_policy_file.empty();
    return !in_.request_file.empty() || (caller && role) || !in_.asked.empty();
  }

  // Keeps the events that can be about the call; if there is a whole question, only the first. A
  // single event is always kept, as it may be the question that is wrong.
  void match_events() {
    if (questions_.size() < 2 || !in_.asked.empty()) return;
    const std::size_t all = questions_.size();
    const auto other_call = [&](const Question& each) {
      return !may_be_same_call(base_, each.request);
    };
    const auto kept =
        std::stable_partition(questions_.begin(), questions_.end(),
                              [&](const Question& each) { return !other_call(each); });
    if (asked() || kept != questions_.begin()) questions_.erase(kept, questions_.end());
    if (asked() && questions_.size() > 1) questions_.resize(1);
    report_left_out("events", all - questions_.size(), all, in_.event_file, diagnostics_);
  }

  // Assigns each denial of the error text to the question it can be about.
  void match_denials() {
    const std::size_t all = denials_.size();
    if (all == 0) return;
    if (questions_.empty() && asked()) questions_.emplace_back();
    const bool own_questions = questions_.empty();
    const bool any = std::any_of(denials_.begin(), denials_.end(), [&](const ErrorEvidence& each) {
      return may_be_same_call(base_, request_of(each));
    });
    const bool only_one = all == 1 && questions_.size() <= 1 && in_.event_file.empty();
    std::size_t left_out = 0;
    for (ErrorEvidence& denial : denials_) {
      const AssumeRequest said = request_of(denial);
      const bool fits = may_be_same_call(base_, said);
      if (own_questions && (fits || !any)) {
        questions_.emplace_back().evidence = std::move(denial);
      } else if (own_questions || !attach(said, denial, only_one)) {
        ++left_out;
      }
    }
    report_left_out("denials in the error text", left_out, all, in_.error_file, diagnostics_);
  }

  // A single denial is always kept, as it may be the question that is wrong.
  bool attach(const AssumeRequest& said, ErrorEvidence& denial, bool only_one) {
    for (Question& question : questions_) {
      const bool fits = may_be_same_call(base_, said) && may_be_same_call(question.request, said);
      const bool allowed = question.evidence && question.evidence->allowed;
      if (allowed || (!fits && !only_one)) continue;
      if (!question.evidence || question.evidence->sentence.empty()) {
        question.evidence = std::move(denial);
        return true;
      }
      // The event already has this evidence.
      if (!in_.event_file.empty() && question.evidence->sentence == denial.sentence) return true;
    }
    return false;
  }

  // Where a text tells names alone, or hides the accounts, the only role and user of these names
  // are meant, if there are such.
  void find_by_name(const ErrorEvidence& said, AssumeRequest& request) {
    if (request.role.empty() && in_.trust_policy_file.empty()) {
      const Role* const role = hides_account(said.role) ? only_role(last_segment(said.role))
                                                        : only_role(said.fact("role_name"));
      if (role != nullptr) take("the role", request.role = role->arn, "--to ROLE");
    }
    if (request.principal.kind != RequestPrincipal::Kind::Unknown ||
        !hides_account(said.principal)) {
      return;
    }
    std::string caller = caller_like(said.principal);
    if (caller.empty()) return;
    take("the caller", caller, "--from PRINCIPAL");
    request.principal = RequestPrincipal::arn(std::move(caller));
  }

  static std::string_view last_segment(std::string_view arn) {
    return arn.substr(arn.rfind('/') + 1);
  }

  void take(std::string_view what, std::string_view arn, std::string_view option) {
    diagnostics_.add({Severity::Note,
                      DiagnosticCode::TakenFor,
                      fmt::format("{} is taken to be `{}`, the only one of this name", what, arn),
                      {},
                      fmt::format("name another with {}", option),
                      {}});
  }

  // The role of this name, when one account alone has one.
  const Role* only_role(std::string_view name) const {
    const Role* found = nullptr;
    if (name.empty()) return found;
    for (const auto& [id, account] : estate_.accounts()) {
      const Role* const role = estate_.find_role_by_name(id, name);
      if (role != nullptr && found != nullptr) return nullptr;
      if (role != nullptr) found = role;
    }
    return found;
  }

  // The ARN of a session or a user with its account.
  std::string caller_like(std::string_view hidden) const {
    const auto parts = split(Arn::split(hidden)->resource, '/');
    if (parts.size() == 3 && parts[0] == "assumed-role") {
      const Role* const role = only_role(parts[1]);
      const auto arn = role != nullptr ? IamArn::parse(role->arn) : std::nullopt;
      return arn ? fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", arn->partition, arn->account,
                               parts[1], parts[2])
                 : "";
    }
    std::string found;
    for (const auto& [id, account] : estate_.accounts()) {
      for (const User& user : account.users) {
        if (parts[0] != "user" || user.name != parts.back()) continue;
        if (!found.empty()) return "";
        found = user.arn;
      }
    }
    return found;
  }

  // A call through an endpoint has no public address (docs/evaluation.md E3.8).
  void drop_source_address(AssumeRequest& request) {
    const std::string endpoint = request.endpoint();
    const auto is_address = [](const NamedValues& each) {
      return equals_ignore_case(each.first, "aws:SourceIp");
    };
    auto& context = request.context;
    const auto found = std::find_if(context.begin(), context.end(), is_address);
    if (endpoint.empty() || found == context.end()) return;
    context.erase(found);
    diagnostics_.warning(
        DiagnosticCode::ImpossibleContext,
        fmt::format("`aws:SourceIp` is left out: a call through VPC endpoint `{}` has none",
                    endpoint),
        {}, "give the address inside the VPC as --context aws:VpcSourceIp=ADDRESS");
  }

  // Completes a request: the action by the kind of caller, and the caller of a web identity call by
  // a trust policy that names only one provider.
  void complete(AssumeRequest& request) {
    using Kind = RequestPrincipal::Kind;
    const bool web = equals_ignore_case(request.action, "sts:AssumeRoleWithWebIdentity");
    if (request.principal.kind == Kind::Unknown && web) {
      const std::string issuer = only_issuer(request.role);
      if (!issuer.empty()) {
        request.principal = RequestPrincipal::federated(issuer);
        diagnostics_.add({Severity::Note,
                          DiagnosticCode::TakenFor,
                          fmt::format("the caller is taken to be a token of `{}`, the only "
                                      "provider the role trusts",
                                      issuer),
                          {},
                          "give the token's claims with --token FILE",
                          {}});
      }
    }
    if (!request.action.empty()) return;
    const auto arn = IamArn::parse(request.principal.name);
    const bool saml = arn && arn->form == ArnForm::SamlProvider;
    if (request.principal.kind == Kind::Federated) {
      request.action = saml ? "sts:AssumeRoleWithSAML" : "sts:AssumeRoleWithWebIdentity";
    } else if (request.principal.kind != Kind::Unknown || !request.role.empty()) {
      request.action = "sts:AssumeRole";
    }
  }

  std::string only_issuer(const std::string& role_arn) const {
    const Role* role = estate_.find_role(role_arn);
    std::string issuer;
    if (role == nullptr || role->trust == nullptr) return issuer;
    for (const Statement& statement : role->trust->statements) {
      for (const PrincipalElement& each : statement.principal.items) {
        if (each.form != PrincipalForm::OidcProvider &&
            each.form != PrincipalForm::WellKnownIssuer) {
          continue;
        }
        if (!issuer.empty() && issuer != each.name) return "";
        issuer = each.name;
      }
    }
    return issuer;
  }

  const QuestionInputs& in_;
  Estate& estate_;
  Diagnostics& diagnostics_;
  AssumeRequest base_;  // The options, completed by the request file.
  std::vector<ErrorEvidence> denials_;
  std::unordered_set<std::string> known_;  // Sentence and role of each denial.
  std::vector<Question> questions_;
};

}  // namespace

std::optional<std::vector<Question>> gather_questions(const QuestionInputs& inputs, Estate& estate,
                                                      Diagnostics& diagnostics) {
  return Gatherer(inputs, estate, diagnostics).gather();
}

}  // namespace rolecall
