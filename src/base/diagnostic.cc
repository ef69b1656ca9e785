// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/diagnostic.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

constexpr auto kTable = std::to_array<DiagnosticRow>({
    {DiagnosticCode::CannotRead, "a file or folder cannot be read"},
    {DiagnosticCode::TooLarge, "a file is larger than the limit"},
    {DiagnosticCode::EmptyFile, "a file is empty"},
    {DiagnosticCode::NothingFound, "a folder holds nothing that is recognized"},
    {DiagnosticCode::UnknownShape, "a JSON document of a shape that is not recognized"},
    {DiagnosticCode::Contradiction, "two documents say different things about one subject"},
    {DiagnosticCode::WrongType, "a JSON value of the wrong type"},
    {DiagnosticCode::MissingMember, "a member that is needed is missing"},
    {DiagnosticCode::NotText, "a file that is not UTF-8 text"},
    {DiagnosticCode::MorePages, "an export that is not complete: more pages exist"},
    {DiagnosticCode::MissingDocument, "a policy is attached and its document is not in the export"},
    {DiagnosticCode::TooMany, "more values than the limit"},
    {DiagnosticCode::NotUsed, "a document that is recognized and not used"},
    {DiagnosticCode::CannotWrite, "a file cannot be written"},
    {DiagnosticCode::InvalidJson, "a document that is not JSON"},
    {DiagnosticCode::UnknownElement, "an unknown policy element"},
    {DiagnosticCode::DuplicateKey, "a key that occurs twice in one object"},
    {DiagnosticCode::TooDeep, "values nested deeper than the limit"},
    {DiagnosticCode::MissingElement, "a policy element that is needed is missing"},
    {DiagnosticCode::InvalidElement, "a policy element with a value it cannot have"},
    {DiagnosticCode::ExclusiveElements, "two policy elements that exclude each other"},
    {DiagnosticCode::InvalidVersion, "an unknown policy version"},
    {DiagnosticCode::UnknownOperator, "an unknown condition operator"},
    {DiagnosticCode::InvalidPrincipal, "a principal element that names no principal"},
    {DiagnosticCode::ElementNotAllowed, "an element this kind of policy cannot have"},
    {DiagnosticCode::InvalidEffect, "an Effect that is neither Allow nor Deny"},
    {DiagnosticCode::EmptyList, "a list without values: it matches nothing"},
    {DiagnosticCode::CannotEdit, "a change does not fit the document"},
    {DiagnosticCode::InvalidRequest, "a request that cannot be understood"},
    {DiagnosticCode::InputsDiffer, "two inputs that say different things about the request"},
    {DiagnosticCode::ImpossibleContext, "a context key this caller cannot have"},
    {DiagnosticCode::UnknownField, "a field that a request file or baseline does not have"},
    {DiagnosticCode::InvalidToken, "a token that is no JSON Web Token"},
    {DiagnosticCode::InvalidEvent, "a document that is no CloudTrail event"},
    {DiagnosticCode::TakenFor, "a gap that was filled with the only thing that fits"},
    {DiagnosticCode::UnrecognizedError, "an error text in which no denial is recognized"},
    {DiagnosticCode::LeftOut, "denials or events that are not about the call in question"},
    {DiagnosticCode::NoCredentials, "there are no credentials for AWS"},
    {DiagnosticCode::InvalidSettings, "a setting for AWS cannot be understood"},
    {DiagnosticCode::NoNetworkLibrary, "the library for HTTP is not installed"},
    {DiagnosticCode::PolicySize, "a policy that is larger than its quota"},
    {DiagnosticCode::PolicyCharacter, "a character that IAM does not take in a policy"},
    {DiagnosticCode::OldVersion, "a policy without Version 2012-10-17"},
    {DiagnosticCode::InactiveVariable, "a policy variable that is plain text in this Version"},
    {DiagnosticCode::RepeatedSid, "a Sid that stands twice in one policy"},
    {DiagnosticCode::InvalidSid, "a Sid with characters it cannot have"},
    {DiagnosticCode::PolicyId, "an Id in a policy that has none"},
    {DiagnosticCode::ResourceControlForm, "an RCP that says what RCPs cannot say"},
    {DiagnosticCode::PrincipalWildcard, "a wildcard inside a principal"},
    {DiagnosticCode::BarePrincipal, "a bare \"*\" as principal of a trust policy"},
    {DiagnosticCode::NotPrincipal, "NotPrincipal where AWS refuses it or it lets everyone in"},
    {DiagnosticCode::ImpossiblePrincipal, "a principal that can never make the call"},
    {DiagnosticCode::DeletedPrincipal, "a principal that was deleted"},
    {DiagnosticCode::InvalidAction, "an action that is none"},
    {DiagnosticCode::TrustAction, "an action that trust policies are not asked about"},
    {DiagnosticCode::MismatchedAction,
     "an action that the principals of the statement cannot call"},
    {DiagnosticCode::MissingServiceAction,
     "an action that a service needs and no statement allows"},
    {DiagnosticCode::UnknownAction, "an STS action that is probably misspelt"},
    {DiagnosticCode::InvalidResource, "a resource that IAM refuses"},
    {DiagnosticCode::UnmatchedResource,
     "a resource pattern that matches no resource of the actions"},
    {DiagnosticCode::MixedPartitions, "resources of several partitions in one policy"},
    {DiagnosticCode::InvalidKey, "a condition key that is none"},
    {DiagnosticCode::UnknownKey, "a condition key that is not documented"},
    {DiagnosticCode::KeyNotOfAction, "a condition key that the action does not have"},
    {DiagnosticCode::KeyNotOfCaller, "a condition key that the principal does not have"},
    {DiagnosticCode::UnknownClaim, "a claim that STS makes no condition key of"},
    {DiagnosticCode::OtherIssuer, "a claim of an issuer that the statement does not trust"},
    {DiagnosticCode::OperatorMismatch,
     "a condition operator that does not fit the type of its key"},
    {DiagnosticCode::LiteralWildcard, "a wildcard under an operator that has none"},
    {DiagnosticCode::InexactId, "a wildcard in the id of an account, organization or network"},
    {DiagnosticCode::InvalidValue, "a condition value that the operator cannot read"},
    {DiagnosticCode::PrivateAddress, "a private address as public source address"},
    {DiagnosticCode::ImpossibleValue, "a condition value that its key never has"},
    {DiagnosticCode::ShortArnPattern, "an ARN pattern with fewer than six fields"},
    {DiagnosticCode::BareArnWildcard, "a bare \"*\" under an ARN operator"},
    {DiagnosticCode::LooseArnMatch, "an ARN compared as text, so that wildcards cross its fields"},
    {DiagnosticCode::MissingSetOperator,
     "a key that holds a list, without ForAllValues or ForAnyValue"},
    {DiagnosticCode::NeedlessSetOperator, "ForAllValues on a key that holds one value"},
    {DiagnosticCode::ForAllValuesAllow, "an Allow that ForAllValues grants when the key is absent"},
    {DiagnosticCode::NullIfExists, "Null with IfExists"},
    {DiagnosticCode::NoConditionValues, "a condition without values"},
    {DiagnosticCode::MisplacedVariable, "a policy variable where none is expanded"},
    {DiagnosticCode::UnknownVariable, "a policy variable that has no value"},
    {DiagnosticCode::MfaMayBeAbsent, "an MFA condition that overlooks absent keys"},
    {DiagnosticCode::SurroundingSpace, "white space at the end of a value"},
    {DiagnosticCode::MissingTenantClaim,
     "trust in a shared issuer without the claim that tells its customers apart"},
    {DiagnosticCode::OpenTenantClaim, "trust in every customer of a shared issuer"},
    {DiagnosticCode::OpenIssuer, "trust in every token of an issuer"},
    {DiagnosticCode::FederationLockout, "an RCP that locks out federated principals"},
    {DiagnosticCode::RedundantStatement, "a statement that another one covers"},
    {DiagnosticCode::DeniedStatement, "an Allow that a Deny of the same policy covers"},
    {DiagnosticCode::ContradictingConditions, "conditions that cannot be true together"},
});

// Escapes all but tabs, which indent documents.
std::string escape_line(std::string_view text) {
  std::string safe;
  for (const std::string_view part : split(text, '\t')) {
    if (part.data() != text.data()) safe += '\t';
    safe += escape_for_terminal(part);
  }
  return safe;
}

// White space as wide as the text before the marked part. Keeps tabs, so that the caret lines up.
std::string blank_out(std::string_view text) {
  std::string blank;
  while (!text.empty()) {
    blank += text[0] == '\t' ? '\t' : ' ';
    std::size_t bytes = 1;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) {
      ++bytes;
    }
    text.remove_prefix(bytes);
  }
  return blank;
}

}  // namespace

std::span<const DiagnosticRow> diagnostic_table() {
  return kTable;
}

std::string format_code(DiagnosticCode code) {
  return fmt::format("RC{:04}", static_cast<unsigned>(code));
}

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return "note";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "error";
}

void Diagnostics::add(Diagnostic diagnostic) {
  diagnostic.message = cut_long_quotes(std::move(diagnostic.message));
  diagnostic.help = cut_long_quotes(std::move(diagnostic.help));
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::error(DiagnosticCode code, std::string message, Span where, std::string help) {
  add({Severity::Error, code, std::move(message), where, std::move(help), {}});
}

void Diagnostics::warning(DiagnosticCode code, std::string message, Span where, std::string help) {
  add({Severity::Warning, code, std::move(message), where, std::move(help), {}});
}

std::size_t Diagnostics::error_count() const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(),
                    [](const Diagnostic& each) { return each.severity == Severity::Error; }));
}

void Diagnostics::append(const Diagnostics& other) {
  all_.insert(all_.end(), other.all_.begin(), other.all_.end());
}

std::string render(const Diagnostic& diagnostic, const SourceTable& sources) {
  std::string out =
      fmt::format("{}[{}]: {}\n", severity_name(diagnostic.severity), format_code(diagnostic.code),
                  escape_for_terminal(diagnostic.message));
  if (diagnostic.where.known()) {
    const Location at = sources.locate(diagnostic.where);
    const std::string number = std::to_string(at.line);
    const std::string margin(number.size(), ' ');
    const std::string_view line = at.line_text;
    const std::string before = escape_line(line.substr(0, at.marked_begin));
    const std::string marked =
        escape_line(line.substr(at.marked_begin, at.marked_end - at.marked_begin));
    const std::string after =
        escape_line(at.marked_end < line.size() ? line.substr(at.marked_end) : std::string_view());
    out += fmt::format("  --> {}:{}:{}\n", escape_for_terminal(at.file), at.line, at.column);
    out += fmt::format("{} |\n{} | {}{}{}\n{} | {}{}\n", margin, number, before, marked, after,
                       margin, blank_out(before),
                       std::string(std::max<std::size_t>(1, count_characters(marked)), '^'));
  } else if (!diagnostic.file.empty()) {
    out += fmt::format("  --> {}\n", escape_for_terminal(diagnostic.file));
  }
  if (!diagnostic.help.empty()) {
    out += fmt::format("  = help: {}\n", escape_for_terminal(diagnostic.help));
  }
  return out;
}

}  // namespace rolecall
