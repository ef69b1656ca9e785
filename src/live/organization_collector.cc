// SPDX-License-Identifier: Apache-2.0
#include "live/organization_collector.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

#include "live/answer_text.h"
#include "live/organization_draft.h"

namespace rolecall {

namespace {

constexpr std::string_view kWhat = "the organization";
constexpr std::string_view kPolicyTypes[] = {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"};

class OrganizationCollector {
 public:
  explicit OrganizationCollector(const Access& access) : access_(access) {}

  CollectedOrganization collect() {
    out_.begin_object();
    const bool whole = head() && roots() && tree() && policies();
    if (!whole) return std::move(result_);
    list("OrganizationalUnits", units_);
    list("Accounts", accounts_);
    list("Policies", policies_);
    list("Targets", targets_);
    out_.end_object();
    result_.text = indent_json(out_.text());
    return std::move(result_);
  }

 private:
  void list(std::string_view name, const std::vector<std::string>& texts) {
    out_.key(name);
    out_.begin_array();
    for (const std::string& each : texts) out_.raw(each);
    out_.end_array();
  }

  std::optional<std::vector<AwsAnswer>> pages(AwsCall call, const AwsParameters& parameters) {
    return asker_.ask_pages(call, parameters, std::string(kWhat));
  }

  bool head() {
    const auto answer = asker_.call(AwsCall::DescribeOrganization);
    if (!answer) {
      result_.none = answer.error().code == kNoOrganization;
      if (result_.none) {
        asker_.note(
            {std::string(kWhat), fmt::format("account {} belongs to none", access_.account), {}});
      } else {
        asker_.note(answer.error(), std::string(kWhat));
      }
      return false;
    }
    const JsonValue found = *answer->root().find("Organization");
    result_.id = found.string_at("Id");
    out_.key("Organization");
    copy_answer(out_, found);
    return true;
  }

  bool roots() {
    const auto found = pages(AwsCall::ListRoots, {});
    if (!found) return false;
    const std::vector<JsonValue> all = elements_of(*found, "Roots");
    if (all.empty() || !std::all_of(all.begin(), all.end(), is_whole_root)) {
      return malformed(AwsCall::ListRoots);
    }
    out_.key("Roots");
    out_.begin_array();
    for (const JsonValue root : all) {
      copy_answer(out_, root);
      parents_.emplace_back(root.string_at("Id"));
    }
    out_.end_array();
    return true;
  }

  bool malformed(AwsCall call) {
    asker_.note({std::string(kWhat),
                 fmt::format("the answer of `{}` is not whole", call_row(call).permission()),
                 {}});
    return false;
  }

  static std::string with_parent(const JsonValue& value, const std::string& parent) {
    JsonWriter out(0);
    out.begin_object();
    copy_members(out, value);
    out.member("ParentId", parent);
    out.end_object();
    return out.text();
  }

  // Level by level.
  bool tree() {
    while (!parents_.empty()) {
      const std::string parent = parents_.front();
      parents_.pop_front();
      const auto units = pages(AwsCall::ListOrganizationalUnitsForParent, {{"ParentId", parent}});
      const auto accounts = pages(AwsCall::ListAccountsForParent, {{"ParentId", parent}});
      if (!units || !accounts) return false;
      for (const JsonValue unit : elements_of(*units, "OrganizationalUnits")) {
        // Stops at a unit that was seen before, as a cycle would have no end.
        if (!seen_.emplace(unit.string_at("Id")).second) {
          return malformed(AwsCall::ListOrganizationalUnitsForParent);
        }
        units_.push_back(with_parent(unit, parent));
        parents_.emplace_back(unit.string_at("Id"));
      }
      for (const JsonValue each : elements_of(*accounts, "Accounts")) {
        if (!account(each, parent)) return malformed(AwsCall::ListAccountsForParent);
      }
    }
    return true;
  }

  // `State` takes the place of `Status` in the API.
  bool account(const JsonValue& account, const std::string& parent) {
    const std::string id(account.string_at("Id"));
    if (!is_account_id(id)) return false;
    accounts_.push_back(with_parent(account, parent));
    if (!result_.listed.insert(id).second) return true;
    const std::string_view state = account.string_at(account.find("State") ? "State" : "Status");
    const bool closed = state == "SUSPENDED" || state == "CLOSED" || state.starts_with("PENDING_");
    if (closed) {
      result_.left_out.push_back(fmt::format("{} ({})", id, state));
    } else {
      result_.accounts.push_back(id);
    }
    return true;
  }

  bool policies() {
    for (const std::string_view type : kPolicyTypes) {
      const auto found = pages(AwsCall::ListPolicies, {{"Filter", std::string(type)}});
      if (!found) return false;
      for (const JsonValue summary : elements_of(*found, "Policies")) {
        if (!policy(summary)) return false;
      }
    }
    return true;
  }

  bool policy(const JsonValue& summary) {
    const std::string id(summary.string_at("Id"));
    const auto answer = asker_.ask(AwsCall::DescribePolicy, {{"PolicyId", id}},
                                   fmt::format("the document of policy `{}`", id));
    const auto document = answer ? answer->root().find("Policy") : std::nullopt;
    JsonWriter out(0);
    out.begin_object();
    if (document) {
      copy_members(out, *document);
    } else {
      out.key("PolicySummary");
      copy_answer(out, summary);
    }
    out.end_object();
    policies_.push_back(out.text());
    const auto targets = pages(AwsCall::ListTargetsForPolicy, {{"PolicyId", id}});
    if (!targets) return false;
    for (const JsonValue target : elements_of(*targets, "Targets")) {
      JsonWriter pair(0);
      pair.begin_object();
      pair.member("PolicyId", id);
      pair.member("TargetId", target.string_at("TargetId"));
      pair.end_object();
      targets_.push_back(pair.text());
    }
    return true;
  }

  const Access& access_;
  CollectedOrganization result_;
  Asker asker_{result_.not_read, {&access_}};
  JsonWriter out_{0};
  std::deque<std::string> parents_;
  std::set<std::string, std::less<>> seen_;  // Units.
  std::vector<std::string> units_;
  std::vector<std::string> accounts_;
  std::vector<std::string> policies_;
  std::vector<std::string> targets_;
};

}  // namespace

CollectedOrganization collect_organization(const Access& access) {
  return OrganizationCollector(access).collect();
}

}  // namespace rolecall
