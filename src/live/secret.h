// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace rolecall {

// Text that must not reach an output, a file or a log. It has neither operator<< nor a formatter,
// so printing one does not compile; its bytes are overwritten when it goes.
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
  // For signing, and for the wire.
  [[nodiscard]] const std::string& reveal() const { return text_; }

 private:
  // What is left behind a shorter text, too.
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
