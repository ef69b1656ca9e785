// SPDX-License-Identifier: Apache-2.0
#include "eval/policy_compare_callers.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

namespace rolecall::compare {

namespace {

constexpr std::string_view kOtherAccount = "999999999999";

// The form of the ARNs of one kind of caller.
struct CallerForm {
  CallerKind kind{};
  std::string_view service{};
  std::string_view resource{};  // Begins the resource part.
  CharClass path = CharClass::Path;
  bool named = true;  // A path and a name follow.
};
constexpr auto kForms = std::to_array<CallerForm>({
    {CallerKind::RoleSession, "iam", "role/", CharClass::Path, true},
    {CallerKind::User, "iam", "user/", CharClass::Path, true},
    {CallerKind::Root, "iam", "root", CharClass::Path, false},
    {CallerKind::FederatedUser, "sts", "federated-user/", CharClass::Name, true},
});
// The root user and GetFederationToken sessions cannot assume a role (docs/evaluation.md E1.2).
constexpr std::size_t kAssumingForms = 2;

TextPattern shape_of(const CallerForm& form, std::string_view partition) {
  constexpr std::size_t kAccountDigits = 12;
  TextPattern shape;
  append_exact(shape, fmt::format("arn:{}:{}::", partition, form.service));
  append_class(shape, CharClass::Digit, kAccountDigits);
  append_exact(shape, fmt::format(":{}", form.resource));
  if (!form.named) return shape;
  append_run(shape, form.path);
  append_class(shape, CharClass::Name, 1);
  return shape;
}

class CallerMaker {
 public:
  CallerMaker(const CallerDistinctions& distinctions, const ComparisonLimits& limits)
      : distinctions_(distinctions), limits_(limits) {
    for (const PrincipalElement* each : distinctions.elements) {
      if (each->account.empty() || each->form == PrincipalForm::OidcProvider ||
          each->form == PrincipalForm::SamlProvider) {
        continue;
      }
      accounts_.emplace(each->account);
      if (each->partition.empty()) continue;
      partitions_.emplace(each->partition);
      homes_.emplace(each->account, each->partition);
    }
    for (const ConditionRef& ref : distinctions.conditions) {
      for (const Text& value : ref.condition->values) {
        const auto arn = Arn::split(value.value);
        if (arn && is_known_partition(arn->partition)) partitions_.emplace(arn->partition);
      }
    }
  }

  CallerSamples make() {
    const bool trust = distinctions_.kind == PolicyKind::Trust;
    const std::size_t forms = trust ? kAssumingForms : kForms.size();
    for (const std::string_view partition : partitions_) {
      for (std::size_t i = 0; i < forms; ++i) add_signed(kForms[i], partition);
    }
    if (names_principals(distinctions_.kind)) {
      add_services();
      add_providers(CallerKind::Oidc, "oidc-provider/oidc.example.com");
      add_providers(CallerKind::Saml, "saml-provider/example");
      if (!trust) add({.kind = CallerKind::Anonymous});
    }
    return std::move(made_);
  }

 private:
  void add(Caller caller) {
    if (made_.samples.size() >= limits_.callers) {
      made_.complete = false;
      return;
    }
    CallerSample sample;
    sample.caller = std::move(caller);
    if (sample.caller.is_signed()) {
      const bool role = sample.caller.kind == CallerKind::RoleSession;
      sample.context.set("aws:PrincipalArn", role ? sample.caller.role_arn : sample.caller.arn,
                         KeyOrigin::Derived);
      sample.context.set("aws:PrincipalAccount", sample.caller.account, KeyOrigin::Derived);
    }
    made_.samples.push_back(std::move(sample));
  }

  // Adds the caller with and without a permissions boundary, and with each unique id in the
  // documents.
  void add_variants(const Caller& caller) {
    std::vector<std::string_view> ids = {""};
    const std::string_view prefix = caller.kind == CallerKind::User ? "AIDA" : "AROA";
    for (const PrincipalElement* each : distinctions_.elements) {
      if (each->form == PrincipalForm::UniqueId && each->value.value.starts_with(prefix) &&
          std::find(ids.begin(), ids.end(), each->value.value) == ids.end()) {
        ids.push_back(each->value.value);
      }
    }
    for (const std::string_view id : ids) {
      for (const bool boundary : {false, true}) {
        if (boundary && !distinctions_.boundary) continue;
        Caller variant = caller;
        variant.unique_id = id;
        variant.has_boundary = boundary;
        add(std::move(variant));
      }
    }
  }

  void add_session_variants(Caller caller) {
    std::vector<std::string> sessions;
    for (const PrincipalElement* each : distinctions_.elements) {
      if (each->form == PrincipalForm::Session && each->account == caller.account &&
          each->name == caller.name) {
        sessions.emplace_back(each->session_name);
      }
    }
    std::sort(sessions.begin(), sessions.end());
    sessions.erase(std::unique(sessions.begin(), sessions.end()), sessions.end());
    std::string other = "session";
    while (std::binary_search(sessions.begin(), sessions.end(), other)) other += 'x';
    sessions.push_back(std::move(other));
    for (const std::string& session : sessions) {
      caller.session_name = session;
      caller.arn = fmt::format("arn:{}:sts::{}:assumed-role/{}/{}", caller.partition,
                               caller.account, caller.name, session);
      add_variants(caller);
    }
  }

  // An account belongs to the partition the documents name it with.
  [[nodiscard]] bool at_home(std::string_view account, std::string_view partition) const {
    if (homes_.contains({account, partition})) return true;
    const auto home = homes_.lower_bound({account, ""});
    if (home != homes_.end() && home->first == account) return false;
    return partition == "aws" || !accounts_.contains(account);
  }

  void add_signed(const CallerForm& form, std::string_view partition) {
    const TextPattern shape = shape_of(form, partition);
    const TextCells cells = text_cells(patterns_of(form, partition), &shape,
                                       seeds_of(form, partition), limits_.text_steps);
    made_.complete = made_.complete && cells.complete;
    for (const std::string& arn : cells.samples) {
      const auto parsed = IamArn::parse(arn);
      if (!parsed || !at_home(parsed->account, partition)) continue;
      Caller caller;
      caller.kind = form.kind;
      caller.partition = partition;
      caller.account = parsed->account;
      caller.name = parsed->name;
      if (form.kind == CallerKind::RoleSession) {
        caller.role_arn = arn;
        add_session_variants(std::move(caller));
      } else {
        caller.arn = arn;
        add_variants(caller);
      }
    }
  }

  [[nodiscard]] std::vector<TextPattern> patterns_of(const CallerForm& form,
                                                     std::string_view partition) {
    std::vector<TextPattern> patterns;
    const auto exact = [&](std::string_view text) { append_exact(patterns.emplace_back(), text); };
    const std::string prefix = fmt::format("arn:{}:{}::", partition, form.service);
    for (const std::string_view account : accounts_) {
      exact(fmt::format("{}{}:", prefix, account));
      append_run(patterns.back(), CharClass::Any);
    }
    for (const PrincipalElement* each : distinctions_.elements) {
      if (each->value.value.starts_with(prefix)) exact(each->value.value);
      if (each->form != PrincipalForm::Session || form.kind != CallerKind::RoleSession) continue;
      // A session does not show the path of its role.
      exact(fmt::format("{}{}:role/{}", prefix, each->account, each->name));
      exact(fmt::format("{}{}:role/", prefix, each->account));
      append_run(patterns.back(), CharClass::Any);
      append_exact(patterns.back(), fmt::format("/{}", each->name));
    }
    for (const ConditionRef& ref : distinctions_.conditions) {
      for (const Text& value : ref.condition->values)
        add_condition(ref, value.value, prefix, patterns);
    }
    return patterns;
  }

  void add_condition(const ConditionRef& ref, std::string_view value, std::string_view prefix,
                     std::vector<TextPattern>& patterns) {
    auto pattern = value_pattern(ref, value);
    if (!pattern) {
      // An operator that does not compare texts may distinguish more ARNs than the samples show.
      const OperatorFamily family = ref.condition->operation->family;
      made_.complete = made_.complete && (family == OperatorFamily::Null ||
                                          family == OperatorFamily::Arn || has_open_variable(ref));
      return;
    }
    if (equals_ignore_case(ref.condition->key.value, "aws:PrincipalArn")) {
      patterns.push_back(*std::move(pattern));
      return;
    }
    TextPattern& whole = patterns.emplace_back();
    append_exact(whole, prefix);
    for (TextStep step : *pattern) {
      if (step.of == CharClass::Any) step.of = CharClass::NotColon;
      whole.push_back(step);
    }
    append_exact(whole, ":");
    append_run(whole, CharClass::Any);
  }

  // ARNs from the documents, which are better to read than made-up ones.
  [[nodiscard]] std::vector<std::string> seeds_of(const CallerForm& form,
                                                  std::string_view partition) const {
    std::vector<std::string> seeds;
    for (const PrincipalElement* each : distinctions_.elements) {
      seeds.emplace_back(each->value.value);
      if (each->form == PrincipalForm::Session) {
        seeds.push_back(format_role_arn(partition, each->account, each->name));
      }
    }
    for (const ConditionRef& ref : distinctions_.conditions) {
      for (const Text& value : ref.condition->values) seeds.push_back(filled_in(value.value));
    }
    std::vector<std::string_view> accounts(accounts_.begin(), accounts_.end());
    accounts.push_back(kOtherAccount);
    for (const std::string_view account : accounts) {
      seeds.push_back(fmt::format("arn:{}:{}::{}:{}{}", partition, form.service, account,
                                  form.resource, form.named ? "example" : ""));
    }
    return seeds;
  }

  void add_services() {
    std::vector<std::string> services;
    const auto add_service = [&](std::string_view name) {
      const auto same = [&](const std::string& each) { return equals_ignore_case(each, name); };
      if (!std::any_of(services.begin(), services.end(), same)) services.emplace_back(name);
    };
    for (const PrincipalElement* each : distinctions_.elements) {
      if (each->form == PrincipalForm::Service) add_service(each->value.value);
    }
    std::string other = "example.amazonaws.com";
    const std::size_t named = services.size();
    for (add_service(other); services.size() == named; add_service(other)) other.insert(0, 1, 'x');
    for (std::string& each : services) {
      Caller caller;
      caller.kind = CallerKind::Service;
      caller.services.push_back(std::move(each));
      add(std::move(caller));
    }
  }

  void add_providers(CallerKind kind, std::string_view resource) {
    std::vector<std::string> providers;
    const auto add_provider = [&](const std::string& name) {
      const auto same = [&](const std::string& each) {
        return kind == CallerKind::Oidc ? same_provider(each, name) : each == name;
      };
      if (!std::any_of(providers.begin(), providers.end(), same)) providers.push_back(name);
    };
    for (const PrincipalElement* each : distinctions_.elements) {
      const bool oidc =
          each->form == PrincipalForm::OidcProvider || each->form == PrincipalForm::WellKnownIssuer;
      const bool saml = each->form == PrincipalForm::SamlProvider;
      if (kind == CallerKind::Oidc ? oidc : saml) add_provider(std::string(each->value.value));
    }
    std::string other = fmt::format("arn:aws:iam::{}:{}", kOtherAccount, resource);
    const std::size_t named = providers.size();
    for (add_provider(other); providers.size() == named; add_provider(other)) other += 'x';
    for (const std::string& each : providers) {
      Caller caller;
      caller.kind = kind;
      caller.provider = each;
      if (kind == CallerKind::Oidc) {
        const auto arn = IamArn::parse(each);
        caller.issuer = arn ? arn->name : std::string_view(each);
      }
      add(std::move(caller));
    }
  }

  const CallerDistinctions& distinctions_;
  const ComparisonLimits& limits_;
  std::set<std::string_view> partitions_ = {"aws"};
  std::set<std::string_view> accounts_;
  std::set<std::pair<std::string_view, std::string_view>> homes_;  // Account and partition.
  CallerSamples made_;
};

}  // namespace

bool follows_from_caller(std::string_view key) {
  return equals_ignore_case(key, "aws:PrincipalArn") ||
         equals_ignore_case(key, "aws:PrincipalAccount");
}

CallerSamples caller_samples(const CallerDistinctions& distinctions,
                             const ComparisonLimits& limits) {
  return CallerMaker(distinctions, limits).make();
}

}  // namespace rolecall::compare
