# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Waiting for automatic deployments: polls of an API Gateway that says what each case makes it say."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import deployment_wait
from ansible_collections.orchestra.aws.plugins.module_utils._wait import WaitTimeout

NO_ROUTES = "Deployment attempt failed: Unable to deploy API because no valid routes exist in this API"
OLD, NEW = ("d1", "done 'd1'", "old", "DEPLOYED"), ("d2", "done 'd2'", "new", "DEPLOYED")


class Gateway:
    """Stands for the client. Each poll: deployment and message of the stage, what it serves, and the status."""

    def __init__(self, *polls: tuple[str | None, str, str, str]) -> None:
        self.polls, self.count = polls, 0

    @property
    def now(self) -> tuple[str | None, str, str, str]:
        return self.polls[min(self.count, len(self.polls)) - 1]

    def get_stages(self, **_: Any) -> Any:
        self.count += 1
        return {"Items": [stage(*self.now[:2]), {"StageName": "other"}]}

    def export_api(self, **asked: Any) -> Any:
        served = self.now[2] if asked.get("StageName") else "new"
        return {"body": io.BytesIO(json.dumps({"paths": served}).encode())}

    def get_deployment(self, DeploymentId: str, **_: Any) -> Any:
        assert DeploymentId == self.now[0]
        return {"DeploymentId": DeploymentId, "DeploymentStatus": self.now[3], "DeploymentStatusMessage": "too much"}


def stage(deployment_id: str | None, message: str) -> dict[str, Any]:
    found = {"StageName": "live", "LastDeploymentStatusMessage": message}
    return {**found, "DeploymentId": deployment_id} if deployment_id else found


def wait(gateway: Any, before: tuple[Any, ...] = OLD, timeout: float = 5) -> None:
    deployment_wait.automatic(gateway, "a1", ["live"], [stage(before[0], before[1])], timeout)


@pytest.mark.parametrize(
    ("polls", "expected"),
    [
        pytest.param([NEW], 1, id="at once"),
        pytest.param([("d1", "", "new", "DEPLOYED")], 1, id="a change that needs none"),
        pytest.param([OLD, NEW], 2, id="later"),
        pytest.param([(None, "", "", ""), NEW], 2, id="the first one"),
        pytest.param([("d2", "", "new", "PENDING"), NEW], 2, id="named before it is done"),
        pytest.param([("d2", "", "between", "DEPLOYED"), ("d3", "", "new", "DEPLOYED")], 2, id="one for each change"),
    ],
)
def test_it_is_over_when_the_stage_serves_the_latest(polls: list[Any], expected: int) -> None:
    gateway = Gateway(*polls)
    wait(gateway)
    assert gateway.count == expected


@pytest.mark.parametrize(
    ("last", "message"),
    [
        (("d1", NO_ROUTES, "old", "DEPLOYED"), f"could not deploy to stage live: {NO_ROUTES}."),
        (("d2", "", "old", "FAILED"), "Deployment d2 to stage live has failed: too much."),
    ],
)
def test_a_failure_tells_why(last: Any, message: str) -> None:
    with pytest.raises(AnsibleAWSError, match=message):
        wait(Gateway(OLD, last))


@pytest.mark.parametrize("old", [("d1", NO_ROUTES, "old", "DEPLOYED"), ("d1", "", "old", "FAILED")])
def test_a_failure_from_before_the_changes_is_none_of_them(old: Any) -> None:
    gateway = Gateway(old, NEW)
    wait(gateway, before=old)
    assert gateway.count == 2


def test_no_end_in_time_tells_what_aws_says() -> None:
    with pytest.raises(WaitTimeout, match="deployment to stage live in vain; the last state is done 'd1'"):
        wait(Gateway(OLD), timeout=0)


def test_documents_alone_do_not_fail_a_deployment_that_is_done() -> None:
    wait(Gateway(("d2", "", "old", "DEPLOYED")), timeout=0)


def test_nothing_is_asked_when_nothing_is_deployed() -> None:
    deployment_wait.automatic(None, "a1", [], [], 5)  # type: ignore[arg-type]
