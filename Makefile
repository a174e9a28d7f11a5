# Every command a developer or operator needs. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MEMBERS := libs/common services/registry services/eligibility services/disbursement services/reporting libs/sandbox
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo up down test test-fast lint types generate lock bench law-check faults test-deploy clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml $(MEMBERS:%=%/pyproject.toml)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation $(MEMBERS:%=-e %)
	@touch $@

setup: $(STAMP) ## make .venv from requirements.lock (needs nothing but python3)

demo: setup ## run the main job: one month paid, end to end, on this machine
	@$(BIN)/ansinh demo

up: setup ## start the whole system and leave it running
	@$(BIN)/ansinh up

down: setup ## stop what `make up` started
	@$(BIN)/ansinh down

test: setup lint types test-all ## everything that CI runs: gates, then all tests on real servers

.PHONY: test-all
test-all:
	@$(BIN)/python -m pytest -n 2 --dist loadgroup tests

test-fast: setup ## tests that need no server
	@$(BIN)/python -m pytest -n 2 tests/common/kernel tests/eligibility/law tests/sandbox/sample

lint: setup ## ruff, import contracts, house rules, generated files clean, migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/python tools/import_contracts.py --check
	@told=$$($(BIN)/lint-imports --no-cache) || { echo "$$told"; exit 1; }
	@$(BIN)/python tools/house_rules.py
	@$(BIN)/python tools/unused.py
	@$(BIN)/python tools/lint_migrations.py
	@$(BIN)/python tools/generate.py --check

types: setup ## mypy, strict
	@$(BIN)/mypy libs services tools tests

generate: setup ## write every generated file: OpenAPI, event schemas, AsyncAPI, catalogues, import contracts
	@$(BIN)/python tools/import_contracts.py
	@$(BIN)/python tools/generate.py

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header \
	--no-emit-index-url --no-annotate --python-version 3.11 \
	$(foreach m,$(MEMBERS),--no-emit-package=ansinh-$(notdir $(m)))

.PHONY: sbom audit
sbom: setup ## print the bill of materials of the production image (CycloneDX 1.5)
	@$(BIN)/python tools/sbom.py

audit: setup ## compare the production lock with known vulnerabilities (needs the Internet)
	@$(BIN)/uv tool run --from pip-audit==2.10.1 pip-audit --require-hashes --disable-pip -r deploy/requirements.lock

lock: ## resolve dependencies anew into the lock files (hashes, no addresses)
	@$(COMPILE) pyproject.toml --group dev -o requirements.lock
	@$(COMPILE) $(filter-out libs/sandbox/%,$(MEMBERS:%=%/pyproject.toml)) -c requirements.lock \
		-o deploy/requirements.lock
	@$(COMPILE) deploy/build.in -o deploy/build.lock

law-check: setup ## 200,000 people awarded twice: by our engine and by the rules written in OpenFisca
	@$(BIN)/python -m tests.eligibility.openfisca.agreement

bench: setup ## figures beside their floors
	@$(BIN)/python -m benchmarks

faults: setup ## all seeded kill -9 runs (long; outside CI)
	@$(BIN)/python -m pytest -n 0 tests/faults --all-seeds

test-deploy: setup ## the stack in Docker, driven through the proxy (needs root and a Docker engine)
	@bash tests/deploy/run.sh

clean: ## remove caches, not data
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
