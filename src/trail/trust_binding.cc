// SPDX-License-Identifier: Apache-2.0
#include "trail/trust_binding.h"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

// A placeholder for the ARN of a trust policy's role. Its account is that of a provider that the
// policy names, which is always in the role's account, or else unknown.
std::string unnamed_role(const Policy& trust) {
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
  return format_role_arn(partition, account, "ROLE");
}

class Binder {
 public:
  Binder(std::vector<Question>& questions, Estate& estate, Diagnostics& diagnostics)
      : questions_(questions), estate_(estate), diagnostics_(diagnostics) {}

  void bind_given(const Policy& policy) {
    std::set<std::string> roles;
    for (const Question& each : questions_) {
      if (!each.request.role.empty()) roles.insert(each.request.role);
    }
    if (roles.size() > 1) {
      return not_used(policy,
                      fmt::format("the trust policy is not used: it does not say which of the {} "
                                  "roles in question is its own",
                                  roles.size()),
                      "name the role with --to ROLE");
    }
    for (const std::string& role : roles) attach(role, policy);
    bind_to_nobody(policy);
  }

  // Returns whether some question named no role.
  bool bind_to_nobody(const Policy& policy) {
    bool bound = false;
    for (Question& each : questions_) {
      if (!each.request.role.empty()) continue;
      each.request.role = unnamed_role(policy);
      attach(each.request.role, policy);
      bound = true;
    }
    return bound;
  }

  void bind_bare(bool given) {
    std::vector<const BarePolicy*> trusts;
    std::vector<std::string> trust_files;
    std::vector<std::string> other_files;
    for (const BarePolicy& each : estate_.bare_policies) {
      if (each.policy == nullptr) continue;
      if (each.policy->kind == PolicyKind::Trust) {
        trusts.push_back(&each);
        trust_files.push_back(fmt::format("`{}`", each.file));
      } else {
        other_files.push_back(fmt::format("`{}`", each.file));
      }
    }
    if (!other_files.empty()) {
      warn(fmt::format("a policy that nothing refers to is recognized and not used: {}",
                       join_list(other_files)),
           {}, "");
    }
    if (trusts.empty()) return;
    if (trusts.size() == 1 && !given && bind_to_nobody(*trusts[0]->policy)) {
      diagnostics_.add({Severity::Note,
                        DiagnosticCode::TakenFor,
                        fmt::format("{} is taken for the trust policy of the role, which nobody "
                                    "named",
                                    trust_files[0]),
                        {},
                        "name the role with --to ROLE",
                        {}});
      return;
    }
    warn(fmt::format("a trust policy that does not say which role's it is is recognized and not "
                     "used: {}",
                     join_list(trust_files)),
         {}, "give the one that is meant with --trust-policy FILE");
  }

 private:
  void warn(std::string message, Span at, std::string help) {
    diagnostics_.warning(DiagnosticCode::NotUsed, std::move(message), at, std::move(help));
  }
  void not_used(const Policy& policy, std::string message, std::string help) {
    const Span first{policy.at.document, policy.at.begin, policy.at.begin + 1};
    warn(std::move(message), first, std::move(help));
  }

  void attach(const std::string& text, const Policy& policy) {
    const auto arn = IamArn::parse(text);
    if (!arn || arn->form != ArnForm::Role) {
      return not_used(
          policy, fmt::format("the trust policy is not used: `{}` is not a role ARN", text), "");
    }
    const Account* account = estate_.find_account(arn->account);
    const Role* known = estate_.find_role(text);
    if (known == nullptr && account != nullptr && account->has_roles) {
      return not_used(policy,
                      fmt::format("the trust policy is not used: the export of account {} has no "
                                  "role `{}`",
                                  arn->account, text),
                      "");
    }
    Role role;
    if (known != nullptr) {
      const bool differs =
          known->trust != nullptr && format_policy(*known->trust) != format_policy(policy);
      if (differs) {
        diagnostics_.warning(DiagnosticCode::InputsDiffer,
                             fmt::format("the inputs hold two trust policies of `{}`: that of "
                                         "--trust-policy is used, that of `{}` is not",
                                         text, estate_.sources().locate(known->trust_at).file));
      }
      role = *known;
    } else {
      role.arn = estate_.sources().keep(text);
      const auto kept = IamArn::parse(role.arn);
      role.name = kept->name;
      role.path = kept->path;
      role.complete = role.has_tags = false;
    }
    role.trust = &policy;
    role.trust_at = policy.at;
    static_cast<void>(estate_.account(arn->account).add(std::move(role)));
  }

  std::vector<Question>& questions_;
  Estate& estate_;
  Diagnostics& diagnostics_;
};

}  // namespace

void bind_trust_policies(const Policy* given, std::vector<Question>& questions, Estate& estate,
                         Diagnostics& diagnostics) {
  Binder binder(questions, estate, diagnostics);
  if (given != nullptr) binder.bind_given(*given);
  binder.bind_bare(given != nullptr);
}

}  // namespace rolecall
