SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

V := .venv
ENV ?= local
INVENTORY := inventories/$(ENV)
# The tools of the virtual environment come first.
export PATH := $(CURDIR)/$(V)/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
# Without kept bytecode, each of the many processes would compile Ansible and boto3 anew.
export PYTHONDONTWRITEBYTECODE :=
# A shim on PATH may not run, so each candidate is tried and the first that works is taken.
WORKS := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 12))
PYTHON = $(shell for p in "$${PYTHON:-}" python3 python3.14 python3.13 python3.12 "$$HOME"/.pyenv/versions/3.1{4,3,2}*/bin/python "$$HOME"/.local/share/uv/python/cpython-3.1{4,3,2}*/bin/python3; do "$$p" -c '$(WORKS)' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
PLAYBOOK := ansible-playbook -i $(INVENTORY) $(ARGS)
# No shims, of which ansible-test and ansible-lint would run one that is dead.
CLEAN := $(CURDIR)/$(V)/bin:/usr/local/bin:/usr/bin:/bin
TREE := $(CURDIR)/build/tree/ansible_collections
# ansible-test keeps its virtual environments at home.
ANSIBLE_TEST_HOME := $(CURDIR)/.cache/ansible-test
ANSIBLE_TEST := cd $(TREE)/orchestra/aws && HOME=$(ANSIBLE_TEST_HOME) PATH=$(CLEAN) ansible-test
PYTHON_VERSION = $$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
PIP_VERSION := import pathlib, re, ansible_test._internal.python_requirements as found; print(re.search("pip=.([0-9.]+)", pathlib.Path(found.__file__).read_text())[1].replace(".", "_"))
SPHINX := extensions=sphinx_antsibull_ext project=orchestra.aws html_theme=alabaster pygments_style=ansible highlight_language=YAML+Jinja suppress_warnings=ref.ref html_show_sphinx=0 html_copy_source=0
# The embedded AWS is only there for the environment that uses it.
LOCAL := $(filter local,$(ENV))
REPORT := $(CURDIR)/build/report.html

$(V)/.ok: requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.12 or newer was found: install python3.12 (or newer) with its venv module, or set PYTHON=/path/to/python." >&2; exit 1; }
	@echo "Making the virtual environment with $(PYTHON)" >&2
	@"$(PYTHON)" -m venv --clear $(V)
	@$(V)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(V) $(V)/bin/uv pip install --quiet -r requirements-dev.txt
	@touch $@

.PHONY: benchmark help venv up down demo test molecule docs browser validators doctor site plan drift invoke status logs report destroy
.PHONY: lint lint-style lint-types lint-yaml lint-ansible lint-changelog lint-docs artifact sanity units

help: ## Show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

venv: $(V)/.ok ## Make the virtual environment

up: venv ## Start the embedded AWS
	@python -m local_aws up >&2

down: venv ## Stop the embedded AWS
	@python -m local_aws down >&2

demo: up ## Deploy on the embedded AWS, run the workflow, print its payload
	@$(PLAYBOOK) playbooks/site.yml >&2
	@payload=$$(mktemp) && trap 'rm -f "$$payload"' EXIT && $(PLAYBOOK) playbooks/invoke.yml playbooks/report.yml -e '{"workflow_input": {"data": "demo"}}' -e workflow_output_file="$$payload" -e '{"report_file": "$(REPORT)"}' >&2 && cat "$$payload" && echo "The report of the run: $(REPORT)" >&2

doctor: venv $(if $(LOCAL),up) ## Check what account, region and settings allow, before the first deployment
	$(PLAYBOOK) playbooks/doctor.yml

site: venv $(if $(LOCAL),up) ## Deploy, or bring back to what the inventory says
	$(PLAYBOOK) playbooks/site.yml

# make has one status for everything that is not 0: playbooks/plan.yml itself tells changes (2) from a failure (1).
plan: venv $(if $(LOCAL),up) ## Show what a deployment would change; status 2 when something would
	@$(PLAYBOOK) playbooks/plan.yml --diff

drift: venv $(if $(LOCAL),up) ## Show where reality differs from the inventory; status 2 when it does
	@$(PLAYBOOK) playbooks/drift.yml --diff

invoke: venv ## Run the workflow
	$(PLAYBOOK) playbooks/invoke.yml

status: venv ## Show URLs, health and the last executions
	$(PLAYBOOK) playbooks/status.yml

logs: venv ## Show the last log lines (ARGS="-e logs_of=service1 -e logs_since=1h")
	$(PLAYBOOK) playbooks/logs.yml

report: venv ## Write the report of the last execution to build/report.html
	$(PLAYBOOK) playbooks/report.yml -e '{"report_file": "$(REPORT)"}'

destroy: venv ## Delete everything and prove it
	$(PLAYBOOK) playbooks/destroy.yml

# Chromium comes from Debian; where it cannot be installed, the tests that need it say so and are skipped,
# or fail where CI is set: see tests/tools/missing.py.
browser: venv ## Install what the browser tests need: Chromium and axe-core
	@mkdir -p build; if command -v chromium >/dev/null; then :; \
	elif test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests" >&2; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium; } >build/chromium.log 2>&1 \
	    || echo "The browser tests will be skipped, because apt-get could not install Chromium: see build/chromium.log." >&2; \
	else echo "The browser tests will be skipped, because chromium is not on PATH and only root can install it with apt-get." >&2; fi
	@python -m tests.tools.axe_core

validators: venv ## Install other validators of workflow definitions, which the tests compare the linter with
	@PYTHONPATH=collections python -m tests.tools.asl_validators install

benchmark: venv ## Compare with Terraform and others; ARGS="--services 3 10 --rounds 3"
	python -m benchmarks run $(ARGS)

# The order is that of tests/conftest.py: the files that take longest come first.
test: venv browser validators ## Run every test
	pytest -n 2 --dist loadfile --no-loadscope-reorder

molecule: venv ## Deploy, change and delete each role, and operate a site, on an embedded AWS of its own
	PATH=$(CLEAN) molecule test --all

lint: lint-style lint-types lint-yaml lint-ansible lint-changelog lint-docs sanity units ## Check style, types, documentation and the built collection

lint-style: venv ## Check style and format of Python
	ruff check .
	ruff format --check .

lint-types: venv ## Check types
	mypy

lint-yaml: venv ## Check style of YAML
	yamllint -s .

lint-ansible: venv ## Check roles and playbooks
	PATH=$(CLEAN) ansible-lint --project-dir .

lint-changelog: venv ## Check the fragments of the changelog
	antsibull-changelog lint
	if test -e changelogs/changelog.yaml; then antsibull-changelog lint-changelog-yaml changelogs/changelog.yaml; fi

# git finds neither amazon.aws nor anything else in an ignored folder, and antsibull-docs copies what git finds.
lint-docs: venv ## Check documentation and its references
	GIT_CEILING_DIRECTORIES=$(CURDIR)/$(V) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=self .

# Labels of Ansible's own documentation lead nowhere here; lint-docs checks the references within the collection.
docs: venv ## Build the reference of modules, roles and plugins, build/docs/html/index.html
	@rm -rf build/docs && mkdir -p -m 755 build/docs/rst
	@GIT_CEILING_DIRECTORIES=$(CURDIR)/$(V) ANSIBLE_COLLECTIONS_PATH=$(CURDIR)/collections antsibull-docs collection --use-current --fail-on-error --squash-hierarchy --dest-dir build/docs/rst orchestra.aws
	@sphinx-build -q -W --keep-going -C -b html $(SPHINX:%=-D %) build/docs/rst build/docs/html
	@ls build/docs/html/index.html

# ansible-test tests what git finds: the installed collection becomes a repository of its own, as build/ is ignored here.
artifact: venv ## Build the collection and install it in build/tree
	@rm -rf build/dist build/tree && mkdir -p $(TREE)/amazon
	@ansible-galaxy collection build --output-path build/dist >/dev/null
	@cd / && ANSIBLE_COLLECTIONS_PATH=$(CURDIR)/build/tree ansible-galaxy collection install $(CURDIR)/build/dist/*.tar.gz -p $(CURDIR)/build/tree --no-deps --offline >/dev/null
	@ln -s "$$(python -c 'import ansible_collections.amazon.aws as found; print(*found.__path__)')" $(TREE)/amazon/aws
	@git -C $(TREE)/orchestra/aws init --quiet
	@! tar --list --file build/dist/*.tar.gz | git check-ignore --stdin >&2 || { echo 'The artifact contains what git ignores: see build_ignore in galaxy.yml.' >&2; exit 1; }
	@ls build/dist/*.tar.gz

sanity: artifact ## Run all sanity tests of ansible-test on the built collection
	@mkdir -p $(ANSIBLE_TEST_HOME)/.ansible/test/cache
	@cp tests/tools/get_pip.py $(ANSIBLE_TEST_HOME)/.ansible/test/cache/get_pip_$$(python -c '$(PIP_VERSION)').py
	@$(ANSIBLE_TEST) sanity $(SANITY) --python $(PYTHON_VERSION) 2>&1 | tee $(CURDIR)/build/sanity.log
	@! grep -iE 'targets skipped|skipping' build/sanity.log || { echo 'ansible-test has not tested everything.' >&2; exit 1; }

units: artifact ## Run the unit tests on the built collection
	@$(ANSIBLE_TEST) units --num-workers 2 --python $(PYTHON_VERSION) 2>&1 | tee $(CURDIR)/build/units.log
	@! grep -iE 'targets skipped|skipping' build/units.log || { echo 'ansible-test has not tested everything.' >&2; exit 1; }
