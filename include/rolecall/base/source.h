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

// A place in a document of a SourceTable: bytes [begin, end). Small on purpose; a line number is
// worked out only when it is printed.
struct Span {
  DocumentId document = kNoDocument;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool known() const { return document != kNoDocument; }
  friend bool operator==(const Span&, const Span&) = default;
};

// How a document was wrapped inside the string of another one. Applied from left to right.
enum class Wrapping : std::uint8_t { JsonString, Percent };
// The text that gives `text` when `wrappings` are undone, without the quotes of a JSON string.
[[nodiscard]] std::string rewrap(std::string_view text, std::span<const Wrapping> wrappings);

// What is to stand at `at` instead.
struct Replacement {
  Span at{};
  std::string text{};
};

// Where a span stands for a reader: line and column are one-based, the column counts characters.
struct Location {
  std::string file{};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string line_text{};         // The whole line, without its end; cut to a readable length.
  std::uint32_t marked_begin = 0;  // Byte offsets into `line_text` of the part the span covers.
  std::uint32_t marked_end = 0;
};

// Owns the text of every document that was read, and every string decoded from one. Everything it
// hands out stays valid until it is destroyed. Adding is safe from several threads at once.
class SourceTable {
 public:
  // Documents above this size cannot be addressed by a Span.
  static constexpr std::size_t kMaxBytes = 0xFFFFFFF0;
  // Readable bytes after the end of every text, as simdjson asks for.
  static constexpr std::size_t kPadding = 64;

  // REQUIRES: text.size() <= kMaxBytes, here and below.
  DocumentId add(std::string name, std::string text);
  DocumentId add(std::string name, MappedFile file);
  // REQUIRES: the text and kPadding bytes after it outlive the table, or its next clear().
  DocumentId add_borrowed(std::string name, std::string_view text);
  // A document that was found inside the string at `origin` (with its quotes) of another one, and
  // unwrapped by `wrappings`. Without wrappings it is the part at `origin` as it stands. Places in
  // it are reported as places in the outermost document.
  DocumentId add_embedded(Span origin, std::vector<Wrapping> wrappings, std::string text);
  // The embedded `document` once more. REQUIRES: the bytes at `origin` are those it was found in.
  DocumentId add_copy(DocumentId document, Span origin);

  [[nodiscard]] std::string_view name(DocumentId document) const;
  [[nodiscard]] std::string_view text(DocumentId document) const;
  [[nodiscard]] std::string_view text(Span span) const;
  [[nodiscard]] std::size_t size() const;
  // Where an embedded document was found; not known for another one.
  [[nodiscard]] Span origin(DocumentId document) const;
  // The first call for a file is linear in its size; later ones are not.
  [[nodiscard]] Location locate(Span span) const;
  // The span in the outermost document, that is, in a file.
  [[nodiscard]] Span in_file(Span span) const;
  // The parts of a replacement that differ from what stands at its place. Parts of changes within
  // one value do not overlap as the changes do.
  [[nodiscard]] std::vector<Replacement> narrowed(const Replacement& replacement) const;
  // The text of `file` with the replacements whose places are in it or in documents embedded in it,
  // wrapped as those are; the others are passed over. JSON strings and other tokens that stay the
  // same keep their bytes. REQUIRES: the places do not overlap.
  [[nodiscard]] std::string replaced(DocumentId file,
                                     std::span<const Replacement> replacements) const;
  // Keeps a decoded string for as long as the table lives.
  std::string_view keep(std::string text);
  // Forgets everything. REQUIRES: nothing it handed out is used any more.
  void clear();

 private:
  // What comes before a block of the text.
  struct LineMark {
    std::uint32_t lines = 0;  // Line ends.
    std::uint32_t characters = 0;
    std::uint32_t line_begin = 0;  // Of the line that the block begins in.
  };
  struct Source {
    std::string name{};
    std::string owned{};
    MappedFile mapped{};
    std::string_view text{};  // Of one of these, or borrowed.
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
