// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"

#include "live_program.h"

namespace rolecall {
namespace {

// The answers of whole accounts, in addition to those of questions.
class CollectProgram : public LiveProgram {
 protected:
  CollectProgram() {
    give("GetAccountAuthorizationDetails",
         "<UserDetailList><member><UserName>ci</UserName>"
         "<Arn>arn:aws:iam::111122223333:user/ci</Arn><PermissionsBoundary>"
         "<PermissionsBoundaryArn>arn:aws:iam::aws:policy/View</PermissionsBoundaryArn>"
         "</PermissionsBoundary></member></UserDetailList><GroupDetailList/><RoleDetailList/>"
         "<Policies/><IsTruncated>false</IsTruncated>");
    give("GetPolicy arn:aws:iam::aws:policy/View",
         "<Policy><PolicyName>View</PolicyName><Arn>arn:aws:iam::aws:policy/View</Arn>"
         "<DefaultVersionId>v1</DefaultVersionId></Policy>");
    give("GetPolicyVersion arn:aws:iam::aws:policy/View",
         "<PolicyVersion><Document>%7B%22Statement%22%3A%5B%5D%7D</Document><VersionId>v1"
         "</VersionId><IsDefaultVersion>true</IsDefaultVersion></PolicyVersion>");
    give("ListRoles", "<Roles/><IsTruncated>false</IsTruncated>");
    give("ListOpenIDConnectProviders", "<OpenIDConnectProviderList/>");
    give("ListSAMLProviders", "<SAMLProviderList/>");
    give("DescribeVpcEndpoints", "<vpcEndpointSet/>");
    give("ListOrganizationalUnitsForParent", R"({"OrganizationalUnits": []})");
    give("ListOrganizationalUnitsForParent r-1",
         R"({"OrganizationalUnits": [{"Id": "ou-1", "Name": "work"}]})");
    give("ListAccountsForParent r-1", R"({"Accounts": []})");
    give("ListAccountsForParent ou-1",
         R"({"Accounts": [{"Id": "111122223333", "Name": "ci", "Status": "ACTIVE"},
                 {"Id": "444455556666", "Name": "prod", "State": "ACTIVE"},
                 {"Id": "777788889999", "Name": "gone", "Status": "SUSPENDED"},
                 {"Id": "888899990000", "Name": "new", "State": "PENDING_ACTIVATION"}]})");
    give("ListPolicies SERVICE_CONTROL_POLICY",
         R"({"Policies": [{"Id": "p-1", "Type": "SERVICE_CONTROL_POLICY"}]})");
    give("ListPolicies RESOURCE_CONTROL_POLICY", R"({"Policies": []})");
    give("ListTargetsForPolicy p-1", R"({"Targets": [{"TargetId": "r-1"}]})");
    set("AWS_REGION", "eu-west-1");
  }

  // What is answered unless a test sets something else.
  void give(const std::string& key, const std::string& answer) {
    whole_[key] = answer;
    aws_.set(key, answer);
  }

  std::string dir() const { return (folder_.path() / "estate").string(); }
  bool has(const std::string& name) const { return std::filesystem::exists(dir() + "/" + name); }
  ProgramResult collect_organization() {
    return run({"collect", dir(), "--organization", "--role", "audit", "--external-id", "x"});
  }
  // From now on AWS says that the credentials are of this account.
  void be(const std::string& account) {
    aws_.set("GetCallerIdentity",
             "<Arn>arn:aws:iam::" + account + ":user/ci</Arn><Account>" + account + "</Account>");
  }

  static std::string read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ServedAnswer answer(const ServedRequest& request) override {
    auto form = request.form();
    if (form["Action"] != "GetAccountAuthorizationDetails" || form["Marker"].empty()) {
      return LiveProgram::answer(request);
    }
    FakeAws one({{"Next", next_page_}});
    FakeAws::Answer page = one.answer("", "Action=Next");
    while (page.body.find("Next") != std::string::npos) {
      page.body.replace(page.body.find("Next"), 4, "GetAccountAuthorizationDetails");
    }
    return {page.status, page.body};
  }

  std::map<std::string, std::string> whole_{two_accounts()};
  std::string next_page_{};  // What follows a page of an export that goes on.
};

TEST_F(CollectProgram, WritesAnEstate) {
  const auto result = run({"collect", dir()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "1 of 1 accounts: 1 users, 0 groups, 0 roles, 1 policies\n");
  EXPECT_EQ(result.err, "");
  Estate estate;
  Diagnostics diagnostics;
  load_estate({dir()}, estate, diagnostics);
  EXPECT_TRUE(diagnostics.all().empty());
  const Account* const account = estate.find_account("111122223333");
  ASSERT_NE(account, nullptr);
  EXPECT_TRUE(account->exported && account->has_users && account->has_roles);
  EXPECT_TRUE(account->has_oidc_providers && account->has_saml_providers);
  EXPECT_NE(estate.find_policy("111122223333", "arn:aws:iam::aws:policy/View"), nullptr);
  ASSERT_TRUE(estate.organization);
  EXPECT_FALSE(estate.organization->partial);
  EXPECT_EQ(estate.organization->path_to("444455556666").size(), 3U);
  EXPECT_EQ(estate.organization->find("r-1")->policies.size(), 1U);
}

TEST_F(CollectProgram, AssumesARoleInEveryOtherActiveAccount) {
  const auto result = collect_organization();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "2 of 2 accounts: 2 users, 0 groups, 0 roles, 2 policies\n");
  EXPECT_EQ(result.err,
            "note: 777788889999 (SUSPENDED) and 888899990000 (PENDING_ACTIVATION) left out\n");
  std::size_t assumed = 0;
  for (const ServedRequest& request : server_.requests()) {
    const auto form = request.form();
    if (!form.contains("Action") || form.at("Action") != "AssumeRole") continue;
    ++assumed;
    EXPECT_EQ(form.at("RoleArn"), "arn:aws:iam::444455556666:role/audit");
    EXPECT_EQ(form.at("ExternalId"), "x");
  }
  EXPECT_EQ(assumed, 1U);
}

TEST_F(CollectProgram, SaysThatAnOrganizationHasNoAccountToRead) {
  aws_.set("ListAccountsForParent ou-1", R"({"Accounts": [{"Id": "777788889999",
      "State": "CLOSED"}]})");
  const auto result = collect_organization();
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "note: 777788889999 (CLOSED) left out\n"
            "error: the organization has no account to read; nothing was written\n");
}

TEST_F(CollectProgram, TakesAnAccountOfUnknownStateForAnActiveOne) {
  aws_.set("ListAccountsForParent ou-1", R"({"Accounts": [{"Id": "111122223333"}]})");
  EXPECT_EQ(collect_organization().out.substr(0, 18), "1 of 1 accounts: 1");
}

TEST_F(CollectProgram, ListsWhatWasRefusedAndKeepsTheRest) {
  aws_.set("ListRoles", "!AccessDenied");
  const auto result = run({"collect", dir()});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "Not read:\n"
            "  - session durations of the roles of account 111122223333: AWS refused "
            "`iam:ListRoles` to arn:aws:iam::111122223333:user/ci\n");
  EXPECT_TRUE(has("111122223333.gaad.json"));
}

TEST_F(CollectProgram, ReadsAnAccountThatMayNotReadItsOrganization) {
  aws_.set("ListRoots", "!AccessDeniedException");
  const auto result = run({"collect", dir()});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err,
            "note: the organization was not read: AWS refused `organizations:ListRoots` to "
            "arn:aws:iam::111122223333:user/ci\n"
            "  = help: a profile of its management account or of a delegated administrator may\n");
  EXPECT_FALSE(has("organization.json"));
}

TEST_F(CollectProgram, ReadsAnAccountWithoutOrganization) {
  aws_.set("DescribeOrganization", "!AWSOrganizationsNotInUseException");
  const auto result = run({"collect", dir()});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
}

TEST_F(CollectProgram, FailsWhereTheOrganizationFailsForAnotherReason) {
  aws_.set("ListRoots", "!TooManyRequestsException");
  const auto result = run({"collect", dir()});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "Not read:\n  - the organization: `organizations:ListRoots` failed: m\n");
}

TEST_F(CollectProgram, KeepsTheLastOrganizationAndTheAccountsOfOtherRuns) {
  ASSERT_EQ(run({"collect", dir()}).status, 0);
  ASSERT_TRUE(has("organization.json"));
  aws_.set("ListRoots", "!TooManyRequestsException");
  be("123412341234");
  EXPECT_EQ(run({"collect", dir()}).status, 1);
  EXPECT_TRUE(has("organization.json"));
  EXPECT_TRUE(has("111122223333.gaad.json") && has("123412341234.gaad.json"));
}

TEST_F(CollectProgram, TakesAwayAnAccountThatLeftItsOrganization) {
  ASSERT_EQ(collect_organization().status, 0);
  aws_.set("ListAccountsForParent ou-1", R"({"Accounts": [{"Id": "111122223333"}]})");
  // Not a run for one account.
  ASSERT_EQ(run({"collect", dir()}).status, 0);
  EXPECT_TRUE(has("444455556666.gaad.json"));
  ASSERT_EQ(collect_organization().status, 0);
  EXPECT_FALSE(has("444455556666.gaad.json"));
  EXPECT_TRUE(has("111122223333.gaad.json"));
}

TEST_F(CollectProgram, BelievesNoAnswerThatIsNotWhole) {
  const std::pair<const char*, const char*> answers[] = {
      {"GetAccountAuthorizationDetails", ""},
      {"GetAccountAuthorizationDetails", "<UserDetailList/><IsTruncated>false</IsTruncated>"},
      {"GetAccountAuthorizationDetails",
       "<UserDetailList/><GroupDetailList/><RoleDetailList/><Policies/><IsTruncated>true"
       "</IsTruncated>"}};
  for (const auto& [call, answer] : answers) {
    aws_.set(call, answer);
    EXPECT_EQ(run({"collect", dir()}).status, 1) << answer;
    EXPECT_FALSE(has("111122223333.gaad.json")) << answer;
  }
}

TEST_F(CollectProgram, BelievesNoOrganizationThatIsNotWhole) {
  const std::pair<const char*, const char*> answers[] = {
      {"ListRoots", R"({"Roots": [{"Id": "r-1"}]})"},
      {"ListRoots", R"({"Roots": []})"},
      {"ListPolicies SERVICE_CONTROL_POLICY", "{}"},
      {"ListTargetsForPolicy p-1", "{}"},
      {"ListAccountsForParent ou-1", "{}"},
      {"ListOrganizationalUnitsForParent ou-1", R"({"OrganizationalUnits": [{"Id": "ou-1"}]})"}};
  for (const auto& [call, answer] : answers) {
    aws_.set(call, answer);
    EXPECT_EQ(collect_organization().status, 1) << call << answer;
    EXPECT_FALSE(has("organization.json")) << call << answer;
    aws_.set(call, whole_.count(call) > 0 ? whole_.at(call) : R"({"OrganizationalUnits": []})");
  }
}

// With a hostile endpoint the id of an account could be a way out of the folder.
TEST_F(CollectProgram, WritesNowhereElseWhateverTheAccountIsCalled) {
  for (const char* account : {"../../../x", "", "11112222333", "111122223333/.."}) {
    aws_.set("GetCallerIdentity",
             std::string("<Arn>arn:aws:iam::111122223333:user/ci</Arn><Account>") + account +
                 "</Account>");
    const auto result = run({"collect", dir()});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("which is no account id"), std::string::npos) << result.err;
  }
  EXPECT_FALSE(std::filesystem::exists(dir()));
  be("111122223333");
  aws_.set("ListAccountsForParent ou-1", R"({"Accounts": [{"Id": "../../../x"}]})");
  const auto result = collect_organization();
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "Not read:\n"
            "  - the organization: the answer of `organizations:ListAccountsForParent` is not "
            "whole\n"
            "error: which accounts there are cannot be told; nothing was written\n");
}

// As if the run was killed: what it left stands in the part folder.
TEST_F(CollectProgram, GoesOnWithAccountsThatWereReadWhole) {
  aws_.set("ListRoles", "!AccessDenied");
  // Nothing can be put in its place.
  std::filesystem::create_directories(dir() + "/111122223333.gaad.json/x");
  EXPECT_EQ(run({"collect", dir()}).status, 1);
  std::filesystem::remove_all(dir() + "/111122223333.gaad.json");
  ASSERT_TRUE(has(".rolecall/part/111122223333.gaad.json"));
  // What was refused then is asked for again, and told again.
  const auto again = run({"collect", dir()});
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.err.find("AWS refused `iam:ListRoles`"), std::string::npos) << again.err;
  // What is whole is not.
  aws_.set("ListRoles", "<Roles/><IsTruncated>false</IsTruncated>");
  std::filesystem::remove_all(dir() + "/111122223333.gaad.json");
  std::filesystem::create_directories(dir() + "/111122223333.gaad.json/x");
  EXPECT_EQ(run({"collect", dir()}).status, 1);
  std::filesystem::remove_all(dir() + "/111122223333.gaad.json");
  const auto asked = [&] {
    const auto all = aws_.asked();
    return std::count(all.begin(), all.end(), "GetAccountAuthorizationDetails");
  };
  const auto before = asked();
  const auto resumed = run({"collect", dir()});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(resumed.out, "1 of 1 accounts: 1 users, 0 groups, 0 roles, 1 policies\n");
  EXPECT_EQ(asked(), before);
}

// As if the run was killed within an account: what AWS answered is not asked again.
TEST_F(CollectProgram, GoesOnWithinAnAccount) {
  const std::string lists =
      "<UserDetailList><member><UserName>u</UserName><Arn>arn:aws:iam::"
      "111122223333:user/u</Arn></member></UserDetailList><GroupDetailList/>"
      "<RoleDetailList/><Policies/>";
  const std::string first = lists + "<IsTruncated>true</IsTruncated><Marker>m</Marker>";
  const auto pages = [&] {
    std::vector<std::string> markers;
    for (const ServedRequest& each : server_.requests()) {
      auto form = each.form();
      if (form["Action"] == "GetAccountAuthorizationDetails") markers.push_back(form["Marker"]);
    }
    return markers;
  };
  next_page_ = "";
  aws_.set("GetAccountAuthorizationDetails", first);
  EXPECT_EQ(run({"collect", dir()}).status, 1);
  EXPECT_EQ(pages(), (std::vector<std::string>{"", "m"}));
  next_page_ =
      "<UserDetailList/><GroupDetailList/><RoleDetailList/><Policies/>"
      "<IsTruncated>false</IsTruncated>";
  const auto resumed = run({"collect", dir()});
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(pages(), (std::vector<std::string>{"", "m", "m"}));
  EXPECT_EQ(resumed.out, "1 of 1 accounts: 1 users, 0 groups, 0 roles, 0 policies\n");
  EXPECT_FALSE(has(".rolecall/part"));
  const std::string resumed_text = read(dir() + "/111122223333.gaad.json");
  // Without a part to go on with, everything is asked again, and is the same.
  EXPECT_EQ(run({"collect", dir()}).status, 0);
  EXPECT_EQ(pages(), (std::vector<std::string>{"", "m", "m", "", "m"}));
  EXPECT_EQ(read(dir() + "/111122223333.gaad.json"), resumed_text);
}

TEST_F(CollectProgram, BeginsAnewWherePagesOfAnEarlierRunDoNotLeadOn) {
  aws_.set("GetAccountAuthorizationDetails",
           "<UserDetailList/><GroupDetailList/><RoleDetailList/><Policies/>"
           "<IsTruncated>true</IsTruncated><Marker>m</Marker>");
  next_page_ = "";
  EXPECT_EQ(run({"collect", dir()}).status, 1);
  next_page_ = "!ValidationError";
  EXPECT_EQ(run({"collect", dir()}).status, 1);
  aws_.set("GetAccountAuthorizationDetails",
           "<UserDetailList/><GroupDetailList/><RoleDetailList/><Policies/>"
           "<IsTruncated>false</IsTruncated>");
  EXPECT_EQ(run({"collect", dir()}).status, 0);
}

TEST_F(CollectProgram, LeavesTheLastEstateWhenAnAccountCannotBeRead) {
  ASSERT_EQ(run({"collect", dir()}).status, 0);
  aws_.set("GetAccountAuthorizationDetails", "!AccessDenied");
  EXPECT_EQ(run({"collect", dir()}).status, 1);
  EXPECT_TRUE(std::filesystem::exists(dir() + "/111122223333.gaad.json"));
}

TEST_F(CollectProgram, PrintsThePolicyItNeedsWithoutAnyCall) {
  const auto result = run({"collect", "--permissions"});
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.out.find("\"iam:GetAccountAuthorizationDetails\""), std::string::npos);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(CollectProgram, PrintsThatTheRolesOfAnOrganizationAreAssumed) {
  const auto one = run({"collect", "--permissions"});
  EXPECT_EQ(one.out.find("sts:AssumeRole"), std::string::npos);
  const auto all = run({"collect", "--permissions", "--organization", "--role", "audit"});
  EXPECT_EQ(all.status, 0);
  EXPECT_NE(all.out.find("\"Action\": \"sts:AssumeRole\",\n"
                         "      \"Resource\": \"arn:aws:iam::*:role/audit\"\n"),
            std::string::npos)
      << all.out;
}

TEST_F(CollectProgram, WantsAFolderAndARole) {
  EXPECT_EQ(run({"collect"}).status, 2);
  EXPECT_EQ(run({"collect", dir(), "--organization"}).status, 2);
  EXPECT_EQ(run({"collect", dir(), "--role", "audit"}).status, 2);
  EXPECT_EQ(run({"collect", dir(), "--profile", ""}).status, 2);
  for (const char* role : {"arn:aws:iam::111122223333:role/audit", "a b", "/audit", "a*"}) {
    const auto refused = run({"collect", "--permissions", "--organization", "--role", role});
    EXPECT_EQ(refused.status, 2) << role;
    EXPECT_NE(refused.err.find("is no role name"), std::string::npos) << refused.err;
  }
  const std::string file = folder_.write("file", "mine");
  for (const char* below : {"", "/estate", "/a/b/"}) {
    const auto taken = run({"collect", file + below});
    EXPECT_EQ(taken.status, 1);
    EXPECT_EQ(taken.err, "error: `" + file +
                             "` is no folder\n"
                             "  = help: name a new folder, or one that was collected before\n");
  }
  EXPECT_EQ(read(file), "mine");
  EXPECT_TRUE(server_.requests().empty());
}

}  // namespace
}  // namespace rolecall
