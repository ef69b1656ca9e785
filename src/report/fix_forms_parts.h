// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/report/explain_report.h"

// What the forms of a fix share.
namespace rolecall {

// ---- Commands, one per element, without a final newline. Notes begin with `# `.

[[nodiscard]] std::vector<std::string> aws_commands(const Estate& estate, const FixChange& change);
[[nodiscard]] std::vector<std::string> undo_commands(const Estate& estate, const FixChange& change);
// The commands of a change, without notes; none for a change of a policy, whose commands would
// repeat the document. Not escaped.
[[nodiscard]] std::vector<std::string> short_commands(const Estate& estate,
                                                      const FixChange& change);

// ---- Forms for all changes of an owner. The results end in a newline.

[[nodiscard]] std::string write_terraform(const Estate& estate,
                                          std::span<const FixChange* const> changes);
[[nodiscard]] std::string write_cloudformation(const Estate& estate,
                                               std::span<const FixChange* const> changes);
// A message to the owner of the changes `own`; `others` are the changes of other owners.
[[nodiscard]] std::string write_message(const ExplainAnswer& answer, const VerifiedFix& fix,
                                        std::span<const FixChange* const> own,
                                        std::span<const FixChange* const> others);

// ---- Templates.

// A resource of a template with all its changes.
struct TemplateResource {
  std::string type{};
  std::string label{};  // From which its name in the template is made.
  std::vector<std::pair<std::string, std::string>> names{};  // Arguments that identify it.
  std::vector<const FixChange*> changes{};
};
// Adds a resource, or its change to the resource with the same type, label and names. REQUIRES:
// `resource` has one change.
void add_resource(std::vector<TemplateResource>& all, TemplateResource resource);
// A comment for each change that is in no resource, as `tool` does not manage it.
[[nodiscard]] std::string unmanaged_changes(std::span<const FixChange* const> changes,
                                            std::span<const TemplateResource> resources,
                                            std::string_view tool);

// Makes names unique: a second and a third `deploy` become `deploy2` and `deploy3`.
class UniqueNames {
 public:
  explicit UniqueNames(std::string_view separator = "") : separator_(separator) {}
  [[nodiscard]] std::string take(const std::string& name);

 private:
  std::string_view separator_;
  std::set<std::string> taken_{};
};

// ---- Words.

// Who has to make a change: `the owner of account 111122223333`, `whoever makes the call`.
[[nodiscard]] std::string actor_of(const FixChange& change);
// Who else the fix lets in, one line for each set of conditions; none when no change can let
// anybody in. Escaped for a terminal.
[[nodiscard]] std::vector<std::string> let_in_lines(const VerifiedFix& fix);
[[nodiscard]] constexpr char ascii_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
// `# text` on one line, even when the text has line breaks.
[[nodiscard]] std::string comment(std::string_view text);
// The name in the ARN of a user, group, role or policy; any other text itself.
[[nodiscard]] std::string_view entity_name(std::string_view arn);
// The path in such an ARN, `/team/`; empty when it is `/`.
[[nodiscard]] std::string_view entity_path(std::string_view arn);
// `user`, `group` or `role`, by the ARN.
[[nodiscard]] std::string_view entity_word(std::string_view arn);
// The URL `https://...` of an OIDC provider, by its ARN.
[[nodiscard]] std::string provider_url(std::string_view arn);
[[nodiscard]] const OrganizationPolicy* organization_policy(const Estate& estate,
                                                            const FixChange& change);

// ---- JSON.

// The lines that a change removes and adds, after `- ` or `+ ` and without their common
// indentation: whole values, and no lines that differ only in a comma. For a document on one line,
// its edits. Escaped for a terminal.
[[nodiscard]] std::vector<std::string> changed_lines(const FixChange& change);
// A document for a person to copy: in its own layout without the indentation of the file around it,
// or on several lines when it was on one. Characters that would control a terminal are written as
// JSON escapes. No final newline.
[[nodiscard]] std::string readable_json(std::string_view json);
// The value without white space; keys and strings are written again.
[[nodiscard]] std::string compact_json(const JsonValue& value);
// A double-quoted string of YAML, and of HCL apart from its template sequences: as in JSON, but
// with one escape instead of a surrogate pair.
[[nodiscard]] std::string yaml_quoted(std::string_view text);

// A parsed document together with its text.
class ParsedJson {
 public:
  explicit ParsedJson(std::string_view text);
  // Null when the text is not JSON.
  [[nodiscard]] const JsonValue* root() const { return root_ ? &*root_ : nullptr; }

 private:
  SourceTable sources_{};
  std::optional<JsonDocument> document_{};
  std::optional<JsonValue> root_{};
};

}  // namespace rolecall
