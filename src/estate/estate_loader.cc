// SPDX-License-Identifier: Apache-2.0
#include "rolecall/estate/estate_loader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "embedded_policy.h"
#include "gaad_loader.h"
#include "json_splitter.h"
#include "load_context.h"
#include "organization_loader.h"
#include "provider_loader.h"

namespace rolecall {

namespace {

struct InputFile {
  std::filesystem::path path{};
  bool named = false;  // By the user, rather than found in a folder.
};

// Everything that loading some files needs. A file is first recognized, document by document, and
// handed to the loader of its shape.
class EstateLoader {
 public:
  EstateLoader(Estate& estate, Diagnostics& diagnostics, const LoadLimits& limits,
               const FileTexts& texts = {})
      : texts_(texts),
        context_{.estate = estate, .diagnostics = diagnostics, .limits = limits.json},
        bare_policy_kind_(limits.bare_policy_kind),
        max_bytes_(std::min(limits.max_file_bytes, SourceTable::kMaxBytes)) {
    context_.limits.max_bytes = max_bytes_;
  }

  // Whether anything in the file was recognized.
  bool load_file(const InputFile& file);
  bool load_text(std::string name, std::string text, bool named);
  bool load_document(DocumentId id, bool named);
  void finish() {
    gaad_.finish();
    providers_.finish();
    context_.estate.index_aws_policies();
  }

 private:
  // What one file turned out to hold.
  struct Contents {
    std::vector<EstateDocument> pages{};
    std::optional<JsonValue> unknown{};  // The first document of no known shape.
    bool recognized = false;
  };
  using Load = void (EstateLoader::*)(const EstateDocument& document, Contents& contents);
  struct Shape {
    std::string_view summary{};
    bool (*matches)(const JsonValue& value) = nullptr;
    Load load = nullptr;
  };
  static const std::array<Shape, 7> kShapes;

  void take(const EstateDocument& document, Contents& contents);
  bool take_object(const EstateDocument& document, Contents& contents);
  void report_unknown(const JsonValue& value, bool named);

  void load_page(const EstateDocument& document, Contents& contents) {
    contents.pages.push_back(document);
  }
  void load_role(const EstateDocument& document, Contents& /*contents*/);
  void load_roles(const EstateDocument& document, Contents& /*contents*/);
  void load_org(const EstateDocument& document, Contents& /*contents*/) {
    load_organization(context_, document);
  }
  void load_providers(const EstateDocument& document, Contents& /*contents*/) {
    providers_.load_identity_providers(document);
  }
  void load_endpoints(const EstateDocument& document, Contents& /*contents*/) {
    providers_.load_vpc_endpoints(document);
  }
  void load_bare_policy(const EstateDocument& document, Contents& /*contents*/);
  void note_time(const std::filesystem::path& path);

  // Smaller files are cheaper to read; a process may have about 65,000 maps.
  static constexpr std::size_t kLeastMapped = 16384;
  static constexpr std::size_t kMostMaps = 20000;

  const FileTexts texts_;
  LoadContext context_;
  std::optional<PolicyKind> bare_policy_kind_;
  std::size_t max_bytes_;
  std::size_t maps_ = 0;
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

bool is_list_roles(const JsonValue& value) {
  return has_member(value, "Roles", JsonKind::Array);
}

bool is_bare_policy(const JsonValue& value) {
  return value.find("Statement").has_value();
}

const std::array<EstateLoader::Shape, 7> EstateLoader::kShapes = {{
    {"`aws iam get-account-authorization-details`", GaadLoader::is_page, &EstateLoader::load_page},
    {"organization.json", is_organization, &EstateLoader::load_org},
    {"identity-providers.json", ProviderLoader::is_identity_providers,
     &EstateLoader::load_providers},
    {"`aws ec2 describe-vpc-endpoints`", ProviderLoader::is_vpc_endpoints,
     &EstateLoader::load_endpoints},
    {"`aws iam get-role`", is_get_role, &EstateLoader::load_role},
    {"`aws iam list-roles`", is_list_roles, &EstateLoader::load_roles},
    {"a policy document", is_bare_policy, &EstateLoader::load_bare_policy},
}};

// The account a file name such as `111122223333.gaad.json` begins with, or empty.
std::string_view account_of_name(std::string_view name) {
  constexpr std::size_t kDigits = 12;
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const bool goes_on = name.size() > kDigits && name[kDigits] >= '0' && name[kDigits] <= '9';
  const std::string_view begin = name.substr(0, kDigits);
  return is_account_id(begin) && !goes_on ? begin : std::string_view();
}

void EstateLoader::load_role(const EstateDocument& document, Contents& /*contents*/) {
  EstateDocument role = document;
  role.value = *document.value.find("Role");
  gaad_.load_role(role);
}

void EstateLoader::load_roles(const EstateDocument& document, Contents& /*contents*/) {
  EstateDocument role = document;
  const JsonValue roles = *document.value.find("Roles");
  for (const JsonValue each : roles) {
    role.value = each;
    gaad_.load_role(role);
  }
}

// Trust policies name principals and no resources; other resource-based policies name both.
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

void EstateLoader::load_bare_policy(const EstateDocument& document, Contents& /*contents*/) {
  const PolicyKind kind = bare_policy_kind_.value_or(kind_of_bare_policy(document.value));
  const Policy* const policy = load_policy_document(context_, *document.json, document.value, kind);
  context_.estate.bare_policies.push_back({std::string(document.file), policy});
}

// A document may be of several shapes at once.
bool EstateLoader::take_object(const EstateDocument& document, Contents& contents) {
  bool recognized = false;
  for (const Shape& shape : kShapes) {
    if (!shape.matches(document.value)) continue;
    recognized = true;
    (this->*shape.load)(document, contents);
  }
  return recognized;
}

void EstateLoader::take(const EstateDocument& document, Contents& contents) {
  if (!document.value.is(JsonKind::Array) || document.value.size() == 0) {
    const bool recognized = take_object(document, contents);
    contents.recognized = contents.recognized || recognized;
    if (!recognized && !contents.unknown) contents.unknown = document.value;
    return;
  }
  EstateDocument element = document;
  for (const JsonValue each : document.value) {
    element.value = each;
    const bool recognized = take_object(element, contents);
    contents.recognized = contents.recognized || recognized;
    if (!recognized && !contents.unknown) contents.unknown = each;
  }
}

void EstateLoader::report_unknown(const JsonValue& value, bool named) {
  std::vector<std::string> members;
  for (auto it = value.begin(); it != value.end() && value.is(JsonKind::Object); ++it) {
    members.push_back(fmt::format("`{}`", it.key()));
  }
  std::string shapes;
  for (const Shape& shape : kShapes) {
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

bool EstateLoader::load_text(std::string name, std::string text, bool named) {
  if (text.size() > max_bytes_) {
    context_.diagnostics.add(
        {.code = DiagnosticCode::TooLarge,
         .message = fmt::format("`{}` is larger than the limit of {} bytes", name, max_bytes_),
         .help = "raise the limit with --max-file-bytes",
         .file = name});
    return false;
  }
  return load_document(context_.estate.sources().add(std::move(name), std::move(text)), named);
}

bool EstateLoader::load_document(DocumentId id, bool named) {
  SourceTable& sources = context_.estate.sources();
  const auto parsed = parse_json_documents(sources, id, context_.diagnostics, context_.limits);
  Contents contents;
  for (const auto& json : parsed.documents) {
    take({.json = json.get(),
          .value = json->root(),
          .file = sources.name(id),
          .named_account = account_of_name(sources.name(id))},
         contents);
  }
  gaad_.load(contents.pages, parsed.whole);
  if (contents.unknown) report_unknown(*contents.unknown, named);
  return contents.recognized;
}

void EstateLoader::note_time(const std::filesystem::path& path) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(path, error);
  if (error) return;
  const auto since = std::chrono::file_clock::to_sys(written).time_since_epoch();
  const EpochSeconds time = std::chrono::floor<std::chrono::seconds>(since).count();
  Estate& estate = context_.estate;
  estate.newest_file = std::max(estate.newest_file.value_or(time), time);
}

bool EstateLoader::load_file(const InputFile& file) {
  if (const auto known = texts_.find(file.path.string()); known != texts_.end()) {
    return load_text(known->first, known->second, file.named);
  }
  bool recognized = false;
  auto mapped = maps_ < kMostMaps && file.path != "-"
                    ? MappedFile::open(file.path, kLeastMapped, max_bytes_)
                    : std::nullopt;
  if (mapped) {
    ++maps_;
    SourceTable& sources = context_.estate.sources();
    recognized = load_document(sources.add(file.path.string(), *std::move(mapped)), file.named);
  } else {
    auto text = read_file(file.path, max_bytes_);
    if (!text) {
      context_.diagnostics.add(std::move(text.error()));
      return false;
    }
    recognized = load_text(file.path.string(), *std::move(text), file.named);
  }
  if (recognized && file.path != "-") note_time(file.path);
  return recognized;
}

// The files of all paths in order, each once, and of each folder those that are in it.
struct InputList {
  struct Folder {
    std::filesystem::path path{};
    std::vector<std::size_t> files{};
  };
  std::vector<InputFile> files{};
  std::vector<Folder> folders{};
  std::unordered_map<std::string, std::size_t> known{};

  std::size_t add(const std::filesystem::path& path, bool named) {
    std::error_code error;
    const auto whole = std::filesystem::absolute(path, error).lexically_normal().string();
    const auto [place, is_new] = known.try_emplace(whole, files.size());
    if (is_new) files.push_back({path, named});
    files[place->second].named = files[place->second].named || named;
    return place->second;
  }

  void add_path(const std::filesystem::path& path, Diagnostics& diagnostics) {
    std::error_code error;
    if (path == "-" || !std::filesystem::is_directory(path, error)) {
      add(path, true);
      return;
    }
    auto found = list_json_files(path, diagnostics);
    if (!found) {
      diagnostics.add(std::move(found.error()));
      return;
    }
    Folder folder{.path = path};
    for (const auto& each : *found) folder.files.push_back(add(each, false));
    folders.push_back(std::move(folder));
  }
};

}  // namespace

void load_estate(const std::vector<std::filesystem::path>& paths, Estate& estate,
                 Diagnostics& diagnostics, const LoadLimits& limits, const FileTexts& texts) {
  InputList inputs;
  for (const auto& path : paths) inputs.add_path(path, diagnostics);
  if (inputs.files.size() > limits.max_files) {
    diagnostics.error(DiagnosticCode::TooMany,
                      fmt::format("{} files are more than the limit of {}; the rest is left out",
                                  inputs.files.size(), limits.max_files));
    inputs.files.resize(limits.max_files);
  }
  EstateLoader loader(estate, diagnostics, limits, texts);
  std::vector<bool> recognized(inputs.files.size());
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    recognized[i] = loader.load_file(inputs.files[i]);
  }
  loader.finish();
  for (const auto& folder : inputs.folders) {
    const bool any = std::any_of(folder.files.begin(), folder.files.end(), [&](std::size_t at) {
      return at < recognized.size() && recognized[at];
    });
    if (any) continue;
    diagnostics.add({.severity = Severity::Error,
                     .code = DiagnosticCode::NothingFound,
                     .message = fmt::format("`{}` holds no file that is recognized ({} JSON files)",
                                            folder.path.string(), folder.files.size()),
                     .help = "write one with `aws iam get-account-authorization-details > "
                             "ACCOUNT_ID.gaad.json`",
                     .file = folder.path.string()});
  }
}

void load_estate_text(std::string name, std::string text, Estate& estate, Diagnostics& diagnostics,
                      const LoadLimits& limits) {
  EstateLoader loader(estate, diagnostics, limits);
  loader.load_text(std::move(name), std::move(text), true);
  loader.finish();
}

}  // namespace rolecall
