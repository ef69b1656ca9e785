// SPDX-License-Identifier: Apache-2.0
#include "live/estate_redactor.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/cidr.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

#include "live/aws_answer.h"
#include "live/pseudonym.h"

namespace rolecall {

namespace {

template <typename Table>
bool lists_word(const Table& table, std::string_view word) {
  return std::find(table.begin(), table.end(), word) != table.end();
}

// Members whose values are words of AWS, which are kept.
constexpr auto kKeptMembers = std::to_array<std::string_view>(
    {"Action", "DefaultVersionId", "Effect", "FeatureSet", "NotAction", "PartialLists",
     "PermissionsBoundaryType", "PolicyTypes", "Region", "ServiceName", "State", "Status", "Type",
     "Version", "VersionId", "VpcEndpointType", "action", "observations", "region"});
// Members that hold tags of a request, whose keys are redacted too.
constexpr auto kTagMembers =
    std::to_array<std::string_view>({"caller_session_tags", "inherited_transitive_tags", "tags"});
// Condition keys and claims whose values are kept: words of AWS, or times.
constexpr auto kKeptKeys = std::to_array<std::string_view>(
    {"aws:PrincipalType", "aws:RequestedRegion", "aws:UserAgent", "exp", "iat", "nbf"});
// Operators that do not compare texts.
constexpr auto kKeptOperators =
    std::to_array<std::string_view>({"bool", "date", "ip", "notip", "null", "numeric"});

// Services whose ARNs begin the resource part with a name; in those of others, a type comes first.
constexpr auto kNamesFirst = std::to_array<std::string_view>(
    {"codecommit", "execute-api", "s3", "s3-object-lambda", "sns", "sqs"});
// Names that AWS itself gives.
constexpr auto kKnownNames = std::to_array<std::string_view>(
    {"AWSControlTowerExecution", "FullAWSAccess", "OrganizationAccountAccessRole",
     "RCPFullAWSAccess", "anonymous", "aws-reserved", "aws-service-role", "p-FullAWSAccess",
     "p-RCPFullAWSAccess", "resource_control_policy", "root", "service-role",
     "service_control_policy"});
constexpr std::string_view kPermissionSet = "AWSReservedSSO_";
constexpr std::string_view kServiceLinked = "AWSServiceRoleFor";
constexpr std::string_view kTagClaims = "https://aws.amazon.com/tags/";
// Issuers that many customers share; the rest of such an issuer is a customer's.
constexpr auto kIssuers = std::to_array<std::string_view>(
    {"accounts.google.com", "agent.buildkite.com", "api.bitbucket.org", "app.terraform.io",
     "cognito-identity.amazonaws.com", "gitlab.com", "graph.facebook.com",
     "login.microsoftonline.com", "oidc.circleci.com/org", "sts.windows.net",
     "token.actions.githubusercontent.com", "www.amazon.com"});
// The beginnings of subjects of tokens, and the words in these that are kept.
constexpr auto kSubjects = std::to_array<std::string_view>(
    {"org:", "organization:", "project:", "project_path:", "repo:", "system:serviceaccount:"});
constexpr auto kSubjectWords = std::to_array<std::string_view>(
    {"apply", "branch",  "environment", "heads",          "job",    "org", "organization",
     "path",  "phase",   "plan",        "project",        "pull",   "ref", "refs",
     "repo",  "request", "run",         "serviceaccount", "system", "tag", "tags",
     "type",  "user",    "workflow",    "workspace"});
// The placeholder for an unknown role's account.
constexpr std::string_view kNoAccount = "000000000000";
// The prefixes of AWS's ids.
constexpr auto kIdBeginnings =
    std::to_array<std::string_view>({"i", "o", "ou", "p", "r", "vpc", "vpce"});
constexpr auto kUniqueIds = std::to_array<std::string_view>(
    {"AGPA", "AIDA", "AIPA", "AKIA", "ANPA", "ANVA", "APKA", "AROA", "ASIA", "ASCA"});

bool is_word(char c) {
  const char lower = ascii_lower(c);
  return is_ascii_digit(c) || (lower >= 'a' && lower <= 'z');
}

// The number of bytes of the non-ASCII letter that a text begins with; zero for anything else, such
// as punctuation and symbols.
std::size_t letter_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.empty() ? '\0' : text[0]);
  const bool two = first >= 0xC3 && first < 0xE0;
  const bool three = first >= 0xE3 && first < 0xEF;
  const std::size_t size = two ? 2 : three ? 3 : 0;
  return size <= text.size() ? size : 0;
}

bool is_wildcard(char c) {
  return c == '*' || c == '?';
}

// `eu-central-1`.
bool is_region_name(std::string_view text) {
  const auto parts = split(text, '-');
  const auto is_letters = [](std::string_view part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  };
  return parts.size() >= 3 && parts.back().size() == 1 && is_ascii_digit(parts.back()[0]) &&
         parts[0].size() <= 4 && std::all_of(parts.begin(), parts.end() - 1, is_letters);
}

// The parts between separators; one inside a policy variable does not separate.
std::vector<std::string_view> split_outside(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) == "${") {
      at = std::min(text.find('}', at), text.size() - 1);
    } else if (text[at] == separator) {
      parts.push_back(text.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// Whether the text is `aws`, `iam` or a Region at its place in an ARN, or in a pattern the
// beginning of one.
bool is_arn_word(std::string_view part, std::size_t place) {
  const bool letters = std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '-' || is_wildcard(c);
  });
  if (place == 0) return true;
  if (place == 1) return letters && part.starts_with("aws");
  if (place == 2) return letters && !part.empty() && part[0] >= 'a' && part[0] <= 'z';
  return place == 3 && is_region_name(part);
}

// Whether the text is a service principal or an audience of AWS, and not a customer's host name,
// such as that of a bucket.
bool is_of_aws(std::string_view text) {
  const std::string_view host = without_scheme(text).substr(0, without_scheme(text).find('/'));
  if (host.ends_with(".aws.amazon.com")) return true;
  const bool service = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn") ||
                       host.ends_with(".amazonaws.eu") || host.ends_with(".aws.internal");
  return service && host.size() == text.size() && host.find(".s3") == std::string_view::npos;
}

// The length of the shared part of an issuer: `oidc.eks.eu-west-1.amazonaws.com/id`.
std::size_t shared_part(std::string_view issuer) {
  constexpr std::string_view kEks = ".amazonaws.com";
  for (const std::string_view each : kIssuers) {
    if (!starts_with_ignore_case(issuer, each)) continue;
    if (issuer.size() == each.size() || issuer[each.size()] == '/') return each.size();
  }
  const std::size_t end = issuer.find(kEks);
  const bool eks = issuer.starts_with("oidc.eks.") && end != std::string_view::npos;
  return eks ? std::min(issuer.size(), end + kEks.size() + 3) : 0;
}

// Where the tag key begins in a condition key or claim; zero when there is none.
std::size_t tag_of_key(std::string_view name) {
  constexpr std::string_view kTag = "tag/";
  if (name.starts_with(kTagClaims)) {
    const std::size_t slash = name.find('/', kTagClaims.size());
    return slash == std::string_view::npos ? 0 : slash + 1;
  }
  const std::size_t tag = ascii_lower(name).find(kTag);
  return tag == std::string::npos ? 0 : tag + kTag.size();
}

// The tag key or claim in a condition key, or else the key itself; in lower case.
std::string bare_key(std::string_view key) {
  if (const std::size_t tag = tag_of_key(key); tag > 0) return ascii_lower(key.substr(tag));
  return ascii_lower(is_issuer_key(key) ? split_issuer_key(key).claim : key);
}

bool is_kept_operator(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
  return std::any_of(kKeptOperators.begin(), kKeptOperators.end(),
                     [&](std::string_view each) { return starts_with_ignore_case(name, each); });
}

// token.actions.DOMAIN.ghe.com.
constexpr std::string_view kGitHub = "token.actions.";
constexpr std::string_view kEnterprise = ".ghe.com";
bool is_github_enterprise(std::string_view issuer) {
  return issuer.starts_with(kGitHub) && issuer.ends_with(kEnterprise) &&
         issuer.size() > kGitHub.size() + kEnterprise.size();
}

bool is_kept_key(std::string_view key) {
  const bool listed = std::any_of(kKeptKeys.begin(), kKeptKeys.end(), [&](std::string_view each) {
    return equals_ignore_case(each, key);
  });
  const ContextKey* const row = find_context_key(key);
  return listed || (row != nullptr && row->type != KeyType::String && row->type != KeyType::Arn &&
                    row->type != KeyType::Binary);
}

bool is_owned_by_aws(std::string_view text) {
  const auto arn = Arn::split(text);
  return arn && arn->account == "aws";
}

// Whether the object is an AWS-managed policy, or the attachment of one.
bool is_policy_of_aws(const JsonValue& object) {
  const auto summary = object.find("PolicySummary");
  return is_owned_by_aws(object.string_at("Arn")) ||
         is_owned_by_aws(object.string_at("PolicyArn")) ||
         (summary && is_owned_by_aws(summary->string_at("Arn")));
}

bool is_kept_member(std::string_view name) {
  return lists_word(kKeptMembers, name) || name.ends_with("Date") || name.ends_with("Time") ||
         name.ends_with("Timestamp");
}

}  // namespace

// Learns or replaces words and texts.
struct EstateRedactor::Parts {
  explicit Parts(std::uint64_t seed) : pseudonyms(seed) {}

  std::string word(std::string_view word, Pseudonyms::Edge wildcard) {
    if (learning) {
      pseudonyms.learn(word, wildcard);
      return std::string(word);
    }
    if (word == kNoAccount) return std::string(word);
    if (is_account_id(word)) return pseudonyms.replace_account(word);
    const bool unique = word.size() > 15 && lists_word(kUniqueIds, word.substr(0, 4));
    if (unique) return std::string(word.substr(0, 4)) + pseudonyms.replace(word.substr(4));
    return pseudonyms.replace(word);
  }

  // Replaces the words of a text. The text between them is kept, and so are `kept` words.
  template <typename Kept>
  std::string words(std::string_view text, Kept kept) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
      if (text.substr(at, 2) == "${") {
        const std::size_t end = std::min(text.find('}', at), text.size() - 1);
        result += variable(text.substr(at, end + 1 - at));
        at = end + 1;
        continue;
      }
      if (const std::size_t size = letter_size(text.substr(at)); size > 0) {
        result +=
            learning ? text.substr(at, size) : pseudonyms.replace_letter(text.substr(at, size));
        at += size;
        continue;
      }
      std::size_t end = at;
      while (end < text.size() && is_word(text[end])) ++end;
      if (end == at) {
        result += text[at++];
        continue;
      }
      const std::string_view one = text.substr(at, end - at);
      const bool before = at > 0 && (is_wildcard(text[at - 1]) || text[at - 1] == '}');
      const bool after = end < text.size() && (is_wildcard(text[end]) || text[end] == '$');
      const auto edge = before && after ? Pseudonyms::Edge::Both
                        : before        ? Pseudonyms::Edge::Before
                        : after         ? Pseudonyms::Edge::After
                                        : Pseudonyms::Edge::None;
      result += kept(text, at, one) ? std::string(one) : word(one, edge);
      at = end;
    }
    return result;
  }

  std::string words(std::string_view text) {
    return words(text, [](std::string_view whole, std::size_t at, std::string_view one) {
      const bool first = at == 0 || whole[at - 1] == '/';
      const std::string_view next = whole.substr(at + one.size(), 1);
      const bool id = first && lists_word(kIdBeginnings, one) && next == "-";
      // Tags that begin with `aws:` are set by AWS.
      return id || (at == 0 && one == "aws" && next == ":") || one == "true" || one == "false";
    });
  }

  // `${aws:PrincipalTag/team, 'none'}`.
  std::string variable(std::string_view text) {
    if (text.size() < 4 || !text.ends_with('}')) return words(text.substr(2)).insert(0, "${");
    const std::string_view inner = text.substr(2, text.size() - 3);
    const std::size_t comma = std::min(inner.find(','), inner.size());
    return fmt::format("${{{}{}}}", key(inner.substr(0, comma)), words(inner.substr(comma)));
  }

  // A condition key. A tag key in it is redacted, and so is an issuer that is not shared.
  std::string key(std::string_view name) {
    const std::size_t tag = tag_of_key(name);
    if (tag > 0) return std::string(name.substr(0, tag)) + words(name.substr(tag));
    if (!is_issuer_key(name)) return std::string(name);
    const IssuerKey parts = split_issuer_key(name);
    return fmt::format("{}:{}", issuer(parts.issuer), parts.claim);
  }

  std::string issuer(std::string_view text) {
    if (is_github_enterprise(text)) {
      const std::size_t size = text.size() - kGitHub.size() - kEnterprise.size();
      return fmt::format("{}{}{}", kGitHub, words(text.substr(kGitHub.size(), size)), kEnterprise);
    }
    const std::size_t scheme = text.size() - without_scheme(text).size();
    const std::size_t kept = scheme + shared_part(text.substr(scheme));
    return std::string(text.substr(0, kept)) + words(text.substr(kept));
  }

  std::string segments(std::string_view text) {
    std::string result;
    bool first = true;
    for (const std::string_view each : split_outside(text, '/')) {
      if (!std::exchange(first, false)) result += '/';
      result += segment(each);
    }
    return result;
  }

  std::string segment(std::string_view text) {
    const bool known = lists_word(kKnownNames, text) || ids_of_aws.contains(text);
    if (known || is_of_aws(text) || is_region_name(text)) return std::string(text);
    std::size_t kept = 0;
    const std::size_t begin = std::min(text.find_first_not_of("*?"), text.size());
    const std::string_view name = text.substr(begin);
    if (name.starts_with(kPermissionSet)) kept = begin + kPermissionSet.size();
    if (name.starts_with(kServiceLinked)) kept = std::min(text.find('_'), text.size());
    return std::string(text.substr(0, kept)) + words(text.substr(kept));
  }

  // Partition, service and Region are kept, unless a pattern spans them.
  std::string arn(std::string_view text) {
    const auto parts = split_outside(text, ':');
    if (parts.size() > 5 && parts[4] == "aws") return std::string(text);
    std::string result;
    for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 5); ++i) {
      result += is_arn_word(parts[i], i) ? std::string(parts[i]) : words(parts[i]);
      if (i + 1 < parts.size()) result += ':';
    }
    if (parts.size() < 6) return result;
    std::string_view resource =
        text.substr(static_cast<std::size_t>(parts[5].data() - text.data()));
    const std::size_t end = resource.find_first_of("/:");
    if (end == std::string_view::npos || lists_word(kNamesFirst, parts[2])) {
      return result + (is_type_pattern(resource) ? std::string(resource) : segments(resource));
    }
    const std::string_view type = resource.substr(0, end);
    result += resource.substr(0, end + 1);
    resource.remove_prefix(end + 1);
    if (type == "role" && resource.starts_with("aws-service-role/")) {
      return result + std::string(resource);
    }
    return result + (type == "oidc-provider" ? issuer(resource) : segments(resource));
  }

  // `role*`.
  static bool is_type_pattern(std::string_view text) {
    constexpr auto kTypes = std::to_array<std::string_view>(
        {"assumed-role", "group", "instance-profile", "policy", "role", "user"});
    while (!text.empty() && is_wildcard(text.back())) text.remove_suffix(1);
    return lists_word(kTypes, text);
  }

  std::string text(std::string_view text) {
    if (text.starts_with("arn:")) return arn(text);
    if (is_of_aws(text) || is_region_name(text)) return std::string(text);
    if (shared_part(without_scheme(text)) > 0 || is_github_enterprise(text)) return issuer(text);
    const bool subject = std::any_of(kSubjects.begin(), kSubjects.end(),
                                     [&](std::string_view each) { return text.starts_with(each); });
    if (subject) {
      return words(text, [](std::string_view, std::size_t, std::string_view one) {
        return lists_word(kSubjectWords, one);
      });
    }
    const std::size_t scheme = text.size() - without_scheme(text).size();
    return std::string(text.substr(0, scheme)) + segments(text.substr(scheme));
  }

  Pseudonyms pseudonyms;
  bool learning = true;
  // Tags and claims that some condition compares as numbers, times, ...; in lower case.
  std::set<std::string, std::less<>> typed{};
  std::set<std::string, std::less<>> ids_of_aws{};  // Ids of AWS's own policies of organizations.
};

// Visits one document from its root to its leaves.
class EstateRedactor::Walk {
 public:
  Walk(Parts& parts, JsonWriter& out) : parts_(parts), out_(out) {}

  void value(const JsonValue& value, std::string_view member) {
    if (is_kept_member(member)) return kept(value);
    switch (value.kind()) {
      case JsonKind::Object:
        return object(value, member);
      case JsonKind::Array:
        out_.begin_array();
        for (const JsonValue each : value) this->value(each, member);
        return out_.end_array();
      case JsonKind::String:
        return out_.string(member == "UnreadEntities" ? entity(value.string())
                                                      : parts_.text(value.string()));
      case JsonKind::Number:
        // Those of conditions stand for texts.
        if (!member.empty() && !is_account_id(value.raw())) return kept(value);
        return out_.string(parts_.text(value.raw()));
      default:
        return out_.raw(value.raw());
    }
  }

 private:
  void kept(const JsonValue& value) { out_.raw(value.raw()); }

  void object(const JsonValue& value, std::string_view member) {
    if (member == "Condition") return conditions(value);
    if (is_policy_of_aws(value)) {
      const auto summary = value.find("PolicySummary");
      if (summary && parts_.learning) parts_.ids_of_aws.emplace(summary->string_at("Id"));
      return kept(value);
    }
    const bool tags = lists_word(kTagMembers, member);
    const bool context = member == "context" || member == "claims";
    const bool typed = parts_.typed.contains(ascii_lower(value.string_at("Key")));
    out_.begin_object();
    for (auto it = value.begin(); it != value.end(); ++it) {
      const JsonValue each = *it;
      if (context) {
        condition(it.key(), each);
      } else {
        out_.key(tags ? parts_.words(it.key()) : std::string(it.key()));
        if (member.empty() && it.key() == "open") {
          keys(each);
        } else if ((typed && it.key() == "Value") ||
                   (tags && parts_.typed.contains(ascii_lower(it.key())))) {
          typed_values(each, false);
        } else {
          this->value(each, tags ? std::string_view() : it.key());
        }
      }
    }
    out_.end_object();
  }

  void conditions(const JsonValue& operators) {
    out_.begin_object();
    for (auto it = operators.begin(); it != operators.end(); ++it) {
      const JsonValue block = *it;
      out_.key(it.key());
      if (!block.is(JsonKind::Object)) {
        value(block, "");
        continue;
      }
      out_.begin_object();
      for (auto entry = block.begin(); entry != block.end(); ++entry) {
        const JsonValue values = *entry;
        if (is_kept_operator(it.key())) {
          // Null tests only that a key is present, and says nothing about its values.
          if (!starts_with_ignore_case(it.key(), "null"))
            parts_.typed.insert(bare_key(entry.key()));
          out_.key(parts_.key(entry.key()));
          typed_values(values, is_kept_key(entry.key()));
        } else {
          condition(entry.key(), values);
        }
      }
      out_.end_object();
    }
    out_.end_object();
  }

  void condition(std::string_view key, const JsonValue& values) {
    out_.key(parts_.key(key));
    const bool known = is_kept_key(key);
    if (known || parts_.typed.contains(bare_key(key))) return typed_values(values, known);
    value(values, "");
  }

  // Whether a value is kept: a number, time or address, or any value of a key whose values are not
  // a customer's.
  void typed_values(const JsonValue& value, bool known) {
    if (value.is(JsonKind::String)) {
      const std::string_view text = value.string();
      const bool stays = text.find("${") == std::string_view::npos && (known || is_plain(text));
      return out_.string(stays ? std::string(text) : parts_.words(text));
    }
    if (!value.is(JsonKind::Array)) return kept(value);
    out_.begin_array();
    for (const JsonValue each : value) typed_values(each, known);
    out_.end_array();
  }

  static bool is_plain(std::string_view text) {
    return text.find_first_not_of("0123456789.:/+-TZeE ") == std::string_view::npos ||
           equals_ignore_case(text, "true") || equals_ignore_case(text, "false") ||
           Cidr::parse(text).has_value();
  }

  void keys(const JsonValue& list) {
    if (!list.is(JsonKind::Array)) return kept(list);
    out_.begin_array();
    for (const JsonValue each : list) {
      out_.string(each.is(JsonKind::String) ? parts_.key(each.string()) : "");
    }
    out_.end_array();
  }

  // `user/ann`.
  std::string entity(std::string_view text) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    return std::string(text.substr(0, slash)) + parts_.words(text.substr(slash));
  }

  Parts& parts_;
  JsonWriter& out_;
};

EstateRedactor::EstateRedactor(std::uint64_t seed) : parts_(std::make_unique<Parts>(seed)) {}
EstateRedactor::~EstateRedactor() = default;

void EstateRedactor::learn(const std::string& json) {
  const auto parsed = AwsAnswer::parse(json);
  if (!parsed) return;
  parts_->learning = true;
  JsonWriter ignored(0);
  Walk(*parts_, ignored).value(parsed->root(), "");
}

std::optional<std::string> EstateRedactor::redact(const std::string& json) {
  const auto parsed = AwsAnswer::parse(json);
  if (!parsed) return std::nullopt;
  parts_->learning = false;
  JsonWriter out;
  Walk(*parts_, out).value(parsed->root(), "");
  return out.text() + "\n";
}

std::string EstateRedactor::redact_file_name(std::string_view name) {
  constexpr std::size_t kAccount = 12;
  if (!is_account_id(name.substr(0, kAccount))) return std::string(name);
  return parts_->pseudonyms.replace_account(name.substr(0, kAccount)) +
         std::string(name.substr(kAccount));
}

}  // namespace rolecall
