SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

V := .venv
ENV ?= local
INVENTORY := inventories/$(ENV)
# The tools of the virtual environment come first.
export PATH := $(CURDIR)/$(V)/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
# A shim on PATH may not run, so each candidate is tried and the first that works is taken.
WORKS := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 12))
PYTHON = $(shell for p in "$${PYTHON:-}" python3 python3.14 python3.13 python3.12 "$$HOME"/.pyenv/versions/3.1{4,3,2}*/bin/python "$$HOME"/.local/share/uv/python/cpython-3.1{4,3,2}*/bin/python3; do "$$p" -c '$(WORKS)' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
PLAYBOOK := ansible-playbook -i $(INVENTORY) $(ARGS)
# The embedded AWS is only there for the environment that uses it.
LOCAL := $(filter local,$(ENV))

$(V)/.ok: requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.12 or newer was found: install python3.12 (or newer) with its venv module, or set PYTHON=/path/to/python." >&2; exit 1; }
	@echo "Making the virtual environment with $(PYTHON)" >&2
	@"$(PYTHON)" -m venv --clear $(V)
	@$(V)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(V) $(V)/bin/uv pip install --quiet -r requirements-dev.txt
	@touch $@

.PHONY: help venv up down demo test lint site plan invoke status destroy

help: ## Show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

venv: $(V)/.ok ## Make the virtual environment

up: venv ## Start the embedded AWS
	@python -m local_aws up >&2

down: venv ## Stop the embedded AWS
	@python -m local_aws down >&2

demo: up ## Deploy on the embedded AWS, run the workflow, print its payload
	@$(PLAYBOOK) playbooks/site.yml >&2
	@payload=$$(mktemp) && trap 'rm -f "$$payload"' EXIT && $(PLAYBOOK) playbooks/invoke.yml -e '{"workflow_input": {"data": "demo"}}' -e workflow_output_file="$$payload" >&2 && cat "$$payload"

site: venv $(if $(LOCAL),up) ## Deploy, or bring back to what the inventory says
	$(PLAYBOOK) playbooks/site.yml

plan: venv $(if $(LOCAL),up) ## Show what a deployment would change
	$(PLAYBOOK) playbooks/site.yml --check --diff

invoke: venv ## Run the workflow
	$(PLAYBOOK) playbooks/invoke.yml

status: venv ## Show URLs, health and the last executions
	$(PLAYBOOK) playbooks/status.yml

destroy: venv ## Delete everything and prove it
	$(PLAYBOOK) playbooks/destroy.yml

test: venv ## Run every test
	pytest -n 2

lint: venv ## Check style, types and documentation
	ruff check .
	ruff format --check .
	mypy
	yamllint -s .
	ansible-lint
