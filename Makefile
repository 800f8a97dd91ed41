# `make help` lists what there is. Settings: STACK=dev  PYTHON=/path/to/python3.12
.DEFAULT_GOAL := help
SHELL := /bin/sh
STACK ?= dev
PYTHON ?=
python := .venv/bin/python
ready := .venv/.ready
policy_config := $(addprefix --config ,$(wildcard policies.$(STACK).json))

.PHONY: help setup up preview policies down test lint format bench docs

help: ## this list
	@echo "make ..."
	@sed -n 's/^\([a-z]*\):.*## /  \1	/p' Makefile | expand -t 12
	@echo "settings: STACK=dev (which Pulumi.STACK.yaml)  PYTHON=/path/to/python (for setup)"

$(ready): uv.lock pyproject.toml tools/workbench/setup.sh tools/workbench/bootstrap.py
	@sh tools/workbench/setup.sh "$(PYTHON)"

setup: $(ready) ## get everything onto this machine: packages into .venv, the Pulumi CLI into the cache
	@$(python) -m tools.engine

up: $(ready) ## deploy the stack into the embedded AWS
	@$(python) -m tools.workbench up --stack "$(STACK)"

preview: $(ready) ## show the plan and write it to build/plan.json
	@$(python) -m tools.workbench preview --stack "$(STACK)"

policies: preview ## judge the plan by the policy pack; also writes build/policies.sarif
	@$(python) -m policies check build/plan.json $(policy_config) --also sarif=build/policies.sarif

down: $(ready) ## destroy the stack, stop the embedded AWS, leave nothing behind
	@$(python) -m tools.workbench down --stack "$(STACK)"

test: $(ready) ## run every test, with a coverage figure
	@$(python) -m tools.engine
	@mkdir -p build
	@$(python) -m pytest -n 2 --dist worksteal --durations 10 --cov --cov-report=term:skip-covered --cov-report=xml:build/coverage.xml tests

lint: $(ready) ## check style, types and who imports whom
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy
	@for folder in lambdas/*/; do set -- "$$folder"*.py; [ ! -e "$$1" ] || MYPYPATH="$$folder" $(python) -m mypy --no-error-summary "$$@" || exit 1; done
	@.venv/bin/lint-imports --no-logo

format: $(ready) ## bring the code into the common form
	@$(python) -m ruff check --fix-only .
	@$(python) -m ruff format .

bench: $(ready) ## measure previews, deployments and the policy analyzer on this machine
	@$(python) -m tools.bench

docs: $(ready) ## write the generated pages
	@$(python) -m tools.report.rulebook
	@$(python) -m tools.emulator.pages
