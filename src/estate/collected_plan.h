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

// A document to be read: a file, or a row of a database, whose text is in memory. Or none.
struct CollectedDocument {
  std::string path{};            // Of a file.
  DocumentId row = kNoDocument;  // Text of a row.

  [[nodiscard]] bool exists() const { return !path.empty() || row != kNoDocument; }
};

// The documents of one resource.
struct CollectedResource {
  CollectedType type{};
  std::string place{};  // Its folder, or `estate.db#arn:aws:iam::111122223333:role/ci`.
  unsigned parts = 0;   // A bit for each CollectedPart there is.
  std::array<DocumentId, kCollectedParts> rows{};  // By CollectedPart; in a database only.
  bool in_database = false;

  [[nodiscard]] bool has(CollectedPart part) const {
    return (parts >> static_cast<unsigned>(part) & 1U) != 0;
  }
  [[nodiscard]] CollectedDocument document(CollectedPart part) const;
  // The name of the part's document in messages, whether or not it exists.
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
  std::map<std::string, CollectedPolicy> scps{};  // By policy id in lower case.
  std::map<std::string, CollectedPolicy> rcps{};
};

// A unit of work: some resources of an account, or an organization.
struct CollectedBatch {
  std::string account{};
  std::string place{};
  // Of the whole account, not only of this batch:
  bool whole = false;           // It is complete: a resource that is not listed does not exist.
  bool has_principals = false;  // It has users, groups or roles.
  bool has_roles = false;
  // Some role has tags. If none has, iam-collect may have been told to leave tags out.
  bool has_role_tags = false;
  std::vector<CollectedResource> resources{};
  std::optional<OrganizationFiles> organization{};

  [[nodiscard]] std::size_t count_documents() const;
};

// A row of a database.
struct CollectedRow {
  std::string_view account{};
  std::string_view database{};
  std::string_view place{};  // As in CollectedResource.
  CollectedType type{};
  CollectedPart part{};
  DocumentId text = kNoDocument;
};

// Sorts the files or database rows that iam-collect wrote into batches.
class CollectedPlan {
 public:
  // Adds a file; false when it is not one of the layout. `shown` is the path to read it by,
  // `whole_path` its absolute path, and `given` the length of the part of `whole_path` that is the
  // folder the user named.
  bool add_file(std::string_view shown, std::string_view whole_path, std::size_t given);
  // Whether a file that add_file() refused still belongs to the layout, as one that rolecall does
  // not read.
  [[nodiscard]] bool covers(std::string_view whole_path) const;
  void add_row(const CollectedRow& row);
  void add_row(std::string_view organization, std::string_view database, OrganizationPart part,
               std::string_view policy, DocumentId text);
  // Marks accounts and organizations in or around the folder, which could not be listed, as
  // incomplete.
  void lose(std::string_view whole_path);
  void lose_all();

  // Everything added, by account, in an order that does not depend on the order of adding.
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

  // By absolute path or database, and id.
  std::map<std::pair<std::string, std::string>, Owned> owners_{};
  Owned* last_ = nullptr;  // The owner of the last file: files come folder by folder.
  std::unordered_set<std::string> roots_{};
};

}  // namespace rolecall
