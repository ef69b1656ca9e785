#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the exports of an invented organization: the same bytes for the same arguments.

Most roles are as they should be. Every account has some of what goes wrong in practice, so that an
audit of it is worth reading.
"""
import argparse
import json
import pathlib
import random

ORGANIZATION = "o-demo123456"
GITHUB = "token.actions.githubusercontent.com"
DATADOG, STRANGER = "464622532012", "777788889999"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AREAS = ("orders", "billing", "search", "catalog", "reports", "images", "mail", "stock")
SERVICES = ("lambda", "ec2", "ecs-tasks", "states", "scheduler", "codebuild")


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(principal, condition=None, action="sts:AssumeRole"):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return document({**statement, "Condition": condition} if condition else statement)


def root(account):
    return {"AWS": f"arn:aws:iam::{account}:root"}


def by_service(service, account=None):
    condition = {"StringEquals": {"aws:SourceAccount": account}} if account else None
    return trust({"Service": f"{service}.amazonaws.com"}, condition)


def by_github(account, operator, subject):
    condition = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
    condition.setdefault(operator, {})[f"{GITHUB}:sub"] = subject
    return trust({"Federated": f"arn:aws:iam::{account}:oidc-provider/{GITHUB}"}, condition,
                 "sts:AssumeRoleWithWebIdentity")


def role(account, name, policy, attached=(), inline=None, used="2026-11-20T08:00:00Z"):
    return {"Path": "/", "RoleName": name, "Arn": f"arn:aws:iam::{account}:role/{name}",
            "CreateDate": "2025-02-03T10:00:00Z", "AssumeRolePolicyDocument": policy,
            "RoleLastUsed": {"LastUsedDate": used, "Region": "eu-west-1"} if used else {},
            "AttachedManagedPolicies": [{"PolicyName": arn.rsplit("/", 1)[1], "PolicyArn": arn} for arn in attached],
            "RolePolicyList": [{"PolicyName": f"{name}-policy", "PolicyDocument": inline}] if inline else []}


def allow(action, resource):
    return document({"Effect": "Allow", "Action": action, "Resource": resource})


def standard_roles(account, management):
    """Those that every account of an organization has."""
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    yield role(account, "OrganizationAccountAccessRole", trust(root(management)), [ADMINISTRATOR])
    yield role(account, "break-glass", trust(root(account), mfa), [ADMINISTRATOR])
    yield role(account, "github-deploy", by_github(account, "StringEquals", "repo:acme/infra:environment:production"))
    yield role(account, "datadog", trust(root(DATADOG), {"StringEquals": {"sts:ExternalId": f"dd-{account[:4]}"}}))


def risky_roles(account, jump_account):
    """One of these per account, in turn."""
    github = by_github(account, "StringLike", "repo:acme/*:*")
    everyone = {"StringEquals": {"sts:ExternalId": "shared"}}
    yield role(account, "legacy-share", trust({"AWS": "*"}, everyone))
    yield role(account, "scanner", trust(root(STRANGER)), [READ_ONLY])
    yield role(account, "github-admin", github, [ADMINISTRATOR])
    yield role(account, "platform-admin", trust({"AWS": f"arn:aws:iam::{jump_account}:role/jump"}), [ADMINISTRATOR])
    yield role(account, "operators", trust(root(account), {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}))
    yield role(account, "old-team", trust({"AWS": ["AROADELETED0000000001", f"arn:aws:iam::{account}:root"]}))
    yield role(account, "jump", by_service("ec2"), inline=allow("sts:AssumeRole", "*"))
    yield role(account, "builder", by_service("codebuild", account), inline=allow("iam:PassRole", "*"))
    yield role(account, "open", trust({"AWS": "*"}))
    yield role(account, "forgotten", by_service("lambda"), used="2026-01-15T08:00:00Z")


def account_export(account, number, accounts, roles, draw):
    made = list(standard_roles(account, accounts[0]))
    made.append(list(risky_roles(account, accounts[6 % len(accounts)]))[number % 10])
    for i in range(roles - len(made)):
        service = draw.choice(SERVICES)
        guarded = account if draw.random() < 0.9 and service not in ("lambda", "ec2") else None
        area = draw.choice(AREAS)
        made.append(role(account, f"app-{i:02}", by_service(service, guarded),
                         inline=allow("s3:GetObject", f"arn:aws:s3:::{area}-{account[:4]}/*")))
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": made, "Policies": []}


def organization(accounts):
    full = {"PolicySummary": {"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY",
                              "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
                              "AwsManaged": True}, "Content": allow("*", "*")}
    perimeter = {"PolicySummary": {"Id": "p-perimeter", "Name": "perimeter", "Type": "RESOURCE_CONTROL_POLICY",
                                   "Arn": f"arn:aws:organizations::{accounts[0]}:policy/p-perimeter",
                                   "AwsManaged": False},
                 "Content": document({"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*",
                                      "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
                                                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}})}
    units = {"ou-work": "workloads", "ou-safe": "regulated"}
    members = [{"Id": each, "Name": f"account-{i}", "Status": "ACTIVE",
                "ParentId": "r-demo" if i == 0 else "ou-safe" if i > 7 else "ou-work"}
               for i, each in enumerate(accounts)]
    targets = [{"PolicyId": "p-FullAWSAccess", "TargetId": each} for each in ("r-demo", *units, *accounts)]
    return {"Organization": {"Id": ORGANIZATION, "MasterAccountId": accounts[0]},
            "Roots": [{"Id": "r-demo", "Name": "Root", "PolicyTypes": []}],
            "OrganizationalUnits": [{"Id": i, "Name": n, "ParentId": "r-demo"} for i, n in units.items()],
            "Accounts": members, "Policies": [full, perimeter],
            "Targets": targets + [{"PolicyId": "p-perimeter", "TargetId": "ou-safe"}]}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--accounts", type=int, default=10)
    options.add_argument("--roles", type=int, default=50, help="of each account")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    draw = random.Random(asked.seed)
    accounts = [f"{100000000000 + 1111 * (i + 1):012}" for i in range(asked.accounts)]
    asked.folder.mkdir(parents=True, exist_ok=True)
    files = {"organization.json": organization(accounts),
             "identity-providers.json": {"OpenIDConnectProviders": [
                 {"Arn": f"arn:aws:iam::{each}:oidc-provider/{GITHUB}", "Url": GITHUB,
                  "ClientIDList": ["sts.amazonaws.com"], "ThumbprintList": []} for each in accounts],
                                         "SAMLProviders": []}}
    for number, each in enumerate(accounts):
        files[f"{each}.gaad.json"] = account_export(each, number, accounts, asked.roles, draw)
    for name, content in files.items():
        (asked.folder / name).write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
