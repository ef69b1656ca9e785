// SPDX-License-Identifier: Apache-2.0
#include "rolecall/estate/estate_loader.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "base/ordered_work.h"
#include "collected_reader.h"
#include "embedded_policy.h"
#include "gaad_loader.h"
#include "input_list.h"
#include "json_splitter.h"
#include "load_context.h"
#include "organization_loader.h"
#include "provider_loader.h"

namespace rolecall {

namespace {

struct Shape;

// A document that was recognized.
struct Found {
  const Shape* shape = nullptr;
  EstateDocument document;
};

// The result of reading one file, before it is merged with others.
struct ReadFile {
  Diagnostics diagnostics{};
  JsonDocuments parsed{};
  std::vector<Found> found{};          // Except exports, which are in `exported`.
  std::optional<JsonValue> unknown{};  // The first document that was not recognized.
  GaadExport exported{};
  std::optional<CollectedRead> collected{};
  std::optional<EpochSeconds> written{};
  bool recognized = false;
};

// Loads files. Each is first read, on any thread: its documents are recognized, and exports, which
// are large, are turned into entities. Then it is merged into the estate, in order, on one thread.
class EstateLoader {
 public:
  EstateLoader(Estate& estate, Diagnostics& diagnostics, const LoadLimits& limits,
               const FileTexts& texts)
      : texts_(texts),
        context_{.estate = estate, .diagnostics = diagnostics, .limits = limits.json},
        bare_policy_kind_(limits.bare_policy_kind),
        max_bytes_(std::min(limits.max_file_bytes, SourceTable::kMaxBytes)) {
    context_.limits.max_bytes = max_bytes_;
  }

  [[nodiscard]] LoadContext& context() { return context_; }
  [[nodiscard]] ReadFile read(const Input& input);
  [[nodiscard]] ReadFile read_text(std::string name, std::string text);
  void merge(ReadFile file, bool named);
  void finish() {
    gaad_.finish();
    providers_.finish();
    context_.estate.index_aws_policies();
  }

 private:
  friend struct Shape;

  [[nodiscard]] std::optional<DocumentId> open(const std::string& path, ReadFile& result);
  [[nodiscard]] std::optional<DocumentId> add_text(std::string name, std::string text,
                                                   ReadFile& result);
  [[nodiscard]] LoadContext own_context(ReadFile& result) {
    return {
        .estate = context_.estate, .diagnostics = result.diagnostics, .limits = context_.limits};
  }
  [[nodiscard]] ReadFile read_collected_batch(const CollectedBatch& batch);
  void read_document(DocumentId id, ReadFile& result);
  void report_unknown(const JsonValue& value, bool named);

  void load(const Found& found);
  void load_role(const EstateDocument& document);
  void load_bare_role(const EstateDocument& document);
  void load_roles(const EstateDocument& document);
  void load_org(const EstateDocument& document) { load_organization(context_, document); }
  void load_providers(const EstateDocument& document) {
    providers_.load_identity_providers(document);
  }
  void load_provider_list(const EstateDocument& document) {
    providers_.load_provider_list(document);
  }
  void load_oidc_provider(const EstateDocument& document) {
    providers_.load_oidc_provider(document);
  }
  void load_endpoints(const EstateDocument& document) { providers_.load_vpc_endpoints(document); }
  void load_bare_policy(const EstateDocument& document);
  void note_time(EpochSeconds written);

  // Smaller files are cheaper to read than to map. Linux allows a process about 65,000 mappings.
  static constexpr std::size_t kLeastMapped = 16384;
  static constexpr std::size_t kMostMaps = 20000;

  const FileTexts& texts_;
  LoadContext context_;
  std::optional<PolicyKind> bare_policy_kind_;
  std::size_t max_bytes_;
  std::atomic<std::size_t> maps_ = 0;
  GaadLoader gaad_{context_};
  ProviderLoader providers_{context_};
};

bool has_member(const JsonValue& value, std::string_view key, JsonKind kind) {
  const auto member = value.find(key);
  return member && member->is(kind);
}

bool is_get_role(const JsonValue& value) {
  return has_member(value, "Role", JsonKind::Object);
}

// `--query Role` and the like take the role out of what stands around it.
bool is_bare_role(const JsonValue& value) {
  return has_member(value, "RoleName", JsonKind::String) &&
         value.find("AssumeRolePolicyDocument") && !value.find("RolePolicyList");
}

bool is_list_roles(const JsonValue& value) {
  return has_member(value, "Roles", JsonKind::Array);
}

bool is_bare_policy(const JsonValue& value) {
  return value.find("Statement").has_value();
}

struct Shape {
  std::string_view summary{};
  bool (*matches)(const JsonValue& value) = nullptr;
  void (EstateLoader::*load)(const EstateDocument& document) = nullptr;  // Null: an export.
  bool notes_repeats = false;  // `load` itself handles repeated keys.

  static const std::array<Shape, 10> kAll;
};

const std::array<Shape, 10> Shape::kAll = {{
    {"`aws iam get-account-authorization-details`", is_gaad_page, nullptr},
    {"organization.json", is_organization, &EstateLoader::load_org},
    {"identity-providers.json", ProviderLoader::is_identity_providers,
     &EstateLoader::load_providers},
    {"`aws iam list-open-id-connect-providers`, `aws iam list-saml-providers`",
     ProviderLoader::is_provider_list, &EstateLoader::load_provider_list},
    {"`aws iam get-open-id-connect-provider`", ProviderLoader::is_oidc_provider,
     &EstateLoader::load_oidc_provider},
    {"`aws ec2 describe-vpc-endpoints`", ProviderLoader::is_vpc_endpoints,
     &EstateLoader::load_endpoints},
    {"`aws iam get-role`", is_get_role, &EstateLoader::load_role},
    {"`aws iam list-roles`", is_list_roles, &EstateLoader::load_roles},
    {"one role of these", is_bare_role, &EstateLoader::load_bare_role},
    {"a policy document", is_bare_policy, &EstateLoader::load_bare_policy,
     /*notes_repeats=*/true},
}};

// The account id that a file name such as `111122223333.gaad.json` begins with, or empty.
std::string_view account_of_name(std::string_view name) {
  constexpr std::size_t kDigits = 12;
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const bool goes_on = name.size() > kDigits && name[kDigits] >= '0' && name[kDigits] <= '9';
  const std::string_view begin = name.substr(0, kDigits);
  return is_account_id(begin) && !goes_on ? begin : std::string_view();
}

void EstateLoader::load_role(const EstateDocument& document) {
  EstateDocument role = document;
  role.value = *document.value.find("Role");
  gaad_.load_role(role, /*has_tags=*/true);
}

void EstateLoader::load_bare_role(const EstateDocument& document) {
  gaad_.load_role(document, /*has_tags=*/document.value.find("Tags").has_value());
}

void EstateLoader::load_roles(const EstateDocument& document) {
  EstateDocument role = document;
  const JsonValue roles = *document.value.find("Roles");
  for (const JsonValue each : roles) {
    if (each.is(JsonKind::Null)) report_null_entry(context_, each, "Roles");
    role.value = each;
    gaad_.load_role(role, /*has_tags=*/false);
  }
}

// Trust policies have Principal and no Resource elements; other resource-based policies have both.
PolicyKind kind_of_bare_policy(const JsonValue& policy) {
  bool principal = false;
  bool resource = false;
  const auto look = [&](const JsonValue& statement) {
    principal = principal || statement.find("Principal") || statement.find("NotPrincipal");
    resource = resource || statement.find("Resource") || statement.find("NotResource");
  };
  const JsonValue statements = *policy.find("Statement");
  if (statements.is(JsonKind::Array)) {
    for (const JsonValue each : statements) look(each);
  } else {
    look(statements);
  }
  if (!principal) return PolicyKind::Identity;
  return resource ? PolicyKind::Resource : PolicyKind::Trust;
}

void EstateLoader::load_bare_policy(const EstateDocument& document) {
  const PolicyKind kind = bare_policy_kind_.value_or(kind_of_bare_policy(document.value));
  const Policy* const policy = load_policy_document(context_, *document.json, document.value, kind);
  context_.estate.bare_policies.push_back({std::string(document.file), policy});
}

// False when no shape matches. A document may have several shapes at once.
bool recognize_object(const EstateDocument& document, std::vector<EstateDocument>& pages,
                      std::vector<Found>& found) {
  bool recognized = false;
  for (const Shape& shape : Shape::kAll) {
    if (!shape.matches(document.value)) continue;
    recognized = true;
    if (shape.load == nullptr) {
      pages.push_back(document);
    } else {
      found.push_back({&shape, document});
    }
  }
  return recognized;
}

void recognize(const EstateDocument& document, std::vector<EstateDocument>& pages,
               ReadFile& result) {
  const auto take = [&](const EstateDocument& each) {
    const bool recognized = recognize_object(each, pages, result.found);
    result.recognized = result.recognized || recognized;
    if (!recognized && !result.unknown) result.unknown = each.value;
  };
  if (!document.value.is(JsonKind::Array) || document.value.size() == 0) {
    take(document);
    return;
  }
  EstateDocument element = document;
  for (const JsonValue each : document.value) {
    element.value = each;
    take(element);
  }
}

void EstateLoader::report_unknown(const JsonValue& value, bool named) {
  std::vector<std::string> members;
  for (auto it = value.begin(); it != value.end() && value.is(JsonKind::Object); ++it) {
    members.push_back(fmt::format("`{}`", it.key()));
  }
  std::string shapes;
  for (const Shape& shape : Shape::kAll) {
    shapes += fmt::format("{}{}", shapes.empty() ? "" : ", ", shape.summary);
  }
  context_.diagnostics.add(
      {.severity = named ? Severity::Error : Severity::Warning,
       .code = DiagnosticCode::UnknownShape,
       .message = members.empty()
                      ? fmt::format("this document, {}, is not recognized",
                                    value.is(JsonKind::Object) ? "an object without members"
                                                               : json_kind_name(value.kind()))
                      : fmt::format("a document with the members {} is not recognized",
                                    join_list(members)),
       .where = {value.span().document, value.span().begin, value.span().begin + 1},
       .help = fmt::format("give the output of one of: {}", shapes)});
}

std::optional<DocumentId> EstateLoader::add_text(std::string name, std::string text,
                                                 ReadFile& result) {
  if (text.size() <= max_bytes_) {
    return context_.estate.sources().add(std::move(name), std::move(text));
  }
  result.diagnostics.add(
      {.severity = Severity::Error,
       .code = DiagnosticCode::TooLarge,
       .message = fmt::format("`{}` is larger than the limit of {} bytes", name, max_bytes_),
       .help = "raise the limit with --max-file-bytes",
       .file = name});
  return std::nullopt;
}

ReadFile EstateLoader::read_text(std::string name, std::string text) {
  ReadFile result;
  if (const auto id = add_text(std::move(name), std::move(text), result)) {
    read_document(*id, result);
  }
  return result;
}

void EstateLoader::read_document(DocumentId id, ReadFile& result) {
  SourceTable& sources = context_.estate.sources();
  LoadContext own = own_context(result);
  result.parsed = parse_json_documents(sources, id, own.diagnostics, own.limits);
  std::vector<EstateDocument> pages;
  for (const auto& json : result.parsed.documents) {
    recognize({.json = json.get(),
               .value = json->root(),
               .file = sources.name(id),
               .named_account = account_of_name(sources.name(id))},
              pages, result);
  }
  result.exported = read_gaad(own, pages, result.parsed.whole);
  // Freed before the next file is read, as the JSON takes a good part of the memory.
  if (result.found.empty() && !result.unknown) result.parsed.documents.clear();
}

std::optional<EpochSeconds> time_written(const std::filesystem::path& path) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(path, error);
  if (error) return std::nullopt;
  const auto since = std::chrono::file_clock::to_sys(written).time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(since).count();
}

// Adds a file to the SourceTable; nothing, and a diagnostic, when it cannot be read.
std::optional<DocumentId> EstateLoader::open(const std::string& path, ReadFile& result) {
  if (const auto known = texts_.find(path); known != texts_.end()) {
    return add_text(path, known->second, result);
  }
  std::error_code error;
  const bool large = path != "-" && maps_ < kMostMaps &&
                     std::filesystem::file_size(path, error) >= kLeastMapped && !error;
  auto mapped = large ? MappedFile::open(path, kLeastMapped, max_bytes_) : std::nullopt;
  if (mapped) {
    ++maps_;
    return context_.estate.sources().add(path, *std::move(mapped));
  }
  auto text = rolecall::read_file(path, max_bytes_);
  if (!text) {
    result.diagnostics.add(std::move(text.error()));
    return std::nullopt;
  }
  return add_text(path, *std::move(text), result);
}

ReadFile EstateLoader::read(const Input& input) {
  if (input.collected != nullptr) return read_collected_batch(*input.collected);
  ReadFile result;
  if (const auto id = open(input.path, result)) read_document(*id, result);
  if (result.recognized && input.path != "-") result.written = time_written(input.path);
  return result;
}

ReadFile EstateLoader::read_collected_batch(const CollectedBatch& batch) {
  ReadFile result;
  LoadContext own = own_context(result);
  const auto note_time = [&](const std::string& path) {
    const auto written = time_written(path);
    if (written) result.written = std::max(result.written.value_or(*written), *written);
  };
  bool in_files = false;
  result.collected = read_collected(own, batch, [&](const std::string& path) {
    in_files = true;
    note_time(path);
    return open(path, result);
  });
  if (!in_files) note_time(batch.place);
  result.exported = std::move(result.collected->exported);
  result.recognized = true;
  return result;
}

void EstateLoader::load(const Found& found) {
  (this->*found.shape->load)(found.document);
  // The first value of a repeated key is lost.
  if (!found.shape->notes_repeats && repeats_own_key(*found.document.json, found.document.value)) {
    context_.estate.incomplete = true;
  }
}

void EstateLoader::merge(ReadFile file, bool named) {
  context_.diagnostics.append(file.diagnostics);
  for (const Found& each : file.found) load(each);
  gaad_.merge(std::move(file.exported));
  if (file.collected) {
    providers_.merge(*file.collected);
    if (file.collected->organization) {
      keep_organization(context_, *std::move(file.collected->organization));
    }
  }
  if (file.unknown) report_unknown(*file.unknown, named);
  if (file.written) note_time(*file.written);
}

void EstateLoader::note_time(EpochSeconds written) {
  Estate& estate = context_.estate;
  estate.newest_file = std::max(estate.newest_file.value_or(written), written);
}

// The number of threads: at most one per processor, per file, and per megabyte to read.
std::size_t choose_jobs(const std::vector<Input>& inputs) {
  constexpr std::uintmax_t kLeastBytes = 1 << 20;
  constexpr std::uintmax_t kFileCost = 1 << 14;  // Opening a file takes as long as so many bytes.
  const std::size_t most =
      std::min<std::size_t>(std::max(std::thread::hardware_concurrency(), 1U), inputs.size());
  std::uintmax_t bytes = 0;
  for (const Input& input : inputs) {
    if (bytes >= most * kLeastBytes) break;
    bytes += input.count_files() * kFileCost;
    if (input.collected != nullptr) continue;
    std::error_code error;
    const auto size = std::filesystem::file_size(input.path, error);
    if (!error) bytes += size;
  }
  return static_cast<std::size_t>(std::min<std::uintmax_t>(most, bytes / kLeastBytes));
}

// Reads and merges the inputs. Returns, for each, whether anything in it was recognized.
std::vector<bool> load_inputs(EstateLoader& loader, const InputList& list,
                              const LoadLimits& limits) {
  const std::vector<Input>& inputs = list.inputs();
  const std::size_t all = list.file_count();
  std::size_t count = 0;
  std::vector<bool> recognized(inputs.size());
  std::vector<std::unique_ptr<ReadFile>> read(inputs.size());
  run_in_order(
      inputs.size(), limits.jobs == 0 ? choose_jobs(inputs) : limits.jobs,
      [&](std::size_t i) { read[i] = std::make_unique<ReadFile>(loader.read(inputs[i])); },
      [&](std::size_t i) {
        recognized[i] = read[i]->recognized;
        loader.merge(std::move(*read[i]), inputs[i].named);
        read[i].reset();
        count += inputs[i].count_files();
        if (limits.progress) limits.progress(count, all);
      });
  return recognized;
}

// Whether the fault leaves a gap in the estate, unlike remarks about a policy.
bool is_unread(const Diagnostic& diagnostic) {
  switch (diagnostic.code) {
    case DiagnosticCode::CannotRead:
    case DiagnosticCode::TooLarge:
    case DiagnosticCode::EmptyFile:
    case DiagnosticCode::UnknownShape:
    case DiagnosticCode::WrongType:
    case DiagnosticCode::MissingMember:
    case DiagnosticCode::NotText:
    case DiagnosticCode::InvalidJson:
    case DiagnosticCode::TooDeep:
    case DiagnosticCode::TooMany:
      return diagnostic.severity == Severity::Error;
    default:
      return false;
  }
}

}  // namespace

void load_estate(const std::vector<std::filesystem::path>& paths, Estate& estate,
                 Diagnostics& diagnostics, const LoadLimits& limits, const FileTexts& texts) {
  const auto known = static_cast<std::ptrdiff_t>(diagnostics.all().size());
  EstateLoader loader(estate, diagnostics, limits, texts);
  InputList list(loader.context(), texts);
  for (const auto& path : paths) list.add(path);
  list.limit(limits.max_files);
  const std::vector<bool> recognized = load_inputs(loader, list, limits);
  loader.finish();
  list.report_unrecognized(recognized);
  estate.incomplete = estate.incomplete || std::any_of(diagnostics.all().begin() + known,
                                                       diagnostics.all().end(), is_unread);
}

void load_estate_text(std::string name, std::string text, Estate& estate, Diagnostics& diagnostics,
                      const LoadLimits& limits) {
  const FileTexts none;
  EstateLoader loader(estate, diagnostics, limits, none);
  loader.merge(loader.read_text(std::move(name), std::move(text)), true);
  loader.finish();
}

}  // namespace rolecall
