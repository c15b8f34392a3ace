# Everything a person runs. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Debian's own first: it is built with the compiler's optimisations, which one from source mostly is not.
PYTHON ?= $(shell for one in /usr/bin/python3 python3.11 python3; do \
  $$one -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done || echo python3)
VENV := .venv
BIN := $(VENV)/bin
ROOMS := cms publish review themes articles
JOBS ?= 2
PORT ?= 8000
DEMO_SERVE ?= 1
FUZZ_ROUNDS ?= 20
RUNS ?= 5

# Tests and the demo start many processes; each would compile the rooms anew.
unexport PYTHONDONTWRITEBYTECODE

# The stamps make the second run quick: they are newer than the pins until the pins change.
BASE := $(VENV)/.base.stamp
DEV := $(VENV)/.dev.stamp

.PHONY: help setup demo test lint lint-style lint-templates lint-imports lint-migrations lint-messages messages check-messages bench fuzz races fixtures lighthouse screenshots screens requirements system-test clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(BASE) ## put what the site needs into .venv/

demo: $(BASE) ## the whole journey with demo content, then serve (DEMO_SERVE=0: stop after the table; PORT=8000)
	@DEMO_SERVE=$(DEMO_SERVE) PORT=$(PORT) exec $(BIN)/python manage.py demo

test: $(DEV) system-test lint ## all tests: SQLite, PostgreSQL, Chromium
	@PYTHON=$(BIN)/python JOBS=$(JOBS) tests/tools/run_all

lint: $(DEV) ## style, templates, import directions, migrations, catalogue
	@$(MAKE) --no-print-directory --output-sync --keep-going --jobs $(JOBS) lint-messages lint-migrations lint-imports lint-templates lint-style

lint-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-templates:
	$(BIN)/djhtml --check --tabwidth 2 $(wildcard $(addsuffix /templates,$(ROOMS)))

lint-imports:
	$(BIN)/lint-imports --no-cache

lint-migrations:
	DJANGO_SETTINGS_MODULE=cms.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

lint-messages:
	$(BIN)/python -m tests.tools.check_messages

messages: $(DEV) ## gather the texts for translation, and compile the catalogues
	$(BIN)/python -m tests.tools.make_messages

bench: $(DEV) ## measure against the budgets (on a quiet machine)
	$(BIN)/python -m tests.bench

fuzz: $(DEV) ## property tests, many rounds with other examples (FUZZ_ROUNDS=20 of 500 articles each)
	@for round in $$(seq $(FUZZ_ROUNDS)); do \
	  echo "round $$round of $(FUZZ_ROUNDS)"; \
	  XINGLIN_EXAMPLES=500 $(BIN)/python -m pytest -m hypothesis -n $(JOBS) -p no:cacheprovider || exit 1; \
	done

races: $(DEV) system-test ## browser tests on pages that come late and in two parts
	$(BIN)/python -m pytest -p tests.tools.late_pages -n $(JOBS) -p no:cacheprovider tests/browser

fixtures: $(DEV) ## make the files the tests read again
	$(BIN)/python -m tests.fixtures.make_import_files

screenshots: $(DEV) system-test ## the pictures of the README
	$(BIN)/python -m tests.tools.make_screenshots

screens: $(DEV) system-test ## every page type of the readers' site in every look, into var/screens/
	$(BIN)/python -m tests.tools.make_screenshots site

lighthouse: $(DEV) system-test ## the readers' site on a slow phone, five runs a page (RUNS=5; on a quiet machine; npm)
	@tests/tools/system_packages npm
	$(BIN)/python -m tests.tools.lighthouse $(RUNS)

requirements: $(DEV) ## pin requirements/*.in again, with hashes
	for name in base dev; do \
	  $(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --output-file=requirements/$$name.txt requirements/$$name.in; \
	done

clean: ## remove what was made: .venv/, var/, caches
	rm -rf $(VENV) var .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

system-test:
	@PYTHON=$(PYTHON) tests/tools/system_packages venv chromium gettext nginx

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) tests/tools/system_packages venv
	$(PYTHON) -m venv $(VENV)

$(BASE): requirements/base.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(DEV): requirements/base.txt requirements/dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt -r requirements/dev.txt
	@touch $(BASE) $@
