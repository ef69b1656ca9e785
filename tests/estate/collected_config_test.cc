// SPDX-License-Identifier: Apache-2.0
#include "estate/collected_config.h"

#include <ostream>
#include <string>

#include "collected.h"

namespace rolecall {
namespace {

class CollectConfig : public CollectedFolderTest {};

TEST_F(CollectConfig, LeadsToTheFolder) {
  write_role("ci");
  const auto config = write("iam-collect.jsonc", R"(// Where it goes: {"storage": "no"}
{
  /* a folder,
     beside this file */
  "name": "// no comment \" /*",
  "storage": {"type": "file", "path": "./aws/..",},
  "accountConfigs": [1, 2,  // and no more
  ],
}
)");
  const Loaded loaded(Paths{config});
  EXPECT_EQ(loaded.diagnostics.all().size(), 0U) << loaded.said();
  EXPECT_NE(loaded.estate.find_role("arn:aws:iam::111122223333:role/ci"), nullptr);
}

TEST_F(CollectConfig, SaysWhatItCannotFollow) {
  struct Case {
    std::string text;
    DiagnosticCode code;
  };
  for (const Case& each : {
           Case{"{", DiagnosticCode::InvalidJson},
           Case{"/*", DiagnosticCode::EmptyFile},
           Case{"{\"a\" 1}", DiagnosticCode::InvalidJson},
           Case{"[]", DiagnosticCode::UnknownShape},
           Case{R"({"storage":[]})", DiagnosticCode::UnknownShape},
           Case{R"({"storage":{"type":"file"}})", DiagnosticCode::MissingMember},
           Case{R"({"storage":{"type":"s3","bucket":"b"}})", DiagnosticCode::CannotRead},
           Case{R"({"storage":{"type":"file","path":"none"}})", DiagnosticCode::CannotRead},
           Case{R"({"storage":{"path":"iam-collect.jsonc"}})", DiagnosticCode::CannotRead},
       }) {
    const Loaded loaded(Paths{write("iam-collect.jsonc", each.text)});
    EXPECT_EQ(loaded.diagnostics.all().size(), 1U) << each.text << loaded.said();
    EXPECT_EQ(loaded.count(each.code), 1U) << each.text << loaded.said();
  }
}

}  // namespace
}  // namespace rolecall
