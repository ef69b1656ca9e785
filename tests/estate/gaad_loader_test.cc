// SPDX-License-Identifier: Apache-2.0
#include "estate/gaad_loader.h"

#include <ostream>
#include <string>

#include <fmt/format.h>

#include "loading.h"

namespace rolecall {
namespace {

constexpr std::string_view kOther =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
    R"("Principal":{"AWS":"444455556666"}}]})";

std::string get_role(std::string_view name, std::string_view trust, std::string_view more = "") {
  std::string role = role_json(name, trust);
  role.insert(role.size() - 1, more);
  return R"({"Role":)" + role + "}";
}

bool trusts(const Role* role, std::string_view account) {
  return role != nullptr && role->trust != nullptr &&
         role->trust->statements.at(0).principal.items.at(0).value.value == account;
}

TEST(GaadLoader, TakesTheAccountFromTheArns) {
  const Loaded loaded(roles_page(role_json("a", kTrust, "444455556666")), "export.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Account* const account = loaded.estate.find_account("444455556666");
  ASSERT_NE(account, nullptr);
  EXPECT_TRUE(account->exported);
  EXPECT_EQ(account->file, "export.json");
  EXPECT_EQ(account->id, "444455556666");
}

TEST(GaadLoader, TakesTheAccountOfAnEmptyExportFromItsName) {
  const Loaded loaded(R"({"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],
                          "Policies":[]})",
                      "estate/111122223333.gaad.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Account* const account = loaded.estate.find_account("111122223333");
  ASSERT_NE(account, nullptr);
  EXPECT_TRUE(account->exported && account->has_users && account->has_roles);
}

TEST(GaadLoader, ConcludesNothingFromListsThatArePartial) {
  const std::string page = R"({"UserDetailList":[],"RoleDetailList":[)" + role_json("a", kTrust) +
                           R"(],"PartialLists":[)";
  const Loaded looked_up(page + R"("UserDetailList","RoleDetailList"]})");
  EXPECT_EQ(looked_up.diagnostics.all().size(), 0U) << looked_up.said();
  const Account* const account = looked_up.estate.find_account("111122223333");
  ASSERT_NE(account, nullptr);
  EXPECT_FALSE(account->exported || account->has_users || account->has_roles);
  EXPECT_TRUE(account->find_role("a")->complete && account->find_role("a")->has_tags);
  const Loaded listed(page + R"("RolePolicyList"]})");
  const Account* const other = listed.estate.find_account("111122223333");
  EXPECT_TRUE(!other->exported && other->has_users && other->has_roles);
  EXPECT_FALSE(other->find_role("a")->complete || other->find_role("a")->has_tags);
}

TEST(GaadLoader, KnowsWhoCouldNotBeRead) {
  const Loaded loaded(R"({"UserDetailList":[],"PartialLists":["UserDetailList"],
      "UnreadEntities":["user/ci"]})",
                      "111122223333.gaad.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Account* const account = loaded.estate.find_account("111122223333");
  ASSERT_NE(account, nullptr);
  EXPECT_FALSE(account->exported);
  EXPECT_EQ(account->unread, std::vector<std::string_view>{"user/ci"});
}

TEST(GaadLoader, LetsAWholeExportWinOverAPartialOne) {
  Loaded loaded(R"({"RoleDetailList":[)" + role_json("a", kTrust) +
                R"(],"PartialLists":["RolePolicyList"]})");
  loaded.add(roles_page(role_json("a", kTrust)), "export.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Account* const account = loaded.estate.find_account("111122223333");
  EXPECT_TRUE(account->exported);
  EXPECT_TRUE(account->find_role("a")->complete);
}

TEST(GaadLoader, KnowsAFilteredExportByWhatItNamesAndDoesNotHold) {
  const auto has_roles = [](std::string_view user) {
    const Loaded loaded(fmt::format(R"({{"UserDetailList":[{{
        "Arn":"arn:aws:iam::111122223333:user/ann",{}}}],"GroupDetailList":[],"RoleDetailList":[],
        "Policies":[]}})",
                                    user),
                        "111122223333.gaad.json");
    return loaded.estate.find_account("111122223333")->has_roles;
  };
  EXPECT_TRUE(has_roles(R"("GroupList":[])"));
  EXPECT_FALSE(has_roles(R"("GroupList":["ops"])"));
  EXPECT_FALSE(has_roles(R"("AttachedManagedPolicies":[{"PolicyName":"P",
      "PolicyArn":"arn:aws:iam::aws:policy/P"}])"));
}

TEST(GaadLoader, SaysWhenNothingTellsTheAccount) {
  for (const std::string name : {"export.json", "1111222233334.json", "11112222333.json"}) {
    const Loaded loaded(R"({"UserDetailList":[],"Policies":[
        {"Arn":"arn:aws:iam::aws:policy/P","PolicyVersionList":[]}]})",
                        name);
    EXPECT_EQ(loaded.first(DiagnosticCode::MissingMember).severity, Severity::Error);
    EXPECT_TRUE(loaded.estate.accounts().empty());
  }
}

TEST(GaadLoader, NeverTakesTheAccountFromAnAwsManagedPolicy) {
  const Loaded loaded(R"({"UserDetailList":[],"Policies":[
      {"Arn":"arn:aws:iam::aws:policy/P","PolicyVersionList":[]},
      {"Arn":"arn:aws-us-gov:iam::444455556666:policy/Q","PolicyVersionList":[]}]})",
                      "export.json");
  ASSERT_EQ(loaded.estate.accounts().size(), 1U);
  EXPECT_EQ(loaded.estate.accounts().begin()->first, "444455556666");
  EXPECT_EQ(loaded.estate.accounts().begin()->second.partition, "aws-us-gov");
  EXPECT_EQ(loaded.estate.accounts().begin()->second.policies.size(), 2U);
}

TEST(GaadLoader, LetsTheArnsWinOverTheFileName) {
  const Loaded loaded(roles_page(role_json("a", kTrust, "444455556666")));
  const Diagnostic said = loaded.first(DiagnosticCode::Contradiction);
  EXPECT_EQ(said.severity, Severity::Warning);
  EXPECT_EQ(said.message,
            "the file name says account 111122223333, the ARNs in it say 444455556666; "
            "the ARNs count");
  EXPECT_EQ(loaded.estate.find_account("111122223333"), nullptr);
}

TEST(GaadLoader, PutsEachEntityIntoItsOwnAccount) {
  const Loaded loaded(roles_page(role_json("a") + "," + role_json("b", kTrust, "444455556666")));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  for (const std::string_view id : {"111122223333", "444455556666"}) {
    ASSERT_NE(loaded.estate.find_account(id), nullptr);
    EXPECT_TRUE(loaded.estate.find_account(id)->exported);
    EXPECT_EQ(loaded.estate.find_account(id)->roles.size(), 1U);
  }
}

TEST(GaadLoader, KnowsWhichListsWereSupplied) {
  const Loaded loaded(R"({"RoleDetailList":[)" + role_json("a") + "]}");
  const Account* const account = loaded.estate.find_account("111122223333");
  ASSERT_NE(account, nullptr);
  EXPECT_TRUE(account->has_roles);
  EXPECT_FALSE(account->has_users);
}

TEST(GaadLoader, ReadsPagesOfAnArrayAndOfLines) {
  const std::string first = roles_page(role_json("a"), R"(,"IsTruncated":true)");
  const std::string second = roles_page(role_json("b"), R"(,"IsTruncated":false)");
  for (const std::string& text :
       {fmt::format("[{},{}]", first, second), fmt::format("{}\n{}\n", first, second),
        first + second, fmt::format("[{}]\n[{}]", first, second)}) {
    const Loaded loaded(text);
    EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
    const Account* const account = loaded.estate.find_account("111122223333");
    ASSERT_NE(account, nullptr);
    EXPECT_NE(account->find_role("a"), nullptr);
    EXPECT_NE(account->find_role("b"), nullptr);
    EXPECT_TRUE(account->has_users && account->has_roles);
  }
}

TEST(GaadLoader, GivesAPageWithoutArnsToTheAccountOfTheOthers) {
  const Loaded loaded("[" + roles_page(role_json("a"), R"(,"IsTruncated":true)") + "," +
                          roles_page(R"({"RoleName":"b"})") + "]",
                      "pages.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_NE(loaded.estate.find_role("arn:aws:iam::111122223333:role/b"), nullptr);
}

TEST(GaadLoader, WarnsWhenTheLastPageIsMissing) {
  for (const std::string more : {R"(,"IsTruncated":true,"Marker":"x")", R"(,"NextToken":"x")"}) {
    const Loaded loaded(roles_page(role_json("a"), more));
    const Diagnostic said = loaded.first(DiagnosticCode::MorePages);
    EXPECT_EQ(said.severity, Severity::Warning);
    EXPECT_NE(said.help.find("aws iam get-account-authorization-details"), std::string::npos);
    const Account* const account = loaded.estate.find_account("111122223333");
    EXPECT_TRUE(account->exported);
    EXPECT_FALSE(account->has_roles);
    EXPECT_NE(account->find_role("a"), nullptr);
  }
}

TEST(GaadLoader, TakesAFalseIsTruncatedAsTheLastPage) {
  const Loaded loaded(roles_page(role_json("a"), R"(,"IsTruncated":false)"));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_TRUE(loaded.estate.find_account("111122223333")->has_roles);
}

TEST(GaadLoader, ClaimsNoFullListAfterAFault) {
  const Loaded lost_entry(roles_page(role_json("a") + ", 5"));
  EXPECT_FALSE(lost_entry.estate.find_account("111122223333")->has_roles);
  EXPECT_TRUE(lost_entry.estate.find_account("111122223333")->has_users);
  const Loaded null_entry(roles_page(role_json("a") + ", null"));
  EXPECT_FALSE(null_entry.estate.find_account("111122223333")->has_roles);
  EXPECT_EQ(null_entry.count(DiagnosticCode::MissingMember), 1U);
  const Loaded lost_page(roles_page(role_json("a")) + R"({"RoleDetailList":[)");
  EXPECT_FALSE(lost_page.estate.find_account("111122223333")->has_roles);
  const Loaded repeated(roles_page(role_json("a"), R"(,"RoleDetailList":[])"));
  EXPECT_FALSE(repeated.estate.find_account("111122223333")->has_roles);
  EXPECT_EQ(repeated.count(DiagnosticCode::DuplicateKey), 1U);
}

class GaadFiles : public FolderTest {};

TEST_F(GaadFiles, OfSeveralPagesAreMergedInAnyOrder) {
  write("b.json", roles_page(role_json("a"), R"(,"IsTruncated":true)"));
  write("a.json", roles_page(role_json("b")));
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_EQ(loaded.estate.find_account("111122223333")->roles.size(), 2U);
}

TEST_F(GaadFiles, WithTheSameContentAreMergedSilently) {
  const std::string text = roles_page(role_json("a"));
  const auto one = write("1.json", text);
  const auto two =
      write("2.json", roles_page(role_json("a", json_quote(percent_encode_all(kTrust)))));
  const Loaded loaded(Paths{one, two, one, folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_EQ(loaded.estate.find_account("111122223333")->roles.size(), 1U);
  EXPECT_EQ(loaded.estate.sources().size(), 3U);  // Two files and an embedded document.
}

TEST_F(GaadFiles, ThatContradictEachOtherAreReportedAndTheLaterWins) {
  const auto one = write("1.json", roles_page("\n" + role_json("a")));
  const auto two = write("2.json", roles_page("\n\n" + role_json("a", kOther)));
  const Loaded loaded(Paths{two, one});
  const Diagnostic said = loaded.first(DiagnosticCode::Contradiction);
  EXPECT_EQ(said.severity, Severity::Warning);
  EXPECT_NE(said.message.find("2.json:3"), std::string::npos) << said.message;
  EXPECT_EQ(loaded.estate.sources().locate(said.where).line, 2U);
  EXPECT_TRUE(trusts(loaded.estate.find_role("arn:aws:iam::111122223333:role/a"), "111122223333"));
  const Loaded reversed(Paths{one, two});
  EXPECT_TRUE(
      trusts(reversed.estate.find_role("arn:aws:iam::111122223333:role/a"), "444455556666"));
  EXPECT_TRUE(trusts(reversed.estate.find_account("111122223333")->find_role("a"), "444455556666"));
  EXPECT_EQ(reversed.estate.find_account("111122223333")->roles.size(), 1U);
}

struct Difference {
  std::string name{};
  std::string list{};
  std::string first{};
  std::string second{};
};

std::ostream& operator<<(std::ostream& out, const Difference& difference) {
  return out << difference.name;
}

class GaadDifference : public testing::TestWithParam<Difference> {};

TEST_P(GaadDifference, IsAContradiction) {
  const auto page = [](const std::string& entity) {
    return "{\"RoleDetailList\":[],\"" + GetParam().list + "\":[" + entity + "]}";
  };
  const Loaded loaded(page(GetParam().first) + page(GetParam().first));
  EXPECT_EQ(loaded.count(DiagnosticCode::Contradiction), 0U) << loaded.said();
  const Loaded differing(page(GetParam().first) + page(GetParam().second));
  EXPECT_EQ(differing.count(DiagnosticCode::Contradiction), 1U) << differing.said();
}

INSTANTIATE_TEST_SUITE_P(
    Members, GaadDifference,
    testing::Values(
        Difference{"groups_of_a_user", "UserDetailList", R"({"UserName":"u","GroupList":["a"]})",
                   R"({"UserName":"u","GroupList":["b"]})"},
        Difference{"id_of_a_user", "UserDetailList", R"({"UserName":"u","UserId":"AIDA1"})",
                   R"({"UserName":"u","UserId":"AIDA2"})"},
        Difference{"tags_of_a_user", "UserDetailList",
                   R"({"UserName":"u","Tags":[{"Key":"k","Value":"v"}]})", R"({"UserName":"u"})"},
        Difference{"boundary_of_a_user", "UserDetailList", R"({"UserName":"u"})",
                   R"({"UserName":"u","PermissionsBoundary":{"PermissionsBoundaryArn":"x"}})"},
        Difference{"attached_to_a_group", "GroupDetailList", R"({"GroupName":"g"})",
                   R"({"GroupName":"g","AttachedManagedPolicies":[{"PolicyArn":"x"}]})"},
        Difference{"inline_of_a_group", "GroupDetailList",
                   R"({"GroupName":"g","GroupPolicyList":[{"PolicyName":"p",
                       "PolicyDocument":{"Statement":[]}}]})",
                   R"({"GroupName":"g","GroupPolicyList":[{"PolicyName":"p",
                       "PolicyDocument":{"Version":"2012-10-17","Statement":[]}}]})"},
        Difference{"document_of_a_policy", "Policies",
                   R"({"Arn":"arn:aws:iam::111122223333:policy/p","PolicyVersionList":[
                       {"Document":{"Statement":[]}}]})",
                   R"({"Arn":"arn:aws:iam::111122223333:policy/p","PolicyVersionList":[
                       {"Document":{"Version":"2012-10-17","Statement":[]}}]})"}),
    [](const auto& row) { return row.param.name; });

TEST(GaadLoader, TakesThePolicyDocumentFromThePageThatHasIt) {
  const std::string bare = R"({"UserDetailList":[],"Policies":[
      {"Arn":"arn:aws:iam::111122223333:policy/p","PolicyVersionList":[]}]})";
  const std::string full = R"({"UserDetailList":[],"Policies":[
      {"Arn":"arn:aws:iam::111122223333:policy/p","PolicyVersionList":[
      {"Document":{"Statement":[]}}]}]})";
  for (const std::string& text : {bare + full, full + bare}) {
    const Loaded loaded(text);
    EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
    const ManagedPolicy* const policy =
        loaded.estate.find_policy("111122223333", "arn:aws:iam::111122223333:policy/p");
    ASSERT_NE(policy, nullptr);
    EXPECT_NE(policy->document(), nullptr);
  }
}

TEST(GaadLoader, SaysNothingAboutAnAttachedPolicyWithoutDocument) {
  const Loaded loaded(roles_page(
      R"({"RoleName":"a","AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/P"}]})"));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
}

TEST(GetRole, GivesTheSessionDurationBeforeAndAfterTheExport) {
  const std::string export_text = roles_page(role_json("a"));
  const std::string looked_up = get_role("a", kTrust, R"(,"MaxSessionDuration":43200)");
  for (const std::string& text : {export_text + looked_up, looked_up + export_text}) {
    const Loaded loaded(text);
    EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
    const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/a");
    ASSERT_NE(role, nullptr);
    EXPECT_EQ(role->max_session_seconds, 43200);
    EXPECT_TRUE(role->complete);
  }
  Loaded one_by_one(looked_up);
  one_by_one.add(export_text);
  EXPECT_EQ(one_by_one.diagnostics.all().size(), 0U) << one_by_one.said();
  const Role* const role = one_by_one.estate.find_role("arn:aws:iam::111122223333:role/a");
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->max_session_seconds, 43200);
  EXPECT_TRUE(role->complete);
}

TEST(GetRole, ThatContradictsTheExportIsReportedAndTheExportWins) {
  const std::string export_text = roles_page(role_json("a"));
  const std::string looked_up = get_role("a", kOther, R"(,"MaxSessionDuration":7200)");
  Loaded one_by_one(looked_up, "role.json");
  one_by_one.add(export_text);
  EXPECT_EQ(one_by_one.count(DiagnosticCode::Contradiction), 1U) << one_by_one.said();
  EXPECT_TRUE(
      trusts(one_by_one.estate.find_role("arn:aws:iam::111122223333:role/a"), "111122223333"));
  const Loaded loaded(looked_up + "\n" + export_text);
  const Diagnostic said = loaded.first(DiagnosticCode::Contradiction);
  EXPECT_EQ(said.severity, Severity::Warning);
  EXPECT_NE(said.message.find("111122223333.gaad.json:2"), std::string::npos) << said.message;
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/a");
  EXPECT_TRUE(trusts(role, "111122223333"));
  EXPECT_EQ(role->max_session_seconds, 7200);
}

TEST(GetRole, FillsInATrustPolicyTheExportDoesNotHave) {
  const Loaded loaded(roles_page(R"({"RoleName":"a"})") + get_role("a", kTrust));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_TRUE(trusts(loaded.estate.find_role("arn:aws:iam::111122223333:role/a"), "111122223333"));
  const Loaded unreadable(roles_page(role_json("a", "5")) + get_role("a", kTrust));
  EXPECT_EQ(unreadable.estate.find_role("arn:aws:iam::111122223333:role/a")->trust, nullptr);
}

TEST(GetRole, AloneGivesARoleThatIsNotComplete) {
  const Loaded loaded(get_role("a", kTrust), "role.json");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  const Account* const account = loaded.estate.find_account("111122223333");
  ASSERT_NE(account, nullptr);
  EXPECT_FALSE(account->exported);
  EXPECT_FALSE(account->has_roles);
  EXPECT_EQ(account->file, "role.json");
  ASSERT_NE(account->find_role("a"), nullptr);
  EXPECT_FALSE(account->find_role("a")->complete);
}

TEST(GetRole, OfARoleTheExportDoesNotListIsReportedAndKept) {
  const Loaded loaded(roles_page(role_json("a")) + get_role("b", kTrust));
  EXPECT_EQ(loaded.first(DiagnosticCode::Contradiction).severity, Severity::Warning);
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/b");
  ASSERT_NE(role, nullptr);
  EXPECT_FALSE(role->complete);
  const Loaded filtered(R"({"UserDetailList":[]})" + get_role("b", kTrust));
  EXPECT_EQ(filtered.diagnostics.all().size(), 0U) << filtered.said();
}

TEST(ListRoles, GivesEveryRole) {
  const Loaded loaded(R"({"Roles":[{"RoleName":"a","Path":"/","MaxSessionDuration":3600,
      "Arn":"arn:aws-cn:iam::444455556666:role/a"},{"RoleName":"b"},5,null]})",
                      "444455556666.roles.json");
  EXPECT_EQ(loaded.count(DiagnosticCode::WrongType), 1U) << loaded.said();
  const Account* const account = loaded.estate.find_account("444455556666");
  ASSERT_NE(account, nullptr);
  EXPECT_EQ(account->roles.size(), 2U);
  EXPECT_EQ(account->partition, "aws-cn");
  EXPECT_EQ(account->find_role("a")->max_session_seconds, 3600);
}

TEST(ListRoles, TwiceWithDifferentTrustIsAContradiction) {
  const Loaded loaded(get_role("a", kTrust) + get_role("a", kOther));
  EXPECT_EQ(loaded.count(DiagnosticCode::Contradiction), 1U) << loaded.said();
  const Loaded same(get_role("a", kTrust) + get_role("a", kTrust));
  EXPECT_EQ(same.diagnostics.all().size(), 0U) << same.said();
}

}  // namespace
}  // namespace rolecall
