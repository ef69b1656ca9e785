// SPDX-License-Identifier: Apache-2.0
#include "trust/missing_data.h"

#include <string>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "trust/asked_key.h"
#include "trust/policy_join.h"

namespace rolecall {

namespace {

constexpr std::string_view kScpsOf = "service control policies of ";

// The account, or a placeholder if it is not twelve digits and so might mean something to a shell.
std::string_view account_or_placeholder(std::string_view account) {
  return is_account_id(account) ? account : "ACCOUNT";
}

}  // namespace

std::string export_command(std::string_view account) {
  return fmt::format("aws iam get-account-authorization-details > {0}.gaad.json  # in account {0}",
                     account_or_placeholder(account));
}

std::string scps_label(std::string_view level) {
  return fmt::format("{}{}", kScpsOf, level);
}

std::string document_command(std::string_view label) {
  if (label.starts_with(kScpsOf) || label.starts_with("p-")) {
    return std::string(kFetchOrganization);
  }
  const auto arn = IamArn::parse(label);
  if (arn && arn->form == ArnForm::Role) {
    return fmt::format("aws iam get-role --role-name {}  # in account {}", shell_quoted(arn->name),
                       arn->account);
  }
  if (!label.starts_with("arn:")) return "";
  return fmt::format(
      "aws iam get-policy-version --policy-arn {0} --version-id $(aws iam get-policy "
      "--policy-arn {0} --query Policy.DefaultVersionId --output text)",
      shell_quoted(label));
}

namespace {

// The command that fetches the data of a gate; empty when there is none.
std::string obtain_for(Gate gate, const AssumeRequest& request, const AssumeDecision& decision) {
  constexpr std::string_view kNameRole = "--to ROLE";
  const std::string_view caller_account = account_or_placeholder(decision.caller.account);
  const std::string_view role_account = account_or_placeholder(decision.role_account);
  const bool of_the_role = gate == Gate::Trust || gate == Gate::Rcp || gate == Gate::Idp ||
                           decision.at(gate).why == kWhichRole;
  if (of_the_role && decision.role_account == kUnknownAccount) return std::string(kNameRole);
  switch (gate) {
    case Gate::Request:
      return std::string(kNameRole);
    case Gate::Trust: {
      const auto arn = IamArn::parse(request.role);
      return fmt::format("aws iam get-role --role-name {}  # in account {}",
                         arn ? shell_quoted(arn->name) : "ROLE", role_account);
    }
    case Gate::Identity:
    case Gate::Boundary:
      return export_command(caller_account);
    case Gate::Session:
      return "";
    case Gate::Scp:
    case Gate::Rcp:
      return std::string(kFetchOrganization);
    case Gate::Vpce:
      return "aws ec2 describe-vpc-endpoints > vpc-endpoints.json";
    case Gate::Idp:
      if (decision.caller.kind == CallerKind::Saml) {
        return fmt::format("aws iam list-saml-providers  # in account {}", role_account);
      }
      return fmt::format(
          "aws iam list-open-id-connect-providers  # in account {}; then "
          "get-open-id-connect-provider for each",
          role_account);
    default:
      return "";
  }
}

void add_documents(Gate gate, const GateInput& input, const std::string& trust_command,
                   std::vector<MissingDatum>& missing) {
  for (const PolicyLayer& layer : input.layers) {
    for (const PolicyRef& ref : layer.policies) {
      if (ref.policy != nullptr && !ref.policy->faulty) continue;
      MissingDatum datum;
      datum.gate = gate;
      datum.what = ref.label;
      datum.why = ref.label == scps_label(layer.level)
                      ? "the organization file lists none, and AWS keeps at least one attached"
                  : ref.policy == nullptr
                      ? "the document is not in the estate or could not be read"
                      : "the document has faults, so that part of it is not known";
      datum.obtain = gate == Gate::Trust ? trust_command : document_command(ref.label);
      missing.push_back(std::move(datum));
    }
  }
}

// Session tags override those of the role (TAG-3), and it is not known whether there are any.
void add_session_tags(const AssumeRequest& request, const AssumeDecision& decision,
                      std::vector<MissingDatum>& missing) {
  const bool told = request.whole || !request.caller_session_tags.empty() ||
                    !request.inherited_transitive_tags.empty();
  if (told || decision.caller_role == nullptr || !decision.caller_role->has_tags) return;
  const std::string_view key = find_asked_key(decision.policies, "aws:PrincipalTag/");
  if (key.empty()) return;
  missing.push_back({Gate::Session, "tags of the caller's session",
                     fmt::format("`{}` was looked up among the tags of the role only", key),
                     "--context KEY=VALUE"});
}

}  // namespace

std::vector<MissingDatum> list_missing_data(const AssumeRequest& request,
                                            const AssumeDecision& decision) {
  std::vector<MissingDatum> missing;
  const bool named = decision.role_account != kUnknownAccount;
  if (request.role.empty() || !named) {
    missing.push_back({Gate::Trust, "the role", "its ARN was not given", "--to ROLE"});
  }
  if (request.principal.kind == RequestPrincipal::Kind::Unknown) {
    missing.push_back({Gate::Trust, "the caller", "it was not given",
                       "aws sts get-caller-identity  # then --from PRINCIPAL"});
  }
  if (named && !missing.empty()) return missing;
  for (int i = 0; i < kGateCount; ++i) {
    const auto gate = static_cast<Gate>(i);
    const GateAnswer& answer = decision.at(gate);
    const GateInput& input = decision.policies.at(gate);
    if (answer.verdict == Verdict::Unknown && input.state == GateState::Evaluate) {
      add_documents(gate, input, obtain_for(Gate::Trust, request, decision), missing);
    } else if (answer.verdict == Verdict::NotChecked || answer.verdict == Verdict::Unknown) {
      missing.push_back(
          {gate, std::string(gate_title(gate)), answer.why, obtain_for(gate, request, decision)});
    }
  }
  add_session_tags(request, decision, missing);
  return missing;
}

}  // namespace rolecall
