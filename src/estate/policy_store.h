// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>
#include <vector>

#include "rolecall/estate/placed_policy.h"

namespace rolecall {

class PolicyStore;

// Another place at which a stored document stands.
struct PolicyPlace {
  PolicyPlace(PolicyStore& its_store, const Policy* its_document, Span its_span)
      : store(its_store), shared(its_document), at(its_span) {}

  PolicyStore& store;
  const Policy* shared;
  Span at;  // Of the object, or of the string with the document.
  mutable std::atomic<const Policy*> placed = nullptr;  // Made on first use.
};

// The key of a stored document: its bytes, and the kind of policy they are read as.
struct DocumentBytes {
  DocumentBytes(std::string_view text, PolicyKind read_as);

  std::string_view bytes{};  // Of an object, or of a string with its quotes.
  PolicyKind kind{};
  std::uint32_t hash = 0;
};

// Owns the policies of an estate and stores equal documents once. Safe to use from several threads.
class PolicyStore {
 public:
  explicit PolicyStore(SourceTable& sources) : sources_(sources) {}

  // Stores a policy that is not shared.
  const Policy* keep(Policy policy);
  // Stores a policy that further documents with these bytes will share. REQUIRES: the policy stands
  // where the bytes do, or in a document embedded there, and reading it gave no diagnostics.
  const Policy* keep(Policy policy, const DocumentBytes& document);
  // The stored policy of these bytes, placed at `at`; null when there is none.
  [[nodiscard]] PlacedPolicy find(const DocumentBytes& document, Span at);
  // The policy at one place; made on the first call.
  const Policy* place(const PolicyPlace& place);

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = 0;  // 1 + index into `policies_`; 0 when free.
  };
  [[nodiscard]] std::string_view bytes_of(const Policy& policy) const;
  [[nodiscard]] const Policy* look_up(const DocumentBytes& document) const;
  void insert(Slot slot);
  void grow();

  SourceTable& sources_;
  std::mutex mutex_;
  std::deque<Policy> policies_;
  std::deque<PolicyPlace> places_;
  std::vector<Slot> slots_;  // A hash table with open addressing; its size is a power of two.
  std::size_t used_ = 0;
};

}  // namespace rolecall
