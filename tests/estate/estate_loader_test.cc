// SPDX-License-Identifier: Apache-2.0
#include "rolecall/estate/estate_loader.h"

#include <ostream>
#include <string>

#include "loading.h"

namespace rolecall {
namespace {

class EstateFolder : public FolderTest {};

TEST_F(EstateFolder, IsReadWithAllItsFiles) {
  write("444455556666.gaad.json", roles_page(role_json("b", kTrust, "444455556666")));
  write("deep/111122223333.gaad.json", roles_page(role_json("a")));
  write("identity-providers.json", R"({"OpenIDConnectProviders":[],"SAMLProviders":[]})");
  write("vpc.json", R"({"VpcEndpoints":[{"VpcEndpointId":"vpce-1"}]})");
  write("org.json", R"({"Organization":{"Id":"o-1","MasterAccountId":"999988887777"},)"
                    R"("Roots":[],"Accounts":[]})");
  write("notes.txt", "not read");
  write(".hidden/x.json", "not read");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_EQ(loaded.estate.accounts().size(), 2U);
  EXPECT_TRUE(loaded.estate.organization);
  EXPECT_TRUE(loaded.estate.has_identity_providers);
  EXPECT_FALSE(loaded.estate.vpc_endpoints.empty());
  EXPECT_TRUE(loaded.estate.newest_file);
}

TEST_F(EstateFolder, WithoutAnythingRecognizedIsAnError) {
  const Loaded empty(Paths{folder()});
  EXPECT_EQ(empty.first(DiagnosticCode::NothingFound).severity, Severity::Error);
  EXPECT_EQ(empty.first(DiagnosticCode::NothingFound).file, folder().string());
  write("package.json", R"({"name":"x"})");
  const Loaded other(Paths{folder()});
  EXPECT_EQ(other.count(DiagnosticCode::NothingFound), 1U);
  EXPECT_EQ(other.first(DiagnosticCode::UnknownShape).severity, Severity::Warning);
  EXPECT_EQ(other.estate.newest_file, std::nullopt);
}

TEST_F(EstateFolder, ThatIsHalfEmptyIsNamed) {
  write("full/111122223333.gaad.json", roles_page(""));
  std::filesystem::create_directory(folder() / "empty");
  const Loaded loaded(Paths{folder() / "full", folder() / "empty"});
  EXPECT_EQ(loaded.count(DiagnosticCode::NothingFound), 1U);
  EXPECT_EQ(loaded.first(DiagnosticCode::NothingFound).file, (folder() / "empty").string());
}

TEST_F(EstateFolder, ThatDoesNotExistCannotBeRead) {
  const Loaded loaded(Paths{folder() / "nowhere"});
  EXPECT_EQ(loaded.first(DiagnosticCode::CannotRead).severity, Severity::Error);
  EXPECT_EQ(loaded.first(DiagnosticCode::CannotRead).file, (folder() / "nowhere").string());
}

TEST_F(EstateFolder, WithAFileThatCannotBeReadKeepsTheRest) {
  write("111122223333.gaad.json", roles_page(role_json("a")));
  // A link to nothing that is listed by name: permissions do not stop a test that runs as root.
  std::filesystem::create_symlink(folder() / "gone", folder() / "x.json");
  const Loaded loaded(Paths{folder(), folder() / "x.json"});
  EXPECT_EQ(loaded.count(DiagnosticCode::CannotRead), 1U) << loaded.said();
  EXPECT_NE(loaded.estate.find_account("111122223333"), nullptr);
}

TEST_F(EstateFolder, SaysWhichLinksLeadNowhere) {
  write("111122223333.gaad.json", roles_page(role_json("a")));
  std::filesystem::create_symlink(folder() / "gone", folder() / "organization.json");
  std::filesystem::create_symlink("b.json", folder() / "a.json");
  std::filesystem::create_symlink("a.json", folder() / "b.json");
  std::filesystem::create_symlink(folder() / "gone", folder() / "estate.db");
  std::filesystem::create_symlink(folder() / "gone", folder() / "notes.txt");
  const Loaded loaded(Paths{folder()});
  EXPECT_EQ(loaded.count(DiagnosticCode::CannotRead), 4U) << loaded.said();
  EXPECT_TRUE(loaded.estate.incomplete);
}

TEST_F(EstateFolder, IsReadOnceWhenNamedTwice) {
  const auto file = write("policy.json", kTrust);
  const Loaded loaded(
      Paths{folder(), folder() / "." / "policy.json", file, folder() / "x" / ".." / "policy.json"});
  EXPECT_EQ(loaded.estate.bare_policies.size(), 1U);
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
}

TEST_F(EstateFolder, IsReadUpToTheLimitOfFiles) {
  for (const std::string name : {"1", "2", "3"}) {
    write(name + ".json", kTrust);
  }
  const Loaded loaded(Paths{folder()}, {.max_files = 2});
  EXPECT_EQ(loaded.count(DiagnosticCode::TooMany), 1U);
  EXPECT_EQ(loaded.estate.bare_policies.size(), 2U);
}

TEST_F(EstateFolder, LeavesOutAFileAboveTheLimit) {
  write("1.json", kTrust);
  const Loaded loaded(Paths{folder()}, {.max_file_bytes = 20});
  EXPECT_EQ(loaded.count(DiagnosticCode::TooLarge), 1U);
  EXPECT_TRUE(loaded.estate.bare_policies.empty());
}

// Faults of every stage, in many files: recognized, merged, repeated from file to file.
TEST_F(EstateFolder, IsReadTheSameWayByOneThreadAndByMany) {
  for (int i = 0; i < 60; ++i) {
    const std::string account = std::to_string(111122220000 + i);
    const std::string number = std::to_string(i);
    const std::string faulty = R"({"Statement":[{"Effect":"Alow )" + number + R"("}]})";
    write(account + ".json", roles_page(role_json("a", kTrust, account) + "," +
                                        role_json("b", json_quote(faulty), account) + "," +
                                        role_json("c", json_quote(kTrust), account)));
    write("more/" + number + ".json", i % 3 == 0 ? "{\"Other\": 1}"
                                      : i % 3 == 1
                                          ? "[1, "
                                          : roles_page(role_json("a", kAllowAll, account)));
  }
  const auto load = [&](std::size_t jobs) { return Loaded({folder()}, {.jobs = jobs}); };
  const Loaded one = load(1);
  EXPECT_GT(one.diagnostics.all().size(), 100U);
  for (const std::size_t jobs : {0U, 2U, 8U}) {
    const Loaded many = load(jobs);
    EXPECT_EQ(many.said(), one.said());
    ASSERT_EQ(many.estate.accounts().size(), one.estate.accounts().size());
    for (const auto& [id, account] : one.estate.accounts()) {
      for (const Role& role : account.roles) {
        const Role* const same = many.estate.find_role(role.arn);
        ASSERT_NE(same, nullptr);
        EXPECT_EQ(format_policy(*same->trust.get()), format_policy(*role.trust.get()));
        EXPECT_EQ(many.estate.sources().locate(same->trust->at).file,
                  one.estate.sources().locate(role.trust->at).file);
      }
    }
  }
}

TEST_F(EstateFolder, TellsHowManyFilesAreRead) {
  write("trust.json", kTrust);
  write("broken.json", "{");
  write("allow.json", kAllowAll);
  for (const std::size_t jobs : {1U, 2U}) {
    std::vector<std::pair<std::size_t, std::size_t>> told;
    const Loaded loaded({folder()},
                        {.jobs = jobs, .progress = [&](std::size_t read, std::size_t of) {
                           told.emplace_back(read, of);
                         }});
    EXPECT_EQ(told, (std::vector<std::pair<std::size_t, std::size_t>>{{1, 3}, {2, 3}, {3, 3}}));
  }
}

TEST_F(EstateFolder, NamesAnUnknownFileAsAnErrorWhenTheUserDid) {
  const auto file = write("package.json", R"({"name":"x","version":1})");
  write("trust.json", kTrust);
  const Loaded loaded(Paths{folder(), file});
  const Diagnostic said = loaded.first(DiagnosticCode::UnknownShape);
  EXPECT_EQ(said.severity, Severity::Error);
  EXPECT_EQ(said.message, "a document with the members `name` and `version` is not recognized");
  EXPECT_NE(said.help.find("get-account-authorization-details"), std::string::npos);
  EXPECT_NE(said.help.find("identity-providers.json"), std::string::npos);
}

TEST(EstateLoader, NamesUnknownDocumentsOncePerFile) {
  EXPECT_EQ(
      Loaded("{\"a\":1}\n{\"b\":1}\n[{\"c\":1},{\"d\":1}]").count(DiagnosticCode::UnknownShape),
      1U);
  EXPECT_EQ(Loaded("[]").first(DiagnosticCode::UnknownShape).message,
            "this document, an array, is not recognized");
  EXPECT_EQ(Loaded("\"x\"").count(DiagnosticCode::UnknownShape), 1U);
  EXPECT_EQ(Loaded("5").count(DiagnosticCode::UnknownShape), 1U);
  EXPECT_EQ(Loaded("{}").first(DiagnosticCode::UnknownShape).message,
            "this document, an object without members, is not recognized");
}

TEST(EstateLoader, ReadsADocumentOfSeveralShapes) {
  const Loaded loaded(
      R"({"RoleDetailList":[],"VpcEndpoints":[{"VpcEndpointId":"vpce-1"}],"SAMLProviders":[]})");
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_TRUE(loaded.estate.find_account("111122223333")->has_roles);
  EXPECT_FALSE(loaded.estate.vpc_endpoints.empty());
  EXPECT_TRUE(loaded.estate.has_identity_providers);
}

TEST(EstateLoader, KnowsThatARepeatedKeyHidesSomething) {
  for (const std::string_view text :
       {R"({"RoleDetailList":[],"RoleDetailList":[]})", R"({"Roles":[],"Roles":[]})",
        R"({"VpcEndpoints":[],"VpcEndpoints":[]})", R"({"SAMLProviders":[],"SAMLProviders":[]})"}) {
    EXPECT_TRUE(Loaded(std::string(text)).estate.incomplete) << text;
  }
  const Loaded policy(R"({"Statement":[],"Statement":[]})", "policy.json");
  EXPECT_FALSE(policy.estate.incomplete);
}

TEST(EstateLoader, ReportsANullAmongRoles) {
  const Loaded loaded(R"({"Roles":[null]})");
  EXPECT_EQ(loaded.first(DiagnosticCode::MissingMember).message, "an entry of `Roles` is null");
}

TEST(EstateLoader, ReadsARoleThatAQueryTookOut) {
  const std::string role =
      R"({"RoleName":"deploy","Path":"/","Arn":"arn:aws:iam::111122223333:role/deploy",)"
      R"("MaxSessionDuration":7200,"AssumeRolePolicyDocument":{"Version":"2012-10-17",)"
      R"("Statement":{"Effect":"Allow","Principal":{"AWS":"444455556666"},)"
      R"("Action":"sts:AssumeRole"}})";
  for (const std::string& text : {role + "}", "[" + role + R"(,"Tags":[]}])"}) {
    const Loaded loaded(text, "role.json");
    EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
    const Role* const found = loaded.estate.find_role("arn:aws:iam::111122223333:role/deploy");
    ASSERT_NE(found, nullptr);
    EXPECT_NE(found->trust, nullptr);
    EXPECT_EQ(found->has_tags, text.find("Tags") != std::string::npos);
  }
}

TEST(EstateLoader, ReadsAnArrayOfDifferentDocuments) {
  const Loaded loaded(
      R"([{"RoleDetailList":[]},{"VpcEndpoints":[{"VpcEndpointId":"vpce-1"}]},{"a":1}])");
  EXPECT_EQ(loaded.count(DiagnosticCode::UnknownShape), 1U);
  EXPECT_NE(loaded.estate.find_account("111122223333"), nullptr);
  EXPECT_FALSE(loaded.estate.vpc_endpoints.empty());
}

struct Bare {
  std::string name{};
  std::string text{};
  PolicyKind kind{};
};

std::ostream& operator<<(std::ostream& out, const Bare& bare) {
  return out << bare.name;
}

class BarePolicyKind : public testing::TestWithParam<Bare> {};

TEST_P(BarePolicyKind, IsToldFromItsElements) {
  const Loaded loaded(GetParam().text, "policy.json");
  ASSERT_EQ(loaded.estate.bare_policies.size(), 1U) << loaded.said();
  EXPECT_EQ(loaded.estate.bare_policies[0].file, "policy.json");
  ASSERT_NE(loaded.estate.bare_policies[0].policy, nullptr);
  EXPECT_EQ(loaded.estate.bare_policies[0].policy->kind, GetParam().kind);
}

TEST(BarePolicy, IsOfTheKindThatIsSaid) {
  Estate estate;
  Diagnostics diagnostics;
  load_estate_text("policy.json", R"({"Statement":[]})", estate, diagnostics,
                   {.bare_policy_kind = PolicyKind::ServiceControl});
  ASSERT_EQ(estate.bare_policies.size(), 1U);
  EXPECT_EQ(estate.bare_policies[0].policy->kind, PolicyKind::ServiceControl);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, BarePolicyKind,
    testing::Values(Bare{"trust", std::string(kTrust), PolicyKind::Trust},
                    Bare{"identity", std::string(kAllowAll), PolicyKind::Identity},
                    Bare{"one_statement", R"({"Statement":{"NotPrincipal":"*"}})",
                         PolicyKind::Trust},
                    Bare{"resource", R"({"Statement":[{"Principal":"*"},{"NotResource":"*"}]})",
                         PolicyKind::Resource},
                    Bare{"empty", R"({"Statement":[]})", PolicyKind::Identity},
                    Bare{"nonsense", R"({"Statement":5})", PolicyKind::Identity}),
    [](const auto& row) { return row.param.name; });

struct Hostile {
  std::string name{};
  std::string text{};
  DiagnosticCode code{};
};

std::ostream& operator<<(std::ostream& out, const Hostile& hostile) {
  return out << hostile.name;
}

class HostileText : public testing::TestWithParam<Hostile> {};

TEST_P(HostileText, IsReportedOnceAndNothingIsLoaded) {
  const Loaded loaded(GetParam().text);
  EXPECT_EQ(loaded.diagnostics.all().size(), 1U) << loaded.said();
  EXPECT_EQ(loaded.first(GetParam().code).severity, Severity::Error);
  EXPECT_TRUE(loaded.estate.accounts().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Texts, HostileText,
    testing::Values(
        Hostile{"empty", "", DiagnosticCode::EmptyFile},
        Hostile{"blank", " \n\t", DiagnosticCode::EmptyFile},
        Hostile{"cut_off", R"({"RoleDetailList":[{"Arn":"arn:)", DiagnosticCode::InvalidJson},
        Hostile{"words", "An error occurred (AccessDenied)", DiagnosticCode::InvalidJson},
        Hostile{"binary", std::string("\x1f\x8b\x08\x00\x01", 5), DiagnosticCode::NotText},
        Hostile{"utf16", std::string("\xFF\xFE{\0", 4), DiagnosticCode::NotText},
        Hostile{"bad_utf8", "{\"RoleDetailList\":[\"\xC3\x28\"]}", DiagnosticCode::InvalidJson},
        Hostile{"deep_arrays", std::string(1'000'000, '['), DiagnosticCode::TooDeep},
        Hostile{"deep_objects",
                [] {
                  std::string text = R"({"RoleDetailList":[)";
                  for (int i = 0; i < 100'000; ++i) text += "{\"a\":";
                  return text;
                }(),
                DiagnosticCode::TooDeep}),
    [](const auto& row) { return row.param.name; });

TEST(EstateLoader, ReadsAFileOfSeveralMegabytes) {
  std::string roles;
  for (int i = 0; i < 10'000; ++i) {
    roles += (i == 0 ? "" : ",\n") + role_json("team/role-" + std::to_string(i));
  }
  const Loaded loaded(roles_page(roles));
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_EQ(loaded.estate.find_account("111122223333")->roles.size(), 10'000U);
}

TEST(EstateLoader, ReadsManyRepeatedKeysInReasonableTime) {
  std::string text = R"({"RoleDetailList":[)";
  for (int i = 0; i < 10'000; ++i) {
    text += (i == 0 ? "" : ",") + std::string(R"({"RoleName":"r)") + std::to_string(i) +
            R"(","X":1,"X":2,"AssumeRolePolicyDocument":{"Statement":[]}})";
  }
  const Loaded loaded(text + "]}");
  EXPECT_EQ(loaded.count(DiagnosticCode::DuplicateKey), 10'000U);
  const Role* const role = loaded.estate.find_role("arn:aws:iam::111122223333:role/r77");
  ASSERT_NE(role, nullptr);
  EXPECT_FALSE(role->trust->faulty);
  EXPECT_EQ(role->inline_policies.size(), 1U);
}

TEST(EstateLoader, RefusesATextAboveTheLimit) {
  Estate estate;
  Diagnostics diagnostics;
  load_estate_text("big.json", std::string(100, ' '), estate, diagnostics, {.max_file_bytes = 99});
  ASSERT_EQ(diagnostics.all().size(), 1U);
  EXPECT_EQ(diagnostics.all()[0].code, DiagnosticCode::TooLarge);
  EXPECT_EQ(diagnostics.all()[0].file, "big.json");
}

}  // namespace
}  // namespace rolecall
