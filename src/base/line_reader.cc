// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/line_reader.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/source.h"

namespace rolecall {

namespace {

constexpr std::size_t kReadBytes = std::size_t{256} << 10;

tl::unexpected<Diagnostic> cannot_read(const std::filesystem::path& path, std::string why) {
  return tl::make_unexpected(
      Diagnostic{.code = DiagnosticCode::CannotRead,
                 .message = fmt::format("cannot read `{}`: {}", path.string(), why),
                 .file = path.string()});
}

}  // namespace

void LineReader::Close::operator()(std::FILE* file) const {
  if (file != stdin) static_cast<void>(std::fclose(file));
}

Result<LineReader> LineReader::open(const std::filesystem::path& path, std::size_t max_line_bytes) {
  std::error_code error;
  if (path != "-" && std::filesystem::is_directory(path, error)) {
    return cannot_read(path, "it is a folder");
  }
  LineReader reader;
  reader.file_.reset(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (reader.file_ == nullptr) return cannot_read(path, std::generic_category().message(errno));
  reader.path_ = path;
  reader.max_line_bytes_ = max_line_bytes;
  return reader;
}

// Appends what can be read now to `rest_`; false at the end. Uses read(2), as fread would wait for
// a whole block.
Result<bool> LineReader::fill() {
  const std::size_t before = rest_.size();
  rest_.reserve(before + kReadBytes + SourceTable::kPadding);
  rest_.resize(before + kReadBytes);
  ssize_t got = -1;
  do {
    got = ::read(::fileno(file_.get()), rest_.data() + before, kReadBytes);
  } while (got < 0 && errno == EINTR);
  rest_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) return cannot_read(path_, std::generic_category().message(errno));
  return got > 0;
}

// Lists the lines of `block.text` up to `end`, which is the end of a line.
void LineReader::split(LineBlock& block, std::size_t end) {
  for (std::size_t begin = 0; begin < end;) {
    const std::size_t stop = std::min(block.text.find('\n', begin), end);
    const bool too_long = skipping_ || stop - begin > max_line_bytes_;
    block.lines.push_back({begin, too_long ? begin : stop, ++line_, too_long});
    skipping_ = false;
    begin = stop + 1;
  }
}

Result<LineBlock> LineReader::next() {
  LineBlock block;
  while (!at_end_ && block.lines.empty()) {
    const std::size_t searched = rest_.size();
    const auto more = fill();
    if (!more) return tl::make_unexpected(more.error());
    at_end_ = !*more;
    const std::size_t feed = std::string_view(rest_).substr(searched).rfind('\n');
    if (at_end_) {
      block.text = std::exchange(rest_, {});
    } else if (feed != std::string::npos) {
      const std::size_t whole = searched + feed + 1;
      std::string begun = rest_.substr(whole);
      rest_.resize(whole);
      block.text = std::exchange(rest_, std::move(begun));
    } else if (rest_.size() > max_line_bytes_) {
      skipping_ = true;
      rest_.clear();
    }
    // The file may end in a skipped line whose last bytes were dropped already; it still counts.
    if (at_end_ && skipping_ && block.text.empty()) block.text = "\n";
    split(block, block.text.size());
  }
  block.text.reserve(block.text.size() + SourceTable::kPadding);
  return block;
}

}  // namespace rolecall
