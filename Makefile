# SPDX-License-Identifier: Apache-2.0
# Short names for the commands of this project. On Debian 12 nothing but make and git has to be
# there: tools/install_deps.sh installs what is missing, as root or through sudo.

SHELL := /bin/bash
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 120
BENCH_ARGS ?=
AGREEMENT_COUNT ?= 10000000
EXAMPLE := examples/two-accounts

DEPS := tools/install_deps.sh
# CMake reads the launcher from the environment when it configures a folder for the first time.
CONFIGURE = CMAKE_CXX_COMPILER_LAUNCHER="$$(command -v ccache)" cmake --preset
BUILD := cmake --build -j $(JOBS) --preset
CTEST := ctest -j $(JOBS) --no-tests=error --no-label-summary --output-on-failure
SOURCES = find include src tests bench fuzz examples -name .venv -prune -o \
  -type f \( -name '*.h' -o -name '*.cc' \) -print0

.PHONY: build demo test install check format format-check tidy bench agreement fuzz fuzz-long \
  coverage clean deps
.NOTPARALLEL:

build:
	$(DEPS)
	$(CONFIGURE) release
	$(BUILD) release

# The answer to the example is a denial, which the program tells with exit status 3.
demo: build
	@echo
	@build/release/rolecall explain --error $(EXAMPLE)/error.txt \
	  --request $(EXAMPLE)/request.json --estate $(EXAMPLE)/estate || test $$? -eq 3

test:
	$(DEPS) test
	$(CONFIGURE) dev
	$(BUILD) dev
	$(CTEST) --preset dev

install: build
	cmake --install build/release --prefix "$(PREFIX)"

check:
	python3 tools/check_layers.py --self-test
	python3 tools/check_layers.py
	python3 tools/check_style.py --self-test
	python3 tools/check_style.py
	python3 tools/check_docs.py

format:
	$(DEPS) lint
	$(SOURCES) | xargs -0 -r clang-format-14 -i

format-check:
	$(DEPS) lint
	$(SOURCES) | xargs -0 -r clang-format-14 --dry-run --Werror

tidy:
	$(DEPS) test lint
	python3 tools/run_tidy.py -j $(JOBS)

bench:
	$(DEPS) test
	$(CONFIGURE) bench
	$(BUILD) bench
	set -e; for each in $$(find build/bench/bench -maxdepth 1 -type f -executable | sort); do \
	  case $$each in *_bench) $$each $(BENCH_ARGS);; *) $$each;; esac; done

# Production and reference evaluator on random requests, without sanitizers.
agreement:
	$(DEPS) test
	$(CONFIGURE) soak
	$(BUILD) soak --target properties_test
	ROLECALL_AGREEMENT_COUNT=$(AGREEMENT_COUNT) build/soak/tests/properties_test \
	  --gtest_filter='Agreement.*'

# New inputs go to build/, crashes to fuzz/crashes/, where a test replays them.
fuzz:
	$(DEPS) test lint
	$(CONFIGURE) fuzz
	$(BUILD) fuzz
	set -e; for each in $$(find build/fuzz/fuzz -maxdepth 1 -type f -executable | sort); do \
	  name=$$(basename $$each); \
	  mkdir -p build/fuzz/corpus/$$name fuzz/corpus/$$name fuzz/crashes/$$name; \
	  echo "== $$name, $(FUZZ_SECONDS) s"; \
	  $$each -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
	    -verbosity=0 -artifact_prefix=fuzz/crashes/$$name/ \
	    build/fuzz/corpus/$$name fuzz/corpus/$$name; done

fuzz-long:
	$(MAKE) fuzz FUZZ_SECONDS=3600

coverage:
	$(DEPS) test lint coverage
	$(CONFIGURE) coverage
	$(BUILD) coverage
	rm -rf build/coverage/profiles
	LLVM_PROFILE_FILE="$(CURDIR)/build/coverage/profiles/%m-%p.profraw" \
	  $(CTEST) --test-dir build/coverage
	llvm-profdata-14 merge -sparse build/coverage/profiles/*.profraw \
	  -o build/coverage/rolecall.profdata
	llvm-cov-14 report -instr-profile build/coverage/rolecall.profdata -show-branch-summary \
	  -ignore-filename-regex='(^/usr|/tests/|/build/)' \
	  $$(find build/coverage -type f -executable -not -path '*/CMakeFiles/*' -printf '-object %p ')

clean:
	rm -rf build

deps:
	$(DEPS)
