// SPDX-License-Identifier: Apache-2.0
#include "collected_reader.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "collected_organization.h"
#include "embedded_policy.h"
#include "entity_reader.h"

namespace rolecall {

std::optional<JsonValue> CollectedDocuments::read(const CollectedDocument& document) {
  std::optional<DocumentId> id = document.row;
  if (document.row == kNoDocument) id = open_(document.path);
  if (!id) return std::nullopt;
  auto refused =
      reader_.read(context_.estate.sources(), *id, context_.diagnostics, context_.limits, json_);
  if (!refused) return json_.root();
  context_.diagnostics.add(*std::move(refused));
  return std::nullopt;
}

namespace {

// The last name of an ARN such as `arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1`.
std::string_view last_name(std::string_view arn) {
  return arn.substr(arn.rfind('/') + 1);
}

class CollectedReader {
 public:
  CollectedReader(LoadContext& context, const CollectedBatch& batch, const OpenDocument& open)
      : context_(context), batch_(batch), documents_(context, open) {}

  CollectedRead read() {
    read_.account = batch_.account;
    read_.has_oidc_providers = read_.has_saml_providers = batch_.whole && batch_.has_principals;
    page_.has_users = batch_.whole && batch_.has_principals;
    page_.has_roles = batch_.whole && batch_.has_roles;
    page_.partial = !page_.has_users;
    for (const CollectedResource& each : batch_.resources) {
      resource_ = &each;
      lost_ = false;
      read_resource();
    }
    read_.exported.owners.emplace(context_.estate.sources().keep(batch_.account), partition_);
    read_.exported.file = context_.estate.sources().keep(batch_.place);
    read_.exported.pages.push_back(std::move(page_));
    return std::move(read_);
  }

 private:
  void read_resource() {
    switch (resource_->type) {
      case CollectedType::Role:
        return read_role();
      case CollectedType::User:
        return read_user();
      case CollectedType::Group:
        return read_group();
      case CollectedType::ManagedPolicy:
        return read_managed_policy();
      case CollectedType::OidcProvider:
        return read_oidc_provider();
      case CollectedType::SamlProvider:
        return read_saml_provider();
      case CollectedType::VpcEndpoint:
        return read_vpc_endpoint();
    }
  }

  // The value of a part, if it is of this kind. A part that cannot be read may hide a policy, so it
  // counts as lost.
  std::optional<JsonValue> part(CollectedPart part, JsonKind kind) {
    if (!resource_->has(part)) return std::nullopt;
    const auto value = documents_.read(resource_->document(part));
    if (value && expect(context_, *value, kind, part_name(part))) return value;
    lost_ = lost_ || !value || !value->is(JsonKind::Null);
    return std::nullopt;
  }

  // The metadata, if its ARN is of this form and account.
  std::optional<JsonValue> metadata(ArnForm form) {
    const auto value = part(CollectedPart::Metadata, JsonKind::Object);
    if (!value && !lost_) {  // There is no file, or null in it.
      context_.diagnostics.add(
          {.severity = Severity::Error,
           .code = DiagnosticCode::MissingMember,
           .message = fmt::format("`{}` has no metadata, which tells its ARN", resource_->place),
           .help = "collect the account again",
           .file = resource_->place});
      return std::nullopt;
    }
    if (!value || repeats_own_key(documents_.json(), *value)) return std::nullopt;
    arn_ = text(*value, "arn");
    const auto split = Arn::split(arn_);
    if (split && belongs_here(*split, form)) {
      if (split->account != "aws") partition_ = split->partition;
      return value;
    }
    context_.diagnostics.error(
        arn_.empty() ? DiagnosticCode::MissingMember : DiagnosticCode::WrongType,
        arn_.empty()
            ? "the metadata has no `arn`"
            : fmt::format("`{}` is no ARN of account {} that belongs here", arn_, batch_.account),
        value->span(), "collect the account again");
    return std::nullopt;
  }

  // AWS-managed policies are stored with every account.
  [[nodiscard]] bool belongs_here(const Arn& arn, ArnForm form) const {
    if (form == ArnForm::Policy && arn.account == "aws") {
      return arn.service == "iam" && arn.resource.starts_with("policy/");
    }
    return arn.account == batch_.account &&
           (form == ArnForm::Other || IamArn::parse(arn_)->form == form);
  }

  std::string_view text(const JsonValue& object, std::string_view key) {
    const auto value = object.find(key);
    return value ? read_text(context_, *value, key) : std::string_view();
  }

  bool read_entity(IamEntity& entity, ArnForm form) {
    const auto value = metadata(form);
    if (!value) return false;
    const auto arn = IamArn::parse(arn_);
    entity.arn = arn_;
    entity.name = arn->name;
    entity.path = arn->path;
    entity.id = text(*value, "id");
    entity.at = value->span();
    if (const auto date = value->find("created")) entity.created = read_time(*date);
    if (const auto boundary = value->find("permissionBoundary")) read_boundary(entity, *boundary);
    read_inline(entity);
    if (const auto list = part(CollectedPart::ManagedPolicies, JsonKind::Array)) {
      read_strings(*list, "the ARN of a managed policy", entity.attached_arns);
    }
    return true;
  }

  void read_boundary(IamEntity& entity, const JsonValue& value) {
    if (value.is(JsonKind::Null)) return;
    const bool read = expect(context_, value, JsonKind::String, "permissionBoundary");
    entity.boundary_arn = read ? value.string() : value.raw();
  }

  void read_inline(IamEntity& entity) {
    if (!resource_->has(CollectedPart::InlinePolicies)) {
      // The place for a new inline policy: an empty document, as there is no file.
      SourceTable& sources = context_.estate.sources();
      const DocumentId none =
          sources.add(resource_->name_of(CollectedPart::InlinePolicies), std::string());
      entity.inline_policies_at = {none, 0, 0};
      return;
    }
    const auto list = part(CollectedPart::InlinePolicies, JsonKind::Array);
    if (!list) return;
    if (!read_inline_policies(context_, documents_.json(), *list, entity)) lost_ = true;
  }

  void read_strings(const JsonValue& list, std::string_view what,
                    std::vector<std::string_view>& strings) {
    strings.reserve(list.size());
    for (const JsonValue each : list) {
      if (expect(context_, each, JsonKind::String, what)) {
        strings.push_back(each.string());
      } else {
        lost_ = lost_ || !each.is(JsonKind::Null);
      }
    }
  }

  // Reads tags: `{"team": "red"}`, or a list as AWS writes it. False when some cannot be read.
  bool read_tags(std::vector<Tag>& tags) {
    if (!resource_->has(CollectedPart::Tags)) return true;
    const auto value = documents_.read(resource_->document(CollectedPart::Tags));
    if (!value) return false;
    if (value->is(JsonKind::Array)) {
      return read_tag_list(context_, *value, tags) && documents_.json().repeated_keys().empty();
    }
    if (!expect(context_, *value, JsonKind::Object, "tags")) return value->is(JsonKind::Null);
    bool whole = documents_.json().repeated_keys().empty();
    for (auto it = value->begin(); it != value->end(); ++it) {
      whole = expect(context_, *it, JsonKind::String, it.key()) && whole;
      if ((*it).is(JsonKind::String)) tags.push_back({it.key(), (*it).string()});
    }
    return whole;
  }

  void read_role() {
    Role role;
    if (!read_entity(role, ArnForm::Role)) {
      page_.lost_roles = true;
      return;
    }
    if (resource_->has(CollectedPart::TrustPolicy)) {
      role.trust_at = role.at;  // There is one, whether or not it can be read.
      read_policy(CollectedPart::TrustPolicy, PolicyKind::Trust, role.trust, role.trust_at);
    }
    const bool tags_read = read_tags(role.tags);
    role.has_tags = tags_read && batch_.has_role_tags;
    finish_policies("role", lost_, role);
    page_.roles.push_back(std::move(role));
  }

  void read_user() {
    User user;
    if (!read_entity(user, ArnForm::User)) {
      page_.lost_users = true;
      return;
    }
    if (const auto list = part(CollectedPart::Groups, JsonKind::Array)) {
      read_strings(*list, "a group", user.groups);
      for (std::string_view& each : user.groups) each = last_name(each);
    }
    if (!read_tags(user.tags)) lost_ = true;
    finish_policies("user", lost_, user);
    page_.users.push_back(std::move(user));
  }

  // A group that is lost here is reported as missing for each user in it.
  void read_group() {
    Group group;
    if (!read_entity(group, ArnForm::Group)) return;
    finish_policies("group", lost_, group);
    page_.groups.push_back(std::move(group));
  }

  // A policy that is lost here is reported as missing where it is attached.
  void read_managed_policy() {
    const auto value = metadata(ArnForm::Policy);
    if (!value) return;
    ManagedPolicy policy{.arn = arn_, .name = last_name(arn_), .at = value->span()};
    ManagedPolicyVersion version{.is_default = true};
    read_policy(CollectedPart::CurrentPolicy, PolicyKind::Identity, version.policy, policy.at);
    policy.versions.push_back(version);
    page_.policies.push_back(std::move(policy));
  }

  void read_policy(CollectedPart part, PolicyKind kind, PlacedPolicy& policy, Span& at) {
    if (!resource_->has(part)) return;
    const auto value = documents_.read(resource_->document(part));
    if (!value) return;
    at = value->span();
    policy = load_policy_document(context_, documents_.json(), *value, kind);
  }

  void read_oidc_provider() {
    const auto value = metadata(ArnForm::OidcProvider);
    if (!value) {
      read_.has_oidc_providers = false;
      return;
    }
    OidcProvider provider{.arn = arn_,
                          .url = without_scheme(text(*value, "url")),
                          .at = value->span(),
                          .client_ids_at = value->span()};
    if (provider.url.empty()) provider.url = IamArn::parse(arn_)->name;
    if (const auto list = value->find("audiences")) {
      provider.client_ids_at = list->span();
      if (expect(context_, *list, JsonKind::Array, "audiences")) {
        read_strings(*list, "an audience", provider.client_ids);
      } else {
        lost_ = lost_ || !list->is(JsonKind::Null);
      }
    }
    // With some audiences lost, it would seem to refuse tokens that AWS accepts.
    if (lost_) {
      read_.has_oidc_providers = false;
    } else {
      read_.oidc_providers.push_back(std::move(provider));
    }
  }

  void read_saml_provider() {
    const auto value = metadata(ArnForm::SamlProvider);
    if (!value) {
      read_.has_saml_providers = false;
      return;
    }
    SamlProvider provider{.arn = arn_, .at = value->span()};
    if (const auto date = value->find("validUntil")) provider.valid_until = read_time(*date);
    read_.saml_providers.push_back(provider);
  }

  void read_vpc_endpoint() {
    const auto value = metadata(ArnForm::Other);
    if (!value) return;
    VpcEndpoint endpoint{.id = text(*value, "id"),
                         .vpc_id = last_name(text(*value, "vpc")),
                         .service_name = text(*value, "serviceName"),
                         .owner_id = Arn::split(arn_)->account,
                         .at = value->span()};
    if (endpoint.id.empty()) endpoint.id = last_name(arn_);
    if (resource_->has(CollectedPart::EndpointPolicy)) {
      PlacedPolicy policy;
      bool is_null = false;
      if (const auto document =
              documents_.read(resource_->document(CollectedPart::EndpointPolicy))) {
        is_null = document->is(JsonKind::Null);
        policy =
            load_policy_document(context_, documents_.json(), *document, PolicyKind::VpcEndpoint);
      }
      endpoint.policy = policy;
      endpoint.policy_missing = endpoint.policy == nullptr && !is_null;
    }
    read_.vpc_endpoints.push_back(endpoint);
  }

  LoadContext& context_;
  const CollectedBatch& batch_;
  CollectedDocuments documents_;
  CollectedRead read_{};
  GaadPage page_{};
  std::string_view partition_{};
  // Of the resource being read:
  const CollectedResource* resource_ = nullptr;
  std::string_view arn_{};
  bool lost_ = false;  // Some part of it could not be read.
};

}  // namespace

CollectedRead read_collected(LoadContext& context, const CollectedBatch& batch,
                             const OpenDocument& open) {
  if (!batch.organization) return CollectedReader(context, batch, open).read();
  CollectedRead read;
  read.organization = read_collected_organization(context, *batch.organization, open);
  return read;
}

}  // namespace rolecall
