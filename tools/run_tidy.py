#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over src/, each folder as one translation unit.

Nearly all of clang-tidy's time goes to the headers of the library and the standard library. Read
once for a folder instead of once for a file, they cost a tenth. Names in anonymous namespaces have
to be unique within a folder for it, which the compiler tells.
"""

import argparse
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "tidy"
FLAGS = ["-std=c++20", "-Wall", "-Wextra", f"-I{ROOT}/include", f"-I{ROOT}/src"]


def write_unit(folder):
    unit = OUT / f"{folder.name}.cc"
    unit.write_text("".join(f'#include "{path}"\n' for path in sorted(folder.rglob("*.cc"))))
    return unit


def run_unit(unit):
    # The unit includes source files: that is its point.
    command = ["clang-tidy-14", "-quiet", "-checks=-bugprone-suspicious-include",
               f"--config-file={ROOT}/.clang-tidy", str(unit), "--", *FLAGS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return unit, done


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="*", help="folders of src/; all without")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    names = options.folder or [path.name for path in (ROOT / "src").iterdir() if path.is_dir()]
    OUT.mkdir(parents=True, exist_ok=True)
    units = [write_unit(ROOT / "src" / name) for name in names]
    # The longest first, so that the last one does not run alone.
    units.sort(key=lambda unit: -len(unit.read_text()))
    failed = False
    with ThreadPoolExecutor(options.jobs) as pool:
        for unit, done in pool.map(run_unit, units):
            print(f"{unit.stem}: {'clean' if done.returncode == 0 else 'findings'}", flush=True)
            if done.returncode != 0:
                failed = True
                print(done.stdout, done.stderr, sep="\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
