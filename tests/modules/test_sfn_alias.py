# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.conftest import Modules

MACHINE = "alias-test"
MODULE = "sfn_alias"


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws) -> Iterator[None]:
    yield
    sfn.clean(aws)


@pytest.fixture
def version_arns(aws: EmbeddedAws, modules: Modules) -> list[str]:
    """Two versions of a machine."""
    machine = {"name": MACHINE, "definition": sfn.PASS, "role_arn": sfn.role_arn(aws), "publish": True}
    made = [modules("sfn_state_machine", **machine, tracing=tracing) for tracing in (False, True)]
    return [result["state_machine"]["version_arn"] for result in made]


def routes(aws: EmbeddedAws, name: str = "live") -> dict[str, int]:
    """Return the weight of each version of an alias, {} when there is no alias."""
    client = aws.client("stepfunctions")
    arn = f"{sfn.machine_arn(aws, MACHINE)}:{name}"
    listed = client.list_state_machine_aliases(stateMachineArn=sfn.machine_arn(aws, MACHINE))["stateMachineAliases"]
    if arn not in [alias["stateMachineAliasArn"] for alias in listed]:
        return {}
    routing = client.describe_state_machine_alias(stateMachineAliasArn=arn)["routingConfiguration"]
    return {route["stateMachineVersionArn"]: route["weight"] for route in routing}


def route(version_arn: str, weight: int) -> dict[str, Any]:
    return {"version_arn": version_arn, "weight": weight}


def test_check_mode_predicts_and_makes_nothing(aws: EmbeddedAws, modules: Modules, version_arns: list[str]) -> None:
    options = {"name": "live", "state_machine": MACHINE, "version_arn": version_arns[0]}
    predicted = modules.check(MODULE, **options)
    assert routes(aws) == {}
    made = modules(MODULE, **options)
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"] == ["create alias live: 100 % to version 1"]
    assert predicted["alias_arn"] == made["alias_arn"] == f"{sfn.machine_arn(aws, MACHINE)}:live"
    assert routes(aws) == {version_arns[0]: 100}
    assert not modules(MODULE, **options)["changed"]


def test_an_alias_of_a_machine_that_is_only_planned_is_predicted(modules: Modules, aws: EmbeddedAws) -> None:
    planned = modules.check(
        "sfn_state_machine", name=MACHINE, definition=sfn.PASS, role_arn=sfn.role_arn(aws), publish=True
    )["state_machine"]
    options = {"name": "live", "state_machine": MACHINE, "version_arn": planned["version_arn"]}
    assert modules.check(MODULE, **options)["changed"]
    assert "placeholder of check mode" in modules.failure(MODULE, **options)


def test_left_out_options_stay(modules: Modules, version_arns: list[str]) -> None:
    modules(MODULE, name="live", state_machine=MACHINE, version_arn=version_arns[0], description="kept")
    moved = modules(MODULE, name="live", state_machine=MACHINE, version_arn=version_arns[1])
    assert moved["description"] == "kept"
    same = modules(MODULE, name="live", state_machine=MACHINE)
    assert not same["changed"]
    assert same["routing"] == [route(version_arns[1], 100)]


def test_absent_deletes_and_says_so_once(aws: EmbeddedAws, modules: Modules, version_arns: list[str]) -> None:
    modules(MODULE, name="live", state_machine=MACHINE, version_arn=version_arns[0])
    options = {"name": "live", "state_machine": sfn.machine_arn(aws, MACHINE), "state": "absent"}
    predicted = modules.check(MODULE, **options)
    assert routes(aws) != {}
    real = modules(MODULE, **options)
    assert predicted["actions"] == real["actions"] == ["delete alias live"]
    assert predicted["diff"] == real["diff"]
    assert routes(aws) == {}
    assert sfn.versions(aws, MACHINE) == ["2", "1"]
    assert not modules(MODULE, **options)["changed"]


def test_absent_without_the_machine_is_no_change(modules: Modules) -> None:
    assert not modules(MODULE, name="live", state_machine="there-is-none", state="absent")["changed"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "1"}, "not digits alone"),
        ({"name": "live"}, "version_arn or routing is needed"),
        (
            {"name": "live", "version_arn": "arn:aws:states:us-east-1:1:stateMachine:other:1"},
            "is not the ARN of a version",
        ),
        ({"name": "live", "version_arn": "x", "routing": []}, "mutually exclusive"),
    ],
)
def test_bad_input_is_refused(modules: Modules, options: dict[str, Any], message: str) -> None:
    assert message in modules.failure(MODULE, state_machine=MACHINE, **options)
