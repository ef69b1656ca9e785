#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs cases.py against moto's server, in a virtual environment that it makes with pip.

Where PyPI cannot be reached it says so and ends with status 77, which ctest takes for skipped; with
CI=true that is a failure.
"""

import argparse
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
INSTALL_SECONDS = 600
ONLY_CLEAN = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")  # For other servers than those of the tests.


def make_environment(folder):
    """The Python of the environment, or why there is none."""
    python = folder / "bin" / "python"
    wanted = (HERE / "requirements.txt").read_text(encoding="utf-8")
    made = folder / "made-from.txt"
    if made.exists() and made.read_text(encoding="utf-8") == wanted:
        return python, ""
    steps = [[sys.executable, "-m", "venv", "--clear", str(folder)],
             [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
              "--no-deps", "--requirement", str(HERE / "requirements.txt")]]
    for step in steps:
        try:
            done = subprocess.run(step, capture_output=True, text=True, timeout=INSTALL_SECONDS,
                                  check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return None, str(error)
        if done.returncode != 0:
            return None, (done.stderr or done.stdout).strip().splitlines()[-1]
    made.write_text(wanted, encoding="utf-8")
    return python, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rolecall", help="the program; without it the environment is made only")
    parser.add_argument("--environment", required=True, type=pathlib.Path,
                        help="folder of the virtual environment")
    options, more = parser.parse_known_args()
    python, why = make_environment(options.environment.resolve())
    if python is None:
        print(f"skipped: moto cannot be installed: {why}")
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    if options.rolecall is None:
        return 0
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("AWS_") and name not in ONLY_CLEAN}
    environment["ROLECALL"] = str(pathlib.Path(options.rolecall).resolve())
    return subprocess.run([str(python), str(HERE / "cases.py"), *more], env=environment,
                          check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
