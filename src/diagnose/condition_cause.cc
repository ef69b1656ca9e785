// SPDX-License-Identifier: Apache-2.0
#include "diagnose/condition_cause.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

namespace rolecall {

namespace {

// The cause codes of a key: when it is absent, and when its value differs. A name that ends in `/`
// stands for a family.
struct KeyCode {
  std::string_view key{};
  std::string_view absent{};
  std::string_view differs{};
};
constexpr auto kKeyCodes = std::to_array<KeyCode>({
    {"sts:ExternalId", "trust-condition-external-id-missing",
     "trust-condition-external-id-mismatch"},
    {"aws:MultiFactorAuthPresent", "trust-condition-mfa-missing", "trust-condition-mfa-missing"},
    {"aws:MultiFactorAuthAge", "trust-condition-mfa-missing", "trust-condition-mfa-age"},
    {"aws:SourceIp", "trust-condition-source-ip", "trust-condition-source-ip"},
    {"aws:SourceVpc", "trust-condition-vpc", "trust-condition-vpc"},
    {"aws:SourceVpce", "trust-condition-vpc", "trust-condition-vpc"},
    {"aws:SourceVpcArn", "trust-condition-vpc", "trust-condition-vpc"},
    {"aws:VpcSourceIp", "trust-condition-vpc", "trust-condition-vpc"},
    {"aws:VpceAccount", "trust-condition-vpc", "trust-condition-vpc"},
    {"aws:VpceOrgID", "trust-condition-vpc", "trust-condition-vpc"},
    {"aws:VpceOrgPaths", "trust-condition-vpc", "trust-condition-vpc"},
    {"aws:PrincipalOrgID", "trust-condition-org-id", "trust-condition-org-id"},
    {"aws:PrincipalOrgPaths", "trust-condition-org-id", "trust-condition-org-id"},
    {"aws:ResourceOrgID", "trust-condition-org-id", "trust-condition-org-id"},
    {"aws:ResourceOrgPaths", "trust-condition-org-id", "trust-condition-org-id"},
    {"aws:PrincipalArn", "trust-condition-principal-arn", "trust-condition-principal-arn"},
    {"aws:PrincipalAccount", "trust-condition-principal-account",
     "trust-condition-principal-account"},
    {"aws:PrincipalTag/", "trust-condition-principal-tag", "trust-condition-principal-tag"},
    {"aws:PrincipalType", "trust-condition-principal-type-userid",
     "trust-condition-principal-type-userid"},
    {"aws:userid", "trust-condition-principal-type-userid",
     "trust-condition-principal-type-userid"},
    {"aws:username", "trust-condition-principal-type-userid",
     "trust-condition-principal-type-userid"},
    {"aws:ResourceTag/", "trust-condition-resource-tag", "trust-condition-resource-tag"},
    {"iam:ResourceTag/", "trust-condition-resource-tag", "trust-condition-resource-tag"},
    {"aws:RequestTag/", "trust-condition-request-tag", "trust-condition-request-tag"},
    {"aws:TagKeys", "trust-condition-request-tag", "trust-condition-request-tag"},
    {"sts:TransitiveTagKeys", "trust-condition-request-tag", "trust-condition-request-tag"},
    {"sts:RoleSessionName", "trust-condition-session-name", "trust-condition-session-name"},
    {"sts:SourceIdentity", "trust-condition-source-identity", "trust-condition-source-identity"},
    {"aws:SourceIdentity", "trust-condition-source-identity", "trust-condition-source-identity"},
    {"aws:SourceArn", "trust-condition-source-arn", "trust-condition-source-arn"},
    {"aws:SourceAccount", "trust-condition-source-account", "trust-condition-source-account"},
    {"aws:SourceOrgID", "trust-condition-source-account", "trust-condition-source-account"},
    {"aws:SourceOrgPaths", "trust-condition-source-account", "trust-condition-source-account"},
    {"aws:CurrentTime", "trust-condition-time-window", "trust-condition-time-window"},
    {"aws:EpochTime", "trust-condition-time-window", "trust-condition-time-window"},
    {"aws:TokenIssueTime", "trust-condition-time-window", "trust-condition-time-window"},
    {"aws:RequestedRegion", "trust-condition-region", "trust-condition-region"},
    {"aws:FederatedProvider", "trust-federated-provider-mismatch",
     "trust-federated-provider-mismatch"},
    {"sts:RoleAuthorizedByIdp", "trust-oidc-claim-mismatch", "trust-oidc-claim-mismatch"},
});
constexpr std::string_view kNeverPresent = "trust-condition-key-never-present";

const KeyCode* find_key_code(std::string_view key) {
  for (const KeyCode& row : kKeyCodes) {
    const bool family = row.key.ends_with('/');
    if (family ? starts_with_ignore_case(key, row.key) : equals_ignore_case(key, row.key)) {
      return &row;
    }
  }
  return nullptr;
}

bool is_eks(std::string_view issuer) {
  return issuer.starts_with("oidc.eks.");
}

// Codes of a claim of the caller's own issuer.
std::string_view claim_code(std::string_view issuer, std::string_view claim) {
  if (equals_ignore_case(claim, "aud") || equals_ignore_case(claim, "oaud")) {
    return "trust-oidc-aud-mismatch";
  }
  if (!equals_ignore_case(claim, "sub")) return "trust-oidc-claim-mismatch";
  return is_eks(issuer) ? "trust-irsa-namespace-sa-mismatch" : "trust-oidc-sub-mismatch";
}

class ConditionExplainer {
 public:
  explicit ConditionExplainer(const ConditionCase& failed)
      : in_(failed),
        key_(failed.condition.key.value),
        entry_(failed.authorization.context.find(key_, failed.condition.key_hash)) {}

  std::vector<ConditionDefect> explain() {
    switch (in_.result.detail) {
      case ConditionDetail::UnknownOperator:
        return one("trust-invalid-document",
                   fmt::format("`{}` is no condition operator, so the condition is never true",
                               in_.condition.operator_text.value));
      case ConditionDetail::SetOperatorMissing:
        return set_operator_missing();
      case ConditionDetail::VariableUnresolved:
        return one("trust-condition-variable-unresolved",
                   fmt::format("a policy variable in the values of `{}` has no value for this "
                               "caller",
                               key_));
      case ConditionDetail::TypeMismatch:
        return one("trust-condition-type-mismatch",
                   fmt::format("`{}` cannot compare the value of `{}`",
                               in_.condition.operator_text.value, key_));
      default:
        break;
    }
    return entry_.state == KeyState::Absent ? absent() : differs();
  }

 private:
  static std::vector<ConditionDefect> one(std::string_view code, std::string message) {
    return {{code, std::move(message)}};
  }

  // The operator, and where no value would fit under the right one, the values too.
  std::vector<ConditionDefect> set_operator_missing() {
    auto defects =
        one("trust-condition-set-operator-missing",
            fmt::format("`{}` holds a list and needs ForAnyValue or ForAllValues", key_));
    const bool compared = entry_.state == KeyState::Known && !in_.condition.operation->negated;
    if (compared && !any_value_fits()) defects.push_back({code_of_key(), difference()});
    return defects;
  }

  // --- the key is absent ---

  std::vector<ConditionDefect> absent() {
    const ContextKey* row = find_context_key(key_);
    if (row == nullptr) return absent_unlisted();
    const bool sub_action = !equals_ignore_case(in_.authorization.action, in_.main_action);
    if (sub_action && (row->action_set & action_bit(in_.authorization.action)) == 0) {
      const bool external_id = equals_ignore_case(key_, "sts:ExternalId");
      return one(
          external_id ? "trust-condition-external-id-on-subaction"
                      : "trust-condition-key-wrong-subaction",
          fmt::format("`{}` does not exist when {} is authorized", key_, in_.authorization.action));
    }
    if ((row->action_set & action_bit(in_.authorization.action)) == 0) {
      return one(kNeverPresent,
                 fmt::format("`{}` does not exist in {} requests", key_, in_.authorization.action));
    }
    if ((row->caller_set & in_.caller.set()) == 0) return absent_for_caller(*row);
    const KeyCode* code = find_key_code(key_);
    return one(code == nullptr ? kNeverPresent : code->absent, absence());
  }

  // The value, or how a value is to lie to it.
  std::string wanted_words(std::string_view value) const {
    const auto words = [&]() -> std::string_view {
      switch (in_.condition.operation->family) {
        case OperatorFamily::NumericLessThan:
          return "less than ";
        case OperatorFamily::NumericLessThanEquals:
          return "at most ";
        case OperatorFamily::NumericGreaterThan:
          return "more than ";
        case OperatorFamily::NumericGreaterThanEquals:
          return "at least ";
        case OperatorFamily::DateLessThan:
        case OperatorFamily::DateLessThanEquals:
          return "a time before ";
        case OperatorFamily::DateGreaterThan:
        case OperatorFamily::DateGreaterThanEquals:
          return "a time after ";
        default:
          return "";
      }
    };
    return fmt::format("{}`{}`", words(), value);
  }

  std::string absence() const {
    const auto& wanted = in_.condition.values;
    const bool asks_value = wanted.size() == 1 && in_.condition.operation != nullptr &&
                            in_.condition.operation->family != OperatorFamily::Null;
    return asks_value ? fmt::format("the request has no `{}`, and the policy wants {}", key_,
                                    wanted_words(wanted[0].value))
                      : fmt::format("the request has no `{}`", key_);
  }

  std::vector<ConditionDefect> absent_for_caller(const ContextKey& row) {
    if (row.name.starts_with("aws:MultiFactorAuth")) {
      return one("trust-condition-mfa-chained",
                 fmt::format("`{}` exists only for users: the credentials of {} carry no MFA", key_,
                             in_.caller.kind == CallerKind::RoleSession ? "a role session"
                                                                        : "this caller"));
    }
    const bool source = row.name.starts_with("aws:Source") && row.caller_set == callers::kService;
    if (source && in_.caller.is_signed()) {
      return one("trust-condition-source-key-on-chained-call",
                 fmt::format("only a service's own call carries `{}`; this caller calls with "
                             "credentials",
                             key_));
    }
    return one(kNeverPresent, fmt::format("this caller never has `{}`", key_));
  }

  // For a key that is not in the table: a claim, a misspelt key, or another service's key.
  std::vector<ConditionDefect> absent_unlisted() {
    if (starts_with_ignore_case(key_, "saml:")) return absent_saml();
    const IssuerKey parts = split_issuer_key(key_);
    const bool oidc = in_.caller.kind == CallerKind::Oidc;
    if (oidc && equals_ignore_case(parts.issuer, in_.caller.issuer)) {
      if (!is_oidc_claim_key(parts.issuer, parts.claim)) {
        return one(kNeverPresent,
                   fmt::format("AWS makes no condition key of the claim `{}`", parts.claim));
      }
      return one(claim_code(parts.issuer, parts.claim),
                 fmt::format("the token has no claim `{}`", parts.claim));
    }
    if (oidc && (is_issuer_key(key_) || key_.find("//") != std::string_view::npos ||
                 key_.starts_with("arn:"))) {
      return other_issuer(parts.issuer);
    }
    std::vector<std::string_view> names;
    for (const ContextKey& row : context_keys()) names.push_back(row.name);
    const std::string_view near = nearest(key_, names);
    if (near.empty()) return one(kNeverPresent, fmt::format("this caller never has `{}`", key_));
    return one("trust-condition-key-typo",
               fmt::format("`{}` is no condition key; did you mean `{}`?", key_, near));
  }

  std::vector<ConditionDefect> absent_saml() const {
    const std::string_view attribute = key_.substr(key_.find(':') + 1);
    if (!is_saml_key(attribute)) {
      return one(kNeverPresent,
                 fmt::format("AWS makes no condition key of the attribute `{}`", attribute));
    }
    const bool sub_action = !equals_ignore_case(in_.authorization.action, in_.main_action);
    if (in_.caller.kind == CallerKind::Saml && sub_action) {
      return one(
          "trust-condition-key-wrong-subaction",
          fmt::format("`{}` does not exist when {} is authorized", key_, in_.authorization.action));
    }
    return one("trust-saml-condition-mismatch", fmt::format("the assertion has no `{}`", key_));
  }

  // For a key of another provider: meant as an alternative, misspelt, or simply never present.
  std::vector<ConditionDefect> other_issuer(std::string_view issuer) const {
    const std::string& own = in_.caller.issuer;
    const auto& named = in_.statement.principal.items;
    const bool alternative =
        std::any_of(named.begin(), named.end(), [&](const PrincipalElement& each) {
          return each.type == PrincipalType::Federated && equals_ignore_case(each.name, issuer);
        });
    if (alternative) {
      return one("trust-condition-anded-alternatives",
                 fmt::format("conditions of one statement must all hold: a token of `{}` never has "
                             "`{}`",
                             own, key_));
    }
    const std::size_t slip = own.size() / 4;
    const bool contained = key_.find(own) != std::string_view::npos;
    const bool host = own.substr(0, own.find('/')) == issuer.substr(0, issuer.find('/'));
    if (contained || host || edit_distance(ascii_lower(issuer), ascii_lower(own), slip) <= slip) {
      return one("trust-condition-key-typo",
                 fmt::format("keys of this provider begin with `{}:`, so `{}` is never present",
                             own, key_));
    }
    return one(kNeverPresent,
               fmt::format("a token of `{}` never has `{}`, a key of another provider", own, key_));
  }

  // --- the key has a value, and it differs ---

  bool compares_no_arn() const {
    return in_.condition.operation->family == OperatorFamily::Arn && entry_.values.size() == 1 &&
           !in_.condition.operation->negated && !Arn::split(entry_.values[0]);
  }

  std::vector<ConditionDefect> differs() {
    if (in_.condition.operation->family == OperatorFamily::Null) {
      return one(code_of_key(), fmt::format("the request has `{}`, and must not", key_));
    }
    if (compares_no_arn()) {
      return one("trust-condition-type-mismatch",
                 fmt::format("`{}` compares ARNs, and the value of `{}` is none",
                             in_.condition.operator_text.value, key_));
    }
    if (auto defects = near_text(); !defects.empty()) return defects;
    if (!in_.policy.variables && has_dollar()) {
      return one("trust-condition-variable-unresolved",
                 "without \"Version\": \"2012-10-17\" a policy variable is plain text");
    }
    if (in_.condition.operation->negated) return negated();
    if (in_.condition.qualifier == Qualifier::ForAllValues && any_value_fits()) {
      return one(is_tag_key() ? code_of_key() : "trust-condition-forallvalues-forany-misuse",
                 fmt::format("one value of `{}` fits, but ForAllValues asks that all do", key_));
    }
    return one(code_of_key(), difference());
  }

  std::vector<ConditionDefect> negated() {
    const std::string message = fmt::format("`{}` is {}, which {} excludes", key_, shown_actual(),
                                            in_.condition.operator_text.value);
    if (in_.condition.values.size() > 1) {
      return one("trust-condition-negated-list",
                 message + "; the listed values are all excluded, not any of them");
    }
    return one(code_of_key(), message);
  }

  bool has_dollar() const {
    return std::any_of(
        in_.condition.values.begin(), in_.condition.values.end(),
        [](const Text& value) { return value.value.find("${") != value.value.npos; });
  }

  bool is_tag_key() const {
    return equals_ignore_case(key_, "aws:TagKeys") ||
           equals_ignore_case(key_, "sts:TransitiveTagKeys");
  }

  bool any_value_fits() const {
    Condition any = in_.condition;
    any.qualifier = Qualifier::ForAnyValue;
    return evaluate_condition(any, in_.authorization.context, in_.policy.variables).value ==
           Tri::Yes;
  }

  // A wildcard under an exact operator and a difference in letter case are separate defects.
  std::vector<ConditionDefect> near_text() const {
    const OperatorFamily family = in_.condition.operation->family;
    const bool exact =
        family == OperatorFamily::StringEquals || family == OperatorFamily::StringEqualsIgnoreCase;
    if ((!exact && family != OperatorFamily::StringLike) || in_.condition.operation->negated ||
        entry_.values.size() != 1) {
      return {};
    }
    const std::string& actual = entry_.values[0];
    std::vector<ConditionDefect> defects;
    for (const Text& value : in_.condition.values) {
      if (!wildcard_match(value.value, actual, Case::Insensitive)) continue;
      const bool wild =
          exact && has_wildcard(value.value) && !equals_ignore_case(value.value, actual);
      const bool same_case = wildcard_match(value.value, actual);
      if (wild) {
        defects.push_back(
            {"trust-condition-literal-wildcard",
             fmt::format("{} compares `{}` letter by letter: its wildcard matches only itself; "
                         "{} compares patterns",
                         in_.condition.operator_text.value, value.value, "StringLike")});
      }
      if (!same_case && case_code() != nullptr) {
        defects.push_back(
            {case_code(), fmt::format("`{}` and `{}` differ in letter case", value.value, actual)});
      }
      if (!defects.empty()) return defects;
    }
    return {};
  }

  // The key's own code, or else the code of the defect.
  const char* case_code() const {
    const KeyCode* row = find_key_code(key_);
    return row == nullptr || row->key.starts_with("aws:PrincipalTag") ||
                   row->key.starts_with("aws:RequestTag")
               ? "trust-condition-case-mismatch"
               : nullptr;
  }

  std::string_view code_of_key() const {
    if (const KeyCode* row = find_key_code(key_)) return special_code(*row);
    if (starts_with_ignore_case(key_, "saml:")) return "trust-saml-condition-mismatch";
    const IssuerKey parts = split_issuer_key(key_);
    if (is_issuer_key(key_)) return claim_code(parts.issuer, parts.claim);
    return kNeverPresent;
  }

  // EventBridge Scheduler sends the ARN of the schedule group, never that of a schedule.
  std::string_view special_code(const KeyCode& row) const {
    const bool scheduler =
        std::any_of(in_.caller.services.begin(), in_.caller.services.end(),
                    [](const std::string& each) { return each.starts_with("scheduler."); });
    const bool schedule = std::any_of(
        in_.condition.values.begin(), in_.condition.values.end(),
        [](const Text& value) { return value.value.find(":schedule/") != std::string_view::npos; });
    if (row.key == "aws:SourceArn" && scheduler && schedule) {
      return "service-scheduler-sourcearn-level";
    }
    return row.differs;
  }

  std::string shown_actual() const {
    return entry_.values.empty() ? "empty" : fmt::format("`{}`", fmt::join(entry_.values, "`, `"));
  }

  std::string difference() const {
    if (!entry_.not_prefix.empty()) {
      return fmt::format("the account is not in organization {}", entry_.not_prefix);
    }
    const auto& wanted = in_.condition.values;
    const std::string plain =
        wanted.size() == 1
            ? fmt::format("`{}` is {}, and the policy wants {}", key_, shown_actual(),
                          wanted_words(wanted[0].value))
            : fmt::format("`{}` is {}, which is none of the {} values the policy lists", key_,
                          shown_actual(), wanted.size());
    const std::string hint = difference_hint();
    return hint.empty() ? plain : plain + ": " + hint;
  }

  // What differs, where that is easily overlooked.
  std::string difference_hint() const {
    if (entry_.values.size() != 1) return "";
    const std::string& actual = entry_.values[0];
    const auto wants = [&](auto like_actual) {
      return std::any_of(in_.condition.values.begin(), in_.condition.values.end(),
                         [&](const Text& value) { return like_actual(value.value); });
    };
    if (wants([&](std::string_view each) { return trim(each) == trim(actual); })) {
      return "they differ only in white space";
    }
    const bool path = ascii_lower(key_).ends_with("orgpaths");
    if (path && wants([&](std::string_view each) { return fmt::format("{}/", each) == actual; })) {
      return "a path ends with a slash";
    }
    const std::string issuer = in_.caller.issuer;
    const bool authorized_party =
        in_.caller.kind == CallerKind::Oidc && equals_ignore_case(key_, issuer + ":aud") &&
        in_.authorization.context.find(issuer + ":oaud").state == KeyState::Known;
    if (authorized_party) {
      return fmt::format(
          "AWS takes the token's `azp` for its audience, and its `aud` for `{}:oaud`", issuer);
    }
    return subject_hint();
  }

  // Describes which part of a GitHub subject differs.
  std::string subject_hint() const {
    const IssuerKey parts = split_issuer_key(key_);
    const bool github = parts.issuer.find("actions.") != std::string_view::npos;
    if (!github || parts.claim != "sub" || entry_.values.size() != 1) return "";
    const std::string& actual = entry_.values[0];
    const auto expects = [&](std::string_view part) {
      return std::any_of(
          in_.condition.values.begin(), in_.condition.values.end(),
          [&](const Text& value) { return value.value.find(part) != std::string_view::npos; });
    };
    const auto repository = [](std::string_view subject) {
      const auto fields = split(subject, ':');
      return fields.size() > 1 ? fields[1] : std::string_view();
    };
    if (repository(actual).find('@') != std::string_view::npos && !expects("@")) {
      return "the token uses immutable ids (owner@id/repository@id), the policy only names";
    }
    if (actual.ends_with(":pull_request") && !expects("pull_request")) {
      return "the workflow runs for a pull request";
    }
    if (actual.find(":environment:") != std::string::npos && !expects(":environment:")) {
      return "the job runs in an environment, which takes the place of the branch";
    }
    if (expects(":environment:") && actual.find(":environment:") == std::string::npos) {
      return "the job runs in no environment";
    }
    if (actual.find(":ref:refs/tags/") != std::string::npos && !expects("refs/tags/")) {
      return "the workflow runs for a tag";
    }
    return "";
  }

  const ConditionCase& in_;
  std::string_view key_;
  const ContextEntry& entry_;
};

}  // namespace

std::vector<ConditionDefect> explain_condition(const ConditionCase& failed) {
  return ConditionExplainer(failed).explain();
}

std::vector<std::string_view> open_condition_codes(std::string_view key) {
  if (const KeyCode* const row = find_key_code(key)) {
    if (row->absent == row->differs) return {row->differs};
    return {row->absent, row->differs};
  }
  const IssuerKey parts = split_issuer_key(key);
  if (!is_issuer_key(key)) return {};
  return {claim_code(parts.issuer, parts.claim)};
}

std::optional<std::string> actual_value(const Condition& condition, const RequestContext& context) {
  const ContextEntry& entry = context.find(condition.key.value, condition.key_hash);
  if (!entry.not_prefix.empty()) {
    return fmt::format("(outside organization {})", entry.not_prefix);
  }
  if (entry.state != KeyState::Known) return std::nullopt;
  return fmt::format("{}", fmt::join(entry.values, ", "));
}

std::string describe_condition(const Condition& condition) {
  std::string values;
  for (const Text& value : condition.values) {
    values += fmt::format("{}\"{}\"", values.empty() ? "" : ", ", value.value);
  }
  return fmt::format("{} {} {}", condition.operator_text.value, condition.key.value, values);
}

}  // namespace rolecall
