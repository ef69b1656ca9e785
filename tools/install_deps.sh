#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian 12 packages rolecall is built with. Does nothing when all are there.
#
#   tools/install_deps.sh                 what the program needs
#   tools/install_deps.sh test            and the tests and benchmarks
#   tools/install_deps.sh lint coverage   and clang with its tools
#
# ROLECALL_SKIP_DEPS=1 turns it off, for systems that provide the libraries some other way.
set -euo pipefail

if [[ "${ROLECALL_SKIP_DEPS:-0}" == 1 ]]; then exit 0; fi

wanted=(g++ cmake ninja-build libsimdjson-dev libcli11-dev libfmt-dev libexpected-dev
        libcurl4-openssl-dev libpugixml-dev libsqlite3-dev libmimalloc-dev)
for group in "$@"; do
  case "$group" in
    test) wanted+=(libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev libz3-dev
                   python3 python3-venv python3-jsonschema python3-botocore ccache) ;;
    lint) wanted+=(clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev python3 ccache) ;;
    coverage) wanted+=(clang-14 libclang-rt-14-dev llvm-14) ;;
    *) echo "install_deps: unknown group '$group'; use test, lint or coverage" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  if [[ "$status" != installed ]]; then missing+=("$package"); fi
done
if (( ${#missing[@]} == 0 )); then exit 0; fi

give_up() {
  {
    echo "install_deps: $1"
    echo "install these packages yourself: ${missing[*]}"
    echo "or set ROLECALL_SKIP_DEPS=1 when the libraries are there under other names"
  } >&2
  exit 1
}

command -v apt-get >/dev/null || give_up "apt-get is not available here"
as_root=()
if [[ "$(id -u)" != 0 ]]; then
  command -v sudo >/dev/null || give_up "neither root nor sudo is available"
  sudo -n true 2>/dev/null || [[ -t 0 ]] || give_up "sudo asks for a password and there is no terminal"
  as_root=(sudo)
fi

echo "install_deps: installing ${missing[*]}" >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq ||
  give_up "apt-get update failed"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null ||
  give_up "apt-get install failed"
