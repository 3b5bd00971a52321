# Everything from a fresh clone: make run, make test, make check. `make help` lists them all.

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that is new enough; PYTHON=... make run chooses another.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python3.14,\
	$(if $(shell $(name) -c 'import sys; sys.version_info < (3, 11) and sys.exit(1); print(1)' 2>/dev/null),$(name))))
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV_COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header

.DEFAULT_GOAL := help
.PHONY: help run test check format bench bench-compare fuzz soak audit lock clean

help:  ## List these targets
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-13s %s\n", $$1, $$2}'

run: $(VENV)/.run  ## Serve the demo companies on 127.0.0.1:8080 (PORT=9000 make run moves it)
	@$(if $(PORT),KONTOR_PORT=$(PORT)) exec $(BIN)/kontor serve

test: $(VENV)/.dev  ## Run all tests, on SQLite and on a private PostgreSQL
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: $(VENV)/.dev  ## Check format, rules, types, import contracts and known vulnerabilities
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.audit

format: $(VENV)/.dev  ## Format the source
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## Measure against the floor and print the ratios
	$(BIN)/python -m tests.bench $(ARGS)

bench-compare: $(VENV)/.dev  ## Measure and compare with the stored ratios
	$(BIN)/python -m tests.bench --compare $(ARGS)

fuzz: $(VENV)/.dev  ## Send a million hostile requests to a server of their own, for an hour at most
	$(BIN)/python -m tests.fuzz $(ARGS)

soak: $(VENV)/.dev  ## Many writers and many kills against a running server, for half an hour at most
	PATCHES=$(or $(PATCHES),10000) KILLS=$(or $(KILLS),50) SECONDS=$(or $(SECONDS),450) \
		$(BIN)/python -m pytest tests/soak $(ARGS)

audit: $(VENV)/.dev  ## Ask the advisory service of PyPI about what is locked (needs the internet)
	$(BIN)/python -m tests.audit --strict

lock: $(VENV)/.dev  ## Renew both lock files from pyproject.toml
	$(UV_COMPILE) --upgrade --group build --output-file requirements.lock
	$(UV_COMPILE) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## Remove the virtual environment and the caches, not the database
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Kontor needs Python 3.11 or newer; none was found." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp says which lock file is installed, so that nothing is installed twice.
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --require-hashes -r requirements.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.run $@
