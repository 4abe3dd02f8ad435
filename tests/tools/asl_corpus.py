# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The corpus of definitions: read it, and write the part of it that the default workflow's template makes.

    PYTHONPATH=collections python -m tests.tools.asl_corpus

writes the rendered workflows anew, after a change of the template; then record the other validators' verdicts anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jinja2
from ansible.plugins.filter.core import FilterModule

from ansible_collections.orchestra.aws.plugins.filter.workflow_plan import workflow_plan
from ansible_collections.orchestra.aws.plugins.module_utils._site import services

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "corpus" / "asl"
TEMPLATE = ROOT / "files" / "asl" / "workflow.asl.json.j2"
HOST = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"

# Name of the definition -> service -> its variables.
WORKFLOWS: dict[str, dict[str, dict[str, Any]]] = {
    "workflow-chain": {"service1": {}, "service2": {"api_authorization": "NONE"}, "service3": {}},
    "workflow-dag": {
        "orders": {"workflow_after": []},
        "prices": {"workflow_after": ["orders"]},
        "stock": {"workflow_after": ["orders"], "workflow_retry": {"max_attempts": 1}},
        "invoice": {"workflow_after": ["prices", "stock"], "api_process_path": "/v2/process"},
    },
    "workflow-parallel-first": {"left": {"workflow_after": []}, "right": {"workflow_after": []}},
}


def render(hosts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the default workflow of these services."""
    settings = services.service_settings(list(hosts), hosts)
    header, _, template = TEMPLATE.read_text().partition("\n")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, **_overrides(header))  # noqa: S701
    environment.filters |= FilterModule().filters()
    text = environment.from_string(template).render(
        workflow_by_name={service["name"]: service for service in settings},
        workflow_plan=workflow_plan(settings),
        workflow_api_host=HOST,
    )
    definition: dict[str, Any] = json.loads(text)
    return definition


def _overrides(header: str) -> dict[str, Any]:
    """Return the settings in the first line of a template, as Ansible reads it."""
    pairs = re.findall(r"(\w+):('[^']*'|True|False)", header.removeprefix("#jinja2:"))
    return {name: value.strip("'") if "'" in value else value == "True" for name, value in pairs}


def definitions() -> dict[str, dict[str, Any]]:
    """Return every definition of the corpus by its name, as good/choice-jsonata."""
    return {
        path.relative_to(CORPUS).with_suffix("").as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(CORPUS.glob("*/*.json"))
    }


def main() -> None:
    for name, hosts in WORKFLOWS.items():
        text = json.dumps(render(hosts), indent=2, ensure_ascii=False)
        # The list of 5XX names stays on one line.
        text = re.sub(r",\n\s+(?=\"ApiGateway\.)", ", ", text)
        (CORPUS / "good" / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
