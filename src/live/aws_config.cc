// SPDX-License-Identifier: Apache-2.0
#include "live/aws_config.h"

#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"

namespace rolecall {

namespace {

constexpr std::size_t kMaxConfigBytes = std::size_t{16} << 20;

// The name of a section: `profile "my team"` is `profile my team`; white space is collapsed.
std::string section_name(std::string_view text) {
  std::string name;
  bool quoted = false;
  bool space = false;
  for (const char c : trim(text)) {
    if (c == '"' || c == '\'') {
      quoted = !quoted;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      space = true;
    } else {
      if (space) name += ' ';
      space = false;
      name += c;
    }
  }
  return name;
}

std::string_view find_key(const AwsConfigSections& sections, const std::string& section,
                          std::string_view key) {
  const auto found = sections.find(section);
  if (found == sections.end()) return {};
  const auto value = found->second.find(key);
  return value == found->second.end() ? std::string_view() : std::string_view(value->second);
}

// The section of a profile in the config file; all but `default` have a prefix.
std::string config_section(std::string_view profile) {
  return profile == "default" ? "default" : fmt::format("profile {}", profile);
}

// One of the two files.
struct ConfigFile {
  std::string_view variable{};  // The environment variable with its path.
  std::string_view usual{};     // Its usual name in ~/.aws.
};

AwsConfigSections read_config_file(const ConfigFile& file, const Environment& environment,
                                   Diagnostics& diagnostics, std::vector<std::string>& unread) {
  std::string name(environment.find(file.variable));
  if (name.empty()) name = fmt::format("{}/.aws/{}", environment.find("HOME"), file.usual);
  if (name.starts_with("~/")) name = fmt::format("{}{}", environment.find("HOME"), name.substr(1));
  std::error_code error;
  if (!std::filesystem::exists(name, error)) return {};
  auto text = read_file(name, kMaxConfigBytes);
  if (text) return parse_aws_config(*text, name, diagnostics);
  text.error().help = fmt::format("mend it, or name another one in {}", file.variable);
  diagnostics.add(std::move(text.error()));
  unread.push_back(std::move(name));
  return {};
}

}  // namespace

AwsConfigSections parse_aws_config(std::string_view text, const std::string& file,
                                   Diagnostics& diagnostics) {
  AwsConfigSections sections;
  AwsConfigSection* section = nullptr;
  std::string parent;
  std::size_t number = 0;
  std::size_t first_odd = 0;
  std::size_t odd = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::string_view content = trim(line);
    if (content.empty() || content[0] == '#' || content[0] == ';') continue;
    const std::size_t equals = content.find('=');
    const bool indented = line[0] == ' ' || line[0] == '\t';
    if (!indented && content[0] == '[' && content.find(']') != std::string_view::npos) {
      section = &sections[section_name(content.substr(1, content.find(']') - 1))];
      parent.clear();
    } else if (section != nullptr && equals != std::string_view::npos && equals > 0) {
      std::string key = ascii_lower(trim(content.substr(0, equals)));
      if (!indented) {
        parent = key;
      } else if (!parent.empty()) {
        key = fmt::format("{}/{}", parent, key);
      }
      (*section)[key] = trim(content.substr(equals + 1));
    } else {
      if (odd++ == 0) first_odd = number;
    }
  }
  if (odd > 0) {
    // The message does not quote the line, which may be a secret.
    const std::string which =
        odd == 1 ? fmt::format("line {} is", first_odd)
                 : fmt::format("{} lines, the first of them line {}, are", odd, first_odd);
    diagnostics.add({Severity::Warning,
                     DiagnosticCode::InvalidSettings,
                     fmt::format("{} neither `[section]` nor `key = value`, and left out", which),
                     {},
                     {},
                     file});
  }
  return sections;
}

AwsProfiles AwsProfiles::load(const Environment& environment, Diagnostics& diagnostics) {
  AwsProfiles profiles;
  profiles.config_ =
      read_config_file({"AWS_CONFIG_FILE", "config"}, environment, diagnostics, profiles.unread_);
  profiles.credentials_ = read_config_file({"AWS_SHARED_CREDENTIALS_FILE", "credentials"},
                                           environment, diagnostics, profiles.unread_);
  return profiles;
}

AwsProfiles::AwsProfiles(std::string_view config, std::string_view credentials,
                         Diagnostics& diagnostics)
    : config_(parse_aws_config(config, "config", diagnostics)),
      credentials_(parse_aws_config(credentials, "credentials", diagnostics)) {}

bool AwsProfiles::has(std::string_view profile) const {
  return config_.contains(config_section(profile)) || credentials_.contains(profile);
}

std::string AwsProfiles::suggest(std::string_view profile) const {
  constexpr std::string_view kPrefix = "profile ";
  if (config_.contains(profile)) {
    return fmt::format("the config file has `[{0}]`, which has to be `[profile {0}]` there",
                       profile);
  }
  std::set<std::string> names;
  for (const auto& [section, keys] : credentials_) names.insert(section);
  for (const auto& [section, keys] : config_) {
    if (section == "default") names.insert(section);
    if (section.starts_with(kPrefix)) names.insert(section.substr(kPrefix.size()));
  }
  if (names.empty()) return "no profile is set up at all: run `aws configure`";
  const std::vector<std::string_view> all(names.begin(), names.end());
  const std::string_view near = nearest(profile, all);
  if (!near.empty()) return fmt::format("did you mean `{}`?", near);
  const std::vector<std::string> listed(names.begin(), names.end());
  return fmt::format("there is {}", join_list(listed));
}

std::string_view AwsProfiles::find(std::string_view profile, std::string_view key) const {
  const std::string_view value = find_in_credentials(profile, key);
  return value.empty() ? find_in_config(profile, key) : value;
}

std::string_view AwsProfiles::find_in_credentials(std::string_view profile,
                                                  std::string_view key) const {
  return find_key(credentials_, std::string(profile), key);
}

std::string_view AwsProfiles::find_in_config(std::string_view profile, std::string_view key) const {
  return find_key(config_, config_section(profile), key);
}

std::string_view AwsProfiles::find_endpoint(std::string_view profile,
                                            std::string_view service) const {
  const std::string_view services = find_in_config(profile, "services");
  if (services.empty()) return {};
  return find_key(config_, fmt::format("services {}", services),
                  fmt::format("{}/endpoint_url", ascii_lower(service)));
}

}  // namespace rolecall
