// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rolecall/base/source.h"

#include "collected_layout.h"

namespace rolecall {

// A document that is not read yet: a file, or the row of a database, whose text is there already.
struct CollectedDocument {
  std::string path{};  // Empty: there is none.
  DocumentId row = kNoDocument;

  [[nodiscard]] bool exists() const { return !path.empty() || row != kNoDocument; }
};

// The documents of one resource.
struct CollectedResource {
  CollectedType type{};
  std::string place{};  // The folder, or `estate.db#arn:aws:iam::111122223333:role/ci`.
  unsigned parts = 0;   // One bit each.
  std::array<DocumentId, kCollectedParts> rows{};  // Of a database.
  bool in_database = false;

  [[nodiscard]] bool has(CollectedPart part) const {
    return (parts >> static_cast<unsigned>(part) & 1U) != 0;
  }
  [[nodiscard]] CollectedDocument document(CollectedPart part) const;
  // As the document is named in messages, whether or not it exists.
  [[nodiscard]] std::string name_of(CollectedPart part) const;
};

struct CollectedPolicy {
  CollectedDocument metadata{};
  CollectedDocument policy{};
};

struct OrganizationFiles {
  std::string id{};
  std::string place{};
  bool whole = true;  // False when some of it could not be listed.
  CollectedDocument metadata{};
  CollectedDocument accounts{};
  CollectedDocument units{};
  std::map<std::string, CollectedPolicy> scps{};  // By id, in lower case.
  std::map<std::string, CollectedPolicy> rcps{};
};

// What is read at once: some resources of an account, or an organization.
struct CollectedBatch {
  std::string account{};
  std::string place{};
  // Whether everything of the account is there, so that what is not listed does not exist.
  bool whole = false;
  bool has_principals = false;  // Any users, groups or roles.
  bool has_roles = false;
  // Whether any role has tags. iam-collect can be told to leave them out of all.
  bool has_role_tags = false;
  std::vector<CollectedResource> resources{};
  std::optional<OrganizationFiles> organization{};

  [[nodiscard]] std::size_t count_documents() const;
};

// A row about the resource that `place` names in messages.
struct CollectedRow {
  std::string_view account{};
  std::string_view database{};
  std::string_view place{};
  CollectedType type{};
  CollectedPart part{};
  DocumentId text = kNoDocument;
};

// Sorts the files of folders, or the rows of databases, that iam-collect wrote.
class CollectedPlan {
 public:
  // Notes a file, when it is one of the layout. `shown` is the path to read it by, `whole_path` the
  // same from the top of the file system, `given` how much of that is the folder that was named.
  bool add_file(std::string_view shown, std::string_view whole_path, std::size_t given);
  // Whether the file belongs to a layout of which anything was noted: it is one of those that
  // nothing is read from.
  [[nodiscard]] bool covers(std::string_view whole_path) const;
  void add_row(const CollectedRow& row);
  void add_row(std::string_view organization, std::string_view database, OrganizationPart part,
               std::string_view policy, DocumentId text);
  // What is below this folder, or of it, could not be listed.
  void lose(std::string_view whole_path);
  void lose_all();

  // Everything noted, by account, and in an order that does not depend on that of the notes.
  [[nodiscard]] std::vector<CollectedBatch> take();

 private:
  struct Owned {
    CollectedBatch batch{};
    std::string whole_path{};  // Empty for those of databases.
    std::unordered_map<std::string, std::size_t> by_place{};
  };
  Owned& owner(std::string_view id, std::string_view place, std::string_view whole_path);
  OrganizationFiles& organization(std::string_view id, std::string_view place,
                                  std::string_view whole_path);
  bool add_organization_file(const CollectedPath& path, std::string_view shown,
                             std::string_view place);
  static void note(CollectedBatch& batch, CollectedResource& resource, CollectedPart part,
                   DocumentId row);

  // By whole path or database, and id.
  std::map<std::pair<std::string, std::string>, Owned> owners_{};
  Owned* last_ = nullptr;  // Files come folder by folder.
  std::unordered_set<std::string> roots_{};
};

}  // namespace rolecall
