#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands shown in the documents and compares what they print.

In a ```console block of README.md or docs/*.md, a line that starts with `$ ` is a command; a line
`# exit 3` right below it states its exit status (0 otherwise); the lines that follow are what it
prints, stdout and stderr together, and a line `...` stands for any number of lines. A command with
nothing below it is run for its exit status only. Blocks marked ```console no-run are counted and
passed over, and so are commands of other programs.
"""

import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console( no-run)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Programs that may stand beside rolecall in a pipeline.
HARMLESS = {"rolecall", "cat", "echo", "printf", "head", "tail", "grep", "sort", "wc"}


class Command:
    def __init__(self, line, text):
        self.line, self.text, self.exit, self.expected = line, text, 0, []

    def runnable(self):
        stages = [stage.split() for stage in re.split(r"[|;&]+", re.sub(r"'[^']*'|\"[^\"]*\"", "q",
                                                                        self.text))]
        programs = [words[0] for words in stages if words]
        return "rolecall" in programs and HARMLESS.issuperset(programs)

    def matches(self, output):
        if not self.expected:
            return True
        pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n"
                          for line in self.expected)
        return re.fullmatch(pattern, output) is not None


def commands_of(text, first_line):
    """The commands of one block, in order."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("$ "):
            found.append(Command(first_line + number, line[2:]))
        elif found and found[-1].text.endswith("\\") and not found[-1].expected:
            found[-1].text = found[-1].text[:-1] + line.removeprefix("> ").strip()
        elif found and not found[-1].expected and re.fullmatch(r"# exit \d+", line):
            found[-1].exit = int(line.split()[-1])
        elif found:
            found[-1].expected.append(line.rstrip())
    for command in found:
        command.text = command.text.replace("build/release/rolecall", "rolecall")
        while command.expected and not command.expected[-1]:
            command.expected.pop()
    return found


def run(command, path):
    env = dict(os.environ, PATH=f"{path}:{os.environ['PATH']}", LC_ALL="C.UTF-8", TERM="dumb")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command.text], cwd=ROOT, env=env,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False)
    output = "".join(line.rstrip() + "\n" for line in
                     done.stdout.decode("utf-8", "replace").rstrip("\n").split("\n"))
    return done.returncode, output


def report(where, command, status, output):
    print(f"{where}: $ {command.text}")
    if status != command.exit:
        print(f"  exit status {status}, the document says {command.exit}")
    if not command.matches(output):
        print("".join(difflib.unified_diff([line + "\n" for line in command.expected],
                                           output.splitlines(keepends=True), "document", "output")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rolecall", required=True, type=pathlib.Path, help="the binary to run")
    parser.add_argument("documents", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    documents = options.documents or [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    ran = failed = passed_over = marked = 0
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "rolecall").symlink_to(options.rolecall.resolve(strict=True))
        for path in documents:
            text = path.read_text("utf-8")
            for block in BLOCK.finditer(text):
                if block[1]:
                    marked += 1
                    continue
                for command in commands_of(block[2], text.count("\n", 0, block.start(2)) + 1):
                    if not command.runnable():
                        passed_over += 1
                        continue
                    status, output = run(command, folder)
                    ran += 1
                    if status != command.exit or not command.matches(output):
                        failed += 1
                        report(f"{path.name}:{command.line}", command, status, output)
    print(f"run_doc_commands: {ran} run, {failed} failed; passed over: {passed_over} commands of "
          f"other programs, {marked} blocks marked no-run")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
