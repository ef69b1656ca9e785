// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "rolecall/base/text.h"
#include "rolecall/eval/policy_variable.h"
#include "rolecall/iam/arn.h"

#include "trust/neutral_reader.h"

namespace rolecall {

namespace {

// A derived value; one that the request must have but that cannot be derived; or none.
struct Derived {
  KeyState state = KeyState::Absent;
  std::string value{};
};
Derived known(std::string value) {
  return {KeyState::Known, std::move(value)};
}
Derived known_if(bool there, std::string_view value) {
  return there ? known(std::string(value)) : Derived{};
}
Derived never_absent() {
  return {KeyState::Unknown, {}};
}

Derived principal_arn(const NeutralCase& in) {
  const Caller& caller = in.caller;
  switch (caller.kind) {
    case CallerKind::User:
    case CallerKind::Root:
    case CallerKind::FederatedUser:
      return known(caller.arn);
    case CallerKind::RoleSession:
      // The ARN of a session does not have the role's path. As a case is whole, it has no path
      // then.
      return known(caller.path_known
                       ? caller.role_arn
                       : format_role_arn(caller.partition, caller.account, caller.name));
    case CallerKind::Account:
      return never_absent();
    default:
      return {};
  }
}

Derived principal_account(const NeutralCase& in) {
  if (in.caller.kind == CallerKind::Anonymous) return known("anonymous");
  return known_if(in.caller.is_signed(), in.caller.account);
}

Derived principal_type(const NeutralCase& in) {
  switch (in.caller.kind) {
    case CallerKind::User:
      return known("User");
    case CallerKind::RoleSession:
      return known("AssumedRole");
    case CallerKind::Root:
      return known("Account");
    case CallerKind::FederatedUser:
      return known("FederatedUser");
    case CallerKind::Anonymous:
      return known("Anonymous");
    case CallerKind::Account:
      return never_absent();
    default:
      return {};
  }
}

Derived user_id(const NeutralCase& in) {
  const Caller& caller = in.caller;
  if (caller.kind == CallerKind::Root) return known(caller.account);
  if (caller.kind == CallerKind::FederatedUser) return known(caller.account + ":" + caller.name);
  return caller.is_signed() ? never_absent() : Derived{};
}

Derived user_name(const NeutralCase& in) {
  return known_if(in.caller.kind == CallerKind::User, in.caller.name);
}

Derived is_service(const NeutralCase& in) {
  if (in.caller.kind == CallerKind::Service) return known("true");
  return known_if(in.caller.is_signed(), "false");
}

Derived service_name(const NeutralCase& in) {
  return known_if(in.caller.kind == CallerKind::Service, in.principal);
}

Derived federated_provider(const NeutralCase& in) {
  return known_if(in.caller.kind == CallerKind::Oidc, in.caller.provider);
}

Derived resource_account(const NeutralCase& in) {
  return known_if(!in.resource_account.empty(), in.resource_account);
}

bool is_action_of(const NeutralCase& in, std::string_view prefix) {
  return starts_with_ignore_case(in.authorization.action, prefix);
}

Derived kms_caller_account(const NeutralCase& in) {
  return known_if(in.caller.is_signed() && is_action_of(in, "kms:"), in.caller.account);
}

Derived s3_resource_account(const NeutralCase& in) {
  return known_if(!in.resource_account.empty() && is_action_of(in, "s3:"), in.resource_account);
}

struct DerivedKey {
  std::string_view name{};
  Derived (*value)(const NeutralCase& in) = nullptr;
  std::uint64_t hash = hash_ignore_case(name);
};

// The context keys that the policies use; others are not derived. Policies with variables count as
// using all of them, for simplicity.
class KeysInUse {
 public:
  explicit KeysInUse(const NeutralCase& in) {
    for (const Policy& policy : in.kept) {
      for (const Statement& statement : policy.statements) add(policy, statement);
    }
  }
  [[nodiscard]] bool contains(std::uint64_t key_hash) const {
    return variables_ || std::find(hashes_.begin(), hashes_.end(), key_hash) != hashes_.end();
  }

 private:
  void add(const Policy& policy, const Statement& statement) {
    const auto varies = [](const Text& each) { return has_variable(each.value); };
    const auto any_varies = [&](const std::vector<Text>& texts) {
      return std::any_of(texts.begin(), texts.end(), varies);
    };
    variables_ = variables_ || (policy.variables && any_varies(statement.resource.items));
    for (const Condition& condition : statement.conditions) {
      hashes_.push_back(condition.key_hash);
      variables_ = variables_ || (policy.variables && any_varies(condition.values));
    }
  }

  std::vector<std::uint64_t> hashes_;
  bool variables_ = false;
};

// docs/evaluation.md E3.3; the last three are the same in every call of AWS's own clients.
constexpr auto kDerivedKeys = std::to_array<DerivedKey>({
    {"aws:PrincipalArn", principal_arn},
    {"aws:PrincipalAccount", principal_account},
    {"aws:PrincipalType", principal_type},
    {"aws:userid", user_id},
    {"aws:username", user_name},
    {"aws:PrincipalIsAWSService", is_service},
    {"aws:PrincipalServiceName", service_name},
    {"aws:PrincipalServiceNamesList", service_name},
    {"aws:FederatedProvider", federated_provider},
    {"aws:ResourceAccount", resource_account},
    {"kms:CallerAccount", kms_caller_account},
    {"s3:ResourceAccount", s3_resource_account},
    {"aws:SecureTransport", [](const NeutralCase&) { return known("true"); }},
    {"aws:ViaAWSService", [](const NeutralCase&) { return known("false"); }},
});

}  // namespace

void derive_neutral_context(NeutralCase& result) {
  RequestContext& context = result.authorization.context;
  const KeysInUse in_use(result);
  for (const DerivedKey& key : kDerivedKeys) {
    if (!in_use.contains(key.hash) || context.is_set(key.name)) continue;
    Derived derived = key.value(result);
    if (derived.state == KeyState::Known) {
      context.set(key.name, std::move(derived.value), KeyOrigin::Derived);
    } else if (derived.state == KeyState::Unknown) {
      context.set_unknown(key.name, /*never_absent=*/true);
    }
  }
  // AWS does not document these keys for calls with a token or an assertion (E9.1).
  const CallerKind kind = result.caller.kind;
  if (kind != CallerKind::Oidc && kind != CallerKind::Saml) return;
  if (!context.is_set("aws:PrincipalAccount")) {
    context.set_candidates("aws:PrincipalAccount", {"anonymous"});
  }
  for (const std::string_view key : {"aws:PrincipalType", "aws:userid"}) {
    if (!context.is_set(key)) context.set_unknown(key);
  }
}

}  // namespace rolecall
