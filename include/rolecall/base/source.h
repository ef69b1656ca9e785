// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/mapped_file.h"

namespace rolecall {

using DocumentId = std::uint32_t;
inline constexpr DocumentId kNoDocument = 0xFFFFFFFF;

// A place in a document of a SourceTable: bytes [begin, end). Small on purpose; the line number is
// computed only when it is printed.
struct Span {
  DocumentId document = kNoDocument;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool known() const { return document != kNoDocument; }
  friend bool operator==(const Span&, const Span&) = default;
};

// An encoding of a document that stands inside a string of another one. IAM percent-encodes the
// policy documents in its answers. Decoded from left to right.
enum class Wrapping : std::uint8_t { JsonString, Percent };
// Encodes `text` so that decoding `wrappings` gives it back; without the quotes of a JSON string.
[[nodiscard]] std::string rewrap(std::string_view text, std::span<const Wrapping> wrappings);

// New text for the place `at`.
struct Replacement {
  Span at{};
  std::string text{};
};

// A span as a person finds it in a file.
struct Location {
  std::string file{};
  std::uint32_t line = 0;          // One-based.
  std::uint32_t column = 0;        // One-based, in characters.
  std::string line_text{};         // The line without its end; a very long one is shortened.
  std::uint32_t marked_begin = 0;  // Byte offsets into `line_text` of the part the span covers.
  std::uint32_t marked_end = 0;
};

// Owns the text of every document that was read, and every string decoded from one. The views it
// returns stay valid until it is cleared or destroyed. All functions but clear() may be called from
// several threads at once.
class SourceTable {
 public:
  // The largest document a Span can address.
  static constexpr std::size_t kMaxBytes = 0xFFFFFFF0;
  // Readable bytes after the end of every text, which simdjson needs.
  static constexpr std::size_t kPadding = 64;

  // REQUIRES, of every function that adds a text: text.size() <= kMaxBytes.
  DocumentId add(std::string name, std::string text);
  DocumentId add(std::string name, MappedFile file);
  // REQUIRES: the text and kPadding bytes after it outlive the table, or its next clear().
  DocumentId add_borrowed(std::string name, std::string_view text);
  // Adds a document found inside another one: in the string at `origin` (quotes included), decoded
  // by `wrappings`; without wrappings, the text at `origin` itself. Places in it are reported as
  // places in the outermost document, which is a file.
  DocumentId add_embedded(Span origin, std::vector<Wrapping> wrappings, std::string text);
  // Adds the embedded `document` again for another place. REQUIRES: the bytes at `origin` equal
  // those `document` was found in.
  DocumentId add_copy(DocumentId document, Span origin);

  [[nodiscard]] std::string_view name(DocumentId document) const;
  [[nodiscard]] std::string_view text(DocumentId document) const;
  [[nodiscard]] std::string_view text(Span span) const;
  [[nodiscard]] std::size_t size() const;
  // Where an embedded document was found; the unknown Span for any other document.
  [[nodiscard]] Span origin(DocumentId document) const;
  // The first call for a file is linear in its size; later ones take constant time.
  [[nodiscard]] Location locate(Span span) const;
  // The place in the outermost document, which is a file, that the span was decoded from.
  [[nodiscard]] Span in_file(Span span) const;
  // Splits a replacement into the parts that differ from the present text, so that several
  // replacements of one value need not overlap.
  [[nodiscard]] std::vector<Replacement> narrowed(const Replacement& replacement) const;
  // The text of `file` after those `replacements` that are in it or in a document embedded in it;
  // others are ignored. Text in an embedded document is encoded as that document is. JSON strings
  // and other tokens that stay the same keep their bytes. REQUIRES: the places do not overlap.
  [[nodiscard]] std::string replaced(DocumentId file,
                                     std::span<const Replacement> replacements) const;
  // Stores a decoded string and returns a view of it.
  std::string_view keep(std::string text);
  // Removes everything. REQUIRES: no view or id it returned is used any more.
  void clear();

 private:
  // Counts of what precedes a block of the text.
  struct LineMark {
    std::uint32_t lines = 0;  // Line ends.
    std::uint32_t characters = 0;
    std::uint32_t line_begin = 0;  // Of the line that the block begins in.
  };
  struct Source {
    std::string name{};
    std::string owned{};
    MappedFile mapped{};
    std::string_view text{};  // Views `owned` or `mapped`, or is borrowed.
    Span origin{};
    std::vector<Wrapping> wrappings{};
    mutable std::vector<LineMark> marks{};  // One per block; filled in by locate().
  };
  [[nodiscard]] const Source& source(DocumentId document) const;
  DocumentId add(Source source);
  [[nodiscard]] std::string wrapped_for_file(DocumentId document, std::string text) const;
  [[nodiscard]] LineMark mark_at(const Source& source, std::size_t at) const;

  mutable std::mutex mutex_;
  std::deque<Source> sources_;
  std::deque<std::string> kept_;
};

}  // namespace rolecall
