// SPDX-License-Identifier: Apache-2.0
#include "live/access.h"

#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

using Kind = AwsFailure::Kind;

std::string whose(const Access& access) {
  if (!access.profile.empty()) return fmt::format("profile `{}`", access.profile);
  return access.arn.empty() ? "the default profile" : access.arn;
}

// Tries the call with one access after the other, until one is answered or fails for a reason other
// than its permissions.
template <typename Answer, typename Make>
CallResult<Answer> first_answer(const std::vector<const Access*>& accesses, AwsCall call,
                                Make make) {
  CallFailure failure;
  for (const Access* access : accesses) {
    AwsResult<Answer> answer = make(*access);
    if (answer) return *std::move(answer);
    const Kind kind = answer.error().kind;
    const std::string why = describe_failure(*access, call, answer.error());
    const bool who_asks = kind == Kind::Refused || kind == Kind::Credentials;
    if (!who_asks || failure.why.empty()) {
      failure = {kind, answer.error().code, why};
    } else {
      failure.why += "; " + why;
    }
    if (!who_asks) break;
  }
  return tl::make_unexpected(std::move(failure));
}

}  // namespace

std::string describe_failure(const Access& access, AwsCall call, const AwsFailure& failure) {
  const std::string permission = call_row(call).permission();
  switch (failure.kind) {
    case Kind::Refused:
      return fmt::format("AWS refused `{}` to {}", permission, whose(access));
    case Kind::Credentials:
      return fmt::format("the credentials of {} are of no use for `{}`: {}", whose(access),
                         permission, failure.message);
    case Kind::Missing:
    case Kind::Unreached:
    case Kind::Other:
      break;
  }
  return fmt::format("`{}` failed: {}", permission, failure.message);
}

AwsResult<void> identify(Access& access) {
  if (!access.account.empty()) return {};
  const auto answer = access.client->call(AwsCall::GetCallerIdentity);
  if (!answer) return tl::make_unexpected(answer.error());
  access.account = answer->root().string_at("Account");
  access.arn = answer->root().string_at("Arn");
  return {};
}

AwsResult<void> identify_user(Access& access) {
  auto answer = access.client->call(AwsCall::GetUser);
  if (!answer) {
    auto identified = identify(access);
    access.user = std::make_shared<CallResult<AwsAnswer>>(tl::make_unexpected(
        CallFailure{answer.error().kind, answer.error().code,
                    describe_failure(access, AwsCall::GetUser, answer.error())}));
    return identified;
  }
  const auto user = answer->root().find("User");
  const auto arn = IamArn::parse(user->string_at("Arn"));
  // No policies are attached to the root user.
  if (!arn || arn->form != ArnForm::User) return identify(access);
  access.account = arn->account;
  access.arn = user->string_at("Arn");
  access.user = std::make_shared<CallResult<AwsAnswer>>(*std::move(answer));
  return {};
}

CallResult<AwsAnswer> Asker::call(AwsCall call, const AwsParameters& parameters) {
  return first_answer<AwsAnswer>(accesses_, call, [&](const Access& access) {
    return access.client->call(call, parameters, access.store);
  });
}

std::optional<AwsAnswer> Asker::ask(AwsCall call, const AwsParameters& parameters,
                                    const std::string& what) {
  auto answer = this->call(call, parameters);
  if (answer) return *std::move(answer);
  note(answer.error(), what);
  return std::nullopt;
}

std::optional<std::vector<AwsAnswer>> Asker::ask_pages(AwsCall call,
                                                       const AwsParameters& parameters,
                                                       const std::string& what) {
  auto pages = first_answer<std::vector<AwsAnswer>>(accesses_, call, [&](const Access& access) {
    return access.client->call_pages(call, parameters, access.store);
  });
  if (pages) return *std::move(pages);
  note(pages.error(), what);
  return std::nullopt;
}

void Asker::note(const CallFailure& failure, std::string what) {
  not_read_.push_back({std::move(what), failure.why, {}, failure.kind == Kind::Refused});
}

std::vector<JsonValue> elements_of(const std::vector<AwsAnswer>& pages, std::string_view list) {
  std::vector<JsonValue> all;
  for (const AwsAnswer& page : pages) {
    const auto found = page.root().find(list);
    if (!found || !found->is(JsonKind::Array)) continue;
    for (const JsonValue each : *found) all.push_back(each);
  }
  return all;
}

}  // namespace rolecall
