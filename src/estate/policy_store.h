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

// One more place of a document.
struct PolicyPlace {
  PolicyPlace(PolicyStore& its_store, const Policy* its_document, Span its_span)
      : store(its_store), shared(its_document), at(its_span) {}

  PolicyStore& store;
  const Policy* shared;
  Span at;  // Of the object, or of the string that holds the document.
  mutable std::atomic<const Policy*> placed = nullptr;
};

// How a document is written, an object or a string with its quotes, and what it is read as.
struct DocumentBytes {
  DocumentBytes(std::string_view text, PolicyKind read_as);

  std::string_view bytes{};
  PolicyKind kind{};
  std::uint32_t hash = 0;
};

// Owns the policies of an estate, each document once. May be used from several threads at once.
class PolicyStore {
 public:
  explicit PolicyStore(SourceTable& sources) : sources_(sources) {}

  const Policy* keep(Policy policy);
  // The same, for further documents with these bytes to share. REQUIRES: the policy stands where
  // the bytes do, or in a document embedded there, and reading it gave no diagnostics.
  const Policy* keep(Policy policy, const DocumentBytes& document);
  // The document, standing at `at`, when one with its bytes is kept; else null.
  [[nodiscard]] PlacedPolicy find(const DocumentBytes& document, Span at);
  // The policy of one place, made when there is none yet.
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
