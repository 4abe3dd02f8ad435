# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""In a full account modules find what they look for, by no more calls than there are pages and none for each item.

The account is one of its own, so that other tests need not look through it, and nothing in it has to be deleted.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import botocore.client
import pytest

from tests.embedded_aws import EmbeddedAws, serving
from tests.modules.conftest import Modules

# Two pages of 1000 state machines, and one more.
MACHINES = 2001
# Five pages of 100 APIs, and one more.
APIS = 501
ROLES = 1001
LOG_GROUPS = 1001
NAME = "scale"
LAST = f"{NAME}-{MACHINES - 1:04d}"
DEFINITION = '{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}'
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def many(make: Callable[[int], Any], number: int) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(make, range(number)))


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An account that is full of other things."""
    with serving(tmp_path_factory.mktemp("full_account")) as aws:
        _fill(aws)
        yield aws


def _fill(aws: EmbeddedAws) -> None:
    iam, logs = aws.client("iam"), aws.client("logs")
    sfn, apis = aws.client("stepfunctions"), aws.client("apigatewayv2")
    trust = json.dumps(TRUST)
    many(lambda n: iam.create_role(RoleName=f"other-{n:04d}", AssumeRolePolicyDocument=trust), ROLES)
    role = iam.create_role(RoleName=f"{NAME}-workflow", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    many(lambda n: sfn.create_state_machine(name=f"{NAME}-{n:04d}", definition=DEFINITION, roleArn=role), MACHINES)
    many(lambda n: apis.create_api(Name=f"{NAME}-{n:04d}", ProtocolType="HTTP"), APIS)
    many(lambda n: logs.create_log_group(logGroupName=f"/other/{n:04d}"), LOG_GROUPS)
    logs.create_log_group(logGroupName=f"/ecs/{NAME}")


@pytest.fixture
def scaled(account: EmbeddedAws) -> Modules:
    """Runs modules in the full account."""
    return Modules(account)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the calls that are made meanwhile, by the name of the operation."""
    calls: Counter[str] = Counter()
    lock = threading.Lock()
    original = botocore.client.BaseClient._make_api_call

    def call(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        with lock:
            calls[operation] += 1
        return original(self, operation, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", call)
        yield calls


LOOK = {"GetCallerIdentity": 1, "DescribeStateMachine": 1, "ListTagsForResource": 1, "ListStateMachineVersions": 1}


def test_a_state_machine_is_found_without_a_list(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled("sfn_state_machine", name=LAST, definition=DEFINITION)
    assert not result["changed"]
    assert calls == LOOK


def test_a_state_machine_is_changed_by_one_more_call(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled("sfn_state_machine", name=LAST, tracing=True)
    assert result["actions"] == [f"update state machine {LAST}: tracing"]
    assert calls == {**LOOK, "UpdateStateMachine": 1}


@pytest.mark.parametrize("name", [f"{NAME}-1000", "nobody"])
def test_a_state_machine_is_deleted_without_a_list(scaled: Modules, name: str) -> None:
    with counted() as calls:
        result = scaled("sfn_state_machine", name=name, state="absent")
    assert result["changed"] is (name != "nobody")
    assert "ListStateMachines" not in calls
    # It is described until it is gone.
    assert calls.total() - calls["DescribeStateMachine"] <= len(LOOK)


def test_state_machines_are_listed_page_by_page(scaled: Modules, account: EmbeddedAws) -> None:
    pages = account.client("stepfunctions").get_paginator("list_state_machines").paginate()
    names = sorted(machine["name"] for page in pages for machine in page["stateMachines"])
    with counted() as calls:
        result = scaled("sfn_state_machine_info")
    assert [machine["name"] for machine in result["state_machines"]] == names
    assert calls == {"ListStateMachines": -(-len(names) // 1000)}


def test_a_prefix_finds_what_is_on_the_last_page(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled("sfn_state_machine_info", name_prefix=LAST[:-1])
    assert [machine["name"] for machine in result["state_machines"]] == [LAST]
    assert set(calls) == {"ListStateMachines"}
    assert calls.total() <= 3


def test_one_state_machine_is_read_without_a_list(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled("sfn_state_machine_info", name=LAST)
    assert [machine["name"] for machine in result["state_machines"]] == [LAST]
    assert calls == LOOK


def test_an_execution_is_started_without_a_list(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled("sfn_execution", state_machine=LAST, name="once")
    assert result["execution"]["status"] == "SUCCEEDED"
    assert not [operation for operation in calls if operation.startswith("List")]
    assert calls["StartExecution"] == 1
    with counted() as calls:
        assert not scaled("sfn_execution", state_machine=LAST, name="once")["changed"]
    assert calls == {"GetCallerIdentity": 1, "DescribeStateMachine": 1, "DescribeExecution": 1}


def test_executions_are_listed_by_the_name_of_the_machine_without_a_list_of_machines(scaled: Modules) -> None:
    scaled("sfn_execution", state_machine=LAST, name="listed")
    with counted() as calls:
        executions = scaled("sfn_execution_info", state_machine=LAST)["executions"]
    assert "listed" in [execution["name"] for execution in executions]
    assert calls == {"GetCallerIdentity": 1, "ListExecutions": 1}


def test_an_alias_is_found_and_changed_without_a_list(scaled: Modules) -> None:
    options = {"state_machine": LAST, "name": "live"}
    version = scaled("sfn_state_machine", name=LAST, publish=True)["state_machine"]["version_arn"]
    look = {"GetCallerIdentity": 1, "DescribeStateMachineAlias": 1}
    for wanted, change in (
        ({"version_arn": version}, "CreateStateMachineAlias"),
        ({"state": "absent"}, "DeleteStateMachineAlias"),
    ):
        with counted() as calls:
            assert scaled("sfn_alias", **options, **wanted)["changed"]
        assert calls == {**look, change: 1}
        with counted() as calls:
            assert not scaled("sfn_alias", **options, **wanted)["changed"]
        assert calls == look


def test_an_api_is_found_page_by_page(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled.check("http_api", name=f"{NAME}-{APIS - 1:04d}", description="x")
    assert result["actions"] == [f"update HTTP API {NAME}-{APIS - 1:04d}: description", "create stage $default"]
    parts = {"GetRoutes": 1, "GetIntegrations": 1, "GetStages": 1, "GetAuthorizers": 1}
    assert calls == {"GetApis": 6, **parts}


def test_an_api_that_is_not_there_takes_no_more_calls_than_pages(scaled: Modules) -> None:
    with counted() as calls:
        assert not scaled("http_api", name="nobody", state="absent")["changed"]
    assert calls == {"GetApis": 6}


def test_apis_are_read_page_by_page_and_only_the_chosen_ones_in_full(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled("http_api_info", name_prefix=f"{NAME}-000")
    assert len(result["http_apis"]) == 10
    assert calls["GetApis"] == 6
    assert calls.total() == 6 + 4 * 10


def test_a_role_is_found_without_a_list(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled("iam_role", name="other-1000", trust_policy=TRUST)
    assert not result["changed"]
    assert calls == {"GetRole": 1, "ListRolePolicies": 1, "ListAttachedRolePolicies": 1}


def test_what_a_site_left_is_found_by_pages_and_prefixes(scaled: Modules) -> None:
    with counted() as calls:
        result = scaled("site_info", name=NAME, gather=["resources"])
    assert [arn.split(":", 5)[5] for arn in result["resources"]] == [f"role/{NAME}-workflow", f"log-group:/ecs/{NAME}"]
    assert calls["ListRoles"] == 2
    # One for each kind of log group of a site.
    assert calls["DescribeLogGroups"] == 5
    # The fourteen kinds of things that a site may leave, those of many pages in two.
    assert calls.total() <= 13
