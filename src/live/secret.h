// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace rolecall {

// Text that must not be written to an output, a file or a log. Printing one does not compile, as it
// has neither operator<< nor a formatter. Its bytes are overwritten when it is destroyed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : text_(text) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept {
    std::swap(text_, other.text_);
    other.wipe();
  }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      text_ = other.text_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }
  ~Secret() { wipe(); }

  [[nodiscard]] bool empty() const { return text_.empty(); }
  // The text, for signing and sending.
  [[nodiscard]] const std::string& reveal() const { return text_; }

 private:
  // Overwrites the whole capacity, as it can hold the end of an earlier, longer text.
  void wipe() noexcept {
    text_.resize(text_.capacity());
    volatile char* at = text_.data();
    for (std::size_t i = 0; i < text_.size(); ++i) at[i] = 0;
    text_.clear();
  }

  std::string text_;
};

template <typename Stream>
Stream& operator<<(Stream& stream, const Secret&) = delete;

}  // namespace rolecall
