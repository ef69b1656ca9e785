#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates the JSON of `rolecall explain` against docs/schema/explain-1.json.

Runs the program on every conformance case, on the examples, and on inputs that are wrong in some
way but still get an answer.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parent.parent


def commands(scratch):
    for example in sorted((ROOT / "examples").iterdir()):
        if (example / "request.json").exists():
            yield example.name, ["--request", example / "request.json", "--error", example / "error.txt",
                                 "--estate", example / "estate"]
            yield example.name + " error only", ["--error", example / "error.txt"]
    for case in sorted((ROOT / "tests/conformance").rglob("*.json")):
        content = json.loads(case.read_text())
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


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rolecall", required=True)
    asked = options.parse_args()
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema/explain-1.json").read_text()))
    checked, bad = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, arguments in commands(Path(scratch)):
            done = subprocess.run([asked.rolecall, "explain", *map(str, arguments), "--format", "json"],
                                  capture_output=True, text=True)
            checked += 1
            try:
                faults = sorted(validator.iter_errors(json.loads(done.stdout)), key=str)
            except ValueError:
                faults = [f"no JSON on standard output: {done.stderr[-400:]}"]
            for fault in faults[:3]:
                print(f"{name}: {getattr(fault, 'message', fault)}"[:600])
            bad += bool(faults)
    print(f"{checked} answers checked against the schema, {bad} faulty")
    sys.exit(1 if bad or not checked else 0)


if __name__ == "__main__":
    main()
