// SPDX-License-Identifier: Apache-2.0
#include "compare/smt_encoding.h"

#include <array>
#include <cctype>

#include "reference/reference_values.h"

namespace rolecall::smt {

namespace {

constexpr int kUser = 0;
constexpr int kRole = 1;
constexpr int kService = 2;
constexpr int kOidc = 3;
constexpr int kSaml = 4;
constexpr int kListLength = 4;
constexpr std::array<std::string_view, 6> kActions = {
    "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity",
    "sts:tagsession", "sts:setsourceidentity",  "sts:setcontext"};

std::string lower(std::string_view text) {
  return reference::lower(text);
}

}  // namespace

Encoder::Encoder(z3::context& context)
    : context_(context),
      kind_(context.int_const("kind")),
      account_(context.constant("account", context.string_sort())),
      tail_(context.constant("tail", context.string_sort())),
      session_(context.constant("session", context.string_sort())),
      unique_id_(context.constant("unique_id", context.string_sort())),
      name_(context.constant("name", context.string_sort())),
      action_(context.int_const("action")) {}

// ---- Texts ----

z3::expr Encoder::character() {
  return z3::range(context_.string_val(" "), context_.string_val("~"));
}

z3::expr Encoder::not_colon() {
  return z3::range(context_.string_val(" "), context_.string_val("9")) +
         z3::range(context_.string_val(";"), context_.string_val("~"));
}

z3::expr Encoder::regex(std::string_view pattern, const z3::expr& wildcard, bool ignore_case) {
  z3::expr_vector parts(context_);
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) parts.push_back(z3::to_re(context_.string_val(literal)));
    literal.clear();
  };
  for (const char c : pattern) {
    const bool letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
    // No operator that ignores letter case knows wildcards.
    if (!ignore_case && (c == '*' || c == '?')) {
      flush();
      parts.push_back(c == '*' ? z3::star(wildcard) : wildcard);
    } else if (ignore_case && letter) {
      flush();
      const std::string small(1, static_cast<char>(std::tolower(c)));
      const std::string large(1, static_cast<char>(std::toupper(c)));
      parts.push_back(z3::to_re(context_.string_val(small)) +
                      z3::to_re(context_.string_val(large)));
    } else {
      literal += c;
    }
  }
  flush();
  if (parts.empty()) return z3::to_re(context_.string_val(""));
  return parts.size() == 1 ? parts[0] : z3::concat(parts);
}

// The ARN of a user or role against six fields. Neither account, path nor name holds a colon, so
// that a wildcard stays in its field whether the operator is one of ARNs or of strings.
z3::expr Encoder::principal_arn_matches(std::string_view pattern, bool wildcards) {
  constexpr std::size_t kFields = 6;
  constexpr std::size_t kTypeLength = 5;  // `role/`, `user/`
  const auto fields = reference::cut(pattern, ':', kFields);
  const bool ours = fields.size() == kFields && fields[0] == "arn" && fields[1] == "aws" &&
                    fields[2] == "iam" && fields[3].empty();
  if (!ours) return no();
  const std::string type = fields[5].substr(0, kTypeLength);
  const std::string rest = fields[5].substr(type.size());
  const int kind = type == "user/" ? kUser : kRole;
  const auto matches = [&](const z3::expr& text, const std::string& wanted) {
    return wildcards ? text_is(text, wanted) : text_equals(text, wanted);
  };
  return kind_ == kind && matches(account_, fields[4]) && matches(tail_, rest);
}

z3::expr Encoder::text_equals(const z3::expr& text, std::string_view wanted) {
  return text == context_.string_val(std::string(wanted));
}

z3::expr Encoder::text_is(const z3::expr& text, std::string_view pattern) {
  return z3::in_re(text, regex(pattern, character()));
}

Encoder::Key& Encoder::key(std::string_view name) {
  const std::string own = lower(name);
  const auto found = keys_.find(own);
  if (found != keys_.end()) return found->second;
  const auto named = [&](std::string_view part) { return own + "/" + std::string(part); };
  constexpr unsigned kV4 = 32;
  constexpr unsigned kV6 = 128;
  Key made{own,
           context_.bool_const(named("present").c_str()),
           context_.constant(named("text").c_str(), context_.string_sort()),
           context_.bool_const(named("flag").c_str()),
           context_.real_const(named("number").c_str()),
           context_.int_const(named("seconds").c_str()),
           context_.bool_const(named("is_v6").c_str()),
           context_.bv_const(named("v4").c_str(), kV4),
           context_.bv_const(named("v6").c_str(), kV6),
           context_.int_const(named("count").c_str())};
  for (int i = 0; i < kListLength; ++i) {
    const std::string item = named("item" + std::to_string(i));
    made.items.push_back(context_.constant(item.c_str(), context_.string_sort()));
  }
  // The principal keys are those of the caller.
  if (own == "aws:principalarn" || own == "aws:principalaccount") {
    made.present = kind_ <= kRole;
    made.text = account_;
  }
  return keys_.emplace(own, std::move(made)).first->second;
}

z3::expr Encoder::request() {
  constexpr unsigned kDigits = 12;
  z3::expr digit = z3::range(context_.string_val("0"), context_.string_val("9"));
  z3::expr all = kind_ >= kUser && kind_ <= kSaml && action_ >= 0 &&
                 action_ < static_cast<int>(kActions.size());
  all = all && z3::in_re(account_, digit.loop(kDigits, kDigits));
  const z3::expr not_slash = z3::range(context_.string_val("0"), context_.string_val("9")) +
                             z3::range(context_.string_val("A"), context_.string_val("z"));
  all = all && z3::in_re(tail_, z3::concat(z3::star(not_colon()), not_slash));
  const z3::expr aida = z3::to_re(context_.string_val("AIDA"));
  const z3::expr aroa = z3::to_re(context_.string_val("AROA"));
  const z3::expr rest = z3::star(character());
  all = all && z3::implies(kind_ == kUser, z3::in_re(unique_id_, z3::concat(aida, rest)));
  all = all && z3::implies(kind_ == kRole, z3::in_re(unique_id_, z3::concat(aroa, rest)));
  for (const auto& [name, key] : keys_) {
    all = all && z3::in_re(key.text, rest) && key.count >= 0 && key.count <= kListLength;
    for (const z3::expr& each : key.items) all = all && z3::in_re(each, rest);
  }
  return all;
}

// ---- Elements of statements ----

// A user or role by its full ARN.
z3::expr Encoder::is_entity(int kind, const PrincipalElement& element) {
  const std::string tail = std::string(element.path).substr(1) + std::string(element.name);
  return kind_ == kind && text_equals(account_, element.account) && text_equals(tail_, tail);
}

Formula Encoder::principal(const PrincipalElement& element) {
  const std::string value(element.value.value);
  const std::string account(element.account);
  switch (element.form) {
    case PrincipalForm::Everyone:
      // Documented for callers with an AWS identity.
      return {kind_ <= kRole, yes()};
    case PrincipalForm::Account:
      return both(kind_ <= kRole && text_equals(account_, account));
    case PrincipalForm::User:
      return both(is_entity(kUser, element));
    case PrincipalForm::Role:
      return both(is_entity(kRole, element));
    case PrincipalForm::Session: {
      const std::string name(element.name);
      return both(
          kind_ == kRole && text_equals(account_, account) &&
          text_equals(session_, element.session_name) &&
          (text_equals(tail_, name) || z3::suffixof(context_.string_val("/" + name), tail_)));
    }
    case PrincipalForm::UniqueId:
      return both(kind_ <= kRole && text_equals(unique_id_, value));
    case PrincipalForm::Service:
      return both(kind_ == kService && text_equals(name_, lower(value)));
    case PrincipalForm::OidcProvider:
    case PrincipalForm::WellKnownIssuer:
      return both(kind_ == kOidc && text_equals(name_, value));
    case PrincipalForm::SamlProvider:
      return both(kind_ == kSaml && text_equals(name_, value));
    default:
      return both(no());
  }
}

z3::expr Encoder::action(std::string_view pattern) {
  z3::expr any = no();
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    const bool matches = reference::like(reference::with_wildcards(lower(pattern)), kActions[i]);
    if (matches) any = any || action_ == static_cast<int>(i);
  }
  return any;
}

z3::expr Encoder::ordered(OperatorFamily family, const z3::expr& actual, const z3::expr& wanted) {
  switch (family) {
    case OperatorFamily::NumericEquals:
    case OperatorFamily::DateEquals:
      return actual == wanted;
    case OperatorFamily::NumericLessThan:
    case OperatorFamily::DateLessThan:
      return actual < wanted;
    case OperatorFamily::NumericLessThanEquals:
    case OperatorFamily::DateLessThanEquals:
      return actual <= wanted;
    case OperatorFamily::NumericGreaterThan:
    case OperatorFamily::DateGreaterThan:
      return actual > wanted;
    default:
      return actual >= wanted;
  }
}

z3::expr Encoder::in_block(std::string_view block, const Key& key) {
  const std::string range = *reference::range(block);  // `4:1100...`
  const bool v6 = range[0] == '6';
  const std::string bits = range.substr(2);
  const z3::expr family = v6 ? key.is_v6 : !key.is_v6;
  const z3::expr& address = v6 ? key.v6 : key.v4;
  const unsigned size = v6 ? 128 : 32;
  z3::expr all = family;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const unsigned at = size - 1 - static_cast<unsigned>(i);
    all = all && address.extract(at, at) == context_.bv_val(bits[i] == '1' ? 1 : 0, 1);
  }
  return all;
}

z3::expr Encoder::one_matches(OperatorFamily family, std::string_view value, const Key& key,
                              const z3::expr& text) {
  const bool arn = key.name == "aws:principalarn";
  switch (family) {
    case OperatorFamily::StringEquals:
      return arn ? principal_arn_matches(value, false) : text_equals(text, value);
    case OperatorFamily::StringEqualsIgnoreCase:
      return z3::in_re(text, regex(value, character(), true));
    case OperatorFamily::StringLike:
      return arn ? principal_arn_matches(value, true) : text_is(text, value);
    case OperatorFamily::Arn:
      return principal_arn_matches(value, true);
    case OperatorFamily::Bool:
      return key.flag == context_.bool_val(*reference::boolean(value));
    case OperatorFamily::IpAddress:
      return in_block(value, key);
    case OperatorFamily::NumericEquals:
    case OperatorFamily::NumericLessThan:
    case OperatorFamily::NumericLessThanEquals:
    case OperatorFamily::NumericGreaterThan:
    case OperatorFamily::NumericGreaterThanEquals:
      return ordered(family, key.number, context_.real_val(std::string(value).c_str()));
    default: {
      const auto seconds = static_cast<std::int64_t>(*reference::date(value));
      return ordered(family, key.seconds, context_.int_val(seconds));
    }
  }
}

// The values are alternatives; with a negated operator none may match.
z3::expr Encoder::value_matches(const Condition& condition, const Key& key, const z3::expr& text) {
  z3::expr any = no();
  for (const Text& each : condition.values) {
    any = any || one_matches(condition.operation->family, each.value, key, text);
  }
  return condition.operation->negated ? !any : any;
}

z3::expr Encoder::condition(const Condition& condition) {
  const Key& own = key(condition.key.value);
  if (condition.operation->family == OperatorFamily::Null) {
    z3::expr any = no();
    for (const Text& each : condition.values) {
      any = any || (*reference::boolean(each.value) ? !own.present : own.present);
    }
    return any;
  }
  const bool absent_holds =
      condition.if_exists || condition.qualifier == Qualifier::ForAllValues ||
      (condition.operation->negated && condition.qualifier == Qualifier::None);
  z3::expr present = no();
  if (own.name != "aws:tagkeys") {
    present = value_matches(condition, own, own.text);
  } else if (condition.qualifier != Qualifier::None) {
    const bool every = condition.qualifier == Qualifier::ForAllValues;
    present = context_.bool_val(every);
    for (int i = 0; i < kListLength; ++i) {
      const z3::expr matches =
          value_matches(condition, own, own.items[static_cast<std::size_t>(i)]);
      present = every ? present && z3::implies(own.count > i, matches)
                      : present || (own.count > i && matches);
    }
  }
  return z3::ite(own.present, present, context_.bool_val(absent_holds));
}

Formula Encoder::statement(const Statement& statement) {
  Formula named = both(no());
  for (const PrincipalElement& each : statement.principal.items) {
    const Formula one = principal(each);
    named = {named.sure || one.sure, named.possible || one.possible};
  }
  z3::expr rest = no();
  for (const Text& each : statement.action.items) rest = rest || action(each.value);
  if (statement.action.negated) rest = !rest;
  for (const Condition& each : statement.conditions) rest = rest && condition(each);
  return {named.sure && rest, named.possible && rest};
}

z3::expr Encoder::allowed(const Policy& policy) {
  z3::expr some = no();
  z3::expr none = yes();
  for (const Statement& each : policy.statements) {
    const Formula one = statement(each);
    if (each.effect == Effect::Allow) some = some || one.sure;
    if (each.effect == Effect::Deny) none = none && !one.possible;
  }
  return some && none;
}

z3::expr Encoder::refused(const Policy& policy) {
  z3::expr denied = no();
  z3::expr allowed = no();
  for (const Statement& each : policy.statements) {
    const Formula one = statement(each);
    if (each.effect == Effect::Deny) denied = denied || one.sure;
    if (each.effect == Effect::Allow) allowed = allowed || one.possible;
  }
  return denied || !allowed;
}

z3::expr Encoder::inside(const Change& change) {
  z3::expr all = yes();
  for (const PrincipalSelection& each : change.principals) {
    Formula named = both(no());
    for (const NamedPrincipal& value : each.values) {
      const Formula one = principal(classify_principal(value.type, {value.value, {}}));
      named = {named.sure || one.sure, named.possible || one.possible};
    }
    all = all && (each.holds ? named.sure : !named.possible);
  }
  for (const PatternSelection& each : change.actions) {
    z3::expr any = no();
    for (const std::string& value : each.values) any = any || action(value);
    all = all && (each.holds ? any : !any);
  }
  for (const ConditionSelection& each : change.conditions) {
    Condition made;
    parse_operator_name(each.operation, made);
    made.key.value = each.key;
    for (const std::string& value : each.values) made.values.push_back({value, {}});
    const z3::expr holds = condition(made);
    all = all && (each.holds ? holds : !holds);
  }
  return all;
}

}  // namespace rolecall::smt
