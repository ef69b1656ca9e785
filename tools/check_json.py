#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates the JSON of the program against the schemas in docs/schema.

Runs `explain` on every conformance case, on the examples, and on inputs that are wrong in some way
but still get an answer; runs `who` and `reach` on some of them, `lint` on the estates of the cases, the
examples and broken files, and `simulate` on the neutral cases. One process answers them all
(tests/schema/answer_many.cc).
"""
import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parent.parent
WALKED = ROOT / "tests/golden/reach/estate"


class Program:
    """Answers commands. One that it does not survive has no answer, and the next gets a new process."""

    def __init__(self, path):
        self.path, self.process = path, None

    def ask(self, *arguments):
        """What the command writes to standard output, and to standard error."""
        if not self.process:
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdin.write("".join(f"{each}\0" for each in [*arguments, ""]).encode())
        self.process.stdin.flush()
        sizes = self.process.stdout.readline().split()
        if not sizes:
            return "", f"the program ended with status {self.end()}"
        return [self.process.stdout.read(int(size)).decode() for size in sizes]

    def end(self):
        """Its exit status, which tells leaks."""
        process, self.process = self.process, None
        process.communicate()
        return process.returncode


def parse(answer):
    """The document on standard output, or none; and its faults so far."""
    out, err = answer
    try:
        return json.loads(out), []
    except ValueError:
        return None, [f"no JSON on standard output: {err[-400:]}"]


def explain_commands(scratch):
    for example in sorted((ROOT / "examples").iterdir()):
        if (example / "request.json").exists():
            yield example.name, ["--request", example / "request.json", "--error", example / "error.txt",
                                 "--estate", example / "estate"]
            yield example.name + " error only", ["--error", example / "error.txt"]
    for case in sorted((ROOT / "tests/conformance").rglob("*.json")):
        content = json.loads(case.read_text())
        if "estate" not in content:
            continue
        folder = scratch / case.stem
        folder.mkdir(parents=True, exist_ok=True)
        for name, document in content["estate"].items():
            (folder / name).write_text(json.dumps(document))
        (scratch / "request.json").write_text(json.dumps(content["request"]))
        estate = ["--estate", folder] if content["estate"] else []
        yield case.stem, ["--request", scratch / "request.json", *estate]
    log = "\n".join(f"AccessDenied: User: arn:aws:iam::11112222333{i}:user/a\x1b[0m is not authorized to perform: "
                    f"sts:AssumeRole on resource: arn:aws:iam::444455556666:role/r{i}" for i in range(3))
    yield "several denials", [log]


def lint_commands(scratch):
    """Uses the folders that explain_commands has written."""
    yield "every conformance estate", sorted(path for path in scratch.iterdir() if path.is_dir())
    for example in sorted((ROOT / "examples").iterdir()):
        if (example / "estate").exists():
            yield example.name, [example / "estate"]
    for case in sorted((ROOT / "tests/golden").rglob("command")):
        yield case.parent.name, [case.parent]


def who_commands(scratch):
    """One role of every tenth folder that explain_commands has written, and all roles of a few."""
    written = sorted(path for path in scratch.iterdir() if path.is_dir())[::10]
    whole = [*(ROOT / "examples").glob("*/estate"), ROOT / "tests/golden/who/estate"]
    for folder in written + whole:
        arns = [role["Arn"] for export in sorted(folder.glob("*.gaad.json"))
                for role in json.loads(export.read_text()).get("RoleDetailList", [])
                if isinstance(role.get("Arn"), str)]
        for arn in arns if folder in whole else arns[:1]:
            yield f"{folder.name} {arn}", [arn, "--estate", folder]


def every_commands(scratch):
    for folder in estate_folders(scratch):
        yield folder.name, ["--estate", folder]


def reach_commands(scratch):
    """Everybody of every tenth folder that explain_commands has written, and whoever is outside."""
    for folder in [*sorted(path for path in scratch.iterdir() if path.is_dir())[::10], WALKED]:
        callers = [entry["Arn"] for export in sorted(folder.glob("*.gaad.json"))
                   for kind in ("UserDetailList", "RoleDetailList")
                   for entry in json.loads(export.read_text()).get(kind, [])
                   if isinstance(entry.get("Arn"), str)]
        for caller in [*(callers if folder == WALKED else callers[:1]), "external"]:
            yield f"{folder.name} {caller}", [caller, "--estate", folder]


def path_commands(scratch):
    roles = [role["Arn"] for export in sorted(WALKED.glob("*.gaad.json"))
             for role in json.loads(export.read_text())["RoleDetailList"]]
    for source, target in itertools.product(roles, roles):
        yield f"{source} {target}", [source, target, "--all", "--estate", WALKED]


def estate_folders(scratch):
    """Every tenth that explain_commands has written, and those of the repository."""
    yield from sorted(path for path in scratch.iterdir() if path.is_dir())[::10]
    yield from (path for path in (ROOT / "examples").glob("*/estate"))
    yield from sorted((ROOT / "tests/golden").glob("*/estate"))


def audit_commands(scratch):
    for folder in estate_folders(scratch):
        yield folder.name, ["--estate", folder, "--as-of", "2026-11-24"]


def diff_commands(scratch):
    folders = list(estate_folders(scratch))
    for before, after in zip(folders, folders[1:]):
        yield f"{before.name} {after.name}", [before, after, "--as-of", "2026-11-24"]
    golden = ROOT / "tests/golden/diff"
    yield "golden", [golden / "before", golden / "after"]
    for folder in sorted((golden / "missing").iterdir()):
        yield f"without {folder.name}", [golden / "missing/whole", folder]


COMMANDS = {"explain": (explain_commands, "explain-1.json"), "lint": (lint_commands, "lint-1.json"),
            "who": (who_commands, "who-1.json"), "who --every": (every_commands, "who-every-1.json"),
            "who --chains": (who_commands, "chains-1.json"), "reach": (reach_commands, "reach-1.json"),
            "path": (path_commands, "path-1.json"), "audit": (audit_commands, "audit-1.json"),
            "diff": (diff_commands, "diff-1.json")}


def check(program, command, scratch):
    """Yields for every run its name and its faults."""
    make, schema = COMMANDS[command]
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema" / schema).read_text()))
    for name, arguments in make(scratch):
        document, faults = parse(program.ask(*command.split(), *arguments, "--format", "json"))
        yield f"{command}: {name}", faults or sorted(validator.iter_errors(document), key=str)


def sarif_faults(validator, log, all_suppressed):
    faults = list(validator.iter_errors(log))
    run = log["runs"][0]
    faults += [f"{each['ruleId']} is not rule {each['ruleIndex']}" for each in run["results"]
               if run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] != each["ruleId"]]
    if all_suppressed and not all("suppressions" in each for each in run["results"]):
        faults.append("a finding of the baseline is not suppressed")
    return faults


def check_sarif(program, scratch):
    """Yields the same for SARIF logs: of every estate, one with suppressed findings, and of differences."""
    validator = jsonschema.Draft202012Validator(
        json.loads((ROOT / "tests/schema/sarif-2.1.0-written.json").read_text()))
    for folder in estate_folders(scratch):
        audit = ["audit", "--estate", folder, "--as-of", "2026-11-24", "--format"]
        baseline = scratch / "baseline.json"
        baseline.write_text(program.ask(*audit, "baseline")[0])
        for options in ([], ["--baseline", baseline]):
            log, faults = parse(program.ask(*audit, "sarif", *options))
            yield f"sarif: {folder.name} {options}", faults or sarif_faults(validator, log, bool(options))
    for name, arguments in diff_commands(scratch):
        log, faults = parse(program.ask("diff", *arguments, "--format", "sarif"))
        yield f"diff sarif: {name}", faults or list(validator.iter_errors(log))


def check_simulate(program):
    """Yields the same for every file of neutral cases; of several faulty results the first."""
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema/simulate-1.json").read_text()))
    for cases in sorted((ROOT / "tests/conformance/neutral").glob("*.jsonl")):
        for options in ([], ["--trace"], ["--strict", "--trace"]):
            out, err = program.ask("simulate", "--cases", cases, *options)
            results = [json.loads(line) for line in out.splitlines()]
            faults = [fault for result in results for fault in validator.iter_errors(result)]
            if len(results) != len(cases.read_text().splitlines()):
                faults.append(f"{len(results)} results: {err[-400:]}")
            yield f"simulate: {cases.stem} {options}", faults


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answer-many", required=True)
    program = Program(options.parse_args().answer_many)
    checked, bad = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        runs = [check(program, command, Path(scratch)) for command in COMMANDS]
        others = (check_sarif(program, Path(scratch)), check_simulate(program))
        for name, faults in itertools.chain(*runs, *others):
            checked += 1
            for fault in faults[:3]:
                print(f"{name}: {getattr(fault, 'message', fault)}"[:600])
            bad += bool(faults)
    status = program.end() if program.process else 0
    print(f"{checked} answers checked against the schemas, {bad} faulty, exit status {status}")
    sys.exit(1 if bad or status or not checked else 0)


if __name__ == "__main__":
    main()
