SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

V := .venv
# A shim on PATH may not run, so each candidate is tried and the first that works is taken.
WORKS := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 12))
PYTHON = $(shell for p in "$${PYTHON:-}" python3 python3.14 python3.13 python3.12 "$$HOME"/.pyenv/versions/3.1{4,3,2}*/bin/python "$$HOME"/.local/share/uv/python/cpython-3.1{4,3,2}*/bin/python3; do "$$p" -c '$(WORKS)' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

$(V)/.ok: requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.12 or newer was found: install python3.12 (or newer) with its venv module, or set PYTHON=/path/to/python." >&2; exit 1; }
	@echo "Making the virtual environment with $(PYTHON)" >&2
	@"$(PYTHON)" -m venv --clear $(V)
	@$(V)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(V) $(V)/bin/uv pip install --quiet -r requirements-dev.txt
	@touch $@

.PHONY: venv
venv: $(V)/.ok ## Make the virtual environment
