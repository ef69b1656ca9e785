#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the documents and the tree agree: paths, links, diagnostic codes, steps, ADRs."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOP_FOLDERS = ("include", "src", "tests", "docs", "tools", "examples", "bench", "fuzz", "cmake", ".ci")
SUFFIXES = (".md", ".py", ".sh", ".cmake", ".h", ".cc")

FENCE = re.compile(r"^( *)```.*?^\1```[ ]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]\n]*\]\(([^()\s]+)\)")
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
STEP = re.compile(r"\bE\d+(?:\.\d+)?\b")


def keep_lines(match):
    return re.sub(r"[^\n]", "", match[0])


def slug(heading):
    """The anchor GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(path):
    text = FENCE.sub(keep_lines, path.read_text("utf-8"))
    return {slug(heading) for heading in re.findall(r"^#+ +(.+?)$", text, re.MULTILINE)}


def path_exists(name, folder):
    """Whether `name` is a path of the repository, as a document in `folder` would write it."""
    name = name.rstrip("/")
    starts = [ROOT, folder, ROOT / "include", ROOT / "include/rolecall", ROOT / "src", ROOT / "tests"]
    if "*" in name:
        return any(any(start.glob(name)) for start in starts)
    if any((start / name).exists() for start in starts):
        return True
    tops = [top for top in TOP_FOLDERS if (ROOT / top).is_dir()]
    return "/" not in name and any(any((ROOT / top).rglob(name)) for top in tops)


def looks_like_path(word):
    if not re.fullmatch(r"[\w.*][\w.*/-]*", word) or word.startswith(("*.", "...")):
        return False
    return word.endswith(SUFFIXES) or ("/" in word and word.split("/")[0] in TOP_FOLDERS)


def check_document(path):
    """Yields (line, fault) for every path or link that leads nowhere."""
    text = FENCE.sub(keep_lines, path.read_text("utf-8"))
    for match in CODE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        word = re.sub(r":\d+(-\d+)?$", "", match[1].split(" ")[0])
        if looks_like_path(word) and not path_exists(word, path.parent):
            yield line, f"`{word}` does not exist"
    for match in LINK.finditer(CODE.sub(lambda code: " " * len(code[0]), text)):
        line = text.count("\n", 0, match.start()) + 1
        target, _, anchor = match[1].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (path.parent / target) if target else path
        if not file.exists():
            yield line, f"the link to {match[1]} leads nowhere"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            yield line, f"{match[1]} names no heading"


def check_codes():
    header = (ROOT / "include/rolecall/base/diagnostic.h").read_text("utf-8")
    body = re.search(r"enum class DiagnosticCode[^{]*\{(.*?)\};", header, re.DOTALL)[1]
    codes = {f"RC{int(number):04}" for number in re.findall(r"^\s*\w+ = (\d+),", body, re.MULTILINE)}
    text = (ROOT / "docs/diagnostics.md").read_text("utf-8")
    rows = re.findall(r"^\| *`?(RC\d{4})`? *\|", text, re.MULTILINE)
    yield from (f"docs/diagnostics.md: no row for {code}" for code in sorted(codes - set(rows)))
    yield from (f"docs/diagnostics.md: {code} is no code" for code in sorted(set(rows) - codes))
    yield from (f"docs/diagnostics.md: two rows for {code}" for code in sorted(set(rows))
                if rows.count(code) > 1)


def cited_steps():
    """Step -> the places that cite it: comments of sources, `cites` of conformance cases."""
    cites = {}
    for top in ("include", "src", "tests"):
        for path in sorted((ROOT / top).rglob("*")):
            in_case = path.suffix in (".json", ".jsonl") and "conformance" in path.parts
            if not in_case and path.suffix not in (".h", ".cc"):
                continue
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                part = line if in_case else line.partition("//")[2]
                for step in STEP.findall(part):
                    cites.setdefault(step, []).append((path.relative_to(ROOT), number))
    return cites


def check_steps():
    path = ROOT / "docs/evaluation.md"
    text = path.read_text("utf-8") if path.is_file() else ""
    headings = re.findall(r"^#+ .*$", text, re.MULTILINE)
    steps = {step for heading in headings for step in STEP.findall(heading)}
    yield from (f"{places[0][0]}:{places[0][1]}: {step} is no heading of docs/evaluation.md"
                for step, places in sorted(cited_steps().items()) if step not in steps)


def check_decisions():
    text = (ROOT / "docs/adr/README.md").read_text("utf-8")
    for path in sorted((ROOT / "docs/adr").glob("[0-9]*.md")):
        if f"]({path.name})" not in text:
            yield f"docs/adr/README.md: {path.name} is not listed"


def main():
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    faults = [f"{path.relative_to(ROOT)}:{line}: {what}"
              for path in documents for line, what in check_document(path)]
    faults += [*check_codes(), *check_steps(), *check_decisions()]
    print("\n".join(faults), end="\n" if faults else "")
    print(f"check_docs: {len(documents)} documents, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
