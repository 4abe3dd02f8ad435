# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The objects of a controller: what their surveys ask for is what the playbooks take, and follows the inventory."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.orchestra.aws.plugins.filter.controller_findings import controller_findings
from ansible_collections.orchestra.aws.plugins.filter.controller_objects import ROOT, controller_objects
from ansible_collections.orchestra.aws.plugins.module_utils._site import variables
from ansible_collections.orchestra.aws.plugins.plugin_utils._controller import options, surveys

SETTINGS: dict[str, Any] = {
    "site": "shop-prod",
    "organization": "Default",
    "project_url": "https://git.example.com/shop.git",
    "project_branch": "",
    "inventory_path": "inventories/prod",
    "image": "example/execution-environment:0.1.0",
    "approval_timeout": 60,
    "drift_schedule": "DTSTART:20260101T050000Z RRULE:FREQ=DAILY;INTERVAL=1",
    "registry": True,
}
OBJECTS = controller_objects(["cart", "order"], SETTINGS)
TEMPLATES = {one["name"].removeprefix("shop-prod: "): one for one in OBJECTS["controller_templates"]}
ASKED = [
    pytest.param(one, question, id=f"{one['name']} {question['variable']}")
    for name in ("controller_templates", "controller_workflows")
    for one in OBJECTS[name]
    for question in one.get("survey_spec", {"spec": []})["spec"]
]
# Those that ask for services, or how many of them. The others are about the site as a whole.
FOLLOWS = {"Plan", "Deploy", "Deploy one service", "Logs", "Drift"}


def specs() -> dict[str, dict[str, Any]]:
    """Return variable -> its spec, read without the code that makes the surveys."""
    entries = [
        entry
        for path in (ROOT / "roles").glob("*/meta/argument_specs.yml")
        for entry in yaml.safe_load(path.read_text())["argument_specs"].values()
    ]
    return {name: spec for entry in entries for name, spec in entry.get("options", {}).items()}


def possible_answers(question: dict[str, Any]) -> list[Any]:
    """Return the answers at the limits of a question."""
    kind, choices = question["type"], question.get("choices", [])
    default = [question["default"]] if "default" in question else []
    if kind == "multiselect":
        return [[], choices, *([choice] for choice in choices)]
    limits = [question[limit] for limit in ("min", "max") if limit in question]
    return [*default, *choices, *(limits if kind in ("integer", "float") else ["x" * limit for limit in limits])]


def played(playbook: Path) -> str:
    """Return the text of a playbook, of those that it imports, and of the roles that they use."""
    text = playbook.read_text()
    imported = re.findall(r"import_playbook: (\w+\.yml)", text)
    used = {"common", *re.findall(r"orchestra\.aws\.(\w+)", text)}
    roles = [path.read_text() for role in used for path in (ROOT / "roles" / role).glob("[dtv]*/*.yml")]
    return "\n".join([text, *roles, *(played(playbook.parent / name) for name in imported)])


@pytest.mark.parametrize(("template", "question"), ASKED)
def test_the_role_takes_every_answer(template: dict[str, Any], question: dict[str, Any]) -> None:
    name = question["variable"]
    spec = specs()[name]
    alone = {key: value for key, value in spec.items() if key in ("type", "choices", "elements")}
    answers = possible_answers(question)
    assert answers or question["type"] == "text"
    for answer in answers:
        assert ArgumentSpecValidator({name: alone}).validate({name: answer}).error_messages == [], answer
    right = {"int": "integer", "float": "float", "dict": "textarea", "bool": "multiplechoice"}.get(spec.get("type"))
    assert right in (None, question["type"])


@pytest.mark.parametrize(("template", "question"), ASKED)
def test_the_playbook_reads_the_variable(template: dict[str, Any], question: dict[str, Any]) -> None:
    nodes = [node["identifier"] for node in template.get("workflow_nodes", [])]
    playbooks = (
        [template["playbook"]]
        if "playbook" in template
        else [TEMPLATES[n]["playbook"] for n in nodes if n in TEMPLATES]
    )
    assert any(re.search(rf"\b{question['variable']}\b", played(ROOT / playbook)) for playbook in playbooks)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_new_host_changes_the_surveys_that_choose_from_hosts(name: str) -> None:
    more = controller_objects(["cart", "order", "parcel"], SETTINGS)["controller_templates"]
    (after,) = [one for one in more if one["name"] == f"shop-prod: {name}"]
    assert (after != TEMPLATES[name]) == (name in FOLLOWS)
    if name in FOLLOWS:
        assert {"parcel", "2"} & choices(after)
        assert not {"parcel", "2"} & choices(TEMPLATES[name])


def choices(template: dict[str, Any]) -> set[str]:
    return {choice for question in template["survey_spec"]["spec"] for choice in question.get("choices", [])}


def test_a_question_about_hosts_has_only_those_of_the_inventory() -> None:
    (question,) = TEMPLATES["Deploy one service"]["survey_spec"]["spec"]
    assert (question["type"], question["choices"], question["required"]) == ("multiplechoice", ["cart", "order"], True)


def test_how_many_services_at_the_same_time_are_as_many_as_there_are() -> None:
    (question,) = TEMPLATES["Deploy"]["survey_spec"]["spec"]
    assert (question["choices"], question["default"]) == (["1", "100%"], "100%")


def test_drift_is_looked_for_by_schedule_and_nothing_else() -> None:
    (schedule,) = OBJECTS["controller_schedules"]
    assert schedule["unified_job_template"] == "shop-prod: Drift"
    assert schedule["rrule"] == SETTINGS["drift_schedule"]
    assert controller_objects(["cart"], {**SETTINGS, "drift_schedule": ""})["controller_schedules"] == []
    # It has nobody to answer.
    assert not any(question["required"] for question in TEMPLATES["Drift"]["survey_spec"]["spec"])


def test_the_workflow_asks_for_an_approval_between_plan_and_deployment() -> None:
    (workflow,) = OBJECTS["controller_workflows"]
    nodes = workflow["workflow_nodes"]
    assert [node["identifier"] for node in nodes] == ["Plan", "Approve", "Deploy", "Run workflow"]
    assert nodes[1]["unified_job_template"]["type"] == "workflow_approval"


@pytest.mark.parametrize("variable", OBJECTS)
def test_the_roles_of_aap_configuration_read_the_same_names(variable: str) -> None:
    read = json.loads((Path(__file__).parents[3] / "data" / "aap_configuration.json").read_text())["variables"]
    assert {key for item in OBJECTS[variable] for key in item} <= set(read[variable]["keys"])


def test_what_people_fill_in_stays() -> None:
    assert {one["update_secrets"] for one in OBJECTS["controller_credentials"]} == {False}


def test_descriptions_and_defaults_are_those_of_the_roles() -> None:
    questions = {one["variable"]: one for one in TEMPLATES["Logs"]["survey_spec"]["spec"]}
    assert (questions["logs_lines"]["default"], questions["logs_lines"]["type"]) == (100, "integer")
    assert questions["logs_since"]["question_description"] == "How far to look back, like 90s, 15m, 2h or 1d."


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"variable": "logs_lnes"}, "asks for logs_lnes, which is no variable of any role"),
        ({"variable": "logs_lines", "choices": ["many"]}, "offers many, which logs_lines does not take"),
        ({"variable": "logs_lines", "default": "many"}, "begins with 'many', which logs_lines does not take"),
        ({"variable": "ecs_service_state", "choices": ["present", "gone"]}, "offers gone"),
        ({"variable": "logs_since", "choices": ["1h"]}, "The default 15m of logs_since is not among its choices"),
        ({"variable": "orchestra_only", "choices": "services"}, "nothing to choose from"),
    ],
)
def test_a_survey_that_does_not_fit_the_roles_is_refused(asked: dict[str, Any], sentence: str) -> None:
    known = options.read_options(ROOT / "roles")
    with pytest.raises(ValueError, match=sentence):
        surveys.survey("Logs", [{"question": "What", **asked}], known, {"services": []})


def test_every_playbook_of_a_template_exists() -> None:
    assert [one["playbook"] for one in TEMPLATES.values() if not (ROOT / one["playbook"]).exists()] == []


def test_without_a_registry_nothing_asks_for_its_credentials() -> None:
    without = controller_objects(["cart"], {**SETTINGS, "registry": False})
    assert "registry" not in str(without["controller_credentials"]) + str(
        without["controller_templates"][0]["credentials"]
    )


@pytest.mark.parametrize(
    ("hosts", "moved"),
    [
        ({"cart": {}, "order": {}}, []),
        ({"order": {}, "cart": {}}, ["order", "cart"]),
        ({"order": {"workflow_after": []}, "cart": {"workflow_after": ["order"]}}, []),
    ],
)
def test_an_order_that_a_controller_would_change_is_found(hosts: dict[str, Any], moved: list[str]) -> None:
    assert [finding.split()[0] for finding in controller_findings(list(hosts), hosts)] == moved


def handed_on() -> set[str]:
    """Return what the playbooks and roles hand on, which a controller makes variables of the jobs that follow."""
    files = [*(ROOT / "playbooks").glob("*.yml"), *(ROOT / "roles").glob("*/tasks/*.yml")]
    blocks = [file.read_text().split("ansible.builtin.set_stats:\n")[1:] for file in files]
    lines = [block.splitlines() for found in blocks for block in found]
    inner = [(one[0].index("data:") + 2, one[1:]) for one in lines]
    return {
        match[1]
        for depth, rest in inner
        for line in rest[: next((n for n, line in enumerate(rest) if not line.startswith(" " * depth)), None)]
        if (match := re.match(rf" {{{depth}}}(\w+):", line))
    }


def test_what_a_job_hands_on_does_not_disturb_the_jobs_after_it() -> None:
    assert {"orchestra_plan_markdown", "status", "findings"} <= handed_on()
    known = variables.known_variables(variables.read_specs(ROOT / "roles"))
    assert variables.variable_findings(known, {"control": dict.fromkeys(handed_on())}) == []
    # While it is defined, nothing is changed.
    assert "orchestra_plan" not in handed_on()
