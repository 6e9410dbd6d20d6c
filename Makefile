# Two commands serve a fresh clone: `make up` and `make test`. Everything they need lies in .venv, .local and the user's cache.
# Paths are relative to this folder, so its own path may hold blanks and quotes; tools/local.py decides which variables
# pulumi sees. Runs with GNU make 3.81 and later and any POSIX sh. PULUMI_VERSION=3.217.0, oldest or newest names an engine;
# a variable from make's command line is in the environment of all that make runs, tools/pulumi_cli.py and the tests.

PYTHON ?= python3
UV_VERSION = 0.13.9
LOCK_ARGS =
# More workers than the usual two cores: the tests wait for engines more than they compute. A worker takes a file at a
# time, so that what its tests share is made once, and the slow ones, which come first by name, spread over all workers.
PYTEST_ARGS ?= -n 4 --dist loadscope --no-loadscope-reorder
QUOTED_ARGS = $(subst ','\'',$(PYTEST_ARGS))

# make COVERAGE=yes test measures, in the engine's processes as well, and takes half as long again.
COVERAGE =
COVERED = $(if $(COVERAGE),--cov --cov-report=term)

# make SDK=oldest takes the oldest SDK that pyproject.toml allows, in a virtual environment of its own. Only the command
# line says so: a make that a test runs is not meant.
SDK = newest
VENV_newest = .venv
VENV_oldest = .venv-oldest-sdk
LOCKS_newest = requirements.lock
LOCKS_oldest = requirements.lock requirements-oldest-sdk.lock
VENV = $(VENV_$(SDK))
LOCKS = $(LOCKS_$(SDK))
$(if $(VENV),,$(error SDK is newest or oldest, not $(SDK)))
# tools/layout.py reads it.
export MAKE_VENV = $(VENV)

LOCAL = $(VENV)/bin/python tools/local.py
RUN = $(LOCAL) run
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check
PULUMI = $(LOCAL) pulumi
STACK = --stack local --non-interactive

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help up preview refresh recover destroy down reset env test test-unit test-secrets test-oldest-engine
.PHONY: test-oldest-sdk test-installation faults lint generate lock clean venv cli emulator stack python

# These would make pip install elsewhere, or Python import from elsewhere.
unexport PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT

# The tests start a thousand interpreters: what these import is compiled once.
unexport PYTHONDONTWRITEBYTECODE

# An interpreter that was upgraded away leaves an environment that looks installed and cannot run.
$(if $(wildcard $(VENV)/bin/python),,$(shell rm -f $(VENV)/installed))

help:
	@echo 'make up deploys what instances/ declares to a local emulator; make test runs every test. All targets:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' Makefile

up: emulator stack  ## deploy to stack local: environment, Pulumi CLI, emulator, pulumi up
	@$(PULUMI) up $(STACK) --yes
	@$(LOCAL) summary

preview: emulator stack  ## show what up would change
	@$(PULUMI) preview $(STACK)

refresh: emulator stack  ## bring stack local's state up to date with the emulator
	@$(PULUMI) refresh $(STACK) --yes

recover: emulator stack  ## after a killed run: make true what is declared, then clear what was pending
	@$(PULUMI) up $(STACK) --yes
	@$(PULUMI) refresh $(STACK) --yes --clear-pending-creates
	@$(LOCAL) summary

destroy:  ## delete every instance of stack local
	@if ls .local/state/.pulumi/stacks/*/local.json >/dev/null 2>&1; then $(MAKE) -s emulator stack && $(PULUMI) destroy $(STACK) --yes; fi

down:  ## stop the emulator; its data stays
	@if test -e .local/emulator.pid; then $(MAKE) -s venv && $(LOCAL) stop; fi

reset:  ## stop the emulator, then drop its data and stack local's state together
	@if test -e .local; then $(MAKE) -s venv && $(LOCAL) reset; fi

# Where it fails it says `false`, so that eval fails as well, and no command goes on to another backend.
# From another folder: eval $(make -s -C FOLDER env), for make's own "Entering directory" is no shell command.
env:  ## print what plain pulumi needs for stack local: eval $(make env)
	@{ $(MAKE) -s cli && $(PULUMI) stack select --create $(STACK); } >&2 || { echo false; exit 1; }
	@$(LOCAL) env || { echo false; exit 1; }

test: venv cli  ## run every test, a real engine included (PYTEST_ARGS="-k name" picks, COVERAGE=yes measures)
	@$(RUN) python -m pytest $(COVERED) $(PYTEST_ARGS)

test-unit: venv  ## run the fast tests, which need neither engine nor emulator (under a minute)
	@$(RUN) python -m pytest tests/unit $(PYTEST_ARGS)

# The first thing to know of another engine: engines differ in which marks of a secret they keep.
test-secrets:  ## look for secrets in clear in all that the CLI prints and writes
	@$(MAKE) test PYTEST_ARGS='$(QUOTED_ARGS) tests/acceptance/test_secret_shapes.py tests/acceptance/test_canary.py'

test-oldest-engine:  ## run the acceptance tests on the oldest supported engine
	@$(MAKE) test PULUMI_VERSION=oldest PYTEST_ARGS='$(QUOTED_ARGS) tests/acceptance'

# The provider's interface and what users do: the rest knows no SDK.
test-oldest-sdk:  ## run what meets the SDK with the oldest one that pyproject.toml allows
	@$(MAKE) test SDK=oldest PYTEST_ARGS='$(QUOTED_ARGS) tests/contract tests/acceptance'

test-installation: PYTEST_ARGS = -n 2
test-installation: venv  ## install what is locked on each supported Python that is here, from nothing (minutes)
	@$(RUN) python -m pytest tests/installation $(PYTEST_ARGS)

faults: venv cli  ## try every fault and every death, and print the table of docs/reliability.md (minutes)
	@$(RUN) python -m tests.faults

lint: venv cli  ## check style, types, import contracts, schema.json and what is generated from it
	@$(RUN) python tools/generate.py --check
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) mypy --explicit-package-bases tools tests
	@$(RUN) lint-imports
	@$(RUN) pulumi schema check schema.json

generate: venv  ## write what is generated from schema.json: native.py, its like, and the TypeScript class
	@$(RUN) python tools/generate.py

lock: python  ## pin what pyproject.toml asks for in the lock files; LOCK_ARGS=--upgrade takes the newest
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	"$(PYTHON)" -m venv "$$folder" && \
	"$$folder/bin/python" -m pip install --quiet --no-deps uv==$(UV_VERSION) && \
	"$$folder/bin/uv" pip compile --quiet --universal --generate-hashes --python-version 3.10 $(LOCK_ARGS) --extra dev \
	  --no-emit-package pulumi-cloudelements --custom-compile-command "make lock" pyproject.toml -o requirements.lock && \
	sed -n 's/^ *"\(pulumi>=[^"]*\)".*/\1/p' pyproject.toml | \
	"$$folder/bin/uv" pip compile --quiet --no-deps --resolution lowest --upgrade --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" - -o requirements-oldest-sdk.lock && \
	"$$folder/bin/uv" pip compile --quiet --universal --generate-hashes --python-version 3.10 $(LOCK_ARGS) --no-annotate \
	  --constraint requirements.lock --custom-compile-command "make lock" pyproject.toml -o provider/requirements.txt

clean:  ## remove virtual environments, caches and dist
	@rm -rf $(VENV_newest) $(VENV_oldest) provider/venv dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo 'Nothing was stopped; emulator data and local state are kept: make reset drops them.'

venv: $(VENV)/installed  ## make .venv from requirements.lock

# Nothing is resolved: the locks are whole, and older pips ask the index for what a package names with extras, whatever
# is pinned. So pip check says in the end whether they were whole. A second lock replaces what the first has installed.
# The stamp comes last: an interrupted installation leaves none, and the next run begins anew.
$(VENV)/installed: $(LOCKS) pyproject.toml
	@$(MAKE) -s python
	@echo 'installing Python dependencies into $(VENV): about a minute, again only when they change'
	@rm -rf $(VENV)
	@"$(PYTHON)" -m venv $(VENV)
	@for lock in $(LOCKS); do $(PIP) install --quiet --no-deps --require-hashes -r $$lock || exit; done
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@said=$$($(PIP) check) || { echo "$$said" >&2; exit 1; }
	@touch $@

python:
	@command -v "$(PYTHON)" >/dev/null || { echo '$(PYTHON) is not there: install Python 3.10 or later, or name one, as in make PYTHON=python3.12' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed, $(PYTHON) is %d.%d: name another, as in make PYTHON=python3.12" % sys.version_info[:2])'

cli: venv  ## find or install a Pulumi CLI, and link it as .local/cli
	@$(VENV)/bin/python tools/pulumi_cli.py

emulator: venv  ## start the emulator, where it isn't running yet
	@$(LOCAL) start

stack: cli  ## select stack local (made when missing), clearing what a killed run left
	@$(LOCAL) unlock
	@$(PULUMI) stack select --create $(STACK)
