# `make demo` and `make test` are the two commands to know. Both do their whole set-up in .venv, without root.
PYTHON ?= python3
BIN := .venv/bin
SUITES := engine authoring class service

.PHONY: help demo test test-all lint bench client axe screenshots fuzz mutants coverage clean
.DEFAULT_GOAL := help

help:  ## say what can be made
	@grep -hE '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 16

.venv/core: pyproject.toml
	@echo "Setting up .venv: the library and what it needs (about a minute, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is wanted, this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev: .venv/core
	@echo "Setting up .venv: what the tests need (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: .venv/core  ## make a class of 28 on the spot and show what a learner can do next, and why
	@mkdir -p .cache
	@$(BIN)/mastery demo --db .cache/demo.db --fresh

lint: .venv/dev  ## style, types and the layers between the rooms
	@echo "Style" && $(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@echo "Types" && $(BIN)/mypy --no-error-summary
	@echo "Layers" && $(BIN)/lint-imports > .cache/layers.txt 2>&1 || { cat .cache/layers.txt; exit 1; }

test: .venv/dev  ## everything that must hold: style, types, layers, laws, examples, docs
	@mkdir -p .cache
	@$(MAKE) --no-print-directory lint
	@echo "Laws, examples and docs"
	@$(BIN)/python -m pytest -n 2 --dist worksteal

tests = $(addprefix tests/,$(addsuffix .py,$(1)))

# The service is asked by processes and clients, which are slow and reach few of the counted lines.
SERVED := $(wildcard tests/test_service_*.py)
PAGES := $(wildcard tests/test_pages_*.py)
PLANNED := $(wildcard tests/test_fair*.py tests/test_figures.py tests/test_groups_*.py tests/test_pace*.py \
  tests/test_rechecks*.py tests/test_require_*.py)

# Left to `make test`: at twenty times the examples these would take an hour and more between them. Laws, oracle and
# formats stay.
BROAD := $(call tests,test_models test_model_values test_own_models test_history test_history_words test_export \
  test_export_damage test_machine test_planted_faults test_what_if test_fuzz_mastery test_each_law_can_break \
  test_fuzz_competencies test_competency_laws test_competency_strategies test_competency_faults test_points \
  test_policies test_peers test_testing_room test_conformance test_real_log test_interruption test_groups \
  test_refreshment test_access test_access_store test_oneroster test_changes_after test_entry test_graduation \
  test_inbox test_diagrams test_review) $(PLANNED) $(PAGES) $(SERVED)
# Of the rest, those that draw examples: what has none says nothing more here than in `make test`.
DEEP = $(filter-out $(BROAD),$(shell grep -l -e @given -e 'profile[^ ]' -e 'dense[^ ]' -e worlds_classes -e DEEP -e examples= tests/test_*.py))

test-all: .venv/dev  ## laws, oracle and formats with twenty times the examples
	@mkdir -p .cache
	@$(MAKE) --no-print-directory lint
	@MASTERY_DEEP=1 $(BIN)/python -m pytest -n 2 --dist worksteal $(DEEP)

# Few examples of each law reach as much code as many do. Left out: what starts processes of its own and so reaches none
# here, real logs, and what is about the shares of many examples.
UNSEEN := $(addprefix --ignore=,$(call tests,test_real_log test_interruption test_killed test_competency_strategies \
  test_bar test_packaging test_lms_docs) $(PAGES) $(SERVED))

coverage: .venv/dev  ## the share of lines and branches that a brief run of the tests reaches: 98% at least
	@mkdir -p .cache
	@MASTERY_BRIEF=1 COVERAGE_FILE=.cache/coverage $(BIN)/python -m pytest -n 2 --dist worksteal $(UNSEEN) \
	  --cov --cov-fail-under=98 --cov-report=term:skip-covered

bench-%: .venv/dev  ## measure one suite (bench-engine) against peers in the same run
	@$(BIN)/python -m benchmarks.$*

bench-class: .venv/dev
	@$(BIN)/python -m benchmarks.classroom

bench: $(SUITES:%=bench-%)  ## measure everything

axe: .cache/axe/node_modules/axe-core/axe.min.js  ## fetch axe-core, by which tests look at the pages (npm)

.cache/axe/node_modules/axe-core/axe.min.js: tests/axe/package.json tests/axe/package-lock.json
	@mkdir -p .cache/axe && cp $^ .cache/axe
	@cd .cache/axe && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

screenshots: .venv/dev  ## take the pictures of the README from the pages as they are (wants Chromium)
	@PYTHONPATH=tests $(BIN)/python tests/screenshots.py docs/images

client: .venv/dev  ## write a typed Python client of the service into .cache/client
	@$(BIN)/python tests/client_made.py .cache/client

fuzz: .venv/dev  ## let a fuzzer guided by coverage look for what breaks the readers (FUZZ_RUNS=20000 each)
	@mkdir -p .cache
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@$(BIN)/python fuzz/run.py

mutants: .venv/dev  ## change the code in thousands of places and see what no test notices (MUTANTS='--only mastery.fold.*')
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	@$(BIN)/python mutation/run.py $(MUTANTS)

clean:  ## take away what the other commands made
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
