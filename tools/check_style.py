#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what neither clang-format nor clang-tidy can: sizes, headers, [[nodiscard]], NOLINT."""

import pathlib
import re
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODE_FOLDERS = ("include", "src", "tests", "fuzz", "bench", "examples")
MAX_LINES = {".cc": 600, ".h": 250}
# File -> why it may be longer. Only tables: long because there are many rows.
LONG_TABLES = {
    "src/diagnose/cause_table.cc": "one row per cause that can be reported",
    "src/diagnose/error_text_table.cc": "one row per sentence that AWS and the tools around it print",
}

NOLINT = re.compile(r"NOLINT(NEXTLINE|BEGIN|END)?\b(.*)")
NOLINT_GOOD = re.compile(r"\([\w.,* -]+\)(: | +// ?)\S.{5,}")
# Types whose value must be looked at: a failure or an answer would be lost without a sound.
MUST_LOOK = re.compile(r"\b(Result|expected|unexpected|optional)\s*<|\b(Tri|TriState|Verdict|Decision|bool)\b")
COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
SCOPE = re.compile(r"\b(namespace|struct|class|union|extern)\b")
DECLARATION = re.compile(
    r"^(?P<type>[\w:][\w:<>,\s*&\[\]]*?[\s*&>])(?P<name>~?\w+|operator\b[^(]*\(?\)?)\s*\(")
QUALIFIERS = re.compile(r"\b(static|constexpr|consteval|inline|virtual|explicit|extern)\b")


def blank(match):
    """Comments become white space and strings stay strings, so that lines keep their numbers."""
    text = match[0]
    return '""' if text[0] in "\"'" else re.sub(r"[^\n]", " ", text)


def declarations(text):
    """Yields (line, declaration) outside function bodies of a header."""
    text = COMMENT_OR_STRING.sub(blank, text)
    text = re.sub(r"^[ \t]*#[^\n]*(\\\n[^\n]*)*", "", text, flags=re.MULTILINE)
    start, parens, body = 0, 0, 0
    for at, char in enumerate(text):
        if body:
            body += {"{": 1, "}": -1}.get(char, 0)
            if not body:
                start = at + 1
        elif char in "()":
            parens += 1 if char == "(" else -1
        elif char in ";{}" and parens == 0:
            piece = text[start:at]
            if piece.strip() and char != "}":
                skipped = len(piece) - len(piece.lstrip())
                yield text.count("\n", 0, start + skipped) + 1, " ".join(piece.split())
            if char == "{" and not SCOPE.search(piece.split("(")[0]):
                body = 1
            start = at + 1


def needs_nodiscard(declaration):
    """Whether this declares a function whose result must not be dropped, and says nothing."""
    rest = re.sub(r"^((public|private|protected)\s*:\s*)+", "", declaration)
    rest = re.sub(r"^template\s*<.*?>\s*(?=[\w\[])", "", rest)
    if re.match(r"(using|friend|typedef|return|enum|struct|class|union|static_assert)\b", rest):
        return False
    if "[[nodiscard" in rest:
        return False
    rest = QUALIFIERS.sub("", rest).strip()
    match = DECLARATION.match(rest)
    if not match or match["name"].startswith("operator") or "operator" in match["type"]:
        return False
    if "=" in rest[:match.end()] or match["type"].strip() == "void":
        return False
    after = rest[rest.rfind(")"):]
    return bool(MUST_LOOK.search(match["type"]) or re.match(r"\)\s*const\b", after))


def check_code(path, text):
    """Yields (line, fault) of one C++ file; `path` is relative to the repository."""
    lines = text.splitlines()
    limit = MAX_LINES[pathlib.PurePosixPath(path).suffix]
    if len(lines) > limit and path not in LONG_TABLES:
        yield len(lines), f"{len(lines)} lines, the limit is {limit}"
    if not text.startswith("// SPDX-License-Identifier: Apache-2.0\n"):
        yield 1, "the first line is not the SPDX line"
    if path.endswith(".h") and "#pragma once" not in lines[:3]:
        yield 1, "no `#pragma once` below the SPDX line"
    for number, line in enumerate(lines, 1):
        if "std::regex" in line or "#include <regex>" in line:
            yield number, "std::regex is not used here: it can take exponential time"
        found = NOLINT.search(line)
        if found and found[1] != "END" and not NOLINT_GOOD.match(found[2]):
            yield number, "write `NOLINT(check-name): reason`"
    if path.startswith("include/"):
        for number, declaration in declarations(text):
            if needs_nodiscard(declaration):
                yield number, f"not [[nodiscard]]: {declaration[:70]}"


def self_test():
    bad = ["Result<int> f();", "tl::expected<std::vector<int>, E> f(int a = g(1));",
           "class A { public: std::optional<int> find(int) const; };", "inline Tri f() { return {}; }",
           "struct A { int size() const { return 1; } };", "template <typename T> Result<T> f(T);"]
    good = ["[[nodiscard]] Result<int> f();", "using R = tl::expected<int, E>;", "void f();",
            "struct A { A(int a, bool b) : a_(a), b_(b) {} ~A(); A& operator=(const A&); bool open = false; };",
            "[[nodiscard]] inline bool f() { const bool x = g(); return h(x); }",
            "namespace a { // Result<int> f();\n}", "const Policy* keep(Policy policy);"]
    wrong = [each for each in bad if not any(needs_nodiscard(d) for _, d in declarations(each))]
    wrong += [each for each in good if any(needs_nodiscard(d) for _, d in declarations(each))]
    print("\n".join(wrong + [f"check_style: self-test {'failed' if wrong else 'passed'}"]))
    return 1 if wrong else 0


def files_of(*suffixes):
    for top in CODE_FOLDERS + ("tools", "docs", "cmake", ".ci"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.name.endswith(suffixes) and path.is_file() and ".venv" not in path.parts:
                yield path


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    faults, sizes, nolints = [], {".h": [], ".cc": []}, 0
    for path in files_of(".h", ".cc"):
        name, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        faults += [f"{name}:{line}: {what}" for line, what in check_code(name, text)]
        nolints += len(re.findall(r"\bNOLINT(?:NEXTLINE|BEGIN)?\b", text))
        if name.startswith(("include/", "src/")):
            sizes[path.suffix].append(text.count("\n"))
    for path in [*files_of(".h", ".cc", ".py", ".sh", ".md", ".cmake", "CMakeLists.txt"), *ROOT.glob("*.md")]:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if "\t" in line or line != line.rstrip():
                what = "a tab" if "\t" in line else "white space at the end of the line"
                faults.append(f"{path.relative_to(ROOT)}:{number}: {what}")
    faults += [f"{name}: exempt from the line limit and not there" for name in LONG_TABLES
               if not (ROOT / name).is_file()]
    print("\n".join(faults), end="\n" if faults else "")
    for suffix, all_lines in sizes.items():
        if all_lines:
            print(f"check_style: {len(all_lines)} {suffix} files, lines: median "
                  f"{statistics.median(all_lines):.0f}, most {max(all_lines)}")
    print(f"check_style: {nolints} NOLINT, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
