// SPDX-License-Identifier: Apache-2.0
#include "support/case_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "rolecall/base/json.h"
#include "rolecall/diagnose/cause.h"
#include "rolecall/estate/estate_loader.h"
#include "rolecall/eval/gate.h"
#include "rolecall/trust/request_file.h"

namespace rolecall {

namespace {

class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The members of an object, which must be exactly these, in this order.
std::vector<JsonValue> members(const JsonValue& value, const std::vector<std::string_view>& names) {
  if (!value.is(JsonKind::Object)) throw Fault("an object is missing");
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (std::find(names.begin(), names.end(), it.key()) == names.end()) {
      throw Fault(fmt::format("unknown field `{}`", it.key()));
    }
  }
  std::vector<JsonValue> found;
  for (const std::string_view name : names) {
    const auto member = value.find(name);
    if (!member) throw Fault(fmt::format("field `{}` is missing", name));
    found.push_back(*member);
  }
  return found;
}

std::string text(const JsonValue& value, std::string_view what) {
  if (!value.is(JsonKind::String)) throw Fault(fmt::format("`{}` must be a string", what));
  return std::string(value.string());
}

std::vector<std::string> texts(const JsonValue& value, std::string_view what) {
  if (!value.is(JsonKind::Array)) throw Fault(fmt::format("`{}` must be a list", what));
  std::vector<std::string> all;
  for (const JsonValue each : value) all.push_back(text(each, what));
  return all;
}

bool is_verdict(std::string_view name) {
  constexpr std::array kAll = {Verdict::Allows,  Verdict::DeniesImplicitly, Verdict::Depends,
                               Verdict::Unknown, Verdict::NotChecked,       Verdict::NotApplicable};
  return std::any_of(kAll.begin(), kAll.end(),
                     [&](Verdict each) { return verdict_name(each) == name; });
}

void read_expectation(const JsonValue& value, CaseFile& read) {
  const auto fields = members(value, {"decision", "gates", "causes", "statement", "notes"});
  const JsonValue& gates = fields[1];
  read.decision = text(fields[0], "decision");
  constexpr std::array kDecisions = {"allowed", "denied", "conditional", "unknown"};
  if (std::find(kDecisions.begin(), kDecisions.end(), read.decision) == kDecisions.end()) {
    throw Fault(fmt::format("there is no decision `{}`", read.decision));
  }
  if (gates.size() == 0) throw Fault("`gates` is empty");
  for (auto it = gates.begin(); it != gates.end(); ++it) {
    read.gates.emplace_back(it.key(), text(*it, "gates"));
    if (!find_gate(it.key())) throw Fault(fmt::format("there is no gate `{}`", it.key()));
    if (!is_verdict(read.gates.back().second)) {
      throw Fault(fmt::format("there is no verdict `{}`", read.gates.back().second));
    }
  }
  read.causes = texts(fields[2], "causes");
  if (fields[3].is(JsonKind::Number)) {
    read.statement = std::stoll(std::string(fields[3].raw()));
  } else if (!fields[3].is(JsonKind::Null)) {
    throw Fault("`statement` must be a number or null");
  }
  read.notes = texts(fields[4], "notes");
  for (const std::string& each : read.causes) {
    if (find_cause(each) == nullptr) throw Fault(fmt::format("there is no cause `{}`", each));
  }
  if (read.causes.empty() == (read.decision == "denied")) {
    throw Fault("a denied request has causes, and no other");
  }
}

CaseFile read_case(const std::filesystem::path& path) {
  SourceTable sources;
  Diagnostics faults;
  const auto json = parse_json(sources, sources.add(path.filename(), text_of(path)), faults);
  if (!json) throw Fault("this is no JSON");
  if (faults.error_count() > 0) throw Fault("a key is repeated");
  const auto fields = members(json->root(), {"name", "cites", "estate", "request", "expect"});
  const JsonValue& estate = fields[2];
  const JsonValue& request = fields[3];
  CaseFile read;
  read.name = text(fields[0], "name");
  if (read.name != path.stem()) throw Fault("`name` is not the name of the file");
  read.cites = texts(fields[1], "cites");
  if (read.cites.empty()) throw Fault("`cites` is empty");
  if (!estate.is(JsonKind::Object)) throw Fault("`estate` must be an object");
  for (auto it = estate.begin(); it != estate.end(); ++it) {
    read.estate.emplace_back(it.key(), (*it).raw());
  }
  if (!request.is(JsonKind::Object)) throw Fault("`request` must be an object");
  read.request = request.raw();
  read_expectation(fields[4], read);
  return read;
}

}  // namespace

void PrintTo(const CaseFile& wanted, std::ostream* out) {
  *out << wanted.name;
}

CaseFiles load_cases(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  CaseFiles all;
  for (const auto& path : paths) {
    try {
      all.cases.push_back(read_case(path));
    } catch (const Fault& fault) {
      all.faults.push_back(fmt::format("{}: {}", path.string(), fault.what()));
    }
  }
  return all;
}

LoadedCase::LoadedCase(const CaseFile& wanted) {
  Diagnostics said;
  for (const auto& [name, content] : wanted.estate) {
    load_estate_text(name, content, estate, said);
  }
  estate.index_aws_policies();
  SourceTable& sources = estate.sources();
  auto read = read_request(sources, sources.add("request.json", wanted.request), said);
  if (read) request = std::move(*read);
}

}  // namespace rolecall
