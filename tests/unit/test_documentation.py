# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Every module is documented as it is: options, examples, return values."""

from __future__ import annotations

import pkgutil
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader

from ansible_collections.orchestra.aws.plugins import doc_fragments

from .documentation import (
    MODULES,
    TYPES,
    attributes,
    definition,
    documentation,
    documented_options,
    due,
    faults,
    flat,
    flat_return_values,
    fragment_options,
    module,
    return_values,
    value_faults,
)

FRAGMENTS = {"amazon.aws.common.modules", "amazon.aws.region.modules", "amazon.aws.boto3", "orchestra.aws.attributes"}
PREFIX = "orchestra.aws."
# What is not supported in full. tests/modules/test_return_values.py compares it with what the modules do.
LESS = {
    "account_info": {"diff_mode": "N/A"},
    "ecs_service": {"idempotent": "partial"},
    "http_api": {"idempotent": "partial"},
    "http_api_domain_info": {"diff_mode": "N/A"},
    "http_api_info": {"diff_mode": "N/A"},
    "http_api_vpc_link_info": {"diff_mode": "N/A"},
    "lambda_invocations": {"diff_mode": "N/A", "idempotent": "none"},
    "log_events_info": {"diff_mode": "N/A"},
    "sfn_execution": {"idempotent": "partial"},
    "sfn_execution_info": {"diff_mode": "N/A"},
    "sfn_state_machine_info": {"diff_mode": "N/A"},
    "site_info": {"diff_mode": "N/A"},
    "wait": {"diff_mode": "N/A"},
}
CHECKS = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")

each_module = pytest.mark.parametrize("name", MODULES)


@each_module
def test_options_are_documented_as_they_are(name: str) -> None:
    documented = flat(documented_options(name), "suboptions")
    defined = flat(definition(name)["argument_spec"], "options")
    assert documented == defined


@each_module
def test_the_fragments_of_all_modules_are_used(name: str) -> None:
    assert set(documentation(name)["extends_documentation_fragment"]) >= FRAGMENTS


@each_module
def test_no_option_is_documented_in_a_module_and_in_a_fragment(name: str) -> None:
    own = documentation(name)
    for fragment in own["extends_documentation_fragment"]:
        if fragment.startswith(PREFIX):
            assert not own["options"].keys() & fragment_options(fragment).keys(), fragment


def test_each_fragment_is_used() -> None:
    used = {fragment for name in MODULES for fragment in documentation(name)["extends_documentation_fragment"]}
    assert {PREFIX + found.name for found in pkgutil.iter_modules(doc_fragments.__path__)} <= used


@each_module
def test_check_mode_is_supported_as_the_attributes_say(name: str) -> None:
    assert (attributes(name)["check_mode"]["support"] == "full") is definition(name)["supports_check_mode"] is True


@each_module
def test_what_is_not_supported_in_full_is_told(name: str) -> None:
    found = {key: about for key, about in attributes(name).items() if about["support"] != "full"}
    assert {key: about["support"] for key, about in found.items()} == LESS.get(name, {})
    assert all(about["details"] for about in found.values())


@each_module
def test_examples_use_options_as_they_are(name: str) -> None:
    tasks = DataLoader().load(module(name).EXAMPLES)
    used = [(key, options) for task in tasks for key, options in task.items() if key.startswith(PREFIX)]
    assert PREFIX + name in dict(used)
    for key, options in used:
        defined = definition(key.removeprefix(PREFIX))
        checks = {check: defined[check] for check in CHECKS if check in defined}
        result = ArgumentSpecValidator(defined["argument_spec"], **checks).validate(options)
        assert not result.error_messages, options


@each_module
def test_return_values_are_complete(name: str) -> None:
    assert "actions" in return_values(name)
    for path, about in flat_return_values(return_values(name)).items():
        assert about["description"], path
        assert about["type"] in TYPES, path
        assert ("contains" in about) != ("sample" in about), f"{path} needs either contains or a sample"
        assert ("elements" in about) == (about["type"] == "list"), path
        assert "returned" in about or "." in path, path


@each_module
def test_samples_are_what_the_return_values_are(name: str) -> None:
    for path, about in flat_return_values(return_values(name)).items():
        if "sample" in about:
            assert not list(value_faults(about["sample"], about, {}, path))
            says_that_it_is_empty = str(about["description"]).startswith("Always empty")
            assert (about["sample"] in ([], {})) == says_that_it_is_empty, f"{path} shows nothing"
            if about["type"] == "dict" or about.get("elements") == "dict":
                assert about["sample"] is not None, path


@each_module
def test_what_is_waited_for_is_what_wait_takes(name: str) -> None:
    targets = definition("wait")["argument_spec"]["for"]["options"]
    for target in return_values(name).get("wait_for", {}).get("sample", []):
        assert target.keys() <= targets.keys()


def test_what_a_sample_does_not_show_is_told() -> None:
    about = {"description": "", "type": "dict", "sample": {"a": 1, "b": [{"c": 1}], "tags": {"x": "1"}}}
    value = {"a": 2, "b": [{"c": 1, "d": 1}], "tags": {"y": "1"}, "e": {}}
    assert list(value_faults(value, about, {}, "it")) == ["it.b.d is not in the sample", "it.e is not in the sample"]


@pytest.mark.parametrize(
    ("returned", "options", "expected"),
    [
        ("always", {}, True),
        ("always, also when the execution has failed", {}, True),
        ("success", {}, True),
        ("when O(state=present)", {"state": "present"}, True),
        ("when O(state=present)", {"state": "absent"}, False),
        ("with O(name) or O(details=true)", {"name": None, "details": False}, False),
        ("with O(name) or O(details=true)", {"name": "x", "details": False}, True),
        ("with O(name) or O(details=true)", {"name": None, "details": True}, True),
        ("when O(for) could be looked at", {"for": []}, None),
        ("when asked for", {}, None),
    ],
)
def test_when_a_value_is_due(returned: str, options: dict[str, Any], expected: bool | None) -> None:
    assert due(returned, options) is expected


LINK = {
    "description": "The link.",
    "type": "dict",
    "contains": {
        "id": {"description": "Id.", "type": "str"},
        "port": {"description": "Port, or null.", "type": "int"},
        "zones": {"description": "Zones.", "type": "list", "elements": "str"},
        "parts": {
            "description": "Parts.",
            "type": "list",
            "elements": "dict",
            "returned": "with O(parts=true)",
            "contains": {"on": {"description": "Whether it is on.", "type": "bool"}},
        },
    },
}
GOOD = {"id": "a", "port": None, "zones": ["x"], "parts": [{"on": True}]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"id": "(known after creation)", "port": "(known after creation)"}, []),
        ({"more": 1}, ["link.more is not documented"]),
        ({"id": 1}, ["link.id is no str: 1"]),
        ({"id": None}, ["link.id is null, of which its description does not tell"]),
        ({"port": True}, ["link.port is no int: True"]),
        ({"zones": "x"}, ["link.zones is no list: 'x'"]),
        ({"zones": ["x", 1]}, ["link.zones[] is no str: 1"]),
        ({"zones": [None]}, ["link.zones[] is null, of which its description does not tell"]),
        ({"parts": [{}]}, ["link.parts[].on is not returned"]),
        ({"parts": [{"on": 1}]}, ["link.parts[].on is no bool: 1"]),
    ],
)
def test_faults_are_told(change: dict[str, Any], expected: list[str]) -> None:
    assert list(faults({"link": GOOD | change}, {"link": LINK}, {"parts": True})) == expected


def test_what_is_missing_or_must_not_be_there_is_told() -> None:
    assert list(faults({}, {"link": LINK}, {})) == ["link is not returned"]
    told = list(faults({"link": GOOD}, {"link": LINK}, {"parts": False}))
    assert told == ["link.parts is returned, which is documented as: with O(parts=true)"]
