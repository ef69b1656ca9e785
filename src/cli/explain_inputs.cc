// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_inputs.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/trail/event.h"
#include "rolecall/trust/request_file.h"

namespace rolecall::cli {

namespace {

// Codes of faults that leave a hole in the estate, as opposed to remarks about a policy.
bool is_unread(const Diagnostic& diagnostic) {
  switch (diagnostic.code) {
    case DiagnosticCode::CannotRead:
    case DiagnosticCode::TooLarge:
    case DiagnosticCode::EmptyFile:
    case DiagnosticCode::UnknownShape:
    case DiagnosticCode::WrongType:
    case DiagnosticCode::MissingMember:
    case DiagnosticCode::NotText:
    case DiagnosticCode::InvalidJson:
    case DiagnosticCode::TooDeep:
    case DiagnosticCode::TooMany:
      return diagnostic.severity == Severity::Error;
    default:
      return false;
  }
}

class Gatherer {
 public:
  Gatherer(const ExplainInputs& inputs, Estate& estate, Diagnostics& diagnostics)
      : in_(inputs), estate_(estate), diagnostics_(diagnostics) {}

  std::optional<std::vector<Question>> gather() {
    load();
    AssumeRequest base;
    if (!in_.request_file.empty() && !request_file(base)) return std::nullopt;
    std::vector<Question> questions;
    if (!events(questions) || !errors(questions)) return std::nullopt;
    if (questions.empty()) questions.emplace_back();
    // With a whole question given, a log only adds what AWS said about it.
    const bool asked = !in_.request_file.empty() || (!in_.from.empty() && !in_.to.empty());
    if (asked && questions.size() > 1) questions.resize(1);
    if (!options()) return std::nullopt;
    for (Question& question : questions) {
      AssumeRequest merged = base;
      apply_options(merged);
      fill(merged, question.request);
      if (question.evidence) fill_from(merged, *question.evidence);
      question.request = std::move(merged);
      if (!trust_policy(question.request)) return std::nullopt;
      complete(question.request);
    }
    return questions;
  }

 private:
  void load() {
    std::vector<std::filesystem::path> paths(in_.estate.begin(), in_.estate.end());
    if (!paths.empty()) load_estate(paths, estate_, diagnostics_, in_.limits);
    estate_.incomplete = std::any_of(diagnostics_.all().begin(), diagnostics_.all().end(),
                                     [](const Diagnostic& each) { return is_unread(each); });
  }

  std::optional<std::string> read(const std::string& path) {
    auto text = read_file(path, in_.limits.max_file_bytes);
    if (!text) {
      diagnostics_.add(std::move(text.error()));
      return std::nullopt;
    }
    return *std::move(text);
  }

  bool request_file(AssumeRequest& request) {
    auto text = read(in_.request_file);
    if (!text) return false;
    const DocumentId document = estate_.sources().add(in_.request_file, *std::move(text));
    auto parsed = read_request(estate_.sources(), document, diagnostics_, in_.limits.json);
    if (!parsed) return false;
    request = *std::move(parsed);
    return true;
  }

  bool events(std::vector<Question>& questions) {
    if (in_.event_file.empty()) return true;
    auto text = read(in_.event_file);
    if (!text) return false;
    const std::size_t before = diagnostics_.error_count();
    const DocumentId document = estate_.sources().add(in_.event_file, *std::move(text));
    for (TrailEvent& event :
         read_events(estate_.sources(), document, diagnostics_, in_.limits.json)) {
      Question question;
      question.request = std::move(event.request);
      if (event.denied) question.evidence = std::move(event.evidence);
      questions.push_back(std::move(question));
    }
    if (!questions.empty()) return true;
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

  bool errors(std::vector<Question>& questions) {
    std::string text = in_.pasted;
    if (!in_.error_file.empty()) {
      auto read_text = read(in_.error_file);
      if (!read_text) return false;
      text = *std::move(read_text);
    }
    if (in_.error_file.empty() && in_.pasted.empty()) return true;
    auto denials = recognize_denials(text);
    if (denials.empty()) return unrecognized(!questions.empty());
    if (!questions.empty()) {
      if (!questions[0].evidence) questions[0].evidence = std::move(denials[0]);
      return true;
    }
    for (ErrorEvidence& denial : denials) {
      Question question;
      question.evidence = std::move(denial);
      questions.push_back(std::move(question));
    }
    return true;
  }

  // Only a warning when there is something else to go by.
  bool unrecognized(bool others) {
    const bool enough = others || !in_.request_file.empty() || !in_.from.empty() ||
                        !in_.to.empty() || !in_.trust_policy_file.empty();
    std::error_code ignored;
    const bool is_file = !in_.pasted.empty() && std::filesystem::exists(in_.pasted, ignored);
    diagnostics_.add({enough ? Severity::Warning : Severity::Error,
                      DiagnosticCode::UnrecognizedError,
                      "no denial of a role assumption is recognized in the error text",
                      {},
                      is_file ? "this is the name of a file: use --error FILE"
                              : "paste the whole message, or say --from PRINCIPAL --to ROLE",
                      in_.error_file});
    return enough;
  }

  // Splits KEY=VALUE; a fault is reported.
  std::optional<NamedValue> pair(const std::string& text, std::string_view option) {
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos && equals > 0) {
      return NamedValue{text.substr(0, equals), text.substr(equals + 1)};
    }
    diagnostics_.error(DiagnosticCode::InvalidRequest,
                       fmt::format("{} needs KEY=VALUE, not `{}`", option, text));
    return std::nullopt;
  }

  // Options that need reading are read once.
  bool options() {
    if (!in_.session_policy_file.empty()) {
      auto text = read(in_.session_policy_file);
      if (!text) return false;
      const DocumentId document = estate_.sources().add(in_.session_policy_file, *std::move(text));
      auto policy = parse_policy(estate_.sources(), document, PolicyKind::Session, diagnostics_,
                                 in_.limits.json);
      if (!policy) return false;
      session_policy_ = *std::move(policy);
    }
    if (!in_.token_file.empty()) {
      const auto text = read(in_.token_file);
      if (!text) return false;
      token_ = read_token(*text, in_.token_file, diagnostics_);
      if (!token_) return false;
    }
    for (const std::string& each : in_.tags) {
      const auto tag = pair(each, "--tag");
      if (!tag) return false;
      tags_.push_back(*tag);
    }
    for (const std::string& each : in_.context) {
      const auto entry = pair(each, "--context");
      if (!entry) return false;
      context_.push_back(*entry);
    }
    return true;
  }

  static RequestPrincipal principal_of(const std::string& text) {
    if (text.starts_with("arn:")) {
      const auto arn = IamArn::parse(text);
      const bool provider =
          arn && (arn->form == ArnForm::OidcProvider || arn->form == ArnForm::SamlProvider);
      return provider ? RequestPrincipal::federated(text) : RequestPrincipal::arn(text);
    }
    const bool service = text.find(".amazonaws.") != std::string::npos &&
                         !text.starts_with("oidc.eks.") && !is_well_known_issuer(text);
    return service ? RequestPrincipal::service(text) : RequestPrincipal::federated(text);
  }

  void apply_options(AssumeRequest& request) {
    if (!in_.from.empty()) request.principal = principal_of(in_.from);
    if (!in_.to.empty()) request.role = in_.to;
    if (!in_.action.empty()) request.action = in_.action;
    if (!in_.external_id.empty()) request.set_context("sts:ExternalId", {in_.external_id});
    if (!in_.session_name.empty()) request.session_name = in_.session_name;
    if (in_.duration) request.duration_seconds = in_.duration;
    if (!tags_.empty()) request.tags = tags_;
    if (!in_.transitive_tags.empty()) request.transitive_tag_keys = in_.transitive_tags;
    if (!in_.source_identity.empty()) request.source_identity = in_.source_identity;
    if (session_policy_) request.session_policies = {*session_policy_};
    if (in_.mfa) request.mfa_serial_given = request.mfa_code_given = true;
    if (!in_.source_ip.empty()) request.set_context("aws:SourceIp", {in_.source_ip});
    if (!in_.vpc_endpoint.empty()) request.vpc_endpoint = in_.vpc_endpoint;
    if (!in_.region.empty()) request.region = in_.region;
    for (const NamedValue& each : context_) {
      // Several of one key make a list.
      const auto* given = request.context_values(each.first);
      std::vector<std::string> values;
      if (given != nullptr && listed_before(each)) values = *given;
      values.push_back(each.second);
      request.set_context(each.first, std::move(values));
    }
    if (token_) apply_token(request);
  }

  bool listed_before(const NamedValue& entry) const {
    for (const NamedValue& each : context_) {
      if (&each == &entry) return false;
      if (equals_ignore_case(each.first, entry.first)) return true;
    }
    return false;
  }

  void apply_token(AssumeRequest& request) const {
    RequestPrincipal token;
    token.kind = RequestPrincipal::Kind::Federated;
    token.claims = token_->claims;
    token.token = token_->form;
    token.claims_known = true;
    const auto* issuer = token.claim("iss");
    if (request.principal.kind == RequestPrincipal::Kind::Federated) {
      token.name = request.principal.name;
    } else if (issuer != nullptr && !issuer->empty()) {
      token.name = (*issuer)[0];
    }
    request.principal = std::move(token);
  }

  void differ(std::string_view what, const std::string& kept, const std::string& other) {
    if (kept.empty() || other.empty() || kept == other) return;
    diagnostics_.warning(DiagnosticCode::InputsDiffer,
                         fmt::format("the inputs name two values for the {}: `{}` is used, `{}` "
                                     "is not",
                                     what, kept, other));
  }

  // Fills what is still open from a lower source (an event).
  void fill(AssumeRequest& request, const AssumeRequest& lower) {
    const auto fill_text = [&](std::string_view what, std::string& target,
                               const std::string& other) {
      if (target.empty()) {
        target = other;
      } else {
        differ(what, target, other);
      }
    };
    if (request.principal.kind == RequestPrincipal::Kind::Unknown) {
      request.principal = lower.principal;
    } else {
      differ("caller", request.principal.name, lower.principal.name);
    }
    fill_text("role", request.role, lower.role);
    if (request.action.empty()) request.action = lower.action;
    if (!request.session_name) request.session_name = lower.session_name;
    if (!request.duration_seconds) request.duration_seconds = lower.duration_seconds;
    if (!request.source_identity) request.source_identity = lower.source_identity;
    if (request.tags.empty()) request.tags = lower.tags;
    if (request.inherited_transitive_tags.empty()) {
      request.inherited_transitive_tags = lower.inherited_transitive_tags;
    }
    if (request.region.empty()) request.region = lower.region;
    if (request.vpc_endpoint.empty()) request.vpc_endpoint = lower.vpc_endpoint;
    for (const NamedValues& each : lower.context) {
      if (request.context_values(each.first) == nullptr) request.context.push_back(each);
    }
  }

  void fill_from(AssumeRequest& request, const ErrorEvidence& said) {
    if (request.principal.kind == RequestPrincipal::Kind::Unknown) {
      if (!said.principal.empty()) {
        request.principal = RequestPrincipal::arn(said.principal);
      } else if (!said.service.empty()) {
        request.principal = RequestPrincipal::service(said.service);
      }
    } else if (request.principal.kind == RequestPrincipal::Kind::Arn) {
      differ("caller", request.principal.name, said.principal);
    }
    if (request.role.empty()) {
      request.role = said.role;
    } else {
      differ("role", request.role, said.role);
    }
    if (request.action.empty() && !said.operation.empty() &&
        (said.operation.starts_with("AssumeRole") || said.operation == "AssumeRoot")) {
      request.action = "sts:" + said.operation;
    }
    const bool sub_action = said.action == "sts:TagSession" ||
                            said.action == "sts:SetSourceIdentity" ||
                            said.action == "sts:SetContext";
    if (sub_action && !request.whole) request.observed_sub_actions.push_back(said.action);
    if (request.action.empty() && !sub_action) request.action = said.action;
  }

  // A bare trust policy stands for the role's, when the estate does not have the role.
  bool trust_policy(AssumeRequest& request) {
    const Policy* document = nullptr;
    if (!in_.trust_policy_file.empty()) {
      auto text = read(in_.trust_policy_file);
      if (!text) return false;
      const DocumentId id = estate_.sources().add(in_.trust_policy_file, *std::move(text));
      auto policy =
          parse_policy(estate_.sources(), id, PolicyKind::Trust, diagnostics_, in_.limits.json);
      if (!policy) return false;
      document = estate_.keep(*std::move(policy));
    } else {
      document = single_bare_trust();
    }
    if (document == nullptr || estate_.find_role(request.role) != nullptr) return true;
    if (request.role.empty()) request.role = unnamed_role(*document);
    const auto arn = IamArn::parse(request.role);
    if (arn && arn->form == ArnForm::Role) add_role(request.role, *arn, document);
    return true;
  }

  // Identity providers live in the role's account; without one the account stays unknown.
  static std::string unnamed_role(const Policy& trust) {
    std::string_view partition = "aws";
    std::string_view account = kUnknownAccount;
    for (const Statement& statement : trust.statements) {
      for (const PrincipalElement& each : statement.principal.items) {
        const bool provider =
            each.form == PrincipalForm::OidcProvider || each.form == PrincipalForm::SamlProvider;
        if (!provider) continue;
        account = each.account;
        partition = each.partition;
      }
    }
    return format_role_arn(partition, account, "unnamed");
  }

  const Policy* single_bare_trust() const {
    const Policy* found = nullptr;
    for (const BarePolicy& each : estate_.bare_policies) {
      if (each.policy == nullptr || each.policy->kind != PolicyKind::Trust) continue;
      if (found != nullptr) return nullptr;
      found = each.policy;
    }
    return found;
  }

  void add_role(const std::string& text, const IamArn& arn, const Policy* document) {
    const std::string_view kept = estate_.sources().keep(text);
    const auto parsed = IamArn::parse(kept);
    Role role;
    role.arn = kept;
    role.name = parsed->name;
    role.path = parsed->path;
    role.trust = document;
    role.trust_at = document->at;
    role.complete = false;
    static_cast<void>(estate_.account(arn.account).add(std::move(role)));
  }

  // What follows from the rest: the action from the kind of caller; the caller of a web identity
  // call from a trust policy that admits one provider only.
  void complete(AssumeRequest& request) {
    using Kind = RequestPrincipal::Kind;
    const bool web = equals_ignore_case(request.action, "sts:AssumeRoleWithWebIdentity");
    if (request.principal.kind == Kind::Unknown && web) {
      const std::string issuer = only_issuer(request.role);
      if (!issuer.empty()) {
        request.principal = RequestPrincipal::federated(issuer);
        diagnostics_.add({Severity::Note,
                          DiagnosticCode::InvalidRequest,
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

  const ExplainInputs& in_;
  Estate& estate_;
  Diagnostics& diagnostics_;
  std::optional<Policy> session_policy_;
  std::optional<Token> token_;
  std::vector<NamedValue> tags_;
  std::vector<NamedValue> context_;
};

}  // namespace

std::optional<std::vector<Question>> gather_questions(const ExplainInputs& inputs, Estate& estate,
                                                      Diagnostics& diagnostics) {
  return Gatherer(inputs, estate, diagnostics).gather();
}

}  // namespace rolecall::cli
