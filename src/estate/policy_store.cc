// SPDX-License-Identifier: Apache-2.0
#include "policy_store.h"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

namespace rolecall {

namespace {

// Most slots that are probed. A document that is not found by then is compiled again, so that
// deliberate collisions cost little.
constexpr std::size_t kMostProbes = 32;

// Hashes a document in four independent lanes, about as fast as memory can be read.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::array<std::uint64_t, 4> lanes = {text.size(), 1, 2, 3};
  const auto mix = [&](std::uint64_t& lane, const char* bytes, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, size);
    lane = std::rotl((lane ^ word) * kFactor, 29);
  };
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= lanes.size() * kWord; left -= lanes.size() * kWord) {
    for (std::uint64_t& lane : lanes) {
      mix(lane, at, kWord);
      at += kWord;
    }
  }
  for (; left >= kWord; left -= kWord, at += kWord) mix(lanes[left / kWord], at, kWord);
  mix(lanes[0], at, left);
  std::uint64_t whole = 0;
  for (const std::uint64_t lane : lanes) whole = std::rotl((whole ^ lane) * kFactor, 29);
  return whole;
}

}  // namespace

DocumentBytes::DocumentBytes(std::string_view text, PolicyKind read_as)
    : bytes(text), kind(read_as) {
  const std::uint64_t whole = hash_of(text) + static_cast<unsigned>(kind);
  hash = static_cast<std::uint32_t>(whole ^ (whole >> 32U));
}

const Policy* PlacedPolicy::placed() const {
  const Policy* const known = place_->placed.load(std::memory_order_acquire);
  return known != nullptr ? known : place_->store.place(*place_);
}

const Policy* PolicyStore::keep(Policy policy) {
  const std::lock_guard lock(mutex_);
  return &policies_.emplace_back(std::move(policy));
}

const Policy* PolicyStore::keep(Policy policy, const DocumentBytes& document) {
  const std::lock_guard lock(mutex_);
  policies_.push_back(std::move(policy));
  if (policies_.size() <= std::numeric_limits<std::uint32_t>::max()) {
    if (used_ * 3 >= slots_.size() * 2) grow();
    insert({document.hash, static_cast<std::uint32_t>(policies_.size())});
  }
  return &policies_.back();
}

PlacedPolicy PolicyStore::find(const DocumentBytes& document, Span at) {
  const std::lock_guard lock(mutex_);
  const Policy* const shared = look_up(document);
  if (shared == nullptr) return nullptr;
  return {shared, &places_.emplace_back(*this, shared, at)};
}

const Policy* PolicyStore::place(const PolicyPlace& place) {
  const std::lock_guard lock(mutex_);
  if (const Policy* const known = place.placed.load(std::memory_order_relaxed)) return known;
  const Policy& shared = *place.shared;
  Span at = place.at;
  if (sources_.text(place.at).starts_with('"')) {
    at = {sources_.add_copy(shared.at.document, place.at), shared.at.begin, shared.at.end};
  }
  const Policy* const made = &policies_.emplace_back(moved_policy(shared, at));
  place.placed.store(made, std::memory_order_release);
  return made;
}

std::string_view PolicyStore::bytes_of(const Policy& policy) const {
  const Span origin = sources_.origin(policy.at.document);
  // A document that follows another one in its file is embedded without an encoding.
  const bool is_text = origin.known() && sources_.text(origin).starts_with('"');
  return sources_.text(is_text ? origin : policy.at);
}

const Policy* PolicyStore::look_up(const DocumentBytes& document) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < kMostProbes && i < slots_.size(); ++i) {
    const Slot& slot = slots_[(document.hash + i) & mask];
    if (slot.number == 0) return nullptr;
    if (slot.hash != document.hash) continue;
    const Policy& policy = policies_[slot.number - 1];
    if (policy.kind == document.kind && bytes_of(policy) == document.bytes) return &policy;
  }
  return nullptr;
}

void PolicyStore::insert(Slot slot) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < kMostProbes; ++i) {
    Slot& free = slots_[(slot.hash + i) & mask];
    if (free.number != 0) continue;
    free = slot;
    ++used_;
    return;
  }
}

void PolicyStore::grow() {
  constexpr std::size_t kFewest = 64;
  const std::vector<Slot> before = std::exchange(slots_, {});
  slots_.resize(before.empty() ? kFewest : before.size() * 2);
  used_ = 0;
  for (const Slot& slot : before) {
    if (slot.number != 0) insert(slot);
  }
}

}  // namespace rolecall
