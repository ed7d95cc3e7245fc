# `make` alone lists the targets. Everything is installed under this folder, but for the tests' browser and promtool.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Without cached byte code every start compiles every library again: seconds for `make run`.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
unexport VIRTUAL_ENV

# Lambda's own version first; PYTHON=/path/to/python overrides the search.
PYTHON ?=
PYTHONS := 3.13 3.14 3.12 3.11
BIN := .venv/bin
UV := $(BIN)/uv
# Wheels only: building a source distribution would run its code.
WHEELS := --only-binary :all:
INSTALL := $(UV) pip install --quiet --require-hashes --no-deps
STACK := $(BIN)/python -m tests.stack
ARGS ?=
EVENT ?= events/schedule.json
MATCH ?= *
ACTION ?= doctor

.PHONY: help
help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- try it on this machine: nothing but loopback ---------------------------------------------------------------

.PHONY: run serve fleet invoke explain doctor test-alert
run: .venv/.stamp-run  ## check some dozens of emulated databases, and show the findings and the alert
	@$(STACK) run $(ARGS)

serve: .venv/.stamp-run  ## keep the local stack up, with the status page at a loopback address
	@$(STACK) serve $(ARGS)

fleet: .venv/.stamp-dev  ## many accounts in the state machine on this machine: ARGS=200, ARGS='200 --serve' for the page
	@$(BIN)/python -m tests.stack.fleet_demo $(ARGS)

invoke: .venv/.stamp-run  ## invoke the function on the local stack: EVENT=events/schedule.json
	@$(STACK) invoke $(EVENT) $(ARGS)

explain: .venv/.stamp-run  ## each step of the judgement of some databases: MATCH='orders-*'
	@$(STACK) explain '$(MATCH)' $(ARGS)

doctor: .venv/.stamp-run  ## what the function finds wrong with its own installation
	@$(STACK) doctor $(ARGS)

test-alert: .venv/.stamp-run  ## one marked sample of every kind of message
	@$(STACK) test-alert $(ARGS)

# --- check ------------------------------------------------------------------------------------------------------

.PHONY: test lint audit e2e truth fuzz soak mutants
# One process more than there are cores: some tests wait for a time-out.
TEST_PROCESSES = $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1 ))
test: setup browser promtool  ## all tests (ARGS='-k name' for some)
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile $(ARGS)

lint: setup .venv-checkov/.stamp  ## ruff, mypy, import-linter, cfn-lint and checkov
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cfn-lint -t template.yaml
	@mkdir -p build
	$(BIN)/python tools/translate.py > build/translated.json
	$(BIN)/cfn-lint -t build/translated.json
	.venv-checkov/bin/checkov --file build/translated.json --config-file .checkov.yaml

audit: setup  ## known vulnerabilities in the pinned libraries, where the data can be had
	@$(BIN)/python tools/audit.py

e2e: setup .venv-localstack/.stamp .venv-sam/.stamp  ## the whole template deployed, run and watched by its alarms, in LocalStack's core
	@$(BIN)/python -m pytest -s -q tests/lab/e2e/whole_system.py $(ARGS)

truth: setup  ## false alarms, missed outages and delay over simulated years, ours and others': ARGS=--write for docs/truth.md
	@$(BIN)/python -m tests.lab.truth $(ARGS)

fuzz: .venv-fuzz/.stamp  ## look for an answer that breaks the decoder, guided by coverage (a minute): ARGS='--seconds 600'
	@PYTHONPATH=layers/ncloud/python .venv-fuzz/bin/python -m tests.lab.fuzz $(ARGS)

soak: setup  ## 500 runs in one process with faults at random: memory, threads, sockets and files must stay flat
	@$(BIN)/python -m tests.lab.soak $(ARGS)

mutants: setup  ## break the pure modules in every small way, and see a test fail (long): ARGS='name of a mutant'
	@$(BIN)/python -m tests.lab.mutants $(ARGS)

.PHONY: catalogues screenshots bench
catalogues: setup  ## gather the sentences into every language's .po, and compile those; it names what is not translated
	@$(BIN)/python tools/catalogues.py

screenshots: setup browser  ## the pictures of docs/images, taken anew from the page and the messages
	@$(BIN)/python -m tests.browser.screenshots
	@$(BIN)/python -m tests.browser.message_pictures

bench: setup  ## speed, memory and cost against plain baselines, into docs/benchmarks.md (ARGS to choose)
	@$(BIN)/python -m tests.lab.bench $(ARGS)

# --- build and deploy -------------------------------------------------------------------------------------------

.PHONY: build wheel deploy ask
wheel: setup  ## the command backup-watch as a wheel under build/wheel, with the Ncloud client in it
	@rm -rf build/wheel
	@$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir build/wheel .
	@ls build/wheel/*.whl

build: .venv/.stamp-run  ## the function and its layers under build/, byte-compiled, as Lambda unpacks them
	@$(BIN)/python tools/package.py function --into build/function
	@$(BIN)/python tools/package.py ncloud --into build/layers/ncloud
	@$(BIN)/python tools/package.py dependencies --into build/layers/dependencies
	@du -sh build/function build/layers/*

deploy:  ## build, validate, deploy to AWS, and a first run: ARGS='AlertEmail=you@example.com'
	@$(if $(PYTHON),$(PYTHON),$$(tools/find-python.sh $(PYTHONS))) tools/preflight.py
	@$(MAKE) .venv/.stamp-run .venv-sam/.stamp
	@$(BIN)/python -m tools.deploy $(ARGS)

ask: .venv/.stamp-run  ## ask the deployed function: ACTION=doctor, explain (MATCH='orders-*'), check, test-alert, memory
	@$(BIN)/python -m tools.ask $(ACTION) --match '$(MATCH)' $(ARGS)

# --- environments -----------------------------------------------------------------------------------------------

.PHONY: setup browser promtool lock clean
setup: .venv/.stamp-dev .venv-runtime/.stamp  ## make .venv with all that the tests need (PYTHON=... picks the interpreter)
	@:

browser: .venv/.stamp-python  ## the browser of the browser tests, from the system's packages where it is not there
	@tools/install-browser.sh

promtool:  ## Prometheus's tool, which tests the alert rules, from the system's packages where it is not there
	@tools/install-promtool.sh

.venv/.stamp-python:
	@if ! $(BIN)/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then \
	  python="$(PYTHON)"; \
	  [ -n "$$python" ] || python=$$(tools/find-python.sh $(PYTHONS)) || { \
	    echo 'Install Python 3.11 or newer with its venv module, or name one: make setup PYTHON=/path/to/python3' >&2; exit 1; }; \
	  echo "making .venv with $$python"; \
	  "$$python" -m venv --clear .venv; \
	fi
	@$(BIN)/python tools/import_roots.py handler layers/ncloud/python
	@touch $@

.venv/.stamp-uv: requirements/uv.txt .venv/.stamp-python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

.venv/.stamp-run: requirements/run.txt .venv/.stamp-uv
	@echo 'installing what the function and its stand-ins need ($<)'
	@$(INSTALL) $(WHEELS) --python $(BIN)/python -r $<
	@touch $@

.venv/.stamp-dev: requirements/dev.txt pyproject.toml .venv/.stamp-run
	@echo 'installing what the tests and linters need ($<), and the command backup-watch'
	@$(INSTALL) $(WHEELS) --python $(BIN)/python -r $<
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

# What stands in for Lambda itself: AWS's emulator, a binary inside the SAM CLI's wheel, and its runtime interface client.
.venv-runtime/.stamp: requirements/runtime.txt requirements/sam.txt .venv/.stamp-uv
	@tools/install-runtime.sh
	@touch $@

PYTHON_OF_localstack = $$(tools/find-python.sh 3.13)
WHEELS_OF_sam := $(WHEELS)
WHEELS_OF_checkov := $(WHEELS)
WHEELS_OF_fuzz := $(WHEELS)  # but one library of LocalStack's has none
.venv-%/.stamp: requirements/%.txt .venv/.stamp-uv
	@echo 'installing $* into .venv-$* ($<)'
	@$(UV) venv --quiet --clear --python $(or $(PYTHON_OF_$*),$(BIN)/python) .venv-$*
	@$(INSTALL) $(WHEELS_OF_$*) --python .venv-$*/bin/python -r $<
	@touch $@

# A release is a week old before it is taken: what was published by a thief is mostly found by then.
LOCK := $(UV) pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header
WEEK_AGO = $$($(BIN)/python -c "import datetime as d; print(d.date.today() - d.timedelta(days=7))")
LOCK_ALL = $(LOCK) --exclude-newer $(WEEK_AGO) --universal --python-version 3.11
lock: .venv/.stamp-uv  ## renew all pinned requirements from their .in files
	@for name in uv runtime sam checkov; do $(LOCK_ALL) requirements/$$name.in -o requirements/$$name.txt; done
	@$(LOCK) --python-platform linux --python-version 3.13 --exclude-newer 2026-04-01 \
	  requirements/localstack.in -o requirements/localstack.txt
	@$(LOCK_ALL) layers/dependencies/requirements.in -o layers/dependencies/requirements.txt
	@$(LOCK_ALL) requirements/fuzz.in -c layers/dependencies/requirements.txt -o requirements/fuzz.txt
	@$(LOCK_ALL) requirements/dev.in -c layers/dependencies/requirements.txt -o requirements/dev.txt
	@$(LOCK_ALL) requirements/run.in -c requirements/dev.txt -o requirements/run.txt
	@$(LOCK_ALL) requirements/command.in -c requirements/dev.txt -o requirements/command.txt

clean:  ## remove everything that the targets made
	@rm -rf .venv .venv-* .cache .aws-sam build .hypothesis mutants .coverage htmlcov .pytest_cache .mypy_cache .ruff_cache
	@find handler layers tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
