// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "rolecall/iam/policy.h"

namespace rolecall {

struct PolicyPlace;

// A policy document at one place of a file, or null. Documents with the same bytes are compiled
// once and shared by all their places. Converted to `const Policy*`, it is a policy of this place
// alone, with its own address and spans, which is made on first use. Small and cheap to copy; safe
// to use from several threads; valid as long as its Estate.
class PlacedPolicy {
 public:
  PlacedPolicy() = default;
  PlacedPolicy(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): like a pointer.
  // NOLINTNEXTLINE(google-explicit-constructor): like a pointer.
  PlacedPolicy(const Policy* policy) : shared_(policy) {}
  // Made by PolicyStore.
  PlacedPolicy(const Policy* shared, const PolicyPlace* place) : shared_(shared), place_(place) {}

  [[nodiscard]] const Policy* get() const { return place_ == nullptr ? shared_ : placed(); }
  // NOLINTNEXTLINE(google-explicit-constructor): like a pointer.
  operator const Policy*() const { return get(); }
  const Policy* operator->() const { return get(); }
  // The policy that all places share, for questions about a whole estate. Its spans are those of
  // one of the places. It cannot be used as a key of EstateOverlay::policies.
  [[nodiscard]] const Policy* shared() const { return shared_; }

  friend bool operator==(const PlacedPolicy& ref, std::nullptr_t) { return ref.shared_ == nullptr; }

 private:
  [[nodiscard]] const Policy* placed() const;

  const Policy* shared_ = nullptr;
  const PolicyPlace* place_ = nullptr;  // Null: the place of `shared_`.
};

}  // namespace rolecall
