#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the program's output with the golden files, or rewrites them.

A case is a folder tests/golden/<area>/<name>/ with these files:

  command          one line of arguments, split as a shell would; run from the repository root
                   `{output}` stands for an empty folder, `{input}` for one that `prepare` fills
  prepare          a Python program of the repository with its arguments, `{input}` among them
  stdin            given to the program; absent means empty
  stdout.approved  what it prints
  stderr.approved  the same for stderr; absent means nothing
  files.approved   name and text of the files it writes to {output}; absent means none
  exit             the exit status

The version number, the path of the repository and the time of files are replaced by placeholders.
"""

import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests/golden"


def environment():
    """Nothing of the user's own environment may show in the output; sanitizers keep theirs."""
    kept = {name: value for name, value in os.environ.items()
            if name == "PATH" or name.endswith("SAN_OPTIONS") or name == "LLVM_PROFILE_FILE"}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "HOME": "/nonexistent"}


def version_of(binary):
    done = subprocess.run([binary, "--version"], stdout=subprocess.PIPE, env=environment(),
                          text=True, check=False)
    found = re.search(r"\d+\.\d+\.\d+", done.stdout)
    return found[0] if found else None


def normalize(data, version):
    text = data.decode("utf-8", "backslashreplace").replace(str(ROOT), "<repository>")
    if version:
        text = re.sub(rf"(?<![\d.]){re.escape(version)}(?![\d.])", "<version>", text)
    # When the files of a checkout were written.
    return re.sub(r"(newest file is of )[0-9T:-]+Z", r"\1<time>", text)


def run(case, binary, version):
    """What the files of the case should hold."""
    stdin, prepare = case / "stdin", case / "prepare"
    with tempfile.TemporaryDirectory() as output, tempfile.TemporaryDirectory() as made:
        if prepare.is_file():
            words = shlex.split(prepare.read_text("utf-8").replace("{input}", made))
            subprocess.run([sys.executable, *words], cwd=ROOT, timeout=120, check=True)
        command = (case / "command").read_text("utf-8").strip()
        command = command.replace("{output}", output).replace("{input}", made)
        done = subprocess.run([binary, *shlex.split(command)], cwd=ROOT, env=environment(),
                              timeout=120, input=stdin.read_bytes() if stdin.is_file() else b"",
                              capture_output=True, check=False)
        files = "".join(f"== {each.relative_to(output)}\n{each.read_text('utf-8')}"
                        for each in sorted(pathlib.Path(output).rglob("*")) if each.is_file())
        said = [normalize(data, version).replace(output, "<output>").replace(made, "<input>")
                for data in (done.stdout, done.stderr)]
    return {"stdout.approved": said[0], "stderr.approved": said[1], "files.approved": files,
            "exit": f"{done.returncode}\n"}


def differences(case, actual):
    """A unified diff of everything that is not as approved; empty when all is."""
    diff = []
    for name, text in actual.items():
        file = case / name
        approved = file.read_bytes().decode("utf-8") if file.is_file() else ""
        if name == "exit":
            approved = approved.strip() + "\n"
        if approved != text:
            diff += difflib.unified_diff(approved.splitlines(keepends=True),
                                         text.splitlines(keepends=True),
                                         f"{case.relative_to(ROOT)}/{name}", "now")
            diff[-1] += "" if diff[-1].endswith("\n") else "\n\\ no newline at the end\n"
    return "".join(diff)


def approve(case, actual):
    for name, text in actual.items():
        if name in ("stderr.approved", "files.approved") and not text:
            (case / name).unlink(missing_ok=True)
        else:
            (case / name).write_text(text, "utf-8")


def find_cases(names):
    """The named cases or areas; all of them when none is named."""
    folders = [GOLDEN / name.removeprefix("tests/golden/") for name in names] or [GOLDEN]
    for folder in folders:
        cases = sorted(each.parent for each in folder.rglob("command"))
        if not cases:
            sys.exit(f"approve: no case in {folder}")
        yield from cases


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rolecall", required=True, type=pathlib.Path, help="the binary to run")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="area or area/name")
    options = parser.parse_args()
    binary = options.rolecall.resolve(strict=True)
    version = version_of(binary)
    cases = list(find_cases(options.cases))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda case: run(case, binary, version), cases))
    changed = []
    for case, actual in zip(cases, results):
        diff = differences(case, actual)
        if not diff:
            continue
        changed.append(case.relative_to(GOLDEN).as_posix())
        print(diff, end="")
        if not options.check:
            approve(case, actual)
    print(f"approve: {len(cases)} cases, {len(changed)} {'differ' if options.check else 'rewritten'}")
    if options.check and changed:
        print("if the new output is right, run:\n  tools/approve.py --rolecall build/release/rolecall "
              + " ".join(changed))
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
