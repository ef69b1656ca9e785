#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that folders include downward only, never sideways or upward (docs/architecture.md)."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BELOW_TRUST = {"base", "iam", "eval", "estate"}
BELOW_TRAIL = BELOW_TRUST | {"trust", "diagnose", "reach"}

# Folder -> folders it may include, besides itself.
ALLOWED = {
    "base": set(),
    "iam": {"base"},
    "eval": {"base", "iam"},
    "estate": {"base", "iam"},
    "trust": BELOW_TRUST,
    "diagnose": BELOW_TRUST | {"trust"},
    "reach": BELOW_TRUST | {"trust"},
    "trail": BELOW_TRAIL,
    "iac": {"base", "iam", "estate"},
    "report": BELOW_TRAIL | {"trail", "iac"},
    "live": {"base", "iam", "estate"},
    "cli": BELOW_TRAIL | {"trail", "iac", "report", "live"},
}

# Header prefix -> the only places that may include it. None of them may stand in include/, but
# for the alias of tl::expected.
THIRD_PARTY = {
    "tl/": ("include/rolecall/base/result.h",),
    "fmt/": ("src/",),
    "simdjson": ("src/base/",),
    "CLI/": ("src/cli/",),
    "sys/socket": ("src/live/",),
    "openssl/": ("src/live/",),
    "curl/": ("src/live/",),
    "pugixml": ("src/live/",),
    "sqlite3": ("src/estate/",),
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def folder_of(path):
    """The layer a file belongs to: include/rolecall/<layer>/... or src/<layer>/..."""
    parts = pathlib.PurePosixPath(path).parts
    depth = 2 if parts[:2] == ("include", "rolecall") else 1
    return parts[depth] if len(parts) > depth + 1 else None


def target_of(name, path, exists):
    """The layer an include names, as seen from the file at `path`; None when there is no such."""
    parts = pathlib.PurePosixPath(name).parts
    if parts[0] == "rolecall":
        return parts[1] if len(parts) > 2 and parts[1] in ALLOWED else None
    if path.startswith("include/"):
        return None  # A public header that includes a private one.
    if len(parts) > 1 and parts[0] in ALLOWED:
        return parts[0]
    home = pathlib.PurePosixPath(path).parent
    own = pathlib.PurePosixPath("src") / folder_of(path)
    if ".." not in parts and (exists(str(home / name)) or exists(str(own / name))):
        return folder_of(path)
    return None


def check(path, text, exists):
    """Yields the faults of one file."""
    folder = folder_of(path)
    if folder not in ALLOWED:
        yield f"{path}: stands in no known folder; add it to ALLOWED or move it"
        return
    for match in INCLUDE.finditer(text):
        at = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        name = match[2]
        if match[1] == "<":
            for prefix, places in THIRD_PARTY.items():
                if name.startswith(prefix) and not path.startswith(places):
                    yield f"{at}: <{name}> may only be included in {', '.join(places)}"
            continue
        target = target_of(name, path, exists)
        if target is None:
            yield f'{at}: "{name}" names no header of a known folder'
        elif target != folder and target not in ALLOWED[folder]:
            yield f'{at}: {folder} must not include {target} ("{name}")'


SAMPLES = [  # path, text, part of the expected fault or None
    ("src/iam/arn.cc", '#include "rolecall/base/text.h"', None),
    ("src/iam/arn.cc", '#include "arn_parts.h"', None),
    ("src/trust/join.cc", '#include "estate/gaad_loader.h"', None),
    ("src/cli/commands/explain.cc", '#include <CLI/CLI.hpp>', None),
    ("src/base/text.cc", '\n#include "rolecall/iam/arn.h"', "text.cc:2: base must not include iam"),
    ("src/eval/evaluation.cc", '#include "rolecall/estate/estate.h"', "must not include estate"),
    ("src/eval/evaluation.cc", '#include "estate/gaad_loader.h"', "must not include estate"),
    ("src/live/client.cc", '#include "rolecall/eval/gate.h"', "must not include eval"),
    ("src/trail/log.cc", '#include "rolecall/iac/plan.h"', "must not include iac"),
    ("src/util/a.cc", "", "no known folder"),
    ("src/a.cc", "", "no known folder"),
    ("src/iam/arn.cc", '#include "rolecall/common/a.h"', "names no header"),
    ("src/iam/arn.cc", '#include "../base/json_fault.h"', "names no header"),
    ("include/rolecall/iam/arn.h", '#include "arn_parts.h"', "names no header"),
    ("include/rolecall/iam/arn.h", "#include <fmt/format.h>", "may only be included in"),
    ("include/rolecall/iam/arn.h", "#include <simdjson.h>", "may only be included in"),
    ("src/eval/gate.cc", "# include <CLI/CLI.hpp>", "may only be included in"),
]


def self_test():
    failures = 0
    for path, text, expected in SAMPLES:
        faults = list(check(path, text, lambda name: name == "src/iam/arn_parts.h"))
        good = not faults if expected is None else len(faults) == 1 and expected in faults[0]
        if not good:
            failures += 1
            print(f"self-test: {path} with {text!r}: expected {expected!r}, got {faults}")
    for folder, allowed in ALLOWED.items():
        for other in allowed:
            if other not in ALLOWED or folder in ALLOWED[other] or folder == other:
                failures += 1
                print(f"self-test: {folder} and {other} may include each other")
    print(f"check_layers: self-test {'failed' if failures else 'passed'}, {len(SAMPLES)} samples")
    return 1 if failures else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    files = sorted(path for top in ("include", "src") for path in (ROOT / top).rglob("*")
                   if path.suffix in (".h", ".cc"))
    faults = [fault for path in files
              for fault in check(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"),
                                 lambda name: (ROOT / name).is_file())]
    for top in (ROOT / "include/rolecall", ROOT / "src"):
        faults += [f"{each.relative_to(ROOT)}: unknown folder" for each in sorted(top.iterdir())
                   if each.is_dir() and each.name not in ALLOWED]
    print("\n".join(faults), end="\n" if faults else "")
    print(f"check_layers: {len(files)} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
