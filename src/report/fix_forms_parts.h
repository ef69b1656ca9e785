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

// ---- Commands, each an element without newline at its end; notes begin with `# `.

[[nodiscard]] std::vector<std::string> aws_commands(const Estate& estate, const FixChange& change);
[[nodiscard]] std::vector<std::string> undo_commands(const Estate& estate, const FixChange& change);
// What is typed for a change, without notes; none for a change of a policy, whose commands repeat
// the document. Not escaped.
[[nodiscard]] std::vector<std::string> short_commands(const Estate& estate,
                                                      const FixChange& change);

// ---- Forms for all changes of an owner. What they return ends in a newline.

[[nodiscard]] std::string write_terraform(const Estate& estate,
                                          std::span<const FixChange* const> changes);
[[nodiscard]] std::string write_cloudformation(const Estate& estate,
                                               std::span<const FixChange* const> changes);
// `fix` with its changes as `changes`, for the owner of some of them.
[[nodiscard]] std::string write_message(const ExplainAnswer& answer, const VerifiedFix& fix,
                                        std::span<const FixChange* const> own,
                                        std::span<const FixChange* const> others);

// ---- Templates.

// A resource with all changes of it: one that stood twice would lose one of them.
struct TemplateResource {
  std::string type{};
  std::string label{};  // What it is called in the template, before that is made a name.
  std::vector<std::pair<std::string, std::string>> names{};  // Its own, as arguments.
  std::vector<const FixChange*> changes{};
};
// Type, label and names tell which it is. REQUIRES: `resource` has one change.
void add_resource(std::vector<TemplateResource>& all, TemplateResource resource);
// A comment for each change that is in no resource: nothing that `tool` manages.
[[nodiscard]] std::string unmanaged_changes(std::span<const FixChange* const> changes,
                                            std::span<const TemplateResource> resources,
                                            std::string_view tool);

// Gives every name once: of a second `deploy`, and a third, it makes `deploy2` and `deploy3`.
class UniqueNames {
 public:
  explicit UniqueNames(std::string_view separator = "") : separator_(separator) {}
  [[nodiscard]] std::string take(const std::string& name);

 private:
  std::string_view separator_;
  std::set<std::string> taken_{};
};

// ---- Words.

// `the owner of account 111122223333`, `whoever makes the call`.
[[nodiscard]] std::string actor_of(const FixChange& change);
// Who else the fix lets in, a line for each set of conditions; nothing when it changes nothing that
// lets anybody in. Escaped for a terminal.
[[nodiscard]] std::vector<std::string> let_in_lines(const VerifiedFix& fix);
[[nodiscard]] constexpr char ascii_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
// `# text`, one line, whatever the text holds.
[[nodiscard]] std::string comment(std::string_view text);
// Name of the user, group, role or policy of an ARN; the text itself when it is none.
[[nodiscard]] std::string_view entity_name(std::string_view arn);
// `/team/` of such an ARN; empty when there is none to speak of.
[[nodiscard]] std::string_view entity_path(std::string_view arn);
// `user`, `group` or `role`.
[[nodiscard]] std::string_view entity_word(std::string_view arn);
// `https://...` of an OIDC provider's ARN.
[[nodiscard]] std::string provider_url(std::string_view arn);
[[nodiscard]] const OrganizationPolicy* organization_policy(const Estate& estate,
                                                            const FixChange& change);

// ---- JSON.

// The lines that a change takes out and puts in, each behind `- ` or `+ `, without the indentation
// they share: whole values, and no lines that only gain or lose a comma. Of a document on one line
// its edits. Escaped for a terminal.
[[nodiscard]] std::vector<std::string> changed_lines(const FixChange& change);
// A document as a person copies it: its own layout without the indentation of the file it stands
// in, or over several lines when it has none; characters that would drive a terminal as JSON
// escapes. Ends without a newline.
[[nodiscard]] std::string readable_json(std::string_view json);
// Without white space; keys and strings are spelled anew.
[[nodiscard]] std::string compact_json(const JsonValue& value);
// A double-quoted string of YAML, and of HCL but for its templates: as in JSON, with one escape
// instead of a pair of surrogates.
[[nodiscard]] std::string yaml_quoted(std::string_view text);

// A parsed document that owns what it was parsed from.
class ParsedJson {
 public:
  explicit ParsedJson(std::string_view text);
  // Null when the text is no JSON.
  [[nodiscard]] const JsonValue* root() const { return root_ ? &*root_ : nullptr; }

 private:
  SourceTable sources_{};
  std::optional<JsonDocument> document_{};
  std::optional<JsonValue> root_{};
};

}  // namespace rolecall
