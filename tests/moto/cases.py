#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program against moto's server: what boto3 put in is what `collect` writes, and what `explain`
refuses is allowed after the printed commands were run. Started by run.py.
"""

import http.server
import io
import json
import logging
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
import zipfile

import boto3
from moto.server import ThreadedMotoServer

ROLECALL = os.environ["ROLECALL"]
REGION = "eu-west-1"
ALLOW_ALL = {"Version": "2012-10-17",
             "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def allow(action, resource):
    return {"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


def trust(principal, **condition):
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


class FaultProxy:
    """Passes requests on to `target`, but answers some with throttling, and breaks some answers."""

    def __init__(self, target, throttled, broken):
        self.served = 0
        self.faults = 0
        self.passed = []  # Bodies of the requests whose answer was not spoiled.
        self.hold = None  # Called with the body of each request before it goes on; may wait.
        dice = random.Random(1)
        lock = threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    number = dice.random()
                    proxy.served += 1
                    proxy.faults += number < throttled + broken
                if proxy.hold:
                    proxy.hold(body)
                if number < throttled:
                    return self.answer(400, b"<ErrorResponse><Error><Code>Throttling</Code>"
                                            b"<Message>Rate exceeded</Message></Error>"
                                            b"</ErrorResponse>")
                request = urllib.request.Request(target, body, dict(self.headers))
                try:
                    with urllib.request.urlopen(request) as response:
                        status, text = response.status, response.read()
                except urllib.error.HTTPError as error:
                    status, text = error.code, error.read()
                kinds = {0: lambda: self.answer(status, text[:len(text) // 2]),
                         1: lambda: self.answer(503, b"<html>busy</html>"),
                         2: lambda: self.answer(status, text, cut=True),
                         3: lambda: self.answer(200, b"")}
                if number < throttled + broken:
                    return kinds[proxy.faults % len(kinds)]()
                with lock:
                    proxy.passed.append(body)
                return self.answer(status, text)

            def answer(self, status, text, cut=False):
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text[:len(text) // 2] if cut else text)
                if cut:
                    self.close_connection = True

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *ignored: None  # Somebody was killed.
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class MotoCase(unittest.TestCase):
    """A server, an organization with two accounts, and profiles that lead to them."""

    def setUp(self):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server = ThreadedMotoServer(port=0, verbose=False)
        self.server.start()
        self.url = "http://{}:{}".format(*self.server.get_host_and_port())
        self.addCleanup(self.server.stop)
        urllib.request.urlopen(urllib.request.Request(self.url + "/moto-api/reset", b"")).close()
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder),
                            "AWS_ENDPOINT_URL": self.url, "AWS_REGION": REGION,
                            "AWS_EC2_METADATA_DISABLED": "true",
                            "AWS_CONFIG_FILE": str(self.folder / "config")}
        self.iam = self.client("iam")
        self.iam.create_user(UserName="ci")
        key = self.iam.create_access_key(UserName="ci")["AccessKey"]
        self.management = self.client("sts").get_caller_identity()["Account"]
        self.secret = key["SecretAccessKey"]
        organizations = self.client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        self.root = organizations.list_roots()["Roots"][0]["Id"]
        organizations.enable_policy_type(RootId=self.root, PolicyType="SERVICE_CONTROL_POLICY")
        status = organizations.create_account(AccountName="work", Email="work@example.com")
        self.work = status["CreateAccountStatus"]["AccountId"]
        (self.folder / "config").write_text(
            f"[profile ci]\naws_access_key_id = {key['AccessKeyId']}\n"
            f"aws_secret_access_key = {self.secret}\n"
            f"[profile ops]\nrole_arn = arn:aws:iam::{self.work}:role/audit\n"
            "source_profile = ci\n"
            # As the printed commands name it: by the account.
            f"[profile {self.management}]\nsource_profile = ci\n"
            f"role_arn = arn:aws:iam::{self.management}:role/admin\n", encoding="utf-8")

    def client(self, service, account=None):
        keys = {"aws_access_key_id": "AKIATEST", "aws_secret_access_key": "test"}
        if account is not None:
            made = self.client("sts").assume_role(
                RoleArn=f"arn:aws:iam::{account}:role/audit", RoleSessionName="test")["Credentials"]
            keys = {"aws_access_key_id": made["AccessKeyId"],
                    "aws_secret_access_key": made["SecretAccessKey"],
                    "aws_session_token": made["SessionToken"]}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **keys)

    def run_program(self, *arguments, status=0, **more):
        done = subprocess.run([ROLECALL, *arguments], env={**self.environment, **more},
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn(self.secret, done.stdout + done.stderr)
        return done

    def read(self, folder, name):
        return json.loads((folder / name).read_text(encoding="utf-8"))

    def exported(self, account=None):
        """What the account holds, as the AWS CLI would write it, without dates."""
        lists = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        for page in self.client("iam", account).get_paginator(
                "get_account_authorization_details").paginate():
            for name, entries in lists.items():
                entries.extend(page[name])
        return {name: comparable(entries) for name, entries in lists.items()}


def comparable(value):
    """Entries by ARN, documents as objects, no dates."""
    if isinstance(value, list):
        entries = [comparable(each) for each in value]
        return sorted(entries, key=lambda each: json.dumps(each, sort_keys=True))
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items() if not key.endswith("Date")}
    if isinstance(value, str) and value.startswith("{"):
        return comparable(json.loads(value))
    return value


def fill(iam, roles, users, policies, account):
    """An account with so many of each, no two alike."""
    for i in range(policies):
        iam.create_policy(PolicyName=f"p{i}", Path="/made/", PolicyDocument=json.dumps(
            allow("s3:GetObject", f"arn:aws:s3:::bucket-{i}/*")))
    own = f"arn:aws:iam::{account}:policy/made/"
    iam.create_group(GroupName="dev")
    iam.put_group_policy(GroupName="dev", PolicyName="own", PolicyDocument=json.dumps(
        allow("sts:AssumeRole", "*")))
    for i in range(users):
        iam.create_user(UserName=f"u{i}", Path="/people/")
        if i % 7 == 0:
            iam.add_user_to_group(GroupName="dev", UserName=f"u{i}")
        if i % 5 == 0:
            iam.attach_user_policy(UserName=f"u{i}", PolicyArn=f"{own}p{i % policies}")
    for i in range(roles):
        iam.create_role(RoleName=f"r{i}", Path="/x/", MaxSessionDuration=3600 + i, Tags=[
            {"Key": "team", "Value": f"ä<&>{i}"}], AssumeRolePolicyDocument=json.dumps(
                trust(f"arn:aws:iam::{account}:root", StringEquals={"sts:ExternalId": f"x{i}"})))
        if i % 3 == 0:
            iam.put_role_policy(RoleName=f"r{i}", PolicyName="inline", PolicyDocument=json.dumps(
                allow("s3:*", f"arn:aws:s3:::{i}")))
        if i % 4 == 0:
            iam.attach_role_policy(RoleName=f"r{i}", PolicyArn=f"{own}p{i % policies}")


class Collect(MotoCase):
    def test_writes_what_an_organization_holds(self):
        fill(self.iam, 12, 15, 3, self.management)
        work = self.client("iam", self.work)
        fill(work, 5, 8, 2, self.work)
        work.create_open_id_connect_provider(Url="https://id.example.com",
                                             ClientIDList=["sts.amazonaws.com"],
                                             ThumbprintList=["a" * 40])
        organizations = self.client("organizations")
        unit = organizations.create_organizational_unit(ParentId=self.root, Name="prod")
        unit = unit["OrganizationalUnit"]["Id"]
        organizations.move_account(AccountId=self.work, SourceParentId=self.root,
                                   DestinationParentId=unit)
        policy = organizations.create_policy(Name="guard", Description="d",
                                             Type="SERVICE_CONTROL_POLICY",
                                             Content=json.dumps(ALLOW_ALL))
        policy = policy["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=unit)
        estate = self.folder / "estate"
        done = self.run_program("collect", str(estate), "--profile", "ci", "--organization",
                                "--role", "audit")
        self.assertEqual(done.stdout.split(":")[0], "2 of 2 accounts")
        for account in (self.management, self.work):
            self.assertEqual(
                {name: comparable(each)
                 for name, each in self.read(estate, f"{account}.gaad.json").items()},
                self.exported(None if account == self.management else account))
            durations = {each["RoleName"]: each["MaxSessionDuration"]
                         for each in self.read(estate, f"{account}.roles.json")["Roles"]}
            self.assertEqual(durations["r3"], 3603)
        providers = self.read(estate, f"{self.work}.identity-providers.json")
        self.assertEqual(providers["OpenIDConnectProviders"][0]["ClientIDList"],
                         ["sts.amazonaws.com"])
        organization = self.read(estate, "organization.json")
        self.assertEqual({each["Id"]: each["ParentId"] for each in organization["Accounts"]},
                         {self.management: self.root, self.work: unit})
        self.assertEqual([each["Id"] for each in organization["OrganizationalUnits"]], [unit])
        content = {each["PolicySummary"]["Id"]: comparable(each["Content"])
                   for each in organization["Policies"]}
        self.assertEqual(content[policy], ALLOW_ALL)
        self.assertIn({"PolicyId": policy, "TargetId": unit}, organization["Targets"])

    def test_reads_a_large_account_whatever_happens_on_the_way(self):
        fill(self.iam, 2000, 500, 300, self.management)
        expected = self.exported()
        proxy = FaultProxy(self.url, throttled=0.2, broken=0.05)
        self.addCleanup(proxy.stop)
        through = {"AWS_ENDPOINT_URL": proxy.url, "AWS_MAX_ATTEMPTS": "30"}
        whole = self.folder / "whole"
        begin = time.monotonic()
        done = self.run_program("collect", str(whole), "--profile", "ci", **through)
        print(f"2,000 roles in {time.monotonic() - begin:.1f} s, {proxy.served} requests, "
              f"{proxy.faults} of them spoiled", file=sys.stderr)
        self.assertTrue(done.stdout.startswith("1 of 1 accounts: 501 users, 1 groups, 2000 roles"),
                        done.stdout)
        self.assertGreater(proxy.faults, 0)
        read = self.read(whole, f"{self.management}.gaad.json")
        self.assertEqual({name: comparable(each) for name, each in read.items()}, expected)
        # Killed half-way, and run again.
        half = self.folder / "half"
        killed = threading.Event()
        proxy.served = 0
        proxy.passed.clear()
        process = subprocess.Popen([ROLECALL, "collect", str(half), "--profile", "ci"],
                                   env={**self.environment, **through}, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)

        def kill(body):
            # moto gives the authorization details in one page, the roles in many.
            second_page = b"ListRoles" in body and b"Marker=" in body
            if second_page and not killed.is_set():
                killed.set()
                process.send_signal(signal.SIGKILL)
                process.wait()

        proxy.hold = kill
        self.assertEqual(process.wait(), -signal.SIGKILL)
        proxy.hold = None
        self.assertFalse((half / f"{self.management}.gaad.json").exists())
        before = set(proxy.passed)
        self.assertTrue(any(b"GetAccountAuthorizationDetails" in each for each in before))
        proxy.passed.clear()
        self.run_program("collect", str(half), "--profile", "ci", **through)
        again = {each for each in before & set(proxy.passed)
                 if b"GetAccountAuthorizationDetails" in each or b"ListRoles" in each}
        self.assertFalse(again)
        names = sorted(each.name for each in whole.glob("*.json"))
        self.assertEqual(sorted(each.name for each in half.glob("*.json")), names)
        for name in names:
            self.assertEqual(comparable(self.read(half, name)), comparable(self.read(whole, name)),
                             name)


class Explain(MotoCase):
    def setUp(self):
        super().setUp()
        self.role = f"arn:aws:iam::{self.work}:role/deploy"
        self.iam.put_user_policy(UserName="ci", PolicyName="own",
                                 PolicyDocument=json.dumps(allow("s3:*", "*")))
        self.client("iam", self.work).create_role(
            RoleName="deploy", AssumeRolePolicyDocument=json.dumps(trust(self.management)))

    def explain(self, status):
        return self.run_program("explain", "--profile", "ci", "--to", self.role,
                                "--role-account-profile", "ops", "-v", status=status)

    def test_is_allowed_after_the_printed_commands(self):
        refused = self.explain(3)
        self.assertTrue(refused.stdout.startswith("Denied: "), refused.stdout)
        calls = refused.stderr.splitlines()
        self.assertEqual(len(calls), len(set(calls)), refused.stderr)
        printed = self.run_program("fix", "--profile", "ci", "--to", self.role,
                                   "--role-account-profile", "ops", "--print", "aws").stdout
        commands = [line for line in printed.splitlines() if line and not line.startswith("#")]
        self.assertTrue(commands, printed)
        aws = pathlib.Path(sys.executable).parent / "aws"
        script = "\n".join(commands).replace("aws ", f"{shlex.quote(str(aws))} ", 1)
        done = subprocess.run(["bash", "-euc", script], env={
            **self.environment, "AWS_PAGER": "", "AWS_DEFAULT_REGION": REGION}, cwd=self.folder,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, script + done.stderr)
        allowed = self.explain(0)
        self.assertTrue(allowed.stdout.startswith("Allowed"), allowed.stdout)

    def test_finds_the_role_of_a_function_and_of_a_task(self):
        trust_of = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
             "Action": "sts:AssumeRole"}]}
        role = self.iam.create_role(RoleName="run", AssumeRolePolicyDocument=json.dumps(trust_of))
        role = role["Role"]["Arn"]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("f.py", "def f(event, context): pass")
        self.client("lambda").create_function(FunctionName="resize", Runtime="python3.12", Role=role,
                                              Handler="f.f", Code={"ZipFile": archive.getvalue()})
        done = self.run_program("explain", "--profile", "ci", "--service", "lambda", "resize",
                                status=3)
        self.assertIn("[passrole-no-allow]", done.stdout)
        self.assertNotIn("[trust-", done.stdout)
        self.client("ecs").register_task_definition(
            family="web", taskRoleArn=role, executionRoleArn=role,
            containerDefinitions=[{"name": "a", "image": "b", "memory": 128}])
        done = self.run_program("explain", "--profile", "ci", "--service", "ecs-task", "web",
                                status=3)
        self.assertIn("[passrole-no-allow]", done.stdout)
        self.assertIn("ecs-tasks.amazonaws.com", done.stdout)
        self.assertIn("[trust-", done.stdout)
        instance = self.client("ec2").run_instances(
            ImageId=self.client("ec2").describe_images()["Images"][0]["ImageId"], MinCount=1,
            MaxCount=1)["Instances"][0]["InstanceId"]
        done = self.run_program("explain", "--profile", "ci", "--service", "ec2", instance, status=1)
        self.assertEqual(done.stderr, f"error: instance `{instance}` uses no role\n")
        self.iam.create_instance_profile(InstanceProfileName="web")
        self.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="run")
        self.client("ec2").associate_iam_instance_profile(
            IamInstanceProfile={"Name": "web"}, InstanceId=instance)
        done = self.run_program("explain", "--profile", "ci", "--service", "ec2", instance, status=3)
        self.assertIn("ec2.amazonaws.com", done.stdout)

    def test_hands_a_role_to_the_aws_cli(self):
        aws = str(pathlib.Path(sys.executable).parent / "aws")
        who = ["sts", "get-caller-identity", "--query", "Arn", "--output", "text"]
        expected = f"arn:aws:sts::{self.work}:assumed-role/deploy/rolecall\n"
        with (self.folder / "config").open("a", encoding="utf-8") as config:
            config.write(f"[profile deploy]\ncredential_process = {ROLECALL} assume {self.role} "
                         "--profile ci --credential-process\n")
        more = {"AWS_DEFAULT_REGION": REGION}
        done = self.run_program("assume", self.role, "--profile", "ci", "--exec", aws, *who, **more)
        self.assertEqual(done.stdout, expected)
        done = subprocess.run([aws, "--profile", "deploy", *who],
                              env={**self.environment, **more}, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.stdout, expected, done.stderr)

    def test_answers_the_same_from_what_it_saved(self):
        case = self.folder / "case"
        live = self.run_program("explain", "--profile", "ci", "--to", self.role,
                                "--role-account-profile", "ops", "--save", str(case),
                                "--format", "json", status=3)
        offline = self.run_program(
            "explain", "--from", f"arn:aws:iam::{self.management}:user/ci", "--to", self.role,
            "--estate", str(case), "--format", "json", status=3, AWS_ENDPOINT_URL="http://[::1]:1")
        for key in ("decision", "gates", "causes", "fixes"):
            self.assertEqual(json.loads(offline.stdout)[key], json.loads(live.stdout)[key], key)


class Budget(MotoCase):
    """`explain` makes eight calls, one for each policy document it needs, and three for each level of
    the organization: counted on the wire, against what boto3 finds in the accounts.
    """

    def setUp(self):
        super().setUp()
        self.proxy = FaultProxy(self.url, throttled=0, broken=0)
        self.addCleanup(self.proxy.stop)
        self.organizations = self.client("organizations")
        self.client("iam", self.work).create_role(
            RoleName="deploy", AssumeRolePolicyDocument=json.dumps(trust(self.management)))
        self.deploy = f"arn:aws:iam::{self.work}:role/deploy"

    @staticmethod
    def make_policies(iam, kind, name, own, attached):
        for i in range(own):
            getattr(iam, f"put_{kind}_policy")(**{
                f"{kind.title()}Name": name, "PolicyName": f"own{i}",
                "PolicyDocument": json.dumps(allow("s3:GetObject", f"arn:aws:s3:::{name}-{i}"))})
        for i in range(attached):
            policy = iam.create_policy(PolicyName=f"{kind}-{name}-{i}", PolicyDocument=json.dumps(
                allow("s3:PutObject", f"arn:aws:s3:::{name}-{i}")))["Policy"]["Arn"]
            getattr(iam, f"attach_{kind}_policy")(**{
                f"{kind.title()}Name": name, "PolicyArn": policy})

    def make_groups(self, iam, user):
        """Three of the caller, and twenty of others."""
        for i in range(23):
            iam.create_group(GroupName=f"g{i}")
            self.make_policies(iam, "group", f"g{i}", own=0, attached=1)
            if i < 3:
                iam.add_user_to_group(GroupName=f"g{i}", UserName=user)

    def make_units(self, depth):
        """The account of the role below so many units, each with an SCP of its own."""
        parent = self.root
        for i in range(depth):
            unit = self.organizations.create_organizational_unit(ParentId=parent, Name=f"u{i}")
            parent = unit["OrganizationalUnit"]["Id"]
            policy = self.organizations.create_policy(
                Name=f"s{i}", Description="d", Type="SERVICE_CONTROL_POLICY",
                Content=json.dumps(allow("*", "*")))["Policy"]["PolicySummary"]["Id"]
            self.organizations.attach_policy(PolicyId=policy, TargetId=parent)
        self.organizations.move_account(AccountId=self.work, SourceParentId=self.root,
                                        DestinationParentId=parent)

    def policies_of(self, iam, kind, name):
        """Names of the documents that bear on a user, a group or a role."""
        key = {f"{kind.title()}Name": name}
        found = {(kind, name, each)
                 for each in getattr(iam, f"list_{kind}_policies")(**key)["PolicyNames"]}
        found |= {each["PolicyArn"] for each in
                  getattr(iam, f"list_attached_{kind}_policies")(**key)["AttachedPolicies"]}
        if kind == "user":
            for group in iam.list_groups_for_user(UserName=name)["Groups"]:
                found |= self.policies_of(iam, "group", group["GroupName"])
        return found

    def organization_above(self, *accounts):
        """The levels above and with these accounts, and the SCPs that are attached there."""
        levels, policies = set(), set()
        for at in accounts:
            while True:
                levels.add(at)
                if at == self.root:
                    break
                at = self.organizations.list_parents(ChildId=at)["Parents"][0]["Id"]
        for level in levels:
            policies |= {each["Id"] for each in self.organizations.list_policies_for_target(
                TargetId=level, Filter="SERVICE_CONTROL_POLICY")["Policies"]}
        return levels, policies

    def count(self, *arguments):
        """The calls of a question, but those that get credentials. Each is made once, and listed."""
        self.proxy.passed.clear()
        done = subprocess.run([ROLECALL, "explain", "-v", "--format", "json", *arguments],
                              env={**self.environment, "AWS_ENDPOINT_URL": self.proxy.url},
                              capture_output=True, text=True, check=False)
        self.assertIn(done.returncode, (0, 3, 5), done.stderr)
        calls = [each for each in self.proxy.passed if b"Action=AssumeRole&" not in each]
        self.assertEqual(len(set(calls)), len(calls), done.stderr)
        listed = [each for each in done.stderr.splitlines() if each.endswith(": answered")]
        self.assertEqual(len(listed), len(calls), done.stderr)
        return len(calls), done

    def assert_within(self, calls, documents, roles, levels=()):
        """With the trust policy of each role that is asked for."""
        count, done = calls
        most = 8 + len(documents) + roles + 3 * len(levels)
        print(f"{self.id().rpartition('.')[2]}: {count} calls of at most {most}", file=sys.stderr)
        self.assertLessEqual(count, most, done.stderr)

    def test_holds_for_a_user_in_three_groups(self):
        work = self.client("iam", self.work)
        work.create_user(UserName="dev")
        self.make_policies(work, "user", "dev", own=2, attached=2)
        self.make_groups(work, "dev")
        documents = self.policies_of(work, "user", "dev")
        self.assertEqual(len(documents), 7)
        key = work.create_access_key(UserName="dev")["AccessKey"]
        with (self.folder / "config").open("a", encoding="utf-8") as config:
            config.write(f"[profile dev]\naws_access_key_id = {key['AccessKeyId']}\n"
                         f"aws_secret_access_key = {key['SecretAccessKey']}\n")
        # Nobody is named who may read the organization: no level is read.
        for more in ([], ["--role-account-profile", "ops"]):
            calls = self.count("--profile", "dev", "--to", self.deploy, *more)
            self.assert_within(calls, documents, roles=1)

    def test_holds_for_a_role_below_three_units(self):
        work = self.client("iam", self.work)
        work.create_role(RoleName="audit", AssumeRolePolicyDocument=json.dumps(
            trust(self.management)))
        self.make_policies(work, "role", "audit", own=1, attached=3)
        self.make_units(3)
        documents = self.policies_of(work, "role", "audit")
        levels, scps = self.organization_above(self.work)
        self.assertEqual(len(levels), 5)
        calls = self.count("--profile", "ops", "--to", self.deploy, "--management-profile", "ci")
        self.assert_within(calls, documents | scps, roles=1, levels=levels)
        # Nobody who could be asked about the organization: no level is read.
        calls = self.count("--profile", "ops", "--to", self.deploy)
        self.assert_within(calls, documents, roles=1)

    def test_holds_over_two_accounts_with_all_profiles(self):
        self.make_policies(self.iam, "user", "ci", own=0, attached=3)
        self.make_groups(self.iam, "ci")
        self.make_units(3)
        documents = self.policies_of(self.iam, "user", "ci")
        levels, scps = self.organization_above(self.management, self.work)
        calls = self.count("--profile", "ci", "--to", self.deploy, "--role-account-profile", "ops",
                           "--management-profile", str(self.management))
        # The SCPs above the role do not bear on the call.
        self.assertNotIn("DescribePolicy", calls[1].stderr)
        self.assertTrue(scps)
        self.assert_within(calls, documents, roles=1, levels=levels)

    def test_holds_for_the_roles_of_a_task(self):
        self.make_policies(self.iam, "user", "ci", own=1, attached=1)
        self.make_groups(self.iam, "ci")
        roles = [self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(
            trust(self.management)))["Role"]["Arn"] for name in ("task", "pull")]
        self.client("ecs").register_task_definition(
            family="web", taskRoleArn=roles[0], executionRoleArn=roles[1],
            containerDefinitions=[{"name": "a", "image": "b", "memory": 128}])
        calls = self.count("--profile", "ci", "--service", "ecs-task", "web")
        levels, _ = self.organization_above(self.management)
        self.assert_within(calls, self.policies_of(self.iam, "user", "ci"), roles=2, levels=levels)


class Quickstart(MotoCase):
    def test_works_as_the_readme_has_it(self):
        account = "444455556666"
        self.iam.put_user_policy(UserName="ci", PolicyName="own",
                                 PolicyDocument=json.dumps(allow("s3:*", "*")))
        self.client("iam", account).create_role(
            RoleName="deploy", AssumeRolePolicyDocument=json.dumps(trust(self.management)))
        with (self.folder / "config").open("a", encoding="utf-8") as config:
            for profile in ("ops", "audit"):
                config.write(f"[profile {profile}]\nrole_arn = arn:aws:iam::{account}:role/audit\n"
                             "source_profile = ci\n")
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "rolecall").symlink_to(ROLECALL)
        terraform = programs / "terraform"
        terraform.write_text(
            "#!/bin/sh\n"
            "if [ $1 = plan ]; then echo \"$AWS_ACCESS_KEY_ID\"; exit 0; fi\n"
            "echo 'User: arn:aws:iam::%s:user/ci is not authorized to perform: sts:AssumeRole on "
            "resource: arn:aws:iam::%s:role/deploy' >&2\nexit 1\n" % (self.management, account),
            encoding="utf-8")
        terraform.chmod(0o755)
        readme = pathlib.Path(__file__).resolve().parents[2] / "README.md"
        commands = re.findall(r"^\$ (rolecall (?:explain --profile|collect|assume|run) .*)$",
                              readme.read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual([each.split()[1] for each in commands],
                         ["explain", "collect", "assume", "run"])
        explained, collected, assumed, passed = (
            subprocess.run(["bash", "-c", each], cwd=self.folder, capture_output=True, text=True,
                           check=False, env={**self.environment, "AWS_PROFILE": "ci",
                                             "PATH": f"{programs}:{os.environ['PATH']}"})
            for each in commands)
        self.assertEqual(explained.returncode, 3, explained.stderr)
        self.assertTrue(explained.stdout.startswith("Denied: "), explained.stdout)
        self.assertEqual(collected.returncode, 0, collected.stderr)
        roles = self.read(self.folder / "exports", f"{account}.gaad.json")["RoleDetailList"]
        self.assertEqual([each["RoleName"] for each in roles], ["deploy"])
        self.assertEqual(assumed.returncode, 0, assumed.stderr)
        self.assertTrue(assumed.stdout.startswith("ASIA"), assumed.stdout)
        self.assertEqual(passed.returncode, 1, passed.stderr)
        self.assertIn("\nDenied: ", passed.stderr)


if __name__ == "__main__":
    unittest.main()
