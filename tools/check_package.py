#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs a build into a scratch folder and builds and runs tests/package against it."""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command):
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", required=True, help="build folder to install from")
    options.add_argument("--flags", default="", help="compiler and linker flags the library needs")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        prefix, build = Path(scratch) / "prefix", Path(scratch) / "build"
        run("cmake", "--install", asked.build, "--prefix", prefix)
        run("cmake", "-S", ROOT / "tests/package", "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_CXX_FLAGS={asked.flags}")
        run("cmake", "--build", build)
        printed = run(build / "consumer", ROOT / "examples/two-accounts/estate")
        version = run(prefix / "bin/rolecall", "--version")
    print(f"installed {version.strip()}; the consumer found: {' '.join(printed.split())}")


if __name__ == "__main__":
    main()
