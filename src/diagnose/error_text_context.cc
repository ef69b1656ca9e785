// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_context.h"

#include <algorithm>
#include <array>

#include "rolecall/base/text.h"

namespace rolecall {
namespace {

constexpr std::size_t kMaxMarks = 200;  // Visited on each side.

// Names of SDKs that occur in the place of a wire code.
constexpr std::array<std::string_view, 16> kNotCodes = {
    "Exception",    "RuntimeException",    "IOException",         "ServiceException",
    "StsException", "STSException",        "SdkClientException",  "SdkServiceException",
    "SdkException", "CompletionException", "ExecutionException",  "IllegalStateException",
    "AwsException", "UnhandledException",  "AwsServiceException", "CredentialsException"};

// Wire codes that end neither in `Exception` nor in `Fault`.
constexpr std::array<std::string_view, 33> kPlainCodes = {"AccessDenied",
                                                          "ExpiredToken",
                                                          "RegionDisabled",
                                                          "PackedPolicyTooLarge",
                                                          "MalformedPolicyDocument",
                                                          "InvalidParameterValue",
                                                          "InvalidIdentityToken",
                                                          "IDPRejectedClaim",
                                                          "IDPCommunicationError",
                                                          "InvalidClientTokenId",
                                                          "SignatureDoesNotMatch",
                                                          "Throttling",
                                                          "ValidationError",
                                                          "UnauthorizedOperation",
                                                          "RequestExpired",
                                                          "OptInRequired",
                                                          "ServiceUnavailable",
                                                          "InternalFailure",
                                                          "IncompleteSignature",
                                                          "MissingAuthenticationToken",
                                                          "UnrecognizedClient",
                                                          "InvalidParameter",
                                                          "ExpiredTradeInToken",
                                                          "LimitExceeded",
                                                          "UnmodifiableEntity",
                                                          "NoSuchEntity",
                                                          "RequestLimitExceeded",
                                                          "AuthFailure",
                                                          "InvalidRequest",
                                                          "Forbidden",
                                                          "InvalidInput",
                                                          "InternalError",
                                                          "InvalidAccessKeyId"};

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool is_wire_code(std::string_view name) {
  const auto listed = [&](const auto& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  if (listed(kPlainCodes)) return true;
  if (listed(kNotCodes) || name.substr(0, 3) == "AWS" || name.substr(0, 6) == "Amazon") {
    return false;
  }
  return name.size() > 9 && (ends_with(name, "Exception") || ends_with(name, "Fault"));
}

bool crosses_denials(MarkKind kind) {
  return kind == MarkKind::Tool || kind == MarkKind::AskedRole || kind == MarkKind::Region ||
         kind == MarkKind::ServiceAccount;
}

// The largest distance from a denial at which marks of a kind count, their own length included.
std::size_t max_reach(MarkKind kind) {
  constexpr std::size_t kKinds = 16;
  constexpr std::size_t kLongestMark = 3'000;
  static const std::array<std::size_t, kKinds> reaches = [] {
    std::array<std::size_t, kKinds> longest{};
    for (const ContextMark& row : context_marks()) {
      std::size_t& reach = longest.at(static_cast<std::size_t>(row.kind));
      reach = std::max<std::size_t>(reach, row.reach + kLongestMark);
    }
    return longest;
  }();
  return reaches.at(static_cast<std::size_t>(kind));
}

bool is_valid(MarkKind kind, std::string_view value) {
  const auto is_letter = [](char c) { return is_word_char(c) && c > '9'; };
  switch (kind) {
    case MarkKind::Code:
      return value.size() > 3 && is_letter(value.front());
    case MarkKind::AskedRole:
      return is_role_like_arn(value);
    case MarkKind::RequestId:
      return value.size() >= 8;
    default:
      return true;
  }
}

}  // namespace

std::string strip_exception(std::string_view code) {
  code = code.substr(code.find_last_of(".#") + 1);  // The class name of a model.
  if (ends_with(code, "Exception")) code.remove_suffix(9);
  return std::string(code);
}

std::string ErrorContext::service_at(const TextMark& mark) const {
  std::size_t begin = mark.begin;
  constexpr std::size_t kLongest = 64;
  while (begin > 0 && begin + kLongest > mark.begin &&
         (is_word_char(text_[begin - 1]) || text_[begin - 1] == '-' || text_[begin - 1] == '.')) {
    --begin;
  }
  const bool is_host = begin > 0 && (text_[begin - 1] == '/' || text_[begin - 1] == '@');
  std::size_t end = mark.end;
  if (text_.substr(end, 3) == ".cn") end += 3;
  const bool is_url = end < text_.size() && (text_[end] == '/' || text_[end] == ':');
  if (begin == mark.begin || is_host || is_url) return {};
  return std::string(text_.substr(begin, end - begin));
}

std::string ErrorContext::value_of(const TextMark& mark) const {
  const ContextMark& row = context_marks()[mark.row];
  if (!row.value.empty()) return std::string(row.value);
  if (row.kind == MarkKind::ServicePrincipal) return service_at(mark);
  if (row.kind == MarkKind::Sts) return "sts";
  std::vector<Capture> captures;
  static_cast<void>(match_pattern(text_, mark.begin, row.pattern, captures));
  if (captures.empty() || !is_valid(row.kind, captures.back().value)) return {};
  std::string value = std::move(captures.back().value);
  if (row.kind == MarkKind::ServiceAccount) value.insert(0, "system:serviceaccount:");
  return value;
}

std::size_t ErrorContext::first_mark_at(std::size_t offset) const {
  const auto found =
      std::lower_bound(marks_.begin(), marks_.end(), offset,
                       [](const TextMark& mark, std::size_t value) { return mark.begin < value; });
  return static_cast<std::size_t>(found - marks_.begin());
}

void ErrorContext::consider(const TextMark& mark, std::size_t distance, Candidate& best) const {
  const ContextMark& row = context_marks()[mark.row];
  const bool nearer = best.rank == row.rank && distance < best.distance;
  if (distance > row.reach || (row.rank <= best.rank && !nearer)) return;
  std::string value = value_of(mark);
  if (!value.empty()) best = {std::move(value), distance, row.rank};
}

ErrorContext::Candidate ErrorContext::best_before(MarkKind kind, const TextWindow& window) const {
  Candidate best;
  const std::size_t floor = crosses_denials(kind) ? 0 : window.floor;
  const std::size_t reach = max_reach(kind);
  // A wrapper without another denial is both the denial and the mark of its tool.
  std::size_t i = first_mark_at(window.begin + (kind == MarkKind::Tool ? 1U : 0U));
  for (std::size_t seen = 0; i > 0 && seen < kMaxMarks; ++seen) {
    const TextMark& mark = marks_[--i];
    if (mark.begin < floor || mark.begin + reach < window.begin) break;
    const ContextMark& row = context_marks()[mark.row];
    if (row.kind != kind || row.side == MarkSide::After) continue;
    consider(mark, window.begin - std::min<std::size_t>(mark.end, window.begin), best);
  }
  return best;
}

ErrorContext::Candidate ErrorContext::best_after(MarkKind kind, const TextWindow& window) const {
  Candidate best;
  const std::size_t reach = max_reach(kind);
  std::size_t i = first_mark_at(window.end);
  for (std::size_t seen = 0; i < marks_.size() && seen < kMaxMarks; ++seen, ++i) {
    const TextMark& mark = marks_[i];
    if (mark.begin >= window.ceiling || mark.begin > window.end + reach) break;
    const ContextMark& row = context_marks()[mark.row];
    if (row.kind != kind || row.side == MarkSide::Before) continue;
    consider(mark, mark.begin - window.end, best);
  }
  return best;
}

std::string ErrorContext::find(MarkKind kind, const TextWindow& window) const {
  const Candidate before = best_before(kind, window);
  const Candidate after = best_after(kind, window);
  if (before.value.empty()) return after.value;
  return after.value.empty() || before.distance <= after.distance ? before.value : after.value;
}

std::string ErrorContext::find_tool(const TextWindow& window) const {
  const Candidate before = best_before(MarkKind::Tool, window);
  const Candidate after = best_after(MarkKind::Tool, window);
  if (before.rank != after.rank) return before.rank > after.rank ? before.value : after.value;
  return before.value.empty() || after.distance < before.distance ? after.value : before.value;
}

std::string ErrorContext::find_request_id(const TextWindow& window) const {
  const auto is_leading = [&](const TextMark& mark) {  // `RequestID: 1-2-3, api error ...`
    return text_.substr(mark.begin, 11) == "RequestID: " && text_.substr(mark.end, 1) == ",";
  };
  const auto is_lambda_report = [&](const TextMark& mark) {  // `END RequestId: ...`
    const std::string_view before = text_.substr(0, mark.begin);
    return ends_with(before, "START ") || ends_with(before, "END ") || ends_with(before, "REPORT ");
  };
  std::size_t i = first_mark_at(window.begin);
  for (std::size_t seen = 0; i > 0 && seen < kMaxMarks; ++seen) {
    const TextMark& mark = marks_[--i];
    const ContextMark& row = context_marks()[mark.row];
    if (mark.begin < window.floor || mark.begin + row.reach < window.begin) break;
    if (row.kind == MarkKind::RequestId && is_leading(mark)) return value_of(mark);
  }
  i = first_mark_at(window.end);
  for (std::size_t seen = 0; i < marks_.size() && seen < kMaxMarks; ++seen, ++i) {
    const TextMark& mark = marks_[i];
    const ContextMark& row = context_marks()[mark.row];
    if (mark.begin >= window.ceiling) break;
    if (row.kind != MarkKind::RequestId || mark.begin > window.end + row.reach) continue;
    if (is_leading(mark) || is_lambda_report(mark)) continue;
    if (std::string value = value_of(mark); !value.empty()) return value;
  }
  return {};
}

std::string ErrorContext::find_adjacent_code(std::size_t begin) const {
  constexpr std::string_view kBetween = " \n:('\"";
  constexpr std::size_t kLongest = 80;  // Of a code.
  std::size_t end = begin;
  for (const std::string_view side : {" (client)", " (server)"}) {  // PHP
    const std::size_t length = side.size() + 2;
    if (begin >= length && text_.substr(begin - length, side.size()) == side) end = begin - length;
  }
  bool separated = end != begin;
  while (end > 0 && kBetween.find(text_[end - 1]) != std::string_view::npos && begin - end < 16) {
    separated = separated || text_[end - 1] == ':' || text_[end - 1] == '(';
    --end;
  }
  std::size_t start = end;
  while (start > 0 && is_word_char(text_[start - 1]) && end - start <= kLongest) --start;
  const std::string_view name = text_.substr(start, end - start);
  const bool is_code = separated && name.size() <= kLongest && is_wire_code(name);
  return is_code ? strip_exception(name) : std::string();
}

std::string ErrorContext::find_subject(MarkKind kind, std::size_t pos) const {
  constexpr std::size_t kLongest = 40;
  const std::size_t begin = pos - std::min(pos, kLongest);
  for (std::size_t i = first_mark_at(begin); i < marks_.size() && marks_[i].begin < pos; ++i) {
    if (context_marks()[marks_[i].row].kind != kind) continue;
    if (skip_spaces(text_, marks_[i].end) == pos) return value_of(marks_[i]);
  }
  return {};
}

std::string ErrorContext::find_named(MarkKind kind, std::size_t begin, std::size_t end,
                                     std::size_t pos) const {
  std::string best;
  std::size_t best_distance = std::string_view::npos;
  for (std::size_t i = first_mark_at(begin); i < marks_.size() && marks_[i].begin < end; ++i) {
    if (context_marks()[marks_[i].row].kind != kind) continue;
    const std::size_t distance = marks_[i].begin >= pos
                                     ? marks_[i].begin - pos
                                     : pos - std::min<std::size_t>(marks_[i].end, pos);
    if (distance >= best_distance) continue;
    if (std::string value = value_of(marks_[i]); !value.empty()) {
      best = std::move(value);
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace rolecall
