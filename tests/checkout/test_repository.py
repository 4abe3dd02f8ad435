# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What holds the tree together: links, action groups, and defaults that two places have to agree on."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orchestra.aws.plugins.module_utils._site.services import DEFAULTS
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.parts import MODULES as RESOURCES
from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.results import RUNNERS

ROOT = Path(__file__).resolve().parents[2]
LINKS = ROOT / "collections" / "ansible_collections" / "orchestra" / "aws"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
# What ansible-test needs, and what it runs on the built collection.
SHIPPED_TESTS = {"config.yml", "corpus", "data", "unit"}


# A function must fit a screen.
LONGEST_FUNCTION = 50


def read(*parts: str) -> Any:
    return yaml.safe_load(ROOT.joinpath(*parts).read_text())


@pytest.mark.parametrize("entry", ["galaxy.yml", "meta", "plugins", "roles", "playbooks", "files"])
def test_the_collection_is_found_in_a_checkout(entry: str) -> None:
    assert (LINKS / entry).is_symlink()
    assert (LINKS / entry).resolve() == ROOT / entry


def test_the_links_stay_out_of_the_artifact() -> None:
    assert "collections" in read("galaxy.yml")["build_ignore"]


def test_the_artifact_lacks_what_the_commands_of_the_guides_write() -> None:
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.startswith("/")]
    written = {name for name in ignored if not name.startswith(".") and "/" not in name}
    assert {"plan.json", "payload.json", "controller-*.yml"} <= written
    assert written - set(read("galaxy.yml")["build_ignore"]) == set()


def test_the_artifact_has_only_the_tests_that_run_without_a_checkout() -> None:
    found = {path.name for path in (ROOT / "tests").iterdir() if path.name != "__pycache__"}
    assert found - {name.removeprefix("tests/") for name in read("galaxy.yml")["build_ignore"]} <= SHIPPED_TESTS


def test_every_module_is_in_the_action_group() -> None:
    assert read("meta", "runtime.yml")["action_groups"]["aws"] == MODULES


@pytest.mark.parametrize("role", ROLES)
def test_every_option_of_a_role_is_documented_and_prefixed(role: str) -> None:
    entry = "variables" if role == "common" else "main"
    options = read("roles", role, "meta", "argument_specs.yml")["argument_specs"][entry]["options"]
    defaults = read("roles", role, "defaults", "main.yml")
    assert set(defaults) <= set(options)
    assert all(name.startswith(f"{role}_") and not name.startswith(f"{role}__") for name in options)
    assert all(option["description"] for option in options.values())


def test_the_service_role_agrees_with_the_site_wide_roles_on_defaults() -> None:
    defaults = read("roles", "ecs_service", "defaults", "main.yml")
    shared = {name: value for name, value in DEFAULTS.items() if name.startswith("ecs_service_")}
    assert {name: defaults[name] for name in shared} == shared


def test_the_report_of_an_adoption_knows_what_every_role_makes() -> None:
    made = set()
    for role in ("network", "cluster", "ecs_service", "api", "workflow", "invoker"):
        for file in ROOT.glob(f"roles/{role}/tasks/*.yml"):
            for task in read("roles", role, "tasks", file.name):
                ours = [
                    key for key in task if key.startswith("orchestra.aws.") and not key.endswith(("_info", ".wait"))
                ]
                if ours and not task["name"].startswith("Delete"):
                    made.add(task.get("register", f"unregistered: {task['name']}"))
    assert set(read("roles", "adoption", "vars", "main.yml")["adoption__registered"]) == made


def test_every_play_of_a_deployment_can_be_planned() -> None:
    plays = read("playbooks", "site.yml")
    assert {play["check_mode"] for play in plays} == {"{{ ansible_check_mode or orchestra_plan is defined }}"}


def test_the_output_knows_the_resources_of_every_module() -> None:
    others = {"orchestra.aws.wait", "orchestra.aws.sfn_execution_report", *RUNNERS}
    ours = {f"orchestra.aws.{name}" for name in MODULES if not name.endswith("_info")}
    assert ours - others == set(RESOURCES)


@pytest.mark.parametrize("folder", ["plugins", "local_aws", "files", "benchmarks"])
def test_no_function_needs_scrolling(folder: str) -> None:
    functions = [
        (f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert functions
    assert [name for name, lines in functions if lines > LONGEST_FUNCTION] == []


# Modules of Ansible that run a program, and what does so in Python.
PROGRAMS = re.compile(
    r"ansible\.builtin\.(command|shell|raw|script|expect)|\b(subprocess|run_command|os\.system|popen)\b"
)


def test_nothing_but_python_is_needed() -> None:
    """A deployment runs no program: neither Terraform nor Node.js, nor the AWS CLI."""
    tasks = [*ROOT.glob("roles/*/tasks/*.yml"), *ROOT.glob("playbooks/*.yml")]
    code = [*ROOT.glob("plugins/modules/*.py"), *ROOT.glob("plugins/module_utils/**/*.py")]
    assert min(len(tasks), len(code)) > 30
    assert [path for path in [*tasks, *code] if PROGRAMS.search(path.read_text())] == []


def test_everything_has_a_licence() -> None:
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    folders = ("plugins", "local_aws", "tests", "files", "examples", "benchmarks")
    code = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if path.read_text().strip()]
    assert len(code) > 300
    missing = [path for path in code if "SPDX-License-Identifier: MIT" not in path.read_text()[:500]]
    assert missing == []
