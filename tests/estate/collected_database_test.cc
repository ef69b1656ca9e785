// SPDX-License-Identifier: Apache-2.0
#include "estate/collected_database.h"

#include <ostream>
#include <string>

#include "loading.h"
#include "support/database.h"
#include "support/paths.h"

namespace rolecall {
namespace {

constexpr std::string_view kRole = "arn:aws:iam::111122223333:role/Team/Deploy";

class CollectedDatabases : public FolderTest {
 protected:
  // A role, and whatever `more` adds.
  template <typename More>
  std::filesystem::path write_database(More more, const std::string& name = "estate.db") const {
    const auto path = folder() / name;
    std::filesystem::remove(path);
    Database database(path);
    make_collected_tables(database);
    insert(database, "metadata", R"({"arn":")" + std::string(kRole) + "\"}");
    insert(database, "trust-policy", kTrust);
    more(database);
    return path;
  }
  static void insert(Database& database, const std::string& part, std::string_view text) {
    insert_collected(database, {.owner = "111122223333",
                                .arn = ascii_lower(kRole),
                                .part = part,
                                .text = std::string(text)});
  }
  std::filesystem::path write_database() const {
    return write_database([](Database&) {});
  }
};

TEST_F(CollectedDatabases, AreReadByThemselvesAndInFolders) {
  const auto path = write_database();
  for (const Paths& given : {Paths{path}, Paths{folder()}, Paths{path, folder(), path}}) {
    const Loaded loaded(given);
    EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
    const Role* const role = loaded.estate.find_role(kRole);
    ASSERT_NE(role, nullptr);
    EXPECT_TRUE(loaded.estate.find_account("111122223333")->has_roles);
    const Location place = loaded.estate.sources().locate(role->trust->at);
    EXPECT_EQ(place.file,
              path.string() + "#arn:aws:iam::111122223333:role/team/deploy#trust-policy");
    EXPECT_EQ(place.line, 1U);
    EXPECT_EQ(place.column, 1U);
    EXPECT_TRUE(loaded.estate.newest_file);
  }
}

TEST_F(CollectedDatabases, HoldWhatTheFoldersHold) {
  for (const std::string estate : {"examples/two-accounts/estate", "tests/golden/who/estate"}) {
    const Loaded exported(Paths{repository_path(estate)});
    const CollectedWriter writer(exported.estate);
    std::filesystem::remove_all(folder() / "files");
    writer.write_folder(folder() / "files");
    std::filesystem::remove(folder() / "estate.sqlite");
    {
      Database database(folder() / "estate.sqlite");
      make_collected_tables(database);
      for (const CollectedText& each : writer.texts()) insert_collected(database, each);
    }
    const Loaded files(Paths{folder() / "files"});
    const Loaded rows(Paths{folder() / "estate.sqlite"});
    EXPECT_EQ(rows.diagnostics.all().size(), files.diagnostics.all().size()) << rows.said();
    EXPECT_EQ(rows.estate.organization.has_value(), files.estate.organization.has_value());
    ASSERT_EQ(rows.estate.accounts().size(), files.estate.accounts().size());
    for (const auto& [id, account] : files.estate.accounts()) {
      const Account& same = *rows.estate.find_account(id);
      EXPECT_EQ(same.users.size(), account.users.size());
      EXPECT_EQ(same.policies.size(), account.policies.size());
      EXPECT_EQ(same.has_oidc_providers, account.has_oidc_providers);
      ASSERT_EQ(same.roles.size(), account.roles.size());
      for (const Role& role : account.roles) {
        const Role* const other = rows.estate.find_role(role.arn);
        ASSERT_NE(other, nullptr) << role.arn;
        EXPECT_EQ(format_policy(*other->trust.get()), format_policy(*role.trust.get()));
        EXPECT_EQ(other->inline_policies.size(), role.inline_policies.size());
        EXPECT_EQ(other->attached_arns, role.attached_arns);
      }
    }
  }
}

TEST_F(CollectedDatabases, NameRowAndPlaceOfAFault) {
  const auto path =
      write_database([](Database& database) { insert(database, "managed-policies", "[\n  7]"); });
  const Loaded loaded(Paths{path});
  EXPECT_EQ(loaded.diagnostics.all().size(), 1U) << loaded.said();
  EXPECT_NE(loaded.said().find("#managed-policies:2:3"), std::string::npos) << loaded.said();
}

TEST_F(CollectedDatabases, TakeTextsInPlaceOfRowsAndInAddition) {
  const std::string path = write_database().string();
  const std::string row = path + "#" + ascii_lower(kRole) + "#";
  Estate estate;
  Diagnostics said;
  load_estate({path}, estate, said, {},
              {{row + "trust-policy", std::string(kAllowAll)},
               {row + "managed-policies", R"(["arn:aws:iam::aws:policy/All"])"}});
  const Role* const role = estate.find_role(kRole);
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(estate.sources().text(role->trust->at), kAllowAll);
  EXPECT_EQ(role->attached_arns.size(), 1U);
}

TEST_F(CollectedDatabases, AreRefusedWhenTheyAreOfSomethingElse) {
  const auto path = folder() / "other.db";
  { Database(path).run("CREATE TABLE songs (name TEXT)"); }
  const Loaded named(Paths{path});
  EXPECT_EQ(named.diagnostics.all().size(), 1U) << named.said();
  EXPECT_EQ(named.first(DiagnosticCode::UnknownShape).severity, Severity::Error);
  write("111122223333.gaad.json", roles_page(role_json("a")));
  write("thumbs.db", "no database");
  const Loaded found(Paths{folder()});
  EXPECT_EQ(found.diagnostics.all().size(), 1U) << found.said();
  EXPECT_EQ(found.first(DiagnosticCode::UnknownShape).severity, Severity::Warning);
}

TEST_F(CollectedDatabases, SayWhatTheirTablesLack) {
  const auto path = folder() / "estate.db";
  {
    Database database(path);
    database.run("CREATE TABLE resource_metadata (account_id TEXT, arn TEXT, data TEXT)");
  }
  EXPECT_NE(Loaded(Paths{path}).first(DiagnosticCode::UnknownShape).message.find("`metadata_type`"),
            std::string::npos);
  const auto later = write_database([](Database& database) {
    database.run("UPDATE metadata SET schema_version = '2031-01-01'");
  });
  const Loaded loaded(Paths{later});
  EXPECT_EQ(loaded.first(DiagnosticCode::UnknownShape).severity, Severity::Warning);
  EXPECT_NE(loaded.estate.find_role(kRole), nullptr);
}

TEST_F(CollectedDatabases, HoldNothingWhenTheirTablesAreEmpty) {
  const auto path =
      write_database([](Database& database) { database.run("DELETE FROM resource_metadata"); });
  const Loaded loaded(Paths{path});
  EXPECT_EQ(loaded.first(DiagnosticCode::NothingFound).severity, Severity::Error);
}

// A view could compute for ever, and a virtual table runs code that nobody has looked at.
TEST_F(CollectedDatabases, AreReadFromOrdinaryTablesOnly) {
  const auto path = write_database([](Database& database) {
    database.run("ALTER TABLE resource_metadata RENAME TO real_one");
    database.run("CREATE VIEW resource_metadata AS SELECT * FROM real_one");
  });
  const Loaded loaded(Paths{path});
  EXPECT_EQ(loaded.count(DiagnosticCode::UnknownShape), 1U) << loaded.said();
  EXPECT_TRUE(loaded.estate.accounts().empty());
}

TEST_F(CollectedDatabases, SayThatChangesBesideThemAreNotRead) {
  const auto path = write_database();
  write("estate.db-wal", "");
  EXPECT_EQ(Loaded(Paths{path}).diagnostics.all().size(), 0U);
  write("estate.db-wal", "changes");
  EXPECT_EQ(Loaded(Paths{path}).first(DiagnosticCode::CannotRead).severity, Severity::Error);
}

TEST_F(CollectedDatabases, RefuseRowsOfNoAccountAndSkipOthers) {
  const auto path = write_database([](Database& database) {
    database.run(R"(INSERT INTO resource_metadata (partition, account_id, arn, metadata_type, data)
      VALUES ('aws', 'prod', 'arn:aws:iam::1:role/x', 'metadata', '{}'),
             ('aws', '111122223333', 'arn:aws:s3:::bucket', 'metadata', 'broken'),
             ('aws', '111122223333', 'arn:aws:iam::111122223333:role/team/deploy', 'tags', NULL),
             ('aws', '111122223333', 'arn:aws:iam::111122223333:role/team/deploy', 'else', '')
    )");
  });
  const Loaded loaded(Paths{path});
  EXPECT_EQ(loaded.diagnostics.all().size(), 1U) << loaded.said();
  EXPECT_EQ(loaded.first(DiagnosticCode::WrongType).message,
            "`prod` of `arn:aws:iam::1:role/x` is no account id");
}

TEST_F(CollectedDatabases, ReadAllTheyCanWhateverBytesAreBroken) {
  const auto path = write_database([](Database& database) {
    for (int i = 0; i < 40; ++i) {
      insert(database, "part-" + std::to_string(i), std::string(300, 'x'));
    }
  });
  std::ifstream file(path, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(file)), {});
  ASSERT_GT(whole.size(), 8192U);
  for (std::size_t at = 16; at < whole.size(); at += at < 200 ? 3 : 211) {
    std::string broken = whole;
    broken[at] = static_cast<char>(~broken[at]);
    const Loaded loaded(Paths{write("broken.db", broken)});
    for (const Diagnostic& each : loaded.diagnostics.all()) EXPECT_NE(each.message, "");
  }
  for (const std::size_t size : {100U, 512U, 4095U, 4097U, 9000U}) {
    const Loaded cut(Paths{write("broken.db", whole.substr(0, size))});
    EXPECT_GT(cut.diagnostics.error_count(), 0U) << size;
  }
}

}  // namespace
}  // namespace rolecall
