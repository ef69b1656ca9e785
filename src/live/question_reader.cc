// SPDX-License-Identifier: Apache-2.0
#include "live/question_reader.h"

#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "live/answer_text.h"

namespace rolecall {

namespace {

std::string list_text(std::string_view name, const std::vector<std::string>& texts,
                      const std::vector<std::string>& complete_for = {}) {
  JsonWriter out(0);
  out.begin_object();
  out.key(name);
  out.begin_array();
  for (const std::string& each : texts) out.raw(each);
  out.end_array();
  if (!complete_for.empty()) out.member_strings("CompleteForAccounts", complete_for);
  out.end_object();
  return indent_json(out.text());
}

// The account of an ARN; empty when it has none.
std::string account_of_role(const JsonValue& role) {
  const auto arn = IamArn::parse(role.string_at("Arn"));
  return arn && arn->form == ArnForm::Role ? std::string(arn->account) : std::string();
}

}  // namespace

QuestionReader::QuestionReader(std::vector<Access> accesses, Named named)
    : accesses_(std::move(accesses)), named_(named) {}

// The preferred access first; the others are used when it lacks a permission.
std::vector<const Access*> QuestionReader::of_account(std::string_view account,
                                                      std::optional<std::size_t> preferred) {
  std::vector<const Access*> found;
  for (const Access& each : accesses_) {
    if (each.account != account) continue;
    const bool first = preferred && &each == &accesses_[*preferred];
    found.insert(first ? found.begin() : found.end(), &each);
  }
  return found;
}

std::vector<const Access*> QuestionReader::accesses_to(std::string_view account,
                                                       std::optional<std::size_t> preferred,
                                                       std::string_view what,
                                                       std::string_view option) {
  std::vector<const Access*> found = of_account(account, preferred);
  if (found.empty()) {
    // Perhaps an access that was named for another purpose.
    for (Access& each : accesses_) identify(each);
    found = of_account(account, preferred);
  }
  if (found.empty()) {
    not_read_.push_back({std::string(what),
                         fmt::format("no profile that was named leads to account {}", account),
                         std::string(option)});
  }
  return found;
}

AccountDraft& QuestionReader::draft(const std::string& account) {
  return drafts_.try_emplace(account, account).first->second;
}

void QuestionReader::read(const WantedFacts& wanted) {
  read_role(wanted);
  read_caller(wanted);
}

// The ARN of the role, or of any other role if it does not exist, tells the account: no other call
// is needed.
void QuestionReader::place_role_access(std::string_view role, std::string_view account) {
  if (!named_.role || !accesses_[*named_.role].account.empty()) return;
  Access& access = accesses_[*named_.role];
  auto answer = access.client->call(AwsCall::GetRole, {{"RoleName", std::string(role)}});
  if (answer) access.account = account_of_role(*answer->root().find("Role"));
  AwsResult<std::vector<AwsAnswer>> others;
  if (!answer && answer.error().kind == AwsFailure::Kind::Missing) {
    others = access.client->call_pages(AwsCall::ListRoles);
    const auto roles = others ? elements_of(*others, "Roles") : std::vector<JsonValue>();
    if (!roles.empty()) access.account = account_of_role(roles.front());
  }
  identify(access);
  if (access.account != account) return;
  if (answer) return draft(access.account).know_role(role, *std::move(answer));
  if (others && !others->empty()) draft(access.account).know_roles(*others);
}

void QuestionReader::read_role(const WantedFacts& wanted) {
  const auto arn = IamArn::parse(wanted.role);
  if (!arn || arn->form != ArnForm::Role) return;
  const std::string account(arn->account);
  place_role_access(arn->name, account);
  auto accesses = accesses_to(account, named_.role, fmt::format("role `{}`", arn->name),
                              "--role-account-profile PROFILE");
  if (!accesses.empty()) {
    Asker asker(not_read_, std::move(accesses));
    draft(account).read_target(asker, arn->name, wanted.role);
    if (!wanted.provider.empty()) read_providers(asker, account, wanted.provider);
  }
  if (!std::exchange(organization_open_, true)) {
    organization_.open(accesses_, named_.organization ? &accesses_[*named_.organization] : nullptr);
  }
  if (wanted.rcps) organization_.read_path(account, OrganizationDraft::kResourceControl);
}

void QuestionReader::read_caller(const WantedFacts& wanted) {
  const auto arn = IamArn::parse(wanted.caller);
  if (!arn) return;
  const bool user = arn->form == ArnForm::User;
  if (!user && arn->form != ArnForm::Role && arn->form != ArnForm::Session) return;
  const std::string account(arn->account);
  auto accesses = accesses_to(account, std::nullopt, fmt::format("policies of `{}`", arn->name),
                              "--profile PROFILE");
  if (!accesses.empty()) {
    if (user) know_user(accesses, *arn, wanted.caller);
    Asker asker(not_read_, std::move(accesses));
    if (user) {
      draft(account).read_user(asker, arn->name);
    } else {
      draft(account).read_role(asker, arn->name);
    }
    if (!wanted.vpc_endpoint.empty()) read_endpoint(asker, wanted.vpc_endpoint);
  }
  organization_.read_path(account, OrganizationDraft::kServiceControl);
}

void QuestionReader::know_user(const std::vector<const Access*>& accesses, const IamArn& user,
                               std::string_view arn) {
  for (const Access* each : accesses) {
    if (each->user == nullptr || each->arn != arn) continue;
    // An access may be permitted what another one was refused.
    const CallResult<AwsAnswer>& told = *each->user;
    const bool refused = !told && told.error().kind == AwsFailure::Kind::Refused;
    if (told || (refused && accesses.size() == 1))
      draft(std::string(user.account)).know_user(user.name, each->user);
  }
}

void QuestionReader::read_providers(Asker& asker, const std::string& account,
                                    const std::string& provider) {
  const bool saml = provider.find(":saml-provider/") != std::string::npos;
  const std::string key = account + " " + (saml ? "saml" : provider);
  if (!providers_asked_.insert(key).second) return;
  const std::string what = fmt::format("identity providers of account {}", account);
  const bool whole = saml ? read_saml(asker, what) : read_oidc(asker, what, provider);
  if (whole) (saml ? saml_ : oidc_).accounts.push_back(account);
}

bool QuestionReader::read_oidc(Asker& asker, const std::string& what, const std::string& provider) {
  const auto list = asker.ask_pages(AwsCall::ListOpenIdConnectProviders, {}, what);
  if (!list) return false;
  const std::string own = fmt::format(":oidc-provider/{}", without_scheme(provider));
  for (const JsonValue each : elements_of(*list, "OpenIDConnectProviderList")) {
    const std::string arn(each.string_at("Arn"));
    JsonWriter out(0);
    out.begin_object();
    out.member("Arn", arn);
    // For other providers the ARN is enough.
    if (arn == provider || arn.ends_with(own)) {
      const auto details =
          asker.ask(AwsCall::GetOpenIdConnectProvider, {{"OpenIDConnectProviderArn", arn}},
                    fmt::format("identity provider {}", arn));
      if (!details) return false;
      copy_members(out, details->root());
    }
    out.end_object();
    oidc_.texts.push_back(out.text());
  }
  return true;
}

bool QuestionReader::read_saml(Asker& asker, const std::string& what) {
  const auto list = asker.ask_pages(AwsCall::ListSamlProviders, {}, what);
  if (!list) return false;
  for (const JsonValue each : elements_of(*list, "SAMLProviderList")) {
    JsonWriter out(0);
    copy_answer(out, each);
    saml_.texts.push_back(out.text());
  }
  return true;
}

void QuestionReader::read_endpoint(Asker& asker, const std::string& id) {
  if (!endpoints_asked_.insert(id).second) return;
  const std::string what = fmt::format("VPC endpoint `{}`", id);
  if (asker.region().empty()) {
    return asker.note({what, "it is not known in which Region it is", "--region REGION"});
  }
  const auto answer = asker.ask(AwsCall::DescribeVpcEndpoints, {{"VpcEndpointId.1", id}}, what);
  if (!answer) return;
  const JsonValue list = *answer->root().find("VpcEndpoints");
  if (list.size() == 0) {
    return asker.note({what, fmt::format("there is none in {}", asker.region()), {}});
  }
  JsonWriter out(0);
  copy_answer(out, *list.begin());
  endpoints_.emplace(id, out.text());
}

std::map<std::string, std::string> QuestionReader::files() const {
  std::map<std::string, std::string> all;
  const auto add = [&](std::string name, std::string text) {
    if (!text.empty()) all.emplace(std::move(name), std::move(text));
  };
  for (const auto& [account, each] : drafts_) {
    add(fmt::format("{}.gaad.json", account), each.gaad());
    add(fmt::format("{}.role-list.json", account), each.role_list());
    add(fmt::format("{}.roles.json", account), each.roles());
  }
  add("organization.json", organization_.text());
  const auto add_providers = [&](const char* file, std::string_view list, const Providers& of) {
    if (!of.accounts.empty()) add(file, list_text(list, of.texts, of.accounts));
  };
  add_providers("oidc-providers.json", "OpenIDConnectProviders", oidc_);
  add_providers("saml-providers.json", "SAMLProviders", saml_);
  if (!endpoints_.empty()) {
    std::vector<std::string> texts;
    texts.reserve(endpoints_.size());
    for (const auto& [id, text] : endpoints_) texts.push_back(text);
    add("vpc-endpoints.json", list_text("VpcEndpoints", texts));
  }
  return all;
}

}  // namespace rolecall
