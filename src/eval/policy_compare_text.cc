// SPDX-License-Identifier: Apache-2.0
// Text patterns as automata. All patterns advance together, one character at a time. A state is the
// set of positions in the patterns that a text can lead to; a breadth-first search over the states
// finds a shortest text for every combination of matches.
#include "eval/policy_compare_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "rolecall/base/text.h"

namespace rolecall::compare {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name(char c) {
  constexpr std::string_view kMarks = "_+=,.@-";
  return is_letter(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
}

bool in_class(CharClass of, char c) {
  switch (of) {
    case CharClass::Any:
      return true;
    case CharClass::NotColon:
      return c != ':';
    case CharClass::Digit:
      return is_digit(c);
    case CharClass::Word:
      return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
    case CharClass::Name:
      return is_name(c);
    case CharClass::Path:
      return is_name(c) || c == '/';
    case CharClass::Exact:
    case CharClass::IgnoreCase:
      return false;
  }
  return false;
}

bool accepts(const TextStep& step, char c) {
  if (step.of == CharClass::Exact) return c == step.c;
  if (step.of == CharClass::IgnoreCase) return ascii_lower(c) == ascii_lower(step.c);
  return in_class(step.of, c);
}

// Every byte, ordered so that samples are readable.
const std::string& characters() {
  static const std::string every = [] {
    std::string all = "xyzwvutsrqponmlkjihgfedcba9876543210XYZWVUTSRQPONMLKJIHGFEDCBA-_./=+@,:";
    for (int c = 0; c < 256; ++c) {
      const char each = static_cast<char>((c + '!') % 256);
      if (all.find(each) == std::string::npos) all += each;
    }
    return all;
  }();
  return every;
}

using Places = std::vector<std::uint32_t>;

struct PlacesHash {
  std::size_t operator()(const Places& places) const {
    std::size_t hash = 14695981039346656037ULL;
    for (const std::uint32_t each : places) hash = (hash ^ each) * 1099511628211ULL;
    return hash;
  }
};

// All patterns side by side. Position `begin + i` of a pattern is before its step i; the position
// after its last step means that it matches.
class Automaton {
 public:
  Automaton(std::span<const TextPattern> patterns, const TextPattern* shape) {
    if (shape != nullptr) add(*shape);
    shape_end_ = shape == nullptr ? 0 : static_cast<std::uint32_t>(steps_.size());
    for (const TextPattern& each : patterns) add(each);
    seen_.resize(steps_.size(), 0);
    group_characters();
  }

  Places start() {
    Places places;
    next_round();
    for (const std::uint32_t begin : begins_) reach(begin, places);
    std::sort(places.begin(), places.end());
    return places;
  }

  Places next(const Places& from, char c) {
    Places places;
    next_round();
    for (const std::uint32_t place : from) {
      if (ends_[place] || !accepts(steps_[place], c)) continue;
      reach(steps_[place].run ? place : place + 1, places);
    }
    std::sort(places.begin(), places.end());
    return places;
  }

  // The end positions of the patterns that match; nothing when the text does not match the shape.
  [[nodiscard]] std::optional<Places> matched(const Places& places) const {
    Places all;
    for (const std::uint32_t place : places) {
      if (ends_[place]) all.push_back(place);
    }
    if (shape_end_ != 0 && (all.empty() || all[0] >= shape_end_)) return std::nullopt;
    return all;
  }

  // Whether some continuation matches the shape.
  [[nodiscard]] bool alive(const Places& places) const {
    return shape_end_ == 0 || (!places.empty() && places[0] < shape_end_);
  }

  // One character for each possible next state.
  [[nodiscard]] std::string choices(const Places& places) const {
    std::string all;
    const auto add = [&](char c) {
      if (all.find(c) == std::string::npos) all += c;
    };
    for (const std::uint32_t place : places) {
      const TextStep& step = steps_[place];
      if (ends_[place] || (step.of != CharClass::Exact && step.of != CharClass::IgnoreCase))
        continue;
      add(step.c);
      if (step.of == CharClass::IgnoreCase && is_letter(step.c)) {
        add(static_cast<char>(step.c ^ ' '));
      }
    }
    const std::string exact = all;
    for (const std::string& group : groups_) {
      const std::size_t other = group.find_first_not_of(exact);
      if (other != std::string::npos) add(group[other]);
    }
    return all;
  }

 private:
  void add(const TextPattern& pattern) {
    begins_.push_back(static_cast<std::uint32_t>(steps_.size()));
    steps_.insert(steps_.end(), pattern.begin(), pattern.end());
    ends_.resize(steps_.size(), false);
    steps_.emplace_back();
    ends_.push_back(true);
  }

  void next_round() { ++round_; }

  void reach(std::uint32_t place, Places& places) {
    for (;; ++place) {
      if (seen_[place] == round_) return;
      seen_[place] = round_;
      places.push_back(place);
      if (ends_[place] || !steps_[place].run) return;
    }
  }

  // Sets of characters that no step of the patterns distinguishes.
  void group_characters() {
    std::array<bool, 8> used{};
    for (const TextStep& step : steps_) used[static_cast<std::size_t>(step.of)] = true;
    std::map<unsigned, std::size_t> index;
    for (const char c : characters()) {
      unsigned signature = 0;
      for (std::size_t i = 0; i < used.size(); ++i) {
        if (used[i] && in_class(static_cast<CharClass>(i), c)) signature |= 1U << i;
      }
      const auto [it, is_new] = index.emplace(signature, groups_.size());
      if (is_new) groups_.emplace_back();
      groups_[it->second] += c;
    }
  }

  std::vector<TextStep> steps_;
  std::vector<bool> ends_;
  std::vector<std::uint32_t> begins_;
  std::vector<std::string> groups_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t round_ = 0;
  std::uint32_t shape_end_ = 0;
};

class CellWalk {
 public:
  CellWalk(Automaton& automaton, std::size_t budget)
      : automaton_(automaton),
        start_(automaton.start()),
        budget_(budget),
        seed_budget_(budget / 2) {}

  void seed(const std::string& text) {
    if (seed_budget_ < start_.size() + 1) return;
    Places places = start_;
    for (const char c : text) {
      if (seed_budget_ < places.size() + 1) return;
      seed_budget_ -= places.size() + 1;
      places = automaton_.next(places, c);
    }
    if (automaton_.alive(places)) note(places, text);
  }

  TextCells walk() {
    visit(start_, 0, '\0');
    for (std::size_t i = 0; i < order_.size() && cells_.complete; ++i) {
      const Places& places = *order_[i].places;
      note(places, std::nullopt, i);
      for (const char c : automaton_.choices(places)) {
        Places next = automaton_.next(places, c);
        spend(places.size() + 1);
        if (automaton_.alive(next)) visit(std::move(next), i, c);
      }
    }
    return std::move(cells_);
  }

 private:
  struct State {
    const Places* places = nullptr;
    std::size_t parent = 0;
    char by = '\0';
  };

  void spend(std::size_t steps) {
    cells_.complete = budget_ >= steps;
    budget_ -= std::min(budget_, steps);
  }

  void visit(Places places, std::size_t parent, char by) {
    const auto [it, is_new] = states_.emplace(std::move(places), order_.size());
    if (is_new) order_.push_back({&it->first, parent, by});
  }

  void note(const Places& places, const std::optional<std::string>& text, std::size_t state = 0) {
    auto cell = automaton_.matched(places);
    if (!cell || !known_.insert(*std::move(cell)).second) return;
    cells_.samples.push_back(text ? *text : text_of(state));
  }

  [[nodiscard]] std::string text_of(std::size_t state) const {
    std::string text;
    for (; state != 0; state = order_[state].parent) text += order_[state].by;
    std::reverse(text.begin(), text.end());
    return text;
  }

  Automaton& automaton_;
  Places start_;
  std::size_t budget_;
  std::size_t seed_budget_;
  std::unordered_map<Places, std::size_t, PlacesHash> states_;
  std::vector<State> order_;
  std::set<Places> known_;
  TextCells cells_;
};

}  // namespace

void append_exact(TextPattern& pattern, std::string_view text, bool ignore_case) {
  for (const char c : text) {
    pattern.push_back({ignore_case ? CharClass::IgnoreCase : CharClass::Exact, c, false});
  }
}

void append_like(TextPattern& pattern, WildcardView text, CharClass wildcard, bool ignore_case) {
  for (std::size_t i = 0; i < text.text.size(); ++i) {
    if (text.is_star(i)) {
      append_run(pattern, wildcard);
    } else if (text.is_any(i)) {
      append_class(pattern, wildcard, 1);
    } else {
      append_exact(pattern, text.text.substr(i, 1), ignore_case);
    }
  }
}

void append_class(TextPattern& pattern, CharClass of, std::size_t count) {
  pattern.insert(pattern.end(), count, {of, '\0', false});
}

void append_run(TextPattern& pattern, CharClass of) {
  pattern.push_back({of, '\0', true});
}

std::optional<TextPattern> action_pattern(std::string_view text) {
  TextPattern pattern;
  if (text == "*") {
    append_run(pattern, CharClass::Any);
    return pattern;
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  if (text.substr(0, colon) == "*") {
    append_run(pattern, CharClass::NotColon);
  } else {
    append_exact(pattern, text.substr(0, colon), /*ignore_case=*/true);
  }
  append_exact(pattern, ":");
  append_like(pattern, {text.substr(colon + 1), nullptr}, CharClass::Any, /*ignore_case=*/true);
  return pattern;
}

std::optional<TextPattern> arn_pattern(WildcardView text) {
  constexpr int kFields = 6;
  TextPattern pattern;
  std::size_t begin = 0;
  for (int field = 1; field < kFields; ++field) {
    const std::size_t end = text.text.find(':', begin);
    if (end == std::string_view::npos) return std::nullopt;
    append_like(pattern, text.part(begin, end - begin), CharClass::NotColon);
    append_exact(pattern, ":");
    begin = end + 1;
  }
  append_like(pattern, text.part(begin, text.text.size() - begin));
  return pattern;
}

std::optional<TextPattern> resource_pattern(WildcardView text, PolicyKind kind) {
  constexpr int kFields = 6;
  constexpr int kServiceField = 3;
  TextPattern pattern;
  std::size_t begin = 0;
  for (int field = 1; field < kFields; ++field) {
    const std::size_t end = text.text.find(':', begin);
    if (end == std::string_view::npos) {
      const WildcardView last = text.part(begin, text.text.size() - begin);
      if (!last.text.empty() && last.is_star(last.text.size() - 1)) {
        append_like(pattern, last);
        return pattern;
      }
      if (kind != PolicyKind::Identity && kind != PolicyKind::Boundary) return std::nullopt;
      append_like(pattern, last, CharClass::NotColon);
      append_exact(pattern, ":");
      append_run(pattern, CharClass::Any);
      return pattern;
    }
    const WildcardView part = text.part(begin, end - begin);
    if (field == kServiceField) {
      append_exact(pattern, part.text);
    } else {
      append_like(pattern, part, CharClass::NotColon);
    }
    append_exact(pattern, ":");
    begin = end + 1;
  }
  append_like(pattern, text.part(begin, text.text.size() - begin));
  return pattern;
}

TextPattern action_shape() {
  TextPattern pattern;
  append_class(pattern, CharClass::Word, 1);
  append_run(pattern, CharClass::Word);
  append_exact(pattern, ":");
  append_class(pattern, CharClass::Word, 1);
  append_run(pattern, CharClass::Word);
  return pattern;
}

TextPattern arn_shape() {
  TextPattern pattern;
  append_exact(pattern, "arn:");
  for (int field = 0; field < 4; ++field) {
    constexpr int kFilled = 2;  // Partition and service are never empty.
    if (field < kFilled) append_class(pattern, CharClass::NotColon, 1);
    append_run(pattern, CharClass::NotColon);
    append_exact(pattern, ":");
  }
  append_class(pattern, CharClass::Any, 1);
  append_run(pattern, CharClass::Any);
  return pattern;
}

bool matches(const TextPattern& pattern, std::string_view text) {
  Automaton automaton({&pattern, 1}, nullptr);
  Places places = automaton.start();
  for (const char c : text) places = automaton.next(places, c);
  return !automaton.matched(places)->empty();
}

TextCells text_cells(std::span<const TextPattern> patterns, const TextPattern* shape,
                     std::span<const std::string> seeds, std::size_t budget) {
  Automaton automaton(patterns, shape);
  CellWalk walk(automaton, budget);
  for (const std::string& each : seeds) walk.seed(each);
  return walk.walk();
}

}  // namespace rolecall::compare
