// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/source.h"

namespace rolecall {

enum class Severity : std::uint8_t { Note, Warning, Error };

// Printed as RC0101. Numbers are permanent: never reused, never renumbered. docs/diagnostics.md
// describes each one.
enum class DiagnosticCode : std::uint16_t {
  // Files.
  CannotRead = 101,
  TooLarge = 102,
  EmptyFile = 103,
  NothingFound = 104,
  UnknownShape = 105,
  Contradiction = 106,
  WrongType = 107,
  MissingMember = 108,
  NotText = 109,
  MorePages = 110,
  MissingDocument = 111,
  TooMany = 112,
  NotUsed = 114,
  CannotWrite = 115,
  // JSON and policies.
  InvalidJson = 200,
  UnknownElement = 201,
  DuplicateKey = 202,
  TooDeep = 203,
  MissingElement = 204,
  InvalidElement = 205,
  ExclusiveElements = 206,
  InvalidVersion = 207,
  UnknownOperator = 208,
  InvalidPrincipal = 209,
  ElementNotAllowed = 210,
  InvalidEffect = 211,
  EmptyList = 212,
  CannotEdit = 213,
  // Requests.
  InvalidRequest = 301,
  InputsDiffer = 302,
  ImpossibleContext = 303,
  UnknownField = 304,
  InvalidToken = 305,
  InvalidEvent = 306,
  TakenFor = 307,
  // Error texts.
  UnrecognizedError = 401,
  LeftOut = 402,
  // AWS itself.
  NoCredentials = 451,
  InvalidSettings = 452,
  NoNetworkLibrary = 453,
  // What AWS would refuse to store, or accepts and never applies: see iam/policy_check.h.
  PolicySize = 501,
  PolicyCharacter = 502,
  OldVersion = 503,
  InactiveVariable = 504,
  RepeatedSid = 505,
  InvalidSid = 506,
  PolicyId = 507,
  ResourceControlForm = 508,
  PrincipalWildcard = 510,
  BarePrincipal = 511,
  NotPrincipal = 512,
  ImpossiblePrincipal = 513,
  DeletedPrincipal = 514,
  InvalidAction = 520,
  TrustAction = 521,
  MismatchedAction = 522,
  MissingServiceAction = 523,
  UnknownAction = 524,
  InvalidResource = 530,
  UnmatchedResource = 531,
  MixedPartitions = 532,
  InvalidKey = 540,
  UnknownKey = 541,
  KeyNotOfAction = 542,
  KeyNotOfCaller = 543,
  UnknownClaim = 544,
  OtherIssuer = 545,
  OperatorMismatch = 546,
  LiteralWildcard = 547,
  InexactId = 548,
  InvalidValue = 549,
  PrivateAddress = 550,
  ImpossibleValue = 551,
  ShortArnPattern = 552,
  BareArnWildcard = 553,
  LooseArnMatch = 554,
  MissingSetOperator = 555,
  NeedlessSetOperator = 556,
  ForAllValuesAllow = 557,
  NullIfExists = 558,
  NoConditionValues = 559,
  MisplacedVariable = 560,
  UnknownVariable = 561,
  MfaMayBeAbsent = 562,
  SurroundingSpace = 563,
  MissingTenantClaim = 570,
  OpenTenantClaim = 571,
  OpenIssuer = 572,
  FederationLockout = 573,
  RedundantStatement = 580,
  DeniedStatement = 581,
  ContradictingConditions = 582,
};

struct Diagnostic {
  Severity severity = Severity::Error;
  DiagnosticCode code{};
  std::string message{};  // Lower case, one line, no full stop; input is quoted in backticks.
  Span where{};           // Unknown when the message is not about a place in a document.
  std::string help{};     // Empty, or one imperative sentence.
  std::string file{};     // The file, when it could not be read and so `where` is unknown.
};

struct DiagnosticRow {
  DiagnosticCode code{};
  std::string_view title{};
};
// Every code, in order; a meta-test walks it.
[[nodiscard]] std::span<const DiagnosticRow> diagnostic_table();

// `RC0201`.
[[nodiscard]] std::string format_code(DiagnosticCode code);
[[nodiscard]] std::string_view severity_name(Severity severity);

// Collects diagnostics, so that one run reports every fault and not only the first.
class Diagnostics {
 public:
  // Shortens long quotations in the message.
  void add(Diagnostic diagnostic);
  void error(DiagnosticCode code, std::string message, Span where = {}, std::string help = {});
  void warning(DiagnosticCode code, std::string message, Span where = {}, std::string help = {});
  [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }
  [[nodiscard]] std::size_t error_count() const;
  void append(const Diagnostics& other);

 private:
  std::vector<Diagnostic> all_;
};

// The diagnostic as text: message, place, source line with a caret, and help. Ends in a newline.
// Text from files is escaped for a terminal.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, const SourceTable& sources);

}  // namespace rolecall
